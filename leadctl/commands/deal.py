"""leadctl deal: what is sold to them, stage by stage."""

from __future__ import annotations

from leadctl.commands.records import group

app = group("deal", "What you sell: list, show, add, edit, log.")
