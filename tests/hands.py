"""Households that belong to nobody, written into ledgers by many a hand.

A strategy draws whole ledgers: first who lives in a village, then how its clerk lays the sheet out
and spells what stands in it. Who reads the ledger must find the same households again.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import openpyxl
import xlwt
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from fanpin_analysis.intake.identity import check_digit
from fanpin_analysis.policy.vocabulary import load_vocabulary

if TYPE_CHECKING:
    from pathlib import Path

    from fanpin_analysis.policy.vocabulary import CodeItem, CodeList

VOCABULARY = load_vocabulary()
NAME, NUMBER, SIZE, VILLAGE = "户主姓名", "户主证件号码", "家庭人口数", "村"
STANDING, MODE, CAUSES, PROPOSAL = "户属性", "排查方式", "致返贫风险类型", "拟纳入监测类型"
OTHER, RISK = "其他问题", "是否存在致返贫风险"
GUARANTEES = {
    "是否有住房安全问题": "住房安全",
    "是否有义务教育阶段失学辍学问题": "义务教育",
    "是否有家庭成员未参加基本医疗保险": "基本医疗",
    "是否有饮水安全问题": "饮水安全",
}
ANSWERED = (*GUARANTEES, RISK)
CODED = (STANDING, MODE, CAUSES, PROPOSAL)
TOLD = (NAME, NUMBER, SIZE, STANDING, MODE, *GUARANTEES, OTHER, RISK, CAUSES, PROPOSAL)
READ_BACK = (VILLAGE, *TOLD)
BLANKS = {  # what stands in a cell of which nothing is known; 无 is an answer in some columns
    **dict.fromkeys((STANDING, MODE, *ANSWERED), (None, "", "/", "—", "待核实")),
    **dict.fromkeys((OTHER, CAUSES, PROPOSAL), (None, "", "/", "无", "—")),
    **dict.fromkeys((NAME, NUMBER), (None, "", "/")),
}
VILLAGES = ("石桥村", "竹溪村", "槐荫社区", "上坝村", "南柯村")
RARE_NAMES = (
    "金合计",
    "总小计",
    "阿依古丽·买买提",
    "扎西·多吉",
    "𠮷田",
    "张㛃",
    "王䶮",
    "欧阳一二",
)
NAMES = st.sampled_from(RARE_NAMES) | st.builds(
    str.__add__, st.sampled_from("金张王李计"), st.text("合计芳伟一二", min_size=1, max_size=2)
)
BESIDE = "后坪村"  # shares a sheet with another village
LIVING = date(1930, 1, 1), date(2009, 12, 31)
EXTRAS = {"联系方式": "19900012345", "备注": "已核", "组": "一组", "门牌": "三排八号"}
NOTES = (
    ["备注：（1）户属性：1.脱贫户；2.监测对象；3.档外农户。"],
    ["（2）排查方式：1.入户排查；2.电话、微信等排查。"],
    ["填报人：某", None, None, "审核人：某"],
    ["备注：", None],
)
YES_AND_NO = (("是", "否"), ("有", "无"), ("√", "×"), ("Y", "N"), (" 是", "否 "), ("✔", "✘"))
SEPARATORS = ("、", ",", "，", "；", "/", " ", "和")
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
NUMERALS = "零一二三四五六七八九"

Draw = Any  # what @st.composite hands over
Span = tuple[int, int, int, int]  # first row, first column, last row, last column, from 0


# ------------------------------------------------------------------ who lives there


@st.composite
def households(draw: Draw) -> dict[str, Any]:
    """Draw one household under the names of the ledger's columns; what is unknown is ``None``."""
    born, order = draw(st.dates(*LIVING)), draw(st.integers(0, 999))
    body = f"439999{born:%Y%m%d}{order:03}"
    known = {
        NAME: draw(NAMES),
        NUMBER: body + check_digit(body),
        SIZE: draw(st.integers(1, 19)),
        STANDING: draw(st.sampled_from(_words(STANDING))),
        MODE: draw(st.sampled_from(_words(MODE))),
        OTHER: draw(st.sampled_from([None, "屋后滑坡", "欠债（5万），待核", "路灯不亮 2 盏"])),
        CAUSES: draw(st.lists(st.sampled_from(_words(CAUSES)), max_size=3, unique=True)),
        PROPOSAL: draw(st.sampled_from([None, *_words(PROPOSAL)])),
    }
    known |= {question: draw(st.booleans()) for question in ANSWERED}
    unknown = draw(st.sampled_from([None, None, NUMBER, NUMBER, *BLANKS]))
    return known | ({unknown: None} if unknown else {})


