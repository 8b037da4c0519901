"""What is compared of leads, contacts and accounts: their stored keys and a few facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from leadctl import matching
from leadctl.duplicates.comparing import Record

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
        "leads AS t JOIN match_keys AS m ON m.kind = 'lead' AND m.record = t.id",
        "AND t.converted_at IS NULL",
    ),
    "contact": (
        """t.first_name, t.last_name, m.email, m.phone, t.mobile, k.company,
        coalesce(m.domain, k.domain), a.name""",
        """contacts AS t JOIN match_keys AS m ON m.kind = 'contact' AND m.record = t.id
        LEFT JOIN accounts AS a ON a.id = t.account_id
        LEFT JOIN match_keys AS k ON k.kind = 'account' AND k.record = t.account_id""",
        "",
    ),
    "account": (
        "NULL, NULL, NULL, m.phone, NULL, m.company, m.domain, t.name",
        "accounts AS t JOIN match_keys AS m ON m.kind = 'account' AND m.record = t.id",
        "",
    ),
}
_MANY = 10_000
_REMEMBERED = 100_000


class Reader:
    """Reads records of a store as they are compared; a word is folded once."""

    def __init__(self, store: Store, identifying: Identifying) -> None:
        self._store = store
        self._identifying = identifying
        self._folded = matching.Folded()
        self._texts = _Texts(self._folded)

    def records(self, kind: str, ids: Iterable[int]) -> Iterator[Record]:
        """Yield those of the records that can be duplicates; converted leads live on as contacts."""
        columns, tables, condition = _SOURCES[kind]
        own = "".join(f", {of.get(kind, 'NULL')}" for of in self._identifying.values())
        rest = iter(ids)
        while some := list(islice(rest, _MANY)):
            rows = self._store.batches(
                f"""SELECT t.id, t.street, t.postal_code, t.city, {columns}{own} FROM {tables}
                WHERE t.id IN ({", ".join(map(str, some))}) {condition}"""
            )
            for batch in rows:
                for row in batch:
                    yield self._record(kind, row)

    def _record(self, kind: str, row: Sequence[Any]) -> Record:
        id, street, postal, city, first, last, email, phone, mobile, company, domain, *rest = row
        written, *identifying = rest
        fold = self._texts.__getitem__
        mobile = matching.phone_key(mobile)
        phones = tuple(number for number in (phone, mobile) if number)
        return Record(
            kind=kind,
            id=id,
            first=first and fold(first),
            last=last and fold(last),
            email=email,
            phones=phones[:1] if phone == mobile else phones,
            company=company,
            domain=domain,
            street=street and self._folded.text(street),
            postal=postal and fold(postal),
            city=city and fold(city),
            identifying=tuple([value and _letters(value) for value in identifying]),
            written=written,
        )


class _Texts(dict[str, str | None]):
    """Whole texts that come again and again, such as names and cities, and what they fold to."""

    def __init__(self, words: matching.Folded) -> None:
        self._words = words

    def __missing__(self, text: str) -> str | None:
        if len(self) > _REMEMBERED:
            self.clear()
        self[text] = self._words.text(text)
        return self[text]


def _letters(value: Any) -> str | None:
    """Return an identifying value without what people write between its letters and digits."""
    return (matching.folded(str(value)) or "").replace(" ", "") or None
