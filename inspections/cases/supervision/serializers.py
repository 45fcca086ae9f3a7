"""How letters and supervisions are shown, and what acts upon supervisions take."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from grid.ground.queries import city_zone
from grid.jurisdiction.serializers import BodySerializer, ExplanationSerializer
from inspections.cases.act_requests import ActRequest
from inspections.cases.clocks import Clock
from inspections.cases.supervision.models import (
    Reminder,
    ReminderKind,
    Supervision,
    SupervisionLevel,
    SupervisionState,
)

CLOCKS = {
    "respond": ("受理响应", "to respond"),
    "arrive": ("到场", "to arrive"),
    "resolve": ("处置", "to resolve"),
}


class ReminderSerializer(serializers.ModelSerializer[Reminder]):
    """One letter: its number, to whom, of which clock, in words."""

    number = serializers.CharField(read_only=True)
    case = serializers.CharField(source="case.number", read_only=True)
    category_name = serializers.CharField(source="case.category.name", default=None)
    organization = BodySerializer(read_only=True)
    kind_name = serializers.CharField(source="get_kind_display", read_only=True)
    clock_name = serializers.CharField(source="get_clock_display", read_only=True)
    words = serializers.SerializerMethodField()

    class Meta:
        model = Reminder
        fields = [
            "id",
            "number",
            "case",
            "category_name",
            "organization",
            "clock",
            "clock_name",
            "kind",
            "kind_name",
            "period",
            "due_at",
            "issued_at",
            "words",
        ]

    @extend_schema_field(ExplanationSerializer)
    def get_words(self, reminder: Reminder) -> dict[str, str]:
        """The letter, in both languages."""
        zh, en = CLOCKS[reminder.clock]
        late = reminder.kind == ReminderKind.OVERDUE
        told = {
            "body": reminder.organization.name,
            "case": reminder.case.number,
            "due": f"{reminder.due_at.astimezone(self._zone()):%Y-%m-%d %H:%M}",
        }
        texts = {
            "zh-Hans": f"{{body}}：案卷 {{case}} 的{zh}时限"
            + ("已于 {due} 到期，请立即办理。" if late else "将于 {due} 到期，请抓紧办理。"),
            "en": f"{{body}}: the time {en} in case {{case}} "
            + ("ran out at {due}; act at once." if late else "runs out at {due}; please act."),
        }
        return {language: text.format(**told) for language, text in texts.items()}

    def _zone(self) -> ZoneInfo:
        """The city's time, asked once for a list."""
        context: Any = self.root._context
        if "zone" not in context:
            context["zone"] = city_zone()
        zone: ZoneInfo = context["zone"]
        return zone


class SupervisionSerializer(serializers.ModelSerializer[Supervision]):
    """Who asks which body to account for a case, at which level, until when; and what it said."""

    case = serializers.CharField(source="case.number", read_only=True)
    category_name = serializers.CharField(source="case.category.name", default=None)
    organization = BodySerializer(read_only=True, help_text="that is asked")
    level_name = serializers.CharField(source="get_level_display", read_only=True)
    state_name = serializers.CharField(source="get_state_display", read_only=True)
    clock_state = serializers.SerializerMethodField(help_text="of its answer")
    opened_by = serializers.CharField(source="opened_by.username", read_only=True)
    answered_by = serializers.CharField(source="answered_by.username", default=None)
    ended_by = serializers.CharField(source="ended_by.username", default=None)
    follows = serializers.CharField(
        source="follows.number", default=None, help_text="the one below, not answered in time"
    )

    class Meta:
        model = Supervision
        fields = [
            "id",
            "number",
            "case",
            "category_name",
            "organization",
            "level",
            "level_name",
            "state",
            "state_name",
            "reason",
            "opened_at",
            "opened_by",
            "respond_by",
            "clock_state",
            "answer",
            "answered_at",
            "answered_by",
            "conclusion",
            "ended_at",
            "ended_by",
            "follows",
        ]

    def get_clock_state(self, one: Supervision) -> str:
        """running, warning, overdue; met, missed; stopped."""
        clock = Clock(
            clock="supervision",
            started_at=one.opened_at,
            due_at=one.respond_by,
            done_at=one.answered_at,
            stopped_at=_stopped(one),
        )
        return clock.state(timezone.now())


def _stopped(one: Supervision) -> datetime | None:
    """Ended without an answer: in time it no longer counts, late it was missed."""
    if one.state == SupervisionState.OPEN or one.ended_at is None:
        return None
    return one.ended_at


class SuperviseRequest(ActRequest):
    """What supervising takes: the level, and within what time it is to be answered."""

    level = serializers.ChoiceField(required=False, choices=SupervisionLevel.choices)
    within = serializers.CharField(
        required=False, allow_blank=True, max_length=16, help_text="1wd, 4h …"
    )
