"""Taking evidence in: read by content, sealed, scored, recorded; refused only when it is no file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from django.contrib.gis.geos import GEOSGeometry, Point
from django.db import models, transaction
from django.utils import timezone

from core.audit import emit, record_act, subject_of
from core.models import User
from grid.evidence import storage
from grid.evidence.content import Content, bands, read_content
from grid.evidence.exif import ExifFacts
from grid.evidence.models import Evidence, PositionSource, StoredFile
from grid.evidence.queries import Subject, metres_between, used_before
from grid.evidence.score import Facts, Finding, Place, score
from grid.evidence.statements import Statement, in_wgs84, read_statement
from grid.ground.datums import parse_datum
from grid.ground.queries import city_zone

GCJ02 = parse_datum("gcj02")


@dataclass(frozen=True)
class Expectation:
    """What evidence of a subject should prove: this place (None: none is known yet), within so many
    metres, after the report."""

    place: GEOSGeometry | None
    limit_m: float
    reported_at: datetime
    accuracy_m: float | None = None


def keep_file(file: BinaryIO, *, size: int) -> StoredFile:
    """Read a file by its content and seal it; the same bytes are read and kept once.

    Raises UnreadableFile, UnsupportedType, FileTooLarge, PictureTooLarge.
    """
    sha256 = storage.hash_of(file)
    known = StoredFile.objects.filter(pk=sha256).first()
    if known is not None:
        return known
    content: Content = read_content(file, size=size, now=timezone.now())
    storage.keep_original(sha256, file)
    if content.public_copy is not None:
        storage.keep_copy(sha256, content.public_copy)
    mark = content.fingerprint
    kept, _ = StoredFile.objects.get_or_create(
        sha256=sha256,
        defaults={
            "size": size,
            "mime": content.mime,
            "width": content.width,
            "height": content.height,
            "exif": content.exif.as_json(),
            "fingerprint": mark,
            "fingerprint_bands": bands(mark) if mark is not None else [],
        },
    )
    return kept


def add_evidence(
    subject: models.Model,
    *,
    actor: User,
    code: str,
    file: StoredFile,
    statement: Statement,
    expectation: Expectation,
) -> Evidence:
    """Put a kept file forward for a subject; putting it forward twice gives the first again.

    Always accepted: what speaks against it becomes findings. `code` is the subject's public code.
    """
    subject_type, subject_id = subject_of(subject)
    named = Subject(subject_type, subject_id, code)
    received_at = timezone.now()
    findings = assess(
        file, statement, expectation, subject=named, received_at=received_at, before=None
    )
    best, exif = statement.best_fix(), ExifFacts.from_json(file.exif)
    position = (best.lon, best.lat) if best else exif.position
    source = PositionSource.FIXES if best else PositionSource.EXIF
    with transaction.atomic():
        evidence, created = Evidence.objects.get_or_create(
            file=file,
            subject_type=subject_type,
            subject_id=subject_id,
            defaults={
                "subject_code": code,
                "purpose": statement.purpose,
                "filename": statement.filename,
                "stated_mime": statement.mime,
                "captured_at": statement.captured_at,
                "received_at": received_at,
                "fixes": list(statement.raw_fixes),
                "envelope": dict(statement.envelope),
                "position": Point(*position, srid=4326) if position else None,
                "accuracy_m": best.accuracy_m if best else exif.accuracy_m,
                "position_source": source if position else "",
                "uploaded_by": actor,
                "findings": [finding.as_json() for finding in findings],
            },
        )
        if created:
            record_act(
                actor=actor,
                act="add_evidence",
                subject=subject,
                details={
                    "evidence": evidence.pk,
                    "sha256": file.sha256,
                    "findings": [finding.code for finding in findings],
                },
            )
            emit(kind="evidence_added", subject=subject)
    return evidence


def assess(
    file: StoredFile,
    statement: Statement,
    expectation: Expectation,
    *,
    subject: Subject,
    received_at: datetime,
    before: int | None,
) -> list[Finding]:
    """The findings of a file for what it should prove, by what is known now."""
    exif = ExifFacts.from_json(file.exif)
    places, apart_m = _places(statement, exif, expectation.place)
    return score(
        Facts(
            is_photo=file.is_photo,
            received_at=received_at,
            reported_at=expectation.reported_at,
            limit_m=expectation.limit_m,
            zone=city_zone(),
            captured_at=statement.captured_at,
            camera_at=exif.taken_at,
            positions=places,
            apart_m=apart_m,
            place_accuracy_m=expectation.accuracy_m,
            used_before=used_before(file, subject, before=before),
            stated_type=statement.mime,
            found_type=file.mime,
        )
    )


def assess_again(
    evidence: Evidence, expectation: Expectation, *, subject: Subject
) -> list[Finding]:
    """The findings of evidence by what is known now: place, report and reuse may have changed."""
    statement = read_statement(
        {"filename": evidence.filename, "mime": evidence.stated_mime, "fixes": evidence.fixes},
        captured_at=evidence.captured_at,
    )
    return assess(
        evidence.file,
        statement,
        expectation,
        subject=subject,
        received_at=evidence.received_at,
        before=evidence.pk,
    )


def _places(
    statement: Statement, exif: ExifFacts, place: GEOSGeometry | None
) -> tuple[Sequence[Place], float | None]:
    """Both positions measured against the place, and the distance between them."""
    if place is None:
        return [], None
    best = statement.best_fix()
    stated: list[tuple[float, float]] = []
    if best is not None:
        stated.append((best.lon, best.lat))
    if exif.position is not None:
        stated.append(exif.position)
    metres = metres_between(place, [*stated, *(in_wgs84(*at, GCJ02) for at in stated)])
    found = []
    if best is not None:
        found.append(
            Place(
                "fixes",
                metres[0],
                best.accuracy_m,
                metres[len(stated)] if best.datum == "wgs84" else None,
                statement.age_of(best),
            )
        )
    if exif.position is not None:
        found.append(Place("exif", metres[len(stated) - 1], exif.accuracy_m, metres[-1]))
    if len(stated) < 2:
        return found, None
    (apart_m,) = metres_between(Point(*stated[0], srid=4326), [stated[1]])
    return found, apart_m
