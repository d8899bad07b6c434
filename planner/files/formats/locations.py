"""Where the places of a foreign file lie: in which country, and which of them are one.

The country is told by its name in the file, else by the map, else by the nearest coast; landing files hold one row per
landing and cable, so that places stand twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from math import cos, radians
from typing import TYPE_CHECKING

from planner.files.formats.raw import Raw, RawNode, broken, listed
from planner.files.reading.countries import CODES
from planner.latency import great_circle_km

if TYPE_CHECKING:
    from shapely import STRtree

    from planner.atlas import Area

COAST_KM = 30.0
"""How far off a coast or border a place may lie and still belong to the country: maps are coarse, landings stand in
the sea."""
BORDER_KM = 10.0
"""How near a border the map, which is coarse, may put a place on the wrong side; the guess says so."""
_SMALL = (
    ("GI", 36.14, -5.35, 3), ("ES", 35.89, -5.31, 5), ("ES", 35.29, -2.95, 4), ("TV", -8.52, 179.2, 30),
    ("CX", -10.45, 105.65, 20), ("CC", -12.17, 96.84, 20),
)  # fmt: skip
"""Places with cables that the map does not know or draws as another country's: code, latitude, longitude, radius in km
(Gibraltar, Ceuta, Melilla, Funafuti, Christmas Island, Cocos Islands)."""
_OTHER_NAMES = {
    "usa": "US", "u s a": "US", "united states of america": "US", "america": "US", "uk": "GB", "great britain": "GB",
    "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB", "czech republic": "CZ",
    "holland": "NL", "the netherlands": "NL", "macedonia": "MK", "burma": "MM", "ivory coast": "CI",
    "turkey": "TR", "russian federation": "RU", "korea": "KR", "republic of korea": "KR", "viet nam": "VN",
    "hong kong": "HK", "macau": "MO", "taiwan": "TW", "palestine": "PS", "swaziland": "SZ", "cape verde": "CV",
    "iran islamic republic of": "IR", "lao": "LA", "syrian arab republic": "SY", "brunei darussalam": "BN",
    "kyrgyz republic": "KG", "guam usa": "GU", "reunion": "RE", "curacao": "CW", "cote d ivoire": "CI",
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

    found = {_key(area.name): area.code for area in _areas()[0] if area.code in CODES}
    found |= {_key(name): code for code, name in Locale("en").territories.items() if code in CODES}
    return found | _OTHER_NAMES


@cache
def _areas() -> tuple[list[Area], STRtree]:
    from shapely import STRtree

    from planner.atlas import countries

    areas = list(countries())
    return areas, STRtree([area.shape for area in areas])


@dataclass(frozen=True)
class MapLookup:
    """What the map says of a place.

    Attributes
    ----------
    code
        The country, or nothing: no land is near, or it lies in an area without an ISO code, whose country nobody here
        decides.
    off_km
        How far off the country's coast or border the place lies; 0 inside.
    area
        The English name of an area without a code that it lies in.
    other
        Another country whose border is within `BORDER_KM`, or nothing.
    """

    code: str = ""
    off_km: float = 0.0
    area: str = ""
    other: str = ""


@lru_cache(maxsize=65536)
def land_at(lat: float, lon: float) -> MapLookup:
    """Return the country at a place, or the nearest within `COAST_KM`; else nothing."""
    from shapely import Point

    small = next((code for code, y, x, km in _SMALL if great_circle_km((lat, lon), (y, x)) <= km), "")
    if small:
        return MapLookup(small)
    areas, tree = _areas()
    inside = [int(i) for i in tree.query(Point(lon, lat), predicate="within")]
    near = _near(lat, lon, BORDER_KM if inside else COAST_KM)
    if inside:
        area = areas[min(inside)]
        others = [code for _, code in near if code != area.code]
        return MapLookup(area.code, 0.0, "", next(iter(others), "")) if area.code else MapLookup(area=area.name)
    distance, code = min(near, default=(0.0, ""))
    return MapLookup(code, distance)


def _near(lat: float, lon: float, reach_km: float) -> list[tuple[float, str]]:
    """Return the countries within a distance, the nearest first, with how far off each lies."""
    from shapely import Point, box
    from shapely.ops import nearest_points

    areas, tree = _areas()
    high = reach_km / 111
    wide = min(high / max(cos(radians(lat)), 0.01), 180.0)
    found = []
    for index in tree.query(box(lon - wide, lat - high, lon + wide, lat + high)):
        code = areas[int(index)].code
        if code:
            near = nearest_points(areas[int(index)].shape, Point(lon, lat))[0]
            found.append((great_circle_km((lat, lon), (near.y, near.x)), code))
    return sorted(each for each in found if each[0] <= reach_km)


def is_land(lat: float, lon: float) -> bool:
    """Tell whether the map draws land at a place."""
    from shapely import Point

    return bool(len(_areas()[1].query(Point(lon, lat), predicate="within")))


_NEAR_KM = 1.0
"""How near places of one name must lie to be one, where their ids differ."""
_OWN = {"id", "lat", "lon", "latitude", "longitude"}


def merge_twins(raw: Raw, reach_km: float, *, by_name: bool = False) -> None:
    """Take places of one id once where they lie within reach of each other; `by_name` also those of one name.

    Raises InputError where places of one id lie farther apart.
    """
    firsts: dict[str, RawNode] = {}
    named: dict[str, list[RawNode]] = {}
    kept, twins, differing = list[RawNode](), list[str](), dict[str, None]()
    for node in raw.nodes:
        first = firsts.get(node.key)
        if first is not None and (apart := _apart_km(first, node)) > reach_km:
            what = f"the node id '{node.key}' stands twice, at places {apart:,.0f} km apart"
            right = "give each node its own id"
            raise broken(node.file or raw.file, what, right, line=node.line, where=node.name)
        if first is None and by_name and node.name:
            near = named.setdefault(node.name.casefold(), [])
            first = next((other for other in near if _apart_km(other, node) <= _NEAR_KM), None)
        if first is None:
            firsts[node.key] = node
            named.setdefault(node.name.casefold(), []).append(node)
            kept.append(node)
        else:
            first.country = first.country or node.country
            twins.append(node.name or node.key)
            differing |= dict.fromkeys(_differing(first, node))
    raw.nodes = kept
    if twins:
        words = f"; their records differ in {', '.join(differing)}" if differing else ""
        raw.messages.append(f"places that stand again, taken once, as they first stand: {listed(twins)}{words}")


def _apart_km(one: RawNode, two: RawNode) -> float:
    if one.lat is None or one.lon is None or two.lat is None or two.lon is None:
        return 0.0
    return great_circle_km((one.lat, one.lon), (two.lat, two.lon))


def _differing(one: RawNode, two: RawNode) -> list[str]:
    """Return what the file says of one place otherwise than of its twin."""
    keys = dict.fromkeys([*one.attrs, *two.attrs])
    return [str(k) for k in keys if str(k).lower() not in _OWN and one.attrs.get(k) != two.attrs.get(k)]
