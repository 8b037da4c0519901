"""Reports: what leads and deals add up to, one report a file, all of one shape."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from leadctl.lead_view import columns_in

if TYPE_CHECKING:
    from leadctl.fields import FieldSet
    from leadctl.reports.shape import Question, Report
    from leadctl.store import Store


class Entry(NamedTuple):
    """A report as the command line knows it: a line of help, options and a period of its own.

    `reads` are the columns of leads that may change and that it reads of its own accord,
    `deals` and `status_moves` if it reads these tables, `moves_left` if it reads of the log of
    moves only what `moves.left` does; None means any. It `compares` leads with others, or adds up the
    rows of its queries over leads, whichever of them are counted together.
    """

    help: str
    options: tuple[str, ...] = ()
    period: str | None = None
    reads: tuple[str, ...] | None = None
    describes: bool = False
    compares: bool = False


_STEPS = ("each", "cumulative")


_STATE = ("status", "converted_at")
_WAY = (*_STATE, "deals", "status_moves")
_ORIGIN = (*_STATE, "deals", "moves_left")


REPORTS = {
    "pipeline": Entry(
        "Leads by status: how many, how good, how old, how many without owner.",
        reads=(*_STATE, "owner_id", "deals"),
    ),
    "deals": Entry(
        "Deals by stage: how many, how much, weighted by their probability.",
        reads=("deals",),
    ),
    "sources": Entry(
        "Where leads come from, what became of them, what they brought and cost.",
        reads=(*_ORIGIN, "source"),
    ),
    "campaigns": Entry("The same by campaign.", reads=(*_ORIGIN, "campaign")),
    "funnel": Entry(
        "How many leads ever reached each status, and on to a deal that was won.",
        reads=_WAY,
    ),
    "cohorts": Entry(
        "Leads by month of creation: how long until they were converted.",
        _STEPS,
        reads=("converted_at",),
    ),
    "velocity": Entry(
        "How long it takes to the first touch, in each status, to convert.",
        ("each",),
        reads=("converted_at", "status_moves"),
    ),
    "aging": Entry(
        "Leads to work that were never touched, or quiet for long, by owner.",
        reads=(*_STATE, "owner_id"),
    ),
    "activity": Entry(
        "Activities by kind, in and out, and with how many leads.",
        ("each",),
        reads=(),
    ),
    "forecast": Entry(
        "Open deals by the month of their close: worst, expected, best.",
        ("each",),
        reads=("deals",),
    ),
    "scores": Entry(
        "Leads by grade and score, and how many of each were converted.", reads=("converted_at",)
    ),
    "quality": Entry(
        "Blank and invalid fields, and leads that are there twice.",
        reads=("owner_id",),
        describes=True,
        compares=True,
    ),
    "reps": Entry("What reps have, were dealt and made of it.", reads=(*_STATE, "owner_id")),
    "fairness": Entry("What each pool dealt to whom, beside what would have been even.", reads=()),
    "daily": Entry(
        "What a morning mail needs: yesterday, what waits, whom to call.",
        period="yesterday",
        reads=(*_STATE, "owner_id", "deals"),
    ),
    "all": Entry("All of them, one after the other.", compares=True),
}
"""The reports there are; each is made by `report(store, question)` of the module of its name."""

ALL = "all"
OF_DEALS = ("deals", "forecast")


def reads(name: str, question: Question, fields: FieldSet) -> frozenset[str] | None:
    """Return the columns of leads that a report reads of those that may change, None for any."""
    entry = REPORTS[name]
    if entry.reads is None:
        return None
    described = {field.name for field in fields.of("lead")} - {"owner", "status", "created_at"}
    asked = columns_in(f"{question.filter.sql()[0]} {question.by}", fields)
    return frozenset(entry.reads) | asked | (described if entry.describes else set())


def adds_up(name: str, question: Question) -> bool:
    """Whether a report adds up what is counted of some leads and of the others.

    One that compares leads finds those of all of them without looking at each.
    """
    return not REPORTS[name].compares or question.leads.sql()[0] == "1"


def make(name: str, store: Store, question: Question) -> Report:
    """Return a report; UsageError for a field to group by that is not documented.

    A field to group by that is called as one of the figures has a column of another name, such as
    `lead_currency` beside the `currency` of the revenue.
    """
    if name == ALL:
        return _all(store, question)
    question = in_period(name, question)
    module = import_module(f"leadctl.reports.{name}")
    report: Report = module.report(store, question)
    if question.called or not _twice(report, question.by):
        return report
    of = "deal" if name in OF_DEALS else "lead"
    return make(name, store, question._replace(called=f"{of}_{question.by}"))


def in_period(name: str, question: Question) -> Question:
    """Return what is asked, in the report's own period where it has one and none is asked for."""
    from leadctl.reports.period import EVERYTHING, parse

    own = REPORTS[name].period
    if own is None or question.period != EVERYTHING:
        return question
    return question._replace(period=parse(own, question.today))


def _twice(report: Report, name: str | None) -> bool:
    """Whether a report, or one below it, has two columns of a name."""
    return any(part.names.count(name) > 1 for part in (report, *report.parts))


def nothing_there(store: Store) -> bool:
    """Whether there is nothing to report on: no lead, no deal, no activity."""
    tables = ("leads", "deals", "activities")
    empty = " AND ".join(f"NOT EXISTS (SELECT 1 FROM {table})" for table in tables)
    return bool(store.value(f"SELECT {empty}"))


def _all(store: Store, question: Question) -> Report:
    """Return every report as a part of one, in their order."""
    from leadctl.reports.shape import Report
    from leadctl.stored import day_of_number

    alone = question._replace(alone=True)
    parts = [make(name, store, alone) for name in REPORTS if name != ALL]
    day = day_of_number(question.today).isoformat()
    return Report(ALL, "All reports", (), (), (), parts=parts, empty=f"as of {day}")
