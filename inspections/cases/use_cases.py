"""Acts upon a case: each one function, one transaction, one audit entry."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction
from django.utils import timezone

from core.audit import record_act
from core.errors import DomainError, Invalid, NotPermitted
from core.models import User
from core.workflow import perform
from grid.catalogue.models import Category, Urgency
from grid.evidence.models import Evidence, StoredFile
from grid.evidence.statements import Statement
from grid.evidence.use_cases import add_evidence
from grid.facilities.models import Facility
from grid.jurisdiction.asking import Place
from grid.jurisdiction.models import Outcome
from grid.jurisdiction.use_cases import decide, store_verdict
from grid.organizations.models import Organization, Role
from grid.organizations.permissions import has_role
from inspections.calendar.queries import deadline_for, work_calendar
from inspections.cases.models import (
    CLOSED_WITH_IT,
    Assignment,
    AssignmentKind,
    Case,
    CaseRequest,
    ProofDistance,
)
from inspections.cases.permissions import may_add_evidence
from inspections.cases.queries import (
    bodies_named,
    edition_in_force,
    expectation_of,
    lead_of,
    limit_for,
    next_number,
    spot_of,
    zone_of,
)
from inspections.requests.models import ServiceRequest


class OutsideCity(Invalid):
    """The place lies outside the city: no case can be filed there."""

    zh = "该位置不在本市范围内，不能立案。"


class NoReceiver(DomainError):
    """Nobody to send it to ({outcome}): the verdict names no body with a duty contact. Name one in 'to', with a reason."""

    status = 409
    zh = "无可派遣单位（{outcome}）：判定未给出有值班联系方式的单位。请在 to 中指定单位并说明理由。"


class OverrideNeedsReason(Invalid):
    """The verdict says {verdict}; to send the case to {to} instead, say why in 'reason'."""

    zh = "判定的派遣单位为 {verdict}；改派 {to} 必须在 reason 中说明理由。"


class CategoryNeeded(Invalid):
    """A case is filed under a category: name it in 'category'."""

    zh = "立案必须指定类别：请填写 category。"


Follower = Callable[[Case, str, User], None]
_FOLLOWERS: list[Follower] = []


def follow_acts(follower: Follower) -> None:
    """What another room does when a case has moved, in the same transaction; wired in apps.py."""
    _FOLLOWERS.append(follower)


def _follow(case: Case, act: str, actor: User) -> Case:
    for follower in _FOLLOWERS:
        follower(case, act, actor)
    return case


def _move(case: Case, act: str, *, actor: User, **rest: Any) -> Case:
    with transaction.atomic():
        return _follow(perform(case, act, actor=actor, **rest), act, actor)


def open_case(request: ServiceRequest, *, actor: User, urgency: str = Urgency.NORMAL) -> Case:
    """A case for a request that has a place in the city. Raises OutsideCity."""
    if request.place is None:
        raise Invalid(
            "a case needs a place: give lon and lat", zh="案件必须有位置：请填写 lon 和 lat。"
        )
    now = timezone.now()
    case = Case(
        number=next_number(now),
        category=request.category,
        urgency=urgency,
        place=request.place,
        accuracy_m=request.accuracy_m,
        facility=Facility.objects.filter(code=request.facility_code).first(),
        reported_at=request.reported_at,
        opened_at=now,
    )
    where = decide(place=_place_of(case)).as_json()
    if where["outcome"] == Outcome.OUTSIDE:
        raise OutsideCity
    case.cell_code, case.area_codes = where["cell"] or "", where["areas"]
    with transaction.atomic():
        case = _move(case, "open", actor=actor, details={"request": request.code})
        CaseRequest.objects.create(case=case, request=request)
    return case


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

    What is not given stays as it was reported; a moved pin is judged where it now is.
    """
    case.category = category or case.category
    if case.category is None:
        raise CategoryNeeded
    case.facility = facility or case.facility
    if place is not None:
        case.place, case.accuracy_m = place, accuracy_m
    now = timezone.now()
    answer = decide(
        place=_place_of(case),
        category=case.category,
        facility=case.facility,
        scenario=scenario,
        at=now,
    )
    told = answer.as_json()
    if told["outcome"] == Outcome.OUTSIDE:
        raise OutsideCity
    duty = answer.duty()
    urgency, zone = urgency or case.urgency, zone_of(told["areas"])
    limit, calendar = limit_for(duty, urgency, zone), work_calendar()
    file_by = deadline_for(case.reported_at, limit.file_by, calendar) if limit else None
    resolve_by = deadline_for(case.reported_at, limit.resolve_by, calendar) if limit else None
    supervisor = told["supervisor"]
    with transaction.atomic():
        verdict = store_verdict(answer)
        return _move(
            case,
            "file",
            actor=actor,
            reason=reason,
            base_version=base_version,
            changes={
                "category": case.category,
                "facility": case.facility,
                "place": case.place,
                "accuracy_m": case.accuracy_m,
                "scenario": scenario,
                "urgency": urgency,
                "zone": zone,
                "cell_code": told["cell"] or "",
                "area_codes": told["areas"],
                "verdict": verdict,
                "edition": duty.edition if duty else edition_in_force(),
                "duty": duty,
                "supervisor": bodies_named([supervisor["code"]])[supervisor["code"]]
                if supervisor
                else None,
                "filed_at": now,
                "file_by": file_by.at if file_by else None,
                "resolve_by": resolve_by.at if resolve_by else None,
                "deadlines_provisional": bool(resolve_by and resolve_by.provisional),
            },
            details={"verdict": verdict.pk, "outcome": verdict.outcome},
        )


