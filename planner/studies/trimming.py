"""Demand brought down to what a plan serves of it, and what that plan leaves because it is not worth its price."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from planner.demand import split_origin
from planner.plan.phrase_reading import read_phrase
from planner.plan.phrases import ALSO, PART, TOO_DEAR
from planner.programme.case import INTACT
from planner.programme.hours import block_factors, count_blocks, standard_offset
from planner.seasons import DAYS, WHOLE_YEAR
from planner.studies.alterations import home_of, with_floor
from planner.years import Yearly

if TYPE_CHECKING:
    from planner.demand import DemandRow, Workload
    from planner.files import Inputs
    from planner.plan.plan import Plan

Served = Mapping[tuple[str, str, str, str, int], float]
ALL_BUT = 1e-6
"""Share of a demand that may be left and still is rounding."""
ANYWHERE = "Etc/UTC"
"""The clock of nodes without one: what they ask for follows the blocks of the UTC day, which any clock can tell."""


@dataclass(frozen=True)
class Part:
    """What one node asks for and gets of a demand in a season, PFLOPS in each block of the day; work may be all year's.

    The season has no name where the scenario has none, and of work that may wait, which is of the whole year.
    """

    node: str
    season: str
    asked: Sequence[float]
    served: Sequence[float]

    @property
    def is_whole(self) -> bool:
        """Whether all of it is served."""
        return sum(self.asked) - sum(self.served) <= ALL_BUT * sum(self.asked)

    @property
    def mean(self) -> float:
        """What is served, as mean over the day."""
        return sum(self.served) / len(self.served)


def ask_what_is_served(inputs: Inputs, plan: Plan, year: int) -> Inputs:
    """Ask, in one year, only for the compute that a plan of the same question serves, node by node and hour by hour.

    Demands that it serves wholly stay as they are. Any other is written anew for each of its nodes, as a workload of
    its own with the rhythm of what is served. A floor falls: the plan has kept it. Traffic is asked for as before.
    """
    served, blocks = _served(plan, year), count_blocks(inputs)
    rows: list[DemandRow] = []
    workloads, names = dict(inputs.demand.workloads), dict[str, str]()
    for number, row in enumerate(inputs.demand.demands):
        workload = workloads[row.workload]
        parts = [] if row.to is not None else list(_parts(inputs, row, year, blocks, served))
        if workload.required or all(part.is_whole for part in parts):
            rows.append(row)
            continue
        for part in parts:
            name = f"{row.workload}@{number}@{part.node}@{part.season}".rstrip("@")  # no file may write such a name
            if part.mean > ALL_BUT * sum(part.asked) / blocks:
                names[name] = row.workload
                workloads[name] = _reshaped(inputs, workload, name, part)
                changes = {"origin": part.node, "workload": name, "amount": _in_its_season(inputs, part)}
                rows.append(row.model_copy(update=changes))
    demand = inputs.demand.model_copy(update={"workloads": workloads, "demands": tuple(rows)})
    return with_floor(_renamed(replace(inputs, demand=demand), names, blocks), None)


def too_dear_pflops(plan: Plan, countries: Sequence[str]) -> dict[int, float]:
    """Return by year the PFLOPS of some countries' demand that a plan leaves because serving them costs more."""
    found = dict.fromkeys(plan.inputs.scenario.years, 0.0)
    frame = plan.demands
    rows = zip(frame.index.tolist(), frame["unserved_pflops"].tolist(), frame["reason"].tolist(), strict=True)
    for (year, origin, _), left, reason in rows:
        if home_of(plan.inputs, origin) in countries:
            found[year] += sum(pflops for pflops, why in _reasons(left, reason) if why.startswith(TOO_DEAR))
    return found


def _reasons(left: float, reason: str) -> Iterator[tuple[float, str]]:
    """Yield what each of the reasons of a demand holds back: of one alone it is all that is left."""
    parts = [said for each in reason.split(ALSO) if (said := read_phrase(each)) is not None and said.phrase is PART]
    for said in parts:
        yield float(said.fields["pflops"].replace(",", "")), said.fields["reason"]
    if not parts:
        yield left, reason


