"""A ward of one square kilometre where cases happen, and the people who work them.

Ada dispatches and Bo inspects, both of the centre; Di handles for the lamp company, Ed for its
crew below it, Fu for the housing bureau; Vi verifies for a body of her own; Lu leads; Cy belongs elsewhere.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db.models import Q
from django.utils import timezone
from pytest_django import Settings
from shapely import box

from core.models import User
from grid.areas.models import Level, Zone
from grid.catalogue.models import Category, DutyLimit
from grid.evidence.models import Evidence
from grid.evidence.statements import read_statement
from grid.evidence.use_cases import keep_file
from grid.ground.models import City, GroundVersion
from grid.organizations.models import Organization, OrganizationKind, Role
from inspections.cases.models import Case, Rating
from inspections.cases.timing.use_cases import request_extension, request_parking
from inspections.cases.use_cases import (
    accept_case,
    add_case_evidence,
    answer_case,
    archive_case,
    call_back,
    check_case,
    close_case,
    decline_case,
    dispatch_case,
    file_case,
    handle_case,
    verify_case,
)
from inspections.cases.use_cases.closing import Said
from inspections.disputes.models import Grounds
from inspections.disputes.use_cases import (
    appeal_return,
    propose_transfer,
    refuse_return,
    request_return,
)
from inspections.fieldwork.models import TaskKind, Visit, VisitOutcome
from inspections.fieldwork.use_cases import Found, record_visit
from inspections.intake.duplicates.use_cases import merge_case
from inspections.intake.gatherings.use_cases import add_minutes, add_said, record_gathering
from inspections.intake.use_cases import receive
from inspections.joint.costs.use_cases import advance_cost
from inspections.joint.meetings.models import MeetingKind
from inspections.joint.meetings.use_cases import call_meeting, hold_meeting
from inspections.joint.shifts.use_cases import begin_shift, enter_turn, hand_over_shift
from inspections.joint.undertakings.models import Undertaking, UndertakingKind
from inspections.joint.undertakings.use_cases import Given, give_undertaking
from inspections.requests.models import ServiceRequest
from inspections.requests.use_cases import RequestRow
from tests import factories
from tests.grid.jurisdiction import ground
from tests.photos import photo


@dataclass
class Ward:
    """Ground, bodies and people of the tests."""

    city: City
    version: GroundVersion
    lamps: Category
    bins: Category
    people: dict[str, User]
    bodies: dict[str, Organization]

    def __getattr__(self, name: str) -> User:
        """A person by name."""
        try:
            return self.people[name]
        except KeyError as unknown:
            raise AttributeError(name) from unknown

    def lonlat(self, east: float, north: float) -> tuple[float, float]:
        """Degrees of a place given in metres from the corner."""
        place = ground.place(east, north)
        return place.lon, place.lat


def ward_here() -> Ward:
    """The ward, made in the database in use."""
    city, version = factories.city(), factories.version()
    everything = box(0, 0, 1000, 1000)
    ground.area("500236", Level.DISTRICT, everything, version)
    street = ground.area("500236001", Level.SUBDISTRICT, everything, version)
    street.zone = Zone.TOWN
    street.save()
    ground.area("500236001001", Level.COMMUNITY, everything, version)
    west = ground.cell("500236001001001", box(0, 0, 500, 1000), version)
    east = ground.cell("500236001001002", box(500, 0, 1000, 1000), version)
    for one in (west, east):
        one.community_code = "500236001001"
        one.save()
    centre = factories.organization("C001", "指挥中心", OrganizationKind.CENTRE)
    bodies = {
        "centre": centre,
        "lamp": ground.body("LAMP", name="路灯管理处"),
        "housing": ground.body("HOUSING", name="住建委"),
        "urban": ground.body("URBAN", name="城管局"),
        "watch": ground.body("WATCH", name="督查室"),
        "street": ground.body("STREET", name="街道", kind="subdistrict", area_code="500236001"),
        "else": factories.organization("E999", "外单位", OrganizationKind.ENTERPRISE),
    }
    bodies["crew"] = ground.body("CREW", name="路灯抢修队", parent=bodies["lamp"])
    lamps, bins = ground.category("0118"), ground.category("0305")
    duty = ground.duty(
        lamps,
        version,
        organization=bodies["lamp"],
        supervisor=bodies["urban"],
        custodian=bodies["street"],
        legal_basis="城市照明管理规定",
    )
    DutyLimit.objects.create(
        duty=duty, file_by="3h", respond_by="2h", arrive_by="30min", resolve_by="5wd"
    )
    DutyLimit.objects.create(duty=duty, urgency="urgent", respond_by="30min", resolve_by="4h")
    people = {
        "ada": factories.member("ada", Role.DISPATCHER, centre),
        "bo": factories.member("bo", Role.INSPECTOR, centre),
        "cy": factories.member("cy", Role.HANDLER, bodies["else"]),
        "di": factories.member("di", Role.HANDLER, bodies["lamp"]),
        "ed": factories.member("ed", Role.INSPECTOR, bodies["crew"]),
        "fu": factories.member("fu", Role.HANDLER, bodies["housing"]),
        "lu": factories.member("lu", Role.LEADER, bodies["urban"]),
        "su": factories.member("su", Role.HANDLER, bodies["urban"]),
        "vi": factories.member("vi", Role.VERIFIER, bodies["watch"], "500236001"),
        "xi": factories.member("xi", Role.INSPECTOR, centre, "510000"),
    }
    return Ward(city, version, lamps, bins, people, bodies)


@pytest.fixture
def ward(db: None, evidence_folder: None) -> Ward:
    """The ward, in the test's transaction."""
    return ward_here()


