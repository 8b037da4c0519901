"""A new database that much is written into: its name comes last, and what has one is never replaced."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import textwrap
import time
from functools import partial
from pathlib import Path

import pytest
import test_write_ahead as write_ahead_tests
from conftest import Leadctl, SeedLeads, facts
from test_write_ahead import (
    DIES,
    NEW_ROWS,
    beside,
    fail,
    from_few,
    is_tidy,
    lead_count,
    rows,
)

from leadctl import beginning, mounts
from leadctl.errors import BadDataError
from leadctl.store import Store

__all__ = ["from_few"]

IMPORTS = DIES + textwrap.dedent("""
    if stage == "claimed":
        stopping_after(opened, "_connected")
    elif stage == "committed":
        beginning.take_place = stop
    elif stage == "synced":
        stopping_after(beginning, "_sync")
    elif stage == "named":
        stopping_after(beginning, "take_place")
    elif stage == "waits":
        print("there", flush=True)
        sys.stdin.readline()
    main()
""")
"""An import into a new database."""

WAITS = textwrap.dedent("""
    import sys
    from leadctl.importing import run
    from leadctl.__main__ import main
    from leadctl import write_ahead
    from leadctl.journal import Operation

    write_ahead.LARGE = 1_000
    counted = Operation.count

    def count(*of):
        counted(*of)
        print("written", flush=True)
        sys.stdin.readline()
        Operation.count = counted

    Operation.count = count
    sys.argv.pop(1)
    main()
