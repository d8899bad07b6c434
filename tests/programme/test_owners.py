"""Who owns what is built, who pays for it, and what others may not own.

Home (KZ) asks for 20 PFLOPS. Near has 10 at 3000 USD, far (CN) 100 at 1000 + 100 of transit; what is left costs 5000.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from small import Changes, about, plan, proved
from worlds import changed, two_cities, write_world

import planner

NEAR_ONLY: Changes = {
    "demand.workloads.chat.max_rtt": "5 ms",
    "topology.sites.near.expansion": [{"max": "40 PFLOPS", "capex": "1 kUSD/PFLOPS"}],
    "scenario.finance": {"discount_rate": 0, "compute_life": 5, "link_life": 20},
}
"""10 more near for 200 a year each: 20 x 3000 + 10 x 200."""
JOINT: Changes = {**NEAR_ONLY, "topology.sites.near.owner": {"CN": 0.6, "KZ": 0.4}}
LINK: Changes = {
    "topology.links.fibre.capacity": "0 Gbps",
    "topology.sites.near.compute": "0 PFLOPS",
    "topology.links.fibre.expansion": [{"max": "20 Gbps", "capex": "2 kUSD/Gbps"}],
    "scenario.finance": {"discount_rate": 0, "compute_life": 5, "link_life": 20},
}
"""Half a Gbps each way for a PFLOPS: 10 Gbps for 20 000 USD, 100 a year each: 20 x 1100 + 10 x 100."""


def stake(most: float, country: str = "KZ") -> Changes:
    """A rule on foreign stakes."""
    return {"scenario.policy": {"foreign_stake": [{"id": "own", "country": country, "max": most}]}}


def capital_of(found: planner.Plan) -> dict[tuple[int, str], float]:
    """USD by year and payer."""
    return dict(found.capital["capex_usd"])


def test_without_a_word_a_site_is_its_countrys_and_a_link_half_of_each_end() -> None:
    """10 x 1000 USD near are KZ's; 10 x 2000 USD of fibre are half KZ's and half CN's."""
    assert capital_of(proved(NEAR_ONLY)) == {(2030, "KZ"): about(10_000)}
    assert capital_of(proved(LINK)) == {(2030, "CN"): about(10_000), (2030, "KZ"): about(10_000)}


def test_owners_pay_for_what_they_own_and_users_cause_it() -> None:
    """KZ uses all of near: it causes 62 000. CN owns 60 % of near and of its growth: it pays 37 200 of them."""
    members = proved(JOINT).members.loc[2030]
    assert members["caused_usd"].to_dict() == about({"CN": 0, "KZ": 62_000})
    assert members["cost_usd"].to_dict() == about({"CN": 0, "KZ": 62_000})
    assert members["paid_usd"].to_dict() == about({"CN": 37_200, "KZ": 24_800})


def test_transit_and_fees_are_paid_by_whoever_uses_them() -> None:
    """Far is CN's: it pays 20 x 1000 of opex; KZ pays 20 x 100 of transit and 20 x 300 of a fee."""
    fee = {"scenario.policy": {"residency": [{"hosts": "any", "fee": "300 USD/PFLOPS/year"}]}}
    members = proved(fee).members.loc[2030]
    assert members["paid_usd"].to_dict() == about({"CN": 20_000, "KZ": 8000})


def test_an_expansion_may_have_owners_of_its_own() -> None:
    """Near itself is KZ's, its growth SG's: SG, which has no node, pays 10 x 1000 USD once and 2000 a year."""
    growth = [{"max": "40 PFLOPS", "capex": "1 kUSD/PFLOPS", "owner": "SG"}]
    found = proved({**NEAR_ONLY, "topology.sites.near.expansion": growth})
    assert capital_of(found) == {(2030, "SG"): about(10_000)}
    assert found.members.loc[2030]["paid_usd"].to_dict() == about({"CN": 0, "KZ": 60_000, "SG": 2000})


