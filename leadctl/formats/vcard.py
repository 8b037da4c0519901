"""Reads vCards 2.1, 3.0 and 4.0 (badge scans, phones) as a header and a stream of rows."""

from __future__ import annotations

import binascii
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, NamedTuple, TextIO

from leadctl.formats import records
from leadctl.formats.records import Record, checked, fault
from leadctl.formats.source import Source, opened
from leadctl.formats.table import CELL_LIMIT, Table
from leadctl.formats.text import lines

_ORDER = (
    *("Salutation", "First Name", "Middle Name", "Last Name", "Name Suffix", "Full Name"),
    *("Nickname", "Company", "Department", "Title", "Role", "Email", "Phone", "Mobile", "Fax"),
    *("Pager", "Website", "Street", "City", "State", "Postal Code", "Country", "Address"),
    *("Birthday", "Tags", "Notes"),
)
_READ = frozenset(
    "VERSION N FN NICKNAME ORG TITLE ROLE EMAIL TEL ADR URL NOTE CATEGORIES BDAY".split()
)
_SILENT = frozenset(("VERSION", "PRODID", "REV", "UID", "BEGIN", "END"))
_PROPERTY = re.compile(
    r"(?:[\w-]+\.)?([\w-]+)((?:;(?:[^\":;]|\"[^\"]*\")*)*):(.*)", re.DOTALL | re.ASCII
)
_PARAMETER = re.compile(r";((?:[^\";]|\"[^\"]*\")*)")
_TYPES = frozenset("CELL MOBILE IPHONE FAX PAGER WORK HOME VOICE MAIN OTHER".split())
_UNRANKED = 101
_HINT = "export the contacts again, as vCard 3.0 if there is a choice"


class _Property(NamedTuple):
    """A line of a card: what it is about, of which types, in which version's spelling.

    `rank` is how much it is preferred to others of its name: 1 most, as in vCard 4.0 (RFC 6350, 5.3).
    """

    name: str
    types: frozenset[str]
    value: str
    old: bool
    rank: int = _UNRANKED

    @property
    def text(self) -> str:
        """The value without its escapes."""
        return _plain(self.value, self.old)

    def parts(self, mark: str) -> list[str]:
        """Return what stands between marks that are not escaped."""
        found, start = [], 0
        for match in re.finditer(rf"\\.|{mark}", self.value, re.DOTALL):
            if match[0] == mark:
                found.append(self.value[start : match.start()])
                start = match.end()
        found.append(self.value[start:])
        return [_plain(part, self.old).strip() for part in found]


def read(source: Path | BinaryIO | TextIO | Source, *, encoding: str | None = None) -> Table:
    """Return the cards as a table, under headers that people use: First Name, Email, Email 2, …

    The preferred email and telephone come first, then those of work. What is none of a person's or
    a company's data, such as a photo, is left out and named in the notes.

    Raises UsageError for a file that is not there or an unknown encoding, BadDataError for lines
    that belong to no card, or a card that is not closed.
    """
    seen = _Seen(set(), 0)
    table = records.read(
        opened(source),
        encoding,
        lambda name, text: _records(name, text, seen),
        lambda _: "vCard",
        order=_place,
    )
    notes = []
    if left_out := sorted(seen.left_out):
        more = f" and {len(left_out) - 8} more" if len(left_out) > 8 else ""
        notes.append(f"left out: {', '.join(left_out[:8])}{more}")
    if seen.spoilt_on:
        notes.append(f"line {seen.spoilt_on}: bytes that are no text are shown as \ufffd")
    return replace(table, notes=(*table.notes, *notes))


def _place(column: str) -> int:
    name, _, number = column.rpartition(" ")
    first = name if number.isdecimal() else column
    return _ORDER.index(first) * 1000 + (int(number) if number.isdecimal() else 0)


# --- lines and properties ---------------------------------------------------------------------


@dataclass
class _Seen:
    """What went unread: names of properties, and the first line with bytes that are no text."""

    left_out: set[str]
    spoilt_on: int


