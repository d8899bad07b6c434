"""Readers of shapes: one YAML node becomes a value, a list, a map of years or a record, or BAD with its fault noted."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import annotated_types

from planner.files.reading import scalars
from planner.files.reading.scalars import MisreadError, Parse
from planner.files.reading.tree import MappingNode, Node, ScalarNode, SequenceNode, Where, describe, items, plain
from planner.records import Quantity, Range, Record
from planner.units import Kind, UnitError, example, parse
from planner.years import Yearly

if TYPE_CHECKING:
    from planner.files.reading.walk import Walk


class _Bad:
    """The value of what could not be read; its fault has been noted."""


class OtherUnit(float):
    """A figure in the other unit that its field takes: a price per step, cards in place of PFLOPS."""


OTHER_WORDS = {"cards": "card"}
"""What tells the other kind of a field in its text; the others are prices per `step`."""


BAD: Final = _Bad()
SEASONS = "seasons"
"""The key under which a value says what it is in each season."""
VALUE, RANGE = "value", "range"
"""The keys of a value that is given with the least and the most that it plausibly is."""
Read = Callable[["Walk", Node, Where], Any]


def quantity_reader(kind: Kind, *, yearly: bool = False, seasonal: bool = False) -> Read:
    """Return the reader of a quantity of a kind, of a map of years, or of years and seasons of such."""
    read: Read = partial(read_quantity, Quantity(kind), [])
    if seasonal:
        return partial(read_seasonal, read)
    return partial(read_yearly, read) if yearly else read


def limited(read: Parse, limits: list[Any]) -> Parse:
    """Return a parser that also keeps to limits."""

    def check(text: str) -> Any:
        value = read(text)
        _check_limits(value, text, limits)
        return value

    return check


def _check_limits(value: float, text: str, limits: list[Any]) -> None:
    for limit in limits:
        if isinstance(limit, Range) and (right := limit.broken(value)):
            raise MisreadError(f"'{text}' is out of range", right)
        if isinstance(limit, annotated_types.Ge) and not value >= limit.ge:  # type: ignore[operator]
            raise MisreadError(f"'{text}' is too small", f"write {limit.ge} or more")
        if isinstance(limit, annotated_types.Gt) and not value > limit.gt:  # type: ignore[operator]
            raise MisreadError(f"'{text}' is too small", f"write more than {limit.gt}")
        if isinstance(limit, annotated_types.Le) and not value <= limit.le:  # type: ignore[operator]
            raise MisreadError(f"'{text}' is too large", f"write {limit.le} or less")


def read_scalar(read: Parse, walk: Walk, node: Node, where: Where) -> Any:
    """Return the value of one scalar."""
    if node.__class__ is not ScalarNode:
        walk.fault(node, where, f"is {describe(node)}", "write one value")
        return BAD
    try:
        return read(node.value)
    except (MisreadError, UnitError) as error:
        walk.fault(node, where, "is empty" if node.value == "" else error.what, error.right)
        return BAD


def read_quantity(quantity: Quantity, limits: list[Any], walk: Walk, node: Node, where: Where) -> Any:
    """Return a number with a unit; a price per step where that is allowed."""

    def read(text: str) -> float:
        if quantity.other is not None and OTHER_WORDS.get(quantity.other, "step") in text.lower():
            return OtherUnit(parse(text, quantity.other, walk.currency))
        try:
            value = parse(text, quantity.kind, walk.currency)
        except UnitError as error:
            told = f", or '{example(quantity.other)}'" if quantity.other in OTHER_WORDS else ""
            raise UnitError(error.what, f"{error.right}{told}") from None
        if limits:
            _check_limits(value, text, limits)
        return value

    if node.__class__ is MappingNode:
        walk.fault(node, where, "is a map", "write one value, for it is the same in all years")
        return BAD
    return read_scalar(read, walk, node, where)


def read_yearly(read: Read, walk: Walk, node: Node, where: Where) -> Any:
    """Return a figure that may be one value or a map of years, each of them alone or as {value: ..., range: [...]}."""
    if node.__class__ is SequenceNode:
        walk.fault(node, where, "is a list", "write one value, or a map of years: {2026: ..., 2030: ...}")
        return BAD
    if node.__class__ is not MappingNode or _is_ranged(node):
        found = _read_ranged(read, walk, node, where)
        return BAD if found is BAD else _yearly({0: found})
    points: dict[int, tuple[float, Any]] = {}
    good = True
    for key, key_node, value_node in items(node):
        year = read_scalar(scalars.year, walk, key_node, (where, key))
        found = _read_ranged(read, walk, value_node, (where, key))
        if year is BAD or found is BAD:
            good = False
        else:
            points[year] = found
    if not node.value:
        walk.fault(node, where, "is an empty map of years", "write at least one year, such as {2030: ...}")
    return _yearly(points) if good and points else BAD


def _yearly(points: dict[int, tuple[float, Any]]) -> Yearly:
    """Return the figure of values with their ranges, None where one has none."""
    ranges = tuple((year, ends) for year, (_, ends) in sorted(points.items()) if ends is not None)
    return Yearly(tuple((year, value) for year, (value, _) in sorted(points.items())), (), ranges)


def _is_ranged(node: Node) -> bool:
    return node.__class__ is MappingNode and any(key in (VALUE, RANGE) for key, _, _ in items(node))


def _read_ranged(read: Read, walk: Walk, node: Node, where: Where) -> Any:
    """Return a value and the least and most it plausibly is: {value: 50 PFLOPS, range: [20 PFLOPS, 80 PFLOPS]}."""
    if not _is_ranged(node):
        value = read(walk, node, where)
        return BAD if value is BAD else (value, None)
    parts = {key: inner for key, _, inner in items(node)}
    if parts.keys() != {VALUE, RANGE}:
        walk.fault(node, where, f"holds {', '.join(parts)}", "write {value: ..., range: [least, most]} and no more")
        return BAD
    value = read(walk, parts[VALUE], (where, VALUE))
    ends = read_fixed(read, 2, walk, parts[RANGE], (where, RANGE))
    if value is BAD or ends is BAD:
        return BAD
    if len({each.__class__ for each in (value, *ends)}) > 1 or not ends[0] <= value <= ends[1]:
        walk.fault(parts[RANGE], (where, RANGE), "does not hold the value", "write the least and the most, in its unit")
        return BAD
    return value, ends


def read_seasonal(read: Read, walk: Walk, node: Node, where: Where) -> Any:
    """Return a figure that may be one value, {seasons: {…}}, or a map of years with such values.

    What stands for the whole year is settled when all files are known; until then it is the plain mean.
    """
    if node.__class__ is not MappingNode or not _speaks_of_seasons(node):
        return read_yearly(read, walk, node, where)
    if [key for key, _, _ in items(node)] == [SEASONS]:
        figures = _read_season_map(partial(read_yearly, read), walk, node, where)
        return BAD if figures is BAD else Yearly.of_seasons(figures)
    listed: list[tuple[Any, Any]] = []
    for key, key_node, value in items(node):
        year = read_scalar(scalars.year, walk, key_node, (where, key))
        listed.append((year, _read_season_map(read, walk, value, (where, key))))
    if any(year is BAD or found is BAD for year, found in listed):
        return BAD
    names = next(tuple(found) for _, found in listed if "" not in found)
    for (_, found), (key, _, value) in zip(listed, items(node), strict=True):
        if "" not in found and set(found) != set(names):
            what = f"speaks of {', '.join(found)}"
            walk.fault(value, (where, key), what, f"write the same seasons in all years: {', '.join(names)}")
            return BAD
    return Yearly.of_seasons(
        {name: Yearly.of({year: found.get(name, found.get("")) for year, found in listed}) for name in names}
    )


def _speaks_of_seasons(node: Node) -> bool:
    """Tell whether a map, or any value in it, is one of seasons."""
    return any(
        key == SEASONS or (value.__class__ is MappingNode and any(inner == SEASONS for inner, _, _ in items(value)))
        for key, _, value in items(node)
    )


def _read_season_map(read: Read, walk: Walk, node: Node, where: Where) -> Any:
    """Return the value of each season; a plain value, which holds in all of them, has no name."""
    if node.__class__ is not MappingNode:
        value = read(walk, node, where)
        return BAD if value is BAD else {"": value}
    if [key for key, _, _ in items(node)] != [SEASONS]:
        walk.fault(node, where, "holds more than seasons", "write {seasons: {winter: ..., summer: ...}} and no more")
        return BAD
    ((_, _, inner),) = items(node)
    under, read_name = (where, SEASONS), partial(read_scalar, scalars.identifier)
    if inner.__class__ is not MappingNode or not inner.value:
        walk.fault(inner, under, f"{describe(inner)} names no season", "write {winter: ..., summer: ...}")
        return BAD
    found = {
        read_name(walk, key_node, (under, key)): read(walk, value, (under, key))
        for key, key_node, value in items(inner)
    }
    return BAD if BAD in found or any(value is BAD for value in found.values()) else found


def read_list(read: Read, walk: Walk, node: Node, where: Where) -> Any:
    """Return a list as a tuple."""
    if node.__class__ is not SequenceNode:
        example = f"[{node.value}]" if node.__class__ is ScalarNode and node.value else "[...]"
        walk.fault(node, where, f"{describe(node)} is no list", f"write {example}")
        return BAD
    values = [read(walk, item, (where, number)) for number, item in enumerate(node.value)]
    return BAD if any(value is BAD for value in values) else tuple(values)


def read_unique(read: Read, walk: Walk, node: Node, where: Where) -> Any:
    """Return a list that names nothing twice."""
    values = read_list(read, walk, node, where)
    if values is BAD or len(set(values)) == len(values):
        return values
    number = next(n for n, value in enumerate(values) if value in values[:n])
    walk.fault(node.value[number], (where, number), f"'{values[number]}' is listed twice", "keep one of them")
    return BAD


def read_set(read: Read, walk: Walk, node: Node, where: Where) -> Any:
    """Return a list that names nothing twice as a set."""
    values = read_unique(read, walk, node, where)
    return values if values is BAD else frozenset(values)


def read_fixed(read: Read, size: int, walk: Walk, node: Node, where: Where) -> Any:
    """Return a list of a fixed size."""
    values = read_list(read, walk, node, where)
    if values is not BAD and len(values) != size:
        walk.fault(node, where, f"has {len(values)} entries", f"write {size}")
        return BAD
    return values


def read_dict(read: Read, walk: Walk, node: Node, where: Where) -> Any:
    """Return a map of keys to values."""
    if node.__class__ is not MappingNode:
        walk.fault(node, where, f"{describe(node)} is no map", "write keys with values")
        return BAD
    values = {key: read(walk, value, (where, key)) for key, _, value in items(node)}
    return BAD if any(value is BAD for value in values.values()) else values


def read_record(model: type[Record], walk: Walk, node: Node, where: Where) -> Any:
    """Return a record read whole."""
    value = walk.record(model, node, where)
    return BAD if value is None else value


def read_raw(_walk: Walk, node: Node, _where: Where) -> Any:
    """Return a tree as dictionaries, lists and texts."""
    return plain(node)
