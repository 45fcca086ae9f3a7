"""What everything drawn of the ground depends on, so that it is drawn once and not sent twice."""

from zoneinfo import ZoneInfo

from django.utils import timezone

from grid.ground.models import City
from grid.ground.queries import newest_version


def city_timezone() -> str:
    """The city's time zone; UTC before there is a city."""
    city = City.objects.only("timezone").first()
    return city.timezone if city else "UTC"


def state_of_the_ground() -> str:
    """The ground version, and the hour, because rows begin and end at dates.

    The hour is the city's, so that what begins on a date is drawn at its midnight.
    """
    here = ZoneInfo(city_timezone())
    return f"{newest_version()}-{timezone.localtime(timezone=here):%Y%m%d%H}"
