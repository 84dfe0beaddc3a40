"""Measures: what another table says of a row, and when that is not known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from ledgers import resident_id

from fanpin_analysis.analysis.functions import FUNCTIONS
from fanpin_analysis.analysis.measures import Tables
from fanpin_analysis.errors import DefinitionError, ExpressionError
from fanpin_analysis.intake.identity import check_digit
from fanpin_analysis.policy.measures import SELF, Measure, load_measures

if TYPE_CHECKING:
    from pathlib import Path

    from fanpin_analysis.policy.in_force import Policy

HEAD, PERSON, NAME, VILLAGE = "户主证件号码", "证件号码", "户主姓名", "村"
RELATION, LABOUR = "与户主关系", "劳动技能"
ONE, TWO = resident_id(1), resident_id(2)
FAULTY = ONE[:-1] + ("1" if ONE[-1] != "1" else "2")


def household(number: str | None = ONE, name: str = "张三", **more: Any) -> dict[str, Any]:
    """Return a row of a ledger or a roster."""
    return {VILLAGE: "石桥村", NAME: name, HEAD: number, "家庭人口数": 2} | more


def person(number: str, relation: str, head: str | None = ONE, **more: Any) -> dict[str, Any]:
    """Return a row of the members of a household."""
    row = {VILLAGE: "石桥村", NAME: "张三", HEAD: head, PERSON: number, RELATION: relation}
    return row | {LABOUR: "普通劳动力", "性别": "男"} | more


def told(policy: Policy, table: str, name: str, **tables: list[dict[str, Any]]) -> list[Any]:
    """Return a measure of each row of a table."""
    frames = {key: pl.DataFrame(rows, infer_schema_length=None) for key, rows in tables.items()}
    return Tables(frames, policy).with_measures(table, [name])[name].to_list()


def test_members_are_counted_by_the_household_s_id(policy: Policy) -> None:
    """Each ledger row gets the number of its members; a card's longer number is the same person."""
    members = [person(ONE, "户主"), person(TWO, "配偶"), person(TWO, "户主", TWO)]
    ledger = [household(), household(TWO, "李四"), household(f"{ONE}42")]
    assert told(policy, "ledger", "成员行数", ledger=ledger, members=members) == [2, 1, 2]


def test_a_household_without_member_rows_has_an_unknown_number_of_members(policy: Policy) -> None:
    """An ID that no member's household has makes no household of nobody."""
    other = [household(resident_id(7), "李四")]
    members = [person(ONE, "户主")]
    assert told(policy, "ledger", "成员行数", ledger=other, members=members) == [None]


@pytest.mark.parametrize("number", [None, FAULTY])
def test_a_household_without_a_sound_id_has_the_members_of_its_name(
    policy: Policy, number: str | None
) -> None:
    """Who alone is so called in his village is found by another paper's ID."""
    members = [person(ONE, "户主"), person(TWO, "配偶")]
    assert told(policy, "ledger", "成员行数", ledger=[household(number)], members=members) == [2]


def test_a_table_that_was_not_handed_in_leaves_everything_unknown(policy: Policy) -> None:
    """Neither an absent table nor an empty one says anything."""
    assert told(policy, "ledger", "成员行数", ledger=[household()]) == [None]
    assert told(policy, "ledger", "花名册户数", ledger=[household()], roster=[]) == [None]


@pytest.mark.parametrize(("labour", "counted"), [("普通劳动力", 2), ("无劳动力", 1), (None, None)])
def test_a_count_is_unknown_while_a_blank_could_change_it(
    policy: Policy, labour: str | None, counted: int | None
) -> None:
    """Who can work is not known of a household one of whose members is blank."""
    members = [person(ONE, "户主"), person(TWO, "配偶", **{LABOUR: labour})]
    assert told(policy, "members", "劳动力人数", members=members) == [counted] * 2


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [([True, False], True), ([True, True], False), ([True, None], None), ([False, None], True)],
)
def test_any_is_settled_by_one_yes(policy: Policy, answers: list[Any], verdict: Any) -> None:
    """One uninsured member is enough; without one, a blank leaves it open."""
    members = [person(ONE, "户主", 是否参加基本医疗保险=answer) for answer in answers]
    found = told(policy, "ledger", "有成员未参保", ledger=[household()], members=members)
    assert found == [verdict]


def test_what_two_rows_say_differently_is_not_known(policy: Policy) -> None:
    """Of two incomes of one year, nothing is taken."""
    rows = [household() | {"年度": 2022, "人均纯收入": income} for income in (9000.0, 9100.0)]
    assert told(policy, "ledger", "去年实际人均", ledger=[household()], incomes=rows) == [None]
    assert told(policy, "ledger", "去年实际人均", ledger=[household()], incomes=rows[:1]) == [9000]


