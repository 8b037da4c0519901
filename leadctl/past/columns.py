"""The columns of leads, and where the values stand that they had."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING

from leadctl import owners
from leadctl.journal import KEY_FIELDS

if TYPE_CHECKING:
    from leadctl.store import Store

BLANK = "x''"
"""What stands for a value that was blank: no field of a lead holds bytes."""

LINKS = ("contact_id", "account_id", "deal_id")
OF_A_CONVERSION = ("status", "converted_at", *LINKS)
OF_THE_CREATION = ("created_at", "created_day")
OFTEN = ("owner_id", *OF_A_CONVERSION)
"""The fields that change most, which are looked for first."""
BESIDE = ("source", "campaign", "status", "created_day", "converted_at", "owner_id")
"""The fields that most reports read, which stand in a narrow table."""
_FEW = 2
"""Columns of wide rows that are looked up each by itself, where they are asked for."""
RECORDS = 1 << 40
"""How many leads there can be: one number is the place of a value, by field and then by lead."""


class Columns:
    """The columns of leads, how they are declared, and the place of their values of then."""

    def __init__(self, store: Store, reads: Collection[str] | None = None) -> None:
        self._store = store
        if reads is not None and "status" in reads:
            # Who was not converted by then was not in a status of the converted.
            reads = {*reads, "converted_at"}
        self._reads = reads
        self._sought = None if reads is None else _sought(reads)
        self.declared: str = store.value(
            "SELECT sql FROM main.sqlite_master WHERE name = 'wide_leads'"
        )
        self.types = {
            **{r["name"]: r["type"] for r in store.query("PRAGMA main.table_info(wide_leads)")},
            owners.FIELD: "INTEGER",
        }
        self.beside: tuple[str, ...] = ()
        self.wide = "l.{}"
        first = (name for name in OFTEN if name in self.types)
        self._places = {
            name: number * RECORDS
            for number, name in enumerate(dict.fromkeys((*first, *self.types)), start=1)
        }

    def place(self, field: str, record: str) -> str:
        """Return the place of a value, as SQL of its field and lead; what is no column is in none."""
        cases = " ".join(
            f"WHEN '{name}' THEN {place}"
            for name, place in self._places.items()
            if self._sought is None or name in self._sought
        )
        return f"CASE {field} {cases} ELSE 0 END + {record}"

    def place_of(self, name: str) -> int:
        """Return the place of the value of a column of the lead 0."""
        return self._places[name]

    def declare(self, name: str) -> str:
        """Return the declaration of a column that compares as that of a lead."""
        return f"{name} {self.types[name]}" + " COLLATE NOCASE" * self._without_case(name)

    def values(self, *names: str) -> str:
        """Return the query of `place`, `record` and `value` of columns that have one of then."""
        of_names = " OR ".join(
            f"place BETWEEN {self._places[name]} AND {self._places[name] + RECORDS - 1}"
            for name in names
        )
        return f"""SELECT place, place % {RECORDS} AS record, value FROM temp.past_values
            WHERE ({of_names})"""

    def has(self, name: str) -> bool:
        """Whether a column has values of then."""
        return bool(self._store.value(f"SELECT EXISTS ({self.values(name)})"))

    @property
    def narrow(self) -> tuple[str, ...]:
        """The columns of the narrow table: those that are read of those that most reports read."""
        return tuple(name for name in BESIDE if self.reads(name) or name == "created_day")

    @property
    def many(self) -> bool:
        """Whether so many columns of the wide rows may be read that these are read at once."""
        if self._reads is None:
            return True
        return len({*self._reads}.intersection(self.types).difference(BESIDE)) > _FEW

    @property
    def beside_is_quicker(self) -> bool:
        """Whether a narrow table spares what it costs: not where wide rows are read once anyway.

        A status of then is looked up in the log, for the table alone.
        """
        if self._reads is None or self.reads("status", "converted_at"):
            return True
        return self.reads(*BESIDE) and not self.many

    def lay_beside(self, base: str) -> None:
        """Let columns be those of the narrow table `b`, others the ones that are now."""
        self.beside = ("id", *self.narrow)
        if not self.many:
            self.wide = f"(SELECT l.{{}} FROM {base} WHERE l.id = b.id)"

    def reads(self, *names: str) -> bool:
        """Whether any of these columns is read, as far as that is known."""
        return self._reads is None or any(name in self._reads for name in names)

    @property
    def sought(self) -> str:
        """Return how changes `c` of the fields are found whose later changes are sought.

        By far most changes are moves of status, which are not sought, and then of owners: without
        these the others stand in an index of their own.
        """
        among = "c.kind = 'lead' AND c.field <> 'status'"
        if self._sought is None:
            return f"NOT INDEXED ON {among}"
        names = ", ".join(repr(name) for name in sorted(self._sought - {"status", "owner_id"}))
        if self.reads("owner_id"):
            return f"NOT INDEXED ON {among} AND (+c.field = 'owner_id' OR +c.field IN ({names}))"
        among += " AND c.field <> 'owner_id'"
        return f"INDEXED BY changes_of_facts ON {among} AND +c.field IN ({names})"

    def then(self, name: str) -> str:
        """Return what a column of the lead `l` was, as SQL that compares as the column does."""
        if name in self.beside:
            return f"b.{name}"
        now = self.wide.format(name)
        if not self.has(name):
            return now if now == f"l.{name}" else self.typed(name, now)
        lead = "b.id" if self.beside else "l.id"
        value = f"(SELECT value FROM temp.past_values WHERE place = {self._places[name]} + {lead})"
        return self.typed(name, f"nullif(coalesce({value}, {now}), {BLANK})")

    def typed(self, name: str, expression: str) -> str:
        """Return an expression that compares as a column does."""
        without_case = self._without_case(name)
        return f"CAST({expression} AS {self.types[name]})" + " COLLATE NOCASE" * without_case

    def _without_case(self, name: str) -> bool:
        return bool(re.search(rf"\b{name} TEXT[^,]* COLLATE NOCASE", self.declared))


def _sought(reads: Collection[str]) -> set[str]:
    """Return the fields whose changes say what is read, and which leads there were."""
    converted = ("converted_at",) if not set(OF_A_CONVERSION).isdisjoint(reads) else ()
    keyed = KEY_FIELDS["lead"] if "match_keys" in reads else ()
    return {*reads, *OF_THE_CREATION, *converted, *keyed}


def without_references(store: Store, table: str) -> str:
    """Return how the columns of a table are declared, for a temporary one: it can refer to none."""
    declared: str = store.value("SELECT sql FROM main.sqlite_master WHERE name = ?", (table,))
    return _REFERENCE.sub("", declared[declared.index("(") :])


_REFERENCE = re.compile(
    r" REFERENCES \"?\w+\"? \(\w+\)( ON DELETE CASCADE)?( DEFERRABLE INITIALLY \w+)?"
)
