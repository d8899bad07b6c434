"""Scenarios: what a whole question holds once it is read."""

from __future__ import annotations

import hashlib
import pickle
from pathlib import Path

import pytest
from steppe import DEMAND, SCENARIO, TOPOLOGY

from planner.errors import InputError
from planner.files import load_demand, load_scenario


def test_a_question_holds_its_models_and_its_files(load) -> None:
    inputs = load()
    assert (inputs.scenario.id, inputs.topology.id, inputs.demand.id) == ("steppe-2000p", "steppe", "steppe-2030")
    assert [file.role for file in inputs.files] == ["scenario", "topology", "demand"]
    assert inputs.files[0].sha256 == hashlib.sha256(Path("scenario.yaml").read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("years", "expected"),
    [("2026-2029", (2026, 2027, 2028, 2029)), ("2030", (2030,)), ("[2030, 2026]", (2026, 2030))],
)
def test_years_are_a_list_a_year_or_a_range(load, years: str, expected: tuple[int, ...]) -> None:
    assert load(scenario=SCENARIO.replace("[2026, 2030]", years)).scenario.years == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("none", ()),
        ("links", ("links",)),
        ("[ring, khorgos-almaty]", ("cable:ring", "link:khorgos-almaty")),
        ("['ring:urumqi--almaty', border]", ("link:ring:almaty--urumqi", "risk:border")),
    ],
)
def test_contingencies_get_their_names_in_full(load, written: str, expected: tuple[str, ...]) -> None:
    assert load(scenario=f"{SCENARIO}contingencies: {written}\n").scenario.contingencies == expected


def test_one_objective_or_several_in_order(load) -> None:
    assert load().scenario.objective == ("cost",)
    assert load(scenario=SCENARIO + "objective: [served, carbon]\n").scenario.objective == ("served", "carbon")


def test_every_country_that_asks_is_a_member_unless_members_are_named(load) -> None:
    assert load().scenario.community.members == ("KZ",)
    assert load(scenario=SCENARIO + "community: {members: [CN, KZ]}\n").scenario.community.members == ("CN", "KZ")


def test_prices_are_written_in_the_currency_of_the_scenario(load, faults_of) -> None:
    scenario = SCENARIO + "finance: {currency: CNY}\nlimits: {capex: 5 MCNY}\n"
    assert any("workloads.chat.unserved" in fault for fault in faults_of(scenario=scenario))


def test_as_much_traffic_comes_back_as_goes_unless_it_is_said(load) -> None:
    assert load().demand.workloads["chat"].traffic_back_gbps_per_pflops == 0.5
    demand = DEMAND.replace("traffic: 0.5 Gbps/PFLOPS", "traffic: 0.5 Gbps/PFLOPS, traffic_back: 2 Gbps/PFLOPS")
    assert load(demand=demand).demand.workloads["chat"].traffic_back_gbps_per_pflops == 2


def test_paths_are_relative_to_the_file_that_names_them(write) -> None:
    write()
    Path("deep").mkdir()
    text = SCENARIO.replace("[topology.yaml]", "[../topology.yaml]").replace("[demand.yaml]", "[../demand.yaml]")
    Path("deep/scenario.yaml").write_text(text)
    assert load_scenario("deep/scenario.yaml").files[1].path == Path("deep/../topology.yaml")


def test_a_scenario_lays_its_words_over_those_it_extends(write) -> None:
    write(scenario=SCENARIO + "limits: {sites: 3, site_fill: 0.8}\n")
    Path("more.yaml").write_text("scenario: more\nextends: scenario.yaml\nlimits: {sites: 5}\n")
    scenario = load_scenario("more.yaml").scenario
    assert (scenario.id, scenario.years, scenario.limits.sites) == ("more", (2026, 2030), 5)
    assert scenario.limits.site_fill.at(2030) == 0.8


def test_scenarios_that_extend_each_other_in_a_circle_are_a_fault(write) -> None:
    write(scenario="scenario: a\nextends: other.yaml\n")
    Path("other.yaml").write_text("scenario: b\nextends: scenario.yaml\n")
    with pytest.raises(InputError) as caught:
        load_scenario("scenario.yaml")
    assert str(caught.value) == "other.yaml:2:10: extends: the scenarios extend each other in a circle"


