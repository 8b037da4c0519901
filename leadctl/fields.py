"""The documented fields of every kind of record: name, type, meaning, and the words for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple


class Field(NamedTuple):
    """One field of one kind of record.

    `type` is a word that `leadctl.values` can parse: text, email, phone, integer, money, currency,
    country, flag, time, tags, status, source, owner; of other records also those of
    `leadctl.words`. `words` are header names that mean this field,
    beside the field's own name; they are compared by `header_key`. A field of type choice has one
    of `choices`. An `identifying` one tells people apart, and takes part where duplicates are found.
    """

    name: str
    type: str
    meaning: str
    words: tuple[str, ...] = ()
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
"""Kind of record -> the table that holds its facts."""

MERGEABLE = ("lead", "contact", "account")
"""The kinds of which records can be merged; a `forward` leads from a merged one to the survivor."""

OUR_OWN = "leadctl_"
"""Before the name of a column that is ours and not data: what is worked out, why a row was rejected."""

LETTERS = {"c": "contact", "a": "account", "d": "deal", "t": "task", "op": "operation"}
"""The letter before an id: c12, a7, d4, t5, op57. A lead's id has none."""

NAME_WORDS = (
    *("full_name", "name", "contact name", "lead name", "person name", "contact"),
    *("contact person", "contact full name", "customer contact", "prospect", "vollständiger name"),
    *("ansprechpartner", "ansprechpartnerin", "kontaktperson", "kontakt", "nom complet"),
    *("nom et prénom", "nombre completo", "nombre y apellidos", "persona de contacto"),
)
"""Header names of a whole name, which import splits into first and last name."""

