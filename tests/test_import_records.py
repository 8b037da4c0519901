"""import --as: contacts, accounts, deals, activities, tasks, campaigns and transactions, each once."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import NOW, Leadctl, SeedLeads, Stream, facts
from hypothesis import given, settings
from hypothesis import strategies as st

from leadctl.app import App
from leadctl.config import Settings
from leadctl.fields import FIELDS, KINDS
from leadctl.formats.table import Table
from leadctl.importing import records
from leadctl.importing.drafting import Draft
from leadctl.importing.outcome import Report
from leadctl.importing.records import Records
from leadctl.store import Store
from leadctl.words import PARSERS, kind_and_direction

Rows = Sequence[dict[str, str]]


class Importer:
    """Takes rows of one kind into a database, as `import --as` does with the rows of a file."""

    def __init__(self, leadctl: Leadctl) -> None:
        self.app = App(leadctl.env, stderr=Stream(), clock=lambda: NOW)

    def __call__(
        self, kind: str, *rows: dict[str, str], policy: str = "fill", system: str | None = None,
        files: int = 1,
    ) -> Done:  # fmt: skip
        report = Report()
        drafts = [draft for n in range(files) for draft in self.drafts(kind, rows, n, system)]
        if policy == "overwrite":
            drafts.reverse()
        with self.app.store.operation(f"import --as {kind}") as op:
            taken = Records(self.app, op, report, kind, policy, system=system)
            taken.take(drafts)
        return Done(op.saved, report, taken)

    def drafts(self, kind: str, rows: Rows, number: int, system: str | None) -> list[Draft]:
        own = {field.name: self.parser(field.type) for field in FIELDS[kind]}
        file = Table(f"{number}.csv", "UTF-8", ",", (), iter(()))
        found = []
        for line, row in enumerate(rows, 2):
            said = {name: own[name](cell) for name, cell in row.items() if name in own}
            values = {name: value for name, value in said.items() if value is not None}
            if system and "external_id" in values:
                values["external_system"] = system
            extra = {name: cell for name, cell in row.items() if name not in own and cell}
            print_ = hash(tuple(sorted(item for item in row.items() if item[1]))) >> 1
            found.append(Draft(file, line, values, extra, list(row.values()), print_))
        return found

    def parser(self, type_: str) -> Any:
        if type_ in PARSERS:
            return PARSERS[type_](self.app.settings)
        return self.app.normaliser.parsers[type_]


class Done:
    """What an import of records did."""

    def __init__(self, operation: int | None, report: Report, taken: Records) -> None:
        self.operation = operation
        self.report = report
        self.made = dict(taken.made)
        self.aside = dict(taken.aside)

    @property
    def ends(self) -> dict[str, int]:
        return {end: number for end, number in self.report.ends.items() if number}

    @property
    def reasons(self) -> list[str]:
        return [row.reason for row in self.report.rejected]


@pytest.fixture
def take(leadctl: Leadctl, store: Store) -> Importer:
    leadctl.ok("rep", "add", "ana", "ben")
    return Importer(leadctl)


def only(store: Store, table: str) -> dict[str, Any]:
    [row] = store.query(f"SELECT * FROM {table}")
    return row


def day(year: int, month: int, number: int) -> int:
    return date(year, month, number).toordinal() - date(1970, 1, 1).toordinal()


# Contacts and accounts.


def test_a_contact_names_an_account_that_is_made(take: Importer, store: Store) -> None:
    done = take(
        "contact",
        {"first_name": "Zoë", "last_name": "Núñez", "email": "zoe@creme.example",
         "account": "Crème & Fils", "owner": "ANA", "created_at": "2024-02-03", "Shoe": "39"},
        {"last_name": "Li", "account": "creme & fils", "owner": "nobody"},
    )  # fmt: skip
    assert done.ends == {"created": 2}
    assert done.made == {"account": 1}
    assert done.report.notes.unknown_owners == {"nobody": 1}
    zoe, li = store.query("SELECT * FROM contacts ORDER BY id")
    assert only(store, "accounts")["name"] == "Crème & Fils"
    assert zoe["account_id"] == li["account_id"] == 1
    assert zoe["owner_id"] == 1
    assert zoe["created_at"] == "2024-02-03T00:00:00Z"
    assert zoe["created_day"] == day(2024, 2, 3)
    assert (zoe["extra"], li["extra"]) == ('{"Shoe":"39"}', '{"owner":"nobody"}')


def test_a_contact_is_known_by_email_phone_and_account(take: Importer, store: Store) -> None:
    take(
        "contact",
        {"last_name": "Li", "email": "li@x.example"},
        {"first_name": "Bo", "last_name": "Mu", "phone": "030 55555", "account": "Kiln AG"},
    )
    done = take(
        "contact",
        {"email": "LI@x.example", "title": "CEO", "last_name": "Lee"},
        {"first_name": "bo", "last_name": "mu", "phone": "030/55555", "title": "CTO"},
        {"first_name": "Bo", "last_name": "Mu", "account": "KILN", "city": "Bonn"},
    )
    assert done.ends == {"updated": 3}
    assert done.report.differing == {1: {"last_name"}, 2: {"phone"}}
    rows = store.query("SELECT title, city FROM contacts ORDER BY id")
    assert rows == [{"title": "CEO", "city": None}, {"title": "CTO", "city": "Bonn"}]


def test_two_ids_of_one_system_are_two_records(take: Importer, store: Store) -> None:
    rows = [{"name": "Siemens", "external_id": "1"}, {"name": "Siemens", "external_id": "2"}]
    assert take("account", *rows, system="sf").ends == {"created": 2}
    assert take("account", *rows, system="sf").ends == {"unchanged": 2}
    assert take("contact", {"last_name": "Li", "account": "2"}, system="sf").ends == {"created": 1}
    assert only(store, "contacts")["account_id"] == 2
    several = take("contact", {"last_name": "Mu", "account": "Siemens"})
    assert several.reasons == ["its account fits several: a1, a2; write one"]


def test_an_account_that_was_only_named_is_filled(take: Importer, store: Store) -> None:
    take(
        "contact",
        {"last_name": "Li", "account": "001A000123"},
        {"last_name": "Mu", "account": "Kiln"},
    )
    take("contact", {"last_name": "Bo", "account": "77"}, system="sf")
    done = take(
        "account",
        {"name": "Kiln AG", "external_id": "5", "website": "https://www.kiln.example/de"},
        {"name": "Seven", "external_id": "77", "created_at": "2020-01-01", "parent": "Kiln"},
        system="sf",
    )
    assert done.ends == {"updated": 2}
    rows = store.query("SELECT name, external_id, domain, created_at, parent_id FROM accounts")
    assert rows[1:] == [
        {"name": "Kiln", "external_id": "5", "domain": "kiln.example",
         "created_at": "2026-11-22T09:00:00Z", "parent_id": None},
        {"name": "Seven", "external_id": "77", "domain": None,
         "created_at": "2020-01-01T00:00:00Z", "parent_id": 2},
    ]  # fmt: skip


def test_parents_may_stand_below(take: Importer, store: Store) -> None:
    rows = [
        {"name": "Daughter", "parent": "Mother"},
        {"name": "Mother", "parent": "Elsewhere"},
        {"name": "Self", "parent": "Self"},
    ]
    assert take("account", *rows).ends == {"created": 3}
    found = store.query("SELECT name, parent_id FROM accounts ORDER BY id")
    assert [row["parent_id"] for row in found] == [2, 4, None, None]
    again = take("account", *rows)
    assert again.operation is None
    assert again.ends == {"unchanged": 3}


@pytest.mark.parametrize(
    ("kind", "row", "reason"),
    [
        ("contact", {"city": "Bonn"}, "no name, email, phone or external id"),
        ("account", {"city": "Bonn"}, "no name, domain or external id"),
        ("deal", {"amount": "5"}, "no name, account, contact, lead or external id"),
        ("activity", {"kind": "call", "at": "2026-01-01"}, "no lead, contact, account or deal"),
        ("task", {"due": "2026-01-01"}, "no title"),
        ("campaign", {"budget": "5"}, "no name or external id"),
        ("transaction", {"amount": "5", "at": "2026-01-01"}, "no account"),
        ("transaction", {"amount": "5", "account": "Kiln"}, "no date"),
    ],
)
def test_a_row_that_says_too_little_is_rejected(
    take: Importer, kind: str, row: dict[str, str], reason: str
) -> None:
    done = take(kind, row)
    assert done.ends == {"rejected": 1}
    assert done.reasons == [reason]


def test_an_id_and_a_name_may_stand_beside_each_other(take: Importer, store: Store) -> None:
    rows = [
        {"last_name": "Li", "account": "Siemens", "Account ID": "0015g00000ABC1x"},
        {"last_name": "Mu", "account": "0015g00000ABC2x", "Account Name": "Siemens"},
        {"last_name": "Bo", "account": "Siemens", "Account ID": "0015g00000ABC2x"},
    ]
    done = take("contact", *rows, system="sf")
    assert (done.ends, done.made) == ({"created": 3}, {"account": 2})
    found = store.query("SELECT name, external_id FROM accounts ORDER BY id")
    assert found == [
        {"name": "Siemens", "external_id": "0015g00000ABC1x"},
        {"name": "Siemens", "external_id": "0015g00000ABC2x"},
    ]
    contacts = store.query("SELECT account_id FROM contacts ORDER BY id")
    assert [row["account_id"] for row in contacts] == [1, 2, 2]
    assert take("contact", *rows, system="sf").ends == {"unchanged": 3}


def test_an_account_that_is_known_by_name_only_is_taken(take: Importer, store: Store) -> None:
    take("account", {"name": "Kiln AG"})
    take("contact", {"last_name": "Li", "account": "Kiln", "Account ID": "77"}, system="sf")
    assert only(store, "contacts")["account_id"] == 1
    done = take("deal", {"contact": "Jo Mu", "Contact ID": "9", "name": "Oven"}, system="sf")
    assert done.made == {"contact": 1}
    again = take("contact", {"external_id": "9", "title": "CEO", "last_name": "Mu"}, system="sf")
    assert again.ends == {"updated": 1}


# Policies.


def test_policies(take: Importer, store: Store) -> None:
    before = {"name": "Kiln", "city": "Bonn"}
    after = {"name": "Kiln", "city": "Berlin", "industry": "Ovens"}
    take("account", before)
    assert take("account", after, policy="skip").ends == {"skipped": 1}
    assert take("account", after).ends == {"updated": 1}
    assert only(store, "accounts")["city"] == "Bonn"
    assert take("account", after, policy="overwrite").ends == {"updated": 1}
    assert only(store, "accounts")["city"] == "Berlin"
    assert take("account", after, policy="create").ends == {"created": 1}
    with_id = {"name": "Kiln", "external_id": "5"}
    assert take("account", with_id, policy="create").ends == {"created": 1}
    assert take("account", with_id, policy="create").reasons == [
        "its external id is account a3's already"
    ]


def test_the_last_row_overwrites(take: Importer, store: Store) -> None:
    take("contact", {"email": "a@x.example", "title": "first"})
    rows = [
        {"email": "a@x.example", "title": "second", "city": "Bonn"},
        {"email": "a@x.example", "title": "third"},
    ]
    assert take("contact", *rows, policy="overwrite").ends == {"updated": 2}
    row = only(store, "contacts")
    assert (row["title"], row["city"]) == ("third", "Bonn")
    assert take("contact", *rows, policy="overwrite").operation is None


# Deals.


def test_a_deal_finds_account_contact_and_stage(take: Importer, store: Store) -> None:
    take("contact", {"last_name": "Li", "email": "li@kiln.example", "account": "Kiln"})
    done = take(
        "deal",
        {"name": "Oven", "account": "Kiln", "contact": "li@kiln.example", "stage": "closedwon",
         "amount": "900", "currency": "EUR", "external_id": "D1"},
        {"account": "New one", "closed_at": "2025-03-01", "contact": "Jo Mu"},
        {"name": "Loose", "contact": "Nobody Here", "stage": "Invented", "probability": "0.3"},
    )  # fmt: skip
    assert done.ends == {"created": 3}
    assert done.made == {"account": 1, "contact": 1}
    assert done.aside == {"contact": 1}
    assert done.report.notes.unknown["stage"] == {"Invented": 1}
    oven, new, loose = store.query("SELECT * FROM deals ORDER BY id")
    assert (oven["stage"], oven["probability"], oven["account_id"]) == ("Closed Won", 100, 1)
    assert (oven["contact_id"], oven["amount"]) == (1, 90000)
    assert (new["name"], new["stage"], new["contact_id"]) == ("New one", "Closed Won", 2)
    assert (loose["probability"], loose["extra"]) == (30, '{"contact":"Nobody Here"}')


def test_a_deal_converts_its_lead_as_of_its_day(
    take: Importer, store: Store, leads: SeedLeads
) -> None:
    leads(
        {"last_name": "Li", "email": "li@kiln.example", "company": "Kiln AG", "external_id": "L7"},
        {"last_name": "Mu", "email": "mu@x.example"},
    )
    before = facts(store)
    rows = [
        {"lead": "L7", "stage": "Closed Won", "amount": "900", "currency": "EUR",
         "converted_at": "2025-03-01", "created_at": "2025-02-01"},
        {"lead": "mu@x.example", "name": "Small", "closed_at": "2025-05-05"},
        {"lead": "mu@x.example", "name": "Second", "closed_at": "2025-06-05"},
    ]  # fmt: skip
    done = take("deal", *rows)
    assert done.ends == {"created": 3}
    assert done.made == {"account": 1, "contact": 2}
    li, mu = store.query("SELECT * FROM leads ORDER BY id")
    assert (li["status"], li["converted_at"]) == ("Converted", "2025-03-01T00:00:00Z")
    assert (li["contact_id"], li["account_id"], li["deal_id"]) == (1, 1, 1)
    assert (mu["converted_at"], mu["account_id"], mu["deal_id"]) == (
        "2025-05-05T00:00:00Z",
        None,
        2,
    )
    first, _, second = store.query("SELECT * FROM deals ORDER BY id")
    assert (first["name"], first["account_id"], first["contact_id"]) == ("Kiln AG", 1, 1)
    assert first["converted_at"] == "2025-03-01T00:00:00Z"
    assert second["lead_id"] == 2
    contact = store.query("SELECT * FROM contacts ORDER BY id")[0]
    assert (contact["created_at"], contact["account_id"]) == ("2025-03-01T00:00:00Z", 1)
    again = take("deal", *rows)
    assert (again.operation, again.ends) == (None, {"unchanged": 3})
    leadctl_undo(take, done.operation)
    assert facts(store) == before


def leadctl_undo(take: Importer, operation: int | None) -> None:
    from leadctl.undo import Undo

    assert operation is not None
    with take.app.store.operation(f"undo {operation}") as op:
        done = Undo(op, operation).run()
    assert (done.kept, done.failed) == ([], [])


def test_a_deal_whose_lead_comes_later_is_linked_then(
    take: Importer, store: Store, leads: SeedLeads
) -> None:
    row = {"name": "Oven", "lead": "L7", "created_at": "2025-02-01"}
    assert take("deal", row).aside == {"lead": 1}
    leads({"last_name": "Li", "external_id": "L7"})
    assert take("deal", row).ends == {"updated": 1}
    assert only(store, "leads")["converted_at"] == "2025-02-01T00:00:00Z"
    assert only(store, "deals")["lead_id"] == 1


def test_a_converted_lead_without_a_deal_is_linked(
    leadctl: Leadctl, take: Importer, store: Store, leads: SeedLeads
) -> None:
    leads({"last_name": "Li", "company": "Kiln"})
    leadctl.ok("convert", 1, "--yes")
    row = {"name": "Oven", "lead": "1"}
    assert take("deal", row).ends == {"created": 1}
    assert only(store, "leads")["deal_id"] == 1
    assert only(store, "leads")["converted_at"] == "2026-11-22T09:00:00Z"
    deal = only(store, "deals")
    assert (deal["contact_id"], deal["account_id"]) == (1, 1)
    assert take("deal", row).ends == {"unchanged": 1}


def test_a_cell_may_name_several_people(take: Importer, store: Store) -> None:
    done = take(
        "deal",
        {"name": "Oven", "account": "Kiln", "contact": "María-José de la Cruz (mj@cruz.example)"},
        {"name": "Pan", "account": "Kiln", "contact": "Anna Müller;Jürgen van der Berg",
         "Associated Contact IDs": "12000;12001"},
        {"name": "Pot", "contact": "Jo Mu <jo@x.example>; 77"},
        {"name": "Lid", "contact": "call (jo@x)", "account": "Müller; Söhne"},
        system="hubspot",
    )  # fmt: skip
    assert done.ends == {"created": 4}
    cruz, anna, jo = store.query("SELECT * FROM contacts ORDER BY id")
    assert (cruz["first_name"], cruz["last_name"]) == ("María-José", "de la Cruz")
    assert (cruz["email"], anna["email"], jo["email"]) == ("mj@cruz.example", None, "jo@x.example")
    assert (anna["first_name"], anna["last_name"], anna["external_id"]) == (
        "Anna", "Müller", "12000",
    )  # fmt: skip
    assert done.aside == {"contact": 1}
    pan = store.query("SELECT extra FROM deals WHERE name = 'Pan'")[0]["extra"]
    assert '"contact 2":"Jürgen van der Berg"' in pan
    assert store.value("SELECT name FROM accounts WHERE id = 2") == "Müller; Söhne"


def test_an_address_that_is_none_makes_no_contact(take: Importer, store: Store) -> None:
    done = take("deal", {"name": "Oven", "account": "Kiln", "contact": "anna@@x"})
    assert (done.ends, done.aside) == ({"created": 1}, {"contact": 1})
    assert store.query("SELECT id FROM contacts") == []


def test_a_contact_of_a_deal_may_be_a_lead(take: Importer, store: Store, leads: SeedLeads) -> None:
    leads(
        {"last_name": "Li", "email": "li@x.example", "company": "Kiln AG"},
        {"last_name": "Mu", "external_id": "12000", "external_system": "hubspot"},
        {"first_name": "Jo", "last_name": "Ito", "company": "Pan GmbH"},
        {"first_name": "Jo", "last_name": "Ito", "company": "Elsewhere"},
    )
    rows = [
        {"name": "One", "contact": "Li (li@x.example)", "created_at": "2025-02-01"},
        {"name": "Two", "contact": "M. Mu", "Contact ID": "12000", "created_at": "2025-03-01"},
        {"name": "Three", "contact": "Jo Ito", "account": "Pan", "created_at": "2025-04-01"},
        {"name": "Four", "contact": "li@x.example", "created_at": "2025-05-01"},
    ]
    done = take("deal", *rows, system="hubspot")
    assert done.ends == {"created": 4}
    found = store.query("SELECT converted_at, contact_id, deal_id FROM leads ORDER BY id")
    assert [row["converted_at"] and row["converted_at"][:10] for row in found] == [
        "2025-02-01", "2025-03-01", "2025-04-01", None,
    ]  # fmt: skip
    deals = store.query("SELECT lead_id, contact_id FROM deals ORDER BY id")
    assert [row["lead_id"] for row in deals] == [1, 2, 3, 1]
    assert [row["contact_id"] for row in deals] == [
        *(row["contact_id"] for row in found[:3]), found[0]["contact_id"],
    ]  # fmt: skip
    assert take("deal", *rows, system="hubspot").ends == {"unchanged": 4}
    later = {"name": "Five", "contact": "Li (li@x.example)"}
    assert take("deal", later, system="hubspot").ends == {"created": 1}
    assert store.value("SELECT contact_id FROM deals WHERE name = 'Five'") == 1


def test_a_contact_beside_a_lead_is_a_contact(
    take: Importer, store: Store, leads: SeedLeads
) -> None:
    leads(
        {"last_name": "Li", "email": "li@x.example"}, {"last_name": "Mu", "email": "mu@x.example"}
    )
    take("deal", {"name": "Oven", "lead": "li@x.example", "contact": "mu@x.example"})
    deal = only(store, "deals")
    assert (deal["lead_id"], deal["extra"]) == (1, None)
    assert store.value("SELECT email FROM contacts WHERE id = ?", [deal["contact_id"]])


@pytest.mark.parametrize(
    ("row", "stage", "closed", "before"),
    [
        ({"result": "Won", "won_at": "2025-03-01", "lost_at": "2025-01-01", "stage": "Odd"},
         "Closed Won", "2025-03-01", '{"stage":"Odd"}'),
        ({"result": "Lost", "lost_at": "2025-03-02", "stage": "Closed-Lost to Competition"},
         "Closed-Lost to Competition", "2025-03-02", None),
        ({"result": "Open", "won_at": "2025-03-01", "stage": "Needs Analysis"},
         "Needs Analysis", None, None),
        ({"result": "Open", "closed_at": "2027-03-01"}, "Qualification", "2027-03-01", None),
        ({"won_at": "2025-03-01", "lost_at": "2025-04-01"}, "Closed Lost", "2025-04-01", None),
        ({"closed_at": "2025-04-01"}, "Closed Won", "2025-04-01", None),
        ({"result": "Won", "closed_at": "2025-04-01"}, "Closed Won", "2025-04-01", None),
    ],
)  # fmt: skip
def test_how_a_deal_ended(
    take: Importer, store: Store, row: dict[str, str], stage: str, closed: str, before: str
) -> None:
    take("deal", {"name": "Oven", **row})
    deal = only(store, "deals")
    assert (deal["stage"], deal["extra"]) == (stage, before)
    assert deal["probability"] == take.app.settings.stages[stage]
    assert (deal["closed_at"] or "")[:10] == (closed or "")


# Activities, tasks, campaigns, transactions.


def test_what_is_not_done_yet_is_no_activity(
    take: Importer, store: Store, leads: SeedLeads
) -> None:
    leads({"last_name": "Li"})
    done = take(
        "activity",
        {"lead": "1", "at": "2026-11-20", "done": "To do"},
        {"lead": "1", "at": "2026-11-23"},
        {"lead": "1", "at": "2026-11-22 18:00", "done": "Completed"},
        {"lead": "1", "at": "2026-11-20", "done": "2026-11-20 10:00"},
    )
    assert done.ends == {"created": 2, "rejected": 2}
    assert set(done.reasons) == {"not done yet (leadctl import --as tasks)"}


def test_what_an_activity_was_about_how_long_and_when(
    take: Importer, store: Store, leads: SeedLeads
) -> None:
    leads({"last_name": "Li"})
    row = {"lead": "1", "at": "2026-11-20"}
    take(
        "activity",
        {**row, "title": "Demo", "note": "went well", "seconds": "05:40", "clock": "14:30"},
        {**row, "title": "Demo", "duration": "20", "seconds": "90"},
        {**row, "at": "2026-11-20 09:00", "note": "Demo", "title": "Demo", "clock": "2:30 pm"},
    )
    first, second, third = store.query("SELECT * FROM activities ORDER BY id")
    assert (first["note"], first["duration"]) == ("Demo: went well", 6)
    assert (first["at"], third["at"]) == ("2026-11-20T14:30:00Z", "2026-11-20T09:00:00Z")
    assert (second["note"], second["duration"], third["note"]) == ("Demo", 20, "Demo")
    take("task", {"title": "Call", "due": "2026-11-25", "clock": "2:30 pm"})
    assert only(store, "tasks")["due_at"] == "2026-11-25T14:30:00Z"


def test_an_activity_of_a_person_who_is_a_lead(
    take: Importer, store: Store, leads: SeedLeads
) -> None:
    leads({"first_name": "Anna", "last_name": "Müller", "company": "Kiln GmbH"})
    row = {"at": "2026-11-20", "kind": "call", "deal": "nowhere"}
    done = take(
        "activity",
        {**row, "lead": "Anna Müller", "account": "Kiln"},
        {**row, "contact": "anna muller", "account": "KILN GMBH"},
        {**row, "lead": "Anna Müller", "account": "Elsewhere"},
        {**row, "lead": "Anna Müller"},
        system="pipedrive",
    )
    assert done.ends == {"created": 2, "rejected": 2}
    found = store.query("SELECT lead_id, extra FROM activities")
    assert [row["lead_id"] for row in found] == [1, 1]
    assert all('"deal":"nowhere"' in row["extra"] for row in found)


def test_salesforce_ids_of_15_and_18_characters(
    take: Importer, store: Store, leads: SeedLeads
) -> None:
    short, long = "0015g00000ABC1x", "0015g00000ABC1xAAH"
    leads({"last_name": "Li", "external_id": long, "external_system": "salesforce"})
    assert take("account", {"name": "Kiln", "external_id": short}, system="salesforce").ends
    assert only(store, "accounts")["external_id"] == long
    again = take("account", {"name": "Kiln", "external_id": long}, system="salesforce")
    assert again.ends == {"unchanged": 1}
    take("contact", {"last_name": "Mu", "account": short}, system="salesforce")
    assert only(store, "contacts")["account_id"] == 1
    row = {"lead": short, "at": "2026-11-20"}
    assert take("activity", row, system="salesforce").ends == {"created": 1}
    assert take("account", {"name": "Pan", "external_id": short}, system="sf").ends
    assert store.value("SELECT external_id FROM accounts WHERE id = 2") == short


def test_activities_belong_to_leads_contacts_accounts_and_deals(
    leadctl: Leadctl, take: Importer, store: Store, leads: SeedLeads
) -> None:
    leads({"last_name": "Li", "email": "li@x.example", "external_id": "L7"})
    take("contact", {"last_name": "Mu", "email": "mu@x.example", "account": "Kiln"})
    take("deal", {"name": "Oven", "account": "Kiln", "external_id": "D1"})
    done = take(
        "activity",
        {"lead": "LI@x.example", "kind": "Phone call", "at": "2026-11-20 10:00",
         "direction": "Inbound", "duration": "0:15", "note": "wants a quote"},
        {"lead": "mu@x.example", "kind": "E-Mail", "at": "2026-11-19"},
        {"lead": "L7", "deal": "D1", "kind": "Fax", "at": "2026-11-18"},
        {"deal": "Kiln", "at": "2026-11-18"},
        {"lead": "who@x.example", "at": "2026-11-18"},
        {"lead": "L7"},
        {"lead": "L7", "deal": "nowhere", "at": "2026-11-01", "owner": "ana"},
    )  # fmt: skip
    assert done.ends == {"created": 5, "rejected": 2}
    assert done.reasons == [
        "its lead is not here; import it first, or mend it",
        "no date or time",
    ]
    assert done.report.notes.unknown["kind"] == {"Fax": 1}
    call, mail, fax, note, last = store.query("SELECT * FROM activities ORDER BY id")
    assert (call["kind"], call["direction"], call["duration"]) == ("call", "in", 15)
    assert (call["at"], call["day"]) == ("2026-11-20T10:00:00Z", day(2026, 11, 20))
    assert (mail["lead_id"], mail["contact_id"]) == (None, 1)
    assert (fax["lead_id"], fax["deal_id"]) == (1, 1)
    assert (note["kind"], note["account_id"]) == ("note", 1)
    assert last["extra"] == '{"owner":"ana","deal":"nowhere"}'
    scored = leadctl.ok("score")
    assert scored["scored"] == 1
    shown = leadctl.ok("show", "1")
    assert shown["engagement"] == 9  # a call of 2 days ago fades


def test_two_equal_calls_stay_two(take: Importer, store: Store, leads: SeedLeads) -> None:
    leads({"last_name": "Li"})
    call = {"lead": "1", "kind": "call", "at": "2026-11-20"}
    assert take("activity", call, call).ends == {"created": 2}
    assert take("activity", call, call).ends == {"unchanged": 2}
    assert take("activity", call, call, call).ends == {"created": 1, "unchanged": 2}
    assert take("activity", call, call, files=2).ends == {"unchanged": 4}
    assert take("activity", call, policy="create").ends == {"created": 1}
    assert len(store.query("SELECT id FROM activities")) == 4


def test_an_id_of_another_system_is_said_so(take: Importer, store: Store, leads: SeedLeads) -> None:
    leads({"last_name": "Li", "external_id": "7", "external_system": "sf"})
    call = {"kind": "call", "at": "2026-11-20"}
    assert take("activity", {**call, "lead": "7"}, system="hubspot").ends == {"rejected": 1}
    assert take("activity", {**call, "lead": "ext:7"}, system="hubspot").ends == {"created": 1}
    assert take("activity", {**call, "lead": "7"}).ends == {"unchanged": 1}


def test_several_leads_with_one_email_are_named(
    take: Importer, store: Store, leads: SeedLeads
) -> None:
    leads({"email": "a@x.example"}, {"email": "A@x.example"})
    done = take("activity", {"lead": "a@x.example", "at": "2026-11-20"})
    assert done.reasons == ["its lead fits several: 1, 2; write one"]


def test_tasks(take: Importer, store: Store, leads: SeedLeads) -> None:
    leads({"last_name": "Li", "email": "li@x.example"})
    rows = [
        {"title": "Call back", "due": "2026-11-25", "lead": "li@x.example", "owner": "ben"},
        {"title": "Call back", "due": "2026-11-25 10:30", "lead": "li@x.example"},
        {"title": "Water the plants", "done": "Completed", "due": "2026-11-01"},
        {"note": "Send it\nall", "done": "no"},
    ]
    assert take("task", *rows).ends == {"created": 4}
    first, second, third, fourth = store.query("SELECT * FROM tasks ORDER BY id")
    assert (first["due_day"], first["due_at"], first["owner_id"]) == (day(2026, 11, 25), None, 2)
    assert second["due_at"] == "2026-11-25T10:30:00Z"
    assert (third["done_at"], third["lead_id"]) == ("2026-11-01T00:00:00Z", None)
    assert (fourth["title"], fourth["done_at"]) == ("Send it", None)
    assert take("task", *rows).ends == {"unchanged": 4}


def test_a_task_that_is_done_by_now(take: Importer, store: Store) -> None:
    take("task", {"title": "Call", "external_id": "T1"})
    row = {"title": "Call", "external_id": "T1", "done_at": "2026-11-20"}
    assert take("task", row).ends == {"updated": 1}
    assert only(store, "tasks")["done_at"] == "2026-11-20T00:00:00Z"


def test_campaigns(take: Importer, store: Store) -> None:
    row = {
        "name": "Fair 2026", "kind": "Event", "starts": "2026-09-01", "ends": "2026-09-03",
        "budget": "5,000 EUR", "cost": "4000", "currency": "EUR", "source": "in person",
    }  # fmt: skip
    assert take("campaign", row).ends == {"created": 1}
    found = only(store, "campaigns")
    assert (found["starts_day"], found["ends_day"]) == (day(2026, 9, 1), day(2026, 9, 3))
    assert (found["budget"], found["cost"], found["source"]) == (500000, 400000, "In Person")
    assert take("campaign", {**row, "name": "FAIR 2026"}).ends == {"unchanged": 1}


def test_transactions(take: Importer, store: Store) -> None:
    rows = [
        {"account": "Kiln", "kind": "invoice", "number": "R-1", "amount": "99.50",
         "currency": "EUR", "at": "2026-05-01"},
        {"account": "Kiln AG", "kind": "invoice", "amount": "10", "at": "2026-05-01"},
        {"account": "Kiln AG", "kind": "invoice", "amount": "10", "at": "2026-05-01"},
    ]  # fmt: skip
    done = take("transaction", *rows)
    assert (done.ends, done.made) == ({"created": 3}, {"account": 1})
    first = store.query("SELECT * FROM transactions ORDER BY id")[0]
    assert (first["amount"], first["day"], first["number"]) == (9950, day(2026, 5, 1), "R-1")
    assert take("transaction", *rows).ends == {"unchanged": 3}


# Twice is once.

CELLS: dict[str, dict[str, list[str]]] = {
    "contact": {
        "first_name": ["", "Zoë", "Bo"], "last_name": ["", "Li", "li!"],
        "email": ["", "a@x.example", "B@x.example"], "phone": ["", "030 55555", "030/55555"],
        "account": ["", "Kiln AG", "kiln", "7"], "external_id": ["", "1", "2"],
        "external_system": ["", "sf", "SF"], "title": ["", "CEO"], "Colour": ["", "red", "blue"],
        "created_at": ["", "2025-01-01", "2024-01-01"], "owner": ["", "ana", "who"],
    },
    "account": {
        "name": ["", "Kiln AG", "kiln", "Creme"], "website": ["", "kiln.example", "www.b.example"],
        "external_id": ["", "1", "2"], "city": ["", "Bonn", "Köln"],
        "annual_revenue": ["", "5", "7"], "currency": ["", "EUR", "USD"],
        "parent": ["", "Kiln AG", "Mother", "1"], "Colour": ["", "red", "blue"],
    },
    "deal": {
        "name": ["", "Oven", "OVEN", "Pan"], "account": ["", "Kiln AG", "Creme"],
        "lead": ["", "li@x.example", "2", "nobody@x.example"], "stage": ["", "Closed Won", "Odd"],
        "contact": ["", "jo@x.example", "Jo Mu", "Jo Mu;Li", "Li (li@x.example)"],
        "external_id": ["", "1", "2"], "result": ["", "won", "lost", "open"],
        "won_at": ["", "2025-06-06"],
        "amount": ["", "5", "7"], "currency": ["", "EUR", "USD"],
        "closed_at": ["", "2025-05-05"], "created_at": ["", "2025-01-01"],
    },
    "activity": {
        "lead": ["", "li@x.example", "2", "nobody@x.example"], "kind": ["", "call", "Demo"],
        "at": ["", "2026-11-20", "2026-11-20", "2026-11-21"], "direction": ["", "in"],
        "note": ["", "x"], "external_id": ["", "", "1", "2"], "Colour": ["", "red"],
        "title": ["", "x", "y"], "done": ["", "yes", "no"], "seconds": ["", "90"],
        "contact": ["", "", "Bo Mu"], "account": ["", "Creme"], "clock": ["", "10:30"],
    },
    "task": {
        "title": ["", "Call", "Write"], "lead": ["", "li@x.example", "2"],
        "due": ["", "2026-11-20", "2026-11-20 10:00"], "done": ["", "yes"],
        "external_id": ["", "", "1"], "owner": ["", "ana"],
    },
    "campaign": {
        "name": ["", "Fair", "fair", "Mail"], "budget": ["", "5", "6"], "cost": ["", "7"],
        "currency": ["", "EUR", "USD"], "external_id": ["", "1", "2"], "starts": ["", "2026-01-01"],
    },
    "transaction": {
        "account": ["", "Kiln AG", "kiln", "7"], "at": ["", "2026-01-01", "2026-01-02"],
        "amount": ["", "5", "6"], "kind": ["", "invoice"], "external_id": ["", "", "1", "2"],
    },
}  # fmt: skip


def rows_of(kind: str) -> st.SearchStrategy[list[dict[str, str]]]:
    row = st.fixed_dictionaries(
        {name: st.sampled_from(cells) for name, cells in CELLS[kind].items()}
    )
    return st.lists(row, min_size=1, max_size=8)


POLICIES = st.sampled_from(["fill", "fill", "overwrite", "skip"])
CHUNKS = st.sampled_from([1, 2, 5_000])
NAMING = ["contact", "account", "deal", "transaction"]
LINKS = {"account": ("account_id", "parent_id"), "contact": ("contact_id",)}


def written(store: Store, operation: int) -> dict[str, tuple[set[int], set[int]]]:
    """Return kind -> the ids that an operation created, and those that it put into a record."""
    found = {}
    for kind, columns in LINKS.items():
        ranges = store.query(
            "SELECT first_id, last_id FROM creations WHERE operation = ? AND kind = ?",
            (operation, kind),
        )
        made = {id for row in ranges for id in range(row["first_id"], row["last_id"] + 1)}
        changes = store.query(
            "SELECT field, after FROM changes WHERE operation = ? AND after IS NOT NULL",
            (operation,),
        )
        named = {row["after"] for row in changes if row["field"] in columns}
        for other in ("contact", "account", "deal", "transaction"):
            for row in store.query(
                f"""SELECT t.* FROM {KINDS[other]} AS t JOIN creations AS c ON c.kind = ?
                AND c.operation = ? AND t.id BETWEEN c.first_id AND c.last_id""",
                (other, operation),
            ):
                named |= {row[column] for column in columns if row.get(column)}
        found[kind] = made, named
    return found


def check_made(kind: str, before: Rows, rows: Rows, policy: str, chunk: int) -> None:
    """Assert that whoever is only named is made only if a record that is written names them."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "CHUNK", chunk)
        take = Importer(Leadctl(Path(folder)))
        take(kind, *before)
        start = facts(take.app.store)
        done = take(kind, *rows, policy=policy)
        if done.operation is None:
            assert not done.made
        else:
            for of, (created, named) in written(take.app.store, done.operation).items():
                own = done.ends.get("created", 0) if of == kind else 0
                assert len(created) == own + done.made.get(of, 0)
                assert len(created - named) <= own
            leadctl_undo(take, done.operation)
        assert facts(take.app.store) == start
        take.app.close()


