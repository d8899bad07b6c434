"""Variants and `--set`: what is removed, added and set."""

from __future__ import annotations

import pytest
from steppe import DEMAND, SCENARIO, TOPOLOGY

from planner.errors import UsageError

RULES = """
policy:
  residency:
    - {id: local, origin: [KZ], hosts: [KZ, "site:changji"]}
contingencies: [ring, changji]
"""


def with_variant(body: str) -> str:
    return f"{SCENARIO}{RULES}variants:\n  v: {body}\n"


def test_a_cable_taken_away_takes_its_segments_and_every_mention(load) -> None:
    inputs = load(scenario=with_variant("{remove: ['cable:ring']}"), variant="v")
    assert set(inputs.topology.links) == {"khorgos-almaty", "urumqi-khorgos"}
    assert inputs.topology.risks["border"].fails == ("link:khorgos-almaty",)
    assert inputs.scenario.contingencies == ("site:changji",)


def test_a_risk_with_nothing_left_to_fail_goes_from_all_lists(load) -> None:
    """The risk border fails two links; one alone leaves it, both together leave nothing that could fail."""
    scenario = f"{SCENARIO}contingencies: ['risk:border']\n"
    one = "variants: {v: {remove: ['link:khorgos-almaty']}}\n"
    assert load(scenario=scenario + one, variant="v").scenario.contingencies == ("risk:border",)
    both = "variants: {v: {remove: ['link:khorgos-almaty', 'cable:ring']}}\n"
    inputs = load(scenario=scenario + both, variant="v")
    assert inputs.scenario.contingencies == ()
    assert inputs.topology.risks == {}


def test_a_segment_can_be_taken_away_by_either_order_of_its_ends(load) -> None:
    inputs = load(scenario=with_variant("{remove: ['link:ring:urumqi--almaty']}"), variant="v")
    assert "ring:oslo--almaty" in inputs.topology.links
    assert "ring:almaty--urumqi" not in inputs.topology.links


def test_a_node_takes_its_sites_links_and_demands_with_it(load) -> None:
    inputs = load(scenario=with_variant("{remove: ['node:urumqi']}"), variant="v")
    assert (list(inputs.topology.sites), set(inputs.topology.links)) == ([], {"khorgos-almaty", "ring:oslo--almaty"})
    assert inputs.scenario.policy.residency[0].hosts == ("KZ",)
    inputs = load(scenario=with_variant("{remove: ['node:oslo']}"), variant="v")
    assert [row.id for row in inputs.demand.demands] == ["KZ/chat"]


def test_a_rule_is_taken_away_by_its_id(load) -> None:
    assert load(scenario=with_variant("{remove: ['rule:local']}"), variant="v").scenario.policy.residency == ()


def test_added_records_are_read_like_any_others(load) -> None:
    added = (
        "{nodes: {bergen: {country: NO, lat: 60.4, lon: 5.3}}, demands: [{origin: NO, workload: chat, compute: 1 P}]}"
    )
    inputs = load(scenario=with_variant(f"{{add: {added}}}"), variant="v")
    assert inputs.topology.nodes["bergen"].country == "NO"
    assert inputs.demand.demands[-1].id == "NO/chat"


def test_an_added_rule_stands_in_front(load) -> None:
    variant = "{add: {policy.residency: [{id: open, hosts: any}]}}"
    rules = load(scenario=with_variant(variant), variant="v").scenario.policy.residency
    assert [rule.id for rule in rules] == ["open", "local"]


