"""How many leads ever reached each status, and on to a deal and to one that was won."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadctl.reports import dealing
from leadctl.reports.figures import Spread, rates
from leadctl.reports.grouping import Groups, by_figures, in_order, lead_field
from leadctl.reports.moves import DECIDED, MOVES, Ladder
from leadctl.reports.shape import Chart, Figure, Question, Report, Row
from leadctl.wording import count_of

if TYPE_CHECKING:
    from leadctl.store import Store


class _Way:
    """The leads of one group: on which step each got to, and after how many days."""

    def __init__(self, steps: int) -> None:
        self.highest = [0] * steps
        self.days = [Spread() for _ in range(steps)]
        self.time_errors = [0] * steps

    def add(self, other: _Way) -> None:
        for step, leads in enumerate(other.highest):
            self.highest[step] += leads
            self.days[step].counts.update(other.days[step].counts)
            self.time_errors[step] += other.time_errors[step]

    def rows(self, names: tuple[str, ...]) -> list[Row]:
        """Return the row of each step; its leads are those who got there or further."""
        leads = sum(self.highest)
        rows = []
        for step, name in enumerate(names):
            reached = sum(self.highest[step:])
            before = sum(self.highest[max(step - 1, 0) :])
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
    (`timed`): what a lead was when it came, as out of a file, has none, save on the first step.
    """
    ladder = Ladder(question.settings)
    groups = _groups(store, question, ladder)
    further = by_figures(question.by, "status")
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
    groups = Groups(lambda: _Way(len(ladder.steps)))
    on_the_way = range(1, ladder.converted)
    for row in _found(store, question, ladder):
        of, leads = groups[(row["part"],)], row["leads"]
        of.highest[row["highest"]] += leads
        of.days[0].add(0, leads)
        facts = {
            ladder.converted: row["converted"],
            ladder.deal: row["deal"],
            ladder.won: row["won"],
        }
        moved = {step: row[f"day{step}"] for step in on_the_way if row["came"] < step}
        for step in (*moved, *facts):
            # Who got further on an earlier day has got here on that day.
            later = [day for place, day in facts.items() if place >= step]
            days = [day for day in (moved.get(step), *later) if day is not None]
            if not days:
                continue
            if min(days) < 0:
                of.time_errors[step] += leads
            else:
                of.days[step].add(min(days), leads)
    return groups


def _found(store: Store, question: Question, ladder: Ladder) -> list[Row]:
    """Return the leads counted by where they came, how far they got, and after how many days."""
    wanted = question.leads
    where, bound = wanted.sql()
    stages = dealing.Stages(question.settings.stages)
    by = "NULL" if question.by == "status" else lead_field(question.by, store.fields)
    steps = range(1, ladder.converted)
    # A conversion has a time of its own, which need not be that of its move.
    # `came` is the place before the first of a lead's moves: operations count up.
    first_days = "".join(
        f", min(CASE WHEN later BETWEEN {n} AND {ladder.converted - 1} THEN day END) AS day{n}"
        for n in steps
    )
    days = "".join(f", moved.day{n} - lead.created_day AS day{n}" for n in steps)
    places = ", ".join(str(place) for place in range(2, 7 + len(steps)))
    return store.query_leads(
        wanted,
        f"""WITH {DECIDED}, moves AS (
            SELECT c.record AS lead, c.operation, {ladder.place("c.before")} AS earlier,
                {ladder.place("c.after")} AS later, o.day FROM {MOVES}),
        moved AS MATERIALIZED (
            SELECT lead, min(operation * 100 + earlier) % 100 AS came,
                max(max(earlier, later)) AS highest{first_days}
            FROM moves GROUP BY lead),
        dealt AS MATERIALIZED (
            SELECT CAST({dealing.LEAD_OF} AS INTEGER) AS lead, max({stages.won}) AS is_won,
                min(d.created_day) AS day,
                min(CASE WHEN {stages.won} THEN day_of(d.closed_at) END) AS won_day
            FROM deals AS d GROUP BY 1)
        SELECT min(lead.part COLLATE BINARY) AS part, coalesce(moved.came, lead.place) AS came,
            max(lead.place, CASE WHEN lead.converted IS NULL THEN 0 ELSE {ladder.converted} END,
                coalesce(moved.highest, 0), CASE WHEN dealt.lead IS NULL THEN 0
                WHEN dealt.is_won THEN {ladder.won} ELSE {ladder.deal} END) AS highest,
            lead.converted, dealt.day - lead.created_day AS deal,
            dealt.won_day - lead.created_day AS won{days}, count(*) AS leads
        FROM (SELECT id, {by} AS part, created_day, {ladder.place("status")} AS place,
                day_of(converted_at) - created_day AS converted
            FROM lead WHERE {where}) AS lead
        LEFT JOIN moved ON moved.lead = lead.id LEFT JOIN dealt ON dealt.lead = lead.id
        GROUP BY lead.part, {places}""",
        {**bound, **ladder.bound, **stages.bound},
    )
