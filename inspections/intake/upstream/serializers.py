"""How orders of platforms above are shown: their deadline beside ours, what was said and told."""

from typing import Any

from rest_framework import serializers

from inspections.cases.models import Case
from inspections.intake.upstream.models import UpstreamOrder, UpstreamReport, UpstreamWord


class UpstreamReportSerializer(serializers.ModelSerializer[UpstreamReport]):
    """One report to the platform: waiting, taken, or refused."""

    kind_name = serializers.CharField(source="get_kind_display")
    state = serializers.SerializerMethodField(help_text="waiting, sent or refused")

    class Meta:
        model = UpstreamReport
        fields = [
            "id", "kind", "kind_name", "state", "made_at", "attempts", "next_at", "sent_at",
            "refused_at", "answer",
        ]  # fmt: skip

    def get_state(self, report: UpstreamReport) -> str:
        """Where it stands."""
        if report.sent_at:
            return "sent"
        return "refused" if report.refused_at else "waiting"


class UpstreamWordSerializer(serializers.ModelSerializer[UpstreamWord]):
    """One thing the platform said after it gave the order."""

    kind_name = serializers.CharField(source="get_kind_display")

    class Meta:
        model = UpstreamWord
        fields = ["id", "kind", "kind_name", "body", "received_at", "applied_at"]


class UpstreamOrderSerializer(serializers.ModelSerializer[UpstreamOrder]):
    """An order: whose, until when, whether that is before our own limit."""

    channel = serializers.CharField(source="link.channel.code", help_text="code")
    channel_name = serializers.CharField(source="link.channel.name")
    request = serializers.CharField(source="request.code", help_text="code")
    case = serializers.SerializerMethodField(help_text="number of the case it feeds, or null")
    stricter = serializers.SerializerMethodField(
        help_text="true: the platform's deadline is before the citizen's own limit"
    )
    reports = UpstreamReportSerializer(many=True)
    words = UpstreamWordSerializer(many=True)

    class Meta:
        model = UpstreamOrder
        fields = [
            "id", "number", "channel", "channel_name", "request", "case", "due_at", "stricter",
            "withdrawn_at", "received_at", "reports", "words",
        ]  # fmt: skip

    def _case(self, order: UpstreamOrder) -> Case | None:
        links: Any = order.request.links.all()
        return next((link.case for link in links if link.left_at is None), None)

    def get_case(self, order: UpstreamOrder) -> str | None:
        """The number of the case it feeds."""
        case = self._case(order)
        return case.number if case else None

    def get_stricter(self, order: UpstreamOrder) -> bool:
        """Before our own; where we have none, any deadline is stricter."""
        case = self._case(order)
        if order.due_at is None or case is None or order.withdrawn_at is not None:
            return False
        return case.resolve_by is None or order.due_at < case.resolve_by
