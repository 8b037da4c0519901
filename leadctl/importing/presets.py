"""The exports of other programs: what their headers look like, and which column is which field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from leadctl.errors import UsageError
from leadctl.fields import header_key
from leadctl.importing.choices import RECORDS

NO_PRESET = "none"
"""What `--preset` says where a file only looks like an export."""

Pairs = tuple[tuple[str, str | None], ...]


class Preset(NamedTuple):
    """The export of a program.

    `marks` are sets of header names, letter by letter; a file that has all of one set is such an
    export, unless it has one of `unless`. `fields` are pairs of header and field, the better ones
    first; None keeps the column aside although a word of it sounds like a field. A field that a
    kind has not is no pair of that kind. `values` are words of a field and the words to read
    instead, "" for a blank; `strip` is what stands before each cell of a field. `source` is that of
    rows that name none, `system` the one that the ids belong to. `refuse` are headers of flags that
    say why a row is no record any more; `footer` is how the first cells of rows below the last
    record begin, without case.
    """

    name: str
    title: str
    kinds: tuple[str, ...]
    marks: tuple[tuple[str, ...], ...]
    fields: Pairs = ()
    values: Mapping[str, Mapping[str, str]] = {}
    strip: Mapping[str, str] = {}
    source: str | None = None
    system: str | None = None
    unless: tuple[str, ...] = ()
    refuse: Mapping[str, str] = {}
    footer: tuple[str, ...] = ()


def without_api(header: str) -> str:
    """Return the name of a field in an answer of HubSpot's API, any other header as it is."""
    return header.removeprefix("properties.")


def recognised(header: Sequence[str]) -> Preset | None:
    """Return the preset of which most marks are there; None if there is none, or more than one."""
    names = {*header, *map(without_api, header)}
    found = [
        (max((len(marks) for marks in preset.marks if names.issuperset(marks)), default=0), preset)
        for preset in PRESETS
        if not names.intersection(preset.unless)
    ]
    most = max((number for number, _ in found), default=0)
    best = [preset for number, preset in found if number == most]
    return best[0] if most and len(best) == 1 else None


def chosen(header: Sequence[str], kind: str, asked: str | None, name: str) -> Preset | None:
    """Return the preset of a file: the one asked for, else the one that its header shows.

    `name` is that of the file. Raises UsageError for a name that is no preset, and for a file that
    plainly has another kind of records than is asked for.
    """
    if asked == NO_PRESET:
        return None
    found = recognised(header)
    if asked is not None:
        ours = [preset for preset in PRESETS if preset.name == asked]
        if not ours:
            raise UsageError(f"there is no preset {asked!r}", f"one of: {', '.join(names())}")
        if found is None or found.name != asked:
            found = next((preset for preset in ours if kind in preset.kinds), ours[0])
    if found is not None and kind not in found.kinds:
        here, wanted = _plural(found.kinds[0]), _plural(kind)
        raise UsageError(
            f"{name}: a {found.title} export of {here}, not of {wanted}",
            f"leadctl import --as {here}; --preset {NO_PRESET} reads it as {wanted} all the same",
        )
    return found


def surprises(header: Sequence[str], asked: str | None, name: str) -> list[str]:
    """Return a sentence if a file, called `name`, is hardly an export of the preset asked for."""
    if asked in (None, NO_PRESET):
        return []
    found = recognised(header)
    if found is not None and found.name != asked:
        return [
            f"{name}: it looks like a {found.title} export, and is read as --preset {asked} says"
        ]
    ours = {header_key(of) for preset in PRESETS if preset.name == asked for of, _ in preset.fields}
    if found is None and ours.isdisjoint(map(header_key, header)):
        return [f"{name}: no column is one of a {title(str(asked))} export"]
    return []


def is_footer(cells: Sequence[str], footer: Sequence[str]) -> bool:
    """Whether a row is one of those that a report writes below its last record.

    It has one or two cells, of which the first begins as a footer does.
    """
    said = [cell for each in cells if (cell := each.strip())]
    return 0 < len(said) <= 2 and said[0].casefold().startswith(tuple(footer))


