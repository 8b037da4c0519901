"""leadctl campaign: what brings leads in for a time, and what that may and did cost."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadctl import campaigns, options
from leadctl.changing import check_identity, planned, whole_change
from leadctl.editing import split_words, stored_values
from leadctl.errors import ConflictError, UsageError
from leadctl.results import Answer, Column, Listing, Screen, next_steps
from leadctl.rules.writing import quoted
from leadctl.wording import count_of, in_money, plain

if TYPE_CHECKING:
    from leadctl.app import App
    from leadctl.store import Row

app = typer.Typer(
    help="What brings leads in for a time, and its cost: list, show, add, edit.", **options.PLAIN
)

Campaign = Annotated[list[str], typer.Argument(metavar="CAMPAIGN", help="Its id or its name.")]
MONEY = ("budget", "cost")


@app.command(name="list")
@options.beside("json", "format", "quiet")
def list_(
    context: typer.Context,
) -> Any:
    """Every campaign, and those that leads name beside them, with their leads and cost."""
    leadctl = options.app_of(context)
    rows = campaigns.listed(leadctl.store)
    if leadctl.output.format == "ids":
        rows = [row for row in rows if row["id"] is not None]
    return Listing(
        rows,
        [
            Column("id", "id", right=True, keep=9),
            Column("name", "campaign", keep=9, wraps=True),
            Column("starts", "from", keep=6),
            Column("ends", "to", keep=5),
            Column("source", "source", keep=3, wraps=True),
            Column("leads", "leads", right=True, keep=9, show=in_thousands),
            Column("converted", "converted", right=True, keep=8, show=in_thousands),
            Column("conversion_rate", "rate", right=True, keep=4, show=in_percent),
            Column("budget", "budget", right=True, keep=2, show=in_money),
            Column("cost", "cost", right=True, keep=7, show=in_money),
        ],
        columns_in_pipe=(
            *("id", "name", "kind", "starts", "ends", "source", "leads", "converted"),
            *("conversion_rate", "budget", "cost", "currency", "owner"),
        ),
        footer="what they brought: leadctl report campaigns"
        + (" · without id: only named by leads" if any(row["id"] is None for row in rows) else ""),
        empty='no campaign yet: leadctl campaign add "Spring fair" cost=900',
    )


def in_thousands(number: int, _: Any) -> str:
    """Return a count."""
    return f"{number:,}"


def in_percent(share: float | None, _: Any) -> str:
    """Return a share."""
    return "" if share is None else f"{100 * share:.1f} %"


@app.command()
@options.beside("json", "format", "quiet")
def show(
    context: typer.Context,
    campaign: Campaign,
) -> Any:
    """One campaign with its fields, and how many leads name it."""
    leadctl = options.app_of(context)
    row = campaigns.readable(leadctl.store, campaigns.resolve(leadctl.store, " ".join(campaign)))
    said = {name: value for name, value in row.items() if value is not None}
    if not leadctl.output.for_people:
        fields = [{"field": name, "value": value} for name, value in said.items()]
        return Screen(row, [Listing(fields, [Column("field", ""), Column("value", "")])])
    shown = [
        {"field": name.replace("_", " "), "value": _in_words(name, value, row)}
        for name, value in said.items()
        if name not in ("id", "uid", "name", "currency", "version")
    ]
    columns = [
        Column("field", "", keep=9, style=lambda *_: "dim"),
        Column("value", "", keep=9, wraps=True),
    ]
    title = f"campaign {row['id']} {row['name'] or ''}".strip()
    leads = f"its leads: leadctl list --all --campaign {shlex.quote(row['name'] or '')}"
    return Screen(
        row, [Listing(shown, columns, title=title, footer=leads if row["leads"] else None)]
    )


def _in_words(name: str, value: Any, row: Row) -> str:
    if name in MONEY:
        return in_money(value, row)
    if name == "conversion_rate":
        return in_percent(value, row)
    return in_thousands(value, row) if name in ("leads", "converted") else plain(value)


@app.command()
@options.beside("json", "format", "quiet")
def add(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="NAME field=value…")],
    dry_run: options.DryRun = False,
) -> Any:
    """Add one: `campaign add "Spring fair" starts=2026-03-01 ends=2026-03-03 cost="900 EUR"`."""
    leadctl = options.app_of(context)
    store = leadctl.store
    name, fields = split_words(words)
    if name:
        fields = {"name": " ".join(name), **fields}
    values = stored_values(leadctl, fields, "campaign")
    check_identity("campaign", values)
    with store.operation(f"campaign add {' '.join(fields)}", dry_run=dry_run) as op:
        change = whole_change(leadctl, "campaign", {}, values, op.now)
        _check_name(leadctl, change.get("name"))
        born = {"created_at": op.now, "created_day": leadctl.today()}
        [campaign] = op.create("campaign", [{**born, **change}])
        op.count("created")
        row = campaigns.readable(store, campaign)
    would = "would be added" if dry_run else "added"
    leads = [f"{count_of(row['leads'], 'lead')} named it already"] if row["leads"] else []
    return Answer(
        {"operation": op.saved, "dry_run": dry_run, **row},
        [f"campaign {campaign} {would}: {row['name'] or row['external_id']}"],
        notes=leads,
        next=next_steps(op.saved, f"look: leadctl campaign show {campaign}"),
    )


@app.command()
@options.beside("json", "format", "quiet")
def edit(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="CAMPAIGN field=value…")],
    dry_run: options.DryRun = False,
) -> Any:
    """Change fields of one, by its id or name: `campaign edit "Spring fair" cost=950 ends=`."""
    leadctl = options.app_of(context)
    store = leadctl.store
    name, fields = split_words(words)
    if not name or not fields:
        raise UsageError("say which campaign, and what changes", "leadctl campaign edit 3 cost=950")
    campaign = campaigns.resolve(store, " ".join(name))
    values = stored_values(leadctl, fields, "campaign")
    with store.operation(f"campaign edit {campaign} {' '.join(fields)}", dry_run=dry_run) as op:
        before = store.records("campaign", [campaign])
        _check_name(leadctl, values.get("name"), campaign)
        changed = op.update("campaign", planned(leadctl, "campaign", before, values, op.now))
        op.count("updated", changed)
    would = "would be changed" if dry_run else "changed"
    return Answer(
        {
            "operation": op.saved, "dry_run": dry_run, "changed": changed,
            "unchanged": 1 - changed, "ids": [campaign],
        },
        [f"campaign {campaign} {would}" if changed else f"campaign {campaign} has it already"],
        notes=_left_behind(leadctl, before, values),
        next=next_steps(op.saved),
    )  # fmt: skip


def _check_name(leadctl: App, name: str | None, campaign: int | None = None) -> None:
    """Raise ConflictError if another campaign is called so: leads name theirs by its name."""
    others = [of for of in campaigns.called(leadctl.store, name) if of != campaign]
    if name is not None and others:
        raise ConflictError(
            f"campaign {others[0]} is called so", f"leadctl campaign edit {others[0]} field=value"
        )


def _left_behind(leadctl: App, before: Sequence[Row], values: Mapping[str, Any]) -> list[str]:
    """Return what to do about leads that name a campaign as it was called before."""
    old, new = before[0]["name"], values.get("name", before[0]["name"])
    if not old or not new or old.casefold() == new.casefold():
        return []
    leads = campaigns.leads_naming(leadctl.store, old)
    if not leads:
        return []
    condition = f"campaign = {quoted(old)}"
    where = shlex.quote(condition) if set(condition) & set('"$`\\!') else f'"{condition}"'
    change = f"leadctl edit --all --where {where} {shlex.quote(f'campaign={new}')}"
    verb = "still name" if leads > 1 else "still names"
    return [f"{count_of(leads, 'lead')} {verb} {old}: {change}"]
