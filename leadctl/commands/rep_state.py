"""Whether a rep is there, in words, and what is to go back to those who are there again."""

from __future__ import annotations

import shlex
from typing import Any

from leadctl.rules.attendance import is_on_leave
from leadctl.stored import day_of_number
from leadctl.wording import count_of


def state(leadctl: Any, rep: Any) -> str:
    """Return `active`, `on leave` or `removed`, as of today."""
    if not rep["active"]:
        return "removed"
    return "on leave" if is_on_leave(rep, leadctl.today()) else "active"


def on_leave(leadctl: Any, rep: Any) -> str:
    """Return `on leave until 1 Dec`, or nothing for a rep who is there today."""
    if not is_on_leave(rep, leadctl.today()):
        return ""
    until = rep["away_until"]
    return "on leave" + ("" if until is None else f" until {day_in_words(leadctl, until)}")


def due_back(store: Any) -> list[str]:
    """Return the commands by which those who are back again get what they handed over."""
    return [
        f"{count_of(records, 'record')} of {rep} {'is' if records == 1 else 'are'} due back:"
        f" leadctl rep back {shlex.quote(rep)} --return"
        for rep, records in store.due_back().items()
    ]


def state_in_words(leadctl: Any, rep: Any) -> str:
    """Return a rep's state with the days of a leave, one to come as well."""
    first, last = rep["away_from"], rep["away_until"]
    if state(leadctl, rep) != "active":
        return on_leave(leadctl, rep) if rep["active"] else "removed"
    if first is None or first <= leadctl.today():
        return "active"
    until = "" if last is None else f" until {day_in_words(leadctl, last)}"
    return f"active, on leave from {day_in_words(leadctl, first)}{until}"


def day_in_words(leadctl: Any, day: int) -> str:
    """Return a day as `1 Dec`, with its year if that is not this one."""
    date, today = day_of_number(day), day_of_number(leadctl.today())
    return f"{date.day} {date:%b}" + ("" if date.year == today.year else f" {date.year}")


def iso(day: int | None) -> str | None:
    """Return a stored day as scripts read it."""
    return None if day is None else day_of_number(day).isoformat()