@pytest.mark.parametrize("kind", NAMING)
@settings(max_examples=15)
@given(data=st.data(), policy=POLICIES, chunk=CHUNKS)
def test_only_whom_a_record_names_is_made(
    kind: str, data: st.DataObject, policy: str, chunk: int
) -> None:
    rows = rows_of(kind)
    check_made(kind, data.draw(rows), data.draw(rows), policy, chunk)


@pytest.mark.campaign
@pytest.mark.parametrize("kind", NAMING)
@settings(max_examples=2_000)
@given(data=st.data(), policy=POLICIES, chunk=CHUNKS)
def test_campaign_of_who_is_made(kind: str, data: st.DataObject, policy: str, chunk: int) -> None:
    rows = rows_of(kind)
    check_made(kind, data.draw(rows), data.draw(rows), policy, chunk)


def test_nobody_is_made_for_a_row_that_brings_nothing(take: Importer, store: Store) -> None:
    take("contact", {"last_name": "Li", "email": "li@x.example", "account": "Kiln AG"})
    again = {"last_name": "Li", "email": "li@x.example", "account": "Pan Ltd"}
    kept = take("contact", again)
    assert (kept.ends, kept.report.differing) == ({"unchanged": 1}, {1: {"account"}})
    assert take("contact", again, policy="skip").ends == {"skipped": 1}
    assert take("transaction", {"account": "Pan Ltd"}).ends == {"rejected": 1}
    assert only(store, "accounts")["name"] == "Kiln AG"
    taken = take("contact", again, policy="overwrite")
    assert (taken.ends, taken.made) == ({"updated": 1}, {"account": 1})
    assert only(store, "contacts")["account_id"] == 2


