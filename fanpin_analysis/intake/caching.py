"""Frames of an earlier reading, kept as Parquet under a key of everything they came from.

The key covers the content and the names of all files, the definitions, and the version that read
them: whatever changes, the old frames are no longer found, and the next reading replaces them.
"""

from __future__ import annotations

import hashlib
import shutil
import stat
from contextlib import suppress
from importlib.metadata import version
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

CACHE = ".读取缓存"  # the folder's name inside a folder of results
KEY = "key.txt"  # written last: without it the frames beside it do not count


def key_of(files: Mapping[str, Path], folders: Iterable[Path]) -> str:
    """Return the key of a reading; empty when a file cannot be read just now.

    Parameters
    ----------
    files
        The files to be read, by the name under which their rows are reported.
    folders
        The folders of definitions.
    """
    whole = hashlib.sha256(version("fanpin-analysis").encode())
    definitions = (path for folder in folders for path in sorted(folder.rglob("*.toml")))
    try:
        for path in definitions:
            _add(whole, path.name, path.read_bytes())
        for name, path in files.items():
            _add(whole, name, _content(path))
    except OSError:
        return ""
    return whole.hexdigest()


def kept(folder: Path, key: str) -> dict[str, pl.DataFrame] | None:
    """Return the frames that were kept under a key; null when there are none."""
    try:
        if not key or (folder / KEY).read_text(encoding="utf-8") != key:
            return None
        return {path.stem: pl.read_parquet(path) for path in folder.glob("*.parquet")}
    except (OSError, pl.exceptions.PolarsError):
        return None


def keep(folder: Path, key: str, frames: Mapping[str, pl.DataFrame]) -> None:
    """Keep frames under a key, in the place of all that were kept before.

    A folder that cannot be written to is left without a cache: reading goes on without it.
    """
    with suppress(OSError):
        shutil.rmtree(folder, ignore_errors=True)
        if key:
            folder.mkdir(parents=True)
            for name, frame in frames.items():
                frame.write_parquet(folder / f"{name}.parquet")
            (folder / KEY).write_text(key, encoding="utf-8")


def _content(path: Path) -> bytes:
    """Return what a file holds as a digest; of what is no regular file, what it is instead."""
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode):
        return str(status.st_mode).encode()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _add(whole: hashlib._Hash, name: str, content: bytes) -> None:
    """Add a named content, so that no two lists of them look alike."""
    for part in (name.encode("utf-8", "surrogateescape"), content):
        whole.update(len(part).to_bytes(8, "big"))
        whole.update(part)
