"""What a morning mail needs: what came in and was won, what waits, and whom to call first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from leadctl.lead_view import RecordFilter, order_by
from leadctl.reports import aging, dealing
from leadctl.reports.figures import Purse
from leadctl.reports.grouping import (
    NONE,
    Groups,
    by_figures,
    in_order,
    lead_field,
    names_of,
    spelt,
)
from leadctl.reports.period import EVERYTHING
from leadctl.reports.shape import Figure, Question, Report, Row
from leadctl.wording import count_of, name_of

if TYPE_CHECKING:
    from leadctl.store import Store

YESTERDAY = "yesterday"
CALLS = 5
"""How many leads are proposed."""


class _What(NamedTuple):
    """What a row counts: its words, the command that shows it, whether it is one of now."""

    says: str
    next: str | None = None
    of_now: bool = True


WHATS = {
    "new": _What("new leads", of_now=False),
    "converted": _What("converted", of_now=False),
    "activities": _What("activities", of_now=False),
    "won": _What("deals won", of_now=False),
    "open_deals": _What("deals open", "leadctl report deals"),
    "late_deals": _What("deals that should have closed", "leadctl report forecast"),
    "to_work": _What("leads to work", "leadctl list"),
    "unowned": _What("without owner", "leadctl assign --round-robin"),
    "untouched": _What("never touched", "leadctl list --untouched"),
    "overdue": _What("of these beyond the target", "leadctl report aging"),
    "stale": _What("touched, but quiet for long", "leadctl report aging"),
    "tasks_due": _What("tasks due today"),
    "tasks_late": _What("tasks overdue"),
}
OF_DEALS = ("won", "open_deals", "late_deals")


class _Found(NamedTuple):
    """So many of something in one group, deals with their money."""

    what: str
    part: Any
    number: int
    currency: str | None = None
    amount: int | None = None


class _Sum:
    """What was found of something in one group."""

    def __init__(self) -> None:
        self.number = 0
        self.purse = Purse()


def report(store: Store, question: Question) -> Report:
    """Return the figures of the period, and of now; without a further field none is left out.

    `what` is a fixed word, `says` the same for people, `number` counts leads, deals, tasks or
    activities; deals have an amount too. `next` is the command that shows them all.
    """
    groups: Groups[_Sum] = Groups(_Sum)
    names = names_of(question.by, store) or {}
    for found in _found(store, question):
        if question.by and not found.number:
            continue
        of = groups[found.what, names.get(found.part, found.part)]
        of.number += found.number
        if found.amount is not None:
            of.purse.add(found.currency, "amount", found.amount)
    further = by_figures(question)
    keys = ("what", *(figure.name for figure in further))
    rows = [_row(question, dict(zip(keys, key, strict=False)), of) for key, of in groups.items()]
    numbers: Counter[str] = Counter()
    for row in rows:
        numbers[row["what"]] += row["number"]
    when = question.period.name
    return Report(
        "daily",
        f"The day: {when}, and what waits now",
        (
            Figure("what", "what", "word", more=True),
            Figure("says", "", "word", keep=9),
            *further,
            Figure("number", "", keep=9),
            Figure("amount", "", "money", keep=6),
            Figure("currency", "currency", "word", more=True),
            Figure("by_currency", "by currency", "series", more=True),
            Figure("next", "", "word", keep=3),
        ),
        keys,
        in_order(rows, keys, {"what": list(WHATS)}),
        parts=[] if question.alone else [_calls(store, question)],
        empty="no such lead",
        subject=_subject(when, numbers),
        of_now=[what for what, of in WHATS.items() if of.of_now],
    )


def _subject(when: str, numbers: Mapping[str, int]) -> str:
    """Return the day in a line: `Yesterday: 4 new leads, 10 converted, 1 won; 788 to work`."""
    new = count_of(numbers["new"], "new lead")
    happened = f"{new}, {numbers['converted']:,} converted, {numbers['won']:,} won"
    return f"{when.capitalize()}: {happened}; {numbers['to_work']:,} to work"


def _row(question: Question, key: Row, of: _Sum) -> Row:
    what, when = WHATS[key["what"]], question.period.name
    next = what.next
    if key["what"] == "new" and when == YESTERDAY:
        # `list` has days since one, so that it shows the leads of yesterday and not those of a month.
        next = "leadctl list --since yesterday"
    deals = key["what"] in OF_DEALS
    return {
        "what": key["what"],
        "says": what.says if what.of_now else f"{what.says}, {when}",
        **key,
        "number": of.number,
        "amount": of.purse.amount("amount") if deals else None,
        "currency": of.purse.currency,
        "by_currency": of.purse.by_currency(("amount",)),
        "next": next if of.number and not question.by else None,
    }


def _found(store: Store, question: Question) -> Iterator[_Found]:
    for what in () if question.by else WHATS:
        yield _Found(what, None, 0)
    yield from _came_in(store, question)
    yield from _activities(store, question)
    yield from _deals(store, question)
    yield from _waiting(store, question)
    yield from _tasks(store, question)


def _came_in(store: Store, question: Question) -> Iterator[_Found]:
    where, bound = question.filter.sql()
    by = lead_field(question.by, store.fields)
    created = "created_day BETWEEN :first AND :last"
    # Few were ever converted, and only of those the day is worked out.
    converted = "(converted_at IS NOT NULL AND day_of(converted_at) BETWEEN :first AND :last)"
    each = "" if by == NONE else f"GROUP BY {by}"
    found = store.query_leads(
        f"""SELECT {spelt(by)} AS part, coalesce(sum({created}), 0) AS new,
            coalesce(sum({converted}), 0) AS converted
        FROM lead WHERE ({where}) AND ({created} OR {converted}) {each}""",
        {**bound, **_bounds(question)},
    )
    for row in found:
        yield _Found("new", row["part"], row["new"])
        yield _Found("converted", row["part"], row["converted"])


def _activities(store: Store, question: Question) -> Iterator[_Found]:
    part, joined, bound = _of_leads(store, question, "activities")
    found = store.query_leads(
        f"""SELECT {spelt(part)} AS part, count(*) AS activities FROM activities {joined}
        WHERE activities.day BETWEEN :first AND :last GROUP BY {part}""",
        {**bound, **_bounds(question)},
    )
    for row in found:
        yield _Found("activities", row["part"], row["activities"])


def _of_leads(store: Store, question: Question, table: str) -> tuple[str, str, dict[str, Any]]:
    """Return the SQL of the further field of what belongs to leads, of its join, what is bound."""
    where, bound = question.filter.sql()
    by = lead_field(question.by, store.fields)
    if where == "1" and by == NONE:
        return NONE, "", bound
    leads = f"(SELECT id, {by} AS part FROM lead WHERE {where}) AS lead"
    join = "LEFT JOIN" if where == "1" else "JOIN"
    part = NONE if by == NONE else "lead.part"
    return part, f"{join} {leads} ON lead.id = {table}.lead_id", bound


def _bounds(question: Question) -> dict[str, int]:
    first, last = question.period.first, question.period.last
    return {
        "first": -(2**31) if first is None else first,
        "last": 2**31 if last is None else last,
    }


def _deals(store: Store, question: Question) -> Iterator[_Found]:
    where, bound = dealing.of_leads(question.filter)
    stages = dealing.Stages(question.settings.stages)
    by = dealing.field(question.by, store.fields)
    found = store.query_leads(
        f"""SELECT what, min(part COLLATE BINARY) AS part, count(*) AS number, currency,
            sum(amount) AS amount
        FROM (SELECT CASE
                WHEN {stages.open} AND day_of(d.closed_at) < :today THEN 'late_deals'
                WHEN {stages.open} THEN 'open_deals'
                WHEN {stages.won} AND day_of(d.closed_at) BETWEEN :first AND :last THEN 'won'
                END AS what, {by} AS part, upper(d.currency) AS currency, d.amount
            FROM deals AS d WHERE {where}) AS deal
        WHERE what IS NOT NULL GROUP BY what, currency, deal.part""",
        {**bound, **stages.bound, **_bounds(question), "today": question.today},
    )
    for row in found:
        some = _Found(**row)
        yield some
        if some.what == "late_deals":
            yield some._replace(what="open_deals")


def _waiting(store: Store, question: Question) -> Iterator[_Found]:
    # The field may be called as one of the figures is.
    now = question._replace(period=EVERYTHING, called="part")
    part = "owner" if question.by == "owner" else "part"
    for row in aging.report(store, now).rows:
        yield _Found("to_work", row.get(part), row["leads"])
        if row["owner"] is None:
            yield _Found("unowned", row.get(part), row["leads"])
        for what in ("untouched", "overdue", "stale"):
            yield _Found(what, row.get(part), row[what])


def _tasks(store: Store, question: Question) -> Iterator[_Found]:
    part, joined, bound = _of_leads(store, question, "tasks")
    found = store.query_leads(
        f"""SELECT {spelt(part)} AS part, coalesce(sum(due_day = :today), 0) AS due,
            coalesce(sum(due_day < :today), 0) AS late
        FROM tasks {joined} WHERE done_at IS NULL AND due_day IS NOT NULL GROUP BY {part}""",
        {**bound, "today": question.today},
    )
    for row in found:
        yield _Found("tasks_due", row["part"], row["due"])
        yield _Found("tasks_late", row["part"], row["late"])


def _calls(store: Store, question: Question) -> Report:
    """Return the best leads that nobody has touched."""
    wanted: RecordFilter = question._replace(period=EVERYTHING).to_work
    columns = (*("id", "first_name", "last_name", "company", "email", "phone", "external_id"),)
    found = store.leads(
        wanted._replace(untouched=True), order_by("score", store.fields), limit=CALLS,
        columns=(*columns, "owner", "score", "grade"),
    )  # fmt: skip
    rows = [
        {
            "id": lead["id"],
            "lead": name_of(lead),
            "company": lead["company"],
            "phone": lead["phone"],
            "owner": lead["owner"],
            "score": lead["score"],
        }
        for lead in found
        if lead["score"] is not None
    ]
    return Report(
        "calls",
        "To call first",
        (
            Figure("id", "id", "number", keep=9),
            Figure("lead", "lead", "word", keep=9),
            Figure("company", "company", "word", keep=5),
            Figure("phone", "phone", "word", keep=7),
            Figure("owner", "owner", "word", keep=6),
            Figure("score", "score", "number", keep=8),
        ),
        ("id",),
        rows,
    )
