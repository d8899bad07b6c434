"""Who pays and who gains, on worlds worked out by hand; settled to the cent, whatever the number of processes."""

from __future__ import annotations

import random
from collections.abc import Sequence
from math import fsum
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small import Changes, about, load

import planner
from planner.studies.shares.coalitions import of_coalition, outsiders_use
from planner.studies.shares.games import Game, Group, find_core, groups_of, shapley
from planner.studies.shares.sampling import SampledShapley, search_blocking, walk_orders
from planner.studies.shares.settling import divide_by_key, settle

FAR_IS_BUSY: Changes = {
    "scenario.community.members": ["KZ"],
    "demand.demands": [
        {"origin": "home", "workload": "chat", "compute": "20 PFLOPS"},
        {"origin": "away", "workload": "chat", "compute": "95 PFLOPS"},
    ],
}
"""China is no member, and asks for 95 of the 100 PFLOPS that stand at far."""


def group(*members: str) -> frozenset[str]:
    """A coalition."""
    return frozenset(members)


def test_a_buyer_and_a_seller_halve_what_they_save() -> None:
    """Alone KZ runs 10 near at 3000 and leaves 10 at 5000: 80 000. Together all go far: 22 000. CN alone: nothing.

    The 58 000 saved are halved: KZ bears 51 000. In the plan CN pays what running its site costs, 20 000, and KZ 2 000
    of transit, so that KZ pays CN 49 000: what it spent, and 29 000.
    """
    found = planner.share(load())
    assert found.status is planner.Status.OPTIMAL
    alone = found.coalitions[group("KZ")]
    assert [alone.cost_usd, alone.penalty_usd] == about([30_000, 50_000])
    assert found.coalitions[group("CN")].total_usd == about(0)
    assert found.whole.total_usd == about(22_000)
    assert found.shapley == about({"CN": 29_000, "KZ": 29_000})
    assert found.nucleolus == about({"CN": 29_000, "KZ": 29_000})
    assert found.core is not None
    assert not found.core.is_empty
    assert [(each.payer, each.payee, each.usd) for each in found.payments] == [("KZ", "CN", 49_000.0)]
    assert found.keys["demand"] == about({"CN": 0, "KZ": 58_000})


def test_sites_of_outsiders_serve_as_far_as_they_are_left() -> None:
    """95 of 100 PFLOPS at far are taken: KZ runs 5 there at 1100 and 10 at home at 3000, and leaves 5."""
    found = planner.share(load(FAR_IS_BUSY))
    assert [found.whole.cost_usd, found.whole.penalty_usd] == about([35_500, 25_000])
    plan = planner.solve(load(FAR_IS_BUSY))
    assert outsiders_use(plan) == {"far": {2030: about(95)}}


def test_what_outsiders_use_is_taken_from_machines_and_from_what_may_be_built() -> None:
    """At a fill of a half 95 in use take 190: all of the 100 that stand, and 90 of the 300 that may be built."""
    changes = FAR_IS_BUSY | {
        "scenario.limits": {"site_fill": 0.5},
        "topology.sites.far.expansion": [{"max": "300 PFLOPS", "capex": "1 kUSD/PFLOPS"}],
        "topology.sites.far.power": "10 MW",
        "topology.sites.far.watts": "20 kW/PFLOPS",
    }
    site = of_coalition(load(changes), group("KZ"), {"far": {2030: 95.0}}).topology.sites["far"]
    assert site.compute_pflops.at(2030) == about(0)
    assert site.expansion[0].max is not None
    assert site.expansion[0].max.at(2030) == about(210)
    assert site.power_mw is not None
    assert site.power_mw.at(2030) == about(10 - 95 * 0.02)


def test_a_coalition_that_cannot_serve_what_is_required_is_named_and_nothing_is_divided() -> None:
    """KZ alone has 10 of the 20 PFLOPS that it has to serve."""
    found = planner.share(load({"demand.workloads.chat.unserved": "required"}))
    assert found.status is planner.Status.INFEASIBLE
    assert [each.members for each in found.infeasible] == [("KZ",)]
    assert found.shapley is None
    assert found.payments == ()
    said = planner.summarise_sharing(found)
    assert said["infeasible"] == [["KZ"]]
    assert said["core"]["empty"] is None


def test_idle_machines_of_outsiders_cost_no_coalition_anything() -> None:
    """What far draws all year is in every plan and is China's to pay; KZ's coalition is charged for what it uses."""
    power: Changes = {"topology.sites.far.watts": "1 kW/PFLOPS", "topology.sites.far.electricity": "0.1 USD/kWh"}
    outside: Changes = {**power, "scenario.community.members": ["KZ"]}
    busy = planner.share(load(outside)).whole.cost_usd
    waiting = planner.share(load({**outside, "topology.sites.far.idle": 0.4})).whole.cost_usd
    assert busy == about(20 * (1100 + 876))
    assert waiting == about(20 * (1100 + 0.6 * 876))


