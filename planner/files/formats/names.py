"""Labels become identifiers: Latin letters lose their accents, labels of other scripts get numbers."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["Names", "slug"]

LENGTH = 48
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ŋ": "ng", "ħ": "h"}
)


def slug(label: str) -> str:
    """Return a label as an identifier, or nothing where it has no Latin letter or digit."""
    plain = unicodedata.normalize("NFKD", label).lower().translate(_LETTERS)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "-", plain)[: LENGTH + 1].strip("-")[:LENGTH].strip("-")


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
