"""The figures of a working day, which bare leadctl begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from leadctl.lead_view import RecordFilter

if TYPE_CHECKING:
    from leadctl.store import Store


class Day(NamedTuple):
    """How many leads there are to work, and of these: never touched, without owner, unscored, mine."""

    to_work: int
    untouched: int
    unowned: int
    unscored: int
    mine: int


def day(store: Store, wanted: RecordFilter, me: int | None) -> Day:
    """Return the figures of a working day over the leads of a filter; `me` is a rep's id."""
    where, bound = wanted.sql()
    # Apart, since the index of owners has the leads in an order in which looking for touches is slow.
    (work,) = store.query_leads(
        f"""SELECT count(*) AS to_work, coalesce(sum(untouched), 0) AS untouched,
            coalesce(sum(score IS NULL), 0) AS unscored FROM lead WHERE {where}""",
        bound,
    )
    (owners,) = store.query_leads(
        f"""SELECT coalesce(sum(owner_id IS NULL), 0) AS unowned,
            coalesce(sum(owner_id = :me), 0) AS mine FROM lead WHERE {where}""",
        {**bound, "me": me},
    )
    return Day(**work, **owners)
