"""附件3 as it is printed is read back to what was filled in, in whatever hand."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanpin_analysis.intake.boxes import Boxes
from fanpin_analysis.intake.printed.form import FilledForm, PrintedForms
from fanpin_analysis.intake.values import reader_for
from fanpin_analysis.intake.workbooks import Sheet, open_workbook
from fanpin_analysis.policy.loading import SHIPPED
from fanpin_analysis.policy.printed import load_printed_form
from fanpin_analysis.policy.rulebook import load_faults
from fanpin_analysis.policy.vocabulary import load_vocabulary
from fanpin_analysis.samples.filled_forms import FormHand, form_page
from fanpin_analysis.samples.pages import write_pages
from fanpin_analysis.samples.papers import papers
from fanpin_analysis.samples.printed_portraits import answers_of, handed_in
from fanpin_analysis.samples.township import township

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

VOCABULARY = load_vocabulary()
FORM = load_printed_form(VOCABULARY)
PEOPLE = {name for section in FORM.sections for group in section.people for name in group}
DETAILS = {s: d for section in FORM.sections for s, d in section.details.items()}
PLAIN = {
    "乡镇场": "云岭乡", "村": "石桥村", "组": "3组", "填表日期": date(2023, 5, 30),
    "户主姓名": "张三",
    "家庭人口数": 4, "联系方式": "19900012345", "六类人群": "就业不稳",
    "主要收入来源": "工资性收入",
    "预计今年人均纯收入": "7500元以下", "是否稳定超过监测线": False,
    "收入不稳定主要原因": "务工，不稳",
    "是否有义务教育阶段失学辍学问题": False, "是否有住房安全问题": True,
    "住房无保障原因": "漏风漏雨",
    "是否有饮水安全问题": False, "画像结论": "建议纳入监测对象", "判定理由": "厂子关了，收入下降",
}  # fmt: skip
HANDS = {
    "printed": FormHand(),
    "typed tick": FormHand(box="□", tick="√", mark="是"),
    "beside the box": FormHand(tick="√口", spaced=True),
    "before": FormHand(box="☐", tick="■", before=True, left=2, top=3, labelled=True),
    "apart": FormHand(apart=True, tick="✓", merged=False),
    "apart and before": FormHand(apart=True, before=True, box="口", tick="☒"),
    "words": FormHand(typed=True, joined=True, yes="有", no="无"),
    "joined": FormHand(joined=True, spaced=True, mark="☑"),
}


@cache
def printed() -> PrintedForms:
    """Return the reader of printed forms, made once."""
    return PrintedForms(FORM, VOCABULARY)


def sheet_of(*forms: Mapping[str, Any], hand: FormHand | None = None) -> Sheet:
    """Return a sheet with forms, one below the other."""
    page, _ = form_page("画像", FORM, forms, hand or FormHand())
    return Sheet(file="画像.xlsx", name="画像", rows=page.cells)


def changed(sheet: Sheet, old: str, new: str) -> Sheet:
    """Return a sheet in which a text that stands once is another."""
    rows = [list(row) for row in sheet.rows]
    found = [(i, j) for i, row in enumerate(rows) for j, c in enumerate(row) if old in str(c)]
    assert len(found) == 1, found
    row, column = found[0]
    whole = rows[row][column]
    rows[row][column] = str(whole).replace(old, new)
    return Sheet(file=sheet.file, name=sheet.name, rows=rows)


def one(sheet: Sheet) -> FilledForm:
    """Return the only form of a sheet."""
    (form,) = printed().find(sheet)
    return form


def values(form: FilledForm) -> dict[str, Any]:
    """Return what the ordinary readers make of a form, without what is null."""
    read = {
        name: reader_for(VOCABULARY.field(name), VOCABULARY, inverse=cell.inverse)(cell.raw).value
        for name, cell in form.cells.items()
    }
    return {name: value for name, value in read.items() if value is not None}


def faults(form: FilledForm) -> set[tuple[str, str]]:
    """Return the faults of a form with the fields they are about, those of its readers too."""
    met = {(odd.fault, odd.field) for odd in form.odd}
    for name, cell in form.cells.items():
        read = reader_for(VOCABULARY.field(name), VOCABULARY, inverse=cell.inverse)(cell.raw)
        met |= {(fault, name) for fault in read.faults}
    return met


# ------------------------------------------------------------------ round trips

TEXTS = st.text(alphabet="甲乙丙丁戊己庚辛壬癸，", min_size=1, max_size=12).map(
    lambda t: f"因{t}。"
)
NAMES = st.text(alphabet="张王李赵陈周吴郑", min_size=2, max_size=3)


def _answer(name: str) -> st.SearchStrategy[Any]:
    field = VOCABULARY.field(name)
    if field.codes:
        words = VOCABULARY.code_list(field.codes).words
        if field.type == "code":
            return st.sampled_from(words)
        # every option named without a box is the printed list: see the test of that
        some = st.lists(st.sampled_from(words), min_size=1, max_size=len(words) - 1, unique=True)
        return some.map(lambda chosen: "、".join(word for word in words if word in chosen))
    return {
        "boolean": st.booleans(),
        "integer": st.integers(0, 12),
        "number": st.integers(0, 90_000),
        "phone": st.integers(0, 99_999).map("199000{:05d}".format),
        "date": st.dates(date(2023, 4, 1), date(2023, 6, 30)),
    }.get(field.type, NAMES if field.mask == "name" else TEXTS)


@st.composite
def answers(draw: st.DrawFn) -> dict[str, Any]:
    """Draw what a household's form says; reasons are given where something is not in order."""
    names = [n for section in FORM.sections for n in section.fields if n not in PEOPLE]
    said = {n: draw(st.none() | _answer(n)) for n in dict.fromkeys(names)}
    said = {name: value for name, value in said.items() if value is not None}
    for problem, reason in (
        ("是否有住房安全问题", "住房无保障原因"),
        ("是否有饮水安全问题", "饮水无保障原因"),
    ):
        said[problem] = reason in said
    said |= {"户主姓名": draw(NAMES), "村": "石桥村", "组": f"{draw(st.integers(1, 20))}组"}
    said["填表日期"] = draw(_answer("填表日期"))
    for section in FORM.sections:
        for group in section.people:
            count = draw(st.integers(0, 7))
            for name in group:
                inner = NAMES if name == group[0] else st.none() | _answer(name)
                said[name] = draw(st.lists(inner, min_size=count, max_size=count))
    return said


