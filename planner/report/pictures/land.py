"""The countries behind a network: cut to the frame of the map, whatever meridian it lies across."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from planner.atlas import SOURCE, Area, countries, steady
from planner.report.pictures.projection import STEP_DEG, Projection

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely import Geometry

Frame = tuple[float, float, float, float]
"""West, south, east and north of what a map shows, km in the plane."""
DETAIL = 1 / 1600
"""Details of borders smaller than this share of the frame's width (0.1 mm) are left out."""


@dataclass(frozen=True)
class CountryShape:
    """A country, in degrees or in the plane: its code where it has one, and its shape; a reader's own has none."""

    code: str | None
    shape: Geometry


def read_areas(basemap: Path | None) -> tuple[tuple[Area | CountryShape, ...], str]:
    """Return the countries to draw, the reader's own or those of the atlas, and where they come from."""
    if basemap is None:
        return countries(), SOURCE
    from shapely import MultiPolygon, get_parts
    from shapely.geometry import shape

    from planner.report.web.basemap import read_basemap

    read = json.loads(read_basemap(basemap)) or {"features": []}
    shapes = [shape(feature["geometry"]) for feature in read["features"]]
    mended = (_mended(each) for each in shapes)
    areas = (MultiPolygon([part for part in get_parts(each) if part.geom_type == "Polygon"]) for each in mended)
    return tuple(CountryShape(None, each) for each in areas if not each.is_empty), read.get("file", "")


def draw_land(areas: tuple[Area | CountryShape, ...], projection: Projection, frame: Frame) -> list[CountryShape]:
    """Return the countries that reach into a frame, in the plane."""
    import shapely

    window = _window(projection, frame)
    detail = (frame[2] - frame[0]) * DETAIL
    found = []
    for area in areas:
        cut = _cut(area.shape, projection.lon, window)
        if cut.is_empty:
            continue
        flat = shapely.transform(shapely.segmentize(cut, STEP_DEG), lambda points: _project(projection, points))
        plain = shapely.simplify(flat, detail, preserve_topology=False)
        shape = shapely.clip_by_rect(plain if plain.is_valid else shapely.make_valid(plain), *frame)
        if not shape.is_empty:
            found.append(CountryShape(area.code, shape))
    return found


def _project(projection: Projection, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return points whose longitude is relative to the middle in the plane."""
    return np.column_stack(projection.plane(points[:, 0] + projection.lon, points[:, 1]))


def _cut(shape: Geometry, middle: float, window: Frame) -> Geometry:
    """Return a shape within a window of longitudes relative to the middle, grown together where 180 degrees cut it."""
    import shapely

    pieces = []
    for turn in (-720.0, -360.0, 0.0, 360.0, 720.0):
        shift = turn - middle
        west, south, east, north = shape.bounds
        west, east = west + shift, east + shift
        if west < window[2] and east > window[0] and south < window[3] and north > window[1]:
            moved = shapely.transform(shape, lambda points, by=shift: points + np.array([by, 0.0]))
            within = west >= window[0] and east <= window[2] and south >= window[1] and north <= window[3]
            pieces.append(moved if within else shapely.intersection(moved, shapely.box(*window)))
    polygons = [part for piece in pieces for part in shapely.get_parts(piece) if part.geom_type == "Polygon"]
    if len(pieces) < 2:
        return shapely.MultiPolygon(polygons)
    # A hair of overlap closes the seam that rounding leaves open at 180 degrees.
    return shapely.union_all([part.buffer(1e-6) for part in polygons])


def _mended(shape: Geometry) -> Geometry:
    """Return a reader's shape valid, its rings running on over 180 degrees where they jump to -180 as many files do."""
    import shapely

    polygons = []
    for part in shapely.get_parts(shape):
        outer, *holes = (steady(np.asarray(ring.coords)[:, :2]) for ring in (part.exterior, *part.interiors))
        # A hole goes round with the ring that it lies in.
        around = [hole + np.array([360 * np.round((outer[0, 0] - hole[0, 0]) / 360), 0.0]) for hole in holes]
        polygons.append(shapely.make_valid(shapely.Polygon(outer, around)))
    return shapely.union_all(polygons)


def _window(projection: Projection, frame: Frame) -> Frame:
    """Return the longitudes, relative to the middle, and the latitudes that a frame may show."""
    whole = (-180.0, -90.0, 180.0, 90.0)
    if projection.world:
        return whole
    x, y = np.meshgrid(np.linspace(frame[0], frame[2], 41), np.linspace(frame[1], frame[3], 41))
    lon, lat = projection.globe(x.ravel(), y.ravel())
    south, north = max(float(lat.min()) - 1, -90.0), min(float(lat.max()) + 1, 90.0)
    poles = [pole for pole in (-90.0, 90.0) if _within(projection, pole, frame)]
    if poles or np.abs(lon).max() > 150:
        return -180.0, -90.0 if -90.0 in poles else south, 180.0, 90.0 if 90.0 in poles else north
    return float(lon.min()) - 1, south, float(lon.max()) + 1, north


def _within(projection: Projection, pole: float, frame: Frame) -> bool:
    """Whether a pole lies within a frame."""
    x, y = projection.plane(projection.lon, pole)
    return bool(frame[0] <= x <= frame[2] and frame[1] <= y <= frame[3])


def outline(projection: Projection) -> NDArray[np.float64]:
    """Return the edge (n, 2) of a map of the world."""
    side = np.linspace(-90, 90, 91)
    lon = np.concatenate([np.full(91, -180.0), np.full(91, 180.0)]) + projection.lon
    return np.column_stack(projection.plane(lon, np.concatenate([side, side[::-1]])))
