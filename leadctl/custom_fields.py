"""The fields that a database has of its own: each a row of `custom_fields` and a real, typed column."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple

from leadctl.errors import ConflictError, UsageError
from leadctl.fields import DOCUMENTED, KINDS, OUR_OWN, WRITTEN, Field, FieldSet, header_key
from leadctl.stored import read_json, stored_json

if TYPE_CHECKING:
    from leadctl.journal import Operation
    from leadctl.values import Normaliser

TYPES = {
    "text": "text",
    "number": "number",
    "money": "money",
    "date": "date",
    "bool": "flag",
    "choice": "choice",
}
"""What people call a type -> the type of the field."""
ON = ("lead", "contact", "account", "deal")
"""The kinds of records that may have fields of their own."""
MOST = 50
"""How many of them a kind may have: an export hands all columns to one function of SQLite."""
LONGEST_NAME = 40
MOST_CHOICES = 100

_WORDS = {type_: word for word, type_ in TYPES.items()}
# Columns of the tables beside which a condition on leads may stand, and words of imports.
_TAKEN = frozenset(
    """lead_id total points run day record field value key before after kind operation
    full_name name note last_contacted next_step next_step_at converted converted_account
    converted_contact converted_deal deal_name utm_source utm_medium utm_campaign utm_term
    utm_content none me owner_id created_day untouched parent_id""".split()
)
_IN_EXTRA = {
    "money": "CASE WHEN {0} % 100 = 0 THEN {0} / 100 ELSE {0} / 100.0 END",
    "number": "CASE WHEN {0} = CAST({0} AS INTEGER) THEN CAST({0} AS INTEGER) ELSE {0} END",
    "flag": "json(CASE {0} WHEN 0 THEN 'false' ELSE 'true' END)",
}


class Adopted(NamedTuple):
    """How many records had a value of a new field in `extra`: those taken over, and those left."""

    taken: int
    left: int


def read(connection: sqlite3.Connection) -> FieldSet:
    """Return the fields of a database; those of its own in the order in which they came."""
    rows = connection.execute(
        "SELECT kind, name, type, meaning, choices, identifying FROM custom_fields ORDER BY id"
    ).fetchall()
    if not rows:
        return DOCUMENTED
    found: dict[str, list[Field]] = {}
    for kind, name, type_, meaning, choices, identifying in rows:
        found.setdefault(kind, []).append(
            Field(
                name,
                type_,
                meaning or "",
                choices=tuple(read_json(choices)),
                identifying=bool(identifying),
            )
        )
    return FieldSet(found)


def word_of(type_: str) -> str:
    """Return what people call the type of a field of their own."""
    return _WORDS.get(type_, type_)


def checked_name(written: str, kind: str) -> str:
    """Return a name that a field of this kind may have; UsageError says why it may not."""
    name = header_to_name(written)
    if not name or not name.isascii() or not name[0].isalpha() or len(name) > LONGEST_NAME:
        raise UsageError(
            f"{written!r} can be no field",
            f"letters, digits and _, beginning with a letter, at most {LONGEST_NAME}",
        )
    there = {field.name for field in DOCUMENTED.of(kind)}
    there |= DOCUMENTED.conditions(kind).keys()
    if name in there or name in KINDS or name in KINDS.values():
        raise UsageError(f"{KINDS[kind]} have {name} already", "leadctl rules fields lists all")
    if name in _TAKEN or name.startswith(OUR_OWN) or name.endswith("_hundredths"):
        raise UsageError(f"{name} has a meaning of its own in leadctl", f"such as my_{name}")
    if not _can_be_read(name):
        raise UsageError(f"{name} is a word of conditions", f"such as my_{name}")
    return name


def header_to_name(header: str) -> str:
    """Return a header as the name of a field: `Favourite colour` is favourite_colour."""
    spaced = "".join(c if c.isalnum() else " " for c in header.casefold())
    return "_".join(spaced.split())


def _can_be_read(name: str) -> bool:
    """Whether a condition may name a field so: what is a word of SQL or a function may not."""
    from leadctl.rules.conditions import PLAIN_FUNCTIONS, ConditionError, check

    try:
        with closing(sqlite3.connect(":memory:")) as database:
            database.execute(f"CREATE TABLE lead ({name} TEXT)")
        check(f"{name} is null or {name} in ('a')", {name: "TEXT"})
    except (sqlite3.Error, ConditionError):
        return False
    return name not in PLAIN_FUNCTIONS


def add(op: Operation, kind: str, field: Field, normaliser: Normaliser) -> Adopted:
    """Declare a field and make its column; what records say of it in `extra` moves there.

    The caller's operation cannot be undone. Raises ConflictError if it is there already or there
    are too many.
    """
    there = read(op.connection).own.get(kind, ())
    if any(each.name == field.name for each in there):
        raise ConflictError(
            f"{KINDS[kind]} have a field {field.name} already", "leadctl field list"
        )
    if len(there) >= MOST:
        raise ConflictError(
            f"{KINDS[kind]} have {MOST} fields of their own, which is as many as there may be",
            "leadctl field remove NAME",
        )
    facts = {
        "kind": kind,
        "name": field.name,
        "type": field.type,
        "choices": stored_json(field.choices) if field.choices else None,
        "identifying": int(field.identifying),
        "meaning": field.meaning or None,
    }
    op.create("custom_field", [facts])
    from leadctl.migrations.own import own
    from leadctl.values import parser_of

    op.alter(own(kind, field.name, field.type).add)
    return _adopt(op, kind, field, parser_of(field, normaliser.parsers))


def _adopt(op: Operation, kind: str, field: Field, parse: Callable[[str], Any]) -> Adopted:
    changes: dict[int, Mapping[str, Any]] = {}
    left = 0
    for record, extra in _with_extra(op, kind, header_key(field.name)):
        rest, value = _taken_from(extra, header_key(field.name), parse)
        if value is None:
            left += 1
        else:
            changes[record] = {field.name: value, "extra": stored_json(rest) if rest else None}
    return Adopted(op.update(kind, changes.items()), left)


def _with_extra(op: Operation, kind: str, wanted: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the records whose `extra` has a key that reads like a name."""
    rows = op.connection.execute(
        f"SELECT id, extra FROM {KINDS[kind]} WHERE extra IS NOT NULL ORDER BY id"
    )
    for record, stored in rows:
        extra = read_json(stored)
        if any(header_key(key) == wanted for key in extra):
            yield record, extra


