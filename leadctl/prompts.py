"""Questions to a person at a terminal; without one, an error that names the flag."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from leadctl.errors import NeedsInputError


class Choice(NamedTuple):
    """One possible answer: what it says, what it stands for, and the key that picks it."""

    label: str
    value: Any
    key: str | None = None


class Prompts:
    """Asks by questionary. Every question names the flag that answers it without a terminal.

    Ctrl-C raises KeyboardInterrupt, so that whatever was being decided stays as it was.
    """

    def __init__(self, *, asking: bool, width: int = 80) -> None:
        self.asking = asking
        self._width = width

    def confirm(self, question: str, *, flag: str = "--yes", default: bool = True) -> bool:
        """Return whether the answer is yes; NeedsInputError without a terminal."""
        self._need_terminal(question, flag)
        import questionary

        return bool(questionary.confirm(self._folded(question), default=default).unsafe_ask())

    def choose(self, question: str, choices: Sequence[Choice], *, flag: str) -> Any:
        """Return the value of the choice that a person picks; the first is the default."""
        self._need_terminal(question, flag)
        import questionary

        offered = [
            questionary.Choice(choice.label, value=position, shortcut_key=choice.key)
            for position, choice in enumerate(choices)
        ]
        keys = all(choice.key for choice in choices)
        # With keys of our own, j and k may be among them.
        picked = questionary.select(
            self._folded(question), offered, use_shortcuts=keys, use_jk_keys=not keys
        ).unsafe_ask()
        return choices[int(picked)].value

    def text(
        self,
        question: str,
        *,
        flag: str,
        default: str = "",
        problem: Callable[[str], str | None] = lambda _: None,
    ) -> str:
        """Return a line of text; `problem` says in words what is wrong with one, or None."""
        self._need_terminal(question, flag)
        import questionary

        answer = questionary.text(
            self._folded(question), default=default, validate=lambda line: problem(line) or True
        ).unsafe_ask()
        return str(answer).strip()

    def _folded(self, question: str) -> str:
        """Return a question broken between words, with room for what stands before and behind it."""
        from leadctl.layout import wrapped

        return wrapped(question, self._width - len("?  (Y/n) "))

    def _need_terminal(self, question: str, flag: str) -> None:
        if not self.asking:
            raise NeedsInputError(
                f"{question} There is no terminal to ask at", f"answer with {flag}"
            )
