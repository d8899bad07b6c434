"""The check of what goes beyond one state and one cost: failures, traffic, projects, other objectives, fixed costs."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from small import about, load, plan, proved, triangle
from worlds import changed, two_cities, write_world

import planner
from plan.edits import drop, edit, frame, put
from planner import Status
from planner.plan.verify import verify_plan, verify_run, verify_tables

if TYPE_CHECKING:
    from plan.edits import Change
    from planner.files import Inputs
    from planner.plan.plan import Plan, Tables

WEIGHTS = [1 + 1 / 1.08, 1 / 1.08**2 + 1 / 1.08**3]
"""2030 stands for 2030 and 2031, 2032 for itself and 2033, at 8 %."""


def faults_of(plan: Plan, *, inputs: Inputs | None = None, **tables: pd.DataFrame) -> list[str]:
    """Check a plan with other inputs or other tables."""
    assert plan.tables is not None
    return verify_tables(
        inputs or plan.inputs,
        replace(plan.tables, **tables),
        objective=plan.objective,
        cost_usd=plan.cost_usd,
        unserved_penalty_usd=plan.unserved_penalty_usd,
    )


def keep_run(world: dict[str, Any], folder: Path) -> Path:
    """Solve a world whose files stay, and keep its run."""
    return planner.write_run(planner.solve(write_world(world, folder / "world")), folder / "run")


def faults_after(run: Path, folder: Path, table: str, change: Change) -> list[str]:
    """Edit a table in a copy of a run, and check it; the hash always tells on it."""
    copy = Path(shutil.copytree(run, folder / "copy"))
    edit(copy, table, change)
    hashed, *faults = verify_run(copy)
    assert hashed == f"tables/{table}.csv was changed after the run was written"
    return faults


# ------------------------------------------------------------------------------------- failures

# Half a day asks for 10, half for 30 PFLOPS, all far over the fibre; near has 20. With the fibre cut, half is kept: 5
# and 15. One set of flows, 15 PFLOPS at the first hour, is enough for both.
DAY = {
    "demand.workloads.chat.profile": [0.5 if 5 <= hour < 17 else 1.5 for hour in range(24)],
    "demand.workloads.chat.survives": 0.5,
    "topology.nodes.home.timezone": "Asia/Almaty",
    "topology.sites.near.compute": "20 PFLOPS",
    "scenario.hours": 2,
    "scenario.contingencies": ["link:fibre"],
}


@pytest.fixture(scope="module")
def day() -> Plan:
    """Return the plan of the day."""
    return plan(DAY)


def with_kept(plan: Plan, kept: dict[int, float], site: str = "near") -> Tables:
    """Return the tables of a plan whose failing states serve so much by hour, without any link."""
    assert plan.tables is not None
    paths, rows = plan.tables.paths.query("contingency == 'intact'"), plan.tables.assignments
    keys = {hour: (2030, hour, "link:fibre", "home", "chat", site) for hour in kept}
    flows = [(*keys[hour], 1, pflops, 0.0, 0.0, 0.0, "", "home") for hour, pflops in kept.items()]
    means = [(*keys[hour], pflops, 0.0) for hour, pflops in kept.items()]
    if kept:
        paths = pd.concat([paths, frame("paths", *flows)])
    rows = rows.query("contingency == 'intact'")
    return replace(
        plan.tables, paths=paths, assignments=pd.concat([rows, frame("assignments", *means)]) if kept else rows
    )


def test_one_set_of_flows_does_for_every_block(day: Plan) -> None:
    """15 PFLOPS are more than the night asks for, and stand for the day."""
    assert verify_plan(day) == []
    assert day.paths.query("contingency != 'intact'")["pflops"].tolist() == about([15.0])


NIGHT, NOON = "2030, without link:fibre: demand", "2030, hour 12, without link:fibre: demand"
KEPT = [
    ({}, [f"{NIGHT} home/chat at home: 0 PFLOPS are kept, and 5 have to be",
          f"{NOON} home/chat at home: 0 PFLOPS are kept, and 15 have to be"]),
    ({0: 15.0}, []),
    ({12: 15.0}, []),
    ({0: 5.0, 12: 15.0}, []),
    ({0: 12.0}, [f"{NOON} home/chat at home: 12 PFLOPS are kept, and 15 have to be"]),
    ({12: 4.0}, [f"{NOON} home/chat at home: 4 PFLOPS are kept, and 15 have to be",
                 f"{NIGHT} home/chat at home: 4 PFLOPS are kept, and 5 have to be"]),
    ({0: 15.0, 12: 5.0}, [f"{NOON} home/chat at home: 5 PFLOPS are kept, and 15 have to be"]),
    ({0: 20.5}, ["2030, without link:fibre: site near: 20.5 PFLOPS in use exceed the 20 installed"]),
    ({0: 31.0}, [f"{NIGHT} home/chat at home: 31 PFLOPS are served of 30 asked for",
                 "2030, without link:fibre: site near: 31 PFLOPS in use exceed the 20 installed"]),
]  # fmt: skip


@pytest.mark.parametrize(("kept", "words"), KEPT)
def test_every_block_of_a_failure_is_covered(kept: dict[int, float], words: list[str], day: Plan) -> None:
    """By its own rows, which take precedence, or by those of another hour that keep enough and fit."""
    tables = with_kept(day, kept)
    found = faults_of(day, paths=tables.paths, assignments=tables.assignments)
    assert sorted(found) == sorted(words)


def test_rows_of_another_failure_or_year_do_not_count(day: Plan) -> None:
    """What keeps enough without the sea cable says nothing of the fibre."""
    inputs = load({**DAY, "scenario.contingencies": ["link:fibre", "site:far"]})
    tables = with_kept(day, {0: 15.0})
    touched = frame(
        "failures",
        *((2030, name, 20.0, False, False, 0.0, 0.0, 0.0) for name in ("link:fibre", "site:far")),
    )
    moved = {name: getattr(tables, name).rename(index={"link:fibre": "site:far"}) for name in ("paths", "assignments")}
    (night, noon) = faults_of(day, inputs=inputs, failures=touched, **moved)
    assert night.startswith(NIGHT)
    assert noon.startswith(NOON)


def test_flows_that_touch_no_failure_need_no_rows() -> None:
    """Near serves 10 of the 20 PFLOPS for itself, which is the half to keep; and nobody crosses the other link."""
    world = changed(triangle(), {"topology.sites.near.opex": "900 USD/PFLOPS/year"})
    solved = plan({"scenario.contingencies": "links", "demand.workloads.chat.survives": 0.5}, base=world)
    tables = with_kept(solved, {})
    intact = {"paths": tables.paths, "assignments": tables.assignments}
    assert verify_plan(solved) == faults_of(solved, **intact) == []
    greedy = load({"scenario.contingencies": "links", "demand.workloads.chat.survives": 0.6}, base=world)
    words = "demand home/chat at home: 10 PFLOPS are kept, and 12 have to be"
    assert [fault.split(": ", 1)[1] for fault in faults_of(solved, inputs=greedy, **intact)] == [words, words]


def test_committed_light_counts_in_failures_and_fills_do_not() -> None:
    """Without the fibre 9 of the 10 PFLOPS to keep pass over low with 4.5 Gbps: under 5, but not beside 1 taken."""
    base = changed(
        triangle(),
        {
            "scenario.contingencies": ["link:fibre"],
            "demand.workloads.chat.survives": 0.5,
            "topology.sites.near.compute": "1 PFLOPS",
            "topology.links.low.capacity": "5 Gbps",
            "topology.links.low.transit": "1 kUSD/Gbps/year",
        },
    )
    solved = plan(base=base)
    assert verify_plan(solved) == []
    assert faults_of(solved, inputs=load({"scenario.limits.link_fill": 0.5}, base=base)) == []
    faults = faults_of(solved, inputs=load({"topology.links.low.committed": "1 Gbps"}, base=base))
    assert "2030, without link:fibre: link low: 4.5 Gbps forward and 1 committed exceed 5 Gbps" in faults


def test_cables_are_risks_by_themselves(day: Plan) -> None:
    """Whoever asks for all risks has every cable cut, too."""
    wire = {"capacity": "90 Gbps", "transit": "1 USD/Gbps/year", "route": ["home", "away"]}
    solved = plan({**DAY, "topology.cables.wire": wire, "scenario.contingencies": "risks"})
    assert verify_plan(solved) == []
    assert solved.tables is not None
    assert solved.tables.failures.index.get_level_values("contingency").tolist() == ["cable:wire"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (put("touched_pflops", "3", year="2030"), "2030: failure link:fibre: touches 20 PFLOPS, and the table says 3"),
        (put("contingency", "link:fibber", year="2030"), "table failures: the row 2030/link:fibre is missing"),
        (put("contingency", "link:fibber", year="2030"), "the row 2030/link:fibber stands for nothing in the inputs"),
        (put("price_usd_per_pflops", "-1", year="2030"), "price_usd_per_pflops of 2030/link:fibre is -1, below zero"),
        (drop(year="2030"), "table failures: the row 2030/link:fibre is missing"),
    ],
)
def test_the_table_of_failures_is_checked(change: Change, words: str, tmp_path: Path) -> None:
    """One row for every failure and year, and what it touches."""
    run = keep_run(changed(two_cities(), DAY), tmp_path)
    assert any(words in fault for fault in faults_after(run, tmp_path, "failures", change))


# ------------------------------------------------------------------------------------- traffic

# Web wants 40 Gbps each way from home to away. The cheap way over low, half duplex and 0.8 full, takes 0.8 x 50 / 2 =
# 20, the fibre 0.8 x 30 = 24, of which chat takes 10: 34 pass, 6 are left. With the fibre cut 17 of web's and 5 of
# chat's have to pass low: 22 <= 50 / 2.
WEB = {
    "demand.workloads.web": {
        "kind": "traffic", "unserved": "500 USD/Gbps/year", "max_rtt": "25 ms", "survives": 0.5,
    },
    "demand.workloads.chat.survives": 0.5,
    "topology.nodes.home.access_rtt": "2 ms",
    "topology.sites.near.compute": "2 PFLOPS",
    "topology.links.fibre.capacity": "30 Gbps",
    "topology.links.low.capacity": "50 Gbps",
    "topology.links.low.duplex": "half",
    "scenario.contingencies": ["link:fibre"],
    "scenario.limits.link_fill": 0.8,
}  # fmt: skip


def web_world() -> dict[str, Any]:
    """Return the triangle with traffic between its ends."""
    world = changed(triangle(), WEB)
    world["demand"]["demands"].append({"origin": "home", "to": "away", "workload": "web", "rate": "40 Gbps"})
    return world


@pytest.fixture(scope="module")
def web() -> Plan:
    """Return the plan of the world with traffic."""
    return plan(base=web_world())


@pytest.fixture(scope="module")
def web_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run of the world with traffic."""
    return keep_run(web_world(), tmp_path_factory.mktemp("web"))


