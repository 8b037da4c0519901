"""Views: filters with a name of their own, which stand for a condition wherever one is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from leadctl.errors import ConflictError, NotFoundError, UsageError
from leadctl.stored import read_json, stored_json

if TYPE_CHECKING:
    from leadctl.journal import Operation
    from leadctl.store import Store

_NAME = r"[^\W\d]\w{0,59}"
_USED = r"('(?:[^']|'')*')|@([^\W\d]\w*)"


class View(NamedTuple):
    """A saved view: the options that `list` was given, by their names, its order and columns."""

    id: int
    name: str
    filters: Mapping[str, Any]
    sort: str | None = None
    columns: str | None = None


def every(store: Store) -> list[View]:
    """Return the views, by name."""
    rows = store.query("SELECT id, name, filters, sort, columns FROM views ORDER BY name, id")
    return [View(**{**row, "filters": read_json(row["filters"])}) for row in rows]


def find(store: Store, name: str) -> View:
    """Return a view by name, with or without its `@`; NotFoundError names the nearest."""
    wanted = name.removeprefix("@").casefold()
    views = every(store)
    for view in views:
        if view.name.casefold() == wanted:
            return view
    from difflib import get_close_matches

    names = {view.name.casefold(): view.name for view in views}
    near = [f"@{names[close]}" for close in get_close_matches(wanted, names, 1)]
    hint = f"did you mean {near[0]}?" if near else "leadctl view list"
    raise NotFoundError(f"there is no view @{wanted}", hint)


def save(op: Operation, there: View | None, view: View) -> bool:
    """Write a view, over `there` if it has the same name; return whether anything changed."""
    row = {
        "name": view.name,
        "filters": stored_json(view.filters),
        "sort": view.sort,
        "columns": view.columns,
    }
    if there is None:
        op.create("view", [row])
        return True
    return bool(op.update("view", [(there.id, row)]))


def remove(op: Operation, view: View) -> None:
    """Remove a view."""
    op.delete("view", "SELECT :id", {"id": view.id})


def checked_name(name: str) -> str:
    """Return the name of a new view without its `@`; UsageError if it could not be written so."""
    name = name.removeprefix("@")
    if not re.fullmatch(_NAME, name):
        raise UsageError(
            f"{name!r} is no name of a view", "letters, digits and _, beginning with a letter: hot"
        )
    return name


def used_in(where: str) -> list[str]:
    """Return the names of the views that a condition uses, in its order."""
    return list(dict.fromkeys(name for _, name in re.findall(_USED, where) if name))


def reading(store: Store, field: str) -> list[View]:
    """Return the views whose condition, order or columns name a field of leads."""
    return [view for view in every(store) if field.lower() in _named(view)]


def _named(view: View) -> set[str]:
    from leadctl.rules.tokens import tokens_of

    where = view.filters.get("where") or ""
    columns = (view.columns or "").lower().split(",")
    return {
        *(token.key for token in tokens_of(re.sub(_USED, r"\1", where))),
        *(name.strip().removeprefix("-") for name in (*columns, (view.sort or "").lower())),
    }


def written_out(where: str, meaning: Callable[[str], str]) -> str:
    """Return a condition with the meaning of each view in its place.

    A lead is in a view or it is not, blanks or none, so that `not @hot` has all others.
    """

    def text(found: re.Match[str]) -> str:
        return found[1] or f"(({meaning(found[2])}) is true)"

    return re.sub(_USED, text, where)


def refuse_circle(store: Store, name: str, where: str | None) -> None:
    """Raise ConflictError if a view of this name with this condition would use itself."""
    stack = [(used, f"@{used}") for used in used_in(where or "")]
    seen: set[str] = set()
    views = {view.name.casefold(): view for view in every(store)}
    while stack:
        used, way = stack.pop()
        key = used.casefold()
        if key == name.casefold():
            raise ConflictError(f"@{name} would use itself: {way}", "name it otherwise")
        if key in views and key not in seen:
            seen.add(key)
            inner = used_in(views[key].filters.get("where") or "")
            stack += [(each, f"{way} uses @{each}") for each in inner]
