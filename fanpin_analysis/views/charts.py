"""Figures with Chinese text that look the same on every machine, with or without a Chinese font.

A figure is drawn long after its function has returned (by the notebook, by `png`), so nothing it
needs may live in matplotlib's global settings: every text keeps a concrete list of families.
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib import rc_context, rc_file, rcdefaults, rcParams
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager, get_font
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from matplotlib.axes import Axes

_HERE = Path(__file__).parent
_FONT_FILE = _HERE / "fonts" / "FanpinSans-Regular.ttf"
_STYLE_FILE = _HERE / "fanpin.mplstyle"
_BUNDLED_FAMILY = "Fanpin Sans"
_SYSTEM_FAMILIES = (
    "Microsoft YaHei",
    "SimHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "DejaVu Sans",
)
_SWATCH = "■"  # over a column of counts: the legend says what the colour is
_NO_GLYPH = "〓"  # the printers' mark for a character that the type case lacks

_WIDTH = 8.0  # inches
_ROW_HEIGHT = 0.32  # inches: two lines of a wrapped name fit
_MARGINS_HEIGHT = 1.0  # inches: title and axis
_LEGEND_HEIGHT = 0.3  # inches
_CURVE_HEIGHT = 3.2  # inches
_STROKES = (("solid", "o"), ("dashed", "s"), ("dotted", "^"), ("dashdot", "D"))
_LINE_LENGTH = 14  # characters of a name on one line

_TOTAL = "合计"
_HOUSEHOLDS = "户"
_NOTHING_TO_DRAW = "没有可画的数据"
_NAME_MISSING = "（未填）"
_VISITS_TITLE = "各村排查方式"
_VISIT_MODES = {"A7": ("入户排查", "入户"), "A9": ("电话、微信等排查", "电话等")}
_CAUSES_TITLE = "致返贫风险类型"
_CAUSES_AXIS = "户（一户有多种的，每种各计一次）"
_CAUSES_TOLD = 5


class _Chart(Figure):
    """A figure that notebooks show without pyplot, with its sentence as alternative text."""

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, Any], dict[str, Any]]:
        shown = {"image/png": png(self), "text/plain": alt_text(self)}
        width = round(self.get_figwidth() * 96)  # pixels of a browser: the picture has more
        return shown, {"image/png": {"alt": alt_text(self), "width": width}}


def chinese_font_families() -> list[str]:
    """List the font families to write Chinese with, the shipped one first.

    The shipped font is registered when matplotlib does not know it (yet, or any more: matplotlib
    forgets added fonts when it rebuilds its cache).

    Returns
    -------
        Names of families that exist on this machine, in order of preference. matplotlib takes
        each character from the first family that has it.
    """
    if not any(entry.fname == str(_FONT_FILE) for entry in fontManager.ttflist):
        fontManager.addfont(_FONT_FILE)
    wanted = (_BUNDLED_FAMILY, *_SYSTEM_FAMILIES)
    present = {
        entry.name
        for entry in fontManager.ttflist
        if entry.name in wanted and Path(entry.fname).is_file()
    }
    return [family for family in wanted if family in present]


def missing_glyphs(text: str) -> str:
    """List the characters of a text that no family can draw.

    Parameters
    ----------
    text
        Any text, for instance the names of all villages joined.

    Returns
    -------
        The characters, each once, in the order in which they first occur; empty when all can be
        drawn. Line breaks are not drawn and so never missing.
    """
    fonts = [
        get_font(fontManager.findfont(FontProperties(family=[family])))
        for family in chinese_font_families()
    ]
    characters = dict.fromkeys(text.replace("\n", ""))
    return "".join(
        character
        for character in characters
        if not any(font.get_char_index(ord(character)) for font in fonts)
    )


@contextmanager
def chart_style() -> Iterator[None]:
    """Set the house style and a Chinese font for the figures made inside the block.

    The user's own settings are set aside and come back afterwards. Text is never read as a
    formula: a village name may hold a dollar sign.
    """
    with rc_context():
        rcdefaults()
        rc_file(_STYLE_FILE)
        rcParams["font.family"] = chinese_font_families()
        rcParams["text.parse_math"] = False
        yield


def visits_by_village(annex1: pd.DataFrame) -> Figure:
    """Draw how many households of each village were screened at home and from afar.

    Parameters
    ----------
    annex1
        One row per village in the order to be drawn, with the columns 村, A7 (households visited)
        and A9 (households reached by phone or messages). A row 合计 is left out. A null count
        draws neither bar nor number; a zero is written as 0.

    Returns
    -------
        One stacked bar per village, first village on top, the counts in two columns beside them.
    """
    villages = annex1.loc[[pd.isna(name) or name != _TOTAL for name in annex1["村"]]]
    names = [_NAME_MISSING if pd.isna(name) else _one_line(name) for name in villages["村"]]
    if not names:
        return _nothing_to_draw(_VISITS_TITLE)
    counts = {mode: _counts(villages[code]) for code, mode in _VISIT_MODES.items()}
    return _stacked_bars(_VISITS_TITLE, names, counts)


def answers_by_village(households: pd.DataFrame, column: str, answers: Sequence[str]) -> Figure:
    """Draw how many households of each village have each answer of a column.

    Parameters
    ----------
    households
        One row per household, with the text column 村 and the column to be drawn.
    column
        The column, such as 稳定性; it is the title too.
    answers
        The answers to be drawn, in this order. Others, and blanks, are left out.

    Returns
    -------
        One stacked bar per village, in the order of the households, the counts beside them.
    """
    counted = pd.crosstab(households["村"].fillna(_NAME_MISSING), households[column])
    villages = households["村"].fillna(_NAME_MISSING).drop_duplicates()
    counted = counted.reindex(index=villages, columns=list(answers), fill_value=0)
    names = [_one_line(name) for name in counted.index]
    if not names:
        return _nothing_to_draw(column)
    series = {(_one_line(answer), _SWATCH): _counts(counted[answer]) for answer in answers}
    return _stacked_bars(column, names, series)


def count_curve(curve: pd.DataFrame, official: float) -> Figure:
    """Draw how the number of households moves with the value of a parameter.

    Parameters
    ----------
    curve
        One row per value: the parameter's column first, then the columns of counts to be drawn.
    official
        The value in force, drawn as an upright line.

    Returns
    -------
        One line per column of counts, each in its own dashes and marker, so that it prints in grey.
    """
    parameter, *counted = curve.columns
    if not len(curve):
        return _nothing_to_draw(str(parameter))
    with chart_style():
        figure = _Chart(figsize=(_WIDTH, _CURVE_HEIGHT))
        figure.suptitle(f"{parameter}变动时的户数", x=0.015, horizontalalignment="left")
        axes = figure.add_subplot()
        for order, name in enumerate(counted):
            dashes, marker = _STROKES[order % len(_STROKES)]
            style: dict[str, Any] = {"linestyle": dashes, "marker": marker, "clip_on": False}
            axes.plot(curve[parameter], curve[name], label=_one_line(name), **style)
        axes.axvline(official, color="0.35", linewidth=1, label=f"现行 {official:,g}")
        axes.set_xlabel(_one_line(parameter), loc="right")
        axes.set_ylabel(_HOUSEHOLDS)
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10], integer=True))
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=len(counted) + 1)
    figure.set_label(_curve_sentence(curve, official))
    return figure


def risk_causes(ledger: pd.DataFrame) -> Figure:
    """Draw how many households name each cause of falling back into poverty.

    Parameters
    ----------
    ledger
        One row per household, with the text column 致返贫风险类型: causes joined by 、, null when
        there is none. A household counts once for each cause it names.

    Returns
    -------
        One bar per cause found, the most frequent on top; equal counts in the order of the ledger.
    """
    households = [_causes(text) for text in ledger["致返贫风险类型"].dropna()]
    causes = Counter(cause for household in households for cause in household).most_common()
    if not causes:
        return _nothing_to_draw(_CAUSES_TITLE)
    names, counts = zip(*causes, strict=True)
    with chart_style():
        figure, axes = _horizontal_bars(_CAUSES_TITLE, names, _MARGINS_HEIGHT)
        axes.bar_label(axes.barh(range(len(names)), counts, color="C0"), padding=4)
        _household_axis(axes, counts, _CAUSES_AXIS)
    figure.set_label(_causes_sentence(names, counts, sum(map(bool, households))))
    return figure


def alt_text(figure: Figure) -> str:
    """Tell in one Chinese sentence what a figure of this module shows."""
    return str(figure.get_label())


def png(figure: Figure, dpi: int = 144) -> bytes:
    """Render a figure as a PNG file that carries its sentence as description.

    Parameters
    ----------
    figure
        A figure of this module, or any other.
    dpi
        Dots per inch: 144 for a screen, 300 for print.

    Returns
    -------
        The content of the file.
    """
    content = BytesIO()
    with chart_style():
        metadata = {"Description": alt_text(figure), "Software": None}
        figure.savefig(content, format="png", dpi=dpi, metadata=metadata)
    return content.getvalue()


def _counts(column: Iterable[Any]) -> list[int | None]:
    return [None if pd.isna(value) else int(value) for value in column]


def _causes(text: str) -> list[str]:
    return list(dict.fromkeys(_one_line(cause) for cause in text.split("、") if cause.strip()))


def _one_line(text: object) -> str:
    return " ".join(str(text).split())


def _nothing_to_draw(title: str) -> Figure:
    with chart_style():
        figure, axes = _horizontal_bars(title, [_NOTHING_TO_DRAW], _MARGINS_HEIGHT)
        axes.set_xticks([])
        axes.spines[:].set_visible(False)
    figure.set_label(f"{title}：{_NOTHING_TO_DRAW}。")
    return figure


def _horizontal_bars(title: str, names: Sequence[str], margins: float) -> tuple[Figure, Axes]:
    """Make a figure without bars, with one row per name, the first on top."""
    figure = _Chart(figsize=(_WIDTH, margins + _ROW_HEIGHT * len(names)))
    figure.suptitle(title, x=0.015, horizontalalignment="left")
    axes = figure.add_subplot()
    axes.set_yticks(range(len(names)), [_row_label(name) for name in names])
    axes.set_ylim(len(names) - 0.5, -0.5)
    return figure, axes


def _row_label(name: str) -> str:
    """Fit a name into two lines, with a mark for each character that no font has."""
    missing = missing_glyphs(name)
    text = "".join(_NO_GLYPH if character in missing else character for character in name)
    if len(text) > 2 * _LINE_LENGTH:
        text = text[: 2 * _LINE_LENGTH - 1] + "…"
    return "\n".join(filter(None, (text[:_LINE_LENGTH], text[_LINE_LENGTH:])))


def _stacked_bars(
    title: str, names: Sequence[str], series: Mapping[tuple[str, str], list[int | None]]
) -> Figure:
    """Draw stacked bars; each series is named by its label in the legend and over its column."""
    with chart_style():
        figure, axes = _horizontal_bars(title, names, _MARGINS_HEIGHT + _LEGEND_HEIGHT)
        ends = [0] * len(names)
        for order, ((_, header), counts) in enumerate(series.items()):
            _stack(axes, counts, ends, color=f"C{order}")
            color = f"C{order}" if header == _SWATCH else "0.35"
            _count_column(axes, (header, color), counts, 42 + 44 * order)
            ends = [end + (count or 0) for end, count in zip(ends, counts, strict=True)]
        _legend(axes, [label for label, _ in series])
        _household_axis(axes, ends, _HOUSEHOLDS)
    figure.set_label(_stacked_sentence(title, names, series, ends))
    return figure


def _stack(axes: Axes, counts: Sequence[int | None], starts: Sequence[int], color: str) -> None:
    rows = [row for row, count in enumerate(counts) if count is not None]
    widths = [count for count in counts if count is not None]
    axes.barh(rows, widths, left=[starts[row] for row in rows], color=color)


def _count_column(
    axes: Axes, header: tuple[str, str], counts: Sequence[int | None], offset: int
) -> None:
    """Write counts so many points right of the axes, under a text in its colour."""
    text, color = header
    layout: dict[str, Any] = {"textcoords": "offset points", "ha": "right"}
    axes.annotate(
        text, (1, 1), (offset, 5), xycoords="axes fraction", va="bottom", color=color, **layout
    )
    beside_row = axes.get_yaxis_transform()
    for row, count in enumerate(counts):
        if count is not None:
            axes.annotate(
                str(count), (1, row), (offset, 0), xycoords=beside_row, va="center", **layout
            )


def _legend(axes: Axes, labels: Sequence[str]) -> None:
    keys = [Patch(color=f"C{order}", label=label) for order, label in enumerate(labels)]
    axes.legend(handles=keys, loc="lower left", bbox_to_anchor=(0, 1), ncols=len(keys))


def _household_axis(axes: Axes, ends: Sequence[int], label: str) -> None:
    """Put few ticks at whole numbers: there are no half households."""
    longest = max(*ends, 1)
    locator = MaxNLocator(nbins=6, steps=[1, 2, 5, 10], integer=True)
    ticks = [int(tick) for tick in locator.tick_values(0, longest) if 0 <= tick <= longest]
    axes.set_xticks(ticks, [str(tick) for tick in ticks])
    axes.set_xlim(0, longest * 1.03)
    axes.set_xlabel(label, loc="right")


def _curve_sentence(curve: pd.DataFrame, official: float) -> str:
    parameter, *counted = curve.columns
    first, last = curve.iloc[0], curve.iloc[-1]
    parts = [f"{name}由 {first[name]} 户变为 {last[name]} 户" for name in counted]
    span = f"{parameter}从 {first[parameter]:,g} 到 {last[parameter]:,g}"
    return f"{span}，{'，'.join(parts)}；现行 {official:,g}。"


def _stacked_sentence(
    title: str,
    names: Sequence[str],
    series: Mapping[tuple[str, str], list[int | None]],
    ends: Sequence[int],
) -> str:
    parts = [
        f"{label} {sum(count or 0 for count in counts)} 户" for (label, _), counts in series.items()
    ]
    most = max(range(len(names)), key=lambda row: ends[row])
    return (
        f"{title}条形图：共 {len(names)} 个村，{'，'.join(parts)}，"
        f"户数最多的是{names[most]}（{ends[most]} 户）{_unwritable(names)}。"
    )


def _causes_sentence(names: Sequence[str], counts: Sequence[int], households: int) -> str:
    pairs = list(zip(names, counts, strict=True))[:_CAUSES_TOLD]
    told = "、".join(f"{name} {count} 户" for name, count in pairs)
    more = f"等 {len(names)} 种" if len(names) > _CAUSES_TOLD else ""
    return f"{_CAUSES_TITLE}条形图：{households} 户填有风险类型，{told}{more}{_unwritable(names)}。"


def _unwritable(names: Sequence[str]) -> str:
    missing = missing_glyphs("".join(names))
    return f"（图中以{_NO_GLYPH}代替无法显示的字：{missing}）" if missing else ""
