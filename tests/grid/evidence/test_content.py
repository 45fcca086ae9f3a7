"""Files by their content: what is taken, what is refused by name, and that the copy is clean."""

import io
import struct
import zlib
from datetime import UTC, datetime

import numpy as np
import pytest
from PIL import ExifTags, Image

from core.errors import DomainError
from grid.evidence.content import (
    COPY_SIDE,
    SAME_PICTURE,
    Content,
    FileTooLarge,
    PictureTooLarge,
    UnreadableFile,
    UnsupportedType,
    bands,
    distance,
    near_bands,
    read_content,
)
from tests.photos import encoded, exif_of, picture

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)


def read(data: bytes) -> Content:
    return read_content(io.BytesIO(data), size=len(data), now=NOW)


@pytest.mark.parametrize(
    ("form", "mime"),
    [
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("WEBP", "image/webp"),
        ("HEIF", "image/heic"),
    ],
)
def test_the_type_is_found_by_decoding(form: str, mime: str) -> None:
    found = read(encoded(picture(), form))
    assert (found.mime, found.width, found.height) == (mime, 640, 480)


def test_a_document_is_kept_without_a_picture() -> None:
    found = read(b"%PDF-1.7\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n")
    assert found == Content(mime="application/pdf")


def png_of(width: int, height: int) -> bytes:
    """A PNG that declares a size and holds next to nothing."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


JPEG = encoded(picture())
HOSTILE: list[tuple[str, bytes, type[DomainError]]] = [
    ("empty", b"", UnreadableFile),
    ("cut_short", JPEG[: len(JPEG) // 2], UnreadableFile),
    ("head_only", JPEG[:20], UnsupportedType),
    ("cut_png", encoded(picture(), "PNG")[:5000], UnreadableFile),
    ("cut_webp", encoded(picture(), "WEBP")[:500], UnreadableFile),
    ("cut_heic", encoded(picture(), "HEIF")[:2000], UnreadableFile),
    ("bomb", png_of(60_000, 60_000), PictureTooLarge),
    ("large_bomb", png_of(12_000, 9_000), PictureTooLarge),
    ("png_without_pixels", png_of(500, 500), UnreadableFile),
    ("page", b"<html><script>alert(1)</script></html>", UnsupportedType),
    ("drawing", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", UnsupportedType),
    ("gif", encoded(picture(), "GIF"), UnsupportedType),
    ("tiff", encoded(picture(), "TIFF"), UnsupportedType),
    ("program", b"MZ" + b"\0" * 500, UnsupportedType),
    ("cut_document", b"%PDF-1.7\n1 0 obj", UnreadableFile),
]


@pytest.mark.parametrize(("name", "data", "refusal"), HOSTILE, ids=[h[0] for h in HOSTILE])
def test_what_cannot_be_decoded_is_refused_by_name(
    name: str, data: bytes, refusal: type[DomainError]
) -> None:
    with pytest.raises(refusal):
        read(data)


def test_a_file_over_the_limit_is_not_even_opened() -> None:
    with pytest.raises(FileTooLarge):
        read_content(io.BytesIO(b""), size=10**9, now=NOW)


def test_the_copy_is_upright_clean_and_small() -> None:
    upright = picture(size=(1600, 1200))
    turned = upright.transpose(Image.Transpose.ROTATE_90)  # orientation 6 undoes it
    data = encoded(turned, exif=exif_of(109.5, 31.0, taken_at=NOW, orientation=6))
    found = read(data + b"<?php system($_GET['c']); ?>PK\x03\x04")
    assert found.public_copy is not None
    copy = Image.open(io.BytesIO(found.public_copy))
    assert (found.width, found.height) == (1600, 1200)
    assert copy.size == (COPY_SIDE, 960)
    assert not copy.getexif()
    assert set(copy.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert b"php" not in found.public_copy
    here, there = (np.asarray(p.resize((8, 6)), dtype=int) for p in (copy, upright))
    assert np.abs(here - there).max() < 12


def test_a_transparent_picture_gets_a_white_ground() -> None:
    found = read(encoded(Image.new("RGBA", (64, 64), (0, 0, 0, 0)), "PNG"))
    assert found.public_copy is not None
    assert Image.open(io.BytesIO(found.public_copy)).getpixel((5, 5)) == (255, 255, 255)


def test_the_fingerprint_survives_scaling_recompression_and_another_format() -> None:
    original = read(encoded(picture(7, (2000, 1500)), quality=95)).fingerprint
    assert original is not None
    smaller = encoded(picture(7, (2000, 1500)).resize((500, 375)), quality=40)
    for version in (smaller, encoded(picture(7), "WEBP"), encoded(picture(7), "PNG")):
        mark = read(version).fingerprint
        assert mark is not None
        assert distance(original, mark) <= SAME_PICTURE


def test_other_pictures_have_other_fingerprints() -> None:
    marks = [read(encoded(picture(seed))).fingerprint for seed in range(12)]
    assert None not in marks
    apart = [distance(a, b) for n, a in enumerate(marks) for b in marks[:n]]  # type: ignore[arg-type]
    assert min(apart) > 10


def test_a_flat_picture_has_no_fingerprint() -> None:
    assert read(encoded(Image.new("RGB", (640, 480), (20, 20, 25)))).fingerprint is None


def test_near_fingerprints_always_share_an_index_key() -> None:
    mark = -0x494EC765280C6FF7
    for flips in ([], [0], [3, 17, 33, 60], [0, 1, 2, 3], [15, 16, 47, 48]):
        near = mark
        for bit in flips:
            near ^= 1 << bit
        assert set(near_bands(mark)) & set(bands(near))


def gps_exif(**tags: object) -> bytes:
    exif = exif_of(109.5, 31.0)
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    for name, value in tags.items():
        if value is None:
            del gps[ExifTags.GPS[name]]
        else:
            gps[ExifTags.GPS[name]] = value
    return encoded(picture(), exif=exif)


@pytest.mark.parametrize(
    ("data", "note"),
    [
        (gps_exif(GPSLatitudeRef=None), "gps_without_reference"),
        (gps_exif(GPSLongitudeRef="X"), "gps_without_reference"),
        (
            gps_exif(GPSLatitude=(0.0, 0.0, 0.0), GPSLongitude=(0.0, 0.0, 0.0)),
            "gps_null_island",
        ),
        (gps_exif(GPSLatitude=(95.0, 0.0, 0.0)), "gps_invalid"),
        (gps_exif(GPSStatus="V"), "gps_void"),
    ],
)
def test_a_worthless_position_leaves_a_note_and_no_position(data: bytes, note: str) -> None:
    exif = read(data).exif
    assert exif.position is None
    assert exif.notes == (note,)


def test_all_four_quarters_of_the_earth_are_read() -> None:
    for lon, lat in ((109.46, 31.02), (-77.03, 38.9), (-70.6, -33.4), (151.2, -33.87)):
        position = read(encoded(picture(), exif=exif_of(lon, lat))).exif.position
        assert position == pytest.approx((lon, lat), abs=1e-7)


def test_an_absurd_date_is_not_believed() -> None:
    for year in (1970, 2050):
        taken = datetime(year, 1, 1, tzinfo=UTC)
        exif = read(encoded(picture(), exif=exif_of(taken_at=taken))).exif
        assert (exif.taken_at, exif.notes) == (None, ("date_absurd",))


@pytest.mark.filterwarnings("ignore:Corrupt EXIF", "ignore:Possibly corrupt EXIF")
def test_a_corrupt_exif_spoils_only_itself() -> None:
    data = bytearray(encoded(picture(), exif=exif_of(109.5, 31.0, taken_at=NOW)))
    start = data.index(b"Exif\0\0") + 6
    data[start + 8 : start + 120] = b"\xff" * 112
    found = read(bytes(data))
    assert (found.width, found.exif.position, found.exif.taken_at) == (640, None, None)
