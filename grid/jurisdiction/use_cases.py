"""Asking who answers for a place: one question, stored verdicts, and giving them again."""

import math
from dataclasses import asdict, replace
from datetime import datetime
from functools import partial
from typing import Any

import numpy as np
from django.contrib.gis.geos import Point
from django.utils import timezone
from shapely import from_wkt
from shapely.errors import GEOSException
from shapely.geometry.base import BaseGeometry

from core.errors import Invalid
from grid.catalogue.models import Category
from grid.facilities.models import Facility, FacilityRecord
from grid.ground.datums import Datum, to_wgs84
from grid.jurisdiction.answers import Answer
from grid.jurisdiction.asking import Place, position_of, record_of
from grid.jurisdiction.doubt import margin_of, moves_with_place
from grid.jurisdiction.evaluate import decide_on
from grid.jurisdiction.ground import GroundSlice
from grid.jurisdiction.models import Verdict
from grid.jurisdiction.parts import parts_of
from grid.jurisdiction.queries import Box, Superseded, points_in_metres, read_slice
from grid.jurisdiction.question import Decision, Part, Question
from grid.jurisdiction.reference import Reference, believed_newest, in_metres, reference_at
from grid.jurisdiction.rules import RULES_EDITION, Outcome
from grid.jurisdiction.span import with_districts
from grid.jurisdiction.speaking import REACH_M
from grid.organizations.models import Organization

# Windows read in search of the next boundary, in metres: it usually lies in the first. Beyond the
# last, the margin is not measured (None).
WINDOWS_M = (50.0, 200.0, 800.0, 3_200.0, 12_800.0)
OWN_M = 200.0  # how far is looked where the thing's own record decides and only a ruling could change it
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
    margin: bool = True,
) -> Answer:
    """Who answers for a place (or a facility) in the city, at an instant, as known at a version.

    Without `place` the facility's own position counts, and always for a facility that is a point.
    Along a `path` (line or polygon, WGS84) the answer has parts; without a facility or a place its
    headline is the answer of the largest. `role` asks for another role than the duty's. `at`
    defaults to now, `version` to the newest. Without `margin` it is not looked how far away another
    answer begins, which is most of the work. Raises NoCity, NoPlace.
    """
    asked = partial(
        _question,
        place=place,
        path=path,
        category=category,
        facility=facility,
        scenario=scenario,
        role=role,
        at=at or timezone.now(),
    )
    # One round trip: that the reference is still the newest is told by the window itself.
    known = version is not None or facility is not None
    reference = reference_at(version) if known else believed_newest()
    try:
        return _answer(reference, *asked(reference), newest=version is None, margin=margin)
    except Superseded:
        reference = reference_at()
        return _answer(reference, *asked(reference), newest=False, margin=margin)


def _question(
    reference: Reference,
    *,
    place: Place | None,
    path: BaseGeometry | None,
    category: Category | None,
    facility: Facility | None,
    scenario: str,
    role: str,
    at: datetime,
) -> tuple[Question, Box]:
    """The question in metres, and the extent of what it asks about."""
    record = record_of(facility, at=at, version=reference.version) if facility else None
    place = position_of(record, place) if record else place
    if place is None and path is not None:
        on_it = path.point_on_surface()
        place = Place(on_it.x, on_it.y)
    if place is None:
        raise NoPlace
    x, y = points_in_metres([place.lon], [place.lat], reference.city.metric_srid)
    question = Question(
        lon=place.lon,
        lat=place.lat,
        x=float(x[0]),
        y=float(y[0]),
        at=at,
        accuracy_m=place.accuracy_m if path is None or facility else 0.0,
        category=f"{category.kind}:{category.code}" if category else "",
        facility=facility.code if facility else "",
        scenario=scenario,
        role=role,
        path=path.wkt if path is not None else "",
    )
    return question, _extent(question, record)


def _answer(
    reference: Reference, question: Question, extent: Box, *, newest: bool, margin: bool
) -> Answer:
    question, decision = _decide(reference, question, extent, newest=newest, margin=margin)
    return Answer(question, decision, reference.version, reference.bodies, reference.city)


