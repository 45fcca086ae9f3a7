"""Tasks over HTTP."""

from typing import Any, ClassVar

from django.contrib.gis.geos import Point
from django.db.models import QuerySet
from django.http import HttpResponse
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from core.api import answer_once, person_of
from core.errors import Invalid, Missing
from grid.ground.parameters import Asked, BadParameter
from grid.ground.views import GroundFilters, GroundViewSet, SubjectIds
from inspections.fieldwork.commands import visit_as_stated
from inspections.fieldwork.models import FieldTask, TaskKind, TaskStatus, Visit, VisitOutcome
from inspections.fieldwork.queries import WITH_A_VISIT, metres_from
from inspections.fieldwork.serializers import (
    TaskDetail,
    TaskFeature,
    VisitRequest,
    VisitSerializer,
    with_surroundings,
)
from inspections.requests.use_cases import point_place

NEAR = {"near": "lon,lat in `datum`: the nearest first, with `distance_m`"}
OF_A_VISIT = ("case__category", "organization")


class TaskFilters(GroundFilters):
    """Tasks by their fields."""

    subject_id = SubjectIds()
    kind = filters.ChoiceFilter(choices=TaskKind.choices)
    status = filters.ChoiceFilter(choices=TaskStatus.choices)
    case = filters.CharFilter(field_name="case__number", help_text="number")
    organization = filters.CharFilter(field_name="organization__code", help_text="code")
    cell = filters.CharFilter(field_name="case__cell_code", help_text="code")
    area = filters.CharFilter(method="in_area", help_text="code of any area it lies in")
    mine = filters.BooleanFilter(method="to_do", help_text="true: you may go for it yourself")

    def to_do(self, queryset: Any, name: str, value: bool) -> QuerySet[Any]:
        """Those the person who asks may go for; false filters nothing."""
        found: QuerySet[Any] = queryset.to_do_by(self.request.user) if value else queryset
        return found

    def in_area(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """In the area or one inside it."""
        return queryset.filter(case__area_codes__contains=[value])


class TaskViewSet(GroundViewSet):
    """Tasks that are yours, the oldest first; with `near`, the nearest first."""

    queryset = FieldTask.objects.select_related(
        "case__category", "case__facility", "case__duty", "organization", "done_by"
    )
    filterset_class = TaskFilters
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"
    keyset: ClassVar[tuple[str, ...]] = ("id",)
    place = "place"
    dated = False

    def reading_parameters(self) -> dict[str, str]:
        """Also from where the distances are."""
        told = super().reading_parameters()
        return told | NEAR if self.action == "list" else told

    def get_queryset(self) -> Any:
        """With the distance from where one stands, and then in its order."""
        queryset = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return queryset
        if self.action == "list" and (near := self.request.query_params.get("near")):
            self.keyset = ("distance_m", "id")  # type: ignore[misc]
            queryset = queryset.annotate(distance_m=metres_from("place", spot_of(near, self.asked)))
        return queryset

    def get_serializer_class(self) -> Any:
        """One task also shows the visits made for it."""
        return TaskFeature if self.action == "list" else TaskDetail

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        """With what is told of a whole page of tasks at once."""
        if args:
            with_surroundings(args[0] if kwargs.get("many") else args[:1])
        return super().get_serializer(*args, **kwargs)


def spot_of(near: str, asked: Asked) -> Point:
    """`lon,lat` in the datum asked for, as WGS84; raises BadParameter, BadPlace."""
    try:
        lon, lat = (float(part) for part in near.split(","))
    except ValueError as error:
        raise BadParameter(parameter="near", expected=NEAR["near"]) from error
    return point_place(lon, lat, asked.datum)


class VisitFilters(GroundFilters):
    """Visits by their fields."""

    subject_id = SubjectIds()
    case = filters.CharFilter(field_name="task__case__number", help_text="number")
    task = filters.NumberFilter()
    kind = filters.ChoiceFilter(field_name="task__kind", choices=TaskKind.choices)
    outcome = filters.MultipleChoiceFilter(choices=VisitOutcome.choices)
    organization = filters.CharFilter(field_name="task__organization__code", help_text="code")
    to_decide = filters.BooleanFilter(help_text="true: a person has yet to decide")


class VisitViewSet(GroundViewSet):
    """Visits, the newest first; `to_decide=true` is what waits for the desk."""

    queryset = Visit.objects.select_related(*WITH_A_VISIT)
    serializer_class = VisitSerializer
    filterset_class = VisitFilters
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"
    keyset = ("-id",)
    dated = False


class VisitView(APIView):
    """A visit for a task."""

    @extend_schema(request=VisitRequest, responses={201: VisitSerializer, 200: VisitSerializer})
    def post(self, request: Request, pk: int) -> HttpResponse:
        """Record that somebody was there, and what was found; `words` say whether it is an arrival."""
        user = person_of(request)
        tasks = FieldTask.objects.open_to_visits_by(user).select_related(*OF_A_VISIT)
        task = tasks.filter(pk=pk).first()
        if task is None:
            raise Missing
        given = request.data
        if not isinstance(given, dict):
            raise Invalid("send a JSON object", zh="请发送一个 JSON 对象。")
        return answer_once(
            request, lambda: VisitSerializer(visit_as_stated(task, actor=user, given=given)).data
        )
