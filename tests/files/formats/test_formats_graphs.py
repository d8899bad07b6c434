"""Graphs, demands and maps of other programs: what they hold besides is told, and defaults hold."""

from __future__ import annotations

from pathlib import Path

import pytest

import planner

PLACE = '<data key="d1">{}</data><data key="d2">{}</data>'
HEAD = (
    '<graphml><key id="d0" for="edge" attr.name="capacity"><default>10 Gbps</default></key>'
    '<key id="d1" for="node" attr.name="lat"/><key id="d2" for="node" attr.name="lon"/>'
    '<key id="d3" for="edge" attr.name="weight"/>'
)
SNDLIB = """?SNDlib native format; type: network; version: 1.0
META (
  unit = {}
  colour = red
)
NODES (
  A ( 7.5 9 )
  B ( 8 10 )
)
LINKS (
  L ( A B ) 10.00 0.00 5.00 6.00 ( 10 1 )
)
DEMANDS (
  D ( A B ) 1 5.00 3
)
"""


def read(folder: Path, name: str, text: str) -> planner.Imported:
    """Return the import of one file."""
    (folder / name).write_text(text, encoding="utf-8")
    return planner.import_topology(folder / name)


def test_defaults_and_groups_of_graphml(tmp_path: Path) -> None:
    """What a key says of all edges holds; a node within a group is a node."""
    group = f'<node id="g"><graph edgedefault="undirected"><node id="a">{PLACE.format(50, 8)}</node></graph></node>'
    edge = '<edge source="a" target="b"><data key="d3">2</data></edge>'
    graph = f'<graph edgedefault="undirected">{group}<node id="b">{PLACE.format(52, 13)}</node>{edge}</graph></graphml>'
    found = read(tmp_path, "x.graphml", HEAD + graph)
    assert found.topology.links["a-b"].capacity_gbps.at(0) == 10
    assert found.messages == ("the group g left out, its nodes taken", "not read: of links weight")
    other = graph.replace("<edge ", '<edge directed="true" ')
    with pytest.raises(planner.InputError, match='the edge has directed="true", other than its graph'):
        read(tmp_path, "x.graphml", HEAD + other)


def test_lists_and_keys_that_stand_again_in_gml_are_told(tmp_path: Path) -> None:
    """A drawing's place, a second label, a delay; of opposite edges what differs."""
    a = 'node [ id 0 label "A" lat 50 lon 8 graphics [ x 1 ] ]'
    text = f'graph [ directed 1 Creator "me" {a} node [ id 1 label "B" lat 52 lon 13 label "B2" ]'
    edges = ' edge [ source 0 target 1 bandwidth "1 G" delay 3 ] edge [ source 1 target 0 bandwidth "1 G" delay 4 ] ]'
    told = "\n".join(read(tmp_path, "x.gml", text + edges).messages)
    assert "not read: of nodes graphics, label (again); of links delay; of the file Creator" in told
    assert "opposite links differ in delay: of each pair one counts" in told


def test_costs_and_paths_of_sndlib_are_told_and_its_unit_is_known_or_refused(tmp_path: Path) -> None:
    """A capacity of 10 is 10 Gbps there."""
    found = read(tmp_path, "x.txt", SNDLIB.format("GBITPERSEC"))
    assert found.topology.links["a-b"].capacity_gbps.at(0) == 10
    words = "not read: of links routing cost, set-up cost; of demands longest path; of the file colour"
    assert words in found.messages
    with pytest.raises(planner.InputError, match=r"META\.unit: 'FURLONGS' is no unit of data rates"):
        read(tmp_path, "x.txt", SNDLIB.format("FURLONGS"))


def test_what_placemarks_hold_besides_points_and_lines_is_told(tmp_path: Path) -> None:
    """A line without a name has that of its folder."""
    a, b = "24.94,60.17", "24.75,59.44"
    line = f"<LineString><coordinates>{a} {b}</coordinates></LineString>"
    area = "<Polygon><outerBoundaryIs><LinearRing/></outerBoundaryIs></Polygon>"
    marks = [
        f"<name>Helsinki</name><description>hello</description><Point><coordinates>{a}</coordinates></Point>",
        f"<name>Tallinn, Estonia</name><Point><coordinates>{b}</coordinates></Point>",
        line,
        f"<name>Zone</name><MultiGeometry>{area}{line}</MultiGeometry>",
        "<name>Nothing</name>",
    ]
    body = "".join(f"<Placemark>{mark}</Placemark>" for mark in marks)
    text = f"<kml><Document><NetworkLink/><Folder><name>Peace</name>{body}</Folder></Document></kml>"
    found = read(tmp_path, "x.kml", text)
    assert list(found.topology.cables) == ["peace", "zone"]
    told = "\n".join(found.messages)
    assert "2 left out that are neither points nor lines: Zone (Polygon), Nothing (no shape)" in told
    assert "not read: of nodes description; of the file NetworkLink" in told


def made(sort: str, extra: str) -> str:
    """Return a file of two places and what joins them, each with something under a name of its own."""
    shape = '"geometry": {{"type": "{}", "coordinates": {}}}'
    point = '{{"type": "Feature", "properties": {{"name": "{}", "{}": 1}}, ' + shape + "}}"
    ends = "[[8, 50], [10, 51], [13, 52]]"
    places = [("A", "Point", "[8, 50]"), ("B", "Point", "[13, 52]"), ("L", "LineString", ends)]
    features = ", ".join(point.format(name, extra, sort, at) for name, sort, at in places)
    data = '<data key="e">1</data>'
    key = f'<key id="e" for="all" attr.name="{extra}"/><graph '
    nodes = "".join(f'<node id="{n}">{PLACE.format(*at)}{data}</node>' for n, at in (("A", (50, 8)), ("B", (52, 13))))
    own = f'<ExtendedData><Data name="{extra}"><value>1</value></Data></ExtendedData>'
    drawn = [("Point", "8,50"), ("Point", "13,52"), ("LineString", "8,50 10,51 13,52")]
    marks = "".join(
        f"<Placemark><name>{n}</name>{own}<{shape}><coordinates>{at}</coordinates></{shape}></Placemark>"
        for n, (shape, at) in enumerate(drawn)
    )
    return {
        "geojson": f'{{"type": "FeatureCollection", "features": [{features}]}}',
        "graphml": HEAD
        + key
        + f'edgedefault="undirected">{nodes}<edge source="A" target="B">{data}</edge></graph></graphml>',
        "gml": f"graph [ node [ id 0 lat 50 lon 8 {extra} 1 ] node [ id 1 lat 52 lon 13 {extra} 1 ]"
        f" edge [ source 0 target 1 {extra} 1 ] ]",
        "kml": f"<kml><Document>{marks}</Document></kml>",
    }[sort]


@pytest.mark.parametrize("sort", ["geojson", "graphml", "gml", "kml"])
@pytest.mark.parametrize(
    "extra", ["colour", "cost", "Capacity_owner", "lengthy", "Latitude2", "kindness", "countryside"]
)
def test_whatever_stands_beside_what_is_read_is_told(sort: str, extra: str, tmp_path: Path) -> None:
    """However near its name is to one that is read."""
    told = "\n".join(read(tmp_path, f"x.{sort}", made(sort, extra)).messages)
    joining = "links" if sort.startswith("g") and sort != "geojson" else "cables"
    assert f"not read: of nodes {extra}; of {joining} {extra}" in told
