"""The search over HTTP."""

from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import person_of
from core.errors import NotPermitted
from grid.ground.parameters import refuse_unknown
from grid.organizations.permissions import is_member
from maps.finding.search import LONGEST, search

FOUND = inline_serializer(
    "Found",
    {
        "kind": serializers.ChoiceField(
            ["place", "crossing", "road", "facility", "area", "cell", "organization", "case"]
        ),
        "code": serializers.CharField(),
        "name": serializers.CharField(),
        "category": serializers.CharField(allow_null=True),
        "area": serializers.CharField(allow_null=True, help_text="subdistrict and community"),
        "lon": serializers.FloatField(allow_null=True),
        "lat": serializers.FloatField(allow_null=True),
        "bounds": serializers.ListField(child=serializers.FloatField(), allow_null=True),
        "state": serializers.CharField(required=False, help_text="of a case"),
    },
    many=True,
)


class SearchView(APIView):
    """Find a place by a few letters."""

    @extend_schema(
        operation_id="search",
        parameters=[
            OpenApiParameter(
                "q",
                str,
                required=True,
                description=(
                    "a code's beginning, a name or a part of one, its pinyin or the initials (`tfl`), "
                    "two streets for their crossing (`tfl gwl`), degrees, a case's number, or a "
                    f"tracking code; at most {LONGEST} letters"
                ),
            )
        ],
        responses=inline_serializer("FoundPage", {"results": FOUND}),
    )
    def get(self, request: Request) -> Response:
        """What members may find, the nearest first; of cases only those they see."""
        if not is_member(request.user):
            raise NotPermitted
        refuse_unknown(request.query_params.dict(), {"q"})
        found = search(request.query_params.get("q", ""), actor=person_of(request))
        return Response({"results": found})
