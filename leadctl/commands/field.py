"""leadctl field: fields of your own, beside the documented ones."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, suppress
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadctl import custom_fields, options, saved_views
from leadctl.custom_fields import ON, TYPES, word_of
from leadctl.errors import LeadctlError, NotFoundError, UsageError
from leadctl.fields import KINDS, Field
from leadctl.results import Answer, Column, Listing
from leadctl.wording import count_of, label

if TYPE_CHECKING:
    from leadctl.app import App
    from leadctl.journal import Operation

app = typer.Typer(**options.PLAIN)

On = Annotated[str, typer.Option("--on", help=f"The records that have it: {', '.join(ON)}.")]
FOR_EVER = "fields cannot be undone"


@app.callback()
def field() -> None:
    """Fields of your own: usable in lists, conditions, rules, import, export and conversion."""


@app.command()
@options.beside("json", "quiet")
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="budget, or “Favourite colour”.")],
    type_: Annotated[
        str | None, typer.Option("--type", help="text, number, money, date, bool or choice.")
    ] = None,
    on: On = "lead",
    choices: Annotated[
        str | None, typer.Option("--choices", help="The values that it may have: gold,silver.")
    ] = None,
    identifying: Annotated[
        bool, typer.Option("--identifying", help="It tells people apart: for dedupe.")
    ] = False,
    meaning: Annotated[str, typer.Option("--meaning", help="What it says, in words.")] = "",
    dry_run: options.DryRun = False,
) -> Any:
    """Add a field; what records have of this name in extra moves into it where it can be read."""
    leadctl = options.app_of(context)
    kind = kind_of(on)
    new = Field(
        custom_fields.checked_name(name, kind),
        type_of(type_, choices),
        one_line(meaning),
        choices=choices_of(choices),
        identifying=identifying,
    )
    command = f"field add {new.name}"
    with _moving(leadctl, command, dry_run) as op:
        adopted = custom_fields.add(op, kind, new, leadctl.normaliser)
        op.count("created")
    leadctl.store.close()
    would = "would have" if dry_run else "have"
    text = [f"{KINDS[kind]} {would} a field {new.name} ({word_of(new.type)})"]
    if adopted.taken:
        text.append(f"{count_of(adopted.taken, 'value')} of it stood in extra and moved there")
    example = f"leadctl edit {label(kind, 42)} {new.name}=…"
    return Answer(
        {
            "operation": op.saved,
            "dry_run": dry_run,
            "created": 1,
            **as_json(kind, new),
            "adopted": adopted.taken,
            "unreadable": adopted.left,
        },
        text,
        notes=left_in_extra(new, adopted.left),
        next=[f"{FOR_EVER}; it goes by leadctl field remove {new.name}{where(kind)}", example]
        if op.saved
        else [],
    )


@app.command(name="list")
@options.beside("json", "format", "quiet")
def list_(
    context: typer.Context,
    on: Annotated[str | None, typer.Option("--on", help="Only of these records.")] = None,
) -> Any:
    """Your own fields: of which records, their type, and how many records have a value."""
    leadctl = options.app_of(context)
    wanted = [kind_of(on)] if on else list(ON)
    fields = [(kind, own) for kind in wanted for own in leadctl.fields.own.get(kind, ())]
    rows = [
        {**as_json(kind, own), "records": leadctl.store.count_values(kind, own.name)}
        for kind, own in fields
    ]
    return Listing(
        rows,
        [
            Column("name", "field", keep=9),
            Column("on", "of", keep=8),
            Column("type", "type", keep=8, style=lambda *_: "dim"),
            Column("records", "with a value", right=True, keep=7),
            Column("choices", "choices", keep=4, wraps=True, show=lambda c, _: ", ".join(c)),
            Column("identifying", "identifying", keep=3, show=lambda i, _: "yes" if i else ""),
            Column("meaning", "meaning", keep=4, wraps=True),
        ],
        columns_in_pipe=("name", "on", "type", "records", "choices", "identifying", "meaning"),
        empty="no fields of your own: leadctl field add budget --type number",
    )


@app.command()
@options.beside("json", "quiet", "no_input")
def remove(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    on: On = "lead",
    yes: options.Yes = False,
    dry_run: options.DryRun = False,
) -> Any:
    """Remove a field of your own; its values are kept in the records' extra."""
    leadctl = options.app_of(context)
    kind = kind_of(on)
    old = own_field(leadctl, kind, name)
    values = leadctl.store.count_values(kind, old.name)
    readers = readers_of(leadctl, old.name) if kind == "lead" else []
    if not (yes or dry_run):
        has = f"; {count_of(values, 'value')} will be kept in extra" if values else ""
        reads = f"; {readers_in_words(readers)}" if readers else ""
        question = f"Remove {old.name} of {KINDS[kind]}{has}{reads}?"
        if not leadctl.prompts.confirm(question, default=False):
            return Answer({"operation": None, "dry_run": False, "removed": 0}, ["left as it is"])
    command = f"field remove {old.name}"
    with _moving(leadctl, command, dry_run) as op:
        kept = custom_fields.remove(op, kind, old.name)
        op.count("removed")
    leadctl.store.close()
    would = "would have" if dry_run else "have"
    return Answer(
        {
            "operation": op.saved,
            "dry_run": dry_run,
            "removed": 1,
            **as_json(kind, old),
            "kept_in_extra": kept,
            "readers": readers,
        },
        [f"{KINDS[kind]} {would} no field {old.name} any more"],
        notes=[
            *([f"{count_of(kept, 'value')} kept in extra"] if kept else []),
            *([readers_in_words(readers)] if readers else []),
        ],
        next=[f"{FOR_EVER}; leadctl field add {old.name} takes the values up again"]
        if op.saved
        else [],
    )


