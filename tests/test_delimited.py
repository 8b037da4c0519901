"""What the reader of delimited text promises: exact cells, true line numbers, plain errors."""

from __future__ import annotations

import csv
import gc
import gzip
import io
import json
import os
import threading
import tracemalloc
from collections.abc import Callable
from encodings.aliases import aliases
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadctl.errors import BadDataError, LeadctlError, UsageError
from leadctl.formats import delimited, source
from leadctl.formats.delimited import DELIMITERS
from leadctl.formats.table import Table

SHARED = Path(__file__).parents[2] / "shared" / "data" / "csv"
SPECTRUM = SHARED / "spectrum"
EXPECTED = SHARED / "spectrum-expected"

WriteFile = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> WriteFile:
    def write_file(content: str | bytes, name: str = "leads.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_file


def cells(file: Table) -> list[list[str]]:
    return [list(row.cells) for row in file.rows]


def lines(file: Table) -> list[int]:
    return [row.line for row in file.rows]


def failure(path: Path, **options: str) -> BadDataError:
    """Read `path` to its end and return the error about its contents that this must raise."""
    with pytest.raises(BadDataError) as caught:
        list(delimited.read(path, **options).rows)
    assert "\n" not in caught.value.message
    assert caught.value.hint
    assert caught.value.exit_code == 6
    return caught.value


def open_files(path: Path) -> int:
    descriptors = Path("/proc/self/fd")
    if not descriptors.is_dir():
        pytest.skip("this system does not list open files")
    return sum(1 for link in descriptors.iterdir() if os.path.realpath(link) == str(path))


# --- shared samples ---------------------------------------------------------------------------


@pytest.mark.skipif(not SPECTRUM.is_dir(), reason="the shared CSV samples are not here")
@pytest.mark.parametrize(
    "name",
    [
        "comma_in_quotes",
        "empty",
        "empty_crlf",
        "escaped_quotes",
        "json",
        "location_coordinates",
        "newlines",
        "newlines_crlf",
        "quotes_and_newlines",
        "simple",
        "simple_crlf",
        "utf8",
    ],
)
def test_spectrum(name: str, write: WriteFile) -> None:
    content = (SPECTRUM / f"{name}.csv").read_bytes()
    if name.endswith("_crlf"):
        # The copies at hand have lost the line ends that their names and results speak of.
        content = content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    file = delimited.read(write(content))
    found = [dict(zip(file.header, row.cells, strict=True)) for row in file.rows]

    expected = json.loads((EXPECTED / f"{name}.json").read_text("utf-8"))
    if name == "location_coordinates":
        # The result is one object instead of a list, and its telephone number is a made-up one.
        expected = [expected | {"Contact Phone Number": "2095257564"}]
    assert found == expected


@pytest.mark.skipif(not SPECTRUM.is_dir(), reason="the shared CSV samples are not here")
def test_spectrum_is_complete() -> None:
    assert len(list(SPECTRUM.glob("*.csv"))) == 12


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared CSV samples are not here")
def test_byte_order_mark_sample() -> None:
    file = delimited.read(SHARED / "utf-8-bom-sample.csv")
    assert file.encoding == "UTF-8 with BOM"
    assert file.header == ("A", "B", "C")
    assert cells(file) == [["X", "Y", "Z"]]


# --- what is returned -------------------------------------------------------------------------


def test_a_plain_file(write: WriteFile) -> None:
    file = delimited.read(write(" Name ,Email\n Ann , ann@example.com\n"))
    assert (file.name, file.encoding, file.delimiter) == ("leads.csv", "UTF-8", ",")
    assert file.header == ("Name", "Email")
    assert cells(file) == [[" Ann ", " ann@example.com"]]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_numbers_count_physical_lines(write: WriteFile, line_end: str) -> None:
    text = '\n  \na,"b\nb"\n\n1,"x\ny\nz"\n\n2,3\n"4\n",5'
    file = delimited.read(write(text.replace("\n", line_end)))
    assert file.header == ("a", f"b{line_end}b")
    assert list(file.rows) == [
        (6, ["1", f"x{line_end}y{line_end}z"]),
        (10, ["2", "3"]),
        (11, [f"4{line_end}", "5"]),
    ]


def test_line_ends_may_be_mixed(write: WriteFile) -> None:
    assert lines(delimited.read(write("a,b\r1,2\r\n3,4\n5,6"))) == [2, 3, 4]


def test_short_rows_are_filled_up_and_long_rows_passed_on(write: WriteFile) -> None:
    file = delimited.read(write("a,b,c\n1\n1,2,3,4\n,,\n"))
    assert cells(file) == [["1", "", ""], ["1", "2", "3", "4"], ["", "", ""]]


def test_blank_lines_are_skipped(write: WriteFile) -> None:
    file = delimited.read(write("a,b\n\n   \n1,2\n\n"))
    assert list(file.rows) == [(4, ["1", "2"])]


def test_one_column_keeps_cells_that_are_written_as_blank(write: WriteFile) -> None:
    file = delimited.read(write('a\n""\n\n  \nx\n'))
    assert list(file.rows) == [(2, [""]), (4, ["  "]), (5, ["x"])]


def test_a_header_alone_has_no_rows(write: WriteFile) -> None:
    assert cells(delimited.read(write("a,b"))) == []


# --- header -----------------------------------------------------------------------------------


def test_blank_names_are_numbered(write: WriteFile) -> None:
    assert delimited.read(write("a,, ,b\n")).header == ("a", "column 2", "column 3", "b")


@pytest.mark.parametrize("header", ["Name,EMAIL,x, email ", "Name,straße,x,STRASSE"])
def test_same_name_twice(write: WriteFile, header: str) -> None:
    table = delimited.read(write(header))
    second = f"{header.split(',')[3].strip()} (2)"
    assert table.header == (*header.split(",")[:3], second)
    assert table.notes == (f"column 4 has the name of another: called “{second}”",)


def test_a_name_that_equals_another_one_with_its_number(write: WriteFile) -> None:
    assert delimited.read(write("Column 2,\n")).header == ("Column 2", "column 2 (2)")
    header = delimited.read(write("a,A,a (2),a,a (2)\n")).header
    assert header == ("a", "A (3)", "a (2)", "a (4)", "a (2) (2)")


def test_names_are_shown_on_one_line_without_control_characters(write: WriteFile) -> None:
    table = delimited.read(write('"a\n\x1b[2Jb","a\n\x1b[2Jb"\n'))
    assert "“a ?[2Jb (2)”" in table.notes[0]


# --- delimiter --------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_each_delimiter_is_detected(write: WriteFile, delimiter: str) -> None:
    file = delimited.read(write(delimiter.join("abc") + "\n" + delimiter.join("123")))
    assert file.delimiter == delimiter
    assert cells(file) == [["1", "2", "3"]]


@pytest.mark.parametrize(
    ("header", "delimiter"),
    [
        ("Name", ","),
        ("a;b,c", ","),  # a tie
        ("a;b|c", ","),  # a tie without the comma
        ("a;b;c,d", ";"),
        ('"Last, first, middle";Email', ";"),  # read strictly, the commas are inside quotes
        ("Budget, k,,,;Owner;Stage;City", ";"),  # blank columns do not count
        ('"a|b|c|d"', ","),
        ("", ","),
    ],
)
def test_the_header_decides(write: WriteFile, header: str, delimiter: str) -> None:
    assert delimited.read(write(header + "\nx" * (not header))).delimiter == delimiter


def test_only_the_header_decides(write: WriteFile) -> None:
    file = delimited.read(write("a;b\n1,2,3;4,5,6\n"))
    assert cells(file) == [["1,2,3", "4,5,6"]]


@pytest.mark.parametrize("delimiter", DELIMITERS)
@pytest.mark.parametrize("declaration", ["sep={}\r\n", "SEP={}\n", '"sep={}"\r', "\ufeffsep={}\n"])
def test_a_declared_delimiter_is_honoured(
    write: WriteFile, delimiter: str, declaration: str
) -> None:
    text = f"{declaration.format(delimiter)}a,a;a|a\ta{delimiter}b\n\n1{delimiter}2"
    file = delimited.read(write(text))
    assert file.delimiter == delimiter
    assert file.header[-1] == "b"
    assert [row.line for row in file.rows] == [4]


def test_the_callers_delimiter_wins_over_a_declared_one(write: WriteFile) -> None:
    file = delimited.read(write("sep=;\na;b,c\n1,2\n"), delimiter=",")
    assert file.header == ("a;b", "c")
    assert list(file.rows) == [(3, ["1", "2"])]


def test_a_declaration_alone_is_an_empty_file(write: WriteFile) -> None:
    assert failure(write("sep=;\n")).message == "leads.csv is empty"


def test_the_callers_delimiter_wins_over_the_header(write: WriteFile) -> None:
    assert delimited.read(write("a,b,c;d"), delimiter=";").header == ("a,b,c", "d")


@pytest.mark.parametrize("delimiter", ["", ":", ",,", "\n"])
def test_other_delimiters_are_refused(write: WriteFile, delimiter: str) -> None:
    with pytest.raises(UsageError, match="delimiter") as caught:
        delimited.read(write("a,b"), delimiter=delimiter)
    assert "\n" not in caught.value.message


# --- a title above the header -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "header", "lines_above"),
    [
        ("Lead report\nName,City,Size\nAnn,Graz,12\n", "Name", 1),
        ("Lead report\n\n2026, by Ben\n\nName;City;Size\nAnn;Graz;12\n", "Name", 4),
        ("Leads,,\nFrom,2026-01-01,\n,,\nName,City,Email\nAnn,Graz,a@x.at\n", "Name", 3),
        ('"Leads\nof May"\nName\tCity\tDay\nAnn\tGraz\t2026-05-01\n', "Name", 2),
        ("sep=;\nLeads\nName;City;Size\nAnn;Graz;12\nBen;Linz;\n", "Name", 2),
        ("# by Ben, 2026-01-02, 300 rows\nName,City,Size\nAnn,Graz,12\n", "Name", 1),
        ("# by Ben, Ann, Eve, 300 rows\n\n# all\nName;City;Size\nAnn;Graz;12\n", "Name", 3),
        ("#by ben@x.at, all\nName,City,Size\nAnn,Graz,12\n", "Name", 1),
    ],
)
def test_a_title_is_left_out(write: WriteFile, text: str, header: str, lines_above: int) -> None:
    file = delimited.read(write(text))
    assert file.header[0] == header
    assert len(file.header) == 3
    assert next(row.line for row in file.rows) == lines_above + 2
    note = f"the header is on line {lines_above + 1}; the lines above it are left out"
    assert file.notes == (note,)


