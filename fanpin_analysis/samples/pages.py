"""Lay out a village's ledger: titles, header, rows, totals and notes, cell by cell."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

from fanpin_analysis.samples.hands import cell, fill, sheet_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fanpin_analysis.samples.hands import Hand
    from fanpin_analysis.samples.ledger import Row

Span = tuple[int, int, int, int]  # first row, first column, last row, last column, from 1
SUBTOTAL, PAGE_TOTAL, TOTAL = "小计", "本页小计", "合计"


@dataclass(slots=True, kw_only=True)
class Page:
    """One sheet: its cells, what is merged, and in which row each household stands.

    ``places`` pairs row numbers, from 1 as a spreadsheet shows them, with rows of the ledger.
    ``widths`` are the columns' widths where the paper sets them.
    """

    name: str
    width: int
    plain: bool = False
    cells: list[list[Any]] = field(default_factory=list)
    merged: list[Span] = field(default_factory=list)
    titles: list[int] = field(default_factory=list)
    headers: list[int] = field(default_factory=list)
    places: list[tuple[int, Row]] = field(default_factory=list)
    widths: tuple[float, ...] = ()

    @property
    def bottom(self) -> int:
        """The number of the last row."""
        return len(self.cells)

    def add(self, values: Sequence[Any]) -> None:
        """Add a row below."""
        self.cells.append([*values, *[""] * (self.width - len(values))])

    def line(self, text: str, *, title: bool = False) -> None:
        """Add a line that goes across the whole sheet."""
        self.add([text])
        self.merged.append((self.bottom, 1, self.bottom, self.width))
        if title:
            self.titles.append(self.bottom)


def pages(hand: Hand, village: str, rows: Sequence[Row]) -> list[Page]:
    """Return the sheets of a village's workbook."""
    if hand.sheets == "groups":
        return [
            _page(hand, village, list(inside), group)
            for group, inside in groupby(rows, key=lambda row: row.answers["组"])
        ]
    written = [_page(hand, village, rows)]
    if hand.sheets == "template":
        blank = _page(hand, village, [])
        blank.name = "Sheet1"
        return [blank, *written]
    return written


def _page(hand: Hand, village: str, rows: Sequence[Row], group: str = "") -> Page:
    page = Page(name=sheet_of(hand, village, group), width=len(hand.columns))
    for text in hand.title:
        page.line(fill(text, village, group), title=True)
    if hand.unit:
        page.line(fill(hand.unit, village, group))
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
        page.add([parts[depth] if depth < len(parts) else "" for parts in split])
        page.headers.append(page.bottom)
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
    for _, inside in groupby(rows, key=lambda row: row.answers["组"]):
        block = list(inside)
        first = page.bottom + 1
        for row in block:
            order += 1
            page.add(list(_written(hand, row, order, top=page.bottom + 1 == first)))
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


def _written(hand: Hand, row: Row, order: int, *, top: bool) -> Iterator[Any]:
    for column in hand.fields:
        if column == "序号":
            yield order
        elif column == "村" and (hand.village == "blank" or (hand.village == "merged" and not top)):
            yield row.raw.get("村", "")
        else:
            yield cell(hand, column, row)


def _sum(hand: Hand, rows: Sequence[Row], word: str) -> list[Any]:
    """Return a total row: the word, how many households, and the members summed."""
    sizes = [row.answers["家庭人口数"] for row in rows]
    values: dict[str, Any] = {
        "户主姓名": f"{len(rows)}户",
        "家庭人口数": sum(size for size in sizes if size),
    }
    written = [values.get(column, "") for column in hand.fields]
    written[0] = word
    return written


def _example(hand: Hand, rows: Sequence[Row]) -> list[Any]:
    """Return the row that shows how to fill the form in."""
    values = {"序号": "例", "户主姓名": "例：张某某", "户主证件号码": "（18位）", "家庭人口数": 4}
    likeness = rows[0].answers if rows else {}
    return [
        values.get(column, cell(hand, column, rows[0]) if column in likeness else "")
        for column in hand.fields
    ]
