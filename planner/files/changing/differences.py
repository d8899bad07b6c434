"""What differs between two questions, record by record and field by field, written as a file would write it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

from planner.demand import Demand, DemandRow
from planner.files.changing.written import (
    REMARKS,
    Fields,
    figure_text,
    in_one_line,
    quantity_text,
    usual_fields,
    written,
)
from planner.policy import RULE_LISTS
from planner.records import Record
from planner.topology import SECTIONS, Link, Topology

if TYPE_CHECKING:
    from planner.files.reading.load import Inputs
    from planner.scenario import Scenario

TOPOLOGY = tuple(section for section in SECTIONS if section != "sources")


@dataclass(frozen=True)
class Change:
    """One field that differs, or one record that came or went.

    Attributes
    ----------
    section
        where it stands: "sites", "demands", "policy.residency", ..., or "scenario" for the scenario's own fields
    key
        the record's id; empty for the scenario itself
    field
        the field's key as in files, dotted where it lies deeper: "opex", "expansion.0.max"; empty for a whole record
    before, after
        as a file would write it, with its unit; None where there is nothing
    """

    section: str
    key: str
    field: str
    before: str | None
    after: str | None

    @property
    def path(self) -> str:
        """The dotted path by which a variant would set it."""
        return ".".join(part for part in (self.section.removeprefix("scenario"), self.key, self.field) if part)

    @property
    def is_remark(self) -> bool:
        """Whether only readers see it: names, titles, sources, and variants that are described but not chosen."""
        return self.section in ("sources", "variants") or self.field.partition(".")[0] in REMARKS


def differences(
    before: Inputs | Topology | Demand, after: Inputs | Topology | Demand, *, currency: str = "USD"
) -> list[Change]:
    """Return what differs between two questions, topologies or demands, section by section and by id.

    Figures are those of the files: in the precision of their site, before `demand.scale`. What follows from another
    change (the segments of a cable, demand under a new scale) is told once, where it is written.

    Parameters
    ----------
    currency
        the word for money where the two have no scenario to say it
    """
    if isinstance(before, Topology) and isinstance(after, Topology):
        return list(_in_topology(before, after, (currency, currency)))
    if isinstance(before, Demand) and isinstance(after, Demand):
        return list(_in_demand(before, after, (currency, currency), _unscaled, _unscaled))
    if isinstance(before, Topology | Demand) or isinstance(after, Topology | Demand):
        raise TypeError("a topology, a demand and a whole question can only be compared with their like")
    return list(_in_inputs(before, after))


def _in_inputs(before: Inputs, after: Inputs) -> Iterator[Change]:
    one, two = before.scenario, after.scenario
    money = (one.finance.currency, two.finance.currency)
    yield from _fields("scenario", "", _of_scenario(one), _of_scenario(two))
    for name in RULE_LISTS:
        old, new = (getattr(each.policy, name) for each in (one, two))
        yield from _in_rules(f"policy.{name}", old, new, money)
    yield from _in_topology(before.topology, after.topology, money)
    yield from _in_demand(before.demand, after.demand, money, _scale_of(before), _scale_of(after))
    yield from _records("sources", one.sources, two.sources, money)
    yield from _records("variants", one.variants, two.variants, money)


def _in_topology(before: Topology, after: Topology, money: tuple[str, str]) -> Iterator[Change]:
    changes = [
        change
        for section in TOPOLOGY
        for change in _records(section, getattr(before, section), getattr(after, section), money)
    ]
    told = {(each.key, each.field, each.before, each.after) for each in changes if each.section == "cables"}
    whole = {each.key for each in changes if each.section == "cables" and not each.field}
    for change in changes:
        cable = change.key.partition(":")[0]
        if change.section == "links" and ":" in change.key:
            same = (cable, change.field, change.before, change.after)
            if same in told or (not change.field and cable in whole):
                continue
        yield change
    yield from _records("sources", before.sources, after.sources, money)


def _in_demand(before: Demand, after: Demand, money: tuple[str, str], one: Any, two: Any) -> Iterator[Change]:
    yield from _records("workloads", before.workloads, after.workloads, money)
    old, new = ({row.id: row for row in each.demands} for each in (before, after))
    for key in sorted({*old, *new}):
        rows = (old.get(key), new.get(key))
        factors = [1.0 if row is None else scale(row) for row, scale in zip(rows, (one, two), strict=True)]
        first, last = (
            None if row is None else _of_row(row, each, demand, word)
            for row, each, demand, word in zip(rows, factors, (before, after), money, strict=True)
        )
        if first and last and 0.0 in factors:  # nothing is asked at a scale of 0, so the amount cannot be told
            for fields in (first, last):
                fields.pop("compute", "")
                fields.pop("rate", "")
        yield from _record("demands", key, first, last)
    yield from _records("sources", before.sources, after.sources, money)


def _unscaled(_: DemandRow) -> float:
    return 1.0


def _scale_of(inputs: Inputs) -> Any:
    """Return the factor that `demand.scale` puts on each row; see `planner.files.reading.load`."""
    scales, nodes = inputs.scenario.demand_scale, inputs.topology.nodes

    def factor(row: DemandRow) -> float:
        country = nodes[row.origin].country if row.origin in nodes else row.origin
        return prod(scales.get(name, 1.0) for name in sorted({"", row.workload, row.origin, country}))

    return factor


def _in_rules(
    section: str, before: tuple[Record, ...], after: tuple[Record, ...], money: tuple[str, str]
) -> Iterator[Change]:
    """Compare rules by their ids, and those without an id in their order; which comes first is compared too."""
    old, new = (_by_name(rules, word) for rules, word in zip((before, after), money, strict=True))
    for key in dict.fromkeys([*old, *new]):
        usual = usual_fields(type((before or after)[0]), money[0])
        yield from _record(section, key, old.get(key), new.get(key), usual)
    both = [[key for key in rules if key in old and key in new] for rules in (old, new)]
    if both[0] != both[1]:
        yield Change(section, "", "order", ", ".join(both[0]), ", ".join(both[1]))


def _by_name(rules: Iterable[Record], currency: str) -> dict[str, Fields]:
    """Return the fields of rules by id, or by what they say."""
    found: dict[str, Fields] = {}
    for rule in rules:
        fields = written(rule, currency)
        name = fields.pop("id", "") or in_one_line(fields, usual_fields(type(rule), currency)) or ""
        found[name] = fields
    return found


def _records(
    section: str, before: Mapping[str, Record], after: Mapping[str, Record], money: tuple[str, str]
) -> Iterator[Change]:
    for key in sorted({*before, *after}):
        one, two = before.get(key), after.get(key)
        if one == two and money[0] == money[1]:
            continue
        old, new = (
            None if record is None else written(record, word) for record, word in zip((one, two), money, strict=True)
        )
        _leave_worked_out(one, two, old or {}, new or {})
        yield from _record(section, key, old, new, usual_fields(type(two or one), money[1 if two else 0]))


def _leave_worked_out(one: Record | None, two: Record | None, old: Fields, new: Fields) -> None:
    """Take away lengths and times of links that no file gives: they follow from the ends, which are told."""
    links = [each for each in (one, two) if isinstance(each, Link)]
    for key in ("length", "rtt"):
        if links and not any(getattr(link, f"{key}_given") for link in links):
            old.pop(key, "")
            new.pop(key, "")


def _record(
    section: str, key: str, before: Fields | None, after: Fields | None, usual: Fields | None = None
) -> Iterator[Change]:
    """Compare two records; one that came or went is told in one line without what is `usual`."""
    if before is None or after is None:
        yield Change(section, key, "", in_one_line(before, usual), in_one_line(after, usual))
    else:
        yield from _fields(section, key, before, after)


def _fields(section: str, key: str, before: Fields, after: Fields) -> Iterator[Change]:
    for name in dict.fromkeys([*before, *after]):
        if before.get(name) != after.get(name):
            yield Change(section, key, name, before.get(name), after.get(name))


def _of_scenario(scenario: Scenario) -> Fields:
    """Return the scenario's own fields: nested ones by dotted path, without rules, sources and variants."""
    currency, found = scenario.finance.currency, Fields()
    left = {"policy", "sources", "variants", "demand_scale", "extends"}
    found.update(written(scenario.model_copy(update={"demand_scale": {}}), currency, without=left))
    for name in ("community", "finance", "limits"):
        nested = written(getattr(scenario, name), currency)
        found.pop(name, None)
        found |= {f"{name}.{key}": value for key, value in nested.items()}
    found |= {f"policy.floor.{key}": value for key, value in written(scenario.policy.floor, currency).items()}
    for name, factor in sorted(scenario.demand_scale.items()):
        found[f"demand.scale.{name}".rstrip(".")] = figure_text(factor)
    return found


def _of_row(row: DemandRow, factor: float, demand: Demand, currency: str) -> Fields:
    """Return the fields of a demand; its amount without the scale."""
    workload = demand.workloads.get(row.workload)
    rate = workload is not None and workload.kind == "traffic"
    amount = row.amount.scaled(1 / factor) if factor else row.amount
    found = written(row, currency)
    return found | {"rate" if rate else "compute": quantity_text(amount, "gbps" if rate else "pflops", currency)}
