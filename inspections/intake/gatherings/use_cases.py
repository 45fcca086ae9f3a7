"""A residents' meeting is recorded, its minutes kept, and what was said there named."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from core.audit import record_act
from core.errors import DomainError, Invalid, NotPermitted
from core.models import User
from grid.areas.models import Area
from grid.evidence.models import Evidence, Purpose, StoredFile
from grid.evidence.statements import read_statement
from grid.evidence.use_cases import Expectation, add_evidence
from inspections.intake.gatherings.models import Gathering, GatheringRequest
from inspections.intake.gatherings.permissions import may_keep
from inspections.requests.models import Channel, ServiceRequest


class NoSuchArea(Invalid):
    """There is no area with the code {code}."""

    zh = "没有编码为“{code}”的区域。"


class NotFromMeeting(DomainError):
    """Not made at a meeting with residents, but by another channel: {codes}."""

    status = 409
    zh = "以下诉求的渠道不是“民情联系会”：{codes}。"


class SaidElsewhere(DomainError):
    """Already said to be made at another meeting: {codes}."""

    status = 409
    zh = "以下诉求已归入另一次民情联系会：{codes}。"


def record_gathering(
    *, actor: User, title: str, held_at: datetime, place: str = "", area: str = ""
) -> Gathering:
    """Keep that a meeting was held. Raises NotPermitted, NoSuchArea."""
    now = timezone.now()
    gathering = Gathering(
        title=title,
        held_at=held_at,
        place=place,
        area_code=area,
        recorded_at=now,
        recorded_by=actor,
    )
    if not may_keep(actor, gathering):
        raise NotPermitted
    if area and not Area.objects.current().filter(code=area).exists():
        raise NoSuchArea(code=area)
    with transaction.atomic():
        gathering.save()
        record_act(actor=actor, act="record_gathering", subject=gathering, details={"area": area})
    return gathering


def add_minutes(
    gathering: Gathering, *, actor: User, file: StoredFile, filename: str, mime: str
) -> Evidence:
    """Put a kept file forward as its minutes; the same file again gives the first again. Raises NotPermitted."""
    if not may_keep(actor, gathering):
        raise NotPermitted
    stated = {"filename": filename, "mime": mime, "purpose": Purpose.DOCUMENT}
    return add_evidence(
        gathering,
        actor=actor,
        code=str(gathering.pk),
        file=file,
        statement=read_statement(stated),
        expectation=Expectation(place=None, limit_m=0.0, reported_at=gathering.held_at),
    )


def add_said(gathering: Gathering, *, actor: User, requests: Sequence[ServiceRequest]) -> Gathering:
    """Name requests that were made there, all or none; one named again changes nothing.

    Locks the requests. Raises NotPermitted, NotFromMeeting, SaidElsewhere.
    """
    if not may_keep(actor, gathering):
        raise NotPermitted
    if strange := [one.code for one in requests if one.channel != Channel.MEETING]:
        raise NotFromMeeting(codes=strange)
    now = timezone.now()
    with transaction.atomic():
        keys = [one.pk for one in requests]
        rows = ServiceRequest.objects.select_for_update(no_key=True, of=("self",))
        held = list(rows.filter(pk__in=keys).order_by("pk"))
        known = dict(
            GatheringRequest.objects.filter(request__in=keys).values_list("request", "gathering")
        )
        if elsewhere := [
            one.code for one in held if known.get(one.pk, gathering.pk) != gathering.pk
        ]:
            raise SaidElsewhere(codes=elsewhere)
        new = [one for one in held if one.pk not in known]
        GatheringRequest.objects.bulk_create(
            GatheringRequest(request=one, gathering=gathering, added_at=now, added_by=actor)
            for one in new
        )
        if new:
            record_act(
                actor=actor,
                act="add_said",
                subject=gathering,
                details={"requests": [one.code for one in new]},
            )
    return gathering
