"""A conversion as values: what a person chose, what there is, and the plan of what would happen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from leadctl.fields import DOCUMENTED, FieldSet
from leadctl.rules import mapping
from leadctl.similar import Similar
from leadctl.values import Normaliser

if TYPE_CHECKING:
    from leadctl.config import Settings

NEW, NONE = "new", "none"
CHOSEN = "your choice"

Row = Mapping[str, Any]
Links = Mapping[str, int | None]
"""Column -> the id that it is to have; None for a record that is yet to be made."""


@dataclass(frozen=True)
class Choices:
    """What a person decided about a conversion; None leaves it to what is found.

    `account`, `contact` and `deal` are the id of a record, `NEW` or `NONE`; no decision about a
    deal means none. `deal_name` may have fields of the lead in braces. `amount` is in hundredths,
    `closed_at` a stored time, `stage` one of the list.
    `overwrite` has names of fields, bare or as `account.phone`, for which the lead wins. `anyway`
    goes past a status that is not to be converted, and past links to others.
    """

    account: int | str | None = None
    contact: int | str | None = None
    deal: int | str | None = None
    deal_name: str | None = None
    amount: int | None = None
    currency: str | None = None
    stage: str | None = None
    closed_at: str | None = None
    owner_id: int | None = None
    overwrite: frozenset[str] = frozenset()
    anyway: bool = False


class Terms(NamedTuple):
    """What leadctl.toml says of conversions: from which statuses, to which, stages and mapping."""

    convert_from: tuple[str, ...]
    converted: str
    stages: Mapping[str, int]
    mapped: mapping.Mapped
    day: Callable[[str], int]


class Found(NamedTuple):
    """What there is before a conversion: the lead, who it may be, and the records by (kind, id)."""

    lead: Row
    accounts: tuple[Similar, ...]
    contacts: tuple[Similar, ...]
    records: Mapping[tuple[str, int], Row]
    activities: int


@dataclass(frozen=True)
class Part:
    """What happens to one record, new where it has no id.

    `values` are the columns that are written, `links` those that take the id of a record of this
    conversion, `stamps` those that take its time; `kept` names the fields that differ and stay;
    `problems` are what needs `--anyway` or a person who has seen it.
    """

    kind: str
    id: int | None
    name: str
    reason: str
    values: Mapping[str, Any]
    links: tuple[str, ...] = ()
    stamps: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def fields(self) -> list[str]:
        """The names of the fields that are written."""
        return [column.removesuffix("_id") for column in (*self.values, *self.links, *self.stamps)]

    @property
    def as_json(self) -> dict[str, Any]:
        """What scripts read: create, fill or use which record, and why."""
        action = "create" if self.id is None else "fill" if self.fields else "use"
        about = {"kind": self.kind, "action": action, "id": self.id, "name": self.name}
        return {**about, "reason": self.reason or None}


@dataclass(frozen=True)
class Plan:
    """What a conversion would do. Two plans of a lead are equal unless something changed between.

    `carried` names the extra fields that go along on the contact; `seen` has the ids of all accounts
    and contacts that were found.
    """

    lead: int
    name: str
    version: int
    account: Part | None
    contact: Part
    deal: Part | None
    carried: tuple[str, ...]
    seen: tuple[tuple[int, ...], tuple[int, ...]]
    tags: str | None
    activities: int = field(compare=False)

    @cached_property
    def parts(self) -> list[Part]:
        """The account, the contact and the deal, as far as there are such: the order of writing."""
        return [part for part in (self.account, self.contact, self.deal) if part is not None]

    @property
    def problems(self) -> list[str]:
        """What stands against it: links of a record to others than those of this conversion."""
        return [problem for part in self.parts for problem in part.problems]

    @property
    def created(self) -> list[str]:
        """The kinds of the records that are new."""
        return [part.kind for part in self.parts if part.id is None]

    @property
    def filled(self) -> dict[str, list[str]]:
        """Kind -> the fields that are written in a record that is there already."""
        return {part.kind: part.fields for part in self.parts if part.id and part.fields}

    @property
    def kept(self) -> dict[str, list[str]]:
        """Kind -> the fields of a record that differ from the lead and stay."""
        return {part.kind: list(part.kept) for part in self.parts if part.kept}


def terms(settings: Settings, fields: FieldSet = DOCUMENTED) -> Terms:
    """Return what the settings say of conversions of records with these fields.

    Raises BadDataError for a broken `[convert] map`.
    """
    return Terms(
        settings.convert_from,
        settings.of_role("converted")[0],
        settings.stages,
        mapping.load(settings.document, fields),
        Normaliser(settings).day,
    )
