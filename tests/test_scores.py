"""Scores: what a run writes, that each number is the sum of its ledger, and what is explained."""

from __future__ import annotations

import json
import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from conftest import Leadctl, SeedLeads
from hypothesis import given, settings
from hypothesis import strategies as st

from leadctl import scores
from leadctl.config import Settings
from leadctl.errors import BadDataError, NotFoundError
from leadctl.interrupts import Interrupts
from leadctl.rules.score_tables import load
from leadctl.rules.scoring import ScoreRules
from leadctl.store import Store

TODAY = 20779
"""2026-11-22, the day of the fixtures."""
CALLS = '[[score]]\nname = "calls"\nactivity = "call"\npoints = 10\n'


def rules(text: str) -> ScoreRules:
    return load(tomllib.loads(text), path="leads.toml")


def log(store: Store, lead: int, kind: str, day: int = TODAY, direction: str | None = None) -> None:
    with store.operation("log") as op:
        op.create("activity", [activity(lead, kind, day, direction)])


def activity(lead: int, kind: str, day: int, direction: str | None = None) -> dict[str, Any]:
    return {
        "lead_id": lead, "kind": kind, "direction": direction, "day": day,
        "at": "2026-11-22T08:00:00Z",
    }  # fmt: skip


def edit(store: Store, lead: int, **fields: Any) -> None:
    with store.operation("edit") as op:
        op.update("lead", [(lead, fields)])


def total(store: Store, lead: int) -> int | None:
    found: int | None = store.lead(lead, ("score",))["score"]
    return found


def points(store: Store, lead: int, text: str) -> dict[str, int]:
    """Return what these rules give a lead, line by line."""
    scores.run(store, rules(text))
    return {
        line.rule: line.points
        for line in scores.explain(store, Settings(), rules(text), lead).lines
    }


# --- a run


def test_a_run_scores_every_lead_and_stands_in_the_history(store: Store, leads: SeedLeads) -> None:
    leads({"email": "a@firm.example", "phone": "+49 30 1"}, {"company": "Firm"})
    done = scores.run(store, load({}, path="x"))
    assert (done.scored, done.changed, done.movers) == (2, 2, [])
    assert [total(store, lead) for lead in (1, 2)] == [25, 0]
    operation = store.operation_row(done.operation or 0)
    assert operation["command"] == "score"
    assert operation["decided_by"] == "machine"
    assert not operation["undoable"]
    assert operation["counts"] == {"scored": 2, "changed": 2}


def test_a_run_tells_which_rules_it_used(store: Store, leads: SeedLeads) -> None:
    leads(1)
    done = scores.run(store, rules(CALLS))
    (found,) = store.query("SELECT * FROM score_runs")
    assert (found["operation"], found["day"]) == (done.operation, TODAY)
    assert (found["rules_path"], found["rules_hash"]) == ("leads.toml", rules(CALLS).hash)
    lines = json.loads(found["lines"])
    assert [(line["rule"], line["kind"]) for line in lines] == [
        ("calls", "engagement"),
        ("total cap", "cap"),
    ]


def test_a_second_run_writes_nothing(store: Store, leads: SeedLeads) -> None:
    leads(3)
    scores.run(store, rules(CALLS))
    before = store.path.read_bytes()
    done = scores.run(store, rules(CALLS))
    assert (done.operation, done.scored, done.changed) == (None, 3, 0)
    assert store.path.read_bytes() == before


def test_only_what_differs_is_written(store: Store, leads: SeedLeads) -> None:
    leads(3)
    first = scores.run(store, rules(CALLS))
    log(store, 2, "call")
    second = scores.run(store, rules(CALLS))
    assert (second.scored, second.changed) == (3, 1)
    runs = [row["run"] for row in store.query("SELECT run FROM scores ORDER BY lead_id")]
    assert runs == [first.operation, second.operation, first.operation]


def test_other_rules_with_the_same_points_are_noted_without_a_change(
    store: Store, leads: SeedLeads
) -> None:
    leads(2)
    scores.run(store, rules(CALLS))
    renamed = rules(CALLS.replace("calls", "telephone"))
    done = scores.run(store, renamed)
    assert done.changed == 0
    assert done.operation is not None
    explained = scores.explain(store, Settings(), renamed, 1)
    assert [line.rule for line in explained.lines] == ["telephone"]
    assert not explained.stale
    assert scores.run(store, renamed).operation is None


def test_a_dry_run_counts_the_same_and_writes_nothing(store: Store, leads: SeedLeads) -> None:
    leads(2)
    before = store.path.read_bytes()
    dry = scores.run(store, rules(CALLS), dry_run=True)
    assert (dry.operation, dry.scored, dry.changed) == (None, 2, 2)
    assert store.path.read_bytes() == before
    assert scores.run(store, rules(CALLS)).changed == 2


