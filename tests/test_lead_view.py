"""The lead view: a condition means in it what it means in the empty table that checks it."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
from conftest import Leadctl

from leadctl.errors import UsageError
from leadctl.fields import DOCUMENTED, condition_fields
from leadctl.lead_view import RecordFilter, Words, columns_of, json_columns, order_by, view_sql
from leadctl.similar import Register, signs
from leadctl.store import Store

EVERY_TEXT = {
    field: f"{field} Äbc"
    for field, type_ in condition_fields().items()
    if type_ == "TEXT"
    and field not in {"uid", "owner", "grade", "rank", "email_domain", "last_activity_at", "status"}
    and field not in {"full_name", "last_activity_kind", "company_domain", "account_owner"}
    and not field.endswith("_at")
}


@pytest.fixture
def full(leadctl: Leadctl, leads: Any) -> Store:
    """A lead that has every field, the computed ones too."""
    leads(
        {
            **EVERY_TEXT, "email": "Ada@Kiln.example", "status": "Contacted", "employees": 70,
            "phone": "+49 30 23125 001", "website": "https://kiln.example",
            "annual_revenue": 5_000_00, "amount": 70_50, "email_opt_out": 1,
        }
    )  # fmt: skip
    leadctl.ok("rep", "add", "Ana")
    leadctl.ok("assign", 1, "--to", "Ana")
    leadctl.ok("log", 1, "call", "--at", "2026-11-21")
    leadctl.ok("score")
    return leadctl.store()


def literals(value: object) -> list[str]:
    quoted = "'" + str(value).replace("'", "''") + "'"
    return [quoted, f"upper({quoted})", f"lower({quoted})", "'5'", "5", "-1", "'zzz'", "'9999'"]


@pytest.mark.parametrize("field", list(condition_fields()))
def test_fields_compare_as_in_the_table_that_checks_conditions(full: Store, field: str) -> None:
    value = full.value(f"SELECT {field} FROM lead")
    if value is None:
        assert field in {"converted_at", "contact_id", "account_id", "deal_id", "account_owner"}
        return
    declared = ", ".join(
        f"{name} {type_}{' COLLATE NOCASE' if type_ == 'TEXT' else ''}"
        for name, type_ in condition_fields().items()
    )
    table = sqlite3.connect(":memory:")
    table.execute(f"CREATE TABLE lead ({declared})")
    table.execute(f"INSERT INTO lead ({field}) VALUES (?)", (value,))
    for literal in literals(value):
        for comparison in (
            f"{field} = {literal}", f"{field} <> {literal}", f"{field} < {literal}",
            f"{field} >= {literal}", f"{field} IN ({literal}, 'x')", f"{field} LIKE {literal}",
            f"{field} BETWEEN '0' AND {literal}", f"{literal} = {field}",
            f"max({field}, {literal}) = {literal}",
        ):  # fmt: skip
            query = f"SELECT count(*) FROM lead WHERE {comparison}"
            [expected] = table.execute(query).fetchone()
            assert full.value(query) == expected, comparison
    table.close()


def test_computed_fields(full: Store) -> None:
    lead = full.leads(RecordFilter())[0]
    assert (lead["age_days"], lead["days_since_activity"], lead["activities"]) == (2, 1, 1)
    assert (lead["has_phone"], lead["has_email"], lead["is_free_mail"]) == (1, 1, 0)
    assert (lead["email_domain"], lead["owner"]) == ("kiln.example", "Ana")
    assert lead["last_activity_at"] == "2026-11-21T00:00:00Z"
    assert (lead["amount"], lead["annual_revenue"]) == (70.5, 5000)
    assert lead["score"] == lead["fit"] + lead["engagement"]


def test_activities_are_counted_by_kind_and_direction(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Ada Lovelace")
    counted = ("calls", "emails_in", "emails_out", "meetings", "visits", "forms")
    counted += ("activities", "touches")
    written = (
        *(("call", "in"), ("call", "out"), ("email", "in"), ("email", "out"), ("email", "out")),
        *(("meeting", None), ("visit", None), ("form", None), ("form", None), ("form", None)),
    )
    with leadctl.store().operation("log") as op:
        op.create(
            "activity",
            [
                {"lead_id": 1, "kind": kind, "direction": direction, "day": 20770 + at,
                 "at": f"2026-11-{13 + at}T09:00:00Z"}
                for at, (kind, direction) in enumerate(written)
            ],
        )  # fmt: skip
    lead = leadctl.store().lead(1)
    assert {name: lead[name] for name in counted} == {
        "calls": 2, "emails_in": 1, "emails_out": 2, "meetings": 1, "visits": 1, "forms": 3,
        "activities": 10, "touches": 4,
    }  # fmt: skip
    assert lead["last_touch_at"] == "2026-11-18T09:00:00Z"
    assert (lead["full_name"], lead["last_activity_kind"]) == ("Ada Lovelace", "form")
    assert leadctl.ok("list", "--where", "calls = 2 and emails_in < emails_out") != []


def test_open_tasks_are_those_to_be_done(store: Store, leads: Any) -> None:
    leads(2)
    written = {"created_at": "2026-11-20T09:00:00Z", "created_day": 20777}
    with store.operation("tasks") as op:
        op.create("task", [{**written, "lead_id": 1, "title": "one"}])
        op.create("task", [{**written, "lead_id": 1, "done_at": "2026-11-21T09:00:00Z"}])
    assert [store.lead(lead)["open_tasks"] for lead in (1, 2)] == [1, 0]


@pytest.mark.parametrize(
    ("lead", "domain"),
    [
        ({"website": "https://www.Kiln.example/shop", "email": "a@gmail.com"}, "kiln.example"),
        ({"email": "a@kiln.example"}, "kiln.example"),
        ({"email": "a@gmail.com"}, None),
        ({"website": "https://facebook.com/kiln", "email": "a@kiln.example"}, "kiln.example"),
        ({"company": "Kiln"}, None),
    ],
)
def test_the_domain_of_a_company(
    store: Store, leads: Any, lead: dict[str, str], domain: str | None
) -> None:
    leads(lead)
    assert store.lead(1)["company_domain"] == domain
    assert store.count_leads(RecordFilter(where="company_domain = 'KILN.example'")) == bool(domain)


def test_the_owner_of_the_account_is_of_the_one_that_a_conversion_offers(
    store: Store, leads: Any
) -> None:
    written = {"created_at": "2026-11-20T09:00:00Z", "created_day": 20777}
    with store.operation("accounts") as op:
        ana, ben, eva = op.create("rep", [{"name": name} for name in ("ana", "ben", "eva")])
        op.create(
            "account",
            [
                {**written, "name": "Kiln", "domain": "kiln.other", "owner_id": ana},
                {**written, "name": "Kiln GmbH", "domain": "kiln.example", "owner_id": ben},
                {**written, "name": "Kiln AG", "owner_id": eva},
                {**written, "name": "Nobody’s", "domain": "nobody.example"},
            ],
        )
    leads(
        {"company": "kiln", "email": "a@kiln.example"},
        {"company": "Kiln Ltd", "email": "a@gmail.com"},
        {"company": "Other", "email": "b@kiln.other"},
        {"company": "Nobody's"},
        {"company": "Unknown", "email": "a@unknown.example"},
        {"company": "Unknown", "account_id": 3},
        {"last_name": "No company"},
    )
    owners = [store.lead(lead)["account_owner"] for lead in range(1, 8)]
    assert owners == ["ben", "ana", "ana", None, None, "eva", None]
    for lead in range(1, 6):
        of = signs(store.record("lead", lead) or {})
        offered = Register(store, [of]).accounts(of)
        owner = store.record("account", offered[0].id)["owner_id"] if offered else None  # type: ignore[index]
        assert owners[lead - 1] == {None: None, 1: "ana", 2: "ben", 3: "eva"}[owner]


def test_the_account_of_a_company_is_found_past_all_its_leads(store: Store, leads: Any) -> None:
    written = {"created_at": "2026-11-20T09:00:00Z", "created_day": 20777}
    with store.operation("account") as op:
        [ana] = op.create("rep", [{"name": "ana"}])
        op.create("account", [{**written, "name": "Kiln AG", "owner_id": ana}])
    leads(*({"last_name": f"L{n}", "company": "Kiln AG"} for n in range(2000)))
    steps = [0]
    store.connection.set_progress_handler(lambda: steps.__setitem__(0, steps[0] + 1), 10_000)
    assert store.value("SELECT count(account_owner) FROM lead") == 2000
    store.connection.set_progress_handler(None, 0)
    # Each of them looking at all others would take 40,000,000 instructions.
    assert steps[0] < 200


def test_what_lies_ahead_has_not_happened(leadctl: Leadctl, leads: Any) -> None:
    leads(1)
    leadctl.ok("log", 1, "meeting", "--at", "2026-12-24")
    lead = leadctl.store().leads(RecordFilter())[0]
    assert (lead["activities"], lead["last_activity_at"]) == (0, None)


def test_the_view_has_every_column_once() -> None:
    columns = columns_of(DOCUMENTED)
    assert len(set(columns)) == len(columns)
    assert set(json_columns(DOCUMENTED)) < set(columns)
    assert all(f"{name}" in view_sql(DOCUMENTED) for name in columns)


def test_an_empty_filter_means_everybody() -> None:
    assert RecordFilter().sql() == ("1", {})


def test_no_ids_mean_nobody(store: Store, leads: Any) -> None:
    leads(2)
    assert store.leads(RecordFilter(ids=())) == []
    assert store.count_leads(RecordFilter(ids=(1, 99))) == 1


@pytest.mark.parametrize("hostile", ["'; DROP TABLE leads; --", "%", "_", ":w0", '"', "\\"])
def test_words_of_a_filter_are_bound(store: Store, leads: Any, hostile: str) -> None:
    leads({"last_name": "A", "source": hostile, "tags": hostile}, {"last_name": "B"})
    for wanted in (
        RecordFilter(words={"source": Words((hostile,))}),
        RecordFilter(tags=Words((hostile,))),
    ):
        assert [lead["id"] for lead in store.leads(wanted)] == [1]


@pytest.mark.parametrize(
    ("words", "field", "descending"),
    [
        (None, None, True), ("id", None, True), ("-id", None, False), ("score", "score", True),
        ("-score", "score", False), ("company", "company", False), ("-Company", "company", True),
        ("amount", "amount", True), ("created_at", "created_at", True), ("grade", "grade", False),
        ("age_days", "age_days", True), ("last_activity_at", "last_activity_at", True),
    ],
)  # fmt: skip
def test_orders(words: str | None, field: str | None, descending: bool) -> None:
    assert order_by(words, DOCUMENTED)[:2] == (field, descending)


@pytest.mark.parametrize("words", ["scoer", "", "-", "owner_id", "id; drop", "1"])
def test_orders_that_are_none(words: str) -> None:
    with pytest.raises(UsageError):
        order_by(words, DOCUMENTED)
