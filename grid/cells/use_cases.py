"""Issuing an edition of areas or cells: checked as a whole, then in force; or kept as a draft."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Max
from shapely.geometry.base import BaseGeometry
from shapely.strtree import STRtree

from core.audit import record_act
from core.errors import Invalid, Missing, WrongState
from core.models import User
from grid.areas.models import Area, GridEdition
from grid.cells.checking import check_units
from grid.cells.editions import AreaRow, CellRow, EditionReport, Row, items
from grid.cells.mending import mend_seams
from grid.cells.models import DraftUnit, GridCell
from grid.cells.queries import StoredUnit, current_units
from grid.cells.seams import SEAM_M
from grid.cells.statements import Statement, restate_units
from grid.ground.metric import as_multipolygon, as_shapes, metres_per_degree, to_metres
from grid.ground.models import City, GroundVersion
from grid.ground.queries import the_city


class CoverageFaults(WrongState):
    """These areas or cells do not tile the ground; mend the file, or accept the faults (--accept-faults)."""


class DoubledCode(Invalid):
    """The same code stands twice in one edition."""


def issue_edition(
    version: GroundVersion,
    rows: Sequence[Row],
    *,
    actor: User,
    valid_from: datetime | None = None,
    accept_faults: bool = False,
    draft: GridEdition | None = None,
) -> EditionReport:
    """Put rows of one layer (areas or cells) in force, as the next edition; must run in `publish`.

    A row states its code from `valid_from` on. Without it, from the start of today in city time,
    except where no earlier edition stated the ground at all: that is stated for always. What the
    rows replace ends there and stays on record; rows that the file leaves out stay in force; a
    boundary that moved by less than a seam's width has not moved. Locks the published edition.
    Raises CoverageFaults if the result has overlaps, gaps or crossings wider than a seam and they
    are not accepted; an acceptance is recorded with the edition.
    """
    city = the_city()
    published = GridEdition.objects.select_for_update().filter(status=GridEdition.Status.PUBLISHED)
    former = list(published)
    if not rows:
        return EditionReport()
    statements, report = _compare(rows, city, valid_from)
    if not statements:
        return report
    if report.blocking and not accept_faults:
        raise CoverageFaults(
            faults=len(report.blocking), items=items(report.blocking[:20], city.metric_srid)
        )
    for edition in former:
        edition.status = GridEdition.Status.SUPERSEDED
        edition.save(update_fields=["status"])
    edition = draft or GridEdition(number=_next_number())
    edition.status = GridEdition.Status.PUBLISHED
    edition.version = version
    edition.valid_during = DateTimeTZRange(report.valid_from, None, "[)")
    edition.faults = report.as_json(city.metric_srid)
    edition.faults_accepted_by = actor if report.blocking else None
    edition.save()
    report.edition = edition.number
    restate_units(_table(rows), statements, edition=edition, version=version, city=city)
    if report.blocking:
        record_act(
            actor=actor,
            act="accept_coverage_faults",
            subject=edition,
            details={"faults": len(report.blocking)},
        )
    return report


def store_draft(
    rows: Sequence[Row], *, actor: User, valid_from: datetime | None = None
) -> EditionReport:
    """Keep rows of one layer as a draft edition: checked and reported, not in force, no new version."""
    city = the_city()
    with transaction.atomic():
        _, report = _compare(rows, city, valid_from)
        edition = GridEdition.objects.create(
            number=_next_number(),
            valid_during=DateTimeTZRange(valid_from, None, "[)"),
            faults=report.as_json(city.metric_srid),
        )
        DraftUnit.objects.bulk_create([_draft_unit(edition, row) for row in rows], batch_size=1000)
        record_act(actor=actor, act="draft_edition", subject=edition, details={"units": len(rows)})
    report.edition = edition.number
    return report


def draft_rows(number: int) -> tuple[GridEdition, list[Row]]:
    """A draft edition, locked, with its rows; raises Missing or WrongState."""
    edition = GridEdition.objects.select_for_update().filter(number=number).first()
    if edition is None:
        raise Missing(f"there is no edition {number}")
    if edition.status != GridEdition.Status.DRAFT:
        raise WrongState(f"edition {number} is not a draft")
    return edition, [_row(unit) for unit in edition.draft_units.order_by("code")]


def _compare(
    rows: Sequence[Row], city: City, valid_from: datetime | None
) -> tuple[list[Statement], EditionReport]:
    """What the rows say anew against the units in force, and what the whole would look like."""
    doubled = [code for code, times in Counter(row.code for row in rows).items() if times > 1]
    if doubled:
        raise DoubledCode(codes=sorted(doubled)[:20])
    stored = current_units(_table(rows))
    report = EditionReport()
    rows = _mended(rows, report)
    start = valid_from or _today(city)
    report.valid_from = valid_from if valid_from or not stored else start
    latest = {unit.code: unit for unit in stored if unit.holds_at(start)}
    fresh = _never_stated(rows, stored, city)
    statements: list[Statement] = []
    for row in rows:
        before = latest.get(row.code)
        stated = _stated(row)
        shape = _settled(row.boundary, before, city)
        if before and before.stated == stated and shape is before.boundary:
            report.unchanged += 1
            continue
        report.updated += before is not None
        report.created += before is None
        always = valid_from is None and row.code in fresh
        statements.append(Statement(row.code, stated, shape, None if always else start))
    if statements:
        after = {unit.code: (unit.stated, unit.boundary) for unit in latest.values()}
        after |= {s.code: (s.stated, s.boundary) for s in statements}
        report.faults = check_units(_table(rows), after, city)
        report.changed_cells = [s.code for s in statements] if _table(rows) == "grid_cell" else []
    return statements, report


def _mended(rows: Sequence[Row], report: EditionReport) -> list[Row]:
    """The rows with hair-line faults between them closed (areas: level by level)."""
    result = {row.code: row for row in rows}
    for level in dict.fromkeys(row.level if isinstance(row, AreaRow) else "" for row in rows):
        group = [
            row
            for row in rows
            if row.boundary is not None and (not isinstance(row, AreaRow) or row.level == level)
        ]
        if not group:
            continue
        shapes = as_shapes([row.boundary for row in group if row.boundary is not None])
        latitude = float(np.mean(shapely.total_bounds(shapes)[[1, 3]]))
        mended = mend_seams(
            [row.code for row in group], shapes, metres_per_unit=metres_per_degree(latitude)
        )
        report.snapped += mended.closed
        for row, shape in zip(group, mended.shapes, strict=True):
            result[row.code] = _with_boundary(row, shape)
    return list(result.values())


def _with_boundary(row: Row, shape: BaseGeometry) -> Row:
    if isinstance(row, AreaRow):
        return AreaRow(row.code, row.name, row.level, row.parent_code, row.zone, shape)
    return CellRow(row.code, shape, row.name, row.community_code)


def _never_stated(rows: Iterable[Row], stored: Sequence[StoredUnit], city: City) -> set[str]:
    """Codes of rows whose ground no unit of their kind has ever stated."""
    known = [unit for unit in stored if unit.boundary is not None]
    names = {unit.code for unit in stored}
    new = [row for row in rows if row.code not in names]
    placed = [row for row in new if row.boundary is not None]
    if not known or not placed:
        return {row.code for row in new}
    inner = to_metres(as_shapes([row.boundary for row in placed if row.boundary]), city.metric_srid)
    tree = STRtree(
        to_metres(as_shapes([unit.boundary for unit in known if unit.boundary]), city.metric_srid)
    )
    at, other = tree.query(shapely.buffer(inner, -SEAM_M), predicate="intersects")
    stated = {
        placed[n].code
        for n, m in zip(at, other, strict=True)
        if _level(_stated(placed[n])) == _level(known[m].stated)
    }
    return {row.code for row in new} - stated


def _level(stated: tuple[str, ...]) -> str:
    """The level of an area's statement; cells have one level only."""
    return stated[1] if len(stated) == 4 else ""


