"""A report of an earlier day by two processes is that of one."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import Leadctl
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from test_past import SETTINGS, START, day_of
from test_past_moves import MOVES, happened
from test_report_totals import NOW, a_row, a_step, live

from leadctl import halves, processors, reports
from leadctl.lead_view import RecordFilter
from leadctl.past import Half, Past
from leadctl.reports import as_of as as_of_module
from leadctl.reports.as_of import as_of
from leadctl.reports.shape import Question
from leadctl.store import Store
from leadctl.stored import stamp

ADDING_UP = [name for name in reports.REPORTS if name != reports.ALL]


WHERE = st.sampled_from([None, None, "status <> 'Lost'", "owner = 'ana' or source is null"])
BY = st.sampled_from([None, None, "owner", "source", "country"])


class Twin:
    """Another store of the same file, in this process."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def ask(self, method: str, *args: Any) -> Callable[[], Any]:
        return lambda: getattr(self.store, method)(*args)


def agree(leadctl: Leadctl, at: str, middle: int, where: str | None, by: str | None) -> None:
    """Both halves of each report come to what the whole does."""
    store, other = leadctl.store(), leadctl.store()
    day = day_of(at)
    question = Question(RecordFilter(where=where), SETTINGS, day, by=by)
    for name in (name for name in ADDING_UP if reports.adds_up(name, question)):
        then = (SETTINGS, at, day, reports.reads(name, question, store.fields))
        with as_of(store, *then) as whole:
            expected = reports.make(name, store, question)
        with (
            as_of(store, *then, Half(middle, False)) as ours,
            as_of(other, *then, Half(middle, True)) as theirs,
            store.shared_with(Twin(other)),
        ):
            assert reports.make(name, store, question) == expected, name
        assert whole == Past(ours.there or theirs.there, ours.imported + theirs.imported)
    store.close()
    other.close()


@given(
    st.lists(MOVES, min_size=2, max_size=14),
    st.integers(-40, 110),
    st.integers(0, 4),
    st.booleans(),
    WHERE,
    BY,
)
@settings(max_examples=10)
def test_histories_add_up(
    actions: list[tuple[Any, ...]],
    hours: int,
    middle: int,
    later: bool,
    where: str | None,
    by: str | None,
) -> None:
    with pytest.MonkeyPatch.context() as patch, happened([("log", 1), *actions]) as history:
        patch.setattr(as_of_module, "_most_are_later", lambda *_: later)
        agree(history.leadctl, stamp(START + timedelta(hours=hours)), middle, where, by)


@settings(max_examples=6, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    rows=st.lists(a_row, min_size=2, max_size=6),
    steps=st.lists(a_step, max_size=8),
    back=st.integers(0, 60),
    middle=st.integers(0, 6),
    where=WHERE,
    by=BY,
)
def test_leads_with_deals_add_up(
    rows: list[Any],
    steps: list[Any],
    back: int,
    middle: int,
    where: str | None,
    by: str | None,
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        leadctl = Leadctl(Path(folder))
        live(leadctl, rows, steps, ())
        agree(leadctl, stamp(NOW - timedelta(days=90 - back)), middle, where, by)


@pytest.fixture
def code(leadctl: Leadctl, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What other processes were started with; leads with a history, few of which are enough."""
    live(leadctl, ROWS, [("convert", 3, True), ("log", 2, None), ("later", 3, None)], ())
    monkeypatch.setattr(halves, "FEW", 0)
    monkeypatch.setattr(halves, "PATIENCE", 30)
    monkeypatch.setattr(processors, "usable", lambda: 2)
    run: list[str] = []
    popen = subprocess.Popen

    def start(command: list[str], **options: Any) -> subprocess.Popen[bytes]:
        run.append(command[-1])
        return popen(command, **options)

    monkeypatch.setattr(subprocess, "Popen", start)
    return run


ROWS = [
    (f"{name}@oaks.example", "Web", None, status, "DE", age)
    for age, (name, status) in enumerate(
        [("ana", "Qualified"), ("ben", "Contacted"), ("cleo", "Lost")]
    )
]
DAY = f"{NOW - timedelta(days=88):%Y-%m-%d}"


def test_two_processes_say_what_one_does(
    leadctl: Leadctl, code: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    ask = halves._Other.ask

    def noted(other: halves._Other, method: str, *args: Any) -> Callable[[], Any]:
        asked.append(method)
        return ask(other, method, *args)

    monkeypatch.setattr(halves._Other, "ask", noted)
    # What lies in the folder where it runs is none of its modules.
    leadctl.write("pickle.py", "raise SystemExit")
    monkeypatch.chdir(leadctl.folder)
    two = {name: leadctl("report", name, "--as-of", DAY) for name in ADDING_UP}
    assert len(code) == len(ADDING_UP) <= len(asked)
    monkeypatch.setattr(processors, "usable", lambda: 1)
    for name, outcome in two.items():
        assert leadctl("report", name, "--as-of", DAY).out == outcome.out, name
    assert len(code) == len(ADDING_UP)


@pytest.mark.parametrize(
    "words",
    [("funnel",), *((name, "--as-of", DAY, "--where", "id > 0") for name in ("quality", "all"))],
)
def test_what_does_not_add_up_is_counted_by_one(
    leadctl: Leadctl, code: list[str], words: tuple[str, ...]
) -> None:
    leadctl.ok("report", *words)
    assert code == []


@pytest.mark.parametrize(
    "serve",
    [
        pytest.param("raise SystemExit", id="ends at once"),
        pytest.param("import time; time.sleep(60)", id="does not begin"),
        pytest.param(
            "import pickle, sys; pickle.dump([], sys.stdout.buffer)", id="reads another moment"
        ),
    ],
)
def test_one_process_does_without_the_other(
    leadctl: Leadctl, code: list[str], monkeypatch: pytest.MonkeyPatch, serve: str
) -> None:
    expected = leadctl("report", "funnel", "--as-of", DAY)
    monkeypatch.setattr(halves, "_SERVE", serve)
    monkeypatch.setattr(halves, "PATIENCE", 0.5)
    assert leadctl("report", "funnel", "--as-of", DAY).out == expected.out
    assert code[-1] == serve


def test_a_process_that_is_killed_is_said(
    leadctl: Leadctl, code: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    past = halves._Other.past

    def then_killed(other: halves._Other, newest: Any) -> Any:
        found = past(other, newest)
        other.process.kill()
        other.process.wait()
        return found

    monkeypatch.setattr(halves._Other, "past", then_killed)
    failed = leadctl("report", "funnel", "--as-of", DAY)
    assert (failed.code, failed.out) == (1, "")
    assert "the process that counts half of the leads was killed" in failed.err
    assert len(failed.err.splitlines()) == 1


def test_deals_of_either_half_are_counted_by_one(leadctl: Leadctl, code: list[str]) -> None:
    store = leadctl.store()
    assert store.connection.execute("UPDATE deals SET lead_id = NULL").rowcount
    store.close()
    leadctl.ok("report", "funnel", "--as-of", DAY)
    assert code == []
