"""leadctl account: the companies behind them."""

from __future__ import annotations

from leadctl.commands.records import group

app = group("account", "The companies you work with: list, show, add, edit, log.")
