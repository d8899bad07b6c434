"""The demand side: classes of work, and who asks for how much of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import fsum
from typing import Annotated, Literal

from pydantic import Field

from planner.errors import Place
from planner.places import Node
from planner.profiles import profile_faults
from planner.records import Broken, Derived, Identifier, Quantity, Record, Share, Titled, Word, YearlyNumber
from planner.tasks import InferenceJob, TrainingJob, Window
from planner.topology import Source

DATA_CLASSES = ("public", "personal", "government", "medical", "commercial")
"""The usual words for kinds of data; a workload may use others."""

_NOT_FOR = {
    "traffic": ("data", "traffic", "traffic_back", "requires", "rtt_premium", "min_cluster", "split", "job"),
    "training": ("profile", "survives", "job"),
    "inference": (),
}
_WHY_NOT = {
    "traffic": "traffic uses no compute: leave it out",
    "training": "training moves freely over the hours, waits in failures, and has its job in its demand: leave it out",
    "inference": "",
}


class Workload(Titled):
    """A class of work: inference (a rate), training (a volume) or traffic (Gbps between two nodes)."""

    id: Annotated[str, Derived()] = ""
    kind: Literal["inference", "training", "traffic"]
    """inference, training or traffic."""
    data: Identifier | None = None
    """Kind of data it touches (public, personal, government, medical, ...): what residency rules speak of."""
    max_rtt_ms: Annotated[float, Quantity("ms")] | None = Field(default=None, alias="max_rtt", ge=0)
    """Longest round-trip time it bears, access included, ms."""
    traffic_gbps_per_pflops: Annotated[float, Quantity("gbps_per_pflops")] = Field(default=0.0, alias="traffic", ge=0)
    """Traffic from origin to site, Gbps per PFLOPS."""
    traffic_back_gbps_per_pflops: Annotated[float, Quantity("gbps_per_pflops")] = Field(
        default=0.0, alias="traffic_back", ge=0
    )
    """Traffic from site to origin, Gbps per PFLOPS; default: the same as `traffic`."""
    requires: frozenset[Identifier] = frozenset()
    """What a site must offer."""
    rtt_premium_per_ms: Annotated[float, Quantity("per_ms")] = Field(default=0.0, alias="rtt_premium", ge=0)
    """Soft price of distance: each ms of RTT makes the site's opex and energy so much dearer, per ms."""
    profile: Annotated[tuple[float, ...], Word("profile")] | None = None
    """24 local-hour factors with mean 1, or a named profile; default: flat."""
    unserved_usd: Annotated[YearlyNumber, Quantity("usd_per_pflops_year")] | None = Field(
        default=None, alias="unserved"
    )
    """What leaving it unserved costs, USD per PFLOPS (traffic: Gbps) and year; None where it is required."""
    required: Annotated[bool, Derived()] = False
    """Whether all of it must be served: the file says `unserved: required`."""
    survives: Share = 0.0
    """Share to keep under any single contingency."""
    min_cluster_pflops: Annotated[float, Quantity("pflops", "cards")] = Field(default=0.0, alias="min_cluster", ge=0)
    """Only sites with at least this much installed take it, PFLOPS; or so many cards of the site's own accelerator."""
    min_cluster_cards: Annotated[float, Derived()] = 0.0
    """The same where it is written in cards; then only sites whose accelerator is known take it."""
    split: bool = True
    """Whether one demand may be served at several sites."""
    job: InferenceJob | None = None
    """Inference with a deadline, door to door: what is sent and worked on, and what that leaves for the round trip."""
    is_background: Annotated[bool, Derived()] = False
    """Whether it is the traffic of everybody else, which a topology says."""

    @property
    def rtt_limit_ms(self) -> float | None:
        """Longest round-trip time it bears: its `max_rtt`, and what the deadline of its job leaves; None without."""
        limits = [self.max_rtt_ms, None if self.job is None else self.job.leaves_ms]
        return min((limit for limit in limits if limit is not None), default=None)

    @property
    def is_deadline(self) -> bool:
        """Whether that is what its deadline leaves."""
        return self.job is not None and self.rtt_limit_ms != self.max_rtt_ms

    @property
    def needs_cluster(self) -> bool:
        """Whether it asks for so much in one place."""
        return self.min_cluster_pflops > 0 or self.min_cluster_cards > 0

    @property
    def is_flat(self) -> bool:
        """Whether every hour of the day asks for the same."""
        return self.profile is None or len(set(self.profile)) == 1

    def rules(self) -> Iterator[Broken]:
        """Yield the faults of a missing price, a profile that is no profile, and fields that its kind does not have."""
        yield from super().rules()
        if not self.required and self.unserved_usd is None:
            yield Broken("unserved", "is missing", "write what leaving it unserved costs, or 'required'")
        if self.profile is not None:
            yield from profile_faults(self.profile)
        written = {type(self).model_fields[name].alias or name for name in self.model_fields_set}
        if self.min_cluster_cards:
            written.add("min_cluster")
        for key in _NOT_FOR[self.kind]:
            if key in written and self._says_something(key):
                yield Broken(key, f"has no meaning for {self.kind}", _WHY_NOT[self.kind])

    def _says_something(self, key: str) -> bool:
        """Tell a field from its default, which the reader may have filled in."""
        if key == "min_cluster":
            return self.needs_cluster
        fields = type(self).model_fields
        name = next(name for name, field in fields.items() if key in (name, field.alias))
        return bool(getattr(self, name) != fields[name].default)


