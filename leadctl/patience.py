"""How long a statement over all leads may run, and which condition made it too long."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from leadctl.errors import BadDataError, TooLongError

if TYPE_CHECKING:
    from leadctl.rules.conditions import Condition
    from leadctl.store import Store

LEAST = 60.0
"""Seconds that every statement has."""
LEADS_A_SECOND = 5_000
"""For so many leads it has a second more: a million are computed in about twelve seconds."""
TRIED = 200
"""Leads on which conditions are tried, to find the slowest."""
TRIAL = 10.0
"""Seconds in which all of them are tried."""


@contextmanager
def patient(store: Store, conditions: Mapping[str, Condition]) -> Iterator[None]:
    """Stop a statement of the block that does not end within reason.

    BadDataError names the slowest of the conditions, by where they stand: file, table and key.
    """
    seconds = longest(store)
    try:
        with store.bounded(seconds):
            yield
    except TooLongError:
        if not conditions:
            raise
        raise BadDataError(
            f"{_slowest(store, conditions)}: stopped after {seconds:.0f} seconds, and this took"
            " longest; nothing was changed",
            "make it simpler, or split it",
        ) from None


def longest(store: Store) -> float:
    """Return for how many seconds a statement over all leads may run."""
    newest: int = store.value("SELECT coalesce(max(id), 0) FROM main.leads")
    return LEAST + newest / LEADS_A_SECOND


def _slowest(store: Store, conditions: Mapping[str, Condition]) -> str:
    # Twice, since the first one may have to wait for the disk.
    share = TRIAL / len(conditions) / 2
    took = {
        where: min(_seconds(store, each, share) for _ in range(2))
        for where, each in conditions.items()
    }
    return max(took, key=lambda where: took[where])


def _seconds(store: Store, condition: Condition, most: float) -> float:
    """Return how long a condition takes on some leads, about `most` if it does not end."""
    started = store.clock()
    try:
        with store.bounded(most):
            store.query(
                f"""SELECT total({condition.sql}) FROM lead
                WHERE id IN (SELECT id FROM main.leads ORDER BY id LIMIT {TRIED})"""
            )
    except TooLongError:
        pass
    return store.clock() - started
