"""What is exported: which records, as what, in which columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from leadctl.errors import UsageError
from leadctl.exporting.presets import PRESETS, REQUIRED
from leadctl.fields import KINDS, OUR_OWN
from leadctl.record_view import Records, records_of

if TYPE_CHECKING:
    from leadctl.fields import FieldSet
    from leadctl.lead_view import Order, RecordFilter

FORMATS = ("csv", "tsv", "json", "jsonl", "xlsx", "vcard")
ENDINGS = {**{name: name for name in FORMATS}, "vcf": "vcard"}
DELIMITERS = {"csv": ",", "tsv": "\t"}
TABLES = (*DELIMITERS, "xlsx")
JSON = ("json", "jsonl")
_CARD = {
    "First Name": "first_name", "Last Name": "last_name", "Salutation": "salutation",
    "Title": "title", "Email": "email", "Phone": "phone", "Mobile": "mobile", "Street": "street",
    "City": "city", "State": "state", "Postal Code": "postal_code", "Country": "country",
    "Tags": "tags", "Notes": "description",
}  # fmt: skip
CARDS: Mapping[str, Mapping[str, str]] = {
    "lead": {**_CARD, "Company": "company", "Website": "website"},
    "contact": {**_CARD, "Company": "account"},
}
"""Kind -> what stands on a vCard of it: the header that the reader of vCards gives, and our field."""
BESIDE_CARD = ("uid", "updated_at", "external_id")
"""What the making of a card needs beside that."""


class Choices(NamedTuple):
    """What is exported, and how: `columns` are pairs of header and field in the order of a row.

    `zone` is that of the times in a workbook, which cannot name one. `required` are the fields
    without which the program that it is for refuses a record.
    """

    records: Records
    wanted: RecordFilter
    order: Order
    format: str
    columns: Sequence[tuple[str, str]]
    raw: bool = False
    zone: tzinfo = UTC
    required: Sequence[str] = ()


def chosen_records(word: str, fields: FieldSet, beside: str | None = None) -> Records:
    """Return the records that `--as` names; UsageError if it names none, or a word `beside` does."""
    known = records_of(fields)
    if beside is not None and beside.lower() in known:
        raise UsageError(f"{beside!r} chooses no leads", f"leadctl export --as {beside.lower()}")
    if word.lower() not in known:
        raise UsageError(f"--as {word!r} is unknown", f"one of: {', '.join(known)}")
    return known[word.lower()]


def chosen_format(asked: str | None, file: Path | None, *, json: bool) -> str:
    """Return the format that was asked for, else that of the file's ending, else CSV."""
    if asked is not None:
        if asked.lower() not in FORMATS:
            raise UsageError(f"no export as {asked!r}", f"one of: {', '.join(FORMATS)}")
        return asked.lower()
    ending = file.suffix.lower().removeprefix(".") if file else ""
    return ENDINGS.get(ending) or ("json" if json else "csv")


def chosen_columns(
    records: Records, format: str, *, columns: str | None, preset: str | None
) -> list[tuple[str, str]]:
    """Return the header and the field of each column; UsageError for one that there is not.

    In a table what no import has a use for is named leadctl_…, which an import leaves out.
    """
    if format == "vcard":
        return _of_card(records, columns, preset)
    if preset is not None:
        return _of_preset(records, format, columns, preset)
    in_json = format not in TABLES
    if columns is None:
        names = list(records.in_json if in_json else records.default)
    else:
        written = (name.strip().lower() for name in columns.split(","))
        names = list(dict.fromkeys(name.removeprefix(OUR_OWN) for name in written))
        for name in names:
            records.check(name)
        if in_json and "id" not in names:
            names.insert(0, "id")
    if in_json:
        return [(name, name) for name in names]
    return [(OUR_OWN * records.columns[name].ours + name, name) for name in names]


def _of_preset(
    records: Records, format: str, columns: str | None, preset: str
) -> list[tuple[str, str]]:
    crm = preset.lower()
    if crm not in PRESETS:
        raise UsageError(f"there is no preset {preset!r}", f"one of: {', '.join(PRESETS)}")
    if columns is not None:
        raise UsageError("--preset and --columns both name the columns", "take one of the two")
    if format not in TABLES:
        raise UsageError(f"a preset is a table, not {format}", "--format csv, tsv or xlsx")
    if records.kind not in PRESETS[crm]:
        there = ", ".join(KINDS[kind] for kind in PRESETS[crm])
        raise UsageError(f"{preset} takes {there}, no {KINDS[records.kind]}", "leave out --preset")
    return [(header, field) for field, header in PRESETS[crm][records.kind].items()]


def required(records: Records, preset: str | None) -> Sequence[str]:
    """Return the fields without which the program of a preset refuses a record."""
    return REQUIRED.get((preset or "").lower(), {}).get(records.kind, ())


def _of_card(records: Records, columns: str | None, preset: str | None) -> list[tuple[str, str]]:
    if records.kind not in CARDS:
        raise UsageError(f"there are no vCards of {KINDS[records.kind]}", "of leads and contacts")
    if columns is not None or preset is not None:
        raise UsageError("what stands on a vCard is fixed", "leave out --columns and --preset")
    return [*CARDS[records.kind].items(), *((name, name) for name in BESIDE_CARD)]