def test_a_run_without_a_database_makes_none(tmp_path: Path) -> None:
    store = Store(
        tmp_path / "none.db", explicit=False, now=lambda: "2026-11-22T09:00:00Z",
        today=lambda: TODAY, day_of=lambda at: None, clock=time.monotonic, actor="tester",
        match_keys=lambda: lambda kind, row: (None, None, None, None, None, 1), say=print,
        interrupts=Interrupts(),
    )  # fmt: skip
    assert scores.run(store, rules("")) == scores.ScoreRun(None, 0, 0, [])
    assert not store.path.exists()


def test_ids_narrow_the_run(store: Store, leads: SeedLeads) -> None:
    leads(3)
    for lead in (1, 2, 3):
        log(store, lead, "call")
    done = scores.run(store, rules(CALLS), [2, 3, 3])
    assert (done.scored, done.changed) == (2, 2)
    assert [total(store, lead) for lead in (1, 2, 3)] == [None, 10, 10]
    assert scores.run(store, rules(CALLS), []).scored == 0


def test_a_converted_lead_keeps_its_score(store: Store, leads: SeedLeads) -> None:
    leads(1)
    scores.run(store, rules(CALLS))
    edit(store, 1, converted_at="2026-11-22T09:00:00Z")
    log(store, 1, "call")
    assert scores.run(store, rules(CALLS)).scored == 0
    assert scores.run(store, rules(CALLS), [1]).scored == 0
    assert total(store, 1) == 0
    assert not scores.explain(store, Settings(), rules(CALLS), 1).stale


def test_movers_are_those_with_another_grade_farthest_first(store: Store, leads: SeedLeads) -> None:
    leads(
        {"first_name": "Ann", "last_name": "Lee"}, {"company": "Firm"}, {"email": "x@y.example"}, {}
    )
    scores.run(store, rules(CALLS))
    for lead, calls in ((1, 2), (2, 7), (3, 1)):
        for _ in range(calls):
            log(store, lead, "call")
    assert scores.run(store, rules(CALLS)).movers == [
        scores.Mover(2, "Firm", "D", "A", 70),
        scores.Mover(1, "Ann Lee", "D", "C", 20),
    ]


def test_undo_never_takes_a_score_run(store: Store, leads: SeedLeads) -> None:
    leads(1)
    scores.run(store, rules(CALLS))
    assert (store.my_newest_operation() or {})["command"] == "seed"


# --- points


def test_blanks_fit_nothing(store: Store, leads: SeedLeads) -> None:
    leads({})
    given = points(
        store,
        1,
        """
        [[score]]
        name = "more"
        when = "employees > 5"
        points = 1
        [[score]]
        name = "not more"
        when = "not employees > 5"
        points = 2
        [[score]]
        name = "free"
        when = "is_free_mail = 0"
        points = 4
        [[score]]
        name = "blank"
        when = "employees is null"
        points = 8""",
    )
    assert given == {"more": 0, "not more": 0, "free": 0, "blank": 8}


@pytest.mark.parametrize(
    ("day", "counted"),
    [(TODAY, 1), (TODAY - 27, 1), (TODAY - 28, 0), (TODAY + 1, 0)],
)
def test_a_window_of_28_days_has_28_days(
    store: Store, leads: SeedLeads, day: int, counted: int
) -> None:
    leads(1)
    log(store, 1, "call", day)
    assert points(store, 1, CALLS + 'within = "28 days"')["calls"] == 10 * counted


@pytest.mark.parametrize(("day", "counted"), [(0, 1), (TODAY, 1), (TODAY + 1, 0)])
def test_without_a_window_all_days_count_but_those_to_come(
    store: Store, leads: SeedLeads, day: int, counted: int
) -> None:
    leads(1)
    log(store, 1, "call", day)
    assert points(store, 1, CALLS)["calls"] == 10 * counted


def test_the_day_moves_windows_and_ages(store: Store, leads: SeedLeads) -> None:
    leads(1)
    log(store, 1, "call", TODAY)
    text = CALLS + 'within = "1 day"\n[[score]]\nname = "old"\nwhen = "age_days > 2"\npoints = 1'
    assert points(store, 1, text) == {"calls": 10, "old": 0}
    store.set_today(TODAY + 1)
    assert points(store, 1, text) == {"calls": 0, "old": 1}


