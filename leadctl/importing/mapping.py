"""How a file is read: what is remembered, found and asked, and what is remembered of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from leadctl import toml_file
from leadctl.errors import LeadctlError
from leadctl.fields import OUR_OWN
from leadctl.importing import presets, remembered, settling
from leadctl.importing.columns import Columns, column_key, map_columns, shortened

if TYPE_CHECKING:
    from leadctl.app import App
    from leadctl.config import Settings
    from leadctl.formats.table import Table
    from leadctl.importing.choices import Choices


class Reading(NamedTuple):
    """The columns of a file, and how they came about.

    `dates` is the order of dates that was asked for or is remembered. `notes` are sentences for a
    person; `answered` says that one was asked.
    """

    columns: Columns
    dates: str | None
    notes: tuple[str, ...]
    country: str | None = None
    answered: bool = False


def decide(
    leadctl: App, file: Table, choices: Choices, samples: Sequence[Sequence[str]]
) -> Reading:
    """Return how a file is read; a person is asked about columns in doubt.

    `samples` are its first rows. A preset that is asked for goes before what is remembered. Raises
    what `map_columns` raises.
    """
    settings = leadctl.settings
    kept = None if choices.preset else remembered.find(settings, file.header, choices.kind)
    columns = map_columns(
        file, choices.map, choices.kind, preset=choices.preset, values=choices.values,
        remembered=kept, samples=samples, fields=leadctl.fields,
    )  # fmt: skip
    columns = replace(columns, values=_in_these_lists(columns, settings, choices, kept))
    notes = presets.surprises(file.header, choices.preset, file.name)
    if kept is not None:
        alike = "this header" if kept.is_same else _beside(kept, file.header)
        notes.append(f"{file.name}: read as {leadctl.places.config} remembers for {alike}")
        for name in kept.unknown(columns.types):
            notes.append(f"{remembered.TABLE}: {name!r} is no field, its column is kept in extra")
    answered = bool(columns.doubts) and leadctl.asking
    if answered:
        columns = settling.settle(leadctl.prompts, columns, file, samples)
    notes += settling.in_words(columns)
    dates = choices.dates or (kept.dates if kept else None)
    country = choices.country or (kept.country if kept else None)
    return Reading(columns, dates, tuple(notes), country, answered)


def _beside(kept: remembered.Remembered, header: Sequence[str]) -> str:
    """Return in words for which header a mapping is, by what this one has more and less."""
    more = [name for name in header if not (kept.has(name) or name.startswith(OUR_OWN))]
    there = {column_key(name) for name in header}
    less = [name for name in kept.columns if column_key(name) not in there]
    said = [
        f"{word} {', '.join(map(shortened, of))}"
        for word, of in (("with", less), ("without", more))
        if of
    ]
    return f"a header like this one, {' and '.join(said)}"


def keep(leadctl: App, reading: Reading, choices: Choices) -> str | None:
    """Remember how a file was read if that was asked for or a person was asked; return a sentence.

    A dry run remembers nothing. That it cannot be written is no failure of the import: it is said.
    """
    if choices.dry_run or not (choices.save_mapping or reading.answered):
        return None
    path = toml_file.place(leadctl.places)
    try:
        remembered.save(path, reading.columns, reading.dates, reading.country)
    except LeadctlError as error:
        return error.message
    return f"remembered in {path} for files with this header"


def _in_these_lists(
    columns: Columns, settings: Settings, choices: Choices, kept: remembered.Remembered | None
) -> dict[str, Mapping[str, str]]:
    """Return the words that are read as others, without those of a preset that suit no own list.

    A source that is in the list of leadctl.toml, and one that would become a word that is not,
    stay as they are written.
    """
    values = dict(columns.values)
    if "source" in values:
        said = {
            word.casefold()
            for own in (choices.values, kept.values if kept else {})
            for word in own.get("source", {})
        }
        listed = {source.casefold() for source in settings.sources}
        values["source"] = {
            word: to
            for word, to in values["source"].items()
            if word in said or (word not in listed and to.casefold() in listed)
        }
    return values
