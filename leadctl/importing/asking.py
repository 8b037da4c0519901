"""The questions of `--on-duplicate ask`: both sides beside each other, and what becomes of the row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from leadctl.errors import NeedsInputError
from leadctl.importing.leads import Importer, Meeting, Place, place_of
from leadctl.importing.outcome import Report
from leadctl.layout import padded, wide
from leadctl.prompts import Choice
from leadctl.stored import as_read
from leadctl.wording import name_of, plain

if TYPE_CHECKING:
    from leadctl.app import App
    from leadctl.importing.laid import Laid

_KEEP, _TAKE, _SKIP, _NEW, _KEEP_ALL, _TAKE_ALL = range(6)
_ANSWERS = {_KEEP: "fill", _TAKE: "overwrite", _SKIP: "skip", _NEW: "create"}


def decided(leadctl: App, laid: Laid) -> dict[Place, str]:
    """Return the policy of each row that says something else than its lead, as a person decides.

    A trial finds these rows; nothing is locked while somebody thinks. Raises NeedsInputError
    without a terminal.
    """
    if not leadctl.asking:
        raise NeedsInputError(
            "--on-duplicate ask needs a terminal", "take --on-duplicate fill, overwrite or skip"
        )
    found = _meetings(leadctl, laid)
    answers: dict[Place, str] = {}
    for number, meeting in enumerate(found):
        for line in _side_by_side(meeting, leadctl.fields.types("lead")):
            leadctl.output.note(line)
        answer = leadctl.prompts.choose(
            f"Row {number + 1} of {len(found)} that differ. What holds?",
            [
                Choice("keep the lead's, fill its blanks", _KEEP, "k"),
                Choice("take the file's", _TAKE, "t"),
                Choice("skip the row", _SKIP, "s"),
                Choice("make a new lead of it", _NEW, "n"),
                Choice("keep the lead's for all that follow", _KEEP_ALL, "a"),
                Choice("take the file's for all that follow", _TAKE_ALL, "f"),
            ],
            flag="--on-duplicate",
        )
        if answer in (_KEEP_ALL, _TAKE_ALL):
            policy = "fill" if answer == _KEEP_ALL else "overwrite"
            answers |= {_place(rest): policy for rest in found[number:]}
            break
        answers[_place(meeting)] = _ANSWERS[answer]
    return answers


def _meetings(leadctl: App, laid: Laid) -> list[Meeting]:
    found: list[Meeting] = []
    with leadctl.store.operation("import", dry_run=True) as op:
        trial = Importer(leadctl, op, Report(), "fill", lambda row: None, meetings=found)
        trial.take(laid.doubtful())
    return found


def _place(meeting: Meeting) -> Place:
    return place_of(meeting.draft)


def _side_by_side(meeting: Meeting, types: Mapping[str, str]) -> Iterator[str]:
    """Yield who it is, and a line for each field in which the two differ."""
    draft = meeting.draft
    yield f"{draft.file.name} line {draft.line} is lead {meeting.lead} {name_of(meeting.facts)}"
    fields = sorted(meeting.differing)
    width = max(map(wide, fields))
    for field in fields:
        lead, row = (
            plain(as_read(types.get(field), of.get(field))) for of in (meeting.facts, draft.values)
        )
        yield f"  {padded(field, width)}  lead: {lead}   file: {row}"
