"""Raw text becomes values: one function for each form of scalar, all raising `MisreadError` or `UnitError`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from planner.errors import did_you_mean
from planner.files.reading.countries import code_meant
from planner.records import country_word, identifier_word

Parse = Callable[[str], Any]
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_DEGREES = re.compile(
    r"([+-]?)\s*(\d+(?:\.\d+)?)\s*°?\s*(?:(\d+(?:\.\d+)?)\s*['′]\s*)?(?:(\d+(?:\.\d+)?)\s*[\"″]\s*)?([NSEWnsew]?)"
)
SLUG_LENGTH = 48
_SILENT = re.compile("['`]")
"""How signs are written that soften or open a sound, as in Ульяновск; no identifier needs them."""
_INTEGER = re.compile(r"[+-]?[0-9]{1,15}")
SYNONYMS = {
    **dict.fromkeys(("fiber", "fibre", "land", "optical", "terrestrial fibre"), "terrestrial"),
    **dict.fromkeys(("undersea", "subsea", "sea", "wet", "marine"), "submarine"),
    **dict.fromkeys(("radio", "wireless"), "microwave"),
    **dict.fromkeys(("existing", "live", "active", "operational", "in service", "running", "built"), "operating"),
    **dict.fromkeys(("under construction", "construction", "in construction"), "building"),
    **dict.fromkeys(("announced", "approved", "future"), "planned"),
    **dict.fromkeys(("proposed", "potential", "possible", "option"), "candidate"),
    **dict.fromkeys(("serving", "inferencing", "online"), "inference"),
    **dict.fromkeys(("train", "batch", "fine-tuning"), "training"),
    **dict.fromkeys(("internet", "transit", "data"), "traffic"),
    **dict.fromkeys(("minimize cost", "minimise cost", "money", "price"), "cost"),
    **dict.fromkeys(("emissions", "co2"), "carbon"),
}
"""Words that people write for the choices of the formats."""
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
        raise MisreadError(f"'{word}' is no plain number", _pointed(word))
    value = float(word)
    if value in (float("inf"), float("-inf")):
        raise MisreadError(f"'{word}' is too large", "write a finite number")
    return value


def _pointed(word: str) -> str:
    """Return what would be right for what is no number: decimal commas, degrees and shares are written otherwise."""
    point = word.strip().replace(",", ".")
    if _NUMBER.fullmatch(point):
        return f"write {point}"
    degrees = _DEGREES.fullmatch(point)
    if degrees:
        whole, minutes, seconds = (float(part or 0) for part in degrees.groups()[1:4])
        sign = "-" if "-" in degrees[1] or (degrees[5] or "").upper() in ("S", "W") else ""
        return f"write {sign}{whole + minutes / 60 + seconds / 3600:.5g}"
    if point.endswith("%") and _NUMBER.fullmatch(point[:-1].strip()):
        return f"write {float(point[:-1]) / 100:.10g}"
    return "write a number without unit, such as 0.8"


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


def day(word: str) -> str:
    """Return a day as 2027-03-15; of a month its first. A planned year has 365 days: there is no 29 February."""
    found = re.fullmatch(r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?", word.strip())
    if found is None:
        raise MisreadError(f"'{word}' is no day", "write a month or a day, such as 2027-03 or 2027-03-15")
    start, month, of_month = found[1], found[2], found[3] or "01"
    year(start)
    try:
        date.fromisoformat(f"2025-{month}-{of_month}")
    except ValueError:
        leap = (month, of_month) == ("02", "29")
        right = f"write {start}-02-28, for a planned year has 365 days" if leap else "write a day such as 2027-03-15"
        raise MisreadError(f"'{word}' is no day of a planned year", right) from None
    return f"{start}-{month}-{of_month}"


def identifier(word: str) -> str:
    """Return an identifier."""
    try:
        return identifier_word(word)
    except ValueError as error:
        what, _, right = str(error).partition(": ")
        raise MisreadError(what, _as_identifier(word) or right) from None


def _as_identifier(word: str) -> str:
    """Return the identifier that is nearest to a name: Port Said becomes port-said."""
    found = slug(word)
    return f"write '{found}', for identifiers are of a-z, 0-9, _ and -" if re.search("[a-z]", found) else ""


def slug(label: str) -> str:
    """Return a label as an identifier (Алматы: almaty, 阿拉木图: a-la-mu-tu), or nothing without letter and digit."""
    plain = label if label.isascii() else _latin(unicodedata.normalize("NFKC", label))
    return re.sub(r"[^a-z0-9]+", "-", plain.lower())[: SLUG_LENGTH + 1].strip("-")[:SLUG_LENGTH].strip("-")


def _latin(label: str) -> str:
    """Return a text in Latin letters, each Chinese character a word of its own."""
    from anyascii import anyascii

    return "".join(_word(letter, anyascii(letter)) for letter in label)


def _word(letter: str, latin: str) -> str:
    if letter.isascii():
        return letter
    if "CJK" in unicodedata.name(letter, ""):
        return f"-{latin}-"
    if unicodedata.category(letter)[0] in "LM":
        return _SILENT.sub("", latin)
    return latin if letter.isnumeric() else "-"


def country(word: str) -> str:
    """Return a country code."""
    try:
        return country_word(word)
    except ValueError as error:
        what, _, right = str(error).partition(": ")
        meant = code_meant(word)
        raise MisreadError(what, f"did you mean '{meant}'?" if meant else right) from None


def choice(words: Iterable[str]) -> Parse:
    """Return a parser that takes one of a few words."""
    known = frozenset(words)

    def parse(word: str) -> str:
        if word not in known:
            meant = SYNONYMS.get(word.strip().lower(), "")
            right = f"did you mean '{meant}'?" if meant in known else did_you_mean(word, known)
            raise MisreadError(f"'{word}' is unknown", right)
        return word

    return parse


@lru_cache(maxsize=1024)
def timezone(word: str) -> str:
    """Return a name in the IANA time zone database."""
    from zoneinfo import ZoneInfo, available_timezones

    try:
        ZoneInfo(word)
    except (KeyError, ValueError, OSError):
        right = _by_offset(word) or did_you_mean(word, available_timezones()) or "write a name such as Asia/Almaty"
        raise MisreadError(f"'{word}' is no time zone of the IANA database", right) from None
    return word


def _by_offset(word: str) -> str:
    """Return the zone of a fixed offset, whose name has the other sign: UTC+5 is Etc/GMT-5."""
    found = re.fullmatch(r"\s*(?:UTC|GMT)?\s*([+-])0?([0-9]{1,2})(?::?00)?\s*", word)
    return f"write 'Etc/GMT{'-' if found[1] == '+' else '+'}{found[2]}', or a name such as Asia/Almaty" if found else ""
