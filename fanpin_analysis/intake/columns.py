"""The data rows of a table, column by column."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from fanpin_analysis.intake.cells import shown
from fanpin_analysis.intake.files.grid import is_blank

if TYPE_CHECKING:
    from collections.abc import Container

    from fanpin_analysis.intake.recognition import Block, Column
    from fanpin_analysis.intake.workbooks import Cell, Sheet


class Columns:
    """The columns of a table's data rows, with merged cells filled downwards.

    ``data`` holds the indices of the rows; a field of ``own`` is each row's own, and left blank
    below a merged cell.
    """

    def __init__(self, sheet: Sheet, block: Block, data: list[int], own: Container[str]) -> None:
        self.block, self.data, self.own = block, data, own
        self.lines = list(zip_longest(*(sheet.rows[index] for index in data), fillvalue=""))
        self.merged = [
            (range(first + 1, last + 1), range(left, right + 1), sheet.rows[first][left])
            for (first, left), (last, right) in sheet.merges
            if last > first and first in block.body and left < len(sheet.rows[first])
        ]

    def cells(self, column: Column) -> list[Cell]:
        """Return the cells of a column, a cell for each row."""
        index, height = column.index, len(self.data)
        cells = list(self.lines[index]) if index < len(self.lines) else [""] * height
        for rows, columns, content in self.merged if column.field not in self.own else ():
            if index in columns:
                for place, row in enumerate(self.data):
                    if row in rows:
                        cells[place] = content
        return cells

    def others(self) -> list[str | None]:
        """Return, for each row, what stands in the columns that no field was read from."""
        texts: list[list[str]] = [[] for _ in self.data]
        for column in self.block.columns:
            if not column.field:
                for place, cell in enumerate(self.cells(column)):
                    if not is_blank(cell):
                        texts[place].append(f"{column.heading}：{as_text(cell)}")
        return ["；".join(found) or None for found in texts]


def as_text(cell: Cell) -> str:
    """Return a cell's content as text; a whole number without its decimal point."""
    return shown(cell) or str(cell)
