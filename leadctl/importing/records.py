"""What becomes of each row of contacts, accounts, deals, activities, tasks, campaigns, transactions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from leadctl import finding, matching
from leadctl.fields import FIELDS, KINDS, as_columns, header_key
from leadctl.finding import Named, labelled
from leadctl.importing.drafting import Draft, Rejected
from leadctl.importing.history import AsOf, convert_as_of
from leadctl.importing.kinds import SPECS, Key, Refused, name_taken
from leadctl.importing.outcome import Report
from leadctl.importing.target import Says, Target
from leadctl.values import email, split_full_name, stored_json
from leadctl.words import external_id

if TYPE_CHECKING:
    from leadctl.app import App
    from leadctl.importing.kinds import Reference
    from leadctl.journal import Operation

CHUNK = 5_000
CONTENT = "content"


class Said:
    """What one row says: the values of columns, and `beside` what only a new record takes.

    `company` is what it calls its account. `coming` are the columns that name what a lead becomes.
    """

    __slots__ = ("beside", "coming", "company", "draft", "extra", "keys", "values")

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.values = dict(draft.values)
        self.extra = dict(draft.extra)
        self.beside: dict[str, Any] = {}
        self.company: str | None = None
        self.coming: set[str] = set()
        self.keys: list[Key] = []


class Record(Target):
    """A record of one of these kinds; `id` is None until it is written.

    `coming` are the columns that the conversion of its lead is to fill.
    """

    __slots__ = ("coming", "id")

    def __init__(
        self, facts: dict[str, Any], order: int, money: Sequence[str], *, row: int = 0
    ) -> None:
        super().__init__(facts, order, money=money, row=row)
        self.id: int | None = facts.get("id")
        self.coming: set[str] = set()

    def news(self, row: Says, unsaid: Collection[str] = ()) -> dict[str, Any]:
        """Return what a row fills in; an earlier birth is news too, as stubs are born late."""
        fills = super().news(row, unsaid)
        for column in self.coming & fills.keys():
            del fills[column]
        born = row.values.get("created_at")
        if born and born < (self.facts.get("created_at") or ""):
            fills |= {"created_at": born, "created_day": row.values["created_day"]}
        return fills


class Records:
    """Decides each row of one kind in turn, against what is there and what was just made, and writes.

    Two ids of one system are two records. A row without an id of its own is remembered by its
    fingerprint, so that the same file again finds for each row the record that it became; rows of
    activities, tasks and transactions are found by what they say: the second of two equal rows is
    the second of two equal records. `made` counts records that rows only named: kind -> number;
    `aside` counts references that led nowhere and are kept in `extra`: field -> number.
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
        self.system = system
        self.spec = SPECS[kind]
        own = leadctl.fields.own.get(kind, ())
        self.money = (*self.spec.money, *(field.name for field in own if field.type == "money"))
        self.made: Counter[str] = Counter()
        self.aside: Counter[str] = Counter()
        self.names = {rep["id"]: rep["name"] for rep in self.store.reps(everyone=True)}
        self.reps = {name.casefold(): rep for rep, name in self.names.items()}
        self._born = {"created_at": op.now, "created_day": leadctl.today()}
        self._new_rows = 0
        self._overwritten: set[int] = set()
        self._seen: Counter[tuple[int, int]] = Counter()
        self._parents: list[tuple[Record, Named]] = []
        self._words: dict[str, frozenset[str]] = {}
        self._header_keys: dict[str, str] = {}

    def take(self, drafts: Iterable[Draft]) -> None:
        """Decide and write all rows, chunk by chunk, and count their ends."""
        ends, made = Counter(self.report.ends), Counter(self.made)
        if self.policy == "overwrite":
            # The last row of a record counts: it overwrites, and those before it only fill.
            drafts = list(drafts)[::-1]
        rows = iter(drafts)
        while chunk := list(islice(rows, CHUNK)):
            self._take_chunk(chunk)
        self._link_parents()
        for end in Report.ENDS:
            self.op.count(end, self.report.ends[end] - ends[end])
        for kind, number in (self.made - made).items():
            self.op.count(f"{KINDS[kind]} made", number)

    def _take_chunk(self, drafts: Sequence[Draft]) -> None:
        self._refused: dict[int, str] = {}
        said = self._ready(drafts)
        self._start(said)
        for row in said:
            try:
                self._decide(row)
            except Refused as refused:
                self._refused[id(row.draft)] = str(refused)
        self._write()
        self._convert()
        for draft in drafts:
            if reason := self._refused.get(id(draft)):
                self._on_rejected(Rejected(draft.file, draft.line, draft.cells, None, reason))

    # What the rows say, in columns.

    def _ready(self, drafts: Sequence[Draft]) -> list[Said]:
        """Return the rows that can be records, their references resolved; refuse the others."""
        rows = [row for draft in drafts if (row := self._said(draft)) is not None]
        for reference in self.spec.references:
            self._resolve(reference, rows)
        ready = []
        for row in rows:
            if missing := self._misses(row):
                self._refused.setdefault(id(row.draft), missing)
            if id(row.draft) not in self._refused and self._finish(row):
                ready.append(row)
        return ready

    def _finish(self, row: Said) -> bool:
        """Make columns of what a row says; return whether it can be a record."""
        try:
            self.spec.finish(row.values, row.beside, self.leadctl)
        except Refused as refused:
            self._refused[id(row.draft)] = str(refused)
            return False
        row.values = as_columns(self.kind, row.values)
        row.extra |= row.beside.pop("aside", {})
        self._note_unknown_words(row)
        return True

    def _said(self, draft: Draft) -> Said | None:
        """Return what a row says; None, and it is refused, if that is too little."""
        for what, fields in self.spec.needs.items():
            if not any(field in draft.values for field in fields):
                self._refused[id(draft)] = f"no {what}"
                return None
        row = Said(draft)
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

    def _misses(self, row: Said) -> str | None:
        """Return why a row has nobody to belong to; a reference beside another may lead nowhere."""
        missing = row.beside.pop("missing", None)
        if missing is None:
            return None
        if any(row.values.get(column) for column in self.spec.about):
            self.aside[missing] += 1
            return None
        return f"its {missing} is not here; import it first, or mend it"

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

    def _resolve(self, reference: Reference, rows: Sequence[Said]) -> None:
        """Put ids in the place of names; what is not found is made, kept aside or refused."""
        rows = [row for row in rows if reference.field in row.values]
        named = {id(row): self._named(reference, row) for row in rows}
        if reference.kind == "account" and not reference.later:
            for row in rows:
                row.company = named[id(row)].written
        if reference.later:
            for row in rows:
                row.beside[reference.field] = named[id(row)]
                del row.values[reference.field]
            return
        found = finding.references(self.store, reference.kind, named.values())
        other: dict[Named, list[int]] = {}
        if reference.or_else:
            # Beside a lead stands somebody else, who is made.
            taken = f"{reference.or_else}_id" if reference.make else ""
            others = {named[id(row)] for row in rows if taken in row.values}
            left = [each for each, ids in found.items() if not ids and each not in others]
            other = finding.references(self.store, reference.or_else, left)
        if reference.make:
            left = [each for each, ids in found.items() if not ids and not other.get(each)]
            found |= {each: [made] for each, made in self._make(reference.kind, left)}
        became = self._became(ids[0] for ids in other.values() if len(ids) == 1)
        for row in rows:
            written = row.values.pop(reference.field)
            each = named[id(row)]
            ids, kind = found[each], reference.kind
            if not ids and other.get(each):
                ids, kind = other[each], reference.or_else or ""
            if len(ids) > 1:
                self._refused[id(row.draft)] = (
                    f"its {kind} fits several: {labelled(kind, ids)}; write one"
                )
            elif ids and kind == "lead" and ids[0] in became:
                row.values.setdefault(reference.column, became[ids[0]])
            elif ids:
                column = reference.column if found[each] else f"{kind}_id"
                if row.values.setdefault(column, ids[0]) != ids[0]:
                    row.extra[reference.field] = written
                elif column != reference.column and self.kind == "deal":
                    row.coming.add(reference.column)
            elif reference.needed:
                row.beside["missing"] = reference.field
                row.extra[reference.field] = written
            else:
                row.extra[reference.field] = written
                self.aside[reference.field] += 1

    def _became(self, leads: Iterable[int]) -> dict[int, int]:
        """Return, for a deal, the contacts that leads have become: lead -> contact."""
        if self.kind != "deal":
            return {}
        there = finding.facts(self.store, "lead", set(leads))
        return {lead: row["contact_id"] for lead, row in there.items() if row["contact_id"]}

    def _named(self, reference: Reference, row: Said) -> Named:
        """Return whom a row means: by the words of the field, and by other words for it beside."""
        kind, field = reference.kind, reference.field
        system = row.values.get("external_system") or self.system
        written, *others = finding.several(kind, row.values[field])
        row.extra |= {f"{field} {number}": other for number, other in enumerate(others, 2)}
        beside = self._beside(reference, row) if row.extra else []
        id = None
        if beside and finding.is_id(written):
            name = next((cell for cell in beside if not finding.is_id(cell)), None)
            written, id = (name, written) if name else (written, None)
        elif beside:
            id = next((cell for cell in beside if finding.is_id(cell)), None)
        name, written = finding.name_and_email(written)
        if finding.is_id(written):
            written = external_id(written, system)
        return Named(
            written,
            system,
            row.values.get("account_id") if kind == "contact" else None,
            not reference.make,
            external_id(id, system) if id else None,
            name,
            row.company if kind != "account" else None,
        )

    def _beside(self, reference: Reference, row: Said) -> list[str]:
        """Return the cells that have another word for a field as their header, and no field."""
        field = reference.field
        if field not in self._words:
            of = next(of for of in FIELDS[self.kind] if of.name == field)
            self._words[field] = frozenset(map(header_key, of.words))
        return [
            finding.several(reference.kind, cell)[0]
            for header, cell in row.extra.items()
            if self._key(header) in self._words[field]
        ]

    def _key(self, header: str) -> str:
        if header not in self._header_keys:
            self._header_keys[header] = header_key(header)
        return self._header_keys[header]

    def _make(self, kind: str, wanted: Sequence[Named]) -> Iterator[tuple[Named, int]]:
        """Make records that are only named, each once, and yield who named them and their ids."""
        facts: dict[Any, dict[str, Any]] = {}
        places: list[tuple[Named, Any]] = []
        for named in wanted:
            values = named_only(kind, named)
            if values is not None:
                key = _who(kind, values)
                facts.setdefault(key, {**values, **self._born})
                places.append((named, key))
        ids = dict(zip(facts, self.op.create(kind, list(facts.values())), strict=True))
        if ids:
            self.made[kind] += len(ids)
        for named, key in places:
            yield named, ids[key]

    def _link_parents(self) -> None:
        """Link accounts to those above them, now that all are there."""
        found = finding.references(self.store, "account", (named for _, named in self._parents))
        left = [named for named, ids in found.items() if not ids]
        found |= {named: [made] for named, made in self._make("account", left)}
        parents: dict[int, dict[str, int]] = {}
        for target, named in self._parents:
            ids = found[named]
            if target.id and len(ids) == 1 and ids != [target.id]:
                parents.setdefault(target.id, {"parent_id": ids[0]})
            elif len(ids) > 1:
                self.aside["parent"] += 1
        self.op.update("account", parents.items())
        self._parents = []

    # Which record a row is.

    def _start(self, rows: Sequence[Said]) -> None:
        """Begin a chunk with an index of the records in the database that share a key with it."""
        self._index: dict[Key, list[Record]] = {}
        self._new: list[Record] = []
        self._remembered: list[tuple[int, Record]] = []
        self._differing: list[tuple[Record, set[str]]] = []
        self._deals: list[tuple[Record, str | None]] = []
        self._there: dict[int, Record] = {}
        asked: dict[str, dict[Key, None]] = {}
        for row in rows:
            row.keys = self._keys_of(row.values, row.draft.fingerprint)
            for key in row.keys:
                asked.setdefault(key[0], {})[key] = None
        hits = [
            (key, ids)
            for how, keys in asked.items()
            if how != CONTENT
            for key, ids in zip(
                keys,
                finding.find(self.store, self.kind, how, [(key[1], key[2]) for key in keys]),
                strict=True,
            )
        ]
        hits += self._equal_ones(asked.get(CONTENT, {}))
        wanted = {record for _, ids in hits for record in ids}
        for record, facts in finding.facts(self.store, self.kind, wanted).items():
            self._there[record] = Record(facts, record, self.money)
        for key, ids in hits:
            there = [self._there[record] for record in ids]
            if key[0] == CONTENT:
                there = [target for target in there if target.facts["external_id"] is None]
            if there:
                self._index[key] = there
        if self.kind == "deal":
            leads = {row.values["lead_id"] for row in rows if "lead_id" in row.values}
            self._leads = finding.facts(self.store, "lead", leads)

    def _keys_of(self, values: Mapping[str, Any], fingerprint: int | None) -> list[Key]:
        external = matching.external_key(values)
        first: list[Key] = [("external", *external)] if external else []
        if self.policy == "create":
            return first
        if self.spec.content:
            content = tuple(values.get(column) for column in self.spec.content)
            # What has an id is known by it alone: its other facts may still be filled.
            return first or [(CONTENT, content, None)]
        row: list[Key] = [] if fingerprint is None else [("row", fingerprint, None)]
        return [*row, *first, *self.spec.keys(values)]

    def _equal_ones(self, keys: Iterable[Key]) -> list[tuple[Key, list[int]]]:
        """Return, for each content that rows have, the records that say the same, oldest first."""
        columns = self.spec.content
        wanted: dict[str | None, dict[Any, None]] = {}
        contents = {key[1]: key for key in keys}
        for content in contents:
            values = dict(zip(columns, content, strict=True))
            of = next((c for c in self.spec.about if values[c] is not None), None)
            day = self.leadctl.normaliser.day(values["at"]) if "at" in values else None
            what = values["title"] if of is None else (values[of], day)
            wanted.setdefault(of, {})[what] = None
        found: dict[Key, list[int]] = {}
        for of, whats in wanted.items():
            if of is None:
                rows = finding.without_a_record(self.store, whats, columns)
            else:
                rows = finding.of_a_day(self.store, self.kind, of, whats, columns)
            for record, *content in rows:
                key = contents.get(tuple(content))
                if key is not None:
                    found.setdefault(key, []).append(record)
        return list(found.items())

    def _find(self, row: Said) -> Record | None:
        """Return the record of the first key that any shares: best one who gets no news."""
        for key in row.keys:
            targets = self._index.get(key, ())
            if key[0] == CONTENT:
                # The second of two equal rows of a file is the second of two equal records.
                place = (id(row.draft.file), hash(key))
                number = self._seen[place]
                self._seen[place] += 1
                return targets[number] if number < len(targets) else None
            if key[0] != "external":
                targets = [t for t in targets if not self._apart(row.values, t, key)]
            if len(targets) == 1:
                return targets[0]
            if targets:
                return min(targets, key=lambda t: (bool(self._fills(t, row)), t.order))
        return None

    def _apart(self, values: Mapping[str, Any], target: Record, key: Key) -> bool:
        """Whether they cannot be one: two ids of one system, or what the kind holds apart."""
        mine, theirs = matching.external_key(target.facts), matching.external_key(values)
        if key[0] == "row":
            return False
        two_ids = mine and theirs and mine[1] == theirs[1] and mine != theirs
        return bool(two_ids) or self.spec.apart(values, target.facts)

    # What becomes of it.

    def _decide(self, row: Said) -> None:
        parent = row.beside.pop("parent", None)
        target = None if self.policy == "create" else self._find(row)
        if target is None:
            target = self._create(row)
        elif self.policy == "skip":
            self.report.ends["skipped"] += 1
            return
        else:
            self._meet(target, row)
        if parent and (target.facts.get("parent_id") is None or self.policy == "overwrite"):
            self._parents.append((target, parent))

    def _create(self, row: Said) -> Record:
        external = matching.external_key(row.values)
        taken = self._index.get(("external", *external)) if external else None
        if taken:
            raise Refused(f"its external id is {self._label(taken[0])}'s already")
        facts = {**self._defaults(row), **row.values}
        if row.extra:
            facts["extra"] = stored_json(row.extra)
        self._new_rows += 1
        target = Record(facts, 2**62 + self._new_rows, self.money, row=row.draft.line)
        target.coming = row.coming - row.values.keys()
        self._new.append(target)
        self._know(target)
        if not external:
            self._remember(row, target)
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
            self._know(target)
        external = matching.external_key(row.values)
        if external is None or external != matching.external_key(target.facts):
            self._remember(row, target)
        converts = self._note_lead(target, row)
        self.report.ends["updated" if fills or converts else "unchanged"] += 1

    def _fills(self, target: Record, row: Said) -> dict[str, Any]:
        """Return the row's news for a record, without an external id that is another's."""
        take = target.overwrites if self._overwrites(target) else target.news
        fills = take(row, self.spec.unsaid(target.facts, self.leadctl.settings))
        if "external_id" in fills:
            external = matching.external_key(row.values)
            holders = self._index.get(("external", *external), []) if external else []
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

    def _know(self, target: Record) -> None:
        for key in self._keys_of(target.facts, None):
            targets = self._index.setdefault(key, [])
            if target not in targets:
                targets.append(target)

    def _remember(self, row: Said, target: Record) -> None:
        if self.spec.content:
            return
        targets = self._index.setdefault(("row", row.draft.fingerprint, None), [])
        if target not in targets:
            targets.append(target)
            self._remembered.append((row.draft.fingerprint, target))

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
        self._name_after_others()
        ids = self.op.create(self.kind, [target.facts for target in self._new])
        for record, target in zip(ids, self._new, strict=True):
            target.id = record
            self._overwritten.add(record)
        self.op.update(
            self.kind, [(record, t.changes) for record, t in self._there.items() if t.changes]
        )
        self.op.create(
            "imported_row",
            [
                {"fingerprint": fingerprint, f"{self.kind}_id": target.id}
                for fingerprint, target in self._remembered
            ],
        )
        for target, columns in self._differing:
            if target.id:
                names = {column.removesuffix("_id") for column in columns}
                self.report.differing.setdefault(target.id, set()).update(names)

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


