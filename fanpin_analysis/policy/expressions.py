"""The closed grammar in which rules, form filters and identities are written.

Names, numbers, text, ``== != < <= > >=``, ``and or not``, ``+ - * /``, ``x in ['a', 'b']``,
``'a' in several``, ``x in GROUP`` (any of the words that a code list groups under a name),
``is None``, ``is not None``, ``is True`` and ``is False``: nothing else is read, and nothing is
evaluated but by compiling it to a narwhals expression, so that one text means the same on every
engine.

An interval is a number that is only known to lie between two bounds: the columns ``X下限`` and
``X上限``, both included, null where there is no bound. It can be compared with numbers; the answer
is null where the bounds leave it open.

Null is the third answer, by Kleene logic: a comparison with null is null, ``False and null`` is
false, ``True or null`` is true. Dividing by zero gives null. ``is True`` and ``is False`` are never
null: what cannot be told is neither.
"""

from __future__ import annotations

import ast
import operator
from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING, Literal

from fanpin_analysis.errors import ExpressionError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import narwhals as nw

Kind = Literal["boolean", "number", "text", "several", "date", "interval", "group"]

LOWEST, HIGHEST = "下限", "上限"

COMPARISONS: dict[type[ast.cmpop], Callable] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
ORDERINGS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
MIRRORED: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Gt: ast.Lt, ast.GtE: ast.LtE}
ARITHMETIC: dict[type[ast.operator], Callable] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """What a name stands for: its kind and, for a coded field or a group, its words."""

    kind: Kind
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """A parsed expression: its text, its tree, the names in it and the kind of its value.

    ``names`` are the columns and parameters that it reads: of an interval, its two bounds.
    ``several`` are those of them that hold several words, ``groups`` the words of each group.
    ``decimals``: its value is rounded to so many, since 7200 / 9000 - 1 is not -0.2 in binary.
    """

    text: str
    tree: ast.expr
    names: tuple[str, ...]
    kind: Kind
    intervals: frozenset[str] = frozenset()
    several: frozenset[str] = frozenset()
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    decimals: int | None = None

    def compile(self, parameters: Mapping[str, float] | None = None) -> nw.Expr:
        """Return the narwhals expression, with the values of the parameters put in."""
        value = _Compiler(parameters or {}, self).value(self.tree)
        return value if self.decimals is None else value.round(self.decimals)

    def filled(self, values: Mapping[str, str]) -> str:
        """Return the text with each name followed by its value in brackets."""
        text = self.text.encode()
        named = [node for node in ast.walk(self.tree) if isinstance(node, ast.Name)]
        for node in sorted(named, key=lambda name: -name.col_offset):
            if node.id in values:
                end = node.col_offset + len(node.id.encode())
                text = text[:end] + f"（{values[node.id]}）".encode() + text[end:]
        return text.decode()


def bounds(name: str) -> tuple[str, str]:
    """Return the two columns in which an interval is held."""
    return name + LOWEST, name + HIGHEST


def parse(
    text: str, terms: Mapping[str, Term], place: str, decimals: int | None = None
) -> Expression:
    """Parse an expression and hold it against the names that it may use.

    Parameters
    ----------
    text
        The expression, on one line.
    terms
        What each name stands for: fields, measures and parameters.
    place
        Where the expression stands, such as ``规则“R03”（核对.toml）``; it begins each message.
    decimals
        To how many decimals the value is rounded; not at all without.

    Raises
    ------
    ExpressionError
        When the text lies outside the grammar, names something undeclared, or compares what cannot
        be compared; the message says which, and names the nearest known name.
    """
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        message = f"{place}：表达式“{text}”不完整或有多余的符号，请检查括号、引号和运算符是否成对。"
        raise ExpressionError(message) from error
    checker = _Checker(text, terms, place)
    kind = checker.kind(tree)
    return Expression(
        text=text,
        tree=tree,
        names=tuple(dict.fromkeys(checker.names)),
        kind=kind,
        intervals=frozenset(checker.intervals),
        several=frozenset(checker.several),
        groups=checker.groups,
        decimals=decimals,
    )


