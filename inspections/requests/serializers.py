"""How requests are shown: who made them always masked; and what the acts upon them take."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from core.audit import subject_of
from grid.evidence.queries import Subject, evidence_of
from grid.evidence.serializers import evidence_as_json
from grid.ground.serializers import PlaceField
from inspections.requests.models import RequesterKind, ServiceRequest
from inspections.requests.natures import answer_due
from inspections.requests.parts import parts_of
from inspections.requests.permissions import is_desk_of, may_read_requester
from inspections.requests.queries import masked

REQUEST_FIELDS = [
    "id",
    "code",
    "tracking_code",
    "channel",
    "channel_name",
    "intake_channel",
    "external_id",
    "category",
    "category_name",
    "nature",
    "nature_name",
    "text",
    "reported_at",
    "closed_at",
    "status",
    "accuracy_m",
    "facility",
    "cell",
    "area",
    "case",
    "requester_kind",
]


CALL_STAGES = ("answered_at", "noted_at", "sorted_at", "filed_at", "fed_back_at")


class RequestFeature(GeoFeatureModelSerializer):  # type: ignore[misc]
    """A request with its place, its cell and the case it feeds."""

    id = serializers.CharField(source="code", read_only=True)
    category = serializers.CharField(source="category.code", default=None, help_text="code")
    facility = serializers.CharField(source="facility_code", read_only=True)
    cell = serializers.CharField(source="cell_code", read_only=True)
    area = serializers.CharField(source="area_code", read_only=True)
    case = serializers.SerializerMethodField(help_text="number of the case it feeds, or null")
    requester_kind = serializers.CharField(source="requester.kind", default=None)
    intake_channel = serializers.CharField(
        source="receipt.channel.code", default=None, help_text="code, see /channels/"
    )
    external_id = serializers.CharField(
        source="receipt.external_id", default=None, help_text="the channel's own number"
    )
    place = PlaceField()

    class Meta:
        model = ServiceRequest
        geo_field = "place"
        id_field = "id"
        fields = REQUEST_FIELDS

    def get_case(self, request: ServiceRequest) -> str | None:
        """The number of the case it feeds now."""
        links: Any = request.links.all()
        return next((link.case.number for link in links if link.left_at is None), None)


class RequestDetail(RequestFeature):
    """A request whole: who made it (masked), what the desk answered and released, its photos."""

    requester = serializers.SerializerMethodField(
        help_text="masked: kind, name, phone, email, reachable, erased_at; null if unknown"
    )
    answers = serializers.SerializerMethodField(help_text="what the desk answered, the last stands")
    receipt = serializers.SerializerMethodField(
        help_text="by which channel it came: name, received_at, notes; null if by none registered"
    )
    answer_by = serializers.SerializerMethodField(
        help_text="until when the desk is to answer it, by its nature; null while a case does"
    )
    call = serializers.SerializerMethodField(
        help_text="the stages of the call, and calls back; null if it did not come by telephone"
    )
    reward_points = serializers.IntegerField(
        source="reward.points", default=None, help_text="given for it; null: none"
    )
    released = serializers.SerializerMethodField(help_text="the words the public may read, or null")
    evidence = serializers.SerializerMethodField()
    available_acts = serializers.SerializerMethodField()

    class Meta(RequestFeature.Meta):
        fields = [
            *REQUEST_FIELDS,
            "requester",
            "receipt",
            "call",
            "answers",
            "answer_by",
            "reward_points",
            "released",
            "evidence",
            "available_acts",
        ]

    def to_representation(self, instance: ServiceRequest) -> dict[str, Any]:
        """With the parts that rooms above show."""
        told: dict[str, Any] = super().to_representation(instance)
        told["properties"] |= parts_of(instance, self.context["request"].user)
        return told

    def get_requester(self, request: ServiceRequest) -> dict[str, Any] | None:
        """Masked; in clear only by POST with a reason."""
        kept = getattr(request, "requester", None)
        return masked(kept) if kept else None

    def get_receipt(self, request: ServiceRequest) -> dict[str, Any] | None:
        """The channel, and what of the message could not be taken over."""
        receipt: Any = getattr(request, "receipt", None)
        if receipt is None:
            return None
        return {
            "channel": receipt.channel.code,
            "name": receipt.channel.name,
            "received_at": receipt.received_at,
            "notes": receipt.notes,
        }

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_answer_by(self, request: ServiceRequest) -> Any:
        """The deadline by nature."""
        due = answer_due(request)
        return due.at if due else None

    def get_call(self, request: ServiceRequest) -> dict[str, Any] | None:
        """Answered, noted, sorted, filed, fed back; whether details lack, and what calling back gave."""
        kept: Any = getattr(request, "call", None)
        if kept is None:
            return None
        of_the_call: Any = request  # a room above adds these relations
        return {
            **{name: getattr(kept, name) for name in CALL_STAGES},
            "details_lacking": kept.details_lacking,
            "confirmations": list(
                of_the_call.confirmations.order_by("id").values(
                    "called_at", "called_by__username", "reached", "text"
                )
            ),
        }

    def get_answers(self, request: ServiceRequest) -> list[dict[str, Any]]:
        """In the order they were given."""
        rows = request.answers.order_by("id")
        return [
            {"text": text, "answered_at": answered_at, "answered_by": answered_by}
            for text, answered_at, answered_by in rows.values_list(
                "text", "answered_at", "answered_by__username"
            )
        ]

    def get_released(self, request: ServiceRequest) -> dict[str, Any] | None:
        """The last release; one with a blank text took the words back."""
        last = request.releases.order_by("-id").values("text", "released_at").first()
        if last is None or not last["text"]:
            return None
        return {"text": last["text"], "released_at": last["released_at"]}

    def get_evidence(self, request: ServiceRequest) -> list[dict[str, Any]]:
        """What was sent along, in the order it came."""
        subject_type, subject_id = subject_of(request)
        rows = evidence_of(Subject(subject_type, subject_id, request.code))
        return [evidence_as_json(row, self.context["request"]) for row in rows]

    def get_available_acts(self, request: ServiceRequest) -> list[dict[str, Any]]:
        """What this user may do with the request now."""
        user = self.context["request"].user
        desk, known = is_desk_of(user, request), getattr(request, "requester", None)
        kept = known is not None and known.sealed
        reads = kept and (desk or may_read_requester(user, request))
        acts = [
            ("requester", "查看诉求人", True, reads),
            ("confirm_back", "回拨确认", False, desk),
            ("answer", "在线办结", False, desk and self.get_case(request) is None),
            ("locate", "补充位置", False, desk and request.place is None),
            ("join", "并入案件", False, desk and self.get_case(request) is None),
            ("open", "立为案件", False, desk and self.get_case(request) is None),
            ("release", "发布", False, desk),
            ("erase", "删除诉求人信息", True, desk and kept),
        ]
        return [
            {"act": act, "name": name, "needs_reason": needs}
            for act, name, needs, may in acts
            if may
        ]


class RequesterStated(serializers.Serializer[Any]):
    """Who speaks, as far as they say."""

    name = serializers.CharField(required=False, allow_blank=True, max_length=100)
    phone = serializers.CharField(required=False, allow_blank=True, max_length=40)
    email = serializers.CharField(required=False, allow_blank=True, max_length=254)
    kind = serializers.ChoiceField(
        required=False, choices=RequesterKind.choices, default=RequesterKind.CITIZEN.value
    )


class ReasonStated(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)


class PhoneAsked(ReasonStated):
    """Whose requests, and why."""

    phone = serializers.CharField(max_length=40)


class AnswerStated(serializers.Serializer[Any]):
    """The words of the answer."""

    text = serializers.CharField(max_length=10_000)


class WordsReleased(serializers.Serializer[Any]):
    """The words to publish; without them the request's own, numbers hidden; blank takes them back."""

    text = serializers.CharField(required=False, allow_blank=True, max_length=10_000)


class RequesterInClear(RequesterStated):
    """Who made the request, in clear."""
