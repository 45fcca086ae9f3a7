"""What rooms above hold against closing a case: each raises its refusal while something is still owed."""

from collections.abc import Callable

from inspections.cases.models import Case

Hold = Callable[[Case], None]
_HOLDS: list[Hold] = []


def hold_closing(hold: Hold) -> None:
    """Ask `hold` before a case closes; called once, when the room above is loaded."""
    _HOLDS.append(hold)


def nothing_owed(case: Case) -> None:
    """Raises the first refusal of a room above."""
    for hold in _HOLDS:
        hold(case)
