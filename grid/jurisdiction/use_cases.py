"""Asking who answers for a place: one question, stored verdicts, and giving them again."""

import math
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.gis.geos import Point
from django.utils import timezone
from shapely.errors import GEOSException

from core.errors import Invalid
from grid.catalogue.models import Category
from grid.facilities.models import Facility
from grid.ground.models import City
from grid.ground.queries import newest_version, the_city
from grid.jurisdiction.answers import Answer
from grid.jurisdiction.asking import Place, position_of, record_of
from grid.jurisdiction.doubt import margin_of, moves_with_place
from grid.jurisdiction.evaluate import decide_on
from grid.jurisdiction.ground import Body, GroundSlice
from grid.jurisdiction.models import Verdict
from grid.jurisdiction.queries import Box, Lineage, lineage_of, points_in_metres, read_slice
from grid.jurisdiction.question import Decision, Question
from grid.jurisdiction.rules import RULES_EDITION, Outcome
from grid.jurisdiction.speaking import REACH_M
from grid.organizations.models import Organization

# Windows read in search of the next boundary, in metres: it usually lies in the first. Beyond the
# last, the margin is not measured (None).
WINDOWS_M = (200.0, 800.0, 3_200.0, 12_800.0)
METRES_PER_DEGREE = 110_574.0


class NoPlace(Invalid):
    """Say where: lon and lat, or a facility that has a place at that time."""

    zh = "请说明位置：填写 lon 和 lat，或当时有位置记录的部件。"


def decide(
    *,
    place: Place | None = None,
    category: Category | None = None,
    facility: Facility | None = None,
    scenario: str = "",
    at: datetime | None = None,
    version: int | None = None,
) -> Answer:
    """Who answers for a place (or a facility) in the city, at an instant, as known at a version.

    Without `place` the facility's own position counts, and always for a facility that is a point.
    `at` defaults to now, `version` to the newest. Raises NoCity, NoPlace.
    """
    city = the_city()
    moment = at or timezone.now()
    known = newest_version() if version is None else version
    if facility is not None:
        record = record_of(facility, at=moment, version=known)
        place = position_of(record, place) if record else place
    if place is None:
        raise NoPlace
    x, y = points_in_metres([place.lon], [place.lat], city.metric_srid)
    question = Question(
        lon=place.lon,
        lat=place.lat,
        x=float(x[0]),
        y=float(y[0]),
        at=moment,
        accuracy_m=place.accuracy_m,
        category=f"{category.kind}:{category.code}" if category else "",
        facility=facility.code if facility else "",
        scenario=scenario,
    )
    lineage = lineage_of([category.pk] if category else [], known)
    decision, bodies = _decide(city, question, lineage, known)
    return Answer(question, decision, known, bodies, ZoneInfo(city.timezone))


def _decide(
    city: City,
    question: Question,
    lineage: Lineage,
    version: int,
) -> tuple[Decision, dict[str, Body]]:
    """Read a window, decide, and widen the window until the margin is known.

    A geometry that cannot be computed with gives `undetermined`: a person decides, never a default.
    """
    first = max(WINDOWS_M[0], 2 * max(question.accuracy_m, REACH_M))
    try:
        slice_ = _window(city, question, lineage, version, first)
        decision = decide_on(slice_, [question])[0]
        margin = margin_of(slice_, question, decision, first)
        for radius in WINDOWS_M[1:]:
            if margin is not None or not moves_with_place(decision):
                break
            wider = _window(city, question, lineage, version, radius)
            margin = margin_of(wider, question, decision, radius)
        return replace(decision, margin_m=margin), dict(slice_.bodies)
    except GEOSException:
        return Decision(Outcome.UNDETERMINED, role=""), {}


def _window(
    city: City, question: Question, lineage: Lineage, version: int, radius_m: float
) -> GroundSlice:
    """The slice of ground within a radius (and a little more) of the question's place."""
    facilities = [question.facility] if question.facility else []
    return read_slice(
        city,
        version=version,
        lineage=lineage,
        facilities=facilities,
        box=_box(question, radius_m * 1.05),
    )


def _box(question: Question, radius_m: float) -> Box:
    north = radius_m / METRES_PER_DEGREE
    east = north / max(math.cos(math.radians(question.lat)), 0.01)
    return (
        question.lon - east,
        question.lat - north,
        question.lon + east,
        question.lat + north,
    )


def store_verdict(answer: Answer) -> Verdict:
    """Keep an answer as it was given, so that it can be read, and given again, for ever."""
    named = answer.decision.responsible
    verdict = verdict_of(answer, Organization.objects.filter(code=named).first() if named else None)
    verdict.save(force_insert=True)
    return verdict


def verdict_of(answer: Answer, responsible: Organization | None) -> Verdict:
    """The row that keeps an answer, not saved yet; `responsible` is the body it names."""
    return Verdict(
        question=asdict(answer.question) | {"at": answer.question.at.isoformat()},
        answer=answer.as_json(),
        version_id=answer.version or None,
        rules=RULES_EDITION,
        outcome=answer.decision.outcome,
        responsible=responsible,
        location=Point(answer.question.lon, answer.question.lat, srid=4326),
    )


def replay(verdict: Verdict) -> dict[str, Any]:
    """Give a stored verdict again from the ground as it was known then; equals `verdict.answer`."""
    city = the_city()
    asked = dict(verdict.question)
    asked["at"] = datetime.fromisoformat(asked["at"])
    question = Question(**asked)
    kind, _, code = question.category.partition(":")
    category = Category.objects.filter(kind=kind, code=code).first()
    version = verdict.version_id or 0
    lineage = lineage_of([category.pk] if category else [], version)
    decision, bodies = _decide(city, question, lineage, version)
    return Answer(question, decision, version, bodies, ZoneInfo(city.timezone)).as_json()
