"""The tables of a plan: balances recomputed on random worlds, and figures worked out by hand.

In `two_cities` near (KZ) has 10 PFLOPS at 3000 USD, far (CN) 100 at 1000 and 0.5 Gbps a PFLOPS of fibre each way, 100
USD together; home asks for 20 PFLOPS and leaves them at 5000.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from small import YEAR, about, load, plan, plan_triangle, proved
from worlds import World, worlds

import planner
from planner.plan.plan import TABLE_COLUMNS, TABLE_INDEX

few = settings(max_examples=25, derandomize=True, deadline=None, database=None)
CAPPED = {"topology.links.fibre.capacity": "5 Gbps"}
"""10 PFLOPS far for 11 000, 10 near for 30 000."""


def usd(value: Any) -> Any:
    """Return a figure that compares to eight digits or a tenth of a cent."""
    return pytest.approx(value, rel=1e-8, abs=1e-3)


# ------------------------------------------------------------------------------------------------ balances


@few
@given(world=worlds())
def test_balances_hold_in_every_plan(world: World) -> None:
    """Whatever the rules, what the tables say of the same thing is the same."""
    found = planner.solve(load(base=world))
    if found.tables is None:
        return
    check_flows(found)
    check_service(found)
    check_money(found)
    for name, frame in found.tables.items():
        assert tuple(frame.index.names) == TABLE_INDEX[name]
        assert tuple(frame.columns) == TABLE_COLUMNS[name]
        if name not in ("prices", "duals"):
            assert frame.index.is_unique, name


def check_flows(found: planner.Plan) -> None:
    """Paths add up to assignments and to what sites use; RTTs are weighed by PFLOPS."""
    paths = found.paths.assign(delay=found.paths["pflops"] * found.paths["rtt_ms"])
    levels = list(TABLE_INDEX["assignments"])
    totals = paths.groupby(level=levels)[["pflops", "delay"]].sum().astype(float)
    assert found.assignments["pflops"].to_dict() == usd(totals["pflops"].to_dict())
    assert (found.assignments["pflops"] * found.assignments["rtt_ms"]).to_dict() == usd(totals["delay"].to_dict())
    by_site = paths.groupby(level="site")["pflops"].sum()
    assert found.sites["used_pflops"].droplevel("year").to_dict() == usd(
        {site: by_site.get(site, 0.0) for site in found.sites.index.get_level_values("site")}
    )
    assert (found.sites["peak_pflops"] <= found.sites["installed_pflops"] * (1 + 1e-9) + 1e-6).all()


def check_service(found: planner.Plan) -> None:
    """Served and unserved make up the demand, the members' exchange balances, and every gap has its reason."""
    demands, members = found.demands, found.members
    assert (demands["served_pflops"] + demands["unserved_pflops"]).to_dict() == usd(demands["demand_pflops"].to_dict())
    assert ((demands["reason"] != "") == (demands["unserved_pflops"] > 0)).all()
    assert members["demand_pflops"].sum() == usd(demands["demand_pflops"].sum())
    assert members["served_pflops"].sum() == usd(demands["served_pflops"].sum())
    assert members["hosted_pflops"].sum() == usd(members["served_pflops"].sum())
    assert members["imported_pflops"].sum() == usd(members["exported_pflops"].sum())
    hosted = found.sites.groupby("country")["used_pflops"].sum()
    assert {country: hosted.get(country, 0.0) for country in members.index.get_level_values("country")} == usd(
        members["hosted_pflops"].droplevel("year").to_dict()
    )


def check_money(found: planner.Plan) -> None:
    """Terms, sites and links with fees, members: each adds up to the plan's cost; the objective has the penalty too."""
    total = found.total_cost_usd
    assert total + found.unserved_penalty_usd == usd(found.objective)
    assert found.sites["cost_usd"].sum() + found.links["cost_usd"].sum() + found.cost_usd["fees"] == usd(total)
    assert found.members["cost_usd"].sum() == usd(total)
    assert found.builds["annuity_usd"].sum() == usd(found.cost_usd["capex"])
    assert (found.prices["price"] > 0).all()


