"""Data rates and lengths as foreign files write them: with or without units, as multiples, as names of circuits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from planner.files.formats.raw import broken, finite
from planner.units import UnitError, parse

__all__ = ["attribute", "length_of", "rate_of", "rate_text"]

_SCALES = {"k": 1e-6, "m": 1e-3, "g": 1.0, "t": 1e3, "p": 1e6, "": 1e-9}
_RATE = re.compile(
    r"(?:([0-9]{1,4})\s*[x*×]\s*)?[<>~≤≥=]*\s*([0-9]+(?:\.[0-9]+)?)\s*([kmgtp])"
    r"(?:b(?:it)?s?(?:/s(?:ec)?|ps)?|ig(?:abit)?(?:\s*e(?:thernet)?)?|(?:ig)?e|bite?|)(?![a-z])",
    re.IGNORECASE,
)
_CIRCUIT = re.compile(r"(?:([0-9]{1,4})\s*[x*×]\s*)?\b(STM|OC)[- ]?([0-9]{1,4})\b", re.IGNORECASE)
_CIRCUITS = {"stm": 0.15552, "oc": 0.05184}
_BRACKETED = re.compile(r"[(\[]\s*([^)\]]+?)\s*[)\]]\s*$")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def attribute(attrs: Mapping[str, Any], *names: str) -> tuple[str, str]:
    """Return name and text of the first attribute that has one of the names and is not empty.

    Capitals, blanks and signs do not matter, nor does what stands in brackets: "Length (km)" is found as length_km and
    as length.
    """
    plain = {_plain(key.partition("(")[0].partition("[")[0]): key for key in map(str, reversed(list(attrs)))}
    plain |= {_plain(key): key for key in map(str, reversed(list(attrs)))}
    for name in names:
        key = plain.get(_plain(name))
        if key is not None and attrs[key] not in (None, "", []):
            return str(key), str(attrs[key]).strip()
    return "", ""


@cache
def _plain(key: str) -> str:
    return "".join(letter for letter in key.lower() if letter.isalnum())


def _unit_of(key: str, quantity: str) -> float | None:
    """Return the scale of the unit that stands in brackets behind a name, such as "Capacity (Mbps)"."""
    found = _BRACKETED.search(key)
    try:
        return parse(f"1 {found[1]}", quantity) if found else None
    except UnitError:
        return None


def rate_of(attrs: Mapping[str, Any], unit_gbps: float | None, file: str, where: str) -> tuple[float, str] | None:
    """Return the capacity that attributes give, in Gbps, and why it is a guess (nothing where it is none).

    A plain number is taken in `unit_gbps`, or as Gbps where that is None, which is a guess.
    """
    key, text = attribute(attrs, "LinkSpeedRaw")
    if text:
        return _positive(finite(text, file, f"{where}.{key}") / 1e9, file, where), ""
    key, text = attribute(attrs, "LinkSpeed")
    scale = _SCALES.get(attribute(attrs, "LinkSpeedUnits")[1][:1].lower())
    if text and scale is not None and _NUMBER.fullmatch(text):
        return finite(text, file, f"{where}.{key}") * scale, ""
    key, text = attribute(attrs, "capacity_gbps", "capacityGbps", "bandwidth_gbps")
    if text:
        return _positive(finite(text, file, f"{where}.{key}"), file, where), ""
    key, text = attribute(attrs, "capacity", "bandwidth", "LinkLabel", "LinkSpeed", "speed", "label")
    if not text:
        return None
    if _NUMBER.fullmatch(text):
        if key.lower() in ("linklabel", "label"):
            return None
        value = _positive(finite(text, file, f"{where}.{key}"), file, where)
        unit_gbps = _unit_of(key, "gbps") or unit_gbps
        return (value, "the file names no unit: Gbps") if unit_gbps is None else (value * unit_gbps, "")
    return _worded(text, key)


def _worded(text: str, key: str) -> tuple[float, str] | None:
    try:
        return parse(text, "gbps"), ""
    except UnitError:
        pass
    circuits = [int(n or 1) * _CIRCUITS[kind.lower()] * int(size) for n, kind, size in _CIRCUIT.findall(text)]
    rates = [int(n or 1) * float(number) * _SCALES[scale.lower()] for n, number, scale in _RATE.findall(text)]
    found = circuits + rates
    return (max(found), f"read from the words of {key}") if found else None


def _positive(value: float, file: str, where: str) -> float:
    if value < 0:
        raise broken(file, f"the capacity {value:g} is negative", "write zero or more", where=where)
    return value


def rate_text(gbps: float) -> str:
    """Return a rate with its unit, without the rounding noise of conversion."""
    return f"{float(f'{gbps:.12g}')!r}".removesuffix(".0") + " Gbps"


def length_of(attrs: Mapping[str, Any], great_circle: float, file: str, where: str) -> tuple[float, str] | None:
    """Return the length that attributes give, in km, and why it is a guess (nothing where it is none).

    A number in metres where kilometres are expected shows by being hundreds of times the great circle.
    """
    key, text = attribute(attrs, "length_km", "lengthkm", "distance_km", "fibreLength", "length", "distance", "dist")
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        try:
            return parse(text, "km"), ""
        except UnitError:
            return None
    value = finite(text, file, f"{where}.{key}")
    if value <= 0:
        return None
    unit_km = _unit_of(key, "km")
    if unit_km is not None:
        return value * unit_km, ""
    if value > 50 * max(great_circle, 1) and value / 1000 > 0.9 * great_circle:
        return value / 1000, "far too long for kilometres: metres"
    named = key.lower().endswith("km") or key == "fibreLength"
    return value, "" if named else "the file names no unit: km"
