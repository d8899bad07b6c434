"""Readers of fields that are written in a way of their own: years, hours, profiles, contingencies."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, get_args

from planner.files.reading import scalars
from planner.files.reading.scalars import MisreadError
from planner.files.reading.shapes import BAD, Read, read_dict, read_list, read_scalar, read_unique
from planner.files.reading.tree import Node, ScalarNode, SequenceNode, Where, items
from planner.profiles import PROFILES
from planner.scenario import CONTINGENCY_GROUPS, HOURS

if TYPE_CHECKING:
    from planner.files.reading.walk import Walk


def word_or_list(words: Any, read: Read) -> Read:
    """Return the reader of a field that takes one of a few words or a list of names."""
    known = get_args(words)

    def either(walk: Walk, node: Node, where: Where) -> Any:
        if node.__class__ is ScalarNode and node.value not in known:
            right = walk.suggest(node.value, known, most=0) or f"write {' or '.join(known)}, or a list: [{node.value}]"
            walk.fault(node, where, f"'{node.value}' is unknown", right)
            return BAD
        return node.value if node.__class__ is ScalarNode else read(walk, node, where)

    return either


def one_or_more(read: Read, one: Read) -> Read:
    """Return the reader of a list that may also be written as its single word."""

    def either(walk: Walk, node: Node, where: Where) -> Any:
        if node.__class__ is ScalarNode:
            value = one(walk, node, where)
            return BAD if value is BAD else (value,)
        return read(walk, node, where)

    return either


def _contingencies(walk: Walk, node: Node, where: Where) -> Any:
    """Return `none`, a group such as `links`, or a list of names, as a tuple."""
    if node.__class__ is not ScalarNode:
        return read_unique(partial(read_scalar, scalars.text), walk, node, where)
    if node.value == "none":
        return ()
    if node.value in CONTINGENCY_GROUPS:
        return (node.value,)
    near = walk.suggest(node.value, ("none", *CONTINGENCY_GROUPS), most=0)
    walk.fault(node, where, f"'{node.value}' is unknown", near or f"write a list of names: [{node.value}]")
    return BAD


def _span(text: str) -> range:
    """Return the years of one year or of a range such as 2026-2035."""
    if right := _years_meant(text.strip()):
        raise MisreadError(f"'{text}' is no year", f"write {right}")
    first, dash, last = text.partition("-")
    begin = scalars.year(first)
    end = scalars.year(last) if dash else begin
    if end < begin:
        raise MisreadError(f"'{text}' runs backwards", f"write {end}-{begin}")
    return range(begin, end + 1)


def _years_meant(text: str) -> str:
    """Return what would be right for years in a row that are not written as a list, or a range with another dash."""
    years = re.findall("[0-9]{4}", text)
    if re.fullmatch(r"[0-9]{4}(\s*[,;]\s*[0-9]{4})+", text):
        return f"[{', '.join(years)}]"
    ranges = re.fullmatch(r"[0-9]{4}\s*(-|[\u2010-\u2015/]|\.\.+|to)\s*[0-9]{4}", text)
    return "-".join(years) if ranges and text != "-".join(years) else ""


def _years(walk: Walk, node: Node, where: Where) -> Any:
    """Return years in order: a list of years and ranges, one year, or one range."""
    read = partial(read_scalar, _span)
    spans = [read(walk, node, where)] if node.__class__ is ScalarNode else read_list(read, walk, node, where)
    if spans is BAD or any(span is BAD for span in spans):
        return BAD
    years = [year for span in spans for year in span]
    if len(set(years)) < len(years) or not years:
        what = "lists a year twice" if years else "is empty"
        walk.fault(node, where, what, "write each year once, such as [2026, 2030] or 2026-2035")
        return BAD
    return tuple(sorted(years))


def _hours(text: str) -> int:
    if text not in map(str, HOURS):
        raise MisreadError(f"'{text}' blocks do not divide the day", f"one of {', '.join(map(str, HOURS))}")
    return int(text)


def _profile(walk: Walk, node: Node, where: Where) -> Any:
    """Return the 24 factors of a daily profile, which may be given by its name."""
    if node.__class__ is not ScalarNode:
        return read_list(partial(read_scalar, scalars.number), walk, node, where)
    name = read_scalar(scalars.choice(PROFILES), walk, node, where)
    return BAD if name is BAD else PROFILES[name]


def _weights(walk: Walk, node: Node, where: Where) -> Any:
    """Return names with their weights: a map, or a list of names of equal weight."""
    if node.__class__ is SequenceNode:
        names = read_unique(partial(read_scalar, scalars.identifier), walk, node, where)
        return BAD if names is BAD else dict.fromkeys(names, 1.0)
    return read_dict(partial(read_scalar, _weight), walk, node, where)


def _owners(walk: Walk, node: Node, where: Where) -> Any:
    """Return countries with their shares: a map, or one country that owns all."""
    if node.__class__ is ScalarNode:
        country = read_scalar(scalars.country, walk, node, where)
        return BAD if country is BAD else {country: 1.0}
    owners = read_dict(partial(read_scalar, _part), walk, node, where)
    if owners is BAD:
        return BAD
    codes = [read_scalar(scalars.country, walk, key_node, (where, key)) for key, key_node, _ in items(node)]
    return BAD if BAD in codes else owners


def _part(text: str) -> float:
    part = scalars.number(text)
    if not 0 < part <= 1:
        raise MisreadError(f"'{text}' is no share", "write more than 0, up to 1, or leave it out")
    return part


def _weight(text: str) -> float:
    weight = scalars.number(text)
    if weight <= 0:
        raise MisreadError(f"'{text}' is no weight", "write more than 0, or leave it out")
    return weight


FORMS: dict[str, Read] = {
    "owner": _owners,
    "weights": _weights,
    "years": _years,
    "hours": partial(read_scalar, _hours),
    "profile": _profile,
    "contingencies": _contingencies,
}
"""The readers of whole fields by the word that marks them."""