def _settled(
    shape: BaseGeometry | None, before: StoredUnit | None, city: City
) -> BaseGeometry | None:
    """The boundary as stored, if the new one lies nowhere farther from it than a seam's width."""
    if before is None or before.boundary is None or shape is None:
        return shape
    shape = as_multipolygon(shape)
    if shapely.equals_exact(shape, before.boundary, 0.0):
        return before.boundary
    old, new = to_metres(as_shapes([before.boundary, shape]), city.metric_srid)
    if shapely.hausdorff_distance(old.boundary, new.boundary) <= SEAM_M:
        return before.boundary
    return shape


def _stated(row: Row) -> tuple[str, ...]:
    """What a row says apart from its boundary, in the order of `StoredUnit.stated`."""
    if isinstance(row, AreaRow):
        return (row.name, row.level, row.parent_code, row.zone)
    return (row.name, row.community_code)


def _table(rows: Sequence[Row]) -> str:
    return (Area if isinstance(rows[0], AreaRow) else GridCell)._meta.db_table


def _today(city: City) -> datetime:
    """The start of today in city time."""
    zone = ZoneInfo(city.timezone)
    return datetime.combine(datetime.now(zone).date(), time(), zone).astimezone(UTC)


def _next_number() -> int:
    return (GridEdition.objects.aggregate(newest=Max("number"))["newest"] or 0) + 1


def _draft_unit(edition: GridEdition, row: Row) -> DraftUnit:
    boundary = None
    if row.boundary is not None:
        parts = shapely.get_parts(row.boundary)
        boundary = MultiPolygon([GEOSGeometry(part.wkb_hex) for part in parts], srid=4326)
    unit = DraftUnit(edition=edition, code=row.code, name=row.name, boundary=boundary)
    if isinstance(row, AreaRow):
        unit.layer = DraftUnit.Layer.AREAS
        unit.level, unit.parent_code, unit.zone = row.level, row.parent_code, row.zone
    else:
        unit.layer, unit.parent_code = DraftUnit.Layer.CELLS, row.community_code
    return unit


def _row(unit: DraftUnit) -> Row:
    shape = shapely.from_wkb(bytes(unit.boundary.wkb)) if unit.boundary else None
    if unit.layer == DraftUnit.Layer.CELLS and shape is not None:
        return CellRow(unit.code, shape, unit.name, unit.parent_code)
    return AreaRow(unit.code, unit.name, unit.level, unit.parent_code, unit.zone, shape)
