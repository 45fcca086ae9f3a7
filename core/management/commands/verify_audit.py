"""manage.py verify_audit: does the trail hold, entry by entry?"""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from core.verification import verify_chain


class Command(BaseCommand):
    """Verify the audit chain; exit 1, and name the first broken entry, if it does not hold."""

    help = "Verify the audit chain; exit 1, and name the first broken entry, if it does not hold."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options."""
        parser.add_argument(
            "--head",
            type=Path,
            metavar="FILE",
            help="compare with this signed head (a backup) instead of the one kept here",
        )
        parser.add_argument(
            "--json", action="store_true", dest="as_json", help="print the report as JSON"
        )

    def handle(self, *, head: Path | None, as_json: bool, **options: Any) -> None:
        """Print the report."""
        report = verify_chain(head)
        if as_json:
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False))
        elif report.broken:
            entry = "" if report.broken.seq is None else f" at entry {report.broken.seq}"
            self.stdout.write(
                f"broken{entry} ({report.broken.problem}): {report.broken.message}\n"
                f"{report.entries} entries before it hold"
            )
        else:
            self.stdout.write(f"ok: {report.entries} entries hold")
        if report.broken:
            sys.exit(1)