class DemandRow(Record):
    """So much of one workload from one origin, year by year."""

    origin: str
    """The node or country that asks."""
    workload: Identifier
    """What it asks for."""
    to: Identifier | None = None
    """Traffic only: the node at the other end."""
    amount: Annotated[YearlyNumber, Derived()]
    """How much, as listed by year: mean PFLOPS, or Gbps in each direction for traffic; grow it with `growing_at`."""
    window: Window | None = None
    """Training only: the days in which it runs; `compute` is then what it takes as a mean over these days."""
    job: TrainingJob | None = None
    """Training only, in place of `compute`: what the job works through within its window."""
    hosts: tuple[str, ...] | None = None
    """The only hosts it may have: countries and site:ids."""
    access_rtt_ms: Annotated[float, Quantity("ms")] | None = Field(default=None, alias="access_rtt", ge=0)
    """Round-trip time from its users to the node, in place of the node's own, ms."""
    place: Annotated[Place | None, Derived()] = Field(default=None, exclude=True, repr=False)
    """Where the row is written."""

    @property
    def id(self) -> str:
        """Its name: origin/workload, or origin-to/workload for traffic."""
        return f"{self.origin}/{self.workload}" if self.to is None else f"{self.origin}-{self.to}/{self.workload}"


class Demand(Titled):
    """Everything that is asked for."""

    id: Annotated[str, Derived()] = ""
    sources: dict[str, Source] = Field(default_factory=dict)
    """Where figures come from, by id."""
    workloads: dict[str, Workload] = Field(default_factory=dict)
    """Classes of work, by id."""
    demands: tuple[DemandRow, ...] = ()
    """Who asks for how much of which workload."""


def split_origin(origin: str, nodes: Mapping[str, Node]) -> dict[str, float]:
    """Return the nodes that ask when an origin does, and the share of each.

    A node asks for itself; a country is spread over its nodes by weight: if any of them has one, the missing ones are
    0, otherwise all are 1.
    """
    if origin in nodes:
        return {origin: 1.0}
    weights = {name: node.weight for name, node in nodes.items() if node.country == origin}
    if all(weight is None for weight in weights.values()):
        return {name: 1 / len(weights) for name in weights}
    total = fsum(weight or 0.0 for weight in weights.values())  # in whichever order the file lists them
    return {name: weight / total for name, weight in weights.items() if weight and total}
