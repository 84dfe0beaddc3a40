"""A suggestion is said in a sentence that an analyst can read aloud."""

from __future__ import annotations

import re

import pytest
from judging import cases_of, township

from fanpin_analysis.analysis.households import describe
from fanpin_analysis.analysis.sentences import reasons

CASES = [case for case in cases_of("建议") if not case.get("withheld")]
CODE = re.compile(r"[A-Za-z=<>_'\[\]]")


@pytest.fixture(scope="module")
def told(policy):
    """Return the sentences of all worked households."""
    return reasons(describe(township(CASES, (), policy), policy), policy).iloc[: len(CASES)]


def test_no_sentence_holds_a_sign_that_only_a_programmer_knows(told):
    """No operator, no rule id, no English word; every household has one."""
    assert not [text for text in told["理由"] if CODE.search(text)]
    assert told["理由"].str.endswith("。").all()


def test_a_sentence_begins_with_what_is_suggested(told):
    """And with its reason, or as what kind to enter."""
    for row in told.itertuples():
        assert row.理由.startswith(row.建议)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        (
            "去年7499元，填了风险",
            ["脱贫不稳定户", "7,499 元，低于监测线 7,500 元", "台账填有致返贫风险"],
        ),
        ("填了风险，收入不低", ["村里填有风险，收入不低", "台账第14栏"]),
        ("台账住房一栏空着", ["缺事实", "缺台账第9栏住房安全"]),
        ("退捕渔民，没有画像", ["缺画像", "退捕渔民名单上有这一户", "请补填画像"]),
        ("今年预计7499元，去年高", ["7,499 元，低于监测线 7,500 元"]),
        (
            "样样都没有，脱贫户",
            ["13,000 元，不低于监测线 7,500 元", "台账第14栏填否"],
        ),
    ],
)
def test_a_sentence_names_the_facts_the_line_and_what_to_do(told, name, parts):
    """What was counted, against which line, and what the village is asked for."""
    text = told["理由"].iloc[[case["name"] for case in CASES].index(name)]
    assert [part for part in parts if part not in text] == [], text


def test_every_open_household_says_why(told):
    """待核 never stands alone."""
    open_ = told[told["建议"] == "待核"]
    assert (open_["理由"].str.len() > open_["说明"].str.len() + 6).all()
