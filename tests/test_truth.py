"""The sample township against its planted truth."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

from fanpin_analysis.analysis.households import describe
from fanpin_analysis.analysis.screening import screen
from fanpin_analysis.pipeline import Result, analyse
from fanpin_analysis.samples.hands import file_of, hand_of
from fanpin_analysis.samples.papers import papers

SAMPLE = Path(__file__).parent.parent / "data_samples"
ROW = ["来源文件", "来源工作表", "来源行"]
NOISY = "S40"  # falls that only statistics find are not planted one by one
TRUE_ROW = ["文件", "工作表", "行"]
TOLD_ONCE = {"village_unknown", "missing"}  # once a sheet, or in another paper's row


@pytest.fixture(scope="module")
def result() -> Result:
    """Return what the main job finds in the sample township."""
    return analyse(SAMPLE / "township")


def truth(name: str) -> pd.DataFrame:
    """Return one of the truth files."""
    return pd.read_csv(SAMPLE / "truth" / name, encoding="utf-8-sig", keep_default_na=False)


def test_all_twenty_codes_of_every_village_and_of_the_total_are_right(result):
    """附件1 equals the one that the generator counted from its own knowledge."""
    expected = truth("annex1.csv").set_index("村")
    counted = result.annex1.set_index("村")
    assert counted.to_dict("index") == expected[counted.columns].to_dict("index")


def test_every_household_row_has_the_fate_that_was_planted(result):
    """Rows planted as returned go back, every other is accepted, and no other row counts."""
    expected = truth("households.csv").set_index(TRUE_ROW)["去向"]
    accounts = result.intake.accounts.set_index(ROW)["去向"]
    assert accounts.loc[expected.index].tolist() == expected.tolist()
    ledgers = set(expected.index.get_level_values("文件"))
    counted = accounts[accounts.index.get_level_values("来源文件").isin(ledgers)]
    assert (counted != "非数据行").sum() == len(expected)


def test_what_was_accepted_says_what_the_truth_says(result):
    """Every accepted household's size, standing, mode, risk, causes and proposal are right."""
    expected = truth("households.csv").set_index(TRUE_ROW)
    expected = expected[expected["去向"] == "采用"]
    ledger = result.intake.ledger.set_index(ROW).loc[expected.index]
    sizes = ledger["家庭人口数"].astype(str)
    risk = ledger["是否存在致返贫风险"].map({True: "是", False: "否"}, na_action="ignore")
    ledger = ledger.assign(是否存在致返贫风险=risk, 家庭人口数=sizes)
    expected["家庭人口数"] = expected["家庭人口数"].astype(str)
    said = [
        "家庭人口数",
        "户属性",
        "排查方式",
        "是否存在致返贫风险",
        "致返贫风险类型",
        "拟纳入监测类型",
    ]
    for name in said:
        assert ledger[name].astype(object).fillna("").tolist() == expected[name].tolist(), name


def test_nearly_every_planted_fault_is_found(result):
    """At least 99 of 100 planted faults, in whatever paper, have a finding at their row."""
    planted = truth("faults.csv")
    planted = planted[(planted["可读"] == "否") & ~planted["类别"].isin(TOLD_ONCE)]
    found = set(rows_of(result.findings))
    lost = [place for place in places(planted) if place not in found]
    assert len(planted) > 500
    assert len(lost) <= len(planted) / 100, lost


def test_hardly_any_finding_was_not_planted(result):
    """At most one finding in 100 is about a row or a sheet in which nothing is amiss."""
    amiss = set(places(truth("faults.csv")))
    amiss |= rows_amiss_elsewhere(result)
    findings, villages = result.findings, result.intake.villages["村"].tolist()
    planted = [
        place in amiss or is_layout(rule, file, field, villages)
        for place, rule, file, field in zip(
            rows_of(findings), findings["规则"], findings["来源文件"], findings["字段"], strict=True
        )
    ]
    odd = findings[[not each for each in planted]]
    assert len(findings) > 500
    assert len(odd) <= len(findings) / 100, odd[["规则", "来源文件", "单元格"]].to_string()


