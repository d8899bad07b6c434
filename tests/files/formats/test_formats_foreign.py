"""What other people's files become, and what is said about the guesses."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent

import pytest
from openpyxl import Workbook, load_workbook

import planner
from planner.files.formats.figures import IdentifierMaker
from planner.files.formats.lines import cut_at_antimeridian
from planner.files.formats.locations import MapLookup, country_named, land_at
from planner.files.formats.rates import length_of, rate_of
from planner.files.reading.scalars import slug

ZOO = """
    <graphml xmlns="http://graphml.graphdrawing.org/xmlns">
      <key attr.name="LinkSpeedRaw" attr.type="double" for="edge" id="d37" />
      <key attr.name="LinkLabel" attr.type="string" for="edge" id="d35" />
      <key attr.name="Country" attr.type="string" for="node" id="d29" />
      <key attr.name="Longitude" attr.type="double" for="node" id="d32" />
      <key attr.name="label" attr.type="string" for="node" id="d33" />
      <key attr.name="Latitude" attr.type="double" for="node" id="d31" />
      <key attr.name="Network" attr.type="string" for="graph" id="d4" />
      <graph edgedefault="undirected">
        <data key="d4">Some NREN</data>
        <node id="0"><data key="d29">Czech Republic</data><data key="d32">14.42</data>
          <data key="d33">Praha</data><data key="d31">50.09</data></node>
        <node id="1"><data key="d32">8.68</data><data key="d33">Frankfurt</data><data key="d31">50.12</data></node>
        <node id="2"><data key="d32">7.59</data><data key="d33">Frankfurt</data><data key="d31">47.56</data></node>
        <node id="3"><data key="d33">None</data></node>
        <edge source="0" target="1"><data key="d37">10000000000.0</data></edge>
        <edge source="0" target="1"><data key="d35">2x2.5 Gbit/s</data></edge>
        <edge source="1" target="2" />
        <edge source="2" target="2" />
        <edge source="2" target="3" />
      </graph>
    </graphml>
"""
NATIVE = """
    ?SNDlib native format; type: network; version: 1.0
    META (
      unit  = MBITPERSEC
    )
    NODES (
      Gdansk ( 18.60 54.20 )
      Warsaw ( 21.00 52.20 )
      Wroclaw ( 16.90 51.10 ) () ()   # comment
    )
    LINKS (
      Link_0_1 ( Gdansk Warsaw ) 10000.00 0.00 0.00 156.00 ( 155.00 156.00 622.00 468.00 )
      Link_0_2 ( Gdansk Wroclaw ) 0.00 0.00 0.00 156.00 ( )
    )
    DEMANDS (
      D1 ( Gdansk Warsaw ) 1 195.00 UNLIMITED
      D2 ( Warsaw Gdansk ) 2 205.00 UNLIMITED
      D3 ( Gdansk Wroclaw ) 1 95.00 UNLIMITED
    )
    ADMISSIBLE_PATHS ( )
"""
XML = """
    <?xml version="1.0" encoding="ISO-8859-1"?>
    <network xmlns="http://sndlib.zib.de/network" version="1.0">
     <networkStructure>
      <nodes coordinatesType="geographical">
       <node id="A"><coordinates><x>13.4</x><y>52.5</y></coordinates></node>
       <node id="B"><coordinates><x>9.99</x><y>53.55</y></coordinates></node>
      </nodes>
      <links>
       <link id="L1"><source>A</source><target>B</target>
        <preInstalledModule><capacity>40</capacity><cost>0</cost></preInstalledModule>
        <additionalModules><addModule><capacity>10</capacity><cost>7</cost></addModule></additionalModules></link>
      </links>
     </networkStructure>
     <demands><demand id="D"><source>A</source><target>B</target><routingUnit>1</routingUnit>
      <demandValue>3</demandValue></demand></demands>
    </network>
