"""leadctl assign explain: why a lead has the owner it has, and what the rules say of it now."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from leadctl import assigning, options
from leadctl.assigning import Request
from leadctl.assigning import leads as choosing
from leadctl.results import Screen
from leadctl.rules.assignment import NO_RULE
from leadctl.rules.entries import AssignRules
from leadctl.wording import name_of

UNEXPLAINED: dict[str, Any] = {
    "rule": None, "pool": None, "passed_over": [], "at": None, "operation": None,
}  # fmt: skip
"""What is known of an owner who came without an assignment."""

NOBODY: dict[str, Any] = {
    "rule": None, "pool": None, "rep": None, "reason": None, "passed_over": [], "territory": None,
}  # fmt: skip
"""What the rules say of a lead that none of them takes."""


@options.beside("json", "quiet")
def run(
    context: typer.Context,
    lead: Annotated[str, typer.Argument(metavar="ID")],
) -> Any:
    """Why a lead has the owner it has, and who was passed over."""
    leadctl = options.app_of(context)
    store = leadctl.store
    record = store.resolve(lead)
    row = store.lead(record)
    found = decided(leadctl, record, row["owner"])
    now = None if row["owner"] else by_rules_now(leadctl, record)
    data = {
        "lead": record,
        "owner": row["owner"],
        **{key: found[key] for key in UNEXPLAINED},
        "now": now,
    }
    return Screen(data, in_words(leadctl, row, found, now))


def by_rules_now(leadctl: Any, lead: int) -> dict[str, Any] | None:
    """Return what the rules say of a lead now: `rule`, `pool`, `rep`, `reason`, `passed_over`.

    `territory` is the one of nobody that it lies in, where no rule fits: `rule`, `line` of the
    file, `place` and `name`, else None. None where leadctl.toml has no rules.
    """
    rules = leadctl.assign_rules
    if not rules.entries:
        return None
    status = leadctl.store.lead(lead)["status"]
    if status in leadctl.settings.closed:
        # Named by its id it would be dealt, but no run of cron comes by and does.
        return NOBODY | {"reason": f"none takes a lead that is {status}"}
    request = Request.of(leadctl.now(), leadctl.settings, rules=rules, leads=[lead])
    result = assigning.preview(leadctl.store, request)
    said = result.by_rule[0] if result.by_rule else {"rule": None, "pool": None, "reasons": {}}
    skipped = next(iter(result.skipped), None)
    away = next(iter(result.plan.turned_away.values()), ())
    reason = skipped or next(iter(said["reasons"]), None)
    over = result.plan.whys[0].passed_over if result.plan.whys else away
    return {
        "rule": said["rule"],
        "pool": said["pool"],
        "rep": next((rep for rep, number in result.by_rep.items() if number), None),
        "reason": reason,
        "passed_over": [{"rep": passed.name, "reason": passed.reason()} for passed in over],
        "territory": of_nobody(leadctl, rules, lead) if reason == NO_RULE else None,
    }


def of_nobody(leadctl: Any, rules: AssignRules, lead: int) -> dict[str, Any] | None:
    """Return the territory of nobody that a lead lies in."""
    found = choosing.of_nobody(leadctl.store, rules, lead)
    if found is None:
        return None
    rule, row = found
    return {"rule": rule, "line": row.line, "place": row.place, "name": row.name}


def decided(leadctl: Any, lead: int, owner: str | None) -> dict[str, Any]:
    """Return what decided about the owner of a lead: an assignment, or who wrote it when."""
    found: dict[str, Any] | None = leadctl.store.assignment(lead)
    return found or UNEXPLAINED | (newest_change(leadctl, lead) if owner else {})


def newest_change(leadctl: Any, lead: int) -> dict[str, Any]:
    """Return the operation, time and command that wrote the present owner of a lead."""
    if written := leadctl.store.owner_written(lead):
        return dict(written)
    changes = leadctl.store.history("lead", lead)
    return next((dict(c) for c in changes if c["field"] is None and c["new"] == "created"), {})


def in_words(
    leadctl: Any, lead: dict[str, Any], found: dict[str, Any], now: dict[str, Any] | None
) -> list[str]:
    """Return the lines that a person reads: the owner, why, and who was passed over."""
    owner = lead["owner"]
    who = " ".join(filter(None, (str(lead["id"]), name_of(lead))))
    lines = [f"{who}: {owner or 'no owner'}"]
    by = f"{leadctl.output.human(found['at'])}, op{found['operation']}"
    if found["rule"]:
        pool = f" of {found['pool']}" if found["pool"] else ""
        lines.append(f"{found['rule']}{pool}, {by}")
        lines += [f"passed over: {each['rep']}, {each['reason']}" for each in found["passed_over"]]
    elif owner:
        came = "set by" if found.get("field") else "came with the lead:"
        lines.append(f"no rule or pool, {came} {found.get('command')}, {by}")
    elif now is not None:
        where = ", ".join(filter(None, (now["rule"], now["pool"] and f"pool {now['pool']}")))
        says = f"{now['rep']} would get it" if now["rep"] else now["reason"]
        lines.append(f"not assigned; the rules now: {': '.join(filter(None, (where, says)))}")
        lines += [f"passed over: {each['rep']}, {each['reason']}" for each in now["passed_over"]]
        if of := now["territory"]:
            place = f"{of['place']} ({of['name']})" if of["name"] else of["place"]
            lines.append(f"{place} is nobody's territory: {of['rule']}, line {of['line']}")
    else:
        lines.append(f"not assigned: leadctl assign {lead['id']} --round-robin, --pool or --to")
    return lines
