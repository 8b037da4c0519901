"""Address books and lists: Mailchimp, Apollo, Google, Outlook, LinkedIn, Facebook."""

from __future__ import annotations

from leadctl.importing.presets.preset import PERSON, Preset

PRESETS = (
    Preset(
        "mailchimp",
        "Mailchimp",
        PERSON,
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
        PERSON,
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
        PERSON,
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
        PERSON,
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
        PERSON,
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
        PERSON,
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