"""
CABLES = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"name": "East Line"},
            "geometry": {
                "type": "MultiLineString",
                "coordinates": [
                    [[40.5, -5], [45, -4.6], [55.46, -4.56]],
                    [[39.7, -4.05], [40.5, -5], [39.3, -6.82], [41, -9], [40.7, -14.55]],
                ],
            },
        },
        {
            "type": "Feature",
            "properties": {"name": "Pacific", "capacity": "2 Tbps"},
            "geometry": {
                "type": "MultiLineString",
                "coordinates": [[[178.44, -18.14], [180, -17.5]], [[-180, -17.5], [-171.76, -13.83]]],
            },
        },
    ],
}
LANDINGS = {
    "Mombasa, Kenya": (39.66, -4.05),
    "Dar es Salaam, Tanzania": (39.28, -6.82),
    "Nacala": (40.69, -14.56),
    "Victoria, Seychelles": (55.46, -4.56),
    "Suva, Fiji": (178.44, -18.14),
    "Apia, Samoa": (-171.76, -13.83),
    "Nowhere, Kenya": (40.5, -2.5),
}


def written(folder: Path, name: str, text: str | dict[str, object]) -> Path:
    """Write a file and return it."""
    path = folder / name
    path.write_text(json.dumps(text) if isinstance(text, dict) else dedent(text).lstrip(), encoding="utf-8")
    return path


def test_a_graph_of_the_topology_zoo(tmp_path: Path) -> None:
    """Countries by name and map, rates from attributes and labels, parallels, loops, places without coordinates."""
    path = written(tmp_path, "zoo.graphml", ZOO)
    with pytest.raises(planner.InputError, match=r"1 of 4 nodes have no coordinates: None: .*--drop-unplaced"):
        planner.import_topology(path)
    found = planner.import_topology(path, drop_unplaced=True, capacity="40 Gbps")
    topology = found.topology
    assert topology.id == "some-nren"
    assert {key: node.country for key, node in topology.nodes.items()} == {
        "praha": "CZ", "frankfurt": "DE", "frankfurt-2": "CH",
    }  # fmt: skip
    assert {key: link.capacity_gbps.at(0) for key, link in topology.links.items()} == {
        "praha-frankfurt": 10, "praha-frankfurt-2": 5, "frankfurt-frankfurt-2": 40,
    }  # fmt: skip
    assert topology.nodes["frankfurt"].confidence == "assumed"
    assert topology.nodes["praha"].confidence is None
    assert topology.links["frankfurt-frankfurt-2"].note == (
        "assumed: kind (the file gives none); assumed: capacity (the file gives none)"
    )
    assert found.report() == [
        "1 country: by the map: DE",
        "1 country: by the map, which is coarse: FR begins within 10 km: CH",
        "3 kinds: the file gives none: terrestrial each",
        "1 capacity: read from the words of LinkLabel: 5 Gbps",
        "1 capacity: the file gives none: 40 Gbps",
        "1 node without coordinates left out: None",
        "1 link at nodes without coordinates left out",
        "1 link from a node to itself left out, at Frankfurt",
    ]


def test_directed_graphs_in_gml_become_links_of_both_directions(tmp_path: Path) -> None:
    """Two opposite edges are one link, whose capacity is the lesser; edges one way stay."""
    text = 'graph [ directed 1 label "pair"' + "".join(
        f' node [ id {n} label "{name}" Latitude {50 + n} Longitude 10 ]' for n, name in enumerate("ABC")
    )
    text += " edge [ source 0 target 1 LinkSpeedRaw 2e9 ] edge [ source 1 target 0 LinkSpeedRaw 1e9 ]"
    text += " edge [ source 1 target 2 LinkSpeedRaw 3e9 ] ]"
    found = planner.import_topology(written(tmp_path, "x.gml", text))
    assert {key: link.capacity_gbps.at(0) for key, link in found.topology.links.items()} == {"a-b": 1, "b-c": 3}
    assert "1 pair of opposite links became one link each" in found.messages


def test_sndlib_native_with_its_demand(tmp_path: Path) -> None:
    """Units from META, modules as expansions, demands as traffic in both directions."""
    found = planner.import_topology(written(tmp_path, "poland.txt", NATIVE), unserved="5 kUSD/Gbps/year")
    links = found.topology.links
    assert links["gdansk-warsaw"].capacity_gbps.at(0) == 10
    assert [each.step for each in links["gdansk-warsaw"].expansion] == [0.155, 0.622]
    assert links["gdansk-warsaw"].name == "Link_0_1"
    assert links["gdansk-wroclaw"].capacity_gbps.at(0) == 100
    assert found.demand_text is not None
    demand = planner.load_demand(written(tmp_path, "demand.yaml", found.demand_text))
    assert {row.id: row.amount.at(0) for row in demand.demands} == {
        "gdansk-warsaw/traffic": 0.41, "gdansk-wroclaw/traffic": 0.095,
    }  # fmt: skip
    assert demand.workloads["traffic"].unserved_usd is not None
    assert "the file does not say whether they are geographical" in found.report()[0]


def test_sndlib_xml_without_units(tmp_path: Path) -> None:
    """The unit is asked for, or assumed and said; a price of unserved traffic likewise."""
    path = written(tmp_path, "net.xml", XML)
    found = planner.import_topology(path)
    assert found.format == "sndlib"
    assert found.topology.links["a-b"].capacity_gbps.at(0) == 40
    assert any(line.startswith("1 capacity: the file names no unit: Gbps") for line in found.report())
    assert any(line.startswith("1 unserved: the file gives no price") for line in found.report())
    found = planner.import_topology(path, unit="Mbps", unserved="required")
    assert found.topology.links["a-b"].capacity_gbps.at(0) == 0.04
    assert "unserved: required" in str(found.demand_text)


def test_geojson_of_cables_and_landing_points(tmp_path: Path) -> None:
    """Cut at landings, branches led back to the trunk, the cut at 180 degrees mended."""
    landings = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"name": name}, "geometry": {"type": "Point", "coordinates": [lon, lat]}}
            for name, (lon, lat) in LANDINGS.items()
        ],
    }
    cables, points = written(tmp_path, "cables.geojson", dict(CABLES)), written(tmp_path, "points.geojson", landings)
    found = planner.import_topology(cables, points)
    east, pacific = found.topology.cables["east-line"], found.topology.cables["pacific"]
    assert east.route == ("mombasa", "dar-es-salaam", "nacala")
    assert east.branches == (("mombasa", "victoria"),)
    lengths = {key: link.length_km for key, link in found.topology.links.items()}
    assert lengths["east-line:mombasa--victoria"] == pytest.approx(1798, abs=5)
    assert lengths["pacific:suva--apia"] == pytest.approx(1152, abs=5)
    assert pacific.capacity_gbps is not None
    assert pacific.capacity_gbps.at(0) == 2000
    assert found.topology.nodes["suva"].name == "Suva, Fiji"
    assert found.topology.nodes["nacala"].country == "MZ"
    assert "1 place that no link reaches: Nowhere, Kenya" in found.messages
    assert (
        "1 branch: a branch leaves the cable at sea; led back to the nearest landing: Mombasa, Kenya" in found.report()
    )


def test_cables_without_landings_end_at_places_made_for_them(tmp_path: Path) -> None:
    """Which is said; a made place at sea needs a country."""
    found = planner.import_topology(written(tmp_path, "cables.geojson", dict(CABLES)))
    assert found.topology.nodes["pacific-end-5"].country == "WS"
    assert any(line.startswith("5 places: a line ends there, and no landing is near") for line in found.report())


OFDS_NODES = [
    {
        "id": "1",
        "name": "Accra",
        "location": {"type": "Point", "coordinates": [-0.174, 5.625]},
        "address": {"country": "GH"},
    },
    {"id": "2", "name": "Kumasi", "location": {"type": "Point", "coordinates": [-1.628, 6.711]}},
]
OFDS_SPANS = [
    {"id": "1", "name": "Accra to Kumasi", "start": "1", "end": "2", "fibreLength": 276000, "capacity": 4.976,
     "route": {"type": "LineString", "coordinates": [[-0.173, 5.626], [-0.488, 6.29], [-1.628, 6.713]]}},
    {"id": "2", "start": "2", "end": "1", "status": "decommissioned"},
    {"id": "3", "start": "1", "end": "2", "transmissionMedium": ["microwave"],
     "route": {"type": "LineString", "coordinates": [[-0.173, 5.626], [-0.488, 6.29], [-1.628, 6.713]]}},
]  # fmt: skip


def check_ghana(found: planner.Imported) -> None:
    """The network of the standard's own example."""
    assert found.format == "ofds"
    links = found.topology.links
    assert links["accra-kumasi"].capacity_gbps.at(0) == 4.976
    assert links["accra-kumasi"].length_km == 276
    assert links["accra-kumasi"].name == "Accra to Kumasi"
    assert {node.country for node in found.topology.nodes.values()} == {"GH"}