LEAD_FIELDS = (
    Field(
        "first_name",
        "text",
        "first name",
        (
            *("given name", "forename", "first", "fname", "vorname", "prénom", "prenom"),
            *("nombre", "nombres"),
        ),
    ),
    Field(
        "last_name",
        "text",
        "last name",
        (
            *(
                "surname",
                "family name",
                "last",
                "lname",
                "nachname",
                "familienname",
                "zuname",
                "nom",
            ),
            *("nom de famille", "apellido", "apellidos"),
        ),
    ),
    Field(
        "salutation",
        "text",
        "Mr., Ms., Dr.",
        ("courtesy title", "name prefix", "anrede", "civilité", "civilite", "tratamiento"),
    ),
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
            *("business name", "organisation name", "customer", "customer name", "client"),
            *("client name", "kunde", "kundenname", "firma/name", "firmenname", "unternehmen"),
            *("entreprise", "société", "societe", "raison sociale", "nom de l'entreprise"),
            *("empresa", "compañía", "compania", "nombre de la empresa"),
        ),
    ),
    Field(
        "title",
        "text",
        "job title",
        (
            *("job title", "designation", "position", "role", "contact title"),
            *("organization title", "job", "job function", "berufsbezeichnung", "funktion"),
            *("stellenbezeichnung", "poste", "fonction", "cargo", "puesto"),
        ),
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
            *("email 1", "primary email", "business email", "contact email", "email id"),
            *("mail address", "e-mail-adresse", "mailadresse", "adresse e-mail", "adresse mail"),
            *("courriel", "correo", "correo electrónico", "correo electronico"),
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
            *("phone 1", "phone no", "telephone number", "contact phone", "contact phone number"),
            *("office phone", "main phone", "telefonnummer", "rufnummer", "festnetz", "téléphone"),
            *("numéro de téléphone", "teléfono", "telefono", "número de teléfono"),
        ),
    ),
    Field(
        "mobile",
        "phone",
        "mobile telephone",
        (
            *("mobile phone", "mobile phone number", "mobile number", "mobile no", "cell"),
            *("cell phone", "cell number", "handy", "handynummer", "mobil", "mobilnummer"),
            *("mobiltelefon", "portable", "téléphone portable", "móvil", "movil", "celular"),
        ),
    ),
    Field(
        "website",
        "text",
        "web site of the company",
        (
            *("web site", "url", "website url", "web page", "homepage", "web", "company website"),
            *("company url", "company site"),
            *("website 1 - value", "webseite", "internetseite", "internet", "site web"),
            *("site internet", "sitio web", "página web", "pagina web"),
        ),
    ),
    Field(
        "source",
        "source",
        "where the lead came from",
        (
            *("lead source", "original source", "leadquelle", "quelle", "herkunft", "origin"),
            *("lead origin", "channel", "provenance", "fuente", "origen", "where from"),
            *("came from", "found us through", "how did you hear about us", "how did you find us"),
        ),
    ),
    Field(
        "campaign",
        "text",
        "the campaign that brought the lead",
        ("campaign name", "lead campaign", "kampagne", "campagne", "campaña", "campana"),
    ),
    Field(
        "status",
        "status",
        "where the lead stands",
        ("lead status", "stage", "lead stage", "statut"),
    ),
    Field(
        "lost_reason",
        "text",
        "why it was lost",
        (
            *("reason lost", "lost because", "disqualification reason", "verlustgrund"),
            *("absagegrund", "motif de perte", "motivo de pérdida"),
        ),
    ),
    Field("rating", "text", "hot, warm, cold", ("lead rating", "temperature", "bewertung")),
    Field(
        "industry",
        "text",
        "industry of the company",
        ("branche", "industrie", "sector", "secteur", "secteur d'activité", "industria"),
    ),
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
            *("company size", "headcount", "mitarbeiter", "mitarbeiterzahl", "anzahl mitarbeiter"),
            *("effectif", "nombre d'employés", "empleados", "número de empleados"),
        ),
    ),
    Field(
        "annual_revenue",
        "money",
        "yearly revenue of the company, whole units",
        (
            *("revenue", "yearly revenue", "turnover", "umsatz", "jahresumsatz"),
            *("chiffre d'affaires", "facturación", "facturacion"),
        ),
    ),
    Field(
        "amount",
        "money",
        "what the deal may be worth, whole units",
        (
            *("value", "deal value", "budget", "deal amount", "deal size", "estimated value"),
            *("expected value", "potential value", "expected revenue", "wert", "betrag"),
            *("auftragswert", "montant", "valeur", "importe", "valor"),
        ),
    ),
    Field(
        "currency",
        "currency",
        "three letters, ISO 4217",
        ("currency code", "currency iso code", "währung", "waehrung", "devise", "moneda"),
    ),
    Field(
        "product",
        "text",
        "product or line of business",
        (
            *("product interest", "interested in", "interest", "line of business", "lob"),
            *("produkt", "produit", "producto"),
        ),
    ),
    Field(
        "street",
        "text",
        "street and number",
        (
            *("address", "street address", "business street", "mailing street"),
            *("address line 1", "address 1", "street 1", "straße", "straße und hausnummer"),
            *("anschrift", "adresse", "rue", "calle", "dirección", "direccion"),
        ),
    ),
    Field(
        "city",
        "text",
        "city",
        ("town", "business city", "ort", "wohnort", "stadt", "ville", "ciudad"),
    ),
    Field(
        "state",
        "state",
        "state, province or region",
        (
            *("region", "province", "business state", "state/region", "state/province", "county"),
            *("bundesland", "kanton", "provincia"),
        ),
    ),
    Field(
        "postal_code",
        "text",
        "postal code, leading zeros kept",
        (
            *("zip", "zip code", "zip/postal code", "postcode", "postal", "business postal code"),
            *("pin code", "plz", "postleitzahl", "code postal", "código postal", "codigo postal"),
        ),
    ),
    Field(
        "country",
        "country",
        "country, as an ISO 3166 code where it is one",
        (
            *("country/region", "business country/region", "country code", "country name", "land"),
            *("staat", "pays", "país", "pais"),
        ),
    ),
    Field(
        "description",
        "text",
        "free text",
        (
            *("message", "your message", "inquiry", "enquiry", "remarks", "remark", "details"),
            *("beschreibung", "nachricht", "anfrage", "bemerkung", "bemerkungen", "remarque"),
            *("remarques", "mensaje", "observaciones"),
        ),
    ),
    Field(
        "tags",
        "tags",
        "words of your own, separated by commas",
        ("tag", "labels", "label", "lists", "categories", "schlagwörter", "etiquetas"),
    ),
    Field(
        "email_opt_out",
        "flag",
        "wants no email",
        (
            *("opt out", "unsubscribed", "has opted out of email", "do not email", "opted out"),
            *("email optout", "unsubscribed at", "unsubscribe date", "abgemeldet", "désabonné"),
        ),
    ),
    Field(
        "owner",
        "owner",
        "the rep it belongs to",
        (
            *("lead owner", "contact owner", "assigned to", "owner name", "account manager"),
            *("sales rep", "salesperson", "rep", "assignee", "account executive", "sales owner"),
            *("verantwortlich", "verantwortlicher", "zuständig", "betreuer", "bearbeiter"),
            *("responsable", "propriétaire", "commercial", "propietario", "vendedor"),
        ),
    ),
    Field(
        "external_id",
        "text",
        "its id in the system it came from",
        (
            *("id", "lead id", "record id", "person - id", "customer id", "external id"),
            *("contact id", "apollo contact id", "leid", "lead number", "customer number"),
            *("kundennummer", "numéro client"),
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
            *("added", "added on", "added at", "date added", "entry date", "submitted at"),
            *("submission date", "signed up", "signup date", "erstellt", "erstellt am"),
            *("angelegt", "angelegt am", "erstellungsdatum", "hinzugefügt am", "créé le"),
            *("date de création", "creado", "creado el", "fecha de creación"),
        ),
    ),
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
    _seen("last_activity_kind", "TEXT", "what the newest activity was, such as call"),
    _seen(
        "days_since_activity", "INTEGER", "days since the newest activity, else since created_at"
    ),
    _seen("activities", "INTEGER", "how many activities there are"),
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


