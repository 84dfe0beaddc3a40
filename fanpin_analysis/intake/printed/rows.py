"""Where the forms of a sheet begin and end, and which section each of their rows is in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from fanpin_analysis.intake.files.grid import is_blank
from fanpin_analysis.intake.printed.labels import (
    HEAD_OF_HOUSEHOLD,
    TELLING,
    Label,
    SectionLabels,
    Spot,
)
from fanpin_analysis.intake.recognition import compact, spellings
from fanpin_analysis.intake.rows import filled_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fanpin_analysis.intake.workbooks import Cell, Sheet
    from fanpin_analysis.policy.printed import PrintedForm, Section
    from fanpin_analysis.policy.vocabulary import Vocabulary

LONGEST_TITLE: Final = 60
HEAD_ROWS: Final = 3  # rows above a form that has no title
FIRST_ROWS: Final = 60  # filled rows within which a sheet of forms shows its first one
NUMBER: Final = re.compile(r"^\(?[\d一二三四五六七八九十]{1,2}[).、]+")


@dataclass(slots=True, kw_only=True)
class Part:
    """The rows of one section within a form, and the labels and headings found in them."""

    number: int
    section: Section
    rows: list[int]
    spots: list[Spot] = field(default_factory=list)
    headings: set[tuple[int, int]] = field(default_factory=set)


@dataclass(slots=True, kw_only=True)
class Draft:
    """The rows of a sheet that one form takes up: those above its first section, and its parts."""

    head: list[int] = field(default_factory=list)
    parts: dict[int, Part] = field(default_factory=dict)

    @property
    def at(self) -> int:
        """The number of the section that was reached; -1 above the first."""
        return max(self.parts, default=-1)

    @property
    def rows(self) -> range:
        """The indices of its rows, from the first to the last."""
        rows = [*self.head, *(row for part in self.parts.values() for row in part.rows)]
        return range(min(rows), max(rows) + 1)


class Labels:
    """Every label of a printed form, by section."""

    def __init__(self, form: PrintedForm, vocabulary: Vocabulary) -> None:
        """Take the texts from the form, and other spellings from the fields."""
        self.form = form
        self.sections = [SectionLabels(section, form, vocabulary) for section in form.sections]
        self.headings = {
            spelling: number
            for number, section in enumerate(form.sections)
            for spelling in _unnumbered(section.heading)
        }
        self.titles = tuple(map(compact, form.titles))
        self.signs = compact(form.ticked + form.unticked)
        self.neutral = {s for part in form.sections for s in _unnumbered(part.before)}
        owners: dict[str, set[int]] = {}
        for number, labels in enumerate(self.sections):
            for text in (*labels.exact, *labels.groups):
                owners.setdefault(text, set()).add(number)
        self.telling = {
            text: min(numbers)
            for text, numbers in owners.items()
            if len(numbers) == 1 and len(text) >= TELLING
        }

    def drafts(self, sheet: Sheet) -> list[Draft]:
        """Return the forms of a sheet from top to bottom, each with its rows by section.

        Only where the first rows hold some sections, one below the other, is the rest looked at.
        """
        filled = filled_rows(sheet, range(len(sheet.rows)))
        first = list(islice(filled, FIRST_ROWS))
        if not any(map(self._is_form, self._drafts(sheet, first))):
            return []
        return list(filter(self._is_form, self._drafts(sheet, [*first, *filled])))

    def _drafts(self, sheet: Sheet, rows: Iterable[int]) -> list[Draft]:
        drafts: list[Draft] = []
        above: list[int] = []  # rows since the last form, the first of the next if one follows
        for row in rows:
            texts = [(at, cell) for at, cell in enumerate(sheet.rows[row]) if not is_blank(cell)]
            words = [compact(cell) for _, cell in texts if isinstance(cell, str)]
            begins = self._begins(words)
            if begins and (not drafts or drafts[-1].at > 0 or self._again(drafts[-1], words)):
                drafts.append(Draft(head=above[-HEAD_ROWS:]))
                above = []
            number = self._number(drafts[-1], words) if drafts else -1
            if number < 0:
                (drafts[-1].head if drafts else above).append(row)
            elif self._enter(drafts[-1], number, row, texts):
                above = []
            else:
                above.append(row)
        return drafts

    def _number(self, draft: Draft, words: list[str]) -> int:
        """Return the section of a form that a row is in; -1 above the first."""
        section = self._section(words)
        if draft.at < 0 and any(self._asks_head(text.partition(":")[0]) for text in words):
            section = section or 0
        return max(draft.at, -1 if section is None else section)

    def _enter(self, draft: Draft, number: int, row: int, texts: list[tuple[int, Cell]]) -> bool:
        """Write a row down in its section; tell whether it is surely one of the form.

        Below the labels of the last section nothing is asked for: what stands there may be the head
        of the next form.
        """
        part = draft.parts.get(number)
        spots = list(self._spots(number, row, texts))
        if part and number == len(self.sections) - 1 and not spots:
            return False
        if part is None:
            part = Part(number=number, section=self.form.sections[number], rows=[])
            draft.parts[number] = part
        part.rows.append(row)
        part.spots += spots
        part.headings |= {
            (row, column)
            for column, cell in texts
            if isinstance(cell, str) and self.is_printed(number, compact(cell))
        }
        return True

    def is_title(self, text: str) -> bool:
        """Tell whether a compact text is the title of the form."""
        return len(text) <= LONGEST_TITLE and any(title in text for title in self.titles)

    def is_printed(self, number: int, text: str) -> bool:
        """Tell whether a compact text is printed on the form and asks for nothing."""
        known = any(s in self.headings or s in self.neutral for s in _unnumbered(text))
        return known or text in self.sections[number].groups or self.is_title(text)

    def _section(self, words: list[str]) -> int | None:
        """Return the section that a row begins or belongs to, as far as the row itself tells."""
        found = [
            self.headings[s] for text in words for s in _unnumbered(text) if s in self.headings
        ]
        for text in words:
            label = text.partition(":")[0]
            if label in self.telling:
                found.append(self.telling[label])
        return max(found, default=None)

    def _begins(self, words: list[str]) -> bool:
        """Tell whether a row can be the first of a form."""
        first = any(self.headings.get(s) == 0 for text in words for s in _unnumbered(text))
        return first or any(map(self.is_title, words)) or self._names_head(words)

    def _names_head(self, words: list[str]) -> bool:
        """Tell whether a row has a label that asks for the head of household and nothing else."""
        labels = {text.partition(":")[0] for text in words}
        return any(self.telling.get(text) == 0 and self._asks_head(text) for text in labels)

    def _asks_head(self, text: str) -> bool:
        asked = self.sections[0].exact.get(text, ())
        return any(label.field == HEAD_OF_HOUSEHOLD for label in asked)

    def _again(self, draft: Draft, words: list[str]) -> bool:
        """Tell whether a row names a second head of household in a form that has one."""
        seen = any(spot.label.field == HEAD_OF_HOUSEHOLD for spot in _spots_of(draft))
        return seen and (self._names_head(words) or any(map(self.is_title, words)))

    def _spots(self, number: int, row: int, texts: list[tuple[int, Cell]]) -> Iterator[Spot]:
        labels = self.sections[number]
        for column, cell in texts:
            if not isinstance(cell, str):
                continue
            text, boxes = self._unboxed(cell, labels)
            whole = next((s for s in _exact_spellings(text) if s in labels.exact), None)
            if whole is not None:
                options = labels.exact[whole]
                chosen = options[0] if len(options) == 1 else Label(field="", under=whole)
                rest = "" if chosen.inside and boxes is None else boxes
                yield Spot(label=chosen, row=row, column=column, rest=rest)
                continue
            for label, rest in labels.within(cell):
                yield Spot(label=label, row=row, column=column, rest=rest)

    def _unboxed(self, cell: str, labels: SectionLabels) -> tuple[str, str | None]:
        """Return a label without the boxes around it, and the boxes; 人口 keeps its 口."""
        text = compact(cell)
        core = text.strip(self.signs)
        if text in labels.exact or core not in labels.exact:
            return cell, None
        return core, text.replace(core, "", 1)

    def settle(self, part: Part, sheet: Sheet) -> None:
        """Tell labels that are spelled alike by the heading above them, or by their order."""
        labels = self.sections[part.number]
        headings = [(column, compact(sheet.rows[row][column])) for row, column in part.headings]
        met: dict[str, int] = {}
        for place, spot in enumerate(part.spots):
            if spot.label.field:
                continue
            text = spot.label.under
            options = labels.exact[text]
            above = max((h for h in headings if h[0] <= spot.column), default=(0, ""))[1]
            order = min(met.get(text, 0), len(options) - 1)
            met[text] = met.get(text, 0) + 1
            label = next((option for option in options if option.under == above), options[order])
            part.spots[place] = replace(spot, label=label)

    def _is_form(self, draft: Draft) -> bool:
        """Tell whether enough sections were found, each below the one before it."""
        return len({part.rows[0] for part in draft.parts.values()}) >= self.form.least


def _unnumbered(heading: str) -> tuple[str, ...]:
    """Return the spellings of a heading without its number."""
    return tuple(NUMBER.sub("", text) for text in spellings(heading) if text)


def _exact_spellings(cell: str) -> tuple[str, ...]:
    return tuple(s.rstrip(":") for s in spellings(cell))


def _spots_of(draft: Draft) -> Iterator[Spot]:
    return (spot for part in draft.parts.values() for spot in part.spots)
