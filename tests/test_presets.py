"""The exports of other programs: recognised by their header, read as they mean it; links too."""

from __future__ import annotations

import re
from itertools import combinations

import pytest
from conftest import SHARED
from hypothesis import given
from hypothesis import strategies as st

from leadctl.config import Settings
from leadctl.errors import UsageError
from leadctl.exporting import presets as export_presets
from leadctl.formats.table import Table
from leadctl.importing import presets
from leadctl.importing.columns import Columns, map_columns, types
from leadctl.importing.legend import looks_like
from leadctl.importing.origin import origin
from leadctl.values import Normaliser


def table(*header: str) -> Table:
    return Table("file.csv", "UTF-8", ",", header, iter(()))


def mapped(*header: str, kind: str = "lead", preset: str | None = None) -> Columns:
    return map_columns(table(*header), {}, kind, preset=preset)


def fields(columns: Columns) -> dict[str, str | None]:
    return {column.header: column.field for column in columns}


# Headers as the programs write them.

FACEBOOK = (
    "id,created_time,ad_id,ad_name,adset_id,adset_name,campaign_id,campaign_name,form_id,"
    "form_name,is_organic,platform,full_name,email,phone_number,lead_status"
).split(",")
LINKEDIN = "First Name,Last Name,URL,Email Address,Company,Position,Connected On".split(",")
GOOGLE_BEFORE_2024 = (
    "Name,Given Name,Additional Name,Family Name,Group Membership,E-mail 1 - Type,"
    "E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,Address 1 - Street,Address 1 - City,"
    "Organization 1 - Name,Organization 1 - Title,Notes"
).split(",")
ZOHO_LEADS = (
    "Record Id,Lead Owner.id,Lead Owner,Company,First Name,Last Name,Email,Lead Source,"
    "Lead Status,Is Converted,Converted Account,Converted Account.id,GCLID,Ad Campaign Name"
).split(",")
OTHER_KINDS = {
    "hubspot deals": (
        "deal",
        "Record ID,Deal Name,Deal Stage,Amount,Close Date,Create Date,Deal owner,"
        "Associated Company IDs",
    ),
    "hubspot companies": ("account", "Record ID,Company name,Company Domain Name,Company owner"),
    "salesforce opportunities": (
        "deal",
        "Id,AccountId,Name,StageName,Amount,Probability,CloseDate,LeadSource,OwnerId,CreatedDate",
    ),
    "salesforce accounts": ("account", "Id,Name,ParentId,BillingStreet,BillingCity,OwnerId"),
    "salesforce contacts": ("contact", "Id,AccountId,LastName,FirstName,MailingCity,Email"),
    "salesforce tasks": ("activity", "Id,WhoId,WhatId,Subject,ActivityDate,Status,Priority"),
    "salesforce campaigns": ("campaign", "Id,Name,Type,StartDate,EndDate,BudgetedCost,ActualCost"),
    "zoho contacts": ("contact", "Record Id,Contact Owner,Account Name,Last Name,Mailing Zip"),
    "zoho accounts": ("account", "Record Id,Account Owner,Account Name,Billing Code"),
    "zoho deals": ("deal", "Record Id,Deal Owner,Deal Name,Account Name,Amount,Closing Date,Stage"),
    "zoho tasks": ("task", "Record Id,Task Owner,Subject,Due Date,Status"),
    "pipedrive deals": (
        "deal",
        "Deal - ID,Deal - Title,Deal - Value,Deal - Stage,Person - Name,Organization - Name",
    ),
    "pipedrive organizations": ("account", "Organization - ID,Organization - Name"),
    "pipedrive activities": (
        "activity",
        "Activity - ID,Activity - Type,Activity - Subject,Activity - Due date,Activity - Note",
    ),
}
PEOPLE = {
    "facebook": FACEBOOK,
    "linkedin": LINKEDIN,
    "google": GOOGLE_BEFORE_2024,
    "zoho": ZOHO_LEADS,
    "hubspot": "First Name,Associated Company,Original Source,Favourite colour".split(","),
    "mailchimp": "Email Address,First Name,MEMBER_RATING,OPTIN_TIME,LEID,EUID,NOTES,TAGS".split(
        ","
    ),
    "pipedrive": "Person - ID,Person - Name,Person - Email - Work,Person - Organization".split(","),
}


@pytest.mark.parametrize("name", PEOPLE)
def test_people_are_recognised(name: str) -> None:
    assert mapped(*PEOPLE[name]).preset == name