# The fields of the other kinds of records. A reference is written as people name a record: by its
# id in the file's system, by its name, email or domain, or by ours.

_LEAD = {field.name: field for field in LEAD_FIELDS}


def _of_a_lead(*names: str) -> tuple[Field, ...]:
    return tuple(_LEAD[name] for name in names)


def _external_id(*words: str) -> tuple[Field, ...]:
    own = Field("external_id", "text", "its id in the system it came from", ("id", *words))
    return own, _LEAD["external_system"]


def _owner(*words: str) -> Field:
    said = ("owner name", "assigned to", "record owner", "user", "owner alias", *words)
    return Field("owner", "owner", "the rep it belongs to", said)


def _address(*prefixes: str) -> tuple[Field, ...]:
    """Return the fields of an address, each also by its words with a prefix, such as billing."""
    words = {
        "street": ("street", "street 1", "address", "address 1", "address line 1"),
        "city": ("city",),
        "state": ("state", "state/province", "state/region", "province"),
        "postal_code": ("zip", "zip/postal code", "postal code", "code", "zip code"),
        "country": ("country", "country/region"),
    }
    return tuple(
        _LEAD[name]._replace(
            words=(*_LEAD[name].words, *(f"{p} {word}" for p in prefixes for word in of))
        )
        for name, of in words.items()
    )


_CREATED = _LEAD["created_at"]._replace(meaning="when it was created, UTC")
_ACCOUNT_WORDS = (
    *("account id", "accountid", "account name id", "account name", "company id"),
    *("associated company id", "associated company ids", "primary associated company id"),
    *("organization id", "org id"),
    *("company", "company name", "associated company", "primary associated company"),
    *("organization", "organisation", "organization name", "firma"),
)
_CONTACT_WORDS = (
    *("contact id", "contactid", "contact name id", "associated contact id", "person id"),
    "associated contact ids",
    *("contact email", "primary contact email", "contact name", "primary contact"),
    *("associated contact", "contact person", "person", "person name", "ansprechpartner"),
)
_LEAD_WORDS = ("lead id", "leadid", "lead external id", "lead email", "converted lead id", "lead")
_DEAL_WORDS = (
    *("deal id", "opportunity id", "opportunityid", "associated deal id", "deal name id"),
    *("what id", "whatid", "deal name", "opportunity", "opportunity name", "associated deal"),
    *("deal title", "related to"),
)
_NOTE_WORDS = (
    *("notes", "description", "body", "comments", "comment", "full comments", "message"),
    *("call notes", "call description", "meeting notes", "activity notes", "note content"),
    *("hs_call_body", "hs_note_body", "hs_body_preview"),
)
_TITLE_WORDS = ("subject", "activity subject", "call subject", "email subject", "meeting name")
_CLOCK = Field("clock", "clock", "the time of its day, where that stands alone", ("time of day",))

CONTACT_FIELDS = (
    *_of_a_lead("first_name", "last_name", "salutation", "title", "email", "phone", "mobile"),
    Field("account", "account", "the account the person works for", _ACCOUNT_WORDS),
    *_address("mailing", "primary"),
    *_of_a_lead("source", "campaign", "description", "tags", "email_opt_out"),
    _owner("contact owner", "person owner"),
    *_external_id("contact id", "record id", "person id", "contact external id"),
    _CREATED,
)
"""The fields of a contact: those of the person in a lead, and the account."""

