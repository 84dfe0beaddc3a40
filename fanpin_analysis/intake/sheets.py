"""One sheet becomes typed tables, an account of its rows, and the faults met in its cells."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from fanpin_analysis.errors import nearest
from fanpin_analysis.intake.recognition import Recogniser, compact
from fanpin_analysis.intake.rows import NAMES, NUMBERS, SIZE, Kind, filled_rows, is_blank, judged
from fanpin_analysis.intake.values import Parsed, reader_for
from fanpin_analysis.policy.vocabulary import Field

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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
SOURCE: Final = {"来源文件": pl.String, "来源工作表": pl.String, "来源行": pl.Int64}
FATE: Final = "_fate"  # the id of the fault that returns the row; null while it is accepted
OWN: Final = {"序号", SIZE, *NAMES, *NUMBERS}  # never copied from a merged cell to the rows below
TICK: Final = Field(name="勾选", type="boolean", clause="")
Place = tuple[int, int]  # a row's and a column's index
ID_LIKE = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")


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
    """One table of a sheet: its rows under the names of the form's fields, and where they stood."""

    form: Form
    frame: pl.DataFrame
    letters: dict[str, str]
    unit_line: str = ""


@dataclass(slots=True, kw_only=True)
class SheetReading:
    """What one sheet gave. ``kinds`` holds, by row number, why a row is no data."""

    sheet: Sheet
    tables: list[Table] = field(default_factory=list)
    kinds: dict[int, Kind] = field(default_factory=dict)
    met: list[Met] = field(default_factory=list)
    headers: list[dict[str, Any]] = field(default_factory=list)
    title: str = ""


def schema_of(form: Form, vocabulary: Vocabulary) -> dict[str, Any]:
    """Return the columns of a form's frame and their types; codes and IDs are text."""
    types = {name: TYPES.get(vocabulary.fields[name].type, pl.String) for name in form.columns}
    return types | SOURCE