def test_a_parent_is_taken_once_and_kept(take: Importer, store: Store) -> None:
    take("account", {"name": "Kiln AG"})
    first = take(
        "account", {"name": "Kiln AG", "parent": "Mother"}, {"name": "kiln", "parent": "X"}
    )
    assert (first.ends, first.made) == ({"updated": 1, "unchanged": 1}, {"account": 1})
    again = take("account", {"name": "Kiln AG", "parent": "X"})
    assert (again.ends, again.report.differing) == ({"unchanged": 1}, {1: {"parent"}})
    assert take("account", {"name": "Kiln AG", "parent": "X"}, policy="overwrite").ends == {
        "updated": 1
    }
    both = [{"name": "Kiln AG", "parent": parent} for parent in ("Mother", "X")]
    assert take("account", *both, policy="overwrite").ends == {"unchanged": 2}
    names = ["Kiln AG", "Mother", "X"]
    assert [row["name"] for row in store.query("SELECT name FROM accounts ORDER BY id")] == names


def check_twice(kind: str, rows: Rows, policy: str, chunk: int) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "CHUNK", chunk)
        leadctl = Leadctl(Path(folder))
        take = Importer(leadctl)
        born = {"status": "New", "created_at": "2026-11-20T09:00:00Z", "created_day": 20777}
        with take.app.store.operation("seed") as op:
            op.create("rep", [{"name": "ana"}])
            op.create("lead", [
                {**born, "last_name": "Li", "email": "li@x.example", "company": "Kiln AG"},
                {**born, "first_name": "Bo", "last_name": "Mu", "company": "Creme"},
            ])  # fmt: skip
        start = facts(take.app.store)
        first = take(kind, *rows, policy=policy)
        assert sum(first.ends.values()) == len(rows)
        before = facts(take.app.store)
        second = take(kind, *rows, policy=policy)
        assert second.operation is None, (first.ends, second.ends)
        assert second.ends.keys() <= {"unchanged", "skipped", "rejected"}
        assert second.ends.get("rejected") == first.ends.get("rejected")
        assert facts(take.app.store) == before
        if first.operation:
            leadctl_undo(take, first.operation)
        assert facts(take.app.store) == start
        take.app.close()


