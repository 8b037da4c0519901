"""The documented fields of every kind of record: name, type, meaning, and the words for it."""

from __future__ import annotations

from typing import NamedTuple


class Field(NamedTuple):
    """One field of one kind of record.

    `type` is a word that `leadctl.values` can parse: text, email, phone, integer, money, currency,
    country, flag, time, tags, status, source, owner. `words` are header names that mean this field,
    beside the field's own name; they are compared by `header_key`.
    """

    name: str
    type: str
    meaning: str
    words: tuple[str, ...] = ()


class Computed(NamedTuple):
    """A column of the `lead` view that is worked out, so it can be read in conditions but not set."""

    name: str
    sql_type: str
    meaning: str


KINDS = {
    "lead": "leads",
    "contact": "contacts",
    "account": "accounts",
    "deal": "deals",
    "activity": "activities",
    "rep": "reps",
    "pool": "pools",
    "pool_member": "pool_members",
    "assignment": "assignments",
    "imported_row": "imported_rows",
}
"""Kind of record -> the table that holds its facts."""

LETTERS = {"c": "contact", "a": "account", "d": "deal", "op": "operation"}
"""The letter before an id: c12, a7, d4, op57. A lead's id has none."""

NAME_WORDS = ("full_name", "name", "contact name", "lead name", "person name", "contact")
"""Header names of a whole name, which import splits into first and last name."""

LEAD_FIELDS = (
    Field("first_name", "text", "first name", ("given name", "forename", "vorname", "prénom")),
    Field("last_name", "text", "last name", ("surname", "family name", "nachname", "nom")),
    Field("salutation", "text", "Mr., Ms., Dr.", ("courtesy title", "name prefix", "anrede")),
    Field(
        "company",
        "text",
        "the organisation the person works for",
        (
            "company name",
            "organization",
            "organisation",
            "organization name",
            "account name",
            "company / account",
            "associated company",
            "firma",
            "employer",
            "business",
        ),
    ),
    Field(
        "title",
        "text",
        "job title",
        ("job title", "designation", "position", "role", "contact title", "organization title"),
    ),
    Field(
        "email",
        "email",
        "email address",
        (
            "e-mail",
            "email address",
            "e-mail address",
            "mail",
            "work email",
            "e-mail 1 - value",
            "person - email",
        ),
    ),
    Field(
        "phone",
        "phone",
        "telephone",
        (
            "phone number",
            "telephone",
            "business phone",
            "work phone",
            "tel",
            "telefon",
            "work direct phone",
            "person - phone",
            "phone 1 - value",
            "primary phone",
        ),
    ),
    Field(
        "mobile",
        "phone",
        "mobile telephone",
        ("mobile phone", "mobile phone number", "mobile number", "cell", "cell phone", "handy"),
    ),
    Field(
        "website",
        "text",
        "web site of the company",
        (
            *("web site", "url", "website url", "web page", "homepage", "web", "company website"),
            "website 1 - value",
        ),
    ),
    Field(
        "source",
        "source",
        "where the lead came from",
        ("lead source", "original source", "leadquelle", "origin"),
    ),
    Field(
        "campaign", "text", "the campaign that brought the lead", ("campaign name", "utm_campaign")
    ),
    Field("status", "status", "where the lead stands", ("lead status", "stage")),
    Field(
        "lost_reason",
        "text",
        "why it was lost",
        ("reason lost", "lost because", "disqualification reason"),
    ),
    Field("rating", "text", "hot, warm, cold", ("lead rating",)),
    Field("industry", "text", "industry of the company", ("branche", "sector")),
    Field(
        "employees",
        "integer",
        "number of employees",
        (
            "no. of employees",
            "number of employees",
            "no of employees",
            "# employees",
            "employee count",
            "company size",
        ),
    ),
    Field(
        "annual_revenue",
        "money",
        "yearly revenue of the company, whole units",
        ("revenue", "annual revenue"),
    ),
    Field(
        "amount",
        "money",
        "what the deal may be worth, whole units",
        ("value", "deal value", "budget", "deal amount"),
    ),
    Field(
        "currency", "currency", "three letters, ISO 4217", ("currency code", "currency iso code")
    ),
    Field(
        "product",
        "text",
        "product or line of business",
        ("product interest", "line of business", "lob"),
    ),
    Field(
        "street",
        "text",
        "street and number",
        ("address", "street address", "business street", "mailing street", "address line 1"),
    ),
    Field("city", "text", "city", ("town", "business city", "ort", "stadt")),
    Field(
        "state",
        "text",
        "state, province or region",
        ("region", "province", "business state", "state/region", "bundesland"),
    ),
    Field(
        "postal_code",
        "text",
        "postal code, leading zeros kept",
        ("zip", "zip code", "postcode", "postal", "business postal code", "plz"),
    ),
    Field(
        "country",
        "country",
        "country, as an ISO 3166 code where it is one",
        ("country/region", "business country/region", "country code", "land"),
    ),
    Field(
        "description",
        "text",
        "free text",
        ("notes", "note", "comments", "comment", "message", "remarks"),
    ),
    Field(
        "tags",
        "tags",
        "words of your own, separated by commas",
        ("tag", "labels", "lists", "categories"),
    ),
    Field(
        "email_opt_out",
        "flag",
        "wants no email",
        ("opt out", "unsubscribed", "has opted out of email", "do not email"),
    ),
    Field(
        "owner",
        "owner",
        "the rep it belongs to",
        ("lead owner", "contact owner", "assigned to", "owner name"),
    ),
    Field(
        "external_id",
        "text",
        "its id in the system it came from",
        (
            *("id", "lead id", "record id", "person - id", "customer id", "external id"),
            *("contact id", "apollo contact id", "leid"),
        ),
    ),
    Field("external_system", "text", "the system it came from", ("system",)),
    Field(
        "created_at",
        "time",
        "when the lead was created, UTC",
        (
            "created",
            "created time",
            "create date",
            "created date",
            "created on",
            "date created",
            "created at",
        ),
    ),
)
"""The fields of a lead that people, files and rules may set, in their documented order."""

