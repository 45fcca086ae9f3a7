"""What differs between two ground versions, as SQL: changed ground, changed things, changed duties, and who stands there.

Hand-written: joins over the ranges of versions, into temporary tables that several questions share.
"""

# A row differs between the versions if it is known at one of them alone. `after` is the newest
# version: a row known at both, or at `after` alone, has no end of its record.
_DIFFERS = """(
    lower(r.recorded_during) > %(before)s::bigint AND lower(r.recorded_during) <= %(after)s::bigint
    OR upper(r.recorded_during) > %(before)s::bigint AND upper(r.recorded_during) <= %(after)s::bigint
) AND (r.recorded_during @> %(before)s::bigint) <> (r.recorded_during @> %(after)s::bigint)"""
# Of rows with the same content on both sides nothing changed; what speaks is valid at the instant.
_ON_ONE_SIDE = """
    GROUP BY {content}
    HAVING bool_and(r.recorded_during @> %(after)s::bigint)
        OR NOT bool_or(r.recorded_during @> %(after)s::bigint)"""
_NOW = "r.valid_during @> %(at)s::timestamptz"
_SEAM_DEG = 1e-6  # some ten centimetres: within a seam the nearest area counts


def _shapes(table: str, content: str, where: str = "true") -> str:
    columns = f"{content}, r.boundary"
    return (
        f"SELECT r.boundary AS shape FROM {table} r "
        f"WHERE {_DIFFERS} AND {_NOW} AND r.boundary IS NOT NULL AND {where} "
        + _ON_ONE_SIDE.format(content=columns)
    )


CHANGES = (
    "DROP TABLE IF EXISTS impact_shape, impact_thing, impact_duty",
    "CREATE TEMPORARY TABLE impact_shape ON COMMIT DROP AS SELECT ST_Buffer(shape, "
    f"{_SEAM_DEG}, 1) AS shape FROM ("
    + " UNION ALL ".join(
        (
            _shapes(
                "grid_ownership_area",
                "r.code, r.kind, r.organization_id, r.role, r.categories, r.document = '', "
                "lower(r.valid_during)",
            ),
            _shapes(
                "grid_precedent",
                "r.code, r.organization_id, r.role, r.categories, lower(r.valid_during)",
            ),
            _shapes("grid_area", "r.code, r.level"),
            _shapes(
                "grid_cell",
                "r.code",
                "NOT EXISTS (SELECT FROM grid_city WHERE boundary IS NOT NULL)",
            ),
        )
    )
    + ") AS changed",
    "CREATE INDEX ON impact_shape USING gist (shape)",
    "ANALYZE impact_shape",
    f"""
    CREATE TEMPORARY TABLE impact_duty ON COMMIT DROP AS
    WITH RECURSIVE changed(category_id, area_code) AS (
        SELECT r.category_id, r.area_code FROM grid_duty r WHERE {_DIFFERS} AND {_NOW}
        {
        _ON_ONE_SIDE.format(
            content="r.category_id, r.area_code, r.scenario, r.role, "
            "r.organization_id, r.supervisor_id, r.custodian_id"
        )
    }
        UNION
        SELECT below.id, changed.area_code FROM changed
        JOIN grid_category AS below ON below.parent_id = changed.category_id
    ) SELECT DISTINCT category_id, area_code FROM changed""",
    f"""
    CREATE TEMPORARY TABLE impact_thing ON COMMIT DROP AS
    WITH RECURSIVE changed(facility_id) AS (
        SELECT r.facility_id FROM grid_facility_record r WHERE {_DIFFERS}
        UNION SELECT r.facility_id FROM grid_facility_party r WHERE {_DIFFERS}
        UNION SELECT r.facility_id FROM grid_upkeep r WHERE {_DIFFERS}
        UNION SELECT r.facility_id FROM grid_handover_effect r WHERE {_DIFFERS}
    ), family(facility_id) AS (
        SELECT facility_id FROM changed
        UNION  -- what hangs on a thing may speak by its record: a lamp by its circuit's
        SELECT r.facility_id FROM family JOIN grid_facility_record r
          ON r.parent_id = family.facility_id AND upper_inf(r.recorded_during)
    ) SELECT facility_id FROM family""",
    "ALTER TABLE impact_thing ADD PRIMARY KEY (facility_id)",
    """
    INSERT INTO impact_thing
    SELECT r.facility_id FROM impact_duty AS duty
    JOIN grid_facility_record r ON r.category_id = duty.category_id AND upper_inf(r.recorded_during)
    WHERE duty.area_code = '' OR EXISTS (
        SELECT FROM grid_area AS area WHERE area.code = duty.area_code
           AND upper_inf(area.recorded_during) AND ST_Intersects(area.boundary, r.location))
    ON CONFLICT DO NOTHING""",
    "ANALYZE impact_thing",
)
CANDIDATES = """
    SELECT facility.code, old.id, new.id
    FROM (
        SELECT facility_id FROM impact_thing
        UNION
        SELECT r.facility_id FROM impact_shape AS ground
        JOIN grid_facility_record r ON ST_Intersects(r.location, ground.shape)
        WHERE upper_inf(r.recorded_during)
    ) AS candidate
    JOIN grid_facility AS facility ON facility.id = candidate.facility_id
    LEFT JOIN LATERAL (
        SELECT r.id, r.location FROM grid_facility_record r
        WHERE r.facility_id = facility.id AND r.recorded_during @> %(before)s::bigint
          AND r.valid_during @> %(at)s::timestamptz LIMIT 1) AS old ON true
    LEFT JOIN LATERAL (
        SELECT r.id, r.location FROM grid_facility_record r
        WHERE r.facility_id = facility.id AND r.recorded_during @> %(after)s::bigint
          AND r.valid_during @> %(at)s::timestamptz LIMIT 1) AS new ON true
    WHERE old.id IS NOT NULL OR new.id IS NOT NULL
    ORDER BY coalesce(new.location, old.location)  -- along a curve: neighbours stand together
"""