def test_none_is_none_only_in_a_village_whose_list_came_in(policy: Policy) -> None:
    """A roster of one village says nothing about the households of another."""
    ledger = [household(TWO, "李四"), household(TWO, "李四", **{VILLAGE: "竹溪村"})]
    found = told(policy, "ledger", "花名册户数", ledger=ledger, roster=[household()])
    assert found == [0, None]


@pytest.mark.parametrize("number", [None, FAULTY])
def test_a_row_of_the_same_name_without_a_sound_id_may_be_the_one(
    policy: Policy, number: str | None
) -> None:
    """A household is not missing from a ledger that has it under a mistyped ID.

    Where two are so called, neither is known to be there or to be missing.
    """
    roster = [household(), household(TWO, "李四")]
    found = told(policy, "roster", "台账户数", roster=roster, ledger=[household(number)])
    assert found == [1, 0]
    twins = [*roster, household(resident_id(5))]
    found = told(policy, "roster", "台账户数", roster=twins, ledger=[household(number)])
    assert found == [None, 0, None]


def test_two_households_of_one_name_in_a_village_are_not_told_apart(policy: Policy) -> None:
    """A portrait bears no ID: it is joined by village and name, where there is one of them."""
    ledger = [household(ONE, 是否有住房安全问题=True), household(TWO, 是否有住房安全问题=True)]
    portraits = [{VILLAGE: "石桥村", NAME: "张三"}, {VILLAGE: "竹溪村", NAME: "张三"}]
    ledger += [household(resident_id(3), **{VILLAGE: "竹溪村"}, 是否有住房安全问题=True)]
    name = "台账住房有问题"
    assert told(policy, "portraits", name, portraits=portraits, ledger=ledger) == [None, True]
    assert told(policy, "portraits", "画像台账户数", portraits=portraits, ledger=ledger) == [
        None,
        1,
    ]


def test_persons_of_one_number_of_household_belong_together(policy: Policy) -> None:
    """An export without the head's ID goes by 户编号, and is joined by the ID of its head."""
    register = [
        person(ONE, "户主", None, 户编号="88", 风险是否已消除=False),
        person(TWO, "配偶", None, 户编号="88", 风险是否已消除=False),
    ]
    assert told(policy, "register", "户内行数", register=register) == [2, 2]
    assert told(policy, "register", "户内序号", register=register) == [1, 2]
    wife = [household(TWO)]
    assert told(policy, "ledger", "系统风险已消除", ledger=wife, register=register) == [False]
    assert told(policy, "ledger", "系统与户主关系", ledger=wife, register=register) == ["配偶"]


@pytest.mark.parametrize(("born", "years"), [("20070602", 16), ("20070603", 15)])
def test_age_is_complete_on_the_birthday(policy: Policy, born: str, years: int) -> None:
    """On 2 June 2023 a child born on 2 June 2007 is sixteen, one of the next day is not."""
    body = f"439999{born}001"
    members = [person(body + check_digit(body), "之子")]
    assert told(policy, "members", "年龄", members=members) == [years]


def test_nothing_is_taken_from_a_faulty_number(policy: Policy) -> None:
    """Which digit is wrong is not known, so neither is the age, the sex or the day of birth."""
    for name in ("年龄", "证件性别", "证件出生日期", "残疾证类别"):
        assert told(policy, "members", name, members=[person(FAULTY, "之子")]) == [None]


def test_a_disability_card_tells_kind_and_grade(policy: Policy) -> None:
    """The two digits behind the ID; an ID alone has none."""
    members = [person(f"{ONE}42", "户主"), person(TWO, "配偶")]
    assert told(policy, "members", "残疾证类别", members=members) == [4, None]
    assert told(policy, "members", "残疾证等级", members=members) == [2, None]


def test_days_and_months_count_from_the_survey(policy: Policy) -> None:
    """A day after the survey is positive; months run from one to the other."""
    ledger = [{"排查日期": date(2023, 6, 3)}, {"排查日期": date(2023, 6, 2)}, {"排查日期": None}]
    assert told(policy, "ledger", "排查日期距今", ledger=ledger) == [1, 0, None]
    register = [{"识别监测时间": "2022-11", "消除监测时间": "2023-02"}, {"识别监测时间": None}]
    assert told(policy, "register", "识别至消除月数", register=register) == [3, None]
    assert told(policy, "register", "识别至今月数", register=register) == [7, None]


def test_whether_a_sheet_has_a_column_is_told_by_its_headers(policy: Policy) -> None:
    """A rule about blanks must not fire on a sheet that never asked."""
    sheet = {"来源文件": "a.xlsx", "来源工作表": "Sheet1"}
    members = pl.DataFrame([person(ONE, "户主") | sheet | {"来源行": 2}])
    headers = pl.DataFrame([sheet | {"字段": "民族"}])
    for given, known in ((headers, True), (None, None)):
        frame = Tables({"members": members}, policy, given).with_measures("members", ["有民族栏"])
        assert frame["有民族栏"].to_list() == [known]


# ------------------------------------------------------------------ the declarations


