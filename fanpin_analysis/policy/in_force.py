"""Everything that counts for one province on one day, in one object that is passed about."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from fanpin_analysis.errors import DefinitionError, NotInForceError, nearest
from fanpin_analysis.policy.loading import layers, table
from fanpin_analysis.policy.measures import HOUSEHOLDS, Measure, Measures, load_measures
from fanpin_analysis.policy.papers import Papers, load_papers
from fanpin_analysis.policy.parameters import (
    Parameters,
    ParameterValue,
    Status,
    load_parameters,
)
from fanpin_analysis.policy.phrases import Phrases, load_phrases
from fanpin_analysis.policy.rulebook import Fault, Rule, load_faults, load_rules, terms_of
from fanpin_analysis.policy.vocabulary import Vocabulary, load_vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from fanpin_analysis.policy.expressions import Expression, Term
from fanpin_analysis.policy.rulebook import RuleKind

SCREENING: RuleKind = "筛查"
CHECK: RuleKind = "核对"
UNCONFIRMED: Status = "未确认沿用"
LIST_KINDS = "线索类型"  # the code list whose words are kinds of list


@dataclass(frozen=True, kw_only=True)
class Policy:
    """The vocabulary, the parameters and the rules in force for a province on a day."""

    vocabulary: Vocabulary
    parameters: Parameters
    rules: tuple[Rule, ...]
    faults: Mapping[str, Fault]
    papers: Papers
    phrases: Phrases = field(default_factory=Phrases)
    declared_measures: tuple[Measure, ...] = ()

    @cached_property
    def measures(self) -> Measures:
        """The declared measures, and what each name stands for in each table."""
        return Measures(
            declared=self.declared_measures,
            vocabulary=self.vocabulary,
            fields=terms_of(self.vocabulary, self.parameters.declared),
            parameters=self.parameters.declared,
        )

    @cached_property
    def terms(self) -> dict[str, Term]:
        """What a name in an expression can stand for; a household's where tables differ."""
        return {**self.measures.terms, **self.measures.terms_of(HOUSEHOLDS)}

    @cached_property
    def expressions(self) -> dict[str, Expression]:
        """The parsed condition of every rule in force, by rule id.

        A check is held against what each of its tables has.
        """
        return {rule.id: self._parsed(rule) for rule in self.rules}

    def _parsed(self, rule: Rule) -> Expression:
        if rule.kind != CHECK:
            return rule.parse(self.measures.terms_of(HOUSEHOLDS))
        return [rule.parse(self.measures.terms_of(table)) for table in rule.tables][-1]

    def checks_of(self, table: str) -> tuple[Rule, ...]:
        """Return the checks of a table's rows, in the order of the files."""
        return tuple(rule for rule in self.of_kind(CHECK) if table in rule.tables)

    def of_kind(self, kind: str) -> tuple[Rule, ...]:
        """Return the rules of a kind, such as ``"筛查"``, in the order of the files."""
        return tuple(rule for rule in self.rules if rule.kind == kind)

    def rule(self, rule_id: str) -> Rule:
        """Return a rule in force by its id.

        Raises
        ------
        DefinitionError
            When no rule in force has that id; the message names the nearest.
        """
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        alike = [rule.id for rule in self.rules if rule.id[:1] == rule_id[:1]]
        known = alike or [rule.id for rule in self.rules]
        message = f"没有生效的规则“{rule_id}”。{nearest(rule_id, known)}"
        raise DefinitionError(message)

    def parameters_of(self, rule_id: str) -> tuple[ParameterValue, ...]:
        """Return the parameters that a rule names, with their values."""
        names = self.expressions[rule_id].names
        return tuple(self.parameters[name] for name in names if name in self.parameters.declared)

    @cached_property
    def used_parameters(self) -> dict[str, ParameterValue]:
        """The parameters that the rules in force and the measures name, by name."""
        named = [name for rule in self.rules for name in self.expressions[rule.id].names]
        for measure in self.declared_measures:
            for table_ in measure.tables:
                parsed = self.measures.parsed(measure, table_).values()
                named += [name for expression in parsed for name in expression.names]
        wanted = dict.fromkeys(name for name in named if name in self.parameters.declared)
        return {name: self.parameters[name] for name in wanted}


