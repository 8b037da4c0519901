"""leadctl history: what happened to everything, or to one record."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any

import typer

from leadctl import options
from leadctl.fields import MERGEABLE, kind_of
from leadctl.results import Column, Listing
from leadctl.stored import as_read, day_of_number
from leadctl.wording import label, plain

app = typer.Typer(**options.PLAIN)
SCREENFUL = 30
SILENT = ("created_day", "day")
"""Columns that only say again what the one beside them says."""
LETTERS = {"contact_id": "c", "account_id": "a", "deal_id": "d"}


@app.command()
@options.beside("json", "format", "quiet")
def history(
    context: typer.Context,
    record: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="42, c12, a7, d4, rep:ana, pool:east.")
    ] = None,
    limit: options.Limit = None,
) -> Any:
    """What happened: every operation, newest first; of one record, every field's old and new."""
    leadctl = options.app_of(context)
    if limit is None and leadctl.output.for_people:
        limit = SCREENFUL
    return of_everything(leadctl, limit) if record is None else of_one(leadctl, record, limit)


def of_everything(leadctl: Any, limit: int | None) -> Listing:
    """Return the operations, newest first."""
    rows = leadctl.store.operations(limit=None if limit is None else limit + 1)
    more = limit is not None and len(rows) > limit
    return Listing(
        rows=rows[:limit],
        columns=[
            Column("id", "op", keep=9, show=lambda id, _: f"op{id}"),
            when(leadctl),
            Column("actor", "who", keep=5, cut=True),
            Column("command", "command", keep=9, wraps=True),
            Column("counts", "counts", keep=7, wraps=True, show=lambda c, _: in_words(c)),
            Column("undone_by", "undone by", keep=8, show=lambda id, _: f"op{id}" if id else ""),
        ],
        columns_in_pipe=("id", "at", "actor", "command", "counts", "undone_by"),
        footer=f"older ones: leadctl history --limit {limit * 10}" if more and limit else None,
        empty="nothing has happened yet: leadctl import leads.csv, or leadctl demo",
        first_line=("id", "command"),
    )


def of_one(leadctl: Any, record: str, limit: int | None) -> Listing:
    """Return what happened to one record, field by field, newest first."""
    reps = {rep["id"]: rep["name"] for rep in leadctl.store.reps(everyone=True)}
    changes = changes_of(leadctl.store, record, reps)
    types = leadctl.fields.types(kind_of(record))
    rows = [readable(change, reps, types) for change in changes if change["field"] not in SILENT]
    more = limit is not None and len(rows) > limit
    return Listing(
        rows=rows[:limit],
        columns=[
            Column("operation", "op", keep=9, show=lambda id, _: f"op{id}"),
            when(leadctl),
            Column("actor", "who", keep=5, cut=True),
            Column("command", "by", keep=4, cut=True),
            Column("field", "field", keep=9),
            Column("old", "old", keep=8, wraps=True, show=with_letter),
            Column("new", "new", keep=9, wraps=True, show=with_letter),
        ],
        columns_in_pipe=("operation", "at", "actor", "command", "field", "old", "new"),
        footer=f"older ones: leadctl history {record} --limit {limit * 10}"
        if more and limit
        else None,
        empty="nothing has happened to it",
        first_line=("operation", "field", "new"),
    )


def changes_of(store: Any, record: str, reps: Mapping[int, str]) -> list[dict[str, Any]]:
    """Return the changes of the record that a person names, newest first."""
    word, colon, name = record.partition(":")
    if colon and word == "rep":
        return list(store.history("rep", store.rep(name)["id"]))
    if colon and word == "pool":
        return of_pool(store, store.pool(name)["id"], reps)
    kind = kind_of(record)
    number = store.resolve_ever(record, kind)
    return with_merges(store, kind, number, list(store.history(kind, number)))


def with_merges(
    store: Any, kind: str, record: int, changes: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return the changes of a record with what was merged into it, or it into what."""
    if kind not in MERGEABLE:
        return changes
    for merge in store.merges(kind, record):
        old, survivor = merge.pop("record"), merge.pop("survivor")
        if old == record:
            said = {"field": "merged", "old": None, "new": f"into {label(kind, survivor)}"}
            changes = [
                change for change in changes
                if (change["operation"], change["old"]) != (merge["operation"], "removed")
            ]  # fmt: skip
        else:
            said = {
                "field": "merged",
                "old": label(kind, old),
                "new": f"into {label(kind, record)}",
            }
        changes.append({**merge, **said, "undone_by": None})
    return sorted(changes, key=lambda change: -change["operation"])


def of_pool(store: Any, pool: int, reps: Mapping[int, str]) -> list[dict[str, Any]]:
    """Return the changes of a pool, with the reps who came and went."""
    changes = list(store.history("pool", pool))
    for place in store.members(pool):
        rep = reps[place["rep_id"]]
        for change in store.history("pool_member", place["id"]):
            sides = {
                side: rep if change[side] in (1, "created", "removed") else None
                for side in ("old", "new")
            }
            changes.append({**change, "field": "member", **sides})
    return sorted(changes, key=lambda change: -change["operation"])


def when(leadctl: Any) -> Column:
    """Return the column of the time."""
    return Column("at", "when", keep=6, show=lambda at, _: leadctl.output.human(at))


def readable(
    change: Mapping[str, Any], reps: Mapping[int, str], types: Mapping[str, str]
) -> dict[str, Any]:
    """Return a change as people and scripts read its field: owners by name, money in whole units."""
    field = change["field"]
    if field in ("owner_id", "last_rep_id"):
        say: Any = reps.get
    elif field in ("away_from", "away_until"):
        say = iso_day
    elif field == "active":
        say = bool
    elif field in types:
        say = partial(as_read, types[field])
    else:
        return dict(change)
    named = {side: None if change[side] is None else say(change[side]) for side in ("old", "new")}
    return {**change, "field": field.removesuffix("_id"), **named}


def iso_day(day: int) -> str:
    """Return a stored day as scripts read it."""
    return day_of_number(day).isoformat()


def with_letter(value: Any, change: Mapping[str, Any]) -> str:
    """Return a value as a person reads it, the id of another record with its letter."""
    letter = LETTERS.get(change["field"] or "", "")
    return f"{letter}{value}" if letter and value is not None else plain(value)


def in_words(counts: Mapping[str, int]) -> str:
    """Return counts as `1,198 created, 31 updated`."""
    return ", ".join(f"{number:,} {what}" for what, number in counts.items() if number)