@pytest.mark.parametrize(
    "text",
    [
        "Name,City\nAnn,Graz,12\nBen,Linz,13\n",  # a row with a number is no header
        "Name,City\nAnn,Graz,Acme\nBen,Linz,13\n",  # two names, and no blank line below them
        "Name\nAnn,Graz,Acme\nBen,Linz,Bolt\n",  # no column of values
        "Leads\nName,City,name\nAnn,Graz,13\n",  # a name twice
        "Leads\nName,City,Size\n",  # nothing below
        "Leads\nName,City,Size\nAnn,Graz,13,x\n",  # a row that is longer
        "a,b,c\nName,City,Size\nAnn,Graz,13\n",  # three cells above
        "Name;City\nDoe, John, Jr;Graz, A, 12\nRoe, Al, Sr;Linz, A, 13\n",  # cut otherwise
        "#,Name,City\n1,Ann,Graz\n2,Ben,Linz\n",  # a number sign alone is a name
        "#Name,City,Size\nAnn,Graz,few\nBen,Linz,13\nEve,Wien,9\n",  # and may begin one
    ],
)
def test_in_doubt_the_first_line_is_the_header(write: WriteFile, text: str) -> None:
    file = delimited.read(write(text))
    assert file.notes == ()
    assert file.header[0] == text.partition("\n")[0].replace(";", ",").partition(",")[0]


