"""leadctl import: every row ends somewhere, nothing comes twice, nothing is lost, all can be undone."""

from __future__ import annotations

import csv
import json
import os
import random
import re
import sqlite3
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from conftest import SHARED, Leadctl, Outcome, facts

from leadctl.values import PLACEHOLDERS_BUT_NAMES

ENDS = ("created", "updated", "unchanged", "skipped", "rejected")
ALL = ("list", "--all", "--sort", "-id", "--json")


def ends(done: dict[str, Any]) -> tuple[int, ...]:
    """Return the five ends, once it is sure that they add up to the rows."""
    assert sum(done[end] for end in ENDS) == done["rows"]
    return tuple(done[end] for end in ENDS)


def load(leadctl: Leadctl, text: str, *words: object, code: int = 0) -> dict[str, Any]:
    """Import a text as a file and return the object for scripts."""
    path = leadctl.write("leads.csv", text)
    outcome = leadctl("import", path, *words, "--json")
    assert outcome.code == code, outcome
    return dict(outcome.json)


def everything(leadctl: Leadctl) -> list[dict[str, Any]]:
    return sorted(leadctl.ok("list", "--all"), key=lambda lead: int(lead["id"]))


def all_facts(leadctl: Leadctl) -> dict[str, Any]:
    store = leadctl.store()
    found = facts(store)
    store.close()
    return found


def refused(leadctl: Leadctl, outcome: Outcome, code: int) -> str:
    """Check that a bad input gave one line and changed nothing; return the line."""
    assert outcome.code == code, outcome
    assert outcome.err.count("\n") == 1
    assert outcome.err.startswith("leadctl: ")
    assert outcome.out == ""
    assert not leadctl.db.exists()
    return outcome.err


LEADS = """\
First Name,Last Name,Company,Email,Phone,Colour
Zoë,Núñez,Crème & Fils,zoe@creme.example,+49 30 23125001,red
Anne,O’Brien,Queen's Foods Ltd,anne@queens.example,,
Jo,Li,Kiln AG,,030 1234567,blue
"""


# The answer.


def test_a_terminal_shows_columns_ends_and_the_next_command(leadctl: Leadctl) -> None:
    path = leadctl.write("leads.csv", LEADS)
    outcome = leadctl("import", path, terminal=True)
    assert outcome.code == 0
    lines = outcome.err.splitlines()
    lines = lines[lines.index("leads.csv  UTF-8, “,”") :]
    assert lines[1].split() == ["First", "Name", "→", "first_name", "Zoë", "·", "Anne", "·", "Jo"]
    assert lines[6].split("→")[1].split() == ["extra", *"kept, no field: red · blue".split()]
    assert outcome.out == "3 created · 0 updated · 0 unchanged · 0 skipped · 0 rejected\n"
    assert "no field for Colour: kept in extra" in outcome.err
    assert "undo: leadctl undo 1 · look: leadctl list" in outcome.err.splitlines()[-1]


def test_a_pipe_gets_the_ends_only(leadctl: Leadctl) -> None:
    outcome = leadctl("import", leadctl.write("leads.csv", LEADS))
    assert outcome.out.splitlines() == [
        "leads.csv  UTF-8, “,”",
        "3 created · 0 updated · 0 unchanged · 0 skipped · 0 rejected",
    ]


def test_json_has_the_promised_names(leadctl: Leadctl) -> None:
    done = load(leadctl, LEADS)
    assert ends(done) == (3, 0, 0, 0, 0)
    assert done["operation"] == 1
    assert done["dry_run"] is False
    assert done["rejects_file"] is None
    assert done["unmapped"] == ["Colour"]
    assert leadctl("import", leadctl.folder / "leads.csv", "--quiet").err == ""


def test_what_is_stored(leadctl: Leadctl) -> None:
    load(leadctl, LEADS)
    first = everything(leadctl)[0]
    assert first["last_name"] == "Núñez"
    assert first["status"] == "New"
    assert first["created_at"] == "2026-11-22T09:00:00Z"
    assert first["extra"] == {"Colour": "red"}


def test_the_history_knows_the_file_and_the_counts(leadctl: Leadctl) -> None:
    load(leadctl, LEADS)
    (operation,) = leadctl.ok("history")
    assert operation["command"] == "import leads.csv --on-duplicate fill"
    assert operation["counts"]["created"] == 3


# Nothing twice.


def test_the_same_file_again_writes_nothing(leadctl: Leadctl) -> None:
    load(leadctl, LEADS)
    before = all_facts(leadctl)
    done = load(leadctl, LEADS)
    assert ends(done) == (0, 0, 3, 0, 0)
    assert done["operation"] is None
    assert all_facts(leadctl) == before


def test_the_same_file_after_people_mended_leads(leadctl: Leadctl) -> None:
    load(leadctl, LEADS)
    leadctl.ok("edit", 1, "email=zoe.nunez@creme.example", "phone=")
    leadctl.ok("edit", 3, "last_name=Lee", "company=Kiln Group")
    done = load(leadctl, LEADS)
    assert done["created"] == 0
    assert done["updated"] == 1  # the phone that was cleared is blank, and is filled again
    assert load(leadctl, LEADS)["operation"] is None


