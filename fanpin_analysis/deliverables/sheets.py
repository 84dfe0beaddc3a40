"""What a cell and a printed page look like, and how a value gets into a cell as it is.

Text is always stored as text, never as a formula. Row heights are set from the length of the text,
because openpyxl does not fit them and a program that opens the file does not either.
"""

from __future__ import annotations

import re
from copy import copy
from datetime import datetime, time
from math import ceil
from typing import TYPE_CHECKING, Literal
from unicodedata import east_asian_width

import numpy as np
import pandas as pd
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openpyxl.styles.cell_style import StyleArray
    from openpyxl.worksheet.worksheet import Worksheet

FONTS = {"title": "黑体", "header": "黑体", "body": "宋体", "note": "仿宋"}
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
FORMULA_SIGNS = ("=", "+", "-", "@")
NARROW = 1  # a Latin letter or a digit
WIDE = 2  # a Chinese character
DEFAULT_SIZE = 11  # the font size, in points, that a column's width is counted in
LINE = 1.4  # the height of a line, in heights of its font
AIR = 0.8  # above and below the lines of a row together, in heights of the font
EXACT = 10**15  # a workbook holds 15 digits of a number
TALLEST = 409  # the highest row that a workbook can hold, in points
SIDE_MARGIN, END_MARGIN, FOOTER_MARGIN = 0.4, 0.7, 0.35  # of a printed page, in inches
A4 = "9"

Part = Literal["title", "header", "body", "note"]
Align = Literal["left", "center", "right"]


def style_of(  # noqa: PLR0913  each is one thing that a cell can look like
    sheet: Worksheet,
    part: Part,
    size: float,
    *,
    align: Align = "center",
    border: bool = True,
    bold: bool = False,
    text: bool = False,
    fill: str = "",
) -> StyleArray:
    """Return a style to share among the cells of a sheet.

    Parameters
    ----------
    sheet
        A sheet of the workbook in which the style is to live.
    part
        Whether it is a title, a header, a cell of the body or a note: this decides the font.
    size
        The size of the font in points.
    align, border, bold, fill
        How the text lies, whether thin lines run round the cell, and the colour behind it.
    text
        Whether the cell is formatted as text, as ID numbers are.
    """
    model = Cell(sheet, row=1, column=1)
    model.font = Font(name=FONTS[part], size=size, bold=bold)
    model.alignment = Alignment(horizontal=align, vertical="center", wrap_text=True)
    if border:
        line = Side(style="thin")
        model.border = Border(left=line, right=line, top=line, bottom=line)
    if text:
        model.number_format = "@"
    if fill:
        model.fill = PatternFill("solid", start_color=fill)
    return model._style  # noqa: SLF001  openpyxl has no public way to share a style


def put(sheet: Worksheet, row: int, column: int, value: object, style: StyleArray) -> None:
    """Write a value into a cell: numbers as numbers, all else as the text that people read."""
    stored = stored_value(value)
    cell = sheet.cell(row, column, stored)
    cell._style = style  # noqa: SLF001
    if isinstance(stored, str):
        cell.data_type = "s"  # not a formula and not an error, whatever it begins with
        if stored.startswith(FORMULA_SIGNS):
            cell._style = copy(style)  # noqa: SLF001  others share it
            cell.quotePrefix = True


def stored_value(value: object) -> str | float | None:
    """Return what a cell holds for a value: null is blank, true 是, a date its ISO text.

    A number that a workbook cannot hold exactly is text, and so are its digits.
    """
    if pd.isna(value) is True:  # pyright: ignore[reportArgumentType, reportCallIssue]  any value
        return None
    if isinstance(value, np.generic):
        value = value.item()
    match value:
        case bool():
            return "是" if value else "否"
        case int() | float() if abs(value) < EXACT:
            return value
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case _:
            return UNPRINTABLE.sub(" ", str(value).replace("\r\n", "\n"))


def width_of(text: str) -> int:
    """Return the width of the longest line of a text, in widths of a digit."""
    return max((_line_width(line) for line in text.split("\n")), default=0)


def height_of(texts: Iterable[tuple[object, float]], size: float) -> float:
    """Return the height in points that a row needs for its wrapped texts.

    Parameters
    ----------
    texts
        The value of each cell, and the width of the column in which it stands.
    size
        The size of the font in points.
    """
    lines = [_lines(str(text), width, size) for text, width in texts if text is not None]
    return min(TALLEST, size * (LINE * max(lines, default=1) + AIR))


def set_up_page(sheet: Worksheet, *, repeated: str = "", landscape: bool = True) -> None:
    """Set a sheet up for A4 paper, as wide as the page, with page numbers below.

    Parameters
    ----------
    sheet
        The sheet to print.
    repeated
        The rows to repeat on every page, such as ``"3:4"``.
    landscape
        Whether the paper lies.
    """
    sheet.page_setup.paperSize = A4
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered = True
    footer = sheet.HeaderFooter.oddFooter.center  # pyright: ignore[reportOptionalMemberAccess]
    footer.text = "第 &P 页 共 &N 页"
    sheet.page_margins = PageMargins(
        left=SIDE_MARGIN,
        right=SIDE_MARGIN,
        top=END_MARGIN,
        bottom=END_MARGIN,
        header=FOOTER_MARGIN,
        footer=FOOTER_MARGIN,
    )
    if repeated:
        sheet.print_title_rows = repeated


def _line_width(line: str) -> int:
    return sum(WIDE if east_asian_width(character) in "WFA" else NARROW for character in line)


def _lines(text: str, width: float, size: float) -> int:
    """Count the lines that a text takes in a column, a word of the script being a character."""
    room = max(WIDE, (width - 1) * DEFAULT_SIZE / size)
    return sum(max(1, ceil(_line_width(line) / room)) for line in text.split("\n"))
