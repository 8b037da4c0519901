"""Deal stages: what a move from one to another means for the rest of a deal."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Literal

from leadctl.errors import UsageError

Role = Literal["open", "won", "lost"]
_ROLES: Mapping[int, Role] = {100: "won", 0: "lost"}


def role(stages: Mapping[str, int], stage: str | None) -> Role:
    """Return what a stage stands for: a sure one is won, a hopeless one lost, any other is open."""
    return _ROLES.get(stages.get(stage or "", -1), "open")


def closed(stages: Mapping[str, int]) -> tuple[str, ...]:
    """Return the stages in which a deal is won or lost, in their order."""
    return tuple(stage for stage in stages if role(stages, stage) != "open")


def check(stages: Mapping[str, int], stage: str | None) -> None:
    """Raise UsageError, with the nearest one and all there are, for a stage that does not exist."""
    if stage in stages:
        return
    there = f"stages: {', '.join(stages)}"
    if stage is None:
        raise UsageError("stage cannot be blank", there)
    by_lower = {name.casefold(): name for name in stages}
    near = get_close_matches(stage.casefold(), by_lower, 1)
    meant = f"did you mean {by_lower[near[0]]}? " if near else ""
    raise UsageError(f"there is no stage {stage!r}", meant + there)


def moved(
    deal: Mapping[str, Any], stage: str, stages: Mapping[str, int], at: str
) -> dict[str, Any]:
    """Return what changes where a deal goes to a stage at a time (UTC, as stored).

    Its probability becomes that of the stage, unless somebody has set another and it stays open.
    Who wins or loses closes it; who opens it again takes back when and why it was closed.
    """
    before, after = role(stages, deal.get("stage")), role(stages, stage)
    values: dict[str, Any] = {"stage": stage}
    usual = deal.get("probability") in (None, stages.get(deal.get("stage") or ""))
    if usual or after != "open" or before != "open":
        values["probability"] = stages[stage]
    if after == "open" and before != "open":
        values |= {"closed_at": None, "lost_reason": None}
    elif after != before:
        values["closed_at"] = at
    if after == "won":
        values["lost_reason"] = None
    return values