class _Checker:
    """Walks a tree once: finds each part's kind, and refuses what the grammar does not have."""

    def __init__(self, text: str, terms: Mapping[str, Term], place: str) -> None:
        self.text, self.terms, self.place = text, terms, place
        self.names: list[str] = []
        self.intervals: set[str] = set()
        self.several: set[str] = set()
        self.groups: dict[str, tuple[str, ...]] = {}

    def refuse(self, reason: str) -> ExpressionError:
        return ExpressionError(f"{self.place}：表达式“{self.text}”{reason}")

    def kind(self, node: ast.expr) -> Kind:
        match node:
            case ast.Name(id=name):
                return self.term(name).kind
            case ast.Constant(value=bool() | None):
                raise self.refuse(f"里的“{node.value}”不能单独使用；判断空值请写 is None。")
            case ast.Constant(value=int() | float()):
                return "number"
            case ast.Constant(value=str()):
                return "text"
            case ast.BoolOp(values=values):
                return self.all_of(values, "boolean", "and、or 的两边必须是能判断是否的条件")
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return self.all_of([operand], "boolean", "not 的后面必须是能判断是否的条件")
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self.all_of([operand], "number", "负号后面必须是数值")
            case ast.BinOp(left=left, op=op, right=right) if type(op) in ARITHMETIC:
                return self.all_of([left, right], "number", "加减乘除的两边必须是数值")
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self.comparison(left, op, right)
            case ast.Compare():
                raise self.refuse("把几个比较连写在一起，请拆成用 and 连接的几个比较。")
            case _:
                part = ast.get_source_segment(self.text, node) or self.text
                raise self.refuse(f"里的“{part}”不在规则语法之内。")

    def term(self, name: str) -> Term:
        if name not in self.terms:
            raise self.refuse(f"用到没有声明的名称“{name}”。{nearest(name, self.terms)}")
        term = self.terms[name]
        match term.kind:
            case "interval":
                self.intervals.add(name)
                self.names.extend(bounds(name))
            case "group":
                self.groups[name] = term.words
            case kind:
                self.names.append(name)
                self.several |= {name} if kind == "several" else set()
        return term

    def all_of(self, parts: list[ast.expr], wanted: Kind, reason: str) -> Kind:
        if any(self.kind(part) != wanted for part in parts):
            raise self.refuse(f"：{reason}。")
        return wanted

    def comparison(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Kind:
        if isinstance(op, ast.Is | ast.IsNot):
            self.asked(left, right)
        elif isinstance(op, ast.In):
            self.membership(left, right)
        elif type(op) not in COMPARISONS:
            raise self.refuse("里的 not in 请改写为 not (… in […])。")
        else:
            self.comparable(left, right, ordered=isinstance(op, ORDERINGS))
        return "boolean"

    def asked(self, left: ast.expr, right: ast.expr) -> None:
        kind = self.kind(left)
        if not (isinstance(right, ast.Constant) and right.value in (None, True, False)):
            raise self.refuse("里的 is 后面只能是 None、not None、True 或 False。")
        if right.value is not None and kind != "boolean":
            raise self.refuse("里的 is True、is False 前面必须是能判断是否的条件。")

    def membership(self, left: ast.expr, right: ast.expr) -> None:
        if isinstance(right, ast.Name) and isinstance(left, ast.Name):
            self.in_group(left.id, right.id)
        elif isinstance(right, ast.List) and right.elts:
            for item in right.elts:
                if not isinstance(item, ast.Constant):
                    raise self.refuse("里的 in […] 只能列出文字或数字。")
                self.comparable(left, item, ordered=False)
        elif isinstance(left, ast.Constant) and isinstance(right, ast.Name):
            if self.term(right.id).kind != "several":
                raise self.refuse(f"里的“{right.id}”只有一个值，请写 == 而不是 in。")
            self.word(right.id, left)
        else:
            raise self.refuse("里的 in 右边应是 […]、代码表里的一组词或可多选的字段。")

    def in_group(self, name: str, group: str) -> None:
        term, grouped = self.term(name), self.term(group)
        if grouped.kind != "group" or term.kind not in ("text", "several"):
            raise self.refuse(f"里的“{name} in {group}”：右边应是代码表里的一组词，左边应是文字。")
        if term.words and (strange := set(grouped.words) - set(term.words)):
            raise self.refuse(f"里的“{group}”有不属于“{name}”的词：{'、'.join(sorted(strange))}。")

    def comparable(self, left: ast.expr, right: ast.expr, *, ordered: bool) -> None:
        kinds = {self.kind(left), self.kind(right)}
        if "interval" in kinds:
            if not ordered or kinds - {"interval", "number"}:
                raise self.refuse("里的区间值只能用 <、<=、>、>= 与数值比较。")
        elif len(kinds) > 1 or kinds & {"several", "boolean"}:
            raise self.refuse("比较了两种不能相比的值。")
        if ordered and kinds == {"text"}:
            raise self.refuse("给文字比大小；文字只能用 ==、!= 或 in 比较。")
        for name, other in ((left, right), (right, left)):
            if isinstance(name, ast.Name) and isinstance(other, ast.Constant):
                self.word(name.id, other)

    def word(self, name: str, constant: ast.Constant) -> None:
        words = self.terms[name].words
        if words and constant.value not in words:
            hint = nearest(str(constant.value), words) or f"可用的是{'、'.join(words)}。"
            raise self.refuse(f"里的“{constant.value}”不在“{name}”的代码表内。{hint}")


class _Compiler:
    """Turns a checked tree into a narwhals expression."""

    def __init__(self, parameters: Mapping[str, float], expression: Expression) -> None:
        import narwhals as nw  # noqa: PLC0415  parsing alone must not load it

        self.nw, self.parameters = nw, parameters
        self.intervals, self.several = expression.intervals, expression.several
        self.groups = expression.groups

    def value(self, node: ast.expr) -> nw.Expr:
        match node:
            case ast.Name(id=name):
                known = name in self.parameters
                return self.nw.lit(self.parameters[name]) if known else self.nw.col(name)
            case ast.Constant(value=constant):
                return self.nw.lit(constant)
            case ast.BoolOp(op=op, values=values):
                join = operator.and_ if isinstance(op, ast.And) else operator.or_
                return reduce(join, map(self.value, values))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return ~self.value(operand)
            case ast.UnaryOp(operand=operand):
                return self.nw.lit(0) - self.value(operand)
            case ast.BinOp(left=left, op=op, right=right):
                return self.arithmetic(self.value(left), op, self.value(right))
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self.comparison(left, op, right)
            case _:
                raise AssertionError(ast.dump(node))

    def arithmetic(self, left: nw.Expr, op: ast.operator, right: nw.Expr) -> nw.Expr:
        if isinstance(op, ast.Div):
            return self.nw.when(right != 0).then(left / right)
        return ARITHMETIC[type(op)](left, right)

    def comparison(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> nw.Expr:
        match op, right:
            case ast.Is(), ast.Constant(value=asked):
                return self.surely(left, asked)
            case ast.IsNot(), ast.Constant(value=asked):
                return ~self.surely(left, asked)
            case ast.In(), ast.List(elts=items):
                tested = self.value(left)
                return reduce(operator.or_, (tested == self.value(item) for item in items))
            case ast.In(), ast.Name(id=group) if group in self.groups:
                return self.any_of(left, self.groups[group])
            case ast.In(), _:
                word = left.value if isinstance(left, ast.Constant) else ""
                return self.value(right).str.contains(str(word), literal=True)
            case _ if self.is_interval(left) or self.is_interval(right):
                return self.between(left, op, right)
            case _:
                return COMPARISONS[type(op)](self.value(left), self.value(right))

    def any_of(self, node: ast.expr, words: tuple[str, ...]) -> nw.Expr:
        """Tell whether a text is one of some words, or holds one of them where it holds several."""
        text = self.value(node)
        if isinstance(node, ast.Name) and node.id in self.several:
            return reduce(operator.or_, (text.str.contains(w, literal=True) for w in words))
        return reduce(operator.or_, (text == self.nw.lit(word) for word in words))

    def surely(self, node: ast.expr, asked: object) -> nw.Expr:
        """Tell whether a value is null, or a condition surely true or false; never null itself."""
        if asked is None:
            return self.unknown(node)
        held = self.value(node) if asked else ~self.value(node)
        yes, no = self.nw.lit(value=True), self.nw.lit(value=False)
        return self.nw.when(held).then(yes).otherwise(no)

    def is_interval(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id in self.intervals

    def ends(self, node: ast.expr) -> tuple[nw.Expr, nw.Expr]:
        """Return the lowest and the highest that a value can be."""
        if isinstance(node, ast.Name) and node.id in self.intervals:
            lowest, highest = bounds(node.id)
            return self.nw.col(lowest), self.nw.col(highest)
        value = self.value(node)
        return value, value

    def unknown(self, node: ast.expr) -> nw.Expr:
        lowest, highest = self.ends(node)
        if self.is_interval(node):
            return lowest.is_null() & highest.is_null()
        return lowest.is_null()

    def between(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> nw.Expr:
        """Compare where at least one side is an interval: true or false only if surely so."""
        if type(op) in MIRRORED:
            left, op, right = right, MIRRORED[type(op)](), left
        (lowest, highest), (least, most) = self.ends(left), self.ends(right)
        yes = COMPARISONS[type(op)](highest, least)
        no = lowest >= most if isinstance(op, ast.Lt) else lowest > most
        answer = self.nw.when(no).then(self.nw.lit(value=False))
        return self.nw.when(yes).then(self.nw.lit(value=True)).otherwise(answer)
