"""Tables for spreadsheets: CSV and workbooks in which no text can become a formula; the same frames, the same bytes.

The named levels of a frame's index come first, as columns like the others; an index without names is left out.
"""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO, StringIO
from math import isfinite, isinf
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

from planner.errors import UsageError
from planner.files.changing.workbooks import begin_sheet, workbook_bytes
from planner.plan.csv_tables import DIGITS, neutral
from planner.plan.marks import WORKBOOK_TIME

if TYPE_CHECKING:
    import pandas as pd
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

__all__ = ["CELL_TEXT_LIMIT", "ROWS_LIMIT", "neutral", "write_csv", "write_workbook"]

ROWS_LIMIT = 1_048_576
"""Rows of a sheet, its header included: the format holds no more."""
CELL_TEXT_LIMIT = 32_767
"""Characters of a cell: the format holds no more."""
SHEET_NAME_LIMIT = 31
NARROWEST, WIDEST = 8, 60
"""Width of columns, in characters."""
MEASURED_ROWS = 500
"""Rows that a column's width is taken from."""
ZIP_TIME = (2020, 1, 1, 0, 0, 0)
"""`WORKBOOK_TIME`, as archives know it: always the same, so that the bytes are."""
FORBIDDEN_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
FORBIDDEN_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that no XML, and so no cell, can hold."""
TIMES_IN_CORE = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")
WHOLE_FORMAT, DIGITAL_FORMAT, TINY_FORMAT, YEAR_FORMAT = "#,##0", "#,##0.00", "0.00E+00", "0"
PLAIN_COLUMNS = frozenset({"year", "hour", "path", "expansion"})
"""Whole numbers that are counted, not measured: 2030 is not 2,030."""


def write_csv(frame: pd.DataFrame) -> bytes:
    """Return a table as CSV in UTF-8, with twelve digits; what is no number or missing is an empty field."""
    text = _Lines()
    writer = csv.writer(text, lineterminator="\r\n")
    columns = _columns(frame)
    writer.writerow([neutral(name) for name, _ in columns])
    writer.writerows(zip(*(map(_written, values) for _, values in columns), strict=True))
    return text.getvalue().encode("utf-8", "backslashreplace")


def write_workbook(frames: Mapping[str, pd.DataFrame]) -> bytes:
    """Return tables as an XLSX workbook, a sheet for each, in the order given.

    Numbers stay numbers, the header is bold and stays in sight, and every column can be filtered. Names that sheets
    cannot have are mended: forbidden characters become _, long ones are cut, and a name that is taken gets a number.

    Raises UsageError where a table has more rows than a sheet can hold, or a text more characters than a cell.
    """
    from openpyxl import Workbook

    if not frames:
        raise UsageError("a workbook needs one table at least")
    tables = {name: _columns(frame) for name, frame in frames.items()}
    for name, columns in tables.items():
        _check_limits(name, columns)
    book = Workbook(write_only=True)
    for columns, title in zip(tables.values(), _sheet_names(tables), strict=True):
        _fill(book.create_sheet(title), columns)
    return _without_times(BytesIO(workbook_bytes(book)))


class _Lines(StringIO):
    """Rows with plain line ends; the writer is told of both characters, so that it quotes a field with either."""

    def write(self, row: str) -> int:
        """Take a whole row."""
        return super().write(row.removesuffix("\r\n") + "\n")


def _columns(frame: pd.DataFrame) -> list[tuple[str, list[Any]]]:
    """Names and plain values of all columns, the named levels of the index first."""
    levels = [
        (str(name), frame.index.get_level_values(position).tolist())
        for position, name in enumerate(frame.index.names)
        if name is not None
    ]
    return levels + [(str(name), values.tolist()) for name, values in frame.items()]


def _written(value: object) -> str:
    if isinstance(value, str):
        return neutral(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if _is_missing(value):
        return ""
    if isinstance(value, Integral):
        return str(value)
    if isinstance(value, Real):
        text = f"{float(value):.{DIGITS}g}"
        return "0" if text == "-0" else text
    return neutral(str(value))


def _is_missing(value: object) -> bool:
    return value is None or type(value).__name__ == "NAType" or bool(value != value)  # noqa: PLR0124 -- no number


def _sheet_names(names: Iterable[str]) -> Iterator[str]:
    """Names that sheets can have, no two the same in any case of letters."""
    taken = {"history"}  # a name that Excel keeps for itself
    for name in names:
        stem = FORBIDDEN_IN_SHEET_NAME.sub("_", name).strip().strip("'") or "sheet"
        title, number = stem[:SHEET_NAME_LIMIT], 1
        while title.lower() in taken:
            number += 1
            end = f" {number}"
            title = stem[: SHEET_NAME_LIMIT - len(end)] + end
        taken.add(title.lower())
        yield title


def _fill(sheet: WriteOnlyWorksheet, columns: list[tuple[str, list[Any]]]) -> None:
    """Write a table into an empty sheet; widths and panes have to stand before the first row."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    header = [_text(name) for name, _ in columns]
    for number, (name, values) in enumerate(columns, 1):
        shown = max((len(_shown(value)) for value in values[:MEASURED_ROWS]), default=0)
        sheet.column_dimensions[get_column_letter(number)].width = min(
            max(len(name) + 3, shown + 1, NARROWEST), WIDEST
        )  # three more for the button of the filter
    sheet.freeze_panes = "A2"
    if columns:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(columns[0][1]) + 1}"
    begin_sheet(sheet)
    sheet.append([_styled(WriteOnlyCell(sheet, name), font=Font(bold=True)) for name in header])
    # One cell for all numbers of a column, and one for its texts: a row is written before the next one is made.
    numbers = [_styled(WriteOnlyCell(sheet), number_format=_format(name, values)) for name, values in columns]
    texts = [WriteOnlyCell(sheet) for _ in columns]
    for row in zip(*(values for _, values in columns), strict=True):
        sheet.append([_cell(*parts) for parts in zip(row, numbers, texts, strict=True)])


