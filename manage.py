#!/usr/bin/env python3
"""Lamplighter's command line: every management command starts here."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path


def main() -> int:
    """Run the management command named on the command line, with the project's own Python."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if find_spec("django") is None:
        ours = Path(__file__).resolve().parent / ".venv/bin/python"
        if not ours.exists():
            sys.stderr.write("Django is not installed: run 'make setup' first.\n")
            return 1
        os.execv(ours, [str(ours), *sys.argv])  # noqa: S606
    from config.command_line import run

    return run(sys.argv)


if __name__ == "__main__":
    sys.exit(main())
