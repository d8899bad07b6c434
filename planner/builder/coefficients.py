"""Coefficients: what the formulas multiply with, each with a low, a base and a high value, its source and its lever."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, Any, Final, Literal, get_args

from planner.files.reading.catalogue import open_shipped, read_sources
from planner.files.reading.scalars import number
from planner.files.reading.shapes import BAD, Read, limited, quantity_reader, read_scalar, read_yearly
from planner.files.reading.tree import MappingNode, Node, Where, child, items
from planner.files.reading.walk import Walk
from planner.records import Broken, Derived, Range, Titled
from planner.topology import Source
from planner.units import Kind, inside_unit
from planner.years import Yearly

__all__ = ["LEVERS", "Coefficient", "load_coefficients", "load_sources", "read_coefficients"]

FILE = "coefficients.yaml"
Measure = Literal[
    "number", "people", "tokens", "tokens_per_day", "minutes_per_day", "params", "flop", "pflops", "bytes", "ms",
    "gbps", "usd_per_pflops_year",
]  # fmt: skip
Lever = Literal["tokens", "growth", "speed", "utilisation"]
LEVERS: tuple[Lever, ...] = get_args(Lever)
"""What moves together in the futures low and high."""
NUMBER: Final = "number"
AMOUNT = Range(0)
EASES: Lever = "utilisation"
"""The lever whose high end means less demand."""


class Coefficient(Titled):
    """A figure that a formula uses: of the table, or given in a spec, where all three values may be one."""

    id: Annotated[str, Derived()] = ""
    measure: Measure = NUMBER
    """The kind of quantity; `number` has no unit."""
    base: Annotated[Yearly, Derived()]
    """The value to plan with."""
    low: Annotated[Yearly, Derived()]
    """The least that is plausible."""
    high: Annotated[Yearly, Derived()]
    """The most that is plausible."""
    lever: Lever | None = None
    """With what it moves in the futures low and high; None where it stays."""

    @property
    def unit(self) -> str:
        """Its unit as people write it; nothing where it has none."""
        return "" if self.measure == NUMBER else inside_unit(self.measure)

    def rules(self) -> Iterator[Broken]:
        """Yield the years in which the three values are not in order."""
        yield from super().rules()
        for year in sorted({year for each in (self.low, self.base, self.high) for year, _ in each.points}):
            low, base, high = (each.growing_at(year) for each in (self.low, self.base, self.high))
            if not low <= base <= high:
                yield Broken(
                    "base", f"{base:g} is not between {low:g} and {high:g}", "write low, base and high in order"
                )

    def at(self, year: int, position: float = 0.5) -> float:
        """Return the value in a year: low at position 0, base in the middle, high at 1, geometric between."""
        base = self.base.growing_at(year)
        if position == 0.5:
            return base
        end = (self.low if position < 0.5 else self.high).growing_at(year)
        share = abs(position - 0.5) * 2
        if share == 1 or base <= 0 or end <= 0:
            return base + (end - base) * share
        return float(base ** (1 - share) * end**share)


def given(value: Yearly, measure: Measure, **more: Any) -> Coefficient:
    """Return a figure that somebody gives without a range."""
    return Coefficient.model_construct(measure=measure, base=value, low=value, high=value, **more)


@cache
def load_coefficients() -> dict[str, Coefficient]:
    """Return the coefficients of the package by id."""
    with open_shipped("planner.builder", FILE) as (walk, root):
        walk.sources = frozenset(load_sources())
        return read_coefficients(walk, child(root, "coefficients"), ((), "coefficients"), {})


@cache
def load_sources() -> dict[str, Source]:
    """Return where the coefficients and the table of countries come from, by id."""
    return read_sources("planner.builder", FILE)


def read_coefficients(
    walk: Walk, node: Node | None, where: Where, known: Mapping[str, Coefficient]
) -> dict[str, Coefficient]:
    """Return the coefficients of a section by id, after noting what is wrong; one of a known id has its measure."""
    found: dict[str, Coefficient] = {}
    for name, _, record in items(node):
        coefficient = _read_one(walk, record, (where, name), known.get(name))
        if coefficient is not None:
            found[name] = coefficient.model_copy(update={"id": name})
    return found


def _read_one(walk: Walk, node: Node, where: Where, known: Coefficient | None) -> Coefficient | None:
    asked = child(node, "measure")
    measure = getattr(asked, "value", known.measure if known else NUMBER)
    if measure not in get_args(Measure):
        measure = NUMBER  # the record's own reader says that there is no such measure
    read = value_reader(measure)
    special = {key: (key, read) for key in ("low", "base", "high")}
    values = walk.values(Coefficient, node, where, optional=("low", "base", "high"), special=special)
    if values is None:
        return None
    if "base" not in values:
        walk.fault(node, (where, "base"), "is missing", "write the value to plan with, and low and high where known")
        return None
    values = {"low": values["base"], "high": values["base"], "measure": measure} | values
    if known is not None:
        values.setdefault("lever", known.lever)
        values.setdefault("title", known.title)
    for key in ("low", "base"):
        divides = key == "base" or values.get("lever") == EASES
        if divides and min(value for _, value in values[key].points) <= 0:
            walk.fault_under(node, where, key, "is 0, and is multiplied with or divided by", "write more")
            return None
    return walk.build(Coefficient, values, node, where)


def value_reader(measure: str, limit: Range | None = None) -> Read:
    """Return the reader of a value of a measure, or of a map of years of such; a number may have limits."""
    if measure != NUMBER:
        kind: Kind = measure  # type: ignore[assignment]
        return quantity_reader(kind, yearly=True)

    def plain(walk: Walk, node: Node, where: Where) -> Any:
        return read_scalar(limited(number, [limit or AMOUNT]), walk, node, where)

    return lambda walk, node, where: read_yearly(plain, walk, node, where)


def figure_reader(measure: Measure, known: Mapping[str, Coefficient], limit: Range | None = None) -> Read:
    """Return the reader of a figure of a spec: a value, a map of years, `{value, range}`, or a coefficient's name."""
    read = value_reader(measure, limit)
    names = {name: each for name, each in known.items() if each.measure == measure}

    def figure(walk: Walk, node: Node, where: Where) -> Any:
        word = getattr(node, "value", None)
        if isinstance(word, str) and word[:1].isalpha():
            if word in names:
                return names[word]
            walk.unknown(node, where, word, f"coefficient of {measure}", names)
            return BAD
        if node.__class__ is MappingNode and child(node, "value") is not None:
            return _ranged(walk, node, where, measure, read)
        value = read(walk, node, where)
        return BAD if value is BAD else given(value, measure)

    return figure


class Ranged(Titled):
    """A figure with its range."""


def _ranged(walk: Walk, node: Node, where: Where, measure: Measure, read: Read) -> Any:
    """Return a figure that is written with its range: {value: 22 M people, range: [20 M people, 24 M people]}."""

    def both(walk: Walk, node: Node, where: Where) -> Any:
        ends = (
            [read(walk, each, (where, n)) for n, each in enumerate(node.value)] if isinstance(node.value, list) else []
        )
        if len(ends) != 2 or node.__class__ is MappingNode:
            walk.fault(node, where, "is no range", "write the least and the most: [low, high]")
            return BAD
        return BAD if BAD in ends else tuple(ends)

    values = walk.values(Ranged, node, where, special={"value": ("value", read), "range": ("range", both)})
    if values is None:
        return BAD
    base = values.pop("value")
    low, high = values.pop("range", (base, base))
    built = walk.build(Coefficient, values | {"measure": measure, "base": base, "low": low, "high": high}, node, where)
    return BAD if built is None else built