def test_the_open_fibre_data_standard_as_json(tmp_path: Path) -> None:
    """Lengths written in metres by mistake, decommissioned spans, drawn routes."""
    network = {"networks": [{"id": "x", "name": "Ghana Fibre", "nodes": OFDS_NODES, "spans": OFDS_SPANS}]}
    found = planner.import_topology(written(tmp_path, "network.json", network))
    check_ghana(found)
    assert found.topology.id == "ghana-fibre"
    assert found.topology.links["accra-kumasi-2"].kind == "microwave"
    assert found.topology.links["accra-kumasi-2"].length_km == pytest.approx(216, abs=5)
    assert "span 2 is decommissioned: left out" in found.messages


def test_the_open_fibre_data_standard_as_geojson_and_csv(tmp_path: Path) -> None:
    """Nodes and spans in files of their own."""
    network = {"id": "x", "name": "Ghana Fibre"}
    spans = []
    for span in OFDS_SPANS[:1]:
        ends = {"start": {"id": span["start"]}, "end": {"id": span["end"]}, "featureType": "span", "network": network}
        spans.append({"type": "Feature", "geometry": span["route"], "properties": {**span, **ends}})
    nodes = [
        {"type": "Feature", "geometry": node["location"], "properties": {**node, "featureType": "node"}}
        for node in OFDS_NODES
    ]
    paths = [
        written(tmp_path, f"{name}.geojson", {"type": "FeatureCollection", "features": features})
        for name, features in {"nodes": nodes, "spans": spans}.items()
    ]
    check_ghana(planner.import_topology(*paths))
    head = "id,nodes/0/id,nodes/0/name,nodes/0/location,nodes/0/address/country\n"
    nodes_csv = written(
        tmp_path, "n.csv", head + "x,1,Accra,POINT (-0.174 5.625),GH\nx,2,Kumasi,POINT (-1.628 6.711),\n"
    )
    old = written(
        tmp_path,
        "o.csv",
        "id,nodes/0/id,nodes/0/name,nodes/0/location/coordinates\nx,1,Accra,-0.174;5.625\nx,2,Kumasi,-1.628;6.711\n",
    )
    head = "id,spans/0/id,spans/0/name,spans/0/start,spans/0/end,spans/0/fibreLength,spans/0/capacity,spans/0/route\n"
    row = 'x,1,Accra to Kumasi,1,2,276,4.976,"LINESTRING (-0.173 5.626, -1.628 6.713)"\n'
    spans_csv = written(tmp_path, "s.csv", head + row)
    check_ghana(planner.import_topology(nodes_csv, spans_csv))
    check_ghana(planner.import_topology(old, spans_csv))


