"""The documented fields of every kind of record: name, type and meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple


class Field(NamedTuple):
    """One field of one kind of record.

    `type` is a word that `leadctl.values` can parse: text, email, phone, integer, money, currency,
    country, flag, time, tags, status, source, owner; of other records also those of
    `leadctl.words`. A field of type choice has one of `choices`. An `identifying` one tells people
    apart, and takes part where duplicates are found. What files call it is in `headers`.
    """

    name: str
    type: str
    meaning: str
    choices: tuple[str, ...] = ()
    identifying: bool = False


class Computed(NamedTuple):
    """A column of the `lead` view that is worked out, so it can be read in conditions but not set.

    It takes no longer than a field of the lead itself, unless it is `of` other records: then these
    are looked up for each lead.
    """

    name: str
    sql_type: str
    meaning: str
    of: tuple[str, ...] = ()
    """Kinds of other records that it is worked out from."""
    daily: bool = False
    """Whether it changes with the day alone."""


KINDS = {
    "lead": "leads",
    "contact": "contacts",
    "account": "accounts",
    "deal": "deals",
    "activity": "activities",
    "rep": "reps",
    "pool": "pools",
    "pool_member": "pool_members",
    "reason": "reasons",
    "assignment": "assignments",
    "imported_row": "imported_rows",
    "task": "tasks",
    "campaign": "campaigns",
    "transaction": "transactions",
    "imported_file": "imported_files",
    "source_cost": "source_costs",
    "handover": "handovers",
    "run_key": "run_keys",
    "view": "views",
    "not_duplicate": "not_duplicates",
    "forward": "forwards",
    "custom_field": "custom_fields",
}
"""Kind of record -> the table, or for leads the view, that has its facts."""
WRITTEN = {**KINDS, "lead": "wide_leads"}
"""Kind of record -> the table that its facts are written to; who owns a lead stands in `owners`."""

MERGEABLE = ("lead", "contact", "account")
"""The kinds of which records can be merged; a `forward` leads from a merged one to the survivor."""

OUR_OWN = "leadctl_"
"""Before the name of a column that is ours and not data: what is worked out, why a row was rejected."""

LETTERS = {"c": "contact", "a": "account", "d": "deal", "t": "task", "op": "operation"}
"""The letter before an id: c12, a7, d4, t5, op57. A lead's id has none."""

LEAD_FIELDS = (
    Field("first_name", "text", "first name"),
    Field("last_name", "text", "last name"),
    Field("salutation", "text", "Mr., Ms., Dr."),
    Field("company", "text", "the organisation the person works for"),
    Field("title", "text", "job title"),
    Field("email", "email", "email address"),
    Field("phone", "phone", "telephone"),
    Field("mobile", "phone", "mobile telephone"),
    Field("website", "text", "web site of the company"),
    Field("source", "source", "where the lead came from"),
    Field("campaign", "text", "the campaign that brought the lead"),
    Field("status", "status", "where the lead stands"),
    Field("lost_reason", "text", "why it was lost"),
    Field("rating", "text", "hot, warm, cold"),
    Field("industry", "text", "industry of the company"),
    Field("employees", "integer", "number of employees"),
    Field("annual_revenue", "money", "yearly revenue of the company, whole units"),
    Field("amount", "money", "what the deal may be worth, whole units"),
    Field("currency", "currency", "three letters, ISO 4217"),
    Field("product", "text", "product or line of business"),
    Field("street", "text", "street and number"),
    Field("city", "text", "city"),
    Field("state", "state", "state, province or region"),
    Field("postal_code", "text", "postal code, leading zeros kept"),
    Field("country", "country", "country, as an ISO 3166 code where it is one"),
    Field("description", "text", "free text"),
    Field("tags", "tags", "words of your own, separated by commas"),
    Field("email_opt_out", "flag", "wants no email"),
    Field("owner", "owner", "the rep it belongs to"),
    Field("external_id", "text", "its id in the system it came from"),
    Field("external_system", "text", "the system it came from"),
    Field("created_at", "time", "when the lead was created, UTC"),
)
"""The fields of a lead that people, files and rules may set, in their documented order."""


def _seen(name: str, sql_type: str, meaning: str) -> Computed:
    """Return a column that is worked out from the activities up to today."""
    return Computed(name, sql_type, meaning, ("activity",), daily=True)


