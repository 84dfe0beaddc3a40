"""Charts: the numbers drawn are the numbers given, and Chinese renders without a Chinese font."""

import logging
import subprocess
import sys
from importlib.resources import files
from io import BytesIO
from itertools import pairwise

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from PIL import Image

from fanpin_analysis.views import charts

FONTS = files("fanpin_analysis") / "views" / "fonts"
AWKWARD = "甲$\\frac{村$"
RARE = "\U00020000"  # in no font of the list: outside of every Chinese standard for names


@pytest.fixture
def _bundled_font_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand for a machine without any other font."""
    monkeypatch.setattr(charts, "_SYSTEM_FAMILIES", ())


def annex1(*rows: tuple[str | None, int | None, int | None]) -> pd.DataFrame:
    """Make the columns of Annex 1 that the chart reads, with their total below."""
    frame = pd.DataFrame(rows, columns=["村", "A7", "A9"])
    total = ["合计", frame["A7"].sum(), frame["A9"].sum()]
    frame = pd.concat([frame, pd.DataFrame([total], columns=frame.columns)])
    return frame.astype({"村": "string", "A7": "Int64", "A9": "Int64"})


def ledger(*causes: str | None) -> pd.DataFrame:
    """Make the column of the ledger that the chart reads."""
    return pd.DataFrame({"致返贫风险类型": pd.array(causes, dtype="string")})


def bars(figure: Figure) -> list[list[tuple[float, float, float]]]:
    """List the bars of each series as (row, start, width)."""
    return [
        [(round(bar.get_y() + bar.get_height() / 2), bar.get_x(), bar.get_width()) for bar in drawn]
        for drawn in figure.axes[0].containers
    ]


def row_names(figure: Figure) -> list[str]:
    """List the labels of the rows, top to bottom."""
    return [label.get_text() for label in figure.axes[0].get_yticklabels()]


def beside_bars(figure: Figure) -> list[str]:
    """List the texts written beside or at the end of bars, in the order in which they stand."""
    return [text.get_text() for text in figure.axes[0].texts]


def extents(figure: Figure) -> list[Bbox]:
    """List the boxes of all visible texts, in pixels, after drawing."""
    figure.draw_without_rendering()
    texts = figure.findobj(lambda part: isinstance(part, Text) and part.get_text())
    return [text.get_window_extent() for text in texts if text.get_visible()]


def test_shipped_font_has_its_own_name_and_the_open_font_licence() -> None:
    """The reserved name Source is not used, and the licence travels in the font and beside it."""
    font = FT2Font(str(FONTS / "FanpinSans-Regular.ttf"))
    records = {number: text.decode("utf-16-be") for (*_, number), text in font.get_sfnt().items()}
    assert font.family_name == records[1] == "Fanpin Sans"
    assert not [records[number] for number in (1, 3, 4, 6) if "Source" in records[number]]
    assert "SIL Open Font License, Version 1.1" in records[13]
    licence = (FONTS / "OFL.txt").read_text(encoding="utf-8")
    assert licence.startswith(records[0])
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence


@pytest.mark.usefixtures("_bundled_font_only")
def test_shipped_font_holds_every_hanzi_of_gb2312() -> None:
    """Both levels of the national standard can be drawn with the shipped font alone."""
    cells = [bytes([row, cell]) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF)]
    hanzi = "".join(cell.decode("gb2312", "ignore") for cell in cells)
    assert len(hanzi) == 6763
    assert charts.missing_glyphs(hanzi) == ""


@pytest.mark.usefixtures("_bundled_font_only")
def test_shipped_font_holds_the_signs_of_forms_and_rare_village_names() -> None:
    """The signs printed on the forms and the place names of Hunan outside GB2312 are there."""
    assert charts.missing_glyphs("□■√×口①⑩⑪⑳−㎡〔〕《》（）：；，。、０９％…圫塅䶮㛃瑢") == ""


def test_families_exist_and_begin_with_the_shipped_one() -> None:
    """No missing name is ever handed to matplotlib, which would complain at every text."""
    families = charts.chinese_font_families()
    assert families[0] == "Fanpin Sans"
    assert set(families) <= {entry.name for entry in fontManager.ttflist}
    assert "DejaVu Sans" in families


def test_shipped_font_is_registered_once_and_again_when_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Asking twice adds one entry; a rebuilt font cache does not lose the font."""
    monkeypatch.setattr(
        fontManager, "ttflist", [e for e in fontManager.ttflist if e.name != "Fanpin Sans"]
    )
    assert charts.chinese_font_families() == charts.chinese_font_families()
    assert [e.name for e in fontManager.ttflist].count("Fanpin Sans") == 1


