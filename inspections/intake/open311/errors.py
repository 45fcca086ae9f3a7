"""Refusals as GeoReport writes them: a list of code and description, in the format that was asked for."""

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.utils.translation import get_language
from rest_framework import exceptions
from rest_framework.views import set_rollback

from core.api import refusal_in
from core.errors import DomainError
from inspections.intake.open311.formats import TYPES, written

# "404 for what does not exist, 403 for a wrong or missing key, basically 400 for any other error";
# what a client can mend by waiting (423, 429, 503) or by asking otherwise (405, 413) stays itself.
_AS_GEOREPORT = {401: 403, 409: 400, 410: 404, 415: 400, 422: 400}


def in_words(refusal: DomainError) -> str:
    """A refusal in the reader's language."""
    return refusal.message if get_language() == "en" else refusal.message_zh


def refused(status: int, words: str, ending: str) -> HttpResponse:
    """The answer to what was refused."""
    status = _AS_GEOREPORT.get(status, status)
    told = [{"code": status, "description": words}]
    answer = HttpResponse(
        written("errors", told, ending), content_type=TYPES[ending], status=status
    )
    if status in {HTTPStatus.LOCKED, HTTPStatus.SERVICE_UNAVAILABLE}:
        answer["Retry-After"] = "1"
    return answer


def refusal_to(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """What is answered to an exception; None (a bug of ours) becomes a 500."""
    ending = context["kwargs"].get("ending", "json")
    refusal = refusal_in(error)
    if refusal is not None:
        set_rollback()
        answer = refused(refusal.status, in_words(refusal), ending)
        if seconds := refusal.details.get("seconds"):
            answer["Retry-After"] = str(seconds)
        return answer
    if isinstance(error, exceptions.APIException):
        set_rollback()
        return refused(error.status_code, str(error.detail), ending)
    return None
