"""Two matters in one case: some of its reports become a case of their own (拆分)."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.errors import Invalid
from core.models import User
from core.workflow import perform
from inspections.cases.models import Case, CaseRequest
from inspections.cases.queries import requests_of
from inspections.cases.use_cases import citizen_due, first_report, move_requests, open_case
from inspections.cases.use_cases.moving import followed, latest
from inspections.intake.duplicates.models import CaseSplit
from inspections.intake.duplicates.use_cases.telling import tell


class NotItsRequests(Invalid):
    """These do not feed this case: {requests}."""

    zh = "下列诉求不属于本案：{requests}。"


class NothingLeft(Invalid):
    """A case keeps at least one report: leave out one of the {count}."""

    zh = "本案至少须保留一件诉求（现有 {count} 件）：请少选一件。"


def split_case(
    case: Case,
    *,
    requests: Sequence[str],
    actor: User,
    reason: str,
    base_version: int | None = None,
) -> Case:
    """These requests (codes) leave the case and open one of their own; the case they leave is returned.

    The new case begins as reported, with the first of them; its clock for the citizen runs from that
    one. Merging it back undoes the split. Raises NotItsRequests, NothingLeft, OutsideCity.
    """
    with transaction.atomic():
        case = latest(case)
        feeding = list(requests_of(case))
        leaving = [request for request in feeding if request.code in set(requests)]
        case = perform(
            case,
            "split",
            actor=actor,
            reason=reason,
            base_version=base_version,
            details={"requests": [request.code for request in leaving]},
        )
        if unknown := set(requests) - {request.code for request in leaving}:
            raise NotItsRequests(requests=sorted(unknown))
        if len(leaving) == len(feeding):
            raise NothingLeft(count=len(feeding))
        keys = [request.pk for request in leaving]
        now = timezone.now()
        CaseRequest.objects.filter(request__in=keys, left_at__isnull=True).update(left_at=now)
        first = leaving[0]
        made = open_case(first, actor=actor, urgency=case.urgency, split_from=case)
        move_requests(keys[1:], to=made)
        CaseSplit.objects.create(
            source=case, made=made, split_at=now, split_by=actor, reason=reason, requests=keys
        )
        _retime(case)
        case = followed(case, "split", actor)
        tell(leaving, made, "split", actor)
    return case


def _retime(case: Case) -> None:
    """The citizen's clock runs from the first report that is left, unless somebody set it otherwise."""
    first = first_report(case)
    if first == case.reported_at or case.is_ended:
        return
    changes: dict[str, Any] = {"reported_at": first}
    if case.filed_at and case.resolve_by == citizen_due(case, case.reported_at):
        changes["resolve_by"] = citizen_due(case, first)
    for name, value in changes.items():
        setattr(case, name, value)
    case.save(update_fields=list(changes))
