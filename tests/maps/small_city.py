"""A hand-made city of six hundred metres: a street of lamps nobody took over, an estate, a park.

Tongfeng Road runs west to east along y = 300. Its lamps T1 … T9 were applied for and refused; the
lamps of Harbour Road (x = 300) were handed over to urban management with papers.
"""

from dataclasses import dataclass

from django.contrib.gis.geos import GEOSGeometry
from django.utils import timezone
from shapely import LineString, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from core.models import User
from grid.areas.models import Area, GridEdition
from grid.catalogue.models import CatalogueEdition, Category, Duty
from grid.cells.models import GridCell
from grid.facilities.cell_assignment import assign_cells
from grid.facilities.models import Facility, FacilityParty, FacilityRecord
from grid.ground.models import City, GroundVersion, since
from grid.handover.models import Handover, HandoverEffect, HandoverItem
from grid.organizations.models import Membership, Organization
from grid.ownership.models import OwnershipArea
from tests import factories
from tests.grid.jurisdiction.ground import REVIEWED

SIDE = 600


@dataclass
class SmallCity:
    """What a test wants to name."""

    version: GroundVersion
    dispatcher: User


def _geometry(shape: BaseGeometry) -> GEOSGeometry:
    return GEOSGeometry(factories.degrees(shape).wkb_hex, srid=4326)


def degrees_of(x: float, y: float) -> tuple[float, float]:
    """Longitude and latitude of a place given in metres from the corner."""
    lon, lat = factories.degrees(Point(x, y)).coords[0]
    return lon, lat


def _organizations() -> dict[str, Organization]:
    bodies = {
        "DISTRICT": ("方格区人民政府", "government"),
        "HOUSING": ("方格区住房和城乡建设委员会", "department"),
        "URBAN": ("方格区城市管理局", "department"),
        "WATER": ("方格市自来水有限公司", "utility"),
        "STREET": ("通丰街道办事处", "subdistrict"),
        "GARDEN": ("锦绣花园物业服务有限公司", "property_manager"),
        "BUILDER": ("方格城市建设开发有限公司", "developer"),
    }
    return {
        code: Organization.objects.create(
            code=code, name=name, kind=kind, chief="负责人", phone="023-1000"
        )
        for code, (name, kind) in bodies.items()
    }


def _categories(bodies: dict[str, Organization], known: GroundVersion) -> dict[str, Category]:
    edition = CatalogueEdition.objects.create(number=1, status="published", version=known)
    rows = {
        "0106": ("路灯", "URBAN"),
        "0101": ("上水井盖", "WATER"),
        "0201": ("交通标志牌", "URBAN"),
        "0210": ("道路", "URBAN"),
        "0401": ("公园绿地", "URBAN"),
        "0402": ("水域", "URBAN"),
    }
    categories = {}
    for code, (name, body) in rows.items():
        categories[code] = Category.objects.create(code=code, kind="facility", name=name)
        Duty.objects.create(
            edition=edition,
            category=categories[code],
            role="maintainer",
            organization=bodies[body],
            supervisor=bodies["HOUSING"],
            custodian=bodies["STREET"],
            legal_basis="城市照明管理规定",
            standard="修复",
            **REVIEWED,
            recorded_during=since(known.number),
        )
    return categories


def _areas_and_cells(known: GroundVersion) -> None:
    edition = GridEdition.objects.create(number=1, status="published", version=known)
    halves = {
        "500101001001": ("通丰社区", box(0, 0, 300, SIDE)),
        "500101001002": ("港湾社区", box(300, 0, SIDE, SIDE)),
    }
    whole = box(0, 0, SIDE, SIDE)
    areas = [
        ("500101", "方格区", "district", "", whole),
        ("500101001", "通丰街道", "subdistrict", "500101", whole),
        *((code, name, "community", "500101001", shape) for code, (name, shape) in halves.items()),
    ]
    for code, name, level, parent, shape in areas:
        Area.objects.create(
            edition=edition,
            code=code,
            name=name,
            level=level,
            parent_code=parent,
            zone="town",
            boundary=factories.boundary(shape),
            area_m2=shape.area,
            recorded_during=since(known.number),
        )
    for row in range(6):
        for column in range(6):
            community = "500101001001" if column < 3 else "500101001002"
            shape = factories.square(column, row)
            GridCell.objects.create(
                edition=edition,
                code=f"{community}{row * 6 + column + 1:03}",
                community_code=community,
                boundary=factories.boundary(shape),
                area_m2=shape.area,
                recorded_during=since(known.number),
            )


