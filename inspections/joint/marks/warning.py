"""What speaks against sending a case to these bodies, said before it is done."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from grid.organizations.models import Organization
from inspections.cases.models import Case
from inspections.joint.marks.pushing import pushed_down
from inspections.joint.shifts.queries import bodies_with_gaps


def warnings_before(case: Case, bodies: Sequence[Organization]) -> list[dict[str, Any]]:
    """Pushed down to a street office alone (N7); the body that leads has no named chief (C6), no duty contact (N9)."""
    told = []
    if alone := pushed_down(case, bodies):
        told.append(_said("pushed_down", {"bodies": "、".join(alone)}))
    for lacking in bodies_with_gaps(timezone.now()).filter(pk__in=[one.pk for one in bodies[:1]]):
        if lacking.no_contact:
            told.append(_said("no_contact", {"body": lacking.name}))
        if lacking.no_chief:
            told.append(_said("no_chief", {"body": lacking.name}))
    return told


_WORDS = {
    "pushed_down": (
        "部门职责事项将只派给{bodies}：请加派主管部门，或写明由其单独办理的理由，不得“一交了之”。",
        "Work of a department would go to {bodies} alone: let the department take part, or say why not.",
    ),
    "no_contact": (
        "{body}当前无人值班，也没有登记值班电话，可能无人接收。",
        "{body} has no duty contact now; perhaps nobody takes it.",
    ),
    "no_chief": (
        "{body}未登记负责人：责任须落实到人，请管理员补登。",
        "{body} has no named chief: somebody must answer in person; ask an administrator to enter one.",
    ),
}


def _said(code: str, named: dict[str, str]) -> dict[str, Any]:
    zh, en = _WORDS[code]
    return {"code": code, "words": {"zh-Hans": zh.format(**named), "en": en.format(**named)}}
