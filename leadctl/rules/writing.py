"""Parts of a condition that a program writes: a text in quotes, a tag among others."""

from __future__ import annotations

import re


def quoted(text: str) -> str:
    """Return a text as a condition, or any SQL, writes it: in single quotes, those within doubled."""
    return "'" + text.replace("'", "''") + "'"


def has_tag(tag: str) -> str:
    """Return the condition that a tag is the only one, the first, the last or between others.

    It is four comparisons with `or` between them, without brackets around.
    """
    escaped = re.sub(r"([\\%_])", r"\\\1", tag)
    mark = " escape '\\'" if escaped != tag else ""
    within = (escaped, f"{escaped}, %", f"%, {escaped}", f"%, {escaped}, %")
    return " or ".join(f"tags like {quoted(each)}{mark}" for each in within)
