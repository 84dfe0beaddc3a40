"""What stands in a workbook comes out of it: cells, addresses, and what is hidden or struck out."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import openpyxl
import pytest
import xlwt
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from packages import MAIN, OFFICE, STRICT, parts_of, sheet, workbook_of, zipped

from fanpin_analysis.intake.files.grid import column_of, letters
from fanpin_analysis.intake.workbooks import UNSAVED, open_workbook, open_workbooks

DATES = (
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="46"/>'
    '<xf numFmtId="20"/></cellXfs>'
)


@pytest.fixture
def opened(tmp_path):
    """Return a function that opens the workbook made of some bytes or by a program."""

    def opener(made, name="a.xlsx"):
        path = tmp_path / name
        if isinstance(made, bytes):
            path.write_bytes(made)
        else:
            made.save(path)
        return open_workbook(path, name)

    return opener


@pytest.fixture
def only(opened):
    """Return a function that opens a workbook and returns its only sheet."""

    def opener(made, name="a.xlsx"):
        workbook = opened(made, name)
        assert not workbook.fault
        [found] = workbook.sheets
        return found

    return opener


def cells(found):
    """Return a sheet's filled cells by their addresses."""
    return {
        f"{found.letter(column)}{found.row_number(index)}": cell
        for index, row in enumerate(found.rows)
        for column, cell in enumerate(row)
        if cell != ""
    }


@pytest.mark.parametrize(("column", "text"), [(0, "A"), (25, "Z"), (26, "AA"), (16383, "XFD")])
def test_a_column_has_letters(column, text):
    """Columns are counted as Excel letters them, there and back."""
    assert (letters(column), column_of(text)) == (text, column)


def test_cells_keep_their_types(only):
    """Text, numbers, booleans, days and times arrive as what they are."""
    book = openpyxl.Workbook()
    values = ["007", 3, 0.5, True, date(2023, 5, 30), datetime(2023, 5, 30, 8, 15), time(8, 15)]  # noqa: DTZ001
    book.worksheets[0].append(values)
    found = only(book)
    assert found.rows == [["007", 3.0, 0.5, True, *values[4:]]]
    assert [type(cell) for cell in found.rows[0][1:3]] == [float, float]


def test_hidden_rows_columns_and_sheets_are_read_and_told(opened):
    """What is hidden is there, and said to be hidden; an empty hidden row is not worth a word."""
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    for row in range(3, 8):
        page.cell(row, 2, f"甲{row}")
        page.cell(row, 3, row)
    page.row_dimensions[4].hidden = page.row_dimensions[1].hidden = True
    page.column_dimensions["C"].hidden = page.column_dimensions["F"].hidden = True
    book.create_sheet("旧稿").append(["乙"])
    book["旧稿"].sheet_state = "veryHidden"
    shown, hidden = opened(book).sheets
    assert (shown.first_row, shown.first_column, shown.filled) == (3, 1, 5)
    assert [shown.row_number(index) for index in shown.hidden_rows] == [4]
    assert [shown.letter(index) for index in shown.hidden_columns] == ["C"]
    assert (hidden.name, hidden.visible, hidden.rows) == ("旧稿", False, [["乙"]])


def test_struck_out_cells_are_told(only):
    """Struck by the cell's font or by all of its runs; a word struck out is not the whole cell."""
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page["A1"], page["B1"], page["C1"].font = "甲", "乙", Font(strike=True)
    page["A1"].font = page["A2"].font = Font(strike=True)
    line = InlineFont(strike=True)
    page["C2"] = CellRichText(TextBlock(line, "丙"), TextBlock(line, "丁"))
    page["D2"] = CellRichText(TextBlock(line, "戊"), "己")
    found = only(book)
    struck = {f"{found.letter(column)}{found.row_number(row)}" for row, column in found.struck}
    assert struck == {"A1", "C2"}
    assert cells(found) == {"A1": "甲", "B1": "乙", "C2": "丙丁", "D2": "戊己"}


def test_struck_out_shared_strings_are_told(only):
    """Excel keeps the runs of a text with the shared strings."""
    run = "<r><rPr><strike{}/></rPr><t>{}</t></r>"
    texts = run.format("", "甲"), run.format(' val="0"', "乙")
    shared = "".join(f"<si>{text}</si>" for text in texts)
    rows = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
    found = only(workbook_of(sheet(rows), shared=shared))
    assert (found.rows, found.struck) == ([["甲", "乙"]], {(0, 0)})


