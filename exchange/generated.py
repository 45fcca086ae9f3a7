"""Codes made for things that come without: unique, and the same again for the same file.

A row whose place and class already stand under a made code takes that code; the others get the
next serial numbers in the order of the file.
"""

from exchange.layers.base import Load
from exchange.stage import run
from grid.facilities.codes import CLASS, SERIAL
from grid.facilities.models import CodeScheme


def generate_facility_codes(load: Load) -> None:
    """Fill the blank codes of the staging table by the load's scheme.

    National schemes need the district the place lies in and a class of the right number of digits;
    local codes are the class, a hyphen and a serial number.
    """
    scheme = CodeScheme(load.options.scheme)
    run("DROP TABLE IF EXISTS uncoded")
    if scheme == CodeScheme.LOCAL:
        run(_UNCODED.format(prefix="category.code || '-'", districts=""))
    else:
        run(_UNCODED.format(prefix="left(district.code, 6) || category.code", districts=_DISTRICTS))
        load.stage.reject(
            "row IN (SELECT row FROM uncoded WHERE prefix IS NULL)",
            "no_district_code",
            "'no district with a code of six digits covers this place'",
        )
        load.stage.reject(
            "row IN (SELECT row FROM uncoded WHERE category !~ %(form)s)",
            "wrong_code",
            "'its class ' || category || ' is not of the digits that the scheme asks for'",
            form=f"^[0-9]{{{CLASS[scheme]}}}$",
        )
        run("DELETE FROM uncoded USING stage WHERE stage.row = uncoded.row AND fault IS NOT NULL")
    run("ANALYZE uncoded")
    run(_KNOWN, serial=SERIAL)
    run(_NEXT, serial=SERIAL)


def generate_ownership_codes(load: Load) -> None:
    """Fill blank codes of ownership areas: `OA-` and a digest of the boundary, body and role.

    The same area of the same body gets the same code again; twice in one file, a number is added.
    """
    run(_OWNERSHIP)


_OWNERSHIP = """
    UPDATE stage SET code = 'OA-' || numbered.digest
                            || CASE WHEN nth > 1 THEN '-' || nth ELSE '' END
    FROM (
        SELECT row, digest, row_number() OVER (PARTITION BY digest ORDER BY row) AS nth
        FROM (
            SELECT row, left(md5(encode(ST_AsEWKB(place), 'hex') || '|' || coalesce(organization, '')
                                 || '|' || coalesce(role, '')), 16) AS digest
            FROM stage WHERE fault IS NULL AND code IS NULL) AS digested
    ) AS numbered
    WHERE stage.row = numbered.row
"""
_DISTRICTS = """
    LEFT JOIN LATERAL (
        SELECT area.code FROM grid_area AS area
        WHERE area.level = 'district' AND upper_inf(area.recorded_during)
          AND area.code ~ '^[0-9]{6}' AND ST_Covers(area.boundary, ST_PointOnSurface(place))
        ORDER BY area.code LIMIT 1) AS district ON true
"""
_UNCODED = """
    CREATE TEMPORARY TABLE uncoded ON COMMIT DROP AS
    SELECT stage.row, category.id AS category_id, category.code AS category, {prefix} AS prefix,
           stage.place,
           row_number() OVER (PARTITION BY category.id, ST_AsEWKB(stage.place) ORDER BY stage.row)
               AS nth
    FROM stage JOIN category_named ON category_named.value = stage.category
    JOIN grid_category AS category ON category.id = category_named.id
    {districts}
    WHERE stage.fault IS NULL AND stage.code IS NULL
"""
_KNOWN = """
    UPDATE stage SET code = known.code
    FROM uncoded JOIN (
        SELECT facility.code, record.category_id, record.location,
               row_number() OVER (PARTITION BY record.category_id, ST_AsEWKB(record.location)
                                  ORDER BY facility.code) AS nth
        FROM grid_facility_record AS record JOIN grid_facility AS facility
          ON facility.id = record.facility_id
        WHERE upper_inf(record.recorded_during)
          AND record.category_id IN (SELECT category_id FROM uncoded)
    ) AS known ON known.category_id = uncoded.category_id AND known.nth = uncoded.nth
              AND known.location = uncoded.place
              AND known.code LIKE replace(replace(uncoded.prefix, '_', '\\_'), '%%', '\\%%') || '%%'
    WHERE stage.row = uncoded.row
"""
_NEXT = """
    WITH taken AS (
        SELECT left(code, -%(serial)s) AS prefix, max(right(code, %(serial)s)::bigint) AS most
        FROM (SELECT code FROM grid_facility
              UNION ALL SELECT code FROM stage WHERE fault IS NULL) AS codes
        WHERE right(code, %(serial)s) ~ '^[0-9]{6}$'
        GROUP BY 1
    ), numbered AS (
        SELECT uncoded.row, uncoded.prefix, coalesce(taken.most, 0)
               + row_number() OVER (PARTITION BY uncoded.prefix ORDER BY uncoded.row) AS serial
        FROM uncoded JOIN stage ON stage.row = uncoded.row AND stage.code IS NULL
        LEFT JOIN taken ON taken.prefix = uncoded.prefix
    )
    UPDATE stage SET code = numbered.prefix || to_char(numbered.serial, 'FM000000')
    FROM numbered WHERE stage.row = numbered.row
"""
