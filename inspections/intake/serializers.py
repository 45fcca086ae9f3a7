"""What a report takes, in the words of the loader's layer `requests`."""

from datetime import timedelta
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry, Point
from django.utils import timezone
from rest_framework import serializers
from shapely.errors import GEOSException
from shapely.geometry import shape

from grid.catalogue.models import Urgency
from grid.ground.datums import geometries_to_wgs84, parse_datum
from grid.ground.queries import newest_version
from grid.jurisdiction.asking import category_of, facility_of, position_of, record_of
from inspections.intake.calls.serializers import CallStated
from inspections.requests.models import Channel
from inspections.requests.serializers import RequesterStated
from inspections.requests.use_cases import BadPlace, RequestRow
from inspections.requests.use_cases.requesters import Person

MOST_VERTICES = 500


class ReportRequest(serializers.Serializer[Any]):
    """A report: a text and a place (lon and lat, a line as GeoJSON, or a facility's code)."""

    channel = serializers.CharField(required=False, max_length=100, default=Channel.OTHER.value)
    intake_channel = serializers.CharField(
        required=False, max_length=200, help_text="code, legacy number or name, see /channels/"
    )
    external_id = serializers.CharField(
        required=False, max_length=1000, help_text="the channel's own number: taken in once"
    )
    category = serializers.CharField(required=False, max_length=200, help_text="code or name")
    nature = serializers.CharField(required=False, allow_blank=True, max_length=100)
    text = serializers.CharField(required=False, allow_blank=True, max_length=10_000)
    reported_at = serializers.DateTimeField(required=False, help_text="now if not given")
    lon = serializers.FloatField(required=False)
    lat = serializers.FloatField(required=False)
    accuracy_m = serializers.FloatField(required=False, min_value=0, max_value=50_000)
    datum = serializers.CharField(required=False, max_length=32)
    geometry = serializers.DictField(required=False, help_text="GeoJSON Point or LineString")
    facility = serializers.CharField(required=False, max_length=64, help_text="code")
    urgency = serializers.ChoiceField(
        required=False, choices=Urgency.choices, default=Urgency.NORMAL.value
    )
    requester = RequesterStated(required=False)
    joins = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=32,
        help_text="number of the open case that this is about, too; blank: none",
    )
    call = CallStated(required=False, help_text="the stages of a call at the desk")

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """Half a position is none, and nothing is reported from the future."""
        if ("lon" in given) != ("lat" in given):
            raise serializers.ValidationError("lon and lat belong together")
        reported_at = given.get("reported_at")
        if reported_at and reported_at > timezone.now() + timedelta(minutes=5):
            raise serializers.ValidationError({"reported_at": "lies in the future"})
        return given

    def row(self) -> RequestRow:
        """The report as the use case wants it; raises what is wrong with category, facility, place."""
        given = self.validated_data
        category = category_of(given["category"]) if "category" in given else None
        place = line_place(given["geometry"], given.get("datum")) if "geometry" in given else None
        if "facility" in given:
            record = record_of(
                facility_of(given["facility"]), at=timezone.now(), version=newest_version()
            )
            if record is not None:
                category = category or record.category
                if place is None and "lon" not in given:
                    at = position_of(record, None)
                    whole = record.location.geom_type == "LineString"
                    place = record.location if whole else Point(at.lon, at.lat, srid=4326)
        return RequestRow(
            channel=given["channel"],
            category=category,
            nature=given.get("nature", ""),
            text=given.get("text", ""),
            reported_at=given.get("reported_at") or timezone.now(),
            place=place,
            accuracy_m=given.get("accuracy_m"),
            lon=given.get("lon"),
            lat=given.get("lat"),
            datum=given.get("datum", "wgs84"),
            facility_code=given.get("facility", ""),
            requester=Person(**given["requester"]) if "requester" in given else None,
        )


def line_place(stated: dict[str, Any], datum: str | None) -> GEOSGeometry:
    """A GeoJSON point or line in any datum as WGS84; raises BadPlace."""
    try:
        geometry = shapely.force_2d(shape(stated))
    except (AttributeError, KeyError, LookupError, TypeError, ValueError, GEOSException) as wrong:
        raise BadPlace(geometry=str(stated.get("type"))[:50]) from wrong
    known = geometry.geom_type in {"Point", "LineString"} and not geometry.is_empty
    if not known or shapely.get_num_coordinates(geometry) > MOST_VERTICES:
        raise BadPlace(geometry=geometry.geom_type)
    (moved,) = geometries_to_wgs84(np.array([geometry]), parse_datum(datum or "wgs84"))
    corners = shapely.get_coordinates(moved)
    if not (np.isfinite(corners).all() and (np.abs(corners) <= [180, 90]).all()):
        raise BadPlace(geometry=geometry.geom_type)
    return GEOSGeometry(moved.wkb_hex, srid=4326)