@pytest.fixture
def evidence_folder(settings: Settings, tmp_path: Any) -> None:
    """Evidence, drafts and parts of blobs lie in the test's own folder."""
    storages = dict(settings.STORAGES)
    for name in ("evidence", "drafts"):
        storages[name] = storages[name] | {
            "OPTIONS": {"location": tmp_path / name, "file_permissions_mode": 0o600}
        }
    settings.STORAGES = storages
    settings.UPLOAD_DIR = tmp_path / "uploads"


def report(ward: Ward, at: tuple[float, float] = (250, 250), **stated: Any) -> Case:
    """A case as reported an hour ago, with its place in metres."""
    lon, lat = ward.lonlat(*at)
    usual: dict[str, Any] = {
        "channel": "phone",
        "category": ward.lamps,
        "text": "路灯不亮",
        "reported_at": timezone.now() - timedelta(hours=1),
        "lon": lon,
        "lat": lat,
    }
    case = receive(RequestRow(**usual | stated), actor=ward.ada).case
    assert case is not None
    return case


def enquiry(ward: Ward, text: str, **stated: Any) -> ServiceRequest:
    """What somebody asks about a place of the ward, just now: no case, it waits at the desk."""
    lon, lat = ward.lonlat(250, 250)
    usual: dict[str, Any] = {"nature": "enquiry", "reported_at": timezone.now()}
    row = RequestRow(**usual | {"text": text, "lon": lon, "lat": lat} | stated)
    return receive(row, actor=ward.ada).request


def prove(
    ward: Ward,
    case: Case,
    at: tuple[float, float] | None = (255, 250),
    *,
    by: str = "bo",
    seed: int = 1,
    data: bytes | None = None,
    taken_ago: timedelta = timedelta(0),
    **stated: Any,
) -> Evidence:
    """A photo for the case, taken just now at a place in metres (None: without position)."""
    lon, lat = ward.lonlat(*at) if at else (None, None)
    now = timezone.now() - taken_ago
    data = data or photo(lon, lat, taken_at=now, seed=seed)
    statement = read_statement(
        {"filename": "photo.jpg", "mime": "image/jpeg", "captured_at": now.isoformat()} | stated
    )
    kept = keep_file(BytesIO(data), size=len(data))
    return add_case_evidence(case, actor=ward.people[by], file=kept, statement=statement)


STEPS: list[tuple[str, Callable[[Ward, Case], Case]]] = [
    ("filed", lambda ward, case: file_case(case, actor=ward.ada)),
    ("dispatched", lambda ward, case: dispatch_case(case, actor=ward.ada)),
    ("accepted", lambda ward, case: accept_case(case, actor=ward.di)),
    ("handled", lambda ward, case: handle_case(case, actor=ward.di)),
    ("checked", lambda ward, case: check_case(case, actor=ward.bo)),
]


