"""Who may draft a change of the ground, and who may publish it."""

from django.conf import settings

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
    if change_set.author_id == actor.pk or change_set.items.filter(added_by=actor).exists():
        return False
    wrote = ChangeSet.objects.filter(pk=change_set.pk, edition_draft__lines__author=actor)
    return not wrote.exists()


def may_review_law(actor: User, change_set: ChangeSet) -> bool:
    """A leader or handler of the body for legal review; where the city names none, a leader."""
    held = actor.memberships.filter(role__in=[Role.LEADER, Role.HANDLER])
    body = settings.LEGAL_REVIEW_BODY
    held = held.filter(organization__code=body) if body else held.filter(role=Role.LEADER)
    return actor.is_active and held.exists()


def may_try(actor: User, change_set: ChangeSet) -> bool:
    """Whoever may draft or publish it: to ask under a draft holds the ground's lock."""
    return may_draft(actor, change_set) or may_publish(actor, change_set)
