"""What the desk does with a request itself: answers it without a case, releases words to the public."""

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from core.audit import emit, record_act
from core.errors import DomainError, Invalid, NotPermitted
from core.models import User
from inspections.requests.models import RequestAnswer, RequestRelease, ServiceRequest
from inspections.requests.permissions import is_desk_of
from inspections.requests.privacy import without_numbers

LONGEST = 10_000
Follower = Callable[[ServiceRequest, RequestAnswer, User], None]
_FOLLOWERS: list[Follower] = []


def follow_answers(follower: Follower) -> None:
    """What a room above does when the desk has answered a request, in the same transaction."""
    _FOLLOWERS.append(follower)


class AnsweredByItsCase(DomainError):
    """The request feeds case {case}: answer it there, with the act 'answer', or by closing the case."""

    status = 409
    zh = "该诉求已转为案件 {case}：请在案件中办结或答复。"


class TextNeeded(Invalid):
    """Say it in words: 'text' is blank."""

    zh = "请填写内容（text）。"


def answer_request(request: ServiceRequest, *, actor: User, text: str) -> RequestAnswer:
    """Answer a request that has no case (在线办结); the requester reads it by the tracking code.

    Raises NotPermitted, AnsweredByItsCase, TextNeeded.
    """
    if not is_desk_of(actor, request):
        raise NotPermitted
    text = _words(text)
    if not text:
        raise TextNeeded
    with transaction.atomic():
        ServiceRequest.objects.select_for_update(no_key=True).get(pk=request.pk)
        feeding = request.links.filter(left_at__isnull=True).select_related("case").first()
        if feeding is not None:
            raise AnsweredByItsCase(case=feeding.case.number)
        answer = RequestAnswer.objects.create(
            request=request, text=text, answered_at=timezone.now(), answered_by=actor
        )
        record_act(
            actor=actor, act="answer_request", subject=request, details={"answer": answer.pk}
        )
        emit(kind="request_answered", subject=request)
        for follower in _FOLLOWERS:
            follower(request, answer, actor)
    return answer


def release_request(
    request: ServiceRequest, *, actor: User, text: str | None = None
) -> RequestRelease:
    """Let the public read words of a request: the desk's, or its own with numbers hidden.

    A blank text takes back what was released. Raises NotPermitted.
    """
    if not is_desk_of(actor, request):
        raise NotPermitted
    words = _words(request.text if text is None else text)
    with transaction.atomic():
        release = RequestRelease.objects.create(
            request=request,
            text=without_numbers(words),
            released_at=timezone.now(),
            released_by=actor,
        )
        record_act(
            actor=actor, act="release_request", subject=request, details={"release": release.pk}
        )
        emit(kind="request_released", subject=request)
    return release


def _words(text: str) -> str:
    return text.replace("\x00", "").strip()[:LONGEST]
