"""leadctl rules backtest: would these rules have known who converts?"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadctl import options, scores
from leadctl.commands.score_diff import grade_style, graded, graded_before, in_words, names_of
from leadctl.errors import NotFoundError, UsageError
from leadctl.proof.backtest import Verdict, backtest, difference
from leadctl.proof.outcomes import FEWEST, Outcomes, facts_read, looked_at, refuse_leaks
from leadctl.results import Column, Listing, Screen
from leadctl.selecting import lead_filter
from leadctl.wording import count_of

if TYPE_CHECKING:
    from leadctl.app import App
    from leadctl.rules.scoring import ScoreRules
    from leadctl.scores import Regraded
    from leadctl.statistics import Interval

MOVERS = 10


@options.filtered
def run(
    context: typer.Context,
    against: Annotated[
        Path | None, typer.Option("--against", metavar="FILE", help="Another leadctl.toml.")
    ] = None,
    before: Annotated[
        str, typer.Option("--before", help="How long before the outcome: 7 days.")
    ] = "7 days",
    without: Annotated[
        list[str] | None, typer.Option("--without", metavar="RULE", help="Leave a rule out.")
    ] = None,
    dated: Annotated[
        bool, typer.Option("--dated", help="Only leads whose outcome has a date.")
    ] = False,
    filters: options.Filters = options.Filters(),  # noqa: B008
    json: options.Json = False,
    format: options.Format = None,
    quiet: options.Quiet = False,
) -> Any:
    """Would these rules have known? Scores leads of known outcome as of a moment before it."""
    leadctl = options.app_of(context)
    files = [leadctl.score_rules, *([leadctl.other_score_rules(against)] if against else [])]
    files = left_out(files, without or [])
    for rules in files:
        refuse_leaks(rules)
    ahead = duration(before)
    wanted = lead_filter(leadctl, filters, everything=True)
    with looked_at(
        leadctl.store, leadctl.settings, wanted, before=ahead, now=leadctl.now(), dated=dated
    ) as outcomes:
        verdicts = [
            backtest(leadctl.store, rules, outcomes, place) for place, rules in enumerate(files)
        ]
        gain = difference(leadctl.store) if against and outcomes.enough else None
    data = [
        as_json(rules, outcomes, verdict) for rules, verdict in zip(files, verdicts, strict=True)
    ]
    if gain is not None:
        data[1]["auc_gain"] = bounded(gain)
    changed = None
    if against:
        to_work = lead_filter(leadctl, filters)
        changed = scores.regraded(leadctl.store, files[0], files[1], to_work, MOVERS)
        data[1]["regraded"] = [
            {"from": one, "to": other, "leads": leads}
            for (one, other), leads in changed.counts.items()
        ]
    read = facts_read(leadctl.store, frozenset().union(*(rules.reads for rules in files)))
    notes = doubts(read, outcomes, ahead)
    if not leadctl.output.for_people:
        for note in notes:
            leadctl.output.note(note)
        return Listing(rows=[flat(row) for row in data], columns=COLUMNS, data=data)
    parts = [*screen(files, outcomes, verdicts, gain, ahead)]
    if changed is not None:
        parts += grades(leadctl, changed, files[1].path)
    return Screen(data, [*parts, *notes])


def left_out(files: Sequence[ScoreRules], names: Sequence[str]) -> list[ScoreRules]:
    """Return the rules without those of these names; NotFoundError if no file has one."""
    there = {line.name for rules in files for line in rules.rules}
    for name in names:
        if name not in there:
            raise NotFoundError(f"there is no rule {name!r}", f"rules: {', '.join(sorted(there))}")
    return [
        replace(rules, lines=tuple(line for line in rules.lines if line.name not in names))
        for rules in files
    ]


def duration(written: str) -> timedelta:
    """Return the time that `7 days`, `7d`, `2 weeks` or `7` mean; UsageError for others."""
    found = re.fullmatch(r"(\d{1,4})\s*(d|days?|w|weeks?)?", written.strip().lower(), re.ASCII)
    if not found:
        raise UsageError(f"--before {written!r} is no number of days", "7 days, 30d, 2 weeks")
    return timedelta(days=int(found[1]) * (7 if (found[2] or "d")[0] == "w" else 1))


def doubts(read: Collection[str], outcomes: Outcomes, ahead: timedelta) -> list[str]:
    """Return what one should know of the leads before trusting the figures."""
    said = []
    if outcomes.too_soon:
        leads, days = count_of(outcomes.too_soon, "lead"), count_of(ahead.days, "day")
        said.append(f"{leads} left out: decided within {days} of being created")
    if outcomes.undated:
        said.append(
            f"{outcomes.undated:,} of the lost have no date of it: looked at"
            f" {count_of(outcomes.undated_days, 'day')} after they were created, as half of the"
            " others are at the latest (--dated leaves them out)"
        )
    if outcomes.first_known and read:
        said.append(
            f"of {outcomes.first_known:,} the history begins later than that:"
            f" {', '.join(read)} count as first known, which may be after the outcome"
        )
    if outcomes.hindsight:
        said.append(
            f"{count_of(outcomes.hindsight, 'activity', 'activities')} of before that were written"
            " down after it: whoever did may have known the outcome"
        )
    return said


# For scripts

COLUMNS = [
    Column(name, name)
    for name in (
        *("rules", "outcomes", "converted", "lost", "auc", "auc_low", "auc_high"),
        *("lift_top_decile", "precision_top_decile", "log_loss", "base_log_loss"),
    )
]


def as_json(rules: ScoreRules, outcomes: Outcomes, verdict: Verdict | None) -> dict[str, Any]:
    """Return what scripts get for a file of rules; without enough outcomes its figures are null."""
    counts = {"outcomes": outcomes.all, **outcomes._asdict()}
    if verdict is None:
        return {"rules": rules.path, **counts, **dict.fromkeys(FIGURES)}
    return {
        "rules": rules.path,
        **counts,
        "auc": rounded(verdict.auc.value),
        "auc_interval": bounded(verdict.auc)[1:],
        "lift_top_decile": rounded(verdict.lift.value),
        "lift_top_decile_interval": bounded(verdict.lift)[1:],
        "precision_top_decile": rounded(verdict.precision.value),
        "precision_top_decile_interval": bounded(verdict.precision)[1:],
        "log_loss": rounded(verdict.log_loss),
        "base_log_loss": rounded(verdict.base_log_loss),
        "calibration": [
            {
                "least": band.least, "most": band.most, "leads": band.leads,
                "converted": band.converted, "promised": rounded(band.promised),
                "rate": rounded(band.rate.value), "rate_interval": bounded(band.rate)[1:],
            }
            for band in verdict.bands
        ],
        "weights": [
            {
                "rule": weight.rule, "leads": weight.leads, "rate": rounded(weight.rate),
                "auc": rounded(weight.auc.value), "auc_interval": bounded(weight.auc)[1:],
                "verdict": weight.verdict,
            }
            for weight in verdict.weights
        ],
    }  # fmt: skip


FIGURES = (
    *("auc", "auc_interval", "lift_top_decile", "lift_top_decile_interval"),
    *("precision_top_decile", "precision_top_decile_interval", "log_loss", "base_log_loss"),
    *("calibration", "weights"),
)


def rounded(figure: float) -> float:
    """Return a figure to four places."""
    return round(figure, 4)


def bounded(figure: Interval) -> list[float]:
    """Return a figure and its bounds, to four places."""
    return [rounded(each) for each in figure]


def flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figures of a file of rules as one line of a table."""
    low, high = row["auc_interval"] or (None, None)
    return {**row, "auc_low": low, "auc_high": high}


