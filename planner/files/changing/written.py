"""The fields of a record as a file would write them, each as one text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from math import isclose
from typing import Any, get_args

from planner.demand import Workload
from planner.expansions import SiteExpansion
from planner.profiles import PROFILES
from planner.records import Derived, Quantity, Record
from planner.topology import Site
from planner.units import Kind, write
from planner.years import Yearly

REMARKS = frozenset(
    {"name", "names", "title", "note", "source", "confidence", "url", "publisher", "author", "licence", "accessed"}
)
"""Fields that readers see and no plan depends on."""
DIGITS = 12
"""Digits that a file writes: what reading made of a figure beyond them is rounding."""
PER_PFLOPS: frozenset[Kind] = frozenset({"usd_per_pflops", "usd_per_pflops_year", "kw_per_pflops", "kg_per_pflops"})

Fields = dict[str, str]
"""The fields of a record as a file would write them."""


def in_one_line(fields: Fields | None, usual: Fields | None = None) -> str | None:
    """Return a record in one line, without what only readers see and what holds anyway."""
    if fields is None:
        return None
    told = {
        key: value
        for key, value in fields.items()
        if key.partition(".")[0] not in REMARKS and (usual or {}).get(key) != value
    }
    return "{" + ", ".join(f"{key}: {value}" for key, value in told.items()) + "}"


def written(record: Record, currency: str = "USD", *, without: Iterable[str] = ()) -> Fields:
    """Return the fields of a record as a file would write them, by their keys there; what is not given is left out."""
    factor = 1.0
    if isinstance(record, Site) and record.accelerators is None:
        factor = record.factor
    found: Fields = {}
    for name, (key, kind, derived) in _forms(type(record)).items():
        value = getattr(record, name)
        if name in without or derived or value is None or _is_told_elsewhere(record, name):
            continue
        if name == "expansion":
            for number, each in enumerate(value):
                own = written(_unnormalised(each, factor), currency)
                found |= {f"expansion.{number}.{part}": text for part, text in own.items()}
        elif name == "profile":
            found[key] = _rhythm(value)
        else:
            found[key] = _value(_of_precision(value, kind, factor), kind, currency)
    if isinstance(record, Site):
        _say_rhythms(record, found)
    if isinstance(record, Workload):
        _say_required(record, found, currency)
    return {key: text for key, text in found.items() if text not in ("[]", "{}")}


def usual_fields(model: type[Any], currency: str) -> Fields:
    """Return the fields that a record has where its file is silent."""
    found: Fields = {}
    for name, (key, kind, _) in _forms(model).items():  # type: ignore[arg-type]
        default = model.model_fields[name].get_default(call_default_factory=True)
        if default is not None and not model.model_fields[name].is_required():
            found[key] = _value(default, kind, currency)
    return found


def _is_told_elsewhere(record: Record, name: str) -> bool:
    """Tell whether a field follows from others: segments stand by themselves, compute is counted in cards."""
    return name == "segments" or (name == "compute_pflops" and bool(getattr(record, "accelerators", None)))


def _say_rhythms(site: Site, found: Fields) -> None:
    """Write the figures that have the rhythm of the day with it."""
    for key, word in (("electricity", "price"), ("carbon", "intensity")):
        if (profile := site.profiles.get(key)) is not None:
            found[key] = f"{{{word}: {found[key]}, profile: {_rhythm(profile)}}}"


def _rhythm(profile: tuple[float, ...]) -> str:
    """Return a profile by its name, or factor by factor."""
    return next((word for word, factors in PROFILES.items() if factors == profile), _value(profile, None, ""))


def _say_required(record: Workload, found: Fields, currency: str) -> None:
    """Write what leaving work unserved costs: `required`, or a price per PFLOPS or Gbps."""
    if record.required:
        found["unserved"] = "required"
    elif record.kind == "traffic" and record.unserved_usd is not None:
        found["unserved"] = quantity_text(record.unserved_usd, "usd_per_gbps_year", currency)


def _of_precision(value: Any, kind: Kind | None, factor: float) -> Any:
    """Return a figure in the PFLOPS of its own site, each worth `factor` dense BF16 ones."""
    if factor == 1 or (kind != "pflops" and kind not in PER_PFLOPS):
        return value
    times = 1 / factor if kind == "pflops" else factor
    return value.scaled(times) if isinstance(value, Yearly) else value * times


def _unnormalised(each: Record, factor: float) -> Record:
    if factor == 1 or not isinstance(each, SiteExpansion):
        return each
    names = {
        "step": "pflops",
        "max": "pflops",
        "capex_usd": "usd_per_pflops",
        "opex_usd": "usd_per_pflops",
        "embodied_kg_per_pflops": "kg_per_pflops",
    }
    figures = {name: _of_precision(getattr(each, name), kind, factor) for name, kind in names.items()  # type: ignore[arg-type]
               if getattr(each, name) is not None}  # fmt: skip
    return each.model_copy(update=figures)


def _value(value: Any, kind: Kind | None, currency: str) -> str:
    """Return a value as it stands in a file."""
    if kind is not None and not isinstance(value, Mapping):
        return quantity_text(value if isinstance(value, Yearly) else Yearly.flat(float(value)), kind, currency)
    if isinstance(value, Yearly):
        return _by_year(value, figure_text)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return figure_text(value)
    if isinstance(value, Record):
        return in_one_line(written(value, currency)) or ""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_value(each, kind, currency)}" for key, each in value.items()) + "}"
    if isinstance(value, frozenset | set):
        return "[" + ", ".join(sorted(map(str, value))) + "]"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(each, None, currency) for each in value) + "]"
    return str(value)


def quantity_text(value: Yearly, kind: Kind, currency: str) -> str:
    """Return a figure with its unit, or a map of years of such."""
    return _by_year(value, lambda number: write(_tidy(number), kind, currency))


def _by_year(value: Yearly, say: Any) -> str:
    """Return one value for all years, or a map of those in which it changes."""
    if value.seasons:
        return "{seasons: {" + ", ".join(f"{name}: {_by_year(each, say)}" for name, each in value.seasons) + "}}"
    if value.is_flat:
        return str(say(value.points[0][1]))
    return "{" + ", ".join(f"{year}: {say(number)}" for year, number in value.points) + "}"


def figure_text(value: float) -> str:
    """Return a figure that has no unit."""
    return repr(_tidy(value))


def _tidy(value: float) -> float:
    """Return a figure without rounding in its last digits, and whole ones without a point."""
    rounded = float(f"{value:.{DIGITS}g}")
    near = rounded if isclose(rounded, value, rel_tol=10.0**-DIGITS) else value
    return int(near) if near == int(near) and abs(near) < 10.0**DIGITS else near


@cache
def _forms(model: type[Any]) -> dict[str, tuple[str, Kind | None, bool]]:
    """Return the key, the kind of quantity and whether it is worked out, by field name."""
    found = {}
    for name, info in model.model_fields.items():
        marks = [*info.metadata, *_marks(info.annotation)]
        kind = next((mark.kind for mark in marks if isinstance(mark, Quantity)), None)
        derived = any(isinstance(mark, Derived) for mark in marks)
        found[name] = (info.alias or name.removesuffix("_year"), kind, derived)
    return found


def _marks(annotation: Any) -> Iterator[Any]:
    """Yield what marks the parts of a type such as ``Annotated[float, Quantity("pflops")] | None``."""
    yield from getattr(annotation, "__metadata__", ())
    for part in get_args(annotation):
        if getattr(part, "__metadata__", None):
            yield from part.__metadata__
