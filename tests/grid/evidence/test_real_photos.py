"""Every real photo of the shared data against its manifest, written by two other readers."""

import csv
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import pytest

from grid.evidence.content import SAME_PICTURE, Content, distance, read_content
from tests.shared_data import shared_data

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def manifest(name: str) -> list[tuple[Path, dict[str, str]]]:
    folder = shared_data(name)
    with (folder / "MANIFEST.csv").open(encoding="utf-8") as lines:
        return [(folder / row["file"], row) for row in csv.DictReader(lines)]


def read(path: Path) -> Content:
    with path.open("rb") as file:
        return read_content(file, size=path.stat().st_size, now=NOW)


@pytest.mark.parametrize(("name", "count"), [("photos_exif", 53), ("photos_patrol_walk_lund", 29)])
def test_every_photo_is_decoded_with_the_position_of_its_manifest(name: str, count: int) -> None:
    rows = manifest(name)
    assert len(rows) == count
    for path, row in rows:
        found = read(path)
        kind = {"JPEG": "image/jpeg", "HEIF": "image/heic"}[row["format"]]
        assert found.mime == kind, path
        size = f"{found.width}x{found.height}"
        upright = row["orientation"] not in {"5", "6", "7", "8"}
        assert (size == row["size"]) or not upright, path
        if row["gps_class"] == "ok":
            told = (float(row["pillow_lon"]), float(row["pillow_lat"]))
            assert found.exif.position == pytest.approx(told, abs=1e-6), path
        else:
            assert found.exif.position is None, path
        if row["datetime"] and found.exif.taken_at and not row["gps_date"]:
            assert found.exif.taken_at.strftime("%Y:%m:%d %H:%M:%S") == row["datetime"], path


def test_one_picture_in_eight_orientations_is_one_picture() -> None:
    folder = shared_data("photos_exif") / "ianare" / "jpg" / "orientation"
    for kind, shape in (("landscape", (600, 450)), ("portrait", (450, 600))):
        found = [read(folder / f"{kind}_{n}.jpg") for n in range(1, 9)]
        assert {(c.width, c.height) for c in found} == {shape}
        marks = [c.fingerprint for c in found]
        assert max(distance(a, b) for a, b in combinations(marks, 2)) <= SAME_PICTURE  # type: ignore[arg-type]


def test_a_walk_down_one_street_is_many_pictures() -> None:
    marks = [read(path).fingerprint for path, _ in manifest("photos_patrol_walk_lund")]
    apart = [distance(a, b) for a, b in combinations(filter(None, marks), 2)]
    assert min(apart) > 2 * SAME_PICTURE
