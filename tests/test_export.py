"""export: every lead as CSV, TSV or JSON, read back by import as it was."""

from __future__ import annotations

import csv
import io
import json
import os
import sqlite3
import stat
import string
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import Leadctl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leadctl.exporting import rows as exporting
from leadctl.exporting.presets import PRESETS
from leadctl.fields import DOCUMENTED, KINDS, LEAD_FIELDS
from leadctl.formats.delimited import read
from leadctl.formats.formulas import harmful_again, harmless
from leadctl.importing.columns import map_columns
from leadctl.lead_view import json_columns
from leadctl.stored import day_number, from_stamp
from leadctl.values import tags

FIELDS = [field.name for field in LEAD_FIELDS]


def rows(text: str, delimiter: str = ",") -> list[dict[str, str]]:
    """Return the records of a CSV or TSV."""
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))


def header(text: str) -> list[str]:
    return next(csv.reader(io.StringIO(text, newline="")))


@pytest.fixture
def shop(leadctl: Leadctl, leads: Any) -> Leadctl:
    """Four leads: a new one with money, one with extra, one lost, one junk."""
    leads(
        {
            "first_name": "Zoë", "last_name": "Núñez", "company": "Crème, Brûlée & Fils",
            "country": "FR", "amount": 1250050, "annual_revenue": 300000000, "currency": "EUR",
            "email_opt_out": 0, "tags": "vip, north", "postal_code": "01067", "employees": 120,
        },
        {"last_name": "Müller", "source": "Phone", "extra": '{"Größe":"XL","owner":"Zed"}'},
        {"last_name": "Lost", "status": "Lost", "description": 'She said "no"\r\nand\tleft'},
        {"last_name": "Junk", "status": "Junk", "email_opt_out": 1},
    )  # fmt: skip
    leadctl.ok("rep", "add", "ana")
    leadctl.ok("assign", 1, "--to", "ana")
    leadctl.ok("log", 1, "call", "wants a quote")
    leadctl.ok("score")
    return leadctl


@pytest.fixture
def history(shop: Leadctl) -> Leadctl:
    """A shop whose first lead has become a contact, an account and a deal."""
    shop.ok("edit", 1, "email=zoe@creme.example", "phone=+33140205050", "source=Phone", "title=Chef",
            "street=1 rue Bleue", "city=Paris", "industry=Food", "website=creme.example")  # fmt: skip
    shop.ok(
        "convert", 1, "--deal", "Ovens", "--amount", "900", "--close-date", "2026-12-01", "--yes"
    )
    return shop


