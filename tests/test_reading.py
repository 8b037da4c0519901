"""What the readers of all formats promise: the expected rows, and never anything but an error."""

from __future__ import annotations

import csv
import io
import json
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadctl.errors import BadDataError, LeadctlError, UsageError
from leadctl.formats import delimited, form, json_records, reading, records, vcard, xlsx
from leadctl.formats.table import Table

SAMPLES = Path(__file__).parent / "formats"
CARDS = Path(__file__).parents[2] / "shared" / "data" / "vcards"

WriteFile = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> WriteFile:
    def write_file(content: str | bytes, name: str = "leads.json") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_file


def dicts(table: Table) -> list[dict[str, str]]:
    return [dict(zip(table.header, row.cells, strict=True)) for row in table.rows]


def failure(path: Path, **options: Any) -> str:
    """Read `path` to its end and return the message of the error that this must raise."""
    with pytest.raises(BadDataError) as caught:
        list(reading.read(path, **options).rows)
    assert "\n" not in caught.value.message
    assert caught.value.hint
    return caught.value.message


# --- samples ----------------------------------------------------------------------------------

INPUTS = sorted(
    path for path in SAMPLES.iterdir() if path.suffix != ".json" or ".expected" not in path.name
)


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.name)
def test_samples(path: Path) -> None:
    table = reading.read(path)
    found = {
        "kind": table.kind,
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "notes": list(table.notes),
        "header": list(table.header),
        "rows": [[line, *cells] for line, cells in table.rows],
    }
    expected = SAMPLES / f"{path.name.partition('.')[0]}.expected.json"
    assert found == json.loads(expected.read_text("utf-8"))


def test_each_expected_file_has_its_input() -> None:
    names = {path.name.partition(".")[0] for path in INPUTS}
    assert {path.name.partition(".")[0] for path in SAMPLES.glob("*.expected.json")} == names


# --- which reader -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name", "kind", "note"),
    [
        ('{"a": "1"}', "x.json", "JSON", None),
        ('[{"a": "1"}]', "x.txt", "JSON", "read as JSON, by its content"),
        ('{"a": "1"}\n{"a": "1"}', "x", "JSON lines", None),
        ("[id],name\n1,2", "x.csv", "CSV", None),
        ("{id},name\n1,2", "x.csv", "CSV", None),
        ("begin:vcard\nFN:A\nend:vcard", "x.txt", "vCard", "read as vCards, by its content"),
        ("a=1&b=2", "x", "form", None),
        ("a=1&b=2", "x.txt", "form", "read as posts of a form, by its content"),
        ("a=1,b=2", "x.txt", "CSV", None),
        ("a\tb\n1\t2", "x.txt", "TSV", None),
        ("sep=\t\r\na\tb\n1\t2", "x.csv", "TSV", None),
        ("sep=|\na|b\n1|2", "x.csv", "CSV", None),
        ("a,b\n1,2", "x.unknown", None, None),
    ],
)
def test_content_comes_before_the_ending(
    write: WriteFile, content: str, name: str, kind: str | None, note: str | None
) -> None:
    table = reading.read(write(content, name))
    assert table.kind == (kind or "CSV")
    assert table.notes == ((note,) if note else ())


@pytest.mark.parametrize("name", ["x.json", "x.jsonl", "x.vcf", "x.xlsx"])
def test_a_doubt_names_the_option(write: WriteFile, name: str) -> None:
    path = write("a,b\n1,2\n", name)
    with pytest.raises(BadDataError, match="does not begin like") as caught:
        reading.read(path)
    assert "--format csv" in str(caught.value.hint)
    assert dicts(reading.read(path, format="csv")) == [{"a": "1", "b": "2"}]


@pytest.mark.parametrize("content", ["<html><table>", "<?xml version='1.0'?>", " <!DOCTYPE html>"])
@pytest.mark.parametrize("name", ["x.csv", "x.xlsx", "x"])
def test_markup_is_refused(write: WriteFile, content: str, name: str) -> None:
    assert "web page or XML" in failure(write(content, name))


