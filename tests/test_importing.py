"""From header and cells to drafts, and what a draft means beside a lead that is there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from conftest import SHARED
from hypothesis import given
from hypothesis import strategies as st

from leadctl.config import Settings
from leadctl.errors import BadDataError, UsageError
from leadctl.fields import LEAD_FIELDS
from leadctl.formats.table import Part, Table
from leadctl.importing.columns import map_columns
from leadctl.importing.drafting import Draft, Drafter, Notes, Rejected
from leadctl.importing.lead import Lead
from leadctl.models import checked
from leadctl.values import PLACEHOLDERS_BUT_NAMES, Normaliser

NORMALISER = Normaliser(Settings({"timezone": "UTC"}))


def table(header: str, *rows: str) -> Table:
    """Return a file whose cells are cut at commas; the header is line 1."""
    part = Part(list(range(2, 2 + len(rows))), [row.split(",") for row in rows])
    return Table("leads.csv", "UTF-8", ",", tuple(header.split(",")), iter([part]))


def fields(header: str, **chosen: str) -> dict[str, str | None]:
    return {column.header: column.field for column in map_columns(table(header), chosen)}


def drafted(file: Table, notes: Notes | None = None, **more: Any) -> list[Draft | Rejected]:
    columns = map_columns(file, more.pop("chosen", {}))
    return list(Drafter(file, columns, NORMALISER, notes or Notes(), **more).rows())


def draft(header: str, row: str, **more: Any) -> Draft:
    (found,) = drafted(table(header, row), **more)
    assert isinstance(found, Draft), found
    return found


def reason(header: str, row: str) -> str:
    (found,) = drafted(table(header, row))
    assert isinstance(found, Rejected), found
    return str(found)


# Which column is which field.

EXPORTS = {
    "Salesforce Lead, API names": {
        "Id": "external_id", "LastName": "last_name", "FirstName": "first_name",
        "Salutation": "salutation", "Name": "full_name", "Title": "title", "Company": "company",
        "Street": "street", "City": "city", "State": "state", "PostalCode": "postal_code",
        "Country": "country", "Phone": "phone", "MobilePhone": "mobile", "Email": "email",
        "Website": "website", "Description": "description", "LeadSource": "source",
        "Status": "status", "Industry": "industry", "Rating": "rating",
        "AnnualRevenue": "annual_revenue", "NumberOfEmployees": "employees",
        "CreatedDate": "created_at", "Fax": None, "IsConverted": "converted", "Jigsaw": None,
    },
    "Salesforce, report": {
        "Lead Owner": "owner", "First Name": "first_name", "Last Name": "last_name",
        "Title": "title", "Company / Account": "company", "Lead Source": "source",
        "Rating": "rating", "Street": "street", "Email": "email",
    },
    "HubSpot contacts": {
        "Record ID": "external_id", "First Name": "first_name", "Last Name": "last_name",
        "Email": "email", "Phone Number": "phone", "Contact owner": "owner",
        "Lead Status": "status", "Create Date": "created_at", "Lead Source": "source",
        "Associated Company": "company", "Lifecycle Stage": None, "Associated Deal": None,
    },
    "Pipedrive people": {
        "Person - ID": "external_id", "Person - Name": "full_name", "Person - Email": "email",
        "Person - Phone": "phone", "Organization - Name": "company",
    },
    "Mailchimp audience": {
        "Email Address": "email", "First Name": "first_name", "Last Name": "last_name",
        "TAGS": "tags", "MEMBER_RATING": None,
    },
    "Google Contacts (2024)": {
        "First Name": "first_name", "Last Name": "last_name", "Name Prefix": "salutation",
        "Organization Name": "company", "Organization Title": "title", "Notes": "description",
        "Labels": "tags", "E-mail 1 - Value": "email", "Phone 1 - Value": "phone",
        "Website 1 - Value": "website", "E-mail 1 - Label": None, "Nickname": None,
    },
    "Outlook 2010 contacts": {
        "First Name": "first_name", "Last Name": "last_name", "Company": "company",
        "Job Title": "title", "Title": "salutation", "Business Street": "street",
        "Business City": "city", "Business State": "state",
        "Business Postal Code": "postal_code", "Business Country/Region": "country",
        "Business Phone": "phone", "Mobile Phone": "mobile", "E-mail Address": "email",
        "Notes": "description", "Web Page": "website", "Categories": "tags",
        "Home Street": None,
    },
    "Apollo": {
        "First Name": "first_name", "Last Name": "last_name", "Title": "title",
        "organization_name": "company", "email": "email", "Contact Owner": "owner",
        "Work Direct Phone": "phone", "Mobile Phone": "mobile", "Stage": "status",
        "Lists": "tags", "# Employees": "employees", "Industry": "industry",
        "Website": "website", "City": "city", "State": "state", "Country": "country",
        "Annual Revenue": "annual_revenue", "Apollo Contact Id": "external_id", "Keywords": None,
    },
    "Zoho CRM Leads: label -> API name": {
        "Lead Owner": "owner", "Company": "company", "First Name": "first_name",
        "Last Name": "last_name", "Salutation": "salutation", "Title": "title",
        "Email": "email", "Phone": "phone", "Mobile": "mobile", "Website": "website",
        "Lead Source": "source", "Lead Status": "status", "Industry": "industry",
        "Rating": "rating", "Annual Revenue": "annual_revenue",
        "No. of Employees": "employees", "Street": "street", "City": "city",
        "State": "state", "Zip Code": "postal_code", "Country": "country",
        "Description": "description", "Email Opt Out": "email_opt_out", "Tag": "tags",
        "Created Time": "created_at", "Fax": None, "Modified Time": None,
    },
}  # fmt: skip


def headers_of(export: str) -> list[str]:
    """Return the header row of an export as the file of headers lists it, labels only."""
    text = (SHARED / "exports" / "HEADERS.md").read_text(encoding="utf-8")
    section = text.partition(f"## {export}\n")[2].partition("\n## ")[0]
    if "`" in section:
        return re.findall(r"`([^`]+)`", section)
    labels = section.partition("after conversion")[0]
    return re.findall(r"([^,;:\n]+?)\*? -> ", labels)


@pytest.mark.parametrize("export", EXPORTS)
def test_headers_of_other_crms(export: str) -> None:
    if not SHARED.exists():
        pytest.skip("the lists of real headers are not here")
    header = list(dict.fromkeys(word.strip() for word in headers_of(export)))
    file = Table("leads.csv", "UTF-8", ",", tuple(header), iter(()))
    found = {column.header: column.field for column in map_columns(file, {})}
    wanted = EXPORTS[export]
    assert set(wanted) <= set(found)
    assert {header: found[header] for header in wanted} == wanted


@pytest.mark.parametrize(
    "header",
    ["First_Name,Designation,No_of_Employees,Email_Opt_Out,Zip_Code,Lead_Source,Created_Time"],
)
def test_api_names_of_zoho(header: str) -> None:
    assert list(fields(header).values()) == [
        *("first_name", "title", "employees", "email_opt_out", "postal_code", "source"),
        "created_at",
    ]


def test_every_field_is_known_by_its_own_name() -> None:
    for field in LEAD_FIELDS:
        header = field.name.upper().replace("_", " ")
        assert fields(f"{field.name},x")[field.name] == field.name
        assert fields(f"{header},x")[header] == field.name


def test_of_two_columns_of_one_field_the_own_name_wins_wherever_they_stand() -> None:
    assert fields("Work Email,Email") == {"Work Email": None, "Email": "email"}
    assert fields("Email,Work Email") == {"Work Email": None, "Email": "email"}


def test_of_two_other_words_the_one_listed_first_wins_wherever_they_stand() -> None:
    one, other = fields("Work Email,E-Mail Address"), fields("E-Mail Address,Work Email")
    assert one == other == {"E-Mail Address": "email", "Work Email": None}


def test_map_wins_over_the_words_of_a_header() -> None:
    assert fields("Email,Private", Private="email") == {"Email": None, "Private": "email"}


def test_map_to_extra_and_to_nothing() -> None:
    assert fields("Email,Phone,Fax", Phone="extra", Fax="") == {
        "Email": "email",
        "Phone": None,
        "Fax": "",
    }


def test_map_means_the_exact_header_first() -> None:
    columns = map_columns(table("E-Mail,Email,Name"), {"e-mail": "company"})
    assert [column.field for column in columns] == ["company", "email", "full_name"]


def test_map_takes_a_header_in_another_spelling() -> None:
    assert fields("Firma GmbH?,x", **{"firma gmbh": "company"})["Firma GmbH?"] == "company"


@pytest.mark.parametrize("asked", ["Telefax", "?", "E Mail"])
def test_map_of_an_unknown_header_names_those_there_are(asked: str) -> None:
    with pytest.raises(UsageError) as caught:
        map_columns(table("E-Mail,Email,#,%"), {asked: "phone"})
    assert caught.value.hint == "it has E-Mail, Email, #, %"


def test_map_to_an_unknown_field_suggests() -> None:
    with pytest.raises(UsageError, match="no field 'compny'") as caught:
        fields("Firm", Firm="compny")
    assert caught.value.hint == "did you mean company?"


def test_no_known_column() -> None:
    with pytest.raises(BadDataError, match="no column is known"):
        fields("a,b,c")
    with pytest.raises(BadDataError, match="no column is known"):
        fields("Email", Email="")


def test_columns_of_a_rejects_file_are_no_data() -> None:
    assert fields("leadctl_reason,Email")["leadctl_reason"] == ""


# From cells to a draft.


def test_values_are_stored_values_and_blanks_are_left_out() -> None:
    found = draft(
        "First Name,Company,Email,Employees,Amount,Opt Out,Created,Tags,Colour,Shape",
        " Zoë , ,mailto:Zoe@creme.example,51-200,€ 12 000.50,yes,22.11.2026 14:30,a;b;a,red, ",
    )
    assert found.values == {
        "first_name": "Zoë", "email": "Zoe@creme.example", "employees": 51, "amount": 1200050,
        "currency": "EUR", "email_opt_out": 1, "created_at": "2026-11-22T14:30:00Z",
        "created_day": 20779, "tags": "a, b",
    }  # fmt: skip
    assert found.extra == {"Colour": "red"}
    assert found.line == 2


def test_a_column_of_currencies_goes_before_the_mark_in_an_amount() -> None:
    assert draft("Company,Amount,Currency", "x,$5,EUR").values["currency"] == "EUR"
    assert draft("Company,Currency,Amount", "x,EUR,$5").values["currency"] == "EUR"
    assert draft("Company,Currency,Amount", "x,,$5").values["currency"] == "USD"


def test_a_whole_name_is_split() -> None:
    values = draft("Name", "Anna van der Berg").values
    assert values == {"first_name": "Anna", "last_name": "van der Berg"}
    assert draft("Contact", "Cher").values == {"last_name": "Cher"}


def test_a_whole_name_beside_its_parts_is_kept_only_if_it_says_more() -> None:
    assert draft("Name,First Name,Last Name", "Jo Li,Jo,Li").extra == {}
    assert draft("Name,Last Name", "Dr. Jo Li,Li").extra == {"full_name": "Dr. Jo Li"}


def test_owner_is_a_rep_or_kept_aside() -> None:
    notes = Notes()
    file = table("Email,Owner", "a@x.example,ANA", "b@x.example,Bob")
    ana, bob = drafted(file, notes, reps={"ana": 7})
    assert isinstance(ana, Draft)
    assert isinstance(bob, Draft)
    assert ana.values["owner_id"] == 7
    assert bob.extra == {"owner": "Bob"}
    assert notes.unknown_owners == {"Bob": 1}


def test_source_and_system_are_for_rows_that_name_none() -> None:
    more = {"source": "Phone", "system": "zoho"}
    named = draft("Company,Source,Id,System", "x,Email,7,sf", **more).values
    assert (named["source"], named["external_system"]) == ("Email", "sf")
    unnamed = draft("Company,Source,Id", "x,,7", **more).values
    assert (unnamed["source"], unnamed["external_system"]) == ("Phone", "zoho")
    without_id = draft("Company,Id", "x,", **more).values
    assert "external_system" not in without_id


def test_other_words_for_status_and_source_and_those_in_no_list() -> None:
    notes = Notes()
    file = table("Company,Status,Source", "x,not contacted,WEBSITE", "y,Zombie,Séance")
    one, two = drafted(file, notes)
    assert isinstance(one, Draft)
    assert isinstance(two, Draft)
    assert (one.values["status"], one.values["source"]) == ("New", "Website")
    assert (two.values["status"], two.values["source"]) == ("Zombie", "Séance")
    assert notes.unknown == {"status": {"Zombie": 1}, "source": {"Séance": 1}}


@pytest.mark.parametrize(
    ("header", "row", "why"),
    [
        ("Email", "jane@@acme", "line 2: Email “jane@@acme” is no email address"),
        ("Company,Employees", "x,many", "line 2: Employees “many” is no whole number"),
        ("Company,Amount", "x,1.2.3", "line 2: Amount “1.2.3” is no amount of money"),
        ("Company,Created", "x,soon", "line 2: Created “soon” is no date or time"),
        ("Company,Opt Out", "x,perhaps", "line 2: Opt Out “perhaps” is neither yes nor no"),
        ("City,Email", "Rome, ", "line 2: no name, company, email, phone or external id"),
        ("Email,City", "a@x.example,Rome,y", "line 2: it has 3 cells, the header has 2"),
    ],
)
def test_a_bad_row_says_where_and_why(header: str, row: str, why: str) -> None:
    assert reason(header, row).startswith(why)


def test_a_long_value_is_cut_in_the_reason() -> None:
    assert len(reason("Company,Employees", "x," + "y" * 500)) < 120


@given(
    st.sampled_from([field for field in LEAD_FIELDS if field.name != "owner"]),
    st.text(max_size=20) | st.sampled_from(["1,200", "51-200", "a@b.example", "12.5 EUR", "no"]),
)
def test_a_draft_says_what_the_model_says(field: Any, cell: str) -> None:
    file = Table("x.csv", "UTF-8", ",", ("c", field.name), iter([Part([2], [["K", cell]])]))
    (found,) = drafted(file, chosen={"c": "company"} if field.name != "company" else {})
    if cell.strip().casefold() in PLACEHOLDERS_BUT_NAMES:
        return
    try:
        value = checked({field.name: cell}, NORMALISER)[field.name]
    except UsageError:
        assert isinstance(found, Rejected)
    else:
        if isinstance(found, Draft):
            assert found.values.get(field.name) == value
        else:
            assert field.name == "company"
            assert value is None


# The fingerprint.


def test_a_fingerprint_knows_no_order_of_columns_no_blanks_and_no_outer_space() -> None:
    one = draft("Email,Company,Colour", "a@x.example, Kiln,").fingerprint
    assert one == draft("Company,Email", "Kiln,a@x.example").fingerprint
    assert one == draft("COMPANY,e_mail", "Kiln,a@x.example").fingerprint
    assert one != draft("Company,Email", "Kiln,b@x.example").fingerprint
    assert one != draft("Company,Email,Colour", "Kiln,a@x.example,red").fingerprint


def test_a_fingerprint_leaves_out_what_is_left_out() -> None:
    one = draft("Email,leadctl_reason", "a@x.example,line 3").fingerprint
    assert one == draft("Email,Phone", "a@x.example,5", chosen={"Phone": ""}).fingerprint


def test_a_fingerprint_fits_a_database() -> None:
    prints = [draft("Company", f"Kiln {n}").fingerprint for n in range(50)]
    assert len(set(prints)) == 50
    assert all(-(2**63) <= number < 2**63 for number in prints)


# What a draft means beside a lead.


def target(**values: Any) -> Lead:
    return Lead(dict(values), 1, money=("annual_revenue", "amount"), id=1)


def a_draft(**values: Any) -> Draft:
    extra = values.pop("extra", {})
    return Draft(table("x"), 2, values, extra, (), 0)


def test_news_are_what_is_blank_and_new_keys_of_extra() -> None:
    lead = target(company="Kiln", email=None, extra='{"Colour":"red"}')
    found = lead.news(a_draft(company="Other", email="a@x.example", extra={"Colour": "blue"}))
    assert found == {"email": "a@x.example"}
    found = lead.news(a_draft(extra={"Colour": "blue", "Shape": "round"}))
    assert found == {"extra": '{"Colour":"red","Shape":"round"}'}


def test_what_was_filled_is_no_news_again() -> None:
    lead, again = target(company="Kiln"), a_draft(email="a@x.example", extra={"Shape": "round"})
    lead.fill(lead.news(again))
    assert lead.news(again) == {}
    assert lead.changes == {"email": "a@x.example", "extra": '{"Shape":"round"}'}


def test_differing_ignores_case_and_what_only_one_side_says() -> None:
    lead = target(company="Kiln", city="Rome", employees=5, created_at="2026-01-01T00:00:00Z")
    said = a_draft(company="KILN", city="Paris", employees=6, email="x", created_at="2025")
    assert lead.differing(said) == {"city", "employees"}


def test_an_external_id_comes_with_its_system_or_not_at_all() -> None:
    said = a_draft(external_id="7", external_system="zoho")
    assert target(company="x").news(said) == said.values
    assert target(external_id="8").news(said) == {}
    assert target(external_system="hubspot").news(said) == {}
    assert target(external_system="ZOHO").news(said) == {"external_id": "7"}
    assert target(company="x").news(a_draft(external_system="zoho")) == {}


def test_an_amount_is_never_read_in_another_currency() -> None:
    dollars = a_draft(amount=500, currency="USD")
    assert target(currency="EUR").news(dollars) == {}
    assert target(currency="usd").news(dollars) == {"amount": 500}
    assert target(amount=700).news(dollars) == {}
    assert target(amount=500).news(dollars) == {"currency": "USD"}
    assert target(currency="EUR").news(a_draft(amount=500)) == {"amount": 500}


def test_a_currency_gives_way_with_its_amount() -> None:
    dollars = a_draft(amount=500, currency="USD")
    assert target(currency="EUR").overwrites(dollars) == {"amount": 500, "currency": "USD"}
    assert target(currency="EUR", amount=500).overwrites(dollars) == dollars.values
    assert target(currency="usd", amount=500).overwrites(dollars) == {}


@pytest.mark.parametrize(
    ("lead", "row", "contradicts"),
    [
        ({"last_name": "Li"}, {"last_name": "Ito"}, False),
        ({"last_name": "Li", "email": "a@x"}, {"last_name": "Ito", "email": "b@x"}, True),
        ({"last_name": "Li", "email": "a@x"}, {"last_name": "Ito", "email": "A@X"}, False),
        ({"last_name": "Li", "email": "a@x"}, {"last_name": "Li", "email": "b@x"}, False),
        (
            {"last_name": "Li", "email": "a@x"},
            {"first_name": "Jo", "last_name": "Li", "email": "b@x"},
            False,
        ),
        (
            {"company": "Kiln", "phone": "030 55555", "mobile": "0170 12345"},
            {"company": "Creme", "phone": "0170 12345"},
            False,
        ),
        ({"company": "Kiln", "phone": "030 55555"}, {"company": "X", "mobile": "0170 1234"}, True),
    ],
)
def test_who_is_somebody_else(lead: dict[str, str], row: dict[str, str], contradicts: bool) -> None:
    assert target(**lead).contradicts(a_draft(**row)) is contradicts


def test_pure_parts_need_no_database(tmp_path: Path) -> None:
    assert draft("Email", "a@x.example").values == {"email": "a@x.example"}
    assert list(tmp_path.iterdir()) == []
