"""Reading the city and its ground versions."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Max

from core.errors import DomainError
from core.prepared import prepared_rows
from grid.ground.models import City, GroundVersion

# Asked several times for each report: prepared, it costs a fifth of what the ORM takes to say it.
_OF_THE_CITY = ("id", "name", "metric_srid", "timezone", "founded_at")
_CITY = "SELECT id, name, metric_srid, timezone, founded_at FROM grid_city"


class NoCity(DomainError):
    """No city has been founded in this database; run 'manage.py found_city' first."""

    status = 409
    zh = "本数据库尚未建立城市；请先运行 manage.py found_city。"


def the_city() -> City:
    """The one city; raises NoCity before it is founded. Its outline is read when it is asked for."""
    found = prepared_rows(_CITY, {})
    if not found:
        raise NoCity
    return City.from_db(connection.alias, _OF_THE_CITY, found[0])


def city_zone() -> ZoneInfo:
    """The time in which the city counts its days and hours; raises NoCity."""
    return ZoneInfo(the_city().timezone)


def newest_version() -> int:
    """The number of the newest ground version, 0 before the first publication."""
    return GroundVersion.objects.aggregate(newest=Max("number"))["newest"] or 0


def version_known_at(moment: datetime) -> int:
    """The ground version that was the newest at an instant, 0 if none was published by then."""
    return (
        GroundVersion.objects.filter(published_at__lte=moment).aggregate(newest=Max("number"))[
            "newest"
        ]
        or 0
    )


def token_of(version: int) -> str:
    """Under what a ground version may be kept in memory or on disk; empty where there is none (0).

    The number alone is not enough: a what-if publishes the next number and takes it back.
    """
    tokens = GroundVersion.objects.filter(number=version).values_list("token", flat=True)
    return "".join(str(token) for token in tokens)
