"""What sharing comes to: the game of the members, its divisions, who leaves, and who pays whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import fsum
from typing import TYPE_CHECKING

from planner.engine.status import Status
from planner.studies.shares.games import Core, Game, Group, Shares, blocking_groups, find_core, nucleolus, shapley
from planner.studies.shares.keys import divide_by_keys
from planner.studies.shares.settling import Payment, settle

if TYPE_CHECKING:
    from planner.files import Inputs
    from planner.studies.shares.answers import Coalition
    from planner.studies.shares.sampling import SampledShapley

ROUNDING = 1e-7
"""Share of the largest figure below which a difference is rounding, whatever was proved."""


@dataclass(frozen=True)
class Sharing:
    """How the members' gains may be divided; money in USD of all years, discounted (of the year where it is one).

    Attributes
    ----------
    coalitions
        what was found of each coalition, the smaller ones first
    sampled
        the Shapley value from sampled orders, above twelve members; None where every coalition was solved
    by
        the division that the side payments settle
    unanswered, failed
        coalitions that were not reached, and what went wrong with others
    """

    inputs: Inputs
    coalitions: Mapping[Group, Coalition]
    sampled: SampledShapley | None = None
    by: str = "shapley"
    unanswered: tuple[Group, ...] = ()
    failed: Mapping[Group, str] = field(default_factory=dict)

    @property
    def members(self) -> tuple[str, ...]:
        """The members, sorted."""
        return tuple(sorted(self.inputs.scenario.community.members))

    @property
    def infeasible(self) -> tuple[Coalition, ...]:
        """Coalitions that cannot serve what is required."""
        return tuple(each for each in self.coalitions.values() if each.status is Status.INFEASIBLE)

    @property
    def status(self) -> Status:
        """What is proved of the coalitions: the weakest of them."""
        if self.failed:
            return Status.ERROR
        found = {each.status for each in self.coalitions.values()}
        if self.unanswered:
            found.add(Status.LIMIT)
        order = (Status.ERROR, Status.UNBOUNDED, Status.INFEASIBLE, Status.LIMIT, Status.FEASIBLE)
        return next((status for status in order if status in found), Status.OPTIMAL)

    @cached_property
    def alone_usd(self) -> dict[str, float]:
        """c̃({i}): money and penalty of each member by itself."""
        return {member: self.coalitions[frozenset({member})].total_usd for member in self.members}

    @cached_property
    def game(self) -> Game | None:
        """v(S) = Σ c̃({i}) − c̃(S): what a coalition saves; None where any coalition has no plan."""
        planned = all(each.status.has_plan for each in self.coalitions.values())
        if not planned or self.unanswered or self.failed:
            return None
        return Game(self.members, {group: self._saved(group) for group in self.coalitions})

    def _saved(self, group: Group) -> float:
        if len(group) == 1:
            return 0.0
        return fsum(self.alone_usd[member] for member in sorted(group)) - self.coalitions[group].total_usd

    @cached_property
    def unproved_usd(self) -> float:
        """By how much any value may be off: what is not proved of the coalition and of its members alone."""
        largest = max((abs(each.total_usd) for each in self.coalitions.values()), default=0.0)
        gaps = [each.unproved_usd for each in self.coalitions.values()]
        singles = fsum(self.coalitions[frozenset({member})].unproved_usd for member in self.members)
        return max([*gaps, ROUNDING * largest]) + singles

    @cached_property
    def shapley(self) -> Shares | None:
        """What each member gains by the Shapley value; estimated where orders were sampled."""
        if self.game is None:
            return None
        return dict(self.sampled.shares) if self.sampled is not None else shapley(self.game)

    @cached_property
    def nucleolus(self) -> Shares | None:
        """What each member gains by the nucleolus, over the coalitions known; None where there is nothing to divide."""
        return None if self.game is None else nucleolus(self.game)

    @cached_property
    def core(self) -> Core | None:
        """Whether anything can be divided so that nobody leaves, over the coalitions known."""
        return None if self.game is None else find_core(self.game, tolerance=self.unproved_usd)

    def blocked(self, shares: Mapping[str, float]) -> dict[Group, float]:
        """Return the coalitions that would do better alone than by some shares, and by how much."""
        return {} if self.game is None else blocking_groups(self.game, shares, tolerance=self.unproved_usd)

    @cached_property
    def shrinking(self) -> tuple[tuple[Group, Group, float], ...]:
        """Pairs of coalitions that are worth less together than apart, with how much less: not superadditive."""
        if self.game is None:
            return ()
        known, found = self.game.values, []
        groups = sorted(known, key=lambda group: (len(group), sorted(group)))
        for i, one in enumerate(groups):
            for other in groups[i + 1 :]:
                if one.isdisjoint(other) and one | other in known:
                    lost = known[one] + known[other] - known[one | other]
                    if lost > self.unproved_usd:
                        found.append((one, other, lost))
        return tuple(sorted(found, key=lambda each: -each[2]))

    @property
    def division(self) -> Shares | None:
        """The division that the side payments settle."""
        return self.nucleolus if self.by == "nucleolus" else self.shapley

    @property
    def whole(self) -> Coalition:
        """The coalition of all."""
        return self.coalitions[frozenset(self.members)]

    @cached_property
    def payments(self) -> tuple[Payment, ...]:
        """Who pays whom, so that each ends with c̃({i}) less its share of the gains; they settle money only.

        What a member's unserved demand counts for is borne where it arises, and is no money.
        """
        shares = self.division
        if shares is None:
            return ()
        whole = self.whole
        burden = {
            member: self.alone_usd[member] - shares[member] - whole.left_usd.get(member, 0.0) for member in self.members
        }
        return settle(whole.paid_usd, burden)

    @cached_property
    def keys(self) -> dict[str, Shares]:
        """What each member gains where all is paid in proportion to a key: demand, people, capital."""
        return divide_by_keys(self.inputs, self.whole, self.alone_usd) if self.game is not None else {}

    def leaving(self, member: str) -> Shares | None:
        """Return what the others gain among themselves, by the Shapley value, once a member has left."""
        others = tuple(each for each in self.members if each != member)
        if self.game is None or self.sampled is not None or not others:
            return None
        return shapley(Game(others, {group: value for group, value in self.game.values.items() if member not in group}))
