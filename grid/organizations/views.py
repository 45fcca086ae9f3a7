"""Organizations, and oneself."""

from django.middleware.csrf import get_token
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.models import User
from grid.organizations.serializers import Me


class MeView(APIView):
    """Who is asking."""

    @extend_schema(responses=Me, summary="Who is asking: name, roles, language, CSRF token")
    def get(self, request: Request) -> Response:
        """The user of the session or token, with the roles held."""
        user = User.objects.prefetch_related("memberships__organization").get(
            username=request.user.get_username()
        )
        return Response(Me(user, context={"csrf": get_token(request._request)}).data)
