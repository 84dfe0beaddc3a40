"""Parameters: dated, cited, the province before the nation, and nothing carried forward."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from fanpin_analysis.errors import DefinitionError, NotInForceError
from fanpin_analysis.policy.in_force import load_policy
from fanpin_analysis.policy.loading import SHIPPED
from fanpin_analysis.policy.parameters import load_parameters

if TYPE_CHECKING:
    from pathlib import Path

    from fanpin_analysis.policy.in_force import Policy

SCREENING_DAY = date(2023, 6, 2)
OWN_LINE = """
province = "湖南"

[[parameter]]
name = "监测线"
unit = "元/人·年"
values = [
  { from = 2024-01-01, until = 2024-12-31, value = 8000, clause = "县里的文件", status = "地方" },
]
"""
OWN_BOUND = """
province = "湖南"

[[parameter]]
name = "家庭人口数上限"
unit = "人"
values = [
  { from = 2023-01-01, until = 2023-12-31, value = 12, clause = "县里的文件", status = "地方" },
]
"""


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """Return a county's empty folder of parameters."""
    folder = tmp_path / "parameters"
    folder.mkdir()
    return folder


def test_value_in_force_has_its_text_and_unit() -> None:
    """The line of the notice is there with the clause that sets it."""
    line = load_parameters("湖南", SCREENING_DAY)["监测线"]
    assert (line.value, line.unit, line.status) == (7500, "元/人·年", "原文")
    assert "罗发〔2023〕23号" in line.clause


@pytest.mark.parametrize("asked", ["湖南", "湖南省", "hunan"])
def test_province_goes_by_its_usual_names(asked: str) -> None:
    """A province is found by its short name, its full name, and the name of its file."""
    assert load_parameters(asked, SCREENING_DAY).province == "湖南"


@pytest.mark.parametrize("day", [date(2023, 1, 1), date(2023, 12, 31)])
def test_both_ends_of_a_span_count(day: date) -> None:
    """A value is in force on its first and on its last day."""
    assert load_parameters("湖南", day)["监测线"].value == 7500


@pytest.mark.parametrize("day", [date(2022, 12, 31), date(2024, 1, 1), date(2024, 6, 2)])
def test_nothing_is_carried_forward(day: date) -> None:
    """A day without a value is an error that names the nearest value and the file to edit."""
    with pytest.raises(NotInForceError) as caught:
        load_parameters("湖南", day)["监测线"]
    message = str(caught.value)
    assert f"湖南 {day} 没有“监测线”的数值" in message
    assert "2023-01-01至2023-12-31 的 7500元/人·年" in message
    assert "不会自动沿用" in message
    assert "definitions/parameters/hunan.toml" in message
    assert "监测线" not in dict(load_parameters("湖南", day))


def test_gap_is_told_when_the_policy_is_loaded() -> None:
    """A rule whose parameter has no value stops the run at once, not half-way."""
    with pytest.raises(NotInForceError, match=r"没有“.*”的数值"):
        load_policy("湖南", date(2024, 6, 2))


def test_unknown_province_is_told_with_those_that_are_known() -> None:
    """The message names the provinces that have a file, and what to do."""
    with pytest.raises(NotInForceError, match=r"没有“火星”的参数文件，已有：.*湖南"):
        load_parameters("火星", SCREENING_DAY)


def test_undeclared_parameter_is_told_with_the_nearest() -> None:
    """A slip of the pen is answered with the name that was meant."""
    with pytest.raises(NotInForceError, match="最接近的是“监测线”"):
        load_parameters("湖南", SCREENING_DAY)["检测线"]


def test_province_counts_before_the_nation(county: Path) -> None:
    """A province's own value takes the place of the national one, there and only there."""
    (county / "hunan.toml").write_text(OWN_BOUND, encoding="utf-8")
    folders = (SHIPPED, county.parent)
    assert load_parameters("湖南", SCREENING_DAY, folders)["家庭人口数上限"].value == 12
    assert load_parameters("湖北", SCREENING_DAY, folders)["家庭人口数上限"].value == 20


def test_county_folder_adds_a_year(county: Path) -> None:
    """A county lays a new year's value over the shipped ones, which stay."""
    (county / "hunan.toml").write_text(OWN_LINE, encoding="utf-8")
    folders = (SHIPPED, county.parent)
    assert load_parameters("湖南", date(2024, 6, 2), folders)["监测线"].value == 8000
    assert load_parameters("湖南", SCREENING_DAY, folders)["监测线"].value == 7500


def test_value_without_a_first_day_is_refused(county: Path) -> None:
    """A value that does not say since when it counts is no value."""
    undated = OWN_LINE.replace("from = 2024-01-01, ", "")
    (county / "hunan.toml").write_text(undated, encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"hunan\.toml“监测线” 的一个数值缺少起始日期"):
        load_parameters("湖南", SCREENING_DAY, (SHIPPED, county.parent))


def test_parameters_that_rules_name_are_known(policy: Policy) -> None:
    """The manifest can say which numbers a run rested on."""
    used = policy.used_parameters
    official = {name: value.value for name, value in used.items() if value.status != "自拟"}
    assert official == {"低收入线": 10000, "监测线": 7500, "面上村脱贫人口": 200}
    assert used["家庭人口数上限"].value == 20
    assert "义务教育起始年龄" in used  # named by a measure that a rule names


NEXT_YEAR = """
province = "湖南"
{values}
"""
LINE_OF = """
[[parameter]]
name = "{name}"
unit = "元"
values = [
  {{ from = 2024-01-01, until = 2024-12-31, value = {value}, clause = "县文件", status = "地方" }},
]
"""
OWN_RULE = """
[[rule]]
id = "S02"
kind = "筛查"
group = "收入较低或下降明显"
label = "去年人均纯收入低于监测线"
expr = "去年人均纯收入 < 监测线"
main = true
clause = "县里2024年的通知"
status = "地方"
from = 2024-01-01
"""


def test_rules_of_another_round_are_carried_on_without_confirmation(tmp_path: Path) -> None:
    """Values of 2024 make no rule of 2023 speak for 2024; a rule written anew does."""
    for folder in ("parameters", "rules"):
        (tmp_path / folder).mkdir()
    lines = {"监测线": 8000, "低收入线": 11000, "面上村脱贫人口": 200}
    values = "".join(LINE_OF.format(name=name, value=value) for name, value in lines.items())
    text = NEXT_YEAR.format(values=values)
    (tmp_path / "parameters" / "hunan.toml").write_text(text, encoding="utf-8")
    (tmp_path / "rules" / "县.toml").write_text(OWN_RULE, encoding="utf-8")
    policy = load_policy("湖南", date(2024, 6, 2), tmp_path)
    told = {rule.id: rule.status for rule in policy.rules}
    assert told.pop("S02") == "地方"
    assert set(told.values()) == {"未确认沿用"}
    assert "未确认沿用" not in {rule.status for rule in load_policy().rules}
