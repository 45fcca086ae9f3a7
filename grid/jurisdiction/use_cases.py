"""Asking who answers for a place: one question, stored verdicts, and giving them again."""

import math
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import numpy as np
from django.contrib.gis.geos import Point
from django.db.models import Q
from django.utils import timezone
from shapely import Point as ShapelyPoint
from shapely import from_wkt
from shapely.errors import GEOSException
from shapely.geometry.base import BaseGeometry

from core.errors import Invalid
from grid.catalogue.models import Category
from grid.facilities.models import Facility, FacilityRecord
from grid.ground.datums import Datum, to_wgs84
from grid.ground.models import City
from grid.ground.queries import newest_version, the_city
from grid.jurisdiction.answers import Answer
from grid.jurisdiction.asking import Place, position_of, record_of
from grid.jurisdiction.doubt import margin_of, moves_with_place
from grid.jurisdiction.evaluate import decide_on
from grid.jurisdiction.ground import Body, GroundSlice
from grid.jurisdiction.models import Verdict
from grid.jurisdiction.parts import parts_of
from grid.jurisdiction.queries import (
    Box,
    Lineage,
    in_metres,
    lineage_of,
    points_in_metres,
    read_slice,
)
from grid.jurisdiction.question import Decision, Part, Question
from grid.jurisdiction.rules import RULES_EDITION, Outcome
from grid.jurisdiction.span import with_districts
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
    path: BaseGeometry | None = None,
    category: Category | None = None,
    facility: Facility | None = None,
    scenario: str = "",
    role: str = "",
    at: datetime | None = None,
    version: int | None = None,
) -> Answer:
    """Who answers for a place (or a facility) in the city, at an instant, as known at a version.

    Without `place` the facility's own position counts, and always for a facility that is a point.
    Along a `path` (line or polygon, WGS84) the answer has parts; without a facility or a place its
    headline is the answer of the largest. `role` asks for another role than the duty's. `at`
    defaults to now, `version` to the newest. Raises NoCity, NoPlace.
    """
    city = the_city()
    moment = at or timezone.now()
    known = newest_version() if version is None else version
    if facility is not None:
        record = record_of(facility, at=moment, version=known)
        place = position_of(record, place) if record else place
    if place is None and path is not None:
        on_it = path.point_on_surface()
        place = Place(on_it.x, on_it.y)
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
        role=role,
        path=path.wkt if path is not None else "",
    )
    question, decision, bodies = _decide(city, question, known)
    return Answer(question, decision, known, bodies, city)


def _decide(
    city: City, question: Question, version: int
) -> tuple[Question, Decision, dict[str, Body]]:
    """Read a window, decide, and widen the window until the margin is known.

    Along a path, where no facility is named, the question is put where its largest part is. A geometry
    that cannot be computed with gives `undetermined`: a person decides, never a default.
    """
    first = max(WINDOWS_M[0], 2 * max(question.accuracy_m, REACH_M))
    lineage = lineage_of(_classes(question), version)
    try:
        path = _path_in_metres(question, city.metric_srid)
        slice_ = _window(city, question, lineage, version, first)
        parts = parts_of(slice_, question, path)
        if parts and path is not None and not question.facility:
            question = _put_at(question, parts[0], city.metric_srid)
        decision = replace(decide_on(slice_, [question])[0], parts=parts)
        if path is not None:
            decision = with_districts(slice_, question, decision, path)
        margin = margin_of(slice_, question, decision, first)
        for radius in WINDOWS_M[1:]:
            if margin is not None or not moves_with_place(decision):
                break
            wider = _window(city, question, lineage, version, radius)
            margin = margin_of(wider, question, decision, radius)
        return question, replace(decision, margin_m=margin), dict(slice_.bodies)
    except GEOSException:
        return question, Decision(Outcome.UNDETERMINED, role=""), {}


def _classes(question: Question) -> list[int]:
    """The categories whose facilities may speak: the one asked; along a path the named thing's too."""
    kind, _, code = question.category.partition(":")
    wanted = Q(kind=kind, code=code)
    if question.path and question.facility:
        records = FacilityRecord.objects.filter(facility__code=question.facility)
        wanted |= Q(pk__in=records.values("category"))
    return list(Category.objects.filter(wanted).values_list("pk", flat=True))


def _path_in_metres(question: Question, srid: int) -> BaseGeometry | None:
    if not question.path:
        return None
    path: BaseGeometry = in_metres(np.array([from_wkt(question.path)], dtype=object), srid)[0]
    return path


def _put_at(question: Question, part: Part, srid: int) -> Question:
    """The same question asked at a point of the part."""
    lon, lat = to_wgs84([part.at.x], [part.at.y], Datum("epsg", srid))
    return replace(question, lon=float(lon[0]), lat=float(lat[0]), x=part.at.x, y=part.at.y)


def _window(
    city: City, question: Question, lineage: Lineage, version: int, radius_m: float
) -> GroundSlice:
    """The slice of ground within a radius (and a little more) of the question's place and path."""
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
    place = ShapelyPoint(question.lon, question.lat)
    west, low, right, high = (
        place.union(from_wkt(question.path)) if question.path else place
    ).bounds
    return (west - east, low - north, right + east, high + north)


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
    version = verdict.version_id or 0
    question, decision, bodies = _decide(city, question, version)
    return Answer(question, decision, version, bodies, city).as_json()
