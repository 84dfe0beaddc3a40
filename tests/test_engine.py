"""One executor: the same verdicts, the caller's own kind of frame, nothing of it changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from fanpin_analysis.analysis.engine import evaluate
from fanpin_analysis.errors import InputError
from fanpin_analysis.policy.expressions import Term, parse

if TYPE_CHECKING:
    from conftest import Engine

TERMS = {
    "户类型": Term(kind="text", words=("脱贫户", "一般农户")),
    "人均纯收入": Term(kind="number"),
    "监测线": Term(kind="number"),
    "有问题": Term(kind="boolean"),
    "填表日期": Term(kind="date"),
}
LOW = {"低": parse("人均纯收入 < 监测线", TERMS, "试")}
PROBLEM = {"问": parse("有问题", TERMS, "试")}
LINE = {"监测线": 7500}


def low(frame: Any) -> list[bool | None]:
    """Return which households of a pandas frame are below the line."""
    verdicts = evaluate(frame, LOW, terms=TERMS, values=LINE)["低"]
    return [None if verdict is pd.NA else bool(verdict) for verdict in verdicts]


def test_frame_comes_back_as_it_was_with_a_column_more(engine: Engine) -> None:
    """The kind, the columns, their order and their values are the caller's own."""
    table = pl.DataFrame({"户主": ["甲", "乙"], "人均纯收入": [7000, None], "序": [1, 2]})
    frame = engine.frame(table)
    evaluated = evaluate(frame, LOW, terms=TERMS, values=LINE)
    assert type(evaluated) is type(frame)
    read = engine.read(evaluated)
    assert read.columns == [*table.columns, "低"]
    assert read.select(table.columns).rows() == table.rows()
    assert read["低"].to_list() == [True, None]


def test_column_that_is_not_there_is_unknown(engine: Engine) -> None:
    """A frame that lacks what a rule needs gives no answer, and no error."""
    frame = engine.frame(pl.DataFrame({"户主": ["甲", "乙"]}))
    assert engine.read(evaluate(frame, LOW, terms=TERMS, values=LINE))["低"].to_list() == [None] * 2


def test_column_without_any_value_is_unknown(engine: Engine) -> None:
    """An empty column has no type worth quarrelling about."""
    frame = engine.frame(pl.DataFrame({"人均纯收入": [None, None], "有问题": [None, None]}))
    evaluated = evaluate(frame, LOW | PROBLEM, terms=TERMS, values=LINE)
    assert engine.read(evaluated).select("低", "问").rows() == [(None, None)] * 2


def test_column_of_the_wrong_type_is_told(engine: Engine) -> None:
    """The message names the column and what is wanted, and no value of it."""
    frame = engine.frame(pl.DataFrame({"人均纯收入": ["七千", "8000"]}))
    with pytest.raises(InputError, match="“人均纯收入”一列应是数值") as caught:
        evaluate(frame, LOW, terms=TERMS, values=LINE)
    assert "七千" not in str(caught.value)


def test_empty_frame_gives_an_empty_frame(engine: Engine) -> None:
    """No households, no verdicts."""
    frame = engine.frame(pl.DataFrame(schema={"人均纯收入": pl.Float64}))
    assert engine.read(evaluate(frame, LOW, terms=TERMS, values=LINE)).shape == (0, 2)


def test_pandas_index_is_kept() -> None:
    """Rows stay with their labels, also where these repeat."""
    frame = pd.DataFrame({"人均纯收入": [9000, 7000, 8000]}, index=[7, 3, 7])
    evaluated = evaluate(frame, LOW, terms=TERMS, values=LINE)
    assert evaluated.index.to_list() == [7, 3, 7]
    assert low(frame) == [False, True, False]
    assert list(frame.columns) == ["人均纯收入"]


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([7000, np.nan, 7500]),
        pd.Series([7000, None, 7500], dtype=object),
        pd.Series([7000.0, float("nan"), 7500], dtype=object),
        pd.Series([7000, pd.NA, 7500], dtype="Int64"),
        pd.Series([7000, pd.NA, 7500], dtype="Float64"),
        pd.Series([7000, None, 7500], dtype="double[pyarrow]"),
        pd.Series([7000, None, 7500], dtype="int32[pyarrow]"),
    ],
    ids=str,
)
def test_missing_number_of_a_users_frame_is_unknown(column: pd.Series) -> None:
    """Not-a-number is a missing value in every way that pandas writes it."""
    assert low(pd.DataFrame({"人均纯收入": column})) == [True, None, False]


def test_not_a_number_in_polars_is_unknown() -> None:
    """Polars puts not-a-number above every number; a rule must not."""
    frame = pl.DataFrame({"人均纯收入": [float("nan"), 7000.0]})
    assert evaluate(frame, LOW, terms=TERMS, values=LINE)["低"].to_list() == [None, True]


def test_unsigned_numbers_may_fall_below_zero() -> None:
    """A difference of small unsigned columns does not wrap round."""
    rule = {"降": parse("人均纯收入 - 监测线 < 0", TERMS, "试")}
    frame = pl.DataFrame(
        {"人均纯收入": [1], "监测线": [2]}, schema_overrides={"人均纯收入": pl.UInt8}
    )
    assert evaluate(frame, rule, terms=TERMS)["降"].to_list() == [True]


def test_booleans_of_a_users_frame_keep_their_gaps() -> None:
    """A gap among true and false in an object column is unknown, not false."""
    frame = pd.DataFrame({"有问题": pd.Series([True, np.nan, None, False], dtype=object)})
    verdicts = evaluate(frame, PROBLEM, terms=TERMS)["问"]
    assert verdicts.isna().to_list() == [False, True, True, False]
    assert verdicts.dtype == "bool[pyarrow]"


def test_empty_text_is_null(engine: Engine) -> None:
    """Blank is null, also where it is a text without a character."""
    rule = {"空": parse("户类型 is None", TERMS, "试")}
    frame = engine.frame(pl.DataFrame({"户类型": ["脱贫户", "", None]}))
    evaluated = evaluate(frame, rule, terms=TERMS)
    assert engine.read(evaluated)["空"].to_list() == [False, True, True]


def test_categories_are_texts() -> None:
    """A categorical column of pandas is read by its words."""
    rule = {"脱": parse("户类型 == '脱贫户'", TERMS, "试")}
    frame = pd.DataFrame({"户类型": pd.Categorical(["脱贫户", None, "一般农户"])})
    assert evaluate(frame, rule, terms=TERMS)["脱"].isna().to_list() == [False, True, False]


def test_mixed_column_of_a_users_frame_is_told() -> None:
    """Numbers and texts in one column cannot be judged; the message says which column."""
    frame = pd.DataFrame({"人均纯收入": pd.Series([7000, "7千"], dtype=object)})
    with pytest.raises(InputError, match="“人均纯收入”一列混有几种类型"):
        evaluate(frame, LOW, terms=TERMS, values=LINE)


def test_screening_twice_changes_nothing(engine: Engine) -> None:
    """The verdicts of a second evaluation take the place of the first."""
    frame = engine.frame(pl.DataFrame({"人均纯收入": [7000, 8000]}))
    once = evaluate(frame, LOW, terms=TERMS, values=LINE)
    twice = evaluate(once, LOW, terms=TERMS, values=LINE)
    assert engine.read(twice).equals(engine.read(once))
