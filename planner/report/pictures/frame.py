"""What a map shows of the world: its projection, its frame, the land within it, and the scales of a series of maps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from planner.report.pictures.canvas import WIDTH_MM
from planner.report.pictures.land import CountryShape, Frame, draw_land, read_areas
from planner.report.pictures.marks import Scales, scales_for
from planner.report.pictures.projection import Projection, choose_projection

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.report.pictures.content import MapContent, MapNode

LOWEST_MM, HIGHEST_MM = 72.0, 128.0
"""The least and the greatest height of a map."""
LEAST_KM = 400.0
"""A map is at least so wide: a single town needs a country around it."""
BENT_DEG = 10.0
"""Links that span so many degrees of longitude may leave the frame around their ends."""
MARGIN = 0.08
"""Room around the network, as a share of its larger side."""


@dataclass(frozen=True)
class Sheet:
    """The map's rectangle: what it shows in km, and its size in mm."""

    projection: Projection
    frame: Frame
    width_mm: float
    height_mm: float

    def mm(self, km: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return points (n, 2) in mm from the lower left corner."""
        scaled: NDArray[np.float64] = (km - np.array(self.frame[:2])) * (
            self.width_mm / (self.frame[2] - self.frame[0])
        )
        return scaled

    def spots(self, spots: Sequence[MapNode]) -> list[tuple[float, float]]:
        """Return where places lie, in mm."""
        places = np.array([(spot.lon, spot.lat) for spot in spots]).reshape(-1, 2)
        return [(x, y) for x, y in self.mm(self.projection.spots(places)).tolist()]

    def holds(self, middle: tuple[float, float]) -> bool:
        """Whether a point in mm lies on the map."""
        return 0 <= middle[0] <= self.width_mm and 0 <= middle[1] <= self.height_mm


@dataclass(frozen=True)
class MapSeries:
    """What the maps of a series have in common: the sheet, the land on it, where its borders come from, the scales."""

    sheet: Sheet
    land: list[CountryShape]
    source: str
    scales: Scales


def set_stage(contents: Sequence[MapContent], basemap: Path | None) -> MapSeries:
    """Return what the maps of some years share, so that a reader can lay them side by side."""
    areas, source = read_areas(basemap)
    sheet = choose_sheet(contents)
    scales = scales_for(contents, sheet.width_mm * sheet.height_mm)
    return MapSeries(sheet, draw_land(areas, sheet.projection, sheet.frame), source, scales)


def choose_sheet(contents: Sequence[MapContent]) -> Sheet:
    """Choose the projection, and the frame around who asks and what serves, with the links that join these places."""
    spots = [spot for content in contents for spot in content.spots.values()]
    shown = [spot for spot in spots if spot.core] or [spot for spot in spots if spot.seen]
    places = np.unique(np.array([(spot.lon, spot.lat) for spot in shown]).reshape(-1, 2), axis=0)
    projection = choose_projection(places)
    inner = {spot.key: (spot.lon, spot.lat) for spot in shown}
    ways = {line.ends for content in contents for line in content.lines if line.gbps and inner.keys() >= {*line.ends}}
    bent = [(inner[a], inner[b]) for a, b in sorted(ways) if abs(inner[a][0] - inner[b][0]) > BENT_DEG]
    pieces = [piece for arc in projection.arcs(bent) for piece in arc]
    return Sheet(projection, *_frame(np.concatenate([projection.spots(places), *pieces])))


def _frame(km: NDArray[np.float64]) -> tuple[Frame, float, float]:
    """Return the frame around points (n, 2), and the width and the height in mm that it is drawn with."""
    (west, south), (east, north) = (km.min(axis=0), km.max(axis=0)) if len(km) else np.zeros((2, 2))
    room = MARGIN * max(east - west, north - south)
    wide, tall = max(east - west + 2 * room, LEAST_KM), max(north - south + 2 * room, LEAST_KM / 2)
    height_mm = float(np.clip(WIDTH_MM * tall / wide, LOWEST_MM, HIGHEST_MM))
    wide = max(wide, tall * WIDTH_MM / height_mm)
    tall = wide * height_mm / WIDTH_MM
    x, y = (west + east) / 2, (south + north) / 2
    frame = (float(x - wide / 2), float(y - tall / 2), float(x + wide / 2), float(y + tall / 2))
    return frame, WIDTH_MM, height_mm
