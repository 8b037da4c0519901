"""What people write for a stage, a kind, a direction, a length of time: the values of records."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from leadctl.stored import day_number, stamp
from leadctl.values import is_time, parse_time, text

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
    "email": (*("e-mail", "mail", "emails", "list email", "listemail", "forwarded_email"),),
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
    (
        *("1", "true", "yes", "y", "x", "done", "completed", "complete", "closed", "held"),
        *("ja", "erledigt", "abgeschlossen", "terminé", "terminée", "completado", "completada"),
    )
)
_BETWEEN_WORDS = re.compile(r"[\s_()/:]+")
_CLOCK = re.compile(r"(\d{1,4}):(\d{2})(?::(\d{2}))?")
_LENGTH = re.compile(
    r"(?:(\d+)\s*h[a-z]*)?\s*(?:(\d+(?:[.,]\d+)?)\s*m[a-z]*)?\s*(?:(\d+)\s*s[a-z]*)?"
)
_TIME_OF_DAY = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?\s*(?:([ap])\.?m\.?)?")
_DAY_ONLY = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}\.\d{1,2}\.\d{4}")
_LONGEST = 60 * 24 * 366
_NO_LENGTH = "is no length of time (write minutes, or 1:30 for hours)"
_NO_SECONDS = "is no length of time (write seconds, or 1:30 for minutes)"

_SALESFORCE_ID = re.compile(r"[A-Za-z0-9]{15}")
_CHECKS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def external_id(written: str, system: str | None) -> str:
    """Return an id as its system writes it in full, so that two spellings of one are one."""
    if system is not None and system.casefold() == "salesforce":
        return salesforce_id(written)
    return written


def salesforce_id(written: str) -> str:
    """Return a Salesforce id of 15 characters with the 3 that tell its case; others as they are.

    Each of the three stands for five characters: their capitals are the bits, the first the lowest,
    of its place among A to Z and 0 to 5, as Salesforce documents.
    """
    if not _SALESFORCE_ID.fullmatch(written):
        return written
    fives = (written[at : at + 5] for at in (0, 5, 10))
    places = (sum(char.isupper() << bit for bit, char in enumerate(five)) for five in fives)
    return written + "".join(_CHECKS[place] for place in places)


def stage(settings: Settings) -> Parser:
    """Return a parser of deal stages: the list's word, or the word as written."""
    known = {name.casefold(): name for name in settings.stages}
    for words, chance in ((_WON, 100), (_LOST, 0)):
        name = next((name for name, of in settings.stages.items() if of == chance), None)
        for word in words if name else ():
            known.setdefault(word, name or word)
    return _listed(known)


def result(value: str) -> str | None:
    """Return won, lost, or open for any other word."""
    word = value.strip().casefold()
    return ("won" if word in _WON else "lost" if word in _LOST else "open") if word else None


def kind(settings: Settings) -> Parser:
    """Return a parser of kinds of activities: the list's word, or the word as written."""
    known = {
        word: name
        for name in settings.kinds
        for word in (name.casefold(), *KINDS_OF_ACTIVITY.get(name, ()))
    }
    return _listed(known)


def kind_and_direction(word: str, settings: Settings) -> tuple[str, str | None]:
    """Return a listed kind and in or out of `Incoming call`, `EMAIL_SENT` or `Call (outbound)`.

    A word that is not both comes back as it is, with None.
    """
    parts = [part for each in _BETWEEN_WORDS.split(word) if (part := each.strip("-–"))]
    parse = kind(settings)
    for said, others in ((parts[:1], parts[1:]), (parts[-1:], parts[:-1])):
        found = DIRECTIONS.get("".join(said).casefold())
        if found and (of := parse(" ".join(others))) in settings.kinds:
            return of, found
    return word, None


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
            raise ValueError(_NO_LENGTH) from None
    if not 0 <= length <= _LONGEST:
        raise ValueError(_NO_LENGTH)
    return round(length)


def seconds(value: str) -> int | None:
    """Return whole minutes of `90`, `01:30` (minutes) or `0:01:30`; what took any time, took one."""
    written = value.strip()
    if not written:
        return None
    if found := _CLOCK.fullmatch(written):
        first, second, third = (int(part or 0) for part in found.groups())
        length = first * 3600 + second * 60 + third if found[3] else first * 60 + second
    elif written.isascii() and written.removesuffix(".0").isdecimal():
        length = int(written.removesuffix(".0"))
    else:
        raise ValueError(_NO_SECONDS)
    if length > _LONGEST * 60:
        raise ValueError(_NO_SECONDS)
    return max(round(length / 60), int(length > 0))


def clock(value: str) -> int | None:
    """Return a time of day such as `14:30` or `2:30 pm` as minutes since midnight."""
    written = value.strip().casefold()
    if not written:
        return None
    found = _TIME_OF_DAY.fullmatch(written)
    hour, minute = (int(found[1]), int(found[2])) if found else (24, 0)
    if found and found[3]:
        hour = hour % 12 + 12 * (found[3] == "p") if 1 <= hour <= 12 else 24
    if hour > 23 or minute > 59:
        raise ValueError("is no time of day (write 14:30)")
    return hour * 60 + minute


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
    """Return 1 for a word that says that something is done, or the day of it, 0 for any other."""
    word = value.strip().casefold()
    return int(word in _DONE or is_time(word)) if word else None


def _plain(parse: Parser) -> Callable[[Settings], Parser]:
    return lambda settings: parse


PARSERS: Mapping[str, Callable[[Settings], Parser]] = {
    **dict.fromkeys(("account", "contact", "lead", "deal"), _plain(text)),
    "stage": stage,
    "result": _plain(result),
    "kind": kind,
    "direction": _plain(direction),
    "outcome": _plain(text),
    "percent": _plain(percent),
    "minutes": _plain(minutes),
    "seconds": _plain(seconds),
    "clock": _plain(clock),
    "due": due,
    "day": day,
    "done": _plain(done),
}
"""Field type -> what makes the parser of its values, beside those of `Normaliser.parsers`."""