# ------------------------------------------------------------------------------------------------- by hand


def test_assignments_and_paths_of_a_mixture() -> None:
    """5 Gbps over mid carry 10 PFLOPS, the fibre the other 10; together 13 ms on the mean."""
    found = plan_triangle({"topology.links.low.capacity": "5 Gbps"})
    key = (YEAR, 0, "intact", "home", "chat", "far")
    assert found.assignments.loc[key].to_dict() == about({"pflops": 20, "rtt_ms": 13})
    ways = found.paths.loc[key]
    assert sorted(ways["links"]) == ["fibre", "low;high"]
    assert ways.index.tolist() == [1, 2]
    assert ways["demand"].tolist() == ["home", "home"]


def test_the_table_of_sites() -> None:
    """Far bills 10 x 1000; transit stands with the link."""
    sites = plan(CAPPED).sites.loc[YEAR]
    assert sites["country"].to_dict() == {"far": "CN", "near": "KZ"}
    assert sites["used_pflops"].to_dict() == about({"far": 10, "near": 10})
    assert sites["utilisation"].to_dict() == about({"far": 0.1, "near": 1})
    assert sites["cost_usd"].to_dict() == about({"far": 10_000, "near": 30_000})


def test_the_price_of_a_site_is_what_one_more_pflops_of_it_saves() -> None:
    """Of a PFLOPS near half counts (fill 0.5): 0.5 x (5000 − 3000) = 1000, where nothing else is near enough."""
    found = plan({"demand.workloads.chat.max_rtt": "5 ms", "scenario.limits.site_fill": 0.5})
    assert found.sites.loc[(YEAR, "near"), "price_usd_per_pflops"] == about(1_000)
    more = plan(
        {
            "demand.workloads.chat.max_rtt": "5 ms",
            "scenario.limits.site_fill": 0.5,
            "topology.sites.near.compute": "11 PFLOPS",
        }
    )
    assert found.objective - more.objective == about(1_000)


def test_the_price_of_a_link_is_what_one_more_gbps_of_it_saves() -> None:
    """Both directions are full; 1 Gbps each way moves 2 PFLOPS from 3000 to 1100, 0.8 of it counts: 3040."""
    changes = {"topology.links.fibre.capacity": "10 Gbps", "scenario.limits.link_fill": 0.8}
    found = plan(changes)
    assert found.links.loc[(YEAR, "fibre"), "price_usd_per_gbps"] == about(3_040)
    more = plan({**changes, "topology.links.fibre.capacity": "11 Gbps"})
    assert found.objective - more.objective == about(3_040)


@pytest.mark.parametrize(
    ("changes", "row"),
    [
        (
            {"topology.links.fibre.committed": "20 Gbps"},
            {"capacity_gbps": 100, "built_gbps": 0, "committed_gbps": 20, "peak_gbps": 10, "utilisation": 0.3},
        ),
        (
            {"topology.links.fibre.duplex": "half"},
            {"capacity_gbps": 100, "built_gbps": 0, "committed_gbps": 0, "peak_gbps": 20, "utilisation": 0.2},
        ),
        (
            {
                "topology.links.fibre.capacity": "4 Gbps",
                "topology.links.fibre.expansion": [{"max": "40 Gbps", "opex": "1 USD/Gbps/year"}],
            },
            {"capacity_gbps": 10, "built_gbps": 6, "committed_gbps": 0, "peak_gbps": 10, "utilisation": 1},
        ),
    ],
)
def test_the_table_of_links(changes: dict[str, Any], row: dict[str, float]) -> None:
    """20 PFLOPS put 10 Gbps on each direction, 20 on both; transit is paid on both."""
    links = plan(changes).links.loc[(YEAR, "fibre")]
    assert links[list(row)].to_dict() == about(row)
    assert links["cost_usd"] == about(2_000 + row["built_gbps"])


