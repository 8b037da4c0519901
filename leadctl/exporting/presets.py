"""The columns that other programs take in an import, under their names.

What they set themselves (ids, Salesforce's owner by id, HubSpot's dates) is left out. Activities
have none, as no program takes them in one table: HubSpot and Zoho have a file for each of calls,
emails, meetings and notes, and Salesforce takes tasks and events, by its own ids of people.
Sources: the import templates and field lists of the programs' documentation.
"""

from __future__ import annotations

from collections.abc import Mapping

_ADDRESS = ("street", "city", "state", "postal_code", "country")


def _address(*headers: str) -> dict[str, str]:
    return dict(zip(_ADDRESS, headers, strict=True))


_ZOHO_PERSON = {
    "first_name": "First Name", "last_name": "Last Name", "salutation": "Salutation",
    "title": "Title", "email": "Email", "phone": "Phone", "mobile": "Mobile",
}  # fmt: skip
_ZOHO_END = {"description": "Description", "tags": "Tag", "created_at": "Created Time"}
_ZOHO = {
    "lead": {
        "owner": "Lead Owner", "company": "Company", **_ZOHO_PERSON, "website": "Website",
        "source": "Lead Source", "status": "Lead Status", "industry": "Industry",
        "rating": "Rating", "annual_revenue": "Annual Revenue", "employees": "No. of Employees",
        **_address("Street", "City", "State", "Zip Code", "Country"),
        "email_opt_out": "Email Opt Out", **_ZOHO_END,
    },
    "contact": {
        "owner": "Contact Owner", "account": "Account Name", **_ZOHO_PERSON,
        "source": "Lead Source",
        **_address(
            "Mailing Street", "Mailing City", "Mailing State", "Mailing Zip", "Mailing Country"
        ),
        "email_opt_out": "Email Opt Out", **_ZOHO_END,
    },
    "account": {
        "owner": "Account Owner", "name": "Account Name", "phone": "Phone", "website": "Website",
        "parent": "Parent Account", "industry": "Industry", "annual_revenue": "Annual Revenue",
        "employees": "Employees",
        **_address(
            "Billing Street", "Billing City", "Billing State", "Billing Code", "Billing Country"
        ),
        **_ZOHO_END,
    },
    "deal": {
        "owner": "Deal Owner", "name": "Deal Name", "account": "Account Name",
        "contact": "Contact Name", "stage": "Stage", "amount": "Amount",
        "probability": "Probability (%)", "closed_at": "Closing Date", "source": "Lead Source",
        "campaign": "Campaign Source", "lost_reason": "Reason For Loss", **_ZOHO_END,
    },
}  # fmt: skip

_SALESFORCE_PERSON = {
    "last_name": "LastName", "first_name": "FirstName", "salutation": "Salutation",
    "title": "Title", "phone": "Phone", "mobile": "MobilePhone", "email": "Email",
    "source": "LeadSource", "description": "Description", "email_opt_out": "HasOptedOutOfEmail",
}  # fmt: skip
_SALESFORCE = {
    "lead": {
        **_SALESFORCE_PERSON, "company": "Company", "website": "Website", "status": "Status",
        "industry": "Industry", "rating": "Rating", "annual_revenue": "AnnualRevenue",
        "employees": "NumberOfEmployees",
        **_address("Street", "City", "State", "PostalCode", "Country"),
    },
    "contact": {
        **_SALESFORCE_PERSON, "account": "Account Name",
        **_address(
            *("MailingStreet", "MailingCity", "MailingState"),
            *("MailingPostalCode", "MailingCountry"),
        ),
    },
    "account": {
        "name": "Name", "phone": "Phone", "website": "Website", "industry": "Industry",
        "annual_revenue": "AnnualRevenue", "employees": "NumberOfEmployees",
        "description": "Description",
        **_address(
            *("BillingStreet", "BillingCity", "BillingState"),
            *("BillingPostalCode", "BillingCountry"),
        ),
    },
    "deal": {
        "name": "Name", "account": "Account Name", "stage": "StageName", "amount": "Amount",
        "currency": "CurrencyIsoCode", "probability": "Probability", "closed_at": "CloseDate",
        "source": "LeadSource", "description": "Description",
    },
}  # fmt: skip

_HUBSPOT_ADDRESS = _address(
    "Street Address", "City", "State/Region", "Postal Code", "Country/Region"
)
_HUBSPOT_PERSON = {
    "first_name": "First Name", "last_name": "Last Name", "salutation": "Salutation",
    "email": "Email", "phone": "Phone Number", "mobile": "Mobile Phone Number",
    "title": "Job Title",
}  # fmt: skip
_HUBSPOT = {
    "lead": {
        **_HUBSPOT_PERSON, "company": "Company Name", "website": "Website URL",
        "industry": "Industry", "employees": "Number of Employees",
        "annual_revenue": "Annual Revenue", **_HUBSPOT_ADDRESS, "status": "Lead Status",
        "source": "Lead Source", "owner": "Contact owner",
    },
    "contact": {
        **_HUBSPOT_PERSON, "account": "Company Name", **_HUBSPOT_ADDRESS,
        "source": "Lead Source", "owner": "Contact owner",
    },
    "account": {
        "name": "Company Name", "domain": "Company Domain Name", "phone": "Phone Number",
        "website": "Website URL", "industry": "Industry", "employees": "Number of Employees",
        "annual_revenue": "Annual Revenue", **_HUBSPOT_ADDRESS, "description": "Description",
        "owner": "Company owner",
    },
    "deal": {
        "name": "Deal Name", "stage": "Deal Stage", "amount": "Amount", "currency": "Currency",
        "closed_at": "Close Date", "lost_reason": "Closed Lost Reason",
        "description": "Deal Description", "owner": "Deal owner",
    },
}  # fmt: skip

PRESETS: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "zoho": _ZOHO,
    "salesforce": _SALESFORCE,
    "hubspot": _HUBSPOT,
}
"""Program -> kind of record -> our field -> its header there, in the order of the columns."""

_SALES = {
    "lead": ("last_name", "company"), "contact": ("last_name",), "account": ("name",),
    "deal": ("name", "stage", "closed_at"),
}  # fmt: skip
REQUIRED: Mapping[str, Mapping[str, tuple[str, ...]]] = {"zoho": _SALES, "salesforce": _SALES}
"""Program -> kind of record -> the fields without which it refuses a row."""
