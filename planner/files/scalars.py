"""Raw text becomes values: one function for each form of scalar, all raising `MisreadError` or `UnitError`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from planner.errors import did_you_mean
from planner.records import country_word, identifier_word

__all__ = [
    "MisreadError",
    "boolean",
    "choice",
    "country",
    "identifier",
    "integer",
    "number",
    "text",
    "timezone",
    "year",
]

Parse = Callable[[str], Any]
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_INTEGER = re.compile(r"[+-]?[0-9]{1,15}")
_TRUTHS = {"true": True, "false": False, "yes": True, "no": False}


class MisreadError(ValueError):
    """A text has not the form of its field: what is wrong, and what would be right."""

    def __init__(self, what: str, right: str = "") -> None:
        self.what, self.right = what, right
        super().__init__(f"{what}: {right}")


def text(word: str) -> str:
    """Return any text but none."""
    if not word.strip():
        raise MisreadError("is empty", "write a value or leave the key out")
    return word


def number(word: str) -> float:
    """Return a plain number without unit."""
    if not _NUMBER.fullmatch(word.strip()):
        point = word.strip().replace(",", ".")
        right = f"write {point}" if _NUMBER.fullmatch(point) else "write a number without unit, such as 0.8"
        raise MisreadError(f"'{word}' is no plain number", right)
    value = float(word)
    if value in (float("inf"), float("-inf")):
        raise MisreadError(f"'{word}' is too large", "write a finite number")
    return value


def integer(word: str) -> int:
    """Return a whole number."""
    if not _INTEGER.fullmatch(word.strip()):
        raise MisreadError(f"'{word}' is no whole number", "write digits only, such as 5")
    return int(word)


def boolean(word: str) -> bool:
    """Return a truth value."""
    if word.lower() not in _TRUTHS:
        raise MisreadError(f"'{word}' is neither true nor false", "write true or false")
    return _TRUTHS[word.lower()]


def year(word: str) -> int:
    """Return a calendar year."""
    if not re.fullmatch(r"[0-9]{4}", word.strip()) or not 1900 <= int(word) <= 2200:
        raise MisreadError(f"'{word}' is no year", "write four digits, such as 2030")
    return int(word)


def identifier(word: str) -> str:
    """Return an identifier."""
    return _worded(identifier_word, word)


def country(word: str) -> str:
    """Return a country code."""
    return _worded(country_word, word)


def _worded(check: Callable[[str], str], word: str) -> str:
    try:
        return check(word)
    except ValueError as error:
        what, _, right = str(error).partition(": ")
        raise MisreadError(what, right) from None


def choice(words: Iterable[str]) -> Parse:
    """Return a parser that takes one of a few words."""
    known = frozenset(words)

    def parse(word: str) -> str:
        if word not in known:
            raise MisreadError(f"'{word}' is unknown", did_you_mean(word, known))
        return word

    return parse


@lru_cache(maxsize=1024)
def timezone(word: str) -> str:
    """Return a name in the IANA time zone database."""
    from zoneinfo import ZoneInfo, available_timezones

    try:
        ZoneInfo(word)
    except (KeyError, ValueError, OSError):
        right = did_you_mean(word, available_timezones()) or "write a name such as Asia/Almaty"
        raise MisreadError(f"'{word}' is no time zone of the IANA database", right) from None
    return word
