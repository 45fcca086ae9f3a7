"""How cases are shown, and what acts upon them take."""

from typing import Any

from rest_framework import serializers
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from core.models import AuditEntry, User
from core.workflow import available_acts
from grid.catalogue.models import Urgency
from grid.evidence.queries import evidence_of
from grid.evidence.serializers import evidence_as_json
from grid.ground.serializers import PlaceField
from grid.jurisdiction.serializers import BodySerializer
from grid.organizations.models import Organization
from inspections.cases.models import Assignment, AssignmentKind, Case
from inspections.cases.permissions import may_add_evidence
from inspections.cases.queries import photos_needed, proof_distance, subject


def body_as_json(body: Organization | None) -> dict[str, str] | None:
    """An organization as the contract names it."""
    return {"code": body.code, "name": body.name} if body else None


class AssignmentSerializer(serializers.ModelSerializer[Assignment]):
    """Who has the case, in which part, until when."""

    organization = BodySerializer(read_only=True)
    dispatched_by = serializers.CharField(source="dispatched_by.username", read_only=True)
    accepted_by = serializers.CharField(source="accepted_by.username", default=None, read_only=True)

    class Meta:
        model = Assignment
        fields = [
            "organization",
            "kind",
            "co_receiver",
            "reason",
            "dispatched_at",
            "dispatched_by",
            "respond_by",
            "arrive_by",
            "resolve_by",
            "accepted_at",
            "accepted_by",
            "ended_at",
            "end_reason",
        ]


CASE_FIELDS = [
    "id",
    "number",
    "state",
    "state_name",
    "version",
    "category",
    "category_name",
    "scenario",
    "urgency",
    "zone",
    "facility",
    "cell",
    "areas",
    "accuracy_m",
    "outcome",
    "responsible",
    "lead",
    "supervisor",
    "reported_at",
    "opened_at",
    "filed_at",
    "dispatched_at",
    "handled_at",
    "checked_at",
    "closed_at",
    "file_by",
    "resolve_by",
    "deadlines_provisional",
    "solved",
]


class CaseFeature(GeoFeatureModelSerializer):  # type: ignore[misc]
    """A case with its place, where it stands and who has it."""

    id = serializers.CharField(source="number", read_only=True)
    state_name = serializers.CharField(source="get_state_display", read_only=True)
    category = serializers.CharField(source="category.code", default=None, help_text="code")
    category_name = serializers.CharField(source="category.name", default=None)
    facility = serializers.CharField(source="facility.code", default=None, help_text="code")
    cell = serializers.CharField(source="cell_code", read_only=True)
    areas = serializers.ListField(
        source="area_codes", child=serializers.CharField(), help_text="codes, outermost first"
    )
    outcome = serializers.CharField(source="verdict.outcome", default=None)
    responsible = BodySerializer(source="verdict.responsible", default=None)
    lead = serializers.SerializerMethodField(help_text="the body that leads now")
    supervisor = BodySerializer(default=None)
    place = PlaceField()

    class Meta:
        model = Case
        geo_field = "place"
        id_field = "id"
        fields = CASE_FIELDS

    def get_lead(self, case: Case) -> dict[str, str] | None:
        """From the assignments, which the view has fetched."""
        assignments: Any = case.assignments.all()
        leads = (a for a in assignments if a.kind == AssignmentKind.LEAD and a.ended_at is None)
        return next((body_as_json(a.organization) for a in leads), None)


class AvailableAct(serializers.Serializer[Any]):
    """An act this user may do now."""

    act = serializers.CharField()
    name = serializers.CharField()
    needs_reason = serializers.BooleanField()


class CaseDetail(CaseFeature):
    """A case whole: with the verdict as given, assignments, evidence, and what you may do now."""

    verdict = serializers.SerializerMethodField(help_text="the stored answer, with its id")
    assignments = AssignmentSerializer(many=True, read_only=True)
    evidence = serializers.SerializerMethodField()
    requests = serializers.SerializerMethodField(help_text="what was said, the first first")
    photos_needed = serializers.SerializerMethodField()
    proof_distance_m = serializers.SerializerMethodField()
    available_acts = serializers.SerializerMethodField()

    class Meta(CaseFeature.Meta):
        fields = [
            *CASE_FIELDS,
            "verdict",
            "assignments",
            "evidence",
            "requests",
            "photos_needed",
            "proof_distance_m",
            "available_acts",
        ]

    def get_verdict(self, case: Case) -> dict[str, Any] | None:
        """The answer as it was given at filing."""
        if case.verdict is None:
            return None
        return {"id": case.verdict.pk, "asked_at": case.verdict.asked_at, **case.verdict.answer}

    def get_evidence(self, case: Case) -> list[dict[str, Any]]:
        """All evidence, in the order it came."""
        request = self.context["request"]
        return [evidence_as_json(row, request) for row in evidence_of(subject(case))]

    def get_requests(self, case: Case) -> list[dict[str, Any]]:
        """What was said, in the words of the request; who said it is not kept there."""
        feeding = case.requests.filter(links__case=case, links__left_at__isnull=True)
        fields = ("code", "channel", "channel_name", "nature", "text", "reported_at")
        return list(feeding.order_by("reported_at", "id").values(*fields))

    def get_photos_needed(self, case: Case) -> int:
        """How many photos must prove it before it closes."""
        return photos_needed(case)

    def get_proof_distance_m(self, case: Case) -> float:
        """How near its place they must have been taken."""
        return proof_distance(case.category)

    def get_available_acts(self, case: Case) -> list[dict[str, Any]]:
        """The acts this user may do now; evidence may be added in any state."""
        user = self.context["request"].user
        acts = [
            {"act": line.act, "name": line.zh, "needs_reason": line.needs_reason}
            for line in available_acts(case, user)
        ]
        if isinstance(user, User) and may_add_evidence(user, case):
            acts.append({"act": "add_evidence", "name": "添加证据", "needs_reason": False})
        return acts


class TrailEntry(serializers.ModelSerializer[AuditEntry]):
    """One act on record: what, by whom, when, why; `seq` and `hash` are its place in the chain."""

    actor = serializers.CharField(source="actor.username", read_only=True)

    class Meta:
        model = AuditEntry
        fields = ["seq", "at", "actor", "act", "reason", "details", "hash"]


class ActRequest(serializers.Serializer[Any]):
    """What an act takes. Every act: `base_version` and `reason`; the rest as named.

    file: category, facility, scenario, urgency, lon, lat, accuracy_m, datum (a moved pin) ·
    dispatch, reassign: to, assists · close: solved.
    """

    base_version = serializers.IntegerField(
        required=False, min_value=0, allow_null=True, help_text="the `version` you saw"
    )
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    category = serializers.CharField(required=False, max_length=200, help_text="code or name")
    facility = serializers.CharField(required=False, max_length=64, help_text="code")
    scenario = serializers.CharField(required=False, allow_blank=True, max_length=200)
    urgency = serializers.ChoiceField(required=False, choices=Urgency.choices)
    lon = serializers.FloatField(required=False)
    lat = serializers.FloatField(required=False)
    accuracy_m = serializers.FloatField(required=False, min_value=0, max_value=50_000)
    datum = serializers.CharField(required=False, max_length=32)
    to = serializers.CharField(required=False, max_length=200, help_text="organization")
    assists = serializers.ListField(
        required=False, child=serializers.CharField(max_length=200), max_length=20
    )
    solved = serializers.BooleanField(required=False)
