"""leadctl dedupe: records that are probably one, and why; and those of which one knows better."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from leadctl import options
from leadctl.duplicates import remembered, search
from leadctl.duplicates.comparing import bits_of
from leadctl.duplicates.grouping import Limits
from leadctl.duplicates.remembered import Named
from leadctl.duplicates.search import Found
from leadctl.errors import UsageError
from leadctl.fields import LETTERS
from leadctl.results import Answer, Column, Listing
from leadctl.wording import count_of, name_of

app = typer.Typer(**options.PLAIN)
KINDS = {"leads": "lead", "contacts": "contact", "accounts": "account"}
PAGE = 50


@app.command()
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
    ] = search.MINIMUM,
    apart: Annotated[
        bool, typer.Option("--not", help="These are no duplicates; never propose them again.")
    ] = False,
    limit: options.Limit = None,
    dry_run: options.DryRun = False,
    json: options.Json = False,
    format: options.Format = None,
    quiet: options.Quiet = False,
    no_input: options.NoInput = False,
) -> Any:
    """Leads, contacts and accounts that are probably one, the surest first, and why.

    A group holds together as a whole: who is like one of it and unlike another stays out. Two
    people of one company are no duplicates, one person with two emails is.
    """
    leadctl = options.app_of(context)
    records = [named(leadctl, written) for written in ids or []]
    if apart:
        return part(leadctl, records, dry_run)
    if kind is not None and kind not in KINDS:
        raise UsageError(f"--as {kind!r} is no kind", f"one of: {', '.join(KINDS)}")
    found = [
        group
        for group in groups(leadctl, Limits(bits_of(least)), records if ids else None)
        if kind is None or group.kind == KINDS[kind]
    ]
    return listing(leadctl, found, limit, of=records)


def groups(leadctl: Any, limits: Limits, of: Sequence[Named] | None) -> list[Found]:
    """Return the groups among people and among accounts, the surest first."""
    found: list[Found] = []
    for accounts in (False, True):
        some = of and [record for record in of if (record[0] == "account") == accounts]
        if of is None or some:
            found += search.groups(leadctl.store, limits, accounts=accounts, of=some)
    return sorted(found, key=lambda group: -group.score)


def named(leadctl: Any, written: str) -> Named:
    """Return the record that a word names: 42 is a lead, c12 a contact, a7 an account."""
    letter, kind = written.strip()[:1], "lead"
    if letter in ("c", "a") and written.strip()[1:].isdecimal():
        kind = LETTERS[letter]
    return kind, leadctl.store.resolve(written, kind)


def as_typed(kind: str, id: int) -> str:
    """Return how people name a record: 42, c12, a7."""
    return f"{next((letter for letter, of in LETTERS.items() if of == kind), '')}{id}"


# Not a duplicate.


def part(leadctl: Any, records: Sequence[Named], dry_run: bool) -> Answer:
    """Remember that no two of these records are one."""
    if len(set(records)) < 2:
        raise UsageError("--not needs two or more records", "leadctl dedupe --not 42 57")
    if len({kind == "account" for kind, _ in records}) > 1:
        raise UsageError("a person and a company are never proposed as one", "name two of a kind")
    words = [as_typed(*record) for record in records]
    command = f"dedupe --not {' '.join(words[:10])}"
    with leadctl.store.operation(command, dry_run=dry_run) as op:
        pairs = remembered.part(leadctl.store, op, records)
        op.count("parted", pairs)
    would = "would be remembered as" if dry_run else "are"
    text = f"{', '.join(words[:-1])} and {words[-1]} {would} no duplicates"
    return Answer(
        {"operation": op.saved, "dry_run": dry_run, "pairs": pairs},
        [text if pairs else f"{text}: known already"],
        next=[f"undo: leadctl undo {op.saved}"] if op.saved else [],
    )


# The list.


def listing(
    leadctl: Any, found: Sequence[Found], limit: int | None, of: Sequence[Named]
) -> Listing:
    """Return the groups as rows."""
    people = leadctl.output.for_people
    if limit is None and people:
        limit = PAGE
    shown = found[:limit]
    rows = [row(leadctl, group, names=people) for group in shown]
    more = len(found) - len(shown)
    below = f"first {len(shown)} of {count_of(len(found), 'group')} (--limit)" if more else None
    empty = (
        "no duplicates of it" if of else "no duplicates found; leadctl dedupe --min 0.2 shows more"
    )
    return Listing(
        rows,
        [
            Column("score", "score", right=True, keep=9, show=lambda score, _: f"{score:.2f}"),
            Column("ids", "ids", keep=9, wraps=True),
            Column("who", "who", keep=7, wraps=True),
            Column("reasons", "because", keep=8, wraps=True),
        ],
        columns_in_pipe=("kind", "ids", "also", "score", "reasons"),
        footer=below if people else None,
        empty=empty,
        data=[group.as_json() for group in shown],
    )


def row(leadctl: Any, group: Found, *, names: bool) -> dict[str, Any]:
    """Return a group as people read it; its `id` is that of the oldest record."""
    also = " ".join(as_typed(*record) for record in group.also)
    ids = " ".join(as_typed(group.kind, id) for id in group.ids)
    return {
        "id": group.ids[0],
        "kind": group.kind,
        "ids": f"{ids} {also}".strip() if names else " ".join(map(str, group.ids)),
        "also": also,
        "score": round(group.score, 4),
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
