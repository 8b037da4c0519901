"""Merging at once what is beyond doubt: one plan for each group, all in one operation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from leadctl.duplicates.search import Found
from leadctl.merging.planning import MergePlan, plan
from leadctl.merging.writing import Failed, look, merge_groups

if TYPE_CHECKING:
    from leadctl.journal import Operation
    from leadctl.store import Store


def plans(store: Store, groups: Sequence[Found]) -> list[MergePlan]:
    """Return what merging these groups would do: the oldest survives, its blanks are filled."""
    made = []
    for group in groups:
        rows = look(store, group.kind, group.ids)
        if len(rows) > 1:
            made.append(plan(group.kind, [rows[id] for id in group.ids if id in rows]))
    return made


def merge_all(op: Operation, made: Sequence[MergePlan]) -> list[Failed]:
    """Merge by these plans, kind by kind; return those that stay as they were, and why."""
    kinds = dict.fromkeys(each.kind for each in made)
    failed: list[Failed] = []
    for kind in kinds:
        failed += merge_groups(op, [each for each in made if each.kind == kind])
    return failed
