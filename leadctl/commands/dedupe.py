"""leadctl dedupe: records that are probably one, and why; and those of which one knows better."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from leadctl import options
from leadctl.duplicates import beyond_doubt, deciding, remembered, search
from leadctl.duplicates.comparing import bits_of
from leadctl.duplicates.grouping import Limits
from leadctl.duplicates.remembered import Named
from leadctl.duplicates.search import Found
from leadctl.errors import UsageError
from leadctl.fields import KINDS, MERGEABLE, kind_of
from leadctl.merging.planning import MergePlan
from leadctl.merging.writing import Failed
from leadctl.results import Answer, Column, Listing, next_steps
from leadctl.wording import count_of, label, name_of

app = typer.Typer(**options.PLAIN)
MINIMUM = search.MINIMUM
KIND_OF = {KINDS[kind]: kind for kind in MERGEABLE}
PAGE = 50
_LOWER = 0.2


@app.command()
@options.beside("json", "format", "quiet", "no_input")
def dedupe(
    context: typer.Context,
    ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID…]", help="Only the duplicates of these: 42, c12, a7."),
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--as", help="Only leads, contacts or accounts.")
    ] = None,
    least: Annotated[
        float, typer.Option("--min", help="The lowest score of a group, 0 to 1.", min=0, max=1)
    ] = MINIMUM,
    apart: Annotated[
        bool, typer.Option("--not", help="These are no duplicates; never propose them again.")
    ] = False,
    auto: Annotated[
        float | None,
        typer.Option(
            "--auto", metavar="SCORE", help="Merge what is beyond doubt: 0.97.", min=MINIMUM, max=1
        ),
    ] = None,
    limit: options.Limit = None,
    yes: options.Yes = False,
    dry_run: options.DryRun = False,
) -> Any:
    """Leads, contacts and accounts that are probably one, the surest first, and why.

    A group holds together as a whole: who is like one of it and unlike another stays out. Two
    people of one company are no duplicates, one person with two emails is.
    """
    leadctl = options.app_of(context)
    records = [named(leadctl, written) for written in ids or []]
    if apart:
        return part(leadctl, records, dry_run)
    if kind is not None and kind not in KIND_OF:
        raise UsageError(f"--as {kind!r} is no kind", f"one of: {', '.join(KIND_OF)}")
    limits = Limits(bits_of(least)) if auto is None else Limits.beyond_doubt(bits_of(auto))
    found = groups(leadctl, limits, records if ids else None, kind)
    if auto is not None:
        return merge_all(leadctl, found, auto, yes=yes, dry_run=dry_run)
    shown = listing(leadctl, found, limit, more=least > _LOWER and not records)
    if not (found and leadctl.asking and leadctl.output.for_people):
        return shown
    leadctl.output.show(shown)
    if not leadctl.prompts.confirm("Go through them one by one?", flag="--no-input"):
        return None
    return one_by_one(leadctl, found)


def groups(
    leadctl: Any, limits: Limits, of: Sequence[Named] | None, kind: str | None
) -> list[Found]:
    """Return the groups among people and among accounts, the surest first."""
    found: list[Found] = []
    for accounts in (False, True):
        if kind is not None and accounts != (kind == "accounts"):
            continue
        some = of and [record for record in of if (record[0] == "account") == accounts]
        if of is None or some:
            found += search.groups(
                leadctl.store,
                limits,
                accounts=accounts,
                of=some,
            )
    wanted = [group for group in found if kind is None or group.kind == KIND_OF[kind]]
    return sorted(wanted, key=lambda group: -group.score)


def named(leadctl: Any, written: str) -> Named:
    """Return the record that a word names: 42 is a lead, c12 a contact, a7 an account."""
    kind = kind_of(written.strip())
    if kind not in MERGEABLE:
        raise UsageError(f"{written!r} is no lead, contact or account", "leadctl dedupe 42 c12 a7")
    return kind, leadctl.store.resolve(written, kind)


# Merging.


def merge_all(
    leadctl: Any, found: Sequence[Found], auto: float, *, yes: bool, dry_run: bool
) -> Answer:
    """Merge groups in which every pair is beyond doubt: one operation, the oldest survives."""
    made = beyond_doubt.plans(leadctl.store, [group for group in found if len(group.ids) > 1])
    too_many = sum(len(plan.merged) for plan in made)
    if made and not (yes or dry_run):
        question = f"Merge {count_of(len(made), 'group')}, {count_of(too_many, 'record')} fewer?"
        if not leadctl.prompts.confirm(question, default=False):
            return Answer(auto_json(None, dry_run, made, []), ["left as they are"])
    command = f"dedupe --auto {auto:g}"
    with leadctl.store.operation(command, dry_run=dry_run, records=too_many) as op:
        failed = beyond_doubt.merge_all(op, made)
    data = auto_json(op.saved, dry_run, made, failed)
    would = "would be merged" if dry_run else "merged"
    text = (
        f"{count_of(data['groups'], 'group')} {would}, {count_of(data['merged'], 'record')} fewer"
    )
    return Answer(
        data,
        [
            text
            if made
            else f"nothing that is beyond doubt ({auto:g}); leadctl dedupe shows the rest"
        ],
        notes=[
            f"{label(each.plan.kind, each.plan.survivor)} stays: {each.error.message}"
            for each in failed
        ],
        next=next_steps(op.saved, "the rest: leadctl dedupe"),
        exit_code=3 if failed else 0,
    )


def auto_json(
    operation: int | None, dry_run: bool, made: Sequence[MergePlan], failed: Sequence[Failed]
) -> dict[str, Any]:
    """Return the object for scripts."""
    stayed = [each.plan for each in failed]
    done = [plan for plan in made if plan not in stayed]
    return {
        "operation": operation,
        "dry_run": dry_run,
        "groups": len(done),
        "merged": sum(len(plan.merged) for plan in done),
        "failed": len(stayed),
        "items": [plan.as_json for plan in done],
    }


def one_by_one(leadctl: Any, found: Sequence[Found]) -> Answer:
    """Ask about each group."""
    done = deciding.Session(leadctl, found).run()
    data = {"operation": None, "dry_run": False, **done._asdict()}
    undo = ["undo: leadctl undo takes back the last"] if done.operations else []
    return Answer(data, [deciding.in_words(done)], next=undo)


# Not a duplicate.


def part(leadctl: Any, records: Sequence[Named], dry_run: bool) -> Answer:
    """Remember that no two of these records are one."""
    if len(set(records)) < 2:
        raise UsageError("--not needs two or more records", "leadctl dedupe --not 42 57")
    if len({kind == "account" for kind, _ in records}) > 1:
        raise UsageError("a person and a company are never proposed as one", "name two of a kind")
    words = [label(*record) for record in records]
    command = f"dedupe --not {' '.join(words[:10])}"
    with leadctl.store.operation(command, dry_run=dry_run) as op:
        pairs = remembered.part(leadctl.store, op, records)
        op.count("parted", pairs)
    would = "would be remembered as" if dry_run else "are"
    text = f"{', '.join(words[:-1])} and {words[-1]} {would} no duplicates"
    return Answer(
        {"operation": op.saved, "dry_run": dry_run, "pairs": pairs},
        [text if pairs else f"{text}: known already"],
        next=next_steps(op.saved),
    )


# The list.


def listing(leadctl: Any, found: Sequence[Found], limit: int | None, *, more: bool) -> Listing:
    """Return the groups as rows; without any, `more` says that a lower score may show some."""
    people = leadctl.output.for_people
    if limit is None and people:
        limit = PAGE
    shown = found[:limit]
    rows = [row(leadctl, group, names=people) for group in shown]
    left = len(found) - len(shown)
    below = f"first {len(shown)} of {count_of(len(found), 'group')} (--limit)" if left else None
    lower = f"; leadctl dedupe --min {_LOWER} may show more" if more else ""
    return Listing(
        rows,
        [
            Column(
                "score",
                "score",
                right=True,
                keep=9,
                show=lambda score, _: deciding.shown_score(score),
            ),
            Column("ids", "ids", keep=9, wraps=True),
            Column("who", "who", keep=7, wraps=True),
            Column("reasons", "because", keep=8, wraps=True),
        ],
        columns_in_pipe=("kind", "ids", "also", "score", "reasons"),
        footer=below if people else None,
        empty=f"no duplicates found{lower}",
        data=[group.as_json() for group in shown],
    )


def row(leadctl: Any, group: Found, *, names: bool) -> dict[str, Any]:
    """Return a group as people read it; its `id` is that of the oldest record."""
    also = " ".join(label(*record) for record in group.also)
    ids = " ".join(label(group.kind, id) for id in group.ids)
    return {
        "id": group.ids[0],
        "kind": group.kind,
        "ids": f"{ids} {also}".strip() if names else " ".join(map(str, group.ids)),
        "also": also,
        "score": search.rounded_down(group.score, 4),
        "who": who(leadctl, group) if names else None,
        "reasons": "; ".join(group.reasons),
    }


def who(leadctl: Any, group: Found) -> str:
    """Return the different names of a group, and where its people work."""
    rows = leadctl.store.records(group.kind, group.ids)
    if group.kind == "account":
        return " / ".join(dict.fromkeys(row["name"] or "" for row in rows))
    names = dict.fromkeys(name_of(row) or row.get("company") or "" for row in rows)
    companies = {row["company"]: None for row in rows if row.get("company")}
    return " · ".join(filter(None, (" / ".join(names), next(iter(companies), ""))))