class TestFormats:
    def test_csv_has_every_lead_and_every_field_oldest_first(self, shop: Leadctl) -> None:
        done = shop("export")
        assert (done.code, done.err) == (0, "")
        found = rows(done.out)
        assert [row["last_name"] for row in found] == ["Núñez", "Müller", "Lost", "Junk"]
        assert header(done.out) == [
            *FIELDS, "leadctl_id", "leadctl_uid", "leadctl_score", "leadctl_grade",
            "leadctl_last_activity_at", "converted_at", "leadctl_contact_id",
            "leadctl_account_id", "leadctl_deal_id", "Größe",
        ]  # fmt: skip
        zoe = found[0]
        assert zoe["company"] == "Crème, Brûlée & Fils"
        assert (zoe["amount"], zoe["annual_revenue"]) == ("12500.50", "3000000")
        assert (zoe["email_opt_out"], found[3]["email_opt_out"]) == ("false", "true")
        assert (zoe["postal_code"], zoe["employees"], zoe["owner"]) == ("01067", "120", "ana")
        assert zoe["created_at"] == "2026-11-20T09:00:00Z"
        assert zoe["leadctl_score"]
        assert found[1]["Größe"] == "XL"
        assert found[2]["description"] == 'She said "no"\r\nand\tleft'

    def test_texts_are_quoted_and_nothing_else(self, shop: Leadctl) -> None:
        out = shop("export", "--columns", "last_name,employees,amount,email_opt_out,created_at").out
        assert out.splitlines()[1] == '"Núñez",120,12500.50,false,2026-11-20T09:00:00Z'
        assert out.splitlines()[2] == '"Müller",,,,2026-11-20T09:00:00Z'

    def test_an_owner_who_is_no_rep_stands_where_he_came_from(self, shop: Leadctl) -> None:
        assert rows(shop("export").out)[1]["owner"] == "Zed"
        shop.ok("assign", 2, "--to", "ana")
        beside = rows(shop("export").out)[1]
        assert (beside["owner"], beside["owner (2)"]) == ("ana", "Zed")

    def test_tsv_is_the_same_with_tabs(self, shop: Leadctl) -> None:
        done = shop("export", "--format", "tsv")
        assert rows(done.out, "\t") == rows(shop("export").out)

    def test_json_is_that_of_list(self, shop: Leadctl) -> None:
        done = shop("export", "--json")
        listed = shop.ok("list", "--all", "--sort", "-id")
        assert done.json == listed
        assert list(done.json[0]) == list(json_columns(DOCUMENTED))
        assert done.json[1]["extra"] == {"Größe": "XL", "owner": "Zed"}
        assert done.out.startswith("[\n{")
        assert len(done.out.splitlines()) == 6
        assert shop("export", "--format", "json").out == done.out

    def test_jsonl_is_an_object_a_line(self, shop: Leadctl) -> None:
        lines = shop("export", "--format", "jsonl").out.splitlines()
        assert [json.loads(line) for line in lines] == shop("export", "--json").json

    def test_more_than_one_batch(self, leadctl: Leadctl, leads: Any) -> None:
        leads(*({"last_name": f"L{n}", "extra": json.dumps({f"k{n % 3}": n})} for n in range(7000)))
        found = rows(leadctl("export").out)
        assert [row["last_name"] for row in found] == [f"L{n}" for n in range(7000)]
        assert (found[6999]["k0"], found[6999]["k1"]) == ("6999", "")
        assert len(leadctl("export", "--json").json) == 7000

    def test_money_is_exact_at_any_size(self, leadctl: Leadctl, leads: Any) -> None:
        amounts = [2**62, -(2**62) + 1, -5, -100, 0, 7, None]
        leads(*({"last_name": "x", "amount": amount} for amount in amounts))
        assert [row["amount"] for row in rows(leadctl("export").out)] == [
            *("46116860184273879.04", "-46116860184273879.03", "-0.05", "-1", "0", "0.07", ""),
        ]


class TestWhich:
    @pytest.mark.parametrize(
        ("words", "names"),
        [
            (("--status", "Lost,Junk"), ["Lost", "Junk"]),
            (("--owner", "ana"), ["Núñez"]),
            (("--owner", "none", "--status", "New"), ["Müller"]),
            (("--source", "Phone"), ["Müller"]),
            (("--country", "FR"), ["Núñez"]),
            (("--tag", "vip"), ["Núñez"]),
            (("--untouched",), ["Müller", "Lost", "Junk"]),
            (("--where", "email_opt_out = 1"), ["Junk"]),
            (("--sort", "last_name"), ["Junk", "Lost", "Müller", "Núñez"]),
            (("--sort", "id"), ["Junk", "Lost", "Müller", "Núñez"]),
            (("--sort", "-score", "--where", "id < 3"), ["Müller", "Núñez"]),
            (("--sort", "amount"), ["Núñez", "Junk", "Lost", "Müller"]),
        ],
    )
    def test_filters_and_order(
        self, shop: Leadctl, words: tuple[str, ...], names: list[str]
    ) -> None:
        assert [row["last_name"] for row in rows(shop("export", *words).out)] == names
        as_json = [lead["last_name"] for lead in shop("export", *words, "--json").json]
        assert as_json == names

    def test_the_columns_of_a_filter_are_those_of_its_leads(self, shop: Leadctl) -> None:
        assert "Größe" not in header(shop("export", "--status", "Lost").out)

    def test_columns_in_the_order_asked_for(self, shop: Leadctl) -> None:
        words = ("export", "--where", "id = 2", "--columns")
        asked = " Last_Name, id,leadctl_score,extra,days_since_activity"
        assert header(shop(*words, asked).out) == [
            *("last_name", "leadctl_id", "leadctl_score", "leadctl_days_since_activity", "Größe"),
        ]
        assert shop(*words, "extra").out == 'Größe\n"XL"\n'
        assert shop(*words, "last_name,amount", "--json").json == [
            {"id": 2, "last_name": "Müller", "amount": None}
        ]

    def test_keys_of_extra_that_are_called_alike(self, leadctl: Leadctl, leads: Any) -> None:
        leads(
            {"last_name": "A", "extra": '{"colour":"red","Email":"old"}'},
            {"last_name": "B", "extra": '{"Colour":"blue","colour":"green"}'},
        )
        done = leadctl("export", "--columns", "email,extra")
        assert header(done.out) == ["email", "colour", "Email (2)", "Colour (2)"]
        assert [list(row.values()) for row in rows(done.out)] == [
            ["", "red", "old", ""], ["", "green", "", "blue"],
        ]  # fmt: skip


