"""Small worlds in the file format: hand-made ones, and hypothesis strategies that exercise every rule of the programme.

A world is a mapping of the three files, ``topology``, ``demand`` and ``scenario``, ready to be written as YAML. The
random ones are drawn so that rules bite: capacities near the demand, latency limits that cut the cheapest path,
commitments near the whole of a link. A random world comes from one seed, evenly over all features (what hypothesis
draws by itself repeats itself and leans to small values); it shrinks by leaving out whatever can be left out.
"""

from __future__ import annotations

from worlds.chance import Dice
from worlds.hand import World, changed, plain_scenario, two_cities, write_world
from worlds.kinds import KINDS, roll_world
from worlds.rescaling import Factors, rescaled
from worlds.shrinking import optional_ways, tidied, without
from worlds.shuffling import shuffled, with_ties, write_scattered
from worlds.strategies import profile, worlds

__all__ = [
    "KINDS",
    "Dice",
    "Factors",
    "World",
    "changed",
    "optional_ways",
    "plain_scenario",
    "profile",
    "rescaled",
    "roll_world",
    "shuffled",
    "tidied",
    "two_cities",
    "with_ties",
    "without",
    "worlds",
    "write_scattered",
    "write_world",
]
