"""The catalogue of checks says what answers each item, and what is lacking for the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fanpin_analysis.policy.catalogue import load_catalogue

if TYPE_CHECKING:
    from fanpin_analysis.policy.in_force import Policy

GROUPS = [f"3.3-{number}" for number in range(1, 50)]
CROSS_RULES = [f"R{number}" for number in range(1, 25)]


def test_every_group_and_cross_rule_has_its_item() -> None:
    """49 groups of the system's rules and 24 cross rules of 附件2, each once, in order."""
    assert [item.id for item in load_catalogue()] == GROUPS + CROSS_RULES


def test_every_item_is_answered_or_says_what_is_lacking() -> None:
    """Nothing is passed over in silence."""
    assert [item.id for item in load_catalogue() if not item.by and not item.lacking] == []


def test_what_answers_an_item_is_in_force(policy: Policy) -> None:
    """An id that is neither a rule nor a fault would answer nothing."""
    known = {rule.id for rule in policy.of_kind("核对")} | set(policy.faults)
    named = {by for item in load_catalogue() for by in item.by}
    assert named <= known


def test_every_check_answers_an_item(policy: Policy) -> None:
    """A check that nobody asked for would be one nobody can find again."""
    answered = {by for item in load_catalogue() for by in item.by}
    assert [rule.id for rule in policy.of_kind("核对") if rule.id not in answered] == []


def test_no_check_of_the_rules_is_without_a_remedy_and_a_cell(policy: Policy) -> None:
    """A village is told what to do, and where, unless the fault is in another paper."""
    bare = [rule.id for rule in policy.of_kind("核对") if not rule.remedy or not rule.dimension]
    assert bare == []
    assert [rule.id for rule in policy.of_kind("核对") if not rule.field] == ["R11"]


def test_few_items_cannot_be_answered_at_all() -> None:
    """Only those stay open whose input the township does not hand in."""
    unanswered = [item.id for item in load_catalogue() if not item.by]
    assert unanswered == ["3.3-18", "3.3-24", "3.3-30", "R7", "R23"]