KEYS = {
    "external id": ("Id,Company", "7,Kiln", "Id,City", "7,Rome"),
    "email": ("Email,Company", "A@x.example,Kiln", "Email,City", "mailto:a@X.example,Rome"),
    "phone and name": ("Name,Phone", "Jo Li,+49 30 55555", "Name,Phone,City", "jo  LI,004930 55555,R"),
    "mobile and name": ("Name,Mobile", "Jo Li,03055555", "Name,Phone,City", "Li\\, Jo,030/555 55,R"),
    "phone without a name": ("Phone", "030 55555", "Phone,City", "(030) 55555,R"),
    "name and company": (
        "Name,Company", "Zoë Ünal,Queen's GmbH", "Name,Company,City", "zoe unal,Queen’s,R",
    ),
    "nothing but a name": ("Name", "Jo Li", "Name", "Jo Li"),
    "nothing but a company": ("Company", "Kiln", "Company", "Kiln"),
}  # fmt: skip


@pytest.mark.parametrize("key", KEYS)
def test_a_duplicate_by_each_key_in_the_database(leadctl: Leadctl, key: str) -> None:
    header, row, later_header, later = (text.replace("Li\\, Jo", '"Li, Jo"') for text in KEYS[key])
    assert ends(load(leadctl, f"{header}\n{row}\n")) == (1, 0, 0, 0, 0)
    fills = int(header != later_header)
    assert ends(load(leadctl, f"{later_header}\n{later}\n")) == (0, fills, 1 - fills, 0, 0)
    assert load(leadctl, f"{later_header}\n{later}\n")["operation"] is None


@pytest.mark.parametrize(
    "rows",
    [
        "7,,,,\n7,Rome,,,\n",
        ",Rome,a@x.example,,\n,,A@x.example,,\n",
        ",,,030 55555,Jo Li\n,Rome,,030-55555,jo li\n",
        ",,,,Jo Li\n,,,,Jo Li\n",
    ],
)
def test_a_duplicate_in_the_file(leadctl: Leadctl, rows: str) -> None:
    done = load(leadctl, "Id,City,Email,Phone,Name\n" + rows)
    assert done["created"] == 1
    assert done["updated"] + done["unchanged"] == 1


def test_other_people_are_no_duplicates(leadctl: Leadctl) -> None:
    rows = "Name,Company,Phone\nJo Li,Kiln,030 55555\nBo Li,Kiln,030 55555\nJo Li,Creme,\n,Kiln,\n"
    assert ends(load(leadctl, rows)) == (4, 0, 0, 0, 0)


def test_fill_keeps_what_differs_and_names_it(leadctl: Leadctl) -> None:
    load(leadctl, "Email,City,Company\na@x.example,Rome,\n")
    path = leadctl.write("more.csv", "Email,City,Company\na@x.example,Paris,Kiln\n")
    outcome = leadctl("import", path)
    assert "0 created · 1 updated" in outcome.out
    assert "1 lead differs from the file and stayed (lead 1: city)" in outcome.err
    (lead,) = everything(leadctl)
    assert (lead["city"], lead["company"]) == ("Rome", "Kiln")
    assert load(leadctl, "Email,City\na@x.example,Paris\n")["differing"] == 1


def test_skip_changes_nobody(leadctl: Leadctl) -> None:
    load(leadctl, "Email\na@x.example\n")
    done = load(leadctl, "Email,City\na@x.example,Rome\nb@x.example,\n", "--on-duplicate", "skip")
    assert ends(done) == (1, 0, 0, 1, 0)
    assert everything(leadctl)[0]["city"] is None


def test_create_makes_another_one_but_no_second_external_id(leadctl: Leadctl) -> None:
    load(leadctl, "Email,Id\na@x.example,7\n")
    more = "Email,Id\na@x.example,\na@x.example,7\nc@x.example,8\nd@x.example,8\n"
    done = load(leadctl, more, "--on-duplicate", "create", code=3)
    assert ends(done) == (2, 0, 0, 0, 2)
    assert [row["reason"] for row in done["rejects"]] == [
        "its external id is lead 1's already",
        "its external id is the lead of line 4's already",
    ]


def test_an_unknown_policy(leadctl: Leadctl) -> None:
    path = leadctl.write("leads.csv", LEADS)
    line = refused(leadctl, leadctl("import", path, "--on-duplicate", "guess"), 2)
    assert "one of: fill, skip, overwrite, create, ask" in line


def test_an_external_id_of_somebody_else_is_rejected(leadctl: Leadctl) -> None:
    load(leadctl, "Id,Email,Company\n7,a@x.example,Kiln\n")
    others = "Id,Email,Company\n7,b@y.example,Creme\n"
    done = load(leadctl, others, code=3)
    assert ends(done) == (0, 0, 0, 0, 1)
    assert "lead 1's, who is somebody else; name the file's system" in done["rejects"][0]["reason"]
    assert ends(load(leadctl, others, "--system", "hubspot")) == (1, 0, 0, 0, 0)
    assert load(leadctl, others, "--system", "HUBSPOT")["operation"] is None


