"""Areas and cells: dated editions, checked as a whole by the room of cells."""

from collections.abc import Sequence
from datetime import datetime

import shapely

from core.errors import Invalid
from exchange.fields import CODE, FROM, NAME, Field, Shape, field
from exchange.layers.base import Layer, Load
from exchange.references import Directory, areas, find_cycles
from exchange.stage import rows_of, run
from exchange.values import one_of
from exchange.words import LEVELS, ZONES
from grid.areas.models import Level
from grid.cells.editions import AreaRow, CellRow, EditionReport, Row
from grid.cells.use_cases import store_draft
from grid.facilities.publishing import publish_edition

AREA_FIELDS: tuple[Field, ...] = (
    CODE,
    NAME,
    field("level", one_of(LEVELS, "level"), also=("级别", "层级")),
    field("parent", also=("上级", "上级编码", "上级代码")),
    field("zone", one_of(ZONES, "zone"), also=("城乡", "城乡属性")),
    FROM,
)
CELL_FIELDS: tuple[Field, ...] = (
    Field("code", CODE.parse, (*CODE.also, "网格编码", "单元网格编码", "bgid", "bgcode"), True),
    NAME,
    field("community", also=("社区", "社区编码", "所属社区")),
    FROM,
)


class SeveralDates(Invalid):
    """All rows of an edition come into force together; the file names several dates."""


def check_areas(load: Load) -> None:
    """Refuse areas by code, level and parent."""
    stage = load.stage
    # GB/T 2260 codes tell their level by their length.
    run(
        "UPDATE stage SET level = CASE length(code) WHEN 6 THEN 'district' WHEN 9 THEN 'subdistrict' "
        "WHEN 12 THEN 'community' END WHERE level IS NULL AND code ~ '^[0-9]+$'"
    )
    stage.reject(
        "level IS NULL",
        "blank_level",
        "'level: is blank, and the code does not tell it; say --set level=district, subdistrict "
        "or community'",
    )
    stage.reject_doubles("code")
    _resolve_parents(load)
    bare = stage.count(
        "fault IS NULL AND place IS NULL AND NOT EXISTS (SELECT FROM grid_area AS area WHERE "
        "area.code = stage.code AND upper_inf(area.recorded_during) AND area.boundary IS NOT NULL)"
    )
    if bare:
        load.report.warn(
            "area_without_boundary", "areas without a boundary hold no place", count=bare
        )


def _resolve_parents(load: Load) -> None:
    """Parents by code or name, in the city or in the file; the parent of a district is above the city."""
    standing = areas()
    known = Directory("parent", standing.codes, standing.names, standing.shown)
    rank = {level: place for place, level in enumerate(Level.values)}
    levels = dict(
        rows_of("SELECT code, level FROM grid_area WHERE upper_inf(recorded_during) ORDER BY id")
    )
    parents = dict(
        rows_of("SELECT code, parent_code FROM grid_area WHERE upper_inf(recorded_during)")
    )
    staged = rows_of("SELECT row, code, name, level, parent FROM stage WHERE fault IS NULL")
    for _, code, name, level, _parent in staged:
        known.add(code, code, name or "")
        levels[code] = level
    faults, meant = {}, {}
    for row, code, _name, level, parent in staged:
        if parent is None:
            continue
        found = known.find(parent)
        above = [code for code in found if rank[levels[code]] < rank[level]]
        if len(above) == 1:
            meant[row] = parents[code] = above[0]
        elif level == Level.DISTRICT:
            meant[row] = ""
        elif found and not above:
            faults[row] = (
                "wrong_parent",
                f"parent {parent!r} is a {levels[found[0]]}, not above a {level}",
            )
        else:
            faults[row] = known.fault(parent, above)
    circular = find_cycles(parents)
    for row, code, *_ in staged:
        if code in circular:
            faults[row] = ("parent_cycle", f"{code} is above itself")
    load.stage.reject_rows(faults)
    run(
        "UPDATE stage SET parent = meant.parent "
        "FROM unnest(%(rows)s::bigint[], %(parents)s::text[]) AS meant(row, parent) "
        "WHERE meant.row = stage.row",
        rows=list(meant),
        parents=list(meant.values()),
    )


def write_areas(load: Load) -> None:
    """Issue the edition; what the file does not speak of stays as it was."""
    rows = [
        AreaRow(code, name, level, parent, zone, _shape(boundary))
        for code, name, level, parent, zone, boundary in rows_of(
            f"""
            SELECT stage.code, {_kept(load, "name", "old.name", "stage.code")}, stage.level,
                   {_kept(load, "parent", "old.parent_code", "''")},
                   {_kept(load, "zone", "old.zone", "''")},
                   ST_AsBinary(coalesce(stage.place, old.boundary))
            FROM stage LEFT JOIN LATERAL (
                SELECT * FROM grid_area AS area
                WHERE area.code = stage.code AND upper_inf(area.recorded_during)
                ORDER BY lower(area.valid_during) DESC NULLS LAST LIMIT 1) AS old ON true
            WHERE stage.fault IS NULL ORDER BY stage.row
            """
        )
    ]
    _issue(load, rows)


