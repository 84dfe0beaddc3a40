"""One table becomes a typed frame, and the faults met in its cells."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl

from fanpin_analysis.intake.cells import shown
from fanpin_analysis.intake.columns import Columns, as_text
from fanpin_analysis.intake.files.grid import is_blank
from fanpin_analysis.intake.identity import NUMBERS
from fanpin_analysis.intake.recognition import compact
from fanpin_analysis.intake.rows import NAMES, SIZE
from fanpin_analysis.intake.values import Parsed, reader_for, told_at_once
from fanpin_analysis.policy.vocabulary import Field

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fanpin_analysis.intake.recognition import Block, Column
    from fanpin_analysis.intake.workbooks import Cell, Sheet
    from fanpin_analysis.policy.rulebook import Fault
    from fanpin_analysis.policy.vocabulary import Form, Vocabulary

TYPES: Final = {
    "integer": pl.Int64,
    "number": pl.Float64,
    "boolean": pl.Boolean,
    "date": pl.Date,
}
FEW: Final = ("boolean", "code", "codes", "integer", "number")  # types with few distinct cells
OTHER: Final = "其他栏"  # what stands in the columns that are no field of the form
ROW: Final = "来源行"
SOURCE: Final = {"来源文件": pl.String, "来源工作表": pl.String, ROW: pl.Int64}
FATE: Final = "_fate"  # the id of the fault that returns the row; null while it is accepted
OWN: Final = {"序号", SIZE, *NAMES, *NUMBERS}  # never copied from a merged cell to the rows below
TICK: Final = Field(name="勾选", type="boolean", clause="")
UNMIXED: Final = frozenset({str, float})  # cells of other types can equal one another: 1 and True
LONGEST_DITTO: Final = 4
YUAN: Final = "元"
BARE: Final = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?")


Read = Callable[[object], Parsed]


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """A fault met at a place of a sheet; ``words`` fill the places of its message."""

    fault: str
    cell: str = ""
    name: str | None = None
    field: str | None = None
    raw: str | None = None
    words: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of a sheet: its rows under the names of the form's fields, and where they stood.

    ``frame`` holds the columns that the table has, and of where a row came from only its number.
    """

    form: Form
    frame: pl.DataFrame
    letters: dict[str, str]
    unit_line: str = ""


class _Faulty(NamedTuple):
    """A cell that carries a fault: the place of its row among the data, and what it holds."""

    place: int
    fault: str
    field: str
    letter: str
    raw: Cell
    cells: int
    unit: str


def schema_of(form: Form, vocabulary: Vocabulary) -> dict[str, Any]:
    """Return the columns of a form's frame and their types; codes and IDs are text."""
    return {name: type_of(name, vocabulary) for name in form.columns} | {OTHER: pl.String} | SOURCE


def type_of(name: str, vocabulary: Vocabulary) -> Any:  # noqa: ANN401  polars has no public name for it
    """Return the type of a field's column."""
    return TYPES.get(vocabulary.fields[name].type, pl.String)


