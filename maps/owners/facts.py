"""One facility in the owners' portal: its papers, who holds it now and why, and its cases."""

from typing import Any

from django.utils import timezone

from core.errors import Missing
from core.models import User
from grid.facilities.models import Facility, FacilityParty, FacilityRecord
from grid.ground.datums import WGS84
from grid.ground.queries import city_zone, newest_version
from grid.ground.serializers import place_as_json
from grid.handover.models import HandoverEffect, HandoverItem
from grid.handover.queries import WORDS, standing_of
from grid.jurisdiction.use_cases import decide
from grid.organizations.models import Organization
from inspections.cases.models import Case
from maps.owners.statement import Paper, Registered, statement

CASES_SHOWN = 10
HELD_ROLES = ("owner", "maintainer", "payer", "builder")


class NoSuchFacility(Missing):
    """There is no facility with the code '{code}' on the ground now."""

    zh = "现有底册中没有编码为“{code}”的部件。"


def facts_of(user: User, code: str) -> dict[str, Any]:
    """All that a reader may know of a facility's handover. Raises NoSuchFacility, NoCity."""
    now = timezone.now()
    record = (
        FacilityRecord.objects.current()
        .in_force(now)
        .select_related("facility", "category")
        .filter(facility__code=code)
        .first()
    )
    if record is None:
        raise NoSuchFacility(code=code)
    facility = record.facility
    items = list(
        HandoverItem.objects.filter(facility=facility)
        .select_related("handover__from_organization", "handover__to_organization")
        .order_by("-handover_id")
    )
    parties = list(
        FacilityParty.objects.current()
        .in_force(now)
        .filter(facility=facility)
        .select_related("organization")
        .order_by("role")
    )
    effects = list(
        HandoverEffect.objects.current()
        .in_force(now)
        .filter(facility=facility)
        .select_related("organization", "handover")
    )
    here = city_zone()
    papers = [_paper(item) for item in items]
    registered = [
        Registered(
            one.role,
            one.organization.name,
            one.document,
            one.valid_during.lower.astimezone(here) if one.valid_during.lower else None,
        )
        for one in parties
    ]
    state = standing_of(items)
    if state == "none" and any(one.role == "builder" for one in parties):
        state = "not_handed_over"
    return {
        "code": code,
        "name": record.name,
        "category": {"code": record.category.code, "name": record.category.name},
        "condition": record.state,
        "installed_on": record.installed_on,
        "cell": record.home_cell_code,
        "geometry": place_as_json(record.location, WGS84),
        "state": state,
        "held": [
            held for role in HELD_ROLES if (held := _holder(role, effects, parties)) is not None
        ],
        "papers": [
            {
                "code": paper.code,
                "kind": paper.kind,
                "state": paper.state,
                "from": paper.giver,
                "to": paper.receiver,
                "signed_on": paper.signed_on,
                "effective_on": paper.effective_on,
                "document": paper.document,
                "reason": paper.reason,
                "proves": paper.proves,
            }
            for paper in papers
        ],
        "statement": statement(
            code, papers, registered, at=timezone.localtime(now, here), version=newest_version()
        ),
        "verdict": _verdict(facility, record),
        "cases": _cases(user, facility),
    }


def _paper(item: HandoverItem) -> Paper:
    handover = item.handover
    giver, receiver = handover.from_organization, handover.to_organization
    return Paper(
        code=handover.code,
        kind=handover.kind,
        state=handover.state,
        words=WORDS[handover.state],
        giver=giver.name if giver else "",
        receiver=receiver.name if receiver else "",
        signed_on=handover.signed_on,
        effective_on=handover.effective_on,
        document=handover.document,
        reason=handover.reason,
    )


def _holder(
    role: str, effects: list[HandoverEffect], parties: list[FacilityParty]
) -> dict[str, Any] | None:
    """Who stands in a role now: by a documented handover, else registered, else by one unproven."""
    passed = [one for one in effects if one.role == role and one.standing == "signed"]
    proven = [one for one in passed if one.document]
    party = next((one for one in parties if one.role == role), None)
    if role == "builder" and any(one.standing == "signed" and one.document for one in effects):
        return None  # what it built has been handed over
    if proven or (passed and party is None):
        newest = max(proven or passed, key=lambda one: (str(one.valid_during.lower or ""), one.pk))
        return _held(role, newest.organization, newest, "handover", newest.handover.code)
    return _held(role, party.organization, party, "registered", "") if party else None


def _held(role: str, body: Organization, row: Any, by: str, handover: str) -> dict[str, Any]:
    return {
        "role": role,
        "organization": {"code": body.code, "name": body.name},
        "by": by,
        "handover": handover,
        "document": row.document,
        "since": row.valid_during.lower,
    }


def _verdict(facility: Facility, record: FacilityRecord) -> dict[str, Any]:
    answer = decide(facility=facility, category=record.category).as_json()
    return {
        name: answer[name] for name in ("outcome", "responsible", "role", "rule", "explanation")
    }


def _cases(user: User, facility: Facility) -> dict[str, Any]:
    """Those upon this facility that the reader may see, the newest first."""
    seen = Case.objects.visible_to(user).filter(facility=facility)
    shown = list(seen.order_by("-id")[: CASES_SHOWN + 1])
    return {
        "more": len(shown) > CASES_SHOWN,
        "rows": [
            {
                "number": case.number,
                "state": case.state,
                "state_name": case.get_state_display(),
                "reported_at": case.reported_at,
                "closed_at": case.closed_at,
            }
            for case in shown[:CASES_SHOWN]
        ],
    }
