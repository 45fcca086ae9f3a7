"""manage.py scan_deadlines: what time alone brings about, now; the worker does the same every minute."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from grid.organizations.use_cases import service_user
from inspections.cases.supervision.use_cases import scan_deadlines
from inspections.cases.supervision.use_cases.reminding import AT_A_TIME


class Command(BaseCommand):
    """End rests whose day has come, write the reminder letters that are owed, take supervision one level up."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """How much in one transaction."""
        parser.add_argument("--at-a-time", type=int, default=AT_A_TIME, metavar="LETTERS")

    def handle(self, *args: Any, **options: Any) -> None:
        """Scan once."""
        clocks = service_user("clocks")
        done = scan_deadlines(timezone.now(), actor=clocks, at_a_time=max(1, options["at_a_time"]))
        self.stdout.write(
            f"recomputed {done.recomputed}, unparked {done.unparked}, reminders {done.reminders}, escalated {done.escalated}"
        )