def places(planted: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Return file, sheet and row of what the truth names, as text."""
    return list(planted[TRUE_ROW].astype(str).itertuples(index=False, name=None))


def rows_of(findings: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Return the row of each finding as the truth names it; of a whole sheet or file, no row."""
    numbers = findings["单元格"].str.extract(r"(\d+)", expand=False).fillna("")
    return list(zip(findings["来源文件"], findings["来源工作表"], numbers, strict=True))


def rows_amiss_elsewhere(result: Result) -> set[tuple[str, str, str]]:
    """Return the rows of other papers that show what the truth tells of households and villages.

    A household that no ledger counts is missing by the roster; one whose look-back is due is amiss
    in the register; a village that slipped in its own 附件1 is amiss in that.
    """
    households, slips = truth("households.csv"), truth("submitted.csv")
    faults = truth("faults.csv")
    missing = set(faults.loc[faults["类别"] == "missing", "户编号"].astype(str))
    counted = households[households["去向"] == "采用"]
    returned = set(households["户编号"].astype(str)) - set(counted["户编号"].astype(str))
    due = set(households.loc[households["回头看"] != "", "户编号"].astype(str))
    intake = result.intake
    roster = intake.roster[intake.roster["户编号"].isin(missing | returned)]
    register = intake.register[intake.register["户编号"].isin(due)]
    slipped = slips.loc[slips["差错"] != "无差错", "文件"]
    submitted = intake.submitted[intake.submitted["来源文件"].isin(slipped)]
    rows = pd.concat([roster[ROW], register[ROW], submitted[ROW]]).astype(str)
    return set(rows.itertuples(index=False, name=None))


def is_layout(rule: str, file: str, field: object, villages: list[str]) -> bool:
    """Tell whether a finding is about what a hand leaves out of its sheet, or adds to it."""
    hands = {file_of(villages, village): hand_of(villages, village) for village in villages}
    columns = {paper.file: [name for name, _ in paper.columns] for paper in papers().values()}
    if file in hands:
        hand = hands[file]
        left_out = (
            not isinstance(field, str)
            or field not in hand.fields
            or (field == "村" and hand.village == "blank")
        )
        return {"T03": "民族" in hand.fields, "T09": hand.village in ("bare", "committee")}.get(
            rule, left_out
        )
    if rule == "T04":
        return file in columns and field not in columns[file]
    return rule == "F08" and "~$" in file


def test_the_notice_s_rule_of_falling_incomes_is_never_answered_wrongly(result):
    """去年低于1万元且不升反降: right where it is answered, open only where an ID is faulty."""
    verdicts = result.households.set_index(ROW)["S01"]
    found = verdicts.map({True: "是", False: "否"}, na_action="ignore").astype(object).fillna("")
    rows = truth("households.csv").set_index(TRUE_ROW)
    planted = rows.loc[found.index, "去年低于1万元且不升反降"]
    counted = Counter(zip(found, planted, strict=True))
    assert not counted["是", "否"] + counted["否", "是"] + counted["是", ""], counted
    faults = truth("faults.csv")
    faulty = faults[faults["字段"] == "户主证件号码"][TRUE_ROW].astype(str).agg("|".join, axis=1)
    opened = found[(found == "") & (planted != "").to_numpy()].index
    assert {"|".join(map(str, place)) for place in opened} <= set(faulty)
    assert counted["是", "是"] > 60


@pytest.fixture(scope="module")
def described(result: Result) -> pl.DataFrame:
    """Return the households with all measures, departments' clues matched to them."""
    return pl.from_pandas(describe(result.intake, result.policy))


def test_the_six_groups_are_found_and_nobody_else_and_the_unknown_stay_open(
    engine, described, result
):
    """Every planted household is hit by a rule of its group, no other is, unknowns are null.

    A household whose ID is damaged is found by its name where that tells it from all others.
    """
    screened = engine.read(screen(engine.frame(described), result.policy)).to_pandas()
    households = truth("households.csv").set_index(TRUE_ROW).loc[screened.set_index(ROW).index]
    due = households["应为六类人群"].str.split("、")
    unknown = (households["无法判定原因"] != "").to_numpy()
    income = screened[["S01", "S02"]].astype(object)  # other rules ask papers of a few only
    open_ = (income.isna().any(axis=1) & ~(income == True).any(axis=1)).to_numpy()  # noqa: E712
    rules = result.policy.of_kind("筛查")
    words = result.policy.vocabulary.code_list("六类人群").words
    for word in words:
        verdicts = screened[
            [rule.id for rule in rules if rule.group == word and rule.id != NOISY]
        ].astype(object)
        hit = (verdicts == True).any(axis=1).to_numpy()  # noqa: E712  null is neither
        planted = due.map(lambda groups, word=word: word in groups).to_numpy()
        assert planted.any(), word
        assert not (planted & ~hit & ~open_).any(), (word, households[planted & ~hit & ~open_])
        assert not (hit & ~planted).any(), (word, households[hit & ~planted])
    assert unknown.sum() > 150
    assert set(open_.nonzero()[0]) <= set(unknown.nonzero()[0])
    assert 0 < open_.sum() < unknown.sum() / 10
