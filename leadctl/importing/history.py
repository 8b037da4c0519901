"""Leads that were converted elsewhere arrive converted: as of that day, linked to what they became."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from leadctl import converting, finding, matching
from leadctl.converting import NEW, Choices, Desk, Part, Plan
from leadctl.finding import Named
from leadctl.similar import Similar
from leadctl.words import external_id

if TYPE_CHECKING:
    from leadctl.app import App
    from leadctl.journal import Operation

CHUNK = 5_000
KINDS = ("account", "contact", "deal")
_PERSONAL = frozenset(("salutation", "title", "email", "phone", "mobile", "email_opt_out"))


class AsOf(NamedTuple):
    """A lead that was converted elsewhere, when (a stored time), and what it became there.

    Account, contact and deal are ids of ours, or the words of a file: an id in the file's system,
    or a name; None is found by what the lead says of itself. Without a deal and its name there is
    none.
    """

    lead: int
    at: str
    account: int | str | None = None
    contact: int | str | None = None
    deal: int | str | None = None
    deal_name: str | None = None
    system: str | None = None


@dataclass
class Arrived:
    """What became of leads that were converted elsewhere; `made` is kind -> number of new records.

    `linked` were converted here already and had no deal yet, `already` stay as they are.
    """

    converted: int = 0
    linked: int = 0
    already: int = 0
    made: Counter[str] = field(default_factory=Counter)


def convert_as_of(leadctl: App, op: Operation, items: Sequence[AsOf]) -> Arrived:
    """Convert leads inside an operation as of when they were converted, whatever their status.

    A contact, account or deal that a lead names is found by its id in that system or by its name,
    else by the lead's own email and company, else made from the lead by the rules' mapping.
    """
    arrived = Arrived()
    for start in range(0, len(items), CHUNK):
        _Arrival(leadctl, op, items[start : start + CHUNK], arrived).run()
    return arrived


class _Arrival:
    """One chunk of leads on their way."""

    def __init__(
        self, leadctl: App, op: Operation, items: Sequence[AsOf], arrived: Arrived
    ) -> None:
        self.store = leadctl.store
        self.op = op
        self.items = items
        self.arrived = arrived
        self.terms = converting.terms(leadctl.settings, leadctl.fields)
        self.day = leadctl.normaliser.day
        self.found = {kind: self._named_ones(kind) for kind in KINDS}
        self.desk = Desk(self.store, {item.lead for item in items}, _companies(items))

    def _named_ones(self, kind: str) -> dict[Named, list[int]]:
        named = (_named(item, kind) for item in self.items)
        return finding.references(self.store, kind, (each for each in named if each))

    def run(self) -> None:
        """Convert the leads of the chunk, each against those before it, and write it all."""
        for item in self.items:
            lead = self.desk.record("lead", item.lead)
            if lead["converted_at"] is None:
                became = self._convert(item, lead)
                became |= {"status": self.terms.converted, "converted_at": item.at}
                self.arrived.converted += 1
            elif lead["deal_id"] is None and (deal := self._known("deal", item)):
                became = self._link(item.lead, lead, deal)
                self.arrived.linked += 1
            else:
                self._belong(lead, item)
                self.arrived.already += 1
                continue
            self.desk.update("lead", item.lead, became)
        self.desk.write(self.op)

    def _known(self, kind: str, item: AsOf) -> int | None:
        """Return the record that an item names, if it is there."""
        value = getattr(item, kind)
        if isinstance(value, int):
            return value
        named = _named(item, kind)
        ids = self.found[kind].get(named, []) if named else []
        return ids[0] if ids else None

    def _link(self, lead: int, facts: Mapping[str, Any], deal: int) -> dict[str, Any]:
        """Give a deal to a lead that was converted without one."""
        self._fill("deal", deal, {"lead_id": lead, **_links(facts)})
        return {"deal_id": deal}

    def _belong(self, lead: Mapping[str, Any], item: AsOf) -> None:
        """Give a further deal of a converted lead to whom the lead became."""
        if isinstance(item.deal, int) and item.deal != lead["deal_id"]:
            self._fill("deal", item.deal, _links(lead))

    def _fill(self, kind: str, record: int, values: Mapping[str, Any]) -> None:
        row = self.desk.record(kind, record)
        blank = {column: value for column, value in values.items() if row[column] is None and value}
        if blank:
            self.desk.update(kind, record, blank)

    def _convert(self, item: AsOf, lead: Mapping[str, Any]) -> dict[str, Any]:
        """Take what one lead becomes to the desk; return the columns of the lead that point there."""
        known = {kind: self._known(kind, item) for kind in KINDS}
        accounts = self._candidates("account", item)
        contacts = self._candidates("contact", item)
        if item.account is not None and not (known["account"] or accounts or lead["company"]):
            known["account"] = self._only_named(item)
        choices = Choices(
            account=known["account"] or (NEW if item.account and not accounts else None),
            contact=known["contact"],
            deal=known["deal"] or (NEW if item.deal or item.deal_name else None),
            deal_name=item.deal_name or _words(item.deal),
            anyway=True,
        )
        chosen = [(kind, record) for kind, record in known.items() if record]
        found = self.desk.found(lead, accounts, contacts, chosen)
        return self._write(item, converting.plan(found, choices, self.terms))

    def _candidates(self, kind: str, item: AsOf) -> list[Similar]:
        """Return who it may be by the lead's own words, without those with another id there."""
        if self._known(kind, item):
            return []
        of = self.desk.accounts if kind == "account" else self.desk.contacts
        similar = of(item.lead)
        mine = matching.external_key(_external(getattr(item, kind), item.system))
        if mine is None:
            return similar
        theirs = {each: matching.external_key(self.desk.record(kind, each.id)) for each in similar}
        return [
            each
            for each, other in theirs.items()
            if not other or other[1] != mine[1] or other == mine
        ]

    def _only_named(self, item: AsOf) -> int:
        """Make an account of which only the id in its system is known."""
        values = {**_external(item.account, item.system), **self._born(item)}
        return self._made("account", item, values)

    def _write(self, item: AsOf, plan: Plan) -> dict[str, Any]:
        ids: dict[str, int] = {"lead_id": plan.lead}
        for part in plan.parts:
            values = {
                **self._values(item, part),
                **{column: ids[column] for column in part.links},
                **dict.fromkeys(part.stamps, item.at),
            }
            if part.id is None:
                ids[f"{part.kind}_id"] = self._made(part.kind, item, values | self._born(item))
            else:
                self.desk.update(part.kind, part.id, values)
                ids[f"{part.kind}_id"] = part.id
        return {column: record for column, record in ids.items() if column != "lead_id"}

    def _values(self, item: AsOf, part: Part) -> dict[str, Any]:
        """Return a part's values: its id there, and of a new deal no more than is known."""
        values = dict(part.values)
        if part.kind == "contact" and part.id is not None and self._is_another(item, part.id):
            # A colleague who is named for the deal has an address of their own.
            values = {field: of for field, of in values.items() if field not in _PERSONAL}
        external = _external(getattr(item, part.kind), item.system)
        if external and (part.id is None or self._has_no_id(part)):
            values |= external
        if part.kind == "deal" and part.id is None:
            # The stage is nobody's word: the deal itself, when it comes, says where it stands.
            values.pop("probability", None)
        return values

    def _is_another(self, item: AsOf, contact: int) -> bool:
        mine, theirs = (
            _name(self.desk.record(*of)) for of in (("lead", item.lead), ("contact", contact))
        )
        return bool(mine and theirs) and mine != theirs

    def _has_no_id(self, part: Part) -> bool:
        return self.desk.record(part.kind, part.id or 0)["external_id"] is None

    def _made(self, kind: str, item: AsOf, values: Mapping[str, Any]) -> int:
        record = self.desk.create(self.op, kind, values)
        self.arrived.made[kind] += 1
        if named := _named(item, kind):
            self.found[kind][named] = [record]
        return record

    def _born(self, item: AsOf) -> dict[str, Any]:
        return {"created_at": item.at, "created_day": self.day(item.at)}


