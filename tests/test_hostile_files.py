"""A file made to harm is refused with its reason, or read; it costs little and harms no other."""

from __future__ import annotations

import json
import os
import random
import signal
import struct
import subprocess
import sys
import time
import zlib
from pathlib import Path

import psutil
import pytest
import xlwt
from packages import MAIN, parts_of, sheet, workbook_of, zipped

from fanpin_analysis.intake.files import gate
from fanpin_analysis.intake.files.limits import FILE_BYTES, MEGABYTE
from fanpin_analysis.intake.workbooks import open_workbook, open_workbooks
from fanpin_analysis.policy.rulebook import load_faults

ROOT = Path(__file__).parent.parent
ROW = '<row r="1"><c r="A1"><v>4</v></c></row>'
GOOD = workbook_of(sheet(ROW))
FILLED_ROW = b"<row>" + b"<c><v>1</v></c>" * 17 + b"</row>"
STYLED_ROW = b'<row spans="1:17">' + b'<c s="0"/>' * 17 + b"</row>"
HEAD, TAIL = sheet(ROW + "|").encode().split(b"|")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
DOCTYPE = '<!DOCTYPE x [<!ENTITY a "{}">]>'
SPREADSHEET = "application/vnd.oasis.opendocument.spreadsheet"


def bomb(part, head, repeated, times, tail, *, sound=False):
    """Return a workbook one part of which is a stretch of bytes again and again.

    The stretch is deflated once, so that a gigabyte takes no time to make. The check sum of the
    part is wrong unless it is to be ``sound``; that is seen only at its end.
    """
    deflate, data, crc = zlib.compressobj(1, zlib.DEFLATED, -15), b"", 0
    for text, often in ((head, 1), (repeated, times), (tail, 1)):
        data += (deflate.compress(text) + deflate.flush(zlib.Z_FULL_FLUSH)) * often
        for _ in range(often if sound else 0):
            crc = zlib.crc32(text, crc)
    data += deflate.flush()
    size = len(head) + len(repeated) * times + len(tail)
    parts = parts_of(sheet(ROW), shared="<si><t>甲</t></si>")
    others = zipped({name: text for name, text in parts.items() if name != part})
    start, end = others.index(b"PK\x01\x02"), others.rindex(b"PK\x05\x06")
    told = struct.pack("<5H3I2H", 20, 0, 8, 0, 0, crc, len(data), size, len(part), 0)
    added = b"PK\x03\x04" + told + part.encode() + data
    entry = b"PK\x01\x02\x14\x00" + told + struct.pack("<3H2I", 0, 0, 0, 0, start) + part.encode()
    listed = others[start:end] + entry
    count = len(parts)
    closing = struct.pack("<4H2IH", 0, 0, count, count, len(listed), start + len(added), 0)
    return others[:start] + added + listed + b"PK\x05\x06" + closing


def with_doctype(part, entity):
    """Return a workbook with a DOCTYPE in one part."""
    parts = parts_of(sheet(ROW), shared="<si><t>甲</t></si>")
    parts[part] = DOCTYPE.format(entity) + parts[part]
    return zipped(parts)


def ods(cells):
    """Return an OpenDocument spreadsheet with this table."""
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="S">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    return zipped(
        {"mimetype": SPREADSHEET, "META-INF/manifest.xml": manifest, "content.xml": content}
    )


def encrypted():
    """Return an OLE file with the name of the stream that holds an encrypted workbook."""
    return OLE + "EncryptedPackage".encode("utf-16-le")


def sparse_xls(path):
    """Write an .xls with a cell in its last row and column."""
    book = xlwt.Workbook()
    page = book.add_sheet("S")
    page.write(0, 0, "甲")
    page.write(65535, 255, "误")
    book.save(path)
    return path.read_bytes()


