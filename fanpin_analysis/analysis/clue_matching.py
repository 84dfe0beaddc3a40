"""Say of each department's clue which household of the ledger it is about, and what that answers.

Whose household it is was settled when the folder was read; see :mod:`fanpin_analysis.intake.keys`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import narwhals as nw
import polars as pl

from fanpin_analysis.analysis.engine import rows_of, same_kind
from fanpin_analysis.analysis.keys import HEAD, HEAD_ID, PERSON_ID, VILLAGE
from fanpin_analysis.intake.keys import (
    BY_ID,
    BY_MEMBER,
    GROUND,
    KEY,
    PERSON_ROWS,
    UNCLEAR,
    name_key,
    with_keys,
)

if TYPE_CHECKING:
    from narwhals.typing import IntoFrame

NAME, RISK, STANDING, PROPOSAL = "姓名", "是否存在致返贫风险", "户属性", "拟纳入监测类型"
BY_HEAD, BY_NAME, UNMATCHED = HEAD_ID, "同村姓名（待核）", "未匹配"
HOW, WHY, FOUND, WHERE = "匹配方式", "匹配说明", "匹配户主姓名", "匹配村"
ANSWER, STATE = "台账回应", "状态"
ANSWERED, OPEN, LOST = "已回应", "待回应", "对不上"
MONITORED, PROPOSED, AT_RISK, NO_RISK, BLANK = (
    "已是监测对象",
    "已拟纳入",
    "台账填有风险",
    "台账填无风险",
    "台账未填",
)
HOUSEHOLD: Final = (KEY, VILLAGE, HEAD, HEAD_ID, STANDING, PROPOSAL)
CALLED: Final = "_called"


def match_clues(
    clues: IntoFrame,
    ledger: IntoFrame,
    members: IntoFrame | None = None,
    register: IntoFrame | None = None,
    roster: IntoFrame | None = None,
) -> Any:  # noqa: ANN401  of the caller's kind
    """Return the clues with the household of the ledger that each is about, and its answer.

    Parameters
    ----------
    clues
        The departments' lists, a row a person.
    ledger
        The ledger, a row a household.
    members, register, roster
        What else tells whose household a person belongs to.

    Returns
    -------
    frame
        Of the kind of ``clues`` and in its order, a row a clue. 户主证件号码 is the one that the
        ledger writes of the household found. 匹配方式, 匹配说明 (why a clue stays unmatched or is
        to be verified), 匹配户主姓名, 匹配村, 台账回应 and 状态 are added; 匹配户主姓名, 匹配村 and
        台账回应 are null where no household is found.
    """
    papers = {"members": members, "register": register, "roster": roster}
    given = {name: paper for name, paper in papers.items() if paper is not None}
    frames = _keyed({"ledger": ledger, "clues": clues, **given})
    own = frames["clues"]
    households = rows_of(frames["ledger"], [*HOUSEHOLD, RISK]).with_columns(
        pl.col(HOUSEHOLD).cast(pl.String), pl.col(RISK).cast(pl.Boolean)
    )
    told = rows_of(own, [KEY, GROUND, VILLAGE, NAME, HEAD, HEAD_ID, PERSON_ID]).cast(pl.String)
    found = told.join(
        households.unique(KEY, keep="none"), on=KEY, how="left", maintain_order="left", suffix="·"
    ).with_columns(_known(told, frames))
    in_ledger = found.select(pl.col(f"{VILLAGE}·").is_not_null()).to_series()
    matched = pl.lit(in_ledger) & (pl.col(GROUND) != UNCLEAR)
    how = (
        pl.when(~matched)
        .then(pl.lit(UNMATCHED))
        .when(pl.col(GROUND).is_in([BY_ID, BY_MEMBER]))
        .then(pl.col(GROUND).replace({BY_ID: BY_HEAD}))
        .otherwise(pl.lit(BY_NAME))
    )
    answer = pl.when(matched).then(_answer())
    open_ = answer.is_in([NO_RISK, BLANK])
    added = found.select(
        pl.when(matched)
        .then(pl.coalesce(f"{HEAD_ID}·", HEAD_ID))
        .otherwise(HEAD_ID)
        .alias(HEAD_ID),
        how.alias(HOW),
        _why(matched, how).alias(WHY),
        pl.when(matched).then(f"{HEAD}·").alias(FOUND),
        pl.when(matched).then(f"{VILLAGE}·").alias(WHERE),
        answer.alias(ANSWER),
        pl.when(answer.is_null())
        .then(pl.lit(LOST))
        .when(open_)
        .then(pl.lit(OPEN))
        .otherwise(pl.lit(ANSWERED))
        .alias(STATE),
    )
    return same_kind(own.with_columns(added.get_columns()), clues)


def _keyed(frames: dict[str, IntoFrame]) -> dict[str, pl.DataFrame]:
    tables = {n: rows_of(f, nw.from_native(f).collect_schema().names()) for n, f in frames.items()}
    return with_keys(tables, dict.fromkeys(("members", "register", "clues"), PERSON_ROWS))


def _known(told: pl.DataFrame, frames: dict[str, pl.DataFrame]) -> pl.Series:
    """Tell of each clue whether somebody of its village is so called, whoever that is."""
    known = {
        (village, name_key(name))
        for table, frame in frames.items()
        if table != "clues"
        for column in (HEAD, NAME)
        for village, name in rows_of(frame, [VILLAGE, column]).cast(pl.String).iter_rows()
    }
    rows = told.select(VILLAGE, pl.coalesce(HEAD, NAME)).iter_rows()
    called = [bool(name) and (village, name_key(name)) in known for village, name in rows]
    return pl.Series(CALLED, called, pl.Boolean)


def _why(matched: pl.Expr, how: pl.Expr) -> pl.Expr:
    """Return why a clue is to be verified, or stays unmatched."""
    return (
        pl.when(matched & (how == BY_NAME))
        .then(pl.lit("按同村姓名对上，请核对证件号码。"))
        .when(matched)
        .then(None)
        .when(pl.col(VILLAGE).is_null())
        .then(pl.lit("证件号码对不上，又没有填村，不能按姓名对。"))
        .when(pl.col(GROUND) == UNCLEAR)
        .then(pl.lit("同村不止一户有同名的人，不能确定是哪一户。"))
        .when(CALLED)
        .then(pl.lit("同村有同名的人，但证件号码是另一个人的。"))
        .otherwise(pl.lit("台账、家庭成员和花名册里都没有这个人。"))
    )


def _answer() -> pl.Expr:
    """Return what the ledger says of a household: the strongest of its answers."""
    return (
        pl.when(pl.col(STANDING) == "监测对象")
        .then(pl.lit(MONITORED))
        .when(pl.col(PROPOSAL).is_not_null())
        .then(pl.lit(PROPOSED))
        .when(pl.col(RISK))
        .then(pl.lit(AT_RISK))
        .when(~pl.col(RISK))
        .then(pl.lit(NO_RISK))
        .otherwise(pl.lit(BLANK))
    )
