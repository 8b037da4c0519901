"""The order in which an operation is taken back."""

from __future__ import annotations

from contextlib import suppress

from leadctl.journal import Operation
from leadctl.undo import changes, conversions, creations, marks, removals
from leadctl.undo.creations import DOOMED
from leadctl.undo.outcome import Left, Undone
from leadctl.undo.removals import RETURNS
from leadctl.undo.target import MADE, Target


class Undo:
    """Takes one operation back inside another one, `op`, that journals what this does.

    Values decide: a field goes back if it still has the value that the operation wrote, and nobody
    wrote the same again since. A record that the operation made goes if no person has changed it or
    pointed at it since; what a machine decided since (assignment by rules) protects nothing and
    goes along. A record that a merge removed comes back, and what leads from it to the survivor
    goes along with that.
    """

    def __init__(self, op: Operation, target: int) -> None:
        self.target = Target(op, target)

    def run(self) -> Undone:
        """Take the operation back and mark what was taken back; nothing happens where all is kept."""
        target = self.target
        target.lost += changes.of_removed_fields(target)
        removals.gather(target)
        removals.leave_dangling(target)
        while stuck := self._try():
            for left in stuck:
                removals.leave(target, left)
            removals.leave_dangling(target)
        if target.op.wrote:
            marks.mark(target)
        return marks.outcome(target)

    def _try(self) -> list[Left]:
        """Take all of it back; return what cannot come back, with nothing written if there is any.

        The order keeps values that only one record may have free for the next: links first, which
        say what belongs to what, then records go, then fields change, then records come back.
        """
        target = self.target
        target.kept, target.failed = [], []
        if not target.rows("SELECT 1 FROM temp.restoring LIMIT 1"):
            self._take_back()
            return []
        stuck: list[Left] = []
        with suppress(_Stuck), target.op.savepoint():
            self._take_back()
            stuck = removals.bring_back(target)
            if stuck:
                raise _Stuck
            changes.reverse(target, RETURNS, target.fields)
        return stuck

    def _take_back(self) -> None:
        target, other = self.target, f"NOT {RETURNS} AND NOT {MADE}"
        conversions.gather(target)
        changes.reverse(target, other, target.links)
        creations.gather(target)
        changes.reverse(target, DOOMED, target.fields)
        if creations.are_facts(target):
            creations.remove(target)
            changes.reverse(target, other, target.others)
            return
        changes.reverse(target, other, target.others)
        # What goes along with records does not go where nothing else does.
        if target.op.wrote or not target.stays:
            creations.remove(target)


class _Stuck(Exception):
    """Ends an attempt in which something could not come back."""
