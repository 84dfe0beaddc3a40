"""数据质量.xlsx: whose finding it is, in what order findings stand, and what a village scores."""

from __future__ import annotations

import openpyxl
import pytest
from ledgers import OFFICIAL, household, workbook

from fanpin_analysis.deliverables.quality import NOWHERE, by_village, village_scores
from fanpin_analysis.pipeline import analyse, write_quality


@pytest.fixture
def result(tmp_path):
    """Return a run over two villages: faults of both, one of a returned row, one of no village."""
    place = tmp_path / "台账"
    place.mkdir()
    rows = [
        household(1, 是否存在致返贫风险="是"),
        household(2, 是否存在致返贫风险="否", 致返贫风险类型="1", 户主证件号码="439999"),
        household(3, 家庭人口数="不详"),
        household(4),
    ]
    workbook(place / "石桥村.xlsx", [OFFICIAL, *rows])
    workbook(place / "竹溪村.xlsx", [OFFICIAL, household(9, "竹溪村", 排查方式=None)])
    (place / "说明.docx").write_bytes(b"PK")
    return analyse(place)


def test_findings_stand_by_village_then_severity_then_cell(result):
    """What is of no village comes first; in a village errors before hints, then by row."""
    placed = by_village(result.intake, result.findings)
    assert len(placed) == len(result.findings)
    villages = placed["村"].to_list()
    assert villages == sorted(villages, key=[NOWHERE, "石桥村", "竹溪村"].index)
    assert villages[0] == NOWHERE
    stone = placed[(placed["村"] == "石桥村") & (placed["级别"] == "错误")]
    numbers = stone["单元格"].str.extract(r"(\d+)", expand=False).astype(int)
    assert numbers.is_monotonic_increasing
    severities = placed.loc[placed["村"] == "石桥村", "级别"].to_list()
    assert severities == sorted(severities, key=["错误", "提示"].index)


def test_a_returned_row_s_finding_is_its_sheet_s_village_s(result):
    """The row is in no frame any more, but its sheet names one village."""
    placed = by_village(result.intake, result.findings)
    assert set(placed.loc[placed["规则"] == "L02", "村"]) == {"石桥村"}


def test_a_score_is_what_its_formula_says(result):
    """100 less a point for each error and a fifth for each hint per 100 ledger rows."""
    placed = by_village(result.intake, result.findings)
    scores = village_scores(result.intake, placed, result.policy).set_index("村")
    stone = scores.loc["石桥村"]
    assert stone["台账户数"] == 4
    mine = placed[placed["村"] == "石桥村"]
    for dimension in ("及时", "准确", "完整", "一致"):
        own = mine[mine["维度"] == dimension]["级别"]
        errors, hints = (own == "错误").sum(), (own == "提示").sum()
        assert stone[f"{dimension}：每百户错误"] == errors / 4 * 100
        expected = max(0, 100 - errors / 4 * 100 - 0.2 * hints / 4 * 100)
        assert stone[f"{dimension}得分"] == pytest.approx(expected, abs=0.05)
    assert NOWHERE not in scores.index
    assert "非官方" in scores.index[-1]


def test_the_workbook_has_its_six_sheets(result, tmp_path):
    """Findings with their village, counts, scores, accounts, returned rows, headers."""
    book = openpyxl.load_workbook(write_quality(result, tmp_path / "结果"))
    assert book.sheetnames == [
        "问题清单", "问题统计", "各村评分", "行数核对", "退回的行", "表头对照",
    ]  # fmt: skip
    assert book["问题清单"]["A1"].value == "村"
    assert book["问题清单"]["A2"].value == NOWHERE
