"""leadctl contact: the people whom leads became."""

from __future__ import annotations

from leadctl.commands.records import group

app = group("contact", "The people you know: list, find, show, add, edit, log.")
