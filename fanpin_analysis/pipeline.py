"""The main job: a folder of ledgers becomes the official papers, all of them or none.

``analyse`` reads, checks, screens and counts, and touches no file. ``write_all`` puts everything
into a new folder beside the one asked for and then changes the two over, so that whoever looks
finds either the former results or the new ones, whole.
"""

from __future__ import annotations

import hashlib
import json
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from fanpin_analysis.analysis.checking import check, tables_beside
from fanpin_analysis.analysis.households import absent_from_ledger, describe
from fanpin_analysis.analysis.screening import VERDICTS, screen, summarise
from fanpin_analysis.analysis.suggestion import suggest
from fanpin_analysis.deliverables.replacing import replace_folder
from fanpin_analysis.deliverables.tabulation import TOTAL, identities, in_village_order, tabulate
from fanpin_analysis.deliverables.workbook_forms import write_annex1, write_ledger
from fanpin_analysis.deliverables.working_papers import (
    write_findings,
    write_look_back,
    write_screening,
)
from fanpin_analysis.errors import InputError, OutputError, why
from fanpin_analysis.intake.accounts import row_counts, severity_counts
from fanpin_analysis.intake.caching import CACHE
from fanpin_analysis.intake.reading import Intake, Reading, read_files
from fanpin_analysis.intake.workbooks import MANIFEST
from fanpin_analysis.policy.in_force import Policy, load_policy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

