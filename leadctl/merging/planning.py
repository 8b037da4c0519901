"""What a merge would do, as a value: who survives, and whose value stays in each field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from leadctl.errors import ConflictError, UsageError
from leadctl.fields import KINDS
from leadctl.matching import company_key, domain_of, email_key, phone_key
from leadctl.stored import stored_json
from leadctl.wording import label

Row = Mapping[str, Any]
"""The facts of a record as stored, its `extra` a dictionary."""

POLICIES = ("fill", "newest", "oldest", "ask")
"""fill: the survivor's value, and where it has none that of another; newest and oldest: that of the
record created last or first; ask: a person decides where values differ, else as with fill."""

_PERSON = {
    "name": ("salutation", "first_name", "last_name"),
    "address": ("street", "city", "state", "postal_code", "country"),
    "origin": ("source", "campaign"),
    "external_id": ("external_id", "external_system"),
    "created_at": ("created_at", "created_day"),
}
GROUPS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "lead": {
        **_PERSON,
        "amount": ("amount", "annual_revenue", "currency"),
        "status": ("status", "lost_reason"),
    },
    "contact": _PERSON,
    "account": {
        **{name: _PERSON[name] for name in ("address", "external_id", "created_at")},
        "annual_revenue": ("annual_revenue", "currency"),
    },
}
"""Kind -> fields that mean something together; of two that differ one is taken, never a mixture."""
_WHOLE = frozenset(("address",))
"""Groups that another record fills only if it has all that is there: half of an address and half of
another one are no address."""
_OF_THE_FIRST = frozenset(("origin", "created_at"))
"""Groups in which the oldest record counts, whatever the policy."""
_UNITED = frozenset(("tags", "description", "extra", "email_opt_out"))
_STAY = {
    "lead": frozenset(("converted_at", "contact_id", "account_id", "deal_id")),
}
"""Kind -> columns in which the survivor's values stay."""
_NOT_MERGED = frozenset(("id", "uid", "version", "updated_at"))
_BESIDE = ("email", "phone", "mobile", "website", "domain")
"""Fields of which a record has one: the others go to `extra`, as an import puts them."""
_KNOWN_BY = (
    *("first_name", "last_name", "company", "name", "email", "phone", "mobile", "website"),
    *("domain", "external_id", "external_system"),
)
"""What stays on record of who was merged."""
_LINKS = {"owner": "owner_id", "account": "account_id", "parent": "parent_id"}


@dataclass(frozen=True)
class MergePlan:
    """What a merge would do.

    `values` are the columns of the survivor that change. `differing` are the fields in which the
    records say different things -> the record whose value stays, `filled` those that the survivor
    takes without a contradiction; `undecided` are differing ones that a person was to choose.
    `versions` are those that it was made from, `forwards` what stays on record of who was merged.
    """

    kind: str
    survivor: int
    merged: tuple[int, ...]
    versions: Mapping[int, int]
    values: Mapping[str, Any]
    differing: Mapping[str, int]
    filled: tuple[str, ...]
    undecided: tuple[str, ...]
    forwards: tuple[Row, ...] = field(repr=False)

    @property
    def as_json(self) -> dict[str, Any]:
        """What scripts read."""
        return {
            "kind": self.kind,
            "survivor": self.survivor,
            "merged": list(self.merged),
            "filled": list(self.filled),
            "differing": dict(self.differing),
        }


def plan(
    kind: str,
    records: Sequence[Row],
    *,
    survivor: int | None = None,
    policy: str = "fill",
    chosen: Mapping[str, int] | None = None,
) -> MergePlan:
    """Return what merging these records would do.

    The survivor is the converted one, else the first. `chosen` is field -> the record whose value
    stays. Raises UsageError for a field or record that is not there and for fewer than two records,
    ConflictError if two are converted, or if a converted one would not survive or stay as it is.
    """
    by_id = {record["id"]: record for record in records}
    if len(by_id) < 2:
        only = label(kind, records[0]["id"]) if records else kind
        raise UsageError(f"{kind} {only} cannot be merged with itself", "leadctl merge 42 57")
    kept = by_id[_survivor(kind, records, survivor)]
    mind = _Mind(kind, kept, list(by_id.values()), policy, _checked(kind, by_id, chosen or {}))
    if kept.get("converted_at") and (
        others := [r for r in mind.chosen.values() if r != kept["id"]]
    ):
        raise ConflictError(
            f"lead {kept['id']} is converted: its values stay, those of {others[0]} do not replace"
            " them",
            f"leadctl contact edit c{kept['contact_id']}" if kept.get("contact_id") else None,
        )
    return mind.made_up()


