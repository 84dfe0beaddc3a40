"""The national register's export: a row a person of every household that was ever monitored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fanpin_analysis.samples.assumptions import ASSUMED
from fanpin_analysis.samples.chance import Dice
from fanpin_analysis.samples.words import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fanpin_analysis.samples.events import Fate
    from fanpin_analysis.samples.people import Household
    from fanpin_analysis.samples.persons import Record
    from fanpin_analysis.samples.world import World

KINDS = ("脱贫不稳定户", "边缘易致贫户", "突发严重困难户")
SUDDEN = 0.15  # own: share of 突发严重困难户 among the monitored
YEAR = 12
SPANS = {  # look back: months from January 2021 of identification, months until elimination
    "": ((2, 24), (0, 0)),
    "稳定消除": ((2, 13), (8, 12)),
    "风险回退": ((2, 12), (7, 11)),
    "重新识别": ((2, 12), (7, 11)),
    "消除过快": ((14, 22), (1, 4)),
    "兜底户标注消除": ((2, 12), (7, 11)),
    "未落实帮扶": ((23, 26), (0, 0)),
}
INCOMES = ("纯收入", "人均纯收入")
DEVELOPING, SUPPORT = ("产业帮扶", "就业帮扶"), "综合保障"


def register_rows(world: World) -> Iterator[Record]:
    """Yield the persons of monitored households, the household's columns repeated on each."""
    for household in world.households:
        fate = world.fate(household)
        if not fate.event.status:
            continue
        dice = Dice(world.seed, "register", household.number)
        shared = _household(dice, world, household, fate)
        for order, member in enumerate(supported(household, fate), 1):
            number = {"人口编号": f"{household.number}{order:02d}", "证件类型": "居民身份证"}
            yield shared | number | member


def supported(household: Household, fate: Fate) -> Iterator[Record]:
    """Yield the members of a household; where the event says so they draw 低保."""
    for member in household.members:
        yield member | {"是否享受低保": member["是否享受低保"] or fate.event.support}


def _household(dice: Dice, world: World, household: Household, fate: Fate) -> Record:
    event = fate.event
    cleared = event.status == "已消除"
    usual = KINDS[household.kind != "脱贫户"]
    (low, high), (least, most) = SPANS.get(event.look_back, SPANS[""])
    identified = dice.between(low, high)
    ended = identified + dice.between(least, most)
    return {
        "县": words().county,
        "乡镇场": words().township,
        "村": household.village,
        "户编号": household.number,
        "户联系电话": household.phone,
        "家庭人口数": household.size,
        "户类型": household.kind,
        "监测对象类别": KINDS[2] if dice.chance(SUDDEN) else usual,
        "致返贫风险1": fate.cause,
        "识别监测时间": _month(identified),
        "风险是否已消除": cleared,
        "消除监测时间": _month(ended) if cleared else "",
        "风险消除方式": "帮扶消除" if cleared else "",
        **_helped(dice, fate),
        **{source: world.incomes[household.number][0][source] for source in INCOMES},
    }


def _helped(dice: Dice, fate: Fate) -> Record:
    """Return what was done; whoever was found for a disability draws support for it as well."""
    event, measures = fate.event, words().measures
    given = {*event.measures, *((SUPPORT,) if fate.cause == "因残" else ())}
    return {
        "整户无劳动能力兜底保障户": event.flagged,
        "实施开发式帮扶措施情况": "已实施" if given & set(DEVELOPING) else "尚未实施",
        "结对帮扶责任人": dice.pick(words().surnames) + dice.pick(words().men),
        "是否制定帮扶计划": bool(event.measures),
        **{kind: text if kind in given else "" for kind, text in measures.items()},
    }


def _month(position: int) -> str:
    """Return a month as the register writes it, by its position from January 2021."""
    years, month = divmod(position, YEAR)
    return f"{ASSUMED.actual_years[0] + years}{month + 1:02d}"
