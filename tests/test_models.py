"""models: what add stores of a written value is what import stores of the same cell."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadctl.config import Settings
from leadctl.errors import UsageError
from leadctl.fields import LEAD_FIELDS
from leadctl.formats.table import Part, Table
from leadctl.importing.columns import Columns, Mapped
from leadctl.importing.drafting import Draft, Drafter, Notes
from leadctl.models import checked
from leadctl.values import PLACEHOLDERS_BUT_NAMES, Normaliser

NORMALISER = Normaliser(Settings({"timezone": "Europe/Berlin", "country": "DE"}))
TYPES = {field.name: field.type for field in LEAD_FIELDS}
NAMES = tuple(TYPES)
LIKELY = {
    "email": st.sampled_from(["a@b.example", "mailto:a@b.example", "a@b", "@", " A@B.Example "]),
    "integer": st.sampled_from(
        ["7", " 1,200 ", "1.200", "51-200", "10.0", "-3", "1e3", "٣", "10+"]
    ),
    "money": st.sampled_from(
        [
            *("12,000.50", "12.000,50 EUR", "€5", "-3", "5 $", "1.234", "x", "1'000", "(500)"),
            *("12k", "1,5 Mio", "1,00,000", "5 mil"),
        ]
    ),
    "currency": st.sampled_from(["EUR", "eur", "€", "Euro", ""]),
    "country": st.sampled_from(["de", "DE", "Germany", " fr ", "Narnia", "U.S."]),
    "phone": st.sampled_from(
        ["030 23125001", "+49 30 23125001 ext. 12", "2312500", "work: 030/2312500", "ask Anna"]
    ),
    "flag": st.sampled_from(["yes", "NO", "1", "0", "ja", "maybe", "true"]),
    "time": st.sampled_from(
        [
            "2026-11-22",
            "2026-11-22 14:30",
            "22.11.2026",
            "2026-07-01T12:00+02:00",
            "soon",
            "0001-01-01",
            "Nov 22, 2026 9:00 AM",
            "03/04/2026",
        ]
    ),
    "tags": st.sampled_from(["a,b", "a; b;a", ",", "x"]),
    "status": st.sampled_from(["new", "Open", "Qualified", "whatever", "junk lead"]),
    "source": st.sampled_from(["website", "Elsewhere", "PHONE"]),
}


def cell(name: str) -> st.SearchStrategy[str]:
    free = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
    likely = LIKELY.get(TYPES[name])
    cells = free | likely if likely is not None else free
    # What exports write for a blank is one in a file only.
    return cells.filter(lambda cell: cell.strip().casefold() not in PLACEHOLDERS_BUT_NAMES)


ROWS = st.lists(st.sampled_from(NAMES), min_size=1, max_size=6, unique=True).flatmap(
    lambda names: st.fixed_dictionaries({name: cell(name) for name in names})
)


def drafted(row: dict[str, str]) -> dict[str, Any] | str:
    """Return what import stores of a row, or why it rejects it."""
    written = {**row, "last_name": row.get("last_name", "Somebody")}
    # A row without anything in it is none.
    part = Part([2], [[*written.values(), "x"]])
    file = Table("f.csv", "UTF-8", ",", (*written, "beside"), iter([part]))
    columns = [Mapped(place, name, name) for place, name in enumerate(written)]
    reps = {row.get("owner", "").strip().casefold(): 1}
    [draft] = Drafter(file, Columns(columns), NORMALISER, Notes(), reps=reps).rows()
    return draft.values if isinstance(draft, Draft) else draft.reason


@given(ROWS)
def test_bulk_and_model_store_the_same(row: dict[str, str]) -> None:
    imported = drafted(row)
    if isinstance(imported, str) and "no name, company" not in imported:
        with pytest.raises(UsageError):
            checked(row, NORMALISER)
        return
    added = {name: value for name, value in checked(row, NORMALISER).items() if value is not None}
    if isinstance(imported, str):
        # The model knows nothing of identities: a lead without any is refused elsewhere.
        return
    for name, value in added.items():
        if name != "owner":
            assert imported[name] == value, name
    beside = {"owner_id", "created_day", "currency", "last_name"}
    assert imported.keys() - beside <= added.keys()


@pytest.mark.parametrize("field", LEAD_FIELDS, ids=lambda field: field.name)
def test_a_blank_clears_every_field(field: Any) -> None:
    for blank in ("", "  "):
        assert checked({field.name: blank}, NORMALISER) == {field.name: None}


@pytest.mark.parametrize(
    ("field", "secret"),
    [
        ("email", "secret at x"),
        ("employees", "secret"),
        ("amount", "secret"),
        ("created_at", "secret"),
    ],
)
def test_an_error_names_the_field_and_not_what_it_says(field: str, secret: str) -> None:
    with pytest.raises(UsageError) as refused:
        checked({field: secret}, NORMALISER)
    assert refused.value.message.startswith(field)
    assert "secret" not in f"{refused.value.message} {refused.value.hint}"


def test_an_unknown_field_has_a_suggestion() -> None:
    with pytest.raises(UsageError) as refused:
        checked({"emial": "x"}, NORMALISER)
    assert refused.value.hint == "did you mean email?"


def test_times_without_a_zone_are_in_the_settings_zone() -> None:
    written = {"created_at": "2026-07-01 12:00"}
    assert checked(written, NORMALISER)["created_at"] == "2026-07-01T10:00:00Z"
    assert NORMALISER.zone != UTC
