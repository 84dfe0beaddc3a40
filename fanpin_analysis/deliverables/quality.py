"""Findings by village: which village a finding is of, in what order they stand, and a score.

The score says how clean a village's papers are, not how well the village works: it starts at 100
and loses points for each error and each hint per 100 households of its ledger.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Final

import polars as pl

from fanpin_analysis.intake.accounts import SHEET, SOURCE, returned_rows

if TYPE_CHECKING:
    import pandas as pd

    from fanpin_analysis.intake.reading import Intake
    from fanpin_analysis.policy.in_force import Policy

VILLAGE, TOWNSHIP, CELL = "村", "乡镇场", "单元格"
NOWHERE: Final = "（未分村）"
SEVERITIES: Final = ("错误", "提示")
DIMENSIONS: Final = ("及时", "准确", "完整", "一致")
COSTS: Final = {"错误": "错误扣分", "提示": "提示扣分"}  # the parameters that say what each costs
FULL = 100
HALF = 0.5
ROWS, TOTAL = "台账户数", "总分"


def by_village(intake: Intake, findings: pd.DataFrame) -> pd.DataFrame:
    """Return the findings with the village of each, sorted by village, severity and cell.

    Parameters
    ----------
    intake
        What was read.
    findings
        Findings in the columns of :data:`~fanpin_analysis.intake.gathering.FINDINGS`.

    Returns
    -------
        The findings, 村 before their own columns: the village of the row, else the one that most
        rows of its sheet name, else （未分村）. Those stand at the top; then the villages in the
        order of the village list, errors before hints, and by file, sheet, row and column.
    """
    told = pl.from_pandas(findings)
    rows = _rows(intake)
    villages = list(dict.fromkeys([NOWHERE, *_listed(intake), *rows[VILLAGE].drop_nulls()]))
    number = pl.col(CELL).str.extract(r"(\d+)").cast(pl.Int64, strict=False)
    placed = (
        told.with_columns(number.alias("来源行"))
        .join(rows, on=SOURCE, how="left", maintain_order="left")
        .join(_of_sheets(rows), on=SHEET, how="left", maintain_order="left")
        .with_columns(pl.coalesce(VILLAGE, "_sheet", pl.lit(NOWHERE)).alias(VILLAGE))
    )
    column = pl.col(CELL).str.extract(r"^([A-Z]+)\d")
    ordered = placed.with_columns(
        _village=pl.col(VILLAGE).replace_strict(villages, range(len(villages)), default=None),
        _severity=pl.col("级别") != SEVERITIES[0],
        _width=column.str.len_chars(),
        _column=column,
    ).sort(
        ["_village", "_severity", *SHEET, "来源行", "_width", "_column"],
        nulls_last=False,
        maintain_order=True,
    )
    return ordered.select(VILLAGE, *told.columns).to_pandas(use_pyarrow_extension_array=True)


def village_scores(intake: Intake, findings: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Return for each village its errors and hints per 100 households, by dimension, and a score.

    Parameters
    ----------
    intake
        What was read.
    findings
        Findings as :func:`by_village` returns them.
    policy
        The parameters in force: what an error and a hint cost.

    Returns
    -------
        One row a village: 台账户数 (ledger rows, accepted or returned), 总分, the score of each
        dimension, and the errors and hints per 100 of those rows from which it comes; the last row
        says how it is computed. Without a ledger there is no score.
    """
    sheets = pl.from_pandas(intake.ledger).select(SHEET).unique()
    rows = _rows(intake).join(sheets, on=SHEET, how="semi", maintain_order="left")
    rows = rows.group_by(VILLAGE, maintain_order=True).len(ROWS)
    costs = {severity: policy.parameters[name] for severity, name in COSTS.items()}
    counts = {
        f"{dimension}·{severity}": (pl.col("维度") == dimension) & (pl.col("级别") == severity)
        for dimension in DIMENSIONS
        for severity in SEVERITIES
    }
    counted = (
        pl.from_pandas(findings)
        .group_by(VILLAGE, maintain_order=True)
        .agg([asked.sum().alias(name) for name, asked in counts.items()])
    )
    named = [*_listed(intake), *rows[VILLAGE].drop_nulls(), *counted[VILLAGE]]
    villages = [village for village in dict.fromkeys(named) if village != NOWHERE]
    table = (
        pl.DataFrame({VILLAGE: villages}, schema={VILLAGE: pl.String})
        .join(rows, on=VILLAGE, how="left", maintain_order="left")
        .join(counted, on=VILLAGE, how="left", maintain_order="left")
        .with_columns(pl.col(*counts).fill_null(0))
    )
    rated = table.with_columns(
        [(pl.col(name) * FULL / pl.col(ROWS)).alias(name) for name in counts]
    )
    lost = {
        dimension: sum(
            (pl.col(f"{dimension}·{severity}") * costs[severity].value for severity in SEVERITIES),
            start=pl.lit(0.0),
        )
        for dimension in DIMENSIONS
    }
    scores = [_score(lost[dimension]).alias(f"{dimension}得分") for dimension in DIMENSIONS]
    whole = _score(sum(lost.values(), start=pl.lit(0.0))).alias(TOTAL)
    shown = [
        pl.col(f"{dimension}·{severity}").round(1).alias(f"{dimension}：每百户{severity}")
        for dimension in DIMENSIONS
        for severity in SEVERITIES
    ]
    told = rated.select(VILLAGE, ROWS, whole, *scores, *shown)
    note = pl.DataFrame({VILLAGE: [_formula(policy)]})
    return pl.concat([told, note], how="diagonal").to_pandas(use_pyarrow_extension_array=True)


