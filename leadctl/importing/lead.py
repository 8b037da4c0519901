"""A lead that a row of a file may turn out to be: who it is, and what it is called elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from leadctl import matching
from leadctl.importing.companions import Companion
from leadctl.importing.drafting import Draft
from leadctl.importing.target import Target
from leadctl.journal import KEY_FIELDS

_NAME = 0


class Lead(Target):
    """A lead that a row may turn out to be; `id` is None until it is written.

    `leaning` are the fingerprints of rows that find it by its name or phone as they are now. `said`
    are the keys of its companions, and `companions` those that are new.
    """

    def __init__(
        self,
        facts: dict[str, Any],
        order: int,
        *,
        money: Sequence[str],
        id: int | None = None,
        row: int = 0,
    ) -> None:
        super().__init__(facts, order, money=money, row=row)
        self.id = id
        self.leaning: list[int] = []
        self.said: set[tuple[str, str]] = set()
        self.companions: list[Companion] = []

    @cached_property
    def keys(self) -> matching.Keys:
        """The lead's match keys."""
        return matching.keys("lead", self.facts)

    @property
    def wanted(self) -> matching.Wanted:
        """The keys by which a row finds it."""
        return matching.wanted(self.facts, self.keys)

    def contradicts(self, draft: Draft) -> bool:
        """Whether both sides say who they are in more than one way and agree in none."""
        mine, theirs = _who(self.facts), _who(draft.values)
        known = [how for how in range(len(mine)) if mine[how] and theirs[how]]
        return len(known) > 1 and not any(
            mine[how] <= theirs[how] or theirs[how] <= mine[how]
            if how == _NAME
            else mine[how] & theirs[how]
            for how in known
        )

    def has_other_id(self, draft: Draft) -> bool:
        """Whether a row's external id cannot be the lead's: it has another one, or another system."""
        mine, system = matching.external_key(self.facts), self.facts.get("external_system")
        theirs = matching.external_key(draft.values)
        if mine is None and theirs is not None and system:
            mine = matching.external_key({"external_id": theirs[0], "external_system": system})
        return bool(mine and theirs) and mine != theirs

    def with_other_id_aside(self, draft: Draft) -> Draft:
        """Return a row with its external id in `extra`, under the number that it has or gets there."""
        id, system = draft.values["external_id"], draft.values.get("external_system")
        words = f"{id} ({system})" if system else id
        names = (f"external_id {number}" for number in range(2, len(self.extra) + 3))
        name = next(name for name in names if self.extra.get(name) in (None, words))
        return draft._replace(extra={**draft.extra, name: words})

    def fill(self, fills: Mapping[str, Any]) -> None:
        """Take over what `news` or `overwrites` returned."""
        super().fill(fills)
        if not KEY_FIELDS["lead"].isdisjoint(fills):
            self.__dict__.pop("keys", None)


def _who(values: Mapping[str, Any]) -> tuple[set[str], ...]:
    """Return who somebody is: the words of the name, email, phones, company.

    A name may grow fuller, so that one within the other is no contradiction.
    """
    keys = matching.keys("lead", values)
    phones = {matching.phone_key(values.get(field)) for field in ("phone", "mobile")}
    email, company = {keys.email}, {keys.company}
    ways = ({*(keys.name or "").split()}, email, phones, company)
    return tuple({word for word in way if word} for way in ways)
