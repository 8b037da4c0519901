"""leadctl pool: reps who share a rotation, what it has dealt, and who is next."""

from __future__ import annotations

import shlex
from typing import Annotated, Any

import typer

from leadctl import options
from leadctl.commands.rep import as_typed, checked_name, counts
from leadctl.errors import NotFoundError, UsageError
from leadctl.results import Answer, Column, Listing, next_steps

app = typer.Typer(**options.PLAIN)
HEAVIEST = 1000
"""The largest weight of a rep in a pool."""

Pool = Annotated[str, typer.Argument(metavar="POOL")]


@app.command()
@options.beside("json", "quiet")
def add(
    context: typer.Context,
    pool: Pool,
    names: Annotated[list[str], typer.Argument(metavar="REP…")],
    weight: Annotated[
        list[str] | None,
        typer.Option("--weight", metavar="REP=N", help="N shares of the leads for a rep; repeat."),
    ] = None,
    dry_run: options.DryRun = False,
) -> Any:
    """Put reps in a pool, which is made if need be; who was in it before gets the old place."""
    leadctl = options.app_of(context)
    store = leadctl.store
    name = checked_name(pool, "pool")
    reps = [store.active_rep(each) for each in names]
    for number, rep in enumerate(reps):
        if rep["id"] in {other["id"] for other in reps[:number]}:
            raise UsageError(f"{rep['name']} is named twice", "a pool has each rep once")
    weights = weights_of(weight or [], reps)
    words = as_typed([name, *(rep["name"] for rep in reps)])
    with store.operation(f"pool add {words}", dry_run=dry_run) as op:
        found = pool_or_none(store, name)
        refuse_everyone(found)
        record = found["id"] if found else op.create("pool", [{"name": name}])[0]
        members = {member["rep_id"]: member for member in store.members(record)}
        new = [rep for rep in reps if rep["id"] not in members]
        old = [members[rep["id"]] for rep in reps if rep["id"] in members]
        op.create(
            "pool_member",
            [
                {"pool_id": record, "rep_id": rep["id"], "weight": weights.get(rep["id"])}
                for rep in new
            ],
        )
        there = {member["id"]: {"active": 1} for member in old}
        for member in old:
            if member["rep_id"] in weights:
                there[member["id"]]["weight"] = weights[member["rep_id"]]
        updated = op.update("pool_member", there.items())
        op.count("created", len(new))
        op.count("updated", updated)
    ring = ", ".join(rep["name"] for rep in reps)
    done = f"{'would put' if dry_run else 'put'} {ring} in {name}"
    return Answer(
        counts(op.saved, dry_run, created=len(new), updated=updated, unchanged=len(old) - updated),
        [done if new or updated else f"{name} has {ring} already"],
        next=next_steps(op.saved, f"leadctl assign --pool {shlex.quote(name)}"),
    )


@app.command(name="list")
@options.beside("json", "format", "quiet")
def list_(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="Those without members, too.")] = False,
) -> Any:
    """Pools, their members in turn, whom they dealt to last and how many leads they dealt."""
    leadctl = options.app_of(context)
    store = leadctl.store
    dealt = store.dealt()
    rows = []
    for pool in store.pools():
        members = [rep for rep in store.ring(pool) if rep["member"]]
        rows.append(
            {
                "id": pool["id"],
                "name": pool["name"],
                "members": [rep["name"] for rep in members],
                "weights": {rep["name"]: rep.get("weight") or 1 for rep in members},
                "last": pool["last_rep"],
                "dealt": dealt.get(pool["id"], 0),
            }
        )
    return Listing(
        [row for row in rows if row["members"] or everything],
        [
            Column("name", "pool", keep=9),
            Column("members", "reps", keep=8, wraps=True, show=in_words),
            Column("last", "last dealt to", keep=6),
            Column("dealt", "leads dealt", right=True, keep=7),
        ],
        columns_in_pipe=("id", "name", "members", "last", "dealt"),
        empty="no pool has reps: leadctl rep add ana ben",
    )


@app.command()
@options.beside("json", "quiet", "no_input")
def remove(
    context: typer.Context,
    pool: Pool,
    names: Annotated[list[str] | None, typer.Argument(metavar="[REP…]")] = None,
    yes: options.Yes = False,
    dry_run: options.DryRun = False,
) -> Any:
    """Take reps out of a pool, or all of them: a pool without reps deals nothing and is not listed.

    Its name, places and pointer stay, so that the history stays true and it can come back.
    """
    leadctl = options.app_of(context)
    store = leadctl.store
    found = store.pool(pool)
    refuse_everyone(found)
    leaving = {store.rep(name)["id"] for name in names or []}
    who = f"{', '.join(names)} from {found['name']}" if names else f"the pool {found['name']}"
    if not (yes or dry_run) and not leadctl.prompts.confirm(f"Remove {who}?"):
        return Answer(counts(None, dry_run, updated=0), ["left as it is"])
    words = as_typed([found["name"], *(names or [])])
    with store.operation(f"pool remove {words}", dry_run=dry_run) as op:
        members = [
            member["id"]
            for member in store.members(found["id"])
            if not names or member["rep_id"] in leaving
        ]
        removed = op.update("pool_member", [(member, {"active": 0}) for member in members])
        op.count("updated", removed)
    done = f"{'would remove' if dry_run else 'removed'} {who}"
    return Answer(
        counts(op.saved, dry_run, updated=removed),
        [done if removed else "nobody to remove"],
        next=next_steps(op.saved),
    )


def in_words(reps: list[str], row: Any) -> str:
    """Return the members of a pool, with their weights where they have others than 1."""
    weights = {name: weight for name, weight in row["weights"].items() if weight > 1}
    return ", ".join(f"{name} ×{weights[name]}" if name in weights else name for name in reps)


def weights_of(written: list[str], reps: list[Any]) -> dict[int, int]:
    """Return rep id -> weight of words such as `ana=2`; UsageError says what is wrong."""
    ids = {rep["name"].casefold(): rep["id"] for rep in reps}
    found: dict[int, int] = {}
    for word in written:
        name, _, number = word.rpartition("=")
        rep = ids.get(name.strip().casefold())
        if rep is None:
            named = ", ".join(each["name"] for each in reps)
            raise UsageError(f"--weight {word!r} names none of the reps", f"one of: {named}")
        if not (number.isascii() and number.isdecimal()) or not 1 <= int(number) <= HEAVIEST:
            raise UsageError(
                f"--weight {word!r}: a weight is a whole number from 1 to {HEAVIEST:,}",
                "pool remove takes a rep out",
            )
        if rep in found:
            raise UsageError(f"--weight names {name.strip()} twice", "one weight for each rep")
        found[rep] = int(number)
    return found


def pool_or_none(store: Any, name: str) -> Any:
    """Return a pool by name, None if there is none."""
    try:
        return store.pool(name)
    except NotFoundError:
        return None


def refuse_everyone(pool: Any) -> None:
    """Raise UsageError for the pool that is made of all active reps."""
    if pool and pool["everyone"]:
        raise UsageError(
            f"{pool['name']} is the pool of all active reps", "leadctl rep add, leadctl rep remove"
        )
