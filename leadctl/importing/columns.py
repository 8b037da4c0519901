"""Which column of a file is which field: by what a person said, by a preset, by its header's words."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from leadctl.errors import BadDataError, UsageError
from leadctl.fields import COMPUTED_OF, DOCUMENTED, FIELDS, OUR_OWN, FieldSet, header_key
from leadctl.headers import NAME_WORDS, headers_of, without_lead_in
from leadctl.importing import doubts, origin, presets
from leadctl.importing.choices import RECORDS
from leadctl.importing.doubts import Doubt as Doubt

if TYPE_CHECKING:
    from leadctl.formats.table import Table
    from leadctl.importing.presets import Preset
    from leadctl.importing.remembered import Remembered

FULL_NAME = "full_name"
EXTRA = "extra"
UID = OUR_OWN + "uid"
"""The column of an export of ours that says which record a row is, and what it fills."""

COMPANIONS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "note": (
        "text",
        (
            *("note", "notes", "comment", "comments", "notiz", "notizen", "kommentar"),
            *("kommentare", "anmerkung", "anmerkungen", "commentaire", "commentaires", "notas"),
            *("comentario", "comentarios"),
        ),
    ),
    "last_contacted": (
        "time",
        (
            *("last contacted", "last contact", "last contacted at", "last contacted on"),
            *(
                "last contacted time",
                "last contact date",
                "last touch",
                "letzter kontakt",
                "dernier contact",
            ),
            *("último contacto", "date of last contact"),
        ),
    ),
    "next_step": (
        "text",
        (
            "next step",
            "next steps",
            "next action",
            "to do",
            "todo",
            "nächster schritt",
            "prochaine étape",
        ),
    ),
    "next_step_at": (
        "time",
        (
            *("next step at", "next step date", "next step on", "follow up", "follow up date"),
            *("follow up on", "next contact", "next follow up", "due date", "wiedervorlage"),
        ),
    ),
    **{name: ("text", (name,)) for name in origin.FIELDS},
    "converted": ("flag", ("converted", "is converted")),
    "converted_at": (
        "time",
        ("converted at", "converted date", "converted on", "converted time", "conversion date"),
    ),
    "converted_account": ("text", ("converted account",)),
    "converted_contact": ("text", ("converted contact",)),
    "converted_deal": ("text", ("converted deal", "converted opportunity")),
    "deal_name": ("text", ("deal name", "deal", "opportunity", "opportunity name")),
}
"""What a row of leads may say beside the fields of a lead: its type, and the words for it.

