"""Games in which groups of players can do something together: who deserves what of it, and whether a group leaves.

A game gives every group S of its players a value v(S); v(∅) = 0. Nothing here knows what the players are: a mapping
of values goes in, shares by player come out. Sums are exact to rounding and taken in a fixed order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial, fsum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Group = frozenset[str]
Shares = dict[str, float]

ROUNDING = 1e-9
"""Differences below this share of the largest value are rounding."""
HOLDS = 1e-7
"""A dual above this share says that its row is tight in every optimum."""


@dataclass(frozen=True)
class Game:
    """What every group of players is worth together.

    Attributes
    ----------
    players
        sorted; at least one
    values
        by group; a game of which not every group is known serves for the core and the nucleolus over those that are.
        The whole and every single player are always known
    """

    players: tuple[str, ...]
    values: Mapping[Group, float]

    def __post_init__(self) -> None:
        needed = [self.whole, *(frozenset({player}) for player in self.players)]
        missing = [", ".join(sorted(group)) for group in needed if group not in self.values]
        if not self.players or missing:
            raise ValueError(f"the game lacks the value of: {'; '.join(missing) or 'any player'}")

    @property
    def whole(self) -> Group:
        """All players together."""
        return frozenset(self.players)

    @property
    def is_complete(self) -> bool:
        """Whether the value of every group is known."""
        return all(group in self.values for group in groups_of(self.players))

    def value(self, group: Group) -> float:
        """v(S); nobody is worth nothing."""
        return self.values[group] if group else 0.0

    @property
    def unit(self) -> float:
        """The largest value, to compare rounding with; 1 where all are nothing."""
        return max((abs(value) for value in self.values.values()), default=0.0) or 1.0

    @property
    def proper(self) -> list[Group]:
        """The known groups but the whole, the smaller ones first."""
        return [group for group in in_order(self.values) if group and group != self.whole]


def groups_of(players: Sequence[str]) -> Iterator[Group]:
    """Yield every group of players but the empty one, the smaller ones first: 2^n - 1."""
    for size in range(1, len(players) + 1):
        yield from map(frozenset, combinations(sorted(players), size))


def in_order(groups: Mapping[Group, object]) -> list[Group]:
    """Return groups, the smaller ones first, then by name."""
    return sorted(groups, key=lambda group: (len(group), sorted(group)))


def shapley(game: Game) -> Shares:
    """Shapley value: φ_i = Σ_{S ∌ i} |S|! (n − |S| − 1)! / n! · (v(S ∪ i) − v(S)).

    What each player adds to those before it, on average over all orders in which they may come (L. S. Shapley: A value
    for n-person games, 1953). The shares add up to v(N).

    Raises ValueError where the value of any group is not known.
    """
    n = len(game.players)
    if not game.is_complete:
        raise ValueError("the Shapley value needs the value of every group of players")
    weights = [factorial(size) * factorial(n - size - 1) / factorial(n) for size in range(n)]
    every = [frozenset[str](), *groups_of(game.players)]
    return {
        player: fsum(
            weights[len(group)] * (game.value(group | {player}) - game.value(group))
            for group in every
            if player not in group
        )
        for player in game.players
    }


def blocking_groups(game: Game, shares: Mapping[str, float], *, tolerance: float = 0.0) -> dict[Group, float]:
    """Return the groups that are worth more alone than their shares, with how much more, the most first.

    Shares that nobody blocks lie in the core: Σ_{i ∈ S} x_i ≥ v(S) for every group S. Differences up to the tolerance
    do not count, nor does rounding.
    """
    least = max(tolerance, ROUNDING * game.unit)
    gains = {group: game.value(group) - fsum(shares[player] for player in sorted(group)) for group in game.proper}
    found = [group for group in in_order(gains) if gains[group] > least]
    return {group: gains[group] for group in sorted(found, key=lambda group: -gains[group])}


@dataclass(frozen=True)
class Core:
    """Whether anything of v(N) can be divided so that no group does better alone.

    Attributes
    ----------
    is_empty
        whether every division is blocked by some group
    shares
        a division that leaves the least content group as content as can be: the least core
    surplus
        what that group gets above its value; below zero the core is empty
    balanced
        where the core is empty, groups that prove it, with the weight of each: every player belongs to groups of
        weight 1 in all, and together they are worth more than the whole (Bondareva 1963, Shapley 1967)
    """

    is_empty: bool
    shares: Shares
    surplus: float
    balanced: Mapping[Group, float]


def find_core(game: Game, *, tolerance: float = 0.0) -> Core:
    """Find the least core: max ε with Σ_{i ∈ S} x_i ≥ v(S) + ε for every known group S ≠ N, and Σ x_i = v(N).

    The core is empty where ε < 0; a deficit up to the tolerance does not count.
    """
    if len(game.players) == 1:
        return Core(False, {game.players[0]: game.value(game.whole)}, 0.0, {})
    found = _most_content(game, game.proper, {})
    is_empty = found.surplus < -max(tolerance, ROUNDING * game.unit)
    balanced = dict(zip(game.proper, found.duals.tolist(), strict=True)) if is_empty else {}
    first = game.players[0]
    cover = fsum(weight for group, weight in balanced.items() if first in group)
    weights = {group: weight / cover for group, weight in balanced.items() if weight > HOLDS}
    return Core(is_empty, found.shares, found.surplus, weights)


def nucleolus(game: Game) -> Shares | None:
    """Nucleolus: among shares x_i ≥ v(i), Σ x_i = v(N), those whose least content group is most content, then the next.

    A sequence of linear programmes: max ε with x(S) ≥ v(S) + ε for the groups left, x(S) = v(S) + ε_S for those
    settled before. Groups whose row has a dual are tight in every optimum and are settled; so is whatever follows from
    those, being a sum of them (D. Schmeidler: The nucleolus of a characteristic function game, 1969; A. Kopelowitz:
    Computation of the kernels of simple games and the nucleolus of n-person games, 1967). At most n − 1 programmes.

    None where the whole is worth less than its players alone: there is nothing to divide.
    """
    alone = {player: game.value(frozenset({player})) for player in game.players}
    if game.value(game.whole) < fsum(alone.values()) - ROUNDING * game.unit:
        return None
    settled: dict[Group, float] = {game.whole: game.value(game.whole)}
    left, shares = game.proper, alone
    while left and len(settled) < len(game.players):
        found = _most_content(game, left, settled, least=alone)
        shares = found.shares
        tight = [group for group, dual in zip(left, found.duals.tolist(), strict=True) if dual > HOLDS]
        for group in tight:
            if not _follows(group, settled, game.players):
                settled[group] = game.value(group) + found.surplus
        left = [group for group in left if not _follows(group, settled, game.players)]
    return _solve_settled(settled, game.players) if len(settled) == len(game.players) else shares


@dataclass(frozen=True)
class _Contentment:
    """Shares, what the least content group gets above its value, and the dual of each group's row."""

    shares: Shares
    surplus: float
    duals: NDArray[np.float64]


