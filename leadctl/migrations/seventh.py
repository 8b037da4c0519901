"""Schema 7, records that live on: deals are found by their stage, transactions by their number."""

from __future__ import annotations

STATEMENTS = (
    "CREATE INDEX deals_stage ON deals (stage)",
    "CREATE INDEX transactions_number ON transactions (number) WHERE number IS NOT NULL",
)
