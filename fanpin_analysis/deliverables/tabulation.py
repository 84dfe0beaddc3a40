"""Annex 1 from the households, its identities, and the households behind each of its cells.

Codes come in pairs that count the same households: how many they are, and the persons in them.
What each pair counts is a filter of the form ``submitted``, in the grammar of the rules.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fanpin_analysis.analysis.engine import evaluate
from fanpin_analysis.analysis.screening import values_of
from fanpin_analysis.errors import DefinitionError, InputError, nearest
from fanpin_analysis.intake.tables import SOURCE
from fanpin_analysis.policy.expressions import parse

if TYPE_CHECKING:
    from fanpin_analysis.policy.in_force import Policy
    from fanpin_analysis.policy.vocabulary import Pair

TOTAL = "合计"
SEPARATOR = "、"
NO_VILLAGE = "（村未填）"


def tabulate(
    ledger: pd.DataFrame,
    policy: Policy,
    decisions: pd.DataFrame | None = None,
    villages: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Count Annex 1: a row a village and last the row 合计.

    Parameters
    ----------
    ledger
        One row a household that was visited, with 村 and 家庭人口数.
    policy
        The definitions in force; its form ``submitted`` says what each pair of codes counts.
    decisions
        One row a household proposed for 回退 or 清退; without it C1 to D2 are 0.
    villages
        The list of villages: its order is that of the rows, and a village without a household has a
        row of zeros. Villages that it lacks follow in the order in which they first appear.

    Returns
    -------
        村 and the 20 codes in official order, in households and persons. A household whose
        condition cannot be told, as with 排查方式 left blank, is not counted under it; one without
        家庭人口数 counts no persons; one without a village stands under （村未填）.

    References
    ----------
    罗发〔2023〕23号 附件1
    """
    areas = _areas(ledger, decisions, villages)
    counts = pd.DataFrame(index=pd.Index([*areas, TOTAL], dtype="string", name="村"))
    for pair in policy.vocabulary.form("submitted").pairs:
        counted = _counted(_source(pair, ledger, decisions, policy), pair, policy)
        persons = counted["家庭人口数"].astype("Int64").groupby(_villages(counted).to_numpy())
        for code, figure in zip(pair.codes, ("size", "sum"), strict=True):
            counts[code] = persons.agg(figure).astype("Int64").reindex(areas, fill_value=0)
    counts.loc[TOTAL] = counts.sum()
    return counts.loc[:, _codes(policy)].reset_index()