ACCOUNT_FIELDS = (
    Field(
        "name",
        "text",
        "what the company is called",
        (
            *("account name", "company name", "company", "organization name", "organization"),
            *("organisation", "firma"),
        ),
    ),
    Field(
        "domain", "text", "its domain", ("company domain name", "company domain", "email domain")
    ),
    _LEAD["phone"],
    _LEAD["website"],
    *_of_a_lead("industry", "employees", "annual_revenue", "currency"),
    *_address("billing", "shipping", "organization"),
    Field(
        "parent",
        "account",
        "the account it belongs to",
        (
            *("parent account id", "parentid", "parent account", "parent account name"),
            *("parent company id", "parent company", "member of"),
        ),
    ),
    *_of_a_lead("description", "tags"),
    _owner("account owner", "company owner", "organization owner"),
    *_external_id(
        "account id", "company id", "record id", "organization id", "account external id"
    ),
    _CREATED,
)
"""The fields of an account."""

DEAL_FIELDS = (
    Field(
        "name",
        "text",
        "what the deal is called",
        (
            *("deal name", "dealname", "opportunity name", "opportunity", "deal title", "title"),
            *("potential name", "deal"),
        ),
    ),
    Field("account", "account", "whose deal it is", _ACCOUNT_WORDS),
    Field("contact", "contact", "the person to talk to", _CONTACT_WORDS),
    Field("lead", "lead", "the lead that became the deal", _LEAD_WORDS),
    Field(
        "stage",
        "stage",
        "where the deal stands",
        ("stagename", "deal stage", "dealstage", "sales stage", "status", "deal status", "phase"),
    ),
    _LEAD["amount"]._replace(
        meaning="what it is worth, whole units",
        words=("value", "deal value", "deal amount", "opportunity amount", "deal - value", "wert"),
    ),
    _LEAD["currency"]._replace(
        words=(*_LEAD["currency"].words, "currency of value", "deal currency code")
    ),
    Field(
        "probability",
        "percent",
        "the chance to win, in percent",
        ("probability (%)", "deal probability", "win probability"),
    ),
    Field(
        "closed_at",
        "time",
        "when it was, or is to be, closed, UTC",
        (
            *("closed date", "close date", "closedate", "closing date", "closed on"),
            *("actual close date", "deal closed date", "closed time"),
        ),
    ),
    Field(
        "result",
        "result",
        "won, lost or open, where that stands beside the stage",
        ("deal result", "won/lost", "won or lost", "open/won/lost"),
    ),
    Field(
        "won_at",
        "time",
        "when it was won, UTC",
        ("won time", "won date", "won on", "date won", "gewonnen am"),
    ),
    Field(
        "lost_at",
        "time",
        "when it was lost, UTC",
        ("lost time", "lost date", "lost on", "date lost", "verloren am"),
    ),
    _CREATED,
    Field(
        "converted_at",
        "time",
        "when its lead was converted, UTC",
        ("converted date", "converteddate", "conversion date", "converted time", "converted on"),
    ),
    *_of_a_lead("product"),
    _owner("deal owner", "opportunity owner", "potential owner"),
    *_of_a_lead("source"),
    _LEAD["campaign"]._replace(words=(*_LEAD["campaign"].words, "campaign source", "campaign id")),
    _LEAD["lost_reason"]._replace(
        words=(*_LEAD["lost_reason"].words, "loss reason", "closed lost reason", "reason for loss")
    ),
    *_of_a_lead("description", "tags"),
    *_external_id("deal id", "opportunity id", "record id", "potential id", "deal external id"),
)
"""The fields of a deal."""

