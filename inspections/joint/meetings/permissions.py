"""Who calls and keeps meetings."""

from core.models import User
from grid.organizations.models import Role
from grid.organizations.permissions import has_role
from inspections.cases.permissions import may_handle, serves
from inspections.joint.meetings.models import Meeting


def may_call(actor: User, meeting: Meeting) -> bool:
    """A dispatcher of the area or a leader; about a case also a handler of the body that leads; dispatch meetings also the plan."""
    if meeting.case is None:
        return actor.is_service or has_role(actor, Role.DISPATCHER, Role.LEADER)
    overseen = serves(actor, meeting.case, Role.DISPATCHER, Role.LEADER)
    return overseen or may_handle(actor, meeting.case)
