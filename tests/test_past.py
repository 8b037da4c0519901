"""The past: at each moment the leads are as they were then, net of what was undone."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from conftest import NOT_FACTS, Leadctl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leadctl import past
from leadctl.config import Settings
from leadctl.lead_view import RecordFilter, Words
from leadctl.store import Store
from leadctl.stored import day_number, stamp
from leadctl.undo import Undo

SETTINGS = Settings()
START = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
VIEWED = "id, owner, status, company, employees, created_at, age_days, activities, converted_at"
VIEWED += ", days_since_activity, last_activity_at, touches, last_touch_at, company_domain"

ACTION = st.one_of(
    st.tuples(st.just("add"), st.integers(1, 3)),
    st.tuples(st.just("edit"), st.integers(0, 5), st.sampled_from(
        ["status", "company", "owner_id", "website"])),
    st.tuples(st.just("edit many"), st.sampled_from([None, 10, 500])),
    st.tuples(st.just("created"), st.integers(0, 5), st.integers(-40, 40)),
    st.tuples(st.just("log"), st.integers(0, 5)),
    st.tuples(st.just("convert"), st.integers(0, 5)),
    st.tuples(st.just("remove"), st.integers(0, 5)),
    st.tuples(st.just("undo")),
    st.tuples(st.just("redo")),
)  # fmt: skip
WORDS = {
    "status": ["New", "Contacted", "Lost"],
    "company": ["Kiln AG", None],
    "owner_id": [1, None],
    "website": ["https://kiln.example", "other.example", None],
}


class History:
    """Operations, an hour after each other, and what the facts were after each of them."""

    def __init__(self, folder: Path) -> None:
        self.leadctl = Leadctl(folder)
        self.leadctl.now = START
        self.store = self.leadctl.store()
        self.numbers: list[int] = []
        self.moments: list[datetime] = []
        self.snapshots: list[Any] = []
        with self.store.operation("seed") as op:
            op.create("rep", [{"name": "ana"}])

    def leads(self) -> list[int]:
        return [row["id"] for row in self.store.query("SELECT id FROM main.leads ORDER BY id")]

    def happen(self, action: tuple[Any, ...]) -> None:
        self.leadctl.now += timedelta(hours=7)
        at = stamp(self.leadctl.now)
        leads = self.leads()
        name, *rest = action
        with self.store.operation(name) as op:
            lead = leads[rest[0] % len(leads)] if rest and rest[0] is not None and leads else None
            if name == "add":
                shared = {"status": "New", "created_at": at, "created_day": day_of(at)}
                op.create("lead", [{**shared, "last_name": f"{n}"} for n in range(rest[0])])
            elif name in ("undo", "redo"):
                if target := self.undoable(redo=name == "redo"):
                    Undo(op, target).run()
            elif name == "edit many":
                op.update("lead", [(each, {"employees": rest[0]}) for each in leads])
            elif lead is None:
                return
            elif name == "edit":
                words = WORDS[rest[1]]
                op.update("lead", [(lead, {rest[1]: words[op.id % len(words)]})])
            elif name == "created":
                then = stamp(self.leadctl.now + timedelta(days=rest[1]))
                op.update("lead", [(lead, {"created_at": then, "created_day": day_of(then)})])
            elif name == "log":
                side = "in" if op.id % 2 else "out"
                activity = {"lead_id": lead, "kind": "call", "direction": side, "at": at}
                activity["day"] = day_of(at)
                op.create("activity", [activity])
            elif name == "convert":
                op.update("lead", [(lead, {"status": "Converted", "converted_at": at})])
            elif not self.touches(lead):
                op.delete("lead", f"SELECT {lead}")
        if op.saved:
            self.numbers.append(op.saved)
            self.moments.append(self.leadctl.now)
            self.snapshots.append(self.facts())

    def touches(self, lead: int) -> int:
        return self.store.value("SELECT count(*) FROM main.activities WHERE lead_id = ?", (lead,))

    def undoable(self, *, redo: bool) -> int | None:
        """Return the newest operation that is in effect, or the newest one if it is an undo."""
        newest = self.store.query("SELECT id, undoes FROM operations ORDER BY id DESC LIMIT 2")[1:]
        if redo:
            return next((row["id"] for row in newest if row["undoes"]), None)
        return self.store.value(
            """SELECT max(id) FROM operations WHERE undoes IS NULL AND undone_by IS NULL
            AND command NOT IN ('seed', 'undo', 'redo')"""
        )

    def facts(self) -> Any:
        """Return the leads as stored, and as the view shows them on this day."""
        self.store.connection.execute("UPDATE temp.clock SET day = ?", (day_of(stamp(self.now)),))
        return self.read()

    @property
    def now(self) -> datetime:
        return self.leadctl.now

    def read(self) -> Any:
        leads = self.store.query("SELECT * FROM leads ORDER BY id")
        return (
            [{k: v for k, v in lead.items() if k not in NOT_FACTS} for lead in leads],
            self.store.query(f"SELECT {VIEWED} FROM lead ORDER BY id"),
        )

    def as_of(self, moment: datetime) -> Any:
        at = stamp(moment)
        with past.leads_as_of(self.store, SETTINGS, at, day_of(at)):
            return self.read()

    def in_effect(self) -> set[int]:
        """Return the operations that count: neither undone nor an undo.

        What an undo took back lay on top, so that it leaves what the newest of these left.
        """
        rows = self.store.query(
            "SELECT id FROM operations WHERE undone_by IS NULL AND undoes IS NULL"
        )
        return {row["id"] for row in rows}


def day_of(at: str) -> int:
    return day_number(datetime.fromisoformat(at).date())


@given(st.lists(ACTION, min_size=1, max_size=14))
@example(
    [("add", 2), ("edit", 0, "status"), ("undo",), ("redo",), ("undo",), ("edit", 1, "company")]
)
@example([("add", 1), ("remove", 0), ("undo",), ("edit", 0, "status"), ("remove", 0)])
@example([("add", 1), ("convert", 0), ("edit", 0, "status"), ("convert", 0), ("undo",)])
@example([("add", 1), ("convert", 0), ("edit", 0, "status"), ("undo",), ("undo",)])
@settings(max_examples=20)
def test_the_past_is_what_it_was(actions: list[tuple[Any, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        history = History(Path(folder))
        for action in actions:
            history.happen(action)
        in_effect = history.in_effect()
        expected: Any = ([], [])
        for number, moment, snapshot in zip(
            history.numbers, history.moments, history.snapshots, strict=True
        ):
            found = history.as_of(moment)
            # What was undone never happened; days pass all the same.
            if number in in_effect:
                expected = snapshot
                assert found == snapshot
            assert found[0] == expected[0]
        assert history.facts() == history.as_of(history.now)
        history.store.close()


def test_imported_leads_count_with_their_first_known_state(leadctl: Leadctl) -> None:
    leadctl.now = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    file = leadctl.write(
        "old.csv",
        "Name,Email,Status,Created,Converted,Converted date\n"
        "Zoë Núñez,zoe@creme.example,Converted,2026-03-01,yes,2026-06-01\n"
        "Anne O’Brien,anne@queens.example,Contacted,2026-05-01,no,\n",
    )
    leadctl.ok("import", file)
    leadctl.ok("edit", 2, "status=Lost", "created_at=2026-05-02")
    store = leadctl.store()
    assert {m: statuses(store, m) for m in ("2026-02-01", "2026-04-01", "2026-05-20")} == {
        "2026-02-01": (0, []),
        "2026-04-01": (1, [(1, "New", None)]),
        "2026-05-20": (2, [(1, "New", None), (2, "Contacted", None)]),
    }
    assert statuses(store, "2026-07-01") == (
        2, [(1, "Converted", "2026-06-01T00:00:00Z"), (2, "Contacted", None)],
    )  # fmt: skip
    assert statuses(store, "2026-11-21")[0] == 0
    store.close()


def statuses(store: Store, date: str) -> tuple[int, list[tuple[Any, ...]]]:
    at = f"{date}T00:00:00Z"
    with past.leads_as_of(store, SETTINGS, at, day_of(at)) as found:
        rows = store.query("SELECT id, status, converted_at FROM lead ORDER BY id")
        assert found.there == bool(rows)
        return found.imported, [tuple(row.values()) for row in rows]


def test_filters_read_the_past_and_nothing_of_it_stays(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Jo Li", "company=Kiln AG", "employees=10")
    leadctl.ok("log", 1, "call", "rang")
    leadctl.now += timedelta(days=3)
    leadctl.ok("edit", 1, "status=Contacted", "employees=200")
    leadctl.ok("log", 1, "call", "again")
    leadctl.ok("score")
    store = leadctl.store()
    then = RecordFilter(
        words={"status": Words(("New",))}, where="employees = 10 and activities = 1"
    )
    before = store.query("SELECT * FROM lead")
    at = stamp(leadctl.now - timedelta(days=2))
    with past.leads_as_of(store, SETTINGS, at, day_of(at)):
        (lead,) = store.leads(then)
        assert (lead["age_days"], lead["score"]) == (1, None)
    assert store.leads(then) == []
    assert store.query("SELECT * FROM lead") == before
    assert store.query("SELECT name FROM temp.sqlite_master WHERE name LIKE 'past%'") == []
    store.close()


@given(
    created=st.integers(0, 20),
    happened=st.lists(st.integers(0, 40), max_size=8),
    seen=st.lists(st.integers(0, 40), min_size=1, max_size=4),
)
@settings(max_examples=10)
def test_each_lead_at_its_own_moment(created: int, happened: list[int], seen: list[int]) -> None:
    """What a lead was at its moment is the same, whatever the moments of the others are."""
    asked = "status, employees, activities, age_days, days_since_activity, last_activity_at"
    with tempfile.TemporaryDirectory() as folder:
        history = History(Path(folder))
        history.happen(("add", 3))
        history.happen(("add", 3))
        for number in range(created):
            history.happen((("log", "edit many", "convert")[number % 3], number))
        for number in happened:
            history.happen(("log", number))
        store, leads = history.store, history.leads()
        moments = {lead: stamp(START + timedelta(hours=7 * (2 + seen[lead % len(seen)])))
                   for lead in leads}  # fmt: skip
        alone = {}
        for lead, at in moments.items():
            with past.leads_as_of(store, SETTINGS, at, day_of(at)):
                alone[lead] = store.query(f"SELECT {asked} FROM lead WHERE id = {lead}")
        rows = " UNION ALL ".join(f"SELECT {i}, '{at}', {day_of(at)}" for i, at in moments.items())
        with past.leads_at(store, SETTINGS, rows):
            together = {
                lead: store.query(f"SELECT {asked} FROM lead WHERE id = {lead}") for lead in leads
            }
        assert together == alone
        store.close()


def test_tasks_are_those_of_then(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Jo Li", "company=Kiln AG")
    store = leadctl.store()
    start = leadctl.now
    with store.operation("tasks") as op:
        op.create("task", [
            {"lead_id": 1, "title": f"{day}", "created_day": 0, "created_at": stamp(start + day),
             "done_at": stamp(start + 2 * day)}
            for day in (timedelta(days=1), timedelta(days=3))
        ])  # fmt: skip
    found = []
    for days in (0, 1, 2, 4, 6):
        at = stamp(start + timedelta(days=days))
        with past.leads_as_of(store, SETTINGS, at, day_of(at)):
            found.append(store.value("SELECT open_tasks FROM lead"))
    assert found == [0, 1, 0, 1, 0]
    store.close()
