"""Groups of leads and deals: the SQL of a field to group by, and rows gathered under one spelling."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from leadctl import past
from leadctl.errors import UsageError
from leadctl.fields import FieldSet
from leadctl.lead_view import RecordFilter, check_column, columns_in
from leadctl.reports.shape import Figure, Ordered, Question, Row, blanks_last, fold, spelling
from leadctl.stored import read_json

if TYPE_CHECKING:
    from leadctl.store import Store

Of = TypeVar("Of")
_OF_INDEX = ("source", "campaign", "status", "created_day", "converted_at COLLATE BINARY")
_PERSONAL = frozenset(("extra",))
NONE = "NULL"
"""The SQL of no further field."""
OWNER = "owner_id"
"""That of the owner as one."""
_IN_INDEX = frozenset(("id", OWNER, *(column.split()[0] for column in _OF_INDEX)))
"""All that stands in `leads_figures`, in whose order leads are grouped by `_OF_INDEX`."""


class Groups(Generic[Of]):
    """What is gathered by key: keys that the database holds equal are one, blanks are a key.

    `names` are those of a further field, the last part of a key, that is counted by its ids.
    """

    def __init__(self, empty: Callable[[], Of], names: Mapping[int, str] | None = None) -> None:
        self._empty = empty
        self._names = names
        self._found: dict[tuple[Any, ...], tuple[list[Any], Of]] = {}
        self._as_written: dict[tuple[Any, ...], Of] = {}

    def __getitem__(self, key: tuple[Any, ...]) -> Of:
        # Most keys come by often, and spelt as before.
        of = self._as_written.get(key)
        if of is None:
            of = self._as_written[key] = self._gather(key)
        return of

    def _gather(self, key: tuple[Any, ...]) -> Of:
        """Return what is gathered under a key, which may give it another spelling."""
        if self._names is not None:
            key = (*key[:-1], self._names.get(key[-1]))
        folded = tuple(map(fold, key))
        if folded not in self._found:
            self._found[folded] = (list(key), self._empty())
        spelt, of = self._found[folded]
        for place, value in enumerate(key):
            spelt[place] = spelling(spelt[place], value)
        return of

    def items(self) -> Iterable[tuple[tuple[Any, ...], Of]]:
        """Yield each key, as it is spelt, with what was gathered."""
        return ((tuple(spelt), of) for spelt, of in self._found.values())

    def values(self) -> Iterable[Of]:
        """Yield what was gathered under each key."""
        return (of for _, of in self._found.values())

    def __contains__(self, key: Sequence[Any]) -> bool:
        return tuple(map(fold, key)) in self._found

    def __len__(self) -> int:
        return len(self._found)


def lead_field(name: str | None, fields: FieldSet, *own: str) -> str:
    """Return the SQL of a lead's field to group by; UsageError if there is none.

    It is NULL without one, and for what the report groups by of its `own`. Leads are grouped by the
    id of their owner, whose name `names_of` looks up for each group and not for each lead.
    """
    if name is None or name in own:
        return NONE
    check_column(name, fields)
    if name in _PERSONAL:
        raise UsageError(f"{name} is no field to group by", "fields: leadctl rules fields")
    return OWNER if name == "owner" else name


def names_of(name: str | None, store: Store) -> Mapping[int, str] | None:
    """Return the names of the ids that `lead_field` groups by, None for a field without ids."""
    return rep_names(store) if name == "owner" else None


def rep_names(store: Store) -> dict[int, str]:
    """Return what each rep is called, by id, also of those who are gone."""
    return {rep["id"]: rep["name"] for rep in store.reps(everyone=True)}


def first_by(store: Store, field: str, until: str, *own: str) -> str:
    """Return what leads are grouped by first, before the few that come out are as a report wants.

    It is the order of the index `leads_figures` as far as the column `until`, so that nothing is
    sorted; `field` is the SQL of a further field, which is none if it is NULL. Leads of the past
    have no index: they are grouped by the columns that the report wants (`own`), spelt as they are,
    or without these stay as they come.
    """
    if past.is_made(store):
        return ", ".join(f"{name} COLLATE BINARY" for name in (*own, field) if own) or NONE
    last = next(place for place, name in enumerate(_OF_INDEX) if name.startswith(until))
    order = _OF_INDEX[: last + 1]
    return ", ".join(order if field in (NONE, *order) else (*order, field))


def in_index(store: Store, wanted: RecordFilter) -> bool:
    """Whether an index of leads has what a filter reads of them, and is quicker than their wide rows.

    Leads of the past have none.
    """
    read = columns_in(wanted.sql()[0], store.fields)
    return not past.is_made(store) and read <= _IN_INDEX


def spelt(field: str) -> str:
    """Return the SQL of the spelling that a group of a field is shown with."""
    return NONE if field == NONE else f"min({field} COLLATE BINARY)"


def grouped(*fields: str) -> str:
    """Return what to group by, without a field that is none: it would keep an index from serving."""
    return ", ".join(field for field in fields if field != NONE)


def gathered(values: str) -> str:
    """Return the SQL of all values of a group in one text, which `held` reads.

    They come by without a sort, and without a row for each.
    """
    return f"json_group_array({values})"


def held(text: str) -> list[Any]:
    """Return the values of a group that `gathered` put into a text."""
    values: list[Any] = read_json(text)
    return values


def counted(
    store: Store,
    wanted: RecordFilter,
    columns: Mapping[str, str],
    source: str,
    bound: Mapping[str, Any],
    words: Sequence[str] = (),
    order: str = "",
    part: str = NONE,
    *,
    in_order: bool | None = None,
) -> Iterable[Row]:
    """Return each combination of some columns (name -> SQL) of a source, and its number of `leads`.

    `words` are shown in one spelling; `order` is what to group by where an index has another order.
    `part` is a further field. Where an index is `in_order` of the columns, it is gathered: to sort by
    it takes three times as long. A text of numbers has the fifteen digits to which they are exact (see
    `values.number`). Owners are looked up beside it. Else, and in the past unless it is known
    better, each combination is counted as it comes, with each of its spellings.
    """
    if in_order is None:
        there = part == NONE or bool(order and part == OWNER)
        in_order = there and in_index(store, wanted)
    if not in_order:
        asked = columns if part == NONE else {**columns, "part": part}
        tally = store.tally([*asked.values()], source, bound)
        return (
            {"part": None, **dict(zip(asked, key, strict=True)), "leads": leads}
            for key, leads in tally.items()
        )
    shown = ", ".join(
        f"{spelt(sql) if name in words else sql} AS {name}" for name, sql in columns.items()
    )
    found = store.query_leads(
        f"""SELECT {shown}, {"NULL" if part == NONE else gathered(part)} AS part, count(*) AS leads
        FROM {source} GROUP BY {order or grouped(*columns.values())}""",
        bound,
    )
    return found if part == NONE else scattered(found)


def scattered(found: Iterable[Row]) -> Iterator[Row]:
    """Yield a row for each `part` that is gathered in one, with its number of `leads`."""
    for row in found:
        for part, leads in Counter(held(row["part"])).items():
            yield {**row, "part": part, "leads": leads}


def by_figures(question: Question, *own: str) -> tuple[Figure, ...]:
    """Return the column of the further field to group by, none if the report has it already."""
    if question.by is None or question.by in own:
        return ()
    name = question.called or question.by
    return (Figure(name, name.replace("_", " "), "word", keep=9),)


def in_order(
    rows: Iterable[Row], keys: Sequence[str], listed: Mapping[str, Sequence[str]]
) -> Ordered:
    """Return rows in the order of their keys: words of a list as the list has them, then others.

    The first key decides last, so that rows of the same further group stand together.
    """
    places = {
        key: {fold(word): place for place, word in enumerate(words)}
        for key, words in listed.items()
    }

    def order(row: Row) -> tuple[Any, ...]:
        parts: list[Any] = []
        for key in (*keys[1:], *keys[:1]):
            words = places.get(key, {})
            parts.append(words.get(fold(row[key]), len(words)))
            parts.append(blanks_last(row, (key,)))
        return tuple(parts)

    return Ordered(rows, order)