def _decide(
    reference: Reference, question: Question, extent: Box, *, newest: bool, margin: bool
) -> tuple[Question, Decision]:
    """Read a window, decide, and, if it is asked for, widen the window until the margin is known.

    Along a path, where no facility is named, the question is put where its largest part is. A geometry
    that cannot be computed with gives `undetermined`: a person decides, never a default.
    """
    first = max(WINDOWS_M[0], 2 * max(question.accuracy_m, REACH_M))
    srid = reference.city.metric_srid
    try:
        path = _path_in_metres(question, srid)
        slice_ = _window(reference, question, extent, first, newest=newest)
        parts = parts_of(slice_, question, path)
        if parts and path is not None and not question.facility:
            inside = [part for part in parts if part.outcome != Outcome.OUTSIDE]
            question = _put_at(question, (inside or parts)[0], srid)
        decision = replace(decide_on(slice_, [question])[0], parts=parts)
        if path is not None:
            decision = with_districts(slice_, question, decision, path)
        if not margin:
            return question, decision
        away = margin_of(slice_, question, decision, first)
        for radius in WINDOWS_M[1:]:
            if away is not None or (radius > OWN_M and not moves_with_place(decision)):
                break
            wider = _window(reference, question, extent, radius, newest=newest)
            away = margin_of(wider, question, decision, radius)
        return question, replace(decision, margin_m=away)
    except GEOSException:
        return question, Decision(Outcome.UNDETERMINED, role="")


def _classes(reference: Reference, question: Question) -> set[str]:
    """The categories whose facilities may speak: the one asked; along a path the named thing's too."""
    classes = {question.category} if question.category else set()
    if question.path and question.facility:
        records = FacilityRecord.objects.filter(facility__code=question.facility)
        known = records.known_at(reference.version).values_list("category", flat=True)
        classes |= {reference.categories[number] for number in known}
    return classes


def _path_in_metres(question: Question, srid: int) -> BaseGeometry | None:
    if not question.path:
        return None
    path: BaseGeometry = in_metres(np.array([from_wkt(question.path)], dtype=object), srid)[0]
    return path


def _put_at(question: Question, part: Part, srid: int) -> Question:
    """The same question asked at a point of the part."""
    lon, lat = to_wgs84([part.at.x], [part.at.y], Datum("epsg", srid))
    return replace(question, lon=float(lon[0]), lat=float(lat[0]), x=part.at.x, y=part.at.y)


def _extent(question: Question, record: FacilityRecord | None) -> Box:
    """What is asked about, in degrees: the place, the path, the thing named if it is no point."""
    west, south, east, north = question.lon, question.lat, question.lon, question.lat
    boxes = [from_wkt(question.path).bounds] if question.path else []
    if record is not None and record.location.geom_type != "Point":
        boxes.append(record.location.extent)
    for box in boxes:
        west, south = min(west, box[0]), min(south, box[1])
        east, north = max(east, box[2]), max(north, box[3])
    return west, south, east, north


def _window(
    reference: Reference, question: Question, extent: Box, radius_m: float, *, newest: bool
) -> GroundSlice:
    """The slice of ground within a radius (and a little more) of what is asked about.

    At a place only facilities within reach are read; along a line all of the window.
    """
    reach = max(question.accuracy_m, REACH_M)
    at_a_place = extent[:2] == extent[2:]
    return read_slice(
        reference,
        categories=_classes(reference, question),
        facilities=[question.facility] if question.facility else [],
        box=_grown(extent, radius_m * 1.05),
        things_box=_grown(extent, reach * 1.05) if at_a_place else None,
        newest=newest,
    )


def _grown(extent: Box, radius_m: float) -> Box:
    west, south, east, north = extent
    up = radius_m / METRES_PER_DEGREE
    aside = up / max(math.cos(math.radians(max(abs(south), abs(north)))), 0.01)
    return west - aside, south - up, east + aside, north + up


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
    asked = dict(verdict.question)
    asked["at"] = datetime.fromisoformat(asked["at"])
    question = Question(**asked)
    reference = reference_at(verdict.version_id or 0)
    thing = Facility.objects.filter(code=question.facility).first() if question.facility else None
    record = record_of(thing, at=question.at, version=reference.version) if thing else None
    extent = _extent(question, record)
    return _answer(reference, question, extent, newest=False, margin=True).as_json()
