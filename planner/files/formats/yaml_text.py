"""Plain records become YAML that our own reader, and every other one, reads as it was meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from planner.files.changing.rendering import escaped

WIDTH = 120
_PLAIN = re.compile(r"[A-Za-z0-9][\w ./+()'-]*(?<! )", re.ASCII)
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_WORDS = re.compile(r"(?i:y|n|yes|no|on|off|true|false|null|none|nan|inf)|[0-9][0-9_]*|0[xob].*|[0-9:.-]+")
_NUMERIC = {"lat", "lon", "weight", "pue", "year", "from", "until"}
"""Keys whose values are plain numbers, which need no quotes."""
_COUNTS = ("accelerators", "owner")


def yaml_text(record: Mapping[str, Any], header: Iterable[str] = (), *, sections: Iterable[str] = ()) -> str:
    """Return a record as YAML: a comment, the head, then each section with one record a line where it fits."""
    lines = ["# " + "".join(c if c.isprintable() else " " for c in line) for line in header]
    blocks = [key for key in sections if record.get(key)]
    for key, value in record.items():
        if key not in blocks and value not in ({}, []):
            lines.append(f"{key}: {_flow(value, key)}")
    for key in blocks:
        lines += ["", f"{key}:"]
        if isinstance(record[key], Mapping):
            for name, entry in record[key].items():
                lines += _entry(f"  {quoted(name)}:", entry, "    ")
        else:
            lines += [f"  - {_flow(entry)}" for entry in record[key]]
    return "\n".join(lines) + "\n"


def _entry(start: str, entry: Any, indent: str) -> list[str]:
    """Return a record on one line, or a line a field where that is too long."""
    one = f"{start} {_flow(entry)}"
    if len(one) <= WIDTH or not isinstance(entry, Mapping) or not entry:
        return [one]
    lines = [start]
    for key, value in entry.items():
        lines += _field(f"{indent}{quoted(key)}:", key, value, indent)
    return lines


def _field(start: str, key: str, value: Any, indent: str) -> list[str]:
    one = f"{start} {_flow(value, key)}"
    if len(one) <= WIDTH or not value or not isinstance(value, dict | list):
        return [one]
    if isinstance(value, dict):
        return [
            start,
            *(line for k, v in value.items() for line in _field(f"{indent}  {quoted(k)}:", k, v, indent + "  ")),
        ]
    return [start, *(f"{indent}  - {_flow(each)}" for each in value)]


def _flow(value: Any, key: str = "") -> str:
    if isinstance(value, Mapping):
        plain = key in _COUNTS
        return "{" + ", ".join(f"{quoted(k)}: {v if plain else _flow(v, k)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_flow(each) for each in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    return text if key in _NUMERIC and _NUMBER.fullmatch(text) else quoted(text)


def quoted(text: str) -> str:
    """Return a text as a YAML scalar: in quotes where any reader might take it for something else."""
    if _PLAIN.fullmatch(text) and not _WORDS.fullmatch(text) and not _NUMBER.fullmatch(text):
        return text
    if re.fullmatch(r"[0-9]{4}", text):  # a year as a key
        return text
    return '"' + "".join(f"\\{letter}" if letter in '"\\' else escaped(letter) for letter in text) + '"'
