"""Demand tables become the same tree as demands in YAML: one record per origin and workload, years as a map.

A table is CSV, its cells parted by commas, semicolons or tabs as spreadsheets in many countries write it, or XLSX.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass

from planner.errors import Fault, Place, did_you_mean
from planner.files.reading.text import InputFile, display, is_workbook
from planner.files.reading.tree import Node, PositionMark, mapping, scalar, sequence
from planner.files.reading.workbook import read_rows
from planner.units import DECIMAL_COMMA

COLUMNS = ("origin", "workload", "to", "year", "compute", "rate", "access_rtt", "hosts", "source", "confidence", "note")
CELL_LIMIT = 1_000_000
_AMOUNTS = ("compute", "rate")
_NUMBERS = (*_AMOUNTS, "access_rtt")
_GROUP = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}(?![0-9])")
_SURENESS = ("verified", "estimated", "assumed")

Cells = dict[str, Node]
"""The cells of one row that are not empty, by column."""


@dataclass
class _Group:
    """The rows of one origin and workload: the first of them, and the amounts by year."""

    first: Cells
    amount: str
    years: dict[str, tuple[Node, Node]]


def read_table(file: InputFile, faults: list[Fault]) -> list[Node]:
    """Return the demands of a table as trees, adding what is wrong to `faults`."""
    name = display(file.path)
    if is_workbook(file.data):
        rows = read_rows(file.data, name, CELL_LIMIT, faults)
    else:
        rows = _read_text(file.data.decode("utf-8-sig"), name, faults)
    if not rows:
        return []
    header = rows[0]
    if not _check_header(header, name, faults):
        return []
    columns = [cell.value.strip() for cell in header]
    groups: dict[tuple[str, str, str], _Group] = {}
    for row in rows[1:]:
        if len(row) != len(columns):
            what = f"has {len(row)} cells"
            faults.append(Fault(_place(row[0]), "", what, f"write {len(columns)}, as the first row has"))
            continue
        _add_row({c: n for c, n in zip(columns, row, strict=True) if n.value}, row[0], groups, faults)
    return [_demand(group) for group in groups.values()]


def delimiter_of(text: str) -> str:
    """Return what parts the cells: the sign that gives the first row the most columns with known names."""
    first = text.lstrip("\r\n").partition("\n")[0]

    def known(sign: str) -> int:
        return len({cell.strip(' "\r').lower() for cell in first.split(sign)}.intersection(COLUMNS))

    return max(",;\t", key=known)


def _read_text(text: str, name: str, faults: list[Fault]) -> list[list[Node]]:
    """Return the rows of a CSV table; nothing after noting why it cannot be read."""
    sign = delimiter_of(text)
    try:
        rows = _rows(text, name, sign)
    except csv.Error as error:
        right = "write a row a line, cells between commas, and quotes around cells that hold any"
        faults.append(Fault(Place(name), "", f"is no CSV: {error}", right))
        return []
    except OverflowError:
        what = f"holds more than {CELL_LIMIT:,} cells"
        faults.append(Fault(Place(name), "", what, "split it over several demand files"))
        return []
    if not rows:
        faults.append(Fault(Place(name), "", "holds no row", "name the columns in the first row"))
    return rows if sign == "," else _pointed(rows, faults)


def _pointed(rows: list[list[Node]], faults: list[Fault]) -> list[list[Node]]:
    """Give numbers with a decimal comma a point, as the tables of countries have it whose cells semicolons part.

    `1,800` may be 1.8 or 1800 and stays for whoever reads quantities to refuse; `1.800` beside decimal commas, too.
    """
    columns = {n for n, cell in enumerate(rows[0]) if cell.value in _NUMBERS}
    cells = [cell for row in rows[1:] for n, cell in enumerate(row) if n in columns]
    found = [(cell, DECIMAL_COMMA.match(cell.value)) for cell in cells]
    commas = any(comma for _, comma in found)
    for cell, comma in found:
        if comma:
            cell.value = cell.value.replace(",", ".", 1)
        elif commas and (point := _GROUP.match(cell.value)):
            whole, part = point[0].replace(".", ""), point[0].replace(".", ",")
            what = f"'{cell.value}' stands among decimal commas: it may be {whole} or {part.rstrip('0')}"
            faults.append(Fault(_place(cell), "", what, f"write {whole}, or {part}0"))
    return rows


def _rows(text: str, name: str, sign: str) -> list[list[Node]]:
    """Return the rows that are not blank, each cell with its position."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
    lines = text.splitlines()
    rows: list[list[Node]] = []
    line = size = 0
    for cells in reader:
        columns = _columns(cells, lines[line] if line < len(lines) else "")
        if any(cell.strip() for cell in cells):
            spots = [PositionMark(name, line, column) for column in columns]
            rows.append([scalar(cell.strip(), spot) for cell, spot in zip(cells, spots, strict=True)])
        line = reader.line_num
        size += len(cells)
        if size > CELL_LIMIT:
            raise OverflowError
    return rows


