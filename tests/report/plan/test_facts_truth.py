"""What the report says, worked out anew from the tables and the files of random worlds of every kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from math import fsum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small import about
from worlds import KINDS, World, profile, worlds, write_world

import planner
from planner.report.language.speech import speak
from planner.report.plan.facts import money, serving, supply
from planner.report.plan.facts.totals import total
from planner.report.plan.page.rendering import make_page

EXAMPLES = 12
CRF_YEARS = {"site": "compute_life", "link": "link_life", "project": "link_life"}


def near(value: float) -> Any:
    """Return a sum of money that compares to six digits, as the solver's rounding allows."""
    return pytest.approx(value, rel=1e-6, abs=1e-3)


def solved(world: World) -> planner.Plan | None:
    """Return the plan of a world, None where it has none."""
    with TemporaryDirectory() as folder:
        inputs = planner.load_scenario(write_world(world, Path(folder)))
    found = planner.solve(inputs)
    return found if found.status.has_plan else None


def rows(plan: planner.Plan, name: str, year: int | None = None) -> list[dict[str, Any]]:
    """Return the rows of a table, of a year where one is given."""
    found = [
        {str(key): value for key, value in row.items()} for row in getattr(plan, name).reset_index().to_dict("records")
    ]
    return [row for row in found if year is None or row["year"] == year]


def intact(plan: planner.Plan, year: int) -> Iterator[tuple[dict[str, Any], str, str, set[str]]]:
    """Yield the intact paths of a year, PFLOPS as means over the day: row, origin's country, host's, those between."""
    topology, hours = plan.inputs.topology, blocks(plan)
    for row in rows(plan, "paths", year):
        if row["contingency"] == "intact":
            home = topology.nodes[row["origin"]].country
            host = topology.nodes[topology.sites[row["site"]].node].country
            here, passed = row["origin"], set()
            for link in filter(None, row["links"].split(";")):
                (here,) = set(topology.links[link].ends) - {here}
                passed.add(topology.nodes[here].country)
            yield row | {"pflops": row["pflops"] / hours}, home, host, passed - {home, host}


def blocks(plan: planner.Plan) -> int:
    """Return into how many blocks the day is cut: an uneven day has 24 unless the scenario says otherwise."""
    demand, hours = plan.inputs.demand, plan.inputs.scenario.hours
    asked = {row.workload for row in demand.demands}
    flat = all(demand.workloads[key].is_flat for key in asked)
    return hours if hours is not None else 1 if flat else 24


def weights(plan: planner.Plan) -> dict[int, float]:
    """Return how many discounted calendar years each listed one stands for."""
    years, rate = plan.inputs.scenario.years, plan.inputs.scenario.finance.discount_rate
    if len(years) == 1:
        return {years[0]: 1.0}
    ends = [*years[1:], years[-1] + years[-1] - years[-2]]
    spans = {year: range(year, end) for year, end in zip(years, ends, strict=True)}
    return {year: fsum((1 + rate) ** (years[0] - j) for j in span) for year, span in spans.items()}


def standing(plan: planner.Plan, year: int, *, own: bool) -> float:
    """Return the compute in service in a year by the files, and that of the plan's builds and projects too if `own`."""
    scenario, found = plan.inputs.scenario, 0.0
    built = rows(plan, "builds")
    projects = {row["asset"]: row["year"] for row in built if row["unit"] == "project" and row["year"] <= year}
    for key, site in plan.inputs.topology.sites.items():
        if (site.from_year or 0) <= year <= (site.until or 9999):
            exists = site.project is None or (own and f"project:{site.project}" in projects)
            found += site.compute_pflops.at(year) if exists and site.status in scenario.count else 0.0
            alive = range(year - scenario.finance.compute_life + 1, year + 1)
            found += sum(
                row["added"] for row in built if own and row["asset"] == f"site:{key}" and row["year"] in alive
            )
    return found * scenario.limits.site_fill.at(year)


def grown(points: tuple[tuple[int, float], ...], year: int) -> float:
    """Return a demand of a year: geometrically between listed ones, level outside, a step from or to zero."""
    before = [point for point in points if point[0] <= year] or [points[0]]
    after = [point for point in points if point[0] >= year] or [points[-1]]
    (y0, a), (y1, b) = before[-1], after[0]
    return a if y0 >= y1 or a * b == 0 else a * (b / a) ** ((year - y0) / (y1 - y0))


