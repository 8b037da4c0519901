"""What an import says: an object for scripts, and for people what came of which column and row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from leadctl.fields import KINDS, LETTERS
from leadctl.importing.drafting import Rejected
from leadctl.importing.legend import looks_like, mapping_lines
from leadctl.importing.outcome import Batch, Done, Report
from leadctl.results import Answer
from leadctl.wording import count_of

if TYPE_CHECKING:
    from leadctl.output import Output

SHOWN = 5


def answer(done: Done, *, for_people: bool) -> Answer:
    """Return what the command answers; `for_people` shows which column fills which field."""
    return Answer(
        in_figures(done),
        list(in_words(done, for_people)),
        notes=list(notes(done)),
        next=list(_next(done)),
        exit_code=_exit_code(done),
    )


def show_mapping(output: Output, batches: Sequence[Batch]) -> None:
    """Show a person which column goes where, before anything is written."""
    if output.for_people:
        for batch in batches:
            output.note(f"{batch.file.name}  {', '.join(_how_read(batch))}")
            for line in mapping_lines(batch.columns, batch.samples, output.width):
                output.note(line)


def _exit_code(done: Done) -> int:
    partial = done.report.unreadable or (done.report.rejected and not done.rejects_ok)
    return 3 if partial else 0


def _next(done: Done) -> Iterator[str]:
    if done.operation:
        yield f"undo: leadctl undo {done.operation}"
        if done.report.kind == "lead":
            yield "look: leadctl list"


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
        "merged": sorted(report.merged),
        "differing": len(report.differing),
        "columns": list(_mapped(done.batches)),
        "unmapped": _unmapped(done.batches),
        "placeholders": report.notes.placeholders.total(),
        "test_leads": report.notes.test_leads,
        "contacts": sorted(report.contacts),
        "made": dict(report.made),
        "arrived": report.arrived,
        "unreadable": done.report.unreadable,
        "known_files": [str(path) for path in done.known],
        "archived": [str(path) for path in done.moved.values()],
    }


def _rejected_row(row: Rejected) -> dict[str, Any]:
    return {"file": row.file.name, "line": row.line, "column": row.column, "reason": row.reason}


def _mapped(batches: Sequence[Batch]) -> Iterator[dict[str, Any]]:
    for batch in batches:
        for at, header, field, or_else in batch.columns:
            named = {"file": batch.file.name, "header": header, "field": field, "or_else": or_else}
            yield {**named, "doubt": at in {doubt.position for doubt in batch.columns.doubts}}


def _unmapped(batches: Sequence[Batch]) -> list[str]:
    headers = (c.header for batch in batches for c in batch.columns if c.field is None)
    return list(dict.fromkeys(headers))


def in_words(done: Done, for_people: bool) -> Iterator[str]:
    """Yield what a person reads: each file and its columns, then the five ends of its rows."""
    if not done.batches:
        yield "no file, nothing to import"
        return
    for batch in () if for_people else done.batches:
        yield f"{batch.file.name}  {', '.join(_how_read(batch))}"
    ends = " · ".join(f"{done.report.ends[end]:,} {end}" for end in Report.ENDS)
    place = f" → {done.rejects}" if done.rejects else ""
    yield ("would be: " if done.dry_run else "") + ends + place


def _how_read(batch: Batch) -> Iterator[str]:
    """Yield how a file was read: its kind if it is no CSV, encoding, delimiter, what was odd."""
    file = batch.file
    if file.delimiter is None:
        yield file.kind
    if file.encoding:
        yield file.encoding
    if file.delimiter:
        yield "tab" if file.delimiter == "\t" else f"“{file.delimiter}”"
    yield from file.notes
    if whose := looks_like(batch.columns):
        yield whose


def notes(done: Done) -> Iterator[str]:
    """Yield what a person should know: rejects, what stayed, what is in no list."""
    yield from _about_rejects(done)
    yield from _about_leads(done.report)
    said = {doubt.header for batch in done.batches for doubt in batch.columns.doubts}
    headers = (of for batch in done.batches for of in batch.left if of not in said)
    if left := [_in_one_line(header) for header in dict.fromkeys(headers)]:
        yield f"no field for {', '.join(left)}: kept in extra"
    yield from _about_words(done.report)
    for batch in done.batches:
        yield from batch.reading.notes
    yield from done.report.remembered
    yield from _about_files(done)


def _about_rejects(done: Done) -> Iterator[str]:
    rejected, count = done.report.rejected, done.report.ends["rejected"]
    for row in rejected[:SHOWN]:
        yield f"  {row.file.name + ' ' if len(done.batches) > 1 else ''}{row}"
    if count > SHOWN:
        yield f"  and {count - SHOWN:,} more rejected"
    if rejected and not done.rejects:
        yield "--rejects FILE keeps rejected rows, to be mended and imported again"


def _about_leads(report: Report) -> Iterator[str]:
    kind = report.kind
    if report.converted:
        rows = count_of(report.converted.total(), "row")
        yield f"{rows} skipped: converted already, never changed ({_named('lead', report.converted)})"
    if report.merged:
        rows = count_of(report.merged.total(), "row")
        yield f"{rows} skipped: merged into others since ({_named(kind, report.merged)})"
    if report.contacts:
        rows = count_of(report.contacts.total(), "row")
        yield (
            f"{rows} of people who are contacts already ({_named('contact', report.contacts)};"
            " --on-contact activity notes that they came again, create makes leads)"
        )
    if report.arrived:
        yield f"{count_of(report.arrived, 'lead')} converted elsewhere, and here as of then"
    skipped = report.contacts_skipped + report.converted.total() + report.merged.total()
    if there := report.ends["skipped"] - skipped:
        yield f"{count_of(there, 'row')} skipped: there already (--on-duplicate fill adds to them)"
    if report.differing:
        fields = ", ".join(sorted(set().union(*report.differing.values())))
        many = count_of(len(report.differing), f"{kind} differs", f"{KINDS[kind]} differ")
        yield f"{many} from the file and stayed ({_named(kind, report.differing)}: {fields})"
    if report.other_ids:
        rows = count_of(report.other_ids, "row has", "rows have")
        yield f"{rows} another external id than the lead, which is found by either"
    for made, number in report.made.items():
        yield f"{count_of(number, made, KINDS[made])} made, as rows name them"
    for name, number in report.unfound.items():
        yield f"{name} of {count_of(number, 'row')} not found, kept in extra"


def _about_files(done: Done) -> Iterator[str]:
    yield from done.report.unreadable
    for path, operation in done.known.items():
        yield f"{path.name} was imported before (op{operation}) and is not read again"
    if done.moved:
        folder = next(iter(done.moved.values())).parent
        yield f"{count_of(len(done.moved), 'file')} moved to {folder}"


def _about_words(report: Report) -> Iterator[str]:
    if blank := report.notes.placeholders:
        shown = ", ".join(repr(word) for word, _ in blank.most_common(SHOWN))
        more = ", …" if len(blank) > SHOWN else ""
        yield f"{count_of(blank.total(), 'cell')} taken for blank: {shown}{more}"
    if report.notes.footers:
        yield f"{count_of(report.notes.footers, 'line')} below the table left out"
    for header, number in report.notes.unread.items():
        yield f"{_in_one_line(header)}: {count_of(number, 'cell')} cannot be read, kept in extra"
    for header, number in report.notes.other_currency.items():
        amounts = count_of(number, "amount")
        yield f"{_in_one_line(header)}: {amounts} in another currency than the row has, kept in extra"
    if report.notes.national:
        many = count_of(report.notes.national, "telephone number")
        yield f"{many} kept as written: of no known country (--country XX)"
    for name, words in report.notes.unknown.items():
        for word, number in words.most_common(SHOWN):
            rows = count_of(number, "row")
            yield f"{name} {word!r} is in no list, kept as written ({rows})"
        if name == "status" and words:
            word = next(iter(words))
            yield f'a word of your list instead: --map-value "status:{_in_one_line(word)}=Qualified"'
        if len(words) > SHOWN:
            others = len(words) - SHOWN + report.notes.more_unknown[name]
            yield f"and {others:,} more words for {name} that are in no list"
    for owner, number in report.notes.unknown_owners.most_common(SHOWN):
        yield f"owner {owner!r} is no rep, kept in extra ({count_of(number, 'row')})"


def _named(kind: str, records: Iterable[int]) -> str:
    numbers = sorted(records)
    letter = next((letter for letter, of in LETTERS.items() if of == kind), "")
    shown = ", ".join(f"{letter}{number}" for number in numbers[:SHOWN])
    return (shown if letter else f"{kind} {shown}") + (", …" if len(numbers) > SHOWN else "")


def _in_one_line(words: str) -> str:
    return " ".join(words.split())
