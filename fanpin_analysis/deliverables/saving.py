"""Save a workbook: the same content gives the same bytes, and nothing is ever half written."""

from __future__ import annotations

import os
import tempfile
from copy import copy
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl.xml.constants import ARC_CORE
from openpyxl.xml.functions import tostring

if TYPE_CHECKING:
    from openpyxl import Workbook

ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date that a zip entry can carry


def save_workbook(workbook: Workbook, path: Path) -> None:
    """Save a workbook under a path, reproducibly and all or nothing.

    The dates inside the file are fixed and no author is named, so a second save of the same content
    is the same file. The bytes go into a file beside the target, which then takes its place in one
    step: whoever stops half-way leaves the former file whole.

    Raises
    ------
    OSError
        When the folder cannot be written, or the target is open in another program.
    """
    write_whole(path, workbook_bytes(workbook))


def workbook_bytes(workbook: Workbook) -> bytes:
    """Return the bytes of a workbook, without dates of saving and without an author."""
    saved = BytesIO()
    workbook.save(saved)
    rewritten = BytesIO()
    with ZipFile(saved) as source, ZipFile(rewritten, "w") as target:
        for entry in source.infolist():
            content = _properties(workbook) if entry.filename == ARC_CORE else source.read(entry)
            target.writestr(_entry(entry.filename), content)
    return rewritten.getvalue()


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside its place and move it there, so that it is never seen half written."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.chmod(0o666 & ~_umask())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _entry(name: str) -> ZipInfo:
    """Return a zip entry that tells neither when nor on which system it was written."""
    entry = ZipInfo(name, ZIP_EPOCH)
    entry.compress_type = ZIP_DEFLATED
    entry.create_system = 0
    return entry


def _properties(workbook: Workbook) -> bytes:
    """Return the document properties with fixed dates and no names of persons."""
    properties = copy(workbook.properties)
    properties.creator = ""
    properties.lastModifiedBy = None
    properties.created = properties.modified = datetime(*ZIP_EPOCH)  # noqa: DTZ001 (openpyxl: naive UTC)
    return tostring(properties.to_tree())


def _umask() -> int:
    """Return the permissions that this process withholds from new files."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
