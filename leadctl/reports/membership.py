"""Who was in which pool when, and by what weight, as the history knows it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from leadctl.store import Row, Store


class Membership:
    """The members of pools as of any operation, those who left or weigh otherwise since included."""

    def __init__(self, store: Store) -> None:
        self.at = cache(self._at)
        self._records = {kind: _History(store, kind) for kind in ("rep", "pool_member")}
        reps = {rep["id"]: rep for rep in store.reps(everyone=True)}
        self._places: dict[int, list[tuple[Row, Row | None]]] = {
            pool["id"]: [(rep, None) for rep in reps.values()]
            if pool["everyone"]
            else [(reps[place["rep_id"]], place) for place in store.members(pool["id"])]
            for pool in store.pools()
        }

    def _at(self, pool: int, operation: int) -> dict[str, int]:
        """Return rep -> weight of those who were in a pool when an operation was done."""
        reps, places = self._records["rep"], self._records["pool_member"]
        return {
            rep["name"]: 1 if place is None else places.was(place, "weight", operation) or 1
            for rep, place in self._places.get(pool, ())
            if reps.was(rep, "active", operation)
            and (place is None or places.was(place, "active", operation))
        }


class _History:
    """The values that records of a kind had; an undo counts when it was done, as any other change."""

    def __init__(self, store: Store, kind: str) -> None:
        self._made = store.query(
            """SELECT first_id, last_id, operation FROM creations WHERE kind = :kind
            ORDER BY operation""",
            {"kind": kind},
        )
        self._before: dict[tuple[int, str], list[tuple[int, Any]]] = {}
        for row in store.query(
            """SELECT record, field, operation, before FROM changes WHERE kind = :kind
            ORDER BY record, operation""",
            {"kind": kind},
        ):
            changes = self._before.setdefault((row["record"], row["field"]), [])
            changes.append((row["operation"], row["before"]))

    def was(self, record: Row, field: str, operation: int) -> Any:
        """Return the value of a field as of an operation, None where the record was not there."""
        made = (row for row in self._made if row["first_id"] <= record["id"] <= row["last_id"])
        if any(row["operation"] > operation for row in made):
            return None
        changes = self._before.get((record["id"], field), ())
        return next((before for done, before in changes if done > operation), record[field])
