"""Panels: controls whose options come from the form and the data, one library call, one view.

What a panel shows follows from ``choices`` alone: changing a control to a value gives what creating
the panel with that value gives, and ``choices`` are the notebook's parameters, so that a session
of clicks can be run again without a screen.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from ipywidgets import HTML, Button, Dropdown, HBox, Layout, SelectMultiple, Text, VBox

from fanpin_analysis.deliverables.tabulation import (
    TOTAL,
    households_behind,
    identities,
    tabulate,
)
from fanpin_analysis.deliverables.village_annex import choose_villages, save_annex1
from fanpin_analysis.errors import FanpinError
from fanpin_analysis.views.markup import heading, line, scrolling
from fanpin_analysis.views.tables import (
    annex_table,
    code_labels,
    household_table,
    identity_lights,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from fanpin_analysis.intake.reading import Intake
    from fanpin_analysis.policy.in_force import Policy

OUTPUT = "output"
STILL = "（静态画面：在 JupyterLab 里运行后可以点选。）"
VILLAGES_SHOWN = 12  # lines of the list; more of them scroll
LIST_WIDTH, GAP = "200px", "32px"
FORM_HEIGHT, LIST_HEIGHT = 640, 360  # pixels


class Analysed(Protocol):
    """What a panel needs of a run: :class:`~fanpin_analysis.pipeline.Result` has it."""

    @property
    def policy(self) -> Policy:
        """The definitions in force."""
        ...

    @property
    def intake(self) -> Intake:
        """What was read."""
        ...

    @property
    def annex1(self) -> pd.DataFrame:
        """The form of every village."""
        ...

    @property
    def unit(self) -> str:
        """Who hands the form in."""
        ...


class AnnexPanel(VBox):
    """Choose villages, see their 附件1 and its identities, look behind a cell, write the form.

    Parameters
    ----------
    result
        What :func:`~fanpin_analysis.pipeline.analyse` returned.
    villages
        Which villages to count; none means all of them, also when the last one is taken away.
    code, area
        The cell to look behind: its code (without one, the first of the form), and its village or
        合计.
    out
        The folder to write the form into.

    Attributes
    ----------
    villages, code, area, out, write
        The controls.
    annex1, identities, households
        The frames that are shown: the form, its identities, the households behind the cell.
    message
        What the last action led to: a sentence, also when it failed.

    Raises
    ------
    InputError
        When there is no such village, code or row of the form.
    """

    annex1: pd.DataFrame
    identities: pd.DataFrame
    households: pd.DataFrame

    def __init__(
        self,
        result: Analysed,
        *,
        villages: Sequence[str] = (),
        code: str = "",
        area: str = TOTAL,
        out: str = OUTPUT,
    ) -> None:
        self._result = result
        self._codes = {label: code for code, label in code_labels(result.policy).items()}
        code = code or next(iter(self._codes.values()))
        self._count(villages)
        self._look_behind(code, area)  # a wrong choice is told before anything is shown
        self._make_controls(code, area, out)
        self.message = HTML()
        self._form, self._lights, self._list = HTML(), HTML(), HTML()
        self._show_form()
        self._show_households()
        super().__init__(children=self._rooms())
        self._listen()

    @property
    def choices(self) -> dict[str, Any]:
        """What is chosen, by the names of the notebook's parameters; no villages means all."""
        chosen = _villages(self.annex1)
        return {
            "villages": [] if len(chosen) == len(self.villages.options) else chosen,
            "code": self.code.value,
            "area": self.area.value,
            "out": self.out.value,
        }

    def __repr__(self) -> str:
        """Return the call that makes the panel as it stands."""
        chosen = ", ".join(f"{name}={value!r}" for name, value in self.choices.items())
        return f"{type(self).__name__}(result, {chosen})"

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:  # noqa: ANN401  IPython's
        """Add a still picture for places where no control can live, such as a page on the web."""
        still = line(STILL) + self._form.value + self._lights.value
        return {**(super()._repr_mimebundle_(**options) or {}), "text/html": still}

    def _count(self, villages: Sequence[str]) -> None:
        """Count the form for some villages."""
        policy = self._result.policy
        self._chosen = choose_villages(self._result.intake, villages)
        self.annex1 = tabulate(
            self._chosen.ledger, policy, self._chosen.decisions, self._chosen.villages
        )
        self.identities = identities(self.annex1, policy)

    def _look_behind(self, code: str, area: str) -> None:
        """Find the households behind a cell of the form."""
        chosen = self._chosen
        self.households = households_behind(
            chosen.ledger,
            self._result.policy,
            code,
            area,
            chosen.decisions,
            villages=chosen.villages,
        )

    def _make_controls(self, code: str, area: str, out: str) -> None:
        every, chosen = _villages(self._result.annex1), _villages(self.annex1)
        self.villages = SelectMultiple(
            options=every, value=chosen, rows=VILLAGES_SHOWN, layout=Layout(width=LIST_WIDTH)
        )
        close: dict[str, Any] = {"style": {"description_width": "initial"}}
        self.code = Dropdown(options=self._codes.items(), value=code, description="栏目", **close)
        self.area = Dropdown(options=(TOTAL, *chosen), value=area, description="行", **close)
        self.out = Text(value=out, description="结果文件夹", continuous_update=False, **close)
        self.write = Button(description="写出附件1", button_style="primary")

    def _rooms(self) -> list[HTML | HBox | VBox]:
        """Return the parts of the panel from top to bottom."""
        return [
            HBox(
                [
                    VBox([HTML(heading("选村（按住 Ctrl 可多选）")), self.villages]),
                    VBox([HTML(heading("恒等式")), self._lights]),
                ],
                layout=Layout(grid_gap=GAP),
            ),
            self._form,
            HTML(heading("一格里是哪些户")),
            HBox([self.code, self.area], layout=Layout(grid_gap=GAP)),
            self._list,
            HBox([self.out, self.write], layout=Layout(grid_gap=GAP)),
            self.message,
        ]

    def _listen(self) -> None:
        self.villages.observe(self._on_villages, names="value")
        self.code.observe(self._on_cell, names="value")
        self.area.observe(self._on_cell, names="value")
        self.out.observe(self._on_out, names="value")
        self.write.on_click(self._on_write)

    def _show_form(self) -> None:
        form = annex_table(self.annex1, self._result.policy)
        self._form.value = scrolling(form.html, FORM_HEIGHT)
        self._lights.value = identity_lights(self.identities).html

    def _show_households(self) -> None:
        listed = household_table(self.households, self._result.policy, self.choices["code"])
        self._list.value = scrolling(listed.html, LIST_HEIGHT)

    def _on_villages(self, _change: object) -> None:
        if not self.villages.value:
            self.villages.value = self.villages.options  # and be called again
            return
        with self._telling():
            self._count(self.villages.value)
            area, areas = self.area.value, (TOTAL, *_villages(self.annex1))
            self.area.options = areas
            self.area.value = area if area in areas else TOTAL
            self._look_behind(self.choices["code"], self.choices["area"])
            self._show_form()
            self._show_households()

    def _on_cell(self, _change: object) -> None:
        with self._telling():
            self._look_behind(self.choices["code"], self.choices["area"])
            self._show_households()

    def _on_out(self, _change: object) -> None:
        self.message.value = ""

    def _on_write(self, _button: object) -> None:
        with self._telling():
            result = self._result
            path = save_annex1(self.annex1, self.out.value, result.policy, unit=result.unit)
            told = f"已写出 {len(self.annex1) - 1} 个村的附件1：{path.absolute()}"
            self.message.value = line(told)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Tell in the panel what went wrong; a fault of the program also goes to the log."""
        self.message.value = ""
        try:
            yield
        except FanpinError as error:
            self.message.value = line(str(error), alarm=True)
        except Exception as error:
            kind = type(error).__name__
            told = f"程序内部出错（{kind}），画面可能不是所选的内容。请把这一行告诉维护者。"
            self.message.value = line(told, alarm=True)
            raise


def _villages(annex1: pd.DataFrame) -> list[str]:
    """Return the villages of a form, in its order."""
    return [village for village in annex1["村"] if village != TOTAL]