@pytest.mark.parametrize("policy", ["fill", "overwrite"])
def test_the_id_of_another_program_is_kept_aside(leadctl: Leadctl, policy: str) -> None:
    row = "Id,Email\n{},a@x.example\n"
    load(leadctl, row.format("1"), "--system", "hubspot")
    for id, system in (("7", "zoho"), ("8", "zoho")):
        words = "--system", system, "--on-duplicate", policy
        assert ends(load(leadctl, row.format(id), *words)) == (0, 1, 0, 0, 0)
        assert ends(load(leadctl, row.format(id), *words)) == (0, 0, 1, 0, 0)
    [lead] = everything(leadctl)
    assert (lead["external_id"], lead["external_system"]) == ("1", "hubspot")
    assert lead["extra"] == {"external_id 2": "7 (zoho)", "external_id 3": "8 (zoho)"}


@pytest.mark.parametrize("policy", ["fill", "overwrite"])
def test_a_lead_is_found_by_what_another_program_calls_it(leadctl: Leadctl, policy: str) -> None:
    load(leadctl, "Id,Email\n1,a@x.example\n2,b@x.example\n", "--system", "zoho")
    leadctl.ok("convert", 2, "--yes")
    rows = "Id,Email\n77,a@x.example\n88,b@x.example\n"
    words = "--system", "hubspot", "--on-duplicate", policy
    done = load(leadctl, rows, *words)
    assert [leadctl.ok("show", f"ext:{id}")["id"] for id in (1, 77, 88)] == [1, 1, 2]
    before = all_facts(leadctl)
    assert load(leadctl, rows, *words)["operation"] is None
    assert all_facts(leadctl) == before
    deals = "Name,Lead,Amount\nKiln,77,900\n"
    load(leadctl, deals, "--as", "deals", "--system", "hubspot")
    [deal] = leadctl.ok("deal", "list")
    assert deal["lead_id"] == 1
    leadctl.ok("undo", "--yes")
    leadctl.ok("undo", done["operation"])
    assert leadctl("show", "ext:77").code == 4


def test_who_was_merged_is_found_by_a_further_id(leadctl: Leadctl) -> None:
    load(leadctl, "Id,Email\n1,a@x.example\n2,b@x.example\n", "--system", "zoho")
    load(leadctl, "Id,Email\n77,b@x.example\n", "--system", "hubspot")
    leadctl.ok("merge", 1, 2, "--yes")
    assert leadctl.ok("show", "ext:77")["id"] == 1


def test_an_external_id_that_another_lead_was_given_meanwhile(leadctl: Leadctl) -> None:
    load(leadctl, "Id,Email\n1,a@x.example\n")
    other_id = "Id,Email,City\n7,a@x.example,Rome\n"
    assert ends(load(leadctl, other_id)) == (0, 1, 0, 0, 0)
    leadctl.ok("edit", 1, "external_id=")
    leadctl.ok("add", "Bo", "Ito", "external_id=7")
    assert ends(load(leadctl, other_id)) == (0, 0, 1, 0, 0)
    assert [lead["external_id"] for lead in everything(leadctl)] == [None, "7"]


def test_a_converted_lead_is_never_changed(leadctl: Leadctl) -> None:
    load(leadctl, LEADS)
    leadctl.ok("convert", 1, "--yes")
    before = all_facts(leadctl)
    more = "Email,City\nzoe@creme.example,Rome\n"
    done = load(leadctl, more)
    assert ends(done) == (0, 0, 0, 1, 0)
    assert (done["operation"], done["converted"]) == (None, [1])
    assert all_facts(leadctl) == before
    outcome = leadctl("import", leadctl.folder / "leads.csv")
    assert "1 row skipped: converted already, never changed (lead 1)" in outcome.err
    assert ends(load(leadctl, LEADS)) == (0, 0, 2, 1, 0)


# What the options do.


def test_map_source_system_and_extra(leadctl: Leadctl) -> None:
    text = "a=b,Fax,No,E-Mail\nKiln,123,7,a@x.example\n"
    words = ("--map", "a=b=company", "--map", "no=external_id", "--map", "Fax=")
    load(leadctl, text, *words, "--map", "E-Mail=extra", "--source", "phone", "--system", "sf")
    (lead,) = everything(leadctl)
    assert (lead["company"], lead["external_id"], lead["external_system"]) == ("Kiln", "7", "sf")
    assert lead["source"] == "Phone"
    assert lead["extra"] == {"E-Mail": "a@x.example"}


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("Email", 'has no = · write --map "Header=field"'),
        ("=email", "has no ="),
        ("Telefax=phone", "leads.csv has no column 'Telefax'"),
        ("Phone=fone", "did you mean phone?"),
        ("Phone=created", "did you mean created_at?"),
        ("Phone=xyz", "one of: first_name"),
    ],
)
def test_a_bad_map(leadctl: Leadctl, word: str, said: str) -> None:
    path = leadctl.write("leads.csv", LEADS)
    assert said in refused(leadctl, leadctl("import", path, "--map", word), 2)


def test_several_files_are_one_operation(leadctl: Leadctl) -> None:
    one = leadctl.write("one.csv", LEADS)
    two = leadctl.write("two.csv", "Nachname;Firma;E-Mail\nLi;Kiln;zoe@creme.example\nIto;Sol;\n")
    done = leadctl.ok("import", one, two)
    assert ends(done) == (4, 0, 1, 0, 0)
    assert leadctl.ok("import", two, one)["operation"] is None
    leadctl.ok("undo", "--yes")
    assert everything(leadctl) == []