def names() -> list[str]:
    """Return the names that `--preset` takes."""
    return [*dict.fromkeys(preset.name for preset in PRESETS), NO_PRESET]


def title(name: str) -> str:
    """Return what a preset's program is called."""
    return next(preset.title for preset in PRESETS if preset.name == name)


def _plural(kind: str) -> str:
    return next(word for word, of in RECORDS.items() if of == kind)


_PERSON = ("lead", "contact")

# HubSpot: labels of its exports, and the internal names of its API.

_HUBSPOT_SOURCES = {
    "organic search": "Website",
    "organic_search": "Website",
    "paid search": "Website",
    "paid_search": "Website",
    "direct traffic": "Website",
    "direct_traffic": "Website",
    "referrals": "Website",
    "ai referrals": "Website",
    "ai_referrals": "Website",
    "email marketing": "Email",
    "email_marketing": "Email",
    "organic social": "Social Media",
    "social_media": "Social Media",
    "paid social": "Social Media",
    "paid_social": "Social Media",
    "offline sources": "Other",
    "offline": "Other",
    "other campaigns": "Other",
    "other_campaigns": "Other",
}
_HUBSPOT = (
    Preset(
        "hubspot",
        "HubSpot",
        _PERSON,
        (
            *(("Record ID", "Contact owner"), ("Record ID", "Lead Status")),
            *(("Record ID", "Lifecycle Stage"), ("Contact owner", "Lead Status")),
            *(("Lifecycle Stage", "Lead Status"), ("Associated Company", "Original Source")),
            *(("Record ID", "First Name", "Last Name"), ("Original Source", "Lifecycle Stage")),
            *(("firstname", "hs_lead_status"), ("lastname", "hs_object_id")),
            *(("email", "hs_object_id"), ("email", "hs_lead_status")),
            ("firstname", "lastname", "lifecyclestage"),
        ),
        (
            *(("Record ID", "external_id"), ("hs_object_id", "external_id")),
            *(("Company Name", "company"), ("Associated Company", "company")),
            *(
                ("Contact owner", "owner"),
                ("hubspot_owner_id", None),
                ("Create Date", "created_at"),
            ),
            *(("Lead Status", "status"), ("hs_lead_status", "status")),
            *(("Lead Source", "source"), ("Original Source", "source")),
            *(("Original Traffic Source", "source"), ("hs_analytics_source", "source")),
            *(("State/Region", "state"), ("Country/Region", "country")),
            *(("Mobile Phone Number", "mobile"), ("Website URL", "website")),
            *(("numemployees", "employees"), ("hs_email_optout", "email_opt_out")),
            *(("Unsubscribed from all email", "email_opt_out"), ("Message", "description")),
            *(("Last Contacted", "last_contacted"), ("notes_last_contacted", "last_contacted")),
            *(("Notes", "description"), ("Lifecycle Stage", None), ("Associated Deal", None)),
        ),
        values={
            "status": {
                "in_progress": "In Progress",
                "open_deal": "Open Deal",
                "attempted_to_contact": "Attempted to Contact",
                "bad_timing": "Bad Timing",
            },
            "source": _HUBSPOT_SOURCES,
        },
        system="hubspot",
        unless=("Deal Name", "dealname", "Company Domain Name", "Company owner"),
    ),
    Preset(
        "hubspot",
        "HubSpot",
        ("account",),
        (
            *(("Record ID", "Company owner"), ("Company name", "Company Domain Name")),
            *(("Company name", "Company owner"), ("name", "domain", "hs_object_id")),
        ),
        (
            *(("Company name", "name"), ("Company Domain Name", "domain")),
            *(("Company owner", "owner"), ("Record ID", "external_id")),
            *(("hs_object_id", "external_id"), ("Phone Number", "phone")),
            *(("Website URL", "website"), ("Number of Employees", "employees")),
            *(("Parent Company", "parent"), ("Create Date", "created_at")),
        ),
        system="hubspot",
        unless=("Deal Name", "dealname"),
    ),
    Preset(
        "hubspot",
        "HubSpot",
        ("deal",),
        (("Deal Name", "Deal Stage"), ("Deal Name", "Deal owner"), ("dealname", "dealstage")),
        (
            *(("Record ID", "external_id"), ("hs_object_id", "external_id")),
            *(("Deal Name", "name"), ("dealname", "name")),
            *(("Deal Stage", "stage"), ("dealstage", "stage"), ("Amount", "amount")),
            *(("Close Date", "closed_at"), ("closedate", "closed_at")),
            *(("Create Date", "created_at"), ("createdate", "created_at")),
            *(("Deal owner", "owner"), ("Associated Company", "account")),
            *(("Associated Contact", "contact"), ("Deal probability", "probability")),
            *(("Original Source", "source"), ("Original Traffic Source", "source")),
            *(("Closed Lost Reason", "lost_reason"), ("closed_lost_reason", "lost_reason")),
            *(("Currency", "currency"), ("Deal Currency Code", "currency")),
        ),
        values={
            "stage": {
                "appointmentscheduled": "Qualification",
                "appointment scheduled": "Qualification",
                "qualifiedtobuy": "Needs Analysis",
                "qualified to buy": "Needs Analysis",
                "presentationscheduled": "Value Proposition",
                "presentation scheduled": "Value Proposition",
                "decisionmakerboughtin": "Identify Decision Makers",
                "decision maker bought-in": "Identify Decision Makers",
                "contractsent": "Negotiation/Review",
                "contract sent": "Negotiation/Review",
                "closedwon": "Closed Won",
                "closedlost": "Closed Lost",
            },
            "source": _HUBSPOT_SOURCES,
        },
        system="hubspot",
    ),
)