class SheetReader:
    """Reads sheets with one vocabulary; its tables of spellings are built once."""

    def __init__(self, vocabulary: Vocabulary, faults: dict[str, Fault]) -> None:
        self.vocabulary, self.faults = vocabulary, faults
        self.recogniser = Recogniser(vocabulary)
        wheres = " ".join(pair.where for form in vocabulary.forms.values() for pair in form.pairs)
        self.counted = frozenset(name for name in vocabulary.fields if name in wheres)
        self.tick = reader_for(TICK, vocabulary)
        self.dittos = frozenset(map(compact, vocabulary.row_words.dittos))
        self.readers: dict[tuple[str, bool], Callable[[object], Parsed]] = {}

    def read(self, sheet: Sheet) -> SheetReading:
        """Read a sheet whole; whatever is wrong with it is in the reading."""
        reading = SheetReading(sheet=sheet)
        blocks = self.recogniser.blocks(sheet)
        if not sheet.visible and sheet.rows:
            reading.met.append(Met(fault="T07"))
        self._account_for_the_rest(reading, blocks)
        for block in blocks:
            self._block(reading, block)
        return reading

    def _account_for_the_rest(self, reading: SheetReading, blocks: list[Block]) -> None:
        """Name every row outside the tables' bodies: titles, headers, or a sheet not recognised."""
        sheet, found = reading.sheet, []
        above = range(blocks[0].header.start) if blocks else range(len(sheet.rows))
        for index in filled_rows(sheet, above):
            reading.kinds[sheet.row_number(index)] = Kind.TITLE if blocks else Kind.UNKNOWN
            found += [compact(cell) for cell in sheet.rows[index] if isinstance(cell, str) and cell]
        for block in blocks:
            for index in filled_rows(sheet, block.header):
                reading.kinds[sheet.row_number(index)] = Kind.HEADER
        reading.title = " ".join(found)
        if not blocks and found:
            ids = any(ID_LIKE.search(text) for text in found)
            reading.met.append(Met(fault="T02" if ids else "T01"))

    def _block(self, reading: SheetReading, block: Block) -> None:
        sheet = reading.sheet
        data: list[int] = []
        for index, kind in judged(sheet, block, self.vocabulary.row_words):
            if kind is None:
                data.append(index)
            else:
                reading.kinds[sheet.row_number(index)] = kind
        self._headings(reading, block)
        reading.tables.append(self._table(reading, block, data))

    def _headings(self, reading: SheetReading, block: Block) -> None:
        """Write down what each column was taken for, and what could not be told."""
        sheet, form = reading.sheet, block.form
        bottom = sheet.row_number(block.header.stop - 1)
        for column in block.columns:
            cell = f"{sheet.letter(column.index)}{bottom}"
            reading.headers.append(self._header(sheet, block, column))
            if column.repeats:
                fault = "T06" if column.repeats in NAMES[:1] and form.row == "户" else "T05"
                met = Met(fault=fault, cell=cell, field=column.repeats, raw=column.heading)
                reading.met.append(met)
            elif not column.field:
                near = nearest(column.heading, form.columns)
                met = Met(fault="T03", cell=cell, raw=column.heading, words={"相近": near})
                reading.met.append(met)
        for name in form.fields:
            if name not in block.fields:
                counted = form.key == "ledger" and name in self.counted
                fault = "T13" if counted else "T04"
                reading.met.append(Met(fault=fault, cell=f"{bottom}行", field=name))

    def _header(self, sheet: Sheet, block: Block, column: Column) -> dict[str, Any]:
        return {
            "来源文件": sheet.file,
            "来源工作表": sheet.name,
            "表": block.form.name,
            "表头行": sheet.row_number(block.header.stop - 1),
            "末行": sheet.row_number(block.body.stop - 1),
            "列": sheet.letter(column.index),
            "原表头": column.heading,
            "字段": column.field or None,
        }

    def _table(self, reading: SheetReading, block: Block, data: list[int]) -> Table:
        """Read a table's columns into a frame, and write down the faults met in its cells."""
        sheet, form = reading.sheet, block.form
        merged = _merged_down(sheet, block)
        values: dict[str, list[Any]] = {}
        met: list[tuple[int, Met]] = []
        for name, columns in _by_field(block).items():
            cells = [self._cell(sheet, merged, index, columns) for index in data]
            dittoed = self._follow_dittos(cells) if name not in OWN else []
            values[name], faulty = self._column(cells, columns[0])
            faulty += [(place, "T12") for place in dittoed[:1]]
            for position, fault in faulty:
                cell = f"{sheet.letter(columns[0].index)}{sheet.row_number(data[position])}"
                raw, words = _shown(cells[position]), {"格数": len(dittoed)}
                one = Met(fault=fault, cell=cell, field=name, raw=raw, words=words)
                met.append((position, one))
        names = next((values[name] for name in NAMES if name in values), [None] * len(data))
        reading.met += [replace(entry, name=names[position]) for position, entry in met]
        frame = pl.DataFrame(
            {name: values.get(name, [None] * len(data)) for name in form.columns}
            | {
                "来源文件": [sheet.file] * len(data),
                "来源工作表": [sheet.name] * len(data),
                "来源行": [sheet.row_number(index) for index in data],
                FATE: self._fates(block, len(data), met),
            },
            schema=schema_of(form, self.vocabulary) | {FATE: pl.String},
        )
        letters = {name: sheet.letter(index) for name, index in block.fields.items()}
        unit_line = self.recogniser.unit_line(sheet, block.header.start)
        return Table(form=form, frame=frame, letters=letters, unit_line=unit_line)

    def _fates(self, block: Block, height: int, met: list[tuple[int, Met]]) -> list[str | None]:
        """Return, for each row, the fault that sends it back; null where none does."""
        twice = any(c.repeats in NAMES[:1] for c in block.columns) and block.form.row == "户"
        fates: list[str | None] = ["T06" if twice else None] * height
        for position, entry in met:
            if self.faults[entry.fault].returns:
                fates[position] = fates[position] or entry.fault
        return fates

    def _cell(
        self, sheet: Sheet, merged: Mapping[Place, Place], index: int, columns: list[Column]
    ) -> Cell:
        """Return what a row says of a field: its cell, or the answers ticked in its columns."""
        cells = [_raw(sheet, merged, index, column) for column in columns]
        if not columns[0].option:
            return cells[0]
        pairs = zip(columns, cells, strict=True)
        return "、".join(column.option for column, cell in pairs if self._ticked(cell))

    def _ticked(self, cell: Cell) -> bool:
        """Tell whether a cell of a column for one answer holds anything but a blank or a no."""
        return not is_blank(cell) and self.tick(cell).value is not False

    def _follow_dittos(self, cells: list[Cell]) -> list[int]:
        """Put the cell above in the place of each 同上, and return where they stood."""
        places = []
        for position, cell in enumerate(cells):
            if position and isinstance(cell, str) and compact(cell) in self.dittos:
                cells[position] = cells[position - 1]
                places.append(position)
        return places

    def _column(self, cells: list[Cell], column: Column) -> tuple[list[Any], list[tuple[int, str]]]:
        """Read a column's cells, each distinct one once."""
        read = self._reader(column)
        memo: dict[tuple[type, Any], Parsed] = {}
        values: list[Any] = []
        faulty: list[tuple[int, str]] = []
        for position, cell in enumerate(cells):
            key = (cell.__class__, cell)
            parsed = memo.get(key)
            if parsed is None:
                parsed = memo[key] = read(cell)
            values.append(parsed.value)
            faulty += [(position, fault) for fault in parsed.faults]
        return values, faulty

    def _reader(self, column: Column) -> Callable[[object], Parsed]:
        key = (column.field, column.inverse)
        if key not in self.readers:
            declared = self.vocabulary.fields[column.field]
            self.readers[key] = reader_for(declared, self.vocabulary, inverse=column.inverse)
        return self.readers[key]


def _merged_down(sheet: Sheet, block: Block) -> dict[Place, Place]:
    """Return, for each cell below the first of a merged range, the cell that holds its value."""
    source: dict[Place, Place] = {}
    for (first, left), (last, right) in sheet.merges:
        if last > first and first in block.body:
            for row in range(first + 1, min(last + 1, block.body.stop)):
                source |= {(row, column): (first, left) for column in range(left, right + 1)}
    return source


def _by_field(block: Block) -> dict[str, list[Column]]:
    """Return the columns of each field: one, or several where each answer has its own."""
    columns: dict[str, list[Column]] = {}
    for column in block.columns:
        if column.field:
            columns.setdefault(column.field, []).append(column)
    return columns


def _raw(sheet: Sheet, merged: Mapping[Place, Place], index: int, column: Column) -> Cell:
    place = (index, column.index)
    if merged and column.field not in OWN:
        place = merged.get(place, place)
    row = sheet.rows[place[0]]
    return row[place[1]] if place[1] < len(row) else ""


def _shown(cell: Cell) -> str:
    """Return a cell's content as text; a whole number without its decimal point."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
