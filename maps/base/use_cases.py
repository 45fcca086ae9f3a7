"""A picture of the base map: from the shelf, or drawn together with its three neighbours."""

import io
from functools import lru_cache
from itertools import count

from django.conf import settings
from PIL import Image

from maps.base import look, queries
from maps.base.colours import few_colours
from maps.base.drawing import SIDE, drawn
from maps.base.queries import Extent
from maps.base.shelf import Shelf
from maps.tiles.use_cases import Place

EDITION = 1  # raise it when the same ground is drawn otherwise
MIN_ZOOM, MAX_ZOOM = 10, 19
PICTURE = 256
TIDY_EVERY = 200  # squares drawn by this process

_drawn = count(1)


def key_of(extent: Extent) -> str:
    """What all pictures of this ground are known by."""
    return f"{EDITION}-{extent.key}"


def exists(z: int, x: int, y: int) -> bool:
    """Whether the pyramid of pictures has this one."""
    return MIN_ZOOM <= z <= MAX_ZOOM and x < 1 << z and y < 1 << z


def picture(z: int, x: int, y: int, density: int, extent: Extent) -> bytes:
    """The PNG of a tile, 256 pixels a side times the density. Raises MapBusy."""
    square = Place("base", z - 1, x >> 1, y >> 1)
    if not _touches(square, extent):
        return plain(density, look.BEYOND if extent.bounded else look.PAPER)
    shelf = Shelf(settings.MAP_PICTURES, key_of(extent))
    name = _name(z, x, y, density)
    kept = shelf.read(name)
    if kept is not None:
        return kept
    with shelf.slot(f"{square.z}/{square.x}/{square.y}"):
        kept = shelf.read(name)  # drawn while we waited
        if kept is None:
            kept = _draw(square, density, extent, shelf)[name]
    if next(_drawn) % TIDY_EVERY == 0:
        shelf.tidy()
    return kept


def _draw(square: Place, density: int, extent: Extent, shelf: Shelf) -> dict[str, bytes]:
    """The four tiles of a square, by name, put on the shelf."""
    shapes = queries.shapes(square.z, square.x, square.y)
    canvas = drawn(shapes, square.z, bounded=extent.bounded)
    sheet = few_colours(canvas.reduce(canvas.width // (SIDE * density)))
    side = PICTURE * density
    pictures = {}
    for east in (0, 1):
        for south in (0, 1):
            box = (east * side, south * side, (east + 1) * side, (south + 1) * side)
            name = _name(square.z + 1, square.x * 2 + east, square.y * 2 + south, density)
            pictures[name] = _png(sheet.crop(box))
            shelf.keep(name, pictures[name])
    return pictures


@lru_cache(maxsize=8)
def plain(density: int, colour: str) -> bytes:
    """The tile where nothing lies."""
    return _png(few_colours(Image.new("RGB", (PICTURE * density, PICTURE * density), colour)))


def _png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def _name(z: int, x: int, y: int, density: int) -> str:
    return f"{z}/{x}/{y}@{density}x.png"


def _touches(square: Place, extent: Extent) -> bool:
    if extent.bounds is None:
        return False
    west, south, east, north = square.bounds()
    left, bottom, right, top = extent.bounds
    return west <= right and left <= east and south <= top and bottom <= north
