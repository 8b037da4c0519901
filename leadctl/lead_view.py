"""The `lead` view: what conditions, lists and scores may read of a lead, and the filters on it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from leadctl.errors import UsageError
from leadctl.fields import COMPUTED, FieldSet
from leadctl.mail_domains import FREE_MAIL_DOMAINS
from leadctl.stored import MINOR_UNITS

_DOMAIN = "lower(substr(l.email, instr(l.email, '@') + 1))"
_SEEN = "FROM activities AS a WHERE a.lead_id = l.id AND a.day <= (SELECT day FROM temp.clock)"
TOUCH = "a.direction IS NOT 'in' AND a.kind NOT IN ('form', 'visit')"
"""Whether the activity `a` is a touch, one of ours: what a lead does by itself is none."""


def dialled(number: str) -> str:
    """Return whether a number begins like one: `n/a`, `-` and `unknown` cannot be dialled."""
    return f"{number} GLOB '[+(0-9]*'"


def _count(condition: str) -> str:
    return f"(SELECT count(*) {_SEEN} AND {condition})"


# The account that a conversion would offer first: the order is that of matching. Accounts have no
# name of a person, and so the indexes lead to them past all leads of their company and domain.
_ACCOUNT_OWNER = """(SELECT reps.name FROM (
        SELECT t.record, CASE WHEN t.domain IS NULL OR m.domain IS NULL THEN 1
            WHEN t.domain <> m.domain THEN 3 ELSE 0 END AS place
        FROM match_keys AS m CROSS JOIN main.match_keys AS t INDEXED BY match_keys_company
            ON t.company = m.company AND t.name IS NULL AND t.kind = 'account'
        WHERE m.kind = 'lead' AND m.record = l.id
        UNION ALL SELECT t.record, 2
        FROM match_keys AS m CROSS JOIN main.match_keys AS t INDEXED BY match_keys_domain
            ON t.domain = m.domain AND t.kind = 'account'
        WHERE m.kind = 'lead' AND m.record = l.id) AS known
    JOIN accounts ON accounts.id = known.record LEFT JOIN reps ON reps.id = accounts.owner_id
    ORDER BY known.place, known.record LIMIT 1)"""

_EXPRESSIONS: Mapping[str, str] = {
    "owner": "(SELECT name FROM reps WHERE reps.id = l.owner_id)",
    "score": "(SELECT total FROM scores WHERE lead_id = l.id)",
    "fit": "(SELECT fit FROM scores WHERE lead_id = l.id)",
    "engagement": "(SELECT engagement FROM scores WHERE lead_id = l.id)",
    "grade": "(SELECT grade FROM scores WHERE lead_id = l.id)",
    "rank": "(SELECT rank FROM scores WHERE lead_id = l.id)",
    "full_name": """nullif(trim(coalesce(l.first_name, '') || ' ' || coalesce(l.last_name, '')), '')""",
    "age_days": "(SELECT day FROM temp.clock) - l.created_day",
    "last_activity_at": f"CAST((SELECT max(a.at) {_SEEN}) AS TEXT)",
    "days_since_activity": f"""(SELECT day FROM temp.clock)
        - coalesce((SELECT max(a.day) {_SEEN}), l.created_day)""",
    "last_touch_at": f"CAST((SELECT max(a.at) {_SEEN} AND {TOUCH}) AS TEXT)",
    "last_activity_kind": f"""CAST((SELECT a.kind {_SEEN}
        ORDER BY a.at DESC, a.id DESC LIMIT 1) AS TEXT)""",
    "activities": f"(SELECT count(*) {_SEEN})",
    "touches": _count(TOUCH),
    "calls": _count("a.kind = 'call'"),
    "emails_in": _count("a.kind = 'email' AND a.direction = 'in'"),
    "emails_out": _count("a.kind = 'email' AND a.direction = 'out'"),
    "meetings": _count("a.kind = 'meeting'"),
    "visits": _count("a.kind = 'visit'"),
    "forms": _count("a.kind = 'form'"),
    "open_tasks": "(SELECT count(*) FROM tasks AS t WHERE t.lead_id = l.id AND t.done_at IS NULL)",
    "has_phone": "({})".format(
        " OR ".join(f"coalesce({dialled(c)}, 0)" for c in ("l.phone", "l.mobile"))
    ),
    "has_email": "(l.email IS NOT NULL)",
    "email_domain": f"CAST(CASE WHEN l.email IS NOT NULL THEN {_DOMAIN} END AS TEXT)",
    "is_free_mail": f"""CASE WHEN l.email IS NOT NULL THEN {_DOMAIN}
        IN ({", ".join(f"'{domain}'" for domain in FREE_MAIL_DOMAINS)}) END""",
    "company_domain": """CAST((SELECT domain FROM match_keys
        WHERE kind = 'lead' AND record = l.id) AS TEXT)""",
    "account_owner": f"""CASE WHEN l.account_id IS NULL THEN {_ACCOUNT_OWNER} ELSE
        (SELECT reps.name FROM accounts JOIN reps ON reps.id = accounts.owner_id
        WHERE accounts.id = l.account_id) END""",
}
_HIDDEN = ("owner_id", "extra", "created_day")
_WORD = re.compile(r"\w+")
_OF_LEADS = re.compile(r"\bl\.(\w+)")
_EXACT = ("uid", "phone", "mobile", "external_id", "created_at", "updated_at", "converted_at")
"""Texts that are stored with their case, for their indexes."""


def view_sql(fields: FieldSet) -> str:
    """Return the DDL of the temporary view `lead`; it reads the day from `temp.clock`."""
    money = fields.typed("lead", "money")
    columns = [
        f"{_column(name, type_, is_money=name in money)} AS {name}"
        for name, type_ in fields.conditions().items()
    ]
    columns += [f"l.{name}" for name in _HIDDEN]
    columns += [f"l.{name} AS {name}_hundredths" for name in sorted(money)]
    columns.append(f"{untouched(_SEEN)} AS untouched")
    # Without collation, so that it leads to the index of those who were converted.
    columns.append("l.converted_at IS NOT NULL AS converted")
    return f"CREATE TEMP VIEW lead AS SELECT {', '.join(columns)} FROM leads AS l"


def columns_in(sql: str, fields: FieldSet) -> set[str]:
    """Return the columns of leads, and `match_keys`, that a part of SQL over the view may read.

    A field that is worked out reads what its expression names; a word in quotes may be one too many.
    """
    known = {*fields.conditions(), *_HIDDEN}
    found: set[str] = set()
    for name in known.intersection(_WORD.findall(sql.lower())):
        expression = _EXPRESSIONS.get(name)
        found.update([name] if expression is None else _OF_LEADS.findall(expression))
        if expression is not None and "match_keys" in expression:
            found.add("match_keys")
    return found


def untouched(seen: str) -> str:
    """Return whether there is no touch in what follows SELECT … for a record's activities.

    It means `touches = 0`, and looks no further than to the first one.
    """
    return f"NOT EXISTS (SELECT 1 {seen} AND {TOUCH})"


def _column(name: str, type_: str, *, is_money: bool) -> str:
    """Return a column of the view: texts compare without case, numbers as numbers.

    What is worked out has neither of its own, other than the empty table that checks conditions.
    """
    if is_money:
        expression = f"l.{name} / {MINOR_UNITS}.0"
    elif name in _EXPRESSIONS:
        expression = _EXPRESSIONS[name]
    else:
        return f"l.{name}" + " COLLATE NOCASE" * (name in _EXACT)
    return f"{expression} COLLATE NOCASE" if type_ == "TEXT" else f"CAST({expression} AS {type_})"


def columns_of(fields: FieldSet) -> tuple[str, ...]:
    """Return every column that a list may show, a page may sort by and JSON carries."""
    return tuple(dict.fromkeys(("id", *fields.conditions(), "extra")))


def json_columns(fields: FieldSet) -> tuple[str, ...]:
    """Return what JSON has of a lead: no column that can be worked out from the others."""
    return tuple(name for name in columns_of(fields) if name not in _WORKED_OUT)


_IN_JSON = frozenset(
    (
        *("id", "uid", "score", "fit", "engagement", "grade", "rank", "last_activity_at"),
        *("updated_at", "converted_at", "contact_id", "account_id", "deal_id", "version"),
    )
)
_WORKED_OUT = frozenset(computed.name for computed in COMPUTED) - _IN_JSON
_NUMBERS = ("integer", "number", "money", "time", "date")
_DESCENDING = frozenset(
    (
        *(computed.name for computed in COMPUTED if computed.sql_type == "INTEGER"),
        *("last_activity_at", "last_touch_at", "updated_at", "converted_at"),
    )
)


class Words(NamedTuple):
    """A filter on one field: words to match, words to leave out, and whether a blank counts."""

    match: tuple[Any, ...] = ()
    leave_out: tuple[Any, ...] = ()
    blank: bool | None = None


class RecordFilter(NamedTuple):
    """Which leads, or other records, are meant. All parts must hold; an empty one means every one.

    `owners` are rep ids; `since_day` and `until_day` are the first and last stored day of
    `created_at`; `where` is the SQL of a checked condition; `hidden_statuses` are left out.
    """

    words: Mapping[str, Words] = {}
    tags: Words = Words()
    owners: tuple[int, ...] = ()
    owners_left_out: tuple[int, ...] = ()
    owner_blank: bool | None = None
    since_day: int | None = None
    until_day: int | None = None
    untouched: bool = False
    where: str | None = None
    hidden_statuses: tuple[str, ...] = ()
    ids: tuple[int, ...] | None = None

    def sql(self, *, singly: bool = False) -> tuple[str, dict[str, Any]]:
        """Return a WHERE clause over the records' view and what is bound in it.

        The leads of a rep are found by an index of owners; `singly` the owner of each record is
        looked at, as of other kinds, and of pages, which look at few leads.
        """
        query = _Query()
        for field, words in self.words.items():
            query.add_words(field, words)
        query.add_tags(self.tags)
        query.add_owner(self, singly=singly)
        if self.since_day is not None:
            query.add("created_day >= {}", self.since_day)
        if self.until_day is not None:
            query.add("created_day <= {}", self.until_day)
        if self.untouched:
            query.add("untouched")
        if self.hidden_statuses:
            query.add(f"status NOT IN ({query.bind_all(self.hidden_statuses)})")
        if self.ids is not None:
            query.add(f"id IN ({', '.join(map(str, self.ids)) or 'NULL'})")
        if self.where:
            query.parts.append(f"({self.where})")
        return " AND ".join(query.parts) or "1", query.bound


class _Query:
    """Collects the parts of a WHERE clause and what is bound in them."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.bound: dict[str, Any] = {}

    def bind(self, value: Any) -> str:
        name = f"w{len(self.bound)}"
        self.bound[name] = value
        return f":{name}"

    def bind_all(self, values: Sequence[Any]) -> str:
        return ", ".join(self.bind(value) for value in values)

    def add(self, part: str, *values: Any) -> None:
        self.parts.append(part.format(*(self.bind(value) for value in values)))

    def add_words(self, field: str, words: Words) -> None:
        either = [f"{field} IN ({self.bind_all(words.match)})"] if words.match else []
        if words.blank:
            either.append(f"{field} IS NULL")
        if either:
            self.parts.append(f"({' OR '.join(either)})")
        if words.leave_out:
            left_out = self.bind_all(words.leave_out)
            self.parts.append(f"({field} IS NULL OR {field} NOT IN ({left_out}))")
        if words.blank is False:
            self.parts.append(f"{field} IS NOT NULL")

    def add_tags(self, words: Words) -> None:
        def has(tag: str) -> str:
            return f"instr(', ' || lower(tags) || ',', {self.bind(f', {tag.lower()},')}) > 0"

        either = [has(tag) for tag in words.match] + (["tags IS NULL"] if words.blank else [])
        if either:
            self.parts.append(f"({' OR '.join(either)})")
        self.parts += [f"(tags IS NULL OR NOT {has(tag)})" for tag in words.leave_out]
        if words.blank is False:
            self.parts.append("tags IS NOT NULL")

    def add_owner(self, wanted: RecordFilter, *, singly: bool) -> None:
        def of(reps: Sequence[int]) -> str:
            bound = self.bind_all(reps)
            if singly:
                return f"coalesce(owner_id IN ({bound}), 0)"
            return f"id IN (SELECT lead_id FROM owners WHERE owner_id IN ({bound}))"

        self.add_words("owner_id", Words(blank=wanted.owner_blank))
        either = [of(wanted.owners)] if wanted.owners else []
        if wanted.owner_blank and either:
            either.append(self.parts.pop())
        if either:
            self.parts.append(f"({' OR '.join(either)})")
        if wanted.owners_left_out:
            self.parts.append(f"NOT {of(wanted.owners_left_out)}")


