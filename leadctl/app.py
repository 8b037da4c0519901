"""The App: everything a command needs, each part built when it is first touched."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from leadctl import config
from leadctl.errors import BadDataError, UsageError
from leadctl.interrupts import Interrupts
from leadctl.output import Output

if TYPE_CHECKING:
    from leadctl.fields import FieldSet
    from leadctl.journal import MatchKeys
    from leadctl.prompts import Prompts
    from leadctl.rules.cases import Case
    from leadctl.rules.entries import AssignRules
    from leadctl.rules.scoring import ScoreRules
    from leadctl.store import Store
    from leadctl.values import Normaliser


class App:
    """Config, store, rules, output, prompts, clock and actor: the only thing handed around.

    `clock` returns the time as an aware datetime; `terminal` says whether a person sits there, and
    by default is found out from the streams.
    """

    def __init__(
        self,
        env: Mapping[str, str] | None = None,
        *,
        stdin: TextIO | None = None,
        stdout: TextIO | None = None,
        stderr: TextIO | None = None,
        clock: Callable[[], datetime] | None = None,
        terminal: bool | None = None,
        prompts: Prompts | None = None,
        interrupts: Interrupts | None = None,
    ) -> None:
        self.env = os.environ if env is None else env
        self.stdin = stdin or sys.stdin
        self.output = Output(
            stdout or sys.stdout,
            stderr or sys.stderr,
            env=self.env,
            now=self.now,
            zone=lambda: self.settings.zone,
            clock=time.monotonic,
            terminal=terminal,
        )
        self.db: str | None = None
        self.config: str | None = None
        self.no_input = False
        self.interrupts = interrupts or Interrupts()
        self._clock = clock
        self._terminal = terminal
        self._prompts = prompts

    def now(self) -> datetime:
        """Return the time now, in UTC."""
        return self._clock() if self._clock else datetime.now(UTC)

    def today(self) -> int:
        """Return today's day number in the settings' zone."""
        from leadctl.stored import day_number

        return day_number(self.now().astimezone(self.settings.zone).date())

    @cached_property
    def day_of(self) -> Callable[[str | None], int | None]:
        """The function from a stored time to its day number in the settings' zone."""
        from leadctl.stored import days_in

        return days_in(self.settings.zone)

    def date_of(self, stored: str) -> date:
        """Return the day of a stored time in the settings' zone."""
        from leadctl.stored import from_stamp

        return from_stamp(stored).astimezone(self.settings.zone).date()

    @cached_property
    def places(self) -> config.Places:
        """Where things are and who I am."""
        return config.places(self.env, self.db, self.config)

    @cached_property
    def settings(self) -> config.Settings:
        """The settings of leadctl.toml; a broken file is said, and the shipped ones serve."""
        try:
            return self.strict_settings
        except BadDataError as error:
            self.output.note(f"{error.message}; going on with the shipped settings")
            return config.Settings()

    @cached_property
    def strict_settings(self) -> config.Settings:
        """The settings of leadctl.toml; BadDataError if it is broken."""
        file = self.places.config
        if file is not None and not file.exists():
            raise UsageError(f"no such configuration: {file}", "leadctl where says where it is")
        settings = config.load(file)
        _ = settings.zone  # a zone that is unknown is looked up here
        return settings

    @cached_property
    def rule_settings(self) -> config.Settings:
        """What `strict_settings` is; which names of the file mean nothing is said once."""
        settings = self.strict_settings
        for sentence in config.unknown_names(settings.document):
            self.output.note(sentence)
        return settings

    @cached_property
    def score_rules(self) -> ScoreRules:
        """The score rules of leadctl.toml, else the shipped ones; BadDataError if they are broken."""
        return self._score_rules(self.rule_settings, self.places.config)

    def other_score_rules(self, file: Path) -> ScoreRules:
        """Return the score rules of another file; UsageError if it is not there."""
        if not file.exists():
            raise UsageError(f"no such file of rules: {file}", "a file such as leadctl init makes")
        return self._score_rules(config.load(file), file)

    def _score_rules(self, settings: config.Settings, file: Path | None) -> ScoreRules:
        from leadctl.rules import score_tables

        return score_tables.load(
            settings.document,
            path=str(file or "shipped"),
            kinds=self.settings.kinds,
            lines=config.lines_of_tables(file, "score"),
            fields=self.fields.conditions(),
        )

    @property
    def fields(self) -> FieldSet:
        """The fields that records have in this database."""
        return self.store.fields

    @cached_property
    def assign_rules(self) -> AssignRules:
        """The `[[assign]]` entries of leadctl.toml; BadDataError if they are broken."""
        return self.assign_rules_of(self.places.config, self.rule_settings)

    def assign_rules_of(self, file: Path | None, settings: config.Settings) -> AssignRules:
        """Return the `[[assign]]` entries of a file; BadDataError if they are broken."""
        from leadctl.rules import entries

        folder = file.parent if file else Path()
        return entries.load(
            settings.document,
            path=str(file or "shipped"),
            lines=config.lines_of_tables(file, "assign"),
            read=lambda name: (folder / name).read_text(encoding="utf-8-sig"),
            fields=self.fields.conditions(),
        )

    @cached_property
    def rule_cases(self) -> list[Case]:
        """The `[[case]]` tables of leadctl.toml; BadDataError if they are broken."""
        from leadctl.rules import cases

        settings, file = self.strict_settings, self.places.config
        return cases.load(
            settings.document,
            path=str(file or "shipped"),
            kinds=settings.kinds,
            lines=config.lines_of_tables(file, "case"),
        )

    @cached_property
    def store(self) -> Store:
        """The leads, in the database file of `places`."""
        return self._store(
            self.places.database, explicit=self.places.database_why != "your data folder"
        )

    def scratch_store(self) -> Store:
        """Return an empty store in memory, on which everything is a trial."""
        return self._store(Path(":memory:"), explicit=False)

    def _store(self, database: Path, *, explicit: bool) -> Store:
        from leadctl.store import Store
        from leadctl.stored import stamp

        return Store(
            database,
            explicit=explicit,
            now=lambda: stamp(self.now()),
            today=self.today,
            day_of=lambda at: self.day_of(at),
            clock=time.monotonic,
            actor=self.places.me,
            match_keys=_match_keys,
            say=self.output.note,
            interrupts=self.interrupts,
        )

    @cached_property
    def normaliser(self) -> Normaliser:
        """Written text -> stored values, by these settings."""
        from leadctl.values import Normaliser

        return Normaliser(self.settings)

    @property
    def prompts(self) -> Prompts:
        """The questions; without a terminal each is an error that names its flag."""
        if self._prompts is None:
            from leadctl.prompts import Prompts

            self._prompts = Prompts(asking=self.asking, width=self.output.width)
        return self._prompts

    @property
    def asking(self) -> bool:
        """Whether there is somebody to ask: a terminal on both ends, and no `--no-input`."""
        if self.no_input:
            return False
        if self._terminal is not None:
            return self._terminal
        return _is_terminal(self.stdin) and _is_terminal(self.output.stdout)

    def lines(self) -> list[str]:
        """Return the lines of standard input; UsageError if it is no text."""
        try:
            return self.stdin.read().removeprefix("\ufeff").splitlines()
        except UnicodeDecodeError:
            raise UsageError("the pipe is no text in UTF-8", "leadctl list makes such") from None

    def close(self) -> None:
        """Close the database if it was opened."""
        store: Any = self.__dict__.get("store")
        if store is not None:
            store.close()

    def keep_our_own(self, path: Path, flag: str) -> None:
        """Raise UsageError if an option would write over the database or leadctl.toml."""
        for ours in (self.places.database, self.places.config):
            if ours is not None and path.resolve() == ours.resolve():
                raise UsageError(f"{flag} would replace {path}", "name another file")

    def path_beside(self, path: Path, suffix: str) -> Path:
        """Return a path beside a file: its name without its last ending, and this one."""
        return path.with_name(path.stem + suffix)


def _match_keys() -> MatchKeys:
    """Return who makes match keys; only what writes or looks somebody up pays for loading it."""
    from leadctl.matching import keys

    return keys


def _is_terminal(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except ValueError:
        return False
