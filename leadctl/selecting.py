"""Which records the options of a command mean: filters in words, and a condition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from leadctl import saved_views
from leadctl.errors import LeadctlError, UsageError
from leadctl.lead_view import RecordFilter, Words
from leadctl.saved_views import View

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
    *("age_days", "days_since_activity", "activities", "touches", "has_phone", "has_email"),
    *("open_tasks", "calls", "emails_in", "emails_out", "meetings", "visits", "forms"),
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
    from leadctl.when import day

    return day(app, since, "--since", "7d, today, yesterday, 2026-11-01")