class Order(NamedTuple):
    """The order of a page: a field, highest or newest first unless it is a text; then newest id."""

    field: str | None = None
    descending: bool = True
    view: str = "lead"
    owner: int | None = None

    def among(self, wanted: RecordFilter) -> Order:
        """Return the order of those that a filter means: leads of one rep, by their owner's index."""
        is_one = len(wanted.owners) == 1 and not wanted.owner_blank
        if self.view != "lead" or self.field is not None or not is_one:
            return self
        return self._replace(owner=wanted.owners[0])

    @property
    def from_sql(self) -> str:
        """The tables of a page: by score, the score index is walked and leads are looked up."""
        if self.owner is not None:
            held = f"(SELECT lead_id FROM owners WHERE owner_id = {int(self.owner)}) AS held"
            return f"{held} CROSS JOIN lead ON lead.id = held.lead_id"
        if self.field == "score":
            # Only these two columns: a filter by grade means the lead's.
            totals = "(SELECT lead_id, total FROM scores) AS scores"
            return f"{totals} CROSS JOIN lead ON lead.id = scores.lead_id"
        return self.view

    @property
    def order_sql(self) -> str:
        """The ORDER BY clause; blanks come last."""
        if self.field is None:
            return f"{self._id} DESC" if self.descending else self._id
        if self.field == "score" and self.descending:
            return "scores.total DESC, scores.lead_id DESC"
        direction = "DESC" if self.descending else "ASC"
        return f"{self._column} IS NULL, {self._column} {direction}, id DESC"

    @property
    def _id(self) -> str:
        return "id" if self.owner is None else "held.lead_id"

    @property
    def _column(self) -> str:
        return "scores.total" if self.field == "score" else str(self.field)

    def after_sql(self, value: Any, lead: int) -> tuple[str, dict[str, Any]]:
        """Return the condition of what comes behind a lead with this value of the field."""
        bound = {"after_id": lead, "after_value": value}
        if self.field is None:
            beyond = "<" if self.descending else ">"
            return f"{self._id} {beyond} :after_id", {"after_id": lead}
        if value is None:
            return f"({self._column} IS NULL AND id < :after_id)", {"after_id": lead}
        beyond = "<" if self.descending else ">"
        return (
            f"({self._column} {beyond} :after_value OR {self._column} IS NULL"
            f" OR ({self._column} = :after_value AND id < :after_id))",
            bound,
        )


def order_by(sort: str | None, fields: FieldSet) -> Order:
    """Return the order that `--sort` names; a leading hyphen turns it round.

    Raises UsageError for a field that leads do not have.
    """
    if sort is None:
        return Order()
    turned, name = sort.startswith("-"), sort.lstrip("-").lower()
    check_column(name, fields)
    is_number = any(name in fields.typed("lead", type_) for type_ in _NUMBERS)
    descending = (is_number or name in _DESCENDING) is not turned
    return Order(None if name == "id" else name, descending)


def check_column(name: str, fields: FieldSet) -> None:
    """Raise UsageError, with the nearest name, unless leads have this column."""
    columns = columns_of(fields)
    if name not in columns:
        from difflib import get_close_matches

        near = get_close_matches(name, columns, 1)
        hint = f"did you mean {near[0]}?" if near else "fields: leadctl rules fields"
        raise UsageError(f"leads have no field {name!r}", hint)
