"""Undertakings over HTTP: the list, its counts, giving one, and acts upon one."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import answer_once, person_of
from core.errors import Missing
from grid.ground.views import GroundFilters, GroundViewSet, SubjectIds
from grid.organizations.models import Role
from grid.organizations.queries import organization_named
from inspections.cases.views import case_seen_by
from inspections.joint.acting import ONCE, Act, ReasonRequest, act_upon
from inspections.joint.meetings.models import Meeting
from inspections.joint.undertakings.models import (
    LeaderLevel,
    Undertaking,
    UndertakingKind,
    UndertakingState,
)
from inspections.joint.undertakings.parts import READ
from inspections.joint.undertakings.serializers import (
    GiveRequest,
    UndertakingCount,
    UndertakingSerializer,
)
from inspections.joint.undertakings.use_cases import (
    Given,
    answer_undertaking,
    give_undertaking,
    send_back,
    settle_undertaking,
    withdraw_undertaking,
)

ACTS: dict[str, Act] = {
    "reply": (answer_undertaking, ReasonRequest),
    "send_back": (send_back, ReasonRequest),
    "settle": (settle_undertaking, ReasonRequest),
    "call_off": (withdraw_undertaking, ReasonRequest),
}


class UndertakingFilters(GroundFilters):
    """Undertakings by their fields."""

    subject_id = SubjectIds()
    kind = filters.MultipleChoiceFilter(choices=UndertakingKind.choices)
    status = filters.MultipleChoiceFilter(field_name="state", choices=UndertakingState.choices)
    level = filters.ChoiceFilter(choices=LeaderLevel.choices)
    case = filters.CharFilter(field_name="case__number", help_text="number")
    organization = filters.CharFilter(field_name="organization__code", help_text="code")
    meeting = filters.NumberFilter(field_name="meeting", help_text="id")
    mine = filters.BooleanFilter(method="of_ours", help_text="true: for your own body to do")
    late = filters.BooleanFilter(method="past_due", help_text="true: not answered in time")

    def of_ours(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """Of the body of whoever asks; false filters nothing."""
        held = self.request.user.memberships.filter(role=Role.HANDLER)
        return queryset.filter(organization__in=held.values("organization")) if value else queryset

    def past_due(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """Given, and the time is over; false filters nothing."""
        over = {"state": UndertakingState.GIVEN, "due_at__lte": timezone.now()}
        return queryset.filter(**over) if value else queryset


def _as_json(undertaking: Undertaking, request: Request) -> Any:
    return UndertakingSerializer(READ.get(pk=undertaking.pk), context={"request": request}).data


class UndertakingViewSet(GroundViewSet):
    """What bodies are to do beside and within cases, the newest first."""

    queryset = READ
    serializer_class = UndertakingSerializer
    filterset_class = UndertakingFilters
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"
    keyset = ("-id",)
    dated = False

    @extend_schema(
        request=GiveRequest,
        parameters=[ONCE],
        responses={201: UndertakingSerializer, 200: UndertakingSerializer},
    )
    def create(self, request: Request) -> HttpResponse:
        """Give a body something to do, once."""
        user = person_of(request)
        form = GiveRequest(data=request.data)
        form.is_valid(raise_exception=True)
        asked = dict(form.validated_data)
        number, body = asked.pop("case", None), organization_named(asked.pop("organization"))
        case = case_seen_by(user, number) if number else None
        if (key := asked.pop("meeting", None)) is not None:
            meeting = Meeting.objects.visible_to(user).filter(pk=key).first()
            if meeting is None:
                raise Missing(meeting=key)
            asked["meeting"] = meeting
        given = Given(**asked | {"kind": UndertakingKind(asked["kind"])})
        return answer_once(
            request,
            lambda: _as_json(
                give_undertaking(actor=user, organization=body, given=given, case=case), request
            ),
        )


class UndertakingActView(APIView):
    """Acts upon an undertaking; which ones are possible now stands in its `available_acts`."""

    @extend_schema(
        operation_id="undertakings_act_create",
        request=ReasonRequest,
        parameters=[ONCE],
        responses={201: UndertakingSerializer, 200: UndertakingSerializer},
    )
    def post(self, request: Request, pk: int, act: str) -> HttpResponse:
        """reply {reason} · send_back {reason} · settle · call_off {reason}; answers it as it is then."""
        return act_upon(request, Undertaking, pk, act, ACTS, lambda done: _as_json(done, request))


class UndertakingCountView(APIView):
    """How leaders' instructions and all else stand, by level (C15)."""

    @extend_schema(responses=UndertakingCount(many=True))
    def get(self, request: Request) -> Response:
        """By kind, level and state."""
        seen = Undertaking.objects.visible_to(person_of(request))
        rows = seen.values("kind", "level", "state").order_by("kind", "level", "state")
        late = Count("pk", filter=Q(state="given", due_at__lte=timezone.now()))
        counted: Any = rows.annotate(count=Count("pk"), late=late)
        return Response({"results": UndertakingCount(counted, many=True).data})
