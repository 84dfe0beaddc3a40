"""Workbooks of Excel 97 and of WPS before 2013 (.xls, .et), by xlrd; python-calamine if it cannot.

Measured on ledgers of 300 rows, xlrd takes 4 ms where python-calamine takes 1 ms. It is first all
the same: it tells hidden rows and columns, struck-out cells, failed formulas and merged ranges, and
a damaged file is an exception to it, where python-calamine ended the process for one in six.
"""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from fanpin_analysis.intake.files.gate import ENCRYPTED, TOO_MUCH, RefusalError
from fanpin_analysis.intake.files.grid import Cell, Sheet, filled_only, holds_something, is_blank
from fanpin_analysis.intake.files.limits import FILLED_CELLS, FILLED_ROWS
from fanpin_analysis.intake.files.markup import too_sparse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlrd.book import Book
    from xlrd.sheet import Sheet as Grid

PLAIN: Final = {0, 1, 2, 6}  # empty, text, number, blank: as xlrd gives them
DATE, BOOLEAN, ERROR = 3, 4, 5
EPOCHS: Final = (datetime(1899, 12, 30), datetime(1904, 1, 1))  # noqa: DTZ001  a cell has no zone
LEAP_DAY: Final = 60  # 29 February 1900, which Excel counts and the calendar does not
LAST_DAY: Final = 2_958_466  # the day after 31 December 9999
MICROSECONDS: Final = 86_400_000_000


def sheets_of(content: bytes, file: str) -> list[Sheet]:
    """Return the sheets of a workbook, in its order.

    Raises
    ------
    RefusalError
        When it is encrypted, or holds more than a ledger can.
    """
    import xlrd  # noqa: PLC0415  most folders have no such file, and need not wait for it
    from xlrd.biffh import XLRDError  # noqa: PLC0415

    try:
        book = xlrd.open_workbook(
            file_contents=content, logfile=io.StringIO(), formatting_info=True, ragged_rows=True
        )
    except XLRDError as error:
        if "encrypted" in str(error):
            raise RefusalError(ENCRYPTED) from None
        raise
    struck = {
        number
        for number, style in enumerate(book.xf_list)
        if style.font_index < len(book.font_list) and book.font_list[style.font_index].struck_out
    }
    cells, sheets = 0, []
    for grid in book.sheets():
        sheets.append(_sheet(book, grid, file, struck))
        cells += sum(len(row) for row in sheets[-1].rows)
        if cells > FILLED_CELLS or sheets[-1].filled > FILLED_ROWS:
            raise RefusalError(TOO_MUCH)
    return sheets


def without_gaps(rows: list[list[Cell]]) -> tuple[list[list[Cell]], list[int]]:
    """Return rows, and the indices they had: the empty ones are left out if they are too many."""
    filled = [index for index, row in enumerate(rows) if holds_something(row)]
    cells = sum(len(rows[index]) for index in filled)
    if not too_sparse(len(rows), max(map(len, rows), default=0), cells):
        return rows[: filled[-1] + 1] if filled else [], []
    return [rows[index] for index in filled], filled


def _sheet(book: Book, grid: Grid, file: str, struck: set[int]) -> Sheet:
    rows, kept = without_gaps([_row(book, grid, index) for index in range(grid.nrows)])
    places = {index: place for place, index in enumerate(kept)} if kept else range(len(rows))
    below, aside, filled = filled_only(
        rows,
        (places[i] for i, info in grid.rowinfo_map.items() if info.hidden and i in places),
        (column for column, info in grid.colinfo_map.items() if info.hidden),
    )
    return Sheet(
        file=file,
        name=grid.name,
        rows=rows,
        visible=grid.visibility == 0,
        row_numbers=[index + 1 for index in kept],
        merges=tuple(_merges(grid, kept, len(rows))),
        hidden_rows=below,
        hidden_columns=aside,
        struck=frozenset(_struck(grid, rows, kept, struck)) if struck else frozenset(),
        filled=filled,
    )


def _row(book: Book, grid: Grid, index: int) -> list[Cell]:
    kinds: Sequence[int] = grid.row_types(index)
    values: list[Cell] = list(grid.row_values(index))
    if PLAIN.issuperset(kinds):
        return values
    return [_cell(book, kind, value) for kind, value in zip(kinds, values, strict=True)]


def _cell(book: Book, kind: int, value: Cell) -> Cell:
    if kind == BOOLEAN:
        return bool(value)
    if kind == ERROR:
        from xlrd.biffh import error_text_from_code  # noqa: PLC0415  as above

        return error_text_from_code.get(value, "#N/A")
    return _moment(value, book.datemode) if kind == DATE else value


def _moment(value: float, datemode: int) -> date | datetime | time | timedelta | float:
    """Return what a number formatted as a date is, as python-calamine tells it."""
    if not 0 <= value < LAST_DAY:
        return value
    shift = timedelta(days=1) if not datemode and 1 <= value < LEAP_DAY else timedelta()
    moment = EPOCHS[datemode] + shift + timedelta(microseconds=round(value * MICROSECONDS))
    if value < 1:
        return moment.time()
    return moment.date() if value == int(value) else moment


def _merges(
    grid: Grid, kept: Sequence[int], height: int
) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    for top, below, left, beyond in grid.merged_cells:
        inside = range(top, below)
        if kept:
            found = [place for place, index in enumerate(kept) if index in inside]
            inside = range(found[0], found[-1] + 1) if found else range(0)
        if inside and inside.start < height:
            yield (inside.start, left), (inside[-1], beyond - 1)


def _struck(
    grid: Grid, rows: list[list[Cell]], kept: Sequence[int], struck: set[int]
) -> Iterator[tuple[int, int]]:
    for place, row in enumerate(rows):
        index = kept[place] if kept else place
        for column, cell in enumerate(row):
            if not is_blank(cell) and grid.cell_xf_index(index, column) in struck:
                yield place, column
