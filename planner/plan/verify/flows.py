"""Flows as the tables list them, and the paths that they take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from planner.plan.plan import TABLE_COLUMNS, TABLE_INDEX
from planner.plan.verify.failures import INTACT
from planner.plan.verify.times import Moment, find_moment

if TYPE_CHECKING:
    import pandas as pd

    from planner.plan.plan import Tables
    from planner.topology import Link

StateKey = tuple[int, Moment, str]
"""Year, beginning of the block, and what has failed."""
PartKey = tuple[str, str, str]
"""Origin as written, workload, node; of traffic the node at its other end."""


class Flow(NamedTuple):
    """A row of the table of paths, or of the table of traffic.

    Attributes
    ----------
    origin
        the node where it starts
    end
        the site, or the node, where it ends
    amount
        PFLOPS; Gbps of traffic
    part
        the part of a demand that it serves
    """

    year: int
    hour: Moment
    contingency: str
    origin: str
    workload: str
    end: str
    number: int
    amount: float
    rtt_ms: float
    glass_ms: float
    km: float
    links: tuple[str, ...]
    part: PartKey
    is_compute: bool

    @property
    def state(self) -> StateKey:
        """Year, hour and contingency."""
        return (self.year, self.hour, self.contingency)

    @property
    def is_intact(self) -> bool:
        """Whether nothing has failed."""
        return self.contingency == INTACT

    def __str__(self) -> str:
        return f"{describe(self.state)}: path {self.number} of {self.origin}/{self.workload} to {self.end}"


class TracedPath(NamedTuple):
    """A path traced again from its origin.

    Attributes
    ----------
    links
        each link, and whether it is passed forward, from its first end to its second
    nodes
        the nodes passed, the origin first
    km
        over the links
    stuck
        the link that does not go on from the node reached
    """

    links: tuple[tuple[Link, bool], ...]
    nodes: tuple[str, ...]
    km: float
    stuck: str | None


def describe(state: StateKey) -> str:
    """Name a state in a sentence; midnight and an intact network go without saying."""
    year, at, contingency = state
    failed = "" if contingency == INTACT else f"without {contingency}"
    return ", ".join(word for word in (str(year), str(at), failed) if word)


def read_flows(tables: Tables, moments: Sequence[Moment]) -> Iterator[Flow]:
    """Yield the rows of the tables of paths and of traffic; their hours are moments of the scenario."""
    for year, hour, contingency, origin, workload, site, path, pflops, rtt_ms, glass_ms, km, links, demand in _rows(
        "paths", tables.paths, moments
    ):
        part = (demand, workload, origin)
        walked = (pflops, rtt_ms, glass_ms, km, _split(links))
        yield Flow(year, hour, contingency, origin, workload, site, path, *walked, part, is_compute=True)
    for year, hour, contingency, origin, to, workload, path, gbps, rtt_ms, glass_ms, km, links in _rows(
        "traffic", tables.traffic, moments
    ):
        part = (origin, workload, to)
        walked = (gbps, rtt_ms, glass_ms, km, _split(links))
        yield Flow(year, hour, contingency, origin, workload, to, path, *walked, part, is_compute=False)


def _rows(table: str, frame: pd.DataFrame, moments: Sequence[Moment]) -> Iterator[tuple[Any, ...]]:
    flat = frame.reset_index()
    hours = flat["hour"].tolist()
    seasons = flat["season"].tolist() if "season" in flat else [""] * len(hours)
    columns = {column: flat[column].tolist() for column in (*TABLE_INDEX[table], *TABLE_COLUMNS[table])}
    known = {at: find_moment(moments, *at) for at in set(zip(seasons, hours, strict=True))}
    columns["hour"] = [known[at] for at in zip(seasons, hours, strict=True)]
    return zip(*columns.values(), strict=True)


def _split(links: str) -> tuple[str, ...]:
    return tuple(links.split(";")) if links else ()
