"""docs/roles.md says what the code does: who sees which subject."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils import timezone

from core.models import AuditEntry, User
from core.visibility import visible
from grid.catalogue.models import PartyRole
from grid.facilities.models import UpkeepRecord
from grid.ground.models import since
from grid.jurisdiction.models import Precedent
from grid.organizations.models import Membership, Organization, Role
from grid.organizations.permissions import may_read_all_audit
from inspections.cases.closing.models import Cause
from inspections.cases.closing.use_cases import ask_exclusion
from inspections.cases.emergencies.use_cases import declare_emergency
from inspections.cases.models import Rating
from inspections.cases.supervision.use_cases import issue_reminders, supervise_case
from inspections.cases.use_cases import call_back, rework_case
from inspections.cases.use_cases.closing import Said
from inspections.changes.catalogue.use_cases import begin_draft
from inspections.changes.use_cases import preview_change_set, publish_change_set
from tests import factories
from tests.everything import everything
from tests.inspections.changes.conftest import drafted
from tests.inspections.conftest import (
    argue,
    case_in,
    enquiry,
    evidence_folder,
    gathered,
    instruct,
    met,
    prove,
    put_off,
    visit,
    ward_here,
)
from tests.inspections.intake.upstream.conftest import order_for
from tests.inspections.messages.conftest import queue_all

__all__ = ["evidence_folder"]  # a fixture

pytestmark = pytest.mark.django_db

WORK = {
    "inspections.servicerequest",
    "inspections.upstreamorder",
    "inspections.inboxitem",
    "inspections.gathering",
    "inspections.case",
    "inspections.fieldtask",
    "inspections.visit",
    "inspections.extension",
    "inspections.parking",
    "inspections.reminder",
    "inspections.supervision",
    "inspections.emergency",
    "inspections.returnrequest",
    "inspections.transfer",
    "inspections.dispute",
    "inspections.undertaking",
    "inspections.meeting",
    "inspections.shift",
    "inspections.dutyturn",
    "inspections.advancecost",
    "inspections.changeset",
    "inspections.editiondraft",
    "inspections.exclusion",
    "inspections.rework",
    "inspections.message",
    "inspections.notice",
    "grid.evidence",
}
HERE, ELSEWHERE = "500236001", "510000"


def table() -> dict[str, dict[str, str]]:
    """The documented table: subject → role → word."""
    lines = (Path(settings.BASE_DIR) / "docs" / "roles.md").read_text().splitlines()
    rows = [
        [cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines if "|" in line
    ]
    head = rows[0][1:]
    return {row[0]: dict(zip(head, row[1:], strict=True)) for row in rows[2:] if "." in row[0]}


def seen(user: User, subject: str) -> models.QuerySet[Any]:
    """What the code lets a user see of a subject."""
    if subject == "core.user":
        return visible(user, subject)
    manager: Any = apps.get_model(subject)._default_manager
    rows: models.QuerySet[Any] = manager.visible_to(user)
    return rows


def word(subject: str, role: Role, body: Organization, elsewhere: Organization) -> str:
    """The word of the table that the code deserves for a subject and a role."""
    name = f"{role}-{subject}"
    if subject == "core.auditentry":
        user = factories.member(name, role, elsewhere)
        return "all" if may_read_all_audit(user) else "own"
    far = factories.member(f"{name}-far", role, elsewhere, ELSEWHERE)
    near = factories.member(f"{name}-near", role, elsewhere, HERE)
    theirs = factories.member(f"{name}-body", role, body, ELSEWHERE)
    mine: dict[str, Any] | None = {
        "core.user": {"pk": far.pk},
        "grid.membership": {"user_id": far.pk},
    }.get(subject)
    if mine and not seen(far, subject).exclude(**mine).exists():
        return "own"
    if seen(far, subject).exists():
        return "all"
    if seen(near, subject).exists():
        return "area"
    return "body" if seen(theirs, subject).exists() else "–"


def documented(subjects: set[str]) -> dict[tuple[str, str], str]:
    """The part of the table for these subjects."""
    return {
        (subject, role): said
        for subject, row in table().items()
        for role, said in row.items()
        if subject in subjects
    }


def test_every_subject_has_its_row_and_every_role_its_column() -> None:
    subjects = {
        model._meta.label_lower
        for model in apps.get_models()
        if hasattr(model._default_manager, "visible_to")
    }
    assert subjects | {"core.user", "core.auditentry"} == set(table())
    assert all(list(row) == Role.values for row in table().values())


def test_the_ground_people_and_trail_are_seen_as_documented() -> None:
    made = everything()
    for model, more in (
        (UpkeepRecord, {"facility": made.lamp.facility}),
        (Precedent, {"code": "P1", "boundary": factories.boundary(factories.square(0, 0))}),
    ):
        model.objects.create(
            organization=made.bureau,
            role=PartyRole.OWNER,
            recorded_during=since(made.version.number),
            **more,
        )
    subjects = set(table()) - WORK
    for subject in subjects - {AuditEntry._meta.label_lower, Membership._meta.label_lower}:
        assert apps.get_model(subject)._default_manager.exists(), subject
    elsewhere = factories.organization("E1")
    told = {
        (subject, role.value): word(subject, role, made.bureau, elsewhere)
        for subject in subjects
        for role in Role
    }
    assert told == documented(subjects)


@pytest.mark.usefixtures("evidence_folder")
def test_the_work_is_seen_as_documented() -> None:
    ward = ward_here()
    case = case_in(ward, "accepted")
    prove(ward, case)
    visit(ward, case)
    argue(ward, case)
    instruct(ward, case)
    met(ward, case)
    gathered(ward)
    rated = call_back(
        case_in(ward, "checked"), actor=ward.ada, said=Said(rating=Rating.DISSATISFIED)
    )
    ask_exclusion(rated, actor=ward.ada, cause=Cause.UNREASONABLE, reason="超出职责")
    rework_case(rated, actor=ward.ada, reason="不满意", cause=Cause.ATTITUDE)
    order_for(case, "U-1")
    enquiry(ward, "路灯几点亮？")
    timed = put_off(ward, case_in(ward, "accepted", text="又一处"))
    supervise_case(timed, actor=ward.lu, reason="群众反映强烈")
    issue_reminders(timezone.now() + timedelta(days=9), actor=ward.ada)
    declare_emergency(actor=ward.lu, title="暴雨应急", reason="暴雨红色预警")
    change_set = preview_change_set(drafted(ward.ada), actor=ward.ada)
    publish_change_set(change_set, actor=factories.member("pi", Role.LEADER, ward.bodies["centre"]))
    queue_all()
    begin_draft(actor=ward.ada, title="第二版")
    told = {
        (subject, role.value): word(subject, role, ward.bodies["lamp"], ward.bodies["else"])
        for subject in WORK
        for role in Role
    }
    assert told == documented(WORK)


def test_without_a_role_nothing_is_seen(stranger: User) -> None:
    everything()
    for subject in set(table()) - {"core.user", "core.auditentry"}:
        assert not seen(stranger, subject).exists(), subject
