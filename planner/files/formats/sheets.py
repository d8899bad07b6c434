"""Tables, as CSV files in a folder or as sheets of a workbook: one table a section, one row a record.

A text that a spreadsheet would run as a formula gets an apostrophe before it, which reading takes away.
"""

from __future__ import annotations

import csv
import io
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zipfile import BadZipFile, ZipFile, ZipInfo

from planner.errors import did_you_mean
from planner.files.formats.graphml import node_of
from planner.files.formats.opening import ELEMENT_LIMIT, text_of
from planner.files.formats.own import flat, unflat
from planner.files.formats.rates import attribute
from planner.files.formats.raw import MARK, RECORD_LIMIT, Raw, RawLink, broken
from planner.files.formats.records import number_text
from planner.files.text import SIZE_LIMIT
from planner.files.workbooks import workbook_bytes

__all__ = ["TABLES", "csv_tables", "read_csv", "read_xlsx", "write_csv", "write_xlsx"]

TABLES = ("topology", "sources", "nodes", "sites", "links", "cables", "segments", "projects", "risks")
CELL_LIMIT = 2_000_000
_LONGEST = 32_767
"""Letters in one cell of a workbook; more would be cut silently."""
_RISKY = re.compile(r"[=+\-@\t\r'|%]")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_ENDS = tuple(
    (f"{before}{a}{after}", f"{before}{b}{after}")
    for before, after in (("", ""), ("", "_node"), ("", "_city"), ("", "_site"), ("node_", ""), ("site_", ""),
                          ("city_", ""), ("end_", ""), ("", "_end"))
    for a, b in (("start", "end"), ("source", "target"), ("from", "to"), ("a", "b"), ("a", "z"), ("1", "2"))
)  # fmt: skip
_LISTS = ("offers", "serves", "usable_by")
_EPOCH = (1980, 1, 1, 0, 0, 0)

Table = list[dict[str, str]]


def write_csv(raw: Raw) -> dict[str, bytes]:
    """Return a topology as CSV files by their names."""
    return {f"{name}.csv": _csv(rows) for name, rows in csv_tables(raw).items()}


def write_xlsx(raw: Raw) -> bytes:
    """Return a topology as a workbook; the same topology gives the same bytes."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for name, rows in csv_tables(raw).items():
        sheet = book.create_sheet(name)
        columns = _columns(rows)
        for number, values in enumerate([columns, *([row.get(column, "") for column in columns] for row in rows)], 1):
            for column, value in enumerate(values, 1):
                if len(value) > _LONGEST:
                    what = f"{name} {values[0]}: {columns[column - 1]} has {len(value):,} letters of {_LONGEST:,}"
                    raise broken(raw.file, what, "export to csv")
                if value:
                    cell = sheet.cell(number, column)
                    numeric = number > 1 and _keeps(value)
                    cell.value = float(value) if numeric else _neutral(value)
                    cell.data_type = "n" if numeric else "s"
        sheet.freeze_panes = "B2"
    return _timeless(workbook_bytes(book))


def _keeps(text: str) -> bool:
    """Tell whether a text is a number that a workbook, which keeps 16 digits, gives back unchanged."""
    return bool(_NUMBER.fullmatch(text)) and number_text(float(f"{float(text):.16g}")) == text


def _timeless(data: bytes) -> bytes:
    """Return a workbook without the time at which it was made."""
    result = io.BytesIO()
    with ZipFile(io.BytesIO(data)) as old, ZipFile(result, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z", b"1980-01-01T00:00:00Z", part)
            info = ZipInfo(name, _EPOCH)
            info.compress_type = 8
            new.writestr(info, part)
    return result.getvalue()


def csv_tables(raw: Raw) -> dict[str, Table]:
    """Return the tables of what `pack` laid out; what cables say of single segments is a table of its own."""
    head = {key: str(value) for key, value in raw.head.items() if key not in TABLES or key == "topology"}
    tables: dict[str, Table] = {"topology": [{"id": head.pop("topology", "")} | head]}
    nodes = [{"id": n.key, "lat": number_text(n.lat or 0), "lon": number_text(n.lon or 0)} | n.attrs for n in raw.nodes]
    links = [{"id": x.key, "start": x.ends[0], "end": x.ends[1]} | x.attrs for x in raw.links]
    tables |= {"nodes": nodes, "links": links}
    segments: Table = []
    for name in TABLES:
        records = unflat(name, raw.head.get(name) or {}, raw.file) if name not in ("topology", *tables) else {}
        for key, record in records.items():
            fields = dict(record)
            for part, values in fields.pop("segments", {}).items():
                segments.append({"id": f"{key}:{part}"} | {k: flat(v) for k, v in values.items()})
            tables.setdefault(name, []).append({"id": key} | {k: flat(v) for k, v in fields.items()})
    tables["segments"] = segments
    return {name: tables[name] for name in TABLES if tables.get(name)}


def _columns(rows: Table) -> list[str]:
    return list(dict.fromkeys(key for row in rows for key in row))


def _csv(rows: Table) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    columns = _columns(rows)
    writer.writerow(columns)
    writer.writerows([_neutral(row.get(column, "")) for column in columns] for row in rows)
    return buffer.getvalue().encode()


def _neutral(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if _RISKY.match(text) and not _NUMBER.fullmatch(text) else text


def _meant(text: str) -> str:
    """Return the text that `_neutral` was given."""
    return text[1:] if text[:1] == "'" and _RISKY.match(text[1:]) else text


def read_csv(parts: Sequence[tuple[str, bytes]]) -> Raw:
    """Return CSV tables, each known by its file's name (nodes.csv, links.csv), else by its columns."""
    tables: dict[str, Table] = {}
    files: dict[str, str] = {}
    for path, data in parts:
        rows = _read_rows(path, data)
        stem = re.split(r"[\\/]", path)[-1].rpartition(".")[0].lower()
        name = next((table for table in TABLES if stem == table or stem.endswith(("-" + table, "_" + table))), "")
        name = name or ("links" if rows and _ends_of(rows[0]) else "nodes")
        if name in tables:
            raise broken(path, f"is a second table of {name}", f"name it {' or '.join(TABLES[2:5])}")
        tables[name], files[name] = rows, path
    return _raw("csv", tables, files, parts[0][0])


