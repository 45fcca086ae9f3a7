"""The search for reused pictures reads an index, not the table, and misses none within its distance."""

import pytest
from django.db import connection
from django.utils import timezone

from core.models import User
from grid.evidence.content import SAME_PICTURE, bands
from grid.evidence.models import Evidence, StoredFile
from grid.evidence.queries import Subject, used_before
from tests import factories

pytestmark = pytest.mark.django_db
HERE, THERE = Subject("inspections.case", "1", "A"), Subject("inspections.case", "2", "B")
MARK = -0x494EC765280C6FF7


@pytest.fixture
def uploader() -> User:
    return factories.user("bo")


def put_forward(sha256: str, mark: int | None, subject: Subject, uploader: User) -> Evidence:
    file = StoredFile.objects.create(
        sha256=sha256,
        size=1,
        mime="image/jpeg",
        width=1,
        height=1,
        fingerprint=mark,
        fingerprint_bands=bands(mark) if mark is not None else [],
    )
    return Evidence.objects.create(
        file=file,
        subject_type=subject.type,
        subject_id=subject.id,
        subject_code=subject.code,
        received_at=timezone.now(),
        uploaded_by=uploader,
    )


@pytest.mark.parametrize(
    ("flips", "found"),
    [((), True), ((5,), True), ((0, 17, 34, 51), True), ((1, 2, 3, 4), True), (range(5), False)],
)
def test_pictures_within_four_bits_are_the_same(
    uploader: User, flips: tuple[int, ...], found: bool
) -> None:
    put_forward("a" * 64, MARK, HERE, uploader)
    mark = MARK
    for bit in flips:
        mark ^= 1 << bit
    other = put_forward("b" * 64, mark, THERE, uploader)
    assert used_before(other.file, THERE) == ("same_picture" if found else "")
    assert len(flips) <= SAME_PICTURE or not found


def test_only_what_came_before_counts(uploader: User) -> None:
    first = put_forward("a" * 64, MARK, HERE, uploader)
    second = put_forward("b" * 64, MARK, THERE, uploader)
    assert used_before(first.file, HERE, before=first.pk) == ""
    assert used_before(second.file, THERE, before=second.pk) == "same_picture"


def test_flat_pictures_are_never_the_same(uploader: User) -> None:
    put_forward("a" * 64, None, HERE, uploader)
    assert used_before(put_forward("b" * 64, None, THERE, uploader).file, THERE) == ""


def test_the_search_reads_the_index(uploader: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO grid_stored_file (sha256, size, mime, exif, fingerprint, fingerprint_bands, received_at)
            SELECT lpad(n::text, 64, '0'), 1, 'image/jpeg', '{}', 0,
                   ARRAY(SELECT band * 65536 + floor(random() * 65536)::int
                         FROM generate_series(0, 3) AS band WHERE n > 0), now()
            FROM generate_series(1, 20000) AS n
            """
        )
        cursor.execute("ANALYZE grid_stored_file")
        keys = bands(MARK)
        cursor.execute(
            "EXPLAIN SELECT sha256 FROM grid_stored_file WHERE fingerprint_bands && %s", [keys]
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "stored_file_bands" in plan
    assert "Seq Scan" not in plan
