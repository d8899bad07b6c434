"""Tables, as CSV files in a folder or as sheets of a workbook: one table a section, one row a record.

A text that a spreadsheet would run as a formula gets an apostrophe before it, which reading takes away.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any
from zipfile import ZipFile, ZipInfo

from planner.errors import did_you_mean
from planner.files.changing.workbooks import workbook_bytes
from planner.files.formats.attributes import Attributes, attribute, key_of
from planner.files.formats.graphml import node_of
from planner.files.formats.grids import (
    KEYS,
    LINE,
    RISKY,
    TABLES,
    Day,
    Rows,
    Table,
    ends_of,
    sheets_of,
    table_from,
    table_of,
)
from planner.files.formats.locations import merge_twins
from planner.files.formats.opening import text_of
from planner.files.formats.own import flat, unflat
from planner.files.formats.raw import MARK, RECORD_LIMIT, Parts, Raw, RawLink, RawNode, Settings, broken
from planner.files.formats.records import number_text

__all__ = ["TABLES", "csv_tables", "read_csv", "read_xlsx", "write_csv", "write_xlsx"]

_LONGEST = 32_767
"""Letters in one cell of a workbook; more would be cut silently."""
TWINS_KM = 5.0
"""How near rows of one id must lie to be one place."""
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_LISTS = ("offers", "serves", "usable_by", "sites", "fails")
_EPOCH = (1980, 1, 1, 0, 0, 0)


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


def csv_tables(raw: Raw) -> dict[str, list[dict[str, str]]]:
    """Return the tables of what `pack` laid out; what cables say of single segments is a table of its own."""
    head = {key: str(value) for key, value in raw.head.items() if key not in TABLES or key == "topology"}
    tables: dict[str, list[dict[str, str]]] = {"topology": [{"id": head.pop("topology", "")} | head]}
    nodes = [{"id": n.key, "lat": number_text(n.lat or 0), "lon": number_text(n.lon or 0)} | n.attrs for n in raw.nodes]
    links = [{"id": x.key, "start": x.ends[0], "end": x.ends[1]} | x.attrs for x in raw.links]
    tables |= {"nodes": nodes, "links": links}
    segments: list[dict[str, str]] = []
    for name in TABLES:
        records = unflat(name, raw.head.get(name) or {}, raw.file) if name not in ("topology", *tables) else {}
        for key, record in records.items():
            fields = dict(record)
            for part, values in fields.pop("segments", {}).items():
                segments.append({"id": f"{key}:{part}"} | {k: flat(v) for k, v in values.items()})
            tables.setdefault(name, []).append({"id": key} | {k: flat(v) for k, v in fields.items()})
    tables["segments"] = segments
    return {name: tables[name] for name in TABLES if tables.get(name)}


def _columns(rows: Sequence[Mapping[str, str]]) -> list[str]:
    return list(dict.fromkeys(key for row in rows for key in row))


def _csv(rows: Sequence[Mapping[str, str]]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    columns = _columns(rows)
    writer.writerow(columns)
    writer.writerows([_neutral(row.get(column, "")) for column in columns] for row in rows)
    return buffer.getvalue().encode()


def _neutral(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if RISKY.match(text) and not _NUMBER.fullmatch(text) else text


def read_csv(parts: Parts, _settings: Settings) -> Raw:
    """Return CSV tables, each known by its columns or its file's name (nodes.csv, links.csv); others are left out."""
    tables: dict[str, Table] = {}
    files: dict[str, str] = {}
    messages: list[str] = []
    for path, data in parts:
        rows = _read_rows(path, data)
        stem = re.split(r"[\\/]", path)[-1].rpartition(".")[0].lower()
        name = table_of(stem, rows) or ("nodes" if len(parts) == 1 else "")
        if not name:
            messages.append(f"{path} holds neither nodes nor links: left out")
            continue
        if name in tables:
            raise broken(path, f"is a second table of {name}", f"name it {' or '.join(TABLES[2:5])}")
        tables[name], files[name] = table_from(rows, path, messages), path
    return _raw("csv", tables, files, parts[0][0], messages)