def test_a_formula_is_its_saved_value_and_never_a_blank(only):
    """An error is its text, and a formula that no program computed says so."""
    rows = (
        '<row r="1"><c r="A1" t="e"><f>B1</f><v>#REF!</v></c><c r="B1"><f>IF(A1&gt;0,1/2)</f></c>'
        '<c r="C1" s="0"><f t="shared" si="0"/><v></v></c><c r="D1" t="str"><f>E1</f><v></v></c>'
        '<c r="E1"><f>1+1</f><v>2</v></c><c r="F1" t="e"><v>#N/A</v></c></row>'
    )
    found = only(workbook_of(sheet(rows)))
    assert found.rows == [["#REF!", UNSAVED, UNSAVED, "", 2.0, "#N/A"]]


def test_digits_that_no_float_holds_are_kept_when_they_are_spelled_out(only):
    """An int says that no digit was lost; a float of that size says that some were."""
    whole = "439999197001010018"
    lost = ("4.39999197001010E+17", "439999197001010000", str(int(float(whole))), "5")
    cells = "".join(
        f'<c r="{"ABCDE"[i]}2"><v>{text}</v></c>' for i, text in enumerate((whole, *lost))
    )
    [row] = only(workbook_of(sheet(f'<row r="2">{cells}</row>'))).rows
    assert row == [int(whole), *map(float, lost)]
    assert [type(cell) for cell in row] == [int, float, float, float, float]


@pytest.mark.parametrize(
    ("book", "days"),
    [("", (45000, date(2023, 3, 15))), ('<workbookPr date1904="1"/>', (43538, date(2023, 3, 15)))],
)
def test_days_are_counted_from_the_workbooks_own_beginning(book, days, only):
    """A workbook of a Macintosh counts from 1904."""
    number, day = days
    values = enumerate([number, number + 0.5, 1.5, 0.5], 1)
    row = "".join(f'<c r="{"ABCDE"[s]}1" s="{s}"><v>{value}</v></c>' for s, value in values)
    found = only(workbook_of(sheet(f'<row r="1">{row}</row>'), styles=DATES, book=book))
    noon = datetime(day.year, day.month, day.day, 12)  # noqa: DTZ001
    assert found.rows == [[day, noon, timedelta(hours=36), time(12)]]


def strict():
    """Return a workbook in strict OOXML."""
    parts = parts_of(sheet('<row r="1"><c r="A1"><v>4</v></c></row>'))
    for old, new in STRICT.items():
        parts = {name: text.replace(old, new) for name, text in parts.items()}
    return zipped(parts)


def odd_names():
    """Return a workbook whose part names differ in case and stroke, and whose target is rooted."""
    text = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
    target = ["/xl/./worksheets/../worksheets/sheet1.xml"]
    parts = parts_of(sheet(text), shared="<si><t>四</t></si>", targets=target)
    parts["xl/SharedStrings.xml"] = parts.pop("xl/sharedStrings.xml")
    parts["xl\\Worksheets\\Sheet1.xml"] = parts.pop("xl/worksheets/sheet1.xml")
    del parts["[Content_Types].xml"]
    return zipped(parts)


ODDITIES = {
    "strict": (strict(), 4.0),
    "part names": (odd_names(), "四"),
    "single quotes": (workbook_of(sheet("<row r='1'><c r='A1'><v>4</v></c></row>")), 4.0),
    "no addresses": (workbook_of(sheet("<row><c><v>4</v></c></row>")), 4.0),
    "other order": (workbook_of(sheet('<row r="1"><c s="0" r="A1"><v>4</v></c></row>')), 4.0),
    "prefix": (
        workbook_of(
            f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>4</x:v>'
            "</x:c></x:row></x:sheetData></x:worksheet>"
        ),
        4.0,
    ),
    "comment": (
        workbook_of(
            sheet(
                '<row r="1"><!-- <c r="B1"><v>7</v></c> --><c r="A1" t="str"><v><![CDATA[四]]></v>'
                "</c></row>"
            )
        ),
        "四",
    ),
    "phonetic": (
        workbook_of(
            sheet('<row r="1"><c r="A1" t="s"><v>0</v></c></row>'),
            shared='<si><r><t>四</t></r><rPh sb="0" eb="1"><t>シ</t></rPh></si>',
        ),
        "四",
    ),
    "inline runs": (
        workbook_of(
            sheet(
                '<row r="1"><c r="A1" t="inlineStr"><is><r><t>四</t></r><r><t>五</t></r>'
                '<rPh sb="0" eb="1"><t>シ</t></rPh></is></c></row>'
            )
        ),
        "四五",
    ),
    "utf-16": (
        workbook_of(
            ('<?xml version="1.0" encoding="UTF-16"?>' + sheet('<row r="1"><c r="A1"><v>4</v></c>'
            "</row>")).encode("utf-16")
        ),
        4.0,
    ),
    "lying dimension": (
        workbook_of(
            sheet('<row r="1"><c r="A1"><v>4</v></c></row>', '<dimension ref="A1:XFD1048576"/>')
        ),
        4.0,
    ),
}  # fmt: skip


