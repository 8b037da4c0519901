"""The rows of the opened files: read before the lock, or by a second process under it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from leadctl.importing import second
from leadctl.importing.aside import Aside
from leadctl.importing.choices import Choices
from leadctl.importing.drafting import Drafter, Rejected
from leadctl.importing.intake import Intake, Sink, unseen_of
from leadctl.importing.laid import PLACES, File, Laid
from leadctl.importing.outcome import Batch, Report
from leadctl.importing.unseen import Unseen
from leadctl.progress import Silent

if TYPE_CHECKING:
    from leadctl.app import App
    from leadctl.progress import Progress

LARGE = 2 << 20
"""Bytes from which rows that are certainly new are written apart, read by a second process."""

SHORT = 100
"""Bytes of a short row."""


class Rows(NamedTuple):
    """The rows of an import that are still to be read."""

    leadctl: App
    choices: Choices
    batches: Sequence[Batch]
    drafters: Sequence[Drafter]
    report: Report

    @contextmanager
    def read(self, *, in_order: bool) -> Iterator[Laid]:
        """Read all rows and lay them aside; `in_order` keeps new rows among the others."""
        with ExitStack() as stack:
            asides = {what: stack.enter_context(closing(Aside())) for what in PLACES}
            unseen = None if in_order else self._unseen()
            laid = Laid(self._files, asides, asides["rejected"], is_sorted=unseen is not None)
            with self.progress() as progress:
                intake = self._read(unseen, asides, progress)
            laid.valid_rows, laid.new_rows = intake.valid_rows, intake.new_rows
            yield laid

    @contextmanager
    def read_beside(self) -> Iterator[Laid]:
        """Have a second process read the rows while they are written, in an operation that has begun.

        What it has more of comes right away: new rows, or those that have to be looked up.
        """
        unseen = self._unseen()
        streamed = "drafts" if unseen is None else "new"

        def read(sink: Callable[[str], Sink]) -> Any:
            intake = self._read(unseen, {what: sink(what) for what in PLACES}, Silent())
            return self.report.notes, [batch.aside for batch in self.batches], intake.valid_rows

        def on_rejected(row: Any) -> None:
            number, *of = row
            self.report.reject(Rejected(self.batches[number].file, *of))

        def on_end(end: Any) -> None:
            notes, asides, laid.valid_rows = end
            self.report.notes.__dict__.update(notes.__dict__)
            for batch, aside in zip(self.batches, asides, strict=True):
                batch.aside.update(aside)

        with ExitStack() as stack:
            asides = {
                what: stack.enter_context(closing(Aside())) for what in PLACES if what != streamed
            }
            reader = stack.enter_context(
                closing(second.Reader(read, asides, on_rejected=on_rejected, on_end=on_end))
            )
            places: dict[str, Iterable[Any]] = {**asides, streamed: reader}
            laid = Laid(self._files, places, asides["rejected"], is_sorted=unseen is not None)
            laid.new_rows = None if laid.is_sorted else 0
            yield laid

    def are_for_two(self) -> bool:
        """Whether a second process is worth it, and nothing needs all rows at once."""
        in_order = self.choices.policy in ("fill", "skip")
        return in_order and self._size > LARGE and second.is_possible()

    def most(self) -> int:
        """Return how many rows there may be, before they are read."""
        return self._size // SHORT

    def progress(self) -> AbstractContextManager[Progress]:
        """Return what shows how far the import has come."""
        return self.leadctl.output.progress(", ".join(batch.file.name for batch in self.batches))

    def fraction(self) -> float | None:
        """Return which part of the file has been read, None of several files."""
        return self.batches[0].file.fraction() if len(self.batches) == 1 else None

    def _read(self, unseen: Unseen | None, sinks: Mapping[str, Sink], progress: Progress) -> Intake:
        """Read and check all rows, and lay them into the sinks."""
        external_only = self.choices.policy == "create"
        intake = Intake(unseen, self._files, sinks, by_external_id_only=external_only)
        rows = 0
        for batch, drafter in zip(self.batches, self.drafters, strict=True):
            for run, rejected in drafter.runs():
                batch.look_at(run)
                intake.take(run)
                for row in rejected:
                    intake.reject(row)
                    self.report.reject(row)
                rows += len(run) + len(rejected)
                progress.at(rows, self.fraction())
        return intake

    def _unseen(self) -> Unseen | None:
        """Return what tells new rows; None where each has to be looked up, in its order."""
        in_order = self.choices.kind != "lead" or self.choices.policy in ("overwrite", "ask")
        if in_order or self._size <= LARGE:
            return None
        return unseen_of(self.leadctl.store, self._size)

    @property
    def _files(self) -> list[File]:
        drafted = zip(self.batches, self.drafters, strict=True)
        return [File(batch.file, drafter.fingerprint) for batch, drafter in drafted]

    @property
    def _size(self) -> int:
        return sum(batch.path.stat().st_size for batch in self.batches if batch.path.is_file())
