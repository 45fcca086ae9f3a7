"""The owners' portal over HTTP: its page, its figures, its rows, its map, and the rows as a file."""

import binascii
import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import get_language
from django.views.generic import TemplateView
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.errors import Invalid, Missing, NotPermitted
from core.models import User
from core.pages import InvalidCursor, limit_of
from grid.ground.parameters import BOX_WORDS, BadParameter, asked_of, refuse_unknown
from grid.ground.queries import newest_version, the_city
from grid.organizations.permissions import is_member
from maps.frontend import built
from maps.ground_state import city_timezone, state_of_the_ground
from maps.owners import exports, queries
from maps.owners.facts import facts_of
from maps.owners.queries import PARTS, Filters, bodies_of
from maps.owners.words import STATES, words_in

EDITION = 1  # raise it when the same ledger is summed up otherwise
FILTERS = {"body", "below", "part", "state", "category", "q", "bbox"}
LONGEST_WORDS = 100
XLSX_ROWS = 20_000  # a workbook is written whole before its first byte is sent


class NotYourBody(Missing):
    """'{body}' is not a body of yours, nor below one; yours: {yours}."""

    zh = "“{body}”不是您所在的单位或其下属单位；您的单位：{yours}。"


class UnknownWord(Invalid):
    """There is no {name} '{word}'; there are: {known}."""

    zh = "{name} 没有“{word}”这一取值；可用的取值：{known}。"


class TooManyRows(Invalid):
    """A workbook holds at most {most} rows here: choose a state or category, or take CSV."""

    zh = "Excel 文件最多 {most} 行；请先按状态或类别筛选，或改用 CSV。"


