"""leadctl demo: made-up leads in a scratch database, and a walk through the best of leadctl."""

from __future__ import annotations

import csv
import random
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

import leadctl as package
from leadctl import converting, options, sample
from leadctl.app import App
from leadctl.converting import Choices
from leadctl.errors import BadDataError, ConflictError, LeadctlError
from leadctl.lead_view import Order, RecordFilter, Words
from leadctl.results import Answer
from leadctl.rules import stages
from leadctl.stored import MINOR_UNITS, day_of_number, from_stamp, stamp
from leadctl.wording import count_of

if TYPE_CHECKING:
    from leadctl.journal import Operation
    from leadctl.store import Store

app = typer.Typer(**options.PLAIN)
DAYS = 60
REPS = ("ana", "ben", "eve")
AWAY = "ida"
AT_ONCE = 4
COMMAND, REMARK = "bold", "dim"


@app.command()
def demo(
    context: typer.Context,
    keep: Annotated[
        Path | None, typer.Option("--keep", metavar="DIR", help="Keep the database there.")
    ] = None,
    leads: Annotated[int, typer.Option("--leads", help="How many leads.", min=50)] = 1000,
) -> Any:
    """Made-up leads with 60 days of history in a scratch database, and a walk through it."""
    leadctl = options.app_of(context)
    with folder(keep) as place:
        walk = Walk(leadctl, place)
        walk.remark(f"A scratch database: {walk.database}. Yours stays as it is.")
        made = sample.make(leads, today=leadctl.now().date(), history_days=DAYS)
        bring_in(walk, made)
        best = look(walk)
        deal_out(walk, best)
        one_of_two(walk, best)
        convert(walk, best)
    kept = [f"kept: leadctl --db {shlex.quote(str(walk.database))}"] if keep else []
    return Answer(
        {"leads": leads, "database": str(walk.database) if keep else None},
        ["", "Every step did what it says." + ("" if keep else " The scratch database is gone.")],
        next=[
            *(kept or ["look around in it: leadctl demo --keep DIR"]),
            "now yours: leadctl import leads.csv",
        ],
    )


@contextmanager
def folder(keep: Path | None) -> Iterator[Path]:
    """Give a folder for the demo, removed at the end unless it is to be kept."""
    if keep is None:
        with TemporaryDirectory(prefix="leadctl-demo-") as scratch:
            yield Path(scratch)
        return
    place = keep.expanduser().absolute()
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BadDataError(f"cannot make {place}: {error.strerror}", "--keep elsewhere") from None
    if any(place.iterdir()):
        raise ConflictError(f"{place} is not empty", "choose a new folder")
    yield place


