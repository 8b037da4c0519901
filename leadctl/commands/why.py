"""leadctl why: one screen of what decided about a lead, and what a conversion would do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Annotated, Any, NamedTuple

import typer

from leadctl import converting, options, scores
from leadctl.commands import assign_explain, score
from leadctl.converting import Choices, Plan
from leadctl.deciding import panel
from leadctl.duplicates import search
from leadctl.duplicates.search import Alike
from leadctl.errors import LeadctlError
from leadctl.results import Column, Listing, Screen
from leadctl.scores import Explanation
from leadctl.wording import count_of, label, name_of

app = typer.Typer(**options.PLAIN)
SAME = 0.5
"""The score from which on two records are probably one."""
SHOWN = 5
Row = dict[str, Any]


class Conversion(NamedTuple):
    """What a conversion would do, or why there would be none."""

    plan: Plan | None
    refused: str | None


@app.command()
@options.beside("json", "format", "quiet")
def why(
    context: typer.Context,
    lead: Annotated[str, typer.Argument(metavar="ID", help="42, an email, a +phone, ext:4711.")],
) -> Any:
    """Why a lead has its score and its owner, who else it is not, what a conversion would do."""
    leadctl = options.app_of(context)
    store = leadctl.store
    record = store.resolve(lead, "lead")
    explained = scores.explain(store, leadctl.settings, leadctl.score_rules, record)
    row = store.lead(record, ("id", "first_name", "last_name", "company", "email", "phone",
                              "external_id", "owner"))  # fmt: skip
    owned = assign_explain.decided(leadctl, record, row["owner"])
    now = None if row["owner"] else assign_explain.by_rules_now(leadctl, record)
    alike = search.alike(store, "lead", record)
    conversion = planned(leadctl, record)
    sections = {
        "owner": list(of_owner(leadctl, row, owned, now)),
        "duplicates": list(of_duplicates(leadctl, alike)),
        "conversion": list(of_conversion(leadctl, conversion)),
    }
    data = {
        "lead": record,
        "name": name_of(row),
        "score": asdict(explained) | {"lines": [line.as_json() for line in explained.lines]},
        "owner": {
            "owner": row["owner"],
            **{key: owned[key] for key in assign_explain.UNEXPLAINED},
            "now": now,
        },
        "duplicates": [
            found._asdict() | {"score": search.rounded_down(found.score, 4)} for found in alike
        ],
        "conversion": as_json(conversion),
    }
    if leadctl.output.for_people:
        return Screen(data, [ledger(leadctl, explained), *as_parts(sections)])
    return Screen(data, [in_a_pipe(explained, sections)])


def planned(leadctl: Any, lead: int) -> Conversion:
    """Return what `convert --yes` would do now, without doing it."""
    choices = Choices()
    try:
        terms = converting.terms(leadctl.strict_settings, leadctl.fields)
        return Conversion(
            converting.plan(converting.look(leadctl.store, lead, choices), choices, terms), None
        )
    except LeadctlError as error:
        return Conversion(None, error.message)


# The parts, as rows of what, which and why.


def of_owner(leadctl: Any, lead: Row, found: Row, now: Row | None) -> Iterator[Row]:
    """Yield who has the lead and why, and who was passed over."""
    said = assign_explain.in_words(leadctl, lead, found, now)
    yield line("owner", lead["owner"] or "nobody", said[1] if len(said) > 1 else "")
    over = found["passed_over"] if found["rule"] else now["passed_over"] if now else ()
    for each in over:
        yield line("passed over", each["rep"], each["reason"])
    if now and (of := now["territory"]):
        yield line("territory", "nobody's", f"{of['rule']}, line {of['line']}: {of['place']}")


def of_duplicates(leadctl: Any, alike: Sequence[Alike]) -> Iterator[Row]:
    """Yield who shares a key with the lead, and why it is or is not the same."""
    for found in alike[:SHOWN]:
        name = leadctl.store.record(found.kind, found.id) or {}
        who = f"{label(found.kind, found.id)} {name.get('name') or name_of(name)}".strip()
        same = found.score >= SAME and not found.apart
        verdict = "decided: not the same" if found.apart else f"{likely(found.score)} the same"
        yield line("perhaps" if same else "not", who, f"{verdict}: {', '.join(found.reasons)}")
    if len(alike) > SHOWN:
        yield line("", f"{len(alike) - SHOWN} more", "less likely")
    if not alike:
        yield line("none", "nobody", "has its email, phone, name at the company or domain")


def likely(score: float) -> str:
    """Return how likely, in percent; neither sure nor impossible."""
    return "under 1 %" if score < 0.01 else "over 99 %" if score > 0.99 else f"{score:.0%}"


def of_conversion(leadctl: Any, conversion: Conversion) -> Iterator[Row]:
    """Yield what would become of the lead."""
    if conversion.plan is None:
        yield line("not now", conversion.refused or "", "")
        return
    for what, which, reason in panel(leadctl, conversion.plan).rows:
        yield line(what, which, reason)


def line(what: str, which: str, reason: str) -> Row:
    """Return one line of a section."""
    return {"what": what, "which": which, "why": reason}


# What a person sees.


def ledger(leadctl: Any, explained: Explanation) -> Listing:
    """Return the lines of the score that gave or took points."""
    whole = list(score.ledger(explained))
    rows = [row for row in whole if row["points"]]
    last = None
    for row in rows:
        group = row["kind"]
        row["group"] = None if group in (last, "cap") else group
        last = last if group == "cap" else group
    idle = len(whole) - len(rows)
    notes = [f"{count_of(idle, 'rule')} gave nothing: leadctl score explain {explained.lead}"]
    return Listing(
        rows=rows,
        columns=[
            Column("group", "", keep=5, show=lambda group, _: group or " "),
            Column("rule", "", keep=9, wraps=True),
            Column("points", "", right=True, keep=9, show=score.signed, style=score.colour),
            Column("evidence", "", keep=9, wraps=True, show=lambda why, _: why or " "),
        ],
        title=score.title(leadctl, explained),
        total={
            "rule": "total",
            "points": sum(line.points for line in explained.lines),
            "evidence": score.graded(explained),
        },
        footer=" · ".join(filter(None, [score.state(explained), *(notes if idle else [])])),
    )


TITLES = {
    "owner": "Who has it",
    "duplicates": "Who it may be",
    "conversion": "What converting it would do",
}


def as_parts(sections: dict[str, list[Row]]) -> Iterator[Listing]:
    """Yield the other sections, each under its title."""
    for name, rows in sections.items():
        yield Listing(
            rows,
            [
                Column("what", "", keep=9, style=lambda *_: "dim"),
                Column("which", "", keep=9, wraps=True),
                Column("why", "", keep=9, wraps=True, show=lambda why, _: why or " "),
            ],
            title=TITLES[name],
        )


def in_a_pipe(explained: Explanation, sections: dict[str, list[Row]]) -> Listing:
    """Return all sections as one table."""

    def rows() -> Iterable[Row]:
        for each in explained.lines:
            yield {
                "section": each.kind,
                "what": each.rule,
                "which": each.points,
                "why": each.evidence,
            }
        for name, lines in sections.items():
            for row in lines:
                yield {"section": name, **row}

    names = ("section", "what", "which", "why")
    return Listing(list(rows()), [Column(name, name) for name in names])


def as_json(conversion: Conversion) -> Row:
    """Return what a conversion would do as scripts read it."""
    plan = conversion.plan
    if plan is None:
        return {"possible": False, "reason": conversion.refused}
    return {
        "possible": True,
        "reason": None,
        "plan": [part.as_json for part in plan.parts],
        "filled": plan.filled,
        "kept": plan.kept,
        "carried": list(plan.carried),
        "problems": plan.problems,
    }
