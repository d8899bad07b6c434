"""The typed walk: a reader per model, made once from its fields, turns YAML nodes into values and gathers faults."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, TypeVar, Union, get_args, get_origin

import annotated_types
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from planner.demand import PROFILES
from planner.errors import Fault, did_you_mean
from planner.files import scalars
from planner.files.scalars import Misread, Parse
from planner.files.tree import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    Where,
    child,
    describe,
    items,
    path_text,
    place_of,
    plain,
)
from planner.records import Derived, Quantity, Record, RecordError, Word
from planner.scenario import CONTINGENCY_GROUPS, HOURS
from planner.units import Kind, UnitError, parse
from planner.years import Yearly

__all__ = ["BAD", "PerStep", "Values", "Walk", "quantity_reader"]


class _Bad:
    """The value of what could not be read; its fault has been noted."""


class PerStep(float):
    """A price that is written per step, still to be divided by the step."""


BAD: Final = _Bad()
Values = dict[str, Any]
Read = Callable[["Walk", Node, Where], Any]
Finish = Callable[["Walk", Values, Node, Where], bool]
R = TypeVar("R", bound=Record)


@dataclass
class Walk:
    """One walk through the files of a question: it knows the currency and whom to cite, and gathers the faults."""

    faults: list[Fault] = field(default_factory=list)
    currency: str = "USD"
    sources: frozenset[str] | None = None
    finishers: Mapping[type[Record], Finish] = field(default_factory=dict)

    def fault(self, node: Node, where: Where, what: str, right: str = "") -> None:
        """Note that something is wrong at a node."""
        self.faults.append(Fault(place_of(node), path_text(where), what, right))

    def fault_under(self, node: Node, where: Where, key: str | int, what: str, right: str = "") -> None:
        """Note that something is wrong under a key of a node, which may be missing."""
        self.fault(child(node, key) or node, (where, key), what, right)

    def unknown(self, node: Node, where: Where, word: str, sort: str, known: Iterable[str]) -> None:
        """Note that a word names nothing there is, with the nearest that there is."""
        self.fault(node, where, f"there is no {sort} '{word}'", did_you_mean(word, known))

    def scalar(self, node: Node, where: Where, read: Parse) -> Any:
        """Return the value of one scalar, or BAD."""
        return _read_scalar(read, self, node, where)

    def values(
        self,
        model: type[Record],
        node: Node,
        where: Where,
        *,
        optional: Iterable[str] = (),
        special: Mapping[str, tuple[str, Read]] | None = None,
    ) -> Values | None:
        """Return the values of a record by field name, or None where any is bad.

        Parameters
        ----------
        optional
            Keys that the model requires but that the caller fills in.
        special
            Keys that are read in another way than the model says, with the name of the value.
        """
        if node.__class__ is not MappingNode:
            self.fault(node, where, f"{describe(node)} is no record", "write its fields as a map")
            return None
        fields = _fields(model)
        values: Values = {}
        good = True
        for key, key_node, value_node in items(node):
            found = (special and special.get(key)) or fields.readers.get(key)
            if not found:
                right = did_you_mean(key, {*fields.readers, *(special or ())})
                self.fault(key_node, (where, key), "unknown key", right)
                good = False
                continue
            value = found[1](self, value_node, (where, key))
            if value is BAD:
                good = False
            else:
                values[found[0]] = value
        missing = [key for key in fields.required if key not in optional and child(node, key) is None]
        for key in missing:
            self.fault(node, (where, key), "is missing", _example(fields, key))
        return values if self._cites(values, node, where) and good and not missing else None

    def build(self, model: type[R], values: Values, node: Node, where: Where) -> R | None:
        """Return the model of read values, or None where it breaks its own rules."""
        try:
            return model(**values)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                self._broken(model, detail, node, where)
            return None

    def record(self, model: type[R], node: Node, where: Where, **options: Any) -> R | None:
        """Return a record read whole, with what its finisher works out."""
        values = self.values(model, node, where, **options)
        if values is None:
            return None
        finish = self.finishers.get(model)
        if finish is not None and not finish(self, values, node, where):
            return None
        return self.build(model, values, node, where)

    def _cites(self, values: Values, node: Node, where: Where) -> bool:
        source = values.get("source")
        if source is None or self.sources is None or source in self.sources:
            return True
        self.unknown(child(node, "source") or node, (where, "source"), source, "source", self.sources)
        return False

    def _broken(self, model: type[Record], detail: Any, node: Node, where: Where) -> None:
        """Note what a model itself refuses: its own rules between fields, else a limit of one field."""
        error = detail.get("ctx", {}).get("error")
        if isinstance(error, RecordError):
            for broken in error.broken:
                self.fault_under(node, where, broken.key, broken.what, broken.right)
            return
        names = {name: info.alias or name for name, info in model.model_fields.items()}
        key = names.get(str(detail["loc"][0]), str(detail["loc"][0])) if detail["loc"] else ""
        self.fault_under(node, where, key, detail["msg"][:1].lower() + detail["msg"][1:])


@dataclass(frozen=True)
class _Fields:
    """How the fields of a model are read: by key, the field's name and its reader; and the keys that must be there."""

    readers: dict[str, tuple[str, Read]]
    required: tuple[str, ...]
    marks: dict[str, tuple[Any, ...]]


