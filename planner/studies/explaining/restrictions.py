"""Every limit, rule and fact that may stand in the way, with its place in the files and how a reader would drop it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.admissibility import in_service
from planner.studies.explaining.amendments import Amendment, written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.errors import Place
    from planner.expansions import Lasting
    from planner.files import Inputs
    from planner.policy import Rule
    from planner.years import Yearly

COMPUTE = ("inference", "training")
"""Kinds of work that a site may take."""
FAR_OFF = "1e6 hours"
"""A deadline that all work keeps."""
HOURS_OF_DAY = 24.0
"""Training may run in one hour of the day, and so take that many times its mean."""


@dataclass(frozen=True)
class Restriction:
    """Something that may stand in the way of a plan.

    Attributes
    ----------
    kind
        what sort it is of; those of a kind are tried together first
    record
        its path, as a variant's `set` takes it
    keys
        where its value stands, for `Places.find`
    drop
        what takes it away
    repair
        what a reader would do about it, where that is less than taking it away
    """

    kind: str
    record: str
    keys: tuple[str | int, ...]
    drop: tuple[Amendment, ...]
    repair: tuple[Amendment, ...] = ()

    def place(self, inputs: Inputs) -> Place:
        """Return where it stands."""
        return inputs.places.find(*self.keys)


def list_restrictions(inputs: Inputs) -> list[Restriction]:
    """Return all that is in force in a question: what the scenario asks for first, what the world is like last."""
    return [each for family in FAMILIES for each in family(inputs)]


def _value(kind: str, record: str, to: str | None = None, *, keys: tuple[str | int, ...] = ()) -> Restriction:
    """Return a restriction that is one value; without another value it is taken away."""
    parts: tuple[str | int, ...] = tuple(record.split("."))
    return Restriction(kind, record, keys or parts, (Amendment(record, to),))


def _required(inputs: Inputs) -> Iterator[Restriction]:
    for number, row in enumerate(inputs.demand.demands):
        workload = inputs.demand.workloads[row.workload]
        if workload.unserved_usd is None and not workload.is_background:
            key, nothing = ("compute", "0 PFLOPS") if row.to is None else ("rate", "0 Gbps")
            if row.job is not None:  # of a single token nothing is left
                key, nothing = "job.tokens", "1 tokens"
            yield _value("required", f"demands.{row.id}.{key}", nothing, keys=("demands", number, key))


def _floors(inputs: Inputs) -> Iterator[Restriction]:
    if inputs.scenario.policy.floor.served_share:
        yield _value("floor", "policy.floor.served_share")


def _budgets(inputs: Inputs) -> Iterator[Restriction]:
    limits = inputs.scenario.limits
    for key, field in (("sites", "sites"), ("capex", "capex_usd"), ("carbon", "carbon_kg")):
        if getattr(limits, field) is not None:
            yield _value(key, f"limits.{key}")


def _member_limits(inputs: Inputs) -> Iterator[Restriction]:
    for country, limits in sorted(inputs.scenario.limits.members.items()):
        for key, field in (("capex", "capex_usd"), ("opex", "opex_usd"), ("hosted_min", "hosted_min_pflops")):
            if getattr(limits, field) is not None:
                yield _value(f"member {key}", f"limits.members.{country}.{key}")


def _named(rule: Rule, number: int) -> str:
    return rule.id or str(number)


def _residency(inputs: Inputs) -> Iterator[Restriction]:
    for number, rule in enumerate(inputs.scenario.policy.residency):
        path = f"policy.residency.{_named(rule, number)}"
        if rule.hosts != "any":
            gone = (Amendment(remove=f"rule:{rule.id}"),) if rule.id else ()
            open_to_all = (Amendment(f"{path}.hosts", "any"),)
            yield Restriction("residency", path, ("policy", "residency", number), open_to_all, gone)


def _transit(inputs: Inputs) -> Iterator[Restriction]:
    for number, rule in enumerate(inputs.scenario.policy.transit):
        path = f"policy.transit.{_named(rule, number)}"
        speaks_of_nobody = (Amendment(f"{path}.origin", []),)
        gone = (Amendment(remove=f"rule:{rule.id}"),) if rule.id else speaks_of_nobody
        yield Restriction("transit", path, ("policy", "transit", number), speaks_of_nobody, gone)


def _shares(inputs: Inputs) -> Iterator[Restriction]:
    for number, rule in enumerate(inputs.scenario.policy.shares):
        path = f"policy.shares.{_named(rule, number)}"
        speaks_of_nobody = (Amendment(f"{path}.origin", []),)
        yield Restriction("share", path, ("policy", "shares", number, "at_least"), speaks_of_nobody)


def _foreign_stakes(inputs: Inputs) -> Iterator[Restriction]:
    for number, rule in enumerate(inputs.scenario.policy.foreign_stake):
        path = f"policy.foreign_stake.{rule.id or number}"
        gone = (Amendment(remove=f"rule:{rule.id}"),) if rule.id else ()
        anybodys = (Amendment(f"{path}.max", "1"),)
        yield Restriction("foreign_stake", path, ("policy", "foreign_stake", number, "max"), anybodys, gone)


def _fills(inputs: Inputs) -> Iterator[Restriction]:
    for key in ("site_fill", "link_fill"):
        if min(value for _, value in getattr(inputs.scenario.limits, key).points) < 1:
            yield _value(key, f"limits.{key}", "1")


def _workload_rules(inputs: Inputs) -> Iterator[Restriction]:
    used = {row.workload for row in inputs.demand.demands}
    jobs = {row.workload for row in inputs.demand.demands if row.job is not None}
    for key in sorted(used & inputs.demand.workloads.keys()):
        workload = inputs.demand.workloads[key]
        if workload.is_background:
            continue
        if workload.max_rtt_ms is not None:
            yield _value("max_rtt", f"workloads.{key}.max_rtt")
        if workload.needs_cluster:
            of_a_job = workload.job is not None or key in jobs
            yield _value("min_cluster", f"workloads.{key}.min_cluster", "0 PFLOPS" if of_a_job else None)
        if workload.job is not None:
            yield _value("deadline", f"workloads.{key}.job.deadline", FAR_OFF)
        if not workload.split:
            yield _value("split", f"workloads.{key}.split", "true")
        if workload.survives > 0 and inputs.scenario.contingencies:
            yield _value("survives", f"workloads.{key}.survives", "0")
        if workload.requires:
            yield Restriction(
                "requires", f"workloads.{key}.requires", ("workloads", key, "requires"),
                (Amendment(f"workloads.{key}.requires", []),),
            )  # fmt: skip


def _hosts(inputs: Inputs) -> Iterator[Restriction]:
    for number, row in enumerate(inputs.demand.demands):
        if row.hosts is not None:
            yield _value("hosts", f"demands.{row.id}.hosts", keys=("demands", number, "hosts"))


def _groups(inputs: Inputs) -> Iterator[Restriction]:
    for key, group in sorted(inputs.topology.groups.items()):
        if group.power_mw is not None:
            yield _value("group power", f"groups.{key}.power")
        if group.compute_pflops is not None:
            yield _value("group compute", f"groups.{key}.compute")


def _count(inputs: Inputs) -> Iterator[Restriction]:
    counted = inputs.scenario.count
    if any(site.status not in (*counted, "candidate") for site in inputs.topology.sites.values()):
        yield Restriction("count", "count", ("count",), (Amendment("count", ["operating", "building", "planned"]),))


def _least(fill: Yearly) -> float:
    return min(value for _, value in fill.points)


def _most(amount: Yearly) -> float:
    """Most of a figure in any year and season, for a job asks for more within its window than in the mean."""
    figures = (amount, *(figure for _, figure in amount.seasons))
    return max(value for figure in figures for _, value in figure.points)


def most_asked_pflops(inputs: Inputs) -> float:
    """PFLOPS of a site that limits nothing: more than all demands together could occupy in any hour."""
    most = sum(_most(row.amount) for row in inputs.demand.demands if row.to is None)
    return max(most, 1.0) * HOURS_OF_DAY / _least(inputs.scenario.limits.site_fill)


def most_asked_gbps(inputs: Inputs) -> float:
    """Gbps of a link that limits nothing: more than all demands together could put on it in any hour."""
    total = 0.0
    for row in inputs.demand.demands:
        work = inputs.demand.workloads[row.workload]
        per_unit = 1.0 if row.to else work.traffic_gbps_per_pflops + work.traffic_back_gbps_per_pflops
        total += per_unit * _most(row.amount)
    return max(total, 1.0) * HOURS_OF_DAY / _least(inputs.scenario.limits.link_fill)


def _power(inputs: Inputs) -> Iterator[Restriction]:
    for key, site in sorted(inputs.topology.sites.items()):
        if site.power_mw is not None:
            yield _value("power", f"sites.{key}.power")


def _capacity(inputs: Inputs) -> Iterator[Restriction]:
    most = most_asked_gbps(inputs)
    for key, link in sorted(inputs.topology.links.items()):
        if any(in_service(link, year) for year in inputs.scenario.years):
            taken = max(value for _, value in link.committed_gbps.points)
            over = any(link.committed_gbps.at(year) > link.capacity_gbps.at(year) for year in inputs.scenario.years)
            field = "committed" if over else "capacity"
            path, wide = f"links.{key}", written(2 * taken + most, "Gbps")
            drop = (Amendment(f"{path}.capacity", wide),)
            yield Restriction("capacity", f"{path}.{field}", ("links", key, field), drop)


def _compute(inputs: Inputs) -> Iterator[Restriction]:
    """Sites' compute; dropped it grows for nothing, for machines that stand would count in groups and draw power."""
    enough, nodes = written(most_asked_pflops(inputs), "PFLOPS"), inputs.topology.nodes
    for key, site in sorted(inputs.topology.sites.items()):
        if site.market or not any(in_service(site, year) for year in inputs.scenario.years):
            continue
        grows = any(option.max is not None for option in site.expansion)
        field = "expansion" if grows else "accelerators" if site.accelerators else "compute"
        drop = (Amendment(f"sites.{key}.expansion", [{"max": enough, "owner": nodes[site.node].country}]),)
        yield Restriction("compute", f"sites.{key}.{field}", ("sites", key, field), drop)


