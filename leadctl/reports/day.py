"""The figures of a working day, which bare leadctl begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from leadctl.lead_view import RecordFilter, columns_in

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
    (work,) = store.query_leads(
        f"""SELECT count(*) AS to_work, coalesce(sum(untouched), 0) AS untouched,
            coalesce(sum(score IS NULL), 0) AS unscored FROM lead WHERE {where}""",
        bound,
    )
    # Who has no owner stands apart with the status, by which most leads of a filter are meant.
    apart = columns_in(where, store.fields) <= {"status"}
    (nobodys,) = store.query_leads(
        f"""SELECT count(*) AS unowned FROM {"unowned" if apart else "lead"}
        WHERE ({where}) AND {"1" if apart else "owner_id IS NULL"}""",
        bound,
    )
    (mine,) = store.query_leads(
        f"""SELECT count(*) AS mine FROM lead
        WHERE id IN (SELECT lead_id FROM owners WHERE owner_id = :me) AND ({where})""",
        {**bound, "me": me},
    )
    return Day(**work, **nobodys, **mine)