def test_kml_with_points_and_lines(tmp_path: Path) -> None:
    """Placemarks in folders, with heights and extended data."""
    text = """
        <kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>Lake</name><Folder>
        <Placemark><name>Aktau</name><Point><coordinates>51.17,43.65,0</coordinates></Point></Placemark>
        <Placemark><name>Sumqayit</name><Point><coordinates>49.67,40.59,0</coordinates></Point></Placemark>
        <Placemark><name>Caspian</name><ExtendedData><Data name="capacity"><value>4 Tbps</value></Data></ExtendedData>
        <LineString><coordinates>51.17,43.65,0 50.5,42,0
          49.67,40.59,0</coordinates></LineString></Placemark></Folder></Document></kml>"""
    found = planner.import_topology(written(tmp_path, "lake.kml", text))
    link = found.topology.links["caspian:aktau--sumqayit"]
    assert link.capacity_gbps.at(0) == 4000
    assert link.length_km == pytest.approx(362, abs=5)
    assert found.topology.id == "lake"


def test_tables_of_other_people(tmp_path: Path) -> None:
    """Columns under the usual names; our own fields are taken as they are."""
    nodes = written(
        tmp_path, "nodes.csv", "name,lat,lng,country,weight\n阿拉木图,43.24,76.89,KZ,2\nOsh,40.53,72.8,NO,\n"
    )
    years = '"{""2026"": ""1 Gbps"", ""2030"": ""2 Gbps""}"'
    rows = f"from,to,capacity,length_km,committed,usable_by\n阿拉木图,Osh,{years},800,1 Gbps,KZ; KG\n"
    links = written(tmp_path, "links.csv", rows)
    sites = written(tmp_path, "sites.csv", "id,node,status,compute\nhall,阿拉木图,operating,10P\n")
    found = planner.import_topology(nodes, links, sites)
    assert list(found.topology.nodes) == ["a-la-mu-tu", "osh"]
    assert found.topology.nodes["a-la-mu-tu"].name == "阿拉木图"
    assert found.topology.nodes["a-la-mu-tu"].weight == 2
    assert found.topology.nodes["osh"].country == "NO"
    link = found.topology.links["a-la-mu-tu-osh"]
    assert link.capacity_gbps.points == ((2026, 1), (2030, 2))
    assert link.usable_by == {"KZ", "KG"}
    assert found.topology.sites["hall"].node == "a-la-mu-tu"
    folder = planner.import_topology(tmp_path)
    assert folder.topology.nodes == found.topology.nodes


