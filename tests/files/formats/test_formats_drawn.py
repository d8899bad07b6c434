"""Drawn lines: rings, second ways, branches, points at sea, landings that stand twice, reference systems."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import planner
from planner.latency import great_circle_km

HELSINKI, TALLINN, STOCKHOLM, HANKO = [24.94, 60.17], [24.75, 59.44], [18.06, 59.33], [22.97, 59.82]
LISBON, AZORES = [-9.14, 38.71], [-25.67, 37.74]


def point(name: str, at: list[float], **more: Any) -> dict[str, Any]:
    """Return a landing."""
    geometry = {"type": "Point", "coordinates": at}
    return {"type": "Feature", "properties": {"name": name, **more}, "geometry": geometry}


def lines(name: str, *parts: list[list[float]], **more: Any) -> dict[str, Any]:
    """Return a cable of one or several lines."""
    geometry = {"type": "MultiLineString", "coordinates": list(parts)}
    return {"type": "Feature", "properties": {"name": name, **more}, "geometry": geometry}


BALTIC = [point("Helsinki", HELSINKI), point("Tallinn", TALLINN), point("Stockholm", STOCKHOLM)]


def read(folder: Path, *features: dict[str, Any], **more: Any) -> planner.Imported:
    """Return the import of features."""
    path = folder / "drawn.geojson"
    options = {key: more.pop(key) for key in ("country", "snap") if key in more}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features, **more}), encoding="utf-8")
    return planner.import_topology(path, **options)


def ends_of(found: planner.Imported) -> set[frozenset[str]]:
    """Return the ends of all links."""
    return {frozenset(link.ends) for link in found.topology.links.values()}


@pytest.mark.parametrize(
    "ring",
    [
        [HELSINKI, [24.9, 59.8], TALLINN, [22.0, 59.3], STOCKHOLM, [20.0, 59.9], HELSINKI],
        [[21.37, 59.53], STOCKHOLM, [22.5, 59.9], HELSINKI, [24.9, 59.8], TALLINN, [23.0, 59.4], [21.37, 59.53]],
    ],
    ids=["from a landing", "from the sea"],
)
def test_a_ring_closes_wherever_its_drawing_begins(ring: list[list[float]], tmp_path: Path) -> None:
    """Three landings, three links, no place made."""
    found = read(tmp_path, *BALTIC, lines("Ring", ring))
    pairs = [("helsinki", "tallinn"), ("tallinn", "stockholm"), ("stockholm", "helsinki")]
    assert ends_of(found) == set(map(frozenset, pairs))
    assert len(found.topology.links) == 3
    assert set(found.topology.nodes) == {"helsinki", "tallinn", "stockholm"}


def test_a_ring_closes_across_180_degrees(tmp_path: Path) -> None:
    """Cut there into three parts, as maps want them."""
    suva, apia, nuku = [178.4, -18.1], [-171.8, -13.8], [-175.2, -21.1]
    parts = [[suva, [180, -16.9]], [[-180, -16.9], apia, nuku, [-180, -20]], [[180, -20], suva]]
    places = [point("Suva", suva), point("Apia", apia), point("Nuku'alofa", nuku)]
    found = read(tmp_path, *places, lines("R", *parts))
    assert len(found.topology.links) == 3
    assert len(ends_of(found)) == 3


def test_two_ways_between_the_same_landings_are_two_links(tmp_path: Path) -> None:
    """90.3 and 117.5 km along the lines, as great circles of their two halves."""
    west, east = [HELSINKI, [24.5, 59.8], TALLINN], [HELSINKI, [25.6, 59.8], TALLINN]
    found = read(tmp_path, *BALTIC[:2], lines("Dual", west, east))
    lengths = {key: link.length_km for key, link in found.topology.links.items()}
    assert lengths == {"dual:helsinki--tallinn": 90.3, "dual:helsinki--tallinn--2": 117.5}


def test_what_is_drawn_again_along_the_same_points_counts_once(tmp_path: Path) -> None:
    """As a part of its own, there and back, or as the common beginning of two parts."""
    there = [HELSINKI, [24.5, 59.8], TALLINN]
    for parts in ([there, there[::-1]], [there + there[-2::-1]], [there, [*there, STOCKHOLM]]):
        found = read(tmp_path, *BALTIC, lines("Dual", *parts))
        assert [key for key in found.topology.links if "stockholm" not in key] == ["dual:helsinki--tallinn"]
        assert "parts drawn twice, taken once: Dual" in found.messages


def test_a_branch_may_come_back_to_the_trunk(tmp_path: Path) -> None:
    """Both its ends are led back to Helsinki, the nearest landing along the trunk: 39 and 100 km of 408."""
    trunk = [HELSINKI, [24.5, 59.9], [23.5, 59.7], STOCKHOLM]
    branch = [[24.5, 59.9], TALLINN, HANKO, [23.5, 59.7]]
    found = read(tmp_path, *BALTIC, point("Hanko", HANKO), lines("X", trunk, branch))
    pairs = [("helsinki", "stockholm"), ("helsinki", "tallinn"), ("tallinn", "hanko"), ("hanko", "helsinki")]
    assert ends_of(found) == set(map(frozenset, pairs))
    off = sum(great_circle_km(*((lat, lon) for lon, lat in pair)) for pair in pairwise(trunk[:3]))
    last = great_circle_km((59.7, 23.5), (59.82, 22.97))
    assert found.topology.links["x:hanko--helsinki"].length_km == pytest.approx(off + last, abs=0.06)


def test_three_lines_that_meet_at_sea_join_their_landings(tmp_path: Path) -> None:
    """By two links from the nearest landing, for three would be a ring that nobody drew."""
    middle = [21.5, 59.5]
    found = read(tmp_path, *BALTIC, lines("Star", *([place, middle] for place in (HELSINKI, TALLINN, STOCKHOLM))))
    assert ends_of(found) == {frozenset(("tallinn", "helsinki")), frozenset(("tallinn", "stockholm"))}
    straight = [great_circle_km((59.5, 21.5), (lat, lon)) for lon, lat in (HELSINKI, TALLINN)]
    assert found.topology.links["star:helsinki--tallinn"].length_km == pytest.approx(sum(straight), abs=0.06)


def test_a_landing_on_the_other_side_of_180_degrees_is_near(tmp_path: Path) -> None:
    """0.05 degrees of latitude are 5.6 km, but 4.3 km off the line, which ends there from the south-west."""
    places = [point("T", [180.0, -16.9], country="FJ"), point("U", [-180.0, -16.95], country="FJ")]
    found = read(tmp_path, *places, point("Suva", [178.44, -18.14]), lines("x", [[178.44, -18.14], [180, -16.9]]))
    assert found.topology.cables["x"].route == ("suva", "u", "t")


def test_a_line_on_this_side_is_not_near_a_place_on_the_other_side_of_the_globe(tmp_path: Path) -> None:
    """St Helena lies at the latitude of Fiji's cables, half way round."""
    places = [point("Suva", [178.44, -18.14]), point("Apia", [-171.76, -13.83]), point("Jamestown", [-5.72, -15.92])]
    found = read(
        tmp_path, *places, lines("P", [[178.44, -18.14], [179.9, -15.92], [-179.0, -15.92], [-171.76, -13.83]])
    )
    assert found.topology.cables["p"].route == ("suva", "apia")


