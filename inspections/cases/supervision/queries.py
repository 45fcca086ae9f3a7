"""Which letters are owed now, found by one statement; which supervisions wait."""

from datetime import datetime, timedelta

from django.db import connection

from inspections.cases.clocks import WARN_SHARE
from inspections.cases.models import OPEN_STATES, Case
from inspections.cases.supervision.models import Supervision, SupervisionState

RUNNING = [SupervisionState.OPEN, SupervisionState.ANSWERED]

# As `clocks.py` says it of one case, for all: a test holds the two together. Only cases whose first clock is
# warned of are looked into (index case_open_warned); what a parked case rests from is not reminded of.
# One writer at a time holds the lock, so serials have no gap and no letter is written twice; what a killed
# writer had begun never was.
ISSUE = """
    WITH running AS (
        SELECT assigned.id AS assignment_id, assigned.case_id, assigned.organization_id,
               clock.name, clock.due_at,
               coalesce(clock.target_at,
                   clock.due_at - (clock.due_at - assigned.dispatched_at) * %(share)s) AS warn_at
        FROM inspections_case AS case_
        JOIN inspections_assignment AS assigned ON assigned.case_id = case_.id
        CROSS JOIN LATERAL (VALUES
            ('respond', assigned.respond_by, assigned.accepted_at, NULL),
            ('arrive', assigned.arrive_by, assigned.arrived_at, assigned.arrive_target_at),
            ('resolve', assigned.resolve_by, NULL, NULL)
        ) AS clock (name, due_at, done_at, target_at)
        WHERE case_.state = ANY(%(open)s) AND case_.warn_at <= %(now)s
          AND case_.handled_at IS NULL AND case_.parked_at IS NULL
          AND assigned.ended_at IS NULL
          AND clock.due_at IS NOT NULL AND clock.done_at IS NULL
    ), owed AS (
        SELECT *, CASE WHEN due_at <= %(now)s THEN 'overdue' ELSE 'warning' END AS kind,
               CASE WHEN due_at <= %(now)s
                    THEN floor(extract(epoch FROM %(now)s - due_at) / %(every)s)::int
                    ELSE 0 END AS period
        FROM running WHERE warn_at <= %(now)s
    ), fresh AS (
        SELECT owed.* FROM owed
        LEFT JOIN inspections_reminder AS sent
          ON sent.assignment_id = owed.assignment_id AND sent.clock = owed.name
         AND sent.kind = owed.kind AND sent.period = owed.period AND sent.due_at = owed.due_at
        WHERE sent.id IS NULL
        ORDER BY owed.due_at, owed.assignment_id, owed.name
        LIMIT %(most)s
    ), last AS (
        SELECT coalesce(max(serial), 0) AS serial FROM inspections_reminder WHERE year = %(year)s
    )
    INSERT INTO inspections_reminder (year, serial, case_id, assignment_id, organization_id,
                                      clock, kind, period, due_at, issued_at)
    SELECT %(year)s, last.serial + row_number() OVER (ORDER BY due_at, assignment_id, name),
           case_id, assignment_id, organization_id, name, kind, period, due_at, %(now)s
    FROM fresh, last
    RETURNING id
"""
LOCK = "SELECT pg_advisory_xact_lock(hashtext('inspections_reminder'))"


def write_reminders(now: datetime, *, year: int, every: timedelta, most: int) -> list[int]:
    """Write the letters owed now, at most so many; their keys, in the order of their numbers.

    Inside a transaction: takes the lock of whoever writes letters, held until it ends.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        cursor.execute(
            ISSUE,
            {
                "now": now,
                "open": OPEN_STATES,
                "share": WARN_SHARE,
                "every": every.total_seconds(),
                "most": most,
                "year": year,
            },
        )
        return sorted(row[0] for row in cursor.fetchall())


def running_supervision(case: Case) -> Supervision | None:
    """The supervision that is not ended."""
    found: Supervision | None = (
        case.supervisions.filter(state__in=RUNNING)
        .select_related("organization", "assignment")
        .first()
    )
    return found
