"""Which of the six groups a household belongs to in truth, and where its papers cannot tell.

Computed from what befell the invented household and what its papers were made to say, never from
the rules: the rules are tested against it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fanpin_analysis.policy.loading import table
from fanpin_analysis.samples.assumptions import ASSUMED, threshold
from fanpin_analysis.samples.faults import faults
from fanpin_analysis.samples.words import HERE, vocabulary, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fanpin_analysis.samples.ledger import Row
    from fanpin_analysis.samples.persons import Record
    from fanpin_analysis.samples.world import World

LOW, UNSTABLE = "收入较低或下降明显", "就业不稳"
IDENTITY = "户主证件号码"
Listed = dict[str, set[str]]


def listed(sent: Iterable[Record], portraits: Iterable[Record]) -> Listed:
    """Return the groups that other papers put households in, by household number.

    Departments' lists do by what they are lists of; a portrait whose wages fell clearly from last
    year to this, whatever the household was portrayed for, tells of unstable work.
    """
    groups = {clue.kind: clue.group for clue in words().clues if clue.group}
    found: Listed = {}
    for row in sent:
        if row["线索类型"] in groups:
            found.setdefault(row["户编号"], set()).add(groups[row["线索类型"]])
    kept = 1 - threshold("明显降幅")
    for row in portraits:
        last, now = row["去年务工收入"], row["今年务工收入"]
        if last and now is not None and now <= last * kept:
            found.setdefault(row["户编号"], set()).add(UNSTABLE)
    return found


def group_row(world: World, row: Row, named: Mapping[str, set[str]]) -> Record:
    """Return the groups of a row's household and why the group by income cannot be told."""
    groups = {world.fate(row.household).event.group, *named.get(row.household.number, ())}
    groups |= _told(row)
    if is_low(world, row):
        groups.add(LOW)
    ordered = [word for word in vocabulary().code_list("六类人群").words if word in groups]
    return {"应为六类人群": "、".join(ordered), "无法判定原因": _unknown(world, row)}


def _told(row: Row) -> set[str]:
    """Return the groups that the causes in the ledger speak of."""
    if row.answers["是否存在致返贫风险"] is not True:
        return set()
    causes = table(HERE / "events.toml")["group_of_cause"]
    written = row.answers["致返贫风险类型"].split("、")
    return {causes[cause] for cause in written if cause in causes}


def is_low(world: World, row: Row) -> bool | None:
    """Tell whether a household earns little or has fallen; null when a missing year decides.

    It does when last year or this year's expectation lies below the line, or when the notice's
    rule holds: a 脱贫户 below 10000 yuan last year that has not risen.
    """
    household, line = row.household, threshold("监测线")
    before, last = (world.income(household, year) for year in ASSUMED.actual_years)
    expected = world.income(household, ASSUMED.expected_year)
    if any(amount is not None and amount < line for amount in (last, expected)):
        return True
    if last is None:
        return None
    if household.kind != "脱贫户" or last >= threshold("低收入线"):
        return False
    return None if before is None else last < before


def _unknown(world: World, row: Row) -> str:
    """Return why nobody can tell whether a household earns little, empty text where one can."""
    if row.returned:
        return ""
    readable = {fault.key for fault in faults() if fault.readable}
    if any(field == IDENTITY and key not in readable for key, field in row.faults):
        return f"{IDENTITY}有误，收入对不上"
    if is_low(world, row) is None:
        return "缺一年收入"
    return ""