@pytest.mark.parametrize("kind", CELLS)
@settings(max_examples=15)
@given(data=st.data(), policy=POLICIES, chunk=CHUNKS)
def test_twice_is_once(kind: str, data: st.DataObject, policy: str, chunk: int) -> None:
    check_twice(kind, data.draw(rows_of(kind)), policy, chunk)


@pytest.mark.campaign
@pytest.mark.parametrize("kind", CELLS)
@settings(max_examples=2_000)
@given(data=st.data(), policy=POLICIES, chunk=CHUNKS)
def test_campaign_of_the_same(kind: str, data: st.DataObject, policy: str, chunk: int) -> None:
    check_twice(kind, data.draw(rows_of(kind)), policy, chunk)


def test_the_last_row_counts_where_its_contact_is_a_lead_yet(
    take: Importer, store: Store, leads: SeedLeads
) -> None:
    leads({"last_name": "Li", "email": "li@x.example", "company": "Kiln AG"})
    rows = (
        {"contact": "jo@x.example", "external_id": "1"},
        {"contact": "Li (li@x.example)", "external_id": "1"},
        {"contact": "Li (li@x.example)", "name": "Other"},
    )
    take("deal", *rows, policy="overwrite")
    became = store.lead(1)["contact_id"]
    assert [deal["contact_id"] for deal in store.query("SELECT * FROM deals")] == [became] * 2
    assert take("deal", *rows, policy="overwrite").operation is None