class TestOtherRecords:
    @pytest.fixture
    def converted(self, shop: Leadctl) -> Leadctl:
        shop.ok("edit", 1, "email=zoe@creme.example", "external_id=0815")
        shop.ok("edit", 2, "company=Müller GmbH")
        shop.ok("convert", 1, "--yes", "--deal", "Crème", "--amount", "99.90")
        shop.ok("convert", 2, "--yes")
        return shop

    def test_each_kind_by_the_names_that_an_import_knows(self, converted: Leadctl) -> None:
        (contact, other) = rows(converted("export", "--as", "contacts").out)
        assert contact["email"] == "zoe@creme.example"
        assert (contact["account"], contact["owner"]) == ("Crème, Brûlée & Fils", "ana")
        assert other["last_name"] == "Müller"
        (account, _) = rows(converted("export", "--as", "accounts").out)
        assert (account["name"], account["annual_revenue"]) == ("Crème, Brûlée & Fils", "3000000")
        (deal,) = rows(converted("export", "--as", "deals").out)
        assert (deal["name"], deal["amount"], deal["lead"]) == ("Crème", "99.90", "ext:0815")
        assert deal["contact"] == "zoe@creme.example"
        (activity,) = rows(converted("export", "--as", "activities").out)
        assert (activity["lead"], activity["kind"]) == ("ext:0815", "call")
        assert activity["note"] == "wants a quote"
        assert activity["leadctl_lead_id"] == "1"

    def test_as_json_with_ids_as_numbers(self, converted: Leadctl) -> None:
        (deal,) = converted.ok("export", "--as", "deals")
        assert (deal["id"], deal["lead_id"], deal["contact_id"]) == (1, 1, 1)
        assert deal["amount"] == 99.9

    def test_a_filter_means_those_of_its_leads(self, converted: Leadctl) -> None:
        def last_names(*words: str) -> list[str]:
            return [one["last_name"] for one in converted.ok("export", "--as", "contacts", *words)]

        assert last_names("--where", "last_name = 'Müller'") == ["Müller"]
        assert last_names("--owner", "ana") == ["Núñez"]
        assert converted.ok("export", "--as", "activities", "--source", "Phone") == []
        assert len(converted.ok("export", "--as", "deals", "--country", "FR")) == 1
        assert len(converted.ok("export", "--as", "accounts", "--country", "FR")) == 1

    def test_order(self, converted: Leadctl) -> None:
        def ids(*words: str) -> list[int]:
            return [one["id"] for one in converted.ok("export", "--as", "accounts", *words)]

        assert ids() == [1, 2]
        assert ids("--sort", "name") == [1, 2]
        assert ids("--sort", "-name") == [2, 1]
        assert ids("--sort", "annual_revenue") == [1, 2]
        assert ids("--sort", "id") == [2, 1]

    def test_none_of_a_kind(self, shop: Leadctl) -> None:
        done = shop("export", "--as", "deals")
        assert (done.code, done.out, done.err) == (0, "", "no such deal\n")


