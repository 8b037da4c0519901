"""The pairs of which a person has said that they are not duplicates; they stay so for ever."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leadctl.journal import Operation
    from leadctl.store import Store

Named = tuple[str, int]
"""A record by its kind and id."""


def apart(store: Store) -> set[tuple[Named, Named]]:
    """Return the pairs that are no duplicates, the lower one first.

    What was said of a record that was merged since is said of the survivor.
    """
    one, other = (
        f"coalesce({of}.lead_id, {of}.contact_id, {of}.account_id, n.{column})"
        for of, column in (("f", "record"), ("g", "other"))
    )
    rows = store.batches(
        f"""SELECT n.kind, {one}, n.other_kind, {other} FROM not_duplicates AS n
        LEFT JOIN forwards AS f ON f.kind = n.kind AND f.record = n.record
        LEFT JOIN forwards AS g ON g.kind = n.other_kind AND g.record = n.other ORDER BY n.id"""
    )
    return {
        in_order((kind, record), (other_kind, other))
        for batch in rows
        for kind, record, other_kind, other in batch
    }


def part(store: Store, op: Operation, records: Sequence[Named]) -> int:
    """Note that no two of these records are duplicates; return how many pairs are new."""
    known = apart(store)
    pairs = {in_order(one, other) for one, other in combinations(records, 2)} - known
    op.create("not_duplicate", [_row(*pair) for pair in sorted(pairs)])
    return len(pairs)


def in_order(one: Named, other: Named) -> tuple[Named, Named]:
    """Return a pair as it is kept: the same whichever was named first."""
    return (one, other) if one < other else (other, one)


def _row(one: Named, other: Named) -> dict[str, str | int]:
    return {"kind": one[0], "record": one[1], "other_kind": other[0], "other": other[1]}
