"""The doctor finds each damage that is planted; a backup is the database as of one moment."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import textwrap
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from conftest import NOW, Leadctl, SeedLeads, facts

from leadctl.app import App
from leadctl.migrations import LATEST
from leadctl.store import Store


@pytest.fixture
def ten(store: Store, leads: SeedLeads) -> None:
    """Ten leads, a rep, a pool, some activities and a second operation."""
    ids = leads(
        *(
            {
                "last_name": f"Müller {n}",
                "email": f"M{n}@kiln.example",
                "company": "Kiln AG",
                "external_id": f"x{n}",
            }
            for n in range(10)
        )
    )
    with store.operation("seed") as op:
        op.create("rep", [{"name": "ana"}])
        op.create("pool", [{"name": "eu", "last_rep_id": 1}])
        op.update("lead", [(id, {"status": "Contacted", "owner_id": 1}) for id in ids])
        op.create(
            "activity",
            [{"lead_id": 1, "kind": "call", "at": "2026-11-20T23:30:00Z", "day": 20777}],
        )


def damage(leadctl: Leadctl, *statements: str) -> None:
    """Change the database behind the back of leadctl."""
    with closing(sqlite3.connect(leadctl.db)) as connection:
        connection.execute("PRAGMA foreign_keys = off")
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def findings(leadctl: Leadctl) -> list[dict[str, str]]:
    outcome = leadctl("db", "doctor", "--json")
    assert outcome.code == (6 if outcome.json["findings"] else 0)
    assert outcome.json["sound"] is (not outcome.json["findings"])
    return list(outcome.json["findings"])


def test_a_sound_database(leadctl: Leadctl, ten: None) -> None:
    outcome = leadctl("db", "doctor")
    assert outcome.code == 0
    assert outcome.out == f"the database is sound: 10 leads, 2 operations, schema {LATEST}\n"
    assert outcome.err == ""
    answer = leadctl.ok("db", "doctor")
    assert answer["findings"] == []
    assert (answer["leads"], answer["operations"], answer["schema"]) == (10, 2, LATEST)


DAMAGES = {
    "scores": "DELETE FROM scores WHERE lead_id = 3",
    "orphans": """INSERT INTO match_keys (kind, record, email, normaliser)
        VALUES ('lead', 99, 'a@b.example', 1)""",
    "match keys": "UPDATE match_keys SET email = 'other@kiln.example' WHERE record = 4",
    "references": "UPDATE owners SET owner_id = 77 WHERE lead_id = 2",
    "days": "UPDATE wide_leads SET created_day = created_day + 1 WHERE id = 5",
    "moves": """INSERT INTO status_moves (lead_id, number, before, after, converted, route)
        VALUES (6, 99, 'New', 'Lost', 0, 'New')""",
    "ids": "UPDATE sqlite_sequence SET seq = 9 WHERE name = 'wide_leads'",
    "index": "DROP INDEX leads_status",
    "unowned": "INSERT INTO unowned VALUES (2, '2026-11-20T09:00:00Z', 'Contacted', 0)",
}
MORE_DAMAGES = [
    ("orphans", "INSERT INTO scores (lead_id) VALUES (99)"),
    ("orphans", "INSERT INTO match_keys (kind, record, normaliser) VALUES ('rep', 1, 1)"),
    ("match keys", "DELETE FROM match_keys WHERE record = 4"),
    ("match keys", "UPDATE match_keys SET normaliser = 0"),
    ("match keys", "UPDATE wide_leads SET company = 'Other Ltd' WHERE id = 1"),
    ("unowned", "INSERT INTO unowned VALUES (99, '2026-11-20T09:00:00Z', 'New', 0)"),
    ("references", "UPDATE pools SET last_rep_id = 77 WHERE name = 'eu'"),
    ("references", "DELETE FROM operations WHERE id = 2"),
    ("references", "UPDATE changes SET operation = 77 WHERE record = 1"),
    ("references", "UPDATE creations SET operation = 77 WHERE kind = 'lead'"),
    ("references", "UPDATE activities SET lead_id = 77"),
    ("days", "UPDATE activities SET day = 0"),
    ("days", "UPDATE wide_leads SET created_at = 'yesterday' WHERE id = 5"),
    ("ids", "UPDATE creations SET last_id = 4711 WHERE kind = 'lead'"),
    ("ids", "DELETE FROM sqlite_sequence WHERE name = 'reps'"),
    ("table", "ALTER TABLE wide_leads ADD COLUMN budget TEXT"),
    ("table", "DROP TABLE imported_rows"),
]


@pytest.mark.parametrize(("check", "statement"), [*DAMAGES.items(), *MORE_DAMAGES])
def test_each_damage_is_found_in_one_line_with_the_next_step(
    leadctl: Leadctl, ten: None, check: str, statement: str
) -> None:
    damage(leadctl, statement)
    found = findings(leadctl)
    assert check in {finding["check"] for finding in found}
    outcome = leadctl("db", "doctor")
    assert outcome.code == 6
    assert len(outcome.out.splitlines()) == len(found)
    assert all(f" · {finding['next']}" in outcome.out for finding in found)
    assert "kiln" not in outcome.out.lower()


def test_ids_that_were_given_are_those_of_leads(leadctl: Leadctl, ten: None) -> None:
    damage(leadctl, "UPDATE sqlite_sequence SET seq = 9 WHERE name = 'wide_leads'")
    [finding] = findings(leadctl)
    assert finding["message"] == "1 lead would get an id that was given before"


def test_an_external_id_of_two_leads_is_found_where_the_index_is_gone(
    leadctl: Leadctl, ten: None
) -> None:
    damage(leadctl, "DROP INDEX leads_external", "UPDATE wide_leads SET external_id = 'x1'")
    assert {finding["check"] for finding in findings(leadctl)} == {"index", "external ids"}


def test_what_others_added_to_the_schema_does_no_harm(leadctl: Leadctl, ten: None) -> None:
    damage(leadctl, "CREATE TABLE mine (a)", "CREATE INDEX mine_a ON mine (a)")
    assert findings(leadctl) == []


def test_a_file_that_others_may_read_is_found(leadctl: Leadctl, ten: None) -> None:
    leadctl.db.chmod(0o644)
    (finding,) = findings(leadctl)
    assert finding["check"] == "file mode"
    assert finding["next"] == f"chmod 600 {leadctl.db}"
    leadctl.db.chmod(0o600)
    assert findings(leadctl) == []


def test_a_time_zone_that_was_changed_is_found(leadctl: Leadctl, ten: None) -> None:
    (leadctl.folder / "leadctl.toml").write_text('timezone = "Asia/Tokyo"\n')
    (finding,) = findings(leadctl)
    assert finding["check"] == "days"
    assert finding["message"].startswith("1 activity")
    assert finding["next"] == "leadctl db doctor --fix"


def test_days_are_made_again_in_the_zone_of_now(leadctl: Leadctl, leads: SeedLeads) -> None:
    leads({"last_name": "Late", "created_at": "2026-11-20T23:30:00Z", "created_day": 20777}, {})
    leadctl.ok("log", 1, "call", "--at", "2026-11-21 20:00")
    (leadctl.folder / "leadctl.toml").write_text('timezone = "Asia/Tokyo"\n')
    before = leadctl.ok("show", 1)["version"]
    fixed = leadctl.ok("db", "doctor", "--fix")
    assert (fixed["mended"]["days"], fixed["sound"]) == (2, True)
    store = leadctl.store()
    assert store.value("SELECT created_day FROM leads WHERE id = 1") == 20778
    assert store.value("SELECT created_day FROM leads WHERE id = 2") == 20777
    assert store.value("SELECT day FROM activities") == 20779
    store.close()
    assert leadctl.ok("show", 1)["version"] == before
    assert "created_day" not in {row["field"] for row in leadctl.ok("history", 1)}


def test_a_broken_configuration_is_a_finding_and_the_database_is_checked_all_the_same(
    leadctl: Leadctl, ten: None
) -> None:
    leadctl.configure("this is no toml")
    damage(leadctl, DAMAGES["scores"])
    assert [finding["check"] for finding in findings(leadctl)] == ["configuration", "scores"]


MENDABLE = [(name, DAMAGES[name]) for name in ("scores", "match keys", "moves")] + [
    pair for pair in MORE_DAMAGES if pair[0] in ("orphans", "match keys", "unowned")
]


@pytest.mark.parametrize(("check", "statement"), MENDABLE)
def test_fix_rebuilds_what_is_derived_and_touches_no_fact(
    leadctl: Leadctl, ten: None, store: Store, check: str, statement: str
) -> None:
    damage(leadctl, statement)
    before = facts(store)
    outcome = leadctl("db", "doctor", "--fix")
    assert outcome.code == 0, outcome
    assert "the database is sound" in outcome.out
    assert "made again from the facts" in outcome.err
    assert "movess" not in outcome.err
    assert facts(store) == before
    assert findings(leadctl) == []
    again = leadctl.ok("db", "doctor", "--fix")
    assert again["operation"] is None
    assert again["mended"] == {"match_keys": 0, "scores": 0, "unowned": 0, "days": 0, "moves": 0}


def test_fix_says_what_it_made_and_leaves_the_rest(leadctl: Leadctl, ten: None) -> None:
    damage(leadctl, *DAMAGES.values())
    outcome = leadctl("db", "doctor", "--fix", "--json")
    assert outcome.code == 6
    assert outcome.json["mended"] == {
        "match_keys": 2,
        "scores": 1,
        "unowned": 1,
        "days": 1,
        "moves": 1,
    }
    assert {finding["check"] for finding in outcome.json["findings"]} == {
        "references", "ids", "index",
    }  # fmt: skip
    newest = leadctl.ok("history")[0]
    assert newest["command"] == "db doctor --fix"
    assert newest["counts"] == {"match keys": 2, "scores": 1, "unowned": 1, "days": 1, "moves": 1}


def test_fix_of_many_leads(leadctl: Leadctl, leads: SeedLeads) -> None:
    leads(25_000)
    damage(leadctl, "DELETE FROM match_keys", "DELETE FROM scores")
    assert leadctl.ok("db", "doctor", "--fix")["mended"] == {
        "match_keys": 25_000,
        "scores": 25_000,
        "unowned": 0,
        "days": 0,
        "moves": 0,
    }


def test_without_a_database(leadctl: Leadctl) -> None:
    assert leadctl("db", "doctor").code == 4
    home = {"LEADCTL_DB": ""}
    outcome = leadctl("db", "doctor", env=home)
    assert outcome.code == 0
    assert "no database yet" in outcome.err
    assert leadctl("db", "backup").code == leadctl("db", "backup", env=home).code == 4
    assert not (leadctl.folder / "home").exists()


def test_a_file_of_another_program_is_bad_data(leadctl: Leadctl) -> None:
    leadctl.db.write_bytes(b"name,email\n" * 1000)
    assert leadctl("db", "doctor").code == 6
    leadctl.db.unlink()
    damage(leadctl, "CREATE TABLE theirs (a)")
    assert leadctl("db", "doctor").code == 6


@pytest.mark.parametrize("seed", range(40))
def test_bytes_overwritten_anywhere_never_end_in_a_traceback(
    leadctl: Leadctl, ten: None, seed: int
) -> None:
    rng = random.Random(seed)
    whole = bytearray(leadctl.db.read_bytes())
    length = rng.choice((1, 16, 700, 4096, 20_000))
    start = rng.randrange(0 if seed % 4 == 0 else 100, len(whole) - length)
    whole[start : start + length] = rng.randbytes(length)
    leadctl.db.write_bytes(whole)
    for words in (("db", "doctor"), ("db", "doctor", "--fix"), ("where",), ("list",)):
        outcome = leadctl(*words)
        assert outcome.code in ((0, 6) if words[0] != "list" else (0, 1, 6)), outcome
        assert "unexpected" not in outcome.err
    if length >= 4096:
        assert leadctl("db", "doctor").code == 6


def test_a_text_that_is_no_utf8_is_not_repeated(leadctl: Leadctl, ten: None) -> None:
    damage(leadctl, "UPDATE wide_leads SET company = CAST(X'536563726574FF' AS TEXT) WHERE id = 1")
    outcome = leadctl("db", "doctor")
    assert outcome.code == 6
    assert "no UTF-8" in outcome.err
    assert "Secret" not in outcome.out + outcome.err


KILLED_WHILE_WRITING = textwrap.dedent("""
    import os, signal, sys
    from leadctl.app import App
    store = App().store
    with store.operation("seed") as op:
        op.connection.execute("PRAGMA cache_size = 5")
        op.update("lead", [(id, {"description": "x" * 2000}) for id in range(1, 2001)])
        os.kill(os.getpid(), signal.SIGKILL)
