"""What was sent back and why, and the ratings that are not to count, as lists; acts upon them are acts upon the case."""

from datetime import timedelta
from typing import Any

from django.db.models import Count
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import person_of
from grid.ground.views import GroundFilters, GroundViewSet, InstantFilter, SubjectIds
from inspections.cases.closing.models import Cause, Exclusion, ExclusionState, Rework
from inspections.cases.closing.serializers import ExclusionSerializer, ReworkRowSerializer

DAYS = 30


class ReworkFilters(GroundFilters):
    """Reworks by their fields."""

    subject_id = SubjectIds()
    cause = filters.MultipleChoiceFilter(choices=Cause.choices)
    case = filters.CharFilter(field_name="case__number", help_text="number")
    organization = filters.CharFilter(field_name="organization__code", help_text="code")
    made_after = InstantFilter(field_name="made_at", lookup_expr="gte")
    made_before = InstantFilter(field_name="made_at", lookup_expr="lt")


class ExclusionFilters(GroundFilters):
    """Exclusions by their fields."""

    subject_id = SubjectIds()
    status = filters.MultipleChoiceFilter(field_name="state", choices=ExclusionState.choices)
    cause = filters.MultipleChoiceFilter(choices=Cause.choices)
    case = filters.CharFilter(field_name="case__number", help_text="number")


class ReworkViewSet(GroundViewSet):
    """What was sent back, the newest first."""

    queryset = Rework.objects.select_related(
        "case__category", "organization", "made_by", "callback"
    )
    serializer_class = ReworkRowSerializer
    filterset_class = ReworkFilters
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"
    keyset = ("-id",)
    dated = False


class ExclusionViewSet(GroundViewSet):
    """Ratings that are not to count, the newest first; `status=asked` waits for a second person."""

    queryset = Exclusion.objects.select_related("case__category", "asked_by", "decided_by")
    serializer_class = ExclusionSerializer
    filterset_class = ExclusionFilters
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"
    keyset = ("-id",)
    dated = False


class CauseCountSerializer(serializers.Serializer[Any]):
    """How often work went back for a cause."""

    cause = serializers.ChoiceField(choices=Cause.choices)
    cause_name = serializers.CharField()
    count = serializers.IntegerField()


class CauseCounts(serializers.Serializer[Any]):
    """The causes of the last thirty days, the most frequent first."""

    results = CauseCountSerializer(many=True)


class ReworkCauseView(APIView):
    """Why work went back, of late."""

    @extend_schema(responses=CauseCounts, operation_id="rework_causes")
    def get(self, request: Request) -> Response:
        """Over the cases one may see."""
        seen = Rework.objects.visible_to(person_of(request))
        late = seen.filter(made_at__gte=timezone.now() - timedelta(days=DAYS))
        counted = late.order_by().values_list("cause").annotate(count=Count("pk"))
        rows = [
            {"cause": cause, "cause_name": Cause(cause).label, "count": count}
            for cause, count in sorted(counted, key=lambda row: (-row[1], row[0]))
        ]
        return Response(CauseCounts({"results": rows}).data)
