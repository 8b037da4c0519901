"""Schema 16, how a pool dealt: reports compare with that, whatever the rules say since."""

from __future__ import annotations

STATEMENTS = (
    # Null is the pool's own way: by its weights where members have different ones, else in turn.
    "ALTER TABLE assignments ADD COLUMN way TEXT CHECK (way IN ('round_robin', 'least_open'))",
    # The log of moves is derived anew where it is empty.
    "DELETE FROM status_moves",
)
