"""Whom rows left alone: later rows of the import that share a key with such a row are theirs, too.

Else that key would find a new lead when the file comes again, for the earlier row as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from leadctl import matching


class Somebody(NamedTuple):
    """Whom rows do not change: a contact, or a lead that is converted or was merged."""

    contact: int | None = None
    lead: int | None = None
    merged: bool = False


class LeftAlone:
    """Who was left alone, by the keys of the row (see `matching.Wanted`) that found nobody."""

    def __init__(self) -> None:
        self._by_key: list[dict[Any, Somebody]] = [{} for _ in matching.MATCHED_BY]

    def remember(self, who: Somebody, wanted: matching.Wanted, keys: range) -> None:
        """Remember somebody by some keys of the row that was theirs."""
        for key in keys:
            if wanted[key] is not None:
                self._by_key[key][wanted[key]] = who

    def met(self, wanted: matching.Wanted, keys: range) -> Iterator[tuple[int, Somebody]]:
        """Yield which of some keys a row shares with one that was left alone, and whose it was."""
        for key in keys:
            if who := self._by_key[key].get(wanted[key]):
                yield key, who

    def leads(self, looked_for: Sequence[matching.Wanted]) -> Iterator[int]:
        """Yield the leads among those whom rows share a key with."""
        for key, known in enumerate(self._by_key):
            for wanted in looked_for if known else ():
                if (who := known.get(wanted[key])) and who.lead:
                    yield who.lead

    def any_by(self, key: int) -> bool:
        """Whether a key is anybody's."""
        return bool(self._by_key[key])

    def has(self, key: int, value: Any) -> bool:
        """Whether a value of a key is somebody's."""
        return value in self._by_key[key]
