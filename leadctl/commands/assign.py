"""leadctl assign: give leads their owners; explain why a lead has the owner it has."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadctl import assigning, options
from leadctl.assigning import Assigned, Moment, Request, handing
from leadctl.commands.rep import closed_of, day_in_words, iso, on_leave
from leadctl.errors import UsageError
from leadctl.ids import lead_ids
from leadctl.results import Answer, Column, Listing, Screen
from leadctl.rules.assignment import NO_REPS, NO_RULE
from leadctl.when import day
from leadctl.wording import count_of, name_of

if TYPE_CHECKING:
    from leadctl.assigning import replay

app = typer.Typer(cls=options.DefaultCommand, **options.PLAIN)
NAMED = 10


@app.command()
@options.beside("json", "quiet", "no_input")
def run(
    context: typer.Context,
    ids: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ID…]", help="42, an email, or - for a pipe; else all without owner."
        ),
    ] = None,
    round_robin: Annotated[
        bool, typer.Option("--round-robin", help="Deal to all active reps, exactly even.")
    ] = False,
    pool: Annotated[
        str | None, typer.Option("--pool", metavar="NAME", help="Deal to the reps of a pool.")
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="REP", help="Give these leads to one rep.")
    ] = None,
    giver: Annotated[
        str | None,
        typer.Option("--from", metavar="REP", help="Hand over this rep's leads, tasks and deals."),
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", help="With --from: the last day of the stand-in.")
    ] = None,
    reassign: Annotated[
        bool, typer.Option("--reassign", help="Those of these leads that have an owner, too.")
    ] = False,
    by: Annotated[
        str | None, typer.Option("--by", metavar="score", help="Best lead first; else the oldest.")
    ] = None,
    run_key: Annotated[
        str | None,
        typer.Option("--run-key", metavar="KEY", help="Do nothing if a run had this key before."),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 3 if leads are left without an owner.")
    ] = False,
    dry_run: options.DryRun = False,
) -> Any:
    """Give leads their owners: by default those to work without one, oldest first.

    Without --round-robin, --pool or --to the [[assign]] rules of leadctl.toml say who gets which.
    Leads that are named are dealt in the order given. Who is on leave, off work or at a cap is
    passed over.
    """
    leadctl = options.app_of(context)
    check_way(ids or giver, round_robin, pool, to, reassign, by, run_key)
    check_handing(giver, until, ids, round_robin or pool or to, run_key)
    # Whom a broken file would pass over is not known: nothing is dealt by other rules than yours.
    rules = leadctl.assign_rules
    by_rules = not (round_robin or pool or to)
    if giver is not None:
        request = request_of(leadctl, pool=pool, round_robin=round_robin, to=to, by=by)
        return hand_over(leadctl, giver, until, request, strict, dry_run)
    if by_rules and not rules.entries:
        raise UsageError(
            "there are no [[assign]] rules yet",
            "write some into leadctl.toml, or leadctl assign --round-robin, --pool NAME or --to REP",
        )
    leads = lead_ids(leadctl, ids or [])
    if leads == []:
        return Answer(counts(Assigned(), dry_run), notes=["no lead in the pipe; nothing done"])
    request = request_of(
        leadctl, pool=pool, round_robin=round_robin, to=to, by=by, leads=leads, reassign=reassign,
        rules=rules if by_rules else None, run_key=run_key,
    )  # fmt: skip
    result = assigning.assign(leadctl.store, request, dry_run=dry_run)
    return Answer(
        counts(result, dry_run),
        answer(leadctl, result, request, dry_run),
        notes=[
            *left_over(leadctl, result, pool, by_rules=by_rules),
            *leave_of(leadctl, to),
            *(oddities(leadctl, rules) if by_rules and dry_run else ()),
        ],
        next=[f"undo: leadctl undo {result.operation}"] if result.operation else [],
        exit_code=3 if strict and result.unassigned else 0,
    )


def request_of(
    leadctl: Any,
    *,
    pool: str | None,
    round_robin: bool,
    to: str | None,
    by: str | None,
    **more: Any,
) -> Request:
    """Return what the options ask for, as of now."""
    return Request(
        moment=Moment.of(leadctl.now(), leadctl.settings.zone),
        closed=leadctl.settings.closed,
        pool=pool or "everyone",
        by="round_robin" if round_robin else None,
        to=to,
        by_score=by is not None,
        **more,
    )


def check_handing(
    giver: str | None, until: str | None, ids: Any, way: Any, run_key: str | None
) -> None:
    """Raise UsageError unless a hand-over says to whom, and is one of all that a rep has."""
    if giver is None:
        if until is not None:
            raise UsageError(
                "--until needs --from", "leadctl assign --from dan --pool DACH --until …"
            )
        return
    if ids:
        raise UsageError("--from hands over all of a rep's work", "leave out the ids, or --from")
    if not way:
        raise UsageError(
            "--from needs somebody to take over", "--pool NAME, --round-robin, --to REP"
        )
    if run_key is not None:
        raise UsageError("--run-key is for runs that deal new leads", "leave it out with --from")


def hand_over(
    leadctl: Any, giver: str, until: str | None, request: Request, strict: bool, dry_run: bool
) -> Answer:
    """Hand over all of a rep's open work and answer with what went to whom."""
    last = day(leadctl, until, "--until") if until else None
    if last is not None and last < leadctl.today():
        raise UsageError("the stand-in ends before it begins", "--until is its last day")
    rep = leadctl.store.rep(giver)
    if request.to is not None and leadctl.store.rep(request.to)["id"] == rep["id"]:
        raise UsageError(f"{rep['name']} cannot take over from {rep['name']}")
    closed = closed_of(leadctl.settings)
    result = handing.hand_over(leadctl.store, giver, request, closed, until=last, dry_run=dry_run)
    left = sum(result.left.values())
    would = "would go" if dry_run else "handed over"
    lines = [
        f"{count_of(sum(reps.values()), kind)} {would}: {shares(reps)}"
        for kind, reps in result.by_kind.items()
        if reps
    ]
    notes = [f"{left:,} left with {rep['name']}: {result.why}"] if left else []
    following = [f"undo: leadctl undo {result.operation}"] if result.operation else []
    if result.total and last is not None:
        following.append(f"back: leadctl rep back {shlex.quote(rep['name'])} --return")
    return Answer(
        {
            "operation": result.operation,
            "dry_run": dry_run,
            "from": rep["name"],
            "until": iso(last),
            **{f"{kind}s": result.by_kind[kind] for kind in result.by_kind},
            "left": left,
        },
        lines or [f"{rep['name']} has no open work" if not left else "nothing was handed over"],
        notes=notes,
        next=following,
        exit_code=3 if strict and left else 0,
    )