def check_supply(plan: planner.Plan) -> None:
    """Check demand against supply in every calendar year."""
    inputs = plan.inputs
    compute = [row for row in inputs.demand.demands if inputs.demand.workloads[row.workload].kind != "traffic"]
    found = supply.supply_balances(plan)
    assert [each.year for each in found] == list(range(inputs.scenario.years[0], inputs.scenario.years[-1] + 1))
    for each in found:
        assert each.asked_pflops == about(fsum(grown(row.amount.points, each.year) for row in compute))
        assert each.standing_pflops == about(standing(plan, each.year, own=False))
        assert each.supplied_pflops == about(standing(plan, each.year, own=True))
        assert each.needed_pflops >= each.asked_pflops * (1 - 1e-12)
    for year in inputs.scenario.years:
        (each,) = [each for each in found if each.year == year]
        assert each.asked_pflops == about(total(plan, year).demand_pflops)
        assert peak_served(plan, year) <= each.supplied_pflops * (1 + 1e-6) + 1e-6


def peak_served(plan: planner.Plan, year: int) -> float:
    """Return the most that is served in any block of the day."""
    sums: dict[int, float] = defaultdict(float)
    for row, *_ in intact(plan, year):
        sums[row["hour"]] += row["pflops"] * blocks(plan)
    return max(sums.values(), default=0.0)


def check_money(plan: planner.Plan) -> None:
    """Check that years, members, sites, links and confidence add up to what is spent."""
    weight = weights(plan)
    assert plan.total_cost_usd == near(fsum(weight[y] * total(plan, y).cost_usd for y in weight))
    spent = fsum(weight[y] * fare.cost_usd for y in weight for fare in serving.country_figures(plan, y))
    assert spent == near(plan.total_cost_usd)
    sure = money.cost_by_confidence(plan)
    assert fsum(sure.values()) == near(plan.total_cost_usd)


def check_members(plan: planner.Plan, year: int) -> None:
    """Check who is served where and through whom."""
    served: dict[str, float] = defaultdict(float)
    pairs: dict[tuple[str, str], float] = defaultdict(float)
    through: dict[tuple[str, str], float] = defaultdict(float)
    crossing: dict[str, float] = defaultdict(float)
    for row, home, host, between in intact(plan, year):
        served[home] += row["pflops"]
        pairs[home, host] += row["pflops"]
        crossing[home] += row["pflops"] if between else 0.0
        for third in between:
            through[home, third] += row["pflops"]
    found = {fare.country: fare for fare in serving.country_figures(plan, year)}
    assert set(plan.inputs.scenario.community.members) | set(served) <= set(found)
    for country, fare in found.items():
        assert fare.served_pflops == about(served[country])
        assert fare.home_pflops == about(pairs[country, country])
        assert fare.crossing_pflops == about(crossing[country])
        assert dict(fare.hosts) == {b: about(v) for (a, b), v in pairs.items() if a == country != b}
        assert dict(fare.transits) == {b: about(v) for (a, b), v in through.items() if a == country}
        assert [v for _, v in fare.hosts] == sorted((v for _, v in fare.hosts), reverse=True)


def check_hosts_and_delays(plan: planner.Plan, year: int) -> None:
    """Check who hosts what, and how far away."""
    flows = list(intact(plan, year))
    used = {row["site"]: row["used_pflops"] for row in rows(plan, "sites", year)}
    for host in serving.hosting_sites(plan, year):
        own = [row for row, *_ in flows if row["site"] == host.site]
        assert host.used_pflops == about(used[host.site])
        assert host.rtt_ms == about(fsum(r["pflops"] * r["rtt_ms"] for r in own) / fsum(r["pflops"] for r in own))
        assert fsum(each.pflops for each in host.exchanges) == about(host.used_pflops)
    for delay in serving.workload_rtts(plan, year):
        own = [row for row, *_ in flows if row["workload"] == delay.workload]
        asked = [row for row in rows(plan, "demands", year) if row["workload"] == delay.workload]
        assert delay.served_pflops == about(fsum(row["served_pflops"] for row in asked))
        assert delay.worst_ms == max(row["rtt_ms"] for row in own)
        assert delay.mean_ms == about(fsum(r["pflops"] * r["rtt_ms"] for r in own) / fsum(r["pflops"] for r in own))


