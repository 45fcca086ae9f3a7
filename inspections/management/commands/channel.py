"""manage.py channel: a new secret for a channel's address."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import DomainError
from grid.organizations.use_cases import service_user
from inspections.intake.channels.queries import channel_named
from inspections.intake.channels.use_cases import give_secret


class Command(BaseCommand):
    """Open a channel's address to programs, or change its secret."""

    help = "Give a channel a new secret and print it, alone, on stdout; the former one ends."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which channel, and the secret where it is agreed already."""
        parser.add_argument("channel", metavar="CHANNEL", help="code, legacy number or name")
        parser.add_argument("--secret", default="", help="one made by others; else one is made")
        parser.add_argument(
            "--aes-key", default="", help="EncodingAESKey of a public account's encrypted mode"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Parse, act, answer."""
        try:
            given = give_secret(
                channel_named(options["channel"]),
                actor=service_user("operator"),
                secret=options["secret"],
                aes_key=options["aes_key"],
            )
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(given)