def _most_content(
    game: Game, groups: Sequence[Group], settled: Mapping[Group, float], *, least: Mapping[str, float] | None = None
) -> _Contentment:
    """Maximise ε over x: x(S) ≥ v(S) + ε, x(T) = what is settled, x(N) = v(N), x_i ≥ least."""
    from scipy.optimize import linprog

    unit, players = game.unit, game.players
    fixed = {game.whole: game.value(game.whole), **settled}
    found = linprog(
        np.array([*([0.0] * len(players)), -1.0]),
        A_ub=np.column_stack([-_members(groups, players), np.ones(len(groups))]),
        b_ub=np.array([-game.value(group) / unit for group in groups]),
        A_eq=np.column_stack([_members([*fixed], players), np.zeros(len(fixed))]),
        b_eq=np.array([value / unit for value in fixed.values()]),
        bounds=[*((None if least is None else least[player] / unit, None) for player in players), (None, None)],
        method="highs",
    )
    if found.x is None:
        raise ValueError(f"the programme of the nucleolus was not solved: {found.message}")
    shares = {player: float(value) * unit for player, value in zip(players, found.x, strict=False)}
    return _Contentment(shares, float(found.x[-1]) * unit, -np.asarray(found.ineqlin.marginals))


def _members(groups: Sequence[Group], players: Sequence[str]) -> NDArray[np.float64]:
    """(groups, players) 1 where a player belongs to a group."""
    return np.array([[float(player in group) for player in players] for group in groups]).reshape(-1, len(players))


def _follows(group: Group, settled: Mapping[Group, float], players: Sequence[str]) -> bool:
    """Whether what a group gets is a sum of what settled groups get."""
    rank = int(np.linalg.matrix_rank(_members([*settled], players)))
    return int(np.linalg.matrix_rank(_members([*settled, group], players))) == rank


def _solve_settled(settled: Mapping[Group, float], players: Sequence[str]) -> Shares:
    """Return the shares that n independent settled groups leave."""
    shares = np.linalg.solve(_members([*settled], players), np.array([*settled.values()]))
    return {player: float(share) for player, share in zip(players, shares, strict=True)}
