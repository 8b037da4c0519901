"""The `[[…]]` tables of leadctl.toml, whatever they hold: where each stands, and what is refused."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from leadctl.errors import BadDataError
from leadctl.rules.conditions import Condition, ConditionError, check
from leadctl.rules.tokens import tokens_of

LONGEST_SHOWN = 60


class Placed(NamedTuple):
    """A table and where it stands: its number among those of its key, and its line if known.

    `where` is file, line, key, and the name or number of the table, for messages.
    """

    table: Mapping[str, Any]
    number: int
    line: int | None
    where: str


def placed(
    tables: Any, key: str, *, path: str, lines: Sequence[int], many: str, most: int | None = None
) -> list[Placed]:
    """Return what a parsed leadctl.toml has under a key, each table with where it stands.

    `lines` has the line of each where it is known; `many` is what they are called, of which there
    may be at `most` so many. Raises BadDataError for anything but a list of tables.
    """
    if not isinstance(tables, list) or not all(isinstance(table, Mapping) for table in tables):
        raise BadDataError(f"{path}: {key} is no list of {many}", f"begin each with [[{key}]]")
    if most is not None and len(tables) > most:
        raise BadDataError(
            f"{path}: [[{key}]]: {len(tables)} {many} are too many", f"at most {most}"
        )
    # A header within a text would be counted too: then no line is better than a wrong one.
    at = lines if len(lines) == len(tables) else [None] * len(tables)
    found = []
    for number, (table, line) in enumerate(zip(tables, at, strict=True), 1):
        file = path if line is None else f"{path} line {line}"
        where = f"{file}: [[{key}]] {_called(table, number)}"
        found.append(Placed(table, number, line, where))
    return found


def condition_of(text: str, where: str, fields: Mapping[str, str], decided_by: str) -> Condition:
    """Return the condition that the key `when` of a table is; BadDataError begins with `where`.

    `decided_by` is the command that reads it, whoever runs it: a condition that asks who that is,
    is refused.
    """
    try:
        condition = check(text, fields)
    except ConditionError as error:
        raise BadDataError(f"{where}: when: {error.message}", error.hint) from None
    if ("me", "(") in pairwise(token.key for token in tokens_of(condition.text)):
        raise BadDataError(
            f"{where}: when: me() is another one for each who runs {decided_by}",
            "write the name: owner = 'ana'",
        )
    return condition


def nearest(key: str, keys: Collection[str]) -> str:
    """Return the hint for a key that there is not: the one that was probably meant, else all."""
    from difflib import get_close_matches

    near = get_close_matches(key, list(keys), 1)
    return f"did you mean {near[0]}?" if near else f"keys: {', '.join(keys)}"


def shown(written: str) -> str:
    """Return what stands in a table as a message shows it: in one line, cut where it is long."""
    line = " ".join("".join(c if c.isprintable() else " " for c in written).split())
    return line if len(line) <= LONGEST_SHOWN else line[: LONGEST_SHOWN - 1] + "…"


def _called(table: Mapping[str, Any], number: int) -> str:
    name = table.get("name")
    return f'"{shown(name)}"' if isinstance(name, str) and name.strip() else f"number {number}"