# Salesforce: API names (Data Loader, weekly export), and the labels of reports.

_SALESFORCE_API = (("attributes.type", None), ("attributes.url", None))
"""What its API says of a record, which is no web site of anybody."""
_SALESFORCE_SOURCES = {
    "web": "Website",
    "phone inquiry": "Phone",
    "cold call": "Phone",
    "trade show": "In Person",
    "in-store": "In Person",
    "seminar - internal": "In Person",
    "seminar - partner": "In Person",
}
_SALESFORCE_GONE = dict.fromkeys(("IsDeleted", "Deleted"), "was deleted in Salesforce")
_SALESFORCE_FOOTER = (
    *("total records", "grand total", "confidential information - do not distribute"),
    *("copyright (c)", "copyright ©", "generated by:"),
)
_SALESFORCE = (
    Preset(
        "salesforce",
        "Salesforce",
        ("lead",),
        (
            *(("LastName", "Company", "Status"), ("LastName", "Company", "LeadSource")),
            *(("IsConverted", "ConvertedDate"), ("IsConverted", "LastName", "Company")),
            *(("Company / Account", "Last Name"), ("Company / Account", "Lead Owner")),
            *(("Company / Account", "Lead Status"), ("Company / Account", "Lead Source")),
        ),
        (
            *(("Id", "external_id"), ("Lead ID", "external_id"), ("Company / Account", "company")),
            *(
                ("Lead Owner", "owner"),
                ("Owner.Name", "owner"),
                ("OwnerId", None),
                *_SALESFORCE_API,
            ),
            *(("IsConverted", "converted"), ("Converted", "converted")),
            *(("ConvertedDate", "converted_at"), ("Converted Date", "converted_at")),
            *(("ConvertedAccountId", "converted_account"),),
            *(("ConvertedContactId", "converted_contact"),),
            *(("ConvertedOpportunityId", "converted_deal"),),
            *(("Zip/Postal Code", "postal_code"), ("State/Province", "state")),
            *(("Email Opt Out", "email_opt_out"), ("Notes", "description")),
        ),
        values={"source": _SALESFORCE_SOURCES},
        system="salesforce",
        refuse=_SALESFORCE_GONE,
        footer=_SALESFORCE_FOOTER,
    ),
    Preset(
        "salesforce",
        "Salesforce",
        ("contact",),
        (
            *(("LastName", "AccountId"), ("LastName", "ReportsToId"), ("LastName", "MailingCity")),
            *(("Account Name", "Mailing Zip/Postal Code"),),
        ),
        (
            *(("Id", "external_id"), ("Contact ID", "external_id"), ("Account.Name", "account")),
            *(("Account Name", "account"), ("AccountId", "account"), ("Contact Owner", "owner")),
            *(
                ("Owner.Name", "owner"),
                ("OwnerId", None),
                *_SALESFORCE_API,
                ("MailingStreet", "street"),
            ),
            *(("MailingCity", "city"), ("MailingState", "state"), ("MailingCountry", "country")),
            *(("MailingPostalCode", "postal_code"), ("Mailing City", "city")),
            *(("Mailing Zip/Postal Code", "postal_code"), ("Mailing Street", "street")),
            *(("Mailing State/Province", "state"), ("Mailing Country", "country")),
        ),
        values={"source": _SALESFORCE_SOURCES},
        system="salesforce",
        refuse=_SALESFORCE_GONE,
        footer=_SALESFORCE_FOOTER,
    ),
    Preset(
        "salesforce",
        "Salesforce",
        ("account",),
        (
            *(("Name", "BillingCity"), ("Name", "NumberOfEmployees", "ParentId")),
            *(("Account Name", "Billing Zip/Postal Code"),),
        ),
        (
            *(("Id", "external_id"), ("Account ID", "external_id"), ("Name", "name")),
            *(("Account Name", "name"), ("Parent.Name", "parent"), ("Parent Account", "parent")),
            *(("ParentId", "parent"), ("Account Owner", "owner"), ("Owner.Name", "owner")),
            *(
                ("OwnerId", None),
                *_SALESFORCE_API,
                ("BillingStreet", "street"),
                ("BillingCity", "city"),
            ),
            *(("BillingState", "state"), ("BillingPostalCode", "postal_code")),
            *(("BillingCountry", "country"), ("Billing Street", "street")),
            *(("Billing City", "city"), ("Billing State/Province", "state")),
            *(("Billing Zip/Postal Code", "postal_code"), ("Billing Country", "country")),
        ),
        system="salesforce",
        refuse=_SALESFORCE_GONE,
        footer=_SALESFORCE_FOOTER,
    ),
    Preset(
        "salesforce",
        "Salesforce",
        ("deal",),
        (("StageName", "CloseDate"), ("Opportunity Name", "Stage"), ("Opportunity Name", "Amount")),
        (
            *(("Id", "external_id"), ("Opportunity ID", "external_id"), ("Name", "name")),
            *(
                ("Opportunity Name", "name"),
                ("Account.Name", "account"),
                ("Account Name", "account"),
            ),
            *(("AccountId", "account"), ("ContactId", "contact"), ("StageName", "stage")),
            *(("CloseDate", "closed_at"), ("Close Date", "closed_at"), ("LeadSource", "source")),
            *(("Lead Source", "source"), ("CreatedDate", "created_at")),
            *(("Created Date", "created_at"), ("Opportunity Owner", "owner")),
            *(
                ("Owner.Name", "owner"),
                ("OwnerId", None),
                *_SALESFORCE_API,
                ("CurrencyIsoCode", "currency"),
            ),
            *(("Campaign.Name", "campaign"), ("Primary Campaign Source", "campaign")),
            *(("Probability (%)", "probability"), ("Loss Reason", "lost_reason")),
        ),
        values={"source": _SALESFORCE_SOURCES},
        system="salesforce",
        refuse=_SALESFORCE_GONE,
        footer=_SALESFORCE_FOOTER,
    ),
    Preset(
        "salesforce",
        "Salesforce",
        ("activity", "task"),
        (("WhoId", "Subject", "ActivityDate"), ("Subject", "ActivityDate", "Status", "Priority")),
        (
            *(("Id", "external_id"), ("WhoId", "lead"), ("AccountId", "account")),
            *(("WhatId", "deal"), ("ActivityDate", "at"), ("ActivityDate", "due")),
            *(("CompletedDateTime", "done_at"), ("Status", "done"), ("Subject", "title")),
            *(("TaskSubtype", "kind"), ("Type", "kind"), ("CallType", "direction")),
            *(("CallDisposition", "outcome"), ("CallDurationInSeconds", "seconds")),
            *(
                ("Description", "note"),
                ("Owner.Name", "owner"),
                ("OwnerId", None),
                *_SALESFORCE_API,
            ),
        ),
        system="salesforce",
        refuse=_SALESFORCE_GONE,
        footer=_SALESFORCE_FOOTER,
    ),
    Preset(
        "salesforce",
        "Salesforce",
        ("campaign",),
        (("BudgetedCost", "ActualCost"), ("Campaign Name", "Actual Cost")),
        (
            *(("Id", "external_id"), ("Name", "name"), ("Campaign Name", "name")),
            *(("ActualCost", "cost"), ("Actual Cost", "cost"), ("BudgetedCost", "budget")),
            *(
                ("StartDate", "starts"),
                ("EndDate", "ends"),
                ("Type", "kind"),
                ("OwnerId", None),
                *_SALESFORCE_API,
            ),
        ),
        system="salesforce",
        refuse=_SALESFORCE_GONE,
        footer=_SALESFORCE_FOOTER,
    ),
)

