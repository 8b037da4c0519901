"""Writing much into a small file: a copy takes it, and then its place, or nothing happens."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import textwrap
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
import test_write_ahead as write_ahead_tests
from conftest import Leadctl, SeedLeads, facts
from test_write_ahead import (
    DIES,
    JOURNAL,
    NEW_ROWS,
    beside,
    edit_waits,
    fail,
    from_few,
    is_tidy,
    lead_count,
    let_go,
    limited,
    rows,
    there_are,
)

from leadctl import database, mounts, replacing
from leadctl.errors import ConflictError
from leadctl.store import Store

__all__ = ["from_few"]

IMPORTS = DIES + textwrap.dedent("""
    replacing.SMALL = 1_000_000
    if stage == "copied":
        stopping_after(replacing, "copied")
    elif stage == "committed":
        replacing.take_place = stop
    elif stage == "synced":
        stopping_after(replacing, "_sync")
    elif stage == "replaced":
        stopping_after(replacing, "take_place")
    main()
""")
"""An import into a copy."""

HOLDS = textwrap.dedent("""
    import sys
    from leadctl import replacing, write_ahead
    from leadctl.app import App

    write_ahead.LARGE = 1_000
    replacing.SMALL = 1_000_000
    store = App().store
    with store.operation("hold", records=1_000) as op:
        op.update("lead", [(1, {"description": "new"})])
        print("written", flush=True)
        sys.stdin.readline()
    print("done", flush=True)
