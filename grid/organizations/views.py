"""Organizations, and oneself."""

from django.middleware.csrf import get_token
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.models import User
from grid.ground.views import GroundFilters, GroundViewSet
from grid.organizations.models import Organization, OrganizationKind
from grid.organizations.serializers import Me, OrganizationDetails


class OrganizationFilters(GroundFilters):
    """Organizations by their fields."""

    code = filters.CharFilter()
    name = filters.CharFilter()
    kind = filters.ChoiceFilter(choices=OrganizationKind.choices)
    parent = filters.CharFilter(field_name="parent__code", help_text="code")
    area = filters.CharFilter(field_name="area_code", help_text="code")


class OrganizationViewSet(GroundViewSet):
    """Bodies that can answer for something."""

    queryset = Organization.objects.select_related("parent", "successor")
    serializer_class = OrganizationDetails
    filterset_class = OrganizationFilters
    dated = False


class MeView(APIView):
    """Who is asking."""

    @extend_schema(responses=Me, summary="Who is asking: name, roles, language, CSRF token")
    def get(self, request: Request) -> Response:
        """The user of the session or token, with the roles held."""
        user = User.objects.prefetch_related("memberships__organization").get(
            username=request.user.get_username()
        )
        return Response(Me(user, context={"csrf": get_token(request._request)}).data)