def expected(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return how the list layout says the same: persons joined and summed."""
    told = {name: value for name, value in said.items() if name not in PEOPLE}
    for name in PEOPLE & said.keys():
        given = [value for value in said[name] if value is not None]
        if not given:
            continue
        shown = "、".join("—" if value is None else str(value) for value in said[name])
        if VOCABULARY.field(name).type == "boolean":
            told[name] = any(given)
        elif name in DETAILS:
            told |= {name: float(sum(given)), DETAILS[name]: shown}
        else:
            told[name] = shown
    return told


@pytest.mark.parametrize("hand", HANDS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(said=answers())
def test_what_is_filled_in_is_read_back(hand: str, said: dict[str, Any]) -> None:
    """Every field of a form, in every hand, comes back as it was answered, without a finding."""
    form = one(sheet_of(said, hand=HANDS[hand]))
    assert values(form) == expected(said)
    assert form.odd == ()
    assert not form.empty


@pytest.mark.parametrize(("suffix", "encoding"), [(".xlsx", ""), (".xls", ""), (".csv", "gbk")])
def test_any_kind_of_file_is_read(tmp_path: Path, suffix: str, encoding: str) -> None:
    """The same form is read from Excel, old Excel and CSV."""
    page, anchors = form_page("画像", FORM, [PLAIN], FormHand(tick="√", box="□"))
    path = tmp_path / f"张三{suffix}"
    page.encoding = encoding
    write_pages(path, [page])
    (sheet,) = open_workbook(path, path.name).sheets
    form = one(sheet)
    assert values(form) == PLAIN
    assert sheet.row_number(form.anchor) == anchors[0]


def test_addresses_are_those_of_the_spreadsheet() -> None:
    """A content's address names the cell it stands in, wherever the form begins."""
    sheet = sheet_of(PLAIN, hand=FormHand(top=3, left=2))
    form = one(sheet)
    assert form.cells["户主姓名"].cell == "E7"
    assert sheet.rows[6][4] == "张三"


# ------------------------------------------------------------------ polarity and conflicts


@pytest.mark.parametrize("tick", ["√", "☑", "是", "有", 1, 2])
def test_a_guarantee_that_is_ticked_is_no_problem(tick: object) -> None:
    """住房有保障 on the form is 否 under 是否有住房安全问题, which the ledger asks."""
    rows = sheet_of({"户主姓名": "张三", "家庭人口数": 3}).rows
    at = next(i for i, row in enumerate(rows) if row[0] == "住房有保障")
    rows[at + 2][0] = tick
    form = one(Sheet(file="", name="", rows=rows))
    assert values(form)["是否有住房安全问题"] is False
    assert "住房无保障原因" not in values(form)


def test_a_reason_alone_is_a_problem() -> None:
    """A tick under 住房无保障及原因 answers the question too."""
    form = one(sheet_of({"户主姓名": "张三", "住房无保障原因": "漏风漏雨"}))
    assert values(form)["是否有住房安全问题"] is True
    assert values(form)["住房无保障原因"] == "漏风漏雨"


def test_a_guarantee_that_is_denied_is_a_problem() -> None:
    """否 below 住房有保障 is an answer; a blank there is none."""
    rows = sheet_of({"户主姓名": "张三", "家庭人口数": 3}).rows
    at = next(i for i, row in enumerate(rows) if row[0] == "住房有保障")
    assert "是否有住房安全问题" not in values(one(Sheet(file="", name="", rows=rows)))
    rows[at + 2][0] = "否"
    assert values(one(Sheet(file="", name="", rows=rows)))["是否有住房安全问题"] is True


def test_both_sides_of_a_question_are_a_contradiction() -> None:
    """有保障 and a reason why not: null, and a finding that says so."""
    form = one(sheet_of(PLAIN | {"是否有饮水安全问题": False, "饮水无保障原因": "水质不达标"}))
    assert "是否有饮水安全问题" not in values(form)
    assert ("Z08", "是否有饮水安全问题") in faults(form)
    assert values(form)["饮水无保障原因"] == "水质不达标"


def test_both_boxes_of_yes_and_no_are_a_contradiction() -> None:
    """是☑否☑: null, and a finding."""
    form = one(changed(sheet_of(PLAIN), "是口否☑", "是☑否☑"))
    assert "是否稳定超过监测线" not in values(form)
    assert ("Z08", "是否稳定超过监测线") in faults(form)


def test_two_boxes_where_one_is_asked_for_are_a_contradiction() -> None:
    """Two brackets of income: null, and a finding."""
    form = one(changed(sheet_of(PLAIN), "7500元以下☑ 1-2万元口", "7500元以下☑ 1-2万元√"))
    assert "预计今年人均纯收入" not in values(form)
    assert ("Z12", "预计今年人均纯收入") in faults(form)


def test_options_without_any_box_are_no_answer() -> None:
    """Where the boxes were lost, the printed options do not all count as ticked."""
    sheet = sheet_of({key: PLAIN[key] for key in PLAIN if key != "六类人群"})
    rows = [[c.replace("□", "") if isinstance(c, str) else c for c in row] for row in sheet.rows]
    form = one(Sheet(file="", name="", rows=rows))
    assert "六类人群" not in values(form)
    assert ("L41", "六类人群") in faults(form)


def test_an_amount_that_cannot_be_read_leaves_the_sum_open() -> None:
    """The sum is null, the finding names the person's cell, the list keeps what was written."""
    said = PLAIN | {"去年务工姓名": ["张三", "张四"], "去年务工收入": [30000, 20000]}
    form = one(changed(sheet_of(said), "20000", "不详"))
    assert "去年务工收入" not in values(form)
    assert values(form)["去年务工收入明细"] == "30000、不详"
    assert {odd.field for odd in form.odd if odd.fault == "Z02"} == {"去年务工收入"}


def test_persons_and_amounts_stay_together() -> None:
    """A person without an amount keeps a place in the list of amounts; no row is lost."""
    said = PLAIN | {
        "重病慢病和残疾人员姓名": ["张三", "张四", "张五", "张六"],
        "所患病种": ["高血压、糖尿病", None, "尿毒症", None],
        "自付费用": [None, None, 12000, 300],
    }
    read = values(one(sheet_of(said)))
    assert read["重病慢病和残疾人员姓名"] == "张三、张四、张五、张六"
    assert read["所患病种"] == "高血压，糖尿病、—、尿毒症、—"
    assert read["自付费用"] == 12300
    assert read["自付费用明细"] == "—、—、12000、300"


# ------------------------------------------------------------------ other layouts

SPLIT = [
    ["“画像”工作核实情况表"],
    ["村：石桥村  组：3组", "", "", "", "日期：2023-05-30"],
    ["户主姓名：张三  家庭人数：4  联系方式：19900012345"],
    ["6类人群", "就业不稳的", "☑", "退捕渔民", "□"],
    ["家庭收入情况"],
    ["主要收入来源", "预计今年人均纯收入"],
    ["工资性收入、转移性收入（低保金）", "口7500元以下 ☑7500元-1万元"],
    ["该户家庭人均纯收入是否稳定（超过7800元），否，若否，主要原因是：厂子关了"],
    ["住房安全情况"],
    ["住房有保障☑", "漏风漏雨□", "其他口"],
    ["饮水安全情况"],
    ["饮水有保障", "√"],
    ["水质不达标", ""],
    ["低保特困情况"],
    ["家庭总人数", "去年享受低保特困情况", "", "今年享受低保特困情况", "", "备注"],
    ["", "人数", "年发放金额", "人数", "预计今年发放金额", ""],
    [4, 1, "4200元", 2, 8400, ""],
    ["三、初步评判"],
    ["画像结论", "建议纳入监测对象"],
    ["判定理由", "收入下降"],
    ["初步建议帮扶：", "3、4"],
    ["家庭成员签字", "张三", "调查人员签字", "李四"],
]


def test_a_form_that_was_laid_out_anew_is_read() -> None:
    """Answers stand beside, below or behind their labels, boxes in cells of their own."""
    form = one(Sheet(file="", name="", rows=SPLIT))
    assert values(form) == {
        "村": "石桥村", "组": "3组", "填表日期": date(2023, 5, 30), "户主姓名": "张三",
        "家庭人口数": 4,
        "联系方式": "19900012345", "六类人群": "就业不稳", "主要收入来源": "工资性收入、转移性收入",
        "转移性收入来源": "低保特困金", "预计今年人均纯收入": "7500元至1万元",
        "是否稳定超过监测线": False,
        "收入不稳定主要原因": "厂子关了", "是否有住房安全问题": False, "是否有饮水安全问题": False,
        "低保特困家庭总人数": 4, "去年低保特困人数": 1, "去年低保特困年发放金额": 4200,
        "今年低保特困人数": 2, "今年低保特困预计发放金额": 8400, "画像结论": "建议纳入监测对象",
        "判定理由": "收入下降", "初步建议帮扶": "稳岗就业类、兜底保障类", "家庭成员签字": "张三",
        "调查人员签字": "李四",
    }  # fmt: skip
    assert {fault for fault, _ in faults(form)} == {"L43"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "罗城乡            村                组                     年     月     日",
            {"乡镇场": "罗城乡"},
        ),
        ("云岭乡   石桥 村     3 组    2023年 5 月 30日", PLAIN),
        ("云岭乡石桥村3组  2023.5.30", PLAIN),
        ("乡镇：云岭乡 村：石桥村 组：3组 日期：2023-05-30", PLAIN),
    ],
)
def test_the_head_line_names_place_and_day(line: str, said: dict[str, Any]) -> None:
    """Township, village, group and day are read from one line, filled in or left as printed."""
    sheet = sheet_of({"户主姓名": "张三", "家庭人口数": 3})
    rows = [[line], *sheet.rows[2:]]
    head = {"乡镇场", "村", "组", "填表日期"}
    read = values(one(Sheet(file="", name="", rows=rows)))
    assert {k: v for k, v in read.items() if k in head} == {k: said[k] for k in head if k in said}


