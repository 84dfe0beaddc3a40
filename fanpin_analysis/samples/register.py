"""The national register's export: a row a person of every household that was ever monitored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fanpin_analysis.samples.chance import Dice
from fanpin_analysis.samples.events import TABLES, Fate
from fanpin_analysis.samples.given import ASSUMED, WORDS, Record
from fanpin_analysis.samples.ledger import some_man

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fanpin_analysis.samples.people import Household
    from fanpin_analysis.samples.world import World

KINDS = ("脱贫不稳定户", "边缘易致贫户", "突发严重困难户")
DEVELOPING, SUPPORT = ("产业帮扶", "就业帮扶"), "综合保障"


def register_rows(world: World) -> Iterator[Record]:
    """Yield the persons of monitored households, the household's columns repeated on each."""
    for household in world.households:
        if household.fate.event.status:
            dice = Dice(world.seed, "register", household.number)
            shared = household.columns | _monitoring(dice, household)
            for order, member in enumerate(supported(household), 1):
                number = {"人口编号": f"{household.number}{order:02d}", "证件类型": "居民身份证"}
                yield shared | number | member


def supported(household: Household) -> Iterator[Record]:
    """Yield the members of a household; where the event says so they draw 低保."""
    for member in household.members:
        drawing = member["是否享受低保"] or household.fate.event.support
        yield member | {"是否享受低保": drawing}


def _monitoring(dice: Dice, household: Household) -> Record:
    fate, first = household.fate, household.incomes[0]
    spans = TABLES["spans"]
    identify, clear = spans.get(fate.event.look_back, spans["usual"])
    identified = dice.between(*identify)
    ended = identified + dice.between(*clear)
    cleared = fate.event.status == "已消除"
    usual = KINDS[not household.exited]
    return {
        "县": WORDS.county,
        "户联系电话": household.phone,
        "监测对象类别": KINDS[2] if dice.chance(ASSUMED.sudden) else usual,
        "致返贫风险1": fate.cause,
        "识别监测时间": _month(identified),
        "风险是否已消除": cleared,
        "消除监测时间": _month(ended) if cleared else "",
        "风险消除方式": "帮扶消除" if cleared else "",
        **_helped(dice, fate),
        "纯收入": first["纯收入"],
        "人均纯收入": first["人均纯收入"],
    }


def _helped(dice: Dice, fate: Fate) -> Record:
    """Return what was done; whoever was found for a disability draws support for it as well."""
    event = fate.event
    given = {*event.measures, *((SUPPORT,) if fate.cause == "因残" else ())}
    return {
        "整户无劳动能力兜底保障户": event.flagged,
        "实施开发式帮扶措施情况": "已实施" if given & set(DEVELOPING) else "尚未实施",
        "结对帮扶责任人": some_man(dice),
        "是否制定帮扶计划": bool(event.measures),
        **{kind: text if kind in given else "" for kind, text in WORDS.measures.items()},
    }


def _month(position: int) -> str:
    """Return a month as the register writes it, by its position from January 2021."""
    years, month = divmod(position, 12)
    return f"{ASSUMED.actual_years[0] + years}{month + 1:02d}"
