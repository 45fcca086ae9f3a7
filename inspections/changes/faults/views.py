"""Faults of the ground over HTTP: the work list, its counts, and acts upon a fault."""

from typing import Any

from django.db.models import Count, QuerySet, Sum, prefetch_related_objects
from django.http import HttpResponse
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import answer_once, person_of
from core.errors import Invalid, Missing
from core.models import User
from grid.ground.queries import city_zone
from grid.ground.views import GroundFilters, GroundViewSet, SubjectIds
from grid.organizations.models import Organization
from inspections.changes.faults.commands import carry_out
from inspections.changes.faults.models import FaultKind, FaultPart, FaultState, GroundFault
from inspections.changes.faults.serializers import FaultActRequest, FaultCount, FaultFeature

READ = GroundFault.objects.select_related("assignee", "given_by")


class FaultFilters(GroundFilters):
    """Faults by their fields."""

    subject_id = SubjectIds()
    part = filters.ChoiceFilter(choices=FaultPart.choices)
    kind = filters.MultipleChoiceFilter(choices=FaultKind.choices)
    state = filters.MultipleChoiceFilter(choices=FaultState.choices)
    assignee = filters.CharFilter(field_name="assignee__code", help_text="code")
    organization = filters.CharFilter(method="concerning", help_text="code of a body it concerns")
    area = filters.CharFilter(method="in_area", help_text="code of any area it lies in")
    code = filters.CharFilter(method="naming", help_text="of an area, cell, facility or paper")
    mine = filters.BooleanFilter(method="given_to_us", help_text="true: given to your own bodies")
    late = filters.BooleanFilter(method="past_due", help_text="true: given, and its day is over")

    def concerning(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Of a body named in it."""
        return queryset.filter(organizations__contains=[value])

    def in_area(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """In the area or one inside it."""
        return queryset.filter(area_codes__contains=[value])

    def naming(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """With this code among its codes."""
        return queryset.filter(codes__contains=[value])

    def given_to_us(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """Given to a body of whoever asks; false filters nothing."""
        own = self.request.user.memberships.values("organization")
        return queryset.filter(assignee__in=own) if value else queryset

    def past_due(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """Given, and the day is over; false filters nothing."""
        today = timezone.localdate(timezone=city_zone())
        over = {"state": FaultState.GIVEN, "due_on__lt": today}
        return queryset.filter(**over) if value else queryset


def names_of_bodies() -> dict[str, str]:
    """Code → name of every body."""
    return dict(Organization.objects.values_list("code", "name"))


class FaultViewSet(GroundViewSet):
    """What is wrong with the ground, the largest first; `manage.py check_ground --work-list` keeps it."""

    queryset = READ
    serializer_class = FaultFeature
    filterset_class = FaultFilters
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"
    keyset = ("-area_m2", "-id")
    place = "place"
    dated = False

    def get_serializer_context(self) -> dict[str, Any]:
        """The names of bodies and the roles of who asks, read once."""
        if isinstance(self.request.user, User):
            prefetch_related_objects([self.request.user], "memberships")
        return super().get_serializer_context() | {"names": names_of_bodies()}


class FaultCountView(APIView):
    """How many faults there are."""

    @extend_schema(responses=FaultCount(many=True))
    def get(self, request: Request) -> Response:
        """By part, kind and state."""
        faults = GroundFault.objects.visible_to(person_of(request))
        rows = faults.values("part", "kind", "state").order_by("part", "kind", "state")
        counted = rows.annotate(count=Count("pk"), area_m2=Sum("area_m2"))
        return Response({"results": FaultCount(counted, many=True).data})


class FaultActView(APIView):
    """Acts upon a fault; which ones are possible now stands in its `available_acts`."""

    @extend_schema(
        request=FaultActRequest,
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)],
        responses={201: FaultFeature, 200: FaultFeature},
    )
    def post(self, request: Request, pk: int, act: str) -> HttpResponse:
        """give {to, due_on, reason} · close {reason} · reopen {reason}; answers the fault as it is then."""
        user = person_of(request)
        fault = GroundFault.objects.visible_to(user).filter(pk=pk).first()
        if fault is None:
            raise Missing(id=pk)
        given = request.data
        if not isinstance(given, dict):
            raise Invalid("send a JSON object", zh="请发送一个 JSON 对象。")

        def work() -> Any:
            done = carry_out(act, fault, actor=user, given=given)
            context = {"request": request, "names": names_of_bodies()}
            return FaultFeature(READ.get(pk=done.pk), context=context).data

        return answer_once(request, work)
