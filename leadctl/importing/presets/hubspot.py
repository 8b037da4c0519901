"""HubSpot: labels of its exports, and the internal names of its API."""

from __future__ import annotations

from functools import partial

from leadctl.importing.presets.preset import PERSON, Preset

_SOURCES = {
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
_export = partial(Preset, "hubspot", "HubSpot", system="hubspot")
PRESETS = (
    _export(
        PERSON,
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
            "source": _SOURCES,
        },
        unless=("Deal Name", "dealname", "Company Domain Name", "Company owner"),
    ),
    _export(
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
        unless=("Deal Name", "dealname"),
    ),
    _export(
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
            "source": _SOURCES,
        },
    ),
)
