"""The sections of the page that a plan makes on the terminal, one function each, in the order of `SECTIONS`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from planner.report.language.figures import NONE, rests
from planner.report.language.speech import uncapitalised
from planner.report.plan import answering, sentences
from planner.report.plan.facts.serving import glass_differs, sum_countries
from planner.report.plan.terminal import decisions, situations

if TYPE_CHECKING:
    from planner.report.paper import Page
    from planner.report.plan.digest import YearDigest
    from planner.report.plan.plan_text import PlanText

GLASS = 3
"""Place of the column of glass among those of round trips; it stands where the two differ."""


def convention(plan_text: PlanText, _: YearDigest, page: Page) -> None:
    """Say what a PFLOPS is, and which published figures had to be normalised: 2 EFLOPS FP8 sparse = 500 PFLOPS."""
    language, figures = plan_text.language, sentences.conventions(plan_text)
    listed = [language.text("{figures}.", figures=language.text("; ").join(figures))] if figures else []
    page.say(language.run_on([sentences.convention(plan_text), *listed]))


def community(plan_text: PlanText, _: YearDigest, page: Page) -> None:
    """Say what the plan does for the community, apart from others, and what a reader has to know with it."""
    language = plan_text.language
    said = answering.answer(plan_text)
    if said:
        page.say(language.run_on(said), gap=True)
    for sentence in answering.reservations(plan_text):
        page.say(sentence)


def members(plan_text: PlanText, of: YearDigest, page: Page) -> None:
    """Print who asks, who is served at home and abroad, and who pays; the sums of all stand in the last row."""
    if not of.totals.demand_pflops > 0:
        return
    language = plan_text.language
    text, column = language.text, language.column
    page.heading(text("Who asks and who is served, {year} (PFLOPS; * member of the community)", year=of.year))
    cut = of.countries[: page.rows]
    told = [*cut, sum_countries(of.countries)]
    asked, served = [each.asked_pflops for each in told], [each.served_pflops for each in told]
    abroad, paid = [each.abroad_pflops for each in told], [each.cost_usd for each in told]
    rented = [each.market_pflops for each in told]
    away = [part + other for part, other in zip(abroad, rented, strict=True)]
    nearly = [each.served_pflops if each.unserved_pflops else each.asked_pflops for each in told]
    cost, unit = plan_text.money_column(paid)
    columns = [
        (text("country"), [*(f"{each.country}{' *' if each.member else ''}" for each in cut), text("all")]),
        (text("asked"), column(asked)),
        (text("served"), column(served)),
        ("", [language.percentage(part / whole) if whole else NONE for part, whole in zip(served, asked, strict=True)]),
        (text("at home"), column(rests(served, away))),
        (text("abroad"), column(abroad)),
        *([(text("rented"), column(rented))] if any(rented) else []),
        (text("unserved"), column(rests(asked, nearly))),
        (text("hosts\nothers"), column([each.exported_pflops for each in told])),
        (text("cost\n{unit}", unit=unit), cost),
        (
            f"k{plan_text.currency}/\nPFLOPS",
            column([usd / 1e3 / part if part else 0.0 for usd, part in zip(paid, served, strict=True)]),
        ),
    ]
    page.table(columns)
    page.more(len(of.countries), "members")


def hosting(plan_text: PlanText, of: YearDigest, page: Page) -> None:
    """Print what is served where: each site, and for whom at what distance."""
    found, language = of.hosts, plan_text.language
    if not found:
        return
    text, column = language.text, language.column
    page.heading(text("What is served where, {year} (PFLOPS, mean round trip in ms)", year=of.year))
    parts = iter(column([found[0].used_pflops, *(each.pflops for host in found for each in host.exchanges)])[1:])
    whom = [
        page.few(
            [
                text(
                    "{country} {pflops} at {rtt}",
                    country=each.country,
                    pflops=next(parts),
                    rtt=language.quantity(each.rtt_ms, "ms", 2),
                )
                for each in host.exchanges
            ]
        )
        for host in found
    ]
    columns = [
        (text("site"), [f"{host.site} ({host.country})" for host in found]),
        (text("in use"), column([host.used_pflops for host in found])),
        (text("installed"), column([host.installed_pflops for host in found])),
        (text("new"), column([host.built_pflops for host in found])),
        (text("for whom"), whom),
    ]
    page.table(columns, prose=4, rest="assignments")


def full_sites(plan_text: PlanText, of: YearDigest, page: Page) -> None:
    """Print the fullest sites, and what one more PFLOPS there is worth."""
    frame, language = of.full_sites, plan_text.language
    if frame.empty:
        return
    text, column = language.text, language.column
    page.heading(_planned(plan_text, text("Fullest sites, {year}", year=of.year), of.site_fill))
    columns = [
        (text("site"), [f"{site} ({country})" for site, country in frame["country"].items()]),
        (text("full"), list(map(language.percentage, frame["utilisation"]))),
        (text("PFLOPS\nin use"), column(frame["peak_pflops"])),
        (text("PFLOPS\ninstalled"), column(frame["installed_pflops"])),
        (
            text("a free PFLOPS\nsaves k{currency}/year", currency=plan_text.currency),
            column(frame["price_usd_per_pflops"] / 1e3),
        ),
    ]
    page.table(columns, rest="sites")


def full_links(plan_text: PlanText, of: YearDigest, page: Page) -> None:
    """Print the fullest links, and what one more Gbps there is worth."""
    frame, language = of.full_links, plan_text.language
    if frame.empty:
        return
    text, column = language.text, language.column
    heading = _planned(plan_text, text("Fullest links that the plan uses, {year}", year=of.year), of.link_fill)
    page.heading(f"{heading} (Gbps)")
    columns = [
        (text("link"), list(map(str, frame.index))),
        (text("full"), list(map(language.percentage, frame["utilisation"]))),
        (text("plan"), column(frame["peak_gbps"])),
        (text("others"), column(frame["committed_gbps"])),
        (text("capacity"), column(frame["capacity_gbps"])),
        (
            text("a free Gbps\nsaves {currency}/year", currency=plan_text.currency),
            column(frame["price_usd_per_gbps"]),
        ),
    ]
    if plan_text.inputs.topology.background:
        columns.insert(3, (text("everybody\nelse"), column(frame["background_gbps"])))
    page.table(columns, rest="links")


def _planned(plan_text: PlanText, heading: str, fill: float) -> str:
    if fill >= 1:
        return heading
    share = plan_text.language.percentage(fill)
    return plan_text.language.text("{heading}; planned up to {share}", heading=heading, share=share)


def unserved(plan_text: PlanText, of: YearDigest, page: Page) -> None:
    """Print what stays unserved, with its reason, the largest first."""
    if not of.totals.demand_pflops > 0:
        return
    frame, language = of.unserved, plan_text.language
    text = language.text
    if frame.empty:
        none = text("What compute stays unserved: none")
        page.heading(none if of.totals.demand_gbps else text("What stays unserved: nothing"))
        return
    page.heading(text("What stays unserved, {year}, and why (PFLOPS)", year=of.year))
    shares = frame["unserved_pflops"] / frame["demand_pflops"]
    columns = [
        (text("demand"), [f"{origin} {workload}" for origin, workload in frame.index]),
        (text("unserved"), language.column(rests(frame["demand_pflops"].tolist(), frame["served_pflops"].tolist()))),
        (text("share"), list(map(language.percentage, shares))),
        (text("because"), [plan_text.translated(str(reason)) for reason in frame["reason"]]),
    ]
    page.table(columns, prose=3, rest="demands")


def costs(plan_text: PlanText, of: YearDigest, page: Page) -> None:
    """Print the cost by term, the penalty on what is unserved apart."""
    plan, language, served = plan_text.plan, plan_text.language, of.totals.served_pflops
    text, several, names = language.text, plan_text.digest.several, sentences.cost_terms(plan_text.language)
    terms = {uncapitalised(names[term]): usd for term, usd in plan_text.digest.spent.items()}
    terms[text("spent in all")] = plan.total_cost_usd
    spent, unit = plan_text.money_column(list(terms.values()))
    whole = text("What it costs ({unit}, all years discounted)", unit=unit)
    page.heading(whole if several else text("What it costs ({unit} a year)", unit=unit))
    columns = [("", list(terms)), (unit, spent)]
    if served and not several:
        prices = language.column([usd / 1e3 / served for usd in terms.values()])
        columns.append((text("k{currency} per\nserved PFLOPS", currency=plan_text.currency), prices))
    page.table(columns)
    told = [situations.what_years_stand_for(plan_text)] if several else []
    charged = text(
        "Existing sites are charged the price of use that their record gives (opex), which may hold their owner's "
        "capital charge; what they once cost to buy is not counted."
    )
    for sentence in filter(
        None, [*told, sentences.penalty(plan_text), sentences.background_penalty(plan_text), charged]
    ):
        page.say(sentence)


def power(plan_text: PlanText, of: YearDigest, page: Page) -> None:
    """Say how much electricity, carbon and water it takes."""
    found, language = of.power, plan_text.language
    text, number = language.text, language.number
    if not found.energy_mwh:
        return
    figures = {
        "year": of.year, "draw": number(found.draw_mw), "energy": number(found.energy_mwh / 1e3),
        "carbon": number(found.carbon_t / 1e3),
    }  # fmt: skip
    if plan_text.digest.blocks == 1:
        said = text("Power in {year}: {draw} MW at the peak, {energy} GWh and {carbon} kt of CO2 a year.", **figures)
    else:
        said = text(
            "Power in {year}: {draw} MW with every site at its own peak, {energy} GWh and {carbon} kt of CO2 a year.",
            **figures,
        )
    water = [text("Cooling takes {water} thousand m3 of water.", water=number(found.water_m3 / 1e3))]
    embodied = of.totals.embodied_t / 1e3
    machines = [text("Its machines embody {carbon} kt more by year of their life.", carbon=number(embodied))]
    page.say(language.run_on([said, *(water if found.water_m3 else []), *(machines if embodied else [])]))


def latency(plan_text: PlanText, of: YearDigest, page: Page) -> None:
    """Print the round-trip times that each workload gets."""
    found, language = of.delays, plan_text.language
    if not found:
        return
    text, worst = language.text, max(found, key=lambda each: each.worst_ms)
    page.heading(
        text(
            "Round-trip times, {year}: {mean} ms in the mean, {worst} ms at worst ({workload})",
            year=of.year,
            mean=language.number(of.totals.mean_rtt_ms),
            worst=language.number(worst.worst_ms),
            workload=worst.workload,
        )
    )
    columns = [
        (text("workload"), [each.workload for each in found]),
        (text("PFLOPS\nserved"), language.column([each.served_pflops for each in found])),
        (text("mean\nms"), language.column([each.mean_ms for each in found])),
        (text("in glass\nalone"), language.column([each.glass_ms for each in found])),
        (text("worst\nms"), language.column([each.worst_ms for each in found])),
        (text("limit\nms"), [NONE if each.limit_ms is None else language.number(each.limit_ms) for each in found]),
    ]
    if not glass_differs(found):
        del columns[GLASS]
    page.table(columns, rest="demands")


def notes(plan_text: PlanText, _: YearDigest, page: Page) -> None:
    """Print what the reader has to know about the figures."""
    page.bullets(page.language.text("Notes"), list(map(plan_text.translated, plan_text.plan.notes)))


def confidence(plan_text: PlanText, _: YearDigest, page: Page) -> None:
    """Say how many of the records that the plan rests on are assumed."""
    counted, language = plan_text.digest.confidence, plan_text.language
    count = counted.total()
    if not count:
        return
    page.heading(language.text("How sure the inputs are"))
    parts = [
        language.text(
            "{count} {confidence}",
            count=language.number(counted[each]) if counted[each] else language.text("none"),
            confidence=sentences.confidence_word(language, each),
        )
        for each in sentences.CONFIDENCES
        if counted[each] or each
    ]
    page.say(
        language.text(
            "This plan rests on {count} demands, workloads, rules, sites and links: {parts}. {share} of them are not"
            " verified: read the figures as estimates.",
            count=language.number(count),
            parts=language.joined(parts),
            share=language.percentage((count - counted["verified"]) / count),
        )
    )


SECTIONS: tuple[Callable[[PlanText, YearDigest, Page], None], ...] = (
    community,
    convention,
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
    situations.other_traffic,
    unserved,
    costs,
    power,
    latency,
    notes,
    confidence,
)
"""The page from top to bottom."""
