"""Annex 1 of some villages: what is kept, and where the form may be written."""

from __future__ import annotations

import openpyxl
import pandas as pd
import pytest

from fanpin_analysis.deliverables.tabulation import NO_VILLAGE, tabulate
from fanpin_analysis.deliverables.village_annex import choose_villages, save_annex1
from fanpin_analysis.errors import InputError, OutputError
from fanpin_analysis.intake.reading import read

LEDGER = """乡镇场,村,户主姓名,家庭人口数,户属性,排查方式
云岭乡,甲村,张三,3,1,1
云岭乡,甲村,李四,2,3,2
云岭乡,乙村,王五,4,3,1
"""


@pytest.fixture
def intake(tmp_path):
    """Return a reading of three households in two villages."""
    (tmp_path / "台账.csv").write_text(LEDGER, encoding="utf-8")
    return read(tmp_path)


def test_the_rows_of_the_other_villages_are_left_out(intake, policy):
    """The form of one village is its row of the whole form, and its 合计 is that row."""
    whole = tabulate(intake.ledger, policy).set_index("村")
    chosen = choose_villages(intake, ["甲村"])
    part = tabulate(chosen.ledger, policy).set_index("村")
    assert part.index.tolist() == ["甲村", "合计"]
    assert part.loc["甲村"].equals(whole.loc["甲村"])
    assert part.loc["合计"].equals(whole.loc["甲村"])


def test_no_village_means_every_village(intake):
    """An empty choice is no choice: everything is kept."""
    assert choose_villages(intake) is intake
    assert len(choose_villages(intake, ["乙村", "甲村"]).ledger) == 3


def test_households_without_a_village_can_be_chosen(intake):
    """They stand in Annex 1 under a heading of their own, and are chosen by it."""
    nowhere = intake.ledger.assign(村=pd.Series([None] * 3, dtype=intake.ledger["村"].dtype))
    lost = type(intake)(
        **{name: getattr(intake, name) for name in intake.__slots__} | {"ledger": nowhere}
    )
    assert len(choose_villages(lost, [NO_VILLAGE]).ledger) == 3


def test_an_unknown_village_is_refused_with_the_nearest(intake):
    """The message says which name was meant."""
    with pytest.raises(InputError, match="没有“甲庄村”这个村。最接近的是“甲村”"):
        choose_villages(intake, ["甲庄村"])


def test_the_form_is_written_under_its_own_name(intake, policy, tmp_path):
    """A folder that is not there is made, and the workbook opens."""
    annex1 = tabulate(intake.ledger, policy)
    path = save_annex1(annex1, tmp_path / "新" / "结果", policy, unit="云岭乡")
    assert path == tmp_path / "新" / "结果" / "附件1-统计表.xlsx"
    assert openpyxl.load_workbook(path).worksheets[0]["A2"].value


@pytest.mark.parametrize("folder", ["", "  "])
def test_no_folder_is_refused(intake, policy, folder):
    """Nothing is written into the folder that happens to be the current one."""
    with pytest.raises(OutputError, match="还没有写结果文件夹"):
        save_annex1(tabulate(intake.ledger, policy), folder, policy, unit="")


def test_the_results_of_a_run_are_not_touched(intake, policy, tmp_path):
    """A part of the township must not take the place of the whole township's form."""
    (tmp_path / "run.json").write_text("{}", encoding="utf-8")
    with pytest.raises(OutputError, match="完整运行的结果"):
        save_annex1(tabulate(intake.ledger, policy), tmp_path, policy, unit="")


def test_a_place_that_cannot_be_written_is_one_sentence(intake, policy, tmp_path):
    """A file in the place of the folder is told, with what to do."""
    (tmp_path / "占用").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match=r"写不进去.*请换一个文件夹"):
        save_annex1(tabulate(intake.ledger, policy), tmp_path / "占用", policy, unit="")