@pytest.mark.parametrize(
    ("ages", "given"),
    [
        ([0], 10), ([14], 5), ([28], 3), ([29], 2), ([14, 14, 0], 20), ([60], 1), ([61], 0),
        ([280], 0), ([10_000], 0), ([-1], 0), ([0] * 5, 30), ([], 0),
    ],
)  # fmt: skip
@pytest.mark.parametrize("sign", [1, -1])
def test_a_half_life_halves_and_a_line_is_rounded_once(
    store: Store, leads: SeedLeads, ages: list[int], given: int, sign: int
) -> None:
    leads(1)
    with store.operation("log") as op:
        op.create("activity", [activity(1, "call", TODAY - age) for age in ages])
    text = CALLS.replace("10", str(sign * 10)) + 'half_life = "14 days"\nmax = 30\n'
    text += "[score_caps]\ntotal = [-100, 100]"
    assert points(store, 1, text)["calls"] == sign * given


def test_half_lives_of_several_rules_do_not_meet(store: Store, leads: SeedLeads) -> None:
    leads(1)
    log(store, 1, "call", TODAY - 30)
    text = CALLS + 'half_life = "30 days"\n'
    text += '[[score]]\nname = "short"\nactivity = "call"\npoints = 64\nhalf_life = "5 days"\n'
    text += '[[score]]\nname = "ever"\nactivity = "call"\npoints = 7\n'
    assert points(store, 1, text) == {"calls": 5, "short": 1, "ever": 7}


def test_nothing_for_30_days_counts_from_the_creation_of_a_lead_without_activity(
    store: Store, leads: SeedLeads
) -> None:
    old, new, touched, forgotten = leads(
        {"created_day": TODAY - 30}, {"created_day": TODAY - 29},
        {"created_day": TODAY - 99}, {"created_day": TODAY - 99},
    )  # fmt: skip
    log(store, touched, "note", TODAY - 29)
    log(store, forgotten, "note", TODAY - 30)
    text = '[[score]]\nname = "nothing"\nwhen = "days_since_activity >= 30"\npoints = 10\n'
    given = [points(store, lead, text)["nothing"] for lead in (old, new, touched, forgotten)]
    assert given == [10, 0, 0, 10]


@pytest.mark.parametrize(
    ("fit", "engagement", "rank"),
    [
        (40, 30, "A1"), (39, 29, "B2"), (25, 15, "B2"), (24, 14, "C3"), (10, 5, "C3"),
        (9, 4, "D4"), (-50, -50, "D4"), (40, 4, "A4"), (9, 30, "D1"),
    ],
)  # fmt: skip
def test_ranks(store: Store, leads: SeedLeads, fit: int, engagement: int, rank: str) -> None:
    leads(1)
    base = "".join(
        f'[[score]]\nname = "{group}"\ngroup = "{group}"\nwhen = "1"\npoints = {given}\n'
        for group, given in (("fit", fit), ("engagement", engagement))
    )
    scores.run(store, rules(base))
    assert store.lead(1, ("rank",))["rank"] == rank
    assert scores.explain(store, Settings(), rules(base), 1).rank == rank
    other = rules(base + "[ranks]\nfit = [100, 99, 98]")
    assert scores.run(store, other).changed == (0 if rank[0] == "D" else 1)
    assert store.lead(1, ("rank",))["rank"] == f"D{rank[1]}"


def test_directions(store: Store, leads: SeedLeads) -> None:
    leads(1)
    for direction in ("in", "out", None):
        log(store, 1, "call", TODAY, direction)
    assert points(store, 1, CALLS)["calls"] == 30
    assert points(store, 1, CALLS + 'direction = "in"')["calls"] == 10


def test_when_narrows_an_activity_rule(store: Store, leads: SeedLeads) -> None:
    leads({"country": "DE"}, {"country": "FR"})
    for lead in (1, 2):
        log(store, lead, "call")
    text = CALLS + "when = \"country = 'de'\""
    assert points(store, 1, text)["calls"] == 10
    assert points(store, 2, text)["calls"] == 0


def test_activities_of_nobody_and_of_others_do_not_count(store: Store, leads: SeedLeads) -> None:
    leads(2)
    log(store, 2, "call")
    with store.operation("log") as op:
        op.create("activity", [activity(1, "call", TODAY) | {"lead_id": None}])
    assert points(store, 1, CALLS)["calls"] == 0


def test_caps_are_lines_of_their_own_and_only_where_they_took_part(
    store: Store, leads: SeedLeads
) -> None:
    leads(1)
    for _ in range(3):
        log(store, 1, "call")
    base = '[[score]]\nname = "base"\nwhen = "true"\npoints = -50\n'
    text = CALLS + base + "[score_caps]\nfit = [-20, 10]\nengagement = [0, 25]\ntotal = [7, 50]"
    assert points(store, 1, text) == {
        "base": -50,
        "fit cap": 30,
        "calls": 30,
        "engagement cap": -5,
        "total cap": 2,
    }
    row = store.lead(1, ("score", "fit", "engagement"))
    assert row == {"score": 7, "fit": -20, "engagement": 25}
    assert points(store, 1, CALLS) == {"calls": 30}