""")
"""An import that commits when it is told."""

importing = partial(write_ahead_tests.importing, script=IMPORTS)


def imported(leadctl: Leadctl) -> None:
    process = importing(leadctl, leadctl.write("a.csv", rows(NEW_ROWS)))
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert is_tidy(leadctl)


def begun(leadctl: Leadctl) -> subprocess.Popen[str]:
    """Have another process in the middle of the first import."""
    process = importing(
        leadctl, leadctl.write("a.csv", rows(NEW_ROWS)), script=WAITS, stdin=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "written\n"
    return process


def ended(process: subprocess.Popen[str]) -> None:
    _, err = process.communicate("\n", timeout=60)
    assert process.returncode == 0, err


def test_a_first_import_makes_a_private_file(leadctl: Leadctl) -> None:
    imported(leadctl)
    assert lead_count(leadctl) == NEW_ROWS
    assert stat.S_IMODE(leadctl.db.stat().st_mode) == 0o600
    assert leadctl("db", "doctor").code == 0
    assert leadctl("undo", "1", "--yes").code == 0
    assert lead_count(leadctl) == 0


def test_nobody_sees_half_of_it(leadctl: Leadctl) -> None:
    with begun(leadctl) as process:
        assert beside(leadctl.db) == ["-part"]
        assert leadctl("list").code == 4
        ended(process)
    assert is_tidy(leadctl)
    assert lead_count(leadctl) == NEW_ROWS


def test_who_writes_meanwhile_waits_and_follows(leadctl: Leadctl) -> None:
    with begun(leadctl) as process:
        others = [leadctl.process("rep", "add", name, "--json") for name in ("ana", "ben")]
        time.sleep(0.5)
        assert [other.poll() for other in others] == [None, None]
        ended(process)
        for other in others:
            _, err = other.communicate(timeout=60)
            assert other.returncode == 0, err
    commands = [operation["command"] for operation in leadctl.store().operations()]
    assert sorted(commands[:2]) == ["rep add ana", "rep add ben"]
    assert commands[2].startswith("import")


def test_who_waits_too_long_is_told(leadctl: Leadctl, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beginning.database, "BUSY_SECONDS", 0.1)
    with begun(leadctl) as process:
        outcome = leadctl("rep", "add", "ana")
        assert (outcome.code, len(outcome.err.splitlines())) == (5, 1)
        ended(process)
    assert leadctl("rep", "add", "ana").code == 0


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


def test_a_file_with_a_name_is_never_replaced(
    leadctl: Leadctl, leads: SeedLeads, store: Store
) -> None:
    leads(1)
    was = leadctl.db.stat().st_ino
    imported(leadctl)
    assert leadctl.db.stat().st_ino == was
    # Who had it open goes on in it, and takes no journal of another file for its own.
    with store.operation("hold") as op:
        op.update("lead", [(1, {"city": "Bern"})])
    assert lead_count(leadctl) == NEW_ROWS + 1


@pytest.mark.parametrize("name", ["leads.db-journal", "leads.db-wal"])
def test_what_is_left_of_another_file_is_not_taken_for_the_new_ones(
    leadctl: Leadctl, name: str
) -> None:
    leadctl.write(name, "what is left of a file that was removed")
    imported(leadctl)
    assert lead_count(leadctl) == NEW_ROWS


def test_a_link_to_a_file_that_is_not_there_yet_stays_one(leadctl: Leadctl) -> None:
    target = leadctl.folder / "far" / "elsewhere.db"
    target.parent.mkdir()
    leadctl.db.symlink_to(target)
    imported(leadctl)
    assert leadctl.db.is_symlink()
    assert beside(target) == []
    assert lead_count(leadctl) == NEW_ROWS


@pytest.mark.usefixtures("from_few")
def test_a_dry_run_and_one_that_fails_make_nothing(leadctl: Leadctl, store: Store) -> None:
    file = leadctl.write("a.csv", rows(NEW_ROWS))
    assert leadctl("import", file, "--dry-run").code == 0
    with pytest.raises(BadDataError):
        fail(store)
    with store.operation("large", records=100):
        pass
    assert not leadctl.db.exists()
    assert beside(leadctl.db) == []


@pytest.mark.usefixtures("from_few")
def test_where_other_machines_write_too_the_file_comes_first(
    leadctl: Leadctl, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = leadctl.write("mounts", f"filer:/sales {leadctl.folder.resolve()} nfs4 rw 0 0\n")
    monkeypatch.setattr(mounts, "_TABLE", table)
    with store.operation("large", records=100) as op:
        assert leadctl.db.exists()
        op.create("rep", [{"name": "ana"}])


STAGES = {"claimed": None, "written": None, "committed": None, "synced": None, "named": 1_500}
"""Stage at which the import dies -> how many leads there are then, None without a database."""


@pytest.mark.parametrize("first", ["doctor", "write"])
@pytest.mark.parametrize("stage", STAGES)
def test_an_import_that_is_killed_at_a_stage(leadctl: Leadctl, stage: str, first: str) -> None:
    process = importing(leadctl, leadctl.write("a.csv", rows(NEW_ROWS)), stage)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    there = STAGES[stage]
    assert leadctl.db.exists() == (there is not None)
    assert ("-part" in beside(leadctl.db)) == (there is None)
    if first == "doctor":
        assert leadctl("db", "doctor").code == (4 if there is None else 0)
        assert beside(leadctl.db) == []
    assert leadctl("rep", "add", "ana").code == 0
    assert is_tidy(leadctl)
    assert lead_count(leadctl) == (there or 0)


def test_what_a_killed_import_left_is_not_read_again(leadctl: Leadctl) -> None:
    leadctl.db.with_name("leads.db-part").write_bytes(b"half of it" * 1_000)
    imported(leadctl)
    assert lead_count(leadctl) == NEW_ROWS


def test_no_room(leadctl: Leadctl) -> None:
    process = write_ahead_tests.limited(leadctl, 700_000, IMPORTS)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 6
    assert "nothing was changed" in err
    assert not leadctl.db.exists()
    assert beside(leadctl.db) == []


def test_a_name_that_is_refused_leaves_nothing(
    leadctl: Leadctl, store: Store, monkeypatch: pytest.MonkeyPatch, from_few: None
) -> None:
    def refused(self: Path, target: Path) -> Path:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refused)
    with (
        pytest.raises(Exception, match="nothing was changed"),
        store.operation("large", records=100) as op,
    ):
        op.create("rep", [{"name": "ana"}])
    assert not leadctl.db.exists()
    assert beside(leadctl.db) == []


@pytest.mark.skipif(os.name != "posix", reason="no permissions")
def test_a_folder_that_cannot_be_made_is_named(leadctl: Leadctl) -> None:
    leadctl.env["LEADCTL_DB"] = str(leadctl.write("file", "") / "leads.db")
    outcome = leadctl("rep", "add", "ana")
    assert (outcome.code, len(outcome.err.splitlines())) == (6, 1)
    assert "cannot make" in outcome.err


def test_facts_are_those_of_an_import_into_a_file(leadctl: Leadctl, tmp_path: Path) -> None:
    imported(leadctl)
    (tmp_path / "other").mkdir()
    other = Leadctl(tmp_path / "other")
    other.now = leadctl.now
    assert other("import", leadctl.folder / "a.csv").code == 0

    def plain(of: Leadctl) -> dict[str, list[list[tuple[str, object]]]]:
        random = ("uid", "at", "created_at", "created_day")
        return {
            table: [[pair for pair in row if pair[0] not in random] for row in found]
            for table, found in facts(of.store()).items()
        }

    assert plain(leadctl) == plain(other)
