"""`GET /api/v1/jurisdiction/`: the answer over HTTP."""

from collections.abc import Mapping

from django.contrib.auth.models import AnonymousUser
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import person_of
from core.errors import Invalid, NotPermitted
from core.models import User
from grid.ground.datums import parse_datum, to_wgs84
from grid.ground.queries import the_city, version_known_at
from grid.jurisdiction.answers import Answer
from grid.jurisdiction.asking import (
    Place,
    category_of,
    facility_of,
    instant_of,
    path_of,
    role_of,
)
from grid.jurisdiction.drafts import under_draft
from grid.jurisdiction.serializers import AnswerSerializer
from grid.jurisdiction.use_cases import decide
from grid.organizations.permissions import is_member

KNOWN = (
    "lon",
    "lat",
    "datum",
    "accuracy_m",
    "category",
    "facility",
    "scenario",
    "role",
    "path",
    "at",
    "as_known_at",
)


class JurisdictionView(APIView):
    """Who answers for this place, and why: any member may ask."""

    @extend_schema(
        parameters=[
            OpenApiParameter("lon", OpenApiTypes.DOUBLE),
            OpenApiParameter("lat", OpenApiTypes.DOUBLE),
            OpenApiParameter("datum", str, description="wgs84 (default), cgcs2000, gcj02, bd09"),
            OpenApiParameter("accuracy_m", OpenApiTypes.DOUBLE),
            OpenApiParameter("category", str, description="code, kind:code or exact name"),
            OpenApiParameter("facility", str, description="code"),
            OpenApiParameter("scenario", str),
            OpenApiParameter("role", str, description="another role than the duty's"),
            OpenApiParameter("path", str, description="a line or polygon, as WKT or GeoJSON"),
            OpenApiParameter("at", str, description="date or datetime, city time if naive"),
            OpenApiParameter("as_known_at", str, description="as the ground was known then"),
            OpenApiParameter("change_set", str, description="under this draft, by its number"),
        ],
        responses=AnswerSerializer,
    )
    def get(self, request: Request) -> Response:
        """The answer of DESIGN's contract; 400 names what is wrong with the question."""
        given = {name: str(value) for name, value in request.query_params.items()}
        given.pop("format", None)
        draft = given.pop("change_set", "").strip()
        if not draft:
            return Response(ask(request.user, given).as_json())
        if given.get("as_known_at", "").strip():
            raise Invalid(
                "ask either under a change set or as the ground was known then, not both",
                zh="change_set 与 as_known_at 不能同时使用。",
            )
        with under_draft(draft, person_of(request)):
            return Response(ask(request.user, given).as_json())


def ask(user: User | AnonymousUser, given: Mapping[str, str]) -> Answer:
    """The answer to a question put in words, by the parameters of this address.

    Raises NotPermitted for whoever is no member, Invalid for what cannot be asked.
    """
    if not is_member(user):
        raise NotPermitted
    if unknown := set(given) - set(KNOWN):
        raise Invalid(
            f"unknown parameter {', '.join(sorted(unknown))}; known: {', '.join(KNOWN)}",
            zh=f"未知参数 {'、'.join(sorted(unknown))}；可用的参数：{'、'.join(KNOWN)}。",
        )
    asked = {name: value.strip() for name, value in given.items() if value.strip()}
    city = the_city()
    return decide(
        place=_place(asked),
        category=category_of(asked["category"]) if "category" in asked else None,
        facility=facility_of(asked["facility"]) if "facility" in asked else None,
        path=(
            path_of(asked["path"], parse_datum(asked.get("datum", "wgs84")))
            if "path" in asked
            else None
        ),
        scenario=asked.get("scenario", ""),
        role=role_of(asked["role"]) if "role" in asked else "",
        at=instant_of(asked["at"], city) if "at" in asked else None,
        version=(
            version_known_at(instant_of(asked["as_known_at"], city))
            if "as_known_at" in asked
            else None
        ),
    )


def _place(asked: dict[str, str]) -> Place | None:
    if "lon" not in asked and "lat" not in asked:
        return None
    numbers = {}
    for name in ("lon", "lat", "accuracy_m"):
        try:
            numbers[name] = float(asked.get(name, "0" if name == "accuracy_m" else ""))
        except ValueError:
            raise Invalid(
                f"{name} must be a number, not {asked.get(name, '')!r}",
                zh=f"{name} 必须是数字，不能是“{asked.get(name, '')}”。",
            ) from None
    raw = Place(numbers["lon"], numbers["lat"], numbers["accuracy_m"])
    lon, lat = to_wgs84([raw.lon], [raw.lat], parse_datum(asked.get("datum", "wgs84")))
    return Place(float(lon[0]), float(lat[0]), raw.accuracy_m)
