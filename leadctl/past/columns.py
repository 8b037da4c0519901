"""The columns of leads, and where the values stand that they had."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leadctl.store import Store

BLANK = "x''"
"""What stands for a value that was blank: no field of a lead holds bytes."""

OF_A_CONVERSION = ("status", "converted_at", "contact_id", "account_id", "deal_id")
OF_THE_CREATION = ("created_at", "created_day")
OFTEN = (*OF_A_CONVERSION, "owner_id")
"""The fields that change most, which are looked for first."""
BESIDE = ("status", "converted_at", "owner_id")
"""The fields that most reports read."""
RECORDS = 1 << 40
"""How many leads there can be: one number is the place of a value, by field and then by lead."""


class Columns:
    """The columns of leads, how they are declared, and the place of their values of then."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.declared: str = store.value("SELECT sql FROM main.sqlite_master WHERE name = 'leads'")
        self.types = {
            row["name"]: row["type"] for row in store.query("PRAGMA main.table_info(leads)")
        }
        self.beside: tuple[str, ...] = ()
        first = (name for name in OFTEN if name in self.types)
        self._places = {
            name: number * RECORDS
            for number, name in enumerate(dict.fromkeys((*first, *self.types)), start=1)
        }

    def place(self, field: str, record: str) -> str:
        """Return the place of a value, as SQL of its field and lead; what is no column is in none."""
        cases = " ".join(f"WHEN '{name}' THEN {place}" for name, place in self._places.items())
        return f"CASE {field} {cases} ELSE 0 END + {record}"

    def place_of(self, name: str) -> int:
        """Return the place of the value of a column of the lead 0."""
        return self._places[name]

    def declare(self, name: str) -> str:
        """Return the declaration of a column that compares as that of a lead."""
        return f"{name} {self.types[name]}" + " COLLATE NOCASE" * self._without_case(name)

    def values(self, *names: str) -> str:
        """Return the query of `record` and `value` of columns that have a value of then."""
        of_names = " OR ".join(
            f"place BETWEEN {self._places[name]} AND {self._places[name] + RECORDS - 1}"
            for name in names
        )
        return f"SELECT place % {RECORDS} AS record, value FROM temp.past_values WHERE {of_names}"

    def has(self, name: str) -> bool:
        """Whether a column has values of then."""
        return bool(self._store.value(f"SELECT EXISTS ({self.values(name)})"))

    def then(self, name: str) -> str:
        """Return what a column of the lead `l` was, as SQL that compares as the column does."""
        if not self.has(name):
            return f"l.{name}"
        if name in self.beside:
            return f"b.{name}"
        value = f"(SELECT value FROM temp.past_values WHERE place = {self._places[name]} + l.id)"
        return self.typed(name, f"nullif(coalesce({value}, l.{name}), {BLANK})")

    def typed(self, name: str, expression: str) -> str:
        """Return an expression that compares as a column does."""
        without_case = self._without_case(name)
        return f"CAST({expression} AS {self.types[name]})" + " COLLATE NOCASE" * without_case

    def _without_case(self, name: str) -> bool:
        return bool(re.search(rf"\b{name} TEXT[^,]* COLLATE NOCASE", self.declared))


def without_references(store: Store, table: str) -> str:
    """Return how the columns of a table are declared, for a temporary one: it can refer to none."""
    declared: str = store.value("SELECT sql FROM main.sqlite_master WHERE name = ?", (table,))
    return _REFERENCE.sub("", declared[declared.index("(") :])


_REFERENCE = re.compile(r" REFERENCES \w+ \(\w+\)( ON DELETE CASCADE)?( DEFERRABLE INITIALLY \w+)?")
