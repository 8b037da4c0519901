"""Records as people name them: by id, email, phone or external id, merged ones too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from leadctl.errors import ConflictError, NotFoundError, UsageError
from leadctl.fields import COMPUTED_OF, KINDS, LETTERS, MERGEABLE, kind_of
from leadctl.store.opened import Opened, Row
from leadctl.stored import id_fingerprint
from leadctl.wording import a_or_an, label


class Named(Opened):
    """Finds the record that somebody means."""

    def record(self, kind: str, record: int) -> Row | None:
        """Return the facts of one record as stored, or None."""
        rows = self.query(f"SELECT * FROM {KINDS[kind]} WHERE id = ?", (record,))
        return rows[0] if rows else None

    def records(self, kind: str, ids: Iterable[int]) -> list[Row]:
        """Return the facts of these records as stored, oldest first."""
        wanted = ", ".join(map(str, sorted(ids)))
        return self.query(f"SELECT * FROM {KINDS[kind]} WHERE id IN ({wanted}) ORDER BY id")

    def existing(self, kind: str, ids: Sequence[int]) -> set[int]:
        """Return those of the ids that are of a record."""
        found: set[int] = set()
        for some in chunks(ids, 10_000):
            wanted = ", ".join(map(str, some))
            rows = self.batches(f"SELECT id FROM {KINDS[kind]} WHERE id IN ({wanted})")
            found.update(record for batch in rows for (record,) in batch)
        return found

    def resolve(self, name: str, kind: str = "lead", *, merged: bool = True) -> int:
        """Return the id that a person means: `42`, `c12`, an email, `+49…` or `ext:4711`.

        What was merged leads on to the survivor, which is said. Raises UsageError if it is no name
        of a record, NotFoundError if there is none and ConflictError, with the candidates, if there
        are several, or if the record was merged and no `merged` one is wanted.
        """
        written = name.strip()
        if kind == "operation":
            raise UsageError(f"{written} is an operation, no record", "leadctl history")
        column, value = _named(written, kind)
        ids = self._known_by(kind, column, value)
        if not ids and kind in MERGEABLE:
            ids = self._merged(kind, column, value, follow=merged)
        if not ids and (kind, column) == ("lead", "external_id"):
            ids = self._by_further_id(value)
        if not ids:
            # What was typed may be a person's address, which has no place in a log of errors.
            meant = written if column == "id" else f"with this {column.replace('_', ' ')}"
            raise NotFoundError(f"there is no {kind} {meant}", list_of(kind))
        if len(ids) > 1:
            candidates = ", ".join(label(kind, record) for record in ids[:10])
            raise ConflictError(
                f"several {KINDS[kind]} have this {column}", f"one of: {candidates}"
            )
        return ids[0]

    def resolve_ever(self, name: str, kind: str = "lead") -> int:
        """Return what `resolve` does, of the id of a merged record that id: it has a past."""
        column, value = _named(name.strip(), kind)
        if column == "id" and self.survivor(kind, value) is not None:
            return int(value)
        return self.resolve(name, kind)

    def _known_by(self, kind: str, column: str, value: Any) -> list[int]:
        if column in ("id", "external_id"):
            sql = f"SELECT id FROM {KINDS[kind]} WHERE {column} = ? ORDER BY id"
            found = self.query(sql, (value,))
        else:
            key = self._match_keys()(kind, {column: value})[0 if column == "email" else 1]
            found = self.query(
                f"SELECT record AS id FROM match_keys WHERE +kind = ? AND {column} = ? ORDER BY id",
                (kind, key),
            )
        return [row["id"] for row in found]

    def _by_further_id(self, external_id: str) -> list[int]:
        """Return the leads that were brought once more under an id of another system."""
        found = self.query(
            """SELECT DISTINCT lead_id FROM imported_rows
            WHERE fingerprint = ? AND lead_id IS NOT NULL ORDER BY lead_id""",
            (id_fingerprint(external_id, None),),
        )
        return [row["lead_id"] for row in found]

    def _merged(self, kind: str, column: str, value: Any, *, follow: bool) -> list[int]:
        """Return the survivors of the merged records that are known by a value; say who they are."""
        if column in ("id", "external_id"):
            known = f"{'record' if column == 'id' else column} = :value"
        else:
            value = self._match_keys()(kind, {column: value})[0 if column == "email" else 1]
            known = f"""id IN (SELECT record FROM match_keys
                WHERE +kind = 'forward' AND {column} = :value)"""
        rows = self.query(
            f"""SELECT record, {kind}_id AS survivor FROM forwards
            WHERE kind = :kind AND {known} ORDER BY record""",
            {"kind": kind, "value": value},
        )
        survivors = sorted({row["survivor"] for row in rows})
        if len(survivors) == 1:
            [survivor] = survivors
            record = label(kind, rows[0]["record"])
            sentence = f"{record} was merged into {label(kind, survivor)}"
            if not follow:
                raise ConflictError(f"{kind} {sentence}", f"leadctl history {record}")
            self._say(sentence)
        return survivors

    def survivor(self, kind: str, record: int) -> int | None:
        """Return the id of what a record was merged into, None if it was not merged."""
        if kind not in MERGEABLE:
            return None
        found = self.value(
            f"SELECT {kind}_id FROM forwards WHERE kind = ? AND record = ?", (kind, record)
        )
        return None if found is None else int(found)


def _named(written: str, kind: str) -> tuple[str, Any]:
    """Return the column and the value by which a person names a record."""
    meant = kind_of(written)
    if meant not in ("lead", kind):
        hint = f"leadctl show {written}" if meant in COMPUTED_OF else None
        raise UsageError(f"{written} is {a_or_an(meant)}, not {a_or_an(kind)}", hint)
    letter = next((letter for letter, of in LETTERS.items() if of == kind), "")
    digits = written.removeprefix(letter) if letter else written
    if digits.isdecimal() and digits.isascii():
        return "id", min(int(digits), 2**63 - 1)
    if written.startswith("ext:") and len(written) > 4:
        return "external_id", written[4:]
    if "@" in written:
        return "email", written
    if written.startswith("+"):
        return "phone", written
    example = f"{letter}42"
    raise UsageError(
        f"{written!r} names no {kind}", f"write {example}, an email, a +phone or ext:ID"
    )


def list_of(kind: str) -> str | None:
    """Return the command that lists records of a kind, None where there is none."""
    return (
        "leadctl list --all"
        if kind == "lead"
        else f"leadctl {kind} list"
        if kind in COMPUTED_OF
        else None
    )


def chunks(values: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Cut what comes into lists of at most `size`."""
    whole = iter(values)
    while chunk := list(islice(whole, size)):
        yield chunk
