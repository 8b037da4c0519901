"""leadctl.toml as it is changed by commands: one part of its text, and nothing else."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leadctl.errors import BadDataError
from leadctl.formats.writing import NewFile

if TYPE_CHECKING:
    from leadctl.config import Places


def place(places: Places) -> Path:
    """Return the file that commands change: leadctl.toml as it is read, else a new one."""
    return places.config or places.database.with_name("leadctl.toml")


class TomlFile:
    """The text of a file and what it says; both are empty where there is none yet.

    `what` is said of what is not done where the file cannot be changed. Raises BadDataError if it
    is no TOML.
    """

    def __init__(self, path: Path, what: str) -> None:
        self.path = path.resolve()
        self._what = what
        self._mode: int | None = None
        self.text = ""
        try:
            self.text = self.path.read_text(encoding="utf-8")
            self._mode = self.path.stat().st_mode & 0o777
        except FileNotFoundError:
            pass
        except (OSError, UnicodeDecodeError):
            raise self.refusal() from None
        self.document = self.parsed(self.text)

    def parsed(self, text: str) -> dict[str, Any]:
        """Return what a text of the file says; BadDataError if it is no TOML."""
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError:
            raise self.refusal() from None

    def write(self, text: str, meaning: Mapping[str, Any]) -> None:
        """Put a text in place of the file's; BadDataError, and nothing is done, if it means another."""
        if self.parsed(text) != meaning:
            raise self.refusal()
        with NewFile(self.path) as file:
            file.write_text([text])
        if self._mode is not None:
            os.chmod(self.path, self._mode)

    def set_list(self, key: str, words: Sequence[str]) -> None:
        """Write a list of words at the top of the file, where it stands or is remarked to stand."""
        line = f"{key} = [{', '.join(map(quoted, words))}]\n"
        self.write(_with_line(self.text, key, line), {**self.document, key: list(words)})

    def refusal(self) -> BadDataError:
        """Return the error about a file that cannot be changed."""
        return BadDataError(
            f"{self.path} cannot be changed; {self._what}", "mend it, or write it by hand"
        )


def quoted(words: str) -> str:
    """Return a basic string: JSON's, in which TOML allows no DEL and no half of a pair."""
    import json

    whole = words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return json.dumps(whole, ensure_ascii=False).replace("\x7f", "\\u007f")


def _with_line(text: str, key: str, line: str) -> str:
    lines = text.splitlines(keepends=True)
    top = next((n for n, each in enumerate(lines) if each.lstrip().startswith("[")), len(lines))
    for start, each in enumerate(lines[:top]):
        if re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", each):
            return "".join([*lines[:start], line, *lines[_end_of(lines, start) :]])
    for start, each in enumerate(lines[:top]):
        if re.match(rf"#\s*{re.escape(key)}\s*=", each):
            return "".join([*lines[:start], line, *lines[start + 1 :]])
    return "".join([line, *("\n" for _ in lines[:1]), *lines])


def _end_of(lines: Sequence[str], start: int) -> int:
    """Return the line behind the value that begins in a line."""
    for end in range(start + 1, len(lines) + 1):
        try:
            tomllib.loads("".join(lines[start:end]))
        except tomllib.TOMLDecodeError:
            continue
        return end
    return start + 1
