"""Words as text of HTML and SVG."""

from __future__ import annotations

from html import escape

from leadctl.wording import clean


def escaped(words: str) -> str:
    """Return words that are text and nothing else, without characters that XML forbids."""
    return escape(clean(words))
