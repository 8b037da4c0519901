"""What becomes of each row of contacts, accounts, deals, activities, tasks, campaigns, transactions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING, Any

from leadctl import finding, matching
from leadctl.fields import KINDS, as_columns
from leadctl.finding import Named, labelled
from leadctl.importing.aside import Aside
from leadctl.importing.columns import UID
from leadctl.importing.drafting import Draft, Rejected
from leadctl.importing.history import AsOf, convert_as_of
from leadctl.importing.identity import Index, Record
from leadctl.importing.kinds import SPECS, Refused, name_taken
from leadctl.importing.outcome import Report
from leadctl.importing.references import References, Said
from leadctl.stored import stored_json
from leadctl.uids import Meant, Uids
from leadctl.words import external_id

if TYPE_CHECKING:
    from leadctl.app import App
    from leadctl.journal import Operation

CHUNK = 5_000


class Records:
    """Decides each row of one kind in turn, against what is there and what was just made, and writes.

    `made` counts records that rows only named: kind -> number; `aside` counts references that led
    nowhere and are kept in `extra`: field -> number.
    """

    def __init__(
        self,
        leadctl: App,
        op: Operation,
        report: Report,
        kind: str,
        policy: str,
        *,
        system: str | None = None,
        reject: Callable[[Rejected], None] | None = None,
    ) -> None:
        self.leadctl = leadctl
        self._on_rejected = reject or report.reject
        self.store = leadctl.store
        self.op = op
        self.report = report
        self.kind = kind
        self.policy = policy
        self.spec = SPECS[kind]
        own = leadctl.fields.own.get(kind, ())
        self.money = (*self.spec.money, *(field.name for field in own if field.type == "money"))
        self.names = {rep["id"]: rep["name"] for rep in self.store.reps(everyone=True)}
        self.reps = {name.casefold(): rep for rep, name in self.names.items()}
        self._born = {"created_at": op.now, "created_day": leadctl.today()}
        self._references = References(self.store, op, kind, system=system, born=self._born)
        self.made, self.aside = self._references.made, self._references.aside
        self._index = Index(leadctl, kind, policy, self.money)
        self._new_rows = 0
        self._overwritten: set[int] = set()
        self._uids: Uids | None = None

    def take(self, drafts: Iterable[Draft]) -> None:
        """Decide and write all rows, chunk by chunk, and count their ends.

        Under overwrite the last row of a record has to come first: it overwrites, and the others
        only fill.
        """
        ends, made = Counter(self.report.ends), Counter(self.made)
        rows = iter(drafts)
        with closing(Aside()) as self._parents:
            while chunk := list(islice(rows, CHUNK)):
                self._take_chunk(chunk)
            self._link_parents()
        for end in Report.ENDS:
            self.op.count(end, self.report.ends[end] - ends[end])
        for kind, number in (self.made - made).items():
            self.op.count(f"{KINDS[kind]} made", number)

    def _take_chunk(self, drafts: Sequence[Draft]) -> None:
        known = self._known(drafts)
        rows = [self._said(draft, known.get(draft.beside.get(UID, ""))) for draft in drafts]
        ready = self._ready([row for row in rows if row.refused is None])
        self._start(ready)
        for row in ready:
            try:
                self._decide(row)
            except Refused as refused:
                row.refused = str(refused)
        self._write()
        self._convert()
        for row in rows:
            if row.refused is not None:
                draft = row.draft
                self._on_rejected(Rejected(draft.file, draft.line, draft.cells, None, row.refused))

    def _known(self, drafts: Iterable[Draft]) -> dict[str, Meant]:
        """Return uid -> the record that it means, of the uids in some rows."""
        uids = {draft.beside[UID] for draft in drafts if UID in draft.beside}
        if not uids or self.policy == "create":
            return {}
        if self._uids is None:
            self._uids = Uids(self.store, self.kind)
        return self._uids.records(uids)

    # What the rows say, in columns.

    def _ready(self, rows: Sequence[Said]) -> list[Said]:
        """Return the rows that can be records, their references resolved; refuse the others."""
        self._references.resolve(rows)
        return [row for row in rows if row.refused is None and self._finish(row)]

    def _finish(self, row: Said) -> bool:
        """Make columns of what a row says; return whether it can be a record."""
        try:
            self.spec.finish(row.values, row.beside, self.leadctl)
        except Refused as refused:
            row.refused = str(refused)
            return False
        row.values = as_columns(self.kind, row.values)
        row.extra |= row.beside.pop("aside", {})
        self._note_unknown_words(row)
        return True

    def _said(self, draft: Draft, meant: Meant | None) -> Said:
        """Return what a row says; it is refused if that is too little."""
        row = Said(draft, meant)
        is_enough = meant is not None and not self.spec.content
        for what, fields in () if is_enough else self.spec.needs.items():
            if not any(field in draft.values for field in fields):
                row.refused = f"no {what}"
                return row
        system = row.values.get("external_system")
        if "external_id" in row.values:
            row.values["external_id"] = external_id(row.values["external_id"], system)
        else:
            row.values.pop("external_system", None)
        self._find_owner(row)
        born = row.values.get("created_at")
        if born is not None:
            row.values.setdefault("created_day", self.leadctl.normaliser.day(born))
        return row

    def _find_owner(self, row: Said) -> None:
        if not self.spec.owned and "owner_id" in row.values:
            row.extra["owner"] = self.names[row.values.pop("owner_id")]
        name = row.values.pop("owner", None)
        if name is None:
            return
        rep = self.reps.get(name.casefold())
        if rep is None:
            row.extra["owner"] = name
            self.report.notes.see_owner(name)
        elif self.spec.owned:
            row.values["owner_id"] = rep
        else:
            row.extra["owner"] = name

    def _note_unknown_words(self, row: Said) -> None:
        for field, known in self.spec.lists(self.leadctl.settings).items():
            word = row.values.get(field)
            if word is not None and word not in known:
                self.report.notes.see_unknown(field, {word: 1})

    # What becomes of them.

    def _start(self, rows: Sequence[Said]) -> None:
        """Begin a chunk of rows."""
        self._index.start(rows)
        self._new: list[Record] = []
        self._differing: list[tuple[Record, set[str]]] = []
        self._deals: list[tuple[Record, str | None]] = []
        self._below: list[tuple[Record, Named, bool]] = []
        if self.kind == "deal":
            leads = {row.values["lead_id"] for row in rows if "lead_id" in row.values}
            self._leads = finding.facts(self.store, "lead", leads)

    def _decide(self, row: Said) -> None:
        parent, before = row.beside.pop("parent", None), self.report.ends["unchanged"]
        target = None if self.policy == "create" else self._index.find(row, self._fills)
        if target is None:
            target = self._create(row)
        elif row.meant and self._is_other(target, row, merged=row.meant.merged):
            return
        elif self.policy == "skip":
            self.report.ends["skipped"] += 1
            return
        else:
            self._meet(target, row)
        if parent:
            unchanged = self.report.ends["unchanged"] > before
            self._below.append((target, parent, unchanged))

    def _is_other(self, target: Record, row: Said, *, merged: bool) -> bool:
        """Skip a row of what was merged into the record of its uid; return whether it is one.

        Raises Refused where the external id is another record's.
        """
        if merged:
            assert target.id
            self.report.merged[target.id] += 1
            self.report.ends["skipped"] += 1
            return True
        holders = self._index.holders(row.values)
        if holders and target not in holders:
            whose, other = self._label(target), self._label(holders[0])
            raise Refused(f"its {UID} is {whose}'s, its external id {other}'s")
        return False

    def _create(self, row: Said) -> Record:
        if taken := self._index.holders(row.values):
            raise Refused(f"its external id is {self._label(taken[0])}'s already")
        facts = {**self._defaults(row), **row.values}
        if row.extra:
            facts["extra"] = stored_json(row.extra)
        self._new_rows += 1
        target = Record(facts, 2**62 + self._new_rows, self.money, row=row.draft.line)
        target.coming = row.coming - row.values.keys()
        self._new.append(target)
        self._index.know(target)
        if matching.external_key(row.values) is None:
            self._index.remember(row, target)
        self.report.ends["created"] += 1
        self._note_lead(target, row)
        return target

    def _defaults(self, row: Said) -> dict[str, Any]:
        born = self._born if self.spec.dated else {}
        return {**born, **row.beside}

    def _meet(self, target: Record, row: Said) -> None:
        fills = self._fills(target, row)
        if self._overwrites(target) and target.id:
            self._overwritten.add(target.id)
            # What stands there gives way to what the lead becomes.
            target.coming = row.coming - row.values.keys()
            fills |= dict.fromkeys(column for column in target.coming if target.facts[column])
        elif (
            differing := (target.differing(row) | target.coming & row.values.keys()) - fills.keys()
        ):
            self._differing.append((target, differing))
        if fills:
            target.fill(fills)
            self._index.know(target)
        external = matching.external_key(row.values)
        is_known = row.meant or (external and external == matching.external_key(target.facts))
        if not is_known:
            self._index.remember(row, target)
        converts = self._note_lead(target, row)
        self.report.ends["updated" if fills or converts else "unchanged"] += 1

    def _fills(self, target: Record, row: Said) -> dict[str, Any]:
        """Return the row's news for a record, without an external id that is another's."""
        take = target.overwrites if self._overwrites(target) else target.news
        fills = take(row, self.spec.unsaid(target.facts, self.leadctl.settings))
        if "external_id" in fills:
            holders = self._index.holders(row.values)
            if holders and holders != [target]:
                del fills["external_id"]
                fills.pop("external_system", None)
        return fills

    def _overwrites(self, target: Record) -> bool:
        return (
            self.policy == "overwrite"
            and target.id is not None
            and target.id not in self._overwritten
        )

    def _note_lead(self, target: Record, row: Said) -> bool:
        """Note the lead that a deal came from; return whether it is to be converted or linked."""
        lead = target.facts.get("lead_id") if self.kind == "deal" else None
        if lead is None or lead != row.values.get("lead_id"):
            return False
        known = self._leads[lead]
        if known["converted_at"] and known["deal_id"]:
            return False
        said = row.values
        at = said.get("converted_at") or said.get("created_at") or said.get("closed_at")
        self._deals.append((target, at))
        return True

    def _label(self, target: Record) -> str:
        if target.id:
            return f"{self.kind} {labelled(self.kind, [target.id])}"
        return f"the {self.kind} of line {target.row}"

    # Writing.

    def _write(self) -> None:
        self._index.finish(self._references.make(self._to_be_written()))
        self._name_after_others()
        ids = self.op.create(self.kind, [target.facts for target in self._new])
        for record, target in zip(ids, self._new, strict=True):
            target.id = record
            self._overwritten.add(record)
        self.op.update(
            self.kind, [(record, t.changes) for record, t in self._index.there.items() if t.changes]
        )
        self.op.create(
            "imported_row",
            [
                {"fingerprint": fingerprint, f"{self.kind}_id": target.id}
                for fingerprint, target in self._index.remembered
            ],
        )
        for target, columns in self._differing:
            if target.id:
                names = {column.removesuffix("_id") for column in columns}
                self.report.differ(target.id, names)

        if self._below:
            self._parents.put([(of.id, *named, same) for of, named, same in self._below])

    def _to_be_written(self) -> Iterator[dict[str, Any]]:
        """Yield the facts that are written, of those that are there with what stays."""
        for target in self._new:
            yield target.facts
        for target in self._index.there.values():
            if target.changes:
                yield from (target.facts, target.changes)

    def _link_parents(self) -> None:
        """Link accounts to those above them, once all are there; the first word of each counts."""
        linked: set[int] = set()
        for laid in self._parents:
            below = [(account, Named(*named), same) for account, *named, same in laid]
            found = self._references.parents(named for _, named, _ in below)
            there = finding.facts(self.store, "account", {account for account, _, _ in below})
            links: dict[int, dict[str, Any]] = {}
            for account, named, unchanged in below:
                parent = found[named][0] if len(found[named]) == 1 else None
                now = there[account]["parent_id"]
                if len(found[named]) > 1:
                    self.aside["parent"] += 1
                if parent in (None, account) or account in linked:
                    continue
                linked.add(account)
                if parent == now:
                    continue
                if now is not None and self.policy != "overwrite":
                    self.report.differ(account, ["parent"])
                    continue
                links[account] = {"parent_id": parent}
                if unchanged:
                    self.report.ends["unchanged"] -= 1
                    self.report.ends["updated"] += 1
            self._references.make(links.values())
            self.op.update("account", links.items())

    def _name_after_others(self) -> None:
        """Give new contacts and deals without a name that of the company, the lead, or their id."""
        column, kinds = self.spec.name, self.spec.names_from
        if column is None:
            return
        nameless = [t for t in self._new if not (t.facts.get("first_name") or t.facts.get(column))]
        links = {kind: f"{kind}_id" for kind in kinds}
        others = {
            kind: finding.facts(
                self.store, kind, {t.facts[link] for t in nameless if t.facts.get(link)}
            )
            for kind, link in links.items()
        }
        for target in nameless:
            facts = target.facts
            there = [(kind, facts[link]) for kind, link in links.items() if facts.get(link)]
            names = (name_taken(kind, others[kind][record]) for kind, record in there)
            name = next(filter(None, names), None) or facts.get("external_id")
            if name:
                facts[column] = name

    def _convert(self) -> None:
        """Convert the leads from which deals came, as of the day that the deals name."""
        items = [
            AsOf(
                lead=target.facts["lead_id"],
                at=at or self.op.now,
                account=target.facts.get("account_id"),
                contact=target.facts.get("contact_id"),
                deal=target.id,
            )
            for target, at in self._deals
        ]
        done = convert_as_of(self.leadctl, self.op, items)
        for kind, number in done.made.items():
            self.made[kind] += number
