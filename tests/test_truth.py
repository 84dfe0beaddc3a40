"""The sample township against its planted truth."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from fanpin_analysis.pipeline import Result, analyse

SAMPLE = Path(__file__).parent.parent / "data_samples"
ROW = ["来源文件", "来源工作表", "来源行"]
TRUE_ROW = ["文件", "工作表", "行"]
NEED_ANOTHER_TABLE = {"size_mismatch", "R08", "R09_invented", "R09_missed", "extra"}
TOLD_ONCE = {"village_unknown"}  # a sheet, not a row


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


def test_a_finding_points_at_every_planted_cell_that_the_ledger_shows(result):
    """Faults that a ledger shows by itself are found at their cell, or at their row."""
    planted = truth("faults.csv")
    planted = planted[planted["文件"].str.startswith("台账/") & (planted["可读"] == "否")]
    shown = planted[~planted["类别"].isin(NEED_ANOTHER_TABLE | TOLD_ONCE)]
    findings = result.findings
    rows = findings["单元格"].str.extract(r"(\d+)", expand=False)
    found = set(zip(findings["来源文件"], findings["来源工作表"], rows, strict=True))
    places = zip(shown["文件"], shown["工作表"], shown["行"].astype(str), strict=True)
    assert [place for place in places if place not in found] == []
    assert len(shown) > 200


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