@pytest.mark.parametrize(
    "options",
    [
        {"format": "xml"},
        {"format": "json", "delimiter": ","},
        {"format": "csv", "sheet": "a"},
        {"format": "json", "quotes": "backslash"},
        {"format": "csv", "quotes": "single"},
        {"encoding": "no-such"},
    ],
)
def test_options_that_do_not_fit(write: WriteFile, options: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        reading.read(write("a,b\n1,2", "x.csv"), **options)


def test_a_sheet_of_what_is_no_workbook(write: WriteFile) -> None:
    with pytest.raises(UsageError, match="is no workbook") as caught:
        reading.read(write("a,b\n1,2", "x.csv"), sheet="Leads")
    assert caught.value.hint == "leave --sheet out"


def test_two_fields_of_json_that_differ_in_case(write: WriteFile) -> None:
    assert reading.read(write('{"a": 1, "A": 2}'), format="json").header == ("a", "A (2)")


def test_a_delimiter_says_that_it_is_a_table(write: WriteFile) -> None:
    assert reading.read(write('{"a";b\n1;2'), delimiter=";").header == ('{"a"', "b")
    assert reading.read(write("a;b\tc\n1;2"), format="tsv").header == ("a;b", "c")


@pytest.mark.parametrize("stream", [io.BytesIO(b"a,b\n1,2"), io.StringIO("a,b\n1,2")])
def test_a_stream(stream: io.BytesIO | io.StringIO) -> None:
    table = reading.read(stream)
    assert table.name == "standard input"
    assert dicts(table) == [{"a": "1", "b": "2"}]


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b'{"a": 1}')))
    assert dicts(reading.read(Path("-"))) == [{"a": "1"}]
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(UsageError, match="closed"):
        reading.read(Path("-"))


def test_the_files_of_a_folder(tmp_path: Path) -> None:
    for name in ["b.csv", "a.JSON", "c.csv.gz", ".hidden.csv", "d.pdf", "e", "f.gz", "g.VCF"]:
        (tmp_path / name).touch()
    (tmp_path / "folder.csv").mkdir()
    found = [path.name for path in reading.files_in(tmp_path)]
    assert found == ["a.JSON", "b.csv", "c.csv.gz", "g.VCF"]
    assert reading.files_in(tmp_path / "e") == [tmp_path / "e"]


# --- JSON -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"a": 1, "a": 2}', "line 1: an object has two fields of one name"),
        ('[{"a": 1},\n{"b": {"c": 1, "c": 2}}]', "line 2: an object has two fields of one name"),
        ('{"a.b": 1, "a": {"b": 2}}', "line 1: two fields have one name when"),
        ('{"a": NaN}', "line 1: NaN is no number in JSON"),
        ('{"a": 1}\n{"a": -Infinity}', "line 2: -Infinity is no number in JSON"),
        ('{"a": "\\ud800"}', "line 1: a cell holds half a character"),
        ('{"a": "\\u0000"}', "line 1: a cell holds a NUL character"),
        ('{"a": 1', "line 1: it is no JSON"),
        ('{"a": 1}\n{"a": \n]', "line 3: it is no JSON (expecting value)"),
        ('{"a": 1}\n{"b": 1\n{"c": 1}\n', "line 3: it is no JSON (expecting ',' delimiter)"),
        ("[", "line 1: the array is not closed"),
        ('[{"a": 1}', "line 1: a comma or ] is expected"),
        ('[{"a": 1},]', "line 1: an object is expected"),
        ('[{"a": 1} {"a": 1}]', "line 1: a comma or ] is expected"),
        ('[{"a": 1}]\n{', "line 2: something stands behind the end"),
        ('{"a": 1}\n[1]', "line 2: an object is expected"),
        ("[[1]]", "line 1: an object is expected"),
        ("[]", "is empty"),
        ("{}", "has no columns"),
        ('{"a": ' * 60 + "1" + "}" * 60, "line 1: it is nested too deep"),
        ('{"a": ' * 99_999, "line 1: it is nested too deep"),
        ('{"a": ' + "[" * 99_999, "line 1: it is nested too deep"),
        ('{"a": [{"b": ' + "[" * 60 + "]" * 60 + "}]}", "line 1: it is nested too deep"),
        ('{"a": "' + "x" * 1_000_001 + '"}', "line 1: a cell is longer than 1,000,000 characters"),
    ],
)
def test_json_that_is_refused(write: WriteFile, content: str, message: str) -> None:
    found = failure(write(content), format="json")
    assert found.removeprefix("leads.json").lstrip(": ").startswith(message)


