"""The plan of the house as a test: who imports whom, and what is written where.

The rules stand first, as data. A room is a module or package directly inside leadctl.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent

LEAVES = {
    *("statistics", "garbage", "stored", "together", "mail_domains", "processors", "interrupts"),
    *("errors", "fields", "headers", "models", "results", "wording", "charts"),
    *("values", "words", "amounts", "countries", "emails", "moments", "names", "phones"),
}
"""Rooms that all others may import; errors itself imports nothing."""

MAY_IMPORT = {
    "__main__": {"cli"},
    "cli": {"commands", "app", "options", "output", "database"},
    "commands": {
        "proof",
        *("options", "app", "config", "lead_table", "lead_view", "past", "record_table", "views"),
        *("selecting", "ids", "when", "editing", "changing", "finding", "importing", "formats"),
        *("assigning", "converting", "deciding", "matching", "rules", "scores", "reports"),
        *("undo", "doctor", "saved_views", "sample", "exporting", "duplicates", "report_table"),
        *("merging", "pages", "custom_fields", "record_screen", "timeline"),
        *("searching", "sources", "campaigns", "toml_file", "mail", "halves"),
    },
    "options": {"app"},
    "app": {"config", "store", "rules", "output", "prompts", "matching"},
    "selecting": {"saved_views", "options", "lead_view", "finding", "rules", "when"},
    "ids": {"record_view"},
    "editing": {"finding", "matching", "rules"},
    "changing": {"editing", "rules"},
    "lead_table": {"lead_view", "record_table"},
    "record_table": {"lead_view"},
    "record_screen": {"record_table", "timeline", "lead_view", "views"},
    "views": {"lead_view"},
    "importing": {
        *("matching", "formats", "prompts", "finding", "converting", "journal", "progress"),
        *("toml_file", "similar", "layout", "uids"),
    },
    "uids": {"journal"},
    "finding": {"matching"},
    "similar": {"matching"},
    "duplicates": {"matching", "merging", "prompts"},
    "exporting": {"record_view", "formats", "lead_view"},
    "record_view": {"lead_view"},
    "assigning": {"rules", "past", "patience"},
    "patience": {"rules"},
    "converting": {"matching", "similar", "journal", "rules"},
    "merging": {"matching", "journal", "prompts", "references"},
    "deciding": {"converting", "finding", "prompts", "when"},
    "reports": {"rules", "lead_view", "past", "moves"},
    "halves": {"app", "past", "reports", "when"},
    "pages": {"formats"},
    "toml_file": {"formats"},
    "saved_views": {"rules"},
    "scores": {"rules", "past", "journal", "patience"},
    "doctor": {"matching", "migrations", "journal", "moves", "owners"},
    "custom_fields": {"migrations", "rules"},
    "journal": {"migrations", "moves", "owners", "references"},
    "store": {
        "custom_fields",
        "beginning",
        "database",
        "write_ahead",
        "migrations",
        "moves",
        "journal",
        "lead_view",
        "views",
    },
    "database": {"migrations"},
    "beginning": {"database", "mounts"},
    "write_ahead": {"database", "mounts"},
    "undo": {"journal", "moves", "references"},
    "references": {"owners"},
    "past": {"journal", "matching", "owners"},
    "proof": {"past", "rules", "scores", "editing", "config", "patience"},
    "output": {"layout", "progress"},
    "prompts": {"layout"},
}
"""Room -> the rooms it may import beside the leaves and its own modules; not listed: none.

