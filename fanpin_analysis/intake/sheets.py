"""One sheet becomes typed tables, an account of its rows, and the faults met in its cells."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from fanpin_analysis.errors import nearest
from fanpin_analysis.intake.continuation import continued
from fanpin_analysis.intake.lists import completed
from fanpin_analysis.intake.printed.form import PrintedForms
from fanpin_analysis.intake.printed.tables import kinds_of, table_of
from fanpin_analysis.intake.recognition import Recogniser, compact
from fanpin_analysis.intake.rows import NAMES, Kind, filled_rows, judged
from fanpin_analysis.intake.tables import Met, Table, TableReader
from fanpin_analysis.intake.titles import ClueKinds, around
from fanpin_analysis.policy.loading import SHIPPED
from fanpin_analysis.policy.printed import load_printed_form

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from fanpin_analysis.intake.printed.form import FilledForm
    from fanpin_analysis.intake.recognition import Block, Column
    from fanpin_analysis.intake.workbooks import Sheet
    from fanpin_analysis.policy.rulebook import Fault
    from fanpin_analysis.policy.vocabulary import Vocabulary

LIKE_FORMS: Final = ("clues", "portraits")  # lists whose headings a printed form has too
MOST_SHOWN: Final = 20  # row numbers in a message
ID_LIKE = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")


@dataclass(slots=True, kw_only=True)
class SheetReading:
    """What one sheet gave; the cells themselves are let go.

    ``kinds`` holds, by row number, why a row is no data; ``filled`` counts the rows that hold
    anything.
    """

    file: str
    name: str
    visible: bool
    filled: int
    tables: list[Table] = field(default_factory=list)
    kinds: dict[int, Kind] = field(default_factory=dict)
    met: list[Met] = field(default_factory=list)
    headers: list[dict[str, Any]] = field(default_factory=list)
    title: str = ""


class SheetReader:
    """Reads sheets with one vocabulary; its tables of spellings are built once."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        faults: dict[str, Fault],
        folders: tuple[Path, ...] = (SHIPPED,),
    ) -> None:
        self.vocabulary = vocabulary
        self.printed = PrintedForms(load_printed_form(vocabulary, folders), vocabulary)
        self.recogniser = Recogniser(vocabulary, ClueKinds(vocabulary, folders))
        self.kinds = self.recogniser.kinds
        wheres = " ".join(pair.where for form in vocabulary.forms.values() for pair in form.pairs)
        self.counted = frozenset(name for name in vocabulary.fields if name in wheres)
        self.tables = TableReader(vocabulary, faults)

    def read_all(self, sheets: Iterable[Sheet]) -> list[SheetReading]:
        """Read the sheets of a workbook; one without a header may go on with the one before it."""
        readings: list[SheetReading] = []
        former: tuple[Block, Sheet] | None = None
        for sheet in sheets:
            blocks = self.recogniser.blocks(sheet)
            if all(block.form.key in LIKE_FORMS for block in blocks):
                forms = self.printed.find(sheet)
                if forms:
                    readings.append(self._forms(sheet, forms))
                    continue
            rest = continued(sheet, *former) if former and not blocks else None
            readings.append(self._read(sheet, [rest] if rest else blocks))
            former = (blocks[-1], sheet) if blocks else former
        return readings

    def forget(self) -> None:
        """Let go of the cells and headings that were met: they are some township's."""
        self.tables.memos.clear()
        self.recogniser.forget()

    def _forms(self, sheet: Sheet, forms: list[FilledForm]) -> SheetReading:
        """Read a sheet of printed forms."""
        reading = _begun(sheet)
        reading.kinds = kinds_of(sheet, forms)
        table, met, reading.headers = table_of(sheet, forms, self.tables)
        reading.tables.append(table)
        reading.met += met
        return reading

    def _read(self, sheet: Sheet, blocks: list[Block]) -> SheetReading:
        """Read a sheet whole; whatever is wrong with it is in the reading."""
        reading = _begun(sheet)
        self._account_for_the_rest(reading, sheet, blocks)
        for block in blocks:
            self._block(reading, sheet, block)
        return reading

    def _account_for_the_rest(
        self, reading: SheetReading, sheet: Sheet, blocks: list[Block]
    ) -> None:
        """Name every row outside the tables' bodies: titles, headers, or a sheet not recognised."""
        found = []
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
            paper = self.kinds.paper_in(sheet.rows)
            fault = "T22" if paper else "T02" if ids else "T01"
            reading.met.append(Met(fault=fault, words={"表": paper}))

    def _block(self, reading: SheetReading, sheet: Sheet, block: Block) -> None:
        data: list[int] = []
        for index, kind in judged(sheet, block, self.vocabulary.row_words):
            if kind is None:
                data.append(index)
            else:
                reading.kinds[sheet.row_number(index)] = kind
        self._headings(reading, sheet, block)
        unit_line = self.recogniser.unit_line(sheet, block.header.start)
        table, met = self.tables.read(sheet, block, data, unit_line)
        table, told = completed(sheet, block, table, self.kinds)
        reading.tables.append(table)
        if not data:
            reading.headers += self._of_no_rows(sheet, block)
        reading.met += [*told, *met, *_unseen(sheet, block, data)]

    def _of_no_rows(self, sheet: Sheet, block: Block) -> Iterator[dict[str, Any]]:
        """Yield what is told of a list that came with its heading and nobody in it."""
        told = self.kinds.told(block.form.key, (), around(sheet, block.header.start))
        for name, (value, _) in told.items():
            yield {
                **dict.fromkeys(("表头行", "末行")),
                "来源文件": sheet.file,
                "来源工作表": sheet.name,
                "表": block.form.name,
                "列": "",
                "原表头": value,
                "字段": name,
            }

    def _headings(self, reading: SheetReading, sheet: Sheet, block: Block) -> None:
        """Write down what each column was taken for, and what could not be told."""
        form = block.form
        bottom = sheet.row_number(block.header.stop - 1)
        for column in block.columns:
            cell = f"{sheet.letter(column.index)}{bottom}"
            reading.headers.append(self._header(sheet, block, column))
            if column.repeats:
                fault = "T06" if column.repeats in NAMES[:1] and form.row == "户" else "T05"
                met = Met(fault=fault, cell=cell, field=column.repeats, raw=column.heading)
                reading.met.append(met)
            elif not column.field and block.header:
                near = nearest(column.heading, form.columns)
                met = Met(fault="T03", cell=cell, raw=column.heading, words={"相近": near})
                reading.met.append(met)
        if not block.header:
            reading.met.append(Met(fault="T16"))
        for name in form.fields:
            asked = block.header and not self.kinds.optional(form.key, name)
            if name not in block.fields and asked:
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


