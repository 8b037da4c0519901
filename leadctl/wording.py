"""Values as words: whole for a pipe, harmless for a terminal, in the characters that it can write."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TextIO

from leadctl.fields import LETTERS

_CONTROL = (
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""What may drive a terminal: C0, C1, line separators, bidirectional controls, halves of pairs."""
_ESCAPES = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}
_IN_ASCII = str.maketrans("–—·…─→≠’‘“”", "---~->*''\"\"")


def plain(value: Any) -> str:
    """Return a value as a pipe carries it: whole, blanks empty, flags as true and false."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list, tuple)):
        return to_json(value) if value else ""
    return str(value)


def clean(words: str) -> str:
    """Return words that cannot drive a terminal: control characters are spelt out."""
    return words if words.isprintable() else re.sub(_CONTROL, _spelt_out, words)


def clean_lines(words: str) -> str:
    """Return words as `clean` does, keeping line breaks of our own sentences."""
    return "\n".join(clean(line) for line in words.split("\n"))


def escaped(words: str) -> str:
    """Return a value as TSV carries it: backslash, tab, line break and controls spelt out."""
    return clean(words.replace("\\", "\\\\"))


def to_json(value: Any) -> str:
    """Return JSON in one line that cannot drive a terminal either."""
    import json

    text = json.dumps(value, ensure_ascii=False, separators=(", ", ": "))
    if text.isprintable():
        return text
    return re.sub(_CONTROL, lambda found: f"\\u{ord(found.group()):04x}", text)


def name_of(person: Mapping[str, Any]) -> str:
    """Return what a lead or contact is called: its name, else its email, phone or external id."""
    name = " ".join(filter(None, (person.get("first_name"), person.get("last_name"))))
    others = (person.get(key) for key in ("email", "phone", "mobile", "external_id"))
    return name or next((str(other) for other in others if other), "")


def label(kind: str, record: int) -> str:
    """Return a record as people name it: `42`, `c12`, `a7`, `d4`."""
    return next((letter for letter, of in LETTERS.items() if of == kind), "") + str(record)


def a_or_an(word: str) -> str:
    """Return a word with its article: `a lead`, `an account`."""
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


def count_of(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its word: `1 lead`, `1,198 leads`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def file_size(number: int) -> str:
    """Return a number of bytes as `812 B`, `40 kB`, `1.2 MB`."""
    if number < 1000:
        return f"{number} B"
    amount, unit = number / 1000, "kB"
    for larger in ("MB", "GB", "TB"):
        if amount < 999.5:
            break
        amount, unit = amount / 1000, larger
    return f"{amount:.1f} {unit}" if amount < 9.95 else f"{amount:,.0f} {unit}"


def _spelt_out(found: re.Match[str]) -> str:
    character = found.group()
    if character in _ESCAPES:
        return _ESCAPES[character]
    code = ord(character)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


def encoding_of(stream: TextIO) -> str:
    """Return the encoding of a stream, in lower case."""
    return (getattr(stream, "encoding", None) or "utf-8").lower()


def speaks_unicode(stream: TextIO) -> bool:
    """Return whether a stream can write any character."""
    return encoding_of(stream).startswith("utf")


def in_characters_of(words: str, stream: TextIO) -> str:
    """Return words as a stream can write them: what its encoding lacks is spelt out."""
    if speaks_unicode(stream):
        return words
    encoding = encoding_of(stream)
    return words.translate(_IN_ASCII).encode(encoding, "backslashreplace").decode(encoding)


def in_money(amount: float | None, row: Mapping[str, Any]) -> str:
    """Return `1,200 EUR`, or `1,200.50 EUR`: whole units in the row's currency."""
    if amount is None:
        return ""
    written = f"{amount:,}" if isinstance(amount, int) else f"{amount:,.2f}"
    return f"{written} {row.get('currency') or ''}".strip()
