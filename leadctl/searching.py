"""Finding records by the beginnings of words: an index beside the facts, that catches up when asked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from leadctl.errors import BadDataError
from leadctl.fields import KINDS

if TYPE_CHECKING:
    from leadctl.store import Row, Store

_TEXTS: Mapping[str, Sequence[str]] = {
    "lead": (
        *("first_name", "last_name", "company", "title", "email", "website", "city"),
        *("product", "tags", "external_id"),
    ),
    "contact": ("first_name", "last_name", "title", "email", "city", "tags", "external_id"),
    "account": ("name", "domain", "website", "city", "industry", "tags", "external_id"),
    "deal": ("name", "product", "tags", "external_id"),
}
_PHONES: Mapping[str, Sequence[str]] = {
    "lead": ("phone", "mobile"),
    "contact": ("phone", "mobile"),
    "account": ("phone",),
    "deal": (),
}
SEARCHED = {kind: (*_TEXTS[kind], *_PHONES[kind]) for kind in _TEXTS}
"""Kind of record -> the fields whose words find it."""

_NAMES = frozenset(("first_name", "last_name", "company", "name"))
"""Fields in which an apostrophe is no end of a word."""
_PREFIXES = (1, 2, 3, 4)
"""Beginnings that are looked up at once; what is longer is rare enough to be gathered."""
_APOSTROPHES = "'’`´ʼ"
_WITHOUT = str.maketrans("", "", _APOSTROPHES)
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\+?[\d\s()/.-]*\d[\d\s()/.-]*")
_FEWEST_DIGITS = 3
_TRIED = 120
"""How many of the newest hits of a short beginning are looked at before the whole word is."""
_AT_ONCE = 60


def find(store: Store, kind: str, text: str, limit: int | None = None) -> list[int]:
    """Return the ids of the records of a kind that have all words of a text, the newest first.

    A word is found by its beginning, without case, accents and apostrophes; a number by the
    beginning or the end of a telephone, or whole without the country.
    """
    asked = Asked(text)
    if not asked.ways or not store.newest_operation():
        return []
    try:
        catch_up(store, kind)
    except BadDataError:
        # A file that cannot be written, such as a backup, is read from end to end.
        return list(islice(_all_that_fit(store, kind, asked), limit))
    if limit is None:
        return list(_right(store, kind, asked, asked.match()))
    # A long word that everybody has would be gathered as a whole, for a page of its newest records.
    short = asked.match(longest=_PREFIXES[-1])
    found = list(islice(_right(store, kind, asked, short, _TRIED), limit))
    if len(found) < limit:
        found = list(islice(_right(store, kind, asked, asked.match()), limit))
    return found


class Asked:
    """The words of a text that is looked for; `ways` are the spellings of each."""

    def __init__(self, text: str) -> None:
        written = text.strip()
        digits = "".join(filter(str.isdecimal, written))
        self.number = ""
        if _NUMBER.fullmatch(written) and len(digits) >= _FEWEST_DIGITS:
            self.number = digits
            self.ways = [_ends_of(digits)]
        else:
            words = dict.fromkeys(_WORD.findall(_folded(written.translate(_WITHOUT))))
            self.ways = [_spellings(word) for word in words]

    def match(self, longest: int | None = None) -> str:
        """Return the query of the index, of no more than so many letters of each word."""
        return " AND ".join(
            "(" + " OR ".join(f'"{way[:longest]}"*' for way in ways) + ")" for ways in self.ways
        )

    def fits(self, kind: str, row: Row) -> bool:
        """Whether a record has all the words now: the index may know what it was before."""
        text = _folded(" ".join([row[field] for field in _TEXTS[kind] if row[field]]))
        words = set(_WORD.findall(text))
        if text != (joined := text.translate(_WITHOUT)):
            words.update(_WORD.findall(joined))
        for field in _PHONES[kind]:
            words.update(phone_words(row[field]).split())
        return all(any(word.startswith(way) for word in words for way in of) for of in self.ways)


def _folded(text: str) -> str:
    """Return a text without case and accents."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _spellings(word: str) -> list[str]:
    """Return how a word may stand in the index: mueller also as muller, strasse as straße."""
    ways = [word]
    for written, meant in (("ae", "a"), ("oe", "o"), ("ue", "u"), ("ss", "ß")):
        ways += [way.replace(written, meant) for way in ways if written in way]
    return ways


def _ends_of(digits: str) -> list[str]:
    """Return what the words of a telephone may begin with that has these digits at an end."""
    national = digits.lstrip("0") or digits
    return [national if digits.startswith("00") else digits, national[::-1]]


def phone_words(phone: str | None) -> str:
    """Return the digits of a telephone, from the front and from the back."""
    if not phone:
        return ""
    digits = phone.removeprefix("+")
    if not digits.isdecimal():
        digits = "".join(filter(str.isdecimal, phone))
    return f"{digits} {digits[::-1]}"


def _right(store: Store, kind: str, asked: Asked, match: str, limit: int = -1) -> Iterator[int]:
    """Yield the records that the index knows by a query, and that fit it still."""
    columns = ", ".join(("id", *SEARCHED[kind]))
    hits = store.batches(
        f"""SELECT DISTINCT rowid FROM search_{kind} WHERE search_{kind} MATCH :match
        ORDER BY rowid DESC LIMIT :limit""",
        {"match": match, "limit": limit},
        size=_AT_ONCE,
    )
    for some in hits:
        wanted = ", ".join(str(record) for (record,) in some)
        rows = store.query(
            f"SELECT {columns} FROM {KINDS[kind]} WHERE id IN ({wanted}) ORDER BY id DESC"
        )
        yield from (row["id"] for row in rows if asked.fits(kind, row))


