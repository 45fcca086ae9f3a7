"""Who may do what with a case."""

from collections import defaultdict
from collections.abc import Callable

from core.models import User
from grid.organizations.models import Role
from grid.organizations.permissions import has_role
from inspections.cases.models import Assignment, AssignmentKind, Case, CaseState
from inspections.cases.queries import (
    bodies_and_above,
    bodies_that_worked,
    handling_bodies,
    needs_verification,
)
from inspections.requests.models import Channel

May = Callable[[User, Case], bool]
_ALSO_MAY: dict[str, list[May]] = defaultdict(list)


def also_may(act: str, predicate: May) -> None:
    """What a room above adds: who else may do an act (dispatch, urge, callback); called once."""
    _ALSO_MAY[act].append(predicate)


def _as_added(act: str, actor: User, case: Case) -> bool:
    return any(predicate(actor, case) for predicate in _ALSO_MAY[act])


def serves(actor: User, case: Case, *roles: Role) -> bool:
    """Whether the actor holds one of the roles for an area the case lies in, or for the city."""
    if not actor.is_active:
        return False
    areas = {"", *case.area_codes}
    held = actor.memberships.all()  # a list of records reads them once
    return any(one.role in roles and one.area_code in areas for one in held)


def may_open(actor: User, case: Case) -> bool:
    """Anyone with an account; the public through the service user of its channel."""
    return actor.is_service or (actor.is_active and actor.memberships.exists())


def may_dispatch(actor: User, case: Case) -> bool:
    """A dispatcher of the area (派遣员)."""
    return serves(actor, case, Role.DISPATCHER) or _as_added("dispatch", actor, case)


def may_skip_verification(actor: User, case: Case) -> bool:
    """A dispatcher of the area, where the channel asks for a look on the spot."""
    return needs_verification(case) and may_dispatch(actor, case)


def may_split(actor: User, case: Case) -> bool:
    """A dispatcher of the area, of a case that several reports feed."""
    several = case.links.filter(left_at__isnull=True)[:2].count() > 1
    return several and may_dispatch(actor, case)


def may_redecide(actor: User, case: Case) -> bool:
    """Whoever publishes a change of the ground, by that act alone."""
    return actor.is_active


def may_keep_body(actor: User, case: Case) -> bool:
    """A dispatcher of the area, where a change of the ground gave the case another answer."""
    return case.ground_changed_at is not None and may_dispatch(actor, case)


def may_handle(actor: User, case: Case) -> bool:
    """A handler of the body that leads (主办单位承办人)."""
    if not actor.is_active:
        return False
    own = {one.organization_id for one in actor.memberships.all() if one.role == Role.HANDLER}
    if not own:
        return False
    parts = case.assignments.all()  # a list of records fetches those of all its cases at once
    leads = [one for one in parts if one.kind == AssignmentKind.LEAD and one.ended_at is None]
    return any(one.organization_id in own for one in leads)


def parts_of(case: Case, actor: User) -> list[Assignment]:
    """The assisting parts of the actor's bodies that nobody has taken yet."""
    if not actor.is_active:
        return []
    bodies = actor.memberships.filter(role=Role.HANDLER).values("organization")
    waiting = case.assignments.filter(
        kind=AssignmentKind.ASSIST,
        organization__in=bodies,
        ended_at__isnull=True,
        accepted_at__isnull=True,
    )
    return list(waiting.select_related("organization"))


def may_join(actor: User, case: Case) -> bool:
    """A handler of a co-receiver or assisting body that has not joined yet (协办单位承办人)."""
    return bool(parts_of(case, actor))


def may_add_assist(actor: User, case: Case) -> bool:
    """A dispatcher of the area, or a handler of the body that leads (主办单位承办人)."""
    return may_dispatch(actor, case) or may_handle(actor, case)


def may_take_over(actor: User, case: Case) -> bool:
    """A handler of the body to which a transfer was proposed, by `agree_transfer` alone."""
    return has_role(actor, Role.HANDLER)


def may_urge(actor: User, case: Case) -> bool:
    """A dispatcher of the area, or a leader; the platform above whose order it is."""
    return serves(actor, case, Role.DISPATCHER, Role.LEADER) or _as_added("urge", actor, case)


def may_look(actor: User, case: Case) -> bool:
    """An inspector or verifier of the area."""
    return serves(actor, case, Role.INSPECTOR, Role.VERIFIER)


def may_fix(actor: User, case: Case) -> bool:
    """An inspector or verifier of the area, of what was found on patrol."""
    return case.channel == Channel.PATROL and may_look(actor, case)


def may_move_pin(actor: User, case: Case) -> bool:
    """An inspector, verifier or dispatcher of the area."""
    return serves(actor, case, Role.INSPECTOR, Role.VERIFIER, Role.DISPATCHER)


def is_independent(actor: User, case: Case) -> bool:
    """Whether the actor belongs neither to a body that has the case nor to one under it."""
    own = actor.memberships.values_list("organization", flat=True)
    return not handling_bodies(case) & bodies_and_above(own)


def may_check(actor: User, case: Case) -> bool:
    """An inspector or verifier of the area, of a body that neither has the case nor stands under one that has."""
    return serves(actor, case, Role.INSPECTOR, Role.VERIFIER) and is_independent(actor, case)


def may_rework(actor: User, case: Case) -> bool:
    """Who may check it; after the callback a dispatcher of the area too, independent of the bodies that have the case."""
    roles = {Role.INSPECTOR, Role.VERIFIER}
    if case.state == CaseState.CALLED_BACK:
        roles.add(Role.DISPATCHER)
    return serves(actor, case, *roles) and is_independent(actor, case)


def may_call_back(actor: User, case: Case) -> bool:
    """A dispatcher or verifier of the area, independent of the bodies that have the case; the platform above whose order it is."""
    own = serves(actor, case, Role.DISPATCHER, Role.VERIFIER) and is_independent(actor, case)
    return own or _as_added("callback", actor, case)


def may_close(actor: User, case: Case) -> bool:
    """An inspector, verifier or dispatcher of the area, independent of the bodies that have the case."""
    roles = (Role.INSPECTOR, Role.VERIFIER, Role.DISPATCHER)
    return serves(actor, case, *roles) and is_independent(actor, case)


def may_add_evidence(actor: User, case: Case) -> bool:
    """Whoever is of the desk, inspects its area, or is of a body that has it or had it: photos may come late."""
    if serves(actor, case, Role.INSPECTOR, Role.VERIFIER, Role.DISPATCHER):
        return True
    had = case.assignments.values("organization")
    held = actor.memberships.filter(role=Role.HANDLER, organization__in=had)
    return actor.is_active and held.exists()


def may_reopen(actor: User, case: Case) -> bool:
    """A dispatcher, inspector or verifier of the area, of a body that did not work on the case."""
    roles = (Role.DISPATCHER, Role.INSPECTOR, Role.VERIFIER)
    if not serves(actor, case, *roles):
        return False
    own = actor.memberships.values_list("organization", flat=True)
    return not bodies_that_worked(case) & bodies_and_above(own)
