"""The documented crontab, line by line in an empty environment, and the mail that it sends."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from conftest import Leadctl, facts

CRONTAB = re.compile(r"^```crontab\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PAGE = Path(__file__).resolve().parent.parent / "docs" / "cron.md"
SALES = "/srv/sales"


def crontab() -> tuple[dict[str, str], list[str]]:
    """Return the variables and the commands of the documented crontab, as cron reads them."""
    found = CRONTAB.search(PAGE.read_text(encoding="utf-8"))
    assert found
    lines = [line for line in found[1].splitlines() if line]
    setting = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))
    commands = [line.split(None, 5)[5] for line in lines if not re.match(r"[A-Z_]+=", line)]
    return setting, [command.replace("\\%", "%") for command in commands]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """Give a folder with programs of its own: this leadctl, and a sendmail that keeps its mail."""
    programs = tmp_path / "bin"
    programs.mkdir()
    here = shlex.quote(str(PAGE.parent.parent))
    scripts = {
        "leadctl": f"cd() {{ :; }}\nPYTHONPATH={here} exec {shlex.quote(sys.executable)}"
        ' -m leadctl "$@"\n',
        "sendmail": f'[ "$*" = -t ] && cat > {shlex.quote(str(tmp_path / "mail"))}\n',
    }
    for name, script in scripts.items():
        (programs / name).write_text(f"#!/bin/sh\n{script}")
        (programs / name).chmod(0o755)
    (tmp_path / "inbox").mkdir()
    return tmp_path


def run(place: Path, command: str, setting: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command as cron does: by /bin/sh, with nothing in its environment but the crontab's."""
    variables = {name: value.replace(SALES, str(place)) for name, value in setting.items()}
    variables |= {"PATH": f"{place}/bin:{variables['PATH']}", "HOME": str(place)}
    return subprocess.run(
        [
            *("env", "-i", *(f"{name}={value}" for name, value in variables.items())),
            *("SHELL=/bin/sh", "/bin/sh", "-c", command.replace(SALES, str(place))),
        ],
        capture_output=True,
        text=True,
        cwd="/",
        stdin=subprocess.DEVNULL,
        check=False,
    )


def mail(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def test_every_line_may_run_twice(place: Path, leadctl: Leadctl) -> None:
    setting, commands = crontab()
    leadctl.env["LEADCTL_DB"] = str(place / "leads.db")
    leadctl.ok("rep", "add", "ana", "ben")
    (place / "inbox" / "a.csv").write_text(
        "Name,Email,Company\nZoë Núñez,zoe@kiln.example,Kiln AG\nBo Li,bo@x.example,Süd\n,,\nx\n",
        encoding="utf-8",
    )
    first, rest = commands[0], commands[1:]
    for command in (first, first, *rest):
        done = run(place, command, setting)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), command
    assert [file.name for file in (place / "inbox").iterdir()] == []
    assert (place / "done" / "a.csv").exists()
    assert {row["owner"] for row in leadctl.ok("list", "--all")} == {"ana", "ben"}
    there = facts(leadctl.store())
    for command in commands[:3]:
        assert run(place, command, setting).returncode == 0
    assert facts(leadctl.store()) == there
    sent = mail((place / "mail").read_bytes())
    assert sent["To"] == sent["From"] == "sales@example.org"
    assert "<h2>" in (place / "last-week.html").read_text(encoding="utf-8")


@pytest.fixture
def seeded(leadctl: Leadctl) -> Leadctl:
    leadctl.ok("add", "Zoë Núñez", "company=Crème & <Fils>", "phone=+49 30 901820")
    leadctl.ok("add", "黄 海燕", "company=" + "金兴" * 30)
    leadctl.ok("score")
    return leadctl


def letter(leadctl: Leadctl, *more: object) -> bytes:
    words = ("report", "daily", "--format", "mail", "--mail-to", "Zoë <zoe@x.example>", *more)
    outcome = leadctl(*words)
    assert outcome.code == 0, outcome.err
    return outcome.out.encode()


def test_a_mail_is_a_whole_message(seeded: Leadctl) -> None:
    raw = letter(seeded, "--mail-to", "ben@x.example, eve@x.example")
    assert raw.isascii()
    assert max(map(len, raw.splitlines())) <= 78
    message = mail(raw)
    assert message["To"] == "Zoë <zoe@x.example>, ben@x.example, eve@x.example"
    assert message["From"] == "Zoë <zoe@x.example>"
    assert message["Subject"] == "Yesterday: 0 new leads, 0 converted, 0 won; 2 to work"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == seeded.now
    text, html = message.iter_parts()
    assert [part.get_content_type() for part in (text, html)] == ["text/plain", "text/html"]
    assert "Zoë Núñez" in text.get_content()
    assert "Crème &amp; &lt;Fils&gt;" in html.get_content()
    assert raw == letter(seeded, "--mail-to", "ben@x.example, eve@x.example")


def test_the_text_is_what_the_mail_says(seeded: Leadctl) -> None:
    text = seeded("report", "daily", "--format", "text").out
    assert mail(letter(seeded)).get_body(("plain",)).get_content() == text  # type: ignore[union-attr]
    assert all(len(line) <= 76 and line == line.rstrip() for line in text.splitlines())
    assert "To call first" in text


def test_a_sender_of_its_own(seeded: Leadctl) -> None:
    message = mail(letter(seeded, "--mail-from", "leadctl@x.example"))
    assert message["From"] == "leadctl@x.example"
    assert message["Message-ID"].endswith("@x.example>")


def test_any_report_can_be_a_mail(seeded: Leadctl) -> None:
    outcome = seeded("report", "all", "--format", "mail", "--mail-to", "a@x.example")
    message = mail(outcome.out.encode())
    assert message["Subject"] == "All reports"
    assert max(map(len, outcome.out.splitlines())) <= 78


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--format", "mail"), "--mail-to ana@example.org"),
        (("--format", "mail", "--mail-to", "nobody"), "--mail-to names no address"),
        (("--format", "mail", "--mail-to", "a@x.example\nBcc: b@x.example"), "names no address"),
        (("--format", "mail", "--mail-to", ""), "--mail-to names no address"),
        (("--format", "mail", "--mail-to", "a@x.example", "--mail-from", "@"), "--mail-from names"),
        (("--mail-to", "a@x.example"), "--format mail"),
        (("--format", "letter"), "unknown format"),
    ],
)
def test_bad_mails(seeded: Leadctl, words: tuple[str, ...], said: str) -> None:
    outcome = seeded("report", "daily", *words)
    assert (outcome.code, outcome.out) == (2, "")
    assert said in outcome.err
    assert len(outcome.err.splitlines()) == 1
