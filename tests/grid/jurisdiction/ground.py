"""A small piece of ground drawn by hand, in metres from the corner, for questions to be asked on."""

from datetime import UTC, date, datetime
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from shapely import LineString, Point, Polygon, get_x, get_y

from grid.areas.models import Area, GridEdition, Level
from grid.catalogue.models import CatalogueEdition, Category, Duty
from grid.cells.models import GridCell
from grid.facilities.models import Facility, FacilityParty, FacilityRecord, UpkeepRecord
from grid.ground.models import GroundVersion, always, since
from grid.handover.models import Handover, HandoverEffect
from grid.jurisdiction.asking import Place
from grid.jurisdiction.models import Precedent
from grid.jurisdiction.reference import forget
from grid.organizations.models import Organization
from grid.ownership.models import OwnershipArea
from tests import factories

REVIEWED = {"reviewed_by": "司法局", "reviewed_on": date(2026, 1, 5)}
Shape = Point | LineString | Polygon


def from_day(year: int, month: int = 1, day: int = 1) -> DateTimeTZRange:
    """Valid from a day on (noon before it in UTC is the midnight of the city: keep it simple)."""
    return DateTimeTZRange(datetime(year, month, day, tzinfo=UTC), None, "[)")


def place(east: float, north: float, accuracy_m: float = 0.0) -> Place:
    """A position in metres from the corner."""
    point = factories.degrees(Point(east, north))
    return Place(float(get_x(point)), float(get_y(point)), accuracy_m)


def body(code: str, **fields: Any) -> Organization:
    """The body with this code, with a duty contact unless said otherwise."""
    defaults = {"name": f"{code}局", "phone": "110"} | fields
    found, made = Organization.objects.get_or_create(code=code, defaults=defaults)
    if made:
        factories.known_always()
    return found


def area(code: str, level: Level, shape: Polygon, version: GroundVersion) -> Area:
    """An administrative area of the one test edition."""
    edition, _ = GridEdition.objects.get_or_create(number=1)
    forget()
    return Area.objects.create(
        edition=edition,
        code=code,
        name=code,
        level=level,
        boundary=factories.boundary(shape),
        recorded_during=since(version.number),
    )


def cell(code: str, shape: Polygon, version: GroundVersion) -> GridCell:
    """A cell of the one test edition."""
    edition, _ = GridEdition.objects.get_or_create(number=1)
    forget()
    return GridCell.objects.create(
        edition=edition,
        code=code,
        boundary=factories.boundary(shape),
        area_m2=shape.area,
        recorded_during=since(version.number),
    )


def category(code: str, kind: str = "facility", parent: Category | None = None) -> Category:
    """A category by code."""
    found, made = Category.objects.get_or_create(
        code=code, kind=kind, defaults={"name": f"类{code}", "parent": parent}
    )
    if made:
        factories.known_always()
    return found


def facility(code: str, of: str, shape: Shape, version: GroundVersion, **fields: Any) -> Facility:
    """A facility with one record."""
    thing = Facility.objects.create(code=code)
    FacilityRecord.objects.create(
        facility=thing,
        category=category(of),
        location=GEOSGeometry(factories.degrees(shape).wkb_hex, srid=4326),
        recorded_during=since(version.number),
        **fields,
    )
    return thing


def party(
    thing: Facility, role: str, who: str, version: GroundVersion, **fields: Any
) -> FacilityParty:
    """A registered party (role builder: a recorded project)."""
    return FacilityParty.objects.create(
        facility=thing,
        role=role,
        organization=body(who),
        recorded_during=since(version.number),
        **fields,
    )


def upkeep(thing: Facility, who: str, version: GroundVersion, document: str = "") -> UpkeepRecord:
    """Upkeep in fact."""
    return UpkeepRecord.objects.create(
        facility=thing,
        role="maintainer",
        organization=body(who),
        document=document,
        recorded_during=since(version.number),
    )


def effect(
    thing: Facility,
    role: str,
    who: str,
    version: GroundVersion,
    *,
    standing: str = "signed",
    document: str = "移交书1号",
    valid: DateTimeTZRange | None = None,
) -> HandoverEffect:
    """What a handover does to one facility in one role."""
    handover, _ = Handover.objects.get_or_create(
        code=document or "无文件", defaults={"kind": "signed", "state": "signed"}
    )
    return HandoverEffect.objects.create(
        handover=handover,
        facility=thing,
        role=role,
        organization=body(who),
        standing=standing,
        document=document,
        valid_during=valid or always(),
        recorded_during=since(version.number),
    )


def ownership(
    code: str, who: str, shape: Polygon, version: GroundVersion, **fields: Any
) -> OwnershipArea:
    """An ownership area of role owner unless said otherwise."""
    defaults = {"role": "owner", "organization": body(who), "area_m2": shape.area}
    return OwnershipArea.objects.create(
        code=code,
        boundary=factories.boundary(shape),
        recorded_during=since(version.number),
        **(defaults | fields),
    )


def precedent(
    code: str, who: str, shape: Polygon, version: GroundVersion, **fields: Any
) -> Precedent:
    """A ruling that binds the ground."""
    return Precedent.objects.create(
        code=code,
        organization=body(who),
        boundary=factories.boundary(shape),
        recorded_during=since(version.number),
        **fields,
    )


def duty(of: Category, version: GroundVersion, **fields: Any) -> Duty:
    """A line of the catalogue: role maintainer and reviewed by the law unless said otherwise."""
    edition, _ = CatalogueEdition.objects.get_or_create(
        number=1, defaults={"status": "published", "version": version}
    )
    forget()
    return Duty.objects.create(
        edition=edition,
        category=of,
        recorded_during=since(version.number),
        **({"role": "maintainer"} | REVIEWED | fields),
    )
