"""Who asks, who is served by whom and through whom; what stays unserved and why; who waits how long."""

from __future__ import annotations

from collections.abc import Hashable
from math import inf
from typing import TYPE_CHECKING, Any

from planner.report.language.figures import ALL_BUT, NONE, rests
from planner.report.plan.facts.serving import sum_fares
from planner.report.web.blocks import PageCell, PageColumn, words

if TYPE_CHECKING:
    from planner.report.plan.facts.serving import Fare
    from planner.report.plan.voice import PlanText
    from planner.report.web.blocks import PageTable


def members(voice: PlanText, year: int) -> PageTable | None:
    """Return how each member fares, and the others that ask or host; sums last."""
    found, language = voice.digest.year(year).fares, voice.language
    if not any(each.asked_pflops for each in found):
        return None
    cost, unit = voice.moneys([*(each.cost_usd for each in found), sum(each.cost_usd for each in found)])
    asked = [each.asked_pflops for each in found]
    served = [each.served_pflops for each in found]
    home = [each.home_pflops for each in found]
    everyone = words(language.text("Country"), [*(_who(voice, each) for each in found), language.text("All")])
    columns = [
        everyone,
        PageColumn(language.text("Asked for"), language.column([*asked, sum(asked)])),
        PageColumn(language.text("Served"), language.column([*served, sum(served)])),
        PageColumn(language.text("Share served"), [_share(voice, each) for each in [*found, sum_fares(found)]]),
        PageColumn(language.text("At home"), language.column([*home, sum(home)])),
        words(language.text("Largest foreign host"), [*(_largest(voice, each, each.hosts) for each in found), ""]),
        PageColumn(
            language.text("Crosses a third country"),
            [_part(voice, each.crossing_pflops, each.served_pflops) for each in [*found, sum_fares(found)]],
        ),
        words(language.text("Most through"), [*(_largest(voice, each, each.transits) for each in found), ""]),
        PageColumn(language.text("Cost, {unit}", unit=unit), cost),
    ]
    caption = language.text("Who is served, {year}, PFLOPS; shares are of what is served", year=year)
    return voice.table(caption, columns, year=year, rows=20, summed=True)


def _who(voice: PlanText, fare: Fare) -> PageCell:
    return PageCell(voice.country(fare.country), "" if fare.member else voice.language.text("not a member"))


def _share(voice: PlanText, fare: Fare) -> str:
    if not fare.asked_pflops:
        return NONE
    return voice.language.percentage(fare.served_pflops / fare.asked_pflops if fare.unserved_pflops else 1.0)


def _part(voice: PlanText, part: float, whole: float) -> str:
    return voice.language.percentage(part / whole) if whole and part > ALL_BUT * whole else NONE


def _largest(voice: PlanText, fare: Fare, amounts: tuple[tuple[str, float], ...]) -> str:
    """Return the first country with its share of what is served."""
    if not amounts or not fare.served_pflops or amounts[0][1] <= ALL_BUT * fare.served_pflops:
        return NONE
    share = voice.language.percentage(amounts[0][1] / fare.served_pflops)
    return voice.language.text("{country} {share}", country=voice.country(amounts[0][0]), share=share)


def hosting(voice: PlanText, year: int) -> PageTable | None:
    """Return the sites that serve, for whom and how far away."""
    language, found = voice.language, voice.digest.year(year).hosts
    whom = [
        voice.few(
            [
                language.text(
                    "{country} {pflops} at {rtt}",
                    country=voice.country(each.country),
                    pflops=language.number(each.pflops),
                    rtt=language.quantity(each.rtt_ms, "ms"),
                )
                for each in host.exchanges
            ]
        )
        for host in found
    ]
    columns = [
        words(language.text("Site"), [voice.site(host.site) for host in found]),
        words(language.text("Country"), [voice.country(host.country) for host in found]),
        PageColumn(language.text("In use"), language.column([host.used_pflops for host in found])),
        PageColumn(language.text("Installed"), language.column([host.installed_pflops for host in found])),
        PageColumn(language.text("Of these new"), language.column([host.built_pflops for host in found])),
        words(language.text("For whom, PFLOPS at mean round trip"), whom),
    ]
    return voice.table(language.text("Where work is done, {year}, PFLOPS", year=year), columns, year=year)


def delays(voice: PlanText, year: int) -> PageTable | None:
    """Return the round-trip times that each workload gets."""
    language, found = voice.language, voice.digest.year(year).delays
    limits = [NONE if each.limit_ms is None else language.number(each.limit_ms) for each in found]
    columns = [
        words(language.text("Workload"), [voice.workload(each.workload) for each in found]),
        PageColumn(language.text("Served, PFLOPS"), language.column([each.served_pflops for each in found])),
        PageColumn(language.text("Mean, ms"), language.column([each.mean_ms for each in found])),
        PageColumn(language.text("Worst, ms"), language.column([each.worst_ms for each in found])),
        PageColumn(language.text("Limit, ms"), limits),
    ]
    return voice.table(language.text("Round-trip times, {year}", year=year), columns, year=year)


def unserved(voice: PlanText, year: int) -> PageTable | None:
    """Return what compute stays unserved, with its reason, the largest first."""
    frame = voice.digest.year(year).unserved
    return _left(voice, year, frame.reset_index().to_dict("records"), "PFLOPS")


def uncarried(voice: PlanText, year: int) -> PageTable | None:
    """Return what traffic stays uncarried, with its reason, the largest first."""
    frame = voice.digest.year(year).uncarried
    return _left(voice, year, frame.reset_index().to_dict("records"), "Gbps")


def _left(voice: PlanText, year: int, rows: list[dict[Hashable, Any]], unit: str) -> PageTable | None:
    """Return what is left of demands of one unit."""
    language, suffix = voice.language, unit.lower()
    left = [float(row[f"unserved_{suffix}"]) for row in rows]
    asked = [float(row[f"demand_{suffix}"]) for row in rows]
    served = [float(row[f"served_{suffix}"]) for row in rows]
    columns = [
        words(language.text("Who"), [_ends(voice, row) for row in rows]),
        words(language.text("Workload"), [voice.workload(str(row["workload"])) for row in rows]),
        PageColumn(language.text("Unserved, {unit}", unit=unit), language.column(rests(asked, served))),
        PageColumn(
            language.text("Of what is asked"),
            [language.percentage(part / (whole or inf)) for part, whole in zip(left, asked, strict=True)],
        ),
        words(language.text("Because"), [voice.said(str(row["reason"])) for row in rows]),
    ]
    return voice.table(language.text("What stays unserved, {year}, and why", year=year), columns, year=year)


def _ends(voice: PlanText, row: dict[Hashable, Any]) -> str:
    origin = voice.origin(str(row["origin"]))
    return f"{origin} – {voice.node(str(row['to']))}" if "to" in row else origin