@pytest.mark.parametrize(
    ("given", "grade"),
    [(100, "A"), (70, "A"), (69, "B"), (45, "B"), (20, "C"), (19, "D"), (0, "D"), (-1, None)],
)
def test_grades(store: Store, leads: SeedLeads, given: int, grade: str | None) -> None:
    leads(1)
    base = (
        f'[[score]]\nname = "base"\nwhen = "1"\npoints = {given}\n[score_caps]\ntotal = [-9, 100]'
    )
    scores.run(store, rules(base))
    assert store.lead(1, ("grade",))["grade"] == grade


# --- random leads, activities and rules against the same in plain Python


class Case(NamedTuple):
    """A condition of a rule, and the same in Python."""

    text: str
    fits: Any


CASES = (
    Case("employees >= 50", lambda lead: (lead["employees"] or 0) >= 50),
    Case("country in ('DE', 'at')", lambda lead: (lead["country"] or "").upper() in ("DE", "AT")),
    Case("country is null or employees < 10", lambda lead: (
        lead["country"] is None or (lead["employees"] is not None and lead["employees"] < 10)
    )),
    Case("not country = 'DE'", lambda lead: lead["country"] not in (None, "DE", "de")),
    Case("true", lambda lead: True),
)  # fmt: skip
KINDS = ("call", "form", "visit")
LEADS = st.fixed_dictionaries(
    {
        "employees": st.sampled_from([None, 0, 9, 10, 49, 50, 5000]),
        "country": st.sampled_from([None, "DE", "de", "AT", "FR", "O'Land"]),
        "converted_at": st.sampled_from([None, None, None, "2026-11-01T00:00:00Z"]),
    }
)
ACTIVITIES = st.tuples(
    st.integers(0, 3),
    st.sampled_from(KINDS),
    st.sampled_from([TODAY + n for n in (1, 0, -1, -2, -6, -7, -14, -27, -28, -140, -400)]),
    st.sampled_from([None, "in", "out"]),
)
NUMBERS = st.integers(-60, 60)
RULES = st.fixed_dictionaries(
    {"points": NUMBERS, "group": st.sampled_from([None, "fit", "engagement"])},
    optional={
        "case": st.sampled_from(CASES),
        "activity": st.lists(st.sampled_from(KINDS), min_size=1, unique=True),
        "direction": st.sampled_from(["in", "out"]),
        "max": st.integers(1, 50),
        "within": st.sampled_from([1, 7, 28]),
        "half_life": st.sampled_from([1, 14, 30]),
    },
)
PAIRS = st.tuples(NUMBERS, NUMBERS).map(sorted)
CAPS = st.fixed_dictionaries({"total": PAIRS}, optional={"fit": PAIRS, "engagement": PAIRS})


def as_table(number: int, drawn: Mapping[str, Any]) -> dict[str, Any]:
    table = {key: value for key, value in drawn.items() if value is not None and key != "case"}
    if "activity" not in table:
        table = {key: table[key] for key in ("points", "group") if key in table}
    if "half_life" in table:
        table.pop("within", None)
    for key in table.keys() & {"within", "half_life"}:
        table[key] = f"{table[key]} days"
    if "case" in drawn or "activity" not in table:
        table["when"] = drawn.get("case", CASES[-1]).text
    return {"name": f"rule {number}", **table}


def plain_points(drawn: Mapping[str, Any], lead: Mapping[str, Any], touches: Sequence[Any]) -> int:
    """What one rule gives one lead, counted the long way."""
    if "case" in drawn and not drawn["case"].fits(lead):
        return 0
    if "activity" not in drawn:
        return int(drawn["points"])
    given = Decimal(0)
    within = 10**6 if "half_life" in drawn else drawn.get("within", 10**6)
    for kind, day, direction in touches:
        age = TODAY - day
        if (
            kind in drawn["activity"]
            and 0 <= age < within
            and drawn.get("direction", direction) == direction
        ):
            given += drawn["points"] * plain_weight(age, drawn.get("half_life"))
    most = drawn.get("max", 10**9)
    return int(Decimal(max(-most, min(most, given))).quantize(Decimal(1), ROUND_HALF_UP))


def plain_weight(age: int, half_life: int | None) -> Decimal:
    """What an activity counts for, to the millionth."""
    if half_life is None:
        return Decimal(1)
    return (Decimal(2) ** (Decimal(-age) / half_life)).quantize(Decimal("0.000001"))


