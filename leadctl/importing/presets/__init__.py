"""The exports of other programs: what their headers look like, and which column is which field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from leadctl.errors import UsageError
from leadctl.fields import header_key
from leadctl.importing.choices import RECORDS
from leadctl.importing.presets import hubspot, others, pipedrive, salesforce, zoho
from leadctl.importing.presets.preset import Preset

__all__ = [
    "NO_PRESET",
    "PRESETS",
    "Preset",
    "chosen",
    "is_footer",
    "names",
    "recognised",
    "surprises",
    "title",
    "without_api",
    "words",
]

NO_PRESET = "none"
"""What `--preset` says where a file only looks like an export."""
PRESETS: tuple[Preset, ...] = (
    *hubspot.PRESETS,
    *salesforce.PRESETS,
    *zoho.PRESETS,
    *pipedrive.PRESETS,
    *others.PRESETS,
)
"""Facts about headers: column names and pick lists as the programs document and write them."""


def without_api(header: str) -> str:
    """Return the name of a field in an answer of HubSpot's API, any other header as it is."""
    return header.removeprefix("properties.")


def recognised(header: Sequence[str]) -> Preset | None:
    """Return the preset of which most marks are there; None if there is none, or more than one."""
    names = {*header, *map(without_api, header)}
    found = [
        (max((len(marks) for marks in preset.marks if names.issuperset(marks)), default=0), preset)
        for preset in PRESETS
        if not names.intersection(preset.unless)
    ]
    most = max((number for number, _ in found), default=0)
    best = [preset for number, preset in found if number == most]
    return best[0] if most and len(best) == 1 else None


def chosen(header: Sequence[str], kind: str, asked: str | None, name: str) -> Preset | None:
    """Return the preset of a file: the one asked for, else the one that its header shows.

    `name` is that of the file. Raises UsageError for a name that is no preset, and for a file that
    plainly has another kind of records than is asked for.
    """
    if asked == NO_PRESET:
        return None
    found = recognised(header)
    if asked is not None:
        ours = [preset for preset in PRESETS if preset.name == asked]
        if not ours:
            raise UsageError(f"there is no preset {asked!r}", f"one of: {', '.join(names())}")
        if found is None or found.name != asked:
            found = next((preset for preset in ours if kind in preset.kinds), ours[0])
    if found is not None and kind not in found.kinds:
        here, wanted = _plural(found.kinds[0]), _plural(kind)
        raise UsageError(
            f"{name}: a {found.title} export of {here}, not of {wanted}",
            f"leadctl import --as {here}; --preset {NO_PRESET} reads it as {wanted} all the same",
        )
    return found


def surprises(header: Sequence[str], asked: str | None, name: str) -> list[str]:
    """Return a sentence if a file, called `name`, is hardly an export of the preset asked for."""
    if asked in (None, NO_PRESET):
        return []
    found = recognised(header)
    if found is not None and found.name != asked:
        return [
            f"{name}: it looks like a {found.title} export, and is read as --preset {asked} says"
        ]
    ours = {header_key(of) for preset in PRESETS if preset.name == asked for of, _ in preset.fields}
    if found is None and ours.isdisjoint(map(header_key, header)):
        return [f"{name}: no column is one of a {title(str(asked))} export"]
    return []


def is_footer(cells: Sequence[str], footer: Sequence[str]) -> bool:
    """Whether a row is one of those that a report writes below its last record.

    It has one or two cells, of which the first begins as a footer does.
    """
    said = [cell for each in cells if (cell := each.strip())]
    return 0 < len(said) <= 2 and said[0].casefold().startswith(tuple(footer))


def names() -> list[str]:
    """Return the names that `--preset` takes."""
    return [*dict.fromkeys(preset.name for preset in PRESETS), NO_PRESET]


def title(name: str) -> str:
    """Return what a preset's program is called."""
    return next(preset.title for preset in PRESETS if preset.name == name)


def _plural(kind: str) -> str:
    return next(word for word, of in RECORDS.items() if of == kind)


def words(name: str | None, kind: str) -> Mapping[str, Mapping[str, str]]:
    """Return the words of a preset's fields that are read as others."""
    found = (each.values for each in PRESETS if each.name == name and kind in each.kinds)
    return next(found, {})