def _listed(name: str) -> CodeList:
    return VOCABULARY.code_list(VOCABULARY.field(name).codes)


def _words(name: str) -> tuple[str, ...]:
    return _listed(name).words


def answers(household: dict[str, Any]) -> tuple[Any, ...]:
    """Return what a ledger says of a household once it is read, in the order of ``READ_BACK``."""
    causes = [word for word in _words(CAUSES) if word in (household[CAUSES] or [])]
    read = household | {CAUSES: "、".join(causes) or None}
    return tuple(read[name] for name in READ_BACK)


# ------------------------------------------------------------------ how it is spelled


def _spelled(draw: Draw, name: str, value: Any, answered: tuple[str, str]) -> Any:
    """Return what a clerk writes into a cell."""
    if value is None or value == []:
        return draw(st.sampled_from(BLANKS[name]))
    if isinstance(value, bool):
        return answered[not value]
    if name in CODED:
        items = [
            item for word in _several(value) for item in _listed(name).items if item.word == word
        ]
        return draw(st.sampled_from(_code(items[0]) if len(items) == 1 else _codes(draw, items)))
    spell = {NAME: _names, NUMBER: _numbers, SIZE: _sizes}.get(name, _several)
    return draw(st.sampled_from(spell(value)))


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _names(name: str) -> list[str]:
    spread = [] if "·" in name else ["　".join(name), " ".join(name)]
    return [name, f" {name} ", *spread]


def _numbers(number: str) -> list[str]:
    spaced = f"{number[:6]} {number[6:14]} {number[14:]}"
    old = [number[:6] + number[8:17]] if number[6:8] == "19" else []
    return [number, number.lower(), spaced, number.translate(FULL_WIDTH), f"\t{number}", *old]


def _sizes(size: int) -> list[Any]:
    words = f"{'十' if size > 9 else ''}{NUMERALS[size % 10] if size % 10 else ''}"
    digits = str(size)
    return [size, float(size), digits, f"{digits}人", f" {digits} 口", words, f"{words}人",
            digits.translate(FULL_WIDTH)]  # fmt: skip


def _code(item: CodeItem) -> list[Any]:
    circled = chr(ord("①") + int(item.code) - 1)
    numbers = [int(item.code), item.code, item.code.translate(FULL_WIDTH), f"（{item.code}）"]
    both = [f"{item.code}.{item.word}", f"{item.code}、{item.word}", circled + item.word]
    return [*numbers, circled, *both, item.word, *item.spellings]


def _codes(draw: Draw, items: list[CodeItem]) -> list[str]:
    """Return how several codes are written into one cell, each after the same fashion."""
    separator = draw(st.sampled_from(SEPARATORS))
    fashions = zip(*([str(cell) for cell in _code(item)[:9]] for item in items), strict=True)
    return [*(separator.join(cells) for cells in fashions), "".join(_code(i)[4] for i in items)]


# ------------------------------------------------------------------ how it is laid out