def test_a_segment_of_a_cable_says_so_and_a_link_not_in_service_is_left_out() -> None:
    """The fibre comes in 2031; until then the cable is there."""
    cable = {"capacity": "100 Gbps", "route": ["home", "away"], "transit": "100 USD/Gbps/year"}
    found = plan({"topology.cables.silk": cable, "topology.links.fibre.from": 2031})
    assert found.links["cable"].to_dict() == {(YEAR, "silk:home--away"): "silk"}


def test_the_table_of_demands_adds_up_a_country() -> None:
    """Home (15) is served far at 10 ms, east (5) 13 ms away: (15 x 10 + 5 x 13) / 20."""
    changes = {
        "topology.nodes.home.weight": 3,
        "topology.nodes.east": {"country": "KZ", "lat": 47.0, "lon": 80.0, "weight": 1},
        "topology.links.branch": {"ends": ["east", "home"], "kind": "terrestrial", "capacity": "9 Gbps", "rtt": "3 ms"},
        "demand.demands.0.origin": "KZ",
    }
    row = plan(changes).demands.loc[(YEAR, "KZ", "chat")]
    assert row[["demand_pflops", "served_pflops", "unserved_pflops"]].tolist() == about([20, 20, 0])
    assert row["mean_rtt_ms"] == about(10.75)


def test_the_table_of_members_tells_who_serves_whom() -> None:
    """KZ asks for 20: 10 at home, 10 in CN; it pays what it causes. UZ is a member and does nothing."""
    lone = {"country": "UZ", "lat": 41.0, "lon": 64.0}
    changes = {"scenario.community.members": ["CN", "KZ", "UZ"], "topology.nodes.lone": lone}
    members = plan({**CAPPED, **changes}).members.loc[YEAR]
    assert members.loc["KZ"].to_dict() == {
        "member": True, "demand_pflops": 20, "served_pflops": about(20), "hosted_pflops": about(10),
        "imported_pflops": about(10), "exported_pflops": 0, "market_pflops": 0, "cost_usd": about(41_000),
        "caused_usd": about(41_000), "paid_usd": about(31_000),
    }  # fmt: skip
    assert members.loc["CN", ["hosted_pflops", "exported_pflops", "cost_usd"]].tolist() == about([10, 10, 0])
    assert members.loc["UZ", "demand_pflops"] == 0


def test_a_country_that_serves_in_failures_alone_is_no_row_of_members() -> None:
    """Near serves all 20 PFLOPS of KZ; far, in CN and dearer, stands in while near has failed, and is paid nothing."""
    found = proved(
        {
            "topology.sites.near.compute": "20 PFLOPS",
            "topology.sites.far.opex": "4000 USD/PFLOPS/year",
            "demand.workloads.chat.survives": 1,
            "scenario.community.members": ["KZ"],
            "scenario.contingencies": ["site:near"],
        }
    )
    assert found.assignments.xs("site:near", level="contingency").index.unique("site").tolist() == ["far"]
    assert found.members.index.tolist() == [(YEAR, "KZ")]


def test_a_country_outside_the_community_is_shown_and_marked() -> None:
    """CN hosts, though only KZ is a member."""
    members = plan({"scenario.community.members": ["KZ"]}).members.loc[YEAR, "member"]
    assert members.to_dict() == {"CN": False, "KZ": True}


