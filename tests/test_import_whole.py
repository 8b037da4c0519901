"""leadctl import from end to end: companions, contacts, other kinds, dates, ask, archive, size."""

from __future__ import annotations

import csv
import io
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from conftest import Answers, Leadctl, facts
from hypothesis import given, settings
from hypothesis import strategies as st

from leadctl import matching
from leadctl.importing import archive, run, second
from leadctl.importing import rows as rows_of_files
from leadctl.importing.archive import Archive
from leadctl.importing.unseen import Unseen

ENDS = ("created", "updated", "unchanged", "skipped", "rejected")


def ends(done: dict[str, Any]) -> tuple[int, ...]:
    return tuple(done[end] for end in ENDS)


def query(leadctl: Leadctl, sql: str) -> list[dict[str, Any]]:
    store = leadctl.store()
    try:
        return store.query(sql)
    finally:
        store.close()


# A founder's sheet.

SHEET = """\
Name,Company,Email,Notes,Last contacted,Next step,Follow up,Value,Tags,Assigned to
Dr. Anna van der Berg,Kiln,a@kiln.example,Met at fair,2026-11-12,Call,2026-12-01,€ 12000,vip; fair,Ana
Bo Li,Creme,bo@creme.example,,2026-11-13,,,1.5k,,Zed
"""


def test_a_founders_sheet_brings_notes_touches_tasks_amounts_tags_and_owners(
    leadctl: Leadctl,
) -> None:
    leadctl.ok("rep", "add", "ana")
    done = leadctl.ok("import", leadctl.write("sheet.csv", SHEET))
    assert ends(done) == (2, 0, 0, 0, 0)
    anna = leadctl.ok("show", "1")
    assert (anna["salutation"], anna["first_name"], anna["last_name"]) == (
        "Dr.", "Anna", "van der Berg",
    )  # fmt: skip
    assert (anna["amount"], anna["currency"], anna["tags"]) == (12000, "EUR", "vip, fair")
    assert anna["owner"] == "ana"
    assert leadctl.ok("show", "2")["extra"] == {"owner": "Zed"}
    rows = query(leadctl, "SELECT lead_id, kind, at, direction, note FROM activities ORDER BY id")
    assert rows == [
        {"lead_id": 1, "kind": "note", "at": "2026-11-12T00:00:00Z", "direction": None,
         "note": "Met at fair"},
        {"lead_id": 1, "kind": "note", "at": "2026-11-12T00:00:00Z", "direction": "out",
         "note": "last contacted"},
        {"lead_id": 2, "kind": "note", "at": "2026-11-13T00:00:00Z", "direction": "out",
         "note": "last contacted"},
    ]  # fmt: skip
    (task,) = query(leadctl, "SELECT lead_id, title, due_day, owner_id FROM tasks")
    assert task == {"lead_id": 1, "title": "Call", "due_day": 20788, "owner_id": 1}


def test_a_founders_sheet_twice_is_once_and_a_new_note_is_an_update(leadctl: Leadctl) -> None:
    path = leadctl.write("sheet.csv", SHEET)
    leadctl.ok("import", path)
    before = query(leadctl, "SELECT count(*) AS n FROM operations")
    assert leadctl.ok("import", path)["operation"] is None
    assert query(leadctl, "SELECT count(*) AS n FROM operations") == before
    path.write_text(SHEET.replace("Met at fair", "Wants a demo"), encoding="utf-8")
    assert ends(leadctl.ok("import", path)) == (0, 1, 1, 0, 0)
    notes = query(leadctl, "SELECT note FROM activities WHERE direction IS NULL ORDER BY id")
    assert [row["note"] for row in notes] == ["Met at fair", "Wants a demo"]


def test_undo_takes_companions_along(leadctl: Leadctl) -> None:
    done = leadctl.ok("import", leadctl.write("sheet.csv", SHEET))
    leadctl.ok("undo", done["operation"])
    for table in ("leads", "activities", "tasks", "imported_rows"):
        assert query(leadctl, f"SELECT count(*) AS n FROM {table}") == [{"n": 0}]


# What a cell may hold.


def test_further_addresses_of_a_cell_are_kept(leadctl: Leadctl) -> None:
    file = leadctl.write(
        "leads.csv",
        "Name,Email,Phone\n"
        "Jo Li,jo@kiln.example; j.li@kiln.example,+49 30 23125001 / +49 170 1234567\n",
    )
    leadctl.ok("import", file)
    lead = leadctl.ok("show", "1")
    assert (lead["email"], lead["phone"]) == ("jo@kiln.example", "+493023125001")
    assert lead["extra"] == {"Email 2": "j.li@kiln.example", "Phone 2": "+491701234567"}


def test_placeholders_are_blank_and_named_and_test_leads_are_rejected(leadctl: Leadctl) -> None:
    file = leadctl.write(
        "leads.csv",
        "Name,Company,Email,Status\n"
        "Jo Li,N/A,jo@kiln.example,-None-\n"
        "<test lead: dummy data for full_name>,Kiln,test@kiln.example,New\n",
    )
    outcome = leadctl("import", file)
    assert outcome.code == 3
    assert "2 cells taken for blank: 'N/A', '-None-'" in outcome.err
    assert "line 3: a test lead of an advertisement" in outcome.err
    lead = leadctl.ok("show", "1")
    assert (lead["company"], lead["status"]) == (None, "New")


