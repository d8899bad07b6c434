"""Plans side by side: figures worked out by hand, and laws that hold for all of them."""

from __future__ import annotations

from functools import cache
from math import isnan, nan
from typing import Any

import pytest
from small import about, load, plan, proved, triangle
from worlds import changed, two_cities

import planner
from planner.report.comparison.ranking import BY_KEY, dominators, rank, value_plan

FAR = {"node": "away", "status": "operating", "compute": "10 PFLOPS"}
CHAT = "demand.workloads.chat"
NEAR_ONLY = {f"{CHAT}.max_rtt": "5 ms"}
"""Chat bears 5 ms, so 10 PFLOPS stay near for 30 000 USD, and 10 are unserved."""
GROWING = {
    "topology.sites.near.expansion": [{"max": "50 PFLOPS", "capex": "1 kUSD/PFLOPS"}],
    "scenario.finance": {"discount_rate": 0, "compute_life": 5},
}
PATHS: dict[str, dict[str, Any]] = {
    "near only": NEAR_ONLY,
    "growing": {**NEAR_ONLY, **GROWING},
    "no fibre": {"topology.links": {}},
    "double": {"demand.demands.0.compute": "40 PFLOPS"},
    "over mid": {"topology.links.fibre.transit": "500 USD/Gbps/year"},
    "more sites": {"topology.sites.third": {"node": "mid", "status": "operating", "compute": "5 PFLOPS"}},
}
SUBJECTS = ("sites", "links", "members", "workloads")


@cache
def named(name: str) -> planner.Plan:
    """Solve the triangle with the changes of a name, or as it is."""
    return plan(PATHS.get(name, {}), base=triangle())


def compared(changes: dict[str, Any], *, base: Any = None) -> planner.Comparison:
    """Compare a world with itself changed."""
    world = base or two_cities()
    return planner.compare([plan(base=world), plan(changes, base=world)], ["one", "two"])


def moved(comparison: planner.Comparison, subject: str, key: str) -> dict[str, float]:
    """Return what moved of a record, by quantity."""
    frame = getattr(comparison, subject)["change"].xs(("two", 2030, key))
    return {str(name): float(value) for name, value in frame.items()}


def test_what_a_limit_on_round_trips_moves() -> None:
    """All 20 PFLOPS went far for 22 000 USD; now 10 are near for 30 000, and no byte is on the fibre."""
    found = compared(NEAR_ONLY)
    assert moved(found, "sites", "far") == about({"used_pflops": -20, "cost_usd": -20_000})
    assert moved(found, "sites", "near") == about({"used_pflops": 10, "cost_usd": 30_000})
    assert moved(found, "links", "fibre") == about({"peak_gbps": -10, "cost_usd": -2_000})
    assert moved(found, "members", "KZ") == about(
        {"served_pflops": -10, "hosted_pflops": 10, "mean_rtt_ms": -10, "cost_usd": 8_000}
    )
    assert moved(found, "members", "CN") == about({"hosted_pflops": -20})
    assert moved(found, "workloads", "chat") == about({"served_pflops": -10, "unserved_pflops": 10, "mean_rtt_ms": -10})
    totals = found.totals["change"].xs(("two", 2030, "total"))
    assert totals["cost_usd"] == about(8_000)
    assert totals["unserved_pflops"] == about(10)
    assert totals["carbon_t"] == 0


def test_what_matters_most_comes_first() -> None:
    """Far loses all that it did; a third site of no use comes last."""
    found = compared({**NEAR_ONLY, **PATHS["more sites"]}, base=triangle())
    assert found.sites.index.get_level_values("site")[0] in {"far", "near"}
    assert found.sites.index.get_level_values("site")[-1] == "third"


def test_what_is_built_and_its_price() -> None:
    """Ten PFLOPS more near, for 1000 USD each overnight and 200 a year."""
    found = compared(GROWING, base=changed(two_cities(), NEAR_ONLY))
    changes = moved(found, "sites", "near")
    assert changes["built_pflops"] == about(10)
    assert changes["capex_usd"] == about(10_000)
    assert changes["cost_usd"] == about(10 * 3000 + 10 * 200)
    values = found.ranking["value"].unstack("criterion").loc["two"]
    assert values["capex_usd"] == about(10_000)
    assert values["built_pflops"] == about(10)