def test_a_workbook_with_numbers_and_other_sheets(tmp_path: Path) -> None:
    """Numbers are numbers, strange sheets are named."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Nodes"
    for row in (
        ["id", "name", "lat", "lon", "country"],
        ["a", "Oslo", 59.91, 10.75, "NO"],
        ["b", "Bergen", 60.39, 5.32, "NO"],
    ):
        sheet.append(row)
    links = book.create_sheet("links")
    for row in (["source", "target", "bandwidth"], ["a", "b", "10 Gbit/s"], [None, None, None]):
        links.append(row)
    book.create_sheet("notes").append(["hello"])
    book.save(tmp_path / "x.xlsx")
    found = planner.import_topology(tmp_path / "x.xlsx")
    assert found.topology.links["oslo-bergen"].capacity_gbps.at(0) == 10
    assert any("the sheet 'notes' is none of" in message for message in found.messages)


def test_formulas_are_neutral_in_tables(tmp_path: Path) -> None:
    """Names that begin like one get an apostrophe, numbers do not."""
    text = "topology: t\nnodes:\n  a: {name: '=1+1', country: NO, lat: -1, lon: 2}\n"
    topology = planner.load_topology(written(tmp_path, "t.yaml", text))
    planner.export_topology(topology, tmp_path / "out", "csv")
    assert "'=1+1" in (tmp_path / "out" / "nodes.csv").read_text(encoding="utf-8")
    planner.export_topology(topology, tmp_path / "out.xlsx")
    row = next(load_workbook(tmp_path / "out.xlsx")["nodes"].iter_rows(min_row=2))
    assert {cell.value: cell.data_type for cell in row}["'=1+1"] == "s"
    assert {cell.value: cell.data_type for cell in row}[-1] == "n"


def test_what_another_program_changed_in_our_file_counts(tmp_path: Path) -> None:
    """A segment's attribute becomes an override, a segment gone cuts the cable, other attributes are told."""
    text = """
        topology: t
        nodes:
          a: {country: NO, lat: 60, lon: 5}
          b: {country: NO, lat: 61, lon: 5}
          c: {country: NO, lat: 62, lon: 5}
        cables:
          x: {capacity: 1 Gbps, route: [a, b, c], segments: {b--a: {length: 130 km}}}
    """
    topology = planner.load_topology(written(tmp_path, "t.yaml", text))
    path = planner.export_topology(topology, tmp_path / "x.geojson")
    data = json.loads(path.read_text(encoding="utf-8"))
    ab, bc = (feature for feature in data["features"] if "start" in feature["properties"])
    ab["properties"] |= {"capacity": "7 Gbps", "color": "red"}
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(planner.UsageError, match="give it alone"):
        planner.import_topology(path, path)
    links = planner.import_topology(path).topology.links
    assert [link.capacity_gbps.at(0) for link in links.values()] == [7, 1]
    assert links["x:a--b"].length_km == 130
    data["features"].remove(bc)
    path.write_text(json.dumps(data), encoding="utf-8")
    found = planner.import_topology(path)
    assert list(found.topology.links) == ["x:a--b"]
    assert found.messages == ("not read: of links color", "cable x: 1 of its segments are gone from the file")


