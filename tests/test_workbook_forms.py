"""The official papers, opened again: layout, values, print set-up, and text that stays text."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from openpyxl import load_workbook

from fanpin_analysis.deliverables.tabulation import tabulate
from fanpin_analysis.deliverables.workbook_forms import write_annex1, write_ledger
from fanpin_analysis.deliverables.workbook_tables import sheet_name, write_tables

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from fanpin_analysis.policy.in_force import Policy

FILLED = {"unit": "云岭乡人民政府", "filled_on": date(2023, 6, 20)}
CODES = (
    *("A1", "A2", "A3", "A4", "A7", "A8", "A9", "A10"),
    *("B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "C1", "C2", "D1", "D2"),
)
DANGEROUS = ["=1+2", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "#N/A", "甲\x07乙\ufffe"]
HOUSEHOLD = {
    "序号": 7,
    "乡镇场": "云岭乡",
    "村": "石桥村",
    "户主姓名": "张三",
    "户主证件号码": "439999196001010019",
    "家庭人口数": 4,
    "户属性": "脱贫户",
    "排查方式": "入户排查",
    "是否有住房安全问题": True,
    "是否有义务教育阶段失学辍学问题": False,
    "是否有家庭成员未参加基本医疗保险": None,
    "是否有饮水安全问题": False,
    "其他问题": None,
    "是否存在致返贫风险": True,
    "致返贫风险类型": "因病、因残",
    "拟纳入监测类型": "脱贫不稳定户",
    "核查人签字": None,
    "来源文件": "石桥村.xlsx",
}


def ledger_of(*households: dict[str, Any]) -> pd.DataFrame:
    """Return households as the reader's typed ledger."""
    return pd.DataFrame([HOUSEHOLD | household for household in households]).convert_dtypes()


@pytest.fixture
def annex1(policy: Policy, tmp_path: Path) -> Worksheet:
    """Return a written 附件1 of two villages, opened again."""
    ledger = ledger_of({}, {"村": "龙潭冲村", "家庭人口数": 6, "排查方式": "电话、微信等排查"})
    path = tmp_path / "附件1.xlsx"
    write_annex1(tabulate(ledger, policy), path, policy, **FILLED)
    return load_workbook(path).worksheets[0]


def written(policy: Policy, folder: Path, *households: dict[str, Any]) -> Worksheet:
    """Return a written 附件2, opened again."""
    path = folder / "附件2.xlsx"
    write_ledger(ledger_of(*households), path, policy, **FILLED)
    return load_workbook(path).worksheets[0]


def values(sheet: Worksheet, row: int) -> list[Any]:
    """Return the values of a row."""
    return [cell.value for cell in sheet[row]]


def test_annex1_bears_title_unit_and_day(annex1: Worksheet) -> None:
    """The head of the form says whose it is and of which day."""
    assert annex1["A1"].value == "附件1："
    assert annex1["A2"].value == "邵阳县防止返贫监测帮扶集中排查情况统计表"
    assert annex1["A3"].value == "填报单位（盖章）:云岭乡人民政府"
    assert [value for value in values(annex1, 3) if value][1] == "填报时间：2023年6月20日"


def test_annex1_header_is_merged_as_on_the_form(annex1: Worksheet) -> None:
    """Four header rows, and the row of codes below them."""
    merged = {str(one) for one in annex1.merged_cells.ranges}
    assert {
        "A4:A7", "B4:B7", "C4:J4", "K4:R4", "S4:T6", "U4:V6", "C5:D5", "E5:F5", "G5:J5",
        "K5:L5", "M5:R5", "C6:C7", "D6:D7", "E6:F6", "G6:H6", "I6:J6", "K6:K7", "L6:L7",
        "M6:N6", "O6:P6", "Q6:R6", "A2:V2",
    } <= merged  # fmt: skip
    first_row = [cell.value for cell in annex1[4] if cell.value]
    assert first_row == [
        "序号",
        "乡镇场",
        "排查农户情况",
        "新识别监测对象情况",
        "拟回退监测对象情况",
        "拟清退监测对象情况",
    ]
    assert values(annex1, 8) == [None, None, *CODES]


def test_annex1_holds_numbers_and_a_total(annex1: Worksheet) -> None:
    """A row a village, and the total without a number of its own."""
    assert values(annex1, 9)[:10] == [1, "石桥村", 1, 4, 0, 0, 1, 4, 0, 0]
    assert values(annex1, 10)[:10] == [2, "龙潭冲村", 1, 6, 0, 0, 0, 0, 1, 6]
    assert values(annex1, 11)[:10] == [None, "合计", 2, 10, 0, 0, 1, 4, 1, 6]
    assert annex1["A12"].value == "备注：A1=A7+A9,A2=A8+A10;B1=B3+B5+B7,B2=B4+B6+B8。"


def test_annex1_prints_on_one_page_width(annex1: Worksheet) -> None:
    """A4 lying, as wide as the page, header on every page, centred, pages numbered."""
    assert (annex1.page_setup.paperSize, annex1.page_setup.orientation) == (9, "landscape")
    assert (annex1.page_setup.fitToWidth, annex1.page_setup.fitToHeight) == (1, 0)
    assert annex1.sheet_properties.pageSetUpPr.fitToPage
    assert annex1.print_options.horizontalCentered
    assert annex1.print_title_rows == "$4:$8"
    assert annex1.oddFooter.center.text == "第 &P 页 共 &N 页"


