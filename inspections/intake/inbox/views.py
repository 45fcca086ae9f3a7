"""The desk's inbox over HTTP: what waits, how much, and what the desk makes of it."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import answer_once, person_of
from grid.ground.datums import parse_datum
from grid.ground.parameters import refuse_unknown
from grid.ground.views import GroundFilters, GroundViewSet, SubjectIds
from inspections.cases.views import case_seen_by
from inspections.intake.inbox.models import InboxItem, WaitsFor
from inspections.intake.inbox.queries import waiting_counts
from inspections.intake.inbox.serializers import (
    InboxItemSerializer,
    JoinStated,
    OpenStated,
    WaitingCounts,
)
from inspections.intake.use_cases.deciding import join_waiting, open_waiting
from inspections.requests.models import Channel, Nature
from inspections.requests.serializers import RequestDetail
from inspections.requests.use_cases import point_place
from inspections.requests.views import CODE, ONCE, request_as_json, request_seen_by

READ = InboxItem.objects.select_related(
    "request__category", "request__requester", "request__receipt__channel"
).prefetch_related("request__links")


class InboxFilters(GroundFilters):
    """What waits, by its fields."""

    subject_id = SubjectIds()
    waits_for = filters.ChoiceFilter(choices=WaitsFor.choices)
    channel = filters.ChoiceFilter(field_name="request__channel", choices=Channel.choices)
    nature = filters.ChoiceFilter(field_name="request__nature", choices=Nature.choices)
    settled = filters.BooleanFilter(
        method="or_settled", help_text="true: what waits no more; only what waits if not given"
    )

    def or_settled(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """What waits, or what waits no more."""
        return queryset.filter(settled_at__isnull=not value)

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Only what waits, unless it is asked otherwise."""
        asked = super().filter_queryset(queryset)
        told = self.form.cleaned_data.get("settled")
        found: QuerySet[Any] = asked.filter(settled_at__isnull=True) if told is None else asked
        return found


class InboxViewSet(GroundViewSet):
    """Requests without a case, the longest waiting first."""

    queryset = READ
    serializer_class = InboxItemSerializer
    filterset_class = InboxFilters
    lookup_field = "request__code"
    lookup_url_kwarg = "code"
    keyset = ("since", "id")
    dated = False


class InboxCountsView(APIView):
    """How much waits at the desk."""

    @extend_schema(responses=WaitingCounts, operation_id="desk_inbox_counts")
    def get(self, request: Request) -> Response:
        """Of what you may see, by what it waits for."""
        refuse_unknown(request.query_params.dict(), set())
        return Response(waiting_counts(person_of(request)))


class JoinView(APIView):
    """A request that waits is about an open case, too."""

    @extend_schema(
        request=JoinStated,
        parameters=[CODE, ONCE],
        responses={201: RequestDetail, 200: RequestDetail},
        operation_id="requests_join_create",
    )
    def post(self, request: Request, code: str) -> HttpResponse:
        """It feeds that case from now on; who reported follows it there. Answers the request."""
        user = person_of(request)
        subject = request_seen_by(user, code)
        asked = JoinStated(data=request.data)
        asked.is_valid(raise_exception=True)
        case = case_seen_by(user, asked.validated_data["case"].strip())

        def work() -> Any:
            join_waiting(subject, case, actor=user)
            return request_as_json(subject, request)

        return answer_once(request, work)


class OpenView(APIView):
    """A request that waits becomes a case of its own."""

    @extend_schema(
        request=OpenStated,
        parameters=[CODE, ONCE],
        responses={201: RequestDetail, 200: RequestDetail},
        operation_id="requests_open_create",
    )
    def post(self, request: Request, code: str) -> HttpResponse:
        """Takes a place as `locate` does, where the request states none or a wrong one. Answers the request."""
        user = person_of(request)
        subject = request_seen_by(user, code)
        asked = OpenStated(data=request.data)
        asked.is_valid(raise_exception=True)

        def work() -> Any:
            row = asked.row()
            place = row.place
            if place is None and row.lon is not None and row.lat is not None:
                place = point_place(row.lon, row.lat, parse_datum(row.datum))
            open_waiting(
                subject,
                actor=user,
                place=place,
                accuracy_m=row.accuracy_m,
                facility_code=row.facility_code,
                category=row.category,
                urgency=asked.validated_data["urgency"],
                reason=asked.validated_data["reason"],
            )
            return request_as_json(subject, request)

        return answer_once(request, work)
