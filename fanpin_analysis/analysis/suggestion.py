"""Suggest for each household whether to take it in, and as what; people decide, not this.

The verdicts of a household become one whole number, a bit for each rule that is hit. There are few
different numbers, however many households there are: the words are made once for each of them and
looked up, so that no text is put together household by household.
"""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any

import narwhals as nw
import polars as pl

from fanpin_analysis.analysis.engine import rows_of, same_kind
from fanpin_analysis.analysis.screening import (
    evaluate_households,
    explain,
    lines_behind,
    with_measures,
)
from fanpin_analysis.intake.tables import SOURCE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from narwhals.typing import IntoFrame, IntoFrameT

    from fanpin_analysis.policy.in_force import Policy
    from fanpin_analysis.policy.rulebook import Rule, RuleKind

ENTER, OPEN = "建议纳入", "待核"
CONCLUSIONS = "研判结论"  # the code list of what can be suggested
HELPED = "要帮扶"  # the group of those conclusions that kinds of help go with
SUGGESTION, REASON, AS_TYPE, BY_CAUSE, BY_HELP, HITS = WORDS = (
    "建议",
    "说明",
    "建议类型",
    "建议致因",
    "建议帮扶",
    "命中规则",
)
SCREENING: RuleKind = "筛查"
JUDGEMENT: RuleKind = "研判"
HELP: RuleKind = "帮扶"
KINDS: tuple[RuleKind, ...] = (SCREENING, JUDGEMENT, HELP)
BITS = 62  # that a signed 64-bit number holds, with one to spare
MASK = "_mask"


def suggest(households: IntoFrameT, policy: Policy) -> IntoFrameT:
    """Add to each household what the rules suggest.

    Parameters
    ----------
    households
        One row a household, in any frame narwhals knows.
    policy
        The rules and parameters in force.

    Returns
    -------
        The same kind of frame with six columns of text. 建议 and 说明 are what the first rule of
        研判 that is hit says, in the order of the rules; 待核 where none is. 建议类型: the kind of
        monitored household to enter as. 建议致因: the causes that the rules of 筛查 that are hit
        speak for, in the order of the code list; 建议帮扶: the kinds of help, likewise, for those
        who are to be helped. 命中规则: the ids of the rules of 筛查 that are hit, of the rule of
        研判 that decides, and of the help. All but 建议 are null where there are none. Databases
        give no promise on the order of rows.

    Raises
    ------
    InputError
        When a column that a rule needs holds another type than its field.
    """
    rules = [rule for kind in KINDS for rule in policy.of_kind(kind)]
    own = [n for n in nw.from_native(households).collect_schema().names() if n not in WORDS]
    judged = evaluate_households(
        households, {r.id: policy.expressions[r.id] for r in rules}, policy
    )
    native = nw.from_native(judged)
    masks = _masks(rules)
    if native.implementation.is_pandas() or native.implementation.is_pyarrow():
        verdicts = nw.from_native(rows_of(judged, [rule.id for rule in rules]))
        patterns = verdicts.select(**masks).to_native()
        words = nw.from_native(same_kind(_worded(patterns, rules, policy), households))
        return native.select(own).with_columns(*(words[name] for name in WORDS)).to_native()
    masked = native.select(*own, **masks)
    if native.implementation.is_polars():
        said = pl.struct(list(masks)).map_batches(
            lambda found: _worded(found.struct.unnest(), rules, policy).to_struct(),
            return_dtype=pl.Struct(dict.fromkeys(WORDS, pl.String)),
            is_elementwise=True,
        )
        table: Any = masked.to_native()
        fields = [pl.col(MASK).struct.field(name) for name in WORDS]
        return table.with_columns(said.alias(MASK)).select(*own, *fields)
    patterns = rows_of(masked.select(*masks).unique().to_native(), masks)
    table = patterns.hstack(_worded(patterns, rules, policy))
    beside = nw.from_native(_in_database(table, judged))
    return masked.join(beside, on=list(masks), how="left").select(*own, *WORDS).to_native()