def test_every_cell_of_the_grid_has_lines(annex1: Worksheet) -> None:
    """No side of a cell is open, merged cells included."""
    open_cells = [
        cell.coordinate
        for row in annex1["A4:V11"]
        for cell in row
        if cell.column == 1 and not cell.border.left.style
    ]
    assert not open_cells
    assert all(annex1.cell(row, 22).border.right.style == "thin" for row in range(4, 12))


def test_ledger_has_the_official_columns(policy: Policy, tmp_path: Path) -> None:
    """The seventeen headers as they are printed, 村（社区） among them, and no other column."""
    sheet = written(policy, tmp_path, {})
    assert values(sheet, 4) == [
        "序号", "乡镇场", "村（社区）", "户主姓名", "户主证件号码", "家庭人口数",
        "户属性", "排查方式", "是否有住房安全问题", "是否有义务教育阶段失学辍学问题",
        "是否有家庭成员未参加基本医疗保险", "是否有饮水安全问题", "其他问题",
        "是否存在致返贫风险", "致返贫风险类型", "拟纳入监测类型", "核查人签字",
    ]  # fmt: skip
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("A5", "$4:$4")


def test_ledger_is_numbered_anew_and_written_in_words(policy: Policy, tmp_path: Path) -> None:
    """Numbers run through, codes are words, yes and no are Chinese, null is blank."""
    sheet = written(policy, tmp_path, {}, {"序号": 7})
    assert [values(sheet, row)[0] for row in (5, 6)] == [1, 2]
    assert values(sheet, 5)[5:16] == [
        4, "脱贫户", "入户排查", "是", "否", None, "否", None, "是", "因病、因残", "脱贫不稳定户",
    ]  # fmt: skip
    assert sheet["A7"].value == "备注："


def test_id_stays_text(policy: Policy, tmp_path: Path) -> None:
    """Eighteen digits are text, formatted as text, so that no program rounds them."""
    cell = written(policy, tmp_path, {})["E5"]
    assert (cell.value, cell.data_type, cell.number_format) == ("439999196001010019", "s", "@")


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_is_never_a_formula(text: str, policy: Policy, tmp_path: Path) -> None:
    """What a village typed is shown as it was typed, and never computed."""
    cell = written(policy, tmp_path, {"户主姓名": text})["D5"]
    assert cell.data_type == "s"
    assert cell.value == text.replace("\x07", " ").replace("\ufffe", " ")
    assert bool(cell.quotePrefix) == text.startswith(("=", "+", "-", "@"))


def test_dangerous_text_does_not_mark_its_neighbours(policy: Policy, tmp_path: Path) -> None:
    """Cells share a style, but not the mark of a text that looks like a formula."""
    sheet = written(policy, tmp_path, {"户主姓名": "=1+2"}, {})
    assert [bool(sheet[f"D{row}"].quotePrefix) for row in (5, 6)] == [True, False]


def test_long_text_gets_a_higher_row(policy: Policy, tmp_path: Path) -> None:
    """A row is as high as its longest wrapped text, since no program fits it afterwards."""
    sheet = written(policy, tmp_path, {}, {"其他问题": "住房后山有裂缝，雨季需要转移，" * 4})
    assert sheet.row_dimensions[6].height > 3 * sheet.row_dimensions[5].height
    assert sheet["M6"].alignment.wrap_text


def test_same_ledger_gives_the_same_file(policy: Policy, tmp_path: Path) -> None:
    """Two runs on the same rows differ in no byte."""
    for name in ("a.xlsx", "b.xlsx"):
        write_ledger(ledger_of({}, {}), tmp_path / name, policy, **FILLED)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_empty_ledger_is_an_empty_form(policy: Policy, tmp_path: Path) -> None:
    """The form is there with its header and notes, and no row."""
    path = tmp_path / "附件2.xlsx"
    write_ledger(ledger_of({}).iloc[:0], path, policy, **FILLED)
    assert load_workbook(path).worksheets[0]["A5"].value == "备注："


def test_tables_keep_their_types(tmp_path: Path) -> None:
    """Numbers are numbers, text is text, null is blank; the header can be filtered by."""
    table = pd.DataFrame(
        {
            "规则": ["S01", "=1+1"],
            "命中": pd.array([3, None], dtype="Int64"),
            "比例": [0.25, float("nan")],
            "成立": pd.array([True, None], dtype="boolean"),
            "日期": [pd.Timestamp(2023, 6, 2), pd.NaT],
            "大数": [10**17, float("inf")],
        }
    )
    write_tables({"结果": table, "空": table.iloc[:0]}, tmp_path / "t.xlsx")
    sheet, empty = load_workbook(tmp_path / "t.xlsx").worksheets
    assert values(sheet, 2) == ["S01", 3, 0.25, "是", "2023-06-02", "1e+17"]
    assert values(sheet, 3) == ["=1+1", None, None, None, None, "inf"]
    assert sheet["A3"].data_type == "s"
    assert (sheet.auto_filter.ref, sheet.freeze_panes) == ("A1:F3", "A2")
    assert values(empty, 1) == list(table.columns)


@pytest.mark.parametrize(
    ("wanted", "taken", "given"),
    [
        ("甲/乙:丙[丁]", [], "甲 乙 丙 丁"),
        ("表" * 40, [], "表" * 31),
        ("表" * 40, ["表" * 31], "表" * 28 + "（2）"),
        ("'甲'", ["甲", "甲（2）"], "甲（3）"),
        ("///", [], "表"),
        ("ABC", ["abc"], "ABC（2）"),
    ],
)
def test_sheet_name_is_one_that_may_be(wanted: str, taken: list[str], given: str) -> None:
    """No sign, length or double that a workbook refuses."""
    assert sheet_name(wanted, taken) == given
