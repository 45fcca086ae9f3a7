"""Signing in and out, one's own password and language: the pages every screen stands behind."""

import math
from datetime import timedelta
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.generic import RedirectView
from django.views.i18n import set_language

from core.audit import record_act
from core.forms import LoginForm
from core.models import User


def client_address(request: HttpRequest) -> str:
    """Where a request comes from: told by our own proxies (`LAMPLIGHTER_PROXIES`), if there are any."""
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    trusted: int = settings.TRUSTED_PROXIES
    if 0 < trusted <= len(hops) and hops[-trusted]:
        return hops[-trusted]
    return str(request.META.get("REMOTE_ADDR", ""))


class SignIn(LoginView):
    """The login page; after too many failures it says when to try again (`locked_out`)."""

    form_class = LoginForm
    template_name = "core/login.html"
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        """Signed in: for a shift, or for long on a device of one's own; in the person's language."""
        answer = super().form_valid(form)
        if form.cleaned_data["remember"]:
            self.request.session.set_expiry(settings.SESSION_REMEMBERED_AGE)
        person = form.get_user()
        if settings.LANGUAGE_COOKIE_NAME not in self.request.COOKIES:
            _set_language_cookie(answer, person.language)
        return answer


class AdminDoor(RedirectView):
    """Strangers who ask for the administrator's pages sign in; who has no business there is told so."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """To the login page, or 403."""
        if request.user.is_authenticated:
            raise PermissionDenied
        return super().get(request, *args, **kwargs)


def locked_out(
    request: HttpRequest,
    original_response: HttpResponse | None = None,
    credentials: dict[str, Any] | None = None,
) -> HttpResponse:
    """429: too many failures for this name from this address; says for how many minutes yet."""
    name = (credentials or {}).get("username") or request.POST.get("username", "")
    attempt = (
        AccessAttempt.objects.filter(username=name, ip_address=client_address(request))
        .order_by("-attempt_time")
        .first()
    )
    wait: timedelta = settings.AXES_COOLOFF_TIME
    if attempt is not None:
        wait = max(attempt.attempt_time + wait - timezone.now(), timedelta(0))
    minutes = max(1, math.ceil(wait.total_seconds() / 60))
    form = LoginForm(request, data=None, initial={"username": name})
    words = _("登录失败次数过多，请在 %(minutes)d 分钟后重试；忘记密码请联系管理员。")
    answer = render(
        request,
        "core/login.html",
        {"form": form, "locked": words % {"minutes": minutes}},
        status=429,
    )
    answer["Retry-After"] = str(math.ceil(wait.total_seconds()))
    return answer


class ChangePassword(PasswordChangeView):
    """One's own password: the old one is asked, a weak new one refused, other sessions end."""

    template_name = "core/password.html"
    success_url = reverse_lazy("password")

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        """Changed, on record, and this session goes on."""
        with transaction.atomic():
            record_act(actor=form.user, act="set_password", subject=form.user)
            super().form_valid(form)
        return self.render_to_response(self.get_context_data(done=True))


def choose_language(request: HttpRequest) -> HttpResponse:
    """Switch the language of this browser and, signed in, of the account; back to the same page."""
    answer = set_language(request)
    language = request.POST.get("language", "")
    if isinstance(request.user, User) and translation.check_for_language(language):
        User.objects.filter(pk=request.user.pk).update(language=language)
    return answer


def _set_language_cookie(answer: HttpResponse, language: str) -> None:
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
    )