def margins(households: IntoFrame, policy: Policy) -> Any:  # noqa: ANN401
    """Say how far each household lies from each line that a rule or a measure in it draws.

    Returns
    -------
        One row a household and line: 行次 (the household's place in the frame, from 1), where it
        was read, 规则, 名称, 量 (what is compared), 值, 线 (the parameter), 线值, 单位, and 距线
        (值 less 线值, negative below the line; null where the value is). A pandas frame gives a
        pandas frame, pyarrow gives pyarrow, every other kind polars.
    """
    rules = [rule for kind in KINDS for rule in policy.of_kind(kind)]
    drawn = [(r, *line) for r in rules for line in lines_behind(r, policy)]
    quantities = list(dict.fromkeys(quantity for _, quantity, _ in drawn))
    told = rows_of(with_measures(households, quantities, policy), [*SOURCE, *quantities])
    told = told.with_row_index("行次", offset=1)
    parts = [pl.DataFrame(schema=_MARGINS)]
    for rule, quantity, name in drawn:
        parameter, value = policy.parameters[name], pl.col(quantity).cast(pl.Float64)
        texts = {"规则": rule.id, "名称": rule.label, "量": quantity, "线": name}
        part = told.select(
            "行次",
            *SOURCE,
            *[pl.lit(text).alias(column) for column, text in texts.items()],
            pl.lit(parameter.unit).alias("单位"),
            pl.lit(parameter.value, pl.Float64).alias("线值"),
            value.alias("值"),
            (value - parameter.value).round(6).alias("距线"),
        )
        parts.append(part.select(pl.col(column).cast(kind) for column, kind in _MARGINS.items()))
    return same_kind(pl.concat(parts).sort("行次", maintain_order=True), households)


def trace(households: IntoFrame, policy: Policy) -> Any:  # noqa: ANN401
    """Explain every rule that bears on a suggestion; see :func:`explain` for the columns."""
    ids = [rule.id for kind in KINDS for rule in policy.of_kind(kind)]
    return explain(households, policy, ids)


_MARGINS = {
    "行次": pl.Int64,
    **SOURCE,
    **dict.fromkeys(("规则", "名称", "量"), pl.String),
    "值": pl.Float64,
    "线": pl.String,
    "线值": pl.Float64,
    "单位": pl.String,
    "距线": pl.Float64,
}


def _masks(rules: Sequence[Rule]) -> dict[str, nw.Expr]:
    """Return the numbers that hold which rules are hit."""
    flags = [nw.col(rule.id) for rule in rules]
    return {
        f"{MASK}{start}": reduce(add, map(_bit, range(BITS), flags[start : start + BITS]))
        for start in range(0, len(flags), BITS)
    }


def _bit(place: int, flag: nw.Expr) -> nw.Expr:
    return nw.when(flag).then(nw.lit(1 << place, nw.Int64)).otherwise(nw.lit(0, nw.Int64))


def _worded(patterns: pl.DataFrame, rules: Sequence[Rule], policy: Policy) -> pl.DataFrame:
    """Return the words of each pattern of verdicts, made once for each different one."""
    distinct = patterns.unique()
    words = [_words(pattern, rules, policy) for pattern in distinct.iter_rows()]
    table = pl.DataFrame(words, schema=dict.fromkeys(WORDS, pl.String), orient="row")
    found = patterns.join(
        distinct.hstack(table), on=patterns.columns, how="left", maintain_order="left"
    )
    return found.select(WORDS)


def _words(pattern: Sequence[int], rules: Sequence[Rule], policy: Policy) -> list[str | None]:
    """Return the six texts that belong to one pattern."""
    whole = sum(mask << (BITS * place) for place, mask in enumerate(pattern))
    hit = [rule for place, rule in enumerate(rules) if whole >> place & 1]
    decides = next((rule for rule in hit if rule.kind == JUDGEMENT), None)
    suggested = decides.suggests if decides else OPEN
    helped = suggested in policy.vocabulary.code_list(CONCLUSIONS).groups[HELPED]
    told = [rule for rule in hit if rule.kind == SCREENING or rule is decides]
    told += [rule for rule in hit if rule.kind == HELP and helped]
    causes = {cause for rule in told for cause in rule.causes}
    help_ = {rule.suggests for rule in told if rule.kind == HELP}
    return [
        suggested,
        (decides.reason or None) if decides else None,
        (decides.entry or None) if decides else None,
        _listed(causes, policy.vocabulary.code_list("致返贫风险类型").words),
        _listed(help_, policy.vocabulary.code_list("帮扶建议类别").words),
        "、".join(rule.id for rule in told) or None,
    ]


def _listed(words: Iterable[str], order: Sequence[str]) -> str | None:
    """Return words as one text in the order of their code list; null if there are none."""
    places: Mapping[str, int] = {word: place for place, word in enumerate(order)}
    return "、".join(sorted(words, key=lambda word: places.get(word, len(places)))) or None


def _in_database(table: pl.DataFrame, judged: Any) -> Any:  # noqa: ANN401  of the engine's own kind
    """Return a small table in the database that a relation lives in."""
    words = table.to_arrow()
    if nw.from_native(judged).implementation.is_duckdb():
        return judged.query("households", "select * from words")  # found by its name
    return judged.sparkSession.createDataFrame(words)
