"""Taking an operation back: what is reversed, what a person changed and so is kept, what fails."""

from __future__ import annotations

from leadctl.undo.outcome import Left, Undone
from leadctl.undo.run import Undo

__all__ = ["Left", "Undo", "Undone"]
