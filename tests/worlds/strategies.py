"""Random worlds as hypothesis strategies, and how many of them a comparison tries."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from hypothesis import settings
from hypothesis import strategies as st

from worlds.chance import Dice
from worlds.kinds import roll_world
from worlds.shrinking import optional_ways, tidied, without

if TYPE_CHECKING:
    from collections.abc import Callable

    from worlds.hand import World


@st.composite
def worlds(draw: Callable[..., Any], kind: str = "lp", *, traffic: bool = False) -> World:
    """Draw a world of one of `KINDS`; with ``traffic`` some demands are Gbps between two nodes."""
    # Within 24 bits hypothesis draws evenly, beyond it prefers small numbers and repeats them.
    world = roll_world(Dice(draw(st.integers(0, 2**24 - 1))), kind, traffic=traffic)
    # A zero leaves out: shrinking goes to zeros, chance seldom does. One string of bytes, because with many single
    # draws hypothesis would spend most of its examples on copying one over another, with the same seed.
    kept = draw(st.binary(min_size=256, max_size=256))
    omitted = [way for way, keep in zip(optional_ways(world), kept, strict=False) if not keep]
    return tidied(without(world, omitted))


def profile(*, examples: int = 80) -> settings:
    """Return the settings of comparisons: the same few worlds each time, or with the profile ``deep`` many new ones."""
    if os.environ.get("HYPOTHESIS_PROFILE") == "deep":
        return settings(max_examples=20 * examples, deadline=None)
    return settings(max_examples=examples, derandomize=True, deadline=None, database=None)
