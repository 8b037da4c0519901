"""The rows of the opened files: few are read before the lock, many while they are written under it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from leadctl.importing import second
from leadctl.importing.aside import Aside
from leadctl.importing.choices import Choices
from leadctl.importing.columns import UID
from leadctl.importing.drafting import Drafter, Rejected
from leadctl.importing.intake import Intake, Sink, unseen_of
from leadctl.importing.laid import PLACES, File, Laid
from leadctl.importing.outcome import Batch, Report
from leadctl.importing.unseen import Unseen

if TYPE_CHECKING:
    from leadctl.app import App
    from leadctl.progress import Progress

LARGE = 2 << 20
"""Bytes from which rows are written while they are read, those that are certainly new apart."""

SHORT = 100
"""Bytes of a short row."""


class _Come(deque[Any]):
    """A sink of what is taken out of it at once."""

    put = deque.append


class Rows(NamedTuple):
    """The rows of an import that are still to be read."""

    leadctl: App
    choices: Choices
    batches: Sequence[Batch]
    drafters: Sequence[Drafter]
    report: Report

    @contextmanager
    def read(self) -> Iterator[Laid]:
        """Read all rows, and lay them aside in their order."""
        with ExitStack() as stack:
            asides = {what: stack.enter_context(closing(Aside())) for what in PLACES}
            laid = Laid(self._files, asides, asides["rejected"])
            intake = self._intake(None, asides)
            with self.progress() as progress:
                for rows in self._read(intake):
                    progress.at(rows, self.fraction())
            laid.valid_rows = intake.valid_rows
            yield laid

    @contextmanager
    def read_meanwhile(self) -> Iterator[Laid]:
        """Read the rows while they are written, in an operation that has begun.

        What there is more of comes right away: new rows, or those that have to be looked up.
        """
        unseen = self._unseen()
        streamed = "drafts" if unseen is None else "new"
        with ExitStack() as stack:
            asides = {
                what: stack.enter_context(closing(Aside())) for what in PLACES if what != streamed
            }
            come = self._come_from_beside if self.come_from_beside() else self._come
            rows = stack.enter_context(closing(come(unseen, asides, streamed)))
            places = {**asides, streamed: rows}
            yield Laid(self._files, places, asides["rejected"], is_sorted=unseen is not None)

    def may_come_meanwhile(self) -> bool:
        """Whether there are many, and nothing needs all of them at once."""
        return self.choices.policy not in ("overwrite", "ask") and self._size > LARGE

    def come_from_beside(self) -> bool:
        """Whether a second process reads those that come meanwhile."""
        return second.is_possible()

    def most(self) -> int:
        """Return how many rows there may be, before they are read."""
        return self._size // SHORT

    def progress(self) -> AbstractContextManager[Progress]:
        """Return what shows how far the import has come."""
        return self.leadctl.output.progress(", ".join(batch.file.name for batch in self.batches))

    def fraction(self) -> float | None:
        """Return which part of the file has been read, None of several files."""
        return self.batches[0].file.fraction() if len(self.batches) == 1 else None

    def _come(
        self, unseen: Unseen | None, asides: Mapping[str, Sink], streamed: str
    ) -> Generator[Any, None, None]:
        """Yield what is streamed, and lay aside the rest that is read with it."""
        come = _Come()
        for _ in self._read(self._intake(unseen, {**asides, streamed: come})):
            while come:
                yield come.popleft()

    def _come_from_beside(
        self, unseen: Unseen | None, asides: Mapping[str, Aside], streamed: str
    ) -> second.Reader:
        """Have a second process read, and return it, which yields what is streamed."""

        def read(sink: Callable[[str], Sink]) -> Any:
            for _ in self._read(self._intake(unseen, {what: sink(what) for what in PLACES})):
                pass
            return self.report.notes, [batch.aside for batch in self.batches]

        def on_rejected(row: Any) -> None:
            number, *of = row
            self.report.reject(Rejected(self.batches[number].file, *of))

        def on_end(end: Any) -> None:
            notes, said = end
            self.report.notes.__dict__.update(notes.__dict__)
            for batch, aside in zip(self.batches, said, strict=True):
                batch.aside.update(aside)

        return second.Reader(read, asides, on_rejected=on_rejected, on_end=on_end)

    def _intake(self, unseen: Unseen | None, sinks: Mapping[str, Sink]) -> Intake:
        external_only = self.choices.policy == "create"
        return Intake(unseen, self._files, sinks, by_external_id_only=external_only)

    def _read(self, intake: Intake) -> Iterator[int]:
        """Read and check the rows, and have them sorted; yield now and then how many there were."""
        rows = 0
        for batch, drafter in zip(self.batches, self.drafters, strict=True):
            for run, rejected in drafter.runs():
                batch.look_at(run)
                intake.take(run)
                for row in rejected:
                    intake.reject(row)
                    self.report.reject(row)
                rows += len(run) + len(rejected)
                yield rows

    def _unseen(self) -> Unseen | None:
        """Return what tells new rows; None where each has to be looked up."""
        if self.choices.kind != "lead":
            return None
        by_uid = any(column.field == UID for batch in self.batches for column in batch.columns)
        return unseen_of(self.leadctl.store, self._size, by_uid=by_uid)

    @property
    def _files(self) -> list[File]:
        drafted = zip(self.batches, self.drafters, strict=True)
        return [File(batch.file, drafter.fingerprint) for batch, drafter in drafted]

    @property
    def _size(self) -> int:
        return sum(batch.path.stat().st_size for batch in self.batches if batch.path.is_file())
