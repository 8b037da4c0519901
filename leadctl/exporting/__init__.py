"""Records as other programs read them: which columns, under which names, how each is written."""

from __future__ import annotations

from leadctl.exporting.choices import (
    CARDS,
    JSON,
    Choices,
    chosen_columns,
    chosen_format,
    chosen_records,
    required,
)
from leadctl.exporting.delivery import to_file, to_stdout
from leadctl.exporting.rows import Export

__all__ = [
    "CARDS",
    "JSON",
    "Choices",
    "Export",
    "chosen_columns",
    "chosen_format",
    "chosen_records",
    "required",
    "to_file",
    "to_stdout",
]
