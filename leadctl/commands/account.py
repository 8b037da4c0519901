"""leadctl account: the companies behind contacts and deals, and what was invoiced to them."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from leadctl import options
from leadctl.commands.records import Name, group
from leadctl.editing import stored_transaction
from leadctl.errors import ConflictError
from leadctl.results import Answer, next_steps
from leadctl.stored import whole_units
from leadctl.wording import in_money, label

app = group("account", "The companies you work with: list, find, show, add, edit, log, record.")


@app.command()
@options.beside("json", "format", "quiet")
def record(
    context: typer.Context,
    account: Name,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="invoice, ticket, estimate, any.")],
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="Its number: INV-9.")],
    amount: Annotated[
        str | None, typer.Option("--amount", help='How much: 1200, "1,200 EUR".')
    ] = None,
    currency: Annotated[str | None, typer.Option("--currency", help="Three letters.")] = None,
    date: Annotated[
        str | None, typer.Option("--date", help="When it was made; today without it.")
    ] = None,
    dry_run: options.DryRun = False,
) -> Any:
    """Note a transaction: `leadctl account record a7 invoice INV-9 --amount 1200 --currency EUR`.

    The same number of the same kind again changes what differs, and nothing where all is the same.
    """
    leadctl = options.app_of(context)
    store = leadctl.store
    whose = store.resolve(account, "account")
    written = {"kind": kind, "number": number, "amount": amount, "currency": currency, "at": date}
    values = stored_transaction(leadctl, {k: v for k, v in written.items() if v is not None})
    with store.operation(f"account record {label('account', whose)} …", dry_run=dry_run) as op:
        there = store.transactions_numbered(values["kind"], values["number"])
        others = [row for row in there if row["account_id"] != whose]
        if others:
            theirs = label("account", others[0]["account_id"])
            raise ConflictError(
                f"{values['kind']} {values['number']} is of account {theirs}",
                f"leadctl account show {theirs}",
            )
        if there:
            transaction, created = there[0]["id"], 0
            updated = op.update("transaction", [(transaction, values)])
        else:
            now = {"at": op.now, "day": leadctl.today()}
            transaction = op.create("transaction", [{"account_id": whose, **now, **values}])[0]
            created, updated = 1, 0
        op.count("created", created)
        op.count("updated", updated)
        row = store.records("transaction", [transaction])[0]
    done = "noted" if created else "changed" if updated else "was there already"
    money = in_money(whole_units(row["amount"]), row)
    day = leadctl.date_of(row["at"]).isoformat()
    what = " · ".join(filter(None, (f"{row['kind']} {row['number']}", money, day)))
    return Answer(
        {
            "operation": op.saved,
            "dry_run": dry_run,
            "id": transaction,
            "account": whose,
            "created": created,
            "updated": updated,
            "unchanged": 1 - created - updated,
        },
        [f"{label('account', whose)}: {what} {'would be ' * dry_run}{done}"],
        next=next_steps(op.saved, f"look: leadctl show {label('account', whose)}"),
    )
