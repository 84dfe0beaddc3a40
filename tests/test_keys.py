"""One household has one key, whichever paper names it and however it is spelled."""

from __future__ import annotations

from itertools import permutations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import resident_id

from fanpin_analysis.intake.identity import check_digit
from fanpin_analysis.intake.keys import GROUND, KEY, name_key, with_keys

VILLAGE = {"村": "石桥村"}
ROWS = {"ledger": "户", "incomes": "户·年", "portraits": "户", "register": "人", "clues": "人"}
ID, OTHER, WIFE = (resident_id(number) for number in (1, 2, 3))
SPELLINGS = [ID, f"{ID}42", f"{ID}4201", None, "", "无", "0", "439999********0011", ID[:-4]]


def keyed(**papers: list[dict]) -> dict[str, pl.DataFrame]:
    """Return papers of one village with their keys."""
    frames = {n: pl.DataFrame([VILLAGE | row for row in rows]) for n, rows in papers.items()}
    return with_keys(frames, ROWS)


def head(number: str | None, name: str = "张三", **more: object) -> dict:
    """Return a row about a household."""
    return {"户主姓名": name, "户主证件号码": number, **more}


@pytest.mark.parametrize("one", SPELLINGS)
@pytest.mark.parametrize("other", SPELLINGS)
def test_a_join_of_any_two_papers_loses_nobody(one, other):
    """Every spelling of an ID, and none, meets every other where the village has one so called."""
    spelled = {"ledger": one, "incomes": other, "portraits": None}
    papers = {name: [head(number), head(OTHER, "李四")] for name, number in spelled.items()}
    frames = keyed(**papers)
    for left, right in permutations(frames, 2):
        joined = frames[left].join(frames[right], on=KEY, how="anti")
        assert joined.is_empty(), (left, right, joined)


def test_an_old_number_of_fifteen_digits_is_the_same_person():
    """The century and the check character are put in."""
    old = "439999700101001"
    first = f"{old[:6]}19{old[6:]}"
    frames = keyed(ledger=[head(first + check_digit(first))], incomes=[head(old)])
    assert frames["incomes"][KEY].to_list() == frames["ledger"][KEY].to_list()


def test_namesakes_are_told_apart_by_group_and_never_guessed():
    """组 decides between two of one name; without it the row is nobody's, and marked so."""
    ledger = [head(None, 组="一组"), head(None, 组="二组")]
    incomes = [head(None, 组="二组"), head(None, 组=None)]
    frames = keyed(ledger=ledger, incomes=incomes)
    keys = frames["ledger"][KEY].to_list()
    assert len(set(keys)) == 2
    assert frames["incomes"][KEY][0] == keys[1]
    assert frames["incomes"][KEY][1] not in keys
    assert frames["incomes"][GROUND][1] == "分不清"


def test_a_head_who_changed_is_found_through_a_member():
    """The register still has the husband as head, the ledger the wife."""
    register = [
        {"姓名": "张三", "证件号码": ID, "与户主关系": "户主", "户编号": "8"},
        {"姓名": "王五", "证件号码": WIFE, "与户主关系": "配偶", "户编号": "8"},
    ]
    frames = keyed(ledger=[head(WIFE, "王五")], register=register)
    assert frames["register"][KEY].unique().to_list() == [WIFE]
    assert frames["register"][GROUND].unique().to_list() == ["成员证件号码"]


def test_a_namesake_with_another_sound_id_is_another_household():
    """Two right IDs are two households, whatever they are called."""
    frames = keyed(ledger=[head(ID)], incomes=[head(OTHER)])
    assert frames["incomes"][KEY].to_list() == [OTHER]


def test_a_row_of_nobody_has_no_key():
    """Neither a name nor an ID: the row stays, its key is null."""
    frames = keyed(ledger=[head(ID)], incomes=[head(None, None)])
    assert frames["incomes"].select(KEY, GROUND).row(0) == (None, "没有姓名和证件号码")


@pytest.mark.parametrize(
    "spelled", ["买买提•阿不都", "买买提 · 阿不都", "买买提・阿不都", "买买提.阿不都"]
)
def test_a_name_is_compared_in_one_form(spelled):
    """Every kind of dot is one, blanks go, compatibility characters become the usual ones."""
    assert name_key(spelled) == "买买提·阿不都"


def test_a_radical_is_the_character_it_looks_like():
    """A Kangxi radical that an export wrote is the name's character."""
    assert name_key("⾼⼭") == "高山"


@given(st.permutations(range(5)))
@settings(max_examples=25, deadline=None)
def test_the_order_of_rows_changes_no_key(order):
    """A key hangs on what the papers say, not on which row comes first."""
    ledger = [head(resident_id(n), f"户主{n}") for n in range(3)] + [
        head(None, "户主三"),
        head("0", "户主四"),
    ]
    incomes = [head(None, row["户主姓名"]) for row in ledger]
    usual = keyed(ledger=ledger, incomes=incomes)["incomes"]
    shuffled = keyed(ledger=[ledger[n] for n in order], incomes=[incomes[n] for n in order])[
        "incomes"
    ]
    assert shuffled[KEY].to_list() == [usual[KEY][n] for n in order]
