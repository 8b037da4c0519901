"""What is odd about conversions: statuses that are in no list, fields that would be left behind."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import get_close_matches

from leadctl.proof.findings import Finding
from leadctl.rules.mapping import Mapped


def odd(
    mapped: Mapped, convert_from: Collection[str], statuses: Collection[str]
) -> Iterator[Finding]:
    """Yield what is odd about `[convert]`; a field that is carried in `extra` may be meant so."""
    listed = {status.casefold() for status in statuses}
    for status in convert_from:
        if status.casefold() not in listed:
            near = get_close_matches(status, statuses, 1)
            hint = f"did you mean {near[0]}?" if near else f"one of: {', '.join(statuses)}"
            yield Finding("[convert] from", f"{status!r} is no status", hint)
    for name in mapped.without_target:
        yield Finding(
            "[convert] map",
            f"{name} would be left behind: contacts, accounts and deals have no field for it, so"
            " the contact keeps it in extra",
            f"leadctl field add {name} --on deal, or map it to another field",
            "note",
        )
