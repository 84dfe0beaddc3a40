"""How each village writes: which file, which columns, and what it puts into a cell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from fanpin_analysis.policy.loading import build, table
from fanpin_analysis.samples.faults import FULLWIDTH, ID
from fanpin_analysis.samples.words import HERE, vocabulary, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fanpin_analysis.samples.ledger import Row

CODED = ("户属性", "排查方式", "致返贫风险类型", "拟纳入监测类型")
NOTHING = ("其他问题", "致返贫风险类型", "拟纳入监测类型")
FOLDER = "台账"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """A village's way of writing, as ``hands.toml`` explains its keys."""

    file: str
    columns: tuple[tuple[str, str], ...]
    codes: str
    answers: tuple[str, str]
    encoding: str = ""
    sheets: str = "one"
    sheet: str = "Sheet1"
    title: tuple[str, ...] = ()
    unit: str = ""
    nothing: str = ""
    village: str = "every"
    ids: str = "text"
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


@cache
def hands() -> tuple[Hand, ...]:
    """Load the ways of writing."""
    return tuple(build(Hand, entry, "hands.toml") for entry in table(HERE / "hands.toml")["hand"])


def hand_of(villages: Sequence[str], village: str) -> Hand:
    """Return the hand that writes a village's ledger."""
    return hands()[villages.index(village) % len(hands())]


def file_of(villages: Sequence[str], village: str) -> str:
    """Return where a village's ledger lies, from the township's folder."""
    return f"{FOLDER}/{fill(hand_of(villages, village).file, village)}"


def sheet_of(hand: Hand, village: str, group: str = "") -> str:
    """Return the name of a sheet; a CSV file is its own only sheet."""
    return fill(hand.file if hand.encoding else hand.sheet, village, group)


def fill(text: str, village: str, group: str = "") -> str:
    """Put the names into a text of a hand."""
    stem = village.removesuffix("村").removesuffix("社区")
    return text.format(township=words().township, village=village, stem=stem, group=group)


def cell(hand: Hand, column: str, row: Row) -> Any:  # noqa: ANN401  (a cell holds anything)
    """Return what the village writes into one cell of a household's row."""
    if column in row.raw:
        return row.raw[column]
    value = row.answers[column]
    if column == ID:
        return _identity(hand, value)
    if column == "村":
        return _village(hand, value)
    if column in CODED and value:
        return _code(hand, column, value)
    if column in NOTHING and not value:
        return hand.nothing
    if isinstance(value, bool):
        return hand.answers[value is (column in hand.inverse)]
    return f"{value:%Y/%m/%d}" if isinstance(value, date) and hand.encoding else value


def _identity(hand: Hand, number: str) -> str:
    """Write an ID so that no spreadsheet takes it for a number."""
    return {"text": number, "formula": f'="{number}"', "tab": f"\t{number}"}[hand.ids]


def _village(hand: Hand, village: str) -> str:
    return {"bare": fill("{stem}", village), "committee": f"{village}委会"}.get(
        hand.village, village
    )


def _code(hand: Hand, column: str, word: str) -> str | int:
    items = vocabulary().code_list(column).items
    number = next(item.code for item in items if item.word == word)
    return {
        "digit": int(number),
        "text": number,
        "fullwidth": number.translate(FULLWIDTH),
        "numbered": f"{number}.{word}",
        "listed": f"{number}、{word}",
        "word": word,
    }[hand.codes]
