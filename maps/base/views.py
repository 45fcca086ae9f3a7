"""The base map over HTTP: for everybody, answered with 304 as long as the ground stands still."""

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.errors import Missing
from grid.ground.queries import the_city
from maps.base import queries
from maps.base.use_cases import MAX_ZOOM, MIN_ZOOM, exists, key_of, picture

MAX_AGE = 3600


class NoSuchPicture(Missing):
    """There is no such picture: the map has zooms {min} to {max}, and x and y within each."""

    zh = "没有这张地图图片：缩放级别为 {min} 至 {max}，x、y 不得超出该级别的范围。"


class _OpenView(APIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)


@extend_schema(exclude=True)
class PictureView(_OpenView):
    """One tile of the base map as PNG."""

    def get(self, request: Request, z: int, x: int, y: int, density: int) -> HttpResponseBase:
        """The picture; where nothing lies, plain paper. Raises NoSuchPicture, MapBusy."""
        if not exists(z, x, y):
            raise NoSuchPicture(min=MIN_ZOOM, max=MAX_ZOOM)
        extent = queries.extent()
        etag = f'"{key_of(extent)}"'
        answer = get_conditional_response(request._request, etag=etag)
        if answer is None:
            answer = HttpResponse(picture(z, x, y, density, extent), content_type="image/png")
        answer["ETag"] = etag
        answer["Cache-Control"] = f"public, max-age={MAX_AGE}"
        return answer


@extend_schema(exclude=True)
class MapView(_OpenView):
    """What a page must know to show the base map."""

    def get(self, request: Request) -> HttpResponseBase:
        """Name, bounds (null: nothing is loaded yet), centre, zooms. Raises NoCity."""
        city = the_city()
        extent = queries.extent()
        etag = f'"{key_of(extent)}"'
        answer: HttpResponseBase | None = get_conditional_response(request._request, etag=etag)
        if answer is None:
            answer = Response({"name": city.name, **_frame(extent.bounds)})
        answer["ETag"] = etag
        answer["Cache-Control"] = "public, no-cache"
        return answer


def _frame(bounds: list[float] | None) -> dict[str, Any]:
    centre = [(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2] if bounds else None
    return {
        "tiles": "/tiles/base/{z}/{x}/{y}{r}.png",
        "bounds": bounds,
        "center": centre,
        "min_zoom": MIN_ZOOM,
        "max_zoom": MAX_ZOOM,
    }
