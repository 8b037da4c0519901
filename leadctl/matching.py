"""Who is who: normalised match keys of every record, and the candidates that share one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from string import ascii_lowercase, ascii_uppercase
from typing import TYPE_CHECKING, Any, NamedTuple

from leadctl.mail_domains import FREE_MAIL_DOMAINS
from leadctl.stored import read_json

if TYPE_CHECKING:
    from leadctl.store import Store

NORMALISER = 3
"""The version of the functions below: keys of an older one are made anew."""

_LEGAL_FORMS = frozenset(
    (
        *("ab", "ag", "aps", "as", "asa", "bv", "co", "company", "corp", "corporation", "doo"),
        *("eg", "ev", "gbr", "ggmbh", "gmbh", "inc", "incorporated", "kft", "kg", "kgaa", "kk"),
        *("limited", "llc", "llp", "lp", "ltd", "ltda", "mbh", "nv", "oao", "ohg", "ooo", "oy"),
        *("oyj", "plc", "pte", "pty", "pvt", "sa", "sarl", "sas", "se", "sl", "slu", "snc", "sp"),
        *("spa", "srl", "sro", "tbk", "ug", "zoo"),
    )
)
_LONG_FORMS = {
    form.rpartition(" ")[2]: form
    for form in (
        "aktiengesellschaft",
        "kommanditgesellschaft",
        "aktiebolag",
        "aktieselskab",
        "osakeyhtio",
        "gesellschaft mit beschrankter haftung",
        "sociedad anonima",
        "sociedad limitada",
        "societe anonyme",
        "societa per azioni",
        "naamloze vennootschap",
    )
}
"""Legal forms in full, by their last word."""
_JAPANESE_FORMS = re.compile("株式会社|有限会社|合同会社|㈱")
_APOSTROPHES = str.maketrans("", "", "'’‘`´ʼ′.")
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "å": "a", "ł": "l", "đ": "d"})
_UMLAUT = re.compile("(?<![aeiouq])([aou])e")
"""An umlaut as it is written where there is none on the keyboard; `Bauer` has none."""
_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)
_NOT_DIGIT = re.compile(r"\D+")
_NOT_WORD = re.compile(r"[\W_]+")
_EXTENSION = re.compile(r"(?:ext|x|#|durchwahl)\.?\s*\d+\s*$", re.IGNORECASE)
_BEFORE_DIGITS = re.compile(r"^[^\d+]+")
FREE_MAIL = frozenset(FREE_MAIL_DOMAINS)
_PORTALS = frozenset(
    (
        *("facebook.com", "fb.com", "fb.me", "instagram.com", "linkedin.com", "lnkd.in"),
        *("xing.com", "twitter.com", "x.com", "t.co", "youtube.com", "youtu.be", "tiktok.com"),
        *("pinterest.com", "threads.net", "vk.com", "ok.ru", "t.me", "wa.me", "whatsapp.com"),
        *("myspace.com", "tumblr.com", "medium.com", "github.com", "github.io", "gitlab.com"),
        *("behance.net", "about.me", "linktr.ee", "carrd.co", "bit.ly", "goo.gl", "g.page"),
        *("sites.google.com", "maps.google.com", "plus.google.com", "docs.google.com"),
        *("business.site", "blogspot.com", "wordpress.com", "wixsite.com", "weebly.com"),
        *("squarespace.com", "jimdo.com", "jimdosite.com", "jimdofree.com", "webnode.com"),
        *("godaddysites.com", "myshopify.com", "strikingly.com", "notion.site", "yelp.com"),
        *("etsy.com", "crunchbase.com", "kununu.com", "tripadvisor.com", "gelbeseiten.de"),
        *("angel.co", "wellfound.com", "meetup.com", "eventbrite.com", "substack.com"),
    )
)
"""Sites on which many companies have a page."""
_FEWEST_DIGITS = 5
_REMEMBERED = 50_000
"""Words whose keys are remembered while many leads are keyed."""


class Keys(NamedTuple):
    """The normalised keys of one record; None where it has none."""

    email: str | None
    phone: str | None
    name: str | None
    company: str | None
    domain: str | None
    normaliser: int = NORMALISER


def keys(kind: str, row: Mapping[str, Any]) -> Keys:
    """Return the match keys of a record's facts; `kind` is lead, contact, account or forward."""
    if kind == "forward":
        return keys(row["kind"], row)
    if kind == "account":
        name = company_key(row.get("name"))
        domain = row.get("domain") or domain_of(row.get("website"), None)
        return Keys(None, phone_key(row.get("phone")), None, name, domain)
    email = email_key(row.get("email"))
    return Keys(
        email,
        phone_key(row.get("phone")) or phone_key(row.get("mobile")),
        name_key(f"{row.get('first_name') or ''} {row.get('last_name') or ''}"),
        company_key(row.get("company")),
        domain_of(row.get("website"), email),
    )


