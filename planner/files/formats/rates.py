"""Data rates and lengths as foreign files write them: with or without units, as multiples, as names of circuits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from planner.errors import InputError
from planner.files.formats.attributes import attribute, is_given, key_of, measured, take
from planner.files.formats.raw import broken, finite

_PREFIXES = {"": 1e-9, "k": 1e-6, "m": 1e-3, "g": 1.0, "t": 1e3, "p": 1e6}
_RATE_UNIT = re.compile(
    r"(kilo|mega|giga?|tera|peta|[kmgtp])?\s*(bits?|bytes?|octets?|bs?|o|b?e)?"
    r"([\s_]*(?:/|per|p|_|\s)[\s_]*s(?:ec(?:ond)?s?)?\.?)?\s*(ethernet)?",
    re.IGNORECASE,
)
_TERM = re.compile(
    r"(?<![\w.,:-])(?:([0-9]{1,4})\s*[x*×]\s*)?[<>~≤≥=]*\s*([0-9]+(?:\.[0-9]+)?)\s*"
    r"([A-Za-z]+(?:\s?/\s?[A-Za-z]+)?(?:\s+(?i:per\s+second|ethernet|e)\b)?)(?![\w:])"
)
_CIRCUIT = re.compile(
    r"(?<![A-Za-z])(?:([0-9]{1,4})\s*[x*×]\s*)?(STM|OC|STS)[- ]?([0-9]{1,4})c?(?![A-Za-z0-9])", re.IGNORECASE
)
_CIRCUITS = {"stm": 0.15552, "oc": 0.05184, "sts": 0.05184}
_NAMED = {
    "e1": 0.002048, "e3": 0.034368, "e4": 0.139264, "t1": 0.001544, "ds1": 0.001544, "t3": 0.044736, "ds3": 0.044736,
    "fast ethernet": 0.1, "gige": 1.0, "gbe": 1.0, "gigabit ethernet": 1.0,
    "otu1": 2.666057, "otu2": 10.709225, "otu3": 43.018414, "otu4": 111.809974,
    "odu0": 1.24416, "odu1": 2.498775, "odu2": 10.037274, "odu3": 40.319219, "odu4": 104.794446,
}  # fmt: skip
"""Gbps of circuits by name: ITU-T G.702, G.709, G.957; IEEE 802.3."""
_NAMED_CIRCUIT = re.compile(
    rf"(?:([0-9]{{1,4}})\s*[x*×]\s*)?({'|'.join(sorted(_NAMED, key=len, reverse=True))})", re.IGNORECASE
)
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_ROUGH = re.compile(r"(?:(?:[~≈<>≤≥=]+|\b(?:approx(?:imately)?|about|circa|ca|c)\b\.?)\s*)+", re.IGNORECASE)
_LENGTHS_KM = {
    "km": 1.0, "kms": 1.0, "kilometer": 1.0, "kilometers": 1.0, "kilometre": 1.0, "kilometres": 1.0,
    "m": 1e-3, "meter": 1e-3, "meters": 1e-3, "metre": 1e-3, "metres": 1e-3,
    "mi": 1.609344, "mile": 1.609344, "miles": 1.609344, "statutemile": 1.609344, "statutemiles": 1.609344,
    "nm": 1.852, "nmi": 1.852, "nauticalmile": 1.852, "nauticalmiles": 1.852, "nautmiles": 1.852, "seamiles": 1.852,
    "ft": 3.048e-4, "foot": 3.048e-4, "feet": 3.048e-4, "yd": 9.144e-4, "yard": 9.144e-4, "yards": 9.144e-4,
}  # fmt: skip
_RATES = ("capacity", "bandwidth", "LinkSpeed", "speed", "throughput", "datarate", "bitrate")
_LABELS = ("LinkLabel", "label")
_LENGTHS = ("length", "distance", "fibreLength", "fiberLength", "routeLength", "cableLength", "dist")
_RIGHT_RATE = "write a number with bps, kbps, Mbps, Gbps or Tbps"
_RIGHT_LENGTH = "write a number with km, m, miles or nautical miles"
_GUESSED_BYTES = "bytes: eight bits each"


def rate_unit(word: str) -> tuple[float, bool] | None:
    """Return the scale of a unit of data rates, in Gbps, and whether it counts bytes; None where it is none.

    Of capitals alone (MBPS) those with "ps" or "bit" count bits, as is usual; GB/S may be either and is none.
    """
    found = _RATE_UNIT.fullmatch(word.strip())
    if found is None or not word.strip():
        return None
    prefix, body, second, ethernet = (each or "" for each in found.groups())
    scale = _PREFIXES[prefix[:1].lower()]
    if ethernet or body.lower() in ("e", "be"):
        return (scale, False) if prefix[:1].lower() in ("g", "t") and not second else None
    if not (prefix or (body and second)) or word in ("m", "p"):
        return None
    if body == "B" and word.isupper():
        return (scale, False) if second and "/" not in second else None
    counts_bytes = body in ("B", "Bs") or body.lower()[:2] in ("by", "oc", "o")
    if counts_bytes and not second:
        return None  # an amount of data
    return scale * (8 if counts_bytes else 1), counts_bytes


def length_unit(word: str) -> float | None:
    """Return the scale of a unit of length, in km, or None where it is none."""
    return _LENGTHS_KM.get("".join(letter for letter in word.lower() if letter.isalnum()))


def rate_of(
    attrs: Mapping[str, Any], unit_gbps: float | None, file: str, where: str, line: int = 0
) -> tuple[float, str] | None:
    """Return the capacity that attributes give, in Gbps, and why it is a guess (nothing where it is none).

    A plain number is taken in the unit that its heading names, else in `unit_gbps`, or as Gbps where that is None,
    which is a guess.

    Raises InputError where a capacity is given in a unit that is not understood.
    """
    key, text = attribute(attrs, "LinkSpeedRaw")
    if text and is_given(text):
        return _positive(finite(text, file, f"{where}.{key}", line) / 1e9, file, where, line), ""
    for key, text, unit in measured(attrs, *_RATES):
        if unit and (len(unit) == 1 or rate_unit(unit) is None) and not _is_bracketed(key):
            continue  # capacity_owner is another matter
        take(attrs, key)
        if not is_given(text):
            continue
        return _rate(text.strip(), unit or _units_beside(attrs, key), unit_gbps, (file, f"{where}.{key}", line))
    for key in filter(None, (key_of(attrs, name) for name in _LABELS)):
        found = _worded(str(attrs[key]))
        if found is not None:
            take(attrs, key)
            return found, f"read from the words of {key}"
    return None


def _is_bracketed(key: str) -> bool:
    return key.rstrip().endswith((")", "]"))


def _units_beside(attrs: Mapping[str, Any], key: str) -> str:
    """Return the unit that stands in an attribute of its own, as in the Topology Zoo."""
    return attribute(attrs, f"{key}Units", f"{key}Unit")[1]


def _rate(text: str, unit: str, unit_gbps: float | None, at: tuple[str, str, int]) -> tuple[float, str]:
    """Return a capacity given as a number, with its heading's unit, or as words."""
    file, where, line = at
    if not _NUMBER.fullmatch(text):
        whole = re.fullmatch(rf"({_NUMBER.pattern})\s*(.+)", text)
        scale = rate_unit(whole[2]) if whole else None
        if whole and scale:
            value = _positive(finite(whole[1], file, where, line), file, where, line)
            return value * scale[0], _GUESSED_BYTES if scale[1] else ""
        rough = _ROUGH.match(text)
        if rough and _NUMBER.fullmatch(text[rough.end() :]):
            value, why = _rate(text[rough.end() :], unit, unit_gbps, at)
            return value, why or f"the file says '{text}'"
        found = _worded(text)
        if found is None:
            raise _odd(f"'{text[:60]}' is no capacity that is understood", _RIGHT_RATE, text, at)
        return found, f"read from the words of {where.rpartition('.')[2]}"
    value = _positive(finite(text, file, where, line), file, where, line)
    scale = rate_unit(unit)
    if unit and scale is not None:
        return value * scale[0], _GUESSED_BYTES if scale[1] else ""
    if unit_gbps is not None:
        return value * unit_gbps, ""
    if unit:
        raise broken(
            file, f"'{unit}' is no unit of data rates", f"{_RIGHT_RATE}, or give --unit", line=line, where=where
        )
    return value, "the file names no unit: Gbps"


