"""Words as text of HTML and SVG."""

from __future__ import annotations

from html import escape

from leadctl.wording import clean

_NO_CHARACTERS = {0xFFFE: "\\ufffe", 0xFFFF: "\\uffff"}
"""What XML forbids beside control characters (XML 1.0, 2.2): it is spelt out."""


def escaped(words: str) -> str:
    """Return words that are text and nothing else, without characters that XML forbids."""
    return escape(clean(words).translate(_NO_CHARACTERS))
