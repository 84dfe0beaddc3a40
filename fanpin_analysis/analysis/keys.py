"""By what rows of different tables are matched: the household, the person, the telephone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from fanpin_analysis.analysis.engine import rows_of
from fanpin_analysis.intake.keys import GROUND, UNCLEAR
from fanpin_analysis.intake.keys import KEY as HOUSEHOLD_KEY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fanpin_analysis.analysis.functions import Identities
    from fanpin_analysis.policy.vocabulary import Vocabulary

HEAD_ID, PERSON_ID = "户主证件号码", "证件号码"
HEAD, RELATION, VILLAGE, YEAR = "户主姓名", "与户主关系", "村", "年度"
PHONES: Final = ("联系方式", "户联系电话")
CHECKER_DAY: Final = ("村", "核查人签字", "排查日期")
PERSONS = "人"  # what a row of a form of persons is
KEY, NAME = "_key", "_name"


class Keys:
    """The keys of every table, each made once; null where a row has none of its own."""

    def __init__(
        self, frames: Mapping[str, pl.DataFrame], vocabulary: Vocabulary, identities: Identities
    ) -> None:
        self.frames, self.vocabulary, self.identities = frames, vocabulary, identities
        self._made: dict[tuple[str, str], pl.Series] = {}

    def of(self, table: str, by: str) -> pl.Series:
        """Return by what a table's rows are matched; null where a row has no such key."""
        if (table, by) not in self._made:
            self._made[table, by] = self._new(table, by).cast(pl.String)
        return self._made[table, by]

    def _new(self, table: str, by: str) -> pl.Series:
        frame = self.frames[table]
        match by:
            case "户":
                clear = pl.col(GROUND) != UNCLEAR
                return frame.select(pl.when(clear).then(HOUSEHOLD_KEY)).to_series()
            case "人":
                column = PERSON_ID if self._row_of(table) == PERSONS else HEAD_ID
                return self.identities.keys(rows_of(frame, [column])[column])
            case "户年":
                years = rows_of(frame, [YEAR])[YEAR].cast(pl.String)
                return _joined(self.of(table, "户"), years)
            case "电话":
                phones = rows_of(frame, PHONES).cast(pl.String)
                return phones.select(pl.coalesce(PHONES)).to_series()
            case _:
                parts = rows_of(frame, CHECKER_DAY).cast(pl.String)
                return _joined(*parts.get_columns())

    def _row_of(self, table: str) -> str:
        forms = self.vocabulary.forms
        return forms[table].row if table in forms else forms["ledger"].row

    def names(self, table: str) -> pl.Series:
        """Return village and head's name of each row, whether or not they tell it from others."""
        frame = rows_of(self.frames[table], [VILLAGE, HEAD]).cast(pl.String)
        return _joined(*frame.get_columns())


def _joined(*parts: pl.Series) -> pl.Series:
    """Return texts joined into one key, null where a part is."""
    frame = pl.DataFrame({str(number): part for number, part in enumerate(parts)})
    return frame.select(pl.concat_str(pl.all(), separator="|")).to_series()
