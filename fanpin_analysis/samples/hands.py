"""How each village writes its ledger: which file, which rows, and what it puts into a cell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any

from fanpin_analysis.samples.faults import FULLWIDTH, ID
from fanpin_analysis.samples.given import WORDS, load, vocabulary
from fanpin_analysis.samples.pages import Page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fanpin_analysis.samples.ledger import Row

CODED = ("户属性", "排查方式", "致返贫风险类型", "拟纳入监测类型")
NOTHING = ("其他问题", "致返贫风险类型", "拟纳入监测类型")
FOLDER = "台账"
SUBTOTAL, PAGE_TOTAL, TOTAL = "小计", "本页小计", "合计"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """A village's way of writing, as ``hands.toml`` explains its keys."""

    file: str
    columns: tuple[tuple[str, str], ...]
    codes: str
    yes: str
    no: str
    encoding: str = ""
    sheets: str = "one"
    sheet: str = "Sheet1"
    title: tuple[str, ...] = ()
    unit: str = ""
    nothing: str = ""
    village: str = "every"
    ids: str = "{number}"
    inverse: tuple[str, ...] = ()
    subtotals: bool = False
    page: int = 0
    total: bool = False
    repeat: int = 0
    prefilled: int = 0
    example: bool = False
    closing: tuple[str, ...] = ()

    @property
    def fields(self) -> list[str]:
        """The fields of the columns, in the village's own order."""
        return [field for field, _ in self.columns]

    @property
    def deep(self) -> int:
        """How many rows the header takes."""
        return 2 if any("|" in header for _, header in self.columns) else 1


def hands() -> tuple[Hand, ...]:
    """Load the ways of writing."""
    return load(Hand, "hands.toml", "hand")


def hand_of(villages: Sequence[str], village: str) -> Hand:
    """Return the hand that writes a village's ledger."""
    return hands()[villages.index(village) % len(hands())]


def file_of(villages: Sequence[str], village: str) -> str:
    """Return where a village's ledger lies, from the township's folder."""
    return f"{FOLDER}/{fill(hand_of(villages, village).file, village)}"


def fill(text: str, village: str, group: str = "") -> str:
    """Put the names into a text of a hand."""
    stem = village.removesuffix("村").removesuffix("社区")
    return text.format(township=WORDS.township, village=village, stem=stem, group=group)


def cell(hand: Hand, column: str, row: Row) -> Any:  # noqa: ANN401  (a cell holds anything)
    """Return what the village writes into one cell of a household's row."""
    if column in row.raw:
        return row.raw[column]
    value = row.answers[column]
    if column == ID:  # written so that no spreadsheet takes it for a number
        return hand.ids.format(number=value)
    if column == "村":
        other = {"bare": fill("{stem}", value), "committee": f"{value}委会"}
        return other.get(hand.village, value)
    if column in CODED and value:
        return _code(hand, column, value)
    if column in NOTHING and not value:
        return hand.nothing
    if isinstance(value, bool):
        return hand.no if value is (column in hand.inverse) else hand.yes
    return f"{value:%Y/%m/%d}" if isinstance(value, date) and hand.encoding else value


def _code(hand: Hand, column: str, word: str) -> str | int:
    items = vocabulary().code_list(column).items
    number = next(item.code for item in items if item.word == word)
    if hand.codes == "digit":
        return int(number)
    return hand.codes.format(number=number, fullwidth=number.translate(FULLWIDTH), word=word)


def ledger_sheets(villages: Sequence[str], village: str, rows: Sequence[Row]) -> list[Page]:
    """Return the sheets of a village's workbook, of the rows of all villages."""
    hand, own = hand_of(villages, village), [row for row in rows if row.village == village]
    if hand.sheets == "groups":
        return [_page(hand, village, inside, group) for group, inside in _groups(own)]
    written = [_page(hand, village, own)]
    if hand.sheets == "template":
        blank = _page(hand, village, [])
        blank.name = "Sheet1"
        return [blank, *written]
    return written