def test_a_contact_gives_way_to_what_a_lead_becomes(
    take: Importer, store: Store, leads: SeedLeads
) -> None:
    leads({"last_name": "Li", "email": "li@x.example", "company": "Kiln AG"})
    take("deal", {"contact": "jo@x.example", "external_id": "1"})
    row = {"contact": "Li (li@x.example)", "external_id": "1"}
    take("deal", row, policy="overwrite")
    assert store.query("SELECT contact_id FROM deals") == [
        {"contact_id": store.lead(1)["contact_id"]}
    ]
    assert take("deal", row, policy="overwrite").operation is None


# What other commands make of them.


def test_other_commands_know_the_new_records(
    leadctl: Leadctl, take: Importer, store: Store, leads: SeedLeads
) -> None:
    leads({"last_name": "Li", "email": "li@x.example"})
    take("contact", {"last_name": "Mu", "email": "mu@x.example", "account": "Kiln"})
    take("task", {"title": "Call", "lead": "1", "due": "2026-11-20", "owner": "ana"})
    take("campaign", {"name": "Fair"})
    take("transaction", {"account": "Kiln", "at": "2026-05-01", "amount": "5"})
    take(
        "activity", {"contact": "mu@x.example", "at": "2026-05-01", "Mood": "good", "owner": "ana"}
    )
    shown = leadctl.ok("show", "t1")
    assert (shown["title"], shown["owner"]) == ("Call", "ana")
    assert leadctl("show", "t1", terminal=True).code == 0
    assert [row["new"] for row in leadctl.ok("history", "t1")] == ["created"]
    assert leadctl.ok("db", "doctor")["findings"] == []
    [activity] = leadctl.ok("export", "--as", "activities")
    assert (activity["contact"], activity["account"]) == ("mu@x.example", None)
    assert activity["extra"] == {"Mood": "good", "owner": "ana"}
    undone = leadctl("undo", 3, "--yes", "--json").json
    assert [(left["kind"], left["reason"]) for left in undone["kept"]] == [
        ("contact", "activity 1 belongs to it"),
        ("account", "transaction 1 belongs to it"),
    ]