@pytest.mark.parametrize("name", OTHER_KINDS)
def test_other_records_are_recognised_and_named(name: str) -> None:
    kind, header = OTHER_KINDS[name]
    found = mapped(*header.split(","), kind=kind)
    assert found.preset == name.split()[0]
    assert found.kind == kind
    word = {"deal": "deals", "account": "accounts", "contact": "contacts", "task": "tasks"}.get(
        kind
    )
    with pytest.raises(UsageError, match=f"export of {word or ''}.*not of leads") as caught:
        mapped(*header.split(","))
    hint = str(caught.value.hint)
    assert f"--as {word or ''}" in hint
    assert "--preset none" in hint


def test_the_lists_of_real_headers() -> None:
    if not SHARED.exists():
        pytest.skip("the lists of real headers are not here")
    text = (SHARED / "exports" / "HEADERS.md").read_text(encoding="utf-8")
    found = {}
    for name, body in re.findall(r"## (.+)\n((?:(?!## ).*\n)*)", text):
        labels = re.findall(r"`([^`]+)`", body) or [
            label.strip()
            for label in re.findall(r"([^,;:\n]+?)\*? -> ", body.partition("after conversion")[0])
        ]
        columns = mapped(*dict.fromkeys(labels))
        assert columns.doubts == ()
        found[name.split()[0].strip(",").lower()] = columns.preset
    assert found == {name: name for name in found}
    assert set(found) < set(presets.names())


def test_no_preset_takes_the_files_of_another() -> None:
    headers = [*PEOPLE.values(), *(header.split(",") for _, header in OTHER_KINDS.values())]
    for preset in presets.PRESETS:
        for marks in preset.marks:
            assert presets.recognised(marks) in (preset, None)
    for header in headers:
        found = presets.recognised(header)
        assert found is not None
        assert presets.recognised([*header, "Favourite colour"]) is found


def test_two_marks_of_one_weight_are_no_evidence() -> None:
    for one, other in combinations(presets.PRESETS[:8], 2):
        both = {*one.marks[0], *other.marks[0]}
        if len(one.marks[0]) == len(other.marks[0]) and not both & {*one.unless, *other.unless}:
            assert presets.recognised(sorted(both)) in (None, *presets.PRESETS)
    assert presets.recognised(["Person - Name", "E-mail 1 - Value"]) is None


@pytest.mark.parametrize(
    "header",
    ["Name,Email,Company", "first_name,last_name,email,status,owner", "Email,Lead Status,Owner"],
)
def test_plain_files_are_no_export(header: str) -> None:
    found = mapped(*header.split(","))
    assert (found.preset, found.system, found.source) == (None, None, None)
    assert looks_like(found) is None


def test_every_pair_is_a_field_of_one_of_its_kinds() -> None:
    for preset in presets.PRESETS:
        known = set().union(*(types(kind) for kind in preset.kinds))
        assert {name for _, name in preset.fields if name} <= known
        assert {*preset.values, *preset.strip} <= known


# How they are read.


def test_facebook_lead_ads() -> None:
    found = mapped(*FACEBOOK)
    wanted = {
        "id": "external_id", "created_time": "created_at", "campaign_name": "campaign",
        "full_name": "full_name", "email": "email", "phone_number": "phone",
        "lead_status": "status", "platform": None, "ad_id": None, "is_organic": None,
    }  # fmt: skip
    assert {header: fields(found)[header] for header in wanted} == wanted
    assert found.strip == {"external_id": "l:", "phone": "p:"}
    assert (found.source, found.system) == ("Social Media", "facebook")
    assert found.values["status"]["created"] == ""


def test_linkedin_connections() -> None:
    found = mapped(*LINKEDIN)
    assert list(fields(found).values()) == [
        *("first_name", "last_name", None, "email", "company", "title", "created_at"),
    ]
    assert found.source == "Social Media"


def test_google_contacts_before_2024() -> None:
    found = fields(mapped(*GOOGLE_BEFORE_2024))
    assert found["Given Name"] == "first_name"
    assert found["Organization 1 - Name"] == "company"
    assert found["Group Membership"] == "tags"
    assert found["Notes"] == "description"


def test_zoho_leads_say_what_they_became() -> None:
    found = fields(mapped(*ZOHO_LEADS))
    assert found["Record Id"] == "external_id"
    assert found["Is Converted"] == "converted"
    assert found["Converted Account"] == "converted_account"
    assert found["Converted Account.id"] is None
    assert found["GCLID"] == "gclid"
    assert found["Ad Campaign Name"] == "campaign"
    assert found["Lead Owner"] == "owner"


