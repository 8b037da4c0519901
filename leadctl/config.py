"""Where the database and leadctl.toml are, who I am, and the settings that the file may change."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import tzinfo
from pathlib import Path
from typing import Any, NamedTuple

from leadctl.errors import BadDataError

ROLES = ("open", "working", "qualified", "converted", "lost", "junk")


class Status(NamedTuple):
    """A word for where a lead stands, the part it plays, and other CRMs' words for it."""

    name: str
    role: str
    aliases: tuple[str, ...] = ()


STATUSES = (
    Status("New", "open", ("not contacted", "open - not contacted", "open", "untouched", "neu")),
    Status(
        "Contacted",
        "working",
        ("attempted to contact", "working", "working - contacted", "in progress", "connected",
         "open deal", "attempting"),
    ),
    Status("Nurture", "working", ("contact in future", "nurturing", "bad timing", "recycled")),
    Status("Qualified", "qualified", ("pre-qualified", "prequalified", "sales qualified")),
    Status("Converted", "converted", ("closed - converted", "customer")),
    Status("Lost", "lost", ("lost lead", "not qualified", "unqualified", "closed - not converted",
                            "disqualified")),
    Status("Junk", "junk", ("junk lead", "spam")),
)  # fmt: skip
SOURCES = ("Website", "Email", "Social Media", "Phone", "In Person", "Other")
STAGES = (
    ("Qualification", 10),
    ("Needs Analysis", 20),
    ("Value Proposition", 40),
    ("Identify Decision Makers", 60),
    ("Proposal/Price Quote", 75),
    ("Negotiation/Review", 90),
    ("Closed Won", 100),
    ("Closed Lost", 0),
    ("Closed-Lost to Competition", 0),
)
"""Deal stages and their probability in percent, as Zoho CRM ships them."""

ACTIVITY_KINDS = ("call", "email", "meeting", "note", "visit", "form", "chat")
LOST_REASONS = (
    "No budget", "No need", "No answer", "Competitor", "Bad timing", "Not a fit", "Other",
)  # fmt: skip
CONVERT_FROM = ("New", "Contacted", "Nurture", "Qualified")


NAMES = frozenset(
    (
        *("timezone", "country", "sources", "lost_reasons", "kinds", "me", "status", "stage"),
        *("score", "score_caps", "grades", "ranks", "assign", "convert", "case", "mapping"),
        "targets",
    )
)
"""What leadctl.toml may have at its top: settings, lists and tables."""


class Places(NamedTuple):
    """Where things are and who I am, each with the reason why."""

    database: Path
    database_why: str
    config: Path | None
    config_why: str
    me: str
    me_why: str


class Targets(NamedTuple):
    """How soon a new lead is to be touched, and after how many days one that was touched is stale."""

    first_touch_days: int = 1
    stale_days: int = 14


class Settings:
    """What leadctl.toml may set outside the rules, with the shipped default of each.

    `document` is the parsed file, {} without one; `[[score]]`, `[[assign]]` and the other tables
    of rules stay in it, and are read by leadctl.rules when they are needed.
    """

    def __init__(self, document: Mapping[str, Any] | None = None) -> None:
        document = document or {}
        self.document = document
        self.statuses = _statuses(document)
        self.sources = tuple(_words(document, "sources", SOURCES))
        self.lost_reasons = tuple(_words(document, "lost_reasons", LOST_REASONS))
        self.kinds = tuple(_words(document, "kinds", ACTIVITY_KINDS))
        self.stages = _stages(document)
        self.country = _country(document.get("country"))
        self.mappings = _mappings(document)
        self.convert_from = tuple(_words(_table(document, "convert"), "from", CONVERT_FROM))
        self.targets = _targets(_table(document, "targets"))
        self._zone_name = document.get("timezone")
        self._zone: tzinfo | None = None
        self._status_words = {
            word.casefold(): status.name
            for status in reversed(self.statuses)
            for word in (*status.aliases, status.name)
        }
        self._source_words = {source.casefold(): source for source in self.sources}

    @property
    def zone(self) -> tzinfo:
        """The zone of times without one: `timezone`, else the machine's own."""
        if self._zone is None:
            self._zone = _zone(self._zone_name)
        return self._zone

    def status(self, written: str) -> str | None:
        """Return the list's word for a status, or the word as written if it is in no list."""
        word = written.strip()
        return self._status_words.get(word.casefold(), word) or None

    def source(self, written: str) -> str | None:
        """Return the list's spelling of a source, or the word as written if it is in no list."""
        word = written.strip()
        return self._source_words.get(word.casefold(), word) or None

    def role(self, status: str) -> str:
        """Return what a status stands for; a word that is in no list counts as working."""
        return next((s.role for s in self.statuses if s.name == status), "working")

    def of_role(self, *roles: str) -> tuple[str, ...]:
        """Return the names of the statuses that play one of these parts, in their order."""
        return tuple(status.name for status in self.statuses if status.role in roles)

    @property
    def first_status(self) -> str:
        """The status of a lead of which nothing else is known."""
        return self.of_role("open")[0]

    @property
    def closed(self) -> tuple[str, ...]:
        """The statuses that nobody works: converted, lost and junk."""
        return self.of_role("converted", "lost", "junk")


