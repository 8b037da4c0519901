"""What the command line says about an import."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

POLICIES = ("fill", "skip", "overwrite", "create", "ask")
RECORDS = {
    "leads": "lead",
    "contacts": "contact",
    "accounts": "account",
    "deals": "deal",
    "activities": "activity",
    "tasks": "task",
    "campaigns": "campaign",
    "transactions": "transaction",
}
"""What `--as` takes -> the kind of record."""
DATES = ("dmy", "mdy", "iso")
"""The order of day, month and year in dates of numbers."""
ON_CONTACT = ("skip", "activity", "create")
"""What becomes of a row of somebody who is a contact and no lead."""
STDIN = Path("-")


class Choices(NamedTuple):
    """What the command line says about an import; `map` is header -> field.

    `values` is field -> word of the file -> word to read instead, `kind` the kind of its records,
    `dates` the order of day, month and year, `country` that of telephone numbers without one.
    `strict` refuses all rows if one is rejected; with `rejects_ok` a rejected row is no failure.
    """

    map: Mapping[str, str]
    policy: str = "fill"
    source: str | None = None
    system: str | None = None
    format: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    quotes: str | None = None
    sheet: str | None = None
    rejects: Path | None = None
    strict: bool = False
    rejects_ok: bool = False
    dry_run: bool = False
    preset: str | None = None
    values: Mapping[str, Mapping[str, str]] = MappingProxyType({})
    save_mapping: bool = False
    dates: str | None = None
    kind: str = "lead"
    archive: Path | None = None
    country: str | None = None
    on_contact: str = "skip"