def check_way(
    ids: Sequence[str] | str | None,
    round_robin: bool,
    pool: str | None,
    to: str | None,
    reassign: bool,
    by: str | None,
    run_key: str | None,
) -> None:
    """Raise UsageError unless one way is asked for, and leads are named where they have to be."""
    if to is not None and (round_robin or pool is not None):
        raise UsageError("--to gives leads to one rep, --round-robin and --pool deal them to many")
    if to is not None and not ids:
        raise UsageError("--to needs leads", "leadctl assign 42 43 --to REP, or - from a pipe")
    if reassign and not ids:
        raise UsageError("--reassign needs leads", "leadctl assign 42 43 --reassign …")
    if by not in (None, "score"):
        raise UsageError(f"--by {by!r} is no order", "--by score deals the best lead first")
    if run_key is not None and not (run_key.strip() and run_key.isprintable()):
        raise UsageError("--run-key needs a word", "--run-key 2026-11-22T09")


def counts(result: Assigned, dry_run: bool) -> dict[str, Any]:
    """Return the object for scripts: `reasons` says why leads are unassigned or were skipped."""
    skipped = {why: len(leads) for why, leads in result.skipped.items()}
    return {
        "operation": result.operation,
        "dry_run": dry_run,
        "assigned": result.assigned,
        "unassigned": sum(result.unassigned.values()),
        "skipped": sum(skipped.values()),
        "by_rep": result.by_rep,
        "reasons": {**result.unassigned, **skipped},
        "by_rule": result.by_rule,
        "left": result.left,
        "done_by": result.done_by,
    }