class TestPresets:
    def test_headers_of_the_crm(self, shop: Leadctl) -> None:
        zoho = rows(shop("export", "--preset", "zoho").out)
        assert (zoho[0]["Last Name"], zoho[0]["Zip Code"], zoho[0]["Tag"]) == (
            *("Núñez", "01067", "vip, north"),
        )
        force = rows(shop("export", "--preset", "Salesforce", "--status", "Lost").out)
        assert [(row["LastName"], row["Status"]) for row in force] == [("Lost", "Lost")]
        hub = rows(shop("export", "--preset", "hubspot", "--format", "tsv").out, "\t")
        assert (hub[0]["Company Name"], hub[0]["Contact owner"]) == (
            *("Crème, Brûlée & Fils", "ana"),
        )

    @pytest.mark.parametrize(
        ("preset", "header"), [("zoho", "Last Name"), ("salesforce", "LastName")]
    )
    def test_what_the_crm_refuses_is_said(self, shop: Leadctl, preset: str, header: str) -> None:
        shop.ok("add", "company=Kiln")
        said = f"1 lead has no {header}, without which it is refused there"
        assert said in shop("export", "--preset", preset, "--where", "company = 'Kiln'").err
        file = shop.folder / "out.xlsx"
        assert said in shop("export", "--preset", preset, "--output", file).err
        assert header not in shop("export", "--preset", preset, "--status", "Lost").err
        assert "refused" not in shop("export", "--preset", "hubspot").err
        assert "refused" not in shop("export").err

    @pytest.mark.parametrize("kind", ["lead", "contact", "account", "deal"])
    @pytest.mark.parametrize("preset", PRESETS)
    def test_our_import_knows_its_columns(self, history: Leadctl, preset: str, kind: str) -> None:
        file = history.folder / "out.csv"
        words = ("export", "--preset", preset, "--as", KINDS[kind], "--output", file)
        assert history(*words).code == 0
        columns = map_columns(read(file), {}, kind)
        assert {column.header: column.field for column in columns} == {
            header: field for field, header in PRESETS[preset][kind].items()
        }

    @pytest.mark.parametrize("preset", PRESETS)
    def test_records_come_back_as_they_were(
        self, history: Leadctl, tmp_path_factory: pytest.TempPathFactory, preset: str
    ) -> None:
        other = Leadctl(tmp_path_factory.mktemp("other"))
        other.ok("rep", "add", "ana")
        for kind in ("account", "contact", "deal"):
            file = history.folder / f"{kind}.csv"
            history("export", "--preset", preset, "--as", KINDS[kind], "--output", file)
            assert other.ok("import", file, "--as", KINDS[kind])["rejected"] == 0
            columns = ",".join(PRESETS[preset][kind])
            was, now = (
                at("export", "--as", KINDS[kind], "--columns", columns).out
                for at in (history, other)
            )
            assert now == was
            assert len(rows(now)) == 1


