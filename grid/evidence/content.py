"""Reading a file by its content: its real type, limits, EXIF, fingerprint and the copy others may see.

One decode serves all: the same pixels give copy and fingerprint, and a JPEG is decoded at the
scale the copy needs. Pillow's default `reducing_gap=2.0` would decode it in full (measured, 12
megapixels: 58 ms against 130 ms).
"""

import io
import struct
import zlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError
from pillow_heif import register_heif_opener

from core.errors import DomainError
from grid.evidence.exif import ExifFacts, read_exif

register_heif_opener()

MAX_BYTES = 64 * 1024 * 1024
MAX_PIXELS = 100_000_000
COPY_SIDE = 1280
COPY_QUALITY = 82
# A picture flatter than this (standard deviation of grey, of 255) has no fingerprint: all walls,
# fogs and black nights would be "the same picture".
FLAT = 6.0

PICTURE_TYPES = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "HEIF": "image/heic",
}
READERS = ("JPEG", "PNG", "WEBP", "HEIF")  # the JPEG reader also finds MPO
SUFFIXES = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/heic": ".heic",
    "application/pdf": ".pdf",
}
# Whatever Pillow and its codecs raise on broken pixels; a bug elsewhere stays a bug.
BROKEN_PIXELS: tuple[type[Exception], ...] = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)


class UnreadableFile(DomainError):
    """The file is broken or cut short: it cannot be decoded; take or choose it again."""

    status = 422
    zh = "文件已损坏或不完整，无法读取：请重新拍摄或选择。"


class UnsupportedType(DomainError):
    """Only JPEG, PNG, WebP and HEIC pictures and PDF documents can be evidence."""

    status = 422
    zh = "只能使用 JPEG、PNG、WebP、HEIC 照片和 PDF 文件。"


class FileTooLarge(DomainError):
    """The file is larger than evidence may be."""

    status = 422
    zh = "文件过大。"


class PictureTooLarge(DomainError):
    """The picture has more pixels than can be decoded safely."""

    status = 422
    zh = "照片像素过多，无法安全处理：请缩小后再试。"


@dataclass(frozen=True)
class Content:
    """What a file holds. For a document: no size, copy or fingerprint."""

    mime: str
    width: int | None = None
    height: int | None = None
    public_copy: bytes | None = None
    fingerprint: int | None = None
    exif: ExifFacts = field(default_factory=ExifFacts)


def read_content(file: BinaryIO, *, size: int, now: datetime) -> Content:
    """Decode a file and say what it is; raises a refusal that names what is wrong with it."""
    if size > MAX_BYTES:
        raise FileTooLarge(size=size, limit=MAX_BYTES)
    if size == 0:
        raise UnreadableFile(size=0)
    file.seek(0)
    head = file.read(1024)
    if head.startswith(b"%PDF-"):
        return _document(file, size)
    file.seek(0)
    try:
        picture = Image.open(file, formats=READERS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise PictureTooLarge(limit=MAX_PIXELS) from bomb
    except UnidentifiedImageError as unknown:
        raise UnsupportedType from unknown
    except BROKEN_PIXELS as broken:
        raise UnreadableFile from broken
    with picture:
        return _picture(picture, now=now)


def _document(file: BinaryIO, size: int) -> Content:
    file.seek(max(0, size - 2048))
    if b"%%EOF" not in file.read():
        raise UnreadableFile(size=size)
    return Content(mime="application/pdf")


def _picture(picture: Image.Image, *, now: datetime) -> Content:
    mime = PICTURE_TYPES[picture.format or ""]
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise PictureTooLarge(width=width, height=height, limit=MAX_PIXELS)
    exif = read_exif(picture, now=now)
    try:
        picture.thumbnail((COPY_SIDE, COPY_SIDE), Image.Resampling.BICUBIC, reducing_gap=1.0)
        upright = _upright(picture)
        small = upright.convert("RGB") if upright.mode != "RGBA" else _on_white(upright)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise PictureTooLarge(limit=MAX_PIXELS) from bomb
    except BROKEN_PIXELS as broken:
        raise UnreadableFile(width=width, height=height) from broken
    if (small.width > small.height) != (width > height) and width != height:
        width, height = height, width
    # A fresh image: no EXIF, comment, profile or appended bytes can travel along.
    clean = Image.new("RGB", small.size)
    clean.paste(small)
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=COPY_QUALITY)
    return Content(mime, width, height, out.getvalue(), fingerprint(clean), exif)


def _upright(picture: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(picture)
    except BROKEN_PIXELS:  # a corrupt EXIF says nothing of orientation; the pixels may be fine
        picture.load()
        return picture


def _on_white(picture: Image.Image) -> Image.Image:
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground


def _cosines(n: int, k: int) -> NDArray[np.float64]:
    """The first k rows of the n-point DCT-II."""
    angles = np.pi * (2 * np.arange(n) + 1) * np.arange(k)[:, None] / (2 * n)
    return np.cos(angles)


_DCT = _cosines(32, 9)


def fingerprint(picture: Image.Image) -> int | None:
    """A perceptual hash of 64 bits, signed as PostgreSQL's bigint; None for a flat picture.

    The signs, against their median, of the 8 x 8 lowest frequencies of the 32 x 32 grey picture,
    the constant ones left out (the DCT hash of Zauner, "Implementation and Benchmarking of
    Perceptual Image Hash Functions", 2010). Survives scaling and recompression.
    """
    grey = np.asarray(picture.convert("L").resize((32, 32), Image.Resampling.BOX), dtype=float)
    if grey.std() < FLAT:
        return None
    low = (_DCT @ grey @ _DCT.T)[1:9, 1:9].ravel()
    bits = np.packbits(low > np.median(low)).tobytes()
    return int.from_bytes(bits, "big", signed=True)


def distance(one: int, other: int) -> int:
    """Bits in which two fingerprints differ, 0 to 64."""
    return ((one ^ other) & 0xFFFF_FFFF_FFFF_FFFF).bit_count()


# Two fingerprints at most this far apart are the same picture.
SAME_PICTURE = 4


def bands(mark: int) -> list[int]:
    """The four 16-bit bands of a fingerprint, each tagged with its place: keys of an index."""
    unsigned = mark & 0xFFFF_FFFF_FFFF_FFFF
    return [(place << 16) | ((unsigned >> (16 * place)) & 0xFFFF) for place in range(4)]


def near_bands(mark: int) -> list[int]:
    """The keys of which any fingerprint within SAME_PICTURE bits holds at least one.

    Of four bands one differs in at most SAME_PICTURE // 4 bits (pigeonhole): that band and its
    one-bit neighbours, 68 keys.
    """
    return [key ^ flip for key in bands(mark) for flip in (0, *(1 << bit for bit in range(16)))]
