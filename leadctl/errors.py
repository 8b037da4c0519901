"""What can go wrong, each with the exit code and the stable word that scripts may rely on."""

from __future__ import annotations


class LeadctlError(Exception):
    """A failure that a person can act on: one line, and a hint that names the next step.

    `exit_code` and `code` are documented in docs/exit-codes.md and never change their meaning.
    """

    exit_code = 1
    code = "unexpected"

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(LeadctlError):
    """The command line is wrong: an option, a field, a condition, a file that is not there."""

    exit_code = 2
    code = "usage"


class TooLongError(UsageError):
    """A condition ran for longer than it may, and was stopped."""


class NotFoundError(LeadctlError):
    """An id, rep, pool, view or operation that does not exist."""

    exit_code = 4
    code = "not_found"


class ConflictError(LeadctlError):
    """Already converted, changed meanwhile, busy, or a name that fits several records."""

    exit_code = 5
    code = "conflict"


class BadDataError(LeadctlError):
    """An unreadable file, a broken leadctl.toml, or a database that is foreign, newer or damaged."""

    exit_code = 6
    code = "bad_data"


class NeedsInputError(LeadctlError):
    """A question that nobody can answer because there is no terminal; the hint names the flag."""

    exit_code = 7
    code = "needs_input"