def check_cells(load: Load) -> None:
    """Refuse cells by code and community."""
    stage = load.stage
    stage.reject_doubles("code")
    communities = Directory("community")
    for code, name in rows_of(
        "SELECT DISTINCT code, name FROM grid_area "
        "WHERE upper_inf(recorded_during) AND level = 'community' ORDER BY code"
    ):
        communities.add(code, code, name)
    faults, meant = {}, {}
    astray = 0
    for row, value in rows_of(
        "SELECT row, community FROM stage WHERE fault IS NULL AND community IS NOT NULL"
    ):
        found = communities.find(value)
        if len(found) == 1:
            meant[row] = found[0]
        elif communities.codes:
            faults[row] = communities.fault(value, found)
        else:
            astray += 1
    stage.reject_rows(faults)
    run(
        "UPDATE stage SET community = meant.code "
        "FROM unnest(%(rows)s::bigint[], %(codes)s::text[]) AS meant(row, code) "
        "WHERE meant.row = stage.row",
        rows=list(meant),
        codes=list(meant.values()),
    )
    run(_COMMUNITY_BY_CODE)
    run(_COMMUNITY_BY_PLACE)
    if astray:
        load.report.warn(
            "no_communities", "no community is loaded; the cells keep the word", count=astray
        )
    blank = stage.count("fault IS NULL AND community IS NULL")
    if blank:
        load.report.warn("cell_without_community", "cells that lie in no community", count=blank)


def write_cells(load: Load) -> None:
    """Issue the edition; the facilities move to their new cells."""
    rows = [
        CellRow(code, _shape(boundary), name, community)  # type: ignore[arg-type]
        for code, boundary, name, community in rows_of(
            f"""
            SELECT stage.code, ST_AsBinary(stage.place), {_kept(load, "name", "old.name", "''")},
                   coalesce(stage.community, '')
            FROM stage LEFT JOIN LATERAL (
                SELECT name FROM grid_cell AS cell
                WHERE cell.code = stage.code AND upper_inf(cell.recorded_during)
                ORDER BY lower(cell.valid_during) DESC NULLS LAST LIMIT 1) AS old ON true
            WHERE stage.fault IS NULL ORDER BY stage.row
            """
        )
    ]
    _issue(load, rows)


def _kept(load: Load, name: str, old: str, blank: str) -> str:
    """SQL: the file's word if it has the column, else the word on record, else `blank`."""
    return f"coalesce({f'stage.{name}' if load.states(name) else old}, {blank})"


def _shape(wkb: bytes | None) -> shapely.geometry.base.BaseGeometry | None:
    return None if wkb is None else shapely.from_wkb(bytes(wkb))


def _issue(load: Load, rows: Sequence[Row]) -> None:
    if not rows:
        return
    options, report = load.options, load.report
    start = _valid_from(load)
    if options.draft:
        issued = store_draft(rows, actor=load.actor, valid_from=start)
        issued.created = issued.created or len(rows)
    else:
        issued = publish_edition(
            load.publication,
            rows,
            actor=load.actor,
            valid_from=start,
            accept_faults=options.accept_faults,
        )
    report.created, report.updated = issued.created, issued.updated
    report.unchanged = len(rows) - issued.created - issued.updated
    _tell_faults(load, issued)


def _valid_from(load: Load) -> datetime | None:
    dates = rows_of(f"SELECT DISTINCT {load.midnight('valid_from')} FROM stage WHERE fault IS NULL")
    if len(dates) > 1:
        raise SeveralDates
    return dates[0][0] if dates else None


def _tell_faults(load: Load, issued: EditionReport) -> None:
    if issued.snapped:
        load.report.warn(
            "seams_snapped", "faults narrower than 5 cm were closed", count=len(issued.snapped)
        )
    for kind in dict.fromkeys(fault.kind for fault in issued.faults):
        same = [fault for fault in issued.faults if fault.kind == kind]
        largest = "; ".join(f"{'/'.join(f.codes)} {f.area_m2:.1f} m²" for f in same[:3])
        load.report.warn(f"coverage_{kind.value}", f"largest: {largest}", count=len(same))


_COMMUNITY_BY_CODE = """
    UPDATE stage SET community = left(stage.code, 12)
    WHERE fault IS NULL AND community IS NULL AND code ~ '^[0-9]{15}$' AND EXISTS (
        SELECT FROM grid_area AS area WHERE area.code = left(stage.code, 12)
           AND area.level = 'community' AND upper_inf(area.recorded_during))
"""
_COMMUNITY_BY_PLACE = """
    UPDATE stage SET community = (
        SELECT area.code FROM grid_area AS area
        WHERE area.level = 'community' AND upper_inf(area.recorded_during)
          AND area.valid_during @> now()
          AND ST_Covers(area.boundary, ST_PointOnSurface(stage.place))
        ORDER BY area.code LIMIT 1)
    WHERE fault IS NULL AND community IS NULL
"""

AREAS = Layer(
    name="areas",
    fields=AREA_FIELDS,
    check=check_areas,
    write=write_areas,
    shape=Shape(dimensions=(2,)),
    has_drafts=True,
)
CELLS = Layer(
    name="cells",
    fields=CELL_FIELDS,
    check=check_cells,
    write=write_cells,
    shape=Shape(dimensions=(2,), required=True),
    has_drafts=True,
)
