"""What is true of the sample: where faults stand, what rows are, what Annex 1 adds up to.

Which group a household belongs to is computed from what befell it and from what its papers were
made to say, never from the rules: the rules are tested against it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from fanpin_analysis.policy.loading import table
from fanpin_analysis.samples.events import TABLES as EVENTS
from fanpin_analysis.samples.faults import ID, Planting, faults
from fanpin_analysis.samples.given import HERE, SEPARATOR, Record, threshold, vocabulary
from fanpin_analysis.samples.hands import TOTAL, hand_of
from fanpin_analysis.samples.papers import clue_lists
from fanpin_analysis.samples.people import LOW

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from fanpin_analysis.samples.ledger import Row
    from fanpin_analysis.samples.pages import Page
    from fanpin_analysis.samples.world import World

TABLES = table(HERE / "truth.toml")
UNSTABLE = "就业不稳"
Place = tuple[Record, list[Any], "Row"]  # where a row of a ledger stands, its cells, and the row


def places(ledgers: Mapping[str, Sequence[Page]]) -> list[Place]:
    """Return where every row of the ledgers stands."""
    return [
        ({"文件": file, "工作表": page.name, "行": number}, page.cells[number - 1], row)
        for file, sheets in ledgers.items()
        for page in sheets
        for number, row in page.places
    ]


def fault_rows(world: World, planting: Planting, places: Sequence[Place]) -> Iterator[Record]:
    """Yield one row a planted fault of the ledgers, with the cell where it shows."""
    for where, cells, row in places:
        fields = hand_of(world.villages, row.village).fields
        for fault in row.faults:
            yield fault.record(where, fields, cells, row.household.number)
    kind = next(fault for fault in faults() if fault.rows == "omit")
    for household in world.households:
        if household.number in planting.missing:
            number = household.number
            yield {"类别": kind.key, "说明": kind.label, "户编号": number, "字段": ""}


def household_rows(
    planting: Planting, places: Sequence[Place], named: Mapping[str, set[str]]
) -> Iterator[Record]:
    """Yield one row a household row of the ledgers: what it says, and what is true of it.

    ``named`` holds the groups that other papers put households in, by household number.
    """
    for where, _, row in places:
        household, fate = row.household, row.household.fate
        groups = {fate.event.group, *named.get(household.number, ()), *_groups_told(row)}
        groups |= {LOW} if household.low else set()
        ordered = [word for word in vocabulary().code_list("六类人群").words if word in groups]
        yield {
            **where,
            "户编号": household.number,
            **{field: row.answers[field] for field in TABLES["told"]},
            "去向": "待核退回" if row.returned else "采用",
            "退回原因": row.returned,
            "户类型": household.kind,
            "成员数": household.size,
            "在花名册": household.number not in planting.extra,
            "事件": fate.event.key,
            "六类人群": fate.event.group,
            "真实原因": fate.cause,
            "共同原因": fate.event.cluster,
            "去年低于1万元且不升反降": household.fell,
            "监测状态": fate.event.status,
            "回头看": fate.event.look_back,
            "拟办意见": fate.event.decision,
            "应为六类人群": SEPARATOR.join(ordered),
            "无法判定原因": _unknown(row),
        }


def groups_named(clues: Iterable[Record], portraits: Iterable[Record]) -> dict[str, set[str]]:
    """Return the groups that other papers put households in, by household number.

    Departments' lists do by what they are lists of; a portrait whose wages fell clearly from last
    year to this, whatever the household was portrayed for, tells of unstable work.
    """
    groups = {clue.says["线索类型"]: clue.group for clue in clue_lists() if clue.group}
    found: dict[str, set[str]] = defaultdict(set)
    for row in clues:
        if row["线索类型"] in groups:
            found[row["户编号"]].add(groups[row["线索类型"]])
    kept = 1 - threshold("明显降幅")
    for row in portraits:
        last, now = row["去年务工收入"], row["今年务工收入"]
        if last and now is not None and now <= last * kept:
            found[row["户编号"]].add(UNSTABLE)
    return found


def _groups_told(row: Row) -> set[str]:
    """Return the groups that the causes in the ledger speak of."""
    if row.answers["是否存在致返贫风险"] is not True:
        return set()
    groups, causes = EVENTS["group_of_cause"], row.answers["致返贫风险类型"].split(SEPARATOR)
    return {groups[cause] for cause in causes if cause in groups}


def _unknown(row: Row) -> str:
    """Return why nobody can tell whether a household earns little, empty text where one can."""
    if row.returned:
        return ""
    if any(fault.field == ID and not fault.readable for fault in row.faults):
        return f"{ID}有误，收入对不上"
    return "缺一年收入" if row.household.low is None else ""


def annex1_rows(world: World, rows: Sequence[Row]) -> list[Record]:
    """Return Annex 1 as a careful township counts it: a row a village, then their sum."""
    counted: dict[str, list[Row]] = {village: [] for village in world.villages}
    for row in rows:
        counted.setdefault(_counted_under(row), []).append(row)
    villages = [_village(world, village, inside) for village, inside in counted.items()]
    whole = {code: sum(row[code] for row in villages) for code in villages[0] if code != "村"}
    return [*villages, {"村": TOTAL, **whole}]


def _village(world: World, village: str, rows: Sequence[Row]) -> Record:
    answers = [row.answers for row in rows if not row.returned]
    sizes = {
        code: [given["家庭人口数"] for given in answers if given[field] == word]
        for code, (field, word) in TABLES["counted"].items()
    }
    sizes["A1"] = [given["家庭人口数"] for given in answers]
    sizes["B1"] = sizes["B3"] + sizes["B5"] + sizes["B7"]
    for code, decision in TABLES["decided"].items():
        decided = (
            each for each in world.of_village(village) if each.fate.event.decision == decision
        )
        sizes[code] = [household.size for household in decided]
    counts: Record = {"村": village}
    for code, some in sorted(sizes.items()):
        counts[code] = len(some)
        counts[f"{code[0]}{int(code[1:]) + 1}"] = sum(some)
    return counts


def _counted_under(row: Row) -> str:
    """Return the village under which a row counts: the one it names, on the list or not."""
    written = (fault.write for fault in row.faults if fault.field == "村")
    return next(written, None) or row.village


def cluster_rows(world: World) -> Iterator[Record]:
    """Yield one row a shared cause and village: how many households it hit."""
    hit: dict[tuple[str, str, str], list[bool]] = {}
    for household in world.households:
        fate = household.fate
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
