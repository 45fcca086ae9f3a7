"""A sample of closed cases for a survey by others (第三方调查评估, B18): drawn by chance from a seed, nobody recognizable.

No number, no place finer than the community, no words, no person. `reference` is a keyed mark by which the
centre alone finds the case again. The same seed over the same days draws the same cases.
"""

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import StringIO
from typing import Any

from django.db import transaction
from django.db.models import CharField, Prefetch, Value
from django.db.models.functions import MD5, Cast, Concat
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from core.api import person_of
from core.audit import record_act
from core.errors import NotPermitted
from core.models import User
from grid.ground.queries import city_zone, the_city
from grid.organizations.models import Role
from grid.organizations.permissions import area_codes_of, has_role
from inspections.cases.models import Callback, Case, CaseState
from inspections.requests.privacy import keyed

MOST = 5000
HEAD = [
    "no",
    "reference",
    "area",
    "category_code",
    "category",
    "urgency",
    "channel",
    "reported_on",
    "closed_on",
    "hours",
    "closing_basis",
    "outcome",
    "solved",
    "rating",
    "rating_excluded",
    "contacted",
    "effect_ok",
    "attitude_ok",
]


class SampleRequest(serializers.Serializer[Any]):
    """How many, from which days (of the close; the last one not included), by which seed."""

    size = serializers.IntegerField(min_value=1, max_value=MOST, default=100)
    seed = serializers.CharField(max_length=64)
    since = serializers.DateField(required=False)
    until = serializers.DateField(required=False)


def may_draw(actor: User) -> bool:
    """A leader, an auditor, or a dispatcher of the whole city."""
    whole = has_role(actor, Role.DISPATCHER) and area_codes_of(actor, Role.DISPATCHER) is None
    return whole or has_role(actor, Role.LEADER, Role.AUDITOR)


def draw_sample(
    *,
    actor: User,
    size: int,
    seed: str,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Case]:
    """The cases that the seed draws; the drawing is on record. Raises NotPermitted."""
    if not may_draw(actor):
        raise NotPermitted
    closed = Case.objects.filter(state__in=[CaseState.CLOSED, CaseState.ARCHIVED])
    closed = closed.filter(closed_at__gte=since) if since else closed
    closed = closed.filter(closed_at__lt=until) if until else closed
    drawn = MD5(Concat(Value(f"{seed}:"), Cast("pk", CharField())))
    calls = Callback.objects.filter(reached=True).order_by("-id").prefetch_related("exclusions")
    with transaction.atomic():
        cases = list(
            closed.order_by(drawn, "pk")
            .select_related("category")
            .prefetch_related(Prefetch("callbacks", calls, to_attr="calls"))[:size]
        )
        record_act(
            actor=actor,
            act="draw_sample",
            subject=the_city(),
            details={
                "seed": seed,
                "size": size,
                "drawn": len(cases),
                "since": since.isoformat() if since else None,
                "until": until.isoformat() if until else None,
            },
        )
    return cases


def sample_csv(cases: Iterable[Case]) -> str:
    """The sample as a table, with the mark of UTF-8 that spreadsheets look for."""
    out = StringIO("\ufeff")
    out.seek(1)
    table = csv.writer(out)
    table.writerow(HEAD)
    table.writerows(_rows(cases))
    return out.getvalue()


def _rows(cases: Iterable[Case]) -> Iterator[list[Any]]:
    zone = city_zone()
    for number, case in enumerate(cases, 1):
        calls: list[Callback] = case.calls  # type: ignore[attr-defined]
        word = calls[0] if calls else None
        closed_at = case.closed_at or timezone.now()
        yield [
            number,
            keyed("sample", case.number)[:16],
            case.area_codes[-1] if case.area_codes else "",
            case.category.code if case.category else "",
            case.category.name if case.category else "",
            case.urgency,
            case.channel,
            case.reported_at.astimezone(zone).date(),
            closed_at.astimezone(zone).date(),
            round((closed_at - case.reported_at).total_seconds() / 3600, 1),
            case.closing_basis,
            case.closing_outcome,
            _said(case.solved),
            word.rating if word else "",
            _said(any(one.state == "approved" for one in word.exclusions.all()) if word else None),
            *(
                _said(getattr(word, name, None))
                for name in ("contacted", "effect_ok", "attitude_ok")
            ),
        ]


def _said(value: bool | None) -> str:
    return {True: "yes", False: "no", None: ""}[value]


@extend_schema(exclude=True)
class SampleView(APIView):
    """The sample as CSV, for leaders, auditors and the desk of the whole city."""

    def get(self, request: Request) -> HttpResponse:
        """`size`, `seed`, `since`, `until`. Raises NotPermitted, ValidationError."""
        asked = SampleRequest(data=request.query_params)
        asked.is_valid(raise_exception=True)
        told, zone = asked.validated_data, city_zone()
        days = {
            name: datetime.combine(told[name], datetime.min.time(), zone)
            for name in ("since", "until")
            if told.get(name)
        }
        cases = draw_sample(actor=person_of(request), size=told["size"], seed=told["seed"], **days)
        answer = HttpResponse(sample_csv(cases), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="sample.csv"'
        answer["Cache-Control"] = "private, no-store"
        return answer
