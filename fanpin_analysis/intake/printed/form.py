"""附件3 as it is printed: one form a household becomes the fields that the list layout has too.

Labels are found wherever they stand; what answers them stands behind them in the same cell, to
their right, or below. Nothing is typed here: contents go through the ordinary readers of values.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fanpin_analysis.intake.files.grid import is_blank
from fanpin_analysis.intake.printed.answers import Answer, Found, Odd, Sayings
from fanpin_analysis.intake.printed.head import read_head
from fanpin_analysis.intake.printed.labels import HEAD_OF_HOUSEHOLD
from fanpin_analysis.intake.printed.parts import PartReader
from fanpin_analysis.intake.printed.rows import Draft, Labels
from fanpin_analysis.intake.recognition import compact

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fanpin_analysis.intake.workbooks import Cell, Sheet
    from fanpin_analysis.policy.printed import PrintedForm
    from fanpin_analysis.policy.vocabulary import Vocabulary

TWO_HOUSEHOLDS: Final = "T06"
MISSING_LABELS: Final = "L43"
UNREAD: Final = "L44"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledForm:
    """One form of a sheet, as far as it was filled in.

    ``rows`` are the row indices that it takes up, ``anchor`` the one that stands for the household.
    ``cells`` holds, by field, the content to be read and its address. ``empty`` tells a blank form,
    ``example`` one that shows how to fill it in: neither is a household.
    """

    rows: range
    anchor: int
    cells: Mapping[str, Answer]
    odd: tuple[Odd, ...] = ()
    empty: bool = False
    example: bool = False


class PrintedForms:
    """Finds the filled forms of a sheet; its tables are built once."""

    def __init__(self, form: PrintedForm, vocabulary: Vocabulary) -> None:
        """Take labels, boxes and words from the definitions."""
        self.form = form
        self.labels = Labels(form, vocabulary)
        self.sayings = Sayings(form, vocabulary)
        self.questions = [self.sayings.questions(section) for section in form.sections]
        words = vocabulary.row_words
        self.footers = tuple(map(compact, words.footers))
        self.unit_labels = tuple(map(compact, words.unit_labels))
        self.examples = re.compile("|".join(re.escape(compact(w)) for w in words.examples))
        self.nowhere = re.compile("|".join(re.escape(compact(w)) for w in words.nowhere))
        self.own = {form.date, *(place.field for place in form.places)}

    def find(self, sheet: Sheet) -> list[FilledForm]:
        """Return the forms of a sheet from top to bottom; none when it holds no such form."""
        drafts = self.labels.drafts(sheet)
        return [self._filled(sheet, draft) for draft in drafts]

    def _filled(self, sheet: Sheet, draft: Draft) -> FilledForm:
        found = Found(sheet=sheet)
        self._head(found, draft)
        for part in draft.parts.values():
            self.labels.settle(part, sheet)
            PartReader(part, found, self.sayings, self.questions[part.number]).read()
        spots = [spot for part in draft.parts.values() for spot in part.spots]
        heads = [spot for spot in spots if spot.label.field == HEAD_OF_HOUSEHOLD]
        anchor = heads[0].row if heads else next(iter(draft.parts.values())).rows[0]
        if sum(spot.row == anchor for spot in heads) > 1:
            second = (anchor, heads[1].column)
            found.odd.append(found.met(TWO_HOUSEHOLDS, HEAD_OF_HOUSEHOLD, second))
        empty = not (found.answers.keys() - self.own)
        if not empty:
            found.odd += self._missing(found, draft, anchor)
            found.odd += self._unread(found, draft)
        return FilledForm(
            rows=draft.rows,
            anchor=anchor,
            cells=found.answers,
            odd=tuple(found.odd),
            empty=empty,
            example=self._is_example(found, draft),
        )

    def _head(self, found: Found, draft: Draft) -> None:
        """Read the line below the title."""
        cells = [
            (found.address((row, column)), self._without_unit_label(cell))
            for row in draft.head
            for column, cell in enumerate(found.sheet.rows[row])
            if not (isinstance(cell, str) and self.labels.is_title(compact(cell)))
        ]
        for name, raw, address in read_head(self.form, cells):
            found.answers.setdefault(name, Answer(raw, address))

    def _without_unit_label(self, cell: Cell) -> Cell:
        """Return the name behind a label such as 填报单位."""
        text = compact(cell) if isinstance(cell, str) else ""
        label = next(filter(text.startswith, self.unit_labels), "")
        return text.removeprefix(label).lstrip(":") if label else cell

    def _missing(self, found: Found, draft: Draft, anchor: int) -> Iterator[Odd]:
        """Name the labels of the form that stand nowhere in the sheet."""
        seen = {spot.label.field for part in draft.parts.values() for spot in part.spots}
        asked = [
            name
            for section in self.form.sections
            for row in section.rows
            for cell in row
            for name in (cell.field, *(name for _, name in cell.inside))
            if name and name not in seen and name not in found.answers
        ]
        if asked:
            yield found.met(MISSING_LABELS, "、".join(dict.fromkeys(asked)), (anchor, 0))

    def _unread(self, found: Found, draft: Draft) -> Iterator[Odd]:
        """Name the cells within the form that nothing was read from."""
        for part in draft.parts.values():
            for row in part.rows:
                for column, cell in enumerate(found.sheet.rows[row]):
                    place = (row, column)
                    if place not in found.used and not self._is_known(cell):
                        yield found.met(UNREAD, "", place)

    def _is_known(self, cell: Cell) -> bool:
        """Tell whether a cell holds nothing that somebody filled in."""
        if is_blank(cell):
            return True
        if not isinstance(cell, str):
            return False
        return compact(cell).startswith(self.footers) or self.sayings.plain.lone(cell) is False

    def _is_example(self, found: Found, draft: Draft) -> bool:
        """Tell whether the form shows how to fill one in: by its title, its head or its village."""
        titles = [cell for row in draft.head for cell in found.sheet.rows[row]]
        titled = any(
            self.labels.is_title(compact(cell)) and self.examples.search(compact(cell))
            for cell in titles
            if isinstance(cell, str)
        )
        name, village = (
            compact(str(found.answers[field].raw)) if field in found.answers else ""
            for field in (HEAD_OF_HOUSEHOLD, "村")
        )
        shown = re.match(rf"(?:{self.examples.pattern}):|.*\((?:{self.examples.pattern})\)", name)
        return bool(titled or shown or (village and self.nowhere.search(village)))