def places(env: Mapping[str, str], db: str | None = None, config: str | None = None) -> Places:
    """Return where the database and the configuration are and who I am, by options, then by `env`."""
    database, database_why = _database(env, db)
    user_config = _home(env, "XDG_CONFIG_HOME", ".config") / "leadctl" / "leadctl.toml"
    beside = database.parent / "leadctl.toml"
    file: Path | None
    if config:
        file, why = Path(config), "--config"
    elif env.get("LEADCTL_CONFIG"):
        file, why = Path(env["LEADCTL_CONFIG"]), "LEADCTL_CONFIG"
    elif beside.exists():
        file, why = beside, "beside the database"
    elif user_config.exists():
        file, why = user_config, "your configuration folder"
    else:
        file, why = None, f"shipped defaults; there is no {beside}"
    if env.get("LEADCTL_USER"):
        me, me_why = env["LEADCTL_USER"], "LEADCTL_USER"
    else:
        me, me_why = _login(env), "login name"
        if user_config.exists() and (named := _configured_me(user_config)):
            me, me_why = named, f"me in {user_config}"
    return Places(database, database_why, file, why, me, me_why)


def load(file: Path | None) -> Settings:
    """Return the settings of a file; BadDataError names the file and what is wrong in it."""
    if file is None:
        return Settings()
    document = read_toml(file)
    try:
        return Settings(document)
    except ValueError as error:
        raise BadDataError(f"{file}: {error}", "leadctl init shows a whole file") from None


