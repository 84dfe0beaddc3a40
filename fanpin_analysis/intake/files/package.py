"""The parts of a zipped workbook: inflated under a count, none named twice, none from outside."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from fanpin_analysis.intake.files.gate import (
    ARCHIVE,
    BROKEN,
    DOCUMENT,
    ENCRYPTED,
    TOO_MUCH,
    UNSAFE,
    RefusalError,
)
from fanpin_analysis.intake.files.limits import ENTRIES, INFLATED_BYTES, MEGABYTE, PART_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

CENTRAL: Final = b"PK\x01\x02"
ENCODING: Final = re.compile(rb"""<\?xml[^>]*\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["'][^>]*\?>""")
DOCUMENTS: Final = ("word/document.xml", "ppt/presentation.xml", "document.xml", "ofd.xml")
Element = tuple[str, dict[str, str]]


class Package:
    """A zip archive whose entries are within limits and have names of their own."""

    def __init__(self, content: bytes) -> None:
        if content.count(CENTRAL) > ENTRIES:
            raise RefusalError(TOO_MUCH)
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            raise RefusalError(BROKEN) from None
        self._entries: dict[str, zipfile.ZipInfo] = {}
        self._left = INFLATED_BYTES
        for entry in self._archive.infolist():
            name = _plain(entry.filename)
            if name.endswith("/"):
                continue
            if name in self._entries or ".." in name.split("/"):
                raise RefusalError(UNSAFE)
            if entry.flag_bits & 1:
                raise RefusalError(ENCRYPTED)
            self._entries[name] = entry

    def __contains__(self, name: str) -> bool:
        """Tell whether there is a part of this name, in whatever case it is written."""
        return _plain(name) in self._entries

    def kind(self) -> str:
        """Return the extension of the spreadsheet that the archive is, whatever it is called.

        Raises
        ------
        RefusalError
            When it is a document, or an archive of files.
        """
        if any(name in self for name in DOCUMENTS):
            raise RefusalError(DOCUMENT)
        if "content.xml" in self:
            if b"opendocument.spreadsheet" not in self.read("mimetype"):
                raise RefusalError(DOCUMENT)
            return "ods"
        if "xl/workbook.bin" in self:
            return "xlsb"
        if "[content_types].xml" in self or "xl/workbook.xml" in self:
            return "xlsx"
        raise RefusalError(ARCHIVE)

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield a part's bytes, at most a megabyte at a time; its check sum is tested at its end.

        Raises
        ------
        RefusalError
            When it is not there, is damaged, or when the whole package inflates to too much.
        """
        entry = self._entries.get(_plain(name))
        if entry is None:
            raise RefusalError(BROKEN)
        with self._archive.open(entry) as part:
            while chunk := part.read(MEGABYTE):
                self._left -= len(chunk)
                if self._left < 0:
                    raise RefusalError(TOO_MUCH)
                yield chunk

    def read(self, name: str, most: int = PART_BYTES) -> bytes:
        """Return a part whole, in UTF-8; nothing if there is no such part."""
        if name not in self:
            return b""
        chunks, size = [], 0
        for chunk in self.chunks(name):
            size += len(chunk)
            if size > most:
                raise RefusalError(TOO_MUCH)
            chunks.append(chunk)
        return in_utf8(b"".join(chunks))


def in_utf8(part: bytes) -> bytes:
    """Return XML in UTF-8, however it is encoded; a part with a DOCTYPE is refused."""
    if part.startswith((b"\xff\xfe", b"\xfe\xff")):
        part = re.sub(r"^\s*<\?xml[^>]*\?>", "", part.decode("utf-16")).encode()
    told = ENCODING.match(part[:256])
    if told and told[1].lower() not in (b"utf-8", b"utf8", b"us-ascii"):
        part = part[told.end() :].decode(told[1].decode()).encode()
    if b"!" in part and b"<!DOCTYPE" in part:  # a letter alone is found much faster
        raise RefusalError(UNSAFE)
    return part.removeprefix(b"\xef\xbb\xbf")


def elements(xml: bytes) -> list[Element]:
    """Return every element of a small part in order: its name and attributes, without prefixes."""
    found: list[Element] = []
    parser = parser_of()
    parser.StartElementHandler = lambda name, attributes: found.append(
        (local(name), {local(key): value for key, value in attributes.items()})
    )
    parser.Parse(xml, True)  # noqa: FBT003  expat takes no keyword
    return found


def parser_of() -> expat.XMLParserType:
    """Return a parser that splits names from their namespaces, and refuses a DOCTYPE."""
    parser = expat.ParserCreate("utf-8", " ")
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise RefusalError(UNSAFE)

    parser.StartDoctypeDeclHandler = refuse
    return parser


def local(name: str) -> str:
    """Return a name without its namespace."""
    return name.rpartition(" ")[2]


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()
