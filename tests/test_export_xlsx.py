"""export --format xlsx: real numbers and times, texts that stay texts, read back as they were."""

from __future__ import annotations

import io
import os
import re
import stat
import subprocess
import sys
import tempfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from conftest import Leadctl
from hypothesis import given, settings
from hypothesis import strategies as st
from test_export import LEAD, NASTY, as_imported

from leadctl.errors import UsageError
from leadctl.exporting import rows as exporting
from leadctl.fields import LEAD_FIELDS
from leadctl.formats import xlsx, xlsx_writing
from leadctl.stored import day_number, from_stamp, stamp

FIELDS = [field.name for field in LEAD_FIELDS]


def sheet(*rows: list[Any], header: list[str] | None = None) -> bytes:
    stream = io.BytesIO()
    names = header or [f"column {n}" for n in range(1, max(map(len, rows), default=1) + 1)]
    xlsx_writing.write(stream, names, rows)
    return stream.getvalue()


def read(content: bytes) -> list[list[str]]:
    return [row.cells for row in xlsx.read(io.BytesIO(content)).rows]


def part(content: bytes, name: str) -> str:
    return zipfile.ZipFile(io.BytesIO(content)).read(name).decode()


@pytest.fixture
def shop(leadctl: Leadctl, leads: Any) -> Leadctl:
    leads(
        {
            "first_name": "Zoë", "last_name": "=1+1", "website": "https://creme.example",
            "amount": 995, "employees": 120, "email_opt_out": 0, "postal_code": "01067",
            "phone": "+49 30 1234", "email": "zoe@creme.example",
        },
        {"last_name": "Müller", "extra": '{"Größe":"XL","owner":"Zed"}', "status": "Lost"},
    )  # fmt: skip
    return leadctl