""")
"""Writes a lead in a copy, and commits when it is told."""


importing = partial(write_ahead_tests.importing, script=IMPORTS)
holding = partial(write_ahead_tests.holding, script=HOLDS)


def imported(leadctl: Leadctl) -> None:
    process = importing(leadctl, leadctl.write("a.csv", rows(NEW_ROWS)))
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert is_tidy(leadctl)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, from_few: None) -> None:
    """Let every file be a small one beside a hundred records."""
    monkeypatch.setattr(replacing, "SMALL", 1_000_000)


def file_of(store: Store) -> str:
    """Return the name of the file that a large operation writes into."""
    with store.operation("large", records=100) as op:
        (_, _, file) = op.connection.execute("PRAGMA database_list").fetchone()
        op.update("lead", [(1, {"city": "Bern"})])
    assert store.value("SELECT city FROM leads") == "Bern"
    store.close()
    return Path(file).name


def test_an_import_takes_the_place_of_the_file_and_is_undone(
    leadctl: Leadctl, leads: SeedLeads, store: Store
) -> None:
    leads(10)
    before = facts(store)
    store.close()
    leadctl.db.chmod(0o640)
    was = replacing.identity(leadctl.db)
    imported(leadctl)
    assert replacing.identity(leadctl.db) != was
    assert stat.S_IMODE(leadctl.db.stat().st_mode) == 0o640
    assert lead_count(leadctl) == NEW_ROWS + 10
    leadctl.db.chmod(0o600)
    assert leadctl("db", "doctor").code == 0
    assert leadctl("undo", "2", "--yes").code == 0
    assert there_are(facts(leadctl.store())) == there_are(before)


def test_a_first_import_makes_a_private_file(leadctl: Leadctl) -> None:
    imported(leadctl)
    assert lead_count(leadctl) == NEW_ROWS
    assert stat.S_IMODE(leadctl.db.stat().st_mode) == 0o600


def test_readers_have_the_file_as_it_was(
    leadctl: Leadctl, leads: SeedLeads, store: Store, tmp_path: Path
) -> None:
    leads(3)
    before = facts(store)
    store.close()
    with holding(leadctl) as process, closing(leadctl.store()) as reader:
        reader.connection.execute("PRAGMA busy_timeout = 0")
        assert facts(reader) == before
        assert "cut off" not in leadctl("db", "doctor").err
        assert beside(leadctl.db) == ["-copy"]
        process.communicate("\n", timeout=60)
        assert facts(reader) == before
    assert is_tidy(leadctl)
    assert leadctl.store().lead(1, columns=("description",))["description"] == "new"


def test_who_waited_to_write_writes_into_the_new_file(
    leadctl: Leadctl, leads: SeedLeads, store: Store
) -> None:
    leads(3)
    store.close()
    with holding(leadctl) as process:
        edit_waits(leadctl, process)
    lead = leadctl.store().lead(1, columns=("city", "description"))
    assert (lead["city"], lead["description"]) == ("Bern", "new")


def test_who_waited_to_have_a_log_writes_into_the_new_file(
    leadctl: Leadctl, leads: SeedLeads, store: Store
) -> None:
    leads(3)
    store.close()
    with holding(leadctl) as process:
        second = write_ahead_tests.importing(leadctl, leadctl.write("a.csv", rows(NEW_ROWS)))
        with pytest.raises(subprocess.TimeoutExpired):
            second.wait(1)
        let_go(process)
        _, err = second.communicate(timeout=60)
        assert second.returncode == 0, err
    assert is_tidy(leadctl)
    assert lead_count(leadctl) == NEW_ROWS + 3
    assert leadctl.store().lead(1, columns=("description",))["description"] == "new"


def test_first_imports_at_once_all_arrive(leadctl: Leadctl) -> None:
    files = [
        leadctl.write(f"{number}.csv", rows(NEW_ROWS, first=1 + number * NEW_ROWS))
        for number in range(3)
    ]
    for process in [importing(leadctl, file) for file in files]:
        _, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
    assert is_tidy(leadctl)
    assert lead_count(leadctl) == 3 * NEW_ROWS


def test_what_is_written_into_a_replaced_file_is_no_silent_loss(
    leadctl: Leadctl, leads: SeedLeads, store: Store
) -> None:
    leads(1)
    connection = store.connection
    connection.execute("BEGIN IMMEDIATE")
    replacing.take_place(replacing.copied(store.path), store.path)
    with pytest.raises(sqlite3.OperationalError) as refused:
        connection.execute("UPDATE leads SET city = 'Bern'")
    assert isinstance(database.explain(refused.value, store.path), ConflictError)


@pytest.mark.usefixtures("small")
def test_a_link_to_the_file_stays_one(leadctl: Leadctl, leads: SeedLeads, store: Store) -> None:
    leads(1)
    store.close()
    target = leadctl.db.rename(leadctl.db.with_name("elsewhere.db"))
    leadctl.db.symlink_to(target.name)
    assert file_of(leadctl.store()) == "elsewhere.db-copy"
    assert leadctl.db.is_symlink()
    assert beside(target) == []


@pytest.mark.usefixtures("small")
def test_a_file_of_two_names_or_of_elsewhere_is_written_into(
    leadctl: Leadctl, leads: SeedLeads, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    leads(1)
    store.close()
    table = leadctl.write("mounts", f"/dev/vda {leadctl.db.resolve()} ext4 rw 0 0\n")
    with monkeypatch.context() as patched:
        patched.setattr(mounts, "_TABLE", table)
        assert file_of(leadctl.store()) == "leads.db"
    os.link(leadctl.db, leadctl.db.with_name("other.db"))
    assert file_of(leadctl.store()) == "leads.db"
    leadctl.db.with_name("other.db").unlink()
    assert file_of(leadctl.store()) == "leads.db-copy"


@pytest.mark.usefixtures("small")
def test_a_dry_run_and_one_that_fails_leave_nothing(
    leadctl: Leadctl, leads: SeedLeads, store: Store
) -> None:
    leads(1)
    before, was = facts(store), replacing.identity(store.path)
    with store.operation("large", records=100, dry_run=True) as op:
        op.update("lead", [(1, {"city": "Bern"})])
    with pytest.raises(Exception, match="no"):
        fail(store)
    assert facts(store) == before
    store.close()
    assert is_tidy(leadctl)
    assert replacing.identity(store.path) == was


STAGES = {"copied": 10, "written": 10, "committed": 10, "synced": 10, "replaced": 1_510}
"""Stage at which the import dies -> how many leads there are then."""


@pytest.mark.parametrize("first", ["doctor", "write"])
@pytest.mark.parametrize("stage", STAGES)
def test_an_import_that_is_killed_at_a_stage(
    leadctl: Leadctl, leads: SeedLeads, store: Store, stage: str, first: str
) -> None:
    leads(10)
    store.close()
    process = importing(leadctl, leadctl.write("a.csv", rows(NEW_ROWS)), stage)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert ("-copy" in beside(leadctl.db)) == (stage != "replaced")
    if first == "doctor":
        doctor = leadctl("db", "doctor")
        assert doctor.code == 0
        assert ("cut off" in doctor.err) == (stage != "replaced")
    else:
        assert leadctl("edit", "1", "city=Bern").code == 0
    assert is_tidy(leadctl)
    assert lead_count(leadctl) == STAGES[stage]


def test_what_a_killed_copy_left_is_not_read_again(
    leadctl: Leadctl, leads: SeedLeads, store: Store
) -> None:
    leads(10)
    store.close()
    for end in ("-copy", "-copy-journal"):
        leadctl.db.with_name(leadctl.db.name + end).write_bytes(b"half of it" * 1_000)
    imported(leadctl)
    assert lead_count(leadctl) == NEW_ROWS + 10


def test_no_room_for_the_copy(leadctl: Leadctl, leads: SeedLeads, store: Store) -> None:
    leads(10)
    store.close()
    process = limited(leadctl, 700_000, IMPORTS)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 6
    assert "nothing was changed" in err
    assert is_tidy(leadctl)
    assert lead_count(leadctl) == 10


def test_an_exchange_that_is_refused_leaves_the_file(
    leadctl: Leadctl, leads: SeedLeads, store: Store, monkeypatch: pytest.MonkeyPatch, small: None
) -> None:
    leads(1)

    def refused(self: Path, target: Path) -> Path:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refused)
    with (
        pytest.raises(Exception, match="nothing was changed"),
        store.operation("large", records=100) as op,
    ):
        op.update("lead", [(1, {"city": "Bern"})])
    assert store.value("SELECT city FROM leads") is None
    assert store.value("PRAGMA journal_mode") == JOURNAL
    store.close()
    assert is_tidy(leadctl)
