"""The same file again changes nothing, whatever its rows have in common."""

from __future__ import annotations

import csv
import io
import random
import tempfile
from pathlib import Path
from typing import Any

import pytest
from conftest import Leadctl, facts
from hypothesis import given, settings
from hypothesis import strategies as st

from leadctl.importing import leads

ENDS = ("created", "updated", "unchanged", "skipped", "rejected")
HEADER = (
    *("First Name", "Last Name", "Company", "Email", "Phone", "Mobile", "Id", "System"),
    *("Amount", "Currency", "Colour", "E-Mail Address"),
)
CELLS = (
    *(["", "Zoë", "Bo"], ["", "Li", "li!"], ["", "Kiln AG", "kiln", "Creme"]),
    *(["", "a@x.example", "B@x.example", "jane@@"], ["", "+49 30 23125001", "030 55555"]),
    *(["", "030 55555", "0170 1234567"], ["", "1", "2"], ["", "hubspot", "HubSpot", "Éa"]),
    *(["", "5", "€ 7"], ["", "USD"], ["", "red", "blue"], ["", "c@x.example"]),
)
BLANK = ("",) * len(HEADER)
Cells = tuple[str, ...]
ROW = st.tuples(*map(st.sampled_from, CELLS))
ROWS = st.lists(ROW, min_size=1, max_size=8)
FILES = st.lists(ROWS, min_size=1, max_size=2)
CHUNKS = st.sampled_from([1, 2, 5_000])
POLICIES = st.sampled_from(["fill", "fill", "overwrite", "skip"])


def row(**cells: str) -> Cells:
    named = {name.replace(" ", "_").replace("-", "_").lower(): name for name in HEADER}
    values = {named[key]: value for key, value in cells.items()}
    return tuple(values.get(name, "") for name in HEADER)


def text(rows: list[Cells], order: list[int]) -> str:
    """Return a file of the rows, its columns in this order; columns without a value are left out."""
    kept = [place for place in order if place < 3 or any(row[place] for row in rows)]
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    for each in (HEADER, *rows):
        writer.writerow([each[place] for place in kept])
    return stream.getvalue()


def known_facts(leadctl: Leadctl) -> Any:
    if not leadctl.db.exists():
        return None
    store = leadctl.store()
    try:
        return facts(store), store.value("SELECT count(*) FROM operations")
    finally:
        store.close()


def imported(leadctl: Leadctl, files: list[Path], policy: str) -> dict[str, Any]:
    outcome = leadctl("import", *files, "--on-duplicate", policy, "--json")
    assert outcome.code in (0, 3), outcome
    done = outcome.json
    assert sum(done[end] for end in ENDS) == done["rows"]
    assert (outcome.code == 3) == (done["rejected"] > 0)
    return dict(done)


