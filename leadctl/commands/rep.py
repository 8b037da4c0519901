"""leadctl rep: the people who work leads, their leave, and who has left."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from typing import Annotated, Any

import typer

from leadctl import options, when
from leadctl.assigning import handing, limits
from leadctl.assigning.handing import Closed
from leadctl.commands.rep_state import due_back, iso, state, state_in_words
from leadctl.errors import ConflictError, UsageError
from leadctl.results import Answer, Column, Listing, next_steps
from leadctl.wording import count_of

app = typer.Typer(**options.PLAIN)
RESERVED = ("none", "me")
"""Words that filters use for no owner and for who is asking."""
THERE = {"active": 1, "away_from": None, "away_until": None}

MaxOpen = Annotated[
    str | None, typer.Option("--max-open", metavar="N", help="At most N leads to work; none.")
]
MaxDay = Annotated[
    str | None, typer.Option("--max-day", metavar="N", help="At most N new leads a day; none.")
]
MaxWeek = Annotated[
    str | None, typer.Option("--max-week", metavar="N", help="At most N from Monday on; none.")
]
Days = Annotated[str | None, typer.Option("--days", help="Working days: mon-fri; none.")]
Hours = Annotated[str | None, typer.Option("--hours", help="Working hours: 9-17; none.")]

Names = Annotated[list[str], typer.Argument(metavar="NAME…")]
Name = Annotated[str, typer.Argument(metavar="NAME")]


@app.command()
@options.beside("json", "quiet")
def add(
    context: typer.Context,
    names: Names,
    max_open: MaxOpen = None,
    max_day: MaxDay = None,
    max_week: MaxWeek = None,
    days: Days = None,
    hours: Hours = None,
    dry_run: options.DryRun = False,
) -> Any:
    """Add reps, with what limits them; one who was removed comes back to their old place."""
    leadctl = options.app_of(context)
    store = leadctl.store
    wanted = {name.casefold(): name for name in (checked_name(n, "rep") for n in names)}
    limiting = limits_of(max_open, max_day, max_week, days, hours)
    with store.operation(f"rep add {as_typed(wanted.values())}", dry_run=dry_run) as op:
        known = {rep["name"].casefold(): rep for rep in store.reps(everyone=True)}
        new = [name for key, name in wanted.items() if key not in known]
        old = [known[key] for key in wanted if key in known]
        for rep in old or [dict.fromkeys(limits.LIMITS)]:
            limits.check({**rep, **limiting})
        op.create("rep", [{"name": name, **limiting} for name in new])
        back = [rep for rep in old if not rep["active"]]
        updated = op.update(
            "rep", [(rep["id"], limiting if rep["active"] else THERE | limiting) for rep in old]
        )
        op.count("created", len(new))
        op.count("updated", updated)
    done = [*new, *(rep["name"] for rep in back)]
    there = [rep for rep in old if rep["active"]]
    text = [f"{'would add' if dry_run else 'added'} {', '.join(done)}"] if done else ["nobody new"]
    text += [limits_in_words(rep, limiting) for rep in there if limiting]
    return Answer(
        counts(op.saved, dry_run, created=len(new), updated=updated, unchanged=len(old) - updated),
        text,
        notes=[f"{rep['name']} is there already" for rep in there],
        next=next_steps(op.saved, "leadctl assign --round-robin"),
    )


@app.command()
@options.beside("json", "quiet")
def edit(
    context: typer.Context,
    names: Names,
    max_open: MaxOpen = None,
    max_day: MaxDay = None,
    max_week: MaxWeek = None,
    days: Days = None,
    hours: Hours = None,
    dry_run: options.DryRun = False,
) -> Any:
    """Change what limits reps: caps, working days and hours; `none` takes a limit away."""
    leadctl = options.app_of(context)
    store = leadctl.store
    reps = {rep["id"]: rep for rep in (store.active_rep(name) for name in names)}
    limiting = limits_of(max_open, max_day, max_week, days, hours)
    if not limiting:
        raise UsageError("nothing to change", "--max-open, --max-day, --max-week, --days, --hours")
    for rep in reps.values():
        limits.check({**rep, **limiting})
    words = as_typed(rep["name"] for rep in reps.values())
    with store.operation(f"rep edit {words}", dry_run=dry_run) as op:
        updated = op.update("rep", [(rep, limiting) for rep in reps])
        op.count("updated", updated)
    text = [limits_in_words(rep, limiting) for rep in reps.values()]
    return Answer(
        counts(op.saved, dry_run, updated=updated, unchanged=len(reps) - updated),
        text,
        next=next_steps(op.saved),
    )


def limits_in_words(rep: Any, limiting: dict[str, Any]) -> str:
    """Return `ana: 10 open, 3 a day`, with the limits that are set now."""
    return f"{rep['name']}: {', '.join(limits.in_words({**rep, **limiting})) or 'no limits'}"


def limits_of(
    max_open: str | None,
    max_day: str | None,
    max_week: str | None,
    days: str | None,
    hours: str | None,
) -> dict[str, Any]:
    """Return the columns of the limits that the options name."""
    caps = {"max_open": max_open, "max_day": max_day, "max_week": max_week}
    found: dict[str, Any] = {
        column: limits.cap(written, f"--{column.replace('_', '-')}")
        for column, written in caps.items()
        if written is not None
    }
    if days is not None:
        found["work_days"] = limits.days(days)
    if hours is not None:
        found["work_from"], found["work_until"] = limits.hours(hours)
    return found


@app.command(name="list")
@options.beside("json", "format", "quiet")
def list_(
    context: typer.Context,
    everyone: Annotated[bool, typer.Option("--all", help="Those who were removed, too.")] = False,
) -> Any:
    """Reps in joining order: who is there, their leads to work, their pools."""
    leadctl = options.app_of(context)
    store = leadctl.store
    reps = {rep["id"]: rep for rep in store.reps(everyone=everyone)}
    open_leads = store.open_leads(leadctl.settings.closed)
    pools = pools_of(store)
    rows = [
        {
            "id": rep["id"],
            "name": rep["name"],
            "state": state(leadctl, rep),
            "away_from": iso(rep["away_from"]),
            "away_until": iso(rep["away_until"]),
            "leads": open_leads.get(rep["id"], 0),
            "pools": pools.get(rep["id"], []),
            **{cap: rep[cap] for cap in limits.CAPS},
            "days": limits.days_in_words(rep),
            "hours": limits.hours_in_words(rep),
        }
        for rep in reps.values()
    ]
    return Listing(
        rows,
        [
            Column("name", "rep", keep=9),
            Column(
                "state", "state", keep=8, wraps=True,
                show=lambda _, row: state_in_words(leadctl, reps[row["id"]]),
                style=lambda word, _: {"on leave": "yellow", "removed": "dim"}.get(word, ""),
            ),
            Column("leads", "leads to work", right=True, keep=7),
            Column("pools", "pools", keep=5, wraps=True, show=lambda names, _: ", ".join(names)),
            *(
                [
                    Column(
                        "max_open", "at most", keep=4, wraps=True,
                        show=lambda _, row: ", ".join(limits.in_words(reps[row["id"]])),
                    )
                ]
                if any(limits.in_words(rep) for rep in reps.values())
                else []
            ),
        ],
        columns_in_pipe=(
            *("id", "name", "state", "away_from", "away_until", "leads", "pools"),
            *("max_open", "max_day", "max_week", "days", "hours"),
        ),
        footer="\n".join(due_back(store)) or None,
        empty="no reps: leadctl rep add ana ben (removed ones: leadctl rep list --all)",
    )  # fmt: skip


@app.command()
@options.beside("json", "quiet")
def away(
    context: typer.Context,
    name: Name,
    until: Annotated[
        str | None, typer.Option("--until", help="The last day away; without it open-ended.")
    ] = None,
    start: Annotated[str | None, typer.Option("--from", help="The first day; else today.")] = None,
    dry_run: options.DryRun = False,
) -> Any:
    """Note a leave: assign passes the rep over, until the day after it."""
    leadctl = options.app_of(context)
    first = when.day(leadctl, start, "--from") if start else leadctl.today()
    last = when.day(leadctl, until, "--until") if until else None
    if last is not None and last < first:
        raise UsageError("the leave ends before it begins", "--until is the last day away")
    return set_leave(leadctl, name, first, last, dry_run)


@app.command()
@options.beside("json", "quiet")
def back(
    context: typer.Context,
    name: Name,
    give_back: Annotated[
        bool, typer.Option("--return", help="Give back what was handed over and is still open.")
    ] = False,
    dry_run: options.DryRun = False,
) -> Any:
    """End a leave; with --return the work comes back that is still with the stand-in."""
    return set_leave(options.app_of(context), name, None, None, dry_run, give_back=give_back)


def set_leave(
    leadctl: Any,
    name: str,
    first: int | None,
    last: int | None,
    dry_run: bool,
    *,
    give_back: bool = False,
) -> Any:
    """Write a rep's leave, None for none, and answer with it."""
    rep = leadctl.store.active_rep(name)
    leave = {"away_from": first, "away_until": last}
    verb = "back" if first is None else "away"
    with leadctl.store.operation(f"rep {verb} {as_typed([rep['name']])}", dry_run=dry_run) as op:
        updated = op.update("rep", [(rep["id"], leave)])
        op.count("updated", updated)
        came: dict[str, int] = {}
        stayed = 0
        if give_back:
            closed = Closed.of(leadctl.settings)
            came, stayed = handing.give_back(op, leadctl.store, rep["name"], closed)
            op.count("returned", sum(came.values()))
    will = "" if updated else "already "
    back = ", ".join(count_of(number, kind) for kind, number in came.items() if number)
    notes = []
    if stayed:
        notes = [f"{count_of(stayed, 'record')} handed over before: done, or with somebody else"]
    if give_back:
        notes.insert(0, f"{'would come' if dry_run else 'came'} back: {back or 'nothing'}")
    return Answer(
        {
            **counts(op.saved, dry_run, updated=updated, unchanged=1 - updated),
            **({"returned": {f"{kind}s": came[kind] for kind in came}} if give_back else {}),
            "rep": rep["name"],
            "away_from": iso(first),
            "away_until": iso(last),
        },
        [f"{rep['name']}: {will}{state_in_words(leadctl, {**rep, **leave})}"],
        notes=notes,
        next=next_steps(op.saved),
    )


