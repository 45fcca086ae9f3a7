"""Asking a platform above for more time or to take its order back, as programs ask for it."""

from collections.abc import Iterable, Mapping
from typing import Any

from rest_framework import serializers

from core.models import User
from core.workflow import Transition
from inspections.cases.act_requests import ActRequest
from inspections.cases.commands import Act, add_acts
from inspections.cases.models import Case
from inspections.cases.permissions import may_dispatch
from inspections.intake.upstream.queries import orders_of
from inspections.intake.upstream.use_cases import ask_extension, ask_return


class UpstreamExtensionRequest(ActRequest):
    """Until when; left out, the reason says it."""

    until = serializers.DateTimeField(required=False)


def _extension(case: Case, *, asked: Mapping[str, Any], **rest: Any) -> Case:
    return ask_extension(case, until=asked.get("until"), **rest)


def _return(case: Case, *, asked: Mapping[str, Any], **rest: Any) -> Case:
    return ask_return(case, **rest)


LINES = [
    Transition(act="upstream_extension", zh="向上延期", permission=may_dispatch, needs_reason=True),
    Transition(act="upstream_return", zh="向上退单", permission=may_dispatch, needs_reason=True),
]


def offered(case: Case, actor: User) -> Iterable[Transition]:
    """The desk may ask while the case is open and an order of a platform above feeds it."""
    if case.is_ended or not may_dispatch(actor, case):
        return []
    standing = [order for order in orders_of(case) if order.withdrawn_at is None]
    return LINES if standing else []


add_acts(
    {
        "upstream_extension": Act(_extension, UpstreamExtensionRequest),
        "upstream_return": Act(_return),
    },
    offered,
)
