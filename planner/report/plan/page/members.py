"""Who asks, who is served by whom and through whom; what stays unserved and why; who waits how long."""

from __future__ import annotations

from collections.abc import Hashable
from math import inf, isfinite
from typing import TYPE_CHECKING, Any

from planner.report.language.figures import ALL_BUT, NONE, rests
from planner.report.plan.facts.serving import glass_differs, sum_countries
from planner.report.web.blocks import PageCell, PageColumn, words

if TYPE_CHECKING:
    from planner.report.plan.facts.serving import CountryFigures
    from planner.report.plan.plan_text import PlanText
    from planner.report.web.blocks import PageTable

GLASS = 3
"""Place of the column of glass among those of round trips; it stands where the two differ."""


def members(plan_text: PlanText, year: int) -> PageTable | None:
    """Return the figures of each member, and of others that demand or host; sums last."""
    found, language = plan_text.digest.year(year).countries, plan_text.language
    if not any(each.asked_pflops for each in found):
        return None
    asked = [each.asked_pflops for each in found]
    served = [each.served_pflops for each in found]
    home = [each.home_pflops for each in found]
    everyone = words(language.text("Country"), [*(_country(plan_text, each) for each in found), language.text("All")])
    columns = [
        everyone,
        PageColumn(language.text("Asked for"), language.column([*asked, sum(asked)])),
        PageColumn(language.text("Served"), language.column([*served, sum(served)])),
        PageColumn(language.text("Share served"), [_share(plan_text, each) for each in [*found, sum_countries(found)]]),
        PageColumn(language.text("At home"), language.column([*home, sum(home)])),
        *_rented(plan_text, found),
        words(language.text("Largest foreign host"), [*(_largest(plan_text, each, each.hosts) for each in found), ""]),
        PageColumn(
            language.text("Crosses a third country"),
            [_part(plan_text, each.crossing_pflops, each.served_pflops) for each in [*found, sum_countries(found)]],
        ),
        words(language.text("Most through"), [*(_largest(plan_text, each, each.transits) for each in found), ""]),
        *_money(plan_text, found),
    ]
    caption = language.text("Who is served, {year}, PFLOPS; shares are of what is served", year=year)
    return plan_text.table(caption, columns, year=year, rows=20, summed=True)


def _money(plan_text: PlanText, found: list[CountryFigures]) -> list[PageColumn]:
    """Return what is spent on each country's demand, and beside it what each pays as an owner, where that is known."""
    language = plan_text.language
    caused, paid = ([getattr(each, name) for each in found] for name in ("cost_usd", "paid_usd"))
    cost, unit = plan_text.money_column([*caused, sum(caused)])
    columns = [PageColumn(language.text("Cost, {unit}", unit=unit), cost)]
    if isfinite(sum(paid)):  # runs of before do not know
        owned, unit = plan_text.money_column([*paid, sum(paid)])
        columns.append(PageColumn(language.text("Pays as owner, {unit}", unit=unit), owned))
    return columns


def _rented(plan_text: PlanText, found: list[CountryFigures]) -> list[PageColumn]:
    """Return what is rented on a market, where anything is."""
    rented, language = [each.market_pflops for each in found], plan_text.language
    return [PageColumn(language.text("Rented"), language.column([*rented, sum(rented)]))] if any(rented) else []


def _country(plan_text: PlanText, figures: CountryFigures) -> PageCell:
    return PageCell(
        plan_text.country(figures.country), "" if figures.member else plan_text.language.text("not a member")
    )


def _share(plan_text: PlanText, figures: CountryFigures) -> str:
    if not figures.asked_pflops:
        return NONE
    return plan_text.language.percentage(
        figures.served_pflops / figures.asked_pflops if figures.unserved_pflops else 1.0
    )


def _part(plan_text: PlanText, part: float, whole: float) -> str:
    return plan_text.language.percentage(part / whole) if whole and part > ALL_BUT * whole else NONE


def _largest(plan_text: PlanText, figures: CountryFigures, amounts: tuple[tuple[str, float], ...]) -> str:
    """Return the first country with its share of what is served."""
    if not amounts or not figures.served_pflops or amounts[0][1] <= ALL_BUT * figures.served_pflops:
        return NONE
    share = plan_text.language.percentage(amounts[0][1] / figures.served_pflops)
    return plan_text.language.text("{country} {share}", country=plan_text.country(amounts[0][0]), share=share)