def _place_of(case: Case) -> Place:
    spot = spot_of(case)
    return Place(spot.x, spot.y, case.accuracy_m or 0.0)


def decline_case(case: Case, *, actor: User, reason: str, base_version: int | None = None) -> Case:
    """Not a case (不予立案), with the reason."""
    return _move(case, "decline", actor=actor, reason=reason, base_version=base_version)


def dispatch_case(
    case: Case,
    *,
    actor: User,
    to: Organization | None = None,
    assists: Iterable[Organization] = (),
    reason: str = "",
    base_version: int | None = None,
) -> Case:
    """Send it (派遣) to the body the verdict names, or with a reason to another.

    Of a contested case the custodian leads and the bodies between whom it stands are co-receivers.
    Raises NoReceiver when the verdict names nobody and no body is given: it stays at the desk.
    """
    return _send(case, "dispatch", actor, to, assists, reason, base_version)


def reassign_case(
    case: Case,
    *,
    actor: User,
    reason: str,
    to: Organization | None = None,
    assists: Iterable[Organization] = (),
    base_version: int | None = None,
) -> Case:
    """Send it elsewhere (改派): the present assignments end without fault, new ones begin."""
    return _send(case, "reassign", actor, to, assists, reason, base_version)


def _send(
    case: Case,
    act: str,
    actor: User,
    to: Organization | None,
    assists: Iterable[Organization],
    reason: str,
    base_version: int | None,
) -> Case:
    now = timezone.now()
    with transaction.atomic():
        told = case.verdict.answer if case.verdict else {}
        named = (told.get("dispatch_to") or {}).get("code", "")
        case = perform(
            case,
            act,
            actor=actor,
            reason=reason,
            base_version=base_version,
            changes={"dispatched_at": now},
            details={"to": to.code if to else named, "verdict_named": named or None},
        )
        lead, kept = _lead(told, named, to, reason)
        rivals = _rivals(told) if kept else set()
        helpers = set(case.duty.assists if case.duty else []) | {body.code for body in assists}
        bodies = bodies_named(rivals | helpers)
        case.assignments.filter(ended_at__isnull=True).update(ended_at=now, end_reason=act)
        clocks = _clocks(case, now)
        others = [body for code, body in sorted(bodies.items()) if code != lead.code]
        Assignment.objects.bulk_create(
            Assignment(
                case=case,
                organization=body,
                kind=AssignmentKind.LEAD if body == lead else AssignmentKind.ASSIST,
                co_receiver=body.code in rivals,
                reason=reason,
                dispatched_at=now,
                dispatched_by=actor,
                **clocks,
            )
            for body in [lead, *others]
        )
        return _follow(case, act, actor)