def test_criteria_by_hand() -> None:
    """One plan serves all abroad at 1100 USD, the other half of it at home at 3000."""
    values = compared(NEAR_ONLY).ranking["value"].unstack("criterion")
    assert values.pop("carried_share").isna().all()
    assert values.loc["one"].to_dict() == about(
        {"cost_usd": 22_000, "cost_usd_per_pflops": 1100, "capex_usd": 0, "served_share": 1, "unserved_pflops": 0,
         "worst_member_share": 1, "home_share": 0, "mean_rtt_ms": 10, "carbon_t": 0, "built_pflops": 0}
    )  # fmt: skip
    assert values.loc["two"].to_dict() == about(
        {"cost_usd": 30_000, "cost_usd_per_pflops": 3000, "capex_usd": 0, "served_share": 0.5, "unserved_pflops": 10,
         "worst_member_share": 0.5, "home_share": 1, "mean_rtt_ms": 0, "carbon_t": 0, "built_pflops": 0}
    )  # fmt: skip
    places = compared(NEAR_ONLY).ranking["rank"].unstack("criterion").loc["two"]
    assert (places["cost_usd"], places["served_share"], places["home_share"], places["carbon_t"]) == (2, 2, 1, 1)


def test_the_worst_served_member_is_the_one_that_counts() -> None:
    """Within 5 ms home gets 10 of 20, away all of its 10; 20 of 30 are served."""
    asked = [{"origin": "home", "workload": "chat", "compute": "20 PFLOPS"},
             {"origin": "away", "workload": "chat", "compute": "10 PFLOPS"}]  # fmt: skip
    values = value_plan(plan({f"{CHAT}.max_rtt": "5 ms", "demand.demands": asked}))
    assert (values["worst_member_share"], values["served_share"]) == about((0.5, 2 / 3))


def test_a_plan_is_dominated_by_one_that_is_nowhere_worse_and_somewhere_better() -> None:
    """The same work over a dearer fibre; but near only is quicker, so nothing dominates it."""
    dearer = plan({"topology.links.fibre.transit": "150 USD/Gbps/year"})
    found = planner.compare([plan(), dearer, plan(NEAR_ONLY)], ["one", "dearer", "near"])
    assert found.dominated == {"one": (), "dearer": ("one",), "near": ()}


def test_of_plans_that_are_alike_none_dominates_the_other() -> None:
    """Each is as good as the other, and neither better by anything."""
    assert compared({}).dominated == {"one": (), "two": ()}


def test_less_work_dominates_nothing() -> None:
    """Half the demand costs half, and is no better plan."""
    found = compared({"demand.demands.0.compute": "10 PFLOPS"})
    assert found.dominated == {"one": (), "two": ()}
    assert "two is asked for 10 PFLOPS, one for 20: a lower cost may only mean less work." in map(str, found.notes)


@pytest.mark.parametrize("name", PATHS)
def test_a_plan_beside_itself_moves_nothing(name: str) -> None:
    """And says so."""
    own = named(name)
    found = planner.compare([own, own])
    assert (found.totals["change"].fillna(0) == 0).all()
    assert all(getattr(found, each).empty for each in (*SUBJECTS, "switches", "changes"))
    assert [note.kind for note in found.notes] == ["same"]
    assert found.names == ("base", "base (2)")


@pytest.mark.parametrize("name", PATHS)
def test_moves_add_up_to_the_differences_of_totals(name: str) -> None:
    """By site, link, member and workload, also where some are in one plan only."""
    found = planner.compare([named(""), named(name)], ["one", "two"])
    totals = found.totals["change"].droplevel(["plan", "year", "total"])
    for subject, quantities in {
        "sites": ("installed_pflops", "built_pflops", "used_pflops", "carbon_t", "capex_usd"),
        "links": ("peak_gbps", "built_gbps"),
        "members": ("demand_pflops", "served_pflops", "cost_usd"),
        "workloads": ("demand_pflops", "served_pflops", "unserved_pflops"),
    }.items():
        sums = getattr(found, subject)["change"].groupby(level="quantity").sum()
        for quantity in quantities:
            assert sums.get(quantity, 0.0) == about(totals[quantity])


@pytest.mark.parametrize("name", PATHS)
def test_another_baseline_turns_every_sign(name: str) -> None:
    """What came has gone, and where work went it came from."""
    one, two = named(""), named(name)
    there, back = planner.compare([one, two], ["one", "two"]), planner.compare([two, one], ["two", "one"])
    for subject in ("totals", *SUBJECTS):
        first, second = (getattr(each, subject)["change"].droplevel("plan").sort_index() for each in (there, back))
        assert (first + second).fillna(0).to_numpy() == about(0)
        assert list(first.index) == list(second.index)
    moves = [
        each.switches.reset_index()[["origin", "workload", "source", "target", "pflops"]].values.tolist()
        for each in (there, back)
    ]
    names = {"(new demand)": "(no longer asked)", "(no longer asked)": "(new demand)"}
    turned = [[o, w, names.get(t, t), names.get(s, s), about(p)] for o, w, s, t, p in moves[1]]
    assert sorted(moves[0], key=lambda row: row[:4]) == sorted(turned, key=lambda row: row[:4])


