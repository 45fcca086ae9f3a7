"""The map of a sheet as SVG: the base map's tiles beneath, what was asked and who claims above."""

import base64
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape

import numpy as np
import shapely
from shapely import Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from maps.base import queries
from maps.base.use_cases import MAX_ZOOM, MIN_ZOOM, PICTURE, picture

WIDTH, HEIGHT = 720, 330  # pixels of a common screen
MARGIN = 46  # about what must be seen
NEAR_M = 90.0  # at least so far around the place is shown
EARTH_M = 40_075_016.686
DENSITY = 2
LABEL_ROOM = 36  # pixels between labels, and around the pin
LOOK = """
.ground { stroke-width: 2; fill: none; }
.ground.other { stroke: #5f6c75; stroke-dasharray: 6 4; }
.ground.speaks { stroke: #a85c00; fill: #f2a900; fill-opacity: .16; }
.thing { stroke: #a8321f; stroke-width: 3; fill: #a8321f; fill-opacity: .5; }
.part-0 { stroke: #1f5c99; } .part-1 { stroke: #a8321f; } .part-2 { stroke: #17694a; } .part-3 { stroke: #6a4590; }
.part { stroke-width: 5; fill: none; }
.accuracy { fill: #1f5c99; fill-opacity: .12; stroke: #1f5c99; stroke-width: 1.2; }
.pin { fill: #123d53; stroke: #fff; stroke-width: 1.5; } .pin-eye { fill: #f2a900; }
.badge { fill: #fff; stroke: #5f6c75; stroke-width: 1.4; } .badge.speaks { fill: #f2a900; stroke: #a85c00; }
.badge-text { font-size: 12px; font-weight: 700; text-anchor: middle; fill: #1d2a33; }
.scale { fill: none; stroke: #1d2a33; stroke-width: 1.5; } .scale-text { font-size: 11px; fill: #1d2a33; }
"""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A shape in WGS84 with the CSS class that colours it; `label` stands in the middle of an area."""

    shape: BaseGeometry
    look: str
    label: str = ""


@dataclass(frozen=True)
class Scene:
    """What the map shows: where one asked, how sure, the thing itself, the claims' ground."""

    lon: float
    lat: float
    accuracy_m: float = 0.0
    things: Sequence[Drawn] = ()
    grounds: Sequence[Drawn] = field(default_factory=tuple)


def svg_of(scene: Scene) -> str:
    """The picture; the zoom is the closest that shows the place, the thing, and small grounds whole."""
    frame = frame_of(scene)
    parts = [
        f'<svg class="map" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'xmlns="http://www.w3.org/2000/svg">',
        f"<style>{LOOK}</style>",
        *(_tile(*tile) for tile in frame.tiles()),
    ]
    labels = []
    taken = [Point(frame.pixels(np.array([[scene.lon, scene.lat]]))[0] - (0, 12))]
    for ground in scene.grounds:
        parts.append(frame.path(ground))
        if ground.label and (spot := frame.room_in(ground.shape, taken)):
            taken.append(spot)
            labels.append(_label(spot, ground))
    if scene.accuracy_m > 0:
        parts.append(frame.circle(scene))
    parts += [frame.path(thing) for thing in scene.things]
    parts += labels
    parts.append(_pin(*frame.pixels(np.array([[scene.lon, scene.lat]]))[0]))
    parts.append(frame.scale_bar(scene.lat))
    return "".join([*parts, "</svg>"])