class TestFile:
    def test_a_private_file_and_a_sentence(self, shop: Leadctl) -> None:
        file = shop.folder / "out.csv"
        done = shop("export", "--output", file)
        assert (done.code, done.out, done.err) == (0, f"4 leads → {file}\n", "")
        assert file.read_bytes().decode() == shop("export").out
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert [path.name for path in shop.folder.glob("*.part")] == []

    def test_the_answer_as_json(self, shop: Leadctl) -> None:
        file = shop.folder / "out.csv"
        answer = shop.ok("export", "--output", file, "--status", "Lost")
        assert answer == {"file": str(file), "format": "csv", "leads": 1}

    @pytest.mark.parametrize("ending", ["csv", "tsv", "json", "jsonl"])
    def test_its_ending_says_the_format(self, shop: Leadctl, ending: str) -> None:
        file = shop.folder / f"out.{ending}"
        assert shop("export", "--output", file).code == 0
        assert file.read_bytes().decode() == shop("export", "--format", ending).out

    def test_a_format_that_is_asked_for_goes_before_the_ending(self, shop: Leadctl) -> None:
        file = shop.folder / "out.csv"
        shop("export", "--output", file, "--format", "jsonl")
        assert file.read_text(encoding="utf-8").startswith('{"id"')

    def test_it_replaces_what_is_there(self, shop: Leadctl) -> None:
        file = shop.write("out.csv", "old")
        assert shop("export", "--output", file).code == 0
        assert len(rows(file.read_text(encoding="utf-8"))) == 4

    def test_a_failure_leaves_the_old_one(
        self, shop: Leadctl, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = shop.write("out.csv", "old")

        def broken(*_: object) -> str:
            raise KeyboardInterrupt

        monkeypatch.setattr(exporting, "harmless", broken)
        assert shop("export", "--output", file).code == 130
        assert file.read_text() == "old"
        assert list(shop.folder.glob("*.part")) == []

    def test_nothing_to_export_is_a_header_for_the_next_step(self, shop: Leadctl) -> None:
        file = shop.folder / "out.csv"
        done = shop("export", "--status", "Qualified", "--output", file)
        assert (done.code, done.out, done.err) == (0, f"0 leads → {file}\n", "no such lead\n")
        assert header(file.read_text())[:2] == ["first_name", "last_name"]
        assert len(file.read_text().splitlines()) == 1
        as_json = shop.folder / "out.json"
        shop("export", "--status", "Qualified", "--output", as_json)
        assert as_json.read_text() == "[]\n"

    def test_never_our_own_files(self, shop: Leadctl) -> None:
        before = shop.db.read_bytes()
        done = shop("export", "--output", shop.folder / "." / "leads.db")
        assert done.code == 2
        assert "would replace" in done.err
        assert shop.db.read_bytes() == before
        assert shop("export", "--output", shop.folder / "leadctl.toml").code == 2

    def test_a_place_where_nothing_can_be_written(self, shop: Leadctl) -> None:
        assert shop("export", "--output", shop.folder / "no" / "out.csv").code == 6
        assert shop("export", "--output", shop.folder).code == 6

    def test_a_hyphen_is_stdout(self, shop: Leadctl) -> None:
        assert shop("export", "--output", "-").out == shop("export").out


class TestStreams:
    def test_nothing_to_export_prints_nothing(self, leadctl: Leadctl, shop: Leadctl) -> None:
        done = shop("export", "--status", "Qualified")
        assert (done.code, done.out, done.err) == (0, "", "no such lead\n")
        assert shop("export", "--status", "Qualified", "--quiet").err == ""
        assert shop("export", "--status", "Qualified", "--json").out == "[]\n"
        assert shop("export", "--status", "Qualified", "--format", "jsonl").out == ""

    def test_a_database_without_leads(self, leadctl: Leadctl) -> None:
        leadctl.db.touch()
        done = leadctl("export")
        assert (done.code, done.out) == (0, "")
        assert done.err.startswith("no leads yet: leadctl import")

    def test_no_database(self, leadctl: Leadctl) -> None:
        assert leadctl("export").code == 4

    def test_a_terminal_cannot_be_driven(self, leadctl: Leadctl, leads: Any) -> None:
        leads({"last_name": "\x1b[31mred\x9b\u202e", "company": "two\nlines", "email": "a@b.de"})
        for shape in ("csv", "tsv"):
            out = leadctl("export", "--format", shape, terminal=True).out
            assert "\\x1b[31mred\\x9b\\u202e" in out
            assert "two\nlines" in out
            assert out.replace("\n", "").replace("\t", "").isprintable()
        assert "\x1b" in leadctl("export").out
        assert "\x1b" not in leadctl("export", "--json").out

    def test_a_reader_who_goes_is_no_error(self, leadctl: Leadctl, leads: Any) -> None:
        leads(*({"last_name": f"Lead {n}", "description": "x" * 500} for n in range(2000)))
        piped = f"{sys.executable} -m leadctl export | head -1"
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", piped], env={**os.environ, **leadctl.env},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("first_name,last_name")

    def test_a_reader_who_waits_keeps_nobody_from_writing(
        self, leadctl: Leadctl, leads: Any
    ) -> None:
        leads(*({"last_name": f"Lead {n}", "description": "x" * 500} for n in range(2000)))
        reading = leadctl.process("export")
        assert reading.stdout is not None
        reading.stdout.readline()
        connection = sqlite3.connect(leadctl.db, timeout=0, isolation_level=None)
        connection.execute("BEGIN EXCLUSIVE")
        connection.close()
        assert len(reading.stdout.read().splitlines()) == 2000
        assert reading.wait() == 0


class TestUsage:
    @pytest.mark.parametrize(
        ("words", "hint"),
        [
            (("--format", "xml"), "one of: csv, tsv, json, jsonl"),
            (("--format", "table"), "one of: csv"),
            (("--as", "tickets"), "one of: leads, contacts"),
            (("Contacts",), "leadctl export --as contacts"),
            (("pools",), "a view as @name"),
            (("--preset", "sugar"), "one of: zoho, salesforce, hubspot"),
            (("--preset", "zoho", "--columns", "id"), "take one of the two"),
            (("--preset", "zoho", "--json"), "--format csv, tsv or xlsx"),
            (("--preset", "zoho", "--as", "activities"), "leave out --preset"),
            (("--columns", "compani"), "did you mean company?"),
            (("--as", "deals", "--columns", "company"), "did you mean"),
            (("--as", "activities", "--sort", "score"), "they have lead, kind"),
            (("--sort", "compani"), "did you mean company?"),
            (("--where", "compani = 1"), "company"),
            (("--columns", ""), "fields"),
        ],
    )
    def test_what_there_is_not(self, shop: Leadctl, words: tuple[str, ...], hint: str) -> None:
        done = shop("export", *words)
        assert done.code == 2, done
        assert hint in done.err or hint == "fields"
        assert len(done.err.splitlines()) == 1

    def test_an_unknown_rep(self, shop: Leadctl) -> None:
        assert shop("export", "--owner", "nobody").code == 4

    def test_an_error_as_json(self, shop: Leadctl) -> None:
        assert shop("export", "--format", "xml", "--json").json["error"]["code"] == "usage"

    def test_it_is_no_operation(self, shop: Leadctl) -> None:
        before = shop.ok("history")
        shop("export")
        assert shop.ok("history") == before


NASTY = st.text(
    st.one_of(
        st.sampled_from("=+-@'\"\t\r\n,;|\\ 0123456789()./aZß李"),
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
    ),
    max_size=12,
)


class TestFormulas:
    @pytest.mark.parametrize(
        "cell",
        ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "+1+1", "-a",
         "=", "-", "@", "'=1", "''+a", "+1e5", "-1-1"],
    )  # fmt: skip
    def test_what_a_spreadsheet_would_compute(self, cell: str) -> None:
        assert harmless(cell) == "'" + cell

    @pytest.mark.parametrize(
        "cell",
        ["", "a=1", "-5", "+5", "-1,234.50", "+33 1 99 00 12 34", "+49301234567", "'", "'s-Gravenhage",
         "+1 (415) 555-0100", "+44/1632.960-001", "O'Brien", " =1", "0", "«=1»"],
    )  # fmt: skip
    def test_what_it_would_not(self, cell: str) -> None:
        assert harmless(cell) == cell

    @given(NASTY)
    @example("'=x")
    @example("'+49 30")
    def test_one_is_the_inverse_of_the_other(self, cell: str) -> None:
        assert harmful_again(harmless(cell)) == cell

    @given(NASTY)
    def test_what_comes_out_is_harmless(self, cell: str) -> None:
        safe = harmless(cell)
        assert safe in (cell, f"'{cell}")
        assert not safe.startswith(("=", "@", "\t", "\r", "\n"))

    @given(NASTY)
    @settings(max_examples=500)
    def test_the_database_suspects_every_such_cell(self, cell: str) -> None:
        connection = sqlite3.connect(":memory:")
        suspicion = exporting._SUSPICIOUS.format("cell")
        (suspected,) = connection.execute(
            f"SELECT {suspicion} FROM (SELECT ? COLLATE NOCASE AS cell)", (cell,)
        ).fetchone()
        assert suspected or harmless(cell) == cell

    def test_in_cells_extra_and_header(self, leadctl: Leadctl, leads: Any) -> None:
        leads(
            {
                "last_name": "=HYPERLINK(1)", "company": "@x", "phone": "+49 30 1234",
                "mobile": "+cmd", "postal_code": "-5", "email": "=a@b.example",
                "extra": '{"=key":"=1","owner":"=2"}',
            }
        )  # fmt: skip
        done = leadctl("export")
        assert done.code == 0
        assert done.err == (
            "6 cells look like a formula and got an apostrophe in front (--raw leaves it out)\n"
        )
        (row,) = rows(done.out)
        assert row["last_name"] == "'=HYPERLINK(1)"
        assert (row["company"], row["mobile"], row["email"]) == ("'@x", "'+cmd", "'=a@b.example")
        assert (row["phone"], row["postal_code"]) == ("+49 30 1234", "-5")
        assert (row["'=key"], row["owner"]) == ("'=1", "'=2")

    def test_raw_leaves_them(self, leadctl: Leadctl, leads: Any) -> None:
        leads({"last_name": "=1+1", "extra": '{"=key":"=1","owner":"=2"}'})
        done = leadctl("export", "--raw")
        (row,) = rows(done.out)
        assert (row["last_name"], row["=key"], row["owner"], done.err) == ("=1+1", "=1", "=2", "")

    def test_json_has_no_need_of_it(self, leadctl: Leadctl, leads: Any) -> None:
        leads({"last_name": "=1+1"})
        assert leadctl.ok("export")[0]["last_name"] == "=1+1"


