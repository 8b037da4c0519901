"""leadctl alone: the day's screen, or where to begin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leadctl import lead_table
from leadctl.commands.rep_state import due_back
from leadctl.errors import NotFoundError
from leadctl.lead_view import Order, RecordFilter, Words
from leadctl.reports.day import Day
from leadctl.reports.day import day as day_figures
from leadctl.results import Answer, Listing, Result
from leadctl.wording import count_of

if TYPE_CHECKING:
    from leadctl.app import App

CALLS = 7
"""How many leads are proposed."""
GOOD = Words(("A", "B"))


def day(leadctl: App) -> Result:
    """Return whom to call next, best first, or how to begin where there are no leads."""
    if not leadctl.store.exists() or not leadctl.store.count_leads(RecordFilter()):
        return beginning(leadctl)
    to_work = RecordFilter(hidden_statuses=leadctl.settings.closed)
    me = my_rep(leadctl)
    figures = day_figures(leadctl.store, to_work, me)
    mine = me is not None and figures.mine > 0
    rows = next_calls(leadctl, to_work._replace(owners=(me,)) if mine and me else to_work)
    return Listing(
        rows=rows,
        columns=lead_table.for_people(leadctl),
        columns_in_pipe=lead_table.PIPE,
        title=in_words(figures, mine),
        footer=" · ".join([*due_back(leadctl.store), *next_commands(figures, rows)]),
        empty="no lead to work · leadctl list --all",
        data={**figures._asdict(), "next": rows},
    )


def beginning(leadctl: App) -> Answer:
    """Return where the leads will be, and the three commands to start with."""
    path = leadctl.places.database
    commands = {
        "leadctl import leads.csv": "the leads of a spreadsheet or another CRM",
        'leadctl add "Zoë Núñez" email=zoe@creme.example': "one lead",
        "leadctl demo": "1,000 made-up leads elsewhere, and a walk",
    }
    width = max(map(len, commands))
    return Answer(
        {"database": str(path), "leads": 0, "next": list(commands)},
        [
            f"No leads yet. They will be in {path}.",
            "",
            *(f"  {command:{width}}   {what}" for command, what in commands.items()),
        ],
    )


def my_rep(leadctl: App) -> int | None:
    """Return the rep that I am, None if I am none."""
    try:
        return int(leadctl.store.rep("me")["id"])
    except NotFoundError:
        return None


def next_calls(leadctl: App, wanted: RecordFilter) -> list[dict[str, Any]]:
    """Return the leads to call next: good ones that nobody ever called, then the best scores."""
    store, best_first = leadctl.store, Order("score")
    columns = dict.fromkeys((*lead_table.TABLE, *lead_table.PIPE))
    fresh = wanted._replace(untouched=True, words={"grade": GOOD})
    rows = store.leads(fresh, best_first, limit=CALLS, columns=tuple(columns))
    seen = {row["id"] for row in rows}
    others = store.leads(wanted, best_first, limit=CALLS + len(rows), columns=tuple(columns))
    return [*rows, *(row for row in others if row["id"] not in seen)][:CALLS]


def in_words(figures: Day, mine: bool) -> str:
    """Return the day in one line."""
    parts = [
        f"{count_of(figures.to_work, 'lead')} to work",
        f"{figures.untouched:,} never touched" if figures.untouched else "",
        f"{figures.unowned:,} without owner" if figures.unowned else "",
        f"{figures.mine:,} yours, to call next:" if mine else "to call next:",
    ]
    return " · ".join(filter(None, parts))


def next_commands(figures: Day, rows: list[dict[str, Any]]) -> list[str]:
    """Return the next commands: what was left undone first, then the best lead."""
    commands = []
    if figures.unscored:
        commands.append(f"{figures.unscored:,} without score: leadctl score")
    if figures.unowned:
        commands.append(f"{figures.unowned:,} without owner: leadctl assign --round-robin")
    if rows:
        commands.append(f"leadctl show {rows[0]['id']}")
        commands.append(f"leadctl log {rows[0]['id']} call …")
    return commands
