"""附件3 as a list: one row a household of the six key groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fanpin_analysis.samples.assumptions import ASSUMED, threshold
from fanpin_analysis.samples.chance import Dice
from fanpin_analysis.samples.ledger import PROBLEMS
from fanpin_analysis.samples.truth import fell
from fanpin_analysis.samples.words import vocabulary, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fanpin_analysis.samples.ledger import Row
    from fanpin_analysis.samples.persons import Record
    from fanpin_analysis.samples.world import World

SOURCES = ("工资性收入", "生产经营性收入", "财产性收入", "转移性收入")
COMPULSORY = ("小学", "七年级", "八年级", "九年级")
EARLY = ("学龄前儿童", "学前教育")
MAIN_SOURCE = 0.2  # own: a source that brings so much is ticked
MINIMUM_LIVING = 4200  # own: 低保 yuan a person and year
HELP = {
    "就业不稳": "稳岗就业类",
    "产业失败": "产业发展类",
    "突发意外事故": "社会救助类、政策支持类",
}


def portrait_rows(world: World, rows: Sequence[Row]) -> Iterator[Record]:
    """Yield the portraits that the villages handed in: not quite all that are due."""
    seen: set[str] = set()
    for row in rows:
        number, event = row.household.number, world.fate(row.household).event
        dice = Dice(world.seed, "portrait", number)
        groups = [event.group, "收入较低或下降明显" if fell(world, row) else ""]
        group = "、".join(dict.fromkeys(name for name in groups if name))
        share = ASSUMED.portrait_planted if event.group else ASSUMED.portrait_unnoticed
        if group and number not in seen and dice.chance(share):
            seen.add(number)
            yield _portrait(dice, world, row, group)


def _portrait(dice: Dice, world: World, row: Row, group: str) -> Record:
    household = row.household
    proposed = bool(row.answers["拟纳入监测类型"])
    advice = next((HELP[name] for name in HELP if name in group), "政策支持类")
    return {
        "户编号": household.number,
        "村": household.village,
        "组": household.group,
        "填表日期": row.answers["排查日期"],
        "户主姓名": household.name,
        "家庭人口数": household.size,
        "联系方式": household.phone if dice.chance(ASSUMED.phone_in_portrait) else "",
        "六类人群": group,
        **_income(world, row),
        **_guarantees(row),
        **_health(dice, world, row),
        **_support(dice, row, group),
        **_loss(dice, world, row),
        **_work(world, row),
        "画像结论": "建议纳入监测对象" if proposed else "无需纳入监测对象",
        "判定理由": world.fate(household).event.reason or "家庭收入基本稳定",
        "初步建议帮扶": f"{advice}、兜底保障类" if proposed and dice.chance(0.5) else advice,
        "家庭成员签字": household.name,
        "调查人员签字": row.answers["核查人签字"],
    }


def _income(world: World, row: Row) -> Record:
    year = world.incomes[row.household.number][-1]
    expected = year["人均纯收入"]
    total = sum(max(year[source], 0) for source in SOURCES) or 1
    main = [source for source in SOURCES if year[source] / total >= MAIN_SOURCE]
    stable = expected >= threshold("监测线")
    return {
        "主要收入来源": "、".join(main),
        "转移性收入来源": "其他政策性收入" if "转移性收入" in main else "",
        "预计今年人均纯收入": _band(expected),
        "是否稳定超过监测线": stable,
        "收入不稳定主要原因": "" if stable else world.fate(row.household).event.reason,
    }


def _band(expected: float) -> str:
    """Return the bracket of 附件3 that an income lies in."""
    brackets, low = vocabulary().code_list("预计今年人均纯收入").words, threshold("低收入线")
    edges = (threshold("监测线"), low, 2 * low)
    return brackets[sum(expected >= edge for edge in edges)]


def _guarantees(row: Row) -> Record:
    """Answer the questions on school, insurance, house and water: 有保障 is the good answer."""
    household = row.household
    schools = [member["在校生状况"] for member in household.members]
    pupils = any(school in COMPULSORY for school in schools)
    house, school, insurance, water = (row.answers[problem] is True for problem in PROBLEMS)
    return {
        "是否有义务教育阶段学生": pupils,
        "义务教育有保障": not school if pupils else None,
        "是否有其他教育阶段学生": any(s and s not in COMPULSORY + EARLY for s in schools),
        "是否因贫辍学": False,
        "医保家庭总人数": household.size,
        "已参保人数": household.size - insurance,
        "未参保不愿参保人数": 1 if insurance else None,
        "住房有保障": not house,
        "住房无保障原因": "漏风漏雨" if house else "",
        "饮水有保障": not water,
        "饮水无保障原因": "季节性缺水" if water else "",
    }


def _health(dice: Dice, world: World, row: Row) -> Record:
    ill = [member for member in row.household.members if member["健康状况"] != "健康"]
    cost = world.fate(row.household).cost
    if cost and not ill:
        ill = [row.household.members[0]]
    disabled = any(member["健康状况"] == "残疾" for member in ill)
    return {
        "重病慢病和残疾人员姓名": "、".join(member["姓名"] for member in ill),
        "所患病种": "、".join(dice.pick(words().diseases) for _ in ill),
        "残疾类型": dice.pick(words().impairments) if disabled else "",
        "残疾等级": dice.pick(words().grades) if disabled else "",
        "是否住院": bool(cost) if ill else None,
        "自付费用": cost,
        "预计年自付药费": dice.between(6, 60) * 100 if ill else None,
    }


def _support(dice: Dice, row: Row, group: str) -> Record:
    drawing = sum(member["是否享受低保"] for member in row.household.members)
    new = "新申请低保特困" in group and not drawing and dice.chance(ASSUMED.granted)
    now = row.household.size if new else drawing
    return {
        "低保特困家庭总人数": row.household.size if now else None,
        "去年低保特困人数": drawing or None,
        "去年低保特困年发放金额": drawing * MINIMUM_LIVING or None,
        "今年低保特困人数": now or None,
        "今年低保特困预计发放金额": now * MINIMUM_LIVING or None,
    }


def _loss(dice: Dice, world: World, row: Row) -> Record:
    fate = world.fate(row.household)
    if fate.cause not in ("因自然灾害", "因意外事故"):
        return {}
    flood = fate.cause == "因自然灾害"
    return {
        "因灾因意外类型": words().losses[0] if flood else dice.pick(words().losses[1:]),
        "财产损失金额": dice.between(5, 80) * 100,
        "产业损失金额": dice.between(20, 150) * 100 if flood else 0,
        "人员伤亡情况": "无" if flood else "一人受伤",
    }


def _work(world: World, row: Row) -> Record:
    """Say who works where: those whose factory closed have no workplace this year."""
    workers = row.household.workers
    years = {year["年度"]: year["工资性收入"] for year in world.incomes[row.household.number]}
    last, now = years.get(ASSUMED.actual_years[-1]), years[ASSUMED.expected_year]
    closed = "factory" in world.fate(row.household).event.key
    staying = [w for w in workers if not (closed and w["务工所在地"] == words().factory)]
    return {**_workers("去年", workers, last), **_workers("今年", staying, now)}


def _workers(year: str, workers: Sequence[Any], wages: int | None) -> Record:
    return {
        f"{year}务工姓名": "、".join(worker["姓名"] for worker in workers),
        f"{year}务工地点": "、".join(worker["务工所在地"] for worker in workers),
        f"{year}务工收入": wages if workers else None,
    }
