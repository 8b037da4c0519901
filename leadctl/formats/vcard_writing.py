"""Writes vCards 3.0 (RFC 2426), which phones, mail programs and other CRMs read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

FOLDED_AT = 75
"""Octets of a line without its end (RFC 2426 section 2.6, RFC 6350 section 3.2)."""

_TEXTS = (("Title", "TITLE"), ("Email", "EMAIL;TYPE=INTERNET"), ("Phone", "TEL;TYPE=WORK,VOICE"),
          ("Mobile", "TEL;TYPE=CELL"))  # fmt: skip
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Controls, which a card cannot hold."""


def card(cells: Mapping[str, str], *, uid: str, revised: str, called: str) -> str:
    """Return one card of these cells, by the headers under which `leadctl.formats.vcard` reads it.

    Blanks may be missing. `called` is its name where it has neither a first nor a last one, since
    FN must be there; `revised` is a time in UTC, ISO 8601.
    """
    return "".join(map(folded, _lines(cells, uid, revised, called)))


def _lines(cells: Mapping[str, str], uid: str, revised: str, called: str) -> Iterator[str]:
    def of(header: str) -> str:
        return escaped(cells.get(header) or "")

    name = " ".join(filter(None, (of("First Name"), of("Last Name"))))
    yield "BEGIN:VCARD"
    yield "VERSION:3.0"
    yield f"FN:{name or escaped(called)}"
    yield f"N:{of('Last Name')};{of('First Name')};;{of('Salutation')};"
    if of("Company"):
        yield f"ORG:{of('Company')}"
    for header, about in _TEXTS:
        if of(header):
            yield f"{about}:{of(header)}"
    if cells.get("Website"):
        yield f"URL:{_uri(cells['Website'])}"
    address = [of(part) for part in ("Street", "City", "State", "Postal Code", "Country")]
    if any(address):
        yield f"ADR;TYPE=WORK:;;{';'.join(address)}"
    if cells.get("Tags"):
        yield f"CATEGORIES:{','.join(map(escaped, cells['Tags'].split(', ')))}"
    if of("Notes"):
        yield f"NOTE:{of('Notes')}"
    yield f"UID:{escaped(uid)}"
    yield f"REV:{revised}"
    yield "END:VCARD"


def escaped(text: str) -> str:
    """Return a text as it stands in a card (RFC 2426 section 5): `\\n`, `\\,`, `\\;`, `\\\\`."""
    return re.sub(r"([\\,;])", r"\\\1", _one_kind_of_break(text)).replace("\n", "\\n")


def _uri(text: str) -> str:
    """Return an address of the web, in which commas and semicolons stand for themselves."""
    return _one_kind_of_break(text).replace("\\", "\\\\").replace("\n", "\\n")


def _one_kind_of_break(text: str) -> str:
    return _NO_TEXT.sub("", re.sub(r"\r\n?", "\n", text))


def folded(line: str) -> str:
    """Return a line cut into pieces of at most 75 octets, none within a character, with its end."""
    rest = line.encode()
    if len(rest) <= FOLDED_AT:
        return f"{line}\r\n"
    pieces, room = [], FOLDED_AT
    while rest:
        cut = min(room, len(rest))
        while cut < len(rest) and rest[cut] & 0xC0 == 0x80:  # within a character of UTF-8
            cut -= 1
        pieces.append(rest[:cut].decode())
        rest, room = rest[cut:], FOLDED_AT - 1  # the blank that a line goes on with counts too
    return "\r\n ".join(pieces) + "\r\n"
