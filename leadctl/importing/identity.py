"""Which record each row of a file is: one that is there, or one that an earlier row made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from leadctl import finding, matching
from leadctl.importing.kinds import SPECS, Key
from leadctl.importing.references import Said
from leadctl.importing.target import Says, Target

if TYPE_CHECKING:
    from leadctl.app import App

CONTENT = "content"
_LINKS = frozenset(("account_id", "contact_id"))


class Record(Target):
    """A record of one of these kinds; `id` is None until it is written.

    `coming` are the columns that the conversion of its lead is to fill.
    """

    __slots__ = ("coming", "id")

    def __init__(
        self, facts: dict[str, Any], order: int, money: Sequence[str], *, row: int = 0
    ) -> None:
        super().__init__(facts, order, money=money, row=row)
        self.id: int | None = facts.get("id")
        self.coming: set[str] = set()

    def news(self, row: Says, unsaid: Collection[str] = ()) -> dict[str, Any]:
        """Return what a row fills in; an earlier birth is news too, as stubs are born late."""
        fills = super().news(row, unsaid)
        for column in self.coming & fills.keys():
            del fills[column]
        born = row.values.get("created_at")
        if born and born < (self.facts.get("created_at") or ""):
            fills |= {"created_at": born, "created_day": row.values["created_day"]}
        return fills


class Index:
    """Knows the records that share a key with the rows of a chunk, and those made of them.

    Two ids of one system are two records. A row without an id of its own is remembered by its
    fingerprint, so that the same file again finds for each row the record that it became; rows of
    activities, tasks and transactions are found by what they say: the second of two equal rows is
    the second of two equal records. `there` are the records of the database by id, `remembered`
    fingerprints and the records that their rows became.
    """

    def __init__(self, leadctl: App, kind: str, policy: str, money: Sequence[str]) -> None:
        self.store = leadctl.store
        self.kind = kind
        self.policy = policy
        self.spec = SPECS[kind]
        self.there: dict[int, Record] = {}
        self.remembered: list[tuple[int, Record]] = []
        self._day = leadctl.normaliser.day
        self._money = money
        self._by_key: dict[Key, list[Record]] = {}
        self._seen: Counter[tuple[int, int]] = Counter()
        self._seen_here: Counter[tuple[int, Key]] = Counter()

    def start(self, rows: Sequence[Said]) -> None:
        """Begin a chunk with the records in the database that share a key with it."""
        self._by_key = {}
        self.there = {}
        self.remembered = []
        asked: dict[str, dict[Key, None]] = {}
        for row in rows:
            row.keys = self._keys_of(row.values, row.draft.fingerprint)
            for key in row.keys:
                asked.setdefault(key[0], {})[key] = None
        hits = [
            (key, ids)
            for how, keys in asked.items()
            if how != CONTENT
            for key, ids in zip(
                keys,
                finding.find(self.store, self.kind, how, [(key[1], key[2]) for key in keys]),
                strict=True,
            )
        ]
        hits += self._equal_ones(asked.get(CONTENT, {}))
        wanted = {record for _, ids in hits for record in ids}
        wanted.update(row.meant.record for row in rows if row.meant)
        for record, facts in finding.facts(self.store, self.kind, wanted).items():
            self.there[record] = Record(facts, record, self._money)
        for key, ids in hits:
            there = [self.there[record] for record in ids]
            if key[0] == CONTENT:
                there = [target for target in there if target.facts["external_id"] is None]
            if there:
                self._by_key[key] = there

    def find(self, row: Said, fills: Callable[[Record, Said], Any]) -> Record | None:
        """Return the record of the first key that any shares: best one that a row fills nothing in.

        The uid goes before all keys.
        """
        if row.meant:
            return self.there[row.meant.record]
        for key in row.keys:
            targets = self._by_key.get(key, ())
            if key[0] == CONTENT:
                # The second of two equal rows of a file is the second of two equal records.
                file = id(row.draft.file)
                number = self._seen[file, hash(key)] + self._seen_here[file, key]
                self._seen_here[file, key] += 1
                return targets[number] if number < len(targets) else None
            if key[0] != "external":
                targets = [t for t in targets if not self._apart(row.values, t, key)]
            if len(targets) == 1:
                return targets[0]
            if targets:
                return min(targets, key=lambda t: (bool(fills(t, row)), t.order))
        return None

    def finish(self, made: Mapping[int, int]) -> None:
        """End a chunk, in which records were made for numbers: number -> id."""
        for (file, (how, content, other)), times in self._seen_here.items():
            said = zip(self.spec.content, content, strict=True)
            now = tuple(made.get(of, of) if column in _LINKS else of for column, of in said)
            self._seen[file, hash((how, now, other))] += times
        self._seen_here.clear()

    def holders(self, values: Mapping[str, Any]) -> list[Record]:
        """Return the records that have the external id of a row already, none if it has none."""
        external = matching.external_key(values)
        return self._by_key.get(("external", *external), []) if external else []

    def know(self, target: Record) -> None:
        """Know a record by its keys as they are now."""
        for key in self._keys_of(target.facts, None):
            targets = self._by_key.setdefault(key, [])
            if target not in targets:
                targets.append(target)

    def remember(self, row: Said, target: Record) -> None:
        """Remember by its fingerprint which record a row became, unless what it says is enough."""
        if self.spec.content:
            return
        targets = self._by_key.setdefault(("row", row.draft.fingerprint, None), [])
        if target not in targets:
            targets.append(target)
            self.remembered.append((row.draft.fingerprint, target))

    def _keys_of(self, values: Mapping[str, Any], fingerprint: int | None) -> list[Key]:
        external = matching.external_key(values)
        first: list[Key] = [("external", *external)] if external else []
        if self.policy == "create":
            return first
        if self.spec.content:
            content = tuple(values.get(column) for column in self.spec.content)
            # What has an id is known by it alone: its other facts may still be filled.
            return first or [(CONTENT, content, None)]
        row: list[Key] = [] if fingerprint is None else [("row", fingerprint, None)]
        return [*row, *first, *self.spec.keys(values)]

    def _equal_ones(self, keys: Iterable[Key]) -> list[tuple[Key, list[int]]]:
        """Return, for each content that rows have, the records that say the same, oldest first."""
        columns = self.spec.content
        wanted: dict[str | None, dict[Any, None]] = {}
        contents = {key[1]: key for key in keys}
        for content in contents:
            values = dict(zip(columns, content, strict=True))
            of = next((c for c in self.spec.about if values[c] is not None), None)
            day = self._day(values["at"]) if "at" in values else None
            what = values["title"] if of is None else (values[of], day)
            wanted.setdefault(of, {})[what] = None
        found: dict[Key, list[int]] = {}
        for of, whats in wanted.items():
            if of is None:
                rows = finding.without_a_record(self.store, whats, columns)
            else:
                rows = finding.of_a_day(self.store, self.kind, of, whats, columns)
            for record, *content in rows:
                key = contents.get(tuple(content))
                if key is not None:
                    found.setdefault(key, []).append(record)
        return list(found.items())

    def _apart(self, values: Mapping[str, Any], target: Record, key: Key) -> bool:
        """Whether they cannot be one: two ids of one system, or what the kind holds apart."""
        mine, theirs = matching.external_key(target.facts), matching.external_key(values)
        if key[0] == "row":
            return False
        two_ids = mine and theirs and mine[1] == theirs[1] and mine != theirs
        return bool(two_ids) or self.spec.apart(values, target.facts)
