"""Which form a sheet holds and where its header stands, told by the header alone.

Each column is named by a stack of texts: the cell in the header's last row and those above it, so
that one row or four, merged or not, give the same names.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from fanpin_analysis.intake.identity import ID_LIKE, NUMBERS
from fanpin_analysis.intake.titles import ClueKinds, around

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fanpin_analysis.intake.workbooks import Cell, Sheet
    from fanpin_analysis.policy.vocabulary import Form, Vocabulary

STACK = 5  # the rows of the deepest header: four of text and the code row of 附件1
YES_OR_NO = "是否"
FEWEST = 2  # known headings in a row before it is looked at as a header
TEXT_ONLY = frozenset({str})
LONGEST = 60  # characters of a heading; a longer text is a note
TAIL = re.compile(r"(?:\(.*\)|\[.*\]|[\W_]+|_[人户元]|\(.*\)名称)$")
Stacks = dict[int, tuple[str, ...]]
HEAD = re.compile(r"^(?:\(\d+\)|[\d一二三四五六七八九十]{1,2}[.、]|[^\w(]+)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a recognised table; ``field`` is empty when no field goes by that heading.

    ``option`` is the one answer of the field for which the column holds a tick, where a field has a
    column for each of its answers. ``repeats`` is the field whose heading stands here once more.
    ``scale`` is the unit in which the heading says that all its numbers are.
    """

    index: int
    heading: str
    field: str = ""
    inverse: bool = False
    option: str = ""
    repeats: str = ""
    scale: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One table of a sheet: its form, its columns, and the row indices of header and body.

    ``again`` holds the indices of rows inside the body that repeat the header.
    """

    form: Form
    header: range
    columns: tuple[Column, ...]
    body: range = range(0)
    again: frozenset[int] = field(default_factory=frozenset)

    @property
    def fields(self) -> dict[str, int]:
        """The index of the column that holds each field."""
        return {c.field: c.index for c in reversed(self.columns) if c.field}


@lru_cache(maxsize=8192)
def compact(text: str) -> str:
    """Return a text in the form in which headings and marks are compared: NFKC, no white space."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


@lru_cache(maxsize=8192)
def spellings(text: str) -> tuple[str, ...]:
    """Return a heading as it stands, then without its number and a tail such as ``（元）``."""
    whole = compact(text)
    headed = HEAD.sub("", whole)
    return tuple(dict.fromkeys(filter(None, (whole, headed, TAIL.sub("", headed)))))


class Headings:
    """What the headings of one form mean: spelling → field, and whether it asks the opposite."""

    def __init__(self, form: Form, vocabulary: Vocabulary, kinds: ClueKinds) -> None:
        self.form, self.kinds = form, kinds
        self.scales = vocabulary.row_words.scales
        self.plain: dict[str, tuple[str, bool]] = {}
        self.under: dict[str, list[tuple[str, str]]] = {}
        self.options: dict[str, dict[str, str]] = {}
        self.told: dict[tuple[str, ...], tuple[str, bool, str]] = {}
        self.matched: dict[tuple, tuple[Column, ...]] = {}
        declared = [vocabulary.fields[name] for name in form.columns]
        for item in declared:
            self._add((item.name,), item.name, inverse=False)
        for item in declared:
            self._add(item.aliases, item.name, inverse=False)
            self._add(item.inverse, item.name, inverse=True)
            for word, texts in item.under.items():
                for text in texts:
                    self.under.setdefault(compact(text), []).append((compact(word), item.name))
            answers = vocabulary.code_lists.get(YES_OR_NO if item.type == "boolean" else item.codes)
            self.options[item.name] = {
                spelling: answer.word
                for answer in (answers.items if answers else ())
                for text in (answer.word, *answer.spellings)
                for spelling in spellings(text)
            }

    def _add(self, texts: Iterable[str], name: str, *, inverse: bool) -> None:
        for text in texts:
            for spelling in spellings(text):
                self.plain.setdefault(spelling, (name, inverse))

    def match(self, stacks: Stacks) -> tuple[Column, ...]:
        """Return the columns of a header that is this form's; nothing when it is not."""
        key = tuple(stacks.items())
        if key not in self.matched:
            self.matched[key] = self._match(stacks)
        return self.matched[key]

    def _match(self, stacks: Stacks) -> tuple[Column, ...]:
        form = self.form
        meanings = {index: self.meaning(stack) for index, stack in stacks.items()}
        named = {name for name, _, _ in meanings.values()}
        if swaps := self.kinds.renamed(form.key, named):
            meanings = {i: (swaps.get(n, n), turned, o) for i, (n, turned, o) in meanings.items()}
            named = {swaps.get(name, name) for name in named}
        if not named.issuperset(form.required):
            return ()
        if len(named.intersection(form.signature)) < form.least:
            return ()
        if self.kinds.unused((stack[0] for stack in stacks.values()), form.key):
            return ()
        columns: dict[str, Column] = {}
        others: list[Column] = []
        # of two columns for one field the one that goes by the field's own name counts
        for index, stack in sorted(stacks.items(), key=lambda i: i[1][0] != meanings[i[0]][0]):
            name, inverse, option = meanings[index]
            scale = next((s for s in self.scales if any(s in text for text in stack)), "")
            column = Column(
                index=index,
                heading=stack[0],
                field=name,
                inverse=inverse,
                option=option,
                scale=scale,
            )
            if name and name not in columns:
                columns[name] = column
            elif option and columns[name].option:
                others.append(column)
            else:
                others.append(replace(column, field="", repeats=name))
        return tuple(sorted((*columns.values(), *others), key=lambda column: column.index))

    def meaning(self, stack: tuple[str, ...]) -> tuple[str, bool, str]:
        """Return the field, whether it is asked the other way round, and the answer to be ticked.

        ``stack`` holds a column's texts, the lowest first; an unknown heading gives empty texts.
        """
        if stack not in self.told:
            self.told[stack] = self._meaning(stack)
        return self.told[stack]

    def _meaning(self, stack: tuple[str, ...]) -> tuple[str, bool, str]:
        own, above = stack[0], stack[1:]
        for upper in above:
            name, inverse = self._plain(upper)
            options = self.options.get(name, {})
            for spelling in spellings(own):
                if spelling in options:
                    return name, inverse, options[spelling]
        for spelling in spellings(own):
            for word, name in self.under.get(spelling, ()):
                if any(word in text for text in above):
                    return name, False, ""
        for text in (own, *(upper + own for upper in above)):
            name, inverse = self._plain(text)
            if name:
                return name, inverse, ""
        return "", False, ""

    def _plain(self, text: str) -> tuple[str, bool]:
        known = (self.plain[spelling] for spelling in spellings(text) if spelling in self.plain)
        return next(known, ("", False))


