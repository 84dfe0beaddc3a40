"""Sheets and how they are written: .xlsx, .xls of Excel 97, and .csv in the office's encoding."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO, StringIO
from itertools import product
from typing import TYPE_CHECKING, Any

import xlwt
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from fanpin_analysis.deliverables.saving import save_workbook, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from fanpin_analysis.samples.ledger import Row

Span = tuple[int, int, int, int]  # first row, first column, last row, last column, from 1
LINE = Side(style="thin")
BORDER = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
BODY = ("body", "")  # styles of rows by which columns are made wide
DAY = "yyyy/m/d"
NARROW, WIDE, WIDEST = 5, 11, 30
ID_LENGTH = 15
HALF_WIDTH = 0xFF  # the last character that takes half the room
TALL = 8  # a header of more characters wraps
XLS_UNIT = 256  # Excel 97 counts widths in 256ths of a character
YES, NO = "是", "否"


@dataclass(slots=True, kw_only=True)
class Page:
    """One sheet: its cells, what is merged, and in which row each household stands.

    ``places`` pairs row numbers, from 1 as a spreadsheet shows them, with rows of the ledger.
    ``widths`` are the columns' widths where the paper sets them, ``encoding`` is that of a .csv
    file, ``plain`` sheets come out of a system: no borders, no fonts.
    """

    name: str
    width: int
    plain: bool = False
    encoding: str = ""
    cells: list[list[Any]] = field(default_factory=list)
    merged: list[Span] = field(default_factory=list)
    titles: list[int] = field(default_factory=list)
    headers: list[int] = field(default_factory=list)
    places: list[tuple[int, Row]] = field(default_factory=list)
    widths: tuple[float, ...] = ()

    @property
    def bottom(self) -> int:
        """The number of the last row."""
        return len(self.cells)

    def add(self, values: Sequence[Any]) -> None:
        """Add a row below."""
        self.cells.append([*values, *[""] * (self.width - len(values))])

    def line(self, text: str, *, title: bool = False, left: int = 0, merged: bool = True) -> None:
        """Add a line that goes across the whole sheet, but for some columns on the left."""
        self.add([*[""] * left, text])
        if merged:
            self.merged.append((self.bottom, left + 1, self.bottom, self.width))
        if title:
            self.titles.append(self.bottom)

    def header(self, texts: Sequence[str]) -> None:
        """Add a row of a header."""
        self.add(texts)
        self.headers.append(self.bottom)

    def above(self, titles: Iterable[str], unit: str) -> None:
        """Add the titles of a table, and who hands it in if somebody says so."""
        for text in titles:
            self.line(text, title=True)
        if unit:
            self.line(unit)


def shown(value: object) -> Any:  # noqa: ANN401  (a cell holds anything)
    """Return a value as a cell has it: 是 and 否 for an answer, nothing for null."""
    if value is None:
        return ""
    return (YES if value else NO) if isinstance(value, bool) else value


def write_pages(path: Path, pages: Sequence[Page]) -> None:
    """Write the sheets of one ledger, as the suffix of the path says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".csv":
        write_whole(path, _csv(pages[0]))
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
    for column, width in enumerate(_widths(page), 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
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
        cell = sheet.cell(number, column, None if value == "" else value)
        if style:
            long_text = isinstance(value, str) and len(value) >= ID_LENGTH and style == "body"
            cell.style = "id" if long_text else style
            if isinstance(value, date):
                cell.number_format = DAY


def _styles() -> list[NamedStyle]:
    song, black = Font(name="宋体", size=10), Font(name="黑体", size=10)
    large = Font(name="方正小标宋简体", size=18, bold=True)
    return [
        NamedStyle("title", font=large, alignment=CENTRE),
        NamedStyle("line", font=song, alignment=Alignment(vertical="center")),
        NamedStyle("head", font=black, alignment=CENTRE, border=BORDER),
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


def _widths(page: Page) -> Sequence[float]:
    """Return widths that show each column's longest text, Chinese characters counted twice."""
    styles = [_style(page, number) for number in range(1, page.bottom + 1)]
    rows = [values for values, style in zip(page.cells, styles, strict=True) if style in BODY]
    longest = [
        max((sum(1 + (ord(sign) > HALF_WIDTH) for sign in str(row[at])) for row in rows), default=0)
        for at in range(page.width)
    ]
    return page.widths or [
        min(max(length + 2, WIDE if at else NARROW), WIDEST) for at, length in enumerate(longest)
    ]


def _xls(pages: Sequence[Page]) -> bytes:
    workbook = xlwt.Workbook(encoding="utf-8")
    edges = "borders: left thin, right thin, top thin, bottom thin; "
    centre = "alignment: horizontal center, vertical center, wrap on"
    song = "font: name 宋体, height 200; "
    styles = {
        "title": xlwt.easyxf(f"font: name 宋体, bold on, height 320; {centre}"),
        "line": xlwt.easyxf(f"{song}alignment: vertical center"),
        "head": xlwt.easyxf(f"font: name 黑体, height 200; {edges}{centre}"),
        "body": xlwt.easyxf(f"{song}{edges}{centre}"),
        "date": xlwt.easyxf(f"{song}{edges}{centre}", num_format_str=DAY),
    }
    for page in pages:
        sheet = workbook.add_sheet(page.name)
        merged: set[tuple[int, int]] = set()
        for first, left, last, right in page.merged:
            text, style = page.cells[first - 1][left - 1], styles[_style(page, first)]
            sheet.write_merge(first - 1, last - 1, left - 1, right - 1, text, style)
            merged.update(product(range(first - 1, last), range(left - 1, right)))
        for number, values in enumerate(page.cells):
            style = _style(page, number + 1)
            for column, value in enumerate(values):
                if (number, column) not in merged:
                    kind = "date" if isinstance(value, date) else style
                    sheet.write(number, column, value, styles[kind])
        for column, width in enumerate(_widths(page)):
            sheet.col(column).width = int(width * XLS_UNIT)
    saved = BytesIO()
    workbook.save(saved)
    return saved.getvalue()


def _csv(page: Page) -> bytes:
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    for values in page.cells:
        writer.writerow([f"{value:.5E}" if isinstance(value, float) else value for value in values])
    return text.getvalue().encode(page.encoding)
