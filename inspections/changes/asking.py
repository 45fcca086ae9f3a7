"""The question under a draft: who would answer for this place if the change set were published."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import person_of
from core.errors import NotPermitted, WrongState
from grid.jurisdiction.serializers import AnswerSerializer
from grid.jurisdiction.views import JurisdictionView
from inspections.changes.models import ChangeSetState
from inspections.changes.permissions import may_draft, may_publish
from inspections.changes.queries import change_set_seen_by
from inspections.changes.what_if import as_if_published


class WhatIfView(JurisdictionView):
    """As `/api/v1/jurisdiction/`, on the ground as the change set would leave it."""

    @extend_schema(responses=AnswerSerializer, operation_id="change_sets_jurisdiction_retrieve")
    def get(self, request: Request, number: str = "", **rest: Any) -> Response:
        """For those who draft or publish: each question carries the loads out once, and takes them back."""
        user = person_of(request)
        change_set = change_set_seen_by(user, number)
        if not (may_draft(user, change_set) or may_publish(user, change_set)):
            raise NotPermitted
        if change_set.state not in {ChangeSetState.DRAFT, ChangeSetState.PREVIEWED}:
            raise WrongState(
                "{number} is {state}: ask without it",
                zh="变更集 {number} {state}，无须假设：请直接查询。",
                number=number,
                state=str(change_set.get_state_display()),
            )
        with as_if_published(change_set.items.order_by("id"), actor=change_set.author):
            return super().get(request)