# --- encoding ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("codec", "asked", "shown"),
    [
        ("utf-8", None, "UTF-8"),
        ("utf-8-sig", None, "UTF-8 with BOM"),
        ("utf-8-sig", "utf-8", "utf-8"),
        ("utf-16", "utf-16", "utf-16"),
        ("utf-16-le", "UTF-16", "UTF-16"),
        ("utf-16-be", "utf-16", "utf-16"),
        ("utf-16", "utf-16-le", "utf-16-le"),
        ("utf-32", "utf-32", "utf-32"),
        ("cp1252", "cp1252", "cp1252"),
    ],
)
def test_encodings(write: WriteFile, codec: str, asked: str | None, shown: str) -> None:
    file = delimited.read(write('"Né, e",b\r\nJosé,"x\r\ny"\r\n1,2'.encode(codec)), encoding=asked)
    assert file.encoding == shown
    assert file.header == ("Né, e", "b")
    assert list(file.rows) == [(2, ["José", "x\r\ny"]), (4, ["1", "2"])]


@pytest.mark.parametrize(
    ("codec", "asked"),
    [
        *(("utf-16", asked) for asked in ("utf-8", "cp1252")),
        *(("utf-16-le", asked) for asked in (None, "utf-8", "cp1252")),
        *(("utf-16-be", asked) for asked in (None, "utf-8", "cp1252")),
    ],
)
def test_utf_16_is_recognised(write: WriteFile, codec: str, asked: str | None) -> None:
    path = write("Name,Email\nAnn,ann@example.com\n".encode(codec))
    error = failure(path, **({"encoding": asked} if asked else {}))
    assert "UTF-16" in error.message
    assert "--encoding utf-16" in str(error.hint)


