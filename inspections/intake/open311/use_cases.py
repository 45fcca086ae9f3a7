"""A report comes in from a program: recorded, with its photos, and a case opened; or refused whole."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils import timezone

from core.audit import record_act
from core.errors import DomainError, Invalid, NotPermitted
from core.models import User
from grid.catalogue.models import Category
from grid.facilities.models import Facility
from grid.jurisdiction.asking import Place
from grid.jurisdiction.models import Outcome
from grid.jurisdiction.use_cases import decide
from grid.organizations.models import Role
from grid.organizations.permissions import has_role
from inspections.cases.use_cases import OutsideCity
from inspections.intake.open311.models import GeoReport, ServiceQuestion
from inspections.intake.open311.permissions import may_report
from inspections.intake.use_cases import receive
from inspections.intake.use_cases.public import add_photos
from inspections.requests.models import Channel, ServiceRequest
from inspections.requests.use_cases import RequestRow
from inspections.requests.use_cases.requesters import Person


class NotAReporter(NotPermitted):
    """This api_key may not report: it must belong to an account with the role of dispatcher."""

    zh = "该 api_key 无权上报：须属于具有调度员角色的账号。"


class OutsideOurCity(Invalid):
    """The place lies outside our city, so the report was not taken; tell whoever serves that place."""

    zh = "该位置不在本市范围内，未受理；请向当地上报。"


@dataclass(frozen=True, kw_only=True)
class Stated:
    """What a program states of a report; `answers` by attribute code, `labels` what they answer."""

    category: Category
    text: str = ""
    place: Point | None = None
    accuracy_m: float | None = None
    address: str = ""
    address_id: str = ""
    facility_code: str = ""
    media_url: str = ""
    person: Person | None = None
    answers: dict[str, list[str]] = field(default_factory=dict)
    told: Sequence[tuple[str, str]] = ()
    photos: Sequence[str] = ()

    def words(self) -> str:
        """All that was said, as the desk and the crew read it."""
        lines = [self.text.strip(), *(f"{label}：{answer}" for label, answer in self.told)]
        if self.address:
            lines.append(f"地点：{self.address}")
        if self.media_url:
            lines.append(f"链接：{self.media_url}")
        return "\n".join(line for line in lines if line)


@dataclass(frozen=True)
class Reported:
    """The request as recorded, and why there is no case yet, if so."""

    request: ServiceRequest
    why_no_case: DomainError | None


def report(stated: Stated, *, actor: User) -> Reported:
    """Record it and open its case: all or nothing.

    Raises NotAReporter, OutsideOurCity, and what is wrong with place or person.
    """
    if not may_report(actor):
        raise NotAReporter
    now = timezone.now()
    with transaction.atomic():
        received = receive(
            RequestRow(
                channel=Channel.OPEN311,
                category=stated.category,
                text=stated.words(),
                reported_at=now,
                place=stated.place,
                accuracy_m=stated.accuracy_m,
                facility_code=stated.facility_code,
                requester=stated.person,
            ),
            actor=actor,
        )
        if isinstance(received.why_no_case, OutsideCity):
            raise OutsideOurCity
        GeoReport.objects.create(
            request=received.request,
            address=stated.address,
            address_id=stated.address_id,
            media_url=stated.media_url,
            answers=stated.answers,
        )
        if stated.photos:
            add_photos(received.request, stated.photos, actor=actor)
    return Reported(received.request, received.why_no_case)


def place_of_address(address_id: str) -> tuple[Point, str] | None:
    """The place and code of a facility, whose code is our address; None: there is no such address."""
    facility = Facility.objects.filter(code=address_id).first()
    record = facility and facility.records.as_of(timezone.now(), None).first()
    if not record:
        return None
    return record.location.point_on_surface, address_id


@dataclass(frozen=True)
class Acceptance:
    """Whether a report of this place would be taken, and who would answer for it."""

    accepted: bool
    responsible: str = ""


def would_accept(lon: float, lat: float, category: Category | None) -> Acceptance:
    """Asked before anything is written. Raises InvalidPlace."""
    told: dict[str, Any] = decide(place=Place(lon, lat), category=category, margin=False).as_json()
    if told["outcome"] == Outcome.OUTSIDE:
        return Acceptance(False)
    return Acceptance(True, (told["responsible"] or {}).get("name", ""))


def set_question(question: ServiceQuestion, *, actor: User) -> ServiceQuestion:
    """Ask this question of reports of its category from now on. Raises NotPermitted."""
    if not has_role(actor, Role.ADMINISTRATOR):
        raise NotPermitted
    with transaction.atomic():
        question.save()
        details = {"code": question.code, "description": question.description}
        record_act(actor=actor, act="set_question", subject=question.category, details=details)
    return question


def drop_question(question: ServiceQuestion, *, actor: User) -> None:
    """Ask it no longer; what was answered stays. Raises NotPermitted."""
    if not has_role(actor, Role.ADMINISTRATOR):
        raise NotPermitted
    with transaction.atomic():
        details = {"code": question.code}
        record_act(actor=actor, act="drop_question", subject=question.category, details=details)
        question.delete()
