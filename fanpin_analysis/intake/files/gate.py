"""What may come in: a regular file of a bearable size, told by its first bytes, not by its name."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST: Final = "run.json"  # the file by which the results of a run are told
SPREADSHEETS: Final = {".xlsx", ".xlsm", ".xls", ".xlsb", ".et", ".ods", ".csv", ".txt"}

NO_SPREADSHEET, EMPTY, ENCRYPTED, BROKEN, WEB_PAGE = "F01", "F02", "F03", "F04", "F05"
NO_TEXT, OPEN_QUOTE, LOCK_FILE, LINK, OWN_RESULT = "F06", "F07", "F08", "F09", "F10"
LOCKED, GONE, NO_FILE, DOCUMENT, ARCHIVE = "F11", "F12", "F13", "F14", "F15"
TOO_MUCH, GAVE_UP, UNSAFE, NO_CHILD = "F16", "F17", "F18", "F19"
SHEET_BROKEN, FAR_CELL, ROW_TWICE = "F20", "F21", "F22"

ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BIFF: Final = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")  # Excel 2 to 4
MARKUP: Final = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<head", b"<style")
PAPER: Final = (b"{\\rtf", b"%pdf")
STREAMS: Final = {  # names in the directory of an OLE file, and what they make of it
    "EncryptedPackage": ENCRYPTED,
    "WordDocument": DOCUMENT,
    "PowerPoint Document": DOCUMENT,
}


class RefusalError(Exception):
    """A file or a sheet is not read; ``fault`` is the id of the reason in ``rules/读取.toml``."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


def by_name(name: str) -> str:
    """Return the fault that a file's name alone tells, or nothing."""
    if name.startswith("~$"):
        return LOCK_FILE
    if name == MANIFEST:
        return OWN_RESULT
    return "" if os.path.splitext(name)[1].lower() in SPREADSHEETS else NO_SPREADSHEET  # noqa: PTH122


def content_of(path: Path, most: int) -> bytes:
    """Return the bytes of a file that may be read, and has so many at most.

    Raises
    ------
    RefusalError
        For a link, a folder, a pipe or a device; for a file too large, locked, forbidden or gone.
    """
    try:
        _inspect(path.lstat(), most)
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        descriptor = os.open(path, flags | getattr(os, "O_BINARY", 0))
        with open(descriptor, "rb") as file:  # noqa: PTH123
            _inspect(os.fstat(file.fileno()), most)
            content = file.read(most + 1)
    except FileNotFoundError:
        raise RefusalError(GONE) from None
    except PermissionError:
        raise RefusalError(LOCKED) from None
    except OSError:
        raise RefusalError(BROKEN) from None
    if len(content) > most:
        raise RefusalError(TOO_MUCH)
    if not content.strip(b"\x00\t\r\n "):
        raise RefusalError(EMPTY)
    return content


def disguised(content: bytes) -> str:
    """Return the fault of a file that is no spreadsheet whatever it is called, or nothing."""
    if content.startswith(OLE):
        found = (f for name, f in STREAMS.items() if name.encode("utf-16-le") in content)
        return next(found, "")
    start = content[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        start = start.replace(b"\x00", b"")[2:].lstrip()
    if start.startswith(PAPER):
        return DOCUMENT
    return WEB_PAGE if start.startswith(MARKUP) else ""


def _inspect(status: os.stat_result, most: int) -> None:
    if stat.S_ISLNK(status.st_mode):
        raise RefusalError(LINK)
    if not stat.S_ISREG(status.st_mode):
        raise RefusalError(NO_FILE)
    if status.st_size > most:
        raise RefusalError(TOO_MUCH)
