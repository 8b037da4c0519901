"""The narrow table of what most reports read of leads, as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadctl.past.columns import BLANK, Columns
from leadctl.past.created import by_index, late, made_by
from leadctl.past.moment import When

if TYPE_CHECKING:
    from leadctl.config import Settings
    from leadctl.store import Store


def lay(store: Store, when: When, columns: Columns, base: str) -> str:
    """Return the table of the leads that there were, with what most reports read beside it.

    To look values up for each lead in each report takes longer than to do so once. Where it is known
    what is read, the wide rows are looked up one by one, if ever.
    """
    there = when.among("l.id")
    if store.value("SELECT EXISTS (SELECT 1 FROM temp.past_created)"):
        there += f" AND ({columns.then('created_at')} <= {when.at} OR NOT {late('l.id', when)})"
    if not columns.beside_is_quicker:
        return f"(SELECT * FROM {base} WHERE {there}) AS l"
    declared = "".join(f", {columns.declare(name)}" for name in columns.narrow)
    store.connection.execute(f"CREATE TEMP TABLE past_beside (id INTEGER PRIMARY KEY{declared})")
    were = {
        **{name: f"l.{name}" for name in columns.narrow},
        "converted_at": _cut("l.converted_at", when),
        "status": "l.status" if when.join else _by_the_log(store, when),
        "owner_id": f"CASE WHEN o.place IS NULL THEN l.owner_id ELSE nullif(o.value, {BLANK}) END",
    }
    # Owners are joined: what most leads had is laid over the table more slowly.
    store.connection.execute(
        f"""INSERT INTO temp.past_beside
        SELECT l.id, {", ".join(were[name] for name in columns.narrow)}
        FROM {base} {when.of("l.id")} LEFT JOIN temp.past_values AS o
            ON o.place = {columns.place_of("owner_id")} + l.id
        WHERE {there}"""
    )
    columns.lay_beside(base)
    wide = f"CROSS JOIN {base} ON l.id = b.id" if columns.many else ""
    return f"temp.past_beside AS b {wide}"


def _cut(converted_at: str, when: When) -> str:
    """Return the time of a conversion if it had happened by then."""
    return f"CASE WHEN {converted_at} <= {when.at} THEN {converted_at} END"


def _by_the_log(store: Store, when: When) -> str:
    """Return the status that a lead was in by the log of moves.

    It is the one that the first later move found, or that a conversion left which was written down
    later, but had happened by then.
    """
    first = store.value("SELECT min(operation) FROM temp.past_later")
    if first is None:
        return "l.status"
    moved = f"FROM main.status_moves AS m WHERE m.lead_id = l.id AND m.operation >= {first}"
    made = f"""m.operation IN (SELECT operation FROM temp.past_later WHERE made_leads)
        AND {made_by("m.operation", "m.lead_id")}"""
    # A lead that nobody has changed since is what it was.
    return f"""CASE WHEN l.updated_at <= {when.at} THEN l.status ELSE coalesce(
        CASE WHEN l.converted_at <= {when.at}
            THEN (SELECT m.after {moved} AND m.converted ORDER BY m.number LIMIT 1) END,
        (SELECT m.before {moved} AND NOT ({made}) ORDER BY m.number LIMIT 1),
        l.status) END"""


def lay_over(store: Store, settings: Settings, when: When, columns: Columns, base: str) -> None:
    """Give the narrow table the other values that there are.

    A conversion by then holds, also if it was written down later. Who came in converted was in the
    first status before that: nobody knows in which.
    """
    touched = "v.record IN (SELECT record FROM temp.past_touched)"
    for name in columns.narrow:
        if name == "owner_id" or not columns.has(name):
            continue
        value, some = f"nullif(v.value, {BLANK})", "1"
        if name == "converted_at":
            value, some = _cut(value, when), f"(b.converted_at IS NULL OR {touched})"
        store.connection.execute(
            f"""UPDATE temp.past_beside AS b SET {name} = {value}
            FROM ({columns.values(name)}) AS v {when.of("v.record")}
            WHERE b.id = v.record AND {some} AND b.{name} IS NOT {value}"""
        )
    if not columns.reads("status"):
        return
    words = settings.of_role("converted")
    # Few were ever converted, and an index leads to them.
    store.connection.execute(
        f"""UPDATE temp.past_beside SET status = ? WHERE converted_at IS NULL
        AND id IN (SELECT l.id FROM {by_index(base)} WHERE l.converted_at IS NOT NULL)
        AND status IN ({", ".join("?" for _ in words)})""",
        (settings.first_status, *words),
    )
