"""What was found in a filled form, and what the cell below or beside a label says."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from fanpin_analysis.intake.boxes import Boxes, Ticks
from fanpin_analysis.intake.cells import is_number, squeezed
from fanpin_analysis.intake.files.grid import is_blank
from fanpin_analysis.intake.values import YES_OR_NO, reader_for
from fanpin_analysis.policy.vocabulary import Field

if TYPE_CHECKING:
    from collections.abc import Callable

    from fanpin_analysis.intake.values import Parsed
    from fanpin_analysis.intake.workbooks import Cell, Sheet
    from fanpin_analysis.policy.printed import PrintedForm, Section
    from fanpin_analysis.policy.vocabulary import CodeList, Vocabulary

TICK: Final = Field(name="勾选", type="boolean", clause="")
UNFILLED: Final = re.compile(r"[\s_,;:。、.()\-]*")
BRACKET: Final = re.compile(r"^\s*[（(][^（()）]*[)）]")
PUNCTUATION: Final = " \t\r\n\u3000,，;；。、:："
Place = tuple[int, int]


class Answer(NamedTuple):
    """What a form says of a field: to be given to the field's reader, ``inverse`` as for a heading.

    ``cell`` is the address as a spreadsheet shows it.
    """

    raw: Cell
    cell: str
    inverse: bool = False


class Odd(NamedTuple):
    """A fault met while a form was read, with the cell and what it holds."""

    fault: str
    cell: str
    field: str
    raw: str = ""


@dataclass(slots=True, kw_only=True)
class Found:
    """What was read of one form so far: answers by field, faults, and the cells that were used."""

    sheet: Sheet
    answers: dict[str, Answer] = field(default_factory=dict)
    odd: list[Odd] = field(default_factory=list)
    used: set[Place] = field(default_factory=set)

    def cell(self, place: Place) -> Cell:
        """Return the content of a cell; beyond the row's end nothing stands."""
        row = self.sheet.rows[place[0]]
        return row[place[1]] if place[1] < len(row) else ""

    def address(self, place: Place) -> str:
        """Return a cell's address as a spreadsheet shows it."""
        return f"{self.sheet.letter(place[1])}{self.sheet.row_number(place[0])}"

    def answer(self, name: str, raw: Cell, place: Place, *, inverse: bool = False) -> None:
        """Keep the answer to a field."""
        self.answers[name] = Answer(raw, self.address(place), inverse)

    def met(self, fault: str, name: str, place: Place) -> Odd:
        """Return a fault met in a cell."""
        return Odd(fault, self.address(place), name, str(self.cell(place)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """The questions of a section that are answered in boxes: their lists, and what reads them."""

    boxes: Boxes
    lists: dict[str, CodeList]


class Sayings:
    """Tells what cells say, for one form and vocabulary; its tables are built once."""

    def __init__(self, form: PrintedForm, vocabulary: Vocabulary) -> None:
        """Take the boxes from the form, and the answers from the vocabulary."""
        self.vocabulary = vocabulary
        self.marks = (form.ticked, form.unticked)
        self.blanks = {squeezed(word) for word in vocabulary.blanks}
        self.yes, self.no = vocabulary.code_list(YES_OR_NO).words
        self.totals = {squeezed(word) for word in vocabulary.row_words.totals}
        self._tick = reader_for(TICK, vocabulary)
        self.words = {
            squeezed(text): item.word == self.yes
            for item in vocabulary.code_list(YES_OR_NO).items
            for text in (item.word, *item.spellings)
        }
        self.plain = Boxes({"": self._answers(TICK)}, self.marks, {})
        self._boxes: dict[str, Boxes] = {"": self.plain}
        self._readers: dict[str, Callable[[object], Parsed]] = {}

    def questions(self, section: Section) -> Questions:
        """Return the questions of a section that are answered in boxes."""
        names = dict.fromkeys(n for row in section.rows for cell in row for n in cell.boxes)
        lists = {
            name: self.vocabulary.code_list(self.vocabulary.field(name).codes) for name in names
        }
        options = {
            name: {
                text: item.word
                for item in listed.items
                for text in (item.word, *item.spellings)
                if len(text) > 1
            }
            for name, listed in lists.items()
        }
        return Questions(boxes=Boxes(options, self.marks, self.words), lists=lists)

    def read(self, name: str, raw: Cell) -> Parsed:
        """Read a content as a field's own reader does."""
        if name not in self._readers:
            self._readers[name] = reader_for(self.vocabulary.field(name), self.vocabulary)
        return self._readers[name](raw)

    def says(self, cell: Cell) -> bool | None:
        """Tell whether a cell below one answer ticks it, denies it, or leaves it open."""
        if is_blank(cell) or (is_number(cell) and not cell):
            return None
        if not isinstance(cell, str):
            return True
        lone = self.plain.lone(cell)
        if lone is not None:
            return lone or None
        if self.plain.has_box(cell):
            ticks = self.plain.read([cell]).get("", Ticks())
            said = {self.words[squeezed(word)] for word in ticks.ticked}
            return said.pop() if len(said) == 1 else None
        text = squeezed(cell)
        if text in self.blanks or text.strip("0.") == "":
            return None
        value = self._tick(cell).value
        return value is not False

    def remark(self, cell: Cell) -> str:
        """Return what a cell that ticks an answer says beyond the tick."""
        text = squeezed(cell) if isinstance(cell, str) else ""
        plain = not text or text in self.words or self.plain.has_box(text) or text.isdecimal()
        return "" if plain else str(cell).strip()

    def content(self, name: str, cell: Cell) -> tuple[Any, bool]:
        """Return what a cell says of a field, boxes read, and whether they were unclear."""
        if not isinstance(cell, str):
            return cell, False
        declared = self.vocabulary.field(name)
        if UNFILLED.fullmatch(cell) and squeezed(cell) not in self.blanks:
            return "", False
        if declared.unit and squeezed(cell) == squeezed(declared.unit):
            return "", False
        if declared.type != "boolean":
            return cell.strip(), False
        return self._boolean(declared, cell)

    def _boolean(self, declared: Field, cell: str) -> tuple[str, bool]:
        lone = self.plain.lone(cell)
        if lone is not None:
            return self.yes if lone else "", False
        if declared.name not in self._boxes:
            self._boxes[declared.name] = Boxes({"": self._answers(declared)}, self.marks, {})
        text = BRACKET.sub("", cell).strip(PUNCTUATION)
        boxes = self._boxes[declared.name]
        if not boxes.has_box(text):
            return text, False
        ticks = boxes.read([text]).get("", Ticks())
        if ticks.unclear:
            return "", True
        bare = set(ticks.bare)
        typed = bare.pop() if len(bare) == 1 and ticks.open else ""
        return "、".join(dict.fromkeys(ticks.ticked)) or typed, False

    def _answers(self, declared: Field) -> dict[str, str]:
        """Return the words that answer 是 or 否, each for itself."""
        items = self.vocabulary.code_list(YES_OR_NO).items
        texts = [text for item in items for text in (item.word, *item.spellings)]
        signs = set("".join(self.marks))
        words = [*texts, *declared.yes, *declared.no]
        return {text: text for text in words if not text.isascii() and not signs & set(text)}
