"""Which rows of a table are data, and what the others are: totals, notes, signatures, examples.

A row is told by its place and its shape, and a total only where no one's ID stands beside it: a
household called 金合计 is a household.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from fanpin_analysis.intake.files.grid import is_blank
from fanpin_analysis.intake.identity import FEWEST_ID_DIGITS, ID_LIKE, NUMBERS
from fanpin_analysis.intake.recognition import compact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fanpin_analysis.intake.recognition import Block
    from fanpin_analysis.intake.workbooks import Sheet
    from fanpin_analysis.policy.vocabulary import RowWords

NAMES = ("户主姓名", "姓名")
PERSON = "人"  # what a row is of a list of persons
SIZE, VILLAGE = "家庭人口数", "村"
PREFILLED = ("序号", "乡镇场", "村", "组", "核查人签字")
LONGEST_NAME = 15
COLUMN_NUMBERS = 5
STEMS, LETTERS = "甲乙丙丁戊己庚辛壬癸", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
NUMBERED = re.compile(r"^\(?[栏第]?(\d+)(?:\.0)?栏?\)?$")
HAN = re.compile("[\u4e00-\u9fff]+")
COUNT = re.compile(r"(\d+(?:\.\d+)?)[户人口]?")
PUNCTUATED = re.compile(r"[:：;；,，。]")


class Kind(StrEnum):
    """Why a row that holds something is no data."""

    TITLE = "标题或填报单位"
    HEADER = "表头"
    REPEATED = "重复的表头"
    NUMBERS = "栏号"
    TOTAL = "合计或小计"
    NOTE = "备注、说明或签字"
    EXAMPLE = "填写示例"
    EMPTY = "空白行（只预填了序号、村名等）"
    MERGED = "与上一行同属一户（合并单元格）"
    FORM = "画像表里的其他行"
    BLANK_FORM = "没有填写的画像表"
    UNKNOWN = "未识别的工作表"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Marks:
    """The words of ``forms.toml`` as patterns."""

    total: re.Pattern[str]
    total_name: re.Pattern[str]
    footer: re.Pattern[str]
    example: re.Pattern[str]
    example_name: re.Pattern[str]
    example_begins: frozenset[str]
    nowhere: re.Pattern[str]
    unit_labels: tuple[str, ...]


def filled_rows(sheet: Sheet, rows: range) -> Iterator[int]:
    """Yield the indices of rows that hold anything."""
    return (i for i in rows if any(not is_blank(cell) for cell in sheet.rows[i]))


def judged(sheet: Sheet, block: Block, words: RowWords) -> Iterator[tuple[int, Kind | None]]:
    """Yield every filled row of a table's body with what it is; ``None`` is a row of data."""
    judge = _Judge(sheet, block, words)
    for index in block.body:
        if judge.is_usual(index):
            yield index, None
        elif any(not is_blank(cell) for cell in sheet.rows[index]):
            yield index, judge.kind(index)