def test_missing_glyphs_lists_each_rare_character_once() -> None:
    """Characters no font can draw are listed in the order in which they occur."""
    assert charts.missing_glyphs(f"罗城村\n{RARE}甲{RARE}") == RARE
    assert charts.missing_glyphs("") == ""


@pytest.mark.usefixtures("_bundled_font_only")
def test_every_text_is_drawn_with_the_shipped_font_alone(caplog: pytest.LogCaptureFixture) -> None:
    """No glyph is missing (a warning would fail the test) and no family is looked for in vain."""
    with caplog.at_level(logging.WARNING, logger="matplotlib"):
        charts.png(charts.visits_by_village(annex1(("罗城村", 310, 8), ("长塅村", 274, None))))
        charts.png(charts.risk_causes(ledger("因病、因学", None)))
        charts.png(charts.risk_causes(ledger(None)))
    assert not caplog.records


@pytest.mark.usefixtures("_bundled_font_only")
def test_figure_keeps_its_font_when_it_is_drawn_under_other_settings() -> None:
    """Notebooks draw after the function has returned, under the settings of that moment."""
    figure = charts.visits_by_village(annex1(("罗城村", 310, 8)))
    with mpl.rc_context({"font.family": ["DejaVu Serif"], "text.parse_math": True}):
        figure.savefig(BytesIO(), format="png", dpi=200)
    texts = figure.findobj(Text)
    assert {tuple(text.get_fontfamily()) for text in texts if text.get_text()} == {("Fanpin Sans",)}


def test_settings_of_the_user_come_back() -> None:
    """Drawing leaves no trace in matplotlib's global settings, and those do not change charts."""
    with mpl.rc_context({"font.size": 30, "axes.grid": False}):
        figure = charts.visits_by_village(annex1(("罗城村", 310, 8)))
        assert mpl.rcParams["font.size"] == 30
    usual = charts.visits_by_village(annex1(("罗城村", 310, 8)))
    sizes = [[text.get_fontsize() for text in each.findobj(Text)] for each in (figure, usual)]
    assert sizes[0] == sizes[1]


def test_bars_and_numbers_are_the_counts_given() -> None:
    """Bars stack visits and calls in the order of the frame, without the total."""
    figure = charts.visits_by_village(annex1(("罗城村", 310, 8), ("大圫村", 250, 31)))
    assert isinstance(figure, Figure)
    assert row_names(figure) == ["罗城村", "大圫村"]
    assert bars(figure) == [[(0, 0, 310), (1, 0, 250)], [(0, 310, 8), (1, 250, 31)]]
    assert beside_bars(figure) == ["入户", "310", "250", "电话等", "8", "31"]
    assert figure.axes[0].get_xlabel() == "户"
    assert figure.axes[0].yaxis_inverted()


def test_null_draws_nothing_and_zero_is_written() -> None:
    """An unknown count is neither a bar nor a number; a zero is a zero."""
    figure = charts.visits_by_village(annex1(("甲村", None, 7), ("乙村", 0, 0), ("丙村", 5, None)))
    assert bars(figure) == [[(1, 0, 0), (2, 0, 5)], [(0, 0, 7), (1, 0, 0)]]
    assert beside_bars(figure) == ["入户", "0", "5", "电话等", "7", "0"]


def test_all_counts_null_or_zero_is_still_a_chart() -> None:
    """A township on its first day has nothing but zeros and blanks."""
    figure = charts.visits_by_village(annex1(("甲村", None, None), ("乙村", 0, None)))
    charts.png(figure)
    assert bars(figure) == [[(1, 0, 0)], []]


