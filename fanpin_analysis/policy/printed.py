"""Forms of one household a sheet, as they are printed: what stands in which cell, and asks what.

The same grid serves those who read a filled form and those who draw an empty one.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from fanpin_analysis.errors import DefinitionError
from fanpin_analysis.policy.loading import SHIPPED, build, entries

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from fanpin_analysis.policy.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedCell:
    """One cell of a printed form: its text, how many columns and rows it takes up, what it asks.

    A cell with a ``field`` is the label of that field; with an ``option`` or a ``side`` it stands
    for one answer, ticked beside or below it. ``boxes`` are the fields whose tick boxes the text
    holds, ``inside`` the labels within the text and their fields. A cell without text is an answer.
    """

    text: str = ""
    wide: int = 1
    high: int = 1
    field: str = ""
    option: str = ""
    side: Literal["", "有", "无"] = ""
    boxes: tuple[str, ...] = ()
    inside: tuple[tuple[str, str], ...] = ()
    also: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that the cell asks for."""
        return (*filter(None, (self.field,)), *self.boxes, *(name for _, name in self.inside))


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A cell at its place in its section, rows and columns counted from 0."""

    row: int
    column: int
    cell: PrintedCell


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of a printed form: its heading, its cells, and where answers stand.

    ``answers`` says whether an answer stands to the right of its label or below it; below the
    labels there are ``lines`` empty rows. ``people`` are the groups of fields with a row a person,
    the name first; ``details`` maps a field that sums persons up to the one that lists them.
    ``extra`` are fields that the form does not print and that somebody may add.
    """

    rows: tuple[tuple[PrintedCell, ...], ...]
    answers: Literal["右", "下"]
    heading: str = ""
    before: str = ""
    lines: int = 0
    people: tuple[tuple[str, ...], ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)
    extra: tuple[str, ...] = ()

    def placed(self) -> Iterator[Placed]:
        """Yield every cell with its place, the answers below the labels too."""
        taken: dict[tuple[int, int], PrintedCell] = {}
        lowest: dict[int, Placed] = {}
        for row, cells in enumerate(self.rows):
            column = 0
            for cell in cells:
                while (row, column) in taken:
                    column += 1
                placed = Placed(row=row, column=column, cell=cell)
                for line in range(row, row + cell.high):
                    taken |= {(line, at): cell for at in range(column, column + cell.wide)}
                lowest = {at: there for at, there in lowest.items() if not _covers(placed, at)}
                lowest[column] = placed
                column += cell.wide
                yield placed
        for line in range(len(self.rows), len(self.rows) + self.lines):
            for column, above in sorted(lowest.items()):
                yield Placed(row=line, column=column, cell=PrintedCell(wide=above.cell.wide))

    @property
    def height(self) -> int:
        """How many rows the section takes up below its heading."""
        return len(self.rows) + self.lines

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that the section asks for, each once, in the order of the form."""
        return tuple(dict.fromkeys(n for row in self.rows for cell in row for n in cell.fields))


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadPlace:
    """What stands in the line below the title: a field, and the words that its name ends in."""

    field: str
    ends: tuple[str, ...]
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedForm:
    """A form of one household a sheet; ``form`` is the key of the list with the same fields."""

    form: str
    clause: str
    title: str
    titles: tuple[str, ...]
    head: str
    places: tuple[HeadPlace, ...]
    date: str
    ticked: str
    unticked: str
    widths: tuple[float, ...]
    least: int
    sections: tuple[Section, ...]


def load_printed_form(
    vocabulary: Vocabulary, folders: tuple[Path, ...] = (SHIPPED,), form: str = "portraits"
) -> PrintedForm:
    """Load the printed form of a list; that of a later folder replaces the shipped one.

    Raises
    ------
    DefinitionError
        When there is none, a key is unknown, a row does not fill the columns, or a cell asks for a
        field that the list does not have.
    """
    found = [
        (place, entry)
        for place, entry in entries(folders, "*_form.toml", "printed")
        if entry.get("form") == form
    ]
    if not found:
        message = f"没有“{form}”的印刷表式，请在 definitions 里加上 {form} 的 [[printed]]。"
        raise DefinitionError(message)
    place, entry = found[-1]
    sections = tuple(_section(part, place) for part in entry.get("section", []))
    places = tuple(build(HeadPlace, part, place) for part in entry.get("places", []))
    rest = {key: value for key, value in entry.items() if key != "section"}
    printed = build(PrintedForm, rest | {"sections": sections, "places": places}, place)
    _hold_together(printed, vocabulary, place)
    return printed


def _section(entry: Mapping[str, Any], place: str) -> Section:
    where = f"{place}“{entry.get('heading', '')}”"
    section = build(Section, {**entry, "rows": ()}, where)
    rows = tuple(tuple(build(PrintedCell, cell, where) for cell in row) for row in entry["rows"])
    return replace(section, rows=rows)


def _hold_together(printed: PrintedForm, vocabulary: Vocabulary, place: str) -> None:
    """Refuse a form with a field of no list, or with cells that leave its width."""
    columns = vocabulary.form(printed.form).columns
    for section in printed.sections:
        for name in (*section.fields, *section.details.values(), *section.extra):
            if name not in columns:
                message = f"{place}“{section.heading}”的“{name}”不是{printed.form}表的栏，请改正。"
                raise DefinitionError(message)
        for placed in section.placed():
            if placed.column + placed.cell.wide > len(printed.widths):
                message = f"{place}“{section.heading}”的“{placed.cell.text}”超出了表宽，请改 wide。"
                raise DefinitionError(message)


def _covers(placed: Placed, column: int) -> bool:
    return placed.column <= column < placed.column + placed.cell.wide
