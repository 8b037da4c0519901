"""The rejected rows of an import, as a file that can be mended and imported again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from leadctl.errors import UsageError
from leadctl.formats import formulas
from leadctl.importing.choices import STDIN, Choices
from leadctl.importing.columns import OUR_OWN
from leadctl.importing.drafting import Rejected
from leadctl.importing.report import Batch, Report

if TYPE_CHECKING:
    from leadctl.app import App
    from leadctl.formats.writing import NewFile

REJECTS = ".rejects.csv"
REASON = OUR_OWN + "reason"


def target(leadctl: App, paths: Sequence[Path], choices: Choices) -> Path | None:
    """Return where rejected rows go: `--rejects`, or beside the file if a person is watching."""
    if choices.dry_run or not paths:
        return None
    if choices.rejects is None:
        if paths[0] == STDIN:
            return None
        beside = leadctl.path_beside(paths[0], REJECTS)
        return beside if leadctl.output.for_people and not beside.exists() else None
    if any(path.resolve() == choices.rejects.resolve() for path in paths):
        raise UsageError("--rejects would replace the file that is read", "name another file")
    return choices.rejects


def keep(rejects: NewFile | None, batches: Sequence[Batch], report: Report) -> None:
    if rejects and report.rejected:
        rows = (map(formulas.harmless, row) for row in rejected_rows(batches, report.rejected))
        rejects.write(rows, batches[0].file.delimiter)


def rejected_rows(
    batches: Sequence[Batch], rejected: Sequence[Rejected]
) -> Iterator[Sequence[str]]:
    """Yield a header and rows that can be mended and imported again: the reason, then the cells.

    Rows of several files stand under the columns of all of them, one for each field. Cells behind
    the last column come last.
    """
    keys = {
        id(batch.file): [column.field or column.header.casefold() for column in batch.columns]
        for batch in batches
    }
    headers: dict[str, str] = {}
    for row in rejected:
        for key, header in zip(keys[id(row.file)], row.file.header, strict=True):
            if not header.startswith(OUR_OWN):
                headers.setdefault(key, header)
    yield [REASON, *headers.values()]
    for row in rejected:
        named = dict(zip(keys[id(row.file)], row.cells, strict=False))
        reason = f"{row.file.name} {row}" if len(batches) > 1 else str(row)
        behind = row.cells[len(row.file.header) :]
        yield [reason, *(named.get(key, "") for key in headers), *behind]