def hosting(plan_text: PlanText, year: int) -> PageTable | None:
    """Return the sites that serve, for whom and how far away."""
    language, found = plan_text.language, plan_text.digest.year(year).hosts
    whom = [
        plan_text.few(
            [
                language.text(
                    "{country} {pflops} at {rtt}",
                    country=plan_text.country(each.country),
                    pflops=language.number(each.pflops),
                    rtt=language.quantity(each.rtt_ms, "ms"),
                )
                for each in host.exchanges
            ]
        )
        for host in found
    ]
    columns = [
        words(language.text("Site"), [plan_text.site(host.site) for host in found]),
        words(language.text("Country"), [plan_text.country(host.country) for host in found]),
        PageColumn(language.text("In use"), language.column([host.used_pflops for host in found])),
        PageColumn(language.text("Installed"), language.column([host.installed_pflops for host in found])),
        PageColumn(language.text("Of these new"), language.column([host.built_pflops for host in found])),
        words(language.text("For whom, PFLOPS at mean round trip"), whom),
    ]
    return plan_text.table(language.text("Where work is done, {year}, PFLOPS", year=year), columns, year=year)


def delays(plan_text: PlanText, year: int) -> PageTable | None:
    """Return the round-trip times that each workload gets."""
    language, found = plan_text.language, plan_text.digest.year(year).delays
    limits = [NONE if each.limit_ms is None else language.number(each.limit_ms) for each in found]
    columns = [
        words(language.text("Workload"), [plan_text.workload(each.workload) for each in found]),
        PageColumn(language.text("Served, PFLOPS"), language.column([each.served_pflops for each in found])),
        PageColumn(language.text("Mean, ms"), language.column([each.mean_ms for each in found])),
        PageColumn(language.text("In glass alone, ms"), language.column([each.glass_ms for each in found])),
        PageColumn(language.text("Worst, ms"), language.column([each.worst_ms for each in found])),
        PageColumn(language.text("Limit, ms"), limits),
    ]
    if not glass_differs(found):
        del columns[GLASS]
    return plan_text.table(language.text("Round-trip times, {year}", year=year), columns, year=year)


def unserved(plan_text: PlanText, year: int) -> PageTable | None:
    """Return what compute stays unserved, with its reason, the largest first."""
    frame = plan_text.digest.year(year).unserved
    return _left(plan_text, year, frame.reset_index().to_dict("records"), "PFLOPS")


def traffic_not_carried(plan_text: PlanText, year: int) -> PageTable | None:
    """Return what traffic stays uncarried, with its reason, the largest first."""
    frame = plan_text.digest.year(year).traffic_not_carried
    return _left(plan_text, year, frame.reset_index().to_dict("records"), "Gbps")


def _left(plan_text: PlanText, year: int, rows: list[dict[Hashable, Any]], unit: str) -> PageTable | None:
    """Return what is left of demands of one unit."""
    language, suffix = plan_text.language, unit.lower()
    left = [float(row[f"unserved_{suffix}"]) for row in rows]
    asked = [float(row[f"demand_{suffix}"]) for row in rows]
    served = [float(row[f"served_{suffix}"]) for row in rows]
    columns = [
        words(language.text("Who"), [_ends(plan_text, row) for row in rows]),
        words(language.text("Workload"), [plan_text.workload(str(row["workload"])) for row in rows]),
        PageColumn(language.text("Unserved, {unit}", unit=unit), language.column(rests(asked, served))),
        PageColumn(
            language.text("Of what is asked"),
            [language.percentage(part / (whole or inf)) for part, whole in zip(left, asked, strict=True)],
        ),
        words(language.text("Because"), [plan_text.translated(str(row["reason"])) for row in rows]),
    ]
    return plan_text.table(language.text("What stays unserved, {year}, and why", year=year), columns, year=year)


def _ends(plan_text: PlanText, row: dict[Hashable, Any]) -> str:
    origin = plan_text.origin(str(row["origin"]))
    return f"{origin} – {plan_text.node(str(row['to']))}" if "to" in row else origin
