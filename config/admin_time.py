"""The administrator's pages tell the time of the city; everything else says which zone it means."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from grid.ground.models import City


class AdminInCityTime:
    """Middleware: under /admin/ instants are shown, and read, in city time."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Before a city is founded there is nothing to tell the time of."""
        city = None
        if request.path.startswith("/admin/"):
            city = City.objects.only("timezone").first()
        if city is None:
            return self.get_response(request)
        with timezone.override(ZoneInfo(city.timezone)):
            return self.get_response(request)
