"""Who may have a stream: the same authentication as every page and API request, asked of the same parts."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.handlers.asgi import ASGIRequest
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from core.errors import NotPermitted
from core.models import User
from grid.organizations.permissions import is_member

ADMITTED = 204


class MembersOnly(NotPermitted):
    """Live events are for members of an organization; your account has no role yet."""

    zh = "实时消息仅供各单位成员使用；您的账号尚未分配角色。"


class AnyMediaType(BaseContentNegotiation):
    """A browser asks for `text/event-stream`; refusals are problem+json whatever was asked for."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """The first."""
        return parsers[0]

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> Any:
        """The first."""
        return renderers[0], renderers[0].media_type


class MemberView(APIView):
    """Lets members in, whether they come with a session or with a token."""

    permission_classes = [IsAuthenticated]
    content_negotiation_class = AnyMediaType

    def check_permissions(self, request: Request) -> None:
        """Besides, an account without any role sees nothing, and so has nothing to wait for."""
        super().check_permissions(request)
        if not is_member(request.user):
            raise MembersOnly


class Door(MemberView):
    """Answers 204 to whom it admits."""

    def get(self, request: Request) -> HttpResponse:
        """Nothing; the request has its user."""
        return HttpResponse(status=ADMITTED)


_door = Door.as_view()


def _respond(request: HttpRequest) -> HttpResponseBase:
    return _door(request)


_guarded = SessionMiddleware(LocaleMiddleware(AuthenticationMiddleware(_respond)))


def admit(scope: Mapping[str, Any]) -> User | HttpResponse:
    """The member who asks in this ASGI scope, else the refusal to answer with. Blocks."""
    request = ASGIRequest(dict(scope), BytesIO())
    try:
        answer = _guarded(request)
    finally:
        connection.close()
    assert isinstance(answer, HttpResponse)  # noqa: S101 — never streamed, never awaited
    if answer.status_code == ADMITTED and isinstance(request.user, User):
        return request.user
    return answer
