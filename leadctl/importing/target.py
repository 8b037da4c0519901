"""What a row means beside a record that is there: what it fills, changes, or says differently."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

from leadctl.stored import stored_json

_NEVER_DIFFER = frozenset(("created_at", "created_day", "external_id", "external_system"))


class Says(Protocol):
    """A row: its stored values by column, and what has no field."""

    @property
    def values(self) -> dict[str, Any]: ...

    @property
    def extra(self) -> dict[str, str]: ...


class Target:
    """A record that a row may turn out to be: in the database, or made by an earlier row.

    `order` tells who is older. `money` are its columns of amounts in its currency, `changes` what
    is to be written.
    """

    __slots__ = ("changes", "extra", "facts", "money", "order", "row")

    def __init__(
        self, facts: dict[str, Any], order: int, *, money: Sequence[str] = (), row: int = 0
    ) -> None:
        self.facts = facts
        self.order = order
        self.money = money
        self.row = row
        self.changes: dict[str, Any] = {}
        self.extra: dict[str, str] = json.loads(facts["extra"]) if facts.get("extra") else {}

    def news(self, row: Says, unsaid: Collection[str] = ()) -> dict[str, Any]:
        """Return what a row fills in: what is blank here, and new keys of `extra`.

        What is in `unsaid` has a value that nobody said, and counts as blank.
        """
        facts = self.facts
        fills = {
            column: value
            for column, value in row.values.items()
            if (facts.get(column) is None or column in unsaid) and facts.get(column) != value
        }
        if fills:
            self._leave_out_halves(fills, row.values)
        if any(key not in self.extra for key in row.extra):
            fills["extra"] = stored_json({**row.extra, **self.extra})
        return fills

    def overwrites(self, row: Says, unsaid: Collection[str] = ()) -> dict[str, Any]:
        """Return what a row changes where its cells win: all that differs, and its news."""
        values = {column: row.values[column] for column in self.differing(row)}
        for money in self.money:
            # An amount and its currency are one thing, whichever of them differs.
            if money in row.values and "currency" in row.values and money in values:
                values["currency"] = row.values["currency"]
        if "currency" in values:
            # Nor is an amount left out for the currency that gives way.
            values |= {money: row.values[money] for money in self.money if money in row.values}
        extra = {**self.extra, **row.extra}
        if extra != self.extra:
            values["extra"] = stored_json(extra)
        return {**self.news(row, unsaid), **values}

    def differing(self, row: Says) -> set[str]:
        """Return the columns in which the row says something else."""
        return {
            column
            for column, value in row.values.items()
            if column not in _NEVER_DIFFER
            and (mine := self.facts.get(column)) is not None
            and not _same(mine, value)
        }

    def fill(self, fills: Mapping[str, Any]) -> None:
        """Take over what `news` or `overwrites` returned."""
        self.facts.update(fills)
        self.changes.update(fills)
        if "extra" in fills:
            self.extra = json.loads(fills["extra"])

    def _leave_out_halves(self, fills: dict[str, Any], values: Mapping[str, Any]) -> None:
        """Leave out what would mean something else beside what is here.

        That is an external id beside another system, and an amount beside another currency.
        """
        facts = self.facts
        system, currency = facts.get("external_system"), facts.get("currency")
        if system and not _same(system, values.get("external_system")):
            fills.pop("external_id", None)
        if "external_id" not in fills:
            fills.pop("external_system", None)
        if currency and not _same(currency, values.get("currency", currency)):
            for money in self.money:
                fills.pop(money, None)
        if any(facts.get(money) not in (None, values.get(money)) for money in self.money):
            fills.pop("currency", None)


def _same(mine: Any, theirs: Any) -> bool:
    return bool(mine == theirs) or (
        isinstance(mine, str) and isinstance(theirs, str) and mine.casefold() == theirs.casefold()
    )