def test_lines_are_cut_at_180_degrees() -> None:
    """As RFC 7946 wants them."""
    assert cut_at_antimeridian([(0, 170), (10, -170)]) == [[(0, 170), (5, 180)], [(5, -180), (10, -170)]]
    assert cut_at_antimeridian([(0, 10), (10, 20)]) == [[(0, 10), (10, 20)]]
    assert cut_at_antimeridian([(0, -175), (2, 175)]) == [[(0, -175), (1, -180)], [(1, 180), (2, 175)]]


def test_labels_become_identifiers() -> None:
    """Accents go, twins and what has no letter are numbered."""
    assert [slug(label) for label in ("São Paulo", "Łódź", "Genève/CERN", "N’Djamena", "  ", "🙂")] == [
        "sao-paulo", "lodz", "geneve-cern", "n-djamena", "", "",
    ]  # fmt: skip
    names = IdentifierMaker("node")
    assert [names.give(label) for label in ("A", "a", "007", "🙂", "A--B", "x" * 99)] == [
        "a", "a-2", "node-007", "node-4", "a-b", "x" * 48,
    ]  # fmt: skip


def test_labels_of_other_scripts_become_latin() -> None:
    """Chinese characters are words of their own, soft signs go, full-width digits are digits."""
    words = {"Алматы": "almaty", "Ульяновск": "ulyanovsk", "Қызылорда": "qyzylorda", "阿拉木图": "a-la-mu-tu",
             "北京１号": "bei-jing-1-hao", "서울": "seoul", "თბილისი": "tbilisi", "Αθήνα": "athina", "دبي": "dby",
             "Aşgabat–Mary": "asgabat-mary", "e\u0301a": "ea"}  # fmt: skip
    assert {label: slug(label) for label in words} == words


def test_rates_and_lengths_in_words() -> None:
    """As operators write them."""
    words = {"10 Gbps": 10, "2 x 10G": 20, "STM-16": 2.48832, "OC-3": 0.15552, "<155 Mbit/s": 0.155, "1.2 Tbps": 1200,
             "GigE": 1, "Lit fibre": None, "10GE": 10,
             "10 Gbps, since May 100 Gbps": 100, "STM-16 beside 1 Gbps": 2.48832}  # fmt: skip
    for text, gbps in words.items():
        found = rate_of({"LinkLabel": text}, None, "f", "w")
        assert (found[0] if found else None) == (pytest.approx(gbps) if gbps else None), text
    assert rate_of({"LinkSpeed": "2.5", "LinkSpeedUnits": "G"}, None, "f", "w") == (2.5, "")
    assert length_of({"length": "276000"}, 200, "f", "w") == (276, "far too long for kilometres: metres")
    assert length_of({"length": "276 km"}, 200, "f", "w") == (276, "")
    with pytest.raises(planner.InputError, match="'long' is no length that is understood"):
        length_of({"length": "long"}, 200, "f", "w")


