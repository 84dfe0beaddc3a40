"""Tables for notebooks and panels: short, masked, and safe whatever a village has typed."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd

from fanpin_analysis.analysis.screening import shown, status_shown
from fanpin_analysis.deliverables.sheets import stored_value
from fanpin_analysis.deliverables.tabulation import TOTAL
from fanpin_analysis.deliverables.workbook_forms import AREA, DEFAULT_WIDTH, NUMBER
from fanpin_analysis.intake.tables import SOURCE
from fanpin_analysis.policy.expressions import parse
from fanpin_analysis.policy.masking import FIELD, RAW, mask, mask_text
from fanpin_analysis.policy.vocabulary import load_vocabulary
from fanpin_analysis.views import markup
from fanpin_analysis.views.markup import Table, badge_cell, cell, grid, line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from fanpin_analysis.intake.reading import Intake
    from fanpin_analysis.policy.in_force import Policy
    from fanpin_analysis.policy.vocabulary import Form, Pair, Vocabulary
    from fanpin_analysis.views.markup import Look

MOST_ROWS = 10
MOST_HOUSEHOLDS = 200  # of a list to look through; the workbooks have them all
MOST_AREAS = 5  # named for an identity that does not hold
DASH = "—"
DEFAULT = "（默认）"
HIDDEN = "**"
HASH_SHOWN = 16
HOUSEHOLD, PERSONS = ("村", "户主姓名", "家庭人口数"), "家庭人口数"
LIGHTS = {True: "✓ 成立", False: "✗ 不成立", None: "？ 无法判定"}

Value = str | float | None


def labelled(
    frame: pd.DataFrame, rows: int = MOST_ROWS, *, vocabulary: Vocabulary | None = None
) -> Table:
    """Show the first rows of a frame, with all that is personal in them hidden.

    Parameters
    ----------
    frame
        Any frame of this package; its index is not shown.
    rows
        How many rows to show, ten at most.
    vocabulary
        Whose fields say what is personal; without it, the shipped one.

    Returns
    -------
        The table; a null is a dash, true is 是, and a line below says when there are more rows.
    """
    return _listed(frame, min(rows, MOST_ROWS), vocabulary or _shipped())


def household_table(
    households: pd.DataFrame, policy: Policy, code: str, rows: int = MOST_HOUSEHOLDS
) -> Table:
    """Show the households behind a cell of Annex 1, and where each of them was read.

    Parameters
    ----------
    households
        As :func:`~fanpin_analysis.deliverables.tabulation.households_behind` returns them.
    policy
        The definitions in force.
    code
        The code of the cell's column; what its condition asks for is shown as well.
    rows
        How many households to list.

    Returns
    -------
        The table, names hidden, and above it the numbers of households and persons.
    """
    columns = dict.fromkeys([*HOUSEHOLD, *_asked(code, policy), *SOURCE])
    known = households.loc[:, [name for name in columns if name in households]]
    persons = sum(int(size) for size in households[PERSONS].dropna())
    counted = f"共 {len(households)} 户，{persons} 人。"
    table = _listed(known, rows, policy.vocabulary)
    return Table(line(counted) + table.html, f"{counted}\n{table.text}")


def annex_table(annex1: pd.DataFrame, policy: Policy) -> Table:
    """Show Annex 1 as it will print: the form's header, its codes, a row a village, 合计, notes.

    Parameters
    ----------
    annex1
        Annex 1 as :func:`~fanpin_analysis.deliverables.tabulation.tabulate` returns it.
    policy
        The definitions in force, with the form ``submitted``.

    References
    ----------
    罗发〔2023〕23号 附件1
    """
    form = policy.vocabulary.form("submitted")
    villages = annex1["村"].to_list()
    numbers = [None if village == TOTAL else n for n, village in enumerate(villages, start=1)]
    columns = {NUMBER: numbers, AREA: villages} | {code: annex1[code] for code in _codes(form)}
    codes = [name if name in _codes(form) else "" for name in form.fields]
    rows = [
        [_said(stored_value(value), "") for value in row]
        for row in zip(*(columns[name] for name in form.fields), strict=True)
    ]
    head = [*_header(form), [cell(code, "form head") for code in codes]]
    body = [[cell(text, "form") for text in row] for row in rows]
    widths = [form.widths.get(name, DEFAULT_WIDTH) for name in form.fields]
    html = markup.form([*head, *body], form.title, widths) + "".join(map(line, form.notes))
    return Table(html, "\n".join([form.title, *map(_joined, [codes, *rows]), *form.notes]))


def identity_lights(identities: pd.DataFrame) -> Table:
    """Show for each identity whether it holds, in words and colour, and where it does not.

    Parameters
    ----------
    identities
        As :func:`~fanpin_analysis.deliverables.tabulation.identities` returns them.
    """
    html, text = [], []
    for identity, areas in identities.groupby("恒等式", sort=False):
        told = str(identity).replace("==", "=")
        verdict, where = _light(areas)
        html.append([cell(told, "text"), badge_cell(verdict, LIGHTS[verdict], where)])
        text.append(_joined([told, LIGHTS[verdict], where]))
    return Table(grid(html), "\n".join(text))


def method_notes(policy: Policy, intake: Intake, **options: object) -> Table:
    """Show what a result rests on: options chosen, parameters in force, and the input's hash.

    Parameters
    ----------
    policy
        The definitions in force.
    intake
        What was read; the hash is taken over the names and SHA-256 hashes of all its files.
    options
        What was chosen in the notebook, by the name of its parameter.
    """
    rows = [("省份、排查日期", f"{policy.parameters.province}，{policy.parameters.on}", None, None)]
    rows += [(f"选项 {name}", _option(value), None, None) for name, value in options.items()]
    rows += [
        (f"参数 {name}", f"{shown(p.value)} {p.unit}", p.clause, status_shown(p.status))
        for name, p in policy.used_parameters.items()
    ]
    read = f"{len(intake.files)} 个文件，校验值 {_input_hash(intake)}"
    return _table(("项目", "内容", "依据", "性质"), [*rows, ("输入", read, None, None)])


def sentence(text: str) -> Table:
    """Show a sentence, without the quotes of a text; long numbers in it are hidden."""
    hidden = mask_text(text)  # writes punctuation in its plain form
    told = hidden if "*" in hidden else text
    return Table(line(told), told)


def code_labels(policy: Policy) -> dict[str, str]:
    """Return for every code of Annex 1 what it counts, in the words of the form."""
    form = policy.vocabulary.form("submitted")
    printed = {head.columns: head.text for head in sorted(form.header, key=lambda head: head.rows)}
    return {
        code: f"{code} {_pair(code, form).label} {printed.get((code, code), '')}".strip()
        for code in _codes(form)
    }


@cache
def _shipped() -> Vocabulary:
    return load_vocabulary()


def _codes(form: Form) -> list[str]:
    """Return the codes that are counted, in the order of the form."""
    counted = {code for pair in form.pairs for code in pair.codes}
    return [name for name in form.fields if name in counted]


def _pair(code: str, form: Form) -> Pair:
    return next(pair for pair in form.pairs if code in pair.codes)


def _asked(code: str, policy: Policy) -> tuple[str, ...]:
    """Return the columns that the condition of a code names."""
    where = _pair(code, policy.vocabulary.form("submitted")).where
    return tuple(parse(where, policy.terms, f"附件1“{code}”（forms.toml）").names) if where else ()


def _header(form: Form) -> Iterator[list[str]]:
    """Yield the printed rows of a form's header; a merged cell stands in the first of its rows."""
    order = {name: number for number, name in enumerate(form.fields)}
    for row in range(1, max(head.rows[1] for head in form.header) + 1):
        begun = [head for head in form.header if head.rows[0] == row]
        yield [
            cell(
                head.text,
                "form head",
                columns=order[head.columns[1]] - order[head.columns[0]] + 1,
                rows=head.rows[1] - head.rows[0] + 1,
            )
            for head in sorted(begun, key=lambda head: order[head.columns[0]])
        ]


