"""What is mounted where, on systems that tell."""

from __future__ import annotations

import re
from pathlib import Path

_TABLE = Path("/proc/self/mounts")
_OF_OTHER_MACHINES = r"nfs|cifs|smb|9p|afs|ceph|gluster|lustre|fuse\.sshfs|vboxsf|drvfs"


def is_of_other_machines(path: Path) -> bool:
    """Whether processes of other machines may have a file, which share no memory and no locks."""
    kinds = _kinds()
    folders = map(str, path.resolve().parents)
    return bool(re.match(_OF_OTHER_MACHINES, next((kinds[f] for f in folders if f in kinds), "")))


def _kinds() -> dict[str, str]:
    """Return the kind of file system of each place (proc_mounts(5)), nothing where nobody tells."""
    try:
        lines = _TABLE.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    mounts = (line.split()[1:3] for line in lines)
    return {place.replace(r"\040", " "): kind for place, kind in mounts}