def test_pick_lists_of_hubspot() -> None:
    found = mapped("Record ID", "First Name", "Last Name", "Lead Status", "Original Source")
    assert found.values["source"]["organic_search"] == "Website"
    assert found.values["source"]["paid_social"] == "Social Media"
    assert found.values["source"]["email_marketing"] == "Email"
    settings = Settings()
    for word, ours in (
        *(
            ("NEW", "New"),
            ("OPEN", "New"),
            ("IN_PROGRESS", "Contacted"),
            ("OPEN_DEAL", "Contacted"),
        ),
        *(("UNQUALIFIED", "Lost"), ("ATTEMPTED_TO_CONTACT", "Contacted")),
        *(("CONNECTED", "Contacted"), ("BAD_TIMING", "Nurture")),
    ):
        read = found.values["status"].get(word.casefold(), word)
        assert settings.status(read) == ours


def test_answers_of_the_apis_of_hubspot_and_salesforce() -> None:
    names = "email lastname hs_object_id hs_lead_status lifecyclestage".split()
    columns = mapped("id", *(f"properties.{name}" for name in names), "createdAt")
    assert columns.preset == "hubspot"
    assert list(fields(columns).values()) == [
        None, "email", "last_name", "external_id", "status", None, "created_at",
    ]  # fmt: skip
    assert mapped("properties.dealname", "properties.dealstage", kind="deal").preset == "hubspot"
    of_salesforce = mapped("attributes.type", "attributes.url", "LastName", "Company", "Status")
    assert fields(of_salesforce)["attributes.url"] is None
    assert fields(mapped("Email", "attributes.url"))["attributes.url"] == "website"


def test_sources_of_pick_lists_become_listed_ones_or_stay() -> None:
    listed = {*Settings().sources, ""}
    for preset in presets.PRESETS:
        assert set(preset.values.get("source", {}).values()) <= listed
        if preset.source:
            assert preset.source in listed
        for words in preset.values.values():
            assert all(word == word.casefold() for word in words)


def test_a_preset_for_contacts_names_the_account() -> None:
    header = "Person - Name,Person - Organization,Person - Email".split(",")
    assert fields(mapped(*header))["Person - Organization"] == "company"
    assert fields(mapped(*header, kind="contact"))["Person - Organization"] == "account"


@pytest.mark.parametrize("preset", export_presets.PRESETS)
def test_what_export_writes_comes_back(preset: str) -> None:
    headers = export_presets.PRESETS[preset]["lead"]
    found = mapped(*headers.values())
    assert found.preset == preset
    assert {column.field: column.header for column in found} == headers
    settings, normaliser = Settings(), Normaliser(Settings({"timezone": "UTC"}))
    for status in settings.statuses:
        read = found.values.get("status", {}).get(status.name.casefold(), status.name)
        assert normaliser.parse("status", read) == status.name
    for source in settings.sources:
        assert found.values.get("source", {}).get(source.casefold(), source) == source


def test_deals_of_pipedrive_say_how_they_ended() -> None:
    header = "Deal - Title,Deal - Stage,Deal - Status,Deal - Won time,Deal - Lost time"
    found = mapped(*header.split(","), "Deal - Expected close date", kind="deal")
    assert list(fields(found).values()) == ["name", "stage", "result", "won_at", "lost_at", None]


def test_activities_of_salesforce_and_zoho() -> None:
    header = "WhoId,Subject,ActivityDate,Status,Priority,Description,CallDurationInSeconds"
    found = fields(mapped(*header.split(","), kind="activity"))
    assert (found["Subject"], found["Description"]) == ("title", "note")
    assert (found["Status"], found["CallDurationInSeconds"]) == ("done", "seconds")
    calls = "Record Id,Call Owner,Call Start Time,Call Type,Call Duration".split(",")
    assert fields(mapped(*calls, kind="activity"))["Call Duration"] == "seconds"
    seconds = "Call Duration (in seconds)"
    found = fields(mapped(*calls, seconds, kind="activity"))
    assert (found[seconds], found["Call Duration"]) == ("seconds", None)


def test_who_left_a_list_of_mailchimp_wants_no_email() -> None:
    found = fields(mapped(*PEOPLE["mailchimp"], "UNSUB_TIME", "UNSUB_REASON", "CLEAN_TIME"))
    assert found["UNSUB_TIME"] == "email_opt_out"
    assert found["UNSUB_REASON"] is found["CLEAN_TIME"] is None


