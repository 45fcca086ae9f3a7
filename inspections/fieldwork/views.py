"""Tasks over HTTP."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from core.api import answer_once, person_of
from core.errors import Missing
from grid.ground.datums import parse_datum
from grid.ground.views import GroundFilters, GroundViewSet
from inspections.fieldwork.models import FieldTask, TaskKind, TaskStatus, VisitOutcome
from inspections.fieldwork.serializers import TaskFeature, VisitRequest, VisitSerializer
from inspections.fieldwork.use_cases import record_visit
from inspections.requests.use_cases import point_place


class TaskFilters(GroundFilters):
    """Tasks by their fields."""

    kind = filters.ChoiceFilter(choices=TaskKind.choices)
    status = filters.ChoiceFilter(choices=TaskStatus.choices)
    case = filters.CharFilter(field_name="case__number", help_text="number")
    organization = filters.CharFilter(field_name="organization__code", help_text="code")
    cell = filters.CharFilter(field_name="case__cell_code", help_text="code")
    area = filters.CharFilter(method="in_area", help_text="code of any area it lies in")

    def in_area(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """In the area or one inside it."""
        return queryset.filter(case__area_codes__contains=[value])


class TaskViewSet(GroundViewSet):
    """Tasks that are yours, the oldest first."""

    queryset = FieldTask.objects.select_related("case", "organization", "done_by")
    serializer_class = TaskFeature
    filterset_class = TaskFilters
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"
    keyset = ("id",)
    place = "place"
    dated = False


class VisitView(APIView):
    """A visit for a task."""

    @extend_schema(request=VisitRequest, responses={201: VisitSerializer, 200: VisitSerializer})
    def post(self, request: Request, pk: int) -> HttpResponse:
        """Record that somebody was there, and what was found."""
        user = person_of(request)
        task = FieldTask.objects.visible_to(user).filter(pk=pk).first()
        if task is None:
            raise Missing
        asked = VisitRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data

        def work() -> Any:
            position = None
            if "lon" in given and "lat" in given:
                datum = parse_datum(given.get("datum", "wgs84"))
                position = point_place(given["lon"], given["lat"], datum)
            visit = record_visit(
                task,
                actor=user,
                outcome=VisitOutcome(given["outcome"]),
                arrived_at=given.get("arrived_at") or timezone.now(),
                position=position,
                accuracy_m=given.get("accuracy_m"),
                note=given.get("note", ""),
            )
            return VisitSerializer(visit).data

        return answer_once(request, work)
