"""The groups of duplicates in a store, and what may be the same as one record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import combinations
from math import floor
from typing import TYPE_CHECKING, Any, NamedTuple

from leadctl.duplicates import candidates, companies, comparing, grouping, remembered, ways, wording
from leadctl.duplicates.blocks import Blocks, paired, parted
from leadctl.duplicates.candidates import named, node_of
from leadctl.duplicates.comparing import Comparison, Record, score_of
from leadctl.duplicates.grouping import Limits
from leadctl.duplicates.records import Reader, identifying_fields
from leadctl.duplicates.remembered import Named
from leadctl.garbage import without_collection

if TYPE_CHECKING:
    from leadctl.store import Store

MINIMUM = 0.5
"""The score from which on groups are shown."""
_PAIRS_AT_ONCE = 20_000
_REMEMBERED = 300_000
"""How many records are kept while pairs are compared, about a quarter of a gigabyte."""
_APART = -1000.0
"""The bits of a pair of which a person has said that they are two."""


class Link(NamedTuple):
    """Two records and what they have in common; `fields` are the names of identifying fields."""

    one: Record
    other: Record
    compared: Comparison
    fields: tuple[str, ...]


class Found(NamedTuple):
    """Records of one kind that are probably one, and records of other kinds that are it `also`.

    `weakest` is the weakest pair that holds the group together.
    """

    kind: str
    ids: tuple[int, ...]
    also: tuple[Named, ...]
    weakest: Link

    @property
    def score(self) -> float:
        """From 0 to 1, that of the weakest pair."""
        return self.weakest.compared.score

    @property
    def reasons(self) -> tuple[str, ...]:
        """What the weakest pair has in common, in words: most groups are never shown."""
        return wording.reasons(*self.weakest)

    def as_json(self) -> dict[str, Any]:
        """Return the group as scripts read it."""
        also = [{"kind": kind, "id": id} for kind, id in self.also]
        score = rounded_down(self.score, 4)
        return {
            "kind": self.kind, "ids": list(self.ids), "also": also, "score": score,
            "reasons": list(self.reasons),
        }  # fmt: skip


def rounded_down(score: float, digits: int) -> float:
    """Return a score with so many digits, never rounded up to certainty."""
    return float(floor(score * 10**digits) / 10**digits)


@without_collection()
def groups(
    store: Store,
    limits: Limits,
    *,
    accounts: bool = False,
    of: Sequence[Named] | None = None,
) -> list[Found]:
    """Return the groups among leads and contacts, or among accounts; the surest first.

    With `of` those of these records only, found by their keys.
    """
    pool = Pool(store, accounts=accounts)
    pairs = pool.pairs() if of is None else pool.pairs_of(of)
    found = grouping.groups(pool.links(pairs, limits.link), pool.weigh, limits)
    if of is not None:
        wanted = {pool.node(*record) for record in of}
        found = [group for group in found if not wanted.isdisjoint(group.members)]
    return sorted(map(pool.found, found), key=lambda group: (-group.score, group.kind, group.ids))


class Alike(NamedTuple):
    """A record that shares a key with another one, how likely they are one, and why or why not.

    `apart` says that a person has decided that they are two.
    """

    kind: str
    id: int
    score: float
    reasons: tuple[str, ...]
    apart: bool


def alike(store: Store, kind: str, id: int) -> list[Alike]:
    """Return the candidates of one record by its keys, the likeliest first, whatever their score.

    It takes some milliseconds at a million leads, and 0.2 s more for each identifying field, of
    which there is no index. A record that cannot be a duplicate, such as a
    converted lead, has none.
    """
    pool = Pool(store, accounts=kind == "account")
    return sorted(pool.alike(pool.node(kind, id)), key=lambda found: (-found.score, found[:2]))


class Pool:
    """The records of one kind that are compared with each other: people, or accounts."""

    def __init__(self, store: Store, *, accounts: bool = False) -> None:
        identifying = identifying_fields(store)
        self.accounts = accounts
        self._store = store
        self._identifying = identifying
        self._fields = tuple(identifying)
        self._reader = Reader(store, identifying)
        self._compare = companies.compare if accounts else comparing.compare
        self._near: dict[int, Record] = {}
        self._records: dict[int, Record] = {}
        self._links: dict[tuple[int, int], Comparison] = {}
        self._apart = {
            paired(self.node(*one), self.node(*other))
            for one, other in remembered.apart(store)
            if (one[0] == "account") == (other[0] == "account") == accounts
        }

    def pairs(self) -> set[int]:
        """Return all pairs that may be one."""
        find = ways.of_accounts if self.accounts else ways.of_people
        blocks = Blocks(find(len(self._identifying)))
        for kind in ("account",) if self.accounts else ("lead", "contact"):
            for records in self._reader.all(kind):
                nodes = [self.node(kind, record.id) for record in records]
                blocks.add(nodes, records)
                if len(self._near) < _REMEMBERED:
                    self._near.update(zip(nodes, records, strict=True))
        return blocks.pairs()

    def pairs_of(self, records: Iterable[Named]) -> set[int]:
        """Return the pairs among these records and their candidates."""
        found: set[int] = set()
        for record in self._read({self.node(*record) for record in records}).values():
            around = [self.node(record.kind, record.id), *self._around(record)]
            found.update(paired(*pair) for pair in combinations(sorted(around), 2))
        return found

    def links(self, pairs: set[int], least: float) -> dict[tuple[int, int], float]:
        """Return those of the pairs that weigh so many bits, with what they weigh."""
        in_order = sorted(pairs - self._apart)
        compare = self._compare if self.accounts else partial(comparing.compare, least=least)
        read = self._near
        for start in range(0, len(in_order), _PAIRS_AT_ONCE):
            some = [parted(pair) for pair in in_order[start : start + _PAIRS_AT_ONCE]]
            missing = {node for pair in some for node in pair if node not in read}
            if len(read) + len(missing) > _REMEMBERED:
                read.clear()
                missing = {node for pair in some for node in pair}
            read |= self._read(missing)
            for one, other in some:
                a, b = read.get(one), read.get(other)
                if a is None or b is None:
                    continue
                compared = compare(a, b)
                if compared.bits >= least:
                    self._links[one, other] = compared
                    self._records[one], self._records[other] = a, b
        return {pair: compared.bits for pair, compared in self._links.items()}

    def alike(self, node: int) -> Iterator[Alike]:
        """Yield the candidates of a node."""
        record = self._read({node}).get(node)
        if record is None:
            return
        for other_node, other in self._read(self._around(record)).items():
            compared = self._compare(record, other)
            yield Alike(
                other.kind,
                other.id,
                score_of(compared.bits),
                wording.reasons(record, other, compared, self._fields),
                paired(node, other_node) in self._apart,
            )

    def _around(self, record: Record) -> set[int]:
        find = candidates.accounts_like if self.accounts else candidates.nodes_like
        return find(self._store, record) | candidates.of_same_value(
            self._store, record, self._identifying
        )

    def weigh(self, one: int, other: int) -> float:
        """Return the bits of a pair of nodes that stand in a link."""
        known = self._links.get((one, other) if one < other else (other, one))
        if known is not None:
            return known.bits
        if paired(one, other) in self._apart:
            return _APART
        return self._compare(self._records[one], self._records[other]).bits

    def found(self, group: grouping.Group) -> Found:
        """Return a group as people and scripts read it: leads first, the contacts beside them."""
        members = [self._named(node) for node in group.members]
        kinds = {kind for kind, _ in members}
        kind = "lead" if "lead" in kinds else members[0][0]
        one, other = group.weakest
        weakest = Link(
            self._records[one], self._records[other], self._links[group.weakest], self._fields
        )
        return Found(
            kind,
            tuple([id for of, id in members if of == kind]),
            tuple([member for member in members if member[0] != kind]),
            weakest,
        )

    def _read(self, nodes: set[int]) -> dict[int, Record]:
        ids: dict[str, list[int]] = {}
        for node in sorted(nodes):
            kind, id = self._named(node)
            ids.setdefault(kind, []).append(id)
        return {
            self.node(record.kind, record.id): record
            for kind, of in ids.items()
            for record in self._reader.records(kind, of)
        }

    def _named(self, node: int) -> Named:
        return ("account", node) if self.accounts else named(node)

    def node(self, kind: str, id: int) -> int:
        """Return the node of a record."""
        return id if self.accounts else node_of(kind, id)
