"""The named functions that a measure may apply to the cells of a row, and nothing besides them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

import polars as pl

from fanpin_analysis.analysis.engine import rows_of
from fanpin_analysis.analysis.keys import VILLAGE
from fanpin_analysis.intake import identity
from fanpin_analysis.intake.keys import HARMLESS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fanpin_analysis.analysis.coverage import Coverage
    from fanpin_analysis.policy.parameters import Parameters
    from fanpin_analysis.policy.vocabulary import Vocabulary

PLACE_DIGITS: Final = 6
MONTHS: Final = 12
SEPARATOR: Final = "、"  # between the words of one cell
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
    parameters: Parameters
    coverage: Coverage
    vocabulary: Vocabulary

    @property
    def first(self) -> pl.Series:
        """The first of the cells."""
        return self.cells[self.of[0]]

    @property
    def villages(self) -> pl.Series:
        """The village of each row."""
        return rows_of(self.frame, [VILLAGE])[VILLAGE].cast(pl.String)


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


def _none_without_column(row: Row) -> pl.Series:
    """Return the cell; none (0, false) where the row's sheet has no column for the field."""
    cells, none = row.first, False if row.first.dtype == pl.Boolean else 0
    if row.given.is_empty():
        return cells
    there = _has_column(row).fill_null(value=False)
    return pl.select(pl.when(there).then(cells).otherwise(pl.coalesce(cells, none))).to_series()


def _value_if(row: Row) -> pl.Series:
    """Return the second cell where the first is true; null elsewhere."""
    condition, value = (row.cells[name] for name in row.of)
    return pl.select(pl.when(condition.cast(pl.Boolean)).then(value)).to_series()


def _agreed(row: Row) -> pl.Series:
    """Return what all known cells say; null where they differ."""
    first = pl.coalesce(row.of)
    same = pl.all_horizontal((pl.col(name) == first).fill_null(value=True) for name in row.of)
    return row.cells.select(pl.when(same).then(first)).to_series()


def _means(row: Row) -> pl.Series:
    """Return the word that an answer amounts to (``means`` of the field's code list)."""
    name = row.of[0]
    field = row.vocabulary.fields.get(name)
    items = row.vocabulary.code_list(field.codes if field and field.codes else name).items
    words = {item.word: item.means for item in items if item.means}

    def meant(text: str) -> str | None:
        told = (words[word] for word in text.split(SEPARATOR) if word in words)
        return SEPARATOR.join(dict.fromkeys(told)) or None

    texts = row.first.cast(pl.String)
    known = {text: meant(text) for text in texts.drop_nulls().unique()}
    return texts.replace_strict(known, default=None, return_dtype=pl.String)


def _new_words(row: Row) -> pl.Series:
    """Tell whether the first cell holds a word that the second lacks; null where one is blank."""
    first, second = (pl.col(name).cast(pl.String).str.split(SEPARATOR) for name in row.of)
    return row.cells.select(first.list.set_difference(second).list.len() > 0).to_series()


def _joined_words(row: Row) -> pl.Series:
    """Return the words of several cells as one text; null where all are blank."""
    texts = pl.concat_str(
        [pl.col(name).cast(pl.String) for name in row.of], separator=SEPARATOR, ignore_nulls=True
    )
    return row.cells.select(pl.when(texts != "").then(texts)).to_series()


def _year(row: Row) -> pl.Series:
    return row.first.cast(pl.String).str.extract(r"^(\d{4})").cast(pl.Float64)


def _month(row: Row) -> pl.Series:
    return row.first.cast(pl.String).str.extract(r"^\d{4}-(\d{2})").cast(pl.Float64)


def _month_number(row: Row) -> pl.Series:
    return _position(row.first.cast(pl.String).str.slice(0, len("2023-01")))


def _between(row: Row) -> list[pl.Series]:
    """Return the least and the most of the known cells, as the bounds of one value."""
    ends = (pl.min_horizontal(row.of), pl.max_horizontal(row.of))
    return [row.cells.select(end.cast(pl.Float64)).to_series() for end in ends]


def _largest(row: Row) -> pl.Series:
    """Return the largest cell; null where one is unknown."""
    known = pl.all_horizontal(pl.col(name).is_not_null() for name in row.of)
    return row.cells.select(pl.when(known).then(pl.max_horizontal(row.of))).to_series()


def _line_of_year(row: Row) -> pl.Series:
    """Return the line in force at the end of each year, this year's on the survey's day."""
    return _by_year(row, _lines(row).get)


def _next_line_of_year(row: Row) -> pl.Series:
    """Return the line of each year, or that of the next year that has one, this year at most."""
    lines = _lines(row)
    return _by_year(row, lambda year: next((lines[y] for y in sorted(lines) if y >= year), None))


def _by_year(row: Row, told: Callable[[int], float | None]) -> pl.Series:
    years = row.first.cast(pl.Float64).cast(pl.Int64, strict=False)
    known = {year: told(year) for year in years.drop_nulls().unique()}
    return years.replace_strict(known, default=None, return_dtype=pl.Float64)


def _lines(row: Row) -> dict[int, float]:
    """Return the official line of each year from the earliest row to the survey's."""
    this = row.parameters.on.year
    years = row.first.cast(pl.Float64).drop_nulls()
    earliest = max(int(years.min() or this), date.min.year)  # type: ignore[arg-type]
    return row.parameters.by_year(row.of[1], range(earliest, this + 1))


def _came(row: Row) -> pl.Series:
    """Tell whether a paper came to the row's village."""
    paper = row.coverage.papers.of(row.of[0], "指标")
    return row.coverage.came_to(paper, row.villages)


def _lacking(row: Row) -> pl.Series:
    """Return the due papers that did not come to the row's village; null where all came."""
    return row.coverage.lacking(row.villages)


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
    "none_without_column": _none_without_column,
    "value_if": _value_if,
    "agreed": _agreed,
    "means": _means,
    "new_words": _new_words,
    "joined_words": _joined_words,
    "year": _year,
    "month": _month,
    "month_number": _month_number,
    "between": _between,
    "largest": _largest,
    "line_of_year": _line_of_year,
    "next_line_of_year": _next_line_of_year,
    "came": _came,
    "lacking": _lacking,
}
