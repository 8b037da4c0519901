"""Owns the one condition language: whether a text is a condition on a record, and what it reads."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import dropwhile, pairwise, takewhile
from threading import get_ident
from typing import NamedTuple

from leadctl.rules.tokens import (
    EXAMPLE,
    MANY_VALUES,
    MAX_LENGTH,
    SEE_FIELDS,
    ConditionError,
    Group,
    Node,
    Token,
    one_line,
    operands_of,
    tokens_of,
    tree_of,
    trimmed,
    without_not,
)
from leadctl.rules.writing import quoted

__all__ = [
    "MAX_LENGTH",
    "PLAIN_FUNCTIONS",
    "Condition",
    "ConditionError",
    "check",
    "notes",
    "unlisted",
]

MAX_PARTS = 500  # ands and ors in a row; SQLite gives up at 1000, and callers add their own

# Only what stays small whatever it is given. `replace` is left out: nested in itself it
# multiplies a text by its own length, up to SQLite's limit of a gigabyte.
PLAIN_FUNCTIONS = frozenset(
    """abs coalesce ifnull iif instr length like lower ltrim max me min nullif round rtrim substr
    trim upper""".split()
)
_CALLED = PLAIN_FUNCTIONS - {"like"}  # the guard sees `like`, but it is written between values
_TEXT_FUNCTIONS = frozenset("lower ltrim me rtrim substr trim upper".split())
_CHOOSING_FUNCTIONS = frozenset("coalesce ifnull max min nullif".split())

_COMPARISONS = frozenset("= == != <> < <= > >=".split())
_ARITHMETIC = frozenset("+ - * / %".split())
_WORDS = frozenset(
    "and as between case cast else end escape false in is like not null or then true when".split()
)
_TYPES = frozenset("integer numeric real text".split())

# Words of SQL that are no words of a condition, and what to write instead.
_OTHER_SQL = dict.fromkeys(
    """alter attach by create delete distinct drop except exists filter from group having insert
    intersect join limit order over pragma raise select union update values where with""".split(),
    EXAMPLE,
) | {
    "collate": "leave it out: texts compare without case",
    "current_date": "write the day: '2026-01-31'",
    "current_time": "write the time: '2026-01-31T12:00'",
    "current_timestamp": "write the time: '2026-01-31T12:00'",
    "glob": "write like 'A%'",
    "isnull": "write is null",
    "match": "write like '%word%'",
    "notnull": "write is not null",
    "regexp": "write like '%word%'",
}


class Condition(NamedTuple):
    """A checked condition: its text, trimmed, and the names of the fields it reads, lower-case."""

    text: str
    reads: frozenset[str]

    @property
    def sql(self) -> str:
        """The condition in brackets, ready to stand in a WHERE or beside an AND."""
        return f"(\n{self.text}\n)"


def check(text: str, fields: Mapping[str, str]) -> Condition:
    """Return the condition that `text` is, over `fields`: name -> TEXT, INTEGER or REAL.

    Raises ConditionError if it is none, or would read anything but these fields.
    """
    text = trimmed(text)
    tokens = tokens_of(text)
    kinds = {name.lower(): kind for name, kind in fields.items()}
    _check_words(text, tokens, kinds)
    tree = tree_of(tokens)
    if not _is_switch(tree):
        _Logic(text, kinds).check(tree, wanted=True)
    try:
        reads = _prepare(text, fields)
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise _translate(str(error), tokens) from None
    return Condition(text, reads)


def notes(
    condition: Condition,
    known: Mapping[str, Collection[str]],
    *,
    never_blank: Collection[str] = (),
    kind: str = "lead",
) -> list[str]:
    """Return a sentence for each thing in a valid condition that is probably not meant.

    `known` maps a field to the words of its list; `never_blank` are fields that every lead has, in
    lower case.
    """
    tokens = tokens_of(condition.text)
    blanks_settled = _asked_for_null(tokens) | set(never_blank)
    found: list[str] = []
    for field, sign, values in _comparisons(tokens, condition.reads):
        for value in values:
            if note := _unlisted(field, value, known.get(field), kind):
                found.append(note)
        if sign in ("!=", "<>", "not in") and field not in blanks_settled:
            found.append(
                f"blank {field} is left out by {sign}; add `or {field} is null` to include it"
            )
    return list(dict.fromkeys(found))


# --- words


def _check_words(text: str, tokens: Sequence[Token], kinds: Mapping[str, str]) -> None:
    """Refuse every word that is no field, no plain function and no word of a condition."""
    keys = ["", *(token.key for token in tokens), ""]
    for at, token in enumerate(tokens):
        before, after = keys[at], keys[at + 2]
        if token.kind == "quoted":
            raise _wrong_quotes(text, tokens, token, kinds)
        if token.kind == "number" and before in ("/", "%") and not float(token.text):
            raise ConditionError("dividing by 0 gives nothing", "divide by another number")
        if before == "as" and not (token.key in _TYPES and after == ")"):
            raise ConditionError("cast names no type that it knows", "cast(company as integer)")
        if token.kind != "word" or token.key in _WORDS or before == "as":
            continue
        if token.key in _OTHER_SQL and token.key not in kinds:
            raise ConditionError(f"{token.text} has no place in a condition", _OTHER_SQL[token.key])
        if after == "(":
            if token.key not in PLAIN_FUNCTIONS:
                raise _unknown_function(token, kinds)
        elif token.key not in kinds:
            listed = before in ("(", ",") and "in" in keys[:at]
            raise _unknown_field(token, kinds, listed or before in _COMPARISONS | {"like"})


def _wrong_quotes(
    text: str, tokens: Sequence[Token], culprit: Token, kinds: Mapping[str, str]
) -> ConditionError:
    for token in reversed(tokens):
        if token.kind == "quoted":
            text = text[: token.start] + _requoted(token.inside, kinds) + text[token.end :]
    is_field = culprit.inside.lower() in kinds
    rule = "a field stands without quotes" if is_field else "a text stands in single quotes"
    return ConditionError(f"{rule}, not as {culprit.text}", f"write {text}")


def _requoted(inside: str, kinds: Mapping[str, str]) -> str:
    return inside if inside.lower() in kinds else quoted(inside)


def _unknown_field(token: Token, kinds: Mapping[str, str], is_value: bool) -> ConditionError:
    hints = [f"did you mean {name}?" for name in _closest(token.key, kinds)]
    if is_value:
        hints.append(f"a text stands in quotes: '{token.text}'")
    return ConditionError(f"unknown field {token.text}", "; ".join([*hints, SEE_FIELDS]))


def _unknown_function(token: Token, kinds: Mapping[str, str]) -> ConditionError:
    if token.key in kinds:
        hint = f"for example: {token.text} in ('…', '…')"
        return ConditionError(f"{token.text} is a field, not a function", hint)
    hints = [f"did you mean {name}()?" for name in _closest(token.key, _CALLED)]
    hints.append("functions: " + ", ".join(sorted(_CALLED)))
    return ConditionError(f"no function {token.text}() in a condition", " ".join(hints))


def _closest(word: str, words: Collection[str]) -> list[str]:
    import difflib

    return difflib.get_close_matches(word, words, n=1, cutoff=0.65)


# --- logic: what SQL would take and nobody means


def _is_switch(tree: Sequence[Node]) -> bool:
    """Whether the whole condition is 1, 0, true or false: all leads, or none."""
    core = without_not(tree)
    if len(core) != 1:
        return False
    if isinstance(core[0], Group):
        return core[0].opener.key == "(" and _is_switch(core[0].items)
    return core[0].text.lower() in ("0", "1", "true", "false")


def _is_constant(operand: Sequence[Node]) -> bool:
    """Whether it is a literal, signed or not, or me()."""
    match list(dropwhile(lambda node: node.key in ("+", "-"), operand)):
        case [Token() as token]:
            return token.is_literal or token.key in ("false", "null", "true")
        case [name, Group()]:
            return name.key == "me"
    return False


def _is_one_value(nodes: Sequence[Node]) -> bool:
    """Whether these look like one value, and not like two with an `and` forgotten between."""
    signed = bool(nodes) and nodes[0].key in _ARITHMETIC
    return bool(nodes) and all(
        node.key in _ARITHMETIC or isinstance(node, Group) for node in nodes[1 + signed :: 2]
    )


class _Logic(NamedTuple):
    """Refuses, in a text over fields of these kinds, what gives a wrong answer silently."""

    text: str
    kinds: Mapping[str, str]

    def check(self, items: Sequence[Node], wanted: bool) -> None:
        """Check each operand of and/or; `wanted` says that a yes or no is expected here."""
        operands = operands_of(items)
        for at, operand in enumerate(operands):
            core = without_not(operand)
            yes_or_no = wanted or len(operands) > 1 or len(core) < len(operand)
            if yes_or_no and _is_constant(core):
                hint = self.meant(operands, at, core)
                raise ConditionError(f"{self.written(core)} is compared with nothing", hint)
            if yes_or_no and self.is_text(core):
                written = self.written(core)
                raise ConditionError(
                    f"{written} is a text, not a yes or no",
                    f"write {written} is not null, or {written} = '…'",
                )
            self.check_comparisons(core)
            self.check_groups(core, yes_or_no)

    def check_groups(self, operand: Sequence[Node], wanted: bool) -> None:
        for before, group in pairwise([None, *operand]):
            if not isinstance(group, Group):
                continue
            opener = before.key if before else ""
            parts = group.parts
            if opener == "in":
                self.check_list(parts)
            elif len(parts) > 1 and group.opener.key == "(" and opener not in _CALLED:
                raise ConditionError("a list in brackets stands only after in", EXAMPLE)
            for part in parts:
                self.check(part, wanted and len(operand) == 1 and group.opener.key == "(")

    def check_list(self, parts: Sequence[Sequence[Node]]) -> None:
        for part in parts:
            if not part:
                raise ConditionError("a value is missing in the list after in", EXAMPLE)
            if part[0].key == "null":
                raise ConditionError("null in a list fits nothing", "write or field is null")

    def check_comparisons(self, operand: Sequence[Node]) -> None:
        signs = [at for at, node in enumerate(operand) if node.key in _COMPARISONS]
        if len(signs) > 1 and _is_one_value(operand[signs[0] + 1 : signs[1]]):
            first, second = self.written(operand[: signs[1]]), self.written(operand[signs[0] + 1 :])
            raise ConditionError(
                f"two comparisons in a row: {self.written(operand)}", f"write {first} and {second}"
            )
        for at, node in enumerate(operand):
            after = operand[at + 1] if at + 1 < len(operand) else None
            if node.key in _COMPARISONS and "null" in (operand[0].key, after and after.key):
                field = operand[:at] if operand[0].key != "null" else operand[at + 1 :]
                is_null = "is not null" if node.key in ("!=", "<>") else "is null"
                raise ConditionError(
                    f"{node.key} null fits nothing", f"write {self.written(field)} {is_null}"
                )
            if node.key == "in" and not isinstance(after, Group):
                raise ConditionError("in needs a list in brackets", EXAMPLE)
            if node.key == "escape" and not (
                isinstance(after, Token) and after.kind == "text" and len(after.inside) == 1
            ):
                raise ConditionError("escape needs one character", "like '50!%' escape '!'")

    def is_text(self, operand: Sequence[Node]) -> bool:
        """Whether it gives a text, as far as can be told without running it."""
        match operand:
            case [Token() as token]:
                return token.kind == "text" or self.kinds.get(token.key) == "TEXT"
            case [name, Group() as group]:
                return name.key in _TEXT_FUNCTIONS or (
                    name.key in _CHOOSING_FUNCTIONS and any(map(self.is_text, group.parts))
                )
        return False

    def meant(self, operands: Sequence[list[Node]], at: int, constant: Sequence[Node]) -> str:
        """What was probably meant by a constant beside and/or."""
        if len(operands) > 1 and all(map(_is_constant, operands)):
            return f"write field in ({', '.join(map(self.written, operands))})"
        before = operands[at - 1] if at else []
        signs = [i for i, node in enumerate(before) if node.key in _COMPARISONS | {"in", "like"}]
        if not signs or signs[0] == len(before) - 1:
            field = "status" if self.is_text(constant) else "employees"
            field = "owner" if constant[0].key == "me" else field
            sign = "is" if constant[0].key == "null" else "="
            return f"compare it with a field: {field} {sign} {self.written(constant)}"
        left, sign, right = before[: signs[0]], before[signs[0]].key, before[signs[0] + 1 :]
        lists = {"=": "in", "==": "in", "in": "in", "!=": "not in", "<>": "not in"}
        if sign not in lists:
            return f"write {self.written(left)} {sign} {self.written(constant)}"
        first = self.written(right)[1:-1] if sign == "in" else self.written(right)
        more = map(self.written, takewhile(_is_constant, operands[at + 1 :]))
        values = ", ".join([first, self.written(constant), *more])
        return f"write {self.written(left)} {lists[sign]} ({values})"

    def written(self, nodes: Sequence[Node]) -> str:
        return self.text[nodes[0].start : nodes[-1].end] if nodes else "field"


# --- the database's own word


class _Guard:
    """Lets a statement read the fields of `lead` through plain functions, and notes which."""

    def __init__(self, fields: Collection[str]) -> None:
        self.fields = fields
        self.reads: set[str] = set()
        self.selects = 0

    def __call__(self, action: int, first: str | None, second: str | None, *_: str | None) -> int:
        name = (second or "").lower()
        allowed = False
        if action == sqlite3.SQLITE_SELECT:
            self.selects += 1
            allowed = self.selects == 1
        elif action == sqlite3.SQLITE_READ:
            # Without a name the table is read, but none of its columns.
            allowed = first == "lead" and (not name or name in self.fields)
            self.reads |= {name} - {""}
        elif action == sqlite3.SQLITE_FUNCTION:
            allowed = name in PLAIN_FUNCTIONS
        return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _prepare(text: str, fields: Mapping[str, str]) -> frozenset[str]:
    """Return the fields that SQLite would read; nothing runs, for EXPLAIN only prepares.

    Raises sqlite3.Error for what SQLite or the guard refuses.
    """
    guard = _Guard({name.lower() for name in fields})
    database = _empty_database(tuple(fields.items()), get_ident())
    database.set_authorizer(guard)
    # More brackets than Condition.sql has: what passes here still fits inside a larger query.
    for where in (text, f"1 AND ((((((((\n{text}\n))))))))"):
        guard.selects = 0
        database.execute(f"EXPLAIN SELECT 1 FROM lead WHERE\n{where}\n")
    return frozenset(guard.reads)


@lru_cache(maxsize=1)
def _empty_database(fields: tuple[tuple[str, str], ...], thread: int) -> sqlite3.Connection:
    """Return a database with a lead of these fields, the same for all conditions of a file.

    It belongs to one thread.
    """
    database = sqlite3.connect(":memory:", isolation_level=None)
    database.setlimit(sqlite3.SQLITE_LIMIT_EXPR_DEPTH, MAX_PARTS)
    database.execute(f"CREATE TABLE lead ({', '.join(_column(*field) for field in fields)})")
    database.create_function("me", 0, str)
    return database


def _column(name: str, kind: str) -> str:
    name = name.replace('"', '""')
    return f'"{name}" {kind}' + " COLLATE NOCASE" * (kind == "TEXT")


_AFTER_A_VALUE = "|".join(map(re.escape, _WORDS | _COMPARISONS | _ARITHMETIC | {",", ")"}))
# What SQLite says -> what is wrong, and what would do; {} is the word that SQLite names.
_TRANSLATIONS = (
    (f'near "({_AFTER_A_VALUE})": .*', "a field or a value is missing before {}", EXAMPLE),
    (
        'near "(.*)": .*',
        "something is missing before {}",
        "write and, or, =, <, in, like; in a list a comma",
    ),
    ('unrecognized token: "(.*)"', "{} is neither a number nor a field", EXAMPLE),
    (r"no such \w+: (.*)", "{} stands in the wrong place", EXAMPLE),
    (r".* arguments \w+ function (\w+).*", "{}() has too few or too many values", EXAMPLE),
    (
        r"misuse of .*?(\w+)\(.*",
        "{}() of one value counts over many leads; a condition sees one lead",
        "here it takes two values or more: {}(employees, 10) > 20",
    ),
    (".*stack overflow|.*too large.*", "the condition has too many parts", MANY_VALUES),
)


def _translate(error: str, tokens: Sequence[Token]) -> ConditionError:
    """Say in plain words what SQLite says in its own."""
    if error == "incomplete input":
        return ConditionError(f"something is missing after {tokens[-1].text}", EXAMPLE)
    for pattern, message, hint in _TRANSLATIONS:
        if found := re.fullmatch(pattern, error, re.DOTALL | re.IGNORECASE):
            return ConditionError(message.format(*found.groups()), hint.format(*found.groups()))
    return ConditionError(f"this is no condition: {error}", EXAMPLE)


# --- notes


def _asked_for_null(tokens: Sequence[Token]) -> set[str]:
    """The fields with `is null` or `is not null` behind them."""
    keys = [token.key for token in tokens]
    return {
        key
        for at, key in enumerate(keys)
        if keys[at + 1 : at + 3] == ["is", "null"] or keys[at + 1 : at + 4] == ["is", "not", "null"]
    }


def _comparisons(
    tokens: Sequence[Token], fields: Collection[str]
) -> Iterator[tuple[str, str, list[Token]]]:
    """Each field that is compared with literals: its name, the sign, the literals."""
    for at, token in enumerate(tokens[:-1]):
        before, after = tokens[max(at - 1, 0)], tokens[at + 1]
        if token.key in ("=", "==", "!=", "<>"):
            for field, value in ((before, after), (after, before)):
                if field.key in fields and value.is_literal:
                    yield field.key, token.key, [value]
        elif token.key == "in":
            negated = before.key == "not"
            field = tokens[max(at - 1 - negated, 0)]
            if field.key in fields:
                listed = takewhile(lambda t: t.is_literal or t.key == ",", tokens[at + 2 :])
                values = [value for value in listed if value.is_literal]
                yield field.key, "not in" if negated else "in", values


def _unlisted(field: str, value: Token, words: Collection[str] | None, kind: str) -> str | None:
    """What to say of a text that is not in the list of its field, if there is a list."""
    word = value.inside.lower()
    if value.kind != "text" or word in map(str.lower, words or ()):
        return None
    if field == "country":
        from leadctl.countries import code_of

        code = code_of(word)
        if code and code != word.upper():
            return f"countries are stored as codes: write '{code}' for {value.text}"
    if field == "state":
        from leadctl.countries import state_of

        code = state_of(word)
        if code and code != word.upper():
            return f"states are stored as codes: write '{code}' for {value.text}"
    return None if words is None else unlisted(field, value.text, words, kind)


def unlisted(field: str, written: str, words: Collection[str], kind: str = "lead") -> str:
    """Return what to say of a text that no record has in a field, and its list has not either."""
    by_lower = {word.lower(): word for word in words}
    for close in _closest(written.strip("'").lower(), by_lower):
        return one_line(f"no {kind} has {field} {written}; did you mean '{by_lower[close]}'?")
    return one_line(f"no {kind} has {field} {written}; known: {', '.join(words)}")
