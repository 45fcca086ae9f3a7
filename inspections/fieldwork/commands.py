"""A visit as programs state it: JSON in, one use case called; for HTTP and for sync."""

from collections.abc import Mapping
from typing import Any

from django.contrib.gis.geos import Point
from django.utils import timezone

from core.models import User
from grid.ground.datums import parse_datum
from inspections.fieldwork.models import FieldTask, Visit, VisitOutcome
from inspections.fieldwork.serializers import VisitRequest
from inspections.fieldwork.use_cases import Found, record_visit
from inspections.requests.use_cases import point_place


def visit_as_stated(task: FieldTask, *, actor: User, given: Mapping[str, Any]) -> Visit:
    """Record a visit as JSON states it. Raises ValidationError, BadPlace, UnknownDatum, or its refusal."""
    request = VisitRequest(data=given)
    request.is_valid(raise_exception=True)
    asked = request.validated_data
    return record_visit(
        task,
        actor=actor,
        found=Found(
            outcome=VisitOutcome(asked["outcome"]),
            arrived_at=asked.get("arrived_at") or timezone.now(),
            position=_place(asked, asked),
            accuracy_m=asked.get("accuracy_m"),
            pin=_place(asked["pin"], asked) if asked.get("pin") else None,
            stated={name: asked[name] for name in ("lon", "lat", "datum", "pin") if name in asked},
            note=asked.get("note", ""),
            met=asked.get("met_requester"),
        ),
        base_version=asked.get("base_version"),
    )


def _place(asked: Mapping[str, Any], whole: Mapping[str, Any]) -> Point | None:
    """The point of `lon` and `lat`, in the datum that the visit names."""
    if asked.get("lon") is None or asked.get("lat") is None:
        return None
    return point_place(asked["lon"], asked["lat"], parse_datum(whole.get("datum", "wgs84")))