def _moving(leadctl: App, command: str, dry_run: bool) -> AbstractContextManager[Operation]:
    """Begin what moves values between a column and `extra`.

    No person has changed a record by it, so that it keeps none from the undo of an import.
    """
    return leadctl.store.operation(command, decided_by="machine", dry_run=dry_run, undoable=False)


def readers_of(leadctl: App, field: str) -> list[str]:
    """Return what reads a field of leads, and would be refused without it: rules and views."""
    readers: list[str] = []
    # Who has broken rules hears of that elsewhere, and may mend them by this.
    with suppress(LeadctlError):
        readers += [
            where.removesuffix(": when")
            for rules in (leadctl.score_rules, leadctl.assign_rules)
            for where, condition in rules.conditions.items()
            if field in condition.reads
        ]
    with suppress(LeadctlError):
        mapped = leadctl.strict_settings.document.get("convert", {}).get("map", {})
        readers += [f"{leadctl.places.config}: [convert] map"] if field in mapped else []
    return [*readers, *(f"@{view.name}" for view in saved_views.reading(leadctl.store, field))]


def readers_in_words(readers: Sequence[str]) -> str:
    """Return who reads a field as a sentence."""
    return f"{', '.join(readers)} cannot do without it"


def kind_of(written: str) -> str:
    """Return the kind of record that `--on` names; UsageError if it can have no such fields."""
    word = written.strip().lower()
    for kind in ON:
        if word in (kind, KINDS[kind]):
            return kind
    raise UsageError(f"--on {written!r} can have no fields of your own", f"one of: {', '.join(ON)}")


def type_of(written: str | None, choices: str | None) -> str:
    """Return the type of a field; with choices it is one, else text unless said otherwise."""
    word = (written or ("choice" if choices is not None else "text")).strip().lower()
    if word not in TYPES:
        raise UsageError(f"--type {written!r} is no type of a field", f"one of: {', '.join(TYPES)}")
    if (word == "choice") != (choices is not None):
        wrong = "a choice needs its values" if word == "choice" else f"a {word} has no choices"
        raise UsageError(wrong, "--type choice --choices gold,silver,bronze")
    return TYPES[word]


def choices_of(written: str | None) -> tuple[str, ...]:
    """Return the values of a choice, each once; UsageError if there are none or too many."""
    if written is None:
        return ()
    words = {word.casefold(): word for part in written.split(",") if (word := one_line(part))}
    if not 1 <= len(words) <= custom_fields.MOST_CHOICES:
        raise UsageError(
            f"a choice has 1 to {custom_fields.MOST_CHOICES} values", "--choices gold,silver,bronze"
        )
    return tuple(words.values())


def own_field(leadctl: Any, kind: str, written: str) -> Field:
    """Return a field of your own by name; UsageError for a documented one, NotFoundError for none."""
    name = custom_fields.header_to_name(written)
    own = leadctl.fields.own.get(kind, ())
    for field in own:
        if field.name == name:
            return field  # type: ignore[no-any-return]
    if name in leadctl.fields.types(kind):
        raise UsageError(f"{name} is a field of every database", "only your own can be removed")
    there = ", ".join(field.name for field in own)
    raise NotFoundError(
        f"{KINDS[kind]} have no field {written!r} of their own",
        f"they have {there}" if there else "leadctl field list",
    )


def as_json(kind: str, field: Field) -> dict[str, Any]:
    """Return what scripts read of a field."""
    return {
        "name": field.name,
        "on": kind,
        "type": word_of(field.type),
        "choices": list(field.choices),
        "identifying": field.identifying,
        "meaning": field.meaning,
    }


def left_in_extra(field: Field, left: int) -> list[str]:
    """Return what is said of values that stay in extra."""
    if not left:
        return []
    return [f"{count_of(left, 'value')} in extra cannot be read as {word_of(field.type)} and stay"]


def where(kind: str) -> str:
    """Return the option that names other records than leads."""
    return "" if kind == "lead" else f" --on {kind}"


def one_line(written: str) -> str:
    """Return a text without line breaks and other controls."""
    return " ".join("".join(c if c.isprintable() else " " for c in written).split())
