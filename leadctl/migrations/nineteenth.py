"""Schema 19, reasons: what decided about many leads is written once, and assignments are narrow."""

from __future__ import annotations

from leadctl.migrations.columns import KEY, LEAD, POOL, REP

_FIELDS = ("pool_id", "rule", "passed_over", "way", "at")
_BEFORE = ", ".join(f"json_extract(before, '$.{field}') AS {field}" for field in _FIELDS)
_OPERATION = """(SELECT operation FROM creations WHERE kind = 'assignment' AND first_id <= {record}
    ORDER BY first_id DESC, operation LIMIT 1) AS operation"""


def _same(of: str) -> str:
    """Return what assignments have in common that one operation made for one reason."""
    return f"json_array({', '.join(f'{of}.{name}' for name in ('operation', *_FIELDS))})"


STATEMENTS = (
    # No way is the pool's own: by its weights where members have different ones, else in turn.
    f"""CREATE TABLE reasons (
    {KEY}, pool_id INTEGER {POOL}, rule TEXT, passed_over TEXT,
    way TEXT CHECK (way IN ('round_robin', 'least_open')), at TEXT NOT NULL,
    updated_at TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1) STRICT""",
    "CREATE INDEX reasons_at ON reasons (at)",
    "CREATE INDEX reasons_pool_id ON reasons (pool_id) WHERE pool_id IS NOT NULL",
    # Those that were taken back may come again.
    f"""CREATE TEMP VIEW told AS
    SELECT id, {", ".join(_FIELDS)}, {_OPERATION.format(record="a.id")}
    FROM main.assignments AS a
    UNION ALL SELECT record, {_BEFORE}, {_OPERATION.format(record="r.record")}
    FROM main.removals AS r WHERE kind = 'assignment'""",
    f"""CREATE TEMP TABLE reason_of AS
    SELECT {_same("told")} AS same, row_number() OVER (ORDER BY operation, min(id)) AS id,
    operation, {", ".join(_FIELDS)} FROM told GROUP BY same""",
    "CREATE UNIQUE INDEX temp.reason_of_same ON reason_of (same)",
    f"""INSERT INTO reasons (id, uid, {", ".join(_FIELDS)}, updated_at)
    SELECT id, lower(hex(randomblob(16))), {", ".join(_FIELDS)}, at
    FROM temp.reason_of ORDER BY id""",
    """INSERT INTO creations (operation, kind, first_id, last_id)
    SELECT operation, 'reason', min(id), max(id) FROM temp.reason_of
    WHERE operation IS NOT NULL GROUP BY operation""",
    f"""UPDATE removals AS r SET before = json_set(before, '$.reason_id', (
        SELECT o.id FROM (SELECT {_BEFORE}, {_OPERATION.format(record="r.record")}) AS told
        JOIN temp.reason_of AS o ON o.same = {_same("told")}))
    WHERE kind = 'assignment'""",
    # The new table takes the old one's name, so that its definition stands in the file as it is here.
    "ALTER TABLE assignments RENAME TO assignments_18",
    f"""CREATE TABLE assignments (
    id INTEGER PRIMARY KEY AUTOINCREMENT, lead_id INTEGER NOT NULL {LEAD},
    rep_id INTEGER NOT NULL {REP},
    reason_id INTEGER NOT NULL REFERENCES reasons (id) DEFERRABLE INITIALLY DEFERRED) STRICT""",
    """INSERT INTO sqlite_sequence (name, seq)
    SELECT 'assignments', seq FROM sqlite_sequence WHERE name = 'assignments_18'""",
    f"""INSERT INTO assignments (id, lead_id, rep_id, reason_id)
    SELECT a.id, a.lead_id, a.rep_id, o.id
    FROM (SELECT *, {_OPERATION.format(record="assignments_18.id")} FROM assignments_18) AS a
    CROSS JOIN temp.reason_of AS o
    ON o.same = {_same("a")} ORDER BY a.id""",
    "DROP VIEW temp.told",
    "DROP TABLE temp.reason_of",
    "DROP TABLE assignments_18",
    "CREATE INDEX assignments_lead ON assignments (lead_id)",
    "CREATE INDEX assignments_reason ON assignments (reason_id, rep_id)",
)