def test_a_demand_alone_is_read_without_a_topology(write) -> None:
    write()
    assert [row.id for row in load_demand("demand.yaml").demands] == ["KZ/chat", "almaty-oslo/internet"]


@pytest.mark.parametrize(
    ("keys", "place"),
    [
        (("sites", "changji", "compute"), "topology.yaml:11:55"),
        (("sites", "changji", "power"), "topology.yaml:11:3"),
        (("links", "ring:oslo--almaty", "length"), "topology.yaml:19:39"),
        (("links", "ring:almaty--urumqi", "capacity"), "topology.yaml:17:15"),
        (("demands", 0, "compute", 2030), "demand.yaml:7:67"),
        (("workloads", "chat"), "demand.yaml:4:3"),
        (("years",), "scenario.yaml:5:1"),
        (("limits", "capex"), "scenario.yaml:2:1"),
    ],
)
def test_every_value_has_its_place(load, keys: tuple[str | int, ...], place: str) -> None:
    assert str(load().places.find(*keys)) == place


def test_a_question_can_be_sent_to_another_process(load) -> None:
    inputs = load()
    again = pickle.loads(pickle.dumps(inputs))  # noqa: S301 -- our own bytes
    assert again.topology == inputs.topology
    assert again.places.find("workloads", "chat") == inputs.places.find("workloads", "chat")


def test_the_same_files_give_equal_models(load) -> None:
    assert load().topology == load().topology
    assert load().demand == load().demand


SEASONS = "seasons: {winter: 150 days, summer: 215 days}\n"
COLD = (
    "  changji: {node: urumqi, status: operating, compute: 800 PFLOPS, power: {seasons: {winter: 5 MW, summer: 9 MW}}}"
)
PLAIN = "  changji: {node: urumqi, status: operating, compute: 800 PFLOPS}"


@pytest.mark.parametrize(
    ("seasons", "words"),
    [
        ("seasons: {winter: 150 days, summer: 200 days}\n", "scenario.yaml:2:10: seasons: have 350 days together"),
        ("seasons: {winter: 365}\n", "seasons.winter: '365' has no unit: write for example '365 days'"),
        ("seasons: {winter: 0 days, summer: 365 days}\n", "seasons.winter: '0 days' is too small"),
        ("seasons: {dry: 150 days, summer: 215 days}\n", "sites.changji.power: the scenario has no season 'winter'"),
        (
            "seasons: {winter: 150 days, spring: 10 days, summer: 205 days}\n",
            "sites.changji.power: says nothing of spring",
        ),
    ],
)
def test_seasons_add_up_to_a_year_and_figures_speak_of_them(faults_of, seasons: str, words: str) -> None:
    faults = faults_of(
        scenario=f"scenario: steppe\n{seasons}" + SCENARIO.partition("2000p\n")[2],
        topology=TOPOLOGY.replace(PLAIN, COLD),
    )
    assert any(words in fault for fault in faults), faults


def test_a_demand_of_a_season_that_is_not_there_is_told_with_its_place(faults_of) -> None:
    demand = DEMAND.replace("compute: {2026: 30 PFLOPS, 2030: 120 PFLOPS}", "compute: {seasons: {wet: 30 PFLOPS}}")
    faults = faults_of(scenario=SCENARIO + SEASONS, demand=demand)
    assert any("demands.0.compute: the scenario has no season 'wet'" in fault for fault in faults)
    assert all(fault.startswith("demand.yaml:7:") for fault in faults)


def test_what_differs_in_seasons_is_settled_for_the_year(load) -> None:
    """The least of limits; demands weighted by days."""
    files = {
        "topology": TOPOLOGY.replace(PLAIN, COLD),
        "demand": DEMAND.replace("rate: 400 Gbps", "rate: {seasons: {winter: 365 Gbps, summer: 0 Gbps}}"),
    }
    inputs = load(scenario=SCENARIO + SEASONS, **files)
    power, rate = inputs.topology.sites["changji"].power_mw, inputs.demand.demands[1].amount
    assert power.at(2030) == 5
    assert power.in_season("summer").at(2030) == 9
    assert rate.at(2030) == pytest.approx(150)
    plain = load(**files)
    assert plain.topology.sites["changji"].power_mw.seasons == ()
    assert plain.demand.demands[1].amount.at(2030) == pytest.approx(182.5)
