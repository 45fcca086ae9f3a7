"""What differs between two ground versions, or turns between two instants, as SQL: ground, things, duties.

Hand-written: joins over the ranges of versions, into temporary tables that several questions share.
"""

from dataclasses import dataclass

# A row differs between the versions if it is known at one of them alone. `after` is the newest
# version: a row known at both, or at `after` alone, has no end of its record.
_DIFFERS = """(
    lower(r.recorded_during) > %(before)s::bigint AND lower(r.recorded_during) <= %(after)s::bigint
    OR upper(r.recorded_during) > %(before)s::bigint AND upper(r.recorded_during) <= %(after)s::bigint
) AND (r.recorded_during @> %(before)s::bigint) <> (r.recorded_during @> %(after)s::bigint)"""
_BY_CONTENT = " GROUP BY {content} {{having}}"
_SEAM_DEG = 1e-6  # some ten centimetres: within a seam the nearest area counts


@dataclass(frozen=True, slots=True)
class _Way:
    """How a row is found to have changed: the conditions on a row, on a body, on rows alike."""

    differs: str
    body_differs: str
    in_force: str
    having: str

    def __call__(self, statement: str) -> str:
        """The statement with these conditions."""
        return statement.format(
            differs=self.differs,
            body_differs=self.body_differs,
            in_force=self.in_force,
            having=self.having,
        )


# Of rows with the same content on both sides nothing changed; what speaks is valid at the instant.
_VERSIONS = _Way(
    differs=_DIFFERS,
    body_differs=_DIFFERS,
    in_force="r.valid_during @> %(at)s::timestamptz",
    having="""HAVING bool_and(r.recorded_during @> %(after)s::bigint)
        OR NOT bool_or(r.recorded_during @> %(after)s::bigint)""",
)
# A row turns where it begins or ends to hold, a body where its successor takes over.
_INSTANTS = _Way(
    differs="""(
    lower(r.valid_during) > %(since)s::timestamptz AND lower(r.valid_during) <= %(until)s::timestamptz
    OR upper(r.valid_during) > %(since)s::timestamptz
       AND upper(r.valid_during) <= %(until)s::timestamptz
) AND upper_inf(r.recorded_during)""",
    body_differs="""r.successor_from::timestamp AT TIME ZONE %(timezone)s > %(since)s::timestamptz
    AND r.successor_from::timestamp AT TIME ZONE %(timezone)s <= %(until)s::timestamptz
    AND upper_inf(r.recorded_during)""",
    in_force="true",
    having="",
)


def _shapes(table: str, content: str, where: str = "true") -> str:
    columns = f"{content}, r.boundary"
    return (
        f"SELECT r.boundary AS shape FROM {table} r "
        f"WHERE {{differs}} AND {{in_force}} AND r.boundary IS NOT NULL AND {where} "
        + _BY_CONTENT.format(content=columns)
    )


# Bodies that verdicts know otherwise, and those whose answers pass through them: what stands under
# them, and what they succeed.
_BODIES = f"""
    CREATE TEMPORARY TABLE impact_body ON COMMIT DROP AS
    WITH RECURSIVE changed(organization_id) AS (
        SELECT r.organization_id FROM grid_organization_record r WHERE {{body_differs}}
        {
    _BY_CONTENT.format(
        content="r.organization_id, r.kind, r.parent_id, r.successor_id, "
        "r.successor_from, r.area_code, r.contact"
    )
}
        UNION
        SELECT r.organization_id FROM changed JOIN grid_organization_record r
          ON changed.organization_id IN (r.parent_id, r.successor_id)
        WHERE upper_inf(r.recorded_during)
    ) SELECT DISTINCT organization_id FROM changed"""
_OF_BODIES = (
    "SELECT r.boundary AS shape FROM {table} r JOIN impact_body USING (organization_id) "
    "WHERE upper_inf(r.recorded_during)"
)
# The subdistrict's body makes safe what has no other custodian.
_OF_SUBDISTRICTS = """
    SELECT r.boundary AS shape FROM grid_organization_record AS body
    JOIN impact_body USING (organization_id)
    JOIN grid_area r ON r.code = body.area_code AND upper_inf(r.recorded_during)
    WHERE body.kind = 'subdistrict' AND body.area_code <> '' AND r.boundary IS NOT NULL"""
