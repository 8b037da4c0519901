"""What files call the fields of records: the headers that mean each, in several languages.

They are compared by `fields.header_key`. A reference is called as people name a record: by its id
in the file's system, by its name, email or domain, or by ours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

Words = tuple[str, ...]

_LEAD_IN = re.compile(
    r"(?:(?:fields|properties|answers|attributes)\.)?"
    r"(?:(?:(?:please )?enter|what(?: is|[’']s)) )?(?:(?:your|ihre?|deine?|votre|tu|su)[\s_-]+)?"
    r"(?:(?:primary[\s_-]+(?:contact|address)|contact|lead|person|prospect)(?:[\s_-]|: )+)?",
    re.IGNORECASE,
)
_LEAD_OUT = re.compile(r"\s*\((?:from|aus) [^()]+\)$", re.IGNORECASE)
"""What a table adds that looks a field up in another one."""

NAME_WORDS = (
    *("full_name", "name", "contact name", "lead name", "person name", "contact"),
    *("contact person", "contact full name", "customer contact", "prospect", "vollständiger name"),
    *("ansprechpartner", "ansprechpartnerin", "kontaktperson", "kontakt", "nom complet"),
    *("nom et prénom", "nombre completo", "nombre y apellidos", "persona de contacto"),
)
"""Headers of a whole name, which import splits into first and last name."""

_LEAD: Mapping[str, Words] = {
    "first_name": (
        *("given name", "forename", "first", "fname", "vorname", "prénom", "prenom"),
        *("nombre", "nombres"),
    ),
    "last_name": (
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
    "salutation": (
        "courtesy title",
        "name prefix",
        "anrede",
        "civilité",
        "civilite",
        "tratamiento",
    ),
    "company": (
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
        *("company / organization", "company / organisation", "company or organization"),
    ),
    "title": (
        *("job title", "designation", "position", "role", "contact title"),
        *("organization title", "job", "job function", "berufsbezeichnung", "funktion"),
        *("stellenbezeichnung", "poste", "fonction", "cargo", "puesto"),
    ),
    "email": (
        "e-mail",
        "email address",
        "e-mail address",
        "mail",
        "work email",
        "e-mail 1 - value",
        "person - email",
        *("email 1", "primary email", "business email", "contact email", "email id"),
        *(
            "emails",
            "e-mails",
            "email addresses",
            "mail address",
            "e-mail-adresse",
            "mailadresse",
            "adresse e-mail",
            "adresse mail",
        ),
        *("courriel", "correo", "correo electrónico", "correo electronico"),
    ),
    "phone": (
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
        *(
            "phones",
            "phone numbers",
            "phone 1",
            "phone no",
            "telephone number",
            "contact phone",
            "contact phone number",
        ),
        *("office phone", "main phone", "telefonnummer", "rufnummer", "festnetz", "téléphone"),
        *("numéro de téléphone", "teléfono", "telefono", "número de teléfono"),
    ),
    "mobile": (
        *("mobile phone", "mobile phone number", "mobile number", "mobile no", "cell"),
        *("cell phone", "cell number", "handy", "handynummer", "mobil", "mobilnummer"),
        *("mobiltelefon", "portable", "téléphone portable", "móvil", "movil", "celular"),
    ),
    "website": (
        *("web site", "url", "website url", "web page", "homepage", "web", "company website"),
        *("company url", "company site"),
        *("website 1 - value", "webseite", "internetseite", "internet", "site web"),
        *("site internet", "sitio web", "página web", "pagina web"),
    ),
    "source": (
        *("lead source", "original source", "leadquelle", "quelle", "herkunft", "origin"),
        *("lead origin", "channel", "provenance", "fuente", "origen", "where from"),
        *("came from", "found us through", "how did you hear about us", "how did you find us"),
    ),
    "campaign": ("campaign name", "lead campaign", "kampagne", "campagne", "campaña", "campana"),
    "status": ("lead status", "stage", "lead stage", "statut"),
    "lost_reason": (
        *("reason lost", "lost because", "disqualification reason", "verlustgrund"),
        *("absagegrund", "motif de perte", "motivo de pérdida"),
    ),
    "rating": ("lead rating", "temperature", "bewertung"),
    "industry": ("branche", "industrie", "sector", "secteur", "secteur d'activité", "industria"),
    "employees": (
        "no. of employees",
        "number of employees",
        "no of employees",
        "# employees",
        "employee count",
        *("company size", "headcount", "mitarbeiter", "mitarbeiterzahl", "anzahl mitarbeiter"),
        *("effectif", "nombre d'employés", "empleados", "número de empleados"),
    ),
    "annual_revenue": (
        *("revenue", "yearly revenue", "turnover", "umsatz", "jahresumsatz"),
        *("chiffre d'affaires", "facturación", "facturacion"),
    ),
    "amount": (
        *("value", "deal value", "budget", "deal amount", "deal size", "estimated value"),
        *("expected value", "potential value", "expected revenue", "wert", "betrag"),
        *("auftragswert", "montant", "valeur", "importe", "valor"),
    ),
    "currency": ("currency code", "currency iso code", "währung", "waehrung", "devise", "moneda"),
    "product": (
        *("product interest", "interested in", "interest", "line of business", "lob"),
        *("produkt", "produit", "producto"),
    ),
    "street": (
        *("address", "street address", "business street", "mailing street"),
        *("address line 1", "address 1", "street 1", "straße", "straße und hausnummer"),
        *("anschrift", "adresse", "rue", "calle", "dirección", "direccion"),
    ),
    "city": ("town", "business city", "ort", "wohnort", "stadt", "ville", "ciudad"),
    "state": (
        *("region", "province", "business state", "state/region", "state/province", "county"),
        *("bundesland", "kanton", "provincia"),
    ),
    "postal_code": (
        *("zip", "zip code", "zip/postal code", "postcode", "postal", "business postal code"),
        *("pin code", "plz", "postleitzahl", "code postal", "código postal", "codigo postal"),
    ),
    "country": (
        *("country/region", "business country/region", "country code", "country name", "land"),
        *("staat", "pays", "país", "pais"),
    ),
    "description": (
        *("message", "your message", "inquiry", "enquiry", "remarks", "remark", "details"),
        *("beschreibung", "nachricht", "anfrage", "bemerkung", "bemerkungen", "remarque"),
        *("remarques", "mensaje", "observaciones"),
    ),
    "tags": ("tag", "labels", "label", "lists", "categories", "schlagwörter", "etiquetas"),
    "email_opt_out": (
        *("opt out", "unsubscribed", "has opted out of email", "do not email", "opted out"),
        *("email optout", "unsubscribed at", "unsubscribe date", "abgemeldet", "désabonné"),
    ),
    "owner": (
        *("lead owner", "contact owner", "assigned to", "owner name", "account manager"),
        *("sales rep", "salesperson", "rep", "assignee", "account executive", "sales owner"),
        *("verantwortlich", "verantwortlicher", "zuständig", "betreuer", "bearbeiter"),
        *("responsable", "propriétaire", "commercial", "propietario", "vendedor"),
    ),
    "external_id": (
        *("id", "lead id", "record id", "person - id", "customer id", "external id"),
        *("contact id", "apollo contact id", "leid", "lead number", "customer number"),
        *("kundennummer", "numéro client"),
    ),
    "external_system": ("system",),
    "created_at": (
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
        *("timestamp", "submitted on", "date submitted", "submission time", "received at"),
        *("received on", "eingegangen am", "zeitstempel", "horodateur", "marca temporal"),
    ),
}


def _of_a_lead(*names: str) -> dict[str, Words]:
    return {name: _LEAD[name] for name in names}


def _external_id(*words: str) -> dict[str, Words]:
    return {"external_id": ("id", *words), **_of_a_lead("external_system")}


def _owner(*words: str) -> Words:
    return ("owner name", "assigned to", "record owner", "user", "owner alias", *words)


def _address(*prefixes: str) -> dict[str, Words]:
    """Return the words for an address, each also with a prefix, such as billing."""
    words = {
        "street": ("street", "street 1", "address", "address 1", "address line 1"),
        "city": ("city",),
        "state": ("state", "state/province", "state/region", "province"),
        "postal_code": ("zip", "zip/postal code", "postal code", "code", "zip code"),
        "country": ("country", "country/region"),
    }
    return {
        name: (*_LEAD[name], *(f"{prefix} {word}" for prefix in prefixes for word in of))
        for name, of in words.items()
    }


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

_CONTACT: Mapping[str, Words] = {
    **_of_a_lead("first_name", "last_name", "salutation", "title", "email", "phone", "mobile"),
    "account": _ACCOUNT_WORDS,
    **_address("mailing", "primary"),
    **_of_a_lead("source", "campaign", "description", "tags", "email_opt_out"),
    "owner": _owner("contact owner", "person owner"),
    **_external_id("contact id", "record id", "person id", "contact external id"),
    **_of_a_lead("created_at"),
}

_ACCOUNT: Mapping[str, Words] = {
    "name": (
        *("account name", "company name", "company", "organization name", "organization"),
        *("organisation", "firma"),
    ),
    "domain": ("company domain name", "company domain", "email domain"),
    **_of_a_lead("phone", "website", "industry", "employees", "annual_revenue", "currency"),
    **_address("billing", "shipping", "organization"),
    "parent": (
        *("parent account id", "parentid", "parent account", "parent account name"),
        *("parent company id", "parent company", "member of"),
    ),
    **_of_a_lead("description", "tags"),
    "owner": _owner("account owner", "company owner", "organization owner"),
    **_external_id(
        "account id", "company id", "record id", "organization id", "account external id"
    ),
    **_of_a_lead("created_at"),
}

_DEAL: Mapping[str, Words] = {
    "name": (
        *("deal name", "dealname", "opportunity name", "opportunity", "deal title", "title"),
        *("potential name", "deal"),
    ),
    "account": _ACCOUNT_WORDS,
    "contact": _CONTACT_WORDS,
    "lead": _LEAD_WORDS,
    "stage": (
        "stagename",
        "deal stage",
        "dealstage",
        "sales stage",
        "status",
        "deal status",
        "phase",
    ),
    "amount": ("value", "deal value", "deal amount", "opportunity amount", "deal - value", "wert"),
    "currency": (*_LEAD["currency"], "currency of value", "deal currency code"),
    "probability": ("probability (%)", "deal probability", "win probability"),
    "closed_at": (
        *("closed date", "close date", "closedate", "closing date", "closed on"),
        *("actual close date", "deal closed date", "closed time"),
    ),
    "result": ("deal result", "won/lost", "won or lost", "open/won/lost"),
    "won_at": ("won time", "won date", "won on", "date won", "gewonnen am"),
    "lost_at": ("lost time", "lost date", "lost on", "date lost", "verloren am"),
    **_of_a_lead("created_at"),
    "converted_at": (
        "converted date",
        "converteddate",
        "conversion date",
        "converted time",
        "converted on",
    ),
    **_of_a_lead("product"),
    "owner": _owner("deal owner", "opportunity owner", "potential owner"),
    **_of_a_lead("source"),
    "campaign": (*_LEAD["campaign"], "campaign source", "campaign id"),
    "lost_reason": (*_LEAD["lost_reason"], "loss reason", "closed lost reason", "reason for loss"),
    "description": (*_LEAD["description"], "deal description"),
    **_of_a_lead("tags"),
    **_external_id("deal id", "opportunity id", "record id", "potential id", "deal external id"),
}

_ACTIVITY: Mapping[str, Words] = {
    "lead": (
        *("who id", "whoid", "email", "email address", "e-mail", "lead email"),
        *_LEAD_WORDS,
    ),
    "contact": _CONTACT_WORDS,
    "account": _ACCOUNT_WORDS,
    "deal": _DEAL_WORDS,
    "kind": (
        *("type", "activity type", "activity", "tasksubtype", "task subtype", "event type"),
        *("engagement type", "activity kind", "channel"),
    ),
    "at": (
        *("date", "activity date", "time", "timestamp", "activity time", "activity date/time"),
        *("when", "call start time", "start date/time", "startdatetime", "start datetime"),
        *("start time", "start date", "start", "from", "occurred at", "hs_timestamp"),
        *("activitydate", "completed date", "closed time", "date/time", "due date"),
        *("created time", "created date", "created at", "datum"),
    ),
    "clock": ("time of day",),
    "done": (
        *("is done", "completed", "is completed", "is closed", "marked as done"),
        *("task status", "activity status", "hs_task_status", "erledigt"),
    ),
    "direction": (
        "call type",
        "calltype",
        "call direction",
        "hs_call_direction",
        "email direction",
    ),
    "outcome": (
        *("result", "call result", "calldisposition", "call disposition", "call outcome"),
        *("meeting outcome", "status", "hs_meeting_outcome"),
    ),
    "duration": (
        *("duration (minutes)", "duration in minutes", "durationinminutes", "minutes"),
        *("activity duration", "length"),
    ),
    "seconds": (
        *("duration (seconds)", "duration in seconds", "durationinseconds"),
        *("call duration (in seconds)", "call duration in seconds"),
    ),
    "title": _TITLE_WORDS,
    "note": _NOTE_WORDS,
    **_external_id("activity id", "engagement id", "record id", "call id", "event id", "task id"),
}

_RELATED = {of: _ACTIVITY[of] for of in ("lead", "contact", "account", "deal")}

_TASK: Mapping[str, Words] = {
    "title": ("task", "task name", "task title", *_TITLE_WORDS),
    "due": ("due date", "due at", "due time", "activitydate", "date", "deadline", "hs_timestamp"),
    "clock": ("time of day",),
    "done_at": (
        *("closed time", "completed date", "completion date", "completed at", "completed time"),
        *("completeddatetime", "marked as done time", "date completed"),
    ),
    "done": ("status", "task status", "is closed", "completed", "marked as done", "hs_task_status"),
    **_RELATED,
    "owner": _owner("task owner", "task assigned to", "assignee", "task assignee"),
    "note": (*_NOTE_WORDS, "task notes", "hs_task_body"),
    **_external_id("task id", "activity id", "record id", "engagement id"),
    **_of_a_lead("created_at"),
}

_CAMPAIGN: Mapping[str, Words] = {
    "name": ("campaign name", "campaign", "title"),
    "kind": ("type", "campaign type", "channel"),
    "starts": ("start date", "startdate", "start", "from", "begins"),
    "ends": ("end date", "enddate", "end", "until", "to"),
    **_of_a_lead("source"),
    "budget": ("budgeted cost", "budgeted cost in campaign", "budgetedcost", "planned cost"),
    "cost": ("actual cost", "actualcost", "actual cost in campaign", "spend", "amount spent"),
    **_of_a_lead("currency", "description", "tags"),
    "owner": _owner("campaign owner"),
    **_external_id("campaign id", "record id", "utm id"),
    **_of_a_lead("created_at"),
}

_TRANSACTION: Mapping[str, Words] = {
    "account": (*_ACCOUNT_WORDS, "customer", "customer name"),
    "kind": ("type", "transaction type"),
    "number": (
        *("invoice number", "invoice no", "order number", "so number", "quote number"),
        *("transaction number", "no", "reference", "document number"),
    ),
    "amount": ("total", "grand total", "invoice total", "value", "total amount"),
    **_of_a_lead("currency"),
    "at": (
        *("date", "invoice date", "order date", "quote date", "transaction date", "paid at"),
        *("created time", "created date", "created at"),
    ),
    **_external_id("transaction id", "invoice id", "order id", "record id"),
}

WORDS: Mapping[str, Mapping[str, Words]] = {
    "lead": _LEAD,
    "contact": _CONTACT,
    "account": _ACCOUNT,
    "deal": _DEAL,
    "activity": _ACTIVITY,
    "task": _TASK,
    "campaign": _CAMPAIGN,
    "transaction": _TRANSACTION,
}
"""Kind of record -> field -> the headers that mean it beside its own name, the likeliest first."""


def headers_of(kind: str, field: str) -> Words:
    """Return the headers that mean a field of a kind, its own name first."""
    return (field, *WORDS.get(kind, {}).get(field, ()))


def without_lead_in(header: str) -> str:
    """Return a header without what is said around the field: `your-email`, `Contact: Email`."""
    words = _LEAD_OUT.sub("", header)
    return words[_LEAD_IN.match(words).end() :]  # type: ignore[union-attr]
