"""What a morning mail needs: what came in and was won, what waits, and whom to call first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from leadctl.lead_view import RecordFilter, order_by
from leadctl.reports import aging, dealing
from leadctl.reports.figures import Purse
from leadctl.reports.period import Period
from leadctl.reports.shape import Figure, Question, Report, Row
from leadctl.wording import count_of, name_of

if TYPE_CHECKING:
    from leadctl.store import Store

YESTERDAY = "yesterday"
CALLS = 5
"""How many leads are proposed."""


def report(store: Store, question: Question) -> Report:
    """Return the figures of a day: of the period if there is one, else of yesterday; and of now.

    `what` is a fixed word, `says` the same for people, `number` counts leads, deals, tasks or
    activities; deals have an amount too. `next` is the command that shows them.
    """
    if question.period.first is None and question.period.last is None:
        yesterday = question.today - 1
        question = question._replace(period=Period(yesterday, yesterday, YESTERDAY))
    when = question.period.name
    rows = [
        *_came_in(store, question, when),
        *_deals(store, question, when),
        *_waiting(store, question),
        *_tasks(store, question),
    ]
    return Report(
        "daily",
        f"The day: {when}, and what waits now",
        (
            Figure("what", "what", "word", more=True),
            Figure("says", "", "word", keep=9),
            Figure("number", "", keep=9),
            Figure("amount", "", "money", keep=6),
            Figure("currency", "currency", "word", more=True),
            Figure("by_currency", "by currency", "series", more=True),
            Figure("next", "", "word", keep=3),
        ),
        ("what",),
        rows,
        parts=[] if question.alone else [_calls(store, question)],
        empty="no such lead",
        subject=_subject(when, {row["what"]: row["number"] for row in rows}),
    )


def _subject(when: str, numbers: Mapping[str, int]) -> str:
    """Return the day in a line: `Yesterday: 4 new leads, 10 converted, 1 won; 788 to work`."""
    new = count_of(numbers["new"], "new lead")
    happened = f"{new}, {numbers['converted']:,} converted, {numbers['won']:,} won"
    return f"{when.capitalize()}: {happened}; {numbers['to_work']:,} to work"


def _row(what: str, says: str, number: int, next: str = "", purse: Purse | None = None) -> Row:
    return {
        "what": what,
        "says": says,
        "number": number,
        "amount": purse.amount("amount") if purse else None,
        "currency": purse.currency if purse else None,
        "by_currency": purse.by_currency(("amount",)) if purse else [],
        "next": next if number and next else None,
    }


def _came_in(store: Store, question: Question, when: str) -> list[Row]:
    where, bound = question.filter.sql()
    [row] = store.query_leads(
        question.filter,
        f"""SELECT coalesce(sum(created_day BETWEEN :first AND :last), 0) AS new,
            coalesce(sum(day_of(converted_at) BETWEEN :first AND :last), 0) AS converted
        FROM lead WHERE {where}""",
        {**bound, **_bounds(question)},
    )
    [done] = store.query_leads(
        question.filter,
        f"""SELECT count(*) AS activities FROM activities WHERE day BETWEEN :first AND :last
        {"" if where == "1" else f"AND lead_id IN (SELECT id FROM lead WHERE {where})"}""",
        {**bound, **_bounds(question)},
    )
    # `list` has days since one, so that it shows the leads of yesterday and not those of a month.
    shown = "leadctl list --since yesterday" if when == YESTERDAY else ""
    return [
        _row("new", f"new leads, {when}", row["new"], shown),
        _row("converted", f"converted, {when}", row["converted"]),
        _row("activities", f"activities, {when}", done["activities"]),
    ]


def _bounds(question: Question) -> dict[str, int]:
    first, last = question.period.first, question.period.last
    return {
        "first": -(2**31) if first is None else first,
        "last": 2**31 if last is None else last,
    }


def _deals(store: Store, question: Question, when: str) -> list[Row]:
    where, bound = dealing.of_leads(question.filter)
    stages = dealing.Stages(question.settings.stages)
    found = store.query_leads(
        question.filter,
        f"""SELECT {stages.open} AS is_open, {stages.won} AS is_won,
            day_of(d.closed_at) AS day, upper(d.currency) AS currency, count(*) AS deals,
            count(d.amount) AS with_amount, coalesce(sum(d.amount), 0) AS amount
        FROM deals AS d WHERE {where} GROUP BY 1, 2, 3, 4""",
        {**bound, **stages.bound},
    )
    bounds = _bounds(question)
    kinds: dict[str, list[Row]] = {"won": [], "open_deals": [], "late_deals": []}
    for row in found:
        day = row["day"]
        if row["is_open"]:
            kinds["open_deals"].append(row)
            if day is not None and day < question.today:
                kinds["late_deals"].append(row)
        elif row["is_won"] and day is not None and bounds["first"] <= day <= bounds["last"]:
            kinds["won"].append(row)
    says = {
        "won": f"deals won, {when}",
        "open_deals": "deals open",
        "late_deals": "deals that should have closed",
    }
    next = {
        "won": "",
        "open_deals": "leadctl report deals",
        "late_deals": "leadctl report forecast",
    }
    rows = []
    for what, deals in kinds.items():
        purse = Purse()
        for row in deals:
            if row["with_amount"]:
                purse.add(row["currency"], "amount", row["amount"])
        rows.append(_row(what, says[what], sum(row["deals"] for row in deals), next[what], purse))
    return rows


def _waiting(store: Store, question: Question) -> list[Row]:
    now = question._replace(period=Period(None, None, "now"))
    waiting = aging.report(store, now._replace(by=None))
    total: dict[str, Any] = dict(waiting.total or {})
    unowned = store.count_leads(now.to_work._replace(owner_blank=True, owners=()))
    to_work = [
        ("to_work", "leads to work", total["leads"], "leadctl list"),
        ("unowned", "without owner", unowned, "leadctl assign --round-robin"),
        ("untouched", "never touched", total["untouched"], "leadctl list --untouched"),
        ("overdue", "of these beyond the target", total["overdue"], "leadctl report aging"),
        ("stale", "touched, but not for long", total["stale"], "leadctl report aging"),
    ]
    return [_row(what, says, number, next) for what, says, number, next in to_work]


def _tasks(store: Store, question: Question) -> list[Row]:
    where, bound = question.filter.sql()
    [row] = store.query_leads(
        question.filter,
        f"""SELECT coalesce(sum(due_day = :today), 0) AS due,
            coalesce(sum(due_day < :today), 0) AS late
        FROM tasks WHERE done_at IS NULL AND due_day IS NOT NULL
        {"" if where == "1" else f"AND lead_id IN (SELECT id FROM lead WHERE {where})"}""",
        {**bound, "today": question.today},
    )
    return [
        _row("tasks_due", "tasks due today", row["due"]),
        _row("tasks_late", "tasks overdue", row["late"]),
    ]


def _calls(store: Store, question: Question) -> Report:
    """Return the best leads that nobody has touched."""
    wanted: RecordFilter = question._replace(period=Period(None, None, "")).to_work
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
