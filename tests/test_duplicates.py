"""How alike records are, which of them are candidates, and which form a group."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from conftest import Leadctl, SeedLeads
from hypothesis import given
from hypothesis import strategies as st

from leadctl import matching
from leadctl.duplicates import companies, comparing, records, search
from leadctl.duplicates.comparing import Record, bits_of, compare, score_of
from leadctl.duplicates.grouping import FLOOR, Limits, groups
from leadctl.duplicates.records import Reader
from leadctl.store import Store

SURE = 0.97
SHOWN = search.MINIMUM


def person(name: str = "", **more: Any) -> Record:
    """Return a person as compared: `name` is first and last name."""
    first, _, last = name.rpartition(" ")
    facts = {"first_name": first, "last_name": last, **more}
    keys = matching.keys("lead", facts)
    fold = matching.Folded().text
    return Record(
        "lead", 1, fold(first), fold(last), keys.email, (keys.phone,) if keys.phone else (),
        keys.company, keys.domain, fold(more.get("street", "")), more.get("postal"),
        fold(more.get("city", "")), tuple(more.get("identifying", ())), more.get("company"),
    )  # fmt: skip


def score(one: Record, other: Record) -> float:
    return compare(one, other).score


ONE = [
    (
        person("Anne O’Brien", company="Queen's Foods Ltd"),
        person("Anne O'Brien", company="Queens Foods"),
    ),
    (person("Jürgen Müller", phone="+49301234567"), person("Juergen Mueller", phone="+49301234567")),
    (person("小龙 李", company="Kiln AG"), person("小龙 李", company="Kiln")),
    (person("Bob Smith", company="Acme"), person("Robert Smith", company="Acme Inc")),
    (
        person("Anna Koch", email="a.koch@acme.example"),
        person("Anna Koch", email="A.Koch@acme.example"),
    ),
    (
        person("Zoë Núñez", company="Crème & Fils SARL", email="zoe@creme.example"),
        person("Zoe Nunez", company="Creme & Fils", email="zoe.nunez@gmail.com"),
    ),
    (person("Ann Select", company="Select"), person("Ann Select", company="Select GmbH")),
    (person("Koch Anna", phone="+49301234567"), person("Anna Koch", phone="+49301234567")),
]  # fmt: skip
TWO = [
    # Colleagues.
    (
        person("Anna Koch", company="Acme", phone="+49301234567", email="anna@acme.example"),
        person("Ben Lang", company="Acme", phone="+49301234567", email="ben@acme.example"),
    ),
    # Of one family in one house and firm.
    (
        person("Anna Koch", company="Koch GmbH", phone="+49301234567", email="a@koch.example"),
        person("Bernd Koch", company="Koch GmbH", phone="+49301234567", email="b@koch.example"),
    ),
    (
        person("Martin Koch", company="Koch GmbH", email="martin@koch.example"),
        person("Martina Koch", company="Koch GmbH", email="martina@koch.example"),
    ),
    # Free mail ties nobody.
    (person("Anna Koch", email="anna@gmail.com"), person("Ben Lang", email="ben@gmail.com")),
    # Namesakes.
    (
        person("Anna Koch", company="Acme", email="anna@acme.example", city="Berlin"),
        person("Anna Koch", company="Kiln", email="anna@kiln.example", city="Berlin"),
    ),
    (person("Anna Koch", city="Berlin"), person("Anna Koch", city="Berlin")),
    (
        person("Anna Koch", email="anna.koch12@gmail.com"),
        person("Anna Koch", email="anna.koch15@gmail.com"),
    ),
    (person("Li Wang", company="Kiln"), person("小龙 李", company="Kiln")),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), ONE)
def test_one_person_is_one(one: Record, other: Record) -> None:
    assert score(one, other) >= SURE
    assert score(other, one) == score(one, other)


@pytest.mark.parametrize(("one", "other"), TWO)
def test_two_people_are_two(one: Record, other: Record) -> None:
    assert score(one, other) < SHOWN
    assert score(other, one) == score(one, other)


def test_what_may_be_a_typing_error_is_never_beyond_doubt() -> None:
    one = person("Anne Kochh", company="Acme", phone="+49301234567")
    other = person("Anne Koch", company="Acme", phone="+49301234567")
    assert SHOWN <= score(one, other) < SURE


def test_an_email_that_several_use_is_doubtful() -> None:
    one = person("Anna Koch", email="koch@koch.example")
    assert score(one, person("Bernd Koch", email="koch@koch.example")) < 0.8
    info = person("Anna Koch", email="info@koch.example")
    assert score(info, person("Bernd Lang", email="info@koch.example")) < SHOWN


def test_an_identifying_field_takes_part() -> None:
    one = person("Anna Koch", identifying=("19800105",))
    assert score(one, person("Anna Kochh", identifying=("19800105",))) >= SURE
    assert score(one, person("Anna Koch", identifying=("19921123",))) < SHOWN


@pytest.mark.parametrize("given_score", [0.01, 0.2, 0.5, 0.97, 0.999])
def test_scores_and_bits_are_the_same_thing(given_score: float) -> None:
    assert score_of(bits_of(given_score)) == pytest.approx(given_score)


WORDS = st.text("abcé' 12@.-", max_size=8)
PEOPLE = st.builds(
    lambda name, email, company, phone, street, city: person(
        name, email=email, company=company, phone=phone, street=street, city=city
    ),
    *[WORDS] * 6,
)


@given(PEOPLE, PEOPLE)
def test_alike_is_the_same_both_ways(one: Record, other: Record) -> None:
    assert compare(one, other).bits == compare(other, one).bits
    assert companies.compare(one, other).bits == companies.compare(other, one).bits


PAIRS = st.dictionaries(
    st.tuples(st.integers(0, 8), st.integers(0, 8)).filter(lambda pair: pair[0] < pair[1]),
    st.floats(-20, 30),
)


@given(PAIRS)
def test_no_chain_swallows_a_stranger(pairs: dict[tuple[int, int], float]) -> None:
    def weigh(one: int, other: int) -> float:
        return pairs.get((min(one, other), max(one, other)), 0.0)

    found = groups(pairs, weigh, Limits(10.0))
    members = [member for group in found for member in group.members]
    assert len(members) == len(set(members))
    for group in found:
        assert all(weigh(a, b) >= FLOOR for a, b in combinations(group.members, 2))
        assert group.bits >= 10.0
    for group in groups(pairs, weigh, Limits.beyond_doubt(15.0)):
        assert all(weigh(a, b) >= 15.0 for a, b in combinations(group.members, 2))


# In a store.


def found(store: Store, **more: Any) -> list[tuple[int, ...]]:
    return [group.ids for group in search.groups(store, Limits(bits_of(SHOWN)), **more)]


def test_groups_of_a_store(store: Store, leads: SeedLeads) -> None:
    leads(
        {"first_name": "Anne", "last_name": "O’Brien", "company": "Queen's Foods Ltd"},
        {"first_name": "Anne", "last_name": "O'Brien", "company": "Queens Foods"},
        {"first_name": "Ben", "last_name": "Lang", "company": "Queens Foods"},
        {"first_name": "Jürgen", "last_name": "Müller", "phone": "+49301234567"},
        {"first_name": "Juergen", "last_name": "Mueller", "mobile": "+49301234567"},
    )
    assert found(store) == [(4, 5), (1, 2)] or found(store) == [(1, 2), (4, 5)]
    [first, *_] = search.groups(store, Limits(bits_of(SHOWN)), of=[("lead", 2)])
    assert first.ids == (1, 2)
    assert first.reasons == ("same name", "company equal without Ltd")


def test_a_converted_lead_is_no_duplicate_of_its_contact(store: Store, leads: SeedLeads) -> None:
    leads(
        {"last_name": "Koch", "email": "a@x.example", "converted_at": "2026-11-20T09:00:00Z"},
        {"first_name": "Anna", "last_name": "Koch", "email": "a@x.example"},
    )
    with store.operation("seed") as op:
        shared = {"created_at": "2026-11-20T09:00:00Z", "created_day": 20777}
        op.create(
            "contact",
            [{**shared, "first_name": "Anna", "last_name": "Koch", "email": "a@x.example"}],
        )
    [group] = search.groups(store, Limits(bits_of(SHOWN)))
    assert (group.kind, group.ids, group.also) == ("lead", (2,), (("contact", 1),))


def test_big_blocks_are_bounded(store: Store, leads: SeedLeads) -> None:
    leads(*({"first_name": f"P{n}", "last_name": f"Q{n}", "company": "Acme"} for n in range(300)))
    pairs = search.Pool(store).pairs()
    assert len(pairs) < 300 * 2 * 8
    assert found(store) == []


def test_candidates_of_one_record(store: Store, leads: SeedLeads) -> None:
    first, second, colleague = leads(
        {
            "first_name": "Anna",
            "last_name": "Koch",
            "email": "anna@acme.example",
            "company": "Acme",
        },
        {
            "first_name": "Anna",
            "last_name": "Koch",
            "email": "ak@gmail.com",
            "company": "Acme GmbH",
        },
        {"first_name": "Ann", "last_name": "Lang", "email": "al@acme.example", "company": "Acme"},
    )
    alike = {each.id: each for each in search.alike(store, "lead", first)}
    assert alike[second].score >= SURE
    assert "company equal without GmbH" in alike[second].reasons
    assert colleague not in alike or alike[colleague].score < SHOWN


def test_accounts(leadctl: Leadctl, store: Store) -> None:
    shared = {"created_at": "2026-11-20T09:00:00Z", "created_day": 20777}
    names = ("Queen's Foods Ltd", "Queens Foods", "Kiln AG", "Kiln", "Select", "Selekta")
    domains = (None, "queens.example", "kiln.example", "kiln-pottery.example", None, None)
    with store.operation("seed") as op:
        rows = [{"name": n, "domain": d} for n, d in zip(names, domains, strict=True)]
        op.create("account", [{**shared, **row} for row in rows])
    groups_ = search.groups(store, Limits(bits_of(SHOWN)), accounts=True)
    assert [group.ids for group in groups_] == [(1, 2)]


def test_comparing_needs_rapidfuzz_only_when_it_compares() -> None:
    assert comparing.similar("anna", "anna") == 1.0


def test_all_records_are_read_part_by_part(
    store: Store, leads: SeedLeads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "_MANY", 2)
    leads(*({"last_name": f"Koch{number}"} for number in range(5)))
    parts = [[record.id for record in part] for part in Reader(store, {}).all("lead")]
    assert parts == [[1], [2, 3], [4, 5]]
