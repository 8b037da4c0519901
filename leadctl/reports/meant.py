"""The leads that a report means, with the field that it groups by, in a narrow table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from leadctl import past
from leadctl.reports import grouping
from leadctl.reports.grouping import NONE, gathered, grouped, scattered, spelt

if TYPE_CHECKING:
    from leadctl.lead_view import RecordFilter
    from leadctl.reports.shape import Row
    from leadctl.store import Store


def leads(
    store: Store, wanted: RecordFilter, by: str, lead: str, *, others: bool = False
) -> tuple[str, str]:
    """Return the join from the id of a `lead` to the leads meant, and the SQL of their field `by`.

    Neither is needed where all are meant, whatever they say: then they are "" and NULL. With
    `others` what belongs to no lead stays, where all leads are meant. The leads are gone through
    once, in their order; looked up in their wide rows one by one they take several times as long.
    """
    where, bound = wanted.sql()
    if where == "1" and by == NONE:
        return "", NONE
    found = f"SELECT id, {by} FROM lead WHERE {where} ORDER BY id"
    store.lay("meant", "lead INTEGER PRIMARY KEY, part", found, bound)
    join = "LEFT JOIN" if others and where == "1" else "JOIN"
    return f"{join} temp.meant ON meant.lead = {lead}", NONE if by == NONE else "meant.part"


def counted(
    store: Store,
    wanted: RecordFilter,
    columns: Mapping[str, str],
    source: str,
    bound: Mapping[str, Any] | None = None,
    words: Sequence[str] = (),
    part: str = NONE,
    *,
    in_order: bool | None = None,
) -> Iterable[Row]:
    """Return what `grouping.counted` does of a source whose index is in the order of the columns.

    It is `in_order` unless it is of the past. The further field is gathered: to sort by it takes three
    times as long. A text of numbers has the fifteen digits to which they are exact (see
    `values.number`).
    """
    if in_order is None:
        in_order = not past.is_made(store)
    if not in_order:
        return grouping.counted(store, wanted, columns, source, bound or {}, words, part=part)
    shown = ", ".join(
        f"{spelt(sql) if name in words else sql} AS {name}" for name, sql in columns.items()
    )
    found = store.query_leads(
        wanted,
        f"""SELECT {shown}, {NONE if part == NONE else gathered(part)} AS part, count(*) AS leads
        FROM {source} GROUP BY {grouped(*columns.values())}""",
        bound or {},
    )
    return found if part == NONE else scattered(found)
