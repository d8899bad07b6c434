"""The shape of the countries: codes, places and areas that everybody can check."""

from __future__ import annotations

import json

import numpy as np
import pytest
from shapely import Point

from planner import atlas


def test_the_file_is_the_topojson_that_it_says_it_is() -> None:
    """As scripts read it."""
    packed = json.loads(atlas.read_text())
    assert packed["type"] == "Topology"
    names = {each["properties"]["name"] for each in packed["objects"]["countries"]["geometries"]}
    assert {area.name for area in atlas.countries()} == names - {"Ashmore and Cartier Is."}
    assert "Natural Earth" in atlas.SOURCE


def test_countries_have_codes_that_are_their_own() -> None:
    """Two letters of ISO 3166, and None for what has no number there."""
    codes = [area.code for area in atlas.countries() if area.code]
    assert len(codes) > 200
    assert {"KZ", "CN", "US", "ZA", "FJ"} <= set(codes)
    assert all(len(code) == 2 and code.isupper() for code in codes)
    assert len(set(codes)) == len(codes)


def test_land_of_one_code_is_one_country() -> None:
    """The file has the number of Australia twice: the continent, and reefs 320 km off Kimberley, 2 km2 in all."""
    found = {area.code: area for area in atlas.countries()}
    assert found["AU"].name == "Australia"
    assert all(found["AU"].shape.contains(Point(lon, lat)) for lon, lat in [(150.9, -33.8), (133.9, -23.7)])
    assert found["AU"].shape.distance(Point(123.58, -12.43)) < 0.1


@pytest.mark.parametrize(
    ("code", "lon", "lat"),
    [("KZ", 71.4, 51.1), ("CN", 87.6, 43.8), ("UZ", 69.3, 41.3), ("KE", 36.8, -1.3), ("FR", 2.3, 48.9)],
)
def test_capitals_lie_in_their_countries(code: str, lon: float, lat: float) -> None:
    """Longitude comes first."""
    found = [area.code for area in atlas.countries() if area.shape.contains(Point(lon, lat))]
    assert found == [code]


@pytest.mark.parametrize("code", ["KZ", "CN", "ZA", "NO", "ID", "CL", "LS", "RU", "FJ"])
def test_a_place_is_as_far_from_a_country_as_from_its_shape(code: str) -> None:
    """A net of places over its box: nothing away from it inside, and as far as from its shape outside."""
    area = next(area for area in atlas.countries() if area.code == code)
    west, south, east, north = area.shape.bounds
    places = [(lat, lon) for lat in np.linspace(south, north, 23) for lon in np.linspace(west, east, 23)]
    found = [area.degrees_from(lat, lon) for lat, lon in places]
    apart = [
        min(area.shape.distance(Point(lon + turn, lat)) for turn in (-360, 0, 360)) for lat, lon in places
    ]  # a shape that is cut at 180 degrees has a far side
    assert found == pytest.approx(apart, abs=1e-9)


def test_countries_are_read_once() -> None:
    """The next reader gets the same objects."""
    assert atlas.countries() is atlas.countries()


def test_shapes_are_valid_and_cut_at_180_degrees() -> None:
    """Russia, Fiji and the Antarctic lie on both sides; none is wider than the globe."""
    for area in atlas.countries():
        west, south, east, north = area.shape.bounds
        assert area.shape.is_valid
        assert (west >= -180, east <= 180, south >= -90, north <= 90) == (True, True, True, True)
    found = {area.code: area.shape for area in atlas.countries()}
    assert found["RU"].contains(Point(-175, 66))
    assert found["RU"].contains(Point(100, 60))
    assert found["RU"].area == pytest.approx(2937, rel=0.03)
