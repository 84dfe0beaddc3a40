"""Fill the printed form of a household in, in one of the ways in which clerks do."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from fanpin_analysis.intake.cells import squeezed
from fanpin_analysis.samples.given import SEPARATOR, vocabulary
from fanpin_analysis.samples.pages import Page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fanpin_analysis.policy.printed import Placed, PrintedCell, PrintedForm, Section

SHORT = 4  # characters of a label that a clerk spreads
COLONS = "：:"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormHand:
    """How a clerk fills the form in.

    ``box`` and ``tick`` are empty and ticked boxes; no ``box`` means the one printed. ``before``
    sets boxes before the options, ``apart`` each option into a cell of its own. ``typed`` answers
    in words, without boxes. ``joined`` writes an answer behind its label, in the same cell.
    ``spaced`` spreads short labels. ``merged`` is false where merged cells were lost. The form
    begins ``top`` rows down and ``left`` columns to the right. ``yes`` and ``no`` are the words
    for 是 and 否; an empty ``no`` leaves a cell for one answer blank unless it is ticked, ``mark``
    stands in a cell that is ticked. ``labelled`` names the places in the line below the title.
    """

    box: str = ""
    tick: str = "☑"
    before: bool = False
    apart: bool = False
    typed: bool = False
    joined: bool = False
    spaced: bool = False
    merged: bool = True
    labelled: bool = False
    top: int = 0
    left: int = 0
    yes: str = "是"
    no: str = "否"
    mark: str = "√"


def form_page(
    name: str, form: PrintedForm, forms: Sequence[Mapping[str, Any]], hand: FormHand
) -> tuple[Page, list[int]]:
    """Return a sheet with filled forms, one below the other, and the rows that name households.

    Each of ``forms`` holds answers in the polarity of the fields; a field with a row a person has
    a list.
    """
    widths = (*([2.0] * hand.left), *form.widths)
    page = Page(name=name, width=len(widths), widths=widths)
    return page, [_Writer(page, form, answers, hand).fill() for answers in forms]


@dataclass(frozen=True, slots=True)
class _Writer:
    page: Page
    form: PrintedForm
    answers: Mapping[str, Any]
    hand: FormHand

    @property
    def signs(self) -> str:
        """The signs that are printed for an empty box."""
        return self.form.unticked

    def fill(self) -> int:
        """Add the filled form to the page, and return the row that names the household."""
        for _ in range(self.hand.top):
            self.page.add([])
        self._across(self.form.title, title=True)
        self._across(self._head_line())
        anchor = 0
        for section in self.form.sections:
            for heading in filter(None, (section.before, section.heading)):
                self._across(heading)
            anchor = anchor or self.page.bottom + 1
            self._section(section)
        return anchor

    def _across(self, text: str, *, title: bool = False) -> None:
        self.page.line(text, title=title, left=self.hand.left, merged=self.hand.merged)

    def _head_line(self) -> str:
        day, names = self.answers.get(self.form.date), []
        for place in self.form.places:
            end, name = place.ends[0], self.answers.get(place.field)
            names.append(f"{end}：{name or ''}" if self.hand.labelled else name or end)
        written = f"{day.year}年{day.month}月{day.day}日" if day else "年     月     日"
        return "          ".join([*names, written])

    def _section(self, section: Section) -> None:
        """Add a section, with as many rows of persons as there are persons."""
        persons = [len(self._persons(name)) for group in section.people for name in group]
        section = replace(section, lines=max(section.lines, *persons, 0))
        grid: list[list[Any]] = [[""] * self.page.width for _ in range(section.height)]
        placed = list(section.placed())
        first = self.page.bottom + 1
        for place in placed:
            texts = self._texts(place, placed, section)
            left = self.hand.left + place.column
            grid[place.row][left : left + len(texts)] = texts
            wide, high = place.cell.wide, place.cell.high
            if self.hand.merged and len(texts) == 1 and (wide, high) != (1, 1):
                row = first + place.row
                self.page.merged.append((row, left + 1, row + high - 1, left + wide))
        for row in grid:
            self.page.add(row)

    def _texts(self, place: Placed, placed: list[Placed], section: Section) -> list[Any]:
        """Return what is written into a cell; several texts stand in as many columns."""
        cell, joined = place.cell, self.hand.joined and section.answers == "右"
        if cell.boxes:
            return self._boxed(cell)
        if cell.inside:
            return [self._sentence(cell)]
        if cell.text:
            spread = self.hand.spaced and len(cell.text) <= SHORT
            text = " ".join(cell.text) if spread else cell.text
            boxed = {name for row in section.rows for other in row for name in other.boxes}
            if joined and cell.field not in boxed:
                text = f"{text}：{_blank(self.answers.get(cell.field))}"
            return [text]
        label = _label_of(place, placed, section)
        if label is None or joined:
            return [""]
        return [self._answer(label, section, max(place.row - len(section.rows), 0))]

    def _answer(self, label: PrintedCell, section: Section, line: int) -> Any:  # noqa: ANN401
        value = self.answers.get(label.field)
        if label.option or label.side:
            chosen = (
                label.option in (value or "").split(SEPARATOR)
                if label.option
                else value is not None and value is (label.side == "无")
            )
            return (self.hand.yes if self.hand.typed else self.hand.mark) if chosen else ""
        if any(label.field in group for group in section.people):
            persons = self._persons(label.field)
            value = persons[line] if line < len(persons) else ""
        if isinstance(value, bool):
            return self.hand.yes if value else self.hand.no
        return _blank(value)

    def _persons(self, name: str) -> list[Any]:
        value = self.answers.get(name)
        return list(value) if isinstance(value, list | tuple) else []

    def _boxed(self, cell: PrintedCell) -> list[str]:
        """Return a text with boxes, or the words of those that would be ticked."""
        label = cell.inside[0][0] if cell.inside else ""
        lead = [f"{label}："] if label else []
        pieces, chosen = [], []
        for text, sign in re.findall(f"([^{self.signs}]*)([{self.signs}])", cell.text):
            option = re.split(r"[：\n]|[0-9]\.|（\s", text)[-1].strip()
            name, word = _words(cell)[squeezed(option)]
            ticked = word in (self.answers.get(name) or "").split(SEPARATOR)
            chosen += [word] if ticked else []
            before = text[: text.rindex(option)]
            pieces.append(before + self._ticked(option, sign, chosen=ticked))
        if self.hand.typed:
            return ["".join([*lead, SEPARATOR.join(chosen)])]
        if not self.hand.apart or len(pieces) == 1:
            return ["".join(pieces) + re.split(f"[{self.signs}]", cell.text)[-1]]
        return [*lead, *(piece.removeprefix(label).strip(" ：\n（）") for piece in pieces)]

    def _ticked(self, option: str, printed: str, *, chosen: bool) -> str:
        """Return an option with its box."""
        sign = self.hand.tick if chosen else self.hand.box or printed
        return f"{sign}{option}" if self.hand.before else f"{option}{sign}"

    def _sentence(self, cell: PrintedCell) -> str:
        """Return a text with labels in it, each followed by its answer."""
        text, written = cell.text, []
        starts = [text.index(label) + len(label) for label, _ in cell.inside]
        ends = [text.index(label) for label, _ in cell.inside[1:]] + [len(text)]
        for (label, name), start, end in zip(cell.inside, starts, ends, strict=True):
            value, rest = self.answers.get(name), text[start:end]
            if vocabulary().field(name).type == "boolean":
                rest = self._yes_or_no(rest, value)
            else:
                colon = rest[: len(rest) - len(rest.lstrip(COLONS))]
                rest = f"{colon}{_blank(value)}{rest[len(colon) :]}"
            written.append(label + rest)
        return "".join(written)

    def _yes_or_no(self, text: str, value: bool | None) -> str:  # noqa: FBT001
        sign, said = f"[{self.signs}]", {True: "是", False: "否", None: ""}[value]
        if self.hand.typed:
            return re.sub(f"是{sign}否{sign}", said, text)
        return re.sub(
            f"([是否])({sign})",
            lambda found: self._ticked(found[1], found[2], chosen=found[1] == said),
            text,
        )


def _words(cell: PrintedCell) -> dict[str, tuple[str, str]]:
    """Return the field and the word that each option of a text with boxes stands for."""
    return {
        squeezed(text): (name, item.word)
        for name in cell.boxes
        for item in vocabulary().code_list(vocabulary().field(name).codes).items
        for text in (item.word, *item.spellings)
    }


def _label_of(place: Placed, placed: list[Placed], section: Section) -> PrintedCell | None:
    """Return the label that an empty cell answers: to its left, or the nearest above it."""
    if section.answers == "右":
        before = [other for other in placed if other.row == place.row]
        labels = [other for other in before if other.column < place.column]
    else:
        before = [other for other in placed if other.column == place.column]
        labels = [other for other in before if other.row < place.row and other.cell.text]
    nearest = max(labels, key=lambda other: (other.row, other.column), default=None)
    return nearest.cell if nearest else None


def _blank(value: object) -> Any:  # noqa: ANN401  (a cell holds anything)
    return "" if value is None else value
