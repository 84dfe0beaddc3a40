"""The panel of Annex 1: what a click leads to, and that clicks can be run again as parameters."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from fanpin_analysis import samples
from fanpin_analysis.errors import InputError
from fanpin_analysis.pipeline import analyse
from fanpin_analysis.views.panels import AnnexPanel

NOTEBOOK = Path(__file__).parent.parent / "notebooks" / "06_annexes.ipynb"


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    """Return the analysis of a small synthetic township."""
    folder = tmp_path_factory.mktemp("township")
    samples.write(folder, villages=4, households=120)
    return analyse(folder / "township")


@pytest.fixture
def panel(result, tmp_path):
    """Return a panel as it is created, writing into a folder of its own."""
    return AnnexPanel(result, out=str(tmp_path))


def villages_of(annex1):
    """Return the villages of a form."""
    return [village for village in annex1["村"] if village != "合计"]


def shown(panel):
    """Return everything that a panel shows and says, to compare two panels by."""
    values = [each.value for each in (panel._form, panel._lights, panel._list, panel.message)]  # noqa: SLF001
    options = [panel.villages.options, panel.code.options, panel.area.options]
    return panel.choices, panel.villages.value, values, options, repr(panel)


def test_at_first_every_village_is_chosen(panel, result):
    """The form of the panel is the form of the township."""
    assert panel.villages.value == panel.villages.options == tuple(villages_of(result.annex1))
    pd.testing.assert_frame_equal(panel.annex1, result.annex1)
    pd.testing.assert_frame_equal(panel.identities, result.identities)
    assert panel.choices["villages"] == []
    assert panel.code.value == "A1"
    assert len(panel.households) == len(result.intake.ledger)


def test_choosing_villages_counts_the_form_anew(panel, result):
    """合计 is that of the chosen villages, and the rows are those of the whole form."""
    two = villages_of(result.annex1)[:2]
    panel.villages.value = two
    whole, part = (form.set_index("村") for form in (result.annex1, panel.annex1))
    assert part.index.tolist() == [*two, "合计"]
    assert (part.loc["合计"] == whole.loc[two].sum()).all()
    assert set(panel.identities["村"]) == {*two, "合计"}
    assert panel.choices["villages"] == two


def test_every_cell_leads_to_its_households(panel, result):
    """For each code and row the households behind it are as many as the cell says."""
    form = result.annex1.set_index("村")
    for _, code in panel.code.options:
        for area in panel.area.options:
            panel.code.value, panel.area.value = code, area
            persons = panel.households["家庭人口数"].sum()
            assert form.loc[area, code] in {len(panel.households), persons}


def test_households_are_shown_masked_and_with_their_place(panel, result):
    """No full name and no ID is in any widget; file, sheet and row are."""
    values = "".join(shown(panel)[2])
    ledger = result.intake.ledger
    assert not any(number in values for number in ledger["户主证件号码"].dropna())
    assert not any(name in values for name in ledger["户主姓名"].dropna())
    assert all(file in values for file in panel.households["来源文件"].unique())


def test_taking_the_last_village_away_means_all(panel, result):
    """No village would be an empty form; it is the whole township, as in the parameters."""
    panel.villages.value = villages_of(result.annex1)[:1]
    panel.villages.value = ()
    assert panel.villages.value == panel.villages.options
    pd.testing.assert_frame_equal(panel.annex1, result.annex1)


def test_a_row_that_is_gone_gives_way_to_the_total(panel, result):
    """When the village of the cell is no longer chosen, the cell is that of 合计."""
    first, second, *_ = villages_of(result.annex1)
    panel.area.value = first
    panel.villages.value = [second]
    assert panel.area.value == "合计"
    assert panel.area.options == ("合计", second)
    assert set(panel.households["村"]) == {second}


def test_changing_equals_creating(result, tmp_path):
    """A panel that was clicked to a choice is the panel that is created with it."""
    chosen = villages_of(result.annex1)[1:3]
    clicked = AnnexPanel(result)
    clicked.code.value = "A7"
    clicked.villages.value = chosen[:1]
    clicked.villages.value = chosen
    clicked.area.value = chosen[1]
    clicked.out.value = str(tmp_path)
    choices = {"villages": chosen, "code": "A7", "area": chosen[1], "out": str(tmp_path)}
    created = AnnexPanel(result, **choices)
    assert clicked.choices == choices
    assert shown(clicked) == shown(created)
    for name in ("annex1", "identities", "households"):
        pd.testing.assert_frame_equal(getattr(clicked, name), getattr(created, name))


def test_choices_run_again_give_the_same_panel(panel, result):
    """Choices survive a journey through JSON, as papermill takes them, and give the same panel."""
    panel.villages.value = villages_of(result.annex1)[2:]
    panel.code.value = "B1"
    again = AnnexPanel(result, **json.loads(json.dumps(panel.choices)))
    assert shown(again) == shown(panel)


def test_choices_are_parameters_of_the_notebook(panel):
    """Every choice is a name of the parameters cell, beside the folder that was read."""
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    (parameters,) = (c for c in cells if "parameters" in c["metadata"].get("tags", []))
    names = [line.split(" = ")[0] for line in parameters["source"]]
    assert names == ["folder", *panel.choices]


@pytest.mark.parametrize("wrong", [{"villages": ["没有村"]}, {"code": "A5"}, {"area": "没有村"}])
def test_a_wrong_choice_is_told_when_creating(result, wrong):
    """A parameter that cannot be met is an error of the caller, in one sentence."""
    with pytest.raises(InputError, match="没有"):
        AnnexPanel(result, **wrong)


def test_writing_puts_the_chosen_form_where_it_says(panel, result, tmp_path):
    """The workbook holds the chosen villages and their 合计, and the message names it."""
    chosen = villages_of(result.annex1)[:2]
    panel.villages.value = chosen
    panel.write.click()
    path = tmp_path / "附件1-统计表.xlsx"
    assert f"已写出 2 个村的附件1：{path}" in panel.message.value
    cells = [[c.value for c in row] for row in openpyxl.load_workbook(path).worksheets[0].rows]
    rows = [row for row in cells if row[1] in {*chosen, "合计"}]
    assert [row[1:4] for row in rows] == [
        [row["村"], row["A1"], row["A2"]] for row in panel.annex1.to_dict(orient="records")
    ]


def test_what_goes_wrong_is_said_in_the_panel(panel, tmp_path):
    """A button swallows exceptions, so the panel must say it: a red line, escaped."""
    (tmp_path / "<b>占用").write_text("", encoding="utf-8")
    panel.out.value = str(tmp_path / "<b>占用")
    panel.write.click()
    assert "写不进去" in panel.message.value
    assert "<b>" not in panel.message.value


def test_the_message_goes_when_a_choice_changes(panel):
    """A sentence about the former form does not stay beside the new one."""
    panel.write.click()
    assert panel.message.value
    panel.villages.value = panel.villages.options[:1]
    assert not panel.message.value


def test_a_fault_of_the_program_is_said_and_not_swallowed(result):
    """Whatever else goes wrong is told in the panel, without values, and goes on to the log."""
    panel = AnnexPanel(result)
    panel._result = None  # noqa: SLF001  there is no honest way to break it
    with pytest.raises(AttributeError):
        panel.code.value = "A7"
    assert "程序内部出错（AttributeError）" in panel.message.value


def test_hostile_names_are_escaped_everywhere(tmp_path):
    """A village may be called anything; it stays text in every widget that shows HTML."""
    row = "云岭乡,<script>alert(1)</script>村,张三,3,1,1\n"
    header = "乡镇场,村,户主姓名,家庭人口数,户属性,排查方式\n"
    (tmp_path / "台账.csv").write_text(header + row, encoding="utf-8")
    panel = AnnexPanel(analyse(tmp_path))
    assert "&lt;script&gt;" in shown(panel)[2][0]
    assert not any("<script" in value for value in shown(panel)[2])


def test_a_page_without_controls_shows_a_still_picture(panel):
    """Beside the widget a notebook keeps the form, and no name of anyone."""
    bundle = panel._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert "静态画面" in bundle["text/html"]
    assert panel._list.value not in bundle["text/html"]  # noqa: SLF001
    assert bundle["text/plain"].startswith("AnnexPanel(result, villages=[]")
