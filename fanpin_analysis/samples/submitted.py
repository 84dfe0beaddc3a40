"""附件1 as villages hand it in: what they counted, off by what they are off by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fanpin_analysis.policy.loading import table
from fanpin_analysis.samples.chance import Dice
from fanpin_analysis.samples.given import ASSUMED, HERE, WORDS, Record, vocabulary
from fanpin_analysis.samples.pages import Page

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

FOLDER = "上报统计表"


def submissions(seed: int, annex1: Sequence[Record]) -> Iterator[tuple[Record, Page]]:
    """Yield what villages handed in, as the truth has it and as a sheet; slips come in turn."""
    slips = table(HERE / "faults.toml")["slip"]
    *villages, _ = annex1
    chosen = Dice(seed, "submitted").sample(
        villages, max(1, round(ASSUMED.submitting * len(villages)))
    )
    for order, row in enumerate(chosen):
        village, slip = row["村"], slips[order % len(slips)]
        counts = {code: row[code] + slip["add"].get(code, 0) for code in row if code != "村"}
        file = f"{FOLDER}/{village}统计表.xlsx"
        record = {"文件": file, "村": village, "差错": slip["label"], **counts}
        yield record, _page(village, counts)


def _page(village: str, counts: Mapping[str, int]) -> Page:
    """Return the sheet, on the official form."""
    form = vocabulary().form("submitted")
    page = Page(name="附件1", width=len(form.fields))
    unit = f"填报单位（盖章）:{WORDS.township}{village}          填报时间：2023年6月19日"
    page.above([f"{WORDS.county}{form.title[3:]}"], unit)
    top, depth = page.bottom, max(cell.rows[1] for cell in form.header)
    grid = [[""] * page.width for _ in range(depth)]
    at = {field: position for position, field in enumerate(form.fields)}
    for cell in form.header:
        (first, last), (left, right) = cell.rows, (at[column] for column in cell.columns)
        grid[first - 1][left] = cell.text
        if (first, left) != (last, right):
            page.merged.append((top + first, left + 1, top + last, right + 1))
    for texts in (*grid, [field if field in counts else "" for field in form.fields]):
        page.header(texts)
    values = {"序号": 1, "乡镇场": village, **counts}
    page.add([values[field] for field in form.fields])
    page.add([])
    for text in form.notes:
        page.line(text)
    return page
