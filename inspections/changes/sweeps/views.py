"""Making a batch handover of what a sweep found, over HTTP."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from core.api import answer_once, person_of
from grid.catalogue.models import PartyRole
from grid.handover.models import HandoverKind
from grid.organizations.queries import organization_named
from inspections.cases.views import case_seen_by
from inspections.changes.serializers import ChangeSetDetail
from inspections.changes.sweeps.serializers import BatchRequest
from inspections.changes.sweeps.use_cases import draft_batch
from inspections.joint.acting import ONCE


class SweepBatchView(APIView):
    """Everything that stands as the facility of a case becomes one handover, as a draft."""

    @extend_schema(
        request=BatchRequest,
        parameters=[ONCE],
        responses={201: ChangeSetDetail, 200: ChangeSetDetail},
    )
    def post(self, request: Request, number: str) -> HttpResponse:
        """Draft the change set, once; answers it. A second person publishes it."""
        user = person_of(request)
        case = case_seen_by(user, number)
        form = BatchRequest(data=request.data)
        form.is_valid(raise_exception=True)
        asked: dict[str, Any] = dict(form.validated_data)
        giver = asked.get("giver")
        given: dict[str, Any] = {
            "to": organization_named(asked["to"]),
            "giver": organization_named(giver) if giver else None,
            "roles": [PartyRole(one) for one in asked.get("roles", [PartyRole.MAINTAINER])],
            "kind": HandoverKind(asked.get("kind", HandoverKind.MINUTES)),
        }
        return answer_once(
            request,
            lambda: (
                ChangeSetDetail(
                    draft_batch(case, actor=user, **given), context={"request": request}
                ).data
            ),
        )