def test_what_stood_in_a_link_is_source_and_campaign(leadctl: Leadctl) -> None:
    file = leadctl.write(
        "leads.csv",
        "email,utm_source,utm_medium,utm_campaign,gclid\n"
        "a@x.example,facebook,paid_social,Spring,\nb@x.example,,,,CjwK\n",
    )
    leadctl.ok("import", file)
    one, two = leadctl.ok("show", "1"), leadctl.ok("show", "2")
    assert (one["source"], one["campaign"]) == ("Social Media", "Spring")
    assert one["extra"]["utm_source"] == "facebook"
    assert (two["source"], two["extra"]) == ("Website", {"gclid": "CjwK"})


def test_a_phone_is_of_the_country_of_its_row_else_of_the_option(leadctl: Leadctl) -> None:
    file = leadctl.write(
        "leads.csv",
        "Name,Phone,Country\nA Li,020 7946 0018,United Kingdom\nB Li,030 23125001,\nC Li,12,\n",
    )
    leadctl.ok("import", file, "--country", "DE")
    rows = query(leadctl, "SELECT phone, country FROM leads ORDER BY id")
    assert [tuple(row.values()) for row in rows] == [
        ("+442079460018", "GB"),
        ("+493023125001", None),
        ("12", None),
    ]


# The order of day and month.

DATES = "Email,Created\na@x.example,{}\nb@x.example,{}\n"


@pytest.mark.parametrize(
    ("cells", "words", "days"),
    [
        (("03/04/2026", "13/04/2026"), (), ["2026-04-03", "2026-04-13"]),
        (("03/04/2026", "04/13/2026"), (), ["2026-03-04", "2026-04-13"]),
        (("03/04/2026", "05/06/2026"), ("--dates", "dmy"), ["2026-04-03", "2026-06-05"]),
        (("03/04/2026", "05/06/2026"), ("--dates", "mdy"), ["2026-03-04", "2026-05-06"]),
        (("03.04.2026", "2026-06-05"), (), ["2026-04-03", "2026-06-05"]),
    ],
)
def test_a_column_or_an_option_proves_the_order(
    leadctl: Leadctl, cells: tuple[str, str], words: tuple[str, ...], days: list[str]
) -> None:
    leadctl.ok("import", leadctl.write("leads.csv", DATES.format(*cells)), *words)
    rows = query(leadctl, "SELECT substr(created_at, 1, 10) AS day FROM leads ORDER BY id")
    assert [row["day"] for row in rows] == days


def test_an_order_that_nothing_proves_is_an_error_that_names_the_option(leadctl: Leadctl) -> None:
    file = leadctl.write("leads.csv", DATES.format("03/04/2026", "05/06/2026"))
    outcome = leadctl("import", file)
    assert outcome.code == 7
    assert "--dates dmy" in outcome.err
    assert not leadctl.db.exists()


def test_a_person_is_asked_for_the_order_once_and_it_is_remembered(leadctl: Leadctl) -> None:
    file = leadctl.write("leads.csv", DATES.format("03/04/2026", "05/06/2026"))
    outcome = leadctl("import", file, terminal=True, answers=Answers("mdy"))
    assert outcome.code == 0, outcome
    rows = query(leadctl, "SELECT substr(created_at, 1, 10) AS day FROM leads ORDER BY id")
    assert [row["day"] for row in rows] == ["2026-03-04", "2026-05-06"]
    assert leadctl.ok("import", file)["operation"] is None


# Contacts.


@pytest.fixture
def with_contact(leadctl: Leadctl) -> Leadctl:
    file = leadctl.write("contacts.csv", "Name,Email,Account\nJo Li,jo@kiln.example,Kiln AG\n")
    assert leadctl.ok("import", file, "--as", "contacts")["created"] == 1
    return leadctl


ROWS = "Name,Email,Source\nJo Li,JO@kiln.example,Website\nAl Ng,al@creme.example,Email\n"


def test_somebody_who_is_a_contact_is_skipped_and_named(with_contact: Leadctl) -> None:
    outcome = with_contact("import", with_contact.write("leads.csv", ROWS))
    assert "1 created · 0 updated · 0 unchanged · 1 skipped" in outcome.out
    assert "c1" in outcome.err


def test_somebody_who_is_a_contact_came_again_once_a_row(with_contact: Leadctl) -> None:
    file = with_contact.write("leads.csv", ROWS)
    done = with_contact.ok("import", file, "--on-contact", "activity")
    assert ends(done) == (1, 1, 0, 0, 0)
    (row,) = query(with_contact, "SELECT contact_id, kind, direction, note FROM activities")
    assert row == {
        "contact_id": 1, "kind": "form", "direction": "in", "note": "came again (Website)",
    }  # fmt: skip
    again = with_contact.ok("import", file, "--on-contact", "activity")
    assert (ends(again), again["operation"]) == ((0, 0, 2, 0, 0), None)
    file.write_text(ROWS.replace("Website", "Phone"), encoding="utf-8")
    assert with_contact.ok("import", file, "--on-contact", "activity")["updated"] == 1
    assert len(query(with_contact, "SELECT id FROM activities")) == 2


def test_somebody_who_is_a_contact_may_be_a_lead_too(with_contact: Leadctl) -> None:
    file = with_contact.write("leads.csv", ROWS)
    assert with_contact.ok("import", file, "--on-contact", "create")["created"] == 2
    assert with_contact.ok("import", file)["operation"] is None


# Leads that were converted elsewhere.

