"""The minutes of residents' meetings, and which meetings some requests were made at."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from core.audit import subject_of
from core.models import User
from core.visibility import may_see
from grid.evidence.models import Evidence
from grid.evidence.queries import Subject, evidence_of
from inspections.intake.gatherings.models import Gathering, GatheringRequest
from inspections.requests.models import ServiceRequest


def minutes_of(gathering: Gathering) -> list[Evidence]:
    """The files, in the order they came."""
    return list(evidence_of(Subject(*subject_of(gathering), str(gathering.pk))))


def as_files(gathering: Gathering) -> list[dict[str, Any]]:
    """The minutes as a reader opens them: a picture as its shown copy, a document as it came."""
    told = []
    for row in minutes_of(gathering):
        key = {"sha256": row.file_id}
        path = (
            reverse("evidence-copy", kwargs=key)
            if row.file.is_photo
            else reverse("gathering-file", kwargs={"pk": gathering.pk, **key})
        )
        told.append({"filename": row.filename, "mime": row.file.mime, "url": path, **key})
    return told


def meetings_of(requests: Iterable[ServiceRequest], reader: User) -> list[dict[str, Any]]:
    """The meetings these were made at, each once; its minutes for those who may read the meeting."""
    links = GatheringRequest.objects.filter(request__in=requests).select_related(
        "gathering", "request"
    )
    found: dict[Gathering, list[str]] = {}
    for link in links.order_by("gathering", "request"):
        found.setdefault(link.gathering, []).append(link.request.code)
    return [
        {
            "id": one.pk,
            "title": one.title,
            "held_at": one.held_at,
            "place": one.place,
            "requests": codes,
            "minutes": as_files(one) if may_see(reader, *subject_of(one)) else [],
        }
        for one, codes in found.items()
    ]
