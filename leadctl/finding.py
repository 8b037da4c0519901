"""Which records a file means, many at a time: by id, key, name, or by what they say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from leadctl import matching
from leadctl.errors import ConflictError, NotFoundError
from leadctl.fields import KINDS, LETTERS, MERGEABLE, kind_of
from leadctl.stored import id_fingerprint
from leadctl.wording import label

if TYPE_CHECKING:
    from leadctl.store import Row, Store

_LETTER = {kind: letter for letter, kind in LETTERS.items()}
# +kind: without statistics SQLite would walk all keys of the kind.
_BY_KEY = "CROSS JOIN match_keys AS t ON t.{key} = w.value AND +t.kind = '{kind}'"
_HOW: Mapping[str, str] = {
    "id": "CROSS JOIN {table} AS t ON t.id = w.value",
    "external": """CROSS JOIN {table} AS t ON t.external_id = w.value
        AND (w.other IS NULL OR coalesce(t.external_system, '') = w.other COLLATE NOCASE)""",
    "email": _BY_KEY.replace("{key}", "email"),
    "domain": _BY_KEY.replace("{key}", "domain"),
    "company": _BY_KEY.replace("{key}", "company"),
    "company of domain": _BY_KEY.replace("{key}", "company") + " AND t.domain = w.other",
    "phone": _BY_KEY.replace("{key}", "phone") + " AND t.name IS w.other",
    "person of company": _BY_KEY.replace("{key}", "company") + " AND t.name = w.other",
    "person": """CROSS JOIN match_keys AS t INDEXED BY match_keys_name
        ON t.name = w.value AND t.kind = 'contact' AND (w.other IS NULL
        OR w.other = (SELECT account_id FROM contacts WHERE contacts.id = t.record))""",
    "name": "CROSS JOIN {table} AS t ON t.name = w.value COLLATE NOCASE",
    "name of lead": """CROSS JOIN {table} AS t ON t.lead_id = w.other
        AND t.name = w.value COLLATE NOCASE""",
    "name of account": """CROSS JOIN {table} AS t ON t.account_id = w.other
        AND t.name = w.value COLLATE NOCASE""",
    "row": "CROSS JOIN imported_rows AS t ON t.fingerprint = w.value AND t.{kind}_id IS NOT NULL",
}
"""A way to look a record up -> how the records `t` join what is wanted, `w.value` and `w.other`."""
_KEYED = tuple(how for how, join in _HOW.items() if "match_keys" in join)
_ID = {**dict.fromkeys(_KEYED, "t.record"), "row": "t.{kind}_id"}
"""A way to look a record up -> where its id stands, if not in `t.id`."""
_MERGED: Mapping[str, str] = {
    "id": "CROSS JOIN forwards AS f ON f.kind = '{kind}' AND f.record = w.value",
    "external": _HOW["external"].replace("{table} AS t", "forwards AS f").replace("t.", "f."),
    **{
        how: _HOW[how].replace("'{kind}'", "'forward'")
        + " CROSS JOIN forwards AS f ON f.id = t.record"
        for how in _KEYED
        if how != "person"
    },
}
"""A way to look a record up -> how what was merged, `f`, joins what is wanted."""

Wanted = tuple[Any, Any]
"""What is looked up, and what narrows it: the system of an external id, the account of a name."""


def find(store: Store, kind: str, how: str, wanted: Sequence[Wanted]) -> list[list[int]]:
    """Return, for each that is wanted, the ids of the records of a kind that it means, sorted.

    What nobody is known by may be known of one who was merged: then the survivor is meant. An id
    that is nobody's first may be the further one of a lead.
    """
    found: list[list[int]] = [[] for _ in wanted]
    if not wanted:
        return found
    names = {"table": KINDS[kind], "kind": kind}
    _write_wanted(store, wanted)
    rows = store.connection.execute(
        f"""SELECT DISTINCT w.position, {_ID.get(how, "t.id").format(**names)} AS record
        FROM temp.wanted_records AS w {_HOW[how].format(**names)} ORDER BY 1, 2"""
    )
    for position, record in rows:
        found[position].append(record)
    if kind in MERGEABLE and how in _MERGED:
        rows = store.connection.execute(
            f"""SELECT DISTINCT w.position, f.{kind}_id AS record FROM temp.wanted_records AS w
            {_MERGED[how].format(**names)} WHERE f.{kind}_id IS NOT NULL ORDER BY 1, 2"""
        )
        nobody = {position for position, ids in enumerate(found) if not ids}
        for position, record in rows:
            if position in nobody:
                found[position].append(record)
    if kind == "lead" and how == "external":
        left = [position for position, ids in enumerate(found) if not ids]
        further = [(id_fingerprint(*wanted[position]), None) for position in left]
        for position, ids in zip(left, find(store, kind, "row", further), strict=True):
            found[position] = ids
    return found


def of_a_day(
    store: Store, kind: str, column: str, wanted: Iterable[Wanted], facts: Sequence[str]
) -> list[tuple[Any, ...]]:
    """Return id and facts of the records that name a record in `column`, on a day, oldest first.

    `wanted` are pairs of the named record and the day; without a day, None, all of them.
    """
    _write_wanted(store, list(wanted))
    day = "" if kind == "task" else "AND t.day = w.other"
    return store.connection.execute(
        f"""SELECT t.id, {", ".join(f"t.{fact}" for fact in facts)}
        FROM temp.wanted_records AS w
        CROSS JOIN {KINDS[kind]} AS t ON t.{column} = w.value {day} ORDER BY t.id"""
    ).fetchall()


def without_a_record(store: Store, titles: Iterable[str], facts: Sequence[str]) -> list[Any]:
    """Return id and facts of the tasks that belong to no record and have these titles."""
    _write_wanted(store, [(title, None) for title in titles])
    return store.connection.execute(
        f"""SELECT t.id, {", ".join(f"t.{fact}" for fact in facts)} FROM tasks AS t
        WHERE lead_id IS NULL AND contact_id IS NULL AND account_id IS NULL AND deal_id IS NULL
        AND title IN (SELECT value FROM temp.wanted_records) ORDER BY t.id"""
    ).fetchall()


def facts(store: Store, kind: str, ids: Iterable[int]) -> dict[int, Row]:
    """Return the facts of these records as stored, by id."""
    return {row["id"]: row for row in store.records(kind, ids)}


def _write_wanted(store: Store, wanted: Sequence[Wanted]) -> None:
    connection = store.connection
    connection.execute(
        """CREATE TEMP TABLE IF NOT EXISTS wanted_records (
        position INTEGER PRIMARY KEY, value ANY, other ANY) STRICT"""
    )
    connection.execute("DELETE FROM temp.wanted_records")
    connection.executemany(
        "INSERT INTO temp.wanted_records VALUES (?, ?, ?)",
        ((position, value, other) for position, (value, other) in enumerate(wanted)),
    )


# References: how a cell names another record.


class Named(NamedTuple):
    """A record as a cell names it, in its file's system; `within` is the account it belongs to.

    `id` is its id there, where one stands beside the name; `name` is that of a person who is
    written by an address; `company` is what the row calls the account. Without an account, the name
    of a contact counts `anywhere` or not at all.
    """

    written: str
    system: str | None = None
    within: int | None = None
    anywhere: bool = True
    id: str | None = None
    name: str | None = None
    company: str | None = None


_IDS_ELSEWHERE = re.compile(
    r"\d+|(?:zcrm_|[A-Za-z]{1,6}[-_])\d+|(?=(?:[A-Za-z]*\d){3})[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?"
)


_PEOPLE = frozenset(("contact", "lead"))
_NAME_AND_EMAIL = re.compile(r"([^@()<>]*[^@()<>\s])\s*[(<]\s*([^@\s()<>]+@[^@\s()<>]+)\s*[)>]")


def several(kind: str, written: str) -> list[str]:
    """Return the references of a cell, cut at semicolons: people, and ids of any kind."""
    parts = [part for each in written.split(";") if (part := each.strip())]
    cut = len(parts) > 1 and (kind in _PEOPLE or all(map(is_id, parts)))
    return parts if cut else [written]


def name_and_email(written: str) -> tuple[str | None, str]:
    """Return name and address of `Anna Müller (anna@x.example)`; None and any other as written."""
    found = _NAME_AND_EMAIL.fullmatch(written.strip())
    return (found[1], found[2]) if found else (None, written)


def is_id(written: str) -> bool:
    """Whether a reference looks like the id of another system rather than like a name."""
    return _IDS_ELSEWHERE.fullmatch(written) is not None


def is_ours(kind: str, written: str) -> bool:
    """Whether a reference is written as only our ids are, such as a7."""
    letter = _LETTER.get(kind)
    return bool(letter) and re.fullmatch(rf"{letter}\d+", written) is not None


def _id_beside(named: Named) -> Wanted | None:
    return None if named.id is None else (named.id, named.system)


def _external(named: Named) -> Wanted | None:
    """Return the external id that a reference may be; `ext:` stands before one that must be."""
    return named.written.removeprefix("ext:"), named.system or ""


def _external_anywhere(named: Named) -> Wanted | None:
    """Return an external id of whatever system, where none is named or `ext:` says that it is one."""
    written = named.written.removeprefix("ext:")
    return (written, None) if named.system is None or written != named.written else None


def _own(kind: str) -> Callable[[Named], Wanted | None]:
    """Return what reads our own ids, such as a7; bare digits only where no system is named."""
    letter = _LETTER.get(kind, "")

    def wanted(named: Named) -> Wanted | None:
        digits = named.written.removeprefix(letter) if letter else named.written
        bare = digits == named.written
        if not (digits.isascii() and digits.isdecimal()) or (bare and named.system):
            return None
        return min(int(digits), 2**63 - 1), None

    return wanted


def _email(named: Named) -> Wanted | None:
    return (matching.email_key(named.written), None) if "@" in named.written else None


def _domain(named: Named) -> Wanted | None:
    written = named.written
    if " " in written or "." not in written or "@" in written:
        return None
    return matching.domain_of(written, None), None


def _company(named: Named) -> Wanted | None:
    return matching.company_key(named.written), None


def _only_signs(named: Named) -> Wanted | None:
    """Return a name of which no company key can be made, such as `???`."""
    return (named.written, None) if matching.company_key(named.written) is None else None


def _person(named: Named) -> Wanted | None:
    """Return a person's name; only somebody of the account, where the file is to make contacts."""
    if named.within is None and not named.anywhere:
        return None
    return matching.name_key(named.written), named.within


