"""The question before a conversion: the plan as people read it, and what they change about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from leadctl import converting, finding, stored, values
from leadctl.converting import CHOSEN, NEW, NONE, Choices, Converted, Part, Plan, Terms
from leadctl.errors import LeadctlError
from leadctl.prompts import Choice
from leadctl.results import Panel
from leadctl.when import moment
from leadctl.wording import count_of, label, name_of

if TYPE_CHECKING:
    from leadctl.app import App

ANSWERS = (
    Choice("yes", "yes", "y"),
    Choice("another account", "account", "a"),
    Choice("another contact", "contact", "c"),
    Choice("another deal", "deal", "d"),
    Choice("no", "no", "n"),
)
_ANOTHER, _AS_IT_IS = "another", "as it is"

# The plan in words.


def panel(app: App, plan: Plan) -> Panel:
    """Return the plan as what waits for an answer."""
    return Panel(
        f"convert {plan.lead} {plan.name}",
        [
            _record("account", plan.account),
            _record("contact", plan.contact),
            _deal(app, plan.deal),
            *beside(plan),
        ],
    )


def became(done: Converted, *, dry_run: bool) -> str:
    """Return what a lead became as `contact c12 (new), account a7 (same domain), no deal`."""
    reasons = {part.kind: part.reason for part in done.plan.parts if part.reason != CHOSEN}
    said = []
    for kind, record in done.ids.items():
        if record is None:
            said.append(f"no {kind}")
        elif kind not in done.plan.created:
            why = f" ({reasons[kind]})" if kind in reasons else ""
            said.append(f"{kind} {label(kind, record)}{why}")
        else:
            said.append(f"a new {kind}" if dry_run else f"{kind} {label(kind, record)} (new)")
    return ", ".join(said)


def beside(plan: Plan) -> list[tuple[str, str, str]]:
    """Return what is filled and what stays, what goes along, and what stands against the plan."""
    rows = []
    for part in plan.parts:
        if part.id and part.fields:
            rows.append(("fills", f"{label(part.kind, part.id)}: {_words(part.fields)}", ""))
        if part.id and part.kept:
            why = f"the lead differs; --overwrite {part.kept[0]} takes the lead's"
            rows.append(("keeps", f"{label(part.kind, part.id)}: {_words(part.kept)}", why))
    if plan.carried:
        rows.append(
            ("carries", ", ".join(plan.carried), "no field for it there: extra of the contact")
        )
    if plan.activities or plan.tags:
        tags = f"tags {plan.tags}" if plan.tags else ""
        activities = count_of(plan.activities, "activity", "activities") if plan.activities else ""
        said = ", ".join(filter(None, (activities, tags)))
        rows.append(("moves", said, "shown there by reference, nothing copied"))
    return rows + [("but", problem, "and stays so") for problem in plan.problems]


def _record(kind: str, part: Part | None) -> tuple[str, str, str]:
    if part is None:
        return kind, "none", ""
    does = "create" if part.id is None else f"use {label(kind, part.id)}"
    return kind, f"{does} {part.name}", part.reason


def _deal(app: App, deal: Part | None) -> tuple[str, str, str]:
    if deal is None or deal.id is not None:
        return _record("deal", deal)
    said = [_amount(deal.values), deal.values["stage"]]
    if deal.values.get("closed_at"):
        closes = app.date_of(deal.values["closed_at"])
        said.append(f"closes {closes.day} {closes:%b %Y}")
    return "deal", f"create “{deal.name}”", " · ".join(filter(None, said))


def _amount(deal: Mapping[str, Any]) -> str:
    """Return an amount as `12,000 EUR`, nothing without one."""
    if deal.get("amount") is None:
        return ""
    return f"{stored.whole_units(deal['amount']):,} {deal.get('currency') or ''}".strip()


def worth(written: str) -> int | None:
    """Return an amount of money in hundredths; ValueError for what no deal is worth."""
    amount = values.money(written)
    if amount is not None and amount < 0:
        raise ValueError("is less than nothing")
    return amount


def without_currency(plan: Plan) -> bool:
    """Whether the deal would be new and have an amount of nobody knows what."""
    deal = plan.deal
    if deal is None or deal.id is not None or deal.values.get("amount") is None:
        return False
    return not deal.values.get("currency")


def _words(fields: Sequence[str]) -> str:
    return ", ".join(field.replace("_", " ") for field in fields)


# The questions.


class Decision:
    """Asks about the conversion of one lead; every question has a flag that answers it."""

    def __init__(self, app: App, lead: int, choices: Choices, terms: Terms) -> None:
        self.app = app
        self.lead = lead
        self.choices = choices
        self.terms = terms

    def ask(self) -> Plan | None:
        """Show the plan and ask until a person agrees, to `choices`, or does not want it: None.

        Raises ConflictError if the lead cannot be converted, NeedsInputError without a terminal.
        """
        changes = {"account": self._account, "contact": self._contact, "deal": self._deal}
        while True:
            self._look()
            if self.app.asking:
                self.app.output.ask_about(panel(self.app, self.plan))
            answer = self.app.prompts.choose("Convert?", ANSWERS, flag="--yes")
            if answer not in changes:
                return self.plan if answer == "yes" else None
            changes[answer]()

    def _look(self) -> None:
        self.found = converting.look(self.app.store, self.lead, self.choices)
        self.plan = converting.plan(self.found, self.choices, self.terms)

    def _account(self) -> None:
        offered = [
            Choice(f"a{a.id} {self._row('account', a.id)['name'] or ''}: {a.reason}", a.id)
            for a in self.found.accounts
        ]
        company = self.found.lead["company"]
        if company:
            offered.append(Choice(f"a new one, {company}", NEW))
        offered += [Choice("another one", _ANOTHER), Choice("none", NONE)]
        picked = self._pick("account", offered)
        if picked != _AS_IT_IS:
            self._choose(account=picked)

    def _contact(self) -> None:
        offered = [
            Choice(f"c{c.id} {name_of(self._row('contact', c.id))}: {c.reason}", c.id)
            for c in self.found.contacts
        ]
        offered += [Choice("a new one", NEW), Choice("another one", _ANOTHER)]
        picked = self._pick("contact", offered)
        if picked != _AS_IT_IS:
            self._choose(contact=picked)

    def _deal(self) -> None:
        offered = [Choice("a new one", NEW), Choice("another one", _ANOTHER), Choice("none", NONE)]
        picked = self._pick("deal", offered)
        if picked == _AS_IT_IS:
            return
        if picked == NEW:
            self._new_deal()
            return
        # What was said of a new deal is not said of another one.
        self._choose(
            deal=picked, deal_name=None, amount=None, currency=None, stage=None, closed_at=None
        )

    def _new_deal(self) -> None:
        """Ask which part of the new deal to change, as often as that is wanted."""
        self._choose(deal=NEW)
        parts = {"name": self._name, "amount": self._amount, "stage": self._stage,
                 "closes": self._closes}  # fmt: skip
        while True:
            self._look()
            assert self.plan.deal
            deal = self.plan.deal
            said = {
                "name": deal.name,
                "amount": _amount(deal.values),
                "stage": deal.values["stage"],
                "closes": self._day_of(deal.values),
            }
            offered = [Choice(f"{part:<9} {said[part] or '–'}", part, part[0]) for part in parts]
            part = self.app.prompts.choose(
                "What of the deal?",
                [Choice("it is right so", "done", "r"), *offered],
                flag="--deal",
            )
            if part == "done":
                return
            parts[part](deal.values)

    def _name(self, deal: Mapping[str, Any]) -> None:
        name = self.app.prompts.text("What is it called?", flag="--deal", default=deal["name"])
        self._choose(deal_name=_without_braces(name) or None)

    def _amount(self, deal: Mapping[str, Any]) -> None:
        amount = self.app.prompts.text(
            "What is it worth?", flag="--amount", default=_amount(deal), problem=_unless(worth)
        )
        currency = values.money_currency(amount) if amount else None
        self._choose(amount=worth(amount), currency=currency or self.choices.currency)

    def _stage(self, deal: Mapping[str, Any]) -> None:
        stages = sorted(self.terms.stages, key=lambda stage: stage != deal["stage"])
        offered = [Choice(stage, stage) for stage in stages]
        self._choose(stage=self.app.prompts.choose("At which stage?", offered, flag="--stage"))

    def _closes(self, deal: Mapping[str, Any]) -> None:
        closes = self.app.prompts.text(
            "When does it close?",
            flag="--close-date",
            default=self._day_of(deal),
            problem=_unless(self._closed_at),
        )
        self._choose(closed_at=self._closed_at(closes))

    def _day_of(self, deal: Mapping[str, Any]) -> str:
        closed_at = deal.get("closed_at")
        return self.app.date_of(closed_at).isoformat() if closed_at else ""

    def _choose(self, **chosen: Any) -> None:
        self.choices = replace(self.choices, **chosen)

    def _closed_at(self, written: str) -> str | None:
        return moment(self.app, written, "--close-date") if written.strip() else None

    def _pick(self, kind: str, offered: Sequence[Choice]) -> Any:
        """Return the id or the word that is picked; the id of another record is asked for."""
        flag = f"--{kind}"
        back = Choice("leave it as it is", _AS_IT_IS)
        picked = self.app.prompts.choose(f"Which {kind}?", [*offered, back], flag=flag)
        if picked != _ANOTHER:
            return picked

        def resolve(written: str) -> int:
            return finding.referred(self.app.store, kind, written.strip())

        example = label(kind, 12)
        return resolve(
            self.app.prompts.text(
                f"Which {kind}, {example} or a name?", flag=flag, problem=_unless(resolve)
            )
        )

    def _row(self, kind: str, record: int) -> converting.Row:
        return self.found.records[kind, record]


def _without_braces(name: str) -> str:
    """Return a typed name so that its braces stand for themselves."""
    return name.replace("{", "{{").replace("}", "}}") if "{" in name or "}" in name else name


def _unless(parse: Callable[[str], Any]) -> Callable[[str], str | None]:
    """Return a check of what is typed: what is wrong with it in words, or None."""

    def problem(written: str) -> str | None:
        try:
            parse(written)
        except (ValueError, LeadctlError) as error:
            return str(error)
        return None

    return problem


def why_lost(leadctl: App) -> str:
    """Return why a deal was lost, asked from the list of reasons."""
    reasons = [Choice(reason, reason) for reason in leadctl.settings.lost_reasons]
    chosen: str = leadctl.prompts.choose("Why was it lost?", reasons, flag="--reason")
    return chosen
