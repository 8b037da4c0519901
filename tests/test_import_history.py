"""Leads that were converted elsewhere arrive converted, as of that day, and linked."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Leadctl, SeedLeads, facts
from test_import_records import Done, Importer, leadctl_undo

from leadctl.importing.history import Arrived, AsOf, convert_as_of
from leadctl.store import Store

AT = "2025-03-01T10:00:00Z"


@pytest.fixture
def take(leadctl: Leadctl, store: Store) -> Importer:
    leadctl.ok("rep", "add", "ana")
    return Importer(leadctl)


def arrive(take: Importer, *items: AsOf) -> tuple[int | None, Arrived]:
    with take.app.store.operation("import leads.csv") as op:
        arrived = convert_as_of(take.app, op, items)
    return op.saved, arrived


def row(store: Store, table: str, number: int = 1) -> dict[str, Any]:
    [found] = store.query(f"SELECT * FROM {table} WHERE id = ?", (number,))
    return found


def count(store: Store, table: str) -> int:
    return int(store.value(f"SELECT count(*) FROM {table}"))


def test_a_converted_lead_becomes_what_it_says_of_itself(
    take: Importer, store: Store, leads: SeedLeads
) -> None:
    leads(
        {"first_name": "Zoë", "last_name": "Núñez", "email": "zoe@creme.example", "status": "Odd",
         "company": "Crème & Fils", "owner_id": 1, "source": "Website", "extra": '{"Shoe":"39"}'},
        {"last_name": "Sato", "phone": "+81 3 5555 0102"},
    )  # fmt: skip
    before = facts(store)
    operation, arrived = arrive(take, AsOf(1, AT), AsOf(2, AT))
    assert (arrived.converted, dict(arrived.made)) == (2, {"account": 1, "contact": 2})
    zoe, sato = row(store, "leads"), row(store, "leads", 2)
    assert (zoe["status"], zoe["converted_at"]) == ("Converted", AT)
    assert (zoe["contact_id"], zoe["account_id"], zoe["deal_id"]) == (1, 1, None)
    assert (sato["contact_id"], sato["account_id"]) == (2, None)
    contact = row(store, "contacts")
    assert (contact["created_at"], contact["created_day"]) == (AT, 20148)
    assert (contact["owner_id"], contact["extra"]) == (1, '{"Shoe":"39"}')
    assert row(store, "accounts")["domain"] == "creme.example"
    leadctl_undo(take, operation)
    assert facts(store) == before


def test_leads_of_one_company_share_an_account(
    take: Importer, store: Store, leads: SeedLeads
) -> None:
    leads(
        {"last_name": "Li", "email": "li@kiln.example", "company": "Kiln AG"},
        {"last_name": "Mu", "email": "mu@kiln.example", "company": "KILN"},
        {"last_name": "Mu", "email": "MU@kiln.example"},
    )
    arrive(take, *(AsOf(lead, AT) for lead in (1, 2, 3)))
    assert (count(store, "accounts"), count(store, "contacts")) == (1, 2)
    third = row(store, "leads", 3)
    assert (third["contact_id"], third["account_id"]) == (2, 1)


def test_records_are_found_by_their_id_or_name(
    take: Importer, store: Store, leads: SeedLeads
) -> None:
    take("account", {"name": "Kiln AG", "external_id": "001A"}, system="sf")
    take("contact", {"last_name": "Li", "external_id": "003A", "account": "001A"}, system="sf")
    take("deal", {"name": "Oven", "external_id": "006A", "account": "001A"}, system="sf")
    leads({"last_name": "Li", "company": "Kilns"}, {"last_name": "Mo", "company": "Other"})
    _, arrived = arrive(
        take,
        AsOf(1, AT, account="001A", contact="003A", deal="006A", system="sf"),
        AsOf(2, AT, account="kiln", contact="Mo", deal="Oven"),
    )
    assert dict(arrived.made) == {"contact": 1}
    first, second = row(store, "leads"), row(store, "leads", 2)
    assert (first["account_id"], first["contact_id"], first["deal_id"]) == (1, 1, 1)
    assert (second["account_id"], second["contact_id"], second["deal_id"]) == (1, 2, 1)
    deal = row(store, "deals")
    assert (deal["lead_id"], deal["converted_at"], deal["stage"]) == (1, AT, "Qualification")


def test_records_that_come_later_fill_what_was_only_named(
    take: Importer, store: Store, leads: SeedLeads
) -> None:
    leads(
        {"last_name": "Li", "email": "li@kiln.example", "company": "Kiln AG"},
        {"last_name": "Mu", "company": "Kiln AG"},
    )
    ids = {"account": "0015g00000ABC1x", "contact": "0035g00000ABC1x", "deal": "0065g00000ABC1x"}
    arrive(
        take,
        AsOf(1, AT, **ids, system="sf"),
        AsOf(2, AT, account=ids["account"], contact="777", deal_name="Second oven", system="sf"),
    )
    assert (count(store, "accounts"), count(store, "contacts"), count(store, "deals")) == (1, 2, 2)
    stub = row(store, "deals")
    assert (stub["external_id"], stub["probability"]) == (ids["deal"], None)

    def later(kind: str, **cells: str) -> Done:
        return take(kind, cells, system="sf")

    assert later("account", external_id=ids["account"], name="Kiln", city="Bonn").ends == {
        "updated": 1
    }
    assert later("contact", external_id="777", title="CEO").ends == {"updated": 1}
    deal = {"external_id": ids["deal"], "name": "Oven", "stage": "Closed Won", "amount": "5"}
    assert later("deal", **deal).ends == {"updated": 1}
    assert later("deal", **deal).ends == {"unchanged": 1}
    second = {"external_id": "4", "name": "Second oven", "account": ids["account"]}
    assert later("deal", **second, stage="Closed Lost").ends == {"updated": 1}
    oven, other = row(store, "deals"), row(store, "deals", 2)
    assert (oven["name"], oven["stage"], oven["probability"]) == ("Oven", "Closed Won", 100)
    assert (other["stage"], other["external_id"]) == ("Closed Lost", "4")
    assert row(store, "contacts", 2)["title"] == "CEO"
    assert row(store, "accounts")["city"] == "Bonn"
    assert (count(store, "accounts"), count(store, "contacts"), count(store, "deals")) == (1, 2, 2)


def test_an_account_of_which_only_the_id_is_known(
    take: Importer, store: Store, leads: SeedLeads
) -> None:
    leads({"last_name": "Li"}, {"last_name": "Mu"})
    arrive(take, AsOf(1, AT, account="77", system="sf"), AsOf(2, AT, account="77", system="sf"))
    assert count(store, "accounts") == 1
    assert row(store, "leads", 2)["account_id"] == 1
    assert take("account", {"external_id": "77", "name": "Kiln"}, system="sf").ends == {
        "updated": 1
    }


def test_somebody_with_another_id_there_is_somebody_else(
    take: Importer, store: Store, leads: SeedLeads
) -> None:
    take("contact", {"last_name": "Li", "email": "li@x.example", "external_id": "1"}, system="sf")
    leads(
        {"last_name": "Li", "email": "li@x.example"}, {"last_name": "Li", "email": "li@x.example"}
    )
    arrive(take, AsOf(1, AT, contact="2", system="sf"), AsOf(2, AT, contact="9", system="hubspot"))
    assert row(store, "leads")["contact_id"] == 2
    assert row(store, "contacts", 2)["external_id"] == "2"


def test_ids_of_salesforce_are_one_in_15_and_18_characters(
    take: Importer, store: Store, leads: SeedLeads
) -> None:
    long = {"name": "Kiln", "external_id": "0015g00000ABC1xAAH"}
    take("account", long, system="salesforce")
    leads({"last_name": "Li", "company": "Kiln"}, {"last_name": "Mu", "company": "Kiln"})
    ids = {"account": "0015g00000ABC1x", "contact": "0035g00000ABC1x", "system": "salesforce"}
    arrive(take, AsOf(1, AT, **ids))
    assert row(store, "leads")["account_id"] == 1
    assert row(store, "contacts")["external_id"] == "0035g00000ABC1xAAH"


def test_what_is_converted_stays_as_it_is(
    leadctl: Leadctl, take: Importer, store: Store, leads: SeedLeads
) -> None:
    leads({"last_name": "Li", "company": "Kiln"})
    leadctl.ok("convert", 1, "--deal", "Oven", "--yes")
    operation, arrived = arrive(take, AsOf(1, AT, deal="Pan"))
    assert (operation, arrived.already, arrived.converted) == (None, 1, 0)
    assert count(store, "deals") == 1


def test_a_converted_lead_keeps_its_activities_in_view(
    leadctl: Leadctl, take: Importer, store: Store, leads: SeedLeads
) -> None:
    leads({"last_name": "Li", "email": "li@x.example"})
    take("activity", {"lead": "1", "kind": "call", "at": "2025-02-01"})
    arrive(take, AsOf(1, AT))
    assert len(store.activities(of="contact", record=1)) == 1
    assert leadctl.ok("show", "c1")["id"] == 1
    assert leadctl.ok("db", "doctor")["findings"] == []
