"""Who writes answers, and who reviews them."""

from core.models import User
from grid.organizations.models import Role
from inspections.intake.knowledge.models import KnowledgeEntry


def _holds(actor: User, *roles: Role) -> bool:
    held = actor.memberships.all()  # a list of entries reads them once
    return actor.is_active and any(one.role in roles for one in held)


def may_draft(actor: User, entry: KnowledgeEntry) -> bool:
    """A dispatcher, a handler (whose body knows), a leader or an administrator."""
    return _holds(actor, Role.DISPATCHER, Role.HANDLER, Role.LEADER, Role.ADMINISTRATOR)


def may_edit(actor: User, entry: KnowledgeEntry) -> bool:
    """Who drafted it; a dispatcher or administrator."""
    return entry.author_id == actor.pk or _holds(actor, Role.DISPATCHER, Role.ADMINISTRATOR)


def may_review(actor: User, entry: KnowledgeEntry) -> bool:
    """A dispatcher, leader or administrator; of a draft, not who wrote it."""
    return _holds(actor, Role.DISPATCHER, Role.LEADER, Role.ADMINISTRATOR)


def may_replace(actor: User, entry: KnowledgeEntry) -> bool:
    """Nobody by hand: publishing the draft that replaces it does."""
    return may_review(actor, entry)
