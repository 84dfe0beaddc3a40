"""What was read is read again only when something changed."""

from __future__ import annotations

import dataclasses

import pytest
from ledgers import OFFICIAL, household, workbook
from pandas.testing import assert_frame_equal

from fanpin_analysis.intake import reading
from fanpin_analysis.intake.reading import read


@pytest.fixture
def folder(tmp_path):
    """Return a folder with one village's ledger."""
    path = tmp_path / "台账"
    path.mkdir()
    workbook(path / "石桥村.xlsx", [OFFICIAL, household(1), household(2, 家庭人口数="三口")])
    return path


@pytest.fixture
def unreadable(monkeypatch):
    """Make any opening of workbooks fail, so that only what was kept can answer."""

    def refuse(*_: object) -> None:
        raise AssertionError("a workbook was opened")

    return lambda: monkeypatch.setattr(reading, "open_workbooks", refuse)


def test_unchanged_files_are_not_opened_again_and_give_the_same(folder, tmp_path, unreadable):
    """Every frame of the second reading equals that of the first, types included."""
    first = read(folder, cache=tmp_path / "缓存")
    unreadable()
    second = read(folder, cache=tmp_path / "缓存")
    for item in dataclasses.fields(first):
        assert_frame_equal(getattr(first, item.name), getattr(second, item.name))


@pytest.mark.parametrize("change", ["content", "name", "added", "removed"])
def test_a_change_among_the_files_is_seen(folder, tmp_path, change):
    """Other content, another name, one file more or less: everything is read anew."""
    workbook(folder / "双桥村.xlsx", [OFFICIAL, household(5, "双桥村")])
    read(folder, cache=tmp_path / "缓存")
    match change:
        case "content":
            workbook(folder / "石桥村.xlsx", [OFFICIAL, household(7)])
        case "name":
            (folder / "石桥村.xlsx").rename(folder / "定稿.xlsx")
        case "added":
            workbook(folder / "青山村.xlsx", [OFFICIAL, household(9, "青山村")])
        case "removed":
            (folder / "石桥村.xlsx").unlink()
    again, anew = read(folder, cache=tmp_path / "缓存"), read(folder)
    assert_frame_equal(again.ledger, anew.ledger)
    assert_frame_equal(again.files, anew.files)


def test_other_definitions_are_seen(folder, tmp_path):
    """A county's own spellings count at once, though the files are the same."""
    own = tmp_path / "本县"
    own.mkdir()
    read(folder, cache=tmp_path / "缓存")
    blanks = 'blanks = ["三口"]\n'
    (own / "code_lists.toml").write_text(blanks, encoding="utf-8")
    findings = read(folder, definitions=own, cache=tmp_path / "缓存").findings
    assert "Z03" not in set(findings["规则"])


def test_a_cache_that_was_tampered_with_or_cut_off_is_not_used(folder, tmp_path):
    """A damaged cache costs time, not households."""
    cache = tmp_path / "缓存"
    read(folder, cache=cache)
    (cache / "ledger.parquet").write_bytes(b"PAR1")
    assert len(read(folder, cache=cache).ledger) == 2


def test_a_cache_that_cannot_be_written_is_done_without(folder, tmp_path):
    """A file in the place of the cache folder stops nothing."""
    (tmp_path / "缓存").write_text("占位", encoding="utf-8")
    assert len(read(folder, cache=tmp_path / "缓存").ledger) == 2
