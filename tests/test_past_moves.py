"""The log of moves of an earlier moment is what the journal says of it, however it is made."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_past import ACTION, SETTINGS, START, History, day_of

from leadctl import moves, reports
from leadctl.lead_view import RecordFilter, columns_in
from leadctl.reports import as_of as as_of_module
from leadctl.reports import moves as reported
from leadctl.reports.as_of import as_of
from leadctl.reports.shape import Question
from leadctl.stored import stamp


class Converting(History):
    """A history in which leads are converted as of days that are over, and moved."""

    def happen(self, action: tuple[Any, ...]) -> None:
        name, *rest = action
        if name == "convert as of":
            self.convert(*rest)
        else:
            super().happen(action)

    def convert(self, number: int, days: int, status: str | None) -> None:
        self.leadctl.now += timedelta(hours=7)
        leads = self.leads()
        if leads:
            at = stamp(self.leadctl.now - timedelta(days=days))
            fields = {"converted_at": at} | ({"status": status} if status else {})
            with self.store.operation("convert as of") as op:
                op.update("lead", [(leads[number % len(leads)], fields)])


MOVES = st.one_of(
    ACTION,
    st.tuples(st.just("edit"), st.integers(0, 5), st.just("status")),
    st.tuples(st.just("convert as of"), st.integers(0, 5), st.integers(0, 3),
              st.sampled_from(["Converted", None])),
)  # fmt: skip
WHERES = (None, "owner = 'ana'", "company_domain like '%example'", "touches = 0 or company is null")
LOG = f"SELECT {moves.COLUMNS} FROM"


@contextmanager
def happened(actions: Sequence[tuple[Any, ...]]) -> Iterator[Converting]:
    """Have three leads with a history, in a database that is gone at the end."""
    with tempfile.TemporaryDirectory() as folder:
        history = Converting(Path(folder))
        for action in (("add", 3), *actions):
            history.happen(action)
        yield history
        history.store.close()


@given(st.lists(MOVES, min_size=2, max_size=14), st.lists(st.integers(-40, 110), min_size=3))
@example([("convert as of", 0, 0, None), ("edit", 0, "status")], [0, 0, 14])
@settings(max_examples=25)
def test_the_log_of_then_is_what_the_journal_says(
    actions: list[tuple[Any, ...]], hours: list[int]
) -> None:
    with happened(actions) as history:
        store = history.store
        for moment in (START + timedelta(hours=each) for each in hours):
            at = stamp(moment)
            with as_of(store, SETTINGS, at, day_of(at)):
                told = store.query(f"{LOG} status_moves ORDER BY lead_id, number")
                derived = f"{LOG} ({moves.derived()}) ORDER BY lead_id, number"
                assert told == store.query(derived)


@given(st.lists(MOVES, min_size=2, max_size=14), st.lists(st.integers(-40, 110), min_size=3))
@settings(max_examples=15)
def test_who_left_a_status_is_known_without_conversions(
    actions: list[tuple[Any, ...]], hours: list[int]
) -> None:
    statuses = ("New", "Contacted", "Converted")
    left = f"SELECT id FROM lead WHERE {reported.left(statuses)} ORDER BY id"
    with happened(actions) as history:
        for moment in (START + timedelta(hours=each) for each in hours):
            at = stamp(moment)
            answers = []
            for reads in (None, ("status", "converted_at", "moves_left")):
                with as_of(history.store, SETTINGS, at, day_of(at), reads):
                    answers.append(history.store.query(left, reported.bound(statuses)))
            assert answers[0] == answers[1]


@given(st.lists(MOVES, min_size=2, max_size=14), st.lists(st.integers(-40, 110), min_size=3))
@settings(max_examples=25)
def test_moves_of_then_are_those_of_now_but_for_some(
    actions: list[tuple[Any, ...]], hours: list[int]
) -> None:
    names = ("route", "before", "after", "now", "converted", "day", "stay", "days")
    columns, every = ", ".join(names), RecordFilter()
    with (
        happened(actions) as history,
        patch.object(as_of_module, "_most_are_later", return_value=False),
    ):
        store = history.store
        for moment in (START + timedelta(hours=each) for each in hours):
            at = stamp(moment)
            with as_of(store, SETTINGS, at, day_of(at), ("status", "converted_at", "status_moves")):
                assert store.value(
                    "SELECT count(*) FROM temp.sqlite_master WHERE name = 'moves_gone'"
                )
                found = reported.counted(store, every, names, "", "NULL")
                told = Counter({tuple(row[name] for name in names): row["leads"] for row in found})
                rows = store.query(f"SELECT {columns} FROM status_moves")
                assert told == Counter(tuple(row.values()) for row in rows)


@given(
    st.lists(MOVES, min_size=2, max_size=14),
    st.integers(-40, 110),
    st.sampled_from(WHERES),
    st.sampled_from([None, "status", "owner", "company", "company_domain"]),
)
@settings(max_examples=10)
def test_a_report_names_every_column_that_it_reads(
    actions: list[tuple[Any, ...]], hours: int, where: str | None, by: str | None
) -> None:
    """What it answers is the same, whether all of the past was looked for or that alone."""
    with happened([("log", 1), *actions]) as history:
        at = stamp(START + timedelta(hours=hours))
        day = day_of(at)
        question = Question(RecordFilter(where=where), SETTINGS, day, by=by)
        for name in reports.REPORTS:
            answers = []
            for reads in (None, reports.reads(name, question, history.store.fields)):
                with as_of(history.store, SETTINGS, at, day, reads) as was:
                    answers.append((was, reports.make(name, history.store, question)))
            assert answers[0] == answers[1], name


@given(st.lists(MOVES, min_size=2, max_size=14), st.integers(-40, 110))
@settings(max_examples=10)
def test_a_field_names_every_column_that_it_reads(
    actions: list[tuple[Any, ...]], hours: int
) -> None:
    """It is the same of then, whether all of the past was looked for or these columns alone."""
    with happened([("log", 1), *actions]) as history:
        store = history.store
        at = stamp(START + timedelta(hours=hours))
        names = sorted(store.fields.conditions())
        with as_of(store, SETTINGS, at, day_of(at)):
            then = store.query(f"SELECT {', '.join(names)} FROM lead ORDER BY id")
        for name in names:
            with as_of(store, SETTINGS, at, day_of(at), columns_in(name, store.fields)):
                rows = store.query(f"SELECT {name} FROM lead ORDER BY id")
            assert rows == [{name: row[name]} for row in then], name