CONVERTED = """\
Id,FirstName,LastName,Company,Email,Status,IsConverted,ConvertedDate,ConvertedAccountId,\
ConvertedContactId,ConvertedOpportunityId,CreatedDate,LeadSource
00Q1,Jo,Li,Kiln AG,jo@kiln.example,Closed - Converted,true,2026-03-01,001000000000001,\
003000000000001,006000000000001,2026-01-01,Web
00Q2,Al,Ng,Creme,al@creme.example,Converted,false,,,,,2026-01-02,Web
"""


@pytest.mark.parametrize("status", ["Converted", "customer", "Closed - Converted"])
def test_a_status_converts_where_nothing_else_could_say_it(leadctl: Leadctl, status: str) -> None:
    file = leadctl.write(
        "leads.csv",
        f"Name,Company,Email,Status\nJo Li,Kiln AG,jo@kiln.example,{status}\nAl Ng,,,New\n",
    )
    assert ends(leadctl.ok("import", file)) == (2, 0, 0, 0, 0)
    jo = leadctl.ok("show", 1)
    assert (jo["status"], jo["contact_id"], jo["account_id"]) == ("Converted", 1, 1)
    assert leadctl.ok("report", "sources")[-1]["converted"] == 1
    assert [row["id"] for row in leadctl.ok("list")] == [2]
    assert ends(leadctl.ok("import", file)) == (0, 0, 1, 1, 0)
    leadctl.ok("undo", 1)
    assert leadctl.ok("list", "--all") == leadctl.ok("contact", "list") == []


def test_leads_converted_elsewhere_arrive_converted_and_linked(leadctl: Leadctl) -> None:
    file = leadctl.write("leads.csv", CONVERTED)
    done = leadctl.ok("import", file, "--system", "salesforce")
    assert ends(done) == (2, 0, 0, 0, 0)
    jo, al = leadctl.ok("show", "1"), leadctl.ok("show", "2")
    assert jo["status"] == "Converted"
    assert jo["converted_at"] == "2026-03-01T00:00:00Z"
    assert (jo["contact_id"], jo["account_id"], jo["deal_id"]) == (1, 1, 1)
    assert (al["status"], al["converted_at"]) == ("Converted (not converted)", None)
    assert leadctl.ok("list")[0]["id"] == 2
    again = leadctl.ok("import", file, "--system", "salesforce")
    assert (ends(again), again["operation"]) == ((0, 0, 1, 1, 0), None)
    contacts = leadctl.write("contacts.csv", "Id,LastName,Title\n003000000000001,Li,CEO\n")
    filled = leadctl.ok("import", contacts, "--as", "contacts", "--system", "salesforce")
    assert ends(filled) == (0, 1, 0, 0, 0)
    leadctl.ok("undo", filled["operation"])
    leadctl.ok("undo", done["operation"])
    for table in ("leads", "contacts", "accounts", "deals"):
        assert query(leadctl, f"SELECT count(*) AS n FROM {table}") == [{"n": 0}]


# History of other kinds, and what scores make of it.


def test_activities_feed_the_scores_with_their_own_dates(leadctl: Leadctl) -> None:
    leads = leadctl.write("leads.csv", "Id,Name,Email\n1,Jo Li,jo@kiln.example\n")
    leadctl.ok("import", leads)
    calls = leadctl.write(
        "calls.csv",
        "Lead,Kind,At,Direction,Note\njo@kiln.example,Call,2026-11-20 10:00,inbound,wants a quote\n"
        "nobody@kiln.example,Call,2026-11-20,in,\n",
    )
    outcome = leadctl("import", calls, "--as", "activities", "--json")
    assert outcome.code == 3
    assert ends(outcome.json) == (1, 0, 0, 0, 1)
    leadctl.ok("score")
    assert leadctl.ok("show", "1")["engagement"] > 0
    assert ends(leadctl("import", calls, "--as", "activities", "--json").json) == (0, 0, 1, 0, 1)


def test_a_deal_converts_its_lead_as_of_its_date(leadctl: Leadctl) -> None:
    leadctl.ok(
        "import", leadctl.write("leads.csv", "Name,Email,Company\nJo Li,jo@kiln.example,Kiln\n")
    )
    deals = leadctl.write(
        "deals.csv",
        "Deal,Lead,Amount,Currency,Closed At\nKiln 2026,jo@kiln.example,1200,EUR,2026-10-01\n",
    )
    done = leadctl.ok("import", deals, "--as", "deals", "--map", "Deal=name")
    assert done["created"] == 1
    lead = leadctl.ok("show", "1")
    assert (lead["status"], lead["converted_at"]) == ("Converted", "2026-10-01T00:00:00Z")
    assert lead["deal_id"] == 1
    leadctl.ok("undo", done["operation"])
    assert leadctl.ok("show", "1")["converted_at"] is None


# Ask.


def test_ask_shows_both_sides_and_takes_the_answers(leadctl: Leadctl) -> None:
    leadctl.ok(
        "import",
        leadctl.write(
            "a.csv", "Email,City\na@x.example,Rome\nb@x.example,Bonn\nc@x.example,Kiel\n"
        ),
    )
    other = leadctl.write(
        "b.csv", "Email,City\na@x.example,Oslo\nb@x.example,Ulm\nc@x.example,Jena\n"
    )
    outcome = leadctl(
        "import", other, "--on-duplicate", "ask", terminal=True, answers=Answers(1, 0, 2)
    )
    assert "1 updated · 1 unchanged · 1 skipped" in outcome.out
    assert "city  lead: Rome   file: Oslo" in outcome.err
    cities = query(leadctl, "SELECT city FROM leads ORDER BY id")
    assert [row["city"] for row in cities] == ["Oslo", "Bonn", "Kiel"]


