"""What a conversion would do: a pure function of what was found and chosen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from leadctl import matching
from leadctl.converting.parts import (
    CHOSEN,
    NEW,
    NONE,
    Choices,
    Found,
    Links,
    Part,
    Plan,
    Row,
    Terms,
)
from leadctl.converting.taking import filled, linked, new
from leadctl.errors import ConflictError, UsageError
from leadctl.rules import mapping, naming
from leadctl.similar import COLLEAGUE, Similar
from leadctl.wording import label, name_of


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
        contact=linked(contact, row, links, choices),
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
        records = [f"{kind} {label(kind, lead[id])}" for kind, id in became if lead[id]]
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
    likely = [match for match in found.contacts if match.reason != COLLEAGUE]
    if isinstance(choices.contact, int):
        chosen, reason = choices.contact, _reason(found.contacts, choices.contact)
    elif choices.contact is None and likely:
        chosen, reason = likely[0]
    else:
        if not name_of(offered):
            offered["last_name"] = found.lead["company"] or found.lead["external_id"]
        why = CHOSEN if choices.contact and found.contacts else _nobody(found)
        return Part("contact", None, name_of(offered), why, new(offered)), {}
    row = found.records["contact", chosen]
    values, kept = filled("contact", row, offered, choices, terms.mapped.fields)
    return Part("contact", chosen, name_of(row), reason, values, kept=kept), row


def _nobody(found: Found) -> str:
    """Return why none of the contacts that were found is the lead."""
    if not found.contacts:
        return "no contact with this email or phone"
    return f"{label('contact', found.contacts[0].id)} has the {COLLEAGUE}"


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
        return Part("account", None, offered["name"], reason, new(offered))
    row = found.records["account", choice]
    # Only a web site ties an existing account to a domain: a person's address may be another's.
    offered["domain"] = matching.domain_of(lead["website"], None)
    values, kept = filled("account", row, offered, choices, terms.mapped.fields)
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
        values = new({**offered, **said, "name": name})
        return Part("deal", None, name, "", values, tuple(links), tuple(stamps))
    unsaid = {column: value for column, value in offered.items() if column not in said}
    values, kept = filled("deal", row, unsaid, choices, terms.mapped.fields)
    changed = {column: value for column, value in said.items() if row[column] != value}
    part = Part("deal", row["id"], row["name"] or "", CHOSEN, values | changed, kept=kept)
    return replace(linked(part, row, links, choices), stamps=tuple(stamps))


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


def _reason(similar: Iterable[Similar], record: int) -> str:
    return next((found.reason for found in similar if found.id == record), CHOSEN)
