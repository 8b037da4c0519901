"""Tries the cases of leadctl.toml, each on a made-up lead in memory that is gone afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from leadctl import scores
from leadctl.editing import stored_values
from leadctl.errors import BadDataError, UsageError
from leadctl.scores import LedgerLine
from leadctl.scores.ledger import ledger_of
from leadctl.stored import stamp

if TYPE_CHECKING:
    from leadctl.app import App
    from leadctl.journal import Operation
    from leadctl.rules.cases import Case
    from leadctl.rules.entries import AssignRules, Owner
    from leadctl.rules.scoring import ScoreRules
    from leadctl.store import Store


class Mismatch(NamedTuple):
    """What a case expects and did not get; `reason` says why it could not be told at all."""

    key: str
    expected: Any
    got: Any = None
    reason: str | None = None


class Tried(NamedTuple):
    """A case that was tried: what was not as expected, and the ledger of the lead."""

    case: Case
    mismatches: Sequence[Mismatch]
    lines: Sequence[LedgerLine]

    @property
    def ok(self) -> bool:
        """Whether all was as expected."""
        return not self.mismatches


class Rules(NamedTuple):
    """The rules that cases are tried on; `assign` may have no entries."""

    score: ScoreRules
    assign: AssignRules


class _NotToBeTold(Exception):
    """Says why a case cannot be checked here."""


def try_all(app: App, store: Store, rules: Rules, cases: Sequence[Case]) -> list[Tried]:
    """Return what became of each case, tried on a store that stays as it is.

    Raises BadDataError, with file, line and table, for a lead that there cannot be.
    """
    return [_try(app, store, rules, case) for case in cases]


def _try(app: App, store: Store, rules: Rules, case: Case) -> Tried:
    with store.operation("a case", dry_run=True) as op:
        lead = _make(app, op, case)
        found = {
            **ledger_of(store, rules.score, lead),
            "lines": scores.explain(store, app.settings, rules.score, lead).lines,
            "entry": lambda: _entry(store, rules.assign, lead),
        }
        mismatches = [
            mismatch
            for key, expected in case.expected.items()
            for mismatch in _compared(key, expected, found)
        ]
    return Tried(case, mismatches, found["lines"])


def _make(app: App, op: Operation, case: Case) -> int:
    """Write the lead of a case and its activities, as if they had come in by then."""
    fields = dict(case.lead)
    owner = fields.pop("owner", None)
    try:
        values = stored_values(app, fields)
    except UsageError as error:
        raise BadDataError(f"{case.where}: lead: {error.message}", error.hint) from None
    today, now = app.today(), stamp(app.now())
    if owner:
        values["owner_id"] = op.create("rep", [{"name": owner}])[0]
    row = {
        "status": app.settings.first_status,
        "created_at": now,
        "created_day": today - case.age_days,
        **values,
    }
    lead = op.create("lead", [row])[0]
    op.create(
        "activity",
        [
            {
                "lead_id": lead,
                "kind": each["kind"],
                "direction": each["direction"],
                "at": now,
                "day": today - each["days_ago"],
            }
            for each in case.activities
        ],
    )
    return lead


def _compared(key: str, expected: Any, found: Mapping[str, Any]) -> list[Mismatch]:
    if key == "points":
        return _points(expected, found["lines"])
    try:
        got = GOT[key](found)
    except _NotToBeTold as reason:
        return [Mismatch(key, expected, reason=str(reason))]
    same = got == expected
    if isinstance(got, str) and isinstance(expected, str):
        same = got.casefold() == expected.casefold()
    return [] if same else [Mismatch(key, expected, got)]


def _points(expected: Mapping[str, int], lines: Sequence[LedgerLine]) -> list[Mismatch]:
    got = {line.rule: line.points for line in lines}
    wrong = {rule: points for rule, points in expected.items() if got.get(rule) != points}
    return [
        Mismatch(f"points of {rule}", points, got.get(rule))
        if rule in got
        else Mismatch(f"points of {rule}", points, reason="there is no such rule")
        for rule, points in wrong.items()
    ]


class _Taken(NamedTuple):
    """The `[[assign]]` entry that a case goes by, and where it sends it."""

    name: str
    rep: str | None
    pool: str | None


_NEEDS: Mapping[Owner, Sequence[str]] = {
    "account_owner": ("company", "email", "website"),
    "contact_owner": ("email",),
    "earlier_lead_owner": ("company", "email", "website"),
}
"""Whose owner an entry asks for -> the fields of a lead by which such a record would be found."""


def _entry(store: Store, rules: AssignRules, lead: int) -> _Taken | None:
    """Return the `[[assign]]` entry that the lead goes by; None if it stays without owner."""
    if not rules.entries:
        return None
    value = store.value_of_lead(rules.fits_sql, lead)
    [row] = store.records("lead", [lead])
    for place in rules.fits(value):
        entry = rules.entries[place]
        if entry.territories is not None:
            found = entry.territories.find(row["postal_code"], row["state"], row["country"])
            if found is not None and found.to is not None:
                return _Taken(entry.name, found.rep, found.pool)
        elif entry.owner is None:
            return _Taken(entry.name, entry.rep, entry.pool)
        elif any(row[field] for field in _NEEDS[entry.owner]):
            raise _NotToBeTold(f"{entry.name} asks for records that a case has not")
    return None


def _rep(found: Mapping[str, Any]) -> str | None:
    entry: _Taken | None = found["entry"]()
    if entry and entry.pool:
        raise _NotToBeTold(f"{entry.name} sends it to the pool {entry.pool}")
    return entry.rep if entry else None


def _of_entry(name: str) -> Callable[[Mapping[str, Any]], Any]:
    def got(found: Mapping[str, Any]) -> Any:
        entry = found["entry"]()
        return getattr(entry, name) if entry else None

    return got


GOT: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "score": lambda found: found["total"],
    **{key: lambda found, key=key: found[key] for key in ("fit", "engagement", "grade", "rank")},  # type: ignore[misc]
    "rule": _of_entry("name"),
    "rep": _rep,
    "pool": _of_entry("pool"),
}
"""Key of a case -> what the rules give."""
OF_ASSIGNMENT = ("rule", "rep", "pool")
"""The keys that say nothing of the score."""
