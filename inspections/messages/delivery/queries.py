"""What a batch of events is to be told of, read set by set: cases, reports that feed them, bodies, addresses."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from core.models import OutboxEvent
from grid.ground.queries import the_city
from grid.organizations.models import Role
from inspections.cases.models import Assignment, AssignmentKind, Case, CaseRequest
from inspections.disputes.models import ReturnRequest, Transfer, TransferState
from inspections.joint.marks.models import CaseCopy, CopyCause
from inspections.messages.delivery.models import Endpoint
from inspections.requests.models import Channel, Requester, ServiceRequest
from inspections.requests.privacy import unseal

CASE, REQUEST = Case._meta.label_lower, ServiceRequest._meta.label_lower


@dataclass
class Subjects:
    """All that the messages of one batch need; a fixed number of questions, however many events."""

    cases: Mapping[int, Case]
    requests: Mapping[int, ServiceRequest]
    links: dict[int, list[CaseRequest]]
    parts: dict[int, list[Assignment]]
    zone: ZoneInfo
    returned: dict[int, int] = field(default_factory=dict)
    proposed: dict[int, int] = field(default_factory=dict)
    leaders: dict[int, set[int]] = field(default_factory=dict)
    with_email: frozenset[int] = frozenset()
    with_phone: frozenset[int] = frozenset()
    endpoints: list[Endpoint] = field(default_factory=list)

    def fed_by(self, case: int, at: datetime) -> list[ServiceRequest]:
        """The reports that fed a case at an instant: who joined later hears of what comes after."""
        return [
            link.request
            for link in self.links.get(case, [])
            if link.joined_at <= at and (link.left_at is None or link.left_at > at)
        ]

    def given(self, case: int, at: datetime) -> list[Assignment]:
        """The parts that the last dispatch before an instant made."""
        before = [one for one in self.parts.get(case, []) if one.dispatched_at <= at]
        newest = max((one.dispatched_at for one in before), default=None)
        return [one for one in before if one.dispatched_at == newest]

    def lead(self, case: int, at: datetime) -> Assignment | None:
        """The part of the body that led at an instant."""
        leads = [
            one
            for one in self.parts.get(case, [])
            if one.kind == AssignmentKind.LEAD and one.dispatched_at <= at
        ]
        return leads[-1] if leads else None

    def minute(self, moment: datetime | None) -> str:
        """An instant as the city's clocks show it, to be read."""
        return f"{moment.astimezone(self.zone):%Y-%m-%d %H:%M}" if moment else ""


def subjects_of(events: Iterable[OutboxEvent]) -> Subjects:
    """The subjects of these events."""
    named: dict[str, set[int]] = defaultdict(set)
    for event in events:
        named[event.subject_type].add(int(event.subject_id))
    cases = Case.objects.select_related("category").in_bulk(list(named[CASE]))
    requests = ServiceRequest.objects.select_related("category").in_bulk(list(named[REQUEST]))
    links: dict[int, list[CaseRequest]] = defaultdict(list)
    fed = CaseRequest.objects.filter(case__in=cases)
    for link in fed.select_related("request__category").order_by("id"):
        links[link.case_id].append(link)
    parts: dict[int, list[Assignment]] = defaultdict(list)
    for part in (
        Assignment.objects.filter(case__in=cases).order_by("id").select_related("organization")
    ):
        parts[part.case_id].append(part)
    everyone = {one.request_id for held in links.values() for one in held} | set(requests)
    emails, phones = _addresses(everyone)
    decided = ReturnRequest.objects.filter(case__in=cases, decided_at__isnull=False)
    asked = Transfer.objects.filter(case__in=cases, state=TransferState.PROPOSED)
    return Subjects(
        cases=cases,
        requests=requests,
        links=links,
        parts=parts,
        zone=ZoneInfo(the_city().timezone),
        returned=dict(decided.order_by("decided_at").values_list("case", "organization")),
        proposed=dict(asked.values_list("case", "proposed_to")),
        leaders=_leaders(cases),
        with_email=emails,
        with_phone=phones,
        endpoints=list(Endpoint.objects.filter(active=True).order_by("pk")),
    )


def _leaders(cases: Iterable[int]) -> dict[int, set[int]]:
    """By case, the bodies of the leaders it was put before (N16)."""
    put = CaseCopy.objects.filter(case__in=cases, cause=CopyCause.REFERRED)
    held = put.filter(leader__memberships__role=Role.LEADER, leader__is_active=True)
    found: dict[int, set[int]] = defaultdict(set)
    for case, body in held.values_list("case", "leader__memberships__organization"):
        found[case].add(body)
    return found


def _addresses(requests: Iterable[int]) -> tuple[frozenset[int], frozenset[int]]:
    """Whose requester left an e-mail address, and whose a telephone number."""
    emails, phones = set(), set()
    for kept in Requester.objects.filter(request__in=requests, reachable=True):
        told = unseal(kept.sealed)
        if told.get("email"):
            emails.add(kept.pk)
        if told.get("phone"):
            phones.add(kept.pk)
    return frozenset(emails), frozenset(phones)


def told_at_all(request: ServiceRequest) -> bool:
    """Whether somebody of the public made it; what our own people found is told to nobody."""
    return request.channel != Channel.PATROL


def mails_go_out() -> bool:
    """Whether a mail server is named in the settings."""
    return bool(settings.EMAIL_HOST)


def tracking_address(code: str) -> str:
    """Where a report is followed; blank where the city has not said where it is served."""
    base = settings.PUBLIC_ADDRESS.rstrip("/")
    return f"{base}/track/{code}" if base and code else ""
