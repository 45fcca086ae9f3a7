"""The act that makes one batch handover of everything in the condition of a case's facility (F12, F13)."""

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO

from django.db import transaction

from core.errors import DomainError, Invalid
from core.models import User
from grid.catalogue.models import PartyRole
from grid.handover.models import HandoverKind, HandoverState
from grid.handover.queries import SIGNED
from grid.organizations.models import Organization
from inspections.cases.models import Case
from inspections.changes.models import ChangeSet
from inspections.changes.use_cases import add_item, draft_change_set
from inspections.joint.marks.sweep import alike_of

EACH = 500  # facilities in one row of the file: all rows state the same handover


class SameBody(Invalid):
    """{body} cannot hand over to itself: name another receiver in 'to'."""

    zh = "{body}不能移交给自己：请在 to 中另选接收单位。"


class HandedOverAlready(DomainError):
    """These facilities are handed over already ({handover}): there is nothing to make a batch of."""

    status = 409
    zh = "这些部件已移交（{handover}），无需批量移交。"


def draft_batch(
    case: Case,
    *,
    actor: User,
    to: Organization,
    giver: Organization | None = None,
    roles: Sequence[PartyRole] = (PartyRole.MAINTAINER,),
    kind: HandoverKind = HandoverKind.MINUTES,
) -> ChangeSet:
    """Draft one handover, applied for, of the case's facility and all that stands as it does; nothing passes yet.

    Raises NoFacility, HandedOverAlready, SameBody, NotPermitted (who may not draft).
    """
    if giver is not None and giver.pk == to.pk:
        raise SameBody(body=to.name)
    own, state, alike = alike_of(case)
    if state in SIGNED:
        raise HandedOverAlready(handover=state)
    codes = [own.facility.code, *alike.values_list("facility__code", flat=True)]
    title = f"举一反三：{case.number} {own.category.name} {len(codes)} 个"
    with transaction.atomic():
        change_set = draft_change_set(actor=actor, title=title, reason=case.number)
        add_item(
            change_set,
            actor=actor,
            layer="handovers",
            filename=f"{case.number}.csv",
            file=_file(change_set.number, codes, giver, to, roles, kind),
            options={},
        )
    change_set.refresh_from_db()
    return change_set


def _file(
    number: str,
    codes: Sequence[str],
    giver: Organization | None,
    to: Organization,
    roles: Sequence[PartyRole],
    kind: HandoverKind,
) -> BytesIO:
    out = StringIO()
    rows = csv.writer(out)
    rows.writerow(["code", "facilities", "role", "from", "to", "kind", "state"])
    for first in range(0, len(codes), EACH):
        held = ";".join(codes[first : first + EACH])
        named = giver.code if giver else ""
        state = HandoverState.APPLIED.value
        rows.writerow([f"PL-{number}", held, ";".join(roles), named, to.code, kind.value, state])
    return BytesIO(out.getvalue().encode())
