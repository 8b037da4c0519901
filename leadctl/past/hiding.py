"""The names of tables that mean the past."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from leadctl.journal import KEY_FIELDS
from leadctl.past.columns import Columns, without_references
from leadctl.past.moment import When

if TYPE_CHECKING:
    from leadctl.store import Store


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


def hide_owners(store: Store) -> None:
    """Let `owners` be who owned the leads."""
    store.connection.execute(
        "CREATE TEMP VIEW owners AS SELECT id AS lead_id, owner_id FROM temp.leads"
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
        {when.of("r.lead_id")} WHERE {condition} AND {when.among("r.lead_id", or_none=True)}"""
    )