ACTIVITY_FIELDS = (
    Field(
        "lead",
        "lead",
        "the lead it was with; a contact, if no lead has this id or email",
        (
            *("who id", "whoid", "email", "email address", "e-mail", "lead email"),
            *_LEAD_WORDS,
        ),
    ),
    Field("contact", "contact", "the contact it was with", _CONTACT_WORDS),
    Field("account", "account", "the account it was with", _ACCOUNT_WORDS),
    Field("deal", "deal", "the deal it was about; an account, if no deal has this id", _DEAL_WORDS),
    Field(
        "kind",
        "kind",
        "call, email, meeting, note, visit, form, chat",
        (
            *("type", "activity type", "activity", "tasksubtype", "task subtype", "event type"),
            *("engagement type", "activity kind", "channel"),
        ),
    ),
    Field(
        "at",
        "time",
        "when it happened, UTC",
        (
            *("date", "activity date", "time", "timestamp", "activity time", "activity date/time"),
            *("when", "call start time", "start date/time", "startdatetime", "start datetime"),
            *("start time", "start date", "start", "from", "occurred at", "hs_timestamp"),
            *("activitydate", "completed date", "closed time", "date/time", "due date"),
            *("created time", "created date", "created at", "datum"),
        ),
    ),
    _CLOCK,
    Field(
        "done",
        "done",
        "whether it happened; what is still to be done is a task",
        (
            *("is done", "completed", "is completed", "is closed", "marked as done"),
            *("task status", "activity status", "hs_task_status", "erledigt"),
        ),
    ),
    Field(
        "direction",
        "direction",
        "in or out; blank where it is neither",
        ("call type", "calltype", "call direction", "hs_call_direction", "email direction"),
    ),
    Field(
        "outcome",
        "outcome",
        "what came of it",
        (
            *("result", "call result", "calldisposition", "call disposition", "call outcome"),
            *("meeting outcome", "status", "hs_meeting_outcome"),
        ),
    ),
    Field(
        "duration",
        "minutes",
        "how long it took, in minutes",
        (
            *("duration (minutes)", "duration in minutes", "durationinminutes", "minutes"),
            *("activity duration", "length"),
        ),
    ),
    Field(
        "seconds",
        "seconds",
        "how long it took, in seconds or as minutes:seconds",
        (
            *("duration (seconds)", "duration in seconds", "durationinseconds"),
            *("call duration (in seconds)", "call duration in seconds"),
        ),
    ),
    Field("title", "text", "what it was about; it begins the note", _TITLE_WORDS),
    Field("note", "text", "what was said or done", _NOTE_WORDS),
    *_external_id("activity id", "engagement id", "record id", "call id", "event id", "task id"),
)
"""The fields of an activity."""

TASK_FIELDS = (
    Field(
        "title", "text", "what is to be done", ("task", "task name", "task title", *_TITLE_WORDS)
    ),
    Field(
        "due",
        "due",
        "when it is due: a day, or a time",
        ("due date", "due at", "due time", "activitydate", "date", "deadline", "hs_timestamp"),
    ),
    _CLOCK,
    Field(
        "done_at",
        "time",
        "when it was done, UTC",
        (
            *("closed time", "completed date", "completion date", "completed at", "completed time"),
            *("completeddatetime", "marked as done time", "date completed"),
        ),
    ),
    Field(
        "done",
        "done",
        "whether it is done, where no time of it is known",
        ("status", "task status", "is closed", "completed", "marked as done", "hs_task_status"),
    ),
    *ACTIVITY_FIELDS[:4],
    _owner("task owner", "task assigned to", "assignee", "task assignee"),
    Field("note", "text", "more about it", (*_NOTE_WORDS, "task notes", "hs_task_body")),
    *_external_id("task id", "activity id", "record id", "engagement id"),
    _CREATED,
)
"""The fields of a task."""

CAMPAIGN_FIELDS = (
    Field("name", "text", "what the campaign is called", ("campaign name", "campaign", "title")),
    Field("kind", "text", "what sort of campaign it is", ("type", "campaign type", "channel")),
    Field("starts", "day", "its first day", ("start date", "startdate", "start", "from", "begins")),
    Field("ends", "day", "its last day", ("end date", "enddate", "end", "until", "to")),
    _LEAD["source"]._replace(meaning="the source that its leads name"),
    Field(
        "budget",
        "money",
        "what it may cost, whole units",
        ("budgeted cost", "budgeted cost in campaign", "budgetedcost", "planned cost"),
    ),
    Field(
        "cost",
        "money",
        "what it has cost, whole units",
        ("actual cost", "actualcost", "actual cost in campaign", "spend", "amount spent"),
    ),
    _LEAD["currency"],
    *_of_a_lead("description", "tags"),
    _owner("campaign owner"),
    *_external_id("campaign id", "record id", "utm id"),
    _CREATED,
)
"""The fields of a campaign."""

TRANSACTION_FIELDS = (
    Field("account", "account", "whose it is", (*_ACCOUNT_WORDS, "customer", "customer name")),
    Field("kind", "text", "invoice, order, quote, payment", ("type", "transaction type")),
    Field(
        "number",
        "text",
        "its number",
        (
            *("invoice number", "invoice no", "order number", "so number", "quote number"),
            *("transaction number", "no", "reference", "document number"),
        ),
    ),
    Field(
        "amount",
        "money",
        "how much, whole units",
        ("total", "grand total", "invoice total", "value", "total amount"),
    ),
    _LEAD["currency"],
    Field(
        "at",
        "time",
        "when it was made, UTC",
        (
            *("date", "invoice date", "order date", "quote date", "transaction date", "paid at"),
            *("created time", "created date", "created at"),
        ),
    ),
    *_external_id("transaction id", "invoice id", "order id", "record id"),
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