def _records(name: str, text: io.TextIOWrapper, seen: _Seen) -> Iterator[Record]:
    begun, depth = 0, 0
    card: list[_Property] = []
    old = False
    for line, written in _unfolded(name, text):
        property_ = _property(name, line, written, old, seen, inside=depth > 0)
        if property_ is None:
            continue
        what = (property_.name, property_.value.strip().upper())
        if what == ("BEGIN", "VCARD"):
            depth += 1
            if depth == 1:
                begun, card, old = line, [], False
        elif not depth:
            raise fault(name, line, "this belongs to no card", "each card begins with BEGIN:VCARD")
        elif what == ("END", "VCARD"):
            depth -= 1
            if not depth:
                yield checked(name, begun, _cells(card))
        elif depth == 1:
            if property_.name == "VERSION":
                old = property_.value.strip().startswith("2")
            card.append(property_)
    if depth:
        raise fault(name, begun, "the card that begins here is not closed", _HINT)


def _unfolded(name: str, text: io.TextIOWrapper) -> Iterator[tuple[int, str]]:
    """Yield each property as one line, without its end, and the line where it begins.

    Of what is not read anyway, such as a photo, only the first line.
    """
    begun, so_far, length = 0, [""], 0
    wanted = quoted = soft = base64 = old = False
    for number, line in enumerate(lines(name, text), 1):
        line = line.rstrip("\n")
        folded = line[:1] in (" ", "\t")
        if soft or folded or (base64 and ":" not in line):
            if wanted:
                # In 2.1 a line is folded at a blank, which stays; later anywhere, by a blank.
                so_far.append(line if soft or old else line[1:])
                length += len(line)
                if length > CELL_LIMIT * 3:
                    raise fault(name, begun, "a value is too long", "shorten it")
        else:
            if begun:
                yield begun, "".join(so_far)
            begun, so_far, length = number, [line], len(line)
            front, _, value = line.upper().partition(":")
            old = value.strip().startswith("2") if front == "VERSION" else old
            wanted = front.partition(";")[0].rpartition(".")[2] in _READ
            base64 = "BASE64" in front or "ENCODING=B" in front
            quoted = "QUOTED-PRINTABLE" in front
        # A line of quoted-printable that ends with = goes on, whatever the next one begins with.
        soft = quoted and line.endswith("=")
        if soft and wanted:
            so_far[-1] = so_far[-1][:-1]
    if begun:
        yield begun, "".join(so_far)


def _property(
    name: str, line: int, written: str, old: bool, seen: _Seen, *, inside: bool
) -> _Property | None:
    """Return the property, or None for one that is not read."""
    if not written.strip():
        return None
    match = _PROPERTY.fullmatch(written)
    if match is None:
        what = "this is no line of a card" if inside else "this belongs to no card"
        raise fault(name, line, what, _HINT)
    about = match[1].upper()
    if about not in _READ and about not in ("BEGIN", "END"):
        if about not in _SILENT and not about.startswith("X-"):
            seen.left_out.add(about[:30])
        return None
    parameters = [each[1].upper() for each in _PARAMETER.finditer(match[2])]
    types: set[str] = set()
    value, charset, rank = match[3], "UTF-8", _UNRANKED
    for parameter in parameters:
        key, _, said = parameter.rpartition("=")
        if key == "CHARSET":
            charset = said
        elif key in ("TYPE", ""):
            types.update(said.replace('"', "").split(","))
        elif key == "PREF" and (number := said.strip('"')).isdecimal():
            rank = int(number[:3])
    if any(parameter.endswith("QUOTED-PRINTABLE") for parameter in parameters):
        value = _unquoted(name, line, value, charset, seen)
    if "PREF" in types:
        rank = 1
    return _Property(about, frozenset(types & _TYPES), value, old, rank)


def _unquoted(name: str, line: int, value: str, charset: str, seen: _Seen) -> str:
    raw = binascii.a2b_qp(value.encode())
    try:
        found = raw.decode(charset, "replace")
    except (LookupError, UnicodeError, ValueError):
        hint = "export the contacts again as UTF-8"
        raise fault(name, line, "its CHARSET is no known encoding", hint) from None
    if "\ufffd" in found and not seen.spoilt_on:
        seen.spoilt_on = line
    return found


def _plain(value: str, old: bool) -> str:
    if old:  # vCard 2.1 knows one escape
        return value.replace("\\;", ";").replace("\\,", ",").replace("\r\n", "\n")
    return re.sub(
        r"\\(.)", lambda escape: "\n" if escape[1] in "nN" else escape[1], value, flags=re.DOTALL
    )