def _check_limits(table: str, columns: list[tuple[str, list[Any]]]) -> None:
    """Refuse what a sheet cannot hold, before the first one is begun."""
    for name, values in columns:
        if len(values) >= ROWS_LIMIT:
            raise UsageError(
                f"{table} has {len(values):,} rows, and a sheet holds {ROWS_LIMIT - 1:,} under its header: take CSV or"
                " Parquet"
            )
        longest = max((len(value) for value in values if isinstance(value, str)), default=0)
        if longest >= CELL_TEXT_LIMIT:
            raise UsageError(
                f"{table} has a text of {longest:,} characters under {name}, and a cell holds {CELL_TEXT_LIMIT:,}: take"
                " CSV or Parquet"
            )


def _styled(cell: Any, **styles: Any) -> Any:
    for name, style in styles.items():
        setattr(cell, name, style)
    return cell


def _cell(value: object, number: Any, text: Any) -> Any:
    """Put a value into the column's cell for numbers or for texts; a truth goes as it is, nothing stays empty."""
    if isinstance(value, str):
        text.value = _text(value)
        text.data_type = "s"  # also where it looks like a formula's error, such as #N/A
        return text
    if isinstance(value, bool):
        return value
    if _is_missing(value):
        return None
    if isinstance(value, Real) and not isinf(value):
        number.value = int(value) if isinstance(value, Integral) else float(f"{float(value):.{DIGITS}g}")
        return number
    text.value = _text(str(value))
    text.data_type = "s"
    return text


def _text(value: str) -> str:
    """Return a text as a cell can hold it; what XML forbids is shown as the sign for an unknown character."""
    return neutral(FORBIDDEN_IN_XML.sub("�", value))


def _shown(value: object) -> str:
    """Return about what a cell shows."""
    if isinstance(value, Real) and not isinstance(value, bool | Integral):
        return f"{float(value):,.2f}"
    return str(value)


def _format(name: str, values: list[Any]) -> str:
    """Number format of a column: whole numbers without digits behind the point, small ones with their magnitude."""
    if name in PLAIN_COLUMNS:
        return YEAR_FORMAT
    numbers = [value for value in values if isinstance(value, Real) and not isinstance(value, bool)]
    if all(isinstance(value, Integral) for value in numbers):
        return WHOLE_FORMAT
    largest = max((abs(float(value)) for value in numbers if isfinite(value)), default=0.0)
    return TINY_FORMAT if 0 < largest < 0.01 else DIGITAL_FORMAT if largest >= 10 else "0.0000"


def _without_times(data: BytesIO) -> bytes:
    """Return a workbook again with the same time on all its parts."""
    packed = BytesIO()
    with zipfile.ZipFile(data) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                part = TIMES_IN_CORE.sub(rb"\g<1>" + WORKBOOK_TIME.encode(), part)
            entry = zipfile.ZipInfo(name, ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            entry.create_system = 3
            new.writestr(entry, part)
    return packed.getvalue()
