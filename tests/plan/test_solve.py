"""From a question to a plan: everything that may be asked, and the check that has the last word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from small import YEAR, about, plan, programme
from worlds import changed, two_cities, write_world

import planner
from planner import Status
from planner.cli.solving import exit_code
from planner.plan.verify import verify_plan

if TYPE_CHECKING:
    from pathlib import Path

LIST_A_ZERO = "where nothing is asked before, list a 0."
CUT = {"scenario.variants": {"cut": {"title": "Without the fibre", "remove": ["link:fibre"]}}}
STEP = {"step": "2 PFLOPS", "max": "4 PFLOPS", "capex": "1 kUSD/step"}
PROJECT = {"topology.projects": {"bridge": {"title": "A bridge", "capex": "1 kUSD", "from": 2028}}}

# Two cities, where 20 PFLOPS cost 22 000 USD, with one field more; what the plan then costs, penalty included.
ASKED: dict[str, tuple[dict[str, Any], float]] = {
    # 2028 stands for two years as 2030 does
    "years": ({"scenario.years": [2028, 2030]}, 22_000 * sum(1.08**-year for year in range(4))),
    "hours": ({"scenario.hours": 8}, 22_000),
    # near serves what it can: 10 for 3000 and 10 for 1100
    "objective": ({"scenario.objective": "latency", "demand.workloads.chat.unserved": "required"}, 41_000),
    "contingencies": ({"scenario.contingencies": "links"}, 22_000),
    "policy.floor.served_share": ({"scenario.policy.floor": {"served_share": 0.8}}, 22_000),
    "limits.sites": ({"scenario.limits.sites": 1}, 22_000),
    # 2 of the 4 PFLOPS that would save 900 each cannot be afforded
    "limits.capex": (
        {"scenario.limits.capex": "1 kUSD", "topology.sites.far.compute": "16 PFLOPS",
         "topology.sites.far.expansion": [STEP]},
        18 * 1100 + 2 * 3000 + 1000 * 0.08 / (1 - 1.08**-5),
    ),
    # 9 PFLOPS emit 9 x 8.76 t; near takes 10, and 1 is left
    "limits.carbon": (
        {"scenario.limits.carbon": "78.84 t/year", "topology.sites.far.watts": "1 kW/PFLOPS",
         "topology.sites.far.carbon": "1000 g/kWh"},
        9 * 1100 + 10 * 3000 + 5000,
    ),
    "sites.far.fixed_cost": ({"topology.sites.far.fixed_cost": "2 kUSD/year"}, 24_000),
    # nobody opens far for 2 million: near serves 10
    "sites.far.fixed_cost too dear": ({"topology.sites.far.fixed_cost": "2 MUSD/year"}, 80_000),
    "sites.far.expansion.0.step": (
        {"topology.sites.far.compute": "17 PFLOPS", "topology.sites.far.expansion": [STEP]},
        20 * 1100 + 2 * 1000 * 0.08 / (1 - 1.08**-5),
    ),
    "sites.far.project": (
        {**PROJECT, "topology.sites.far.project": "bridge"},
        22_000 + 1000 * 0.08 / (1 - 1.08**-20),
    ),
    "links.fibre.project": (
        {**PROJECT, "topology.links.fibre.project": "bridge"},
        22_000 + 1000 * 0.08 / (1 - 1.08**-20),
    ),
    "links.fibre.expansion.0.project": (
        {**PROJECT, "topology.links.fibre.capacity": "6 Gbps",
         "topology.links.fibre.expansion": [{"max": "4 Gbps", "capex": "1 kUSD/Gbps", "project": "bridge"}]},
        22_000 + 5000 * 0.08 / (1 - 1.08**-20),
    ),
    # the peak asks for 31.5 PFLOPS, which far has
    "workloads.chat.profile": (
        {"demand.workloads.chat.profile": "diurnal",
         **{f"topology.nodes.{node}.timezone": "Asia/Almaty" for node in ("home", "away")}},
        22_000,
    ),
    # near holds 10 of the 18 to keep: only so much more goes far that 0.9 of all is 10
    "workloads.chat.survives": (
        {"demand.workloads.chat.survives": 0.9, "scenario.contingencies": "links"},
        10 / 0.9 * 1100 + (20 - 10 / 0.9) * 5000,
    ),
    "workloads.chat.min_cluster": ({"demand.workloads.chat.min_cluster": "300 PFLOPS"}, 100_000),
    "workloads.chat.split": ({"demand.workloads.chat.split": False}, 22_000),
    # 4 Gbps each way at 100 USD
    "workloads.internet.kind": (
        {"demand.workloads.internet": {"kind": "traffic", "unserved": "9 kUSD/Gbps/year"},
         "demand.demands": [{"origin": "home", "to": "away", "workload": "internet", "rate": "4 Gbps"}]},
        800,
    ),
}  # fmt: skip


@pytest.mark.parametrize("field", ASKED)
def test_everything_that_may_be_asked_is_solved_and_verified(field: str) -> None:
    """The answer is that of a sheet of paper, and the check agrees with every table."""
    changes, usd = ASKED[field]
    found = plan(changes)
    assert (found.status, found.findings) == (Status.OPTIMAL, ())
    assert found.total_cost_usd + found.unserved_penalty_usd == pytest.approx(usd, rel=3e-6)
    assert verify_plan(found) == []


def test_a_project_that_nothing_hangs_on_is_not_built() -> None:
    """Nothing hangs on the project, so nobody builds it."""
    found = plan(PROJECT)
    assert found.builds.empty
    assert found.objective == about(22_000)


def test_a_file_is_solved_with_a_variant_and_overrides(tmp_path: Path) -> None:
    """Without the fibre near serves 10 of the 20 PFLOPS at 3000; with its opex at 2000 that is 20 000 + 50 000."""
    scenario = write_world(changed(two_cities(), CUT), tmp_path)
    assert planner.solve(scenario).objective == about(22_000)
    assert planner.solve(scenario, variant="cut").objective == about(80_000)
    found = planner.solve(str(scenario), variant="cut", overrides=["sites.near.opex=2000 USD/PFLOPS/year"])
    assert found.objective == about(70_000)
    assert (found.inputs.variant, found.inputs.overrides) == ("cut", ("sites.near.opex=2000 USD/PFLOPS/year",))


def test_a_plan_says_how_it_was_found() -> None:
    """Status, bound, gap, rounds, time, versions."""
    found = plan()
    assert (found.status, found.solver, found.findings) == (Status.OPTIMAL, "highs", ())
    assert found.bound <= found.objective
    assert found.gap < 1e-7
    assert found.rounds >= 2
    assert found.paths_generated >= 1
    assert 0 < found.seconds < 60
    assert {"planner", "python", "pulp", "highspy"} <= set(found.versions)
    assert exit_code(found) == 0


def test_money_and_penalty_stand_apart() -> None:
    """80 000 where only near may serve: 30 000 are spent, 50 000 is what leaving 10 PFLOPS counts for."""
    found = plan({"demand.workloads.chat.max_rtt": "5 ms"})
    assert found.total_cost_usd == about(30_000)
    assert found.unserved_penalty_usd == about(50_000)
    assert set(found.cost_usd) == {"capex", "fixed", "opex", "energy", "fees", "transit"}


def test_every_table_is_reached_by_its_name() -> None:
    """As an attribute of the plan, the same frame as in the tables."""
    found = plan()
    assert found.tables is not None
    assert len(found.tables.items()) == 13
    for name, frame in found.tables.items():
        assert getattr(found, name) is frame


def test_a_plan_that_fails_the_check_is_an_error_and_says_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the solver says."""
    monkeypatch.setattr("planner.plan.solve.verify_plan", lambda _: ("sites: far uses more than it has",))
    found = plan()
    assert found.status is Status.ERROR
    assert found.findings == ("sites: far uses more than it has",)
    assert not found.status.has_plan
    assert exit_code(found) == 1


