"""Income stability, decline and poverty: labels by rule, probabilities, and what is unknown."""

from __future__ import annotations

import time
from math import inf, log
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from panels import LAST, LINE, Township, histories, incomes, key, year_of

from fanpin_analysis.analysis.back_testing import auc, back_test, brier
from fanpin_analysis.analysis.contradictions import stability_contradictions
from fanpin_analysis.analysis.decline import decline_noise, declining_income
from fanpin_analysis.analysis.income import fit, in_words, income_accounts, income_stability
from fanpin_analysis.analysis.income_panel import AMOUNTS, SIZE, Panel
from fanpin_analysis.analysis.poverty import chronic_transient, fgt, poverty_indices
from fanpin_analysis.analysis.shrinkage import chance_below, normal_cdf, random_intercepts
from fanpin_analysis.policy.in_force import load_policy

LABELS = {
    (9000, 9000): "稳定超过",
    (9000, 9001): "稳定超过",
    (8999, 12000): "不稳定",
    (12000, 8999): "不稳定",
    (12000, 7500): "不稳定",
    (12000, 7499.99): "低于监测线",
    (7499, 12000): "不稳定",
    (12000, 0): "低于监测线",
    (12000, -500): "低于监测线",
    (-500, 12000): "不稳定",
    (12000, None): "依据不足",
    (None, 7500): "本年达线，依据不足",
    (None, 50000): "本年达线，依据不足",
    (None, 7499): "低于监测线",
    (12000, None, 12000): "稳定超过",  # a gap year is no year below
}
KIND_OF = {"户主证件号码": [key(n) for n in range(9)], "户类型": ["脱贫户"] * 9}
KINDS = pl.DataFrame(KIND_OF)


def one(frame: pl.DataFrame, number: int = 0) -> dict:
    """Return the row of one household."""
    return frame.filter(pl.col("户主证件号码") == key(number)).row(0, named=True)


@pytest.mark.parametrize(("levels", "label"), LABELS.items())
def test_label_follows_the_recorded_years(policy, levels, label):
    """Every year must reach 1.2 lines, two at least, and last year must be there."""
    assert one(income_stability(histories(levels), policy))["稳定性"] == label


def test_labels_are_strict_where_the_county_reads_them_so(tmp_path):
    """With 稳定从严 exactly 1.2 lines is not over them."""
    own = (Path("fanpin_analysis/policy/definitions/parameters/national.toml")).read_text(
        encoding="utf-8"
    )
    (tmp_path / "parameters").mkdir()
    strict = own[: own.index('[[parameter]]\nname = "对数收入下限"')].replace(
        "value = 0,", "value = 1,"
    )
    (tmp_path / "parameters/county.toml").write_text(strict, encoding="utf-8")
    county = load_policy(definitions=tmp_path)
    table = histories((9000, 9000), (9001, 9001))
    assert income_stability(table, county)["稳定性"].to_list() == ["不稳定", "稳定超过"]


def test_the_expected_year_is_shown_and_never_counts(policy):
    """A forecast above the line proves nothing, and one below takes nothing away."""
    rows = [year_of(0, LAST, 12000), year_of(0, LAST - 1, 12000), year_of(0, LAST + 1, 100)]
    row = one(income_stability(incomes(rows), policy))
    assert (row["稳定性"], row["记录年数"], row["预计年人均纯收入"]) == ("稳定超过", 2, 100)
    alone = one(income_stability(incomes(rows[2:]), policy))
    assert (alone["稳定性"], alone["记录年数"], alone["低于监测线概率"]) == ("依据不足", 0, None)
    assert alone["说明"] == "没有实际年份的收入"


def test_a_year_told_in_two_ways_is_unknown_and_copies_are_one(policy):
    """Two figures for a year leave the label open unless another year settles it."""
    rows = [
        *[year_of(0, LAST - 1, y) for y in (9000, 20000)],  # which of them?
        year_of(0, LAST, 12000),
        *[year_of(1, LAST, 12000)] * 2,
        year_of(1, LAST - 1, 12000),
        *[year_of(2, LAST - 1, y) for y in (9000, 20000)],
        year_of(2, LAST, 5000),
        *[year_of(3, LAST, y) for y in (9000, 5000)],
    ]
    found = income_stability(incomes(rows), policy)
    assert found["稳定性"].to_list() == ["依据不足", "稳定超过", "低于监测线", "依据不足"]
    assert one(found)["说明"] == "有1年的收入填了两种不同的数，请核实"
    counts = dict(income_accounts(incomes(rows), policy).select("项目", "数量").iter_rows())
    assert (counts["同一年填了不同数的户年"], counts["同一年重复而相同的行"]) == (3, 1)


