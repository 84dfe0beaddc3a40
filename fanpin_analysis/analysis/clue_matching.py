"""Find the household that a department's clue is about, and what the ledger answers to it.

A clue names a person. By the head's ID or a member's it is certain whose household that is; by a
name within the village it is likely, and said to be so. A name that fits two households, or one
whose ID is another person's, tells nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import narwhals as nw
import polars as pl

from fanpin_analysis.analysis.engine import rows_of, same_kind
from fanpin_analysis.analysis.keys import HEAD, HEAD_ID, HOUSEHOLD, PERSON_ID, RELATION, VILLAGE
from fanpin_analysis.intake import identity

if TYPE_CHECKING:
    from narwhals.typing import IntoFrame

NAME, RISK, STANDING, PROPOSAL = "姓名", "是否存在致返贫风险", "户属性", "拟纳入监测类型"
BY_HEAD, BY_MEMBER, BY_NAME, UNMATCHED = (
    HEAD_ID,
    "成员证件号码",
    "同村姓名（待核）",
    "未匹配",
)
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
PERSON: Final = (VILLAGE, NAME, PERSON_ID, HEAD, HEAD_ID, HOUSEHOLD, RELATION)
ROW, KEY = "_row", "_key"


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
    households = _texts(ledger, (VILLAGE, HEAD, HEAD_ID, STANDING, PROPOSAL)).with_columns(
        rows_of(ledger, [RISK])[RISK].cast(pl.Boolean)
    )
    households = households.with_columns(_key(HEAD_ID).alias(KEY)).with_row_index(ROW)
    known = [
        _people(paper, households) for paper in (members, register, roster) if paper is not None
    ]
    people = pl.concat([_heads(households), *known])
    said = _texts(clues, (VILLAGE, NAME, PERSON_ID, HEAD, HEAD_ID)).with_row_index("_clue")
    found = _found(said, households, people)
    answered = found.join(households, on=ROW, how="left", maintain_order="left").select(
        pl.coalesce(pl.col(f"{HEAD_ID}_right"), pl.col(HEAD_ID)).alias(HEAD_ID),
        HOW,
        WHY,
        pl.col(f"{HEAD}_right").alias(FOUND),
        pl.col(f"{VILLAGE}_right").alias(WHERE),
        pl.when(pl.col(ROW).is_not_null()).then(_answer()).alias(ANSWER),
    )
    state = pl.when(pl.col(ANSWER).is_null()).then(pl.lit(LOST))
    state = state.when(pl.col(ANSWER).is_in([NO_RISK, BLANK])).then(pl.lit(OPEN))
    own = rows_of(clues, nw.from_native(clues).collect_schema().names())
    added = answered.with_columns(state.otherwise(pl.lit(ANSWERED)).alias(STATE))
    return same_kind(own.with_columns(added.get_columns()), clues)


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


def _texts(frame: IntoFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    """Return some columns as text without blanks around it; empty text is null."""
    texts = rows_of(frame, columns).select(pl.all().cast(pl.String).str.strip_chars())
    return texts.select(pl.when(pl.all() != "").then(pl.all()))


def _key(column: str) -> pl.Expr:
    return pl.col(column).str.slice(0, identity.LENGTH).str.to_uppercase()


def _only(frame: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Return key and household where a key has one household; nothing where it has two."""
    once = frame.drop_nulls([*by, ROW]).unique([*by, ROW], keep="first", maintain_order=True)
    return once.unique(by, keep="none")


def _heads(households: pl.DataFrame) -> pl.DataFrame:
    """Return the heads as the ledger knows them."""
    sure = pl.lit(value=True).alias("_sure")
    return households.select(VILLAGE, pl.col(HEAD).alias(NAME), KEY, ROW, sure)


def _people(paper: IntoFrame, households: pl.DataFrame) -> pl.DataFrame:
    """Return the persons of a paper with the row of their household in the ledger.

    Of a household whose head's ID the ledger lacks, the row is that of the head's name.
    """
    rows = _texts(paper, PERSON).with_columns(
        pl.coalesce(_key(PERSON_ID), _key(HEAD_ID)).alias(KEY), _key(HEAD_ID).alias("_head")
    )
    rows = rows.with_columns(
        pl.coalesce(NAME, HEAD).alias(NAME), pl.coalesce(HOUSEHOLD, "_head").alias("_group")
    )
    heads = (
        rows.filter(pl.col(RELATION) == "户主")
        .drop_nulls("_group")
        .unique("_group", keep="none")
        .select("_group", pl.col(KEY).alias("_own"), pl.col(NAME).alias("_named"))
    )
    rows = rows.join(heads, on="_group", how="left").with_columns(
        pl.coalesce("_head", "_own").alias("_head"), pl.coalesce(HEAD, "_named").alias(HEAD)
    )
    by_key = _only(households, [KEY]).select(pl.col(KEY).alias("_head"), ROW)
    by_name = _only(households, [VILLAGE, HEAD]).select(VILLAGE, HEAD, pl.col(ROW).alias("_likely"))
    rows = rows.join(by_key, on="_head", how="left").join(by_name, on=[VILLAGE, HEAD], how="left")
    return rows.select(
        VILLAGE, NAME, KEY, pl.coalesce(ROW, "_likely"), pl.col(ROW).is_not_null().alias("_sure")
    )