@pytest.mark.parametrize("name", [*sorted(json_records.LISTS), "Records"])
def test_a_list_within_one_object(write: WriteFile, name: str) -> None:
    frame = {"@context": "x", "size": 12, name: [{"a": "1"}, {"b": "2"}], "paging": {"next": {}}}
    for content in (json.dumps(frame), json.dumps(frame, indent=2)):
        table = reading.read(write(content))
        assert (table.kind, table.notes) == ("JSON", (f'read the list "{name}"',))
        assert dicts(table) == [{"a": "1", "b": ""}, {"a": "", "b": "2"}]


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        ('{"a": 1, "data": [{"b": 2}]}\n{"a": 3}', 2),  # one a line
        ('{"a": 1, "deals": [{"b": 2}]}', 1),  # no name of a frame
        ('{"a": 1, "data": ["b", "c"]}', 1),
        ('{"a": 1, "data": []}', 1),
        ('{"a": 1, "data": [{"b": 2}, 3]}', 1),
        ('[{"a": 1, "data": [{"b": 2}]}]', 1),
    ],
)
def test_what_is_no_frame(write: WriteFile, content: str, rows: int) -> None:
    table = reading.read(write(content))
    assert table.notes == ()
    found = dicts(table)
    assert len(found) == rows
    assert found[0]["a"] == "1"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            '{"leads": [{"a": 1}],\n"contacts": [{"a": 1}]}',
            "line 2: the object holds more than one",
        ),
        ('{"data": [{"a": 1}], "included": [{"a": 1}]}', "list: data and included"),
        ('{"n": 1, "data": [{"a": 1},\n{"a": ]}', "line 2: it is no JSON"),
        ('{"data": [{"a": 1}], "n": 1', "line 1: a comma or } is expected"),
        ('{"data": [{"a": 1}\n', "line 2: it is no JSON"),
        ('{"data": [{"a": 1, "a": 2}]}', "line 1: an object has two fields of one name"),
    ],
)
def test_frames_that_are_refused(write: WriteFile, content: str, message: str) -> None:
    assert message in failure(write(content))


def test_a_frame_larger_than_an_object_may_be(
    write: WriteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_records, "OBJECT_LIMIT", 1000)
    monkeypatch.setattr(json_records, "_BLOCK", 64)
    people = [{"n": 10**number} for number in range(200)]
    table = reading.read(write(json.dumps({"count": 123456789, "results": people})))
    assert [row.cells for row in table.rows] == [[str(each["n"])] for each in people]


def test_invalid_utf_8_in_json(write: WriteFile) -> None:
    content = b'{"a": 1}\n{"a": "\xe9"}'
    assert "line 2: byte 0xE9 at offset 16" in failure(write(content))


def test_objects_that_go_over_blocks(write: WriteFile) -> None:
    people = [{"n": number, "text": "é" * (number * 7919 % 50_000)} for number in range(100)]
    table = reading.read(write(json.dumps(people, indent=1)))
    assert [len(row.cells[1]) for row in table.rows] == [len(each["text"]) for each in people]


def test_an_object_without_end_is_given_up(write: WriteFile) -> None:
    path = write('{"a": "' + "x" * 40_000_000)
    assert "line 1: it is no JSON" in failure(path)


def test_too_many_columns(write: WriteFile) -> None:
    lines = "".join(json.dumps({f"c{number}": 1}) for number in range(5_000))
    assert "more than 4,096 columns" in failure(write(lines))


def test_too_many_blanks(write: WriteFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "FILLED_LIMIT", 100)
    lines = "".join(json.dumps({f"c{number}": 1}) for number in range(20))
    assert "20 records of 20 columns" in failure(write(lines))


# --- forms ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a=1&b", "line 1: a field of the form has no name or no ="),
        ("a=1\n=2", "line 2: a field of the form has no name or no ="),
        ("a=%zz", "line 1: a % is not followed by two hex digits"),
        ("a=%E9", "line 1: the escaped bytes of a field are no UTF-8"),
        ("a=%00", "line 1: a cell holds a NUL character"),
        ("\n \n", "is empty"),
    ],
)
def test_forms_that_are_refused(write: WriteFile, content: str, message: str) -> None:
    assert message in failure(write(content), format="form")


# --- vCards -----------------------------------------------------------------------------------


