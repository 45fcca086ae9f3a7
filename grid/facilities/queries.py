"""Finding facilities."""

from grid.facilities.models import Facility


def facility_called(code: str) -> Facility | None:
    """The facility with this code; None if there is none, and without asking for a blank one."""
    return Facility.objects.filter(code=code).first() if code else None
