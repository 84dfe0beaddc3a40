"""A folder of ledgers in many hands: every household is read, and every row has one fate."""

from __future__ import annotations

import csv
import os
from datetime import date

import openpyxl
import pytest
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledgers import OFFICIAL, household, resident_id, workbook
from openpyxl.styles import Font

from fanpin_analysis.errors import InputError
from fanpin_analysis.intake.accounts import sheet_accounts
from fanpin_analysis.intake.reading import read


def rules_met(intake) -> set[str]:
    """Return the ids of the faults that were met."""
    return set(intake.findings["规则"])


def test_an_official_ledger_is_read_whole(tmp_path):
    """Title, unit line, header, rows and notes give exactly the rows, typed."""
    rows = [
        ["云岭乡石桥村防止返贫监测帮扶集中排查台账"],
        ["填报单位：云岭乡石桥村", *[None] * 7, "填报时间：2023年6月1日"],
        OFFICIAL,
        household(1, 户属性="２", 排查方式="2.电话、微信等排查", 是否有住房安全问题="√"),
        household(2, 致返贫风险类型="1、3", 是否存在致返贫风险="有", 拟纳入监测类型=2),
        ["备注：", None],
        ["（1）户属性：1.脱贫户；2.监测对象；3.档外农户。"],
        ["填报人：某", None, None, "审核人：某"],
    ]
    ledger = read(workbook(tmp_path / "a.xlsx", rows, ["A1:Q1"])).ledger
    assert ledger["户主姓名"].tolist() == ["张1", "张2"]
    assert ledger["户属性"].tolist() == ["监测对象", "脱贫户"]
    assert ledger["排查方式"].tolist() == ["电话、微信等排查", "入户排查"]
    assert ledger["是否有住房安全问题"].tolist() == [True, False]
    assert ledger["致返贫风险类型"].tolist()[1] == "因病、因残"
    assert ledger["拟纳入监测类型"].tolist()[1] == "边缘易致贫户"
    assert ledger["来源行"].tolist() == [4, 5]
    assert ledger.columns.tolist()[-3:] == ["来源文件", "来源工作表", "来源行"]


def test_a_header_over_two_rows_with_merged_cells_names_the_same_columns(tmp_path):
    """A heading over four columns and its sub-headings give the four problem columns."""
    upper = [*OFFICIAL[:8], "是否存在以下问题", None, None, None, *OFFICIAL[12:]]
    lower = [*[None] * 8, "住房安全", "义务教育", "基本医疗", "饮水安全", *[None] * 5]
    merges = ["I1:L1", *[f"{letter}1:{letter}2" for letter in "ABCDEFGHMNOPQ"]]
    row = household(1, 是否有饮水安全问题="是")
    intake = read(workbook(tmp_path / "a.xlsx", [upper, lower, row], merges))
    assert intake.ledger["是否有饮水安全问题"].tolist() == [True]
    assert intake.ledger["是否有住房安全问题"].tolist() == [False]
    assert "T03" not in rules_met(intake)


def test_an_opposite_question_is_turned_round(tmp_path):
    """住房是否安全 answered 是 is no problem."""
    header = ["住房是否安全" if name == "是否有住房安全问题" else name for name in OFFICIAL]
    intake = read(workbook(tmp_path / "a.xlsx", [header, household(1, 是否有住房安全问题="是")]))
    assert intake.ledger["是否有住房安全问题"].tolist() == [False]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_a_csv_is_read_in_every_usual_encoding(tmp_path, encoding):
    """The same .csv in UTF-8, with a mark or without, GBK or GB18030 gives the same rows."""
    path = tmp_path / "a.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([["云岭乡台账"], OFFICIAL, household(1), household(2)])
    ledger = read(path).ledger
    assert ledger["户主证件号码"].tolist() == [resident_id(1), resident_id(2)]
    assert ledger["家庭人口数"].tolist() == [3, 3]