@pytest.mark.skipif(not CARDS.is_dir(), reason="the shared vCards are not here")
@pytest.mark.parametrize("program", ["EVOLUTION", "GMAIL", "MAC_ADDRESS_BOOK", "MS_OUTLOOK"])
def test_the_same_person_as_written_by(program: str) -> None:
    [person] = dicts(reading.read(CARDS / f"John_Doe_{program}.vcf"))
    assert (person["Salutation"], person["First Name"], person["Last Name"]) == (
        "Mr.",
        "John",
        "Doe",
    )
    assert (person["Company"], person["Title"]) == ("IBM", "Money Counter")
    assert person["Middle Name"].replace(" ", "") == "Richter,James"
    # Outlook's has lost a letter.
    assert person["Email"] in ("john.doe@ibm.com", "john.doe@ibm.cm")
    assert person["Website"] == "http://www.ibm.com"
    assert person["Notes"].startswith("THIS SOFTWARE")


@pytest.mark.skipif(not CARDS.is_dir(), reason="the shared vCards are not here")
def test_the_cards_of_a_phone() -> None:
    table = reading.read(CARDS / "John_Doe_ANDROID.vcf")
    assert table.notes == ("left out: PHOTO", "line 82: bytes that are no text are shown as \ufffd")
    people = dicts(table)
    assert [person["Email"] for person in people[:2]] == [
        "john.doe@company.com",
        "jane.doe@company.com",
    ]
    assert people[3]["Mobile 2"] == "3456789"
    assert people[4]["Company"] == "Ñ" * 12


@pytest.mark.skipif(not CARDS.is_dir(), reason="the shared vCards are not here")
def test_a_list_of_cards() -> None:
    people = dicts(reading.read(CARDS / "gmail-list.vcf"))
    assert [person["Last Name"] for person in people] == ["Smith", "Beatle", "White"]


CARD = "BEGIN:VCARD\nVERSION:{}\n{}\nEND:VCARD\n"


@pytest.mark.parametrize(
    ("version", "line", "expected"),
    [
        ("3.0", "FN:Ann\\, Ben\\; Co\\nX", {"Full Name": "Ann, Ben; Co\nX"}),
        ("2.1", "FN:C:\\new\\; x", {"Full Name": "C:\\new; x"}),
        ("2.1", "FN:Ann\n Ash", {"Full Name": "Ann Ash"}),
        ("3.0", "FN:An\n n Ash", {"Full Name": "Ann Ash"}),
        ("2.1", "FN;QUOTED-PRINTABLE:Ann=20=\nAsh", {"Full Name": "Ann Ash"}),
        ("3.0", "N:Ash\\;B;Ann;;;\nFN:x", {"Last Name": "Ash;B", "First Name": "Ann"}),
        ("3.0", "FN:Ash\nORG:Ash", {"Company": "Ash"}),
        ("3.0", "a.b.TEL:1", None),
        ("3.0", 'X-A;B="x:y;z":1\nTEL;TYPE="cell,home":1', {"Mobile": "1"}),
        ("3.0", "TEL:1\nTEL:1\nTEL;TYPE=WORK:2", {"Phone": "2", "Phone 2": "1"}),
        ("4.0", "EMAIL:mailto:a@x.at", {"Email": "a@x.at"}),
        (
            "4.0",
            'EMAIL;PREF=2:b\nEMAIL;PREF="1":a\nEMAIL;TYPE=WORK:c',
            {"Email": "a", "Email 2": "b", "Email 3": "c"},
        ),
        ("2.1", "AGENT:\nBEGIN:VCARD\nFN:B\nEND:VCARD\nFN:A", {"Full Name": "A"}),
        ("3.0", "no line", None),
        ("2.1", "FN;CHARSET=no-such;QUOTED-PRINTABLE:=20", None),
        ("2.1", "FN;CHARSET=hex;QUOTED-PRINTABLE:=20", None),
    ],
)
def test_lines_of_a_card(
    write: WriteFile, version: str, line: str, expected: dict[str, str] | None
) -> None:
    path = write(CARD.format(version, line), "x.vcf")
    if expected is None:
        assert "x.vcf line 3: " in failure(path)
    else:
        assert dicts(reading.read(path)) == [expected]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("BEGIN:VCARD\nFN:A", "line 1: the card that begins here is not closed"),
        ("BEGIN:VCARD\nFN:A\nEND:VCARD\nFN:B", "line 4: this belongs to no card"),
        ("BEGIN:VCARD\nEND:VCARD", "has no columns"),
    ],
)
def test_cards_that_are_refused(write: WriteFile, content: str, message: str) -> None:
    assert message in failure(write(content, "x.vcf"))


