"""Tables for notebooks: masked, escaped, short, and the same text on every machine."""

from __future__ import annotations

from html.parser import HTMLParser

import pandas as pd
import pytest

from fanpin_analysis.deliverables.tabulation import identities, tabulate
from fanpin_analysis.views.tables import (
    annex_table,
    code_labels,
    household_table,
    identity_lights,
    labelled,
    method_notes,
    sentence,
)

SCRIPT = "<script>alert('村')</script>"
NAME, NUMBER, PHONE = "欧阳小明", "439999199001011234", "13800138002"


class Grid(HTMLParser):
    """Reads a table: how wide each row is once merged cells are laid out, and every text in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.widths: list[int] = []
        self.hanging: list[int] = []  # rows still to be covered by merged cells, one entry a column
        self.tags: set[str] = set()
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        """Count the columns of a cell, also in the rows below that it is merged across."""
        self.tags.add(tag)
        given = dict(attrs)
        if tag == "tr":
            self.widths.append(len(self.hanging))
            self.hanging = [rows - 1 for rows in self.hanging if rows > 1]
        if tag in {"td", "th"}:
            columns, rows = (int(given.get(name) or 1) for name in ("colspan", "rowspan"))
            self.widths[-1] += columns
            self.hanging += [rows - 1] * columns * (rows > 1)

    def handle_data(self, data):
        """Collect the texts."""
        self.texts.append(data)


@pytest.fixture
def ledger():
    """Return four households of two villages, one without 排查方式 and one village hostile."""
    rows = [
        ("甲村", NAME, 3, "入户排查"),
        ("甲村", "张三", 2, "电话、微信等排查"),
        ("甲村", "李四", 4, None),
        (SCRIPT, "王五", 1, "入户排查"),
    ]
    frame = pd.DataFrame(rows, columns=["村", "户主姓名", "家庭人口数", "排查方式"])
    return frame.astype({"家庭人口数": "Int64"}).assign(
        户主证件号码=NUMBER,
        户属性="脱贫户",
        拟纳入监测类型=pd.Series([None] * 4, dtype="string"),
        来源文件="台账.xlsx",
        来源工作表="Sheet1",
        来源行=[4, 5, 6, 7],
    )


@pytest.fixture
def annex1(ledger, policy):
    """Return Annex 1 of the four households."""
    return tabulate(ledger, policy)


def test_personal_columns_are_masked_without_asking(ledger):
    """No name, ID or phone number comes through, neither as HTML nor as text."""
    table = labelled(ledger.assign(联系方式=PHONE))
    for shown in (table.html, table.text, repr(table), table._repr_html_()):
        assert not any(personal in shown for personal in (NAME, "张三", NUMBER, PHONE))
    assert "欧阳**" in table.text
    assert "4****************4" in table.text


def test_the_frame_itself_is_left_as_it_is(ledger):
    """Showing a frame does not change it."""
    before = ledger.copy()
    labelled(ledger)
    pd.testing.assert_frame_equal(ledger, before)


def test_a_raw_value_is_hidden_by_its_field_or_whole():
    """A raw value without the field that it belongs to might be anybody's name or number."""
    findings = pd.DataFrame({"字段": ["户主姓名", "家庭人口数"], "原值": [NAME, "五人"]})
    assert "欧阳**" in labelled(findings).text
    alone = labelled(findings[["原值"]]).text
    assert alone == "原值\n**\n**"


def test_whatever_a_village_typed_is_escaped():
    """Markup in a value or in a column name is shown, never obeyed."""
    frame = pd.DataFrame({"村": [SCRIPT], SCRIPT: ['"><img src=x onerror=alert(1)>']})
    read = Grid(labelled(frame).html)
    assert read.tags == {"table", "tr", "th", "td"}
    assert SCRIPT in read.texts


def test_null_is_a_dash_and_true_is_a_word():
    """Null, NaN, NaT and an empty text are dashes; verdicts are words; cents are kept."""
    frame = pd.DataFrame(
        {
            "甲": pd.Series([True, False, None], dtype="boolean"),
            "乙": pd.Series([7123.5, None, 8000.0], dtype="Float64"),
            "丙": pd.Series(["", None, "有\n无"], dtype="string"),
            "丁": pd.to_datetime(["2023-06-02", None, None]),
        }
    )
    lines = labelled(frame).text.splitlines()
    assert lines[1:] == ["是 | 7123.5 | — | 2023-06-02", "否 | — | — | —", "— | 8000 | 有 无 | —"]