@pytest.mark.parametrize("asked", [None, "utf-16", "utf-16-le"])
@pytest.mark.parametrize(
    ("mark", "codec"), [(b"\xfe\xff", "utf-16-be"), (b"\xff\xfe", "utf-16-le")]
)
def test_utf_16_with_its_mark(write: WriteFile, mark: bytes, codec: str, asked: str | None) -> None:
    file = delimited.read(write(mark + "a\tb\n1\té".encode(codec)), encoding=asked)
    assert (file.kind, file.encoding) == ("TSV", asked or "UTF-16 with BOM")
    assert file.header == ("a", "b")
    assert cells(file) == [["1", "é"]]


def test_utf_32_with_its_mark(write: WriteFile) -> None:
    file = delimited.read(write("a,b\n1,é".encode("utf-32")))
    assert file.encoding == "UTF-32 with BOM"
    assert cells(file) == [["1", "é"]]


@pytest.mark.parametrize("rows_before", [0, 1, 5_000, 100_000])
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_invalid_utf_8(write: WriteFile, rows_before: int, line_end: bytes, mark: bytes) -> None:
    before = mark + b"a,b" + line_end + "é,2".encode() + line_end
    before += (b"11,22" + line_end) * rows_before
    error = failure(write(before + b"\xe9,3" + line_end + b"4,5"))
    place = f"line {rows_before + 3}: byte 0xE9 at offset {len(before)} is not UTF-8"
    assert error.message == f"leads.csv {place}"
    assert "--encoding cp1252" in str(error.hint)


def test_invalid_utf_8_in_the_header(write: WriteFile) -> None:
    error = failure(write(b"a,Jos\xe9,b\n"))
    assert "line 1: byte 0xE9 at offset 5" in error.message


def test_a_character_cut_off_at_the_end(write: WriteFile) -> None:
    error = failure(write(b"a,b\n1,\xe2\x82"))
    assert "line 2: byte 0xE2 at offset 6" in error.message


@pytest.mark.parametrize("padding", range(8188, 8196))
def test_invalid_utf_8_around_the_end_of_a_block(write: WriteFile, padding: int) -> None:
    content = (b"a,b\r\n" + b"x" * padding)[:padding] + b"\xe2\x82\r\nz"
    assert f"line 2: byte 0xE2 at offset {padding} " in failure(write(content)).message


def test_rows_before_the_block_with_the_invalid_byte_are_read(write: WriteFile) -> None:
    rows = delimited.read(write(b"a,b\n" + b"1,2\n" * 50_000 + b"\xff,3\n")).rows
    assert next(rows) == (2, ["1", "2"])
    with pytest.raises(BadDataError, match="line 50002: byte 0xFF"):
        list(rows)


