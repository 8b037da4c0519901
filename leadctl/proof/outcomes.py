"""The leads whose outcome is known, and the moment before it at which each is looked at."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from statistics import median_low
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from leadctl import past
from leadctl.errors import BadDataError
from leadctl.stored import among, day_number, from_stamp, stamp

if TYPE_CHECKING:
    from collections.abc import Callable

    from leadctl.config import Settings
    from leadctl.lead_view import RecordFilter
    from leadctl.rules.scoring import ScoreRules
    from leadctl.store import Store

FEWEST = 30
"""Of either outcome there must be so many, or every figure would be chance."""
FOLDS = 10
"""Chances are given to a tenth of the leads from what became of the others."""

SET_BY_OUTCOMES: Mapping[str, str] = {
    "status": "is what a conversion or a loss sets",
    "converted_at": "is set by a conversion",
    "contact_id": "is set by a conversion",
    "account_id": "is set by a conversion",
    "deal_id": "is set by a conversion",
    "lost_reason": "is set by a loss",
    "account_owner": "comes from an account that the conversion may have made",
    "updated_at": "moves with a conversion",
    "version": "moves with a conversion",
}
"""Field that knows the outcome -> why, so that a rule that reads it proves nothing."""


_MADE_OF: Mapping[str, tuple[str, ...]] = {
    "has_email": ("email",),
    "email_domain": ("email",),
    "is_free_mail": ("email",),
    "has_phone": ("phone", "mobile"),
    "company_domain": ("website", "email"),
    "full_name": ("first_name", "last_name"),
}
"""Field that is worked out -> the fields that people set of which it is made."""


def facts_read(store: Store, fields: Collection[str]) -> list[str]:
    """Return the fields that people set among these, and those of which the others are made."""
    set_by_people = {field.name for field in store.fields.of("lead")} - {"created_at"}
    parts = {part for field in fields for part in _MADE_OF.get(field, (field,))}
    return sorted(parts & set_by_people)


class Outcomes(NamedTuple):
    """How many leads are looked at, how they ended, and what is less certain about them.

    `too_soon` were decided before they could be looked at. `undated` are lost without a date: they
    are looked at `undated_days` after their creation, as half of the others are at the latest.
    `first_known` are looked at before the history of their fields begins. `hindsight` is how many
    of their activities were written down after the moment by which they had happened.
    """

    converted: int
    lost: int
    too_soon: int
    undated: int
    undated_days: int
    first_known: int
    hindsight: int

    @property
    def all(self) -> int:
        """How many leads are looked at."""
        return self.converted + self.lost

    @property
    def enough(self) -> bool:
        """Whether there are enough of either outcome to say anything."""
        return min(self.converted, self.lost) >= FEWEST


class _Case(NamedTuple):
    """A lead with a known outcome; `at` is when it was decided, None if nobody knows."""

    lead: int
    converted: bool
    created: str
    at: str | None


def refuse_leaks(rules: ScoreRules) -> None:
    """Raise BadDataError, naming rule and field, if a rule reads what the outcome sets."""
    for rule in rules.rules:
        for field in sorted(
            (rule.when.reads if rule.when else frozenset()) & SET_BY_OUTCOMES.keys()
        ):
            raise BadDataError(
                f'{rules.path}: [[score]] "{rule.name}" reads {field}, which'
                f" {SET_BY_OUTCOMES[field]}: it would know the outcome",
                f'leave the rule out of the test: --without "{rule.name}"',
            )


@contextmanager
def looked_at(
    store: Store,
    settings: Settings,
    wanted: RecordFilter,
    *,
    before: timedelta,
    now: datetime,
    dated: bool = False,
) -> Iterator[Outcomes]:
    """Let the block read the leads of known outcome as they were so long `before` it.

    Converted leads are decided when they were converted, leads of a lost status when the history
    saw them get it. Junk is no outcome: nobody tried to sell to it. The temporary table `outcomes`
    says of each `lead_id` whether it `converted` (1 or 0), and its `fold`. With `dated` leads that
    were lost nobody knows when are left out.
    """
    cases = _cases(store, settings, wanted)
    moments, outcomes = _moments(cases, before, now, dated)
    day = _day_in(settings)
    store.connection.execute("DROP TABLE IF EXISTS temp.outcomes")
    store.connection.execute(
        """CREATE TEMP TABLE outcomes (lead_id INTEGER PRIMARY KEY, converted INTEGER NOT NULL,
        fold INTEGER NOT NULL, at TEXT NOT NULL, day INTEGER NOT NULL)"""
    )
    store.connection.executemany(
        "INSERT INTO temp.outcomes VALUES (?, ?, ?, ?, ?)",
        (
            (case.lead, int(case.converted), fold, stamp(moment), day(moment))
            for fold, (case, moment) in _dealt(moments)
        ),
    )
    try:
        query = "SELECT lead_id, at, day FROM temp.outcomes"
        with past.leads_at(store, settings, query) as then:
            yield outcomes._replace(first_known=then.imported, hindsight=_hindsight(store))
    finally:
        store.connection.execute("DROP TABLE IF EXISTS temp.outcomes")


def _hindsight(store: Store) -> int:
    """Return how many activities that had happened by then were written down only later."""
    found: int = store.value(
        """SELECT count(*) FROM main.operations AS p
        CROSS JOIN main.creations AS n ON n.operation = p.id AND n.kind = 'activity'
        CROSS JOIN main.activities AS a ON a.id BETWEEN n.first_id AND n.last_id
        JOIN temp.outcomes AS o ON o.lead_id = a.lead_id AND a.at <= o.at AND p.at > o.at
        WHERE p.undoes IS NULL"""
    )
    return found


def _cases(store: Store, settings: Settings, wanted: RecordFilter) -> list[_Case]:
    lost, names = among("lost", settings.of_role("lost"))
    where, bound = wanted.sql()
    # Who was lost, reopened and lost again was lost the second time.
    dates = store.query(
        f"""SELECT c.record, max(o.at) AS at FROM changes AS c
        JOIN operations AS o ON o.id = c.operation
        WHERE c.kind = 'lead' AND c.field = 'status' AND c.after IN ({lost})
        AND c.undone_by IS NULL AND o.undoes IS NULL GROUP BY c.record""",
        names,
    )
    lost_at = {row["record"]: row["at"] for row in dates}
    rows = store.query_leads(
        f"""SELECT id, created_at, converted_at FROM lead
        WHERE (converted_at IS NOT NULL OR status IN ({lost})) AND ({where}) ORDER BY id""",
        {**names, **bound},
    )
    return [
        _Case(
            row["id"],
            row["converted_at"] is not None,
            row["created_at"],
            row["converted_at"] or lost_at.get(row["id"]),
        )
        for row in rows
    ]


def _moments(
    cases: list[_Case], before: timedelta, now: datetime, dated: bool
) -> tuple[list[tuple[_Case, datetime]], Outcomes]:
    """Return the moment at which each is looked at, of those who were there then."""
    time = cache(from_stamp)
    known = [(case, time(case.at) - before) for case in cases if case.at]
    early = [(case, moment) for case, moment in known if moment >= time(case.created)]
    ages = [moment - time(case.created) for case, moment in early]
    age = median_low(ages) if ages else timedelta()
    rest = [] if dated else [case for case in cases if not case.at]
    later = [(case, time(case.created) + age) for case in rest]
    later = [(case, moment) for case, moment in later if moment <= now]
    chosen = sorted([*early, *later], key=lambda each: each[0].lead)
    converted = sum(case.converted for case, _ in chosen)
    too_soon = len(known) - len(early) + len(rest) - len(later)
    return chosen, Outcomes(
        converted,
        len(chosen) - converted,
        too_soon,
        len(later),
        age.days,
        first_known=0,
        hindsight=0,
    )


def _dealt(
    moments: list[tuple[_Case, datetime]],
) -> Iterator[tuple[int, tuple[_Case, datetime]]]:
    """Yield each with its fold: either outcome is dealt evenly, in an order that means nothing."""
    shuffled = sorted(moments, key=lambda each: crc32(str(each[0].lead).encode()))
    for converted in (True, False):
        of_outcome = (each for each in shuffled if each[0].converted is converted)
        for number, each in enumerate(of_outcome):
            yield number % FOLDS, each


def _day_in(settings: Settings) -> Callable[[datetime], int]:
    return lambda moment: day_number(moment.astimezone(settings.zone).date())
