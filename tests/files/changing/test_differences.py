"""What differs between two questions is told record by record, as files write it, and nothing else is."""

from __future__ import annotations

from typing import Any

import pytest
from small import load, triangle
from worlds import changed, two_cities

from planner.files.changing.differences import Change, differences
from planner.files.changing.written import written

CHAT = "demand.workloads.chat"
NEAR = "topology.sites.near"


def told(changes: dict[str, Any], *, base: Any = None) -> list[tuple[str, str | None, str | None]]:
    """Return path, before and after of what some changes of a world come to."""
    world = base or two_cities()
    found = differences(load(base=world), load(changes, base=world))
    return [(each.path, each.before, each.after) for each in found]


@pytest.mark.parametrize(
    ("path", "value", "before", "after"),
    [
        ("topology.sites.near.compute", "12 PFLOPS", "10 PFLOPS", "12 PFLOPS"),
        ("topology.sites.near.opex", "2.5 kUSD/PFLOPS/year", "3000 USD/PFLOPS/year", "2500 USD/PFLOPS/year"),
        ("topology.links.fibre.capacity", {2030: "1 Tbps", 2035: "2 Tbps"}, "100 Gbps",
         "{2030: 1000 Gbps, 2035: 2000 Gbps}"),
        ("topology.nodes.home.lat", 43.25, "43.2", "43.25"),
        ("topology.sites.near.serves", ["training"], "[inference, training]", "[training]"),
        ("demand.workloads.chat.max_rtt", "0.05 s", None, "50 ms"),
        ("demand.workloads.chat.unserved", "required", "5000 USD/PFLOPS/year", "required"),
    ],
)  # fmt: skip
def test_a_field_is_told_by_its_path_with_its_unit(path: str, value: Any, before: str | None, after: str) -> None:
    """Whatever unit it was written in."""
    assert told({path: value}) == [(path.partition(".")[2], before, after)]


@pytest.mark.parametrize(
    ("path", "value", "field", "after"),
    [
        ("years", [2030, 2031], "years", "[2030, 2031]"),
        ("limits", {"capex": "3 MUSD"}, "limits.capex", "3000000 USD"),
        ("finance", {"discount_rate": 0.1}, "finance.discount_rate", "0.1"),
        ("policy", {"floor": {"served_share": 0.5}}, "policy.floor.served_share", "0.5"),
        ("objective", ["served", "cost"], "objective", "[served, cost]"),
    ],
)
def test_the_scenarios_own_fields_are_told_by_dotted_path(path: str, value: Any, field: str, after: str) -> None:
    """As a variant would set them."""
    assert [(each[0], each[2]) for each in told({f"scenario.{path}": value})] == [(field, after)]


def test_the_same_differs_in_nothing() -> None:
    """Neither whole questions nor their parts."""
    one, two = load(base=triangle()), load(base=triangle())
    assert differences(one, two) == []
    assert differences(one.topology, two.topology) == []
    assert differences(one.demand, two.demand) == []


def test_the_other_way_round_before_and_after_change_places() -> None:
    """For fields and for records."""
    one, two = load(), load({f"{NEAR}.pue": 1.3, "topology.nodes.far": {"country": "KG", "lat": 1, "lon": 2}})
    there, back = differences(one, two), differences(two, one)
    assert [Change(e.section, e.key, e.field, e.after, e.before) for e in back] == there
    assert [(each.path, each.before) for each in there if not each.field] == [("nodes.far", None)]
    assert [(each.path, each.after) for each in back if not each.field] == [("nodes.far", None)]


def test_a_record_that_comes_is_told_whole_without_what_holds_anyway() -> None:
    """A length that no file gives is not told."""
    link = {"ends": ["home", "away"], "kind": "submarine", "capacity": "5 Gbps", "note": "only words"}
    ((path, before, after),) = told({"topology.links.new": link})
    assert (path, before) == ("links.new", None)
    assert after == "{ends: [home, away], kind: submarine, capacity: 5 Gbps}"


def test_the_scale_of_demand_is_told_once() -> None:
    """And a demand that changes beside it as its file writes it."""
    scale = {"scenario.variants": {"more": {"set": {"demand.scale": 3}}}}
    one = load(scale)
    assert [(e.path, e.after) for e in differences(one, load(scale, variant="more"))] == [("demand.scale", "3")]
    other = load({**scale, "demand.demands.0.compute": "70 PFLOPS"}, variant="more")
    found = {e.path: (e.before, e.after) for e in differences(one, other)}
    assert found == {"demand.scale": (None, "3"), "demands.home/chat.compute": ("20 PFLOPS", "70 PFLOPS")}