TEXT = NASTY.map(str.strip).filter(bool)
TIME = st.datetimes(datetime(1971, 1, 1), datetime(2099, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0, tzinfo=None).isoformat() + "Z"
)
MONEY = st.integers(-(2**52), 2**52) | st.integers(-1000, 1000)
WORD = st.text(string.ascii_letters + "=@'+-äß0 ", min_size=1).map(str.strip).filter(bool)
EMAIL = st.from_regex(r"[a-z=+'-][a-z0-9]{0,5}@[a-z]{2,5}\.example", fullmatch=True)
VALUES = {
    "integer": st.integers(0, 2**62),
    "money": MONEY,
    "currency": st.sampled_from(["EUR", "USD", "CHF"]),
    "country": st.sampled_from(["DE", "FR", "Atlantis"]),
    "state": st.sampled_from(["Atlantis", "CA", "Île X"]),
    "flag": st.integers(0, 1),
    "time": TIME,
    "tags": st.lists(WORD, min_size=1, max_size=3, unique=True)
    .map(", ".join)
    .filter(lambda words: tags(words) == words),
    "status": st.sampled_from(["New", "Contacted", "Lost", "Eigenes Wort", "=x"]),
    "source": st.sampled_from(["Website", "Phone", "Messe, Köln"]),
    "email": EMAIL,
}
KEYS = ("Favourite colour", 'Größe, "cm"', "=SUM", "a;b", "owner", "two\nlines", "Id 2")
OTHERS = [f for f in LEAD_FIELDS if f.name not in ("owner", "external_id", "created_at", "status")]
LEAD = st.fixed_dictionaries(
    {"last_name": TEXT, "status": VALUES["status"], "created_at": TIME},
    optional={field.name: VALUES.get(field.type, TEXT) for field in OTHERS if field.name != "last_name"}
    | {"extra": st.dictionaries(st.sampled_from(KEYS), TEXT, min_size=1).map(json.dumps)},
)  # fmt: skip


