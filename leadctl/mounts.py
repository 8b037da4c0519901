"""What is mounted where, on systems that tell."""

from __future__ import annotations

from pathlib import Path

_TABLE = Path("/proc/self/mounts")


def kinds() -> dict[str, str]:
    """Return the kind of file system of each place (proc_mounts(5)), nothing where nobody tells."""
    try:
        lines = _TABLE.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    mounts = (line.split()[1:3] for line in lines)
    return {place.replace(r"\040", " "): kind for place, kind in mounts}