# Zoho CRM: labels of its exports, and API names.

_ZOHO_SOURCES = {
    "cold call": "Phone",
    "online store": "Website",
    "web download": "Website",
    "web research": "Website",
    "chat": "Website",
    "sales email alias": "Email",
    "seminar partner": "In Person",
    "internal seminar": "In Person",
    "trade show": "In Person",
    "x (twitter)": "Social Media",
    "twitter": "Social Media",
    "facebook": "Social Media",
}
_ZOHO = (
    Preset(
        "zoho",
        "Zoho",
        ("lead",),
        (
            *(("Lead Owner", "Lead Status", "Company"), ("Record Id", "Lead Owner")),
            *(("Record Id", "Lead Owner.id"), ("Record Id", "Lead Status")),
            *(("Last_Name", "Company", "Lead_Status"), ("Last_Name", "Lead_Source", "Company")),
            ("First_Name", "Lead_Source", "No_of_Employees"),
        ),
        (
            *(("Record Id", "external_id"), ("id", "external_id"), ("Lead Id", "external_id")),
            *(("Lead Owner", "owner"), ("Owner", "owner"), ("Lead Owner.id", None)),
            *(("Is Converted", "converted"), ("Converted__s", "converted")),
            *(("Converted Date Time", "converted_at"), ("Converted_Date_Time", "converted_at")),
            *(
                ("Converted Account", "converted_account"),
                ("Converted Contact", "converted_contact"),
            ),
            *(("Converted Deal", "converted_deal"), ("Converted Account.id", "converted_account")),
            *(("Converted Contact.id", "converted_contact"),),
            *(("Converted Deal.id", "converted_deal"), ("Ad Campaign Name", "campaign")),
            *(("Zip Code", "postal_code"), ("Notes", "description")),
        ),
        values={"source": _ZOHO_SOURCES},
        system="zoho",
    ),
    Preset(
        "zoho",
        "Zoho",
        ("contact",),
        (
            *(("Record Id", "Contact Owner"), ("Contact Owner", "Mailing Zip")),
            *(("Last_Name", "Account_Name"), ("Last_Name", "Mailing_Zip")),
        ),
        (
            *(("Record Id", "external_id"), ("id", "external_id"), ("Contact Owner", "owner")),
            *(("Owner", "owner"), ("Account Name", "account"), ("Contact Name", "full_name")),
            *(("Mailing Street", "street"), ("Mailing City", "city"), ("Mailing State", "state")),
            *(("Mailing Zip", "postal_code"), ("Mailing Country", "country")),
            ("Notes", "description"),
        ),
        values={"source": _ZOHO_SOURCES},
        system="zoho",
    ),
    Preset(
        "zoho",
        "Zoho",
        ("account",),
        (
            *(("Record Id", "Account Owner"), ("Account Name", "Billing Code")),
            ("Account_Name", "Billing_Code"),
        ),
        (
            *(("Record Id", "external_id"), ("id", "external_id"), ("Account Name", "name")),
            *(("Account Owner", "owner"), ("Owner", "owner"), ("Parent Account", "parent")),
            *(("Employees", "employees"), ("Billing Street", "street"), ("Billing City", "city")),
            *(("Billing State", "state"), ("Billing Code", "postal_code")),
            ("Billing Country", "country"),
        ),
        system="zoho",
    ),
    Preset(
        "zoho",
        "Zoho",
        ("deal",),
        (
            *(("Record Id", "Deal Owner"), ("Deal Name", "Closing Date")),
            *(("Deal_Name", "Stage"), ("Potential Name", "Closing Date")),
        ),
        (
            *(("Record Id", "external_id"), ("id", "external_id"), ("Deal Name", "name")),
            *(("Potential Name", "name"), ("Deal Owner", "owner"), ("Owner", "owner")),
            *(("Account Name", "account"), ("Contact Name", "contact"), ("Stage", "stage")),
            *(("Closing Date", "closed_at"), ("Probability (%)", "probability")),
            *(("Campaign Source", "campaign"), ("Created Time", "created_at")),
            ("Reason For Loss", "lost_reason"),
        ),
        values={"source": _ZOHO_SOURCES},
        system="zoho",
    ),
    Preset(
        "zoho",
        "Zoho",
        ("task",),
        (("Record Id", "Task Owner"), ("Task Owner", "Subject", "Due Date")),
        (
            *(("Record Id", "external_id"), ("Task Owner", "owner"), ("Subject", "title")),
            *(("Due Date", "due"), ("Closed Time", "done_at"), ("Status", "done")),
            *(("Contact Name", "contact"), ("Related To", "deal"), ("Description", "note")),
        ),
        system="zoho",
    ),
    Preset(
        "zoho",
        "Zoho",
        ("activity",),
        (("Record Id", "Call Owner"), ("Call Owner", "Call Start Time", "Call Type")),
        (
            *(("Record Id", "external_id"), ("Call Start Time", "at"), ("Call Type", "direction")),
            *(("Call Result", "outcome"), ("Call Duration (in seconds)", "seconds")),
            *(("Call Duration", "seconds"), ("Description", "note"), ("Subject", "title")),
            *(("Contact Name", "contact"), ("Related To", "deal")),
            ("Outgoing Call Status", "done"),
        ),
        system="zoho",
    ),
)