SCREENING_FILE, QUALITY_FILE = "筛查结果.xlsx", "数据质量.xlsx"
LOOK_BACK_FILE = "回头看.xlsx"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Everything that one run found out, as plain frames.

    ``households`` is the ledger joined with the other papers, with a verdict column for every
    screening rule and what is suggested. ``findings`` holds those of reading and of the checks.
    ``seconds`` says how long each step took. ``reading`` is what the intake was made of, for the
    cache.
    """

    source: Path
    policy: Policy
    intake: Intake
    findings: pd.DataFrame
    households: pd.DataFrame
    screening: pd.DataFrame
    annex1: pd.DataFrame
    identities: pd.DataFrame
    notes: tuple[str, ...]
    seconds: Mapping[str, float]
    reading: Reading = field(repr=False)

    @property
    def unit(self) -> str:
        """The township that most rows name; empty when none does."""
        named = self.intake.ledger["乡镇场"].dropna()
        return str(named.mode().iloc[0]) if len(named) else ""


def analyse(  # noqa: PLR0913  one word for each thing that the command line can say
    path: str | Path,
    *,
    province: str | None = None,
    on: date | None = None,
    definitions: Path | None = None,
    jobs: int = 2,
    cache: Path | None = None,
    progress: Callable[[Iterable, int], Iterable] | None = None,
    ledger: bool = True,
) -> Result:
    """Read a folder of ledgers, check and screen every household, and count Annex 1.

    Parameters
    ----------
    path
        A ledger or a folder of papers; see :func:`~fanpin_analysis.intake.reading.read`.
    province, on, definitions
        What is in force; see :func:`~fanpin_analysis.policy.in_force.load_policy`.
    jobs, progress
        As in :func:`~fanpin_analysis.intake.reading.read`.
    cache
        Where a former run may have kept what it read; ``write_all`` keeps it with the results.
    ledger
        Whether there must be a household of a ledger: a check of other papers needs none.

    Raises
    ------
    InputError
        When the path holds no row of a ledger that can be used.
    DefinitionError
        When the definitions do not hold together, or have no value for that province and day.
    """
    seconds: dict[str, float] = {}
    policy = load_policy(province, on, definitions)
    with _timed(seconds, "read"):
        reading = read_files(path, definitions, jobs=jobs, cache=cache, progress=progress)
        intake = reading.intake
    if ledger:
        _must_hold_a_ledger(path, intake)
    with _timed(seconds, "check"):
        beside = tables_beside(intake, policy)
        checked = check(intake.ledger, policy, intake.headers, beside)
        findings = in_reading_order(pd.concat([intake.findings, checked], ignore_index=True))
    with _timed(seconds, "screen"):
        households = suggest(screen(describe(intake, policy), policy), policy)
        screening = summarise(households, policy)
    with _timed(seconds, "tabulate"):
        annex1 = tabulate(intake.ledger, policy, intake.decisions, intake.villages)
        held = identities(annex1, policy)
    return Result(
        source=Path(path),
        policy=policy,
        intake=intake,
        findings=findings,
        households=households,
        screening=screening,
        annex1=annex1,
        identities=held,
        notes=_notes(intake, annex1),
        seconds=seconds,
        reading=reading,
    )


def in_reading_order(findings: pd.DataFrame) -> pd.DataFrame:
    """Sort findings by file, faults before hints, and keep the order of the rows within each."""
    order = findings.assign(_severity=findings["级别"] != "错误")
    order = order.sort_values(["来源文件", "_severity"], kind="stable")
    return order.drop(columns="_severity").reset_index(drop=True)


def _must_hold_a_ledger(path: str | Path, intake: Intake) -> None:
    """Stop where there is no household to work on, and say what is in the way."""
    if len(intake.ledger):
        return
    reason = "请确认里面有附件2排查台账（表头含户主姓名、家庭人口数、户属性、排查方式等）。"
    faults = intake.findings.to_dict(orient="records")
    for fault in [fault for fault in faults if fault["级别"] == "错误"][:1]:
        reason = "先看这一处：{来源文件}{单元格}：{说明}。{处理建议}。".format(**fault)
    raise InputError(f"“{path}”里没有读到一户台账。{reason}")


def _notes(intake: Intake, annex1: pd.DataFrame) -> tuple[str, ...]:
    """Say what a reader of the figures must know and the figures do not show."""
    notes = []
    if not len(intake.decisions):
        notes.append("没有收到拟回退、拟清退名单，C1、C2、D1、D2 按 0 填报。")
    villages = annex1.loc[annex1["村"] != TOTAL]
    absent = villages.loc[villages["A1"] == 0, "村"]
    if len(absent):
        notes.append(f"村名单里有 {len(absent)} 个村没有台账，各项按 0 填报：{'、'.join(absent)}。")
    return tuple(notes)


@contextmanager
def _timed(seconds: dict[str, float], step: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[step] = round(time.perf_counter() - start, 3)


def write_all(result: Result, out: str | Path) -> Path:
    """Write all papers of a run into a folder, or leave it as it was.

    Parameters
    ----------
    result
        What :func:`analyse` returned.
    out
        The folder. Results of an earlier run in it are replaced, whole; other files in it are kept.

    Returns
    -------
    pathlib.Path
        The folder that holds the results: ``out``, or one beside it when a file of the former
        results is open in Excel and cannot be replaced.

    Raises
    ------
    OutputError
        When nothing can be written there.
    """
    if result.source.resolve().is_relative_to(Path(out).resolve()):
        raise OutputError(
            f"结果不能写进“{out}”，台账就在里面，会被当成以前的结果。请另指定一个文件夹。"
        )
    return replace_folder(out, lambda folder: _write_papers(result, folder))


def write_quality(result: Result, out: str | Path) -> Path:
    """Write only ``数据质量.xlsx`` into a folder, and leave the rest of it as it is."""
    folder = Path(out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / QUALITY_FILE
        write_findings(result.intake, result.findings, result.policy, path)
    except OSError as error:
        raise OutputError(f"“{out}”写不进去（{why(error)}）。请换一个文件夹。") from error
    return path


def _write_papers(result: Result, folder: Path) -> None:
    start = time.perf_counter()
    forms = result.policy.vocabulary.forms
    official = {"unit": result.unit, "filled_on": result.policy.parameters.on}
    write_annex1(result.annex1, folder / forms["submitted"].file, result.policy, **official)
    ledger = in_village_order(result.intake.ledger, result.annex1)
    write_ledger(ledger, folder / forms["ledger"].file, result.policy, **official)
    write_screening(result.households, result.screening, result.policy, folder / SCREENING_FILE)
    absent = absent_from_ledger(result.intake)
    write_look_back(result.households, absent, result.policy, folder / LOOK_BACK_FILE)
    write_findings(result.intake, result.findings, result.policy, folder / QUALITY_FILE)
    result.reading.keep(folder / CACHE)
    seconds = {**result.seconds, "write": round(time.perf_counter() - start, 3)}
    manifest = _manifest(result, folder) | {"seconds": seconds}
    text = json.dumps(manifest, ensure_ascii=False, indent=2, default=str)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def _manifest(result: Result, folder: Path) -> dict[str, Any]:
    """Return ``run.json``: its keys are English and stable."""
    policy, intake = result.policy, result.intake
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        "version": version("fanpin-analysis"),
        "on": policy.parameters.on.isoformat(),
        "province": policy.parameters.province,
        "parameters": {
            name: {"value": p.value, "unit": p.unit, "clause": p.clause, "status": p.status}
            for name, p in policy.used_parameters.items()
        },
        "inputs": [
            {"file": file, "sha256": digest or None, "form": form or None}
            for file, digest, form in intake.files.itertuples(index=False)
        ],
        "rows": row_counts(intake),
        "findings": severity_counts(result.findings),
        "annex1": {row.pop("村"): row for row in result.annex1.to_dict(orient="records")},
        "identities": [
            {"identity": held["恒等式"], "area": held["村"], "holds": bool(held["成立"])}
            for held in result.identities.to_dict(orient="records")
        ],
        "screening": {
            row["规则"]: {verdict: row[verdict] for verdict in VERDICTS.values()}
            for row in result.screening.to_dict(orient="records")
        },
        "notes": list(result.notes),
        "outputs": [
            {
                "file": path.relative_to(folder).as_posix(),
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            }
            for path in files
        ],
    }