class Recogniser:
    """Finds the tables of a sheet, for one vocabulary."""

    def __init__(self, vocabulary: Vocabulary, kinds: ClueKinds) -> None:
        self.kinds = kinds
        self.vocabulary = vocabulary
        self.unit_labels = tuple(compact(label) for label in vocabulary.row_words.unit_labels)
        self.forms = [Headings(f, vocabulary, self.kinds) for f in vocabulary.forms.values()]
        self.lists = {
            key: Headings(form, vocabulary, self.kinds) for key, form in self.kinds.forms.items()
        }
        self.known = frozenset(s for h in self.forms for s in (*h.plain, *h.under))

    def blocks(self, sheet: Sheet) -> list[Block]:
        """Return the tables of a sheet from top to bottom; none when no header is found."""
        headers = list(self._headers(sheet, self.forms)) or list(self._lists(sheet))
        starts = [block.header.start for block in headers] + [len(sheet.rows)]
        blocks: list[Block] = []
        for block, end in zip(headers, starts[1:], strict=True):
            former = blocks[-1] if blocks else None
            alike = former and former.form == block.form and former.fields == block.fields
            if former and alike and not self.unit_line(sheet, block.header.start):
                body = range(former.body.start, end)
                blocks[-1] = replace(former, body=body, again=former.again | set(block.header))
            else:
                blocks.append(replace(block, body=range(block.header.stop, end)))
        return blocks

    def forget(self) -> None:
        """Let go of the headers that were met."""
        for headings in (*self.forms, *self.lists.values()):
            headings.told.clear()
            headings.matched.clear()

    def unit_line(self, sheet: Sheet, start: int) -> str:
        """Return the text of the line just above a header that says who hands the table in."""
        for row in reversed(sheet.rows[max(0, start - STACK) : start]):
            texts = [compact(cell) for cell in row if isinstance(cell, str) and cell.strip()]
            if any(text.startswith(self.unit_labels) for text in texts):
                return " ".join(texts)
        return ""

    def _lists(self, sheet: Sheet) -> Iterator[Block]:
        """Yield the tables of a sheet whose headers do not say what they are."""
        rows = enumerate(sheet.rows)
        start = next((i for i, r in rows if self._header_like(r) and self._promising(r)), 0)
        texts = around(sheet, start)
        headings = self.lists[self.kinds.candidate(texts).key]
        for block in self._headers(sheet, [headings]):
            names = [column.field or column.repeats for column in block.columns]
            if self.kinds.takes(block.form, names, texts):
                yield replace(block, form=self.vocabulary.form(block.form.key))

    def _headers(self, sheet: Sheet, forms: list[Headings]) -> Iterator[Block]:
        index = floor = number = 0
        while index < len(sheet.rows):
            row = sheet.rows[index]
            if number and number < len(row) and ID_LIKE.fullmatch(str(row[number])):
                index += 1  # a household's row
                continue
            block = self._header_from(sheet, index, floor, forms)
            if block is None:
                index += 1
            else:
                yield block
                index = floor = block.header.stop
                number = next((block.fields[n] for n in NUMBERS if n in block.fields), 0)

    def _header_from(
        self, sheet: Sheet, index: int, floor: int, forms: list[Headings]
    ) -> Block | None:
        """Return the table whose header's first telling row is ``index``, if one is there.

        A header of several rows is found by trying each of the next rows as its last one; the first
        that names the most fields is it.
        """
        if not self._header_like(sheet.rows[index]) or not self._promising(sheet.rows[index]):
            return None
        found: list[Block] = []
        for bottom in range(index, min(index + STACK, len(sheet.rows))):
            if not self._header_like(sheet.rows[bottom]):
                break
            top = self._top(sheet, bottom, floor)
            stacks = _stacks(sheet, top, bottom)
            matches = (headings.match(stacks) for headings in forms)
            header = range(top, bottom + 1)
            found += [
                Block(form=h.form, header=header, columns=c)
                for h, c in zip(forms, matches, strict=True)
                if c
            ]
        return max(found, key=lambda block: (len(block.fields), _told(block)), default=None)

    def _promising(self, row: list[Cell]) -> bool:
        texts = {s for cell in row if isinstance(cell, str) and cell for s in spellings(cell)}
        return len(texts & self.known) >= FEWEST

    def _header_like(self, row: list[Cell]) -> bool:
        """Tell whether a row can belong to a header: several short texts and no numbers."""
        if not TEXT_ONLY.issuperset(map(type, row)) or any(map(str.isdigit, row)):
            return False
        texts = {compact(cell) for cell in row if cell}
        return len(texts) > 1 and not any(
            text.isdigit() or len(text) > LONGEST or text.startswith(self.unit_labels)
            for text in texts
        )

    def _top(self, sheet: Sheet, bottom: int, floor: int) -> int:
        """Return the first row of a header; below a table it must look like the table's own."""
        top = bottom
        while top > max(floor, bottom - STACK + 1) and self._header_like(sheet.rows[top - 1]):
            if floor and not self._stood_above(sheet, top - 1, floor):
                break
            top -= 1
        return top

    def _stood_above(self, sheet: Sheet, index: int, floor: int) -> bool:
        """Tell whether a row's texts are headings, or stood in the rows of the header before."""
        texts = {compact(cell) for cell in sheet.rows[index] if isinstance(cell, str) and cell}
        before = sheet.rows[max(0, floor - STACK) : floor]
        former = {compact(cell) for row in before for cell in row if isinstance(cell, str)}
        return texts <= former or self._promising(sheet.rows[index])