# --- XLSX -------------------------------------------------------------------------------------

SHEET = '<worksheet xmlns="x"><sheetData>{}</sheetData></worksheet>'


def workbook(
    *sheets: str,
    texts: str = "<sst/>",
    styles: str = "<styleSheet/>",
    more: str = "",
    start: str = "",
    compression: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """Return a workbook with the given contents of `sheetData`."""
    ids = range(1, len(sheets) + 1)
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relation = '<Relationship Id="{}" Type="' + kinds + '/{}" Target="{}"/>'
    parts = {
        "_rels/.rels": f"<r>{relation.format('a', 'officeDocument', 'xl/workbook.xml')}</r>",
        "xl/workbook.xml": f"<workbook xmlns:r='r'>{more}<sheets>"
        + "".join(f'<sheet name="S{each}" r:id="r{each}"/>' for each in ids)
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": "<r>"
        + "".join(relation.format(f"r{each}", "worksheet", f"s{each}.xml") for each in ids)
        + relation.format("t", "sharedStrings", "/xl/texts.xml")
        + relation.format("s", "styles", "styles.xml")
        + "</r>",
        "xl/texts.xml": texts,
        "xl/styles.xml": styles,
    }
    parts |= {
        f"xl/s{number}.xml": start + SHEET.format(rows) for number, rows in enumerate(sheets, 1)
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return target.getvalue()


def row(*cells: str) -> str:
    return f"<row>{''.join(cells)}</row>"


def said(text: str) -> str:
    return f'<c t="str"><v>{text}</v></c>'


HEAD = row(said("a"), said("b"))


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<c><v>5</v></c>", "5"),
        ("<c><v>5.0</v></c>", "5"),
        ("<c><v>1E3</v></c>", "1000"),
        ("<c><v>0.10000000000000001</v></c>", "0.1"),
        ("<c><v>1.5E-7</v></c>", "0.00000015"),
        ("<c><v>12345678901234567890</v></c>", "12345678901234567890"),
        ("<c><v>1e999</v></c>", "1e999"),
        ('<c t="b"><v>1</v></c>', "true"),
        ('<c t="b"><v>0</v></c>', "false"),
        ('<c t="e"><v>#N/A</v></c>', ""),
        ('<c t="s"><v>1</v></c>', "rich"),
        ('<c t="str"><f>A1</f><v>x</v></c>', "x"),
        ('<c t="inlineStr"><is><r><t>in</t></r><r><t>line</t></r></is></c>', "inline"),
        ('<c t="str"><v>a_x000D_b_xD800_</v></c>', "a\rb_xD800_"),
        ('<c t="d"><v>2026-05-01T00:00:00</v></c>', "2026-05-01T00:00:00"),
        ('<c s="1"><v>46143</v></c>', "2026-05-01"),
        ('<c s="1"><v>46143.5</v></c>', "2026-05-01T12:00:00"),
        ('<c s="1"><v>1</v></c>', "1900-01-01"),
        ('<c s="1"><v>61</v></c>', "1900-03-01"),
        ('<c s="1"><v>-1</v></c>', "-1"),
        ('<c s="1"><v>9999999</v></c>', "9999999"),
        ('<c s="2"><v>46143</v></c>', "2026-05-01T00:00:00"),
        ('<c s="3"><v>0.385416666666667</v></c>', "09:15:00"),
        ('<c s="4"><v>1.25</v></c>', "30:00:00"),
        ('<c s="5"><v>1010</v></c>', "01010"),
        ('<c s="6"><v>0.5</v></c>', "0.5"),
        ('<c s="7"><v>5</v></c>', "5"),
        ('<c s="99"><v>5</v></c>', "5"),
    ],
)
def test_cells_of_a_workbook(write: WriteFile, cell: str, text: str) -> None:
    formats = ["yyyy-mm-dd", "d.m.yy h:mm", "h:mm AM/PM", "[h]:mm", "00000", "0%", '0 "days"']
    own = "".join(
        f'<numFmt numFmtId="{number}" formatCode="{code}"/>'.replace('"days"', "&quot;days&quot;")
        for number, code in enumerate(formats, 165)
    )
    cells = "".join(f'<xf numFmtId="{number}"/>' for number in [0, *range(165, 172)])
    data = workbook(
        HEAD + row(cell, said("x")),
        texts="<sst><si><t>t</t></si><si><r><t>ri</t></r><r><t>ch</t></r><rPh><t>no</t></rPh></si></sst>",
        styles=f"<styleSheet><numFmts>{own}</numFmts><cellStyleXfs><xf/></cellStyleXfs>"
        f"<cellXfs>{cells}</cellXfs></styleSheet>",
    )
    assert dicts(reading.read(write(data, "x.xlsx"))) == [{"a": text, "b": "x"}]


