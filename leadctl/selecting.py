"""Which records a command means: filters in words, a condition, ids typed or from a pipe."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from leadctl import saved_views
from leadctl.errors import LeadctlError, UsageError
from leadctl.fields import COMPUTED_OF, KINDS, kind_of
from leadctl.lead_view import RecordFilter, Words
from leadctl.saved_views import View
from leadctl.values import from_stamp, parse_when
from leadctl.wording import a_or_an, label

if TYPE_CHECKING:
    from leadctl.app import App
    from leadctl.options import Filters


def lead_filter(app: App, filters: Filters, *, everything: bool = False) -> RecordFilter:
    """Return the filter that the options mean.

    Without `everything` and without a status, converted, lost and junk leads are left out.
    Raises UsageError for a broken condition or time, NotFoundError for an unknown rep or view.
    """
    view = chosen_view(app, filters)
    if view is not None:
        everything = everything or bool({"all", "status"} & view.filters.keys())
        both = [f"@{view.name}", *([f"({filters.where})"] if filters.where else [])]
        filters = filters._replace(where=" and ".join(both))
    hidden = () if everything or filters.status else app.settings.closed
    return record_filter(app, "lead", filters)._replace(hidden_statuses=hidden)


def chosen_view(app: App, filters: Filters) -> View | None:
    """Return the view that is named beside the options; NotFoundError if there is none."""
    if filters.view is None:
        return None
    if not filters.view.startswith("@"):
        raise UsageError(
            f"{filters.view!r} chooses no leads", "filters: --status, --where, … or a view as @name"
        )
    return saved_views.find(app.store, filters.view)


def record_filter(app: App, kind: str, filters: Filters, *, noting: bool = True) -> RecordFilter:
    """Return the filter on records of a kind that the options mean; raises what `lead_filter` does.

    `noting` says what is odd about it.
    """
    given = filters._asdict()
    spelling: dict[str, Any] = {"status": app.settings.status, "source": app.settings.source}
    if given["stage"]:
        from leadctl.words import stage

        spelling["stage"] = stage(app.settings)
    in_words = {field: _in_words(given[field], spelling.get(field, str)) for field in _WORDS}
    for field, known in _lists(app).items() if noting else ():
        for word in (*in_words[field].match, *in_words[field].leave_out):
            _note_unlisted(app, kind, field, word, known)
    if given["open_"]:
        from leadctl.rules import stages

        said = in_words["stage"]
        closed = stages.closed(app.settings.stages)
        in_words["stage"] = said._replace(leave_out=(*said.leave_out, *closed))
    if given["account"]:
        from leadctl.finding import referred

        said = _in_words(given["account"])
        in_words["account_id"] = Words(
            tuple(referred(app.store, "account", name) for name in said.match),
            tuple(referred(app.store, "account", name) for name in said.leave_out),
            said.blank,
        )
    owners = _in_words([*(filters.owner or []), *(["me"] if filters.mine else [])])
    return RecordFilter(
        words=in_words,
        tags=_in_words(filters.tag),
        owners=tuple(app.store.rep(name)["id"] for name in owners.match),
        owners_left_out=tuple(app.store.rep(name)["id"] for name in owners.leave_out),
        owner_blank=owners.blank,
        since_day=_since_day(app, filters.since) if filters.since else None,
        untouched=filters.untouched,
        where=condition(app, filters.where, kind, noting=noting),
    )


def _meaning(app: App, name: str) -> str:
    """Return a view as the text of a condition; UsageError, with its name, if it is broken."""
    from leadctl.options import Filters

    view = saved_views.find(app.store, name)
    written = {key: value for key, value in view.filters.items() if key in Filters._fields}
    try:
        wanted = record_filter(app, "lead", Filters(**written), noting=False)
    except LeadctlError as error:
        again = f"leadctl view save {view.name} …, or leadctl view remove {view.name}"
        raise UsageError(f"view @{view.name}: {error.message}", error.hint or again) from None
    from leadctl.rules import writing

    names = {rep["id"]: rep["name"] for rep in app.store.reps(everyone=True)}
    return writing.of_filter(wanted, names, app.today())


_WORDS = ("status", "stage", "source", "campaign", "country", "grade")
"""Options that filter a text field of their name."""


def known_words(app: App) -> dict[str, Sequence[str]]:
    """Return the words that a lead may have in each field that has a list, and the reps."""
    return {**_lists(app), "owner": [rep["name"] for rep in app.store.reps(everyone=True)]}


def _lists(app: App) -> dict[str, Sequence[str]]:
    """Return the words of each field that has a list."""
    statuses = [status.name for status in app.settings.statuses]
    return {"status": statuses, "source": app.settings.sources, "stage": [*app.settings.stages]}


def _note_unlisted(app: App, kind: str, field: str, word: str, known: Sequence[str]) -> None:
    """Say it if a word is in no list and on no record, and which one may be meant."""
    if word in known or app.store.count(kind, RecordFilter(words={field: Words((word,))})):
        return
    from leadctl.rules.conditions import unlisted

    app.output.note(unlisted(field, f"'{word}'", known, kind))


NEVER_BLANK = (
    *("id", "uid", "status", "stage", "created_at", "updated_at", "version", "stage_since"),
    *("age_days", "days_since_activity", "activities", "has_phone", "has_email", "open_tasks"),
    *("calls", "emails_in", "emails_out", "meetings", "visits", "forms"),
    *("contacts", "deals", "days_in_stage"),
)
"""Fields that have a value in every record that has them."""


def condition(
    app: App, where: str | None, kind: str = "lead", *, noting: bool = True
) -> str | None:
    """Return the SQL of a condition after saying what is odd about it; UsageError if it is broken.

    A view in a condition on leads stands for what it means.
    """
    if where is None:
        return None
    if kind == "lead" and saved_views.used_in(where):
        where = saved_views.written_out(where, lambda name: _meaning(app, name))
    from leadctl.rules import conditions

    checked = conditions.check(where, app.fields.conditions(kind))
    if not noting:
        return checked.sql
    known = known_words(app)
    for note in conditions.notes(checked, known, never_blank=NEVER_BLANK, kind=kind):
        app.output.note(note)
    return checked.sql


def typed(app: App, names: Sequence[str], kind: str = "lead") -> list[str]:
    """Return how each record is named by words, `-` standing for those in the pipe."""
    return [
        one.strip() for name in names for one in ([name] if name != "-" else _from_pipe(app, kind))
    ]


def names_and_rest(words: Sequence[str]) -> tuple[list[str], str]:
    """Return the ids that words begin with, `-` among them, and the words behind them as one text."""
    ids = 0
    while ids < len(words) and (words[ids] == "-" or _is_id(words[ids].lstrip("acd"))):
        ids += 1
    return list(words[:ids]), " ".join(words[ids:])


def kind_of_all(written: Sequence[str]) -> str:
    """Return the kind of record that words name, a lead where there are none; UsageError if several."""
    kinds = list(dict.fromkeys(map(kind_of, written)))
    if len(kinds) > 1:
        said = " and ".join(KINDS.get(kind, f"{kind}s") for kind in kinds)
        raise UsageError(f"these are {said}", "one kind at a time")
    if kinds and kinds[0] not in COMPUTED_OF:
        raise UsageError(f"{written[0]} is {a_or_an(kinds[0])}", "write 42, c12, a7 or d4")
    return kinds[0] if kinds else "lead"


def record_ids(app: App, kind: str, written: Sequence[str]) -> list[int]:
    """Return the ids of the records of a kind that words name; every one is looked up first.

    Raises UsageError for what is no name of such a record, NotFoundError for one that is not there.
    """
    letter = label(kind, 0).removesuffix("0")
    ids = [int(digits) if _is_id(digits := one.removeprefix(letter)) else None for one in written]
    there = app.store.existing(kind, [record for record in ids if record is not None])
    wanted: dict[int, None] = {}
    for one, record in zip(written, ids, strict=True):
        # Names other than ids are looked up one by one, and so is an id that is not there.
        wanted[record if record in there else app.store.resolve(one, kind)] = None
    return list(wanted)


def lead_ids(app: App, names: Sequence[str]) -> list[int] | None:
    """Return the ids that words name, `-` standing for those in the pipe; None without any word.

    Every word is looked up before anything is done with one. Raises UsageError for a bad line,
    NotFoundError for an id that does not exist.
    """
    return record_ids(app, "lead", typed(app, names)) if names else None


def _is_id(written: str) -> bool:
    return written.isdecimal() and written.isascii() and len(written) < 19


def _from_pipe(app: App, kind: str = "lead") -> list[str]:
    """Return the ids in standard input: one a line, or a table of ours with a column `id`."""
    lines = [line for line in app.lines() if line.strip()]
    if not lines:
        return []
    import csv

    if lines[0].lstrip().startswith("{"):
        return [_id_of_json(app, line, number, kind) for number, line in enumerate(lines, 1)]
    if lines[0].lstrip().startswith("["):
        return _ids_of_array(app, "\n".join(lines), kind)
    for delimiter in ("\t", ","):
        header = next(csv.reader([lines[0]], delimiter=delimiter))
        if "id" in header and len(header) > 1:
            _check_kind(app, header, kind)
            return _ids_of_table(lines, delimiter, header.index("id"))
    if lines[0].strip() == "id":
        lines = lines[1:]
    return [_one_word(line, number) for number, line in enumerate(lines, 1)]


def _check_kind(app: App, fields: Iterable[str], kind: str) -> None:
    """Raise UsageError if a table is ours of other records; one of your own has what it has."""
    named = set(fields)
    if "uid" not in named or named <= app.store.view(kind).columns.keys():
        return
    from leadctl.record_view import records_of

    tables = {of.kind: of.columns.keys() for of in records_of(app.fields).values()}
    others = {of: app.store.view(of).columns.keys() | tables[of] for of in COMPUTED_OF}
    for other, columns in {**tables, **others}.items():
        if named <= columns and other != kind:
            verb = "leadctl list" if kind == "lead" else f"leadctl {kind} list"
            raise UsageError(
                f"the pipe has {KINDS[other]}, not {KINDS[kind]}", f"{verb} makes such"
            )


def _one_word(line: str, number: int) -> str:
    if len(line.split()) != 1:
        raise UsageError(f"line {number} of the pipe is no id", "one id a line, or leadctl's TSV")
    return line.strip()


def _id_of_json(app: App, line: str, number: int, kind: str) -> str:
    import json

    try:
        record = json.loads(line)
        if number == 1:
            _check_kind(app, record, kind)
        return str(record["id"])
    except (ValueError, KeyError, TypeError):
        raise UsageError(f"line {number} of the pipe has no id", "JSONL with a field id") from None


def _ids_of_array(app: App, text: str, kind: str) -> list[str]:
    import json

    try:
        records = json.loads(text)
        for first in records[:1]:
            _check_kind(app, first, kind)
        return [str(record["id"]) for record in records]
    except (ValueError, KeyError, TypeError):
        raise UsageError("the pipe is no array of records", "leadctl list --json") from None


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


def past_moment(app: App, written: str, flag: str) -> tuple[str, int]:
    """Return the moment (as stored) and the day of `2026-10-01`, the end of it, or of a time.

    Raises UsageError for what is no time, or one that is still to come.
    """
    import re
    from datetime import timedelta

    from leadctl.values import day_number, stamp

    at = from_stamp(moment(app, written, flag))
    if re.fullmatch(r"\d{4}-\d\d-\d\d|today|yesterday|\d+[dw]", written.strip().casefold()):
        midnight = at.astimezone(app.settings.zone).replace(hour=0, minute=0, second=0)
        at = midnight + timedelta(days=1, seconds=-1)
        at = min(at, app.now()) if midnight <= app.now() else at
    if at > app.now():
        raise UsageError(f"{flag} {written!r} is still to come", "2026-10-01, yesterday, 30d")
    return stamp(at), day_number(at.astimezone(app.settings.zone).date())


def day(app: App, written: str, flag: str) -> int:
    """Return the day number of a date that an option gives; UsageError names the option."""
    from leadctl.values import day_number

    stamped = moment(app, written, flag)
    return day_number(from_stamp(stamped).astimezone(app.settings.zone).date())


def end_of(app: App, day: int) -> str:
    """Return the last second of a day in the settings' zone, as stored."""
    from datetime import datetime, time, timedelta

    from leadctl.values import day_of_number, stamp

    next_day = datetime.combine(day_of_number(day + 1), time(), app.settings.zone)
    # Midnight of the next day in UTC, and a second before it, whatever the clocks do that night.
    return stamp(from_stamp(stamp(next_day)) - timedelta(seconds=1))
