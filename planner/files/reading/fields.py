"""A model's fields become readers, made once: the annotation says the shape, its marks the form of the scalars."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, partial
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import annotated_types
from pydantic.fields import FieldInfo

from planner.files.reading import scalars
from planner.files.reading.forms import FORMS, one_or_more, word_or_list
from planner.files.reading.scalars import Parse
from planner.files.reading.shapes import (
    Read,
    limited,
    read_dict,
    read_fixed,
    read_list,
    read_quantity,
    read_raw,
    read_record,
    read_scalar,
    read_seasonal,
    read_set,
    read_unique,
    read_yearly,
)
from planner.records import BySeason, Derived, Quantity, Range, Record, RepeatableList, Word
from planner.units import UnitError, parse
from planner.years import Yearly

_TYPES: dict[Any, Parse] = {
    str: scalars.text,
    float: scalars.number,
    int: scalars.integer,
    bool: scalars.boolean,
}
_WORDS: dict[str, Parse] = {
    "identifier": scalars.identifier,
    "country": scalars.country,
    "timezone": scalars.timezone,
    "year": scalars.year,
    "day": scalars.day,
}
_LIMITS = (annotated_types.Ge, annotated_types.Gt, annotated_types.Le, Range)


@dataclass(frozen=True)
class Fields:
    """How the fields of a model are read: by key, the field's name and its reader; and the keys that must be there."""

    readers: dict[str, tuple[str, Read]]
    required: tuple[str, ...]
    marks: dict[str, tuple[Any, ...]]

    def example(self, key: str) -> str:
        """Return what would be right for a missing key: an example where its field has a unit."""
        quantity = next((mark for mark in self.marks[key] if isinstance(mark, Quantity)), None)
        if quantity is None:
            return f"write '{key}: ...'"
        try:
            parse("", quantity.kind)
        except UnitError as error:
            return error.right.replace("'", f"'{key}: ", 1)
        return ""


@cache
def fields_of(model: type[Record]) -> Fields:
    """Return how the fields of a model are read."""
    readers: dict[str, tuple[str, Read]] = {}
    required: list[str] = []
    marks: dict[str, tuple[Any, ...]] = {}
    for name, info in model.model_fields.items():
        flat = flatten(info.metadata)
        if any(isinstance(mark, Derived) for mark in flat):
            continue
        key = info.alias or name
        readers[key] = (name, _reader(info.annotation, flat))
        marks[key] = flat
        if info.is_required():
            required.append(key)
    return Fields(readers, tuple(required), marks)


def flatten(marks: Iterable[Any]) -> tuple[Any, ...]:
    """Return the marks of a field, with those inside pydantic's own field objects taken out."""
    flat: list[Any] = []
    for mark in marks:
        flat.extend(flatten(mark.metadata) if isinstance(mark, FieldInfo) else (mark,))
    return tuple(flat)


def _reader(annotation: Any, marks: tuple[Any, ...] = ()) -> Read:
    """Return the reader of an annotated field: the type says the shape, the marks say the form of its scalars."""
    origin, args = get_origin(annotation), get_args(annotation)
    word = next((mark.form for mark in marks if isinstance(mark, Word)), None)
    if origin is Annotated:
        return _reader(args[0], (*flatten(args[1:]), *marks))
    if word in FORMS:
        return FORMS[word]
    if word == "one_or_more":
        return one_or_more(_reader(annotation), _reader(args[0]))
    if origin in (Union, UnionType):
        some = [arg for arg in args if arg is not NoneType]
        return _reader(some[0], marks) if len(some) == 1 else word_or_list(some[0], _reader(some[1]))
    if origin is tuple and any(isinstance(mark, RepeatableList) for mark in marks):
        return partial(read_list, _reader(args[0]))
    if origin in _CONTAINERS:
        return _CONTAINERS[origin](args)
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return partial(read_record, annotation)
    if annotation is Any:
        return read_raw
    if annotation is Yearly:
        seasonal = any(isinstance(mark, BySeason) for mark in marks)
        return partial(read_seasonal if seasonal else read_yearly, _scalar_reader(float, marks))
    return _scalar_reader(annotation, marks)


def _scalar_reader(annotation: Any, marks: tuple[Any, ...]) -> Read:
    quantity = next((mark for mark in marks if isinstance(mark, Quantity)), None)
    limits = [mark for mark in marks if isinstance(mark, _LIMITS)]
    if quantity is not None:
        return partial(read_quantity, quantity, limits)
    if get_origin(annotation) is Literal:
        return partial(read_scalar, scalars.choice(get_args(annotation)))
    form = next((mark.form for mark in marks if isinstance(mark, Word)), None)
    read = _WORDS[form] if form else _TYPES[annotation]
    return partial(read_scalar, limited(read, limits) if limits else read)


def _tuple_reader(args: tuple[Any, ...]) -> Read:
    item = args[0]
    read = _reader(item)
    if args[-1] is not Ellipsis:
        return partial(read_fixed, read, len(args))
    records = isinstance(item, type) and issubclass(item, Record)
    return partial(read_list if records else read_unique, read)


_CONTAINERS: dict[Any, Callable[[tuple[Any, ...]], Read]] = {
    tuple: _tuple_reader,
    frozenset: lambda args: partial(read_set, _reader(args[0])),
    dict: lambda args: partial(read_dict, _reader(args[1])),
}
