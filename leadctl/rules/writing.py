"""Conditions that a program writes: a text in quotes, a tag among others, a whole filter."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leadctl.lead_view import RecordFilter, Words


def quoted(text: str) -> str:
    """Return a text as a condition, or any SQL, writes it: in single quotes, those within doubled."""
    return "'" + text.replace("'", "''") + "'"


def has_tag(tag: str) -> str:
    """Return the condition that a tag is the only one, the first, the last or between others.

    It is four comparisons with `or` between them, without brackets around.
    """
    escaped = re.sub(r"([\\%_])", r"\\\1", tag)
    mark = " escape '\\'" if escaped != tag else ""
    within = (escaped, f"{escaped}, %", f"%, {escaped}", f"%, {escaped}, %")
    return " or ".join(f"tags like {quoted(each)}{mark}" for each in within)


def of_filter(wanted: RecordFilter, rep_names: Mapping[int, str], today: int) -> str:
    """Return a filter as the text of a condition; `rep_names` has those of its owners."""
    parts = [part for field, words in wanted.words.items() for part in _of_words(field, words)]
    parts += _of_tags(wanted.tags)
    named = [
        tuple(rep_names[rep] for rep in reps) for reps in (wanted.owners, wanted.owners_left_out)
    ]
    parts += _of_words("owner", wanted.tags._replace(
        match=named[0], leave_out=named[1], blank=wanted.owner_blank
    ))  # fmt: skip
    if wanted.since_day is not None:
        parts.append(f"age_days <= {today - wanted.since_day}")
    if wanted.untouched:
        parts.append("touches = 0")
    if wanted.where:
        parts.append(wanted.where)
    return " and ".join(parts) or "true"


def _of_words(field: str, words: Words) -> list[str]:
    either = [f"{field} in ({_listed(words.match)})"] if words.match else []
    either += [f"{field} is null"] if words.blank else []
    parts = [f"({' or '.join(either)})"] if either else []
    if words.leave_out:
        parts.append(f"({field} is null or {field} not in ({_listed(words.leave_out)}))")
    if words.blank is False:
        parts.append(f"{field} is not null")
    return parts


def _of_tags(words: Words) -> list[str]:
    either = [f"({has_tag(tag)})" for tag in words.match] + (
        ["tags is null"] if words.blank else []
    )
    parts = [f"({' or '.join(either)})"] if either else []
    parts += [f"(tags is null or not ({has_tag(tag)}))" for tag in words.leave_out]
    return parts + (["tags is not null"] if words.blank is False else [])


def _listed(words: Sequence[str]) -> str:
    return ", ".join(map(quoted, words))
