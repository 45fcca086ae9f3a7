"""The clocks of a case: which run, which were met, which are near their end or past it.

Pure: a case with its assignments and an instant in, clocks out. Clocks are never stopped by an
argument about who answers; an assignment taken away without fault stops its own. While a case is parked
(挂账) the clocks of its bodies and its citizen rest, but for those that had run out before.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from inspections.cases.models import CLOSED_WITH_IT, Assignment, Case, CaseState

# A clock is warned of when less than this share of its time is left.
WARN_SHARE = 0.25

NAMES = {
    "file": "立案",
    "dispatch": "派遣",
    "respond": "响应",
    "arrive": "到场",
    "resolve": "处置",
    "citizen": "群众时限",
    "upstream": "上级时限",
}


@dataclass(frozen=True, kw_only=True)
class Clock:
    """One clock: `done_at` when what it waits for happened, `stopped_at` when it no longer counts.

    `rests_since`: the case is parked since then. `target_at`: when it should be done, earlier than it must.
    """

    clock: str
    started_at: datetime
    due_at: datetime
    done_at: datetime | None = None
    stopped_at: datetime | None = None
    rests_since: datetime | None = None
    target_at: datetime | None = None
    assignment: Assignment | None = None

    @property
    def waits(self) -> bool:
        """Whether what it waits for is still to come."""
        return self.done_at is None and self.stopped_at is None

    @property
    def rests(self) -> bool:
        """Whether it stands still: parked before it had run out."""
        return self.waits and self.rests_since is not None and self.rests_since < self.due_at

    @property
    def runs(self) -> bool:
        """Whether it still waits for something, and its time goes on."""
        return self.waits and not self.rests

    @property
    def warn_at(self) -> datetime:
        """From when on it is warned of: its target, where it has one."""
        return self.target_at or self.due_at - (self.due_at - self.started_at) * WARN_SHARE

    def state(self, now: datetime) -> str:
        """`running`, `warning`, `overdue`; `resting`; `met`, `missed`; `stopped`."""
        if self.done_at is not None:
            return "met" if self.done_at <= self.due_at else "missed"
        if self.stopped_at is not None:
            return "stopped"
        if self.rests:
            return "resting"
        if now >= self.due_at:
            return "overdue"
        return "warning" if now >= self.warn_at else "running"


def clocks_of(case: Case, assignments: Iterable[Assignment]) -> list[Clock]:
    """Every clock the case has or had, in the order of its way."""
    given = sorted(assignments, key=lambda one: one.pk)
    ended_early = case.closed_at if case.state in {CaseState.DECLINED, CaseState.ANSWERED} else None
    ended_early = ended_early or case.merged_at  # its reports run on with the other case
    clocks = []
    if case.file_by:
        clocks.append(
            Clock(
                clock="file",
                started_at=case.reported_at,
                due_at=case.file_by,
                done_at=case.filed_at,
                stopped_at=ended_early,
            )
        )
    if case.dispatch_by and case.filed_at:
        clocks.append(
            Clock(
                clock="dispatch",
                started_at=case.filed_at,
                due_at=case.dispatch_by,
                done_at=given[0].dispatched_at if given else None,
                stopped_at=case.closed_at or case.merged_at,
            )
        )
    for assignment in given:
        clocks += _of_assignment(case, assignment)
    if case.resolve_by:
        clocks.append(
            Clock(
                clock="citizen",
                started_at=case.reported_at,
                due_at=case.resolve_by,
                done_at=case.handled_at or case.closed_at,
                rests_since=case.parked_at,
                stopped_at=case.merged_at,
            )
        )
    if case.upstream_by:  # not ours to rest
        clocks.append(
            Clock(
                clock="upstream",
                started_at=case.reported_at,
                due_at=case.upstream_by,
                done_at=case.handled_at or case.closed_at,
            )
        )
    return clocks


def _of_assignment(case: Case, assignment: Assignment) -> list[Clock]:
    taken_away = assignment.ended_at is not None and assignment.end_reason != CLOSED_WITH_IT
    handled_at = case.handled_at or (case.closed_at if not taken_away else None)
    if (
        assignment.ended_at and not taken_away
    ):  # a case that was opened again is handled anew by another
        handled_at = min(handled_at or assignment.ended_at, assignment.ended_at)
    stopped_at = assignment.ended_at if taken_away else None
    stated = [
        ("respond", assignment.respond_by, assignment.accepted_at, handled_at),
        ("arrive", assignment.arrive_by, assignment.arrived_at, handled_at),
        ("resolve", assignment.resolve_by, None if taken_away else handled_at, None),
    ]
    return [
        Clock(
            clock=name,
            started_at=assignment.dispatched_at,
            due_at=due_at,
            done_at=done_at,
            stopped_at=stopped_at or moot_at,
            rests_since=case.parked_at,
            target_at=assignment.arrive_target_at if name == "arrive" else None,
            assignment=assignment,
        )
        for name, due_at, done_at, moot_at in stated
        if due_at is not None
    ]


def most_pressing(clocks: Iterable[Clock]) -> Clock | None:
    """The running clock that runs out first."""
    return min((clock for clock in clocks if clock.runs), key=lambda one: one.due_at, default=None)
