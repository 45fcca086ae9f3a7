"""The public reports: without an account, once per form, with photos, and a tracking code at once."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils import timezone

from core.errors import Busy, DomainError
from core.models import User
from core.operations import run_once
from grid.catalogue.models import Category
from grid.evidence.content import UnsupportedType
from grid.evidence.models import Purpose, StoredFile
from grid.evidence.statements import read_statement
from grid.evidence.use_cases import Expectation, add_evidence, keep_file
from grid.organizations.use_cases import service_user
from inspections.cases.queries import proof_distance
from inspections.intake.use_cases.receiving import receive
from inspections.requests.models import Channel, ServiceRequest
from inspections.requests.privacy import keyed
from inspections.requests.use_cases import RequestRow
from inspections.requests.use_cases.requesters import Person

MOST_PHOTOS = 4
MOST_BYTES = 25 * 1024 * 1024
PHOTO_AGE = timedelta(days=30)  # a photo may be older than the report; older than this is remarked
PATIENCE_S, PAUSE_S = 8.0, 0.2  # how long the second of two clicks waits for the first


class PhotoNotTaken(DomainError):
    """Only photos (JPEG, PNG, WebP, HEIC) of at most 25 MB can be sent along."""

    status = 422
    zh = "只能附上照片（JPEG、PNG、WebP、HEIC），每张不超过 25 MB。"


@dataclass(frozen=True, kw_only=True)
class PublicReport:
    """What somebody reports through a form; `token` is the form's own and is used once.

    `photos` are files kept before (`keep_photo`), by hash.
    """

    token: str
    channel: str = Channel.WEB
    category: Category | None = None
    nature: str = ""
    text: str = ""
    place: Point
    accuracy_m: float | None = None
    facility_code: str = ""
    requester: Person | None = None
    photos: Sequence[str] = ()


@dataclass(frozen=True)
class Taken:
    """The tracking code, and whether this form had been taken before."""

    tracking_code: str
    repeated: bool


def public_user(channel: str) -> User:
    """The service user through which the public of a channel acts."""
    return service_user(f"public-{channel}")


def keep_photo(file: BinaryIO, *, size: int) -> StoredFile:
    """Take in one photo by its content; raises PhotoNotTaken, or what is wrong with the file."""
    if size > MOST_BYTES:
        raise PhotoNotTaken
    try:
        kept = keep_file(file, size=size)
    except UnsupportedType as other:
        raise PhotoNotTaken from other
    if not kept.is_photo:
        raise PhotoNotTaken
    return kept


def report_publicly(report: PublicReport) -> Taken:
    """Record it, open its case, keep its photos: all or nothing, and once for each form.

    The second of two clicks waits for the first and is given the same code. Raises DifferentContent
    for a form that was taken with other contents, BadPhone, BadEmail.
    """
    actor = public_user(report.channel)
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            outcome = run_once(
                actor=actor,
                key=f"report-{report.token}",
                content=_content(report).encode(),
                work=lambda: json.dumps({"request": _record(report, actor).tracking_code}),
            )
        except Busy:
            if time.monotonic() > until:
                raise
            time.sleep(PAUSE_S)
            continue
        return Taken(json.loads(outcome.answer)["request"], outcome.repeated)


def _record(report: PublicReport, actor: User) -> ServiceRequest:
    now = timezone.now()
    with transaction.atomic():
        received = receive(
            RequestRow(
                channel=report.channel,
                category=report.category,
                nature=report.nature,
                text=report.text,
                reported_at=now,
                place=report.place,
                accuracy_m=report.accuracy_m,
                facility_code=report.facility_code,
                requester=report.requester,
            ),
            actor=actor,
        )
        add_photos(received.request, report.photos, actor=actor)
    return received.request


def add_photos(request: ServiceRequest, photos: Sequence[str], *, actor: User) -> None:
    """Put photos kept before (`keep_photo`), by hash, forward with a request that has a place."""
    if request.place is None:
        return
    expectation = Expectation(
        place=request.place,
        limit_m=proof_distance(request.category),
        reported_at=request.recorded_at - PHOTO_AGE,
        accuracy_m=request.accuracy_m,
    )
    for number, file in enumerate(_files(photos), 1):
        # The name a phone gives a file may tell of its owner; ours says nothing.
        stated = {"filename": f"photo-{number}", "mime": file.mime, "purpose": Purpose.REPORT}
        add_evidence(
            request,
            actor=actor,
            code=request.code,
            file=file,
            statement=read_statement(stated),
            expectation=expectation,
        )


def _files(hashes: Sequence[str]) -> list[StoredFile]:
    kept = StoredFile.objects.in_bulk(hashes[:MOST_PHOTOS])
    return [kept[sha256] for sha256 in hashes[:MOST_PHOTOS] if sha256 in kept]


def _content(report: PublicReport) -> str:
    """All that is asked, as a keyed mark: from what is stored nobody can try names and numbers."""
    who = report.requester or Person()
    told = [
        report.category.pk if report.category else None,
        report.nature,
        report.text,
        report.place.ewkt,
        report.facility_code,
        [who.name, who.phone, who.email, who.kind],
        sorted(report.photos),
    ]
    return keyed("report", json.dumps(told))
