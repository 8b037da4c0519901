"""The repository: opens the database, runs operations on it, reads and writes in domain words."""

from __future__ import annotations

from leadctl.store.beside import Beside
from leadctl.store.journaled import Journaled
from leadctl.store.opened import Row
from leadctl.store.shown import Shown
from leadctl.store.team import Team

__all__ = ["Row", "Store"]


class Store(Shown, Beside, Team, Journaled):
    """All that commands ask of the leads of one database file; see `opened.Opened`."""
