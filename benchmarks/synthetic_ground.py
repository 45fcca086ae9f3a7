"""A synthetic city for measuring: irregular cells, overlapping ownership areas, lamps with parties.

Nothing in it is square: cells and ownership areas are two independent Voronoi tessellations whose
edges are drawn wavy (a shared edge is shared to the last digit); ownership areas are then enlarged by 10
to 30 %, so that they overlap. Everything is written with COPY into an empty database.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from django.db import connection
from django.utils import timezone

from core.models import User
from grid.areas.models import GridEdition
from grid.catalogue.models import CatalogueEdition, Category, Duty
from grid.ground.metric import to_degrees
from grid.ground.models import City, GroundVersion, since
from grid.ground.standing import record_standing
from grid.organizations.models import Organization

CORNER_X, CORNER_Y, SRID = 500_000, 3_400_000, 4545
CORNER = np.array([CORNER_X, CORNER_Y])
SIDE_M = 100.0  # mean distance of neighbours
STEPS = 8  # a Voronoi edge is drawn with so many pieces
BODIES = 200
ALWAYS, KNOWN = "(,)", "[1,)"

Floats = npt.NDArray[np.float64]
Shapes = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Ground:
    """What was laid out: the city, its category of lamps, and its shapes in metres."""

    city: City
    lamp: Category
    extent_m: float
    cells: Shapes
    ownership: Shapes


def lay_out(cells: int, ownership: int, facilities: int, seed: int = 1) -> Ground:
    """Found a city with so many cells, ownership areas and lamps; ten bodies in a hundred own twice."""
    dice = np.random.default_rng(seed)
    extent = SIDE_M * np.sqrt(cells)
    city = City.objects.create(name="波纹城", metric_srid=SRID)
    actor = User.objects.create(username="bench")
    version = GroundVersion.objects.create(
        number=1, published_at=timezone.now(), published_by=actor, act="lay_out"
    )
    edition = GridEdition.objects.create(number=1, status="published", version=version)
    lamp = Category.objects.create(code="0118", kind="facility", name="路灯")
    bodies = _bodies(dice)
    ground = Ground(
        city,
        lamp,
        float(extent),
        _tessellation(cells, extent, dice),
        _enlarged(_tessellation(ownership, extent, dice), dice),
    )
    _areas(extent, edition.pk, dice)
    _copy(
        "grid_cell (edition_id, code, name, community_code, boundary, area_m2, "
        "valid_during, recorded_during)",
        (
            (edition.pk, f"{n:015d}", "", "", shape, 1e4, ALWAYS, KNOWN)
            for n, shape in enumerate(_hex(ground.cells))
        ),
    )
    _ownership_areas(ground.ownership, bodies, dice)
    _lamps(facilities, extent, lamp.pk, bodies, dice)
    _duties(lamp.pk, version.number, bodies)
    with connection.cursor() as cursor:
        record_standing(version.number)
        cursor.execute("ANALYZE")
    return ground


def wavy(cells: Sequence[shapely.Polygon] | Shapes, steps: int = STEPS) -> Shapes:
    """The same tessellation with wavy edges: a shared edge bends alike on both of its sides."""
    shapes = np.asarray(cells, dtype=object)
    corners, owner = shapely.get_coordinates(shapely.get_exterior_ring(shapes), return_index=True)
    start, end = corners[:-1], corners[1:]
    same = owner[:-1] == owner[1:]
    start, end, owner = start[same], end[same], owner[:-1][same]
    turned = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    low = np.where(turned[:, None], end, start)
    high = np.where(turned[:, None], start, end)
    along, size = high - low, np.hypot(*(high - low).T)
    across = np.column_stack([-along[:, 1], along[:, 0]])
    phase = np.modf(np.abs(np.sin(low @ [12.9898, 78.233] + high @ [39.425, 4.898])) * 43758.5453)[
        0
    ]
    share = np.arange(1, steps) / steps
    bend = np.where(
        size[:, None] < 4.0,
        0.0,
        0.06 * np.sin(np.pi * share) ** 2 * np.sin(2 * np.pi * (phase[:, None] * 3 + 2 * share)),
    )
    inner = low[:, None] + share[None, :, None] * along[:, None] + bend[..., None] * across[:, None]
    inner = np.where(turned[:, None, None], inner[:, ::-1], inner)
    points = np.concatenate([start[:, None], inner], axis=1).reshape(-1, 2)
    rings = shapely.linearrings(points, indices=np.repeat(owner, steps))
    return np.asarray(shapely.polygons(rings), dtype=object)


def _tessellation(count: int, extent: float, dice: np.random.Generator) -> Shapes:
    """About as many wavy Voronoi cells over the square city; those at its rim are left out."""
    side = extent / np.sqrt(count)
    n = round(np.sqrt(count)) + 2
    grid = np.stack(np.meshgrid(np.arange(n), np.arange(n)), axis=-1).reshape(-1, 2) - 0.5
    seeds = (grid + dice.uniform(-0.45, 0.45, grid.shape)) * side + CORNER
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(seeds)))
    rim = shapely.box(CORNER_X, CORNER_Y, CORNER_X + extent, CORNER_Y + extent)
    cells = wavy(cells[shapely.intersects(cells, rim) & (shapely.area(cells) < 6 * side * side)])
    return cells[shapely.is_valid(cells)][:count]


def _enlarged(cells: Shapes, dice: np.random.Generator) -> Shapes:
    """Each cell blown up about its middle until its area is 10 to 30 % larger."""
    middles = shapely.get_coordinates(shapely.centroid(cells))
    by = np.sqrt(1 + dice.uniform(0.1, 0.3, len(cells)))
    owner = np.repeat(np.arange(len(cells)), shapely.get_num_coordinates(cells))
    corners = shapely.get_coordinates(cells)
    grown = middles[owner] + (corners - middles[owner]) * by[owner, None]
    return np.asarray(shapely.set_coordinates(cells.copy(), grown), dtype=object)


def _bodies(dice: np.random.Generator) -> list[int]:
    Organization.objects.bulk_create(
        Organization(code=f"B{n}", name=f"单位{n}", kind="department", phone="110")
        for n in range(BODIES)
    )
    return list(Organization.objects.order_by("pk").values_list("pk", flat=True))


def _areas(extent: float, edition: int, dice: np.random.Generator) -> None:
    """A district, twenty subdistricts and their communities, each level a tessellation."""
    city = shapely.box(CORNER_X, CORNER_Y, CORNER_X + extent, CORNER_Y + extent)
    rows = []
    for level, count, digits in (
        ("district", 1, 6),
        ("subdistrict", 20, 9),
        ("community", 300, 12),
    ):
        seeds = dice.uniform(0, extent, (count, 2)) + CORNER
        parts = [city]
        if count > 1:
            cells = shapely.get_parts(
                shapely.voronoi_polygons(shapely.multipoints(seeds), extend_to=city)
            )
            parts = list(shapely.segmentize(shapely.intersection(cells, city), 20.0))
        rows += [
            (
                edition,
                f"5{n:0{digits - 1}d}",
                f"{level}{n}",
                level,
                "",
                "",
                shape,
                1.0,
                ALWAYS,
                KNOWN,
            )
            for n, shape in enumerate(_hex(np.array(parts, dtype=object)))
        ]
    _copy(
        "grid_area (edition_id, code, name, level, parent_code, zone, boundary, area_m2, "
        "valid_during, recorded_during)",
        rows,
    )


def _ownership_areas(shapes: Shapes, bodies: list[int], dice: np.random.Generator) -> None:
    sizes = shapely.area(shapes)
    owners = dice.choice(bodies, len(shapes))
    roles = dice.choice(["owner", "maintainer"], len(shapes), p=[0.7, 0.3])
    papers = dice.choice(["", "移交书"], len(shapes), p=[0.4, 0.6])
    _copy(
        "grid_ownership_area (code, kind, organization_id, role, boundary, area_m2, categories, "
        "basis, document, valid_during, recorded_during)",
        (
            (
                f"O{n}",
                "area",
                owners[n],
                roles[n],
                shape,
                sizes[n],
                "{}",
                "",
                papers[n],
                ALWAYS,
                KNOWN,
            )
            for n, shape in enumerate(_hex(shapes))
        ),
    )


def _lamps(
    count: int, extent: float, category: int, bodies: list[int], dice: np.random.Generator
) -> None:
    """Lamps anywhere; each has a maintainer, half an owner, a tenth a signed handover."""
    places = dice.uniform(0, extent, (count, 2)) + CORNER
    _copy("grid_facility (code, scheme)", ((f"L{n}", "local") for n in range(count)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM grid_facility ORDER BY substr(code, 2)::int")
        numbers = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            "INSERT INTO grid_handover (code, kind, state, document) "
            "VALUES ('H', 'ordinary', 'signed', '移交书') RETURNING id"
        )
        handover = cursor.fetchone()[0]
    _copy(
        "grid_facility_record (facility_id, category_id, name, state, location, attributes, "
        "home_cell_code, valid_during, recorded_during)",
        (
            (numbers[n], category, "", "intact", shape, "{}", "", ALWAYS, KNOWN)
            for n, shape in enumerate(_hex(shapely.points(places), multi=False))
        ),
    )
    owners = dice.choice(bodies, (count, 3))
    _copy(
        "grid_facility_party (facility_id, role, organization_id, document, valid_during, recorded_during)",
        (
            (numbers[n], role, owners[n, k], "登记表" if n % 3 else "", ALWAYS, KNOWN)
            for k, (role, every) in enumerate((("maintainer", 1), ("owner", 2)))
            for n in range(0, count, every)
        ),
    )
    _copy(
        "grid_handover_effect (facility_id, handover_id, role, organization_id, standing, document, "
        "valid_during, recorded_during)",
        (
            (numbers[n], handover, "maintainer", owners[n, 2], "signed", "移交书", ALWAYS, KNOWN)
            for n in range(0, count, 10)
        ),
    )


def _duties(category: int, version: int, bodies: list[int]) -> None:
    edition = CatalogueEdition.objects.create(number=1, status="published", version_id=version)
    Duty.objects.bulk_create(
        Duty(
            edition=edition,
            category_id=category,
            area_code=area,
            role="maintainer",
            organization_id=bodies[n],
            custodian_id=bodies[n + 1],
            recorded_during=since(version),
        )
        for n, area in enumerate(["", *(f"5{n:08d}" for n in range(10))])
    )


def _hex(shapes: Shapes, *, multi: bool = True) -> list[str]:
    """Shapes in metres as hexadecimal EWKB in degrees."""
    degrees = to_degrees(np.asarray(shapes, dtype=object), SRID)
    if multi:
        alone = shapely.multipolygons(degrees, indices=np.arange(len(degrees)))
        degrees = np.asarray(alone, dtype=object)
    return list(shapely.to_wkb(shapely.set_srid(degrees, 4326), hex=True, include_srid=True))


def _copy(into: str, rows: Iterable[Sequence[object]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
