"""What was done: activities by kind, in and out, and with how many leads."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from leadctl.reports import meant
from leadctl.reports.grouping import (
    NONE,
    Groups,
    by_figures,
    counted,
    in_order,
    lead_field,
    names_of,
)
from leadctl.reports.period import step_of, steps_between
from leadctl.reports.shape import Chart, Figure, Question, Report, Row, fold

if TYPE_CHECKING:
    from leadctl.store import Store

TREND = 12
WIDTH = 63
"""How many bits a whole number of SQLite has beside its sign."""


class _Done:
    """The activities of one group."""

    def __init__(self) -> None:
        self.into = self.out = self.leads = 0
        self.steps: Counter[str] = Counter()

    def row(self, steps: list[str]) -> Row:
        return {
            "activities": sum(self.steps.values()),
            "in": self.into,
            "out": self.out,
            "leads": self.leads,
            "trend": [self.steps[step] for step in steps],
        }


def report(store: Store, question: Question) -> Report:
    """Return the activities of the period by kind.

    `in` and `out` are those of a known direction; `leads` counts each lead once, so that the leads
    of all kinds are fewer than their sum. `trend` has the last twelve steps of time. With filters
    the activities of those leads are counted, else all.
    """
    groups, leads = _groups(store, question)
    kinds = question.settings.kinds
    last = question.today if question.period.last is None else question.period.last
    longest = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}[question.each]
    steps = steps_between(question.each, last - longest * TREND, last)[-TREND:]
    further = by_figures(question, "kind")
    keys = ("kind", *(figure.name for figure in further))
    rows = [{**dict(zip(keys, key, strict=False)), **of.row(steps)} for key, of in groups.items()]
    whole = _Done()
    whole.leads = leads
    for of in groups.values():
        whole.into += of.into
        whole.out += of.out
        whole.steps.update(of.steps)
    return Report(
        "activity",
        "Activities by kind",
        (
            Figure("kind", "kind", "word", keep=9),
            *further,
            Figure("activities", "activities", keep=9),
            Figure("in", "in", keep=5),
            Figure("out", "out", keep=5),
            Figure("leads", "leads", keep=7),
            Figure("trend", f"by {question.each}", "series", keep=3),
        ),
        keys,
        in_order(rows, keys, {"kind": kinds}),
        {**dict.fromkeys(keys), **whole.row(steps)},
        chart=Chart("spark", "kind", "trend", steps),
        empty="no activity: leadctl log ID call …",
    )


def _groups(store: Store, question: Question) -> tuple[Groups[_Done], int]:
    by = lead_field(question.by, store.fields, "kind")
    join, part = meant.leads(store, question.filter, by, "a.lead_id", others=True)
    source = f"activities AS a {join} WHERE {_within(question)}"
    found = counted(
        store,
        question.filter,
        {"day": "a.day", "kind": "a.kind", "direction": "a.direction"},
        source,
        _days(question),
        words=("kind",),
        part=part,
        in_order=True,
    )
    groups = Groups(_Done, names_of(question.by, store))
    for row in found:
        of, activities = groups[row["kind"], row["part"]], row["leads"]
        of.into += activities * (row["direction"] == "in")
        of.out += activities * (row["direction"] == "out")
        of.steps[step_of(question.each, row["day"])] += activities
    return groups, _count_leads(store, question, source, part, groups)


def _count_leads(
    store: Store, question: Question, source: str, part: str, groups: Groups[_Done]
) -> int:
    """Count the leads of each group, each once, and return how many they are in all."""
    sums, there, names = _counters(groups)
    touched = (
        f"SELECT {part} AS part{sums} FROM {source} AND a.lead_id IS NOT NULL GROUP BY a.lead_id"
    )
    bound = {**names, **_days(question)}
    leads = 0
    if part == NONE:
        counts = ", ".join(f"coalesce(sum({is_there}), 0) AS {n}" for n, is_there in there.items())
        for row in store.query_leads(
            f"SELECT count(*) AS leads, {counts or 0} FROM ({touched})", bound
        ):
            leads += row["leads"]
            for name, kind in names.items():
                groups[kind, None].leads += row[name]
        return leads
    for row in counted(
        store, question.filter, there, f"({touched}) AS touched", bound, part="touched.part"
    ):
        leads += row["leads"]
        for name, kind in names.items():
            if row[name]:
                groups[kind, row["part"]].leads += row["leads"]
    return leads


def _counters(groups: Groups[_Done]) -> tuple[str, dict[str, str], dict[str, str]]:
    """Return the SQL of what is added up of a lead, of whether a kind is in it, and the kinds.

    A sum counts several kinds at once, each in bits of its own, as many as all activities of the
    kind need. SQLite takes longer to add up by kind than to go through the activities.
    """
    kinds = sorted({fold(kind): kind for (kind, _), _ in groups.items()}.values())
    numbers: Counter[Any] = Counter()
    for (kind, _), of in groups.items():
        numbers[fold(kind)] += of.steps.total()
    names = {f"kind{number}": kind for number, kind in enumerate(kinds)}
    sums: list[str] = []
    there: dict[str, str] = {}
    used = WIDTH
    for name, kind in names.items():
        width = numbers[fold(kind)].bit_length()
        if used + width > WIDTH:
            sums.append("")
            used = 0
        sums[-1] += f" WHEN :{name} THEN {1 << used}"
        bits = ((1 << width) - 1) << used
        there[name] = f"sum{len(sums)} & {bits} <> 0"
        used += width
    added = "".join(
        f", sum(CASE a.kind{cases} ELSE 0 END) AS sum{number}"
        for number, cases in enumerate(sums, start=1)
    )
    return added, there, names


def _within(question: Question) -> str:
    """Return the condition of the activities of the period, as little of it as there is to ask."""
    ends = {">= :first": question.period.first, "<= :last": question.period.last}
    return " AND ".join(f"a.day {end}" for end, day in ends.items() if day is not None) or "1"


def _days(question: Question) -> Row:
    return {"first": question.period.first, "last": question.period.last}