class TestCommand:
    def test_a_private_file_whose_ending_says_the_format(self, shop: Leadctl) -> None:
        file = shop.folder / "out.xlsx"
        done = shop("export", "--output", file)
        assert (done.code, done.out, done.err) == (0, f"2 leads → {file}\n", "")
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert sorted(path.name for path in shop.folder.glob("*.part")) == []
        table = xlsx.read(file)
        assert list(table.header[: len(FIELDS)]) == FIELDS
        rows = [dict(zip(table.header, row.cells, strict=True)) for row in table.rows]
        assert (rows[0]["last_name"], rows[0]["amount"], rows[0]["employees"]) == (
            *("=1+1", "9.95", "120"),
        )
        assert rows[0]["created_at"] == "2026-11-20T09:00:00"
        assert (rows[0]["email_opt_out"], rows[0]["postal_code"]) == ("false", "01067")
        assert (rows[1]["Größe"], rows[1]["owner"]) == ("XL", "Zed")

    def test_the_answer_as_json(self, shop: Leadctl) -> None:
        file = shop.folder / "out.xlsx"
        assert shop.ok("export", "--status", "Lost", "--output", file) == {
            "file": str(file), "format": "xlsx", "leads": 1,
        }  # fmt: skip

    @pytest.mark.parametrize("kind", ["contacts", "accounts", "deals", "activities"])
    def test_other_records(self, shop: Leadctl, kind: str) -> None:
        shop.ok("log", 1, "call", "wants a quote")
        shop.ok("convert", 1, "--deal", "Big", "--amount", "12,000.50 EUR", "--yes")
        file = shop.folder / "out.xlsx"
        assert shop.ok("export", "--as", kind, "--output", file)[kind] == (kind != "accounts")

    def test_a_preset_and_columns(self, shop: Leadctl) -> None:
        file = shop.folder / "out.xlsx"
        assert shop("export", "--preset", "zoho", "--output", file).code == 0
        assert xlsx.read(file).header[:2] == ("Lead Owner", "Company")
        assert shop("export", "--columns", "id,email", "--output", file).code == 0
        assert xlsx.read(file).header == ("leadctl_id", "email")

    def test_nothing_to_export_is_a_header(self, shop: Leadctl) -> None:
        file = shop.folder / "out.xlsx"
        done = shop("export", "--status", "Junk", "--output", file)
        assert (done.code, done.err) == (0, "no such lead\n")
        assert xlsx.read(file).header[0] == "first_name"

    def test_a_pipe_gets_the_bytes(self, shop: Leadctl) -> None:
        file = shop.folder / "piped.xlsx"
        with file.open("wb") as pipe:
            done = subprocess.run(
                [sys.executable, "-m", "leadctl", "export", "--format", "xlsx"],
                env={**os.environ, **shop.env}, stdout=pipe, stderr=subprocess.PIPE, check=False,
            )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, b"")
        assert len(list(xlsx.read(file).rows)) == 2

    def test_a_terminal_gets_a_hint(self, shop: Leadctl) -> None:
        done = shop("export", "--format", "xlsx", terminal=True)
        assert (done.code, done.out) == (2, "")
        assert "add --output leads.xlsx" in done.err

    def test_without_the_library(self, shop: Leadctl, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "xlsxwriter", None)
        file = shop.write("out.xlsx", "old")
        done = shop("export", "--output", file)
        assert done.code == 2
        assert "pip install 'leadctl[xlsx]'" in done.err
        assert file.read_text() == "old"

    def test_a_full_disk(self, shop: Leadctl, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(zipfile.ZipFile, "write", full)
        file = shop.write("out.xlsx", "old")
        done = shop("export", "--output", file)
        assert (done.code, file.read_text()) == (6, "old")
        assert "No space left" in done.err
        assert list(shop.folder.glob("*.part")) == []

    def test_an_interrupt_leaves_nothing_behind(
        self, shop: Leadctl, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        folder = tmp_path / "temporary"
        folder.mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(folder))

        def broken(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(exporting, "_clock_time", broken)
        file = shop.write("out.xlsx", "old")
        assert shop("export", "--output", file).code == 130
        assert file.read_text() == "old"
        assert list(folder.iterdir()) == []


class TestSheet:
    def test_numbers_times_and_texts(self) -> None:
        content = sheet(["a", 1, 2.5, True, False, datetime(2026, 11, 20, 9, 5), None, "x"])
        assert read(content) == [
            ["a", "1", "2.5", "true", "false", "2026-11-20T09:05:00", "", "x"],
        ]

    def test_the_header_is_bold_frozen_and_filters(self) -> None:
        content = sheet(["a", "b"], ["c", "d"], header=["one", "two"])
        xml = part(content, "xl/worksheets/sheet1.xml")
        assert '<autoFilter ref="A1:B3"/>' in xml
        assert 'state="frozen"' in xml
        assert "numberStoredAsText" in xml
        assert "<b/>" in part(content, "xl/styles.xml")

    def test_columns_are_as_wide_as_what_they_hold(self) -> None:
        xml = part(sheet(["x" * 20, "a", "x" * 500]), "xl/worksheets/sheet1.xml")
        assert re.findall(r' width="(\d+)', xml) == ["21", "11", "40"]

    @pytest.mark.parametrize(
        "text",
        ["=1+1", "@SUM(A1)", "+49", "-5", "https://a.example", "mailto:a@b.example", "0123", "1e5",
         "<r><t>x</t></r>", "<r></r>", "<r>&amp;</r>", "TRUE", "#N/A", "a\r\nb", "\x01", "_x0041_",
         "\ufffe", "<b>&", " a ", "🙂" * 100, "x" * 32_767],
    )  # fmt: skip
    def test_a_text_stays_a_text(self, text: str) -> None:
        content = sheet([text, "end"])
        assert read(content) == [[text, "end"]]
        xml = part(content, "xl/worksheets/sheet1.xml")
        assert "<f>" not in xml
        assert "hyperlink" not in xml

    @given(st.lists(NASTY, min_size=1, max_size=5))
    def test_any_text(self, texts: list[str]) -> None:
        assert read(sheet([*texts, "end"])) == [[*texts, "end"]]

    @given(st.integers(-(2**62), 2**62) | st.integers(-(10**16), 10**16))
    def test_any_money_is_exact(self, hundredths: int) -> None:
        ((_, cell),) = read(sheet(["x", exporting._amount(hundredths)]))
        whole, _, decimals = cell.removeprefix("-").partition(".")
        found = int(whole) * 100 + int(decimals.ljust(2, "0"))
        assert (-found if cell.startswith("-") else found) == hundredths

    def test_what_a_sheet_cannot_hold(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with pytest.raises(UsageError, match="row 2, note: a cell holds 32,767 characters"):
            sheet(["x" * 32_768], header=["note"])
        with pytest.raises(UsageError, match="32,767"):
            sheet(["🙂" * 16_384])
        with pytest.raises(UsageError, match="16,384 columns"):
            sheet(header=["x"] * 16_385)
        monkeypatch.setattr(xlsx_writing, "ROWS", 3)
        assert len(read(sheet(["a"], ["b"]))) == 2
        with pytest.raises(UsageError, match="a sheet holds 2 records"):
            sheet(["a"], ["b"], ["c"])


@given(
    st.datetimes(datetime(1902, 1, 1), datetime(2199, 1, 1)),
    st.sampled_from(["UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu"]),
)
def test_any_time_leads_back(moment: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    stored = stamp(moment.replace(tzinfo=UTC))
    ((_, cell),) = read(sheet(["x", exporting._clock_time(stored, zone)]))
    found = datetime.fromisoformat(cell)
    assert stamp(found if found.tzinfo else found.replace(tzinfo=zone)) == stored


def test_the_hour_that_comes_twice() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    shown = [
        exporting._clock_time(f"2026-10-25T0{hour}:30:00Z", berlin) for hour in (0, 1)
    ]  # fmt: skip
    assert shown == [datetime(2026, 10, 25, 2, 30), "2026-10-25T01:30:00Z"]
    assert exporting._clock_time("0001-01-01T00:00:00Z", ZoneInfo("America/New_York")) == (
        "0001-01-01T00:00:00Z"
    )


@given(leads=st.lists(LEAD, min_size=1, max_size=6), zone=st.sampled_from(["UTC", "Asia/Tokyo"]))
@settings(max_examples=25)
def test_import_reads_from_it_what_it_reads_from_csv(
    leads: list[dict[str, Any]], zone: str
) -> None:
    """And of CSV test_export has shown that it is what was exported."""
    with tempfile.TemporaryDirectory() as one:
        ours = at_home(Path(one), zone)
        store = ours.store()
        for number, lead in enumerate(leads):
            lead["external_id"] = f"{number:05}"
            moment = from_stamp(lead["created_at"]).astimezone(ZoneInfo(zone))
            lead["created_day"] = day_number(moment.date())
        with store.operation("seed") as op:
            op.create("lead", leads)
        store.close()
        read_back = []
        for shape in ("xlsx", "csv"):
            file = Path(one) / f"out.{shape}"
            assert ours("export", "--output", file).code == 0
            with tempfile.TemporaryDirectory() as other:
                theirs = at_home(Path(other), zone)
                done = theirs("import", file, "--on-duplicate", "create", "--json")
                assert done.code == 0, done
                read_back.append(as_imported(theirs))
        assert read_back[0] == read_back[1]
        assert [lead["created_at"] for lead in read_back[0]] == [
            lead["created_at"] for lead in leads
        ]


def at_home(folder: Path, zone: str) -> Leadctl:
    leadctl = Leadctl(folder)
    (folder / "leadctl.toml").write_text(f'timezone = "{zone}"\n')
    return leadctl
