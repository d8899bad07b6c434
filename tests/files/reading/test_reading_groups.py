"""Markets, groups of sites and limits of members as they are read: what is wrong with them, what variants take away."""

from __future__ import annotations

import pytest
from steppe import SCENARIO, TOPOLOGY

from planner.files.changing.document import Document
from planner.files.changing.removal import remove
from planner.files.changing.renaming import rename

CLOUD = "  cloud: {node: oslo, status: operating, market: true, compute: 100 P, opex: 9 kUSD/PFLOPS/year}\n"
MARKET = TOPOLOGY.replace("sites:\n", f"sites:\n{CLOUD}")
GROUPED = f"{TOPOLOGY}groups:\n  west: {{sites: [changji], power: {{2026: 1.4 GW}}, compute: 2000 PFLOPS}}\n"


def cloud(fields: str) -> str:
    return MARKET.replace("market: true", f"market: true, {fields}")


def group(fields: str) -> str:
    return f"{MARKET}groups:\n  west: {{{fields}}}\n"


@pytest.mark.parametrize(
    ("topology", "words"),
    [
        (
            cloud("power: 3 MW"),
            "sites.cloud.power: stands beside market: leave it out: what is rented is paid by its opex",
        ),
        (cloud("fixed_cost: 3 MUSD/year"), "sites.cloud.fixed_cost: stands beside market"),
        (cloud("watts: 1 kW/PFLOPS"), "sites.cloud.watts: stands beside market"),
        (cloud("expansion: [{capex: 1 MUSD/PFLOPS}]"), "sites.cloud.expansion: stands beside market"),
        (cloud("project: x"), "sites.cloud.project: "),
        (cloud("markt: true"), "sites.cloud.markt: unknown key: did you mean 'market'?"),
        (MARKET.replace("market: true", "market: maybe"), "sites.cloud.market: 'maybe'"),
        (group("sites: [chanji]"), "groups.west.sites.0: there is no site 'chanji': did you mean 'changji'?"),
        (group("sites: [cloud]"), "groups.west.sites.0: 'cloud' is rented on a market, and in no group"),
        (group("sites: []"), "groups.west.sites: is empty: write the ids of some sites"),
        (group("power: 3 MW"), "groups.west.sites: is missing"),
        (group("sites: [changji], power: 3"), "groups.west.power: '3' has no unit"),
        (group("sites: [changji], powr: 3 MW"), "groups.west.powr: unknown key: did you mean 'power'?"),
        (
            TOPOLOGY.replace('fails: ["link', 'fails: ["group:wst", "link'),
            "risks.border.fails.0: there is no group 'group:wst'",
        ),
    ],
)
def test_a_wrong_market_or_group_says_what_would_be_right(faults_of, topology: str, words: str) -> None:
    assert any(words in fault and "topology.yaml:" in fault for fault in faults_of(topology=topology))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("policy: {residency: [{hosts: ['group:wst']}]}", "there is no group 'wst': did you mean 'west'?"),
        ("policy: {shares: [{hosts: ['group:wst'], at_least: 0.5}]}", "there is no group 'wst': did you mean 'west'?"),
        ("contingencies: ['group:wst']", "there is no group 'group:wst': did you mean 'group:west'?"),
        ("limits: {members: {KG: {capex: 40 MUSD}}}", "limits.members.KG: there is no member 'KG': one of CN, KZ, NO"),
        (
            "community: {members: [KZ]}\nlimits: {members: {CN: {capex: 1 MUSD}}}",
            "limits.members.CN: there is no member",
        ),
        ("limits: {members: {KZ: {capx: 40 MUSD}}}", "limits.members.KZ.capx: unknown key: did you mean 'capex'?"),
        ("limits: {members: {KZ: {opex: 40 MUSD}}}", "limits.members.KZ.opex: "),
        ("limits: {members: {KZ: {capex: {2026: 1 MUSD}}}}", "limits.members.KZ.capex: is a map"),
        ("policy: {floor: {market: perhaps}}", "policy.floor.market: 'perhaps'"),
    ],
)
def test_a_wrong_name_of_a_group_or_member_says_what_would_be_right(faults_of, more: str, words: str) -> None:
    faults = faults_of(topology=GROUPED, scenario=f"{SCENARIO}{more}\n")
    assert any(words in fault and "scenario.yaml:" in fault for fault in faults), faults


def test_a_group_is_read_with_its_sites_and_its_name_stands_for_them(load) -> None:
    """Without a prefix too, where nothing else is called so."""
    inputs = load(topology=GROUPED, scenario=f"{SCENARIO}contingencies: [west]\n")
    west = inputs.topology.groups["west"]
    assert (west.sites, inputs.topology.sites["changji"].groups) == (("changji",), frozenset({"west"}))
    assert (west.power_mw.at(2030), west.compute_pflops.at(2030)) == (1400, 2000)
    assert inputs.scenario.contingencies == ("group:west",)


def test_limits_of_members_are_read_in_inside_units(load) -> None:
    words = "limits: {members: {KZ: {capex: 40 MUSD, hosted_min: {2026: 50 PFLOPS}, opex: 3 MUSD/year}}}\n"
    limits = load(scenario=SCENARIO + words).scenario.limits.members["KZ"]
    assert (limits.capex_usd, limits.hosted_min_pflops.at(2030), limits.opex_usd.at(2030)) == (4e7, 50, 3e6)


def test_a_variant_takes_a_group_or_its_sites_away(load) -> None:
    """What names a group that is gone loses the name; a group without sites has nothing left to limit."""
    scenario = SCENARIO + "contingencies: ['group:west']\nvariants: {v: {remove: ['group:west']}}\n"
    inputs = load(topology=GROUPED, scenario=scenario, variant="v")
    assert (inputs.topology.groups, inputs.scenario.contingencies) == ({}, ())
    scenario = SCENARIO + "variants: {v: {remove: ['site:changji']}, w: {set: {groups.west.compute: 900 P}}}\n"
    assert load(topology=GROUPED, scenario=scenario, variant="v").topology.groups["west"].sites == ()
    assert load(topology=GROUPED, scenario=scenario, variant="w").topology.groups["west"].compute_pflops.at(2026) == 900


def test_another_id_for_a_site_or_a_group_is_written_wherever_it_stands() -> None:
    text = GROUPED.replace('fails: ["link', 'fails: ["group:west", "link')
    after = rename(rename(document(text), "site:changji", "urumqi-1"), "group:west", "xinjiang").data.decode()
    assert "sites: [urumqi-1]" in after
    assert "  xinjiang: {" in after
    assert '"group:xinjiang"' in after


def test_a_site_leaves_its_groups_and_an_empty_group_goes_with_it() -> None:
    after = remove(document(GROUPED), ["site:changji"], cascade=True)
    assert after.find(("groups",)) is None
    both = GROUPED.replace("sites: [changji]", "sites: [changji, other]").replace(
        "sites:\n", "sites:\n  other: {node: oslo, status: operating, compute: 1 P}\n", 1
    )
    assert "sites: [other]" in remove(document(both), ["site:changji"], cascade=True).data.decode()


def document(text: str) -> Document:
    return Document.of(text.encode(), "topology.yaml")
