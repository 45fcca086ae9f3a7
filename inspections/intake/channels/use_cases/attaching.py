"""Files that came with a report become evidence of its request."""

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from core.audit import subject_of
from core.models import User
from grid.catalogue.models import Category
from grid.evidence.models import Purpose, StoredFile
from grid.evidence.queries import Subject, evidence_of
from grid.evidence.statements import read_statement
from grid.evidence.use_cases import Expectation, add_evidence
from inspections.cases.queries import proof_distance
from inspections.requests.models import ServiceRequest

PHOTO_AGE = timedelta(days=30)  # a photo may be older than the report; older than this is remarked


def attach(
    request: ServiceRequest,
    files: Sequence[StoredFile],
    *,
    actor: User,
    category: Category | None,
    accuracy_m: float | None,
) -> None:
    """Put kept files forward for a request, numbered after those that it has."""
    if not files:
        return
    expectation = Expectation(
        place=request.place,
        limit_m=proof_distance(category),
        reported_at=timezone.now() - PHOTO_AGE,
        accuracy_m=accuracy_m,
    )
    there = len(evidence_of(Subject(*subject_of(request), request.code)))
    for number, kept in enumerate(files, there + 1):
        # The name its sender gave a file may tell of a person; ours says nothing.
        purpose = Purpose.REPORT if kept.is_photo else Purpose.DOCUMENT
        name = f"{'photo' if kept.is_photo else 'document'}-{number}"
        add_evidence(
            request,
            actor=actor,
            code=request.code,
            file=kept,
            statement=read_statement({"filename": name, "mime": kept.mime, "purpose": purpose}),
            expectation=expectation,
        )