A note becomes an activity, `last_contacted` one at that time, `next_step` a task for
`next_step_at`; what a link says becomes source and campaign; what was converted elsewhere is
converted here, with `deal_name` as the name of its deal.
"""

CONVERTED = frozenset(("converted", "converted_at"))
"""What says that a lead was converted elsewhere: what it became there has to be found or made."""


_IN_OUR_TABLE = frozenset((OUR_OWN + "id", UID))
_IN_OUR_JSON = frozenset(("uid", "version", "updated_at"))
_IN_SOME_OF_OUR_JSON = frozenset(("uid", "id"))
"""What JSON of ours has if somebody has chosen its columns."""
WORKED_OUT = frozenset(of.name for kind in COMPUTED_OF.values() for of in kind) | {EXTRA}
"""What our own JSON has beside what a file says; in a table it is named leadctl_…."""
IN_EXTRA = "extra."
"""Before the names of what had no field, in our own JSON."""
_DOCUMENTED = frozenset(of.name for kind in FIELDS.values() for of in kind)
_UID = re.compile("[0-9a-f]{32}")
WAYS = ("email", "phone")
"""Types of ways to reach somebody: where one column is blank, another of its field says it."""


class Mapped(NamedTuple):
    """A column of the file and the field that it fills: None is `extra`, "" is left out.

    `or_else` is the field that one in `extra` fills where the column that has it is blank.
    """

    position: int
    header: str
    field: str | None
    or_else: str | None = None


@dataclass(frozen=True)
class Columns:
    """How a file is read: what fills which field, and what is read into its cells.

    `preset` is the export that it is; `values` are, of a field, words of the file without case and
    the words to read instead, "" for a blank; `strip` is what stands before each cell of a field;
    `source` is that of rows that name none, `system` the one that ids belong to. `doubts` are the
    columns that a person should be asked about. `refuse` are positions of columns that say yes
    where a row is no record any more, and why; `footer` is how rows below the last record begin
    (see `presets.is_footer`); `fields` are those that records have; `is_our_json` says that
    leadctl wrote it, as JSON. Run through, it gives its columns.
    """

    mapped: list[Mapped]
    preset: str | None = None
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    doubts: tuple[Doubt, ...] = ()
    strip: Mapping[str, str] = field(default_factory=dict)
    source: str | None = None
    system: str | None = None
    kind: str = "lead"
    fields: FieldSet = DOCUMENTED
    refuse: Mapping[int, str] = field(default_factory=dict)
    footer: tuple[str, ...] = ()
    is_our_json: bool = False

    @property
    def types(self) -> dict[str, str]:
        """What its columns may fill -> its type."""
        return types(self.kind, self.fields)

    def __iter__(self) -> Iterator[Mapped]:
        return iter(self.mapped)


def types(kind: str, fields: FieldSet = DOCUMENTED) -> dict[str, str]:
    """Return what a column of a file of this kind of records may fill -> its type."""
    found = fields.types(kind)
    if "last_name" in found:
        found[FULL_NAME] = "text"
    if kind == "lead":
        found |= {name: type_ for name, (type_, _) in COMPANIONS.items()}
    return found | {UID: "text"}


TYPES = types("lead")


def map_columns(
    file: Table,
    chosen: Mapping[str, str],
    kind: str = "lead",
    *,
    preset: str | None = None,
    values: Mapping[str, Mapping[str, str]] | None = None,
    remembered: Remembered | None = None,
    samples: Sequence[Sequence[str]] = (),
    fields: FieldSet = DOCUMENTED,
) -> Columns:
    """Return which column fills which field, and what is read into its cells.

    `chosen` (`--map`) wins, then what is remembered for this header, then the export that it is,
    then its words. Where two columns mean one field, the field's own name wins, then the word that
    `fields` names first, wherever the columns stand; the others go to `extra`. `samples` are first
    rows, which may show what an unknown column is. Raises UsageError for an unknown header, field
    or preset and for an export of another kind of records, BadDataError if no column is known.
    """
    known = types(kind, fields)
    own = {header_key(field.name): field.name for field in fields.own.get(kind, ())}
    if remembered is not None and preset is None:
        preset = remembered.preset or (presets.NO_PRESET if remembered.is_same else None)
    export = presets.chosen(file.header, kind, preset, file.name)
    is_ours = _is_our_json(file.header, samples, {field.name for field in fields.of(kind)})
    words = _words(kind, file.header, fields)
    if is_ours:
        words |= {"uid": (UID, 0), "id": ("", 0)}
    meanings = _Meanings(
        {
            _column(file, header): _field(name, kind, "--map", known)
            for header, name in chosen.items()
        },
        own,
        remembered.fields(known) if remembered else {},
        _pairs(export, known) if export else {},
        words,
    )
    wanted = [meanings.of(at, header) for at, header in enumerate(file.header)]
    filled, behind = _without_rivals(wanted)
    if not any(filled):
        seen = ", ".join(map(shortened, file.header[:6]))
        how = "".join(f"; {note}" for note in file.notes)
        raise BadDataError(
            f"{file.name}: no column is known (it has {seen}){how}",
            'name them: --map "Header=field"',
        )
    settled = [
        bool(export or (remembered and remembered.has(header)))
        or at in meanings.chosen
        or header.startswith(OUR_OWN)
        or header_key(header) in own
        for at, header in enumerate(file.header)
    ]
    known_words = {key: name for key, (name, _) in words.items()}
    header = doubts.Header(file.header, filled, wanted, settled, known_words, samples)
    in_doubt = tuple(doubts.found(header))
    asked = {doubt.position for doubt in in_doubt}
    behind = {at: f for at, f in behind.items() if known[f] in WAYS and at not in asked}
    return Columns(
        [
            Mapped(at, header, name, behind.get(at))
            for at, (header, name) in enumerate(zip(file.header, filled, strict=True))
        ],
        export.name if export else None,
        _values(kind, export, remembered, values or {}, known),
        in_doubt,
        export.strip if export else {},
        export.source if export else None,
        export.system if export else None,
        kind,
        fields,
        _refusals(file, export, meanings) if export else {},
        export.footer if export else (),
        is_ours,
    )


def _refusals(file: Table, export: Preset, meanings: _Meanings) -> dict[int, str]:
    """Return position -> why, of the columns that nobody has given another meaning."""
    reasons = {header_key(header): reason for header, reason in export.refuse.items()}
    return {
        at: reasons[key]
        for at, header in enumerate(file.header)
        if (key := header_key(header)) in reasons and at not in meanings.chosen
    }


Rank = tuple[int, int]
Wanted = tuple[str | None, Rank]


class _Meanings(NamedTuple):
    """What columns mean: by position if chosen, by header if remembered, by its key otherwise.

    `own` are the fields that only this database has.
    """

    chosen: Mapping[int, str | None]
    own: Mapping[str, str]
    remembered: Mapping[str, Wanted]
    export: Mapping[str, Wanted]
    words: Mapping[str, tuple[str, int]]

    def of(self, position: int, header: str) -> Wanted:
        """Return the field that a column means, and how well: the lowest rank goes first."""
        key = column_key(header)
        if position in self.chosen:
            return self.chosen[position], (0, 0)
        if header.startswith(OUR_OWN):
            return UID if header == UID else "", (0, 0)
        remembered = [
            self.remembered[written]
            for written in (header.casefold(), key)
            if written in self.remembered
        ]
        # What was kept in extra may have become a field since.
        if key in self.own and (not remembered or remembered[0][0] is None):
            return self.own[key], (1, 0)
        if remembered:
            return remembered[0]
        for each in (key, column_key(presets.without_api(header))):
            if each in self.export:
                return self.export[each]
        for how_well, words in enumerate((header, without_lead_in(header)), 3):
            if header_key(words) in self.words:
                name, rank = self.words[header_key(words)]
                return name, (how_well, rank)
        return None, (3, 0)


def _without_rivals(wanted: Sequence[Wanted]) -> tuple[list[str | None], dict[int, str]]:
    """Return the field of each column; of those that mean the same one, the first by rank has it.

    Beside it the others, by rank: position -> field.
    """
    filled = [name for name, _ in wanted]
    taken = set()
    behind: dict[int, str] = {}
    for position in sorted(range(len(filled)), key=lambda at: (wanted[at][1], at)):
        if (name := filled[position]) and name in taken:
            filled[position], behind[position] = None, name
        elif name:
            taken.add(name)
    return filled, behind


def column_key(header: str) -> str:
    """Return what two spellings of a header have in common, even if that is no letter or digit."""
    return header_key(header) or header.casefold()


def _column(file: Table, asked: str) -> int:
    """Return which column `--map` means: the one of that name, else the one that reads alike."""
    folded = [header.casefold() for header in file.header]
    if asked.casefold() in folded:
        return folded.index(asked.casefold())
    alike = [at for at, header in enumerate(file.header) if header_key(header) == header_key(asked)]
    if len(alike) != 1 or not header_key(asked):
        seen = ", ".join(map(shortened, file.header))
        raise UsageError(f"--map: {file.name} has no column {asked!r}", f"it has {seen}")
    return alike[0]


def _field(asked: str, kind: str, option: str, known: Mapping[str, str]) -> str | None:
    if asked == EXTRA:
        return None
    if asked and asked not in known:
        from difflib import get_close_matches

        near = get_close_matches(asked, known, 1)
        hint = f"did you mean {near[0]}?" if near else f"one of: {', '.join((*known, EXTRA))}"
        records = next(word for word, of in RECORDS.items() if of == kind)
        raise UsageError(f"{option}: {records} have no field {asked!r}", hint)
    return asked


def _pairs(export: Preset, known: Mapping[str, str]) -> dict[str, Wanted]:
    """Return header key -> field and rank of an export; a field that is not known is no pair."""
    pairs: dict[str, Wanted] = {}
    for rank, (header, name) in enumerate(export.fields):
        if name == "company" and "company" not in known:
            name = "account"
        if name is None or name in known:
            pairs.setdefault(header_key(header), (name, (2, rank)))
    return pairs


def _values(
    kind: str,
    export: Preset | None,
    remembered: Remembered | None,
    asked: Mapping[str, Mapping[str, str]],
    known: Mapping[str, str],
) -> dict[str, dict[str, str]]:
    """Return field -> word of the file -> word to read instead; what is asked for wins."""
    for name in asked:
        if not _field(name, kind, "--map-value", known):
            raise UsageError(
                f"--map-value: {name!r} is no field", '--map-value "status:hot=Qualified"'
            )
    merged: dict[str, dict[str, str]] = {}
    sources = (export.values if export else {}, remembered.values if remembered else {}, asked)
    for source in sources:
        for name, words in source.items():
            folded = {word.strip().casefold(): ours for word, ours in words.items()}
            merged.setdefault(name, {}).update(folded)
    return merged


def _words(kind: str, header: Sequence[str], fields: FieldSet) -> dict[str, tuple[str, int]]:
    """Return header key -> its field and its rank among the words for it; a field's name is 0.

    A field's own name goes before another field's word for it.
    """
    named = [(each.name, headers_of(kind, each.name)) for each in fields.of(kind)]
    if any(name == "last_name" for name, _ in named):
        named.insert(0, (FULL_NAME, NAME_WORDS))
    if kind == "lead":
        named += [(name, (name, *words)) for name, (_, words) in COMPANIONS.items()]
    ranked = [
        (rank, header_key(word), name) for name, words in named for rank, word in enumerate(words)
    ]
    found = {key: (name, rank) for rank, key, name in sorted(ranked, reverse=True)}
    keys = set(map(header_key, header))
    if "jobtitle" in keys and "salutation" not in keys and "salutation" in found:
        # Beside Job Title, a column Title is Mr. or Dr.
        found["title"] = ("salutation", len(named))
    return found


def is_our_table(header: Sequence[str]) -> bool:
    """Whether leadctl wrote a table."""
    return not _IN_OUR_TABLE.isdisjoint(header)


def _is_our_json(
    header: Sequence[str], samples: Sequence[Sequence[str]], known: Collection[str]
) -> bool:
    """Whether leadctl wrote JSON, in which what is its own has no other name than in conditions.

    Other programs have an id and a uid too. Of few columns all have to be `known` ones of ours, and
    the uids like ours.
    """
    names = set(header)
    if names >= _IN_OUR_JSON:
        return True
    if not names >= _IN_SOME_OF_OUR_JSON or not samples:
        return False
    others = names - WORKED_OUT - _DOCUMENTED - set(known)
    at = header.index("uid")
    return all(name.startswith((IN_EXTRA, OUR_OWN)) for name in others) and all(
        at < len(row) and _UID.fullmatch(row[at]) for row in samples
    )


def shortened(words: str) -> str:
    shown = " ".join(words.split())
    return f"{shown[:40]}…" if len(shown) > 40 else shown