def test_traffic_fills_links_beside_compute(web: Plan) -> None:
    """34 of 40 Gbps pass, and the links are as full as they may be."""
    assert verify_plan(web) == []
    assert web.tables is not None
    assert web.tables.rates["served_gbps"].tolist() == about([34.0])
    assert web.links.loc[(2030, "fibre"), "peak_gbps"] == about(24.0)
    assert web.links.loc[(2030, "low"), "peak_gbps"] == about(40.0)
    assert web.unserved_penalty_usd == about(3000.0)


CUT, OVER = {"contingency": "link:fibre"}, {"contingency": "intact", "links": "fibre"}
TRAFFIC = [
    ("traffic", put("gbps", "20", **OVER), "demand home to away/web: 30 Gbps are served, and the table says 34"),
    ("traffic", put("gbps", "25", **OVER), "link fibre: 25 Gbps forward and 0 committed exceed 0.8 of 30 Gbps"),
    ("traffic", put("gbps", "25", **OVER), "link fibre: 25 Gbps backward and 0 committed exceed 0.8 of 30 Gbps"),
    ("traffic", put("gbps", "24.5", **OVER), "2030: link fibre: peak_gbps is 24.5, and the table says 24"),
    ("traffic", put("gbps", "24.5", **OVER), "cost: transit is"),
    ("traffic", put("gbps", "99", **OVER), "demand home/web to away: 109 Gbps are served of 40 asked for"),
    ("traffic", put("gbps", "16", **CUT), "demand home/web to away: 16 Gbps are kept, and 17 have to be"),
    ("traffic", put("gbps", "21", **CUT), "link low: 52 Gbps both and 0 committed exceed 50 Gbps"),
    ("traffic", put("links", "fibre", **CUT), "without link:fibre: path 1 of home/web to away: link fibre has failed"),
    ("traffic", put("links", "low", **CUT), "ends at mid, and the traffic goes to away"),
    ("traffic", put("links", "high;low", **CUT), "link high does not go on from home"),
    ("traffic", put("links", "fibre;high;low;fibre", **OVER), "passes home twice"),
    ("traffic", put("links", "fibber", **OVER), "there is no link fibber"),
    ("traffic", put("rtt_ms", "10", **OVER), "its RTT is 12 ms, and the table says 10 ms"),
    ("traffic", put("glass_ms", "10", **OVER), "in glass its RTT is 12 ms, and the table says 10 ms"),
    ("traffic", put("km", "1", **OVER), "km long, and the table says 1 km"),
    ("traffic", put("to", "mid", **OVER), "no demand web goes from home to mid"),
    ("traffic", put("workload", "chat", **OVER), "no demand chat goes from home to away"),
    ("traffic", put("hour", "3", **OVER), "table traffic: speaks of 2030/3/intact, no state of the scenario"),
    ("rates", put("demand_gbps", "41", workload="web"), "asks for 40 Gbps, and the table says 41"),
    ("rates", put("served_gbps", "33", workload="web"), "34 Gbps are served, and the table says 33"),
    ("rates", put("unserved_gbps", "5", workload="web"), "34 Gbps served and 5 unserved do not add up to 40"),
    ("rates", put("mean_rtt_ms", "5", workload="web"), "its mean RTT is"),
    ("rates", drop(workload="web"), "table rates: the row 2030/home/away/web is missing"),
    ("rates", put("to", "mid", workload="web"), "the row 2030/home/mid/web stands for nothing in the inputs"),
]


