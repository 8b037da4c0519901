"""One import: read and check every file, then decide and write its rows as one operation."""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, cast

from leadctl.errors import BadDataError, ConflictError
from leadctl.formats.writing import NewFile
from leadctl.importing import asking, mapping, opening, rejects, second
from leadctl.importing.archive import Archive
from leadctl.importing.aside import Aside, no_room
from leadctl.importing.choices import STDIN, Choices
from leadctl.importing.drafting import Drafter, Rejected
from leadctl.importing.intake import PLACES, File, Intake, Place, unseen_of
from leadctl.importing.leads import Importer
from leadctl.importing.leads import Place as RowPlace
from leadctl.importing.records import Records
from leadctl.importing.report import Batch, Done, Report
from leadctl.importing.unseen import Unseen

if TYPE_CHECKING:
    from leadctl.app import App
    from leadctl.journal import Operation
    from leadctl.progress import Progress

BULK = 20_000
"""New rows from which it pays to build the indexes when all are there."""
LARGE = 2 << 20
"""Bytes from which rows that are certainly new are written apart, read by a second process."""


class _Changed(Exception):
    """Somebody wrote between the reading and the lock, so that rows may not be new any more."""


def import_files(leadctl: App, names: Sequence[str], choices: Choices) -> Done:
    """Import files as one operation and say what became of each row.

    A bad file changes nothing. Rejected rows are on disk before the records are, so that none is
    lost. Raises UsageError for a file or a choice that cannot be, BadDataError for a file that
    cannot be read or written.
    """
    paths = list(dict.fromkeys(opening.existing(names)))
    archive = Archive(choices.archive, leadctl.store) if choices.archive else None
    with _without_garbage_collection(), ExitStack() as stack:
        stdin = _spooled_stdin(leadctl, stack) if STDIN in paths else None
        for certain in (False, True):
            unread, known = archive.unread(paths) if archive else (paths, {})
            try:
                done = _Job(leadctl, choices, unread, stdin, archive).run(certain=certain)
                break
            except _Changed:
                if certain:
                    raise ConflictError("another import has these files", "try again") from None
    done.known.update(known)
    if archive and not choices.dry_run:
        done.moved.update(archive.move([*known, *(batch.path for batch in done.batches)]))
    return done


