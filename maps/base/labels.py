"""Names on the base map: chosen by rank, written where they fit, along their road."""

import logging
import math
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import shapely
from PIL import Image, ImageDraw, ImageFont
from shapely import LineString

from maps.base import look
from maps.base.queries import Shape

FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")
FILES = ("NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular.otf", "NotoSansSC-Regular.*")
SPACING = 320  # along a road, from one name to the next
MARGIN = 3
STRAIGHT = 0.06  # how far a road may bend away under its name, by the name's length
SECTION = re.compile(r"第?[\d一二三四五六七八九十]+[段期]$")  # a river is kept in sections
STEEP = 50  # degrees: from here on a Chinese name stands upright, letter under letter
_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Label:
    """A name where it might stand: middle and slope, the most important with the least `urge`."""

    urge: float
    text: str
    size: float
    colour: str
    x: float
    y: float
    angle: float = 0.0


@lru_cache(maxsize=1)
def font_file() -> tuple[Path, int] | None:
    """The file of a face with Chinese letters, and the face in it; None: names are left out."""
    for folder in FOLDERS:
        for pattern in FILES:
            for path in sorted(folder.rglob(pattern)):
                return path, _simplified(path)
    _logger.warning("no CJK font is installed (fonts-noto-cjk): the base map shows no names")
    return None


def _simplified(path: Path) -> int:
    """The face of a collection that writes Chinese as on the mainland."""
    if path.suffix != ".ttc":
        return 0
    for index in range(10):
        try:
            family, _ = ImageFont.truetype(path, 10, index).getname()
        except OSError:
            break
        if family and family.endswith("SC"):
            return index
    return 0


@lru_cache(maxsize=64)
def _face(size: int) -> ImageFont.FreeTypeFont | None:
    found = font_file()
    return ImageFont.truetype(found[0], size, found[1]) if found else None


def write_names(
    image: Image.Image, of: dict[str, list[Shape]], zoom: int, fine: int, scale: float
) -> None:
    """Write the names that have room, the important first; none over another or over the frame."""
    labels = [*_area_names(of, zoom, scale), *_land_names(of, zoom, scale)]
    for road in of.get("road_name", []):
        if look.names_road(road.rank, zoom):
            labels += _along(road, zoom, fine, scale)
    taken: list[tuple[float, float, float, float]] = []
    written: dict[str, list[tuple[float, float]]] = {}
    for label in sorted(labels, key=lambda one: (one.urge, one.text, one.x, one.y)):
        face = _face(round(label.size * fine))
        if face is None:
            return
        near = SPACING * fine * 0.6
        if any(math.dist((label.x, label.y), spot) < near for spot in written.get(label.text, [])):
            continue
        if any(_meet(_at_least(label, fine), other, 0) for other in taken):
            continue  # before it is written: writing costs most
        stamp = _stamp(label, face, fine)
        left, top = label.x - stamp.width / 2, label.y - stamp.height / 2
        box = (left, top, left + stamp.width, top + stamp.height)
        inside = left >= 0 and top >= 0 and box[2] <= image.width and box[3] <= image.height
        if inside and not any(_meet(box, other, MARGIN * fine) for other in taken):
            taken.append(box)
            written.setdefault(label.text, []).append((label.x, label.y))
            image.paste(stamp, (round(left), round(top)), stamp)


def _area_names(of: dict[str, list[Shape]], zoom: int, scale: float) -> list[Label]:
    labels = []
    for area in of.get("area_name", []):
        if look.names_area(area.word, zoom):
            urge = float(list(look.AREA_SIZES).index(area.word) - 3)
            size = look.AREA_SIZES[area.word]
            labels.append(Label(urge, area.name, size, look.AREA_TEXT, *_spot(area, scale)))
    return labels


def _land_names(of: dict[str, list[Shape]], zoom: int, scale: float) -> list[Label]:
    labels = []
    for land in of.get("land", []):
        if land.name and zoom >= 13:
            colour = look.WATER_TEXT if land.word == "water" else look.GREEN_TEXT
            name = SECTION.sub("", land.name)
            labels.append(Label(8, name, 12.5, colour, *_spot(land, scale)))
    return labels


