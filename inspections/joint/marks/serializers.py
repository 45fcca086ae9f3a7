"""How marks, copies and the list of marked cases are shown."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from grid.jurisdiction.serializers import BodySerializer, ExplanationSerializer
from inspections.cases.models import AssignmentKind, Case
from inspections.joint.marks.models import HARD, CaseCopy, CaseMark, CopyCause, MarkKind
from inspections.joint.marks.words import words_of


class MarkSerializer(serializers.ModelSerializer[CaseMark]):
    """What is the matter with a case, since when, in words."""

    kind_name = serializers.CharField(source="get_kind_display", read_only=True)
    hard = serializers.SerializerMethodField(help_text="it needs somebody above")
    words = serializers.SerializerMethodField()

    class Meta:
        model = CaseMark
        fields = ["kind", "kind_name", "hard", "since", "words"]

    def get_hard(self, mark: CaseMark) -> bool:
        """As the list of hard cases has it."""
        return mark.kind in HARD

    @extend_schema_field(ExplanationSerializer)
    def get_words(self, mark: CaseMark) -> dict[str, str]:
        """In both languages."""
        return words_of(mark)


class CopySerializer(serializers.ModelSerializer[CaseCopy]):
    """To which leader a case was copied, when, why; and whether the leader took it on."""

    leader = serializers.CharField(source="leader.username", read_only=True)
    cause = serializers.ChoiceField(choices=CopyCause.choices, read_only=True)
    cause_name = serializers.CharField(source="get_cause_display", read_only=True)
    kind = serializers.ChoiceField(choices=[("", ""), *MarkKind.choices], read_only=True)

    class Meta:
        model = CaseCopy
        fields = ["leader", "cause", "cause_name", "kind", "at", "taken_at"]


class MarkedCase(serializers.ModelSerializer[Case]):
    """A case on a register: what is the matter, who leads it, which leader has it, until when."""

    case = serializers.CharField(source="number", read_only=True)
    state_name = serializers.CharField(source="get_state_display", read_only=True)
    category_name = serializers.CharField(source="category.name", default=None)
    lead = serializers.SerializerMethodField()
    supervisor = BodySerializer(default=None)
    marks = serializers.SerializerMethodField()
    leader = serializers.SerializerMethodField(help_text="who took it on, or null")

    class Meta:
        model = Case
        fields = [
            "case",
            "state",
            "state_name",
            "category_name",
            "urgency",
            "lead",
            "supervisor",
            "marks",
            "leader",
            "reported_at",
            "due_at",
        ]

    @extend_schema_field(BodySerializer(allow_null=True))
    def get_lead(self, case: Case) -> dict[str, str] | None:
        """From the assignments, which the view has fetched."""
        held: Any = case.assignments.all()
        for one in held:
            if one.kind == AssignmentKind.LEAD and one.ended_at is None:
                return {"code": one.organization.code, "name": one.organization.name}
        return None

    @extend_schema_field(MarkSerializer(many=True))
    def get_marks(self, case: Case) -> Any:
        """Those that stand, which the view has fetched."""
        fetched: Any = case
        return MarkSerializer(fetched.standing_marks, many=True).data

    def get_leader(self, case: Case) -> str | None:
        """From the copies, which the view has fetched."""
        fetched: Any = case
        copies = fetched.copies.all()
        return next((copy.leader.username for copy in copies if copy.taken_at), None)


class SweptFacility(serializers.Serializer[dict[str, Any]]):
    """A facility in the same condition."""

    code = serializers.CharField()
    name = serializers.CharField()
    cell = serializers.CharField()


class SweepSerializer(serializers.Serializer[Any]):
    """Everything of one class whose handover stands as that of a case's facility (F12)."""

    category = serializers.CharField(help_text="code")
    category_name = serializers.CharField()
    handover = serializers.CharField(help_text="how it stands; as `facilities/?handover=` takes it")
    handover_words = ExplanationSerializer()
    count = serializers.IntegerField()
    facilities = SweptFacility(many=True, help_text="the first 200")


class WarningSerializer(serializers.Serializer[dict[str, Any]]):
    """What speaks against something that may be done all the same."""

    code = serializers.CharField()
    words = ExplanationSerializer()


class ReceiverSerializer(serializers.Serializer[dict[str, Any]]):
    """A body that would have the case."""

    code = serializers.CharField()
    name = serializers.CharField()
    part = serializers.ChoiceField(choices=AssignmentKind.choices)
    co_receiver = serializers.BooleanField()


class ReceiversSerializer(serializers.Serializer[dict[str, Any]]):
    """Who would have the case if it were sent so, and what speaks against it."""

    receivers = ReceiverSerializer(many=True, help_text="the one that leads first; none: nobody")
    warnings = WarningSerializer(
        many=True, help_text="pushed_down (wants a reason), no_chief, no_contact"
    )
