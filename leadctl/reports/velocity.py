"""How long it takes: to the first touch, in each status, to the conversion."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from leadctl.reports import meant, moves, packing, touches
from leadctl.reports.figures import Spread, merged
from leadctl.reports.grouping import (
    Groups,
    by_figures,
    first_by,
    in_order,
    lead_field,
    names_of,
)
from leadctl.reports.period import step_of, steps_between
from leadctl.reports.shape import Chart, Figure, Question, Report, Row, fold
from leadctl.stored import day_number, day_of_number

if TYPE_CHECKING:
    from leadctl.store import Store

FIRST_TOUCH, CONVERSION = "first touch", "conversion"
TREND = 12
"""How many steps of time the trend goes back."""


class _Ended(NamedTuple):
    """How many leads something took so many days that ended on a day."""

    what: str
    part: Any
    days: int
    ended: int
    leads: int


class _Durations:
    """Durations in days, by the step of time in which they ended."""

    def __init__(self) -> None:
        self.ended: dict[str, Spread] = {}
        self.time_errors = 0

    def add(self, days: int, ended: str, leads: int) -> None:
        if days < 0:
            self.time_errors += leads
        else:
            self.ended.setdefault(ended, Spread()).add(days, leads)


def report(store: Store, question: Question) -> Report:
    """Return the days that leads of the period took, a row for each thing that they took them for.

    Those of a status are counted from the day a lead came into it to the day it left, each stay by
    itself; a stay that goes on is not counted, nor is the first one of a lead that came with a
    status other than the first of the list, as out of a file. The first touch is the first activity
    of our own. `trend` has the medians of the last twelve steps by when they ended, None without
    any. What ended before it began is in `time_errors` alone.
    """
    groups: Groups[_Durations] = Groups(_Durations, names_of(question.by, store))
    # Many rows share a group and a step.
    group_of = cache(lambda *key: groups[key])
    step = cache(partial(step_of, question.each))
    for read in (_touches, _stays, _conversions):
        for row in read(store, question):
            group_of(row.what, row.part).add(row.days, step(row.ended), row.leads)
    statuses = [status.name for status in question.settings.statuses]
    order = (FIRST_TOUCH, *statuses, CONVERSION)
    further = by_figures(question, "step")
    keys = ("step", *(figure.name for figure in further))
    steps = _steps(question)
    rows: list[Row] = []
    listed = {fold(name): name for name in order}
    for key, of in groups.items():
        every = merged(of.ended.values())
        named: Row = dict(zip(keys, (listed.get(fold(key[0]), key[0]), *key[1:]), strict=False))
        trend = [of.ended[step].median if step in of.ended else None for step in steps]
        rows.append(
            {
                **named,
                "ended": len(every),
                "median_days": every.median,
                "mean_days": every.mean,
                "p90_days": every.percentile(90),
                "trend": trend,
                "time_errors": of.time_errors,
            }
        )
    return Report(
        "velocity",
        "How long it takes",
        (
            Figure("step", "what", "word", keep=9),
            *further,
            Figure("ended", "times", keep=7),
            Figure("median_days", "median", "days", keep=9),
            Figure("mean_days", "mean", "days", keep=5),
            Figure("p90_days", "9 of 10 within", "days", keep=6),
            Figure("trend", f"medians by {question.each}", "series", keep=3),
            Figure("time_errors", "time errors", more=True),
        ),
        keys,
        in_order(rows, keys, {"step": order}),
        chart=Chart("spark", "step", "trend", steps),
        empty="nothing has taken any time yet",
    )


def _steps(question: Question) -> list[str]:
    last = question.today if question.period.last is None else question.period.last
    longest = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}[question.each]
    first = day_number(day_of_number(last)) - longest * TREND
    return steps_between(question.each, first, last)[-TREND:]


def _touches(store: Store, question: Question) -> Iterator[_Ended]:
    where, bound = question.leads.sql()
    by = lead_field(question.by, store.fields)
    numbers = (packing.day("created_day"), packing.day(touches.FIRST))
    source = f"lead WHERE {where} ORDER BY id"
    for created, first, part, leads in packing.tallied(store, numbers, by, source, bound):
        if first is not None:
            yield _Ended(FIRST_TOUCH, part, first - created, first, leads)


def _conversions(store: Store, question: Question) -> Iterator[_Ended]:
    where, bound = question.leads.sql()
    by = lead_field(question.by, store.fields)
    numbers = (packing.day("created_day"), packing.day("day_of(converted_at)"))
    source = f"""lead WHERE converted_at IS NOT NULL AND ({where})
        ORDER BY {first_by(store, by, "status")}"""
    for created, ended, part, leads in packing.tallied(store, numbers, by, source, bound):
        yield _Ended(CONVERSION, part, ended - created, ended, leads)


def _stays(store: Store, question: Question) -> Iterator[_Ended]:
    """Return the stays in a status that are over."""
    by = lead_field(question.by, store.fields)
    join, part = meant.leads(store, question.leads, by, "m.lead_id")
    found = moves.counted(
        store,
        question.leads,
        ("before", "stay", "day"),
        join,
        part,
        "m.before IS NOT NULL AND (m.number > 1 OR m.before = :first_status)",
        {"first_status": question.settings.first_status},
        words=("before",),
    )
    for row in found:
        yield _Ended(row["before"], row["part"], row["stay"], row["day"], row["leads"])
