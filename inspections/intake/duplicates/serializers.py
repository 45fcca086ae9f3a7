"""What is asked about duplicates, and how the answers are shown."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, Point
from django.utils import timezone
from rest_framework import serializers

from grid.catalogue.models import Category
from grid.ground.datums import parse_datum
from grid.ground.queries import newest_version
from grid.jurisdiction.asking import category_of, facility_of, path_of, position_of, record_of
from grid.jurisdiction.serializers import BodySerializer
from inspections.cases.models import Case
from inspections.cases.queries import requests_of
from inspections.cases.serializers import body_as_json
from inspections.intake.duplicates.queries import Asked, Candidate, returns_of
from inspections.intake.duplicates.words import reason_as_json
from inspections.requests.use_cases import point_place


class SimilarAsked(serializers.Serializer[Any]):
    """Where (a position, a facility, or a case of which others are sought), and of what class."""

    lon = serializers.FloatField(required=False)
    lat = serializers.FloatField(required=False)
    accuracy_m = serializers.FloatField(required=False, min_value=0, max_value=50_000)
    datum = serializers.CharField(required=False, max_length=32, default="wgs84")
    category = serializers.CharField(required=False, max_length=200, help_text="code or name")
    facility = serializers.CharField(required=False, max_length=64, help_text="code")
    case = serializers.CharField(
        required=False, max_length=32, help_text="number: what is like this case, itself left out"
    )

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """Half a position is none, and something must say where."""
        if ("lon" in given) != ("lat" in given):
            raise serializers.ValidationError("lon and lat belong together")
        if not {"lon", "facility", "case", "path"} & set(given):
            raise serializers.ValidationError("say where: lon and lat, a facility, or a case")
        return given

    def asked(self, case: Case | None = None) -> Asked:
        """The question; what is not given is as the case has it. Raises what is wrong with a word."""
        given, now = self.validated_data, timezone.now()
        category = category_of(given["category"]) if "category" in given else None
        facility = facility_of(given["facility"]) if "facility" in given else None
        place: GEOSGeometry | None = None
        if "path" in given:
            path = path_of(given["path"], parse_datum(given["datum"]))
            place = GEOSGeometry(path.wkb_hex, srid=4326)
        elif "lon" in given:
            place = point_place(given["lon"], given["lat"], parse_datum(given["datum"]))
        if facility is not None and (place is None or category is None):
            record = record_of(facility, at=now, version=newest_version())
            if record is not None:
                at = position_of(record, None)
                place = place or Point(at.lon, at.lat, srid=4326)
                category = category or record.category
        text = given.get("text", "")
        if case is not None:
            place, category = place or case.place, category or case.category
            facility = facility or case.facility
            text = text or " ".join(said.text for said in requests_of(case)[:3])
        if place is None:
            raise serializers.ValidationError({"facility": "has no place: give lon and lat"})
        return Asked(
            place=place,
            reported_at=case.reported_at if case else now,
            accuracy_m=given.get("accuracy_m", case.accuracy_m if case else None),
            category=category,
            facility=facility,
            text=text,
            itself=case.pk if case else 0,
        )


class CandidatesAsked(SimilarAsked):
    """As above, with what was said, or a line."""

    text = serializers.CharField(required=False, allow_blank=True, max_length=10_000)
    path = serializers.CharField(required=False, help_text="a line as WKT or GeoJSON")


class ReasonShown(serializers.Serializer[Any]):
    """Why, as a code and in two languages."""

    code = serializers.CharField()
    en = serializers.CharField()

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        """`zh-Hans` is no Python name."""
        return super().get_fields() | {"zh-Hans": serializers.CharField()}


class CandidateShown(serializers.Serializer[Any]):
    """An open case that may be the same matter; `score` 0 to 1."""

    number = serializers.CharField()
    state = serializers.CharField()
    category = serializers.CharField(allow_null=True, help_text="code")
    category_name = serializers.CharField(allow_null=True)
    reported_at = serializers.DateTimeField()
    distance_m = serializers.FloatField()
    score = serializers.FloatField()
    reasons = ReasonShown(many=True)
    requests = serializers.IntegerField(help_text="how many reports feed it")


class CandidatesShown(serializers.Serializer[Any]):
    """The likeliest first."""

    results = CandidateShown(many=True)


class SimilarShown(serializers.Serializer[Any]):
    """A case that was here before, and where it ended: with whom, after how many returns, solved or not."""

    number = serializers.CharField()
    category = serializers.CharField(allow_null=True, help_text="code")
    category_name = serializers.CharField(allow_null=True)
    reported_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    state = serializers.CharField()
    ended_with = BodySerializer(allow_null=True, help_text="the body that leads, or led last")
    returns = serializers.IntegerField()
    solved = serializers.BooleanField(allow_null=True)
    answer = serializers.CharField(allow_blank=True)
    distance_m = serializers.FloatField()


class SimilarList(serializers.Serializer[Any]):
    """The last reported first."""

    results = SimilarShown(many=True)


def candidates_as_json(found: Iterable[Candidate]) -> list[dict[str, Any]]:
    """Candidates as the contract has them."""
    found = list(found)
    categories = Category.objects.in_bulk({one.category_id for one in found if one.category_id})
    return [
        {
            "number": one.number,
            "state": one.state,
            **_category(categories.get(one.category_id or 0)),
            "reported_at": one.reported_at,
            "distance_m": one.distance_m,
            "score": one.score.score,
            "reasons": [reason_as_json(reason) for reason in one.score.reasons],
            "requests": one.requests,
        }
        for one in found
    ]


def similar_as_json(found: Iterable[tuple[Case, float]], leads: Mapping[int, Any]) -> list[Any]:
    """Former cases as the contract has them; `leads` by key of the case."""
    found = list(found)
    returns = returns_of(case for case, _ in found)
    return [
        {
            "number": case.number,
            **_category(case.category),
            "reported_at": case.reported_at,
            "closed_at": case.closed_at,
            "state": case.state,
            "ended_with": body_as_json(leads.get(case.pk)),
            "returns": returns.get(case.pk, 0),
            "solved": case.solved,
            "answer": case.answer,
            "distance_m": round(metres, 1),
        }
        for case, metres in found
    ]


def _category(category: Category | None) -> dict[str, Any]:
    return {
        "category": category.code if category else None,
        "category_name": category.name if category else None,
    }
