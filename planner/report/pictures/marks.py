"""How PFLOPS and Gbps look: areas of circles, widths, colours and dashes of lines, round figures of a legend."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, log10, sqrt
from typing import TYPE_CHECKING

from planner.report.pictures import canvas as paper

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from planner.report.pictures.content import Line, MapContent, Spot

LARGEST_MM, SMALLEST_MM, DOT_MM = 5.6, 0.75, 0.4
"""Radius of the largest site, the least of any, and that of a place without compute."""
RIM_MM = 0.35
"""A white rim keeps neighbours apart."""
WIDEST, THINNEST, IDLE_WIDTH = 4.2, 0.9, 0.6
"""Widths of lines in points."""
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
    """The largest figures of a map, which all others are drawn in proportion to."""

    pflops: float
    gbps: float

    def radius(self, pflops: float) -> float:
        """Return the radius in mm of a site's circle: areas are in proportion."""
        if pflops <= 0:
            return DOT_MM
        return max(LARGEST_MM * sqrt(pflops / self.pflops), SMALLEST_MM)

    def width(self, gbps: float) -> float:
        """Return the width of a line in points: squares of what it is wider than the thinnest are in proportion."""
        return THINNEST + (WIDEST - THINNEST) * sqrt(gbps / self.gbps) if gbps > 0 else IDLE_WIDTH


def scales_for(content: MapContent) -> Scales:
    """Return the scales that fit a map."""
    pflops = max((spot.installed for spot in content.spots.values()), default=0.0)
    return Scales(pflops or 1.0, max((line.gbps for line in content.lines), default=0.0) or 1.0)


def style_of(line: Line, scales: Scales, *, loaded: bool) -> Style:
    """Return how a link is drawn: by utilisation in a plan's map, by kind in a topology's."""
    width = scales.width(line.gbps) * (LAND_SHARE if line.kind == "terrestrial" else 1.0)
    if not loaded:
        return Style(width * 0.7, KIND_COLOURS[line.kind], DASHES[line.kind])
    return Style(width, ramp(line.share) if line.gbps else IDLE, DASHES[line.kind])


def ramp(share: float) -> str:
    """Return the colour of a utilisation."""
    from matplotlib.colors import LinearSegmentedColormap, to_hex

    return to_hex(LinearSegmentedColormap.from_list("utilisation", list(paper.RAMP), N=1024)(share))


def circle(axes: Axes, middle: tuple[float, float], radius: float, spot: Spot, *, loaded: bool) -> None:
    """Draw a site: the area is what is installed, the dark core what is in use, the hatched sector what is built.

    In a topology's map the dark core is what operates. A place without compute is a dot.
    """
    from matplotlib.patches import Circle, Wedge

    if spot.installed <= 0:
        axes.add_artist(Circle(middle, DOT_MM, facecolor=paper.MUTED, edgecolor=paper.PAPER, linewidth=0.3, zorder=3))
        return
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
