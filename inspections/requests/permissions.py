"""Who may do what with a request and with what is known of who made it."""

from collections.abc import Callable

from core.models import User
from grid.organizations.models import Role
from grid.organizations.permissions import area_codes_of, has_role
from inspections.requests.models import ServiceRequest

May = Callable[[User, ServiceRequest], bool]
_ALSO_READ: list[May] = []


def also_read(predicate: May) -> None:
    """What a room above adds: who else may read a requester's data; wired in apps.py."""
    _ALSO_READ.append(predicate)


def is_desk_of(actor: User, request: ServiceRequest) -> bool:
    """A dispatcher of the area; of a request without area, of the whole city, or who recorded it."""
    areas = area_codes_of(actor, Role.DISPATCHER)
    if areas is None or (request.area_code and request.area_code in areas):
        return True
    return bool(areas) and request.recorded_by_id == actor.pk


def may_read_requester(actor: User, request: ServiceRequest) -> bool:
    """The desk of the area, and a handler of the body that leads a case which the request feeds."""
    return is_desk_of(actor, request) or any(also(actor, request) for also in _ALSO_READ)


def may_search_requesters(actor: User) -> bool:
    """A dispatcher."""
    return has_role(actor, Role.DISPATCHER)


def may_erase_requester(actor: User, request: ServiceRequest) -> bool:
    """The desk of the area; at the end of the time kept, the nightly job."""
    return actor.is_service or is_desk_of(actor, request)
