"""Which record a uid means: the one that has it, or the one that whoever had it was merged into."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, NamedTuple

from leadctl.fields import KINDS, MERGEABLE
from leadctl.journal import json_value

if TYPE_CHECKING:
    from leadctl.store import Store


class Meant(NamedTuple):
    """The id of the record that a uid means; `merged` if the uid is of one merged into it."""

    record: int
    merged: bool


class Uids:
    """The records of a kind by their uids, as they are when it is made.

    No index has them, for few files name any: whoever asks has them sorted once.
    """

    def __init__(self, store: Store, kind: str) -> None:
        self._connection = store.connection
        self._connection.execute("DROP TABLE IF EXISTS temp.known_uids")
        self._connection.execute(
            """CREATE TEMP TABLE known_uids (uid TEXT NOT NULL PRIMARY KEY,
            record INTEGER NOT NULL, merged INTEGER NOT NULL) STRICT, WITHOUT ROWID"""
        )
        self._connection.execute(
            f"""INSERT INTO temp.known_uids SELECT uid, max(record), max(merged)
            FROM ({_uids(kind)}) GROUP BY uid ORDER BY uid"""
        )

    def records(self, uids: Collection[str]) -> dict[str, Meant]:
        """Return the records that uids mean, some thousands at most, of those that are known here."""
        marks = ", ".join("?" * len(uids))
        rows = self._connection.execute(
            f"""SELECT uid, record, merged FROM temp.known_uids
            WHERE uid IN ({marks}) ORDER BY uid""",
            list(uids),
        )
        return {uid: Meant(record, bool(merged)) for uid, record, merged in rows}


def every(store: Store, kind: str) -> Iterator[list[str]]:
    """Yield the uids by which records of a kind are known, part by part."""
    for rows in store.batches(f"SELECT uid FROM ({_uids(kind)})"):
        yield [uid for (uid,) in rows]


def _uids(kind: str) -> str:
    """Return the query of uid, record and whether it is that of one merged into the record."""
    own = f"SELECT uid, id AS record, 0 AS merged FROM {KINDS[kind]}"
    if kind not in MERGEABLE:
        return own
    # Whoever was merged is gone, and the uid stands in what was removed.
    return f"""{own} UNION ALL SELECT {json_value("r.before", "uid")}, f.{kind}_id, 1
        FROM forwards AS f CROSS JOIN removals AS r ON r.kind = f.kind AND r.record = f.record
        WHERE f.kind = '{kind}' AND f.{kind}_id IS NOT NULL"""