def test_a_bad_second_file_leaves_the_first_out_too(leadctl: Leadctl) -> None:
    one, two = leadctl.write("one.csv", LEADS), leadctl.write("two.csv", 'Email\n"half\n')
    assert "two.csv line 2" in refused(leadctl, leadctl("import", one, two), 6)


def test_a_pattern_that_matches_nothing_is_no_file(leadctl: Leadctl) -> None:
    outcome = leadctl("import", leadctl.folder / "*.csv")
    assert outcome.code == 0
    assert outcome.out == "no file, nothing to import\n"
    assert leadctl.ok("import", leadctl.folder / "*.csv")["rows"] == 0
    assert not leadctl.db.exists()


def test_a_pattern_that_no_shell_has_resolved(leadctl: Leadctl) -> None:
    leadctl.write("a.csv", "Email\na@x.example\n")
    leadctl.write("b.csv", "Email\nb@x.example\n")
    assert leadctl.ok("import", leadctl.folder / "?.csv")["created"] == 2


def test_a_dry_run_counts_the_same_and_writes_nothing(leadctl: Leadctl) -> None:
    text = LEADS + "Zoë,Núñez,,,+49 30 23125001,\n,,,jane@@acme,,\n"
    path = leadctl.write("leads.csv", text)
    rejects = leadctl.folder / "rejects.csv"
    trial = leadctl("import", path, "--dry-run", "--rejects", rejects, "--json")
    assert trial.code == 3
    assert trial.json["operation"] is None
    assert not leadctl.db.exists()
    assert not rejects.exists()
    assert "would be: 3 created" in leadctl("import", path, "--dry-run", terminal=True).out
    assert sorted(p.name for p in leadctl.folder.glob("*.csv")) == ["leads.csv"]
    done = load(leadctl, text, code=3)
    assert ends(done) == ends(trial.json) == (3, 0, 1, 0, 1)
    before = all_facts(leadctl)
    more = leadctl.write("more.csv", "Email,City\nzoe@creme.example,Rome\nnew@x.example,\n")
    assert ends(leadctl.ok("import", more, "--dry-run")) == (1, 1, 0, 0, 0)
    assert all_facts(leadctl) == before
    assert len(leadctl.ok("history")) == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [("comma", "Name,Email\n"), ("semicolon", "Name;Email\n"), ("tab", "Name\tEmail\n")],
)
def test_delimiters(leadctl: Leadctl, name: str, text: str) -> None:
    text += text.replace("Name", '"Li, Jo"').replace("Email", "a@x.example")
    assert ends(load(leadctl, text)) == (1, 0, 0, 0, 0)
    assert load(leadctl, text, "--delimiter", name)["operation"] is None
    assert everything(leadctl)[0]["first_name"] == "Jo"


# Rejected rows.

BAD = """\
Name,Email,Description,Employees
Zoë Núñez,zoe@creme.example,"two
lines",5
Jo Li,jo@@kiln,"=1+1 ""quoted"" here",6
,,only a note,7
Bo Ito,bo@ito.example,fine,many
An Ng,an@ng.example,a, b,8
"""


def test_rejects_have_line_column_and_reason(leadctl: Leadctl) -> None:
    done = load(leadctl, BAD, code=3)
    assert ends(done) == (1, 0, 0, 0, 4)
    assert [(row["line"], row["column"], row["reason"]) for row in done["rejects"]] == [
        (4, "Email", "“jo@@kiln” is no email address: it has two @"),
        (5, None, "no name, company, email, phone or external id"),
        (6, "Employees", "“many” is no whole number"),
        (7, None, "it has 5 cells, the header has 4"),
    ]


def test_rejects_are_kept_private_and_can_be_mended(leadctl: Leadctl) -> None:
    path, rejects = leadctl.write("leads.csv", BAD), leadctl.folder / "rejects.csv"
    outcome = leadctl("import", path, "--rejects", rejects)
    assert outcome.code == 3
    assert outcome.out.endswith(f"4 rejected → {rejects}\n")
    assert rejects.stat().st_mode & 0o777 == 0o600
    kept = list(csv.reader(rejects.open(encoding="utf-8", newline="")))
    assert kept[0] == ["leadctl_reason", "Name", "Email", "Description", "Employees"]
    assert kept[1][0] == "line 4: Email “jo@@kiln” is no email address: it has two @"
    assert kept[1][1:] == ["Jo Li", "jo@@kiln", '\'=1+1 "quoted" here', "6"]
    assert kept[4][1:] == ["An Ng", "an@ng.example", "a", " b", "8"]

    again = leadctl("import", rejects, "--json")
    assert ends(again.json) == (0, 0, 0, 0, 4)
    mended = rejects.read_text(encoding="utf-8").replace("jo@@kiln,", "jo@kiln.example,")
    mended = mended.replace("a, b,8", '"a, b",8')
    rejects.write_text(mended, encoding="utf-8")
    done = leadctl("import", rejects, "--rejects", leadctl.folder / "still.csv", "--json").json
    assert ends(done) == (2, 0, 0, 0, 2)
    assert done["unmapped"] == []
    assert [lead["description"] for lead in everything(leadctl)][1:] == [
        '=1+1 "quoted" here',
        "a, b",
    ]
    assert all(lead["extra"] == {} for lead in everything(leadctl))


