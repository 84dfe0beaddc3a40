"""Write sheets as workbooks: .xlsx, .xls of Excel 97, and .csv in the encoding of the office."""

from __future__ import annotations

import csv
from datetime import date
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any

import xlwt
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from fanpin_analysis.deliverables.saving import save_workbook, write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from fanpin_analysis.samples.pages import Page

LINE = Side(style="thin")
BORDER = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
LEFT = Alignment(vertical="center")
DAY = "yyyy/m/d"
NARROW, WIDE, WIDEST = 5, 11, 30
ID_LENGTH = 15
HALF_WIDTH = 0xFF  # the last character that takes half the room
TALL = 8  # a header of more characters wraps
XLS_UNIT = 256  # Excel 97 counts widths in 256ths of a character


def write_pages(path: Path, pages: Sequence[Page], encoding: str = "") -> None:
    """Write the sheets of one ledger, as the suffix of the path says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".csv":
        write_whole(path, _csv(pages[0], encoding))
    elif path.suffix == ".xls":
        write_whole(path, _xls(pages))
    else:
        save_workbook(_xlsx(pages), path)


def _xlsx(pages: Sequence[Page]) -> Workbook:
    workbook = Workbook()
    del workbook[workbook.sheetnames[0]]
    for style in _styles():
        workbook.add_named_style(style)
    for page in pages:
        sheet = workbook.create_sheet(page.name)
        for number, values in enumerate(page.cells, 1):
            _write_row(sheet, number, values, _style(page, number))
        _lay_out(sheet, page)
    return workbook


def _lay_out(sheet: Worksheet, page: Page) -> None:
    """Merge cells, set widths and heights, and have the sheet printed one page wide."""
    for first, left, last, right in page.merged:
        sheet.merge_cells(start_row=first, start_column=left, end_row=last, end_column=right)
    for column in range(1, page.width + 1):
        sheet.column_dimensions[get_column_letter(column)].width = _width(page, column)
    for number in page.headers:
        if any(len(text) > TALL for text in page.cells[number - 1]):
            sheet.row_dimensions[number].height = 48
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _write_row(sheet: Worksheet, number: int, values: Sequence[Any], style: str) -> None:
    for column, value in enumerate(values, 1):
        if value == "" and not style:
            continue
        cell = sheet.cell(number, column, value if value != "" else None)
        if not style:
            continue
        long_text = isinstance(value, str) and len(value) >= ID_LENGTH and style == "body"
        cell.style = "id" if long_text else style
        if isinstance(value, date):
            cell.number_format = DAY


def _styles() -> list[NamedStyle]:
    song = Font(name="宋体", size=10)
    return [
        NamedStyle("title", font=Font(name="方正小标宋简体", size=18, bold=True), alignment=CENTRE),
        NamedStyle("line", font=song, alignment=LEFT),
        NamedStyle("head", font=Font(name="黑体", size=10), alignment=CENTRE, border=BORDER),
        NamedStyle("body", font=song, alignment=CENTRE, border=BORDER),
        NamedStyle("id", font=song, alignment=CENTRE, border=BORDER, number_format="@"),
    ]


def _style(page: Page, number: int) -> str:
    if page.plain:
        return ""
    if number in page.titles:
        return "title"
    if number in page.headers:
        return "head"
    across = any(span[0] == number and span[3] - span[1] + 1 == page.width for span in page.merged)
    return "line" if across else "body"


def _width(page: Page, column: int) -> float:
    """Return a width that shows the column's longest text, Chinese characters counted twice."""
    if page.widths:
        return page.widths[column - 1]
    texts = [
        str(values[column - 1])
        for number, values in enumerate(page.cells, 1)
        if _style(page, number) in ("body", "")
    ]
    longest = max((sum(1 + (ord(sign) > HALF_WIDTH) for sign in text) for text in texts), default=0)
    return min(max(longest + 2, NARROW if column == 1 else WIDE), WIDEST)


def _xls(pages: Sequence[Page]) -> bytes:
    workbook = xlwt.Workbook(encoding="utf-8")
    styles = _xls_styles()
    for page in pages:
        sheet = workbook.add_sheet(page.name)
        for first, left, last, right in page.merged:
            text, style = page.cells[first - 1][left - 1], styles[_style(page, first)]
            sheet.write_merge(first - 1, last - 1, left - 1, right - 1, text, style)
        merged = _merged(page)
        for number, values in enumerate(page.cells, 1):
            style = _style(page, number)
            for column, value in enumerate(values, 1):
                if (number, column) not in merged:
                    kind = "date" if isinstance(value, date) else style
                    sheet.write(number - 1, column - 1, value, styles[kind])
        for column in range(1, page.width + 1):
            sheet.col(column - 1).width = int(_width(page, column) * XLS_UNIT)
    saved = BytesIO()
    workbook.save(saved)
    return saved.getvalue()


def _xls_styles() -> dict[str, xlwt.XFStyle]:
    borders = "borders: left thin, right thin, top thin, bottom thin; "
    centre = "alignment: horizontal center, vertical center, wrap on"
    song = "font: name 宋体, height 200; "
    return {
        "title": xlwt.easyxf(f"font: name 宋体, bold on, height 320; {centre}"),
        "line": xlwt.easyxf(f"{song}alignment: vertical center"),
        "head": xlwt.easyxf(f"font: name 黑体, height 200; {borders}{centre}"),
        "body": xlwt.easyxf(f"{song}{borders}{centre}"),
        "date": xlwt.easyxf(f"{song}{borders}{centre}", num_format_str=DAY),
    }


def _merged(page: Page) -> set[tuple[int, int]]:
    """Return the cells that lie in a merged range, its first cell too."""
    return {
        (row, column)
        for first, left, last, right in page.merged
        for row in range(first, last + 1)
        for column in range(left, right + 1)
    }


def _csv(page: Page, encoding: str) -> bytes:
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    for values in page.cells:
        writer.writerow([f"{value:.5E}" if isinstance(value, float) else value for value in values])
    return text.getvalue().encode(encoding)
