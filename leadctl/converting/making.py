"""Looking at a lead and at who it may be, and making a conversion so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leadctl import matching
from leadctl.converting.parts import Choices, Found, Plan, Terms, named
from leadctl.converting.planning import plan
from leadctl.errors import ConflictError, NotFoundError
from leadctl.values import read_json

if TYPE_CHECKING:
    from leadctl.journal import Operation
    from leadctl.store import Store


def look(store: Store, lead: int, choices: Choices) -> Found:
    """Return a lead, and the records that it may be or that were chosen.

    Raises NotFoundError if the lead or a chosen record does not exist.
    """
    row = _record(store, "lead", lead)
    accounts = tuple(matching.account_candidates(store, row))
    contacts = tuple(matching.contact_candidates(store, row))
    wanted = [("account", found.id) for found in accounts]
    wanted += [("contact", found.id) for found in contacts]
    chosen = {"account": choices.account, "contact": choices.contact, "deal": choices.deal}
    wanted += [(kind, choice) for kind, choice in chosen.items() if isinstance(choice, int)]
    records = {(kind, record): _record(store, kind, record) for kind, record in wanted}
    for (kind, _), contact in tuple(records.items()):
        if kind == "contact" and contact["account_id"]:
            records["account", contact["account_id"]] = _record(
                store, "account", contact["account_id"]
            )
    return Found(row, accounts, contacts, records, store.count_activities(lead))


def _record(store: Store, kind: str, record: int) -> dict[str, Any]:
    row = store.record(kind, record)
    if row is None:
        name = record if kind == "lead" else named(kind, record)
        raise NotFoundError(f"there is no {kind} {name}")
    return {**row, "extra": read_json(row["extra"])}


@dataclass(frozen=True)
class Converted:
    """What a conversion did: its plan, and the ids of what the lead became."""

    plan: Plan
    contact: int
    account: int | None
    deal: int | None

    @property
    def ids(self) -> dict[str, int | None]:
        """Kind -> the id of what the lead became."""
        return {"contact": self.contact, "account": self.account, "deal": self.deal}

    def as_json(self, *, dry_run: bool) -> dict[str, Any]:
        """Return the object for scripts; a dry run has no ids of new records."""
        made = self.plan.created if dry_run else []
        return {
            "lead": self.plan.lead,
            **{kind: None if kind in made else record for kind, record in self.ids.items()},
            "created": self.plan.created,
            "filled": self.plan.filled,
            "kept": self.plan.kept,
            "carried": list(self.plan.carried),
            "plan": [part.as_json for part in self.plan.parts],
        }


def convert(
    store: Store,
    op: Operation,
    lead: int,
    choices: Choices,
    terms: Terms,
    *,
    agreed: Plan | None = None,
) -> Converted:
    """Convert one lead inside an operation; `agreed` is the plan that a person said yes to.

    Everything is looked up again under the lock. Raises ConflictError, before anything is written,
    if it would no longer become what was agreed, or if nobody agreed to what stands against it.
    """
    now = plan(look(store, lead, choices), choices, terms)
    if agreed is None and now.problems and not choices.anyway:
        raise ConflictError(
            "; ".join(now.problems), "--anyway leaves that so; --account, --contact, --deal choose"
        )
    if agreed is not None and agreed != now:
        same = agreed.version == now.version
        what = f"what lead {lead} would become" if same else f"lead {lead}"
        raise ConflictError(
            f"{what} changed meanwhile; nothing was written",
            f"look again: leadctl convert {lead}",
        )
    return _write(op, now, terms)


def _write(op: Operation, plan: Plan, terms: Terms) -> Converted:
    """Write the account, the contact and the deal, each of which may point at those before it."""
    ids: dict[str, int] = {"lead_id": plan.lead}
    for part in plan.parts:
        values = {
            **part.values,
            **{column: ids[column] for column in part.links},
            **dict.fromkeys(part.stamps, op.now),
        }
        if part.id is None:
            created = {"created_at": op.now, "created_day": terms.day(op.now)}
            ids[f"{part.kind}_id"] = op.create(part.kind, [{**values, **created}])[0]
        else:
            op.update(part.kind, [(part.id, values)])
            ids[f"{part.kind}_id"] = part.id
    became = {column: record for column, record in ids.items() if column != "lead_id"}
    op.update("lead", [(plan.lead, {"status": terms.converted, "converted_at": op.now, **became})])
    return Converted(plan, ids["contact_id"], ids.get("account_id"), ids.get("deal_id"))
