"""Records are found by the beginnings of their words, as they are now and by nobody else's."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Leadctl, SeedLeads
from hypothesis import given
from hypothesis import strategies as st

from leadctl import searching
from leadctl.errors import BadDataError
from leadctl.store import Store

PEOPLE = (
    {"first_name": "Zoë", "last_name": "Núñez", "company": "Crème & Fils"},
    {"first_name": "Anne", "last_name": "O’Brien", "company": "Queen's Foods Ltd"},
    {"last_name": "李小龙", "company": "Kiln AG", "phone": "+41446681800"},
    {"first_name": "Jürgen", "last_name": "Müller", "email": "j.mueller@straße.example"},
    {"first_name": "Max", "last_name": "Strasser", "phone": "030 / 12 34", "external_id": "Z-77"},
    {"first_name": "Eve", "last_name": "Straße", "mobile": "+491711234567", "city": "Genève"},
)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("zoe", [1]), ("ZOË nun", [1]), ("nunez creme", [1]), ("zoe kiln", []), ("fil", [1]),
        ("o'brien", [2]), ("o’bri", [2]), ("obrien", [2]), ("brien", [2]), ("queens", [2]),
        ("queen's foods", [2]), ("李", [3]), ("李小龙", [3]), ("muller", [4]), ("Müll", [4]),
        ("mueller", [4]), ("j.mueller@", [4]), ("strass", [6, 5, 4]), ("straße", [6, 5, 4]),
        ("+41 44", [3]), ("044 668 18 00", [3]), ("1800", [3]), ("0041446", [3]), ("0301234", [5]),
        ("0171 1234567", [6]), ("34567", [6]), ("Z-77", [5]), ("geneve", [6]), ("", []),
        ("&", []), ('"', []), ("x OR y", []), ("*", []), ("NEAR(", []),
    ],
)  # fmt: skip
def test_words_as_people_type_them(
    store: Store, leads: SeedLeads, text: str, ids: list[int]
) -> None:
    leads(*PEOPLE)
    assert searching.find(store, "lead", text) == ids
    assert searching.find(store, "lead", text, 50) == ids


def test_the_newest_first_and_not_more_than_asked(store: Store, leads: SeedLeads) -> None:
    leads(*({"last_name": f"Example{number % 7}"} for number in range(300)))
    assert searching.find(store, "lead", "ex", 3) == [300, 299, 298]
    assert searching.find(store, "lead", "example1", 2) == [296, 289]
    assert len(searching.find(store, "lead", "example")) == 300


def test_it_follows_what_happens(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Zoë Núñez", "company=Kiln AG")
    assert [lead["id"] for lead in leadctl.ok("find", "nunez")] == [1]
    edited = leadctl.ok("edit", "1", "last_name=Adler")
    assert leadctl.ok("find", "nunez") == []
    assert [lead["last_name"] for lead in leadctl.ok("find", "adl")] == ["Adler"]
    leadctl.ok("undo", edited["operation"])
    assert len(leadctl.ok("find", "nunez")) == 1
    leadctl.ok("undo", "1")
    assert leadctl.ok("find", "nunez") == leadctl.ok("find", "kiln") == []


def test_each_kind(leadctl: Leadctl) -> None:
    leadctl.ok("account", "add", "Kiln AG", "domain=kiln.example")
    leadctl.ok("contact", "add", "Lee Kilner", "account=a1")
    leadctl.ok("deal", "add", "Kiln CRM", "account=a1")
    for kind in ("contact", "account", "deal"):
        assert [row["id"] for row in leadctl.ok(kind, "find", "kiln")] == [1]
        assert leadctl(kind, "find", "kiln", "--format", "ids").out == "1\n"
    outcome = leadctl("find", "kiln", terminal=True)
    assert outcome.screen == ""
    assert "no lead found · 1 contact: leadctl contact find kiln" in outcome.err
    assert "a1" in leadctl("account", "find", "kiln", terminal=True).screen
    assert "1 account" in leadctl("account", "find", "kiln", terminal=True).screen


def test_nothing_there_yet(leadctl: Leadctl) -> None:
    assert leadctl("find", "x").code == 4
    leadctl.ok("rep", "add", "ana")
    assert leadctl.ok("find", "x") == []
    assert leadctl("find", "x", "--columns", "compny").code == 2


def test_finding_is_no_operation(leadctl: Leadctl) -> None:
    leadctl.ok("add", "Zoë Núñez")
    leadctl.ok("find", "zoe")
    assert [op["id"] for op in leadctl.ok("history")] == [1]
    assert leadctl.ok("db", "doctor")["findings"] == []


def test_forgetting_leaves_no_word_in_the_file(leadctl: Leadctl, store: Store) -> None:
    leadctl.ok("add", "x y", "email=a@b.example")
    store.close()
    leadctl.ok("edit", "1", "company=Zyxwvut")
    leadctl.ok("find", "zyxwvut")
    searching.forget(store)
    tables = store.query("SELECT name FROM sqlite_master WHERE name LIKE 'search%'")
    assert tables == []
    store.close()
    assert len(leadctl.ok("find", "zyxw")) == 1


def test_a_page_of_a_file_that_nobody_may_write(leadctl: Leadctl, monkeypatch: Any) -> None:
    leadctl.ok("add", "Zoë Núñez")
    leadctl.ok("find", "zoe")
    leadctl.ok("log", "1", "call")
    # What the newest operation changed has no words: nothing has to be written.
    monkeypatch.setattr(Store, "deriving", None)
    assert len(leadctl.ok("find", "zoe")) == 1


def test_a_file_that_cannot_be_written(leadctl: Leadctl, monkeypatch: Any) -> None:
    def refuse(_: Store) -> Any:
        raise BadDataError("read-only")

    leadctl.ok("add", "Zoë Núñez")
    leadctl.ok("add", "Zoë Adler")
    monkeypatch.setattr(Store, "deriving", refuse)
    assert [lead["id"] for lead in leadctl.ok("find", "zoe")] == [2, 1]
    assert [lead["id"] for lead in leadctl.ok("find", "zoe", "--limit", "1")] == [2]


WORDS = st.text(st.sampled_from("abAÄéßñ'’ .-1ø"), max_size=12)


@given(st.lists(WORDS, min_size=1, max_size=5), st.data())
def test_every_word_is_found_by_its_beginning(
    tmp_path_factory: Any, names: list[str], data: Any
) -> None:
    leadctl = Leadctl(tmp_path_factory.mktemp("find"))
    store = leadctl.store()
    born = {"created_at": "2026-11-20T09:00:00Z", "created_day": 0, "status": "New"}
    with store.operation("seed") as op:
        op.create("lead", [{"last_name": name, **born} for name in names])
    for number, name in enumerate(names, 1):
        for word in (
            name.replace("'", "").replace("’", "").replace(".", " ").replace("-", " ").split()
        ):
            end = data.draw(st.integers(1, len(word)))
            if word[:end].isdecimal() and end >= 3:
                continue
            assert number in searching.find(store, "lead", word[:end]), (name, word[:end])
    store.close()
