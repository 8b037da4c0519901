"""Writing much: readers go on, and whoever is killed leaves all of it or nothing."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from conftest import Leadctl, SeedLeads, facts

from leadctl import database, write_ahead
from leadctl import mounts as mounted
from leadctl.app import App
from leadctl.errors import BadDataError
from leadctl.store import Store

HEADER = "External ID,First Name,Last Name,Company,Email,Description\n"
NEW_ROWS = 1_500
LOG = "wal"
JOURNAL = "delete"

DIES = textwrap.dedent("""
    import os, signal, sys
    from leadctl import beginning, write_ahead
    from leadctl.__main__ import main
    from leadctl.journal import Operation
    from leadctl.store import opened

    write_ahead.LARGE = 1_000

    def stop(*_):
        os.kill(os.getpid(), signal.SIGKILL)

    def stopping_after(room, name):
        do = getattr(room, name)
        def done(*of, **named):
            answer = do(*of, **named)
            stop()
        setattr(room, name, done)

    stage = sys.argv.pop(1)
    if stage == "written":
        stopping_after(Operation, "count")
""")
"""The beginning of a command that is large from 1,500 rows on, and dies at a stage."""

IMPORTS = DIES + textwrap.dedent("""
    opened.WRITING = ("cache_size = -100",)  # next to nothing fits
    if stage == "log":
        stopping_after(write_ahead, "_turn_on")
    elif stage == "committed":
        write_ahead.settle = stop
    elif stage == "copied":
        write_ahead._turned_off = stop
    elif stage == "settled":
        stopping_after(write_ahead, "_turned_off")
    main()
""")
"""An import with a log."""

HOLDS = textwrap.dedent("""
    import sys
    from leadctl import write_ahead
    from leadctl.app import App
    from leadctl.store import opened

    write_ahead.LARGE = 1_000
    opened.WRITING = ("cache_size = -100",)
    store = App().store
    with store.operation("hold", records=1_000) as op:
        op.update("lead", [(id, {"description": "x" * 900}) for id in range(1, 1_001)])
        print("written", flush=True)
        sys.stdin.readline()
    print("done", flush=True)
""")
"""Writes a thousand leads and commits when it is told."""


def rows(count: int, *, first: int = 1) -> str:
    """Return a file with leads that differ, the later of them longer."""
    lines = (
        f"X{n},Ann{n},Lee{n},Firm {n},ann{n}@firm{n}.example,{'words ' * (n % 50)}"
        for n in range(first, first + count)
    )
    return HEADER + "\n".join(lines) + "\n"


def environment(leadctl: Leadctl) -> dict[str, str]:
    return {**os.environ, **leadctl.env}


def importing(
    leadctl: Leadctl, file: Path, stage: str = "", script: str = IMPORTS, **more: Any
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, stage, "import", str(file), "--quiet"],
        env=environment(leadctl), stdin=more.pop("stdin", subprocess.DEVNULL),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more,
    )  # fmt: skip


@contextmanager
def holding(leadctl: Leadctl, script: str = HOLDS) -> Iterator[subprocess.Popen[str]]:
    """Have another process in the middle of a large operation; it is over at the end."""
    process = subprocess.Popen(
        [sys.executable, "-c", script], env=environment(leadctl),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "written\n"
        try:
            yield process
        finally:
            process.kill()


def let_go(process: subprocess.Popen[str]) -> None:
    out, _ = process.communicate("\n", timeout=60)
    assert out == "done\n"


def edit_waits(leadctl: Leadctl, process: subprocess.Popen[str]) -> None:
    """Have a command that writes wait for one that holds the lock, and follow it."""
    second = leadctl.process("edit", "1", "city=Bern", "--json")
    with pytest.raises(subprocess.TimeoutExpired):
        second.wait(1)
    let_go(process)
    assert second.wait(30) == 0
    second.communicate()
    commands = [operation["command"] for operation in leadctl.store().operations()]
    assert commands == ["edit 1 city", "hold", "seed"]


def there_are(facts: dict[str, Any]) -> dict[str, Any]:
    """Return the tables of facts that have any."""
    return {table: rows for table, rows in facts.items() if rows}


def mode(file: Path) -> str:
    """Return which journal a file has."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        return str(connection.execute("PRAGMA journal_mode").fetchone()[0])