@pytest.mark.parametrize("made", ODDITIES.values(), ids=ODDITIES)
def test_odd_spellings_of_a_workbook_are_read(made, only):
    """What is unusual but allowed gives the same cell in A1, and no other."""
    content, value = made
    assert cells(only(content)) == {"A1": value}


def test_rows_out_of_order_are_put_in_order(only):
    """The number of a row counts, not its place in the file."""
    rows = '<row r="3"><c r="A3"><v>3</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>'
    found = only(workbook_of(sheet(rows)))
    assert (cells(found), found.faults) == ({"A1": 1.0, "A3": 3.0}, ())


def test_no_row_is_lost_when_its_number_comes_twice(only):
    """Both rows are there under the same number, and the sheet says so."""
    rows = '<row r="2"><c r="A2"><v>{}</v></c></row>'
    found = only(workbook_of(sheet(rows.format(1) + rows.format(2))))
    assert (found.rows, list(found.row_numbers), found.filled) == ([[1.0], [2.0]], [2, 2], 2)
    assert found.faults == (("F22", "2行"),)
    assert list(found.indices(2)) == [0, 1]


def test_a_table_with_a_stray_cell_far_away_is_read(only):
    """A slip of the finger costs no household: the gap is left out and the cell is named."""
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    for row in range(1, 31):
        page.append([row, f"张{row}", "否"])
    page["XFD1048576"] = "误"
    page.merge_cells("A2:A4")
    page.merge_cells("XFA1048570:XFB1048576")
    page.row_dimensions[5].hidden = True
    page["B6"].font = Font(strike=True)
    page["B7"] = "#REF!"
    found = only(book)
    assert found.faults == (("F21", "XFD1048576"),)
    assert cells(found)["B30"] == "张30"
    assert cells(found)["B7"] == "#REF!"
    assert (len(found.rows), len(found.rows[0]), found.filled) == (31, 4, 31)
    assert (found.row_number(30), found.letter(3)) == (1_048_576, "XFD")
    assert (found.hidden_rows, found.struck) == ({4}, {(5, 1)})
    assert found.merges[0] == ((1, 0), (3, 0))


def test_a_sheet_styled_down_to_its_end_is_read(only):
    """WPS leaves whole columns of empty cells with a style; only the rows with content count."""
    styled = "".join(f'<c r="{letters(column)}{{0}}" s="0"/>' for column in range(17))

    def rows():
        yield sheet().partition("</sheetData>")[0].encode()
        for row in range(1, 401):
            yield (f'<row r="{row}"><c r="A{row}"><v>{row}</v></c>' + styled + "</row>").encode()
        for start in range(401, 1_048_577, 4096):
            stop = min(start + 4096, 1_048_577)
            empty = f'<row r="{{0}}" spans="1:17">{styled}</row>'
            yield "".join(empty.format(row) for row in range(start, stop, 16)).encode()
        yield b'</sheetData><mergeCells><mergeCell ref="A2:A3"/></mergeCells></worksheet>'

    found = only(zipped(parts_of(rows())))
    assert (len(found.rows), found.filled, found.merges) == (400, 400, (((1, 0), (2, 0)),))
    assert (found.row_number(399), found.rows[399][0]) == (400, 400.0)


def test_one_broken_sheet_costs_no_other(opened):
    """A sheet that cannot be read is named, and the rest of the workbook is read."""
    good = sheet('<row r="1"><c r="A1"><v>4</v></c></row>')
    bad = sheet('<row r="1"><c r="A1" t="s"><v>77</v></c></row>')
    book = opened(workbook_of(bad, good, good.partition("</c>")[0]))
    assert [found.faults for found in book.sheets] == [(("F20", ""),), (), (("F20", ""),)]
    assert book.sheets[1].rows == [[4.0]]