def test_stages_of_apollo() -> None:
    stages = mapped("Apollo Contact Id", "Stage").values["status"]
    assert stages["do not contact"] == "Junk"
    assert set(stages.values()) <= {status.name for status in Settings().statuses}


def test_rows_that_are_no_record_of_salesforce_any_more() -> None:
    header = "LastName,Company,Status,IsDeleted"
    found = mapped(*header.split(","))
    assert found.refuse == {3: "was deleted in Salesforce"}
    chosen = map_columns(table(*header.split(",")), {"IsDeleted": "extra"})
    assert (chosen.refuse, mapped(*LINKEDIN).refuse) == ({}, {})


def test_what_a_report_of_salesforce_ends_with() -> None:
    footer = mapped("LastName", "Company", "Status").footer
    for row in (
        ["Total Records", "12", ""],
        ["Confidential Information - Do Not Distribute", "", ""],
        ["Copyright (c) 2000-2026 salesforce.com, inc.", "", ""],
        ["Generated By:  Ana", "", ""],
    ):
        assert presets.is_footer(row, footer)
        assert not presets.is_footer(row, mapped(*LINKEDIN).footer)
    assert not presets.is_footer(["Total Records", "Kiln", "New"], footer)
    assert not presets.is_footer(["", "", ""], footer)


# Asked for.


def test_a_preset_asked_for_needs_no_marks() -> None:
    found = mapped("Email", "Notes", "Lead Status", preset="hubspot")
    assert found.preset == "hubspot"
    assert fields(found)["Notes"] == "description"
    assert fields(mapped("Email", "Notes"))["Notes"] == "note"


def test_none_means_words_only() -> None:
    found = mapped(*LINKEDIN, preset="none")
    assert found.preset is None
    assert fields(found)["URL"] == "website"


def test_an_unknown_preset_names_those_there_are() -> None:
    with pytest.raises(UsageError, match="no preset 'sugar'") as caught:
        mapped("Email", preset="sugar")
    assert caught.value.hint == (
        "one of: hubspot, salesforce, zoho, pipedrive, mailchimp, apollo, google, outlook, "
        "linkedin, facebook, none"
    )


def test_a_preset_without_such_records() -> None:
    with pytest.raises(UsageError, match="Mailchimp export of leads, not of deals"):
        mapped("Email", preset="mailchimp", kind="deal")


def test_what_a_file_looks_like() -> None:
    assert looks_like(mapped(*PEOPLE["hubspot"])) == "looks like a HubSpot export"
    header = ("First Name", "Apollo Contact Id")
    assert looks_like(mapped(*header)) == "looks like an Apollo export"


# What a link says.


@pytest.mark.parametrize(
    ("said", "source", "campaign"),
    [
        ({}, None, None),
        ({"utm_source": "facebook", "utm_medium": "cpc"}, "Social Media", None),
        ({"utm_source": "LinkedIn.com", "utm_campaign": "Q3"}, "Social Media", "Q3"),
        ({"utm_source": "acme", "utm_medium": "Paid_Social"}, "Social Media", None),
        ({"utm_source": "google", "utm_medium": "cpc", "utm_campaign": "b"}, "Website", "b"),
        ({"utm_source": "google", "utm_medium": "email"}, "Email", None),
        ({"utm_source": "march", "utm_medium": "newsletter"}, "Email", None),
        ({"utm_source": "newsletter"}, "Email", None),
        ({"utm_source": "acme.example", "utm_medium": "referral"}, "Website", None),
        ({"utm_medium": "organic"}, "Website", None),
        ({"utm_source": "Trade Fair"}, "Trade Fair", None),
        ({"utm_source": "Trade Fair", "gclid": "x"}, "Trade Fair", None),
        ({"gclid": "x"}, "Website", None),
        ({"msclkid": "x"}, "Website", None),
        ({"fbclid": "x"}, "Social Media", None),
        ({"li_fat_id": "x"}, "Social Media", None),
        ({"utm_campaign": " spring "}, None, "spring"),
        ({"utm_source": " ", "utm_medium": "", "gclid": " "}, None, None),
    ],
)
def test_the_origin_of_a_visitor(
    said: dict[str, str], source: str | None, campaign: str | None
) -> None:
    assert origin(said) == (source, campaign)


@given(st.dictionaries(st.sampled_from(["utm_source", "utm_medium", "gclid"]), st.text()))
def test_an_origin_is_a_word_or_nothing(said: dict[str, str]) -> None:
    source, campaign = origin(said)
    assert source is None or source.strip() == source != ""
    assert campaign is None
