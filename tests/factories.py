"""Things of the ground, made with one call each; places are metres east and north of a corner."""

import numpy as np
from django.contrib.gis.geos import GEOSGeometry
from django.contrib.gis.geos import MultiPolygon as Boundary
from django.utils import timezone
from pyproj import Transformer
from shapely import LineString, Point, Polygon, box, transform
from shapely.geometry.base import BaseGeometry

from core.models import User
from grid.areas.models import Area, GridEdition, Level
from grid.catalogue.models import Category, CategoryRecord
from grid.cells.models import GridCell
from grid.facilities.models import Facility, FacilityRecord
from grid.ground.models import City, GroundVersion, since
from grid.ground.standing import record_standing
from grid.jurisdiction.reference import forget
from grid.organizations.models import (
    Membership,
    Organization,
    OrganizationKind,
    OrganizationRecord,
    Role,
)

METRIC_SRID = 4545
CORNER = (500_000.0, 3_400_000.0)
_TO_DEGREES = Transformer.from_crs(METRIC_SRID, 4326, always_xy=True)


def user(name: str) -> User:
    """A person with this name."""
    return User.objects.get_or_create(username=name)[0]


def organization(
    code: str,
    name: str = "",
    kind: OrganizationKind = OrganizationKind.DEPARTMENT,
    parent: Organization | None = None,
) -> Organization:
    """A body with a duty contact, known since always."""
    made: Organization = Organization.objects.create(
        code=code, name=name or f"单位{code}", kind=kind, parent=parent, phone="12345"
    )
    known_always()
    return made


def known_always() -> None:
    """Bodies and categories as they stand now have been known since always, for every version."""
    OrganizationRecord.objects.all().delete()
    CategoryRecord.objects.all().delete()
    record_standing(0)
    forget()


def member(name: str, role: Role, body: Organization, area_code: str = "") -> User:
    """A person who holds the role in that body, for an area (blank: the city)."""
    person = user(name)
    Membership.objects.create(user=person, role=role, organization=body, area_code=area_code)
    known_always()
    return person


def city() -> City:
    """The founded city."""
    return City.objects.create(name="方格市", metric_srid=METRIC_SRID)


def metric(shape: BaseGeometry) -> BaseGeometry:
    """A shape given in metres from the corner, in the city's metric CRS."""
    return transform(shape, lambda xy: xy + CORNER)


def degrees(shape: BaseGeometry) -> BaseGeometry:
    """A shape given in metres from the corner, in WGS84 longitude and latitude."""
    return transform(
        metric(shape), lambda xy: np.column_stack(_TO_DEGREES.transform(xy[:, 0], xy[:, 1]))
    )


def boundary(shape: Polygon) -> Boundary:
    """A polygon given in metres from the corner, as the value of a boundary field."""
    return Boundary(GEOSGeometry(degrees(shape).wkb_hex, srid=4326), srid=4326)


def square(column: int, row: int, side: float = 100) -> Polygon:
    """The square in a column and row, in metres from the corner."""
    return box(column * side, row * side, (column + 1) * side, (row + 1) * side)


def version() -> GroundVersion:
    """The next ground version."""
    number = GroundVersion.objects.count() + 1
    return GroundVersion.objects.create(
        number=number, published_at=timezone.now(), published_by=user("ada"), act="test"
    )


def areas(parents: dict[str, str], known_since: GroundVersion) -> None:
    """A published edition of areas, each code with its parent's (blank: none)."""
    edition = GridEdition.objects.create(
        number=GridEdition.objects.count() + 1, status="superseded", version=known_since
    )
    for code, parent in parents.items():
        Area.objects.create(
            edition=edition,
            code=code,
            name=f"Area {code}",
            level=Level.COMMUNITY,
            parent_code=parent,
            recorded_during=since(known_since.number),
        )


def cells(shapes: dict[str, Polygon], known_since: GroundVersion) -> None:
    """A published edition with one cell for each code."""
    edition = GridEdition.objects.create(
        number=GridEdition.objects.count() + 1, status="published", version=known_since
    )
    for code, shape in shapes.items():
        GridCell.objects.create(
            edition=edition,
            code=code,
            boundary=boundary(shape),
            area_m2=shape.area,
            recorded_during=since(known_since.number),
        )


def facility(
    code: str, shape: Point | LineString | Polygon, known: GroundVersion
) -> FacilityRecord:
    """A facility with one record, of the category `lamp`."""
    category, _ = Category.objects.get_or_create(
        code="lamp", kind="facility", defaults={"name": "路灯"}
    )
    known_always()
    return FacilityRecord.objects.create(
        facility=Facility.objects.create(code=code),
        category=category,
        location=GEOSGeometry(degrees(shape).wkb_hex, srid=4326),
        recorded_during=since(known.number),
    )
