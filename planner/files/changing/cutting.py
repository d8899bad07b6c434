"""What if a cable is cut? A variant that takes it away, written into a scenario."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from planner.errors import Fault, InputError, UsageError, did_you_mean
from planner.files.changing.document import Document
from planner.files.changing.mentions import prefixed
from planner.files.changing.operations import put
from planner.files.changing.rendering import Value
from planner.files.changing.surgery import apply
from planner.files.reading.changes import PREFIXES
from planner.files.reading.tree import place_of
from planner.topology import Risk


def variant_name(words: Sequence[str]) -> str:
    """Return the name of the variant without some things: without-2africa-genoa--barcelona."""
    parts = [re.sub(r"[^a-z0-9_-]+", "-", word.partition(":")[2] or word).strip("-_") for word in words]
    return "-".join(["without", *parts])


def what_fails(words: Sequence[str], risks: Mapping[str, Risk]) -> list[str]:
    """Return things, each once, with what a risk fails in the risk's place; a cable takes its own links along.

    Raises UsageError if there is no such risk.
    """
    found = dict.fromkeys(part for word in words for part in _parts(word, risks))
    return [word for word in found if f"cable:{_cable_of(word)}" not in found]


def _parts(word: str, risks: Mapping[str, Risk]) -> Iterator[str]:
    sort, name = prefixed(word)
    if sort != "risk":
        yield word
        return
    if name not in risks:
        near = did_you_mean(name, risks)
        raise UsageError(f"there is no risk '{name}'{near and f': {near}'}")
    for part in risks[name].fails:
        yield from _parts(part, risks)


def _cable_of(word: str) -> str:
    """Return the cable that a link is a segment of; nothing of anything else."""
    sort, name = prefixed(word)
    return name.partition(":")[0] if sort == "link" and ":" in name else ""


def cut(
    document: Document,
    words: Sequence[str],
    *,
    name: str | None = None,
    title: str | None = None,
    risks: Mapping[str, Risk] | None = None,
) -> Document:
    """Return a scenario with one more variant, in which things such as "cable:2africa" or "link:a-b" are gone.

    A risk is cut by cutting what it fails, which `risks` say: the scenario's files merged.

    Raises UsageError if a word has no prefix that a variant can remove, or names a risk that there is not; InputError
    if there is a variant of that name.
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
    value["remove"] = list(what_fails(words, risks or {}))
    section = document.find(("variants",))
    last = section.value[-1][1] if section is not None and isinstance(section.value, list) and section.value else None
    brackets = last is not None and bool(getattr(last, "flow_style", False))
    return apply(document, [put(document, ("variants", variant), value, brackets=brackets)])
