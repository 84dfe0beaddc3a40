"""Cells with their addresses: what every reader of workbooks hands over, whatever the file was."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Cell = Any
Range = tuple[tuple[int, int], tuple[int, int]]
UNSAVED: Final = "#公式未计算!"  # a formula whose result was not saved with it
A, LETTERS = ord("A"), 26


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The cells of one sheet.

    Empty cells are ``""``; the others are text, bool, float, date, datetime, time or timedelta. A
    number is an int only where the file spells out sixteen or more digits that no float holds, so
    that none of them was lost. A formula that failed is its text, such as ``#REF!``, and one that
    was never computed is :data:`UNSAVED`.

    ``rows[i][j]`` stands in row ``first_row + i`` (counted from 1, as Excel shows it) and in column
    ``first_column + j`` (counted from 0), or, where empty rows or columns were left out, in row
    ``row_numbers[i]`` and in column ``columns[j]``. All other indices are into ``rows`` too:
    ``merges`` with both corners included, ``hidden_rows`` and ``hidden_columns`` that hold
    something, and ``struck``, the filled cells whose whole text is struck out. ``filled`` counts
    the rows that hold anything. ``faults`` are ids of ``rules/读取.toml``, each with its cell.
    """

    file: str
    name: str
    rows: list[list[Cell]]
    visible: bool = True
    row_numbers: Sequence[int] = ()
    columns: Sequence[int] = ()
    first_row: int = 1
    first_column: int = 0
    merges: tuple[Range, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    struck: frozenset[tuple[int, int]] = frozenset()
    filled: int = 0
    faults: tuple[tuple[str, str], ...] = ()

    def letter(self, column: int) -> str:
        """Return the letters that Excel shows above an index of ``rows[i]``."""
        return letters(self.columns[column] if self.columns else self.first_column + column)

    def row_number(self, index: int) -> int:
        """Return the row number that Excel shows beside an index of ``rows``."""
        return self.row_numbers[index] if self.row_numbers else self.first_row + index

    def indices(self, number: int) -> range:
        """Return the indices of ``rows`` that have a row number: one, or more if it was doubled."""
        if not self.row_numbers:
            start = number - self.first_row
            return range(start, start + 1)
        return range(bisect_left(self.row_numbers, number), bisect_right(self.row_numbers, number))


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """One file: its sheets, the visible ones first, or the fault that kept it from being read."""

    file: str
    sha256: str = ""
    sheets: tuple[Sheet, ...] = ()
    fault: str = ""


def letters(column: int) -> str:
    """Return the letters of a column counted from 0: 0 is A, 26 is AA."""
    text, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, LETTERS)
        text = chr(A + rest) + text
    return text


def column_of(text: str) -> int:
    """Return the number, from 0, of a column given by its letters: A is 0, AA is 26."""
    number = 0
    for letter in text.upper():
        number = number * LETTERS + ord(letter) - A + 1
    return number - 1


def is_blank(cell: Cell) -> bool:
    """Tell whether a cell shows nothing."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def holds_something(row: Iterable[Cell]) -> bool:
    """Tell whether any cell of a row shows something."""
    return any(cell.__class__ is not str or cell.strip() for cell in row)


def filled_only(
    rows: list[list[Cell]], hidden_rows: Iterable[int], hidden_columns: Iterable[int]
) -> tuple[frozenset[int], frozenset[int], int]:
    """Return which of the hidden rows and columns hold something, and how many rows do."""
    filled = [holds_something(row) for row in rows]
    below = frozenset(index for index in hidden_rows if 0 <= index < len(rows) and filled[index])
    aside = frozenset(
        column
        for column in hidden_columns
        if any(0 <= column < len(row) and not is_blank(row[column]) for row in rows)
    )
    return below, aside, sum(filled)
