"""The names of tables that mean the past."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from leadctl.journal import KEY_FIELDS
from leadctl.past.columns import BESIDE, BLANK, Columns, without_references
from leadctl.past.created import by_index, late, made_by
from leadctl.past.moment import When

if TYPE_CHECKING:
    from leadctl.config import Settings
    from leadctl.store import Store


def lay_beside(store: Store, when: When, columns: Columns, base: str) -> str:
    """Return the table of the leads that there were, with what most reports read beside it.

    To look values up for each lead in each report takes longer than to do so once. Where it is known
    what is read, the wide rows are looked up one by one, if ever.
    """
    there = "1"
    if store.value("SELECT EXISTS (SELECT 1 FROM temp.past_created)"):
        there = f"({columns.then('created_at')} <= {when.at} OR NOT {late('l.id', when)})"
    if not columns.reads(*BESIDE):
        return f"(SELECT * FROM {base} WHERE {there}) AS l"
    declared = "".join(f", {columns.declare(name)}" for name in columns.narrow)
    store.connection.execute(f"CREATE TEMP TABLE past_beside (id INTEGER PRIMARY KEY{declared})")
    were = {
        **{name: f"l.{name}" for name in columns.narrow},
        "converted_at": cut("l.converted_at", when),
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


def cut(converted_at: str, when: When) -> str:
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
            value, some = cut(value, when), f"(b.converted_at IS NULL OR {touched})"
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


def hide_leads(store: Store, when: When, columns: Columns, base: str) -> None:
    """Let `leads` be those that there were, with the values that they had."""
    was = {name: columns.then(name) for name in columns.types}
    lead, updated_at = ("b.id" if columns.beside else "l.id"), columns.wide.format("updated_at")
    earlier = f"""FROM main.changes AS c JOIN main.operations AS o ON o.id = c.operation
        WHERE c.kind = 'lead' AND c.record = {lead} AND c.undone_by IS NULL AND o.at <= {when.at}"""
    unchanged = f"{updated_at} <= {when.at}"
    was["updated_at"] = f"""CASE WHEN {unchanged} THEN {updated_at}
        ELSE coalesce((SELECT max(o.at) {earlier}), {was["created_at"]}) END"""
    was["version"] = f"""CASE WHEN {unchanged} THEN {columns.wide.format("version")}
        ELSE 1 + (SELECT count(DISTINCT c.operation) {earlier}) END"""
    if when.join:
        was["created_day"] = columns.typed("created_day", f"{was['created_day']} + {when.shift}")
    store.connection.execute(
        f"""CREATE TEMP VIEW leads AS
        SELECT {", ".join(f"{value} AS {name}" for name, value in was.items())}
        FROM {base} {when.of(lead)}"""
    )


def hide_scores(store: Store) -> None:
    """Let `scores` be blank: a lead without a row has none."""
    store.connection.execute(f"CREATE TEMP TABLE scores {without_references(store, 'scores')}")


def hide_activities(store: Store, when: When) -> None:
    """Let `activities` be those up to the moment, and `tasks` those that there were."""
    # The day stands in the index: only of the last one the time has to be looked at.
    then = f"r.day <= {when.day} AND (r.day < {when.day} OR r.at <= {when.at})"
    _hide(store, when, "activities", {}, then)
    done = {"done_at": f"CASE WHEN r.done_at <= {when.at} THEN r.done_at END"}
    _hide(store, when, "tasks", done, f"r.created_at <= {when.at}")


def hide_keys(store: Store, columns: Columns) -> None:
    """Let `match_keys` be those of the leads, made of the values that they had."""
    from leadctl.matching import Keys, keys

    names = ", ".join(Keys._fields)
    store.connection.execute(
        f"CREATE TEMP TABLE past_keys (record INTEGER PRIMARY KEY, {names})",
    )
    fields = sorted(KEY_FIELDS["lead"])
    others = store.query(
        f"""SELECT id, {", ".join(fields)} FROM temp.leads WHERE id IN (
            SELECT record FROM ({columns.values(*fields)})
            UNION SELECT record FROM temp.past_removed)"""
    )
    store.connection.executemany(
        f"INSERT INTO temp.past_keys VALUES (?, {', '.join('?' for _ in Keys._fields)})",
        ((lead["id"], *keys("lead", lead)) for lead in others),
    )
    # No UNION, into which SQLite would not look for a single lead.
    then = ", ".join(
        f"CASE WHEN p.record IS NULL THEN k.{name} ELSE p.{name} END AS {name}"
        for name in Keys._fields
    )
    store.connection.execute(
        f"""CREATE TEMP VIEW match_keys AS SELECT 'lead' AS kind, l.id AS record, {then}
        FROM temp.leads AS l LEFT JOIN temp.past_keys AS p ON p.record = l.id
        LEFT JOIN main.match_keys AS k ON k.kind = 'lead' AND k.record = l.id"""
    )


def _hide(store: Store, when: When, table: str, others: Mapping[str, str], condition: str) -> None:
    """Let the name of a table mean some of its rows, their days moved, with `others` worked out."""
    if when.join:
        days = ("day", "created_day", "due_day")
        others = {**{day: f"r.{day} + {when.shift}" for day in days}, **others}
    columns = ", ".join(
        f"{others.get(row['name'], 'r.' + row['name'])} AS {row['name']}"
        for row in store.query(f"PRAGMA main.table_info({table})")
    )
    store.connection.execute(
        f"""CREATE TEMP VIEW {table} AS SELECT {columns} FROM main.{table} AS r
        {when.of("r.lead_id")} WHERE {condition}"""
    )
