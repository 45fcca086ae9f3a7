"""`manage.py whose`: who answers for a place, one question or a batch."""

import csv
import json
import sys
from argparse import ArgumentParser
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string

from core.errors import DomainError
from grid.ground.datums import Datum, parse_datum, to_wgs84
from grid.ground.queries import the_city, version_known_at
from grid.jurisdiction.asking import (
    Place,
    category_of,
    facility_of,
    instant_of,
    path_of,
    role_of,
)
from grid.jurisdiction.drafts import under_draft
from grid.jurisdiction.use_cases import decide

SHOWN_PROBLEMS = 20
OF_ONE = ("lon", "lat", "accuracy", "category", "facility", "role", "path", "at")  # no batch's


class Command(BaseCommand):
    """Answer "who answers for this place?" from the ground as recorded."""

    help = "Say who answers for a place, with the reason; one place, or a file of them (--batch)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The contract's options."""
        parser.add_argument("--lon", type=float)
        parser.add_argument("--lat", type=float)
        parser.add_argument(
            "--datum", default="wgs84", help="wgs84, cgcs2000, gcj02, bd09 or epsg:N"
        )
        parser.add_argument("--accuracy", type=float, default=0.0, metavar="M")
        parser.add_argument("--category", default="", metavar="CODE")
        parser.add_argument("--facility", default="", metavar="CODE")
        parser.add_argument(
            "--role", default="", help="maintainer, owner, builder, payer, authority"
        )
        parser.add_argument("--path", default="", metavar="WKT", help="a line or polygon (WKT)")
        parser.add_argument("--at", default="", metavar="DATE")
        parser.add_argument("--as-known-at", default="", metavar="DATETIME")
        parser.add_argument("--draft", default="", metavar="NUMBER", help="under this change set")
        parser.add_argument("--margin", action="store_true", help="measure margins of a batch too")
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--batch", metavar="IN", help="CSV or Parquet with id, lon, lat, …")
        parser.add_argument("--out", metavar="OUT", help="CSV or Parquet to write")

    def handle(self, **options: Any) -> None:
        """Answer, or say in one line what is wrong with the question."""
        try:
            datum = parse_datum(options["datum"])
            version = (
                version_known_at(instant_of(options["as_known_at"], the_city()))
                if options["as_known_at"]
                else None
            )
            if options["draft"] and options["as_known_at"]:
                raise CommandError("--draft and --as-known-at do not go together")
            draft = under_draft(options["draft"], None) if options["draft"] else nullcontext()
            with draft:
                if options["batch"]:
                    self._batch(options, datum, version)
                else:
                    self._single(options, datum, version)
        except DomainError as error:
            raise CommandError(error.message) from error

    def _single(self, options: dict[str, Any], datum: Datum, version: int | None) -> None:
        place = None
        if (options["lon"] is None) != (options["lat"] is None):
            raise CommandError("--lon and --lat go together")
        if options["lon"] is not None:
            lon, lat = to_wgs84(np.array([options["lon"]]), np.array([options["lat"]]), datum)
            place = Place(float(lon[0]), float(lat[0]), options["accuracy"])
        elif not options["facility"] and not options["path"]:
            raise CommandError("say where: --lon and --lat, or --facility, --path or --batch")
        answer = decide(
            place=place,
            category=category_of(options["category"]) if options["category"] else None,
            facility=facility_of(options["facility"]) if options["facility"] else None,
            path=path_of(options["path"], datum) if options["path"] else None,
            role=role_of(options["role"]) if options["role"] else "",
            at=instant_of(options["at"], the_city()) if options["at"] else None,
            version=version,
        ).as_json()
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1))
        else:
            self.stdout.write(_in_words(answer))

    def _batch(self, options: dict[str, Any], datum: Datum, version: int | None) -> None:
        if not options["out"]:
            raise CommandError("--batch needs --out: the file to write the answers to")
        if unread := [f"--{name}" for name in OF_ONE if options[name]]:
            raise CommandError(
                f"{', '.join(unread)} asks one question; a batch reads the columns id, lon, lat, "
                "category, facility, at, accuracy_m of its file"
            )
        out = Path(options["out"])
        if out.is_dir():
            raise CommandError(f"{out} is a folder; --out names a file")
        if not out.parent.is_dir():
            raise CommandError(f"there is no folder {out.parent}; make it first")
        # Its libraries take a second to load, which one question need not wait for.
        batch = import_string("grid.jurisdiction.batch.Batch")(
            _read(Path(options["batch"])), datum=datum, version=version
        )
        answers = batch.answers(margin=options["margin"])
        problems = sorted(batch.problems.items())
        for number, problem in problems[:SHOWN_PROBLEMS]:
            self.stderr.write(f"{batch.ids[number]}: {problem}")
        if len(problems) > SHOWN_PROBLEMS:
            self.stderr.write(f"… and {len(problems) - SHOWN_PROBLEMS} more rows")
        _write(out, answers)
        told = (
            f"{answers.num_rows} answered, {len(batch.problems)} of them undetermined by bad input"
        )
        self.stderr.write(told)
        if batch.problems:
            sys.exit(1)


def _in_words(answer: dict[str, Any]) -> str:
    """The answer for a terminal: the explanation in both languages, then the claims."""
    lines = [answer["explanation"]["zh-Hans"], answer["explanation"]["en"], ""]
    for claim in answer["claims"]:
        mark = "*" if claim["speaks"] else " "
        lines.append(
            f"{mark} {claim['rule']} {claim['organization']['name']} "
            f"({claim['source']['type']} {claim['source']['code']}) {claim['document'] or '—'}"
        )
    return "\n".join(lines)


def _read(path: Path) -> pa.Table:
    """The rows of a batch file; raises CommandError naming what is wrong."""
    if not path.is_file():
        raise CommandError(f"there is no file {path}")
    try:
        table = pq.read_table(path) if _is_parquet(path) else _csv_table(path)
    except (pa.ArrowInvalid, UnicodeDecodeError, csv.Error) as error:
        raise CommandError(f"{path} cannot be read: {error}") from error
    names = {name.strip().lower() for name in table.column_names}
    if "facility" not in names and not {"lon", "lat"} <= names:
        raise CommandError(
            f"{path} needs columns lon and lat, or facility; it has: {table.column_names}"
        )
    return table


def _csv_table(path: Path) -> pa.Table:
    """A CSV file with every column as words."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        header = next(csv.reader(file), [])
    if not header:
        raise csv.Error("it has no header")
    words = dict.fromkeys(header, pa.string())
    return pacsv.read_csv(
        path,
        parse_options=pacsv.ParseOptions(newlines_in_values=True),
        convert_options=pacsv.ConvertOptions(column_types=words, strings_can_be_null=False),
    )


def _is_parquet(path: Path) -> bool:
    return path.suffix.lower() in {".parquet", ".pq"}


def _write(path: Path, answers: pa.Table) -> None:
    """Write the answers as CSV or, by the name's ending, Parquet."""
    if _is_parquet(path):
        pq.write_table(answers, path)
    else:
        pacsv.write_csv(answers, path)