def test_every_measure_can_be_computed(policy: Policy) -> None:
    """Functions are those of the code, names are those of the tables, and every word is known."""
    for measure in policy.declared_measures:
        assert not measure.function or measure.function in FUNCTIONS, measure.name
        for table in measure.tables:
            policy.measures.parsed(measure, table)
            known = {*policy.measures.terms_of(table), *policy.papers.all}
            assert set(measure.of) <= known, measure.name
        assert not measure.paper or measure.paper in policy.papers.all
        assert measure.clause


def test_every_measure_is_used(policy: Policy) -> None:
    """A measure that no rule and no other measure names is dead."""
    named = {name for one in policy.expressions.values() for name in one.names}
    named |= {rule.group for rule in policy.of_kind("筛查")}
    for measure in policy.declared_measures:
        named |= set(measure.of)
        for table in measure.tables:
            named |= {
                n for one in policy.measures.parsed(measure, table).values() for n in one.names
            }
    named |= {name for end, name in policy.measures.intervals.items() if end in named}
    assert [m.name for m in policy.declared_measures if m.name not in named] == []


def test_a_measure_has_a_name_of_its_own(policy: Policy) -> None:
    """A measure called like a column of its table or a parameter would hide it."""
    forms = policy.vocabulary.forms
    for measure in policy.declared_measures:
        columns = [forms.get(table, forms["ledger"]).columns for table in measure.tables]
        assert measure.name not in {*policy.parameters.declared, *chain.from_iterable(columns)}
    assert all(measure.name.isidentifier() for measure in policy.declared_measures)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ('expr = "年龄 > 3"\nfunction = "age"', "只写一个"),
        ("", "只写一个"),
        ('how = "average"\nover = "members"\nby = "户"', "“average”无法识别"),
        ('how = "count"\nover = "members"', "就要写 over 和 by"),
        ('expr = "家庭人口数"\nby = "户"', "就要写 over 和 by"),
        ('expr = "家庭人口数"\nunits = "人"', "无法识别的键“units”"),
    ],
)
def test_a_measure_that_makes_no_sense_is_refused(tmp_path: Path, lines: str, words: str) -> None:
    """The message names the entry and what is wrong with it."""
    head = '[[measure]]\nname = "某数"\nkind = "number"\ntables = ["ledger"]\nclause = "自拟"\n'
    (tmp_path / "measures.toml").write_text(head + lines, encoding="utf-8")
    with pytest.raises(DefinitionError, match=words):
        load_measures((tmp_path,))


def with_measures(policy: Policy, *measures: Measure) -> Policy:
    """Return the policy with some measures besides its own."""
    return replace(policy, declared_measures=(*policy.declared_measures, *measures))


def made(name: str, **keys: Any) -> Measure:
    """Return a measure of the ledger."""
    return Measure(name=name, kind="number", clause="自拟", tables=("ledger",), **keys)


def test_a_circle_of_measures_is_told(policy: Policy) -> None:
    """Two measures made of each other are named in the message."""
    circular = with_measures(policy, made("甲数", expr="乙数 + 1"), made("乙数", expr="甲数 + 1"))
    with pytest.raises(DefinitionError, match=r"ledger\.甲数 → ledger\.乙数 → ledger\.甲数"):
        told(circular, "ledger", "甲数", ledger=[household()])


def test_a_measure_names_only_what_its_table_has(policy: Policy) -> None:
    """A column of another table is refused with the nearest name."""
    stray = made("甲数", how="count", over="members", by="户", where="户属性 == '脱贫户'")
    with pytest.raises(ExpressionError, match="没有声明的名称“户属性”"):
        with_measures(policy, stray).measures.parsed(stray, "ledger")


def test_sums_are_unknown_while_a_part_is(policy: Policy) -> None:
    """A wage that is blank could be anything; one that does not count changes nothing."""
    wages = made(
        "工资合计", how="sum", over="members", by="户", where="务工时间 > 0", value="务工月收入"
    )
    summing = with_measures(policy, wages)
    paid = {"务工时间": 6.0, "务工月收入": 3000.0}
    rows = [person(ONE, "户主", **paid), person(TWO, "配偶", 务工时间=0.0, 务工月收入=None)]
    assert told(summing, "ledger", "工资合计", ledger=[household()], members=rows) == [3000]
    rows[1] |= {"务工时间": 3.0}
    assert told(summing, "ledger", "工资合计", ledger=[household()], members=rows) == [None]


def test_a_measure_over_its_own_table_counts_the_row_itself(policy: Policy) -> None:
    """本表 is the table on which the measure hangs."""
    (twice,) = [m for m in policy.declared_measures if m.name == "同号户数"]
    assert twice.table("ledger") == "ledger"
    assert twice.over == SELF
    ledger = [household(联系方式="19900000001"), household(TWO, 联系方式="19900000001")]
    assert told(policy, "ledger", "同号户数", ledger=ledger) == [2, 2]