def beside(file: Path) -> list[str]:
    """Return what SQLite has left beside a file."""
    return sorted(path.name.removeprefix(file.name) for path in file.parent.glob(f"{file.name}-*"))


def is_tidy(leadctl: Leadctl) -> bool:
    return beside(leadctl.db) == [] and mode(leadctl.db) == JOURNAL


def lead_count(leadctl: Leadctl) -> int:
    with closing(leadctl.store()) as store:
        return int(store.value("SELECT count(*) FROM leads"))


@pytest.fixture
def from_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an operation on a hundred records be a large one."""
    monkeypatch.setattr(write_ahead, "LARGE", 100)


# What others see meanwhile.


def test_readers_go_on_while_much_is_written(
    leadctl: Leadctl, leads: SeedLeads, store: Store, tmp_path: Path
) -> None:
    leads(1_000)
    before = facts(store)
    store.close()
    with holding(leadctl) as process:
        assert leadctl.db.with_name("leads.db-wal").stat().st_size > 500_000
        with closing(leadctl.store()) as reader:
            reader.connection.execute("PRAGMA busy_timeout = 0")
            assert facts(reader) == before
        assert leadctl("list", "--limit", "1").code == 0
        assert "cut off" not in leadctl("db", "doctor").err
        assert leadctl("db", "backup", tmp_path / "copy.db").code == 0
        let_go(process)
    assert is_tidy(leadctl)
    assert facts(leadctl.store()) != before
    assert mode(tmp_path / "copy.db") == JOURNAL
    with closing(App({"LEADCTL_DB": str(tmp_path / "copy.db")}).store) as copy:
        assert facts(copy) == before


def test_another_command_that_writes_waits_its_turn(
    leadctl: Leadctl, leads: SeedLeads, store: Store
) -> None:
    leads(1_000)
    store.close()
    with holding(leadctl) as process:
        edit_waits(leadctl, process)
    lead = leadctl.store().lead(1, columns=("city", "description"))
    assert (lead["city"], lead["description"]) == ("Bern", "x" * 900)
    assert leadctl("edit", "1", "city=Basel").code == 0
    assert is_tidy(leadctl)


def test_import_and_undo_leave_the_file_as_it_was(
    leadctl: Leadctl, leads: SeedLeads, store: Store
) -> None:
    leads(10)
    before = facts(store)
    store.close()
    process = importing(leadctl, leadctl.write("a.csv", rows(NEW_ROWS)))
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert is_tidy(leadctl)
    assert lead_count(leadctl) == NEW_ROWS + 10
    assert leadctl("undo", "2", "--yes").code == 0
    assert is_tidy(leadctl)
    assert there_are(facts(leadctl.store())) == there_are(before)


@pytest.mark.usefixtures("from_few")
@pytest.mark.parametrize(
    ("words", "during"),
    [
        (["assign", "--round-robin"], LOG),
        (["assign", *range(1, 121), "--to", "ana"], LOG),
        (["assign", *range(1, 21), "--to", "ana"], JOURNAL),
        (["assign", "--pool", "everyone", "--dry-run"], LOG),
        (["score"], LOG),
        (["score", *range(1, 21)], JOURNAL),
        (["edit", "--where", "id > 0", "city=Bern", "--yes"], LOG),
        (["edit", "1", "city=Bern"], JOURNAL),
        (["tag", *range(1, 121), "vip"], LOG),
        (["convert", *range(1, 121), "--yes"], LOG),
    ],
)
def test_commands_on_many_leads_let_others_read(
    leadctl: Leadctl, leads: SeedLeads, monkeypatch: pytest.MonkeyPatch,
    words: Sequence[object], during: str,
) -> None:  # fmt: skip
    leads(120)
    assert leadctl("rep", "add", "ana").code == 0
    seen = []
    begin = Store._begin

    def noted(self: Store, *of: Any) -> Any:
        seen.append(self.connection.execute("PRAGMA journal_mode").fetchone()[0])
        return begin(self, *of)

    monkeypatch.setattr(Store, "_begin", noted)
    outcome = leadctl(*words)
    assert outcome.code == 0, outcome
    assert seen == [during]
    assert is_tidy(leadctl)


@pytest.mark.usefixtures("from_few")
def test_a_run_that_scores_little_anew_needs_no_log(
    leadctl: Leadctl, leads: SeedLeads, monkeypatch: pytest.MonkeyPatch
) -> None:
    leads(120)
    assert leadctl("score").code == 0
    assert leadctl("edit", "7", "title=CEO").code == 0
    turned_on = []
    monkeypatch.setattr(write_ahead, "_turn_on", turned_on.append)
    assert leadctl.ok("score")["scored"] == 120
    assert turned_on == []


# Killed.


STAGES = {"log": 10, "written": 10, "committed": 1_510, "copied": 1_510, "settled": 1_510}
"""Stage at which the import dies -> how many leads there are then."""


@pytest.mark.parametrize("stage", STAGES)
def test_an_import_that_is_killed_at_a_stage(
    leadctl: Leadctl, leads: SeedLeads, store: Store, stage: str
) -> None:
    leads(10)
    store.close()
    process = importing(leadctl, leadctl.write("a.csv", rows(NEW_ROWS)), stage)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert ("-wal" in beside(leadctl.db)) == (stage != "settled")
    doctor = leadctl("db", "doctor")
    assert doctor.code == 0
    assert ("cut off" in doctor.err) == (stage in ("written", "committed", "copied"))
    assert is_tidy(leadctl)
    assert lead_count(leadctl) == STAGES[stage]


@pytest.mark.parametrize("seed", range(3))
def test_imports_that_are_killed_at_any_moment(
    leadctl: Leadctl, leads: SeedLeads, store: Store, seed: int
) -> None:
    rng = random.Random(seed)
    leads(10)
    store.close()
    before = 10
    for number in range(2):
        file = leadctl.write(f"{number}.csv", rows(NEW_ROWS, first=1 + number * NEW_ROWS))
        process = importing(leadctl, file)
        while process.poll() is None and "-wal" not in beside(leadctl.db):
            time.sleep(0.005)
        time.sleep(rng.uniform(0, 0.3))
        process.kill()
        process.communicate()
        assert leadctl("list", "--limit", "1").code == 0
        after = lead_count(leadctl)
        assert after in (before, before + NEW_ROWS)
        assert leadctl("db", "doctor").code == 0
        before = after
    assert leadctl("edit", "1", "city=Bern").code == 0
    assert is_tidy(leadctl)


def test_the_next_command_that_writes_goes_back_to_the_journal(
    leadctl: Leadctl, leads: SeedLeads, store: Store
) -> None:
    leads(10)
    store.close()
    importing(leadctl, leadctl.write("a.csv", rows(NEW_ROWS)), "committed").communicate(timeout=60)
    assert leadctl("list", "--limit", "1").code == 0
    assert mode(leadctl.db) == LOG
    assert leadctl("edit", "1", "city=Bern").code == 0
    assert is_tidy(leadctl)
    assert lead_count(leadctl) == 1_510


def test_a_copy_of_a_file_with_a_log_has_none(
    leadctl: Leadctl, leads: SeedLeads, store: Store, tmp_path: Path
) -> None:
    leads(10)
    store.close()
    importing(leadctl, leadctl.write("a.csv", rows(NEW_ROWS)), "committed").communicate(timeout=60)
    assert leadctl("db", "backup", tmp_path / "copy.db").code == 0
    assert mode(tmp_path / "copy.db") == JOURNAL
    with closing(App({"LEADCTL_DB": str(tmp_path / "copy.db")}).store) as copy:
        assert copy.value("SELECT count(*) FROM leads") == 1_510


# Where it cannot be had, or left.


def modes_of_large_operation(store: Store) -> tuple[str, str]:
    """Return the journal while a large operation writes, and after it."""
    with store.operation("large", records=100) as op:
        during = op.connection.execute("PRAGMA journal_mode").fetchone()[0]
        op.update("account", [(1, {"name": "Other"})])
    store.close()
    return during, mode(store.path)


@pytest.mark.usefixtures("from_few")
@pytest.mark.parametrize(
    ("mounts", "during"),
    [
        ("/dev/vda / ext4 rw 0 0", LOG),
        ("/dev/vda / ext4 rw 0 0\nfiler:/sales {folder} nfs4 rw 0 0", JOURNAL),
        ("filer:/sales / nfs4 rw 0 0\n/dev/vda {folder} ext4 rw 0 0", LOG),
        ("filer:/sales {folder}/a\\040b cifs rw 0 0", JOURNAL),
        ("", LOG),
        (None, LOG),
    ],
)
def test_a_file_that_other_machines_share_has_no_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mounts: str | None, during: str
) -> None:
    file = tmp_path / "mounts"
    if mounts is not None:
        file.write_text(mounts.format(folder=tmp_path.resolve()))
    monkeypatch.setattr(mounted, "_TABLE", file)
    store = App({"LEADCTL_DB": str(tmp_path / "a b" / "leads.db")}).store
    with store.operation("seed") as op:
        op.create("account", [{"name": "Firm", "created_at": op.now, "created_day": 1}])
    assert modes_of_large_operation(store) == (during, JOURNAL)


def test_few_records_need_no_log(store: Store) -> None:
    with store.operation("seed") as op:
        op.create("account", [{"name": "Firm", "created_at": op.now, "created_day": 1}])
    assert modes_of_large_operation(store) == (JOURNAL, JOURNAL)


def fail(store: Store) -> None:
    with store.operation("large", records=100) as op:
        op.update("lead", [(1, {"city": "Bern"})])
        raise BadDataError("no", "no")


@pytest.mark.usefixtures("from_few")
def test_a_dry_run_and_one_that_fails_leave_no_log(
    leadctl: Leadctl, leads: SeedLeads, store: Store
) -> None:
    leads(1)
    before = facts(store)
    with store.operation("large", records=100, dry_run=True) as op:
        op.update("lead", [(1, {"city": "Bern"})])
    with pytest.raises(BadDataError):
        fail(store)
    assert facts(store) == before
    store.close()
    assert is_tidy(leadctl)


@pytest.mark.usefixtures("from_few")
def test_a_slow_reader_puts_off_the_way_back(
    leadctl: Leadctl, leads: SeedLeads, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_ahead, "PATIENCE", 0.1)
    leads(1)
    with closing(leadctl.store()) as reader:
        with store.operation("large", records=100) as op:
            slow = reader.connection.execute("SELECT city FROM leads")
            op.update("lead", [(1, {"city": "Bern"})])
        store.close()
        assert slow.fetchall() == [(None,)]
        assert leadctl("edit", "1", "company=Firm").code == 0
        assert mode(leadctl.db) == LOG
        assert reader.query("SELECT city, company FROM leads") == [
            {"city": "Bern", "company": "Firm"}
        ]
    assert leadctl("edit", "1", "company=Other").code == 0
    assert is_tidy(leadctl)


@pytest.mark.usefixtures("from_few")
def test_without_a_moment_alone_the_journal_serves(
    leadctl: Leadctl, leads: SeedLeads, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    leads(1)
    with closing(leadctl.store()) as reader:
        slow = reader.connection.execute("SELECT id FROM leads")
        with store.operation("large", records=100) as op:
            assert op.connection.execute("PRAGMA journal_mode").fetchone()[0] == JOURNAL
            op.connection.execute("PRAGMA busy_timeout = 30000")
            op.update("lead", [(1, {"city": "Bern"})])
            slow.fetchall()
        assert reader.value("SELECT city FROM leads") == "Bern"


def limited(leadctl: Leadctl, most: int, script: str = IMPORTS) -> subprocess.Popen[str]:
    """Import on a disk on which no file may have more than so many bytes."""
    import resource

    file = leadctl.write("a.csv", rows(NEW_ROWS))
    limits = (most, most)
    return importing(
        leadctl,
        file,
        script=script,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limits),
    )


def test_no_room_for_the_log(leadctl: Leadctl, leads: SeedLeads, store: Store) -> None:
    leads(10)
    store.close()
    process = limited(leadctl, 700_000)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 6
    assert "nothing was changed" in err
    assert is_tidy(leadctl)
    assert lead_count(leadctl) == 10


def test_room_for_the_log_but_not_for_the_file(
    leadctl: Leadctl, leads: SeedLeads, store: Store
) -> None:
    leads(10)
    store.close()
    process = limited(leadctl, 1_300_000)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert "-wal" in beside(leadctl.db)
    assert lead_count(leadctl) == 1_510
    assert leadctl("edit", "1", "city=Bern").code == 0
    assert is_tidy(leadctl)
