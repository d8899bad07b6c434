"""The solver-free check: right plans pass, and every figure that is changed is named."""

from __future__ import annotations

import shutil
from dataclasses import replace
from math import nan
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from small import load, plan, triangle
from worlds import changed, write_world

import planner
from plan.edits import drop, edit, frame, put, twice
from planner.plan.plan import Tables
from planner.plan.verify import CHECKS, FOUNDATIONS, verify_plan, verify_run, verify_tables
from planner.plan.verify.checks import MOST_FAULTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.files import Inputs
    from planner.plan.plan import Plan

EXAMPLES = Path(__file__).parents[2] / "examples"

# Home wants 20 PFLOPS of chat, mid must train 3, and home would like 4 of film that nobody serves for 10 USD. Far,
# abroad for both, has 5 PFLOPS and may get 50 more. Each PFLOPS of chat takes half a Gbps each way: low, half duplex,
# carries 0.9 x 8 of them, the fibre (0.9 x (5 + 2 leased) - 1) / 0.5 = 10.6, and near serves the 2.2 that are left.
RICH = {
    "topology.nodes.home.access_rtt": "2 ms",
    "topology.sites.far.compute": "5 PFLOPS",
    "topology.sites.far.expansion": [{"max": "50 PFLOPS", "capex": "1 kUSD/PFLOPS", "opex": "10 USD/PFLOPS/year"}],
    "topology.sites.far.power": "1 MW",
    "topology.sites.far.watts": "1 kW/PFLOPS",
    "topology.sites.far.pue": 1.2,
    "topology.sites.far.electricity": "0.02 USD/kWh",
    "topology.sites.far.carbon": "500 g/kWh",
    "topology.links.fibre.capacity": "5 Gbps",
    "topology.links.fibre.committed": "1 Gbps",
    "topology.links.fibre.expansion": [{"max": "2 Gbps", "opex": "1 USD/Gbps/year"}],
    "topology.links.low.duplex": "half",
    "topology.links.low.capacity": "8 Gbps",
    "demand.workloads.chat.max_rtt": "30 ms",
    "demand.workloads.chat.rtt_premium": "0.001 /ms",
    "demand.workloads.film": {"kind": "inference", "unserved": "10 USD/PFLOPS/year"},
    "demand.workloads.scan": {"kind": "training", "traffic": "0.1 Gbps/PFLOPS", "unserved": "required"},
    "demand.demands.1": {"origin": "KG", "workload": "scan", "compute": "3 PFLOPS"},
    "demand.demands.2": {"origin": "home", "workload": "film", "compute": "4 PFLOPS"},
    "scenario.policy.residency": [{"origin": ["KZ"], "hosts": "any", "fee": "50 USD/PFLOPS/year", "premium": 0.1}],
    "scenario.limits.link_fill": 0.9,
}


def rich_world() -> dict[str, Any]:
    """Return the triangle in which everything happens at once."""
    world = changed(triangle(), {key: value for key, value in RICH.items() if not key.startswith("demand.demands")})
    world["demand"]["demands"] += [RICH["demand.demands.1"], RICH["demand.demands.2"]]
    return world


@pytest.fixture(scope="module")
def rich() -> Plan:
    """Return the plan of the rich world."""
    return plan(base=rich_world())