def _taken_from(
    extra: Mapping[str, Any], wanted: str, parse: Callable[[str], Any]
) -> tuple[dict[str, Any], Any]:
    """Return what stays in `extra`, and the first value that can be read, None without one."""
    rest, taken = dict(extra), None
    for key, written in extra.items():
        if taken is None and header_key(key) == wanted:
            try:
                taken = parse(str(written))
            except ValueError:
                continue
            if taken is not None:
                del rest[key]
    return rest, taken


def remove(op: Operation, kind: str, name: str) -> int:
    """Take a field away with its column; return of how many records `extra` keeps the value.

    The caller's operation cannot be undone, and the caller closes the store: its view is gone.
    """
    field = next(each for each in read(op.connection).own[kind] if each.name == name)
    table = KINDS[kind]
    value = _IN_EXTRA.get(field.type, "{0}").format(name)
    kept = op.update_field(
        kind,
        "extra",
        f"""SELECT id, json_set(coalesce(extra, '{{}}'), '$."{name}"', {value})
        FROM {table} WHERE {name} IS NOT NULL""",
    )
    op.delete(
        "custom_field",
        "SELECT id FROM custom_fields WHERE kind = :of AND name = :name",
        {"of": kind, "name": name},
    )
    # A view that reads the column would keep it from going; other connections make theirs anew.
    for view in ON:
        op.connection.execute(f"DROP VIEW IF EXISTS temp.{view}")
    op.alter(f"ALTER TABLE {WRITTEN[kind]} DROP COLUMN {name}")
    return kept
