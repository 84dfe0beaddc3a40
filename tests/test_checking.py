"""A check points at the cell that the village has to mend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import polars as pl
import pytest
from ledgers import OFFICIAL, household, resident_id, workbook

from fanpin_analysis.analysis.checking import check, tables_beside
from fanpin_analysis.intake.gathering import FINDINGS
from fanpin_analysis.intake.reading import read
from fanpin_analysis.policy.in_force import load_policy

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Engine

    from fanpin_analysis.policy.in_force import Policy

FILE, SHEET = "罗城村台账.xlsx", "Sheet1"
RISK, CAUSE, INCLUDED = "是否存在致返贫风险", "致返贫风险类型", "拟纳入监测类型"


def headers(*blocks: tuple[int, int, dict[str, str]]) -> pl.DataFrame:
    """Return where fields stand: the rows and columns of each block."""
    return pl.DataFrame(
        [
            {
                "来源文件": FILE,
                "来源工作表": SHEET,
                "表": "附件2 排查台账",
                "表头行": first,
                "末行": last,
                "列": column,
                "原表头": field,
                "字段": field,
            }
            for first, last, columns in blocks
            for field, column in columns.items()
        ]
    )


def row(number: int, **values: Any) -> dict[str, Any]:
    """Return a row of a ledger that stood in a row of the sheet."""
    blank = {"户主姓名": "张三", "户属性": None, RISK: None, CAUSE: None, INCLUDED: None}
    return blank | values | {"来源文件": FILE, "来源工作表": SHEET, "来源行": number}


USUAL = headers((4, 90, {RISK: "N", CAUSE: "O", INCLUDED: "P"}))


def test_finding_points_at_the_cell(engine: Engine, policy: Policy) -> None:
    """Rule, cell, value, what is wrong and what to do stand in one row, on every engine."""
    ledger = pl.DataFrame([row(37, **{RISK: False, CAUSE: "因病", "户属性": "脱贫户"}), row(38)])
    found_all = check(engine.frame(ledger), policy, engine.frame(USUAL))
    (found,) = engine.read(found_all).to_dicts()
    assert tuple(found) == tuple(FINDINGS)
    assert (found["规则"], found["级别"], found["维度"]) == ("R01", "错误", "一致")
    assert (found["来源文件"], found["来源工作表"], found["单元格"]) == (FILE, SHEET, "O37")
    assert (found["字段"], found["原值"], found["户主姓名"]) == (CAUSE, "因病", "张三")
    assert "第14栏" in found["处理建议"]


def cells(policy: Policy, ledger: list[dict[str, Any]], places: pl.DataFrame) -> list[str]:
    """Return the rule and cell of each finding."""
    found = check(pl.DataFrame(ledger, infer_schema_length=None), policy, places)
    return [f"{one['规则']} {one['单元格']}" for one in found.to_dicts()]


def test_sheet_without_the_column_is_pointed_at_by_row(policy: Policy) -> None:
    """A form that was handed in without a column cannot be pointed at more closely."""
    ledger = [row(37, **{RISK: True, "户属性": "监测对象"})]
    assert cells(policy, ledger, headers((4, 90, {RISK: "N"}))) == ["R02 37行"]


def test_second_table_of_a_sheet_has_its_own_columns(policy: Policy) -> None:
    """Of two tables on a sheet, the one that holds the row tells the column."""
    places = headers((4, 20, {CAUSE: "O"}), (22, 60, {CAUSE: "Q"}))
    ledger = [row(number, **{RISK: False, CAUSE: "因病"}) for number in (5, 20, 23, 60)]
    assert cells(policy, ledger, places) == ["R01 O5", "R01 O20", "R01 Q23", "R01 Q60"]


def test_row_may_break_several_rules(policy: Policy) -> None:
    """Findings of a row come in the order of the rules."""
    ledger = [
        row(9, **{RISK: False, CAUSE: "因病", INCLUDED: "脱贫不稳定户", "户属性": "档外农户"}),
        row(8, **{RISK: True, "户属性": "脱贫户"}),
    ]
    assert cells(policy, ledger, USUAL) == ["R01 O9", "R03 N9", "R05 P9", "R02 O8", "R04 P8"]


def test_value_is_shown_as_it_is_read(policy: Policy) -> None:
    """Yes and no are Chinese, and a number is a number."""
    ledger = pl.DataFrame([row(9, **{RISK: False, INCLUDED: "边缘易致贫户", "家庭人口数": 25})])
    found = check(ledger, policy, USUAL)
    assert dict(zip(found["规则"], found["原值"], strict=True)) == {"R03": "否", "R25": "25"}


@pytest.mark.parametrize("ledger", [[], [row(5)], [row(5, **{CAUSE: "因病"})]])
def test_nothing_is_found_where_nothing_can_be_told(
    policy: Policy, ledger: list[dict[str, Any]]
) -> None:
    """Neither an empty ledger nor a blank row breaks a rule."""
    frame = pd.DataFrame(ledger, columns=list(row(1)))
    found = check(frame, policy, USUAL.to_pandas())
    assert isinstance(found, pd.DataFrame)
    assert list(found.columns) == list(FINDINGS)
    assert found.empty


# ------------------------------------------------------------------ tables beside the ledger


def person(number: int, relation: str, **values: Any) -> dict[str, Any]:
    """Return a row of the members, one a person, of the household of ``resident_id(1)``."""
    head = {"村": "石桥村", "户主姓名": "张三", "户主证件号码": resident_id(1)}
    own = {"姓名": f"张{number}", "证件号码": resident_id(number), "与户主关系": relation}
    source = {"来源文件": "成员.xlsx", "来源工作表": "Sheet1", "来源行": number + 1}
    return head | own | {"性别": "男" if number % 2 else "女"} | values | source


def beside(*rows: dict[str, Any]) -> list[str]:
    """Return the members' findings as rule, cell and name."""
    found = check(pl.DataFrame(), load_policy(), USUAL, {"members": pl.DataFrame(rows)})
    return [f"{one['规则']} {one['单元格']} {one['户主姓名']}" for one in found.to_dicts()]