def test_rows_of_nobody_are_left_out_and_counted(policy):
    """Who has no sound ID is one household by its name, who has neither is nobody's."""
    faulty = [
        year_of(0, LAST, 1, 户主证件号码=number) for number in (None, "439999", key(5)[:17] + "?")
    ]
    table = incomes([year_of(1, LAST, 9000), *faulty])
    assert income_stability(table, policy).height == 2
    nameless = incomes(
        [year_of(1, LAST, 9000), year_of(0, LAST, 1, 户主证件号码=None, 户主姓名=None)]
    )
    assert income_stability(nameless, policy).height == 1
    counts = dict(income_accounts(nameless, policy).select("项目", "数量").iter_rows())
    assert (counts["收入表行数"], counts["认不出是哪一户的行"], counts["户数"]) == (2, 1, 1)


def test_what_is_missing_is_computed_or_unknown(policy):
    """Income a head comes from the total, or the sources, and a household of no size has none."""
    bare = {"人均纯收入": None, "纯收入": None}
    sources = {"工资性收入": 30000, "生产经营性收入": 9000, "生产经营性支出": 12000}
    rows = [
        year_of(0, LAST, 9000, 人均纯收入=None),
        year_of(1, LAST, 9000, **bare, **sources),
        year_of(2, LAST, 9000, **bare, 年度家庭人口数=0),
        year_of(3, LAST, None),
        year_of(4, LAST, float("nan")),
    ]
    found = income_stability(incomes(rows), policy)
    assert found["参照年人均纯收入"].to_list() == [9000, 9000, None, None, None]
    assert found["稳定性"].to_list()[2:] == ["依据不足"] * 3


def test_margins_and_sources_stand_beside_the_label(policy):
    """The gap is never negative, a loss counts by its size among the sources."""
    rows = [
        year_of(0, LAST - 1, 9000),
        year_of(0, LAST, 5000, 工资性收入=6000, 生产经营性收入=1000, 生产经营性支出=10000),
        year_of(1, LAST, 15000),
    ]
    found = income_stability(incomes(rows), policy)
    row = one(found)
    assert (row["每人缺口"], row["余量"], row["低于线年数"]) == (2500, -0.333333, 1)
    assert (row["最差年"], row["最低年比值"]) == (LAST, 0.666667)
    assert (row["最大来源"], row["最大来源占比"]) == ("生产经营净收入", 0.6)
    assert (one(found, 1)["每人缺口"], one(found, 1)["余量"]) == (0, 1)


def test_each_year_has_its_own_line_where_one_is_known(tmp_path):
    """A year's own line counts; without it this year's does, in nominal yuan, and is said to."""
    (tmp_path / "parameters").mkdir()
    (tmp_path / "parameters/hunan.toml").write_text(
        """province = "湖南"
[[parameter]]
name = "监测线"
unit = "元/人·年"
values = [{ from = 2022-01-01, until = 2022-12-31, value = 5000, clause = "试", status = "自拟" }]
""",
        encoding="utf-8",
    )
    county = load_policy(definitions=tmp_path)
    row = one(income_stability(histories((9000, 6000)), county))
    assert (row["稳定性"], row["最低年比值"]) == ("稳定超过", 1.2)
    assert row["线的说明"] == "2021年没有登记当年的监测线，按7500元/人·年的名义数比较，未扣物价"


def test_a_single_year_and_a_thin_pool_are_of_low_trust(policy):
    """Where swings cannot be estimated the default stands in, and that is said."""
    few = income_stability(histories((12000, 12000), (None, 8000)), policy)
    assert few["可信程度"].to_list() == ["资料少，低可信", "单年，低可信"]
    assert few["低于监测线概率"].is_between(0, 1).all()
    assert one(income_stability(Township(households=100).table(), policy))["可信程度"] is None


@pytest.mark.parametrize(("level", "expected"), [(9000, 0.0), (LINE, 0.0), (7000, 1.0)])
def test_incomes_that_never_move_are_certain(policy, level, expected):
    """Without any swing or difference the chance is none, or certain."""
    found = income_stability(histories(*[(level, level, level)] * 40), policy)
    assert found["低于监测线概率"].to_list() == pytest.approx(
        [expected] * 40, abs=0.5 * (level == LINE)
    )


