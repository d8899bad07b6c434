"""Models become what a file says of them: plain texts with units, lists and maps, under the keys of the files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, get_args

from pydantic.fields import FieldInfo

from planner.expansions import SiteExpansion
from planner.files.reading.shapes import RANGE, VALUE
from planner.records import Derived, Quantity, Record
from planner.topology import SECTIONS, CableSegment, Link, Site, Topology
from planner.units import UnitError, inside_unit, parse
from planner.years import Yearly

_LAST = ("names", "source", "confidence", "note")
_FIRST = ("name", "title")
_PUBLISHED = re.compile(r"(.+) \(([0-9]{4})\)")


def topology_record(topology: Topology) -> dict[str, Any]:
    """Return a topology as its file would say it: one map, sections by id, quantities as texts with units.

    Figures of a site are written in the precision that its source quotes; what the reader works out is left out.
    """
    head: dict[str, Any] = {"topology": topology.id or "topology"}
    head |= {key: value for key, value in _fields(topology).items() if key not in SECTIONS}
    sections: dict[str, dict[str, Any]] = {}
    for section in SECTIONS:
        records = getattr(topology, section)
        found = {
            key: _record(record)
            for key, record in records.items()
            if not (isinstance(record, Link) and record.cable is not None)
        }
        if found:
            sections[section] = found
    return {**head, **sections}


def keys_of(model: type[Record]) -> frozenset[str]:
    """Return the keys that a file may write in a record."""
    return frozenset(key for _, key, _ in _written(model))


def amount_text(value: float, unit: str) -> str:
    """Return an amount with its unit, such as "800 Gbps"."""
    return f"{number_text(value)} {unit}".strip()


def number_text(value: float) -> str:
    """Return a number as short as it can be read back unchanged."""
    return repr(float(value)).removesuffix(".0")


def _record(record: Record) -> dict[str, Any]:
    fields = _fields(record)
    if isinstance(record, Link):
        for key, given in (("length", record.length_given), ("rtt", record.rtt_given)):
            if not given:
                fields.pop(key, None)
    if isinstance(record, Site):
        _as_quoted(record, fields)
        for key, word in (("electricity", "price"), ("carbon", "intensity")):
            if (profile := record.profiles.get(key)) is not None:
                fields[key] = {word: fields.get(key, "0 USD/kWh"), "profile": _value(profile, "")}
    return fields


def _fields(record: Record) -> dict[str, Any]:
    """Return what differs from the defaults; of a cable's segment all that is written, for it overrides."""
    found: dict[str, Any] = {}
    for name, key, info in _written(type(record)):
        value = getattr(record, name)
        same = not info.is_required() and value == info.get_default(call_default_factory=True)
        if same and not (isinstance(record, CableSegment) and name in record.model_fields_set and value is not None):
            continue
        if value is not None:
            found[key] = _value(value, _unit(info))
    return {key: found[key] for key in sorted(found, key=_rank)}


def _rank(key: str) -> int:
    return 0 if key in _FIRST else 2 + _LAST.index(key) if key in _LAST else 1


@cache
def _written(model: type[Record]) -> tuple[tuple[str, str, FieldInfo], ...]:
    """Return name, key in files and description of the fields that files write."""
    found = []
    for name, info in model.model_fields.items():
        if not any(isinstance(mark, Derived) for mark in info.metadata):
            found.append((name, info.alias or name, info))
    return tuple(found)


def _unit(info: FieldInfo) -> str:
    """Return the inside unit of a field, or nothing."""
    for mark in (*info.metadata, *(m for part in get_args(info.annotation) for m in getattr(part, "__metadata__", ()))):
        if isinstance(mark, Quantity):
            return inside_unit(mark.kind)
    return ""


def _value(value: Any, unit: str) -> Any:
    if isinstance(value, Yearly):
        if value.seasons:
            return {"seasons": {name: _value(each, unit) for name, each in value.seasons}}
        (first, _), *more = value.points
        texts = {str(year): _ranged(each, dict(value.ranges).get(year), unit) for year, each in value.points}
        return texts[str(first)] if not more and first == 0 else texts
    if isinstance(value, Record):
        return _record(value)
    if isinstance(value, Mapping):
        return {str(key): _value(each, unit) for key, each in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_value(each, unit) for each in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return amount_text(value, unit) if isinstance(value, float) else str(value)


def _ranged(value: float, ends: tuple[float, float] | None, unit: str) -> Any:
    """Return a value, with the range that it is given with."""
    text = amount_text(value, unit)
    return text if ends is None else {VALUE: text, RANGE: [amount_text(end, unit) for end in ends]}


def _as_quoted(site: Site, fields: dict[str, Any]) -> None:
    """Write a site's figures in its source's own PFLOPS; nothing is rounded where the factors are powers of two."""
    if site.accelerators is not None:
        fields.pop("compute", None)
        return
    factor = site.factor
    if factor != 1:
        fields["compute"] = _value(site.compute_pflops.scaled(1 / factor), "PFLOPS")
        if "watts" in fields:
            fields["watts"] = amount_text(site.watts_kw_per_pflops * factor, "kW/PFLOPS")
        if "embodied" in fields:
            fields["embodied"] = amount_text(site.embodied_kg_per_pflops * factor, "kg/PFLOPS")
        if "opex" in fields:
            fields["opex"] = _value(site.opex_usd_per_pflops.scaled(factor), "USD/PFLOPS/year")
        if "expansion" in fields:
            fields["expansion"] = [_record(_unnormalised(each, factor)) for each in site.expansion]
    fields["compute"] = _published(site.published_compute, fields["compute"])


def _unnormalised(expansion: SiteExpansion, factor: float) -> SiteExpansion:
    embodied = expansion.embodied_kg_per_pflops
    return expansion.model_copy(
        update={
            "step": None if expansion.step is None else expansion.step / factor,
            "max": None if expansion.max is None else expansion.max.scaled(1 / factor),
            "capex_usd": expansion.capex_usd.scaled(factor),
            "opex_usd": expansion.opex_usd.scaled(factor),
            "embodied_kg_per_pflops": embodied if embodied is None else embodied * factor,
        }
    )


def _published(text: str, compute: Any) -> Any:
    """Return the compute in the words of its file, where they say the same."""
    if isinstance(compute, dict):
        if VALUE in compute:
            return compute | {VALUE: _published(text, compute[VALUE])}
        texts = {found[2]: found[1] for found in map(_PUBLISHED.fullmatch, text.split(", ")) if found}
        return {year: _published(texts.get(year, ""), each) for year, each in compute.items()}
    try:
        same = bool(text) and parse(text, "pflops") == parse(compute, "pflops")
    except UnitError:
        same = False
    return text if same else compute