# Pipedrive: every header has the record that it belongs to before it.

_PIPEDRIVE = (
    Preset(
        "pipedrive",
        "Pipedrive",
        _PERSON,
        (("Person - Name",), ("Person - First name", "Person - Last name"), ("Person - ID",)),
        (
            *(("Person - ID", "external_id"), ("Person - Name", "full_name")),
            *(("Person - First name", "first_name"), ("Person - Last name", "last_name")),
            *(("Person - Email - Work", "email"), ("Person - Email (Work)", "email")),
            *(("Person - Email", "email"), ("Person - Email - Home", "email")),
            *(("Person - Email (Home)", "email"), ("Person - Email - Other", "email")),
            *(("Person - Phone - Work", "phone"), ("Person - Phone (Work)", "phone")),
            *(("Person - Phone", "phone"), ("Person - Phone - Home", "phone")),
            *(("Person - Phone - Mobile", "mobile"), ("Person - Phone (Mobile)", "mobile")),
            *(("Organization - Name", "company"), ("Person - Organization", "company")),
            *(("Person - Job title", "title"), ("Person - Title", "title")),
            *(("Person - Position", "title"), ("Person - Label", "tags")),
            *(("Person - Labels", "tags"), ("Person - Owner", "owner")),
            *(("Person - Person created", "created_at"), ("Person - Website", "website")),
            *(("Note - Content", "description"), ("Note", "description")),
        ),
        system="pipedrive",
        unless=("Deal - Title", "Activity - Subject"),
    ),
    Preset(
        "pipedrive",
        "Pipedrive",
        ("account",),
        (("Organization - Name",),),
        (
            *(("Organization - ID", "external_id"), ("Organization - Name", "name")),
            *(("Organization - Owner", "owner"), ("Organization - Address", "street")),
            *(("Organization - Website", "website"), ("Organization - Industry", "industry")),
            *(("Organization - Number of employees", "employees"),),
            *(("Organization - Annual revenue", "annual_revenue"),),
        ),
        system="pipedrive",
        unless=("Person - Name", "Person - ID", "Deal - Title", "Activity - Subject"),
    ),
    Preset(
        "pipedrive",
        "Pipedrive",
        ("deal",),
        (("Deal - Title",),),
        (
            *(("Deal - ID", "external_id"), ("Deal - Title", "name"), ("Deal - Value", "amount")),
            *(("Deal - Organization", "account"), ("Organization - Name", "account")),
            *(("Deal - Contact person", "contact"), ("Person - Name", "contact")),
            *(("Deal - Currency", "currency"), ("Deal - Currency of value", "currency")),
            *(("Deal - Stage", "stage"), ("Deal - Stage (pipeline)", "stage")),
            *(("Deal - Probability", "probability"), ("Deal - Owner", "owner")),
            *(("Deal - Deal created", "created_at"), ("Deal - Lost reason", "lost_reason")),
            *(("Deal - Status", "result"), ("Deal - Won time", "won_at")),
            *(("Deal - Lost time", "lost_at"), ("Deal - Deal closed on", "closed_at")),
            *(("Deal - Expected close date", None), ("Deal - Source channel", "source")),
        ),
        system="pipedrive",
        unless=("Activity - Subject",),
    ),
    Preset(
        "pipedrive",
        "Pipedrive",
        ("activity", "task"),
        (("Activity - Subject",),),
        (
            *(("Activity - ID", "external_id"), ("Activity - Type", "kind")),
            *(("Activity - Due date", "at"), ("Activity - Due date", "due")),
            ("Activity - Due time", "clock"),
            *(("Activity - Done", "done"), ("Activity - Marked as done time", "done_at")),
            *(("Activity - Contact person", "lead"), ("Activity - Person", "lead")),
            *(("Activity - Deal", "deal"), ("Activity - Organization", "account")),
            *(("Activity - Subject", "title"), ("Activity - Duration", "duration")),
            *(("Activity - Note", "note"), ("Activity - Assigned to user", "owner")),
        ),
        system="pipedrive",
    ),
)