def _lead(
    told: dict[str, Any], named: str, to: Organization | None, reason: str
) -> tuple[Organization, bool]:
    """The body that leads, and whether it is the verdict's."""
    if to is not None and to.code != named:
        if not reason.strip():
            raise OverrideNeedsReason(verdict=named or "-", to=to.code)
        return to, False
    found = bodies_named([named]).get(named) if named else None
    if found is None:
        raise NoReceiver(
            outcome=told.get("outcome", "undetermined"), explanation=told.get("explanation")
        )
    return found, True


def _rivals(told: dict[str, Any]) -> set[str]:
    """The bodies between whom a contested case stands: those whose claims speak."""
    if told.get("outcome") != Outcome.CONTESTED:
        return set()
    return {claim["organization"]["code"] for claim in told["claims"] if claim["speaks"]}


def _clocks(case: Case, now: datetime) -> dict[str, datetime]:
    """The clocks of an assignment, from its dispatch."""
    limit = limit_for(case.duty, case.urgency, case.zone)
    if limit is None:
        return {}
    calendar = work_calendar()
    deadlines = {
        name: deadline_for(now, getattr(limit, name), calendar)
        for name in ("respond_by", "arrive_by", "resolve_by")
    }
    return {name: due.at for name, due in deadlines.items() if due is not None}


def accept_case(
    case: Case, *, actor: User, reason: str = "", base_version: int | None = None
) -> Case:
    """The body that leads takes it (受理); who accepted first stays on record (P10)."""
    with transaction.atomic():
        case = _move(case, "accept", actor=actor, reason=reason, base_version=base_version)
        lead = lead_of(case)
        if lead is not None and lead.accepted_at is None:
            lead.accepted_at, lead.accepted_by = timezone.now(), actor
            lead.save(update_fields=["accepted_at", "accepted_by"])
    return case


def handle_case(
    case: Case, *, actor: User, reason: str = "", base_version: int | None = None
) -> Case:
    """The body that leads says it is done (处置)."""
    changes = {"handled_at": timezone.now()}
    return _move(
        case, "handle", actor=actor, reason=reason, base_version=base_version, changes=changes
    )


def check_case(
    case: Case, *, actor: User, reason: str = "", base_version: int | None = None
) -> Case:
    """A person of another body finds it done (核查)."""
    changes = {"checked_at": timezone.now()}
    return _move(
        case, "check", actor=actor, reason=reason, base_version=base_version, changes=changes
    )


def rework_case(case: Case, *, actor: User, reason: str, base_version: int | None = None) -> Case:
    """A person of another body finds it not done: back to the body that leads (返工)."""
    changes = {"handled_at": None, "checked_at": None}
    return _move(
        case, "rework", actor=actor, reason=reason, base_version=base_version, changes=changes
    )


def close_case(
    case: Case,
    *,
    actor: User,
    reason: str = "",
    solved: bool = True,
    base_version: int | None = None,
) -> Case:
    """Close it (结案) on proof from the spot; `solved` says whether the matter itself is. Raises ProofMissing."""
    now = timezone.now()
    with transaction.atomic():
        case = _move(
            case,
            "close",
            actor=actor,
            reason=reason,
            base_version=base_version,
            changes={"closed_at": now, "solved": solved},
        )
        case.assignments.filter(ended_at__isnull=True).update(
            ended_at=now, end_reason=CLOSED_WITH_IT
        )
    return case


def add_case_evidence(
    case: Case, *, actor: User, file: StoredFile, statement: Statement
) -> Evidence:
    """Put a file forward for a case; in any state, and whatever its findings. Raises NotPermitted."""
    if not may_add_evidence(actor, case):
        raise NotPermitted
    return add_evidence(
        case,
        actor=actor,
        code=case.number,
        file=file,
        statement=statement,
        expectation=expectation_of(case),
    )


def set_proof_distance(category: Category, *, actor: User, limit_m: float) -> ProofDistance:
    """How near its place a photo of this category (and those under it) must be taken, from now on."""
    if not has_role(actor, Role.ADMINISTRATOR):
        raise NotPermitted
    with transaction.atomic():
        distance, _ = ProofDistance.objects.update_or_create(
            category=category, defaults={"limit_m": limit_m}
        )
        record_act(
            actor=actor,
            act="set_proof_distance",
            subject=category,
            details={"limit_m": limit_m},
        )
    return distance