def test_ask_may_be_answered_for_all_that_follow_or_not_at_all(leadctl: Leadctl) -> None:
    leadctl.ok("import", leadctl.write("a.csv", "Email,City\na@x.example,Rome\nb@x.example,Bonn\n"))
    other = leadctl.write("b.csv", "Email,City\na@x.example,Oslo\nb@x.example,Ulm\n")
    before = facts(leadctl.store())
    assert leadctl("import", other, "--on-duplicate", "ask").code == 7
    stopped = leadctl(
        "import",
        other,
        "--on-duplicate",
        "ask",
        terminal=True,
        answers=Answers(KeyboardInterrupt()),
    )
    assert stopped.code == 130
    assert facts(leadctl.store()) == before
    leadctl("import", other, "--on-duplicate", "ask", terminal=True, answers=Answers(5))
    cities = query(leadctl, "SELECT city FROM leads ORDER BY id")
    assert [row["city"] for row in cities] == ["Oslo", "Ulm"]


def test_a_bare_date_is_said_once_where_nobody_is_asked(leadctl: Leadctl) -> None:
    file = leadctl.write("a.csv", "Date,Email,Shoe\n03/04/2026,a@x.example,39\n")
    done = leadctl("import", file)
    assert "no field for Shoe: kept in extra" in done.err
    assert done.err.count("Date") == 2  # the column, and the --map that settles it
    assert '--map "Date=created_at"' in done.err


def test_a_bare_date_is_asked_about(leadctl: Leadctl) -> None:
    file = leadctl.write("a.csv", "Date,Email\n23/04/2026,a@x.example\n")
    assert leadctl("import", file, terminal=True, answers=Answers("last_contacted")).code == 0
    [activity] = query(leadctl, "SELECT at, direction FROM activities")
    assert activity == {"at": "2026-04-23T00:00:00Z", "direction": "out"}


def test_the_answers_of_a_web_form(leadctl: Leadctl) -> None:
    file = leadctl.write(
        "form.json",
        '{"form": "Contact", "submissions": [{"submitted_at": "2026-03-01T10:00:00+01:00",'
        ' "fields": {"name": "Ana Ruiz", "email": "ana@x.example", "message": "How much?"}}]}',
    )
    leadctl.ok("import", file)
    [lead] = query(leadctl, "SELECT first_name, email, description, created_at FROM leads")
    assert lead == {
        "first_name": "Ana", "email": "ana@x.example", "description": "How much?",
        "created_at": "2026-03-01T09:00:00Z",
    }  # fmt: skip


# The archive.


def test_a_file_is_moved_when_it_is_imported_and_known_if_it_comes_again(leadctl: Leadctl) -> None:
    inbox, done = leadctl.folder / "inbox", leadctl.folder / "done"
    inbox.mkdir()
    text = "Email\na@x.example\n"
    (inbox / "a.csv").write_text(text)
    first = leadctl.ok("import", inbox / "a.csv", "--archive", done)
    assert (first["created"], first["archived"]) == (1, [str(done / "a.csv")])
    assert not (inbox / "a.csv").exists()
    (inbox / "b.csv").write_text(text)
    again = leadctl.ok("import", f"{inbox}/*.csv", "--archive", done)
    assert (again["rows"], again["operation"]) == (0, None)
    assert again["known_files"] == [str(inbox / "b.csv")]
    assert sorted(path.name for path in done.iterdir()) == ["a.csv", "b.csv"]
    assert leadctl.ok("import", f"{inbox}/*.csv", "--archive", done)["rows"] == 0


def test_rejected_rows_are_in_their_place_before_the_others_are_in_the_database(
    leadctl: Leadctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = leadctl.write("a.csv", "Last Name,Email\nLi,li@x.example\nMu,nobody\n")
    rejects = leadctl.folder / "done" / "a.rejects.csv"
    seen = []

    def remember(self: Archive, op: object, paths: object) -> None:
        seen.append(rejects.read_text())
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Archive, "remember", remember)
        assert leadctl("import", file, "--archive", rejects.parent).code == 130
    assert "Mu,nobody" in seen[0]
    assert not list(rejects.parent.iterdir())
    assert leadctl("import", file, "--archive", rejects.parent).code == 3
    assert rejects.read_text() == seen[0]


def test_an_archived_file_keeps_its_neighbour_of_the_same_name(leadctl: Leadctl) -> None:
    done = leadctl.folder / "done"
    for email in ("a@x.example", "b@x.example"):
        leadctl.ok("import", leadctl.write("a.csv", f"Email\n{email}\n"), "--archive", done)
    assert sorted(path.name for path in done.iterdir()) == ["a (2).csv", "a.csv"]


def test_after_an_undo_a_file_is_read_again(leadctl: Leadctl) -> None:
    done = leadctl.folder / "done"
    file = leadctl.write("a.csv", "Email\na@x.example\n")
    first = leadctl.ok("import", file, "--archive", done)
    leadctl.ok("undo", first["operation"])
    again = leadctl.folder / "again"
    assert leadctl.ok("import", done / "a.csv", "--archive", again)["created"] == 1


def test_rejected_rows_of_an_archived_file_are_kept_beside_it(leadctl: Leadctl) -> None:
    done = leadctl.folder / "done"
    file = leadctl.write("a.csv", "Name,Email\nJo,a@x.example\nAl,a@@x\n")
    outcome = leadctl("import", file, "--archive", done, "--json")
    assert outcome.code == 3
    assert outcome.json["rejects_file"] == str(done / "a.rejects.csv")
    assert "a@@x" in (done / "a.rejects.csv").read_text()


