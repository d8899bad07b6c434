"""Sentences with named fields that can be said, and read back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from string import Formatter

SHAPES = {
    "reason": r".+",
    "run": r".+",
    "sites": r"[^;]+",
    "names": r"[^;]+",
    "hosts": r"[^;\]]+",
    "offers": r"[^;]+",
    "statuses": r"[^;)]+",
}
"""What fields other than numbers and ids look like."""
ID = r"[^\s,;/]+"
NUMBER = r"[+-]?(?:\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?%?|inf|nan)"


@dataclass(frozen=True)
class Phrase:
    """A sentence with named fields, each with its format where it is a number.

    Attributes
    ----------
    template
        what is said, of one thing where there are two forms
    many
        what is said of several things; their number is the field `count`
    """

    template: str
    many: str = ""

    @cached_property
    def messages(self) -> tuple[str, ...]:
        """The templates with bare fields, as they stand in the catalogues: one, or one and many."""
        return tuple(_bare(each) for each in (self.template, self.many) if each)

    @cached_property
    def formats(self) -> dict[str, str]:
        """The fields' formats by name; of what is no number it is empty."""
        return {name: spec or "" for _, name, spec, _ in Formatter().parse(self.template) if name}

    def say(self, **fields: object) -> str:
        """Return the sentence; fields that it does not have are left aside."""
        return (self.many if self.many and fields["count"] != 1 else self.template).format(**fields)

    @cached_property
    def patterns(self) -> tuple[str, ...]:
        """Regular expressions of what the templates make, the fields without names, in the order of each template."""
        return tuple(_pattern(each) for each in (self.template, self.many) if each)

    def fields_in(self, form: int) -> list[str]:
        """Names of the fields in their order in the first or second form."""
        return [name for _, name, _, _ in Formatter().parse((self.template, self.many)[form]) if name]


@dataclass(frozen=True)
class ReadPhrase:
    """A phrase that was read in a text, and its fields as they are written there."""

    phrase: Phrase
    fields: dict[str, str]


def _bare(template: str) -> str:
    """Return a template without the formats of its fields."""
    parts = Formatter().parse(template)
    return "".join(text + ("" if name is None else f"{{{name}}}") for text, name, _, _ in parts)


def _pattern(template: str) -> str:
    parts: list[str] = []
    for text, name, spec, _ in Formatter().parse(template):
        parts.append(re.escape(text))
        if name is not None:
            parts.append(f"({NUMBER if spec else SHAPES.get(name, ID)})")
    return "".join(parts)
