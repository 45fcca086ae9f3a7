"""Reports over HTTP: POST where requests are read."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from core.api import answer_once, person_of
from inspections.intake.serializers import ReportRequest
from inspections.intake.use_cases import receive
from inspections.requests.models import ServiceRequest
from inspections.requests.serializers import RequestFeature
from inspections.requests.views import RequestViewSet


class IntakeViewSet(RequestViewSet):
    """Requests, the newest first; a new one is recorded and, where there is something to do, a case opened."""

    def known_parameters(self) -> set[str]:
        """A report takes no query parameters."""
        return set() if self.action == "create" else super().known_parameters()

    @extend_schema(
        request=ReportRequest,
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)],
        responses={201: RequestFeature, 200: RequestFeature},
    )
    def create(self, request: Request) -> HttpResponse:
        """Answers the request with `case`, the number of the case opened, or `why_no_case`.

        Fields it does not know are named in `ignored`: who reports is not taken here.
        """
        user = person_of(request)
        asked = ReportRequest(data=request.data)
        asked.is_valid(raise_exception=True)

        def work() -> dict[str, Any]:
            received = receive(asked.row(), actor=user, urgency=asked.validated_data["urgency"])
            recorded = ServiceRequest.objects.get(pk=received.request.pk)
            told: dict[str, Any] = RequestFeature(
                recorded, context=self.get_serializer_context()
            ).data
            why = received.why_no_case
            told["properties"] |= {
                "why_no_case": None
                if why is None
                else {"code": why.code, "words": {"zh-Hans": why.message_zh, "en": why.message}},
                "ignored": sorted(set(request.data) - set(asked.fields)),
            }
            return told

        return answer_once(request, work)
