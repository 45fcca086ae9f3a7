"""`manage.py load LAYER FILE`: data in, of any make, checked row by row."""

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from core.errors import DomainError
from core.models import User
from exchange.columns import pairs
from exchange.drafts import draft_load, into_change_set
from exchange.layers.base import Options
from exchange.layers.registry import LAYERS
from exchange.readers.errors import UnreadableFile
from exchange.report import Rejected, Report, write_rejects
from exchange.use_cases import load_layer
from grid.cells.use_cases import CoverageFaults

FLAGS = {
    "generate-codes": "make codes for rows without; the same file gets the same codes again",
    "create-organizations": "found a body for every unknown name",
    "create-categories": "make a category for every unknown name",
    "repair": "mend self-crossing polygons, and list them",
    "draft": "put it into a change set, to be published by a second person; without "
    "--change-set areas and cells leave the edition unpublished, a catalogue begins a draft edition",
    "accept-faults": "publish areas and cells with coverage faults",
    "dry-run": "report as if, and change nothing",
    "keep-good": "load the good rows even if others are rejected",
    "json": "print the result as JSON on stdout",
}


class Command(BaseCommand):
    """Load a file into a layer of the city."""

    help = "Load a file into a layer: " + ", ".join(LAYERS)

    def add_arguments(self, parser: CommandParser) -> None:
        """The options of the public contract."""
        parser.add_argument("target", metavar="LAYER", choices=list(LAYERS))
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--layer", default="", help="layer, sheet or member of the file")
        parser.add_argument("--datum", default="", help="wgs84, cgcs2000, gcj02, bd09 or epsg:N")
        parser.add_argument("--encoding", default="")
        parser.add_argument(
            "--columns", action="append", default=[], metavar="FIELD=COLUMN,…",
            help="which column is which field; #1, #2 … if the file has no header",
        )  # fmt: skip
        parser.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE,…")
        parser.add_argument("--scheme", choices=["gb30428", "gb47678", "local"], default="local")
        parser.add_argument(
            "--change-set", default="", metavar="NUMBER", help="with --draft: into this one"
        )
        parser.add_argument("--title", default="", help="with --draft: of a new change set")
        parser.add_argument("--rejects", type=Path, metavar="FILE.csv")
        parser.add_argument("--actor", default="operator", help="who is recorded as loading")
        for flag, words in FLAGS.items():
            parser.add_argument(f"--{flag}", action="store_true", help=words)

    def handle(self, *args: Any, **given: Any) -> None:
        """Load, report; exit 1 if rows were rejected, 2 if nothing could be tried."""
        self.stderr.style_func = None  # plain lines: they are read by people and by programs
        try:
            options = _options(given)
            with tqdm(
                unit=" rows", file=sys.stderr, disable=not sys.stderr.isatty(), leave=False
            ) as bar:

                def progress(total: int | None, rows: int) -> None:
                    bar.total = total
                    bar.update(rows)

                def rejects(rows: Iterable[Rejected]) -> None:
                    write_rejects(rows, self.stderr.write, options.rejects)

                actor = _operator(given["actor"])
                if into_change_set(options, given["change_set"]):
                    change_set, report = draft_load(
                        options,
                        actor=actor,
                        number=given["change_set"],
                        title=given["title"],
                        rejects=rejects,
                        progress=progress,
                    )
                else:
                    change_set = None
                    report = load_layer(options, actor=actor, rejects=rejects, progress=progress)
        except CoverageFaults as error:
            for item in error.details["items"]:
                self.stderr.write(
                    f"fault: {'/'.join(item['codes'])} at {item['place']}: {item['area_m2']} m²"
                )
            raise CommandError(
                f"{error.message} ({error.details['faults']} faults)", returncode=2
            ) from error
        except (UnreadableFile, DomainError) as error:
            raise CommandError(error.message, returncode=2) from error
        if given["json"]:
            told = report.as_json()
            if change_set is not None:
                told["change_set"] = change_set.number
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        self._tell(report, options)
        if change_set is not None:
            self.stderr.write(
                f"kept in change set {change_set.number} ({change_set.title}); see what it moves and "
                "have a second person publish it in the console"
            )
            if not given["json"]:
                self.stdout.write(change_set.number)
        if report.rejected:
            sys.exit(1)

    def _tell(self, report: Report, options: Options) -> None:
        """The same in words, on stderr."""
        tell = self.stderr.write
        for notice in report.notices.values():
            tell(f"warning: {notice.code} ({notice.count}): {notice.message}")
        tell(
            f"{report.layer}: {report.read} read, {report.created} created, "
            f"{report.updated} updated, {report.unchanged} unchanged, {report.rejected} rejected"
        )
        if not report.loaded:
            tell("nothing was loaded; --keep-good loads the good rows")
        elif options.dry_run:
            tell("dry run: nothing was changed")
        elif report.version:
            tell(f"published as ground version {report.version}")


def _options(given: dict[str, Any]) -> Options:
    return Options(
        layer=given["target"],
        file=Path(given["file"]),
        file_layer=given["layer"],
        datum=given["datum"],
        encoding=given["encoding"],
        columns=pairs(given["columns"], "--columns"),
        constants=pairs(given["set"], "--set"),
        scheme=given["scheme"],
        generate_codes=given["generate_codes"],
        create_organizations=given["create_organizations"],
        create_categories=given["create_categories"],
        repair=given["repair"],
        draft=given["draft"],
        accept_faults=given["accept_faults"],
        dry_run=given["dry_run"],
        keep_good=given["keep_good"],
        rejects=given["rejects"],
    )


def _operator(name: str) -> User:
    """Who loads: the service user `operator` unless another is named."""
    user, _ = User.objects.get_or_create(
        username=os.environ.get("LAMPLIGHTER_ACTOR", name),
        defaults={"is_service": True, "is_active": False},
    )
    return user
