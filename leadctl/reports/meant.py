"""The leads that a report means, with the field that it groups by, in a narrow table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadctl.reports.grouping import NONE

if TYPE_CHECKING:
    from leadctl.lead_view import RecordFilter
    from leadctl.store import Store


def leads(
    store: Store, wanted: RecordFilter, by: str, lead: str, *, others: bool = False
) -> tuple[str, str]:
    """Return the join from the id of a `lead` to the leads meant, and the SQL of their field `by`.

    Neither is needed where all are meant, whatever they say: then they are "" and NULL. With
    `others` what belongs to no lead stays, where all leads are meant. The leads are gone through
    once, in their order; looked up in their wide rows one by one they take several times as long.
    """
    where, bound = wanted.sql()
    if where == "1" and by == NONE:
        return "", NONE
    found = f"SELECT id, {by} FROM lead WHERE {where} ORDER BY id"
    store.lay("meant", "lead INTEGER PRIMARY KEY, part", found, bound)
    join = "LEFT JOIN" if others and where == "1" else "JOIN"
    return f"{join} temp.meant ON meant.lead = {lead}", NONE if by == NONE else "meant.part"
