"""Plain tables for reading, several to a workbook: results, findings, accounts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from fanpin_analysis.deliverables.saving import save_workbook
from fanpin_analysis.deliverables.sheets import (
    height_of,
    put,
    set_up_page,
    stored_value,
    style_of,
    width_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd
    from openpyxl.worksheet.worksheet import Worksheet

SIZE = 10
NARROWEST, WIDEST = 6, 48  # columns, in widths of a digit
PADDING = 3  # room for the arrow of the filter
LONGEST_NAME = 31  # of a sheet
FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
HEADER_FILL = "D9E2F3"


def write_tables(tables: Mapping[str, pd.DataFrame], path: Path) -> None:
    """Write tables into one workbook, a sheet each, in the order in which they are given.

    The header stays in sight and can be filtered by; long texts are wrapped; text is text, whatever
    it begins with; null is blank.

    Parameters
    ----------
    tables
        The tables by the name of their sheet. Their index is not written.
    path
        Where the workbook goes; one that is there is replaced.

    Raises
    ------
    OSError
        When the folder cannot be written, or the file is open in another program.
    """
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for title, table in tables.items():
        sheet = workbook.create_sheet(sheet_name(title, workbook.sheetnames))
        _fill(sheet, table)
    save_workbook(workbook, path)


def sheet_name(wanted: str, taken: list[str]) -> str:
    """Return a name that a sheet may have and that no other one has yet."""
    name = FORBIDDEN.sub(" ", wanted).strip("' ")[:LONGEST_NAME] or "表"
    tails = ["", *(f"（{number}）" for number in range(2, len(taken) + 2))]
    lowered = {other.lower() for other in taken}
    candidates = (f"{name[: LONGEST_NAME - len(tail)]}{tail}" for tail in tails)
    return next(candidate for candidate in candidates if candidate.lower() not in lowered)


def _fill(sheet: Worksheet, table: pd.DataFrame) -> None:
    """Write one table: the header, its rows, and how it is looked at and printed."""
    rows = [[stored_value(value) for value in row] for row in table.itertuples(index=False)]
    widths = [_width(column) for column in zip(table.columns, *rows, strict=True)]
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    header = style_of(sheet, "header", SIZE, fill=HEADER_FILL)
    text = style_of(sheet, "body", SIZE, align="left")
    figure = style_of(sheet, "body", SIZE, align="right")
    for number, row in enumerate([list(table.columns), *rows], start=1):
        sheet.row_dimensions[number].height = height_of(zip(row, widths, strict=True), SIZE)
        for column, value in enumerate(row, start=1):
            body = text if isinstance(value, str) else figure
            put(sheet, number, column, value, header if number == 1 else body)
    sheet.freeze_panes = "A2"
    if widths:
        sheet.auto_filter.ref = sheet.dimensions
    set_up_page(sheet, repeated="1:1")


def _width(values: tuple[object, ...]) -> int:
    """Return the width of a column from what stands in it, its header first."""
    widest = max(width_of(str(value)) for value in values if value is not None)
    return min(WIDEST, max(NARROWEST, widest + PADDING))
