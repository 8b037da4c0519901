"""selecting, ids, when: what filters in words, ids, times and days mean."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from conftest import NOW, Leadctl, SeedLeads, Stream

from leadctl.app import App
from leadctl.errors import NotFoundError, UsageError
from leadctl.ids import lead_ids
from leadctl.lead_view import RecordFilter, Words
from leadctl.options import Filters
from leadctl.selecting import condition, lead_filter
from leadctl.stored import day_of_number
from leadctl.when import day, moment


@pytest.fixture
def app(leadctl: Leadctl) -> App:
    leadctl.ok("rep", "add", "ana", "ben", "tester")
    return App(leadctl.env, stdin=Stream(), stdout=Stream(), stderr=Stream(), clock=lambda: NOW)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (["New"], Words(("New",))),
        (["new,qualified"], Words(("New", "Qualified"))),
        (["New", "Lost"], Words(("New", "Lost"))),
        (["!Lost"], Words((), ("Lost",))),
        (["! Lost , New"], Words(("New",), ("Lost",))),
        (["none"], Words(blank=True)),
        (["!None"], Words(blank=False)),
        (["not contacted"], Words(("New",))),
        (["Whatever"], Words(("Whatever",))),
        ([",", "!"], Words()),
        (None, Words()),
    ],
)
def test_words(app: App, written: list[str] | None, words: Words) -> None:
    assert lead_filter(app, Filters(status=written)).words["status"] == words


def test_owners_are_reps(app: App) -> None:
    wanted = lead_filter(app, Filters(owner=["ana,!BEN,none"], mine=True))
    assert (wanted.owners, wanted.owners_left_out, wanted.owner_blank) == ((1, 3), (2,), True)
    with pytest.raises(NotFoundError):
        lead_filter(app, Filters(owner=["nobody"]))


def test_what_is_hidden(app: App) -> None:
    assert lead_filter(app, Filters()).hidden_statuses == ("Converted", "Lost", "Junk")
    assert lead_filter(app, Filters(), everything=True) == RecordFilter(
        words=lead_filter(app, Filters()).words
    )
    assert lead_filter(app, Filters(status=["New"])).hidden_statuses == ()


def test_condition(app: App) -> None:
    assert condition(app, None) is None
    assert condition(app, "id > 1") == "(\nid > 1\n)"
    with pytest.raises(UsageError):
        condition(app, "id >")


@pytest.mark.parametrize("since", ["today", "2026-11-22", "0d", "22.11.2026"])
def test_since_today(app: App, since: str) -> None:
    assert lead_filter(app, Filters(since=since)).since_day == app.today()


@pytest.mark.parametrize(
    ("since", "days"), [("7d", 7), ("2w", 14), ("1 month", 30), ("yesterday", 1), ("1y", 365)]
)
def test_since(app: App, since: str, days: int) -> None:
    assert lead_filter(app, Filters(since=since)).since_day == app.today() - days


@pytest.mark.parametrize("since", ["soon", "-3d", "99999y", "d7"])
def test_since_nonsense(app: App, since: str) -> None:
    with pytest.raises(UsageError, match="--since"):
        lead_filter(app, Filters(since=since))


def test_times_and_days_of_options(app: App) -> None:
    assert moment(app, "2026-11-22 14:30", "--at") == "2026-11-22T14:30:00Z"
    assert str(day_of_number(day(app, "2026-12-01", "--until"))) == "2026-12-01"
    with pytest.raises(UsageError, match="--until"):
        day(app, "never", "--until")


def test_no_words_mean_no_choice(app: App) -> None:
    assert lead_ids(app, []) is None
    assert lead_ids(app, ["-"]) == []


def test_a_binary_pipe_is_one_clear_line(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Ada")
    for sent, code in ((b"\xff\xfe1\x00", 2), (b"\x00\x01", 2), (b"", 0)):
        done = subprocess.run(
            [sys.executable, "-m", "leadctl", "edit", "-", "city=Bonn"],
            env={**os.environ, **leadctl.env}, input=sent, capture_output=True,
        )  # fmt: skip
        assert done.returncode == code
        assert len(done.stderr.decode().splitlines()) == 1


def test_a_word_in_no_list_and_on_no_lead_is_noted(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Ada", "status=Parked", "source=Fair")
    done = leadctl("list", "--status", "Qualifed", "--source", "!Websit")
    assert (done.code, done.out) == (0, "")
    assert done.err.splitlines()[:2] == [
        "no lead has status 'Qualifed'; did you mean 'Qualified'?",
        "no lead has source 'Websit'; did you mean 'Website'?",
    ]
    assert leadctl("list", "--status", "parked,qualified", "--source", "fair").err == ""


@pytest.mark.parametrize("kind", ["contacts", "accounts", "deals", "activities"])
@pytest.mark.parametrize("shape", ["json", "jsonl"])
def test_other_records_from_the_pipe_are_no_leads(leadctl: Leadctl, kind: str, shape: str) -> None:
    leadctl.ok("add", "Ada", "company=Kiln")
    leadctl.ok("log", 1, "call", "wants a quote")
    leadctl.ok("convert", 1, "--deal", "Big", "--yes")
    piped = leadctl("export", "--as", kind, "--format", shape).out
    done = leadctl("edit", "-", "city=Bonn", stdin=piped)
    assert done.code == 2
    assert f"the pipe has {kind}, not leads" in done.err


def test_our_own_lists_and_tables_of_your_own_are_leads(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Ada", "company=Kiln")
    pipes = [leadctl("list", "--format", shape).out for shape in ("tsv", "csv", "json", "jsonl")]
    pipes += [leadctl("export", "--format", "jsonl").out, leadctl("show", 1, "--json").out]
    pipes += ["id,name\n1,x\n", "id\tnote\n1\tx\n", '{"id": 1, "account": "x"}\n']
    for piped in pipes:
        assert leadctl("edit", "-", "city=Bonn", "--dry-run", stdin=piped).code == 0, piped


def test_many_ids_are_looked_up_at_once(leadctl: Leadctl, leads: SeedLeads) -> None:
    leads(25_000)
    app = App(leadctl.env, stdin=Stream("\n".join(map(str, range(25_000, 0, -1)))))
    asked: list[str] = []
    app.store.connection.set_trace_callback(asked.append)
    assert lead_ids(app, ["-"]) == list(range(25_000, 0, -1))
    assert len(asked) <= 3
    with pytest.raises(NotFoundError, match="there is no lead 99999"):
        lead_ids(app, ["1", "99999"])
    assert lead_ids(app, ["2", "02", "1"]) == [2, 1]


def test_what_is_no_file_is_no_database(leadctl: Leadctl) -> None:
    for place in ("/dev/null", str(leadctl.folder)):
        for words in (("list",), ("add", "Ada"), ("db", "doctor")):
            done = leadctl(*words, env={"LEADCTL_DB": place})
            assert done.code == 6, (words, done)
            assert "no file" in done.err
