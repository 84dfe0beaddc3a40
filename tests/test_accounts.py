"""Every row that holds anything has one line in the accounts, as programs of others count them."""

from __future__ import annotations

import csv
import io
import zipfile
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import xlrd
import xlwt
from ledgers import OFFICIAL, household, workbook

import fanpin_analysis as fa

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import pandas as pd

SAMPLE = Path(__file__).parent.parent / "data_samples" / "township"
LOCK = "~$"  # what Excel leaves beside an open workbook is no workbook
FATES = {"采用", "待核退回", "非数据行"}
Place = tuple[str, str, int]
MESSY_ROWS = [
    [],
    ["云岭乡石桥村台账", None],
    OFFICIAL,
    household(1),
    [None] * 17,
    [2],
    household(2, 户主姓名=None, 户主证件号码=None),
    household(3, 家庭人口数="不详"),
    ["小计", None, None, None, None, 6],
    OFFICIAL,
    [" ", "\u3000", None],
    household(4, None),
    [None] * 16 + ["某"],
    household(1),
    [],
    ["备注：以上属实"],
]


# ------------------------------------------------------------------ counting without fanpin


def filled(file: str, sheet: str, rows: Iterable[Iterable[Any]]) -> Iterator[Place]:
    """Yield the place of every row that shows anything."""
    for number, row in enumerate(rows, 1):
        if any(cell is not None and str(cell).strip() for cell in row):
            yield file, sheet, number


def counted_xlsx(path: Path, file: str) -> Iterator[Place]:
    """Count an .xlsx with openpyxl."""
    for sheet in openpyxl.load_workbook(path, data_only=True).worksheets:
        yield from filled(file, sheet.title, sheet.iter_rows(values_only=True))


def counted_xls(path: Path, file: str) -> Iterator[Place]:
    """Count an .xls with xlrd."""
    for sheet in xlrd.open_workbook(path).sheets():
        yield from filled(file, sheet.name, map(sheet.row_values, range(sheet.nrows)))


def counted_csv(path: Path, file: str) -> Iterator[Place]:
    """Count a .csv, whose only sheet has the file's own name, with the csv module."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    yield from filled(file, path.name, csv.reader(io.StringIO(text, newline="")))


COUNTERS: dict[str, Callable[[Path, str], Iterator[Place]]] = {
    ".xlsx": counted_xlsx, ".xls": counted_xls, ".csv": counted_csv,
}  # fmt: skip


def counted(folder: Path) -> set[Place]:
    """Return the places of all filled rows below a folder."""
    paths = [path for path in folder.rglob("*.*") if not path.name.startswith(LOCK)]
    found = (COUNTERS[p.suffix](p, p.relative_to(folder).as_posix()) for p in paths)
    return set(chain.from_iterable(found))


def accounted(accounts: pd.DataFrame) -> list[Place]:
    """Return the places that the accounts name, in their order."""
    columns = (accounts[name].tolist() for name in ("来源文件", "来源工作表", "来源行"))
    return list(zip(*columns, strict=True))


# ------------------------------------------------------------------ the sample township


@pytest.fixture(scope="module")
def sample() -> pd.DataFrame:
    """Return the accounts of the sample township."""
    return fa.read(SAMPLE).accounts


def test_every_row_of_the_sample_township_has_one_line(sample: pd.DataFrame) -> None:
    """The accounts name each filled row of every file once, and no row besides."""
    places = accounted(sample)
    assert len(places) == len(set(places))
    assert set(places) == counted(SAMPLE)


def test_every_line_says_what_became_of_its_row(sample: pd.DataFrame) -> None:
    """Each row has one of the three fates, and those that do not count have a reason."""
    assert set(sample["去向"]) == FATES
    assert sample.loc[sample["去向"] != "采用", "原因"].str.len().gt(0).all()


# ------------------------------------------------------------------ files of other hands


def write_xlsx(folder: Path) -> None:
    """Write a table that starts far from the corner, with a hidden sheet and one of notes."""
    shifted = [[]] * 4 + [[None, None, *row] for row in MESSY_ROWS]
    notes = [["填表说明"], [None], [0], [False], ["\n"]]
    path = workbook(folder / "a.xlsx", shifted, ["E9:E10"], 旧=MESSY_ROWS, 说明=notes, 空=[])
    book = openpyxl.load_workbook(path)
    book["旧"].sheet_state = "hidden"
    book.worksheets[0].row_dimensions[8].hidden = True
    book.worksheets[0].cell(2000, 3).value = "审核人："
    book.save(path)


def write_xls(folder: Path) -> None:
    """Write the same rows in the old format, on two sheets."""
    book = xlwt.Workbook()
    for name in ("一组", "二组"):
        sheet = book.add_sheet(name)
        for index, row in enumerate(MESSY_ROWS, 2):
            for column, value in enumerate(row, 1):
                sheet.write(index, column, value)
    book.save(str(folder / "b.xls"))


def write_csv(folder: Path) -> None:
    """Write the same rows as text, once in each encoding of an office, with broken lines."""
    (folder / "下级").mkdir()
    broken = [*MESSY_ROWS, household(5, 其他问题="住房漏雨\n饮水困难"), household(6)]
    for name, encoding in (("c.csv", "gbk"), ("下级/d.csv", "utf-8-sig")):
        with (folder / name).open("w", encoding=encoding, newline="") as file:
            csv.writer(file).writerows(broken)


@pytest.mark.parametrize("write", [write_xlsx, write_xls, write_csv])
def test_every_row_of_a_messy_file_has_one_line(
    tmp_path: Path, write: Callable[[Path], None]
) -> None:
    """Gaps, totals, repeats, blanks, hidden sheets and tables off the corner change no count."""
    write(tmp_path)
    places = accounted(fa.read(tmp_path).accounts)
    assert len(places) == len(set(places))
    assert set(places) == counted(tmp_path)


def test_every_row_of_an_open_document_has_one_line(tmp_path: Path) -> None:
    """Rows that an .ods says once and repeats are as many as a spreadsheet shows."""
    named = "".join(
        f"<table:table-cell {TEXT}><text:p>{t}</text:p></table:table-cell>" for t in OFFICIAL
    )
    content = ODS.format(
        f"<table:table-row>{named}</table:table-row>"
        '<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
        f'<table:table-row table:number-rows-repeated="2"><table:table-cell {TEXT}>'
        "<text:p>备注：</text:p></table:table-cell></table:table-row>"
    )
    with zipfile.ZipFile(tmp_path / "e.ods", "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr("META-INF/manifest.xml", MANIFEST)
        file.writestr("content.xml", content)
    places = accounted(fa.read(tmp_path).accounts)
    assert places == [("e.ods", "台账", number) for number in (1, 5, 6)]


TEXT = 'office:value-type="string"'
OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
ODS = (
    f'<office:document-content xmlns:office="{OASIS}office:1.0" xmlns:table="{OASIS}table:1.0"'
    f' xmlns:text="{OASIS}text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="台账">{}</table:table>'
    "</office:spreadsheet></office:body></office:document-content>"
)
MANIFEST = (
    f'<manifest:manifest xmlns:manifest="{OASIS}manifest:1.0"><manifest:file-entry'
    ' manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
    "</manifest:manifest>"
)
