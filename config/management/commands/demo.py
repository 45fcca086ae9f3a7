"""The demo city from nothing to served, in one process: what `make demo` does after installing."""

import contextlib
import os
import signal
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from config import embedded
from config.management.commands.serve import refuse_taken
from config.supervisor import interrupt_with_make


class Command(BaseCommand):
    """`demo [--port N]`: migrates, makes the city if it is not there, serves it."""

    help = "Make the demo city if it is missing, and serve it until Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        interrupt_with_make()
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the cluster is stopped
        refuse_taken("127.0.0.1", options["port"])
        ours = not os.environ.get("DATABASE_URL")
        try:
            with embedded.held(settings.STATE_DIR) if ours else contextlib.nullcontext():
                call_command("migrate", verbosity=0)
                call_command("demo_city")
                sys.stdout.flush()  # the accounts, also where a file or a program reads them
                connections.close_all()
                call_command("serve", port=options["port"])
        except embedded.EmbeddedError as error:
            raise CommandError(str(error)) from error