@cache
def _fields(model: type[Record]) -> _Fields:
    readers: dict[str, tuple[str, Read]] = {}
    required: list[str] = []
    marks: dict[str, tuple[Any, ...]] = {}
    for name, info in model.model_fields.items():
        flat = _flatten(info.metadata)
        if any(isinstance(mark, Derived) for mark in flat):
            continue
        key = info.alias or name
        readers[key] = (name, _reader(info.annotation, flat))
        marks[key] = flat
        if info.is_required():
            required.append(key)
    return _Fields(readers, tuple(required), marks)


def _example(fields: _Fields, key: str) -> str:
    """Return an example of a missing key where its field has a unit."""
    quantity = next((mark for mark in fields.marks[key] if isinstance(mark, Quantity)), None)
    if quantity is None:
        return f"write '{key}: ...'"
    try:
        parse("", quantity.kind)
    except UnitError as error:
        return error.right.replace("'", f"'{key}: ", 1)
    return ""


def _flatten(marks: Iterable[Any]) -> tuple[Any, ...]:
    """Return the marks of a field, with those inside pydantic's own field objects taken out."""
    flat: list[Any] = []
    for mark in marks:
        flat.extend(_flatten(mark.metadata) if isinstance(mark, FieldInfo) else (mark,))
    return tuple(flat)


def _reader(annotation: Any, marks: tuple[Any, ...] = ()) -> Read:
    """Return the reader of an annotated field: the type says the shape, the marks say the form of its scalars."""
    origin, args = get_origin(annotation), get_args(annotation)
    word = next((mark.form for mark in marks if isinstance(mark, Word)), None)
    if origin is Annotated:
        return _reader(args[0], (*_flatten(args[1:]), *marks))
    if word in _WORDS:
        return _WORDS[word](annotation)
    if origin in (Union, UnionType):
        some = [arg for arg in args if arg is not NoneType]
        return _reader(some[0], marks) if len(some) == 1 else _word_or_list(*some)
    if origin is tuple:
        return _tuple_reader(args)
    if origin is frozenset:
        return partial(_read_set, _reader(args[0]))
    if origin is dict:
        return partial(_read_dict, _reader(args[1]))
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return partial(_read_record, annotation)
    if annotation is Any:
        return _read_raw
    if annotation is Yearly:
        return partial(_read_yearly, _scalar_reader(float, marks))
    return _scalar_reader(annotation, marks)


def _scalar_reader(annotation: Any, marks: tuple[Any, ...]) -> Read:
    quantity = next((mark for mark in marks if isinstance(mark, Quantity)), None)
    limits = [mark for mark in marks if isinstance(mark, annotated_types.Ge | annotated_types.Gt | annotated_types.Le)]
    if quantity is not None:
        return partial(_read_quantity, quantity, limits)
    if get_origin(annotation) is Literal:
        return partial(_read_scalar, scalars.choice(get_args(annotation)))
    form = next((mark.form for mark in marks if isinstance(mark, Word)), None)
    read = _FORMS[form] if form else _TYPES[annotation]
    return partial(_read_scalar, _limited(read, limits) if limits else read)


_TYPES: dict[Any, Parse] = {
    str: scalars.text,
    float: scalars.number,
    int: scalars.integer,
    bool: scalars.boolean,
}
_FORMS: dict[str, Parse] = {
    "identifier": scalars.identifier,
    "country": scalars.country,
    "timezone": scalars.timezone,
    "year": scalars.year,
}