# For people


def screen(
    files: Sequence[ScoreRules],
    outcomes: Outcomes,
    verdicts: Sequence[Verdict | None],
    gain: Interval | None,
    ahead: timedelta,
) -> Any:
    """Yield the parts of the screen: the answer first, then why."""
    yield (
        f"{count_of(outcomes.all, 'lead')} with a known outcome, as they were"
        f" {count_of(ahead.days, 'day')} before it: {outcomes.converted:,} converted,"
        f" {outcomes.lost:,} lost"
    )
    found = [(rules, each) for rules, each in zip(files, verdicts, strict=True) if each]
    if not found:
        yield (
            f"Too few to say anything: {FEWEST} converted and {FEWEST} lost are the least."
            " Any figure would be chance."
        )
    else:
        yield figures(found)
    if gain is not None:
        sure = "more" if gain.low > 0 else "less" if gain.high < 0 else "no surer"
        between = f"({gain.low:+.3f} to {gain.high:+.3f})"
        yield f"{files[1].path} tells {sure}: AUC {gain.value:+.3f} {between}"
    for rules, verdict in found:
        name = f" · {rules.path}" if len(found) > 1 else ""
        yield calibration(verdict, name)
        yield weights(verdict, name)


def grades(leadctl: App, changed: Regraded, other: str) -> list[Any]:
    """Return who would have another grade now by the other rules."""
    if not changed.counts:
        return [f"By {other} no lead to work would have another grade."]
    ways = (f"{n:,} {one or '–'} → {to or '–'}" for (one, to), n in changed.counts.items())
    leads = count_of(sum(changed.counts.values()), "lead")
    names = names_of(leadctl, [move.id for move in changed.moves])
    listing = Listing(
        rows=[
            {
                "id": move.id, "name": names[move.id], "before": move.before, "after": move.after,
                "grade_before": move.grade_before, "grade": move.grade,
                "lines": [step._asdict() for step in move.steps],
            }
            for move in changed.moves
        ],
        columns=[
            Column("id", "id", right=True, keep=9),
            Column("name", "lead", keep=9, wraps=True),
            Column("before", "now", right=True, keep=9, show=graded_before),
            Column("after", "then", right=True, keep=9, show=graded, style=grade_style),
            Column("lines", "because", keep=5, wraps=True, show=in_words),
        ],
        title=f"By {other} {leads} to work would have another grade: {', '.join(ways)}",
    )  # fmt: skip
    return [listing]


