"""Replace a folder of results by new ones, all at once.

The new results are written into a folder beside the old one, and then the two change names. Whoever
looks, or whatever is killed at whatever moment, finds the old results or the new ones, whole; a
change-over that was cut off between its two renames is put right by the next run.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from fanpin_analysis.errors import OutputError, why
from fanpin_analysis.intake.workbooks import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Callable

ABANDONED = 24 * 3600  # seconds after which a half-written folder was left by a run that died


def replace_folder(out: str | Path, write: Callable[[Path], None]) -> Path:
    """Have a function fill a new folder, and put it in the place of the former one.

    Parameters
    ----------
    out
        The folder. Files in it that the former run's manifest does not list are kept.
    write
        Writes everything into the folder that it is given; what it raises leaves ``out`` as it was.

    Returns
    -------
    pathlib.Path
        Where the results are: ``out``, or a folder beside it with a number when a file of the
        former results is open elsewhere and cannot be replaced.

    Raises
    ------
    OutputError
        When nothing can be written there.
    """
    target = Path(out).absolute()
    former = target.with_name(f".{target.name}.former")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _recover(target, former)
        fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}.new-", dir=target.parent))
    except OSError as error:
        raise OutputError(f"“{out}”写不进去（{why(error)}）。请换一个能写的文件夹。") from error
    try:
        write(fresh)
        _keep_foreign_files(target, fresh)
        return _changed_over(target, fresh, former)
    except OSError as error:
        reason = f"结果没有写成（{why(error)}），“{out}”保持原样"
        raise OutputError(f"{reason}。请排除后重新运行。") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _recover(target: Path, former: Path) -> None:
    """Undo a change-over that was cut off between its two steps, and sweep what kills left."""
    if target.exists() and not target.is_dir():
        raise OutputError(f"“{target.name}”是一个文件，不能当作结果文件夹。请换一个名字。")
    if former.exists():
        if target.exists():
            shutil.rmtree(former)
        else:
            former.rename(target)
    for stale in target.parent.glob(f".{target.name}.new-*"):
        if time.time() - stale.stat().st_mtime > ABANDONED:
            shutil.rmtree(stale, ignore_errors=True)


def _keep_foreign_files(target: Path, fresh: Path) -> None:
    """Copy over whatever in the former folder is not of this program's making."""
    ours = {MANIFEST}
    if (target / MANIFEST).is_file():
        manifest = json.loads((target / MANIFEST).read_text(encoding="utf-8"))
        ours |= {output["file"] for output in manifest.get("outputs", [])}
    for path in sorted(target.rglob("*")) if target.exists() else []:
        name = path.relative_to(target)
        if path.is_file() and name.as_posix() not in ours and not (fresh / name).exists():
            (fresh / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, fresh / name)


def _changed_over(target: Path, fresh: Path, former: Path) -> Path:
    fresh.chmod(0o755)
    if target.exists():
        try:
            target.rename(former)
        except PermissionError:  # Windows: a file of it is open in Excel
            target = _free_name(target)
    fresh.rename(target)
    shutil.rmtree(former, ignore_errors=True)
    return target


def _free_name(target: Path) -> Path:
    number = 2
    while (free := target.with_name(f"{target.name}({number})")).exists():
        number += 1
    return free