def _facility(
    code: str, category: Category, shape: BaseGeometry, known: GroundVersion, **more: object
) -> Facility:
    facility = Facility.objects.create(code=code)
    FacilityRecord.objects.create(
        facility=facility,
        category=category,
        location=_geometry(shape),
        recorded_during=since(known.number),
        **more,
    )
    return facility


def _ownership(
    code: str,
    kind: str,
    body: Organization,
    shape: Polygon,
    known: GroundVersion,
    document: str,
    categories: tuple[str, ...] = (),
) -> None:
    OwnershipArea.objects.create(
        code=code,
        kind=kind,
        organization=body,
        role="owner",
        boundary=factories.boundary(shape),
        area_m2=shape.area,
        categories=list(categories),
        basis="规划红线" if kind == "red_line" else "管养范围",
        document=document,
        recorded_during=since(known.number),
    )


def build() -> SmallCity:
    """Write the city; nothing else may be in the ground."""
    whole = box(0, 0, SIDE, SIDE)
    City.objects.create(
        name="方格市",
        metric_srid=factories.METRIC_SRID,
        boundary=factories.boundary(whole),
    )
    known = factories.version()
    bodies = _organizations()
    categories = _categories(bodies, known)
    _areas_and_cells(known)

    roads = {
        "R-TONGFENG": ("通丰路", "secondary", LineString([(0, 300), (300, 300), (600, 300)])),
        "R-HARBOUR": ("港湾大道", "primary", LineString([(300, 0), (300, 600)])),
        "R-LANE": ("桂花巷", "residential", LineString([(0, 150), (300, 150)])),
        "R-NORTH": ("北苑路", "tertiary", LineString([(300, 480), (600, 480)])),
    }
    for code, (name, rank, path) in roads.items():
        _facility(code, categories["0210"], path, known, name=name, attributes={"class": rank})
    _facility(
        "PARK", categories["0401"], box(330, 330, 470, 460), known, name="通丰公园",
        attributes={"class": "park"},
    )  # fmt: skip
    _facility(
        "RIVER", categories["0402"], box(0, 520, 600, 570), known, name="锦江",
        attributes={"class": "river"},
    )  # fmt: skip

    refused = Handover.objects.create(
        code="H-1", kind="signed", state="refused",
        from_organization=bodies["BUILDER"], to_organization=bodies["URBAN"],
    )  # fmt: skip
    signed = Handover.objects.create(
        code="H-2", kind="signed", state="signed", signed_on="2024-05-01",
        effective_on="2024-05-01", document="方城管移〔2024〕12号",
        from_organization=bodies["HOUSING"], to_organization=bodies["URBAN"],
    )  # fmt: skip
    for i in range(1, 10):
        lamp = _facility(f"T{i}", categories["0106"], Point(i * 60, 306), known)
        HandoverItem.objects.create(handover=refused, facility=lamp)
        FacilityParty.objects.create(
            facility=lamp, role="builder", organization=bodies["BUILDER"],
            recorded_during=since(known.number),
        )  # fmt: skip
    for i in range(1, 10):
        lamp = _facility(f"H{i}", categories["0106"], Point(306, i * 60 - 20), known)
        HandoverItem.objects.create(handover=signed, facility=lamp)
        for role in ("owner", "maintainer"):
            HandoverEffect.objects.create(
                handover=signed, facility=lamp, role=role, organization=bodies["URBAN"],
                standing="signed", document=signed.document, recorded_during=since(known.number),
            )  # fmt: skip
    for i in range(1, 8):
        _facility(f"M{i}", categories["0101"], Point(i * 70, 296), known)
    _facility("S1", categories["0201"], Point(292, 308), known, state="damaged")

    _ownership(
        "OA-1", "area", bodies["URBAN"], box(0, 285, 600, 315), known, "方府〔2020〕8号",
        ("0106", "0201"),
    )  # fmt: skip
    _ownership("OA-2", "red_line", bodies["GARDEN"], box(40, 40, 280, 270), known, "")
    _ownership("OA-3", "area", bodies["HOUSING"], box(420, 100, 580, 280), known, "")
    assign_cells(FacilityRecord.objects.all())

    ada = factories.user("ada")
    ada.set_password("lamplight-4-ada")
    ada.save()
    Membership.objects.create(user=ada, role="dispatcher", organization=bodies["URBAN"])
    factories.known_always()
    return SmallCity(version=known, dispatcher=ada)


def publish_again() -> GroundVersion:
    """The next ground version, with one lamp more."""
    known = GroundVersion.objects.create(
        number=GroundVersion.objects.count() + 1,
        published_at=timezone.now(),
        published_by=factories.user("ada"),
        act="test",
    )
    lamp = Category.objects.get(code="0106")
    _facility("NEW", lamp, Point(100, 100), known)
    return known