def _told(block: Block) -> tuple[int, int]:
    """Return how many columns are for one answer, and how many go by their field's own name."""
    own = sum(1 for column in block.columns if column.field and column.heading == column.field)
    return sum(1 for column in block.columns if column.option), own


def _stacks(sheet: Sheet, top: int, bottom: int) -> Stacks:
    """Return, by column, the texts that name it, from the header's last row upwards.

    A merged cell counts for every cell that it covers. A blank in the last row takes the text above
    it; a blank further up takes the text to its left, as when a merge was lost in a .csv.
    """
    grid = [[_text(cell) for cell in row] for row in sheet.rows[top : bottom + 1]]
    width = max(map(len, grid))
    grid = [row + [""] * (width - len(row)) for row in grid]
    for (first, left), (last, right) in sheet.merges:
        if first >= top and first <= bottom and left < width:
            for line in range(first, min(last, bottom) + 1):
                span = range(left, min(right, width - 1) + 1)
                for column in span:
                    grid[line - top][column] = grid[first - top][left]
    stacks: Stacks = {}
    for column in range(width):
        own = next((line[column] for line in reversed(grid) if line[column]), "")
        if own:
            above = [_leftwards(line, column) for line in reversed(grid)]
            stacks[column] = tuple(dict.fromkeys((own, *(text for text in above if text))))
    return stacks


def _leftwards(line: list[str], column: int) -> str:
    return next((text for text in reversed(line[: column + 1]) if text), "")


def _text(cell: Cell) -> str:
    return compact(cell) if isinstance(cell, str) else ""
