"""Who may draft a change of the ground, and who may publish it."""

from core.models import User
from grid.organizations.models import Role
from inspections.changes.models import ChangeSet


def may_draft(actor: User, change_set: ChangeSet) -> bool:
    """A dispatcher or administrator of the whole city, or the operator of the machine."""
    held = actor.memberships.filter(role__in=[Role.DISPATCHER, Role.ADMINISTRATOR], area_code="")
    return actor.is_service or (actor.is_active and held.exists())


def may_publish(actor: User, change_set: ChangeSet) -> bool:
    """A dispatcher, administrator or leader of the whole city, who neither began it nor added to it."""
    roles = [Role.DISPATCHER, Role.ADMINISTRATOR, Role.LEADER]
    held = actor.memberships.filter(role__in=roles, area_code="")
    return actor.is_active and not actor.is_service and held.exists()


def is_second_person(actor: User, change_set: ChangeSet) -> bool:
    """Whether somebody else drafted all of it."""
    return change_set.author_id != actor.pk and not change_set.items.filter(added_by=actor).exists()


def may_try(actor: User, change_set: ChangeSet) -> bool:
    """Whoever may draft or publish it: to ask under a draft holds the ground's lock."""
    return may_draft(actor, change_set) or may_publish(actor, change_set)
