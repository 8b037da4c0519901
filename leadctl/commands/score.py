"""leadctl score: recompute the scores; explain one, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadctl import lead_table, options, scores
from leadctl.commands import score_diff
from leadctl.ids import lead_ids
from leadctl.results import Answer, Column, Listing
from leadctl.scores import Explanation, Mover, ScoreRun
from leadctl.when import past_moment
from leadctl.wording import count_of, name_of

if TYPE_CHECKING:
    from leadctl.app import App

app = typer.Typer(
    cls=options.DefaultCommand,
    help="Compute scores by the rules: all, or `score 42 43`; `score explain 42` says why.",
    **options.PLAIN,
)


@app.command("run")
@options.beside("json", "quiet", "no_input")
def run(
    context: typer.Context,
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID…]", help="42, an email, or - for a pipe.")
    ] = None,
    dry_run: options.DryRun = False,
) -> Any:
    """Recompute the scores of these leads, else of all; converted ones keep theirs."""
    leadctl = options.app_of(context)
    rules = leadctl.score_rules
    wanted = lead_ids(leadctl, ids or [])
    if wanted == []:
        return Answer(answer(ScoreRun(None, 0, 0, []), dry_run), notes=["no ids: nothing done"])
    done = scores.run(leadctl.store, rules, wanted, dry_run=dry_run)
    converted = 0 if wanted is None else len(wanted) - done.scored
    return Answer(
        answer(done, dry_run),
        [sentence(done, dry_run)],
        notes=[f"not scored: {count_of(converted, 'converted lead')}"] if converted else [],
        next=["look: leadctl list --sort score", "why: leadctl score explain ID"]
        if done.changed and not dry_run
        else [],
        details=[movers(done.movers)] if done.movers else [],
    )


@app.command("explain")
@options.beside("json", "format", "quiet")
def explain(
    context: typer.Context,
    lead: Annotated[str, typer.Argument(metavar="ID", help="42, an email, a +phone, ext:4711.")],
    at: Annotated[
        str | None, typer.Option("--at", help="As of 2026-10-01, yesterday or a time.")
    ] = None,
) -> Any:
    """Why a lead has its score: each rule with its points and the evidence."""
    leadctl = options.app_of(context)
    number = leadctl.store.resolve(lead, "lead")
    if at is None:
        explained = scores.explain(leadctl.store, leadctl.settings, leadctl.score_rules, number)
        note = state(explained)
    else:
        explained, note = as_of(leadctl, number, at)
    if note and not (leadctl.output.for_people or leadctl.output.as_json):
        leadctl.output.note(note)
    return Listing(
        rows=list(ledger(explained)),
        columns=[
            Column("group", "", keep=5, show=lambda group, _: group or " "),
            Column("rule", "rule", keep=9, wraps=True),
            Column("points", "points", right=True, keep=9, show=signed, style=colour),
            Column("evidence", "because", keep=9, wraps=True, show=lambda why, _: why or " "),
        ],
        columns_in_pipe=("rule", "kind", "points", "evidence"),
        title=title(leadctl, explained),
        total={
            "rule": "total",
            "points": sum(line.points for line in explained.lines),
            "evidence": graded(explained),
        },
        footer=note,
        data=asdict(explained) | {"lines": [line.as_json() for line in explained.lines]},
    )


def as_of(leadctl: App, lead: int, at: str) -> tuple[Explanation, str]:
    """Return a lead's ledger on the facts of a moment, and what is to be said of it."""
    moment = scores.Moment(*past_moment(leadctl, at, "--at"))
    today = leadctl.score_rules
    rules = scores.rules_of_then(leadctl.store, today, moment.at)
    if rules is None:
        said = "by today's rules: no earlier run kept others"
    elif rules is today:
        said = "by today's rules, which were those of the run then"
    else:
        said = "by the rules of the run then; today's are others"
    explained = scores.explain_at(leadctl.store, leadctl.settings, rules or today, lead, moment)
    return explained, "; ".join([said, *explained.reasons])


def graded(explained: Explanation) -> str | None:
    """Return `grade B, rank A2: fit A, engagement 2`."""
    parts = [f"grade {explained.grade}"] if explained.grade else []
    if explained.rank:
        fit, engagement = explained.rank[0], explained.rank[1:]
        parts.append(f"rank {explained.rank}: fit {fit}, engagement {engagement}")
    return ", ".join(parts) or None


app.command("diff")(score_diff.run)


def answer(done: ScoreRun, dry_run: bool) -> dict[str, Any]:
    """Return the object for scripts."""
    return {
        "operation": done.operation,
        "dry_run": dry_run,
        "scored": done.scored,
        "changed": done.changed,
        "movers": [
            {"id": m.id, "name": m.name, "from": m.before, "to": m.after, "points": m.points}
            for m in done.movers
        ],
    }


def sentence(done: ScoreRun, dry_run: bool) -> str:
    """Return what a run did as `340 leads scored, 12 changed`."""
    if not done.scored:
        return "no leads to score"
    would = "would change" if dry_run else "changed"
    changed = f"{done.changed:,} {would}" if done.changed else f"none {would}"
    return f"{count_of(done.scored, 'lead')} scored, {changed}"


def movers(moved: list[Mover]) -> Listing:
    """Return the leads with another grade, those who moved farthest first."""
    return Listing(
        rows=[mover._asdict() for mover in moved],
        columns=[
            Column("id", "id", right=True, keep=9),
            Column("name", "lead", keep=9, wraps=True),
            Column("before", "from", keep=9, style=grade_style),
            Column("after", "to", keep=9, style=grade_style),
            Column("points", "points", right=True, keep=9, show=signed, style=colour),
        ],
    )


def title(leadctl: Any, explained: Explanation) -> str:
    """Return the first line: who it is, the score, and when and by which rules it was made."""
    columns = ("first_name", "last_name", "email", "phone", "external_id", "company", "source")
    lead = leadctl.store.lead(explained.lead, columns)
    parts = [f"{explained.lead} {name_of(lead)}", lead["company"], lead["source"]]
    score = "never scored"
    if explained.total is not None:
        score = f"{explained.total} {explained.grade or ''}".strip()
        score += f"   as of {leadctl.output.human(explained.at)}, rules {explained.rules}"
    return f"{' · '.join(filter(None, parts))}   {score}"


def ledger(explained: Explanation) -> Iterator[dict[str, Any]]:
    """Yield the lines; the first one of each group carries its name."""
    last = None
    for line in explained.lines:
        new = line.kind != last and line.kind != "cap"
        yield {**line._asdict(), "group": line.kind if new else None}
        last = last if line.kind == "cap" else line.kind


def state(explained: Explanation) -> str | None:
    """Return what is said of a score that is not what a run would give now."""
    if explained.total is None and explained.stale:
        return "never scored: a run would give this · leadctl score"
    if explained.stale:
        reasons = "; ".join(explained.reasons)
        return f"stale: {reasons} · it would be {explained.now_total} now: leadctl score"
    return "; ".join(explained.reasons) or None


def signed(points: Any, row: Mapping[str, Any]) -> str:
    """Return points with their sign; a total and 0 have none."""
    return f"{points:+}" if points and row.get("rule") != "total" else str(points)


def colour(points: Any, row: Mapping[str, Any]) -> str:
    """Return green for plus, red for minus."""
    if row.get("rule") == "total":
        return ""
    return "green" if points > 0 else "red" if points < 0 else "dim"


def grade_style(grade: Any, _: Mapping[str, Any]) -> str:
    """Return the colour of a grade."""
    return lead_table.GRADE_STYLES.get(grade or "", "")
