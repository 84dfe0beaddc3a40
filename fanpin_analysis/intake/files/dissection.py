"""A sheet's XML taken apart by expat: every filled cell, whatever order and spelling it has."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from fanpin_analysis.intake.files.gate import SHEET_BROKEN, RefusalError
from fanpin_analysis.intake.files.grid import UNSAVED, Range, column_of
from fanpin_analysis.intake.files.markup import NO, Struck, hidden_by
from fanpin_analysis.intake.files.package import local, parser_of

LAST_ROW, LAST_COLUMN = 1_048_576, 16_383
REFERENCE: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")


class Cell(NamedTuple):
    """A filled cell. ``kind`` is the type that python-calamine is told."""

    kind: str
    text: str
    style: str
    struck: bool


class Row(NamedTuple):
    """A row, or a part of one; ``number`` is counted from 1."""

    number: int
    hidden: bool
    cells: dict[int, Cell]


class Dissection:
    """Collects the filled cells of a sheet as expat meets them."""

    def __init__(self, struck: Struck, strings: int) -> None:
        self.struck, self.strings = struck, strings
        self.rows: list[Row] = []
        self.merges: list[Range] = []
        self.hidden_columns: set[int] = set()
        self.row, self.column = 0, -1  # where a cell without an address would stand
        self.attributes: dict[str, str] = {}
        self.value: list[str] = []
        self.formula = self.phonetic = self.inside = self.run = False
        self.runs: list[bool] = []

    def read(self, xml: bytes) -> None:
        """Take a sheet's XML apart."""
        parser = parser_of()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        parser.Parse(xml, True)  # noqa: FBT003  expat takes no keyword

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        match local(name):
            case "row":
                self.row = self._number(attributes.get("r"), self.row + 1)
                self.column = -1
                hidden = attributes.get("hidden", "0") not in NO
                self.rows.append(Row(self.row, hidden, {}))
            case "c":
                self.attributes, self.value, self.runs = attributes, [], []
                self.formula = self.run = False
            case "v" | "t":
                self.inside = not self.phonetic
            case "f":
                self.formula = True
            case "rPh":
                self.phonetic = True
            case "r":
                self.run = False
            case "strike":
                self.run = attributes.get("val", "1") not in NO
            case "col":
                self.hidden_columns |= hidden_by(attributes)
            case "mergeCell":
                self._merge(attributes.get("ref", ""))

    def _end(self, name: str) -> None:
        match local(name):
            case "c":
                self._cell()
            case "v" | "t":
                self.inside = False
            case "rPh":
                self.phonetic = False

    def _data(self, text: str) -> None:
        if self.inside:
            self.value.append(text)
            if text.strip():
                self.runs.append(self.run)

    def _cell(self) -> None:
        number, self.column = self._address()
        kind, text = self._typed("".join(self.value))
        if not text:
            return
        row = self.rows[-1] if self.rows else None
        if row is None or row.number != number or self.column in row.cells:
            hidden = row is not None and row.hidden and row.number == number
            row = Row(number, hidden, {})
            self.rows.append(row)
        style = self.attributes.get("s", "")
        struck = all(self.runs) and bool(self.runs)
        if style.isdecimal():
            struck = struck or int(style) in self.struck.styles
        if kind == "s":
            struck = struck or int(text) in self.struck.strings
        row.cells[self.column] = Cell(kind, text, style if style.isdecimal() else "", struck)

    def _typed(self, text: str) -> tuple[str, str]:
        """Return the type that a cell is to be read as, and its text."""
        kind = self.attributes.get("t", "n")
        if self.formula and not text and kind != "str":
            return "str", UNSAVED
        if kind == "s" and text:
            if not (text.strip().isdecimal() and int(text) < self.strings):
                raise RefusalError(SHEET_BROKEN)
            return kind, text.strip()
        if kind == "n":
            text = text.strip()
            return ("n" if _is_number(text) else "str"), text
        return (kind if kind in ("b", "d") else "str"), text

    def _address(self) -> tuple[int, int]:
        told = REFERENCE.fullmatch(self.attributes.get("r", ""))
        if told is None:
            return max(self.row, 1), self.column + 1
        column = column_of(told[1])
        if column > LAST_COLUMN:
            raise RefusalError(SHEET_BROKEN)
        return self._number(told[2], 0), column

    def _merge(self, reference: str) -> None:
        corners = [REFERENCE.fullmatch(corner) for corner in reference.split(":")]
        places = [(int(c[2]) - 1, column_of(c[1])) for c in corners if c is not None]
        if len(places) == len("AB"):
            self.merges.append((places[0], places[1]))

    @staticmethod
    def _number(text: str | None, otherwise: int) -> int:
        number = int(text) if text and text.isdecimal() else otherwise
        if not 1 <= number <= LAST_ROW:
            raise RefusalError(SHEET_BROKEN)
        return number


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return "_" not in text