def plain_total(
    drawn: Sequence[Mapping[str, Any]],
    caps: Mapping[str, Sequence[int]],
    lead: Mapping[str, Any],
    touches: Sequence[Any],
) -> tuple[int, int, int]:
    sums = {"fit": 0, "engagement": 0}
    for one in drawn:
        group = one["group"] or ("engagement" if "activity" in one else "fit")
        sums[group] += plain_points(one, lead, touches)

    def capped(group: str, number: int) -> int:
        least, most = caps.get(group, (-(10**9), 10**9))
        return max(least, min(most, number))

    fit, engagement = (capped(group, sums[group]) for group in ("fit", "engagement"))
    return capped("total", fit + engagement), fit, engagement


@settings(max_examples=25)
@given(
    st.lists(LEADS, min_size=4, max_size=4),
    st.lists(ACTIVITIES, max_size=25),
    st.lists(RULES, max_size=6),
    CAPS,
    st.booleans(),
)
def test_a_total_is_the_sum_of_its_ledger_and_what_python_counts(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[dict[str, Any]],
    touches: list[tuple[int, str, int, str | None]],
    drawn: list[dict[str, Any]],
    caps: dict[str, list[int]],
    narrowed: bool,
) -> None:
    document = {"score": [as_table(n, one) for n, one in enumerate(drawn)], "score_caps": caps}
    used = load(document, path="leads.toml", kinds=KINDS)
    store = Leadctl(tmp_path_factory.mktemp("random")).store()
    with store.operation("seed") as op:
        shared = {"status": "New", "created_at": "2026-11-20T09:00:00Z", "created_day": 20777}
        op.create("lead", [{**shared, **row} for row in rows])
        op.create("activity", [activity(n + 1, kind, *rest) for n, kind, *rest in touches])
    scores.run(store, used, [1, 2, 3, 4] if narrowed else None)
    for number, lead in enumerate(rows):
        explained = scores.explain(store, Settings(), used, number + 1)
        mine = [rest for n, *rest in touches if n == number]
        expected = plain_total(drawn, caps, lead, mine)
        assert sum(line.points for line in explained.lines) == expected[0]
        if lead["converted_at"]:
            assert explained.total is None
            continue
        assert (explained.total, explained.fit, explained.engagement) == expected
        assert not explained.stale
        assert explained.now_total == explained.total
    assert scores.run(store, used).operation is None
    store.close()


# --- only what was touched since the last run

READS = """
    [[score]]
    name = "calls"
    activity = "call"
    half_life = "14 days"
    points = 10
    [[score]]
    name = "big"
    when = "employees >= 50"
    points = 7
    [[score]]
    name = "tasks"
    when = "open_tasks > 0"
    points = 3
    [[score]]
    name = "customer"
    when = "account_owner = 'ana'"
    points = 20
"""
CHANGES: Mapping[str, Callable[[Any, int], object]] = {
    "edit": lambda op, n: op.update("lead", [(n, {"employees": 50 * n})]),
    "log": lambda op, n: op.create("activity", [activity(n, "call", TODAY - n)]),
    "other": lambda op, n: op.update("activity", [(n, {"kind": "form"})]),
    "move": lambda op, n: op.update("activity", [(n, {"lead_id": 3})]),
    "forget": lambda op, n: op.delete("activity", f"SELECT {n}"),
    "add": lambda op, n: op.create("lead", [{**SHARED, "employees": 50 * n}]),
    "convert": lambda op, n: op.update("lead", [(n, {"converted_at": "2026-11-22T08:00:00Z"})]),
    "back": lambda op, n: op.update("lead", [(n, {"converted_at": None})]),
    "task": lambda op, n: op.create("task", [{"lead_id": n, **CREATED}]),
    "done": lambda op, n: op.update("task", [(n, {"done_at": "2026-11-22T08:00:00Z"})]),
    "account": lambda op, n: op.create(
        "account", [{"name": f"Firm {n}", "owner_id": 1, **CREATED}]
    ),
    "owner": lambda op, n: op.update("account", [(1, {"owner_id": n % 2 + 1})]),
    "name": lambda op, n: op.update("rep", [(1, {"name": ("ana", "ida", "eva")[n - 1]})]),
}
CREATED = {"created_at": "2026-11-20T09:00:00Z", "created_day": 20777}
SHARED = {"status": "New", **CREATED}