def test_an_xls_is_read_like_an_xlsx(tmp_path):
    """The old binary format gives the same rows."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("台账")
    for index, line in enumerate([OFFICIAL, household(1), household(2)]):
        for column, value in enumerate(line):
            sheet.write(index, column, value)
    book.save(str(tmp_path / "a.xls"))
    assert read(tmp_path / "a.xls").ledger["户主姓名"].tolist() == ["张1", "张2"]


@pytest.mark.parametrize(
    "total",
    [
        ["小计", None, None, None, None, 6],
        [None, None, "石桥村合计", None, None, 6],
        [None, None, None, "合 计", None, 6],
        [None, None, None, None, None, 6],
        ["一组小计（2户）", None, None, None, None, 6],
        [None, None, None, "第1组小计", None, 6],
        [None, None, None, "2户", None, "6人"],
        [None, None, None, 2, None, 6],
        [None, None, None, None, "合计：", 6],
        [None, None, "一组", "2户", None, 6],
        ["过次页", None, None, 2, None, 6],
        ["本页小计"],
    ],
)
def test_totals_are_no_households(tmp_path, total):
    """A total is told by its word, or by repeating the sum of the sizes above it."""
    rows = [OFFICIAL, household(1), household(2), total]
    intake = read(workbook(tmp_path / "a.xlsx", rows))
    assert len(intake.ledger) == 2
    assert intake.accounts["去向"].tolist() == ["非数据行", "采用", "采用", "非数据行"]


def test_a_household_called_total_is_a_household(tmp_path):
    """金合计 is a name, with an ID or without."""
    rows = [
        OFFICIAL,
        household(1, 户主姓名="金合计"),
        household(2, 户主姓名="金合计", 户主证件号码=None),
    ]
    assert len(read(workbook(tmp_path / "a.xlsx", rows)).ledger) == 2


@pytest.mark.parametrize(
    "line",
    [
        [8],
        [8, "云岭乡", "石桥村"],
        list(range(1, 18)),
        ["栏次", *range(1, 17)],
        [f"（{number}）" for number in range(1, 18)],
        list("ABCDEFGHIJKLMNOPQ"),
        [*"甲乙丙丁", *range(1, 14)],
        OFFICIAL,
        ["例", "云岭乡", "某某村", "张三", "439999XXXXXXXX1234", 4, "1", "1"],
        ["备注：以上情况属实。"],
        ["审核人：", None, None, "填报人：某"],
    ],
)
def test_rows_that_say_nothing_of_a_household_are_no_data(tmp_path, line):
    """Prefilled rows, column numbers, repeated headers, examples and signatures are told apart."""
    intake = read(workbook(tmp_path / "a.xlsx", [OFFICIAL, household(1), line, household(2)]))
    assert intake.ledger["户主姓名"].tolist() == ["张1", "张2"]
    assert intake.accounts["去向"].tolist() == ["非数据行", "采用", "非数据行", "采用"]


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"户主姓名": None, "户主证件号码": None}, "L01"),
        ({"家庭人口数": None}, "L02"),
        ({"家庭人口数": "不详"}, "L02"),
        ({"户主证件号码": float(resident_id(2)[:17] + "1")}, "H01"),
    ],
)
def test_a_row_that_cannot_be_counted_goes_back_with_its_cell(tmp_path, changed, rule):
    """A row without anybody, without a size or with its ID's digits lost is returned, not lost."""
    rows = [OFFICIAL, household(1), household(2, **changed)]
    intake = read(workbook(tmp_path / "a.xlsx", rows))
    assert intake.accounts["去向"].tolist() == ["非数据行", "采用", "待核退回"]
    assert intake.findings.set_index("规则").loc[rule, "单元格"].endswith("3")


def test_of_two_rows_with_one_id_the_first_counts_and_the_other_says_where(tmp_path):
    """A household in two villages is counted once, and the finding names the row that counts."""
    workbook(tmp_path / "1.xlsx", [OFFICIAL, household(1)])
    again = household(1, "竹溪村", 户主证件号码=resident_id(1).lower() + " ")
    workbook(tmp_path / "2.xlsx", [OFFICIAL, again])
    intake = read(tmp_path)
    assert intake.ledger["村"].tolist() == ["石桥村"]
    finding = intake.findings.set_index("规则").loc["L04"]
    assert finding["来源文件"] == "2.xlsx"
    assert "1.xlsx「Sheet」第2行" in finding["说明"]


def test_a_hidden_copy_never_wins_over_a_visible_row(tmp_path):
    """Of the same household on a hidden and on a visible sheet the visible one counts."""
    path = workbook(
        tmp_path / "a.xlsx", [OFFICIAL, household(1, 家庭人口数=9)], 新=[OFFICIAL, household(1)]
    )
    book = openpyxl.load_workbook(path)
    book.worksheets[0].sheet_state = "hidden"
    book.active = 1
    book.save(path)
    intake = read(path)
    assert intake.ledger["家庭人口数"].tolist() == [3]
    assert {"T07", "L04"} <= rules_met(intake)


