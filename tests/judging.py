"""Worked households: what the papers say of each, laid over one that nothing is wrong with."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from ledgers import resident_id

from fanpin_analysis.intake.gathering import HEADERS
from fanpin_analysis.intake.keys import with_keys
from fanpin_analysis.intake.reading import Intake
from fanpin_analysis.intake.tables import schema_of

if TYPE_CHECKING:
    from fanpin_analysis.policy.in_force import Policy

BLANK, VILLAGE = "空", "石桥村"
FOLDER = Path(__file__).parent / "judgement"
LIST = "名单："
PROBLEMS = (
    "是否有住房安全问题",
    "是否有义务教育阶段失学辍学问题",
    "是否有家庭成员未参加基本医疗保险",
    "是否有饮水安全问题",
    "是否存在致返贫风险",
)
LEDGER = {"户属性": "脱贫户", "家庭人口数": 2, "排查方式": "入户排查"} | dict.fromkeys(
    PROBLEMS, False
)
INCOMES = [
    {"年度": year, "人均纯收入": a_head}
    for year, a_head in ((2021, 12000), (2022, 13000), (2023, 13500))
]
ADULT = {"劳动技能": "普通劳动力", "健康状况": "健康", "是否参加基本医疗保险": True}
MEMBERS = [ADULT | {"与户主关系": "户主"}, ADULT | {"与户主关系": "配偶"}]
KINDS = [
    "退捕渔民",
    "新申请低保",
    "特困供养",
    "低保边缘家庭",
    "大额医疗自付",
    "失业返乡",
    "产业失败",
    "意外事故",
    "因灾",
    "住房安全",
    "失学辍学",
    "饮水安全",
    "未参保",
    "大病慢病",
    "残疾",
]
NEIGHBOUR = {
    "ledger": {"户属性": "监测对象"},
    "register": [{"与户主关系": "户主", "风险是否已消除": False, "户类型": "脱贫户"}],
    "portraits": [{"家庭人口数": 2}],
    "clues": [{"线索类型": kind, "日期": dt.date(2023, 3, 1), "金额": 100} for kind in KINDS],
}
FORMS = ("ledger", "incomes", "members", "register", "portraits", "clues")


def cases_of(name: str) -> list[dict[str, Any]]:
    """Return the worked households of a file."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))["household"]


def by_withheld(cases: list[dict[str, Any]]) -> dict[tuple[str, ...], list[dict[str, Any]]]:
    """Return the cases by the papers that never came: each is a township of its own."""
    found = defaultdict(list)
    for case in cases:
        found[tuple(case.get("withheld", ()))].append(case)
    return found


def township(cases: list[dict[str, Any]], withheld: tuple[str, ...], policy: Policy) -> Intake:
    """Return a township of these households and a neighbour who stands in every paper."""
    rows: dict[str, list[dict[str, Any]]] = {form: [] for form in FORMS}
    for number, case in enumerate([*cases, NEIGHBOUR], start=1):
        for form, own in papers_of(case, number).items():
            rows[form] += own
    lists = {paper.removeprefix(LIST) for paper in withheld if paper.startswith(LIST)}
    rows["clues"] = [row for row in rows["clues"] if row["线索类型"] not in lists]
    for paper in withheld:
        rows |= {paper: []} if paper in rows else {}
    return intake_of(rows, policy)


def intake_of(rows: dict[str, list[dict[str, Any]]], policy: Policy) -> Intake:
    """Return rows of papers as if they had been read, every form with all of its columns."""
    forms = policy.vocabulary.forms
    frames = {key: _frame(rows.get(key, []), key, policy) for key in forms}
    frames["returned"] = frames["ledger"].clear()
    keyed = with_keys(frames, {key: form.row for key, form in forms.items()})
    headers = [
        {"来源文件": f"{key}.xlsx", "来源工作表": "Sheet1", "表": forms[key].name, "字段": name}
        for key in rows
        if rows[key]
        for name in forms[key].columns
    ]
    others = {
        "headers": pl.DataFrame(headers, schema_overrides=HEADERS).select(
            pl.col(n) if n in ("来源文件", "来源工作表", "表", "字段") else pl.lit(None, k).alias(n)
            for n, k in HEADERS.items()
        ),
        **dict.fromkeys(("accounts", "findings", "files"), pl.DataFrame()),
    }
    pandas = {n: f.to_pandas(use_pyarrow_extension_array=True) for n, f in (keyed | others).items()}
    return Intake(**pandas)


def _frame(rows: list[dict[str, Any]], key: str, policy: Policy) -> pl.DataFrame:
    schema = schema_of(policy.vocabulary.forms[key], policy.vocabulary)
    source = {"来源文件": f"{key}.xlsx", "来源工作表": "Sheet1"}
    filled = [row | source | {"来源行": n} for n, row in enumerate(rows, start=2)]
    plain = [{k: v for k, v in row.items() if v != BLANK} for row in filled]
    return pl.DataFrame(plain, schema=schema)


def papers_of(case: dict[str, Any], number: int) -> dict[str, list[dict[str, Any]]]:
    """Return what each paper says of a household."""
    head, name = resident_id(number), f"户主{number}"
    whose = {"村": VILLAGE, "户主姓名": name, "户主证件号码": head}
    ledger = whose | LEDGER | case.get("ledger", {})
    return {
        "ledger": [ledger],
        "incomes": [whose | _income(row) for row in case.get("incomes", INCOMES)],
        "members": _persons(case.get("members", MEMBERS), whose, number),
        "register": _persons(case.get("register", []), whose, number),
        "portraits": [whose | row for row in case.get("portraits", [])],
        "clues": [_clue(row, whose) for row in case.get("clues", [])],
    }


def _clue(row: dict[str, Any], whose: dict[str, Any]) -> dict[str, Any]:
    return {"村": VILLAGE, "姓名": whose["户主姓名"], "证件号码": whose["户主证件号码"], **row}


def _persons(
    rows: list[dict[str, Any]], whose: dict[str, Any], number: int
) -> list[dict[str, Any]]:
    first = {"姓名": whose["户主姓名"], "证件号码": whose["户主证件号码"]}
    return [
        whose
        | {"户编号": str(number)}
        | (
            first
            if not place
            else {
                "姓名": f"成员{number}之{place}",
                "证件号码": resident_id(5000 + 10 * number + place),
            }
        )
        | row
        for place, row in enumerate(rows)
    ]


def _income(row: dict[str, Any]) -> dict[str, Any]:
    told = {"年度家庭人口数": 2, "理赔收入": 0, "合规自付支出": 0} | row
    size, a_head = told["年度家庭人口数"], told.get("人均纯收入")
    if "纯收入" not in told and BLANK not in (size, a_head) and a_head is not None:
        told["纯收入"] = a_head * size
    return told
