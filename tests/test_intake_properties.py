"""Whoever writes a ledger, and whatever stands in it: the households come back, and every row."""

from __future__ import annotations

import re
import tempfile
from datetime import date, datetime
from math import inf, isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import polars as pl
from hands import READ_BACK, VOCABULARY, Ledger, answers, folders
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import fanpin_analysis as fa
from fanpin_analysis.intake.cells import squeezed
from fanpin_analysis.intake.values import reader_for

if TYPE_CHECKING:
    from fanpin_analysis.policy.vocabulary import Field

PLACE = ["来源文件", "来源工作表", "来源行"]
REPEATABLE = settings(
    deadline=None, derandomize=True, database=None, phases=(Phase.generate, Phase.shrink)
)


# ------------------------------------------------------------------ ledgers in many hands


@settings(REPEATABLE, max_examples=80)
@given(folders())
def test_households_come_back_from_every_hand(ledgers: list[Ledger]) -> None:
    """However a village lays out, spells and saves its ledger, the same households are read."""
    with tempfile.TemporaryDirectory() as folder:
        for ledger in ledgers:
            ledger.write(Path(folder))
        intake = fa.read(folder)
    written = [answers(household) for ledger in ledgers for household in ledger.households]
    assert pl.from_pandas(intake.ledger).select(READ_BACK).rows() == written
    filled = [place for ledger in ledgers for place in ledger.filled]
    assert pl.from_pandas(intake.accounts).select(PLACE).rows() == filled
    assert (intake.accounts["去向"] == "采用").sum() == len(written)


# ------------------------------------------------------------------ whatever stands in a cell

FIELDS = [
    VOCABULARY.fields[name]
    for name in {name: None for form in VOCABULARY.forms.values() for name in form.columns}
]
READERS = {
    (field.name, inverse): reader_for(field, VOCABULARY, inverse=inverse)
    for field in FIELDS
    for inverse in {False, field.type == "boolean"}
}
TYPES = {"integer": int, "number": float, "boolean": bool, "date": date}
WORDS = sorted(
    {spelling for listed in VOCABULARY.code_lists.values() for item in listed.items
     for spelling in (item.word, item.code, *item.spellings)}
    | {word for field in FIELDS for word in (*field.yes, *field.no, field.unit)}
    | set(VOCABULARY.blanks)
)  # fmt: skip
PIECES = [
    "、", "，", ".", "(", "）", "约", "万", "十", "负", "-", "²", "①", "\u200b", "\n", "E+", ":",
    "年", "月", "日", "□", "☑", "#REF!", "'", "=", "\ud800", "２０２３", "439999", "199000",
]  # fmt: skip
texts = st.text(max_size=12) | st.lists(
    st.sampled_from([*WORDS, *PIECES]) | st.integers(0, 99999).map(str), max_size=5
).map("".join)
scalars = st.one_of(
    texts,
    st.integers(),
    st.floats(),
    st.sampled_from([0.1, 4.39999197001010e17, -inf, 1e300]),
    st.booleans(),
    st.datetimes(),
    st.dates(),
    st.times(),
    st.timedeltas(),
    st.none(),
)


def is_of_type(value: Any, field: Field) -> bool:
    """Tell whether a value is what the column's frame and its code list can hold."""
    if field.type in ("code", "codes"):
        known = set(VOCABULARY.code_list(field.codes).words)
        return value in known or (field.type == "codes" and _all_known(value, known))
    if field.type == "month":
        return re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", value) is not None
    if field.type == "integer" and not -(2**63) <= value < 2**63:
        return False
    if field.type == "number" and not isfinite(value):
        return False
    return type(value) is TYPES.get(field.type, str)


def _all_known(value: str, known: set[str]) -> bool:
    """Tell whether words with 、 between them are all known; a word may hold a 、 itself."""
    pieces = value.split("、")
    starts = ("、".join(pieces[:end]) for end in range(1, len(pieces) + 1))
    return not value or any(
        start in known and _all_known(value[len(start) + 1 :], known) for start in starts
    )