# ------------------------------------------------------------------ which sheets are forms


def test_an_empty_blank_is_no_household() -> None:
    """A blank form, with or without a village, holds no answer; nothing is found wrong with it."""
    for said in ({}, {"村": "石桥村", "组": "3组"}):
        for hand in HANDS.values():
            form = one(sheet_of(said, hand=hand))
            assert form.empty
            assert form.odd == ()


def test_a_form_without_a_name_is_handed_over() -> None:
    """A household is not lost because its name was left out."""
    form = one(sheet_of({key: PLAIN[key] for key in PLAIN if key != "户主姓名"}))
    assert not form.empty
    assert values(form)["判定理由"] == PLAIN["判定理由"]


@pytest.mark.parametrize("named", [{"户主姓名": "例：张某某"}, {"村": "XX村"}])
def test_a_worked_example_is_told(named: dict[str, str]) -> None:
    """A form that shows how to fill it in is no household."""
    assert one(sheet_of(PLAIN | named)).example
    assert not one(sheet_of(PLAIN)).example


@pytest.mark.parametrize("hand", HANDS)
def test_several_forms_in_a_sheet_are_kept_apart(hand: str) -> None:
    """Each form has its own rows and answers; they do not overlap and miss nothing."""
    people = [PLAIN | {"户主姓名": name} for name in ("张三", "李四", "王五")]
    sheet = sheet_of(*people, hand=HANDS[hand])
    forms = printed().find(sheet)
    assert [values(form) for form in forms] == people
    covered = [row for form in forms for row in form.rows]
    filled = [i for i, row in enumerate(sheet.rows) if any(cell != "" for cell in row)]
    assert len(set(covered)) == len(covered)
    assert set(filled) <= set(covered)