# --- a card as cells --------------------------------------------------------------------------


def _cells(card: Iterable[_Property]) -> dict[str, str]:
    """Return what a card says by the header that leads have for it; blanks left out."""
    of: dict[str, list[_Property]] = {}
    for property_ in card:
        of.setdefault(property_.name, []).append(property_)
    cells: dict[str, str] = {}
    organizations = [each.parts(";") for each in of.get("ORG", [])]
    if "N" in of:
        parts = (of["N"][0].parts(";") + [""] * 5)[:5]
        names = ("Last Name", "First Name", "Middle Name", "Salutation", "Name Suffix")
        cells.update(zip(names, parts, strict=True))
    full_names = [each.text.strip() for each in of.get("FN", [])]
    if not cells.get("First Name") and not cells.get("Last Name"):
        # Who has no name is called by the company or the address, which is no name of a person.
        others = {parts[0] for parts in organizations}
        others.update(_address(each) for about in ("EMAIL", "TEL") for each in of.get(about, []))
        _number(cells, "Full Name", [each for each in full_names if each not in others])
    _number(cells, "Company", [parts[0] for parts in organizations])
    _number(cells, "Department", [", ".join(filter(None, parts[1:])) for parts in organizations])
    for header, about in (("Nickname", "NICKNAME"), ("Title", "TITLE"), ("Role", "ROLE")):
        _number(cells, header, [each.text.strip() for each in of.get(about, [])])
    _number(cells, "Email", [_address(each) for each in _best_first(of.get("EMAIL", []))])
    telephones = _best_first(of.get("TEL", []))
    for header in ("Phone", "Mobile", "Fax", "Pager"):
        _number(cells, header, [_address(each) for each in telephones if _line(each) == header])
    _number(cells, "Website", [_address(each) for each in _best_first(of.get("URL", []))])
    _add_addresses(cells, _best_first(of.get("ADR", [])))
    _number(cells, "Birthday", [each.text.strip() for each in of.get("BDAY", [])])
    tags = [tag for each in of.get("CATEGORIES", []) for tag in each.parts(",") if tag]
    cells["Tags"] = ", ".join(dict.fromkeys(tags))
    notes = dict.fromkeys(each.text.strip() for each in of.get("NOTE", []))
    cells["Notes"] = "\n\n".join(filter(None, notes))
    return {header: cell for header, cell in cells.items() if cell}


def _number(cells: dict[str, str], header: str, values: Iterable[str]) -> None:
    """Put different values under `header`, `header 2` and so on."""
    for number, value in enumerate(dict.fromkeys(filter(None, values)), 1):
        cells[header if number == 1 else f"{header} {number}"] = value


def _best_first(properties: list[_Property]) -> list[_Property]:
    return sorted(properties, key=lambda each: (each.rank, "WORK" not in each.types))


def _line(telephone: _Property) -> str:
    """Return under which header a telephone number belongs."""
    if "FAX" in telephone.types:
        return "Fax"
    if "PAGER" in telephone.types:
        return "Pager"
    return "Mobile" if telephone.types & {"CELL", "MOBILE", "IPHONE"} else "Phone"


def _address(property_: _Property) -> str:
    """Return a number or address as people write it, where vCard 4.0 has a URI."""
    value = property_.text.strip()
    for scheme in ("tel:", "mailto:"):
        if value.lower().startswith(scheme):
            number, _, parameters = value[len(scheme) :].partition(";")
            extension = re.search(r"(?:^|;)ext=(\d+)", parameters)
            return f"{number} ext. {extension[1]}" if extension else number
    return value


def _add_addresses(cells: dict[str, str], addresses: list[_Property]) -> None:
    found = []
    for address in addresses:
        box, extended, street, *rest = (address.parts(";") + [""] * 7)[:7]
        found.append([", ".join(filter(None, (street, extended, box))), *rest])
    found = [parts for parts in found if any(parts)]
    if found:
        names = ("Street", "City", "State", "Postal Code", "Country")
        cells.update(zip(names, (part.replace("\n", ", ") for part in found[0]), strict=True))
    others = [", ".join(filter(None, parts)).replace("\n", ", ") for parts in found[1:]]
    for number, other in enumerate(dict.fromkeys(others), 2):
        cells[f"Address {number}"] = other
