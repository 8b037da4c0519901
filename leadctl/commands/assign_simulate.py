"""leadctl assign simulate: what each rep would have had of past leads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadctl import options
from leadctl.assigning import Request
from leadctl.errors import UsageError
from leadctl.results import Column, Listing
from leadctl.wording import count_of

if TYPE_CHECKING:
    from leadctl.assigning import replay

NOBODY = "(nobody)"


@options.beside("json", "format", "quiet")
def run(
    context: typer.Context,
    days: Annotated[
        int, typer.Option("--days", help="Replay the leads of the last so many days.", min=1)
    ] = 30,
    against: Annotated[
        str | None, typer.Option("--against", metavar="FILE", help="Other rules: a leadctl.toml.")
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option("--without", metavar="REP", help="Leave a rep out; repeat.")
    ] = None,
    others: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="REP", help="In their pools, else in all; repeat."),
    ] = None,
    pool: Annotated[
        str | None, typer.Option("--pool", metavar="NAME", help="A pool in place of rules.")
    ] = None,
) -> Any:
    """What each rep would have had of past leads: by the rules, other rules, or another team."""
    from leadctl.assigning import replay

    leadctl = options.app_of(context)
    store = leadctl.store
    rules = leadctl.assign_rules
    leads = replay.past(store, leadctl.settings, leadctl.today() - days)
    columns = [Column("had", "have now", right=True)]
    found: dict[str, replay.Replayed] = {}
    headers: dict[str, str] = {}

    def play(name: str, header: str, by: Any, cast: replay.Cast) -> None:
        request = Request.of(
            leadctl.now(), leadctl.settings, pool=pool or "everyone",
            rules=by if by.entries and pool is None else None,
        )  # fmt: skip
        found[name] = replay.replay(store, leadctl.settings, request, leads, cast)
        headers[name] = header
        columns.append(Column(name, header, right=True, keep=8))

    way = f"pool {pool}" if pool else "by the rules" if rules.entries else "round robin"
    play("now", way, rules, replay.Cast())
    if against is not None or without or others:
        other = rules if against is None else rules_of(leadctl, against)
        # A whole path would leave no room for the counts beside it.
        header = "other team" if against is None else Path(against).name
        play("would", header, other, replay.Cast(without or (), others or ()))
    to_nobody = [
        f"{header}: {number:,} to nobody, {why}"
        for name, header in headers.items()
        for why, number in found[name].nobody.items()
    ]
    return Listing(
        simulated(leads, found),
        [Column("rep", "rep", keep=9, show=lambda name, _: name or NOBODY), *columns],
        title=f"{count_of(len(leads.leads), 'lead')} of {count_of(days, 'day')}",
        footer=" · ".join([*to_nobody, "left out: hours of the day, leave before the present one"]),
        empty=f"no lead came in {count_of(days, 'day')}",
    )


def rules_of(leadctl: Any, name: str) -> Any:
    """Return the [[assign]] entries of another leadctl.toml; UsageError if there is no such file."""
    from leadctl import config

    file = Path(name).expanduser()
    if not file.exists():
        raise UsageError(
            f"--against {name}: no such file", "a copy of leadctl.toml with other rules"
        )
    return leadctl.assign_rules_of(file, config.load(file))


def simulated(leads: replay.Past, found: dict[str, replay.Replayed]) -> list[dict[str, Any]]:
    """Return a row for each rep who has or would have had leads, and one for what nobody gets."""
    names = dict.fromkeys([name for name in leads.owners if name is not None])
    for replayed in found.values():
        names.update(dict.fromkeys(replayed.by_rep))
    rows: list[dict[str, Any]] = [
        {
            "rep": name,
            "had": leads.owners.get(name, 0),
            **{column: replayed.by_rep.get(name, 0) for column, replayed in found.items()},
        }
        for name in sorted(names, key=str.casefold)
    ]
    nobody = {column: sum(replayed.nobody.values()) for column, replayed in found.items()}
    if leads.owners.get(None) or any(nobody.values()):
        rows.append({"rep": None, "had": leads.owners.get(None, 0), **nobody})
    return rows if leads.leads else []
