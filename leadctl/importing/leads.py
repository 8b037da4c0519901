"""What becomes of each row of leads: a new lead, an update, nothing new, skipped or rejected."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from leadctl import finding, matching
from leadctl.importing.columns import CONVERTED, UID
from leadctl.importing.companions import Companion, companions, key_of
from leadctl.importing.drafting import IDENTITY, NO_IDENTITY, Draft, Rejected, Run, rows_of
from leadctl.importing.history import AsOf, convert_as_of
from leadctl.importing.laid import NewLeads
from leadctl.importing.lead import Lead
from leadctl.importing.left_alone import LeftAlone, Somebody
from leadctl.importing.outcome import Report
from leadctl.stored import id_fingerprint, stored_json
from leadctl.uids import Uids

if TYPE_CHECKING:
    from leadctl.app import App
    from leadctl.journal import Operation
    from leadctl.store import Store

BY_UID, FINGERPRINT, EXTERNAL, EMAIL, PHONE = range(-1, 4)
"""By what a row finds its lead: before the first keys of `matching.Wanted`, by the lead's own uid.

A lead's external id and email stay what they are in an import, while its name and phone may become
fuller."""
_WAYS = {EMAIL: ("email",), PHONE: ("phone", "mobile", "first_name", "last_name")}
"""A key by which people are found -> the fields that make it."""
CHUNK = 5_000
MOST_PUT_OFF = 10_000
_NOT_YET = 2**62
"""Above every id: leads that are made now come after those that are there."""


Place = tuple[int, int]
"""A row: which file it is of, and its line."""


class Meeting(NamedTuple):
    """A row that says something else than the lead that it is: what the lead says, and where."""

    draft: Draft
    lead: int
    facts: Mapping[str, Any]
    differing: set[str]


class Found(NamedTuple):
    """Who a row is, and by which key: a lead, which may be one that another was merged into, else
    a contact."""

    key: int
    lead: Lead | None = None
    merged: bool = False
    contact: int | None = None


class Importer:
    """Decides each draft in turn, against the leads there are and those just made, and writes.

    The same file again must find, for each of its rows, a lead that the row has nothing to add to.
    Rows of an export of ours say by a uid which lead they are; a uid that nobody has here says
    nothing. Most others are found by the first of their keys, and the rest is remembered by its
    fingerprint: rows that have no external id when they become a lead (people mend names and
    addresses), rows found by a later key, and rows whose lead gets a fuller name or phone by
    another row.
    """

    def __init__(
        self,
        leadctl: App,
        op: Operation,
        report: Report,
        policy: str,
        reject: Callable[[Rejected], None],
        *,
        on_contact: str = "skip",
        decided: Mapping[Place, str] = MappingProxyType({}),
        meetings: list[Meeting] | None = None,
    ) -> None:
        self.leadctl = leadctl
        self.store: Store = leadctl.store
        self.reject = reject
        self.op = op
        self.report = report
        self.policy = policy
        self.on_contact = on_contact
        self.decided = decided
        self.meetings = meetings
        self.noted: set[int] = set()
        self.defaults = {
            "status": leadctl.settings.first_status,
            "created_at": op.now,
            "created_day": leadctl.today(),
        }
        self.money = tuple(leadctl.fields.typed("lead", "money"))
        self.made = 0
        self.overwritten: set[int] = set()
        self.leaning: dict[int, list[int]] = {}
        self.foreign: list[tuple[Draft, str]] = []
        self._lead_keys = matching.LeadKeys()
        self._uids: Uids | None = None
        self._left_alone = LeftAlone()

    def create(self, new: NewLeads) -> None:
        """Write leads that nobody else can be."""
        values, count = dict(new.values), len(new.fingerprints)
        for field, default in self.defaults.items():
            said = values.get(field, [None] * count)
            values[field] = [default if value is None else value for value in said]
        domains = matching.domains(values, new.keys[0])
        normaliser = [matching.NORMALISER] * count
        keys: list[Sequence[str | int | None]] = [*new.keys, domains, normaliser]
        ids = self.op.create_columns("lead", count, values, keys)
        rows = [(f, i) for f, i in zip(new.fingerprints, ids, strict=True) if f is not None]
        fingerprints, leads = [f for f, _ in rows], [i for _, i in rows]
        columns = {"fingerprint": fingerprints, "lead_id": leads}
        self.op.create_columns("imported_row", len(rows), columns)
        self.report.ends["created"] += count
        if new.beside:
            beside, said = rows_of(new.beside, count), rows_of(values, count)
            self._write_companions(
                (lead, companion)
                for lead, of, facts in zip(ids, beside, said, strict=True)
                if of
                for companion in self._companions(of, facts)
            )

    def take(self, runs: Iterable[Run]) -> None:
        """Decide and write rows, chunk by chunk.

        Under overwrite the last row of a person has to come first: it overwrites, and the others
        only fill.
        """
        known = map(self._with_leads_of_uids, runs)
        rows = (draft for run in known for draft in self._without_the_same(run).drafts())
        while chunk := list(islice(rows, CHUNK)):
            self._take_chunk(chunk)
        while self.foreign:
            # By now these leads may be known better, as they will be when the file comes again.
            again, self.foreign = self.foreign, []
            self._take_chunk([draft for draft, _ in again])
            if len(self.foreign) == len(again):
                break
        for draft, reason in self.foreign:
            self._reject(draft, reason)

    def _with_leads_of_uids(self, run: Run) -> Run:
        """Return the rows with the leads that uids mean in the place of the uids."""
        if UID not in run.beside:
            return run
        if self._uids is None:
            self._uids = Uids(self.store, "lead")
        uids = run.beside[UID]
        known = self._uids.records({uid for uid in uids if uid})
        return replace(run, beside={**run.beside, UID: [known.get(uid) for uid in uids]})

    def _without_the_same(self, run: Run) -> Run:
        """Return the rows that have anything to say; the others say what their lead says already.

        They are found by the first of uid, external id and fingerprint that they have.
        """
        if self.policy == "create" or self.decided:
            return run
        there = matching.leads_of(self.store, _first_keys(run), list(run.values))
        columns = zip(*run.values.values(), strict=True)
        same = [False] * len(run)
        for at, (row, extra) in enumerate(zip(columns, run.extra, strict=True)):
            lead = there.get(at)
            if lead is not None and lead.says(row, extra):
                same[at] = True
                if self.policy == "overwrite":
                    self.overwritten.add(lead.id)
        for name in run.beside.keys() - {UID}:
            for at, value in enumerate(run.beside[name]):
                same[at] = same[at] and value is None
        self.report.ends["skipped" if self.policy == "skip" else "unchanged"] += sum(same)
        return run.where([not of for of in same]) if any(same) else run

    def _take_chunk(self, drafts: Sequence[Draft]) -> None:
        keys = self._lead_keys.of_rows([draft.values for draft in drafts])
        looked_for = [
            matching.wanted(draft.values, own, draft.fingerprint)
            for draft, own in zip(drafts, keys, strict=True)
        ]
        self._start(drafts, looked_for)
        for at, (draft, own, wanted) in enumerate(zip(drafts, keys, looked_for, strict=True)):
            found = None if self._policy(draft) == "create" else self._found(at, draft, wanted)
            if found is None:
                self._create(draft, own, wanted)
            elif found.lead is None or found.merged:
                self._leave_alone(found, draft, wanted)
            elif reason := self._is_somebody_else(found.key, found.lead, draft, wanted):
                self._put_off(draft, reason)
            else:
                self._meet(found.lead, draft, wanted, found.key)
        self._write()

    def _policy(self, draft: Draft) -> str:
        """Return what happens to a row that is there already: as decided for it, else for all."""
        if not self.decided:
            return self.policy
        return self.decided.get(place_of(draft), self.policy)

    def _put_off(self, draft: Draft, reason: str) -> None:
        """Keep a row for later; where all of them are somebody else's, no later look helps."""
        if len(self.foreign) < MOST_PUT_OFF:
            self.foreign.append((draft, reason))
        else:
            self._reject(draft, reason)

    def _is_somebody_else(
        self, key: int, target: Lead, draft: Draft, wanted: matching.Wanted
    ) -> str:
        """Return why a row cannot be the lead that it is found to be by an id, "" if it can."""
        if key == EXTERNAL and target.contradicts(draft):
            return (
                f"its external id is {self._named(target)}'s, who is somebody else"
                "; name the file's system with --system"
            )
        if key == BY_UID and (other := self._other(target, wanted)):
            by, lead = other
            if by == EXTERNAL or target.contradicts(draft):
                how = matching.MATCHED_BY[by]
                return f"its {UID} is {self._named(target)}'s, its {how} {self._named(lead)}'s"
        return ""

    def _other(self, target: Lead, wanted: matching.Wanted) -> tuple[int, Lead] | None:
        """Return the first key by which a row is another lead and not this one, and who."""
        for key in range(EXTERNAL, len(wanted)):
            targets = self._index[key].get(wanted[key]) if wanted[key] is not None else None
            if targets and target not in targets:
                return key, targets[0]
        return None

    def _start(self, drafts: Sequence[Draft], looked_for: Sequence[matching.Wanted]) -> None:
        """Begin a chunk with an index of the leads in the database that share a key with it."""
        self._index: list[dict[Any, list[Lead]]] = [{} for _ in matching.MATCHED_BY]
        self._new: list[Lead] = []
        self._remembered: list[tuple[int, Lead]] = []
        self._further_ids: list[tuple[int, Lead]] = []
        self._differing: list[tuple[Lead, set[str]]] = []
        self._arriving: list[tuple[Lead, Draft]] = []
        self._again: list[tuple[int, Draft]] = []
        found = matching.candidates(self.store, looked_for)
        self._contacts = {} if self.on_contact == "create" else matching.contacts(self.store)
        notes_contacts = self.on_contact == "activity"
        self._known_rows = matching.rows_of_contacts(self.store) if notes_contacts else set()
        self._meant = {
            at: meant for at, draft in enumerate(drafts) if (meant := draft.beside.get(UID))
        }
        leads = {candidate.lead for candidate in found}
        leads.update(meant.record for meant in self._meant.values())
        leads.update(self._left_alone.leads(looked_for))
        said: dict[int, set[tuple[str, str]]] = {}
        has_companions = any(of.beside and of.beside.keys() != {UID} for of in drafts)
        for row in self.store.notes_and_tasks(leads) if has_companions else ():
            said.setdefault(row["lead_id"], set()).add(key_of(row))
        self._there: dict[int, Lead] = {}
        rows = self.store.records("lead", leads)
        for facts, keys in zip(rows, self._lead_keys.of_rows(rows), strict=True):
            lead = facts["id"]
            target = Lead(facts, lead, money=self.money, id=lead)
            target.keys = keys
            target.leaning = self.leaning.pop(lead, [])
            target.said = said.get(lead, set())
            self._there[lead] = target
        self._merged = _only_by_what_was_merged(found)
        for at, meant in self._meant.items():
            if meant.merged:
                self._merged.add((at, meant.record))
            else:
                self._merged.discard((at, meant.record))
        for position, key, lead, _ in found:
            self._file_under(key, looked_for[position][key], self._there[lead])

    def _file_under(self, key: int, value: Any, target: Lead) -> None:
        targets = self._index[key].setdefault(value, [])
        if target not in targets:
            targets.append(target)

    def _found(self, at: int, draft: Draft, wanted: matching.Wanted) -> Found | None:
        """Return who a row is: by its uid, or by the first key, a lead before a contact."""
        found = None
        if meant := self._meant.get(at):
            found = BY_UID, self._there[meant.record]
        else:
            found = self._find(wanted, draft)
        key = found[0] if found else len(wanted)
        if before := self._met_before(key, draft, wanted):
            return before
        contact, by_email = self._contacts.get(at, (None, False))
        if contact and not _arrives(draft) and (not found or (by_email and key > EMAIL)):
            return Found(EMAIL if by_email else PHONE, contact=contact)
        return found and Found(*found, merged=(at, found[1].id) in self._merged)

    def _met_before(self, key: int, draft: Draft, wanted: matching.Wanted) -> Found | None:
        """Return whom an earlier row was, and left alone, that has a key before this one in common."""
        for earlier, who in self._left_alone.met(wanted, range(EXTERNAL, key)):
            if who.lead:
                return Found(earlier, self._there[who.lead], who.merged)
            if not _arrives(draft):
                return Found(earlier, contact=who.contact)
        return None

    def _find(self, wanted: matching.Wanted, draft: Draft) -> tuple[int, Lead] | None:
        """Return the first key that anybody shares, and who: best one who gets no news.

        Without that preference a second import of a file could fill another of several leads.
        """
        for key, value in enumerate(wanted):
            targets = self._index[key].get(value) if value is not None else None
            if targets and len(targets) == 1:
                return key, targets[0]
            if targets:
                return key, min(targets, key=lambda t: (self._has_news(t, draft), t.order))
        return None

    def _has_news(self, target: Lead, draft: Draft) -> bool:
        return not target.facts.get("converted_at") and bool(self._fills(target, draft))

    def _create(self, draft: Draft, keys: matching.Keys, wanted: matching.Wanted) -> None:
        taken = self._index[EXTERNAL].get(wanted.external)
        if taken:
            self._reject(draft, f"its external id is {self._named(taken[0])}'s already")
            return
        if self._uids and draft.values.keys().isdisjoint(IDENTITY):
            self._reject(draft, f"{NO_IDENTITY} for a new lead")
            return
        facts = {**self.defaults, **self._born(draft), **draft.values}
        if draft.extra:
            facts["extra"] = stored_json(draft.extra)
        self.made += 1
        target = Lead(facts, _NOT_YET + self.made, money=self.money, row=draft.line)
        target.keys = keys
        self._new.append(target)
        self._know(target, wanted)
        if not wanted.external:
            self._remember(draft.fingerprint, target)
        self._come_along(target, draft)
        self.report.ends["created"] += 1

    def _born(self, draft: Draft) -> dict[str, Any]:
        """Return when a lead was created of which only is known when it was converted."""
        at = draft.beside.get("converted_at")
        return {"created_at": at, "created_day": self.leadctl.normaliser.day(at)} if at else {}

    def _reject(self, draft: Draft, reason: str) -> None:
        self.reject(Rejected(draft.file, draft.line, draft.cells, None, reason))

    def _leave_alone(self, found: Found, draft: Draft, wanted: matching.Wanted) -> None:
        """Skip a row of a contact or of somebody who was merged: what it says was decided then."""
        if found.contact:
            self._remember_alone(found.key, wanted, Somebody(contact=found.contact))
            self._meet_contact(found.contact, draft)
            return
        assert found.lead
        lead = found.lead.id
        assert lead
        self._remember_alone(found.key, wanted, Somebody(lead=lead, merged=True))
        self.report.merged[lead] += 1
        self.report.ends["skipped"] += 1

    def _remember_alone(self, key: int, wanted: matching.Wanted, who: Somebody) -> None:
        """Remember whom a row left alone by the keys that find nobody yet and go before its own."""
        before = range(EXTERNAL, len(wanted) if key == BY_UID else key)
        self._left_alone.remember(who, wanted, before)

    def _meet_contact(self, contact: int, draft: Draft) -> None:
        """Skip a row of somebody who is a contact, or note, once a row, that they came again."""
        self.report.contacts[contact] += 1
        if self.on_contact == "skip":
            self.report.ends["skipped"] += 1
            self.report.contacts_skipped += 1
        elif self._came_again(draft):
            self.report.ends["unchanged"] += 1
        else:
            self._again.append((contact, draft))
            self.report.ends["updated"] += 1

    def _came_again(self, draft: Draft) -> bool:
        """Whether a row of a contact was noted, by an earlier import or in this one."""
        before = draft.fingerprint in self._known_rows or draft.fingerprint in self.noted
        self.noted.add(draft.fingerprint)
        return before

    def _meet(self, target: Lead, draft: Draft, wanted: matching.Wanted, key: int) -> None:
        report, policy = self.report, self._policy(draft)
        other_id = policy != "skip" and target.has_other_id(draft)
        if other_id:
            report.other_ids += 1
            self._further_ids += [(of, target) for of in _id_fingerprints(draft)]
        if target.facts.get("converted_at") and target.id:
            self._remember_alone(key, wanted, Somebody(lead=target.id))
            report.converted[target.id] += 1
            report.ends["skipped"] += 1
            return
        if policy == "skip":
            report.ends["skipped"] += 1
            return
        fills = self._fills(target, draft)
        held = self._held_by_others(target, fills)
        for field in held:
            del fills[field]
        if self._overwrites(target, draft) and target.id:
            self.overwritten.add(target.id)
        elif differing := target.differing(draft):
            held |= differing
            if target.id and self.meetings is not None:
                self.meetings.append(Meeting(draft, target.id, dict(target.facts), differing))
        if held:
            self._differing.append((target, held))
        if fills:
            self._fill(target, fills)
        self._lean(target, wanted, key)
        brought = self._come_along(target, draft)
        report.ends["updated" if fills or brought else "unchanged"] += 1

    def _fills(self, target: Lead, draft: Draft) -> dict[str, Any]:
        """Return the draft's news for a lead, without an external id that is another lead's."""
        if target.has_other_id(draft):
            draft = target.with_other_id_aside(draft)
        wins = self._overwrites(target, draft)
        fills = target.overwrites(draft) if wins else target.news(draft)
        if "external_id" in fills:
            external = matching.external_key(draft.values)
            holders = self._index[EXTERNAL].get(external, [])
            if (holders and holders != [target]) or self._left_alone.has(EXTERNAL, external):
                del fills["external_id"]
                fills.pop("external_system", None)
        return fills

    def _held_by_others(self, target: Lead, fills: Mapping[str, Any]) -> set[str]:
        """Return what would have a row find this lead that was somebody left alone before."""
        held: set[str] = set()
        for key, fields in _WAYS.items():
            if not self._left_alone.any_by(key) or fills.keys().isdisjoint(fields):
                continue
            facts = {**target.facts, **fills}
            wanted = matching.wanted(facts, matching.keys("lead", facts))
            if self._left_alone.has(key, wanted[key]):
                held |= fills.keys() & set(fields)
        return held

    def _overwrites(self, target: Lead, draft: Draft) -> bool:
        return (
            self._policy(draft) == "overwrite"
            and target.id is not None
            and target.id not in self.overwritten
        )

    def _come_along(self, target: Lead, draft: Draft) -> bool:
        """Take over what a row says of other records; return whether any of it is news."""
        if not draft.beside:
            return False
        news = [
            of for of in self._companions(draft.beside, draft.values) if of.key not in target.said
        ]
        target.said.update(of.key for of in news)
        target.companions += news
        if _arrives(draft):
            self._arriving.append((target, draft))
        return bool(news) or _arrives(draft)

    def _companions(
        self, beside: Mapping[str, Any], values: Mapping[str, Any]
    ) -> Iterator[Companion]:
        return companions(beside, values, self.leadctl.normaliser, self.op.now)

    def _fill(self, target: Lead, fills: dict[str, Any]) -> None:
        before = target.keys
        target.fill(fills)
        self._know(target, target.wanted)
        if target.keys != before:
            for fingerprint in target.leaning:
                self._remember(fingerprint, target)
            target.leaning = []

    def _lean(self, target: Lead, wanted: matching.Wanted, key: int) -> None:
        """Remember a row that its first key does not find again, now or after a later fill."""
        if key in (BY_UID, FINGERPRINT) or wanted.fingerprint is None:
            return
        first = next((k for k in range(EXTERNAL, len(wanted)) if wanted[k] is not None), None)
        if first is None or (
            (key != first or target.changes) and wanted[first] != target.wanted[first]
        ):
            self._remember(wanted.fingerprint, target)
        elif first > (EXTERNAL if self.policy == "overwrite" else EMAIL):
            target.leaning.append(wanted.fingerprint)

    def _remember(self, fingerprint: int, target: Lead) -> None:
        if target not in self._index[FINGERPRINT].get(fingerprint, ()):
            self._remembered.append((fingerprint, target))
            self._file_under(FINGERPRINT, fingerprint, target)

    def _know(self, target: Lead, wanted: matching.Wanted) -> None:
        for key in range(EXTERNAL, len(wanted)):
            if wanted[key] is not None:
                self._file_under(key, wanted[key], target)

    def _named(self, target: Lead) -> str:
        return f"lead {target.id}" if target.id else f"the lead of line {target.row}"

    def _write(self) -> None:
        facts = [target.facts for target in self._new]
        ids = self.op.create("lead", facts, [target.keys for target in self._new])
        for lead, target in zip(ids, self._new, strict=True):
            target.id = lead
            self.overwritten.add(lead)
        self._remember_further_ids()
        there = self._there.items()
        self.op.update("lead", [(lead, t.changes) for lead, t in there if t.changes])
        self.op.create(
            "imported_row",
            [{"fingerprint": value, "lead_id": target.id} for value, target in self._remembered],
        )
        for target, fields in self._differing:
            if target.id:
                self.report.differ(target.id, fields)
        for target in (*self._new, *self._there.values()):
            if target.id and target.leaning:
                self.leaning[target.id] = target.leaning
        met = (*self._new, *self._there.values())
        self._write_companions((t.id, of) for t in met if t.id for of in t.companions)
        self._write_again()
        self._convert()

    def _remember_further_ids(self) -> None:
        """Remember what other programs call leads, so that what refers to them by that finds them."""
        asked = [(fingerprint, None) for fingerprint, _ in self._further_ids]
        known = finding.find(self.store, "lead", "row", asked)
        self._remembered += dict.fromkeys(
            (fingerprint, target)
            for (fingerprint, target), ids in zip(self._further_ids, known, strict=True)
            if target.id not in ids
        )

    def _write_companions(self, those: Iterable[tuple[int, Companion]]) -> None:
        rows: dict[str, list[dict[str, Any]]] = {"activity": [], "task": []}
        for lead, of in those:
            rows[of.kind].append({"lead_id": lead, **of.values})
        for kind, of_kind in rows.items():
            self.op.create(kind, of_kind)

    def _write_again(self) -> None:
        """Write that contacts came again, and remember the rows that say so."""
        activities, remembered = [], []
        for contact, draft in self._again:
            at = draft.values.get("created_at", self.op.now)
            source = draft.values.get("source")
            note = f"came again ({source})" if source else "came again"
            if words := draft.values.get("description") or draft.beside.get("note"):
                note += f": {words}"
            said = {"kind": "form", "direction": "in", "note": note, "at": at}
            day = self.leadctl.normaliser.day(at)
            activities.append({"contact_id": contact, "day": day, **said})
            remembered.append({"fingerprint": draft.fingerprint, "contact_id": contact})
        self.op.create("activity", activities)
        self.op.create("imported_row", remembered)

    def _convert(self) -> None:
        """Convert leads that were converted elsewhere, as of when they were."""
        items = []
        for target, draft in self._arriving:
            assert target.id
            said = draft.beside
            at = said.get("converted_at") or draft.values.get("created_at") or self.op.now
            items.append(
                AsOf(
                    target.id,
                    at,
                    account=said.get("converted_account"),
                    contact=said.get("converted_contact"),
                    deal=said.get("converted_deal"),
                    deal_name=said.get("deal_name"),
                    system=draft.values.get("external_system"),
                )
            )
        if items:
            arrived = convert_as_of(self.leadctl, self.op, items)
            self.report.arrived += arrived.converted


