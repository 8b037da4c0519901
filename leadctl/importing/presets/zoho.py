"""Zoho CRM: labels of its exports, and API names."""

from __future__ import annotations

from functools import partial

from leadctl.importing.presets.preset import Preset

_SOURCES = {
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
_export = partial(Preset, "zoho", "Zoho", system="zoho")
PRESETS = (
    _export(
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
        values={"source": _SOURCES},
    ),
    _export(
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
        values={"source": _SOURCES},
    ),
    _export(
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
    ),
    _export(
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
        values={"source": _SOURCES},
    ),
    _export(
        ("task",),
        (("Record Id", "Task Owner"), ("Task Owner", "Subject", "Due Date")),
        (
            *(("Record Id", "external_id"), ("Task Owner", "owner"), ("Subject", "title")),
            *(("Due Date", "due"), ("Closed Time", "done_at"), ("Status", "done")),
            *(("Contact Name", "contact"), ("Related To", "deal"), ("Description", "note")),
        ),
    ),
    _export(
        ("activity",),
        (("Record Id", "Call Owner"), ("Call Owner", "Call Start Time", "Call Type")),
        (
            *(("Record Id", "external_id"), ("Call Start Time", "at"), ("Call Type", "direction")),
            *(("Call Result", "outcome"), ("Call Duration (in seconds)", "seconds")),
            *(("Call Duration", "seconds"), ("Description", "note"), ("Subject", "title")),
            *(("Contact Name", "contact"), ("Related To", "deal")),
            ("Outgoing Call Status", "done"),
        ),
    ),
)