@pytest.mark.parametrize("name", PATHS)
def test_what_changed_site_is_what_sites_gained_and_lost(name: str) -> None:
    """Site by site, the net of all moves is the difference of its use."""
    found = planner.compare([named(""), named(name)], ["one", "two"])
    moves = found.switches.reset_index()
    used = found.sites["change"].xs("used_pflops", level="quantity") if not found.sites.empty else found.sites["change"]
    sites = set(moves["source"]) | set(moves["target"])
    for site in (each for each in sites if not each.startswith("(")):
        net = moves.loc[moves["target"] == site, "pflops"].sum() - moves.loc[moves["source"] == site, "pflops"].sum()
        assert net == about(float(used.get(("two", 2030, site), 0.0)))


def test_what_only_one_plan_has_is_said_and_never_a_zero() -> None:
    """A site that is gone has no figure."""
    base = changed(triangle(), PATHS["more sites"])
    rows = planner.compare([plan(base=base), plan(base=triangle())], ["one", "two"]).sites
    rows = rows.xs("third", level="site")
    assert set(rows["presence"]) == {"baseline only"}
    assert rows["value"].isna().all()
    back = planner.compare([plan(base=triangle()), plan(base=base)]).sites
    own = back.xs("third", level="site").xs("installed_pflops", level="quantity").iloc[0]
    assert (own["presence"], own["change"]) == ("plan only", 5)
    assert isnan(own["baseline"])


def test_years_that_only_one_plan_has_are_told_apart() -> None:
    """Only 2030 is compared, and the whole costs have no place."""
    found = compared({"scenario.years": [2030, 2035]})
    presence = found.totals["presence"].groupby(level="year").first().to_dict()
    assert presence == {2030: "both", 2035: "plan only"}
    assert found.totals["change"].xs(2035, level="year").isna().all()
    assert found.years == {"two": ((2030, 2030),)}
    assert [note.kind for note in found.notes][:2] == ["several_years_one", "years"]
    assert isnan(found.ranking["value"][("cost_usd", "two")])


def test_two_plans_of_one_year_each_are_set_side_by_side() -> None:
    """And the reader is told."""
    found = compared({"scenario.years": [2035]})
    assert found.years == {"two": ((2030, 2035),)}
    assert set(found.totals["baseline_year"]) == {2030}
    assert [note.kind for note in found.notes] == ["same_plan", "other_year"]


def test_plans_without_a_common_year_are_not_compared() -> None:
    """Their totals stand alone."""
    found = compared({"scenario.years": [2026, 2028]})
    assert "no_common_year" in [note.kind for note in found.notes]
    assert found.totals["change"].isna().all()
    assert found.sites.empty


def test_money_of_different_currencies_is_not_compared() -> None:
    """Machines and milliseconds are."""
    paths = {"topology.sites.near.opex": "3000 KZT/PFLOPS/year", "topology.sites.far.opex": "1000 KZT/PFLOPS/year",
             "topology.links.fibre.transit": "100 KZT/Gbps/year", f"{CHAT}.unserved": "5000 KZT/PFLOPS/year",
             "scenario.finance": {"currency": "KZT"}}  # fmt: skip
    found = compared(paths)
    assert "two counts in KZT, one in USD: money is not compared." in map(str, found.notes)
    assert not any(str(name).endswith("_usd") for name in found.totals.index.unique("quantity"))
    assert isnan(found.ranking["value"][("cost_usd", "two")])
    assert found.ranking["value"][("mean_rtt_ms", "two")] == about(10)
    assert found.dominated == {"one": (), "two": ()}


def test_an_infeasible_plan_takes_part_without_figures() -> None:
    """Also as the baseline."""
    impossible = plan({**NEAR_ONLY, f"{CHAT}.unserved": "required"})
    found = planner.compare([plan(), impossible], ["one", "never"])
    assert [str(note) for note in found.notes] == ["never has no plan (infeasible), so it has no figures."]
    assert found.totals.empty
    assert found.ranking["rank"].xs("never", level="plan").isna().all()
    assert not found.changes.empty
    back = planner.compare([impossible, plan()], ["never", "one"])
    assert back.notes[0].kind == "no_baseline"
    assert back.sites.empty