def test_less_known_households_are_pulled_further_to_the_pool():
    """One observation keeps less of its own mean than five."""
    values = np.array([1.0, 1, 1, 1, 1.2, 1.0, -1, -1.1, -1, -0.9])
    fitted = random_intercepts(values, np.array([0, 0, 0, 0, 0, 1, 2, 2, 2, 2]))
    assert fitted.weight[1] < fitted.weight[2] < fitted.weight[0] < 1


def test_large_kinds_are_pools_of_their_own(policy):
    """A household of one year is pulled to the mean of its kind, if the kind is large enough."""
    rows = [(5000.0 + n, 5000.0 + 3 * n) for n in range(120)]
    rows += [(20000.0 + n, 20000.0 - 9 * n) for n in range(120)]
    table = histories(*rows, (None, 9000))
    kinds = pl.DataFrame(
        {
            "户主证件号码": [key(n) for n in range(241)],
            "户类型": ["甲"] * 120 + ["乙"] * 120 + ["甲"],
        }
    )
    panel = Panel(table, policy)
    apart = fit(panel, panel.recorded, LAST, kinds).intercepts
    assert min(apart.centre) < 0 < max(apart.centre)
    assert apart.between < fit(panel, panel.recorded, LAST).intercepts.between


def test_farm_incomes_are_held_to_swing_more(policy):
    """Of two households alike but for their sources, the farmer is likelier to fall."""
    township = Township(farm_noise=1.6, households=2000).table()
    spring = [
        year_of(700_00 + n, year, 11000, 生产经营性收入=net, 工资性收入=33000 - net)
        for n, net in ((0, 0), (1, 33000))
        for year in (LAST - 1, LAST)
    ]
    both = pl.concat([township, incomes(spring)], how="vertical_relaxed")
    found = income_stability(both, policy)
    wage, farm = (one(found, 700_00 + n)["低于监测线概率"] for n in (0, 1))
    assert farm > 2 * wage


def test_probabilities_are_told_in_words():
    """No false precision: one in so many, tenths above a third."""
    told = pl.DataFrame({"p": [0.0004, 0.125, 0.2, 0.5, 0.99, None]}).select(in_words(pl.col("p")))
    assert told.to_series().to_list() == ["不到1/100", "约1/8", "约1/5", "约5/10", "几乎必然", None]


SETTINGS = [
    Township(seed=1),
    Township(seed=2, between=0.2, farm_noise=0.0),
    Township(seed=3, within=0.15, median=10000),
    Township(seed=4, households=1500, within=0.35, years=5),
]


@pytest.mark.parametrize("township", SETTINGS, ids=lambda t: f"seed {t.seed}")
def test_probabilities_come_true_in_simulated_townships(policy, township):
    """As good as the random-intercept predictor that is told the true variances, and calibrated."""
    levels, _, variances = township.levels()
    logs = np.log(levels / LINE)
    seen, level, swing = township.years - 1, log(township.median / LINE), variances.mean()
    kept = township.between**2 / (township.between**2 + swing / seen)
    expected = level + kept * (logs[:, :seen].mean(axis=1) - level)
    spread = np.sqrt(township.between**2 * (1 - kept) + swing)
    oracle, fell = normal_cdf(-expected / spread), logs[:, -1] < 0
    test = back_test(township.table(), policy)
    assert test.auc >= 0.99 * auc(oracle, fell)
    assert test.brier <= 1.01 * brier(oracle, fell)
    assert 0.8 <= test.ratio <= 1.25
    assert test.skill > 0
    assert test.sentence.endswith("大体相符。")
    calibration = test.calibration
    assert calibration["户数"].sum() == test.households == township.households
    assert calibration["实际户数"].sum() == test.observed == fell.sum()
    assert calibration["平均概率"].is_sorted()


def test_a_broken_promise_is_told(policy):
    """Where a flood lowers everyone the back-test says not to trust the probabilities."""
    income = pl.col("人均纯收入")
    halved = pl.when(pl.col("年度") == LAST).then(income / 2).otherwise(income)
    flooded = Township().table().with_columns(halved.alias("人均纯收入"))
    test = back_test(flooded, policy)
    assert test.ratio < 0.8
    assert "不可信" in test.sentence


