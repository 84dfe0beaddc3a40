"""Say of every household of the ledger what all the papers know of it, a measure a column.

This is the frame that the rules about households are asked of. What is computed of its own row is
not in it: :func:`~fanpin_analysis.analysis.screening.screen` adds that, on any engine.
"""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final

import narwhals as nw
import polars as pl

from fanpin_analysis.analysis.checking import tables_beside
from fanpin_analysis.analysis.clue_matching import match_clues
from fanpin_analysis.analysis.decline import declining_income
from fanpin_analysis.analysis.engine import rows_of
from fanpin_analysis.analysis.income import income_stability
from fanpin_analysis.analysis.keys import HEAD, HEAD_ID, PERSON_ID, RELATION, VILLAGE
from fanpin_analysis.analysis.measures import Tables, columns_of
from fanpin_analysis.errors import InputError
from fanpin_analysis.intake.identity import LENGTH as ID_LENGTH
from fanpin_analysis.intake.keys import HEAD as HEAD_OF_ALL
from fanpin_analysis.intake.keys import KEY
from fanpin_analysis.intake.tables import SOURCE
from fanpin_analysis.policy.masking import MASKS
from fanpin_analysis.policy.measures import HOUSEHOLDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from narwhals.typing import IntoDataFrameT

    from fanpin_analysis.intake.reading import Intake
    from fanpin_analysis.policy.in_force import Policy

PERSON: Final = "姓名"
REGISTERED: Final = (
    VILLAGE, HEAD, HEAD_ID, PERSON, PERSON_ID, RELATION,
    "监测对象类别", "风险是否已消除", "识别监测时间", "消除监测时间",
)  # fmt: skip


def describe(intake: Intake, policy: Policy) -> Any:  # noqa: ANN401  pandas, as the intake
    """Return the households of the ledger with every measure that other papers give of them.

    Parameters
    ----------
    intake
        What :func:`~fanpin_analysis.intake.reading.read` returned.
    policy
        The measures and parameters in force.

    Returns
    -------
    pandas.DataFrame
        One row a household, in the ledger's order: its columns, then the measures that hang on
        ``households``, and at the end 来源文件, 来源工作表, 来源行. Incomes a head are yuan
        a person and year, other amounts yuan a household and year. Null where no paper tells,
        or where papers say different things.
    """
    ledger = {HOUSEHOLDS: intake.ledger, "ledger": intake.ledger}
    beside = tables_beside(intake, policy)
    tables = Tables({**ledger, **beside}, policy, intake.headers, _pooled(intake, policy))
    declared = policy.measures.of_table(HOUSEHOLDS).values()
    looked_up = [column for m in declared if not m.expr for column in columns_of(m)]
    measured = tables.with_measures(HOUSEHOLDS, looked_up)
    source = list(SOURCE)
    ordered = measured.select(pl.exclude(source), *source)
    return ordered.to_pandas(use_pyarrow_extension_array=True)


def _pooled(intake: Intake, policy: Policy) -> dict[str, Callable[[], pl.DataFrame]]:
    """Return what is computed over all incomes together, each at most once."""
    incomes = pl.from_pandas(intake.incomes)
    kinds = {"decline": declining_income, "stability": income_stability}
    return {name: cache(partial(function, incomes, policy)) for name, function in kinds.items()}


def matched_clues(intake: Intake) -> Any:  # noqa: ANN401  pandas, as the intake
    """Return the departments' clues, each with its household and what the ledger answers to it.

    See :func:`~fanpin_analysis.analysis.clue_matching.match_clues` for the columns.
    """
    papers = (intake.members, intake.register, intake.roster)
    return match_clues(intake.clues, intake.ledger, *papers)


def absent_from_ledger(intake: Intake) -> Any:  # noqa: ANN401  pandas, as the intake
    """Return the households of the register that no row of the ledger is about, a row each.

    The columns are 村, 户主姓名, 户主证件号码, 监测对象类别, 风险是否已消除, 识别监测时间,
    消除监测时间 and where the household was read first. A row that was sent back to the village
    counts as there.
    """
    known = pl.concat([rows_of(frame, [KEY]) for frame in (intake.ledger, intake.returned)])
    rows = rows_of(intake.register, [KEY, *REGISTERED, *SOURCE]).with_columns(
        pl.coalesce(HEAD, PERSON).alias(HEAD), pl.coalesce(HEAD_ID, PERSON_ID).alias(HEAD_ID)
    )
    head_first = rows.sort(pl.col(RELATION) != HEAD_OF_ALL, nulls_last=True, maintain_order=True)
    once = head_first.unique(KEY, keep="first", maintain_order=True)
    absent = once.join(known.drop_nulls(), on=KEY, how="anti", maintain_order="left")
    shown = [VILLAGE, HEAD, HEAD_ID, *REGISTERED[-4:], *SOURCE]
    return absent.select(shown).to_pandas(use_pyarrow_extension_array=True)


def find_household(households: IntoDataFrameT, key: str, village: str = "") -> IntoDataFrameT:
    """Return the households of a name or an ID; several where a name does not tell them apart.

    Parameters
    ----------
    households
        As :func:`describe` returns them, screened or not.
    key
        The head's name, or his ID of 18 characters.
    village
        Only in this village; everywhere without it.

    Raises
    ------
    InputError
        When there is none; the message says where the nearest one was read, its name hidden.
    """
    frame = nw.from_native(households, eager_only=True)
    within = frame.filter(nw.col(VILLAGE) == village) if village else frame
    column = HEAD_ID if any(letter.isdigit() for letter in key) else HEAD
    found = within.filter(nw.col(column).str.slice(0, ID_LENGTH) == key)
    if len(found):
        return found.to_native()
    rows = rows_of(within.to_native(), [column, *SOURCE]).drop_nulls(column).rows()
    close = get_close_matches(key, [name for name, *_ in rows], n=1)
    near = [place for name, *place in rows if name in close][:1]
    where = "".join(f"写法最接近的一户在“{f}”的“{s}”第{n}行。" for f, s, n in near)
    hidden = MASKS["id" if column == HEAD_ID else "name"](key)
    raise InputError(
        f"{village or '各村'}的台账里没有“{hidden}”这一户。{where}请核对姓名或证件号码。"
    )
