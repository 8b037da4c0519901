"""One field changed by a query: the same facts and the same journal as record by record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from conftest import SeedLeads, Store, facts
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadctl import journal
from leadctl.errors import LeadctlError
from leadctl.journal import Operation

VALUES = {
    "status": st.sampled_from(["New", "new", "Lost"]),
    "company": st.sampled_from([None, "Kiln AG", "kiln ag"]),
    "owner_id": st.sampled_from([None, 1, 2]),
}
NO_LEAD = 5

# A field may come again in the same operation, and a value that a lead has already.
Write = tuple[str, Mapping[int, Any]]
writes: st.SearchStrategy[list[Write]] = st.lists(
    st.sampled_from(list(VALUES)).flatmap(
        lambda field: st.tuples(
            st.just(field),
            st.dictionaries(
                # Nobody asks whether there is a lead whose owner is written.
                st.integers(1, NO_LEAD - (field == "owner_id")),
                VALUES[field],
                min_size=1,
            ),
        )
    ),
    min_size=1,
    max_size=4,
)


@pytest.fixture
def seeded(store: Store, leads: SeedLeads) -> Store:
    with store.operation("seed") as op:
        op.create("rep", [{"name": "ana"}, {"name": "ben"}])
    leads({"company": "Kiln AG"}, {"owner_id": 1}, {"status": "Lost"}, {"last_name": "Li"})
    return store


def by_query(op: Operation, field: str, values: Mapping[int, Any]) -> int:
    rows = " UNION ALL ".join(f"SELECT {lead}, :v{lead}" for lead in values)
    return op.update_field("lead", field, rows, {f"v{lead}": of for lead, of in values.items()})


def one_by_one(op: Operation, field: str, values: Mapping[int, Any]) -> int:
    return op.update("lead", ((lead, {field: value}) for lead, value in values.items()))


def outcome(
    store: Store, these: list[Write], write: Callable[[Operation, str, Mapping[int, Any]], int]
) -> list[object]:
    with store.operation("try", dry_run=True) as op:
        counts = [write(op, field, values) for field, values in these]
        tables = {"changes": "1, 2, 3, 4", "match_keys": "1, 2", "status_moves": "1, 2"}
        kept = [store.query(f"SELECT * FROM {name} ORDER BY {by}") for name, by in tables.items()]
        versions = store.query("SELECT id, version FROM leads ORDER BY id")
        return [counts, op.wrote, kept, versions, facts(store)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(writes, st.sampled_from([0, journal.MANY]))
def test_a_query_writes_what_record_by_record_does(
    seeded: Store, these: list[Write], many: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(journal, "MANY", many)
        assert outcome(seeded, these, by_query) == outcome(seeded, these, one_by_one)


def test_a_field_of_most_records_is_written_before_its_indexes(
    seeded: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexes = "SELECT name, sql FROM sqlite_master WHERE type = 'index' ORDER BY name"
    before, statements = seeded.query(indexes), list[str]()
    monkeypatch.setattr(journal, "MANY", 0)
    seeded.connection.set_trace_callback(statements.append)
    with seeded.operation("deal") as op:
        assert by_query(op, "owner_id", {1: 1, 2: 2, 3: 1, 4: 2}) == 4
    seeded.connection.set_trace_callback(None)
    dropped = [words.split()[2] for words in statements if words.startswith("DROP INDEX")]
    assert dropped == ["owners_owner"]
    assert seeded.query(indexes) == before
    assert seeded.value("PRAGMA integrity_check") == "ok"


def test_a_record_that_cannot_be_written_among_many_takes_all_back(seeded: Store) -> None:
    before, schema = facts(seeded), seeded.query("SELECT sql FROM sqlite_master ORDER BY name")

    def load() -> None:
        with seeded.operation("load") as op, op.bulk("lead"):
            op.create("lead", [{"status": "New", "last_name": "Wu"}])
            op.create("lead", [{"status": "New", "last_name": "Xu"}, {"status": None}])

    with pytest.raises(LeadctlError):
        load()
    assert facts(seeded) == before
    assert seeded.query("SELECT sql FROM sqlite_master ORDER BY name") == schema
    with seeded.operation("next") as op:
        assert list(op.create("rep", [{"name": "cai"}])) == [3]
