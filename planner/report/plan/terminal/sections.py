"""The sections of the page that a plan makes on the terminal, one function each, in the order of `SECTIONS`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from planner.programme.hours import count_blocks
from planner.report.language.figures import ALL_BUT, NONE, column, money, money_unit, number, percentage, rests
from planner.report.plan.facts import records, serving
from planner.report.plan.facts.totals import COST_TERMS, in_year, total
from planner.report.plan.terminal import decisions, situations

if TYPE_CHECKING:
    import pandas as pd

    from planner.plan.plan import Plan
    from planner.report.paper import Page

NOTHING_UNSERVED = "What stays unserved: nothing"
FULL = 0.5
"""Sites and links less full than this are not worth a line among the fullest."""


def convention(plan: Plan, year: int, page: Page) -> None:
    """Say what a PFLOPS is, and which published figures had to be normalised."""
    lines = records.conventions(plan, year)
    said = "PFLOPS = dense BF16/FP16 peak; published figures are normalised"
    page.say(f"{said}: {'; '.join(lines)}." if lines else f"{said}.")


def community(plan: Plan, year: int, page: Page) -> None:
    """Say how the community as a whole fares, and how large its pool is."""
    scenario = plan.inputs.scenario
    members = in_year(plan.members, year)
    own = members[members["member"].astype(bool)]
    if own.empty:
        return
    asked, served = float(own["demand_pflops"].sum()), float(own["served_pflops"].sum())
    share = f" ({percentage(served / asked)})" if asked else ""
    who = f"The community ({', '.join(map(str, own.index))})"
    sites = in_year(plan.sites, year)
    pool = sites[sites["country"].isin(own.index)]
    words = (
        f"{who}: {number(served)} of {number(asked)} PFLOPS served{share}." if asked else f"{who} asks for no compute."
    )
    words += f" On its soil stand {number(float(pool['installed_pflops'].sum()))} PFLOPS"
    built = float(pool["built_pflops"].sum())
    words += f", {number(built)} of them built by this plan" if built else ""
    words += f", {number(float(pool['used_pflops'].sum()))} in use"
    if scenario.community.target_pflops:
        words += f"; its target is {number(scenario.community.target_pflops)}"
    page.say(f"{words}.", gap=True)


def members(plan: Plan, year: int, page: Page) -> None:
    """Print who asks, who is served at home and abroad, and who pays."""
    frame = in_year(plan.members, year)
    if not _asks_for_compute(plan, year):
        return
    frame["member"] = frame["member"].astype(bool)
    frame = frame[(frame[["demand_pflops", "hosted_pflops", "cost_usd"]] > 0).any(axis=1) | frame["member"]]
    frame = frame.sort_values(["member", "demand_pflops"], ascending=False, kind="stable")
    page.heading(f"Who asks and who is served, {year} (PFLOPS; * member of the community)")
    shown = frame.iloc[: page.rows]
    page.table(
        ["country", "asked", "served", "", "at home", "abroad", "unserved", "hosts\nothers", *_cost_heads(plan, frame)],
        _member_rows(frame, shown),
    )
    page.more(len(frame), "members")


def _cost_heads(plan: Plan, frame: pd.DataFrame) -> list[str]:
    currency = plan.inputs.scenario.finance.currency
    return [f"cost\n{money_unit(frame['cost_usd'], currency)[1]}", f"k{currency}/\nPFLOPS"]


def _member_rows(frame: pd.DataFrame, shown: pd.DataFrame) -> list[list[str]]:
    """Lines of the members shown, and one with the sums of all."""
    sums = frame.drop(columns="member").sum(numeric_only=True)
    asked = [*shown["demand_pflops"], float(sums["demand_pflops"])]
    served = [*shown["served_pflops"], float(sums["served_pflops"])]
    abroad = [*shown["imported_pflops"], float(sums["imported_pflops"])]
    cost = [*shown["cost_usd"], float(sums["cost_usd"])]
    names = [f"{country}{' *' if member else ''}" for country, member in shown["member"].items()]
    factor, _ = money_unit(frame["cost_usd"])
    columns = [
        [*names, "all"],
        column(asked),
        column(served),
        [percentage(part / whole) if whole else NONE for part, whole in zip(served, asked, strict=True)],
        column(rests(served, abroad)),
        column(abroad),
        column(rests(asked, [_nearly(whole, part) for whole, part in zip(asked, served, strict=True)])),
        column([*shown["exported_pflops"], float(sums["exported_pflops"])]),
        column([usd / factor for usd in cost]),
        column([usd / 1e3 / part if part else 0.0 for usd, part in zip(cost, served, strict=True)]),
    ]
    return [list(row) for row in zip(*columns, strict=True)]


def _nearly(asked: float, served: float) -> float:
    """PFLOPS served, without the rounding of the solver."""
    return served if asked - served > ALL_BUT * asked else asked


def _asks_for_compute(plan: Plan, year: int) -> bool:
    return total(plan, year).demand_pflops > 0


def hosting(plan: Plan, year: int, page: Page) -> None:
    """Print what is served where: each site, and for whom at what distance."""
    found = serving.hosts(plan, year)
    if not found:
        return
    page.heading(f"What is served where, {year} (PFLOPS, mean round trip in ms)")
    used = column([host.used_pflops for host in found])
    installed = column([host.installed_pflops for host in found])
    built = column([host.built_pflops for host in found])
    parts = iter(column([found[0].used_pflops, *(each.pflops for host in found for each in host.exchanges)])[1:])
    whom = [
        page.few([f"{each.country} {next(parts)} at {number(each.rtt_ms, 2)} ms" for each in host.exchanges])
        for host in found
    ]
    sites = [f"{host.site} ({host.country})" for host in found]
    rows = [list(row) for row in zip(sites, used, installed, built, whom, strict=True)][: page.rows]
    page.table(["site", "in use", "installed", "new", "for whom"], rows, prose=4)
    page.more(len(found), "assignments")


def full_sites(plan: Plan, year: int, page: Page) -> None:
    """Print the fullest sites, and what one more PFLOPS there is worth."""
    frame = in_year(plan.sites, year)
    worth = (frame["utilisation"] >= FULL) | (frame["price_usd_per_pflops"] > 0)
    frame = frame[worth & (frame["installed_pflops"] > 0)]
    if frame.empty:
        return
    frame = frame.sort_values(["price_usd_per_pflops", "utilisation"], ascending=False, kind="stable")
    fill, currency = plan.inputs.scenario.limits.site_fill.at(year), plan.inputs.scenario.finance.currency
    page.heading(f"Fullest sites, {year}{_planned(fill)}")
    columns = [
        [f"{site} ({country})" for site, country in frame["country"].items()],
        [percentage(share) for share in frame["utilisation"]],
        column(frame["peak_pflops"]),
        column(frame["installed_pflops"]),
        column(frame["price_usd_per_pflops"] / 1e3),
    ]
    rows = [list(row) for row in zip(*columns, strict=True)][: page.rows]
    page.table(["site", "full", "PFLOPS\nin use", "PFLOPS\ninstalled", f"a free PFLOPS\nsaves k{currency}/year"], rows)
    page.more(len(frame), "sites")


def full_links(plan: Plan, year: int, page: Page) -> None:
    """Print the fullest links, and what one more Gbps there is worth."""
    frame = in_year(plan.links, year)
    frame = frame[(frame["peak_gbps"] > 0) & ((frame["utilisation"] >= FULL) | (frame["price_usd_per_gbps"] > 0))]
    if frame.empty:
        return
    frame = frame.sort_values(["price_usd_per_gbps", "utilisation"], ascending=False, kind="stable")
    fill, currency = plan.inputs.scenario.limits.link_fill.at(year), plan.inputs.scenario.finance.currency
    page.heading(f"Fullest links that the plan uses, {year}{_planned(fill)} (Gbps)")
    columns = [
        list(map(str, frame.index)),
        [percentage(share) for share in frame["utilisation"]],
        column(frame["peak_gbps"]),
        column(frame["committed_gbps"]),
        column(frame["capacity_gbps"]),
        column(frame["price_usd_per_gbps"]),
    ]
    rows = [list(row) for row in zip(*columns, strict=True)][: page.rows]
    page.table(["link", "full", "plan", "others", "capacity", f"a free Gbps\nsaves {currency}/year"], rows)
    page.more(len(frame), "links")


def _planned(fill: float) -> str:
    return f"; planned up to {percentage(fill)}" if fill < 1 else ""


def unserved(plan: Plan, year: int, page: Page) -> None:
    """Print what stays unserved, with its reason, the largest first."""
    if not _asks_for_compute(plan, year):
        return
    frame = in_year(plan.demands, year)
    frame = frame[frame["unserved_pflops"] > ALL_BUT * frame["demand_pflops"]].sort_values(
        "unserved_pflops", ascending=False, kind="stable"
    )
    if frame.empty:
        page.heading("What compute stays unserved: none" if total(plan, year).demand_gbps else NOTHING_UNSERVED)
        return
    page.heading(f"What stays unserved, {year}, and why (PFLOPS)")
    amounts = column(rests(frame["demand_pflops"].tolist(), frame["served_pflops"].tolist()))
    rows = []
    for i, (origin, workload) in enumerate(frame.index[: page.rows]):
        row = frame.iloc[i]
        share = percentage(row["unserved_pflops"] / row["demand_pflops"])
        rows.append([f"{origin} {workload}", amounts[i], share, str(row["reason"])])
    page.table(["demand", "unserved", "share", "because"], rows, prose=3)
    page.more(len(frame), "demands")


COST_WORDS = {
    "capex": "building, spread over its life",
    "fixed": "sites in use",
    "opex": "running sites and new capacity",
    "energy": "electricity",
    "fees": "fees for hosting abroad",
    "transit": "transit over links",
}


def costs(plan: Plan, year: int, page: Page) -> None:
    """Print the cost by term, the penalty on what is unserved apart."""
    currency = plan.inputs.scenario.finance.currency
    served, several = total(plan, year).served_pflops, len(plan.inputs.scenario.years) > 1
    terms = {COST_WORDS[term]: plan.cost_usd.get(term, 0.0) for term in COST_TERMS if plan.cost_usd.get(term, 0.0)}
    terms = {"spent in all": plan.total_cost_usd} if not terms else {**terms, "spent in all": plan.total_cost_usd}
    factor, unit = money_unit([plan.total_cost_usd], currency)
    page.heading(f"What it costs ({unit}{', all years discounted' if several else ' a year'})")
    columns = [list(terms), column([usd / factor for usd in terms.values()])]
    heads = ["", unit]
    if served and not several:
        columns.append(column([usd / 1e3 / served for usd in terms.values()]))
        heads.append(f"k{currency} per\nserved PFLOPS")
    page.table(heads, [list(row) for row in zip(*columns, strict=True)])
    if several:
        page.say(situations.what_years_stand_for(plan))
    if plan.unserved_penalty_usd:
        penalty = money(plan.unserved_penalty_usd, currency)
        page.say(
            f"Not spent, but weighed by the plan: {penalty} for what stays unserved, at the prices of the demand file."
        )
    page.say(
        "Existing sites are charged the price of use that their record gives (opex), which may hold their owner's "
        "capital charge; what they once cost to buy is not counted."
    )


def power(plan: Plan, year: int, page: Page) -> None:
    """Say how much electricity and carbon it takes."""
    frame = in_year(plan.sites, year)
    draw, energy, carbon = (float(frame[name].sum()) for name in ("power_mw", "energy_mwh", "carbon_t"))
    if energy:
        yearly = f"{number(energy / 1e3)} GWh and {number(carbon / 1e3)} kt of CO2 a year"
        peak = "at the peak" if _blocks(plan) == 1 else "with every site at its own peak"
        page.say(f"Power in {year}: {number(draw)} MW {peak}, {yearly}.")


def latency(plan: Plan, year: int, page: Page) -> None:
    """Print the round-trip times that each workload gets."""
    found = serving.delays(plan, year)
    if not found:
        return
    mean = total(plan, year).mean_rtt_ms
    worst = max(found, key=lambda each: each.worst_ms)
    figures = f"{number(mean)} ms in the mean, {number(worst.worst_ms)} ms at worst ({worst.workload})"
    page.heading(f"Round-trip times, {year}: {figures}")
    limits = [f"{each.limit_ms:g}" if each.limit_ms is not None else NONE for each in found]
    columns = [
        [each.workload for each in found],
        column([each.served_pflops for each in found]),
        column([each.mean_ms for each in found]),
        column([each.worst_ms for each in found]),
        limits,
    ]
    rows = [list(row) for row in zip(*columns, strict=True)][: page.rows]
    page.table(["workload", "PFLOPS\nserved", "mean\nms", "worst\nms", "limit\nms"], rows)
    page.more(len(found), "demands")


def _blocks(plan: Plan) -> int:
    return count_blocks(plan.inputs.scenario, plan.inputs.demand)


def notes(plan: Plan, _: int, page: Page) -> None:
    """Print what the reader has to know about the figures."""
    page.bullets("Notes", plan.notes)


SURENESS = {"verified": "verified", "estimated": "estimated", "assumed": "assumed", None: "without a word on it"}


def sureness(plan: Plan, _: int, page: Page) -> None:
    """Say how many of the records that the plan rests on are assumed."""
    counted = records.confidence(plan)
    count = counted.total()
    if not count:
        return
    page.heading("How sure the inputs are")
    parts = [f"{counted[each] or 'none'} {word}" for each, word in SURENESS.items() if counted[each] or each]
    unverified = percentage((count - counted["verified"]) / count)
    page.say(
        f"This plan rests on {count:,} demands, workloads, rules, sites and links: {', '.join(parts)}."
        f" {unverified} of them are not verified: read the figures as estimates."
    )


SECTIONS: tuple[Callable[[Plan, int, Page], None], ...] = (
    convention,
    community,
    decisions.limits,
    decisions.stages,
    situations.years,
    members,
    hosting,
    decisions.builds,
    situations.day,
    situations.failures,
    full_sites,
    full_links,
    situations.traffic,
    unserved,
    costs,
    power,
    latency,
    notes,
    sureness,
)
"""The page from top to bottom."""