def check(batches: list[list[Cells]], policy: str, chunk: int, seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(leads, "CHUNK", chunk)
        leadctl = Leadctl(Path(folder))
        order = list(range(len(HEADER)))
        files = [leadctl.write(f"{n}.csv", text(rows, order)) for n, rows in enumerate(batches)]
        first = imported(leadctl, files, policy)
        # A row of nothing but delimiters is none.
        assert first["rows"] == sum(any(cells) for rows in batches for cells in rows)
        before = known_facts(leadctl)
        random.Random(seed).shuffle(order)
        for again in (order, list(range(len(HEADER)))):
            for path, rows in zip(files, batches, strict=True):
                path.write_text(text(rows, again), encoding="utf-8")
            second = imported(leadctl, files, policy)
            assert second["operation"] is None, second
            assert second["created"] == second["updated"] == 0
            assert known_facts(leadctl) == before
            if policy == "fill":
                assert second["rejected"] == first["rejected"]


FULLER = [
    # A lead gets a fuller name or phone than the row had by which it was found.
    [row(last_name="Li", phone="030 55555", email="a@x.example"),
     row(last_name="Li", phone="030 55555"), row(email="a@x.example", first_name="Zoë")],
    [row(last_name="Li", mobile="030 55555"), row(last_name="Li", mobile="030 55555", id="1"),
     row(id="1", phone="+49 30 23125001")],
    # An older lead gets the email by which a younger one was found.
    [row(last_name="Li", id="1"), row(email="a@x.example", id="2"),
     row(email="a@x.example", company="Kiln AG"), row(email="a@x.example", id="1")],
    # A lead comes to agree with a row that was somebody else's.
    [row(company="Creme", email="B@x.example", id="1"),
     row(first_name="Bo", company="Kiln AG", email="a@x.example", id="1"),
     row(first_name="Bo", email="B@x.example")],
    [row(email="a@x.example", mobile="0170 1234567", id="2"),
     row(email="B@x.example", mobile="030 55555", id="2"), row(phone="030 55555", id="2")],
    [row(email="B@x.example", phone="+49 30 23125001", mobile="030 55555"),
     row(company="Creme", email="B@x.example"),
     row(company="kiln", phone="+49 30 23125001", mobile="0170 1234567", id="2")],
]  # fmt: skip


@pytest.mark.parametrize("rows", FULLER)
@pytest.mark.parametrize("chunk", [1, 5_000])
def test_twice_is_once_where_a_lead_gets_fuller(rows: list[Cells], chunk: int) -> None:
    check([rows], "fill", chunk, 0)


@settings(max_examples=60)
@given(batches=FILES, policy=POLICIES, chunk=CHUNKS, seed=st.integers(0, 99))
def test_twice_is_once(batches: list[list[Cells]], policy: str, chunk: int, seed: int) -> None:
    check(batches, policy, chunk, seed)


@pytest.mark.campaign
@settings(max_examples=20_000)
@given(batches=FILES, policy=POLICIES, chunk=CHUNKS, seed=st.integers(0, 99))
def test_campaign_of_the_same(
    batches: list[list[Cells]], policy: str, chunk: int, seed: int
) -> None:
    check(batches, policy, chunk, seed)


# What became of the leads since: merged, converted, edited, taken back.

WHO = st.integers(1, 4)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("import"), ROWS, POLICIES),
        st.tuples(st.just("merge"), WHO, WHO),
        st.tuples(st.just("convert"), WHO),
        st.tuples(
            st.just("edit"), WHO,
            st.sampled_from(["external_id=", "email=", "email=c@x.example", "last_name=Li"]),
        ),
        st.tuples(st.just("undo")),
    ),
    min_size=1, max_size=6,
)  # fmt: skip
ON_CONTACT = st.sampled_from(["skip", "activity", "create"])
IN_ORDER = list(range(len(HEADER)))


def check_after(
    steps: list[tuple[Any, ...]], rows: list[Cells], policy: str, chunk: int, on_contact: str
) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(leads, "CHUNK", chunk)
        leadctl = Leadctl(Path(folder))
        for verb, *words in steps:
            if verb == "import":
                imported(leadctl, [leadctl.write("before.csv", text(words[0], IN_ORDER))], words[1])
            else:
                # Some of it cannot be done: whoever is named is not there, or converted.
                leadctl(verb, *words, *(() if verb == "edit" else ("--yes",)))
        path = leadctl.write("leads.csv", text(rows, IN_ORDER))
        words = ["--on-duplicate", policy, "--on-contact", on_contact, "--json"]
        first = leadctl("import", path, *words)
        assert first.code in (0, 3), first
        before = known_facts(leadctl)
        second = leadctl("import", path, *words).json
        assert (second["operation"], second["created"], second["updated"]) == (None, 0, 0), second
        assert known_facts(leadctl) == before