def test_macros_and_links_are_left_where_they_are(only):
    """A workbook with macros and links to others is read by its saved values alone."""
    rows = '<row r="1"><c r="A1"><f>[1]Sheet1!$A$1</f><v>4</v></c></row>'
    parts = parts_of(sheet(rows))
    link = f'<Relationship Id="x" Type="{OFFICE}/worksheet" Target="file:///etc/passwd" '
    rels = "xl/_rels/workbook.xml.rels"
    parts[rels] = parts[rels].replace(
        "<Relationship ", link + 'TargetMode="External"/><Relationship ', 1
    )
    parts |= {"xl/vbaProject.bin": b"\xcc" * 999, "xl/externalLinks/externalLink1.xml": "<x/>"}
    assert only(zipped(parts), "a.xlsm").rows == [[4.0]]


def old_workbook():
    """Return a workbook of Excel 97 with everything that may be asked of it."""
    book = xlwt.Workbook()
    page, past = book.add_sheet("台账"), book.add_sheet("旧稿")
    past.visibility = 1
    past.write(0, 0, "旧")
    struck = xlwt.easyxf("font: struck_out on")
    page.write_merge(0, 0, 0, 3, "排查台账")
    page.write(1, 0, "甲", struck)
    page.write(1, 1, 3.0)
    page.write(1, 2, date(2023, 5, 30), xlwt.easyxf(num_format_str="YYYY-MM-DD"))
    page.write(1, 3, True)  # noqa: FBT003
    page.row(2).write(0, "隐")
    page.row(2).hidden = True
    page.row(2).set_cell_error(1, "#REF!")
    page.write(3, 4, "隐")
    page.col(4).hidden = True
    return book


def test_an_old_workbook_tells_as_much_as_a_new_one(opened):
    """Types, failed formulas, merges, and what is hidden or struck out in a .xls."""
    found, past = opened(old_workbook(), "a.xls").sheets
    assert (past.name, past.visible) == ("旧稿", False)
    assert cells(found) == {
        "A1": "排查台账", "A2": "甲", "B2": 3.0, "C2": date(2023, 5, 30), "D2": True,
        "A3": "隐", "B3": "#REF!", "E4": "隐",
    }  # fmt: skip
    assert (found.hidden_rows, found.hidden_columns, found.struck) == ({2}, {4}, {(1, 0)})
    assert (found.merges, found.filled) == ((((0, 0), (0, 3)),), 4)


def test_an_old_workbook_under_a_new_name_is_read(only):
    """The first bytes say what a file is, not its extension."""
    book = xlwt.Workbook()
    book.add_sheet("台账").write(0, 0, "甲")
    assert only(book, "a.xlsx").rows == [["甲"]]
    assert only(workbook_of(sheet('<row r="1"><c r="A1"><v>4</v></c></row>')), "a.et").rows == [[4]]


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        ("甲,乙\n1,2\n".encode("gb18030"), [["甲", "乙"], ["1", "2"]]),
        ("sep=;\r\n甲;乙\r\n".encode("utf-8-sig"), [["甲", "乙"]]),
        ("甲\t乙\r1\t2\r".encode("utf-16"), [["甲", "乙"], ["1", "2"]]),
        ('甲,"乙\n丙"\n1,2,\n'.encode(), [["甲", "乙\n丙"], ["1", "2", ""]]),
    ],
)
def test_text_is_read_in_the_encodings_and_delimiters_in_use(content, rows, only):
    """GB18030, UTF-8 and UTF-16; comma, tab, semicolon; any end of line; cells of two lines."""
    assert only(content, "a.csv").rows == rows


@pytest.mark.parametrize("text", ['甲,乙\n1,"2\n3,4,5,6\n7",8\n', '甲,"乙\n1,2\n'])
def test_a_quote_that_swallows_lines_is_refused(text, opened):
    """A file of which rows would be lost inside a cell is not read at all."""
    assert opened(text.encode(), "a.csv").fault == "F07"


@pytest.mark.parametrize("jobs", [1, 3])
def test_workbooks_come_in_the_order_asked_for(jobs, tmp_path):
    """However many are opened at a time, the order and the names are the caller's."""
    files = {}
    for number in range(7):
        path = tmp_path / f"{number}.csv"
        path.write_text("甲\n" * (1 + 999 * (number == 0)), encoding="utf-8")
        files[f"文件夹/{7 - number}.csv"] = path
    books = list(open_workbooks(files, jobs))
    assert [book.file for book in books] == list(files)
    assert [book.sheets[0].filled for book in books] == [1000, 1, 1, 1, 1, 1, 1]
    assert len({book.sha256 for book in books}) == 2
    assert list(open_workbooks({})) == []
