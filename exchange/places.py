"""Geometry as files have it, made clean WGS84 or refused with a reason: whole arrays at a time."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.gdal import GDALException, OGRGeometry
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from grid.ground.datums import Datum, geometries_to_wgs84, to_wgs84

MOST_VERTICES = 1_000_000
DIMENSION_NAMES = {0: "point", 1: "line", 2: "polygon"}
_CURVED_WORDS = re.compile(
    r"\s*(CIRCULARSTRING|COMPOUNDCURVE|CURVEPOLYGON|MULTICURVE|MULTISURFACE|"
    r"CURVE|SURFACE|POLYHEDRALSURFACE|TIN|TRIANGLE)\b",
    re.IGNORECASE,
)
_CURVES = {8, 9, 10, 11, 12, 13, 14, 15, 16, 17}  # WKB codes that GEOS does not take
Fault = tuple[str, str] | None
Geometries = NDArray[np.object_]


@dataclass(slots=True)
class Places:
    """The geometry of some rows: clean WGS84 or None, the first fault of each, which were mended."""

    shapes: Geometries
    faults: list[Fault]
    repaired: dict[int, str] = field(default_factory=dict)

    def refuse(self, rows: NDArray[np.bool_], code: str, message: str) -> None:
        """Give these rows a fault, unless they have one."""
        for row in np.flatnonzero(rows):
            if self.faults[row] is None:
                self.faults[row] = (code, message)

    def good(self) -> NDArray[np.bool_]:
        """The rows with a shape and without a fault."""
        faultless = np.array([fault is None for fault in self.faults], dtype=bool)
        return faultless & ~shapely.is_missing(self.shapes)


@dataclass(frozen=True, slots=True)
class Ground:
    """Where the city is: what geometry must touch, and what it is called in messages."""

    shape: BaseGeometry | None
    name: str = ""


def from_wkb(values: Sequence[bytes | None]) -> Places:
    """Places from WKB; curves become lines, heights are dropped."""
    straight = [_straight(value) if value and _is_curved(value) else value for value in values]
    shapes: Geometries = shapely.from_wkb(np.array(straight, dtype=object), on_invalid="ignore")
    places = Places(shapes, [None] * len(shapes))
    places.refuse(np.array([value is None for value in values]), "null_geometry", "no geometry")
    places.refuse(shapely.is_missing(shapes), "unreadable_geometry", "the geometry cannot be read")
    return _flat(places)


def from_text(values: Sequence[Any]) -> Places:
    """Places from WKT, EWKT or hexadecimal WKB."""
    texts = [str(value or "").strip() for value in values]
    shapes = np.empty(len(texts), dtype=object)
    for row, text in enumerate(texts):
        shapes[row] = _from_text(text) if text else None
    places = Places(shapes, [None] * len(texts))
    places.refuse(np.array([not text for text in texts]), "null_geometry", "no geometry")
    places.refuse(shapely.is_missing(shapes), "unreadable_geometry", "the geometry cannot be read")
    return _flat(places)


def from_numbers(lons: Sequence[Any], lats: Sequence[Any]) -> Places:
    """Points from two columns of numbers, as text or as numbers."""
    x, blank_x, bad_x = _numbers(lons)
    y, blank_y, bad_y = _numbers(lats)
    finite = np.isfinite(x) & np.isfinite(y)
    shapes = np.full(len(x), None, dtype=object)
    shapes[finite] = shapely.points(x[finite], y[finite])
    places = Places(shapes, [None] * len(x))
    places.refuse(blank_x & blank_y, "null_geometry", "no coordinates")
    places.refuse(blank_x | blank_y, "null_geometry", "one coordinate is blank")
    places.refuse(bad_x | bad_y, "unreadable_geometry", "the coordinates are no numbers")
    places.refuse(~finite, "not_a_number", "a coordinate is NaN or infinite")
    return places


def clean(
    places: Places,
    *,
    dimensions: tuple[int, ...],
    datum: Datum,
    ground: Ground,
    repair: bool,
) -> Places:
    """Check and convert: numbers, kind, datum, range, swapped axes, the city, validity."""
    shapes = places.shapes
    good = places.good()
    shapes[~good] = None
    places.refuse(shapely.is_empty(shapes), "empty_geometry", "the geometry is empty")
    places.refuse(
        _any_vertex(shapes, lambda xy: ~np.isfinite(xy).all(axis=1)),
        "not_a_number",
        "a coordinate is NaN or infinite",
    )
    places.refuse(
        _any_vertex(shapes, lambda xy: (xy == 0).all(axis=1)),
        "zero_coordinates",
        "the coordinates are (0, 0)",
    )
    places.refuse(
        shapely.get_num_coordinates(shapes) > MOST_VERTICES,
        "too_many_vertices",
        f"more than {MOST_VERTICES:,} vertices",
    )
    _take_kind(places, dimensions)
    _convert(places, datum, ground)
    _check_validity(places, dimensions, repair)
    if dimensions == (2,):
        whole = places.good() & (shapely.get_type_id(shapes) == 3)
        shapes[whole] = [shapely.multipolygons([shape]) for shape in shapes[whole]]
    return places


def _numbers(
    values: Sequence[Any],
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
    numbers = np.full(len(values), np.nan)
    blank = np.zeros(len(values), dtype=bool)
    bad = np.zeros(len(values), dtype=bool)
    for row, value in enumerate(values):
        text = value.strip() if isinstance(value, str) else value
        if text is None or text == "":
            blank[row] = True
            continue
        try:
            numbers[row] = float(text.replace(",", ".") if _has_decimal_comma(text) else text)
        except ValueError:
            bad[row] = True
    return numbers, blank, bad


def _has_decimal_comma(value: Any) -> bool:
    """Whether a number is written 18,405, as half of Europe does."""
    return isinstance(value, str) and value.count(",") == 1 and "." not in value


def _from_text(text: str) -> BaseGeometry | None:
    """One geometry; None if it cannot be read."""
    words = text.partition(";")[2] or text
    if text[:2] in {"00", "01"}:
        try:
            wkb = bytes.fromhex(text)
        except ValueError:
            return None
        straight = _straight(wkb) if len(wkb) > 4 and _is_curved(wkb) else wkb
        return shapely.from_wkb(straight, on_invalid="ignore")
    if _CURVED_WORDS.match(words):
        try:
            straight = bytes(OGRGeometry(words).get_linear_geometry().wkb)
        except (GDALException, ValueError):
            return None
        return shapely.from_wkb(straight, on_invalid="ignore")
    return shapely.from_wkt(words, on_invalid="ignore")


def _is_curved(wkb: bytes) -> bool:
    """Whether WKB is of a kind that GEOS does not take."""
    code = int.from_bytes(wkb[1:5], "little" if wkb[0] else "big") & 0x0FFFFFFF
    return code % 1000 in _CURVES


def _straight(wkb: bytes) -> bytes | None:
    """A curve as straight pieces, which GDAL makes; None if it cannot."""
    try:
        return bytes(OGRGeometry(memoryview(wkb)).get_linear_geometry().wkb)
    except GDALException:
        return None


def _flat(places: Places) -> Places:
    places.shapes = shapely.force_2d(places.shapes)
    return places


def _any_vertex(shapes: Geometries, test: Any) -> NDArray[np.bool_]:
    """The rows of which some vertex passes a test."""
    vertices, rows = shapely.get_coordinates(shapes, return_index=True)
    result = np.zeros(len(shapes), dtype=bool)
    result[rows[test(vertices)]] = True
    return result


def _take_kind(places: Places, dimensions: tuple[int, ...]) -> None:
    """Unwrap collections and single-part multis; refuse what the layer does not take."""
    wanted = " or ".join(DIMENSION_NAMES[d] for d in dimensions)
    kinds = shapely.get_type_id(places.shapes)
    for row in np.flatnonzero(places.good() & (kinds >= 2) & (kinds != 3)):
        places.shapes[row] = _unwrapped(places.shapes[row], dimensions)
    kinds = shapely.get_type_id(places.shapes)
    for row in np.flatnonzero(places.good()):
        kind = kinds[row]
        several_points = kind == 4
        if kind in (2, 7) or several_points or _dimension(kind) not in dimensions:
            found = "MultiPoint" if several_points else places.shapes[row].geom_type
            places.faults[row] = ("wrong_geometry_type", f"a {found}, where a {wanted} belongs")


def _dimension(kind: int) -> int:
    return {0: 0, 1: 1, 2: 1, 3: 2, 4: 0, 5: 1, 6: 2}.get(int(kind), -1)


def _unwrapped(shape: BaseGeometry, dimensions: tuple[int, ...]) -> Any:
    """The one part of a multi; of a collection, its parts of the wanted (highest) dimension."""
    parts = [part for part in shapely.get_parts(shape) if not part.is_empty]
    while any(shapely.get_type_id(part) == 7 for part in parts):
        parts = [p for part in parts for p in shapely.get_parts(part) if not p.is_empty]
    if len(parts) == 1:
        inner = shapely.get_parts(parts[0])
        return inner[0] if len(inner) == 1 else parts[0]
    if shapely.get_type_id(shape) != 7:
        return shape
    found = {_dimension(shapely.get_type_id(part)) for part in parts}
    if dimensions == (2,) and 2 in found:
        parts = [part for part in parts if _dimension(shapely.get_type_id(part)) == 2]
        found = {2}
    if len(found) != 1:
        return shape
    singles = [single for part in parts for single in shapely.get_parts(part)]
    make = (shapely.multipoints, shapely.multilinestrings, shapely.multipolygons)[found.pop()]
    return make(singles)


def _convert(places: Places, datum: Datum, ground: Ground) -> None:
    """To WGS84; out of range, swapped and outside the city are told apart."""
    good = places.good()
    raw = places.shapes.copy()
    raw[~good] = None
    moved = geometries_to_wgs84(raw, datum)
    places.shapes[good] = moved[good]
    bounds = shapely.bounds(moved)
    with np.errstate(invalid="ignore"):
        in_range = (
            np.isfinite(bounds).all(axis=1)
            & (bounds[:, 0] >= -180)
            & (bounds[:, 2] <= 180)
            & (bounds[:, 1] >= -90)
            & (bounds[:, 3] <= 90)
        )
    inside = in_range.copy()
    if ground.shape is not None:
        inside[good & in_range] = shapely.intersects(ground.shape, moved[good & in_range])
    suspects = good & ~inside
    if suspects.any():
        swapped = np.zeros(len(raw), dtype=bool)
        swapped[suspects] = _lie_in_city_if_swapped(raw[suspects], datum, ground)
        places.refuse(
            swapped, "swapped_coordinates", "lon and lat are swapped: the other way round it fits"
        )
    if (good & ~in_range).any():
        places.refuse(good & ~in_range, "out_of_range", "no such coordinates on earth")
        places.shapes[good & ~in_range] = None
    places.refuse(good & ~inside, "outside_city", f"outside {ground.name}")


def _lie_in_city_if_swapped(raw: Geometries, datum: Datum, ground: Ground) -> NDArray[np.bool_]:
    """Whether the centres of shapes would lie in the city (or, without one, on earth) swapped."""
    bounds = shapely.bounds(raw)
    x, y = bounds[:, 0] / 2 + bounds[:, 2] / 2, bounds[:, 1] / 2 + bounds[:, 3] / 2
    lon, lat = to_wgs84(y, x, datum)
    fits = np.isfinite(lon) & np.isfinite(lat) & (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
    if ground.shape is not None:
        fits[fits] = shapely.intersects_xy(ground.shape, lon[fits], lat[fits])
    return fits


def _check_validity(places: Places, dimensions: tuple[int, ...], repair: bool) -> None:
    shapes = places.shapes
    broken = places.good() & (shapely.get_type_id(shapes) > 0) & ~shapely.is_valid(shapes)
    for row in np.flatnonzero(broken):
        reason = str(shapely.is_valid_reason(shapes[row]))
        mended = None
        if repair:
            mended = _unwrapped(
                shapely.make_valid(shapes[row], method="structure", keep_collapsed=False),
                dimensions,
            )
        kind = -1 if mended is None or mended.is_empty else int(shapely.get_type_id(mended))
        if mended is None or _dimension(kind) not in dimensions:
            hint = "" if repair else "; --repair mends it"
            places.faults[row] = ("invalid_geometry", f"{reason}{hint}")
        else:
            shapes[row] = mended
            places.repaired[int(row)] = reason
