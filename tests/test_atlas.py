"""The shape of the countries: codes, places and areas that everybody can check."""

from __future__ import annotations

import json

import pytest
import shapely
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


def test_what_a_country_holds_lies_in_its_shape() -> None:
    """A place every five degrees: told apart by crossings as by shapes, but where rings jump at 180 degrees."""
    places = [(lat + 0.3, lon + 0.7) for lat in range(-85, 90, 5) for lon in range(-180, 180, 5)]
    points = [Point(lon, lat) for lat, lon in places]
    for area in atlas.countries():
        held = [area.holds(*place) for place in places]
        inside = shapely.contains(area.shape, points).tolist()
        assert not any(mine and not theirs for mine, theirs in zip(held, inside, strict=True)), area.name
        assert area.code in ("RU", "FJ", "AQ") or held == inside, area.name


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