@pytest.mark.parametrize(
    ("path", "value", "read"),
    [
        ("links.khorgos-almaty.capacity", "2 Tbps", lambda i: i.topology.links["khorgos-almaty"].capacity_gbps.at(0)),
        (
            "links.ring:urumqi--almaty.capacity",
            "2000 Gbps",
            lambda i: i.topology.links["ring:almaty--urumqi"].capacity_gbps.at(0),
        ),
        ("links.ring:oslo--almaty.length", "2000 km", lambda i: i.topology.links["ring:oslo--almaty"].length_km),
        ("cables.ring.capacity", "2 Tbps", lambda i: i.topology.links["ring:oslo--almaty"].capacity_gbps.at(0)),
        ("sites.changji.compute", "{2026: 2000 P}", lambda i: i.topology.sites["changji"].compute_pflops.at(2026)),
        ("sites.changji.opex", "2 kUSD/PFLOPS/year", lambda i: i.topology.sites["changji"].opex_usd_per_pflops.at(0)),
        ("workloads.chat.max_rtt", "2 s", lambda i: i.demand.workloads["chat"].max_rtt_ms),
        ("demands.KZ/chat.compute", "2000 PFLOPS", lambda i: i.demand.demands[0].amount.at(0)),
        ("demands.0.compute", "2000 PFLOPS", lambda i: i.demand.demands[0].amount.at(0)),
        ("limits.capex", "2 kUSD", lambda i: i.scenario.limits.capex_usd),
        ("policy.residency.local.premium", "2000", lambda i: i.scenario.policy.residency[0].premium),
        ("policy.residency.0.premium", "2000", lambda i: i.scenario.policy.residency[0].premium),
    ],
)
def test_a_dotted_path_reaches_into_the_scenario_and_the_files(load, path: str, value: str, read) -> None:
    assert read(load(scenario=SCENARIO + RULES, overrides=(f"{path}={value}",))) == 2000
    assert read(load(scenario=with_variant(f"{{set: {{{path!r}: {value}}}}}"), variant="v")) == 2000


def test_missing_maps_on_the_way_are_made(load) -> None:
    inputs = load(overrides=("policy.floor.served_share=0.8",))
    assert inputs.scenario.policy.floor.served_share == 0.8


def test_nothing_takes_a_key_away(load) -> None:
    scenario = SCENARIO + "limits: {capex: 5 MUSD}\nvariants: {v: {set: {limits.capex: null}}}\n"
    assert load(scenario=scenario, variant="v").scenario.limits.capex_usd is None
    assert load(scenario=scenario, overrides=("limits.capex=",)).scenario.limits.capex_usd is None


@pytest.mark.parametrize(
    ("scale", "amounts"),
    [("2", [60, 800]), ("{KZ: 2}", [60, 800]), ("{chat: 1.5}", [45, 400]), ("{almaty: 2, internet: 3}", [30, 2400])],
)
def test_demand_scale_multiplies_all_of_it_a_country_a_node_or_a_workload(
    load, scale: str, amounts: list[float]
) -> None:
    inputs = load(overrides=(f"demand.scale={scale}",))
    assert [row.amount.at(2026) for row in inputs.demand.demands] == amounts


def test_a_variant_comes_after_the_one_that_it_extends(load) -> None:
    variants = """
variants:
  low: {set: {limits.sites: 1, hours: 4}}
  high: {extends: low, set: {limits.sites: 2}}
"""
    scenario = load(scenario=SCENARIO + variants, variant="high").scenario
    assert (scenario.limits.sites, scenario.hours) == (2, 4)


def test_options_come_last(load) -> None:
    inputs = load(scenario=with_variant("{set: {hours: 4}}"), variant="v", overrides=("hours=8", "hours=12"))
    assert inputs.scenario.hours == 12


def test_a_variant_leaves_the_scenario_without_it_as_it_is(load) -> None:
    assert load(scenario=with_variant("{remove: ['cable:ring']}")).scenario.contingencies == (
        "cable:ring",
        "site:changji",
    )


def test_a_variant_may_ask_for_other_files(load) -> None:
    demand = DEMAND.replace("400 Gbps", "500 Gbps")
    inputs = load(overrides=("demand=[high.yaml]",), high_yaml=demand)
    assert inputs.demand.demands[1].amount.at(2030) == 500


def test_an_unknown_variant_is_told_with_the_nearest_and_all_there_are(load) -> None:
    scenario = SCENARIO + "variants: {without-ring: {remove: ['cable:ring']}, double: {}}\n"
    with pytest.raises(UsageError) as caught:
        load(scenario=scenario, variant="without-rng")
    assert str(caught.value) == (
        "the scenario has no variant 'without-rng': did you mean 'without-ring'? (it has without-ring, double)"
    )


