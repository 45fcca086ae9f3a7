"""One search for everything that has a place: asked by letters, answered the nearest first."""

from typing import Any

from django.contrib.gis.db.models.functions import PointOnSurface

from core.models import User
from grid.ground.models import City
from inspections.cases.models import Case
from maps.finding import queries, words
from maps.finding.use_cases import AT_ONCE, learn_names

LONGEST = 100
SHOWN = 12


def search(typed: str, *, actor: User, most: int = SHOWN) -> list[dict[str, Any]]:
    """Positions, crossings, codes, names in characters or pinyin, and the cases this person may see."""
    typed = typed.strip()[:LONGEST]
    if not typed:
        return []
    learn_names(AT_ONCE)
    if position := words.position_in(typed, _middle()):
        return queries.best(queries.by_position(position.lon, position.lat), most)
    found = queries.by_name(typed)
    if pair := words.crossing_in(typed):
        found += queries.by_crossing(*pair)
    if words.is_code(typed):
        found += queries.by_code(typed)
    found += _cases(typed, actor)
    return queries.best(found or queries.by_likeness(typed), most)


def _middle() -> tuple[float, float] | None:
    boundary = City.objects.values_list("boundary", flat=True).first()
    if boundary is None:
        return None
    spot = boundary.centroid
    return spot.x, spot.y


def _cases(typed: str, actor: User) -> list[dict[str, Any]]:
    """By the beginning of their number, or by the whole tracking code of a report."""
    seen = Case.objects.visible_to(actor)
    if code := words.tracking_code_in(typed):
        seen = seen.filter(requests__tracking_code=code)
    elif words.is_case_number(typed):
        seen = seen.filter(number__startswith=typed)
    else:
        return []
    rows = seen.annotate(spot=PointOnSurface("place")).order_by("number")
    told = rows.values_list("number", "spot", "state", "category__name")
    return [
        {
            "kind": "case",
            "code": number,
            "name": "",
            "category": category,
            "lon": spot.x if spot else None,
            "lat": spot.y if spot else None,
            "bounds": None,
            "area": None,
            "state": state,
            "rank": 0 if number == typed or code else 10,
        }
        for number, spot, state, category in told[: queries.SHOWN]
    ]