def test_points_and_ends_at_sea_need_no_country(tmp_path: Path) -> None:
    """The line leads through the point, what lies beyond the last landing is left out, both are told."""
    sea = point("BU 1", [-18.0, 38.2])
    tail = lines("Tail", [LISBON, [-18.0, 38.2], AZORES, [-40.0, 36.0]])
    found = read(tmp_path, point("Lisbon", LISBON), point("Azores", AZORES), sea, tail)
    assert list(found.topology.links) == ["tail:lisbon--azores"]
    told = "\n".join(found.report())
    assert "1 point at sea, in no country, taken for no landing (--country XX keeps such): BU 1" in told
    assert "what ends at sea, beyond the last landing, left out: Tail (1288.0 km)" in told
    kept = read(tmp_path, point("Lisbon", LISBON), point("Azores", AZORES), sea, tail, country="PT")
    assert kept.topology.cables["tail"].route == ("lisbon", "bu-1", "azores", "tail-end-1")


def test_cables_that_join_nothing_and_shapes_that_are_none_are_told(tmp_path: Path) -> None:
    """A line at sea, a line of one point, a feature without geometry, lines without a name."""
    nothing = {"type": "Feature", "properties": {"name": "N"}, "geometry": None}
    odd = [lines("Sea", [[-30, 30], [-40, 36]]), lines("One", [HELSINKI]), nothing]
    found = read(tmp_path, *BALTIC, *odd, lines("", [HELSINKI, TALLINN], rfs=2030, owners="me"))
    told = "\n".join(found.report())
    for words in (
        "cables that join no two places left out: Sea, One",
        "lines of fewer than two points left out: One",
        "1 left out that are neither points nor lines: N (no geometry)",
        "cables without a name, which are numbered: 1",
        "not read: of cables rfs, owners",
    ):
        assert words in told


