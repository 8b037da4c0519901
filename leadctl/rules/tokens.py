"""Reads the text of a condition: its tokens, and what stands within which brackets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import dropwhile

from leadctl.errors import UsageError

MAX_LENGTH = 10_000
MAX_DEPTH = 30  # brackets within brackets; SQLite's parser gives up somewhere below 100

# Hints that the checks of a condition give too.
EXAMPLE = "for example: country in ('DE', 'AT') and employees > 200"
SEE_FIELDS = "fields: leadctl rules fields"
MANY_VALUES = "write field in (…) for many values"

_STRAIGHT = "a text stands in straight single quotes: 'New'"
_ITSELF = "write the value itself: a number, or a text in single quotes"
_IN_WORDS = "write and, or, not in words"

_WRONG_SIGNS: dict[str, tuple[str, str]] = {
    "--": ("a condition has no comments (--)", "leave the comment out"),
    "/*": ("a condition has no comments (/*)", "leave the comment out"),
    ";": ("a condition has no ;", "leave the ; out"),
    "'": ("a text is not closed: a ' is missing", "within a text write it twice: 'O''Neil'"),
    '"': ('a " is not closed', _STRAIGHT),
    "`": ("a ` is not closed", _STRAIGHT),
    "[": ("a [ is not closed", _STRAIGHT),
    "&&": ("&& is not understood", "write and"),
    "||": ("|| is not understood: in SQL it joins texts", "write or"),
    "!": ("! is not understood", "write not, or != between two values"),
    "&": ("& is not understood", _IN_WORDS),
    "|": ("| is not understood", _IN_WORDS),
    "~": ("~ is not understood", _IN_WORDS),
    "<<": ("<< is not understood", "write <"),
    ">>": (">> is not understood", "write >"),
    "->": ("-> is not understood", SEE_FIELDS),
    ".": ("a . stands only within a number", "write a field without the name of a table"),
}
_WRONG_SIGNS |= {sign: (f"{sign} stands outside a text", _ITSELF) for sign in "?:$#"}
_WRONG_SIGNS["@"] = ("@ stands outside a text", f"{_ITSELF}; rules do not read views")
_WRONG_SIGNS |= {quote: (f"{quote} is no quote here", _STRAIGHT) for quote in "‘’‚‛“”„‟«»´"}

# The checks of a condition see these tokens, the database sees the text: where the two could be
# read differently (hexadecimal numbers, odd blanks, shifts), the text must be refused.
_TOKEN = re.compile(
    r"""
      (?P<space>[ \t\n\r\f]+)
    | (?P<wrong>--|/\*|&&|\|\||<<|>>|->)
    | (?P<text>'[^']*(?:''[^']*)*')
    | (?P<quoted>"[^"]*(?:""[^"]*)*"|`[^`]*(?:``[^`]*)*`|\[[^\]]*\])
    | (?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    | (?P<word>[^\W\d]\w*)
    | (?P<sign><=|>=|<>|!=|==|[-+*/%<>=(),])
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)

_CLOSERS = {"(": ")", "case": "end"}
_OPENERS = {closer: opener for opener, closer in _CLOSERS.items()}
_SEPARATORS = {"(": (",",), "case": ("when", "then", "else")}


class ConditionError(UsageError):
    """A text that is no condition: one line that says what is wrong, and what would do."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(one_line(message), one_line(hint) if hint else None)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a sign or a literal, and where in the text it stands."""

    kind: str  # text, quoted, number, word or sign
    text: str
    start: int

    @property
    def end(self) -> int:
        """The place in the text behind it."""
        return self.start + len(self.text)

    @property
    def key(self) -> str:
        """What it is in SQL, lower-case; empty for a literal."""
        return self.text.lower() if self.kind in ("word", "sign") else ""

    @property
    def is_literal(self) -> bool:
        """Whether it is a text or a number."""
        return self.kind in ("text", "number")

    @property
    def inside(self) -> str:
        """The value of a text, or of what stands in another kind of quotes."""
        quote = self.text[-1]
        return self.text[1:-1].replace(quote + quote, quote)


@dataclass(slots=True)
class Group:
    """A bracket or a case with what stands between its two ends."""

    opener: Token
    items: list[Node]
    end: int = 0
    key = ""  # as for a literal: it is no word and no sign

    @property
    def start(self) -> int:
        """The place in the text where it begins."""
        return self.opener.start

    @property
    def parts(self) -> list[list[Node]]:
        """What the commas of a bracket separate, or the words when, then, else of a case."""
        separators = _SEPARATORS[self.opener.key]
        parts: list[list[Node]] = [[]]
        for item in self.items:
            if item.key in separators:
                parts.append([])
            else:
                parts[-1].append(item)
        return parts


Node = Token | Group


def trimmed(text: str) -> str:
    """Return the text without blanks at its ends; ConditionError if it is empty, or no text."""
    text = text.strip()
    if not text:
        raise ConditionError("the condition is empty", EXAMPLE)
    if len(text) > MAX_LENGTH:
        raise ConditionError(
            f"the condition is too long: {len(text):,} characters, at most {MAX_LENGTH:,}",
            MANY_VALUES,
        )
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ConditionError("the condition holds characters that are no text", "type it again")
    return text


def tokens_of(text: str) -> list[Token]:
    """Return what a text consists of; ConditionError names a sign that no condition has."""
    tokens = []
    for match in _TOKEN.finditer(text):
        kind, written = str(match.lastgroup), match.group()
        if kind in ("wrong", "other"):
            raise ConditionError(*_WRONG_SIGNS.get(written) or _odd_character(written))
        if kind != "space":
            tokens.append(Token(kind, written, match.start()))
    return tokens


def _odd_character(character: str) -> tuple[str, str]:
    shown = character if character.isprintable() else "an invisible character"
    return f"{shown} (U+{ord(character):04X}) stands outside a text", "type that place again"


def tree_of(tokens: Sequence[Token]) -> list[Node]:
    """Return the tokens, nested where they stand in brackets or between case and end.

    Raises ConditionError for a bracket or a case that has only one of its ends.
    """
    root: list[Node] = []
    within: list[Group] = []
    for token in tokens:
        items = within[-1].items if within else root
        if token.key in _CLOSERS:
            group = Group(token, [])
            items.append(group)
            within.append(group)
            if len(within) > MAX_DEPTH:
                raise ConditionError(
                    "the condition is nested too deep",
                    f"at most {MAX_DEPTH} brackets in each other",
                )
        elif opener := _OPENERS.get(token.key):
            if not within or within[-1].opener.key != opener:
                raise ConditionError(f"{token.text} closes nothing", f"no {opener} is open there")
            within.pop().end = token.end
        else:
            items.append(token)
    if within:
        opener = within[-1].opener.key
        raise ConditionError(f"{opener} is not closed", f"its {_CLOSERS[opener]} is missing")
    return root


def operands_of(items: Sequence[Node]) -> list[list[Node]]:
    """Return what and/or stand between; the `and` of a between is no such one."""
    operands: list[list[Node]] = [[]]
    betweens = 0
    for item in items:
        if item.key == "and" and betweens:
            betweens -= 1
        elif item.key in ("and", "or"):
            operands.append([])
            continue
        betweens += item.key == "between"
        operands[-1].append(item)
    return operands


def without_not(operand: Sequence[Node]) -> list[Node]:
    """Return an operand without any `not` before it."""
    return list(dropwhile(lambda node: node.key == "not", operand))


def one_line(text: str) -> str:
    """Return a text without line breaks and control characters, cut where it is very long."""
    line = re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text)
    return line if len(line) <= 300 else line[:299] + "…"
