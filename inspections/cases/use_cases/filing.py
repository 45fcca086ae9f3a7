"""From the report to the filed case: opened, verified on the spot, filed with its verdict, or ended at the desk."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction
from django.utils import timezone

from core.errors import Invalid
from core.models import User
from core.workflow import perform
from grid.catalogue.heirs import goes_on_as
from grid.catalogue.models import Category, DutyLimit, Urgency
from grid.facilities.models import Facility
from grid.facilities.queries import facility_called
from grid.jurisdiction.answers import Answer
from grid.jurisdiction.models import Outcome, Verdict
from grid.jurisdiction.use_cases import decide, store_verdict
from inspections.calendar.queries import deadline_for, work_calendar
from inspections.cases.limits import asks_verification, dispatch_limit, look_limit
from inspections.cases.models import Case, CaseRequest, CaseVerdict, ClosingBasis
from inspections.cases.queries import (
    bodies_named,
    edition_in_force,
    limit_for,
    next_number,
    where_of,
    zone_of,
)
from inspections.cases.use_cases.moving import followed, latest, move
from inspections.requests.models import ServiceRequest
from inspections.requests.privacy import without_numbers


class OutsideCity(Invalid):
    """The place lies outside the city: no case can be filed there."""

    zh = "该位置不在本市范围内，不能立案。"


class CategoryNeeded(Invalid):
    """A case is filed under a category: name it in 'category'."""

    zh = "立案必须指定类别：请填写 category。"


def open_case(
    request: ServiceRequest,
    *,
    actor: User,
    urgency: str = Urgency.NORMAL,
    split_from: Case | None = None,
    place: GEOSGeometry | None = None,
    accuracy_m: float | None = None,
) -> Case:
    """A case for a request that has a place in the city, or at the `place` the desk puts it. Raises OutsideCity.

    Of one that is split off, what it does not say itself is as the case it leaves has it.
    """
    accuracy_m = accuracy_m if place else request.accuracy_m
    place = place or request.place or (split_from.place if split_from else None)
    category = request.category or (split_from.category if split_from else None)
    if place is None:
        raise Invalid(
            "a case needs a place: give lon and lat", zh="案件必须有位置：请填写 lon 和 lat。"
        )
    now = timezone.now()
    case = Case(
        number=next_number(now),
        channel=request.channel,
        category=goes_on_as(category) if category else None,
        urgency=urgency,
        place=place,
        accuracy_m=accuracy_m,
        facility=facility_called(request.facility_code),
        reported_at=request.reported_at,
        opened_at=now,
    )
    # Asked for the ground and the limits; the verdict, with its margin, is given at the filing.
    answer = decide(
        **where_of(case), category=case.category, facility=case.facility, at=now, margin=False
    )
    told = _inside(answer)
    case.cell_code, case.area_codes = told["cell"] or "", told["areas"]
    case.zone = zone_of(told["areas"])
    limit = limit_for(answer.duty_key, urgency, case.zone)
    case.file_by = _file_by(case, limit)
    with transaction.atomic():
        details = {"request": request.code}
        if split_from is not None:
            details["split_from"] = split_from.number
        case = perform(case, "open", actor=actor, details=details)
        CaseRequest.objects.create(case=case, request=request)
        return followed(case, "open", actor)


def verify_case(
    case: Case, *, actor: User, reason: str = "", base_version: int | None = None
) -> Case:
    """Somebody of the centre was there and found it so (核实)."""
    changes = {"verified_at": timezone.now()}
    return move(
        case, "verify", actor=actor, reason=reason, base_version=base_version, changes=changes
    )


def skip_verification(
    case: Case, *, actor: User, reason: str, base_version: int | None = None
) -> Case:
    """Nobody need go first (免予核实), with the reason."""
    return move(case, "skip_verification", actor=actor, reason=reason, base_version=base_version)


def decline_case(case: Case, *, actor: User, reason: str, base_version: int | None = None) -> Case:
    """Not a case (不予立案), with the reason."""
    changes = {"closed_at": timezone.now()}
    return move(
        case, "decline", actor=actor, reason=reason, base_version=base_version, changes=changes
    )


def answer_case(case: Case, *, actor: User, reason: str, base_version: int | None = None) -> Case:
    """Answered at the desk (在线办结): the reason is what the requester is told."""
    changes = {"closed_at": timezone.now(), "answer": reason.strip(), "solved": True}
    noted = without_numbers(reason)  # the trail is for ever
    return move(
        case, "answer", actor=actor, reason=noted, base_version=base_version, changes=changes
    )


def file_case(
    case: Case,
    *,
    actor: User,
    base_version: int | None = None,
    reason: str = "",
    category: Category | None = None,
    facility: Facility | None = None,
    scenario: str = "",
    urgency: str = "",
    place: GEOSGeometry | None = None,
    accuracy_m: float | None = None,
) -> Case:
    """File it (立案): ask who answers, keep the verdict, the catalogue's duty and the clocks.

    What is not given stays as it was reported; a moved pin is judged where it now is. Where the
    channel asks for a look on the spot first, filing without one needs a reason.
    """
    now = timezone.now()
    with transaction.atomic():
        case = latest(case)
        if place is not None:
            case.place, case.accuracy_m = place, accuracy_m
        answer, changes = _filed(
            case,
            now,
            category=category or case.category,
            facility=facility or case.facility,
            scenario=scenario,
            urgency=urgency or case.urgency,
        )
        verdict = store_verdict(answer)
        case = perform(
            case,
            "file",
            actor=actor,
            reason=reason,
            base_version=base_version,
            changes=changes | {"verdict": verdict},
            details={"verdict": verdict.pk, "outcome": verdict.outcome},
        )
        _keep(case, verdict, "file", now)
        return followed(case, "file", actor)


def fix_on_spot(
    case: Case,
    *,
    actor: User,
    reason: str = "",
    category: Category | None = None,
    base_version: int | None = None,
) -> Case:
    """Whoever found it has put it right on the spot (随手办结, B25): closed on that person's own photos."""
    now = timezone.now()
    with transaction.atomic():
        case = latest(case)
        answer, changes = _filed(
            case,
            now,
            category=category or case.category,
            facility=case.facility,
            scenario=case.scenario,
            urgency=case.urgency,
        )
        changes |= {
            "handled_at": now,
            "closed_at": now,
            "solved": True,
            "closing_basis": ClosingBasis.ON_SPOT,
        }
        verdict = store_verdict(answer)
        case = perform(
            case,
            "fix_on_spot",
            actor=actor,
            reason=reason,
            base_version=base_version,
            changes=changes | {"verdict": verdict},
            details={"verdict": verdict.pk, "outcome": verdict.outcome},
        )
        _keep(case, verdict, "fix_on_spot", now)
        return followed(case, "fix_on_spot", actor)


