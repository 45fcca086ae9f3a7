"""manage.py take_mail: the letters of a mailbox become requests, each once."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import DomainError
from inspections.intake.channels.adapters.mail import NotAReport, NothingSaid
from inspections.intake.channels.letters import take_letter
from inspections.intake.channels.queries import channel_named
from inspections.intake.channels.use_cases.mailboxes import Letter, letters_in


class Command(BaseCommand):
    """Take in mail; however often the same letters are read, each is taken in once."""

    help = (
        "Take in e-mail by a channel: a Maildir (its new letters move to cur), an mbox file, "
        "or one message on standard input (-), as a mail server's pipe gives it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Which channel, and where the mail lies."""
        parser.add_argument("channel", metavar="CHANNEL", help="code, legacy number or name")
        parser.add_argument("source", metavar="MAILDIR|MBOX|-")
        parser.add_argument(
            "--json", action="store_true", help="print the result as JSON on stdout"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Each letter is a transaction of its own; one that is refused keeps no other back."""
        counts = {"taken": 0, "repeated": 0, "not_reports": 0, "refused": 0}
        try:
            channel = channel_named(options["channel"])
            for letter in _letters(options["source"]):
                try:
                    taken = take_letter(channel, letter.raw)
                except (NotAReport, NothingSaid):
                    counts["not_reports"] += 1
                except DomainError as refusal:
                    counts["refused"] += 1
                    self.stderr.write(f"{letter.name}: {refusal.code}: {refusal.message}")
                    continue
                else:
                    counts["repeated" if taken.repeated else "taken"] += 1
                letter.done()
        except DomainError as error:
            raise CommandError(error.message) from error
        if options["json"]:
            self.stdout.write(json.dumps({"channel": channel.code, **counts}))
        else:
            told = ", ".join(f"{count} {word}" for word, count in counts.items())
            self.stderr.write(f"{channel.code}: {told}")
        if counts["refused"]:
            sys.exit(1)


def _letters(source: str) -> Iterable[Letter]:
    if source == "-":
        return [Letter("-", sys.stdin.buffer.read(), lambda: None)]
    return letters_in(Path(source))
