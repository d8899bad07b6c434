"""Which demands changed site between two plans: how many PFLOPS went from which site to which, net.

A demand is known by its origin as written and its workload. What it gives up at one site and gains at another are
matched in proportion; work that was unserved, or is newly asked for, comes from there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import fsum
from typing import TYPE_CHECKING

from planner.report.plan.facts.serving import intact_flows
from planner.report.plan.facts.totals import in_year

if TYPE_CHECKING:
    import pandas as pd

    from planner.plan.plan import Plan

UNSERVED, NEW_DEMAND, NO_LONGER_ASKED = "(unserved)", "(new demand)", "(no longer asked)"
"""Where work comes from, or goes, that no site serves."""
NOISE = 1e-6
"""Moves below this share of what a demand asks for are what solvers round."""

Demanded = tuple[str, str]
"""A demand: its origin as written, and its workload."""


@dataclass(frozen=True)
class ServedFlows:
    """Where the work of one plan and year is done."""

    plan: Plan
    year: int

    @cached_property
    def flows(self) -> pd.DataFrame:
        """Paths of the intact state, see `intact_flows`."""
        return intact_flows(self.plan, self.year)

    @cached_property
    def table(self) -> pd.DataFrame:
        """The table of demands in this year."""
        return in_year(self.plan.demands, self.year)

    @cached_property
    def places(self) -> dict[Demanded, dict[str, float]]:
        """PFLOPS by site, and those left unserved, for each demand."""
        found: dict[Demanded, dict[str, float]] = {}
        for row in self.table.reset_index().to_dict("records"):
            key = (str(row["origin"]), str(row["workload"]))
            found[key] = {UNSERVED: float(row["unserved_pflops"])} if row["unserved_pflops"] > 0 else {}
        sums = self.flows.groupby(["demand", "workload", "site"], sort=True)["pflops"].sum().reset_index()
        for origin, workload, site, pflops in sums.itertuples(index=False):
            found.setdefault((str(origin), str(workload)), {})[str(site)] = float(pflops)
        return found

    def country(self, origin: str) -> str:
        """Return the country of an origin as written: a node's, or itself."""
        node = self.plan.inputs.topology.nodes.get(origin)
        return origin if node is None else node.country


@dataclass(frozen=True)
class Switch:
    """So much of a demand that another site does, or one that did nothing before.

    Attributes
    ----------
    share
        of what the demand asked for in the baseline; of what it asks for now where it is new
    """

    origin: str
    workload: str
    country: str
    source: str
    target: str
    pflops: float
    share: float


def find_switches(before: ServedFlows, after: ServedFlows) -> list[Switch]:
    """Return what changed site between two plans, the largest moves first."""
    found: list[Switch] = []
    for key in sorted({*before.places, *after.places}):
        old, new = before.places.get(key, {}), after.places.get(key, {})
        asked = fsum(old.values()) or fsum(new.values())
        country = (before if key in before.places else after).country(key[0])
        for source, target, pflops in _net(old, new):
            if pflops > NOISE * asked:
                found.append(Switch(*key, country, source, target, pflops, pflops / asked))
    return sorted(found, key=lambda each: (-each.pflops, each.origin, each.workload, each.source, each.target))


def _net(old: Mapping[str, float], new: Mapping[str, float]) -> Iterator[tuple[str, str, float]]:
    """Match what is given up with what is gained, in proportion."""
    growth = fsum(new.values()) - fsum(old.values())
    lost = {name: value - new.get(name, 0.0) for name, value in old.items() if value > new.get(name, 0.0)}
    gained = {name: value - old.get(name, 0.0) for name, value in new.items() if value > old.get(name, 0.0)}
    if growth > 0:
        lost[NEW_DEMAND] = growth
    elif growth < 0:
        gained[NO_LONGER_ASKED] = -growth
    whole = fsum(gained.values())
    for source, amount in sorted(lost.items()):
        for target, share in sorted(gained.items()):
            yield source, target, amount * share / whole