def _columns(cells: Iterable[str], line: str) -> list[int]:
    """Return where each cell begins in its line; with quotes about, where it first occurs."""
    columns, at = [], 0
    for cell in cells:
        found = line.find(cell, at) if '"' in line else at
        columns.append(max(found, 0))
        at = max(found, 0) + len(cell) + 1
    return columns


def _check_header(header: list[Node], name: str, faults: list[Fault]) -> bool:
    seen: set[str] = set()
    before = len(faults)
    for cell in header:
        column = cell.value.strip()
        if column not in COLUMNS:
            faults.append(Fault(_place(cell), column, "unknown column", did_you_mean(column, COLUMNS)))
        elif column in seen:
            faults.append(Fault(_place(cell), column, "duplicate column", "keep one of them"))
        seen.add(column)
    if before == len(faults):
        missing = [column for column in ("origin", "workload") if column not in seen]
        if not seen.intersection(_AMOUNTS):
            missing.append("compute")
        faults.extend(Fault(Place(name, 1, 1), column, "column is missing", "name it in row 1") for column in missing)
    return before == len(faults)


def _add_row(cells: Cells, start: Node, groups: dict[tuple[str, str, str], _Group], faults: list[Fault]) -> None:
    """Add a row to the demand that it belongs to."""
    amounts = [column for column in _AMOUNTS if column in cells]
    missing = [column for column in ("origin", "workload") if column not in cells] + ([] if amounts else ["compute"])
    if missing or len(amounts) > 1:
        what = "is missing" if missing else "stands beside compute"
        faults.append(Fault(_place(start), (missing or ["rate"])[0], what, "fill in one cell of each"))
        return
    key = (cells["origin"].value, cells["workload"].value, cells["to"].value if "to" in cells else "")
    year = cells["year"].value if "year" in cells else ""
    entry = (cells.get("year", start), cells[amounts[0]])
    group = groups.setdefault(key, _Group(cells, amounts[0], {}))
    where = "/".join(part for part in key if part)
    clash = _clash(group, cells, year, amounts[0])
    if clash:
        faults.append(Fault(_place(start), where, *clash))
    else:
        group.years[year] = entry
        _least_sure(group, cells)


def _clash(group: _Group, cells: Cells, year: str, amount: str) -> tuple[str, str] | None:
    """Return what is wrong between a row and the earlier ones of its demand."""
    for other, (node, _) in group.years.items():
        line = node.start_mark.line + 1
        if other == year:
            return f"{year or 'all years'} is there already, on line {line}", "keep one of the rows"
        if not other or not year:
            return (
                f"one row for all years beside one for a year, see line {line}",
                "give each its year",
            )
    for column in ("hosts", "access_rtt"):
        if getattr(cells.get(column), "value", "") != getattr(group.first.get(column), "value", ""):
            line = group.first["origin"].start_mark.line + 1
            return f"{column} differs from line {line}", f"write the same {column} in all years"
    return None if amount == group.amount else ("mixes compute and rate", "write one of them in all years")


def _least_sure(group: _Group, cells: Cells) -> None:
    """Let a demand be as sure as its least sure year."""
    ours, theirs = group.first.get("confidence"), cells.get("confidence")
    if ours is not None and theirs is not None and theirs.value in _SURENESS and ours.value in _SURENESS:
        group.first["confidence"] = max(ours, theirs, key=lambda node: _SURENESS.index(node.value))


def _demand(group: _Group) -> Node:
    """Return a demand as the tree that its YAML would give."""
    start = group.first["origin"].start_mark
    pairs = []
    for column, cell in group.first.items():
        if column == "hosts":
            hosts = [scalar(host.strip(), cell.start_mark) for host in re.split("[;,]", cell.value)]
            pairs.append((column, sequence(hosts, cell.start_mark)))
        elif column not in ("year", *_AMOUNTS):
            pairs.append((column, cell))
    only = group.years.get("")
    amount = only[1] if only else mapping(list(group.years.values()), next(iter(group.years.values()))[1].start_mark)
    pairs.append((group.amount, amount))
    return mapping([(scalar(key, value.start_mark), value) for key, value in pairs], start)


def _place(node: Node) -> Place:
    return Place(node.start_mark.name, node.start_mark.line + 1, node.start_mark.column + 1)