def quantity_reader(kind: Kind, *, yearly: bool = False) -> Read:
    """Return the reader of a quantity of a kind, or of a map of years of such."""
    read: Read = partial(_read_quantity, Quantity(kind), [])
    return partial(_read_yearly, read) if yearly else read


def _limited(read: Parse, limits: list[Any]) -> Parse:
    def limited(text: str) -> Any:
        value = read(text)
        _check_limits(value, text, limits)
        return value

    return limited


def _check_limits(value: float, text: str, limits: list[Any]) -> None:
    for limit in limits:
        if isinstance(limit, annotated_types.Ge) and not value >= limit.ge:  # type: ignore[operator]
            raise Misread(f"'{text}' is too small", f"write {limit.ge} or more")
        if isinstance(limit, annotated_types.Gt) and not value > limit.gt:  # type: ignore[operator]
            raise Misread(f"'{text}' is too small", f"write more than {limit.gt}")
        if isinstance(limit, annotated_types.Le) and not value <= limit.le:  # type: ignore[operator]
            raise Misread(f"'{text}' is too large", f"write {limit.le} or less")


def _read_scalar(read: Parse, walk: Walk, node: Node, where: Where) -> Any:
    if node.__class__ is not ScalarNode:
        walk.fault(node, where, f"is {describe(node)}", "write one value")
        return BAD
    try:
        return read(node.value)
    except (Misread, UnitError) as error:
        walk.fault(node, where, "is empty" if node.value == "" else error.what, error.right)
        return BAD


def _read_quantity(quantity: Quantity, limits: list[Any], walk: Walk, node: Node, where: Where) -> Any:
    def read(text: str) -> float:
        if quantity.per_step is not None and "step" in text:
            return PerStep(parse(text, quantity.per_step, walk.currency))
        value = parse(text, quantity.kind, walk.currency)
        if limits:
            _check_limits(value, text, limits)
        return value

    if node.__class__ is MappingNode:
        walk.fault(node, where, "is a map", "write one value, for it is the same in all years")
        return BAD
    return _read_scalar(read, walk, node, where)


def _read_yearly(read: Read, walk: Walk, node: Node, where: Where) -> Any:
    if node.__class__ is not MappingNode:
        value = read(walk, node, where)
        return BAD if value is BAD else Yearly(((0, value),))
    points: dict[int, float] = {}
    good = True
    for key, key_node, value_node in items(node):
        year = _read_scalar(scalars.year, walk, key_node, (where, key))
        value = read(walk, value_node, (where, key))
        if year is BAD or value is BAD:
            good = False
        else:
            points[year] = value
    if not node.value:
        walk.fault(node, where, "is an empty map of years", "write at least one year, such as {2030: ...}")
    return Yearly.of(points) if good and points else BAD


def _read_list(read: Read, walk: Walk, node: Node, where: Where) -> Any:
    if node.__class__ is not SequenceNode:
        example = f"[{node.value}]" if node.__class__ is ScalarNode and node.value else "[...]"
        walk.fault(node, where, f"{describe(node)} is no list", f"write {example}")
        return BAD
    values = [read(walk, item, (where, number)) for number, item in enumerate(node.value)]
    return BAD if any(value is BAD for value in values) else tuple(values)


def _read_unique(read: Read, walk: Walk, node: Node, where: Where) -> Any:
    values = _read_list(read, walk, node, where)
    if values is BAD or len(set(values)) == len(values):
        return values
    number = next(n for n, value in enumerate(values) if value in values[:n])
    walk.fault(node.value[number], (where, number), f"'{values[number]}' is listed twice", "keep one of them")
    return BAD


def _read_set(read: Read, walk: Walk, node: Node, where: Where) -> Any:
    values = _read_unique(read, walk, node, where)
    return values if values is BAD else frozenset(values)


def _tuple_reader(args: tuple[Any, ...]) -> Read:
    item = args[0]
    read = _reader(item)
    if args[-1] is not Ellipsis:
        return partial(_read_fixed, read, len(args))
    records = isinstance(item, type) and issubclass(item, Record)
    return partial(_read_list if records or get_origin(item) is tuple else _read_unique, read)


def _read_fixed(read: Read, size: int, walk: Walk, node: Node, where: Where) -> Any:
    values = _read_list(read, walk, node, where)
    if values is not BAD and len(values) != size:
        walk.fault(node, where, f"has {len(values)} entries", f"write {size}")
        return BAD
    return values