def case_in(ward: Ward, state: str, **stated: Any) -> Case:
    """A case that has come as far as this state by the ordinary way."""
    case = report(ward, **stated)
    if state == "declined":
        return decline_case(case, actor=ward.ada, reason="重复")
    if state == "answered":
        return answer_case(case, actor=ward.ada, reason="路灯 22 点后半夜灯模式，属正常")
    if state == "merged":
        other = report(ward)
        return merge_case(case, into=other, actor=ward.ada, reason="同一盏灯")
    if state == "verified":
        return verify_case(case, actor=ward.bo)
    for reached, step in STEPS:
        if case.state == state:
            return case
        case = step(ward, case)
        assert case.state == reached
    if state == "called_back":
        case = call_back(case, actor=ward.ada, said=Said(rating=Rating.SATISFIED, solved=True))
    if state in {"closed", "archived"}:
        prove(ward, case, seed=case.pk)
        case = close_case(case, actor=ward.bo)
    if state == "archived":
        case = archive_case(case, actor=ward.ada)
    assert case.state == state
    return case


def visit(
    ward: Ward,
    case: Case,
    at: tuple[float, float] | None = (255, 250),
    *,
    by: str = "di",
    kind: TaskKind = TaskKind.HANDLE,
    outcome: VisitOutcome = VisitOutcome.DONE,
    **found: Any,
) -> Visit:
    """A visit made just now, at a place in metres (None: without position)."""
    bodies = ward.people[by].memberships.values("organization")
    tasks = case.tasks.filter(Q(organization__in=bodies) | Q(organization=None), kind=kind)
    position = Point(*ward.lonlat(*at), srid=4326) if at else None
    usual: dict[str, Any] = {"arrived_at": timezone.now(), "position": position}
    stated = Found(outcome=outcome, **usual | found)
    return record_visit(tasks.order_by("-id")[0], actor=ward.people[by], found=stated)


def argue(ward: Ward, case: Case) -> Case:
    """The lamp company would be rid of an accepted case: refused, appealed, and offered to housing."""
    case = request_return(case, actor=ward.di, grounds=Grounds.NOT_OURS, reason="不归我们管")
    case = refuse_return(case, actor=ward.ada, reason="判定明确")
    case = appeal_return(case, actor=ward.di, reason="权属资料有误")
    return propose_transfer(case, actor=ward.di, to=ward.bodies["housing"], reason="请住建委接手")


def instruct(ward: Ward, case: Case, to: str = "lamp") -> Undertaking:
    """A leader's instruction in a case, to a body."""
    given = Given(
        kind=UndertakingKind.INSTRUCTION, text="更换灯具", level="district", signed_by="区领导"
    )
    return give_undertaking(actor=ward.lu, organization=ward.bodies[to], given=given, case=case)


def put_off(ward: Ward, case: Case) -> Case:
    """The lamp company asks for more time, and for a rest."""
    until = (timezone.now() + timedelta(days=20)).date()
    case = request_extension(case, actor=ward.di, limit="1wd", reason="等待灯具到货")
    return request_parking(case, actor=ward.di, until=until, reason="冬季不宜施工")


def met(ward: Ward, case: Case) -> dict[str, int]:
    """A consult about a case, a batch, a shift handed over, a turn, a cost advanced: their keys."""
    now = timezone.now()
    batch = call_meeting(actor=ward.ada, kind=MeetingKind.DISPATCH)
    hold_meeting(batch, actor=ward.ada, chair="王主任", minutes="照办")
    shift = hand_over_shift(begin_shift(actor=ward.ada), actor=ward.ada, reason="夜班已交")
    turn = enter_turn(
        actor=ward.ada,
        organization=ward.bodies["lamp"],
        name="赵值班",
        phone="12345",
        starts_at=now,
        ends_at=now + timedelta(hours=8),
    )
    cost = advance_cost(
        case,
        actor=ward.ada,
        payer=ward.bodies["lamp"],
        amount=Decimal("500"),
        purpose="临时照明",
        paid_on=now.date(),
    )
    meeting = call_meeting(actor=ward.ada, kind=MeetingKind.CONSULT, case=case)
    return {"meeting": meeting.pk, "shift": shift.pk, "turn": turn.pk, "cost": cost.pk}


PDF = b"%PDF-1.7\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n"


def gathered(ward: Ward) -> dict[str, object]:
    """A residents' meeting with its minutes, at which a lamp was reported: its key, and the file's."""
    held_at = timezone.now() - timedelta(hours=2)
    gathering = record_gathering(
        actor=ward.ada, title="西门民情联系会", held_at=held_at, area="500236001"
    )
    kept = keep_file(BytesIO(PDF), size=len(PDF))
    add_minutes(gathering, actor=ward.ada, file=kept, filename="纪要.pdf", mime="application/pdf")
    said = report(ward, channel="meeting").requests.get()
    add_said(gathering, actor=ward.ada, requests=[said])
    return {"gathering": gathering.pk, "minutes": kept.pk}
