"""A finding: what `rules check` says of rules that can be read, and yet are odd."""

from __future__ import annotations

from typing import Literal, NamedTuple

FEWEST = 20
"""From so many leads on it is odd that a rule fits none of them, or all."""

Severity = Literal["warning", "note"]


class Finding(NamedTuple):
    """Something odd: where it stands, what it is, and what would do.

    A `warning` is to be mended; a `note` may be meant so.
    """

    where: str
    problem: str
    hint: str
    severity: Severity = "warning"
