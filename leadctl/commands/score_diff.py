"""leadctl score diff: who moved since the last run or a date, and by which rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from leadctl import lead_table, options, scores
from leadctl.results import Column, Listing
from leadctl.scores import Moves
from leadctl.selecting import lead_filter
from leadctl.when import past_moment
from leadctl.wording import count_of, name_of

SHOWN = 20


@options.filtered
def run(
    context: typer.Context,
    since: Annotated[
        str | None, typer.Option("--since", help="2026-10-01, yesterday, 7d; else the last run.")
    ] = None,
    filters: options.Filters = options.Filters(),  # noqa: B008
    limit: options.Limit = None,
    json: options.Json = False,
    format: options.Format = None,
    quiet: options.Quiet = False,
) -> Any:
    """Who moved since the last run, or since a date, those who moved farthest first; and why."""
    leadctl = options.app_of(context)
    store, rules = leadctl.store, leadctl.score_rules
    wanted = lead_filter(leadctl, filters, everything=True)
    if limit is None and leadctl.output.for_people:
        limit = SHOWN
    if since is None:
        period = "since the last run"
        moves = scores.moved_since_run(store, rules, wanted, limit)
    else:
        period = f"since {since}"
        moment = scores.Moment(*past_moment(leadctl, since, "--since"))
        then = scores.rules_of_then(store, rules, moment.at) or rules
        moves = scores.moved_since(store, leadctl.settings, rules, then, moment, wanted, limit)
    names = names_of(leadctl, [move.id for move in moves.moves])
    return Listing(
        rows=[
            {
                "id": move.id, "name": names[move.id], "before": move.before, "after": move.after,
                "points": move.after - move.before, "grade_before": move.grade_before,
                "grade": move.grade, "lines": [step._asdict() for step in move.steps],
            }
            for move in moves.moves
        ],
        columns=[
            Column("id", "id", right=True, keep=9),
            Column("name", "lead", keep=9, wraps=True),
            Column("before", "from", right=True, keep=8, show=graded_before),
            Column("after", "to", right=True, keep=9, show=graded, style=grade_style),
            Column("points", "points", right=True, keep=9, show=signed, style=colour),
            Column("lines", "because", keep=7, wraps=True, show=in_words),
        ],
        columns_in_pipe=("id", "name", "before", "after", "points", "grade_before", "grade"),
        footer=sentence(moves, period),
        empty=f"{sentence(moves, period)} · since a date: leadctl score diff --since 7d",
    )  # fmt: skip


def sentence(moves: Moves, period: str) -> str:
    """Return how many moved as `12 of 340 leads moved since the last run: 8 up, 4 down`."""
    moved = moves.up + moves.down
    of = count_of(moves.compared, "lead")
    if not moved:
        return f"none of {of} moved {period}"
    shown = f" · first {len(moves.moves)} (--limit)" if len(moves.moves) < moved else ""
    return f"{moved:,} of {of} moved {period}: {moves.up:,} up, {moves.down:,} down{shown}"


def names_of(leadctl: Any, ids: Sequence[int]) -> dict[int, str]:
    """Return the name of each of these leads."""
    return {row["id"]: name_of(row) for row in leadctl.store.records("lead", ids)}


def graded_before(total: Any, row: Mapping[str, Any]) -> str:
    """Return a total with its grade, as `42 C`."""
    return f"{total} {row['grade_before'] or ''}".rstrip()


def graded(total: Any, row: Mapping[str, Any]) -> str:
    """Return a total with its grade, as `42 C`."""
    return f"{total} {row['grade'] or ''}".rstrip()


def grade_style(_: Any, row: Mapping[str, Any]) -> str:
    """Return the colour of a grade."""
    return lead_table.GRADE_STYLES.get(row["grade"] or "", "")


def signed(points: Any, _: Mapping[str, Any]) -> str:
    """Return points with their sign."""
    return f"{points:+}"


def colour(points: Any, _: Mapping[str, Any]) -> str:
    """Return green for plus, red for minus."""
    return "green" if points > 0 else "red"


def in_words(lines: Any, _: Mapping[str, Any]) -> str:
    """Return the lines that moved a lead as `form 0 → 15, visit 15 → 12`."""
    return ", ".join(f"{line['rule']} {line['before']} → {line['after']}" for line in lines)