@settings(REPEATABLE, max_examples=600)
@given(scalars)
def test_any_cell_gives_a_value_of_its_type_or_nothing(raw: object) -> None:
    """Under every heading of every form whatever stands in a cell is read without an error."""
    for field in FIELDS:
        for inverse in {False, field.type == "boolean"}:
            value, _ = READERS[field.name, inverse](raw)
            assert value is None or is_of_type(value, field), field.name


def says_nothing(text: str, field: Field) -> bool:
    """Tell whether a column takes a text for an empty cell, as the definitions declare."""
    declared = {*VOCABULARY.blanks, *(field.no if field.codes else ())}
    return squeezed(text) in {"", *map(squeezed, declared)}


@settings(REPEATABLE, max_examples=400)
@given(texts)
def test_a_text_that_is_lost_leaves_a_fault(text: str) -> None:
    """What cannot be read is null with a fault, unless its column takes it for an empty cell."""
    for field in FIELDS:
        for inverse in {False, field.type == "boolean"}:
            value, faults = READERS[field.name, inverse](text)
            assert value is not None or faults or says_nothing(text, field), field.name


# ------------------------------------------------------------------ whatever stands in a sheet

HEADINGS = sorted({text for field in FIELDS for text in (field.name, *field.aliases)})
MARKS = [
    "合计",
    "小计",
    "备注：",
    "例",
    "填报单位：云岭乡石桥村",
    "同上",
    "栏次",
    "序号",
    "石桥村",
    "审核人：",
]
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]|^=+")
cells = st.one_of(
    texts.map(lambda text: UNWRITABLE.sub("", text)),
    st.sampled_from(MARKS),
    st.integers(-(10**18), 10**18),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(date(1901, 1, 1)),
    st.datetimes(datetime(1901, 1, 1)),  # noqa: DTZ001  a spreadsheet knows no time zones
    st.times(),
    st.none(),
)
headers = st.builds(
    lambda fields, first: [*fields[first:], *fields[:first]],
    st.sampled_from([form.fields for form in VOCABULARY.forms.values()]),
    st.integers(0, 20),
)
lines = st.lists(cells, max_size=22) | st.lists(st.sampled_from(HEADINGS), max_size=22)
spans = st.tuples(*[st.integers(1, 12)] * 2, *[st.integers(0, 4)] * 2)


@settings(REPEATABLE, max_examples=80)
@given(
    above=st.lists(lines, max_size=3),
    header=headers,
    below=st.lists(st.one_of(lines, headers), max_size=10),
    merges=st.lists(spans, max_size=3),
    hidden=st.sets(st.integers(1, 12)),
)
def test_any_sheet_is_accounted_for_row_by_row(
    above: list[Any], header: list[str], below: list[Any], merges: list[Any], hidden: set[int]
) -> None:
    """Whatever stands above, below and between, nothing raises and each filled row has a fate."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for index, line in enumerate([*above, header, *below], 1):
        for column, value in enumerate(line, 1):
            sheet.cell(index, column, value)
    for row, column, down, right in merges:
        if not any(_meet(span.bounds, row, column, down, right) for span in sheet.merged_cells):
            sheet.merge_cells(None, row, column, row + down, column + right)
    for index in hidden:
        sheet.row_dimensions[index].hidden = True
    filled = [
        index
        for index, line in enumerate(sheet.iter_rows(values_only=True), 1)
        if any(cell is not None and str(cell).strip() for cell in line)
    ]
    with tempfile.TemporaryDirectory() as folder:
        book.save(Path(folder) / "a.xlsx")
        intake = fa.read(folder)
    assert intake.accounts["来源行"].tolist() == filled


def _meet(bounds: tuple[int, ...], row: int, column: int, down: int, right: int) -> bool:
    """Tell whether a merged range lies over another, which no spreadsheet allows."""
    left, top, last, bottom = bounds
    return row <= bottom and row + down >= top and column <= last and column + right >= left
