"""Labels become identifiers: letters of every script become Latin ones without accents."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["Names", "slug"]

LENGTH = 48
_SILENT = re.compile("['`]")
"""How signs are written that soften or open a sound, as in Ульяновск; no identifier needs them."""


def slug(label: str) -> str:
    """Return a label as an identifier (Алматы: almaty, 阿拉木图: a-la-mu-tu), or nothing without letter and digit."""
    plain = label if label.isascii() else _latin(unicodedata.normalize("NFKC", label))
    return re.sub(r"[^a-z0-9]+", "-", plain.lower())[: LENGTH + 1].strip("-")[:LENGTH].strip("-")


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


class Names:
    """Hands out identifiers of one section: the same labels in the same order give the same identifiers."""

    def __init__(self, sort: str) -> None:
        self.sort = sort
        self.taken: set[str] = set()

    def give(self, *labels: str) -> str:
        """Return a new identifier from the first label that makes one, numbered where it is taken."""
        wanted = next((found for found in map(slug, labels) if found), "")
        if not wanted or not re.search("[a-z]", wanted):
            wanted = f"{self.sort}-{wanted}" if wanted else f"{self.sort}-{len(self.taken) + 1}"
        name, number = wanted, 2
        while name in self.taken:
            name, number = f"{wanted}-{number}", number + 1
        self.taken.add(name)
        return name
