"""Tiles over HTTP: for members, answered with 304 as long as the ground stands still."""

import gzip
import hashlib

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from core.errors import Missing, NotPermitted
from core.models import User
from grid.organizations.permissions import is_member
from maps.ground_state import state_of_the_ground
from maps.tiles.use_cases import EDITION, GROUND_LAYERS, Place, case_tile, ground_tile

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
MAX_AGE = 300


class NoSuchTile(Missing):
    """There is no such tile: the layer is unknown, or z, x, y lie outside the pyramid."""

    zh = "没有这个瓦片：图层未知，或 z、x、y 超出范围。"


@extend_schema(exclude=True)
class TileView(APIView):
    """One tile: of the ground, the same for every member, or of the cases one may see."""

    def get(self, request: Request, layer: str, z: int, x: int, y: int) -> HttpResponseBase:
        """The tile, gzipped if the client takes it; 204 where nothing lies."""
        user = request.user
        if not isinstance(user, User) or not is_member(user):
            raise NotPermitted
        place = Place(layer, z, x, y)
        if layer not in (*GROUND_LAYERS, "cases") or not place.exists:
            raise NoSuchTile(layer=layer, z=z, x=x, y=y)
        if layer == "cases":
            answer = _cases(request._request, user, place)
        else:
            answer = _ground(request._request, place)
        patch_vary_headers(answer, ["Accept-Encoding", "Authorization", "Cookie"])
        return answer


def _ground(request: HttpRequest, place: Place) -> HttpResponseBase:
    """Nothing is drawn, nor looked up, for a reader whose copy is still true."""
    key = f"{EDITION}-{state_of_the_ground()}"
    etag = f'W/"{place.layer}-{key}"'
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        answer = _tile_response(request, ground_tile(place, key))
    answer["ETag"] = etag
    answer["Cache-Control"] = f"private, max-age={MAX_AGE}"
    return answer


def _cases(request: HttpRequest, user: User, place: Place) -> HttpResponseBase:
    """Drawn anew, for this user alone; what one already has is not sent again."""
    body = case_tile(user, place)
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        answer = _tile_response(request, body)
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache"
    return answer


def _tile_response(request: HttpRequest, body: bytes) -> HttpResponse:
    if not body:
        return HttpResponse(status=204)
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return HttpResponse(gzip.decompress(body), content_type=MEDIA_TYPE)
    return HttpResponse(body, content_type=MEDIA_TYPE, headers={"Content-Encoding": "gzip"})
