"""The rhythm of a day: 24 local-hour factors with mean 1, given one by one or by name."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose

from planner.records import Broken

_DIURNAL = (0.25,) * 6 + (0.6,) * 3 + (1.7,) * 4 + (1.4,) + (1.7,) * 5 + (1.3,) * 4 + (0.7,)

PROFILES: dict[str, tuple[float, ...]] = {
    "flat": (1.0,) * 24,
    "diurnal": tuple(24 * factor / sum(_DIURNAL) for factor in _DIURNAL),
}
"""Named profiles: 24 local-hour factors with mean 1.

`diurnal` is a planning template for one country (assumed, medium confidence): quiet nights, an office-hours plateau
from 9 to 18 and an evening shoulder; its peak of 1.58 lies by the 1.65 measured on a multi-region chat service.
"""


def profile_faults(profile: tuple[float, ...], key: str = "profile") -> Iterator[Broken]:
    """Yield what is wrong with a profile that stands under a key."""
    if len(profile) != 24:
        yield Broken(key, f"has {len(profile)} factors", "write 24, one for each local hour")
    elif min(profile) < 0:
        yield Broken(key, "has a negative factor", "write factors of zero or more")
    elif not isclose(sum(profile) / 24, 1, abs_tol=1e-6):
        mean = sum(profile) / 24
        yield Broken(key, f"has the mean {mean:.6g}", "write factors with mean 1 (divide each by the mean)")