# Address books and lists.

_OTHERS = (
    Preset(
        "mailchimp",
        "Mailchimp",
        _PERSON,
        (("Email Address", "MEMBER_RATING"), ("Email Address", "LEID"), ("OPTIN_TIME", "OPTIN_IP")),
        (
            *(("LEID", "external_id"), ("TAGS", "tags"), ("OPTIN_TIME", "created_at")),
            *(
                ("NOTES", "description"),
                ("CC", "country"),
                ("MEMBER_RATING", None),
                ("CLEAN_TIME", None),
            ),
            *(("UNSUB_TIME", "email_opt_out"), ("UNSUB_REASON", None)),
        ),
        source="Email",
        system="mailchimp",
    ),
    Preset(
        "apollo",
        "Apollo",
        _PERSON,
        (
            *(("Apollo Contact Id",), ("Person Linkedin Url", "# Employees")),
            *(("Company Name for Emails", "Email Status"),),
        ),
        (
            *(
                ("organization_name", "company"),
                ("Company", "company"),
                ("Company Name", "company"),
            ),
            *(("Company Name for Emails", "company"), ("Apollo Contact Id", "external_id")),
            *(("Contact Owner", "owner"), ("Stage", "status"), ("Lists", "tags")),
            *(("Last Contacted", "last_contacted"), ("Work Direct Phone", "phone")),
            *(("Corporate Phone", "phone"), ("Company Phone", "phone")),
            *(("# Employees", "employees"), ("Website", "website"), ("Company Address", None)),
        ),
        values={
            "status": {
                "cold": "New",
                "approaching": "Contacted",
                "replied": "Contacted",
                "interested": "Qualified",
                "not interested": "Lost",
                "unresponsive": "Nurture",
                "changed job": "Nurture",
                "do not contact": "Junk",
                "bad data": "Junk",
            }
        },
        system="apollo",
    ),
    Preset(
        "google",
        "Google Contacts",
        _PERSON,
        (
            *(("E-mail 1 - Value",), ("Phone 1 - Value",), ("E-mail 1 - Label",)),
            *(
                ("Phonetic First Name", "File As"),
                ("Given Name", "Family Name", "Group Membership"),
            ),
        ),
        (
            *(("E-mail 1 - Value", "email"), ("Phone 1 - Value", "phone")),
            *(("Name Prefix", "salutation"), ("Notes", "description"), ("Labels", "tags")),
            *(("Group Membership", "tags"), ("Organization Name", "company")),
            *(("Organization 1 - Name", "company"), ("Organization Title", "title")),
            *(("Organization 1 - Title", "title"), ("Website 1 - Value", "website")),
            *(("Address 1 - Street", "street"), ("Address 1 - City", "city")),
            *(("Address 1 - Region", "state"), ("Address 1 - Postal Code", "postal_code")),
            ("Address 1 - Country", "country"),
        ),
    ),
    Preset(
        "outlook",
        "Outlook",
        _PERSON,
        (
            *(("E-mail Address", "Business Street"), ("E-mail Address", "Business Phone")),
            *(
                ("E-mail Address", "E-mail Display Name"),
                ("E-mail Address", "Job Title", "Company"),
            ),
        ),
        (
            *(("Title", "salutation"), ("Job Title", "title"), ("E-mail Address", "email")),
            *(("Business Phone", "phone"), ("Primary Phone", "phone")),
            *(("Company Main Phone", "phone"), ("Notes", "description")),
            *(("Categories", "tags"), ("Web Page", "website"), ("Account", None)),
        ),
    ),
    Preset(
        "linkedin",
        "LinkedIn",
        _PERSON,
        (("First Name", "Last Name", "Connected On"), ("Position", "Connected On")),
        (
            *(("Connected On", "created_at"), ("Position", "title"), ("URL", None)),
            ("Email Address", "email"),
        ),
        source="Social Media",
    ),
    Preset(
        "facebook",
        "Facebook lead ads",
        _PERSON,
        (
            *(("created_time", "ad_id", "form_id"), ("created_time", "form_id", "is_organic")),
            ("ad_name", "form_name", "platform"),
        ),
        (
            *(("id", "external_id"), ("lead_id", "external_id"), ("created_time", "created_at")),
            *(("campaign_name", "campaign"), ("full_name", "full_name"), ("email", "email")),
            *(("work_email", "email"), ("phone_number", "phone"), ("phone", "phone")),
            *(("work_phone_number", "phone"), ("post_code", "postal_code")),
            *(("lead_status", "status"), ("platform", None)),
        ),
        values={"status": {"created": ""}},
        strip={"external_id": "l:", "phone": "p:"},
        source="Social Media",
        system="facebook",
    ),
)

PRESETS: tuple[Preset, ...] = (*_HUBSPOT, *_SALESFORCE, *_ZOHO, *_PIPEDRIVE, *_OTHERS)
"""Facts about headers: column names and pick lists as the programs document and write them."""


def words(name: str | None, kind: str) -> Mapping[str, Mapping[str, str]]:
    """Return the words of a preset's fields that are read as others."""
    found = (each.values for each in PRESETS if each.name == name and kind in each.kinds)
    return next(found, {})
