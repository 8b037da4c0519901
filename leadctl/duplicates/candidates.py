"""Who may be the same as one record: those that share a key of it that has an index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadctl.duplicates.comparing import Record
from leadctl.duplicates.names import name_of, parted, roughly_one
from leadctl.duplicates.records import Identifying
from leadctl.fields import KINDS

if TYPE_CHECKING:
    from leadctl.store import Store

Node = int
"""Twice the id of a lead, twice the id of a contact and one; of an account its id."""
_NODE = "2 * record + (kind = 'contact')"


def node_of(kind: str, record: int) -> Node:
    """Return the node of a lead or a contact."""
    return 2 * record + (kind == "contact")


def named(node: Node) -> tuple[str, int]:
    """Return the kind and the id of a node."""
    return ("contact" if node % 2 else "lead"), node // 2


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
    name = name_of(record)
    near = {row["node"] for row in rows if row["sure"] or roughly_one(name, parted(row["name"]))}
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
    table = KINDS[record.kind]
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
