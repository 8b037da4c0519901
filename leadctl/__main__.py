"""The program's entry point, and `python -m leadctl`."""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Run leadctl on the words of the command line."""
    # What modules leave in memory stays until the end: to look through it for garbage, again
    # and again while they load and once more at exit, takes longer than a list of leads.
    gc.disable()
    try:
        from leadctl.cli import main as run

        gc.freeze()
        gc.enable()
        run()
    except KeyboardInterrupt:
        # While it loads or ends; in between, `cli` says so.
        sys.stderr.write("leadctl: interrupted\n")
        sys.exit(130)
    finally:
        gc.freeze()


if __name__ == "__main__":
    main()
