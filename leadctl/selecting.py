"""Which leads a command means: filters in words, a condition, ids typed or from a pipe."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from leadctl.errors import UsageError
from leadctl.lead_view import COLUMNS, LeadFilter, Words
from leadctl.values import from_stamp, parse_when

if TYPE_CHECKING:
    from leadctl.app import App
    from leadctl.options import Filters


def lead_filter(app: App, filters: Filters, *, everything: bool = False) -> LeadFilter:
    """Return the filter that the options mean.

    Without `everything` and without a status, converted, lost and junk leads are left out.
    Raises UsageError for a broken condition or time, NotFoundError for an unknown rep.
    """
    in_words = {
        "status": _in_words(filters.status, app.settings.status),
        "source": _in_words(filters.source, app.settings.source),
        "campaign": _in_words(filters.campaign),
        "country": _in_words(filters.country),
        "grade": _in_words(filters.grade),
    }
    for field, known in _lists(app).items():
        for word in (*in_words[field].match, *in_words[field].leave_out):
            _note_unlisted(app, field, word, known)
    owners = _in_words([*(filters.owner or []), *(["me"] if filters.mine else [])])
    return LeadFilter(
        words=in_words,
        tags=_in_words(filters.tag),
        owners=tuple(app.store.rep(name)["id"] for name in owners.match),
        owners_left_out=tuple(app.store.rep(name)["id"] for name in owners.leave_out),
        owner_blank=owners.blank,
        since_day=_since_day(app, filters.since) if filters.since else None,
        untouched=filters.untouched,
        where=condition(app, filters.where),
        hidden_statuses=() if everything or filters.status else app.settings.closed,
    )


def _lists(app: App) -> dict[str, Sequence[str]]:
    """Return the words of each field that has a list."""
    statuses = [status.name for status in app.settings.statuses]
    return {"status": statuses, "source": app.settings.sources}


def _note_unlisted(app: App, field: str, word: str, known: Sequence[str]) -> None:
    """Say it if a word is in no list and on no lead, and which one may be meant."""
    if word in known or app.store.count_leads(LeadFilter(words={field: Words((word,))})):
        return
    from leadctl.rules.conditions import unlisted

    app.output.note(unlisted(field, f"'{word}'", known))


_NEVER_BLANK = (
    *("id", "uid", "status", "created_at", "updated_at", "version"),
    *("age_days", "days_since_activity", "activities", "has_phone", "has_email", "open_tasks"),
    *("calls", "emails_in", "emails_out", "meetings", "visits", "forms"),
)
"""Fields of the `lead` view that have a value for every lead."""


def condition(app: App, where: str | None) -> str | None:
    """Return the SQL of a condition after saying what is odd about it; UsageError if it is broken."""
    if where is None:
        return None
    from leadctl.fields import condition_fields
    from leadctl.rules import conditions

    checked = conditions.check(where, condition_fields())
    known = {**_lists(app), "owner": [rep["name"] for rep in app.store.reps(everyone=True)]}
    for note in conditions.notes(checked, known, never_blank=_NEVER_BLANK):
        app.output.note(note)
    return checked.sql


def lead_ids(app: App, names: Sequence[str]) -> list[int] | None:
    """Return the ids that words name, `-` standing for those in the pipe; None without any word.

    Every word is looked up before anything is done with one. Raises UsageError for a bad line,
    NotFoundError for an id that does not exist.
    """
    if not names:
        return None
    written = [one for name in names for one in (_from_pipe(app) if name == "-" else [name])]
    ids = [int(one) if _is_id(one) else None for one in map(str.strip, written)]
    there = app.store.existing("lead", [lead for lead in ids if lead is not None])
    wanted: dict[int, None] = {}
    for one, lead in zip(written, ids, strict=True):
        # Names other than ids are looked up one by one, and so is an id that is not there.
        wanted[lead if lead in there else app.store.resolve(one)] = None
    return list(wanted)


def _is_id(written: str) -> bool:
    return written.isdecimal() and written.isascii() and len(written) < 19


def _from_pipe(app: App) -> list[str]:
    """Return the ids in standard input: one a line, or a table of ours with a column `id`."""
    lines = [line for line in app.lines() if line.strip()]
    if not lines:
        return []
    import csv

    if lines[0].lstrip().startswith("{"):
        return [_id_of_json(line, number) for number, line in enumerate(lines, 1)]
    if lines[0].lstrip().startswith("["):
        return _ids_of_array("\n".join(lines))
    for delimiter in ("\t", ","):
        header = next(csv.reader([lines[0]], delimiter=delimiter))
        if "id" in header and len(header) > 1:
            _check_kind(header)
            return _ids_of_table(lines, delimiter, header.index("id"))
    if lines[0].strip() == "id":
        lines = lines[1:]
    return [_one_word(line, number) for number, line in enumerate(lines, 1)]


def _check_kind(fields: Iterable[str]) -> None:
    """Raise UsageError if a table is our export of other records; one of your own has what it has."""
    named = set(fields)
    if "uid" not in named or named <= set(COLUMNS):
        return
    from leadctl.record_view import RECORDS

    for kind, records in RECORDS.items():
        if named <= records.columns.keys():
            raise UsageError(f"the pipe has {kind}, not leads", "leadctl list makes such")


def _one_word(line: str, number: int) -> str:
    if len(line.split()) != 1:
        raise UsageError(f"line {number} of the pipe is no id", "one id a line, or leadctl's TSV")
    return line.strip()


def _id_of_json(line: str, number: int) -> str:
    import json

    try:
        record = json.loads(line)
        if number == 1:
            _check_kind(record)
        return str(record["id"])
    except (ValueError, KeyError, TypeError):
        raise UsageError(f"line {number} of the pipe has no id", "JSONL with a field id") from None


def _ids_of_array(text: str) -> list[str]:
    import json

    try:
        records = json.loads(text)
        for first in records[:1]:
            _check_kind(first)
        return [str(record["id"]) for record in records]
    except (ValueError, KeyError, TypeError):
        raise UsageError("the pipe is no array of leads", "leadctl list --json") from None


def _ids_of_table(lines: Iterable[str], delimiter: str, position: int) -> list[str]:
    import csv

    ids = []
    rows: Any = csv.reader(lines, delimiter=delimiter)
    for number, cells in enumerate(rows, 1):
        if number == 1:
            continue
        if len(cells) <= position or not cells[position].strip():
            raise UsageError(f"line {number} of the pipe has no id", "a column id in every line")
        ids.append(cells[position].strip())
    return ids


def _in_words(written: Sequence[str] | None, spell: Any = str) -> Words:
    """Return what repeated words with commas mean: `!` leaves out, `none` is a blank."""
    match: list[str] = []
    leave_out: list[str] = []
    blank: bool | None = None
    for word in (part.strip() for words in written or [] for part in words.split(",")):
        negated, word = word.startswith("!"), word.removeprefix("!").strip()
        if not word:
            continue
        if word.casefold() == "none":
            blank = not negated
        else:
            (leave_out if negated else match).append(spell(word) or word)
    return Words(tuple(match), tuple(leave_out), blank)


def _since_day(app: App, since: str) -> int:
    try:
        moment = parse_when(since, app.now(), app.settings.zone)
    except ValueError as error:
        raise UsageError(f"--since {since!r} {error}", "7d, today, yesterday, 2026-11-01") from None
    from leadctl.values import day_number

    return day_number(moment.astimezone(app.settings.zone).date())


def moment(app: App, written: str, flag: str) -> str:
    """Return a time that an option gives as stored (UTC); UsageError names the option."""
    from leadctl.values import stamp

    try:
        return stamp(parse_when(written, app.now(), app.settings.zone))
    except ValueError as error:
        raise UsageError(f"{flag} {written!r} {error}") from None


def day(app: App, written: str, flag: str) -> int:
    """Return the day number of a date that an option gives; UsageError names the option."""
    from leadctl.values import day_number

    stamped = moment(app, written, flag)
    return day_number(from_stamp(stamped).astimezone(app.settings.zone).date())
