"""Leads to work that wait: never touched, or quiet for a long time, by their owner."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from leadctl.reports import packing, touches
from leadctl.reports.figures import Spread, merged, rates
from leadctl.reports.grouping import Groups, by_figures, in_order, lead_field, rep_names
from leadctl.reports.shape import Chart, Figure, Question, Report, Row
from leadctl.wording import count_of

if TYPE_CHECKING:
    from leadctl.store import Store


_UNTOUCHED = 10_000_000
"""By how much the day of an untouched lead is set back, beyond every date that there is."""


class _Waiting:
    """The leads to work of one owner, by how long each has been waiting."""

    def __init__(self) -> None:
        self.untouched, self.touched = Spread(), Spread()

    def row(self, target: int, stale: int) -> Row:
        untouched, leads = len(self.untouched), len(self.untouched) + len(self.touched)
        overdue = sum(n for days, n in self.untouched.counts.items() if days > target)
        return {
            "leads": leads,
            "untouched": untouched,
            "overdue": overdue,
            **rates("overdue_rate", overdue, leads),
            "stale": sum(n for days, n in self.touched.counts.items() if days > stale),
            "median_days_waiting": merged((self.untouched, self.touched)).median,
            "longest_days_waiting": max(
                (*self.untouched.counts, *self.touched.counts), default=None
            ),
        }


def report(store: Store, question: Question) -> Report:
    """Return the leads to work (open, working, qualified) by owner, and how long they have waited.

    A lead waits since its newest activity, from either side; untouched, whatever it did by itself,
    since it was created. `overdue` are untouched ones beyond `first_touch_days` of `[targets]`,
    `stale` touched ones beyond `stale_days`.
    """
    groups = _groups(store, question)
    targets = question.settings.targets
    further = by_figures(question, "owner")
    keys = ("owner", *(figure.name for figure in further))
    rows = [
        {**dict(zip(keys, key, strict=False)), **of.row(*targets)} for key, of in groups.items()
    ]
    whole = _Waiting()
    whole.untouched = merged(of.untouched for of in groups.values())
    whole.touched = merged(of.touched for of in groups.values())
    return Report(
        "aging",
        "Leads to work that wait",
        (
            Figure("owner", "owner", "word", keep=9),
            *further,
            Figure("leads", "leads", keep=9),
            Figure("untouched", "untouched", keep=7),
            Figure("overdue", "overdue", keep=8),
            Figure("overdue_rate", "part", "rate", keep=4, of=("overdue", "leads")),
            Figure("overdue_rate_low", "part from", "rate", more=True),
            Figure("overdue_rate_high", "part to", "rate", more=True),
            Figure("stale", "stale", keep=7),
            Figure("median_days_waiting", "median wait", "days", keep=5),
            Figure("longest_days_waiting", "longest", "days", keep=4),
        ),
        keys,
        in_order(rows, keys, {}),
        {**dict.fromkeys(keys), **whole.row(*targets)},
        [
            f"overdue: untouched for more than {count_of(targets.first_touch_days, 'day')},"
            f" stale: nothing for more than {count_of(targets.stale_days, 'day')}"
            " ([targets] in leadctl.toml)"
        ],
        Chart("bars", "owner", "overdue"),
        empty="no lead to work",
    )


def _groups(store: Store, question: Question) -> Groups[_Waiting]:
    where, bound = question.to_work.sql()
    by = lead_field(question.by, store.fields, "owner")
    since = f"coalesce(({touches.NEWEST_IF_TOUCHED}), created_day - {_UNTOUCHED})"
    numbers = (packing.record("owner_id"), packing.Number(since, 25, -2 * _UNTOUCHED))
    source = f"lead WHERE {where} ORDER BY id"
    found = packing.tallied(store, numbers, by, source, bound)
    names = rep_names(store)
    groups = Groups(_Waiting)
    # Many days share a group.
    group_of = cache(lambda owner, part: groups[names.get(owner), part])
    for owner, since, part, leads in found:
        of = group_of(owner, part)
        if since < -_UNTOUCHED // 2:
            of.untouched.add(question.today - since - _UNTOUCHED, leads)
        else:
            of.touched.add(question.today - since, leads)
    return groups