class Walk:
    """Runs commands as a person would, each in a process of its own, and stops at one that fails."""

    def __init__(self, leadctl: App, place: Path) -> None:
        self.output = leadctl.output
        self.place = place
        self.database = place / "leads.db"
        self.env = environment(leadctl, place, self.database)
        self._clock = leadctl.now

    def remark(self, sentence: str) -> None:
        """Say what comes next."""
        self.output.say("\n# " + sentence, style=REMARK)

    def run(self, *words: object, table: bool = False) -> None:
        """Run a command on the scratch database and show what it says; a `table` in a pipe too."""
        told = [str(word) for word in words]
        if table and not self.output.to_terminal:
            told += ["--format", "table"]
        self.show(f"leadctl {shlex.join(told)}")
        done = subprocess.run(
            self._line(told), cwd=self.place, env=self.env,
            stdin=subprocess.DEVNULL, stdout=self.output.stdout, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.check(not done.returncode, f"leadctl {told[0]} ended with {done.returncode}")

    def run_at_once(self, words: Sequence[str], inputs: Sequence[Path]) -> list[str]:
        """Run one command once for each file, all at the same time; return what they said."""
        running = []
        for input in inputs:
            with input.open("rb") as stdin:
                running.append(
                    subprocess.Popen(
                        self._line(words), cwd=self.place, env=self.env, stdin=stdin,
                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
                    )
                )  # fmt: skip
        said = [process.communicate()[0] for process in running]
        for process in running:
            self.check(
                not process.returncode, f"leadctl {words[0]} ended with {process.returncode}"
            )
        return said

    def show(self, line: str) -> None:
        """Show a command line."""
        self.output.say("\n$ " + line, style=COMMAND, whole=True)

    def check(self, holds: bool, otherwise: str) -> None:
        """Stop the demo unless this holds."""
        if not holds:
            raise LeadctlError(f"the demo failed: {otherwise}", "please report it")

    @contextmanager
    def opened(self) -> Iterator[App]:
        """Give an App of this process on the scratch database."""
        inside = App(self.env, clock=self._clock)
        try:
            yield inside
        finally:
            inside.close()

    def _line(self, words: Sequence[str]) -> list[str]:
        # -P: whatever lies in the folder is not imported.
        return [sys.executable, "-P", "-m", "leadctl", *words]


def environment(leadctl: App, place: Path, database: Path) -> dict[str, str]:
    """Return the environment of the commands: the scratch database, none of one's own settings."""
    ours = {name: value for name, value in leadctl.env.items() if not name.startswith("LEADCTL_")}
    root = str(Path(package.__file__).resolve().parents[1])
    return {
        **ours,
        "LEADCTL_DB": str(database),
        "LEADCTL_USER": leadctl.places.me,
        "XDG_CONFIG_HOME": str(place),
        "PYTHONPATH": ":".join(filter(None, (root, ours.get("PYTHONPATH")))),
        "PYTHONIOENCODING": leadctl.output.stdout.encoding or "utf-8",
    }


# The walk.


def bring_in(walk: Walk, made: sample.Sample) -> None:
    """Import the leads twice, add reps, and bring in what happened with the leads so far."""
    with (walk.place / "leads.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([made.header, *made.rows])
    walk.remark(f"{count_of(len(made.rows), 'row')} of another CRM; some are there twice.")
    walk.run("import", "leads.csv")
    with walk.opened() as inside:
        before = inside.store.count_leads(RecordFilter())
    walk.remark("The same file again changes nothing, as often as cron likes.")
    walk.run("import", "leads.csv")
    with walk.opened() as inside:
        again = inside.store.count_leads(RecordFilter())
        leave_until = day_of_number(inside.today() + 9)
    walk.check(again == before, f"{again - before} leads were imported twice")
    walk.run("rep", "add", *REPS, AWAY)
    walk.run("rep", "away", AWAY, "--until", leave_until)
    with walk.opened() as inside:
        happened = history(inside, made)
    walk.remark(f"{DAYS} days of history come along: {happened}.")


def look(walk: Walk) -> int:
    """Score the leads, look at the best ones and at the figures; return the best lead to work."""
    walk.remark("Who is worth a call? The rules give points.")
    walk.run("score")
    walk.run("list", "--sort", "score", "--limit", 5, table=True)
    with walk.opened() as inside:
        # A lead that can be converted and has a company makes the best story.
        to_work = RecordFilter(
            words={"status": Words(inside.settings.convert_from), "company": Words(blank=False)},
            hidden_statuses=inside.settings.closed,
        )
        best = inside.store.leads(to_work, Order("score"), limit=1, columns=("id",))[0]["id"]
    walk.remark(
        "Do the rules know who converts? The leads of known outcome, as they stood before it."
    )
    walk.run("rules", "backtest", table=True)
    walk.remark("What the leads and deals add up to. Cohorts that are still open are marked.")
    walk.run("report", "pipeline", table=True)
    walk.run("report", "funnel", table=True)
    walk.run("report", "cohorts", table=True)
    return int(best)


def deal_out(walk: Walk, best: int) -> None:
    """Deal the leads by several processes at once and check that nobody got two more than another."""
    with walk.opened() as inside:
        closed = inside.settings.closed
        unowned = inside.store.lead_ids(RecordFilter(owner_blank=True, hidden_statuses=closed))
    parts = [walk.place / f"{number}.ids" for number in range(1, AT_ONCE + 1)]
    for number, part in enumerate(parts):
        part.write_text("".join(f"{lead}\n" for lead in unowned[number::AT_ONCE]))
    walk.remark(
        f"{count_of(len(unowned), 'lead')} without owner, dealt like cards"
        f" by {AT_ONCE} processes at the same moment:"
    )
    numbers = " ".join(part.stem for part in parts)
    walk.show(f"for n in {numbers}; do leadctl assign --round-robin - < $n.ids & done; wait")
    for said in walk.run_at_once(["assign", "--round-robin", "-"], parts):
        walk.output.say(said.rstrip("\n"))
    with walk.opened() as inside:
        shares = shares_of(inside.store, closed)
    spread = max(shares.values()) - min(shares.values())
    in_words = "  ".join(f"{rep} {share:,}" for rep, share in shares.items())
    walk.check(spread <= 1, f"the shares differ by {spread}")
    walk.check(sum(shares.values()) == len(unowned), "not every lead was dealt exactly once")
    walk.remark(f"All {AT_ONCE} together: {in_words}. They differ by one at most, always.")
    walk.remark("Every number and every owner explains itself.")
    walk.run("why", best, table=True)


def one_of_two(walk: Walk, best: int) -> None:
    """Write the best lead down a second time, as people do, find that out and merge the two."""
    wanted = ("first_name", "last_name", "company", "country", "city")
    with walk.opened() as inside:
        lead = inside.store.lead(best, columns=wanted)
    walk.remark("Somebody writes down a lead that is there already, with another email.")
    told = [f"{name}={value}" for name, value in lead.items() if value and name in wanted]
    walk.run("add", *told, "email=second@post.example")
    with walk.opened() as inside:
        second = inside.store.lead_ids(RecordFilter())[-1]
    walk.run("dedupe", table=True)
    walk.run("merge", best, second, "--yes")


def convert(walk: Walk, best: int) -> None:
    """Convert the best lead and take it back."""
    walk.remark("A lead becomes contact, account and deal; at a terminal you would be asked.")
    deal = ("--deal", "Pilot", "--amount", 12_000, "--currency", "EUR")
    walk.run("convert", best, "--yes", *deal)
    walk.remark("Everything is in the history, and everything can be taken back.")
    walk.run("history", "--limit", 5, table=True)
    walk.run("undo", "--yes")
    with walk.opened() as inside:
        lead = inside.store.lead(best, columns=("status", "converted_at", "deal_id"))
    walk.check(lead["converted_at"] is None and lead["deal_id"] is None, "the undo kept something")
    walk.run("db", "doctor")


def shares_of(store: Store, closed: tuple[str, ...]) -> dict[str, int]:
    """Return rep -> leads to work, of those who are not on leave."""
    ids = {rep["name"]: rep["id"] for rep in store.reps()}
    return {
        name: store.count_leads(RecordFilter(owners=(ids[name],), hidden_statuses=closed))
        for name in REPS
    }


# What happened before: brought in by the functions that the commands use.


def history(inside: App, made: sample.Sample) -> str:
    """Write activities, reasons of loss and conversions as one operation; return what they are."""
    store = inside.store
    columns = ("id", "external_id")
    ids = {lead["external_id"]: lead["id"] for lead in store.leads(RecordFilter(), columns=columns)}
    with store.operation("demo history") as op:
        activities = [activity(inside, ids, happened) for happened in made.activities]
        op.create("activity", activities)
        op.update("lead", [(ids[lead], {"lost_reason": why}) for lead, why in made.lost.items()])
        conversions(inside, op, [ids[lead] for lead in made.converted], activities)
        op.count("activities", len(activities))
        op.count("lost", len(made.lost))
        op.count("converted", len(made.converted))
    return (
        f"{count_of(len(activities), 'activity', 'activities')},"
        f" {len(made.lost):,} leads lost, {len(made.converted):,} converted"
    )


def activity(
    inside: App, ids: Mapping[str, int], happened: sample.SampleActivity
) -> dict[str, Any]:
    """Return an activity as it is stored."""
    midnight = inside.now().replace(hour=0, minute=0, second=0, microsecond=0)
    moment = midnight + timedelta(days=-happened.days_ago, minutes=happened.minute_of_day)
    return {
        "lead_id": ids[happened.lead_external_id],
        "kind": happened.kind,
        "at": stamp(moment),
        "day": inside.normaliser.day(stamp(moment)),
        "direction": happened.direction,
        "outcome": happened.outcome,
        "note": happened.note,
    }


def conversions(
    inside: App, op: Operation, leads: Sequence[int], activities: Sequence[Mapping[str, Any]]
) -> None:
    """Convert leads, each at the time of its last activity and with a deal of its own size."""
    rng = random.Random(len(leads))
    terms = converting.terms(inside.settings)
    last = {each["lead_id"]: each["at"] for each in sorted(activities, key=lambda a: str(a["at"]))}
    now = op.now
    for lead in leads:
        op.now = last.get(lead, now)
        amount = rng.randrange(12, 480) * 100 * MINOR_UNITS
        stage = rng.choice(list(terms.stages))
        expected = stamp(from_stamp(op.now) + timedelta(days=rng.randrange(20, 110)))
        choices = Choices(
            deal=converting.NEW,
            amount=amount,
            currency="EUR",
            stage=stage,
            closed_at=None if stage in stages.closed(terms.stages) else expected,
            anyway=True,
        )
        converting.convert(inside.store, op, lead, choices, terms)
    op.now = now
