"""Which cells a facility stands in: derived, set by set, from the cells in force."""

from django.db import connection, transaction
from django.db.models import QuerySet

from grid.cells.seams import SEAM_M
from grid.facilities.models import FacilityRecord
from grid.ground.queries import the_city

# The work is done in the database, set by set, through two temporary tables. Cells drive the join
# (each looks for the places inside its box): a loop over the places was measured 5-8 times slower.
_TARGET = """
    CREATE TEMPORARY TABLE cell_target ON COMMIT DROP AS
    SELECT id, location, ST_Dimension(location) AS dimension
    FROM grid_facility_record WHERE id IN ({records});
"""
_TARGET_INDEX = """
    CREATE INDEX ON cell_target USING gist (location);
    ANALYZE cell_target;
    CREATE TEMPORARY TABLE cell_found (id bigint, code text, measure float8) ON COMMIT DROP;
"""
# A point: covered, measure 0. A line or polygon: metres or square metres inside the cell; touching
# a seam, or reaching over it by less than the width of a seam, is not crossing it.
_POINTS = """
    INSERT INTO cell_found
    SELECT place.id, cell.code, 0
    FROM grid_cell AS cell CROSS JOIN LATERAL (
        SELECT id FROM cell_target
        WHERE dimension = 0 AND location && cell.boundary
          AND ST_Covers(cell.boundary, location)
        OFFSET 0
    ) AS place
    WHERE upper_inf(cell.recorded_during) AND cell.valid_during @> now();
"""
_SHAPES = """
    INSERT INTO cell_found
    SELECT place.id, cell.code, part.measure
    FROM cell_target AS place
    JOIN grid_cell AS cell
      ON cell.boundary && place.location AND ST_Intersects(cell.boundary, place.location)
     AND upper_inf(cell.recorded_during) AND cell.valid_during @> now()
    CROSS JOIN LATERAL (
        SELECT ST_Transform(
            CASE WHEN ST_Covers(cell.boundary, place.location) THEN place.location
                 ELSE ST_Intersection(cell.boundary, place.location) END, %(srid)s) AS shape
        OFFSET 0
    ) AS inside
    CROSS JOIN LATERAL (
        SELECT CASE place.dimension WHEN 1 THEN ST_Length(inside.shape)
                                    ELSE ST_Area(inside.shape) END AS measure
    ) AS part
    WHERE place.dimension > 0
      AND part.measure > CASE place.dimension WHEN 1 THEN %(seam)s ELSE %(seam)s ^ 2 END;
"""
# What no cell covers, but a seam's width reaches: hair-line gaps and the city's outer edge. Five
# centimetres are less than 0.00001 degrees as far as the 84th parallel.
_NEAREST = """
    INSERT INTO cell_found
    SELECT DISTINCT ON (place.id) place.id, near.code, 0
    FROM cell_target AS place
    CROSS JOIN LATERAL (
        SELECT cell.code, ST_Distance(ST_Transform(cell.boundary, %(srid)s),
                                      ST_Transform(place.location, %(srid)s)) AS distance_m
        FROM grid_cell AS cell
        WHERE cell.boundary && ST_Expand(place.location, 0.00001)
          AND upper_inf(cell.recorded_during) AND cell.valid_during @> now()
    ) AS near
    WHERE NOT EXISTS (SELECT FROM cell_found WHERE cell_found.id = place.id)
      AND near.distance_m <= %(seam)s
    ORDER BY place.id, near.distance_m, near.code;
"""
_HOME = """
    UPDATE grid_facility_record AS record SET home_cell_code = home.code
    FROM (
        SELECT DISTINCT ON (place.id) place.id, coalesce(found.code, '') AS code
        FROM cell_target AS place LEFT JOIN cell_found AS found USING (id)
        ORDER BY place.id, round(found.measure::numeric, 3) DESC, found.code COLLATE "C"
    ) AS home
    WHERE record.id = home.id AND record.home_cell_code <> home.code;
"""
_DROP_CROSSED = """
    DELETE FROM grid_facility_cell AS crossed
    USING cell_target AS place
    WHERE crossed.record_id = place.id AND NOT EXISTS (
        SELECT FROM cell_found AS found
        WHERE found.id = place.id AND found.code = crossed.cell_code AND place.dimension > 0);
"""
_ADD_CROSSED = """
    INSERT INTO grid_facility_cell (record_id, cell_code)
    SELECT found.id, found.code
    FROM cell_found AS found JOIN cell_target AS place USING (id)
    WHERE place.dimension > 0
    ON CONFLICT DO NOTHING;
"""
_CLEAN_UP = "DROP TABLE cell_target, cell_found;"
_TARGET_POINTS = """
    CREATE TEMPORARY TABLE cell_target ON COMMIT DROP AS
    SELECT row AS id, location, 0 AS dimension FROM {statements}
    WHERE ST_Dimension(location) = 0;
"""
_STATED_HOME = """
    UPDATE {statements} AS said SET home_cell_code = home.code
    FROM (SELECT DISTINCT ON (id) id, code FROM cell_found ORDER BY id, code COLLATE "C") AS home
    WHERE said.row = home.id;
"""


def place_statements(statements: str) -> None:
    """Set `home_cell_code` of the points in a temporary table of records about to be written.

    The table has `row`, `location` and `home_cell_code`. The same rule as `assign_cells`, before
    the rows have their indexes: written once instead of twice, which halves the work of a load.
    """
    measures = {"srid": the_city().metric_srid, "seam": SEAM_M}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TARGET_POINTS.format(statements=statements))
        cursor.execute(_TARGET_INDEX)
        cursor.execute(_POINTS)
        cursor.execute(_NEAREST, measures)
        cursor.execute("ANALYZE cell_found")
        cursor.execute(_STATED_HOME.format(statements=statements))
        cursor.execute(_CLEAN_UP)


def assign_cells(records: QuerySet[FacilityRecord]) -> int:
    """Set `home_cell_code` and the crossed cells of these records; returns how many homes changed.

    A point's home is the cell that covers it (of several the lowest code), else the nearest within
    5 cm, else blank. A line or polygon has every cell it crosses, and its home is the one that
    holds most of its length or area in the city's metric CRS (equal to the millimetre: the lowest
    code). The cells are those in force now. `records` may be any set: one publication's rows, those
    near a changed cell, or all that are current. Runs inside the caller's transaction.
    """
    chosen, parameters = records.order_by().values("pk").query.sql_with_params()
    measures = {"srid": the_city().metric_srid, "seam": SEAM_M}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TARGET.format(records=chosen), parameters)
        cursor.execute(_TARGET_INDEX)
        cursor.execute(_POINTS)
        cursor.execute(_SHAPES, measures)
        cursor.execute(_NEAREST, measures)
        cursor.execute("ANALYZE cell_found")
        cursor.execute(_HOME)
        changed = int(cursor.rowcount)
        cursor.execute(_DROP_CROSSED)
        cursor.execute(_ADD_CROSSED)
        cursor.execute(_CLEAN_UP)
    return changed