class Folded(dict[str, str | None]):
    """Words and what they are folded to; those that were looked up last are remembered."""

    def text(self, text: str) -> str | None:
        """Return `folded` of a text: nothing in it reaches across a space."""
        return " ".join(filter(None, map(self.__getitem__, text.split()))) or None

    def __missing__(self, word: str) -> str | None:
        if len(self) > _REMEMBERED:
            self.clear()
        self[word] = folded(word)
        return self[word]


class LeadKeys:
    """Makes the match keys of many leads, column by column; a word is folded once."""

    def __init__(self) -> None:
        self._folded = Folded()

    def of(self, values: Mapping[str, Sequence[Any]], count: int) -> list[list[str | None]]:
        """Return the keys of `count` leads, given as field -> the value of each.

        They are lists in the order of `Keys`, and what `keys` makes of each lead.
        """
        found = self.personal(values, count)
        return [*found, domains(values, found[0])]

    def personal(self, values: Mapping[str, Sequence[Any]], count: int) -> list[list[str | None]]:
        """Return the keys by which people are found: all of `of` but the domain."""
        none, folded = [None] * count, self._folded
        phones, mobiles, companies = (
            values.get(field, none) for field in ("phone", "mobile", "company")
        )
        firsts, lasts = (
            [name and folded[name] for name in values.get(field, none)]
            for field in ("first_name", "last_name")
        )
        names = zip(firsts, lasts, strict=True)
        return [
            [email and email_key(email) for email in values.get("email", none)],
            [phone_key(a) or phone_key(b) for a, b in zip(phones, mobiles, strict=True)],
            [f"{a} {b}" if a and b else a or b or None for a, b in names],
            [company and company_key(company, folded.text) for company in companies],
        ]

    def of_rows(self, rows: Sequence[Mapping[str, Any]]) -> list[Keys]:
        """Return the keys of leads given by their facts."""
        fields = ("first_name", "last_name", "company", "email", "phone", "mobile", "website")
        columns = {field: [row.get(field) for row in rows] for field in fields}
        return [Keys(*of) for of in zip(*self.of(columns, len(rows)), strict=True)]


def domains(values: Mapping[str, Sequence[Any]], emails: Sequence[str | None]) -> list[str | None]:
    """Return the domain of each lead, given as field -> the value of each, and its email key."""
    sites = values.get("website", [None] * len(emails))
    return [domain_of(site, email) for site, email in zip(sites, emails, strict=True)]


def email_key(email: str | None) -> str | None:
    """Return an address without case, its domain as it is looked up, googlemail as gmail.

    Dots and what follows a plus stay: at most providers they tell people apart.
    """
    if not email:
        return None
    key = email.strip().lower()
    if key.endswith("@googlemail.com"):
        return key[: -len("googlemail.com")] + "gmail.com"
    return key if key.isascii() else _with_ascii_domain(key)


def _with_ascii_domain(email: str) -> str:
    name, _, domain = email.rpartition("@")
    try:
        return f"{name}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return email