@dataclass(frozen=True, slots=True)
class Frame:
    """A window of the world at a zoom; `left`, `top` are pixels of the whole world."""

    zoom: int
    left: float
    top: float

    def pixels(self, places: np.ndarray) -> np.ndarray:
        """Degrees to pixels of the window."""
        return _world(places, self.zoom) - (self.left, self.top)

    def tiles(self) -> Iterable[tuple[float, float, bytes]]:
        """The pictures of the base map: where each begins, in pixels of the window, and its PNG."""
        extent = queries.extent()
        last = 1 << self.zoom
        for y in range(int(self.top // PICTURE), int((self.top + HEIGHT) // PICTURE) + 1):
            for x in range(int(self.left // PICTURE), int((self.left + WIDTH) // PICTURE) + 1):
                if 0 <= x < last and 0 <= y < last:
                    png = picture(self.zoom, x, y, DENSITY, extent)
                    yield x * PICTURE - self.left, y * PICTURE - self.top, png

    def clipped(self, shape: BaseGeometry) -> BaseGeometry:
        """A shape in pixels, as far as it is seen (and a little more, so that no edge runs along the frame)."""
        placed = shapely.transform(shape, self.pixels)
        kept = shapely.clip_by_rect(placed, -20, -20, WIDTH + 20, HEIGHT + 20)
        return shapely.simplify(kept, 0.3)

    def path(self, drawn: Drawn) -> str:
        """A shape as SVG."""
        seen = self.clipped(drawn.shape)
        look = escape(drawn.look)
        steps = []
        for part in shapely.get_parts(seen):
            if isinstance(part, Point):
                steps.append(f'<circle class="{look}" cx="{part.x:.1f}" cy="{part.y:.1f}" r="5"/>')
            elif not part.is_empty:
                rings = [part.exterior, *part.interiors] if isinstance(part, Polygon) else [part]
                closed = "Z" if isinstance(part, Polygon) else ""
                lines = (
                    "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring.coords) + closed
                    for ring in rings
                )
                steps.append(f'<path class="{look}" d="{"".join(lines)}"/>')
        return "".join(steps)

    def room_in(self, shape: BaseGeometry, taken: list[Point]) -> Point | None:
        """Where a label can stand within what is seen of an area, off the pin and other labels."""
        seen = shapely.intersection(
            shapely.make_valid(self.clipped(shape)), box(14, 14, WIDTH - 14, HEIGHT - 30)
        )
        free = seen.difference(shapely.union_all([spot.buffer(LABEL_ROOM) for spot in taken]))
        spots = [part.point_on_surface() for part in shapely.get_parts(free) if part.area > 200]
        return min(spots, key=lambda spot: spot.distance(taken[0]), default=None)

    def circle(self, scene: Scene) -> str:
        x, y = self.pixels(np.array([[scene.lon, scene.lat]]))[0]
        radius = scene.accuracy_m / _metres_per_pixel(self.zoom, scene.lat)
        return f'<circle class="accuracy" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>'

    def scale_bar(self, lat: float) -> str:
        per_pixel = _metres_per_pixel(self.zoom, lat)
        metres = next(
            m for m in (2000, 1000, 500, 200, 100, 50, 20, 10, 5) if m / per_pixel <= 130 or m == 5
        )
        length, y = metres / per_pixel, HEIGHT - 14
        return (
            f'<path class="scale" d="M14 {y - 5}v5h{length:.1f}v-5"/>'
            f'<text class="scale-text" x="{20 + length:.1f}" y="{y}">{metres} m</text>'
        )


def frame_of(scene: Scene) -> Frame:
    """The closest window that shows the place, how sure it is, and the things whole."""
    here = Point(scene.lon, scene.lat)
    reach = max(NEAR_M, scene.accuracy_m * 1.3)
    degrees_east = reach / (EARTH_M / 360 * math.cos(math.radians(scene.lat)))
    degrees_north = reach / (EARTH_M / 360)
    must = [
        box(
            here.x - degrees_east,
            here.y - degrees_north,
            here.x + degrees_east,
            here.y + degrees_north,
        ),
        *(thing.shape for thing in scene.things),
    ]
    west, south, east, north = shapely.total_bounds(np.array(must, dtype=object))
    corners = np.array([[west, north], [east, south]])
    zoom = MAX_ZOOM - 1
    while zoom > MIN_ZOOM:
        (left, top), (right, bottom) = _world(corners, zoom)
        if right - left <= WIDTH - 2 * MARGIN and bottom - top <= HEIGHT - 2 * MARGIN:
            break
        zoom -= 1
    (left, top), (right, bottom) = _world(corners, zoom)
    return Frame(zoom, (left + right - WIDTH) / 2, (top + bottom - HEIGHT) / 2)


def _world(places: np.ndarray, zoom: int) -> np.ndarray:
    """Web Mercator pixels of the whole world, x eastward and y downward."""
    side = PICTURE * (1 << zoom)
    lon, lat = places[:, 0], np.radians(places[:, 1])
    x = (lon + 180) / 360 * side
    y = (1 - np.arcsinh(np.tan(lat)) / math.pi) / 2 * side
    return np.column_stack([x, y])


def _metres_per_pixel(zoom: int, lat: float) -> float:
    return EARTH_M * math.cos(math.radians(lat)) / (PICTURE * (1 << zoom))


def _tile(x: float, y: float, png: bytes) -> str:
    return (
        f'<image x="{x:.1f}" y="{y:.1f}" width="{PICTURE}" height="{PICTURE}" '
        f'href="data:image/png;base64,{base64.b64encode(png).decode()}"/>'
    )


def _pin(x: float, y: float) -> str:
    return (
        f'<path class="pin" d="M{x:.1f} {y:.1f}c-3-9-11-13-11-22a11 11 0 0 1 22 0c0 9-8 13-11 22z"/>'
        f'<circle class="pin-eye" cx="{x:.1f}" cy="{y - 22:.1f}" r="4"/>'
    )


def _label(spot: Point, ground: Drawn) -> str:
    look = "badge speaks" if "speaks" in ground.look.split() else "badge"
    return (
        f'<circle class="{look}" cx="{spot.x:.1f}" cy="{spot.y:.1f}" r="10"/>'
        f'<text class="badge-text" x="{spot.x:.1f}" y="{spot.y + 4:.1f}">{escape(ground.label)}</text>'
    )
