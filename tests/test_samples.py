"""The sample township is repeatable, plainly invented, and as faulty as its truth files say."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string
from python_calamine import CalamineWorkbook

from fanpin_analysis.errors import InputError
from fanpin_analysis.intake import identity
from fanpin_analysis.intake.reading import read
from fanpin_analysis.policy.vocabulary import load_vocabulary
from fanpin_analysis.samples import sample_folder, township, write
from fanpin_analysis.samples.faults import faults
from fanpin_analysis.samples.world import world

if TYPE_CHECKING:
    from fanpin_analysis.samples import Township

COMMITTED = Path(__file__).parent.parent / "data_samples"
SMALL = {"seed": 7, "villages": 3, "households": 120}
ENCODINGS = {"南柯": "gbk", "无何": "gbk"}
WHOLE = 2023, 12, 3000


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a small township."""
    folder = tmp_path_factory.mktemp("small")
    write(folder, **SMALL)
    return folder


@pytest.fixture(scope="module")
def whole() -> Township:
    """Return the township that is committed, before it is written."""
    return township(*WHOLE)


def _truth(folder: Path, name: str) -> list[dict[str, str]]:
    text = (folder / "truth" / f"{name}.csv").read_text(encoding="utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


def _sheets(path: Path) -> dict[str, list[list[object]]]:
    if path.suffix == ".csv":
        encoding = next((ENCODINGS[name] for name in ENCODINGS if name in path.name), "utf-8-sig")
        with path.open(encoding=encoding, newline="") as file:
            return {path.name: list(csv.reader(file))}
    book = CalamineWorkbook.from_path(path)
    return {
        name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for name in book.sheet_names
    }


def _files(folder: Path) -> list[Path]:
    return sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())


def test_same_seed_gives_same_bytes(small: Path, tmp_path: Path):
    """Every file of a township made afresh is the same file."""
    township.cache_clear()
    world.cache_clear()
    write(tmp_path, **SMALL)
    assert _files(tmp_path) == _files(small)
    for file in _files(small):
        assert (tmp_path / file).read_bytes() == (small / file).read_bytes(), file


def test_another_seed_gives_other_people(small: Path, tmp_path: Path):
    """The seed decides who lives there."""
    write(tmp_path, **SMALL | {"seed": 8})
    name = Path("township") / "农户花名册.xlsx"
    assert (tmp_path / name).read_bytes() != (small / name).read_bytes()


def test_committed_township_equals_a_fresh_one(tmp_path: Path):
    """What lies in data_samples is what the code writes, cell by cell, on any zlib and openpyxl."""
    write(tmp_path)
    assert _files(COMMITTED) == _files(tmp_path)
    for file in _files(tmp_path):
        if file.suffix in (".xlsx", ".xls") and not file.name.startswith("~$"):
            assert _sheets(COMMITTED / file) == _sheets(tmp_path / file), file
        else:
            assert (COMMITTED / file).read_bytes() == (tmp_path / file).read_bytes(), file


def test_committed_township_stays_small():
    """The repository carries about three megabytes of sample and no more."""
    assert sum((COMMITTED / file).stat().st_size for file in _files(COMMITTED)) < 3_300_000


def test_every_id_is_invented_and_valid(whole: Township):
    """IDs begin with a code that nobody has, end in the right digit, and are all different."""
    numbers = [row["证件号码"] for row in whole.papers["members"]]
    assert all(number.startswith("439999") for number in numbers)
    assert [number for number in numbers if identity.faults(number)] == []
    assert len(set(numbers)) == len(numbers)


def test_every_phone_number_is_invented(small: Path):
    """No cell of any workbook holds a phone number of another block."""
    phone = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
    for path in (small / "township").rglob("[!~]*.*"):
        for rows in _sheets(path).values():
            found = phone.findall("\n".join(str(cell) for row in rows for cell in row))
            assert all(number.startswith("199000") for number in found), path


def test_every_planted_fault_stands_where_the_truth_says(small: Path):
    """The cell that the truth names holds the raw value that the truth gives."""
    seen = Counter()
    for fault in _truth(small, "faults"):
        if not fault["单元格"]:
            continue
        letters, row = coordinate_from_string(fault["单元格"])
        rows = _sheets(small / "township" / fault["文件"])[fault["工作表"]]
        cell = rows[row - 1][column_index_from_string(letters) - 1]
        if isinstance(cell, float) or re.fullmatch(r"[\d.]+E\+17", str(cell)):
            assert float(cell) == pytest.approx(float(fault["原值"]), rel=1e-5)
        else:
            assert str(cell) == fault["原值"], fault
        seen[fault["类别"]] += 1
    assert len(seen) > 35


def test_every_kind_of_fault_is_planted_at_its_rate(whole: Township):
    """The truth counts as many faults of each kind as its share asks for."""
    planted = Counter(row["类别"] for row in whole.truth["faults"])
    rows = len(whole.world.households)
    for fault in faults():
        assert planted[fault.key] == max(fault.least, round(fault.share * rows)), fault.key


