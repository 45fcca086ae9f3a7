"""Coordinates of other datums to WGS84 and back: CGCS2000, GCJ-02, BD-09 and every EPSG system.

Arrays in, arrays out; the order is always lon, lat (or x, y). GCJ-02 and BD-09 follow the formula
published as "eviltransform"; their inverses are iterated, since one step leaves up to 2 m.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from core.errors import Invalid

Floats = NDArray[np.float64]
Pair = tuple[Floats, Floats]

KRASOVSKY_A = 6378245.0
KRASOVSKY_EE = 0.00669342162296594323
CHINA = (72.004, 0.8293, 137.8347, 55.8271)  # the formula is the identity outside this box
BAIDU_PI = np.pi * 3000.0 / 180.0
LONGEST_EDGE_M, LONGEST_EDGE_DEG = 200.0, 0.002
CLOSE_ENOUGH_DEG = 1e-11  # about a micrometre
MOST_STEPS = 40
NAMES = ("wgs84", "cgcs2000", "gcj02", "bd09")


class UnknownDatum(Invalid):
    """This datum is not known; choose wgs84, cgcs2000, gcj02, bd09 or epsg:N."""


@dataclass(frozen=True, slots=True)
class Datum:
    """A coordinate system by name: one of `NAMES`, or `epsg` with its number or its definition."""

    name: str
    srid: int | None = None
    definition: str = ""

    def __str__(self) -> str:
        return f"epsg:{self.srid}" if self.srid else self.name


WGS84 = Datum("wgs84")


def parse_datum(text: str) -> Datum:
    """`wgs84`, `gcj02`, `GCJ-02`, `epsg:4547` … as a Datum; raises UnknownDatum."""
    word = re.sub(r"[\s_-]", "", text).lower()
    word = {"bd09ll": "bd09", "gcj2": "gcj02", "epsg:4326": "wgs84", "epsg:4490": "cgcs2000"}.get(
        word, word
    )
    if word in NAMES:
        return Datum(word)
    if match := re.fullmatch(r"epsg:(\d+)", word):
        try:
            CRS.from_epsg(int(match[1]))
        except CRSError as error:
            raise UnknownDatum(f"EPSG:{match[1]} is not a known coordinate system") from error
        return Datum("epsg", int(match[1]))
    raise UnknownDatum(
        f"the datum {text!r} is not known; choose wgs84, cgcs2000, gcj02, bd09 or epsg:N",
        datum=text,
    )


def datum_of_crs(definition: str) -> Datum:
    """The datum of a file's own CRS, given as authority code, WKT or PROJJSON."""
    try:
        crs = CRS.from_user_input(definition)
    except CRSError as error:
        raise UnknownDatum(f"the file's coordinate system cannot be read: {error}") from error
    srid = crs.to_epsg()
    if srid == 4326 or definition.upper() in {"OGC:CRS84", "EPSG:4326"}:
        return WGS84
    if srid == 4490:
        return Datum("cgcs2000")
    return Datum("epsg", srid, "" if srid else crs.to_wkt())


def to_wgs84(lon: ArrayLike, lat: ArrayLike, datum: Datum) -> Pair:
    """Coordinates of a datum as WGS84 lon, lat in degrees; what cannot be converted is inf or nan."""
    x, y = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    if datum.name == "gcj02":
        return _inverse(_wgs84_to_gcj02, x, y)
    if datum.name == "bd09":
        return _inverse(_wgs84_to_gcj02, *_inverse(_gcj02_to_bd09, x, y))
    if datum.name == "epsg":
        return _projected(x, y, datum, forward=True)
    return x, y


def from_wgs84(lon: ArrayLike, lat: ArrayLike, datum: Datum) -> Pair:
    """WGS84 lon, lat in degrees as coordinates of a datum."""
    x, y = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    if datum.name == "gcj02":
        return _wgs84_to_gcj02(x, y)
    if datum.name == "bd09":
        return _gcj02_to_bd09(*_wgs84_to_gcj02(x, y))
    if datum.name == "epsg":
        return _projected(x, y, datum, forward=False)
    return x, y


