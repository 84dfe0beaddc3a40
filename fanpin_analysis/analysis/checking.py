"""Hold ledgers against the rules that the ledger alone can answer, and point at the cell.

A row for which a rule cannot be told gives no finding here: what is left blank in a required
column is found when the ledger is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from fanpin_analysis.analysis.engine import rows_of, same_kind
from fanpin_analysis.analysis.screening import screen, shown
from fanpin_analysis.intake.gathering import FINDINGS
from fanpin_analysis.intake.sheets import SOURCE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from narwhals.typing import IntoFrame, IntoFrameT

    from fanpin_analysis.policy.in_force import Policy
    from fanpin_analysis.policy.rulebook import Rule

Blocks = dict[tuple[str, str, str], list[tuple[int, int, str]]]


def check(ledger: IntoFrameT, policy: Policy, headers: IntoFrame) -> IntoFrameT:
    """Return a finding for each row and rule of kind 核对 that the row does not keep to.

    Parameters
    ----------
    ledger
        One row a household, ending in 来源文件, 来源工作表, 来源行, in any frame narwhals knows.
    policy
        The rules and parameters in force.
    headers
        Where each field stands in each sheet: 来源文件, 来源工作表, 表头行, 末行, 列, 字段.

    Returns
    -------
        The findings, by row and then in the order of the rules, in the columns of
        :data:`FINDINGS`, all text. 单元格 is the cell that the rule points at, such as ``N37``, or
        only the row where the sheet lacks that column.
        A pandas frame gives a pandas frame, pyarrow gives pyarrow, every other kind polars.

    Raises
    ------
    InputError
        When a column of the ledger holds another type than its field.
    """
    rules = policy.of_kind("核对")
    fields = [rule.field for rule in rules]
    wanted = dict.fromkeys([*SOURCE, "户主姓名", *fields, *[rule.id for rule in rules]])
    rows = rows_of(screen(ledger, policy, "核对"), wanted)
    blocks = _blocks(headers)
    found = [
        _finding(row, rule, blocks)
        for row in rows.filter(pl.any_horizontal(pl.lit(False), *[r.id for r in rules])).iter_rows(  # noqa: FBT003
            named=True
        )
        for rule in rules
        if row[rule.id]
    ]
    return same_kind(pl.DataFrame(found, schema=dict.fromkeys(FINDINGS, pl.String)), ledger)


def _finding(row: Mapping[str, Any], rule: Rule, blocks: Blocks) -> dict[str, str | None]:
    value = row[rule.field] if rule.field else None
    return {
        "规则": rule.id,
        "级别": rule.severity,
        "维度": rule.dimension,
        "来源文件": row["来源文件"],
        "来源工作表": row["来源工作表"],
        "单元格": _cell(row, rule.field, blocks),
        "户主姓名": row["户主姓名"],
        "字段": rule.field,
        "原值": None if value is None else shown(value),
        "说明": rule.label,
        "处理建议": rule.remedy,
    }


def _blocks(headers: IntoFrame) -> Blocks:
    """Return, by file, sheet and field, the rows between which it stands and its column."""
    columns = ["来源文件", "来源工作表", "字段", "表头行", "末行", "列"]
    blocks: Blocks = {}
    for file, sheet, field, first, last, column in rows_of(headers, columns).iter_rows():
        blocks.setdefault((file, sheet, field), []).append((first, last, column))
    return blocks


def _cell(row: Mapping[str, Any], field: str, blocks: Blocks) -> str | None:
    """Return the cell as Excel shows it, or the row alone where its sheet lacks the column."""
    number = row["来源行"]
    if number is None:
        return None
    for first, last, column in blocks.get((row["来源文件"], row["来源工作表"], field), []):
        if first < number <= last:
            return f"{column}{number}"
    return f"{number}行"