def _read_rows(path: str, data: bytes) -> Table:
    try:
        reader = csv.reader(io.StringIO(text_of(data, path), newline=""), strict=True)
        rows = []
        for cells in reader:
            rows.append((reader.line_num, cells))
            if len(rows) > RECORD_LIMIT:
                raise broken(path, f"holds more than {RECORD_LIMIT:,} rows", "split it")
    except csv.Error as error:
        raise broken(path, f"is no CSV: {error}", "write a row a line, cells between commas") from None
    return _table(rows, path)


def _table(rows: Sequence[tuple[int, Sequence[str]]], path: str) -> Table:
    """Return rows as maps from column to text, without what is empty; `line` is where a row stands."""
    filled = [(line, cells) for line, cells in rows if any(cell.strip() for cell in cells)]
    if not filled:
        raise broken(path, "holds no row", "name the columns in the first row")
    columns = [_meant(cell.strip()) for cell in filled[0][1]]
    for sign, word in ((";", "semicolons"), ("\t", "tabs")):
        if len(columns) == 1 and sign in columns[0]:
            right = "save it with commas between cells and points in numbers (CSV UTF-8, comma delimited), or as .xlsx"
            raise broken(path, f"has {word} between its cells", right, line=filled[0][0])
    twice = next((column for column in columns if column and columns.count(column) > 1), "")
    if twice:
        raise broken(path, f"the column '{twice}' stands twice", "keep one of them", line=filled[0][0])
    table = []
    for line, cells in filled[1:]:
        if len(cells) != len(columns):
            raise broken(path, f"has {len(cells)} cells", f"write {len(columns)}, as the first row has", line=line)
        row = {column: _meant(cell) for column, cell in zip(columns, cells, strict=True) if cell != "" and column}
        table.append(row | {"\n": str(line)})
    return table


def read_xlsx(data: bytes, path: str) -> Raw:
    """Return the tables of a workbook, each known by its sheet's name; other sheets are left out."""
    from openpyxl import load_workbook

    _check_zip(data, path)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except Exception as error:  # noqa: BLE001 -- openpyxl raises of all kinds on damaged workbooks
        raise broken(path, f"is no workbook: {str(error)[:80]}", "save it again as .xlsx") from None
    tables: dict[str, Table] = {}
    messages = []
    for sheet in book.worksheets:
        name = sheet.title.strip().lower()
        if name not in TABLES:
            near = did_you_mean(name, TABLES, most=0)
            messages.append(
                f"the sheet '{sheet.title}' is none of {', '.join(TABLES)}: left out" + (f" ({near})" if near else "")
            )
            continue
        try:
            rows = _sheet_rows(sheet.iter_rows(values_only=True), path, name)
        except (ValueError, KeyError, TypeError, SyntaxError, EOFError, BadZipFile, OSError) as error:
            raise broken(path, f"the sheet '{name}' is damaged: {str(error)[:80]}", "save it again as .xlsx") from None
        tables[name] = _table(rows, f"{path} [{name}]")
    raw = _raw("xlsx", tables, dict.fromkeys(tables, path), path)
    raw.messages += messages
    return raw


