"""From the globe to the plane: areas, great circles, the meridian of 180 degrees, the poles."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely

from planner.atlas import countries
from planner.latency import EARTH_DIAMETER_KM, great_circle_km
from planner.report.pictures.labels import LabelGround, WantedLabel, place_labels
from planner.report.pictures.land import _mended, draw_land
from planner.report.pictures.marks import Scales, ramp, round_figures, spread
from planner.report.pictures.projection import Projection, choose_projection, great_circle

REGION = Projection(75.0, 45.0, world=False)
WORLD = Projection(10.0, 0.0, world=True)
KZ = next(area for area in countries() if area.code == "KZ")


@pytest.mark.parametrize("projection", [REGION, WORLD])
def test_areas_are_kept(projection: Projection) -> None:
    """A field of one degree covers as many km2 in the plane as on the globe."""
    lon, lat = np.meshgrid([80.0, 81.0], [50.0, 51.0])
    x, y = projection.plane(lon, lat)
    drawn = shapely.Polygon(np.column_stack([x.ravel(), y.ravel()])[[0, 1, 3, 2]]).area
    radius = EARTH_DIAMETER_KM / 2
    on_globe = radius**2 * np.radians(1) * (np.sin(np.radians(51)) - np.sin(np.radians(50)))
    assert drawn == pytest.approx(on_globe, rel=2e-3)


def test_the_plane_leads_back_to_the_globe() -> None:
    """Lambert's projection and its inverse."""
    x, y = REGION.plane([60.0, 100.0, 75.0], [20.0, 70.0, 45.0])
    lon, lat = REGION.globe(x, y)
    assert lon + 75 == pytest.approx([60, 100, 75])
    assert lat == pytest.approx([20, 70, 45])


@pytest.mark.parametrize(
    "ends", [((76.9, 43.2), (8.7, 50.1)), ((170.0, -40.0), (-120.0, 30.0)), ((0.0, 0.0), (180.0, 0.0))]
)
def test_great_circles_are_as_long_as_they_are(ends: tuple[tuple[float, float], tuple[float, float]]) -> None:
    """Opposite ends of the globe included."""
    lon, lat = great_circle(*ends)
    places = list(zip(lat.tolist(), lon.tolist(), strict=True))
    length = sum(great_circle_km(a, b) for a, b in pairwise(places))
    assert length == pytest.approx(great_circle_km(ends[0][::-1], ends[1][::-1]), rel=1e-6)


def test_a_line_over_the_edge_of_a_map_of_the_world_has_two_pieces() -> None:
    """Each ends at the edge, on its side."""
    left, right = Projection(0.0, 0.0, world=True).arc((170.0, 0.0), (-170.0, 0.0))
    edge = np.pi * EARTH_DIAMETER_KM / 2 * 2 * np.sqrt(3) / (3 * 1.340264)
    assert left[-1] == pytest.approx([edge, 0.0], abs=1e-6)
    assert right[0] == pytest.approx([-edge, 0.0], abs=1e-6)


def test_the_middle_of_a_network_across_180_degrees_lies_between_its_ends() -> None:
    """And a network around the world gets a map of the world."""
    chosen = choose_projection(np.array([(175.0, -10.0), (-175.0, 10.0)]))
    assert not chosen.world
    assert abs(chosen.lon) == pytest.approx(180, abs=0.5)
    assert chosen.lat == pytest.approx(0, abs=0.5)
    wide = choose_projection(np.array([(-120.0, 37.0), (0.0, 51.0), (140.0, 35.0), (150.0, -33.0)]))
    assert wide.world


@pytest.mark.parametrize(
    ("longitudes", "middle"),
    [((-70, 30, 130), 30), ((100, -160, -60), -160)],  # the gaps of 160 degrees lie around -150 and around 20
)
def test_a_map_of_the_world_is_cut_where_its_widest_gap_is(longitudes: tuple[float, ...], middle: float) -> None:
    found = choose_projection(np.array([(lon, 0.0) for lon in longitudes]))
    assert found == Projection(pytest.approx(middle), 0.0, world=True)


