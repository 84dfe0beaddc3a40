"""Annex 1 counts what lies behind its cells, and its totals agree however it is turned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanpin_analysis.deliverables.tabulation import (
    NO_VILLAGE,
    TOTAL,
    households_behind,
    identities,
    tabulate,
)
from fanpin_analysis.errors import InputError

if TYPE_CHECKING:
    from fanpin_analysis.policy.in_force import Policy

CODES = (
    *("A1", "A2", "A3", "A4", "A7", "A8", "A9", "A10"),
    *("B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "C1", "C2", "D1", "D2"),
)
COUNTS = CODES[::2]
TYPES = {
    "村": "string",
    "家庭人口数": "Int64",
    "户属性": "string",
    "排查方式": "string",
    "拟纳入监测类型": "string",
}
VISIT, PHONE = "入户排查", "电话、微信等排查"


def frame(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    """Return a ledger of the columns that Annex 1 counts by."""
    return pd.DataFrame(rows, columns=list(TYPES)).astype(TYPES)


LEDGER = frame(
    [
        ("乙村", 4, "脱贫户", VISIT, None),
        ("甲村", 3, "监测对象", VISIT, None),
        ("甲村", 5, "脱贫户", PHONE, "脱贫不稳定户"),
        ("甲村", 2, "档外农户", VISIT, "边缘易致贫户"),
        ("乙村", 1, "档外农户", PHONE, "突发严重困难户"),
    ]
)
DECISIONS = pd.DataFrame(
    {"村": ["甲村", "丙村"], "家庭人口数": [3, 6], "拟办意见": ["拟回退", "拟清退"]}
)
HOUSEHOLDS = st.lists(
    st.tuples(
        st.sampled_from(["甲村", "乙村", "丙村", None]),
        st.one_of(st.none(), st.integers(1, 9)),
        st.sampled_from(["脱贫户", "监测对象", "档外农户", None]),
        st.sampled_from([VISIT, PHONE, None]),
        st.sampled_from(["脱贫不稳定户", "边缘易致贫户", "突发严重困难户", None]),
    ),
    max_size=30,
)
lawful = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def cells(annex1: pd.DataFrame, area: str) -> dict[str, int]:
    """Return a row of Annex 1 but for its zeros."""
    row = annex1.set_index("村").loc[area]
    return {code: int(count) for code, count in row.items() if count}


def test_small_township_is_counted_by_hand(policy: Policy) -> None:
    """Every code of a township that can be counted at a glance."""
    annex1 = tabulate(LEDGER, policy, DECISIONS)
    assert list(annex1.columns) == ["村", *CODES]
    assert annex1["村"].to_list() == ["乙村", "甲村", "丙村", TOTAL]
    assert cells(annex1, "甲村") == {
        "A1": 3, "A2": 10, "A3": 1, "A4": 3, "A7": 2, "A8": 5, "A9": 1, "A10": 5,
        "B1": 2, "B2": 7, "B3": 1, "B4": 5, "B5": 1, "B6": 2, "C1": 1, "C2": 3,
    }  # fmt: skip
    assert cells(annex1, "丙村") == {"D1": 1, "D2": 6}
    assert cells(annex1, TOTAL) == {
        "A1": 5, "A2": 15, "A3": 1, "A4": 3, "A7": 3, "A8": 9, "A9": 2, "A10": 6,
        "B1": 3, "B2": 8, "B3": 1, "B4": 5, "B5": 1, "B6": 2, "B7": 1, "B8": 1,
        "C1": 1, "C2": 3, "D1": 1, "D2": 6,
    }  # fmt: skip
    assert {str(dtype) for dtype in annex1[list(CODES)].dtypes} == {"Int64"}


def test_without_decisions_nobody_is_rolled_back(policy: Policy) -> None:
    """C1 to D2 are zero, not blank, when no decisions were handed in."""
    annex1 = tabulate(LEDGER, policy)
    assert annex1[["C1", "C2", "D1", "D2"]].to_numpy().sum() == 0
    assert households_behind(LEDGER, policy, "C1").empty


def test_villages_stand_in_the_order_of_their_list(policy: Policy) -> None:
    """A listed village without a household has a row of zeros; an unlisted one follows."""
    villages = pd.DataFrame({"村": ["丁村", "甲村", None]})
    annex1 = tabulate(LEDGER, policy, villages=villages)
    assert annex1["村"].to_list() == ["丁村", "甲村", "乙村", TOTAL]
    assert cells(annex1, "丁村") == {}
    assert households_behind(LEDGER, policy, "A1", "丁村", villages=villages).empty


def test_empty_ledger_gives_a_total_of_zeros(policy: Policy) -> None:
    """No household is counted as none."""
    annex1 = tabulate(LEDGER.iloc[:0], policy)
    assert annex1["村"].to_list() == [TOTAL]
    assert annex1[list(CODES)].to_numpy().sum() == 0


def test_household_without_a_village_is_not_lost(policy: Policy) -> None:
    """It stands under a heading of its own, and in the total."""
    annex1 = tabulate(frame([(None, 4, "脱贫户", VISIT, None)]), policy)
    assert annex1["村"].to_list() == [NO_VILLAGE, TOTAL]
    assert cells(annex1, TOTAL)["A1"] == 1


def test_blank_visit_mode_breaks_the_identity_and_is_shown(policy: Policy) -> None:
    """A household in neither part stays in the whole: the form does not add up, and says so."""
    ledger = pd.concat([LEDGER, frame([("甲村", 7, "脱贫户", None, None)])], ignore_index=True)
    held = identities(tabulate(ledger, policy), policy)
    broken = held[~held["成立"]]
    assert broken[["恒等式", "村", "左", "右"]].to_numpy().tolist() == [
        ["A1 == A7 + A9", "甲村", 4, 3],
        ["A1 == A7 + A9", TOTAL, 6, 5],
        ["A2 == A8 + A10", "甲村", 17, 10],
        ["A2 == A8 + A10", TOTAL, 22, 15],
    ]


def test_blank_cell_of_a_submitted_form_is_unknown(policy: Policy) -> None:
    """An identity with a blank in it neither holds nor fails."""
    submitted = pd.DataFrame({"村": ["甲村"], **{code: [0] for code in CODES}}).astype(
        dict.fromkeys(CODES, "Int64")
    )
    submitted.loc[0, "A9"] = pd.NA
    held = identities(submitted, policy).set_index("恒等式")["成立"]
    assert held["A1 == A7 + A9"] is pd.NA
    assert held["A2 == A8 + A10"]


def test_cell_leads_back_to_the_rows_of_the_ledger(policy: Policy) -> None:
    """The rows behind a cell are the ledger's own, with all their columns and labels."""
    labelled = LEDGER.assign(来源行=range(5, 10))
    labelled.index = pd.Index([1, 1, 2, 2, 3])
    behind = households_behind(labelled, policy, "A7", "甲村")
    assert behind["来源行"].to_list() == [6, 8]
    assert list(behind.columns) == list(labelled.columns)
    assert households_behind(labelled, policy, "A8", TOTAL)["家庭人口数"].sum() == 9


