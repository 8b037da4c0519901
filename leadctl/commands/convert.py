"""leadctl convert: a lead becomes a contact, with its account and its deal."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from leadctl import converting, finding, options, values
from leadctl.converting import NEW, NONE, Choices, Outcome, Plan, Terms
from leadctl.deciding import Decision, became, beside, panel, without_currency, worth
from leadctl.errors import UsageError
from leadctl.fields import FieldSet
from leadctl.ids import lead_ids
from leadctl.results import Answer, next_steps
from leadctl.rules import mapping, naming, stages
from leadctl.selecting import lead_filter
from leadctl.when import moment
from leadctl.wording import count_of, label
from leadctl.words import stage as stage_parser

if TYPE_CHECKING:
    from leadctl.config import Settings

app = typer.Typer(**options.PLAIN)
SHOWN = 5
NAMED_IN_HISTORY = 10


@app.command()
@options.beside("json", "quiet", "no_input")
def convert(
    context: typer.Context,
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID…]", help="Leads, or - from a pipe.")
    ] = None,
    where: options.Where = None,
    account: Annotated[
        str | None, typer.Option("--account", metavar="ID|NAME|new|none", help="Which account.")
    ] = None,
    contact: Annotated[
        str | None, typer.Option("--contact", metavar="ID|NAME|new", help="Which contact.")
    ] = None,
    deal: Annotated[
        str | None,
        typer.Option(
            "--deal",
            metavar="NAME|ID|none",
            help='A new deal, or one; a NAME may be "{company} – {product}".',
        ),
    ] = None,
    amount: Annotated[
        str | None, typer.Option("--amount", help='What the deal is worth: "12,000 EUR".')
    ] = None,
    currency: Annotated[
        str | None, typer.Option("--currency", help="Three letters, such as EUR.")
    ] = None,
    stage: Annotated[
        str | None, typer.Option("--stage", help='Stage of the deal: "Closed Won".')
    ] = None,
    close_date: Annotated[
        str | None, typer.Option("--close-date", help="When the deal closes: 2027-01-31.")
    ] = None,
    owner: Annotated[
        str | None, typer.Option("--owner", metavar="REP", help="Who gets what is new.")
    ] = None,
    overwrite: Annotated[
        list[str] | None,
        typer.Option("--overwrite", metavar="FIELD", help="The lead's value wins; repeat."),
    ] = None,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="From any status, and past links to others.")
    ] = False,
    yes: options.Yes = False,
    dry_run: options.DryRun = False,
) -> Any:
    """Turn a lead into contact, account and deal; existing records get only their blanks filled.

    With --yes every question takes its default: the best match or a new contact and account, and
    no deal unless an option speaks of one.
    """
    leadctl = options.app_of(context)
    settings = leadctl.rule_settings
    terms = converting.terms(settings, leadctl.fields)
    currency = parsed("--currency", values.currency, currency)
    choices = Choices(
        account=record_of(leadctl, account, "account", NEW, NONE),
        contact=record_of(leadctl, contact, "contact", NEW),
        amount=parsed("--amount", worth, amount),
        currency=currency or (values.money_currency(amount) if amount else None),
        stage=stage_of(settings, stage),
        closed_at=moment(leadctl, close_date, "--close-date") if close_date else None,
        owner_id=leadctl.store.active_rep(owner)["id"] if owner else None,
        overwrite=fields_of(overwrite or [], leadctl.fields),
        anyway=anyway,
    )
    request = Request(leadctl, with_deal(leadctl, choices, deal), terms, dry_run)
    leads = leads_meant(leadctl, ids or [], where)
    ask = not (yes or dry_run)
    if ids and len(ids) == 1 and ids != ["-"]:
        return convert_one(request, leads[0], ask=ask)
    return convert_several(request, leads, ask=ask)


class Request(NamedTuple):
    """What was asked for: how to convert, and whether to write it."""

    leadctl: Any
    choices: Choices
    terms: Terms
    dry_run: bool


# What the options mean.


def leads_meant(leadctl: Any, ids: Sequence[str], where: str | None) -> list[int]:
    """Return the leads to convert: those that are named, or those of a condition.

    A condition means no lead that is converted, lost or junk, so that it can be said again.
    """
    if bool(ids) == (where is not None):
        raise UsageError("convert needs ids or --where", "leadctl convert 42")
    if where is None:
        return lead_ids(leadctl, ids) or []
    wanted = lead_filter(leadctl, options.Filters(where=where))
    wanted = wanted._replace(where=f"({wanted.where}) AND converted_at IS NULL")
    found: list[int] = leadctl.store.lead_ids(wanted)
    return found


def record_of(leadctl: Any, written: str | None, kind: str, *words: str) -> int | str | None:
    """Return the id of the record that an option names, or one of its words."""
    if written is None or written in words:
        return written
    if not written.strip():
        raise UsageError(f"--{kind} is blank", f"{label(kind, 7)}, a name or {' or '.join(words)}")
    return finding.referred(leadctl.store, kind, written.strip())


def with_deal(leadctl: Any, choices: Choices, written: str | None) -> Choices:
    """Return the choices with what `--deal` says; options that speak of a deal want a new one."""
    speaking = any((choices.amount is not None, choices.currency, choices.stage, choices.closed_at))
    if written is None:
        return replace(choices, deal=NEW) if speaking else choices
    if written == NONE:
        if speaking:
            raise UsageError("--deal none and an option that speaks of a deal", "leave one out")
        return replace(choices, deal=NONE)
    if re.fullmatch(r"d?\d+", written, re.ASCII):
        return replace(choices, deal=record_of(leadctl, written, "deal"))
    if not written.strip():
        raise UsageError("--deal is blank", "--deal NAME, --deal ID or --deal none")
    if "{" in written or "}" in written:
        naming.check(written, leadctl.fields)
    return replace(choices, deal=NEW, deal_name=None if written == NEW else written.strip())


def parsed(flag: str, parse: Callable[[str], Any], written: str | None) -> Any:
    """Return the stored value that an option gives; UsageError that names it if it is none."""
    if written is None:
        return None
    try:
        value = parse(written)
    except ValueError as error:
        raise UsageError(f"{flag} {written!r} {error}") from None
    if value is None:
        raise UsageError(f"{flag} is blank")
    return value


def stage_of(settings: Settings, written: str | None) -> str | None:
    """Return the stage of the list that is meant, `won` and `lost` among its words."""
    if written is None:
        return None
    stage: str = stage_parser(settings)(written) or written
    stages.check(settings.stages, stage)
    return stage


def fields_of(written: Sequence[str], fields: FieldSet) -> frozenset[str]:
    """Return the fields that `--overwrite` names: `phone`, or `account.phone` of one record."""
    wanted = frozenset(word.strip() for words in written for word in words.split(","))
    of = {
        kind: frozenset((*mapping.offered(kind, fields), *links, "owner"))
        for kind, links in LINKS.items()
    }
    everything = frozenset().union(*of.values())
    for name in wanted:
        kind, _, field = name.partition(".")
        known, bare = (of[kind], field) if kind in of and field else (everything, name)
        if bare not in known and not bare.startswith(mapping.EXTRA):
            raise UsageError(
                f"--overwrite {name!r} is no field that a lead fills",
                "such as phone, account.phone",
            )
    return wanted


LINKS = {"contact": ("account",), "account": ("domain",), "deal": ("account", "contact", "lead")}
"""Kind -> the links for which the lead may win, beside the fields."""


# One lead.


def convert_one(request: Request, lead: int, *, ask: bool) -> Answer:
    """Convert one lead, after asking if that is wanted."""
    leadctl, choices, terms, dry_run = request
    agreed = None
    if ask:
        if leadctl.asking and choices.deal is None:
            choices = replace(choices, deal=NEW)
        decision = Decision(leadctl, lead, choices, terms)
        agreed = decision.ask()
        if agreed is None:
            return Answer({"operation": None, "dry_run": False, **untouched(lead)}, [LEFT])
        choices = decision.choices
    with leadctl.store.operation(f"convert {lead}", dry_run=dry_run) as op:
        done = converting.convert(leadctl.store, op, lead, choices, terms, agreed=agreed)
        op.count("converted")
    seen = agreed is not None
    if dry_run and leadctl.output.for_people:
        leadctl.output.ask_about(panel(leadctl, done.plan))
        seen = True
    would = "would be converted" if dry_run else "converted"
    return Answer(
        {"operation": op.saved, "dry_run": dry_run, **done.as_json(dry_run=dry_run)},
        [f"1 lead {would}: {became(done, dry_run=dry_run)}"],
        notes=[
            *([] if seen else [" · ".join(filter(None, row)) for row in beside(done.plan)]),
            *([NO_CURRENCY] if without_currency(done.plan) else []),
        ],
        next=next_steps(op.saved, f"look: leadctl show {label('contact', done.contact)}"),
    )


LEFT = "left as it is"
NO_CURRENCY = "the amount of the deal has no currency: --currency EUR"


def untouched(lead: int) -> dict[str, Any]:
    """Return the object of a lead that became nothing."""
    became: dict[str, Any] = {"lead": lead, "contact": None, "account": None, "deal": None}
    return {**became, "created": [], "filled": {}, "kept": {}, "carried": [], "plan": []}


# Several leads: each in its own savepoint of one operation.


class Ran(NamedTuple):
    """What an operation over several leads did; without an id nothing was written."""

    operation: int | None
    outcome: Outcome


NOTHING = Ran(None, Outcome([], []))
NONE_CAN_BE = "0 leads converted: none of them can be"


def convert_several(request: Request, leads: Sequence[int], *, ask: bool) -> Answer:
    """Convert leads in one operation; one that cannot be converted is listed, the others stay."""
    if not leads:
        return answer(NOTHING, request, ["no lead to convert; nothing done"])
    agreed: Mapping[int, Plan] = {}
    if ask:
        if request.leadctl.asking:
            tried = preview(request, leads)
            agreed = {done.plan.lead: done.plan for done in tried.converted}
            if not agreed:
                return answer(Ran(None, tried), request, [NONE_CAN_BE])
        question = f"Convert {count_of(len(agreed) or len(leads), 'lead')}?"
        if not request.leadctl.prompts.confirm(question, flag="--yes"):
            return answer(NOTHING, request, [LEFT])
    ran = run(request, leads, agreed)
    converted, failed = ran.outcome
    would = "would be converted" if request.dry_run else "converted"
    some = f", {len(failed):,} not" if failed else ""
    text = [f"{count_of(len(converted), 'lead')} {would}{some}"]
    return answer(ran, request, text + lines(ran.outcome, dry_run=request.dry_run))


def preview(request: Request, leads: Sequence[int]) -> Outcome:
    """Show and return what each lead would become: the plans that a person may agree to."""
    outcome = run(request._replace(dry_run=True), leads, {}).outcome
    for line in lines(outcome, dry_run=True):
        request.leadctl.output.say(line)
    return outcome


def run(request: Request, leads: Sequence[int], agreed: Mapping[int, Plan]) -> Ran:
    """Run the operation, of a dry run too."""
    leadctl, choices, terms, dry_run = request
    few = len(leads) <= NAMED_IN_HISTORY
    which = " ".join(map(str, leads)) if few else f"{len(leads)} leads"
    store = leadctl.store
    with store.operation(f"convert {which}", dry_run=dry_run, records=len(leads)) as op:
        outcome = converting.convert_several(store, op, leads, choices, terms, agreed)
        op.count("converted", len(outcome.converted))
        op.count("failed", len(outcome.failed))
    return Ran(op.saved, outcome)


def lines(outcome: Outcome, *, dry_run: bool) -> list[str]:
    """Return a line for each of the first leads, and for each that stays."""
    converted, failed = outcome
    first = [f"  {done.plan.lead}: {became(done, dry_run=dry_run)}" for done in converted[:SHOWN]]
    more = [f"  and {len(converted) - SHOWN:,} more"] if len(converted) > SHOWN else []
    return first + more + [f"  {lead} stays: {error.message}" for lead, error in failed]


def answer(ran: Ran, request: Request, text: Sequence[str]) -> Answer:
    """Return what an operation over several leads answers."""
    converted, failed = ran.outcome
    items: list[dict[str, Any]] = [done.as_json(dry_run=request.dry_run) for done in converted] + [
        {"lead": lead, "error": {"code": e.code, "message": e.message, "hint": e.hint}}
        for lead, e in failed
    ]
    counts = {"converted": len(converted), "failed": len(failed), "items": items}
    return Answer(
        {"operation": ran.operation, "dry_run": request.dry_run, **counts},
        text,
        next=next_steps(ran.operation),
        exit_code=3 if failed else 0,
    )
