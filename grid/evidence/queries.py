"""Finding evidence: who may see it, where it was taken, whether the picture was used before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.gis.geos import GEOSGeometry
from django.db import connection
from django.db.models import QuerySet

from core.models import User
from grid.evidence.content import SAME_PICTURE, distance, near_bands
from grid.evidence.exif import ExifFacts
from grid.evidence.models import Evidence, StoredFile
from grid.evidence.score import camera_instant
from grid.ground.queries import city_zone


@dataclass(frozen=True)
class Subject:
    """What evidence is put forward for: type and key as the audit names it, and its public code."""

    type: str
    id: str
    code: str


def evidence_of(subject: Subject) -> QuerySet[Evidence]:
    """All evidence of a subject, in the order it came."""
    found = Evidence.objects.filter(subject_type=subject.type, subject_id=subject.id)
    return found.select_related("file", "uploaded_by").order_by("id")


def evidence_by_subject(subjects: Iterable[Subject]) -> dict[str, list[Evidence]]:
    """By key, the evidence of several subjects of one type, in the order it came; one query."""
    named = list(subjects)
    found = Evidence.objects.filter(
        subject_type__in={one.type for one in named}, subject_id__in=[one.id for one in named]
    )
    told: dict[str, list[Evidence]] = {one.id: [] for one in named}
    for row in found.select_related("file", "uploaded_by").order_by("id"):
        told[row.subject_id].append(row)
    return told


def taken_instant(evidence: Evidence) -> datetime | None:
    """When it was taken, the earliest of what the device and the camera state; None if neither does."""
    exif = ExifFacts.from_json(evidence.file.exif)
    zone = city_zone()
    camera_at = camera_instant(exif.taken_at, evidence.captured_at, zone)
    stated = [moment for moment in (evidence.captured_at, camera_at) if moment is not None]
    return min(stated, default=None)


def may_see_copy(user: User | None, sha256: str) -> bool:
    """Whether the shown copy of a file may go to this user (None: to anybody)."""
    rows = Evidence.objects.filter(file=sha256)
    if rows.filter(released_at__isnull=False).exists():
        return True
    return user is not None and rows.visible_to(user).exists()


def metres_between(place: GEOSGeometry, points: Sequence[tuple[float, float]]) -> list[float]:
    """Metres from a place (WGS84) to each (lon, lat).

    On the ellipsoid, not in the city's metric CRS: a photo may have been taken on the other side
    of the earth, where that CRS is not defined.
    """
    if not points:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_Distance(%s::geography, ST_SetSRID(ST_MakePoint(lon, lat), 4326)::geography)"
            " FROM unnest(%s::float8[], %s::float8[]) WITH ORDINALITY AS p(lon, lat, n) ORDER BY n",
            [place.ewkt, [lon for lon, _ in points], [lat for _, lat in points]],
        )
        return [row[0] for row in cursor.fetchall()]


def used_before(file: StoredFile, subject: Subject, *, before: int | None = None) -> str:
    """`same_file` or `same_picture` if it was put forward earlier for another subject, else blank.

    `before` is the key of the evidence asked about: only what came earlier counts.
    """
    others = Evidence.objects.exclude(subject_type=subject.type, subject_id=subject.id)
    if before is not None:
        others = others.filter(id__lt=before)
    if others.filter(file=file).exists():
        return "same_file"
    if file.fingerprint is None:
        return ""
    # The index gives whatever shares a band within one bit; the exact distance is counted here.
    near = others.filter(file__fingerprint_bands__overlap=near_bands(file.fingerprint))
    marks = near.values_list("file__fingerprint", flat=True).distinct()
    alike = any(
        distance(mark, file.fingerprint) <= SAME_PICTURE for mark in marks if mark is not None
    )
    return "same_picture" if alike else ""
