"""The only place where text becomes HTML: whatever goes in is escaped, no style comes from data."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

Look = Literal["head", "form", "form head", "text", "number"]

SHORT = 8  # characters of a text that is never broken
LEAST_WIDTH = 7  # pixels of the screen for one unit of a printed column's width

_TABLE = "border-collapse:collapse;line-height:1.35;font-variant-numeric:tabular-nums;margin:4px 0"
_CELL = "padding:3px 7px;vertical-align:middle;border:1px solid"
_FORM = "padding:3px 2px;vertical-align:middle;border:1px solid #999;text-align:center"
_LOOKS: dict[Look, str] = {
    "head": f"{_CELL} #999;text-align:center;font-weight:600",
    "form": _FORM,
    "form head": f"{_FORM};font-weight:600",
    "text": f"{_CELL} #ccc;text-align:left",
    "number": f"{_CELL} #ccc;text-align:right",
}
_BADGE = "white-space:nowrap;padding:1px 9px;border-radius:9px;border:1px"
# the only filled badge is the one that must be seen, also where colours are printed in grey
_BADGES: dict[bool | None, str] = {
    True: f"{_BADGE} solid #1a7f37;color:#1a7f37",
    False: f"{_BADGE} solid #b42318;color:#fff;background:#b42318",
    None: f"{_BADGE} dashed #57606a;color:#57606a",
}


@dataclass(frozen=True, slots=True, repr=False)
class Table:
    """Something to look at: HTML for the eye, and the same as plain text for the record."""

    html: str
    text: str

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        """Return the plain text, which a notebook keeps beside the HTML."""
        return self.text


def cell(text: str, look: Look, *, columns: int = 1, rows: int = 1) -> str:
    """Return one cell of a table, over as many columns and rows as it is merged across."""
    tag = "th" if look.endswith("head") else "td"
    span = f' colspan="{columns}"' * (columns > 1) + f' rowspan="{rows}"' * (rows > 1)
    whole = ";white-space:nowrap" * (look in {"head", "text"} and len(text) <= SHORT)
    return f'<{tag}{span} style="{_LOOKS[look]}{whole}">{escape(text)}</{tag}>'


def badge_cell(verdict: bool | None, word: str, text: str) -> str:  # noqa: FBT001  a verdict
    """Return a cell that says a verdict in a badge, and a text beside it."""
    badge = f'<span style="{_BADGES[verdict]}">{escape(word)}</span>'
    return f'<td style="{_LOOKS["text"]}">{badge} {escape(text)}</td>'


def grid(rows: Iterable[Iterable[str]]) -> str:
    """Return a table from the cells of its rows, each column as wide as it needs to be."""
    return f'<table style="{_TABLE}">{_body(rows)}</table>'


def form(rows: Iterable[Iterable[str]], title: str, widths: Iterable[float]) -> str:
    """Return a printed form from its title, its cells and the widths of its columns."""
    sizes = list(widths)
    columns = "".join(f'<col style="width:{size / sum(sizes):.2%}">' for size in sizes)
    least = round(sum(sizes) * LEAST_WIDTH)
    fixed = f"{_TABLE};table-layout:fixed;width:100%;min-width:{least}px"
    top = f'<caption style="caption-side:top;text-align:center">{escape(title)}</caption>'
    return f'<table style="{fixed}">{top}<colgroup>{columns}</colgroup>{_body(rows)}</table>'


def line(text: str, *, alarm: bool = False) -> str:
    """Return a line of text; one that must be seen is red and framed."""
    style = "margin:4px 0" + ";color:#b42318;border-left:4px solid #b42318;padding-left:8px" * alarm
    return f'<p style="{style}">{escape(text)}</p>'


def heading(text: str) -> str:
    """Return a small heading."""
    return f'<p style="margin:10px 0 4px;font-weight:600">{escape(text)}</p>'


def scrolling(html: str, height: int) -> str:
    """Return HTML of this module in a box that scrolls when it is higher or wider than the page."""
    return f'<div style="overflow:auto;max-height:{height}px">{html}</div>'


def _body(rows: Iterable[Iterable[str]]) -> str:
    return "".join(f"<tr>{''.join(cells)}</tr>" for cells in rows)
