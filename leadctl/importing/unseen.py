"""Which rows are certainly somebody new: a filter that never forgets a key that it has seen."""

from __future__ import annotations

import mmap
from collections.abc import Hashable, Iterable, Sequence
from itertools import combinations

_FEWEST = 1 << 16
_MOST = 1 << 25
_THREE_BITS = [sum(1 << bit for bit in bits) for bits in combinations(range(8), 3)]
_MARKS = (_THREE_BITS * 2)[:64]


class Unseen:
    """A Bloom filter of match keys with one byte a block, in which a key sets three bits.

    Blocks of one memory access are those of Putze, Sanders and Singler 2007
    (doi:10.1007/978-3-540-72845-0_9). It takes at most 32 MiB, and no memory for a key. Of keys
    that it has not seen it takes few for seen ones, about one in 250 at a million rows; one that
    it has seen it always knows. `knows_rows`: the fingerprints of rows are among the keys.
    """

    def __init__(self, expected: int, *, knows_rows: bool = False) -> None:
        self.knows_rows = knows_rows
        size = min(max(_FEWEST, 1 << (32 * expected).bit_length()), _MOST)
        # Unlike a bytearray it takes memory only where it is written.
        self._blocks = mmap.mmap(-1, size)
        self._mask = size - 1

    def see(self, keys: Iterable[Hashable]) -> None:
        """Remember keys."""
        blocks, mask, marks = self._blocks, self._mask, _MARKS
        for key in keys:
            number = hash(key)
            blocks[number & mask] |= marks[number >> 40 & 63]

    def repeated(self, keys: Sequence[Hashable | None], rows: list[bool]) -> None:
        """Remember the key of each row, and mark the rows whose key may have been seen before."""
        blocks, mask, marks = self._blocks, self._mask, _MARKS
        for at, key in enumerate(keys):
            if key is not None:
                number = hash(key)
                block, mark = number & mask, marks[number >> 40 & 63]
                before = blocks[block]
                if before & mark == mark:
                    rows[at] = True
                else:
                    blocks[block] = before | mark
