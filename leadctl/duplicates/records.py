"""What is compared of leads, contacts and accounts: their stored keys and a few facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, repeat
from typing import TYPE_CHECKING, Any

from leadctl import matching
from leadctl.duplicates.comparing import Record
from leadctl.fields import KINDS

if TYPE_CHECKING:
    from leadctl.store import Store

Identifying = Mapping[str, Mapping[str, str]]
"""Name of an identifying custom field -> kind of record -> the SQL expression of its value."""


def identifying_fields(store: Store) -> Identifying:
    """Return the identifying fields that a store has of its own."""
    found: dict[str, dict[str, str]] = {}
    for kind, fields in store.fields.own.items():
        for field in fields:
            if field.identifying and kind in _SOURCES:
                found.setdefault(field.name, {})[kind] = f"t.{field.name}"
    return found


_SOURCES = {
    "lead": (
        "t.first_name, t.last_name, m.email, m.phone, t.mobile, m.company, m.domain, t.company",
        "leads AS t CROSS JOIN match_keys AS m ON m.kind = 'lead' AND m.record = t.id",
        "t.converted_at IS NULL",
    ),
    "contact": (
        """t.first_name, t.last_name, m.email, m.phone, t.mobile, k.company,
        coalesce(m.domain, k.domain), a.name""",
        """contacts AS t CROSS JOIN match_keys AS m ON m.kind = 'contact' AND m.record = t.id
        LEFT JOIN accounts AS a ON a.id = t.account_id
        LEFT JOIN match_keys AS k ON k.kind = 'account' AND k.record = t.account_id""",
        "1",
    ),
    "account": (
        "NULL, NULL, NULL, m.phone, NULL, m.company, m.domain, t.name",
        "accounts AS t CROSS JOIN match_keys AS m ON m.kind = 'account' AND m.record = t.id",
        "1",
    ),
}
"""Kind -> columns, tables, and which of them can be duplicates: converted leads live on as contacts."""
_MANY = 10_000
_REMEMBERED = 100_000


class Reader:
    """Reads records of a store as they are compared; a word is folded once."""

    def __init__(self, store: Store, identifying: Identifying) -> None:
        self._store = store
        self._identifying = identifying
        self._folded = matching.Folded()
        self._texts = _Texts(self._folded)

    def all(self, kind: str) -> Iterator[list[Record]]:
        """Yield all records of a kind that can be duplicates, part by part.

        Between two parts somebody may write: nobody waits until a million have been read.
        """
        last = self._store.value(f"SELECT max(id) FROM {KINDS[kind]}") or 0
        for start in range(0, last + 1, _MANY):
            yield from self._parts(kind, f"t.id BETWEEN {start} AND {start + _MANY - 1}")

    def records(self, kind: str, ids: Iterable[int]) -> Iterator[Record]:
        """Yield those of these records that can be duplicates."""
        rest = iter(ids)
        while some := list(islice(rest, _MANY)):
            for part in self._parts(kind, f"t.id IN ({', '.join(map(str, some))})"):
                yield from part

    def _parts(self, kind: str, condition: str) -> Iterator[list[Record]]:
        columns, tables, possible = _SOURCES[kind]
        own = "".join(f", {of.get(kind, 'NULL')}" for of in self._identifying.values())
        rows = self._store.batches(
            f"""SELECT t.id, t.street, t.postal_code, t.city, {columns}{own} FROM {tables}
            WHERE {condition} AND {possible} ORDER BY t.id"""
        )
        for batch in rows:
            yield self._compared(kind, batch)

    def _compared(self, kind: str, rows: Sequence[Sequence[Any]]) -> list[Record]:
        """Return rows as records, column by column: most of it runs without a step of Python."""
        ids, streets, postals, cities, firsts, lasts, emails, *more = zip(*rows, strict=True)
        phones, mobiles, companies, domains, written, *own = more
        fold = self._texts.__getitem__
        identifying = zip(*(map(_letters, column) for column in own), strict=True)
        columns = (
            repeat(kind, len(rows)),
            ids,
            map(fold, firsts),
            map(fold, lasts),
            emails,
            map(_phones, phones, mobiles),
            companies,
            domains,
            [street and self._folded.text(street) for street in streets],
            map(fold, postals),
            map(fold, cities),
            identifying if own else repeat((), len(rows)),
            written,
        )
        return list(map(Record._make, zip(*columns, strict=True)))


def _phones(phone: str | None, mobile: str | None) -> tuple[str, ...]:
    """Return the numbers of the key of a phone and of a mobile as it is written."""
    other = matching.phone_key(mobile)
    if phone and other and phone != other:
        return phone, other
    number = phone or other
    return (number,) if number else ()


class _Texts(dict[str | None, str | None]):
    """Whole texts that come again and again, such as names and cities, and what they fold to."""

    def __init__(self, words: matching.Folded) -> None:
        self._words = words

    def __missing__(self, text: str | None) -> str | None:
        if len(self) > _REMEMBERED:
            self.clear()
        self[text] = text and self._words.text(text)
        return self[text]


def _letters(value: Any) -> str | None:
    """Return an identifying value without what people write between its letters and digits."""
    if not value:
        return None
    text = str(value)
    digits = text.replace("-", "")
    if digits.isascii() and digits.isdigit():
        return digits
    return (matching.folded(text) or "").replace(" ", "") or None
