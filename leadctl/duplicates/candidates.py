"""Which records may be the same: blocks that SQL makes of their keys, and the pairs in them.

A pass puts the records of one key into a block. Blocks are bounded: in one of many records those
are paired that stand near each other by name (sorted neighbourhoods, Hernández and Stolfo 1995).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from leadctl.duplicates import nicknames
from leadctl.duplicates.comparing import Record, similarity
from leadctl.duplicates.records import Identifying

if TYPE_CHECKING:
    from leadctl.store import Store

BIGGEST = 30
"""The most records of a block that are all paired with each other."""
FEW = 6
"""Up to how many people may share an identifying value without being asked for their names."""
NEIGHBOURS = 8
"""How many of those that follow by name a record of a bigger block is paired with."""
_ALIKE = 0.78
_TURNED = 0.9
_CACHE_KIB = 200_000
"""What SQLite keeps in memory; with its default it reads the file again for every block."""

Node = int
"""A lead or a contact: twice the id of a lead, twice the id of a contact and one."""
_NODE = "2 * record + (kind = 'contact')"
_IS_PERSON = "kind IN ('lead', 'contact')"
_FIRST_WORD = "substr(name, 1, instr(name || ' ', ' ') - 1)"
_LAST_WORD = "substr(name, length(rtrim(name, replace(name, ' ', ''))) + 1)"
_LAST_DIGITS = "substr(substr({0}, 1, instr({0} || ' ', ' ') - 1), -9)"
_STREET_IN_TOWN = "t.street || coalesce(substr(t.city, 1, 2), '')"
_STREET_IN_AREA = "t.postal_code || substr(t.street, 1, 1)"
_INITIALS = (
    f"min(substr(m.name, 1, 1), substr({_LAST_WORD}, 1, 1))"
    f" || max(substr(m.name, 1, 1), substr({_LAST_WORD}, 1, 1))"
)
"""The first letters of a name's first and last word, whichever stands first."""
_TABLES = {"lead": "leads", "contact": "contacts"}


class Pass(NamedTuple):
    """One way to find candidates: a query of (key, node, name).

    In a block of more than `few` only those of alike names are a pair.
    """

    rows: str
    few: int = 1


def node_of(kind: str, record: int) -> Node:
    """Return the node of a lead or a contact."""
    return 2 * record + (kind == "contact")


def named(node: Node) -> tuple[str, int]:
    """Return the kind and the id of a node."""
    return ("contact" if node % 2 else "lead"), node // 2


# The passes.


def passes_of_people(identifying: Identifying) -> list[Pass]:
    """Return the passes over leads and contacts."""
    local = "replace(replace(substr(email, 1, instr(email, '@') - 1), '.', ''), '_', '')"
    # Free mail has a number where the name was taken, so that it tells two people apart.
    letters = f"CASE WHEN domain IS NULL THEN {local} ELSE rtrim({local}, '0123456789') END"
    fields = [field for field in identifying.values() if field.keys() & _TABLES.keys()]
    return [
        Pass(
            f"""SELECT email AS key, {_NODE} AS node, '' AS name FROM match_keys
            WHERE {_IS_PERSON} AND email IS NOT NULL""",
            few=BIGGEST,
        ),
        Pass(
            f"""SELECT substr(phone, -9) AS key, {_NODE} AS node, name FROM match_keys
            WHERE {_IS_PERSON} AND phone IS NOT NULL
            UNION ALL {_of_facts(_LAST_DIGITS, _both("t.mobile"))}""",
        ),
        Pass(
            f"""SELECT {letters} || substr(email, instr(email, '@'), 9) AS key, {_NODE} AS node,
            name FROM match_keys WHERE {_IS_PERSON} AND length({local}) > 4"""
        ),
        Pass(
            f"""SELECT company AS key, {_NODE} AS node, name FROM match_keys
            WHERE {_IS_PERSON} AND company IS NOT NULL
            UNION ALL SELECT a.company, 2 * c.id + 1, m.name FROM contacts AS c
            JOIN match_keys AS a ON a.kind = 'account' AND a.record = c.account_id
            JOIN match_keys AS m ON m.kind = 'contact' AND m.record = c.id
            WHERE a.company IS NOT NULL"""
        ),
        Pass(
            f"""SELECT domain AS key, {_NODE} AS node, name FROM match_keys
            WHERE {_IS_PERSON} AND domain IS NOT NULL"""
        ),
        Pass(_of_facts(f"lower({{}}) || {_INITIALS}", _both(_STREET_IN_TOWN))),
        Pass(_of_facts(f"{{}} || {_INITIALS}", _both(_STREET_IN_AREA))),
        *(Pass(_of_facts("{}", field), few=FEW) for field in fields),
        *(Pass(_by_word("substr({}, 1, 5)", field, 3)) for field in fields),
        *(Pass(_by_word("substr({}, -5)", field, 3)) for field in fields),
    ]


