"""Workbooks as bytes, made in memory alone.

The library's own way writes each sheet into a file of its own among the temporary files and removes it at its end: a
process that is killed leaves it there, with the figures of somebody's plan.
"""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openpyxl import Workbook


def begin_sheet(sheet: Any) -> None:
    """Have the rows of an empty sheet that is only written kept in memory; widths and panes have to stand before."""
    from openpyxl.worksheet._writer import WorksheetWriter

    sheet._writer = WorksheetWriter(sheet, BytesIO())  # noqa: SLF001 -- where it would put the name of a file
    sheet._writer.write_top()  # noqa: SLF001


def workbook_bytes(book: Workbook) -> bytes:
    """Return a workbook as a file; of one that is only written, all sheets went through `begin_sheet`."""
    from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
    from openpyxl.worksheet._writer import WorksheetWriter
    from openpyxl.writer.excel import ExcelWriter

    class InMemory(ExcelWriter):  # type: ignore[misc]
        """The library's writer, but for where sheets are until they are packed."""

        def write_worksheet(self, ws: Any) -> None:
            """Pack a sheet."""
            ws._drawing = SpreadsheetDrawing()  # noqa: SLF001
            if not book.write_only:
                ws._writer = WorksheetWriter(ws, BytesIO())  # noqa: SLF001
                ws._writer.write()  # noqa: SLF001
            elif not ws.closed:
                ws.close()
            ws._rels = ws._writer._rels  # noqa: SLF001
            self._archive.writestr(ws.path[1:], ws._writer.out.getvalue())  # noqa: SLF001
            self.manifest.append(ws)

    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        InMemory(book, archive).write_data()
    return data.getvalue()