def _worded(text: str) -> float | None:
    """Return the greatest rate that words speak of, or None."""
    found = [int(n or 1) * _CIRCUITS[kind.lower()] * int(size) for n, kind, size in _CIRCUIT.findall(text)]
    named = _NAMED_CIRCUIT.fullmatch(text.strip())
    if named:
        found.append(int(named[1] or 1) * _NAMED[named[2].lower()])
    for many, number, word in _TERM.findall(text):
        unit = rate_unit(word)
        if unit is not None:
            found.append(int(many or 1) * float(number) * unit[0])
    return max(found, default=None)


def _odd(what: str, right: str, text: str, at: tuple[str, str, int]) -> InputError:
    file, where, line = at
    if re.search(r"[0-9],[0-9]", text):
        right = "write numbers with a point and without commas"
    return broken(file, what, right, line=line, where=where)


def _positive(value: float, file: str, where: str, line: int) -> float:
    if value < 0:
        raise broken(file, f"the capacity {value:g} is negative", "write zero or more", where=where, line=line)
    return value


def rate_text(gbps: float) -> str:
    """Return a rate with its unit, without the rounding noise of conversion."""
    return f"{float(f'{gbps:.12g}')!r}".removesuffix(".0") + " Gbps"


def length_of(
    attrs: Mapping[str, Any], great_circle: float, file: str, where: str, line: int = 0
) -> tuple[float, str] | None:
    """Return the length that attributes give, in km, and why it is a guess (nothing where it is none).

    A number in metres where kilometres are expected shows by being hundreds of times the great circle.

    Raises InputError where a length is given in a unit that is not understood.
    """
    for key, text, unit in measured(attrs, *_LENGTHS):
        if unit and length_unit(unit) is None and not _is_bracketed(key):
            continue
        take(attrs, key)
        if is_given(text):
            return _length(text.strip(), key, unit, great_circle, (file, f"{where}.{key}", line))
    return None


def _length(text: str, key: str, unit: str, great_circle: float, at: tuple[str, str, int]) -> tuple[float, str]:
    file, where, line = at
    rough = _ROUGH.match(text)
    word, why = (text[rough.end() :], f"the file says '{text}'") if rough else (text, "")
    found = re.fullmatch(rf"({_NUMBER.pattern})\s*(.*)", word)
    if found is None or (found[2] and length_unit(found[2]) is None):
        raise _odd(f"'{text[:60]}' is no length that is understood", _RIGHT_LENGTH, text, at)
    value = finite(found[1], file, where, line)
    if value < 0:
        raise broken(file, f"the length {value:g} is negative", "write a length", where=where, line=line)
    unit = found[2] or unit
    scale = length_unit(unit)
    if unit and scale is None:
        raise broken(file, f"'{unit}' is no unit of length", _RIGHT_LENGTH, line=line, where=where)
    if scale is not None:
        return float(f"{value * scale:.12g}"), why
    if value > 50 * max(great_circle, 1) and value / 1000 > 0.9 * great_circle:
        return value / 1000, "far too long for kilometres: metres"
    return value, why or ("" if key == "fibreLength" else "the file names no unit: km")