@pytest.mark.parametrize("households", [0, 1, 3, 12, 318, 104_729])
def test_ticks_are_few_whole_households_along_the_bars(households: int) -> None:
    """No axis speaks of half a household or runs beyond its bars."""
    figure = charts.visits_by_village(annex1(("甲村", households, 0)))
    ticks = [label.get_text() for label in figure.axes[0].get_xticklabels()]
    assert 2 <= len(ticks) <= 8
    assert ticks == [str(int(tick)) for tick in ticks]
    assert int(ticks[0]) == 0
    assert int(ticks[-1]) <= max(households, 1)


def test_legend_shows_the_colours_of_the_bars_and_they_differ_in_grey() -> None:
    """A black-and-white print keeps the two modes apart."""
    figure = charts.visits_by_village(annex1(("甲村", 3, 4)))
    legend = figure.axes[0].get_legend()
    assert [text.get_text() for text in legend.get_texts()] == ["入户排查", "电话、微信等排查"]
    drawn = [to_rgb(series[0].get_facecolor()) for series in figure.axes[0].containers]
    assert drawn == [to_rgb(patch.get_facecolor()) for patch in legend.get_patches()]
    dark, light = (0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in drawn)
    assert light - dark > 0.4


@pytest.mark.parametrize("villages", [1, 2, 30, 60])
def test_rows_keep_their_height_and_no_text_is_cut(villages: int) -> None:
    """From one village to sixty every name stands whole inside the picture, clear of the next."""
    rows = [(f"第{number}村", number, 3) for number in range(villages)]
    figure = charts.visits_by_village(annex1(*rows))
    width, height = figure.get_size_inches() * figure.dpi
    for box in extents(figure):
        assert 0 <= box.x0 < box.x1 <= width
        assert 0 <= box.y0 < box.y1 <= height
    labels = [label.get_window_extent() for label in figure.axes[0].get_yticklabels()]
    assert len(labels) == villages
    assert all(upper.y0 > lower.y1 for upper, lower in pairwise(labels))


def test_village_name_with_a_dollar_sign_is_no_formula() -> None:
    """Text that looks like mathematics is drawn as it stands."""
    figure = charts.visits_by_village(annex1((AWKWARD, 1, 2)))
    charts.png(figure)
    assert row_names(figure) == [AWKWARD]
    causes = charts.risk_causes(ledger(AWKWARD))
    charts.png(causes)
    assert row_names(causes) == [AWKWARD]


def test_long_name_is_wrapped_and_shortened() -> None:
    """A name of any length leaves room for its bar."""
    figure = charts.visits_by_village(
        annex1(("长" * 14, 1, 0), ("长" * 20, 1, 0), ("长" * 99, 1, 0))
    )
    first, second, third = row_names(figure)
    assert first == "长" * 14
    assert second == "长" * 14 + "\n" + "长" * 6
    assert third == "长" * 14 + "\n" + "长" * 13 + "…"


def test_blank_and_broken_names_still_have_a_row() -> None:
    """A missing village name shows as missing, a line break in a cell as a blank."""
    figure = charts.visits_by_village(annex1((None, 1, 0), ("罗城\n 村", 2, 0)))
    assert row_names(figure) == ["（未填）", "罗城 村"]


def test_character_without_a_glyph_is_marked_and_told() -> None:
    """A rare character becomes 〓 in the chart, without a warning, and the sentence names it."""
    figure = charts.visits_by_village(annex1((f"{RARE}家村", 1, 0)))
    charts.png(figure)
    assert row_names(figure) == ["〓家村"]
    assert f"无法显示的字：{RARE}" in charts.alt_text(figure)


def test_causes_are_counted_once_a_household_and_sorted() -> None:
    """A household counts for each of its causes; equal counts keep the order of the ledger."""
    figure = charts.risk_causes(
        ledger("因学", "因病、因残", None, "因病、因病、 因学", "、", "因病")
    )
    assert row_names(figure) == ["因病", "因学", "因残"]
    assert bars(figure) == [[(0, 0, 3), (1, 0, 2), (2, 0, 1)]]
    assert beside_bars(figure) == ["3", "2", "1"]


@pytest.mark.parametrize(
    "figure",
    [
        charts.visits_by_village(annex1()),
        charts.risk_causes(ledger()),
        charts.risk_causes(ledger(None, None)),
    ],
)
def test_nothing_to_draw_is_said(figure: Figure) -> None:
    """An empty frame gives a figure that says so rather than an error."""
    charts.png(figure)
    assert row_names(figure) == ["没有可画的数据"]
    assert "没有可画的数据" in charts.alt_text(figure)