@pytest.mark.parametrize("policy", ["fill", "overwrite"])
@pytest.mark.parametrize("chunk", [1, 5_000])
@pytest.mark.parametrize(
    ("became", "left"),
    [("merge 1 2", "merged"), ("convert 2", "converted"), ("contact", "contacts")],
)
@pytest.mark.parametrize("key", ["Id", "E-Mail"])
def test_rows_of_somebody_left_alone_are_all_of_them(
    leadctl: Leadctl, policy: str, chunk: int, became: str, left: str, key: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(leads, "CHUNK", chunk)
    known, shared = {"Id": ("E-Mail", "7"), "E-Mail": ("Phone", "a@x.example")}[key]
    other, who = {
        "E-Mail": ("jo@x.example", "su@x.example"), "Phone": ("+49 30 23125002", "+49 30 23125001")
    }[known]  # fmt: skip
    seed = leadctl.write("seed.csv", f"Name,{known}\nJo Ek,{other}\nAl Su,{who}\n")
    leadctl.ok("import", seed, *(("--as", "contacts") if became == "contact" else ()))
    if became != "contact":
        leadctl.ok(*became.split(), "--yes")
    # By the last column the first row that is decided is found, by the one before both are.
    rows = [f"Al Su,{shared},{who}", f",{shared},"]
    if policy == "overwrite":
        rows.reverse()
    file = leadctl.write("leads.csv", "\n".join([f"Name,{key},{known}", *rows, ""]))
    done = [leadctl.ok("import", file, "--on-duplicate", policy) for _ in range(2)]
    assert [(of["operation"], of["skipped"]) for of in done] == [(None, 2), (None, 2)]
    assert all(of[left] for of in done)


@pytest.mark.parametrize("policy", ["fill", "overwrite"])
@pytest.mark.parametrize("key", ["Email", "Mobile"])
def test_nobody_else_is_given_what_finds_somebody_left_alone(
    leadctl: Leadctl, policy: str, key: str
) -> None:
    known = {"Email": "Phone", "Mobile": "Company"}[key]
    who = {"Phone": "+49 30 23125001", "Company": "Kiln AG"}[known]
    shared = {"Email": "q@x.example", "Mobile": "+49 170 1234567"}[key]
    seed = leadctl.write("seed.csv", f"Id,Name,{known}\n,Al Su,{who}\n1,,\n")
    leadctl.ok("import", seed)
    leadctl.ok("convert", 1, "--yes")
    name = "Al Su" if key == "Mobile" else "Jo Ek"
    rows = [f",Al Su,{who},{shared}", f"1,{name},,{shared}"]
    if policy == "overwrite":
        rows.reverse()
    file = leadctl.write("leads.csv", "\n".join([f"Id,Name,{known},{key}", *rows, ""]))
    first = leadctl("import", file, "--on-duplicate", policy)
    assert "1 lead differs from the file and stayed (lead 2" in first.err
    second = leadctl.ok("import", file, "--on-duplicate", policy)
    assert (second["operation"], second["skipped"], second["differing"]) == (None, 1, 1)
    assert leadctl.ok("show", 2)[key.lower()] is None


def test_a_row_of_the_id_of_somebody_left_alone_may_be_somebody_else(leadctl: Leadctl) -> None:
    seed = "First Name,Last Name,Email\nAl,Su,su@x.example\n"
    leadctl.ok("import", leadctl.write("seed.csv", seed))
    leadctl.ok("convert", 1, "--yes")
    rows = f"Id,{seed}".replace("\nAl", "\n7,Al") + "7,Jo,Ek,jo@y.example\n"
    file = leadctl.write("leads.csv", rows)
    for _ in range(2):
        outcome = leadctl("import", file, "--json")
        assert (outcome.code, outcome.json["skipped"], outcome.json["rejected"]) == (3, 1, 1)
        assert outcome.json["operation"] is None
        assert "lead 1's, who is somebody else" in outcome.json["rejects"][0]["reason"]


AFTER = given(steps=STEPS, rows=ROWS, policy=POLICIES, chunk=CHUNKS, on_contact=ON_CONTACT)


@settings(max_examples=25)
@AFTER
def test_twice_is_once_whatever_was_before(**case: Any) -> None:
    check_after(**case)


@pytest.mark.campaign
@settings(max_examples=20_000)
@AFTER
def test_campaign_of_the_same_whatever_was_before(**case: Any) -> None:
    check_after(**case)