def test_a_person_is_pointed_at_in_the_members_own_sheet() -> None:
    """A finding of another table names that table's file and row, and the household's head."""
    assert beside(person(1, "户主"), person(2, "之子", 性别="男")) == ["P01 3行 张三"]


def test_a_household_is_told_once() -> None:
    """Without a head the first of its rows is pointed at, with two of them each head."""
    assert beside(person(1, "之父"), person(3, "之子")) == ["J01 2行 张三"]
    assert [f.split()[0] for f in beside(person(1, "户主"), person(2, "户主"))] == [
        "J02",
        "J02",
        "J06",
    ]


def test_the_members_say_how_many_a_household_has(policy: Policy, engine: Engine) -> None:
    """A size that differs is an error of the ledger's cell; without members nothing is told."""
    ledger = pl.DataFrame([row(9, 村="石桥村", 户主证件号码=resident_id(1), 家庭人口数=3)])
    members = pl.DataFrame([person(1, "户主"), person(3, "之子")])
    places = headers((4, 90, {"家庭人口数": "F"}))
    others = {"members": engine.frame(members)}
    found = engine.read(check(engine.frame(ledger), policy, engine.frame(places), others))
    assert [(one["规则"], one["单元格"]) for one in found.to_dicts()] == [("R19", "F9")]
    assert engine.read(check(engine.frame(ledger), policy, engine.frame(places))).is_empty()


def test_a_household_sent_back_is_not_missing(tmp_path: Path, policy: Policy) -> None:
    """Of three households of the roster one has its row returned, one was left out."""
    workbook(tmp_path / "台账.xlsx", [OFFICIAL, household(1), household(2, 家庭人口数="不详")])
    roster = [[n, "石桥村", f"张{n}", resident_id(n), 3, "一般农户", None] for n in (1, 2, 3)]
    heading = ["户编号", "村", "户主姓名", "户主证件号码", "家庭人口数", "户类型", "未排查原因"]
    workbook(tmp_path / "花名册.xlsx", [heading, *roster])
    intake = read(tmp_path)
    found = check(intake.ledger, policy, intake.headers, tables_beside(intake, policy))
    told = found[found["规则"].isin(["C01", "C02", "C03"])]
    assert told[["规则", "户主姓名", "单元格"]].to_numpy().tolist() == [["C01", "张3", "C4"]]