def _groups(rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    """Return neighbouring rows of the same 组 together."""
    return [(group, list(inside)) for group, inside in groupby(rows, lambda row: row.answers["组"])]


def _page(hand: Hand, village: str, rows: Sequence[Row], group: str = "") -> Page:
    """Return one sheet; a CSV file, which has no sheets, is named like one."""
    name = fill(hand.file if hand.encoding else hand.sheet, village, group)
    page = Page(name=name, width=len(hand.columns), encoding=hand.encoding)
    page.above([fill(text, village, group) for text in hand.title], fill(hand.unit, village, group))
    _header(page, hand)
    if hand.example:
        page.add(_example(hand, rows))
    _body(page, hand, rows)
    if hand.total and rows:
        page.add(_sum(hand, rows, TOTAL))
    for order in range(len(rows), len(rows) + hand.prefilled):
        page.add([order + 1 if column == "序号" else "" for column in hand.fields])
    for text in hand.closing:
        page.line(text)
    return page


def _header(page: Page, hand: Hand) -> None:
    """Add the header; equal neighbours above are merged, single headers go down both rows."""
    split = [header.split("|") for _, header in hand.columns]
    for depth in range(hand.deep):
        page.header([parts[depth] if depth < len(parts) else "" for parts in split])
    if hand.deep == 1:
        return
    top, column = page.bottom - 1, 1
    for parts, same in groupby(split, key=lambda parts: (parts[0], len(parts))):
        last = column + len(list(same)) - 1
        if parts[1] == 1:
            page.merged.extend((top, at, top + 1, at) for at in range(column, last + 1))
        elif last > column:
            page.merged.append((top, column, top, last))
        column = last + 1


def _body(page: Page, hand: Hand, rows: Sequence[Row]) -> None:
    """Add the households' rows, with the totals and repeated headers between them."""
    order = 0
    for _, block in _groups(rows):
        first = page.bottom + 1
        for row in block:
            order += 1
            page.add(_written(hand, row, order, top=page.bottom + 1 == first))
            page.places.append((page.bottom, row))
            _turn_page(page, hand, rows[:order])
        if hand.village == "merged" and len(block) > 1:
            at = hand.fields.index("村") + 1
            page.merged.append((first, at, page.bottom, at))
        if hand.subtotals:
            page.add(_sum(hand, block, SUBTOTAL))


def _turn_page(page: Page, hand: Hand, above: Sequence[Row]) -> None:
    """Add what a hand puts at the foot of a printed page and at the head of the next."""
    if hand.page and len(above) % hand.page == 0:
        page.add(_sum(hand, above[-hand.page :], PAGE_TOTAL))
    if hand.repeat and len(above) % hand.repeat == 0:
        _header(page, hand)


def _written(hand: Hand, row: Row, order: int, *, top: bool) -> list[Any]:
    """Return a household's row; a hand that merges the village's cells names it in the first."""
    silent = hand.village == "blank" or (hand.village == "merged" and not top)
    other = {"序号": order} | ({"村": row.raw.get("村", "")} if silent else {})
    return [other[column] if column in other else cell(hand, column, row) for column in hand.fields]


def _sum(hand: Hand, rows: Sequence[Row], word: str) -> list[Any]:
    """Return a total row: the word, how many households, and the members summed."""
    members = sum(row.answers["家庭人口数"] or 0 for row in rows)
    values: dict[str, Any] = {"户主姓名": f"{len(rows)}户", "家庭人口数": members}
    return [word, *(values.get(column, "") for column in hand.fields[1:])]


def _example(hand: Hand, rows: Sequence[Row]) -> list[Any]:
    """Return the row that shows how to fill the form in."""
    values = {"序号": "例", "户主姓名": "例：张某某", "户主证件号码": "（18位）", "家庭人口数": 4}
    likeness = rows[0].answers if rows else {}
    return [
        values.get(column, cell(hand, column, rows[0]) if column in likeness else "")
        for column in hand.fields
    ]
