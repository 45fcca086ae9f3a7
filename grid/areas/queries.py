"""Walking the tree of areas by code."""

from django.db import connection

# The parent as recorded; where a file left it blank, the prefix that GB/T 2260 codes carry.
PARENT = """coalesce(nullif(parent_code, ''), CASE
    WHEN code ~ '^[0-9]{12}$' THEN left(code, 9)
    WHEN code ~ '^[0-9]{9}$' THEN left(code, 6) END)"""

ABOVE = f"""
WITH RECURSIVE up(code) AS (
    SELECT %(code)s::text
    UNION
    SELECT {PARENT} FROM grid_area JOIN up USING (code)
    WHERE upper_inf(recorded_during) AND valid_during @> now()
)
SELECT code FROM up WHERE code IS NOT NULL
"""  # noqa: S608 (a constant, no input)

BELOW = f"""
WITH RECURSIVE down(code) AS (
    SELECT unnest(%(codes)s::text[])
    UNION
    SELECT area.code FROM (
        SELECT code, {PARENT} AS above FROM grid_area
        WHERE upper_inf(recorded_during) AND valid_during @> now()
    ) AS area JOIN down ON area.above = down.code
)
SELECT code FROM down
"""  # noqa: S608 (a constant, no input)


def area_and_above(code: str) -> set[str]:
    """The code of an area in force today with those of all areas that contain it."""
    with connection.cursor() as cursor:
        cursor.execute(ABOVE, {"code": code})
        return {row[0] for row in cursor.fetchall()}


def areas_and_below(codes: list[str]) -> set[str]:
    """The codes of areas in force today with those of all areas inside them."""
    with connection.cursor() as cursor:
        cursor.execute(BELOW, {"codes": codes})
        return {row[0] for row in cursor.fetchall()}
