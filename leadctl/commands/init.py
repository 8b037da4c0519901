"""leadctl init: a commented leadctl.toml to start from."""

from __future__ import annotations

import os
import shlex
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadctl import options
from leadctl.errors import BadDataError, ConflictError
from leadctl.results import Answer

if TYPE_CHECKING:
    from leadctl.app import App

app = typer.Typer(**options.PLAIN)


@app.command()
@options.beside("json", "quiet")
def init(
    context: typer.Context,
    file: Annotated[
        str | None,
        typer.Argument(metavar="[FILE]", help="Default: leadctl.toml beside the database."),
    ] = None,
) -> Any:
    """Write a commented leadctl.toml with the shipped rules. Nothing is overwritten."""
    leadctl = options.app_of(context)
    usual = usual_place(leadctl)
    target = Path(file).expanduser() if file else usual
    write_new(target, shipped())
    is_read = target.resolve() == usual.resolve()
    way = "leadctl" if is_read else f"leadctl --config {shlex.quote(str(target))}"
    return Answer(
        {"file": str(target)},
        [f"wrote {target}" + ("" if is_read else ", which is read where --config names it")],
        next=[f"change it, then look: {way} score --dry-run"],
    )


def usual_place(leadctl: App) -> Path:
    """Return the file that every command reads: what was named, else the one beside the database."""
    places = leadctl.places
    if places.config is not None and places.config_why in ("--config", "LEADCTL_CONFIG"):
        return places.config
    return places.database.with_name("leadctl.toml")


def shipped() -> str:
    """Return the shipped rules and settings, commented."""
    return files("leadctl.rules").joinpath("default.toml").read_text(encoding="utf-8")


def write_new(target: Path, text: str) -> None:
    """Write a file that only its owner reads; ConflictError if it is there already."""
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        raise ConflictError(
            f"{target} is there already", "leadctl init FILE writes another"
        ) from None
    except OSError as error:
        raise BadDataError(
            f"cannot write {target}: {error.strerror}", "leadctl init FILE writes elsewhere"
        ) from None
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
