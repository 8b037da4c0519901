"""The leads of a deal: which ones, in which order, and what the entries look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from leadctl import together
from leadctl.patience import patient
from leadctl.rules.assignment import Lead
from leadctl.rules.entries import AssignRules

if TYPE_CHECKING:
    from leadctl.rules.territories import Territory
    from leadctl.store import Store

_MANY = 100_000
"""How many leads are counted: how a deal is written depends on no larger number."""
_UNOWNED = "FROM unowned WHERE NOT converted AND status NOT IN ({closed})"

# Accounts have no name of a person: the index of companies leads to them past all their leads.
_OWNER_OF_ACCOUNT = """(SELECT a.owner_id FROM match_keys AS k JOIN match_keys AS o
    ON o.kind = 'account' AND o.name IS NULL AND o.{key} = k.{key} JOIN accounts AS a ON a.id = o.record
    WHERE k.kind = 'lead' AND k.record = lead.id AND k.{key} IS NOT NULL
    AND a.owner_id IS NOT NULL ORDER BY a.id LIMIT 1)"""
_OWNER_OF_CONTACT = """(SELECT c.owner_id FROM match_keys AS k JOIN match_keys AS o
    ON o.kind = 'contact' AND o.email = k.email JOIN contacts AS c ON c.id = o.record
    WHERE k.kind = 'lead' AND k.record = lead.id AND k.email IS NOT NULL
    AND c.owner_id IS NOT NULL ORDER BY c.id LIMIT 1)"""
_OWNER_OF_EARLIER = """(SELECT e.owner_id FROM match_keys AS k JOIN match_keys AS o
    ON o.kind = 'lead' AND o.{key} = k.{key} JOIN leads AS e ON e.id = o.record
    WHERE k.kind = 'lead' AND k.record = lead.id AND k.{key} IS NOT NULL
    AND (e.created_at, e.id) < (lead.created_at, lead.id)
    AND e.owner_id IS NOT NULL ORDER BY e.created_at, e.id LIMIT 1)"""
_COMPANY = """(SELECT coalesce('c' || k.company, 'd' || k.domain) FROM match_keys AS k
    WHERE k.kind = 'lead' AND k.record = lead.id)"""


def number_to_assign(store: Store, closed: Sequence[str]) -> int:
    """Return how many leads to work have no owner, up to so many that more make no difference.

    Status by status, so that it takes no longer where many that are closed have none.
    """
    return int(
        store.value(
            f"""WITH RECURSIVE each (status) AS (
                SELECT min(status) FROM unowned UNION ALL
                SELECT (SELECT min(u.status) FROM unowned AS u WHERE u.status > each.status)
                FROM each WHERE status IS NOT NULL)
            SELECT count(*) FROM (SELECT 1 FROM each CROSS JOIN unowned AS u
                ON u.status = each.status AND NOT u.converted
                WHERE each.status NOT IN ({_marks(closed)}) LIMIT {_MANY})""",
            closed,
        )
    )


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))


def _unowned(closed: Sequence[str]) -> str:
    return _UNOWNED.format(closed=_marks(closed))


def unowned(store: Store, closed: Sequence[str], *, by_score: bool) -> list[int]:
    """Return the leads to work without owner, oldest first, or best first."""
    order = "created_at, lead_id"
    if by_score:
        total = "(SELECT total FROM scores WHERE lead_id = unowned.lead_id)"
        order = f"{total} IS NULL, {total} DESC, created_at, lead_id"
    rows = store.connection.execute(f"SELECT lead_id {_unowned(closed)} ORDER BY {order}", closed)
    return [lead for (lead,) in rows]


def best_first(store: Store, leads: Sequence[int]) -> list[int]:
    """Return these leads in the order of their scores."""
    _stage(store, leads)
    rows = store.connection.execute(
        """SELECT w.lead_id FROM temp.to_assign AS w
        LEFT JOIN scores AS s ON s.lead_id = w.lead_id
        JOIN leads AS l ON l.id = w.lead_id
        ORDER BY s.total IS NULL, s.total DESC, l.created_at, l.id"""
    )
    return [lead for (lead,) in rows]


def _stage(store: Store, leads: Sequence[int]) -> None:
    """Put leads in `temp.to_assign`, in the order given."""
    store.connection.execute(
        """CREATE TEMP TABLE IF NOT EXISTS to_assign (
        place INTEGER PRIMARY KEY, lead_id INTEGER NOT NULL)"""
    )
    store.connection.execute("DELETE FROM temp.to_assign")
    together.insert(store.connection, "INSERT INTO temp.to_assign (lead_id)", "(?)", [leads])


def with_entries(store: Store, rules: AssignRules, leads: Sequence[int]) -> Iterator[Lead]:
    """Yield leads in the order given with the entries that fit them, in one statement."""
    _stage(store, leads)
    columns = [
        "lead.id",
        rules.fits_sql,
        _by_company(_OWNER_OF_ACCOUNT) if rules.reads("account_owner") else "NULL",
        _OWNER_OF_CONTACT if rules.reads("contact_owner") else "NULL",
        _by_company(_OWNER_OF_EARLIER) if rules.reads("earlier_lead_owner") else "NULL",
        _COMPANY if rules.reads("earlier_lead_owner") else "NULL",
        *(
            ("lead.postal_code", "lead.state", "lead.country")
            if rules.reads_places
            else ("NULL", "NULL", "NULL")
        ),
    ]
    fits: dict[str | int | None, tuple[int, ...]] = {}
    rows = store.connection.execute(
        f"""SELECT {", ".join(columns)} FROM temp.to_assign AS w
        CROSS JOIN lead ON lead.id = w.lead_id ORDER BY w.place"""
    )
    with patient(store, rules.conditions):
        for row in rows:
            value = row[1]
            if value not in fits:
                fits[value] = rules.fits(value)
            yield Lead(row[0], fits[value], *row[2:])


def of_nobody(store: Store, rules: AssignRules, lead: int) -> tuple[str, Territory] | None:
    """Return the rule and the territory of nobody that a lead lies in.

    None where entries that fit have no row for its place.
    """
    for of in with_entries(store, rules, [lead]):
        for rule in map(rules.entries.__getitem__, of.fits):
            if rule.territories is None:
                continue
            row = rule.territories.find(of.postal_code, of.state, of.country)
            if row is not None and row.to is None:
                return rule.name, row
    return None


def _by_company(owner: str) -> str:
    """Return the owner of what has the same company, else the same domain."""
    return f"coalesce({owner.format(key='company')}, {owner.format(key='domain')})"


def chosen_by_persons(store: Store, leads: Sequence[int]) -> set[int]:
    """Return those of the leads whose present owner a person chose, by hand or in a file."""
    found: set[int] = set()
    for start in range(0, len(leads), 10_000):
        some = ", ".join(map(str, leads[start : start + 10_000]))
        rows = store.query(
            f"""SELECT l.id FROM leads AS l WHERE l.id IN ({some}) AND l.owner_id IS NOT NULL
            AND coalesce(
                (SELECT o.decided_by FROM changes AS c JOIN operations AS o ON o.id = c.operation
                 WHERE c.kind = 'lead' AND c.record = l.id AND c.field = 'owner_id'
                 AND c.undone_by IS NULL AND o.undoes IS NULL
                 ORDER BY c.operation DESC LIMIT 1), 'person') = 'person'"""
        )
        found.update(row["id"] for row in rows)
    return found