def test_countries_by_name_and_by_map() -> None:
    """Names of the files in use; coasts within 30 km."""
    assert [country_named(name) for name in ("Czech Republic", "USA", "kz", "Côte d’Ivoire", "Atlantis")] == [
        "CZ", "US", "KZ", "CI", "",
    ]  # fmt: skip
    assert land_at(43.24, 76.89) == MapLookup("KZ")
    assert land_at(51.3, -9.95).code == "IE"
    assert land_at(0, -30) == MapLookup()
    assert land_at(-16.8, 179.99).code == "FJ"


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ((54.71, 20.51), "RU"), ((-5.55, 12.2), "AO"), ((39.21, 45.41), "AZ"), ((39.96, 71.13), "UZ"),  # exclaves
        ((-29.31, 27.48), "LS"), ((36.14, -5.35), "GI"), ((35.89, -5.31), "ES"), ((35.29, -2.94), "ES"),
        ((4.17, 73.51), "MV"), ((1.33, 172.98), "KI"), ((-8.52, 179.2), "TV"), ((31.26, 32.3), "EG"),  # islands, coasts
    ],
)  # fmt: skip
def test_the_country_of_enclaves_islands_and_coasts(place: tuple[float, float], code: str) -> None:
    """Kaliningrad, Cabinda, Nakhchivan, Sokh, Maseru, Gibraltar, Ceuta, Melilla, Male, Tarawa, Funafuti, Port Said."""
    assert land_at(*place).code == code


def test_the_map_decides_no_country_without_a_code(tmp_path: Path) -> None:
    """The file or the user has to; near a border the guess names the other side."""
    assert land_at(44.21, 80.41) == MapLookup("CN", other="KZ")
    nodes = written(tmp_path, "nodes.csv", "name,lat,lon\nHargeisa,9.56,44.06\n")
    with pytest.raises(planner.InputError, match=r"Hargeisa \(9.56, 44.06, in Somaliland\): .* --country XX"):
        planner.import_topology(nodes)
    assert planner.import_topology(nodes, country="SO").topology.nodes["hargeisa"].country == "SO"


def test_sndlib_paths_over_several_lines_are_passed_over(tmp_path: Path) -> None:
    """As the library writes them."""
    paths = "ADMISSIBLE_PATHS (\n  D1 (\n    P_0 ( Link_0_1 )\n    P_1 ( Link_0_2 )\n  )\n)\n"
    text = dedent(NATIVE).lstrip().replace("ADMISSIBLE_PATHS ( )\n", paths)
    assert paths in text
    found = planner.import_topology(written(tmp_path, "poland.txt", text))
    assert len(found.topology.links) == 2
    with pytest.raises(planner.InputError, match="ends inside ADMISSIBLE_PATHS"):
        planner.import_topology(written(tmp_path, "cut.txt", text.rstrip()[:-1]))


def test_a_hyperedge_is_told_where_it_is_left_out(tmp_path: Path) -> None:
    """It has no coordinates in the Topology Zoo."""
    keys = '<key attr.name="hyperedge" for="node" id="h" />\n      <graph'
    text = ZOO.replace("<graph ", keys + " ", 1).replace(
        '<data key="d33">None</data>', '<data key="d33">None</data><data key="h">1</data>'
    )
    found = planner.import_topology(written(tmp_path, "zoo.graphml", text), drop_unplaced=True)
    assert "None was a hyperedge, one line between Frankfurt: write links for it by hand" in found.report()


def test_tables_as_spreadsheets_of_other_countries_save_them(tmp_path: Path) -> None:
    """What is expected is said; units in the heads of columns are read."""
    for sign, word in ((";", "semicolons"), ("\t", "tabs")):
        path = written(tmp_path, "nodes.csv", f"\ufeffname{sign}lat{sign}lon\nAlmaty{sign}43,2{sign}76,9\n")
        with pytest.raises(planner.InputError, match=f"has {word} between its cells: save it with commas"):
            planner.import_topology(path)
    path = written(tmp_path, "nodes.csv", '\ufeffname,lat,lon\nAlmaty,"43,2","76,9"\n')
    with pytest.raises(planner.InputError, match=r"'43,2' is no number: write 43\.2, with a point"):
        planner.import_topology(path)
    heads = "City,Latitude (deg),Longitude (deg),Country\n"
    nodes = written(tmp_path, "nodes.csv", heads + "Almaty,43.24,76.89,KZ\nBishkek,42.87,74.59,Kyrgyz Republic\n")
    rows = "From City,To City,Capacity (Mbps),Length [m]\nAlmaty,Bishkek,2500,240000\n"
    link = planner.import_topology(nodes, written(tmp_path, "links.csv", rows)).topology.links["almaty-bishkek"]
    assert (link.capacity_gbps.at(0), link.length_km) == (2.5, 240)
    bad = written(tmp_path, "links.csv", "Here,There\nAlmaty,Bishkek\n")
    with pytest.raises(planner.InputError, match="filled are 'Here', 'There': call two columns start and end"):
        planner.import_topology(nodes, bad)
    assert "there is no link and no cable" in planner.import_topology(nodes).report()[-1]


