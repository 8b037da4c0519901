"""What is odd about the `[[assign]]` entries: by themselves, and on the reps and leads there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from leadctl.errors import LeadctlError
from leadctl.patience import patient
from leadctl.proof.findings import FEWEST, Finding
from leadctl.rules.entries import AssignRule, AssignRules
from leadctl.rules.territories import Territories, Territory
from leadctl.stored import among
from leadctl.wording import count_of

if TYPE_CHECKING:
    from leadctl.store import Row, Store

PLACE = ("postal_code", "state", "country")
NAMED = 5
"""So many territories are named in a finding."""


def findings(store: Store, rules: AssignRules, closed: Sequence[str]) -> list[Finding]:
    """Return all that is odd; `closed` are the statuses of leads that nobody works."""
    if not rules.entries:
        return []
    return [
        *_unreachable(rules),
        *_names(store, rules),
        *_two_ways(rules),
        *_never_chosen(store, rules),
        *_territories(rules),
        *_without_territory(store, rules, closed),
        *_on_the_leads(store, rules, closed),
    ]


def _of(rule: AssignRule) -> str:
    return f"[[assign]] {rule.name}"


def _in_file(rule: AssignRule) -> str:
    return f"{_of(rule)}: {rule.to}"


def _takes_all(rule: AssignRule) -> bool:
    return rule.when is None and rule.stop and not rule.may_not_fit


def _unreachable(rules: AssignRules) -> Iterator[Finding]:
    """Yield the entries behind one that takes every lead."""
    first = next((n for n, rule in enumerate(rules.entries) if _takes_all(rule)), None)
    if first is None:
        return
    for rule in rules.entries[first + 1 :]:
        yield Finding(
            _of(rule),
            f"it never matches: “{rules.entries[first].name}” before it takes every lead",
            f"move it before “{rules.entries[first].name}”",
        )


def _names(store: Store, rules: AssignRules) -> Iterator[Finding]:
    """Yield the reps and pools that are not there, and pools without reps."""
    pools = {pool["name"].casefold(): pool for pool in store.pools()}
    for where, rep, pool in _targets(rules):
        if rep is not None:
            yield from _odd_rep(store, where, rep)
        elif pool is not None and pool.casefold() not in pools:
            there = ", ".join(each["name"] for each in pools.values())
            yield Finding(where, f"there is no pool {pool!r}", f"pools: {there}")
        elif pool is not None and not _members(store, pools[pool.casefold()]):
            yield Finding(where, f"the pool {pool} has no reps", f"leadctl pool add {pool} ana ben")


def _two_ways(rules: AssignRules) -> Iterator[Finding]:
    """Yield the pools that entries deal from in different ways, so that none of these is even."""
    first: dict[str, AssignRule] = {}
    for rule in rules.entries:
        if rule.pool is None:
            continue
        before = first.setdefault(rule.pool.casefold(), rule)
        if before.by != rule.by:
            ways = " and ".join(_way(each.by) for each in (before, rule))
            yield Finding(
                _of(rule),
                f"the pool {rule.pool} deals {ways} for “{before.name}” and here: neither stays even",
                f"the same by as in “{before.name}”, or a pool for each way",
                "note",
            )


def _way(by: str | None) -> str:
    return f"by {by}" if by else "by its weights"


def _odd_rep(store: Store, where: str, name: str) -> Iterator[Finding]:
    try:
        if not store.rep(name)["active"]:
            yield Finding(where, f"{name} was removed", "name another, or leadctl rep add")
    except LeadctlError as error:
        yield Finding(where, error.message, error.hint or "leadctl rep list")


def _targets(rules: AssignRules) -> Iterator[tuple[str, str | None, str | None]]:
    """Yield where a rep or pool is named, and the one or the other, each once."""
    for rule in rules.entries:
        if rule.rep or rule.pool:
            yield _of(rule), rule.rep, rule.pool
        named: dict[tuple[str | None, str | None], int] = {}
        for row in rule.territories.rows if rule.territories else ():
            named.setdefault((row.rep, row.pool), row.line)
        for (rep, pool), line in named.items():
            if rep or pool:
                yield f"{_in_file(rule)} line {line}", rep, pool


def _members(store: Store, pool: Row) -> list[str]:
    return [rep["name"] for rep in store.ring(pool) if rep["member"]]


def _never_chosen(store: Store, rules: AssignRules) -> Iterator[Finding]:
    """Yield the reps whom no entry names and no pool of an entry has."""
    if any(rule.owner for rule in rules.entries):
        # Whoever owns something already may be chosen.
        return
    pools = {pool["name"].casefold(): pool for pool in store.pools()}
    chosen: set[str] = set()
    for _, rep, pool in _targets(rules):
        if rep is not None:
            chosen.add(rep.casefold())
        elif pool is not None and pool.casefold() in pools:
            chosen.update(name.casefold() for name in _members(store, pools[pool.casefold()]))
    left = [rep["name"] for rep in store.reps() if rep["name"].casefold() not in chosen]
    if left:
        problem = f"no entry can choose {_some(left)}"
        yield Finding("[[assign]]", problem, "leadctl pool add puts a rep in a pool", "note")


def _territories(rules: AssignRules) -> Iterator[Finding]:
    for rule in rules.entries:
        if rule.territories is None:
            continue
        yield from _overlaps(rule, rule.territories)
        where = _in_file(rule)
        if holes := rule.territories.holes():
            some = _some([f"{row.name or row.place} (line {row.line})" for row in holes])
            yield Finding(
                where,
                f"{count_of(len(holes), 'territory', 'territories')} of nobody: {some}",
                "write a rep or a pool in the row",
            )
        if unknown := _unknown_countries(rule.territories):
            yield Finding(
                where,
                f"{count_of(len(unknown), 'country', 'countries')} that nobody knows:"
                f" {_some([f'{row.country} (line {row.line})' for row in unknown])}",
                "write the name or the code: Germany or DE",
                "note",
            )
        if unread := rule.territories.unread:
            yield Finding(
                where,
                f"{count_of(len(unread), 'column')} without a meaning here: {_some(unread)}",
                "read are postal_code, state, country, rep, pool and name",
                "note",
            )
        if short := rule.territories.shortened():
            some = _some([f"{row.low} (line {row.line})" for row in short])
            yield Finding(
                where,
                f"{count_of(len(short), 'code')} with a digit less than the others: {some}",
                "a spreadsheet drops a leading zero; keep the column as text",
                "note",
            )


def _unknown_countries(territories: Territories) -> list[Territory]:
    """Return the first row of each country that is none."""
    from leadctl.countries import code_of

    named = {row.country: row for row in reversed(territories.rows) if row.country}
    return [row for country, row in reversed(named.items()) if code_of(country) is None]


def _some(names: Sequence[str]) -> str:
    """Return the first of some names."""
    return ", ".join(names[:NAMED]) + (", …" if len(names) > NAMED else "")


def _without_territory(
    store: Store, rules: AssignRules, closed: Sequence[str]
) -> Iterator[Finding]:
    """Yield the files that have no row for leads to work which their entry fits."""
    for rule in rules.entries:
        if rule.territories is None:
            continue
        fits = rule.when.sql if rule.when else "1"
        rows = _leads_to_work(store, rules, (*PLACE, f"{fits} AS fits"), closed)
        fitting = [row for row in rows if row["fits"]]
        outside = [
            row for row in fitting if rule.territories.find(*(row[key] for key in PLACE)) is None
        ]
        if outside:
            outside.sort(key=lambda row: -row["leads"])
            missing, all_of = (sum(row["leads"] for row in some) for some in (outside, fitting))
            names = [
                " ".join(row[key] for key in reversed(PLACE) if row[key]) or "without a place"
                for row in outside
            ]
            yield Finding(
                _in_file(rule),
                f"{missing:,} of {count_of(all_of, 'lead')} to work are in no territory:"
                f" {_some(names)}",
                "write a row for them, such as one for a country",
                "note",
            )


def _overlaps(rule: AssignRule, territories: Territories) -> Iterator[Finding]:
    """Yield the places that several rows name, each once, however many rows do."""
    hidden: dict[tuple[int, str], list[Territory]] = {}
    counts = {row.line: row for row in territories.rows}
    for one, other in territories.overlaps():
        hidden.setdefault((one.line, other.place), []).append(other)
    for (line, place), others in hidden.items():
        one, other = counts[line], others[0]
        further = f", and again in {count_of(len(others) - 1, 'line')} below" if others[1:] else ""
        hint = "the first counts; keep one of them"
        if one.digits > other.digits:
            hint = f"longer codes count; write {one.place} in shorter ones"
        yield Finding(
            f"{_in_file(rule)} line {other.line}",
            f"{place} is {_owner(one)} in line {line} and {_owner(other)} here{further}",
            hint,
        )


def _owner(row: Territory) -> str:
    return row.to or "of nobody"


def _leads_to_work(
    store: Store, rules: AssignRules, what: Sequence[str], closed: Sequence[str]
) -> list[Row]:
    """Return the leads to work in groups of what is alike, with how many they are."""
    marks, bound = among("closed", closed)
    alike = ", ".join(str(number) for number, _ in enumerate(what, 1))
    with patient(store, rules.conditions):
        return store.query(
            f"""SELECT {", ".join(what)}, count(*) AS leads FROM lead
            WHERE converted_at IS NULL AND status NOT IN ({marks})
            GROUP BY {alike} ORDER BY {alike}""",
            bound,
        )


def _on_the_leads(store: Store, rules: AssignRules, closed: Sequence[str]) -> Iterator[Finding]:
    """Yield the entries that fit none of the leads to work, or none that is left for them."""
    places = PLACE if rules.reads_places else ()
    rows = _leads_to_work(store, rules, (f"{rules.marks_sql} AS marks", *places), closed)
    leads = sum(row["leads"] for row in rows)
    if leads < FEWEST:
        return
    fitted = {number for row in rows for number in rules.fits(row["marks"])}
    tallies = _tallies(rules, rows)
    for number, rule in enumerate(rules.entries):
        tally = tallies[number]
        if number not in fitted:
            problem = f"it fits none of {count_of(leads, 'lead')} to work"
            yield Finding(_of(rule), problem, "is the condition meant so?")
        elif tally.hidden and not any(map(_takes_all, rules.entries[:number])):
            hiding = max(tally.before, key=lambda n: (tally.before[n], -n))
            taken = sum(tally.before.values())
            yield Finding(
                _of(rule),
                f"entries before it take each of the {count_of(taken, 'lead')} that it"
                f" fits, most of them “{rules.entries[hiding].name}”",
                f"move it before “{rules.entries[hiding].name}”",
            )
    left = sum(row["leads"] for row in rows if not rules.fits(row["marks"]))
    if left:
        problem = f"no entry fits {left:,} of {count_of(leads, 'lead')} to work"
        yield Finding("[[assign]]", problem, "a last entry without when takes the rest", "note")


@dataclass
class _Tally:
    """How many leads come to an entry, and how many those before it take: entry -> leads."""

    come: int = 0
    before: Counter[int] = field(default_factory=Counter)

    @property
    def hidden(self) -> bool:
        return not self.come and bool(self.before)


def _tallies(rules: AssignRules, rows: Sequence[Row]) -> list[_Tally]:
    """Return what comes to each entry of these groups of leads."""
    tallies = [_Tally() for _ in rules.entries]
    for row in rows:
        taken_by: int | None = None
        for number in rules.fits(row["marks"]):
            entry = rules.entries[number]
            if entry.territories is not None and not _is_somebodys(entry.territories, row):
                continue
            if taken_by is not None:
                tallies[number].before[taken_by] += row["leads"]
                continue
            tallies[number].come += row["leads"]
            if entry.stop and entry.owner is None:
                taken_by = number
    return tallies


def _is_somebodys(territories: Territories, row: Row) -> bool:
    found = territories.find(*(row[key] for key in PLACE))
    return found is not None and found.to is not None
