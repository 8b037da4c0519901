"""Pipedrive: every header has the record that it belongs to before it."""

from __future__ import annotations

from functools import partial

from leadctl.importing.presets.preset import PERSON, Preset

_export = partial(Preset, "pipedrive", "Pipedrive", system="pipedrive")
PRESETS = (
    _export(
        PERSON,
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
        unless=("Deal - Title", "Activity - Subject"),
    ),
    _export(
        ("account",),
        (("Organization - Name",),),
        (
            *(("Organization - ID", "external_id"), ("Organization - Name", "name")),
            *(("Organization - Owner", "owner"), ("Organization - Address", "street")),
            *(("Organization - Website", "website"), ("Organization - Industry", "industry")),
            *(("Organization - Number of employees", "employees"),),
            *(("Organization - Annual revenue", "annual_revenue"),),
        ),
        unless=("Person - Name", "Person - ID", "Deal - Title", "Activity - Subject"),
    ),
    _export(
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
        unless=("Activity - Subject",),
    ),
    _export(
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
    ),
)
