"""leadctl merge: several records of one person or company become one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from leadctl import options
from leadctl.errors import UsageError
from leadctl.fields import KINDS, MERGEABLE, kind_of
from leadctl.merging.asking import Request
from leadctl.merging.comparing import side_by_side
from leadctl.merging.planning import POLICIES, MergePlan
from leadctl.merging.writing import look
from leadctl.merging.writing import merge as write
from leadctl.results import Answer
from leadctl.wording import count_of, label

app = typer.Typer(**options.PLAIN)
NAMED_IN_HISTORY = 10
LEFT = "left as they are"


@app.command()
@options.beside("json", "quiet", "no_input")
def merge(
    context: typer.Context,
    ids: Annotated[list[str], typer.Argument(metavar="ID ID…", help="42 57, c12 c13 or a7 a9.")],
    keep: Annotated[
        str | None, typer.Option("--keep", metavar="ID", help="Which one survives; else the first.")
    ] = None,
    field: Annotated[
        list[str] | None,
        typer.Option("--field", metavar="FIELD=ID", help="Whose value stays; repeat."),
    ] = None,
    policy: Annotated[
        str, typer.Option("--policy", help="fill blanks, newest, oldest or ask.")
    ] = "fill",
    yes: options.Yes = False,
    dry_run: options.DryRun = False,
) -> Any:
    """Make one of several leads, contacts or accounts; what belonged to the others moves along.

    Emails, phones, tags, descriptions and extra fields are united; of other fields the survivor's
    value stays, or that of another where it has none.
    """
    leadctl = options.app_of(context)
    if policy not in POLICIES:
        raise UsageError(f"unknown policy {policy!r}", f"one of: {', '.join(POLICIES)}")
    request = requested(leadctl, ids, keep, field or [], policy)
    if request.plan.undecided:
        request = request.decided(leadctl)
    if not (yes or dry_run):
        agreed = request.agreed(leadctl)
        if agreed is None:
            return Answer({"operation": None, "dry_run": False, **NOTHING}, [LEFT])
        request = agreed
    done = request.plan
    which = [label(request.kind, record) for record in (done.survivor, *done.merged)]
    few = (
        " ".join(which) if len(which) <= NAMED_IN_HISTORY else f"{len(which)} {KINDS[request.kind]}"
    )
    with leadctl.store.operation(f"merge {few}", dry_run=dry_run) as op:
        moved = write(op, done)
    if dry_run and leadctl.output.for_people:
        leadctl.output.show(side_by_side(leadctl, done, request.records))
    return Answer(
        {"operation": op.saved, "dry_run": dry_run, **done.as_json, "moved": moved},
        [sentence(request, moved, dry_run=dry_run)],
        notes=[] if leadctl.asking and not yes else beside(done),
        next=[f"undo: leadctl undo {op.saved}", f"look: leadctl show {which[0]}"]
        if op.saved
        else [],
    )


NOTHING: dict[str, Any] = {
    "kind": None, "survivor": None, "merged": [], "filled": [], "differing": {}, "moved": {},
}  # fmt: skip


def requested(
    leadctl: Any, ids: Sequence[str], keep: str | None, fields: Sequence[str], policy: str
) -> Request:
    """Return what the words mean; an error says what cannot be merged."""
    kinds = list(dict.fromkeys(map(kind_of, ids)))
    for kind in kinds:
        if kind not in MERGEABLE:
            raise UsageError(
                f"{KINDS.get(kind, kind)} are not merged", "leads, contacts, accounts are"
            )
    if len(kinds) > 1:
        both = " and ".join(KINDS[kind] for kind in kinds[:2])
        raise UsageError(f"{both} are not merged with each other", "leadctl merge 42 57")
    [kind] = kinds

    def resolve(written: str) -> int:
        # Of contacts, `--keep 13` means c13.
        own = written if kind_of(written) == kind else label(kind, 0)[:-1] + written
        record: int = leadctl.store.resolve(own, kind, merged=False)
        return record

    records = [resolve(written) for written in ids]
    if len(records) == 1:
        raise UsageError("merge needs two or more records", "leadctl merge 42 57")
    if len(set(records)) < len(records):
        twice = next(record for record in records if records.count(record) > 1)
        raise UsageError(
            f"{kind} {label(kind, twice)} cannot be merged with itself", "name each one once"
        )
    chosen = {}
    for word in (part.strip() for words in fields for part in words.split(",")):
        name, equals, record = word.partition("=")
        if not equals or not record:
            raise UsageError(f"--field {word!r} names no record", "--field email=57")
        chosen[name.strip().lower().replace(" ", "_")] = resolve(record.strip())
    found = look(leadctl.store, kind, records)
    return Request(
        kind,
        {record: found[record] for record in records},
        None if keep is None else resolve(keep),
        policy,
        chosen,
    )


def sentence(request: Request, moved: Mapping[str, int], *, dry_run: bool) -> str:
    """Return what was done as `57 and 61 merged into 42 Zoë Núñez: 9 activities moved`."""
    done = request.plan
    who = [label(request.kind, record) for record in done.merged]
    some = ", ".join(who[:-1]) + (" and " if len(who) > 1 else "") + who[-1]
    would = "would be merged" if dry_run else "merged"
    what = [f"{count_of(n, kind, KINDS[kind])} moved" for kind, n in moved.items()]
    what += [f"filled {in_words(done.filled)}"] if done.filled else []
    return f"{some} {would} into {request.words(done.survivor)}" + (
        f": {', '.join(what)}" if what else ""
    )


def beside(done: MergePlan) -> list[str]:
    """Return where the records differ, and whose values stay."""
    kept: dict[int, list[str]] = {}
    for name, record in done.differing.items():
        kept.setdefault(record, []).append(name)
    said = [f"{in_words(names)} of {label(done.kind, record)}" for record, names in kept.items()]
    return [f"they differ; what stays: {'; '.join(said)}"] if said else []


def in_words(names: Sequence[str]) -> str:
    """Return names of fields as people read them."""
    return ", ".join(name.replace("_", " ") for name in names)