def test_days_of_old_macs(write: WriteFile) -> None:
    data = workbook(
        HEAD + row('<c s="0"><v>44681</v></c>'),
        styles='<s><cellXfs><xf numFmtId="14"/></cellXfs></s>',
        more='<workbookPr date1904="1"/>',
    )
    assert dicts(xlsx.read(write(data)))[0]["a"] == "2026-05-01"


def test_sheets(write: WriteFile) -> None:
    path = write(workbook("", HEAD + row(said("1")), HEAD + row(said("2"))), "x.xlsx")
    table = reading.read(path)
    assert table.notes == ('read the sheet "S2"; others: S1, S3 (--sheet NAME)',)
    assert dicts(table) == [{"a": "1", "b": ""}]
    assert dicts(reading.read(path, sheet="s3")) == [{"a": "2", "b": ""}]
    with pytest.raises(UsageError, match="no sheet 'Other'"):
        reading.read(path, sheet="Other")
    assert "empty" in failure(path, sheet="S1")


def test_places_of_cells(write: WriteFile) -> None:
    rows = HEAD + '<row r="5"><c r="B5" t="str"><v>x</v></c><c r="D5" t="str"><v>y</v></c></row>'
    rows += '<row r="9"><c r="A9"/></row>'
    assert list(xlsx.read(write(workbook(rows))).rows) == [(5, ["", "x", "", "y"])]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (workbook(HEAD, start="<!DOCTYPE a [<!ENTITY b 'c'>]>"), "is a damaged workbook"),
        (workbook(HEAD, compression=zipfile.ZIP_BZIP2), "is a damaged workbook"),
        (workbook(HEAD + row('<c t="s"><v>0</v></c>')), "is a damaged workbook"),
        (workbook(HEAD + row('<c r="?"><v>0</v></c>')), "is a damaged workbook"),
        (workbook(HEAD + '<row r="1048577"/>'), "is a damaged workbook"),
        (workbook(HEAD + row('<c r="XFD1"><v>0</v></c>')), "it has more than 4,096 columns"),
        (workbook(HEAD + row(said("x" * 1_000_001))), "a cell is longer than 1,000,000"),
        (workbook(HEAD + row(f'<c r="{"A" * 40_000_000}"/>')), "is a damaged workbook"),
        (workbook(HEAD + "<row>"), "is a damaged workbook"),
        (workbook(HEAD)[:-30], "is a damaged workbook"),
        (workbook(HEAD, texts="<a>" + " " * (257 << 20)), "unpacks to more than 256 MiB"),
        (workbook(), "is empty"),
        (b"PK\x03\x04", "is a damaged workbook"),
    ],
    ids=range(13),
)
def test_workbooks_that_are_refused(write: WriteFile, data: bytes, message: str) -> None:
    started = time.perf_counter()
    assert message in failure(write(data, "x.xlsx"))
    assert time.perf_counter() - started < 20


def test_other_zip_archives(write: WriteFile) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("content.xml", "x")
    assert "is no XLSX workbook" in failure(write(target.getvalue(), "x.ods"))


# --- properties -------------------------------------------------------------------------------

quick = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
pieces = st.sampled_from(
    '{ } [ ] " : , \\ \\u \\ud800 null 1 -1.0e5 NaN {"a": [{"a": %41 = & ? + ; \t \n \r\n \0 é'
    " BEGIN:VCARD END:VCARD FN: N: TEL; ENCODING=QUOTED-PRINTABLE: =C3= CHARSET=x VERSION:2.1".split(
        " "
    )
)
contents = st.binary(max_size=100) | st.lists(pieces).map(lambda parts: "".join(parts).encode())


def read_or_fail_plainly(path: Path, **options: Any) -> None:
    try:
        table = reading.read(path, **options)
        for each in table.rows:
            assert len(each.cells) >= len(table.header)
    except LeadctlError as caught:
        error = caught
    else:
        return
    assert "\n" not in error.message
    assert error.hint


