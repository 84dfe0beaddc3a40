"""Hold every table against the rules about its rows, and point at the cell to mend.

A row for which a rule cannot be told gives no finding here: what is left blank in a required
column is found when the table is read. A table that was not handed in leaves the rules about it,
and those that look things up in it, unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from fanpin_analysis.analysis.engine import evaluate, rows_of, same_kind
from fanpin_analysis.analysis.measures import Tables
from fanpin_analysis.analysis.screening import shown, values_of
from fanpin_analysis.intake.gathering import FINDINGS
from fanpin_analysis.intake.rows import NAMES
from fanpin_analysis.intake.tables import SOURCE
from fanpin_analysis.policy.measures import RETURNED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from narwhals.typing import IntoFrame, IntoFrameT

    from fanpin_analysis.intake.reading import Intake
    from fanpin_analysis.policy.in_force import Policy
    from fanpin_analysis.policy.rulebook import Rule

Blocks = dict[tuple[str, str, str], list[tuple[int, int, str]]]
LEDGER = "ledger"


def check(
    ledger: IntoFrameT,
    policy: Policy,
    headers: IntoFrame,
    others: Mapping[str, IntoFrame] | None = None,
) -> IntoFrameT:
    """Return a finding for each row and rule of kind 核对 that the row does not keep to.

    Parameters
    ----------
    ledger
        One row a household, ending in 来源文件, 来源工作表, 来源行, in any frame narwhals knows.
    policy
        The rules, measures and parameters in force.
    headers
        Where each field stands in each sheet: 来源文件, 来源工作表, 表头行, 末行, 列, 字段.
    others
        The other tables by the keys of their forms, such as ``members``; see
        :func:`tables_beside`. Without them, only what the ledger alone can answer is checked.

    Returns
    -------
        The findings, table by table, by row and then in the order of the rules, in the columns of
        :data:`FINDINGS`, all text. 单元格 is the cell that the rule points at, such as ``N37``, or
        only the row where the sheet lacks that column.
        A pandas frame gives a pandas frame, pyarrow gives pyarrow, every other kind polars.

    Raises
    ------
    InputError
        When a column of a table holds another type than its field.
    """
    blocks = _blocks(headers)
    tables = Tables({LEDGER: ledger, **(others or {})}, policy, headers)
    found = [
        _finding(row, rule, blocks)
        for table in policy.vocabulary.forms
        if (rules := policy.checks_of(table))
        for row in _faulty(tables, table, rules).iter_rows(named=True)
        for rule in rules
        if row[rule.id]
    ]
    return same_kind(pl.DataFrame(found, schema=dict.fromkeys(FINDINGS, pl.String)), ledger)


def tables_beside(intake: Intake, policy: Policy) -> dict[str, IntoFrame]:
    """Return the tables beside the ledger by the keys of their forms, and the rows sent back."""
    forms = policy.vocabulary.forms
    others: dict[str, IntoFrame] = {key: getattr(intake, key) for key in forms if key != LEDGER}
    return others | {RETURNED: intake.returned}


def verdicts(tables: Tables, table: str, rules: Sequence[Rule]) -> pl.DataFrame:
    """Return a column of verdicts for each rule, over the rows of a table."""
    policy = tables.policy
    expressions = {rule.id: policy.expressions[rule.id] for rule in rules}
    names = dict.fromkeys(name for one in expressions.values() for name in one.names)
    frame = tables.with_measures(table, names)
    known = frame.select(name for name in names if name in frame.columns)
    terms = policy.measures.terms_of(table)
    return evaluate(known, expressions, terms=terms, values=values_of(policy)).select(
        list(expressions)
    )


def _faulty(tables: Tables, table: str, rules: Sequence[Rule]) -> pl.DataFrame:
    """Return the rows that break a rule, with their verdicts and what a finding shows of them."""
    if not len(tables.frames.get(table, ())):
        return pl.DataFrame()
    answers = verdicts(tables, table, rules)
    frame = tables.frames[table]
    wanted = dict.fromkeys([*SOURCE, *NAMES, *[rule.field for rule in rules if rule.field]])
    rows = rows_of(frame, wanted).hstack(answers)
    return rows.filter(pl.any_horizontal([rule.id for rule in rules]))


def _finding(row: Mapping[str, Any], rule: Rule, blocks: Blocks) -> dict[str, str | None]:
    value = row[rule.field] if rule.field else None
    return {
        "规则": rule.id,
        "级别": rule.severity,
        "维度": rule.dimension,
        "来源文件": row["来源文件"],
        "来源工作表": row["来源工作表"],
        "单元格": _cell(row, rule.field, blocks),
        "户主姓名": next((row[name] for name in NAMES if row[name]), None),
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