def _person_of_company(named: Named) -> Wanted | None:
    return matching.company_key(named.company), matching.name_key(named.written)


def _title(named: Named) -> Wanted | None:
    return named.written, None


Way = tuple[str, Callable[[Named], Wanted | None]]


def _by_id(kind: str) -> tuple[Way, ...]:
    ways = ("external", _id_beside), ("external", _external), ("external", _external_anywhere)
    return *ways, ("id", _own(kind))


WAYS: Mapping[str, Sequence[Way]] = {
    "account": (
        *_by_id("account"),
        ("company", _company),
        ("domain", _domain),
        ("name", _only_signs),
    ),
    "contact": (*_by_id("contact"), ("email", _email), ("person", _person)),
    "lead": (*_by_id("lead"), ("email", _email), ("person of company", _person_of_company)),
    "deal": (*_by_id("deal"), ("name", _title)),
}
"""Kind -> how a reference to it is read, in this order; the first that finds any counts."""


def references(store: Store, kind: str, named: Iterable[Named]) -> dict[Named, list[int]]:
    """Return the ids that each reference to a record of a kind may mean, none if there is none."""
    left = list(dict.fromkeys(named))
    found: dict[Named, list[int]] = {each: [] for each in left}
    for how, wanted_by in WAYS[kind]:
        asked = [(each, wanted) for each in left if (wanted := wanted_by(each)) is not None]
        asked = [(each, wanted) for each, wanted in asked if wanted[0] is not None]
        hits = find(store, kind, how, [wanted for _, wanted in asked])
        for (each, _), ids in zip(asked, hits, strict=True):
            found[each] = ids if each.id is None else _without_rivals(store, kind, each, ids)
        left = [each for each in left if not found[each]]
    return found


