"""The tables that the township works with: what was found, row accounts, the first screening.

They are no official forms, so names and numbers of people are hidden in them; 来源文件, 来源工作表
and 来源行 lead to the household.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import polars as pl

from fanpin_analysis.analysis.look_back import look_back, no_labour, support_audit
from fanpin_analysis.analysis.screening import VERDICTS, explain
from fanpin_analysis.analysis.sentences import SENTENCE, reasons
from fanpin_analysis.analysis.suggestion import ENTER, OPEN, REASON, SUGGESTION, WORDS
from fanpin_analysis.deliverables.quality import by_village, village_scores
from fanpin_analysis.deliverables.tabulation import cells_of
from fanpin_analysis.deliverables.workbook_tables import write_tables
from fanpin_analysis.intake.accounts import SOURCE, returned_rows, sheet_accounts
from fanpin_analysis.policy.masking import mask

if TYPE_CHECKING:
    from pathlib import Path

    from fanpin_analysis.intake.reading import Intake
    from fanpin_analysis.policy.in_force import Policy

COUNTED, LACKING = "计入附件1", "未收材料"
HOUSEHOLD = ["村", "户主姓名", "家庭人口数", "户属性"]


def write_findings(intake: Intake, findings: pd.DataFrame, policy: Policy, path: Path) -> None:
    """Write the findings by village, their counts and scores, and what became of the rows."""
    placed = by_village(intake, findings)
    tables = {
        "问题清单": mask(placed, policy.vocabulary),
        "问题统计": count_findings(findings),
        "各村评分": village_scores(intake, placed, policy),
        "行数核对": sheet_accounts(intake),
        "退回的行": returned_rows(intake),
        "表头对照": intake.headers,
    }
    write_tables(tables, path)


def write_screening(
    households: pd.DataFrame, screening: pd.DataFrame, policy: Policy, path: Path
) -> None:
    """Write the screening: suggestions, counts by rule, each hit and why, and every verdict.

    Parameters
    ----------
    households
        Screened households with their suggestion; see
        :func:`~fanpin_analysis.analysis.screening.screen` and
        :func:`~fanpin_analysis.analysis.suggestion.suggest`.
    screening
        Their summary; see :func:`~fanpin_analysis.analysis.screening.summarise`.
    """
    rules = policy.of_kind("筛查")
    ids = [rule.id for rule in rules]
    hit = households.loc[households[ids].fillna(value=False).any(axis=1)]
    explained = explain(hit, policy)
    explained = explained[explained["结论"] == VERDICTS[True]]
    hidden = mask(households, policy.vocabulary)
    answers = pl.from_pandas(households.loc[:, ids])
    verdicts = {
        f"{rule.id} {rule.label}": [VERDICTS[answer] for answer in answers[rule.id]]
        for rule in rules
    }
    tables = {
        "建议": _suggested(households, hidden, policy),
        "建议户数": _counted(households),
        "各规则户数": screening,
        "命中的户与理由": hidden[[*HOUSEHOLD, *SOURCE]].merge(explained, on=SOURCE)[
            [*HOUSEHOLD, *explained.columns.drop(SOURCE), *SOURCE]
        ],
        "逐户结论": hidden[[*HOUSEHOLD, *SOURCE]].assign(
            **verdicts, **{COUNTED: cells_of(households, policy)}
        )[[*HOUSEHOLD, COUNTED, *verdicts, *SOURCE]],
    }
    write_tables(tables, path)


def write_look_back(
    households: pd.DataFrame, absent: pd.DataFrame, policy: Policy, path: Path
) -> None:
    """Write what is to be looked at again of the households of the register, and why.

    ``absent`` are those that the ledger lacks; see
    :func:`~fanpin_analysis.analysis.households.absent_from_ledger`.
    """
    tables = {
        "风险消除回头看": look_back(households, policy),
        "帮扶措施落实": support_audit(households, policy),
        "整户无劳动能力": no_labour(households, policy),
        "台账没有这一户": absent,
    }
    write_tables({name: mask(table, policy.vocabulary) for name, table in tables.items()}, path)


def _suggested(households: pd.DataFrame, hidden: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Return the households that are to be taken in or are open, those to be taken in first."""
    words = [ENTER, OPEN]
    spoken_of = households[SUGGESTION].isin(words)
    told = reasons(households.loc[spoken_of], policy)[SENTENCE]
    found = hidden.loc[spoken_of].assign(**{SENTENCE: told.to_numpy()})
    found = found[[*HOUSEHOLD, SUGGESTION, SENTENCE, *WORDS[1:], *SOURCE]]
    order = found[SUGGESTION].map({word: place for place, word in enumerate(words)})
    return found.loc[order.sort_values(kind="stable").index]


def _counted(households: pd.DataFrame) -> pd.DataFrame:
    """Count the suggestions with their reasons, and say once what did not come and is unchecked."""
    counts = households.value_counts([SUGGESTION, REASON], dropna=False)
    lacking = households.value_counts([LACKING])
    rows = [
        counts.reset_index(name="户数"),
        lacking.reset_index(name="户数")
        .rename(columns={LACKING: REASON})
        .assign(**{SUGGESTION: "没有收到的材料"}),
    ]
    return pd.concat(rows, ignore_index=True)


def count_findings(findings: pd.DataFrame) -> pd.DataFrame:
    """Count findings by rule, the most frequent first."""
    first = [pl.col(name).first() for name in ("级别", "维度", "说明", "处理建议")]
    counted = (
        pl.from_pandas(findings)
        .group_by("规则", maintain_order=True)
        .agg(pl.len().alias("次数"), *first)
        .sort("次数", descending=True, maintain_order=True)
    )
    return counted.to_pandas(use_pyarrow_extension_array=True)