COMPUTED = (
    Computed("id", "INTEGER", "the lead's number"),
    Computed("uid", "TEXT", "its name for ever, across databases"),
    Computed("score", "INTEGER", "total of the last score run"),
    Computed("fit", "INTEGER", "points for who they are"),
    Computed("engagement", "INTEGER", "points for what they did"),
    Computed("grade", "TEXT", "A to D, by total"),
    Computed("age_days", "INTEGER", "days since created_at"),
    Computed(
        "last_activity_at", "TEXT", "time of the newest activity, UTC; blank if there is none"
    ),
    Computed(
        "days_since_activity", "INTEGER", "days since the newest activity, else since created_at"
    ),
    Computed("activities", "INTEGER", "how many activities there are"),
    Computed("has_phone", "INTEGER", "1 with a phone or mobile number that can be dialled"),
    Computed("has_email", "INTEGER", "1 with an email address"),
    Computed("email_domain", "TEXT", "what stands behind the @"),
    Computed(
        "is_free_mail", "INTEGER", "1 if the address is at a free mail provider, blank without one"
    ),
    Computed("updated_at", "TEXT", "when it last changed here, UTC"),
    Computed("converted_at", "TEXT", "when it was converted, UTC"),
    Computed("contact_id", "INTEGER", "the contact it became"),
    Computed("account_id", "INTEGER", "the account it became"),
    Computed("deal_id", "INTEGER", "the deal it became"),
    Computed("version", "INTEGER", "how often it changed"),
)
"""What the `lead` view adds to the fields: conditions and columns may use these."""

SQL_TYPES = {"integer": "INTEGER", "flag": "INTEGER", "money": "REAL"}


def condition_fields() -> dict[str, str]:
    """Return every field that a condition may name -> its SQL type (TEXT, INTEGER or REAL)."""
    fields = {field.name: SQL_TYPES.get(field.type, "TEXT") for field in LEAD_FIELDS}
    return fields | {computed.name: computed.sql_type for computed in COMPUTED}


def header_key(header: str) -> str:
    """Return what two spellings of a header have in common: its letters and digits, without case."""
    return "".join(character for character in header.casefold() if character.isalnum())


def kind_of(written: str) -> str:
    """Return the kind of record that a name such as `c12` is of; without a letter, a lead."""
    return next(
        (
            kind
            for letter, kind in LETTERS.items()
            if written.removeprefix(letter).isdecimal() and written.startswith(letter)
        ),
        "lead",
    )
