"""Meetings over HTTP: the list, one whole, calling one, acts upon one, and the register of batches."""

from typing import Any

from django.http import HttpResponse
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import answer_once, person_of
from grid.ground.views import GroundFilters, GroundViewSet, InstantFilter, SubjectIds
from inspections.cases.views import case_seen_by
from inspections.joint.acting import ONCE, Act, ReasonRequest, act_upon
from inspections.joint.meetings.models import Meeting, MeetingKind, MeetingState
from inspections.joint.meetings.queries import batches
from inspections.joint.meetings.serializers import (
    BatchRegister,
    CallRequest,
    HoldRequest,
    MeetingDetail,
    MeetingLine,
)
from inspections.joint.meetings.use_cases import (
    call_meeting,
    cancel_meeting,
    hold_meeting,
    report_back,
    set_agenda,
)

READ = Meeting.objects.select_related("case", "made_by")
ACTS: dict[str, Act] = {
    "set_agenda": (set_agenda, ReasonRequest),
    "hold": (hold_meeting, HoldRequest),
    "report_back": (report_back, ReasonRequest),
    "cancel": (cancel_meeting, ReasonRequest),
}


def _as_json(meeting: Meeting, request: Request) -> Any:
    return MeetingDetail(READ.get(pk=meeting.pk), context={"request": request}).data


class MeetingFilters(GroundFilters):
    """Meetings by their fields."""

    subject_id = SubjectIds()
    kind = filters.MultipleChoiceFilter(choices=MeetingKind.choices)
    status = filters.MultipleChoiceFilter(field_name="state", choices=MeetingState.choices)
    case = filters.CharFilter(field_name="case__number", help_text="number")
    after = InstantFilter(field_name="meets_at", lookup_expr="gte")
    before = InstantFilter(field_name="meets_at", lookup_expr="lt")


class MeetingViewSet(GroundViewSet):
    """Meetings, the last first."""

    queryset = READ
    filterset_class = MeetingFilters
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"
    keyset = ("-meets_at", "-id")
    dated = False

    def get_serializer_class(self) -> Any:
        """A list shows lines, one meeting everything."""
        return MeetingLine if self.action == "list" else MeetingDetail

    @extend_schema(
        request=CallRequest, parameters=[ONCE], responses={201: MeetingDetail, 200: MeetingDetail}
    )
    def create(self, request: Request) -> HttpResponse:
        """Call a meeting, once."""
        user = person_of(request)
        form = CallRequest(data=request.data)
        form.is_valid(raise_exception=True)
        asked = dict(form.validated_data)
        number = asked.pop("case", None)
        asked["case"] = case_seen_by(user, number) if number else None
        asked["kind"] = MeetingKind(asked["kind"])
        return answer_once(request, lambda: _as_json(call_meeting(actor=user, **asked), request))


class MeetingActView(APIView):
    """Acts upon a meeting; which ones are possible now stands in its `available_acts`."""

    @extend_schema(
        operation_id="meetings_act_create",
        request=HoldRequest,
        parameters=[ONCE],
        responses={201: MeetingDetail, 200: MeetingDetail},
    )
    def post(self, request: Request, pk: int, act: str) -> HttpResponse:
        """set_agenda · hold {chair, minutes, …} · report_back {reason} · cancel {reason}."""
        return act_upon(request, Meeting, pk, act, ACTS, lambda done: _as_json(done, request))


class BatchView(APIView):
    """The register of batches: handed out, done, backlog (N5)."""

    @extend_schema(responses=BatchRegister)
    def get(self, request: Request) -> Response:
        """Every dispatch meeting that was held, the newest first."""
        seen = Meeting.objects.visible_to(person_of(request)).filter(
            kind=MeetingKind.DISPATCH, state__in=[MeetingState.HELD, MeetingState.REPORTED]
        )
        rows = batches(list(seen.order_by("-meets_at")))
        totals = {name: sum(row[name] for row in rows) for name in ("handed", "closed", "backlog")}
        told = {"totals": {"batches": len(rows)} | totals, "results": rows}
        return Response(BatchRegister(told).data)
