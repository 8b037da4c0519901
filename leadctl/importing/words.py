"""What people write for a stage, a kind, a direction, a length of time: the values of records."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from leadctl.values import day_number, parse_time, stamp, text

if TYPE_CHECKING:
    from leadctl.config import Settings

Parser = Callable[[str], Any]

DIRECTIONS = {
    **dict.fromkeys(("in", "inbound", "incoming", "received", "missed", "eingehend"), "in"),
    **dict.fromkeys(("out", "outbound", "outgoing", "sent", "ausgehend"), "out"),
}
NEITHER = frozenset(("internal", "none", "-"))
"""Words of other CRMs for what went neither in nor out."""
KINDS_OF_ACTIVITY = {
    "call": ("calls", "phone call", "phone", "telephone", "logged call", "cold call", "anruf"),
    "email": (
        *("e-mail", "mail", "emails", "email sent", "sent email", "list email", "listemail"),
        *("incoming_email", "forwarded_email"),
    ),
    "meeting": ("meetings", "event", "appointment", "demo", "lunch", "termin"),
    "note": ("notes", "comment", "memo", "task", "to-do", "todo", "deadline", "notiz"),
    "visit": ("website visit", "web visit", "site visit", "page view", "visited page"),
    "form": ("form submission", "form submitted", "web form", "webform", "formular"),
    "chat": ("live chat", "sms", "text message", "whatsapp", "message", "linkedin message"),
}
"""Kind of activity -> other CRMs' words for it."""
_WON = ("won", "closedwon", "closed won", "closed - won", "gewonnen")
_LOST = ("lost", "closedlost", "closed lost", "closed - lost", "verloren")
_DONE = frozenset(
    ("1", "true", "yes", "y", "x", "done", "completed", "complete", "closed", "ja", "erledigt")
)
_CLOCK = re.compile(r"(\d{1,4}):(\d{2})(?::(\d{2}))?")
_LENGTH = re.compile(
    r"(?:(\d+)\s*h[a-z]*)?\s*(?:(\d+(?:[.,]\d+)?)\s*m[a-z]*)?\s*(?:(\d+)\s*s[a-z]*)?"
)
_DAY_ONLY = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}\.\d{1,2}\.\d{4}")
_LONGEST = 60 * 24 * 366


def stage(settings: Settings) -> Parser:
    """Return a parser of deal stages: the list's word, or the word as written."""
    known = {name.casefold(): name for name in settings.stages}
    for words, chance in ((_WON, 100), (_LOST, 0)):
        name = next((name for name, of in settings.stages.items() if of == chance), None)
        for word in words if name else ():
            known.setdefault(word, name or word)
    return _listed(known)


def kind(settings: Settings) -> Parser:
    """Return a parser of kinds of activities: the list's word, or the word as written."""
    known = {
        word: name
        for name in settings.kinds
        for word in (name.casefold(), *KINDS_OF_ACTIVITY.get(name, ()))
    }
    return _listed(known)


def _listed(known: Mapping[str, str]) -> Parser:
    def parse(value: str) -> str | None:
        word = value.strip()
        return known.get(word.casefold(), word) or None

    return parse


def direction(value: str) -> str | None:
    """Return in or out; ValueError for a word that is neither."""
    word = value.strip().casefold()
    if not word or word in NEITHER:
        return None
    found = DIRECTIONS.get(word) or DIRECTIONS.get(word.split()[0])
    if found is None:
        raise ValueError("is neither in nor out")
    return found


def percent(value: str) -> int | None:
    """Return a whole number from 0 to 100 of `75`, `75 %` or `0.75`."""
    written = value.strip().removesuffix("%").strip().replace(",", ".")
    if not written:
        return None
    try:
        number = float(written)
    except ValueError:
        raise ValueError("is no percentage") from None
    if "%" not in value and "." in written and 0 <= number <= 1:
        number *= 100
    if not 0 <= number <= 100:
        raise ValueError("is no percentage from 0 to 100")
    return round(number)


def minutes(value: str) -> int | None:
    """Return whole minutes of `15`, `15 min`, `1 h 30`, `01:30` (hours) or `00:15:30`."""
    written = value.strip().casefold()
    if not written:
        return None
    if found := _CLOCK.fullmatch(written):
        hours, past, seconds = (float(part or 0) for part in found.groups())
        length = hours * 60 + past + seconds / 60
    elif (found := _LENGTH.fullmatch(written)) and any(found.groups()):
        hours, past, seconds = (float((part or "0").replace(",", ".")) for part in found.groups())
        length = hours * 60 + past + seconds / 60
    else:
        try:
            length = float(written.replace(",", "."))
        except ValueError:
            raise ValueError("is no length of time (write minutes, or 1:30 for hours)") from None
    if not 0 <= length <= _LONGEST:
        raise ValueError("is no length of time (write minutes, or 1:30 for hours)")
    return round(length)


def due(settings: Settings) -> Parser:
    """Return a parser of when something is due: a day as `YYYY-MM-DD`, or a time as stored."""

    def parse(value: str) -> str | None:
        written = value.strip()
        if not written:
            return None
        moment = parse_time(written, settings.zone)
        if _DAY_ONLY.fullmatch(written):
            return moment.astimezone(settings.zone).date().isoformat()
        return stamp(moment)

    return parse


def day(settings: Settings) -> Parser:
    """Return a parser of days: the number of the day in the settings' zone."""

    def parse(value: str) -> int | None:
        written = value.strip()
        if not written:
            return None
        return day_number(parse_time(written, settings.zone).astimezone(settings.zone).date())

    return parse


def done(value: str) -> int | None:
    """Return 1 for a word that says that something is done, 0 for any other."""
    word = value.strip().casefold()
    return int(word in _DONE) if word else None


def _plain(parse: Parser) -> Callable[[Settings], Parser]:
    return lambda settings: parse


PARSERS: Mapping[str, Callable[[Settings], Parser]] = {
    **dict.fromkeys(("account", "contact", "lead", "deal"), _plain(text)),
    "stage": stage,
    "kind": kind,
    "direction": _plain(direction),
    "outcome": _plain(text),
    "percent": _plain(percent),
    "minutes": _plain(minutes),
    "due": due,
    "day": day,
    "done": _plain(done),
}
"""Field type -> what makes the parser of its values, beside those of `Normaliser.parsers`."""