def test_the_hidden_year_moves_no_probability(policy):
    """What is predicted of a year is the same whatever that year then brings."""
    table = Township(years=4, households=300).table()
    hidden = pl.col("年度") == LAST
    amounts = [name for name in table.columns if name in AMOUNTS and name != SIZE]
    other = table.with_columns(
        pl.when(hidden).then(pl.col(name) * 0.3).otherwise(pl.col(name)).alias(name)
        for name in amounts
    )
    one, two = back_test(table, policy), back_test(other, policy)
    assert one.observed != two.observed
    assert one.predicted == two.predicted


def test_two_years_are_too_few_for_a_back_test(policy):
    """It is said, not guessed."""
    test = back_test(Township(years=2, households=200).table(), policy)
    assert (test.auc, test.ratio, test.households) == (None, None, 0)
    assert "不足3年" in test.sentence


def test_nobody_below_leaves_the_area_unknown(policy):
    """All above: no area, no skill, no ratio, and no division by zero."""
    test = back_test(histories(*[(50000 + n, 50100, 50000 - n) for n in range(40)]), policy)
    assert (test.auc, test.skill, test.ratio, test.observed) == (None, None, None, 0)


DECLINES = {
    # before, last: fell %, the notice's rule, obvious (the pool being thin, swings by default)
    (9999.0, 9998.0): (-0.0001, True, False),
    (10000.0, 9999.0): (-0.0001, True, False),
    (12000.0, 10000.0): (-0.166667, False, False),
    (9000.0, 9000.0): (0.0, False, False),
    (20000.0, 16000.0): (-0.2, False, False),
    (20000.0, 8000.0): (-0.6, True, True),
    (9000.0, None): (None, None, None),
    (None, 9000.0): (None, None, None),
    (None, 12000.0): (None, False, None),
    (-500.0, 9000.0): (None, False, False),
    (-500.0, -900.0): (None, True, False),
    (9000.0, -100.0): (-1.011111, True, True),
}


@pytest.mark.parametrize(("levels", "expected"), DECLINES.items())
def test_decline_by_the_rule_and_beyond_noise(policy, levels, expected):
    """Below 10000 and fallen, both strict; obvious only beyond the usual ups and downs."""
    row = one(declining_income(histories(levels), policy, KINDS))
    assert (row["变化率"], row["收入较低且下降"], row["明显下降"]) == expected


def test_the_rule_needs_the_kind_of_household(policy):
    """Without a kind the rule is unknown where the amounts speak for it, and false where not."""
    found = declining_income(histories((9000, 8000), (8000, 9000)), policy)
    assert found["收入较低且下降"].to_list() == [None, False]
    other = pl.DataFrame({"户主证件号码": [key(0)], "户类型": ["一般农户"]})
    assert one(declining_income(histories((9000, 8000)), policy, other))["收入较低且下降"] is False


@pytest.mark.parametrize(
    ("levels", "note"),
    [
        ((9000, -100), "由正转负"),
        ((-100, 50), "亏损"),
        ((12000, None), f"依据不足：缺{LAST}年"),
        ((12000, None, 9000), f"依据不足：缺{LAST - 1}年"),
        ((9000, 8000), None),
    ],
)
def test_what_cannot_be_a_percentage_is_said(policy, levels, note):
    """A loss, a turn into loss and a missing year are told; a gap is not bridged."""
    assert one(declining_income(histories(levels), policy))["说明"] == note


def test_more_heads_are_told_from_less_income(policy):
    """The log change splits exactly, and a line crossed by size alone is said to be."""
    rows = [year_of(0, LAST - 1, 12000), year_of(0, LAST, 9000, 年度家庭人口数=4)]
    row = one(declining_income(incomes(rows), policy))
    assert (row["总收入变化部分"], row["因人口变化跌破低收入线"]) == (0, True)
    assert row["人口变化部分"] == pytest.approx(log(3 / 4), abs=1e-6)
    assert row["跌得最多的来源"] is None  # the sources are what they were


