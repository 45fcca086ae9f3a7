"""A place that is only spoken of: the one facility whose code stands in a text."""

import re
import unicodedata

from django.contrib.gis.geos import GEOSGeometry, Point
from django.utils import timezone

from grid.catalogue.models import Category
from grid.facilities.models import Facility
from grid.ground.queries import newest_version
from grid.jurisdiction.asking import position_of, record_of

# What a code looks like: letters, digits and hyphens with a digit among them, of four or more.
_CODE = re.compile(
    r"(?<![0-9A-Za-z-])(?=[A-Za-z-]*\d)[0-9A-Za-z][0-9A-Za-z-]{3,63}(?![0-9A-Za-z-])"
)
MOST_CODES = 30

Spoken = tuple[str, GEOSGeometry, Category]


def facility_spoken_of(text: str) -> Spoken | None:
    """Code, place and category of the one standing facility that the text names; None if not one."""
    words = set(_CODE.findall(unicodedata.normalize("NFKC", text))[:MOST_CODES])
    if not words:
        return None
    wanted = words | {word.upper() for word in words}
    named = list(Facility.objects.filter(code__in=wanted)[:2])
    if len(named) != 1:
        return None
    (facility,) = named
    record = record_of(facility, at=timezone.now(), version=newest_version())
    if record is None:
        return None
    if record.location.geom_type == "LineString":
        return facility.code, record.location, record.category
    at = position_of(record, None)
    return facility.code, Point(at.lon, at.lat, srid=4326), record.category
