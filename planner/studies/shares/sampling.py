"""Games too large to know whole: orders of joining by chance, and a search for groups that would leave."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import fsum, sqrt
from typing import TYPE_CHECKING

from planner.studies.shares.games import Game, find_core

if TYPE_CHECKING:
    from planner.studies.shares.games import Group, Shares

Ask = Callable[[Sequence["Group"]], bool]
"""Finds the values of groups; false where any of them cannot be found."""
Value = Callable[["Group"], float]

ROUNDS = 3
"""Rounds of looking beside the groups that are least content."""
LEAST_CONTENT = 4
"""Groups beside which it is looked, in each round."""


@dataclass(frozen=True)
class SampledShapley:
    """A Shapley value from sampled orders.

    Attributes
    ----------
    shares
        the estimate, which adds up to v(N) exactly
    half_width
        half of the 95 % interval of each share, by Student's t over pairs of orders
    orders
        orders drawn, each with its reverse
    """

    shares: Shares
    half_width: Mapping[str, float]
    orders: int
    seed: int


def walk_orders(players: Sequence[str], ask: Ask, value: Value, *, orders: int, seed: int) -> SampledShapley | None:
    """Estimate the Shapley value from orders by chance, each with its reverse, which steadies the estimate.

    φ_i is the mean of v(before i, and i) − v(before i) over all orders (J. Castro, D. Gómez, J. Tejada: Polynomial
    calculation of the Shapley value based on sampling, 2009). None where the value of any group cannot be found.
    """
    from scipy.stats import t

    dice, drawn = random.Random(seed), []  # noqa: S311 - chance that can be repeated, no secret
    for _ in range(orders):
        order = sorted(players)
        dice.shuffle(order)
        drawn.append(order)
    both = [(order, order[::-1]) for order in drawn]
    groups = {frozenset(order[:size]) for pair in both for order in pair for size in range(1, len(players) + 1)}
    groups |= {frozenset({player}) for player in players}
    if not ask(sorted(groups, key=lambda group: (-len(group), sorted(group)))):
        return None
    found: dict[str, list[float]] = {player: [] for player in players}
    for pair in both:
        steps = [_steps(order, value) for order in pair]
        for player in players:
            found[player].append(fsum(each[player] for each in steps) / 2)
    wide = float(t.ppf(0.975, orders - 1)) / sqrt(orders)
    shares = {player: fsum(each) / orders for player, each in found.items()}
    half = {player: wide * _deviation(each) for player, each in found.items()}
    return SampledShapley(shares, half, orders, seed)


def _steps(order: Sequence[str], value: Value) -> dict[str, float]:
    """What each player adds to those before it."""
    before, steps = 0.0, {}
    for size, player in enumerate(order, 1):
        after = value(frozenset(order[:size]))
        steps[player], before = after - before, after
    return steps


def _deviation(values: Sequence[float]) -> float:
    mean = fsum(values) / len(values)
    return sqrt(fsum((each - mean) ** 2 for each in values) / (len(values) - 1))


def search_blocking(players: Sequence[str], ask: Ask, value: Value, *, known: Callable[[], Sequence[Group]]) -> None:
    """Look for groups that would leave, beside those that are least content with the best division so far.

    Constraint generation: the core over the groups known gives a division; groups that differ by one player from the
    least content are found out, and so on. Whatever blocks is known afterwards; that nothing else does is not proved.
    """
    for _ in range(ROUNDS):
        game = Game(tuple(sorted(players)), {group: value(group) for group in known()})
        shares = find_core(game).shares
        surplus = {group: fsum(shares[p] for p in sorted(group)) - game.value(group) for group in game.proper}
        content = sorted(surplus, key=lambda group: (surplus[group], len(group), sorted(group)))
        around = ({group ^ {player} for player in players} - game.values.keys() - {frozenset()} for group in content)
        beside: set[Group] = set().union(*islice(filter(None, around), LEAST_CONTENT))
        if not beside or not ask(sorted(beside, key=lambda group: (len(group), sorted(group)))):
            return