def _without_rivals(store: Store, kind: str, named: Named, ids: Sequence[int]) -> list[int]:
    """Leave out records of the right name that have another id in the same system."""
    own = {"external_id": named.id, "external_system": named.system}
    mine = matching.external_key(own)
    theirs = {record: matching.external_key(row) for record, row in facts(store, kind, ids).items()}
    return [
        record
        for record in ids
        if not (other := theirs[record]) or not mine or other[1] != mine[1] or other == mine
    ]


def referred(store: Store, kind: str, written: str) -> int:
    """Return the id of the record that a field names: a7, an email, or what it is called.

    Raises NotFoundError if there is none, ConflictError with the candidates if there are several.
    """
    other = kind_of(written)
    if other != "lead" or written.isdecimal() or written[0] == "+" or written.startswith("ext:"):
        return store.resolve(written, kind)
    found = next(iter(references(store, kind, [Named(written)]).values()))
    if not found:
        raise NotFoundError(f"there is no {kind} of this name", f"leadctl {kind} find TEXT")
    if len(found) > 1:
        candidates = ", ".join(label(kind, record) for record in found[:10])
        raise ConflictError(f"several {KINDS[kind]} are called so", f"one of: {candidates}")
    return found[0]


def labelled(kind: str, ids: Sequence[int]) -> str:
    """Return records as people name them: `a7, a12`."""
    shown = ", ".join(label(kind, record) for record in ids[:5])
    return shown + (", …" if len(ids) > 5 else "")