@pytest.mark.parametrize(("asked", "given"), [(10, 10), (3, 3), (50, 10)])
def test_at_most_ten_rows_and_a_line_that_says_so(asked, given):
    """A long frame is cut, and the reader is told how much there is."""
    table = labelled(pd.DataFrame({"数": range(12)}), asked)
    assert table.text.splitlines()[-1] == f"共 12 行，这里是前 {given} 行。"
    assert table.html.count("<tr>") == given + 1


def test_an_empty_frame_shows_its_columns():
    """A form that was not handed in still has its columns."""
    assert labelled(pd.DataFrame({"村": [], "A1": []})).text == "村 | A1"


def test_annex_1_is_laid_out_as_it_prints(annex1, policy):
    """Every row of header, codes and body covers every column; 合计 is last, without a number."""
    form = policy.vocabulary.form("submitted")
    table = annex_table(annex1, policy)
    read = Grid(table.html)
    assert set(read.widths) == {len(form.fields)}
    assert len(read.widths) == 4 + 1 + len(annex1)
    for head in form.header:
        assert head.text in read.texts
    assert read.tags <= {"table", "caption", "colgroup", "col", "tr", "th", "td", "p"}
    assert SCRIPT in read.texts
    *_, total, note = table.text.splitlines()
    assert total.startswith(" | 合计 | 4 | 10 | ")
    assert note == form.notes[-1]


def test_identities_are_told_in_words(annex1, policy):
    """A broken identity names the village and both sides; one that cannot be told says so."""
    held = identities(annex1, policy)
    table = identity_lights(held)
    first, *_, last = table.text.splitlines()
    assert first == "A1 = A7 + A9 | ✗ 不成立 | 甲村 3 与 2；合计 4 与 3"
    assert last.startswith("B2 = B4 + B6 + B8 | ✓ 成立")
    blank = held.assign(成立=pd.Series([None] * len(held), dtype="boolean"))
    assert "？ 无法判定" in identity_lights(blank).text
    assert "<script" not in identity_lights(blank).html


def test_the_households_behind_a_cell_are_counted_and_traced(ledger, policy):
    """The table says how many there are, what the condition asked for, and where they were read."""
    lines = household_table(ledger, policy, "A9", rows=2).text.splitlines()
    assert lines[0] == "共 4 户，10 人。"
    assert lines[1] == "村 | 户主姓名 | 家庭人口数 | 排查方式 | 来源文件 | 来源工作表 | 来源行"
    assert lines[2] == "甲村 | 欧阳** | 3 | 入户排查 | 台账.xlsx | Sheet1 | 4"
    assert lines[-1] == "共 4 行，这里是前 2 行。"


def test_every_code_is_named_in_the_words_of_the_form(policy):
    """The labels are the form's own: 户数 and 人数 stand under the same heading."""
    labels = code_labels(policy)
    assert labels["A9"] == "A9 微信、电话等排查 户数"
    assert labels["A10"] == "A10 微信、电话等排查 人数"
    assert len(labels) == 20


def test_a_sentence_hides_long_numbers_and_keeps_its_punctuation():
    """A figure stays, an ID does not, and Chinese commas stay Chinese."""
    assert sentence("共 10657 人，新识别 31 户；").text == "共 10657 人，新识别 31 户；"
    assert NUMBER not in sentence(f"证件 {NUMBER}").text
    assert "<script" not in sentence(SCRIPT).html


def test_method_notes_name_options_parameters_and_input(policy, intake_of):
    """What no document sets is marked 非官方; the hash changes with any file."""
    notes = method_notes(policy, intake_of("a"), villages=["甲村", "乙村"], out="").text
    assert "选项 villages | 甲村、乙村" in notes
    assert "选项 out | （默认）" in notes
    assert "参数 监测线 | 7,500 元/人·年" in notes
    assert "自拟（非官方）" in notes
    assert notes != method_notes(policy, intake_of("b"), villages=["甲村", "乙村"], out="").text


@pytest.fixture
def intake_of(tmp_path):
    """Return a maker of readings of one file with a given content."""
    from fanpin_analysis.intake.reading import read  # noqa: PLC0415  nothing else here reads

    def made(content: str):
        path = tmp_path / "台账.csv"
        path.write_text(f"户主姓名,家庭人口数,户属性,排查方式\n{content},1,1,1\n", encoding="utf-8")
        return read(path)

    return made


def test_the_key_of_a_household_is_never_shown(ledger):
    """户键 is made of an ID or a name, and stands in every frame."""
    table = labelled(ledger.assign(户键=[NUMBER, "石桥村|一组|张三", "9", None]))
    assert NUMBER not in table.text
    assert "张三" not in table.text
    assert "***" in table.text
