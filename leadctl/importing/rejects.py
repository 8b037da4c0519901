"""The rejected rows of an import, as a file that can be mended and imported again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from leadctl.errors import UsageError
from leadctl.fields import OUR_OWN
from leadctl.formats import formulas
from leadctl.importing.archive import free
from leadctl.importing.choices import STDIN, Choices
from leadctl.importing.columns import UID
from leadctl.importing.outcome import Batch

if TYPE_CHECKING:
    from leadctl.app import App
    from leadctl.formats.writing import NewFile
    from leadctl.importing.laid import Laid

REJECTS = ".rejects.csv"
REASON = OUR_OWN + "reason"


def target(leadctl: App, paths: Sequence[Path], choices: Choices) -> Path | None:
    """Return where rejected rows go: `--rejects`, into the archive, or beside the file.

    Beside the file only if a person is watching, for cron would read them again.
    """
    if choices.dry_run or not paths:
        return None
    if choices.rejects is None:
        if paths[0] == STDIN:
            return None
        if choices.archive is not None:
            return free(choices.archive / (paths[0].stem + REJECTS))
        beside = leadctl.path_beside(paths[0], REJECTS)
        return beside if leadctl.output.for_people and not beside.exists() else None
    database = leadctl.places.database
    ours = [database.with_name(database.name + end) for end in ("", "-journal", "-wal", "-part")]
    if choices.rejects.resolve() in [path.resolve() for path in ours]:
        raise UsageError("--rejects would replace the database", "name another file")
    if any(path.resolve() == choices.rejects.resolve() for path in paths):
        raise UsageError("--rejects would replace the file that is read", "name another file")
    return free(choices.rejects) if choices.rejects.is_file() else choices.rejects


def keep(new: NewFile | None, batches: Sequence[Batch], laid: Laid) -> None:
    """Write the rejected rows, if there are any, to their new file.

    It is in its place before the other rows are in the database: a file that was imported and only
    has to be moved into the archive is not read again.
    """
    if new and any(True for _ in laid.rejected()):
        rows = (map(formulas.harmless, row) for row in rejected_rows(batches, laid))
        new.write(rows, batches[0].file.delimiter)
        new.place()


def rejected_rows(batches: Sequence[Batch], laid: Laid) -> Iterator[Sequence[str]]:
    """Yield a header and rows that can be mended and imported again: the reason, then the cells.

    Rows of several files stand under the columns of all of them, one for each field. Cells behind
    the last column come last. Of what is ours a row keeps who it is.
    """
    keys = {
        id(batch.file): [column.field or column.header.casefold() for column in batch.columns]
        for batch in batches
    }
    headers: dict[str, str] = {}
    for file in {id(row.file): row.file for row in laid.rejected()}.values():
        for key, header in zip(keys[id(file)], file.header, strict=True):
            if header == UID or not header.startswith(OUR_OWN):
                headers.setdefault(key, header)
    yield [REASON, *headers.values()]
    for row in laid.rejected():
        named = dict(zip(keys[id(row.file)], row.cells, strict=False))
        reason = f"{row.file.name} {row}" if len(batches) > 1 else str(row)
        behind = row.cells[len(row.file.header) :]
        yield [reason, *(named.get(key, "") for key in headers), *behind]
