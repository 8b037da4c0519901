"""Everything that ever happened with a record's people, lead days included, read by reference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from leadctl.stored import whole_units
from leadctl.wording import name_of

if TYPE_CHECKING:
    from leadctl.store import Row, Store

# Whose activities, tasks and moves belong to a record: `mine_…` are the ids of each kind.
_NONE = "SELECT NULL"
_WHOSE: Mapping[str, Mapping[str, str]] = {
    "contact": {
        "accounts": _NONE,
        "contacts": "SELECT :id",
        "deals": "SELECT id FROM deals WHERE contact_id = :id",
        "leads": "SELECT id FROM leads WHERE contact_id = :id",
    },
    "account": {
        "accounts": "SELECT :id",
        "contacts": "SELECT id FROM contacts WHERE account_id = :id",
        "deals": """SELECT id FROM deals WHERE account_id = :id
            UNION SELECT id FROM deals WHERE contact_id IN mine_contacts AND account_id IS NULL""",
        "leads": """SELECT id FROM leads WHERE account_id = :id
            UNION SELECT id FROM leads WHERE contact_id IN mine_contacts
            UNION SELECT id FROM leads WHERE deal_id IN mine_deals""",
    },
    "deal": {
        "accounts": _NONE,
        "contacts": _NONE,
        "deals": "SELECT :id",
        "leads": """SELECT id FROM leads WHERE deal_id = :id
            UNION SELECT lead_id FROM deals WHERE id = :id""",
    },
}
_ABOUT = """(lead_id IN mine_leads OR contact_id IN mine_contacts
    OR account_id IN mine_accounts OR deal_id IN mine_deals)"""
# What was undone never happened, and an undo of it neither.
_IN_EFFECT = "c.undone_by IS NULL AND o.undoes IS NULL"
_LINKS = "lead_id, contact_id, account_id, deal_id"
_NOT_SAID = "NULL, NULL, NULL"
_EVENTS = f"""
    SELECT at, 'activity' AS event, id, kind, direction, outcome, duration, note AS words,
        NULL AS amount, NULL AS currency, NULL AS due_day, {_LINKS}, NULL AS actor
        FROM activities WHERE {_ABOUT}
    UNION ALL SELECT coalesce(done_at, created_at),
        CASE WHEN done_at IS NULL THEN 'task' ELSE 'task done' END, id, NULL, {_NOT_SAID},
        title, NULL, NULL, due_day, {_LINKS}, NULL FROM tasks WHERE {_ABOUT}
    UNION ALL SELECT at, 'transaction', id, kind, {_NOT_SAID}, number, amount, currency, NULL,
        NULL, NULL, account_id, NULL, NULL FROM transactions WHERE account_id IN mine_accounts
    UNION ALL SELECT created_at, 'lead', id, NULL, {_NOT_SAID}, source, NULL, NULL, NULL,
        id, NULL, NULL, NULL, NULL FROM leads WHERE id IN mine_leads
    UNION ALL SELECT converted_at, 'converted', id, NULL, {_NOT_SAID}, NULL, NULL, NULL, NULL,
        id, contact_id, account_id, deal_id, NULL FROM leads
        WHERE id IN mine_leads AND converted_at IS NOT NULL
    UNION ALL SELECT created_at, 'deal', id, NULL, {_NOT_SAID}, name, amount, currency, NULL,
        NULL, contact_id, account_id, id, NULL FROM deals WHERE id IN mine_deals
    UNION ALL SELECT o.at, 'stage', c.record, NULL, {_NOT_SAID}, c.before || ' → ' || c.after,
        NULL, NULL, NULL, NULL, NULL, NULL, c.record, o.actor
        FROM changes AS c JOIN operations AS o ON o.id = c.operation
        WHERE c.kind = 'deal' AND c.record IN mine_deals AND c.field = 'stage' AND {_IN_EFFECT}
    UNION ALL SELECT o.at, 'status', c.record, NULL, {_NOT_SAID}, c.before || ' → ' || c.after,
        NULL, NULL, NULL, c.record, NULL, NULL, NULL, o.actor
        FROM changes AS c JOIN operations AS o ON o.id = c.operation
        WHERE c.kind = 'lead' AND c.record IN mine_leads AND c.field = 'status' AND {_IN_EFFECT}
        AND NOT EXISTS (SELECT 1 FROM changes AS too WHERE too.operation = c.operation
            AND too.kind = 'lead' AND too.record = c.record AND too.field = 'converted_at')"""


def timeline(store: Store, kind: str, record: int, *, limit: int | None = None) -> list[Row]:
    """Return what happened with a contact, account or deal and the leads behind it, newest first.

    Each has `at` (UTC), `event` (activity, task, task done, transaction, lead, converted, deal,
    stage, status), the `id` of what it is, `words`, and the ids of whom it was with; an activity
    and a transaction their `kind`; money is in whole units.
    """
    whose = ", ".join(f"mine_{of} (id) AS ({sql})" for of, sql in _WHOSE[kind].items())
    limited = "" if limit is None else f"LIMIT {int(limit)}"
    rows = store.query(
        f"""WITH {whose} SELECT * FROM ({_EVENTS})
        ORDER BY at DESC, event = 'lead', event = 'deal', id DESC {limited}""",
        {"id": record},
    )
    for row in rows:
        row["amount"] = whole_units(row["amount"])
    return rows


def with_whom(store: Store, events: Sequence[Row]) -> None:
    """Give each event the name of the person it was with, as `who`; None where that is unknown."""
    names: dict[tuple[str, int], str | None] = {}
    for kind in ("lead", "contact"):
        ids = {event[f"{kind}_id"] for event in events if event[f"{kind}_id"]}
        for row in store.records(kind, ids):
            names[kind, row["id"]] = name_of(row) or row.get("company")
    for event in events:
        known = (names.get((kind, event[f"{kind}_id"])) for kind in ("contact", "lead"))
        event["who"] = next((name for name in known if name), None)


def stages(store: Store, deal: int) -> list[Row]:
    """Return the stages that a deal went through, oldest first: `stage`, `since`, `until`, `days`.

    Times are UTC; `until` is None of the stage that it is in, and `days` are those of the calendar.
    """
    moves = store.query(
        f"""SELECT c.before, c.after, o.at, o.actor FROM changes AS c
        JOIN operations AS o ON o.id = c.operation
        WHERE c.kind = 'deal' AND c.record = :deal AND c.field = 'stage' AND {_IN_EFFECT}
        ORDER BY o.id""",
        {"deal": deal},
    )
    row = store.query("SELECT stage, created_at FROM deals WHERE id = :deal", {"deal": deal})[0]
    first = moves[0]["before"] if moves else row["stage"]
    names = [first, *(move["after"] for move in moves)]
    since = [row["created_at"], *(move["at"] for move in moves)]
    # One that came with a date of the past may have moved before it was made here.
    since[0] = min(since)
    until = [*since[1:], None]
    return [
        {"stage": stage, "since": start, "until": end, "days": _days(store, start, end)}
        for stage, start, end in zip(names, since, until, strict=True)
    ]


def _days(store: Store, start: str, end: str | None) -> int:
    """Return the days of the calendar between two times, until today without an end."""
    return int(
        store.value(
            """SELECT coalesce(day_of(:end), (SELECT day FROM temp.clock)) - day_of(:start)""",
            {"start": start, "end": end},
        )
    )


def transactions(store: Store, account: int) -> list[Row]:
    """Return the transactions of an account, newest first: `id kind number amount currency at`."""
    rows = store.query(
        """SELECT id, kind, number, amount, currency, at FROM transactions
        WHERE account_id = :account ORDER BY at DESC, id DESC""",
        {"account": account},
    )
    return [{**row, "amount": whole_units(row["amount"])} for row in rows]


def totals(store: Store, account: int) -> list[Row]:
    """Return what the transactions of an account come to: `kind currency transactions amount`."""
    rows = store.query(
        """SELECT min(kind) AS kind, currency, count(*) AS transactions, sum(amount) AS amount
        FROM transactions WHERE account_id = :account GROUP BY lower(kind), currency
        ORDER BY kind, currency""",
        {"account": account},
    )
    return [{**row, "amount": whole_units(row["amount"])} for row in rows]


def family(store: Store, account: int) -> list[Row]:
    """Return the accounts above an account and below it as a tree: `id name depth`, top first.

    Just the account itself where it stands alone.
    """
    above = store.accounts_above(account)[::-1]
    return store.query(
        """WITH RECURSIVE tree (id, name, depth, path) AS (
        SELECT id, name, 0, printf('%020d', id) FROM accounts WHERE id = :top
        UNION ALL SELECT a.id, a.name, depth + 1, path || printf('/%020d', a.id) FROM tree
        JOIN accounts AS a ON a.parent_id = tree.id WHERE depth < 100)
        SELECT id, name, depth FROM tree ORDER BY path LIMIT 200""",
        {"top": above[0]},
    )
