"""The same world in other sizes: all money, PFLOPS, Gbps, ms or MW of its files times a factor."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from worlds.hand import World

QUANTITY = re.compile(r"([0-9.]+) ?([A-Za-z/]+)")
SIZES = {
    "money": {"USD", "kUSD", "MUSD"},
    "pflops": {"PFLOPS", "P", "TFLOPS", "EFLOPS"},
    "gbps": {"Gbps", "Mbps", "Tbps"},
    "ms": {"ms", "us"},
    "mw": {"W", "kW", "MW", "kWh", "MWh"},
}
KM_MS, EQUIPMENT_MS = Decimal("0.0098"), Decimal("0.1")
"""A km of glass there and back, and what a link's equipment takes."""


@dataclass(frozen=True)
class Factors:
    """By what each kind of figure is multiplied."""

    money: Decimal = Decimal(1)
    pflops: Decimal = Decimal(1)
    gbps: Decimal = Decimal(1)
    ms: Decimal = Decimal(1)
    mw: Decimal = Decimal(1)

    def of_objective(self, name: str) -> float:
        """By what an objective is multiplied; emissions are t whatever the machines are counted in."""
        factors = {"cost": self.money, "latency": self.pflops * self.ms, "carbon": Decimal(1)}
        return float(factors.get(name, self.pflops))


def rescaled(world: World, factors: Factors) -> World:
    """Return the world with every figure times the factors of its unit; lengths become round-trip times first."""
    return {name: _rescale(_timed(part), factors) for name, part in world.items()}


def _timed(part: Any) -> Any:
    """Give links and segments the RTT that their length stands for, which does not grow with it otherwise."""
    if isinstance(part, list):
        return [_timed(each) for each in part]
    if not isinstance(part, dict):
        return part
    found = {key: _timed(value) for key, value in part.items()}
    if "length" in found and "rtt" not in found:
        found["rtt"] = f"{Decimal(found['length'].split()[0]) * KM_MS + EQUIPMENT_MS} ms"
    return found


def _rescale(part: Any, factors: Factors) -> Any:
    if isinstance(part, dict):
        return {key: _rescale(value, factors) for key, value in part.items()}
    if isinstance(part, list):
        return [_rescale(each, factors) for each in part]
    written = QUANTITY.fullmatch(part) if isinstance(part, str) else None
    if written is None:
        return part
    head, *below = written[2].split("/")
    figure = Decimal(written[1]) * _factor(head, factors)
    for word in below:
        figure /= _factor(word, factors)
    return f"{figure:f} {written[2]}"


def _factor(word: str, factors: Factors) -> Decimal:
    names = [name for name, words in SIZES.items() if word in words]
    return getattr(factors, names[0]) if names else Decimal(1)
