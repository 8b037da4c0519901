"""How many leads ever reached each status, and on to a deal and to one that was won."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

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

    def took(self, step: int, days: int | None, leads: int) -> None:
        """Count the days to a step, if they are known."""
        if days is None:
            return
        if days < 0:
            self.time_errors[step] += leads
        else:
            self.days[step].add(days, leads)

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
        of.days[0].add(0, leads)


def _add_moves(
    store: Store, question: Question, ladder: Ladder, groups: Groups[_Way], join: str, part: str
) -> None:
    """Count leads with a history by it: as what they came, then each step at the first time."""
    names = ("route", "after", "now", "converted", "days")
    for row in moves.counted(store, question.leads, names, join, part):
        of, leads = groups[(row["part"],)], row["leads"]
        before = ladder.of_route(row["route"])
        if row["now"] is not None:
            of.reach(range(ladder.place(row["now"]) + 1), -leads)
            of.reach(range(before + 1), leads)
        if row["converted"]:
            got = timed = ladder.converted
        else:
            got = before if row["after"] is None else ladder.place(row["after"])
            # Without a conversion nobody knows when a lead was converted.
            timed = min(got, ladder.converted - 1)
        of.reach(range(before + 1, got + 1), leads)
        for step in range(before + 1, timed + 1):
            of.took(step, row["days"], leads)
        if row["converted"] and before >= ladder.converted:
            of.took(ladder.converted, row["days"], leads)


def _add_deals(
    store: Store, question: Question, ladder: Ladder, groups: Groups[_Way], join: str, part: str
) -> None:
    """Count leads with a deal, and with one that was won, by their first; and who was not converted."""
    stages = dealing.Stages(question.settings.stages)
    lead = dealing.lead_of(store)
    outer = "" if past.is_made(store) else "LEFT"
    # Most leads with a deal were converted, and their day of creation stands in the log of moves.
    found = store.query_leads(
        question.leads,
        f"""WITH dealt AS (
            SELECT {lead} AS lead_id, max({stages.won}) AS is_won,
                min(d.created_day) AS day,
                min(CASE WHEN {stages.won} THEN day_of(d.closed_at) END) AS won_day,
                {moves.creation_day(store, lead)} AS born
            FROM deals AS d GROUP BY 1
        ), timed AS (
            SELECT {part} AS part, m.is_won, m.day - coalesce(m.born, l.created_day) AS days,
                m.won_day - coalesce(m.born, l.created_day) AS won_days,
                CASE WHEN l.converted_at IS NULL THEN l.id END AS unconverted,
                CASE WHEN l.converted_at IS NULL THEN l.status END AS status
            FROM dealt AS m {outer} JOIN leads AS l
                ON l.id = CASE WHEN m.born IS NULL THEN m.lead_id END {join}
            WHERE m.born IS NOT NULL OR l.id IS NOT NULL)
        SELECT {spelt("part")} AS part,
            {gathered("days")} FILTER (WHERE NOT is_won AND unconverted IS NULL) AS open,
            {gathered("json_array(is_won, days, won_days, unconverted, status)")}
                FILTER (WHERE is_won OR unconverted IS NOT NULL) AS others
        FROM timed {"" if part == NONE else "GROUP BY part"}""",
        stages.bound,
    )
    others = {row["part"]: Counter(map(tuple, held(row["others"]))) for row in found}
    routes = _routes(store, {each[3] for of in others.values() for each in of} - {None})
    for row in found:
        of = groups[(row["part"],)]
        for days, leads in Counter(held(row["open"])).items():
            of.reach(range(ladder.converted + 1, ladder.deal + 1), leads)
            of.took(ladder.deal, days, leads)
        for (is_won, days, won_days, unconverted, status), leads in others[row["part"]].items():
            route = routes.get(unconverted) or status
            before = ladder.converted if route is None else ladder.of_route(route)
            of.reach(range(before + 1, (ladder.won if is_won else ladder.deal) + 1), leads)
            of.took(ladder.deal, _earlier(days, won_days), leads)
            of.took(ladder.won, won_days, leads)


def _routes(store: Store, leads: set[int]) -> dict[int, str]:
    """Return the statuses that leads with a history have been in; the log is read at most once."""
    if not leads:
        return {}
    rows = store.query(
        f"""SELECT lead_id, route || '{BETWEEN}' || after AS route FROM status_moves
        WHERE lead_id IN (SELECT value FROM json_each(:leads))
        ORDER BY lead_id, number""",
        {"leads": str(sorted(leads))},
    )
    return {row["lead_id"]: row["route"] for row in rows}


def _earlier(*days: int | None) -> int | None:
    return min((day for day in days if day is not None), default=None)


def _by(store: Store, question: Question) -> str:
    return lead_field(question.by, store.fields, "status")
