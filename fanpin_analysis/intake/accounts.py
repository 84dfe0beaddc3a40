"""What became of the rows of every sheet, and how many findings there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    fates = intake.accounts.groupby(SHEET, sort=False)["去向"].value_counts().unstack()
    fates = fates.reindex(columns=list(FATES.values())).fillna(0).astype("int64")
    fates.insert(0, "读取", fates.sum(axis=1))
    columns = intake.headers.groupby(SHEET, sort=False)
    for position, name in enumerate(("表", "表头行")):
        told = columns[name].agg(lambda values: "、".join(map(str, dict.fromkeys(values))))
        fates.insert(position, name, told.reindex(fates.index).astype("string").fillna(""))
    in_order = intake.accounts[SHEET].drop_duplicates()
    return in_order.merge(fates.rename_axis(columns=None), left_on=SHEET, right_index=True)


def returned_rows(intake: Intake) -> pd.DataFrame:
    """Return the account lines of the rows that go back to the village."""
    return intake.accounts[intake.accounts["去向"] == RETURNED]


def row_counts(intake: Intake) -> dict[str, int]:
    """Count the rows that were read, and those of each fate."""
    fates = intake.accounts["去向"].value_counts()
    return {"read": len(intake.accounts)} | {
        key: int(fates.get(fate, 0)) for key, fate in FATES.items()
    }


def severity_counts(findings: pd.DataFrame) -> dict[str, int]:
    """Count findings by 级别."""
    counts = findings["级别"].value_counts()
    return {severity: int(counts.get(severity, 0)) for severity in SEVERITIES}