class _Judge:
    """Judges the rows of one table in order, keeping the running total of household sizes."""

    def __init__(self, sheet: Sheet, block: Block, words: RowWords) -> None:
        fields = block.fields
        self.sheet, self.block = sheet, block
        self.marks = _marks(words)
        names = reversed(NAMES) if block.form.row == PERSON else NAMES  # a head's may be merged
        self.name = next((fields[n] for n in names if n in fields), None)
        self.number = next((fields[n] for n in NUMBERS if n in fields), None)
        self.size, self.village = fields.get(SIZE), fields.get(VILLAGE)
        keys = [fields[n] for n in block.form.required if n in fields]
        self.leading = max(keys, default=0) if self.name is None else self.name
        self.prefilled = {fields[n] for n in PREFILLED if n in fields}
        self.covered = _covered(sheet, self.name)
        self.unusual = self.covered | self.block.again
        self.usual: dict[str, bool] = {}  # first texts of rows that were looked at before
        self.persons = 0.0
        self.fresh = True  # no household yet since the header, or since it was repeated

    def is_usual(self, index: int) -> bool:
        """Tell at once a usual household's row, with an ID; false decides nothing."""
        row = self.sheet.rows[index]
        if self.number is None or self.number >= len(row) or index in self.unusual:
            return False
        number = row[self.number]
        if not isinstance(number, str) or not ID_LIKE.fullmatch(number):
            return False
        first = row[0] or next(cell for cell in row if cell != "")
        name = row[self.name] if self.name is not None and self.name < len(row) else ""
        if not isinstance(name, str) or not HAN.fullmatch(name):
            return False
        if isinstance(first, str) and not self._is_plain(first):
            return False
        if name[0] in self.marks.example_begins and self.marks.example_name.search(name):
            return False
        size = row[self.size] if self.size is not None and self.size < len(row) else ""
        self.persons += size if isinstance(size, float) else _count(compact(str(size)))
        self.fresh = False
        return True

    def _is_plain(self, first: str) -> bool:
        """Tell whether the first text of a row says nothing about what the row is."""
        if first not in self.usual:
            text = compact(first)
            marked = text.startswith(self.marks.unit_labels) or self.marks.example.match(text)
            self.usual[first] = not marked
        return self.usual[first]

    def kind(self, index: int) -> Kind | None:
        row = self.sheet.rows[index]
        filled = {i: compact(str(cell)) for i, cell in enumerate(row) if not is_blank(cell)}
        if index in self.block.again:
            self.fresh = True
            return Kind.REPEATED
        if index in self.covered:
            return Kind.MERGED
        texts = list(filled.values())
        if texts[0].startswith(self.marks.unit_labels):
            return Kind.TITLE
        if _counts_columns(texts):
            return Kind.NUMBERS
        name = filled.get(self.name, "")  # pyright: ignore[reportArgumentType, reportCallIssue]
        if self.marks.example.match(texts[0]) or self.marks.example_name.search(name):
            return Kind.EXAMPLE
        if sum(map(str.isdigit, filled.get(self.number, ""))) < FEWEST_ID_DIGITS:  # pyright: ignore[reportArgumentType, reportCallIssue]
            kind = self._kind_without_id(filled)
            if kind:
                return kind
        self.persons += _count(filled.get(self.size, ""))  # pyright: ignore[reportArgumentType, reportCallIssue]
        self.fresh = False
        return None

    def _kind_without_id(self, filled: dict[int, str]) -> Kind | None:
        first = next(iter(filled.values()))
        name = filled.get(self.name, "")  # pyright: ignore[reportArgumentType, reportCallIssue]
        if self._is_total(filled, name):
            return Kind.TOTAL
        if self.marks.footer.match(first) or self._is_lone_text(filled):
            return Kind.NOTE
        places = [text for i, text in filled.items() if i in (self.village, self.number)]
        if self.fresh and any(self.marks.nowhere.search(text) for text in places):
            return Kind.EXAMPLE
        if self.name is None:
            return None
        if filled.keys() <= self.prefilled:
            return Kind.EMPTY
        return Kind.NOTE if not name and self._is_hint(filled) else None

    def _is_total(self, filled: dict[int, str], name: str) -> bool:
        """Tell whether a row sums others up: by its word, or by repeating the sum of their sizes.

        In the column of names a total's word counts alone, or after a group's name where the rest
        of the row is numbers; where no name stands, in any column.
        """
        numbers = all(COUNT.fullmatch(text) for i, text in filled.items() if i != self.name)
        if self.marks.total_name.match(name) or (numbers and self.marks.total.match(name)):
            return True
        nobody = self.name is not None and (not name or bool(COUNT.fullmatch(name)))
        leading = (text for i, text in filled.items() if i <= self.leading and i != self.name)
        if any(self.marks.total.match(text) for text in (filled.values() if nobody else leading)):
            return True
        size = _count(filled.get(self.size, ""))  # pyright: ignore[reportArgumentType, reportCallIssue]
        adds_up = self.persons > 0 and size == self.persons
        return nobody and (name.endswith("户") or (numbers and (bool(name) or adds_up)))

    def _is_lone_text(self, filled: dict[int, str]) -> bool:
        """Tell whether the row holds a single text that is nobody's name, ID or size."""
        if len(filled) > 1:
            return False
        column, text = next(iter(filled.items()))
        if column in (self.name, self.number, self.size):
            return len(text) > LONGEST_NAME or bool(PUNCTUATED.search(text))
        return not COUNT.fullmatch(text)

    def _is_hint(self, filled: dict[int, str]) -> bool:
        """Tell whether a row before all households says how to fill the columns in."""
        size = filled.get(self.size, "")  # pyright: ignore[reportArgumentType, reportCallIssue]
        return self.fresh and bool(size) and not any(map(str.isdigit, size))


def _marks(words: RowWords) -> _Marks:
    totals, footers, examples = (
        "|".join(re.escape(compact(word)) for word in sorted(group, key=len, reverse=True))
        for group in (words.totals, words.footers, words.examples)
    )
    long = "|".join(re.escape(compact(word)) for word in words.examples if len(word) > 1)
    return _Marks(
        total=re.compile(rf"^.{{0,10}}?(?:{totals})(?:[:(].*|[\d户人]*)$"),
        total_name=re.compile(rf"^(?:{totals})[:]?$"),
        footer=re.compile(rf"^(?:\(?(?:{footers})(?:[:;,(、)].*)?$|\(\d+\).*[:;])"),
        example_name=re.compile(rf"^(?:{examples})(?:$|[:(])|^(?:{long})|\((?:{examples})\)"),
        example_begins=frozenset(compact(word)[0] for word in words.examples),
        unit_labels=tuple(map(compact, words.unit_labels)),
        nowhere=re.compile("|".join(re.escape(compact(word)) for word in words.nowhere)),
        example=re.compile(rf"^\(?(?:{examples})(?:[:)].*)?$"),
    )


def _covered(sheet: Sheet, column: int | None) -> frozenset[int]:
    """Return the rows whose name cell is the lower part of a merged cell."""
    rows: set[int] = set()
    for (first, left), (last, right) in sheet.merges:
        if column is not None and left <= column <= right:
            rows.update(range(first + 1, min(last, len(sheet.rows) - 1) + 1))
    return frozenset(rows)


def _counts_columns(texts: list[str]) -> bool:
    """Tell whether a row just numbers the columns: 1, 2, 3; A, B, C; or 甲, 乙, 丙, 1, 2.

    A label such as 栏次 may stand before them.
    """
    if len(texts) < COLUMN_NUMBERS or not (NUMBERED.match(texts[-1]) or texts[-1][-1] in LETTERS):
        return False
    for numbers in (texts, texts[1:]):
        stems = next(
            (i for i, text in enumerate(numbers) if text != STEMS[i : i + 1]), len(numbers)
        )
        rest = numbers[stems:]
        counted = [str(n) for n in range(1, len(rest) + 1)]
        plain = [NUMBERED.sub(r"\1", text) for text in rest]
        lettered = "".join(rest) in LETTERS and len("".join(rest)) == len(rest)
        if len(numbers) >= COLUMN_NUMBERS and (plain == counted or lettered):
            return True
    return False


def _count(text: str) -> float:
    found = COUNT.fullmatch(text)
    return float(found[1]) if found else 0.0
