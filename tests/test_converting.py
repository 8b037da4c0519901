"""Converting: the mapping, the plan as a value, and what finds accounts and contacts."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import SeedLeads

from leadctl import converting
from leadctl.config import Settings
from leadctl.converting import NEW, NONE, Choices, Plan, Terms
from leadctl.errors import BadDataError, ConflictError, NotFoundError, UsageError
from leadctl.rules import mapping
from leadctl.similar import Register, signs
from leadctl.store import Store

AT = {"created_at": "2026-11-20T09:00:00Z", "created_day": 20777}
ZOE = {
    "first_name": "Zoë", "last_name": "Núñez", "company": "Crème & Fils",
    "email": "zoe@creme.example", "phone": "+49 30 123456", "source": "Website",
    "campaign": "spring", "product": "CRM", "amount": 1_200_000, "currency": "EUR",
    "rating": "Hot", "extra": '{"Favourite colour":"blue"}', "tags": "vip",
}  # fmt: skip


def make(store: Store, kind: str, **values: Any) -> int:
    with store.operation("seed") as op:
        return op.create(kind, [{**AT, **values}])[0]


def terms(document: dict[str, Any] | None = None) -> Terms:
    return converting.terms(Settings({"timezone": "UTC", **(document or {})}))


def planned(store: Store, lead: int, *, document: Any = None, **choices: Any) -> Plan:
    wanted = Choices(**choices)
    return converting.plan(converting.look(store, lead, wanted), wanted, terms(document))


# The mapping.


def with_map(**entries: Any) -> dict[str, Any]:
    return {"convert": {"map": entries}}


def test_every_standard_entry_goes_to_a_field_that_is_there() -> None:
    mapped = mapping.load({})
    assert mapped["phone"] == (("contact", "phone"), ("account", "phone"))
    assert mapped["rating"] == (("deal", "extra.rating"),)
    assert "status" not in mapped
    assert "owner" not in mapped


def test_the_columns_of_every_target_are_in_the_schema(store: Store) -> None:
    with store.operation("look", dry_run=True) as op:
        for kind, fields in mapping.TARGETS.items():
            assert set(fields) <= set(op.columns(kind))


def test_an_entry_of_the_file_replaces_the_standard_one() -> None:
    mapped = mapping.load(with_map(product="deal.name", phone="contact.phone", rating=[]))
    lead = {"product": "CRM", "phone": "+49 30 1", "rating": "Hot", "company": "C", "extra": {}}
    assert mapping.values(mapped, "deal", lead) == {"name": "CRM"}
    assert mapping.values(mapped, "account", lead) == {"name": "C"}


def test_of_two_fields_for_one_target_the_file_wins_where_it_is_not_blank() -> None:
    mapped = mapping.load(with_map(mobile="account.phone"))
    lead = {"phone": "1", "mobile": "2", "extra": {}}
    assert mapping.values(mapped, "account", lead) == {"phone": "2"}
    assert mapping.values(mapped, "account", {**lead, "mobile": None}) == {"phone": "1"}


def test_texts_and_extra_hold_what_people_read() -> None:
    mapped = mapping.load(
        with_map(amount=["deal.amount", "deal.extra.asked", "deal.description"], product=[])
    )
    lead = {"amount": 1_200_050, "extra": {}}
    assert mapping.values(mapped, "deal", lead) == {
        "amount": 1_200_050, "extra.asked": 12000.5, "description": "12000.5",
    }  # fmt: skip


def test_an_extra_field_can_be_mapped_and_is_then_not_carried() -> None:
    mapped = mapping.load(with_map(**{"extra.Need": "deal.description"}))
    lead = {"extra": {"Need": "soon", "Colour": "blue"}}
    assert mapping.values(mapped, "deal", lead) == {"description": "soon"}
    assert mapping.carried(mapped, lead) == {"Colour": "blue"}


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("produkt", "deal.name"),
        ("product", "deal.nmae"),
        ("product", "order.name"),
        ("product", "name"),
        ("product", 7),
        ("product", ["deal.name", 7]),
        ("product", "deal.amount"),
        ("employees", "account.annual_revenue"),
        ("owner", "deal.description"),
        ("extra.", "deal.description"),
        ("rating", "deal.extra."),
    ],
)
def test_a_broken_entry_is_named(name: str, target: Any) -> None:
    with pytest.raises(BadDataError, match=rf"convert\.map\.{name} "):
        mapping.load(with_map(**{name: target}))


def test_a_map_that_is_no_table_is_named() -> None:
    with pytest.raises(BadDataError, match=r"convert\.map is a table"):
        mapping.load({"convert": {"map": "deal.name"}})


# Who it may be.


def look_up(store: Store, lead: dict[str, Any]) -> Register:
    return Register(store, [signs(lead)])


def found(store: Store, **lead: Any) -> list[tuple[int, str]]:
    return [tuple(similar) for similar in look_up(store, lead).accounts(signs(lead))]


def test_accounts_are_found_by_name_and_domain_the_likeliest_first(store: Store) -> None:
    elsewhere = make(store, "account", name="Crème & Fils", domain="other.example")
    domain = make(store, "account", name="Fils Holding", website="https://www.creme.example/de")
    name = make(store, "account", name="creme & fils SARL")
    both = make(store, "account", name="Crème & Fils", domain="creme.example")
    make(store, "account", name="Kiln AG", domain="kiln.example")
    assert found(store, company="Crème & Fils", email="zoe@creme.example") == [
        (both, "same company name and domain creme.example"),
        (name, "same company name"),
        (domain, "same domain creme.example"),
        (elsewhere, "same company name, another domain"),
    ]


def test_free_mail_ties_no_company(store: Store) -> None:
    make(store, "account", name="Kiln AG", domain="gmail.com")
    make(store, "account", name="Queen's", website="gmail.com")
    assert found(store, company="Crème", email="zoe@gmail.com", website="https://gmail.com") == []


def test_contacts_are_found_by_email_or_by_phone_and_name(store: Store) -> None:
    phone = make(store, "contact", first_name="Zoe", last_name="Nunez", phone="0049 30 123456")
    other = make(store, "contact", last_name="Info", email="ZOE@creme.example")
    email = make(store, "contact", last_name="Núñez", first_name="Zoë", email="zoe@creme.example")
    make(store, "contact", last_name="Somebody", phone="+49 30 123456")
    assert [tuple(s) for s in look_up(store, ZOE).contacts(signs(ZOE))] == [
        (email, "same email"),
        (other, "same email, another name"),
        (phone, "same phone and name"),
    ]


@pytest.mark.parametrize(
    ("written", "other"), [("O’Brien", "O'Brien"), ("李小龙", "李小龙"), ("Müller", "Muller")]
)
def test_names_match_however_they_are_written(store: Store, written: str, other: str) -> None:
    contact = make(store, "contact", first_name="Anne", last_name=other, phone="030 123456")
    lead = {"first_name": "anne", "last_name": written, "mobile": "030/12 34 56"}
    assert [s.id for s in look_up(store, lead).contacts(signs(lead))] == [contact]


# The plan.


def test_a_name_that_is_only_written_otherwise_does_not_differ(
    store: Store, leads: SeedLeads
) -> None:
    make(store, "contact", first_name="Jürgen", last_name="O’Brien", email="jo@kiln.example")
    written = {"email": "jo@kiln.example", "first_name": "Juergen", "last_name": "O'Brien"}
    lead, other = leads(written, {**written, "first_name": "Anne"})
    assert planned(store, lead).kept == {}
    assert planned(store, other).kept == {"contact": ["first_name"]}


def test_nothing_there_everything_new(store: Store, leads: SeedLeads) -> None:
    (lead,) = leads(ZOE)
    plan = planned(store, lead, deal=NEW)
    assert plan.created == ["account", "contact", "deal"]
    assert plan.filled == plan.kept == {}
    assert plan.account is not None
    assert plan.deal is not None
    assert plan.account.values == {
        "phone": "+49 30 123456", "name": "Crème & Fils", "currency": "EUR",
        "domain": "creme.example",
    }  # fmt: skip
    assert plan.contact.values["extra"] == '{"Favourite colour":"blue"}'
    assert plan.carried == ("Favourite colour",)
    assert plan.deal.name == "Crème & Fils – CRM"
    assert plan.deal.values["amount"] == 1_200_000
    assert plan.deal.values["stage"] == "Qualification"
    assert plan.deal.values["probability"] == 10
    assert plan.deal.values["extra"] == '{"rating":"Hot"}'
    assert (plan.deal.values["source"], plan.deal.values["campaign"]) == ("Website", "spring")
    assert (plan.contact.values["source"], plan.contact.values["campaign"]) == ("Website", "spring")


def test_a_plan_is_equal_until_something_changes(store: Store, leads: SeedLeads) -> None:
    (lead,) = leads(ZOE)
    before = planned(store, lead)
    assert planned(store, lead) == before
    with store.operation("log") as op:
        op.create("activity", [{"lead_id": lead, "kind": "call", "at": AT["created_at"], "day": 1}])
    assert planned(store, lead) == before
    make(store, "contact", email="zoe@creme.example")
    assert planned(store, lead) != before


def test_no_company_no_account(store: Store, leads: SeedLeads) -> None:
    make(store, "account", name="Creme", domain="creme.example")
    (lead,) = leads({"last_name": "Núñez", "email": "zoe@creme.example"})
    plan = planned(store, lead)
    assert plan.account is None
    with pytest.raises(UsageError, match="no company"):
        planned(store, lead, account=NEW)


def test_the_account_of_the_contact_is_taken_where_the_company_says_nothing(
    store: Store, leads: SeedLeads
) -> None:
    account = make(store, "account", name="Kiln AG")
    make(store, "contact", email="zoe@creme.example", account_id=account)
    (lead,) = leads({"email": "zoe@creme.example", "company": "Kiln Services"})
    plan = planned(store, lead)
    assert plan.account is not None
    assert (plan.account.id, plan.account.reason) == (account, "the account of this contact")


def test_only_blanks_are_filled_and_the_rest_is_named(store: Store, leads: SeedLeads) -> None:
    account = make(
        store, "account", name="Crème et Fils", domain="creme.example", phone="030 1234567"
    )
    contact = make(store, "contact", email="zoe@creme.example", last_name="NÚÑEZ", source="Phone")
    (lead,) = leads({**ZOE, "industry": "Food", "title": "Boss"})
    plan = planned(store, lead)
    assert plan.filled == {
        "account": ["industry"],
        "contact": ["first_name", "title", "phone", "campaign", "extra", "account"],
    }
    assert plan.kept == {"account": ["name", "phone"], "contact": ["source"]}
    assert (plan.account and plan.account.id, plan.contact.id) == (account, contact)
    both = planned(store, lead, overwrite=frozenset(("account.phone", "source")))
    assert both.kept == {"account": ["name"]}


def test_an_amount_and_its_currency_come_together_or_not_at_all(
    store: Store, leads: SeedLeads
) -> None:
    make(store, "account", name="Crème & Fils", currency="USD")
    (lead,) = leads({**ZOE, "annual_revenue": 500})
    plan = planned(store, lead)
    assert plan.kept == {"account": ["annual_revenue"]}
    assert plan.account is not None
    assert "currency" not in plan.account.values
    taken = planned(store, lead, overwrite=frozenset(("annual_revenue",))).account
    assert taken is not None
    assert (taken.values["annual_revenue"], taken.values["currency"]) == (500, "EUR")


def test_an_opt_out_is_never_lost(store: Store, leads: SeedLeads) -> None:
    make(store, "contact", email="zoe@creme.example", email_opt_out=0)
    (lead,) = leads({**ZOE, "email_opt_out": 1})
    assert planned(store, lead).contact.values["email_opt_out"] == 1


def test_extra_of_a_contact_is_added_to(store: Store, leads: SeedLeads) -> None:
    make(
        store, "contact", email="zoe@creme.example", extra='{"Shoe":"41","Favourite colour":"red"}'
    )
    (lead,) = leads({**ZOE, "extra": '{"Favourite colour":"blue","Car":"none"}'})
    plan = planned(store, lead)
    assert plan.contact.values["extra"] == '{"Shoe":"41","Favourite colour":"red","Car":"none"}'
    assert "extra.Favourite colour" in plan.contact.kept


def test_a_lead_that_is_only_a_company_gives_its_contact_a_name(
    store: Store, leads: SeedLeads
) -> None:
    (lead,) = leads({"company": "Kiln AG"})
    assert planned(store, lead).contact.name == "Kiln AG"


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"company": "Kiln AG", "last_name": "Li"}, "Kiln AG"),
        ({"company": "Kiln AG", "product": "CRM"}, "Kiln AG – CRM"),
        ({"first_name": "Anne", "last_name": "O’Brien", "product": "CRM"}, "Anne O’Brien"),
        ({"email": "a@b.example"}, "a@b.example"),
    ],
)
def test_a_deal_is_called_by_company_and_product_else_by_the_lead(
    store: Store, leads: SeedLeads, facts: dict[str, str], name: str
) -> None:
    (lead,) = leads(facts)
    plan = planned(store, lead, deal=NEW)
    assert plan.deal is not None
    assert plan.deal.name == name


def test_the_file_may_name_the_deal(store: Store, leads: SeedLeads) -> None:
    (lead,) = leads(ZOE)
    plan = planned(store, lead, deal=NEW, document=with_map(product="deal.name"))
    assert plan.deal is not None
    assert plan.deal.name == "CRM"


def test_a_deal_of_another_stands_against_it(store: Store, leads: SeedLeads) -> None:
    lead, other = leads(ZOE, {"last_name": "Other"})
    account = make(store, "account", name="Kiln AG")
    deal = make(store, "deal", name="Old", stage="Qualification", lead_id=other, account_id=account)
    plan = planned(store, lead, deal=deal)
    assert plan.problems == [
        f"deal d{deal} belongs to account a{account}",
        f"deal d{deal} belongs to lead {other}",
    ]
    mine = planned(store, lead, deal=deal, overwrite=frozenset(("deal.account", "lead")))
    assert mine.problems == []


def test_what_cannot_be_planned(store: Store, leads: SeedLeads) -> None:
    lead, lost = leads(ZOE, {"last_name": "Lost", "status": "Lost"})
    for choice in ({"account": 99}, {"contact": 99}, {"deal": 99}):
        with pytest.raises(NotFoundError):
            planned(store, lead, **choice)
    with pytest.raises(NotFoundError):
        planned(store, 99)
    with pytest.raises(ConflictError, match="is Lost") as refused:
        planned(store, lost)
    assert refused.value.hint is not None
    assert "--anyway" in refused.value.hint
    assert planned(store, lost, anyway=True).created == ["contact"]
    assert planned(store, lost, account=NONE, anyway=True).account is None


def test_an_address_of_several_means_nobody_of_another_name(store: Store, leads: SeedLeads) -> None:
    address = {"email": "info@kiln.example"}
    contact = make(store, "contact", first_name="Anne", last_name="Ash", **address)
    same, other = leads(
        {"first_name": "Anne", "last_name": "Ash", **address},
        {"first_name": "Bo", "last_name": "Birch", **address},
    )
    assert planned(store, same).contact.id == contact
    assert planned(store, other).contact.id is None
    assert "c1 has the same email, which several use" in planned(store, other).contact.reason
    assert planned(store, other, contact=contact).contact.id == contact
