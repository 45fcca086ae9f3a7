"""The registers over HTTP: hard cases, cross-district, returned again and again, pushed down."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import person_of
from grid.ground.views import GroundFilters, GroundViewSet, SubjectIds
from grid.organizations.queries import organization_named
from inspections.cases.models import Assignment, AssignmentKind, Case
from inspections.cases.receivers import receivers_of
from inspections.cases.views import case_seen_by
from inspections.joint.marks.models import HARD, CaseCopy, CaseMark, MarkKind, marked
from inspections.joint.marks.serializers import MarkedCase, ReceiversSerializer, SweepSerializer
from inspections.joint.marks.sweep import sweep_of
from inspections.joint.marks.warning import warnings_before

STANDING = CaseMark.objects.filter(ended_at=None).order_by("id")
READ = Case.objects.select_related("category", "supervisor").prefetch_related(
    Prefetch("assignments", queryset=Assignment.objects.select_related("organization")),
    Prefetch("marks", queryset=STANDING, to_attr="standing_marks"),
    Prefetch("copies", queryset=CaseCopy.objects.select_related("leader")),
)


class MarkedFilters(GroundFilters):
    """Marked cases by their marks."""

    subject_id = SubjectIds()
    mark = filters.MultipleChoiceFilter(
        choices=MarkKind.choices, method="by_mark", help_text="none given: those of hard cases"
    )
    organization = filters.CharFilter(method="led_by", help_text="code of the body that leads")
    mine = filters.BooleanFilter(method="before_me", help_text="true: copied to you, a leader")
    taken = filters.BooleanFilter(method="taken_on", help_text="a leader has taken it on")

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Hard cases where no mark is named."""
        if not self.form.cleaned_data.get("mark"):
            queryset = queryset.filter(marked(list(HARD)))
        found: QuerySet[Any] = super().filter_queryset(queryset)
        return found

    def by_mark(self, queryset: QuerySet[Any], name: str, value: list[str]) -> QuerySet[Any]:
        """With one of these marks."""
        return queryset.filter(marked(value)) if value else queryset

    def led_by(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """That body leads."""
        held = Assignment.objects.filter(organization__code=value, kind="lead", ended_at=None)
        return queryset.filter(pk__in=held.values("case"))

    def before_me(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """Copied to whoever asks; false filters nothing."""
        copies = CaseCopy.objects.filter(leader=self.request.user)
        return queryset.filter(pk__in=copies.values("case")) if value else queryset

    def taken_on(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """Taken on by a leader, or by none yet."""
        taken = CaseCopy.objects.filter(taken_at__isnull=False).values("case")
        return queryset.filter(pk__in=taken) if value else queryset.exclude(pk__in=taken)


class MarkedCaseViewSet(GroundViewSet):
    """Cases that need somebody above, the newest first; by `mark` the other registers."""

    queryset = READ
    serializer_class = MarkedCase
    filterset_class = MarkedFilters
    lookup_field = "number"
    keyset = ("-id",)
    dated = False


class SweepView(APIView):
    """What else is as the facility of a case is (举一反三)."""

    @extend_schema(responses=SweepSerializer)
    def get(self, request: Request, number: str) -> Response:
        """Same class, same state of handover."""
        case = case_seen_by(person_of(request), number)
        return Response(SweepSerializer(sweep_of(case)).data)


class ReceiversView(APIView):
    """Who would have a case, asked before it is sent."""

    @extend_schema(
        parameters=[
            OpenApiParameter("to", str, description="organization; none: the verdict's"),
            OpenApiParameter("assists", str, description="organizations, with `;` between them"),
        ],
        responses=ReceiversSerializer,
    )
    def get(self, request: Request, number: str) -> Response:
        """The bodies, and what speaks against it; nothing is sent."""
        case = case_seen_by(person_of(request), number)
        to, also = request.query_params.get("to"), request.query_params.get("assists", "")
        found = receivers_of(
            case,
            to=organization_named(to) if to else None,
            assists=[organization_named(name) for name in also.split(";") if name.strip()],
        )
        bodies = found.bodies if found else ()
        told = {
            "receivers": [
                {
                    "code": body.code,
                    "name": body.name,
                    "part": AssignmentKind.ASSIST if place else AssignmentKind.LEAD,
                    "co_receiver": bool(found and body.code in found.rivals),
                }
                for place, body in enumerate(bodies)
            ],
            "warnings": warnings_before(case, bodies),
        }
        return Response(ReceiversSerializer(told).data)
