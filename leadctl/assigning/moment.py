"""The moment at which leads are dealt, as leave, working hours and caps look at it."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

from leadctl.stored import day_number, stamp


class Moment(NamedTuple):
    """A moment in the settings' zone.

    `today` is a day number, `weekday` 1 for Monday, `minute` that of the day; `day` and `week` say
    since when a day's and a week's caps count, as stored times.
    """

    today: int
    weekday: int
    minute: int
    day: str
    week: str

    @classmethod
    def of(cls, now: datetime, zone: tzinfo) -> Moment:
        """Return what a time is in a zone; weeks begin on Monday."""
        here = now.astimezone(zone)
        midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
        return cls(
            today=day_number(here.date()),
            weekday=here.isoweekday(),
            minute=here.hour * 60 + here.minute,
            day=stamp(midnight),
            week=stamp(midnight - timedelta(days=here.isoweekday() - 1)),
        )