CELL = '<table:table-cell office:value-type="string" {}><text:p>1</text:p></table:table-cell>'
SHEET, SHARED = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
REFUSED = {  # a maker of the file's content, and the fault that is told of it
    "spaces.xlsx": (lambda: bomb(SHEET, HEAD, b" " * MEGABYTE, 1100, TAIL), "F16"),
    "string.xlsx": (
        lambda: bomb(
            SHEET, HEAD + b'<row><c t="inlineStr"><is><t>', b"a" * MEGABYTE, 1500,
            b"</t></is></c></row>" + TAIL,
        ),
        "F16",
    ),
    "strings.xlsx": (
        lambda: bomb(SHARED, f'<sst xmlns="{MAIN}">'.encode(), b"<si/>" * 200_000, 900, b"</sst>"),
        "F16",
    ),
    "full.xlsx": (lambda: bomb(SHEET, HEAD, FILLED_ROW * 4096, 256, TAIL), "F16"),
    "many sheets.xlsx": (lambda: workbook_of(*[sheet()] * 2100), "F16"),
    "entities.xlsx": (lambda: with_doctype(SHEET, "x" * 9999), "F18"),
    "book entities.xlsx": (lambda: with_doctype("xl/workbook.xml", "x"), "F18"),
    "string entities.xlsx": (lambda: with_doctype(SHARED, "x"), "F18"),
    "twice.xlsx": (lambda: zipped([*parts_of(sheet(ROW)).items(), (SHEET.upper(), ROW)]), "F18"),
    "above.xlsx": (lambda: zipped(parts_of(sheet(ROW)) | {"../../x.xml": "x"}), "F18"),
    "encrypted.xlsx": (encrypted, "F03"),
    "short.xlsx": (lambda: GOOD[: len(GOOD) // 2], "F04"),
    "noise.xls": (lambda: OLE + random.Random(3).randbytes(9999), "F04"),  # noqa: S311
    "no sheets.xlsx": (lambda: zipped({"[Content_Types].xml": "<Types/>"}), "F04"),
    "word.xlsx": (lambda: zipped({"[Content_Types].xml": "", "word/document.xml": ""}), "F14"),
    "word.xls": (lambda: OLE + "WordDocument".encode("utf-16-le"), "F14"),
    "paper.xls": (lambda: b"%PDF-1.7\n", "F14"),
    "rich.xls": (lambda: b"{\\rtf1 }", "F14"),
    "archive.xlsx": (lambda: zipped({"甲村.xlsx": GOOD}), "F15"),
    "page.xls": (lambda: b"\xef\xbb\xbf <HTML><table></table>", "F05"),
    "page.csv": (lambda: "<html></html>".encode("utf-16"), "F05"),
    "2003.xls": (lambda: b'<?xml version="1.0"?><Workbook/>', "F05"),
    "one line.csv": (lambda: b"1," * 2_000_000, "F16"),
    "nothing.csv": (lambda: b"\r\n\r\n", "F02"),
    "binary.txt": (lambda: bytes(range(256)), "F06"),
    "repeated.ods": (
        lambda: ods(
            '<table:table-row table:number-rows-repeated="2000">'
            + CELL.format('table:number-columns-repeated="16384"') + "</table:table-row>"
        ),
        "F17",
    ),
}  # fmt: skip
READ = {
    "styled.xlsx": lambda: bomb(SHEET, HEAD, STYLED_ROW * 4096, 256, TAIL, sound=True),
    "corner.xlsx": lambda: workbook_of(
        sheet(ROW + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    ),
    "aside.xlsx": lambda: zipped(
        parts_of(sheet(ROW)) | {"xl/media/image1.png": bytes(200 * MEGABYTE)}
    ),
    "nested.xlsx": lambda: workbook_of(sheet("<a>" * 200_000 + "</a>" * 200_000 + ROW)),
    "good.xlsx": lambda: GOOD,
}
SCRIPT = """
import json, resource, sys, time
from pathlib import Path
from fanpin_analysis.intake.workbooks import open_workbooks
told = {}
begun = time.perf_counter()
for book in open_workbooks({path.name: path for path in sorted(Path(sys.argv[1]).iterdir())}):
    now = time.perf_counter()
    told[book.file] = [book.fault, [len(sheet.rows) for sheet in book.sheets], now - begun]
    begun = now
told["memory"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Return what was made of a folder of hostile files, opened by one process."""
    folder = tmp_path_factory.mktemp("hostile")
    for name, (make, _) in REFUSED.items():
        (folder / name).write_bytes(make())
    for name, make in READ.items():
        (folder / name).write_bytes(make())
    (folder / "sparse.xls").write_bytes(sparse_xls(folder / "sparse.xls"))
    with (folder / "large.csv").open("wb") as file:
        file.truncate(FILE_BYTES + 1)
    os.mkfifo(folder / "pipe.xlsx")
    (folder / "link.xlsx").symlink_to(folder / "good.xlsx")
    (folder / "folder.xlsx").mkdir()
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", SCRIPT, folder],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_file_is_refused_with_its_reason(name, told):
    """One fault says what is wrong, and the process that asked goes on."""
    assert told[name][0] == REFUSED[name][1]


@pytest.mark.parametrize(
    ("name", "fault"),
    [("large.csv", "F16"), ("pipe.xlsx", "F13"), ("link.xlsx", "F09"), ("folder.xlsx", "F13")],
)
def test_what_is_no_ordinary_file_is_not_even_opened(name, fault, told):
    """A pipe would hang for ever, a link may lead anywhere."""
    assert told[name][0] == fault


@pytest.mark.parametrize("name", [*READ, "sparse.xls"])
def test_what_only_looks_dangerous_is_read(name, told):
    """A ledger is read, whatever lies beside its rows or behind them."""
    fault, rows, _ = told[name]
    assert not fault
    assert 1 <= rows[0] <= 2


def test_no_file_takes_more_than_its_share(told):
    """Each within five seconds of a processor, and the children within 500 MB and what they are."""
    assert max(entry[2] for name, entry in told.items() if name != "memory") < 15
    assert told["memory"] < 600


def test_every_fault_is_declared_with_what_to_do(told):
    """The faults of the gate are those of the definitions, each with a remedy."""
    faults = load_faults()
    met = {entry[0] for name, entry in told.items() if name != "memory"} - {""}
    ids = {value for value in vars(gate).values() if isinstance(value, str) and value in faults}
    assert met <= ids
    assert {f"F{number:02d}" for number in range(1, 23)} == ids
    assert all(faults[one].message and faults[one].remedy for one in ids)


def test_a_locked_file_and_one_that_vanished_have_reasons_of_their_own(tmp_path, monkeypatch):
    """Open in Excel, and gone since the folder was listed, are not the same trouble."""
    assert open_workbook(tmp_path / "gone.xlsx", "gone.xlsx").fault == "F12"
    path = tmp_path / "a.xlsx"
    path.write_bytes(GOOD)
    assert gate.content_of(path, FILE_BYTES) == GOOD

    def refuse(*_):
        raise PermissionError

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(gate.RefusalError, match=gate.LOCKED):
        gate.content_of(path, FILE_BYTES)


def mutated(content, random_, times):
    """Return bytes of which some are others."""
    changed = bytearray(content)
    for _ in range(times):
        changed[random_.randrange(len(changed))] = random_.randrange(256)
    return bytes(changed)


def test_no_mutated_file_stops_the_folder(tmp_path):
    """Sixty damaged files are read or refused, and a good one among them is read."""
    random_ = random.Random(20230602)  # noqa: S311
    whole = parts_of(
        sheet(ROW * 1, after='<mergeCells><mergeCell ref="A1:B2"/></mergeCells>'),
        sheet('<row r="1" hidden="1"><c r="A1" t="s"><v>0</v></c></row>'),
        shared="<si><t>甲</t></si>", styles="<fonts><font><strike/></font></fonts>",
    )  # fmt: skip
    old = sparse_xls(tmp_path / "old")
    files = {"good.xlsx": GOOD}
    for number in range(20):
        part = random_.choice(list(whole))
        damaged = whole | {part: mutated(whole[part].encode(), random_, 3)}
        files[f"part{number}.xlsx"] = zipped(damaged)
        files[f"file{number}.xlsx"] = mutated(zipped(whole), random_, 8)
        files[f"old{number}.xls"] = mutated(old, random_, 40)
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    books = list(open_workbooks({name: tmp_path / name for name in files}))
    assert [book.file for book in books] == list(files)
    assert all(book.fault in load_faults() for book in books if not book.sheets)
    assert books[0].sheets[0].rows == [[4.0]]


def children(process):
    """Return the processes that a process started and that still run."""
    return [child for child in process.children() if child.status() != psutil.STATUS_ZOMBIE]


def test_no_child_is_left_behind(tmp_path):
    """Not when all is read, nor when the caller stops early."""
    (tmp_path / "a.xlsx").write_bytes(GOOD)
    before = {child.pid for child in psutil.Process().children()}
    files = {f"{number}.xlsx": tmp_path / "a.xlsx" for number in range(9)}
    books = open_workbooks(files, 2)
    assert next(books).sheets
    assert {child.pid for child in psutil.Process().children()} - before
    books.close()
    never_asked = open_workbooks(files)
    del never_asked
    assert len(list(open_workbooks(files))) == 9
    assert {child.pid for child in psutil.Process().children()} <= before


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL])
def test_a_child_does_not_outlive_its_parent(sent, tmp_path):
    """Whether the parent is interrupted or killed."""
    (tmp_path / "a.xlsx").write_bytes(GOOD)
    script = (
        "import sys, time; from pathlib import Path;"
        "from fanpin_analysis.intake.workbooks import open_workbooks;"
        "books = open_workbooks({str(n): Path(sys.argv[1]) for n in range(9)});"
        "next(books); print('ready', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", script, tmp_path / "a.xlsx"],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as parent:  # fmt: skip
        assert parent.stdout
        assert parent.stdout.readline() == b"ready\n"
        left = children(psutil.Process(parent.pid))
        assert left
        parent.send_signal(sent)
        parent.wait(20)
    gone, alive = psutil.wait_procs(left, timeout=20)
    assert (len(gone), alive) == (len(left), [])


def test_a_child_that_dies_costs_only_its_file(tmp_path):
    """The next file is read by a new one."""
    (tmp_path / "a.xlsx").write_bytes(GOOD)
    (tmp_path / "b.ods").write_bytes(REFUSED["repeated.ods"][0]())
    order = {"1": "a.xlsx", "2": "b.ods", "3": "a.xlsx", "4": "b.ods", "5": "a.xlsx"}
    begun = time.monotonic()
    books = list(open_workbooks({name: tmp_path / file for name, file in order.items()}))
    assert [bool(book.sheets) for book in books] == [True, False, True, False, True]
    assert time.monotonic() - begun < 30


def test_where_no_child_can_be_started_small_files_are_read_all_the_same(tmp_path, monkeypatch):
    """An office may forbid it; what could end the process is then refused, with the reason."""
    (tmp_path / "a.xlsx").write_bytes(GOOD)
    (tmp_path / "b.ods").write_bytes(ods(f"<table:table-row>{CELL.format('')}</table:table-row>"))
    files = {name: tmp_path / name for name in ("a.xlsx", "b.ods")}
    assert [book.fault for book in open_workbooks(files)] == ["", ""]
    for nowhere in ("/nonexistent/python", "/bin/false"):
        monkeypatch.setattr(sys, "executable", nowhere)
        assert [book.fault for book in open_workbooks(files)] == ["", "F19"]