def test_bytes_that_the_asked_encoding_does_not_have(write: WriteFile) -> None:
    error = failure(write(b"a,b\n1,\x81\n"), encoding="windows-1252")
    assert error.message == "leads.csv line 2: byte 0x81 at offset 6 is not cp1252"


def test_broken_utf_16(write: WriteFile) -> None:
    content = "a,b\n1,2\n".encode("utf-16")
    error = failure(write(content + b"x"), encoding="utf-16")
    assert f"line 3: byte 0x78 at offset {len(content)}" in error.message


def test_text_without_the_mark_its_encoding_needs(write: WriteFile) -> None:
    error = failure(write("a,b\n1,2\n"), encoding="undefined")
    assert error.message == "leads.csv is not undefined text"


def test_text_without_a_mark_in_the_middle_of_a_character(write: WriteFile) -> None:
    error = failure(write(b"a,b\n1,2\n3,4\xc3"), encoding="utf-32")
    assert "is not utf-32" in error.message


@pytest.mark.parametrize("encoding", ["no-such", "hex", "rot13", "a\0b", "ü", "x\ny", "locale"])
def test_unknown_encodings(write: WriteFile, encoding: str) -> None:
    with pytest.raises(UsageError, match="unknown encoding") as caught:
        delimited.read(write("a,b"), encoding=encoding)
    assert "\n" not in caught.value.message


