"""Reasons, notes and findings in the language of a report: kept in English, read back and said anew.

The templates are those of planner/plan/phrases.py; ids stay as they are, numbers are written as the language does.
What fits no template stays as it is, such as the faults that the check finds in a wrong plan.
"""

from __future__ import annotations

from functools import cache, lru_cache
from math import isfinite
from typing import TYPE_CHECKING

from planner.plan.phrase_reading import read_listed, read_phrase
from planner.plan.phrases import ALSO, LISTED
from planner.plan.templates import ReadPhrase
from planner.report.language.figures import UNKNOWN
from planner.report.language.speech import speak

if TYPE_CHECKING:
    from planner.report.language.speech import Language

KEPT = 1 << 16
"""Sentences kept for the next time."""


def translate(text: str, language: Language) -> str:
    """Return a kept English sentence in the language, or as it is where no phrase fits."""
    return text if language.code == "en" or not text else _translated(text, language)


@lru_cache(maxsize=KEPT)
def _translated(text: str, language: Language) -> str:
    said = read_phrase(text)
    if said is not None:
        return _say(said, language)
    if ALSO in text:
        kept = text.split(ALSO)
        parts = [translate(part, language) for part in kept]
        return text if parts == kept else language.text("; ").join(parts)
    return language.joined([_say(each, language) for each in read_listed(text)] or [text])


def _say(said: ReadPhrase, language: Language) -> str:
    """Say a phrase in the language."""
    formats, messages = said.phrase.formats, said.phrase.messages
    fields: dict[str, object] = {
        name: _number(written, language) if formats[name] else _word(name, written, language)
        for name, written in said.fields.items()
    }
    if len(messages) == 1:
        return language.text(messages[0], **fields)
    del fields["count"]
    return language.texts(messages[0], messages[1], int(said.fields["count"]), **fields)


def _word(name: str, written: str, language: Language) -> str:
    """Say a field that is no number: words of the file format are translated, ids are not."""
    if name == "reason":
        return translate(written, language)
    if name in ("country", "other"):
        return language.country(written)
    if name in ("kind", "statuses"):
        return language.listed(language.text(word) for word in written.split(LISTED))
    if name in ("sites", "names", "hosts", "offers"):
        return LISTED.join(language.isolated(word) for word in written.split(LISTED))
    return language.isolated(written)


def _number(written: str, language: Language) -> str:
    """Write a number as the language does, with as many decimals as it was written with."""
    if written.endswith("%"):
        return language.percentage(float(written[:-1]) / 100)
    value = float(written.replace(",", ""))
    if not isfinite(value):
        return UNKNOWN
    decimals = 0 if "e" in written else len(written.partition(".")[2])
    if "e" in written and abs(value) < 1:
        return language.number(value)
    sign = "+" if written.startswith("+") else ""
    return f"{value:{sign},.{decimals}f}".translate(_marks(language.code))


@cache
def _marks(code: str) -> dict[int, str]:
    """Return what stands for the English marks in numbers."""
    symbols = speak(code).locale.number_symbols["latn"]
    return str.maketrans({",": symbols["group"], ".": symbols["decimal"], "-": symbols["minusSign"]})