def phone_key(phone: str | None) -> str | None:
    """Return a number's digits, with `+` where it is international; None below five digits.

    Its extension does not count.
    """
    if not phone:
        return None
    if phone[0] == "+" and len(phone) > _FEWEST_DIGITS and phone[1:].isdecimal():
        return phone
    written = _BEFORE_DIGITS.sub("", phone)
    if "#" in written or written.lower() != written.upper():
        written = _EXTENSION.sub("", written)
    if written.startswith("00"):
        written = "+" + written[2:]
    if written.startswith("+"):
        written = written.replace("(0)", "")
    digits = _NOT_DIGIT.sub("", written)
    if len(digits) < _FEWEST_DIGITS:
        return None
    return ("+" if written.startswith("+") else "") + digits


def name_key(name: str | None) -> str | None:
    """Return a name's words without case, accents, apostrophes and punctuation."""
    return folded(name) if name else None


def company_key(company: str | None, fold: Callable[[str], str | None] | None = None) -> str | None:
    """Return a company's words as `name_key` does, without its legal form."""
    if not company:
        return None
    fold = fold or folded
    whole = fold(company if company.isascii() else _JAPANESE_FORMS.sub(" ", company))
    if not whole:
        return fold(company)
    before, _, last = whole.rpartition(" ")
    if form := _LONG_FORMS.get(last):
        before, _, last = whole.removesuffix(f" {form}").rpartition(" ")
    while before and last in _LEGAL_FORMS:
        before, _, last = before.rpartition(" ")
    return f"{before} {last}" if before else last


def domain_of(website: str | None, email: str | None) -> str | None:
    """Return a company's domain: of its web site, else of an email that is not free mail.

    A page at a portal or a social network is no web site of its own.
    """
    if website:
        host = website.strip().lower().partition("//")[2] or website.strip().lower()
        host = re.split(r"[/?#:]", host)[0].removeprefix("www.")
        if host not in _PORTALS and ".".join(host.rsplit(".", 2)[-2:]) not in _PORTALS:
            return host if "." in host else None
    domain = email.rpartition("@")[2].lower() if email else ""
    return domain if domain and domain not in FREE_MAIL else None


def folded(text: str) -> str | None:
    """Return text as it is compared: no case, accents, apostrophes or punctuation.

    Umlauts are what they are without dots, also where they are written ae, oe, ue.
    """
    if text.isascii() and text.replace(" ", "").isalnum():
        return _undotted(" ".join(text.lower().split()))
    text = text.translate(_APOSTROPHES)
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
        text = "".join([c for c in decomposed if not unicodedata.combining(c)])
    return _undotted(_NOT_WORD.sub(" ", text.casefold()).strip()) or None


def _undotted(text: str) -> str:
    # Most words have none of these, and looking for them costs a tenth of the expression.
    if "ae" in text or "oe" in text or "ue" in text:
        return _UMLAUT.sub(r"\1", text)
    return text


class Wanted(NamedTuple):
    """What a new row is looked for by, in this order; None where it has no such key."""

    fingerprint: int | None
    external: tuple[str, str] | None
    email: str | None
    phone_name: tuple[str, str | None] | None
    name_company: tuple[str, str] | None


MATCHED_BY = ("the same row", "external id", "email", "phone and name", "name and company")
"""In words, what each key of `Wanted` compares."""


def wanted(row: Mapping[str, Any], found: Keys, fingerprint: int | None = None) -> Wanted:
    """Return what a lead with these facts and keys is looked for by."""
    return Wanted(
        fingerprint,
        external_key(row),
        found.email,
        (found.phone, found.name) if found.phone else None,
        (found.name, found.company) if found.name and found.company else None,
    )


