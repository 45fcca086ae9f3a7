"""Orders of platforms above over HTTP: a list for the desk, and sending a refused report again."""

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import HttpResponse
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from core.api import answer_once, person_of
from core.errors import Missing
from grid.ground.views import GroundFilters, GroundViewSet, SubjectIds
from inspections.intake.upstream.models import UpstreamOrder, UpstreamReport, UpstreamWord
from inspections.intake.upstream.serializers import (
    UpstreamOrderSerializer,
    UpstreamReportSerializer,
)
from inspections.intake.upstream.use_cases import send_again

READ = UpstreamOrder.objects.select_related("link__channel", "request").prefetch_related(
    "request__links__case",
    Prefetch("reports", queryset=UpstreamReport.objects.order_by("id")),
    Prefetch("words", queryset=UpstreamWord.objects.order_by("id")),
)


class UpstreamOrderFilters(GroundFilters):
    """Orders by their fields."""

    subject_id = SubjectIds()
    number = filters.CharFilter()
    channel = filters.CharFilter(field_name="link__channel__code", help_text="code")
    case = filters.CharFilter(method="feeding", help_text="number of the case it feeds")
    refused = filters.BooleanFilter(method="with_refused", help_text="true: a report was refused")
    withdrawn = filters.BooleanFilter(field_name="withdrawn_at", lookup_expr="isnull", exclude=True)

    def feeding(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Those that feed this case now."""
        return queryset.filter(
            request__links__case__number=value, request__links__left_at__isnull=True
        )

    def with_refused(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """Of which the platform refused a report, or not."""
        refused = Exists(
            UpstreamReport.objects.filter(order=OuterRef("pk"), refused_at__isnull=False)
        )
        return queryset.filter(refused if value else ~refused)


class UpstreamOrderViewSet(GroundViewSet):
    """Orders of platforms above, the newest first."""

    queryset = READ
    serializer_class = UpstreamOrderSerializer
    filterset_class = UpstreamOrderFilters
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"
    keyset = ("-id",)
    dated = False


class SendAgainView(APIView):
    """A report that the platform refused goes out once more."""

    @extend_schema(
        request=None,
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)],
        responses={201: UpstreamReportSerializer, 200: UpstreamReportSerializer},
        operation_id="upstream_orders_send_again_create",
    )
    def post(self, request: Request, pk: int, report: int) -> HttpResponse:
        """Under the same key; answers the report as it is then."""
        user = person_of(request)
        order = UpstreamOrder.objects.visible_to(user).filter(pk=pk).first()
        found = order.reports.filter(pk=report).first() if order else None
        if found is None:
            raise Missing

        def work() -> Any:
            return UpstreamReportSerializer(send_again(found, actor=user)).data

        return answer_once(request, work)