def _check_zip(data: bytes, path: str) -> None:
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            size = sum(info.file_size for info in archive.infolist())
            if size > 4 * SIZE_LIMIT:
                raise broken(path, f"unpacks to {size >> 20:,} MB", f"keep it below {4 * SIZE_LIMIT >> 20} MB")
            for part in map(archive.read, archive.infolist()):
                if part.count(b"<") - part.count(b"</") > ELEMENT_LIMIT:  # whoever parses it holds them all at once
                    raise broken(path, f"holds more than {ELEMENT_LIMIT:,} elements", "split it")
    except (BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError):  # or a password
        raise broken(path, "is no workbook", "save it as .xlsx, not .xls or .csv") from None


def _sheet_rows(values: Iterable[Sequence[Any]], path: str, name: str) -> list[tuple[int, list[str]]]:
    rows: list[tuple[int, list[str]]] = []
    size = 0
    for line, cells in enumerate(values, 1):
        size += len(cells)
        if line > RECORD_LIMIT or size > CELL_LIMIT:
            raise broken(path, f"the sheet '{name}' holds more than {RECORD_LIMIT:,} rows", "split it")
        rows.append((line, [_cell(cell) for cell in cells]))
    width = max(
        (len([c for c in cells if c]) and max(i for i, c in enumerate(cells) if c) + 1 for _, cells in rows), default=0
    )
    return [(line, (cells + [""] * width)[:width]) for line, cells in rows]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number_text(value)
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _ends_of(row: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the columns that name the ends of a link, or nothing."""
    return next((pair for pair in _ENDS if all(attribute(row, end)[0] for end in pair)), None)


def _raw(sort: str, tables: dict[str, Table], files: Mapping[str, str], path: str) -> Raw:
    if "nodes" not in tables:
        raise broken(path, "there is no table of nodes", "give nodes.csv, or a sheet named nodes")
    head = tables.pop("topology", [{}])[0]
    own = MARK in head
    raw = Raw(path, sort, {k: v for k, v in head.items() if k not in ("id", "\n")}, own=own)
    raw.head |= {"topology": head.get("id", "")} if own else {"id": head.get("id", "")}
    for row in tables.pop("nodes"):
        line = int(row.pop("\n"))
        key = attribute(row, "id", "node", "name", "label", "city", "place", "site")[1]
        if not key:
            right = "call the first column id or name, and fill it in"
            raise broken(files["nodes"], f"has no id and no name; filled are {_named(row)}", right, line=line)
        raw.nodes.append(node_of(key, dict(row), files["nodes"], line))
    for row in tables.pop("links", []):
        line = int(row.pop("\n"))
        ends = _ends_of(row)
        if ends is None:
            right = "call two columns start and end (or from and to, source and target), and fill both in"
            raise broken(files["links"], f"names no two ends; filled are {_named(row)}", right, line=line)
        a, b = (attribute(row, end)[1] for end in ends)
        taken = {"id", *(attribute(row, end)[0] for end in ends)}
        attrs: dict[str, Any] = {k: _list(k, v) for k, v in row.items() if k not in taken}
        raw.links.append(RawLink((a, b), row.get("id", ""), "" if own else row.get("name", ""), attrs, line=line))
    sections = {name: _records(rows, files[name], name) for name, rows in tables.items()}
    for key, fields in sections.pop("segments", {}).items():
        cable, _, part = key.partition(":")
        if cable not in sections.get("cables", {}):
            raise broken(files["segments"], f"there is no cable '{cable}'", "name one of the cables", where=key)
        sections["cables"][cable].setdefault("segments", {})[part] = fields
    if own:
        raw.head |= sections
    else:
        raw.sections = {name: dict(records) for name, records in sections.items()}
    return raw


def _named(row: Mapping[str, str]) -> str:
    return ", ".join(f"'{column[:30]}'" for column in list(row)[:8]) or "none"


def _records(rows: Table, path: str, name: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        line = int(row.pop("\n"))
        key = row.pop("id", "")
        if not key or key in found:
            what = f"the id '{key}' stands twice" if key else "has no id"
            raise broken(path, what, "give each record its own id", line=line, where=name)
        found[key] = {column: unflat(column, _list(column, value), path, key) for column, value in row.items()}
    return found


def _list(column: str, text: str) -> Any:
    """Return words between semicolons as a list, where a list is wanted."""
    return [word.strip() for word in text.split(";")] if column in _LISTS and not text.startswith("[") else text