""")


@pytest.mark.parametrize("linked", [False, True])
def test_what_a_killed_command_left_is_taken_back(
    leadctl: Leadctl, leads: SeedLeads, store: Store, linked: bool
) -> None:
    leads(2000)
    before = facts(store)
    store.close()
    if linked:
        far = leadctl.folder / "far"
        far.mkdir()
        (far / "link.db").symlink_to(leadctl.db)
        leadctl.env["LEADCTL_DB"] = str(far / "link.db")
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_WHILE_WRITING], env={**os.environ, **leadctl.env}
    )
    assert killed.returncode == -signal.SIGKILL
    assert Path(f"{leadctl.db}-journal").stat().st_size > 0
    outcome = leadctl("db", "doctor")
    assert outcome.code == 0
    assert "cut off" in outcome.err
    assert facts(leadctl.store()) == before
    assert leadctl("db", "doctor").err == ""


# Backups.


def opened(file: Path) -> Store:
    return App({"LEADCTL_DB": str(file)}, clock=lambda: NOW).store


def test_a_backup_is_the_same_private_and_opens(leadctl: Leadctl, ten: None, store: Store) -> None:
    outcome = leadctl("db", "backup")
    target = leadctl.folder / "leads-2026-11-22T090000.db"
    assert outcome.code == 0
    assert outcome.out.startswith(f"backup: {target} (")
    assert target.stat().st_mode & 0o777 == 0o600
    # The header counts changes of its own.
    assert target.read_bytes()[100:] == leadctl.db.read_bytes()[100:]
    assert facts(opened(target)) == facts(store)
    assert leadctl("--db", target, "db", "doctor").code == 0


def test_a_backup_to_a_file_of_ones_choice(leadctl: Leadctl, ten: None, tmp_path: Path) -> None:
    target = tmp_path / "my backup.db"
    answer = leadctl.ok("db", "backup", target)
    assert answer == {"file": str(target), "bytes": target.stat().st_size}
    assert f"'{target}' list" in leadctl("db", "backup", tmp_path / "my backup 2.db").err.replace(
        " 2.db", ".db"
    )


def test_a_backup_overwrites_nothing(leadctl: Leadctl, ten: None, tmp_path: Path) -> None:
    target = tmp_path / "there"
    target.write_text("precious")
    outcome = leadctl("db", "backup", target)
    assert outcome.code == 5
    assert target.read_text() == "precious"
    assert leadctl("db", "backup", tmp_path / "no" / "such" / "folder.db").code == 6


def test_a_backup_that_fails_leaves_no_half_file(
    leadctl: Leadctl, ten: None, tmp_path: Path
) -> None:
    whole = bytearray(leadctl.db.read_bytes())
    leadctl.db.write_bytes(whole[: len(whole) // 2 + 100])
    outcome = leadctl("db", "backup", tmp_path / "copy.db")
    assert outcome.code == 6
    assert not (tmp_path / "copy.db").exists()


WRITES_PAIRS = textwrap.dedent("""
    import sys
    from leadctl.app import App
    store = App().store
    print("ready", flush=True)
    for round in range(10_000):
        with store.operation("pair") as op:
            op.update("lead", [(1, {"city": str(round)}), (2, {"city": str(round)})])
""")


def test_backups_while_another_process_writes_are_each_of_one_moment(
    leadctl: Leadctl, leads: SeedLeads, tmp_path: Path
) -> None:
    leads(500)
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITES_PAIRS],
        env={**os.environ, **leadctl.env}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        seen: list[Any] = []
        for number in range(8):
            copy = tmp_path / f"copy{number}.db"
            assert leadctl("db", "backup", copy).code == 0
            store = opened(copy)
            one, two = (store.lead(id, columns=("city",))["city"] for id in (1, 2))
            assert one == two
            seen.append(one)
            store.close()
            assert leadctl("--db", copy, "db", "doctor").code == 0
        assert writer.poll() is None
    finally:
        writer.kill()
        writer.wait()
        writer.stdout.close()
    assert len(set(seen)) > 1
