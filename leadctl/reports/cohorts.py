"""Leads by when they were created, and how long after it they were converted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from leadctl.reports.figures import rates
from leadctl.reports.grouping import (
    NONE,
    Groups,
    by_figures,
    counted,
    first_by,
    in_index,
    in_order,
    lead_field,
    names_of,
)
from leadctl.reports.period import moved, start_of, step_of, steps_between
from leadctl.reports.shape import Chart, Figure, Question, Report, Row
from leadctl.reports.survival import Survival
from leadctl.stored import day_number, day_of_number
from leadctl.wording import count_of

if TYPE_CHECKING:
    from leadctl.lead_view import RecordFilter
    from leadctl.store import Store


class _Cohort:
    """The leads created in one step of time: conversions by how many steps later they were."""

    def __init__(self) -> None:
        self.first_day = 0
        self.leads = self.converted = self.time_errors = 0
        self.after: Counter[int] = Counter()
        self.survival = Survival()

    def add(self, other: _Cohort) -> None:
        self.leads += other.leads
        self.converted += other.converted
        self.time_errors += other.time_errors
        self.after.update(other.after)
        self.survival.add(other.survival)


def report(store: Store, question: Question) -> Report:
    """Return the leads by the month (or other step) of their creation.

    `by_month` has the leads that were converted in the month of their creation, in the next one and
    so on, by calendar; None stands for what is yet to come. A cohort is `open` while the last of
    these steps is not over for it. `estimate` is the share that will have been converted after
    `followed_days`, by Kaplan and Meier, and `usual` the same estimate over all cohorts at that
    age: a young cohort is to be compared with it, and not with the rate of an old one. A conversion
    before the creation is in `converted` alone (`time_errors`).
    """
    cohorts = _cohorts(store, question)
    each = question.each
    whole = _Cohort()
    for of in cohorts.values():
        whole.add(of)
    width = max(whole.after, default=0) + 1
    further = by_figures(question, "cohort")
    keys = ("cohort", *(figure.name for figure in further))
    rows: list[Row] = []
    for key, of in cohorts.items():
        series = _series(of, width, question)
        row = {**dict(zip(keys, key, strict=False)), **_figures(of, whole, series, each)}
        rows.append({**row, "open": None in series or _is_open(of, width, question)})
    total = _figures(whole, whole, [whole.after[n] for n in range(width)], each)
    if question.cumulative:
        for row in (*rows, total):
            row[f"by_{each}"] = _summed(row[f"by_{each}"])
    notes = [f"percent of the cohort, by {each}s since its own (0)"]
    if any(row["open"] for row in rows):
        notes.append(
            "open cohorts go on (·): compare their estimate with what is usual at their age"
        )
    if whole.time_errors:
        notes.append(f"{count_of(whole.time_errors, 'lead')} converted before being created")
    return Report(
        "cohorts",
        f"Leads by {each} of creation",
        (
            Figure("cohort", "created", "period", keep=9),
            *further,
            Figure("leads", "leads", keep=9),
            Figure("converted", "converted", keep=6),
            Figure("conversion_rate", "rate", "rate", keep=8, of=("converted", "leads")),
            Figure("conversion_rate_low", "rate from", "rate", more=True),
            Figure("conversion_rate_high", "rate to", "rate", more=True),
            Figure("open", "open", "flag", keep=5),
            Figure("estimate", "estimate", "rate", keep=7),
            Figure("usual", "usual", "rate", keep=4),
            Figure("followed_days", "followed", "days", more=True),
            Figure(f"by_{each}", f"converted after {each}s", "series", keep=3),
            Figure("time_errors", "time errors", more=True),
        ),
        keys,
        in_order([_ordered(row, keys, each) for row in rows], keys, {}),
        _ordered({**dict.fromkeys(keys), **total, "open": None}, keys, each),
        notes,
        Chart("heat", "cohort", f"by_{each}", [str(step) for step in range(width)], "leads"),
        empty="no such lead",
    )


def _figures(of: _Cohort, whole: _Cohort, series: list[int | None], each: str) -> Row:
    followed = of.survival.followed
    return {
        "leads": of.leads,
        "converted": of.converted,
        **rates("conversion_rate", of.converted, of.leads),
        "estimate": of.survival.rate_at(followed),
        "usual": whole.survival.rate_at(followed),
        "followed_days": followed,
        f"by_{each}": series,
        "time_errors": of.time_errors,
    }


def _ordered(row: Row, keys: tuple[str, ...], each: str) -> Row:
    """Return a row with its columns in their order."""
    names = (
        *keys,
        *("leads", "converted", "conversion_rate", "conversion_rate_low", "conversion_rate_high"),
        *("open", "estimate", "usual", "followed_days", f"by_{each}", "time_errors"),
    )
    return {name: row[name] for name in names}


def _series(of: _Cohort, width: int, question: Question) -> list[int | None]:
    """Return the conversions of each step after creation, None for steps that have not begun."""
    first = start_of(question.each, day_of_number(of.first_day))
    return [
        of.after[step]
        if of.after[step] or day_number(moved(first, question.each, step)) <= question.today
        else None
        for step in range(width)
    ]


def _is_open(of: _Cohort, width: int, question: Question) -> bool:
    first = start_of(question.each, day_of_number(of.first_day))
    return day_number(moved(first, question.each, width)) > question.today


def _summed(series: list[int | None]) -> list[int | None]:
    """Return each step with those before it."""
    so_far, summed = 0, []
    for step in series:
        so_far += step or 0
        summed.append(None if step is None else so_far)
    return summed


def _cohorts(store: Store, question: Question) -> Groups[_Cohort]:
    wanted, each = question.leads, question.each
    where, bound = wanted.sql()
    by = lead_field(question.by, store.fields)
    found = _by_day(store, wanted, where, bound, by)

    @cache
    def name_of(day: int) -> str:
        return step_of(each, day)

    first = min((row["created_day"] for row in found), default=question.today)
    last = max((row["converted"] or row["created_day"] for row in found), default=first)
    places = {
        name: place for place, name in enumerate(steps_between(each, first, max(first, last)))
    }
    cohorts = Groups(_Cohort, names_of(question.by, store))
    for row in found:
        created, converted, leads = row["created_day"], row["converted"], row["leads"]
        of = cohorts[name_of(created), row["part"]]
        of.first_day = created
        of.leads += leads
        if converted is None:
            of.survival.waiting[max(0, question.today - created)] += leads
            continue
        of.converted += leads
        if converted < created:
            of.time_errors += leads
        else:
            of.after[places[name_of(converted)] - places[name_of(created)]] += leads
            of.survival.converted[converted - created] += leads
    return cohorts


def _by_day(
    store: Store, wanted: RecordFilter, where: str, bound: Mapping[str, Any], by: str
) -> list[Row]:
    """Return how many leads were created on each day, and `converted` on which."""
    if by != NONE or not in_index(store, wanted):
        day = "CASE WHEN converted_at IS NOT NULL THEN day_of(converted_at) END"
        columns = {"created_day": "created_day", "converted": day}
        return [*counted(store, wanted, columns, f"lead WHERE {where}", bound, part=by)]
    return store.query_leads(
        f"""SELECT NULL AS part, created_day, day_of(converted_at) AS converted, sum(leads) AS leads
        FROM (SELECT created_day, converted_at, count(*) AS leads FROM lead WHERE {where}
            GROUP BY {first_by(store, by, "converted_at")}) AS counted
        GROUP BY created_day, converted""",
        bound,
    )
