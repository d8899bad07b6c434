"""The sections of the page that a plan makes on the terminal, one function each, in the order of `SECTIONS`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from planner.report.language.figures import NONE, column, money, money_unit, number, percentage, rests
from planner.report.language.speech import speak, uncapitalised
from planner.report.plan import sentences
from planner.report.plan.facts.serving import sum_countries
from planner.report.plan.terminal import decisions, situations

if TYPE_CHECKING:
    from planner.report.paper import Page
    from planner.report.plan.digest import Digest, YearDigest
    from planner.report.plan.facts.serving import CountryFigures
    from planner.topology import Site

NOTHING_UNSERVED = "What stays unserved: nothing"


def convention(digest: Digest, of: YearDigest, page: Page) -> None:
    """Say what a PFLOPS is, and which published figures had to be normalised: 2 EFLOPS FP8 sparse = 500 PFLOPS."""
    lines = [
        f"{site.id}: {site.published_compute} {_precision(site)} = {number(site.compute_pflops.at(of.year))} PFLOPS"
        for site in digest.normalised
    ]
    said = "PFLOPS = dense BF16/FP16 peak; published figures are normalised"
    page.say(f"{said}: {'; '.join(lines)}." if lines else f"{said}.")


def _precision(site: Site) -> str:
    return f"{site.precision.upper()} sparse" if site.sparse else site.precision.upper()


def community(digest: Digest, of: YearDigest, page: Page) -> None:
    """Say how the community as a whole fares, and how large its pool is."""
    found = of.community
    if found is None:
        return
    asked, served = found.asked_pflops, found.served_pflops
    who = f"The community ({', '.join(found.members)})"
    words = f"{who} asks for no compute."
    if asked:
        words = f"{who}: {number(served)} of {number(asked)} PFLOPS served ({percentage(served / asked)})."
    words += f" On its soil stand {number(found.installed_pflops)} PFLOPS"
    words += f", {number(found.built_pflops)} of them built by this plan" if found.built_pflops else ""
    words += f", {number(found.used_pflops)} in use"
    target = digest.inputs.scenario.community.target_pflops
    page.say(f"{words}; its target is {number(target)}." if target else f"{words}.", gap=True)


def members(digest: Digest, of: YearDigest, page: Page) -> None:
    """Print who asks, who is served at home and abroad, and who pays."""
    if not of.totals.demand_pflops > 0:
        return
    page.heading(f"Who asks and who is served, {of.year} (PFLOPS; * member of the community)")
    factor, unit = money_unit([each.cost_usd for each in of.countries], digest.currency)
    heads = ["country", "asked", "served", "", "at home", "abroad", "unserved", "hosts\nothers"]
    page.table([*heads, f"cost\n{unit}", f"k{digest.currency}/\nPFLOPS"], _member_rows(of.countries, factor, page.rows))
    page.more(len(of.countries), "members")


def _member_rows(found: list[CountryFigures], factor: float, rows: int | None) -> list[list[str]]:
    """Lines of the members shown, and one with the sums of all."""
    shown = found[:rows]
    told = [*shown, sum_countries(found)]
    asked, served = [each.asked_pflops for each in told], [each.served_pflops for each in told]
    abroad, cost = [each.abroad_pflops for each in told], [each.cost_usd for each in told]
    nearly = [each.served_pflops if each.unserved_pflops else each.asked_pflops for each in told]
    columns = [
        [*(f"{each.country}{' *' if each.member else ''}" for each in shown), "all"],
        column(asked),
        column(served),
        [percentage(part / whole) if whole else NONE for part, whole in zip(served, asked, strict=True)],
        column(rests(served, abroad)),
        column(abroad),
        column(rests(asked, nearly)),
        column([each.exported_pflops for each in told]),
        column([usd / factor for usd in cost]),
        column([usd / 1e3 / part if part else 0.0 for usd, part in zip(cost, served, strict=True)]),
    ]
    return [list(row) for row in zip(*columns, strict=True)]


def hosting(_: Digest, of: YearDigest, page: Page) -> None:
    """Print what is served where: each site, and for whom at what distance."""
    found = of.hosts
    if not found:
        return
    page.heading(f"What is served where, {of.year} (PFLOPS, mean round trip in ms)")
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


def full_sites(digest: Digest, of: YearDigest, page: Page) -> None:
    """Print the fullest sites, and what one more PFLOPS there is worth."""
    frame = of.full_sites
    if frame.empty:
        return
    page.heading(f"Fullest sites, {of.year}{_planned(of.site_fill)}")
    columns = [
        [f"{site} ({country})" for site, country in frame["country"].items()],
        [percentage(share) for share in frame["utilisation"]],
        column(frame["peak_pflops"]),
        column(frame["installed_pflops"]),
        column(frame["price_usd_per_pflops"] / 1e3),
    ]
    rows = [list(row) for row in zip(*columns, strict=True)][: page.rows]
    page.table(
        ["site", "full", "PFLOPS\nin use", "PFLOPS\ninstalled", f"a free PFLOPS\nsaves k{digest.currency}/year"], rows
    )
    page.more(len(frame), "sites")


def full_links(digest: Digest, of: YearDigest, page: Page) -> None:
    """Print the fullest links, and what one more Gbps there is worth."""
    frame = of.full_links
    if frame.empty:
        return
    page.heading(f"Fullest links that the plan uses, {of.year}{_planned(of.link_fill)} (Gbps)")
    columns = [
        list(map(str, frame.index)),
        [percentage(share) for share in frame["utilisation"]],
        column(frame["peak_gbps"]),
        column(frame["committed_gbps"]),
        column(frame["capacity_gbps"]),
        column(frame["price_usd_per_gbps"]),
    ]
    rows = [list(row) for row in zip(*columns, strict=True)][: page.rows]
    page.table(["link", "full", "plan", "others", "capacity", f"a free Gbps\nsaves {digest.currency}/year"], rows)
    page.more(len(frame), "links")


def _planned(fill: float) -> str:
    return f"; planned up to {percentage(fill)}" if fill < 1 else ""


def unserved(_: Digest, of: YearDigest, page: Page) -> None:
    """Print what stays unserved, with its reason, the largest first."""
    if not of.totals.demand_pflops > 0:
        return
    frame = of.unserved
    if frame.empty:
        page.heading("What compute stays unserved: none" if of.totals.demand_gbps else NOTHING_UNSERVED)
        return
    page.heading(f"What stays unserved, {of.year}, and why (PFLOPS)")
    amounts = column(rests(frame["demand_pflops"].tolist(), frame["served_pflops"].tolist()))
    rows = []
    for i, (origin, workload) in enumerate(frame.index[: page.rows]):
        row = frame.iloc[i]
        share = percentage(row["unserved_pflops"] / row["demand_pflops"])
        rows.append([f"{origin} {workload}", amounts[i], share, str(row["reason"])])
    page.table(["demand", "unserved", "share", "because"], rows, prose=3)
    page.more(len(frame), "demands")


def costs(digest: Digest, of: YearDigest, page: Page) -> None:
    """Print the cost by term, the penalty on what is unserved apart."""
    plan, currency, served = digest.plan, digest.currency, of.totals.served_pflops
    names = sentences.cost_terms(speak("en"))
    terms = {uncapitalised(names[term]): usd for term, usd in digest.spent.items()}
    terms["spent in all"] = plan.total_cost_usd
    factor, unit = money_unit([plan.total_cost_usd], currency)
    page.heading(f"What it costs ({unit}{', all years discounted' if digest.several else ' a year'})")
    columns = [list(terms), column([usd / factor for usd in terms.values()])]
    heads = ["", unit]
    if served and not digest.several:
        columns.append(column([usd / 1e3 / served for usd in terms.values()]))
        heads.append(f"k{currency} per\nserved PFLOPS")
    page.table(heads, [list(row) for row in zip(*columns, strict=True)])
    if digest.several:
        page.say(situations.what_years_stand_for(digest))
    if plan.unserved_penalty_usd:
        penalty = money(plan.unserved_penalty_usd, currency)
        page.say(
            f"Not spent, but weighed by the plan: {penalty} for what stays unserved, at the prices of the demand file."
        )
    page.say(
        "Existing sites are charged the price of use that their record gives (opex), which may hold their owner's "
        "capital charge; what they once cost to buy is not counted."
    )


def power(digest: Digest, of: YearDigest, page: Page) -> None:
    """Say how much electricity, carbon and water it takes."""
    found = of.power
    if found.energy_mwh:
        yearly = f"{number(found.energy_mwh / 1e3)} GWh and {number(found.carbon_t / 1e3)} kt of CO2 a year"
        peak = "at the peak" if digest.blocks == 1 else "with every site at its own peak"
        water = f" Cooling takes {number(found.water_m3 / 1e3)} thousand m3 of water." if found.water_m3 else ""
        page.say(f"Power in {of.year}: {number(found.draw_mw)} MW {peak}, {yearly}.{water}")


def latency(_: Digest, of: YearDigest, page: Page) -> None:
    """Print the round-trip times that each workload gets."""
    found = of.delays
    if not found:
        return
    worst = max(found, key=lambda each: each.worst_ms)
    mean = f"{number(of.totals.mean_rtt_ms)} ms in the mean"
    page.heading(f"Round-trip times, {of.year}: {mean}, {number(worst.worst_ms)} ms at worst ({worst.workload})")
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


def notes(digest: Digest, _: YearDigest, page: Page) -> None:
    """Print what the reader has to know about the figures."""
    page.bullets("Notes", digest.plan.notes)


CONFIDENCE_WORDS = {
    "verified": "verified",
    "estimated": "estimated",
    "assumed": "assumed",
    None: "without a word on it",
}


def confidence(digest: Digest, _: YearDigest, page: Page) -> None:
    """Say how many of the records that the plan rests on are assumed."""
    counted = digest.confidence
    count = counted.total()
    if not count:
        return
    page.heading("How sure the inputs are")
    parts = [f"{counted[each] or 'none'} {word}" for each, word in CONFIDENCE_WORDS.items() if counted[each] or each]
    unverified = percentage((count - counted["verified"]) / count)
    page.say(
        f"This plan rests on {count:,} demands, workloads, rules, sites and links: {', '.join(parts)}."
        f" {unverified} of them are not verified: read the figures as estimates."
    )


SECTIONS: tuple[Callable[[Digest, YearDigest, Page], None], ...] = (
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
    confidence,
)
"""The page from top to bottom."""
