"""Rules and reading faults: what is checked and screened, each with the clause it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from fanpin_analysis.errors import DefinitionError
from fanpin_analysis.policy.expressions import Expression, Term, parse
from fanpin_analysis.policy.loading import SHIPPED, build, entries

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from fanpin_analysis.policy.parameters import Status
    from fanpin_analysis.policy.vocabulary import Vocabulary

RuleKind = Literal["核对", "筛查", "研判", "帮扶", "回头看", "村级"]
Severity = Literal["错误", "提示"]
Dimension = Literal["及时", "准确", "完整", "一致"]

KINDS: dict[str, Literal["boolean", "number", "several", "date"]] = {
    "boolean": "boolean",
    "integer": "number",
    "number": "number",
    "codes": "several",
    "date": "date",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One clause of policy as a named and cited expression.

    A screening rule has ``expr``: true is 命中. A check has ``expect``, and ``when`` if it is only
    for some rows: it is 命中 (a finding) where ``when`` is true and ``expect`` is not. ``field``
    is the column a finding points at. ``tables`` are those whose rows a check is about.
    ``suggests`` is what a hit suggests (a conclusion, a kind of help, a step of the look-back),
    ``reason`` the words that go with it, ``entry`` the kind of monitored household to enter as;
    ``causes`` are the causes of poverty that it speaks for. ``main`` marks a rule of 筛查 whose
    paper answers for everyone: the other rules of its group only add hits. ``tells`` are facts
    that the sentence names besides those that decide.
    ``province`` empty means everywhere; ``since`` and ``until`` are the first and last day in
    force.
    """

    id: str
    kind: RuleKind
    label: str
    clause: str
    status: Status
    tables: tuple[str, ...] = ("ledger",)
    expr: str = ""
    when: str = ""
    expect: str = ""
    group: str = ""
    severity: Severity = "提示"
    dimension: Dimension = "一致"
    field: str = ""
    remedy: str = ""
    suggests: str = ""
    reason: str = ""
    entry: str = ""
    main: bool = False
    tells: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    province: str = ""
    since: date = date.min
    until: date = date.max
    file: str = ""

    @property
    def text(self) -> str:
        """The whole condition under which the rule is 命中."""
        if self.expr:
            return self.expr
        return f"({self.when}) and not ({self.expect})" if self.when else f"not ({self.expect})"

    def in_force(self, province: str, on: date) -> bool:
        """Tell whether the rule counts in a province on a day."""
        return self.province in ("", province) and self.since <= on <= self.until

    def parse(self, terms: Mapping[str, Term]) -> Expression:
        """Parse the rule's condition; see :func:`~fanpin_analysis.policy.expressions.parse`."""
        return parse(self.text, terms, f"规则“{self.id}”（{self.file}）")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that can be wrong with a file, a sheet, a row or a cell while it is read.

    ``returns`` says whether a row with this fault goes back to the village and is not counted.
    """

    id: str
    label: str
    severity: Severity
    dimension: Dimension
    message: str
    remedy: str
    clause: str
    returns: bool = False


def load_rules(folders: tuple[Path, ...] = (SHIPPED,)) -> tuple[Rule, ...]:
    """Load every rule of every kind, in force or not, in the order of the files.

    Raises
    ------
    DefinitionError
        When a rule has neither ``expr`` nor ``expect``, or both, or an unknown key.
    """
    return tuple(_rule(entry, file) for file, entry in entries(folders, "rules/*.toml", "rule"))


def load_faults(folders: tuple[Path, ...] = (SHIPPED,)) -> dict[str, Fault]:
    """Load the faults of reading, by id; a later folder's entry replaces an earlier one."""
    found = entries(folders, "rules/*.toml", "fault")
    return {entry["id"]: build(Fault, entry, f"{file}“{entry['id']}”") for file, entry in found}


def terms_of(vocabulary: Vocabulary, parameters: tuple[str, ...]) -> dict[str, Term]:
    """Return what every name of a rule can stand for: a declared field or a parameter."""
    terms = {name: Term(kind="number") for name in parameters}
    for codes in vocabulary.code_lists.values():
        terms |= {name: Term(kind="group", words=words) for name, words in codes.groups.items()}
    for field in vocabulary.fields.values():
        words = vocabulary.code_lists[field.codes].words if field.codes else ()
        terms[field.name] = Term(kind=KINDS.get(field.type, "text"), words=words)
    return terms


def _rule(entry: dict[str, Any], file: str) -> Rule:
    renamed = {("since" if key == "from" else key): value for key, value in entry.items()}
    rule = build(Rule, renamed | {"file": file}, f"{file}“{entry.get('id', '?')}”")
    if bool(rule.expr) == bool(rule.expect):
        message = f"{file}“{rule.id}”应写 expr（筛查）或 expect（核对）之一，且只写一个。"
        raise DefinitionError(message)
    return rule
