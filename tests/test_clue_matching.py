"""Departments' clues find their household, and the ledger's answer to each is told."""

from __future__ import annotations

from typing import Any

import pandas as pd
import polars as pl
import pytest

from fanpin_analysis.analysis.clue_matching import match_clues
from fanpin_analysis.intake.identity import check_digit

BORN = "19700101"


def number(order: int) -> str:
    """Return an invented ID that nothing is wrong with."""
    body = f"439999{BORN}{order:03d}"
    return body + check_digit(body)


HEAD, WIFE, OTHER, STRANGER = map(number, (101, 102, 103, 104))
DAMAGED = HEAD[:-1] + ("1" if HEAD[-1] != "1" else "2")
ADDED = ["匹配方式", "匹配说明", "匹配户主姓名", "匹配村", "台账回应", "状态"]


def home(
    name: str, identity: str | None, village: str = "子虚村", **answers: Any
) -> dict[str, Any]:
    """Return a row of a ledger."""
    unsaid = {"户属性": "档外农户", "是否存在致返贫风险": False, "拟纳入监测类型": None}
    return {"村": village, "户主姓名": name, "户主证件号码": identity, **unsaid, **answers}


def clue(name: str | None, identity: str | None, village: str | None = "子虚村") -> dict[str, Any]:
    """Return a row of a department's list."""
    return {"村": village, "姓名": name, "证件号码": identity, "线索类型": "大额医疗自付"}


LEDGER = [home("张三", HEAD), home("李四", OTHER, "乌有村")]
MEMBERS = [
    {"村": "子虚村", "户编号": "1", "与户主关系": "户主", "姓名": "张三", "证件号码": HEAD},
    {"村": "子虚村", "户编号": "1", "与户主关系": "配偶", "姓名": "王五", "证件号码": WIFE},
]


def matched(clues: list[dict[str, Any]], ledger: list[dict[str, Any]], **papers: Any) -> Any:
    """Return the answers of clues, in their order, as dictionaries."""
    frames = {name: pl.DataFrame(rows) for name, rows in papers.items()}
    return match_clues(pl.DataFrame(clues), pl.DataFrame(ledger), **frames).to_dicts()


def test_a_head_s_id_finds_the_household_in_whatever_village_the_clue_names():
    """The first eighteen characters of an ID count, and nothing else is asked."""
    (found,) = matched([clue("张三丰", f"{HEAD}42", "乌有村")], LEDGER)
    assert (found["匹配方式"], found["户主证件号码"]) == ("户主证件号码", HEAD)
    assert (found["匹配户主姓名"], found["匹配村"], found["匹配说明"]) == ("张三", "子虚村", None)


@pytest.mark.parametrize("paper", ["members", "register"])
def test_a_member_s_id_finds_the_head_of_the_household(paper):
    """Who is no head is found through the 户主 of the same 户编号."""
    (found,) = matched([clue("王五", WIFE, None)], LEDGER, **{paper: MEMBERS})
    assert (found["匹配方式"], found["户主证件号码"]) == ("成员证件号码", HEAD)


def test_a_member_s_own_row_may_name_the_head():
    """Where a list of members repeats 户主证件号码, no 户编号 is needed."""
    rows = [{"姓名": "王五", "证件号码": WIFE, "户主证件号码": HEAD, "户主姓名": "张三"}]
    (found,) = matched([clue("王五", WIFE, None)], LEDGER, members=rows)
    assert (found["匹配方式"], found["户主证件号码"]) == ("成员证件号码", HEAD)


@pytest.mark.parametrize("identity", [None, "", DAMAGED, "4.39999E+17"])
def test_a_damaged_id_falls_back_on_the_name_in_the_village(identity):
    """The household is named, and that it must be verified."""
    (found,) = matched([clue("张三", identity)], LEDGER)
    assert (found["匹配方式"], found["户主证件号码"]) == ("同村姓名（待核）", HEAD)
    assert "请核对证件号码" in found["匹配说明"]


def test_a_ledger_s_damaged_id_is_reached_by_the_name_of_the_member_s_head():
    """The list of members is right, the ledger's ID is not: the head's name tells whose it is."""
    (found,) = matched([clue("王五", WIFE)], [home("张三", DAMAGED)], members=MEMBERS)
    assert (found["匹配方式"], found["户主证件号码"]) == ("成员证件号码", DAMAGED)


