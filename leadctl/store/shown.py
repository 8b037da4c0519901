"""Pages of leads, contacts, accounts and deals, as people and scripts read them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from leadctl.errors import NotFoundError
from leadctl.fields import KINDS
from leadctl.lead_view import Order, RecordFilter
from leadctl.store.named import Named, list_of
from leadctl.store.opened import CONDITION_SECONDS, Row
from leadctl.stored import AS_READ, read_json, whole_units
from leadctl.wording import label


def _in_units(shown: float | None) -> int | float | None:
    """Return an amount of a view, in whole units: a whole number where it is one."""
    return None if shown is None else whole_units(round(shown * 100))


AS_SHOWN = {**AS_READ, "money": _in_units}
"""Type of a field -> what makes of its value in a view what people and scripts read."""


class Other(Protocol):
    """Who has other leads, and does with them what a store does."""

    def ask(self, method: str, *args: Any) -> Callable[[], Any]:
        """Have a method done meanwhile; what is returned waits for what it returns."""
        ...


class Shown(Named):
    """Reads the views of records, whole or a page at a time."""

    other: Other | None = None

    @contextmanager
    def shared_with(self, other: Other) -> Iterator[None]:
        """Let queries over leads and tallies of the block be those of another one's leads too."""
        self.other = other
        try:
            yield
        finally:
            self.other = None

    def page(
        self,
        kind: str,
        wanted: RecordFilter,
        order: Order | None = None,
        *,
        limit: int | None = None,
        after: int | None = None,
        columns: Sequence[str] | None = None,
    ) -> list[Row]:
        """Return a page of records with these columns of their view, else with all.

        Money is in whole units, flags are booleans, `extra` is a dictionary. `after` is the id of
        the last record of the page before; NotFoundError if it does not exist.
        """
        order = (order or Order(view=kind)).among(wanted)
        self._look_at(kind)
        where, bound = wanted.sql(singly=True)
        if after is not None:
            behind, more = order.after_sql(self._sort_value(kind, order, after), after)
            where, bound = f"({where}) AND {behind}", {**bound, **more}
        limited = "" if limit is None else f"LIMIT {int(limit)}"
        columns = columns or tuple(self.view(kind).columns)
        names = ", ".join(f"{kind}.{column}" for column in columns)
        sql = f"SELECT {names} FROM {order.from_sql} WHERE {where} ORDER BY {order.order_sql} {limited}"
        with self.bounded(CONDITION_SECONDS):
            rows = self.query(sql, bound)
        for type_, as_read in AS_SHOWN.items():
            for column in self.fields.typed(kind, type_).intersection(columns):
                for row in rows:
                    row[column] = as_read(row[column])
        for row in rows if "extra" in columns else ():
            row["extra"] = read_json(row["extra"])
        return rows

    def one(self, kind: str, record: int, columns: Sequence[str] | None = None) -> Row:
        """Return one record as people and scripts read it; NotFoundError if there is none."""
        rows = self.page(kind, RecordFilter(ids=(record,)), columns=columns)
        if not rows:
            raise NotFoundError(f"there is no {kind} {label(kind, record)}", list_of(kind))
        return rows[0]

    def count(self, kind: str, wanted: RecordFilter) -> int:
        """Return how many records a filter means."""
        self._look_at(kind)
        where, bound = wanted.sql(singly=kind != "lead")
        with self.bounded(CONDITION_SECONDS):
            return int(self.value(f"SELECT count(*) FROM {kind} WHERE {where}", bound))

    def _look_at(self, kind: str) -> None:
        """Have the view of a kind, which a new connection has of leads only."""
        if kind != "lead":
            self.connection.execute(self.view(kind).sql)

    def _sort_value(self, kind: str, order: Order, record: int) -> Any:
        field = order.field or "id"
        rows = self.query(f"SELECT {field} AS value FROM {kind} WHERE id = ?", (record,))
        if not rows:
            there = f"there is no {kind} {label(kind, record)} to go on after"
            raise NotFoundError(there, list_of(kind))
        return rows[0]["value"]

    def leads(
        self,
        wanted: RecordFilter,
        order: Order | None = None,
        *,
        limit: int | None = None,
        after: int | None = None,
        columns: Sequence[str] | None = None,
    ) -> list[Row]:
        """Return a page of leads, as `page` does."""
        return self.page("lead", wanted, order, limit=limit, after=after, columns=columns)

    def lead(self, lead: int, columns: Sequence[str] | None = None) -> Row:
        """Return one lead as people and scripts read it; NotFoundError if there is none."""
        return self.one("lead", lead, columns)

    def count_leads(self, wanted: RecordFilter) -> int:
        """Return how many leads a filter means."""
        return self.count("lead", wanted)

    def lead_ids(self, wanted: RecordFilter) -> list[int]:
        """Return the ids of the leads that a filter means, oldest first."""
        return [row["id"] for row in self.leads(wanted, Order(descending=False), columns=("id",))]

    def value_of_lead(self, expression: str, lead: int) -> Any:
        """Return what an expression over the view `lead` gives of a lead."""
        with self.bounded(CONDITION_SECONDS):
            return self.value(f"SELECT {expression} FROM lead WHERE id = ?", (lead,))

    def query_leads(self, sql: str, bound: Mapping[str, Any] | None = None) -> list[Row]:
        """Return the rows of a query over leads; a runaway condition is stopped.

        Where the leads are shared with another one, these are its rows too.
        """
        theirs = self.other.ask("query_leads", sql, bound) if self.other else list[Row]
        with self.bounded(CONDITION_SECONDS):
            return [*self.query(sql, bound or {}), *theirs()]

    def tally(
        self, columns: Sequence[str], source: str, bound: Mapping[str, Any]
    ) -> Counter[tuple[Any, ...]]:
        """Return how often each row of columns of a source of leads occurs.

        Where rows come in no order of their own this is quicker than to let SQLite sort them. One
        column of numbers or words is gathered into one text, which takes half as long again.
        """
        theirs = self.other.ask("tally", columns, source, bound) if self.other else Counter
        asked = f"SELECT {', '.join(columns)} FROM {source}"
        counts: Counter[tuple[Any, ...]] = Counter()
        with self.bounded(CONDITION_SECONDS):
            if len(columns) == 1:
                gathered = f"WITH of (one) AS ({asked}) SELECT json_group_array(one) FROM of"
                text = self.value(gathered, bound)
                counts.update({(one,): n for one, n in Counter(read_json(text)).items()})
            else:
                # Few at a time stay where a processor has them near.
                for rows in self.batches(asked, bound, size=500):
                    counts.update(rows)
        counts.update(theirs())
        return counts

    def lay(self, table: str, columns: str, sql: str, bound: Mapping[str, Any]) -> None:
        """Lay the rows of a query over leads into a temporary table, in place of one of its name."""
        theirs = self.other.ask("lay", table, columns, sql, bound) if self.other else lambda: None
        self.connection.execute(f"DROP TABLE IF EXISTS temp.{table}")
        self.connection.execute(f"CREATE TEMP TABLE {table} ({columns})")
        with self.bounded(CONDITION_SECONDS):
            self.connection.execute(f"INSERT INTO temp.{table} {sql}", bound)
        theirs()

    def count_values(self, kind: str, field: str) -> int:
        """Return how many records of a kind have a value of a field."""
        return int(self.value(f"SELECT count({field}) FROM {KINDS[kind]}"))
