"""Merging, undoing it, and splitting as programs ask for them, and to whom they are offered."""

from collections.abc import Iterable, Mapping
from typing import Any

from rest_framework import serializers

from core.errors import Missing, NotPermitted
from core.models import User
from core.workflow import Transition
from inspections.cases.act_requests import ActRequest
from inspections.cases.commands import Act, add_acts
from inspections.cases.models import Case
from inspections.cases.permissions import may_dispatch
from inspections.intake.duplicates.use_cases import merge_case, split_case, unmerge_case


class MergeRequest(ActRequest):
    """What merging takes: the case that goes on."""

    into = serializers.CharField(max_length=32, help_text="number of the case that goes on")


class SplitRequest(ActRequest):
    """What splitting takes: the requests that leave."""

    requests = serializers.ListField(
        child=serializers.CharField(max_length=64), min_length=1, max_length=1000, help_text="codes"
    )


def _merge(case: Case, *, asked: Mapping[str, Any], actor: User, **rest: Any) -> Case:
    if not may_dispatch(actor, case):
        raise NotPermitted
    into = Case.objects.visible_to(actor).filter(number=asked["into"].strip()).first()
    if into is None:
        raise Missing(
            "there is no case {number}, or you may not see it",
            zh="没有案件 {number}，或您无权查看。",
            number=asked["into"].strip(),
        )
    return merge_case(case, into=into, actor=actor, **rest)


def _unmerge(case: Case, *, asked: Mapping[str, Any], **rest: Any) -> Case:
    return unmerge_case(case, **rest)


def _split(case: Case, *, asked: Mapping[str, Any], **rest: Any) -> Case:
    return split_case(case, requests=asked["requests"], **rest)


LINEAGE_ACTS = {
    "merge": Act(_merge, MergeRequest),
    "unmerge": Act(_unmerge),
    "split": Act(_split, SplitRequest),
}


def offered(case: Case, actor: User) -> Iterable[Transition]:
    """They stand in the workflow of the case, which offers them itself."""
    return ()


add_acts(LINEAGE_ACTS, offered)