def _only_by_what_was_merged(found: Iterable[matching.Candidate]) -> set[tuple[int, int]]:
    """Return (position, lead) where the first key that a row and a lead share is of one merged into it.

    A lead's own key counts before the same key of one that was merged into it; of an external id,
    which the survivor may have taken over, the one who brought it.
    """
    first: dict[tuple[int, int], matching.Candidate] = {}
    for candidate in found:
        best = first.setdefault((candidate.position, candidate.lead), candidate)
        if candidate.merged and candidate.key == best.key == EXTERNAL:
            first[candidate.position, candidate.lead] = candidate
    return {pair for pair, candidate in first.items() if candidate.merged}


def place_of(draft: Draft) -> Place:
    """Return which row a draft is; two files may have one name."""
    return id(draft.file), draft.line


def _id_fingerprints(draft: Draft) -> tuple[int, int]:
    """Return by what a row's external id is found: in its system, and where none is named."""
    id, system = draft.values["external_id"], draft.values.get("external_system") or ""
    return id_fingerprint(id, system), id_fingerprint(id, None)


def _arrives(draft: Draft) -> bool:
    """Whether a row says that its lead was converted elsewhere."""
    said = draft.beside
    return not CONVERTED.isdisjoint(said) and bool(said.get("converted", True))


def _first_keys(run: Run) -> list[matching.FirstKey]:
    """Return by what each row finds its lead first: uid, external id, else its fingerprint."""
    blank = [None] * len(run)
    ids = run.values.get("external_id", blank)
    systems = run.values.get("external_system", blank)
    meant = run.beside.get(UID, blank)
    return [
        (None if lead.merged else lead.record, None, None, None)
        if lead
        else (None, id_, system or "", None)
        if id_
        else (None, None, None, run.fingerprint(cells))
        for lead, id_, system, cells in zip(meant, ids, systems, run.cells, strict=True)
    ]
