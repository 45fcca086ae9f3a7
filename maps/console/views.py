"""The console: its page, and what it must know."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.generic import TemplateView
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import person_of
from core.errors import NotPermitted
from grid.ground.parameters import asked_of, refuse_unknown
from grid.ground.queries import newest_version, the_city
from grid.organizations.permissions import is_member
from inspections.cases.models import Case
from inspections.cases.views import CaseFilters
from maps.console import cases, queries
from maps.finding.queries import category_names
from maps.frontend import built
from maps.ground_state import city_timezone, state_of_the_ground

EDITION = 1  # raise it when the same ground is summed up otherwise


class ConsolePage(LoginRequiredMixin, TemplateView):
    """The frame in which the console runs; members only."""

    template_name = "maps/console.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Strangers sign in first; who signed in without a role is told so."""
        if request.user.is_authenticated and not is_member(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The built files, or none when the front end has not been built; the city's time zone."""
        entry, zone = built("console/main.ts"), city_timezone()
        return super().get_context_data(entry=entry, timezone=zone, **kwargs)


class _MembersView(APIView):
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not is_member(request.user):
            raise NotPermitted


@extend_schema(exclude=True)
class CityView(_MembersView):
    """What the console must know before it draws."""

    def get(self, request: Request) -> HttpResponseBase:
        """The city in figures, 304 as long as the ground stands still."""
        city = the_city()
        key = f"city-{EDITION}-{state_of_the_ground()}"
        etag = f'W/"{key}"'
        answer: HttpResponseBase | None = get_conditional_response(request._request, etag=etag)
        if answer is None:
            figures: dict[str, Any] = cache.get_or_set(key, queries.summary, timeout=3600) or {}
            answer = Response({"name": city.name, "version": newest_version(), **figures})
        answer["ETag"] = etag
        answer["Cache-Control"] = "private, no-cache"
        return answer


@extend_schema(exclude=True)
class FacilityView(_MembersView):
    """A facility of which the page's address names the code."""

    def get(self, request: Request) -> Response:
        """That one, if it is on the ground now."""
        return Response({"results": queries.facility(request.query_params.get("code", ""))})


@extend_schema(exclude=True)
class CategoriesView(_MembersView):
    """What the page itself finds categories by, while somebody speaks on the telephone."""

    def get(self, request: Request) -> Response:
        """Every minor category with its pinyin."""
        return Response({"results": category_names()})


class _CasesView(_MembersView):
    """The cases one may see, under the filters of their list; `bbox` and `datum` as there."""

    def cases_asked_for(self, request: Request) -> Any:
        """Raises Invalid for an unknown filter or value."""
        given = request.query_params.dict()
        refuse_unknown(given, {"bbox", *CaseFilters.base_filters})
        asked = asked_of(given)
        seen = Case.objects.visible_to(person_of(request))
        if asked.bbox is not None:
            seen = seen.filter(place__intersects=asked.bbox)
        filterset = CaseFilters(request.query_params, queryset=seen, request=request)
        if not filterset.is_valid():
            raise ValidationError(filterset.errors)
        return filterset.qs


@extend_schema(exclude=True)
class CaseCountsView(_CasesView):
    """How many cases wait for what."""

    def get(self, request: Request) -> Response:
        """Groups, and the categories, channels and bodies of what is open."""
        return Response(cases.counts(self.cases_asked_for(request), timezone.now()))


@extend_schema(exclude=True)
class CasePointsView(_CasesView):
    """Where cases lie, in few bytes, for the map."""

    def get(self, request: Request) -> Response:
        """The newest first, at most ten thousand."""
        return Response(cases.points(self.cases_asked_for(request), timezone.now()))
