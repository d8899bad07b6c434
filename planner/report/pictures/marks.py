"""How PFLOPS and Gbps look: areas of circles, widths, colours and dashes of lines, round figures of a legend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import floor, log10, pi, sqrt
from typing import TYPE_CHECKING

import numpy as np

from planner.report.pictures import canvas as paper

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from planner.report.pictures.content import MapContent, MapLine, MapNode

    Array = NDArray[np.float64]

LARGEST_MM, SMALLEST_MM, DOT_MM = 5.6, 0.75, 0.4
"""Radius of the largest site, the least of any, and that of a place without compute."""
MOST_COVERED, MOST_LINES = 0.07, 150
"""Circles cover at most so much of a map, else all are smaller; with more links than this all are thinner."""
RIM_MM = 0.35
"""A white rim keeps neighbours apart."""
WIDEST, THINNEST, IDLE_WIDTH = 4.2, 0.9, 0.6
"""Widths of lines in points."""
MOST_SPREAD, SPREAD_STEPS, APART = 300, 80, 0.92
"""So many circles are moved apart, in so many steps, until their middles are this share of their radii apart."""
IDLE = "#b4c1ca"
STOOD, STOOD_IDLE, BUILT, BUILT_IDLE = "#0b5fa5", "#b9d1e6", "#0a7a5c", "#b5dbcf"
"""Colours of compute that stood before the plan and that it builds: in use, and installed but idle."""
HATCH = "////"
"""What is built is hatched as well, for grey print."""
KINDS = ("submarine", "terrestrial", "microwave", "satellite")
KIND_COLOURS = {"submarine": "#0b5fa5", "terrestrial": "#8a5a1e", "microwave": "#7a3e8f", "satellite": "#566573"}
DASHES: dict[str, tuple[float, tuple[float, ...] | None]] = {
    "submarine": (0, None),
    "terrestrial": (0, None),
    "microwave": (0, (0.6, 1.1)),
    "satellite": (0, (3.2, 1.6)),
}
LAND_SHARE = 0.72
"""Links on land are drawn thinner than those under water."""


@dataclass(frozen=True)
class Style:
    """How a link is drawn: width in points, colour, dashes."""

    width: float
    colour: str
    dash: tuple[float, tuple[float, ...] | None]


@dataclass(frozen=True)
class Scales:
    """The largest figures of a map, which all others are drawn in proportion to, and how large these are drawn."""

    pflops: float
    gbps: float
    largest_mm: float = LARGEST_MM
    widest: float = WIDEST

    def radius(self, pflops: float) -> float:
        """Return the radius in mm of a site's circle: areas are in proportion."""
        if pflops <= 0:
            return DOT_MM
        return max(self.largest_mm * sqrt(pflops / self.pflops), SMALLEST_MM)

    def width(self, gbps: float) -> float:
        """Return the width of a line in points: squares of what it is wider than the thinnest are in proportion."""
        return THINNEST + (self.widest - THINNEST) * sqrt(gbps / self.gbps) if gbps > 0 else IDLE_WIDTH


def scales_for(contents: Sequence[MapContent], area_mm2: float = 15_000.0) -> Scales:
    """Return the scales that fit the maps of a series, all of which are so large: growth is seen from map to map."""
    most = max((spot.installed for content in contents for spot in content.spots.values()), default=0.0) or 1.0
    gbps = max((line.gbps for content in contents for line in content.lines), default=0.0) or 1.0
    covered = max((sum(spot.installed for spot in content.spots.values()) for content in contents), default=0.0) / most
    largest = min(LARGEST_MM, sqrt(MOST_COVERED * area_mm2 / pi / covered)) if covered else LARGEST_MM
    lines = max((len(content.lines) for content in contents), default=0)
    return Scales(most, gbps, largest, max(WIDEST * min(sqrt(MOST_LINES / max(lines, 1)), 1.0), 2 * THINNEST))


def style_of(line: MapLine, scales: Scales, *, loaded: bool) -> Style:
    """Return how a link is drawn: by utilisation in a plan's map, by kind in a topology's."""
    width = scales.width(line.gbps) * (LAND_SHARE if line.kind == "terrestrial" else 1.0)
    if not loaded:
        return Style(width * 0.7, KIND_COLOURS[line.kind], DASHES[line.kind])
    return Style(width, ramp(line.share) if line.gbps else IDLE, DASHES[line.kind])


