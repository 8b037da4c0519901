"""The moments and days that options give, in the settings' zone."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from leadctl.errors import UsageError
from leadctl.stored import day_number, day_of_number, from_stamp, stamp
from leadctl.values import parse_when

if TYPE_CHECKING:
    from leadctl.app import App


def moment(app: App, written: str, flag: str, hint: str | None = None) -> str:
    """Return a time that an option gives as stored (UTC); UsageError names the option."""
    try:
        return stamp(parse_when(written, app.now(), app.settings.zone))
    except ValueError as error:
        raise UsageError(f"{flag} {written!r} {error}", hint) from None


def past_moment(app: App, written: str, flag: str) -> tuple[str, int]:
    """Return the moment (as stored) and the day of `2026-10-01`, the end of it, or of a time.

    Raises UsageError for what is no time, or one that is still to come.
    """
    at = from_stamp(moment(app, written, flag))
    if re.fullmatch(r"\d{4}-\d\d-\d\d|today|yesterday|\d+[dw]", written.strip().casefold()):
        midnight = at.astimezone(app.settings.zone).replace(hour=0, minute=0, second=0)
        at = midnight + timedelta(days=1, seconds=-1)
        at = min(at, app.now()) if midnight <= app.now() else at
    if at > app.now():
        raise UsageError(f"{flag} {written!r} is still to come", "2026-10-01, yesterday, 30d")
    return stamp(at), day_number(at.astimezone(app.settings.zone).date())


def day(app: App, written: str, flag: str, hint: str | None = None) -> int:
    """Return the day number of a date that an option gives; UsageError names the option."""
    stamped = moment(app, written, flag, hint)
    return day_number(from_stamp(stamped).astimezone(app.settings.zone).date())


def end_of(app: App, day: int) -> str:
    """Return the last second of a day in the settings' zone, as stored."""
    next_day = datetime.combine(day_of_number(day + 1), time(), app.settings.zone)
    # Midnight of the next day in UTC, and a second before it, whatever the clocks do that night.
    return stamp(from_stamp(stamp(next_day)) - timedelta(seconds=1))
