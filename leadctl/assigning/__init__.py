"""How leads get owners: chooses the leads, has them dealt, and writes who got which and why."""

from __future__ import annotations

from leadctl.assigning.moment import Moment
from leadctl.assigning.request import Assigned, Request
from leadctl.assigning.run import assign, preview
from leadctl.assigning.table import CONVERTED, GONE, OWNED, PERSONS
from leadctl.assigning.team import read_team

__all__ = [
    "CONVERTED",
    "GONE",
    "OWNED",
    "PERSONS",
    "Assigned",
    "Moment",
    "Request",
    "assign",
    "preview",
    "read_team",
]
