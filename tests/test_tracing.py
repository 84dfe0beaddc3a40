"""From a household back to the cells of the workbook that it was read from."""

from __future__ import annotations

import openpyxl
import pytest

from fanpin_analysis.errors import InputError
from fanpin_analysis.intake.reading import read
from fanpin_analysis.intake.tracing import source_cells

HEADER = [
    "序号",
    "乡镇场",
    "行政村",
    "户主",
    "身份证号",
    "家庭人口数",
    "户属性",
    "排查方式",
    "民族",
]
ROW = [1, "云岭乡", "甲村", "张三", "439999199001011234", "3人", "1", "2、电话", "汉"]


@pytest.fixture
def folder(tmp_path):
    """Return a folder with one ledger whose table begins in B3."""
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    for row, values in ((2, ["排查台账"]), (3, HEADER), (4, ROW), (5, [2, *ROW[1:4]])):
        for column, value in enumerate(values, start=2):
            sheet.cell(row, column, value)
    workbook.save(tmp_path / "台账.xlsx")
    return tmp_path


def test_each_cell_is_given_as_it_stands_with_its_address(folder):
    """The raw text stands beside what its column was taken for."""
    intake = read(folder)
    cells = source_cells(folder, intake, intake.ledger.head(1))
    told = {row["字段"]: (row["单元格"], row["原表头"], row["原值"]) for _, row in cells.iterrows()}
    assert told["排查方式"] == ("I4", "排查方式", "2、电话")
    assert told["家庭人口数"] == ("G4", "家庭人口数", "3人")
    assert told["村"] == ("D4", "行政村", "甲村")


def test_a_single_file_is_traced_as_well(folder):
    """The path may be the file itself, as it may for reading."""
    path = folder / "台账.xlsx"
    intake = read(path)
    assert len(source_cells(path, intake, intake.ledger.head(1)))


def test_no_rows_give_no_cells(folder):
    """Behind a cell of zero there is nothing to trace."""
    intake = read(folder)
    assert source_cells(folder, intake, intake.ledger.head(0)).empty


def test_a_file_that_changed_since_is_refused(folder):
    """An address in a file that is no longer the same would lead astray."""
    intake = read(folder)
    with (folder / "台账.xlsx").open("ab") as file:
        file.write(b" ")
    with pytest.raises(InputError, match=r"台账\.xlsx.*改动过"):
        source_cells(folder, intake, intake.ledger.head(1))