@pytest.mark.parametrize(("table", "change", "words"), TRAFFIC, ids=[words for _, _, words in TRAFFIC])
def test_changed_traffic_is_named(table: str, change: Change, words: str, web_run: Path, tmp_path: Path) -> None:
    """Its paths, its rates, and what they put on the links."""
    faults = faults_after(web_run, tmp_path, table, change)
    assert any(words in fault for fault in faults), faults


OTHER_TRAFFIC = [
    ({"topology.links.fibre.usable_by": ["CN"]}, "path 1 of home/web to away: traffic from KZ may not use link fibre"),
    ({"scenario.policy.transit": [{"avoid": ["KG"]}]}, "path 2 of home/web to away: crosses KG at mid"),
    ({"demand.workloads.web.max_rtt": "15 ms"}, "home/web to away: its RTT of 18 ms is above the limit of 15 ms"),
    ({"demand.workloads.web.unserved": "required"}, "demand home/web to away: is required, and 34 of 40 Gbps are"),
    ({"demand.workloads.web.unserved": "100 USD/Gbps/year"}, "the unserved penalty is 600 USD, and the plan says 3000"),
    ({"demand.workloads.web.survives": 0.9}, "home/web to away: 17 Gbps are kept, and 30.6 have to be"),
    ({"topology.links.high.until": 2029}, "path 1 of home/web to away: link high is not in service"),
]


