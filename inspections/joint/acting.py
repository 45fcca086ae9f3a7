"""Acts upon a record over HTTP, in one manner: named, asked once, answered with the record as it is then."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request

from core.api import answer_once, person_of
from core.errors import Missing
from core.models import User
from core.workflow import UnknownAct, available_acts

ONCE = OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)
Act = tuple[Callable[..., Any], type[serializers.Serializer[Any]]]


class OpenAct(serializers.Serializer[dict[str, Any]]):
    """An act that is open to whoever asks."""

    act = serializers.CharField()
    name = serializers.CharField()
    needs_reason = serializers.BooleanField()


class ReasonRequest(serializers.Serializer[Any]):
    """What every act takes."""

    base_version = serializers.IntegerField(
        required=False, min_value=0, allow_null=True, help_text="the `version` you saw"
    )
    reason = serializers.CharField(required=False, allow_blank=True, max_length=4000)


def acts_open(record: Any, reader: Any) -> list[dict[str, Any]]:
    """What this person may do with it now; the roles are read once, for however many records."""
    if not isinstance(reader, User):
        return []
    prefetch_related_objects([reader], "memberships")
    return [
        {"act": line.act, "name": line.zh, "needs_reason": line.needs_reason}
        for line in available_acts(record, reader)
    ]


def act_upon(
    request: Request,
    model: Any,
    pk: int,
    act: str,
    acts: Mapping[str, Act],
    as_json: Callable[[Any], Any],
) -> HttpResponse:
    """Do one act upon a record that the person may see. Raises Missing, UnknownAct, or its refusal."""
    user = person_of(request)
    record = model.objects.visible_to(user).filter(pk=pk).first()
    if record is None:
        raise Missing(id=pk)
    if act not in acts:
        raise UnknownAct(act=act, acts=list(acts))
    do, takes = acts[act]
    form = takes(data=request.data)
    form.is_valid(raise_exception=True)
    given = {"reason": ""} | form.validated_data
    return answer_once(request, lambda: as_json(do(record, actor=user, **given)))
