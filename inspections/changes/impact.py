"""Which open cases have another answer after a change of the ground, found and decided as facilities are."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from grid.ground.queries import newest_version
from grid.jurisdiction.answers import Answer
from grid.jurisdiction.impact import Held, held_by
from grid.jurisdiction.use_cases import decide
from inspections.cases.models import OPEN_STATES, Case
from inspections.cases.queries import where_of


@dataclass(frozen=True, slots=True)
class MovedCase:
    """An open case whose answer differs, and the answer it has now."""

    case: Case
    before: Held
    after: Held
    answer: Answer


def moved_cases(
    before: int, after: int, at: datetime, *, judged_by: int | None = None
) -> Iterator[MovedCase]:
    """The open, filed cases whose answer at an instant differs; after `find_changes`.

    Their rows are locked, so that what is found stays so to the end of the transaction. `judged_by`:
    only those whose verdict rests on that version or an older one.
    """
    for case in _affected():
        if judged_by is not None and (case.verdict.version_id or 0) > judged_by:
            continue
        was = held_by(_asked_again(case, before, at).decision)
        answer = _asked_again(case, after, at)
        becomes = held_by(answer.decision)
        if was != becomes:
            yield MovedCase(case, was, becomes, answer)


def turned_cases(now: datetime) -> Iterator[MovedCase]:
    """Those whose answer differs between the instant of their verdict and now; after `find_turns`.

    On the newest version both times: what a publication changed is a matter of the publication.
    """
    version = newest_version()
    for case in _affected():
        judged_at = datetime.fromisoformat(case.verdict.question["at"])
        if judged_at >= now:
            continue
        was = held_by(_asked_again(case, version, judged_at).decision)
        answer = _asked_again(case, version, now)
        becomes = held_by(answer.decision)
        if was != becomes:
            yield MovedCase(case, was, becomes, answer)


def _affected() -> Iterator[Any]:
    """The open cases where the tables say that something changed, locked."""
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, {"states": OPEN_STATES})
        keys = [key for (key,) in cursor.fetchall()]
    cases = Case.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "category", "facility", "verdict"
    )
    yield from cases.filter(pk__in=keys, state__in=OPEN_STATES, verdict__isnull=False).order_by(
        "pk"
    )


def _asked_again(case: Case, version: int, at: datetime) -> Answer:
    return decide(
        **where_of(case),
        category=case.category,
        facility=case.facility,
        scenario=case.scenario,
        at=at,
        version=version,
    )


# Whatever may speak for a case: its ground (to the edge of its accuracy), its facility or one near
# by, its duty. A metre is at most 1/50,000 of a degree where cities are.
_CANDIDATES = """
    WITH open AS MATERIALIZED (
        SELECT id, place, facility_id, category_id,
               greatest(coalesce(accuracy_m, 0), 10) / 50000.0 AS reach
        FROM inspections_case WHERE state = ANY(%(states)s) AND verdict_id IS NOT NULL)
    SELECT open.id FROM open JOIN impact_shape AS ground
        ON ST_DWithin(ground.shape, open.place, open.reach)
    UNION SELECT open.id FROM open JOIN impact_thing USING (facility_id)
    UNION SELECT open.id FROM open JOIN impact_duty USING (category_id)
    UNION SELECT open.id FROM open JOIN grid_facility_record AS record
        ON ST_DWithin(record.location, open.place, open.reach)
        JOIN impact_thing ON impact_thing.facility_id = record.facility_id
    ORDER BY 1
"""