# Words.


@pytest.mark.parametrize(
    ("type_", "cell", "value"),
    [
        ("stage", "closed won", "Closed Won"), ("stage", "won", "Closed Won"),
        ("stage", "Closed-Lost", "Closed-Lost"), ("stage", "lost", "Closed Lost"),
        ("stage", " ", None), ("kind", "E-Mail", "email"), ("kind", "SMS", "chat"),
        ("kind", "Fax", "Fax"), ("kind", "", None), ("direction", "Outbound call", "out"),
        ("direction", "INCOMING", "in"), ("direction", "Internal", None), ("direction", "", None),
        ("percent", "75%", 75), ("percent", "0.75", 75), ("percent", "1", 1), ("percent", "", None),
        ("minutes", "15", 15), ("minutes", "1 h 30 min", 90), ("minutes", "90s", 2),
        ("minutes", "01:30", 90), ("minutes", "00:15:30", 16), ("minutes", "", None),
        ("seconds", "90", 2), ("seconds", "05:30", 6), ("seconds", "1:05:30", 66),
        ("seconds", "3", 1), ("seconds", "0", 0), ("seconds", "300.0", 5), ("result", "WON", "won"),
        ("result", "Closed Lost", "lost"), ("result", "deleted", "open"), ("clock", "14:30", 870),
        ("clock", "12:05 AM", 5), ("clock", "2:30:00 PM", 870), ("done", "2026-11-20", 1),
        ("due", "2026-11-25", "2026-11-25"), ("due", "25.11.2026", "2026-11-25"),
        ("due", "2026-11-25 10:30", "2026-11-25T10:30:00Z"), ("due", "", None),
        ("day", "1970-01-02", 1), ("day", "", None), ("done", "Completed", 1),
        ("done", "Not Started", 0), ("done", "", None), ("lead", " 42 ", "42"),
    ],
)  # fmt: skip
def test_words(take: Importer, type_: str, cell: str, value: Any) -> None:
    assert take.parser(type_)(cell) == value


