"""Which records the words of a command name: ids and other names, typed or from a pipe."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from leadctl.errors import UsageError
from leadctl.fields import COMPUTED_OF, KINDS, kind_of
from leadctl.wording import a_or_an, label

if TYPE_CHECKING:
    from leadctl.app import App


def typed(app: App, names: Sequence[str], kind: str = "lead") -> list[str]:
    """Return how each record is named by words, `-` standing for those in the pipe."""
    return [
        one.strip() for name in names for one in ([name] if name != "-" else _from_pipe(app, kind))
    ]


def names_and_rest(words: Sequence[str]) -> tuple[list[str], str]:
    """Return the ids that words begin with, `-` among them, and the words behind them as one text."""
    ids = 0
    while ids < len(words) and (words[ids] == "-" or _is_id(words[ids].lstrip("acd"))):
        ids += 1
    return list(words[:ids]), " ".join(words[ids:])


def kind_of_all(written: Sequence[str]) -> str:
    """Return the kind of record that words name, a lead where there are none; UsageError if several."""
    kinds = list(dict.fromkeys(map(kind_of, written)))
    if len(kinds) > 1:
        said = " and ".join(KINDS.get(kind, f"{kind}s") for kind in kinds)
        raise UsageError(f"these are {said}", "one kind at a time")
    if kinds and kinds[0] not in COMPUTED_OF:
        raise UsageError(f"{written[0]} is {a_or_an(kinds[0])}", "write 42, c12, a7 or d4")
    return kinds[0] if kinds else "lead"


def record_ids(app: App, kind: str, written: Sequence[str]) -> list[int]:
    """Return the ids of the records of a kind that words name; every one is looked up first.

    Raises UsageError for what is no name of such a record, NotFoundError for one that is not there.
    """
    letter = label(kind, 0).removesuffix("0")
    ids = [int(digits) if _is_id(digits := one.removeprefix(letter)) else None for one in written]
    there = app.store.existing(kind, [record for record in ids if record is not None])
    wanted: dict[int, None] = {}
    for one, record in zip(written, ids, strict=True):
        # Names other than ids are looked up one by one, and so is an id that is not there.
        wanted[record if record in there else app.store.resolve(one, kind)] = None
    return list(wanted)


def lead_ids(app: App, names: Sequence[str]) -> list[int] | None:
    """Return the ids that words name, `-` standing for those in the pipe; None without any word.

    Every word is looked up before anything is done with one. Raises UsageError for a bad line,
    NotFoundError for an id that does not exist.
    """
    return record_ids(app, "lead", typed(app, names)) if names else None


def _is_id(written: str) -> bool:
    return written.isdecimal() and written.isascii() and len(written) < 19


def _from_pipe(app: App, kind: str = "lead") -> list[str]:
    """Return the ids in standard input: one a line, or a table of ours with a column `id`."""
    lines = [line for line in app.lines() if line.strip()]
    if not lines:
        return []
    import csv

    if lines[0].lstrip().startswith("{"):
        return [_id_of_json(app, line, number, kind) for number, line in enumerate(lines, 1)]
    if lines[0].lstrip().startswith("["):
        return _ids_of_array(app, "\n".join(lines), kind)
    for delimiter in ("\t", ","):
        header = next(csv.reader([lines[0]], delimiter=delimiter))
        if "id" in header and len(header) > 1:
            _check_kind(app, header, kind)
            return _ids_of_table(lines, delimiter, header.index("id"))
    if lines[0].strip() == "id":
        lines = lines[1:]
    return [_one_word(line, number) for number, line in enumerate(lines, 1)]


def _check_kind(app: App, fields: Iterable[str], kind: str) -> None:
    """Raise UsageError if a table is ours of other records; one of your own has what it has."""
    named = set(fields)
    if "uid" not in named or named <= app.store.view(kind).columns.keys():
        return
    from leadctl.record_view import records_of

    tables = {of.kind: of.columns.keys() for of in records_of(app.fields).values()}
    others = {of: app.store.view(of).columns.keys() | tables[of] for of in COMPUTED_OF}
    for other, columns in {**tables, **others}.items():
        if named <= columns and other != kind:
            verb = "leadctl list" if kind == "lead" else f"leadctl {kind} list"
            raise UsageError(
                f"the pipe has {KINDS[other]}, not {KINDS[kind]}", f"{verb} makes such"
            )


def _one_word(line: str, number: int) -> str:
    if len(line.split()) != 1:
        raise UsageError(f"line {number} of the pipe is no id", "one id a line, or leadctl's TSV")
    return line.strip()


def _id_of_json(app: App, line: str, number: int, kind: str) -> str:
    import json

    try:
        record = json.loads(line)
        if number == 1:
            _check_kind(app, record, kind)
        return str(record["id"])
    except (ValueError, KeyError, TypeError):
        raise UsageError(f"line {number} of the pipe has no id", "JSONL with a field id") from None


def _ids_of_array(app: App, text: str, kind: str) -> list[str]:
    import json

    try:
        records = json.loads(text)
        for first in records[:1]:
            _check_kind(app, first, kind)
        return [str(record["id"]) for record in records]
    except (ValueError, KeyError, TypeError):
        raise UsageError("the pipe is no array of records", "leadctl list --json") from None


def _ids_of_table(lines: Iterable[str], delimiter: str, position: int) -> list[str]:
    import csv

    ids = []
    rows: Any = csv.reader(lines, delimiter=delimiter)
    for number, cells in enumerate(rows, 1):
        if number == 1:
            continue
        if len(cells) <= position or not cells[position].strip():
            raise UsageError(f"line {number} of the pipe has no id", "a column id in every line")
        ids.append(cells[position].strip())
    return ids