@settings(max_examples=25)
@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from(list(CHANGES)), st.integers(1, 3)), max_size=4),
        min_size=1, max_size=4,
    ),
    st.booleans(),
)  # fmt: skip
def test_a_run_of_what_was_touched_leaves_the_scores_of_a_run_of_all(
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[list[tuple[str, int]]],
    narrowed: bool,
) -> None:
    text = READS if narrowed else CALLS
    store = Leadctl(tmp_path_factory.mktemp("touched")).store()
    with store.operation("seed") as op:
        op.create("rep", [{"name": "ana"}, {"name": "ben"}])
        op.create("account", [{"name": "Firm 1", "owner_id": 1, **CREATED}])
        # Many leads that nobody touches, so that those who are touched are few.
        op.create("lead", [{**SHARED, "company": f"Firm {n}"} for n in range(1, 41)])
        op.create("activity", [activity(n, "call", TODAY) for n in (1, 2, 3)])
        op.create("task", [{"lead_id": n, **CREATED} for n in (1, 2, 3)])
    scores.run(store, rules(text))
    for changes in steps:
        for what, number in changes:
            with store.operation(what) as op:
                CHANGES[what](op, number)
        scores.run(store, rules(text))
    with store.operation("forget runs") as op:
        op.connection.execute("UPDATE score_runs SET whole = 0")
        op.wrote = True
    again = scores.run(store, rules(text))
    assert (again.changed, again.operation) == (0, None)
    store.close()


def computed(store: Store, text: str) -> str:
    """Run the rules and return which leads were computed: all, or those touched."""
    asked: list[str] = []
    with store.operation("open to write"):
        pass
    store.connection.set_trace_callback(asked.append)
    scores.run(store, rules(text))
    store.connection.set_trace_callback(None)
    [insert] = [sql for sql in asked if "INSERT INTO temp.rescored" in sql]
    return "touched" if "temp.wanted" in insert else "all"


@pytest.mark.parametrize(
    ("text", "days", "which"),
    [
        (CALLS, 0, "touched"),
        (CALLS, 1, "all"),
        ('[[score]]\nname = "a"\nwhen = "employees > 5"\npoints = 1', 1, "touched"),
        ('[[score]]\nname = "a"\nwhen = "age_days > 5"\npoints = 1', 1, "all"),
    ],
)
def test_all_leads_are_computed_only_where_any_can_have_changed(
    store: Store, leads: SeedLeads, text: str, days: int, which: str
) -> None:
    leads(40)
    log(store, 1, "call")
    scores.run(store, rules(text))
    edit(store, 2, employees=70)
    store.set_today(TODAY + days)
    assert computed(store, text) == which


def test_other_rules_or_a_run_by_others_make_all_leads_be_computed(
    store: Store, leads: SeedLeads
) -> None:
    leads(40)
    log(store, 1, "call")
    scores.run(store, rules(CALLS))
    assert computed(store, CALLS.replace("10", "11")) == "all"
    assert computed(store, CALLS.replace("10", "11")) == "touched"
    scores.run(store, rules(CALLS), [1])
    assert computed(store, CALLS.replace("10", "11")) == "all"
    scores.run(store, rules(CALLS.replace("10", "11")), [2])
    assert computed(store, CALLS.replace("10", "11")) == "touched"


# --- explanations


def lines(explained: scores.Explanation) -> dict[str, str]:
    return {line.rule: line.evidence for line in explained.lines}


def test_evidence_names_the_fields_that_a_rule_reads(store: Store, leads: SeedLeads) -> None:
    leads({"email": "zoe@creme.example", "company": "Crème", "employees": 12, "phone": "+49 1"})
    shipped = load({}, path="x")
    scores.run(store, shipped)
    evidence = lines(scores.explain(store, Settings(), shipped, 1))
    assert evidence["business email"] == "email = zoe@creme.example"
    assert evidence["phone"] == "phone = +49 1, no mobile"
    assert evidence["company"] == "company = Crème"
    assert evidence["50 employees or more"] == "employees = 12; asks for employees >= 50"
    assert evidence["senior title"] == "no title"
    assert evidence["visit"] == "no visits"


def test_evidence_of_activities(store: Store, leads: SeedLeads) -> None:
    leads({"country": "DE"})
    for day in (TODAY, TODAY - 1, TODAY - 30):
        log(store, 1, "call", day, "in")
    log(store, 1, "form", TODAY - 2)
    text = """
        [[score]]
        name = "calls"
        activity = "call"
        direction = "in"
        within = "28 days"
        points = 5
        [[score]]
        name = "capped"
        activity = ["call", "form"]
        points = 5
        max = 15
        [[score]]
        name = "one"
        activity = "form"
        points = 5
        [[score]]
        name = "elsewhere"
        activity = "form"
        when = "country = 'FR'"
        points = 5
        [[score]]
        name = "from us"
        activity = "form"
        direction = "out"
        points = 5
        [score_caps]
        total = [0, 10]"""
    scores.run(store, rules(text))
    assert lines(scores.explain(store, Settings(), rules(text), 1)) == {
        "calls": "2 calls from them since 2026-10-26, newest today",
        "capped": "4 calls or forms, newest today, worth 20, capped at 15",
        "one": "1 form, newest 2026-11-20",
        "elsewhere": "country = DE; asks for country = 'FR'",
        "from us": "no forms from us",
        "total cap": "comes to 30, at most 10",
    }


