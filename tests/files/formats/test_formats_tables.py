"""Tables of other people: units as they stand, heads below titles, cells that say nothing, and what is not read."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

import planner
from planner.files.formats.rates import length_unit, rate_unit

NODES = "id,name,country,lat,lon\na,A,DE,50,8\nb,B,DE,52,13\nc,C,FR,48.8,2.3\n"
ROWS = [["id", "country", "lat", "lon"], ["a", "DE", 50, 8], ["b", "DE", 52, 13]]


def read(folder: Path, **tables: str) -> planner.Imported:
    """Return the import of tables, by the names of their files."""
    for name, text in {"nodes": NODES, **tables}.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return planner.import_topology(*(folder / f"{name}.csv" for name in {"nodes": NODES, **tables}))


def one_link(folder: Path, column: str, cell: str) -> planner.Link:
    """Return a link of which one column is given."""
    return read(folder, links=f'start,end,"{column}"\na,b,"{cell}"\n').topology.links["a-b"]


@pytest.mark.parametrize(
    ("column", "cell", "gbps"),
    [
        ("Capacity (Mbit/s)", "400", 0.4),
        ("capacity_mbps", "400", 0.4),
        ("capacityTbps", "2", 2000),
        ("Bandwidth in Gbit per second", "40", 40),
        ("CAPACITY [GBPS]", "40", 40),
        ("Capacity (GB/s)", "50", 400),  # eight bits a byte
        ("capacity", "400 MB/s", 3.2),
        ("capacity", "12.5 Go/s", 100),  # octets
        ("capacity", "10GbE", 10),
        ("capacity", "4xSTM-16", 9.95328),  # 4 x 16 x 0.15552
        ("capacity", "OC-192c", 9.95328),  # 192 x 0.05184
        ("capacity", "2xE3", 0.068736),
        ("capacity", "10 Gigabit Ethernet", 10),
        ("capacity", "3 x 100G", 300),
    ],
)
def test_capacities_are_read_in_the_unit_that_stands_there(column: str, cell: str, gbps: float, tmp_path: Path) -> None:
    """In the cell, else in the head of the column."""
    assert one_link(tmp_path, column, cell).capacity_gbps.at(0) == pytest.approx(gbps, rel=1e-12)


@pytest.mark.parametrize(
    ("column", "cell", "km"),
    [
        ("Length (miles)", "300", 482.8032),  # 1.609344 km
        ("length", "300 nautical miles", 555.6),  # 1.852 km
        ("distance_nm", "300", 555.6),
        ("Route length [m]", "750000", 750),
        ("length", "~700 km", 700),
    ],
)
def test_lengths_are_read_in_the_unit_that_stands_there(column: str, cell: str, km: float, tmp_path: Path) -> None:
    """Likewise."""
    assert one_link(tmp_path, column, cell).length_km == pytest.approx(km, rel=1e-12)


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        (
            "capacity",
            "20 furlongs",
            r"links\.csv:2:1: a-b\.capacity: '20 furlongs' is no capacity that is understood",
        ),
        ("capacity", "10 GB", "'10 GB' is no capacity"),  # an amount of data
        ("capacity", "1-10 Gbps", "'1-10 Gbps' is no capacity"),
        ("capacity", "2,5 Gbps", "write numbers with a point and without commas"),
        ("capacity", "2027-03-01T00:00:00", "is no capacity"),
        ("Capacity (fathoms)", "3", "'fathoms' is no unit of data rates: .* or give --unit"),
        ("Capacity (GB/S)", "3", "'GB/S' is no unit of data rates"),  # bits or bytes
        ("length", "20,000 km", "'20,000 km' is no length that is understood: write numbers with a point"),
        ("length", "long", "'long' is no length"),
        ("Length (leagues)", "3", "'leagues' is no unit of length"),
        ("length", "-3", "the length -3 is negative"),
    ],
)
def test_a_unit_that_is_not_understood_is_an_error_naming_it(
    column: str, cell: str, words: str, tmp_path: Path
) -> None:
    """Never a guess."""
    with pytest.raises(planner.InputError, match=words):
        one_link(tmp_path, column, cell)


def test_what_is_asked_with_unit_holds_for_a_head_that_is_not_understood(tmp_path: Path) -> None:
    """And what says nothing, such as n/a, is not given."""
    for name, text in {"nodes": NODES, "links": "start,end,Capacity (lit)\na,b,400\nb,c,n/a\n"}.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    found = planner.import_topology(tmp_path, unit="Mbps", capacity="7 Gbps")
    assert [link.capacity_gbps.at(0) for link in found.topology.links.values()] == [0.4, 7]


def test_units_know_bits_from_bytes() -> None:
    """A capital B among small letters is a byte; of capitals alone PS and BIT say bits."""
    bits = {"Mbit/s": 1e-3, "Mb/s": 1e-3, "MBPS": 1e-3, "GBIT/S": 1, "bps": 1e-9, "GbE": 1}
    octets = {"MB/s": 8e-3, "MBps": 8e-3, "GBYTES/S": 8, "B/s": 8e-9, "Go/s": 8}
    words = bits | octets | dict.fromkeys(("GB", "GB/S", "m", "EUR", "", "km"))
    assert {word: (rate_unit(word) or (None,))[0] for word in words} == words
    assert [length_unit(word) for word in ("Nautical Miles", "ft", "light years")] == [1.852, 3.048e-4, None]


def test_columns_that_nobody_reads_are_told_once(tmp_path: Path) -> None:
    """Also a second capacity, a source that no table holds, a column of sites; lengths of zero."""
    links = "start,end,capacity,capacity_gbps,length,Owner,source\na,b,40 Gbps,50,0,X,paper\nb,c,40 Gbps,,9 m,Y,\n"
    sites = "id,node,status,compute,tier\ns,a,operating,10 PFLOPS,3\n"
    found = read(tmp_path, nodes=NODES.replace("lon\n", "lon,asn\n").replace(",8\n", ",8,1\n").replace("13\n", "13,\n")
                 .replace("2.3\n", "2.3,\n"), links=links, sites=sites)  # fmt: skip
    assert "not read: of nodes asn; of links capacity_gbps, Owner, source; of sites tier" in found.messages
    assert "lengths of 0 not taken: a - b" in found.messages


def test_heads_are_found_below_titles(tmp_path: Path) -> None:
    """What stands above them is told, and so are cells under no heading."""
    nodes = "Landing points of Europe,,,,,\n,,,,,\n" + NODES.replace("\n", ",\n").replace("8,\n", "8,secret\n", 1)
    found = read(tmp_path, nodes=nodes, links="My links\nFrom,To,Capacity\na,b,40 Gbps\n")
    assert found.topology.links["a-b"].capacity_gbps.at(0) == 40
    told = "\n".join(found.messages)
    for words in ("nodes.csv: rows above the head left out: Landing points of Europe", "left out: My links",
                  "nodes.csv: cells under no heading left out: secret"):  # fmt: skip
        assert words in told


def test_tables_are_known_by_their_columns_too(tmp_path: Path) -> None:
    """Links in a file called cables; a table of neither kind is left out and told; cables with routes are cables."""
    (tmp_path / "owners.csv").write_text("owner,share\nx,1\n")
    (tmp_path / "notes.txt").write_text("x")
    for name, text in {"nodes": NODES, "cables": "from,to,capacity_tbps,name\na,b,2,Foo\n"}.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    found = planner.import_topology(tmp_path)
    assert found.topology.links["a-b"].name == "Foo"
    told = "\n".join(found.messages)
    assert "owners.csv holds neither nodes nor links: left out" in told
    assert "not read in the folder: notes.txt" in told


def test_cables_of_a_table_keep_their_routes(tmp_path: Path) -> None:
    """Landings between semicolons, by id or name; without a route it is an error in the right file."""
    found = read(tmp_path, cables="id,name,route,capacity,rfs\nx,X,a;B;c,2 Tbps,2021\n")
    assert list(found.topology.links) == ["x:a--b", "x:b--c"]
    assert found.messages == ("not read: of cables rfs",)
    with pytest.raises(planner.InputError, match=r"cables\.csv: cables\.x: has no route"):
        read(tmp_path, cables="id,name,rfs\nx,X,2021\n")


def test_rows_of_one_landing_are_one_place(tmp_path: Path) -> None:
    """One row a cable, as such lists are; what differs is named."""
    nodes = "landing,country,lat,lon,cable\nHelsinki,FI,60.17,24.94,A\nHelsinki,FI,60.1701,24.9401,B\n"
    found = read(tmp_path, nodes=nodes + "Tallinn,EE,59.44,24.75,A\n", links="start,end\nHelsinki,Tallinn\n")
    assert set(found.topology.nodes) == {"helsinki", "tallinn"}
    twice = "places that stand again, taken once, as they first stand: Helsinki; their records differ in cable"
    assert twice in found.messages


def test_a_country_and_a_kind_that_are_no_words_of_ours_are_named(tmp_path: Path) -> None:
    """The guess says what the file has; usual words for kinds are understood."""
    nodes = NODES.replace("a,A,DE", "a,A,Germanny")
    found = read(tmp_path, nodes=nodes, links="start,end,kind\na,b,dark\nb,c,Subsea fibre\n")
    assert found.topology.links["b-c"].kind == "submarine"
    told = "\n".join(found.report())
    assert "by the map; 'Germanny' names no country: DE" in told
    assert "1 kind: 'dark' is none of terrestrial, submarine, microwave, satellite: terrestrial" in told


def book(folder: Path, links: list[list[Any]], **formats: str) -> Path:
    """Return a workbook of two nodes and some links; formats are of cells of the links."""
    made = Workbook()
    made.remove(made.active)
    for name, rows in {"nodes": ROWS, "links": links}.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    for cell, form in formats.items():
        made["links"][cell].number_format = form
    made.save(folder / "x.xlsx")
    return folder / "x.xlsx"


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("=100*4", r"links!C2: capacity: the formula =100\*4 has no stored value"),
        ("#DIV/0!", "links!C2: capacity: holds the error #DIV/0!"),
        (date(2027, 3, 1), "links!C2: capacity: holds a date or a time, 2027-03-01"),
        (time(10, 30), "links!C2: capacity: holds a date or a time, 10:30:00"),
    ],
)
def test_cells_that_say_nothing_are_errors_with_their_address(cell: object, words: str, tmp_path: Path) -> None:
    """Where they are needed."""
    with pytest.raises(planner.InputError, match=words):
        planner.import_topology(book(tmp_path, [["start", "end", "capacity"], ["a", "b", cell]]))


def test_cells_that_nobody_needs_may_hold_anything(tmp_path: Path) -> None:
    """A column of dates that is not read is told like any other."""
    rows = [["start", "end", "capacity", "ready"], ["a", "b", "40 Gbps", date(2027, 3, 1)]]
    found = planner.import_topology(book(tmp_path, rows))
    assert "not read: of links ready" in found.messages


def test_the_format_of_a_cell_may_show_its_unit(tmp_path: Path) -> None:
    """400 with the format 0" Mbps" is shown, and meant, as 400 Mbps; 40 % is no capacity."""
    rows = [["start", "end", "capacity"], ["a", "b", 400]]
    link = planner.import_topology(book(tmp_path, rows, C2='0" Mbps"')).topology.links["a-b"]
    assert link.capacity_gbps.at(0) == 0.4
    with pytest.raises(planner.InputError, match="'40000 %' is no capacity"):
        planner.import_topology(book(tmp_path, rows, C2="0%"))


def test_sheets_are_known_by_their_columns_too(tmp_path: Path) -> None:
    """And a day in a source is a day."""
    made = Workbook()
    made.active.title = "Landing points"
    sheets = {"Landing points": ROWS, "sources": [["id", "accessed"], ["s", date(2027, 3, 1)]],
              "Spans": [["Spans 2027"], ["From", "To", "source"], ["a", "b", "s"]], "Notes": [["hello"]]}  # fmt: skip
    for name, rows in sheets.items():
        sheet = made[name] if name in made.sheetnames else made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(tmp_path / "x.xlsx")
    found = planner.import_topology(tmp_path / "x.xlsx")
    assert found.topology.links["a-b"].source == "s"
    assert found.topology.sources["s"].accessed == "2027-03-01"
    told = "\n".join(found.messages)
    for words in ("'Landing points' taken for the table of nodes", "'Spans' taken for the table of links",
                  "rows above the head left out: Spans 2027", "the sheet 'Notes' is none of"):  # fmt: skip
        assert words in told


def test_folders_of_the_open_fibre_data_standard_may_hold_other_tables(tmp_path: Path) -> None:
    """Of organisations, contracts, phases: left out and told."""
    tables = {
        "contracts": "id,contracts/0/id\n1,2\n",
        "spans": "id,spans/0/id,spans/0/start,spans/0/end\n1,s,a,b\n",
        "nodes": "id,nodes/0/id,nodes/0/location,nodes/0/power\n1,a,POINT (-0.17 5.62),y\n1,b,POINT (-1.6 6.7),\n",
    }
    for name, text in tables.items():  # fmt: skip
        (tmp_path / f"{name}.csv").write_text(text)
    found = planner.import_topology(tmp_path)
    assert (found.format, list(found.topology.links)) == ("ofds", ["a-b"])
    told = "\n".join(found.messages)
    assert "contracts.csv holds neither nodes nor spans: left out" in told
    assert "not read: of nodes power" in told


def test_a_workbook_says_which_sites_share_a_grid(tmp_path: Path) -> None:
    """A table of groups and one of risks, with semicolons between what they name."""
    book = Workbook()
    book.active.title = "nodes"
    tables = {
        "nodes": ROWS,
        "sites": [["id", "node", "status", "from", "compute"], *([s, "a", "planned", 2027, "5 PFLOPS"] for s in "xy")],
        "groups": [["id", "title", "sites", "power"], ["grid", "One grid", "x; y", "9 MW"]],
        "risks": [["id", "fails"], ["dark", "site:x; group:grid"]],
    }
    for name, rows in tables.items():
        sheet = book["nodes"] if name == "nodes" else book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(tmp_path / "grid.xlsx")
    topology = planner.import_topology(tmp_path / "grid.xlsx").topology
    assert topology.groups["grid"].sites == ("x", "y")
    assert topology.groups["grid"].power_mw is not None
    assert topology.groups["grid"].power_mw.at(2027) == 9
    assert topology.risks["dark"].fails == ("site:x", "group:grid")
    planner.export_topology(topology, tmp_path / "again.xlsx")
    again = planner.import_topology(tmp_path / "again.xlsx").topology
    assert (again.groups, again.risks) == (topology.groups, topology.risks)