def test_a_bad_file_stays_where_it_is(leadctl: Leadctl) -> None:
    file = leadctl.write("a.csv", 'Email\n"a@x.example\n')
    assert leadctl("import", file, "--archive", leadctl.folder / "done").code == 6
    assert file.exists()


def test_a_bad_file_does_not_stop_the_others_of_an_archive(leadctl: Leadctl) -> None:
    bad, good = leadctl.write("a.csv", ""), leadctl.write("b.csv", "Email\nb@x.example\n")
    outcome = leadctl("import", bad, good, "--archive", leadctl.folder / "done", "--json")
    assert (outcome.code, outcome.json["created"]) == (3, 1)
    assert outcome.json["unreadable"] == ["a.csv is empty; it stays where it is"]
    assert bad.exists()
    assert not good.exists()


def test_a_file_that_is_known_is_moved_beside_one_that_cannot_be_read(leadctl: Leadctl) -> None:
    done, inbox = leadctl.folder / "done", leadctl.folder
    leadctl.ok("import", leadctl.write("a.csv", "Email\na@x.example\n"), "--archive", done)
    again = leadctl.write("again.csv", "Email\na@x.example\n")
    outcome = leadctl("import", again, leadctl.write("bad.csv", ""), "--archive", done, "--json")
    assert (outcome.code, outcome.json["known_files"]) == (3, [str(again)])
    assert not again.exists()
    assert (inbox / "bad.csv").exists()


def test_a_file_that_is_still_written_to_is_read_again(
    leadctl: Leadctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, done = leadctl.write("a.csv", "Email\na@x.example\n"), leadctl.folder / "done"
    opened = run.opening.opened

    def then_more(*words: Any) -> Any:
        found = opened(*words)
        with file.open("a") as stream:
            stream.write("b@x.example\n")
        return found

    with monkeypatch.context() as patch:
        patch.setattr(run.opening, "opened", then_more)
        outcome = leadctl("import", file, "--archive", done)
    assert outcome.code == 3
    assert "a.csv was written to while it was read; it stays where it is" in outcome.err
    assert leadctl.ok("import", file, "--archive", done)["created"] == 1
    assert not file.exists()


def test_a_pipe_is_no_file_to_archive(leadctl: Leadctl) -> None:
    os.mkfifo(leadctl.folder / "pipe")
    outcome = leadctl("import", leadctl.folder / "pipe", "--archive", leadctl.folder / "done")
    assert (outcome.code, outcome.err[:33]) == (2, "leadctl: pipe is no file to archi")


def test_rejected_rows_never_replace_those_of_before(leadctl: Leadctl) -> None:
    mend = leadctl.write("mend.csv", "precious")
    file = leadctl.write("a.csv", "Name,Email\nAl,a@@x\n")
    done = leadctl("import", file, "--rejects", mend, "--json").json
    assert done["rejects_file"] == str(leadctl.folder / "mend (2).csv")
    assert mend.read_text() == "precious"


def test_converted_leads_arrive_after_their_contacts_too(leadctl: Leadctl) -> None:
    contacts = leadctl.write(
        "contacts.csv", "Id,LastName,Email\n003000000000001,Li,jo@kiln.example\n"
    )
    leadctl.ok("import", contacts, "--as", "contacts", "--system", "salesforce")
    leadctl.ok("import", leadctl.write("leads.csv", CONVERTED), "--system", "salesforce")
    jo = leadctl.ok("show", "1")
    assert (jo["status"], jo["contact_id"]) == ("Converted", 1)
    assert query(leadctl, "SELECT count(*) AS n FROM contacts") == [{"n": 1}]


def test_a_loose_date_of_a_companion_rejects_no_row(leadctl: Leadctl) -> None:
    file = leadctl.write("leads.csv", "Name,Last contacted\nJo Li,last week\n")
    outcome = leadctl("import", file)
    assert outcome.code == 0
    assert "Last contacted: 1 cell cannot be read, kept in extra" in outcome.err
    assert leadctl.ok("show", "1")["extra"] == {"Last contacted": "last week"}


# Size: a filter and a second process change nothing of what an import does.

NAMES = st.sampled_from(
    ["", "Jo", "Zoë", "O'Brien", "Ana-Li", "jo", "van  der Moer", "-", "o", "e"]
)
COMPANIES = st.sampled_from(["", "Kiln AG", "Crème & Fils", "kiln", "株式会社 Kiln"])
EMAILS = st.sampled_from(["", "a@x.example", "A@x.example", "b@gmail.com"])
PHONES = st.sampled_from(["", "+493023125001", "030 55555", "(030) 555-55"])
LEADS = st.lists(st.tuples(NAMES, NAMES, COMPANIES, EMAILS, PHONES, PHONES), max_size=8)


@given(LEADS)
def test_keys_of_many_leads_are_those_of_each(leads: list[tuple[str, ...]]) -> None:
    fields = ("first_name", "last_name", "company", "email", "phone", "mobile")
    rows = [{f: v or None for f, v in zip(fields, lead, strict=True)} for lead in leads]
    columns = {field: [row[field] for row in rows] for field in fields}
    found = matching.LeadKeys().of(columns, len(rows))
    assert list(zip(*found, strict=True)) == [matching.keys("lead", row)[:5] for row in rows]


@given(st.lists(st.one_of(st.text(max_size=3), st.integers(-9, 9)), max_size=60))
def test_the_filter_forgets_no_key(keys: list[Any]) -> None:
    unseen, seen = Unseen(10), set()
    for key in keys:
        rows = [False]
        unseen.repeated([key], rows)
        assert rows == [True] or key not in seen
        seen.add(key)


def table(rows: list[dict[str, str]]) -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def made_up(count: int) -> list[dict[str, str]]:
    """Return rows of which some are the same person, some are bad and some have no id."""
    return [
        {
            "Id": str(n) if n % 3 else "",
            "Name": f"Jo{n % 97} Li{n % 89}",
            "Email": f"p{n - n % 5 % 2}@x.example" if n % 7 else "bad@@x",
            "Company": f"Kiln {n % 50}",
            "Notes": "met" if n % 11 == 0 else "",
        }
        for n in range(count)
    ]


def state(leadctl: Leadctl) -> Any:
    """Return what the database says, without ids: the order of new leads may differ."""
    leads = query(
        leadctl,
        """SELECT external_id, first_name, last_name, email, company,
        (SELECT group_concat(note) FROM activities WHERE lead_id = leads.id) AS notes
        FROM leads ORDER BY email, external_id, last_name, first_name, company""",
    )
    indexes = query(
        leadctl, "SELECT name, sql FROM sqlite_master WHERE type = 'index' ORDER BY name"
    )
    return leads, query(leadctl, "SELECT count(*) AS n FROM imported_rows"), indexes


@pytest.mark.parametrize("processors", [1, 2])
def test_writing_while_reading_and_late_indexes_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, processors: int
) -> None:
    monkeypatch.setattr(rows_of_files, "LARGE", 1)
    monkeypatch.setattr(second, "is_possible", lambda: processors > 1)
    leadctl = Leadctl(tmp_path)
    rows = made_up(700)
    whole = leadctl.write("whole.csv", table(rows))
    outcome = leadctl("import", whole, "--json")
    assert outcome.code == 3
    done = outcome.json
    (tmp_path / "other").mkdir()
    plain = Leadctl(tmp_path / "other")
    monkeypatch.setattr(rows_of_files, "LARGE", 1 << 40)
    expected = plain("import", whole, "--json").json
    assert {k: done[k] for k in (*ENDS, "rows")} == {k: expected[k] for k in (*ENDS, "rows")}
    assert state(leadctl) == state(plain)
    assert leadctl("db", "doctor").code == 0
    again = leadctl("import", whole, "--json").json
    assert (again["operation"], again["created"], again["updated"]) == (None, 0, 0)


