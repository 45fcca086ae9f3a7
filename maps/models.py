"""The tables of the maps app: caches only, it owns no fact."""

from maps.finding.models import NamesLearnt, SpokenName
from maps.tiles.models import DrawnTile

__all__ = ["DrawnTile", "NamesLearnt", "SpokenName"]