@quick
@given(content=contents, format=st.none() | st.sampled_from(reading.FORMATS))
def test_any_bytes_give_rows_or_a_plain_error(
    tmp_path: Path, content: bytes, format: str | None
) -> None:
    path = tmp_path / "any"
    path.write_bytes(content)
    read_or_fail_plainly(path, format=format)


GOOD = workbook(
    HEAD + row('<c t="s"><v>0</v></c>', '<c s="0"><v>46143</v></c>'),
    texts="<sst><si><t>t</t></si></sst>",
    styles='<s><cellXfs><xf numFmtId="14"/></cellXfs></s>',
    compression=zipfile.ZIP_STORED,
)


@quick
@given(at=st.integers(0, len(GOOD) - 1), byte=st.binary(min_size=1, max_size=4), cut=st.booleans())
def test_any_damage_to_a_workbook_gives_rows_or_a_plain_error(
    tmp_path: Path, at: int, byte: bytes, cut: bool
) -> None:
    path = tmp_path / "any.xlsx"
    path.write_bytes(GOOD[:at] + byte + (b"" if cut else GOOD[at + len(byte) :]))
    read_or_fail_plainly(path, format="xlsx")


elements = st.lists(
    st.sampled_from(
        '<row> </row> <c> </c> <c~t="s"> <c~r="B2"> <c~s="0"> <v> </v> <t> </t> <is> </is> <rPh>'
        ' </rPh> 1 -1 x <row~r="3"> <c~t="b"> <c~t="inlineStr"> <c~r="a1"> <row~r="x">'.split()
    ).map(lambda tag: tag.replace("~", " ")),
    max_size=20,
)


@quick
@given(elements)
def test_any_sheet_gives_rows_or_a_plain_error(tmp_path: Path, tags: list[str]) -> None:
    path = tmp_path / "any.xlsx"
    path.write_bytes(workbook(HEAD + "".join(tags), texts="<sst><si><t>t</t></si></sst>"))
    read_or_fail_plainly(path, format="xlsx")


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
people = st.lists(
    st.lists(texts, min_size=3, max_size=3).filter(lambda cells: any(map(str.strip, cells))),
    min_size=1,
    max_size=6,
)
NAMES = ("name", "e-mail", "größe")


@quick
@given(people=people, indent=st.none() | st.just(1), ascii=st.booleans(), lines=st.booleans())
def test_written_json_reads_back(
    tmp_path: Path, people: list[list[str]], indent: int | None, ascii: bool, lines: bool
) -> None:
    path = tmp_path / "written.json"
    objects = [dict(zip(NAMES, cells, strict=True)) for cells in people]
    written = (
        "\n".join(json.dumps(each, ensure_ascii=ascii) for each in objects)
        if lines
        else json.dumps(objects, indent=indent, ensure_ascii=ascii)
    )
    path.write_bytes(written.encode())
    assert dicts(reading.read(path)) == objects


@quick
@given(people)
def test_written_csv_reads_back(tmp_path: Path, people: list[list[str]]) -> None:
    path = tmp_path / "written.csv"
    with path.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target, quoting=csv.QUOTE_ALL).writerows([NAMES, *people])
    assert [row.cells for row in reading.read(path).rows] == people


@quick
@given(people)
def test_written_posts_read_back(tmp_path: Path, people: list[list[str]]) -> None:
    path = tmp_path / "written.form"
    objects = [dict(zip(NAMES, cells, strict=True)) for cells in people]
    path.write_text("\n".join(map(urlencode, objects)))
    assert dicts(reading.read(path)) == objects


@pytest.mark.parametrize("reader", [delimited, json_records, form, vcard, xlsx])
def test_files_are_closed(write: WriteFile, reader: Any) -> None:
    import os

    samples = {delimited: "report.csv", json_records: "array.json", form: "posts.form"}
    samples |= {vcard: "phone.vcf", xlsx: "workbook.xlsx"}
    path = SAMPLES / samples[reader]
    descriptors = Path("/proc/self/fd")
    if not descriptors.is_dir():
        pytest.skip("this system does not list open files")

    def open_files() -> int:
        return sum(1 for link in descriptors.iterdir() if os.path.realpath(link) == str(path))

    list(reader.read(path).rows)
    assert open_files() == 0
    table = reader.read(path)
    assert open_files() == 1
    table.parts.close()  # type: ignore[attr-defined]
    assert open_files() == 0
