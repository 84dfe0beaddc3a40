"""What is true of the sample: where faults stand, what rows are, what Annex 1 adds up to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from openpyxl.utils import get_column_letter

from fanpin_analysis.samples.assumptions import ASSUMED, threshold
from fanpin_analysis.samples.faults import faults
from fanpin_analysis.samples.groups import group_row
from fanpin_analysis.samples.hands import hand_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fanpin_analysis.samples.ledger import Row
    from fanpin_analysis.samples.pages import Page
    from fanpin_analysis.samples.persons import Record
    from fanpin_analysis.samples.planting import Planting
    from fanpin_analysis.samples.world import World

TOTAL = "合计"
NEW_TYPES = (("B3", "脱贫不稳定户"), ("B5", "边缘易致贫户"), ("B7", "突发严重困难户"))
SAID = (
    "村",
    "户主姓名",
    "户主证件号码",
    "家庭人口数",
    "户属性",
    "排查方式",
    "是否存在致返贫风险",
    "致返贫风险类型",
    "拟纳入监测类型",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a row of a ledger stands."""

    file: str
    page: Page
    number: int
    row: Row

    @property
    def where(self) -> Record:
        """The place as the truth files name it."""
        return {"文件": self.file, "工作表": self.page.name, "行": self.number}


def fault_rows(world: World, planting: Planting, places: Sequence[Place]) -> Iterator[Record]:
    """Yield one row a planted fault of the ledgers, with the cell where it shows."""
    kinds = {fault.key: fault for fault in faults()}
    for place in places:
        fields = hand_of(world.villages, place.row.village).fields
        for key, field in place.row.faults:
            at = fields.index(field) if field in fields else None
            yield place.where | {
                "单元格": f"{get_column_letter(at + 1)}{place.number}" if at is not None else "",
                "字段": field,
                "类别": key,
                "说明": kinds[key].label,
                "原值": place.page.cells[place.number - 1][at] if at is not None else "",
                "退回": bool(kinds[key].returned),
                "可读": kinds[key].readable,
                "户编号": place.row.household.number,
            }
    for household in world.households:
        if household.number in planting.missing:
            kind = kinds["missing"]
            yield {"类别": kind.key, "说明": kind.label, "户编号": household.number, "字段": ""}


def household_rows(
    world: World, planting: Planting, places: Sequence[Place], named: Mapping[str, set[str]]
) -> Iterator[Record]:
    """Yield one row a household row of the ledgers: what it says, and what is true of it.

    ``named`` holds the groups that other papers put households in, by household number.
    """
    for place in places:
        row = place.row
        yield {
            **place.where,
            "户编号": row.household.number,
            **{field: row.answers[field] for field in SAID},
            "去向": "待核退回" if row.returned else "采用",
            "退回原因": row.returned,
            "户类型": row.household.kind,
            "成员数": row.household.size,
            "在花名册": row.household.number not in planting.extra,
            **_befallen(world, row),
            **group_row(world, row, named),
        }


def _befallen(world: World, row: Row) -> Record:
    fate = world.fate(row.household)
    return {
        "事件": fate.event.key,
        "六类人群": fate.event.group,
        "真实原因": fate.cause,
        "共同原因": fate.event.cluster,
        "去年低于1万元且不升反降": fell(world, row),
        "监测状态": fate.event.status,
        "回头看": fate.event.look_back,
        "拟办意见": fate.event.decision,
    }


def fell(world: World, row: Row) -> bool | None:
    """Tell whether the notice's rule on last year's income holds; null when a year is missing."""
    household = row.household
    if household.kind != "脱贫户":
        return False
    before, last = (world.income(household, year) for year in ASSUMED.actual_years)
    if before is None or last is None:
        return None
    return last < threshold("低收入线") and last < before


def annex1_rows(world: World, rows: Sequence[Row]) -> list[Record]:
    """Return Annex 1 as a careful township counts it: a row a village, then their sum."""
    named = dict.fromkeys([*world.villages, *map(_named_village, rows)])
    counted = [_village(world, village, rows) for village in named]
    whole = {code: sum(row[code] for row in counted) for code in counted[0] if code != "村"}
    return [*counted, {"村": TOTAL, **whole}]


def _village(world: World, village: str, rows: Sequence[Row]) -> Record:
    counted = (row for row in rows if _named_village(row) == village)
    accepted = [row.answers for row in counted if not row.returned]
    new = {code: _having(accepted, "拟纳入监测类型", word) for code, word in NEW_TYPES}
    cells = {
        "A1": accepted,
        "A3": _having(accepted, "户属性", "监测对象"),
        "A7": _having(accepted, "排查方式", "入户排查"),
        "A9": _having(accepted, "排查方式", "电话、微信等排查"),
        "B1": [answers for some in new.values() for answers in some],
        **new,
        "C1": _decided(world, village, "拟回退"),
        "D1": _decided(world, village, "拟清退"),
    }
    counts: Record = {"村": village}
    for code, some in cells.items():
        counts[code] = len(some)
        counts[f"{code[0]}{int(code[1:]) + 1}"] = sum(answers["家庭人口数"] for answers in some)
    return counts


def _named_village(row: Row) -> str:
    """Return the village under which a row counts: the one it names, on the list or not."""
    kinds = {fault.key: fault for fault in faults()}
    written = (kinds[key].write for key, field in row.faults if field == "村")
    return next(written, None) or row.village


def _decided(world: World, village: str, opinion: str) -> list[Record]:
    return [
        {"家庭人口数": household.size}
        for household in world.of_village(village)
        if world.fate(household).event.decision == opinion
    ]


def _having(rows: Sequence[Any], field: str, word: str) -> list[Any]:
    return [answers for answers in rows if answers[field] == word]


def cluster_rows(world: World) -> Iterator[Record]:
    """Yield one row a shared cause and village: how many households it hit."""
    hit: dict[tuple[str, str, str], list[bool]] = {}
    for household in world.households:
        fate = world.fate(household)
        if fate.event.cluster:
            key = (fate.event.cluster, fate.cause, household.village)
            hit.setdefault(key, []).append(fate.risk)
    for (cluster, cause, village), risks in hit.items():
        yield {
            "共同原因": cluster,
            "致返贫风险类型": cause,
            "村": village,
            "受影响户数": len(risks),
            "台账登记有风险户数": sum(risks),
            "全村户数": len(world.of_village(village)),
        }