def identities(annex1: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Hold every row of Annex 1 against the identities that the form prints; nothing is patched.

    Parameters
    ----------
    annex1
        Annex 1 as :func:`tabulate` returns it, or as a village handed it in.
    policy
        The definitions in force.

    Returns
    -------
        One row an identity and area: 恒等式, 村, the values of its two sides 左 and 右, and 成立,
        which is null where a cell is blank.

    References
    ----------
    罗发〔2023〕23号 附件1 备注
    """
    form = policy.vocabulary.form("submitted")
    checked = [_held(annex1, text, policy) for text in form.identities]
    return pd.concat(checked, ignore_index=True)


def cells_of(ledger: pd.DataFrame, policy: Policy) -> pd.Series:
    """Return, for every household of the ledger, the codes of Annex 1 under which it is counted.

    Returns
    -------
        Text such as ``A1、A2、A7、A8``, with the ledger's index. The household stands in the row of
        its village and in 合计.
    """
    told = pd.Series("", index=ledger.index, dtype="string")
    for pair in policy.vocabulary.form("submitted").pairs:
        if pair.table == "ledger":
            counted = _verdict(ledger, pair, policy)
            told = told.where(~counted, told + SEPARATOR + SEPARATOR.join(pair.codes))
    return told.str.removeprefix(SEPARATOR)


def in_village_order(ledger: pd.DataFrame, annex1: pd.DataFrame) -> pd.DataFrame:
    """Return the households by village, in the order of Annex 1 and otherwise as they stood."""
    places = {village: place for place, village in enumerate(annex1["村"])}
    order = _villages(ledger).map(places).to_numpy().argsort(kind="stable")
    return ledger.iloc[order]


def households_behind(  # noqa: PLR0913  the frames that tabulate takes, and the cell
    ledger: pd.DataFrame,
    policy: Policy,
    code: str,
    village: str | None = None,
    decisions: pd.DataFrame | None = None,
    *,
    villages: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the rows that a cell of Annex 1 counts.

    Parameters
    ----------
    ledger, policy, decisions, villages
        As given to :func:`tabulate`.
    code
        The code of the cell's column, such as ``"A7"``.
    village
        The village of the cell's row; none, or 合计, means all of them.

    Returns
    -------
        Rows of the ledger, or of the decisions for C1 to D2, as they were handed in: their number
        is the count of households, the sum of 家庭人口数 the count of persons.

    Raises
    ------
    InputError
        When Annex 1 has no such code, or no row for that village; the message names the nearest.
    """
    pairs = {
        each: pair for pair in policy.vocabulary.form("submitted").pairs for each in pair.codes
    }
    if code not in pairs:
        message = f"附件1没有代码“{code}”。{nearest(code, pairs)}"
        raise InputError(message)
    counted = _counted(_source(pairs[code], ledger, decisions, policy), pairs[code], policy)
    if village in (None, TOTAL):
        return counted
    areas = _areas(ledger, decisions, villages)
    if village not in areas:
        message = f"附件1没有“{village}”这一行。{nearest(village, areas)}"
        raise InputError(message)
    return counted.loc[(_villages(counted) == village).to_numpy(dtype=bool)]


def _codes(policy: Policy) -> list[str]:
    """Return the codes that are counted, in the order of the form."""
    form = policy.vocabulary.form("submitted")
    counted = {code for pair in form.pairs for code in pair.codes}
    return [name for name in form.fields if name in counted]


def _source(
    pair: Pair, ledger: pd.DataFrame, decisions: pd.DataFrame | None, policy: Policy
) -> pd.DataFrame:
    """Return the frame that a pair counts; decisions that were not handed in are an empty one."""
    if pair.table == "ledger":
        return ledger
    if decisions is None:
        return pd.DataFrame(columns=[*policy.vocabulary.form(pair.table).fields, *SOURCE])
    return decisions


def _counted(source: pd.DataFrame, pair: Pair, policy: Policy) -> pd.DataFrame:
    """Return the rows of a frame for which a pair's condition is true."""
    if absent := [name for name in ("村", "家庭人口数") if name not in source.columns]:
        message = f"统计附件1要用的“{'”、“'.join(absent)}”一列不在表里，请补上后再统计。"
        raise InputError(message)
    return source.loc[_verdict(source, pair, policy)]


def _verdict(source: pd.DataFrame, pair: Pair, policy: Policy) -> np.ndarray:
    """Tell for each row whether a pair counts it; what cannot be told is not counted."""
    if not pair.where:
        return np.ones(len(source), dtype=bool)
    where = parse(pair.where, policy.terms, f"附件1“{'、'.join(pair.codes)}”（forms.toml）")
    verdict = evaluate(source, {"计": where}, terms=policy.terms, values=values_of(policy))["计"]
    return verdict.fillna(value=False).to_numpy(dtype=bool)


def _villages(rows: pd.DataFrame) -> pd.Series:
    """Return the village of each row; a row without one is counted under its own heading."""
    named = [NO_VILLAGE if pd.isna(village) else village for village in rows["村"]]
    return pd.Series(named, index=rows.index, dtype="string")


def _areas(
    ledger: pd.DataFrame, decisions: pd.DataFrame | None, villages: pd.DataFrame | None
) -> list[str]:
    """Return the villages: those of the list in its order, then as they first appear."""
    listed = [] if villages is None else villages["村"].dropna().astype("string")
    frames = [frame for frame in (ledger, decisions) if frame is not None]
    found = [village for frame in frames for village in _villages(frame)]
    return list(dict.fromkeys([*listed, *found]))


def _held(annex1: pd.DataFrame, text: str, policy: Policy) -> pd.DataFrame:
    """Return one identity for every area, with the values of its two sides."""
    place = f"恒等式“{text}”（forms.toml）"
    whole = parse(text, policy.terms, place)
    if not isinstance(whole.tree, ast.Compare):
        message = f"{place}应是用 == 连接的两边。"
        raise DefinitionError(message)
    sides = {"左": whole.tree.left, "右": whole.tree.comparators[0]}
    expressions = {
        side: parse(ast.get_source_segment(text, node) or text, policy.terms, place)
        for side, node in sides.items()
    }
    values = evaluate(annex1, expressions | {"成立": whole}, terms=policy.terms)
    types = {"村": "string", "左": "Int64", "右": "Int64", "成立": "boolean"}
    held = values.loc[:, list(types)].astype(types)
    held.insert(0, "恒等式", text)
    return held