class TableReader:
    """Reads the data rows of tables with one vocabulary; its readers of cells are built once."""

    def __init__(self, vocabulary: Vocabulary, faults: dict[str, Fault]) -> None:
        self.vocabulary, self.faults = vocabulary, faults
        self.tick = reader_for(TICK, vocabulary)
        self.dittos = frozenset(map(compact, vocabulary.row_words.dittos))
        self.readers: dict[tuple[str, bool], tuple[Read, Callable[[str], object] | None]] = {}
        self.memos: dict[tuple[str, bool], dict[Any, Parsed]] = {}

    def read(
        self, sheet: Sheet, block: Block, data: list[int], unit_line: str
    ) -> tuple[Table, list[Met]]:
        """Return a table whose data stand in the rows of some indices, and the faults met in it."""
        lines = Columns(sheet, block, data, OWN)
        values: dict[str, list[Any]] = {}
        faulty: list[_Faulty] = []
        for name, columns in _by_field(block).items():
            cells = self._cells(lines, columns)
            dittoed = self._follow_dittos(cells) if name not in OWN else []
            unit = self._unit(columns[0], unit_line)
            scaled = self._scaled(cells, unit) if unit else {}
            written = [scaled.get(p, cell) for p, cell in enumerate(cells)] if scaled else cells
            values[name], found = self.column(written, columns[0].field, columns[0].inverse)
            if scaled:  # one finding says it for the column
                found = [(place, fault) for place, fault in found if place not in scaled]
                found.append((min(scaled), "T25"))
            letter = sheet.letter(columns[0].index)
            found += [(place, "T12") for place in dittoed[:1]]
            counts = {"T12": len(dittoed), "T25": len(scaled)}
            faulty += [
                _Faulty(place, fault, name, letter, cells[place], counts.get(fault, 0), unit)
                for place, fault in found
            ]
        names = next((values[name] for name in NAMES if name in values), [None] * len(data))
        met = [
            Met(
                fault=one.fault,
                cell=f"{one.letter}{sheet.row_number(data[one.place])}",
                name=names[one.place],
                field=one.field,
                raw=as_text(one.raw),
                words={"格数": one.cells, "单位": one.unit},
            )
            for one in faulty
        ]
        series = [
            pl.Series(name, told, type_of(name, self.vocabulary)) for name, told in values.items()
        ]
        series += [
            pl.Series(OTHER, lines.others(), pl.String),
            pl.Series(ROW, [sheet.row_number(index) for index in data], pl.Int64),
            pl.Series(FATE, self._fates(block, len(data), faulty), pl.String),
        ]
        letters = {name: sheet.letter(index) for name, index in block.fields.items()}
        frame = pl.DataFrame(series)
        return Table(form=block.form, frame=frame, letters=letters, unit_line=unit_line), met

    def column(
        self,
        cells: Sequence[Cell],
        name: str,
        inverse: bool,  # noqa: FBT001
    ) -> tuple[list[Any], list[tuple[int, str]]]:
        """Read the cells of a field, each distinct one once; and tell which carry a fault."""
        declared = self.vocabulary.fields[name]
        if (name, inverse) not in self.readers:
            reader = reader_for(declared, self.vocabulary, inverse=inverse)
            self.readers[name, inverse] = reader, told_at_once(declared, self.vocabulary)
        read, at_once = self.readers[name, inverse]
        if at_once:
            return _mostly_at_once(cells, at_once, read)
        memo = self.memos.setdefault((name, inverse), {}) if declared.type in FEW else {}
        mixed = not UNMIXED.issuperset(map(type, cells))
        keys: Sequence[Any] = list(zip(map(type, cells), cells, strict=True)) if mixed else cells
        distinct = dict.fromkeys(keys)
        for key in distinct:
            if key not in memo:
                memo[key] = read(key[1] if mixed else key)
        faulty: list[tuple[int, str]] = []
        if any(memo[key].faults for key in distinct):
            faulty = [(p, fault) for p, key in enumerate(keys) for fault in memo[key].faults]
        values = {key: memo[key].value for key in distinct}
        return list(map(values.__getitem__, keys)), faulty

    def _fates(self, block: Block, height: int, faulty: list[_Faulty]) -> list[str | None]:
        """Return, for each row, the fault that sends it back; null where none does."""
        twice = any(c.repeats in NAMES[:1] for c in block.columns) and block.form.row == "户"
        fates: list[str | None] = ["T06" if twice else None] * height
        for one in faulty:
            if self.faults[one.fault].returns:
                fates[one.place] = fates[one.place] or one.fault
        return fates

    def _cells(self, lines: Columns, columns: list[Column]) -> list[Cell]:
        """Return what the rows say of a field: its cells, or the answers ticked in its columns."""
        told = [lines.cells(column) for column in columns]
        if not columns[0].option:
            return told[0]
        return [
            "、".join(c.option for c, cell in zip(columns, row, strict=True) if self._ticked(cell))
            for row in zip(*told, strict=True)
        ]

    def _unit(self, column: Column, unit_line: str) -> str:
        """Return the unit in which a column of money is written as a whole, if not in yuan."""
        field, scales = self.vocabulary.fields[column.field], self.vocabulary.row_words.scales
        if field.type != "number" or not field.unit.startswith(YUAN):
            return ""
        stated = YUAN in compact(column.heading)
        above = "" if stated else next((unit for unit in scales if unit in unit_line), "")
        return column.scale or above

    def _scaled(self, cells: Sequence[Cell], unit: str) -> dict[int, str]:
        """Return the bare numbers among some cells with the word behind them that scales them."""
        word = self.vocabulary.row_words.scales[unit]
        texts = ((place, shown(cell) or "") for place, cell in enumerate(cells))
        return {place: text + word for place, text in texts if BARE.fullmatch(compact(text))}

    def _ticked(self, cell: Cell) -> bool:
        """Tell whether a cell of a column for one answer holds anything but a blank or a no."""
        return not is_blank(cell) and self.tick(cell).value is not False

    def _follow_dittos(self, cells: list[Cell]) -> list[int]:
        """Put the cell above in the place of each 同上, and return where they stood."""
        short = (c for c in set(cells) if isinstance(c, str) and len(c.strip()) <= LONGEST_DITTO)
        dittos = {cell for cell in short if compact(cell) in self.dittos}
        if not dittos:
            return []
        places = [p for p, c in enumerate(cells) if p and isinstance(c, str) and c in dittos]
        for place in places:
            cells[place] = cells[place - 1]
        return places


def _mostly_at_once(
    cells: Sequence[Cell], at_once: Callable[[str], object], read: Read
) -> tuple[list[Any], list[tuple[int, str]]]:
    """Read cells of which hardly two are alike, and most are as they should be."""
    values, faulty = list(cells), []
    for place, cell in enumerate(cells):
        if not (isinstance(cell, str) and at_once(cell)):
            values[place], faults = read(cell)
            faulty += [(place, fault) for fault in faults]
    return values, faulty


def _by_field(block: Block) -> dict[str, list[Column]]:
    """Return the columns of each field: one, or several where each answer has its own."""
    columns: dict[str, list[Column]] = {}
    for column in block.columns:
        if column.field:
            columns.setdefault(column.field, []).append(column)
    return columns
