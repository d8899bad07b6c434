"""Everything that is shipped as data loads, solves and gives figures an expert can believe."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

import planner
from planner.latency import FIBRE_US_PER_KM, great_circle_km

ROOT = Path(__file__).parents[1]
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))
QUESTIONS = [
    pytest.param(file, variant, id=f"{file.stem}:{variant or 'default'}")
    for file in EXAMPLES
    for variant in (None, *planner.load_scenario(file).scenario.variants)
]
EVERY_EXAMPLE = pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)


@cache
def solve(file: Path, variant: str | None = None) -> planner.Plan:
    """Solve an example once for all tests."""
    return planner.solve(file, variant=variant)


@pytest.mark.parametrize("file", sorted((ROOT / "topologies").glob("*.yaml")), ids=lambda file: file.stem)
def test_every_topology_loads_by_itself(file: Path) -> None:
    """With nodes, sites and links."""
    topology = planner.load_topology(file)
    assert topology.nodes
    assert topology.sites
    assert topology.links


@pytest.mark.parametrize("file", sorted((ROOT / "demand").glob("*.yaml")), ids=lambda file: file.stem)
def test_every_demand_loads_by_itself(file: Path) -> None:
    """With workloads, and somebody who asks for them."""
    demand = planner.load_demand(file)
    assert demand.workloads
    assert demand.demands


@pytest.mark.parametrize(("file", "variant"), QUESTIONS)
def test_every_example_and_variant_is_solved_to_the_proved_optimum(file: Path, variant: str | None) -> None:
    """And passes the check that knows no solver."""
    plan = solve(file, variant)
    assert plan.findings == ()
    assert plan.status is planner.Status.OPTIMAL
    assert plan.gap < 1e-7


@EVERY_EXAMPLE
def test_a_pflops_year_costs_what_it_costs_elsewhere(file: Path) -> None:
    """Between 10 and 30 kUSD for each PFLOPS served, everything included."""
    plan = solve(file)
    assert 10_000 < plan.total_cost_usd / plan.demands["served_pflops"].sum() < 30_000


@EVERY_EXAMPLE
def test_planned_sites_do_not_run(file: Path) -> None:
    """A status that is not counted has no compute but what is built."""
    plan = solve(file)
    counted = plan.inputs.scenario.count
    for (_, site), row in plan.sites.iterrows():
        if plan.inputs.topology.sites[site].status not in counted:
            assert row["installed_pflops"] == row["built_pflops"]


@EVERY_EXAMPLE
def test_no_light_is_faster_than_glass(file: Path) -> None:
    """No path is quicker than fibre laid straight from its origin to its site: 2 x 4.9 us/km."""
    plan = solve(file)
    nodes, sites = plan.inputs.topology.nodes, plan.inputs.topology.sites
    assert not plan.paths.empty
    for (*_, origin, _, site, _), row in plan.paths.iterrows():
        here, there = nodes[origin], nodes[sites[site].node]
        km = great_circle_km((here.lat, here.lon), (there.lat, there.lon))
        assert row["rtt_ms"] >= 2 * km * FIBRE_US_PER_KM / 1000 - 1e-9


@EVERY_EXAMPLE
def test_what_is_not_served_says_why(file: Path) -> None:
    """Every gap has its reason, and no reason is a way out."""
    demands = solve(file).demands
    left = demands[demands["unserved_pflops"] > 0]
    assert (left["reason"] != "").all()
    assert not left["reason"].str.contains("elsewhere").any()


@EVERY_EXAMPLE
def test_links_carry_what_others_send_too(file: Path) -> None:
    """Not every link is a tenth of a percent full: half of those in use are above 20 %."""
    links = solve(file).links
    assert links.loc[links["peak_gbps"] > 0, "utilisation"].median() > 0.2


@EVERY_EXAMPLE
def test_the_members_cost_adds_up_to_the_plans(file: Path) -> None:
    """Nothing is paid twice, nothing by nobody."""
    plan = solve(file)
    assert plan.members["cost_usd"].sum() == pytest.approx(plan.total_cost_usd, rel=1e-9)