@pytest.mark.parametrize(
    ("type_", "cell"),
    [
        *(("direction", "sideways"), ("percent", "101"), ("percent", "much"), ("minutes", "long")),
        *(("minutes", "-5"), ("due", "soon"), ("day", "soon"), ("seconds", "long")),
        *(("seconds", "99999999999"), ("clock", "25:00"), ("clock", "13:00 pm"), ("clock", "noon")),
    ],
)
def test_words_that_cannot_be(take: Importer, type_: str, cell: str) -> None:
    with pytest.raises(ValueError, match="is n"):
        take.parser(type_)(cell)


@pytest.mark.parametrize("kind", FIELDS)
def test_every_field_can_be_read_and_stands_once(take: Importer, kind: str) -> None:
    names = [field.name for field in FIELDS[kind]]
    assert len(set(names)) == len(names)
    for field in FIELDS[kind]:
        assert take.parser(field.type)("") is None
        assert field.meaning


def test_an_account_whose_name_is_only_signs_is_made_once(leadctl: Leadctl) -> None:
    file = leadctl.write("people.csv", "Name,Email,Account\nZoë Núñez,zoe@creme.example,★★\n")
    assert leadctl.ok("import", file, "--as", "contacts")["made"] == {"account": 1}
    more = leadctl.write("more.csv", "Name,Email,Account\nAda Berg,ada@creme.example,★★\n")
    assert leadctl.ok("import", more, "--as", "contacts")["made"] == {}