def _found(said: pl.DataFrame, households: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Return each clue with the row of its household in the ledger, how it was found or why not."""
    heads = _only(households, [KEY]).select(KEY, ROW)
    persons = _only(people.sort("_sure", descending=True), [KEY]).select(KEY, ROW, "_sure")
    for column in (HEAD_ID, PERSON_ID):
        key = said.select(_key(column).alias(KEY))
        head = key.join(heads, on=KEY, how="left", maintain_order="left")[ROW]
        person = key.join(persons, on=KEY, how="left", maintain_order="left")
        said = said.with_columns(
            head.alias(f"_head·{column}"),
            person[ROW].alias(f"_person·{column}"),
            person["_sure"].alias(f"_sure·{column}"),
        )
    named = _by_name(said, people)
    head = pl.coalesce(f"_head·{HEAD_ID}", f"_head·{PERSON_ID}")
    person = pl.coalesce(f"_person·{HEAD_ID}", f"_person·{PERSON_ID}")
    sure = pl.coalesce(f"_sure·{HEAD_ID}", f"_sure·{PERSON_ID}")
    how = (
        pl.when(head.is_not_null())
        .then(pl.lit(BY_HEAD))
        .when(person.is_not_null() & sure)
        .then(pl.lit(BY_MEMBER))
        .when(person.is_not_null() | pl.col("_named").is_not_null())
        .then(pl.lit(BY_NAME))
        .otherwise(pl.lit(UNMATCHED))
    )
    why = (
        pl.when(how == BY_NAME)
        .then(pl.lit("按同村姓名对上，请核对证件号码。"))
        .when(how != UNMATCHED)
        .then(None)
        .when(pl.col(VILLAGE).is_null())
        .then(pl.lit("证件号码对不上，又没有填村，不能按姓名对。"))
        .when(pl.col("_fitting") > 1)
        .then(pl.format("同村有{}户有同名的人，不能确定是哪一户。", pl.col("_fitting")))
        .when(pl.col("_fitting") == 1)
        .then(pl.lit("同村有同名的人，但证件号码是另一个人的。"))
        .otherwise(pl.lit("台账、家庭成员和花名册里都没有这个人。"))
    )
    return named.select(
        *said.columns[1:6],
        pl.coalesce(head, person, "_named").alias(ROW),
        how.alias(HOW),
        why.alias(WHY),
    )


def _by_name(said: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Add how many households of the village have someone so called, and the row if it is one.

    Who has a sound ID that is not that of the person so called is somebody else.
    """
    known = (
        people.drop_nulls([VILLAGE, NAME, ROW])
        .group_by(VILLAGE, NAME)
        .agg(
            pl.col(ROW).n_unique().alias("_fitting"),
            pl.col(ROW).first().alias("_only"),
            pl.col(KEY).drop_nulls().unique().alias("_theirs"),
        )
    )
    own = pl.when(pl.col(HEAD).is_null()).then(_key(PERSON_ID)).otherwise(_key(HEAD_ID))
    called = pl.coalesce(HEAD, NAME)  # a clue that names the head is about his household
    sought = said.with_columns(called.alias("_called"), own.alias("_own"))
    joined = sought.join(
        known,
        left_on=[VILLAGE, "_called"],
        right_on=[VILLAGE, NAME],
        how="left",
        maintain_order="left",
    )
    other = [
        _sound(own) and bool(theirs) and all(map(_sound, theirs))
        for own, theirs in joined.select("_own", "_theirs").iter_rows()
    ]
    fits = (pl.col("_fitting") == 1) & ~pl.Series(other, dtype=pl.Boolean)
    return joined.with_columns(pl.when(fits).then(pl.col("_only")).alias("_named"))


def _sound(number: str | None) -> bool:
    """Tell whether a number is a person's whole and right ID."""
    return number is not None and not identity.faults(number)
