"""Acts upon the faults of the ground: a check brings the list up to date, people give and close."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from core.errors import Invalid
from core.models import User
from core.workflow import create_all, perform, perform_all
from grid.ground.models import City
from grid.ground.queries import city_zone, newest_version, the_city
from grid.jurisdiction.findings import Report, ground_report
from grid.organizations.models import Organization
from grid.organizations.use_cases import service_user
from inspections.changes.faults.findings import Found, faults_of
from inspections.changes.faults.models import FaultState, GroundFault

CHECKER = "ground-check"
MEASURED = ["organizations", "said", "area_m2", "pieces", "place", "boundary", "area_codes"]


class DueInThePast(Invalid):
    """A fault cannot be due on {due_on}: that day is over; today is {today}."""

    zh = "办理期限不能早于今天（{today}）：{due_on} 已过。"


@dataclass(frozen=True, kw_only=True)
class Refreshed:
    """What a check changed in the list, and how many faults stand."""

    found: int
    new: int
    returned: int
    gone: int

    def as_json(self) -> dict[str, int]:
        """For programs."""
        return asdict(self)


def check_work_list() -> Refreshed:
    """Check the ground as it stands and bring the list up to date; takes as long as `check_ground`."""
    return keep_work_list(ground_report(), the_city())


def keep_work_list(report: Report, city: City) -> Refreshed:
    """Bring the list up to date with a report: new faults open, those not found any more are gone.

    What was given or closed and is still found stays so. One check at a time (an advisory lock).
    """
    actor, found = service_user(CHECKER), faults_of(report, city)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('ground-faults', 0))")
        seen = {"seen_at": timezone.now(), "ground_version": newest_version()}
        known = {fault.mark: fault for fault in GroundFault.objects.all()}
        new = [_new(found[mark], seen) for mark in found.keys() - known.keys()]
        back = [f for mark, f in known.items() if mark in found and f.state == FaultState.GONE]
        gone = [f for m, f in known.items() if m not in found and f.state != FaultState.GONE]
        details = {"ground_version": seen["ground_version"]}
        if new:
            create_all(sorted(new, key=_order), "find", actor=actor, details=details)
        if gone:
            perform_all(gone, "vanish", actor=actor, details=details)
        if back:
            forgotten = {"assignee": None, "due_on": None, "note": ""}
            perform_all(back, "return", actor=actor, changes=forgotten, details=details)
        _measure([fault for mark, fault in known.items() if mark in found], found, seen)
    return Refreshed(found=len(found), new=len(new), returned=len(back), gone=len(gone))


def _order(fault: GroundFault) -> tuple[Any, ...]:
    return fault.part, fault.kind, fault.codes


def _new(found: Found, seen: Mapping[str, Any]) -> GroundFault:
    return GroundFault(
        mark=found.mark,
        part=found.part,
        kind=found.kind,
        codes=found.codes,
        found_at=seen["seen_at"],
        **found.measured(),
        **seen,
    )


def _measure(faults: Sequence[GroundFault], found: Mapping[str, Found], seen: Any) -> None:
    """What the report says of a fault by now: no act, the states stay."""
    for fault in faults:
        for name, value in (found[fault.mark].measured() | dict(seen)).items():
            setattr(fault, name, value)
    GroundFault.objects.bulk_update(faults, [*MEASURED, *seen], batch_size=500)


def give_fault(
    fault: GroundFault,
    *,
    actor: User,
    to: Organization,
    due_on: date,
    reason: str = "",
    base_version: int | None = None,
) -> GroundFault:
    """Give a fault to a body until a day (of the city); giving again moves it. Raises DueInThePast."""
    today = timezone.now().astimezone(city_zone()).date()
    if due_on < today:
        raise DueInThePast(due_on=due_on.isoformat(), today=today.isoformat())
    changes = {
        "assignee": to,
        "due_on": due_on,
        "note": reason,
        "given_by": actor,
        "given_at": timezone.now(),
    }
    told = {"organization": to.code, "due_on": due_on.isoformat()}
    return perform(
        fault,
        "give",
        actor=actor,
        reason=reason,
        base_version=base_version,
        changes=changes,
        details=told,
    )


def close_fault(
    fault: GroundFault, *, actor: User, reason: str, base_version: int | None = None
) -> GroundFault:
    """Close a fault that may stay as it is, with the reason: the next checks leave it closed."""
    return perform(
        fault,
        "close",
        actor=actor,
        reason=reason,
        base_version=base_version,
        changes={"note": reason},
    )


def reopen_fault(
    fault: GroundFault, *, actor: User, reason: str, base_version: int | None = None
) -> GroundFault:
    """Take a closing back; it waits to be given again."""
    changes = {"note": reason, "assignee": None, "due_on": None}
    return perform(
        fault, "reopen", actor=actor, reason=reason, base_version=base_version, changes=changes
    )