@app.command()
@options.beside("json", "quiet", "no_input")
def remove(
    context: typer.Context,
    names: Names,
    yes: options.Yes = False,
    dry_run: options.DryRun = False,
) -> Any:
    """Remove reps who have no open work; what they did stays in the history."""
    leadctl = options.app_of(context)
    store = leadctl.store
    reps = {rep["id"]: rep for rep in map(store.rep, names)}
    going = [rep for rep in reps.values() if rep["active"]]
    said = ", ".join(rep["name"] for rep in going)
    refuse_those_with_work(leadctl, going)
    if going and not (yes or dry_run) and not leadctl.prompts.confirm(f"Remove {said}?"):
        return Answer(counts(None, dry_run, updated=0, unchanged=len(reps)), ["left as it is"])
    names = [rep["name"] for rep in going]
    with store.operation(f"rep remove {as_typed(names)}", dry_run=dry_run) as op:
        refuse_those_with_work(leadctl, going)
        removed = op.update("rep", [(rep["id"], {"active": 0}) for rep in going])
        op.count("updated", removed)
    return Answer(
        counts(op.saved, dry_run, updated=removed, unchanged=len(reps) - removed),
        [f"{'would remove' if dry_run else 'removed'} {said}" if going else "nobody to remove"],
        notes=[f"{rep['name']} is removed already" for rep in reps.values() if not rep["active"]],
        next=next_steps(op.saved),
    )


