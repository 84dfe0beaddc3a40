"""Say in a sentence what a rule comes from: the recorded facts, the line, and what is not known.

The sentence is made from the rule's own tree. Measures are opened down to the recorded facts that
decide them; every part is evaluated as the rules are, never a second way.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import narwhals as nw
import polars as pl

from fanpin_analysis.analysis.engine import rows_of, same_kind
from fanpin_analysis.analysis.screening import (
    evaluate_households,
    said,
    shown,
    spread,
    with_measures,
)
from fanpin_analysis.analysis.suggestion import (
    AS_TYPE,
    JUDGEMENT,
    OPEN,
    REASON,
    SUGGESTION,
    suggest,
)
from fanpin_analysis.policy.expressions import bounds, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from narwhals.typing import IntoFrame

    from fanpin_analysis.policy.in_force import Policy
    from fanpin_analysis.policy.rulebook import Rule

SENTENCE, LINE = "理由", "监测线"
SIGNS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}


def reasons(households: IntoFrame, policy: Policy) -> Any:  # noqa: ANN401  of the caller's kind
    """Say of each household in a sentence why it is suggested what is suggested.

    Parameters
    ----------
    households
        As :func:`~fanpin_analysis.analysis.households.describe` returns them, in any frame
        narwhals knows; choose those to speak of first.
    policy
        The rules and parameters in force.

    Returns
    -------
        One row a household, in their order: 建议, 说明, 建议类型 and 理由, the sentence. What is
        personal in it is hidden. A pandas frame gives a pandas frame, pyarrow gives pyarrow, every
        other kind polars.
    """
    rules = policy.of_kind(JUDGEMENT)
    judged = rows_of(suggest(households, policy), [SUGGESTION, REASON, AS_TYPE])
    teller = _Teller(policy)
    asked = dict.fromkeys(text for rule in rules for text in teller.conditions(_tree(rule, policy)))
    place = "理由"
    parsed = {text: parse(text, policy.terms, place) for text in asked}
    judging = {rule.id: policy.expressions[rule.id] for rule in rules}
    known = nw.from_native(households).collect_schema().names()
    answers = rows_of(
        evaluate_households(households, parsed | judging, policy), [*parsed, *judging]
    )
    named = dict.fromkeys(
        [*(n for one in parsed.values() for n in one.names), *teller.told_besides()]
    )
    facts = rows_of(with_measures(households, named, policy), dict.fromkeys([*known, *named]))
    rows = zip(
        judged.iter_rows(named=True),
        answers.iter_rows(named=True),
        facts.iter_rows(named=True),
        strict=True,
    )
    told = [teller.sentence(one, verdicts, household, rules) for one, verdicts, household in rows]
    return same_kind(judged.with_columns(pl.Series(SENTENCE, told, pl.String)), households)


def _tree(rule: Rule, policy: Policy) -> ast.expr:
    return policy.expressions[rule.id].tree


class _Teller:
    """Walks the tree of a rule with the verdicts of its parts, and says what decides it."""

    def __init__(self, policy: Policy) -> None:
        self.policy, self.phrases = policy, policy.phrases
        self.words = self.phrases.words
        self.verdicts: Mapping[str, bool | None] = {}
        self.household: Mapping[str, Any] = {}
        self.doubtful = False  # whether what is not known is said

    def told_besides(self) -> Iterator[str]:
        """Yield the facts that rules tell besides those that decide them."""
        for rule in self.policy.of_kind(JUDGEMENT):
            yield from rule.tells

    def opened(self, name: str) -> ast.expr | None:
        """Return the tree of a measure that is opened; null for what is said as it stands."""
        measure = self.policy.measures.of_household.get(name)
        if measure is None or measure.kind != "boolean" or name in self.phrases.facts:
            return None
        return measure.tree

    def conditions(self, node: ast.expr) -> Iterator[str]:
        """Yield the text of every condition in a tree, measures opened."""
        match node:
            case ast.BoolOp(values=parts):
                yield ast.unparse(node)
                for part in parts:
                    yield from self.conditions(part)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                yield from self.conditions(operand)
            case ast.Compare(left=left, ops=[ast.Is() | ast.IsNot()]):
                yield ast.unparse(node)
                if self._asks(left):
                    yield from self.conditions(left)
            case ast.Compare():
                yield ast.unparse(node)
            case ast.Name(id=name) if self._asks(node):
                yield name
                inner = self.opened(name)
                if inner is not None:
                    yield from self.conditions(inner)

    def _asks(self, node: ast.expr) -> bool:
        if not isinstance(node, ast.Name):
            return True
        return self.policy.terms[node.id].kind == "boolean"

    def sentence(
        self,
        suggested: Mapping[str, str | None],
        verdicts: Mapping[str, bool | None],
        household: Mapping[str, Any],
        rules: tuple[Rule, ...],
    ) -> str:
        """Return the sentence of one household."""
        self.verdicts, self.household = verdicts, household
        decides = next((rule for rule in rules if verdicts[rule.id]), None)
        besides = suggested[AS_TYPE] or suggested[REASON]
        head = f"{suggested[SUGGESTION]}（{besides}）" if besides else str(suggested[SUGGESTION])
        self.doubtful = suggested[SUGGESTION] == OPEN
        if decides is None:
            return f"{head}{self.words['period']}"
        parts = list(self.because(_tree(decides, self.policy), answer=True))
        parts = list(dict.fromkeys(filter(None, parts)))
        untold = [n for n in decides.tells if not any(part.startswith(n) for part in parts)]
        parts += [text for name in untold if (text := self.filled(name)) not in ("", *parts)]
        body = self.words["separator"].join(parts) or decides.label
        end = self.words["period"]
        return f"{head}：{body}{end}{decides.remedy}"

    def because(self, node: ast.expr, *, answer: bool | None) -> Iterator[str]:
        """Yield what makes a condition true, false or unknown."""
        match node:
            case ast.BoolOp(op=op, values=parts):
                yield from self.joined(
                    parts, answer=answer, every=isinstance(op, ast.And) == bool(answer)
                )
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                yield from self.because(operand, answer=None if answer is None else not answer)
            case ast.Compare(left=left, ops=[ast.Is() | ast.IsNot() as op], comparators=[right]):
                yield from self.asked(left, op, right, answer=answer)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                yield self.compared(left, op, right, answer=answer)
            case ast.Name(id=name):
                yield from self.fact(name, answer=answer)

    def joined(self, parts: list[ast.expr], *, answer: bool | None, every: bool) -> Iterator[str]:
        """Yield what the parts of ``and`` or ``or`` say that decide it."""
        deciding = [part for part in parts if self.verdict(part) is answer]
        chosen = deciding if every or answer is not False else deciding[:1]
        for part in chosen:
            yield from self.because(part, answer=answer)

    def verdict(self, node: ast.expr) -> bool | None:
        if isinstance(node, ast.UnaryOp):
            inner = self.verdict(node.operand)
            return None if inner is None else not inner
        return self.verdicts.get(ast.unparse(node))

    def asked(
        self, left: ast.expr, op: ast.cmpop, right: ast.expr, *, answer: bool | None
    ) -> Iterator[str]:
        """Yield what ``is None``, ``is True`` and the like rest on."""
        wanted = right.value if isinstance(right, ast.Constant) else None
        holds = isinstance(op, ast.Is) == bool(answer)
        if wanted is None:
            name = left.id if isinstance(left, ast.Name) else ""
            opened = self.opened(name) is not None
            told = [] if opened else [self.filled(name)]
            lacking = self.because(left, answer=None) if opened else self.unknown(left)
            yield from (lacking if self.doubtful else ()) if holds else told
        elif holds:
            yield from self.because(left, answer=bool(wanted))

    def fact(self, name: str, *, answer: bool | None) -> Iterator[str]:
        """Yield how a fact is said, or what it rests on where it is a measure that is opened."""
        inner = self.opened(name)
        if inner is not None:
            yield from self.because(inner, answer=answer)
        elif answer is None:
            yield from self.unknown(ast.Name(id=name))
        elif name in self.phrases.facts:
            phrase = self.phrases.facts[name]
            yield (phrase.yes if answer else phrase.no).format(值=self.value(name))
        elif answer:
            yield self.words["plain"].format(名=name)

    def unknown(self, node: ast.expr) -> Iterator[str]:
        """Yield the recorded facts without which a condition cannot be told."""
        names = [part.id for part in ast.walk(node) if isinstance(part, ast.Name)]
        facts = dict.fromkeys(f for name in names for f in self.policy.measures.facts_behind(name))
        intervals = self.policy.measures.intervals
        for name in dict.fromkeys(intervals.get(fact, fact) for fact in facts):
            if name in self.policy.parameters.declared:
                continue
            if not self.value(name):
                yield self.words["unknown"].format(名=self.phrases.lack(name))
            elif name in intervals.values():  # its bounds lie on both sides of the line
                yield self.filled(name)

    def compared(
        self, left: ast.expr, op: ast.cmpop, right: ast.expr, *, answer: bool | None
    ) -> str:
        """Say how a fact compares with a line, or what it holds."""
        if answer is None:
            return self.words["separator"].join(self.unknown(left))
        if isinstance(op, ast.In):
            return self.contained(left, right) if answer else ""
        if not isinstance(left, ast.Name):
            return ""
        phrase = self.phrases.facts.get(left.id)
        if phrase and not phrase.called:
            return (phrase.yes if answer else phrase.no).format(值=self.value(left.id))
        line = right.id if isinstance(right, ast.Name) else ""
        text = self.phrases.compared[SIGNS[type(op)]]["yes" if answer else "no"]
        other = self.value(line) if line else str(getattr(right, "value", ""))
        named = {"名": self.called(left.id), "线名": self.called(line)}
        return text.format(值=self.value(left.id), 线=other, **named)

    def called(self, name: str) -> str:
        """Return what a number is called in a sentence."""
        return self.phrases.facts[name].called or name if name in self.phrases.facts else name

    def contained(self, left: ast.expr, right: ast.expr) -> str:
        if isinstance(left, ast.Constant) and isinstance(right, ast.Name):
            return self.words["contains"].format(名=right.id, 线=left.value)
        return self.filled(left.id) if isinstance(left, ast.Name) else ""

    def filled(self, name: str) -> str:
        """Say what a fact holds; nothing where it is blank."""
        value = self.value(name)
        if not value:
            return ""
        phrase = self.phrases.facts.get(name)
        if phrase and (phrase.yes or not phrase.called):
            return phrase.yes.format(值=value, 监测线=self.value(LINE))
        return self.words["filled"].format(名=self.called(name), 值=value)

    def value(self, name: str) -> str:
        """Return a value with its unit, hidden where it is personal; empty where it is blank."""
        unit = self.unit(name)
        if name in self.policy.parameters.declared:
            return f"{shown(self.policy.parameters[name].value)} {unit}".rstrip()
        if name in set(self.policy.measures.intervals.values()):
            low, high = (self.household.get(end) for end in bounds(name))
            return "" if low is None and high is None else f"{spread(low, high)} {unit}".rstrip()
        held = self.household.get(name)
        return "" if held in (None, "") else f"{said(name, held, self.policy)} {unit}".rstrip()

    def unit(self, name: str) -> str:
        """Return the unit of a value, without what it is per."""
        if name in self.policy.parameters.declared:
            whole = self.policy.parameters[name].unit
        else:
            field = self.policy.vocabulary.fields.get(name)
            whole = field.unit if field else self.policy.measures.unit_of(name)
        return whole.split("/")[0]