def test_a_name_of_two_households_stays_unmatched_and_says_so():
    """Nobody is picked of two; a member who is so called counts as well as a head."""
    twins = [*LEDGER, home("张三", OTHER)]
    (found,) = matched([clue("张三", DAMAGED)], twins)
    assert (found["匹配方式"], found["状态"]) == ("未匹配", "对不上")
    assert "不止一户" in found["匹配说明"]
    (found,) = matched([clue("王五", None)], [*LEDGER, home("王五", OTHER)], members=MEMBERS)
    assert found["匹配方式"] == "未匹配"


def test_a_namesake_with_another_sound_id_is_somebody_else():
    """Two right IDs that differ are two people, whatever they are called."""
    (found,) = matched([clue("张三", STRANGER)], LEDGER)
    assert (found["匹配方式"], found["户主证件号码"]) == ("未匹配", None)
    assert "另一个人" in found["匹配说明"]


def test_a_name_is_no_help_without_a_village_or_in_another():
    """A blank village is told apart from a person whom no paper knows."""
    blank, elsewhere = matched(
        [clue("张三", DAMAGED, None), clue("张三", DAMAGED, "乌有村")], LEDGER
    )
    assert [blank["匹配方式"], elsewhere["匹配方式"]] == ["未匹配", "未匹配"]
    assert "没有填村" in blank["匹配说明"]
    assert "没有这个人" in elsewhere["匹配说明"]


def test_an_id_that_two_rows_of_the_ledger_share_decides_nothing():
    """A borrowed ID leaves the name to tell."""
    (found,) = matched([clue("李四", DAMAGED)], [home("张三", HEAD), home("李四", HEAD)])
    assert (found["匹配方式"], found["匹配户主姓名"]) == ("同村姓名（待核）", "李四")
    (found,) = matched([clue("赵六", HEAD)], [home("张三", HEAD), home("李四", HEAD)])
    assert found["匹配方式"] == "未匹配"


@pytest.mark.parametrize(
    ("answers", "answer", "state"),
    [
        ({"户属性": "监测对象", "拟纳入监测类型": "脱贫不稳定户"}, "已是监测对象", "已回应"),
        ({"拟纳入监测类型": "突发严重困难户", "是否存在致返贫风险": True}, "已拟纳入", "已回应"),
        ({"是否存在致返贫风险": True}, "台账填有风险", "已回应"),
        ({"是否存在致返贫风险": False}, "台账填无风险", "待回应"),
        ({"是否存在致返贫风险": None}, "台账未填", "待回应"),
    ],
)
def test_the_ledger_s_answer_decides_whether_a_clue_is_open(answers, answer, state):
    """A household found that the ledger calls free of risk, or says nothing of, is still open."""
    (found,) = matched([clue("张三", HEAD)], [home("张三", HEAD, **answers)])
    assert (found["台账回应"], found["状态"]) == (answer, state)


@pytest.mark.parametrize("kind", [pl.DataFrame, pd.DataFrame])
def test_clues_come_back_in_their_order_and_kind(kind):
    """No clue is lost or doubled, and what it said stands unchanged."""
    clues = [clue("无名", None), clue("王五", WIFE), clue("张三", HEAD), clue("张三", HEAD)]
    frame = match_clues(kind(clues), kind([*LEDGER, *LEDGER[1:]]), kind(MEMBERS))
    assert isinstance(frame, kind)
    rows = frame.to_dicts() if kind is pl.DataFrame else frame.to_dict("records")
    assert [row["姓名"] for row in rows] == ["无名", "王五", "张三", "张三"]
    methods = ["未匹配", "成员证件号码", "户主证件号码", "户主证件号码"]
    assert [row["匹配方式"] for row in rows] == methods
    assert list(frame.columns)[-6:] == ADDED


def test_empty_papers_are_no_error():
    """Without clues there is no row; without a ledger every clue stays unmatched."""
    empty = pl.DataFrame(schema={"姓名": pl.String})
    nobody = match_clues(empty, pl.DataFrame(LEDGER))
    assert nobody.height == 0
    assert set(ADDED) <= set(nobody.columns)
    (found,) = matched([clue("张三", HEAD)], [], members=[])
    assert (found["匹配方式"], found["台账回应"], found["状态"]) == ("未匹配", None, "对不上")
    assert match_clues(pd.DataFrame(), pd.DataFrame()).empty