def test_a_score_stays_as_it_was_written_when_the_lead_changes(
    store: Store, leads: SeedLeads
) -> None:
    leads({"company": "Firm", "phone": "+49 1"})
    shipped = load({}, path="x")
    scores.run(store, shipped)
    edit(store, 1, company=None)
    log(store, 1, "form")
    explained = scores.explain(store, Settings(), shipped, 1)
    assert explained.total == total(store, 1) == 15
    assert sum(line.points for line in explained.lines) == 15
    assert explained.stale
    assert explained.now_total == 25
    assert explained.reasons == ["the lead has changed since: company 5 → 0, form 0 → 15"]
    scores.run(store, shipped)
    assert not scores.explain(store, Settings(), shipped, 1).stale


def test_days_that_pass_make_a_score_stale(store: Store, leads: SeedLeads) -> None:
    leads(1)
    log(store, 1, "call")
    windowed = rules(CALLS + 'within = "3 days"')
    scores.run(store, windowed)
    store.set_today(TODAY + 2)
    assert not scores.explain(store, Settings(), windowed, 1).stale
    store.set_today(TODAY + 3)
    explained = scores.explain(store, Settings(), windowed, 1)
    assert (explained.total, explained.now_total) == (10, 0)
    assert explained.reasons == ["days have passed since: calls 10 → 0"]
    assert lines(explained) == {"calls": "1 call since 2026-11-20, newest today"}
    assert store.value("SELECT day FROM temp.clock") == TODAY + 3


def test_other_rules_make_a_score_stale(store: Store, leads: SeedLeads) -> None:
    leads(1)
    log(store, 1, "call")
    scores.run(store, rules(CALLS))
    explained = scores.explain(store, Settings(), rules(CALLS.replace("10", "20")), 1)
    assert (explained.total, explained.now_total) == (10, 20)
    assert explained.reasons == ["the rules have changed since"]
    assert [line.rule for line in explained.lines] == ["calls"]


def test_a_lead_that_was_never_scored(store: Store, leads: SeedLeads) -> None:
    leads(1)
    log(store, 1, "call")
    explained = scores.explain(store, Settings(), rules(CALLS), 1)
    assert explained.total is explained.fit is explained.at is None
    assert (explained.stale, explained.now_total) == (True, 10)
    assert [(line.rule, line.points) for line in explained.lines] == [("calls", 10)]


def test_a_rule_of_an_old_run_that_cannot_be_read_any_more(store: Store, leads: SeedLeads) -> None:
    leads(1)
    scores.run(store, rules('[[score]]\nname = "x"\nwhen = "employees is null"\npoints = 3'))
    with store.operation("score") as op:
        op.connection.execute("UPDATE score_runs SET lines = replace(lines, 'employees', 'gone')")
        op.wrote = True
    explained = scores.explain(store, Settings(), rules(CALLS), 1)
    assert explained.total == 3
    assert lines(explained) == {"x": "the rule cannot be read"}


def test_an_unknown_lead(store: Store, leads: SeedLeads) -> None:
    leads(1)
    with pytest.raises(NotFoundError):
        scores.explain(store, Settings(), rules(CALLS), 99)


# --- the command


def test_score_recomputes_all_and_says_so(leadctl: Leadctl, leads: SeedLeads) -> None:
    leads({"company": "Firm"}, {})
    assert leadctl.ok("score", "--dry-run")["changed"] == 2
    first = leadctl.ok("score")
    assert first == {"operation": 2, "dry_run": False, "scored": 2, "changed": 2, "movers": []}
    again = leadctl("score")
    assert (again.code, again.out) == (0, "2 leads scored, none changed\n")
    assert leadctl.ok("score")["operation"] is None


def test_score_of_ids_and_of_a_pipe(leadctl: Leadctl, leads: SeedLeads) -> None:
    leads(3)
    assert leadctl.ok("score", 1)["scored"] == 1
    assert leadctl.ok("score", "-", stdin="2\n3\n")["scored"] == 2
    empty = leadctl("score", "-", stdin="")
    assert (empty.code, empty.out) == (0, "")
    assert "no ids" in empty.err
    assert leadctl("score", 1, 99).code == 4


def test_score_explain_as_json(leadctl: Leadctl, leads: SeedLeads) -> None:
    leads({"company": "Firm", "phone": "+49 1"})
    assert leadctl.ok("score", "explain", 1)["total"] is None
    leadctl.ok("score")
    explained = leadctl.ok("score", "explain", 1)
    assert explained["lead"] == 1
    assert explained["total"] == 15 == sum(line["points"] for line in explained["lines"])
    assert {"fit", "engagement", "grade", "at", "stale", "now_total", "reasons"} < explained.keys()
    assert set(explained["lines"][0]) == {"rule", "kind", "points", "evidence", "activities"}


