"""Reps, pools and who was given which lead."""

from __future__ import annotations

from collections.abc import Sequence

from leadctl.errors import ConflictError, NotFoundError
from leadctl.store.opened import Opened, Row
from leadctl.stored import read_json

_NAMED = 8
"""How many reps a hint names."""


class Team(Opened):
    """Reads the people who work leads."""

    def reps(self, *, everyone: bool = False) -> list[Row]:
        """Return the reps in joining order; those who were removed only with `everyone`."""
        return self.query(f"SELECT * FROM reps {'' if everyone else 'WHERE active'} ORDER BY id")

    def rep(self, name: str) -> Row:
        """Return a rep by name or, for `me`, who is asking; NotFoundError names who there is."""
        wanted = self.actor if name.casefold() == "me" else name
        for rep in self.reps(everyone=True):
            # SQLite folds the case of A to Z only.
            if rep["name"].casefold() == wanted.casefold():
                return rep
        names = [rep["name"] for rep in self.reps()]
        there = ", ".join(names[:_NAMED]) + ", …" * (len(names) > _NAMED)
        hint = f"reps: {there}" if there else f"leadctl rep add {_word(wanted)}"
        raise NotFoundError(f"there is no rep {wanted!r}", hint)

    def active_rep(self, name: str) -> Row:
        """Return what `rep` does; ConflictError for one who was removed."""
        rep = self.rep(name)
        if not rep["active"]:
            raise ConflictError(f"{rep['name']} was removed", "leadctl rep add brings a rep back")
        return rep

    def open_leads(self, closed: Sequence[str]) -> dict[int, int]:
        """Return rep id -> number of leads to work; leads of the statuses `closed` are not."""
        marks = ", ".join("?" * len(closed))
        rows = self.query(
            f"""SELECT o.owner_id, count(*) AS leads
            FROM wide_leads AS l INDEXED BY leads_figures CROSS JOIN owners AS o ON o.lead_id = l.id
            WHERE o.owner_id IS NOT NULL AND l.converted_at IS NULL AND l.status NOT IN ({marks})
            GROUP BY o.owner_id""",
            closed,
        )
        return {row["owner_id"]: row["leads"] for row in rows}

    def due_back(self) -> dict[str, int]:
        """Return rep -> how many records were handed over until a day that is past now.

        Of what was given back, or of a rep who was removed, nothing is due.
        """
        rows = self.query(
            """SELECT reps.name,
            count(DISTINCT coalesce('l' || lead_id, 't' || task_id, 'd' || deal_id)) AS records
            FROM handovers AS h JOIN reps ON reps.id = h.from_rep_id AND reps.active
            WHERE NOT h.returned AND h.until_day < (SELECT day FROM temp.clock)
            GROUP BY reps.id ORDER BY reps.id"""
        )
        return {row["name"]: row["records"] for row in rows}

    def pools(self) -> list[Row]:
        """Return the pools, the one of everyone first, each with the name of its `last_rep`."""
        return self.query(
            """SELECT *, (SELECT name FROM reps WHERE id = last_rep_id) AS last_rep
            FROM pools ORDER BY id"""
        )

    def dealt(self) -> dict[int, int]:
        """Return pool id -> how many leads it has dealt."""
        rows = self.query(
            """SELECT w.pool_id, count(*) AS leads FROM reasons AS w
            CROSS JOIN assignments AS a ON a.reason_id = w.id
            WHERE w.pool_id IS NOT NULL GROUP BY w.pool_id"""
        )
        return {row["pool_id"]: row["leads"] for row in rows}

    def last_dealt_to(self, pool: int, reps: Sequence[int]) -> int | None:
        """Return which of these reps a pool dealt to last in their seats, by what was not undone."""
        some = ", ".join(map(str, reps))
        rows = self.query(
            f"""SELECT a.rep_id FROM reasons AS w CROSS JOIN assignments AS a ON a.reason_id = w.id
            WHERE w.pool_id = :pool AND a.rep_id IN ({some}) AND NOT EXISTS (
                SELECT 1 FROM pool_members AS m WHERE m.pool_id = :pool AND m.rep_id = a.rep_id
                AND {_made("pool_member", "m.id")} > {_made("reason", "w.id")})
            ORDER BY a.id DESC LIMIT 1""",
            {"pool": pool},
        )
        return rows[0]["rep_id"] if rows else None

    def was_seated_since(self, pool: int, rep: int) -> bool:
        """Whether a rep took the present seat in a pool after the pool last dealt."""
        newest = "(SELECT max(id) FROM reasons WHERE pool_id = :pool)"
        since = self.value(
            f"""SELECT {_made("pool_member", "m.id")} > {_made("reason", newest)}
            FROM pool_members AS m WHERE m.pool_id = :pool AND m.rep_id = :rep""",
            {"pool": pool, "rep": rep},
        )
        return bool(since)

    def pool(self, name: str) -> Row:
        """Return a pool by name; NotFoundError names the pools there are."""
        pools = self.pools()
        for pool in pools:
            if pool["name"].casefold() == name.casefold():
                return pool
        there = ", ".join(pool["name"] for pool in pools)
        raise NotFoundError(f"there is no pool {name!r}", f"pools: {there}")

    def ring(self, pool: Row) -> list[Row]:
        """Return a pool's reps in joining order, with `member`.

        Who has left the pool, or was removed, is in it too: the ring is stable.
        """
        if pool["everyone"]:
            return self.query("SELECT *, active AS member FROM reps ORDER BY id")
        return self.query(
            """SELECT reps.*, m.weight, m.active AND reps.active AS member FROM pool_members AS m
            JOIN reps ON reps.id = m.rep_id WHERE m.pool_id = ? ORDER BY m.id""",
            (pool["id"],),
        )

    def members(self, pool: int) -> list[Row]:
        """Return the places of a pool in joining order, those that were left included."""
        return self.query("SELECT * FROM pool_members WHERE pool_id = ? ORDER BY id", (pool,))

    def owners(self, leads: Sequence[int]) -> dict[int, Row]:
        """Return lead -> its `owner_id` and `converted_at`, for those of these leads that exist."""
        rows: list[Row] = []
        for start in range(0, len(leads), 10_000):
            some = ", ".join(map(str, leads[start : start + 10_000]))
            rows += self.query(f"SELECT id, owner_id, converted_at FROM leads WHERE id IN ({some})")
        return {row["id"]: row for row in rows}

    def assignment(self, lead: int) -> Row | None:
        """Return the assignment that gave a lead its owner, with the names of `rep` and `pool`.

        None where somebody wrote the owner since, unless a merge took both over. `operation` is the
        one that decided; `passed_over` is a list of {rep, reason}.
        """
        rows = self.query(
            f"""SELECT a.*, r.name AS rep, (SELECT name FROM pools WHERE id = a.pool_id) AS pool
            FROM (SELECT g.*, w.pool_id, w.rule, w.passed_over, w.way, w.at,
                {_made("assignment", "g.id")} AS operation
                FROM assignments AS g JOIN reasons AS w ON w.id = g.reason_id
                WHERE g.lead_id = :lead) AS a
            JOIN leads AS l ON l.id = a.lead_id AND l.owner_id = a.rep_id
            JOIN reps AS r ON r.id = a.rep_id
            WHERE NOT EXISTS (SELECT 1 FROM changes AS c JOIN operations AS o ON o.id = c.operation
                WHERE c.kind = 'lead' AND c.record = :lead AND c.field = 'owner_id'
                AND c.operation > a.operation AND c.undone_by IS NULL AND o.undoes IS NULL
                AND NOT EXISTS (SELECT 1 FROM changes AS m WHERE m.kind = 'assignment'
                    AND m.record = a.id AND m.operation = c.operation))
            ORDER BY a.id DESC LIMIT 1""",
            {"lead": lead},
        )
        if not rows:
            return None
        return {**rows[0], "passed_over": read_json(rows[0]["passed_over"] or "[]")}

    def owner_written(self, lead: int) -> Row | None:
        """Return the newest operation in effect that changed a lead's owner, or None.

        It has `field`, `operation`, `at` and `command`; an undo brings back what was before it.
        """
        rows = self.query(
            """SELECT c.field, o.id AS operation, o.at, o.command
            FROM changes AS c JOIN operations AS o ON o.id = c.operation
            WHERE c.kind = 'lead' AND c.record = ? AND c.field = 'owner_id'
            AND c.undone_by IS NULL AND o.undoes IS NULL ORDER BY o.id DESC LIMIT 1""",
            (lead,),
        )
        return rows[0] if rows else None


def _made(kind: str, record: str) -> str:
    """Return the expression of the operation that made a record, whichever brought it back."""
    return f"""(SELECT min(operation) FROM creations
        WHERE kind = '{kind}' AND {record} BETWEEN first_id AND last_id)"""


def _word(name: str) -> str:
    return name if name.isalnum() else f'"{name}"'
