"""`manage.py backtest --draft NUMBER --from DAY --to DAY`: past cases against a draft of the ground."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.errors import DomainError
from grid.ground.queries import the_city
from grid.jurisdiction.asking import instant_of
from inspections.changes.backtest import backtest
from inspections.changes.drafts import change_set_named

SHOWN = 12


class Command(BaseCommand):
    """Try a change set against the cases of a period."""

    help = (
        "Decide the cases that were closed in a period on the ground as it is and under a draft: how "
        "often each names the body where they ended, which detours the draft saves or causes, who "
        "gains and loses work. Exit code 0: nothing alarming; 1: an alarm; 2: it could not be tried."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The contract's options."""
        parser.add_argument("--draft", required=True, metavar="NUMBER", help="of the change set")
        parser.add_argument("--from", required=True, dest="start", metavar="DAY")
        parser.add_argument("--to", required=True, dest="end", metavar="DAY", help="exclusive")
        parser.add_argument("--json", action="store_true", help="the figures as JSON on stdout")

    def handle(self, **options: Any) -> None:
        """Print the figures; exit 1 on an alarm."""
        try:
            city = the_city()
            start, end = (instant_of(options[name], city) for name in ("start", "end"))
            if start >= end:
                raise CommandError("--from must lie before --to", returncode=2)
            told = backtest(change_set_named(options["draft"], None), start=start, end=end)
        except DomainError as error:
            raise CommandError(error.message, returncode=2) from error
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=1))
        else:
            self.stdout.write(in_words(told))
        if told["alarms"]:
            sys.exit(1)


def in_words(told: dict[str, Any]) -> str:
    """The figures for a terminal."""
    if not told["cases"]:
        return f"No case closed from {told['from'][:10]} to {told['to'][:10]} has a body it ended with."
    agree, detours = told["agreement"], told["detours"]
    lines = [
        f"Change set {told['change_set']} ({told['title']}) against {told['cases']} cases closed from "
        f"{told['from'][:10]} to {told['to'][:10]} ({told['left_out']} without a lead left out):",
        "",
        "names the body where the case ended:",
        *(
            f"  {word}: {agree[way]['cases']} of {agree[way]['of']} ({agree[way]['rate']:.1%})"
            for word, way in (("the ground as it is", "present"), ("under the draft", "draft"))
        ),
        f"cases that would be sent elsewhere than now: {told['changed']}",
        f"cases that went from body to body: {detours['happened']}; the last body is named at once in "
        f"{detours['saved']} of them under the draft ({detours['saved_now']} by the ground as it is); "
        f"{detours['caused']} that went straight would not under the draft",
        f"no body named: {told['unnamed']['present']} now, {told['unnamed']['draft']} under the draft",
        "",
        "who gains and who loses work:",
    ]
    moved = [body for body in told["bodies"] if body["gains"] or body["loses"]]
    lines += [
        f"  {body['name']} ({body['code']}): {body['present']} → {body['draft']} "
        f"(+{body['gains']}, -{body['loses']})"
        for body in moved[:SHOWN]
    ] or ["  nobody"]
    if len(moved) > SHOWN:
        lines.append(f"  … and {len(moved) - SHOWN} more (--json lists all)")
    for alarm in told["alarms"]:
        if alarm["code"] == "share_jumps":
            lines.append(
                f"ALARM: the share of {alarm['body']['name']} jumps from {alarm['present']:.1%} to "
                f"{alarm['draft']:.1%} of all cases: look before you publish"
            )
        else:
            lines.append(
                f"ALARM: agreement falls from {alarm['present']:.1%} to {alarm['draft']:.1%}"
            )
    return "\n".join(lines)