def load_policy(
    province: str | None = None, on: date | None = None, definitions: Path | None = None
) -> Policy:
    """Load what is in force for a province on a day.

    Parameters
    ----------
    province, on
        The province and the day of the screening; without them, those of the round that the
        definitions are made for (``[default]`` in ``schedule.toml``).
    definitions
        A county's own folder, laid over the shipped definitions; it is only read.

    Raises
    ------
    NotInForceError
        When no screening rule is in force then, or a rule in force needs a parameter that has no
        value for that province and day.
    DefinitionError
        When a definition does not hold together.
    """
    folders = layers(definitions)
    default = [d for folder in folders if (d := table(folder / "schedule.toml").get("default"))][-1]
    parameters = load_parameters(province or default["province"], on or default["on"], folders)
    vocabulary = load_vocabulary(folders)
    rules = _rules_in_force(folders, parameters)
    policy = Policy(
        vocabulary=vocabulary,
        papers=load_papers(vocabulary.code_list(LIST_KINDS), folders),
        parameters=parameters,
        rules=rules,
        faults=load_faults(folders),
        phrases=load_phrases(folders),
        declared_measures=(*load_measures(folders), *_of_groups(rules)),
    )
    if not policy.of_kind(SCREENING):
        first = min(rule.since for rule in load_rules(folders) if rule.kind == SCREENING)
        raise NotInForceError(
            f"{parameters.province} {parameters.on} 没有生效的筛查规则，最早的从 {first} 起。"
            "请用 --on 指定排查日期，或在 definitions/rules/ 补充当时的规则。"
        )
    _ = policy.used_parameters  # an expression or a value that is wrong is told at once
    return policy


def _rules_in_force(folders: tuple[Path, ...], parameters: Parameters) -> tuple[Rule, ...]:
    """Return the rules in force; one of a later folder stands in for the earlier one of its id.

    A rule of a folder whose round the day lies outside of speaks for another order: it counts, but
    as carried on without confirmation, never as that order's text.
    """
    found: dict[str, Rule] = {}
    for folder in folders:
        rules = load_rules((folder,))
        own = [rule for rule in rules if rule.in_force(parameters.province, parameters.on)]
        for rule_id, times in Counter(rule.id for rule in own).items():
            if times > 1:
                files = "、".join(dict.fromkeys(rule.file for rule in own if rule.id == rule_id))
                message = f"规则编号“{rule_id}”同时有 {times} 条生效（{files}），请改其一。"
                raise DefinitionError(message)
        if not _of_the_round(folder, parameters.on):
            own = [replace(rule, status=UNCONFIRMED) for rule in own]
        found |= {rule.id: rule for rule in own}
    return tuple(found.values())


def _of_the_round(folder: Path, on: date) -> bool:
    """Tell whether a day lies in the round of a folder's rules; a folder without one says yes."""
    told = table(folder / "schedule.toml").get("default", {})
    return told.get("rules_from", on) <= on <= told.get("rules_until", on)


def _of_groups(rules: tuple[Rule, ...]) -> Iterator[Measure]:
    """Yield, for each group of the screening, whether a household belongs to it.

    The rules whose paper answers for everyone decide; the others only add hits.
    """
    screening = [rule for rule in rules if rule.kind == SCREENING]
    for group in dict.fromkeys(rule.group for rule in screening):
        own = [rule for rule in screening if rule.group == group]
        texts = [f"({rule.text})" if rule.main else f"({rule.text}) is True" for rule in own]
        clauses = dict.fromkeys(rule.clause for rule in own if rule.main)
        yield Measure(
            name=group,
            kind="boolean",
            tables=(HOUSEHOLDS,),
            expr=" or ".join(texts),
            clause="；".join(clauses) or own[0].clause,
            file=own[0].file,
        )