def ramp(share: float) -> str:
    """Return the colour of a utilisation."""
    return _ramp()[round(share * (len(_ramp()) - 1))]


@cache
def _ramp() -> tuple[str, ...]:
    """Return the colours of all utilisations, from none to all."""
    from matplotlib.colors import LinearSegmentedColormap, to_hex

    colours = LinearSegmentedColormap.from_list("utilisation", list(paper.RAMP), N=256)
    return tuple(to_hex(colour) for colour in colours(range(256)))


def circle(axes: Axes, middle: tuple[float, float], radius: float, spot: MapNode, *, loaded: bool) -> None:
    """Draw a site: the area is what is installed, the dark core what is in use, the hatched sector what is built.

    In a topology's map the dark core is what operates.
    """
    from matplotlib.patches import Circle, Wedge

    core = radius * sqrt(min(spot.used / spot.installed, 1.0))
    share = min(spot.built / spot.installed, 1.0) if loaded else 0.0
    turn = 90 - 360 * share
    axes.add_artist(Circle(middle, radius + RIM_MM, facecolor=paper.PAPER, edgecolor="none", alpha=0.9, zorder=3))
    axes.add_artist(Circle(middle, radius, facecolor=STOOD_IDLE, edgecolor="none", zorder=3))
    axes.add_artist(Circle(middle, core, facecolor=STOOD, edgecolor="none", zorder=3))
    if share:
        axes.add_artist(Wedge(middle, radius, turn, 90, facecolor=BUILT_IDLE, edgecolor="none", zorder=3))
        axes.add_artist(Wedge(middle, core, turn, 90, facecolor=BUILT, edgecolor="none", zorder=3))
        hatched = Wedge(middle, radius, turn, 90, facecolor="none", edgecolor=paper.PAPER, linewidth=0.0, zorder=3)
        hatched.set_hatch(HATCH)
        axes.add_artist(hatched)
    edge = BUILT if share > 0.5 else STOOD
    axes.add_artist(Circle(middle, radius, facecolor="none", edgecolor=edge, linewidth=0.7, zorder=3))


def dots(axes: Axes, middles: Sequence[tuple[float, float]]) -> None:
    """Draw places without compute, which many maps have most of."""
    from matplotlib.collections import CircleCollection

    area = pi * (DOT_MM * 72 / 25.4) ** 2
    axes.add_collection(
        CircleCollection(
            [area], offsets=list(middles), offset_transform=axes.transData, facecolor=paper.MUTED,
            edgecolor=paper.PAPER, linewidth=0.3, zorder=2.5,
        ),
        autolim=False,
    )  # fmt: skip


def spread(middles: Array, radii: Array) -> Array:
    """Return where circles (n, 2) are drawn that would hide each other: apart, but never off their places, in mm.

    Each moves by no more than most of its radius, so that its place stays within it.
    """
    at, reach = middles.copy(), 0.8 * radii[:, None]
    if not 1 < len(at) <= MOST_SPREAD:
        return at
    order = np.arange(len(at))
    for _ in range(SPREAD_STEPS):
        apart = at[:, None] - at[None]
        far = np.hypot(*np.moveaxis(apart, 2, 0))
        # Circles around the same place part to either side.
        apart[far < 1e-6] = (1.0, 0.0)
        apart[(far < 1e-6) & (order[:, None] < order[None])] = (-1.0, 0.0)
        lacking = np.maximum(APART * (radii[:, None] + radii[None]) - far, 0.0)
        np.fill_diagonal(lacking, 0.0)
        if not lacking.any():
            break
        push = apart / np.maximum(np.hypot(*np.moveaxis(apart, 2, 0)), 1e-6)[:, :, None] * lacking[:, :, None]
        moved = at + 0.25 * push.sum(axis=1) - middles
        length = np.hypot(*moved.T)[:, None]
        at = middles + moved * np.minimum(reach / np.maximum(length, 1e-9), 1.0)
    return np.round(at, 6)


def round_figures(largest: float, count: int = 3) -> list[float]:
    """Return round figures up to the largest one for a legend, ascending: 50, 500 and 2,000 of 2,021."""
    if largest <= 0:
        return []
    found: list[float] = []
    for share in (1.0, 0.3, 0.06)[:count]:
        power = 10.0 ** floor(log10(largest * share))
        step = max(step for step in (1, 2, 5) if step * power <= largest * share * 1.0000001)
        found.append(step * power)
    return sorted(set(found))