def test_the_source_that_lost_most_is_named(policy):
    """By yuan of the household, business net of its costs."""
    rows = [
        year_of(0, LAST - 1, 12000, 工资性收入=30000, 生产经营性收入=9000, 生产经营性支出=3000),
        year_of(0, LAST, 9000, 工资性收入=29000, 生产经营性收入=9000, 生产经营性支出=11000),
        year_of(1, LAST - 1, 12000, 财产性收入=None),
        year_of(1, LAST, 9000),
    ]
    found = declining_income(incomes(rows), policy)
    assert (one(found)["跌得最多的来源"], one(found)["该来源变化额"]) == ("生产经营净收入", -8000)
    assert one(found, 1)["跌得最多的来源"] is None  # one of them is unknown


def test_two_falls_in_a_row_need_three_years(policy):
    """True, false, and unknown where the third year is missing."""
    found = declining_income(histories((9, 8, 7), (9, 8, 8), (None, 8, 7), (None, 7, 8)), policy)
    assert found["连续两年下降"].to_list() == [True, False, None, False]


def test_obvious_falls_are_rare_where_nothing_happens(policy):
    """Twenty per cent alone flags many of the unchanged; both stay at the normal tail's tenth."""
    found = declining_income(Township(seed=9).table(), policy)
    tail, error = 0.1003, 0.0047  # of a normal below -1.28, and the sampling error of 4000
    assert found["明显下降"].mean() < tail + 2 * error
    assert (found["变化率"] <= -0.2).mean() > 0.15
    everyone_else_stood_still = histories(*[(9000, 9000)] * 60, (9000, 4000))
    fallen = one(declining_income(everyone_else_stood_still, policy), 60)
    assert (fallen["明显下降"], fallen["波动倍数"]) == (True, None)


def test_noise_is_that_of_the_township(policy):
    """The table of STATISTICS 4: a spread of 0.26 shows a fifth of false falls."""
    noise = decline_noise(
        Township(within=0.26 / 2**0.5, farm_noise=0, households=8000).table(), policy
    )
    assert noise.spread == pytest.approx(0.26, abs=0.01)
    assert noise.false_falls == pytest.approx(0.20, abs=0.02)
    assert noise.smallest_fall == pytest.approx(0.28, abs=0.01)
    assert "普遍下降" not in noise.sentence
    flood = histories(*[(10000 + n, 9000) for n in range(60)])
    assert "普遍下降" in decline_noise(flood, policy).sentence
    assert decline_noise(histories((9000, None)), policy).median is None


def test_poverty_is_counted_by_persons(policy):
    """P0 of a village weighs a family of five five times; unknown households are counted."""
    rows = [
        year_of(0, LAST, 6000, 年度家庭人口数=5),
        year_of(1, LAST, 9000, 年度家庭人口数=1),
        year_of(2, LAST, -7500, 年度家庭人口数=2, 村="溪口村"),
        year_of(3, LAST, None, 村="溪口村"),
        year_of(4, LAST, 6000, 年度家庭人口数=0),
    ]
    found = {r["村"]: r for r in poverty_indices(incomes(rows), policy).iter_rows(named=True)}
    assert (found["石桥村"]["P0"], found["石桥村"]["P1"]) == (0.833333, 0.166667)
    assert (found["溪口村"]["P1"], found["溪口村"]["不知道的户数"]) == (1, 1)
    assert (found["合计"]["P0"], found["合计"]["人数"]) == (0.875, 8)
    deep = poverty_indices(incomes(rows), policy, cap=False).filter(pl.col("村") == "溪口村")
    assert (deep["P1"].item(), deep["P2"].item()) == (2, 4)


def test_poverty_that_stays_is_told_from_poverty_that_passes(policy):
    """All chronic where incomes never move, all transient where the mean is above the line."""
    stays = chronic_transient(histories((6000, 6000, 6000)), policy).row(0, named=True)
    assert (stays["长期"], stays["暂时"]) == (0.04, 0)
    passes = chronic_transient(histories((6000, 9000, 9000)), policy).row(0, named=True)
    assert (passes["长期"], passes["暂时占比"]) == (0, 1)
    few = chronic_transient(histories((6000, 9000)), policy).row(0, named=True)
    assert few["总贫困P2"] is None
    assert few["说明"].startswith("依据不足")


