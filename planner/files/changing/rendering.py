"""Values become YAML text: short, on one line where they fit, quoted only where they must be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from json import dumps
from re import compile as pattern
from typing import Any

from planner.errors import Fault
from planner.files.reading.tree import Node, ScalarNode, SequenceNode, compose

Value = str | list[Any] | dict[str, Any]
"""A value as files hold it: texts, lists, and maps with texts as keys."""

WIDTH = 118
_SIMPLE = pattern(r"[A-Za-z0-9](?:[A-Za-z0-9 ._/+-]*[A-Za-z0-9.])?")
_NOTHING = ("null", "~")


def tidy(value: Any) -> Value:
    """Return a Python value as files hold it: numbers and truth values become texts, tuples become lists.

    Raises TypeError if it holds anything else.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, Mapping):
        return {str(key): tidy(part) for key, part in value.items()}
    if isinstance(value, Sequence):
        return [tidy(part) for part in value]
    raise TypeError(f"{value!r} cannot stand in a file: write a text, a number, a list or a map")


def flow(value: Value) -> str:
    """Return a value on one line, as it stands inside brackets: {2026: 30 PFLOPS, 2030: 120 PFLOPS}."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar_text(key, key=True)}: {flow(part)}" for key, part in value.items()) + "}"
    return "[" + ", ".join(map(flow, value)) + "]" if isinstance(value, list) else scalar_text(value, inside=True)


@lru_cache(maxsize=65536)
def scalar_text(word: str, *, inside: bool = False, key: bool = False, style: str | None = None) -> str:
    """Return a scalar as text.

    Parameters
    ----------
    inside
        Whether it stands inside brackets.
    key
        Whether it is a key.
    style
        The quotes of the value in whose place it stands, which are kept; "" for one without.
    """
    if style == "'" and word.isprintable():
        return "'" + word.replace("'", "''") + "'"
    quoted = "".join(escaped(letter) for letter in dumps(word, ensure_ascii=False))
    if style == '"' or word in _NOTHING or (inside and ":" in word and style is None):
        return quoted
    return word if _SIMPLE.fullmatch(word) or _is_plain(word, inside=inside, key=key) else quoted


def escaped(letter: str) -> str:
    """Return a letter as it stands between double quotes: as it is, or as YAML writes what cannot be seen."""
    if letter.isprintable() or letter == " ":
        return letter
    code = ord(letter)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"


def _is_plain(word: str, *, inside: bool, key: bool) -> bool:
    """Tell whether a text without quotes is read as itself; the reader of our files decides."""
    if not word or not word.isprintable():
        return False
    if key:
        return all(_read(text, 0) == word for text in (f"{word}: x", f"{{{word}: x}}"))
    return _read(f"k: [{word}, x]" if inside else f"k: {word}", 1) == word


def _read(text: str, part: int) -> str | None:
    """Return the text of a one-line map's key (0) or value (1), or None where it is not one plain scalar."""
    faults: list[Fault] = []
    root: Node | None = compose(text.encode("utf-8"), "", faults)
    if faults or root is None or root.__class__ is ScalarNode or len(root.value) != 1:
        return None
    pair = root.value[0]
    node = pair[part] if isinstance(pair, tuple) else None
    if node is not None and node.__class__ is SequenceNode and len(node.value) == 2:
        node = node.value[0]
    return node.value if node is not None and node.__class__ is ScalarNode and not node.style else None


def entry(key: str, value: Value, depth: int, step: int = 2, *, brackets: bool = False) -> list[str]:
    """Return the lines of a key with its value, without the indentation of the first.

    Parameters
    ----------
    depth
        1 for a section, 2 for a record, more for the fields of a record.
    step
        Columns by which lines are indented.
    brackets
        Whether a record is written in brackets where it fits on a line.
    """
    name = scalar_text(key, key=True)
    line = f"{name}: {flow(value) if not isinstance(value, str) else scalar_text(value)}"
    if not value or isinstance(value, str):
        return [line]
    parts = list(value.values()) if isinstance(value, dict) else value
    nested = all(isinstance(part, dict) and part for part in parts)
    if isinstance(value, list):
        if nested:
            return [f"{name}:", *(" " * step + f"- {flow(part)}" for part in parts)]
        return [line] if len(line) <= WIDTH else _wrapped(name, [flow(part) for part in parts])
    if (depth == 2 and not (brackets and len(line) <= WIDTH)) or nested:
        lines = [
            line for k, v in value.items() for line in entry(k, v, depth + 1, step, brackets=depth > 2 or brackets)
        ]
        return [f"{name}:", *(" " * step + line for line in lines)]
    return [line]


def _wrapped(name: str, words: list[str]) -> list[str]:
    """Return a list in brackets over several lines."""
    lines, start = [f"{name}: ["], " " * (len(name) + 3)
    for number, word in enumerate(words):
        piece = word + ("," if number + 1 < len(words) else "]")
        if len(lines[-1]) + len(piece) + 1 > WIDTH and number:
            lines.append(start + piece)
        else:
            lines[-1] += piece if not number else f" {piece}"
    return lines