# --- files that cannot be read ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "finding"),
    [
        (b"PK\x03\x04\x14\0", "looks like a spreadsheet (XLSX): save it as CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "looks like a spreadsheet (XLS, or XLSX with a pass"),
        (b"%PDF-1.7\n%", "PDF"),
        (b"BZh91AY&SY", "bzip2"),
        (b"\x89PNG\r\n\x1a\n\0\0", "PNG"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "JPEG"),
        (b"\x7fELF\x02\x01\x01\0\0\0", "not a text table"),
        (b"SQLite format 3\0\x10\0", "not a text table"),
    ],
)
@pytest.mark.parametrize("encoding", [None, "cp1252"])
def test_binary_files(write: WriteFile, content: bytes, finding: str, encoding: str | None) -> None:
    error = failure(write(content), **({"encoding": encoding} if encoding else {}))
    assert error.message.startswith("leads.csv is not a text table")
    assert finding in error.message


@pytest.mark.parametrize("content", ["", "\n\r\n\r", "  \n \n", "\ufeff", "\ufeff\n"])
def test_empty_files(write: WriteFile, content: str) -> None:
    assert failure(write(content)).message == "leads.csv is empty"


@pytest.mark.parametrize("cut", [4, 20, -3])
def test_a_damaged_archive(write: WriteFile, cut: int) -> None:
    packed = gzip.compress(b"a,b\n1,2\n" * 100)
    error = failure(write(packed[:cut]))
    assert error.message == "leads.csv is a damaged gzip archive"


def test_an_archive_is_read_like_a_file(write: WriteFile) -> None:
    path = write(gzip.compress(b"a;b\n" + b"1;2\n" * 50_000), name="leads.csv.gz")
    file = delimited.read(path)
    assert (file.name, file.delimiter) == ("leads.csv.gz", ";")
    assert file.notes == ("unpacked from gzip",)
    assert open_files(path) == 1
    assert len(cells(file)) == 50_000
    assert open_files(path) == 0


def test_an_invalid_byte_in_an_archive_is_located(write: WriteFile) -> None:
    content = b"a,b\n" + b"1,2\n" * 50_000 + b"\xe9"
    error = failure(write(gzip.compress(content)))
    assert f"line 50002: byte 0xE9 at offset {len(content) - 1} " in error.message


def test_an_archive_without_end(write: WriteFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "UNPACKED_LIMIT", 1 << 20)
    error = failure(write(gzip.compress(b"a,b\n" + b"1,2\n" * 1_000_000)))
    assert error.message == "leads.csv unpacks to more than 1 MiB"


def test_an_archive_of_one_line_without_end(write: WriteFile) -> None:
    path = write(gzip.compress(b"a,b\n" + b"x" * 100_000_000, compresslevel=1))
    tracemalloc.start()
    try:
        error = failure(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert error.message == "leads.csv line 2: it is longer than 16,000,000 characters"
    assert peak < 100_000_000


def test_a_missing_file(write: WriteFile, tmp_path: Path) -> None:
    missing = tmp_path / "none.csv"
    with pytest.raises(UsageError) as caught:
        delimited.read(missing)
    assert caught.value.message == f"no such file: {missing}"
    with pytest.raises(UsageError, match="no such file"):
        delimited.read(write("a,b") / "below")


def test_a_directory(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a directory"):
        delimited.read(tmp_path)


def test_a_forbidden_file(write: WriteFile, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbid(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = write("a,b")
    monkeypatch.setattr(Path, "open", forbid)  # a mode would not stop the superuser
    assert failure(path).message == "leads.csv cannot be read: Permission denied"


@pytest.mark.parametrize("good_reads", [0, 1, 3])
def test_a_failing_disk(write: WriteFile, monkeypatch: pytest.MonkeyPatch, good_reads: int) -> None:
    class FailingFile(io.FileIO):
        reads = 0

        def readinto(self, buffer: memoryview) -> int | None:  # type: ignore[override]
            self.reads += 1
            if self.reads > good_reads:
                raise OSError(5, "Input/output error")
            return super().readinto(buffer)

    path = write("a,b\n" + "1,2\n" * 100_000)
    monkeypatch.setattr(Path, "open", lambda self, _: io.BufferedReader(FailingFile(str(self))))
    assert failure(path).message == "leads.csv cannot be read: Input/output error"


def test_a_name_of_odd_characters_is_shown_on_one_line(write: WriteFile) -> None:
    assert failure(write("", name="a\n\x1bb.csv")).message == "a ?b.csv is empty"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_read_like_a_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(b"a;b\n" + b"1;2\n" * 50_000,))
    writer.start()
    file = delimited.read(pipe)
    writer.join()
    assert file.delimiter == ";"
    assert len(cells(file)) == 50_000


# --- quotes behind a backslash ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "row"),
    [
        (r'"the \"big\" one",2', ['the "big" one', "2"]),
        (r'"5\"","6"', ['5"', "6"]),
        (r'"C:\\new\"s\"","\t"', [r'C:\new"s"', r"\t"]),
        ('"one \\\ntwo \\"x\\"","6"', ['one \ntwo "x"', "6"]),
        ('"\\"a\\"",\\N', ['"a"', ""]),
        (r'"both "" and \"x",""', ['both " and "x', ""]),
    ],
)
def test_a_quote_behind_a_backslash_is_proven(write: WriteFile, text: str, row: list[str]) -> None:
    file = delimited.read(write(f'a,b\n"1","2"\n{text}\n'))
    assert cells(file) == [["1", "2"], row]
    assert file.notes == ('quotes inside quotes stand as \\"',)


@pytest.mark.parametrize(
    ("text", "row"),
    [
        (r'"C:\","x"', ["C:\\", "x"]),
        (r'"a\""b",x', [r"a\"b", "x"]),
        (r"5\" pipe,x", [r"5\" pipe", "x"]),
        (r"\N,x", [r"\N", "x"]),
    ],
)
def test_a_backslash_alone_is_text(write: WriteFile, text: str, row: list[str]) -> None:
    file = delimited.read(write(f"a,b\n{text}\n"))
    assert cells(file) == [row]
    assert file.notes == ()


def test_a_quote_behind_a_backslash_far_down_names_the_option(write: WriteFile) -> None:
    path = write("a,b\n" + '"some text",2\n' * 20_000 + r'"the \"big\" one",2' + "\n")
    error = failure(path)
    assert error.message == "leads.csv line 20002: a quoted cell goes on after its closing quote"
    assert "--quotes backslash" in str(error.hint)
    assert cells(delimited.read(path, quotes="backslash"))[-1] == ['the "big" one', "2"]


def test_how_quotes_stand_may_be_said(write: WriteFile) -> None:
    path = write('a,b\n"x\\"",y\n"z",1\n')
    assert cells(delimited.read(path, quotes="backslash")) == [['x"', "y"], ["z", "1"]]
    failure(path, quotes="doubled")


# --- malformed rows ---------------------------------------------------------------------------


def test_a_quote_that_is_never_closed(write: WriteFile) -> None:
    error = failure(write('a,b\n"1\n1",2\n3,"4\n5,6\n7,8\n'))
    assert error.message == "leads.csv line 4: a quote is opened and never closed"


def test_a_quote_that_is_never_closed_in_the_header(write: WriteFile) -> None:
    error = failure(write('\na,"b\n1,2\n'))
    assert error.message == "leads.csv line 2: a quote is opened and never closed"


def test_a_quote_that_is_never_closed_swallows_little_memory(write: WriteFile) -> None:
    path = write(b'a,b\n1,2\n3,"4\n' + b"some text,some more text\n" * 2_000_000)
    tracemalloc.start()
    try:
        error = failure(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        path.unlink()
    assert error.message == "leads.csv line 3: a quote is opened and never closed"
    assert peak < 20_000_000


def test_a_quote_that_the_next_opening_quote_ends(write: WriteFile) -> None:
    error = failure(write('a,b\n"1","2\n"3","4"\n'))
    assert error.message.startswith("leads.csv line 2: a quote is opened, and the next one")
    assert "on line 3" in error.message


def test_text_after_a_closing_quote(write: WriteFile) -> None:
    error = failure(write('a,b\n1,"the "secret" one"\n'))
    assert error.message == "leads.csv line 2: a quoted cell goes on after its closing quote"
    assert "secret" not in str(error.hint)


def test_quotes_inside_a_plain_cell_are_text(write: WriteFile) -> None:
    assert cells(delimited.read(write('a,b\n5" pipe,6"\n'))) == [['5" pipe', '6"']]


def test_a_cell_may_be_long_but_not_without_end(write: WriteFile) -> None:
    fits = "x" * delimited.CELL_LIMIT
    assert cells(delimited.read(write(f"a,b\n1,{fits}\n"))) == [["1", fits]]
    error = failure(write(f"a,b\n1,{fits}x\n"))
    assert error.message == "leads.csv line 2: a cell is longer than 1,000,000 characters"


@pytest.mark.parametrize("text", ["a,b\n\n1,\0\n", 'a,b\n\n1,"x\n\0"\n'])
def test_a_nul_character_in_a_cell(write: WriteFile, text: str) -> None:
    assert failure(write(text)).message == "leads.csv line 3: a cell holds a NUL character"


def test_cells_never_show_in_messages(write: WriteFile) -> None:
    for bad_row in ['"secret"secret\n', '"secret\n', "secret\0\n", "secret" * 200_000]:
        error = failure(write(f"a,b\n{bad_row}"))
        assert "secret" not in f"{error.message}{error.hint}"


# --- manners ----------------------------------------------------------------------------------


def test_rows_come_as_a_stream(write: WriteFile) -> None:
    path = write("a,b\n" + "1,2\n" * 200_000)
    tracemalloc.start()
    try:
        assert sum(1 for _ in delimited.read(path).rows) == 200_000
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1_000_000


def test_the_field_limit_of_others_stays_theirs(write: WriteFile) -> None:
    before = csv.field_size_limit(77)
    try:
        rows = delimited.read(write("a,b\n" + f"1,{'x' * 100}\n" * 2 + '"')).rows
        assert csv.field_size_limit() == 77
        next(rows)
        assert csv.field_size_limit() == 77
        with pytest.raises(BadDataError):
            list(rows)
        assert csv.field_size_limit() == 77
    finally:
        csv.field_size_limit(before)


def test_the_file_is_closed_at_the_end_of_the_rows(write: WriteFile) -> None:
    path = write("a,b\n1,2\n")
    file = delimited.read(path)
    assert open_files(path) == 1
    list(file.rows)
    assert open_files(path) == 0


@pytest.mark.parametrize("rows_read", [0, 1])
def test_the_file_is_closed_with_the_rows(write: WriteFile, rows_read: int) -> None:
    path = write("a,b\n" + "1,2\n" * 10)
    rows = delimited.read(path).rows
    for _ in range(rows_read):
        next(rows)
    assert open_files(path) == 1
    rows.close()  # type: ignore[attr-defined]
    assert open_files(path) == 0


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("rows_read", [0, 1])
def test_the_file_is_closed_when_the_rows_are_forgotten(write: WriteFile, rows_read: int) -> None:
    path = write("a,b\n" + "1,2\n" * 10)
    file = delimited.read(path)
    for _ in range(rows_read):
        next(file.rows)
    del file
    gc.collect()
    assert open_files(path) == 0


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("content", [b"", b"a\xff", b'"a', b"PK\x03\x04", b"a,b\n\xff", b'a,b\n"'])
def test_the_file_is_closed_after_an_error(write: WriteFile, content: bytes) -> None:
    path = write(content)
    failure(path)
    assert open_files(path) == 0


# --- properties -------------------------------------------------------------------------------

quick = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
any_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
awkward_text = st.text(st.sampled_from("\"',;\t|\r\n \ufeff\u2028\x1cé"), max_size=8)
tables = st.integers(2, 4).flatmap(
    lambda width: st.lists(
        st.lists(any_text | awkward_text, min_size=width, max_size=width), min_size=1, max_size=6
    )
)


@quick
@given(
    table=tables,
    delimiter=st.sampled_from(DELIMITERS),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    codec=st.sampled_from(["utf-8", "utf-8-sig"]),
)
def test_what_is_written_reads_back(
    tmp_path: Path, table: list[list[str]], delimiter: str, line_end: str, quoting: int, codec: str
) -> None:
    header = [f"name {number}" for number in range(len(table[0]))]
    path = tmp_path / "written.csv"
    with path.open("w", encoding=codec, newline="") as target:
        writer = csv.writer(
            target,
            delimiter=delimiter,
            lineterminator=line_end,
            quoting=quoting,  # type: ignore[arg-type]
        )
        # Some versions leave a lone "\r" or "\n" unquoted if it is not part of the line end.
        quoted = csv.writer(
            target, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL
        )
        writer.writerow(header)
        for row in table:
            broken = any("\r" in cell or "\n" in cell for cell in row)
            (quoted if broken else writer).writerow(row)
    file = delimited.read(path)
    assert file.delimiter == delimiter
    assert file.header == tuple(header)
    assert cells(file) == table


marks = st.sampled_from(
    [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xe9", b"\xe2\x82", b"sep=;\n"]
)
signs = st.sampled_from(
    [b"a,b", b"\n", b"\r", b"\r\n", b'"', b",", b";", b"\t", b"|", b"\0", b"a\0"]
)
fragments = marks | signs | st.binary(max_size=3)
contents = st.binary(max_size=200) | st.lists(fragments).map(b"".join)
encodings = st.none() | st.sampled_from(sorted({*aliases, *aliases.values()}))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@quick
@given(content=contents, encoding=encodings, delimiter=st.none() | st.sampled_from(DELIMITERS))
def test_any_bytes_give_rows_or_a_plain_error(
    tmp_path: Path, content: bytes, encoding: str | None, delimiter: str | None
) -> None:
    path = tmp_path / "any.csv"
    path.write_bytes(content)
    try:
        file = delimited.read(path, encoding=encoding, delimiter=delimiter)
        for row in file.rows:
            assert row.line >= 2
            assert len(row.cells) >= len(file.header)
    except LeadctlError as caught:
        error = caught
    else:
        return
    assert "\n" not in error.message
    assert error.hint


@quick
@given(good=st.text(st.sampled_from("ab,é\r\n"), max_size=40), bad=st.sampled_from(b"\xe9\xff\x80"))
def test_any_invalid_byte_is_located(tmp_path: Path, good: str, bad: int) -> None:
    path = tmp_path / "bad.csv"
    before = b"name\n" + good.encode()
    path.write_bytes(before + bytes([bad]) + b"\n")
    line = 1 + before.decode().replace("\r\n", "\n").replace("\r", "\n").count("\n")
    place = f"line {line}: byte 0x{bad:02X} at offset {len(before)} "
    assert place in failure(path).message
