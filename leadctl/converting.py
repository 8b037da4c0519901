"""A lead becomes contact, account and deal: what would happen, as a plan, and making it so."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from leadctl import matching
from leadctl.errors import ConflictError, NotFoundError, UsageError
from leadctl.fields import DOCUMENTED, FieldSet
from leadctl.matching import Similar
from leadctl.rules import mapping, naming
from leadctl.values import Normaliser, stored_json
from leadctl.wording import label, name_of

if TYPE_CHECKING:
    from leadctl.config import Settings
    from leadctl.journal import Operation
    from leadctl.store import Store

NEW, NONE = "new", "none"
CHOSEN = "your choice"

Row = Mapping[str, Any]
Links = Mapping[str, int | None]
"""Column -> the id that it is to have; None for a record that is yet to be made."""


@dataclass(frozen=True)
class Choices:
    """What a person decided about a conversion; None leaves it to what is found.

    `account`, `contact` and `deal` are the id of a record, `NEW` or `NONE`; no decision about a
    deal means none. `deal_name` may have fields of the lead in braces. `amount` is in hundredths,
    `closed_at` a stored time, `stage` one of the list.
    `overwrite` has names of fields, bare or as `account.phone`, for which the lead wins. `anyway`
    goes past a status that is not to be converted, and past links to others.
    """

    account: int | str | None = None
    contact: int | str | None = None
    deal: int | str | None = None
    deal_name: str | None = None
    amount: int | None = None
    currency: str | None = None
    stage: str | None = None
    closed_at: str | None = None
    owner_id: int | None = None
    overwrite: frozenset[str] = frozenset()
    anyway: bool = False


class Terms(NamedTuple):
    """What leadctl.toml says of conversions: from which statuses, to which, stages and mapping."""

    convert_from: tuple[str, ...]
    converted: str
    stages: Mapping[str, int]
    mapped: mapping.Mapped
    day: Callable[[str], int]


class Found(NamedTuple):
    """What there is before a conversion: the lead, who it may be, and the records by (kind, id)."""

    lead: Row
    accounts: tuple[Similar, ...]
    contacts: tuple[Similar, ...]
    records: Mapping[tuple[str, int], Row]
    activities: int


@dataclass(frozen=True)
class Part:
    """What happens to one record, new where it has no id.

    `values` are the columns that are written, `links` those that take the id of a record of this
    conversion, `stamps` those that take its time; `kept` names the fields that differ and stay;
    `problems` are what needs `--anyway` or a person who has seen it.
    """

    kind: str
    id: int | None
    name: str
    reason: str
    values: Mapping[str, Any]
    links: tuple[str, ...] = ()
    stamps: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def fields(self) -> list[str]:
        """The names of the fields that are written."""
        return [column.removesuffix("_id") for column in (*self.values, *self.links, *self.stamps)]

    @property
    def as_json(self) -> dict[str, Any]:
        """What scripts read: create, fill or use which record, and why."""
        action = "create" if self.id is None else "fill" if self.fields else "use"
        about = {"kind": self.kind, "action": action, "id": self.id, "name": self.name}
        return {**about, "reason": self.reason or None}


@dataclass(frozen=True)
class Plan:
    """What a conversion would do. Two plans of a lead are equal unless something changed between.

    `carried` names the extra fields that go along on the contact; `seen` has the ids of all accounts
    and contacts that were found.
    """

    lead: int
    name: str
    version: int
    account: Part | None
    contact: Part
    deal: Part | None
    carried: tuple[str, ...]
    seen: tuple[tuple[int, ...], tuple[int, ...]]
    tags: str | None
    activities: int = field(compare=False)

    @property
    def parts(self) -> list[Part]:
        """The account, the contact and the deal, as far as there are such: the order of writing."""
        return [part for part in (self.account, self.contact, self.deal) if part is not None]

    @property
    def problems(self) -> list[str]:
        """What stands against it: links of a record to others than those of this conversion."""
        return [problem for part in self.parts for problem in part.problems]

    @property
    def created(self) -> list[str]:
        """The kinds of the records that are new."""
        return [part.kind for part in self.parts if part.id is None]

    @property
    def filled(self) -> dict[str, list[str]]:
        """Kind -> the fields that are written in a record that is there already."""
        return {part.kind: part.fields for part in self.parts if part.id and part.fields}

    @property
    def kept(self) -> dict[str, list[str]]:
        """Kind -> the fields of a record that differ from the lead and stay."""
        return {part.kind: list(part.kept) for part in self.parts if part.kept}


def terms(settings: Settings, fields: FieldSet = DOCUMENTED) -> Terms:
    """Return what the settings say of conversions of records with these fields.

    Raises BadDataError for a broken `[convert] map`.
    """
    return Terms(
        settings.convert_from,
        settings.of_role("converted")[0],
        settings.stages,
        mapping.load(settings.document, fields),
        Normaliser(settings).day,
    )


def named(kind: str, record: int) -> str:
    """Return what people call a record: c12, a7, d4, of a lead its bare number."""
    return label(kind, record)


# Looking.


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
    return {**row, "extra": json.loads(row["extra"]) if row["extra"] else {}}


# Planning: pure functions of what was found and chosen.


def plan(found: Found, choices: Choices, terms: Terms) -> Plan:
    """Return what a conversion would do.

    Raises ConflictError if the lead is converted already or its status is not to be converted,
    UsageError if a new account was asked for and there is no company.
    """
    lead = found.lead
    _check_convertible(lead, choices, terms)
    contact, row = _plan_contact(found, choices, terms)
    account = _plan_account(found, choices, terms, row.get("account_id"))
    links: Links = {} if account is None else {"account_id": account.id}
    return Plan(
        lead=lead["id"],
        name=name_of(lead),
        version=lead["version"],
        account=account,
        contact=_linked(contact, row, links, choices),
        deal=_plan_deal(
            found, choices, terms, {**links, "contact_id": contact.id, "lead_id": lead["id"]}
        ),
        carried=tuple(mapping.carried(terms.mapped, lead)),
        seen=(tuple(a.id for a in found.accounts), tuple(c.id for c in found.contacts)),
        tags=lead["tags"],
        activities=found.activities,
    )


def _check_convertible(lead: Row, choices: Choices, terms: Terms) -> None:
    if lead["converted_at"]:
        became = (("contact", "contact_id"), ("account", "account_id"), ("deal", "deal_id"))
        records = [f"{kind} {named(kind, lead[id])}" for kind, id in became if lead[id]]
        what = f": {', '.join(records)}" if records else ""
        raise ConflictError(
            f"lead {lead['id']} is converted already{what}", f"leadctl show {lead['id']}"
        )
    allowed = {status.casefold() for status in terms.convert_from}
    if lead["status"].casefold() not in allowed and not choices.anyway:
        raise ConflictError(
            f"lead {lead['id']} is {lead['status']}; leads are converted from"
            f" {', '.join(terms.convert_from)}",
            "--anyway converts it all the same",
        )


def _plan_contact(found: Found, choices: Choices, terms: Terms) -> tuple[Part, Row]:
    """Return the contact without its account, and the record that it is to be, {} for a new one."""
    offered = mapping.values(terms.mapped, "contact", found.lead)
    for name, value in mapping.carried(terms.mapped, found.lead).items():
        offered.setdefault(mapping.EXTRA + name, value)
    offered["owner_id"] = choices.owner_id or found.lead["owner_id"]
    if isinstance(choices.contact, int):
        chosen, reason = choices.contact, _reason(found.contacts, choices.contact)
    elif choices.contact is None and found.contacts:
        chosen, reason = found.contacts[0]
    else:
        if not name_of(offered):
            offered["last_name"] = found.lead["company"] or found.lead["external_id"]
        why = (
            CHOSEN if choices.contact and found.contacts else "no contact with this email or phone"
        )
        return Part("contact", None, name_of(offered), why, _new(offered)), {}
    row = found.records["contact", chosen]
    values, kept = _filled("contact", row, offered, choices, terms.mapped.fields)
    return Part("contact", chosen, name_of(row), reason, values, kept=kept), row


def _plan_account(found: Found, choices: Choices, terms: Terms, home: int | None) -> Part | None:
    """Return the account: the chosen one, else the best match, else a new one of the company.

    `home` is the account of the contact that the lead is to be.
    """
    lead = found.lead
    choice, reason = _account_choice(found, choices, home)
    if choice == NONE:
        return None
    offered = mapping.values(terms.mapped, "account", lead)
    offered["owner_id"] = choices.owner_id or lead["owner_id"]
    if not isinstance(choice, int):
        offered.setdefault("name", lead["company"])
        if not offered["name"]:
            raise UsageError(
                f"lead {lead['id']} has no company to name an account by",
                f"leadctl edit {lead['id']} company=NAME, or --account none",
            )
        offered["domain"] = matching.domain_of(lead["website"], lead["email"])
        return Part("account", None, offered["name"], reason, _new(offered))
    row = found.records["account", choice]
    # Only a web site ties an existing account to a domain: a person's address may be another's.
    offered["domain"] = matching.domain_of(lead["website"], None)
    values, kept = _filled("account", row, offered, choices, terms.mapped.fields)
    return Part("account", choice, row["name"] or row["domain"] or "", reason, values, kept=kept)


def _account_choice(found: Found, choices: Choices, home: int | None) -> tuple[int | str, str]:
    """Return which account, and why."""
    if isinstance(choices.account, int):
        return choices.account, _reason(found.accounts, choices.account)
    if choices.account is not None:
        return choices.account, CHOSEN
    company = found.lead["company"]
    if company and found.accounts:
        best = next((match for match in found.accounts if match.id == home), found.accounts[0])
        return best.id, best.reason
    if home:
        return home, "the account of this contact"
    return (NEW, "no account of this name or domain") if company else (NONE, "no company")


def _plan_deal(found: Found, choices: Choices, terms: Terms, links: Links) -> Part | None:
    """Return the deal; `links` are the ids of what it is to point at."""
    lead = found.lead
    if choices.deal is None or choices.deal == NONE:
        return None
    row = found.records["deal", choices.deal] if isinstance(choices.deal, int) else {}
    said = _said_of_deal(choices, terms, lead, row)
    stamps = [] if row.get("converted_at") else ["converted_at"]
    if "stage" in said and said["probability"] in (0, 100) and "closed_at" not in said:
        stamps.append("closed_at")
    offered = mapping.values(terms.mapped, "deal", lead)
    offered["owner_id"] = choices.owner_id or lead["owner_id"]
    if not row:
        asked = choices.deal_name and naming.filled(choices.deal_name, lead, terms.mapped.fields)
        name = asked or offered.get("name") or deal_name(lead)
        values = _new({**offered, **said, "name": name})
        return Part("deal", None, name, "", values, tuple(links), tuple(stamps))
    unsaid = {column: value for column, value in offered.items() if column not in said}
    values, kept = _filled("deal", row, unsaid, choices, terms.mapped.fields)
    changed = {column: value for column, value in said.items() if row[column] != value}
    part = Part("deal", row["id"], row["name"] or "", CHOSEN, values | changed, kept=kept)
    return replace(_linked(part, row, links, choices), stamps=tuple(stamps))


def _said_of_deal(choices: Choices, terms: Terms, lead: Row, row: Row) -> dict[str, Any]:
    """Return the columns of the deal that options set: they win over what is there."""
    stage = choices.stage if row else choices.stage or next(iter(terms.stages))
    currency = choices.currency
    if choices.amount is not None and currency is None and not row.get("currency"):
        currency = lead["currency"]
    said = {"amount": choices.amount, "currency": currency, "closed_at": choices.closed_at}
    if stage is not None:
        said |= {"stage": stage, "probability": terms.stages[stage]}
    return {column: value for column, value in said.items() if value is not None}


def deal_name(lead: Row) -> str:
    """Return what a lead's deal is called: its company, with the product if there is one."""
    if lead["company"] and lead["product"]:
        return f"{lead['company']} – {lead['product']}"
    return lead["company"] or name_of(lead)


