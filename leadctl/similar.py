"""Which accounts and contacts a lead may be: those that share a key with it, the likeliest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from leadctl import emails, matching
from leadctl.matching import FREE_MAIL, Keys

if TYPE_CHECKING:
    from leadctl.store import Store

Row = Mapping[str, Any]
COLLEAGUE = "same email, which several use, and another name"
"""The reason of a contact that is offered, and chosen by a person only."""


class Similar(NamedTuple):
    """A record that may be what is looked for, and what they have in common, in words."""

    id: int
    reason: str


class Signs(NamedTuple):
    """What a lead is looked for by; domains of free mail tie nobody."""

    company: str | None
    site: str | None
    mail: str | None
    email: str | None
    phones: tuple[str | None, str | None]
    name: str | None


def signs(lead: Row) -> Signs:
    """Return what a lead is looked for by."""
    email = matching.email_key(lead.get("email"))
    site = matching.domain_of(lead.get("website"), None)
    mail = matching.domain_of(None, email)
    return Signs(
        matching.company_key(lead.get("company")),
        None if site in FREE_MAIL else site,
        None if mail in FREE_MAIL else mail,
        email,
        (matching.phone_key(lead.get("phone")), matching.phone_key(lead.get("mobile"))),
        matching.name_key(f"{lead.get('first_name') or ''} {lead.get('last_name') or ''}"),
    )


class _Known(NamedTuple):
    """The keys by which a record is known: its own, or those of one that was merged into it."""

    record: int
    keys: Keys


_Entry = tuple[str, str, str | None]
"""A key, its value, and the name that a phone needs beside it."""
_SHARED = {"account": ("company", "domain"), "contact": ("email", "phone")}


class Register:
    """The accounts and contacts that share a key with any of some leads.

    It is read of the store at once; what is made or changed since is entered, and found from then
    on as if it were read.
    """

    def __init__(self, store: Store, leads: Iterable[Signs]) -> None:
        self._known: dict[str, dict[_Entry, set[_Known]]] = {kind: {} for kind in _SHARED}
        self._own: dict[tuple[str, int], _Known] = {}
        wanted = [entry for of in leads for kind in _SHARED for entry in _wanted(kind, of)]
        merged = matching.any_merged(store)
        for kind, shared in _SHARED.items():
            for key in shared:
                values = sorted({value for of, value, _ in wanted if of == key})
                self._read(store, kind, key, values, merged=merged)

    def ids(self, kind: str) -> set[int]:
        """Return the ids of all records of a kind that are in it."""
        return {known.record for of in self._known[kind].values() for known in of}

    def enter(self, kind: str, record: int, row: Row) -> Keys:
        """Let a record be found by what it says now; return its keys."""
        keys = matching.keys(kind, row)
        before = self._own.pop((kind, record), None)
        if before is not None:
            for entry in _entries(kind, before.keys):
                self._known[kind][entry].discard(before)
        self._add_own(kind, _Known(record, keys))
        return keys

    def accounts(self, of: Signs) -> list[Similar]:
        """Return the accounts of a lead's company name or domain, the likeliest first.

        A name together with a domain is the best sign, and a name under another domain the weakest.
        """
        domains = {of.site, of.mail} - {None}
        ranked = []
        for record, keys in self._of("account", of):
            by_name = of.company is not None and keys.company == of.company
            if by_name and keys.domain in domains:
                rank, reason = 0, f"same company name and domain {keys.domain}"
            elif keys.domain in domains:
                rank, reason = 2, f"same domain {keys.domain}"
            elif keys.domain is None or not domains:
                rank, reason = 1, "same company name"
            else:
                rank, reason = 3, "same company name, another domain"
            ranked.append((rank, record, reason))
        return _each_once(ranked)

    def contacts(self, of: Signs) -> list[Similar]:
        """Return the contacts with a lead's email, or with its phone and name, the likeliest first.

        Who has another name beside an address that several use is last, and probably a colleague.
        """
        ranked = []
        for record, keys in self._of("contact", of):
            if of.email is None or keys.email != of.email:
                rank, reason = 2, "same phone and name"
            elif of.name is None or keys.name is None or keys.name == of.name:
                rank, reason = 0, "same email"
            elif emails.is_shared(of.email):
                rank, reason = 3, COLLEAGUE
            else:
                rank, reason = 1, "same email, another name"
            ranked.append((rank, record, reason))
        return _each_once(ranked)

    def _of(self, kind: str, of: Signs) -> set[_Known]:
        known = self._known[kind]
        return {each for entry in _wanted(kind, of) for each in known.get(entry, ())}

    def _read(
        self, store: Store, kind: str, key: str, values: Sequence[str], *, merged: bool
    ) -> None:
        """Read the records of a kind that have one of the values of a key."""
        if not values:
            return
        fields = "m.email, m.phone, m.name, m.company, m.domain, m.normaliser"
        # +kind: without statistics SQLite would walk all keys of the kind.
        same = f"m.{key} IN ({', '.join('?' * len(values))}) AND +m.kind"
        own = f"SELECT m.record, {fields} FROM match_keys AS m WHERE {same} = '{kind}'"
        for record, *keys in store.connection.execute(own, values):
            self._add_own(kind, _Known(record, Keys(*keys)))
        if merged:
            gone = f"""SELECT f.{kind}_id, {fields} FROM match_keys AS m
            CROSS JOIN forwards AS f ON f.id = m.record AND f.{kind}_id IS NOT NULL
            WHERE {same} = 'forward'"""
            for record, *keys in store.connection.execute(gone, values):
                self._add(kind, _Known(record, Keys(*keys)))

    def _add_own(self, kind: str, known: _Known) -> None:
        self._own[kind, known.record] = known
        self._add(kind, known)

    def _add(self, kind: str, known: _Known) -> None:
        for entry in _entries(kind, known.keys):
            self._known[kind].setdefault(entry, set()).add(known)


def _wanted(kind: str, of: Signs) -> list[_Entry]:
    """Return where a lead with these signs finds who it may be."""
    if kind == "account":
        entries = [("company", of.company), ("domain", of.site), ("domain", of.mail)]
        return [(key, value, None) for key, value in entries if value]
    by_email: list[_Entry] = [("email", of.email, None)] if of.email else []
    return by_email + [("phone", phone, of.name) for phone in of.phones if phone and of.name]


def _entries(kind: str, keys: Keys) -> list[_Entry]:
    """Return where a record with these keys is found."""
    return [
        (key, value, keys.name if key == "phone" else None)
        for key in _SHARED[kind]
        if (value := getattr(keys, key))
    ]


def _each_once(ranked: Iterable[tuple[int, int, str]]) -> list[Similar]:
    """Return the records of (rank, record, reason), the best reason of each, the best first."""
    best: dict[int, str] = {}
    for _, record, reason in sorted(ranked):
        best.setdefault(record, reason)
    return [Similar(record, reason) for record, reason in best.items()]