def _service(inputs: Inputs) -> Iterator[Restriction]:
    first, last = inputs.scenario.years[0], inputs.scenario.years[-1]
    every: tuple[tuple[str, Mapping[str, Lasting]], ...] = (
        ("sites", inputs.topology.sites), ("links", inputs.topology.links),
    )  # fmt: skip
    for section, assets in every:
        for key, asset in sorted(assets.items()):
            if asset.from_year is not None and asset.from_year > first:
                yield _value("service", f"{section}.{key}.from", str(first))
            if asset.until is not None and asset.until < last:
                yield _value("service", f"{section}.{key}.until", str(last))


def _serves(inputs: Inputs) -> Iterator[Restriction]:
    for key, site in sorted(inputs.topology.sites.items()):
        if len(site.serves) < len(COMPUTE):
            drop = (Amendment(f"sites.{key}.serves", list(COMPUTE)),)
            yield Restriction("serves", f"sites.{key}.serves", ("sites", key, "serves"), drop)


def _users(inputs: Inputs) -> Iterator[Restriction]:
    for key, link in sorted(inputs.topology.links.items()):
        if link.usable_by is not None:
            yield _value("usable_by", f"links.{key}.usable_by")


def _through(inputs: Inputs) -> Iterator[Restriction]:
    for key, node in sorted(inputs.topology.nodes.items()):
        if node.through is not None:
            yield _value("through", f"nodes.{key}.through")
    for key, terms in sorted(inputs.topology.countries.items()):
        if terms.through is not None:
            yield _value("through", f"countries.{key}.through")


RULES: tuple[Callable[[Inputs], Iterator[Restriction]], ...] = (
    _floors, _budgets, _member_limits, _required, _residency, _transit, _shares, _foreign_stakes, _workload_rules,
    _hosts, _fills, _groups, _count,
)  # fmt: skip
"""What the scenario and the demand ask for."""
FACTS: tuple[Callable[[Inputs], Iterator[Restriction]], ...] = (
    _power, _capacity, _compute, _service, _serves, _users, _through,
)  # fmt: skip
"""What the world is like."""
FAMILIES = (*RULES, *FACTS)
FACTUAL = frozenset({"power", "capacity", "compute", "service", "serves", "usable_by", "through"})
"""Kinds of restrictions that are facts."""