def test_a_form_whose_headings_were_cut_is_read() -> None:
    """Labels tell the sections where title and headings are missing."""
    headings = {text for part in FORM.sections for text in (part.heading, part.before, FORM.title)}
    rows = [row for row in sheet_of(PLAIN).rows if row[0] not in headings - {""}]
    assert values(one(Sheet(file="", name="", rows=rows))) == PLAIN


def test_what_stands_in_no_place_of_the_form_is_found() -> None:
    """A text beside the answers is named with its cell, not dropped in silence."""
    rows = sheet_of(PLAIN).rows
    rows[3] = [*rows[3], "低保户"]
    form = one(Sheet(file="", name="", rows=rows))
    assert [(odd.fault, odd.cell, odd.raw) for odd in form.odd] == [("L44", "M4", "低保户")]


def test_a_label_that_is_missing_is_found() -> None:
    """A form without 判定理由 is read, and the missing label is named."""
    said = {key: PLAIN[key] for key in PLAIN if key != "判定理由"}
    form = one(changed(sheet_of(said), "判定理由", ""))
    assert values(form) == said
    assert ("L43", "判定理由") in faults(form)


def test_the_list_layout_is_no_form() -> None:
    """A header with all the labels in one row, or under group headings, is a list."""
    fields = list(VOCABULARY.form("portraits").fields)
    groups = [s.heading for s in FORM.sections for _ in s.fields][: len(fields)]
    row = [PLAIN.get(name, "") for name in fields]
    for rows in ([fields, row, row], [["画像工作核实情况表"], groups, fields, row]):
        assert printed().find(Sheet(file="", name="", rows=rows)) == []