def test_score_explain_for_people(leadctl: Leadctl, leads: SeedLeads, store: Store) -> None:
    leads({"first_name": "Zoë", "last_name": "Núñez", "company": "Firm", "phone": "+49 1"})
    leadctl.ok("score")
    shown = leadctl("score", "explain", 1, terminal=True).out
    assert "1 Zoë Núñez · Firm   15 D   as of just now, rules shipped" in shown
    assert "+10" in shown
    assert "stale" not in shown
    edit(store, 1, company=None)
    stale = "stale: the lead has changed since: company 5 → 0 · it would be 10 now"
    assert stale in " ".join(leadctl("score", "explain", 1, terminal=True).out.split())
    piped = leadctl("score", "explain", 1)
    assert piped.out.startswith("rule\tkind\tpoints\tevidence\nbusiness email\tfit\t0\t")
    assert stale in piped.err


def test_movers_are_shown(leadctl: Leadctl, leads: SeedLeads, store: Store) -> None:
    leads({"last_name": "Lee", "phone": "+49 1"})
    leadctl.ok("score")
    for _ in range(2):
        log(store, 1, "meeting")
    outcome = leadctl("score", terminal=True)
    assert "1 lead scored, 1 changed" in outcome.out
    assert "+40" in outcome.out
    assert "leadctl score explain ID" in outcome.err
    log(store, 1, "form")
    assert "explain" not in leadctl("score", "--dry-run", terminal=True).err


def test_a_broken_file_stops_score_with_one_line(leadctl: Leadctl, leads: SeedLeads) -> None:
    leads(1)
    leadctl.configure('[[score]]\nname = "calls"\nactivity = "cal"\npoints = 5')
    for words in (("score",), ("score", "explain", 1)):
        outcome = leadctl(*words)
        assert outcome.code == BadDataError.exit_code
        assert outcome.out == ""
        assert outcome.err.count("\n") == 1
        assert '[[score]] "calls": activity: there is no kind "cal"' in outcome.err


def test_a_broken_rule_is_named_with_its_line(leadctl: Leadctl) -> None:
    leadctl.configure(
        f'# "[[score]]"\n{CALLS}\n [[ score ]]\nname = "x"\nwhen = "compny = 1"\npoints = 1\n'
    )
    done = leadctl("score")
    assert done.code == 6
    assert f'{leadctl.folder}/leadctl.toml line 8: [[score]] "x": when: unknown field' in done.err
    leadctl.configure(f'me = """\n[[score]]\n"""\n{CALLS}limit = 1\n')
    assert 'leadctl.toml: [[score]] "calls": there is no key' in leadctl("score").err


@pytest.mark.parametrize("words", [("score",), ("where",), ("assign", "--round-robin")])
def test_names_that_mean_nothing_are_noted_where_rules_are_read(
    leadctl: Leadctl, words: tuple[str, ...]
) -> None:
    leadctl.ok("add", "Ada")
    leadctl.configure('timzone = "UTC"\n[[scores]]\nname = "x"\n[grades]\nA = 1\n[budget]\na = 1\n')
    done = leadctl(*words)
    assert done.code == 0
    assert done.err.splitlines()[:3] == [
        "leadctl.toml has 'budget', which means nothing and is left out",
        "leadctl.toml has 'scores', which means nothing and is left out; did you mean score?",
        "leadctl.toml has 'timzone', which means nothing and is left out; did you mean timezone?",
    ]
    assert leadctl(*words, "--quiet").err == ""
    assert leadctl("import", leadctl.write("x.csv", "email\na@b.example\n"), "--quiet").code == 0
    assert "means nothing" not in leadctl("list").err


@pytest.mark.parametrize("width", [40, 60, 100])
def test_reasons_and_points_at_any_width(leadctl: Leadctl, width: int) -> None:
    leadctl.ok("add", "Zoë Núñez", "email=zoe@creme.example", "phone=+49 30 23125 001")
    leadctl.ok("score")
    done = leadctl("score", "explain", 1, terminal=True, env={"COLUMNS": str(width)})
    words = " ".join(done.screen.split())
    assert "+15" in words
    assert "email =" in words
    assert "phone =" in words
    assert max(map(len, done.screen.splitlines())) <= width


def test_the_day_that_was_set_stays_when_the_database_is_opened_to_write(
    leadctl: Leadctl, store: Store, leads: SeedLeads
) -> None:
    leads(1)
    store.close()
    assert store.lead(1)["age_days"] == 2
    store.set_today(TODAY + 5)
    with store.operation("edit 1 city") as op:
        op.update("lead", [(1, {"city": "Bonn"})])
    assert store.lead(1)["age_days"] == 7
