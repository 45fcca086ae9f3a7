"""Emergencies over HTTP: which last, declaring one, lifting it."""

from typing import Any

from django.http import HttpResponse
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from core.api import answer_once, person_of
from core.errors import Missing
from grid.ground.views import GroundFilters, GroundViewSet, SubjectIds
from inspections.cases.emergencies.models import Emergency, EmergencyState
from inspections.cases.emergencies.use_cases import declare_emergency, lift_emergency

READ = Emergency.objects.select_related("declared_by", "lifted_by")
ONCE = OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)


class EmergencySerializer(serializers.ModelSerializer[Emergency]):
    """An emergency: where, for what, since when, until when."""

    state_name = serializers.CharField(source="get_state_display", read_only=True)
    declared_by = serializers.CharField(source="declared_by.username", read_only=True)
    lifted_by = serializers.CharField(source="lifted_by.username", default=None)

    class Meta:
        model = Emergency
        fields = [
            "id",
            "title",
            "state",
            "state_name",
            "areas",
            "categories",
            "reason",
            "declared_at",
            "declared_by",
            "lifted_at",
            "lifted_by",
        ]


class DeclareRequest(serializers.Serializer[Any]):
    """What declaring takes: why, and where and for which categories (none: everywhere, all)."""

    title = serializers.CharField(max_length=200)
    reason = serializers.CharField(max_length=2000)
    areas = serializers.ListField(
        required=False, child=serializers.CharField(max_length=64), max_length=200
    )
    categories = serializers.ListField(
        required=False, child=serializers.CharField(max_length=64), max_length=200
    )


class LiftRequest(serializers.Serializer[Any]):
    """What lifting takes: why."""

    reason = serializers.CharField(max_length=2000)


class EmergencyFilters(GroundFilters):
    """Emergencies by their fields."""

    subject_id = SubjectIds()
    status = filters.MultipleChoiceFilter(field_name="state", choices=EmergencyState.choices)


class EmergencyViewSet(GroundViewSet):
    """Emergencies, the newest first; `status=declared` are those that last."""

    queryset = READ
    serializer_class = EmergencySerializer
    filterset_class = EmergencyFilters
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"
    keyset = ("-id",)
    dated = False

    @extend_schema(
        request=DeclareRequest,
        parameters=[ONCE],
        responses={201: EmergencySerializer, 200: EmergencySerializer},
    )
    def create(self, request: Request) -> HttpResponse:
        """Declare one."""
        user = person_of(request)
        asked = DeclareRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        return answer_once(
            request,
            lambda: _as_json(declare_emergency(actor=user, **asked.validated_data)),
        )


class LiftEmergencyView(APIView):
    """An emergency is over."""

    @extend_schema(
        request=LiftRequest,
        parameters=[ONCE],
        responses={201: EmergencySerializer, 200: EmergencySerializer},
    )
    def post(self, request: Request, pk: int) -> HttpResponse:
        """Lift it; its cases come in their turn again."""
        user = person_of(request)
        emergency = Emergency.objects.visible_to(user).filter(pk=pk).first()
        if emergency is None:
            raise Missing(id=pk)
        asked = LiftRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        reason = asked.validated_data["reason"]
        return answer_once(
            request, lambda: _as_json(lift_emergency(emergency, actor=user, reason=reason))
        )


def _as_json(emergency: Emergency) -> Any:
    return EmergencySerializer(READ.get(pk=emergency.pk)).data
