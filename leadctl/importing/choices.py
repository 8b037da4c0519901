"""What the command line says about an import."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

POLICIES = ("fill", "skip", "overwrite", "create")
STDIN = Path("-")


class Choices(NamedTuple):
    """What the command line says about an import; `map` is header -> field.

    `strict` refuses all rows if one is rejected; with `rejects_ok` a rejected row is no failure.
    """

    map: Mapping[str, str]
    policy: str = "fill"
    source: str | None = None
    system: str | None = None
    format: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    rejects: Path | None = None
    strict: bool = False
    rejects_ok: bool = False
    dry_run: bool = False