def _both(column: str) -> Mapping[str, str]:
    return dict.fromkeys(_TABLES, column)


def _of_facts(key: str, columns: Mapping[str, str]) -> str:
    """Return the query of a fact of leads and contacts as a key; `columns` are kind -> the fact."""
    return " UNION ALL ".join(
        f"""SELECT {key.format(column)} AS key, 2 * t.id + (m.kind = 'contact') AS node, m.name
        FROM {_TABLES[kind]} AS t JOIN match_keys AS m ON m.kind = '{kind}' AND m.record = t.id
        WHERE {column} IS NOT NULL"""
        for kind, column in columns.items()
        if kind in _TABLES
    )


def _by_word(key: str, columns: Mapping[str, str], letters: int) -> str:
    """Return the query of a fact with the first letters of the first, and of the last name."""
    whole = _of_facts(key, columns)
    return " UNION ALL ".join(
        f"""SELECT key || ' ' || substr({word}, 1, {letters}) AS key, node, name FROM ({whole})
        WHERE {condition}"""
        for word, condition in ((_FIRST_WORD, "name IS NOT NULL"), (_LAST_WORD, "name LIKE '% %'"))
    )


def passes_of_accounts(identifying: Identifying) -> list[Pass]:
    """Return the passes over accounts."""
    keys = "SELECT {} AS key, record AS node, company AS name FROM match_keys"
    return [
        *(
            Pass(
                f"{keys.format(column)} WHERE kind = 'account' AND {column} IS NOT NULL",
                few=BIGGEST,
            )
            for column in ("company", "domain", "phone")
        ),
        Pass(
            f"""{keys.format("substr(company, 1, 5)")}
            WHERE kind = 'account' AND company IS NOT NULL"""
        ),
        *(
            Pass(
                f"""SELECT {field["account"]} AS key, t.id AS node, m.company AS name
                FROM accounts AS t JOIN match_keys AS m ON m.kind = 'account' AND m.record = t.id
                WHERE {field["account"]} IS NOT NULL""",
                few=BIGGEST,
            )
            for field in identifying.values()
            if "account" in field
        ),
    ]


# Of one record, by the keys that have an index.

_MOST = 2_000


def nodes_like(store: Store, record: Record) -> set[Node]:
    """Return who may be the same person as this one: by email, phone, company or domain, and name."""
    bound: dict[str, object] = {
        "email": record.email, "company": record.company, "domain": record.domain, "most": _MOST,
    }  # fmt: skip
    bound |= {f"phone{at}": phone for at, phone in enumerate(record.phones)}
    phones = ", ".join(f":phone{at}" for at in range(len(record.phones)))
    columns = f"SELECT {_NODE} AS node, name"
    # +kind: without statistics SQLite would walk all keys of the kind.
    person = "FROM match_keys WHERE +kind IN ('lead', 'contact')"
    rows = store.query(
        f"""{columns}, 1 AS sure {person} AND email = :email
        UNION ALL {columns}, 1 {person} AND phone IN ({phones})
        UNION ALL SELECT * FROM ({columns}, 0 {person} AND company = :company LIMIT :most)
        UNION ALL SELECT * FROM ({columns}, 0 {person} AND domain = :domain LIMIT :most)
        UNION ALL SELECT 2 * c.id + 1, m.name, 0 FROM match_keys AS a
        CROSS JOIN contacts AS c ON c.account_id = a.record
        CROSS JOIN match_keys AS m ON m.kind = 'contact' AND m.record = c.id
        WHERE +a.kind = 'account' AND a.company = :company""",
        bound,
    )
    alike = similarity()
    name = " ".join(filter(None, (record.first, record.last)))
    near = {
        row["node"] for row in rows if row["sure"] or _may_be_one(name, row["name"] or "", alike)
    }
    return near - {node_of(record.kind, record.id)}


