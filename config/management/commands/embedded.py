"""The embedded PostGIS cluster by hand: start it, stop it, print the address of a database in it."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import embedded


class Command(BaseCommand):
    """`embedded start|stop|url`; only `url` writes to stdout, and only the address."""

    help = "Start or stop the embedded PostGIS cluster, or print the address of a database in it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["start", "stop", "url"])
        parser.add_argument(
            "--database",
            default=embedded.DATABASE,
            help="url: the database, created if missing (default: %(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._act(options["act"], options["database"])
        except embedded.EmbeddedError as error:
            raise CommandError(str(error)) from error

    def _say(self, text: str) -> None:
        self.stderr.write(text, style_func=str)

    def _act(self, act: str, database: str) -> None:
        state = settings.STATE_DIR
        if act == "url":
            self.stdout.write(embedded.url(state, database))
        elif act == "start":
            fresh = embedded.start(state, keep=True)
            cluster = embedded.remembered(state)
            port = cluster.port if cluster else "?"
            self._say(f"PostGIS {'started' if fresh else 'is running'} on port {port}")
        elif embedded.stop(state):
            self._say("PostGIS stopped")
        else:
            self._say("PostGIS was not running")