def _begun(sheet: Sheet) -> SheetReading:
    """Return the reading of a sheet with what concerns it as a whole."""
    filled = sheet.filled or sum(1 for _ in filled_rows(sheet, range(len(sheet.rows))))
    met = [Met(fault=fault, cell=cell) for fault, cell in sheet.faults]
    if not sheet.visible and sheet.rows:
        met.append(Met(fault="T07"))
    return SheetReading(
        file=sheet.file, name=sheet.name, visible=sheet.visible, filled=filled, met=met
    )


def _unseen(sheet: Sheet, block: Block, data: list[int]) -> Iterator[Met]:
    """Tell what a reader of the sheet does not see, or sees crossed out, and what was read."""
    hidden = [sheet.row_number(index) for index in data if index in sheet.hidden_rows]
    if hidden:
        words = {"行": _listed(map(str, hidden)), "行数": len(hidden)}
        yield Met(fault="T14", cell=f"{hidden[0]}行", words=words)
    columns = [c for c in block.columns if c.index in sheet.hidden_columns]
    if columns:
        words = {"列": _listed(sheet.letter(column.index) for column in columns)}
        yield Met(fault="T15", cell=f"{sheet.letter(columns[0].index)}列", words=words)
    name = next((name for name in NAMES if name in block.fields), "")
    for index in data if sheet.struck and name else ():
        if (index, block.fields[name]) in sheet.struck:
            cell = f"{sheet.letter(block.fields[name])}{sheet.row_number(index)}"
            yield Met(fault="L09", cell=cell, field=name)


def _listed(words: Iterable[str]) -> str:
    """Return words in a row, the first of them where there are many."""
    every = list(words)
    return "、".join(every[:MOST_SHOWN]) + ("等" if len(every) > MOST_SHOWN else "")
