"""Past cases against a draft: would it have sent them where they finally ended, and who gains the work?"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from core.errors import DomainError
from grid.ground.queries import newest_version
from grid.jurisdiction.asking import Place
from grid.jurisdiction.bulk import Bulk, Row
from grid.jurisdiction.question import Decision
from grid.jurisdiction.use_cases import decide
from grid.organizations.models import Organization
from inspections.cases.models import CLOSED_WITH_IT, Assignment, AssignmentKind, Case, CaseState
from inspections.cases.queries import spot_of
from inspections.changes.models import ChangeSet, ChangeSetState
from inspections.changes.what_if import as_if_published
from inspections.changes.workflow import NothingInIt

JUMP = 0.05  # of all cases: a body whose share changes by so much is an alarm …
FEWEST = 10  # … unless fewer cases than this would change hands
FALL = 0.02  # agreement may fall by so much before it is an alarm
DONE = [CaseState.CLOSED, CaseState.ARCHIVED]


class NotADraft(DomainError):
    """Change set {number} is {state}: only a draft can be tried against past cases."""

    status = 409
    zh = "变更集 {number} 的状态为 {state}：只有未发布的变更集可以回测。"


@dataclass(frozen=True, slots=True)
class Past:
    """A closed case: where it was sent first, where it ended, and whom each ground names."""

    first: str
    final: str
    present: str
    draft: str


def backtest(change_set: ChangeSet, *, start: datetime, end: datetime) -> dict[str, Any]:
    """Decide the cases closed in [start, end) on the ground as it is and under the draft, as of now.

    Raises NotADraft, NothingInIt.
    """
    if change_set.state not in {ChangeSetState.DRAFT, ChangeSetState.PREVIEWED}:
        raise NotADraft(number=change_set.number, state=change_set.state)
    items = list(change_set.items.order_by("id"))
    if not items:
        raise NothingInIt
    closed = Case.objects.filter(
        state__in=DONE, closed_at__gte=start, closed_at__lt=end, category__isnull=False
    )
    cases = list(closed.select_related("category", "facility").order_by("id"))
    ways = _ways(cases)
    compared = [case for case in cases if case.pk in ways]
    before, now = newest_version(), timezone.now()
    with as_if_published(items, actor=change_set.author):
        present = _named(compared, before, now)
        draft = _named(compared, newest_version(), now)
        names = dict(Organization.objects.values_list("code", "name"))
    past = [
        Past(*ways[case.pk], was, would)
        for case, was, would in zip(compared, present, draft, strict=True)
    ]
    told = summary(past, names)
    return {
        "change_set": change_set.number,
        "title": change_set.title,
        "from": start.isoformat(),
        "to": end.isoformat(),
        "left_out": len(cases) - len(compared),
        **told,
    }


def summary(past: Sequence[Past], names: dict[str, str]) -> dict[str, Any]:
    """The figures; a detour is a case that did not end with the body it was sent to first."""
    total = len(past)
    present, draft = Counter(p.present for p in past), Counter(p.draft for p in past)
    bodies: list[dict[str, Any]] = [
        {
            "code": code,
            "name": names.get(code, code),
            "present": present[code],
            "draft": draft[code],
            "gains": sum(p.draft == code != p.present for p in past),
            "loses": sum(p.present == code != p.draft for p in past),
        }
        for code in {*present, *draft} - {""}
        if present[code] or draft[code]
    ]
    bodies.sort(key=lambda body: (-abs(body["draft"] - body["present"]), body["code"]))
    told: dict[str, Any] = {
        "cases": total,
        "agreement": {
            "present": _rate(sum(p.present == p.final for p in past), total),
            "draft": _rate(sum(p.draft == p.final for p in past), total),
        },
        "detours": {
            "happened": sum(p.first != p.final for p in past),
            "saved_now": sum(p.first != p.final == p.present for p in past),
            "saved": sum(p.first != p.final == p.draft for p in past),
            "caused": sum(p.first == p.final != p.draft for p in past),
        },
        "unnamed": {"present": present[""], "draft": draft[""]},
        "changed": sum(p.present != p.draft for p in past),
        "bodies": bodies,
    }
    return told | {"alarms": _alarms(told)}


def _alarms(told: dict[str, Any]) -> list[dict[str, Any]]:
    total = told["cases"]
    alarms: list[dict[str, Any]] = [
        {
            "code": "share_jumps",
            "body": {"code": body["code"], "name": body["name"]},
            "present": round(body["present"] / total, 4),
            "draft": round(body["draft"] / total, 4),
        }
        for body in told["bodies"]
        if abs(body["draft"] - body["present"]) >= max(JUMP * total, FEWEST)
    ]
    rates = {way: told["agreement"][way]["rate"] for way in ("present", "draft")}
    if total and rates["draft"] < rates["present"] - FALL:
        alarms.append({"code": "agreement_falls", **rates})
    return alarms


def _rate(count: int, total: int) -> dict[str, Any]:
    return {"cases": count, "of": total, "rate": round(count / total, 4) if total else None}


def _ways(cases: Sequence[Case]) -> dict[int, tuple[str, str]]:
    """By case the body it was sent to first and the one that led when it closed; without one, left out."""
    leads = Assignment.objects.filter(case__in=cases, kind=AssignmentKind.LEAD).order_by("id")
    first: dict[int, str] = {}
    final: dict[int, str] = {}
    for case, body, reason, ended_at in leads.values_list(
        "case_id", "organization__code", "end_reason", "ended_at"
    ):
        first.setdefault(case, body)
        if ended_at is None or reason == CLOSED_WITH_IT:
            final[case] = body
    return {case: (first[case], body) for case, body in final.items()}


def _named(cases: Sequence[Case], version: int, at: datetime) -> list[str]:
    """The body each case would be sent to, by the ground of a version; empty for none."""
    bulk = Bulk(
        categories={_category(case) for case in cases},
        facilities=sorted({case.facility.code for case in cases if case.facility}),
        version=version,
        now=at,
    )
    plain = [case for case in cases if not case.scenario]
    decided = bulk.decide(_row(case, at) for case in plain)
    by_case = {case.pk: r.decision for case, r in zip(plain, decided, strict=True)}
    for case in cases:
        if case.scenario:  # which a batch does not ask for
            by_case[case.pk] = _singly(case, version, at)
    return [_body(by_case[case.pk]) for case in cases]


def _row(case: Case, at: datetime) -> Row:
    spot = spot_of(case)
    return Row(
        case.number,
        spot.x,
        spot.y,
        category=_category(case),
        facility=case.facility.code if case.facility else "",
        at=at.isoformat(),
        accuracy_m=case.accuracy_m or 0.0,
    )


def _singly(case: Case, version: int, at: datetime) -> Decision:
    spot = spot_of(case)
    return decide(
        place=Place(spot.x, spot.y, case.accuracy_m or 0.0),
        category=case.category,
        facility=case.facility,
        scenario=case.scenario,
        at=at,
        version=version,
    ).decision


def _category(case: Case) -> str:
    return f"{case.category.kind}:{case.category.code}" if case.category else ""


def _body(decision: Decision) -> str:
    return decision.responsible or decision.dispatch_to or ""