def test_rejects_of_several_files_stand_in_one(leadctl: Leadctl) -> None:
    one = leadctl.write("one.csv", "Email,City\na@@x,Rome\nok@x.example,\n")
    two = leadctl.write("two.csv", "Company;EMAIL\nKiln;b@@x\nKiln;ok2@x.example\n")
    rejects = leadctl.folder / "rejects.csv"
    leadctl("import", one, two, "--rejects", rejects)
    kept = list(csv.reader(rejects.open(encoding="utf-8", newline="")))
    assert [row[1:] for row in kept] == [
        ["Email", "City", "Company"], ["a@@x", "Rome", ""], ["b@@x", "", "Kiln"],
    ]  # fmt: skip


def test_rejects_go_beside_the_file_only_for_a_person(leadctl: Leadctl) -> None:
    path, beside = leadctl.write("leads.csv", BAD), leadctl.folder / "leads.rejects.csv"
    piped = leadctl("import", path)
    assert "--rejects FILE keeps rejected rows" in piped.err
    assert not beside.exists()
    leadctl("import", path, terminal=True)
    assert beside.exists()
    beside.write_text("half mended", encoding="utf-8")
    leadctl("import", path, terminal=True)
    assert beside.read_text(encoding="utf-8") == "half mended"


def test_without_rejects_no_file_is_made(leadctl: Leadctl) -> None:
    rejects = leadctl.folder / "rejects.csv"
    assert leadctl("import", leadctl.write("leads.csv", LEADS), "--rejects", rejects).code == 0
    assert not rejects.exists()


def test_rejects_that_cannot_be_written_stop_the_import(leadctl: Leadctl) -> None:
    path = leadctl.write("leads.csv", BAD)
    outcome = leadctl("import", path, "--rejects", leadctl.folder / "none" / "rejects.csv")
    assert outcome.code == 6
    assert "nothing was changed" in outcome.err
    assert everything(leadctl) == []
    for place in (leadctl.folder, Path(os.devnull)):
        assert leadctl("import", path, "--rejects", place).code == 6
    assert not Path(os.devnull).is_file()
    assert list(leadctl.folder.glob("*.part")) == []


def test_rejects_do_not_replace_the_file_that_is_read(leadctl: Leadctl) -> None:
    path = leadctl.write("leads.csv", BAD)
    line = refused(leadctl, leadctl("import", path, "--rejects", path), 2)
    assert "would replace the file" in line
    assert path.read_text(encoding="utf-8") == BAD


# Bad input: one line, its exit code, nothing changed.

BAD_FILES = {
    "empty": (b"", "is empty", 6),
    "blank lines": (b"\n\n", "is empty", 6),
    "binary": (b"PK\x03\x04\x00\x00", "spreadsheet", 6),
    "zeros": (bytes(400), "", 6),
    "UTF-16 without a mark": ("Name,Email\nJo,a@x.example\n".encode("utf-16-le"), "UTF-16", 6),
    "Latin-1": ("Name\nZo\xeb\n".encode("latin-1"), "line 2: byte 0xEB at offset 7", 6),
    "half-quoted": (b'Name,Email\n"Jo,a@x.example\nBo,\n', "quote is opened", 6),
    "data for a header": (b"Jo Li,jo@x.example\nBo,bo@x.example\n", "no column is known", 6),
    "unknown columns": (b"a,b\n1,2\n", 'name them: --map "Header=field"', 6),
}


@pytest.mark.parametrize("bad", BAD_FILES)
def test_bad_files(leadctl: Leadctl, bad: str) -> None:
    content, said, code = BAD_FILES[bad]
    path = leadctl.folder / "bad.csv"
    path.write_bytes(content)
    assert said in refused(leadctl, leadctl("import", path), code)
    failed = leadctl("import", path, "--json")
    assert failed.json["error"]["code"] == "bad_data"


def test_utf_16_with_a_mark_is_read(leadctl: Leadctl) -> None:
    path = leadctl.folder / "leads.csv"
    path.write_bytes("Name\tEmail\nZoë\tzoe@x.example\n".encode("utf-16"))
    outcome = leadctl("import", path, "--encoding", "utf-16", "--json")
    assert outcome.json["created"] == 1


def test_a_missing_file_and_no_file_at_all(leadctl: Leadctl) -> None:
    assert "no such file" in refused(leadctl, leadctl("import", "nowhere.csv"), 2)
    assert leadctl("import").code == 2
    assert "is empty" in refused(leadctl, leadctl("import", os.devnull), 6)


def test_only_a_header(leadctl: Leadctl) -> None:
    done = load(leadctl, "Name,Email\n")
    assert ends(done) == (0, 0, 0, 0, 0)
    assert done["operation"] is None
    assert not leadctl.db.exists()


def test_only_rejected_rows_make_no_database(leadctl: Leadctl) -> None:
    done = load(leadctl, "City,Email\nRome,\n", code=3)
    assert ends(done) == (0, 0, 0, 0, 1)
    assert not leadctl.db.exists()