def geometries_to_wgs84(geometries: Any, datum: Datum) -> Any:
    """An array of shapely geometries (2D) of a datum, converted vertex by vertex.

    An edge is straight in its own system and bends in another: long ones are divided first, so that
    neighbours which share a line there, each with corners of its own, still share it here.
    """
    if datum.name in {"wgs84", "cgcs2000"}:
        return geometries
    divided = shapely.segmentize(geometries, _longest_edge(datum))

    def convert(vertices: Floats) -> Floats:
        return np.column_stack(to_wgs84(vertices[:, 0], vertices[:, 1], datum))

    return shapely.transform(divided, convert)


def in_china(lon: ArrayLike, lat: ArrayLike) -> NDArray[np.bool_]:
    """Whether the published formula shifts these places at all (a box, not a border)."""
    west, south, east, north = CHINA
    x, y = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    return (x >= west) & (x <= east) & (y >= south) & (y <= north)


def _wgs84_to_gcj02(lon: Floats, lat: Floats) -> Pair:
    """The published formula, in its published order of operations (its vectors hold exactly)."""
    x, y = lon - 105.0, lat - 35.0
    product, root = x * y, np.sqrt(np.abs(x))
    x_pi, y_pi = x * np.pi, y * np.pi
    wave = 20.0 * np.sin(6.0 * x_pi) + 20.0 * np.sin(2.0 * x_pi)
    d_lat = wave + 20.0 * np.sin(y_pi) + 40.0 * np.sin(y_pi / 3.0)
    d_lon = wave + 20.0 * np.sin(x_pi) + 40.0 * np.sin(x_pi / 3.0)
    d_lat = (d_lat + 160.0 * np.sin(y_pi / 12.0) + 320.0 * np.sin(y_pi / 30.0)) * (2.0 / 3.0)
    d_lon = (d_lon + 150.0 * np.sin(x_pi / 12.0) + 300.0 * np.sin(x_pi / 30.0)) * (2.0 / 3.0)
    d_lat += -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * product + 0.2 * root
    d_lon += 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * product + 0.1 * root
    angle = lat / 180.0 * np.pi
    magic = 1.0 - KRASOVSKY_EE * np.sin(angle) * np.sin(angle)
    half = np.sqrt(magic)
    d_lat = d_lat * 180.0 / ((KRASOVSKY_A * (1.0 - KRASOVSKY_EE)) / (magic * half) * np.pi)
    d_lon = d_lon * 180.0 / (KRASOVSKY_A / half * np.cos(angle) * np.pi)
    inside = in_china(lon, lat)
    return np.where(inside, lon + d_lon, lon), np.where(inside, lat + d_lat, lat)


def _gcj02_to_bd09(lon: Floats, lat: Floats) -> Pair:
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * BAIDU_PI)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * BAIDU_PI)
    inside = in_china(lon, lat)
    return (
        np.where(inside, radius * np.cos(angle) + 0.0065, lon),
        np.where(inside, radius * np.sin(angle) + 0.006, lat),
    )


def _inverse(forward: Callable[[Floats, Floats], Pair], lon: Floats, lat: Floats) -> Pair:
    """The place that `forward` maps to (lon, lat): fixed-point steps until nothing moves."""
    x, y = lon, lat
    with np.errstate(invalid="ignore"):
        for _ in range(MOST_STEPS):
            there_x, there_y = forward(x, y)
            miss_x, miss_y = lon - there_x, lat - there_y
            x, y = x + miss_x, y + miss_y
            misses = np.maximum(np.abs(miss_x), np.abs(miss_y))
            if np.max(np.nan_to_num(misses, posinf=0.0), initial=0.0) < CLOSE_ENOUGH_DEG:
                break
    return x, y


@lru_cache(maxsize=32)
def _longest_edge(datum: Datum) -> float:
    """About 200 m in the units of a datum: such a chord lies within a millimetre of its edge."""
    if datum.name == "epsg":
        axis = CRS.from_user_input(datum.srid or datum.definition).axis_info[0]
        if axis.unit_name != "degree":
            return LONGEST_EDGE_M / axis.unit_conversion_factor
    return LONGEST_EDGE_DEG


@lru_cache(maxsize=32)
def _transformer(datum: Datum, forward: bool) -> Transformer:
    system: Any = datum.srid or datum.definition
    ends = (system, 4326) if forward else (4326, system)
    return Transformer.from_crs(ends[0], ends[1], always_xy=True)


def _projected(x: Floats, y: Floats, datum: Datum, *, forward: bool) -> Pair:
    out_x, out_y = _transformer(datum, forward).transform(x, y)
    return np.asarray(out_x, np.float64), np.asarray(out_y, np.float64)