def _read_dict(read: Read, walk: Walk, node: Node, where: Where) -> Any:
    if node.__class__ is not MappingNode:
        walk.fault(node, where, f"{describe(node)} is no map", "write keys with values")
        return BAD
    values = {key: read(walk, value, (where, key)) for key, _, value in items(node)}
    return BAD if any(value is BAD for value in values.values()) else values


def _read_record(model: type[Record], walk: Walk, node: Node, where: Where) -> Any:
    value = walk.record(model, node, where)
    return BAD if value is None else value


def _read_raw(walk: Walk, node: Node, where: Where) -> Any:
    return plain(node)


def _word_or_list(words: Any, listed: Any) -> Read:
    """Return the reader of a field that takes one of a few words or a list of names."""
    known, read = get_args(words), _reader(listed)

    def either(walk: Walk, node: Node, where: Where) -> Any:
        if node.__class__ is ScalarNode and node.value not in known:
            right = did_you_mean(node.value, known, most=0) or f"write {' or '.join(known)}, or a list: [{node.value}]"
            walk.fault(node, where, f"'{node.value}' is unknown", right)
            return BAD
        return node.value if node.__class__ is ScalarNode else read(walk, node, where)

    return either


def _one_or_more(annotation: Any) -> Read:
    """Return the reader of a list that may also be written as its single word."""
    read, one = _reader(annotation), _reader(get_args(annotation)[0])

    def either(walk: Walk, node: Node, where: Where) -> Any:
        if node.__class__ is ScalarNode:
            value = one(walk, node, where)
            return BAD if value is BAD else (value,)
        return read(walk, node, where)

    return either


def _contingencies(annotation: Any) -> Read:
    """Return the reader of `none`, a group such as `links`, or a list of names."""
    read = _reader(annotation)

    def either(walk: Walk, node: Node, where: Where) -> Any:
        if node.__class__ is not ScalarNode:
            return read(walk, node, where)
        if node.value == "none":
            return ()
        if node.value in CONTINGENCY_GROUPS:
            return (node.value,)
        near = did_you_mean(node.value, ("none", *CONTINGENCY_GROUPS), most=0)
        walk.fault(node, where, f"'{node.value}' is unknown", near or f"write a list of names: [{node.value}]")
        return BAD

    return either


def _years(annotation: Any) -> Read:
    """Return the reader of years: a list of years and ranges, one year, or one range such as 2026-2035."""

    def span(text: str) -> range:
        first, dash, last = text.partition("-")
        begin = scalars.year(first)
        end = scalars.year(last) if dash else begin
        if end < begin:
            raise Misread(f"'{text}' runs backwards", f"write {end}-{begin}")
        return range(begin, end + 1)

    def read(walk: Walk, node: Node, where: Where) -> Any:
        parse_span = partial(_read_scalar, span)
        one = node.__class__ is ScalarNode
        spans = [parse_span(walk, node, where)] if one else _read_list(parse_span, walk, node, where)
        if spans is BAD or any(span is BAD for span in spans):
            return BAD
        years = [year for span in spans for year in span]
        if len(set(years)) < len(years) or not years:
            what = "lists a year twice" if years else "is empty"
            walk.fault(node, where, what, "write each year once, such as [2026, 2030] or 2026-2035")
            return BAD
        return tuple(sorted(years))

    return read


def _hours(annotation: Any) -> Read:
    def read(text: str) -> int:
        if text not in map(str, HOURS):
            raise Misread(f"'{text}' blocks do not divide the day", f"one of {', '.join(map(str, HOURS))}")
        return int(text)

    return partial(_read_scalar, read)


def _profile(annotation: Any) -> Read:
    """Return the reader of a daily profile: 24 factors, or the name of one."""
    named = scalars.choice(PROFILES)
    listed = partial(_read_list, partial(_read_scalar, scalars.number))

    def read(walk: Walk, node: Node, where: Where) -> Any:
        if node.__class__ is not ScalarNode:
            return listed(walk, node, where)
        name = _read_scalar(named, walk, node, where)
        return BAD if name is BAD else PROFILES[name]

    return read


_WORDS: dict[str | None, Callable[[Any], Read]] = {
    "years": _years,
    "hours": _hours,
    "profile": _profile,
    "one_or_more": _one_or_more,
    "contingencies": _contingencies,
}
