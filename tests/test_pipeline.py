"""The main job end to end: figures, the manifest, all or nothing, and the way back to a row."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import openpyxl
import pandas as pd
import pytest
from ledgers import OFFICIAL, household, workbook

import fanpin_analysis as fa
from fanpin_analysis.errors import InputError, NotInForceError, OutputError
from fanpin_analysis.intake.workbooks import MANIFEST
from fanpin_analysis.pipeline import analyse, write_all

PAPERS = {
    "附件1-统计表.xlsx",
    "附件2-排查台账.xlsx",
    "筛查结果.xlsx",
    "回头看.xlsx",
    "数据质量.xlsx",
    MANIFEST,
}


@pytest.fixture
def folder(tmp_path):
    """Return a folder of two villages' ledgers: one telephoned, one proposed, one monitored."""
    place = tmp_path / "台账"
    place.mkdir()
    rows = [household(n, 排查方式=1 + (n == 3), 户属性=1 + (n == 2)) for n in range(1, 5)]
    workbook(place / "石桥村.xlsx", [["石桥村台账"], OFFICIAL, *rows, ["合计", *[None] * 4, 12]])
    proposed = household(
        9, "竹溪村", 家庭人口数=5, 是否存在致返贫风险="是", 致返贫风险类型=1, 拟纳入监测类型=1
    )
    workbook(place / "竹溪村.xlsx", [OFFICIAL, proposed])
    return place


def test_every_code_of_every_village_is_counted(folder):
    """The twenty codes equal a count by hand."""
    annex1 = analyse(folder).annex1.set_index("村")
    shared = dict.fromkeys(["B5", "B6", "B7", "B8", "C1", "C2", "D1", "D2"], 0)
    stone = {"A1": 4, "A2": 12, "A3": 1, "A4": 3, "A7": 3, "A8": 9, "A9": 1, "A10": 3}
    bamboo = {"A1": 1, "A2": 5, "A3": 0, "A4": 0, "A7": 1, "A8": 5, "A9": 0, "A10": 0}
    none, one = dict.fromkeys(["B1", "B2", "B3", "B4"], 0), {"B1": 1, "B2": 5, "B3": 1, "B4": 5}
    assert annex1.loc["石桥村"].to_dict() == stone | none | shared
    assert annex1.loc["竹溪村"].to_dict() == bamboo | one | shared
    assert annex1.loc["合计"].to_dict() == {
        code: annex1.loc["石桥村", code] + annex1.loc["竹溪村", code] for code in annex1.columns
    }


def test_the_manifest_holds_what_the_design_promises(folder, tmp_path):
    """run.json has its stable keys, and its figures are those of the result."""
    out = write_all(analyse(folder, province="湖南"), tmp_path / "结果")
    assert {path.name for path in out.iterdir()} == PAPERS
    manifest = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
    assert manifest["rows"] == {"read": 9, "accepted": 5, "returned": 0, "not_data": 4}
    assert manifest["annex1"]["合计"]["A2"] == 17
    assert manifest["parameters"]["监测线"]["value"] == 7500
    assert set(manifest["parameters"]["监测线"]) == {"value", "unit", "clause", "status"}
    assert {tuple(i) for i in manifest["identities"]} == {("identity", "area", "holds")}
    assert all(len(one["sha256"]) == 64 for one in manifest["inputs"])
    assert manifest["screening"]["S04"] == {"命中": 1, "未命中": 4, "无法判定": 0}
    assert manifest["on"] == "2023-06-02"
    assert manifest["province"] == "湖南"
    assert {"version", "findings", "seconds", "notes", "outputs"} <= set(manifest)


def test_a_cell_of_annex_1_leads_back_to_the_workbook_row(folder):
    """A9 of a village is one household, and its source is the row that holds it."""
    result = analyse(folder)
    behind = fa.households_behind(result.intake.ledger, result.policy, "A9", "石桥村")
    (source,) = behind[["来源文件", "来源工作表", "来源行"]].to_dict("records")
    cells = openpyxl.load_workbook(folder / source["来源文件"])[source["来源工作表"]]
    assert cells.cell(source["来源行"], 4).value == "张3"
    assert fa.cells_of(behind, result.policy).tolist() == ["A1、A2、A9、A10"]


def test_the_same_input_gives_the_same_papers(folder, tmp_path):
    """A second run writes the same bytes but for the seconds it took."""
    first = write_all(analyse(folder), tmp_path / "一")
    second = write_all(analyse(folder), tmp_path / "二")
    for paper in PAPERS - {MANIFEST}:
        assert (first / paper).read_bytes() == (second / paper).read_bytes()