def check_worths(plan: planner.Plan, year: int) -> None:
    """Check worths against the duals: of the year by itself, or of all years where the limit is of all."""
    scenario, weight = plan.inputs.scenario, weights(plan)[year]
    fills = {"site_capacity": scenario.limits.site_fill.at(year), "link_capacity": scenario.limits.link_fill.at(year)}
    named = {"site_capacity": "site", "link_capacity": "link"}
    sums: dict[tuple[str, str], float] = defaultdict(float)
    for row in rows(plan, "duals"):
        family, parts = row["family"], row["key"].split("/")
        if family in ("site_limit", "capex_budget"):
            sums[family, ""] += row["dual_usd"]
        elif parts[0] == str(year) and family in named:
            sums[named[family], parts[3]] += row["dual_usd"] / weight * (fills[family] if parts[2] == "intact" else 1)
        elif parts[0] == str(year) and family in ("build_limit", "floor", "site_power", "carbon_budget"):
            name = {"site_power": 3, "carbon_budget": 0}.get(family, 1)
            sums[family, parts[name] if name else ""] += row["dual_usd"] / weight
    installed = {row["site"]: row["installed_pflops"] for row in rows(plan, "sites", year)}
    found = {(each.family, each.key): each.usd for each in money.limit_values(plan, year)}
    for (family, key), usd in sums.items():
        if usd > 1e-5 and (family != "site" or installed[key] > 0):
            assert found.pop((family, key)) == near(usd)
    assert all(usd <= 1e-5 for usd in found.values()), found


def check_builds(plan: planner.Plan) -> None:
    """Check what is built, with its power at the meter and its price."""
    topology, finance = plan.inputs.topology, plan.inputs.scenario.finance
    found = supply.built_assets(plan)
    assert len(found) == len(plan.builds)
    for each in found:
        asset = {"site": topology.sites, "link": topology.links, "project": topology.projects}[each.kind][each.key]
        if isinstance(asset, planner.topology.Site):
            kw = each.pflops * asset.watts_kw_per_pflops * asset.pue.at(each.year)
            assert (each.mw or 0.0) == about(kw / 1000)
        option = asset if each.kind == "project" else asset.expansion[each.expansion]
        amount = 1.0 if each.kind == "project" else each.pflops + each.gbps
        life, rate = getattr(finance, CRF_YEARS[each.kind]), finance.discount_rate
        recovery = rate / (1 - (1 + rate) ** -life) if rate else 1 / life
        capex, opex = option.capex_usd.at(each.year), option.opex_usd
        assert each.capex_usd == about(amount * capex)
        first = next(t for t in plan.inputs.scenario.years if t >= each.year)
        assert each.yearly_usd == about(amount * (capex * recovery + opex.at(first)))


def check_page(plan: planner.Plan) -> None:
    """Check that the page itself can be written and adds up."""
    page = make_page(plan, speak("en"), None)
    assert page["whole"]
    for each in page["years"]:
        unserved = [
            row for row in rows(plan, "demands", each.year) if row["unserved_pflops"] > 1e-5 * row["demand_pflops"]
        ]
        assert bool(each.unserved) == bool(unserved)
        assert all(row["reason"] for row in unserved)


@pytest.mark.parametrize("kind", KINDS)
@profile(examples=EXAMPLES)
@given(data=st.data())
def test_figures_are_those_of_the_tables(kind: str, data: st.DataObject) -> None:
    """Supply, money, members, hosts, delays, worths, builds."""
    plan = solved(data.draw(worlds(kind, traffic=data.draw(st.booleans()))))
    if plan is None:
        return
    check_supply(plan)
    check_money(plan)
    check_builds(plan)
    for year in plan.inputs.scenario.years:
        check_members(plan, year)
        check_hosts_and_delays(plan, year)
        check_worths(plan, year)
    check_page(plan)
