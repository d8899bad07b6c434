"""The canonical order of sections and fields, and which fields hold quantities or free text."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, get_args, get_origin

from planner.files.changing.document import Keys
from planner.files.reading.merged import TOPOLOGY_SECTIONS
from planner.records import Quantity, Record
from planner.topology import SECTIONS

MODELS = SECTIONS
"""The record of each section of a topology."""

PROSE = frozenset({"name", "title", "note", "url", "publisher", "author", "licence", "accessed"})
"""Fields of free text, which is taken as it is written."""

_SAID = ("source", "confidence", "note")
_CARRIED = (
    "length", "rtt", "rtt_measured", "capacity", "design", "observed", "committed", "transit", "duplex", "usable_by",
    "fails_per_year", "repair",
    "owner",
)  # fmt: skip
_EXPANSION = ("step", "max", "capex", "opex", "embodied", "from", "until", "project", "owner", *_SAID)
_ORDERS: dict[str, tuple[str, ...]] = {
    "": ("topology", "title", "names", "latency", "seasons", *_SAID, *TOPOLOGY_SECTIONS),
    "sources": ("title", "names", "publisher", "author", "year", "url", "licence", "accessed", *_SAID),
    "nodes": ("name", "country", "lat", "lon", "timezone", "weight", "access_rtt", "through", "edge", "names", *_SAID),
    "countries": ("through", *_SAID),
    "sites": (
        "name", "names", "node", "status", "market", "from", "until", "serves", "offers", "compute", "accelerators",
        "chip", "precision", "sparse", "power", "pue", "watts", "load", "idle", "electricity", "carbon", "water",
        "embodied", "opex", "fixed_cost",
        "fails_per_year", "repair", "expansion", "project", "owner", *_SAID,
    ),
    "links": ("name", "names", "ends", "kind", "from", "until", *_CARRIED, "expansion", "project", *_SAID),
    "cables": (
        "name", "names", "kind", "from", "until", "capacity", "design", "observed", "committed", "transit", "duplex",
        "usable_by", "fails_per_year", "repair", "owner", "project", "route", "branches", "segments", *_SAID,
    ),
    "projects": ("title", "names", "capex", "opex", "from", "owner", *_SAID),
    "risks": ("title", "names", "fails", "fails_per_year", "repair", *_SAID),
    "groups": ("title", "names", "sites", "power", "compute", *_SAID),
    "peering": ("between", "rtt", "year", *_SAID),
    "regions": ("title", "names", "nodes", *_SAID),
    "background": ("title", "names", "between", "rate", "unserved", *_SAID),
    "expansion": _EXPANSION,
    "segments": ("name", "names", "kind", "from", "until", *_CARRIED, "expansion", "project", *_SAID),
}  # fmt: skip


def order_of(path: Keys) -> tuple[str, ...]:
    """Return the canonical order of the keys of the map at a path; empty where the order is the user's own."""
    if not path:
        return _ORDERS[""]
    if len(path) == 2:
        return _ORDERS.get(str(path[0]), ())
    if isinstance(path[-1], int) and path[-2] == "expansion":
        return _ORDERS["expansion"]
    return _ORDERS["segments"] if len(path) == 4 and path[::2] == ("cables", "segments") else ()


def is_prose(path: Keys) -> bool:
    """Tell whether a path leads to free text."""
    return bool(path) and (path[-1] in PROSE or (len(path) > 1 and path[-2] == "names"))


def is_quantity(path: Keys) -> bool:
    """Tell whether a path of a topology leads to a number with a unit, or into a map of years of such."""
    model = MODELS.get(str(path[0])) if len(path) > 2 else None
    for key in path[2:]:
        if model is None:
            return False
        if isinstance(key, int) or (model is not None and key not in _fields(model)):
            continue  # the number of an expansion, the name of a segment
        quantity, inner = _fields(model)[key]
        if quantity:
            return True
        model = inner
    return False


@cache
def _fields(model: type[Record]) -> dict[str, tuple[bool, type[Record] | None]]:
    """Return of each key whether it holds a quantity, and the record inside it."""
    found = {}
    for name, info in model.model_fields.items():
        marks = [*info.metadata, *_marks(info.annotation)]
        quantity = any(isinstance(mark, Quantity) for mark in marks)
        inner = next((mark for mark in marks if isinstance(mark, type) and issubclass(mark, Record)), None)
        found[info.alias or name] = (quantity, inner)
    return found


def _marks(annotation: Any) -> list[Any]:
    """Return the marks and the records anywhere in an annotation."""
    if get_origin(annotation) is Annotated:
        inner, *marks = get_args(annotation)
        return [*marks, *_marks(inner)]
    return [annotation, *(mark for part in get_args(annotation) for mark in _marks(part))]