@pytest.mark.parametrize(("changes", "words"), OTHER_TRAFFIC, ids=[words for _, words in OTHER_TRAFFIC])
def test_traffic_keeps_the_rules_of_paths(changes: dict[str, Any], words: str, web: Plan) -> None:
    """The same ones as compute, and its own price and share to keep."""
    faults = faults_of(web, inputs=load(changes, base=web_world()))
    assert any(words in fault for fault in faults), faults


# ------------------------------------------------------------------------------------- projects

# The fibre is laid for 10 000 USD overnight and 1000 a year, and takes its traffic from home to far from then on;
# bridge, which low hangs on, is not worth its 9 million. Steps of light and of compute hang on dig, too.
DIG = {
    "topology.projects": {
        "dig": {"title": "The fibre", "capex": "10 kUSD", "opex": "1 kUSD/year"},
        "bridge": {"title": "Over the valley", "capex": "9 MUSD"},
    },
    "topology.links.fibre.project": "dig",
    "topology.links.fibre.capacity": "2 Gbps",
    "topology.links.fibre.committed": "1 Gbps",
    "topology.links.fibre.expansion": [{"step": "20 Gbps", "max": "40 Gbps", "capex": "1 kUSD/step", "project": "dig"}],
    "topology.links.low.project": "bridge",
    "topology.links.low.committed": "5 Gbps",
}


