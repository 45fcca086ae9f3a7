"""Where the core meets HTTP, and the only place that does: refusals as problem+json, acts done once."""

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DataError, IntegrityError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views import csrf, defaults
from psycopg import errors as pg
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import set_rollback

from core.errors import Busy, DomainError, Invalid, LostRace, Missing, NotPermitted, refusal_of
from core.models import User
from core.operations import run_once

CONTENT_TYPE = "application/problem+json"


class TooLarge(DomainError):
    """The request is too large."""

    status = 413
    zh = "请求过大。"


class Unavailable(DomainError):
    """The database cannot be reached at the moment; try again shortly."""

    status = 503
    zh = "数据库暂时无法连接，请稍后重试。"


class ServerError(DomainError):
    """A fault of ours; it has been recorded. Nothing was changed."""

    status = 500
    zh = "系统内部错误，已记录；未作任何更改。"


class BadRequest(Invalid):
    """The request cannot be understood."""

    zh = "无法理解该请求。"


class CsrfFailed(NotPermitted):
    """The form's security token is missing or old; load the page again, or use a bearer token."""

    zh = "安全令牌缺失或已过期；请刷新页面，或使用 Bearer 令牌。"


class IdempotencyKeyInvalid(Invalid):
    """'Idempotency-Key' must be 1 to 200 visible ASCII characters; a UUID is a good choice."""

    zh = "Idempotency-Key 须为 1 至 200 个可见 ASCII 字符，建议使用 UUID。"


class BaseVersionInvalid(Invalid):
    """'base_version' must be the whole number you read as 'version', not {given}."""

    zh = "base_version 须为读取时的 version(整数),不能是 {given}。"


# ── Problems ─────────────────────────────────────────────────────────────────────────────────────


def problem(error: DomainError) -> HttpResponse:
    """The refusal as `application/problem+json` (RFC 9457), in the language of the request."""
    return _problem(
        status=error.status,
        code=error.code,
        detail=error.message if get_language() == "en" else error.message_zh,
        details=error.details,
    )


def _problem(*, status: int, code: str, detail: str, details: dict[str, Any]) -> HttpResponse:
    body = {
        "type": f"urn:lamplighter:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        **({"details": details} if details else {}),
    }
    text = json.dumps(body, cls=DjangoJSONEncoder, ensure_ascii=False, default=str)
    response = HttpResponse(text, content_type=CONTENT_TYPE, status=status)
    if status in {HTTPStatus.LOCKED, HTTPStatus.SERVICE_UNAVAILABLE}:
        response["Retry-After"] = "1"
    return response


