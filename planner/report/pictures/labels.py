"""Where labels stand: beside their places, clear of each other, the most important first; some find no room.

Positions are tried in a fixed order, so that the same map gets the same labels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

GAP_MM = 0.7
"""Between a place's mark and its label."""
REACH_MM = (0.0, 1.6, 3.4, 5.6, 8.5)
"""How much farther out positions are tried."""
LEADER_MM = 3.0
"""A label farther out than this is tied to its place by a thin line."""
SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
"""Directions from the place, in the order in which they are tried: beside, above, below, corners."""
LINE_COST, MARK_COST, REACH_COST, SIDE_COST, AWAY_COST = 0.25, 6.0, 0.45, 0.05, 0.08
"""What it counts to cover a point of a link or a small mark, to go a mm away, to take a later side; for the name of a
country, to go a mm away from its middle."""
NEAR_COST, NEAR_MM, CIRCLE_MM = 8.0, 1.6, 0.5
"""What it counts to stand so close to the circle of another place, and from which radius on a mark is one."""
WORST = 14.0
"""A position that counts more than this is worse than no label."""

Box = tuple[float, float, float, float]
"""Left, lower, right and upper edge in mm, y upwards."""


@dataclass(frozen=True)
class WantedLabel:
    """A label to be placed: the middle and the radius of its place's mark, and its own size, in mm."""

    key: str
    x: float
    y: float
    radius: float
    width: float
    height: float
    reach: float = REACH_MM[-1]
    """How far out it may stand; one of little weight stands close or not at all."""
    also: tuple[tuple[float, float], ...] = ()
    """Where it may stand upon its area, as the name of a country does, the best place first; none: beside its mark."""


@dataclass(frozen=True)
class PlacedLabel:
    """A label's place: its box, and whether a line leads to it."""

    key: str
    box: Box
    leads: bool


@dataclass(frozen=True)
class LabelGround:
    """What labels are placed on.

    Attributes
    ----------
    page
        what they have to stay within
    marks
        (n, 3) middle and radius of all marks
    points
        (m, 2) points along the links that are drawn thick
    """

    page: Box
    marks: NDArray[np.float64]
    points: NDArray[np.float64]


def place_labels(wanted: Sequence[WantedLabel], ground: LabelGround) -> list[PlacedLabel]:
    """Place labels one after the other, the most important ones first in the list; some may find no place."""
    taken: list[Box] = []
    placed = []
    for label in wanted:
        options = [
            (cost, number, box, reach)
            for number, (box, reach, extra) in enumerate(_options(label, ground.page))
            if (cost := _cost(box, label, taken, ground) + extra) <= WORST
        ]
        if options:
            _, _, box, reach = min(options)
            taken.append(box)
            placed.append(PlacedLabel(label.key, box, reach > LEADER_MM))
    return placed


def _options(label: WantedLabel, page: Box) -> Iterator[tuple[Box, float, float]]:
    """Yield boxes around a mark, how far out they are, and what that counts."""
    half_width, half_height = label.width / 2, label.height / 2
    for x, y in label.also:
        box = (x - half_width, y - half_height, x + half_width, y + half_height)
        yield box, 0.0, float(np.hypot(x - label.x, y - label.y)) * AWAY_COST
    if label.also:
        return
    for reach in (each for each in REACH_MM if each <= label.reach):
        for number, (right, up) in enumerate(SIDES):
            out = (label.radius + GAP_MM + reach) * (0.75 if right and up else 1.0)
            x, y = label.x + right * (out + half_width), label.y + up * (out + half_height)
            # Above or below it slides along, beside it up or down, to stay on the page.
            x = x if right else min(max(x, page[0] + half_width), page[2] - half_width)
            y = y if up else min(max(y, page[1] + half_height), page[3] - half_height)
            box = (x - half_width, y - half_height, x + half_width, y + half_height)
            yield box, reach, reach * REACH_COST + number * SIDE_COST


def _cost(box: Box, label: WantedLabel, taken: list[Box], ground: LabelGround) -> float:
    """Return what a position counts; infinite where it leaves the page or covers a label or the core of a mark."""
    left, low, right, high = box
    page, marks, points = ground.page, ground.marks, ground.points
    if left < page[0] or low < page[1] or right > page[2] or high > page[3]:
        return float("inf")
    if any(left < r and right > l and low < t and high > b for l, b, r, t in taken):  # noqa: E741 -- left and lower
        return float("inf")
    found = 0.0
    if len(marks):
        dx = np.maximum(np.maximum(left - marks[:, 0], marks[:, 0] - right), 0)
        dy = np.maximum(np.maximum(low - marks[:, 1], marks[:, 1] - high), 0)
        others, far = ~((marks[:, 0] == label.x) & (marks[:, 1] == label.y)), np.hypot(dx, dy) - marks[:, 2]
        # The circle of another place must not be nearer than its own.
        near = max(NEAR_MM, float(far[~others].min()) if label.radius > 0 and not others.all() else NEAR_MM)
        covered, circles = others & (far < 0), others & (marks[:, 2] > CIRCLE_MM)
        if (covered & circles).any():
            return float("inf")
        found += MARK_COST * float(covered.sum()) + NEAR_COST * float((circles & (far < near)).sum())
    if len(points):
        inside = (points[:, 0] > left) & (points[:, 0] < right) & (points[:, 1] > low) & (points[:, 1] < high)
        found += LINE_COST * float(inside.sum())
    return found