def test_a_village_merged_over_its_rows_is_filled(tmp_path):
    """A village name merged downwards counts for every row that it covers."""
    rows = [OFFICIAL, household(1), household(2, None), household(3, None), household(4, "竹溪村")]
    ledger = read(workbook(tmp_path / "a.xlsx", rows, ["C2:C4"])).ledger
    assert ledger["村"].tolist() == ["石桥村"] * 3 + ["竹溪村"]


@pytest.mark.parametrize(
    ("title", "sheet", "file"),
    [
        ("填报单位：云岭乡石桥村村民委员会", "Sheet1", "a.xlsx"),
        ("台账", "石桥村", "a.xlsx"),
        ("台账", "Sheet1", "石桥村排查台账（6.1）.xlsx"),
    ],
)
def test_a_blank_village_is_told_from_the_unit_line_the_sheet_or_the_file(
    tmp_path, title, sheet, file
):
    """The village is taken from what stands beside the rows, and a finding says from where."""
    path = workbook(tmp_path / file, [[title], OFFICIAL, household(1, None)])
    book = openpyxl.load_workbook(path)
    book.active.title = sheet
    book.save(path)
    intake = read(path)
    assert intake.ledger["村"].tolist() == ["石桥村"]
    assert "T08" in rules_met(intake)


def test_a_village_that_nothing_tells_sends_the_row_back(tmp_path):
    """Nothing is guessed: without any name of a village the row is returned."""
    intake = read(workbook(tmp_path / "a.xlsx", [OFFICIAL, household(1, None)]))
    assert not len(intake.ledger)
    assert "L03" in rules_met(intake)


def test_one_village_has_one_name(tmp_path):
    """石桥, 石桥村委会 and 云岭乡石桥村 are 石桥村, and each other spelling is told."""
    spelled = [
        "石桥村",
        "石桥村",
        "石桥",
        " 石 桥 村",
        "石桥村委会",
        "石桥村村民委员会",
        "云岭乡石桥村",
    ]
    rows = [OFFICIAL, *[household(n, name) for n, name in enumerate(spelled, 1)]]
    intake = read(workbook(tmp_path / "a.xlsx", rows))
    assert set(intake.ledger["村"]) == {"石桥村"}
    assert "T09" in rules_met(intake)