def move_pin(
    case: Case,
    *,
    actor: User,
    place: GEOSGeometry,
    accuracy_m: float | None = None,
    reason: str = "",
    base_version: int | None = None,
) -> Case:
    """It is really over there (移动点位): judged anew, the former verdict kept; sent nowhere by itself."""
    now = timezone.now()
    with transaction.atomic():
        case = latest(case)
        case.place, case.accuracy_m = place, accuracy_m
        answer = decide(
            **where_of(case),
            category=case.category,
            facility=case.facility,
            scenario=case.scenario,
            at=now,
        )
        told = _inside(answer)
        changes: dict[str, Any] = {
            "place": place,
            "accuracy_m": accuracy_m,
            "cell_code": told["cell"] or "",
            "area_codes": told["areas"],
        }
        former = case.verdict
        verdict = store_verdict(answer) if former else None
        if verdict:
            changes |= {"verdict": verdict, "supervisor": _supervisor(told)}
        case = perform(
            case,
            "move_pin",
            actor=actor,
            reason=reason,
            base_version=base_version,
            changes=changes,
            details={
                "former_verdict": former.pk if former else None,
                "verdict": verdict.pk if verdict else None,
            },
        )
        if verdict:
            _keep(case, verdict, "move_pin", now)
        return followed(case, "move_pin", actor)


def _filed(
    case: Case,
    now: datetime,
    *,
    category: Category | None,
    facility: Facility | None,
    scenario: str,
    urgency: str,
) -> tuple[Answer, dict[str, Any]]:
    """The verdict on a case about to be filed, and what filing changes."""
    if category is None:
        raise CategoryNeeded
    category = goes_on_as(category, now)
    case.facility = facility
    answer = decide(
        **where_of(case), category=category, facility=facility, scenario=scenario, at=now
    )
    told, duty, calendar = _inside(answer), answer.duty(), work_calendar()
    zone = zone_of(told["areas"])
    limit = limit_for(answer.duty_key, urgency, zone)
    resolve_by = deadline_for(case.reported_at, limit.resolve_by, calendar) if limit else None
    dispatch_by = deadline_for(now, dispatch_limit(urgency), calendar)
    return answer, {
        "category": category,
        "facility": facility,
        "place": case.place,
        "accuracy_m": case.accuracy_m,
        "scenario": scenario,
        "urgency": urgency,
        "zone": zone,
        "cell_code": told["cell"] or "",
        "area_codes": told["areas"],
        "edition": duty.edition if duty else edition_in_force(),
        "duty": duty,
        "supervisor": _supervisor(told),
        "filed_at": now,
        "file_by": _file_by(case, limit),
        "dispatch_by": dispatch_by.at if dispatch_by else None,
        "resolve_by": resolve_by.at if resolve_by else None,
        "deadlines_provisional": bool(resolve_by and resolve_by.provisional),
    }


def _inside(answer: Answer) -> dict[str, Any]:
    """The answer as JSON; raises OutsideCity."""
    told = answer.as_json()
    if told["outcome"] == Outcome.OUTSIDE:
        raise OutsideCity
    return told


def _supervisor(told: dict[str, Any]) -> Any:
    named = told["supervisor"]
    return bodies_named([named["code"]]).get(named["code"]) if named else None


def _file_by(case: Case, limit: DutyLimit | None) -> datetime | None:
    """Until when it is to be filed; where somebody looks on the spot first, that has its own time."""
    calendar, began = work_calendar(), case.verified_at or case.reported_at
    if case.verified_at is None and asks_verification(case.channel):
        looked = deadline_for(began, look_limit(case.urgency), calendar)
        began = looked.at if looked else began
    stated = limit.file_by if limit and limit.file_by else settings.FILE_WITHIN
    due = deadline_for(began, stated, calendar)
    return due.at if due else None


def _keep(case: Case, verdict: Verdict, act: str, now: datetime) -> None:
    CaseVerdict.objects.create(case=case, verdict=verdict, act=act, given_at=now)
