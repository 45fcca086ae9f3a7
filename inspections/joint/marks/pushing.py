"""No push-down (N7): a class of a department's is not sent to a street office alone without a word.

Asked before the dispatch, confirmed with a reason, and marked upon the case as long as it is so.
"""

from collections.abc import Iterable

from core.errors import Invalid
from grid.organizations.models import Organization, OrganizationKind
from inspections.cases.models import Case
from inspections.cases.receivers import Sending

GRASSROOTS = frozenset({OrganizationKind.SUBDISTRICT.value, OrganizationKind.COMMUNITY.value})


class PushedDownNeedsReason(Invalid):
    """A class that is a department's would go to {to} alone: let the department take part, or say why not in 'reason'."""

    zh = "部门职责事项将只派给{to}：请加派主管部门；确需由其单独办理的，在 reason 中说明理由，不得“一交了之”。"


def pushed_down(case: Case, bodies: Iterable[Organization]) -> list[str]:
    """The names of these bodies, where the class is a department's and none of them is more than a street office."""
    duty = case.duty
    if duty is None:
        return []
    named = [body for body in (duty.organization, case.supervisor) if body is not None]
    if not any(body.kind not in GRASSROOTS for body in named):
        return []
    held = list(bodies)
    if any(body.kind not in GRASSROOTS for body in held):
        return []
    return [body.name for body in held]


def pushed_down_to(case: Case) -> list[str]:
    """The same of the bodies that have the case now."""
    held = case.assignments.filter(ended_at__isnull=True).select_related("organization")
    return pushed_down(case, [one.organization for one in held])


def confirmed(sending: Sending) -> None:
    """Whoever chooses the body says why it is sent down alone; what the verdict itself names goes, and is marked.

    Raises PushedDownNeedsReason.
    """
    if not sending.chosen or sending.reason.strip():
        return
    if alone := pushed_down(sending.case, sending.receivers.bodies):
        raise PushedDownNeedsReason(to="、".join(alone))
