"""One of every thing of the ground, so that a list that leaks has something to leak."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib.gis.geos import Point as Place
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from shapely import LineString, Point

from grid.areas.models import Area, GridEdition, Level
from grid.catalogue.models import (
    CatalogueEdition,
    Category,
    CategoryHeir,
    CategoryKind,
    Duty,
    DutyLimit,
    PartyRole,
)
from grid.facilities.models import FacilityCell, FacilityParty, FacilityRecord
from grid.ground.models import GroundVersion, since
from grid.handover.models import (
    Handover,
    HandoverEffect,
    HandoverItem,
    HandoverKind,
    HandoverState,
)
from grid.organizations.models import Organization
from grid.ownership.models import OwnershipArea
from inspections.changes.faults.models import FaultKind, FaultPart, FaultState, GroundFault
from inspections.intake.channels.models import IntakeChannel
from inspections.intake.knowledge.models import KnowledgeEntry, KnowledgeState
from inspections.requests.models import Channel
from tests import factories
from tests.grid.jurisdiction.ground import REVIEWED

SIGNED_AT = datetime(2024, 6, 1, tzinfo=UTC)


@dataclass
class Everything:
    """What was made, by the names the tests need."""

    version: GroundVersion
    housing: Organization
    bureau: Organization
    lamp: FacilityRecord
    road: FacilityRecord
    handover: Handover


def everything() -> Everything:
    """A founded city with areas, cells, bodies, a duty, two facilities, ownership and a handover."""
    factories.city()
    version = factories.version()
    known = since(version.number)
    housing = factories.organization("H001", "住房和城乡建设局")
    bureau = factories.organization("G001", "城市管理局")
    factories.cells({f"cell-{column}": factories.square(column, 0) for column in range(3)}, version)
    edition = GridEdition.objects.get(version=version)
    for code, level, parent in [
        ("500236", Level.DISTRICT, ""),
        ("500236001", Level.SUBDISTRICT, "500236"),
        ("500236001002", Level.COMMUNITY, "500236001"),
    ]:
        Area.objects.create(
            edition=edition,
            code=code,
            name=f"区域{code}",
            level=level,
            parent_code=parent,
            boundary=factories.boundary(factories.square(0, 0, side=300)),
            recorded_during=known,
        )
    lamp = factories.facility("lamp-1", Point(50, 50), version)
    lamp.home_cell_code = "cell-0"
    lamp.save()
    road = factories.facility("road-1", LineString([(50, 50), (250, 50)]), version)
    road.home_cell_code = "cell-1"
    road.save()
    for column in range(3):
        FacilityCell.objects.create(record=road, cell_code=f"cell-{column}")
    for record in (lamp, road):
        FacilityParty.objects.create(
            facility=record.facility,
            role=PartyRole.BUILDER,
            organization=housing,
            recorded_during=known,
        )
    _catalogue(version, lamp.category, bureau)
    OwnershipArea.objects.create(
        code="own-1",
        organization=bureau,
        role=PartyRole.OWNER,
        boundary=factories.boundary(factories.square(0, 0)),
        area_m2=10_000,
        categories=["lamp"],
        document="文〔2024〕1号",
        recorded_during=known,
    )
    _fault(version)
    _knowledge()
    IntakeChannel.objects.create(code="C-MAIL", name="县长信箱", channel=Channel.EMAIL)
    return Everything(
        version, housing, bureau, lamp, road, _handover(version, lamp, housing, bureau)
    )


def _catalogue(version: GroundVersion, category: Category, bureau: Organization) -> None:
    edition = CatalogueEdition.objects.create(
        number=1, status=CatalogueEdition.Status.PUBLISHED, version=version
    )
    duty = Duty.objects.create(
        pk=1,  # so that an address can name it
        edition=edition,
        category=category,
        role=PartyRole.MAINTAINER,
        organization=bureau,
        legal_basis="城市照明管理规定",
        **REVIEWED,
        recorded_during=since(version.number),
    )
    DutyLimit.objects.create(duty=duty, urgency="urgent", resolve_by="2h")
    broken = Category.objects.create(code="0110", kind=CategoryKind.MATTER, name="道路破损")
    former = Category.objects.create(code="0109", kind=CategoryKind.MATTER, name="路面坑洼")
    CategoryHeir.objects.create(
        former=former, heir=broken, edition=edition, since=version.published_at
    )


def _handover(
    version: GroundVersion, lamp: FacilityRecord, giver: Organization, receiver: Organization
) -> Handover:
    handover = Handover.objects.create(
        code="HO-1",
        kind=HandoverKind.SIGNED,
        state=HandoverState.SIGNED,
        from_organization=giver,
        to_organization=receiver,
        signed_on=SIGNED_AT.date(),
        document="移交书1号",
    )
    HandoverItem.objects.create(handover=handover, facility=lamp.facility)
    HandoverEffect.objects.create(
        handover=handover,
        facility=lamp.facility,
        role=PartyRole.MAINTAINER,
        organization=receiver,
        standing=HandoverEffect.Standing.SIGNED,
        document="移交书1号",
        valid_during=DateTimeTZRange(SIGNED_AT, None),
        recorded_during=since(version.number),
    )
    return handover


def _knowledge() -> None:
    """A question with its reviewed answer; its key is 1, so that an address can name it."""
    author, reviewer = factories.user("asks"), factories.user("reviews")
    KnowledgeEntry.objects.create(
        pk=1,
        question="可以带犬上公交吗",
        answer="导盲犬可以。",
        valid_from=SIGNED_AT.date(),
        state=KnowledgeState.PUBLISHED,
        author=author,
        reviewer=reviewer,
        created_at=SIGNED_AT,
        published_at=SIGNED_AT,
    )


def _fault(version: GroundVersion) -> None:
    """The paper of the ownership area is doubted; its key is 1, so that an address can name it."""
    middle = factories.degrees(factories.square(0, 0)).centroid
    GroundFault.objects.create(
        pk=1,
        mark="0" * 64,
        part=FaultPart.OWNERSHIP,
        kind=FaultKind.UNPROVEN,
        codes=["own-1"],
        area_m2=10_000,
        place=Place(middle.x, middle.y, srid=4326),
        state=FaultState.OPEN,
        found_at=SIGNED_AT,
        seen_at=SIGNED_AT,
        ground_version=version.number,
    )
