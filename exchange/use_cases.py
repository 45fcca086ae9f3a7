"""Loading a file into a layer: one act, one transaction, one ground version, or nothing at all."""

import hashlib
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from django.db import transaction

from core.errors import Invalid
from core.models import User
from exchange.columns import MissingColumn, match_columns, require
from exchange.datum_check import suspect_datum
from exchange.ground import ground_of
from exchange.layers.base import Layer, Load, Options
from exchange.layers.registry import layer_named
from exchange.readers.source import Source, open_source
from exchange.report import Rejected, Report
from exchange.stage import Stage
from exchange.staging import fill
from grid.ground.datums import WGS84, Datum, datum_of_crs, parse_datum
from grid.ground.queries import the_city
from grid.ground.use_cases import publish

Rejects = Callable[[Iterable[Rejected]], None]


class EmptyFile(Invalid):
    """The file has no rows."""


class NoDrafts(Invalid):
    """This layer has no drafts."""


class _Dropped(Exception):
    """Undo the publication: rejected rows, a dry run, or nothing new."""


def load_layer(
    options: Options,
    *,
    actor: User,
    rejects: Rejects = lambda rows: None,
    progress: Callable[[int | None, int], None] = lambda total, rows: None,
) -> Report:
    """Load a file into a layer, publishing at once; returns what it did.

    `rejects` is handed the refused rows; `progress` the file's number of rows, if known, and the
    number just read. If any row is refused nothing is loaded, unless `options.keep_good`. A load
    that changes nothing publishes no version. Locks the ground while it checks and writes.
    Raises UnreadableFile and DomainError with one clear line.
    """
    layer = layer_named(options.layer)
    if options.draft and not layer.has_drafts:
        raise NoDrafts(
            f"{layer.name} have no drafts; only areas, cells and catalogue have editions"
        )
    city = the_city()
    report = Report(layer=layer.name)
    with (
        open_source(
            options.file,
            layer=options.file_layer,
            encoding=options.encoding,
            headless=any(column.startswith("#") for column in options.columns.values()),
            wanted=tuple(options.columns.values()),
        ) as source,
        transaction.atomic(),
    ):
        load = _staged(layer, options, actor, source, report, progress)
        load.city = city
        try:
            if layer.of_the_ground and not options.draft:
                with publish(
                    actor=actor,
                    act=f"load_{layer.name}",
                    source_name=_shown_name(options.file),
                    source_sha256=_sha256(options.file),
                ) as version:
                    load.ground_version = version
                    _carry_out(layer, load, rejects)
                    version.summary = _summary(report)
                    report.version = version.number
            else:  # the layer's own act is the audited one
                with transaction.atomic():
                    _carry_out(layer, load, rejects)
        except _Dropped:
            pass
    return report


def _staged(
    layer: Layer,
    options: Options,
    actor: User,
    source: Source,
    report: Report,
    progress: Callable[[int | None, int], None],
) -> Load:
    """The whole file in the staging table, columns matched."""
    header = source.header
    if header.total == 0:
        raise EmptyFile(f"{options.file.name} has no rows")
    for code, message in header.notes:
        report.warn(code, message)
    takes_place = bool(layer.shape.dimensions)
    mapping = match_columns(
        header.columns,
        layer.fields,
        said=options.columns,
        constants=options.constants,
        layer=layer.name,
        has_geometry=header.has_geometry or not takes_place,
        keeps_attributes=layer.keeps_attributes,
        open_ended=header.open_ended,
        cut_names=header.make == "shapefile",
    )
    fields = [
        field
        for field in layer.fields
        if not (field.name == "code" and layer.generates_codes and options.generate_codes)
    ]
    require(mapping, fields, header.columns, layer.name)
    has_place = header.has_geometry or mapping.wkt or (mapping.lon and mapping.lat)
    if layer.shape.required and not has_place:
        raise MissingColumn(
            f"{layer.name} need a place, and the file has neither geometry nor columns lon and lat, "
            f"nor wkt; it has: {', '.join(header.columns)}. Say --columns lon=COLUMN,lat=COLUMN"
        )
    city = the_city()
    load = Load(
        options=options,
        actor=actor,
        city=city,
        stage=Stage(layer.fields),
        mapping=mapping,
        report=report,
        from_table=not header.has_geometry,
    )
    fill(
        load.stage,
        source,
        layer=layer,
        options=options,
        mapping=mapping,
        datum=_datum(options, header.crs),
        ground=ground_of(city, layer.name),
        zone=load.zone,
        report=report,
        progress=lambda rows: progress(header.total, rows),
    )
    if report.read == 0:
        raise EmptyFile(f"{options.file.name} has no rows")
    silent = not options.datum and _datum(options, header.crs).name in {"wgs84", "cgcs2000"}
    if takes_place and silent:
        suspect_datum(load, layer.name)
    return load


def _datum(options: Options, crs: str) -> Datum:
    if options.datum:
        return parse_datum(options.datum)
    return datum_of_crs(crs) if crs else WGS84


def _carry_out(layer: Layer, load: Load, rejects: Rejects) -> None:
    """Check, report the refused rows, write; raises _Dropped if nothing is to stay."""
    options, report = load.options, load.report
    layer.check(load)
    report.rejected = load.stage.count("fault IS NOT NULL")
    if report.rejected or options.rejects:
        rejects(load.stage.rejected())
    if report.rejected and not options.keep_good:
        report.loaded = False
        for code in ("organization_created", "category_created"):
            report.notices.pop(code, None)
        raise _Dropped
    layer.write(load)
    if options.dry_run or report.created == report.updated == 0:
        raise _Dropped


def _summary(report: Report) -> dict[str, object]:
    return {key: value for key, value in report.as_json().items() if key != "warnings"}


def _shown_name(path: Path) -> str:
    """The file's name as text; names are bytes, and old disks hold some that are no UTF-8."""
    return os.fsencode(path.name).decode("utf-8", "replace")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
