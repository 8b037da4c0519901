"""What reports read of deals: which are meant, whose lead they came from, won, lost or open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from leadctl import past
from leadctl.fields import FieldSet
from leadctl.lead_view import RecordFilter
from leadctl.reports.grouping import NONE, lead_field
from leadctl.stored import among

if TYPE_CHECKING:
    from leadctl.store import Store

LEAD_OF = "coalesce(d.lead_id, (SELECT min(l.id) FROM leads AS l WHERE l.deal_id = d.id))"
"""The lead that a deal came from: a deal has one, so that it counts once."""


def lead_of(store: Store) -> str:
    """Return the SQL of the lead that a deal came from, by which an index has deals if it can."""
    told_by_leads = """SELECT EXISTS (SELECT 1 FROM deals AS d
        JOIN leads AS l ON l.deal_id = d.id WHERE d.lead_id IS NULL)"""
    if past.is_made(store) or not store.value(told_by_leads):
        return "d.lead_id"
    return f"CAST({LEAD_OF} AS INTEGER)"


def _of_lead(field: str) -> str:
    return f"(SELECT lead.{field} FROM lead WHERE lead.id = {LEAD_OF})"


_OF_ACCOUNT = "(SELECT country FROM accounts WHERE accounts.id = d.account_id)"
FIELDS: Mapping[str, str] = {
    "owner": "(SELECT name FROM reps WHERE reps.id = d.owner_id) COLLATE NOCASE",
    **{name: f"d.{name}" for name in ("stage", "currency", "lost_reason")},
    **{
        name: f"coalesce(d.{name}, {_of_lead(name)}) COLLATE NOCASE"
        for name in ("source", "campaign", "product")
    },
    "country": f"coalesce({_OF_ACCOUNT}, {_of_lead('country')}) COLLATE NOCASE",
}
"""The fields of its own by which deals are grouped, and their SQL.

Where a deal came from and what it is about is said by its lead if it does not say so itself;
`country` is that of its account, else of its lead.
"""


def field(name: str | None, fields: FieldSet, *own: str) -> str:
    """Return the SQL of a field to group by as `lead_field` does.

    It is the deal's own, else that of the lead that it came from.
    """
    if name is not None and name in FIELDS and name not in own:
        return FIELDS[name]
    of_lead = lead_field(name, fields, *own)
    if of_lead == NONE:
        return NONE
    return f"{_of_lead(of_lead)} COLLATE NOCASE"


def of_leads(wanted: RecordFilter) -> tuple[str, dict[str, Any]]:
    """Return the condition of the deals `d` that belong to leads, and what is bound in it.

    A filter that means every lead means every deal, also those that never had a lead.
    """
    where, bound = wanted.sql()
    if where == "1":
        return "1", bound
    return f"{LEAD_OF} IN (SELECT id FROM lead WHERE {where})", bound


def with_leads(store: Store, columns: str, where: str) -> Iterator[str]:
    """Yield what to read deals `d` from with the `lead` that each came from, by parts.

    Together these are all deals of the leads that a condition means; of a lead there are `columns`.
    Most deals came from leads that were converted, which stand in narrow indexes.
    """
    leads = f"SELECT id, {columns} FROM lead WHERE ({where})"
    every = f"deals AS d CROSS JOIN ({leads}) AS lead ON lead.id = {LEAD_OF}"
    if past.is_made(store):
        yield every
    else:
        yield f"({leads} AND converted) AS lead CROSS JOIN deals AS d ON d.lead_id = lead.id"
        yield f"""{every} WHERE NOT EXISTS (
            SELECT 1 FROM status_moves AS m WHERE m.lead_id = d.lead_id AND m.converted)"""


class Stages:
    """The stages of leadctl.toml as SQL over `d`; their words are bound under names of their own."""

    def __init__(self, stages: Mapping[str, int]) -> None:
        self.bound: dict[str, Any] = {}
        cases = []
        for number, (stage, percent) in enumerate(stages.items()):
            self.bound[f"stage{number}"] = stage
            cases.append(f"WHEN :stage{number} THEN {int(percent)}")
        of_stage = f"CASE d.stage {' '.join(cases)} END" if cases else "NULL"
        closed = f"({of_stage}) IN (0, 100)"
        own = f"coalesce(d.probability, {of_stage})"
        self.percent = f"CASE WHEN {closed} THEN {of_stage} ELSE {own} END"
        """The probability in percent: the deal's own while it is open, NULL where nobody said."""
        won, of_won = among("won", (stage for stage, percent in stages.items() if percent == 100))
        self.bound |= of_won
        self.won = f"d.stage IN ({won})"
        self.lost = f"coalesce({of_stage} = 0, 0)"
        self.open = f"coalesce({of_stage} NOT IN (0, 100), 1)"
