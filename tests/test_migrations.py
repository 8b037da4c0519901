"""Old database files of every released schema: opened, brought up to date, and still whole."""

from __future__ import annotations

import sqlite3
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from conftest import Leadctl, facts

from leadctl import database, migrations, moves
from leadctl.fields import KINDS
from leadctl.lead_view import TOUCH
from leadctl.matching import NORMALISER
from leadctl.store import Store, opened

DATA = Path(__file__).parent / "data"
RELEASED = [schema for schema in (1, 2) if schema < migrations.LATEST]
"""The schemas of which a database is kept as `data/schema-N.sql`."""


def load(schema: int, path: Path) -> None:
    """Make the database of an old schema that is kept as text."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript((DATA / f"schema-{schema}.sql").read_text(encoding="utf-8"))
    connection.close()
    path.chmod(0o600)


def rows(path: Path, table: str, source: str | None = None) -> list[dict[str, Any]]:
    connection = sqlite3.connect(path)
    connection.row_factory = sqlite3.Row
    query = f"SELECT * FROM {source or table} ORDER BY 1, 2"
    try:
        return [dict(row) for row in connection.execute(query)]
    finally:
        connection.close()


def copied(path: Path, target: Path) -> Path:
    """Copy a file into a folder that is not there yet."""
    target.parent.mkdir()
    target.write_bytes(path.read_bytes())
    return target


MOVED = {
    "assignments": "(SELECT a.*, w.* FROM assignments AS a JOIN reasons AS w ON w.id = a.reason_id)",
    "creations": "creations WHERE kind <> 'reason'",
}
"""Where what stood in a table is found now."""
GONE = {"assignments": ("uid", "updated_at", "version")}
"""Columns that are no more."""


@pytest.fixture(params=RELEASED)
def schema(request: pytest.FixtureRequest, leadctl: Leadctl) -> int:
    load(request.param, leadctl.db)
    return int(request.param)


def test_every_record_is_there_as_it_was(schema: int, leadctl: Leadctl) -> None:
    there = {name for (name,) in sqlite3.connect(leadctl.db).execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )}  # fmt: skip
    # Match keys are derived, and made anew where the normaliser has changed.
    before = {table: rows(leadctl.db, table) for table in there - {"match_keys"}}
    assert before["leads"]
    leadctl.ok("list", "--all")
    for table, was in before.items():
        now = rows(leadctl.db, table, MOVED.get(table))
        was = [{name: row[name] for name in row.keys() - GONE.get(table, ())} for row in was]
        assert [{name: row[name] for name in old} for row, old in zip(now, was, strict=True)] == was
        new = [name for row in now for name in row.keys() - was[0].keys() if row[name]]
        assert not new or table in MOVED


def test_the_doctor_finds_nothing(schema: int, leadctl: Leadctl) -> None:
    assert leadctl.ok("db", "doctor")["findings"] == []


def test_ids_go_on_where_they_were(schema: int, leadctl: Leadctl) -> None:
    was = {row["name"]: row["seq"] for row in rows(leadctl.db, "sqlite_sequence")}
    leadctl.ok("list", "--all")
    now = {row["name"]: row["seq"] for row in rows(leadctl.db, "sqlite_sequence")}
    now["leads"] = now.pop("wide_leads")
    assert {name: now[name] for name in was} == was
    assert now.keys() - was.keys() <= set(KINDS.values())


def test_the_old_file_is_kept(schema: int, leadctl: Leadctl) -> None:
    was = rows(leadctl.db, "leads")
    outcome = leadctl("list", "--all")
    assert outcome.code == 0
    [backup] = leadctl.folder.glob("*.backup")
    assert f"the schema is {migrations.LATEST} now; backup: {backup}" in outcome.err
    assert rows(backup, "leads") == was
    assert backup.stat().st_mode & 0o777 == 0o600
    assert leadctl("list", "--all").err == ""


def test_the_backup_of_another_command_in_the_same_second_stays(
    schema: int, leadctl: Leadctl
) -> None:
    other = copied(leadctl.db, leadctl.folder / "other" / leadctl.db.name)
    leadctl.ok("--db", other, "list", "--all")
    [taken] = other.parent.glob("*.backup")
    (leadctl.folder / taken.name).write_text("half")
    assert leadctl("list", "--all").code == 0
    half, whole = sorted(leadctl.folder.glob("*.backup"), key=lambda file: file.stat().st_size)
    assert half.read_text() == "half"
    assert rows(whole, "leads") == rows(taken, "leads")


def test_a_folder_that_takes_no_backup_is_named(
    schema: int, leadctl: Leadctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(connection: sqlite3.Connection, target: Path) -> None:
        raise PermissionError(13, "Permission denied", str(target))

    monkeypatch.setattr(database, "copy", refuse)
    outcome = leadctl("list", "--all")
    assert outcome.code == 6
    assert "Permission denied · a new schema wants a backup beside it" in outcome.err
    assert migrations.schema_version(sqlite3.connect(leadctl.db)) == schema


def test_match_keys_of_this_normaliser_stay(schema: int, leadctl: Leadctl) -> None:
    with sqlite3.connect(leadctl.db) as old:
        old.execute("UPDATE match_keys SET normaliser = ? WHERE record <> 3", (NORMALISER,))
        old.execute("UPDATE match_keys SET name = 'kept' WHERE kind = 'lead'")
    leadctl.ok("list", "--all")
    names = {row["record"]: row["name"] for row in rows(leadctl.db, "match_keys")
             if row["kind"] == "lead"}  # fmt: skip
    assert len(names) > 1
    assert {lead for lead, name in names.items() if name != "kept"} == {3}


def test_a_large_file_says_that_it_takes_a_while(
    schema: int, leadctl: Leadctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opened, "_LARGE_FILE", 0)
    first, second = leadctl("list", "--all").err.splitlines()[:2]
    assert first == f"{leadctl.db} gets the schema {migrations.LATEST}, once; that takes a while"
    assert second.startswith("the schema is")
    assert leadctl("list", "--all").err == ""


def test_a_schema_comes_with_what_is_derived_or_not_at_all(
    schema: int, leadctl: Leadctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(connection: sqlite3.Connection) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as stopped:
        stopped.setattr(moves, "derive_all", stop)
        assert leadctl("list", "--all").code == 130
    assert migrations.schema_version(sqlite3.connect(leadctl.db)) == schema
    [backup] = leadctl.folder.glob("*.backup")
    backup.unlink()
    assert leadctl.ok("db", "doctor")["findings"] == []
    assert migrations.schema_version(sqlite3.connect(leadctl.db)) == migrations.LATEST


def test_old_operations_can_be_undone(schema: int, leadctl: Leadctl) -> None:
    assert leadctl.ok("undo", 11, "--yes")["kept"] == []
    store = leadctl.store()
    assert store.lead(3)["converted_at"] is None
    assert store.query("SELECT id FROM contacts") == []
    store.close()
    # The second import brought what the first had made already.
    assert leadctl.ok("undo", 4, "--yes")["failed"] == []
    assert leadctl.ok("db", "doctor")["findings"] == []
    assert [row["id"] for row in leadctl.ok("history")][-1] == 1


def test_deals_of_then_are_explained_and_undone(leadctl: Leadctl, store: Store) -> None:
    load(18, leadctl.db)
    found = [leadctl.ok("assign", "explain", lead) for lead in range(1, 5)]
    assert [(each["rule"], each["pool"], each["owner"], each["operation"]) for each in found] == [
        ("by hand", None, "ana", 9),
        ("round robin", "everyone", "ana", 6),
        ("round robin", "everyone", "ana", 8),
        ("round robin", "everyone", "ben", 8),
    ]
    assert found[1]["passed_over"] == [{"rep": "ben", "reason": "on leave"}]
    before = facts(store)
    # The first deal was undone; nobody has these leads when it is made again.
    for operation in (9, 8, 6):
        leadctl.ok("undo", operation)
    again = leadctl.ok("undo", 4)["operation"]
    assert [leadctl.ok("assign", "explain", lead)["operation"] for lead in (1, 2)] == [3, 3]
    assert leadctl.ok("report", "fairness")[0]["dealt"] == 2
    for operation in (again, again - 1, again - 2, again - 3):
        leadctl.ok("undo", operation)
    assert facts(store) == before
    assert leadctl.ok("db", "doctor")["findings"] == []


def test_what_came_before_is_known_when_it_comes_again(schema: int, leadctl: Leadctl) -> None:
    again = leadctl.write(
        "again.csv",
        "Name,Email,Title\nAnne O’Brien,anne@queens.example,Head of Buying\n"
        "New Person,new@person.example,\n",
    )
    done = leadctl.ok("import", again)
    assert (done["created"], done["updated"], done["unchanged"]) == (0, 0, 2)


def test_an_old_database_has_the_schema_of_a_new_one(schema: int, leadctl: Leadctl) -> None:
    leadctl.ok("list", "--all")
    query = """SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'
        ORDER BY type, name"""
    fresh = sqlite3.connect(":memory:")
    migrations.apply(fresh)
    migrated = sqlite3.connect(leadctl.db)
    assert migrated.execute(query).fetchall() == fresh.execute(query).fetchall()


def test_leads_keep_their_owner_and_fields_of_ones_own(
    leadctl: Leadctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(18, leadctl.db)
    with monkeypatch.context() as before:
        steps = [step for step in migrations.MIGRATIONS if step.number < 20]
        before.setattr(migrations, "MIGRATIONS", steps)
        before.setattr(migrations, "LATEST", 19)
        before.setattr(migrations.whole_leads, "anew", lambda connection: nullcontext())
        old = sqlite3.connect(leadctl.db, isolation_level=None)
        migrations.apply(old)
        old.execute("ALTER TABLE leads ADD COLUMN budget REAL")
        old.execute("UPDATE leads SET budget = id * 1.5 WHERE id > 1")
        old.execute("UPDATE leads SET owner_id = NULL WHERE id = 3")
        old.execute(
            """INSERT INTO custom_fields (uid, kind, name, type, updated_at)
            VALUES ('u', 'lead', 'budget', 'number', '2026-11-22T09:00:00Z')"""
        )
        old.close()
    was = rows(leadctl.db, "leads")
    assert {row["owner_id"] for row in was} > {None}
    assert leadctl.ok("db", "doctor")["findings"] == []
    now = rows(leadctl.db, "leads")
    assert [{name: row[name] for name in was[0]} for row in now] == was
    assert leadctl.ok("list", "--all", "--where", "budget > 2")[0]["budget"] > 2
    leadctl.ok("field", "remove", "budget", "--yes")
    assert "budget" not in rows(leadctl.db, "leads")[0]
    assert leadctl.ok("db", "doctor")["findings"] == []


def test_activities_are_counted_from_the_index() -> None:
    fresh = sqlite3.connect(":memory:")
    migrations.apply(fresh)
    [plan] = fresh.execute(
        """EXPLAIN QUERY PLAN SELECT lead_id, sum(kind = 'call' AND direction = 'in' AND day > 3)
        FROM activities WHERE lead_id IS NOT NULL AND day <= 9 GROUP BY lead_id"""
    ).fetchall()
    assert "COVERING INDEX activities_lead" in plan[-1]


def test_touches_are_found_in_their_index() -> None:
    fresh = sqlite3.connect(":memory:")
    migrations.apply(fresh)
    [plan] = fresh.execute(
        f"""EXPLAIN QUERY PLAN SELECT a.day FROM activities AS a WHERE a.lead_id = 1 AND a.day <= 9
        AND {TOUCH} ORDER BY a.day LIMIT 1"""
    ).fetchall()
    assert "COVERING INDEX activities_touches" in plan[-1]


def test_a_row_of_a_file_belongs_to_one_record(store: Store) -> None:
    with pytest.raises(Exception, match="CHECK"), store.operation("broken") as op:
        op.create("imported_row", [{"fingerprint": 1}])
