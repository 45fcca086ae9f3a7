"""Does an unlabelled file lie about where it is? GCJ-02 and BD-09 move everything by a known vector.

Three kinds of evidence, the strongest first: the same codes already loaded elsewhere; outlines (or
points) that fall onto known lines only after the shift is undone; places outside the city that fall
inside it. The file as it stands must fit badly, the corrected one well, and shifts of the same
length in other directions must not: so correct data raises no alarm.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from exchange.ground import ground_of
from exchange.layers.base import Load
from exchange.stage import rows_of
from grid.ground.datums import Datum, geometries_to_wgs84, in_china
from grid.ground.metric import to_metres

Shapes = NDArray[np.object_]
HYPOTHESES = ("gcj02", "bd09")
MOST_SHAPES = 2_000
MOST_POINTS = 1_500
LEAST_OFFSET_M = 150.0
_SAME_CODES = {
    "areas": "SELECT code, boundary AS shape FROM grid_area WHERE upper_inf(recorded_during)",
    "cells": "SELECT code, boundary AS shape FROM grid_cell WHERE upper_inf(recorded_during)",
    "ownership": "SELECT code, boundary AS shape FROM grid_ownership_area "
    "WHERE upper_inf(recorded_during)",
    "facilities": "SELECT code, location AS shape FROM grid_facility_record AS record "
    "JOIN grid_facility AS facility ON facility.id = record.facility_id "
    "WHERE upper_inf(record.recorded_during)",
}
_SAME_CODES["roads"] = _SAME_CODES["facilities"]


@dataclass(frozen=True, slots=True)
class Suspicion:
    """The datum a file seems to be in, how far off that puts it, and what says so."""

    datum: str
    offset_m: float
    against: str
    count: int


def suspect_datum(load: Load, layer: str) -> None:
    """Warn `suspected_datum` if the staged places fit what is known only in another datum."""
    staged = rows_of(
        "SELECT code, ST_AsBinary(place) FROM stage WHERE place IS NOT NULL "
        "ORDER BY md5(row::text) LIMIT %(most)s",
        most=MOST_SHAPES,
    )
    if not staged:
        return
    shapes = _shapes([wkb for _, wkb in staged])
    bounds = shapely.total_bounds(shapes)
    if not in_china((bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2):
        return
    srid = load.city.metric_srid
    raw = to_metres(shapes, srid)
    undone = {
        name: to_metres(geometries_to_wgs84(shapes, Datum(name)), srid) for name in HYPOTHESES
    }
    codes = [code for code, _ in staged]
    found = (
        _by_codes(layer, codes, raw, undone, srid)
        or _by_lines(load, layer, raw, undone, srid)
        or _by_ground(load, raw, undone, srid)
    )
    if found:
        load.report.warn(
            "suspected_datum",
            f"the file says nothing of its datum, but it lies {found.offset_m:.0f} m off "
            f"{found.against}, as {found.datum} does here; if so, load it with "
            f"--datum {found.datum}",
            count=found.count,
        )


def _shapes(wkb: Sequence[Any]) -> Shapes:
    return np.asarray(shapely.from_wkb([bytes(value) for value in wkb]), dtype=object)


def _anchors(shapes: Shapes) -> NDArray[np.float64]:
    return shapely.get_coordinates(shapely.centroid(shapes))


def _by_codes(
    layer: str, codes: Sequence[str | None], raw: Shapes, undone: dict[str, Shapes], srid: int
) -> Suspicion | None:
    """Things of the same code: where are they now, where were they?"""
    if layer not in _SAME_CODES:
        return None
    known = dict(
        rows_of(
            f"SELECT DISTINCT ON (code) code, ST_AsBinary(shape) FROM ({_SAME_CODES[layer]}) AS known "
            "WHERE code = ANY(%(codes)s) AND shape IS NOT NULL ORDER BY code",
            codes=[code for code in codes if code],
        )
    )
    both = [n for n, code in enumerate(codes) if code in known]
    if not both:
        return None
    there = _anchors(to_metres(_shapes([known[codes[n] or ""] for n in both]), srid))
    off = np.hypot(*(_anchors(raw[both]) - there).T)
    for name, moved in undone.items():
        rest = np.hypot(*(_anchors(moved[both]) - there).T)
        if np.median(off) > LEAST_OFFSET_M and np.median(rest) < 0.2 * np.median(off):
            what = f"the {len(both)} {layer} of the same codes already loaded"
            return Suspicion(name, float(np.median(off)), what, len(both))
    return None


def _by_lines(
    load: Load, layer: str, raw: Shapes, undone: dict[str, Shapes], srid: int
) -> Suspicion | None:
    """Outlines on known boundaries; points and lines on known facilities and roads."""
    outlines = layer in {"areas", "cells"}
    lines, against = _known_lines(load, outlines, raw, srid)
    if lines is None:
        return None
    tolerance = 60.0 if outlines else 12.0
    points = _points(raw, raw, outlines)
    shapely.prepare(lines)

    def near(places: NDArray[np.float64]) -> float:
        return float(np.mean(shapely.dwithin(lines, shapely.points(places), tolerance)))

    as_it_is = near(points)
    for name, moved in undone.items():
        corrected = _points(raw, moved, outlines)
        shift = corrected - points
        length = float(np.median(np.hypot(*shift.T)))
        if length < LEAST_OFFSET_M:
            continue
        fit = near(corrected)
        others = [near(points + shift @ _turned(angle)) for angle in (90, 180, 270)]
        if fit >= 0.2 and fit > 2.5 * max(as_it_is, *others):
            offset = _measured(points, corrected, lines, 3 * tolerance)
            return Suspicion(name, offset, against, len(raw))
    return None


def _turned(degrees: float) -> NDArray[np.float64]:
    angle = np.radians(degrees)
    return np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])


def _points(raw: Shapes, shapes: Shapes, outlines: bool) -> NDArray[np.float64]:
    """Points on the outlines of polygons, or anchors of things; the same ones for any datum.

    Where they lie on each outline is taken from `raw`, the file as it stands.
    """
    if not outlines:
        return _anchors(shapes)
    parts, owner = shapely.get_parts(raw, return_index=True)
    order = np.lexsort((-shapely.area(parts), owner))
    largest = order[np.unique(owner[order], return_index=True)[1]]
    length = shapely.length(parts[largest])
    share = np.maximum(1, length / max(length.sum(), 1.0) * MOST_POINTS).astype(int)
    rings = shapely.get_exterior_ring(shapely.get_parts(shapes)[largest])
    place = np.concatenate([(np.arange(n) + 0.5) / n for n in share])
    return shapely.get_coordinates(
        shapely.line_interpolate_point(
            np.repeat(rings, share), place * np.repeat(shapely.length(rings), share)
        )
    )


def _known_lines(load: Load, outlines: bool, raw: Shapes, srid: int) -> tuple[Any, str]:
    """What the file could coincide with, in metres, near it; and its name."""
    if not outlines:
        wkb = rows_of(
            "SELECT ST_AsBinary(location) FROM grid_facility_record "
            "WHERE upper_inf(recorded_during) AND location && ("
            "SELECT ST_Expand(ST_SetSRID(ST_Extent(place)::geometry, 4326), 0.02) FROM stage) "
            "LIMIT 50000"
        )
        if len(wkb) < 20:
            return None, ""
        shapes = to_metres(_shapes([row[0] for row in wkb]), srid)
        return shapely.geometrycollections(list(shapes)), "the facilities already loaded"
    sources = [
        (
            "the areas already loaded",
            "SELECT ST_AsBinary(boundary) FROM grid_area "
            "WHERE upper_inf(recorded_during) AND boundary IS NOT NULL LIMIT 20000",
        ),
        (
            "the cells already loaded",
            "SELECT ST_AsBinary(boundary) FROM grid_cell WHERE upper_inf(recorded_during) "
            "LIMIT 20000",
        ),
        (
            "the boundary of the city",
            "SELECT ST_AsBinary(boundary) FROM grid_city WHERE boundary IS NOT NULL",
        ),
    ]
    for name, query in sources:
        wkb = rows_of(query)
        if wkb:
            edges = shapely.boundary(to_metres(_shapes([row[0] for row in wkb]), srid))
            return shapely.union_all(edges), name
    return None, ""


def _measured(
    points: NDArray[np.float64], corrected: NDArray[np.float64], lines: Any, reach: float
) -> float:
    """How far the file lies off: the theoretical shift, fitted to the lines it comes to lie on."""
    shift = np.median(corrected - points, axis=0)
    for _ in range(5):
        moved = np.asarray(shapely.points(points + shift), dtype=object)
        close = shapely.dwithin(lines, moved, reach)
        if not close.any():
            break
        ends = shapely.get_coordinates(shapely.shortest_line(moved[close], lines))
        shift = shift + np.median(ends[1::2] - ends[0::2], axis=0)
    return float(np.hypot(*shift))


def _by_ground(load: Load, raw: Shapes, undone: dict[str, Shapes], srid: int) -> Suspicion | None:
    """Places outside the city that come to lie inside it."""
    ground = ground_of(load.city, "facilities")
    if ground.shape is None:
        return None
    (city,) = to_metres(np.array([ground.shape], dtype=object), srid)
    shapely.prepare(city)
    points = _anchors(raw)
    outside = ~shapely.intersects_xy(city, points[:, 0], points[:, 1])
    if outside.sum() < max(3, 0.015 * len(points)):
        return None
    depth = shapely.distance(city, shapely.points(points[outside]))
    for name, moved in undone.items():
        corrected = _anchors(moved)
        shift = corrected - points
        length = float(np.median(np.hypot(*shift.T)))
        if (
            length < LEAST_OFFSET_M
            or np.median(depth) < 0.05 * length
            or np.max(depth) > 3 * length
        ):
            continue
        left = np.sum(~shapely.intersects_xy(city, corrected[:, 0], corrected[:, 1]))
        other = points - shift
        mirrored = np.sum(~shapely.intersects_xy(city, other[:, 0], other[:, 1]))
        if left <= 0.25 * outside.sum() and mirrored > outside.sum():
            return Suspicion(name, length, f"{ground.name} ({outside.sum()} places)", len(raw))
    return None
