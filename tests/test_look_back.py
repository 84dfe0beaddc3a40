"""Households of the register are looked at again, with reasons; nobody without labour is stable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import polars as pl
import pytest

from fanpin_analysis.analysis.households import describe
from fanpin_analysis.analysis.look_back import look_back, no_labour, support_audit
from fanpin_analysis.intake.reading import read
from fanpin_analysis.samples import sample_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Engine

    from fanpin_analysis.policy.in_force import Policy

TRUTH = {  # what the sample plants, and what may be suggested of it: no year before 2023 has a line
    "稳定消除": {"稳定", "建议复核", "无法判定"},
    "风险回退": {"建议重新识别"},
    "消除过快": {"建议复核"},
    "兜底户标注消除": {"建议回退"},
    "重新识别": {"建议重新识别"},
}
SOUND = {
    "已消除": True,
    "计数年收入低": False,
    "消除时三保障未解决": False,
    "整户无劳动能力": False,
    "享受兜底政策": False,
    "消除后有低年": False,
    "今年预计人均纯收入下限": 12000.0,
    "今年预计人均纯收入上限": 12000.0,
    "是否存在致返贫风险": False,
    "名单有新风险": False,
    "画像有风险": False,
    "三保障问题": False,
    "有不稳年": False,
    "计数年起年数": 2.0,
    "消除过早": False,
}


@pytest.fixture(scope="module")
def described(policy: Policy) -> pd.DataFrame:
    """Return the households of the sample township."""
    return describe(read(sample_folder()), policy)


@pytest.fixture(scope="module")
def planted() -> pd.DataFrame:
    """Return what was planted, by where a household stands."""
    truth = pd.read_csv(sample_folder().parent / "truth" / "households.csv", encoding="utf-8-sig")
    names = {"文件": "来源文件", "工作表": "来源工作表", "行": "来源行", "回头看": "真"}
    return truth.rename(columns=names)[list(names.values())]


def test_every_planted_household_gets_its_suggestion(
    described: pd.DataFrame, planted: pd.DataFrame, policy: Policy
) -> None:
    """Stable ones are never rolled back or identified again, the others are not left alone."""
    told = look_back(described, policy).merge(planted, how="left")
    assert set(told["真"]) == set(TRUTH)
    wrong = told.loc[[a not in TRUTH[w] for w, a in zip(told["真"], told["回头看"], strict=True)]]
    assert wrong.empty


def test_help_that_lacks_something_is_found_and_other_help_is_not(
    described: pd.DataFrame, planted: pd.DataFrame, policy: Policy
) -> None:
    """All planted gaps of help are named; 拟清退 households have no developmental help either."""
    told = support_audit(described, policy).merge(planted, how="left")
    faulty = told.loc[told["帮扶落实"] != "未发现问题", "真"]
    assert set(faulty) == {"一兜了之", "未落实帮扶", "拟清退"}
    assert set(told.loc[told["真"] == "一兜了之", "帮扶落实"]) == {"落实开发式帮扶"}


def test_households_without_labour_that_are_not_marked_are_found(
    described: pd.DataFrame, planted: pd.DataFrame, policy: Policy
) -> None:
    """Those already marked, and those with labour, are left alone."""
    told = no_labour(described, policy).merge(planted, how="left")
    to_mark = told["兜底保障户"] == "标识兜底户"
    assert to_mark.tolist() == (told["真"] == "应标识兜底户").tolist()


@pytest.mark.parametrize(
    ("change", "result"),
    [
        ({}, "稳定"),
        ({"计数年收入低": True}, "建议回退"),
        ({"整户无劳动能力": True, "享受兜底政策": True}, "建议回退"),
        ({"整户无劳动能力": True}, "稳定"),
        ({"今年预计人均纯收入上限": 7000.0, "今年预计人均纯收入下限": 6000.0}, "建议重新识别"),
        ({"三保障问题": True}, "建议重新识别"),
        ({"是否存在致返贫风险": True, "台账原因是新的": True}, "建议重新识别"),
        ({"是否存在致返贫风险": True, "台账原因是新的": False}, "建议复核"),
        ({"消除过早": True}, "建议复核"),
        ({"计数年起年数": 1.0}, "建议复核"),
        ({"有不稳年": True}, "建议复核"),
        ({"计数年收入低": None}, "无法判定"),
        ({"三保障问题": None}, "无法判定"),
    ],
)
def test_one_fact_turns_a_stable_household(
    engine: Engine,
    policy: Policy,
    households_of: Callable[..., pl.DataFrame],
    change: dict[str, float | bool | None],
    result: str,
) -> None:
    """Each condition of the order counts by itself, and what is blank is never taken as stable."""
    told = look_back(engine.frame(households_of([SOUND | change])), policy)
    assert engine.read(told)["回头看"].to_list() == [result]


def test_what_cannot_be_told_says_what_is_lacking(
    policy: Policy, households_of: Callable[..., pl.DataFrame]
) -> None:
    """The fact is named under which the household would be settled."""
    told = look_back(households_of([SOUND | {"计数年收入低": None}]), policy)
    assert "那一年的收入" in told["缺少"][0]


def test_ledger_without_a_register_has_nobody_to_look_at(policy: Policy) -> None:
    """That is an empty table, and no error."""
    assert len(look_back(pl.DataFrame({"村": ["甲村"]}), policy)) == 0
