"""The questions about columns in doubt, and what is said of them where nobody is asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from leadctl.importing.columns import EXTRA, Columns, Doubt, shortened
from leadctl.prompts import Choice

if TYPE_CHECKING:
    from leadctl.formats.table import Table
    from leadctl.prompts import Prompts

_SHOWN = 3


def settle(
    prompts: Prompts, columns: Columns, file: Table, samples: Sequence[Sequence[str]]
) -> Columns:
    """Ask once about each column in doubt and return the columns without doubts.

    The first answer is what happens where nobody is asked. A field goes to one column: another one
    that had it is kept aside.
    """
    mapped = list(columns.mapped)
    for doubt in columns.doubts:
        now = mapped[doubt.position].field
        words = (row[doubt.position] for row in samples if doubt.position < len(row))
        shown = [shortened(word) for word in dict.fromkeys(words) if word.strip()][:_SHOWN]
        example = f" ({' · '.join(shown)})" if shown else ""
        answer = prompts.choose(
            f"{file.name}: what is “{shortened(doubt.header)}”{example}? {doubt.why[:1].upper()}"
            f"{doubt.why[1:]}",
            _answers(doubt, now),
            flag=_flag(doubt, doubt.candidates[0]),
        )
        field = None if answer == EXTRA else str(answer)
        if field and field != now:
            mapped = [of._replace(field=None) if of.field == field else of for of in mapped]
        mapped[doubt.position] = mapped[doubt.position]._replace(field=field)
    return replace(columns, mapped=mapped, doubts=())


def _answers(doubt: Doubt, now: str | None) -> list[Choice]:
    fields = [Choice(field, field) for field in doubt.candidates]
    aside = Choice("keep it aside (extra)", EXTRA)
    first = [Choice(now, now), *fields, aside] if now else [aside, *fields]
    return [*first, Choice("leave it out", "")]


def in_words(columns: Columns) -> Iterator[str]:
    """Yield for each column in doubt what is done with it, and what says it otherwise."""
    for doubt in columns.doubts:
        now = columns.mapped[doubt.position].field
        done = f"taken for {now}" if now else "kept in extra"
        yield (
            f"column “{shortened(doubt.header)}” is {done}: {doubt.why} "
            f"({_flag(doubt, doubt.candidates[0])})"
        )


def _flag(doubt: Doubt, field: str) -> str:
    return f'--map "{doubt.header}={field}"'
