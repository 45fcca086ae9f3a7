"""Shapes between WGS84 degrees, where they are stored, and the city's metric CRS, where they are measured."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from grid.ground.datums import Datum, from_wgs84, to_wgs84

Shapes = NDArray[np.object_]
METRES_PER_DEGREE = 111_320.0


def as_shapes(shapes: Sequence[BaseGeometry] | Shapes) -> Shapes:
    """Any sequence of geometries as an object array (numpy would otherwise look inside them)."""
    array: Shapes = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    return array


def as_multipolygon(shape: BaseGeometry) -> BaseGeometry:
    """A polygon as a multipolygon of one; anything else as it is."""
    return MultiPolygon([shape]) if isinstance(shape, Polygon) else shape


def to_metres(shapes: Shapes, srid: int) -> Shapes:
    """WGS84 shapes in the metric CRS, corner by corner."""
    datum = Datum("epsg", srid)
    return as_shapes(
        shapely.transform(shapes, lambda xy: np.column_stack(from_wgs84(xy[:, 0], xy[:, 1], datum)))
    )


def valid_in_metres(shapes: Shapes, srid: int) -> Shapes:
    """The same for measuring: what the projection's rounding made cross itself is mended."""
    metric = to_metres(shapes, srid)
    crossed = ~shapely.is_valid(metric)
    metric[crossed] = shapely.make_valid(metric[crossed], method="structure")
    return metric


def to_degrees(shapes: Shapes, srid: int) -> Shapes:
    """Shapes of the metric CRS in WGS84, corner by corner."""
    datum = Datum("epsg", srid)
    return as_shapes(
        shapely.transform(shapes, lambda xy: np.column_stack(to_wgs84(xy[:, 0], xy[:, 1], datum)))
    )


def metres_per_degree(latitude: float) -> tuple[float, float]:
    """About how many metres a degree of longitude and one of latitude measure there."""
    return METRES_PER_DEGREE * float(np.cos(np.radians(latitude))), METRES_PER_DEGREE
