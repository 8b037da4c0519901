"""What an import says: an object for scripts, and for people what came of which column and row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from leadctl.importing.columns import Mapped
from leadctl.importing.drafting import Draft, Notes, Rejected
from leadctl.results import Answer
from leadctl.wording import count_of

if TYPE_CHECKING:
    from leadctl.formats.table import Table

SHOWN = 5
SAMPLES = 3
LOOKED_AT = 200
"""How many rows are looked at for the first values of a column."""


class Batch(NamedTuple):
    """A file that was read: its columns, and the drafts of its valid rows."""

    path: Path
    file: Table
    columns: list[Mapped]
    drafts: list[Draft]


class Report:
    """What an import did: the five ends of a row, and what a person should know about them."""

    ENDS = ("created", "updated", "unchanged", "skipped", "rejected")

    def __init__(self) -> None:
        self.ends: Counter[str] = Counter()
        self.rejected: list[Rejected] = []
        self.converted: Counter[int] = Counter()
        self.differing: dict[int, set[str]] = {}
        self.notes = Notes()

    @property
    def rows(self) -> int:
        """How many rows there were: the sum of the five ends."""
        return sum(self.ends.values())

    def reject(self, row: Rejected) -> None:
        """Note a row that was rejected."""
        self.rejected.append(row)
        self.ends["rejected"] += 1


class Done(NamedTuple):
    """A finished import: its operation if it wrote anything, and where rejected rows are."""

    operation: int | None
    dry_run: bool
    batches: list[Batch]
    report: Report
    rejects: Path | None
    rejects_ok: bool = False


def answer(done: Done, *, for_people: bool) -> Answer:
    """Return what the command answers; `for_people` shows which column fills which field."""
    saved = done.operation
    return Answer(
        in_figures(done),
        list(in_words(done, for_people)),
        notes=list(notes(done)),
        next=[f"undo: leadctl undo {saved}", "look: leadctl list"] if saved else [],
        exit_code=3 if done.report.rejected and not done.rejects_ok else 0,
    )


def in_figures(done: Done) -> dict[str, Any]:
    """Return the object for scripts."""
    report = done.report
    return {
        "operation": done.operation,
        "dry_run": done.dry_run,
        "rows": report.rows,
        **{end: report.ends[end] for end in Report.ENDS},
        "rejects_file": str(done.rejects) if done.rejects else None,
        "rejects": [_rejected_row(row) for row in report.rejected],
        "converted": sorted(report.converted),
        "differing": len(report.differing),
        "unmapped": _unmapped(done.batches),
    }


def _rejected_row(row: Rejected) -> dict[str, Any]:
    return {"file": row.file.name, "line": row.line, "column": row.column, "reason": row.reason}


def _unmapped(batches: Sequence[Batch]) -> list[str]:
    headers = (c.header for batch in batches for c in batch.columns if c.field is None)
    return list(dict.fromkeys(headers))


def in_words(done: Done, for_people: bool) -> Iterator[str]:
    """Yield what a person reads: each file and its columns, then the five ends of its rows."""
    if not done.batches:
        yield "no file, nothing to import"
        return
    nothing_new = done.operation is None and not done.dry_run and not done.report.rejected
    for batch in done.batches:
        yield f"{batch.file.name}  {', '.join(_how_read(batch.file))}"
        if for_people and not nothing_new:
            yield from _columns(batch)
    ends = " · ".join(f"{done.report.ends[end]:,} {end}" for end in Report.ENDS)
    place = f" → {done.rejects}" if done.rejects else ""
    yield ("would be: " if done.dry_run else "") + ends + place


def _how_read(file: Table) -> Iterator[str]:
    """Yield how a file was read: its kind if it is no CSV, encoding, delimiter, what was odd."""
    if file.delimiter is None:
        yield file.kind
    if file.encoding:
        yield file.encoding
    if file.delimiter:
        yield "tab" if file.delimiter == "\t" else f"“{file.delimiter}”"
    yield from file.notes


def _columns(batch: Batch) -> Iterator[str]:
    rows = [draft.cells for draft in batch.drafts[:LOOKED_AT]]
    shown = [c for c in batch.columns if any(row[c.position].strip() for row in rows)]
    width = min(max((len(c.header) for c in shown), default=0), 28)
    for column in shown:
        words = (" ".join(row[column.position].split()) for row in rows)
        samples = [word[:24] for word in dict.fromkeys(words) if word][:SAMPLES]
        header = f"{_in_one_line(column.header)[:28]:<{width}}"
        yield f"  {header} → {_place_of(column):<16} {' · '.join(samples)}"
    if blank := len(batch.columns) - len(shown):
        yield f"  {count_of(blank, 'column')} without a value"


def _place_of(column: Mapped) -> str:
    return "extra" if column.field is None else column.field or "left out"


def notes(done: Done) -> Iterator[str]:
    """Yield what a person should know: rejects, what stayed, what is in no list."""
    yield from _about_rejects(done)
    yield from _about_leads(done.report)
    headers = (header for batch in done.batches for header in filled(batch.columns, batch.drafts))
    if left := [_in_one_line(header) for header in dict.fromkeys(headers)]:
        yield f"no field for {', '.join(left)}: kept in extra"
    yield from _about_words(done.report)


def _about_rejects(done: Done) -> Iterator[str]:
    rejected = done.report.rejected
    for row in rejected[:SHOWN]:
        yield f"  {row.file.name + ' ' if len(done.batches) > 1 else ''}{row}"
    if len(rejected) > SHOWN:
        yield f"  and {len(rejected) - SHOWN:,} more rejected"
    if rejected and not done.rejects:
        yield "--rejects FILE keeps rejected rows, to be mended and imported again"


def _about_leads(report: Report) -> Iterator[str]:
    if report.converted:
        rows = count_of(report.converted.total(), "row")
        yield f"{rows} skipped: converted already, never changed ({_leads(report.converted)})"
    if there := report.ends["skipped"] - report.converted.total():
        yield f"{count_of(there, 'row')} skipped: there already (--on-duplicate fill adds to them)"
    if report.differing:
        fields = ", ".join(sorted(set().union(*report.differing.values())))
        many = count_of(len(report.differing), "lead differs", "leads differ")
        yield f"{many} from the file and stayed ({_leads(report.differing)}: {fields})"


def _about_words(report: Report) -> Iterator[str]:
    for field, words in report.notes.unknown.items():
        for word, number in words.most_common(SHOWN):
            rows = count_of(number, "row")
            yield f"{field} {word!r} is in no list, kept as written ({rows})"
        if len(words) > SHOWN:
            yield f"and {len(words) - SHOWN:,} more words for {field} that are in no list"
    for owner, number in report.notes.unknown_owners.most_common(SHOWN):
        yield f"owner {owner!r} is no rep, kept in extra ({count_of(number, 'row')})"


def _leads(leads: Iterable[int]) -> str:
    numbers = sorted(leads)
    shown = ", ".join(map(str, numbers[:SHOWN]))
    return f"lead {shown}" + (", …" if len(numbers) > SHOWN else "")


def _in_one_line(words: str) -> str:
    return " ".join(words.split())


def filled(columns: Iterable[Mapped], drafts: Iterable[Draft]) -> list[str]:
    """Return the headers without a field that have a value somewhere."""
    seen = set().union(*(draft.extra for draft in drafts))
    return [column.header for column in columns if column.field is None and column.header in seen]