def unknown_names(document: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each name at the top of leadctl.toml that means nothing."""
    from difflib import get_close_matches

    sentences = []
    for name in document.keys() - NAMES:
        near = get_close_matches(name.lower(), NAMES, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        sentences.append(f"leadctl.toml has {name!r}, which means nothing and is left out{hint}")
    return sorted(sentences)


def lines_of_tables(file: Path | None, name: str) -> list[int]:
    """Return the line of each `[[name]]` of a file, in their order; [] where none can be read."""
    import re

    try:
        text = file.read_text(encoding="utf-8") if file else ""
    except (OSError, UnicodeDecodeError):
        return []
    header = re.compile(rf"\s*\[\[\s*[\"']?{re.escape(name)}[\"']?\s*\]\]")
    return [number for number, line in enumerate(text.split("\n"), 1) if header.match(line)]


def read_toml(file: Path) -> dict[str, Any]:
    """Return a parsed TOML file; BadDataError with file and line where it is none."""
    import tomllib

    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadDataError(f"no such configuration: {file}", "see leadctl where") from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadDataError(f"cannot read {file}: {_reason(error)}", "see leadctl where") from None
    except tomllib.TOMLDecodeError as error:
        raise BadDataError(f"{file}: {error}", "mend the line; an import works meanwhile") from None


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or "it is not UTF-8"


def _database(env: Mapping[str, str], db: str | None) -> tuple[Path, str]:
    if db:
        return Path(db).expanduser(), "--db"
    if env.get("LEADCTL_DB"):
        return Path(env["LEADCTL_DB"]).expanduser(), "LEADCTL_DB"
    return _home(env, "XDG_DATA_HOME", ".local/share") / "leadctl" / "leads.db", "your data folder"


def _home(env: Mapping[str, str], variable: str, below_home: str) -> Path:
    if os.path.isabs(env.get(variable, "")):
        return Path(env[variable])
    # expanduser falls back on the password file, as under cron's `env -i`.
    return Path(env["HOME"] if env.get("HOME") else os.path.expanduser("~")) / below_home


def _login(env: Mapping[str, str]) -> str:
    name = env.get("LOGNAME") or env.get("USER")
    if name:
        return name
    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError):
        return "unknown"


def _configured_me(file: Path) -> str | None:
    try:
        me = read_toml(file).get("me")
    except BadDataError:
        return None
    return me if isinstance(me, str) else None


def _table(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = document.get(name, {})
    if not isinstance(table, Mapping):
        raise ValueError(f"[{name}] must be a table")
    return table


def _targets(table: Mapping[str, Any]) -> Targets:
    for name, days in table.items():
        if name not in Targets._fields or not isinstance(days, int) or days < 0:
            raise ValueError(
                f"[targets] has {' and '.join(Targets._fields)}, each a number of days"
            )
    return Targets(**table)


def _words(table: Mapping[str, Any], key: str, default: tuple[str, ...]) -> list[str]:
    words = table.get(key, list(default))
    if not isinstance(words, list) or not all(isinstance(word, str) and word for word in words):
        raise ValueError(f"{key} must be a list of words")
    return words


def _statuses(document: Mapping[str, Any]) -> tuple[Status, ...]:
    if "status" not in document:
        return STATUSES
    tables = document["status"]
    if not isinstance(tables, list) or not all(isinstance(table, Mapping) for table in tables):
        raise ValueError("write each status as [[status]] with name and role")
    found = []
    for table in tables:
        name, role = table.get("name"), table.get("role", "working")
        if not isinstance(name, str) or not name or role not in ROLES:
            raise ValueError(f"each [[status]] has a name and a role, one of {', '.join(ROLES)}")
        found.append(Status(name, role, tuple(w.casefold() for w in _words(table, "aliases", ()))))
    for role in ("open", "converted"):
        if role not in {status.role for status in found}:
            raise ValueError(f"one [[status]] must have the role {role}")
    return tuple(found)


def _stages(document: Mapping[str, Any]) -> dict[str, int]:
    tables = document.get("stage")
    if tables is None:
        return dict(STAGES)
    if not isinstance(tables, list) or not all(isinstance(table, Mapping) for table in tables):
        raise ValueError("write each deal stage as [[stage]] with name and probability")
    stages = {}
    for table in tables:
        name, percent = table.get("name"), table.get("probability")
        if not isinstance(name, str) or not isinstance(percent, int) or not 0 <= percent <= 100:
            raise ValueError("each [[stage]] has a name and a probability from 0 to 100")
        stages[name] = percent
    return stages


_OF_A_MAPPING = ("preset", "dates", "kind", "country")


def _mappings(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the `[[mapping]]` tables, each with `columns` of header = field."""
    tables = document.get("mapping", [])
    if not isinstance(tables, list) or not all(isinstance(table, Mapping) for table in tables):
        raise ValueError("write each mapping as [[mapping]] with [mapping.columns]")
    for table in tables:
        columns, values = table.get("columns"), table.get("values", {})
        if not isinstance(columns, Mapping) or not columns or not _are_words(columns):
            raise ValueError('each [[mapping]] has a [mapping.columns] of "Header" = "field"')
        if not isinstance(values, Mapping) or not all(
            isinstance(words, Mapping) and _are_words(words) for words in values.values()
        ):
            raise ValueError('[[mapping]]: write values as [mapping.values.status] "hot" = "New"')
        if not _are_words({key: table[key] for key in _OF_A_MAPPING if key in table}):
            raise ValueError(f"[[mapping]]: {', '.join(_OF_A_MAPPING)} are words")
    return tables


def _are_words(table: Mapping[str, Any]) -> bool:
    return all(isinstance(value, str) for value in table.values())


def _country(name: object) -> str | None:
    if name is None:
        return None
    from leadctl.countries import code_of

    code = code_of(name) if isinstance(name, str) else None
    if code is None:
        raise ValueError('country must be a country, such as country = "DE"')
    return code


def _zone(name: object) -> tzinfo:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    if name is None:
        try:
            with open("/etc/localtime", "rb") as file:
                return ZoneInfo.from_file(file, key="localtime")
        except (OSError, ValueError):
            return ZoneInfo("UTC")
    try:
        return ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError):
        raise BadDataError(
            f"timezone {name!r} is unknown", 'write a name such as timezone = "Europe/Berlin"'
        ) from None