def test_input_is_left_as_it_was() -> None:
    """Drawing changes neither frame."""
    visits, risks = annex1(("罗城村", 310, None)), ledger("因病、因学", None)
    before = visits.copy(), risks.copy()
    charts.visits_by_village(visits)
    charts.risk_causes(risks)
    pd.testing.assert_frame_equal(visits, before[0])
    pd.testing.assert_frame_equal(risks, before[1])


def test_sentence_tells_the_totals() -> None:
    """Who cannot see the chart reads its message in one sentence."""
    figure = charts.visits_by_village(annex1(("罗城村", 310, 8), ("大圫村", 250, 99)))
    sentence = charts.alt_text(figure)
    for part in ("2 个村", "入户排查 560 户", "电话、微信等排查 107 户", "大圫村（349 户）"):
        assert part in sentence
    assert sentence.count("。") == 1
    causes = charts.alt_text(charts.risk_causes(ledger("因病、因学", "因病", None)))
    assert "2 户填有风险类型" in causes
    assert "因病 2 户、因学 1 户" in causes


def test_png_is_a_picture_of_the_size_asked_for_and_carries_its_sentence() -> None:
    """The file opens, measures inches times dots, and holds the alternative text."""
    figure = charts.visits_by_village(annex1(("罗城村", 310, 8)))
    with Image.open(BytesIO(charts.png(figure, dpi=100))) as picture:
        picture.load()
        assert picture.format == "PNG"
        expected = [int(inches * 100) for inches in figure.get_size_inches()]
        assert list(picture.size) == expected
        assert picture.text["Description"] == charts.alt_text(figure)


def test_notebook_shows_the_picture_without_pyplot() -> None:
    """A cell that ends with a figure gets a picture, and its sentence as text for nbval."""
    figure = charts.risk_causes(ledger("因病"))
    shown, metadata = figure._repr_mimebundle_()
    assert shown["image/png"].startswith(b"\x89PNG")
    assert shown["text/plain"] == metadata["image/png"]["alt"] == charts.alt_text(figure)


def test_views_are_imported_without_matplotlib_and_charts_without_pyplot() -> None:
    """The command line starts fast, and no figure is kept alive by a global list."""
    code = (
        "import sys, fanpin_analysis.views; assert 'matplotlib' not in sys.modules;"
        "import fanpin_analysis.views.charts; assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603 - our own text


def test_answers_of_each_village_are_stacked_in_the_order_asked() -> None:
    """Every household with one of the answers is in exactly one bar; others are left out."""
    households = pd.DataFrame(
        {"村": ["甲村", "甲村", "乙村", None], "结论": ["是", "否", "是", None]}, dtype="string"
    )
    figure = charts.answers_by_village(households, "结论", ["否", "是"])
    assert bars(figure) == [
        [(0, 0, 1), (1, 0, 0), (2, 0, 0)],
        [(0, 1, 1), (1, 0, 1), (2, 0, 0)],
    ]
    assert "否 1 户" in charts.alt_text(figure)
    assert "是 2 户" in charts.alt_text(figure)


def test_curve_draws_each_count_and_the_value_in_force() -> None:
    """The lines are the columns of the table, and the upright line is the official value."""
    curve = pd.DataFrame({"监测线": [7000, 7500, 8000], "命中": [3, 5, 9], "无法判定": [1, 1, 1]})
    figure = charts.count_curve(curve, 7500)
    hits, unknown, official = figure.axes[0].lines
    assert list(hits.get_ydata()) == [3, 5, 9]
    assert list(unknown.get_ydata()) == [1, 1, 1]
    assert set(official.get_xdata()) == {7500}
    assert "命中由 3 户变为 9 户" in charts.alt_text(figure)


def test_answers_and_curves_without_data_say_so() -> None:
    """Without households or values there is a sentence instead of an empty picture."""
    empty = pd.DataFrame({"村": [], "结论": []}, dtype="string")
    assert "没有可画的数据" in charts.alt_text(charts.answers_by_village(empty, "结论", ["是"]))
    nothing = pd.DataFrame({"监测线": [], "命中": []})
    assert "没有可画的数据" in charts.alt_text(charts.count_curve(nothing, 7500))
