"""Drawing one square of the base map: 512 pixels of screen on a canvas of four times that side.

The canvas is drawn without smoothing and shrunk: by four for common screens, by two for dense ones.
A square is four tiles; names stand wholly inside it, so that no name is cut at its edge.
"""

from collections.abc import Iterable

import numpy as np
import shapely
from PIL import Image, ImageDraw
from shapely import LineString, Polygon

from maps.base import look
from maps.base.labels import write_names
from maps.base.queries import EXTENT, Shape

SIDE = 512  # of the square, in pixels of a common screen
FINE = 4
CANVAS = SIDE * FINE
_SCALE = CANVAS / EXTENT


def drawn(shapes: list[Shape], zoom: int, *, bounded: bool) -> Image.Image:
    """The canvas of a square. `bounded`: the city has a boundary, beyond it lies no paper."""
    image = Image.new("RGB", (CANVAS, CANVAS), look.BEYOND if bounded else look.PAPER)
    of: dict[str, list[Shape]] = {}
    for shape in shapes:
        of.setdefault(shape.layer, []).append(shape)
    pen = ImageDraw.Draw(image)
    for city in of.get("city", []):
        _fill(image, pen, city, look.PAPER)
    _land(image, pen, of.get("land", []), zoom)
    _roads(pen, of.get("road", []), zoom)
    for level, (colour, widths) in look.AREA_LINES.items():
        for area in of.get("area", []):
            if area.word == level:
                for ring in _rings(area):
                    _dashes(pen, ring, colour, _pixels(look.grown(widths, zoom)))
    write_names(image, of, zoom, FINE, _SCALE)
    return image


def _land(image: Image.Image, pen: ImageDraw.ImageDraw, land: list[Shape], zoom: int) -> None:
    for kind, colour in (("green", look.GREEN), ("water", look.WATER)):
        for shape in land:
            if shape.word != kind:
                continue
            if shape.geometry.geom_type.endswith("Polygon"):
                _fill(image, pen, shape, colour)
            elif kind == "water":
                for line in lines_of(shape):
                    _stroke(pen, line, colour, _pixels(look.grown(look.WATER_LINE, zoom)))


def _roads(pen: ImageDraw.ImageDraw, roads: list[Shape], zoom: int) -> None:
    edge = look.grown(look.EDGES, zoom)
    ranked = {rank: [road for road in roads if road.rank == rank] for rank in look.ROADS}
    for cased in (True, False):
        for rank, here in ranked.items():
            style = look.ROADS[rank]
            width = look.grown(style.widths, zoom) + (2 * edge if cased else 0)
            if cased and style.edge == style.fill:
                continue
            for road in here:
                for line in lines_of(road):
                    _stroke(pen, line, style.edge if cased else style.fill, _pixels(width))


def lines_of(shape: Shape) -> list[np.ndarray]:
    """The lines of a shape, as points of the canvas."""
    parts = shapely.get_parts(shape.geometry)
    return [shapely.get_coordinates(p) * _SCALE for p in parts if isinstance(p, LineString)]


def _rings(shape: Shape) -> Iterable[np.ndarray]:
    for part in shapely.get_parts(shape.geometry):
        if isinstance(part, Polygon):
            for ring in (part.exterior, *part.interiors):
                yield shapely.get_coordinates(ring) * _SCALE


def _pixels(width: float) -> int:
    return max(1, round(width * FINE))


def _fill(image: Image.Image, pen: ImageDraw.ImageDraw, shape: Shape, colour: str) -> None:
    for part in shapely.get_parts(shape.geometry):
        if not isinstance(part, Polygon):
            continue
        outer, *holes = [
            shapely.get_coordinates(r) * _SCALE for r in (part.exterior, *part.interiors)
        ]
        if not holes:
            pen.polygon(_flat(outer), fill=colour)
            continue
        mask = Image.new("1", image.size)
        cut = ImageDraw.Draw(mask)
        cut.polygon(_flat(outer), fill=1)
        for hole in holes:
            cut.polygon(_flat(hole), fill=0)
        image.paste(colour, mask=mask)


def _stroke(pen: ImageDraw.ImageDraw, line: np.ndarray, colour: str, width: int) -> None:
    pen.line(_flat(line), fill=colour, width=width)
    if width > 2:  # round ends and joints
        radius = width / 2
        for x, y in line.tolist():
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)


def _dashes(pen: ImageDraw.ImageDraw, ring: np.ndarray, colour: str, width: int) -> None:
    """A ring in dashes, counted from where it starts; what runs along the frame is outside."""
    dash, gap = 7 * FINE, 4 * FINE
    path = LineString(ring)
    starts = np.arange(0, path.length, dash + gap)
    first = shapely.get_coordinates(shapely.line_interpolate_point(path, starts))
    last = shapely.get_coordinates(shapely.line_interpolate_point(path, starts + dash))
    for a, b in zip(first.tolist(), last.tolist(), strict=True):
        pen.line((*a, *b), fill=colour, width=width)


def _flat(points: np.ndarray) -> list[float]:
    flat: list[float] = points.ravel().tolist()
    return flat