@settings(max_examples=15)
@given(st.integers(1, 60), st.integers(0, 5))
def test_part_of_a_file_after_another(count: int, seed: int) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        leadctl = Leadctl(Path(folder))
        rows = made_up(60)
        leadctl("import", leadctl.write("some.csv", table(rows[seed : seed + count])))
        first = leadctl("import", leadctl.write("all.csv", table(rows)), "--json").json
        assert first["rows"] == 60
        assert leadctl("import", leadctl.folder / "all.csv", "--json").json["operation"] is None


@pytest.mark.parametrize("processors", [1, 2])
def test_an_error_far_down_takes_all_back(
    leadctl: Leadctl, monkeypatch: pytest.MonkeyPatch, processors: int
) -> None:
    monkeypatch.setattr(rows_of_files, "LARGE", 1)
    monkeypatch.setattr(second, "is_possible", lambda: processors > 1)
    file = leadctl.write("leads.csv", table(made_up(6_000)) + '"7,Jo\n')
    outcome = leadctl("import", file)
    assert (outcome.code, outcome.out) == (6, "")
    assert "quote" in outcome.err
    assert leadctl.ok("list", "--all") == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no second process here")
def test_a_killed_import_leaves_nothing(leadctl: Leadctl) -> None:
    file = leadctl.write("leads.csv", table(made_up(150_000)))
    process = leadctl.process("import", file)
    part = Path(f"{leadctl.db}-part")
    until = time.monotonic() + 20
    while not part.exists() and process.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert leadctl("list").code == (4 if process.returncode else 0)
    assert leadctl("rep", "add", "ana").code == 0
    assert not part.exists()


def test_a_question_takes_keys_that_move_elsewhere() -> None:
    from prompt_toolkit.application import create_app_session
    from prompt_toolkit.input import create_pipe_input
    from prompt_toolkit.output import DummyOutput

    from leadctl.prompts import Choice, Prompts

    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        keys.send_text("t\r")
        offered = [Choice("keep", 0, "k"), Choice("take", 1, "t"), Choice("jump", 2, "j")]
        assert Prompts(asking=True).choose("What holds?", offered, flag="--x") == 1


def test_rejected_rows_never_replace_the_database(leadctl: Leadctl) -> None:
    file = leadctl.write("a.csv", "Email\na@x.example\nbad@@\n")
    assert leadctl("import", file, "--rejects", leadctl.db).code == 2
    for end in ("-journal", "-wal", "-part"):
        assert leadctl("import", file, "--rejects", f"{leadctl.db}{end}").code == 2
    assert not leadctl.db.exists()