def external_key(row: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return an external id and its system, the system without the case of A to Z, as in SQL."""
    external = row.get("external_id")
    return (external, (row.get("external_system") or "").translate(_LOWER)) if external else None


_PEOPLE = "'lead', 'contact', 'forward'"
"""The kinds of match keys that a row of leads may share, those of merged records among them."""


def number_of_keys(store: Store) -> int:
    """Return how many leads and contacts there are to be found by their keys."""
    if not store.exists():
        return 0
    return int(store.value(f"SELECT count(*) FROM match_keys WHERE kind IN ({_PEOPLE})"))


def all_keys(store: Store) -> Iterator[Iterable[Hashable]]:
    """Yield all that leads are found by, part by part, as the parts of `Wanted`."""
    for rows in store.batches("SELECT fingerprint FROM imported_rows"):
        yield [fingerprint for (fingerprint,) in rows]
    for rows in store.batches(
        """SELECT external_id, external_system FROM leads WHERE external_id IS NOT NULL
        UNION ALL SELECT external_id, external_system FROM forwards WHERE external_id IS NOT NULL"""
    ):
        named = ({"external_id": id_, "external_system": system} for id_, system in rows)
        yield filter(None, map(external_key, named))
    for rows in store.batches(
        f"SELECT email, phone, name, company FROM match_keys WHERE kind IN ({_PEOPLE})"
    ):
        yield [email for email, *_ in rows if email]
        yield [(phone, name) for _, phone, name, _ in rows if phone]
        yield [(name, company) for *_, name, company in rows if name and company]


class Candidate(NamedTuple):
    """A lead that shares a key with what is looked for; `merged` if one merged into it does."""

    position: int
    key: int
    lead: int
    merged: bool


_SAME_KEY = {
    2: "m.email = w.email",
    3: "m.phone = w.phone AND m.name IS w.phone_name",
    4: "m.company = w.company AND m.name = w.name",
}
"""Index of a key in `Wanted` -> when the keys `m` of a record share it."""
_SAME_ID = """{0}.external_id = w.external_id
    AND coalesce({0}.external_system, '') = w.external_system COLLATE NOCASE"""
_BY_OWN_KEYS = (
    """SELECT w.position, 0, i.lead_id, i.forward_id IS NOT NULL FROM temp.looked_for AS w
    CROSS JOIN imported_rows AS i ON i.fingerprint = w.fingerprint AND i.lead_id IS NOT NULL""",
    f"""SELECT w.position, 1, l.id, 0 FROM temp.looked_for AS w
    CROSS JOIN leads AS l ON {_SAME_ID.format("l")}""",
    *(
        f"""SELECT w.position, {key}, m.record, 0 FROM temp.looked_for AS w
        CROSS JOIN match_keys AS m ON {same} AND m.kind = 'lead'"""
        for key, same in _SAME_KEY.items()
    ),
)
_OF_MERGED = """CROSS JOIN match_keys AS m ON {same} AND m.kind = 'forward'
    CROSS JOIN forwards AS f ON f.id = m.record AND f.{kind}_id IS NOT NULL"""
_BY_KEYS_OF_MERGED = (
    f"""SELECT w.position, 1, f.lead_id, 1 FROM temp.looked_for AS w
    CROSS JOIN forwards AS f ON {_SAME_ID.format("f")} AND f.lead_id IS NOT NULL""",
    *(
        f"""SELECT w.position, {key}, f.lead_id, 1 FROM temp.looked_for AS w
        {_OF_MERGED.format(same=same, kind="lead")}"""
        for key, same in _SAME_KEY.items()
    ),
)


def any_merged(store: Store) -> bool:
    """Whether anything was merged: what never happened is not looked up for each row."""
    return store.connection.execute("SELECT 1 FROM forwards LIMIT 1").fetchone() is not None


def candidates(store: Store, looked_for: Sequence[Wanted]) -> list[Candidate]:
    """Return every lead that shares a key, also by what was merged into it."""
    connection = store.connection
    connection.execute(
        """CREATE TEMP TABLE IF NOT EXISTS looked_for (
        position INTEGER PRIMARY KEY, fingerprint INTEGER, external_id TEXT, external_system TEXT,
        email TEXT, phone TEXT, phone_name TEXT, name TEXT, company TEXT) STRICT"""
    )
    connection.execute("DELETE FROM temp.looked_for")
    connection.executemany(
        "INSERT INTO temp.looked_for VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                position,
                keys.fingerprint,
                *(keys.external or (None, None)),
                keys.email,
                *(keys.phone_name or (None, None)),
                *(keys.name_company or (None, None)),
            )
            for position, keys in enumerate(looked_for)
        ),
    )
    # CROSS JOIN keeps the order: each wanted row is looked up in an index of the leads.
    ways = (*_BY_OWN_KEYS, *(_BY_KEYS_OF_MERGED if any_merged(store) else ()))
    rows = connection.execute(f"{' UNION '.join(ways)} ORDER BY 1, 2, 3, 4")
    return [Candidate(position, key, lead, bool(merged)) for position, key, lead, merged in rows]


FirstKey = tuple[int | None, str | None, str | None, int | None]
"""The id of a lead, else external id and system, else the fingerprint of a row."""


class Known(NamedTuple):
    """A lead that a row names by its first key: its id, its `extra`, and the facts asked for."""

    id: int
    extra: str | None
    facts: tuple[Any, ...]

    def says(self, row: Sequence[Any], extra: Mapping[str, str] | None) -> bool:
        """Whether the lead has all that a row says, to the letter; None says nothing."""
        if row != self.facts and any(
            of is not None and of != fact for of, fact in zip(row, self.facts, strict=True)
        ):
            return False
        return not extra or extra.items() <= read_json(self.extra).items()


def leads_of(store: Store, keys: Sequence[FirstKey], columns: Sequence[str]) -> dict[int, Known]:
    """Return position in `keys` -> the only lead of that key, unless it is converted."""
    connection = store.connection
    connection.execute(
        """CREATE TEMP TABLE IF NOT EXISTS first_keys (position INTEGER PRIMARY KEY,
        lead INTEGER, external_id TEXT, external_system TEXT, fingerprint INTEGER) STRICT"""
    )
    connection.execute("DELETE FROM temp.first_keys")
    connection.executemany(
        "INSERT INTO temp.first_keys VALUES (?, ?, ?, ?, ?)",
        ((position, *key) for position, key in enumerate(keys)),
    )
    facts = ", ".join(f"l.{column}" for column in ("id", "extra", *columns))
    ways = [
        f"CROSS JOIN leads AS l ON {_SAME_ID.format('l')}",
        """CROSS JOIN imported_rows AS i ON i.fingerprint = w.fingerprint
        CROSS JOIN leads AS l ON l.id = i.lead_id""",
    ]
    if any(lead is not None for lead, *_ in keys):
        ways.append("CROSS JOIN leads AS l ON l.id = w.lead")
    rows = connection.execute(
        " UNION ALL ".join(
            f"""SELECT w.position, {facts} FROM temp.first_keys AS w {way}
            WHERE l.converted_at IS NULL"""
            for way in ways
        )
    )
    found: dict[int, Known] = {}
    twice = set()
    for position, record, extra, *values in rows:
        if position in found:
            twice.add(position)
        found[position] = Known(record, extra, tuple(values))
    return {position: lead for position, lead in found.items() if position not in twice}


def contacts(store: Store) -> dict[int, tuple[int, bool]]:
    """Return, of what `candidates` took, position -> a contact, and whether it has the same email.

    Others have the same phone and name.
    """
    by_email, by_phone = _SAME_KEY[2], _SAME_KEY[3]
    ways = [
        f"""SELECT w.position, m.record, {email} FROM temp.looked_for AS w
        CROSS JOIN match_keys AS m ON {same} AND m.kind = 'contact'"""
        for email, same in enumerate((by_phone, by_email))
    ]
    if any_merged(store):
        ways += [
            f"""SELECT w.position, f.contact_id, {email} FROM temp.looked_for AS w
            {_OF_MERGED.format(same=same, kind="contact")}"""
            for email, same in enumerate((by_phone, by_email))
        ]
    rows = store.connection.execute(f"{' UNION ALL '.join(ways)} ORDER BY 1, 3, 2 DESC")
    return {position: (contact, bool(by_email)) for position, contact, by_email in rows}


def rows_of_contacts(store: Store) -> set[int]:
    """Return the fingerprints of rows, of those that `candidates` took, that came for a contact."""
    rows = store.connection.execute(
        """SELECT w.fingerprint FROM temp.looked_for AS w CROSS JOIN imported_rows AS i
        ON i.fingerprint = w.fingerprint AND i.contact_id IS NOT NULL"""
    )
    return {fingerprint for (fingerprint,) in rows}
