"""Moves of leads from status to status, as reports read them from the narrow log of `leadctl.moves`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from leadctl import past
from leadctl.moves import BETWEEN
from leadctl.reports import grouping
from leadctl.reports.shape import Row, fold
from leadctl.stored import among

if TYPE_CHECKING:
    from leadctl.config import Settings
    from leadctl.lead_view import RecordFilter
    from leadctl.store import Store

DEAL, WON = "Deal", "Deal won"


def left(statuses: Iterable[str]) -> str:
    """Return the condition of leads that were in one of these statuses, and are in none by now.

    Who was converted counts as being in one; the statuses are bound by `bound`.
    """
    words, _ = among("was", statuses)
    return f"""(converted_at IS NULL AND status NOT IN ({words}) AND id IN (
        SELECT lead_id FROM status_moves WHERE before IN ({words}) AND NOT converted))"""


def bound(statuses: Iterable[str]) -> dict[str, str]:
    """Return what `left` binds."""
    return among("was", statuses)[1]


def conversion_day(store: Store) -> str:
    """Return the SQL of the day when a converted `lead` was converted.

    It stands in the log, in an index of conversions by lead, which the past has not.
    """
    if past.is_made(store):
        return "day_of(converted_at)"
    return f"(SELECT m.day FROM {CONVERSION.format('lead.id')})"


def creation_day(store: Store, lead: str) -> str:
    """Return the SQL of the day when a lead was created that was converted, else of NULL."""
    if past.is_made(store):
        return "NULL"
    return f"(SELECT m.day - m.days FROM {CONVERSION.format(lead)})"


CONVERSION = """status_moves AS m WHERE m.lead_id = {} AND m.converted
    ORDER BY m.number LIMIT 1"""
"""The conversion of a lead in the log."""


def counted(
    store: Store,
    wanted: RecordFilter,
    names: Sequence[str],
    join: str,
    part: str,
    where: str = "1",
    bound: Mapping[str, Any] | None = None,
    words: Sequence[str] = (),
) -> Iterable[Row]:
    """Return each combination of columns of the moves `m` of leads, as `grouping.counted` does.

    `join` and `part` are those of `meant.leads`. An index of the moves of now has the columns in
    their order; those of then are these but for few, or are gone through.
    """
    columns = {name: f"m.{name}" for name in names}

    def of(table: str, more: Mapping[str, str] | None = None, *, in_order: bool) -> Iterable[Row]:
        return grouping.counted(
            store,
            wanted,
            {**columns, **(more or {})},
            f"{table} AS m {join} WHERE {where}",
            bound or {},
            words,
            part=part,
            in_order=in_order,
        )

    if join or not store.value(_DIFFER_FROM_NOW):
        return of("status_moves", in_order=not past.is_made(store))
    spelt: dict[tuple[Any, ...], Row] = {}
    leads: Counter[tuple[Any, ...]] = Counter()

    def add(row: Row, number: int) -> None:
        key = tuple(fold(row[name]) for name in names)
        spelt.setdefault(key, row)
        leads[key] += number

    for row in of("temp.moves_now", in_order=True):
        add(row, row["leads"])
    for row in of("temp.moves_come", in_order=False):
        add(row, row["leads"])
    for row in of("temp.moves_gone", {"stays": "m.stays", "was": "m.was"}, in_order=False):
        add(row, -row["leads"])
        if row["stays"]:
            add({**row, "now": row["was"]}, row["leads"])
    return ({**spelt[key], "leads": number} for key, number in leads.items() if number)


_DIFFER_FROM_NOW = "SELECT EXISTS (SELECT 1 FROM temp.sqlite_master WHERE name = 'moves_gone')"


class Ladder:
    """The steps of a lead on its way up: the statuses of the list, then a deal, then a deal won.

    Lost and junk are no steps: who is in them stands on the first. A word that is in no list counts
    as working.
    """

    def __init__(self, settings: Settings) -> None:
        on_the_way = settings.of_role("open", "working", "qualified")
        self.converted = len(on_the_way)
        statuses = (*on_the_way, *settings.of_role("converted"))
        self.steps = (*statuses, DEAL, WON)
        self.deal, self.won = len(statuses), len(statuses) + 1
        working = settings.of_role("working")
        self._places = {fold(status): place for place, status in enumerate(statuses)}
        self._places |= {fold(status): 0 for status in settings.of_role("lost", "junk")}
        self._else = self._places[fold(working[0])] if working else 0
        self.place = cache(self._place)
        self.of_route = cache(self._of_route)

    def _place(self, status: str) -> int:
        """Return the place of a status on the ladder, the first being 0."""
        return self._places.get(fold(status), self._else)

    def _of_route(self, route: str) -> int:
        """Return how far a lead has got that has been in the statuses of a route."""
        return max(map(self.place, route.split(BETWEEN)))