class _Job(NamedTuple):
    """What an import was asked for."""

    leadctl: App
    choices: Choices
    paths: Sequence[Path]
    stdin: BinaryIO | None
    archive: Archive | None

    def run(self, *, certain: bool) -> Done:
        """Import the files; `certain` looks up every row, and never raises _Changed."""
        leadctl, choices = self.leadctl, self.choices
        if self.stdin is not None:
            self.stdin.seek(0)
        report = Report(choices.kind)
        target = rejects.target(leadctl, self.paths, choices)
        batches = list(self._opened(report))
        report.show_mapping(leadctl.output, batches)
        drafters = [opening.drafter(leadctl, batch, report.notes, choices) for batch in batches]
        reading = _Reading(leadctl, choices, batches, drafters, report)
        with NewFile(target) if target else nullcontext() as rejected:
            if choices.policy == "ask":
                choices = choices._replace(policy="fill")
                saved = self._write(reading, rejected, asked=True)
            elif not certain and reading.is_large():
                saved = self._write_while_reading(reading, rejected)
            else:
                saved = self._write(reading, rejected, certain=certain)
        notes = [mapping.keep(leadctl, batch.reading, choices) for batch in batches]
        report.remembered = list(filter(None, notes))
        kept = target if report.rejected else None
        return Done(saved, choices.dry_run, batches, report, kept, choices.rejects_ok, {}, {})

    def _opened(self, report: Report) -> Iterator[Batch]:
        """Yield the files, opened; of an archive's, those that cannot be read stay where they are.

        Raises BadDataError if that is all of them.
        """
        for path in self.paths:
            try:
                yield opening.opened(self.leadctl, path, self.stdin, self.choices)
            except BadDataError as error:
                report.unreadable.append(f"{error.message}; it stays where it is")
                if self.archive is None or len(report.unreadable) == len(self.paths):
                    raise

    def _write(
        self,
        reading: _Reading,
        rejected: NewFile | None,
        *,
        certain: bool = False,
        asked: bool = False,
    ) -> int | None:
        """Read all before the lock, so that it is short, then decide and write."""
        store = self.leadctl.store
        before = store.newest_operation() if store.exists() else 0
        with reading.intake(certain=certain or asked) as intake:
            with reading.progress() as progress:
                reading.read(intake, progress)
            reading.be_strict()
            if not intake.valid_rows:
                rejects.keep(rejected, reading.batches, intake)
                return None
            decided = asking.decided(self.leadctl, intake) if asked else {}
            with store.operation(self._command(), dry_run=self.choices.dry_run) as op:
                if intake.unseen is not None and op.id != before + 1:
                    raise _Changed
                self._be_first(reading)
                self._decide(op, reading, intake, rejected, decided)
        return op.saved

    def _write_while_reading(self, reading: _Reading, rejected: NewFile | None) -> int | None:
        """Read in a second process: the lock lasts longer, and the import less long.

        Meanwhile this one has time to keep the indexes.
        """
        with (
            self.leadctl.store.operation(self._command(), dry_run=self.choices.dry_run) as op,
            reading.intake_from_second_process() as intake,
        ):
            self._be_first(reading)
            self._decide(op, reading, intake, rejected, {})
        return op.saved

    def _be_first(self, reading: _Reading) -> None:
        """Raise _Changed if another import has brought a file of the archive meanwhile."""
        paths = [batch.path for batch in reading.batches]
        if self.archive is not None and self.archive.is_known(paths):
            raise _Changed

    def _decide(
        self,
        op: Operation,
        reading: _Reading,
        intake: Intake,
        rejected: NewFile | None,
        decided: Mapping[RowPlace, str],
    ) -> None:
        """Decide and write what is read, and what is to be kept of it."""
        choices, report = self.choices, reading.report

        def reject(row: Rejected) -> None:
            intake.reject(row)
            report.reject(row)

        if choices.kind == "lead":
            importer = Importer(
                self.leadctl, op, report, choices.policy, reject,
                on_contact=choices.on_contact, decided=decided,
            )  # fmt: skip
            with (
                reading.progress() as progress,
                op.bulk("lead") if intake.new_rows > BULK else nullcontext(),
            ):
                for new in intake.new():
                    importer.create(new)
                    progress.at(report.ends["created"], reading.fraction(intake, report))
            importer.take(intake.doubtful(last_first=choices.policy == "overwrite"))
            for end in Report.ENDS:
                op.count(end, report.ends[end])
        else:
            records = Records(
                self.leadctl, op, report, choices.kind, choices.policy,
                system=choices.system, reject=reject,
            )  # fmt: skip
            records.take(draft for run in intake.doubtful() for draft in run.drafts())
            report.made, report.unfound = records.made, records.aside
        reading.be_strict()
        rejects.keep(rejected, reading.batches, intake)
        if self.archive and op.wrote:
            self.archive.remember(op, [batch.path for batch in reading.batches])

    def _command(self) -> str:
        """Return the command as the history shows it."""
        names = " ".join("-" if path == STDIN else path.name for path in self.paths)
        kind = "" if self.choices.kind == "lead" else f" --as {self.choices.kind}"
        return f"import {names}{kind} --on-duplicate {self.choices.policy}"