def test_a_cables_owners_are_those_of_its_segments() -> None:
    """A cable in place of the fibre, mostly SG's: a segment has the cable's owners, or its own where it says so."""
    owner = {"SG": 0.75, "CN": 0.25}
    for segment, payers in (({}, owner), ({"owner": "KZ"}, {"KZ": 1.0})):
        cable = {
            "route": ["home", "away"], "capacity": "0 Gbps", "owner": owner,
            "segments": {"home--away": {"expansion": [{"max": "20 Gbps", "capex": "2 kUSD/Gbps"}], **segment}},
        }  # fmt: skip
        found = proved({**LINK, "topology.links": None, "topology.cables": {"wire": cable}})
        assert capital_of(found) == {(2030, country): about(20_000 * part) for country, part in payers.items()}


def test_a_projects_owners_are_those_of_what_hangs_on_it() -> None:
    """The growth of near is SG's and hangs on a project of 500 USD: SG pays both, unless the project says otherwise."""
    growth = [{"max": "40 PFLOPS", "capex": "1 kUSD/PFLOPS", "owner": "SG", "project": "hall"}]
    hall = {**NEAR_ONLY, "topology.sites.near.expansion": growth, "topology.projects.hall": {"capex": "500 USD"}}
    assert capital_of(proved(hall)) == {(2030, "SG"): about(10_500)}
    found = proved({**hall, "topology.projects.hall.owner": {"KZ": 0.5, "CN": 0.5}})
    assert capital_of(found) == {(2030, "CN"): about(250), (2030, "KZ"): about(250), (2030, "SG"): about(10_000)}


def test_a_members_budget_is_for_what_it_owns() -> None:
    """KZ may spend 2000 USD and owns 40 % of near: 5 PFLOPS are built, of which CN pays 3000."""
    found = proved({**JOINT, "scenario.limits": {"members": {"KZ": {"capex": "2 kUSD"}}}})
    assert found.objective == about(15 * 3000 + 5 * 200 + 5 * 5000)
    assert capital_of(found) == {(2030, "CN"): about(3000), (2030, "KZ"): about(2000)}
    assert found.prices.loc[("member_capex", "KZ"), "price"] == about(1e6 * (5000 - 3200) / 400)


@pytest.mark.parametrize(("most", "built"), [(0.6, True), (0.59, False)])
def test_what_others_own_too_much_of_is_not_built(most: float, built: bool) -> None:
    """CN owns 60 % of near's growth. Where KZ allows less, 10 PFLOPS are left, and the plan says why."""
    found = proved({**JOINT, **stake(most)})
    assert found.objective == about(62_000 if built else 30_000 + 50_000)
    told = "The rule own on foreign stakes keeps from being built what others own more than 59 % of in KZ: "
    assert list(found.notes) == ([] if built else [f"{told}site:near (60 %)."])


@pytest.mark.parametrize(
    ("owner", "most", "built"),
    [
        (None, 0.0, True),  # half to each end: KZ's half is its own
        ({"CN": 0.6, "KZ": 0.4}, 0.2, True),  # of KZ's half CN has a fifth
        ({"CN": 0.6, "KZ": 0.4}, 0.19, False),
        ({"KZ": 1}, 0.0, True),
        ({"SG": 1}, 0.99, False),
    ],
)
def test_of_a_link_a_rule_sees_the_half_on_the_countrys_soil(owner: Any, most: float, built: bool) -> None:
    """10 Gbps and 20 PFLOPS far for 23 000, or nothing served."""
    found = proved({**LINK, **({"topology.links.fibre.owner": owner} if owner else {}), **stake(most)})
    assert found.objective == about(23_000 if built else 100_000)


def test_what_stands_already_may_be_anybodys() -> None:
    """Near is SG's: a rule speaks of what is built."""
    assert proved({"topology.sites.near.owner": "SG", **stake(0)}).objective == about(20 * 1100)


