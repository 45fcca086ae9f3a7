"""`manage.py whose`: who answers for a place, one question or a batch."""

import csv
import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from django.core.management.base import BaseCommand, CommandError

from core.errors import DomainError
from grid.ground.datums import WGS84, Datum, parse_datum, to_wgs84
from grid.ground.queries import the_city, version_known_at
from grid.jurisdiction.asking import (
    Place,
    category_of,
    facility_of,
    instant_of,
    path_of,
    role_of,
)
from grid.jurisdiction.bulk import Bulk, Result, Row
from grid.jurisdiction.use_cases import decide

COLUMNS = (
    "id",
    "lon",
    "lat",
    "cell",
    "area",
    "outcome",
    "responsible",
    "custodian",
    "rule",
    "margin_m",
)


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
        rows = _read(Path(options["batch"]), datum)
        bulk = Bulk(
            categories=sorted({row.category for row in rows if row.category}),
            facilities=sorted({row.facility for row in rows if row.facility}),
            version=version,
        )
        problems = 0
        results = []
        for result in bulk.decide(rows, margin=options["margin"]):
            results.append(result)
            if result.problem:
                problems += 1
                self.stderr.write(f"{result.row.id}: {result.problem}")
        _write(Path(options["out"]), results)
        self.stderr.write(f"{len(results)} answered, {problems} of them undetermined by bad input")
        if problems:
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


def _read(path: Path, datum: Datum) -> list[Row]:
    """The rows of a batch file, positions in WGS84; raises CommandError naming what is wrong."""
    if not path.is_file():
        raise CommandError(f"there is no file {path}")
    try:
        table = _table(path)
    except (pa.ArrowInvalid, UnicodeDecodeError, csv.Error) as error:
        raise CommandError(f"{path} cannot be read: {error}") from error
    names = {name.strip().lower(): name for name in table}
    if "facility" not in names and not {"lon", "lat"} <= set(names):
        raise CommandError(f"{path} needs columns lon and lat, or facility; it has: {list(table)}")
    count = len(next(iter(table.values()), []))

    def column(name: str) -> list[str]:
        values: Iterable[Any] = table[names[name]] if name in names else [""] * count
        return ["" if v is None else str(v).strip() for v in values]

    lons, lats = _numbers(column("lon")), _numbers(column("lat"))
    if datum != WGS84:
        lons, lats = to_wgs84(lons, lats, datum)
    accuracy = _numbers(column("accuracy_m"))
    ids = column("id") if "id" in names else [str(n + 1) for n in range(count)]
    return [
        Row(
            id=ids[n],
            lon=None if np.isnan(lons[n]) else float(lons[n]),
            lat=None if np.isnan(lats[n]) else float(lats[n]),
            category=category,
            facility=facility,
            at=at,
            accuracy_m=0.0 if np.isnan(accuracy[n]) else float(accuracy[n]),
        )
        for n, (category, facility, at) in enumerate(
            zip(column("category"), column("facility"), column("at"), strict=True)
        )
    ]


def _table(path: Path) -> dict[str, list[Any]]:
    if path.suffix.lower() in {".parquet", ".pq"}:
        columns: dict[str, list[Any]] = pq.read_table(path).to_pydict()
        return columns
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.reader(file)
        header = next(reader, [])
        rows = [row for row in reader if row]
    short = next((n for n, row in enumerate(rows, 2) if len(row) != len(header)), None)
    if short is not None:
        raise csv.Error(f"line {short} has not the {len(header)} columns of the header")
    return {name: [row[n] for row in rows] for n, name in enumerate(header)}


def _numbers(texts: list[str]) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array([_number(text) for text in texts], dtype=np.float64)


def _number(text: str) -> float:
    try:
        return float(text) if text else float("nan")
    except ValueError:
        return float("nan")


def _records(results: list[Result]) -> Iterator[dict[str, Any]]:
    for result in results:
        decision = result.decision
        yield {
            "id": result.row.id,
            "lon": result.lon,
            "lat": result.lat,
            "cell": decision.cell or None,
            "area": decision.areas[-1] if decision.areas else None,
            "outcome": decision.outcome.value,
            "responsible": decision.responsible,
            "custodian": decision.custodian,
            "rule": int(decision.finding.rule) if decision.finding.rule else None,
            "margin_m": None if decision.margin_m is None else round(decision.margin_m, 2),
        }


def _write(path: Path, results: list[Result]) -> None:
    """Write the answers as CSV or, by the name's ending, Parquet."""
    if path.suffix.lower() in {".parquet", ".pq"}:
        texts = dict.fromkeys(COLUMNS, pa.string())
        numbers = dict.fromkeys(("lon", "lat", "margin_m"), pa.float64())
        schema = pa.schema(list((texts | numbers | {"rule": pa.int16()}).items()))
        pq.write_table(pa.Table.from_pylist(list(_records(results)), schema=schema), path)
        return
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(_records(results))