def test_what_is_drawn_on_land_is_no_submarine_cable(tmp_path: Path) -> None:
    """Geometries in collections count, other shapes are named, landings off a line are told with their distance."""
    line = {"type": "LineString", "coordinates": [[76.9, 43.2], [75.5, 43.0], [74.6, 42.87]]}
    area = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
    features = [
        {"type": "Feature", "properties": {"name": "Steppe"},
         "geometry": {"type": "GeometryCollection", "geometries": [line]}},
        {"type": "Feature", "properties": {"name": "Zone"}, "geometry": area},
        {"type": "Feature", "properties": {"name": "Kant"}, "geometry": {"type": "Point", "coordinates": [75.0, 42.8]}},
    ]  # fmt: skip
    found = planner.import_topology(written(tmp_path, "a.geojson", {"type": "FeatureCollection", "features": features}))
    assert found.topology.cables["steppe"].kind == "terrestrial"
    told = "\n".join(found.report())
    assert "1 left out that are neither points nor lines: Zone (Polygon)" in told
    assert "no line comes within 5 km of these landings, see --snap: Kant (1" in told


def test_spans_begin_when_they_are_ready_for_service(tmp_path: Path) -> None:
    """A node may stand where its id is expected; what is not built and has no date is told."""
    place = {"a": [-0.17, 5.62], "b": [-1.63, 6.71]}
    nodes = [{"id": key, "location": {"type": "Point", "coordinates": at}} for key, at in place.items()]
    spans = [
        {"id": "1", "start": "a", "end": {"id": "b"}, "readyForServiceDate": "2028-06-01", "status": "planned"},
        {"id": "2", "start": "a", "end": "b", "status": "underConstruction"},
    ]
    found = planner.import_topology(written(tmp_path, "n.json", {"networks": [{"nodes": nodes, "spans": spans}]}))
    assert [link.from_year for link in found.topology.links.values()] == [2028, None]
    assert "span 2 is underConstruction, without a date: it stands from the first year on" in found.report()


def test_tables_of_an_earlier_export_are_set_aside_and_not_removed(tmp_path: Path) -> None:
    """They would be read with the new ones, and may be somebody's own."""
    whole = tmp_path / "whole.yaml"
    whole.write_text("topology: w\nnodes:\n  a: {country: KZ, lat: 43, lon: 77}\n")
    place = tmp_path / "tables"
    place.mkdir()
    for number in ("", "0"):
        (place / "risks.csv").write_text(f"mine{number}")
        planner.export_topology(planner.load_topology(whole), place, "csv", force=True)
    assert {each.name: each.read_text()[:5] for each in place.glob("*.old*")} == {
        "risks.csv.old": "mine", "risks.csv.old1": "mine0"
    }  # fmt: skip
    assert list(planner.import_topology(place).topology.nodes) == ["a"]


def test_topology_and_demand_of_an_import_are_written_both_or_neither(tmp_path: Path) -> None:
    """The demand's place is a folder."""
    imported = planner.Imported(planner.load_topology, "topology: x\n", "sndlib", "demand: x\n")  # type: ignore[arg-type]
    (tmp_path / "d.yaml").mkdir()
    with pytest.raises(planner.RunError, match=r"d\.yaml cannot be written"):
        imported.write(tmp_path / "t.yaml", tmp_path / "d.yaml")
    assert [each.name for each in tmp_path.iterdir()] == ["d.yaml"]