COMPUTED = (
    Computed("id", "INTEGER", "the lead's number"),
    Computed("uid", "TEXT", "its name for ever, across databases"),
    Computed("score", "INTEGER", "total of the last score run"),
    Computed("fit", "INTEGER", "points for who they are"),
    Computed("engagement", "INTEGER", "points for what they did"),
    Computed("grade", "TEXT", "A to D, by total"),
    Computed("rank", "TEXT", "A1 to D4: fit as a letter, engagement as a number"),
    Computed("full_name", "TEXT", "first and last name"),
    Computed("age_days", "INTEGER", "days since created_at", daily=True),
    _seen("last_activity_at", "TEXT", "time of the newest activity, UTC; blank if there is none"),
    _seen("last_touch_at", "TEXT", "time of the newest touch, UTC; blank if nobody touched it"),
    _seen("last_activity_kind", "TEXT", "what the newest activity was, such as call"),
    _seen(
        "days_since_activity", "INTEGER", "days since the newest activity, else since created_at"
    ),
    _seen("activities", "INTEGER", "how many activities there are"),
    _seen(
        "touches", "INTEGER", "how many activities of yours: not from them, no form and no visit"
    ),
    _seen("calls", "INTEGER", "how many calls, from them and from you"),
    _seen("emails_in", "INTEGER", "how many emails from them"),
    _seen("emails_out", "INTEGER", "how many emails from you"),
    _seen("meetings", "INTEGER", "how many meetings"),
    _seen("visits", "INTEGER", "how many visits to your pages"),
    _seen("forms", "INTEGER", "how many forms they filled in"),
    Computed("open_tasks", "INTEGER", "how many tasks are still to be done", ("task",)),
    Computed("has_phone", "INTEGER", "1 with a phone or mobile number that can be dialled"),
    Computed("has_email", "INTEGER", "1 with an email address"),
    Computed("email_domain", "TEXT", "what stands behind the @"),
    Computed(
        "is_free_mail", "INTEGER", "1 if the address is at a free mail provider, blank without one"
    ),
    Computed(
        "company_domain", "TEXT", "the company's domain: of website, else of email unless free mail"
    ),
    Computed(
        "account_owner",
        "TEXT",
        "owner of the account that the company already has, by domain or name",
        ("account", "rep"),
    ),
    Computed("updated_at", "TEXT", "when it last changed here, UTC"),
    Computed("converted_at", "TEXT", "when it was converted, UTC"),
    Computed("contact_id", "INTEGER", "the contact it became"),
    Computed("account_id", "INTEGER", "the account it became"),
    Computed("deal_id", "INTEGER", "the deal it became"),
    Computed("version", "INTEGER", "how often it changed"),
)
"""What the `lead` view adds to the fields: conditions and columns may use these."""

SQL_TYPES = {
    "integer": "INTEGER",
    "flag": "INTEGER",
    "percent": "INTEGER",
    "money": "REAL",
    "number": "REAL",
}
_ONLY_IN_FILES = frozenset(("result", "won_at", "lost_at"))
"""Fields of a deal that other systems have beside its stage, and that its stage says here."""


def condition_fields(kind: str = "lead") -> dict[str, str]:
    """Return every field that a condition may name -> its SQL type (TEXT, INTEGER or REAL)."""
    fields = {field.name: SQL_TYPES.get(field.type, "TEXT") for field in settable(kind)}
    return fields | {computed.name: computed.sql_type for computed in COMPUTED_OF[kind]}


def settable(kind: str) -> tuple[Field, ...]:
    """Return the fields that people may set, and conditions name, of a kind of record."""
    return tuple(field for field in FIELDS[kind] if field.name not in _ONLY_IN_FILES)


