"""Who gives an undertaking, who answers it, and who settles it."""

from core.models import User
from grid.organizations.models import Role
from grid.organizations.permissions import has_role
from inspections.cases.models import Case
from inspections.cases.permissions import may_handle, serves
from inspections.joint.undertakings.models import Undertaking, UndertakingKind

OVERSEERS = (Role.DISPATCHER, Role.LEADER)


def oversees(actor: User, case: Case | None) -> bool:
    """Whether the actor dispatches or leads where the case lies; without a case, anywhere."""
    return serves(actor, case, *OVERSEERS) if case else has_role(actor, *OVERSEERS)


def kinds_open_to(actor: User, case: Case) -> list[str]:
    """What this person may give in a case on which something is still to be done."""
    if case.is_ended:
        return []
    kinds = [UndertakingKind.PART, UndertakingKind.STOP_WORK]
    if oversees(actor, case):
        kinds += [UndertakingKind.INSTRUCTION, UndertakingKind.COMMITMENT]
    elif not may_handle(actor, case):
        return []
    return [kind.value for kind in kinds]


def _handles(actor: User, undertaking: Undertaking) -> bool:
    return has_role(actor, Role.HANDLER, organization=undertaking.organization)


def may_give(actor: User, undertaking: Undertaking) -> bool:
    """A dispatcher of the area or a leader; parts and stop-work orders also a handler of the body that leads; a promise also the body that makes it."""
    case, kind = undertaking.case, undertaking.kind
    if oversees(actor, case):
        return True
    if kind == UndertakingKind.COMMITMENT:
        return _handles(actor, undertaking)
    shared = kind in {UndertakingKind.PART, UndertakingKind.STOP_WORK}
    return case is not None and shared and may_handle(actor, case)


def may_answer(actor: User, undertaking: Undertaking) -> bool:
    """A handler of the body that is to do it (承办人)."""
    return _handles(actor, undertaking)


def may_settle(actor: User, undertaking: Undertaking) -> bool:
    """Who may give it, but no handler of the body that was to do it."""
    if _handles(actor, undertaking):
        return False
    return may_give(actor, undertaking)
