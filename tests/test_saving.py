"""A workbook is saved reproducibly, and all or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook

from fanpin_analysis.deliverables.saving import save_workbook

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def workbook() -> Workbook:
    """Return a small workbook whose author is named."""
    made = Workbook()
    made.properties.creator = "张三"
    made.active.append(["户主姓名", 1])
    return made


def test_same_content_gives_same_bytes(workbook: Workbook, tmp_path: Path) -> None:
    """Two saves of one workbook are the same file, whatever the clock says."""
    save_workbook(workbook, tmp_path / "a.xlsx")
    save_workbook(workbook, tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_saved_workbook_opens_again(workbook: Workbook, tmp_path: Path) -> None:
    """The rewritten file is a workbook with the same cells."""
    save_workbook(workbook, tmp_path / "a.xlsx")
    cells = [cell.value for cell in load_workbook(tmp_path / "a.xlsx").active[1]]
    assert cells == ["户主姓名", 1]


def test_no_author_is_named(workbook: Workbook, tmp_path: Path) -> None:
    """The name of whoever made the workbook does not leave the office in it."""
    save_workbook(workbook, tmp_path / "a.xlsx")
    with ZipFile(tmp_path / "a.xlsx") as parts:
        assert "张三" not in parts.read("docProps/core.xml").decode()
        assert {entry.date_time for entry in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert workbook.properties.creator == "张三"


@pytest.mark.parametrize("step", ["os.fsync", "pathlib.Path.replace"])
def test_failed_save_leaves_former_file_whole(
    workbook: Workbook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """A full disk or a locked target costs neither the old file nor leaves a stray one."""

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    target = tmp_path / "a.xlsx"
    target.write_bytes(b"former")
    monkeypatch.setattr(step, fail)
    with pytest.raises(OSError, match="No space"):
        save_workbook(workbook, target)
    assert target.read_bytes() == b"former"
    assert list(tmp_path.iterdir()) == [target]