def _score(lost: pl.Expr) -> pl.Expr:
    return (pl.lit(float(FULL)) - lost).clip(lower_bound=0).round(1)


def _formula(policy: Policy) -> str:
    """Return how the score is computed, with the values in force."""
    error, hint = (policy.parameters[name] for name in COSTS.values())
    return (
        f"说明：得分为 {FULL}－{error.value:g}×每百户错误数－{hint.value:g}×每百户提示数，最低0分；"
        f"总分是四个维度合在一起算；户数是该村台账采用和退回的行，问题含该村其他各张表的。"
        f"扣分标准{error.status}（非官方），见 definitions/parameters/national.toml。"
    )


def _listed(intake: Intake) -> list[str]:
    """Return the villages in the order of the village list."""
    return pl.from_pandas(intake.villages)[VILLAGE].drop_nulls().to_list()


def _rows(intake: Intake) -> pl.DataFrame:
    """Return every accepted row of every paper and every returned one, with its village.

    附件1 names the village in the column of townships.
    """
    everything = (getattr(intake, item.name) for item in fields(intake))
    papers = [frame for frame in everything if {VILLAGE, *SOURCE} <= set(frame.columns)]
    frames = [pl.from_pandas(frame) for frame in papers if len(frame)]
    known = {village for frame in frames for village in frame[VILLAGE].drop_nulls()}
    parts = []
    for frame in frames:
        village = pl.col(VILLAGE)
        if TOWNSHIP in frame.columns:
            named = pl.col(TOWNSHIP).is_in(list(known))
            village = pl.coalesce(VILLAGE, pl.when(named).then(TOWNSHIP))
        parts.append(frame.select(*SOURCE, village.alias(VILLAGE)))
    empty = pl.DataFrame(schema={**dict.fromkeys(SHEET, pl.String), SOURCE[-1]: pl.Int64})
    accepted = pl.concat([empty.with_columns(pl.lit(None, pl.String).alias(VILLAGE)), *parts])
    returned = pl.from_pandas(returned_rows(intake)).select(SOURCE)
    sent_back = (
        returned.join(accepted, on=SOURCE, how="anti", maintain_order="left")
        .join(_of_sheets(accepted), on=SHEET, how="left", maintain_order="left")
        .rename({"_sheet": VILLAGE})
    )
    return pl.concat([accepted, sent_back.select(accepted.columns)]).unique(
        SOURCE, keep="first", maintain_order=True
    )


def _of_sheets(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the village that more than half of a sheet's rows name."""
    counted = rows.group_by([*SHEET, VILLAGE], maintain_order=True).len("_rows")
    share = pl.col("_rows") / pl.col("_rows").sum().over(SHEET)
    most = counted.filter((share > HALF) & pl.col(VILLAGE).is_not_null())
    return most.select(*SHEET, pl.col(VILLAGE).alias("_sheet"))