def test_the_consolidated_ledger_is_read_back_to_the_same_households(folder, tmp_path):
    """附件2 as written is a ledger like any other: reading it gives the same rows and figures."""
    result = analyse(folder)
    out = write_all(result, tmp_path / "结果")
    again = fa.read(out / "附件2-排查台账.xlsx")
    compared = [name for name in result.policy.vocabulary.form("ledger").fields if name != "序号"]
    pd.testing.assert_frame_equal(again.ledger[compared], result.intake.ledger[compared])


def test_working_papers_show_no_person(folder, tmp_path):
    """Names and IDs are hidden in everything but the official ledger."""
    out = write_all(analyse(folder), tmp_path / "结果")
    for paper in ("筛查结果.xlsx", "回头看.xlsx", "数据质量.xlsx"):
        book = openpyxl.load_workbook(out / paper)
        shown = " ".join(str(c.value) for s in book for row in s.iter_rows() for c in row)
        assert "439999" not in shown
        assert "张9" not in shown


def test_other_files_in_the_output_folder_are_kept_and_former_results_replaced(folder, tmp_path):
    """What the analyst put there stays; what the former run wrote and this one does not goes."""
    out = write_all(analyse(folder), tmp_path / "结果")
    (out / "备忘.txt").write_text("别删", encoding="utf-8")
    manifest = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
    manifest["outputs"].append({"file": "旧表.xlsx", "sha256": ""})
    (out / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    (out / "旧表.xlsx").write_bytes(b"")
    write_all(analyse(folder), out)
    assert {path.name for path in out.iterdir()} == PAPERS | {"备忘.txt"}


def test_a_run_that_fails_leaves_the_former_results_whole(folder, tmp_path, monkeypatch):
    """An error while writing changes nothing, and leaves nothing half-written beside."""
    out = write_all(analyse(folder), tmp_path / "结果")
    before = {path.name: path.read_bytes() for path in out.iterdir()}

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("fanpin_analysis.pipeline.write_findings", fail)
    with pytest.raises(OutputError, match="保持原样"):
        write_all(analyse(folder), out)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert {path.name for path in tmp_path.iterdir()} == {"台账", "结果"}


def test_a_run_killed_while_writing_leaves_the_old_or_the_new_results_whole(folder, tmp_path):
    """Killed at several moments, the folder holds a manifest and every file that it lists."""
    out = write_all(analyse(folder), tmp_path / "结果")
    command = [sys.executable, "-m", "fanpin_analysis", "run", str(folder), "--out", str(out)]
    for moment in (0.2, 0.8, 1.1, 1.4, 1.8):
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as run:  # noqa: S603
            time.sleep(moment)
            os.kill(run.pid, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        manifest = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
        listed = {one["file"] for one in manifest["outputs"]} | {MANIFEST}
        assert {path.name for path in out.iterdir()} == listed == PAPERS


def test_a_change_over_cut_off_in_the_middle_is_put_right_by_the_next_run(folder, tmp_path):
    """Between its two renames a killed run leaves the old results under another name."""
    out = write_all(analyse(folder), tmp_path / "结果")
    (out / "备忘.txt").write_text("别删", encoding="utf-8")
    out.rename(out.with_name(".结果.former"))
    write_all(analyse(folder), out)
    assert (out / "备忘.txt").read_text(encoding="utf-8") == "别删"


def test_results_never_go_into_the_folder_of_the_ledgers(folder):
    """Else the ledgers would be taken for the results of an earlier run ever after."""
    result = analyse(folder)
    for out in (folder, folder.parent):
        with pytest.raises(OutputError, match="另指定一个文件夹"):
            write_all(result, out)
    assert len(analyse(folder).intake.ledger) == 5


def test_a_folder_without_a_ledger_says_so(tmp_path):
    """Nothing but an encrypted file: the sentence names the file and the cure."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    (tmp_path / "密.xlsx").write_bytes(head + "EncryptedPackage".encode("utf-16-le"))
    with pytest.raises(InputError, match=r"没有读到一户台账.*密\.xlsx.*密码"):
        analyse(tmp_path)


def test_a_day_without_parameters_names_the_file_to_edit(folder):
    """Nothing is carried forward: 2024 has no value for 湖南."""
    with pytest.raises(NotInForceError, match=r"2024-06-01.*不会自动沿用.*hunan\.toml"):
        analyse(folder, on=pd.Timestamp("2024-06-01").date())
