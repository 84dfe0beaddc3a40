"""The definitions as pages to read: fields, code lists, measures, rules, faults, the catalogue."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from fanpin_analysis.analysis.screening import shown, status_shown
from fanpin_analysis.errors import InputError, nearest
from fanpin_analysis.policy.catalogue import load_catalogue
from fanpin_analysis.views.markup import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fanpin_analysis.policy.in_force import Policy
    from fanpin_analysis.policy.measures import Measure
    from fanpin_analysis.policy.rulebook import Rule

Row = tuple[Any, ...]
TYPES = {
    "text": "文字",
    "id": "证件号码",
    "phone": "电话",
    "integer": "整数",
    "number": "数",
    "boolean": "是/否",
    "code": "单选",
    "codes": "可多选",
    "date": "日期",
    "month": "年月",
}
FUNCTIONS = {
    "age": "由证件号码算周岁",
    "sex": "由证件号码看性别",
    "birth_date": "由证件号码看出生日期",
    "place": "证件号码前六位",
    "card_kind": "残疾人证号的类别位",
    "card_grade": "残疾人证号的等级位",
    "days_after_survey": "比排查之日晚几天",
    "months_between": "相隔几个月",
    "months_ago": "到排查之日几个月",
    "years_ago": "到排查当年几年",
    "has_column": "这张表有没有这一栏",
    "first_known": "第一个不空的",
    "sum_of_known": "合计，空着的不计",
    "number_or_band": "有数的用数，没有的用所勾一档的上下限",
    "any_filled": "有没有填一项",
    "length": "字数",
    "has_phone": "有没有电话号码",
    "none_without_column": "填的数；表里没有这一栏的算没有",
    "value_if": "前一项为是时的后一项",
    "agreed": "各处一致的值，不一致的不知道",
    "means": "这个答案相当于什么",
    "new_words": "有没有后一项里没有的",
    "joined_words": "合在一起",
    "year": "年份",
    "month": "月份",
    "month_number": "从公元起的第几个月",
    "between": "最小与最大之间",
    "largest": "最大的；有一个不知道就不知道",
    "line_of_year": "当年的线",
    "next_line_of_year": "当年的线，没有的用其后最近一年的",
    "came": "这份材料收到没有",
    "lacking": "应收而没有收到的材料",
}
HOW = {
    "count": "几行",
    "sum": "合计",
    "any": "有没有",
    "only": "各行一致的值",
    "order": "排第几",
}
POOLED = "各户放在一起推算"
MOST_ALIASES = 6  # spellings of a field that are shown


def dictionary(policy: Policy, part: str) -> Table:
    """Show one part of the definitions whole, in the order in which it is declared.

    Parameters
    ----------
    policy
        The definitions in force.
    part
        字段, 代码表, 参数, 指标, 核对规则, 筛查规则, 读取问题 or 核对总表.

    Raises
    ------
    InputError
        When there is no such part; the message names the nearest.
    """
    if part not in PARTS:
        raise InputError(f"数据字典没有“{part}”这一部分。{nearest(part, PARTS)}")
    names, rows_of = PARTS[part]
    rows = [["" if value is None else str(value) for value in row] for row in rows_of(policy)]
    text = [" | ".join(" ".join(value.split()) for value in row) for row in [names, *rows]]
    return Table(_grid(names, rows), "\n".join(text))


def _grid(names: Row, rows: list[list[str]]) -> str:
    """Return a long table, plain so that a notebook that holds several of them stays small."""
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    body = "".join(f"<tr>{''.join(f'<td>{escape(v)}</td>' for v in row)}</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"


def _fields(policy: Policy) -> Iterator[Row]:
    vocabulary = policy.vocabulary
    for form in vocabulary.forms.values():
        for name in form.columns:
            field = vocabulary.fields[name]
            spellings = "、".join(field.aliases[:MOST_ALIASES])
            yield form.name, name, TYPES[field.type], field.unit, spellings, field.clause


def _code_lists(policy: Policy) -> Iterator[Row]:
    for listed in policy.vocabulary.code_lists.values():
        items = "；".join(f"{item.code}.{item.word}".lstrip(".") for item in listed.items)
        yield listed.name, items, listed.clause


def _parameters(policy: Policy) -> Iterator[Row]:
    for value in policy.parameters.values():
        status = status_shown(value.status)
        yield value.name, f"{shown(value.value)} {value.unit}", value.clause, status, value.note


def _measures(policy: Policy) -> Iterator[Row]:
    for measure in policy.declared_measures:
        tables = "、".join(_called(table, policy) for table in measure.tables)
        yield (
            measure.name,
            tables,
            measure.unit,
            _made(measure, policy),
            measure.clause,
            measure.note,
        )


def _made(measure: Measure, policy: Policy) -> str:
    """Return how a measure is computed, in words."""
    if measure.function:
        return f"{'、'.join(measure.of)}：{FUNCTIONS[measure.function]}"
    if measure.expr:
        return measure.expr
    if measure.pooled:
        return POOLED
    where = f"，只看 {measure.where}" if measure.where else ""
    value = f"，取 {measure.value}" if measure.value else ""
    none = f"；{measure.complete}收全时没有就是没有" if measure.complete else ""
    over = _called(measure.over, policy)
    return f"{over}里同一{measure.by}的行：{HOW[measure.how]}{where}{value}{none}"


def _called(table: str, policy: Policy) -> str:
    forms = policy.vocabulary.forms
    return (
        forms[table].name
        if table in forms
        else {"returned": "退回的行", "households": "户（各表合并）"}.get(table, table)
    )


def _checks(policy: Policy) -> Iterator[Row]:
    for rule in policy.of_kind("核对"):
        tables = "、".join(_called(table, policy) for table in rule.tables)
        head = (rule.id, tables, rule.severity, rule.dimension, rule.label)
        yield (*head, _condition(rule), rule.remedy, rule.clause, status_shown(rule.status))


def _screening(policy: Policy) -> Iterator[Row]:
    for rule in policy.rules:
        if rule.expr:
            head = (rule.id, rule.kind, rule.group, rule.label, rule.expr, rule.suggests)
            yield (*head, "、".join(rule.causes), rule.clause, status_shown(rule.status))


def _condition(rule: Rule) -> str:
    return f"如果 {rule.when}，就应 {rule.expect}" if rule.when else f"应 {rule.expect}"


def _faults(policy: Policy) -> Iterator[Row]:
    for fault in policy.faults.values():
        fate = "整行退回" if fault.returns else "照常采用"
        head = (fault.id, fault.severity, fault.dimension, fault.label)
        yield (*head, fault.message, fault.remedy, fate, fault.clause)


def _catalogue(_: Policy) -> Iterator[Row]:
    for item in load_catalogue():
        yield item.id, item.label, "、".join(item.by), item.lacking, item.clause


PARTS: dict[str, tuple[Row, Callable[[Policy], Iterator[Row]]]] = {
    "字段": (("表", "字段", "类型", "单位", "别的写法（部分）", "依据"), _fields),
    "代码表": (("代码表", "选项", "依据"), _code_lists),
    "参数": (("参数", "数值", "依据", "性质", "说明"), _parameters),
    "指标": (("指标", "表", "单位", "怎么得出", "依据", "说明"), _measures),
    "核对规则": (
        ("编号", "表", "级别", "维度", "问题", "条件", "处理建议", "依据", "性质"),
        _checks,
    ),
    "筛查规则": (
        ("编号", "种类", "分组", "名称", "条件", "建议", "指向的风险类型", "依据", "性质"),
        _screening,
    ),
    "读取问题": (
        ("编号", "级别", "维度", "问题", "说明", "处理建议", "这一行", "依据"),
        _faults,
    ),
    "核对总表": (("总表编号", "核对什么", "由谁核对", "还缺什么", "依据"), _catalogue),
}
