"""The sections of the page that speak of more than one situation: years, hours, failures, and other traffic."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from planner.finance import year_weights
from planner.report.language.figures import NONE, column, counted, money_unit, number, percentage
from planner.report.plan.facts import serving
from planner.report.plan.facts.totals import Totals, in_year, total

if TYPE_CHECKING:
    import pandas as pd

    from planner.plan.plan import Plan
    from planner.report.paper import Page

COLUMNS = 8
"""Years that stand side by side at 80 columns."""


def years(plan: Plan, _: int, page: Page) -> None:
    """Print a line for each of several years: what is asked, served, standing, built, paid."""
    listed = plan.inputs.scenario.years
    if len(listed) < 2:
        return
    totals = [total(plan, year) for year in listed]
    factor, unit = money_unit([each.cost_usd for each in totals], plan.inputs.scenario.finance.currency)
    page.heading(f"Year by year (PFLOPS; cost in {unit} of the year itself, not discounted)")
    columns = [
        list(map(str, listed)),
        column([each.demand_pflops for each in totals]),
        column([each.served_pflops for each in totals]),
        list(map(_share, totals)),
        column([each.installed_pflops for each in totals]),
        column([_added(plan, year) for year in listed]),
        column([each.cost_usd / factor for each in totals]),
        column([each.mean_rtt_ms for each in totals]),
        column([each.carbon_t / 1e3 for each in totals]),
    ]
    heads = ["year", "asked", "served", "", "standing", "built\nthen", f"cost\n{unit}", "mean\nms", "kt\nCO2"]
    page.table(heads, [list(row) for row in zip(*columns, strict=True)])
    _members_over_years(plan, page)


def _share(figures: Totals) -> str:
    return percentage(figures.served_pflops / figures.demand_pflops) if figures.demand_pflops else NONE


def _added(plan: Plan, year: int) -> float:
    """PFLOPS built in a year."""
    frame = in_year(plan.builds, year)
    return float(frame["added"][frame["unit"] == "PFLOPS"].sum())


def _members_over_years(plan: Plan, page: Page) -> None:
    """Print which share of its demand each country gets, year by year."""
    listed = _some(plan.inputs.scenario.years)
    frame = plan.members[plan.members["demand_pflops"] > 0]
    if frame.empty:
        return
    listing = zip(frame.index.tolist(), frame["served_pflops"] / frame["demand_pflops"], strict=True)
    shares = {(int(year), str(country)): float(share) for (year, country), share in listing}
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


def what_years_stand_for(plan: Plan) -> str:
    """Say how the listed years make up the sum over all years."""
    listed, finance = plan.inputs.scenario.years, plan.inputs.scenario.finance
    weights = year_weights(listed, finance.discount_rate)
    ends = [*listed[1:], 2 * listed[-1] - listed[-2]]
    spans = (f"{year}-{end - 1}" if end - year > 1 else f"{year}" for year, end in zip(listed, ends, strict=True))
    parts = [f"{span} as {number(weights[year])}" for span, year in zip(spans, listed, strict=True)]
    return (
        f"The sum is discounted to {listed[0]} at {percentage(finance.discount_rate)} a year. Each listed year stands"
        f" for the years until the next one, and counts in years of {listed[0]}: {page_list(parts)}."
    )


def page_list(parts: list[str]) -> str:
    """Join parts with commas, the middle of a long list left out."""
    return ", ".join(parts if len(parts) <= 6 else [*parts[:3], "...", *parts[-2:]])


def day(plan: Plan, year: int, page: Page) -> None:
    """Draw what is in use over the 24 hours of the day, and say when the peak is."""
    loads = serving.day(plan, year)
    if not loads:
        return
    page.heading(f"The day, {year} (PFLOPS in use by UTC hour, each line from 0 to its own peak)")
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


def failures(plan: Plan, year: int, page: Page) -> None:
    """Say which failures were screened, which had to be planned for, and which touch it and do no harm."""
    assert plan.tables is not None
    frame = in_year(plan.tables.failures, year)
    if frame.empty:
        return
    page.heading(f"What may fail, {year}")
    kept = _survivors(plan)
    if not kept:
        page.say(
            f"{counted(len(frame), 'failure')} asked for, and nothing has to survive: no workload that is asked for"
            " says `survives`, so they change nothing."
        )
        return
    page.say(f"Share of what the intact state serves that has to survive any one of them: {', '.join(kept)}.")
    shaping = frame[frame["shaped"].astype(bool)].sort_values("price_usd_per_pflops", ascending=False, kind="stable")
    harmless = frame[~frame["shaped"].astype(bool) & (frame["touched_pflops"] > 0)]
    harmless = harmless.sort_values("touched_pflops", ascending=False, kind="stable")
    page.say(
        f"{counted(len(frame), 'failure')} screened: {len(shaping)} had to be planned for, {len(harmless)} touch"
        f" the plan and are survived as it is, {len(frame) - len(shaping) - len(harmless)} touch nothing."
    )
    _shaping(plan, shaping, page)
    if not harmless.empty:
        names = [f"{name} ({number(touched)})" for name, touched in harmless["touched_pflops"].items()]
        page.say(f"Survived as it is, with the PFLOPS they touch: {page.few(names)}.")


def _survivors(plan: Plan) -> list[str]:
    """Workloads that are asked for and have a share to keep."""
    asked, workloads = {row.workload for row in plan.inputs.demand.demands}, plan.inputs.demand.workloads
    return [f"{name} {percentage(workloads[name].survives)}" for name in sorted(asked) if workloads[name].survives > 0]


def _shaping(plan: Plan, frame: pd.DataFrame, page: Page) -> None:
    if frame.empty:
        return
    currency = plan.inputs.scenario.finance.currency
    columns = [
        list(map(str, frame.index)),
        column(frame["touched_pflops"]),
        column(frame["price_usd_per_pflops"]),
    ]
    rows = [list(row) for row in zip(*columns, strict=True)][: page.rows]
    heads = ["planned for the failure of", "touches\nPFLOPS", f"keeping a PFLOPS less\nsaves {currency}/year"]
    page.table(heads, rows)
    page.more(len(frame), "failures")


def traffic(plan: Plan, year: int, page: Page) -> None:
    """Print the demands for traffic between two nodes, the largest first."""
    assert plan.tables is not None
    frame = in_year(plan.tables.rates, year).sort_values("demand_gbps", ascending=False, kind="stable")
    if frame.empty:
        return
    figures = total(plan, year)
    carried = percentage(figures.served_gbps / figures.demand_gbps) if figures.demand_gbps else NONE
    page.heading(f"Traffic between places, {year}: {carried} carried (Gbps in each direction)")
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