def _survivor(kind: str, records: Sequence[Row], wanted: int | None) -> int:
    converted = [record["id"] for record in records if record.get("converted_at")]
    if len(set(converted)) > 1:
        which = " and ".join(map(str, converted[:2]))
        raise ConflictError(
            f"leads {which} are both converted: each lives on in a contact of its own",
            "merge the contacts: leadctl merge c12 c13",
        )
    if wanted is not None and wanted not in {record["id"] for record in records}:
        raise UsageError(f"{label(kind, wanted)} is none of those to merge", "--keep one of them")
    if converted and wanted not in (None, converted[0]):
        raise ConflictError(
            f"lead {converted[0]} is converted, so that it stays", f"--keep {converted[0]}"
        )
    found: int = converted[0] if converted else wanted or records[0]["id"]
    return found


def _checked(kind: str, records: Mapping[int, Row], chosen: Mapping[str, int]) -> dict[str, int]:
    """Return the chosen fields by the names of their groups."""
    fields = choosable(kind, next(iter(records.values())))
    group_of = {column: name for name, columns in fields.items() for column in columns}
    checked = {}
    for name, record in chosen.items():
        group = name if name in fields else group_of.get(_LINKS.get(name, name))
        if group is None:
            raise UsageError(
                f"no value of {KINDS[kind]} can be chosen in {name!r}",
                f"one of {', '.join(fields)}",
            )
        if record not in records:
            raise UsageError(
                f"{label(kind, record)} is none of those to merge", f"--field {name}=ID of one"
            )
        checked[group] = record
    return checked


def choosable(kind: str, record: Row) -> dict[str, tuple[str, ...]]:
    """Return the fields of which one record's value stays -> their columns."""
    groups = dict(GROUPS[kind])
    grouped = {column for columns in groups.values() for column in columns}
    out = _UNITED | _NOT_MERGED | _STAY.get(kind, frozenset()) | grouped
    names = {column: name for name, column in _LINKS.items()}
    alone = {names.get(c, c): (c,) for c in record if c not in out}
    return {**groups, **alone}


