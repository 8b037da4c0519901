"""Email addresses that are not plainly one: cleaning, several in a cell, and what is wrong."""

from __future__ import annotations

import re

_NO_WIDTH = re.compile("[\u200b\u200c\u200d\u2060\ufeff]")
_IN_BRACKETS = re.compile(r"[^<>]*<([^<>]*)>[\s,;]*")
_LABEL = re.compile(r"(?:e-?mail|mail|work|home|office|private?|privat|other|\*)\s*:\s*", re.I)
_LABEL_BEHIND = re.compile(r"\((?:work|home|office|business|private?|privat|other)\)[\s;,]*$", re.I)
_LOCAL = re.compile(r"[^\s@\"(),:;<>\[\\\]\x00-\x1f\x7f]+")
_DOMAIN = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+"
    r"[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])"
)
_SEPARATOR = re.compile(r":{3}|[;,|\n\r\t]|\s/\s|\s(?:or|and|oder|und|ou|et)\s", re.I)
_LONGEST = 254
_LONGEST_LOCAL = 64
_LONGEST_CELL = 10_000

ROLES = frozenset(
    """info contact kontakt sales vertrieb office mail email hello hallo team support service post
    admin administration accounting buchhaltung billing einkauf purchasing hr jobs marketing
    enquiries inquiries bestellung shop webmaster noreply reception empfang zentrale company
    contacto ventas commercial direction accueil contabilidad""".split()
)
"""Names before the @ that several people of a company use."""


def is_shared(email: str | None) -> bool:
    """Whether several people of a company use an address, as info@kiln.example."""
    return email is not None and email.partition("@")[0].lower() in ROLES


def cleaned(written: str) -> str:
    """Return the address of `Anne <a@x.example>`, `a@x.example (Work)` or `mailto:a@x.example;`."""
    address = _NO_WIDTH.sub("", written).strip() if len(written) < _LONGEST_CELL else written
    address = _LABEL_BEHIND.sub("", address).rstrip()
    if found := _IN_BRACKETS.fullmatch(address):
        address = found[1].strip()
    address = _LABEL.sub("", address, count=1) if _LABEL.match(address) else address
    if address[:7].lower() == "mailto:":
        address = address[7:].partition("?")[0]
    return address.strip(" \t\r\n;,'\"").rstrip(".")


def several(cell: str) -> list[str]:
    """Return the single addresses of a cell, without names and labels; the cell if it has one."""
    if len(cell) > _LONGEST_CELL:
        return [cell]
    parts = [part for part in _SEPARATOR.split(cell) if "@" in part]
    for mark in (None, "/"):
        if any(part.count("@") > 1 for part in parts):
            parts = [word for part in parts for word in part.split(mark) if "@" in word]
    return [cleaned(part) for part in parts] if len(parts) > 1 else [cell]


def problem_of(address: str) -> str | None:
    """Return in words why a text is no address, None if it is one.

    Accepted is what mail programs deliver to: no quoted names, comments or numbers of hosts, a
    domain with a dot, in any script.
    """
    local, _, domain = address.rpartition("@")
    if not address or address.count("@") != 1:
        return "it has no @" if "@" not in address else "it has two @"
    if any(mark.isspace() for mark in address):
        return "it has a space"
    if not local or not domain:
        return "it has no domain" if local else "it has nothing before the @"
    if ".." in address or local[0] == "." or local[-1] == "." or domain[0] == ".":
        return "it has a dot too many"
    if len(local) > _LONGEST_LOCAL or len(address) > _LONGEST:
        return "it is too long"
    if not _LOCAL.fullmatch(local):
        return "it has a character that addresses have not"
    if "." not in domain:
        return "its domain has no dot"
    return None if _DOMAIN.fullmatch(_in_ascii(domain)) else "its domain cannot be one"


def _in_ascii(domain: str) -> str:
    """Return a domain as it is looked up, or nothing if it cannot be one."""
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