@pytest.mark.parametrize("key", ["ledger", "rectification", "roster", "members", "submitted"])
def test_other_sheets_are_no_forms(key: str) -> None:
    """A ledger, a rectification list and the like are left to the list layout."""
    form = VOCABULARY.form(key)
    rows = [[form.title], ["填报单位：石桥村"], list(form.columns), ["张三"] * len(form.columns)]
    assert printed().find(Sheet(file="", name="", rows=rows)) == []


# ------------------------------------------------------------------ the sample's own


def test_the_sample_hands_some_portraits_in_on_the_form(tmp_path: Path) -> None:
    """Every portrait is handed in once, and those on the form say what the list would have said."""
    made = township(7, 4, 500)
    portraits, paper = made.papers["portraits"], papers()["portraits"]
    faults = [fault for fault in made.truth["faults"] if fault.get("文件") == paper.file]
    given = handed_in(paper, portraits, faults, made.world.villages)
    assert [place["户编号"] for place in given.places].count(None) == 0
    assert {p["户编号"] for p in given.places} == {row["户编号"] for row in portraits}
    assert len(given.places) == len(portraits)
    rows = {row["户编号"]: row for row in portraits}
    forms = [place for place in given.places if place["文件"] != paper.file]
    assert {place["文件"].rsplit(".")[-1] for place in forms} == {"xlsx", "xls"}
    for place in forms:
        write_pages(tmp_path / place["文件"], given.files[place["文件"]])
        sheets = open_workbook(tmp_path / place["文件"], place["文件"]).sheets
        sheet = next(sheet for sheet in sheets if sheet.name == place["工作表"])
        form = one(sheet)
        assert sheet.row_number(form.anchor) == place["行"]
        said = expected(answers_of(rows[place["户编号"]]))
        told = {
            name: reader_for(VOCABULARY.field(name), VOCABULARY)(value).value
            for name, value in said.items()
            if name in VOCABULARY.form("portraits").columns
        }
        assert values(form) == {name: value for name, value in told.items() if value is not None}


