"""附件3 as a list: one row a household of the six key groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fanpin_analysis.samples.chance import Dice
from fanpin_analysis.samples.given import ASSUMED, SEPARATOR, WORDS, Record, threshold, vocabulary
from fanpin_analysis.samples.incomes import SOURCES, TRANSFER, WAGE
from fanpin_analysis.samples.ledger import PROBLEMS
from fanpin_analysis.samples.people import LOW

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fanpin_analysis.samples.ledger import Row
    from fanpin_analysis.samples.people import Household
    from fanpin_analysis.samples.world import World

COMPULSORY = ("小学", "七年级", "八年级", "九年级")
EARLY = ("", "学龄前儿童", "学前教育")


def portrait_rows(world: World, rows: Sequence[Row]) -> Iterator[Record]:
    """Yield the portraits that the villages handed in: not quite all that are due."""
    seen: set[str] = set()
    for row in rows:
        household, event = row.household, row.household.fate.event
        dice = Dice(world.seed, "portrait", household.number)
        groups = dict.fromkeys((event.group, LOW if household.fell else ""))
        group = SEPARATOR.join(filter(None, groups))
        share = ASSUMED.portrait_planted if event.group else ASSUMED.portrait_unnoticed
        if group and household.number not in seen and dice.chance(share):
            seen.add(household.number)
            yield _portrait(dice, row, group)


def _portrait(dice: Dice, row: Row, group: str) -> Record:
    household = row.household
    proposed = bool(row.answers["拟纳入监测类型"])
    advice = next(
        (text for name, text in WORDS.advice.items() if name in group), WORDS.other_advice
    )
    phone = household.phone if dice.chance(ASSUMED.phone_in_portrait) else ""
    return {
        **household.columns,
        "联系方式": phone,
        "填表日期": row.answers["排查日期"],
        "六类人群": group,
        **_income(household),
        **_guarantees(row),
        **_health(dice, household),
        **_support(dice, household, group),
        **_loss(dice, household),
        **_work(household),
        "画像结论": "建议纳入监测对象" if proposed else "无需纳入监测对象",
        "判定理由": household.fate.event.reason or "家庭收入基本稳定",
        "初步建议帮扶": f"{advice}、兜底保障类" if proposed and dice.chance(0.5) else advice,
        "家庭成员签字": household.name,
        "调查人员签字": row.answers["核查人签字"],
    }


def _income(household: Household) -> Record:
    year = household.incomes[-1]
    total = sum(max(year[source], 0) for source in SOURCES) or 1
    main = [source for source in SOURCES if year[source] / total >= ASSUMED.main_source]
    brackets = vocabulary().code_list("预计今年人均纯收入").words
    line, low = threshold("监测线"), threshold("低收入线")
    expected = year["人均纯收入"]
    stable = expected >= line
    return {
        "主要收入来源": SEPARATOR.join(main),
        "转移性收入来源": "其他政策性收入" if TRANSFER in main else "",
        "预计今年人均纯收入": brackets[sum(expected >= edge for edge in (line, low, 2 * low))],
        "是否稳定超过监测线": stable,
        "收入不稳定主要原因": "" if stable else household.fate.event.reason,
    }


def _guarantees(row: Row) -> Record:
    """Answer the questions on school, insurance, house and water: 有保障 is the good answer."""
    size = row.household.size
    schools = {member["在校生状况"] for member in row.household.members}
    pupils = bool(schools & set(COMPULSORY))
    house, school, insurance, water = (row.answers[problem] is True for problem in PROBLEMS)
    return {
        "是否有义务教育阶段学生": pupils,
        "义务教育有保障": not school if pupils else None,
        "是否有其他教育阶段学生": bool(schools.difference(COMPULSORY, EARLY)),
        "是否因贫辍学": False,
        "医保家庭总人数": size,
        "已参保人数": size - insurance,
        "未参保不愿参保人数": 1 if insurance else None,
        "住房有保障": not house,
        "住房无保障原因": "漏风漏雨" if house else "",
        "饮水有保障": not water,
        "饮水无保障原因": "季节性缺水" if water else "",
    }


def _health(dice: Dice, household: Household) -> Record:
    cost = household.fate.cost
    ill = [member for member in household.members if member["健康状况"] != "健康"]
    if cost and not ill:
        ill = [household.members[0]]
    disabled = any(member["健康状况"] == "残疾" for member in ill)
    return {
        "重病慢病和残疾人员姓名": _listed(ill, "姓名"),
        "所患病种": SEPARATOR.join(dice.pick(WORDS.diseases) for _ in ill),
        "残疾类型": dice.pick(WORDS.impairments) if disabled else "",
        "残疾等级": dice.pick(WORDS.grades) if disabled else "",
        "是否住院": bool(cost) if ill else None,
        "自付费用": cost,
        "预计年自付药费": dice.between(6, 60) * 100 if ill else None,
    }


def _support(dice: Dice, household: Household, group: str) -> Record:
    drawing = sum(member["是否享受低保"] for member in household.members)
    new = "新申请低保特困" in group and not drawing and dice.chance(ASSUMED.granted)
    now = household.size if new else drawing
    return {
        "低保特困家庭总人数": household.size if now else None,
        "去年低保特困人数": drawing or None,
        "去年低保特困年发放金额": drawing * ASSUMED.living_allowance or None,
        "今年低保特困人数": now or None,
        "今年低保特困预计发放金额": now * ASSUMED.living_allowance or None,
    }


def _loss(dice: Dice, household: Household) -> Record:
    cause = household.fate.cause
    if cause not in ("因自然灾害", "因意外事故"):
        return {}
    flood = cause == "因自然灾害"
    return {
        "因灾因意外类型": WORDS.losses[0] if flood else dice.pick(WORDS.losses[1:]),
        "财产损失金额": dice.between(5, 80) * 100,
        "产业损失金额": dice.between(20, 150) * 100 if flood else 0,
        "人员伤亡情况": "无" if flood else "一人受伤",
    }


def _work(household: Household) -> Record:
    """Say who works where: those whose factory closed have no workplace this year."""
    workers = household.workers
    closed = WORDS.factory if "factory" in household.fate.event.key else None
    staying = [worker for worker in workers if worker["务工所在地"] != closed]
    wages = {year["年度"]: year[WAGE] for year in household.incomes}
    last, expected = wages.get(ASSUMED.actual_years[-1]), wages[ASSUMED.expected_year]
    return {
        "去年务工姓名": _listed(workers, "姓名"),
        "去年务工地点": _listed(workers, "务工所在地"),
        "去年务工收入": last if workers else None,
        "今年务工姓名": _listed(staying, "姓名"),
        "今年务工地点": _listed(staying, "务工所在地"),
        "今年务工收入": expected if staying else None,
    }


def _listed(members: Sequence[Record], column: str) -> str:
    return SEPARATOR.join(member[column] for member in members)