# What a record takes from a lead.


def _new(offered: Row) -> dict[str, Any]:
    """Return the columns of a new record."""
    values = {name: value for name, value in offered.items() if not _is_blank(value)}
    extra = _pop_extra(values)
    return {**values, "extra": stored_json(extra)} if extra else values


def _filled(
    kind: str, row: Row, offered: Row, choices: Choices, fields: FieldSet
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the columns that an existing record takes, and the fields that differ and stay."""
    money = fields.typed(kind, "money") if "currency" in row else frozenset()
    values, kept = _filled_money(kind, row, offered, choices, money)
    present = {**row, **{mapping.EXTRA + name: value for name, value in row["extra"].items()}}
    for name, value in offered.items():
        there = present.get(name)
        if name in money or (money and name == "currency"):
            continue
        if _is_blank(value) or _same(name, there, value):
            continue
        if _is_blank(there) or (name == "email_opt_out" and value) or _asked(kind, name, choices):
            values[name] = value
        else:
            kept.append(name.removesuffix("_id"))
    added = _pop_extra(values)
    return {**values, "extra": stored_json(row["extra"] | added)} if added else values, tuple(kept)


def _filled_money(
    kind: str, row: Row, offered: Row, choices: Choices, money: Collection[str]
) -> tuple[dict[str, Any], list[str]]:
    """Return what `_filled` does for amounts and their currency: they come together or stay."""
    currency = offered.get("currency")
    comparable = currency is None or row.get("currency") in (None, currency)
    taken: dict[str, Any] = {}
    kept = []
    for name in sorted(money):
        amount = offered.get(name)
        if amount is None:
            continue
        if (comparable and row[name] in (None, amount)) or _asked(kind, name, choices):
            taken |= {name: amount, "currency": currency or row["currency"]}
        else:
            kept.append(name)
    return {column: value for column, value in taken.items() if row[column] != value}, kept


def _linked(part: Part, row: Row, links: Links, choices: Choices) -> Part:
    """Return the part with the links that it takes; one to another record stays as it is."""
    taken, others = [], []
    for column, target in links.items():
        kind, present = column.removesuffix("_id"), row.get(column)
        if present is None or (present != target and _asked(part.kind, kind, choices)):
            taken.append(column)
        elif present != target:
            others.append(kind)
    problems = tuple(
        f"{part.kind} {named(part.kind, row['id'])} belongs to"
        f" {kind} {named(kind, row[kind + '_id'])}"
        for kind in others
        if kind != "contact"
    )
    return replace(part, links=tuple(taken), kept=(*part.kept, *others), problems=problems)


def _is_blank(value: Any) -> bool:
    return value is None or value == ""


def _asked(kind: str, name: str, choices: Choices) -> bool:
    name = name.removesuffix("_id")
    return not choices.overwrite.isdisjoint((name, f"{kind}.{name}"))


def _same(name: str, there: Any, value: Any) -> bool:
    """Return whether two values of a field say the same, so that nothing has to be kept or taken."""
    if there == value or there is None:
        return bool(there == value)
    if name in ("phone", "mobile"):
        return matching.phone_key(there) == matching.phone_key(value)
    if name == "name":
        return matching.company_key(there) == matching.company_key(value)
    if name == "website":
        return matching.domain_of(there, None) == matching.domain_of(value, None)
    return str(there).casefold() == str(value).casefold()


def _pop_extra(values: dict[str, Any]) -> dict[str, Any]:
    names = [name for name in values if name.startswith(mapping.EXTRA)]
    return {name.removeprefix(mapping.EXTRA): values.pop(name) for name in names}


def _reason(similar: Iterable[Similar], record: int) -> str:
    return next((found.reason for found in similar if found.id == record), CHOSEN)


# Making it so.


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
