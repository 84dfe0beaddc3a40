"""Makes workbooks for the tests part by part, as no program would, and as hostile hands do."""

from __future__ import annotations

import io
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
STRICT = {
    MAIN: "http://purl.oclc.org/ooxml/spreadsheetml/main",
    OFFICE: "http://purl.oclc.org/ooxml/officeDocument/relationships",
}


def sheet(rows="", before="", after=""):
    """Return a sheet's XML with these rows."""
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def parts_of(*sheets, shared="", styles="", book="", states=(), targets=()):
    """Return the parts of a workbook by name; sheets are called S0, S1 and so on."""
    listed, related = "", ""
    parts = {}
    for number, xml in enumerate(sheets):
        state = f' state="{states[number]}"' if number < len(states) else ""
        listed += f'<sheet name="S{number}" sheetId="{number + 1}"{state} r:id="r{number}"/>'
        name = f"worksheets/sheet{number + 1}.xml"
        target = targets[number] if number < len(targets) else name
        related += f'<Relationship Id="r{number}" Type="{OFFICE}/worksheet" Target="{target}"/>'
        parts[f"xl/{name}"] = xml
    for name in ("sharedStrings", "styles"):
        related += f'<Relationship Id="{name}" Type="{OFFICE}/{name}" Target="{name}.xml"/>'
    if shared:
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{shared}</sst>'
    if styles:
        parts["xl/styles.xml"] = f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>'
    return {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r" Type="{OFFICE}'
        '/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{book}<sheets>{listed}'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}">{related}'
        "</Relationships>",
        **parts,
    }


def zipped(parts):
    """Return parts, given by name or as pairs of name and content, as the bytes of an archive."""
    held = io.BytesIO()
    pairs = parts.items() if isinstance(parts, dict) else parts
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in pairs:
            if isinstance(content, str | bytes):
                archive.writestr(name, content)
                continue
            with archive.open(name, "w", force_zip64=True) as part:
                for chunk in content:
                    part.write(chunk)
    return held.getvalue()


def workbook_of(*sheets, **told):
    """Return a workbook's bytes; see :func:`parts_of`."""
    return zipped(parts_of(*sheets, **told))
