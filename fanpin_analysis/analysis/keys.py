"""By what rows of different tables are matched: the household, the person, the name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from fanpin_analysis.analysis.engine import rows_of
from fanpin_analysis.policy.measures import RETURNED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fanpin_analysis.analysis.functions import Identities
    from fanpin_analysis.policy.vocabulary import Vocabulary

HEAD_ID, PERSON_ID, HOUSEHOLD = "户主证件号码", "证件号码", "户编号"
HEAD, RELATION, VILLAGE, YEAR = "户主姓名", "与户主关系", "村", "年度"
PHONES: Final = ("联系方式", "户联系电话")
CHECKER_DAY: Final = ("村", "核查人签字", "排查日期")
ONE_A_HOUSEHOLD, PERSONS = "户", "人"  # what a row of a form is
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
                return self._household_key(table)
            case "人":
                column = PERSON_ID if self._row_of(table) == PERSONS else HEAD_ID
                return self._sound(table, column)
            case "姓名":
                return self._unambiguous(table)
            case "户年":
                years = rows_of(frame, [YEAR])[YEAR].cast(pl.String)
                return _joined(self._household_key(table), years)
            case "电话":
                phones = rows_of(frame, PHONES).cast(pl.String)
                return phones.select(pl.coalesce(PHONES)).to_series()
            case _:
                parts = rows_of(frame, CHECKER_DAY).cast(pl.String)
                return _joined(*parts.get_columns())

    def _row_of(self, table: str) -> str:
        forms = self.vocabulary.forms
        return forms[table].row if table in forms else forms["ledger"].row

    def _sound(self, table: str, column: str) -> pl.Series:
        """Return the first eighteen characters of the IDs that nothing is wrong with."""
        return self.identities.keys(rows_of(self.frames[table], [column])[column])

    def _household_key(self, table: str) -> pl.Series:
        """Return the head's ID; of persons without it, that of the head of their 户编号."""
        heads = self._sound(table, HEAD_ID)
        if self._row_of(table) != PERSONS:
            return heads
        rows = rows_of(self.frames[table], [HOUSEHOLD, RELATION, HEAD_ID]).cast(pl.String)
        group = pl.coalesce(HOUSEHOLD, HEAD_ID).alias("_group")
        rows = rows.with_columns(group, heads.alias("_head"))
        own = pl.when(pl.col(RELATION) == "户主").then(self._sound(table, PERSON_ID))
        rows = rows.with_columns(pl.coalesce("_head", own).alias("_head"))
        agreed = (
            rows.drop_nulls(["_group", "_head"])
            .group_by("_group")
            .agg(pl.col("_head").first(), pl.col("_head").n_unique().alias("_heads"))
            .filter(pl.col("_heads") == 1)
            .select("_group", "_head")
        )
        keyed = rows.select("_group", own=pl.col("_head")).join(
            agreed, on="_group", how="left", maintain_order="left"
        )
        return keyed.select(pl.coalesce("_head", "own", "_group")).to_series()

    def names(self, table: str) -> pl.Series:
        """Return village and head's name of each row, whether or not they tell it from others."""
        frame = rows_of(self.frames[table], [VILLAGE, HEAD]).cast(pl.String)
        return _joined(*frame.get_columns())

    def _unambiguous(self, table: str) -> pl.Series:
        """Return village and head's name; null for two households of one name in a village."""
        names = self.names(table)
        if table == RETURNED or self._row_of(table) != ONE_A_HOUSEHOLD:
            return names
        twice = names.is_duplicated()
        return pl.select(pl.when(~twice).then(names)).to_series()


def _joined(*parts: pl.Series) -> pl.Series:
    """Return texts joined into one key, null where a part is."""
    frame = pl.DataFrame({str(number): part for number, part in enumerate(parts)})
    return frame.select(pl.concat_str(pl.all(), separator="|")).to_series()