def as_columns(kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return stored values by their columns: a day stands in one that says so."""
    days = {field.name: f"{field.name}_day" for field in FIELDS[kind] if field.type == "day"}
    return {days.get(name, name): value for name, value in values.items()}


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


# The fields of the other kinds of records. A reference is written as people name a record.

_LEAD = {field.name: field for field in LEAD_FIELDS}


def _of_a_lead(*names: str) -> tuple[Field, ...]:
    return tuple(_LEAD[name] for name in names)


_ADDRESS = _of_a_lead("street", "city", "state", "postal_code", "country")
_ELSEWHERE = _of_a_lead("external_id", "external_system")
_CREATED = _LEAD["created_at"]._replace(meaning="when it was created, UTC")
_CLOCK = Field("clock", "clock", "the time of its day, where that stands alone")

CONTACT_FIELDS = (
    *_of_a_lead("first_name", "last_name", "salutation", "title", "email", "phone", "mobile"),
    Field("account", "account", "the account the person works for"),
    *_ADDRESS,
    *_of_a_lead("source", "campaign", "description", "tags", "email_opt_out", "owner"),
    *_ELSEWHERE,
    _CREATED,
)
"""The fields of a contact: those of the person in a lead, and the account."""

ACCOUNT_FIELDS = (
    Field("name", "text", "what the company is called"),
    Field("domain", "text", "its domain"),
    *_of_a_lead("phone", "website", "industry", "employees", "annual_revenue", "currency"),
    *_ADDRESS,
    Field("parent", "account", "the account it belongs to"),
    *_of_a_lead("description", "tags", "owner"),
    *_ELSEWHERE,
    _CREATED,
)
"""The fields of an account."""

DEAL_FIELDS = (
    Field("name", "text", "what the deal is called"),
    Field("account", "account", "whose deal it is"),
    Field("contact", "contact", "the person to talk to"),
    Field("lead", "lead", "the lead that became the deal"),
    Field("stage", "stage", "where the deal stands"),
    _LEAD["amount"]._replace(meaning="what it is worth, whole units"),
    _LEAD["currency"],
    Field("probability", "percent", "the chance to win, in percent"),
    Field("closed_at", "time", "when it was, or is to be, closed, UTC"),
    Field("result", "result", "won, lost or open, where that stands beside the stage"),
    Field("won_at", "time", "when it was won, UTC"),
    Field("lost_at", "time", "when it was lost, UTC"),
    _CREATED,
    Field("converted_at", "time", "when its lead was converted, UTC"),
    *_of_a_lead("product", "owner", "source", "campaign", "lost_reason", "description", "tags"),
    *_ELSEWHERE,
)
"""The fields of a deal."""

ACTIVITY_FIELDS = (
    Field("lead", "lead", "the lead it was with; a contact, if no lead has this id or email"),
    Field("contact", "contact", "the contact it was with"),
    Field("account", "account", "the account it was with"),
    Field("deal", "deal", "the deal it was about; an account, if no deal has this id"),
    Field("kind", "kind", "call, email, meeting, note, visit, form, chat"),
    Field("at", "time", "when it happened, UTC"),
    _CLOCK,
    Field("done", "done", "whether it happened; what is still to be done is a task"),
    Field("direction", "direction", "in or out; blank where it is neither"),
    Field("outcome", "outcome", "what came of it"),
    Field("duration", "minutes", "how long it took, in minutes"),
    Field("seconds", "seconds", "how long it took, in seconds or as minutes:seconds"),
    Field("title", "text", "what it was about; it begins the note"),
    Field("note", "text", "what was said or done"),
    *_ELSEWHERE,
)
"""The fields of an activity."""

TASK_FIELDS = (
    Field("title", "text", "what is to be done"),
    Field("due", "due", "when it is due: a day, or a time"),
    _CLOCK,
    Field("done_at", "time", "when it was done, UTC"),
    Field("done", "done", "whether it is done, where no time of it is known"),
    *ACTIVITY_FIELDS[:4],
    _LEAD["owner"],
    Field("note", "text", "more about it"),
    *_ELSEWHERE,
    _CREATED,
)
"""The fields of a task."""

CAMPAIGN_FIELDS = (
    Field("name", "text", "what the campaign is called"),
    Field("kind", "text", "what sort of campaign it is"),
    Field("starts", "day", "its first day"),
    Field("ends", "day", "its last day"),
    _LEAD["source"]._replace(meaning="the source that its leads name"),
    Field("budget", "money", "what it may cost, whole units"),
    Field("cost", "money", "what it has cost, whole units"),
    *_of_a_lead("currency", "description", "tags", "owner"),
    *_ELSEWHERE,
    _CREATED,
)
"""The fields of a campaign."""

TRANSACTION_FIELDS = (
    Field("account", "account", "whose it is"),
    Field("kind", "text", "invoice, order, quote, payment"),
    Field("number", "text", "its number"),
    Field("amount", "money", "how much, whole units"),
    _LEAD["currency"],
    Field("at", "time", "when it was made, UTC"),
    *_ELSEWHERE,
)
"""The fields of a transaction."""

FIELDS: Mapping[str, tuple[Field, ...]] = {
    "lead": LEAD_FIELDS,
    "contact": CONTACT_FIELDS,
    "account": ACCOUNT_FIELDS,
    "deal": DEAL_FIELDS,
    "activity": ACTIVITY_FIELDS,
    "task": TASK_FIELDS,
    "campaign": CAMPAIGN_FIELDS,
    "transaction": TRANSACTION_FIELDS,
}
"""Kind of record -> its fields that files may set, in their documented order."""


# What is worked out of the records that live on, beside their fields.

_OURS = (
    Computed("id", "INTEGER", "its number"),
    Computed("uid", "TEXT", "its name for ever, across databases"),
)
_TIMES = (
    Computed("age_days", "INTEGER", "days since created_at"),
    Computed(
        "last_activity_at",
        "TEXT",
        "time of the newest activity, lead days included, UTC; blank if there is none",
    ),
    Computed(
        "days_since_activity", "INTEGER", "days since the newest activity, else since created_at"
    ),
    Computed("activities", "INTEGER", "how many activities there are, lead days included"),
    Computed(
        "touches", "INTEGER", "how many of them are yours: not from them, no form and no visit"
    ),
    Computed("last_touch_at", "TEXT", "time of the newest of these, UTC; blank if there is none"),
    Computed("updated_at", "TEXT", "when it last changed here, UTC"),
    Computed("version", "INTEGER", "how often it changed"),
)
_ACCOUNT_ID = Computed("account_id", "INTEGER", "the number of its account")

COMPUTED_OF: Mapping[str, tuple[Computed, ...]] = {
    "lead": COMPUTED,
    "contact": (
        *_OURS,
        _ACCOUNT_ID,
        Computed("deals", "INTEGER", "how many deals name it"),
        Computed("has_phone", "INTEGER", "1 with a phone or mobile number that can be dialled"),
        Computed("has_email", "INTEGER", "1 with an email address"),
        Computed("email_domain", "TEXT", "what stands behind the @"),
        *_TIMES,
    ),
    "account": (
        *_OURS,
        Computed("parent_id", "INTEGER", "the number of the account above it"),
        Computed("contacts", "INTEGER", "how many contacts it has"),
        Computed("deals", "INTEGER", "how many deals it has"),
        *_TIMES,
    ),
    "deal": (
        *_OURS,
        _ACCOUNT_ID,
        Computed("contact_id", "INTEGER", "the number of its contact"),
        Computed("lead_id", "INTEGER", "the number of the lead that became it"),
        Computed("stage_since", "TEXT", "when it came to its stage, UTC"),
        Computed("days_in_stage", "INTEGER", "days since then"),
        *_TIMES,
    ),
}
"""Kind of record -> what its view adds to its fields."""


class FieldSet:
    """The fields that the records of one database have: the documented ones and its own.

    `own` are those that `leadctl field add` declared, by kind of record, in the order in which they
    came.
    """

    def __init__(self, own: Mapping[str, Sequence[Field]] = MappingProxyType({})) -> None:
        self.own = {kind: tuple(fields) for kind, fields in own.items() if fields}
        self._typed: dict[tuple[str, str], frozenset[str]] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FieldSet) and self.own == other.own

    def __hash__(self) -> int:
        return hash(tuple(self.own.items()))

    def of(self, kind: str) -> tuple[Field, ...]:
        """Return the fields of a kind that people and files may set, its own ones last."""
        return (*FIELDS.get(kind, ()), *self.own.get(kind, ()))

    def types(self, kind: str) -> dict[str, str]:
        """Return field -> type of the fields of a kind."""
        return {field.name: field.type for field in self.of(kind)}

    def typed(self, kind: str, type_: str) -> frozenset[str]:
        """Return the names of the fields of a kind that are of one type."""
        if (kind, type_) not in self._typed:
            names = frozenset(field.name for field in self.of(kind) if field.type == type_)
            self._typed[kind, type_] = names
        return self._typed[kind, type_]

    def settable(self, kind: str) -> tuple[Field, ...]:
        """Return the fields of a kind that people may set, and conditions name."""
        return (*settable(kind), *self.own.get(kind, ()))

    def conditions(self, kind: str = "lead") -> dict[str, str]:
        """Return every field that a condition may name -> its SQL type (TEXT, INTEGER or REAL)."""
        own = self.own.get(kind, ())
        types = {field.name: SQL_TYPES.get(field.type, "TEXT") for field in own}
        return condition_fields(kind) | types


DOCUMENTED = FieldSet()
"""The fields of a database that has none of its own."""
