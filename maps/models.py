"""The tables of the maps app: caches only, it owns no fact."""

from maps.tiles.models import DrawnTile

__all__ = ["DrawnTile"]
