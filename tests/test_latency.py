"""Kilometres become milliseconds."""

from __future__ import annotations

from pathlib import Path

import pytest

import planner
from planner.latency import fibre_rtt_ms, great_circle_km, ideal_rtt_ms, route_km, seen_rtt_ms

ROOT = Path(__file__).parents[1]
PLACES = {
    "Singapore": (1.35, 103.82), "Marseille": (43.30, 5.37), "Ekibastuz": (51.72, 75.32), "Frankfurt": (50.11, 8.68),
    "Almaty": (43.25, 76.91), "Karamay": (45.58, 84.89), "Shanghai": (31.23, 121.47), "Hong Kong": (22.32, 114.17),
    "Jakarta": (-6.21, 106.85),
}  # fmt: skip


def test_a_quarter_of_the_equator_is_ten_thousand_kilometres() -> None:
    assert great_circle_km((0, 0), (0, 90)) == pytest.approx(10_007.5, abs=0.5)


def test_almaty_and_frankfurt_are_five_thousand_kilometres_apart() -> None:
    assert great_circle_km((43.24, 76.89), (50.11, 8.68)) == pytest.approx(5075, rel=0.01)


def test_the_same_place_is_at_no_distance() -> None:
    assert great_circle_km((43.24, 76.89), (43.24, 76.89)) == 0


def test_distance_crosses_the_date_line_the_short_way() -> None:
    assert great_circle_km((0, 179.5), (0, -179.5)) == pytest.approx(111.2, abs=0.1)


@pytest.mark.parametrize(
    ("distance", "kind", "length"),
    [
        (100, "terrestrial", 150),
        (999, "submarine", 1498.5),
        (1100, "terrestrial", 1500),
        (2000, "submarine", 2500),
        (100, "microwave", 105),
        (100, "satellite", 100),
    ],
)
def test_a_route_is_longer_than_the_great_circle_by_the_factor_of_its_kind(
    distance: float, kind: str, length: float
) -> None:
    assert route_km(distance, kind) == pytest.approx(length)


def test_a_thousand_kilometres_of_fibre_take_ten_milliseconds_there_and_back() -> None:
    # 2 x 1000 km x 4.9 us/km + 0.1 ms of equipment
    assert fibre_rtt_ms(1000) == pytest.approx(9.9)


def published() -> list[list[str]]:
    """Lines of the table of published round trips in the page on latency."""
    text = (ROOT / "planner" / "latency.md").read_text(encoding="utf-8")
    table = text.partition("| from | to |")[2].split("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


@pytest.mark.parametrize("line", published(), ids=lambda line: f"{line[0]}-{line[1]}-{line[2]}")
def test_the_page_says_what_the_model_gives_for_published_round_trips(line: list[str]) -> None:
    distance = great_circle_km(PLACES[line[0]], PLACES[line[1]])
    assert float(line[5]) == pytest.approx(fibre_rtt_ms(route_km(distance, "terrestrial")), abs=0.06)
    assert float(line[6]) == pytest.approx(seen_rtt_ms(distance), abs=0.06)


@pytest.mark.parametrize("line", published(), ids=lambda line: f"{line[0]}-{line[1]}-{line[2]}")
def test_the_error_is_what_the_page_says(line: list[str]) -> None:
    rtt, what, rule, seen = float(line[2]), line[3], float(line[5]), float(line[6])
    if "design" in what or "target" in what:
        assert rule == pytest.approx(rtt, rel=0.031)
    elif "through London" in what:
        assert rtt / rule > 4
        assert rtt / seen == pytest.approx(3, rel=0.03)
    else:
        assert 1.355 <= rtt / rule <= 1.45
        assert 1.02 <= seen / rtt <= 1.15


def test_the_map_of_central_asia_gives_the_round_trips_that_are_seen() -> None:
    topology = planner.load_topology(ROOT / "topologies" / "central-asia.yaml")
    lines = [line for line in published() if line[7]]
    assert len(lines) == 3
    for start, end, rtt, _, _, _, _, shown in lines:
        found = planner.find_route(topology, start.lower(), end.lower(), latency="glass").rtt_ms
        assert float(shown) == pytest.approx(found, abs=0.06)
        assert found == pytest.approx(float(rtt), rel=0.025)


@pytest.mark.parametrize(
    ("distance", "africa", "ratio"),
    [(100, 0, 4.1), (500, 0, 4.1), (4000, 0, 1.85), (9000, 0, 1.85), (800, 2, 3.96), (6000, 1, 2.38)],
)  # fmt: skip
def test_what_is_seen_has_the_published_ratios_to_straight_glass(distance: float, africa: int, ratio: float) -> None:
    assert seen_rtt_ms(distance, ends_in_africa=africa) == pytest.approx(ratio * ideal_rtt_ms(distance))


def test_what_is_seen_is_never_faster_than_glass_and_grows_with_distance() -> None:
    found = [seen_rtt_ms(distance) for distance in range(0, 20_000, 50)]
    assert found == sorted(found)
    assert all(seen >= ideal_rtt_ms(50 * number) for number, seen in enumerate(found))