def answer(leadctl: Any, result: Assigned, request: Request, dry_run: bool) -> list[str]:
    """Return the spread as `57 leads dealt: ana 29  ben 28  (differ by 1) · ida on leave`."""
    by_rep = result.by_rep
    if result.done_by is not None:
        by = f"op{result.done_by}" if result.done_by else "an operation before"
        return [f"the run {request.run_key} was done by {by}; nothing done"]
    if not by_rep:
        said = "no lead was assigned" if result.unassigned else "nothing to assign"
        return [" · ".join([said, *(absences(leadctl, result) if request.rules else ())])]
    number = count_of(result.assigned, "lead")
    if request.to is not None:
        return [f"{number} {'would go' if dry_run else 'assigned'} to {next(iter(by_rep))}"]
    would = "would be " if dry_run else ""
    if request.rules is None:
        even = request.by or any(why.rule == "round robin" for why in result.plan.whys)
        line = f"{number} {would}dealt: {shares(by_rep, even=bool(even))}"
        return [" · ".join([line, *absences(leadctl, result)])]
    line = f"{number} {would}assigned: {shares(by_rep)}"
    return [" · ".join([line, *absences(leadctl, result)]), *map(of_rule, result.by_rule)]


def of_rule(row: dict[str, Any]) -> str:
    """Return what a rule did as `east, pool eu: 12 leads: ana 6  ben 6`."""
    where = ", ".join(
        filter(None, (row["rule"] or "no rule", row["pool"] and f"pool {row['pool']}"))
    )
    parts = [shares(row["by_rep"])] if row["by_rep"] else []
    parts += [f"{number:,} left, {why}" for why, number in row["reasons"].items()]
    return f"  {where}: {' · '.join(parts)}"


def shares(by_rep: dict[str, int], *, even: bool = False) -> str:
    """Return how many each got, with how far they differ where they are to be even."""
    line = "  ".join(f"{rep} {dealt:,}" for rep, dealt in by_rep.items())
    differ = max(by_rep.values()) - min(by_rep.values())
    return f"{line}  (differ by {differ})" if even else line


def absences(leadctl: Any, result: Assigned) -> list[str]:
    """Return who was passed over, as `ida on leave until 1 Dec`."""
    return [
        f"{passed.name} {passed.reason(lambda day: day_in_words(leadctl, day))}"
        for passed in result.passed_over
    ]


def left_over(
    leadctl: Any, result: Assigned, pool: str | None, *, by_rules: bool = False
) -> list[str]:
    """Return what was not done and why, a line a reason, with the next step."""
    members = f"pool add {shlex.quote(pool)}" if pool else "rep add"
    lines = []
    for why, number in result.unassigned.items():
        stay = "stays" if number == 1 else "stay"
        # Beside rules, who was passed over stands in the first line.
        who = [] if by_rules else absences(leadctl, result)
        if why == NO_RULE:
            who = ["leadctl rules check"]
        elif why == NO_REPS:
            who = [f"leadctl {members} ana ben"]
        ids = [
            lead for (_, said), leads in result.plan.nobody.items() if said == why for lead in leads
        ]
        without = f"{count_of(number, 'lead')} {stay} without owner: {why} ({named(ids)})"
        lines.append(" · ".join([without, *who]))
    for why, leads in result.skipped.items():
        step = STEPS.get(why, "")
        lines.append(f"{count_of(len(leads), 'lead')} skipped, {why}: {named(leads)}{step}")
    return lines


def named(leads: Sequence[int]) -> str:
    """Return the first of some leads by their ids."""
    return ", ".join(map(str, leads[:NAMED])) + (", …" if len(leads) > NAMED else "")


def oddities(leadctl: Any, rules: Any) -> list[str]:
    """Return what is odd about the entries and their territories, where it is to be mended."""
    from leadctl.proof import check_assign

    found = check_assign.findings(leadctl.store, rules, leadctl.settings.closed)
    return [
        f"{odd.where}: {odd.problem} · {odd.hint}" for odd in found if odd.severity == "warning"
    ]


STEPS = {
    assigning.OWNED: " · --reassign deals them too",
    assigning.PERSONS: " · --pool, --round-robin or --to takes them",
}
"""Why leads are skipped -> what would deal them."""


def leave_of(leadctl: Any, to: str | None) -> list[str]:
    """Return a line about the rep whom a person chose, if that one is on leave."""
    if to is None:
        return []
    rep = leadctl.store.rep(to)
    return [f"{rep['name']} is {leave}"] if (leave := on_leave(leadctl, rep)) else []


@app.command()
@options.beside("json", "quiet")
def explain(
    context: typer.Context,
    lead: Annotated[str, typer.Argument(metavar="ID")],
) -> Any:
    """Why a lead has the owner it has, and who was passed over."""
    leadctl = options.app_of(context)
    store = leadctl.store
    record = store.resolve(lead)
    row = store.lead(record)
    found = decided(leadctl, record, row["owner"])
    now = None if row["owner"] else by_rules_now(leadctl, record)
    data = {
        "lead": record,
        "owner": row["owner"],
        **{key: found[key] for key in UNEXPLAINED},
        "now": now,
    }
    return Screen(data, in_words(leadctl, row, found, now))


