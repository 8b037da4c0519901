"""The facts of the leads as they stood at an earlier moment, for whoever reads leads.

Within `leads_as_of` and `leads_at` the names `leads`, `owners`, `activities`, `tasks`, `match_keys`
and `scores` mean the past: a temporary table of that name hides the real one from every statement, so
that the view `lead`, filters, conditions, scores and reports work unchanged.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from leadctl.past import beside, created, finding, hiding
from leadctl.past.columns import BLANK, Columns
from leadctl.past.moment import Half, When, among

if TYPE_CHECKING:
    from leadctl.config import Settings
    from leadctl.store import Store

__all__ = ["BLANK", "Columns", "Half", "Past", "among", "is_made", "leads_as_of", "leads_at"]


class Past(NamedTuple):
    """What is in the past that was made: whether there is a lead, and how many are less certain.

    `imported` are those that came in later with an earlier `created_at`: they count with the first
    state that is known of them.
    """

    there: bool
    imported: int


@contextmanager
def leads_as_of(
    store: Store,
    settings: Settings,
    moment: str,
    day: int,
    reads: Collection[str] | None = None,
    half: Half | None = None,
) -> Iterator[Past]:
    """Let the block read the leads as of a moment (UTC, as stored), a day of the settings' zone.

    A lead is there if it was made by then or its `created_at` is not later. A field has the value
    that the history knows for then; what an undo took back, and the undo itself if it was undone,
    never happened. A conversion counts from `converted_at` on, also if it was imported later.
    Activities count up to the moment, ages up to the day. Scores are blank, see `leadctl.scores`.

    `reads` names all columns of leads that the block reads and that may change, and `match_keys` if
    it reads these, if that is known:
    what others were is not looked for. Of `half` of the leads there are these alone, with what
    belongs to them. The block must only read: all of it is of one moment, and nothing of it stays.
    """
    with _hidden(store):
        store.connection.execute("UPDATE temp.clock SET day = ?", (day,))
        yield _make(store, settings, When(f"'{moment}'", str(int(day)), half=half), reads)


@contextmanager
def leads_at(
    store: Store, settings: Settings, query: str, bound: Mapping[str, Any] | None = None
) -> Iterator[Past]:
    """Let the block read some leads, each as of a moment of its own, as `leads_as_of` does.

    `query` gives lead, moment and day. Today stays: the days of a lead (`created_day`, and `day` of
    its activities) are moved, so that they are as far from today as they were from its moment.
    """
    with _hidden(store):
        store.connection.execute(
            """CREATE TEMP TABLE past_moments (
            lead_id INTEGER PRIMARY KEY, at TEXT NOT NULL, day INTEGER NOT NULL)"""
        )
        store.connection.execute(f"INSERT INTO temp.past_moments {query}", bound or {})
        join = "JOIN temp.past_moments AS m ON m.lead_id = {}"
        yield _make(store, settings, When("m.at", "m.day", join))


def is_made(store: Store) -> bool:
    """Whether the leads are those of the past."""
    return bool(
        store.value("SELECT EXISTS (SELECT 1 FROM temp.sqlite_master WHERE name = 'leads')")
    )


@contextmanager
def _hidden(store: Store) -> Iterator[None]:
    """Take back, at the end of the block, all that it made; it sees one moment of the database."""
    connection = store.connection
    connection.execute("SAVEPOINT past")
    try:
        yield
    finally:
        if connection.in_transaction:  # a full disk may have ended it
            connection.execute("ROLLBACK TO past")
            connection.execute("RELEASE past")


def _make(
    store: Store, settings: Settings, when: When, reads: Collection[str] | None = None
) -> Past:
    """Hide the real tables; statements name them as main.leads and so on.

    Wide rows are not copied: a view gives what stands in the narrow table of what most reports read,
    then what stands in `past_values`, else what is there now.
    """
    columns = Columns(store, reads)
    base = created.base(store, when, columns)
    created.find(store, when)
    store.connection.execute(
        """CREATE TEMP TABLE past_values (
        place INTEGER PRIMARY KEY, value ANY NOT NULL) STRICT"""
    )
    finding.find_later(store, when)
    finding.find_first_found(store, when, columns)
    finding.find_touched(store, when, columns)
    finding.find_values(store, when, columns)
    finding.find_links(store, when, columns)
    finding.cut_links(store, when, columns, base)
    table = beside.lay(store, when, columns, base)
    if columns.beside:
        beside.lay_over(store, settings, when, columns, base)
    hiding.hide_leads(store, when, columns, table)
    hiding.hide_owners(store)
    hiding.hide_activities(store, when)
    hiding.hide_keys(store, columns)
    hiding.hide_scores(store)
    return Past(
        bool(store.value("SELECT EXISTS (SELECT 1 FROM temp.leads)")),
        created.imported(store, when, "temp.past_beside" if columns.beside else "temp.leads"),
    )
