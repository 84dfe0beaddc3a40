"""Fill the printed form of a household in, in one of the ways in which clerks do."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from fanpin_analysis.intake.cells import squeezed
from fanpin_analysis.samples.pages import Page
from fanpin_analysis.samples.words import vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from fanpin_analysis.policy.printed import Placed, PrintedCell, PrintedForm, Section

Answers = "Mapping[str, Any]"
SEPARATOR = "、"
LABELLED = "：:"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormHand:
    """How a clerk fills the form in.

    ``box`` and ``tick`` are empty and ticked boxes; no ``box`` means the one printed. ``before``
    sets boxes before the options, ``apart`` each option into a cell of its own. ``typed`` answers
    in words, without boxes. ``joined`` writes an answer behind its label, in the same cell.
    ``spaced`` spreads short labels. ``merged`` is false where merged cells were lost. The form
    begins ``top`` rows down and ``left`` columns to the right. ``yes`` and ``no`` are the words
    for 是 and 否; an empty ``no`` leaves a cell for one answer blank unless it is ticked.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One box of a printed text: what stands before its option, the option, and its word."""

    before: str
    option: str
    word: str
    question: str
    sign: str


def add_form(page: Page, form: PrintedForm, answers: Mapping[str, Any], hand: FormHand) -> int:
    """Add a filled form to a page, and return the number of the row that names the household.

    ``answers`` are in the polarity of the fields; a field with a row a person holds a list.
    """
    for _ in range(hand.top):
        page.add([])
    writer = _Writer(page, form, answers, hand)
    writer.across(form.title, title=True)
    writer.across(_head_line(form, answers, hand))
    anchor = 0
    for section in form.sections:
        for heading in filter(None, (section.before, section.heading)):
            writer.across(heading)
        anchor = anchor or page.bottom + 1
        writer.section(section)
    return anchor


def form_page(
    name: str, form: PrintedForm, forms: Sequence[Mapping[str, Any]], hand: FormHand
) -> tuple[Page, list[int]]:
    """Return a sheet with some forms, one below the other, and the rows that name households."""
    page = Page(name=name, width=len(form.widths) + hand.left)
    page.widths = (*([2.0] * hand.left), *form.widths)
    return page, [add_form(page, form, answers, hand) for answers in forms]


class _Writer:
    def __init__(
        self, page: Page, form: PrintedForm, answers: Mapping[str, Any], hand: FormHand
    ) -> None:
        self.page, self.form, self.answers, self.hand = page, form, answers, hand
        self.signs = f"[{form.unticked}]"

    def across(self, text: str, *, title: bool = False) -> None:
        """Add a line across the form."""
        self.page.add([*[""] * self.hand.left, text])
        row, left = self.page.bottom, self.hand.left + 1
        if self.hand.merged:
            self.page.merged.append((row, left, row, self.page.width))
        if title:
            self.page.titles.append(row)

    def section(self, section: Section) -> None:
        """Add a section, with as many rows of persons as there are persons."""
        persons = [len(self._persons(name)) for group in section.people for name in group]
        section = replace(section, lines=max(section.lines, *persons, 0))
        grid: list[list[Any]] = [[""] * self.page.width for _ in range(section.height)]
        placed = list(section.placed())
        first = self.page.bottom + 1
        for place in placed:
            texts = self._texts(place, placed, section)
            for offset, text in enumerate(texts):
                grid[place.row][self.hand.left + place.column + offset] = text
            wide, high = place.cell.wide, place.cell.high
            if self.hand.merged and len(texts) == 1 and (wide, high) != (1, 1):
                row, left = first + place.row, self.hand.left + place.column + 1
                self.page.merged.append((row, left, row + high - 1, left + wide - 1))
        for row in grid:
            self.page.add(row)

    def _texts(self, place: Placed, placed: list[Placed], section: Section) -> list[Any]:
        """Return what is written into a cell; several texts stand in as many columns."""
        cell = place.cell
        if cell.boxes:
            return self._boxed(cell)
        if cell.inside:
            return [self._sentence(cell)]
        if cell.text:
            text = self._spread(cell.text)
            joined = (
                self.hand.joined and section.answers == "右" and cell.field not in _boxed(section)
            )
            return [f"{text}：{_blank(self.answers.get(cell.field))}" if joined else text]
        label = _label_of(place, placed, section)
        if label is None or (self.hand.joined and section.answers == "右"):
            return [""]
        line = place.row - len(section.rows)
        return [self._answer(label.cell, section, max(line, 0))]

    def _answer(self, label: PrintedCell, section: Section, line: int) -> Any:  # noqa: ANN401
        value = self.answers.get(label.field)
        if any(label.field in group for group in section.people):
            persons = self._persons(label.field)
            return self._said(persons[line]) if line < len(persons) else ""
        if label.option:
            chosen = label.option in (value or "").split(SEPARATOR)
            return self._ticked(chosen=chosen)
        if label.side:
            return "" if value is None else self._ticked(chosen=value is (label.side == "无"))
        return self._said(value)

    def _ticked(self, *, chosen: bool) -> str:
        if self.hand.typed:
            return self.hand.yes if chosen else ""
        return self.hand.mark if chosen else ""

    def _said(self, value: Any) -> Any:  # noqa: ANN401  (a cell holds anything)
        if isinstance(value, bool):
            return self.hand.yes if value else self.hand.no
        return _blank(value)

    def _persons(self, name: str) -> list[Any]:
        value = self.answers.get(name)
        return list(value) if isinstance(value, list | tuple) else []

    def _spread(self, text: str) -> str:
        return " ".join(text) if self.hand.spaced and len(text) <= 4 else text  # noqa: PLR2004

    def _boxed(self, cell: PrintedCell) -> list[str]:
        boxes = list(_boxes(cell, self.form))
        if self.hand.typed:
            chosen = [box.word for box in boxes if self._chosen(box)]
            lead = f"{cell.inside[0][0]}：" if cell.inside else ""
            return [lead + SEPARATOR.join(chosen)]
        pieces = [
            f"{box.before}{sign}{box.option}"
            if self.hand.before
            else f"{box.before}{box.option}{sign}"
            for box in boxes
            for sign in [self._sign(box.sign, chosen=self._chosen(box))]
        ]
        tail = re.split(self.signs, cell.text)[-1]
        if not self.hand.apart or len(pieces) == 1:
            return ["".join(pieces) + tail]
        lead = [f"{cell.inside[0][0]}："] if cell.inside else []
        return [*lead, *(_bare(piece, cell) for piece in pieces)]

    def _chosen(self, box: Box) -> bool:
        return box.word in (self.answers.get(box.question) or "").split(SEPARATOR)

    def _sign(self, printed: str, *, chosen: bool) -> str:
        return self.hand.tick if chosen else self.hand.box or printed

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
                colon = rest[: len(rest) - len(rest.lstrip(LABELLED))]
                rest = f"{colon}{_blank(value)}{rest[len(colon) :]}"
            written.append(label + rest)
        return "".join(written)

    def _yes_or_no(self, text: str, value: bool | None) -> str:  # noqa: FBT001
        words = {"是": True, "否": False}
        if self.hand.typed:
            said = (
                "" if value is None else next(w for w, meaning in words.items() if meaning is value)
            )
            return re.sub(rf"是{self.signs}否{self.signs}", said, text)

        def filled(found: re.Match[str]) -> str:
            sign = self._sign(found[2], chosen=words[found[1]] is value)
            return f"{sign}{found[1]}" if self.hand.before else f"{found[1]}{sign}"

        return re.sub(rf"([是否])({self.signs})", filled, text)


def _boxes(cell: PrintedCell, form: PrintedForm) -> Iterator[Box]:
    """Yield the boxes of a printed text with the options before them."""
    words = {
        squeezed(text): (name, item.word)
        for name in cell.boxes
        for item in vocabulary().code_list(vocabulary().field(name).codes).items
        for text in (item.word, *item.spellings)
    }
    *texts, _ = re.split(f"[{form.unticked}]", cell.text)
    signs = re.findall(f"[{form.unticked}]", cell.text)
    for text, sign in zip(texts, signs, strict=True):
        option = re.split(r"[：\n]|[0-9]\.|（\s", text)[-1].strip()
        name, word = words[squeezed(option)]
        lead = text[: text.rindex(option)]
        yield Box(before=lead, option=option, word=word, question=name, sign=sign)


def _bare(piece: str, cell: PrintedCell) -> str:
    """Return an option without what parted it from the one before."""
    lead = cell.inside[0][0] if cell.inside else ""
    return piece.removeprefix(lead).strip(" ：\n（）")


def _boxed(section: Section) -> set[str]:
    return {name for row in section.rows for cell in row for name in cell.boxes}


def _label_of(place: Placed, placed: list[Placed], section: Section) -> Placed | None:
    """Return the label that an empty cell answers: to its left, or the nearest above it."""
    if section.answers == "右":
        left = [p for p in placed if p.row == place.row and p.column < place.column]
        return max(left, key=lambda p: p.column, default=None)
    above = [p for p in placed if p.column == place.column and p.row < place.row and p.cell.text]
    return max(above, key=lambda p: p.row, default=None)


def _head_line(form: PrintedForm, answers: Mapping[str, Any], hand: FormHand) -> str:
    day: date | None = answers.get(form.date)
    absent = [place.ends[0] if not hand.labelled else "" for place in form.places]
    pairs = zip(form.places, absent, strict=True)
    names = [answers.get(place.field) or word for place, word in pairs]
    shown = f"{day.year}年{day.month}月{day.day}日" if day else "年     月     日"
    if hand.labelled:
        pairs = zip(form.places, names, strict=True)
        names = [f"{place.ends[0]}：{name}" for place, name in pairs]
    return "          ".join([*names, shown])


def _blank(value: object) -> Any:  # noqa: ANN401  (a cell holds anything)
    return "" if value is None else value
