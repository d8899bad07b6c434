"""Kinds of links in the words of foreign files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planner.files.formats.attributes import attribute, is_given, key_of, take

__all__ = ["KINDS", "kind_of"]

KINDS = ("terrestrial", "submarine", "microwave", "satellite")
_WORDS = {
    "terrestrial": ("terrestrial", "land", "overland", "onshore", "fibre", "fiber", "optical", "aerial", "buried",
                    "underground", "opgw", "adss", "backhaul"),
    "submarine": ("submarine", "subsea", "undersea", "sea", "marine", "offshore"),
    "microwave": ("microwave", "radio", "wireless"),
    "satellite": ("satellite", "vsat"),
}  # fmt: skip


def kind_of(attrs: Mapping[str, Any]) -> tuple[str, str]:
    """Return the kind that attributes give, or nothing, and the word that they give where it is none we know."""
    text = attribute(attrs, "kind")[1]
    if text and is_given(text):
        return _known(text), text
    for name in ("type", "medium", "media", "transmissionMedium"):
        key = key_of(attrs, name)
        if key and _known(str(attrs[key])):
            return _known(take(attrs, key)), ""
    return "", ""


def _known(text: str) -> str:
    words = "".join(letter if letter.isalpha() else " " for letter in text.lower()).split()
    found = {kind for kind, known in _WORDS.items() for word in words if word in known}
    clear = found - {"terrestrial"} if len(found) == 2 else found  # submarine fibre, fibre and microwave
    return next(iter(clear)) if len(clear) == 1 else ""
