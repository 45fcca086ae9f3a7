"""Advanced costs over HTTP: the ledger, entering one, and acts upon one."""

from typing import Any

from django.http import HttpResponse
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from core.api import answer_once, person_of
from grid.ground.views import GroundFilters, GroundViewSet, SubjectIds
from grid.organizations.queries import organization_named
from inspections.cases.views import case_seen_by
from inspections.joint.acting import ONCE, Act, ReasonRequest, act_upon
from inspections.joint.costs.models import AdvanceCost, CostState
from inspections.joint.costs.serializers import (
    AdvanceRequest,
    CostSerializer,
    OweRequest,
    RecoverRequest,
)
from inspections.joint.costs.use_cases import advance_cost, lay_upon, recover_cost, waive_cost

READ = AdvanceCost.objects.select_related("case", "payer", "owed_by", "entered_by")


def _owe(cost: AdvanceCost, *, owed_by: str, **rest: Any) -> AdvanceCost:
    return lay_upon(cost, owed_by=organization_named(owed_by), **rest)


ACTS: dict[str, Act] = {
    "owe": (_owe, OweRequest),
    "recover": (recover_cost, RecoverRequest),
    "waive": (waive_cost, ReasonRequest),
}


def _as_json(cost: AdvanceCost, request: Request) -> Any:
    return CostSerializer(READ.get(pk=cost.pk), context={"request": request}).data


class CostFilters(GroundFilters):
    """Costs by their fields."""

    subject_id = SubjectIds()
    status = filters.MultipleChoiceFilter(field_name="state", choices=CostState.choices)
    case = filters.CharFilter(field_name="case__number", help_text="number")
    payer = filters.CharFilter(field_name="payer__code", help_text="code")
    owed_by = filters.CharFilter(field_name="owed_by__code", help_text="code")


class CostViewSet(GroundViewSet):
    """What bodies paid that others owe, the newest first."""

    queryset = READ
    serializer_class = CostSerializer
    filterset_class = CostFilters
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"
    keyset = ("-id",)
    dated = False

    @extend_schema(
        request=AdvanceRequest,
        parameters=[ONCE],
        responses={201: CostSerializer, 200: CostSerializer},
    )
    def create(self, request: Request) -> HttpResponse:
        """Enter a cost, once."""
        user = person_of(request)
        form = AdvanceRequest(data=request.data)
        form.is_valid(raise_exception=True)
        asked = dict(form.validated_data)
        case = case_seen_by(user, asked.pop("case"))
        asked["payer"] = organization_named(asked["payer"])
        if asked.get("owed_by"):
            asked["owed_by"] = organization_named(asked["owed_by"])
        return answer_once(
            request, lambda: _as_json(advance_cost(case, actor=user, **asked), request)
        )


class CostActView(APIView):
    """Acts upon a cost; which ones are possible now stands in its `available_acts`."""

    @extend_schema(
        operation_id="advance_costs_act_create",
        request=OweRequest,
        parameters=[ONCE],
        responses={201: CostSerializer, 200: CostSerializer},
    )
    def post(self, request: Request, pk: int, act: str) -> HttpResponse:
        """owe {owed_by, reason} · recover {amount, reason} · waive {reason}."""
        return act_upon(request, AdvanceCost, pk, act, ACTS, lambda done: _as_json(done, request))