def figures(found: Sequence[tuple[ScoreRules, Verdict]]) -> Listing:
    """Return the figures, a column for each file of rules."""
    names = [f"file{number}" for number in range(len(found))]
    rows: list[dict[str, Any]] = [
        {"what": "tells them apart (AUC)", "means": "0.5 is a coin, 1 is always right"},
        {"what": "best tenth: converted", "means": "of those whom one would call first"},
        {"what": "best tenth: lift", "means": "times better than calling at random"},
        {"what": "log loss", "means": "of the chances that the score promises; less is better"},
        {"what": "log loss without rules", "means": "if everybody had the same chance"},
    ]
    for name, (_, verdict) in zip(names, found, strict=True):
        cells = (
            f"{verdict.auc.value:.3f}  ({verdict.auc.low:.3f} to {verdict.auc.high:.3f})",
            f"{verdict.precision.value:.0%}  ({verdict.precision.low:.0%}"
            f" to {verdict.precision.high:.0%})",
            f"{verdict.lift.value:.1f}  ({verdict.lift.low:.1f} to {verdict.lift.high:.1f})",
            f"{verdict.log_loss:.3f}",
            f"{verdict.base_log_loss:.3f}",
        )
        for row, cell in zip(rows, cells, strict=True):
            row[name] = cell
    headers = [rules.path for rules, _ in found]
    return Listing(
        rows=rows,
        columns=[
            Column("what", "", keep=9),
            *(Column(n, h, keep=9, wraps=True) for n, h in zip(names, headers, strict=True)),
            Column("means", "", keep=1, wraps=True, style=lambda *_: "dim"),
        ],
    )


def calibration(verdict: Verdict, name: str) -> Listing:
    """Return what the score promised and what came of it, best first."""
    rows = [
        {
            "score": f"{band.least}" if band.least == band.most else f"{band.least} to {band.most}",
            "leads": band.leads, "promised": f"{band.promised:.0%}",
            "rate": f"{band.rate.value:.0%}", "bar": band.rate.value,
            "between": f"{band.rate.low:.0%} to {band.rate.high:.0%}",
            "off": not band.rate.low <= band.promised <= band.rate.high,
        }
        for band in verdict.bands
    ]  # fmt: skip
    return Listing(
        rows=rows,
        columns=[
            Column("score", "score", right=True, keep=9),
            Column("leads", "leads", right=True, keep=7),
            Column("promised", "promised", right=True, keep=9),
            Column("rate", "converted", right=True, keep=9, style=off_style),
            Column("bar", "", keep=4, draw="bar"),
            Column("between", "95 %", keep=5, style=lambda *_: "dim"),
        ],
        title=f"What the score promises{name}",
    )


def off_style(_: Any, row: Mapping[str, Any]) -> str:
    """Return yellow where what came is not what the score promised, beyond chance."""
    return "yellow" if row["off"] else ""


def weights(verdict: Verdict, name: str) -> Listing:
    """Return what each rule adds, those that carry first."""
    rows = [
        {
            "rule": weight.rule, "leads": weight.leads,
            "rate": f"{weight.rate:.0%}" if weight.leads else None,
            "auc": f"{weight.auc.value:+.3f}" if weight.leads else None,
            "between": f"{weight.auc.low:+.3f} to {weight.auc.high:+.3f}" if weight.leads else None,
            "verdict": {"unsure": None, "none": "no lead had it"}.get(weight.verdict, weight.verdict),
        }
        for weight in verdict.weights
    ]  # fmt: skip
    return Listing(
        rows=rows,
        columns=[
            Column("rule", "rule", keep=9, wraps=True),
            Column("leads", "leads", right=True, keep=6),
            Column("rate", "converted", right=True, keep=7),
            Column("auc", "AUC", right=True, keep=9, style=verdict_style),
            Column("between", "95 %", keep=5, style=lambda *_: "dim"),
            Column("verdict", "", keep=8, style=verdict_style),
        ],
        title=f"What each rule adds to the others{name}",
    )


def verdict_style(_: Any, row: Mapping[str, Any]) -> str:
    """Return green for what carries, red for what hurts."""
    return {"carries": "green", "hurts": "red"}.get(row["verdict"] or "", "")