def test_another_question_with_the_same_plan_says_so() -> None:
    """A limit that binds nobody moves nothing."""
    assert [note.kind for note in compared({"scenario.limits": {"capex": "3 MUSD"}}).notes] == ["same_plan"]


@pytest.mark.parametrize("count", [0, 1, 21])
def test_two_to_twenty_are_compared(count: int) -> None:
    """Fewer or more are bad usage."""
    with pytest.raises(planner.UsageError, match="name two to twenty plans"):
        planner.compare([proved()] * count)


def test_names_fit_the_plans() -> None:
    """One for each."""
    own = plan()
    with pytest.raises(planner.UsageError, match="1 names for 2 plans"):
        planner.compare([own, own], ["one"])


def test_runs_are_compared_as_plans_are(tmp_path: Any) -> None:
    """By their folders, and the same plan read from its run is the same."""
    own = planner.solve(load())
    one, two = planner.write_run(own, tmp_path / "one"), planner.write_run(own, tmp_path / "two")
    found = planner.compare([one, planner.read_run(two)])
    assert found.names == ("one", "two")
    assert [note.kind for note in found.notes] == ["same"]


def test_equal_values_share_a_place() -> None:
    """And what is no number has none."""
    assert rank([3.0, 1.0, 1.0 + 1e-9, float("nan")]) == [3, 1, 1, None]
    assert rank([3.0, 1.0], most_is_best=True) == [1, 2]


def test_a_plan_that_carries_more_traffic_is_not_dominated_by_a_cheaper_one() -> None:
    """Where nobody asks for compute, the share of traffic carried counts."""
    silent = dict.fromkeys(BY_KEY, nan)
    values = {
        "cheap": silent | {"cost_usd": 1.0, "carried_share": 0.4, "carbon_t": 0.0},
        "full": silent | {"cost_usd": 2.0, "carried_share": 0.7, "carbon_t": 0.0},
        "worse": silent | {"cost_usd": 2.0, "carried_share": 0.6, "carbon_t": 0.0},
    }
    assert dominators(values, dict.fromkeys(values, 0)) == {"cheap": (), "full": (), "worse": ("full",)}


def test_a_sum_over_years_is_not_called_that_of_a_year() -> None:
    """22 000 USD in each of two years, the second discounted; the price of a PFLOPS is still that of a year."""
    years = {"scenario.years": [2030, 2035]}
    units = planner.compare([plan(years), plan(years)], ["one", "two"]).ranking["unit"].unstack("plan")["one"]
    assert (units["cost_usd"], units["cost_usd_per_pflops"]) == ("USD", "USD/PFLOPS/year")
    assert compared({}).ranking["unit"].loc["cost_usd", "one"] == "USD/year"


@pytest.mark.parametrize(
    ("after", "told"),
    [
        # 10 of 20 PFLOPS for 11 000 USD in place of 22 000: part of that is work left undone
        ({"topology.sites.near": None, "topology.sites.far.compute": "10 PFLOPS"}, ["served_less"]),
        # 10 of 20 for 40 000: it costs more
        ({"topology.sites.near": None, "topology.sites.far": FAR | {"opex": "3900 USD/PFLOPS/year"}}, []),
        # 20 of 40 for the same 22 000 as before: the same work
        ({"demand.demands.0.compute": "40 PFLOPS", "topology.sites.far.compute": "20 PFLOPS",
          "topology.sites.near": None}, ["other_work"]),
        # 20 of 40 for 12 000: cheaper machines, and no less work than before
        ({"demand.demands.0.compute": "40 PFLOPS", "topology.sites.near": None,
          "topology.sites.far": {**FAR, "compute": "20 PFLOPS", "opex": "500 USD/PFLOPS/year"}}, ["other_work"]),
        # 5 of the 10 asked for, for 5500
        ({"demand.demands.0.compute": "10 PFLOPS", "topology.sites.near": None,
          "topology.sites.far.compute": "5 PFLOPS"}, ["other_demand", "served_less"]),
    ],
)  # fmt: skip
def test_work_left_undone_is_told_only_where_it_made_the_plan_cheaper(after: dict[str, Any], told: list[str]) -> None:
    """Less is served than in the baseline, and the cost that is shown is lower."""
    notes = compared(after).notes
    assert [note.kind for note in notes if note.kind in ("served_less", "other_demand", "other_work")] == told