def test_standard_input_from_nowhere(leadctl: Leadctl) -> None:
    path = leadctl.write("leads.csv", LEADS)
    done = leadctl.process("import", path, "--json")
    assert json.loads(done.communicate()[0])["created"] == 3


def test_a_read_only_database(leadctl: Leadctl, monkeypatch: pytest.MonkeyPatch) -> None:
    load(leadctl, LEADS)
    connect = sqlite3.connect

    def to_read(path: Path | str, **more: Any) -> sqlite3.Connection:
        # Root may write to any file, so that taking rights away shows nothing.
        return connect(f"file:{path}?mode=ro", uri=True, **more)

    more, rejects = leadctl.write("more.csv", BAD), leadctl.folder / "rejects.csv"
    monkeypatch.setattr(sqlite3, "connect", to_read)
    outcome = leadctl("import", more, "--rejects", rejects)
    assert outcome.code == 6
    assert outcome.err.count("\n") == 1
    assert "cannot be written: it is read-only" in outcome.err
    assert not rejects.exists()
    assert list(leadctl.folder.glob("*.part")) == []
    assert len(everything(leadctl)) == 3


# Real files.

needs_real_files = pytest.mark.skipif(
    not SHARED.exists(), reason="no real files beside the checkout"
)


@needs_real_files
def test_salesforce_export(leadctl: Leadctl) -> None:
    path = SHARED / "exports" / "salesforce-sfdx-lead-demo.csv"
    outcome = leadctl("import", path, "--json")
    done = outcome.json
    assert outcome.code in (0, 3)
    assert done["rows"] == done["created"] + done["rejected"] + done["updated"] + done["unchanged"]
    assert done["created"] > 0
    assert leadctl("import", path, "--json").json["operation"] is None
    joe = next(lead for lead in everything(leadctl) if lead["last_name"] == "Szyslak")
    assert joe["external_id"] == "00QNq00000BXU9AMAX"
    assert joe["created_at"] == "2024-07-11T21:22:06Z"
    assert joe["extra"]["LeadType__c"] == "Business"


@needs_real_files
def test_customers_as_leads(leadctl: Leadctl) -> None:
    path = SHARED / "territory" / "customers.csv"
    assert ends(leadctl.ok("import", path)) == (93, 0, 0, 0, 0)
    again = leadctl.ok("import", path)
    assert ends(again) == (0, 0, 93, 0, 0)
    assert again["operation"] is None


SPECTRUM = sorted((SHARED / "csv" / "spectrum").glob("*.csv"))


@needs_real_files
@pytest.mark.parametrize("path", SPECTRUM, ids=lambda path: path.stem)
def test_spectrum(leadctl: Leadctl, path: Path) -> None:
    outcome = leadctl("import", path, "--json")
    if outcome.code == 6:
        assert outcome.json["error"]["message"]
        assert not leadctl.db.exists()
        header = path.read_bytes().decode("utf-8-sig", "replace").split("\n")[0].split(",")[0]
        outcome = leadctl("import", path, "--map", f"{header.strip()}=company", "--json")
    if outcome.code == 6:
        assert outcome.json["error"]["hint"]
        return
    assert outcome.code in (0, 3), outcome
    assert outcome.json["created"] + outcome.json["rejected"] > 0
    assert leadctl("import", *_words_of(path, outcome), "--json").json["created"] == 0


def _words_of(path: Path, outcome: Outcome) -> tuple[object, ...]:
    header = path.read_bytes().decode("utf-8-sig", "replace").split("\n")[0].split(",")[0].strip()
    return (
        (path,) if outcome.json["unmapped"].count(header) else (path, "--map", f"{header}=company")
    )


# A mark from left to right ends a cell that is read from the right.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200f\u202a-\u202e\u2066-\u2069]")
STYLES = re.compile("\x1b\\[[0-9;]*m")


@needs_real_files
def test_naughty_strings_come_out_as_they_went_in(leadctl: Leadctl) -> None:
    strings = json.loads((SHARED / "strings" / "blns.json").read_text(encoding="utf-8"))
    strings = [text for text in strings if text.casefold() not in PLACEHOLDERS_BUT_NAMES]
    path = leadctl.folder / "naughty.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Id", "Last Name", "Company", "Description"])
        writer.writerows([n, text, text, text] for n, text in enumerate(strings))
    # Many of them are the same name and company but for signs and case.
    assert leadctl.ok("import", path, "--on-duplicate", "create")["created"] == len(strings)
    assert leadctl.ok("import", path)["operation"] is None
    found = {lead["external_id"]: lead for lead in everything(leadctl)}
    for number, text in enumerate(strings):
        lead = found[str(number)]
        for field in ("last_name", "company", "description"):
            assert lead[field] == (text.strip() or None), (number, field)


@needs_real_files
def test_naughty_strings_do_not_drive_a_terminal(leadctl: Leadctl) -> None:
    strings = json.loads((SHARED / "strings" / "blns.json").read_text(encoding="utf-8"))
    path = leadctl.folder / "naughty.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Id", "Last Name", "Company", "Status", "Owner", "Colour"])
        writer.writerows([n, text, text, text, text, text] for n, text in enumerate(strings))
    imported = leadctl("import", path, terminal=True)
    listed = leadctl("list", "--all", "--limit", 1000, terminal=True)
    shown = leadctl("show", 30, terminal=True)
    for outcome in (imported, listed, shown):
        assert outcome.code == 0, outcome
        assert not CONTROL.search(STYLES.sub("", outcome.out + outcome.err))
    assert len(listed.out) > len(strings)


