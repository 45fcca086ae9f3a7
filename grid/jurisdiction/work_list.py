"""Who keeps the findings of the ground report as a work list: a room above says so, once."""

from collections.abc import Callable, Mapping

from grid.ground.models import City
from grid.jurisdiction.findings import Report

Keeper = Callable[[Report, City], Mapping[str, int]]

_KEEPERS: list[Keeper] = []


def keep_findings(keeper: Keeper) -> None:
    """`keeper` brings its list up to date with a report, and tells how many faults it found, and what changed."""
    _KEEPERS.append(keeper)


def tell_keepers(report: Report, city: City) -> dict[str, int]:
    """Hand a report to whoever keeps a list; what they tell of it."""
    told: dict[str, int] = {}
    for keeper in _KEEPERS:
        told |= keeper(report, city)
    return told
