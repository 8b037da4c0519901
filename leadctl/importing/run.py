"""One import: read and check every file, then decide and write its rows as one operation."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, cast

from leadctl.errors import BadDataError, ConflictError, UsageError
from leadctl.formats.writing import NewFile
from leadctl.garbage import without_collection
from leadctl.importing import asking, mapping, opening, rejects
from leadctl.importing.archive import Archive
from leadctl.importing.aside import no_room
from leadctl.importing.choices import STDIN, Choices
from leadctl.importing.drafting import Rejected
from leadctl.importing.laid import Laid
from leadctl.importing.leads import Importer, Place
from leadctl.importing.outcome import Batch, Done, Report
from leadctl.importing.records import Records
from leadctl.importing.report import show_mapping
from leadctl.importing.rows import Rows

if TYPE_CHECKING:
    from leadctl.app import App
    from leadctl.journal import Operation


class _Known(Exception):
    """Another import has brought a file of the archive since it was looked at."""


def import_files(leadctl: App, names: Sequence[str], choices: Choices) -> Done:
    """Import files as one operation and say what became of each row.

    A bad file changes nothing. Rejected rows are on disk before the records are, so that none is
    lost. Raises UsageError for a file or a choice that cannot be, BadDataError for a file that
    cannot be read or written.
    """
    paths = list(dict.fromkeys(opening.existing(names)))
    archive = Archive(choices.archive, leadctl.store) if choices.archive else None
    with without_collection(), ExitStack() as stack:
        stdin = _spooled_stdin(leadctl, stack) if STDIN in paths else None
        for is_last in (False, True):
            unread = archive.unread(paths) if archive else paths
            try:
                done = _Job(leadctl, choices, unread, stdin, archive).run()
                break
            except _Known:
                if is_last:
                    raise ConflictError("another import has these files", "try again") from None
    if archive:
        done.known.update(archive.known)
        if not choices.dry_run:
            read = [*archive.known, *(batch.path for batch in done.batches)]
            whole = [path for path in read if archive.is_as_it_was(path)]
            done.moved.update(archive.move(whole))
            done.report.unreadable += [
                f"{path.name} was written to while it was read; it stays where it is"
                for path in read
                if path not in whole
            ]
    return done


class _Job(NamedTuple):
    """What an import was asked for."""

    leadctl: App
    choices: Choices
    paths: Sequence[Path]
    stdin: BinaryIO | None
    archive: Archive | None

    def run(self) -> Done:
        """Import the files."""
        leadctl, choices = self.leadctl, self.choices
        if self.stdin is not None:
            self.stdin.seek(0)
        report = Report(choices.kind)
        batches = list(self._opened(report))
        paths = [batch.path for batch in batches]
        target = rejects.target(leadctl, paths, choices)
        show_mapping(leadctl.output, batches)
        drafters = [opening.drafter(leadctl, batch, report.notes, choices) for batch in batches]
        rows = Rows(leadctl, choices, batches, drafters, report)
        with NewFile(target) if target else nullcontext() as rejected:
            if rows.may_come_meanwhile():
                saved = self._write_while_reading(rows, rejected)
            else:
                saved = self._write(rows, rejected)
        notes = [mapping.keep(leadctl, batch.reading, choices) for batch in batches]
        report.remembered = list(filter(None, notes))
        kept = target if report.rejected else None
        return Done(saved, choices.dry_run, batches, report, kept, choices.rejects_ok, {}, {})

    def _opened(self, report: Report) -> Iterator[Batch]:
        """Yield the files, opened; of an archive's, those that cannot be read stay where they are.

        Raises BadDataError if that is all there is.
        """
        for path in self.paths:
            try:
                yield opening.opened(self.leadctl, path, self.stdin, self.choices)
            except (BadDataError, UsageError) as error:
                if self.archive is not None and self.archive.has_taken(path):
                    raise _Known from None
                if isinstance(error, UsageError):
                    raise
                report.unreadable.append(f"{error.message}; it stays where it is")
                is_all = len(report.unreadable) == len(self.paths)
                if self.archive is None or (is_all and not self.archive.known):
                    raise

    def _write(self, rows: Rows, rejected: NewFile | None) -> int | None:
        """Read all before the lock, so that it is short, then decide and write."""
        with rows.read() as laid:
            self._be_strict(rows.report)
            if not laid.valid_rows:
                rejects.keep(rejected, rows.batches, laid)
                return None
            decided = asking.decided(self.leadctl, laid) if self.choices.policy == "ask" else {}
            with self.leadctl.store.operation(
                self._command(rows), dry_run=self.choices.dry_run, records=laid.valid_rows
            ) as op:
                self._decide(op, rows, laid, rejected, decided)
        return op.saved

    def _write_while_reading(self, rows: Rows, rejected: NewFile | None) -> int | None:
        """Write what has been read at once: the lock lasts longer, and the import less long."""
        with (
            self.leadctl.store.operation(
                self._command(rows), dry_run=self.choices.dry_run, records=rows.most()
            ) as op,
            rows.read_meanwhile() as laid,
        ):
            self._decide(op, rows, laid, rejected, {})
        return op.saved

    def _decide(
        self,
        op: Operation,
        rows: Rows,
        laid: Laid,
        rejected: NewFile | None,
        decided: Mapping[Place, str],
    ) -> None:
        """Decide and write what is read, and what is to be kept of it.

        Raises _Known if another import has brought a file of the archive meanwhile.
        """
        report, paths = rows.report, [batch.path for batch in rows.batches]
        # The last row of a record counts.
        last_first = self.choices.policy == "overwrite"
        if self.archive is not None and self.archive.is_known(paths):
            raise _Known

        def reject(row: Rejected) -> None:
            laid.reject(row)
            report.reject(row)

        if self.choices.kind == "lead":
            self._decide_leads(op, rows, laid, decided, reject)
        else:
            records = Records(
                self.leadctl, op, report, self.choices.kind, self.choices.policy,
                system=self.choices.system, reject=reject,
            )  # fmt: skip
            runs = laid.doubtful(last_first=last_first)
            records.take(draft for run in runs for draft in run.drafts())
            report.made, report.unfound = records.made, records.aside
        self._be_strict(report)
        rejects.keep(rejected, rows.batches, laid)
        if self.archive is not None and op.wrote:
            self.archive.remember(op, paths)

    def _decide_leads(
        self,
        op: Operation,
        rows: Rows,
        laid: Laid,
        decided: Mapping[Place, str],
        reject: Callable[[Rejected], None],
    ) -> None:
        report, policy = rows.report, self.choices.policy
        importer = Importer(
            self.leadctl, op, report, policy, reject,
            on_contact=self.choices.on_contact, decided=decided,
        )  # fmt: skip
        if laid.is_sorted:
            with rows.progress() as progress, op.bulk("lead", with_time=rows.come_from_beside()):
                for new in laid.new():
                    importer.create(new)
                    progress.at(report.ends["created"], rows.fraction())
        importer.take(laid.doubtful(last_first=policy == "overwrite"))
        for end in Report.ENDS:
            op.count(end, report.ends[end])

    def _be_strict(self, report: Report) -> None:
        """Raise BadDataError, which takes everything back, if a row is rejected under `--strict`."""
        if self.choices.strict and report.rejected:
            first, others = report.rejected[0], report.ends["rejected"] - 1
            more = f", and {others:,} more" if others else ""
            raise BadDataError(
                f"{first.file.name} {first}{more}; nothing was imported",
                "mend the file, or leave --strict out (with --dry-run to see all rows)",
            )

    def _command(self, rows: Rows) -> str:
        """Return the command as the history shows it, with the files that were read."""
        paths = [batch.path for batch in rows.batches]
        names = " ".join("-" if path == STDIN else path.name for path in paths)
        kind = "" if self.choices.kind == "lead" else f" --as {self.choices.kind}"
        return f"import {names}{kind} --on-duplicate {self.choices.policy}"


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
