"""Listings as pages to keep: HTML, SVG, Markdown and CSV, each whole in one file."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from leadctl.errors import UsageError
from leadctl.results import Listing

FORMATS = {"html": "html", "htm": "html", "svg": "svg", "md": "markdown", "csv": "separated"}
"""The ending of a file -> the module that makes such a page."""


def format_of(path: Path) -> str:
    """Return the format that a file's ending names; UsageError if it names none."""
    ending = path.suffix.lower().removeprefix(".")
    if ending not in FORMATS:
        raise UsageError(f"--save {path.name}: no page has this ending", "html, svg, md or csv")
    return ending


def page(listings: Sequence[Listing], format: str) -> str:
    """Return a page of these listings, each under its title; UsageError if it cannot hold several."""
    if format == "csv" and len(listings) != 1:
        raise UsageError("a CSV file holds one report", "save it as .html, .svg or .md")
    text: str = import_module(f"leadctl.pages.{FORMATS[format]}").page(listings)
    return text
