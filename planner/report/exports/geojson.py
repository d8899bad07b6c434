"""Plans as GeoJSON (RFC 7946): longitude before latitude, lines over the antimeridian cut, figures with their year.

Four collections: nodes, sites, links between their ends, and flows from where something is asked to where it is served.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from planner.plan.times import as_mean_day
from planner.programme.hours import count_blocks
from planner.report.exports.about import figures_by_record

if TYPE_CHECKING:
    from planner.places import Node
    from planner.plan.runs import Run

Position = tuple[float, float]
Feature = dict[str, Any]
INTACT = "intact"
"""The contingency in which nothing has failed."""


def write_geojson(run: Run) -> dict[str, bytes]:
    """Return the feature collections of a run by name; one feature a line."""
    collections = {"nodes": _nodes(run), "sites": _sites(run), "links": _links(run), "flows": _flows(run)}
    return {name: _collect(features) for name, features in collections.items()}


def line_between(start: Position, end: Position) -> Feature:
    """Return the geometry of the straight line between two positions (longitude, latitude), the shorter way around.

    A line over the antimeridian is cut there, as RFC 7946 asks in §3.1.9.
    """
    (x, y), (to_x, to_y) = start, end
    if abs(to_x - x) <= 180:
        return {"type": "LineString", "coordinates": [[x, y], [to_x, to_y]]}
    edge = 180.0 if x > 0 else -180.0
    if x == edge:
        return {"type": "LineString", "coordinates": [[-edge, y], [to_x, to_y]]}
    if to_x == -edge:
        return {"type": "LineString", "coordinates": [[x, y], [edge, to_y]]}
    share = (edge - x) / (to_x + 2 * edge - x)
    middle = round(y + share * (to_y - y), 6)
    return {"type": "MultiLineString", "coordinates": [[[x, y], [edge, middle]], [[-edge, middle], [to_x, to_y]]]}


def _collect(features: Iterable[Feature]) -> bytes:
    lines = ",\n".join(json.dumps(each, ensure_ascii=False, allow_nan=False) for each in features)
    text = f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n'
    return text.encode("utf-8", "backslashreplace")  # half a character is written as JSON writes it


def _feature(key: str, geometry: Feature, properties: dict[str, Any]) -> Feature:
    return {"type": "Feature", "id": key, "geometry": geometry, "properties": {"id": key, **properties}}


def _position(node: Node) -> Position:
    return node.lon + 0.0, node.lat + 0.0  # no -0


def _point(node: Node) -> Feature:
    return {"type": "Point", "coordinates": list(_position(node))}


def _nodes(run: Run) -> Iterator[Feature]:
    for key, node in sorted(run.inputs.topology.nodes.items()):
        yield _feature(key, _point(node), {"name": node.name or key, "country": node.country})


def _sites(run: Run) -> Iterator[Feature]:
    topology, figures = run.inputs.topology, figures_by_record(run.plan.sites, "site")
    for key, site in sorted(topology.sites.items()):
        node = topology.nodes[site.node]
        about = {"name": site.name or key, "node": site.node, "country": node.country, "status": site.status}
        yield _feature(key, _point(node), about | figures.get(key, {}))


def _links(run: Run) -> Iterator[Feature]:
    topology, figures = run.inputs.topology, figures_by_record(run.plan.links, "link")
    for key, link in sorted(topology.links.items()):
        start, end = (_position(topology.nodes[each]) for each in link.ends)
        about = {
            "name": link.name or key, "from": link.ends[0], "to": link.ends[1], "kind": link.kind, "cable": link.cable,
            "duplex": link.duplex, "length_km": link.length_km, "rtt_ms": link.rtt_ms,
        }  # fmt: skip
        yield _feature(key, line_between(start, end), about | figures.get(key, {}))


def _flows(run: Run) -> Iterator[Feature]:
    """Mean PFLOPS of the intact day and their mean round-trip time, by origin, site and year.

    What is served where it is asked for is a point.
    """
    topology = run.inputs.topology
    assignments = as_mean_day(run.inputs, run.plan.assignments, "pflops")
    blocks = count_blocks(run.inputs)
    served: defaultdict[tuple[str, str], defaultdict[int, list[float]]] = defaultdict(
        lambda: defaultdict(lambda: [0, 0])
    )
    for row in assignments.reset_index().to_dict("records"):
        if row["contingency"] == INTACT:
            total = served[row["origin"], row["site"]][row["year"]]
            total[0] += row["pflops"]
            total[1] += row["pflops"] * row["rtt_ms"]
    for (origin, site), years in sorted(served.items()):
        start, end = topology.nodes[origin], topology.nodes[topology.sites[site].node]
        geometry = _point(start) if start is end else line_between(_position(start), _position(end))
        about: dict[str, Any] = {"origin": origin, "site": site, "country": start.country, "served_in": end.country}
        for year, (pflops, delay) in sorted(years.items()):
            about[f"pflops_{year}"] = float(f"{pflops / blocks:.12g}")
            about[f"rtt_ms_{year}"] = float(f"{delay / pflops:.12g}") if pflops else None
        yield _feature(f"{origin}->{site}", geometry, about)