def test_households_stand_where_the_truth_says(small: Path):
    """Each household row of the truth names the row that holds the head's name or ID."""
    for row in _truth(small, "households"):
        cells = _sheets(small / "township" / row["文件"])[row["工作表"]][int(row["行"]) - 1]
        shown = {re.sub(r"\s", "", str(cell)) for cell in cells}
        lost = "户主姓名和证件号码" in row["退回原因"]
        assert lost or row["户主姓名"] in shown or row["户主证件号码"] in shown, row


def test_annex1_counts_each_accepted_household_once(whole: Township):
    """Annex 1 of the truth is what a second count over the households' truth gives."""
    counted = Counter()
    for row in whole.truth["households"]:
        if row["去向"] == "采用":
            counted["A1"] += 1
            counted["A2"] += row["家庭人口数"]
            counted["A7"] += row["排查方式"] == "入户排查"
            counted["A3"] += row["户属性"] == "监测对象"
            counted["B1"] += bool(row["拟纳入监测类型"])
    whole_row = whole.truth["annex1"][-1]
    assert {code: whole_row[code] for code in counted} == counted
    accepted = [row["户编号"] for row in whole.truth["households"] if row["去向"] == "采用"]
    assert len(set(accepted)) == len(accepted)


def test_annex1_identities_fail_only_where_the_visit_mode_is_blank(whole: Township):
    """A1 = A7 + A9 is off by the rows whose 排查方式 was left blank, and nothing else is off."""
    blanks = Counter(
        row["村"]
        for row in whole.truth["households"]
        if row["去向"] == "采用" and not row["排查方式"]
    )
    assert blanks
    for row in whole.truth["annex1"][:-1]:
        assert row["A1"] - row["A7"] - row["A9"] == blanks[row["村"]]
        assert row["A2"] >= row["A8"] + row["A10"]
        assert row["B1"] == row["B3"] + row["B5"] + row["B7"]
        assert row["B2"] == row["B4"] + row["B6"] + row["B8"]


def test_six_groups_and_three_shared_causes_are_planted(whole: Township):
    """Every key group has households, and three causes hit far more than a few of one place."""
    groups = {row["六类人群"] for row in whole.truth["households"]} - {""}
    assert groups == set(load_vocabulary().code_list("六类人群").words)
    hit = Counter()
    for row in whole.truth["clusters"]:
        hit[row["共同原因"]] += row["受影响户数"]
    assert len(hit) == 3
    assert min(hit.values()) >= 10


def test_few_households_are_proposed(whole: Township):
    """Between one in a thousand and one in a hundred is proposed, as counties report."""
    households = whole.world.households
    proposed = sum(bool(household.proposal) for household in households)
    assert 0.001 <= proposed / len(households) <= 0.01


def test_proposed_type_follows_from_kind_and_income(whole: Township):
    """Where no fault was planted, types 1 and 2 lie below the line and fit the 户类型."""
    for household in whole.world.households:
        kind, income = household.proposal, household.income(2023)
        if kind in ("脱贫不稳定户", "边缘易致贫户"):
            assert income < 7500
            assert (kind == "脱贫不稳定户") == (household.kind == "脱贫户")


def test_incomes_are_the_sum_of_their_sources(whole: Township):
    """Only the planted rows have a total that differs from their sources."""
    off = [
        row
        for row in whole.papers["incomes"]
        if row["纯收入"]
        != row["工资性收入"]
        + row["生产经营性收入"]
        - row["生产经营性支出"]
        + row["财产性收入"]
        + row["转移性收入"]
    ]
    planted = [row for row in whole.truth["faults"] if row["类别"] == "income_sum"]
    assert {row["户编号"] for row in off} == {row["户编号"] for row in planted}


def test_incomes_rise_and_some_years_are_missing(whole: Township):
    """The township's median rises from year to year; a few households lack a year."""
    incomes = pd.DataFrame(whole.papers["incomes"])
    medians = incomes.groupby("年度")["人均纯收入"].median()
    assert medians.is_monotonic_increasing
    assert 0 < 3 * len(whole.world.households) - len(incomes) < 60


def test_reader_knows_every_header_but_one():
    """The hands use spellings that the definitions know; one village has a column of its own."""
    headers = read(COMMITTED / "township").headers
    assert set(headers.loc[headers["字段"].isna(), "原表头"]) == {"民族"}


def test_more_villages_than_names_is_refused():
    """Who asks for too many villages is told how many there can be."""
    with pytest.raises(InputError, match="140"):
        township(1, 1000, 5000)


def test_sample_folder_is_the_committed_one():
    """In a checkout the sample is at hand without writing anything."""
    assert sample_folder() == COMMITTED / "township"
