"""A number known only between two bounds proves what the bounds prove, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanpin_analysis.analysis.engine import evaluate
from fanpin_analysis.errors import ExpressionError
from fanpin_analysis.policy.expressions import Term, bounds, parse

if TYPE_CHECKING:
    from conftest import Engine

TERMS = {
    "预计": Term(kind="interval"),
    "去年": Term(kind="number"),
    **{end: Term(kind="number") for end in bounds("预计")},
}
OPERATORS = ("<", "<=", ">", ">=")
BANDS = [(None, 7499.99), (7500.0, 9999.99), (10000.0, 19999.99), (20000.0, None)]


def verdicts(engine: Engine, text: str, rows: list[dict[str, float | None]]) -> list[bool | None]:
    """Evaluate one comparison over rows of bounds and a number."""
    schema = dict.fromkeys((*bounds("预计"), "去年"), pl.Float64)
    frame = engine.frame(pl.DataFrame(rows, schema=schema))
    found = evaluate(frame, {"v": parse(text, TERMS, "测试")}, terms=TERMS)
    return engine.read(found)["v"].to_list()


def banded(*bands: tuple[float | None, float | None]) -> list[dict[str, float | None]]:
    """Return rows of bands, with last year's 10,000 yuan beside each."""
    return [dict(zip(bounds("预计"), band, strict=True)) | {"去年": 10000.0} for band in bands]


def test_band_proves_below_above_or_nothing(engine: Engine) -> None:
    """The printed bands and the line of 7,500: below, above, above, above."""
    assert verdicts(engine, "预计 < 7500", banded(*BANDS)) == [True, False, False, False]
    assert verdicts(engine, "预计 < 8000", banded(*BANDS)) == [True, None, False, False]
    assert verdicts(engine, "预计 < 8000", banded((None, None))) == [None]


def test_band_proves_a_fall_only_where_it_lies_wholly_below(engine: Engine) -> None:
    """Last year's 10,000 lies above two bands, on the edge of the third and below the fourth."""
    assert verdicts(engine, "预计 < 去年", banded(*BANDS)) == [True, True, False, False]
    assert verdicts(engine, "去年 > 预计", banded(*BANDS)) == [True, True, False, False]
    assert verdicts(engine, "预计 <= 去年", banded(*BANDS)) == [True, True, None, False]


@pytest.mark.parametrize("operator", OPERATORS)
def test_exact_interval_compares_as_its_number(engine: Engine, operator: str) -> None:
    """An amount known to the yuan gives the same answers as a plain number."""
    amounts = [-500.0, 0.0, 7499.99, 7500.0, 7500.01]
    rows = [dict.fromkeys(bounds("预计"), amount) | {"去年": amount} for amount in amounts]
    as_interval = verdicts(engine, f"预计 {operator} 7500", rows)
    assert as_interval == verdicts(engine, f"去年 {operator} 7500", rows)


def test_interval_is_none_only_without_any_bound(engine: Engine) -> None:
    """A band that is open to one side is still known."""
    assert verdicts(engine, "预计 is None", banded((None, None), *BANDS)) == [True, *[False] * 4]


@given(
    low=st.integers(0, 9), width=st.integers(0, 9), line=st.integers(0, 20), value=st.integers(0, 9)
)
def test_answer_of_an_interval_holds_for_every_value_in_it(
    low: int, width: int, line: int, value: int
) -> None:
    """Narrowing an interval to a value in it never turns a proven answer round."""
    inside = low + min(value, width)
    rows = [
        dict(zip(bounds("预计"), band, strict=True)) for band in ((low, low + width), [inside] * 2)
    ]
    frame = pl.DataFrame(rows).cast(pl.Float64)
    for operator in OPERATORS:
        parsed = parse(f"预计 {operator} {line}", TERMS, "测试")
        wide, exact = evaluate(frame, {"v": parsed}, terms=TERMS)["v"].to_list()
        assert wide in (None, exact)


@pytest.mark.parametrize("text", ["预计 == 7500", "预计 + 1 > 0", "预计 in [7500]", "预计 < '低'"])
def test_only_orderings_with_numbers_are_read(text: str) -> None:
    """Whether an interval equals a number, or what it sums to, cannot be told."""
    with pytest.raises(ExpressionError):
        parse(text, TERMS, "测试")