def _light(areas: pd.DataFrame) -> tuple[bool | None, str]:
    """Return the verdict over all areas of an identity, and the areas that it rests on."""
    rows = [
        (None if pd.isna(held) else bool(held), village, f"{village} {left} 与 {right}")
        for village, left, right, held in areas[["村", "左", "右", "成立"]].to_numpy(object)
    ]
    if broken := [told for held, _, told in rows if held is False]:
        return False, "；".join(broken[:MOST_AREAS]) + _more(broken)
    if unknown := [village for held, village, _ in rows if held is None]:
        return None, "、".join(unknown[:MOST_AREAS]) + _more(unknown)
    return True, f"{len(rows)} 行"


def _more(areas: list[str]) -> str:
    return f"等 {len(areas)} 处" if len(areas) > MOST_AREAS else ""


def _option(value: object) -> str:
    return ("、".join(map(str, value)) if isinstance(value, list) else str(value)) or DEFAULT


def _input_hash(intake: Intake) -> str:
    """Return the beginning of a hash over the names and contents of all input files."""
    files = sorted(
        f"{name}\0{digest}"
        for name, digest in zip(intake.files["来源文件"], intake.files["SHA256"], strict=True)
    )
    return hashlib.sha256("\n".join(files).encode()).hexdigest()[:HASH_SHOWN]


def _listed(frame: pd.DataFrame, rows: int, vocabulary: Vocabulary) -> Table:
    """Return the first rows of a frame, masked, and a line that says how many there are."""
    hidden = mask(frame.head(rows), vocabulary).astype(object)
    if RAW in hidden and FIELD not in hidden:
        hidden[RAW] = hidden[RAW].where(hidden[RAW].isna(), HIDDEN)  # of whom or what, who knows
    values = [list(map(stored_value, row)) for row in hidden.itertuples(index=False, name=None)]
    table = _table(list(map(str, frame.columns)), values)
    if len(frame) <= len(values):
        return table
    more = f"共 {len(frame)} 行，这里是前 {len(values)} 行。"
    return Table(table.html + line(more), f"{table.text}\n{more}")


def _table(names: Sequence[str], rows: Iterable[Sequence[Value]]) -> Table:
    """Return values under their names: numbers to the right, a null as a dash."""
    rows = list(rows)
    looks: list[Look] = [_look(column) for column in zip(*rows, strict=True)]
    html, text = [[cell(name, "head") for name in names]], [_joined(names)]
    for row in rows:
        said = [_said(value, DASH) for value in row]
        html.append([cell(told, look) for told, look in zip(said, looks, strict=True)])
        text.append(_joined(said))
    return Table(grid(html), "\n".join(text))


def _look(column: Iterable[Value]) -> Look:
    return "number" if any(isinstance(value, int | float) for value in column) else "text"


def _said(value: Value, null: str) -> str:
    """Return a value as a table says it: numbers without trailing zeros, cents at most."""
    match value:
        case None | "":
            return null
        case float():
            return f"{value:.2f}".rstrip("0").rstrip(".")
        case _:
            return str(value)


def _joined(texts: Iterable[str]) -> str:
    """Return the cells of a row as one line of plain text."""
    return " | ".join(" ".join(text.split()) for text in texts)