class OwnersPage(LoginRequiredMixin, TemplateView):
    """The frame in which the portal runs; members only."""

    template_name = "maps/console.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Strangers sign in first; who signed in without a role is told so."""
        if request.user.is_authenticated and not is_member(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The built files, or none when the front end has not been built; the city's time zone."""
        entry, zone = built("owners/main.ts"), city_timezone()
        return super().get_context_data(entry=entry, timezone=zone, **kwargs)


class _MembersView(APIView):
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not is_member(request.user):
            raise NotPermitted


@extend_schema(exclude=True)
class SummaryView(_MembersView):
    """What there is: bodies one may choose, counts by part, state, category and role."""

    def get(self, request: Request) -> Response:
        """Counted once per state of the ground and choice of bodies. Raises NotYourBody, NoCity."""
        refuse_unknown(request.query_params, {"body", "below"})
        city = the_city()
        chosen = _bodies(request)
        whose = hashlib.sha256(repr(chosen).encode()).hexdigest()[:16]
        key = f"owners-{EDITION}-{state_of_the_ground()}-{whose}"
        figures: dict[str, Any] | None = cache.get(key)
        if figures is None:
            figures = queries.summary(chosen)
            cache.set(key, figures, timeout=600)
        mine = bodies_of(_user(request))
        return Response(
            {
                "city": city.name,
                "version": newest_version(),
                "bodies": {
                    "own": [{"code": one.code, "name": one.name} for one in mine.own],
                    "below": [{"code": one.code, "name": one.name} for one in mine.below],
                },
                **figures,
            }
        )


@extend_schema(exclude=True)
class RowsView(_MembersView):
    """The rows, page by page."""

    def get(self, request: Request) -> Response:
        """Fifty (or `limit`) rows, and `next`, the cursor of the page after. Raises NotYourBody."""
        refuse_unknown(request.query_params, FILTERS | {"cursor", "limit"})
        limit = limit_of(request.query_params.get("limit", "50"))
        after = _read_cursor(request.query_params.get("cursor", ""))
        rows = queries.page(_filters(request), after, limit + 1)
        more = len(rows) > limit
        rows = rows[:limit]
        following = _write_cursor(rows[-1]["facility_id"]) if more else None
        for row in rows:
            del row["facility_id"]
        return Response({"results": rows, "next": following})


@extend_schema(exclude=True)
class PointsView(_MembersView):
    """What the map shows in its box."""

    def get(self, request: Request) -> Response:
        """Points, or squares with counts where there are too many. Raises BadParameter."""
        refuse_unknown(request.query_params, FILTERS | {"across"})
        filters = _filters(request)
        if filters.box is None:
            raise BadParameter(parameter="bbox", expected=BOX_WORDS)
        across = request.query_params.get("across", "12")
        if not (across.isascii() and across.isdigit() and len(across) < 3 and int(across)):
            raise BadParameter(parameter="across", expected="1 … 99")
        return Response(queries.points(filters, int(across)))


@extend_schema(exclude=True)
class FactsView(_MembersView):
    """One facility: its papers, who holds it and why, what proves it, its cases."""

    def get(self, request: Request, code: str) -> Response:
        """For every member, as the ledger is; cases only those one may see. Raises NoSuchFacility."""
        return Response(facts_of(_user(request), code))


@extend_schema(exclude=True)
class ExportView(_MembersView):
    """The rows as a file."""

    def get(self, request: Request, kind: str) -> HttpResponseBase:
        """CSV, GeoJSON or XLSX, streamed. Raises NotYourBody, TooManyRows."""
        refuse_unknown(request.query_params, FILTERS)
        filters = _filters(request)
        if kind == "xlsx" and len(queries.page(filters, 0, XLSX_ROWS + 1)) > XLSX_ROWS:
            raise TooManyRows(most=f"{XLSX_ROWS:,}")
        chinese = (get_language() or "zh").startswith("zh")
        words = words_in(chinese)
        rows = queries.all_rows(filters)
        made: dict[str, tuple[str, Iterator[bytes]]] = {
            "csv": ("text/csv; charset=utf-8", exports.as_csv(rows, words, chinese)),
            "geojson": ("application/geo+json", exports.as_geojson(rows)),
            "xlsx": (
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                exports.as_xlsx(rows, words, chinese),
            ),
        }
        media_type, parts = made[kind]
        answer = StreamingHttpResponse(parts, content_type=media_type)
        name = f"handover-{timezone.now():%Y%m%d}.{kind}"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        answer["Cache-Control"] = "private, no-store"
        return answer


def _user(request: Request) -> User:
    user = request.user
    if not isinstance(user, User):
        raise NotPermitted
    return user


def _bodies(request: Request) -> tuple[int, ...]:
    """The keys of the bodies asked for: one's own, those below too, or one of them."""
    mine = bodies_of(_user(request))
    code = request.query_params.get("body", "").strip()
    if code:
        body = mine.named(code)
        if body is None:
            raise NotYourBody(body=code[:50], yours=[one.code for one in mine.own])
        return (body.pk,)
    chosen = [*mine.own, *(mine.below if request.query_params.get("below") == "1" else [])]
    return tuple(body.pk for body in chosen)


def _filters(request: Request) -> Filters:
    given = request.query_params
    asked = asked_of({"bbox": given.get("bbox", "")})
    box = asked.bbox.extent if asked.bbox else None
    return Filters(
        bodies=_bodies(request),
        part=_known("part", given.get("part", ""), PARTS),
        states=tuple(_known("state", one, STATES) for one in given.getlist("state") if one),
        categories=tuple(one[:64] for one in given.getlist("category") if one)[:200],
        words=given.get("q", "").strip()[:LONGEST_WORDS],
        box=box,
    )


def _known(name: str, word: str, known: Any) -> str:
    if word and word not in known:
        raise UnknownWord(name=name, word=word[:50], known=list(known))
    return word


def _write_cursor(key: int) -> str:
    return urlsafe_b64encode(str(key).encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        key = int(urlsafe_b64decode(cursor[:40] + "=" * (-len(cursor[:40]) % 4)))
    except (binascii.Error, ValueError) as error:
        raise InvalidCursor from error
    if not 0 <= key < 1 << 63:
        raise InvalidCursor
    return key
