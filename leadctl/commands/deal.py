"""leadctl deal: what is sold, stage by stage, to whom and for how much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadctl import options
from leadctl.changing import planned
from leadctl.commands.records import group
from leadctl.deciding import why_lost
from leadctl.editing import stored_values
from leadctl.errors import ConflictError, UsageError
from leadctl.ids import names_and_rest, record_ids, typed
from leadctl.results import Answer, next_steps
from leadctl.rules import stages
from leadctl.stored import whole_units
from leadctl.wording import count_of, in_money, label

if TYPE_CHECKING:
    from leadctl.app import App

app = group("deal", "What you sell: list, find, show, add, edit, move, log.")


@app.command()
@options.beside("json", "format", "quiet", "no_input")
def move(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="ID… STAGE", help='d4 "Closed Won"')],
    reason: Annotated[str | None, typer.Option("--reason", help="Why it was lost.")] = None,
    at: Annotated[
        str | None, typer.Option("--close-date", help="When it closed, or will: 2027-01-31.")
    ] = None,
    amount: Annotated[
        str | None, typer.Option("--amount", help='What it is worth: "12,000 EUR".')
    ] = None,
    dry_run: options.DryRun = False,
) -> Any:
    """Move deals to a stage: `leadctl deal move d4 closed won`; a lost one has a reason."""
    asked = {"closed_at": at, "amount": amount}
    return moved(options.app_of(context), words, reason=reason, asked=asked, dry_run=dry_run)


def moved(
    leadctl: App,
    words: Sequence[str],
    *,
    reason: str | None = None,
    asked: Mapping[str, str | None] | None = None,
    dry_run: bool = False,
) -> Answer:
    """Move deals to a stage, both named by words, and say where they went."""
    names, stage = _names_and_stage(words)
    said = {**(asked or {}), "lost_reason": reason}
    values = stored_values(
        leadctl, {"stage": stage, **{k: v for k, v in said.items() if v is not None}}, "deal"
    )
    lost = stages.role(leadctl.settings.stages, values["stage"]) == "lost"
    if reason is not None and not lost:
        raise UsageError("--reason is of a deal that is lost", "leave it out")
    ids = record_ids(leadctl, "deal", typed(leadctl, names, "deal"))
    if not ids:
        return Answer(
            _counts(None, dry_run, [], values["stage"]), notes=["no deal to move; nothing done"]
        )
    seen = {row["id"]: row for row in leadctl.store.records("deal", ids)}
    unexplained = (
        lost
        and reason is None
        and any(row["stage"] != values["stage"] and not row["lost_reason"] for row in seen.values())
    )
    if unexplained and leadctl.asking and not dry_run:
        values["lost_reason"] = why_lost(leadctl)
    named = " ".join(label("deal", record) for record in ids[:5])
    with leadctl.store.operation(f"deal move {named} {values['stage']}", dry_run=dry_run) as op:
        rows = leadctl.store.records("deal", ids)
        if any(row["version"] != seen[row["id"]]["version"] for row in rows):
            raise ConflictError("a deal changed meanwhile", f"leadctl deal show {named.split()[0]}")
        changed = op.update("deal", planned(leadctl, "deal", rows, values, op.now))
        op.count("moved", changed)
    notes = ["lost without a reason: --reason says why"] if unexplained and changed else []
    return Answer(
        {**_counts(op.saved, dry_run, ids, values["stage"]), "moved": changed,
         "unchanged": len(ids) - changed},
        [_in_words(rows, values, changed, dry_run=dry_run)],
        notes=[] if values.get("lost_reason") else notes,
        next=next_steps(op.saved),
    )  # fmt: skip


def _names_and_stage(words: Sequence[str]) -> tuple[list[str], str]:
    """Return the deals and the stage as written; UsageError where one of them is missing."""
    names, stage = names_and_rest(words)
    if not names or not stage:
        raise UsageError("move needs deals, then a stage", 'leadctl deal move d4 "Closed Won"')
    return names, stage


def _counts(operation: int | None, dry_run: bool, ids: Sequence[int], stage: str) -> dict[str, Any]:
    return {
        "operation": operation, "dry_run": dry_run, "moved": 0, "unchanged": 0, "stage": stage,
        "ids": list(ids),
    }  # fmt: skip


def _in_words(
    rows: Sequence[dict[str, Any]], values: dict[str, Any], moved: int, *, dry_run: bool
) -> str:
    """Return `d4 Kiln CRM: Qualification → Closed Won · 1,200 EUR`, of several how many moved."""
    stage, would = values["stage"], "would be moved" if dry_run else "moved"
    if len(rows) > 1 or not moved:
        already = len(rows) - moved
        text = f"{count_of(moved, 'deal')} {would} to {stage}"
        return text + (
            f", {already:,} {'was' if already == 1 else 'were'} there" if already else ""
        )
    row = {**rows[0], **values}
    money = in_money(whole_units(row["amount"]), row)
    text = f"{label('deal', row['id'])} {row['name'] or ''}: {rows[0]['stage']} → {stage}"
    return " · ".join(filter(None, (text + (" (dry run)" if dry_run else ""), money)))
