"""Kilometres become milliseconds."""

from __future__ import annotations

import pytest

from planner.latency import fibre_rtt_ms, great_circle_km, route_km


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
