"""Places as the public names them: found by words, told in words, and inside the city or not."""

from dataclasses import dataclass

from django.contrib.gis.geos import Point

from core.errors import Invalid
from grid.areas.models import Area, Level
from grid.ground.queries import the_city
from grid.jurisdiction.asking import ACCURACY_LIMIT_M, Place
from grid.jurisdiction.models import Outcome
from grid.jurisdiction.use_cases import decide
from maps.public import queries


class UnknownCommunity(Invalid):
    """Choose the community from the list."""

    zh = "请从列表中选择社区。"


@dataclass(frozen=True)
class Spot:
    """A place told in words: is it ours, in which community, near what."""

    inside: bool
    community: str = ""
    near: str = ""


def spot_at(lon: float, lat: float) -> Spot:
    """What a position is, in words. Raises InvalidPlace."""
    told = decide(place=Place(lon, lat), margin=False).as_json()
    if told["outcome"] == Outcome.OUTSIDE:
        return Spot(inside=False)
    names = dict(Area.objects.current().filter(code__in=told["areas"]).values_list("code", "name"))
    community = next((names[code] for code in reversed(told["areas"]) if code in names), "")
    return Spot(True, community, queries.nearest_street(lon, lat))


def communities() -> list[tuple[str, list[tuple[str, str]]]]:
    """For choosing without a map: (subdistrict, [(code, community)…]…), by code."""
    rows = list(
        Area.objects.current()
        .filter(level__in=[Level.SUBDISTRICT, Level.COMMUNITY])
        .order_by("code")
        .values_list("code", "name", "level", "parent_code")
    )
    streets = {code: name for code, name, level, _ in rows if level == Level.SUBDISTRICT}
    grouped: dict[str, list[tuple[str, str]]] = {}
    for code, name, level, parent in rows:
        if level == Level.COMMUNITY:
            grouped.setdefault(streets.get(parent, ""), []).append((code, name))
    return sorted(grouped.items())


def middle_of(community: str) -> tuple[Point, float]:
    """A point in a community and how far its ground reaches from there; raises UnknownCommunity."""
    found = queries.middle_of_area(community, the_city().metric_srid)
    if found is None:
        raise UnknownCommunity
    lon, lat, reach_m = found
    return Point(lon, lat, srid=4326), min(reach_m, ACCURACY_LIMIT_M)