def test_a_contact_of_the_same_email_goes_before_a_lead_of_the_same_phone(
    leadctl: Leadctl,
) -> None:
    contact = leadctl.write("c.csv", "Name,Email,Account\nB,b@x.example,Kiln\n")
    leadctl.ok("import", contact, "--as", "contacts")
    file = leadctl.write(
        "a.csv", "Email,Phone\na@x.example,+493023125001\nb@x.example,+493023125001\n"
    )
    first = leadctl.ok("import", file, "--on-duplicate", "overwrite")
    assert ends(first) == (1, 0, 0, 1, 0)
    again = leadctl.ok("import", file, "--on-duplicate", "overwrite")
    assert (ends(again), again["operation"]) == ((0, 0, 1, 1, 0), None)


def test_many_words_in_no_list_are_quick_and_counted(leadctl: Leadctl) -> None:
    rows = "".join(f"a{n}@x.example,https://x.example/{n}\n" for n in range(3_000))
    began = time.perf_counter()
    outcome = leadctl("import", leadctl.write("a.csv", "Email,Source\n" + rows))
    assert "and 2,995 more words for source" in outcome.err
    assert time.perf_counter() - began < 20


def test_an_archived_file_that_another_import_takes_is_not_read_twice(
    leadctl: Leadctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, done = leadctl.write("a.csv", "Name\nJo Li\n"), leadctl.folder / "done"
    opened = run.opening.opened

    def other_first(*words: Any) -> Any:
        monkeypatch.setattr(run.opening, "opened", opened)
        leadctl.ok("import", file, "--archive", done, "--on-duplicate", "create")
        file.write_text("Name\nJo Li\n")
        return opened(*words)

    monkeypatch.setattr(run.opening, "opened", other_first)
    again = leadctl.ok("import", file, "--archive", done, "--on-duplicate", "create")
    assert (again["rows"], again["known_files"]) == (0, [str(file)])
    assert len(leadctl.ok("list")) == 1


@pytest.mark.parametrize("there_since", [False, True])
@pytest.mark.parametrize("when", ["before", "opened", "looked at"])
def test_a_file_that_another_import_has_moved_is_not_missed(
    leadctl: Leadctl, monkeypatch: pytest.MonkeyPatch, when: str, there_since: bool
) -> None:
    file, done = leadctl.write("a.csv", "Name\nJo Li\n"), leadctl.folder / "done"
    words = ("import", file, leadctl.write("b.csv", "Name\nBo Fo\n"), "--archive", done)
    done.mkdir()
    if there_since:
        (done / "a.csv").write_text("another of this name")
    room, name = {
        "before": (run, "Archive"), "opened": (run.opening, "opened"), "looked at": (archive, "_hash"),
    }[when]  # fmt: skip
    first = getattr(room, name)

    def other_first(*of: Any) -> Any:
        monkeypatch.setattr(room, name, first)
        leadctl.ok("import", file, "--archive", done)
        return first(*of)

    monkeypatch.setattr(room, name, other_first)
    ends = leadctl.ok(*words)
    assert (ends["rows"], ends["known_files"]) == (1, [str(file)])
    assert len(leadctl.ok("list")) == 2
    assert leadctl.ok(*words)["rows"] == 0


def test_a_file_that_is_not_there_is_named_also_with_an_archive(leadctl: Leadctl) -> None:
    outcome = leadctl("import", leadctl.folder / "a.csv", "--archive", leadctl.folder / "done")
    assert (outcome.code, outcome.err.count("\n")) == (2, 1)
    assert "no such file" in outcome.err


def test_another_way_to_reach_somebody_fills_a_blank_one(leadctl: Leadctl) -> None:
    outlook = (
        "First Name,Last Name,E-mail Address,Business Phone,Primary Phone,Job Title,Company\n"
        "Jo,Li,jo@x.example,,+49 30 901820,,\nAl,Mu,,+49 30 901821,+49 30 901822,,\n"
        "Bo,Fo,bo@x.example,,later,,\nCy,Go,cy@x.example,,+49 30 901823 / +49 30 901824,,\n"
    )
    file = leadctl.write("outlook.csv", outlook)
    outcome = leadctl("import", file, terminal=True, env={"COLUMNS": "120"})
    assert "phone, or extra where that is blank: +49 30 901820" in " ".join(outcome.err.split())
    found = leadctl.ok("list", "--sort", "-id")
    assert [(lead["phone"], lead["extra"]) for lead in found] == [
        ("+4930901820", {}),
        ("+4930901821", {"Primary Phone": "+49 30 901822"}),
        ("later", {}),
        ("+4930901823", {"Primary Phone": "+49 30 901823 / +49 30 901824"}),
    ]
    assert leadctl.ok("import", file)["unchanged"] == 4
    work = "Last Name,Primary Email,Work Email\nHo,ho@x.example,\n,first@x.example,work@x.example\n"
    file = leadctl.write("work.csv", work)
    leadctl.ok("import", file, "--save-mapping")
    assert '"Primary Email" = "email"' in (leadctl.folder / "leadctl.toml").read_text()
    ends = leadctl.ok("import", file, "--on-duplicate", "create")
    assert ends["created"] == 2
    assert [(lead["email"], lead["extra"]) for lead in leadctl.ok("list", "--sort", "-id")[6:]] == [
        ("ho@x.example", {}),
        ("work@x.example", {"Primary Email": "first@x.example"}),
    ]


def test_scripts_see_the_mapping_before_anything_is_written(leadctl: Leadctl) -> None:
    header = "Work Email,Primary Email,Frist Name,Fax,Internal"
    file = leadctl.write("a.csv", f"{header}\na@x.example,b@x.example,Jo,1,2\n")
    done = leadctl.ok("import", file, "--map", "Internal=", "--dry-run")
    found = [tuple(column.values()) for column in done["columns"]]
    assert found == [
        ("a.csv", "Work Email", "email", None, False),
        ("a.csv", "Primary Email", None, "email", False),
        ("a.csv", "Frist Name", None, None, True),
        ("a.csv", "Fax", None, None, False),
        ("a.csv", "Internal", "", None, False),
    ]


def test_rows_of_nothing_but_delimiters_are_none(leadctl: Leadctl) -> None:
    file = leadctl.write(
        "a.csv", 'Last Name,Email\nLi,\n,\n"",\n  \n' + ",\n" * 600 + ",b@x.example\n"
    )
    done = leadctl.ok("import", file)
    assert (done["rows"], done["created"]) == (2, 2)


def test_a_row_has_one_currency(leadctl: Leadctl) -> None:
    rows = (
        "Last Name,Annual revenue,Amount\n"
        "Li,A$ 12,€ 5\nMu,12 zł,500 kr\nFo,€ 12,500\nGo,12,€ 500\nHo,12 kr,500 kr\nJo,$3,\n"
    )
    outcome = leadctl("import", leadctl.write("a.csv", rows))
    assert (
        "Annual revenue: 2 amounts in another currency than the row has, kept in extra"
        in outcome.err
    )
    said = [
        (lead["amount"], lead["annual_revenue"], lead["currency"], lead["extra"])
        for lead in leadctl.ok("list", "--sort", "-id")
    ]
    assert said == [
        (5, None, "EUR", {"Annual revenue": "A$ 12"}),
        (500, None, None, {"Annual revenue": "12 zł"}),
        (500, 12, "EUR", {}),
        (500, 12, "EUR", {}),
        (500, 12, None, {}),
        (None, 3, "USD", {}),
    ]


def test_files_of_one_name_are_asked_about_apart(leadctl: Leadctl) -> None:
    leadctl.ok("import", leadctl.write("a.csv", "Email,City\na@x.example,Rome\nb@x.example,Ulm\n"))
    for folder, row in (("p", "a@x.example,Oslo"), ("q", "b@x.example,Bonn")):
        (leadctl.folder / folder).mkdir()
        (leadctl.folder / folder / "f.csv").write_text(f"Email,City\n{row}\n")
    leadctl(
        "import", leadctl.folder / "p" / "f.csv", leadctl.folder / "q" / "f.csv",
        "--on-duplicate", "ask", terminal=True, answers=Answers(1, 0),
    )  # fmt: skip
    cities = query(leadctl, "SELECT city FROM leads ORDER BY id")
    assert [row["city"] for row in cities] == ["Oslo", "Ulm"]


def test_a_second_process_that_is_killed_is_an_error(
    leadctl: Leadctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows_of_files, "LARGE", 1)

    def die(*_: Any) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(rows_of_files.Rows, "_read", die)
    outcome = leadctl("import", leadctl.write("a.csv", table(made_up(50))))
    assert (outcome.code, "was killed" in outcome.err) == (1, True)
    assert leadctl.ok("list", "--all") == []


def test_deleted_rows_and_the_footer_of_a_report_are_no_leads(leadctl: Leadctl) -> None:
    file = leadctl.write(
        "leads.csv",
        "Id,IsDeleted,LastName,Company,Email,LeadSource,IsConverted\n"
        "00Q5g00000Ab01C,false,Li,Kiln,li@kiln.example,Web,false\n"
        "00Q5g00000Ab02C,true,Ng,Kiln,ng@kiln.example,Web,false\n",
    )
    outcome = leadctl("import", file)
    assert "line 3: was deleted in Salesforce" in outcome.err
    assert leadctl.ok("show", "1")["external_id"] == "00Q5g00000Ab01CEAR"
    report = leadctl.write(
        "report.csv",
        "Lead Owner,First Name,Last Name,Company / Account,Lead Source\n"
        "Ana,Bo,Mu,Kiln,Web\n,,,,\nTotal Records,1\n",
    )
    done = leadctl("import", report)
    assert "1 created · 0 updated · 0 unchanged · 0 skipped" in done.out
    assert "below the table left out" in done.err
    report = leadctl.write(
        "report.csv",
        "Lead Owner,First Name,Last Name,Company / Account,Lead Source\n"
        'Ana,Jo,Mo,"Kiln\nLtd",Web\n,,Solo,,\n\n,,Alone,,\nAna,Al,Fo,Kiln,Web\n\n\n'
        '"Leads by Owner"\n"Copyright (c) 2000-2026 salesforce.com, inc."\n'
        '"Confidential Information - Do Not Distribute"\n"Generated By:  Ana  1/2/2026"\n"Kiln"\n',
    )
    done = leadctl("import", report)
    assert "4 created · 0 updated" in done.out
    assert "5 lines below the table left out" in done.err


def test_rejected_rows_of_an_archive_are_named_after_a_file_that_was_read(
    leadctl: Leadctl,
) -> None:
    empty = leadctl.write("a.csv", "")
    bad = leadctl.write("b.csv", "Name,Email,Phone\nJo,a@x.example,030 55555\nAl,a@@x,030 55556\n")
    outcome = leadctl("import", empty, bad, "--archive", leadctl.folder / "done", "--json")
    assert outcome.json["rejects_file"] == str(leadctl.folder / "done" / "b.rejects.csv")
    assert "1 telephone number kept as written" in outcome.err
    assert leadctl.ok("history")[0]["command"] == "import b.csv --on-duplicate fill"