def _read_rows(path: str, data: bytes) -> Rows:
    try:
        reader = csv.reader(io.StringIO(text_of(data, path), newline=""), strict=True)
        rows: Rows = []
        for cells in reader:
            rows.append((reader.line_num, cells))
            if len(rows) > RECORD_LIMIT:
                raise broken(path, f"holds more than {RECORD_LIMIT:,} rows", "split it")
    except csv.Error as error:
        raise broken(path, f"is no CSV: {error}", "write a row a line, cells between commas") from None
    return rows


def read_xlsx(parts: Parts, _settings: Settings) -> Raw:
    """Return the tables of a workbook, each known by its sheet's name, else by its columns; others are left out."""
    path, data = parts[0]
    tables: dict[str, Table] = {}
    messages: list[str] = []
    sheets = list(sheets_of(data, path))
    named = {title.strip().lower() for title, _ in sheets}
    for title, rows in sheets:
        name = title.strip().lower()
        if name not in TABLES:
            name = table_of("", rows)
            if not name or name in tables or name in named:
                near = did_you_mean(title.strip().lower(), TABLES, most=0)
                why = f"the sheet '{title}' is none of {', '.join(TABLES)}: left out"
                messages.append(why + (f" ({near})" if near else ""))
                continue
            messages.append(f"the sheet '{title}' taken for the table of {name}")
        tables[name] = table_from(rows, f"{path} [{title}]", messages)
    return _raw("xlsx", tables, dict.fromkeys(tables, path), path, messages)


def _raw(sort: str, tables: dict[str, Table], files: Mapping[str, str], path: str, messages: list[str]) -> Raw:
    if "nodes" not in tables:
        raise broken(path, "there is no table of nodes", "give nodes.csv, or a sheet named nodes")
    head = tables.pop("topology", [Attributes()])[0]
    own = MARK in head
    raw = Raw(path, sort, {k: v for k, v in head.items() if k not in ("id", LINE)}, own=own, messages=messages)
    raw.files = dict(files)
    raw.head |= {"topology": head.get("id", "")} if own else {"id": head.get("id", "")}
    for row in tables.pop("nodes"):
        raw.nodes.append(_node(row, files["nodes"]))
    for row in tables.pop("links", []):
        raw.links.append(_link(row, files["links"], own=own))
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
        merge_twins(raw, TWINS_KM)
    return raw


def _node(row: Attributes, file: str) -> RawNode:
    line = int(row.pop(LINE))
    key = attribute(row, *KEYS)[1]
    if not key:
        right = "call the first column id or name, and fill it in"
        raise broken(file, f"has no id and no name; filled are {_named(row)}", right, line=line)
    return node_of(key, row, file, line)


def _link(row: Attributes, file: str, *, own: bool) -> RawLink:
    line = int(row.pop(LINE))
    ends = ends_of(row)
    if ends is None:
        right = "call two columns start and end (or from and to, source and target), and fill both in"
        raise broken(file, f"names no two ends; filled are {_named(row)}", right, line=line)
    a, b = (attribute(row, end)[1] for end in ends)
    taken = {"id", *(key_of(row, end) for end in ends)}
    attrs = Attributes((k, _list(k, v)) for k, v in row.items() if k not in taken)
    name = "" if own else attribute(attrs, "name", "cable", "system", "link")[1]
    return RawLink((a, b), row.get("id", ""), name, attrs, line=line, file=file)


def _named(row: Mapping[str, str]) -> str:
    return ", ".join(f"'{column[:30]}'" for column in list(row)[:8]) or "none"


def _records(rows: Table, path: str, name: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        line = int(row.pop(LINE))
        key = row.pop("id", "")
        if not key or key in found:
            what = f"the id '{key}' stands twice" if key else "has no id"
            raise broken(path, what, "give each record its own id", line=line, where=name)
        days = {column: value.day for column, value in row.items() if column == "accessed" and isinstance(value, Day)}
        record = {**row, **days}
        found[key] = {column: unflat(column, _list(column, value), path, key) for column, value in record.items()}
    return found


def _list(column: str, text: str) -> Any:
    """Return words between semicolons as a list, where a list is wanted."""
    return [word.strip() for word in text.split(";")] if column in _LISTS and not text.startswith("[") else text