def _all_that_fit(store: Store, kind: str, asked: Asked) -> Iterator[int]:
    columns = ("id", *SEARCHED[kind])
    for rows in store.batches(f"SELECT {', '.join(columns)} FROM {KINDS[kind]} ORDER BY id DESC"):
        records = (dict(zip(columns, row, strict=True)) for row in rows)
        yield from (record["id"] for record in records if asked.fits(kind, record))


# The index: one a kind, made of words only. It holds no texts, and what a record was before stays
# in it until it is made anew.


def catch_up(store: Store, kind: str) -> None:
    """Bring the index of a kind up to the newest operation; the first time it is made."""
    upto = _upto(store, kind)
    newest = store.newest_operation()
    if upto is not None and (upto == newest or not _anything_new(store, kind, upto)):
        return
    with store.deriving() as connection:
        connection.create_function("phone_words", 1, phone_words, deterministic=True)
        upto, newest = _upto(store, kind), store.newest_operation()
        if upto is None:
            _make(connection, kind)
        new = "1" if upto is None else _NEW
        bound = {"kind": kind, "upto": upto or 0}
        connection.execute(
            f"""INSERT INTO search_{kind} (rowid, {", ".join(_COLUMNS[kind])})
            SELECT id, {", ".join(_COLUMNS[kind].values())} FROM {KINDS[kind]} AS r
            WHERE {new} ORDER BY id""",
            bound,
        )
        connection.execute(
            """INSERT INTO searched (kind, upto) VALUES (:kind, :newest)
            ON CONFLICT (kind) DO UPDATE SET upto = excluded.upto""",
            {"kind": kind, "newest": newest},
        )


def forget(store: Store) -> None:
    """Drop the indexes, with every word in them; the next search makes them anew.

    Whoever erases a person calls this: words of what was changed or deleted stay in an index.
    """
    if not store.exists() or not _is_there(store, "searched"):
        return
    with store.deriving() as connection:
        for kind in SEARCHED:
            connection.execute(f"DROP TABLE IF EXISTS search_{kind}")
        connection.execute("DROP TABLE searched")


_CHANGED = """SELECT record FROM changes WHERE operation > :upto AND kind = :kind
    AND field IN ({fields})"""
_NEW = """id IN (SELECT record FROM changes WHERE operation > :upto AND kind = :kind)
    OR EXISTS (SELECT 1 FROM creations WHERE operation > :upto AND kind = :kind
        AND r.id BETWEEN first_id AND last_id)"""


def _anything_new(store: Store, kind: str, upto: int) -> bool:
    fields = ", ".join(f"'{field}'" for field in SEARCHED[kind])
    return bool(
        store.value(
            f"""SELECT EXISTS (SELECT 1 FROM creations WHERE operation > :upto AND kind = :kind)
            OR EXISTS ({_CHANGED.format(fields=fields)})""",
            {"upto": upto, "kind": kind},
        )
    )


def _upto(store: Store, kind: str) -> int | None:
    """Return the newest operation that the index of a kind knows, None where there is none."""
    if not _is_there(store, "searched"):
        return None
    found = store.value("SELECT upto FROM searched WHERE kind = :kind", {"kind": kind})
    return None if found is None else int(found)


def _is_there(store: Store, table: str) -> bool:
    return bool(
        store.value(
            "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = :name",
            {"name": table},
        )
    )


def _make(connection: Any, kind: str) -> None:
    lengths = " ".join(map(str, _PREFIXES))
    connection.execute(f"DROP TABLE IF EXISTS search_{kind}")
    connection.execute(
        f"""CREATE VIRTUAL TABLE search_{kind} USING fts5({", ".join(_COLUMNS[kind])},
        content='', columnsize=0, detail=none, prefix='{lengths}',
        tokenize='unicode61 remove_diacritics 2')"""
    )
    connection.execute(
        f"INSERT INTO search_{kind} (search_{kind}, rank) VALUES ('hashsize', 16777216)"
    )
    connection.execute(
        """CREATE TABLE IF NOT EXISTS searched (kind TEXT NOT NULL PRIMARY KEY,
        upto INTEGER NOT NULL) STRICT, WITHOUT ROWID"""
    )


def _columns(kind: str) -> dict[str, str]:
    """Return the columns of an index and the SQL of each: the texts, telephones, and names that have
    an apostrophe without it.
    """
    columns = {field: field for field in _TEXTS[kind]}
    for field in _PHONES[kind]:
        columns[field] = f"CASE WHEN {field} <> '' THEN phone_words({field}) END"
    one_of = "*[" + _APOSTROPHES.replace("'", "''") + "]*"
    for field in _NAMES.intersection(columns):
        joined = field
        for quoted in ("''" if mark == "'" else mark for mark in _APOSTROPHES):
            joined = f"replace({joined}, '{quoted}', '')"
        columns[f"{field}_joined"] = f"CASE WHEN {field} GLOB '{one_of}' THEN {joined} END"
    return columns


_COLUMNS = {kind: _columns(kind) for kind in SEARCHED}
