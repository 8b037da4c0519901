"""Where an export goes: to a file that is there whole or not at all, or to standard output."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from leadctl.errors import BadDataError, UsageError
from leadctl.formats.writing import NewFile
from leadctl.wording import clean

if TYPE_CHECKING:
    from leadctl.exporting.rows import Export
    from leadctl.output import Output

_IN_MEMORY = 1 << 24
_BLOCK = 1 << 20


def to_file(export: Export, file: Path) -> None:
    """Write an export to a private file that is there whole or not at all.

    It replaces a file of this name: cron writes the same one every night. BadDataError where it
    cannot be written; then nothing has changed.
    """
    with NewFile(file) as new:
        if export.choices.format == "xlsx":
            new.write_bytes(export.workbook)
        else:
            new.write_text(export.text())


def to_stdout(export: Export, output: Output) -> None:
    """Print an export, on a terminal with controls spelt out; without records not even a header.

    It is laid aside first, so that a reader who takes his time keeps nobody from writing, and an
    error leaves nothing half printed. UsageError for a workbook at a terminal.
    """
    if export.choices.format == "xlsx":
        if output.to_terminal:
            raise UsageError("a terminal cannot show a workbook", "add --output leads.xlsx")
        with _laid_aside(export.workbook, "w+b") as aside:
            output.write_bytes(_blocks(aside))
        return
    with _laid_aside(lambda aside: _write_text(export, aside), "w+") as aside:
        if export.delimiter and not export.rows:
            return
        for block in _blocks(aside):
            output.stdout.write(_shown(block) if output.to_terminal else block)


@contextmanager
def _laid_aside(write: Callable[[Any], None], mode: str) -> Iterator[IO[Any]]:
    """Write to a temporary file, in memory while it is small, and give it to be read."""
    text: dict[str, Any] = {} if "b" in mode else {"encoding": "utf-8", "newline": ""}
    with tempfile.SpooledTemporaryFile(_IN_MEMORY, mode, **text) as aside:
        try:
            write(aside)
            aside.seek(0)
        except OSError as error:
            raise BadDataError(
                f"no room for the export in {tempfile.gettempdir()}: {error.strerror}",
                "write it to a file with --output",
            ) from None
        yield aside


def _write_text(export: Export, aside: IO[str]) -> None:
    # Its writelines would keep everything in memory before it looks how much that is.
    for part in export.text():
        aside.write(part)


def _blocks(aside: IO[Any]) -> Iterator[Any]:
    while block := aside.read(_BLOCK):
        yield block


def _shown(block: str) -> str:
    """Return a text whose tabs and line breaks are its own, and all other controls are spelt out."""
    lines = block.replace("\r\n", "\n").split("\n")
    return "\n".join("\t".join(map(clean, line.split("\t"))) for line in lines)
