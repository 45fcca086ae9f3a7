"""Shifts, the roster and its gaps over HTTP."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from core.api import answer_once, person_of
from core.errors import Missing
from grid.ground.views import GroundFilters, GroundViewSet, InstantFilter, SubjectIds
from grid.organizations.models import Organization
from grid.organizations.queries import organization_named
from inspections.joint.acting import ONCE, Act, ReasonRequest, act_upon
from inspections.joint.shifts.models import DutyTurn, Shift, ShiftState
from inspections.joint.shifts.queries import bodies_with_gaps
from inspections.joint.shifts.serializers import (
    BeginRequest,
    GapSerializer,
    ShiftDetail,
    ShiftLine,
    TurnRequest,
    TurnSerializer,
)
from inspections.joint.shifts.use_cases import (
    begin_shift,
    enter_turn,
    hand_over_shift,
    take_shift,
    withdraw_turn,
)

READ = Shift.objects.select_related("organization", "began_by", "handed_by", "taken_by")
ACTS: dict[str, Act] = {
    "hand_over": (hand_over_shift, ReasonRequest),
    "take": (take_shift, ReasonRequest),
}


def _as_json(shift: Shift, request: Request) -> Any:
    return ShiftDetail(READ.get(pk=shift.pk), context={"request": request}).data


class ShiftFilters(GroundFilters):
    """Shifts by their fields."""

    subject_id = SubjectIds()
    status = filters.MultipleChoiceFilter(field_name="state", choices=ShiftState.choices)
    organization = filters.CharFilter(field_name="organization__code", help_text="code")


class ShiftViewSet(GroundViewSet):
    """Shifts of the desk, the last first; one with the cases it handed over."""

    queryset = READ
    filterset_class = ShiftFilters
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"
    keyset = ("-began_at", "-id")
    dated = False

    def get_serializer_class(self) -> Any:
        """A list shows lines, one shift its cases."""
        return ShiftLine if self.action == "list" else ShiftDetail

    @extend_schema(
        request=BeginRequest, parameters=[ONCE], responses={201: ShiftDetail, 200: ShiftDetail}
    )
    def create(self, request: Request) -> HttpResponse:
        """Begin a shift, once."""
        user = person_of(request)
        form = BeginRequest(data=request.data)
        form.is_valid(raise_exception=True)
        named = form.validated_data.get("organization")
        body = organization_named(named) if named else None
        return answer_once(
            request, lambda: _as_json(begin_shift(actor=user, organization=body), request)
        )


class ShiftActView(APIView):
    """Acts upon a shift; which ones are possible now stands in its `available_acts`."""

    @extend_schema(
        operation_id="shifts_act_create",
        request=ReasonRequest,
        parameters=[ONCE],
        responses={201: ShiftDetail, 200: ShiftDetail},
    )
    def post(self, request: Request, pk: int, act: str) -> HttpResponse:
        """hand_over {reason: the note} · take; answers the shift as it is then."""
        return act_upon(request, Shift, pk, act, ACTS, lambda done: _as_json(done, request))


class TurnFilters(GroundFilters):
    """Turns by body and time."""

    organization = filters.CharFilter(field_name="organization__code", help_text="code")
    now = filters.BooleanFilter(method="on_duty", help_text="true: on duty at this moment")
    ends_after = InstantFilter(field_name="ends_at", lookup_expr="gt")

    def on_duty(self, queryset: Any, name: str, value: bool) -> Any:
        """At this moment; false filters nothing."""
        return queryset.at(timezone.now()) if value else queryset


class TurnViewSet(GroundViewSet):
    """The duty roster, by time."""

    queryset = DutyTurn.objects.select_related("organization")
    serializer_class = TurnSerializer
    filterset_class = TurnFilters
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"
    keyset = ("starts_at", "id")
    dated = False

    @extend_schema(
        request=TurnRequest, parameters=[ONCE], responses={201: TurnSerializer, 200: TurnSerializer}
    )
    def create(self, request: Request) -> HttpResponse:
        """Enter a turn, once."""
        user = person_of(request)
        form = TurnRequest(data=request.data)
        form.is_valid(raise_exception=True)
        asked = dict(form.validated_data)
        body = organization_named(asked.pop("organization"))
        return answer_once(
            request,
            lambda: TurnSerializer(enter_turn(actor=user, organization=body, **asked)).data,
        )


class WithdrawTurnView(APIView):
    """A turn that is not."""

    @extend_schema(request=ReasonRequest, responses={201: TurnSerializer, 200: TurnSerializer})
    def post(self, request: Request, pk: int) -> HttpResponse:
        """Withdraw it; to ask again changes nothing."""
        user = person_of(request)
        turn = DutyTurn.objects.visible_to(user).filter(pk=pk).first()
        if turn is None:
            raise Missing(id=pk)
        form = ReasonRequest(data=request.data)
        form.is_valid(raise_exception=True)
        reason = form.validated_data.get("reason", "")
        return answer_once(
            request, lambda: TurnSerializer(withdraw_turn(turn, actor=user, reason=reason)).data
        )


class GapFilters(GroundFilters):
    """Gaps by what is lacking."""

    lacks = filters.ChoiceFilter(
        choices=[("contact", "contact"), ("chief", "chief")], method="lacking"
    )

    def lacking(self, queryset: Any, name: str, value: str) -> Any:
        """The contact or the chief."""
        return queryset.filter(**{f"no_{value}": True})


class DutyGapViewSet(GroundViewSet):
    """Bodies without a duty contact now (N9), or without a named chief (C6)."""

    queryset = Organization.objects.all()
    serializer_class = GapSerializer
    filterset_class = GapFilters
    dated = False

    def get_queryset(self) -> Any:
        """As they stand at this moment."""
        if getattr(self, "swagger_fake_view", False):
            return super().get_queryset()
        seen = super().get_queryset().values("pk")
        return bodies_with_gaps(timezone.now()).filter(pk__in=seen)