class _Mind:
    """Makes up what the survivor will be."""

    def __init__(
        self, kind: str, kept: Row, records: list[Row], policy: str, chosen: Mapping[str, int]
    ) -> None:
        self.kind = kind
        self.kept = kept
        self.policy = policy
        self.chosen = chosen
        self.by_id = {record["id"]: record for record in records}
        self.oldest = sorted(records, key=lambda r: (r["created_at"], r["id"]))
        first = [kept, *(record for record in records if record["id"] != kept["id"])]
        as_policy = {"newest": self.oldest[::-1], "oldest": self.oldest}
        self.order = first if kept.get("converted_at") else as_policy.get(policy, first)
        self.merged = [record["id"] for record in first[1:]]

    def made_up(self) -> MergePlan:
        values: dict[str, Any] = {}
        differing: dict[str, int] = {}
        filled: list[str] = []
        for name, columns in choosable(self.kind, self.kept).items():
            who, taken = self._taken(name, columns)
            values.update(taken)
            if name not in _OF_THE_FIRST and self._differ(columns):
                differing[name] = who
            elif any(_is_blank(self.kept[c]) and not _is_blank(taken[c]) for c in columns):
                filled.append(name)
        values |= self._united(values)
        open_ = [name for name in differing if name not in self.chosen]
        changed = {c: value for c, value in values.items() if value != self._stored(c)}
        return MergePlan(
            kind=self.kind,
            survivor=self.kept["id"],
            merged=tuple(self.merged),
            versions={record: row["version"] for record, row in self.by_id.items()},
            values=changed,
            differing=differing,
            filled=tuple(filled),
            undecided=tuple(open_) if self.policy == "ask" else (),
            forwards=tuple(self._forward(self.by_id[record]) for record in self.merged),
        )

    def _stored(self, column: str) -> Any:
        value = self.kept[column]
        return (stored_json(value) if value else None) if column == "extra" else value

    def _taken(self, name: str, columns: Sequence[str]) -> tuple[int, dict[str, Any]]:
        """Return whose values stay, and the values, filled up from records that do not contradict."""
        if name in self.chosen:
            row = self.by_id[self.chosen[name]]
            return row["id"], {column: row[column] for column in columns}
        order = self.oldest if name in _OF_THE_FIRST else self.order
        who = next((row for row in order if _says(row, columns)), order[0])
        taken = {column: who[column] for column in columns}
        for row in order if name not in _OF_THE_FIRST else ():
            fits = all(
                _is_blank(taken[c])
                or (_is_blank(row[c]) and name not in _WHOLE)
                or _same(c, taken[c], row[c])
                for c in columns
            )
            if fits:
                taken |= {c: row[c] for c in columns if _is_blank(taken[c])}
        return who["id"], taken

    def _differ(self, columns: Sequence[str]) -> bool:
        """Whether two records contradict each other in one of the columns."""
        for column in columns:
            said = [row[column] for row in self.order if not _is_blank(row[column])]
            if any(not _same(column, said[0], other) for other in said[1:]):
                return True
        return False

    # What is united.

    def _united(self, taken: Row) -> dict[str, Any]:
        extra = self._extra()
        self._put_beside(extra, taken)
        texts: list[str] = []
        for row in self.order:
            text = row["description"]
            if text and not any(text in other for other in texts):
                texts.append(text)
        words = [word for row in self.order for word in (row["tags"] or "").split(", ") if word]
        tags = dict.fromkeys(word.casefold() for word in words)
        spelt = {word.casefold(): word for word in reversed(words)}
        united = {
            "tags": ", ".join(spelt[tag] for tag in tags) or None,
            "description": "\n\n".join(texts) or None,
            "extra": stored_json(extra) if extra else None,
        }
        if "email_opt_out" in self.kept:
            said = [row["email_opt_out"] for row in self.order if row["email_opt_out"] is not None]
            united["email_opt_out"] = max(said, default=None)
        return united

    def _extra(self) -> dict[str, Any]:
        extra: dict[str, Any] = {}
        for row in self.order:
            for name, value in row["extra"].items():
                if name not in extra:
                    extra[name] = value
                elif value not in _numbered(extra, name):
                    _add(extra, name, value)
        return extra

    def _put_beside(self, extra: dict[str, Any], taken: Row) -> None:
        """Keep in `extra` what a field has no room for."""
        for name in _BESIDE:
            if name not in self.kept:
                continue
            key = _KEYS[name]
            there = {key(str(value)) for value in extra.values()}
            there |= {_KEYS[field](taken.get(field)) for field in _BESIDE if taken.get(field)}
            for row in self.order:
                value = row[name]
                if value and key(value) not in there:
                    there.add(key(value))
                    _add(extra, name, value)

    def _forward(self, row: Row) -> Row:
        known = {column: row[column] for column in _KNOWN_BY if row.get(column) is not None}
        survivor = {f"{self.kind}_id": self.kept["id"]}
        return {"kind": self.kind, "record": row["id"], **survivor, **known}


def _numbered(extra: Mapping[str, Any], name: str) -> list[Any]:
    """Return the values of a name in `extra`, `name 2` and so on included."""
    return [extra[name], *(extra[n] for n in extra if n.startswith(f"{name} "))]


def _add(extra: dict[str, Any], name: str, value: Any) -> None:
    """Put one more value of a name into `extra`: `email 2`, `email 3` …"""
    there = {of.casefold() for of in extra}
    free = next(n for n in count(2) if f"{name} {n}".casefold() not in there)
    extra[f"{name} {free}"] = value


def _says(row: Row, columns: Iterable[str]) -> bool:
    return any(not _is_blank(row[column]) for column in columns)


def _is_blank(value: Any) -> bool:
    return value is None or value == ""


def _same(column: str, one: Any, other: Any) -> bool:
    """Whether two values say the same; a blank differs from none."""
    if one == other or _is_blank(one) or _is_blank(other):
        return bool(one == other)
    key = _KEYS.get(column, _as_compared)
    return bool((key(one) or one) == (key(other) or other))


def _as_compared(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


_KEYS: Mapping[str, Callable[[Any], Any]] = {
    "email": email_key,
    "phone": phone_key,
    "mobile": phone_key,
    "website": lambda site: domain_of(site, None),
    "domain": _as_compared,
    "company": company_key,
    "name": company_key,
}