def test_landings_with_a_record_per_cable_are_taken_once(tmp_path: Path) -> None:
    """The same id 13 m apart; the same name under ids of its own; but not one id at two far places."""
    line = lines("C", [HELSINKI, TALLINN])
    near = [point("Helsinki", HELSINKI, id=1, cable="C"), point("Helsinki", [24.9401, 60.1701], id=1, cable="D")]
    found = read(tmp_path, *near, point("Helsinki", [24.9402, 60.17], id=5), point("Tallinn", TALLINN, id=2), line)
    assert set(found.topology.nodes) == {"helsinki", "tallinn"}
    assert any(each.startswith("places that stand again, taken once, as they first stand: Helsinki (2 times)")
               for each in found.messages)  # fmt: skip
    with pytest.raises(planner.InputError, match="Tallinn: the node id '1' stands twice, at places 82 km apart"):
        read(tmp_path, near[0], point("Tallinn", TALLINN, id=1), line)


def test_the_file_of_a_place_that_stands_twice_is_named(tmp_path: Path) -> None:
    """Not that of the cables."""
    cables, landings = tmp_path / "cables.geojson", tmp_path / "landings.geojson"
    for path, features in (
        (cables, [lines("C", [HELSINKI, TALLINN])]),
        (landings, [point("A", HELSINKI, id=1), point("B", TALLINN, id=1)]),
    ):
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    with pytest.raises(planner.InputError, match=r"^\S*landings\.geojson: "):
        planner.import_topology(cables, landings)


def named(crs: str) -> dict[str, Any]:
    """Return how GeoJSON names a reference system."""
    return {"type": "name", "properties": {"name": crs}}


def test_coordinates_in_web_mercator_are_turned_to_degrees(tmp_path: Path) -> None:
    """A sixth of 2 pi R east of Greenwich are 60 degrees; R ln tan(45 + 45/2) north are 45 degrees."""
    at = [6378137.0 * 1.0471975511965976, 6378137.0 * 0.881373587019543]
    node = read(tmp_path, point("A", at, country="KZ"), crs=named("urn:ogc:def:crs:EPSG::3857")).topology.nodes["a"]
    assert (node.lon, node.lat) == (pytest.approx(60, abs=1e-8), pytest.approx(45, abs=1e-8))


@pytest.mark.parametrize("crs", ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "urn:ogc:def:crs:EPSG::4326"])
def test_degrees_stay_as_they_are(crs: str, tmp_path: Path) -> None:
    """Longitude first, as GeoJSON has it under every name."""
    node = read(tmp_path, point("A", HELSINKI), crs=named(crs)).topology.nodes["a"]
    assert [node.lon, node.lat] == HELSINKI


def test_other_reference_systems_are_refused_by_name(tmp_path: Path) -> None:
    """And metres that no `crs` explains are told for what they look like."""
    with pytest.raises(planner.InputError, match="crs: the coordinates are in 'EPSG:32633': save it in EPSG:4326"):
        read(tmp_path, *BALTIC, crs=named("EPSG:32633"))
    with pytest.raises(planner.InputError, match="look like metres of a map projection"):
        read(tmp_path, point("A", [1113194.9, 6446275.8]))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    order=st.permutations(range(6)),
    turn=st.integers(0, 7),
    ring=st.booleans(),
    cuts=st.lists(st.integers(1, 14), max_size=3, unique=True),
)
def test_nothing_of_a_line_is_lost(order: list[int], turn: int, ring: bool, cuts: list[int], tmp_path: Path) -> None:
    """Wherever a line over all landings begins and is cut, its links are as long as it is drawn, and as many."""
    places = [(16.0, 42.0), (14.0, 45.5), (10.0, 45.5), (8.0, 42.0), (10.0, 38.5), (14.0, 38.5)]  # none within a chord
    course: list[tuple[float, float]] = []
    for a, b in pairwise([*order, order[0]] if ring else order):
        middle = ((places[a][0] + places[b][0]) / 2 + 0.1 * a, (places[a][1] + places[b][1]) / 2 + 0.13 * b)
        course += [places[a], middle]
    course = [*course[turn:], *course[: turn + 1]] if ring else [*course, places[order[-1]]]
    at = [0, *sorted(cut for cut in cuts if cut < len(course) - 1), len(course) - 1]
    parts = [[list(place) for place in course[first : last + 1]] for first, last in pairwise(at)]
    found = read(tmp_path, *(point(f"P{n}", list(at), country="IT") for n, at in enumerate(places)), lines("L", *parts))
    drawn = sum(great_circle_km((a[1], a[0]), (b[1], b[0])) for a, b in pairwise(course))
    assert len(found.topology.links) == (6 if ring else 5)
    assert sum(link.length_km for link in found.topology.links.values()) == pytest.approx(drawn, abs=0.4)
