"""What acts on a case need to know: its duty and limits, its bodies, the proof it has."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypedDict

from django.conf import settings
from django.contrib.gis.geos import Point
from django.db import connection, models
from django.db.models import Q, QuerySet
from django.utils import timezone
from shapely import from_wkb
from shapely.geometry.base import BaseGeometry

from core.audit import subject_of
from core.models import AuditEntry
from grid.areas.models import Area
from grid.catalogue.models import CatalogueEdition, Category, Duty, DutyLimit
from grid.evidence.content import SAME_PICTURE, distance
from grid.evidence.models import Evidence, Purpose
from grid.evidence.queries import Subject, evidence_of, taken_instant
from grid.evidence.score import CLOCK_SLACK
from grid.evidence.use_cases import Expectation, assess_again
from grid.ground.queries import city_zone
from grid.jurisdiction.asking import Place
from grid.organizations.models import Organization
from inspections.cases.limits import asks_verification
from inspections.cases.models import (
    CLOSED_WITH_IT,
    Assignment,
    Callback,
    Case,
    CaseState,
    ClosingBasis,
    ProofDistance,
)
from inspections.requests.models import Channel, ServiceRequest
from inspections.requests.queries import reachable

PROOF_DISTANCE_M = 100.0
PHOTOS_NEEDED = 1  # where no duty says how many
ATTEMPTS = 3  # so often somebody is called before counting as unreachable
# Who fixes a thing on the spot takes the first photo before there is a report.
SELF_FIX_WINDOW = timedelta(hours=12)


def next_number(now: datetime) -> str:
    """A new case number: the day in city time, then a running number that never repeats."""
    day = now.astimezone(city_zone())
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('inspections_case_number')")
        return f"{day:%Y%m%d}-{cursor.fetchone()[0]:06d}"


def spot_of(case: Case) -> Point:
    """The one point that stands for a case: of a line its middle."""
    place: Any = case.place
    spot: Point = place
    if place.geom_type == "LineString":
        spot = place.interpolate_normalized(0.5)
    elif place.geom_type != "Point":
        spot = place.point_on_surface
    return spot


class Where(TypedDict):
    """Where a question about a case is asked."""

    place: Place | None
    path: BaseGeometry | None


def where_of(case: Case) -> Where:
    """Where it is asked who answers for a case.

    Of a line that is along all of it, so that the answer has parts; its headline is that of the thing
    named, else of the largest part.
    """
    place: Any = case.place
    spot = spot_of(case)
    there = Place(spot.x, spot.y, case.accuracy_m or 0.0)
    if place.geom_type == "Point":
        return Where(place=there, path=None)
    return Where(place=there if case.facility else None, path=from_wkb(bytes(place.wkb)))


def zone_of(area_codes: Sequence[str]) -> str:
    """Town or country: as the innermost area that says so has it; blank if none does."""
    zones = dict(
        Area.objects.current()
        .filter(code__in=area_codes)
        .exclude(zone="")
        .values_list("code", "zone")
    )
    return next((zones[code] for code in reversed(area_codes) if code in zones), "")


def edition_in_force() -> CatalogueEdition | None:
    """The catalogue as published today."""
    return CatalogueEdition.objects.filter(status=CatalogueEdition.Status.PUBLISHED).first()


def lineage_of(category: Category | None) -> list[Category]:
    """The category and all wider ones, itself first."""
    lineage: list[Category] = []
    while category is not None and category not in lineage:
        lineage.append(category)
        category = category.parent
    return lineage


def limit_for(duty: int | None, urgency: str, zone: str) -> DutyLimit | None:
    """The limits of a duty (key) that fit best: urgency and zone both, then urgency, then zone, then for any."""
    if duty is None:
        return None
    fitting = DutyLimit.objects.filter(duty=duty, urgency__in=["", urgency], zone__in=["", zone])
    return max(
        fitting, key=lambda limit: (limit.urgency != "", limit.zone != "", -limit.pk), default=None
    )


def bodies_and_above(bodies: Iterable[int]) -> set[int]:
    """Organizations (keys) with all bodies above them."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE up(id) AS (
                SELECT unnest(%s::bigint[])
                UNION
                SELECT parent_id FROM grid_organization JOIN up USING (id)
                WHERE parent_id IS NOT NULL
            ) SELECT id FROM up
            """,
            [list(bodies)],
        )
        return {row[0] for row in cursor.fetchall()}


def bodies_named(codes: Iterable[str]) -> dict[str, Organization]:
    """Organizations by their codes; unknown codes are left out."""
    return {body.code: body for body in Organization.objects.filter(code__in=set(codes))}


def handling_bodies(case: Case) -> set[int]:
    """The bodies that have the case now (keys)."""
    in_force = Assignment.objects.filter(case=case, ended_at__isnull=True)
    return set(in_force.values_list("organization", flat=True))


def bodies_that_worked(case: Case) -> set[int]:
    """The bodies that have the case now, or had it when it was closed (keys)."""
    held = Q(ended_at__isnull=True) | Q(end_reason=CLOSED_WITH_IT)
    worked = Assignment.objects.filter(held, case=case)
    return set(worked.values_list("organization", flat=True))


def lead_of(case: Case) -> Assignment | None:
    """The assignment of the body that leads now."""
    in_force = Assignment.objects.filter(case=case, kind="lead", ended_at__isnull=True)
    return in_force.select_related("organization").first()


def subject(case: Case) -> Subject:
    """A case as evidence names it."""
    subject_type, subject_id = subject_of(case)
    return Subject(subject_type, subject_id, case.number)


def proof_distance(category: Category | None) -> float:
    """How near a photo must have been taken: the category's own limit, a wider one's, or 100 m."""
    for step in lineage_of(category):
        limit = ProofDistance.objects.filter(category=step).first()
        if limit is not None:
            return limit.limit_m
    return PROOF_DISTANCE_M


def expectation_of(case: Case) -> Expectation:
    """What a photo for this case should prove."""
    return Expectation(
        place=case.place,
        limit_m=proof_distance(case.category),
        reported_at=case.reported_at,
        accuracy_m=case.accuracy_m,
    )


@dataclass(frozen=True)
class Proof:
    """One piece of evidence and what speaks against it now; `blocks` is empty for good proof."""

    evidence: Evidence
    findings: list[dict[str, Any]]

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """The findings that keep it from closing the case."""
        return [finding for finding in self.findings if finding["blocks"]]


BY_HANDLER = {
    "code": "by_handler",
    "blocks": True,
    "words": {
        "zh-Hans": "照片由承办单位人员拍摄：结案照片须由其他单位的核查人员拍摄。",
        "en": "The photo is by the body that handled the case: "
        "proof must come from a person of another body.",
    },
}


BEFORE_REPAIR = {
    "code": "before_repair",
    "blocks": True,
    "words": {
        "zh-Hans": "照片拍摄于处置完成之前：请在处置后到现场重新拍摄。",
        "en": "The photo was taken before the repair was reported done: take one of how it is now.",
    },
}


NOT_OF_THE_RESULT = {
    "code": "not_of_the_result",
    "blocks": True,
    "words": {
        "zh-Hans": "照片标注为处置前的情况（上报、核实或处置前）：请拍摄处置后的现状。",
        "en": "The photo is put forward as one of before the repair: take one of how it is now.",
    },
}
OF_BEFORE = {Purpose.REPORT, Purpose.VERIFY, Purpose.BEFORE}


def proofs_of(case: Case, *, self_fixed: bool = False) -> list[Proof]:
    """Every piece of evidence, judged anew: place, report and reuse may have changed since.

    It proves a repair if taken after it, by somebody of another body.
    `self_fixed`: fixed on the spot by whoever reports it, so photos may be older than the report.
    """
    expectation = expectation_of(case)
    if self_fixed:
        began = expectation.reported_at - SELF_FIX_WINDOW
        expectation = replace(expectation, reported_at=began)
    bodies = bodies_that_worked(case)
    found = []
    for evidence in evidence_of(subject(case)):
        findings = [f.as_json() for f in assess_again(evidence, expectation, subject=subject(case))]
        theirs = evidence.uploaded_by.memberships.values_list("organization", flat=True)
        if bodies & bodies_and_above(theirs):
            findings.append(BY_HANDLER)
        too_old = any(finding["code"] == "older_than_report" for finding in findings)
        if not (self_fixed or too_old or _shows_the_repair(case, evidence)):
            findings.append(BEFORE_REPAIR)
        elif not too_old and evidence.purpose in OF_BEFORE:
            findings.append(NOT_OF_THE_RESULT)
        found.append(Proof(evidence, findings))
    return found


def good_proofs(proofs: Iterable[Proof]) -> int:
    """How many different pictures prove it: the same picture saved anew counts once."""
    marks: list[int] = []
    flat = 0  # a picture without a fingerprint is told from others by its bytes alone
    for proof in proofs:
        mark = proof.evidence.file.fingerprint
        if proof.blocks:
            continue
        if mark is None:
            flat += 1
        elif all(distance(mark, other) > SAME_PICTURE for other in marks):
            marks.append(mark)
    return len(marks) + flat


def _shows_the_repair(case: Case, evidence: Evidence) -> bool:
    """Whether it was taken after the body that leads said it was done (clocks differ a little)."""
    taken_at = taken_instant(evidence) or evidence.received_at
    return case.handled_at is not None and taken_at >= case.handled_at - CLOCK_SLACK


def photos_needed(case: Case) -> int:
    """How many photos must prove it: what the duty says, at least one."""
    return max(case.duty.photos, PHOTOS_NEEDED) if case.duty else PHOTOS_NEEDED


def needs_verification(case: Case) -> bool:
    """Whether somebody is to look at it on the spot before it is filed (核实)."""
    return case.state == CaseState.REPORTED and asks_verification(case.channel)


def requests_of(case: Case) -> QuerySet[ServiceRequest]:
    """The requests that feed the case now, the first first."""
    feeding = case.requests.filter(links__case=case, links__left_at__isnull=True)
    return feeding.order_by("reported_at", "id")


def is_reviewed(duty: Duty) -> bool:
    """Whether somebody of the law has read this duty (P7), or what the catalogue states in its place now."""
    now = Duty.objects.current().in_force(timezone.now()).filter(reviewed_on__isnull=False)
    key = {name: getattr(duty, name) for name in ("category", "scenario", "area_code")}
    return duty.reviewed_on is not None or now.filter(**key).exists()


def said_of(case: Case) -> QuerySet[ServiceRequest]:
    """What was said of its matter: the requests that feed it; of a merged case those it took along."""
    if case.merged_at is None:
        return requests_of(case)
    took = ServiceRequest.objects.filter(links__case=case, links__left_at__gte=case.merged_at)
    return took.order_by("reported_at", "id")


def missed_calls(case: Case) -> int:
    """How often nobody was reached since the case was last checked."""
    missed = case.callbacks.filter(reached=False)
    return missed.filter(made_at__gte=case.checked_at).count() if case.checked_at else 0


def needs_callback(case: Case) -> bool:
    """Whether the requester can be reached and was not yet, nor tried three times in vain (N1)."""
    if case.called_back_at is not None or missed_calls(case) >= ATTEMPTS:
        return False
    return reachable(requests_of(case))


def closing_basis(case: Case) -> ClosingBasis:
    """On whose word the case closes as it stands."""
    if case.called_back_at is not None:
        return ClosingBasis.CALLBACK
    if missed_calls(case) >= ATTEMPTS:
        return ClosingBasis.UNREACHABLE
    return ClosingBasis.PATROL if case.channel == Channel.PATROL else ClosingBasis.ANONYMOUS


def last_word(case: Case) -> Callback | None:
    """What the requester said last."""
    return case.callbacks.filter(reached=True).order_by("-id").first()


def is_excluded(word: Callback) -> bool:
    """Whether it was approved that this rating is not counted."""
    return Callback.objects.filter(pk=word.pk, exclusions__state="approved").exists()


def handler_owes_word(case: Case, word: Callback) -> bool:
    """Whether the handling body has yet to tell the requester itself (B12): by setting, or since the requester says so."""
    if word.contacted is not False and not settings.HANDLER_FEEDBACK_REQUIRED:
        return False
    return not case.replies.filter(reached=True).exists()


def lead_when_closed(case: Case) -> Assignment | None:
    """The assignment that led when the case was closed."""
    led = case.assignments.filter(kind="lead", end_reason=CLOSED_WITH_IT)
    return led.select_related("organization").order_by("-id").first()


About = Callable[[Case], Iterable[models.Model]]
_ABOUT: list[About] = []


def tell_in_trail(about: About) -> None:
    """Further records whose acts belong to the trail of a case; called once, by their room above."""
    _ABOUT.append(about)


def trail_of(case: Case) -> list[AuditEntry]:
    """Every act upon the case, upon the requests that feed it, and upon what rooms above keep about it."""
    records = [case, *case.requests.all(), *(record for about in _ABOUT for record in about(case))]
    named = Q()
    for record in records:
        subject_type, subject_id = subject_of(record)
        named |= Q(subject_type=subject_type, subject_id=subject_id)
    return list(AuditEntry.objects.filter(named).select_related("actor").order_by("id"))
