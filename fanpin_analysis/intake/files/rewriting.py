"""A sheet that is written oddly, out of order or all over the grid: written anew.

Slower than :mod:`~fanpin_analysis.intake.files.markup`, and exact: every filled cell is kept, in
rows sorted by number. A row number that comes twice gives two rows. Where the cells lie far apart,
the empty rows and columns between them are left out.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from fanpin_analysis.intake.files.dissection import LAST_COLUMN, Dissection
from fanpin_analysis.intake.files.gate import FAR_CELL, ROW_TWICE
from fanpin_analysis.intake.files.grid import letters
from fanpin_analysis.intake.files.limits import FAR_COLUMNS, FAR_ROWS
from fanpin_analysis.intake.files.markup import Prepared, Struck, exceeds_float, too_sparse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fanpin_analysis.intake.files.dissection import Cell, Row

LONG: Final = re.compile(r"-?\d{16,}")
HEAD: Final = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
)
TAIL: Final = "</sheetData></worksheet>"


def rewrite(xml: bytes, struck: Struck, strings: int) -> Prepared:
    """Return a sheet whose cells are written as usual, and what it tells besides them.

    Parameters
    ----------
    strings
        How many shared strings there are.
    """
    reader = Dissection(struck, strings)
    reader.read(xml)
    rows = sorted((row for row in reader.rows if row.cells), key=lambda row: row.number)
    used = sorted({column for row in rows for column in row.cells})
    if not rows:
        return Prepared(xml=(HEAD + TAIL).encode())
    width, filled = used[-1] + 1, sum(len(row.cells) for row in rows)
    doubled = [one.number for one, next_ in pairwise(rows) if one.number == next_.number]
    sparse = too_sparse(rows[-1].number - rows[0].number + 1, width, filled)
    numbers = [row.number for row in rows] if sparse or doubled else []
    columns = used if sparse and width > len(used) + FAR_COLUMNS else []
    places = [
        (index if numbers else row.number - 1, bisect_left(columns, column) if columns else column)
        for index, row in enumerate(rows)
        for column in row.cells
    ]
    cells = [cell for row in rows for cell in row.cells.values()]
    faults = [(ROW_TWICE, f"{number}行") for number in doubled[:1]]
    return Prepared(
        xml=_written(places, cells).encode(),
        merges=[
            (
                (_first(top, numbers, 1), _first(left, columns, 0)),
                (_last(bottom, numbers, 1), _last(right, columns, 0)),
            )
            for (top, left), (bottom, right) in reader.merges
        ],
        hidden_rows={
            index if numbers else row.number - 1 for index, row in enumerate(rows) if row.hidden
        },
        hidden_columns={
            _first(column, columns, 0)
            for column in reader.hidden_columns
            if not columns or column in set(columns)
        },
        struck={place for place, cell in zip(places, cells, strict=True) if cell.struck},
        whole={
            place: int(cell.text)
            for place, cell in zip(places, cells, strict=True)
            if cell.kind == "n" and LONG.fullmatch(cell.text) and exceeds_float(cell.text)
        },
        numbers=numbers,
        columns=columns,
        faults=faults + (_far(rows, used) if sparse else []),
    )


def _written(places: list[tuple[int, int]], cells: list[Cell]) -> str:
    """Return a sheet's XML; the places are in the order of rows."""
    return "".join((HEAD, *_rows(places, cells), TAIL))


def _rows(places: list[tuple[int, int]], cells: list[Cell]) -> Iterator[str]:
    now = -1
    for (row, column), cell in zip(places, cells, strict=True):
        if row != now:
            yield f'{"</row>" if now >= 0 else ""}<row r="{row + 1}">'
            now = row
        text = cell.text.replace("&", "&amp;").replace("<", "&lt;").replace("\r", "&#13;")
        style = f' s="{cell.style}"' if cell.style else ""
        yield f'<c r="{letters(column)}{row + 1}"{style} t="{cell.kind}"><v>{text}</v></c>'
    yield "</row>"


def _far(rows: list[Row], used: list[int]) -> list[tuple[str, str]]:
    """Return the first cell that lies behind a gap too wide for a table."""
    aside = next((b for a, b in pairwise(used) if b - a > FAR_COLUMNS), LAST_COLUMN + 1)
    former = rows[0].number
    for row in rows:
        column = min((c for c in row.cells if c >= aside), default=None)
        if column is None and row.number - former > FAR_ROWS:
            column = min(row.cells)
        if column is not None:
            return [(FAR_CELL, f"{letters(column)}{row.number}")]
        former = row.number
    return []


def _first(place: int, kept: list[int], base: int) -> int:
    return bisect_left(kept, place + base) if kept else place


def _last(place: int, kept: list[int], base: int) -> int:
    return bisect_right(kept, place + base) - 1 if kept else place
