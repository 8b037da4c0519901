"""One import: read and check every file, then decide and write its rows as one operation."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from leadctl.errors import BadDataError
from leadctl.formats import formulas, reading
from leadctl.formats.writing import NewFile
from leadctl.importing import rejects
from leadctl.importing.choices import STDIN, Choices
from leadctl.importing.columns import map_columns
from leadctl.importing.drafting import Draft, Drafter
from leadctl.importing.leads import Importer
from leadctl.importing.report import Batch, Done, Report

if TYPE_CHECKING:
    from leadctl.app import App


def import_files(leadctl: App, names: Sequence[str], choices: Choices) -> Done:
    """Import files as one operation and say what became of each row.

    All is read and checked before the lock: a bad file changes nothing, and readers go on. Rejected
    rows are on disk before the leads are, so that none is lost. Raises UsageError for a file or a
    choice that cannot be, BadDataError for a file that cannot be read or written.
    """
    report = Report()
    paths = existing(names)
    target = rejects.target(leadctl, paths, choices)
    with _without_garbage_collection(), NewFile(target) if target else nullcontext() as rejected:
        batches = [read(leadctl, path, choices, report) for path in paths]
        saved = _write(leadctl, batches, choices, report, rejected)
    kept = target if report.rejected else None
    return Done(saved, choices.dry_run, batches, report, kept, choices.rejects_ok)


def _write(
    leadctl: App,
    batches: Sequence[Batch],
    choices: Choices,
    report: Report,
    rejected: NewFile | None,
) -> int | None:
    """Decide and write the drafts of all files; return the operation, None if it wrote nothing."""
    drafts = [draft for batch in batches for draft in batch.drafts]
    _be_strict(choices, report)
    if not drafts:
        rejects.keep(rejected, batches, report)
        return None
    names = " ".join(batch.file.name for batch in batches)
    command = f"import {names} --on-duplicate {choices.policy}"
    with leadctl.store.operation(command, dry_run=choices.dry_run) as op:
        Importer(leadctl, op, report, choices.policy).take(drafts)
        _be_strict(choices, report)
        rejects.keep(rejected, batches, report)
    return op.saved


def _be_strict(choices: Choices, report: Report) -> None:
    """Raise BadDataError, which takes everything back, if a row is rejected under `--strict`."""
    if choices.strict and report.rejected:
        first, others = report.rejected[0], len(report.rejected) - 1
        more = f", and {others:,} more" if others else ""
        raise BadDataError(
            f"{first.file.name} {first}{more}; nothing was imported",
            "mend the file, or leave --strict out",
        )


def existing(names: Sequence[str]) -> list[Path]:
    """Return the files, those of a folder by name; `-` is standard input.

    A pattern that the shell left as it is and that matches nothing means none. Rejected rows of
    another import are not taken along with a folder.
    """
    found: list[Path] = []
    for name in names:
        if not os.path.exists(name) and any(mark in name for mark in "*?["):
            from glob import glob

            found += map(Path, sorted(glob(name)))
        elif os.path.isdir(name):
            files = reading.files_in(Path(name))
            found += [file for file in files if not file.name.endswith(rejects.REJECTS)]
        else:
            found.append(Path(name))
    return found


def read(leadctl: App, path: Path, choices: Choices, report: Report) -> Batch:
    """Read and check a whole file; rows that can be no leads go to the report."""
    file = formulas.as_written(
        reading.read(
            getattr(leadctl.stdin, "buffer", leadctl.stdin) if path == STDIN else path,
            format=choices.format,
            delimiter=choices.delimiter,
            encoding=choices.encoding,
            sheet=choices.sheet,
        )
    )
    columns = map_columns(file, choices.map)
    reps = leadctl.store.reps(everyone=True) if leadctl.store.exists() else []
    drafter = Drafter(
        file, columns, leadctl.normaliser, report.notes,
        source=leadctl.settings.source(choices.source) if choices.source else None,
        system=choices.system, reps={rep["name"].casefold(): rep["id"] for rep in reps},
    )  # fmt: skip
    drafts = []
    for row in drafter.rows():
        if isinstance(row, Draft):
            drafts.append(row)
        else:
            report.reject(row)
    return Batch(path, file, columns, drafts)


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Leave the many rows of a file alone: none of them is part of a cycle."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