@pytest.fixture(scope="module")
def rich_run(rich: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run of the rich world whose files are on disk."""
    folder = tmp_path_factory.mktemp("rich")
    solved = planner.solve(write_world(rich_world(), folder / "world"))
    return planner.write_run(solved, folder / "run")


def faults_of(tables: Tables, inputs: Inputs, solved: Plan) -> list[str]:
    """Check other tables or inputs with the totals of a plan."""
    return verify_tables(
        inputs,
        tables,
        objective=solved.objective,
        cost_usd=solved.cost_usd,
        unserved_penalty_usd=solved.unserved_penalty_usd,
    )


# ------------------------------------------------------------------------------------- right plans


def by_hand() -> Tables:
    """Return the tables of the two cities: 20 PFLOPS go far, 10 ms and 10 Gbps each way, for 1000 + 100 USD each.

    The fibre of 100 Gbps is a tenth full; 20 x 1000 USD are the site's and 20 x 100 the link's.
    """
    home = (2030, 0, "intact", "home", "chat", "far")
    km = load().topology.links["fibre"].length_km
    return Tables(
        assignments=frame("assignments", (*home, 20.0, 10.0)),
        paths=frame("paths", (*home, 1, 20.0, 10.0, 10.0, km, "fibre", "home")),
        sites=frame(
            "sites",
            (2030, "far", "CN", 100.0, 0.0, nan, 20.0, 20.0, 0.2, 0.0, 0.0, 0.0, 0.0, 0.0, 20_000.0, 0.0),
            (2030, "near", "KZ", 10.0, 0.0, nan, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
        ),
        links=frame("links", (2030, "fibre", "", 100.0, 0.0, 0.0, 10.0, 0.0, 0.1, 2_000.0, 0.0)),
        demands=frame("demands", (2030, "home", "chat", 20.0, 20.0, 0.0, 10.0, "")),
        members=frame(
            "members",
            (2030, "CN", True, 0.0, 0.0, 20.0, 0.0, 20.0, 0.0, 0.0, 0.0, 20_000.0),
            (2030, "KZ", True, 20.0, 20.0, 0.0, 20.0, 0.0, 0.0, 22_000.0, 22_000.0, 2_000.0),
        ),
        builds=frame("builds"),
        prices=frame("prices", ("demand_met", "2030/home/chat/home", 1100.0, "USD/PFLOPS/year", 1100.0, 1100.0)),
        duals=frame("duals", ("demand_met", "2030/0/intact/home/chat/home", 1100.0)),
        rates=frame("rates"),
        traffic=frame("traffic"),
        failures=frame("failures"),
        capital=frame("capital"),
    )


def check_by_hand(tables: Tables, inputs: Inputs, times: float = 1.0) -> list[str]:
    """Check tables against the cost of the two cities, so many times."""
    cost = {"opex": 20_000.0 * times, "transit": 2_000.0 * times}
    return verify_tables(inputs, tables, objective=22_000.0 * times, cost_usd=cost, unserved_penalty_usd=0.0)


def test_a_plan_written_by_hand_passes() -> None:
    """The check needs no solver to agree with a sheet of paper."""
    assert check_by_hand(by_hand(), load()) == []


@pytest.mark.parametrize(
    ("example", "variant"),
    [("central-asia-2000p", None), ("central-asia-2000p", "mutual-recognition"), ("2africa", None)],
)
def test_the_examples_pass(example: str, variant: str | None) -> None:
    """What the planner solves, the check finds right."""
    assert verify_plan(planner.solve(EXAMPLES / f"{example}.yaml", variant=variant)) == []


def test_a_plan_with_everything_in_it_passes(rich: Plan) -> None:
    """Builds at a site and a link, two ways, a fee, a premium, an unserved and a required demand."""
    assert verify_plan(rich) == []
    assert {"site:far", "link:fibre"} == set(rich.builds.index.get_level_values("asset"))
    used = rich.paths.reset_index().query("workload == 'chat'").set_index("links")["pflops"]
    assert used.to_dict() == pytest.approx({"low;high": 7.2, "fibre": 10.6, "": 2.2})
    assert all(rich.cost_usd[term] > 0 for term in ("capex", "opex", "energy", "fees", "transit"))


def test_a_scenario_without_a_plan_has_nothing_to_check() -> None:
    """Where the required demand cannot be served there are no tables."""
    impossible = plan({"demand.workloads.chat.unserved": "required", "demand.demands.0.compute": "900 PFLOPS"})
    assert verify_plan(impossible) == []


def test_a_solved_plan_without_tables_is_a_fault(rich: Plan) -> None:
    """An optimum has to be shown."""
    assert verify_plan(replace(rich, tables=None)) == ["the plan is optimal and has no tables"]


def test_a_bound_above_the_plan_is_a_fault(rich: Plan) -> None:
    """Nothing proved can be dearer than the plan itself."""
    assert any("above the objective" in fault for fault in verify_plan(replace(rich, bound=1.1 * rich.objective)))


# ------------------------------------------------------------------------------------- states and years


def test_two_years_weigh_as_finance_says() -> None:
    """2030 stands for 2030 and 2031, 2032 for itself and 2033: 1 + 1/1.08 + 1/1.08² + 1/1.08³ years of the cost."""
    once, inputs = by_hand(), load({"scenario.years": [2030, 2032]})
    later = {
        name: table.rename(index={2030: 2032}, level=0)
        for name, table in once.items()
        if name not in ("prices", "duals")
    }
    both = {name: pd.concat([getattr(once, name), table]) for name, table in later.items()}
    weights = {2030: 1 + 1 / 1.08, 2032: 1 / 1.08**2 + 1 / 1.08**3}
    usd = {year: ("demand_met", f"{year}/0/intact/home/chat/home", 1100.0 * weight) for year, weight in weights.items()}
    worth = [
        ("demand_met", "/".join((str(year), "home/chat/home")), 1100.0, "USD/PFLOPS/year", 1100.0, 1100.0)
        for year in weights
    ]
    tables = Tables(**both, prices=frame("prices", *worth), duals=frame("duals", *usd.values()))
    assert check_by_hand(tables, inputs, sum(weights.values())) == []
    assert "cost: opex is" in check_by_hand(tables, inputs, 2.0)[0]


FAILING = {
    "scenario.contingencies": ["links"],
    "demand.workloads.chat.survives": 0.5,
}


def with_failure(site: str, pflops: float, links: str) -> Tables:
    """Return the two cities with so much served while the fibre is cut."""
    tables, key = by_hand(), (2030, 0, "link:fibre", "home", "chat", site)
    rtt, km = (10.0, tables.paths["km"].iloc[0]) if links else (0.0, 0.0)
    cut = frame("paths", (*key, 1, pflops, rtt, rtt, km, links, "home"))
    kept = frame("assignments", (*key, pflops, cut["rtt_ms"].iloc[0]))
    return replace(
        tables,
        paths=pd.concat([tables.paths, cut]),
        assignments=pd.concat([tables.assignments, kept]),
        failures=frame("failures", (2030, "link:fibre", 20.0, True, False, 0.0, 0.0, 0.0)),
    )


def test_a_failure_costs_nothing_and_keeps_what_survives() -> None:
    """With the fibre cut, near serves the 10 of 20 PFLOPS that have to survive."""
    assert check_by_hand(with_failure("near", 10.0, ""), load(FAILING)) == []


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        (with_failure("near", 9.0, ""), "without link:fibre: demand home/chat at home: 9 PFLOPS are kept, and 10 have"),
        (with_failure("far", 10.0, "fibre"), "without link:fibre: path 1 of home/chat to far: link fibre has failed"),
        (with_failure("near", 12.0, ""), "without link:fibre: site near: 12 PFLOPS in use exceed the 10 installed"),
    ],
)
def test_a_failure_is_checked_like_any_state(tables: Tables, words: str) -> None:
    """What has failed carries nothing, capacities hold, and enough survives."""
    assert any(words in fault for fault in check_by_hand(tables, load(FAILING)))


def test_training_waits_in_failures(rich: Plan) -> None:
    """A volume that can move in time needs no machine while something is broken."""
    assert rich.tables is not None
    inputs = load({"scenario.contingencies": ["link:fibre"]}, base=rich_world())
    both = {
        name: pd.concat([table, table.query("workload == 'scan'").rename(index={"intact": "link:fibre"})])
        for name, table in (("paths", rich.tables.paths), ("assignments", rich.tables.assignments))
    }
    touched = rich.paths["pflops"][rich.paths["links"] == "fibre"].sum()
    both["failures"] = frame("failures", (2030, "link:fibre", touched, False, False, 0.0, 0.0, 0.0))
    words = "2030, without link:fibre: demand KG/scan at mid: training waits in failures"
    assert faults_of(replace(rich.tables, **both), inputs, rich) == [words]


@pytest.mark.parametrize("fails", [["link:fibre"], ["risk:strait"], ["cable:wire"]])
def test_risks_take_along_what_they_name(fails: list[str]) -> None:
    """A risk that fails another risk that fails a site and a cable reaches both."""
    inputs = load(
        {
            "topology.risks": {"strait": {"fails": ["link:fibre", "risk:grid"]}, "grid": {"fails": ["site:far"]}},
            "topology.cables.wire": {"capacity": "1 Gbps", "route": ["home", "away"]},
            "scenario.contingencies": fails,
        }
    )
    tables, name = with_failure("far", 10.0, "fibre"), fails[0]
    tables = replace(
        tables,
        paths=tables.paths.rename(index={"link:fibre": name}),
        assignments=tables.assignments.rename(index={"link:fibre": name}),
        links=pd.concat([tables.links, frame("links", (2030, "wire:home--away", "wire", 1.0, *[0.0] * 7))]),
        failures=frame("failures", (2030, name, 0.0 if name == "cable:wire" else 20.0, False, False, 0.0, 0.0, 0.0)),
    )
    faults = "\n".join(check_by_hand(tables, inputs))
    assert ("link fibre has failed" in faults) == (name != "cable:wire")
    assert ("site far has failed" in faults) == (name == "risk:strait")


def test_the_day_counts_in_blocks() -> None:
    """Two halves of the UTC day ask for half and one and a half times 20 PFLOPS: 10 and 30, the mean is as before.

    Home is five hours ahead, so the first half of the UTC day is 5 to 17 o'clock there.
    """
    local = [0.5 if 5 <= hour < 17 else 1.5 for hour in range(24)]
    inputs = load(
        {
            "demand.workloads.chat.profile": local,
            "topology.nodes.home.timezone": "Asia/Almaty",
            "scenario.hours": 2,
        }
    )
    tables = by_hand()
    home, km = (2030, 12, "intact", "home", "chat", "far"), tables.paths["km"].iloc[0]
    night, day = (*home[:1], 0, *home[2:]), home
    sites, links = tables.sites.copy(), tables.links.copy()
    sites.loc[(2030, "far"), ["peak_pflops", "utilisation"]] = [30.0, 0.3]
    links.loc[(2030, "fibre"), ["peak_gbps", "utilisation"]] = [15.0, 0.15]
    tables = replace(
        tables,
        paths=frame(
            "paths",
            (*night, 1, 10.0, 10.0, 10.0, km, "fibre", "home"),
            (*day, 1, 30.0, 10.0, 10.0, km, "fibre", "home"),
        ),
        assignments=frame("assignments", (*night, 10.0, 10.0), (*day, 30.0, 10.0)),
        sites=sites,
        links=links,
        duals=frame("duals", *(("demand_met", f"2030/{block}/intact/home/chat/home", 550.0) for block in (0, 1))),
    )
    assert check_by_hand(tables, inputs) == []
    swapped = replace(tables, paths=tables.paths.rename(index={0: 12, 12: 0}, level="hour"))
    assert any("30 PFLOPS are served of 10 asked for" in fault for fault in check_by_hand(swapped, inputs))


# ------------------------------------------------------------------------------------- changed figures


FIBRE, LOW = {"links": "fibre", "workload": "chat"}, {"links": "low;high", "workload": "chat"}
MUTATIONS = [
    ("paths", put("pflops", "7.5", **FIBRE), "assignment of home/chat to far: says"),
    ("paths", put("pflops", "nan", **FIBRE), "pflops is nan"),
    ("paths", put("pflops", "-3", **FIBRE), "pflops is -3"),
    ("paths", put("pflops", "70", **LOW), "PFLOPS are served of 20 asked for"),
    ("paths", put("pflops", "70", **LOW), "link low: 70 Gbps both and 0 committed exceed 0.9 of 8 Gbps"),
    ("paths", put("rtt_ms", "11", **FIBRE), "its RTT is 12 ms, and the table says 11 ms"),
    ("paths", put("km", "1", **FIBRE), "km long, and the table says 1 km"),
    ("paths", put("links", "fibber", **FIBRE), "there is no link fibber"),
    ("paths", put("links", "high", **FIBRE), "link high does not go on from home"),
    ("paths", put("links", "low", **FIBRE), "ends at mid, and the site stands at away"),
    ("paths", put("links", "fibre;fibre;fibre", **FIBRE), "passes home twice"),
    ("paths", put("links", "fibre;high;low;fibre", **FIBRE), "above the limit of 30 ms"),
    ("paths", put("site", "fear", **FIBRE), "there is no site fear"),
    ("paths", put("origin", "mid", **FIBRE), "no demand home/chat comes from mid"),
    ("paths", put("year", "2031", **FIBRE), "speaks of 2031, which the scenario does not plan for"),
    ("paths", put("hour", "6", **FIBRE), "speaks of 2030/6/intact, no state of the scenario"),
    ("paths", put("contingency", "link:low", **FIBRE), "speaks of 2030/0/link:low"),
    ("paths", drop(workload="scan"), "demand KG/scan at mid: is required, and 0 of 3 PFLOPS are served"),
    ("paths", drop(workload="scan"), "PFLOPS, and no path carries any"),
    ("paths", put("pflops", "4", workload="scan"), "demand KG/scan at mid: more is served over the day than asked for"),
    ("paths", twice, "table paths: has the row 2030/0/intact/"),
    ("assignments", put("pflops", "1", workload="chat", site="far"), "says 1 PFLOPS, and its paths carry"),
    ("paths", put("glass_ms", "11", **FIBRE), "in glass its RTT is 12 ms, and the table says 11 ms"),
    ("assignments", put("rtt_ms", "1", workload="chat", site="far"), "says 1 ms, and the mean of its paths"),
    ("assignments", drop(workload="chat", site="far"), "is missing, and its paths carry"),
    ("demands", put("demand_pflops", "25", workload="chat"), "asks for 20 PFLOPS, and the table says 25"),
    ("demands", put("served_pflops", "19", workload="chat"), "20 PFLOPS are served, and the table says 19"),
    ("demands", put("unserved_pflops", "3", workload="film"), "unserved do not add up to 4"),
    ("demands", put("mean_rtt_ms", "3", workload="chat"), "and the table says 3 ms"),
    ("demands", put("mean_rtt_ms", "3", workload="film"), "nothing is served, and the table gives a mean RTT of 3 ms"),
    ("demands", drop(workload="film"), "the row 2030/home/film is missing"),
    ("demands", put("workload", "movie", workload="film"), "2030/home/movie stands for nothing in the inputs"),
    ("sites", put("installed_pflops", "60", site="far"), "site far: installed_pflops is"),
    ("sites", put("built_pflops", "60", site="far"), "site far: built_pflops is"),
    ("sites", put("peak_pflops", "1", site="far"), "site far: peak_pflops is"),
    ("sites", put("utilisation", "0.5", site="far"), "site far: utilisation is"),
    ("sites", put("power_mw", "0.5", site="far"), "site far: power_mw is"),
    ("sites", put("energy_mwh", "5", site="far"), "site far: energy_mwh is"),
    ("sites", put("carbon_t", "5", site="far"), "site far: carbon_t is"),
    ("sites", put("water_m3", "5", site="far"), "site far: water_m3 is"),
    ("sites", put("embodied_t", "5", site="far"), "site far: embodied_t is"),
    ("sites", put("cost_usd", "5", site="far"), "site far: costs"),
    ("sites", put("country", "KZ", site="far"), "stands in CN, and the table says KZ"),
    ("sites", put("price_usd_per_pflops", "-5", site="far"), "is -5, below zero"),
    ("links", put("peak_gbps", "1", link="fibre"), "link fibre: peak_gbps is"),
    ("links", put("capacity_gbps", "1", link="fibre"), "link fibre: capacity_gbps is"),
    ("links", put("committed_gbps", "0", link="fibre"), "link fibre: committed_gbps is 1, and the table says 0"),
    ("links", put("cost_usd", "1", link="fibre"), "link fibre: costs"),
    ("links", put("cable", "x", link="fibre"), "belongs to cable '', and the table says 'x'"),
    ("members", put("imported_pflops", "0", country="KZ"), "KZ: imported is"),
    ("members", put("hosted_pflops", "0", country="CN"), "CN: hosted is"),
    ("members", put("member", "false", country="KZ"), "wrong on whether it is a member"),
    ("members", put("cost_usd", "0", country="KZ"), "the countries pay"),
    ("members", put("caused_usd", "0", country="KZ"), "cost_usd and caused_usd of the table of members differ"),
    ("members", put("paid_usd", "0", country="KZ"), "KZ: pays"),
    ("capital", put("capex_usd", "1", country="CN"), "CN: capex_usd is"),
    ("capital", put("sites_usd", "1", country="CN"), "CN: sites_usd is"),
    ("capital", put("year", "2031", country="CN"), "table capital: 2030/CN: sites_usd is"),
    ("members", drop(country="CN"), "the row 2030/CN is missing"),
    ("builds", put("added", "60", asset="site:far"), "60 stand, and 50 is the most"),
    ("builds", put("added", "0", asset="site:far"), "exceed the 5 installed"),
    ("builds", put("capex_usd", "1", asset="site:far"), "capex_usd is"),
    ("builds", put("annuity_usd", "1", asset="site:far"), "annuity_usd is"),
    ("builds", put("expansion", "3", asset="site:far"), "site:far has no expansion 3 to be built"),
    ("builds", put("asset", "isle:far", asset="site:far"), "isle:far has no expansion 0 to be built"),
    ("builds", put("unit", "Gbps", asset="site:far"), "which is counted in PFLOPS"),
    ("prices", put("price", "-1", family="demand_met"), "is -1, below zero"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "change", "words"), MUTATIONS, ids=[words for _, _, words in MUTATIONS])
def test_a_changed_figure_is_named(
    table: str, change: Callable[[list[dict[str, str]]], None], words: str, rich_run: Path, tmp_path: Path
) -> None:
    """Whoever edits a table of a run is found out, by the hash and by the figures."""
    run = Path(shutil.copytree(rich_run, tmp_path / "run"))
    edit(run, table, change)
    hashed, *faults = verify_run(run)
    assert hashed == f"tables/{table}.csv was changed after the run was written"
    assert any(words in fault for fault in faults), faults


TOTALS: list[tuple[dict[str, Any], str]] = [
    ({"cost_usd": {"transit": 1.0}}, "cost: transit is"),
    ({"cost_usd": {"fees": 0.0}}, "cost: fees is"),
    ({"cost_usd": {"bribes": 1.0}}, "cost: bribes is 0 USD, and the plan says 1"),
    ({"unserved_penalty_usd": 50.0}, "the unserved penalty is 40 USD, and the plan says 50"),
    ({"objective": 1.0}, "cost: the objective is 1, and"),
    ({"objective": float("nan")}, "cost: the objective is nan"),
]


@pytest.mark.parametrize(("totals", "words"), TOTALS, ids=[words for _, words in TOTALS])
def test_a_changed_total_is_named(totals: dict[str, Any], words: str, rich: Plan) -> None:
    """Every term of the cost is worked out again, and the objective from them."""
    if "cost_usd" in totals:
        totals = {"cost_usd": {**rich.cost_usd, **totals["cost_usd"]}}
    faults = verify_plan(replace(rich, **totals))
    assert any(words in fault for fault in faults), faults


OTHER_INPUTS = [
    ({"topology.links.fibre.usable_by": ["CN"]}, "traffic from KZ may not use link fibre"),
    ({"topology.sites.far.until": 2029}, "site far is not in service"),
    ({"topology.links.high.until": 2029}, "link high is not in service"),
    ({"topology.sites.far.serves": ["training"]}, "site far does not take the work (inference)"),
    ({"demand.workloads.chat.requires": ["cuda"]}, "site far does not take the work (inference, cuda)"),
    ({"scenario.policy.residency": [{"origin": ["KZ"], "hosts": "home"}]}, "the residency rules forbid site far (CN)"),
    ({"demand.demands.0.hosts": ["KZ"]}, "the demand may only be hosted by KZ"),
    ({"scenario.policy.transit": [{"avoid": ["KG"]}]}, "crosses KG at mid, which home avoids"),
    ({"demand.workloads.chat.max_rtt": "11 ms"}, "its RTT of 12 ms is above the limit of 11 ms"),
    ({"demand.demands.0.access_rtt": "9 ms"}, "its RTT is 19 ms, and the table says 12 ms"),
    ({"topology.sites.far.power": "1 kW"}, "MW, and 0.001 MW is the limit"),
    ({"topology.links.fibre.committed": "4 Gbps"}, "link fibre: 5.3 Gbps"),
    ({"scenario.limits.site_fill": 0.5}, "exceed 0.5 of the"),
    ({"scenario.limits.sites": 1}, "2 sites are in use, and 1 is the limit"),
    ({"scenario.limits.capex": "1 USD"}, "overnight, and 1 is the limit"),
    ({"scenario.limits.carbon": "1 kg/year"}, "kg of carbon are above the limit of 1 kg"),
    ({"scenario.policy.floor.served_share": 0.9}, "member KZ: 20 PFLOPS are served, and the floor is 21.6"),
    ({"demand.workloads.scan.min_cluster": "1 EFLOPS"}, "and the work needs 1000 in one place"),
    ({"demand.workloads.chat.split": False}, "may not be split, and is served at far, near"),
    ({"topology.sites.far.expansion.0.from": 2031}, "is on offer from 2031 to ever"),
    ({"topology.sites.far.expansion.0.step": "7 PFLOPS"}, "are no whole steps of 7"),
    ({"topology.sites.far.fixed_cost": "7 kUSD/year"}, "cost: fixed is 7000 USD, and the plan says 0"),
    ({"topology.sites.far.pue": 1.5}, "cost: energy is"),
    ({"scenario.finance": {"discount_rate": 0.2}}, "cost: capex is"),
    ({"demand.demands.0.compute": "40 PFLOPS"}, "asks for 40 PFLOPS, and the table says 20"),
    (
        {"topology.projects.dig": {"capex": "1 USD"}, "topology.links.low.project": "dig"},
        "link low hangs on project dig, which is not built",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "words"), OTHER_INPUTS, ids=[words for _, words in OTHER_INPUTS])
def test_a_plan_for_other_inputs_breaks_their_rules(changes: dict[str, Any], words: str, rich: Plan) -> None:
    """A plan that was right before a rule or a figure of the inputs changed is named for it."""
    assert rich.tables is not None
    faults = faults_of(rich.tables, load(changes, base=rich_world()), rich)
    assert any(words in fault for fault in faults), faults


def test_a_table_with_other_columns_is_named(rich: Plan) -> None:
    """A missing measure is said before anything is worked out from it."""
    assert rich.tables is not None
    tables = replace(rich.tables, paths=rich.tables.paths.drop(columns="km"))
    assert faults_of(tables, rich.inputs, rich)[0].startswith("table paths: has the columns year, hour")


def test_one_broken_figure_does_not_flood_the_screen(rich: Plan) -> None:
    """Of one rule only so many faults are told, and how many more there are."""
    assert rich.tables is not None
    paths = pd.concat([rich.tables.paths.iloc[[0]].rename(index={1: n}, level="path") for n in range(1, 60)])
    tables = replace(rich.tables, paths=paths.assign(km=-0.5e-12, rtt_ms=0.0))
    faults = faults_of(tables, rich.inputs, rich)
    assert f"and {59 - MOST_FAULTS} more faults of this sort (rtt_is_right)" in faults


def test_every_rule_says_what_it_asks_for() -> None:
    """One rule, one function, one sentence."""
    assert len({check.__name__ for check in (*FOUNDATIONS, *CHECKS)}) == len(FOUNDATIONS) + len(CHECKS)
    assert all((check.__doc__ or "").strip().endswith(".") for check in (*FOUNDATIONS, *CHECKS))
