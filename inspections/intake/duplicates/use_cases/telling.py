"""Whoever reported is told when the report feeds another case: what rooms above do then."""

from collections.abc import Callable, Sequence

from core.models import User
from inspections.cases.models import Case
from inspections.requests.models import ServiceRequest

Follower = Callable[[Sequence[ServiceRequest], Case, str, User], None]
_FOLLOWERS: list[Follower] = []


def follow_requests(follower: Follower) -> None:
    """Called with the requests, the case they feed now, and the act (`merge`, `unmerge`, `split`, `join_request`).

    In the transaction of the act; registered once, when the room above is loaded.
    """
    _FOLLOWERS.append(follower)


def tell(requests: Sequence[ServiceRequest], case: Case, act: str, actor: User) -> None:
    """These requests have just come to feed this case."""
    for follower in _FOLLOWERS:
        follower(requests, case, act, actor)