@pytest.mark.parametrize(
    ("tick", "band", "levels", "contradiction"),
    [
        (True, "7500元以下", (12000, 12000), "预计今年收入的档次却低于监测线"),
        (True, "1至2万元", (12000, 7000), "去年人均纯收入却低于监测线"),
        (True, None, (7000, 12000), "有的年份却没有稳稳高出监测线"),
        (False, "1至2万元", (12000, 12000), "请核实不稳定的原因"),
        (False, "7500元以下", (12000, 12000), None),
        (True, "1至2万元", (12000, 12000), None),
        (None, "7500元以下", (12000, 12000), None),
        (True, "1至2万元", (12000, None), None),
    ],
)
@pytest.mark.parametrize("number", [key(0), None])
def test_portrait_and_incomes_are_held_together(policy, tick, band, levels, contradiction, number):
    """By ID or by a name alone in its village; what is unknown contradicts nothing."""
    stability = income_stability(histories(levels), policy)
    portrait = {"村": "石桥村", "户主姓名": "张0", "户主证件号码": number}
    answers = {"预计今年人均纯收入": band, "是否稳定超过监测线": tick}
    portraits = pl.DataFrame(
        [portrait | answers],
        schema_overrides={"是否稳定超过监测线": pl.Boolean, "户主证件号码": pl.String},
    )
    found = stability_contradictions(stability, portraits, policy)["矛盾"].to_list()
    assert len(found) == (contradiction is not None)
    assert all(contradiction in sentence for sentence in found)


def test_order_and_village_names_change_nothing(policy):
    """Shuffled rows and renamed villages give the same households the same numbers."""
    table = Township(households=300).table()
    shuffled = table.sample(fraction=1, shuffle=True, seed=3)
    renamed = shuffled.with_columns(pl.format("村{}", "村"))
    for asked in (income_stability, declining_income):
        found = asked(table, policy)
        assert found.equals(asked(shuffled, policy))
        assert found.drop("村").equals(asked(renamed, policy).drop("村"))
    for asked in (poverty_indices, chronic_transient):
        assert asked(table, policy).equals(asked(shuffled, policy))


def test_every_eager_kind_comes_back_as_it_went_in(policy):
    """Pandas and pyarrow give what polars gives, in their own kind."""
    table = histories((9000, 12000), (12000, None))
    expected = income_stability(table, policy)
    frames = (
        table.to_pandas(),
        table.to_pandas(use_pyarrow_extension_array=True),
        table.to_arrow(),
    )
    for frame in frames:
        found = income_stability(frame, policy)
        assert type(found) is type(frame)
        assert pl.DataFrame(found)["稳定性"].to_list() == expected["稳定性"].to_list()


def test_an_empty_table_has_empty_answers(policy):
    """Nothing was asked, so nothing is said."""
    empty = incomes([])
    for asked in (income_stability, declining_income, poverty_indices):
        assert asked(empty, policy).is_empty()
    assert chronic_transient(empty, policy).height == 1
    assert back_test(empty, policy).households == 0
    assert decline_noise(empty, policy).households == 0


def test_a_county_of_a_hundred_thousand_takes_seconds(policy):
    """No loop over households."""
    county = Township(households=100_000, years=3).table()
    began = time.perf_counter()
    income_stability(county, policy)
    declining_income(county, policy)
    assert time.perf_counter() - began < 10


RATIOS = st.lists(st.floats(0, 5), min_size=1, max_size=20)


@given(ratios=RATIOS, order=st.sampled_from([0, 1, 2]))
def test_indices_lie_between_none_and_all(ratios, order):
    """Each index is at most the one of lower order, and a line doubled never lowers it."""
    index = fgt(ratios, order)
    assert 0 <= index <= fgt(ratios, 0) <= 1
    assert fgt(np.array(ratios) / 2, order) >= index


@given(
    expected=st.floats(-5, 5), variance=st.floats(0, 4), step=st.floats(0, 3)
)  # fmt: skip
def test_chance_is_a_chance_and_falls_with_income(expected, variance, step):
    """A higher expectation is never likelier to lie below."""
    low, high = chance_below(np.array([expected, expected + step]), np.array([variance] * 2))
    assert 0 <= high <= low <= 1


@settings(max_examples=30, deadline=None)
@given(levels=st.lists(st.floats(-20000, 60000), min_size=2, max_size=4), rise=st.floats(0, 9000))
def test_more_income_never_makes_a_label_worse(policy, levels, rise):
    """With every year raised by as much, the label does not fall."""
    order = ["低于监测线", "不稳定", "稳定超过"]
    before = one(income_stability(histories(levels), policy))
    after = one(income_stability(histories([level + rise for level in levels]), policy))
    assert order.index(after["稳定性"]) >= order.index(before["稳定性"])
    assert before["最低年比值"] < inf
