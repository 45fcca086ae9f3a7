"""What rooms above show with a request: a name, and what belongs there for one reader."""

from collections.abc import Callable
from typing import Any

from core.models import User
from inspections.requests.models import ServiceRequest

Part = Callable[[ServiceRequest, User], Any]
_PARTS: dict[str, Part] = {}


def add_part(name: str, part: Part) -> None:
    """Show under `name` what `part` gives as JSON; called once, when the room above is loaded."""
    if _PARTS.setdefault(name, part) is not part:
        raise ValueError(f"a part {name!r} exists already")


def parts_of(request: ServiceRequest, reader: User) -> dict[str, Any]:
    """Every part of a request, for this reader."""
    return {name: part(request, reader) for name, part in _PARTS.items()}