def _spot(shape: Shape, scale: float) -> tuple[float, float]:
    point = shape.geometry.point_on_surface()
    return point.x * scale, point.y * scale


def _along(road: Shape, zoom: int, fine: int, scale: float) -> list[Label]:
    """Places for a road's name where the road is long and straight enough to carry it."""
    size = look.road_text_size(zoom)
    length = (len(road.name) * size * 1.08 + 8) * fine
    labels = []
    for part in shapely.get_parts(road.geometry):
        if not isinstance(part, LineString):
            continue
        path = LineString(shapely.get_coordinates(part) * scale)
        count = max(1, int(path.length / (SPACING * fine)))
        for number in range(count):
            middle = path.length * (number + 0.5) / count
            # Beside the best place there may be a straighter one.
            for shift in (0, -length / 2, length / 2, -length, length):
                start = middle + shift - length / 2
                if start >= 0 and start + length <= path.length:
                    spots = np.linspace(start, start + length, 7)
                    along = shapely.get_coordinates(shapely.line_interpolate_point(path, spots))
                    if _straight(along, length):
                        labels.append(_label_on(road, along, size))
                        break
    return labels


def _straight(along: np.ndarray, length: float) -> bool:
    chord = LineString([along[0], along[-1]])
    away = shapely.distance(chord, shapely.points(along)).max()
    return bool(chord.length > 0.96 * length and away < STRAIGHT * length)


def _label_on(road: Shape, along: np.ndarray, size: float) -> Label:
    (ax, ay), (bx, by) = along[0], along[-1]
    if ax > bx:  # written from left to right
        ax, ay, bx, by = bx, by, ax, ay
    x, y = along.mean(axis=0)
    angle = -math.degrees(math.atan2(by - ay, bx - ax))
    return Label(float(road.rank), road.name, size, look.ROAD_TEXT, float(x), float(y), angle)


def _stamp(label: Label, face: ImageFont.FreeTypeFont, fine: int) -> Image.Image:
    """The name with its white halo, turned to its slope, on nothing."""
    halo = round(1.6 * fine)
    text, turn, apart = label.text, label.angle, 0.0
    if abs(turn) > STEEP and not text.isascii():
        text, turn = "\n".join(text), turn - math.copysign(90, turn)
        apart = -0.32 * face.size  # letters one under another, as near as side by side
    blank = ImageDraw.Draw(Image.new("1", (1, 1)))
    left, top, right, bottom = blank.multiline_textbbox(
        (0, 0), text, font=face, stroke_width=halo, spacing=apart, align="center"
    )
    stamp = Image.new("RGBA", (math.ceil(right - left), math.ceil(bottom - top)), "#ffffff00")
    ImageDraw.Draw(stamp).multiline_text(
        (-left, -top), text, font=face, fill=label.colour, stroke_width=halo,
        stroke_fill=look.HALO, spacing=apart, align="center",
    )  # fmt: skip
    return stamp.rotate(turn, Image.Resampling.BICUBIC, expand=True) if turn else stamp


def _at_least(label: Label, fine: int) -> tuple[float, float, float, float]:
    """A box that the written name surely fills."""
    long, high = 0.45 * len(label.text) * label.size * fine, 0.4 * label.size * fine
    slope = math.radians(label.angle)
    wide = abs(long * math.cos(slope)) + abs(high * math.sin(slope))
    tall = abs(long * math.sin(slope)) + abs(high * math.cos(slope))
    return label.x - wide, label.y - tall, label.x + wide, label.y + tall


def _meet(
    a: tuple[float, float, float, float], b: tuple[float, float, float, float], apart: float
) -> bool:
    return (
        a[0] < b[2] + apart and b[0] < a[2] + apart and a[1] < b[3] + apart and b[1] < a[3] + apart
    )
