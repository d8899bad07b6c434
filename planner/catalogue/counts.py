"""PFLOPS as cards, systems, megawatts and money of a chip."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from planner.files.reading.catalogue import find_chip

if TYPE_CHECKING:
    from planner.accelerator import Accelerator

__all__ = ["CardCount", "count_cards"]

ROUNDING = 1e-9
"""A card may be missing by this share: published figures divided by each other are not exact."""


@dataclass(frozen=True)
class CardCount:
    """How many cards give so much compute, and what they draw and cost.

    Attributes
    ----------
    chip
        id of the chip
    pflops
        what was asked for, dense BF16
    cards
        whole cards; of a whole system its chips
    systems
        servers or racks that hold them, None where the catalogue does not say how many cards they hold
    mw
        IT power with servers and network, None where it is not published
    price_usd
        price of the cards by year of the price, empty where none is known
    """

    chip: str
    pflops: float
    cards: int
    systems: int | None
    mw: float | None
    price_usd: dict[int, float]

    @property
    def last_price(self) -> tuple[int, float] | None:
        """The latest price that is known, with its year."""
        return max(self.price_usd.items()) if self.price_usd else None


def count_cards(pflops: float, chip: str) -> CardCount:
    """Return how many cards of a chip give so many dense BF16 PFLOPS, what they draw and what they cost.

    Raises
    ------
    UsageError
        where there is no such chip
    """
    found = find_chip(chip)
    units = ceil(pflops / found.compute_pflops * (1 - ROUNDING))
    prices = () if found.price_usd is None else found.price_usd.points
    return CardCount(
        chip=found.id,
        pflops=pflops,
        cards=units * found.cards,
        systems=_systems(units, found),
        mw=None if found.power_kw is None else units * found.power_kw / 1000,
        price_usd={year: units * usd for year, usd in prices},
    )


def _systems(units: int, chip: Accelerator) -> int | None:
    if chip.cards > 1:
        return units
    return None if chip.system is None else ceil(units / chip.system)
