"""What became of the rows of every sheet, and how many findings there are."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import polars as pl

from fanpin_analysis.intake.gathering import ACCEPTED, NOT_DATA, RETURNED

if TYPE_CHECKING:
    import pandas as pd

    from fanpin_analysis.intake.reading import Intake

FATES = {"accepted": ACCEPTED, "returned": RETURNED, "not_data": NOT_DATA}
SEVERITIES = ("错误", "提示")
SHEET = ["来源文件", "来源工作表"]
SOURCE = [*SHEET, "来源行"]


def sheet_accounts(intake: Intake) -> pd.DataFrame:
    """Count the rows of every sheet by their fate: 读取 = 采用 + 待核退回 + 非数据行.

    Returns
    -------
    pandas.DataFrame
        One row a sheet, in reading order: 来源文件, 来源工作表, 表 (what it was taken for, empty
        when it was not recognised), 表头行, 读取, and the three fates.
    """
    accounts = pl.from_pandas(intake.accounts)
    counted = accounts.group_by(SHEET, maintain_order=True).agg(
        pl.len().alias("读取"),
        *[(pl.col("去向") == fate).sum().alias(fate) for fate in FATES.values()],
    )
    told = (
        (pl.from_pandas(intake.headers))
        .group_by(SHEET)
        .agg(
            pl.col(name).cast(pl.String).unique(maintain_order=True).str.join("、")
            for name in ("表", "表头行")
        )
    )
    joined = counted.join(told, on=SHEET, how="left", maintain_order="left")
    shown = joined.with_columns(pl.col("表", "表头行").fill_null("")).select(
        *SHEET, "表", "表头行", "读取", *FATES.values()
    )
    return shown.to_pandas(use_pyarrow_extension_array=True)


def returned_rows(intake: Intake) -> pd.DataFrame:
    """Return the account lines of the rows that go back to the village."""
    return intake.accounts.loc[intake.accounts["去向"] == RETURNED]


def row_counts(intake: Intake) -> dict[str, int]:
    """Count the rows that were read, and those of each fate."""
    fates = Counter(intake.accounts["去向"])
    return {"read": fates.total()} | {key: fates[fate] for key, fate in FATES.items()}


def severity_counts(findings: pd.DataFrame) -> dict[str, int]:
    """Count findings by 级别."""
    counts = Counter(findings["级别"])
    return {severity: counts[severity] for severity in SEVERITIES}


def places(findings: pd.DataFrame, most: int = 3) -> str:
    """Say where findings stand: the sheets that have most of them, each with its first cells."""
    sheets = Counter(zip(*(findings[name].fillna("") for name in SHEET), strict=True))
    told = [_in_sheet(findings, file, name, most) for (file, name), _ in sheets.most_common(most)]
    more = f"；另有 {len(sheets) - most} 张表" if len(sheets) > most else ""
    return "；".join(told) + more


def _in_sheet(findings: pd.DataFrame, file: str, sheet: str, most: int) -> str:
    inside = (findings[SHEET[0]] == file) & (findings[SHEET[1]].fillna("") == sheet)
    own = findings.loc[inside, "单元格"]
    cells = dict.fromkeys(cell for cell in own if cell)
    more = f" 等 {len(own)} 处" if len(own) > most else ""
    name = f"{file}「{sheet}」" if sheet else file
    return f"{name}{'、'.join(list(cells)[:most])}{more}"