def test_builds_are_paid_by_those_who_use_them() -> None:
    """Home (KZ, 20) and away (CN, 10) share far's new machines by use: 30 x 200 a year, two thirds and one."""
    changes = {
        "scenario.finance": {"discount_rate": 0, "compute_life": 5},
        "topology.sites.near": None,
        "topology.sites.far.compute": "0 PFLOPS",
        "topology.sites.far.expansion": [{"max": "40 PFLOPS", "capex": "1 kUSD/PFLOPS"}],
        "demand.demands": [
            {"origin": "home", "workload": "chat", "compute": "20 PFLOPS"},
            {"origin": "away", "workload": "chat", "compute": "10 PFLOPS"},
        ],
    }
    found = plan(changes)
    assert found.builds.loc[(YEAR, "site:far", 0)].to_dict() == {
        "added": about(30), "unit": "PFLOPS", "capex_usd": about(30_000), "annuity_usd": about(6_000), "opex_usd": 0,
    }  # fmt: skip
    assert found.members.loc[YEAR, "cost_usd"].to_dict() == about({"KZ": 22_000 + 4_000, "CN": 10_000 + 2_000})


def test_a_build_that_nobody_uses_is_paid_where_it_starts() -> None:
    """2 Gbps are leased for what others have taken too much; chat stays at home. The fibre starts in KZ."""
    changes = {
        "demand.workloads.chat.max_rtt": "5 ms",
        "topology.links.fibre.capacity": "10 Gbps",
        "topology.links.fibre.committed": "12 Gbps",
        "topology.links.fibre.expansion": [{"max": "40 Gbps", "opex": "100 USD/Gbps/year"}],
    }
    found = plan(changes)
    assert found.members.loc[(YEAR, "KZ"), "cost_usd"] == about(30_000 + 200)


def test_a_year_of_several_blocks_is_paid_once() -> None:
    """20 PFLOPS in each half of the day are 20 PFLOPS a year: 1100 for each, and a fee of 100 abroad."""
    fee = [{"hosts": "any", "fee": "100 USD/PFLOPS/year"}]
    found = proved({"scenario.hours": 2, "scenario.policy.residency": fee})
    assert found.cost_usd["fees"] == about(2000)
    assert found.members.loc[(YEAR, "KZ"), "cost_usd"] == about(20 * 1200)


def test_a_project_is_paid_once_by_all_that_hangs_on_it() -> None:
    """Both links over mid hang on it: 1000 USD over 20 years; 20 PFLOPS cost 1000 far and 20 on the way."""
    changes = {
        "scenario.finance": {"discount_rate": 0, "link_life": 20},
        "topology.projects.dig": {"capex": "1 kUSD"},
        "topology.links.low.project": "dig",
        "topology.links.high.project": "dig",
    }
    found = plan_triangle(changes)
    assert found.members.loc[(YEAR, "KZ"), "cost_usd"] == about(20 * 1020 + 50)


def test_tables_without_any_flow_are_empty_and_whole() -> None:
    """Nothing pays: every table is there, with its columns."""
    found = plan({"demand.workloads.chat.unserved": "10 USD/PFLOPS/year"})
    assert found.tables is not None
    for name, frame in found.tables.items():
        assert tuple(frame.columns) == TABLE_COLUMNS[name]
    assert found.assignments.empty
    assert found.builds.empty
    assert pd.isna(found.demands["mean_rtt_ms"]).all()
    assert found.sites["used_pflops"].tolist() == [0, 0]


def test_paths_of_two_demands_at_one_node_are_numbered_on() -> None:
    """KZ's only node is home: its chat and home's own chat share origin, workload and site, not the number."""
    two = [{"origin": origin, "workload": "chat", "compute": "5 PFLOPS"} for origin in ("KZ", "home")]
    found = plan({"demand.demands": two})
    assert found.paths.index.is_unique
    assert sorted(found.paths["demand"]) == ["KZ", "home"]
    assert found.assignments["pflops"].tolist() == about([10])


def test_what_is_left_of_a_block_but_rounding_of_the_day_has_no_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of home's chat is served, whatever is found of one of its hours."""
    monkeypatch.setattr("planner.plan.tables.explain_unserved", lambda _: {(YEAR, "home", "chat"): "other reasons"})
    found = plan()
    assert found.demands["reason"].tolist() == [""]
    assert found.status is planner.Status.OPTIMAL
