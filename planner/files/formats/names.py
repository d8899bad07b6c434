"""Labels become identifiers of one section, each given once."""

from __future__ import annotations

import re

from planner.files.reading.scalars import slug

__all__ = ["Names"]


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
