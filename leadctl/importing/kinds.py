"""What each kind of record asks of a row: references, identity, and how its values are finished."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from string import ascii_lowercase, ascii_uppercase
from typing import TYPE_CHECKING, Any, NamedTuple

from leadctl import matching
from leadctl.stored import day_number, from_stamp, stamp
from leadctl.wording import name_of
from leadctl.words import kind_and_direction

if TYPE_CHECKING:
    from leadctl.app import App
    from leadctl.config import Settings

Values = dict[str, Any]
Key = tuple[str, Any, Any]
"""A way of `leadctl.finding` to look a record up, what is looked up, and what narrows it."""

_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)
_TITLE_LENGTH = 80


class Refused(Exception):
    """A row that cannot be a record; its text says why."""


class Reference(NamedTuple):
    """A field that names another record, and the column that takes its id.

    What is not found is looked for as `or_else`; then it is made (`make`), or the row is refused
    (`needed`, unless it names another that is there), or the words are kept in `extra`. With
    `later` it is looked for when all rows are there.
    """

    field: str
    kind: str
    column: str
    or_else: str | None = None
    make: bool = False
    needed: bool = False
    later: bool = False


def _as_it_is(values: Values, beside: Values, leadctl: App) -> None:
    return


def _no_keys(values: Mapping[str, Any]) -> Sequence[Key]:
    return ()


def _never(values: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    return False


def _nothing(facts: Mapping[str, Any], settings: Settings) -> Collection[str]:
    return ()


def _no_lists(settings: Settings) -> Mapping[str, Collection[str]]:
    return {}


@dataclass(frozen=True)
class Spec:
    """How rows of one kind become records.

    `needs` are what a row must say, in words, and the fields of which one must say it. `finish`
    makes columns of what a row says, and of what only a new record takes; what has no column it
    leaves there as `aside`, for `extra`.
    `keys` are what the record is known by beside its external id; `apart` says that two cannot be
    one although they share a key. Records of a kind with `content` are known by all that they say.
    `about` are the columns of the records that it may belong to, `unsaid` the columns of a record
    that nobody has said yet. A new record without a name takes that of one of `names_from`.
    """

    references: Sequence[Reference]
    needs: Mapping[str, Sequence[str]]
    finish: Callable[[Values, Values, App], None]
    keys: Callable[[Mapping[str, Any]], Sequence[Key]] = _no_keys
    apart: Callable[[Mapping[str, Any], Mapping[str, Any]], bool] = _never
    unsaid: Callable[[Mapping[str, Any], Settings], Collection[str]] = _nothing
    lists: Callable[[Settings], Mapping[str, Collection[str]]] = _no_lists
    content: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    money: tuple[str, ...] = ()
    name: str | None = None
    names_from: tuple[str, ...] = ()
    owned: bool = True
    dated: bool = True


def name_taken(kind: str, facts: Mapping[str, Any]) -> str | None:
    """Return the name that a record without one takes from another."""
    company: str | None = facts["name"] if kind == "account" else facts.get("company")
    return company or (None if kind == "account" else name_of(facts) or None)


# People and companies.


def _contact_keys(values: Mapping[str, Any]) -> Sequence[Key]:
    known = matching.keys("contact", values)
    keys: list[Key] = []
    if known.email:
        keys.append(("email", known.email, None))
    if known.phone:
        keys.append(("phone", known.phone, known.name))
    if known.name and values.get("account_id"):
        keys.append(("person", known.name, values["account_id"]))
    return keys


def _finish_account(values: Values, beside: Values, leadctl: App) -> None:
    written = values.pop("domain", None) or values.get("website")
    if domain := matching.domain_of(written, None):
        values["domain"] = domain


def _account_keys(values: Mapping[str, Any]) -> Sequence[Key]:
    known = matching.keys("account", values)
    if not known.company:
        return [("domain", known.domain, None)] if known.domain else []
    by_name: Key = ("company", known.company, None)
    if not known.domain:
        return [by_name]
    return [("company of domain", known.company, known.domain), by_name]


# Deals and campaigns.


_CHANCES = {"won": 100, "lost": 0}


def _finish_deal(values: Values, beside: Values, leadctl: App) -> None:
    stages = leadctl.settings.stages
    result = _take_result(values)
    if result is None and "stage" not in values and "closed_at" in values:
        result = "won"
    if result in _CHANCES:
        _end(values, beside, _CHANCES[result], stages)
    if "stage" not in values:
        beside["stage"] = next(iter(stages))
        beside["probability"] = stages[beside["stage"]]
    elif values["stage"] in stages:
        values.setdefault("probability", stages[values["stage"]])


def _take_result(values: Values) -> str | None:
    """Return how a deal ended, and take the time of it over: its result says it, else its times."""
    result: str | None = values.pop("result", None)
    times = {"won": values.pop("won_at", None), "lost": values.pop("lost_at", None)}
    if result is None:
        known = {at: how for how, at in times.items() if at is not None}
        result = known[max(known)] if known else None
    if at := times.get(result or ""):
        values["closed_at"] = at
    return result


def _end(values: Values, beside: Values, chance: int, stages: Mapping[str, int]) -> None:
    """Put a deal that is won or lost in a stage that says so; the one that it was in goes aside."""
    before = values.get("stage")
    stage = next((name for name, of in stages.items() if of == chance), None)
    if stage is None or stages.get(before or "") == chance:
        return
    values |= {"stage": stage, "probability": chance}
    if before is not None:
        beside["aside"] = {"stage": before}


def _deal_keys(values: Mapping[str, Any]) -> Sequence[Key]:
    name = (values.get("name") or "").translate(_LOWER)
    if not name:
        return []
    ways = (("name of lead", "lead_id"), ("name of account", "account_id"))
    keys = [(how, name, values[column]) for how, column in ways if values.get(column)]
    return keys or [("name", name, None)]


def _deals_apart(values: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    """Whether two deals of one name came from other leads, or belong to other accounts."""
    pairs = ((values.get(column), facts.get(column)) for column in ("lead_id", "account_id"))
    return any(mine and theirs and mine != theirs for mine, theirs in pairs)


def _unsaid_of_deal(facts: Mapping[str, Any], settings: Settings) -> Collection[str]:
    """A deal that a converted lead only named has the first stage, and no probability of it."""
    first = next(iter(settings.stages))
    named_only = facts.get("probability") is None and facts.get("stage") == first
    return ("name", "stage", "probability") if named_only else ()


def _campaign_keys(values: Mapping[str, Any]) -> Sequence[Key]:
    name = values.get("name")
    return [("name", name.translate(_LOWER), None)] if name else []


# What happened, what is to be done, what was paid.


_NOT_DONE = "not done yet (leadctl import --as tasks)"


def _finish_activity(values: Values, beside: Values, leadctl: App) -> None:
    title, length = values.pop("title", None), values.pop("seconds", None)
    if title is not None:
        note = values.get("note")
        values["note"] = title if note is None or note == title else f"{title}: {note}"
    if length is not None:
        values.setdefault("duration", length)
    values.setdefault("kind", "call" if values.keys() & {"direction", "duration"} else "note")
    if values["kind"] not in leadctl.settings.kinds:
        values["kind"], direction = kind_and_direction(values["kind"], leadctl.settings)
        if direction is not None:
            values.setdefault("direction", direction)
    values["at"] = _with_clock(values["at"], values.pop("clock", None), leadctl)
    values["day"] = leadctl.normaliser.day(values["at"])
    if values.pop("done", None) == 0 or values["day"] > leadctl.today():
        raise Refused(_NOT_DONE)


def _with_clock(at: str, clock: int | None, leadctl: App) -> str:
    """Return a time that is only a day at its time of day, given in minutes."""
    local = from_stamp(at).astimezone(leadctl.settings.zone)
    if clock is None or (local.hour, local.minute) != (0, 0):
        return at
    return stamp(local.replace(hour=clock // 60, minute=clock % 60))


def _finish_task(values: Values, beside: Values, leadctl: App) -> None:
    due, done, clock = (values.pop(field, None) for field in ("due", "done", "clock"))
    if clock and due is not None and (midnight := _morning(due, leadctl)):
        due = _with_clock(midnight, clock, leadctl)
    if due is not None and len(due) == len("2026-11-22"):
        values["due_day"] = day_number(date.fromisoformat(due))
    elif due is not None:
        values |= {"due_at": due, "due_day": leadctl.normaliser.day(due)}
    if "title" not in values and "note" in values:
        values["title"] = values["note"].partition("\n")[0][:_TITLE_LENGTH]
    if done and "done_at" not in values:
        beside["done_at"] = values.get("due_at") or _morning(due, leadctl) or stamp(leadctl.now())


def _morning(day: str | None, leadctl: App) -> str | None:
    if day is None or len(day) != len("2026-11-22"):
        return None
    return stamp(datetime.fromisoformat(day).replace(tzinfo=leadctl.settings.zone))


def _finish_transaction(values: Values, beside: Values, leadctl: App) -> None:
    values["day"] = leadctl.normaliser.day(values["at"])


_ABOUT = ("lead_id", "contact_id", "account_id", "deal_id")
_WITH = (
    Reference("account", "account", "account_id", needed=True),
    Reference("contact", "contact", "contact_id", or_else="lead", needed=True),
    Reference("lead", "lead", "lead_id", or_else="contact", needed=True),
    Reference("deal", "deal", "deal_id", or_else="account", needed=True),
)
_ACCOUNT = Reference("account", "account", "account_id", make=True)

SPECS: Mapping[str, Spec] = {
    "contact": Spec(
        (_ACCOUNT,),
        {
            "name, email, phone or external id": (
                *("first_name", "last_name", "email", "phone", "mobile", "external_id"),
            )
        },
        _as_it_is,
        _contact_keys,
        name="last_name",
        names_from=("account",),
    ),
    "account": Spec(
        (Reference("parent", "account", "parent_id", later=True),),
        {"name, domain or external id": ("name", "domain", "website", "external_id")},
        _finish_account,
        _account_keys,
        money=("annual_revenue",),
    ),
    "deal": Spec(
        (
            _ACCOUNT,
            Reference("lead", "lead", "lead_id"),
            Reference("contact", "contact", "contact_id", or_else="lead", make=True),
        ),
        {
            "name, account, contact, lead or external id": (
                *("name", "account", "contact", "lead", "external_id"),
            )
        },
        _finish_deal,
        _deal_keys,
        _deals_apart,
        _unsaid_of_deal,
        lists=lambda settings: {"stage": settings.stages},
        money=("amount",),
        name="name",
        names_from=("account", "lead", "contact"),
    ),
    "activity": Spec(
        _WITH,
        {
            "lead, contact, account or deal": ("lead", "contact", "account", "deal"),
            "date or time": ("at",),
        },
        _finish_activity,
        lists=lambda settings: {"kind": settings.kinds},
        content=(*_ABOUT, "kind", "at", "direction", "outcome", "duration", "note"),
        about=_ABOUT,
        owned=False,
        dated=False,
    ),
    "task": Spec(
        _WITH,
        {"title": ("title", "note")},
        _finish_task,
        content=(*_ABOUT, "title", "due_day", "due_at", "note"),
        about=_ABOUT,
    ),
    "campaign": Spec(
        (),
        {"name or external id": ("name", "external_id")},
        _as_it_is,
        _campaign_keys,
        money=("budget", "cost"),
    ),
    "transaction": Spec(
        (_ACCOUNT,),
        {"account": ("account",), "date": ("at",)},
        _finish_transaction,
        content=("account_id", "kind", "number", "amount", "currency", "at"),
        about=("account_id",),
        money=("amount",),
        owned=False,
        dated=False,
    ),
}
"""Kind of record -> how its rows become records; leads have rules of their own."""