def named_only(kind: str, named: Named) -> dict[str, Any] | None:
    """Return what is known of an account or contact that a cell names; None if that is too little."""
    written = named.written.removeprefix("ext:")
    is_id = written != named.written or finding.is_id(written)
    if finding.is_ours(kind, written):
        return None
    id = written if is_id else named.id
    external = {"external_id": id, "external_system": named.system} if id else {}
    if kind == "account":
        return external if is_id else {"name": written, **external}
    if "@" in written:
        if not _is_email(written):
            return None
        person = _person(named.name) if named.name else {}
        return {**person, "email": written, "account_id": named.within, **external}
    if is_id or (named.within is None and not id):
        return None
    return {**_person(written), "account_id": named.within, **external}


def _person(name: str) -> dict[str, Any]:
    parts = ("salutation", "first_name", "last_name")
    return dict(zip(parts, split_full_name(name), strict=True))


def _is_email(written: str) -> bool:
    try:
        return email(written) == written
    except ValueError:
        return False


def _who(kind: str, values: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what two mentions of one record share: the id in its system, else who it is."""
    external = matching.external_key(values)
    if external:
        return external
    keys = matching.keys(kind, values)
    within = None if keys.email else values.get("account_id")
    return keys.email, keys.email or keys.name, keys.company, within
