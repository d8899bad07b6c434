"""Tables for spreadsheets, read back with the csv module, pandas and openpyxl."""

from __future__ import annotations

import csv
import time
from datetime import datetime
from io import BytesIO, StringIO

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner import UsageError
from planner.plan.csv_tables import original
from planner.report.exports import sheets
from planner.report.exports.sheets import neutral, write_csv, write_workbook

DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "  =cmd|' /C calc'!A0", "'=1+1", "＝1+1", "\u00a0=x"]
HARMLESS = ["", "almaty", "2africa:genoa--barcelona", "a=b", "'quoted'", "KZ", " x", "NA", "#N/A", "1e5", "中亚"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_text_that_starts_a_formula_gets_an_apostrophe(text: str) -> None:
    """Blanks and apostrophes before the sign do not hide it."""
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("text", HARMLESS)
def test_other_texts_stay(text: str) -> None:
    """A hyphen inside an identifier is no formula."""
    assert neutral(text) == text


@given(st.text(alphabet="'=+-@ \t\r\nab＝", max_size=8))
def test_what_is_made_neutral_can_be_read_again(text: str) -> None:
    """Reading takes the apostrophe away exactly where writing put it."""
    assert original(neutral(text)) == text


def frame() -> pd.DataFrame:
    """Index levels, all types, missing values and texts that bite."""
    return pd.DataFrame(
        {
            "year": [2030, 2035, 2040], "site": ["a", "=HYPERLINK(1)", "b"], "pflops": [1234.5, float("nan"), -0.0],
            "count": [1, -2, 1_000_000], "share": [0.25, 1e-9, 1 / 3], "member": [True, False, True],
            "note": [None, '-"x", y', "#N/A"],
        }
    ).set_index(["year", "site"])  # fmt: skip


def test_csv_is_plain_and_harmless() -> None:
    """Numbers stay numbers, also below zero; what is missing is empty; twelve digits."""
    assert write_csv(frame()).decode() == (
        "year,site,pflops,count,share,member,note\n"
        "2030,a,1234.5,1,0.25,true,\n"
        '2035,\'=HYPERLINK(1),,-2,1e-09,false,"\'-""x"", y"\n'
        "2040,b,0,1000000,0.333333333333,true,#N/A\n"
    )


def test_csv_of_any_text_reads_back() -> None:
    """Line ends inside a field are quoted."""
    texts = ["a\rb", "a\nb", "a\r\nb", 'a"b', "a,b", "é中", "\rstart"]
    data = write_csv(pd.DataFrame({"text": texts}))
    rows = list(csv.reader(StringIO(data.decode(), newline="")))
    assert [original(row[0]) for row in rows[1:]] == texts


def test_a_header_is_text_too() -> None:
    """A column's name may come from a user."""
    assert write_csv(pd.DataFrame({"=x": [1]})) == b"'=x\n1\n"


def test_a_frame_without_rows_is_its_header() -> None:
    """Tables may be empty."""
    assert write_csv(frame()[:0]) == b"year,site,pflops,count,share,member,note\n"
    book = openpyxl.load_workbook(BytesIO(write_workbook({"empty": frame()[:0], "nothing": pd.DataFrame()})))
    assert [cell.value for cell in book["empty"][1]][:2] == ["year", "site"]
    assert book["empty"].max_row == 1


def test_a_workbook_has_typed_cells() -> None:
    """Numbers are numbers, texts are texts and never formulas or errors, what is missing is empty."""
    sheet = openpyxl.load_workbook(BytesIO(write_workbook({"sites": frame()})))["sites"]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert rows == [
        (2030, "a", 1234.5, 1, 0.25, True, None),
        (2035, "'=HYPERLINK(1)", None, -2, 1e-9, False, '\'-"x", y'),
        (2040, "b", 0, 1_000_000, 0.333333333333, True, "#N/A"),
    ]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"n", "s", "b"}


def test_a_workbook_can_be_read_by_eye() -> None:
    """The header is bold, stays in sight and filters; columns are wide enough; figures have a form."""
    sheet = openpyxl.load_workbook(BytesIO(write_workbook({"sites": frame()})))["sites"]
    assert all(cell.font.bold for cell in sheet[1])
    assert not sheet["A2"].font.bold
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:G4")
    assert [sheet.cell(2, column).number_format for column in (1, 3, 4, 5)] == ["0", "#,##0.00", "#,##0", "0.0000"]
    assert sheet.column_dimensions["B"].width > len("=HYPERLINK(1)")


def test_pandas_reads_what_was_written() -> None:
    """The same figures come back."""
    back = pd.read_excel(BytesIO(write_workbook({"sites": frame()})), index_col=[0, 1])
    assert back["count"].tolist() == [1, -2, 1_000_000]


def test_the_same_tables_give_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the time."""
    first = write_workbook({"sites": frame()})
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 1e6)
    time.sleep(1.1)  # times in a workbook are whole seconds
    assert write_workbook({"sites": frame()}) == first
    assert openpyxl.load_workbook(BytesIO(first)).properties.modified == datetime(2020, 1, 1)  # noqa: DTZ001


def test_names_of_sheets_are_mended() -> None:
    """Excel takes 31 characters, no bracket or stroke, and no name twice, whatever its case."""
    names = ["a/b[c]", "x" * 40, "x" * 41, "Sites", "sites", "", "History", "'q'"]
    book = openpyxl.load_workbook(BytesIO(write_workbook({name: frame() for name in names})))
    assert book.sheetnames == ["a_b_c_", "x" * 31, "x" * 29 + " 2", "Sites", "sites 2", "sheet", "History 2", "q"]


def test_characters_that_xml_forbids_show_as_unknown() -> None:
    """A bell in a title does not make a file that Excel refuses."""
    bell, half = (pd.DataFrame({"x": [text]}, dtype=object) for text in ("a\x07b\ud800c", "a\ud800"))
    sheet = openpyxl.load_workbook(BytesIO(write_workbook({"t": bell})))["t"]
    assert sheet["A2"].value == "a�b�c"
    assert write_csv(half) == b"x\na\\ud800\n"


def test_a_table_too_long_for_a_sheet_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are never left out."""
    monkeypatch.setattr(sheets, "ROWS_LIMIT", 3)
    with pytest.raises(UsageError, match="paths has 3 rows, and a sheet holds 2 under its header: take CSV or Parquet"):
        write_workbook({"paths": frame()})


def test_a_text_too_long_for_a_cell_is_refused() -> None:
    """Nor is a text cut."""
    with pytest.raises(UsageError, match="a cell holds 32,767"):
        write_workbook({"t": pd.DataFrame({"x": ["a" * 40_000]})})


def test_an_empty_workbook_is_refused() -> None:
    """A workbook has a sheet at least."""
    with pytest.raises(UsageError):
        write_workbook({})
