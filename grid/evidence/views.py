"""Evidence over HTTP: lists by what the user may see, and the shown copies."""

from typing import Any

from django.http import HttpResponse
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import AllowAny
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.errors import Missing
from core.models import User
from grid.evidence.models import Evidence
from grid.evidence.queries import may_see_copy
from grid.evidence.serializers import EvidenceSerializer, evidence_feature
from grid.evidence.storage import open_copy
from grid.ground.views import GroundFilters, GroundViewSet


class EvidenceFilters(GroundFilters):
    """Evidence by content, subject and person."""

    sha256 = filters.CharFilter(field_name="file")
    case = filters.CharFilter(method="of_case", help_text="number")
    request = filters.CharFilter(method="of_request", help_text="code")
    uploaded_by = filters.CharFilter(field_name="uploaded_by__username")

    def of_case(self, queryset: Any, name: str, value: str) -> Any:
        """Those put forward for the case of that number."""
        return queryset.filter(subject_type__endswith=".case", subject_code=value)

    def of_request(self, queryset: Any, name: str, value: str) -> Any:
        """Those put forward for the request of that code."""
        return queryset.filter(subject_type__endswith=".servicerequest", subject_code=value)


class EvidenceViewSet(GroundViewSet):
    """Evidence whose subject you may see, in the order it came."""

    queryset = Evidence.objects.select_related("file", "uploaded_by")
    serializer_class = EvidenceSerializer
    filterset_class = EvidenceFilters
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"
    keyset = ("id",)
    place = "position"
    dated = False

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """A page as a FeatureCollection."""
        rows: Any = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        features = [evidence_feature(row, request) for row in rows]
        return self.get_paginated_response({"type": "FeatureCollection", "features": features})

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """One piece of evidence as a feature."""
        return Response(evidence_feature(self.get_object(), request))


class AnyKind(BaseContentNegotiation):
    """A picture is a picture, whatever the browser says it accepts."""

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The first renderer (used for refusals only)."""
        return renderers[0], renderers[0].media_type


class CopyView(APIView):
    """The upright copy without EXIF, for those who may see its subject, or for all once released."""

    permission_classes = [AllowAny]
    content_negotiation_class = AnyKind

    @extend_schema(responses={(200, "image/jpeg"): OpenApiTypes.BINARY})
    def get(self, request: Request, sha256: str) -> HttpResponse:
        """A JPEG, to be kept by the browser alone; 404 also for what one may not see."""
        user = request.user if isinstance(request.user, User) else None
        if not may_see_copy(user, sha256):
            raise Missing
        try:
            with open_copy(sha256) as copy:
                content = copy.read()
        except FileNotFoundError as gone:  # a document has no copy
            raise Missing from gone
        return HttpResponse(
            content,
            content_type="image/jpeg",
            headers={
                "Cache-Control": "private, max-age=3600",
                "Content-Security-Policy": "default-src 'none'; sandbox",
                "Cross-Origin-Resource-Policy": "same-origin",
                "X-Content-Type-Options": "nosniff",
            },
        )