def refuse_those_with_work(leadctl: Any, reps: list[Any]) -> None:
    """Raise ConflictError, with the command that hands it over, if a rep has open work."""
    closed = Closed.of(leadctl.settings)
    for rep in reps:
        work = handing.open_work(leadctl.store, rep["id"], closed)
        if any(work.values()):
            has = ", ".join(count_of(len(rows), kind) for kind, rows in work.items() if rows)
            raise ConflictError(
                f"{rep['name']} has open work: {has}",
                f"leadctl assign --from {shlex.quote(rep['name'])} --pool NAME, or --to REP",
            )


def as_typed(names: Iterable[str]) -> str:
    """Return names of reps or pools, who are colleagues and no leads, as the history has them."""
    return " ".join(map(shlex.quote, names))


def checked_name(written: str, kind: str) -> str:
    """Return the name of a rep or pool, trimmed; UsageError if filters could not name it."""
    name = " ".join(written.split())
    if not name or name.casefold() in RESERVED or not name.isprintable():
        raise UsageError(f"{written!r} cannot be the name of a {kind}")
    if "," in name or name[0] in "!-":
        raise UsageError(f"{written!r} cannot be the name of a {kind}", "no comma, no ! or - first")
    return name


def pools_of(store: Any) -> dict[int, list[str]]:
    """Return rep id -> the names of the pools it was put in."""
    found: dict[int, list[str]] = {}
    for pool in store.pools():
        for rep in store.ring(pool) if not pool["everyone"] else ():
            if rep["member"]:
                found.setdefault(rep["id"], []).append(pool["name"])
    return found


def counts(operation: int | None, dry_run: bool, **numbers: int) -> dict[str, Any]:
    """Return the object for scripts."""
    return {"operation": operation, "dry_run": dry_run, **numbers}