def test_at_a_scale_of_nothing_only_the_scale_is_told() -> None:
    """For what is asked at it cannot be known."""
    scale = {"scenario.variants": {"none": {"set": {"demand.scale": 0}}}}
    assert [e.path for e in differences(load(scale), load(scale, variant="none"))] == ["demand.scale"]


def test_figures_are_those_of_the_sites_own_precision() -> None:
    """A site that turns out to be FP8 has the same figure, of another kind."""
    grown = {f"{NEAR}.expansion": [{"max": "40 PFLOPS", "capex": "1 kUSD/PFLOPS"}]}
    base = changed(two_cities(), grown)
    assert told({f"{NEAR}.precision": "fp8"}, base=base) == [("sites.near.precision", "bf16", "fp8")]


def test_rules_are_told_by_id_and_by_what_they_say_and_in_their_order() -> None:
    """The first rule decides, so their order is an input."""
    one, two = ({"id": name, "origin": ["KZ"], "hosts": hosts} for name, hosts in (("a", "home"), ("b", "any")))
    base = changed(two_cities(), {"scenario.policy": {"residency": [one, two]}})
    assert told({"scenario.policy.residency": [two, one]}, base=base) == [("policy.residency.order", "a, b", "b, a")]
    assert told({"scenario.policy.residency": [two]}, base=base) == [
        ("policy.residency.a", "{origin: [KZ], hosts: home}", None)
    ]
    nameless = {"scenario.policy.residency": [one, two, {"hosts": "any"}]}
    assert told(nameless, base=base) == [("policy.residency.{hosts: any}", None, "{hosts: any}")]


def test_a_cables_change_is_told_at_the_cable_and_not_at_each_segment() -> None:
    """Unless a segment has one of its own."""
    cable = {"kind": "terrestrial", "capacity": "10 Gbps", "route": ["home", "mid", "away"]}
    base = changed(triangle(), {"topology.cables.silk": cable})
    assert told({"topology.cables.silk.capacity": "20 Gbps"}, base=base) == [
        ("cables.silk.capacity", "10 Gbps", "20 Gbps")
    ]
    own = told({"topology.cables.silk.segments": {"home--mid": {"capacity": "5 Gbps"}}}, base=base)
    assert own == [("links.silk:home--mid.capacity", "10 Gbps", "5 Gbps")]
    gone = differences(load(base=base), load(base=triangle()))
    assert [each.path for each in gone if not each.is_remark] == ["cables.silk"]


def test_what_only_readers_see_is_marked() -> None:
    """Names, notes, sources and variants that are described but not chosen."""
    changes = {
        f"{NEAR}.name": "Near", "topology.sources": {"who": {"title": "Who"}},
        "scenario.variants": {"v": {"title": "V"}},
    }  # fmt: skip
    found = differences(load(), load(changes))
    assert len(found) == 3
    assert all(each.is_remark for each in found)


def test_money_is_written_in_the_scenarios_word() -> None:
    """A currency that changes changes every price."""
    paths = {"topology.sites.near.opex": "3000 KZT/PFLOPS/year", "topology.sites.far.opex": "1000 KZT/PFLOPS/year",
             "topology.links.fibre.transit": "100 KZT/Gbps/year", f"{CHAT}.unserved": "5000 KZT/PFLOPS/year",
             "scenario.finance": {"currency": "KZT"}}  # fmt: skip
    found = {path: after for path, _, after in told(paths)}
    assert found["finance.currency"] == "KZT"
    assert found["sites.near.opex"] == "3000 KZT/PFLOPS/year"


def test_profiles_are_told_by_name() -> None:
    """Not by 24 factors."""
    zones = {f"topology.nodes.{node}.timezone": "Asia/Almaty" for node in ("home", "away")}
    base = changed(two_cities(), zones)
    assert told({f"{CHAT}.profile": "diurnal"}, base=base) == [("workloads.chat.profile", None, "diurnal")]


def test_parts_are_compared_with_their_like_only() -> None:
    """A topology is no demand."""
    inputs = load()
    with pytest.raises(TypeError, match="only be compared with their like"):
        differences(inputs.topology, inputs.demand)


def test_a_record_can_be_written_alone() -> None:
    """By the keys of files."""
    assert written(load().topology.sites["near"])["compute"] == "10 PFLOPS"
