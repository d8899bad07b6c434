"""What if a cable is cut? A variant that takes it away, written into a scenario."""

from __future__ import annotations

import re
from collections.abc import Sequence

from planner.errors import Fault, InputError, UsageError, did_you_mean
from planner.files.editing.document import Document
from planner.files.editing.operations import put
from planner.files.editing.references import prefixed
from planner.files.editing.rendering import Value
from planner.files.editing.surgery import apply
from planner.files.question import PREFIXES
from planner.files.tree import place_of

__all__ = ["cut", "variant_name"]


def variant_name(words: Sequence[str]) -> str:
    """Return the name of the variant without some things: without-2africa-genoa--barcelona."""
    parts = [re.sub(r"[^a-z0-9_-]+", "-", word.partition(":")[2] or word).strip("-_") for word in words]
    return "-".join(["without", *parts])


def cut(document: Document, words: Sequence[str], *, name: str | None = None, title: str | None = None) -> Document:
    """Return a scenario with one more variant, in which things such as "cable:2africa" or "link:a-b" are gone.

    Raises
    ------
    UsageError
        If a word has no prefix that a variant can remove.
    InputError
        If there is a variant of that name.
    """
    for word in words:
        sort, _ = prefixed(word)
        if sort not in PREFIXES:
            near = did_you_mean(word.partition(":")[0], PREFIXES, most=0) if ":" in word else ""
            right = near or f"write one of {':, '.join(PREFIXES)}: before an id"
            raise UsageError(f"'{word}' has no known prefix: {right}")
    variant = name or variant_name(words)
    if document.find(("variants", variant)) is not None:
        place = place_of(document.key(("variants", variant)))
        right = "give another name with --name"
        raise InputError([Fault(place, f"variants.{variant}", "there is such a variant already", right)])
    value: dict[str, Value] = {"title": title} if title else {}
    value["remove"] = list(words)
    section = document.find(("variants",))
    last = section.value[-1][1] if section is not None and isinstance(section.value, list) and section.value else None
    brackets = last is not None and bool(getattr(last, "flow_style", False))
    return apply(document, [put(document, ("variants", variant), value, brackets=brackets)])