def _served(plan: Plan, year: int) -> Served:
    """PFLOPS served in the intact state, by demand as written, workload, node, season and hour."""
    found: defaultdict[tuple[str, str, str, str, int], float] = defaultdict(float)
    paths, seasonal = plan.paths, bool(plan.inputs.scenario.seasons)
    for key, pflops, written in zip(
        paths.index.tolist(), paths["pflops"].tolist(), paths["demand"].tolist(), strict=True
    ):
        at, season, hour, contingency, node, workload = key[:6] if seasonal else (key[0], "", *key[1:5])
        if at == year and contingency == INTACT:
            found[written, workload, node, season, hour] += pflops
    return found


def _parts(inputs: Inputs, row: DemandRow, year: int, blocks: int, served: Served) -> Iterator[Part]:
    """Yield what each node of a demand asks for and gets, season by season; of work that may wait, over the year."""
    workload, length = inputs.demand.workloads[row.workload], 24 // blocks
    seasons = inputs.scenario.seasons or WHOLE_YEAR
    for node, share in split_origin(row.origin, inputs.topology.nodes).items():
        factors = block_factors(workload.profile, inputs.topology.nodes[node].timezone, blocks)
        hours = [block * length for block in range(blocks)]
        parts = []
        for season in seasons:
            asked = [share * row.amount.in_season(season).growing_at(year) * factor for factor in factors]
            got = [served.get((row.origin, row.workload, node, season, hour), 0.0) for hour in hours]
            parts.append(Part(node, season, asked, got))
        yield from [_over_the_year(parts, seasons)] if workload.kind == "training" else parts


def _over_the_year(parts: Sequence[Part], days: Mapping[str, float]) -> Part:
    """Return what is asked and got of work that may wait as the mean of the year, the same in all hours."""
    blocks = len(parts[0].asked)
    asked, got = (
        sum(sum(amounts) * days[part.season] for part, amounts in pairs) / blocks / DAYS
        for pairs in ([(part, part.asked) for part in parts], [(part, part.served) for part in parts])
    )
    return Part(parts[0].node, "", [asked] * blocks, [got] * blocks)


def _in_its_season(inputs: Inputs, part: Part) -> Yearly:
    """Return what is got of a part: nothing of it in other seasons than its own."""
    if not part.season:
        return Yearly.flat(part.mean)
    seasons = inputs.scenario.seasons
    amounts = {name: part.mean if name == part.season else 0.0 for name in seasons}
    figures = tuple((name, Yearly.flat(amount)) for name, amount in amounts.items())
    return Yearly(((0, part.mean * seasons[part.season] / DAYS),), figures)


def _reshaped(inputs: Inputs, workload: Workload, name: str, part: Part) -> Workload:
    """Return a workload with the rhythm of what is served: every block of the UTC day by the node's own clock."""
    blocks = len(part.served)
    if workload.kind == "training" or blocks == 1:
        return workload.model_copy(update={"id": name, "profile": None})
    offset = standard_offset(inputs.topology.nodes[part.node].timezone or ANYWHERE)
    hours = [part.served[(hour - offset) % 24 * blocks // 24] / part.mean for hour in range(24)]
    return workload.model_copy(update={"id": name, "profile": tuple(hours)})


def _renamed(inputs: Inputs, names: Mapping[str, str], blocks: int) -> Inputs:
    """Let the rules that speak of a workload speak of its parts too, and give every node a clock to tell hours by."""
    policy = inputs.scenario.policy
    rules = tuple(
        rule
        if rule.workload is None
        else rule.model_copy(
            update={"workload": (*rule.workload, *(name for name, old in names.items() if old in rule.workload))}
        )
        for rule in policy.residency
    )
    changes = {"policy": policy.model_copy(update={"residency": rules}), "hours": blocks}
    nodes = {
        key: node if node.timezone else node.model_copy(update={"timezone": ANYWHERE})
        for key, node in inputs.topology.nodes.items()
    }
    topology = inputs.topology.model_copy(update={"nodes": nodes})
    return replace(inputs, scenario=inputs.scenario.model_copy(update=changes), topology=topology)