def exception_handler(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """What REST framework answers to an exception; None (a bug of ours) becomes a 500."""
    refusal = refusal_in(error)
    if refusal is not None:
        set_rollback()
        return problem(refusal)
    if isinstance(error, exceptions.APIException):
        set_rollback()
        return _api_problem(error)
    return None


def refusal_in(error: Exception) -> DomainError | None:
    """The refusal that an exception stands for, also the database's and Django's own; None: a bug."""
    match error:
        case DomainError():
            return error
        case Http404():
            return Missing()
        case PermissionDenied():
            return NotPermitted()
        case RequestDataTooBig():
            return TooLarge()
        case ValidationError():
            return Invalid(" ".join(error.messages), fields=_fields_of(error))
        case IntegrityError():
            return refusal_of(_constraint_of(error))
        case DataError():
            return Invalid("a value cannot be stored: {why}", why=str(error).splitlines()[0])
        case OperationalError():
            return _operational(error)
    return None


def _fields_of(error: ValidationError) -> dict[str, list[str]]:
    return error.message_dict if hasattr(error, "error_dict") else {}


def _constraint_of(error: IntegrityError) -> str:
    cause = error.__cause__
    return (isinstance(cause, pg.Error) and cause.diag.constraint_name) or ""


def _operational(error: OperationalError) -> DomainError | None:
    match error.__cause__:
        case pg.LockNotAvailable():
            return Busy()
        case pg.DeadlockDetected() | pg.SerializationFailure():
            return LostRace()
        case pg.Error(sqlstate=None):  # no answer from the server at all
            return Unavailable()
    return None


_CODES = {
    "permission_denied": "not_permitted",
    "not_found": "missing",
    "parse_error": "malformed",
    "error": "bad_request",
}


def _api_problem(error: exceptions.APIException) -> HttpResponse:
    """An exception of REST framework's own; its texts come translated."""
    if isinstance(error, exceptions.ValidationError):
        fields = error.detail if isinstance(error.detail, dict) else {"": error.detail}
        name, words = _first_fault(fields)
        detail = f"{name}: {words}" if name else words
        response = _problem(
            status=error.status_code, code="invalid", detail=detail, details={"fields": fields}
        )
    else:
        code = _CODES.get(error.default_code, error.default_code)
        response = _problem(
            status=error.status_code, code=code, detail=str(error.detail), details={}
        )
    if header := getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = header
    if wait := getattr(error, "wait", None):
        response["Retry-After"] = str(int(wait))
    return response


def _first_fault(detail: Any, path: str = "") -> tuple[str, str]:
    """The first field that is named, and what is said of it."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            if inner:
                step = "" if name == "non_field_errors" else str(name)
                return _first_fault(inner, ".".join(filter(None, (path, step))))
    if isinstance(detail, list):
        for place, inner in enumerate(detail):
            if inner:
                step = f"{path}[{place}]" if isinstance(inner, dict | list) else path
                return _first_fault(inner, step)
    return path, str(detail)


# ── Django's own refusals: problem+json for programs, pages for people ───────────────────────────


def _for_programs(request: HttpRequest) -> bool:
    return request.path.startswith(("/api/", "/open311/"))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: handler400 of the urls."""
    if _for_programs(request):
        return problem(BadRequest())
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: handler403 of the urls."""
    if _for_programs(request):
        return problem(NotPermitted())
    return defaults.permission_denied(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: handler404 of the urls."""
    if _for_programs(request):
        return problem(Missing())
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: handler500 of the urls."""
    if _for_programs(request):
        return problem(ServerError())
    return defaults.server_error(request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a missing CSRF token: CSRF_FAILURE_VIEW of the settings."""
    if _for_programs(request):
        return problem(CsrfFailed())
    return csrf.csrf_failure(request, reason)


# ── Acts ─────────────────────────────────────────────────────────────────────────────────────────


def person_of(request: Request) -> User:
    """The person (or program) who asks; raises NotAuthenticated."""
    if not isinstance(request.user, User):
        raise exceptions.NotAuthenticated
    return request.user


def base_version_of(request: Request) -> int | None:
    """The version of the record that the caller saw (`base_version` of the body), if it is given."""
    given = request.data.get("base_version") if isinstance(request.data, dict) else None
    if given is None:
        return None
    if not isinstance(given, int) or isinstance(given, bool) or given < 0:
        raise BaseVersionInvalid(given=given)
    return given


def answer_once(request: Request, work: Callable[[], Any]) -> HttpResponse:
    """Answer a POST that acts: carry out `work` and give its data, 201.

    With an `Idempotency-Key` it is done once: the same request again is answered with the same
    bytes, 200; another request under the same key is refused (409), and a repeat that arrives
    while the first is still at work, too (423). Without a key it is simply done.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return _json(_rendered(work()), HTTPStatus.CREATED)
    if not (0 < len(key) <= 200 and key.isascii() and key.isprintable()):
        raise IdempotencyKeyInvalid
    asked = [request.method, request.get_full_path(), request.data]
    content = json.dumps(asked, sort_keys=True, cls=DjangoJSONEncoder).encode()
    outcome = run_once(
        actor=person_of(request), key=key, content=content, work=lambda: _rendered(work()).decode()
    )
    status = HTTPStatus.OK if outcome.repeated else HTTPStatus.CREATED
    return _json(outcome.answer.encode(), status)


def _rendered(data: Any) -> bytes:
    body: bytes = JSONRenderer().render(data)
    return body


def _json(body: bytes, status: HTTPStatus) -> HttpResponse:
    return HttpResponse(body, content_type="application/json", status=status)