_GROUND = (
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
    _shapes("grid_cell", "r.code", "NOT EXISTS (SELECT FROM grid_city WHERE boundary IS NOT NULL)"),
    _OF_BODIES.format(table="grid_ownership_area"),
    _OF_BODIES.format(table="grid_precedent"),
    _OF_SUBDISTRICTS,
)
_SHAPES = (
    f"CREATE TEMPORARY TABLE impact_shape ON COMMIT DROP AS SELECT ST_Buffer(shape, {_SEAM_DEG}, 1) "
    f"AS shape FROM ({' UNION ALL '.join(_GROUND)}) AS changed"
)
_DUTIES = f"""
    CREATE TEMPORARY TABLE impact_duty ON COMMIT DROP AS
    WITH RECURSIVE duty AS (
        SELECT r.category_id, r.area_code FROM grid_duty r WHERE {{differs}} AND {{in_force}}
        {
    _BY_CONTENT.format(
        content="r.category_id, r.area_code, r.scenario, r.role, "
        "r.organization_id, r.supervisor_id, r.custodian_id"
    )
}
    ), changed(category_id, area_code) AS (
        SELECT category_id, area_code FROM duty
        UNION
        SELECT r.category_id, r.area_code FROM grid_duty r JOIN impact_body AS body
          ON body.organization_id IN (r.organization_id, r.supervisor_id, r.custodian_id)
        WHERE upper_inf(r.recorded_during)
        UNION
        SELECT category_id, '' FROM (
            SELECT r.category_id FROM grid_category_record r WHERE {{differs}}
            {_BY_CONTENT.format(content="r.category_id, r.parent_id")}) AS placed
    ), family(category_id, area_code) AS (
        SELECT category_id, area_code FROM changed
        UNION
        SELECT below.category_id, family.area_code FROM family
        JOIN grid_category_record AS below
          ON below.parent_id = family.category_id AND upper_inf(below.recorded_during)
    ) SELECT DISTINCT category_id, area_code FROM family"""
_THINGS = """
    CREATE TEMPORARY TABLE impact_thing ON COMMIT DROP AS
    WITH RECURSIVE changed(facility_id) AS (
        SELECT r.facility_id FROM grid_facility_record r WHERE {differs}
        UNION SELECT r.facility_id FROM grid_facility_party r WHERE {differs}
        UNION SELECT r.facility_id FROM grid_upkeep r WHERE {differs}
        UNION SELECT r.facility_id FROM grid_handover_effect r WHERE {differs}
        UNION SELECT r.facility_id FROM impact_body JOIN grid_facility_party r
          USING (organization_id) WHERE upper_inf(r.recorded_during)
        UNION SELECT r.facility_id FROM impact_body JOIN grid_upkeep r
          USING (organization_id) WHERE upper_inf(r.recorded_during)
        UNION SELECT r.facility_id FROM impact_body JOIN grid_handover_effect r
          USING (organization_id) WHERE upper_inf(r.recorded_during)
    ), family(facility_id) AS (
        SELECT facility_id FROM changed
        UNION  -- what hangs on a thing may speak by its record: a lamp by its circuit's
        SELECT r.facility_id FROM family JOIN grid_facility_record r
          ON r.parent_id = family.facility_id AND upper_inf(r.recorded_during)
    ) SELECT facility_id FROM family"""
_THINGS_OF_DUTIES = """
    INSERT INTO impact_thing
    SELECT r.facility_id FROM impact_duty AS duty
    JOIN grid_facility_record r ON r.category_id = duty.category_id AND upper_inf(r.recorded_during)
    WHERE duty.area_code = '' OR EXISTS (
        SELECT FROM grid_area AS area WHERE area.code = duty.area_code
           AND upper_inf(area.recorded_during) AND ST_Intersects(area.boundary, r.location))
    ON CONFLICT DO NOTHING"""

_TABLES = (
    "DROP TABLE IF EXISTS impact_body, impact_shape, impact_thing, impact_duty",
    _BODIES,
    "ANALYZE impact_body",
    _SHAPES,
    "CREATE INDEX ON impact_shape USING gist (shape)",
    "ANALYZE impact_shape",
    _DUTIES,
    _THINGS,
    "ALTER TABLE impact_thing ADD PRIMARY KEY (facility_id)",
    _THINGS_OF_DUTIES,
    "ANALYZE impact_thing",
)
CHANGES = tuple(map(_VERSIONS, _TABLES))
TURNS = tuple(map(_INSTANTS, _TABLES))

# The latest instant ahead at which a changed row begins to hold and says another thing than the other
# side did for that instant (what is stated for a time alone leaves the old row again after it).
_KEYS = {
    "grid_ownership_area": "code",
    "grid_precedent": "code",
    "grid_area": "code",
    "grid_cell": "code",
    "grid_duty": "category_id",
    "grid_facility_record": "facility_id",
    "grid_facility_party": "facility_id",
    "grid_upkeep": "facility_id",
    "grid_handover_effect": "facility_id",
}
_AHEAD = """
    SELECT max(lower(r.valid_during)) AS turn FROM {table} r
    WHERE {differs} AND lower(r.valid_during) > %(at)s::timestamptz AND NOT EXISTS (
        SELECT FROM {table} AS other WHERE other.{key} = r.{key}
           AND other.recorded_during @> CASE WHEN r.recorded_during @> %(after)s::bigint
               THEN %(before)s::bigint ELSE %(after)s::bigint END
           AND other.valid_during @> lower(r.valid_during)
           AND to_jsonb(other) - {aside} = to_jsonb(r) - {aside})"""
_ASIDE = "'{id,edition_id,valid_during,recorded_during}'::text[]"
LATEST_AHEAD = (
    "SELECT max(turn) FROM ("
    + " UNION ALL ".join(
        _AHEAD.format(table=table, key=key, differs=_DIFFERS, aside=_ASIDE)
        for table, key in _KEYS.items()
    )
    + f"""
    UNION ALL
    SELECT max(r.successor_from::timestamp AT TIME ZONE %(timezone)s)
    FROM grid_organization_record r WHERE {_DIFFERS}
      AND r.successor_from::timestamp AT TIME ZONE %(timezone)s > %(at)s::timestamptz) AS ahead"""
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
