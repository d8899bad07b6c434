"""Demands as CSV tables."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from planner.errors import InputError
from planner.files import load_demand
from planner.years import Yearly

FILE = """
demand: d
sources: {s: {title: S}}
workloads:
  chat: {kind: inference, unserved: required}
  net: {kind: traffic, unserved: required}
table: rows.csv
"""


@pytest.fixture
def rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Return a function that reads the demands of a table."""
    monkeypatch.chdir(tmp_path)

    def read(table: str, encoding: str = "utf-8"):
        Path("demand.yaml").write_text(FILE)
        Path("rows.csv").write_bytes(table.encode(encoding))
        return load_demand("demand.yaml").demands

    return read


def test_rows_of_one_demand_become_its_years(rows) -> None:
    (row,) = rows("origin,workload,year,compute\nKZ,chat,2030,120 PFLOPS\nKZ,chat,2026,30 PFLOPS\n")
    assert (row.id, row.amount) == ("KZ/chat", Yearly(((2026, 30.0), (2030, 120.0))))


def test_an_empty_year_means_all_years(rows) -> None:
    (row,) = rows("origin,workload,year,compute\nKZ,chat,,30 PFLOPS\n")
    assert row.amount == Yearly.flat(30)


def test_a_byte_order_mark_blank_lines_and_windows_line_ends_are_borne(rows) -> None:
    assert len(rows("origin,workload,compute\r\n\r\nKZ,chat,3 P\r\n,,\r\n", encoding="utf-8-sig")) == 1


def test_hosts_are_parted_by_semicolons(rows) -> None:
    (row,) = rows('origin,workload,compute,hosts\nKZ,chat,3 P,"KZ; site:changji"\n')
    assert row.hosts == ("KZ", "site:changji")


def test_traffic_has_a_rate_and_another_end(rows) -> None:
    (row,) = rows("origin,to,workload,rate\nalmaty,oslo,net,400 Gbps\n")
    assert (row.to, row.amount.at(2030)) == ("oslo", 400)


def test_a_demand_is_as_sure_as_its_least_sure_year(rows) -> None:
    table = "origin,workload,year,compute,source,confidence\nKZ,chat,2026,1 P,s,verified\nKZ,chat,2030,2 P,s,assumed\n"
    (row,) = rows(table)
    assert (row.source, row.confidence) == ("s", "assumed")


def test_a_row_stands_where_it_is_written(rows) -> None:
    (row,) = rows("origin,workload,compute\n\nKZ,chat,3 P\n")
    assert str(row.place) == "rows.csv:3:1"


@pytest.mark.parametrize("sign", [";", "\t"])
def test_tables_of_spreadsheets_with_decimal_commas_are_read(rows, sign: str) -> None:
    """25,5 is 25.5, 0,125 is 0.125 and 1234,500 is 1234.5: in none of them can the comma part thousands."""
    lines = [("origin", "workload", "year", "compute", "hosts"), ("KZ", "chat", "2026", "25,5 P", '"KZ;CN"')]
    lines += [("KZ", "chat", "2030", "0,125 P", '"KZ;CN"'), ("KZ", "chat", "2035", "1234,500 P", '"KZ;CN"')]
    (row,) = rows("\r\n".join(map(sign.join, lines)))
    assert row.amount == Yearly(((2026, 25.5), (2030, 0.125), (2035, 1234.5)))
    assert row.hosts == ("KZ", "CN")


def workbook(path: Path, *rows: tuple[object, ...]) -> None:
    """Write a workbook whose first sheet is empty."""
    book = Workbook()
    sheet = book.create_sheet("Demand")
    for row in rows:
        sheet.append(row)
    for cell in sheet["D"]:
        if isinstance(cell.value, float):
            cell.number_format = '0.0" PFLOPS"'
    book.save(path)


def test_a_workbook_is_a_table(rows, tmp_path: Path) -> None:
    """Years are numbers there; a number shows its unit by its format, or the unit is typed."""
    heads = ("origin", "workload", "year", "compute", "note")
    workbook(tmp_path / "rows.xlsx", heads, (), ("KZ", "chat", 2026, 25.5), ("KZ", "chat", 2030, "30 PFLOPS", "rough"))
    (tmp_path / "demand.yaml").write_text(FILE.replace("rows.csv", "rows.xlsx"))
    (row,) = load_demand("demand.yaml").demands
    assert row.amount == Yearly(((2026, 25.5), (2030, 30.0)))
    assert str(row.place) == "rows.xlsx:A3"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (
            ("KZ", "chat", 2026, 25),
            "rows.xlsx:D2: demands.0.compute.2026: '25' has no unit: write for",
        ),
        (("KZ", "chut", 2026, "25 P"), "rows.xlsx:B2: demands.0.workload: there is no workload 'chut'"),
        (("KZ", None, 2026, "25 P"), "rows.xlsx:A2: workload: is missing"),
    ],
)
def test_a_wrong_cell_of_a_workbook_is_named(rows, tmp_path: Path, row: tuple[object, ...], words: str) -> None:
    workbook(tmp_path / "rows.xlsx", ("origin", "workload", "year", "compute"), row)
    (tmp_path / "demand.yaml").write_text(FILE.replace("rows.csv", "rows.xlsx"))
    with pytest.raises(InputError) as caught:
        load_demand("demand.yaml")
    assert words in str(caught.value)