@pytest.mark.parametrize("middle", [75.0, -170.0])
def test_countries_grow_together_over_180_degrees(middle: float) -> None:
    """Whatever the middle of the map of the world, Russia and Fiji have the area that they have."""
    projection = Projection(middle, 0.0, world=True)
    half = np.pi * EARTH_DIAMETER_KM / 2
    land = draw_land(countries(), projection, (-half, -half, half, half))
    areas = {country.code: country.shape.area for country in land}
    assert areas["RU"] == pytest.approx(17.0e6, rel=0.03)
    assert areas["FJ"] == pytest.approx(15e3, rel=0.25)
    assert areas["AQ"] == pytest.approx(12.3e6, rel=0.15)


def test_rings_that_jump_are_mended() -> None:
    """As readers' files have them: a field across 180 degrees, with a hole on its other side, and the Antarctic."""
    field = shapely.Polygon(
        [(170, 60), (-170, 60), (-170, 70), (170, 70)], [[(-178, 64), (-174, 64), (-174, 66), (-178, 66)]]
    )
    shape = _mended(shapely.MultiPolygon([field]))
    assert shape.is_valid
    assert shape.area == pytest.approx(20 * 10 - 4 * 2)
    cap = shapely.Polygon([(lon, -70 - lon % 7) for lon in range(-180, 181, 10)])
    around = _mended(shapely.MultiPolygon([cap]))
    assert around.is_valid
    assert around.bounds[2] - around.bounds[0] == pytest.approx(360)
    assert around.bounds[1] == -90


def test_land_around_a_pole_is_drawn() -> None:
    """A network in the Arctic sees the coasts on all sides."""
    land = draw_land(countries(), Projection(0.0, 88.0, world=False), (-3000.0, -3000.0, 3000.0, 3000.0))
    assert {"RU", "CA", "GL", "NO", "US"} <= {country.code for country in land}
    assert sum(country.shape.area for country in land) < 0.6 * 6000**2


def test_only_what_lies_in_the_frame_is_drawn() -> None:
    """Cut to it."""
    land = draw_land((KZ,), REGION, (-500.0, -100.0, 500.0, 100.0))
    assert [country.code for country in land] == ["KZ"]
    assert land[0].shape.bounds[0] >= -500.0
    assert draw_land((KZ,), Projection(-75.0, -45.0, world=False), (-500.0, -100.0, 500.0, 100.0)) == []


def test_labels_keep_clear_of_each_other_and_of_marks() -> None:
    """The first one stands where it likes best; what has no room is left out."""
    names = [WantedLabel(f"n{i}", 20.0 + 0.5 * i, 20.0, 1.5, 14.0, 3.0, 3.4) for i in range(30)]
    marks = np.array([(name.x, name.y, name.radius) for name in names])
    placed = place_labels(names, LabelGround((0.0, 0.0, 60.0, 40.0), marks, np.zeros((0, 2))))
    assert 2 <= len(placed) < 30
    boxes = [shapely.box(*each.box) for each in placed]
    assert all(a.intersection(b).area == 0 for i, a in enumerate(boxes) for b in boxes[:i])
    assert all(each.box[0] >= 0 and each.box[2] <= 60 for each in placed)


def test_circles_that_would_hide_each_other_are_drawn_apart() -> None:
    """Each still over its place; what stands free stays; two at one place part as well."""
    middles = np.array([(10.0, 10.0), (11.0, 10.0), (60.0, 40.0), (90.0, 5.0), (90.0, 5.0)])
    radii = np.array([5.0, 4.0, 5.0, 2.0, 2.0])
    found = spread(middles, radii)
    assert (np.hypot(*(found - middles).T) <= 0.8 * radii + 1e-6).all()
    assert np.hypot(*(found[0] - found[1])) > 7.5
    assert np.hypot(*(found[3] - found[4])) > 3.0
    assert found[2].tolist() == [60.0, 40.0]


def test_areas_of_circles_are_in_proportion_and_figures_of_a_legend_are_round() -> None:
    """Four times the PFLOPS, twice the radius."""
    scales = Scales(2000.0, 100.0)
    assert scales.radius(2000) == pytest.approx(2 * scales.radius(500))
    assert scales.width(100) > scales.width(50) > scales.width(1) > scales.width(0)
    assert round_figures(2021) == [100, 500, 2000]
    assert round_figures(0) == []
    assert ramp(0.0) == "#a9bccb"
    assert ramp(1.0) == "#7d1a12"