def test_a_project_that_others_own_is_not_built() -> None:
    """The fibre hangs on a project of SG: 10 PFLOPS near, 10 left. A rule of a country where it is not says nothing."""
    laid = {"topology.links.fibre.project": "wire", "topology.projects.wire": {"capex": "1 kUSD", "owner": "SG"}}
    assert proved({**laid, **stake(0.5)}).objective == about(30_000 + 50_000)
    finance = {"scenario.finance": {"discount_rate": 0, "compute_life": 5, "link_life": 20}}
    elsewhere = {"topology.nodes.omsk": {"country": "RU", "lat": 55.0, "lon": 73.4}}
    assert proved({**laid, **finance, **elsewhere, **stake(0.5, "RU")}).objective == about(22_000 + 50)


def test_the_rule_is_named_where_it_alone_leaves_no_plan() -> None:
    """All is required and has to be near; near may not grow."""
    found = plan({**JOINT, **stake(0.5), "demand.workloads.chat.unserved": "required"})
    assert found.status is planner.Status.INFEASIBLE
    assert "with this change alone a plan exists: the rule own on foreign stakes is gone" in found.findings


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"topology.sites.near.owner": {"CN": 0.6, "KZ": 0.3}}, "shares that add up to 0.9: write shares"),
        ({"topology.sites.near.owner": {"CN": 1.2}}, "'1.2' is no share: write more than 0, up to 1"),
        ({"topology.sites.near.owner": "ZX"}, "'ZX' is no country: write 'CN' or 'KZ'"),
        ({"topology.links.fibre.owner": {"KZ": 0.5, "Q": 0.5}}, "'Q' is no country code: write two capital letters"),
        ({"topology.projects.wire": {"owner": "KX"}}, "'KX' is no country"),
        ({"scenario.policy": {"foreign_stake": [{"country": "KG", "max": 0.5}]}}, "no node lies in 'KG'"),
        ({"scenario.policy": {"foreign_stake": [{"country": "KZ", "max": 49}]}}, "'49' is too large: write 1 or less"),
        ({"scenario.policy": {"foreign_stake": [{"country": "KZ"}]}}, "max: is missing"),
    ],
)  # fmt: skip
def test_what_cannot_be_owned_is_told_with_its_place(changes: Changes, words: str) -> None:
    """Shares, countries, and where a rule speaks of."""
    with pytest.raises(planner.InputError) as error:
        plan(changes)
    assert words in str(error.value)
    assert ".yaml:" in str(error.value)


def test_owners_can_be_given_in_python() -> None:
    """One country by its code, several with shares."""
    from planner.topology import Project

    assert Project(owner="KZ").owner == {"KZ": 1.0}
    with pytest.raises(ValueError, match="add up to 0"):
        Project(owner={"KZ": 0.5, "CN": 0.3})


def test_a_plan_that_builds_what_is_barred_is_found_out() -> None:
    """The plan of a scenario without the rule, checked under it."""
    from dataclasses import replace

    from planner.plan.verify.checks import verify_plan

    built, ruled = proved(JOINT), plan({**JOINT, **stake(0.5)})
    faults = verify_plan(replace(built, inputs=ruled.inputs))
    assert "2030: expansion 0 of site near: others own 0.6 of what is in KZ, and 0.5 is the most" in faults


@pytest.mark.parametrize("form", ["csv", "graphml"])
def test_owners_come_back_from_another_format_as_they_were(form: str, tmp_path: Path) -> None:
    """A lone country and shares; plain numbers stay plain."""
    write_world(changed(two_cities(), {**JOINT, "topology.links.fibre.owner": "SG"}), tmp_path)
    other = planner.export_topology(planner.load_topology(tmp_path / "topology.yaml"), tmp_path / "other", form)
    back = planner.import_topology(other, format=form)
    assert (back.topology.sites["near"].owner, back.topology.links["fibre"].owner) == (
        {"CN": 0.6, "KZ": 0.4}, {"SG": 1.0},
    )  # fmt: skip
    assert "owner: {CN: 0.6, KZ: 0.4}" in back.text
