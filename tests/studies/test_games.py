"""Games of the textbooks, laws that divisions keep, and random games against definitions taken at their word."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from itertools import permutations
from math import fsum

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from planner.studies.shares.games import (
    Game,
    Group,
    blocking_groups,
    find_core,
    groups_of,
    nucleolus,
    shapley,
)

CLAIMS = {"a": 100.0, "b": 200.0, "c": 300.0}


def game(players: str, value: Callable[[Group], float]) -> Game:
    """A game by a rule."""
    return Game(tuple(sorted(players)), {group: float(value(group)) for group in groups_of(players)})


def rolled(seed: int, size: int) -> Game:
    """A game by chance, single players worth nothing, the whole worth something."""
    dice, players = random.Random(seed), "abcdef"[:size]  # noqa: S311 -- a game, no secret
    values = {group: round(dice.uniform(0, len(group)), 2) if len(group) > 1 else 0.0 for group in groups_of(players)}
    return Game(tuple(players), values)


def bankruptcy(estate: float) -> Game:
    """What a group is sure of: the estate, less the claims of all others (O'Neill 1982)."""
    return game("abc", lambda group: max(0.0, estate - sum(CLAIMS[each] for each in CLAIMS.keys() - group)))


@pytest.mark.parametrize(("estate", "shares"), [(100, (100 / 3,) * 3), (200, (50, 75, 75)), (300, (50, 100, 150))])
def test_the_nucleolus_divides_an_estate_as_the_talmud_does(estate: float, shares: tuple[float, ...]) -> None:
    """Ketubot 93a: claims of 100, 200 and 300 on an estate of 100, 200 or 300 (Aumann and Maschler 1985)."""
    found = nucleolus(bankruptcy(estate))
    assert found is not None
    assert tuple(found.values()) == pytest.approx(shares)


def test_an_airport_is_paid_by_those_who_need_each_piece_of_its_runway() -> None:
    """Littlechild and Owen 1973: costs 12, 30, 45; a third of 12 each, half of 18 for b and c, the last 15 for c.

    As a game of savings: what each would pay alone, less what the longest runway costs.
    """
    costs = {"a": 12.0, "b": 30.0, "c": 45.0}
    saved = game("abc", lambda group: sum(costs[each] for each in group) - max(costs[each] for each in group))
    gains = shapley(saved)
    assert [costs[each] - gains[each] for each in "abc"] == pytest.approx([4, 13, 28])
    assert blocking_groups(saved, gains) == {}


def test_who_has_the_only_right_glove_gets_all_in_the_core_and_most_by_shapley() -> None:
    """Two left gloves, one right: a pair is worth 1. Shapley: 1/6, 1/6, 2/3; the core: all to the right one."""
    gloves = game("lmr", lambda group: float("r" in group and len(group) > 1))
    assert list(shapley(gloves).values()) == pytest.approx([1 / 6, 1 / 6, 2 / 3])
    assert nucleolus(gloves) == pytest.approx({"l": 0, "m": 0, "r": 1})
    core = find_core(gloves)
    assert not core.is_empty
    assert core.shares == pytest.approx({"l": 0, "m": 0, "r": 1})
    assert set(blocking_groups(gloves, shapley(gloves))) == {frozenset("lr"), frozenset("mr")}


def test_a_majority_leaves_the_core_empty_and_three_pairs_prove_it() -> None:
    """Any two of three win 1: whatever is divided, some two get less than 1. Each pair counts half: 3/2 > 1."""
    majority = game("abc", lambda group: float(len(group) >= 2))
    core = find_core(majority)
    assert core.is_empty
    assert core.surplus == pytest.approx(-1 / 3)
    assert core.balanced == pytest.approx({frozenset("ab"): 0.5, frozenset("ac"): 0.5, frozenset("bc"): 0.5})
    assert nucleolus(majority) == pytest.approx(dict.fromkeys("abc", 1 / 3))


def test_where_the_whole_is_worth_less_than_its_players_nothing_is_divided() -> None:
    """Two who are worth 1 each alone and 1 together."""
    assert nucleolus(game("ab", lambda _: 1.0)) is None


def test_one_player_alone_keeps_what_it_is_worth() -> None:
    """With nobody beside it there is nothing to leave."""
    alone = game("a", lambda _: 7.0)
    assert shapley(alone) == {"a": 7}
    assert nucleolus(alone) == {"a": 7}
    assert not find_core(alone).is_empty


def test_a_game_without_the_value_of_the_whole_is_refused() -> None:
    """It says whose value is missing."""
    with pytest.raises(ValueError, match="lacks the value of: a, b"):
        Game(("a", "b"), {frozenset("a"): 0.0, frozenset("b"): 0.0})
    with pytest.raises(ValueError, match="every group"):
        shapley(Game(("a", "b", "c"), {frozenset(each): 0.0 for each in ("a", "b", "c", "abc")}))


def by_orders(played: Game) -> dict[str, float]:
    """The Shapley value by its definition: over all orders of joining."""
    sums: dict[str, list[float]] = {each: [] for each in played.players}
    for order in permutations(played.players):
        for i, each in enumerate(order):
            sums[each].append(played.value(frozenset(order[: i + 1])) - played.value(frozenset(order[:i])))
    return {each: fsum(added) / len(added) for each, added in sums.items()}


@given(st.integers(0, 10**6), st.integers(2, 5))
def test_the_shapley_value_is_what_each_adds_over_all_orders(seed: int, size: int) -> None:
    """Counted out, and nothing is left over (efficiency)."""
    played = rolled(seed, size)
    found = shapley(played)
    assert found == pytest.approx(by_orders(played))
    assert fsum(found.values()) == pytest.approx(played.value(played.whole))


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_the_shapley_value_of_two_games_together_is_the_sum(one: int, other: int) -> None:
    """Additivity."""
    a, b = rolled(one, 4), rolled(other, 4)
    both = Game(a.players, {group: a.value(group) + b.value(group) for group in a.values})
    first, second = shapley(a), shapley(b)
    assert shapley(both) == pytest.approx({each: first[each] + second[each] for each in a.players})


@settings(max_examples=30)
@given(st.integers(0, 10**6))
def test_who_adds_nothing_gets_nothing_and_who_does_the_same_gets_the_same(seed: int) -> None:
    """D adds nothing to any group; x and y are exchanged for each other (dummy, symmetry)."""
    dice = random.Random(seed)  # noqa: S311 -- a game, no secret
    values = {size: dice.uniform(0, size) for size in range(5)} | {0: 0.0, 1: 0.0}
    kept: Mapping[str, float] = {"x": dice.uniform(0, 1)}
    played = game("dwxy", lambda group: values[len(group - {"d"})] + (kept["x"] if {"x", "y"} <= group else 0.0))
    for found in (shapley(played), nucleolus(played)):
        if found is not None:
            assert found["d"] == pytest.approx(0, abs=1e-7)
            assert found["x"] == pytest.approx(found["y"], abs=1e-7)


@settings(max_examples=30)
@given(st.integers(0, 10**6), st.integers(2, 5))
def test_the_nucleolus_lies_in_the_core_where_there_is_one(seed: int, size: int) -> None:
    """And nobody gets less than alone, and nothing is left over."""
    played = rolled(seed, size)
    found = nucleolus(played)
    assert found is not None
    assert fsum(found.values()) == pytest.approx(played.value(played.whole), abs=1e-9)
    assert min(found.values()) >= -1e-9
    if not find_core(played).is_empty:
        assert blocking_groups(played, found, tolerance=1e-7) == {}


@settings(max_examples=30)
@given(st.integers(0, 10**6), st.integers(3, 5))
def test_no_division_makes_the_least_content_groups_more_content_than_the_nucleolus(seed: int, size: int) -> None:
    """Kohlberg 1971: of groups at least so discontent, no shift makes one more content and none less.

    A shift y moves Σ y = 0, takes nothing from a group in the collection, and nothing from who has only its own; then
    it gives nothing to any group in the collection either. That is checked for every level of discontent.
    """
    played = rolled(seed, size)
    found = nucleolus(played)
    assert found is not None
    discontent = {group: played.value(group) - sum(found[each] for each in group) for group in played.proper}
    poor = [frozenset(each) for each in played.players if found[each] < 1e-7]
    for level in sorted({round(value, 7) for value in discontent.values()}):
        groups = [group for group, value in discontent.items() if value >= level - 1e-6]
        rows = np.array([[float(each in group) for each in played.players] for group in (*groups, *poor)])
        gain = rows[: len(groups)].sum(axis=0)
        best = linprog(
            -gain, A_ub=-rows, b_ub=np.zeros(len(rows)), A_eq=np.ones((1, size)), b_eq=[0.0], bounds=[(-1, 1)] * size
        )
        assert -best.fun == pytest.approx(0, abs=1e-6)


@settings(max_examples=30)
@given(st.integers(0, 10**6), st.integers(2, 5))
def test_groups_that_prove_an_empty_core_are_worth_more_than_the_whole(seed: int, size: int) -> None:
    """Every player is in groups of weight 1 in all, and Σ λ v(S) > v(N) (Bondareva, Shapley)."""
    played = rolled(seed, size)
    core = find_core(played)
    assert core.is_empty == bool(core.balanced)
    if core.is_empty:
        for each in played.players:
            assert fsum(w for group, w in core.balanced.items() if each in group) == pytest.approx(1)
        together = fsum(weight * played.value(group) for group, weight in core.balanced.items())
        assert together > played.value(played.whole)
    else:
        assert blocking_groups(played, core.shares, tolerance=1e-7) == {}
