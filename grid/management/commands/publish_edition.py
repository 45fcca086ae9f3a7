"""`manage.py publish_edition`: put a draft of areas or cells (`load … --draft`) in force."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import DomainError
from grid.facilities.publishing import publish_draft
from grid.ground.use_cases import publish
from grid.organizations.use_cases import service_user


class Command(BaseCommand):
    """Publish a draft edition under a new ground version."""

    help = "Put a draft edition of areas or cells in force."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which draft, and whether its faults are accepted."""
        parser.add_argument("number", type=int)
        parser.add_argument("--accept-faults", action="store_true")

    def handle(self, *args: Any, **given: Any) -> None:
        """Publish it, or say in one line why not."""
        actor = service_user("operator")
        try:
            with publish(actor=actor, act="publish_edition") as version:
                report = publish_draft(
                    version, given["number"], actor=actor, accept_faults=given["accept_faults"]
                )
        except DomainError as error:
            raise CommandError(error.message, returncode=2) from error
        self.stdout.write(
            f"edition {report.edition} is in force since ground version {version.number}: "
            f"{report.created} created, {report.updated} updated, {report.unchanged} unchanged, "
            f"{len(report.faults)} faults"
        )