def as_imported(leadctl: Leadctl) -> list[dict[str, Any]]:
    """Return the facts that an import sets, of each lead."""
    names = [name for name in FIELDS if name != "owner"]
    store = leadctl.store()
    found = store.query(f"SELECT {', '.join(names)}, created_day, extra FROM leads ORDER BY id")
    store.close()
    return [{**row, "extra": json.loads(row["extra"] or "{}")} for row in found]


@pytest.mark.parametrize("shape", ["csv", "tsv", "json", "jsonl"])
@given(leads=st.lists(LEAD, min_size=1, max_size=8))
@settings(max_examples=30)
def test_import_reads_back_what_was_exported(shape: str, leads: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        ours, theirs = Leadctl(Path(one)), Leadctl(Path(other))
        store = ours.store()
        for number, lead in enumerate(leads):
            lead["external_id"] = f"{number:05}"
            moment = from_stamp(lead["created_at"]).astimezone(UTC)
            lead["created_day"] = day_number(moment.date())
        with store.operation("seed") as op:
            op.create("lead", leads)
        store.close()
        file = Path(one) / f"out.{shape}"
        assert ours("export", "--output", file).code == 0
        done = theirs("import", file, "--on-duplicate", "create", "--json")
        assert done.code == 0, done
        assert as_imported(theirs) == as_imported(ours)


def test_a_round_trip_with_owners(leadctl: Leadctl, shop: Leadctl, tmp_path: Path) -> None:
    file = shop.folder / "out.csv"
    shop("export", "--output", file)
    (tmp_path / "other").mkdir()
    theirs = Leadctl(tmp_path / "other")
    theirs.ok("rep", "add", "ana")
    assert theirs.ok("import", file, "--on-duplicate", "create")["created"] == 4
    assert as_imported(theirs) == as_imported(shop)
    assert [lead["owner"] for lead in theirs.ok("export")] == ["ana", None, None, None]
    assert theirs.ok("import", file)["unchanged"] == 4


@pytest.mark.parametrize("shape", ["csv", "xlsx", "jsonl"])
def test_a_round_trip_keeps_when_a_lead_was_converted(
    leadctl: Leadctl, tmp_path: Path, shape: str
) -> None:
    header = "Email,Company,Converted Date,Deal name,Created,rank\n"
    rows = "jo@x.example,Acme,2025-05-06,Big,2025-01-01,7\n"
    leadctl.ok("import", leadctl.write("in.csv", header + rows))
    (tmp_path / "other").mkdir()
    theirs = Leadctl(tmp_path / "other")
    for kind in ("accounts", "contacts", "leads", "deals"):
        file = leadctl.folder / f"{kind}.{shape}"
        leadctl("export", "--as", kind, "--output", file)
        theirs.ok("import", file, "--as", kind)
    ours, same = (
        [
            {name: of for name, of in lead.items() if name not in ("uid", "updated_at", "version")}
            for lead in of_one.ok("export")
        ]
        for of_one in (leadctl, theirs)
    )
    assert same == ours
    assert theirs.ok("export", "--as", "deals")[0]["extra"] == {}
    assert theirs.ok("show", "1")["converted_at"] == "2025-05-06T00:00:00Z"


def test_a_file_counts_its_records_in_their_own_word(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Jo Li")
    leadctl.ok("log", "1", "call", "hello")
    said = leadctl("export", "--as", "activities", "--output", leadctl.folder / "a.csv").out
    assert said.startswith("1 activity →")
