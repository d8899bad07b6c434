"""Where everybody else's traffic and the network contradict each other: it does not fit, or links observe more.

Both are told of the intact flows of a plan: in its notes, and by `planner topology validate` of a plan that carries
nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.admissibility import in_service
from planner.background import known_gbps, rows_of_others
from planner.plan import phrases

if TYPE_CHECKING:
    import pandas as pd

    from planner.files import Inputs
    from planner.plan.plan import Tables
    from planner.topology import Topology

LEFT_SHARE = 0.001
"""Traffic of which more than this share is left does not fit."""
APART_SHARE = 0.25
"""A load that is counted may be so much of the observed one away from it: they are of other days and other sources."""
NAMED = 6
"""Links that a sentence names, and links that a plan's notes speak of one by one."""
FULL = 1e-6
"""A link with less room than this share of its capacity is full."""


@dataclass(frozen=True)
class Misfit:
    """How much of everybody else's traffic is not carried in a year, and which links are full; directions added."""

    year: int
    asked_gbps: float
    left_gbps: float
    full: tuple[str, ...]

    def __str__(self) -> str:
        """Return it as a kept sentence."""
        figures = {"gbps": known_gbps(self.left_gbps), "asked": known_gbps(self.asked_gbps), "year": self.year}
        if not self.full:
            return phrases.OTHERS_APART.say(**figures)
        names = phrases.LISTED.join(self.full[:NAMED]) + ("..." if len(self.full) > NAMED else "")
        return phrases.OTHERS_UNFIT.say(**figures, names=names)


@dataclass(frozen=True)
class Contradiction:
    """A link whose observed load is not what is counted on it in a year, Gbps in the busier direction."""

    year: int
    link: str
    observed_gbps: float
    committed_gbps: float
    background_gbps: float

    @property
    def counted_gbps(self) -> float:
        """What is counted: committed, and everybody else's traffic."""
        return self.committed_gbps + self.background_gbps

    def __str__(self) -> str:
        """Return it as a kept sentence."""
        return phrases.OBSERVED_APART.say(
            observed=known_gbps(self.observed_gbps), counted=known_gbps(self.counted_gbps), year=self.year,
            committed=known_gbps(self.committed_gbps), gbps=known_gbps(self.background_gbps),
        )  # fmt: skip


def find_misfit(inputs: Inputs, tables: Tables, year: int) -> Misfit | None:
    """Return how much of everybody else's traffic the intact network leaves in a year, unless it is a trifle."""
    others = rows_of_others(_in_year(tables.rates, year))
    asked, left = float(others["demand_gbps"].sum()), float(others["unserved_gbps"].sum())
    if left <= LEFT_SHARE * asked:
        return None
    return Misfit(year, asked, left, tuple(_full_links(inputs, _in_year(tables.links, year), year)))


def _full_links(inputs: Inputs, links: pd.DataFrame, year: int) -> list[str]:
    """Return the links that have no room for more: none at all, or none without what is built, the widest first."""
    fill = inputs.scenario.limits.link_fill.at(year)
    capacity, taken = links["capacity_gbps"], links["background_gbps"] + links["committed_gbps"]
    full = (fill - links["utilisation"] <= FULL) | (fill * (capacity - links["built_gbps"]) - taken <= FULL * capacity)
    found = links[full & (taken > 0)].sort_values("capacity_gbps", ascending=False, kind="stable")
    return list(map(str, found.index))


def find_contradictions(topology: Topology, background_gbps: Mapping[str, float], year: int) -> list[Contradiction]:
    """Return the links in service whose observed load is far from what is counted on them, the farthest first.

    What is observed in one year says nothing of those after it; a load without a year holds in all.
    """
    found = []
    for key, link in topology.links.items():
        if link.observed_gbps is None or link.project is not None or not in_service(link, year):
            continue
        if 0 < link.observed_gbps.points[-1][0] < year:
            continue
        each = Contradiction(
            year, key, link.observed_gbps.at(year), link.committed_gbps.at(year), background_gbps.get(key, 0.0)
        )
        if abs(each.counted_gbps - each.observed_gbps) > APART_SHARE * each.observed_gbps:
            found.append(each)
    return sorted(found, key=lambda each: (-abs(each.counted_gbps - each.observed_gbps), each.link))


def loads_of_others(tables: Tables, year: int) -> dict[str, float]:
    """Return the Gbps of everybody else's traffic on each link in its busier direction and busiest hour."""
    loads = _in_year(tables.links, year)["background_gbps"]
    return dict(zip(map(str, loads.index), map(float, loads.tolist()), strict=True))


def write_misfits(inputs: Inputs, tables: Tables) -> Iterator[str]:
    """Yield the notes on a plan in which everybody else's traffic does not fit, or links observe another load."""
    for year in inputs.scenario.years:
        if inputs.topology.background and (misfit := find_misfit(inputs, tables, year)) is not None:
            yield phrases.OTHERS_NOTE.say(reason=misfit)
        apart = find_contradictions(inputs.topology, loads_of_others(tables, year), year)
        for each in apart[:NAMED]:
            yield phrases.OBSERVED_NOTE.say(link=each.link, reason=each)
        if len(apart) > NAMED:
            yield phrases.OBSERVED_MORE.say(count=len(apart) - NAMED, year=year)


def _in_year(frame: pd.DataFrame, year: int) -> pd.DataFrame:
    return frame[frame.index.get_level_values("year") == year].droplevel("year")
