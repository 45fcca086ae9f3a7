"""What rooms above show on the page of a case: a name, and what belongs there for one reader."""

from collections.abc import Callable
from typing import Any

from core.models import User
from inspections.cases.models import Case

Part = Callable[[Case, User], Any]
_PARTS: dict[str, Part] = {}


def add_part(name: str, part: Part) -> None:
    """Show under `name` what `part` gives as JSON; called once, when the room above is loaded."""
    if _PARTS.setdefault(name, part) is not part:
        raise ValueError(f"a part {name!r} exists already")


def parts_of(case: Case, reader: User) -> dict[str, Any]:
    """Every part of the page of a case, for this reader."""
    return {name: part(case, reader) for name, part in _PARTS.items()}
