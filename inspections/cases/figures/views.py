"""The desk's figures over HTTP: for the cases of one's area, from a day to a day."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import person_of
from core.errors import Invalid, NotPermitted
from grid.ground.queries import city_zone
from grid.organizations.models import Role
from grid.organizations.permissions import has_role
from inspections.cases.figures.queries import day_begins, figures
from inspections.cases.models import Case
from inspections.requests.models import ServiceRequest

MOST_DAYS = 366


class OnlyForTheDesk(NotPermitted):
    """The desk's figures are for dispatchers, leaders and auditors."""

    zh = "指挥中心指标仅供派遣员、领导和审计员查看。"


class BadSpan(Invalid):
    """Give 'from' and 'to' as days, 'to' after 'from' and at most a year later."""

    zh = "请以日期填写 from 和 to，to 须晚于 from 且不超过一年。"


class PortionSerializer(serializers.Serializer[Any]):
    """A rate with what it is made of; null where there is nothing to divide by."""

    numerator = serializers.IntegerField()
    denominator = serializers.IntegerField()
    rate = serializers.FloatField(allow_null=True)


class FilingSerializer(PortionSerializer):
    """How soon reports were filed, or given to a body: within the time asked, the median and 95 in 100."""

    median_s = serializers.FloatField(allow_null=True)
    p95_s = serializers.FloatField(allow_null=True)
    within_s = serializers.FloatField()


class ReconciliationSerializer(serializers.Serializer[Any]):
    """received = declined + valid; valid = answered + on_spot + passed_on + waiting."""

    received = serializers.IntegerField()
    declined = serializers.IntegerField()
    valid = serializers.IntegerField()
    answered = serializers.IntegerField(help_text="at the desk (在线办结)")
    on_spot = serializers.IntegerField(help_text="put right by whoever found it")
    passed_on = serializers.IntegerField(help_text="given to a body (转派)")
    waiting = serializers.IntegerField()
    ended = serializers.IntegerField(help_text="of what was received: nothing is left to do")


class BinSerializer(serializers.Serializer[Any]):
    """How many heard back within this time and not sooner; null: later."""

    within_s = serializers.FloatField(allow_null=True)
    count = serializers.IntegerField()


class FeedbackSerializer(PortionSerializer):
    """Who heard an answer, of those who said something; and how soon."""

    median_s = serializers.FloatField(allow_null=True)
    p95_s = serializers.FloatField(allow_null=True)
    bins = BinSerializer(many=True)


class FiguresSerializer(serializers.Serializer[Any]):
    """The desk's figures."""

    filing = FilingSerializer()
    dispatching = FilingSerializer()
    volume = serializers.IntegerField(help_text="reports that opened a case")
    closed = PortionSerializer(help_text="or answered; of those not declined and not merged")
    within_a_day = PortionSerializer(help_text="of those closed")
    self_found = PortionSerializer(help_text="by patrols")
    reconciliation = ReconciliationSerializer()
    feedback = FeedbackSerializer()
    same_day_look = PortionSerializer()
    solved_in_7_days = PortionSerializer()
    on_time = PortionSerializer()
    extensions = PortionSerializer()
    parkings = PortionSerializer()
    reminders = serializers.IntegerField()
    supervisions = serializers.IntegerField()

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        """`from` is no Python name."""
        days = {name: serializers.DateField() for name in ("from", "to")}
        return days | super().get_fields()


class SpanRequest(serializers.Serializer[Any]):
    """From a day to before another; by default the last seven days, today among them."""

    to = serializers.DateField(required=False, help_text="the day after the last")

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        """`from` is no Python name."""
        first = serializers.DateField(required=False, help_text="the first day, in city time")
        return {"from": first} | super().get_fields()


class FiguresView(APIView):
    """What the desk is measured by."""

    @extend_schema(parameters=[SpanRequest], responses=FiguresSerializer)
    def get(self, request: Request) -> Response:
        """Each rate with numerator and denominator, over the cases this person may see."""
        user = person_of(request)
        if not has_role(user, Role.DISPATCHER, Role.LEADER, Role.AUDITOR):
            raise OnlyForTheDesk
        asked = SpanRequest(data=request.query_params)
        asked.is_valid(raise_exception=True)
        zone, now = city_zone(), timezone.now()
        last = asked.validated_data.get("to") or now.astimezone(zone).date() + timedelta(days=1)
        first = asked.validated_data.get("from") or last - timedelta(days=7)
        if not first < last <= first + timedelta(days=MOST_DAYS):
            raise BadSpan
        told = figures(
            Case.objects.visible_to(user),
            ServiceRequest.objects.visible_to(user),
            day_begins(first, zone),
            day_begins(last, zone),
            now=now,
            zone=zone,
        )
        return Response(FiguresSerializer({"from": first, "to": last} | told).data)