def accounts_like(store: Store, record: Record) -> set[Node]:
    """Return the accounts of the same name, domain or phone as this one."""
    rows = store.query(
        """SELECT record FROM match_keys WHERE +kind = 'account' AND company = :company
        UNION SELECT record FROM match_keys WHERE +kind = 'account' AND domain = :domain
        UNION SELECT record FROM match_keys WHERE +kind = 'account' AND phone = :phone""",
        {
            "company": record.company, "domain": record.domain,
            "phone": record.phones[0] if record.phones else None,
        },
    )  # fmt: skip
    return {row["record"] for row in rows} - {record.id}


def of_same_value(store: Store, record: Record, identifying: Identifying) -> set[Node]:
    """Return the nodes of the same kind that have an identifying value of this record.

    There is no index of these columns, so that they are walked.
    """
    found: set[Node] = set()
    table = _TABLES.get(record.kind, "accounts")
    for field, value in zip(identifying.values(), record.identifying, strict=True):
        if value and record.kind in field:
            column = field[record.kind]
            rows = store.query(
                f"""SELECT t.id FROM {table} AS t WHERE {column} =
                (SELECT {column} FROM {table} AS t WHERE t.id = :id) ORDER BY t.id LIMIT :most""",
                {"id": record.id, "most": _MOST},
            )
            ids = (row["id"] for row in rows if row["id"] != record.id)
            found.update(
                ids if record.kind == "account" else (node_of(record.kind, id) for id in ids)
            )
    return found


# From blocks to pairs.


def pairs(store: Store, passes: Sequence[Pass]) -> set[int]:
    """Return the pairs of nodes that one of the passes brings together, each as one number.

    `parted` tells the two nodes of such a number; a million of them are a tenth of a gigabyte.
    """
    found: set[int] = set()
    store.connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    for each in passes:
        for block in _blocks(store, each):
            found.update(_pairs_in(block, len(block) > each.few))
    return found


def paired(one: Node, other: Node) -> int:
    """Return the number of a pair."""
    return one << _HALF | other if one < other else other << _HALF | one


def parted(pair: int) -> tuple[Node, Node]:
    """Return the nodes of a pair, the lower one first."""
    return pair >> _HALF, pair & _LOWER


_HALF = 40
_LOWER = (1 << _HALF) - 1

Member = tuple[str, Node]
"""The name of somebody in a block, and the node."""


def _blocks(store: Store, each: Pass) -> Iterator[list[Member]]:
    """Yield the blocks of two or more, each sorted by name."""
    rows = store.batches(
        f"""SELECT group_concat(node || ':' || coalesce(name, ''), '|') FROM ({each.rows})
        GROUP BY key HAVING count(*) > 1"""
    )
    for batch in rows:
        for (block,) in batch:
            members = (member.split(":", 1) for member in block.split("|"))
            yield sorted({(name, int(node)) for node, name in members})


def _pairs_in(block: list[Member], names_decide: bool) -> Iterator[int]:
    alike = similarity()
    for (name, node), (other_name, other) in _neighbours(block):
        if node == other:
            continue
        if names_decide and not _may_be_one(name, other_name, alike):
            continue
        yield paired(node, other)


def _neighbours(block: list[Member]) -> Iterator[tuple[Member, Member]]:
    if len(block) <= BIGGEST:
        yield from combinations(block, 2)
        return
    for order in (block, sorted(block, key=_by_last_word)):
        for position, member in enumerate(order):
            for other in order[position + 1 : position + 1 + NEIGHBOURS]:
                yield member, other


def _by_last_word(member: Member) -> str:
    first, _, last = member[0].rpartition(" ")
    return f"{last} {first}"


def _may_be_one(one: str, other: str, alike: Callable[[str, str], float]) -> bool:
    """Whether two whole names can be one person's: alike, turned about, or a short form."""
    if one == other or not one or not other or alike(one, other) >= _ALIKE:
        return True
    first, _, last = one.rpartition(" ")
    other_first, _, other_last = other.rpartition(" ")
    if not first or not other_first:
        # One of them has a single word: the first name or the last.
        return last in (other_first, other_last) or other_last in (first, last)
    if last == other_last:
        is_initial = first[0] == other_first[0] and min(len(first), len(other_first)) == 1
        return is_initial or nicknames.same_person(first, other_first)
    if " " in first or " " in other_first:
        words, others = (" ".join(sorted(name.split())) for name in (one, other))
        return alike(words, others) >= _TURNED
    return first[0] == other_last[0] and alike(f"{last} {first}", other) >= _ALIKE
