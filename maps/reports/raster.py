"""The map of a paper as PNG, for Word files, which hold no SVG: the base map, the thing, the place."""

from io import BytesIO

import numpy as np
import shapely
from PIL import Image, ImageDraw
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from maps.base.use_cases import PICTURE
from maps.reports.picture import DENSITY, HEIGHT, WIDTH, Frame, Scene, frame_of

THING, PIN, EYE, WHITE = "#a8321f", "#123d53", "#f2a900", "#ffffff"
PAPER = "#f4f2ec"


def png_of(scene: Scene) -> bytes:
    """The same window as the SVG has, twice as fine."""
    frame = frame_of(scene)
    image = Image.new("RGB", (WIDTH * DENSITY, HEIGHT * DENSITY), PAPER)
    for x, y, png in frame.tiles():
        with Image.open(BytesIO(png)) as tile:
            side = PICTURE * DENSITY
            image.paste(tile.convert("RGB").resize((side, side)), (_fine(x), _fine(y)))
    draw = ImageDraw.Draw(image)
    for thing in scene.things:
        for part in shapely.get_parts(frame.clipped(thing.shape)):
            _draw(draw, part)
    _pin(draw, frame, scene)
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _draw(draw: ImageDraw.ImageDraw, part: BaseGeometry) -> None:
    if part.is_empty:
        return
    rings = [part.exterior, *part.interiors] if isinstance(part, Polygon) else [part]
    for ring in rings:
        points = [(x * DENSITY, y * DENSITY) for x, y in ring.coords]
        if len(points) == 1:
            draw.circle(points[0], 5 * DENSITY, fill=THING)
        else:
            draw.line(points, fill=THING, width=4 * DENSITY, joint="curve")


def _pin(draw: ImageDraw.ImageDraw, frame: Frame, scene: Scene) -> None:
    x, y = frame.pixels(np.array([[scene.lon, scene.lat]]))[0] * DENSITY
    high, wide = 22 * DENSITY, 10 * DENSITY
    draw.polygon([(x, y), (x - wide, y - high), (x + wide, y - high)], fill=PIN)
    draw.circle((x, y - high), 11 * DENSITY, fill=PIN, outline=WHITE, width=DENSITY)
    draw.circle((x, y - high), 4 * DENSITY, fill=EYE)


def _fine(pixels: float) -> int:
    return round(pixels * DENSITY)
