"""Hostile and damaged files: one clear error with the file's name, and nothing written."""

# ruff: noqa: E501 -- a damaged file is best seen on one line

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

import planner
from planner.files.formats import EXPORTS

LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
GRAPHML = '<graphml><graph edgedefault="undirected">{}</graph></graphml>'
PLACE = '<data key="lat">{}</data><data key="lon">{}</data>'
POINT = '{{"type": "FeatureCollection", "features": [{{"type": "Feature", "geometry": {{"type": "Point", "coordinates": {}}}}}]}}'


def node(key: str, lat: object = 50, lon: object = 10) -> str:
    """Return a node of GraphML."""
    return f'<node id="{key}">{PLACE.format(lat, lon)}</node>'


def bomb() -> bytes:
    """Return a workbook that unpacks to 600 MB."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(6):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", b"0" * 100_000_000)
    return buffer.getvalue()


def archive(**files: str) -> bytes:
    """Return a ZIP that is no workbook."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, text in files.items():
            made.writestr(name, text)
    return buffer.getvalue()


CASES: dict[str, tuple[str, bytes | str, str]] = {
    "billion laughs": ("x.graphml", LAUGHS + "]><graphml>&i;</graphml>", "entity"),
    "laughs in kml": ("x.kml", LAUGHS + "]><kml>&i;</kml>", "entity"),
    "laughs in sndlib": ("x.xml", LAUGHS + "]><network>&i;</network>", "entity"),
    "external entity": ("x.graphml", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><graphml>&e;</graphml>', "entity"),
    "no root": ("x.graphml", "   <!-- nothing -->", "is no XML"),
    "truncated xml": ("x.graphml", GRAPHML.format(node("a"))[:60], "is no XML"),
    "truncated kml": ("x.kml", '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>', "is no XML"),
    "another root": ("x.kml", "<html/>", "is no KML"),
    "deep xml": ("x.graphml", "<a>" * 100_000, "nested too deep"),
    "nan latitude": ("x.graphml", GRAPHML.format(node("a", "nan")), "not finite"),
    "infinite longitude": ("x.graphml", GRAPHML.format(node("a", 1, "inf")), "not finite"),
    "latitude 91": ("x.graphml", GRAPHML.format(node("a", 91)), "latitude 91"),
    "words as latitude": ("x.graphml", GRAPHML.format(node("a", "north")), "'north' is no number"),
    "duplicate id": ("x.graphml", GRAPHML.format(node("a") + "\n" + node("a")), "x.graphml:2:1: the node id 'a' stands"),
    "edge to nowhere": ("x.graphml", GRAPHML.format(node("a") + '<edge source="a" target="b"/>'), "'b', which is no node"),
    "edge without end": ("x.graphml", GRAPHML.format(node("a") + '<edge source="a"/>'), "has no target"),
    "node without id": ("x.graphml", GRAPHML.format("<node/>"), "has no id"),
    "no nodes": ("x.graphml", GRAPHML.format(""), "holds no place"),
    "no coordinates": ("x.graphml", GRAPHML.format('<node id="a"/>'), "no coordinates: a"),
    "hyperedge": ("x.graphml", GRAPHML.format("<hyperedge/>"), "hyperedge"),
    "negative capacity": ("x.graphml", GRAPHML.format(node("a") + node("b", 51) + '<edge source="a" target="b"><data key="LinkSpeedRaw">-1</data></edge>'), "negative"),
    "in the ocean": ("x.graphml", GRAPHML.format(node("a", -40, -120)), "no country within 30 km"),
    "utf-32": ("x.graphml", GRAPHML.format(node("a")).encode("utf-32-le"), "is no XML"),
    "latin-1 xml": ("x.graphml", b"<graphml><graph><node id='\xe9'/></graph></graphml>", "is no XML"),
    "unknown encoding": ("x.graphml", b"<?xml version='1.0' encoding='klingon'?><graphml/>", "is no XML"),
    "empty": ("x.graphml", b"", "is empty"),
    "blank": ("x.gml", b" \n \n", "is empty"),
    "nul bytes": ("x.gml", b"graph [ \x00 ]", "control character 0x00"),
    "gml latin-1": ("x.gml", b"graph [\n label \"\xe9\" ]", "x.gml:2:1: holds the byte 0xe9"),
    "gml utf-16": ("x.gml", "graph [ ]".encode("utf-16-le"), "control character"),
    "gml truncated": ("x.gml", "graph [ node [ id 1", "ends in the middle"),
    "gml open quote": ("x.gml", 'graph [ label "x', "quote is not closed"),
    "gml deep": ("x.gml", "graph [ " * 1000, "nested too deep"),
    "gml nan": ("x.gml", "graph [ node [ id 1 Latitude NAN Longitude 2 ] ]", "not finite"),
    "gml prose": ("x.gml", "these are words", "neither a number nor in quotes"),
    "gml closed": ("x.gml", "graph [ ] ]", "']' without '['"),
    "sndlib without head": ("x.txt", "NODES (\n)\n", "is no SNDlib file"),
    "sndlib model": ("x.txt", "?SNDlib native format; type: model; version: 1.0\n", "no SNDlib network"),
    "sndlib truncated": ("x.txt", "?SNDlib native format; type: network; version: 1.0\nNODES (\n A ( 1 2 )\n", "ends inside NODES"),
    "sndlib damaged": ("x.txt", "?SNDlib native format; type: network; version: 1.0\nNODES (\n A 1 2\n)\n", "x.txt:3:1"),
    "sndlib drawn": ("x.txt", "?SNDlib native format; type: network; version: 1.0\nNODES (\n A ( 400 900 )\n)\n", "not geographical"),
    "sndlib pixels": ("x.xml", '<network><networkStructure><nodes coordinatesType="pixel"/></networkStructure></network>', "not geographical"),
    "json truncated": ("x.geojson", '{"type": "FeatureColl', "is no JSON"),
    "json deep": ("x.geojson", "[" * 200_000, "nested too deep"),
    "json nan": ("x.geojson", POINT.format("[NaN, 1]"), "'NaN' is no number"),
    "json huge": ("x.geojson", POINT.format("[1e999, 1]"), "not finite"),
    "json digits": ("x.geojson", POINT.format("[" + "9" * 10_000 + ", 1]"), "is no JSON"),
    "json latitude": ("x.geojson", POINT.format("[1, 91]"), "latitude 91"),
    "json words": ("x.geojson", POINT.format('["a", "b"]'), "is no position"),
    "json key twice": ("x.geojson", '{"type": 1, "type": 2}', "stands twice"),
    "json list": ("x.geojson", "[1, 2]", "is no GeoJSON"),
    "json without features": ("x.geojson", '{"type": "FeatureCollection"}', "no list of features"),
    "json latin-1": ("x.geojson", b'{"type": "\xe9"}', "no UTF-8"),
    "ofds no nodes": ("x.json", '{"networks": [{"id": "1"}]}', "holds no node"),
    "ofds words": ("x.json", '{"networks": [{"nodes": [1]}]}', "no list of objects"),
    "ofds two": ("x.json", '{"networks": [{}, {}]}', "holds 2 networks"),
    "ofds span alone": ("x.json", '{"networks": [{"nodes": [{"id": "a"}], "spans": [{"id": "s"}]}]}', "has no start"),
    "ofds csv": ("x.csv", "id,nodes/0/id,nodes/0/location\n1,a,POINT (x y)\n", "is no number"),
    "kml place": ("x.kml", "<kml><Placemark><Point><coordinates>1</coordinates></Point></Placemark></kml>", "is no place"),
    "kmz": ("x.kmz", archive(doc="<kml/>"), "is a KMZ"),
    "csv quotes": ("x.csv", 'id,"name\n', "is no CSV"),
    "csv ragged": ("nodes.csv", "id,lat,lon\na,1\n", "nodes.csv:2:1: has 2 cells"),
    "csv columns": ("nodes.csv", "id,id\na,b\n", "stands twice"),
    "csv nan": ("nodes.csv", "id,lat,lon\na,nan,1\n", "not finite"),
    "csv links only": ("links.csv", "start,end\na,b\n", "no table of nodes"),
    "xlsx bomb": ("x.xlsx", bomb(), "unpacks to"),
    "xlsx elements": ("x.xlsx", archive(a="<row/>" * 2_000_001), "holds more than 2,000,000 elements"),
    "xlsx damaged": ("x.xlsx", archive(a="b").replace(b"PK\x01\x02", b"PK\x01\x03"), "is no workbook"),
    "json half": ("x.geojson", '{"type": "\\ud800"}', "holds half a character"),
    "json escape": ("x.geojson", '{"type": "\\u001b[31m"}', "holds the control character 0x1b"),
    "kml control": ("x.kml", "<kml><Placemark><name>&#x9b;</name><Point><coordinates>70,40</coordinates></Point></Placemark></kml>", "0x9b"),
    "xlsx text": ("x.xlsx", b"id,name\n", "is no workbook"),
    "xlsx other zip": ("x.xlsx", archive(a="b"), "is no workbook"),
    "xlsx truncated": ("x.xlsx", archive(a="b" * 1000)[:100], "is no workbook"),
    "damaged own": ("x.graphml", GRAPHML.format('<data key="planner_format">1</data><data key="sites">{"a"</data>'), "is damaged"),
    "own wrong": ("x.graphml", GRAPHML.format('<data key="planner_format">1</data>' + node("A")), "'A' is no identifier"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_hostile_files_give_one_clear_error(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It names the file."""
    monkeypatch.chdir(tmp_path)
    name, data, words = CASES[case]
    Path(name).write_bytes(data if isinstance(data, bytes) else data.encode())
    with pytest.raises((planner.InputError, planner.UsageError)) as caught:
        planner.import_topology(name)
    assert words in str(caught.value)
    assert str(caught.value).startswith(name)
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "iso-8859-1", "utf-8-sig"])
def test_xml_may_be_in_the_encoding_that_it_shows(encoding: str, tmp_path: Path) -> None:
    """The parser tells UTF-16 by its first bytes; others must be declared."""
    head = f'<?xml version="1.0" encoding="{encoding}"?>' if encoding.startswith("iso") else ""
    text = head + GRAPHML.format(node("Orléans", 47.9, 1.9))
    (tmp_path / "x.graphml").write_bytes(text.encode(encoding))
    assert planner.import_topology(tmp_path / "x.graphml").topology.nodes["orleans"].name == "Orléans"


MILLION = 1_000_000
LARGE = {
    "x.graphml": lambda: GRAPHML.format("".join(f'<node id="{n}"/>' for n in range(MILLION))),
    "x.gml": lambda: "graph [" + "".join(f" node [ id {n} ]" for n in range(MILLION)) + " ]",
    "x.txt": lambda: (
        "?SNDlib native format; type: network; version: 1.0\nNODES (\n"
        + "".join(f"N{n} ( 1 2 )\n" for n in range(MILLION))
        + ")\n"
    ),
    "x.json": lambda: json.dumps({"networks": [{"nodes": [{"id": n} for n in range(MILLION)]}]}),
    "x.csv": lambda: "id,lat,lon\n" + "".join(f"{n},1,2\n" for n in range(MILLION)),
    "x.geojson": lambda: '{"type": "FeatureCollection", "features": [' + "{}," * MILLION + "{}]}",
    "x.kml": lambda: "<kml>" + "<Placemark/>" * MILLION + "</kml>",
}


@pytest.mark.parametrize("name", LARGE)
def test_a_million_nodes_are_refused_soon(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before they cost memory and minutes."""
    monkeypatch.chdir(tmp_path)
    Path(name).write_text(LARGE[name](), encoding="utf-8")
    with pytest.raises(planner.InputError, match=r"holds more than|is larger than"):
        planner.import_topology(name)


def test_a_file_of_33_megabytes_is_refused(tmp_path: Path) -> None:
    """Without being read whole."""
    (tmp_path / "x.gml").write_bytes(b" " * (33 << 20))
    with pytest.raises(planner.InputError, match="larger than 32 MB"):
        planner.import_topology(tmp_path / "x.gml")


def test_missing_files_folders_and_options_are_usage_errors(tmp_path: Path) -> None:
    """With the nearest name."""
    (tmp_path / "net.gml").write_text("graph [ ]")
    with pytest.raises(planner.UsageError, match=r"did you mean 'net\.gml'"):
        planner.import_topology(tmp_path / "net.gm")
    with pytest.raises(planner.UsageError, match="holds no CSV"):
        planner.import_topology(tmp_path)
    with pytest.raises(planner.UsageError, match="format cannot be told"):
        planner.import_topology(write(tmp_path / "x.dat", "hello"))
    wrong = {"country": "XYZ", "capacity": "10", "kind": "pigeon", "unit": "km", "id": "A b", "snap": "5"}
    for option, value in wrong.items():
        with pytest.raises(planner.UsageError):
            planner.import_topology(tmp_path / "net.gml", **{option: value})
    with pytest.raises(planner.UsageError, match="one file"):
        planner.import_topology(tmp_path / "net.gml", tmp_path / "net.gml")


def write(path: Path, text: str) -> Path:
    """Write a file and return it."""
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("sort", EXPORTS)
def test_truncated_exports_give_one_error_or_load(sort: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our own files cut anywhere and with bytes changed: never a traceback."""
    monkeypatch.chdir(tmp_path)
    root = Path(__file__).parents[3]
    topology = planner.load_topology(root / "topologies" / "central-asia.yaml")
    if sort == "csv":
        planner.export_topology(topology, "out", sort)
        data, name = Path("out/nodes.csv").read_bytes(), "nodes.csv"
    else:
        name = f"out.{'json' if sort == 'ofds' else sort}"
        data = planner.export_topology(topology, name, sort).read_bytes()
    size = len(data)
    damaged = [data[: size * part // 7] for part in range(7)]
    damaged += [data[:at] + b'\x80<[{"' + data[at + 5 :] for at in range(7, size, size // 6)]
    for each in damaged:
        Path(name).write_bytes(each)
        try:
            planner.import_topology(name)
        except planner.PlannerError as error:
            assert error.exit_code == 2  # noqa: PT017 -- a damaged file may also be read, where only a text changed
