"""The named functions that a measure may apply to the cells of a row, and nothing besides them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from fanpin_analysis.intake import identity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

HARMLESS: Final = {identity.COMPLETED, identity.PERHAPS_ROUNDED}
PLACE_DIGITS: Final = 6
MONTHS: Final = 12
MOBILE: Final = re.compile(r"1[3-9]\d{9}|0\d{2,3}-?[2-9]\d{6,7}")


class Identities:
    """What IDs say, each looked into once; nothing is taken from a faulty one."""

    def __init__(self, on: date) -> None:
        self.on = on
        self._sound: dict[str, bool] = {}

    def sound(self, number: str | None) -> str | None:
        """Return a number that nothing is wrong with; null otherwise."""
        if number is None:
            return None
        if number not in self._sound:
            self._sound[number] = not set(identity.faults(number, self.on)) - HARMLESS
        return number if self._sound[number] else None

    def of(self, numbers: pl.Series, told: Callable[[str], object], kind: pl.DataType) -> pl.Series:
        """Return what a function tells of each sound number."""
        known = {n: told(n) for n in numbers.unique().to_list() if self.sound(n)}
        return numbers.cast(pl.String).replace_strict(known, default=None, return_dtype=kind)

    def keys(self, numbers: pl.Series) -> pl.Series:
        """Return the first eighteen characters of each sound number."""
        return self.of(numbers, identity.key, pl.String())


Band = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class Row:
    """The cells that a function is given, and what it may know besides them."""

    cells: pl.DataFrame
    frame: pl.DataFrame
    of: tuple[str, ...]
    identities: Identities
    given: pl.DataFrame
    bands: Mapping[str, Band]

    @property
    def first(self) -> pl.Series:
        """The first of the cells."""
        return self.cells[self.of[0]]


def _age(row: Row) -> pl.Series:
    on = row.identities.on

    def years(number: str) -> int | None:
        born = identity.birth_date(number)
        return born and on.year - born.year - ((on.month, on.day) < (born.month, born.day))

    return row.identities.of(row.first, years, pl.Float64())


def _sex(row: Row) -> pl.Series:
    return row.identities.of(row.first, identity.sex, pl.String())


def _born(row: Row) -> pl.Series:
    return row.identities.of(row.first, identity.birth_date, pl.Date())


def _place(row: Row) -> pl.Series:
    return row.identities.of(row.first, lambda number: number[:PLACE_DIGITS], pl.String())


def _card(offset: int) -> Callable[[Row], pl.Series]:
    """Return the reader of a digit behind the ID of a 残疾人证: first kind, then grade."""

    def digit(number: str) -> int | None:
        return int(number[identity.LENGTH + offset]) if len(number) > identity.LENGTH else None

    return lambda row: row.identities.of(row.first, digit, pl.Float64())


def _days_after(row: Row) -> pl.Series:
    days = (row.first.cast(pl.Date) - pl.lit(row.identities.on)) if len(row.first) else None
    if days is None:
        return pl.Series([], dtype=pl.Float64)
    return pl.select(days.dt.total_days().cast(pl.Float64)).to_series()


def _position(months: pl.Series) -> pl.Series:
    """Return months, such as 2023-03, as running numbers."""
    parts = months.cast(pl.String).str.extract_groups(r"^(\d{4})-(\d{2})$")
    frame = parts.struct.unnest()
    year, month = (frame[name].cast(pl.Float64, strict=False) for name in frame.columns)
    return year * MONTHS + month


def _months_between(row: Row) -> pl.Series:
    return _position(row.cells[row.of[1]]) - _position(row.first)


def _months_ago(row: Row) -> pl.Series:
    on = row.identities.on
    return -(_position(row.first) - (on.year * MONTHS + on.month))


def _years_ago(row: Row) -> pl.Series:
    """Return how many calendar years before the survey a year, a month or a date lies."""
    years = row.first.cast(pl.String).str.extract(r"^(\d{4})").cast(pl.Float64)
    return -(years - row.identities.on.year)


def _has_column(row: Row) -> pl.Series:
    """Tell whether the row's sheet has a column for the field; null where it has none."""
    sheets = row.given.filter(pl.col("字段") == row.of[0]).with_columns(_there=pl.lit(value=True))
    keys = ["来源文件", "来源工作表"]
    rows = row.frame.select(pl.col(keys).cast(pl.String))
    joined = rows.join(sheets, on=keys, how="left", maintain_order="left")
    return joined["_there"]


def _first_known(row: Row) -> pl.Series:
    return row.cells.select(pl.coalesce(row.of)).to_series()


def _sum_of_known(row: Row) -> pl.Series:
    """Return the sum of the cells, a blank counting as nothing."""
    return row.cells.select(pl.sum_horizontal(row.of).cast(pl.Float64)).to_series()


def _number_or_band(row: Row) -> list[pl.Series]:
    """Return the bounds of a number where it is known, else those of the band that was ticked."""
    number, word = row.cells.select(pl.nth(0).cast(pl.Float64), pl.nth(1).cast(pl.String))
    ends = [
        word.replace_strict(
            {word: band[end] for word, band in row.bands.items()},
            default=None,
            return_dtype=pl.Float64,
        )
        for end in (0, 1)
    ]
    known = number.is_not_null()
    return [pl.select(pl.when(known).then(number).otherwise(end)).to_series() for end in ends]


def _any_filled(row: Row) -> pl.Series:
    return row.cells.select(
        pl.any_horizontal(pl.col(name).is_not_null() for name in row.of)
    ).to_series()


def _length(row: Row) -> pl.Series:
    return row.first.cast(pl.String).str.len_chars().cast(pl.Float64)


def _has_phone(row: Row) -> pl.Series:
    return row.first.cast(pl.String).str.contains(MOBILE.pattern)


FUNCTIONS: Final[dict[str, Callable[[Row], pl.Series | list[pl.Series]]]] = {
    "age": _age,
    "sex": _sex,
    "birth_date": _born,
    "place": _place,
    "card_kind": _card(0),
    "card_grade": _card(1),
    "days_after_survey": _days_after,
    "months_between": _months_between,
    "months_ago": _months_ago,
    "years_ago": _years_ago,
    "has_column": _has_column,
    "first_known": _first_known,
    "sum_of_known": _sum_of_known,
    "number_or_band": _number_or_band,
    "any_filled": _any_filled,
    "length": _length,
    "has_phone": _has_phone,
}