@pytest.mark.parametrize(
    ("word", "kind", "direction"),
    [
        ("Incoming call", "call", "in"), ("EMAIL_SENT", "email", "out"),
        ("incoming_email", "email", "in"), ("Call (outbound)", "call", "out"),
        ("Email - received", "email", "in"), ("Missed phone call", "call", "in"),
        ("Inbound e-mail", "email", "in"), ("Fax sent", "Fax sent", None),
        ("Received", "Received", None), ("(", "(", None), ("", "", None),
    ],
)  # fmt: skip
def test_a_kind_may_say_the_direction(word: str, kind: str, direction: str | None) -> None:
    assert kind_and_direction(word, Settings({})) == (kind, direction)


def test_activities_know_the_direction_by_their_kind(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Jo Li", "email=jo@x.example", "created_at=2026-11-01")
    rows = "Email,Type,Date,Direction\njo@x.example,Inbound call,2026-11-20,\n"
    rows += "jo@x.example,Call received,2026-11-21,out\n"
    file = leadctl.write("acts.csv", rows)
    outcome = leadctl("import", file, "--as", "activities")
    assert (outcome.code, "in no list" in outcome.err) == (0, False)
    found = leadctl.ok("export", "--as", "activities")
    assert [(each["kind"], each["direction"]) for each in found] == [
        ("call", "in"),
        ("call", "out"),
    ]
    assert leadctl.ok("import", file, "--as", "activities")["unchanged"] == 2


def test_nothing_is_said_of_parents_that_are_found(leadctl: Leadctl) -> None:
    file = leadctl.write("a.csv", "Account Name,Parent Account\nKiln,\nOven,Kiln\n")
    assert "not found" not in leadctl("import", file, "--as", "accounts").err
