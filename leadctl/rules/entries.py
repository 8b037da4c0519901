"""The `[[assign]]` tables of leadctl.toml: checked, and as expressions over the `lead` view."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from leadctl.errors import BadDataError
from leadctl.fields import DOCUMENTED
from leadctl.rules.conditions import Condition, check
from leadctl.rules.tables import condition_of, nearest, placed, shown
from leadctl.rules.writing import quoted

if TYPE_CHECKING:
    from leadctl.rules.territories import Territories

MOST_ENTRIES = 200
"""More would make an expression deeper than SQLite takes."""

Owner = Literal["account_owner", "contact_owner", "earlier_lead_owner"]
OWNERS: tuple[Owner, ...] = ("account_owner", "contact_owner", "earlier_lead_owner")
BY = ("round_robin", "weighted", "least_open")
LISTS = {"countries": "country", "states": "state", "cities": "city", "products": "product"}
"""Key -> the field of which it lists values."""


class AssignRule(NamedTuple):
    """One `[[assign]]` entry; exactly one of `rep`, `pool`, `owner` and `territories` is there.

    `when` is None where it fits every lead; `where` is file, line and table for messages; `by` is
    None where the pool's weights decide.
    """

    name: str
    where: str
    when: Condition | None = None
    rep: str | None = None
    pool: str | None = None
    by: str | None = None
    owner: Owner | None = None
    territories: Territories | None = None
    stop: bool = True

    @property
    def may_not_fit(self) -> bool:
        """Whether a lead that `when` fits may yet have nobody here: no owner, no territory."""
        return self.owner is not None or self.territories is not None

    @property
    def to(self) -> str:
        """To whom, in words."""
        if self.pool is not None:
            return f"pool {self.pool}"
        if self.territories is not None:
            return self.territories.name
        return self.rep or (self.owner or "").replace("_", " ")


@dataclass(frozen=True)
class AssignRules:
    """The entries in their order, and which of them fit a lead."""

    entries: tuple[AssignRule, ...]
    path: str

    @cached_property
    def _goes_on(self) -> bool:
        return any(not entry.stop or entry.may_not_fit for entry in self.entries[:-1])

    @property
    def conditions(self) -> dict[str, Condition]:
        """Where a condition stands (file, line, table and key) -> the condition."""
        return {f"{entry.where}: when": entry.when for entry in self.entries if entry.when}

    @property
    def fits_sql(self) -> str:
        """Return the expression of which entries fit a row of `lead`; `fits` reads its value."""
        if self._goes_on:
            return self.marks_sql
        # The first is enough, and SQLite looks no further.
        steps = (f"WHEN {condition} THEN {n}" for n, condition in enumerate(self._conditions))
        return f"(CASE {' '.join(steps)} END)"

    @property
    def marks_sql(self) -> str:
        """Return the expression of all entries that fit, which `fits` reads too."""
        marks = (f"CASE WHEN {condition} THEN '1' ELSE '0' END" for condition in self._conditions)
        return f"({' || '.join(marks)})"

    @property
    def _conditions(self) -> list[str]:
        return [entry.when.sql if entry.when else "1" for entry in self.entries]

    def fits(self, value: str | int | None) -> tuple[int, ...]:
        """Return the places of the entries that fit, of a value of `fits_sql`."""
        if value is None:
            return ()
        if isinstance(value, int):
            return (value,)
        return tuple(number for number, mark in enumerate(value) if mark == "1")

    def reads(self, owner: Owner) -> bool:
        """Whether an entry sends leads to such owners."""
        return any(entry.owner == owner for entry in self.entries)

    @property
    def reads_places(self) -> bool:
        """Whether an entry has territories."""
        return any(entry.territories is not None for entry in self.entries)


ReadText = Callable[[str], str]


def load(
    document: Mapping[str, Any],
    *,
    path: str,
    lines: Sequence[int] = (),
    read: ReadText,
    fields: Mapping[str, str] = DOCUMENTED.conditions(),
) -> AssignRules:
    """Return the `[[assign]]` entries of a parsed leadctl.toml, none where it has none.

    `lines` has the line of each table where it is known; `read` returns the text of a file that an
    entry names; `fields` are those that a condition may name. Raises BadDataError, one line with
    `path`, line, table and key.
    """
    tables = document.get("assign", [])
    entries: list[AssignRule] = []
    for each in placed(tables, "assign", path=path, lines=lines, many="entries", most=MOST_ENTRIES):
        entry = entry_of(each.table, each.where, read, fields)
        if any(entry.name == other.name for other in entries):
            raise BadDataError(
                f"{each.where}: two entries have this name", "give each entry a name of its own"
            )
        entries.append(entry)
    return AssignRules(tuple(entries), path)


KEYS = {
    "name": "a text of 1 to 60 characters",
    "when": "a condition in quotes: \"country in ('DE', 'AT')\"",
    "to": '{ rep = "ana" }, { pool = "eu" } or { account_owner = true }',
    "else": '"next" (the next entry that fits) or "stop"',
    "postal_codes": 'a list of prefixes and ranges: ["01-09", "10"]',
    **{key: f'a list of texts: ["{key[0].upper()}…"]' for key in LISTS},
    "territories": 'a CSV file in quotes: "territories.csv"',
}


def entry_of(
    table: Mapping[str, Any], where: str, read: ReadText, fields: Mapping[str, str]
) -> AssignRule:
    """Return the entry that an `[[assign]]` table is; BadDataError begins with `where`."""
    for key in table:
        if key not in KEYS:
            raise BadDataError(f'{where}: there is no key "{shown(key)}"', nearest(key, KEYS))
    name = table.get("name")
    if name is None:
        raise BadDataError(f"{where}: name is missing: {KEYS['name']}")
    if not isinstance(name, str) or not name.strip().isprintable() or not 0 < len(name) <= 60:
        raise BadDataError(f"{where}: name must be {KEYS['name']}")
    otherwise = table.get("else", "stop")
    if otherwise not in ("next", "stop"):
        raise BadDataError(f"{where}: else must be {KEYS['else']}")
    return AssignRule(
        name=name.strip(),
        where=where,
        when=_when(table, where, fields),
        stop=otherwise == "stop",
        **_target(table, where, read),
    )


def _target(table: Mapping[str, Any], where: str, read: ReadText) -> dict[str, Any]:
    """Return the fields of an entry that say to whom it sends leads."""
    if "territories" in table:
        return _by_territory(table, where, read)
    to = table.get("to")
    if to is None:
        raise BadDataError(f"{where}: to is missing: {KEYS['to']}")
    if not isinstance(to, Mapping):
        raise BadDataError(f"{where}: to must be {KEYS['to']}")
    for key in to:
        if key not in ("rep", "pool", "by", *OWNERS):
            near = nearest(key, ("rep", "pool", "by", *OWNERS))
            raise BadDataError(f'{where}: to: there is no key "{shown(key)}"', near)
    named = [key for key in to if key != "by"]
    if len(named) != 1:
        raise BadDataError(f"{where}: to must name one: {KEYS['to']}")
    kind, value = named[0], to[named[0]]
    if kind in OWNERS:
        if value is not True or "by" in to:
            raise BadDataError(f"{where}: to: write {{ {kind} = true }}")
        return {"owner": kind}
    if not isinstance(value, str) or not value.strip():
        raise BadDataError(f"{where}: to: {kind} must be a name in quotes")
    if "by" in to and (kind != "pool" or to["by"] not in BY):
        accepted = f"by is one of {', '.join(BY)}" if kind == "pool" else "only a pool has a by"
        raise BadDataError(f"{where}: to: {accepted}", 'to = { pool = "eu", by = "round_robin" }')
    return {kind: value.strip(), "by": to.get("by")}


def _by_territory(table: Mapping[str, Any], where: str, read: ReadText) -> dict[str, Any]:
    file = table["territories"]
    if not isinstance(file, str) or not file.strip():
        raise BadDataError(f"{where}: territories must be {KEYS['territories']}")
    if "to" in table:
        raise BadDataError(
            f"{where}: the file of territories says to whom", "leave out to or territories"
        )
    try:
        text = read(file)
    except OSError as error:
        raise BadDataError(f"{where}: cannot read {file}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BadDataError(f"{where}: {file} is not UTF-8", "save it as CSV UTF-8") from None
    from leadctl.rules.territories import Territories

    return {"territories": Territories.read(text, file, where)}


# Which leads: a condition, and lists that are written shorter than one.


def _when(table: Mapping[str, Any], where: str, fields: Mapping[str, str]) -> Condition | None:
    """Return the condition of all that an entry asks for, None where it asks for nothing."""
    when = _condition(table["when"], where, fields) if "when" in table else None
    parts = [when.sql] if when else []
    for key, field in LISTS.items():
        if key in table:
            words = ", ".join(map(quoted, _as_stored(table, key, where)))
            parts.append(f"{field} in ({words})")
    if "postal_codes" in table:
        codes = _words(table, "postal_codes", where)
        parts.append(f"({' or '.join(_postal_sql(code, where) for code in codes)})")
    if when is None and not parts:
        return None
    if when is not None and len(parts) == 1:
        return when
    return check(" and ".join(parts), fields)


def _condition(text: Any, where: str, fields: Mapping[str, str]) -> Condition:
    if not isinstance(text, str):
        raise BadDataError(f"{where}: when must be {KEYS['when']}")
    return condition_of(text, where, fields, "assign")


_POSTAL = re.compile(r"[0-9A-Z][0-9A-Z ]*(?:-[0-9A-Z][0-9A-Z ]*)?")


def _words(table: Mapping[str, Any], key: str, where: str) -> list[str]:
    words = table[key]
    if isinstance(words, str):
        words = [words]
    if not isinstance(words, list) or not words or not all(isinstance(w, str) for w in words):
        raise BadDataError(f"{where}: {key} must be {KEYS[key]}")
    if not all(word.strip() and word.isprintable() for word in words):
        raise BadDataError(f"{where}: {key} has a blank in it", KEYS[key])
    return [word.strip() for word in words]


def _as_stored(table: Mapping[str, Any], key: str, where: str) -> list[str]:
    """Return the values of a list as leads have them: countries and states by their codes."""
    from leadctl.countries import code_of, state_of

    words = _words(table, key, where)
    if key == "countries":
        return [code_of(word) or word for word in words]
    if key == "states":
        of = _as_stored(table, "countries", where) if "countries" in table else [None]
        return list(dict.fromkeys(state_of(word, one) or word for word in words for one in of))
    return words


def _postal_sql(written: str, where: str) -> str:
    """Return the condition of a prefix, `10`, or of a range of prefixes of one length, `01-09`."""
    code = written.upper()
    low, _, high = code.partition("-")
    high = high or low
    if not _POSTAL.fullmatch(code) or len(low) != len(high) or low > high:
        raise BadDataError(
            f'{where}: postal_codes: "{shown(written)}" is neither a prefix nor a range',
            f"accepted: {KEYS['postal_codes']}; both ends of a range are equally long",
        )
    return f"upper(substr(postal_code, 1, {len(low)})) between {quoted(low)} and {quoted(high)}"
