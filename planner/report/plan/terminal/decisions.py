"""The sections of the page about what was decided: what was best, what is built, which limits were kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.report.language.figures import column, counted, gap_text, money, money_unit, number, percentage
from planner.report.plan.facts.totals import in_year, objective_unit

if TYPE_CHECKING:
    import pandas as pd

    from planner.plan.plan import Plan
    from planner.report.paper import Page
    from planner.topology import LinkExpansion, SiteExpansion

STAGE_WORDS = {
    "cost": "least cost, with the penalty on what stays unserved",
    "served": "most PFLOPS served",
    "compute": "least compute built by the community",
    "latency": "least round trips, PFLOPS times milliseconds",
    "carbon": "least carbon",
}


def stages(plan: Plan, _: int, page: Page) -> None:
    """Print the objectives in the order in which they were optimised; cost alone needs no words."""
    found = plan.stages
    if [stage.name for stage in found] == ["cost"]:
        return
    several = len(plan.inputs.scenario.years) > 1
    page.heading(f"What the plan is best at, in this order{'; all years, discounted' if several else ''}")
    rows = [
        [
            f"{i}.", stage.name, STAGE_WORDS[stage.name],
            _reached(plan, stage.name, stage.value), gap_text(_gap(stage.value, stage.bound)),
        ]
        for i, stage in enumerate(found, start=1)
    ]  # fmt: skip
    page.table(["", "objective", "what is sought", "reached", "gap"], rows, left=(0, 1), prose=2)
    added = [stage.name for stage in found if stage.name not in plan.inputs.scenario.objective]
    if "served" in added:
        page.say("As much as can be is served first: otherwise serving nothing would be best.")


def _reached(plan: Plan, name: str, value: float) -> str:
    unit = objective_unit(plan, name)
    return money(value, unit) if name == "cost" else f"{number(value, 4)} {unit}"


def _gap(value: float, bound: float) -> float:
    return abs(value - bound) / max(abs(value), 1.0)


def builds(plan: Plan, _: int, page: Page) -> None:
    """Print what is built: the dearest, by year."""
    frame = plan.builds.sort_values(["capex_usd", "added"], ascending=False, kind="stable")
    if frame.empty:
        page.heading("What is built: nothing")
    else:
        page.heading(f"What is built ({_spent(plan, frame)})")
        _print_builds(plan, frame, page)
    left = _projects_left(plan)
    if left:
        page.say(f"Projects not built: {page.few(left)}.")


def _spent(plan: Plan, frame: pd.DataFrame) -> str:
    """Return the money spent in all, and by year where there are several."""
    currency = plan.inputs.scenario.finance.currency
    words = f"{money(float(frame['capex_usd'].sum()), currency)} in all"
    by_year = frame["capex_usd"].groupby(level="year").sum()
    if len(by_year) < 2 or len(by_year) > 4:
        return words
    return f"{words}: {', '.join(f'{money(usd, currency)} in {year}' for year, usd in by_year.items())}"


def _print_builds(plan: Plan, frame: pd.DataFrame, page: Page) -> None:
    currency = plan.inputs.scenario.finance.currency
    yearly = frame["annuity_usd"] + frame["opex_usd"]
    factor, unit = money_unit(frame["capex_usd"], currency)
    yearly_factor, yearly_unit = money_unit(yearly, currency)
    several = len(plan.inputs.scenario.years) > 1
    capex, cost = column(frame["capex_usd"] / factor), column(yearly / yearly_factor)
    shown = list(range(len(frame)))[: page.rows]
    if several:
        shown.sort(key=lambda i: int(frame.index[i][0]))
    rows = []
    for i in shown:
        year, asset, position = frame.index[i]
        kind, name = str(asset).split(":", 1)
        adds = _adds(plan, str(asset), int(position), frame.iloc[i])
        rows.append([*([str(year)] if several else []), name, kind, adds, capex[i], cost[i]])
    heads = ["what", "", "adds", f"price\n{unit}", f"a year\n{yearly_unit}"]
    page.table(["year", *heads] if several else heads, rows, left=(0, 1, 2) if several else (0, 1))
    page.more(len(frame), "builds")


def _adds(plan: Plan, asset: str, position: int, row: pd.Series) -> str:
    """Return the size of a build, with its steps where it has some."""
    if row["unit"] == "project":
        return "whole"
    size = f"{number(float(row['added']))} {row['unit']}"
    step = _expansion(plan, asset, position).step
    return f"{counted(round(float(row['added']) / step), 'step')}, {size}" if step else size


def _expansion(plan: Plan, asset: str, position: int) -> SiteExpansion | LinkExpansion:
    kind, name = asset.split(":", 1)
    topology = plan.inputs.topology
    return topology.sites[name].expansion[position] if kind == "site" else topology.links[name].expansion[position]


def _projects_left(plan: Plan) -> list[str]:
    built = {str(asset) for asset in plan.builds.index.get_level_values("asset")}
    return [key for key in sorted(plan.inputs.topology.projects) if f"project:{key}" not in built]


def limits(plan: Plan, year: int, page: Page) -> None:
    """Say how much of each budget is used, and how near to the floor the least served member is."""
    scenario = plan.inputs.scenario
    currency = scenario.finance.currency
    parts = []
    if scenario.limits.sites is not None:
        parts.append(f"{_sites_in_use(plan)} of at most {counted(scenario.limits.sites, 'site')} in use")
    if scenario.limits.capex_usd is not None:
        spent = float(plan.builds["capex_usd"].sum())
        parts.append(
            f"{money(spent, currency)} of at most {money(scenario.limits.capex_usd, currency)} spent on building"
        )
    if scenario.limits.carbon_kg is not None:
        tonnes = float(in_year(plan.sites, year)["carbon_t"].sum())
        most = scenario.limits.carbon_kg.at(year) / 1e6
        parts.append(f"{number(tonnes / 1e3)} of at most {number(most)} kt of CO2 in {year}")
    if scenario.policy.floor.served_share:
        parts.append(f"every member served at least {percentage(scenario.policy.floor.served_share)}: {_least(plan)}")
    if parts:
        page.say(f"Limits: {'; '.join(parts)}.", gap=True)


def _sites_in_use(plan: Plan) -> int:
    """Sites that serve or are built at, in any year."""
    frame = plan.sites[(plan.sites["peak_pflops"] > 0) | (plan.sites["built_pflops"] > 0)]
    return int(frame.index.get_level_values("site").nunique())


def _least(plan: Plan) -> str:
    """Name the member, and the year, with the smallest share served."""
    own = plan.members[plan.members["member"].astype(bool) & (plan.members["demand_pflops"] > 0)]
    if own.empty:
        return "no member asks for anything"
    shares = (own["served_pflops"] / own["demand_pflops"]).tolist()
    share, (year, country) = min(zip(shares, own.index.tolist(), strict=True))
    return f"the least is {country} in {year} with {percentage(share)}"