@pytest.fixture(scope="module")
def dig_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run of the world with projects."""
    return keep_run(changed(triangle(), DIG), tmp_path_factory.mktemp("dig"))


@pytest.fixture(scope="module")
def dig() -> Plan:
    """Return the plan of the world with projects."""
    return plan(DIG, base=triangle())


def test_a_project_is_built_whole_and_paid_over_the_life_of_links(dig: Plan) -> None:
    """10 000 USD at 8 % over 20 years, and 1000 for a step: 0.101852 of both a year."""
    assert verify_plan(dig) == []
    assert dig.builds.index.get_level_values("asset").tolist() == ["link:fibre", "project:dig"]
    assert dig.cost_usd["capex"] == pytest.approx(11_000 * 0.08 / (1 - 1.08**-20))


LAID = {"asset": "project:dig"}
PROJECTS = [
    ("builds", drop(**LAID), "path 1 of home/chat to far: link fibre hangs on project dig, which is not built"),
    ("builds", drop(**LAID), "expansion 0 of link fibre: hangs on project dig, which is not built"),
    ("builds", drop(**LAID), "link fibre: capacity_gbps is 20, and the table says 22"),
    ("builds", drop(**LAID), "link fibre: committed_gbps is 0, and the table says 1"),
    ("builds", drop(**LAID), "cost: opex is 20000 USD, and the plan says 21000"),
    ("builds", drop(**LAID), "cost: capex is"),
    ("builds", put("asset", "project:dug", **LAID), "2030: there is no project dug to be built"),
    ("builds", put("year", "2029", **LAID), "2029: project dig is built in 2030"),
    ("builds", put("added", "2", **LAID), "2030: project dig is built whole, once"),
    ("builds", put("unit", "Gbps", **LAID), "2030: project dig is built whole, once"),
    ("builds", put("expansion", "1", **LAID), "2030: project dig is built whole, once"),
    ("builds", put("capex_usd", "1", **LAID), "2030: project dig: capex_usd is 10000 USD, and the table says 1"),
    ("builds", put("annuity_usd", "1", **LAID), "2030: project dig: annuity_usd is 1018.52209 USD"),
    ("builds", put("opex_usd", "1", **LAID), "2030: project dig: opex_usd is 1000 USD, and the table says 1"),
    ("links", put("capacity_gbps", "100", link="low"), "link low: capacity_gbps is 0, and the table says 100"),
    ("links", put("committed_gbps", "5", link="low"), "link low: committed_gbps is 0, and the table says 5"),
    ("links", drop(link="fibre"), "table links: the row 2030/fibre is missing"),
    ("members", put("cost_usd", "0", country="KZ"), "the countries pay"),
]


@pytest.mark.parametrize(("table", "change", "words"), PROJECTS, ids=[words for _, _, words in PROJECTS])
def test_a_changed_project_is_named(table: str, change: Change, words: str, dig_run: Path, tmp_path: Path) -> None:
    """What hangs on a project exists only with it, and costs what it costs."""
    faults = faults_after(dig_run, tmp_path, table, change)
    assert any(words in fault for fault in faults), faults


OTHER_PROJECTS = [
    ({"topology.sites.far.project": "bridge"}, "site far hangs on project bridge, which is not built"),
    ({"topology.sites.far.project": "bridge"}, "2030: site far: 20 PFLOPS in use exceed the 0 installed"),
    ({"topology.links.fibre.expansion.0.project": "bridge"}, "expansion 0 of link fibre: hangs on project bridge"),
    ({"scenario.limits.capex": "10.5 kUSD"}, "builds cost 11000 overnight, and 10500 is the limit"),
    ({"topology.projects.dig.from": 2029}, "2030: project dig is built in 2029"),
]


@pytest.mark.parametrize(("changes", "words"), OTHER_PROJECTS, ids=[words for _, words in OTHER_PROJECTS])
def test_what_hangs_on_no_project_that_is_built_does_not_exist(changes: dict[str, Any], words: str, dig: Plan) -> None:
    """Neither a site nor an expansion, and the budget counts projects."""
    faults = faults_of(dig, inputs=load({**DIG, **changes}, base=triangle()))
    assert any(words in fault for fault in faults), faults


def test_a_link_that_is_not_laid_carries_nothing_even_without_traffic() -> None:
    """Work that puts no Gbps on a link still needs it to be there."""
    light = {"demand.workloads.chat.traffic": "0 Gbps/PFLOPS"}
    solved = plan(light, base=triangle())
    inputs = load({**light, **{key: DIG[key] for key in ("topology.projects", "topology.links.fibre.project")},
                   "topology.links.low.project": "bridge"}, base=triangle())  # fmt: skip
    assert any("which is not built" in fault for fault in faults_of(solved, inputs=inputs))


YEARS_OF_PROJECTS = [
    (None, 2030, sum(WEIGHTS)),  # the first listed year
    (2029, 2029, sum(WEIGHTS)),
    (2031, 2031, WEIGHTS[1]),
    (2032, 2032, WEIGHTS[1]),
]


@pytest.mark.parametrize(("start", "built", "weight"), YEARS_OF_PROJECTS)
def test_a_project_costs_from_its_year_on(start: int | None, built: int, weight: float) -> None:
    """Also where that is no listed year: the first that sees it pays for it, at the price of the year of building."""
    project = {"capex": {2029: "20 kUSD", 2030: "10 kUSD"}, "opex": "1 kUSD/year"}
    dug = {"topology.projects.dig": project if start is None else {**project, "from": start}}
    solved = plan({**dug, "topology.links.fibre.project": "dig", "scenario.years": [2030, 2032]})
    assert verify_plan(solved) == []
    assert solved.builds.index.tolist() == [(built, "project:dig", 0)]
    price = 20_000 if built == 2029 else 10_000
    assert solved.cost_usd["capex"] == pytest.approx(weight * price * 0.08 / (1 - 1.08**-20))


# ------------------------------------------------------------------------------------- objectives

# 20 PFLOPS are required; 10 stand near and 5 far, and either may build. Far runs on 1 kW and 500 g a kWh.
WANT = {
    "topology.sites.far.compute": "5 PFLOPS",
    "topology.sites.far.expansion": [{"max": "50 PFLOPS", "capex": "1 kUSD/PFLOPS"}],
    "topology.sites.far.watts": "1 kW/PFLOPS",
    "topology.sites.far.carbon": "500 g/kWh",
    "demand.workloads.chat.unserved": "required",
}
OBJECTIVES = [
    ("served", 20.0, "objective: served is"),
    ("compute", 20.0, "objective: compute is"),
    ("latency", 100.0, "objective: latency is"),
    ("carbon", 10 * 8760 * 0.5 / 1000, "objective: carbon is"),
    ("cost", 20 * 1100 + 15 * 1000 * 0.08 / (1 - 1.08**-5), "cost: the objective is"),
]


@pytest.mark.parametrize(("name", "value", "words"), OBJECTIVES, ids=[name for name, _, _ in OBJECTIVES])
def test_every_objective_is_worked_out_again(name: str, value: float, words: str) -> None:
    """10 of 20 PFLOPS over 10 ms, with 5 built beside 15, and 88 MWh a year; 15 built where only money counts."""
    solved = plan({**WANT, "scenario.objective": name})
    assert verify_plan(solved) == []
    assert solved.objective == pytest.approx(value, rel=3e-6)
    wrong = replace(solved, objective=1.5 * solved.objective, bound=1.5 * solved.objective)
    assert verify_plan(wrong)[0].startswith(words)
    assert any("nan" in fault for fault in verify_plan(replace(solved, objective=float("nan"))))


def test_years_weigh_in_every_objective() -> None:
    """5 PFLOPS more are built in 2030 and stand beside the 15 in 2032, too: 3.577 discounted years."""
    solved = plan({**WANT, "scenario.objective": "compute", "scenario.years": [2030, 2032]})
    assert verify_plan(solved) == []
    assert solved.objective == pytest.approx(20 * sum(WEIGHTS), rel=3e-6)


def test_only_the_members_compute_counts() -> None:
    """Where the plan is that of KZ, what stands and is built in CN is none of its compute: 10 PFLOPS are near."""
    solved = plan({**WANT, "scenario.objective": "compute", "scenario.community.members": ["KZ"]})
    assert verify_plan(solved) == []
    assert solved.objective == pytest.approx(10.0)


def test_what_is_served_is_bounded_from_above() -> None:
    """Nobody can serve more than the bound; of every other objective nobody can do with less."""
    solved = plan({**WANT, "scenario.objective": "served"})
    wide = [stage._replace(bound=25.0, status=Status.FEASIBLE) for stage in solved.stages if stage.name == "served"]
    stages = (*wide, *(stage for stage in solved.stages if stage.name != "served"))
    unproved = replace(solved, objective=wide[0].value, bound=25.0, gap=0.25, stages=stages, status=Status.FEASIBLE)
    assert verify_plan(unproved) == []
    assert "the bound 15 is below the objective 20" in verify_plan(replace(solved, bound=15.0))


def test_money_adds_up_whatever_is_optimised() -> None:
    """The terms of the cost follow from the tables, though the objective is another."""
    solved = plan({**WANT, "scenario.objective": "latency"})
    wrong = replace(solved, cost_usd={**solved.cost_usd, "opex": 1.0})
    assert verify_plan(wrong)[0].startswith("cost: opex is")


def test_what_is_built_is_gone_in_the_year_after_its_life() -> None:
    """Machines of 2030 that last five years serve until 2034; for 2035 as many are built anew."""
    changes = {
        "scenario.years": [2030, 2035],
        "scenario.finance.compute_life": 5,
        "topology.sites.near": None,
        "topology.sites.far.compute": "0 PFLOPS",
        "topology.sites.far.expansion": [{"max": "40 PFLOPS", "capex": "1 kUSD/PFLOPS"}],
    }
    found = proved(changes)
    assert found.builds["added"].droplevel(["asset", "expansion"]).to_dict() == about({2030: 20, 2035: 20})
    assert found.sites["installed_pflops"].tolist() == about([20, 20])


def test_capex_is_of_the_year_of_building_and_opex_of_every_year() -> None:
    """1000 USD for a PFLOPS, written off over 5 years, and 10 of opex in 2030 and 30 in 2032, for 15 of them."""
    priced = {"max": "50 PFLOPS", "capex": {2030: "1 kUSD/PFLOPS", 2032: "9 kUSD/PFLOPS"},
              "opex": {2030: "10 USD/PFLOPS/year", 2032: "30 USD/PFLOPS/year"}}  # fmt: skip
    solved = plan({**WANT, "topology.sites.far.expansion": [priced], "scenario.years": [2030, 2032]})
    assert verify_plan(solved) == []
    assert solved.cost_usd["capex"] == pytest.approx(15_000 * 0.08 / (1 - 1.08**-5) * sum(WEIGHTS))
    assert solved.cost_usd["opex"] == pytest.approx(20_000 * sum(WEIGHTS) + 150 * WEIGHTS[0] + 450 * WEIGHTS[1])


# ------------------------------------------------------------------------------------- fixed costs

LATE = {"demand.demands.0.compute": {2030: "0 PFLOPS", 2032: "20 PFLOPS"}, "scenario.years": [2030, 2032]}
FIXED = {**LATE, "topology.sites.far.fixed_cost": "1 kUSD/year"}


@pytest.mark.parametrize(("start", "weight"), [(None, sum(WEIGHTS)), (2032, WEIGHTS[1])])
def test_a_site_in_use_costs_its_fixed_cost_in_every_year_of_its_service(start: int | None, weight: float) -> None:
    """Far serves in 2032 alone, and is paid for from 2030 on, or from its first year."""
    solved = plan({**FIXED, "topology.sites.far.from": start} if start else FIXED)
    assert verify_plan(solved) == []
    assert solved.cost_usd["fixed"] == pytest.approx(1000 * weight)


def test_a_fixed_cost_that_is_left_out_or_paid_twice_is_named() -> None:
    """In the total, and in the year and place where it is due."""
    solved = plan(FIXED)
    faults = faults_of(solved, inputs=load(LATE))
    assert faults[0].startswith("cost: fixed is 0 USD, and the plan says 3577.09")
    assert "2030: site far: costs 0 USD, and the table says 1000" in faults


# ------------------------------------------------------------------------------------- what failures may not do

CUT_FIBRE = {"scenario.contingencies": ["link:fibre"], "demand.workloads.chat.survives": 0.5}
BOUND = [
    {"topology.sites.near.fixed_cost": "1 kUSD/year"},
    {"scenario.limits.sites": 1},
    {"demand.workloads.chat.min_cluster": "50 PFLOPS", "topology.sites.near.expansion": [
        {"step": "50 PFLOPS", "max": "50 PFLOPS", "capex": "1 kUSD/step"}]},
    {"demand.workloads.chat.split": False},
]  # fmt: skip


@pytest.mark.parametrize("changes", BOUND, ids=["fixed cost", "site limit", "min cluster", "split"])
def test_a_plan_survives_with_the_sites_that_it_decided_on(changes: dict[str, Any]) -> None:
    """In a failure, too: a site that is not in use, too small or not the one chosen takes nothing."""
    solved = plan({**CUT_FIBRE, **changes})
    assert solved.findings == ()
    assert verify_plan(solved) == []


def test_a_plan_survives_over_the_links_that_are_laid() -> None:
    """Work that puts no Gbps on a link cannot flee over one that is not there."""
    light = {"demand.workloads.chat.traffic": "0 Gbps/PFLOPS", "topology.sites.near.compute": "1 PFLOPS"}
    dear = {"topology.projects.dig": {"capex": "10 kUSD"}, "topology.links.low.project": "dig"}
    solved = plan({**CUT_FIBRE, **light, **dear}, base=triangle())
    assert solved.findings == ()
    assert verify_plan(solved) == []