def test_a_fault_of_the_list_moves_with_its_row() -> None:
    """A planted fault is found at the cell that the truth names after the list grew shorter."""
    made = township(7, 4, 500)
    paper = papers()["portraits"]
    faults = [fault for fault in made.truth["faults"] if fault.get("文件") == paper.file]
    given = handed_in(paper, made.papers["portraits"], faults, made.world.villages)
    (page,) = given.files[paper.file]
    names = [name for name, _ in paper.columns]
    assert given.faults
    for fault in given.faults:
        shown = page.cells[fault["行"] - 1][names.index(fault["字段"])]
        assert shown == {True: "是", False: "否"}.get(fault["原值"], fault["原值"])


# ------------------------------------------------------------------ boxes

ABC = Boxes({"q": {word: word for word in "甲乙丙"}}, ("☑√■", "口□☐"), {"有": True, "无": False})


@pytest.mark.parametrize(
    ("text", "ticked"),
    [
        ("甲□ 乙☑ 丙□", ["乙"]),
        ("□甲 ☑乙 □丙", ["乙"]),
        ("√甲□ 乙□", ["甲"]),
        ("甲□ √乙□ 丙□", ["乙"]),
        ("甲口 乙√口 丙口", ["乙"]),
        ("甲口有 乙口无", ["甲"]),
        ("甲（口） 乙（√）", ["乙"]),
        ("口甲、■乙、■丙", ["乙", "丙"]),
    ],
)
def test_a_box_belongs_to_the_option_that_leaves_none_over(text: str, ticked: list[str]) -> None:
    """Boxes before and behind their options, typed ticks and words give the same answer."""
    ticks = ABC.read([text])["q"]
    assert ticks.ticked == ticked
    assert not ticks.unclear


def test_a_tick_between_two_options_is_unclear() -> None:
    """甲□√乙□ may mean either."""
    ticks = ABC.read(["甲□√乙□"])["q"]
    assert ticks.unclear
    assert ticks.ticked == []


def test_the_character_for_mouth_is_a_box_only_beside_an_option() -> None:
    """人口 and 口粮 hold no box."""
    ticks = ABC.read(["人口甲 口粮乙"])["q"]
    assert ticks.bare == ["甲", "乙"]


# ------------------------------------------------------------------ definitions


def test_the_form_asks_for_every_field_of_the_list() -> None:
    """What the list layout of 附件3 has, the printed form has too."""
    asked = {name for section in FORM.sections for name in section.fields}
    asked |= {FORM.date, *(place.field for place in FORM.places)}
    assert set(VOCABULARY.form("portraits").fields) <= asked


@pytest.mark.parametrize("section", FORM.sections, ids=lambda section: section.heading)
def test_each_row_of_the_form_fills_its_width(section: Any) -> None:
    """The printed cells of a row take up all columns, and none twice."""
    taken = [
        (row, column)
        for placed in section.placed()
        for row in range(placed.row, placed.row + placed.cell.high)
        for column in range(placed.column, placed.column + placed.cell.wide)
    ]
    whole = {(r, c) for r in range(section.height) for c in range(len(FORM.widths))}
    assert len(taken) == len(set(taken))
    assert set(taken) == whole


def test_the_faults_of_a_form_are_declared() -> None:
    """Every id that the reader of forms uses has an entry."""
    assert {"T06", "L41", "L42", "L43", "L44"} <= load_faults((SHIPPED,)).keys()
