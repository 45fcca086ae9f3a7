"""How cases are shown, and what acts upon them take."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from core.audit import subject_of
from core.models import AuditEntry, User
from grid.evidence.queries import Subject, evidence_by_subject, evidence_of
from grid.evidence.serializers import evidence_as_json
from grid.ground.serializers import PlaceField
from grid.jurisdiction.serializers import BodySerializer
from grid.organizations.models import Organization
from inspections.cases.clocks import NAMES, Clock, clocks_of, most_pressing
from inspections.cases.commands import acts_open_to
from inspections.cases.models import Assignment, AssignmentKind, Callback, Case, CaseVerdict
from inspections.cases.parts import parts_of
from inspections.cases.permissions import may_add_evidence
from inspections.cases.queries import (
    needs_callback,
    needs_verification,
    photos_needed,
    proof_distance,
    said_of,
    subject,
)
from inspections.cases.workflow import state_of_proof
from inspections.requests.queries import masked_requesters


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
            "arrive_target_at",
            "resolve_by",
            "accepted_at",
            "accepted_by",
            "arrived_at",
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
    "channel",
    "text",
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
    "clock",
    "needs_verification",
    "reported_at",
    "opened_at",
    "verified_at",
    "filed_at",
    "dispatched_at",
    "handled_at",
    "checked_at",
    "called_back_at",
    "closed_at",
    "archived_at",
    "file_by",
    "dispatch_by",
    "resolve_by",
    "deadlines_provisional",
    "emergency",
    "solved",
    "closing_basis",
    "closing_outcome",
    "reopened_at",
    "ground_changed",
    "merged_into",
]
WORDS_SHOWN = 120


def clock_as_json(clock: Clock) -> dict[str, Any]:
    """One clock, as it stands at this moment."""
    return {
        "clock": clock.clock,
        "name": NAMES[clock.clock],
        "organization": body_as_json(clock.assignment.organization) if clock.assignment else None,
        "started_at": clock.started_at,
        "due_at": clock.due_at,
        "warn_at": clock.warn_at,
        "target_at": clock.target_at,
        "done_at": clock.done_at,
        "state": clock.state(timezone.now()),
    }


class ClockSerializer(serializers.Serializer[Any]):
    """A clock of a case; `state` is running, warning, overdue, met, missed or stopped."""

    clock = serializers.ChoiceField(choices=list(NAMES))
    name = serializers.CharField()
    organization = BodySerializer(allow_null=True)
    started_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    warn_at = serializers.DateTimeField()
    target_at = serializers.DateTimeField(
        allow_null=True, help_text="when it should be done, earlier than it must"
    )
    done_at = serializers.DateTimeField(allow_null=True)
    state = serializers.CharField()


class CallbackSerializer(serializers.ModelSerializer[Callback]):
    """One call back, or an attempt at it."""

    made_by = serializers.CharField(source="made_by.username", read_only=True)
    rating_name = serializers.CharField(source="get_rating_display", read_only=True)

    class Meta:
        model = Callback
        fields = [
            "made_at",
            "made_by",
            "reached",
            "rating",
            "rating_name",
            "contacted",
            "solved",
            "effect_ok",
            "attitude_ok",
            "note",
        ]


class CaseVerdictSerializer(serializers.ModelSerializer[CaseVerdict]):
    """A verdict the case has had: when, by which act, how it stood."""

    id = serializers.IntegerField(source="verdict.pk", read_only=True)
    outcome = serializers.CharField(source="verdict.outcome", read_only=True)
    responsible = BodySerializer(source="verdict.responsible", default=None)
    location = PlaceField(source="verdict.location")

    class Meta:
        model = CaseVerdict
        fields = ["id", "act", "given_at", "outcome", "responsible", "location"]


class GroundChangedSerializer(serializers.Serializer[Any]):
    """A mark upon a case: its answer changed with the ground (`from` and `to`: whom it names)."""

    at = serializers.DateTimeField()

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        """`from` is no Python name."""
        bodies = {name: BodySerializer(allow_null=True) for name in ("from", "to")}
        return super().get_fields() | bodies


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
    text = serializers.SerializerMethodField(help_text="how the first report begins")
    outcome = serializers.CharField(source="verdict.outcome", default=None)
    responsible = BodySerializer(source="verdict.responsible", default=None)
    clock = serializers.SerializerMethodField(help_text="the clock that runs out first, or null")
    needs_verification = serializers.SerializerMethodField()
    lead = serializers.SerializerMethodField(help_text="the body that leads now")
    supervisor = BodySerializer(default=None)
    ground_changed = serializers.SerializerMethodField(
        help_text="a change of the ground gave it another answer: the desk is to decide"
    )
    merged_into = serializers.CharField(
        source="merged_into.number", default=None, help_text="number of the case that goes on"
    )
    place = PlaceField()

    class Meta:
        model = Case
        geo_field = "place"
        id_field = "id"
        fields = CASE_FIELDS

    def get_text(self, case: Case) -> str:
        """From the requests, which the view has fetched."""
        links: Any = case.links.all()
        said = [link.request for link in links if link.left_at is None]
        first = min(said, key=lambda request: (request.reported_at, request.pk), default=None)
        return first.text[:WORDS_SHOWN] if first else ""

    @extend_schema_field(ClockSerializer(allow_null=True))
    def get_clock(self, case: Case) -> dict[str, Any] | None:
        """From the assignments, which the view has fetched."""
        pressing = most_pressing(clocks_of(case, case.assignments.all()))
        return clock_as_json(pressing) if pressing and not case.is_ended else None

    def get_needs_verification(self, case: Case) -> bool:
        """Whether somebody is to look at it on the spot before it is filed."""
        return needs_verification(case)

    @extend_schema_field(GroundChangedSerializer(allow_null=True))
    def get_ground_changed(self, case: Case) -> dict[str, Any] | None:
        """When, from which body and to which; null where nothing is to be decided."""
        if case.ground_changed_at is None:
            return None
        return {
            "at": case.ground_changed_at,
            "from": body_as_json(case.ground_changed_from),
            "to": body_as_json(case.ground_changed_to),
        }

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
    verdicts = serializers.SerializerMethodField(help_text="every verdict it has had")
    clocks = serializers.SerializerMethodField()
    assignments = AssignmentSerializer(many=True, read_only=True)
    callbacks = serializers.SerializerMethodField()
    needs_callback = serializers.SerializerMethodField()
    proof = serializers.SerializerMethodField(help_text="how many photos prove it, and why not")
    evidence = serializers.SerializerMethodField()
    requests = serializers.SerializerMethodField(help_text="what was said, the first first")
    photos_needed = serializers.SerializerMethodField()
    proof_distance_m = serializers.SerializerMethodField()
    available_acts = serializers.SerializerMethodField()

    class Meta(CaseFeature.Meta):
        fields = [
            *CASE_FIELDS,
            "verdict",
            "verdicts",
            "answer",
            "clocks",
            "assignments",
            "callbacks",
            "needs_callback",
            "proof",
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

    @extend_schema_field(CaseVerdictSerializer(many=True))
    def get_verdicts(self, case: Case) -> Any:
        """In the order they were given."""
        given = case.verdicts.select_related("verdict__responsible").order_by("id")
        return CaseVerdictSerializer(given, many=True).data

    @extend_schema_field(ClockSerializer(many=True))
    def get_clocks(self, case: Case) -> list[dict[str, Any]]:
        """Every clock it has or had."""
        return [clock_as_json(clock) for clock in clocks_of(case, case.assignments.all())]

    @extend_schema_field(CallbackSerializer(many=True))
    def get_callbacks(self, case: Case) -> Any:
        """The calls, and attempts, in order."""
        made = case.callbacks.select_related("made_by").order_by("id")
        return CallbackSerializer(made, many=True).data

    def get_needs_callback(self, case: Case) -> bool:
        """Whether it cannot be closed before the requester was called back."""
        return needs_callback(case)

    def get_proof(self, case: Case) -> dict[str, Any]:
        """Judged anew at this moment; once closed, as it was judged then."""
        return state_of_proof(case)

    def get_evidence(self, case: Case) -> list[dict[str, Any]]:
        """All evidence, in the order it came."""
        request = self.context["request"]
        return [evidence_as_json(row, request) for row in evidence_of(subject(case))]

    def get_requests(self, case: Case) -> list[dict[str, Any]]:
        """What was said, in the words of the request, by whom (masked), with what was sent along."""
        said, asked = list(said_of(case)), self.context["request"]
        known = masked_requesters(said)
        sent = evidence_by_subject(Subject(*subject_of(one), one.code) for one in said)
        return [
            {
                "code": request.code,
                "channel": request.channel,
                "channel_name": request.channel_name,
                "nature": request.nature,
                "text": request.text,
                "reported_at": request.reported_at,
                "requester": known.get(request.pk),
                "evidence": [evidence_as_json(row, asked) for row in sent[str(request.pk)]],
            }
            for request in said
        ]

    def get_photos_needed(self, case: Case) -> int:
        """How many photos must prove it before it closes."""
        return photos_needed(case)

    def get_proof_distance_m(self, case: Case) -> float:
        """How near its place they must have been taken."""
        return proof_distance(case.category)

    def to_representation(self, case: Case) -> dict[str, Any]:
        """With the parts that rooms above show."""
        told: dict[str, Any] = super().to_representation(case)
        told["properties"] |= parts_of(case, self.context["request"].user)
        return told

    def get_available_acts(self, case: Case) -> list[dict[str, Any]]:
        """The acts this user may do now; evidence may be added in any state."""
        user = self.context["request"].user
        acts = [
            {"act": line.act, "name": line.zh, "needs_reason": line.needs_reason}
            for line in acts_open_to(case, user)
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