def test_an_option_without_a_value_is_told_how_to_be_written(load) -> None:
    with pytest.raises(UsageError, match="is not of the form path=value"):
        load(overrides=("hours",))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("{remov: []}", "variants.v.remov: unknown key: did you mean 'remove'?"),
        ("{remove: [ring]}", "variants.v.remove.0: 'ring' has no known prefix: write one of link:, site:"),
        ("{remove: ['cabel:ring']}", "did you mean 'cable'?"),
        ("{set: {linkz.x.capacity: 5}}", "variants.v.set.linkz.x.capacity: there is nothing called 'linkz': did you"),
        ("{add: {noodes: {}}}", "variants.v.add.noodes: unknown section: did you mean 'nodes'?"),
        ("{extends: w}", "variants.v.extends: there is no variant 'w'"),
        ("{extends: v}", "variants.v.extends: extends itself in a circle"),
    ],
)
def test_the_shape_of_every_variant_is_checked_though_none_is_chosen(faults_of, body: str, words: str) -> None:
    assert any(words in fault for fault in faults_of(scenario=with_variant(body)))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("{remove: ['cable:rang']}", "there is no cable 'rang': did you mean 'ring'?"),
        ("{remove: ['link:ring:oslo--urumqi']}", "did you mean 'ring:"),
        ("{remove: ['rule:locl']}", "there is no rule 'locl': did you mean 'local'?"),
        (
            "{set: {links.khorgos-almatty.capacity: 2 Tbps}}",
            "there is no link 'khorgos-almatty': did you mean 'khorgos-",
        ),
        (
            "{set: {links.khorgos-almaty.capacty: 2 Tbps}}",
            "links.khorgos-almaty.capacty: unknown key: did you mean 'cap",
        ),
        ("{set: {links.khorgos-almaty.capacity.x.y: 2}}", "cannot stand under '800 Gbps'"),
        ("{set: {links: {}}}", "links: is a whole section: write links.<id>.<key>"),
        ("{set: {sites.changji: null}}", "cannot be set to nothing: remove it: site:changji"),
        ("{set: {policy.floor.served_shar: 0.9}}", "did you mean 'served_share'?"),
        ("{set: {policy.residency.9.premium: 0.9}}", "there is no entry '9'"),
        ("{set: {demands.KZ/chatt.compute: 1 P}}", "there is no demand 'KZ/chatt': did you mean 'KZ/chat'?"),
        ("{set: {demand.scale: {KX: 2}}}", "there is no country, node or workload 'KX'"),
        ("{set: {demand.scale: -1}}", "'-1' is negative"),
        (
            "{set: {links.khorgos-almaty.capacity: 2}}",
            "scenario.yaml:12:44: links.khorgos-almaty.capacity: '2' has no unit",
        ),
        ("{add: {nodes: {oslo: {country: NO, lat: 1, lon: 1}}}}", "nodes.oslo: is there already, at topology.yaml:9:3"),
        ("{add: {policy: {floor: []}}}", "'policy.floor' cannot be added to"),
    ],
)
def test_a_variant_that_does_not_fit_says_what_would_be_right(faults_of, body: str, words: str) -> None:
    assert any(words in fault for fault in faults_of(scenario=with_variant(body), variant="v"))


def test_an_option_that_does_not_fit_is_named_as_it_was_given(faults_of) -> None:
    (fault,) = faults_of(overrides=("links.khorgos-almaty.capacity=2",))
    assert fault.startswith("--set links.khorgos-almaty.capacity=2: links.khorgos-almaty.capacity: '2' has no unit: ")


def test_dots_in_names_are_found_by_the_longest_that_fits(load) -> None:
    topology = TOPOLOGY + "projects: {p: {title: P, names: {zh.hans: x}}}\n"
    inputs = load(topology=topology, overrides=("projects.p.names.zh.hans=y",))
    assert inputs.topology.projects["p"].names == {"zh.hans": "y"}
