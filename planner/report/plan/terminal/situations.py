"""The sections of the page that speak of more than one situation: years, hours, failures, and other traffic."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from planner.report.language.figures import NONE, column, counted, money_unit, number, percentage

if TYPE_CHECKING:
    import pandas as pd

    from planner.report.paper import Page
    from planner.report.plan.digest import Digest, YearDigest
    from planner.report.plan.facts.totals import Totals

COLUMNS = 8
"""Years that stand side by side at 80 columns."""


def years(digest: Digest, _: YearDigest, page: Page) -> None:
    """Print a line for each of several years: what is asked, served, standing, built, paid."""
    if not digest.several:
        return
    told = [digest.year(year) for year in digest.years]
    totals = [each.totals for each in told]
    factor, unit = money_unit([each.cost_usd for each in totals], digest.currency)
    page.heading(f"Year by year (PFLOPS; cost in {unit} of the year itself, not discounted)")
    columns = [
        [str(each.year) for each in told],
        column([each.demand_pflops for each in totals]),
        column([each.served_pflops for each in totals]),
        list(map(_share, totals)),
        column([each.installed_pflops for each in totals]),
        column([each.built_pflops for each in told]),
        column([each.cost_usd / factor for each in totals]),
        column([each.mean_rtt_ms for each in totals]),
        column([each.carbon_t / 1e3 for each in totals]),
    ]
    heads = ["year", "asked", "served", "", "standing", "built\nthen", f"cost\n{unit}", "mean\nms", "kt\nCO2"]
    page.table(heads, [list(row) for row in zip(*columns, strict=True)])
    _members_over_years(digest, page)


def _share(totals: Totals) -> str:
    return percentage(totals.served_share) if totals.demand_pflops else NONE


def _members_over_years(digest: Digest, page: Page) -> None:
    """Print which share of its demand each country gets, year by year."""
    listed = _some(digest.years)
    shares = {
        (year, each.country): each.served_pflops / each.asked_pflops
        for year in digest.years
        for each in digest.year(year).countries
        if each.asked_pflops > 0
    }
    if not shares:
        return
    countries = sorted({country for _, country in shares})
    cells = [
        [percentage(shares[year, country]) if (year, country) in shares else NONE for year in listed]
        for country in countries
    ]
    rows = [[country, *row] for country, row in zip(countries, cells, strict=True)]
    page.say("Share served of what each country asks:", gap=True)
    page.table(["country", *map(str, listed)], rows[: page.rows])
    page.more(len(rows), "members")


def _some(listed: Sequence[int]) -> list[int]:
    """Return as many years as stand side by side, evenly chosen, the first and the last among them."""
    count = min(len(listed), COLUMNS)
    return [listed[round(i * (len(listed) - 1) / (count - 1))] for i in range(count)]


def what_years_stand_for(digest: Digest) -> str:
    """Say how the listed years make up the sum over all years."""
    rate, first = digest.inputs.scenario.finance.discount_rate, digest.years[0]
    parts = [
        f"{span.first}-{span.last} as {number(span.weight)}"
        if span.last > span.first
        else f"{span.first} as {number(span.weight)}"
        for span in digest.spans
    ]
    return (
        f"The sum is discounted to {first} at {percentage(rate)} a year. Each listed year stands"
        f" for the years until the next one, and counts in years of {first}: {page_list(parts)}."
    )


def page_list(parts: list[str]) -> str:
    """Join parts with commas, the middle of a long list left out."""
    return ", ".join(parts if len(parts) <= 6 else [*parts[:3], "...", *parts[-2:]])


def day(_: Digest, of: YearDigest, page: Page) -> None:
    """Draw what is in use over the 24 hours of the day, and say when the peak is."""
    loads = of.day
    if not loads:
        return
    page.heading(f"The day, {of.year} (PFLOPS in use by UTC hour, each line from 0 to its own peak)")
    rows = [
        [
            load.name, page.bars(load.pflops, 24 // len(load.pflops)), number(max(load.pflops)),
            load.hours_of(max(load.pflops)), number(min(load.pflops)), load.hours_of(min(load.pflops)),
            number(load.mean),
        ]
        for load in loads
    ]  # fmt: skip
    page.table(["", "0     6     12    18    ", "peak", "at", "least", "at", "mean"], rows, left=(0, 1, 3, 5))
    whole = loads[0]
    page.say(f"The peak is {percentage(max(whole.pflops) / whole.mean - 1)} above the mean.")


def failures(digest: Digest, of: YearDigest, page: Page) -> None:
    """Say which failures were screened, which had to be planned for, and which touch it and do no harm."""
    found = of.failures
    if not found.count:
        return
    page.heading(f"What may fail, {of.year}")
    if not digest.survival_shares:
        page.say(
            f"{counted(found.count, 'failure')} asked for, and nothing has to survive: no workload that is asked for"
            " says `survives`, so they change nothing."
        )
        return
    kept = ", ".join(f"{name} {percentage(share)}" for name, share in digest.survival_shares.items())
    page.say(f"Share of what the intact state serves that has to survive any one of them: {kept}.")
    page.say(
        f"{counted(found.count, 'failure')} screened: {len(found.shaping)} had to be planned for,"
        f" {len(found.harmless)} touch the plan and are survived as it is, {found.idle} touch nothing."
    )
    _shaping(digest, found.shaping, page)
    if not found.harmless.empty:
        names = [f"{name} ({number(touched)})" for name, touched in found.harmless["touched_pflops"].items()]
        page.say(f"Survived as it is, with the PFLOPS they touch: {page.few(names)}.")


def _shaping(digest: Digest, frame: pd.DataFrame, page: Page) -> None:
    if frame.empty:
        return
    columns = [
        list(map(str, frame.index)),
        column(frame["touched_pflops"]),
        column(frame["price_usd_per_pflops"]),
    ]
    rows = [list(row) for row in zip(*columns, strict=True)][: page.rows]
    heads = ["planned for the failure of", "touches\nPFLOPS", f"keeping a PFLOPS less\nsaves {digest.currency}/year"]
    page.table(heads, rows)
    page.more(len(frame), "failures")


def traffic(_: Digest, of: YearDigest, page: Page) -> None:
    """Print the demands for traffic between two nodes, the largest first."""
    frame = of.rates
    if frame.empty:
        return
    carried = percentage(of.totals.carried_share) if of.totals.demand_gbps else NONE
    page.heading(f"Traffic between places, {of.year}: {carried} carried (Gbps in each direction)")
    columns = [
        [f"{origin}-{to} {workload}" for origin, to, workload in frame.index],
        column(frame["demand_gbps"]),
        column(frame["served_gbps"]),
        column(frame["mean_rtt_ms"]),
        list(map(str, frame["reason"])),
    ]
    rows = [list(row) for row in zip(*columns, strict=True)][: page.rows]
    page.table(["demand", "asked", "carried", "mean\nms", "unserved because"], rows, prose=4)
    page.more(len(frame), "rates")
