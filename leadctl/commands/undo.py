"""leadctl undo: take an operation back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from leadctl import options
from leadctl.commands.history import in_words
from leadctl.errors import UsageError
from leadctl.fields import KINDS
from leadctl.results import Answer, next_steps
from leadctl.undo import Left, Undo, Undone
from leadctl.wording import count_of, label

app = typer.Typer(**options.PLAIN)
SHOWN = 5


@app.command()
@options.beside("json", "quiet", "no_input")
def undo(
    context: typer.Context,
    operation: Annotated[
        str | None, typer.Argument(metavar="[N]", help="57 or op57; without it my newest one.")
    ] = None,
    yes: options.Yes = False,
    dry_run: options.DryRun = False,
) -> Any:
    """Take an operation back: what people changed since is kept and named. An undo can be undone."""
    leadctl = options.app_of(context)
    target = find(leadctl, operation)
    if target is None:
        return Answer(
            answer(None, None, dry_run), ["nothing of yours to undo"], next=["leadctl history"]
        )
    if not target["undoable"]:
        raise UsageError(f"op{target['id']} only computed scores: there is nothing to take back")
    if not dry_run and not yes and (leadctl.asking or operation is None):
        if leadctl.asking:
            preview = take_back(leadctl, target["id"], dry_run=True)[1]
            if not preview.reversed:
                return outcome(leadctl, target, None, preview, dry_run)
            leadctl.output.say(
                f"op{target['id']} {described(leadctl, target)}: {sentence(preview)}"
            )
        if not leadctl.prompts.confirm("Take it back?"):
            return Answer(answer(None, None, dry_run), ["left as it is"])
    saved, undone = take_back(leadctl, target["id"], dry_run=dry_run)
    return outcome(leadctl, target, saved, undone, dry_run)


def outcome(leadctl: Any, target: Any, saved: int | None, undone: Undone, dry_run: bool) -> Answer:
    """Return what an undo answers; where all of it stays, why, and what could be taken back next."""
    which = f"op{target['id']}"
    would = "would take back" if dry_run else "took back"
    text = f"{would} {which} {described(leadctl, target)}: {sentence(undone)}"
    following = next_steps(saved)
    if not undone.reversed:
        if target["undone_by"]:
            text = f"{which} is undone already by op{target['undone_by']}"
        else:
            text = f"{which} {described(leadctl, target)} stays as it is: {sentence(undone)}"
        before = leadctl.store.my_newest_operation(target["id"])
        following = [f"the one before it: leadctl undo {before['id']}"] if before else []
    return Answer(
        {**answer(target["id"], undone, dry_run), "operation": saved},
        [text],
        notes=[*in_lines("kept", undone.kept), *in_lines("failed", undone.failed)],
        next=following,
        exit_code=3 if undone.kept or undone.failed else 0,
    )


def find(leadctl: Any, operation: str | None) -> Any:
    """Return the operation that is meant; None if there is none of mine."""
    if operation is None:
        return leadctl.store.my_newest_operation()
    number = operation.removeprefix("op")
    if not number.isdecimal():
        raise UsageError(f"{operation!r} names no operation", "57 or op57; see leadctl history")
    return leadctl.store.operation_row(min(int(number), 2**63 - 1))


def take_back(leadctl: Any, target: int, *, dry_run: bool) -> tuple[int | None, Undone]:
    """Run the undo as an operation; return its id, None if nothing was written, and what it did."""
    store = leadctl.store
    size = store.size_of(target)
    with store.operation(f"undo {target}", dry_run=dry_run, records=size) as op:
        undone = Undo(op, target).run()
        op.count("reversed", undone.reversed)
        op.count("kept", len(undone.kept))
        op.count("failed", len(undone.failed))
    return op.saved, undone


def answer(target: int | None, undone: Undone | None, dry_run: bool) -> dict[str, Any]:
    """Return the object for scripts."""
    return {
        "operation": None,
        "dry_run": dry_run,
        "undone": target,
        "reversed": undone.reversed if undone else 0,
        "kept": [left._asdict() for left in undone.kept] if undone else [],
        "failed": [left._asdict() for left in undone.failed] if undone else [],
    }


def described(leadctl: Any, operation: Any) -> str:
    """Return an operation as `import leads.csv, you, 2 minutes ago`."""
    who = "you" if operation["actor"] == leadctl.places.me else operation["actor"]
    counts = in_words(operation["counts"])
    when = leadctl.output.human(operation["at"])
    return ", ".join(filter(None, (f"({operation['command']}", who, when, counts))) + ")"


def sentence(undone: Undone) -> str:
    """Return what an undo does as `7 leads removed, 31 leads as before, 2 kept`."""
    words = ((undone.removed, "removed"), (undone.restored, "back"), (undone.changed, "as before"))
    parts = [
        f"{count_of(number, kind, KINDS[kind]).replace('_', ' ')} {how}"
        for counts, how in words
        for kind, number in counts.items()
    ] or ["nothing to take back"]
    if undone.assigned:
        parts.append(f"{count_of(undone.assigned, 'assignment')} of them since taken back")
    if undone.kept:
        parts.append(f"{len(undone.kept):,} kept")
    if undone.failed:
        parts.append(f"{len(undone.failed):,} failed")
    return ", ".join(parts)


def in_lines(what: str, left: Sequence[Left]) -> list[str]:
    """Return the first of what was left, each as `kept lead 42 email: changed since by op57`."""
    lines = []
    for kind, record, field, reason in left[:SHOWN]:
        which = f"{kind.replace('_', ' ')} {label(kind, record)}"
        of = f" {field.removesuffix('_id').replace('_', ' ')}" if field else ""
        lines.append(f"  {what} {which}{of}: {reason}")
    more = f"  and {len(left) - SHOWN:,} more {what}; --json names them all"
    return [*lines, more] if len(left) > SHOWN else lines