# Undo.


def test_undo_takes_back_created_and_updated_rows(leadctl: Leadctl) -> None:
    load(leadctl, LEADS)
    before = all_facts(leadctl)
    more = "Email,City,Shape,Name\nzoe@creme.example,Rome,round,\nnew@x.example,Oslo,,\n,,,Jo Li\n"
    done = load(leadctl, more)
    assert ends(done) == (2, 1, 0, 0, 0)
    undone = leadctl.ok("undo", "--yes")
    assert undone["reversed"] == 3
    assert all_facts(leadctl) == before
    assert ends(load(leadctl, more)) == (2, 1, 0, 0, 0)


def test_undo_after_the_night_assigned_and_scored(leadctl: Leadctl) -> None:
    leadctl.ok("rep", "add", "ana", "ben")
    before = all_facts(leadctl)
    done = load(leadctl, LEADS)
    leadctl.ok("score")
    leadctl.ok("assign", "--round-robin")
    undone = leadctl("undo", done["operation"], "--json")
    assert undone.code == 0, undone
    assert everything(leadctl) == []
    after = all_facts(leadctl)
    for table in ("leads", "imported_rows", "assignments", "reps"):
        assert after[table] == before[table]


def test_undo_keeps_what_a_person_edited(leadctl: Leadctl) -> None:
    load(leadctl, LEADS)
    done = load(leadctl, "Email,City\nzoe@creme.example,Rome\nnew@x.example,Oslo\nb@x.example,\n")
    leadctl.ok("edit", 1, "city=Milan")
    leadctl.ok("edit", 4, "city=Bergen")
    undone = leadctl("undo", done["operation"], "--yes", "--json")
    assert undone.code == 3
    assert {(left["kind"], left["id"]) for left in undone.json["kept"]} == {
        ("lead", 1),
        ("lead", 4),
    }
    assert [lead["city"] for lead in everything(leadctl)] == ["Milan", None, None, "Bergen"]


def test_undo_of_an_undo_of_an_import(leadctl: Leadctl) -> None:
    load(leadctl, LEADS)
    before = all_facts(leadctl)
    leadctl.ok("undo", 1)
    leadctl.ok("undo", 2)
    assert all_facts(leadctl) == before
    assert load(leadctl, LEADS)["operation"] is None


# kill -9.


def test_killed_at_any_moment_it_is_as_before_or_as_after(leadctl: Leadctl) -> None:
    load(leadctl, LEADS)
    start = leadctl.db.read_bytes()
    rows = "".join(f"Name {n},Company {n % 700},n{n}@x.example,{n}\n" for n in range(6_000))
    path = leadctl.write("many.csv", "Name,Company,Email,Colour\n" + rows)
    takes, killed, seeded = 0.6, 0, random.Random(7)
    while killed < 22:
        leadctl.db.with_name("leads.db-journal").unlink(missing_ok=True)
        leadctl.db.write_bytes(start)
        process = leadctl.process("import", path)
        begun = time.monotonic()
        try:
            process.wait(takes * seeded.uniform(0.7 if killed % 2 else 0.3, 1.05))
            takes = time.monotonic() - begun
        except subprocess.TimeoutExpired:
            process.kill()
            killed += 1
        process.communicate()
        count = count_after_crash(leadctl.db)
        assert count in (3, 6_003)
        if killed % 5 == 0:
            assert leadctl.ok("import", path)["created"] == 6_003 - count
            assert count_after_crash(leadctl.db) == 6_003


def count_after_crash(database: Path) -> int:
    """Return how many leads there are, once SQLite says that the file is sound."""
    connection = sqlite3.connect(database)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        (count,) = connection.execute("SELECT count(*) FROM leads").fetchone()
        (journal,) = connection.execute(
            "SELECT coalesce(sum(last_id - first_id + 1), 0) FROM creations WHERE kind = 'lead'"
        ).fetchone()
        assert count == journal
        return int(count)
    finally:
        connection.close()


def test_strict_refuses_the_whole_file_for_one_row(leadctl: Leadctl) -> None:
    file = leadctl.write("leads.csv", "Name,Email\nZoë,zoe@a.example\nJo,nobody\nAl,nothing\n")
    outcome = leadctl("import", file, "--strict", "--rejects", leadctl.folder / "mend.csv")
    assert (outcome.code, outcome.out) == (6, "")
    assert "line 3: Email “nobody” is no email address: it has no @, and 1 more; nothing was" in (
        outcome.err
    )
    assert not leadctl.db.exists()
    assert not (leadctl.folder / "mend.csv").exists()


