"""What a picture says of itself: time, place, camera; every field may be missing, broken or a lie."""

import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from PIL import ExifTags, Image

# Whatever Pillow lets through from a broken directory of tags.
BROKEN_TAGS: tuple[type[Exception], ...] = (
    ArithmeticError,
    AttributeError,
    LookupError,
    OSError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
)

EARLIEST_YEAR = 1995  # before the Exif standard no camera wrote such a date


@dataclass(frozen=True)
class ExifFacts:
    """What was readable; `notes` name what was there and could not be believed.

    `taken_at` is aware when the file states its offset or a GPS time, else naive camera time.
    `position` is (lon, lat) in degrees, WGS84 as the Exif standard has it.
    """

    taken_at: datetime | None = None
    position: tuple[float, float] | None = None
    accuracy_m: float | None = None
    heading: float | None = None
    camera: str = ""
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The facts as stored with the file."""
        return {
            "taken_at": self.taken_at.isoformat() if self.taken_at else None,
            "position": list(self.position) if self.position else None,
            "accuracy_m": self.accuracy_m,
            "heading": self.heading,
            "camera": self.camera,
            "notes": list(self.notes),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "ExifFacts":
        """The facts as they were stored."""
        taken_at, position = kept.get("taken_at"), kept.get("position")
        return cls(
            taken_at=datetime.fromisoformat(taken_at) if taken_at else None,
            position=(position[0], position[1]) if position else None,
            accuracy_m=kept.get("accuracy_m"),
            heading=kept.get("heading"),
            camera=kept.get("camera", ""),
            notes=tuple(kept.get("notes", ())),
        )


def read_exif(picture: Image.Image, *, now: datetime) -> ExifFacts:
    """The facts of an opened picture (nothing is decoded); `now` bounds believable dates."""
    try:
        exif = picture.getexif()
        base = dict(exif)
        detail = _directory(exif, ExifTags.IFD.Exif)
        gps = _directory(exif, ExifTags.IFD.GPSInfo)
    except BROKEN_TAGS:
        return ExifFacts(notes=("exif_corrupt",))
    notes: list[str] = []
    return ExifFacts(
        taken_at=_taken_at(base, detail, gps, now=now, notes=notes),
        position=_position(gps, notes),
        accuracy_m=_positive(gps.get(ExifTags.GPS.GPSHPositioningError)),
        heading=_heading(gps),
        camera=" ".join(
            filter(
                None, (_text(base.get(ExifTags.Base.Make)), _text(base.get(ExifTags.Base.Model)))
            )
        )[:100],
        notes=tuple(notes),
    )


def _directory(exif: Image.Exif, which: ExifTags.IFD) -> dict[int, Any]:
    try:
        return dict(exif.get_ifd(which))
    except BROKEN_TAGS:
        return {}


def _text(value: Any) -> str:
    """A tag as text: bytes decoded, NULs and blanks cut off."""
    if isinstance(value, bytes):
        value = value.decode("ascii", "replace")
    return value.replace("\x00", "").strip() if isinstance(value, str) else ""


def _number(value: Any) -> float:
    """A rational or number as float; NaN when it is neither (or has a zero denominator)."""
    try:
        return float(value)
    except (TypeError, ValueError, ArithmeticError):
        return math.nan


def _positive(value: Any) -> float | None:
    number = _number(value)
    return number if math.isfinite(number) and number > 0 else None


def _heading(gps: Mapping[int, Any]) -> float | None:
    number = _number(gps.get(ExifTags.GPS.GPSImgDirection))
    return number if math.isfinite(number) and 0 <= number < 360 else None


def _angle(value: Any) -> float:
    """Degrees from up to three rationals (degrees, minutes, seconds); NaN when unreadable."""
    if not isinstance(value, tuple | list):
        value = (value,)
    if not 1 <= len(value) <= 3:
        return math.nan
    parts = [_number(part) for part in value]
    if any(part < 0 for part in parts):
        return math.nan
    return math.fsum(part / 60**power for power, part in enumerate(parts))


def _position(gps: Mapping[int, Any], notes: list[str]) -> tuple[float, float] | None:
    """(lon, lat), or None; a position that is there and worthless leaves a note."""
    latitude, longitude = (
        gps.get(ExifTags.GPS.GPSLatitude),
        gps.get(ExifTags.GPS.GPSLongitude),
    )
    if latitude is None or longitude is None:
        return None
    north = _text(gps.get(ExifTags.GPS.GPSLatitudeRef)).upper()[:1]
    east = _text(gps.get(ExifTags.GPS.GPSLongitudeRef)).upper()[:1]
    if north not in {"N", "S"} or east not in {"E", "W"}:
        # Without its reference the sign is a guess, and the wrong guess is another continent.
        notes.append("gps_without_reference")
        return None
    lat, lon = _angle(latitude), _angle(longitude)
    if not (math.isfinite(lat) and math.isfinite(lon) and lat <= 90 and lon <= 180):
        notes.append("gps_invalid")
        return None
    if lat == 0 and lon == 0:
        notes.append("gps_null_island")
        return None
    if _text(gps.get(ExifTags.GPS.GPSStatus)).upper()[:1] == "V":
        notes.append("gps_void")  # the receiver itself says: no fix
        return None
    return (-lon if east == "W" else lon), (-lat if north == "S" else lat)


def _taken_at(
    base: Mapping[int, Any],
    detail: Mapping[int, Any],
    gps: Mapping[int, Any],
    *,
    now: datetime,
    notes: list[str],
) -> datetime | None:
    """When the shutter fell: camera time with its offset, else GPS time (UTC), else camera time."""
    stated = (
        _text(detail.get(ExifTags.Base.DateTimeOriginal))
        or _text(detail.get(ExifTags.Base.DateTimeDigitized))
        or _text(base.get(ExifTags.Base.DateTime))
    )
    camera = _camera_time(stated)
    offset = _offset(
        _text(detail.get(ExifTags.Base.OffsetTimeOriginal))
        or _text(detail.get(ExifTags.Base.OffsetTime))
    )
    satellite = _satellite_time(gps)
    if camera is not None and offset is not None:
        taken: datetime | None = camera.replace(tzinfo=timezone(offset))
    elif satellite is not None and (
        # A GPS time from another day than the camera's is a cached fix, not the shutter's time.
        camera is None or abs(satellite.replace(tzinfo=None) - camera) < timedelta(hours=26)
    ):
        taken = satellite
    else:
        taken = camera
    if taken is None:
        if stated.strip("0: "):
            notes.append("date_unreadable")
        return None
    aware = taken if taken.tzinfo else taken.replace(tzinfo=UTC)
    if taken.year < EARLIEST_YEAR or aware > now + timedelta(days=1):
        notes.append("date_absurd")
        return None
    return taken


def _camera_time(text: str) -> datetime | None:
    for form in ("%Y:%m:%d %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"):
        try:
            return datetime.strptime(text[:19], form)  # noqa: DTZ007 - cameras write local time
        except ValueError:
            continue
    return None


def _offset(text: str) -> timedelta | None:
    if len(text) == 6 and text[0] in "+-" and text[1:3].isdigit() and text[4:].isdigit():
        size = timedelta(hours=int(text[1:3]), minutes=int(text[4:]))
        if size < timedelta(hours=24):
            return size if text[0] == "+" else -size
    return timedelta(0) if text == "Z" else None


def _satellite_time(gps: Mapping[int, Any]) -> datetime | None:
    date = _text(gps.get(ExifTags.GPS.GPSDateStamp)).replace("-", ":")
    clock = gps.get(ExifTags.GPS.GPSTimeStamp)
    if not isinstance(clock, tuple | list) or len(clock) != 3:
        return None
    parts = [_number(part) for part in clock]
    if not all(math.isfinite(part) for part in parts):
        return None
    try:
        day = datetime.strptime(date, "%Y:%m:%d").replace(tzinfo=UTC)
    except ValueError:
        return None
    hours, minutes, seconds = parts
    if not (0 <= hours < 24 and 0 <= minutes < 60 and 0 <= seconds < 61):
        return None
    return day + timedelta(hours=hours, minutes=minutes, seconds=seconds)