Only app makes a store; everybody else is handed one.
"""

IMPORTS_NOTHING = {"errors"}

LIBRARY_ROOMS = {
    "rich": {"output", "layout", "progress"},
    "questionary": {"prompts"},
    "prompt_toolkit": {"prompts"},
    "typer": {"cli", "options", "commands"},
    "click": set[str](),
}
"""Library -> the only rooms that know it. Typer carries its own click, whose exceptions differ."""

HEAVY = {
    "rich": set[str](),
    "questionary": set[str](),
    "prompt_toolkit": set[str](),
    "sqlite_utils": set[str](),
    "rapidfuzz": set[str](),
    "phonenumbers": set[str](),
    "xlsxwriter": set[str](),
    "importlib.metadata": set[str](),
    "pydantic": {"models", "rules.score_tables", "rules.file"},
}
"""Library that is slow to load -> the only modules that may import it outside a function."""

STATEMENT_ROOMS = {
    *(
        "store",
        "beginning",
        "database",
        "write_ahead",
        "migrations",
        "journal",
        "undo",
        "lead_view",
        "past",
        "patience",
        "proof",
        "reports",
        "matching",
        "similar",
        "finding",
        "doctor",
        "record_view",
        "duplicates",
        "merging",
        "views",
        "timeline",
        "searching",
        "moves",
        "owners",
        "references",
    ),
    "scores",
    "sources",
    "campaigns",
    "assigning",
    "saved_views",
    "custom_fields",
    "uids",
}
"""The rooms that write SQL statements; rules compose expressions."""

STATEMENT_MODULES = {"rules.conditions"}
"""Modules of other rooms that write statements: a condition is checked against an empty table in
memory (law 4), and who checks it has to make that table and ask SQLite; no store is touched."""

STATEMENT = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|WITH)\s")

PRINT_ROOMS = {"output"}
"""The only room that prints."""

CLOCK_ROOMS = {"app"}
"""The only room that looks at the clock, so that tests can set it."""

CLOCKS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.time_ns",
}


class Module(NamedTuple):
    """A module of leadctl: its dotted name below leadctl ("" for the package), and its tree."""

    name: str
    path: str
    tree: ast.Module

    @property
    def room(self) -> str:
        return self.name.split(".")[0]


class Import(NamedTuple):
    """One imported name with its dots, for example leadctl.rules.mapping.plan."""

    name: str
    line: int
    in_function: bool


@cache
def modules() -> tuple[Module, ...]:
    """Return every module of leadctl, parsed."""
    return tuple(
        parse(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "leadctl").rglob("*.py"))
    )


def parse(path: str, source: str) -> Module:
    parts = Path(path).with_suffix("").parts[1:]
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return Module(name, path, ast.parse(source, path))


def imports(module: Module) -> Iterator[Import]:
    """Yield what a module imports when it runs: what only a type checker reads does not count."""
    return _imports_below(module, module.tree, in_function=False)


def _imports_below(module: Module, node: ast.AST, in_function: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield Import(alias.name, child.lineno, in_function)
        elif isinstance(child, ast.ImportFrom):
            source = _absolute(module, child)
            for alias in child.names:
                yield Import(f"{source}.{alias.name}", child.lineno, in_function)
        elif isinstance(child, ast.If) and _is_type_checking(child.test):
            for other in child.orelse:
                yield from _imports_below(module, other, in_function)
        else:
            inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from _imports_below(module, child, in_function or inside)


def _absolute(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = ["leadctl", *module.name.split(".")]
    depth = len(package) - node.level + module.path.endswith("__init__.py")
    return ".".join([*package[:depth], *(node.module or "").split(".")]).strip(".")


def _is_type_checking(test: ast.expr) -> bool:
    return ast.unparse(test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}


def is_part_of(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def rooms_breaches(module: Module) -> Iterator[str]:
    allowed = MAY_IMPORT.get(module.room, set()) | LEAVES | {module.room}
    if module.room in IMPORTS_NOTHING:
        allowed = set()
    for each in imports(module):
        package, *below = each.name.split(".")
        if package == "leadctl" and below and below[0] in rooms() - allowed:
            yield f"{module.path}:{each.line} may not import {below[0]}"


@cache
def rooms() -> frozenset[str]:
    """Return the rooms that are there and those that the rules speak of."""
    return frozenset(LEAVES.union(MAY_IMPORT, *MAY_IMPORT.values(), (m.room for m in modules())))


def library_breaches(module: Module) -> Iterator[str]:
    for each in imports(module):
        for library, rooms in LIBRARY_ROOMS.items():
            if is_part_of(each.name, library) and module.room not in rooms:
                yield f"{module.path}:{each.line} may not know {library}"


def heavy_breaches(module: Module) -> Iterator[str]:
    for each in imports(module):
        for library, exempt in HEAVY.items():
            if each.in_function or not is_part_of(each.name, library):
                continue
            if module.name not in exempt:
                yield f"{module.path}:{each.line} imports {library} outside a function"


def statement_breaches(module: Module) -> Iterator[str]:
    if module.room in STATEMENT_ROOMS or module.name in STATEMENT_MODULES:
        return
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        if STATEMENT.match(node.value):
            yield f"{module.path}:{node.lineno} writes a statement"


def print_breaches(module: Module) -> Iterator[str]:
    if module.room in PRINT_ROOMS:
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "print":
            yield f"{module.path}:{node.lineno} prints"


def clock_breaches(module: Module) -> Iterator[str]:
    if module.room in CLOCK_ROOMS:
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute):
            name = ".".join(ast.unparse(node).split(".")[-2:])
            if name in CLOCKS:
                yield f"{module.path}:{node.lineno} looks at the clock: {name}"
    for each in imports(module):
        if each.name in CLOCKS:
            yield f"{module.path}:{each.line} looks at the clock: {each.name}"


Rule = Callable[[Module], Iterator[str]]
RULES: tuple[Rule, ...] = (
    rooms_breaches,
    library_breaches,
    heavy_breaches,
    statement_breaches,
    print_breaches,
    clock_breaches,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__.removesuffix("_breaches"))
def test_the_house_keeps(rule: Rule) -> None:
    assert [breach for module in modules() for breach in rule(module)] == []


def test_commands_package_is_empty() -> None:
    source = ROOT / "leadctl" / "commands" / "__init__.py"
    assert ast.parse(source.read_text(encoding="utf-8")).body == []


def test_version_is_that_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    init = (ROOT / "leadctl" / "__init__.py").read_text(encoding="utf-8")
    assert re.findall(r'^__version__ = "(.+)"$', init, re.MULTILINE) == [project["version"]]


BREACHES = [
    (rooms_breaches, "matching.py", "from leadctl.store import Store"),
    (rooms_breaches, "matching.py", "from leadctl import store"),
    (rooms_breaches, "matching.py", "import leadctl.store"),
    (rooms_breaches, "matching.py", "from .store import Store"),
    (rooms_breaches, "rules/mapping.py", "from ..store import Store"),
    (rooms_breaches, "rules/__init__.py", "from ..store import Store"),
    (rooms_breaches, "reports.py", "def rows():\n    from leadctl.app import App"),
    (rooms_breaches, "errors.py", "from leadctl.models import Lead"),
    (library_breaches, "commands/list.py", "def run():\n    from rich.table import Table"),
    (library_breaches, "cli.py", "import click"),
    (heavy_breaches, "output.py", "import rich.table"),
    (heavy_breaches, "store.py", "try:\n    import sqlite_utils\nexcept ImportError: pass"),
    (heavy_breaches, "cli.py", "from importlib import metadata"),
    (heavy_breaches, "phones.py", "import phonenumbers"),
    (statement_breaches, "commands/list.py", 'query = f"SELECT id FROM {view}"'),
    (statement_breaches, "rules/scoring.py", 'query = "SELECT id FROM lead"'),
    (print_breaches, "store.py", "print('done')"),
    (clock_breaches, "store.py", "at = datetime.datetime.now(UTC)"),
    (clock_breaches, "store.py", "from time import time"),
]


@pytest.mark.parametrize(("rule", "path", "source"), BREACHES)
def test_a_breach_is_seen(rule: Rule, path: str, source: str) -> None:
    assert len(list(rule(parse(f"leadctl/{path}", source)))) == 1


ALLOWED = [
    ("matching.py", "if TYPE_CHECKING:\n    from leadctl.store import Store"),
    ("output.py", "def table():\n    from rich.table import Table"),
    ("rules/score_tables.py", "import pydantic\nfrom .conditions import check"),
    ("rules/conditions.py", 'made = f"CREATE TABLE lead ({columns})"'),
    ("models.py", "from pydantic import BaseModel"),
    ("commands/list.py", "from leadctl import __version__, options\nnow = app.now()"),
    ("store.py", 'query = "SELECT id FROM leads"\nstart = time.perf_counter()'),
]


@pytest.mark.parametrize(("path", "source"), ALLOWED)
def test_what_is_allowed_passes(path: str, source: str) -> None:
    module = parse(f"leadctl/{path}", source)
    assert [breach for rule in RULES for breach in rule(module)] == []