@pytest.mark.parametrize(
    ("code", "village", "said"),
    [
        ("A5", None, "附件1没有代码“A5”。最接近的是"),
        ("A7", "申村", "附件1没有“申村”这一行。最接近的是“甲村”"),
    ],
)
def test_unknown_cell_is_told_with_the_nearest(
    code: str, village: str | None, said: str, policy: Policy
) -> None:
    """A5 and A6 do not exist; a village's name may be mistyped."""
    with pytest.raises(InputError) as caught:
        households_behind(LEDGER[LEDGER["村"] == "甲村"], policy, code, village)
    assert said in str(caught.value)


def test_ledger_without_the_columns_is_told(policy: Policy) -> None:
    """The message names what Annex 1 cannot do without."""
    with pytest.raises(InputError, match="“家庭人口数”一列不在表里"):
        tabulate(LEDGER.drop(columns="家庭人口数"), policy)


@lawful
@given(rows=HOUSEHOLDS)
def test_every_cell_counts_the_households_behind_it(
    rows: list[tuple[Any, ...]], policy: Policy
) -> None:
    """The number in a cell is the number of rows it leads to, and of the persons in them."""
    ledger = frame(rows)
    for row in tabulate(ledger, policy, DECISIONS).to_dict(orient="records"):
        for households, persons in zip(CODES[::2], CODES[1::2], strict=True):
            behind = households_behind(ledger, policy, households, row["村"], DECISIONS)
            assert row[households] == len(behind)
            assert row[persons] == behind["家庭人口数"].sum()


@lawful
@given(rows=HOUSEHOLDS)
def test_villages_add_up_to_the_total(rows: list[tuple[Any, ...]], policy: Policy) -> None:
    """No household is in two villages, and none is in no village."""
    annex1 = tabulate(frame(rows), policy, DECISIONS).set_index("村")
    assert annex1.drop(TOTAL).sum().to_list() == annex1.loc[TOTAL].to_list()
    assert annex1.loc[TOTAL, "A1"] == len(rows)


@lawful
@given(rows=HOUSEHOLDS, seed=st.integers(0, 9))
def test_order_of_the_ledger_does_not_matter(
    rows: list[tuple[Any, ...]], seed: int, policy: Policy
) -> None:
    """A shuffled ledger gives the same counts."""
    ledger = frame(rows)
    villages = pd.DataFrame({"村": ["甲村", "乙村", "丙村", NO_VILLAGE]})
    shuffled = ledger.sample(frac=1, random_state=seed)
    assert tabulate(shuffled, policy, villages=villages).equals(
        tabulate(ledger, policy, villages=villages)
    )


@lawful
@given(rows=HOUSEHOLDS)
def test_no_part_is_greater_than_the_whole(rows: list[tuple[Any, ...]], policy: Policy) -> None:
    """Every count of households is at most that of all households of the area."""
    annex1 = tabulate(frame(rows), policy)
    assert all((annex1[code] <= annex1["A1"]).all() for code in COUNTS)