def test_strict_takes_back_what_was_written_before_a_row_was_rejected(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Jo Li", "external_id=1")
    file = leadctl.write("leads.csv", "ID,Name,Email\n2,Zoë,zoe@a.example\n1,Al,al@b.example\n")
    outcome = leadctl("import", file, "--strict", "--on-duplicate", "create")
    assert outcome.code == 6
    assert [lead["last_name"] for lead in leadctl.ok("list")] == ["Li"]


def test_rejects_ok_is_for_cron(leadctl: Leadctl) -> None:
    file = leadctl.write("leads.csv", "Name,Email\nZoë,zoe@a.example\nJo,nobody\n")
    assert leadctl("import", file, "--rejects-ok").code == 0
    assert leadctl.ok("import", file, "--rejects-ok")["rejected"] == 1


def test_overwrite_takes_the_file_and_changes_only_what_differs(leadctl: Leadctl) -> None:
    rows = ["Name,Email,City,Value", "Zoë Núñez,zoe@a.example,Lyon,5 EUR", "Jo Li,jo@b.example,,"]
    file = leadctl.write("leads.csv", "\n".join(rows) + "\n")
    leadctl.ok("import", file)
    leadctl.ok("edit", 2, "city=Bern")
    file.write_text("\n".join(rows).replace("Lyon", "Paris").replace("5 EUR", "7 USD") + "\n")
    done = leadctl.ok("import", file, "--on-duplicate", "overwrite")
    assert (done["updated"], done["unchanged"]) == (1, 1)
    leads = {lead["id"]: lead for lead in leadctl.ok("list")}
    assert (leads[1]["city"], leads[1]["amount"], leads[1]["currency"]) == ("Paris", 7, "USD")
    assert leads[2]["city"] == "Bern"
    assert leadctl.ok("import", file, "--on-duplicate", "overwrite")["operation"] is None
    leadctl.ok("undo", done["operation"])
    assert leadctl.ok("show", 1)["city"] == "Lyon"


def test_under_overwrite_the_last_row_of_a_person_counts(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Zoë Núñez", "email=zoe@a.example", "title=Buyer")
    file = leadctl.write(
        "leads.csv", "Email,Title,City\nzoe@a.example,Head,Lyon\nzoe@a.example,Chief,\n"
    )
    leadctl.ok("import", file, "--on-duplicate", "overwrite")
    lead = leadctl.ok("show", 1)
    assert (lead["title"], lead["city"]) == ("Chief", "Lyon")
    again = leadctl.ok("import", file, "--on-duplicate", "overwrite")
    assert (again["operation"], again["unchanged"]) == (None, 2)


def test_a_folder_means_its_files_without_rejected_rows(leadctl: Leadctl) -> None:
    inbox = leadctl.folder / "inbox"
    inbox.mkdir()
    assert leadctl.ok("import", inbox)["rows"] == 0
    (inbox / "a.csv").write_text("Name,Email\nZoë,zoe@a.example\n")
    (inbox / "b.json").write_text('[{"Name": "Jo Li", "Email": "jo@b.example"}]')
    (inbox / "a.rejects.csv").write_text("Name,Email\nAl,al@c.example\n")
    (inbox / ".hidden.csv").write_text("Name,Email\nBo,bo@d.example\n")
    assert leadctl.ok("import", inbox)["created"] == 2


@pytest.mark.parametrize(
    "text",
    [
        "Name,Email\nZoë,zoe@a.example\n",
        "first_name=Zo%C3%AB&email=zoe%40a.example\n",
        '{"first_name": "Zoë", "email": "zoe@a.example"}\n',
        "BEGIN:VCARD\nVERSION:4.0\nN:;Zoë;;;\nEMAIL:zoe@a.example\nEND:VCARD\n",
    ],
)
def test_standard_input_in_any_format(leadctl: Leadctl, text: str) -> None:
    done = leadctl.ok("import", "-", stdin=text)
    assert (done["created"], done["rejects_file"]) == (1, None)
    lead = leadctl.ok("show", 1)
    assert (lead["first_name"] or lead["last_name"], lead["email"]) == ("Zoë", "zoe@a.example")
    assert leadctl.ok("import", "-", stdin=text)["operation"] is None


def test_how_a_file_was_read_is_said(leadctl: Leadctl) -> None:
    file = leadctl.folder / "ads.csv"
    file.write_bytes("Name\tEmail\nZoë\tzoe@a.example\n".encode("utf-16"))
    assert "ads.csv  UTF-16" in leadctl("import", file).out
    outcome = leadctl("import", file, "--format", "excel")
    assert outcome.code == 2
    assert "csv, tsv, json, jsonl, form, vcard, xlsx" in outcome.err


def test_rejects_of_several_files_share_a_column_for_each_field(leadctl: Leadctl) -> None:
    one = leadctl.write("one.csv", "Name,Email\nZoë,zoe@@a\n")
    two = leadctl.write("two.csv", "Company;E-Mail\nKiln AG;jo@@b\n")
    mend = leadctl.folder / "mend.csv"
    leadctl("import", one, two, "--rejects", mend)
    text = mend.read_text()
    assert text.splitlines()[0] == "leadctl_reason,Name,Email,Company"
    assert "one.csv line 2" in text
    mend.write_text(text.replace("@@a", "@a.example").replace("@@b", "@b.example"))
    leadctl.ok("import", mend)
    assert {lead["email"] for lead in leadctl.ok("list")} == {"zoe@a.example", "jo@b.example"}
