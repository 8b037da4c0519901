"""How many leads ever reached each status, and on to a deal and to one that was won."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from leadctl import past
from leadctl.moves import BETWEEN
from leadctl.reports import dealing, meant, moves
from leadctl.reports.figures import Spread, rates
from leadctl.reports.grouping import (
    NONE,
    Groups,
    by_figures,
    counted,
    first_by,
    gathered,
    held,
    in_order,
    lead_field,
    names_of,
    spelt,
)
from leadctl.reports.moves import Ladder
from leadctl.reports.shape import Chart, Figure, Question, Report, Row
from leadctl.wording import count_of

if TYPE_CHECKING:
    from leadctl.store import Store

_NEVER = 1 << 23
"""A day after the last of the year 9999."""


class _Way:
    """The leads of one group: how many ever reached each step, and after how many days."""

    def __init__(self, steps: int) -> None:
        self.reached = [0] * steps
        self.days = [Spread() for _ in range(steps)]
        self.time_errors = [0] * steps

    def reach(self, steps: range, leads: int) -> None:
        """Count leads, less of them if there are fewer than none, as having reached some steps."""
        for step in steps:
            self.reached[step] += leads

    def took(self, step: int, days: Mapping[int | None, int]) -> None:
        """Count the days to a step, where they are known, of as many leads each."""
        counts = self.days[step].counts
        for day, leads in days.items():
            if day is None:
                continue
            if day < 0:
                self.time_errors[step] += leads
            else:
                counts[day] += leads

    def add(self, other: _Way) -> None:
        for step, leads in enumerate(other.reached):
            self.reached[step] += leads
            self.days[step].counts.update(other.days[step].counts)
            self.time_errors[step] += other.time_errors[step]

    def rows(self, names: tuple[str, ...]) -> list[Row]:
        """Return the row of each step; its leads are those who got there or further."""
        leads = self.reached[0]
        rows = []
        for step, name in enumerate(names):
            reached, before = self.reached[step], self.reached[max(step - 1, 0)]
            rows.append(
                {
                    "status": name,
                    "reached": reached,
                    "leads": leads,
                    **rates("rate", reached, leads),
                    "of_step": before,
                    **rates("step_rate", reached, before),
                    "median_days": self.days[step].median,
                    "timed": len(self.days[step]),
                    "time_errors": self.time_errors[step],
                }
            )
        return rows


def report(store: Store, question: Question) -> Report:
    """Return how many leads of the period were ever in each status or a later one.

    Lost and junk are not later; a lead that went back a status has reached the one it left.
    `rate` is of all leads, `step_rate` of those who reached the step before (`of_step`). Days are
    counted from creation to the first day on the step or further, where that day is known
    (`timed`): what a lead was when it came, as out of a file, has none, save on the first step, nor
    has a step of which only the deal says that it was reached.
    """
    ladder = Ladder(question.settings)
    groups = _groups(store, question, ladder)
    further = by_figures(question, "status")
    rows: list[Row] = []
    whole = _Way(len(ladder.steps))
    for (part,), of in groups.items():
        whole.add(of)
        for row in of.rows(ladder.steps) if further else ():
            rows.append({"status": row["status"], further[0].name: part, **row})
    if not further:
        rows = whole.rows(ladder.steps)
    keys = ("status", *(figure.name for figure in further))
    errors = sum(whole.time_errors)
    notes = (
        [f"{count_of(errors, 'step')} before the lead was created, without days"] if errors else []
    )
    return Report(
        "funnel",
        "Funnel",
        (
            Figure("status", "reached", "word", keep=9),
            *further,
            Figure("reached", "leads", keep=9),
            Figure("leads", "of", more=True),
            Figure("rate", "of all", "rate", keep=8, of=("reached", "leads")),
            Figure("rate_low", "of all from", "rate", more=True),
            Figure("rate_high", "of all to", "rate", more=True),
            Figure("of_step", "of the step before", more=True),
            Figure("step_rate", "of those before", "rate", keep=7, of=("reached", "of_step")),
            Figure("step_rate_low", "of those from", "rate", more=True),
            Figure("step_rate_high", "of those to", "rate", more=True),
            Figure("median_days", "median days", "days", keep=6),
            Figure("timed", "timed", more=True),
            Figure("time_errors", "time errors", more=True),
        ),
        keys,
        in_order(rows, keys, {"status": ladder.steps}),
        notes=notes,
        chart=Chart("bars", "status", "reached"),
        empty="no such lead",
    )


def _groups(store: Store, question: Question, ladder: Ladder) -> Groups[_Way]:
    groups = Groups(lambda: _Way(len(ladder.steps)), names_of(question.by, store))
    _add_leads(store, question, ladder, groups)
    join, part = meant.leads(store, question.leads, _by(store, question), "m.lead_id")
    _add_moves(store, question, ladder, groups, join, part)
    _add_deals(store, question, ladder, groups, join, part)
    return groups


def _add_leads(store: Store, question: Question, ladder: Ladder, groups: Groups[_Way]) -> None:
    """Count all leads as having reached the status that they are in."""
    where, bound = question.leads.sql()
    by = _by(store, question)
    source = f"lead WHERE {where}"
    # The index of statuses alone is narrower than the one that has them behind sources.
    order = "status" if (where, by) == ("1", NONE) else first_by(store, NONE, "status")
    found = counted(store, question.leads, {"status": "status"}, source, bound, (), order, by)
    for row in found:
        of, leads = groups[(row["part"],)], row["leads"]
        of.reach(range(ladder.place(row["status"]) + 1), leads)
        of.took(0, {0: leads})


def _add_moves(
    store: Store, question: Question, ladder: Ladder, groups: Groups[_Way], join: str, part: str
) -> None:
    """Count leads with a history by it: as what they came, then each step at the first time."""
    names = ("part", "route", "after", "now", "converted")
    found: dict[tuple[Any, ...], Counter[int | None]] = defaultdict(Counter)
    of_move = itemgetter(*names)
    for row in moves.counted(store, question.leads, (*names[1:], "days"), join, part):
        found[of_move(row)][row["days"]] += row["leads"]
    for (within, route, after, now, converted), days in found.items():
        of, leads = groups[(within,)], days.total()
        before = ladder.of_route(route)
        if now is not None:
            of.reach(range(ladder.place(now) + 1), -leads)
            of.reach(range(before + 1), leads)
        if converted:
            got = timed = ladder.converted
        else:
            got = before if after is None else ladder.place(after)
            # Without a conversion nobody knows when a lead was converted.
            timed = min(got, ladder.converted - 1)
        of.reach(range(before + 1, got + 1), leads)
        for step in range(before + 1, timed + 1):
            of.took(step, days)
        if converted and before >= ladder.converted:
            of.took(ladder.converted, days)


def _add_deals(
    store: Store, question: Question, ladder: Ladder, groups: Groups[_Way], join: str, part: str
) -> None:
    """Count leads with a deal, and with one that was won, by their first; and who was not converted."""
    stages = dealing.Stages(question.settings.stages)
    lead = dealing.lead_of(store)
    outer = "" if past.is_made(store) else "LEFT"
    # Most leads with a deal were converted, and their day of creation stands in the log of moves.
    # Each sum of a group costs: a won deal that was closed on no known day has one after all others.
    found = store.query_leads(
        f"""WITH dealt AS (
            SELECT {lead} AS lead_id, min(d.created_day) AS day,
                min(coalesce(day_of(d.closed_at), {_NEVER})) FILTER (WHERE {stages.won}) AS won_day,
                {moves.creation_day(store, lead)} AS born
            FROM deals AS d GROUP BY 1
        ), timed AS (
            SELECT {part} AS part, m.day, m.won_day, coalesce(m.born, l.created_day) AS born,
                CASE WHEN l.converted_at IS NULL THEN l.id END AS unconverted,
                CASE WHEN l.converted_at IS NULL THEN l.status END AS status
            FROM dealt AS m {outer} JOIN leads AS l
                ON l.id = CASE WHEN m.born IS NULL THEN m.lead_id END {join}
            WHERE m.born IS NOT NULL OR l.id IS NOT NULL)
        SELECT {spelt("part")} AS part,
            {gathered("min(day, coalesce(won_day, day)) - born")} AS dealt,
            {gathered(f"nullif(won_day, {_NEVER}) - born")} FILTER (WHERE won_day IS NOT NULL) AS won,
            {gathered("json_array(unconverted, status)")}
                FILTER (WHERE unconverted IS NOT NULL) AS others
        FROM timed {"" if part == NONE else "GROUP BY part"}""",
        stages.bound,
    )
    others = [dict(held(row["others"])) for row in found]
    routes = _routes(store, {lead for of in others for lead in of})
    for row, statuses in zip(found, others, strict=True):
        of = groups[(row["part"],)]
        dealt, won = held(row["dealt"]), held(row["won"])
        of.took(ladder.deal, Counter(dealt))
        of.took(ladder.won, Counter(won))
        of.reach(range(ladder.won, ladder.won + 1), len(won))
        of.reach(range(ladder.converted + 1, ladder.deal + 1), len(dealt) - len(statuses))
        for lead, status in statuses.items():
            before = ladder.of_route(routes.get(lead) or status)
            of.reach(range(before + 1, ladder.deal + 1), 1)


def _routes(store: Store, leads: set[int]) -> dict[int, str]:
    """Return the statuses that leads with a history have been in; the log is read at most once."""
    if not leads:
        return {}
    rows = store.query_leads(
        f"""SELECT lead_id, route || '{BETWEEN}' || after AS route FROM status_moves
        WHERE lead_id IN (SELECT value FROM json_each(:leads))
        ORDER BY lead_id, number""",
        {"leads": str(sorted(leads))},
    )
    return {row["lead_id"]: row["route"] for row in rows}


def _by(store: Store, question: Question) -> str:
    return lead_field(question.by, store.fields, "status")
