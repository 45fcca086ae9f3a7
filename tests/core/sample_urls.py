"""Addresses that exist only to show how the core answers over HTTP."""

from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as ModelInvalid
from django.db import OperationalError, connection, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path
from psycopg import errors as pg
from rest_framework import serializers
from rest_framework.exceptions import Throttled
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import answer_once, base_version_of
from core.errors import Busy, Invalid, LostRace, Missing, NotPermitted, WrongState
from core.models import User

handler400 = "core.api.bad_request"
handler403 = "core.api.permission_denied"
handler404 = "core.api.page_not_found"
handler500 = "core.api.server_error"


def _refused_by_the_database(cause: pg.Error) -> OperationalError:
    error = OperationalError("refused")
    error.__cause__ = cause
    return error


REFUSALS: dict[str, Exception] = {
    "invalid": Invalid(),
    "own-words": Invalid("no {what} here", zh="这里没有{what}", what="lamp"),
    "not-permitted": NotPermitted(),
    "missing": Missing(),
    "wrong-state": WrongState(state="lit", allowed=["put_out"]),
    "lost-race": LostRace(),
    "busy": Busy(),
    "http404": Http404("no page"),
    "denied": PermissionDenied(),
    "model-invalid": ModelInvalid({"name": ["too long"]}),
    "too-big": RequestDataTooBig(),
    "throttled": Throttled(wait=7),
    "lock": _refused_by_the_database(pg.LockNotAvailable()),
    "deadlock": _refused_by_the_database(pg.DeadlockDetected()),
    "serialization": _refused_by_the_database(pg.SerializationFailure()),
    "no-database": _refused_by_the_database(pg.OperationalError()),
    "bug": RuntimeError("a bug"),
}


class Refuse(APIView):
    """Raise what the address names."""

    def get(self, request: Request, name: str) -> Response:
        """Raise."""
        raise REFUSALS[name]


class NewUser(serializers.Serializer[Any]):
    """What must be given for a user."""

    username = serializers.CharField(max_length=5)
    languages = serializers.ListField(child=serializers.IntegerField(), required=False)


class Users(ListAPIView[User]):
    """Users by name, newest name first; POST makes one, once."""

    keyset = ("-username",)
    queryset = User.objects.all()

    class serializer_class(serializers.ModelSerializer[User]):  # noqa: N801
        """Name only."""

        class Meta:
            model = User
            fields = ["username"]

    def post(self, request: Request) -> HttpResponse:
        """Make a user."""
        given = NewUser(data=request.data)
        given.is_valid(raise_exception=True)

        def make() -> dict[str, Any]:
            made = User.objects.create(username=given.validated_data["username"])
            return {"id": made.pk, "base_version": base_version_of(request)}

        return answer_once(request, make)


class Sql(APIView):
    """Run what violates something."""

    def post(self, request: Request) -> Response:
        """Run it."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(dict(request.data)["sql"])
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        return Response({})


def raise_from_django(request: HttpRequest, name: str) -> HttpResponse:
    """A plain Django view that raises."""
    raise {
        "400": SuspiciousOperation("odd"),
        "403": PermissionDenied("no"),
        "404": Http404("no page"),
        "500": RuntimeError("a bug"),
    }[name]


urlpatterns = [
    path("api/refuse/<str:name>/", Refuse.as_view()),
    path("api/users/", Users.as_view()),
    path("api/sql/", Sql.as_view()),
    path("api/django/<str:name>/", raise_from_django),
    path("pages/<str:name>/", raise_from_django),
    path("", include("config.urls")),  # which the product's own pages name
]