@pytest.mark.parametrize("data", [b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0 an old one"])
def test_what_only_looks_like_a_workbook_is_refused(rows, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "demand.yaml").write_text(FILE)
    (tmp_path / "rows.csv").write_bytes(data)
    with pytest.raises(InputError, match="is no XLSX workbook that can be read: save it as XLSX, or as CSV UTF-8"):
        load_demand("demand.yaml")


def test_a_workbook_is_no_demand_file(rows, tmp_path: Path) -> None:
    workbook(tmp_path / "demand.xlsx", ("origin", "workload", "compute"))
    with pytest.raises(InputError, match="is a workbook, not plain text: name it as 'table:' in a demand file"):
        load_demand("demand.xlsx")


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("origin,workload,computee\nKZ,chat,3 P\n", "rows.csv:1:17: computee: unknown column: did you mean 'compute'?"),
        ("origin,origin,workload,compute\n", "rows.csv:1:8: origin: duplicate column"),
        ("origin,compute\nKZ,3 P\n", "rows.csv:1:1: workload: column is missing"),
        ("origin,workload\nKZ,chat\n", "compute: column is missing"),
        ("origin,workload,compute\nKZ,chat\n", "rows.csv:2:1: has 2 cells: write 3"),
        ("origin,workload,compute\nKZ,chat,30\n", "rows.csv:2:9: demands.0.compute: '30' has no unit"),
        ("origin,workload,compute\n,chat,3 P\n", "rows.csv:2:1: origin: is missing"),
        ("origin,workload,compute\nKZ,chut,3 P\n", "rows.csv:2:4: demands.0.workload: there is no workload 'chut'"),
        (
            "origin,workload,compute\nKZ,chat,3 P\nKZ,chat,3 P\n",
            "rows.csv:3:1: KZ/chat: all years is there already, on",
        ),
        ("origin,workload,year,compute\nKZ,chat,2026,3 P\nKZ,chat,2026,4 P\n", "2026 is there already, on line 2"),
        ("origin,workload,year,compute\nKZ,chat,2026,3 P\nKZ,chat,,4 P\n", "beside one for a year, see line 2"),
        ("origin,workload,year,compute\nKZ,chat,26,3 P\n", "rows.csv:2:9: demands.0.compute.26: '26' is no year"),
        ("origin,workload,year,compute,hosts\nKZ,chat,2026,3 P,KZ\nKZ,chat,2030,4 P,CN\n", "hosts differs from line 2"),
        ("origin,workload,compute,source\nKZ,chat,3 P,t\n", "there is no source 't'"),
        ("origin,workload,compute\nKZ,chat,-3 P\n", "'-3 P' is negative"),
        ('origin,workload,compute\n"KZ,chat,3 P\n', "rows.csv: is no CSV"),
        ('origin,workload,compute\nKZ,chat,"2,5 P"\n', "'2,5 P' has a decimal comma: write '2.5 P'"),
        (
            "origin;workload;compute\nKZ;chat;1,800 P\n",
            "groups its digits: write '1800 P', or '1.800 P' with",
        ),
        (
            "origin;workload;year;compute\nKZ;chat;2026;2,5 P\nKZ;chat;2030;1.800 P\n",
            "rows.csv:3:14: '1.800 P' stands among decimal commas: it may be 1800 or 1,8: write 1800, or 1,8000",
        ),
        ("origin;workload\nKZ;chat\n", "compute: column is missing"),
        ("", "demand.yaml:7:8: table: 'rows.csv' is empty"),
        ("origin,workload,compute\nK\0,chat,3 P\n", "rows.csv:2:2: holds the control character 0x00"),
        ("origin,workload,compute\nK\x9b,chat,3 P\n", "rows.csv:2:2: holds the control character 0x9b"),
    ],
)
def test_a_wrong_table_says_what_would_be_right(rows, table: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        rows(table)
    assert words in str(caught.value)


def test_a_table_stands_in_place_of_demands(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("origin,workload,compute\nKZ,chat,3 P\n")
    (tmp_path / "demand.yaml").write_text(FILE + "demands: []\n")
    with pytest.raises(InputError, match="table: stands beside demands"):
        load_demand(tmp_path / "demand.yaml")