def test_several_sheets_and_a_sheet_of_instructions_are_all_accounted_for(tmp_path):
    """Every sheet is read; one without a header is accounted for as not recognised."""
    path = workbook(
        tmp_path / "a.xlsx",
        [OFFICIAL, household(1)],
        二组=[OFFICIAL, household(2)],
        填表说明=[["请如实填写"], [None], ["不得漏户"]],
    )
    intake = read(path)
    assert len(intake.ledger) == 2
    sheets = sheet_accounts(intake).set_index("来源工作表")
    assert sheets.loc["填表说明", "非数据行"] == 2
    assert sheets.loc["填表说明", "表"] == ""
    assert (sheets["读取"] == sheets[["采用", "待核退回", "非数据行"]].sum(axis=1)).all()


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("~$a.xlsx", b"lock", "F08"),
        ("说明.docx", b"PK\x03\x04", "F01"),
        ("空.xlsx", b"", "F02"),
        ("坏.xlsx", b"PK\x03\x04 broken", "F04"),
        (
            "密.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "F03",
        ),
        ("网页.xls", b"<html><table></table></html>", "F05"),
        ("乱码.csv", b"\xff\xff\xff\x81", "F06"),
        ("引号.csv", '户主姓名,"张三\n李四,'.encode(), "F07"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_finding_and_costs_no_other_file(
    tmp_path, name, content, rule
):
    """The other files are read, and the finding names the file."""
    (tmp_path / name).write_bytes(content)
    workbook(tmp_path / "好.xlsx", [OFFICIAL, household(1)])
    intake = read(tmp_path)
    assert len(intake.ledger) == 1
    assert intake.findings.loc[intake.findings["来源文件"] == name, "规则"].tolist() == [rule]


def test_results_of_an_earlier_run_are_not_read_again(tmp_path):
    """A folder that holds a run's manifest is passed over, with a word."""
    workbook(tmp_path / "a.xlsx", [OFFICIAL, household(1)])
    (tmp_path / "结果").mkdir()
    workbook(tmp_path / "结果" / "附件2.xlsx", [OFFICIAL, household(2)])
    (tmp_path / "结果" / "run.json").write_text("{}")
    intake = read(tmp_path)
    assert intake.ledger["户主姓名"].tolist() == ["张1"]
    assert "F10" in rules_met(intake)


def test_two_tables_side_by_side_are_refused_whole(tmp_path):
    """When a heading stands twice nobody can tell which column is whose: all rows go back."""
    rows = [[*OFFICIAL, *OFFICIAL], [*household(1), *household(2)]]
    intake = read(workbook(tmp_path / "a.xlsx", rows))
    assert not len(intake.ledger)
    assert "待核退回" in set(intake.accounts["去向"])


def test_an_unknown_heading_is_named_with_its_nearest_fields(tmp_path):
    """A column that nobody declared is a finding with the cell of its heading."""
    rows = [[*OFFICIAL, "家庭人口数量合计数"], [*household(1), 3]]
    finding = read(workbook(tmp_path / "a.xlsx", rows)).findings.set_index("规则").loc["T03"]
    assert finding["单元格"] == "R1"
    assert "家庭人口数" in finding["说明"]


def test_a_second_table_below_with_other_columns_keeps_its_own_columns(tmp_path):
    """Two tables in one sheet with their columns in another order are each read by their own."""
    swapped = [*OFFICIAL[:5], OFFICIAL[6], OFFICIAL[5], *OFFICIAL[7:]]
    other = household(2)
    other[5], other[6] = other[6], 7
    rows = [OFFICIAL, household(1), [], swapped, other]
    assert read(workbook(tmp_path / "a.xlsx", rows)).ledger["家庭人口数"].tolist() == [3, 7]


def test_a_blank_is_null_and_never_no(tmp_path):
    """A blank answer stays unknown and is told."""
    intake = read(workbook(tmp_path / "a.xlsx", [OFFICIAL, household(1, 是否存在致返贫风险=None)]))
    assert intake.ledger["是否存在致返贫风险"].isna().all()
    assert "L07" in rules_met(intake)


def test_visited_and_telephoned_both_ticked_counts_as_visited(tmp_path):
    """Of both ways of screening the visit wins, and the finding says so."""
    intake = read(workbook(tmp_path / "a.xlsx", [OFFICIAL, household(1, 排查方式="1、2")]))
    assert intake.ledger["排查方式"].tolist() == ["入户排查"]
    assert "Z22" in rules_met(intake)


def test_forms_are_told_apart_by_their_headers(tmp_path):
    """A roster, incomes and a village list go to their own frames, not into the ledger."""
    who, person = ["村", "户主姓名", "户主证件号码"], ["石桥村", "张1", resident_id(1)]
    papers = {
        "roster": ([*who, "组", "户编号", "家庭人口数"], [*person, "一组", "1", 3]),
        "incomes": (
            [*who, "年度", "工资性收入", "生产经营性收入", "人均纯收入"],
            [*person, 2022, 20000, 100, 6700],
        ),
        "villages": (
            ["乡镇场", "村", "村类型", "总户数", "脱贫人口"],
            ["云岭乡", "石桥村", "面上村", 90, 210],
        ),
        "ledger": (OFFICIAL, household(1)),
    }
    for form, rows in papers.items():
        workbook(tmp_path / f"{form}.xlsx", rows)
    intake = read(tmp_path)
    for form in papers:
        assert getattr(intake, form)["来源文件"].tolist() == [f"{form}.xlsx"]
    assert intake.incomes["人均纯收入"].tolist() == [6700.0]


def test_no_such_path_and_an_empty_folder_are_told_in_a_sentence(tmp_path):
    """The caller's own mistakes raise, in Chinese, and say what to do."""
    with pytest.raises(InputError, match=r"找不到.*请检查路径"):
        read(tmp_path / "没有")
    with pytest.raises(InputError, match="是空的"):
        read(tmp_path)


def test_the_printed_form_of_an_intake_shows_no_person(tmp_path):
    """What a notebook prints of an intake are counts."""
    intake = read(workbook(tmp_path / "a.xlsx", [OFFICIAL, household(1)]))
    assert "张" not in repr(intake)
    assert "ledger=1" in repr(intake)


cells = st.one_of(
    st.none(),
    st.text(max_size=8),
    st.integers(0, 99),
    st.floats(),
    st.booleans(),
    st.dates(date(1990, 1, 1)),
    st.sampled_from(["合计", "备注：", "是", "无", "１", "1、3", resident_id(7), "例", "#REF!"]),
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(st.lists(cells, max_size=17), max_size=12))
def test_whatever_stands_in_a_csv_every_row_has_one_fate(tmp_path, rows):
    """Any rows under a header: reading never raises, and the account equals a plain count."""
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8", newline="", errors="replace") as file:
        csv.writer(file).writerows([OFFICIAL, household(1), *rows])
    with path.open(encoding="utf-8", newline="") as file:
        filled = sum(1 for row in csv.reader(file) if any(cell.strip() for cell in row))
    intake = read(path)
    if len(intake.accounts):
        assert len(intake.accounts) == filled
        assert not intake.accounts.duplicated(["来源文件", "来源工作表", "来源行"]).any()


def test_a_blank_township_is_filled_where_the_folder_names_one(tmp_path):
    """The one township of the folder stands in for a column that a village left out."""
    workbook(tmp_path / "1.xlsx", [OFFICIAL, household(1)])
    workbook(tmp_path / "2.xlsx", [OFFICIAL, household(2, 乡镇场=None)])
    intake = read(tmp_path)
    assert intake.ledger["乡镇场"].tolist() == ["云岭乡", "云岭乡"]
    assert "T10" in rules_met(intake)


def test_a_village_that_the_village_list_lacks_is_told(tmp_path):
    """A village outside the list is counted as it was written, and named once a sheet."""
    villages = [
        ["乡镇场", "村", "村类型", "总户数", "脱贫人口"],
        ["云岭乡", "石桥村", "面上村", 90, 210],
    ]
    workbook(tmp_path / "村名单.xlsx", villages)
    rows = [OFFICIAL, household(1), household(2, "荒村"), household(3, "荒村")]
    workbook(tmp_path / "台账.xlsx", rows)
    findings = read(tmp_path).findings
    assert findings.loc[findings["规则"] == "T11", "单元格"].tolist() == ["C3"]


@pytest.mark.parametrize(
    "example",
    [
        household(9, "XX村", 户主姓名="张三", 户主证件号码="439999XXXXXXXX1234", 序号=None),
        household(9, 户主姓名="张三（示例）", 序号=None),
        household(9, 序号="示例"),
    ],
)
def test_a_worked_example_is_no_household(tmp_path, example):
    """An example is told by its mark, even with an ID, or by standing first and naming nowhere."""
    intake = read(workbook(tmp_path / "a.xlsx", [OFFICIAL, example, household(1)]))
    assert intake.ledger["户主姓名"].tolist() == ["张1"]


@pytest.mark.parametrize(
    "heading", ["*户属性", "★户属性", "（7）户属性", "户属性（填代码）", "7.户属性", "户 属 性*"]
)
def test_a_heading_is_known_with_its_ornaments(tmp_path, heading):
    """Stars, numbers and brackets round a heading do not hide it."""
    header = [heading if name == "户属性" else name for name in OFFICIAL]
    ledger = read(workbook(tmp_path / "a.xlsx", [header, household(1)])).ledger
    assert ledger["户属性"].tolist() == ["脱贫户"]


def test_a_missing_column_that_annex_1_counts_is_an_error(tmp_path):
    """Without 拟纳入监测类型 B1 would be short in silence."""
    header = ["甲乙丙" if name == "拟纳入监测类型" else name for name in OFFICIAL]
    findings = read(workbook(tmp_path / "a.xlsx", [header, household(1)])).findings
    assert findings.set_index("规则").loc["T13", "级别"] == "错误"


@pytest.mark.parametrize(
    "written",
    [
        "石桥村1组",
        "石桥村第三村民小组",
        "云溪县云岭乡石桥村",
        "石桥（村）",
        "石桥村驻村工作队",
        "本村",
        "2组",
        "云岭乡",
    ],
)
def test_a_village_is_told_from_what_else_stands_in_its_cell(tmp_path, written):
    """A group, a county or a team beside the name, or no name at all, makes no other village."""
    rows = [["填报单位：云岭乡石桥村"], OFFICIAL, household(1), household(2, written)]
    assert set(read(workbook(tmp_path / "a.xlsx", rows)).ledger["村"]) == {"石桥村"}


def test_tables_of_two_villages_below_each_other_take_each_its_own_unit_line(tmp_path):
    """Each table's village is the one in the line above its own header."""
    plain = [name for name in OFFICIAL if name != "村（社区）"]
    first, second = household(1), household(2)
    del first[2], second[2]
    bands = [["填报单位：", "石桥村"], plain, first, [], ["填报单位：", "竹溪村"], plain, second]
    assert read(workbook(tmp_path / "a.xlsx", bands)).ledger["村"].tolist() == ["石桥村", "竹溪村"]


def test_instructions_under_the_header_are_no_household(tmp_path):
    """A row before all households that says how to fill the columns in is a note."""
    hint = [None] * 4 + ["18位", "数字", "1.脱贫户；2.监测对象", "1.入户；2.电话", "是/否"]
    intake = read(workbook(tmp_path / "a.xlsx", [OFFICIAL, hint, household(1)]))
    assert intake.accounts["去向"].tolist() == ["非数据行", "非数据行", "采用"]


@pytest.mark.parametrize("ditto", ["同上", "〃", '"'])
def test_a_ditto_mark_stands_for_the_cell_above(tmp_path, ditto):
    """同上 takes the cell above, in a village's column as in others, and one finding says so."""
    rows = [OFFICIAL, household(1), household(2, ditto, 户属性=ditto), household(3, ditto)]
    intake = read(workbook(tmp_path / "a.xlsx", rows))
    assert intake.ledger["村"].tolist() == ["石桥村"] * 3
    assert intake.ledger["户属性"].tolist() == ["脱贫户"] * 3
    told = intake.findings[intake.findings["规则"] == "T12"]
    assert told["单元格"].tolist() == ["C3", "G3"]


def test_answers_with_a_column_each_are_read_from_their_ticks(tmp_path):
    """户属性, 排查方式 and a question spread over a column for each answer, ticked with √."""
    upper = [*OFFICIAL[:6], "户属性", None, None, "排查方式", None, "是否存在致返贫风险", None]
    lower = [
        *[None] * 6,
        "1.脱贫户",
        "2.监测对象",
        "3.档外农户",
        "入户排查",
        "电话、微信等排查",
        "是",
        "否",
    ]
    first = [*household(1)[:6], None, "√", None, "√", None, None, "√"]
    second = [*household(2)[:6], "√", "√", None, None, "√", "√", None]
    merges = ["G1:I1", "J1:K1", "L1:M1", *[f"{letter}1:{letter}2" for letter in "ABCDEF"]]
    intake = read(workbook(tmp_path / "a.xlsx", [upper, lower, first, second], merges))
    assert intake.ledger["户属性"].tolist() == ["监测对象", "监测对象"]
    assert intake.ledger["排查方式"].tolist() == ["入户排查", "电话、微信等排查"]
    assert intake.ledger["是否存在致返贫风险"].tolist() == [False, True]
    assert "Z22" in rules_met(intake)


def test_a_village_without_its_suffix_takes_it_from_the_unit_line(tmp_path):
    """石桥 in the column and 石桥村 in the unit line are 石桥村."""
    rows = [["填报单位：云岭乡石桥村"], OFFICIAL, household(1, "石桥")]
    assert read(workbook(tmp_path / "a.xlsx", rows)).ledger["村"].tolist() == ["石桥村"]


def test_a_sheet_that_goes_on_without_a_header_takes_the_columns_of_the_one_before(tmp_path):
    """Its rows are households too, and that their columns were taken over is said."""
    path = workbook(tmp_path / "a.xlsx", [OFFICIAL, household(1)], 续=[household(2), household(3)])
    intake = read(path)
    assert intake.ledger["户主姓名"].tolist() == ["张1", "张2", "张3"]
    assert intake.ledger["来源行"].tolist() == [2, 1, 2]
    assert intake.findings["规则"].tolist() == ["T16"]


def test_a_sheet_without_a_header_whose_columns_do_not_fit_is_not_read(tmp_path):
    """Where the IDs stand elsewhere than in the sheet before, nothing is taken on trust."""
    shifted = [[None, *household(number)] for number in (2, 3)]
    intake = read(workbook(tmp_path / "a.xlsx", [OFFICIAL, household(1)], 续=shifted))
    assert len(intake.ledger) == 1
    assert intake.findings["规则"].tolist() == ["T02"]


def test_columns_of_a_village_s_own_are_kept_as_they_stand(tmp_path):
    """What no field stands for is neither read nor lost: heading and content, row by row."""
    rows = [[*OFFICIAL, "民宿", "备用"], [*household(1), "有", None], [*household(2), None, 5]]
    ledger = read(workbook(tmp_path / "a.xlsx", rows)).ledger
    assert ledger["其他栏"].tolist() == ["民宿：有", "备用：5"]


def test_hidden_rows_and_columns_are_read_and_said(tmp_path):
    """Whoever looks at the sheet does not see them; whoever counts does."""
    path = workbook(tmp_path / "a.xlsx", [OFFICIAL, *[household(n) for n in (1, 2, 3)]])
    book = openpyxl.load_workbook(path)
    book.active.row_dimensions[3].hidden = True
    book.active.column_dimensions["N"].hidden = True
    book.save(path)
    intake = read(path)
    assert len(intake.ledger) == 3
    said = intake.findings.set_index("规则")["单元格"].to_dict()
    assert said == {"T14": "3行", "T15": "N列"}


def test_a_name_that_is_struck_out_is_read_and_said(tmp_path):
    """A household crossed out may be void: people decide."""
    path = workbook(tmp_path / "a.xlsx", [OFFICIAL, household(1), household(2)])
    book = openpyxl.load_workbook(path)
    book.active["D3"].font = Font(strike=True)
    book.save(path)
    intake = read(path)
    assert len(intake.ledger) == 2
    assert intake.findings[["规则", "单元格"]].to_numpy().tolist() == [["L09", "D3"]]


@pytest.mark.parametrize(
    ("unit", "heading"), [("", "人均纯收入（万元）"), ("单位：万元", "人均纯收入")]
)
def test_a_column_in_ten_thousands_is_read_in_yuan_and_said_once(tmp_path, unit, heading):
    """A number with a unit of its own keeps it, and a bare one takes the column's."""
    rows = [["户主姓名", "户主证件号码", "年度", "年度家庭人口数", heading]]
    rows += [["张1", resident_id(1), 2022, 3, 1.25], ["张2", resident_id(2), 2022, 3, "8000元"]]
    path = workbook(tmp_path / "收入.xlsx", [[None] * 4 + [unit or None], *rows])
    intake = read(path)
    assert intake.incomes["人均纯收入"].tolist() == [12500, 8000]
    assert intake.findings["规则"].tolist().count("T25") == 1


def test_a_household_whose_name_begins_like_an_example_is_a_household(tmp_path):
    """例外生 is a name, 示例 and 例： are not."""
    rows = [OFFICIAL, household(1, 户主姓名="例外生"), household(2)]
    assert len(read(workbook(tmp_path / "a.xlsx", rows)).ledger) == 2


def test_a_row_of_text_above_a_repeated_header_is_a_household(tmp_path):
    """Words in every cell do not make a header of a household's row."""
    wordy = household(2, 序号=None, 家庭人口数="3人", 户属性="脱贫户", 户主证件号码=None)
    rows = [OFFICIAL, household(1), wordy, OFFICIAL, household(3)]
    ledger = read(workbook(tmp_path / "a.xlsx", rows)).ledger
    assert ledger["户主姓名"].tolist() == ["张1", "张2", "张3"]


def test_a_file_name_of_another_encoding_costs_no_household(tmp_path):
    """A name that a Chinese Windows packed as GBK is shown as it was meant."""
    path = workbook(tmp_path / "a.xlsx", [OFFICIAL, household(1)])
    other = os.fsencode(tmp_path) + b"/" + "石桥村.xlsx".encode("gbk")
    try:
        os.rename(path, other)  # noqa: PTH104  the name is no text
    except OSError:
        pytest.skip("the file system takes names in UTF-8 only")
    assert read(tmp_path).files["来源文件"].tolist() == ["石桥村.xlsx"]


def test_a_hidden_table_and_a_link_to_a_folder_are_not_passed_over(tmp_path):
    """A name with a dot in front is read; a folder that lies elsewhere is said, not followed."""
    inside, outside = tmp_path / "台账", tmp_path / "别处"
    inside.mkdir()
    outside.mkdir()
    workbook(inside / ".石桥村.xlsx", [OFFICIAL, household(1)])
    workbook(outside / "b.xlsx", [OFFICIAL, household(2)])
    (inside / "链接").symlink_to(outside, target_is_directory=True)
    intake = read(inside)
    assert len(intake.ledger) == 1
    assert intake.findings["规则"].tolist() == ["F09"]
