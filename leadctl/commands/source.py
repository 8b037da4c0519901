"""leadctl source: the list of sources, another name for one, and what they cost."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadctl import options, sources, toml_file
from leadctl.editing import stored_values
from leadctl.errors import ConflictError, NotFoundError, UsageError
from leadctl.results import Answer, Column, Listing, next_steps
from leadctl.stored import whole_units
from leadctl.toml_file import TomlFile
from leadctl.wording import clean, count_of, in_money

if TYPE_CHECKING:
    from leadctl.app import App

app = typer.Typer(help="Where leads come from: list, add, rename, retire, cost.", **options.PLAIN)

Source = Annotated[str, typer.Argument(metavar="SOURCE")]
_NOT_CHANGED = "the list of sources stays as it is"
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")


@app.command(name="list")
@options.beside("json", "format", "quiet")
def list_(
    context: typer.Context,
) -> Any:
    """Every source of the list, and those that leads have beside it."""
    leadctl = options.app_of(context)
    used = {each.name.casefold(): each for each in sources.used(leadctl.store)}
    listed = leadctl.settings.sources
    names = [*listed, *(each.name for each in used.values() if each.name not in listed)]
    rows = [row(name, used.get(name.casefold()), listed) for name in names]
    return Listing(
        rows=rows,
        columns=[
            Column("source", "source", keep=9, wraps=True),
            Column("leads", "leads", right=True, keep=9, show=lambda number, _: f"{number:,}"),
            Column("cost", "cost", right=True, keep=5, show=in_money),
            Column(
                "listed", "", keep=7, show=lambda on, _: "" if on else "not in the list",
                style=lambda on, _: "" if on else "yellow",
            ),
        ],
        footer="what they brought: leadctl report sources",
    )  # fmt: skip


def row(name: str, used: sources.Used | None, listed: Sequence[str]) -> dict[str, Any]:
    """Return a source as people and scripts read it."""
    cost = used.cost if used else None
    return {
        "source": name,
        "leads": used.leads if used else 0,
        "cost": None if cost is None else whole_units(cost),
        "currency": used.currency if used else None,
        "listed": name in listed,
    }


@app.command()
@options.beside("json", "quiet")
def add(
    context: typer.Context,
    names: Annotated[list[str], typer.Argument(metavar="SOURCE…")],
    dry_run: options.DryRun = False,
) -> Any:
    """Put sources in the list of leadctl.toml."""
    leadctl = options.app_of(context)
    listed = list(leadctl.strict_settings.sources)
    known = {source.casefold() for source in listed}
    new = {name.casefold(): name for name in map(checked, names) if name.casefold() not in known}
    if new:
        write_list(leadctl, [*listed, *new.values()], dry_run=dry_run)
    return Answer(
        {"dry_run": dry_run, "created": len(new), "unchanged": len(names) - len(new)},
        [f"{'would be added' if dry_run else 'added'}: {', '.join(new.values())}"]
        if new
        else ["all of them are in the list already"],
    )


@app.command()
@options.beside("json", "quiet")
def retire(
    context: typer.Context,
    name: Source,
    dry_run: options.DryRun = False,
) -> Any:
    """Take a source out of the list; the leads that have it keep it."""
    leadctl = options.app_of(context)
    listed = leadctl.strict_settings.sources
    found = in_list(leadctl, name)
    write_list(leadctl, [each for each in listed if each != found], dry_run=dry_run)
    leads = next((u.leads for u in sources.used(leadctl.store) if same(u.name, found)), 0)
    return Answer(
        {"dry_run": dry_run, "source": found, "leads": leads},
        [f"{found} {'would be' if dry_run else 'is'} out of the list"],
        notes=[f"{count_of(leads, 'lead')} keep it"] if leads else [],
        next=[f"back: leadctl source add {shlex.quote(found)}"],
    )


@app.command()
@options.beside("json", "quiet")
def rename(
    context: typer.Context,
    old: Annotated[str, typer.Argument(metavar="OLD")],
    new: Annotated[str, typer.Argument(metavar="NEW")],
    dry_run: options.DryRun = False,
) -> Any:
    """Call a source something else: in the list, on leads, contacts, deals, campaigns and costs."""
    leadctl = options.app_of(context)
    store, name = leadctl.store, checked(new)
    listed = leadctl.strict_settings.sources
    found = next((each for each in listed if same(each, old)), None)
    on_records = next((u.name for u in sources.used(store) if same(u.name, old)), None)
    if found is None and on_records is None:
        raise unknown(leadctl, old)
    if not same(old, name) and (months := sources.costs_in_both(store, old.strip(), name)):
        raise ConflictError(
            f"both have a cost in {months[0]}", "leadctl source cost sets one of them to 0"
        )
    with store.operation(f"source rename {old.strip()} {name}", dry_run=dry_run) as op:
        changed = sources.rename(op, old.strip(), name)
        op.count("updated", sum(changed.values()))
    if found is not None:
        renamed = dict.fromkeys(name if each == found else each for each in listed)
        write_list(leadctl, list(renamed), dry_run=dry_run)
    records = count_of(sum(changed.values()), "record")
    verb = "would be called" if dry_run else "is called"
    return Answer(
        {"operation": op.saved, "dry_run": dry_run, "source": name, **changed},
        [f"{clean(old.strip())} {verb} {name} · {records}"],
        notes=["undo gives the records the old word; the list keeps the new one"]
        if op.saved and found
        else [],
        next=next_steps(op.saved),
    )


@app.command()
@options.beside("json", "quiet")
def cost(
    context: typer.Context,
    name: Source,
    month: Annotated[str, typer.Argument(metavar="MONTH", help="2026-11")],
    amount: Annotated[str, typer.Argument(metavar="AMOUNT", help='1200, or "1,200 EUR".')],
    currency: Annotated[
        str | None, typer.Option("--currency", help="Three letters, such as EUR.")
    ] = None,
    dry_run: options.DryRun = False,
) -> Any:
    """Note what a source cost in a month; another amount replaces it."""
    leadctl = options.app_of(context)
    if not _MONTH.fullmatch(month.strip()):
        raise UsageError(f"{month!r} is no month", "2026-11")
    source = in_use(leadctl, name)
    written = {"amount": amount, **({"currency": currency} if currency else {})}
    values = stored_values(leadctl, written)
    if values.get("amount") is None or values["amount"] < 0:
        raise UsageError(f"{amount!r} is no cost", "an amount such as 1200, or 0")
    of = {"amount": values["amount"], "currency": values.get("currency")}
    with leadctl.store.operation(f"source cost {source} {month.strip()}", dry_run=dry_run) as op:
        end = sources.set_cost(op, leadctl.store, source, month.strip(), of)
        op.count(end)
    said = in_money(whole_units(of["amount"]), of)
    done = {"unchanged": "is noted already"}.get(end, "would be noted" if dry_run else "noted")
    return Answer(
        {
            "operation": op.saved,
            "dry_run": dry_run,
            "source": source,
            "month": month.strip(),
            end: 1,
        },
        [f"{source}, {month.strip()}: {said} {done}"],
        next=next_steps(op.saved, "look: leadctl report sources"),
    )


def checked(name: str) -> str:
    """Return a name that can be a source; UsageError if it cannot."""
    word = " ".join(name.split())
    if not word or not word.isprintable() or len(word) > 60 or word.casefold() == "none":
        raise UsageError(f"{clean(name)!r} cannot be a source", "one to sixty characters")
    return word


def same(one: str, other: str) -> bool:
    """Whether two words are one source."""
    return one.casefold() == " ".join(other.split()).casefold()


def in_list(leadctl: App, name: str) -> str:
    """Return a source as the list spells it; NotFoundError names the nearest."""
    found = next((each for each in leadctl.settings.sources if same(each, name)), None)
    if found is None:
        raise unknown(leadctl, name)
    return found


def in_use(leadctl: App, name: str) -> str:
    """Return a source of the list or of a lead; NotFoundError names the nearest."""
    used = [each.name for each in sources.used(leadctl.store)]
    for each in (*leadctl.settings.sources, *used):
        if same(each, name):
            return each
    raise unknown(leadctl, name)


def unknown(leadctl: App, name: str) -> NotFoundError:
    """Return the error about a source that there is not."""
    from difflib import get_close_matches

    names = leadctl.settings.sources
    near = get_close_matches(name, names, 1)
    hint = f"did you mean {near[0]}?" if near else f"leadctl source add {shlex.quote(name)}"
    return NotFoundError(f"there is no source {clean(name)!r}", hint)


def write_list(leadctl: App, names: Sequence[str], *, dry_run: bool) -> None:
    """Write the list of sources to leadctl.toml, which is made if need be."""
    file = TomlFile(toml_file.place(leadctl.places), _NOT_CHANGED)
    if not dry_run:
        file.set_list("sources", names)