def test_links_that_each_has_to_itself_are_told_where_coalitions_shrink() -> None:
    """Two buyers at home, one market behind a fibre of 10 Gbps: each alone has all of it, together they share it.

    KZ and KG ask for 20 each, a PFLOPS takes 1 Gbps there and back over a half-duplex fibre of 20 Gbps, and saves 3900
    over leaving it. Alone each serves 20; together 20 of 40: the pair is worth 78 000 less than apart.
    """
    changes: Changes = {
        "topology.nodes.twin": {"country": "KG", "lat": 43.2, "lon": 76.9},
        "topology.links.lane": {"ends": ["home", "twin"], "kind": "terrestrial", "rtt": "1 ms", "capacity": "1 Tbps"},
        "topology.links.fibre.capacity": "20 Gbps",
        "topology.links.fibre.duplex": "half",
        "topology.sites.near": None,
        "scenario.community.members": ["KZ", "KG"],
        "demand.demands": [{"origin": each, "workload": "chat", "compute": "20 PFLOPS"} for each in ("home", "twin")],
    }
    found = planner.share(load(changes))
    assert found.game is not None
    assert found.game.value(group("KG", "KZ")) == about(-78_000)
    assert found.shrinking == ((group("KG"), group("KZ"), about(78_000)),)
    assert found.nucleolus is None
    assert found.core is not None
    assert found.core.is_empty


def test_the_answer_does_not_depend_on_processes_and_goes_on_from_a_folder(tmp_path: Path) -> None:
    """Two processes, one, and one that finds half of its answers in a folder say the same."""
    inputs = load()
    once = planner.summarise_sharing(planner.share(inputs))
    assert planner.summarise_sharing(planner.share(inputs, jobs=2, folder=tmp_path)) == once
    kept = sorted(each.name for each in (tmp_path / "answers").iterdir())
    assert kept == ["CN+KZ.json", "CN.json", "KZ.json"]
    (tmp_path / "answers" / "KZ.json").unlink()
    solved: list[str] = []
    assert planner.summarise_sharing(planner.share(inputs, folder=tmp_path, tell=solved.append)) == once
    assert solved == ["KZ: optimal"]


def test_answers_to_another_question_are_found_anew(tmp_path: Path) -> None:
    """The folder knows what its answers rest on."""
    planner.share(load(), folder=tmp_path)
    cheaper = planner.share(load({"topology.sites.far.opex": "0 USD/PFLOPS/year"}), folder=tmp_path)
    assert cheaper.whole.total_usd == about(2_000)


@pytest.mark.parametrize(
    ("options", "words"),
    [({"by": "lot"}, "lot is no division: give shapley or nucleolus"), ({"jobs": 0}, "0 processes answer nothing"),
     ({"orders": 1}, "1 orders give no interval")],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_in_a_line(options: dict[str, object], words: str) -> None:
    """Before anything is solved."""
    with pytest.raises(planner.UsageError, match=words):
        planner.share(load(), **options)  # type: ignore[arg-type]


@given(st.integers(0, 10**6), st.integers(2, 8))
def test_payments_settle_to_the_cent_and_are_fewer_than_the_people(seed: int, size: int) -> None:
    """Whoever has paid what it pays and got what it gets has borne its burden."""
    dice, people = random.Random(seed), "abcdefgh"[:size]  # noqa: S311 -- people, no secret
    paid = {each: dice.uniform(0, 1e6) for each in people}
    cuts = [dice.random() for _ in people]
    burden = {each: fsum(paid.values()) * cut / fsum(cuts) for each, cut in zip(people, cuts, strict=True)}
    payments = settle(paid, burden)
    assert len(payments) < size
    for each in people:
        got = fsum(p.usd for p in payments if p.payee == each) - fsum(p.usd for p in payments if p.payer == each)
        assert abs(paid[each] - got - burden[each]) < 0.0100001
    assert all(payment.usd > 0 for payment in payments)


def test_burdens_that_do_not_add_up_are_refused() -> None:
    """Otherwise somebody would be owed what nobody owes."""
    with pytest.raises(ValueError, match="more than what was paid"):
        settle({"a": 100.0}, {"a": 60.0, "b": 50.0})


def test_a_key_of_nothing_divides_nothing() -> None:
    """Nobody builds, so that nobody pays by capital."""
    assert divide_by_key({}, 100.0, {"a": 60.0, "b": 60.0}) is None


def test_sampled_orders_come_near_the_shapley_value_and_say_how_near() -> None:
    """Six players by chance: within three half-widths of the exact value, adding up exactly, the same again."""
    dice, players = random.Random(5), "abcdef"  # noqa: S311 -- a game, no secret
    values = {each: dice.uniform(0, len(each)) for each in groups_of(players)}
    exact = shapley(Game(tuple(players), values))

    def walk() -> SampledShapley:
        found = walk_orders(players, lambda _: True, lambda each: values[each] if each else 0.0, orders=40, seed=3)
        assert found is not None
        return found

    found = walk()
    assert fsum(found.shares.values()) == pytest.approx(values[frozenset(players)])
    for each in players:
        assert abs(found.shares[each] - exact[each]) < 3 * found.half_width[each]
    assert walk() == found


def test_a_search_beside_the_least_content_finds_who_would_leave() -> None:
    """Of four, only abc is worth anything, and more than the whole; known are the singles and the whole.

    Over these 10 are divided 2.5 each; beside the singles lie pairs, beside pairs abc, which blocks everything.
    """
    players = "abcd"
    values = dict.fromkeys(groups_of(players), 0.0) | {frozenset("abc"): 12.0, frozenset(players): 10.0}
    known = {frozenset(each): values[frozenset(each)] for each in ("a", "b", "c", "d", "abcd")}
    assert not find_core(Game(tuple(players), known)).is_empty

    def ask(groups: Sequence[Group]) -> bool:
        known.update({each: values[each] for each in groups})
        return True

    search_blocking(players, ask, values.__getitem__, known=lambda: [*known])
    assert find_core(Game(tuple(players), known)).is_empty
