"""Reports over HTTP: POST where requests are read."""

from typing import Any
from uuid import uuid4

from django.db.models import Prefetch
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from core.api import answer_once, person_of
from core.errors import DomainError, Missing
from core.models import User
from grid.evidence.models import Evidence
from grid.evidence.serializers import EvidenceSerializer, evidence_feature
from grid.ground.datums import parse_datum
from inspections.cases.models import CaseRequest
from inspections.cases.views import case_seen_by
from inspections.intake.calls.serializers import stages_of
from inspections.intake.calls.use_cases import time_call
from inspections.intake.channels.queries import channel_found, channel_named
from inspections.intake.channels.use_cases import Incoming, TakenIn, take_in
from inspections.intake.serializers import ReportRequest
from inspections.intake.use_cases import Received, receive
from inspections.intake.use_cases.placing import locate_request
from inspections.intake.use_cases.releasing import release_evidence
from inspections.requests.serializers import RequestDetail
from inspections.requests.use_cases import point_place
from inspections.requests.views import (
    CODE,
    ONCE,
    READ,
    RequestViewSet,
    request_as_json,
    request_seen_by,
)

# Of a case only its number is told: its row is the widest there is.
_FED = CaseRequest.objects.select_related("case").only("request", "left_at", "case__number")
RECORDED = READ.prefetch_related(None).prefetch_related(Prefetch("links", queryset=_FED))


class IntakeViewSet(RequestViewSet):
    """Requests, the newest first; a new one is recorded and, where there is something to do, a case opened."""

    def known_parameters(self) -> set[str]:
        """A report takes no query parameters."""
        return set() if self.action == "create" else super().known_parameters()

    @extend_schema(
        request=ReportRequest,
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)],
        responses={201: RequestDetail, 200: RequestDetail},
    )
    def create(self, request: Request) -> HttpResponse:
        """Answers the request with `case`, the number of the case opened or (`joined`) joined, or `why_no_case`.

        `joins` names an open case that this is about, too; blank: it shall have one of its own. Not
        given: it joins by itself what it is about beyond doubt.

        Fields it does not know are named in `ignored`. Who reports (`requester`) is kept apart,
        sealed, and shown masked.
        """
        user = person_of(request)
        asked = ReportRequest(data=request.data)
        asked.is_valid(raise_exception=True)

        def work() -> dict[str, Any]:
            received = self._receive(asked, user)
            if call := asked.validated_data.get("call"):
                time_call(received.request, stages_of(call), actor=user)
            recorded = RECORDED.get(pk=received.request.pk)
            told: dict[str, Any] = RequestDetail(
                recorded, context=self.get_serializer_context()
            ).data
            told["properties"] |= {
                "why_no_case": why_told(received.why_no_case),
                "joined": received.joined,
                "ignored": sorted(set(request.data) - set(asked.fields)),
            }
            return told

        return answer_once(request, work)

    def _receive(self, asked: ReportRequest, user: User) -> Received | TakenIn:
        """By a channel of the registry, under its own number, once; else simply taken down."""
        given = asked.validated_data
        named = given.get("intake_channel")
        channel = channel_named(named) if named else channel_found(given["channel"])
        joins = given.get("joins")
        case = case_seen_by(user, joins) if joins else None
        if channel is None:
            return receive(
                asked.row(),
                actor=user,
                urgency=given["urgency"],
                joins=case,
                own_case=joins == "",
            )
        incoming = Incoming(
            external_id=given.get("external_id") or f"desk-{uuid4()}",
            row=asked.row(),
            urgency=given["urgency"],
            joins=case,
            own_case=joins == "",
        )
        return take_in(channel, incoming, actor=user)


class EvidenceReleased(serializers.Serializer[Any]):
    """Whether the public may see it."""

    public = serializers.BooleanField(required=False, default=True)


class ReleaseEvidenceView(APIView):
    """Whether the public may see the clean copy of a photo; it may not before."""

    @extend_schema(
        request=EvidenceReleased,
        parameters=[
            OpenApiParameter("pk", int, OpenApiParameter.PATH),
            OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER),
        ],
        responses={201: EvidenceSerializer, 200: EvidenceSerializer},
        operation_id="evidence_release_create",
    )
    def post(self, request: Request, pk: int) -> HttpResponse:
        """`public: false` takes it back; answers the evidence as it is then."""
        user = person_of(request)
        evidence = Evidence.objects.visible_to(user).filter(pk=pk).select_related("file").first()
        if evidence is None:
            raise Missing
        asked = EvidenceReleased(data=request.data)
        asked.is_valid(raise_exception=True)

        def work() -> dict[str, Any]:
            released = release_evidence(evidence, actor=user, **asked.validated_data)
            return evidence_feature(released, request)

        return answer_once(request, work)


class LocateView(APIView):
    """The place of a request that came without one."""

    @extend_schema(
        request=ReportRequest,
        parameters=[CODE, ONCE],
        responses={201: RequestDetail, 200: RequestDetail},
        operation_id="requests_locate_create",
    )
    def post(self, request: Request, code: str) -> HttpResponse:
        """Takes lon and lat, `geometry` or `facility`, and `category` where none was named; its case opens."""
        user = person_of(request)
        subject = request_seen_by(user, code)
        asked = ReportRequest(data=request.data)
        asked.is_valid(raise_exception=True)

        def work() -> Any:
            row = asked.row()
            place = row.place
            if place is None and row.lon is not None and row.lat is not None:
                place = point_place(row.lon, row.lat, parse_datum(row.datum))
            located = locate_request(
                subject,
                actor=user,
                place=place,
                accuracy_m=row.accuracy_m,
                facility_code=row.facility_code,
                category=row.category,
                urgency=asked.validated_data["urgency"],
            )
            told: dict[str, Any] = request_as_json(subject, request)
            told["properties"]["why_no_case"] = why_told(located.why_no_case)
            return told

        return answer_once(request, work)


def why_told(why: DomainError | None) -> dict[str, Any] | None:
    """Why there is no case, in two languages."""
    if why is None:
        return None
    return {"code": why.code, "words": {"zh-Hans": why.message_zh, "en": why.message}}