@dataclass(slots=True, kw_only=True)
class Page:
    """One sheet as it will be written; empty cells are ``None``."""

    name: str
    rows: list[list[Any]] = field(default_factory=list)
    merges: list[Span] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_column: int | None = None

    @property
    def filled(self) -> list[int]:
        """The numbers of the rows that hold anything, as a spreadsheet shows them."""
        return [
            number
            for number, row in enumerate(self.rows, 1)
            if any(cell is not None and str(cell).strip() for cell in row)
        ]

    def shift(self, right: int) -> None:
        """Move everything to the right."""
        self.rows = [[*[None] * right, *row] for row in self.rows]
        self.merges = [(top, a + right, end, b + right) for top, a, end, b in self.merges]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """A file and the households written into it, in its order."""

    file: str
    encoding: str
    delimiter: str
    pages: list[Page]
    households: list[dict[str, Any]]

    @property
    def filled(self) -> list[tuple[str, str, int]]:
        """The places of the rows that hold anything; the only sheet of a .csv has its name."""
        return [
            (self.file, self.file if self.file.endswith(".csv") else page.name, number)
            for page in self.pages
            for number in page.filled
        ]

    def write(self, folder: Path) -> Path:
        """Write the file as its suffix says."""
        path = folder / self.file
        writers = {".xlsx": self._xlsx, ".xls": self._xls, ".csv": self._csv}
        writers[path.suffix](path)
        return path

    def _xlsx(self, path: Path) -> None:
        book = openpyxl.Workbook()
        del book["Sheet"]
        for page in self.pages:
            sheet = book.create_sheet(page.name)
            for index, row in enumerate(page.rows, 1):
                for column, value in enumerate(row, 1):
                    if value is not None:
                        sheet.cell(index, column, value)
            for top, left, bottom, right in page.merges:
                sheet.merge_cells(None, top + 1, left + 1, bottom + 1, right + 1)
            for index in page.hidden_rows:
                sheet.row_dimensions[index + 1].hidden = True
            if page.hidden_column is not None:
                sheet.column_dimensions[get_column_letter(page.hidden_column + 1)].hidden = True
        book.save(path)

    def _xls(self, path: Path) -> None:
        book = xlwt.Workbook(encoding="utf-8")
        for page in self.pages:
            sheet = book.add_sheet(page.name)
            for index, row in enumerate(page.rows):
                sheet.row(index).hidden = index in page.hidden_rows
                for column, value in enumerate(row):
                    if value is not None:
                        sheet.write(index, column, value)
            for top, left, bottom, right in page.merges:
                sheet.merge(top, bottom, left, right)
        book.save(str(path))

    def _csv(self, path: Path) -> None:
        with path.open("w", encoding=self.encoding, newline="") as file:
            csv.writer(file, delimiter=self.delimiter).writerows(self.pages[0].rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """How a clerk lays a sheet out and spells it; the same on every sheet of a file."""

    columns: list[str]
    header: list[list[str | None]]
    header_merges: list[Span]
    inverse: frozenset[str]
    answered: tuple[str, str]
    merged: bool
    village: str  # every | merged | bare | absent
    title: bool
    unit: bool
    above: int
    right: int
    notes: list[list[str | None]]


@st.composite
def ledgers(draw: Draw, village: str, number: int, own: list[dict[str, Any]]) -> Ledger:
    """Draw the file of a village and what stands in it."""
    suffix = draw(st.sampled_from([".xlsx", ".xls", ".csv"]))
    hand = draw(hands(mergeable=suffix != ".csv"))
    pages = []
    shared = hand.village == "every" or (hand.village == "merged" and hand.merged)
    first = (
        draw(st.integers(0, len(own))) if shared else len(own)
    )  # households of the first village
    own = [house | {VILLAGE: village if n < first else BESIDE} for n, house in enumerate(own)]
    several = suffix != ".csv" and len(own) > 1 and draw(st.booleans())
    cut = draw(st.integers(1, len(own) - 1)) if several else len(own)
    for name, part in (("一组" if several else "台账", own[:cut]), ("二组", own[cut:])):
        if part:
            pages.append(draw(_pages(hand, name, village, part)))
    if suffix != ".csv" and draw(st.booleans()):
        pages.append(Page(name="填表说明", rows=[["请如实填写"], [None], ["不得漏户"]]))
    return Ledger(
        file=f"{number}-{village}台账{suffix}",
        encoding=draw(st.sampled_from(["utf-8", "utf-8-sig", "gb18030"])),
        delimiter=draw(st.sampled_from([",", ",", "\t"])),
        pages=pages,
        households=own,
    )


@st.composite
def folders(draw: Draw) -> list[Ledger]:
    """Draw a folder of ledgers, each of another village and in another hand."""
    many = draw(st.integers(1, 12))
    everyone = draw(st.lists(households(), min_size=many, max_size=many, unique_by=_number))
    names = draw(st.lists(st.sampled_from(VILLAGES), min_size=1, max_size=3, unique=True))
    bounds = [len(everyone) * part // len(names) for part in range(len(names) + 1)]
    parts = [everyone[first:last] for first, last in pairwise(bounds)]
    filled = [(name, part) for name, part in zip(names, parts, strict=True) if part]
    return [draw(ledgers(name, n, part)) for n, (name, part) in enumerate(filled, 1)]


def _number(household: dict[str, Any]) -> str:
    return household[NUMBER] or ""


@st.composite
def hands(draw: Draw, *, mergeable: bool) -> Hand:
    """Draw a clerk's hand."""
    depth = draw(st.integers(1, 3))
    merged = mergeable and draw(st.booleans())
    village = draw(st.sampled_from(["merged", "every", "merged", "bare", "absent"]))
    optional = draw(
        st.lists(st.sampled_from(["序号", "乡镇场", "核查人签字", *EXTRAS]), unique=True)
    )
    alone = [*TOLD, *optional, *([] if village == "absent" else [VILLAGE])]
    groups: list[list[str]] = [[name] for name in alone]
    if depth > 1:
        together = [[*GUARANTEES], [RISK, CAUSES]]
        groups = [[name] for name in alone if not any(name in group for group in together)]
        groups += together
    groups = draw(st.permutations(groups))
    inverse = frozenset(n for n in ANSWERED if depth == 1 and draw(st.integers(0, 3)) == 3)
    header, merges = _header(draw, groups, depth, inverse)
    return Hand(
        columns=[name for group in groups for name in group],
        header=header,
        header_merges=merges if merged else [],
        inverse=inverse,
        answered=draw(st.sampled_from(YES_AND_NO)),
        merged=merged,
        village=village,
        title=draw(st.booleans()),
        unit=village in ("bare", "absent") or draw(st.booleans()),
        above=draw(st.integers(0, 2)),
        right=draw(st.integers(0, 2)),
        notes=draw(st.lists(st.sampled_from(NOTES), max_size=3)),
    )


def _header(
    draw: Draw, groups: list[list[str]], depth: int, inverse: frozenset[str]
) -> tuple[list[list[str | None]], list[Span]]:
    """Return the rows of a header, and what is merged in it where the hand merges at all."""
    width = sum(map(len, groups))
    rows: list[list[str | None]] = [[None] * width for _ in range(depth)]
    base, merges, column = max(depth - 2, 0), [], 0
    for group in groups:
        if len(group) == 1:
            rows[base][column] = _heading(draw, group[0], inverse)
            merges.append((base, column, depth - 1, column))
        else:
            problems = group[0] in GUARANTEES
            rows[base][column] = "存在问题" if problems else "致返贫风险"
            texts = GUARANTEES.values() if problems else ("是否存在", "类型")
            rows[-1][column : column + len(group)] = texts
            merges.append((base, column, base, column + len(group) - 1))
        column += len(group)
    if depth == 3:
        half = len(groups[0])
        rows[0][0], rows[0][half] = "基本情况", "排查情况"
        merges += [(0, 0, 0, half - 1), (0, half, 0, width - 1)]
    return rows, [span for span in merges if span[:2] != span[2:]]


def _heading(draw: Draw, name: str, inverse: frozenset[str]) -> str:
    """Return one of the spellings of a column's heading, with an ornament or two."""
    if name not in VOCABULARY.fields:
        return name
    declared = VOCABULARY.field(name)
    known = declared.inverse if name in inverse else (name, name, *declared.aliases)
    shape = draw(st.sampled_from(["{}", "{}", "{}", "*{}", "（7）{}", " {}\n"]))
    return shape.format(draw(st.sampled_from(known)))


@st.composite
def _pages(draw: Draw, hand: Hand, name: str, village: str, own: list[dict[str, Any]]) -> Page:
    """Draw one sheet: what stands above the table, its rows with what comes between, and below."""
    page = Page(name=name, rows=[[None]] * hand.above)
    if hand.title:
        page.rows.append([f"云岭乡{village}防止返贫监测帮扶集中排查台账"])
    if hand.unit:
        page.rows.append([f"填报单位：云岭乡{village}", None, None, "填报时间：2023年6月1日"])
    _add_header(page, hand)
    top = True  # whether the next row is the first of those that share a merged village
    for order, household in enumerate(own, 1):
        at = len(page.rows)
        top = top or household[VILLAGE] != own[order - 2][VILLAGE]
        page.rows.append(_row(draw, hand, household, order, top=top))
        top = False
        _merge_villages(page, hand, at)
        if draw(st.integers(0, 9)) == 9:
            page.hidden_rows.add(at)
        between = draw(st.sampled_from(["", "", "", "", "", "gap", "total", "header", "prefilled"]))
        if between:
            top = True
            _add_between(draw, page, hand, between, own[:order])
    page.rows += [[None]] * draw(st.integers(0, 2)) + [list(note) for note in hand.notes]
    if draw(st.booleans()):
        page.hidden_column = draw(st.integers(0, len(hand.columns) - 1)) + hand.right
    page.shift(hand.right)
    return page


def _add_header(page: Page, hand: Hand) -> None:
    start = len(page.rows)
    page.rows += [list(row) for row in hand.header]
    page.merges += [(a + start, b, c + start, d) for a, b, c, d in hand.header_merges]


def _row(draw: Draw, hand: Hand, household: dict[str, Any], order: int, *, top: bool) -> list[Any]:
    beside = {"序号": order, "乡镇场": "云岭乡", "核查人签字": "某", **EXTRAS}
    village = household[VILLAGE]
    beside[VILLAGE] = village.removesuffix("村") if hand.village == "bare" else village
    if hand.village == "merged" and not top:
        beside[VILLAGE] = None
    return [
        beside[name]
        if name in beside
        else _spelled(
            draw, name, household[name], hand.answered[:: -1 if name in hand.inverse else 1]
        )
        for name in hand.columns
    ]


def _merge_villages(page: Page, hand: Hand, at: int) -> None:
    """Let the merged cell of the village reach down to a row that leaves its own blank."""
    if not hand.merged or hand.village != "merged":
        return
    column = hand.columns.index(VILLAGE)
    if page.rows[at][column] is None:
        above = (span for span in page.merges if span[1:] == (column, at - 1, column))
        span = next(above, (at - 1, column, at - 1, column))
        page.merges = [other for other in page.merges if other != span]
        page.merges.append((span[0], column, at, column))


def _add_between(
    draw: Draw, page: Page, hand: Hand, kind: str, above: list[dict[str, Any]]
) -> None:
    """Put what is no household between two that are."""
    if kind == "gap":
        page.rows += [[None]] * draw(st.sampled_from([1, 2, 60, 300]))
    elif kind == "header":
        _add_header(page, hand)
    elif kind == "prefilled":
        beside = {"序号": len(above) + 1, "乡镇场": "云岭乡"}
        page.rows.append([beside.get(name) for name in hand.columns])
    else:
        places = [name for name in ("序号", VILLAGE, NAME) if name in hand.columns]
        word = {draw(st.sampled_from(places)): draw(st.sampled_from(["小计", "合 计", "本页小计"]))}
        total = {NAME: f"{len(above)}户", SIZE: sum(house[SIZE] for house in above)} | word
        page.rows.append([total.get(name) for name in hand.columns])
