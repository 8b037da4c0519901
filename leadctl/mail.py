"""A report as a mail: a whole message of RFC 5322, once as text and once as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from leadctl.errors import UsageError

WIDTH = 76
"""Characters of a line of the text part, as RFC 5322 (2.1.1) would have it."""


class Letter(NamedTuple):
    """What a mail says and when; who writes to whom is checked by `addresses`."""

    sender: str
    to: Sequence[str]
    subject: str
    text: str
    html: str
    at: datetime


def addresses(written: Sequence[str], option: str) -> list[str]:
    """Return addresses, each as a header has it; UsageError if one of them is none.

    `Ana <ana@example.org>` is one too, and one word may hold several, parted by commas.
    """
    from email.headerregistry import AddressHeader, HeaderRegistry

    whole = ", ".join(written)
    if whole.isprintable():
        header = HeaderRegistry()("To", whole)
        assert isinstance(header, AddressHeader)
        named = header.addresses
        whole_ones = all(of.username and of.domain and of.addr_spec.isascii() for of in named)
        if named and whole_ones and not header.defects:
            return list(map(str, named))
    raise UsageError(f"{option} names no address", f"{option} ana@example.org")


def message(letter: Letter) -> bytes:
    """Return the message, its lines ended as sendmail reads them: 7 bits, none of them long.

    The same letter is the same message, byte by byte; it says that no person has sent it
    (RFC 3834), so that nobody's absence is answered to it.
    """
    from email.message import EmailMessage
    from email.utils import format_datetime
    from hashlib import sha256

    mark = sha256(repr(letter).encode()).hexdigest()[:32]
    domain = letter.sender.rpartition("@")[2].rstrip(">")
    mail = EmailMessage()
    mail["From"] = letter.sender
    mail["To"] = ", ".join(letter.to)
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(letter.at)
    mail["Message-ID"] = f"<leadctl.{mark}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.text, cte="quoted-printable")
    mail.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    mail.set_boundary(f"leadctl-{mark}")
    return mail.as_bytes()