def by_rules_now(leadctl: Any, lead: int) -> dict[str, Any] | None:
    """Return what the rules say of a lead now: `rule`, `pool`, `rep`, `reason`, `passed_over`.

    None where leadctl.toml has no rules.
    """
    rules = leadctl.assign_rules
    if not rules.entries:
        return None
    request = request_of(
        leadctl, pool=None, round_robin=False, to=None, by=None, rules=rules, leads=[lead]
    )
    result = assigning.preview(leadctl.store, request)
    said = result.by_rule[0] if result.by_rule else {"rule": None, "pool": None, "reasons": {}}
    skipped = next(iter(result.skipped), None)
    away = next(iter(result.plan.turned_away.values()), ())
    over = result.plan.whys[0].passed_over if result.plan.whys else away
    return {
        "rule": said["rule"],
        "pool": said["pool"],
        "rep": next((rep for rep, number in result.by_rep.items() if number), None),
        "reason": skipped or next(iter(said["reasons"]), None),
        "passed_over": [{"rep": passed.name, "reason": passed.reason()} for passed in over],
    }


UNEXPLAINED: dict[str, Any] = {
    "rule": None, "pool": None, "passed_over": [], "at": None, "operation": None,
}  # fmt: skip
"""What is known of an owner who came without an assignment."""


def decided(leadctl: Any, lead: int, owner: str | None) -> dict[str, Any]:
    """Return what decided about the owner of a lead: an assignment, or who wrote it when."""
    found: dict[str, Any] | None = leadctl.store.assignment(lead)
    if found is None or found["rep"] != owner:
        return UNEXPLAINED | (newest_change(leadctl, lead) if owner else {})
    return found


def newest_change(leadctl: Any, lead: int) -> dict[str, Any]:
    """Return the operation, time and command that wrote the present owner of a lead."""
    for change in leadctl.store.history("lead", lead):
        created = change["field"] is None and change["new"] == "created"
        if created or (change["field"] == "owner_id" and change["undone_by"] is None):
            return dict(change)
    return {}


def in_words(
    leadctl: Any, lead: dict[str, Any], found: dict[str, Any], now: dict[str, Any] | None
) -> list[str]:
    """Return the lines that a person reads: the owner, why, and who was passed over."""
    owner = lead["owner"]
    who = " ".join(filter(None, (str(lead["id"]), name_of(lead))))
    lines = [f"{who}: {owner or 'no owner'}"]
    by = f"{leadctl.output.human(found['at'])}, op{found['operation']}"
    if found["rule"]:
        pool = f" of {found['pool']}" if found["pool"] else ""
        lines.append(f"{found['rule']}{pool}, {by}")
        lines += [f"passed over: {each['rep']}, {each['reason']}" for each in found["passed_over"]]
    elif owner:
        came = "set by" if found.get("field") else "came with the lead:"
        lines.append(f"no rule or pool, {came} {found.get('command')}, {by}")
    elif now is not None:
        where = ", ".join(filter(None, (now["rule"], now["pool"] and f"pool {now['pool']}")))
        says = f"{now['rep']} would get it" if now["rep"] else now["reason"]
        lines.append(f"not assigned; the rules now: {': '.join(filter(None, (where, says)))}")
        lines += [f"passed over: {each['rep']}, {each['reason']}" for each in now["passed_over"]]
    else:
        lines.append(f"not assigned: leadctl assign {lead['id']} --round-robin, --pool or --to")
    return lines


@app.command()
@options.beside("json", "format", "quiet")
def simulate(
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
        request = request_of(
            leadctl, pool=pool, round_robin=False, to=None, by=None,
            rules=by if by.entries and pool is None else None,
        )  # fmt: skip
        found[name] = replay.replay(store, leadctl.settings, request, leads, cast)
        headers[name] = header
        columns.append(Column(name, header, right=True, keep=8))

    way = f"pool {pool}" if pool else "by the rules" if rules.entries else "round robin"
    play("now", way, rules, replay.Cast())
    if against is not None or without or others:
        other = rules if against is None else rules_of(leadctl, against)
        header = against or "other team"
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


NOBODY = "(nobody)"


def rules_of(leadctl: Any, name: str) -> Any:
    """Return the [[assign]] entries of another leadctl.toml; UsageError if there is no such file."""
    from pathlib import Path

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
