"""`GET /api/v1/`: where everything of the API is, for a person who begins."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

PLACES = [
    "me",
    "jurisdiction",
    "search",
    "areas-list",
    "cells-list",
    "organizations-list",
    "categories-list",
    "catalogue-duties-list",
    "catalogue-editions-list",
    "catalogue-differences",
    "catalogue-drafts-list",
    "facilities-list",
    "ownership-areas-list",
    "handovers-list",
    "channels-list",
    "channel-shares",
    "upstream-orders-list",
    "requests-list",
    "inbox-list",
    "gatherings-list",
    "inbox-counts",
    "cases-list",
    "case-candidates",
    "case-similar",
    "tasks-list",
    "visits-list",
    "extensions-list",
    "parkings-list",
    "reminders-list",
    "emergencies-list",
    "desk-figures",
    "supervisions-list",
    "reworks-list",
    "rework-causes",
    "exclusions-list",
    "returns-list",
    "transfers-list",
    "disputes-list",
    "ground-faults-list",
    "ground-fault-counts",
    "change-sets-list",
    "marked-cases-list",
    "undertakings-list",
    "undertaking-counts",
    "meetings-list",
    "meeting-batches",
    "shifts-list",
    "duty-turns-list",
    "duty-gaps-list",
    "advance-costs-list",
    "messages-list",
    "notices-list",
    "knowledge-list",
    "desk-calls",
    "desk-confirmations",
    "evidence-list",
    "audit-list",
    "live",
    "schema",
]


class ApiIndex(APIView):
    """The lists and questions of the API."""

    @extend_schema(
        responses=OpenApiTypes.OBJECT,
        summary="The addresses of the API's lists",
        operation_id="index_retrieve",
    )
    def get(self, request: Request) -> Response:
        """Name → address."""
        return Response(
            {name.removesuffix("-list"): reverse(name, request=request) for name in PLACES}
        )