class _Reading(NamedTuple):
    """The opened files of an import, whose rows are still to be read."""

    leadctl: App
    choices: Choices
    batches: Sequence[Batch]
    drafters: Sequence[Drafter]
    report: Report

    def is_large(self) -> bool:
        """Whether a second process is worth it, and there is nothing that needs all rows at once."""
        in_order = self.choices.policy in ("fill", "skip")
        return in_order and self._size() > LARGE and second.is_possible()

    def intake(self, *, certain: bool) -> Intake:
        """Return where rows are laid aside; `certain` looks up every row."""
        unseen = None if certain else self._unseen()
        return Intake(unseen, by_external_id_only=self.choices.policy == "create")

    def _unseen(self) -> Unseen | None:
        """Return what tells new rows; None where each has to be looked up, in its order."""
        choices, size = self.choices, self._size()
        if choices.kind != "lead" or choices.policy == "overwrite" or size <= LARGE:
            return None
        return unseen_of(self.leadctl.store, size)

    def intake_from_second_process(self) -> Intake:
        """Return an intake that another process fills, in an operation that has begun.

        What it has more of comes right away: new rows, or those that have to be looked up.
        """
        unseen = self._unseen()
        streamed = "drafts" if unseen is None else "new"
        asides = {what: Aside() for what in PLACES if what != streamed}

        def read(place: Callable[[str], Place]) -> Any:
            sending = Intake(unseen, places=place)
            self.read(sending, _Nobody())
            return self.report.notes, [batch.aside for batch in self.batches], sending.valid_rows

        def on_end(end: Any) -> None:
            notes, asides, intake.valid_rows = end
            self.report.notes.__dict__.update(notes.__dict__)
            for batch, aside in zip(self.batches, asides, strict=True):
                batch.aside.update(aside)

        def on_rejected(row: Any) -> None:
            number, *of = row
            self.report.reject(Rejected(self.batches[number].file, *of))

        reader = second.Reader(read, asides, on_rejected=on_rejected, on_end=on_end)
        intake = Intake(unseen, places=lambda what: asides.get(what, reader))
        for batch, drafter in zip(self.batches, self.drafters, strict=True):
            intake.files.append(File(batch.file, drafter.fingerprint))
        return intake

    def read(self, intake: Intake, progress: Progress) -> None:
        """Read and check all rows, and lay them aside."""
        rows = 0
        for batch, drafter in zip(self.batches, self.drafters, strict=True):
            intake.files.append(File(batch.file, drafter.fingerprint))
            for run, rejected in drafter.runs():
                batch.look_at(run)
                intake.take(run)
                for row in rejected:
                    intake.reject(row)
                    self.report.reject(row)
                rows += len(run) + len(rejected)
                progress.at(rows, batch.file.fraction() if len(self.batches) == 1 else None)

    def progress(self) -> Any:
        """Return what shows how far the import has come."""
        return self.leadctl.output.progress(", ".join(batch.file.name for batch in self.batches))

    def fraction(self, intake: Intake, report: Report) -> float | None:
        """Return which part of the new rows is written, as far as that can be told."""
        if intake.new_rows:
            return report.ends["created"] / intake.new_rows
        return self.batches[0].file.fraction() if len(self.batches) == 1 else None

    def be_strict(self) -> None:
        """Raise BadDataError, which takes everything back, if a row is rejected under `--strict`."""
        if self.choices.strict and self.report.rejected:
            first, others = self.report.rejected[0], self.report.ends["rejected"] - 1
            more = f", and {others:,} more" if others else ""
            raise BadDataError(
                f"{first.file.name} {first}{more}; nothing was imported",
                "mend the file, or leave --strict out",
            )

    def _size(self) -> int:
        return sum(batch.path.stat().st_size for batch in self.batches if batch.path.is_file())


class _Nobody:
    """Shows no progress."""

    def at(self, done: int, fraction: float | None = None) -> None:
        pass

    def hide(self) -> None:
        pass


def _spooled_stdin(leadctl: App, stack: ExitStack) -> BinaryIO:
    """Return standard input as a file that can be read more than once."""
    stdin = getattr(leadctl.stdin, "buffer", leadctl.stdin)
    try:
        copy = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
        while block := stdin.read(1 << 20):
            if isinstance(block, str):
                block = block.encode("utf-8", "surrogateescape")
            copy.write(block)
        copy.seek(0)
    except OSError as error:
        raise no_room(error) from None
    return cast(BinaryIO, copy)


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
