"""Where the answers to the labels of a section can stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fanpin_analysis.intake.files.grid import is_blank

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from fanpin_analysis.intake.printed.answers import Found, Place
    from fanpin_analysis.intake.printed.labels import Spot
    from fanpin_analysis.intake.printed.rows import Part

BELOW: Final = "下"


class Zones:
    """The cells of one section: those of labels, and those that can answer them."""

    def __init__(self, part: Part, found: Found, boxed: Collection[str]) -> None:
        """Note where labels stand, alone in their cells or with something behind them.

        Answers stand in the printed direction, or, where there are none, in the other. The options
        of ``boxed`` fields can go on in the rows below.
        """
        self.part, self.found, self.boxed = part, found, boxed
        self.labels = {(spot.row, spot.column) for spot in part.spots if spot.rest is None}
        self.label_rows = {row for row, _ in self.labels}
        self.taken = {(spot.row, spot.column) for spot in part.spots} | part.headings
        self.width = max(map(len, found.sheet.rows))
        self.below = part.section.answers == BELOW
        alone = [spot for spot in part.spots if spot.rest is None]
        if alone and not any(map(self.of, alone)):
            self.below = not self.below

    def _header(self, row: int) -> range:
        first = last = row
        while first - 1 in self.label_rows:
            first -= 1
        while last + 1 in self.label_rows:
            last += 1
        return range(first, last + 1)

    def of(self, spot: Spot) -> list[Place]:
        """Return the cells that can answer a label, those that hold something, in reading order.

        Below a label they reach as far to the right as the next text of the header, beside it as
        far as the next label; options beside their question go on in the rows below.
        """
        header = self._header(spot.row)
        texts = self._texts(header if self.below else [spot.row])
        edges = [at for at in texts if at[1] > spot.column and (self.below or at in self.taken)]
        left = spot.column if self.below else spot.column + 1
        right = min((column for _, column in edges), default=self.width)
        rows = self._rows(header.stop if self.below else spot.row + 1)
        if not self.below:
            rows = [spot.row, *(rows if spot.label.field in self.boxed else ())]
        return [at for at in self._texts(rows) if left <= at[1] < right and at not in self.taken]

    def _texts(self, rows: Iterable[int]) -> list[Place]:
        """Return the cells of some rows that hold something."""
        sheet = self.found.sheet
        return [(r, c) for r in rows for c, cell in enumerate(sheet.rows[r]) if not is_blank(cell)]

    def _rows(self, first: int) -> list[int]:
        """Return the rows of the section from one on, up to the next row of labels."""
        rows = []
        for row in range(first, self.part.rows[-1] + 1):
            if row in self.label_rows:
                break
            rows.append(row)
        return rows
