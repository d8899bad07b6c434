"""Stored sentences are read back: which phrase a text is, and what its fields say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from string import Formatter

from planner.plan import phrases
from planner.plan.templates import Phrase, ReadPhrase


@cache
def all_phrases() -> tuple[Phrase, ...]:
    """Return every phrase, in the order in which they stand in their module."""
    return tuple(each for each in vars(phrases).values() if isinstance(each, Phrase))


@dataclass(frozen=True)
class _Form:
    """One template of a phrase as it is read back; its expressions are made where a text may hold its sentence."""

    phrase: Phrase
    number: int

    @cached_property
    def literal(self) -> str:
        """The longest text without a field."""
        template = (self.phrase.template, self.phrase.many)[self.number]
        return max((text for text, *_ in Formatter().parse(template)), key=len)

    @cached_property
    def whole(self) -> re.Pattern[str]:
        """What is this sentence and nothing else."""
        return re.compile(self.phrase.patterns[self.number])

    @cached_property
    def listed(self) -> re.Pattern[str]:
        """What is this sentence, alone or with others after it."""
        return re.compile(f"{self.phrase.patterns[self.number]}(?={phrases.LISTED}|$)")

    def read(self, match: re.Match[str]) -> ReadPhrase:
        """Return the phrase with the fields of a match."""
        return ReadPhrase(self.phrase, dict(zip(self.phrase.fields_in(self.number), match.groups(), strict=True)))


@cache
def _forms() -> tuple[_Form, ...]:
    return tuple(_Form(phrase, number) for phrase in all_phrases() for number in range(len(phrase.messages)))


def _forms_in(text: str) -> Iterator[_Form]:
    """Yield the forms that a text may hold, in the order of the phrases: to make all expressions takes 50 ms."""
    return (form for form in _forms() if form.literal in text)


def read_phrase(text: str) -> ReadPhrase | None:
    """Return the phrase that a text is, with its fields, or None where it is none."""
    for form in _forms_in(text):
        if match := form.whole.fullmatch(text):
            return form.read(match)
    return None


def read_listed(text: str) -> list[ReadPhrase]:
    """Return the phrases that a text lists, such as full limits, or nothing where it is no such list."""
    found: list[ReadPhrase] = []
    at, forms = 0, list(_forms_in(text))
    while at < len(text):
        read = next(((form, match) for form in forms if (match := form.listed.match(text, at))), None)
        if read is None:
            return []
        form, match = read
        found.append(form.read(match))
        at = match.end() + len(phrases.LISTED)
    return found
