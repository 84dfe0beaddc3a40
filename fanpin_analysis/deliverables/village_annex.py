"""Annex 1 of some of the villages: choose them, and put the form into a folder."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from fanpin_analysis.deliverables.tabulation import NO_VILLAGE
from fanpin_analysis.deliverables.workbook_forms import write_annex1
from fanpin_analysis.errors import InputError, OutputError, nearest, why
from fanpin_analysis.intake.workbooks import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fanpin_analysis.intake.reading import Intake
    from fanpin_analysis.policy.in_force import Policy

VILLAGE = "村"
COUNTED = ("ledger", "decisions", "villages")  # the frames that Annex 1 is counted from


def choose_villages(intake: Intake, villages: Sequence[str] = ()) -> Intake:
    """Keep the rows of some villages, in every frame that says which village a row belongs to.

    Parameters
    ----------
    intake
        What :func:`~fanpin_analysis.intake.reading.read` returned.
    villages
        Names as Annex 1 has them, （村未填） for rows without one; none at all means every village.

    Returns
    -------
        The same frames with fewer rows. What has no column 村, such as the accounts and the
        findings, is left whole.

    Raises
    ------
    InputError
        When nothing was read of a village, nor is it in the list of villages.
    """
    if not villages:
        return intake
    known = dict.fromkeys(name for key in COUNTED for name in _named(getattr(intake, key)))
    for village in villages:
        if village not in known:
            raise InputError(f"读到的材料里没有“{village}”这个村。{nearest(village, known)}")
    frames = {item.name: getattr(intake, item.name) for item in fields(intake)}
    chosen = {
        name: frame.loc[[village in villages for village in _named(frame)]]
        for name, frame in frames.items()
        if VILLAGE in frame.columns
    }
    return replace(intake, **chosen)


def save_annex1(annex1: pd.DataFrame, folder: str | Path, policy: Policy, *, unit: str) -> Path:
    """Write 附件1 into a folder, which is made if need be, under the name that the form has.

    Parameters
    ----------
    annex1, policy, unit
        As for :func:`~fanpin_analysis.deliverables.workbook_forms.write_annex1`; the form bears
        the day of the screening.
    folder
        Where the workbook goes. A form that is there already is replaced.

    Returns
    -------
    pathlib.Path
        The workbook.

    Raises
    ------
    OutputError
        When the folder cannot be written, the form is open in another program, or the folder holds
        the results of a run: there the whole township's form must not be replaced by a part of it.
    """
    target = Path(folder)
    if not str(folder).strip():
        raise OutputError("还没有写结果文件夹，请写一个，如 output。")
    if (target / MANIFEST).exists():
        raise OutputError(
            f"“{folder}”里是一次完整运行的结果，不能改动其中的附件1。请换一个文件夹。"
        )
    path = target / policy.vocabulary.form("submitted").file
    try:
        target.mkdir(parents=True, exist_ok=True)
        write_annex1(annex1, path, policy, unit=unit, filled_on=policy.parameters.on)
    except OSError as error:
        raise OutputError(f"“{path}”写不进去（{why(error)}）。请换一个文件夹。") from error
    return path


def _named(frame: pd.DataFrame) -> list[str]:
    """Return the village of each row, under the heading of Annex 1 where there is none."""
    return [NO_VILLAGE if pd.isna(village) else village for village in frame[VILLAGE]]
