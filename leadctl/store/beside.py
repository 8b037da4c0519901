"""What stands beside a record: its activities, tasks, transactions, and accounts above it."""

from __future__ import annotations

from collections.abc import Iterable

from leadctl.store.opened import Opened, Row


class Beside(Opened):
    """Reads what belongs to a record."""

    def transactions_numbered(self, kind: str, number: str) -> list[Row]:
        """Return the transactions of a kind with a number, oldest first; without regard to case."""
        return self.query(
            """SELECT * FROM transactions WHERE number = :number AND kind = :kind COLLATE NOCASE
            ORDER BY id""",
            {"kind": kind, "number": number},
        )

    def accounts_above(self, account: int) -> list[int]:
        """Return an account and those above it, the nearest first."""
        return [
            row["id"]
            for row in self.query(
                """WITH RECURSIVE above (id, parent_id, steps) AS (
                SELECT id, parent_id, 0 FROM accounts WHERE id = :account
                UNION ALL SELECT a.id, a.parent_id, steps + 1 FROM above
                JOIN accounts AS a ON a.id = above.parent_id WHERE steps < 1000)
                SELECT id FROM above ORDER BY steps""",
                {"account": account},
            )
        ]

    def activities(self, *, of: str, record: int) -> list[Row]:
        """Return the activities of a lead, contact, account or deal, newest first.

        Those of a contact, account or deal include the activities of the leads that became it.
        """
        column = f"{of}_id"
        by_lead = (
            "" if of == "lead" else f"OR lead_id IN (SELECT id FROM leads WHERE {column} = :id)"
        )
        return self.query(
            f"""SELECT * FROM activities WHERE {column} = :id {by_lead}
            ORDER BY at DESC, id DESC""",
            {"id": record},
        )

    def count_activities(self, leads: Iterable[int]) -> dict[int, int]:
        """Return how many activities each of these leads has had until today, if any."""
        wanted = ", ".join(map(str, leads))
        rows = self.query(
            f"""SELECT lead_id, count(*) AS number FROM activities WHERE lead_id IN ({wanted})
            AND day <= (SELECT day FROM temp.clock) GROUP BY lead_id ORDER BY lead_id"""
        )
        return {row["lead_id"]: row["number"] for row in rows}

    def tags_of_leads(self, kind: str, record: int) -> list[str]:
        """Return the tags of the leads that became a contact, account or deal, each once."""
        rows = self.query(
            f"SELECT tags FROM leads WHERE {kind}_id = ? AND tags IS NOT NULL ORDER BY id",
            (record,),
        )
        return list(dict.fromkeys(tag for row in rows for tag in row["tags"].split(", ")))

    def notes_and_tasks(self, leads: Iterable[int]) -> list[Row]:
        """Return the notes and tasks of leads: `lead_id`, `kind`, `at`, `direction`, `words`."""
        wanted = ", ".join(map(str, leads))
        return self.query(
            f"""SELECT lead_id, kind, at, direction, note AS words FROM activities
            WHERE lead_id IN ({wanted}) AND kind = 'note'
            UNION ALL SELECT lead_id, 'task', NULL, NULL, title FROM tasks
            WHERE lead_id IN ({wanted})"""
        )
