"""Photos for tests: real JPEGs drawn on the spot, with or without EXIF; none from a camera."""

import io
from datetime import datetime

import numpy as np
from PIL import ExifTags, Image


def picture(seed: int = 1, size: tuple[int, int] = (640, 480)) -> Image.Image:
    """A picture unlike that of any other seed: coloured patches, smoothed."""
    noise = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    return Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC)


def exif_of(
    lon: float | None = None,
    lat: float | None = None,
    *,
    taken_at: datetime | None = None,
    orientation: int = 1,
) -> Image.Exif:
    """EXIF with a position and a time (with its offset)."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = "Lamp", "Camera"
    exif[ExifTags.Base.Orientation] = orientation
    if taken_at is not None:
        detail = exif.get_ifd(ExifTags.IFD.Exif)
        detail[ExifTags.Base.DateTimeOriginal] = taken_at.strftime("%Y:%m:%d %H:%M:%S")
        if taken_at.tzinfo:
            offset = taken_at.strftime("%z")
            detail[ExifTags.Base.OffsetTimeOriginal] = f"{offset[:3]}:{offset[3:]}"
    if lon is not None and lat is not None:
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        gps[ExifTags.GPS.GPSLatitudeRef] = "N" if lat >= 0 else "S"
        gps[ExifTags.GPS.GPSLatitude] = dms(abs(lat))
        gps[ExifTags.GPS.GPSLongitudeRef] = "E" if lon >= 0 else "W"
        gps[ExifTags.GPS.GPSLongitude] = dms(abs(lon))
    return exif


def dms(angle: float) -> tuple[float, float, float]:
    """Degrees, minutes and seconds."""
    minutes = (angle - int(angle)) * 60
    return float(int(angle)), float(int(minutes)), round((minutes - int(minutes)) * 60, 5)


def encoded(image: Image.Image, form: str = "JPEG", **how: object) -> bytes:
    """The bytes of a picture file."""
    out = io.BytesIO()
    image.save(out, form, **how)
    return out.getvalue()


def photo(
    lon: float | None = None,
    lat: float | None = None,
    *,
    taken_at: datetime | None = None,
    seed: int = 1,
) -> bytes:
    """A geotagged JPEG."""
    return encoded(picture(seed), exif=exif_of(lon, lat, taken_at=taken_at))
