"""Join what the papers say of a household: one row for every household of the ledger.

Tables are joined by the first eighteen characters of an ID. Where a table says two different
things of one household and year, nothing is taken from it: the answer is unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from fanpin_analysis.intake.tables import SOURCE

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from fanpin_analysis.intake.reading import Intake

KEY = "_key"
NUMBER = "户主证件号码"
KIND, STANDING = "户类型", "户属性"
STANDINGS = {"脱贫户": "脱贫户", "档外农户": "一般农户"}
PER_HEAD, YEAR = "人均纯收入", "年度"
REGISTERED = ("监测对象类别", "风险是否已消除", "识别监测时间", "消除监测时间")


def join_households(intake: Intake, on: date) -> pd.DataFrame:
    """Return the ledger with what the other tables know of each household.

    Parameters
    ----------
    intake
        What :func:`~fanpin_analysis.intake.reading.read` returned.
    on
        The day of the screening; last year and the year before are counted from it.

    Returns
    -------
    pandas.DataFrame
        One row a household, in the ledger's order: its columns, and 户类型, 去年人均纯收入,
        前年人均纯收入 (yuan a person and year), 监测对象类别, 风险是否已消除 and the months of
        both. Null where no table tells.
    """
    ledger = _keyed(intake.ledger, NUMBER)
    households = ledger
    for years, name in ((1, "去年人均纯收入"), (2, "前年人均纯收入")):
        income = _keyed(intake.incomes, NUMBER).filter(pl.col(YEAR) == on.year - years)
        households = _joined(households, income.select(KEY, pl.col(PER_HEAD).alias(name)))
    own_kind = pl.col(KIND).alias("_own")
    persons = _keyed(intake.register, "证件号码").select(KEY, own_kind, *REGISTERED)
    roster = _keyed(intake.roster, NUMBER).select(KEY, pl.col(KIND).alias("_roster"))
    households = _joined(_joined(households, persons), roster)
    by_standing = pl.col(STANDING).replace_strict(STANDINGS, default=None, return_dtype=pl.String)
    kind = pl.coalesce("_own", "_roster", by_standing).alias(KIND)
    source = list(SOURCE)
    return (
        households.with_columns(kind)
        .drop(KEY, "_own", "_roster")
        .select(pl.exclude(source), *source)
        .to_pandas(use_pyarrow_extension_array=True)
    )


def _keyed(frame: pd.DataFrame, column: str) -> pl.DataFrame:
    return pl.from_pandas(frame).with_columns(pl.col(column).str.slice(0, 18).alias(KEY))


def _joined(households: pl.DataFrame, table: pl.DataFrame) -> pl.DataFrame:
    """Join a table whose rows agree wherever they have the same key; leave out the others."""
    agreed = table.drop_nulls(KEY).unique().unique(KEY, keep="none")
    return households.join(agreed, on=KEY, how="left", maintain_order="left")
