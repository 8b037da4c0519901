"""Campaigns: their records, the words on leads that name one, and how many leads each has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from leadctl.errors import ConflictError, NotFoundError
from leadctl.fields import FIELDS
from leadctl.stored import as_read, day_of_number

if TYPE_CHECKING:
    from leadctl.store import Row, Store

_BY_WORD = """named AS (SELECT campaign AS name, count(*) AS leads, count(converted_at) AS converted
    FROM leads WHERE campaign IS NOT NULL GROUP BY campaign)"""


def listed(store: Store) -> list[Row]:
    """Return every campaign as people and scripts read it, those that begin last first.

    Below them stand the words of leads that are no campaign record: their `id` is None.
    """
    rows = store.query(
        f"""WITH {_BY_WORD} SELECT c.*, r.name AS owner, coalesce(l.leads, 0) AS leads,
            coalesce(l.converted, 0) AS converted
        FROM campaigns AS c LEFT JOIN named AS l ON l.name = c.name
        LEFT JOIN reps AS r ON r.id = c.owner_id
        ORDER BY coalesce(c.starts_day, c.created_day) DESC, c.id DESC"""
    )
    words = store.query(
        f"""WITH {_BY_WORD} SELECT name, leads, converted FROM named
        WHERE name NOT IN (SELECT name FROM campaigns WHERE name IS NOT NULL) ORDER BY name"""
    )
    return [_readable(row) for row in (*rows, *words)]


def readable(store: Store, campaign: int) -> Row:
    """Return one campaign as people and scripts read it."""
    return next(row for row in listed(store) if row["id"] == campaign)


def _readable(row: Row) -> Row:
    """Return the fields of a campaign by their names, and what is worked out of its leads."""
    said: dict[str, Any] = {"id": row.get("id"), "uid": row.get("uid")}
    for field in FIELDS["campaign"]:
        value = row.get(f"{field.name}_day" if field.type == "day" else field.name)
        if field.type == "day" and value is not None:
            value = day_of_number(value).isoformat()
        said[field.name] = as_read(field.type, value)
    counted = {name: row[name] for name in ("leads", "converted")}
    rate = round(row["converted"] / row["leads"], 4) if row["leads"] else None
    return {**said, **counted, "conversion_rate": rate, "version": row.get("version")}


def resolve(store: Store, written: str) -> int:
    """Return the id of the campaign of an id, an `ext:` id or a name, whatever its case.

    Raises NotFoundError that names the nearest, ConflictError where several are called so.
    """
    word = " ".join(written.split())
    if word.isascii() and word.isdecimal() and store.record("campaign", number := int(word[:18])):
        return number
    column, value = ("external_id", word[4:]) if word.startswith("ext:") else ("name", word)
    found = store.query(f"SELECT id FROM campaigns WHERE {column} = ? ORDER BY id", (value,))
    if len(found) > 1:
        candidates = ", ".join(str(row["id"]) for row in found[:10])
        raise ConflictError("several campaigns are called so", f"one of: {candidates}")
    if found:
        return int(found[0]["id"])
    names = [row["name"] for row in store.query("SELECT name FROM campaigns ORDER BY id")]
    raise NotFoundError(f"there is no campaign {word!r}", _nearest(word, names))


def called(store: Store, name: str | None) -> list[int]:
    """Return the campaigns of a name."""
    rows = store.query("SELECT id FROM campaigns WHERE name = ? ORDER BY id", (name,))
    return [row["id"] for row in rows]


def leads_naming(store: Store, name: str | None) -> int:
    """Return how many leads have a word as their campaign."""
    return int(store.value("SELECT count(*) FROM leads WHERE campaign = ?", (name,)))


def _nearest(word: str, names: Sequence[str | None]) -> str:
    from difflib import get_close_matches

    by_key = {name.casefold(): name for name in names if name}
    near = get_close_matches(word.casefold(), by_key, 1)
    return f"did you mean {by_key[near[0]]}?" if near else "leadctl campaign list"
