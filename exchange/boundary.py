"""The outline of a city from a file of any format and coordinate system."""

from pathlib import Path

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon

from core.errors import Invalid
from exchange.places import Ground, clean, from_wkb
from exchange.readers.source import open_source
from grid.ground.datums import WGS84, datum_of_crs, parse_datum


class BadBoundary(Invalid):
    """The boundary file does not hold one valid outline."""


def read_boundary(path: Path, datum_name: str = "") -> MultiPolygon:
    """All polygons of a file as one outline in WGS84.

    Raises UnreadableFile, or BadBoundary naming the row and what is wrong with it.
    """
    shapes: list[object] = []
    with open_source(path) as source:
        if not source.header.has_geometry:
            raise BadBoundary(f"{path.name} holds no geometry; a boundary is polygons")
        datum = datum_of_crs(source.header.crs) if source.header.crs else WGS84
        if datum_name:
            datum = parse_datum(datum_name)
        for batch in source.batches():
            places = clean(
                from_wkb(batch.wkb or []),
                dimensions=(2,),
                datum=datum,
                ground=Ground(None),
                repair=False,
            )
            for row, fault in enumerate(places.faults):
                if fault:
                    raise BadBoundary(
                        f"{path.name} row {len(shapes) + row + 1}: {fault[0]}: "
                        + fault[1].replace("; --repair mends it", "")
                    )
            shapes += list(places.shapes)
    if not shapes:
        raise BadBoundary(f"{path.name} has no rows")
    whole = shapely.union_all(np.array(shapes, dtype=object))
    found = GEOSGeometry(memoryview(shapely.to_wkb(whole)), srid=4326)
    return found if isinstance(found, MultiPolygon) else MultiPolygon(found, srid=4326)
