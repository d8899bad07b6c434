"""Places that stand twice: landing files hold one row per landing and cable."""

from __future__ import annotations

from planner.files.formats.raw import Raw, RawNode, broken, listed
from planner.latency import great_circle_km

__all__ = ["merge_twins"]

_NEAR_KM = 1.0
"""How near places of one name must lie to be one, where their ids differ."""
_OWN = {"id", "lat", "lon", "latitude", "longitude"}


def merge_twins(raw: Raw, reach_km: float, *, by_name: bool = False) -> None:
    """Take places of one id once where they lie within reach of each other; `by_name` also those of one name.

    Raises
    ------
    InputError
        where places of one id lie farther apart
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
