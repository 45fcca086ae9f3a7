"""How returns, transfers and disputes are shown, and what their acts take."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from grid.jurisdiction.serializers import BodySerializer, ExplanationSerializer
from grid.organizations.models import OrganizationKind
from inspections.cases.act_requests import ActRequest
from inspections.cases.clocks import Clock
from inspections.disputes.models import (
    Dispute,
    Grounds,
    ReturnRequest,
    ReturnState,
    Transfer,
)
from inspections.joint.marks.serializers import WarningSerializer


class ReturnSerializer(serializers.ModelSerializer[ReturnRequest]):
    """Who asks the desk to take a case back, why, and what the desk said."""

    case = serializers.CharField(source="case.number", read_only=True)
    case_version = serializers.IntegerField(source="case.version", read_only=True)
    category_name = serializers.CharField(source="case.category.name", default=None)
    organization = BodySerializer(read_only=True, help_text="whose part it is")
    part = serializers.CharField(source="assignment.kind", read_only=True)
    state_name = serializers.CharField(source="get_state_display", read_only=True)
    grounds_name = serializers.CharField(source="get_grounds_display", read_only=True)
    proposed_to = BodySerializer(default=None, help_text="who should have it, says the body")
    asked_by = serializers.CharField(source="asked_by.username", read_only=True)
    clock_state = serializers.SerializerMethodField(help_text="of the desk's decision")
    decided_by = serializers.CharField(source="decided_by.username", default=None)
    granted_to = BodySerializer(default=None)
    receiver = serializers.SerializerMethodField(
        help_text="who has it if it is granted and nobody else is named; null: somebody must be"
    )
    explanation = serializers.SerializerMethodField(help_text="of the verdict, in both languages")
    times_returned = serializers.SerializerMethodField(help_text="this case, this one included")
    wrong_dispatch = serializers.SerializerMethodField(help_text="counts as the desk's mistake")

    class Meta:
        model = ReturnRequest
        fields = [
            "id",
            "case",
            "case_version",
            "category_name",
            "organization",
            "part",
            "state",
            "state_name",
            "grounds",
            "grounds_name",
            "reason",
            "proposed_to",
            "evidence",
            "asked_at",
            "asked_by",
            "window_ended_at",
            "decide_by",
            "clock_state",
            "decided_at",
            "decided_by",
            "decision",
            "granted_to",
            "receiver",
            "explanation",
            "times_returned",
            "wrong_dispatch",
            "appeal",
        ]

    def get_clock_state(self, asked: ReturnRequest) -> str:
        """running, warning, overdue; met, missed; stopped."""
        stopped = asked.state in {ReturnState.WITHDRAWN, ReturnState.LAPSED}
        clock = Clock(
            clock="decide",
            started_at=asked.asked_at,
            due_at=asked.decide_by,
            done_at=None if stopped else asked.decided_at,
            stopped_at=asked.decide_by if stopped else None,
        )
        return clock.state(timezone.now())

    @extend_schema_field(BodySerializer(allow_null=True))
    def get_receiver(self, asked: ReturnRequest) -> dict[str, Any] | None:
        """Whom the body named, else the verdict's; never the body itself."""
        named = asked.proposed_to
        if named is not None:
            return {"code": named.code, "name": named.name}
        verdict = asked.case.verdict
        body: dict[str, Any] | None = verdict.answer.get("dispatch_to") if verdict else None
        return body if body and body["code"] != asked.organization.code else None

    @extend_schema_field(ExplanationSerializer(allow_null=True))
    def get_explanation(self, asked: ReturnRequest) -> dict[str, str] | None:
        """Why the verdict is as it is."""
        return asked.case.verdict.answer.get("explanation") if asked.case.verdict else None

    def get_times_returned(self, asked: ReturnRequest) -> int:
        """Requests that were withdrawn left out (C19)."""
        rows: Any = asked.case.returns.all()
        return sum(one.state != ReturnState.WITHDRAWN for one in rows)

    def get_wrong_dispatch(self, asked: ReturnRequest) -> bool:
        """Granted: the desk had sent it to the wrong body."""
        return asked.state == ReturnState.GRANTED


PUSHED_DOWN = {
    "code": "pushed_down",
    "words": {
        "zh-Hans": "部门事项拟移交街道乡镇：请核对是否属于其职责，不得“一交了之”。",
        "en": "Work of a department would pass to a subdistrict: make sure that it is its duty.",
    },
}


class TransferSerializer(serializers.ModelSerializer[Transfer]):
    """Who asks whom to take a case over, why, and the answer."""

    case = serializers.CharField(source="case.number", read_only=True)
    category_name = serializers.CharField(source="case.category.name", default=None)
    organization = BodySerializer(read_only=True, help_text="who has it until the other agrees")
    proposed_to = BodySerializer(read_only=True)
    state_name = serializers.CharField(source="get_state_display", read_only=True)
    proposed_by = serializers.CharField(source="proposed_by.username", read_only=True)
    decided_by = serializers.CharField(source="decided_by.username", default=None)
    warnings = serializers.SerializerMethodField(help_text="what speaks against it, in words")

    class Meta:
        model = Transfer
        fields = [
            "id",
            "case",
            "category_name",
            "organization",
            "proposed_to",
            "state",
            "state_name",
            "reason",
            "proposed_at",
            "proposed_by",
            "decided_at",
            "decided_by",
            "decision",
            "warnings",
        ]

    @extend_schema_field(WarningSerializer(many=True))
    def get_warnings(self, transfer: Transfer) -> list[dict[str, Any]]:
        """A department's work is not pushed down to a subdistrict without a word (N7)."""
        kinds = (transfer.organization.kind, transfer.proposed_to.kind)
        pushed = kinds == (OrganizationKind.DEPARTMENT, OrganizationKind.SUBDISTRICT)
        return [PUSHED_DOWN] if pushed else []


class DenialSerializer(serializers.ModelSerializer[ReturnRequest]):
    """A body says that it has no duty here."""

    organization = BodySerializer(read_only=True)
    grounds_name = serializers.CharField(source="get_grounds_display", read_only=True)

    class Meta:
        model = ReturnRequest
        fields = ["id", "organization", "grounds", "grounds_name", "reason", "asked_at"]


class DisputeSerializer(serializers.ModelSerializer[Dispute]):
    """What nobody will have: the denials, and who acts meanwhile."""

    case = serializers.CharField(source="case.number", read_only=True)
    state_name = serializers.CharField(source="get_state_display", read_only=True)
    cause_name = serializers.CharField(source="get_cause_display", read_only=True)
    custodian = BodySerializer(default=None, help_text="acts while nobody is known to answer")
    denials = DenialSerializer(many=True, read_only=True)

    class Meta:
        model = Dispute
        fields = [
            "id",
            "case",
            "state",
            "state_name",
            "cause",
            "cause_name",
            "custodian",
            "opened_at",
            "denials",
        ]


class AskReturnRequest(ActRequest):
    """What asking for a return takes; `to` is who should have it, `evidence` ids of the case's evidence."""

    grounds = serializers.ChoiceField(choices=Grounds.choices)
    evidence = serializers.ListField(
        required=False, child=serializers.IntegerField(min_value=1), max_length=20
    )


class DecideReturnRequest(ActRequest):
    """What a decision takes; `organization`: whose request, where several have asked."""

    organization = serializers.CharField(required=False, max_length=200)


class ProposeTransferRequest(ActRequest):
    """What proposing a transfer takes: to whom."""

    to = serializers.CharField(max_length=200, help_text="organization")