def test_a_case_is_looked_up_by_what_it_means() -> None:
    """Positions are those of the sorted identifiers; one year weighs 1."""
    case = programme().case
    (state,) = case.states
    assert case.state_at[YEAR, 0, "intact"] is state
    assert case.site_index == {"far": 0, "near": 1}
    assert case.network.node_index == {"away": 0, "home": 1}
    assert case.weight(state) == case.year_weight(YEAR) == 1
    assert case.part_key(case.demands[0]) == ("home", "chat", "home")


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ({2031: "20 PFLOPS"}, "1 demand counts from 2030 on, though it is listed from 2031 on alone (home/chat): "),
        ({2030: "0 PFLOPS", 2031: "20 PFLOPS"}, ""),
        ("20 PFLOPS", ""),
    ],
)
def test_demand_listed_for_a_later_year_alone_is_said_to_count_before(amount: Any, said: str) -> None:
    """Before the first listed year, the first listed figure counts: 22 000 USD each year; a 0 leaves it at nothing."""
    found = plan({"demand.demands.0.compute": amount, "scenario.years": [2030, 2031]})
    assert [note for note in found.notes if "listed from" in note] == ([f"{said}{LIST_A_ZERO}"] if said else [])
    first = found.demands.loc[2030]["demand_pflops"].sum()
    assert first == (0 if not said and isinstance(amount, dict) else 20)
