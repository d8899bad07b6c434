"""Which country a place lies in: by its name in the file, else by the map, else by the nearest coast."""

from __future__ import annotations

from functools import cache, lru_cache
from math import cos, radians
from typing import TYPE_CHECKING

from planner.files.countries import CODES
from planner.latency import great_circle_km

if TYPE_CHECKING:
    from shapely import STRtree

    from planner.atlas import Area

__all__ = ["COAST_KM", "country_at", "country_named"]

COAST_KM = 30.0
"""How far off a coast or border a place may lie and still belong to the country: maps are coarse, landings stand in
the sea."""
_OTHER_NAMES = {
    "usa": "US", "u s a": "US", "united states of america": "US", "america": "US", "uk": "GB", "great britain": "GB",
    "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB", "czech republic": "CZ",
    "holland": "NL", "the netherlands": "NL", "macedonia": "MK", "burma": "MM", "ivory coast": "CI",
    "turkey": "TR", "russian federation": "RU", "korea": "KR", "republic of korea": "KR", "viet nam": "VN",
    "hong kong": "HK", "macau": "MO", "taiwan": "TW", "palestine": "PS", "swaziland": "SZ", "cape verde": "CV",
    "iran islamic republic of": "IR", "lao": "LA", "syrian arab republic": "SY", "brunei darussalam": "BN",
    "republic of moldova": "MD", "united republic of tanzania": "TZ", "slovak republic": "SK", "uae": "AE",
}  # fmt: skip


def country_named(text: str) -> str:
    """Return the code of a country given as a code or by its English name, or nothing."""
    word = text.strip()
    if word.upper() in CODES and len(word) == 2:
        return word.upper()
    return _names().get(_key(word), "") if word else ""


def _key(name: str) -> str:
    return " ".join("".join(letter if letter.isalnum() else " " for letter in name.lower()).split())


@cache
def _names() -> dict[str, str]:
    from babel import Locale

    found = {_key(area.name): area.code for area in _areas()[0] if area.code}
    found |= {_key(name): code for code, name in Locale("en").territories.items() if code in CODES}
    return found | _OTHER_NAMES


@cache
def _areas() -> tuple[list[Area], STRtree]:
    from shapely import STRtree

    from planner.atlas import countries

    areas = [area for area in countries() if area.code in CODES]
    return areas, STRtree([area.shape for area in areas])


@lru_cache(maxsize=65536)
def country_at(lat: float, lon: float) -> tuple[str, float]:
    """Return the country at a place, or the nearest within `COAST_KM`, with its distance in km; else nothing."""
    from shapely import Point, box
    from shapely.ops import nearest_points

    areas, tree = _areas()
    place = Point(lon, lat)
    inside = [int(i) for i in tree.query(place, predicate="within")]
    if inside:
        return str(areas[min(inside)].code), 0.0
    high = COAST_KM / 111
    wide = min(high / max(cos(radians(lat)), 0.01), 180.0)
    found = []
    for index in tree.query(box(lon - wide, lat - high, lon + wide, lat + high)):
        near = nearest_points(areas[int(index)].shape, place)[0]
        found.append((great_circle_km((lat, lon), (near.y, near.x)), str(areas[int(index)].code)))
    distance, code = min(found, default=(COAST_KM + 1, ""))
    return (code, distance) if distance <= COAST_KM else ("", 0.0)
