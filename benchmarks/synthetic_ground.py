"""A synthetic ground made inside the database: a chessboard city of any size, for measuring."""

from django.db import connection
from django.utils import timezone

from core.models import User
from grid.areas.models import GridEdition
from grid.catalogue.models import Category
from grid.ground.models import City, GroundVersion

CORNER_X, CORNER_Y, SRID = 500_000, 3_400_000, 4545

# Squares of a side in a board of n by n, at (column, row), as WGS84 multipolygons.
_SQUARE = """ST_Multi(ST_Transform(ST_MakeEnvelope(
    %(x)s + c * %(side)s, %(y)s + r * %(side)s,
    %(x)s + (c + 1) * %(side)s, %(y)s + (r + 1) * %(side)s, %(srid)s), 4326))"""
_SINCE = "tstzrange(NULL, NULL, '()'), int8range(%(version)s, NULL, '[)')"


def lay_out(cells: int, facilities: int) -> City:
    """Found a city of `cells` × `cells` cells, as many ownership areas, and lamps with a maintainer.

    Writes straight into the tables of an empty database; ten bodies own the ground in turns.
    """
    city = City.objects.create(name="棋盘城", metric_srid=SRID)
    actor = User.objects.create(username="bench")
    version = GroundVersion.objects.create(
        number=1, published_at=timezone.now(), published_by=actor, act="lay_out"
    )
    edition = GridEdition.objects.create(number=1, status="published", version=version)
    lamp = Category.objects.create(code="0118", kind="facility", name="路灯")
    values = {
        "x": CORNER_X,
        "y": CORNER_Y,
        "srid": SRID,
        "version": version.number,
        "edition": edition.pk,
        "category": lamp.pk,
        "extent": cells * 100,
        "n": cells,
        "facilities": facilities,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO grid_organization (code, name, kind, chief, phone, area_code) "
            "SELECT 'B' || n, '单位' || n, 'department', '', '110', '' FROM generate_series(0, 9) n"
        )
        cursor.execute(
            "INSERT INTO grid_cell (edition_id, code, name, community_code, boundary, area_m2, "
            "valid_during, recorded_during) SELECT %(edition)s, lpad((c * 100000 + r)::text, 15, '0'), "
            f"'', '', {_SQUARE}, 10000, {_SINCE} "
            "FROM generate_series(0, %(n)s - 1) c, generate_series(0, %(n)s - 1) r",
            values | {"side": 100},
        )
        cursor.execute(
            "INSERT INTO grid_ownership_area (code, kind, organization_id, role, boundary, area_m2, "
            "categories, basis, document, valid_during, recorded_during) "
            "SELECT 'O' || c || '-' || r, 'area', o.id, 'owner', "
            f"{_SQUARE}, 14400, '{{}}', '', '', {_SINCE} "
            "FROM generate_series(0, %(n)s - 1) c CROSS JOIN generate_series(0, %(n)s - 1) r "
            "JOIN grid_organization o ON o.code = 'B' || (c + r) %% 10",
            values | {"side": 120},
        )
        cursor.execute(
            "INSERT INTO grid_facility (code, scheme) SELECT 'L' || n, 'local' "
            "FROM generate_series(1, %(facilities)s) n",
            values,
        )
        cursor.execute(
            "INSERT INTO grid_facility_record (facility_id, category_id, name, state, location, "
            "attributes, home_cell_code, valid_during, recorded_during) "
            "SELECT id, %(category)s, '', 'intact', ST_Transform(ST_SetSRID(ST_MakePoint("
            "%(x)s + random() * %(extent)s, %(y)s + random() * %(extent)s), %(srid)s), 4326), "
            f"'{{}}', '', {_SINCE} FROM grid_facility",
            values,
        )
        cursor.execute(
            "INSERT INTO grid_facility_party (facility_id, role, organization_id, document, "
            "valid_during, recorded_during) SELECT f.id, 'maintainer', o.id, '', "
            f"{_SINCE} FROM grid_facility f JOIN grid_organization o ON o.code = 'B' || f.id %% 10",
            values,
        )
        cursor.execute("ANALYZE")
    return city
