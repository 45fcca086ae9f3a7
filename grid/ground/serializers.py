"""How places and dates of the ground are shown."""

from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry
from rest_framework import serializers
from rest_framework_gis.fields import GeometryField

from grid.ground.datums import WGS84, Datum, from_wgs84

DECIMALS = 9  # of a degree: a tenth of a millimetre


def place_as_json(place: GEOSGeometry, datum: Datum) -> dict[str, Any]:
    """A WGS84 geometry as GeoJSON, its coordinates in the datum."""

    def convert(vertices: np.ndarray[Any, np.dtype[np.float64]]) -> Any:
        if datum != WGS84:
            vertices = np.column_stack(from_wgs84(vertices[:, 0], vertices[:, 1], datum))
        return np.round(vertices, DECIMALS)

    shape = shapely.transform(shapely.from_wkb(bytes(place.wkb)), convert)
    return dict(shapely.geometry.mapping(shape))


class PlaceField(GeometryField):  # type: ignore[misc]
    """A geometry in the datum that was asked for."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value: GEOSGeometry | None) -> dict[str, Any] | None:
        """GeoJSON; a thing without a known place has none."""
        if value is None:
            return None
        asked = self.context.get("asked")
        return place_as_json(value, asked.datum if asked else WGS84)


class ValidFrom(serializers.DateTimeField):
    """Since when the row is valid; null: always was."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="valid_during.lower", read_only=True, allow_null=True, **kwargs)


class ValidTo(serializers.DateTimeField):
    """Until when, exclusively, the row is valid; null: no end is known."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="valid_during.upper", read_only=True, allow_null=True, **kwargs)