def _companies(items: Sequence[AsOf]) -> dict[int, str]:
    """Return lead -> what the other system calls its company: by that its account goes."""
    first = {item.lead: item.account for item in reversed(items)}
    return {
        lead: account
        for lead, account in first.items()
        if isinstance(account, str) and not finding.is_id(account)
    }


def _links(lead: Mapping[str, Any]) -> dict[str, Any]:
    return {column: lead[column] for column in ("account_id", "contact_id")}


def _name(person: Mapping[str, Any]) -> str | None:
    return matching.name_key(f"{person['first_name'] or ''} {person['last_name'] or ''}")


def _named(item: AsOf, kind: str) -> Named | None:
    """Return how an item names a record of a kind, None if it does not or by an id of ours."""
    value = getattr(item, kind)
    if kind == "deal" and value is None:
        value = item.deal_name
    if not isinstance(value, str):
        return None
    return Named(external_id(value, item.system) if finding.is_id(value) else value, item.system)


def _external(value: int | str | None, system: str | None) -> dict[str, Any]:
    """Return the external id that a file's word for a record is, nothing for a name."""
    if not isinstance(value, str):
        return {}
    written = value.removeprefix("ext:")
    if written == value and not finding.is_id(written):
        return {}
    return {"external_id": external_id(written, system), "external_system": system}


def _words(value: int | str | None) -> str | None:
    return value if isinstance(value, str) and not _external(value, None) else None
